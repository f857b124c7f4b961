//! Displacement: flight and return.
//! Reads: deaths, fear, sieges, control. Writes: where households are. Draws: thinned per home; a destination each.
//! Evidence: UNHCR, IDMC 2012-2021; model 6.9. Left out: camps within a place, moves inside a zone.
use super::{Model, grievance, protection, terms, thinning};
use crate::dice::{Stream, mix};
use crate::index::{Community, Grid, Household, Id, Place};
use crate::params::displacement::Displacement;
use crate::scenario::Case;
use crate::units::{kept, within};
use crate::world::World;

/// Fear of those who have fled already.
const GUEST_FEAR: f64 = 0.3;
/// Cost of getting out of a besieged town.
const SIEGE_COST: f64 = 0.7;

pub(super) fn run(world: &mut World, model: &Model) {
    let keep = kept(model.p.displacement.memory, 1.0);
    if !model.held {
        flights(world, model);
        returns(world, model);
    }
    // A weighted mean of deaths in four weeks, so that it compares with what drives flight.
    for place in model.case.zones() {
        world.deaths_memory[place] = keep * world.deaths_memory[place] + (1.0 - keep) * world.deaths4.get(place.at());
    }
}

/// What a place makes of fear: its weekly chance to flee without it, and the log factor of a siege.
struct Leaving {
    rate: f64,
    siege: f64,
}

impl Leaving {
    fn new(world: &World, model: &Model, place: Place) -> Self {
        let p = &model.p.displacement;
        let deaths = world.deaths4.get(place.at()) * terms::MEAN_ZONE / world.inhabitants(place).max(1_000.0);
        Self { rate: unafraid(p, deaths), siege: if world.sieges[place].is_some() { 1.0 } else { 0.0 } }
    }

    /// Weekly chance at a level of fear.
    fn chance(&self, model: &Model, fear: f64) -> f64 {
        afraid(&model.p.displacement, self.rate, self.siege, fear)
    }
}

/// Weekly chance to flee at a rate without fear, under a siege or none, at a level of fear.
fn afraid(p: &Displacement, rate: f64, siege: f64, fear: f64) -> f64 {
    (rate * libm::exp(p.fear * fear + p.siege * siege - p.cost * SIEGE_COST * siege)).min(p.most)
}

/// Weekly rate to flee without fear, at some deaths in four weeks among the people of a mean zone.
fn unafraid(p: &Displacement, deaths: f64) -> f64 {
    p.base + p.per_death * deaths
}

/// Weekly chance of those who have fled once to leave a place that is not besieged, at some deaths in four weeks among the people of a
/// mean zone: for tools that place people on a map of their own.
#[must_use]
pub fn chance_to_move_on(p: &Displacement, deaths: f64) -> f64 {
    afraid(p, unafraid(p, deaths), 0.0, GUEST_FEAR)
}

/// Who leaves is decided by the week's start for all, then they go one after another.
fn flights(world: &mut World, model: &Model) {
    let leaving: Vec<Leaving> = model.case.zones().map(|q| Leaving::new(world, model, q)).collect();
    let mut ways = Ways::new(world, model);
    let mut afraid: Vec<Household> = Vec::new();
    for home in model.case.zones() {
        // The clusters' ends and fears lie close together, the households' rows far apart: most are turned away here.
        let clusters = model.template.clusters_of(home);
        let (ends, fears) = (&model.template.clusters.values()[clusters.clone()], &world.fear.values()[clusters]);
        let leaving = &leaving[home.at()];
        let most = leaving.chance(model, f64::from(fears.iter().copied().fold(0.0, f32::max)));
        afraid.clear();
        let cell = model.case.places[home].identity;
        thinning::below(model.dice, Stream::Flee, world.week, cell, model.template.range[home], most, |household, u| {
            let fear = fears[ends.partition_point(|cluster| cluster.end <= household)];
            if u < leaving.chance(model, f64::from(fear)) {
                afraid.push(Household(household));
            }
        });
        world.fetch(model.template, afraid.iter().copied());
        let mut left = 0_u32;
        for &household in &afraid {
            world.ledger.touches += 1;
            let row = &world.people[household];
            if row.at == home && row.people > 0 {
                flee(world, model, household, None, &mut ways);
                left += 1;
            }
        }
        wave(world, model, home, left);
    }
    // Those who found refuge in another zone may have to move on; they are addressed by their place in the lists.
    let mut positions = Vec::new();
    for host in model.case.zones() {
        let here = world.guests(host);
        positions.clear();
        let cell = mix(model.case.places[host].identity, 1);
        let chance = leaving[host.at()].chance(model, GUEST_FEAR);
        thinning::below(model.dice, Stream::Flee, world.week, cell, (0, here.len()), chance, |at, _| positions.push(at));
        // From the end, so that taking one out leaves the positions of the others.
        positions.sort_unstable_by(|a, b| b.cmp(a));
        positions.dedup();
        for &position in &positions {
            let (home, at) = here.find(position);
            let household = Household(world.lists[(home, host)][at]);
            world.ledger.touches += 1;
            if world.people[household].people > 0 {
                flee(world, model, household, Some(at), &mut ways);
            }
        }
    }
}

/// Destinations by present place and community, weighed as of the week's start when first asked for.
struct Ways {
    known: Vec<Option<Vec<(Place, f64)>>>,
    draws: Grid<Place, Community, f64>,
}

impl Ways {
    fn new(world: &World, model: &Model) -> Self {
        let mut draws = Grid::filled(model.case.places.len(), model.case.communities.len(), 0.0);
        for to in model.case.places.ids() {
            for community in model.case.communities.ids() {
                draws[(to, community)] = draw_of(world, model, community, to);
            }
        }
        Self { known: vec![None; model.case.zones * model.case.communities.len()], draws }
    }

