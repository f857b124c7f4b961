//! Governance: control, courts, taxes, rents, means.
//! Reads: forces, disputes, trust, sieges. Writes: control, legitimacy, trust, marginalisation, means. Draws: none.
//! Evidence: Clingendael 2026 (M4, M5, M7); model 6.1, 6.10, 6.14. Left out: prices, aid by place.
use super::{Model, telling, terms};
use crate::index::{Bloc, Community, Grid, Id, Place};
use crate::scenario::case::BlocData;
use crate::units::kept;
use crate::world::{Organisation, World};

pub(super) fn run(world: &mut World, model: &Model) {
    control(world, model);
    let keep = kept(model.p.mediation.holdings_window, 1.0);
    for bloc in terms::blocs(world) {
        let now = terms::holdings(world, model, bloc);
        let mean = &mut world.held[bloc];
        *mean = keep * *mean + (1.0 - keep) * now;
    }
    hardship(world, model);
    disputes(world, model);
    legitimacy(world, model);
    communities(world, model);
    resources(world, model);
}

/// What a fighter of each bloc is worth for control at each place, so that the start's control stays until forces change.
#[must_use]
pub fn hold(world: &World, model: &Model) -> Grid<Bloc, Place, f64> {
    /// Bounds of that worth: beyond them the start's table and forces do not fit each other.
    const BOUNDS: (f64, f64) = (0.2, 5.0);
    /// Least share of a place that nobody controls.
    const FREE: f64 = 0.02;
    let mut hold = Grid::filled(model.case.blocs.len(), model.case.zones, 1.0);
    for place in model.case.zones() {
        let half = model.p.deployment.control_half * world.inhabitants(place) / 10_000.0;
        let free = (1.0 - world.control.row(place).iter().sum::<f64>()).max(FREE);
        for bloc in model.case.blocs.ids() {
            let (control, fighters) = (world.control[(place, bloc)], world.force[(place, bloc)]);
            if control > 0.0 && fighters >= terms::PRESENT {
                hold[(bloc, place)] = (control * half / (free * fighters)).clamp(BOUNDS.0, BOUNDS.1);
            }
        }
    }
    hold
}

/// The control that presence at a place would give in the end, by memory bloc.
fn goals(world: &World, model: &Model, presence: &[f64], place: Place) -> Vec<(Bloc, f64)> {
    let half = model.p.deployment.control_half * world.inhabitants(place) / 10_000.0;
    let weight = |b: Bloc| presence[world.pb(place, b)] * model.solved.hold[(terms::traits(world, model, b), place)];
    let mut goals: Vec<(Bloc, f64)> = terms::blocs(world).map(|b| (b, weight(b))).collect();
    let all: f64 = goals.iter().map(|w| w.1).sum();
    for (_, weight) in &mut goals {
        *weight = if all > 0.0 { *weight / (all + half) } else { 0.0 };
    }
    goals
}

/// Sets control to where presence takes it: to the data, but for what a fighter cannot be worth.
pub fn settle_control(world: &mut World, model: &Model) {
    let presence = terms::presence(world);
    for place in model.case.zones() {
        for (bloc, goal) in goals(world, model, &presence, place) {
            world.control[(place, bloc)] = goal;
        }
    }
}

/// Control follows presence.
fn control(world: &mut World, model: &Model) {
    let p = &model.p.deployment;
    let presence = terms::presence(world);
    for place in model.case.zones() {
        let before = super::displacement::strongest(world, place);
        for (bloc, goal) in goals(world, model, &presence, place) {
            let now = &mut world.control[(place, bloc)];
            *now += p.control_speed * (goal - *now);
        }
        let after = super::displacement::strongest(world, place);
        if let (Some(a), Some(b)) = (before, after)
            && a != b
            && world.control[(place, b)] > 0.2
        {
            let name = |bloc| model.case.blocs[terms::traits(world, model, bloc)].name.clone();
            let (won, lost) = (world.control[(place, b)], world.control[(place, a)]);
            let text = format!(
                "{} are now the strongest in {} ({won:.2} of control); until now it was {} (left with {lost:.2})",
                name(b),
                model.case.places[place].name,
                name(a)
            );
            let actors =
                world.active().filter(|(_, o)| (o.bloc == a || o.bloc == b) && o.fighters[place] >= 1.0).map(|(org, _)| org).collect();
            telling::tell(world, "control", Some(place), actors, 0, text).numbers = vec![("control", won), ("control_before", lost)];
        }
    }
}

