//! Displacement: flight and return.
//! Reads: deaths, fear, sieges, control. Writes: where households are. Draws: thinned per home; a destination each.
//! Evidence: UNHCR, IDMC 2012-2021; model 6.9. Left out: camps within a place, moves inside a zone.
use super::{Model, protection, telling, terms, thinning};
use crate::dice::{Stream, mix};
use crate::index::{Community, Grid, Household, Id, Place, Segment};
use crate::params::displacement::Displacement;
use crate::scenario::Case;
use crate::units::kept;
use crate::world::{Away, SegmentData, World};

/// Fear of those who have fled already.
const GUEST_FEAR: f64 = 0.3;
/// Cost of getting out of a besieged town.
const SIEGE_COST: f64 = 0.7;

/// Of so many households one flees, and one comes home, in a week of much movement.
const ONE_IN: usize = 500;

pub(super) fn run(world: &mut World, model: &Model) {
    if !model.held {
        flights(world, model);
        returns(world, model);
    }
    remember(world, model);
}

/// What places remember of deaths.
pub(super) fn remember(world: &mut World, model: &Model) {
    let keep = kept(model.p.displacement.memory, 1.0);
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

/// A household that leaves home, and its lineage.
struct Goer {
    household: Household,
    lives: bool,
    segment: Segment,
    community: Community,
    /// The address of its choice of a destination.
    entity: u64,
}

/// Who leaves is decided by the week's start for all, those who fled before as well, then they go one after another.
fn flights(world: &mut World, model: &Model) {
    let leaving: Vec<Leaving> = model.case.zones().map(|q| Leaving::new(world, model, q)).collect();
    let mut ways = Ways::new(world, model);
    let (afraid, ends) = afraid_at_home(world, model, &leaving);
    let onward = onward(world, model, &leaving);
    world.ledger.touches += (afraid.len() + onward.len()) as u64;
    let lineage = |&household: &Household| {
        let (segment, data) = model.template.lineage(household);
        Goer { household, lives: world.people.living(household) > 0, segment, community: data.community, entity: goer(data, household) }
    };
    let goers: Vec<Goer> = afraid.iter().map(lineage).collect();
    let entities: Vec<u64> = goers.iter().map(|who| who.entity).collect();
    world.copies.fetch(goers.iter().map(|who| who.segment));
    let ways_of = model.dice.units(Stream::Destination, world.week, &entities);
    let mut first = 0;
    for (home, end) in model.case.zones().zip(ends) {
        let (mut left, weights) = (0.0, model.template.weights(home));
        let (mut moves, mut ways) = (world.moves(model.template, home), ways.of(home));
        for (who, &u) in goers[first..end].iter().zip(&ways_of[first..end]) {
            // One may come up twice.
            if who.lives && moves.is_at_home(who.household) {
                if let Some(to) = ways.choose(who.community, u) {
                    moves.leave(who.household, (who.segment, who.community), to);
                }
                left += weights[who.community.at()];
            }
        }
        wave(world, model, home, left);
        first = end;
    }
    // Where they stand is still so: those who fled this week came behind them.
    world.fetch_living(onward.iter().map(|x| x.0.household));
    let lineages: Vec<&SegmentData> = onward.iter().map(|x| model.template.lineage(x.0.household).1).collect();
    for ((Away { household, .. }, host, at), data) in onward.into_iter().zip(lineages) {
        if world.people.living(household) > 0 {
            let u = model.dice.unit(Stream::Destination, world.week, goer(data, household));
            if let Some(to) = ways.of(host).choose(data.community, u) {
                world.moves(model.template, data.place).move_on(household, data.community, (host, at), to);
            }
        }
    }
}

/// Those who found refuge in another zone and have to move on, each with the host and his position in the list of those from his home; each
/// list from its end, so that taking one out leaves the positions of the others.
fn onward(world: &World, model: &Model, leaving: &[Leaving]) -> Vec<(Away, Place, usize)> {
    let (mut onward, mut positions) = (Vec::new(), Vec::new());
    for host in model.case.zones() {
        let here = world.guests(host);
        positions.clear();
        let cell = mix(model.case.places[host].identity, 1);
        let chance = leaving[host.at()].chance(model, GUEST_FEAR);
        thinning::below(model.dice, Stream::Flee, world.week, cell, (0, here.len()), chance, |at, _| positions.push(at));
        positions.sort_unstable_by(|a, b| b.cmp(a));
        positions.dedup();
        onward.extend(positions.iter().map(|&position| {
            let (home, at) = here.find(position);
            (world.lists[(home, host)][at], host, at)
        }));
    }
    onward
}

/// Households at home whose uniform is below the chance to flee of their settlement, one home after another, and where those of each home end.
fn afraid_at_home(world: &World, model: &Model, leaving: &[Leaving]) -> (Vec<Household>, Vec<usize>) {
    let mut afraid: Vec<Household> = Vec::with_capacity(world.people.len() / ONE_IN);
    let mut till = Vec::with_capacity(leaving.len());
    for (home, leaving) in model.case.zones().zip(leaving) {
        // Fears of settlements lie close together, the households' rows far apart: most are turned away here.
        let clusters = model.template.clusters_of(home);
        let (ends, fears) = (&model.template.clusters.values()[clusters.clone()], &world.fear.values()[clusters]);
        let (calm, fearful) = fears.iter().fold((f32::INFINITY, 0.0), |(least, most), &fear| (f32::min(least, fear), f32::max(most, fear)));
        // The chance rises or falls with fear, so it lies between those of the two.
        let [a, b] = [calm.min(fearful), fearful].map(|fear| leaving.chance(model, f64::from(fear)));
        let (least, most) = (a.min(b), a.max(b));
        let cell = model.case.places[home].identity;
        let (first, end) = model.template.range[home];
        let step = ends.len() as f64 / f64::from((end - first).max(1));
        thinning::below(model.dice, Stream::Flee, world.week, cell, (first, end), most, |household, u| {
            // Where people flee, most have gone.
            if !world.people.is_at_home(Household(household)) {
                return;
            }
            if u < least {
                return afraid.push(Household(household));
            }
            // Settlements are of about one size, so a guess is a step or two off.
            let mut at = (f64::from(household - first) * step) as usize;
            while ends[at].end <= household {
                at += 1;
            }
            while ends[at].first > household {
                at -= 1;
            }
            if u < leaving.chance(model, f64::from(fears[at])) {
                afraid.push(Household(household));
            }
        });
        till.push(afraid.len());
    }
    (afraid, till)
}

/// Destinations by present place and community, weighed as of the week's start when first asked for.
struct Ways<'a> {
    ways: &'a [Vec<(Place, f64)>],
    /// Sums of the weights up to each destination, for those of each community of each place; below 0 where they were not asked for yet.
    sums: Vec<Vec<f64>>,
    draws: Grid<Place, Community, f64>,
}

