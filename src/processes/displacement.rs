//! Displacement: flight and return.
//! Reads: deaths, fear, sieges, control. Writes: where households are. Draws: thinned per home; a destination each.
//! Evidence: UNHCR, IDMC 2012-2021; model 6.9. Left out: camps within a place, moves inside a zone.
use super::{Model, grievance, protection, terms, thinning};
use crate::dice::{Stream, mix};
use crate::index::{Household, Id, Place};
use crate::scenario::Case;
use crate::units::{kept, within};
use crate::world::World;

/// People of a mean zone, to which deaths are scaled.
const PEOPLE: f64 = 225_000.0;
/// Cost of getting out of a besieged town.
const SIEGE_COST: f64 = 0.7;

pub(super) fn run(world: &mut World, model: &Model) {
    let keep = kept(model.p.displacement.memory, 1.0);
    if !model.held {
        flights(world, model);
        returns(world, model);
    }
    for value in world.deaths_memory.values_mut() {
        *value *= keep;
    }
}

/// Weekly chance to flee from a place at a level of fear.
fn chance(world: &World, model: &Model, place: Place, fear: f64) -> f64 {
    let p = &model.p.displacement;
    let deaths = world.deaths4.get(place.at()) * PEOPLE / world.inhabitants(place).max(1_000.0);
    let siege = if world.sieges[place].is_some() { 1.0 } else { 0.0 };
    let rate = (p.base + p.per_death * deaths) * libm::exp(p.fear * fear + p.siege * siege - p.cost * SIEGE_COST * siege);
    rate.min(p.most)
}

fn flights(world: &mut World, model: &Model) {
    let highest: Vec<f64> = model.case.zones().map(|q| chance(world, model, q, 1.0)).collect();
    for home in model.case.zones() {
        let hosts = model.case.zones().filter(|&q| !world.lists[(home, q)].is_empty()).map(|q| highest[q.at()]);
        let bound = hosts.fold(highest[home.at()], f64::max);
        let mut candidates = Vec::new();
        let cell = model.case.places[home].identity;
        thinning::below(model.dice, Stream::Flee, world.week, cell, model.template.range[home], bound, |h, u| candidates.push((Household(h), u)));
        let mut left = 0_u32;
        for (household, u) in candidates {
            world.ledger.touches += 1;
            let at = world.people.at[household.at()];
            if !model.case.is_zone(at) || world.people.people[household.at()] == 0 || u >= highest[at.at()] {
                continue;
            }
            let (_, data) = model.template.lineage(household);
            let fear = if at == data.place { f64::from(world.fear[data.cluster]) } else { 0.3 };
            if u < chance(world, model, at, fear) {
                flee(world, model, household);
                left += 1;
            }
        }
        wave(world, model, home, left);
    }
}

/// Tells a large wave.
fn wave(world: &mut World, model: &Model, home: Place, households: u32) {
    /// Persons from which a story tells a wave of flight.
    const TOLD_FROM: f64 = 5_000.0;
    let persons = f64::from(households) * f64::from(model.template.household_size) * model.template.weight;
    if persons >= TOLD_FROM {
        let text = format!(
            "About {persons:.0} people leave {} within a week ({:.0} deaths there in four weeks)",
            model.case.places[home].name,
            world.deaths4.get(home.at())
        );
        super::combat::tell(world, "flight", Some(home), Vec::new(), 0, text);
    }
}

/// Weight of a destination for those who leave a place.
#[must_use]
pub fn draw_of(world: &World, model: &Model, household: Household, from: Place, to: Place, km: f64) -> f64 {
    let (_, data) = model.template.lineage(household);
    let kin = if model.case.is_zone(to) {
        world.present[(to, data.community)] / world.inhabitants(to).max(1.0)
    } else {
        0.0
    };
    let hostile = if model.case.is_zone(to) {
        terms::blocs(world)
            .filter(|&b| protection::of(world, b, to, data.community) < 0.0)
            .map(|b| world.control[(to, b)])
            .sum::<f64>()
            .min(1.0)
    } else {
        0.0
    };
    let _ = from;
    model.solved.attraction[to] * libm::exp(-km / model.p.displacement.reach) * (1.0 + kin) * (1.0 - hostile)
}