/// Hardship of a place rises under siege and fades; local programmes lower it, or raise it.
fn hardship(world: &mut World, model: &Model) {
    let p = &model.p.governance;
    let keep = kept(p.hardship_half_life, 1.0);
    let relief = relief(world, model);
    for place in model.case.zones() {
        let value = &mut world.hardship[place];
        *value *= keep;
        if world.sieges[place].is_some() {
            *value = (*value + p.siege_hardship).min(0.5);
        }
        // Programmes act on the level of the people, of which this is what comes on top.
        *value = (*value - relief * 0.5).clamp(-0.5, 0.5);
    }
}

/// Weekly share by which programmes lower disputes and hardship of each place: units are spread evenly over the zones.
fn relief(world: &World, model: &Model) -> f64 {
    model.p.governance.programmes * world.programmes / 100.0 / model.case.zones as f64
}

/// Controllers that settle, customary chiefs and programmes lower disputes.
fn disputes(world: &mut World, model: &Model) {
    let relief = relief(world, model);
    let courts: Vec<Courts> = model.case.zones().map(|place| Courts::of(world, model, place)).collect();
    for at in 0..world.disputes.len() {
        let d = world.disputes[at];
        let factor = courts[d.place.at()].settlement(world, model, d.a, d.b);
        world.disputes[at].level = (d.level * factor * (1.0 - relief)).clamp(0.0, 1.0);
    }
}

/// Those who govern a place and so settle its disputes, each with its control of the place.
struct Courts<'a>(Vec<(&'a BlocData, f64)>);

impl<'a> Courts<'a> {
    fn of(world: &World, model: &Model<'a>, place: Place) -> Self {
        let governs =
            terms::blocs(world).map(|bloc| (bloc, world.control[(place, bloc)])).filter(|x| x.1 > model.p.governance.governs_from);
        Self(governs.map(|(bloc, control)| (&model.case.blocs[terms::traits(world, model, bloc)], control)).collect())
    }

    /// Factor on the dispute of a pair there by courts and chiefs.
    fn settlement(&self, world: &World, model: &Model, a: Community, b: Community) -> f64 {
        let p = &model.p.governance;
        let trust = 0.5 * (world.trust[a] + world.trust[b]);
        self.0
            .iter()
            .fold(1.0 - p.customary * trust, |factor, &(data, control)| factor * (1.0 - p.settling * settles(data, trust) * control))
    }
}

/// How well a bloc settles disputes of people of some trust in their chiefs, from 0 to 1: Islamic courts where chiefs have lost it.
fn settles(data: &BlocData, trust: f64) -> f64 {
    let appeal = if data.islamic_courts { 2.0 * (1.0 - trust) } else { 1.0 };
    (data.settles * appeal).min(1.0)
}

/// Factor on the dispute of a pair at a place by courts and chiefs.
#[must_use]
pub fn settlement(world: &World, model: &Model, place: Place, a: Community, b: Community) -> f64 {
    Courts::of(world, model, place).settlement(world, model, a, b)
}

/// The fixed point of legitimacy under a share of control.
fn target(world: &World, model: &Model, bloc: Bloc, place: Place, community: Community) -> f64 {
    let ctl = world.control[(place, bloc)];
    if ctl <= model.p.governance.governs_from {
        return 0.0;
    }
    let data = &model.case.blocs[terms::traits(world, model, bloc)];
    0.5 * settles(data, world.trust[community]) * ctl - 0.5 * data.taxes * ctl
}