    fn from(&mut self, model: &Model, from: Place, community: Community) -> &[(Place, f64)] {
        let at = from.at() * model.case.communities.len() + community.at();
        let draws = &self.draws;
        self.known[at].get_or_insert_with(|| {
            model.solved.ways[from.at()].iter().map(|&(to, weight)| (to, weight * draws[(to, community)])).collect()
        })
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
fn draw_of(world: &World, model: &Model, community: Community, to: Place) -> f64 {
    let kin = if model.case.is_zone(to) { world.present[(to, community)] / world.inhabitants(to).max(1.0) } else { 0.0 };
    let hostile = if model.case.is_zone(to) {
        terms::blocs(world)
            .filter(|&b| protection::of(world, b, to, community) < 0.0)
            .map(|b| world.control[(to, b)])
            .sum::<f64>()
            .min(1.0)
    } else {
        0.0
    };
    appeal(model.solved.attraction[to], kin, hostile)
}

/// Weight of a destination at no distance: its attraction, the share of kin there, and the control of those who harm.
#[must_use]
pub fn appeal(attraction: f64, kin: f64, hostile: f64) -> f64 {
    attraction * (1.0 + kin) * (1.0 - hostile)
}

/// What distance leaves of a destination's weight.
#[must_use]
pub fn nearness(p: &Displacement, km: f64) -> f64 {
    libm::exp(-km / p.reach)
}

/// A household leaves for a place or refuge in reach; `listed` is its position in the list of the displaced, if it is one.
fn flee(world: &mut World, model: &Model, household: Household, listed: Option<usize>, ways: &mut Ways) {
    let (_, data) = model.template.lineage(household);
    let (home, identity, first, community) = (data.place, data.identity, data.first, data.community);
    let from = world.people[household].at;
    let choices = ways.from(model, from, community);
    let mut draws = model.dice.at(Stream::Destination, world.week, mix(identity, u64::from(household.0 - first)));
    let Some(at) = draws.choose(choices.iter().map(|c| c.1)) else { return };
    let to = choices[at].0;
    if from == home {
        grievance::carry(world, model, household, true);
    } else {
        world.lists[(home, from)].swap_remove(listed.expect("the displaced are reached through their list"));
    }
    if to == home {
        grievance::carry(world, model, household, false);
    }
    world.relocate(model.template, household, to);
}

/// Links of the shortest way within which a destination lies in reach.
const LINKS: usize = 3;

/// Places within reach by road, with kilometres along the shortest way of at most three links.
#[must_use]
pub fn destinations(case: &Case, from: Place) -> Vec<(Place, f64)> {
    by_road(from, LINKS, |p| &case.neighbours[p], |p| case.is_zone(p))
}

/// Places within some links of another, with kilometres along the shortest way; `passes` says where a way may lead through.
pub fn by_road<'a, P: Copy + PartialEq + 'a>(from: P, links: usize, neighbours: impl Fn(P) -> &'a [(P, f64)], passes: impl Fn(P) -> bool) -> Vec<(P, f64)> {
    let mut reach: Vec<(P, f64)> = vec![(from, 0.0)];
    for _ in 0..links {
        for (p, km) in reach.clone() {
            if !passes(p) && p != from {
                continue;
            }
            for &(q, more) in neighbours(p) {
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
    let deaths = world.deaths_memory[home] * terms::MEAN_ZONE / world.inhabitants(home).max(1_000.0);
    p.back * libm::exp(-deaths / p.deterring)
}

fn returns(world: &mut World, model: &Model) {
    let p = &model.p.displacement;
    let mut homeward: Vec<Household> = Vec::new();
    let rates: Vec<f64> = model.case.zones().map(|home| within(return_rate(world, model, home), 1.0)).collect();
    for home in model.case.zones() {
        let rate = rates[home.at()];
        let harsh = strongest(world, home);
        let harmed = |community| harsh.is_some_and(|b| protection::of(world, b, home, community) < 0.0);
        let harmed: Vec<bool> = model.case.communities.ids().map(harmed).collect();
        let somebody_harmed = harmed.contains(&true);
        homeward.clear();
        for host in model.case.places.ids() {
            let len = world.lists[(home, host)].len();
            if len == 0 {
                continue;
            }
            let entity = mix(model.case.places[home].identity, model.case.places[host].identity);
            let n = model.dice.poisson(Stream::Return, world.week, entity, rate * len as f64).min(len as u32);
            let mut draws = model.dice.at(Stream::ReturnWho, world.week, entity);
            for _ in 0..n {
                let at = draws.below(world.lists[(home, host)].len());
                let stays = draws.unit();
                let household = Household(world.lists[(home, host)][at]);
                if somebody_harmed && harmed[model.template.lineage(household).1.community.at()] && stays >= p.under_harm {
                    continue;
                }
                world.lists[(home, host)].swap_remove(at);
                homeward.push(household);
            }
        }
        world.fetch(model.template, homeward.iter().copied());
        for &household in &homeward {
            world.ledger.touches += 1;
            grievance::carry(world, model, household, false);
            world.relocate(model.template, household, home);
        }
    }
}

/// The bloc with the largest control of a place.
#[must_use]
pub fn strongest(world: &World, place: Place) -> Option<crate::index::Bloc> {
    terms::blocs(world).max_by(|&a, &b| world.control[(place, a)].total_cmp(&world.control[(place, b)]).then(b.at().cmp(&a.at())))
}
