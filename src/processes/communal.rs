//! Communal: feuds between communities that share a place.
//! Reads: disputes, people present, dialogue. Writes: disputes, deaths, harm. Draws: counts and jumps per pair and place.
//! Evidence: UCDP communal events 2012-2021; HACP; model 6.5. Left out: who owns which well.
use super::{Model, harm, severity, telling, terms};
use crate::dice::{Draws, Stream, mix, poisson_of};
use crate::index::{Community, Id, Org, Place};
use crate::units::kept;
use crate::world::{Deadly, Dispute, Kind, World};

/// People of a mean pair: a quarter of a mean zone.
pub const MEAN_PAIR: f64 = 55_000.0;

/// Contact of a pair where it lives together, among some people in all: the root of the product of shares.
fn contact(world: &World, dispute: &Dispute, people: f64) -> f64 {
    libm::sqrt(world.present[(dispute.place, dispute.a)] * world.present[(dispute.place, dispute.b)]) / people.max(1.0)
}

/// Events of a pair a week, per unit of the solved contact.
#[must_use]
pub fn rate(world: &World, model: &Model, dispute: &Dispute) -> f64 {
    rate_among(world, model, dispute, world.inhabitants(dispute.place))
}

/// The same, where the people of its place have been counted.
fn rate_among(world: &World, model: &Model, dispute: &Dispute, people: f64) -> f64 {
    let p = &model.p.communal;
    let decay = core::f64::consts::LN_2 / p.half_life;
    dispute.level * p.branching * decay / p.jump * mass(world, dispute) * contact(world, dispute, people)
}

/// People of the pair over the mean of all pairs.
fn mass(world: &World, dispute: &Dispute) -> f64 {
    (world.present[(dispute.place, dispute.a)] + world.present[(dispute.place, dispute.b)]) / MEAN_PAIR
}

pub(super) fn run(world: &mut World, model: &Model) {
    let p = &model.p.communal;
    let fade = kept(p.half_life, 1.0);
    let season = libm::exp(terms::season(model, world.week));
    let mut people: Vec<f64> = model.case.zones().map(|place| world.inhabitants(place)).collect();
    let entities: Vec<u64> = world.disputes.iter().map(|dispute| dispute.identity).collect();
    for (at, u) in model.dice.units(Stream::Feud, world.week, &entities).into_iter().enumerate() {
        let dispute = world.disputes[at];
        let lambda = (model.solved.contact * rate_among(world, model, &dispute, people[dispute.place.at()]) * season).min(5.0);
        let mut level = dispute.level * fade + model.solved.stress[at] * (1.0 - dispute.level);
        let n = poisson_of(u, lambda);
        for nth in 0..n {
            level += p.jump * (1.0 - level);
            event(world, model, &dispute, u64::from(nth), |draws| severity::draw(model, model.p.combat.tail_groups, draws));
            people[dispute.place.at()] = world.inhabitants(dispute.place);
        }
        if world.dialogues.iter().any(|&(a, b)| (a, b) == (dispute.a, dispute.b) || (b, a) == (dispute.a, dispute.b)) {
            level *= 1.0 - p.dialogue;
        }
        world.disputes[at].level = level.clamp(0.0, 1.0);
    }
}

/// A lethal clash, of a size that is drawn once it is known who attacks: the other side blames the bloc closest to the attackers, the state's apart.
pub fn event(world: &mut World, model: &Model, dispute: &Dispute, nth: u64, size: impl FnOnce(&mut Draws) -> u32) {
    let mut draws = model.dice.at(Stream::FeudIncident, world.week, mix(dispute.identity, nth));
    let (attacker, victim) = if draws.unit() < 0.5 { (dispute.a, dispute.b) } else { (dispute.b, dispute.a) };
    world.ledger.feuds += 1;
    let size = size(&mut draws);
    let Some(by) = closest(world, model, attacker, dispute.place) else { return };
    let dead = harm::harm_people(world, model, dispute.place, by, Some(victim), size, &mut draws);
    world.ledger.deadly.push(Deadly {
        place: dispute.place,
        kind: Kind::Feud,
        a: by,
        b: None,
        dead_a: 0.0,
        dead_b: f64::from(dead),
        civilians: 0.0,
    });
    if dead >= 10 {
        let text = format!(
            "Armed {} attack {} in {}: {dead} dead (dispute {:.2})",
            model.case.communities[attacker].name,
            model.case.communities[victim].name,
            model.case.places[dispute.place].name,
            dispute.level
        );
        let line = telling::tell(world, "feud", Some(dispute.place), Vec::new(), dead, text);
        line.communities.extend([attacker, victim]);
        line.numbers = vec![("dispute", dispute.level), ("dispute_start", dispute.start)];
    }
}

/// The organisation to which a community is closest, other than the state's, among those that still exist.
pub fn closest(world: &World, model: &Model, community: Community, place: Place) -> Option<Org> {
    world
        .active()
        .filter(|(_, o)| o.root != model.case.state)
        .max_by(|(a, x), (b, y)| {
            let worth =
                |o: &crate::world::Organisation| terms::affinity(world, model, o.bloc, community) + 1e-6 * o.fighters[place].min(1e4);
            worth(x).total_cmp(&worth(y)).then(b.at().cmp(&a.at()))
        })
        .map(|(org, _)| org)
}
