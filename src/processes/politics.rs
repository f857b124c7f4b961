//! Politics: splits, mergers, stances, new movements, the regime.
//! Reads: cohesion, threat, posts announced, losses. Writes: organisations, stances, regime. Draws: one a hazard.
//! Evidence: Malian movements 2012-2024; model 6.11. Left out: elections, quarrels inside the junta.
use super::{Model, combat, terms};
use crate::dice::{Stream, mix};
use crate::index::{Id, Map, Org};
use crate::scenario::Stance;
use crate::scenario::case::Recruits;
use crate::units::within;
use crate::world::{ORGANISATIONS_MOST, Organisation, World};

/// Shared enemies, as a multiple of the smaller of a pair, that draw it together half-way.
const SHARED_HALF: f64 = 20.0;
/// Fewest fighters of an organisation that can split.
const SPLIT_FROM: f64 = 150.0;

pub(super) fn run(world: &mut World, model: &Model) {
    coup(world, model);
    splits(world, model);
    mergers(world, model);
    stances(world, model);
}

/// A change of power by force redraws the hard-liners' share.
fn coup(world: &mut World, model: &Model) {
    let p = &model.p.politics;
    let state = world.active().filter(|(_, o)| o.root == model.case.state);
    let (mut lost, mut all, mut expected) = (0.0, 0.0, 0.0);
    for (_, o) in state {
        lost += o.recent_losses();
        all += o.total();
        expected += 13.0 * model.solved.losses[o.origin];
    }
    let pain = if all > 0.0 { 10.0 * (lost - expected) / all } else { 0.0 };
    let hazard = p.coup * libm::exp(p.coup_losses * pain.clamp(-1.0, 2.0)) + if world.talks_open { p.coup_talks } else { 0.0 };
    world.regime.coup_now = model.dice.happens(Stream::Coup, world.week, 0, within(hazard, 1.0));
    if world.regime.coup_now {
        let before = world.regime.hard_liners;
        world.regime.hard_liners = crate::stats::quantile::beta(model.dice.unit(Stream::Resolve, world.week, 0), 4.0, 4.0);
        world.regime.coups += 1;
        let text = format!("A coup in {}: the hard-liners' share moves from {before:.2} to {:.2}", model.case.capital, world.regime.hard_liners);
        combat::tell(world, "coup", None, Vec::new(), 0, text);
    }
}

fn splits(world: &mut World, model: &Model) {
    let p = &model.p.politics;
    for at in 0..world.organisations.len() {
        let org = Org::from_at(at);
        let o = &world.organisations[org];
        if !o.alive || o.recruits != Recruits::Households || o.total() < SPLIT_FROM || world.organisations.len() >= ORGANISATIONS_MOST {
            continue;
        }
        let start_cohesion = model.case.organisations[o.origin].cohesion;
        let threat = terms::threat_overall(world, model, o.bloc);
        let start_threat = start_threat(world, model, o);
        let dispersion = dispersion(model, o);
        let (posts, leverage) = o.party.map_or((0.0, 0.0), |party| (world.posts[party], world.proposals[party]));
        let hazard = p.split
            * libm::exp(
                p.split_dispersion * dispersion + p.split_posts * posts + p.split_leverage * leverage + p.split_rents * rents(world, model, o)
                    - p.split_threat * (threat - start_threat)
                    - p.split_cohesion * (o.cohesion - start_cohesion),
            );
        if model.dice.happens(Stream::Split, world.week, o.identity, within(hazard, 1.0)) {
            let cause = format!("posts announced {posts:.0}, threat {threat:.2}, cohesion {:.2}", o.cohesion);
            let share = 0.15 + 0.35 * model.dice.unit(Stream::SplitSize, world.week, o.identity);
            let child = split(world, model, org, share);
            let text = format!(
                "{} breaks away from {} with {:.0} fighters ({cause})",
                world.organisations[child].name,
                world.organisations[org].name,
                world.organisations[child].total()
            );
            combat::tell(world, "split", None, vec![org, child], 0, text);
        }
    }
}

/// Threat to an organisation's people at the start, weighted by place as in [`terms::threat_overall`].
fn start_threat(world: &World, model: &Model, o: &Organisation) -> f64 {
    let (mut sum, mut people) = (0.0, 0.0);
    for place in model.case.zones() {
        let own: f64 = model.case.communities.ids().filter(|&c| terms::is_own(world, model, o.bloc, c)).map(|c| world.present[(place, c)]).sum();
        sum += own * model.solved.threat[(o.root, place)];
        people += own;
    }
    if people > 0.0 { sum / people } else { 0.0 }
}

/// How far an organisation's communities lie apart, from 0 to 1: one community, no dispersion.
fn dispersion(model: &Model, o: &Organisation) -> f64 {
    let n = model.case.organisations[o.origin].communities.len();
    if n <= 1 { 0.0 } else { 1.0 - 1.0 / n as f64 }
}

/// Mean rents of an organisation's communities, above the start's.
fn rents(world: &World, model: &Model, o: &Organisation) -> f64 {
    let own = &model.case.organisations[o.origin].communities;
    if own.is_empty() {
        return 0.0;
    }
    own.iter().map(|&c| world.rents[c] - model.case.communities[c].rents).sum::<f64>() / own.len() as f64
}