fn legitimacy(world: &mut World, model: &Model) {
    let speed = model.p.governance.legitimacy_speed;
    for bloc in terms::blocs(world) {
        for place in model.case.zones() {
            let first = world.bpc(bloc, place, Community::from_at(0));
            if world.control[(place, bloc)] <= model.p.governance.governs_from {
                world.legitimacy[first..][..model.case.communities.len()].iter_mut().for_each(|now| *now += speed * (0.0 - *now));
                continue;
            }
            for community in model.case.communities.ids() {
                let at = first + community.at();
                let goal = target(world, model, bloc, place, community);
                world.legitimacy[at] += speed * (goal - world.legitimacy[at]);
            }
        }
    }
}

/// Sets legitimacy to its fixed point everywhere.
pub fn settle_legitimacy(world: &mut World, model: &Model) {
    for bloc in terms::blocs(world) {
        for place in model.case.zones() {
            for community in model.case.communities.ids() {
                let at = world.bpc(bloc, place, community);
                world.legitimacy[at] = target(world, model, bloc, place, community);
            }
        }
    }
}

/// Legitimacy at the start.
#[must_use]
pub fn legitimacy_start(model: &Model, bloc: Bloc, place: Place, community: Community) -> f64 {
    model
        .solved
        .legitimacy
        .get((bloc.at() * model.case.zones + place.at()) * model.case.communities.len() + community.at())
        .copied()
        .unwrap_or(0.0)
}

/// Trust, marginalisation and affinity to the state drift to what rents make of them.
fn communities(world: &mut World, model: &Model) {
    let p = &model.p.governance;
    let largest = world.rents.values().iter().copied().fold(0.0, f64::max);
    let largest_start = model.case.communities.values().iter().map(|c| c.rents).fold(0.0, f64::max);
    for community in model.case.communities.ids() {
        let data = &model.case.communities[community];
        let more = world.rents[community] - data.rents;
        let trust = (data.trust - p.rents_trust * more).clamp(0.0, 1.0);
        world.trust[community] += p.trust_speed * (trust - world.trust[community]);
        let shift = p.rents_affinity * more;
        world.state_affinity[community] += p.affinity_speed * (shift - world.state_affinity[community]);
        let gap = (largest - world.rents[community]) - (largest_start - data.rents);
        let goal = ((data.marginalisation + p.gap * gap) * (1.0 - 0.5 * world.delivered[community]) + p.voice * world.seated[community])
            .clamp(0.0, 1.0);
        world.marginalisation[community] += p.trust_speed * (goal - world.marginalisation[community]);
    }
}

/// A patron's support above the start's: foreign partners of the same root, relative to their number at the start.
fn patron(world: &World, organisation: &Organisation) -> f64 {
    let partners = world.peace.partners.iter().filter(|(org, _)| world.organisations[*org].root == organisation.root);
    let (now, start) = partners.fold((0.0, 0.0), |(now, start), &(org, then)| (now + world.organisations[org].total(), start + then));
    if start > 0.0 { now / start - 1.0 } else { 0.0 }
}

/// Means follow holdings and a patron's support.
fn resources(world: &mut World, model: &Model) {
    let p = &model.p.governance;
    let goals: Vec<f64> = world
        .organisations
        .values()
        .iter()
        .map(|o| {
            p.resources_base + p.resources_holdings * terms::relative_holdings(world, model, o.bloc) + p.resources_patron * patron(world, o)
        })
        .collect();
    for (organisation, goal) in world.organisations.values_mut().iter_mut().zip(goals) {
        organisation.resources = (organisation.resources + p.resources_speed * (goal - organisation.resources)).clamp(0.0, 1.0);
    }
}
