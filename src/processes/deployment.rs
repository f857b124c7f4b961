//! Deployment: where organisations send their fighters.
//! Reads: fighters, control, threat to own people, freed troops. Writes: fighters by place, force. Draws: none.
//! Evidence: model 6.1, tried on 2017-2021. Left out: roads by season, aircraft.
use super::{Model, terms};
use crate::index::{Id, Map, Place};
use crate::scenario::Case;
use crate::scenario::case::Recruits;
use crate::world::World;

pub(super) fn run(world: &mut World, model: &Model) {
    replace_losses(world, model);
    if !model.held {
        let moves = decide(world, model);
        for (at, flows) in moves {
            for (from, to, n) in flows {
                let fighters = &mut world.organisations[crate::index::Org::from_at(at)].fighters;
                fighters[from] -= n;
                fighters[to] += n;
            }
        }
    }
    world.muster();
}

/// Nobody moves and nobody is replaced; who is left where is counted.
pub(super) fn off(world: &mut World, _: &Model) {
    world.muster();
}

/// The kernel of movement: neighbouring zones with exp(-km / reach) over the largest row sum. It is symmetric, so that the
/// start stays until something changes.
#[must_use]
pub fn steps(case: &Case, reach: f64) -> Vec<Vec<(Place, f64)>> {
    let near = |p: Place| case.neighbours[p].iter().filter(|(q, _)| case.is_zone(*q)).map(|&(q, km)| (q, libm::exp(-km / reach)));
    let scale = case.zones().map(|p| near(p).map(|x| x.1).sum::<f64>()).fold(1e-9, f64::max);
    case.zones().map(|p| near(p).map(|(q, weight)| (q, weight / scale)).collect()).collect()
}

type Flow = (Place, Place, f64);

fn decide(world: &World, model: &Model) -> Vec<(usize, Vec<Flow>)> {
    let p = &model.p.deployment;
    let threats = terms::Threats::new(world, model);
    let hostile = terms::enemies(world);
    let presence = terms::presence(world);
    let mut pulls: Vec<Option<Map<Place, f64>>> = vec![None; world.slots()];
    let ways = model.solved.steps.iter().map(Vec::len).sum();
    let mut moves = Vec::new();
    for (org, organisation) in world.active() {
        let bloc = organisation.bloc;
        let root = organisation.root;
        if pulls[bloc.at()].is_none() {
            let foes: Vec<crate::index::Bloc> = terms::blocs(world).filter(|l| hostile[bloc.at()][l.at()]).collect();
            let pull = Map::new(
                model
                    .case
                    .zones()
                    .map(|place| {
                        let threat = threats.at(bloc, place) - model.solved.threat[(root, place)];
                        let own = presence[world.pb(place, bloc)];
                        let foes: f64 = foes.iter().map(|&l| presence[world.pb(place, l)]).sum();
                        let share = if own + foes > 0.0 { foes / (own + foes) } else { 0.0 };
                        let freed = if terms::of_the_state(organisation) { p.freed * world.freed[place] } else { 0.0 };
                        p.threat * threat - p.enemies * (share - model.solved.enemies[(root, place)]) - freed
                    })
                    .collect(),
            );
            pulls[bloc.at()] = Some(pull);
        }
        let pull = pulls[bloc.at()].as_ref().expect("just computed");
        let data = &model.case.organisations[organisation.origin];
        let utility = |place: Place| {
            let start = model.solved.share[(organisation.origin, place)];
            let objective = if data.objectives.contains(&place) { p.objective } else { 0.0 };
            libm::log(start + 0.0005) + pull[place] + objective
        };
        let utilities: Vec<f64> = model.case.zones().map(utility).collect();
        let mut flows = Vec::with_capacity(ways);
        for from in model.case.zones() {
            let here = organisation.fighters[from];
            if here <= 0.0 {
                continue;
            }
            for &(to, kernel) in &model.solved.steps[from.at()] {
                let gain = utilities[to.at()] - utilities[from.at()];
                let want = if gain < 0.0 { libm::exp(gain) } else { 1.0 };
                flows.push((from, to, p.pace * here * kernel * want));
            }
        }
        moves.push((org.at(), flows));
    }
    moves
}

/// The state and foreign partners replace what they lost some weeks ago.
fn replace_losses(world: &mut World, model: &Model) {
    let delay = model.p.recruitment.replacement_delay.round().max(1.0) as usize;
    let week = world.week;
    for organisation in world.organisations.values_mut().iter_mut().filter(|o| o.alive && o.recruits != Recruits::Households) {
        if organisation.replacements.len() != delay {
            organisation.replacements = vec![0.0; delay];
        }
        let slot = week.rem_euclid(delay as i32) as usize;
        let back = organisation.replacements[slot];
        organisation.replacements[slot] = 0.0;
        if back > 0.0 {
            let total = organisation.total();
            for at in 0..organisation.fighters.len() {
                let place = Place::from_at(at);
                let share = if total > 0.0 { organisation.fighters[place] / total } else { 1.0 / organisation.fighters.len() as f64 };
                organisation.fighters[place] += back * share;
            }
        }
    }
}

/// Notes a loss that will be replaced.
pub fn order_replacement(world: &mut World, model: &Model, org: crate::index::Org, persons: f64) {
    let delay = model.p.recruitment.replacement_delay.round().max(1.0) as usize;
    let week = world.week;
    let organisation = &mut world.organisations[org];
    if organisation.recruits == Recruits::Households {
        return;
    }
    if organisation.replacements.len() != delay {
        organisation.replacements = vec![0.0; delay];
    }
    organisation.replacements[week.rem_euclid(delay as i32) as usize] += persons * model.p.recruitment.replacement;
}