/// Splits a share of the fighters off, inside the bloc; stances are inherited, nothing signed is.
pub fn split(world: &mut World, model: &Model, org: Org, share: f64) -> Org {
    let parent = world.organisations[org].clone();
    let ordinal = world.organisations.len() as u64;
    let mut child = parent.clone();
    let nth = world.organisations.values().iter().filter(|o| o.origin == parent.origin).count();
    child.identity = mix(parent.identity, mix(world.week.cast_unsigned().into(), ordinal));
    child.slug = format!("{}-{nth}", model.case.organisations[parent.origin].slug);
    child.name = format!("{} (splinter {nth})", model.case.organisations[parent.origin].name);
    child.party = None;
    child.members = Vec::new();
    child.cohesion = parent.cohesion;
    // Every k-th member goes, spread over the roster; fighters by place move in the same share.
    let leaving = (parent.members.len() as f64 * share) as usize;
    let mut staying = Vec::with_capacity(parent.members.len() - leaving);
    let n = parent.members.len().max(1);
    for (at, &household) in parent.members.iter().enumerate() {
        if (at + 1) * leaving / n > at * leaving / n { child.members.push(household) } else { staying.push(household) }
    }
    let exact = if parent.total() > 0.0 { child.members.len() as f64 / parent.total() } else { 0.0 };
    child.fighters = Map::new(parent.fighters.values().iter().map(|f| f * exact).collect());
    let rest = Map::new(parent.fighters.values().iter().map(|f| f * (1.0 - exact)).collect());
    let organisation = &mut world.organisations[org];
    organisation.members = staying;
    organisation.fighters = rest;
    let id = world.organisations.push(child);
    for other in world.organisations.ids().collect::<Vec<_>>() {
        let stance = world.stances[(org, other)];
        world.stances[(id, other)] = stance;
        world.stances[(other, id)] = stance;
        world.compliance[(id, other)] = 0.0;
        world.compliance[(other, id)] = 0.0;
    }
    world.stances[(id, org)] = Stance::Neutral;
    world.stances[(org, id)] = Stance::Neutral;
    id
}

/// Two organisations of a bloc join under threat.
fn mergers(world: &mut World, model: &Model) {
    let p = &model.p.politics;
    let active: Vec<Org> = world.active().filter(|(_, o)| o.recruits == Recruits::Households).map(|(org, _)| org).collect();
    for (at, &a) in active.iter().enumerate() {
        for &b in &active[at + 1..] {
            let (x, y) = (&world.organisations[a], &world.organisations[b]);
            if !x.alive || !y.alive || x.bloc != y.bloc || x.origin != y.origin {
                continue;
            }
            let threat = terms::threat_overall(world, model, x.bloc);
            let hazard = p.merger * libm::exp(threat);
            if model.dice.happens(Stream::Merge, world.week, mix(x.identity, y.identity), within(hazard, 1.0)) {
                let text = format!("{} and {} merge (threat {threat:.2})", x.name, y.name);
                merge(world, a, b);
                combat::tell(world, "merger", None, vec![a, b], 0, text);
            }
        }
    }
}

/// The second joins the first.
pub fn merge(world: &mut World, a: Org, b: Org) {
    let gone = world.organisations[b].clone();
    let first = &mut world.organisations[a];
    for (place, n) in gone.fighters.iter() {
        first.fighters[place] += n;
    }
    first.members.extend(gone.members);
    let organisation = &mut world.organisations[b];
    organisation.fighters.values_mut().fill(0.0);
    organisation.members.clear();
    organisation.alive = false;
}

/// A pair reviews how it stands: shared enemies less mutual claims; never inside a bloc, never across an accord.
fn stances(world: &mut World, model: &Model) {
    let p = &model.p.politics;
    let active: Vec<Org> = world.active().map(|(org, _)| org).collect();
    for (at, &a) in active.iter().enumerate() {
        for &b in &active[at + 1..] {
            let (x, y) = (&world.organisations[a], &world.organisations[b]);
            if x.root == y.root || terms::of_the_state(x) || terms::of_the_state(y) || world.compliance[(a, b)] > 0.0 {
                continue;
            }
            let entity = mix(x.identity, y.identity);
            if !model.dice.happens(Stream::Stance, world.week, entity, within(p.review, 1.0)) {
                continue;
            }
            let shared = active
                .iter()
                .filter(|&&c| world.stances[(a, c)] == Stance::Hostile && world.stances[(b, c)] == Stance::Hostile)
                .map(|&c| world.organisations[c].total())
                .sum::<f64>();
            let own = x.total().min(y.total()).max(1.0);
            let claims = overlap(x, y);
            let pull = shared / (shared + SHARED_HALF * own) - claims;
            let now = world.stances[(a, b)];
            let next = match now {
                Stance::Allied if pull < -0.2 => Stance::Truce,
                Stance::Truce if pull < -0.2 => Stance::Hostile,
                Stance::Truce if pull > 0.6 => Stance::Allied,
                Stance::Neutral if pull < -0.4 => Stance::Hostile,
                Stance::Neutral if pull > 0.6 => Stance::Truce,
                Stance::Hostile if pull > 0.5 => Stance::Truce,
                same => same,
            };
            if next != now {
                let text = format!("{} and {} move from {now:?} to {next:?} (pull {pull:+.2}: shared enemies less rivalry)", x.name, y.name).to_lowercase();
                world.stances[(a, b)] = next;
                world.stances[(b, a)] = next;
                combat::tell(world, "alignment", None, vec![a, b], 0, text);
            }
        }
    }
}

/// How much two organisations claim the same places, from 0 to 1.
fn overlap(x: &Organisation, y: &Organisation) -> f64 {
    let (n, m) = (x.total().max(1.0), y.total().max(1.0));
    x.fighters.iter().map(|(place, f)| libm::sqrt(f / n * (y.fighters[place] / m))).sum::<f64>()
}