impl<'a> Ways<'a> {
    fn new(world: &World, model: &'a Model) -> Self {
        let mut draws = Grid::filled(model.case.places.len(), model.case.communities.len(), 0.0);
        let mut harmful = vec![0.0; model.case.communities.len()];
        for to in model.case.places.ids() {
            let attraction = model.solved.attraction[to];
            if !model.case.is_zone(to) {
                draws.row_mut(to).fill(appeal(attraction, 0.0, 0.0));
                continue;
            }
            let people = world.inhabitants(to).max(1.0);
            harmful.fill(0.0);
            for bloc in terms::blocs(world) {
                let control = world.control[(to, bloc)];
                let protection = &world.protection[world.bpc(bloc, to, Community::from_at(0))..];
                harmful.iter_mut().zip(protection).for_each(|(sum, &s)| *sum += if s < 0.0 { control } else { 0.0 });
            }
            for ((draw, &present), &harmful) in draws.row_mut(to).iter_mut().zip(world.present.row(to)).zip(&harmful) {
                *draw = appeal(attraction, present / people, f64::min(harmful, 1.0));
            }
        }
        let ways = model.solved.ways.as_slice();
        let sums = ways.iter().map(|ways| vec![-1.0; ways.len() * model.case.communities.len()]).collect();
        Self { ways, sums, draws }
    }

    /// Destinations of those who are in a place.
    fn of(&mut self, from: Place) -> WaysOf<'_> {
        WaysOf { ways: &self.ways[from.at()], sums: &mut self.sums[from.at()], draws: &self.draws }
    }
}

/// [`Ways`] from one place.
struct WaysOf<'a> {
    ways: &'a [(Place, f64)],
    sums: &'a mut [f64],
    draws: &'a Grid<Place, Community, f64>,
}