/// A household leaves for a neighbouring place or a refuge in reach.
pub fn flee(world: &mut World, model: &Model, household: Household) {
    let (_, data) = model.template.lineage(household);
    let (home, identity, first) = (data.place, data.identity, data.first);
    let from = world.people.at[household.at()];
    let choices: Vec<(Place, f64)> = destinations(model.case, from)
        .into_iter()
        .map(|(to, km)| (to, draw_of(world, model, household, from, to, km)))
        .collect();
    let mut draws = model.dice.at(Stream::Destination, world.week, mix(identity, u64::from(household.0 - first)));
    let Some(at) = draws.choose(choices.iter().map(|c| c.1)) else { return };
    let to = choices[at].0;
    if from == home {
        grievance::carry(world, model, household, true);
    } else {
        world.lists[(home, from)].retain(|&h| h != household.0);
    }
    if to == home {
        grievance::carry(world, model, household, false);
    }
    world.relocate(model.template, household, to);
}

/// Places within reach by road, with kilometres along the shortest way of at most three links.
#[must_use]
pub fn destinations(case: &Case, from: Place) -> Vec<(Place, f64)> {
    let mut reach: Vec<(Place, f64)> = vec![(from, 0.0)];
    for _ in 0..3 {
        for (p, km) in reach.clone() {
            if !case.is_zone(p) && p != from {
                continue;
            }
            for &(q, more) in &case.neighbours[p] {
                let way = km + more;
                match reach.iter_mut().find(|(r, _)| *r == q) {
                    Some(known) if known.1 > way => known.1 = way,
                    Some(_) => {}
                    None => reach.push((q, way)),
                }
            }
        }
    }
    reach.retain(|(q, _)| *q != from);
    reach
}

/// Weekly rate of return to a home.
#[must_use]
pub fn return_rate(world: &World, model: &Model, home: Place) -> f64 {
    let p = &model.p.displacement;
    let deaths = world.deaths_memory[home] * PEOPLE / world.inhabitants(home).max(1_000.0);
    p.back * libm::exp(-deaths / p.deterring)
}

fn returns(world: &mut World, model: &Model) {
    let p = &model.p.displacement;
    for home in model.case.zones() {
        let rate = return_rate(world, model, home);
        let harsh = strongest(world, home);
        for host in model.case.places.ids() {
            let len = world.lists[(home, host)].len();
            if len == 0 {
                continue;
            }
            let entity = mix(model.case.places[home].identity, model.case.places[host].identity);
            let n = model.dice.poisson(Stream::Return, world.week, entity, within(rate, 1.0) * len as f64).min(len as u32);
            let mut draws = model.dice.at(Stream::ReturnWho, world.week, entity);
            for _ in 0..n {
                let at = draws.below(world.lists[(home, host)].len());
                let stays = draws.unit();
                let household = Household(world.lists[(home, host)][at]);
                let community = model.template.lineage(household).1.community;
                let harmed = harsh.is_some_and(|b| protection::of(world, b, home, community) < 0.0);
                if harmed && stays >= p.under_harm {
                    continue;
                }
                world.ledger.touches += 1;
                world.lists[(home, host)].swap_remove(at);
                grievance::carry(world, model, household, false);
                world.relocate(model.template, household, home);
            }
        }
    }
}

/// The bloc with the largest control of a place.
#[must_use]
pub fn strongest(world: &World, place: Place) -> Option<crate::index::Bloc> {
    terms::blocs(world).max_by(|&a, &b| world.control[(place, a)].total_cmp(&world.control[(place, b)]).then(b.at().cmp(&a.at())))
}