impl WaysOf<'_> {
    /// Where somebody goes for a uniform `u`, if there is anywhere to go.
    #[inline(always)]
    fn choose(&mut self, community: Community, u: f64) -> Option<Place> {
        let n = self.ways.len();
        let sums = &mut self.sums[n * community.at()..][..n];
        if *sums.first()? < 0.0 {
            weigh(self.ways, self.draws, community, sums);
        }
        let (&mut all, others) = sums.split_last_mut()?;
        (all > 0.0).then(|| self.ways[others.partition_point(|&sum| sum <= u * all)].0)
    }
}

/// Sums of the weights of ways for those of a community.
#[inline(never)]
fn weigh(ways: &[(Place, f64)], draws: &Grid<Place, Community, f64>, community: Community, sums: &mut [f64]) {
    let mut sum = 0.0;
    for (up_to, &(to, weight)) in sums.iter_mut().zip(ways) {
        sum += weight * draws[(to, community)].max(0.0);
        *up_to = sum;
    }
}

/// Tells a large wave.
fn wave(world: &mut World, model: &Model, home: Place, households: f64) {
    /// Persons from which a story tells a wave of flight.
    const TOLD_FROM: f64 = 5_000.0;
    let persons = households * f64::from(model.template.household_size);
    if persons >= TOLD_FROM {
        let text = format!(
            "About {persons:.0} people leave {} within a week ({:.0} deaths there in four weeks)",
            model.case.places[home].name,
            world.deaths4.get(home.at())
        );
        let deaths = world.deaths4.get(home.at());
        telling::tell(world, "flight", Some(home), Vec::new(), 0, text).numbers = vec![("persons", persons), ("deaths_4_weeks", deaths)];
    }
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

/// The address of a household's choice of a destination.
fn goer(data: &SegmentData, household: Household) -> u64 {
    mix(data.identity, u64::from(household.0 - data.first))
}

/// Links of the shortest way within which a destination lies in reach.
const LINKS: usize = 3;

/// Places within reach by road, with kilometres along the shortest way of at most three links.
#[must_use]
pub fn destinations(case: &Case, from: Place) -> Vec<(Place, f64)> {
    by_road(from, LINKS, |p| &case.neighbours[p], |p| case.is_zone(p))
}

/// Places within some links of another, with kilometres along the shortest way; `passes` says where a way may lead through.
pub fn by_road<'a, P: Copy + PartialEq + 'a>(
    from: P,
    links: usize,
    neighbours: impl Fn(P) -> &'a [(P, f64)],
    passes: impl Fn(P) -> bool,
) -> Vec<(P, f64)> {
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

/// Somebody away who thinks of returning home, and where he is found.
struct Homesick {
    household: Household,
    /// Position in the list of those from there who are here.
    at: u32,
    /// He stays under rule that harms his community, unless this is below the share of those who go: a uniform of 32 bits.
    stays: u32,
    host: Place,
}

/// Who goes home is decided for all, then they go: what waits for memory is read for many at once.
fn returns(world: &mut World, model: &Model) {
    let (homesick, ends) = homesick(world, model);
    world.fetch_living(homesick.iter().map(|who| who.household));
    let mut harmed = vec![false; model.case.communities.len()];
    let mut first = 0;
    for (home, end) in model.case.zones().zip(ends) {
        let harsh = strongest(world, home);
        for (harmed, community) in harmed.iter_mut().zip(model.case.communities.ids()) {
            *harmed = harsh.is_some_and(|bloc| protection::of(world, bloc, home, community) < 0.0);
        }
        let mut moves = world.moves(model.template, home);
        let (mut back, mut last) = (0, None);
        for who in &homesick[first..end] {
            // Who comes up twice is asked the first time.
            if last.replace(who.household) == Some(who.household) {
                continue;
            }
            let community = model.template.community(home, who.household);
            if harmed[community.at()] && (f64::from(who.stays) + 0.5) / 4_294_967_296.0 >= model.p.displacement.under_harm {
                continue;
            }
            moves.come_home(who.household, community, (who.host, who.at as usize));
            back += 1;
        }
        world.ledger.touches += back;
        first = end;
    }
}

/// Those away who think of returning, of each home and host from the end of the list: taking one out leaves the positions of the others; and
/// where those of each home end.
fn homesick(world: &World, model: &Model) -> (Vec<Homesick>, Vec<usize>) {
    let mut homesick = Vec::with_capacity(world.people.len() / ONE_IN);
    let mut till = Vec::with_capacity(model.case.zones);
    let mut asked = Even::default();
    for home in model.case.zones() {
        // By position in the lists of all hosts, counted through. At a rate r each position comes up at least once with chance
        // 1 - exp(-r).
        let lists = world.lists.row(home);
        let away = lists.iter().map(Vec::len).sum::<usize>() as u32;
        let entity = model.case.places[home].identity;
        let n = model.dice.poisson(Stream::Return, world.week, entity, return_rate(world, model, home) * f64::from(away));
        asked.given.clear();
        // A position above, and below it what a uniform leaves to 1, so that of two at a position the lower uniform is the greater.
        let ask = |word: &u64| (((word >> 32) * u64::from(away)) >> 32) << 32 | u64::from(!(*word as u32));
        model.dice.at(Stream::ReturnWho, world.week, entity).words(n as usize, |words| asked.given.extend(words.iter().map(ask)));
        let (mut host, mut first, mut list) = (lists.len(), away, [].as_slice());
        homesick.extend(asked.sorted(away).iter().rev().map(|&asked| {
            let position = (asked >> 32) as u32;
            while position < first {
                host -= 1;
                list = &lists[host];
                first -= list.len() as u32;
            }
            let at = position - first;
            Homesick { household: list[at as usize].household, at, stays: !(asked as u32), host: Place::from_at(host) }
        }));
        till.push(homesick.len());
    }
    (homesick, till)
}

/// Puts numbers whose upper halves are spread evenly below a bound into order: each goes where it is expected, which is rarely far from where
/// it belongs.
#[derive(Default)]
struct Even {
    given: Vec<u64>,
    /// Where the next of each part goes, of as many parts as there are numbers.
    next: Vec<u32>,
    sorted: Vec<u64>,
}

impl Even {
    fn sorted(&mut self, bound: u32) -> &[u64] {
        let n = self.given.len();
        let per_number = ((n as u64) << 32) / u64::from(bound.max(1));
        let part = |number: u64| (((number >> 32) * per_number) >> 32) as usize;
        self.next.clear();
        self.next.resize(n, 0);
        self.given.iter().for_each(|&number| self.next[part(number)] += 1);
        let mut first = 0;
        for next in &mut self.next {
            first += std::mem::replace(next, first);
        }
        self.sorted.clear();
        self.sorted.resize(n, 0);
        let (next, sorted) = (self.next.as_mut_slice(), self.sorted.as_mut_slice());
        for &number in &self.given {
            let next = &mut next[part(number)];
            sorted[*next as usize] = number;
            *next += 1;
        }
        let mut highest = 0;
        for end in 0..n {
            let number = sorted[end];
            if number >= highest {
                highest = number;
                continue;
            }
            let mut at = end;
            while at > 0 && sorted[at - 1] > number {
                sorted[at] = sorted[at - 1];
                at -= 1;
            }
            sorted[at] = number;
        }
        sorted
    }
}

/// The bloc with the largest control of a place.
#[must_use]
pub fn strongest(world: &World, place: Place) -> Option<crate::index::Bloc> {
    terms::blocs(world).max_by(|&a, &b| world.control[(place, a)].total_cmp(&world.control[(place, b)]).then(b.at().cmp(&a.at())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    #[test]
    fn numbers_are_put_into_order_however_they_are_spread() {
        let mut draws = Dice::new(1, 0).at(Stream::ReturnWho, 0, 0);
        let mut even = Even::default();
        for (n, bound) in [(0, 0), (0, 9), (1, 1), (2, 1), (50, 3), (300, 1_000_000), (300, u32::MAX)] {
            // Evenly, all in one part, and falling.
            for spread in 0..3 {
                even.given = (0..n)
                    .map(|at| {
                        let upper = match spread {
                            0 => draws.bits() % u64::from(bound),
                            1 => u64::from(bound) - 1,
                            _ => u64::from(bound) * (n - at - 1) / n,
                        };
                        upper << 32 | draws.bits() >> 32
                    })
                    .collect();
                let mut expected = even.given.clone();
                expected.sort_unstable();
                assert_eq!(even.sorted(bound), expected, "{n} below {bound}");
            }
        }
    }
}
