//! The people before anything happens: who lives where, in which lineage and settlement. Shared by all futures.
use crate::dice::{Dice, Stream, mix};
use crate::index::{Cluster, Community, Grid, Household, Id, Map, Place, Segment};
use crate::scenario::case::TRENDS;
use crate::scenario::{Case, Population, Scenario, Trend};
use std::ops::Range;

/// Households of a settlement cluster, about: what "here" means.
const CLUSTER_HOUSEHOLDS: u32 = 500;
/// Fewest and most households of a lineage.
const SEGMENT_HOUSEHOLDS: (u32, u32) = (20, 60);
/// Seed of the template: people are the same under every seed, parameter draw and track.
const TEMPLATE_SEED: u64 = 20_220_615;
/// Spread of hardship between households, as a uniform of this half-width about the community's mean.
const HARDSHIP_SPREAD: f64 = 0.3;

/// A lineage, in 32 bytes: whoever looks one up waits for memory once.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(32))]
#[expect(missing_docs, reason = "plain facts of a lineage")]
pub struct SegmentData {
    /// Stable identity: place, community and ordinal.
    pub identity: u64,
    pub first: u32,
    pub end: u32,
    pub cluster: Cluster,
    /// Men aged 15 to 45 at the start.
    pub men: u16,
    pub place: Place,
    pub community: Community,
    /// The side that its notable takes at the start.
    pub notable: Trend,
}

/// A settlement cluster.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain facts of a cluster")]
pub struct ClusterData {
    pub place: Place,
    pub first: u32,
    pub end: u32,
}

/// Households that an entry of [`LineageIndex`] covers.
const BLOCK: usize = 32;

/// The lineage of every household, in a quarter of a byte each: small enough to stay at hand where one entry per household would not,
/// and without a search.
#[derive(Clone, Debug, Default)]
struct LineageIndex {
    blocks: Vec<Block>,
}

/// Households that follow one another.
#[derive(Clone, Copy, Debug)]
struct Block {
    /// The lineage of the first.
    first: Segment,
    /// A bit for each but the first: whether a lineage begins with it.
    begins: u32,
}

impl LineageIndex {
    /// Adds a household, the last so far, of a lineage that begins with it or goes on.
    fn push(&mut self, household: usize, segment: Segment, begins: bool) {
        if household.is_multiple_of(BLOCK) {
            self.blocks.push(Block { first: segment, begins: 0 });
        } else if begins && let Some(block) = self.blocks.last_mut() {
            block.begins |= 1 << (household % BLOCK);
        }
    }

    fn of(&self, household: Household) -> Segment {
        let block = self.blocks[household.at() / BLOCK];
        let up_to_it = (2_u32 << (household.at() % BLOCK)).wrapping_sub(1);
        Segment(block.first.0 + (block.begins & up_to_it).count_ones())
    }
}

/// Households whose community is kept together.
const TOGETHER: usize = 64;

/// All people of a case at a scale.
#[derive(Clone, Debug)]
pub struct Template {
    /// Lineages, by place and community.
    pub segments: Map<Segment, SegmentData>,
    /// Settlement clusters, by place.
    pub clusters: Map<Cluster, ClusterData>,
    segment_of: LineageIndex,
    /// Chance that a lineage is among those that an event in its cluster falls on; 1 where all of those of its community are kept.
    pub among: Map<Segment, f64>,
    /// Men aged 15 to 45 of each household.
    pub men: Vec<u8>,
    /// Hardship of each household at the start, in 1/255.
    pub hardship: Vec<u8>,
    /// Households of each place, as a range.
    pub range: Map<Place, (u32, u32)>,
    /// Share of its settlements that each place has here as clusters: 1 where one in `scale` lineages suffices for a cluster each, and
    /// below it a cluster stands for several.
    pub settled: Map<Place, f64>,
    /// Segments of each place and community, as a range (empty where none).
    pub lineages: Grid<Place, Community, (u32, u32)>,
    /// Households of each place and community, likewise.
    homes: Grid<Place, Community, (u32, u32)>,
    /// The community of every [`TOGETHER`] households that follow one another; none where they are of several.
    communities: Vec<Option<Community>>,
    /// Persons that one person of the template stands for, by home and community: 1 where everybody is kept.
    weights: Grid<Place, Community, f64>,
    /// Most persons that one whose home is a place stands for.
    pub heaviest: Map<Place, f64>,
    /// Households of the whole population (before thinning by scale).
    pub households: u64,
    /// Persons of a household at the start.
    pub household_size: u8,
    /// Fights that stay in memory: blocs of the case and slots for open breaks.
    pub slots: usize,
    /// Households displaced at the start of the scenario: household and host.
    pub displaced: Vec<(Household, Place)>,
    /// All the people, where only some of them are kept.
    whole: Option<Box<Template>>,
}

/// Slots kept for open breaks in one future: where none is left, nobody breaks away, and the whole of it meets its conditions.
pub const BREAK_SLOTS: usize = 2;

impl Template {
    /// Builds the people of a scenario: they depend on case, start, population and scale only.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let mut template = Self::at_scale(scenario, scenario.scale.max(1));
        if scenario.scale > 1 {
            template.whole = Some(Box::new(Self::at_scale(scenario, 1)));
        }
        template
    }

    /// All the people, on whom levels are solved: the same at every scale, so that none hangs on it, and nobody left out, as of a
    /// small zone a sample would keep three lineages.
    #[must_use]
    pub fn whole(&self) -> &Self {
        self.whole.as_deref().unwrap_or(self)
    }

    fn at_scale(scenario: &Scenario, scale: u32) -> Self {
        let case = &*scenario.case;
        let dice = Dice::new(TEMPLATE_SEED, 0);
        let counts = household_counts(case, scenario.population);
        let mut template = Self {
            segments: Map::new(Vec::new()),
            clusters: Map::new(Vec::new()),
            segment_of: LineageIndex::default(),
            among: Map::new(Vec::new()),
            men: Vec::new(),
            hardship: Vec::new(),
            range: Map::filled(case.zones, (0, 0)),
            settled: Map::filled(case.zones, 1.0),
            lineages: Grid::filled(case.zones, case.communities.len(), (0, 0)),
            homes: Grid::filled(case.zones, case.communities.len(), (0, 0)),
            communities: Vec::new(),
            weights: Grid::filled(case.zones, case.communities.len(), 1.0),
            heaviest: Map::filled(case.zones, 1.0),
            households: counts.values().iter().map(|&n| u64::from(n)).sum(),
            household_size: case.household_size as u8,
            slots: case.blocs.len() + BREAK_SLOTS,
            displaced: Vec::new(),
            whole: None,
        };
        let mut whole = Grid::filled(case.zones, case.communities.len(), 0);
        for place in case.zones() {
            for community in case.communities.ids() {
                whole[(place, community)] = lineages(case.settled(place, community), counts[(place, community)], dice).count() as u64;
            }
        }
        let before = Self::before(case, &whole);
        let settlements = |place: Place| {
            let households: u32 = counts.row(place).iter().sum();
            u64::from((households + CLUSTER_HOUSEHOLDS / 2) / CLUSTER_HOUSEHOLDS).max(1)
        };
        for place in case.zones() {
            let first = template.men.len() as u32;
            for community in case.communities.ids() {
                let (from, first) = (template.segments.len() as u32, template.men.len() as u32);
                template.settle(case, place, community, counts[(place, community)], (scale, before[(place, community)]), dice);
                template.lineages[(place, community)] = (from, template.segments.len() as u32);
                template.homes[(place, community)] = (first, template.men.len() as u32);
            }
            template.range[place] = (first, template.men.len() as u32);
            template.cluster_place(place, settlements(place));
        }
        if scale > 1 {
            template.weigh(&counts, f64::from(scale));
            case.zones().for_each(|place| template.spare(place, settlements(place), whole.row(place)));
        }
        template.communities = (0..template.len()).step_by(TOGETHER).map(|first| template.community_from(first)).collect();
        template.displace(scenario, dice);
        template
    }

    /// Number of households of the template.
    #[must_use]
    pub fn len(&self) -> usize {
        self.men.len()
    }

    /// Whether nobody lives in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.men.is_empty()
    }

    /// Lineages of a zone, on average, that a scale would keep of a scenario's people.
    #[must_use]
    pub fn lineages_kept(scenario: &Scenario, scale: u32) -> u32 {
        Self::at_scale(scenario, scale).lineages_a_zone()
    }

    /// Lineages of a zone, on average.
    #[must_use]
    pub fn lineages_a_zone(&self) -> u32 {
        (self.segments.len() / self.lineages.rows().max(1)) as u32
    }

    /// Persons that one of a lineage stands for.
    #[must_use]
    #[inline]
    pub fn weight(&self, segment: Segment) -> f64 {
        let data = &self.segments[segment];
        self.weights[(data.place, data.community)]
    }

    /// Persons that one of a household stands for.
    #[must_use]
    #[inline]
    pub fn weight_of(&self, household: Household) -> f64 {
        self.weight(self.segment(household))
    }

    /// Persons that one of each community whose home is a place stands for.
    #[must_use]
    pub fn weights(&self, home: Place) -> &[f64] {
        self.weights.row(home)
    }

    /// Persons that one whose home is a place stands for, on average.
    fn mean_weight(&self, home: Place) -> f64 {
        let kept = self.homes.row(home).iter().map(|(first, end)| f64::from(end - first));
        let (mut sum, mut all) = (0.0, 0.0);
        for (kept, weight) in kept.zip(self.weights(home)) {
            sum += kept * weight;
            all += kept;
        }
        if all > 0.0 { sum / all } else { 1.0 }
    }

    /// The lineage of a household.
    #[must_use]
    #[inline]
    pub fn segment(&self, household: Household) -> Segment {
        self.segment_of.of(household)
    }

    /// The lineage, its place and community, of a household.
    #[must_use]
    pub fn lineage(&self, household: Household) -> (Segment, &SegmentData) {
        let segment = self.segment(household);
        (segment, &self.segments[segment])
    }

    /// Households of a community whose home is a place, as a range (empty where none).
    #[must_use]
    pub fn households_of(&self, place: Place, community: Community) -> Range<u32> {
        let (first, end) = self.homes[(place, community)];
        first..end
    }

    /// The community of a household whose home is a place, without reading its lineage.
    #[must_use]
    pub fn community(&self, home: Place, household: Household) -> Community {
        self.communities[household.at() / TOGETHER]
            .unwrap_or_else(|| Community::from_at(self.homes.row(home).partition_point(|of| of.1 <= household.0)))
    }

    /// The community of [`TOGETHER`] households from one on, if they are all of one.
    fn community_from(&self, first: usize) -> Option<Community> {
        let last = (first + TOGETHER).min(self.len()) - 1;
        let [from, to] = [first, last].map(|at| self.segment(Household::from_at(at)).at());
        let (one, others) = self.segments.values()[from..=to].split_first()?;
        others.iter().all(|other| other.community == one.community).then_some(one.community)
    }

    /// Positions of the clusters of a place, in the order of their households.
    #[must_use]
    pub fn clusters_of(&self, place: Place) -> Range<usize> {
        let (first, end) = self.range[place];
        let clusters = self.clusters.values();
        clusters.partition_point(|c| c.first < first)..clusters.partition_point(|c| c.first < end)
    }

    /// Lineages that stand before those of each place and community, in an order of names: so that in whatever order tables stand, one
    /// in so many is kept of every place and of all, and not only of large communities of a place. `whole` holds how many each has.
    fn before(case: &Case, whole: &Grid<Place, Community, u64>) -> Grid<Place, Community, u64> {
        let mut order: Vec<(u64, u64, Place, Community)> = Vec::new();
        for place in case.zones() {
            order.extend(
                case.communities.ids().map(|community| (case.places[place].identity, case.settled(place, community), place, community)),
            );
        }
        order.sort_unstable();
        let mut before = Grid::filled(case.zones, case.communities.len(), 0);
        let mut sum = 0;
        for (_, _, place, community) in order {
            before[(place, community)] = sum;
            sum += whole[(place, community)];
        }
        before
    }

    /// Cuts a community of a place into lineages, of which one in `scale` is kept whole, counted on from those before.
    fn settle(&mut self, case: &Case, place: Place, community: Community, households: u32, (scale, before): (u32, u64), dice: Dice) {
        let scale = u64::from(scale);
        for (ordinal, (identity, size)) in (before..).zip(lineages(case.settled(place, community), households, dice)) {
            if ordinal % scale == scale / 2 {
                self.add_segment(case, place, community, size, identity, dice);
            }
        }
    }

    fn add_segment(&mut self, case: &Case, place: Place, community: Community, size: u32, identity: u64, dice: Dice) {
        let mut draws = dice.at(Stream::Notable, 0, identity);
        let shares = case.leanings[community];
        let notable = draws.choose(shares[..3].iter().copied()).map_or(Trend::Loyalist, |at| TRENDS[at]);
        let first = self.men.len() as u32;
        let segment = Segment::from_at(self.segments.len());
        let mut segment_men = 0_u16;
        let extra = (case.men_per_household - 1.0).clamp(0.0, 1.0);
        let mean = case.communities[community].hardship;
        let mut draws = dice.at(Stream::Template, 1, identity);
        for nth in 0..size {
            let men = 1 + u8::from(draws.unit() < extra);
            self.segment_of.push(self.men.len(), segment, nth == 0);
            segment_men += u16::from(men);
            self.men.push(men);
            let hardship = (mean + HARDSHIP_SPREAD * (2.0 * draws.unit() - 1.0)).clamp(0.0, 1.0);
            self.hardship.push((hardship * 255.0) as u8);
        }
        self.segments.push(SegmentData {
            identity,
            first,
            end: first + size,
            cluster: Cluster(0),
            men: segment_men,
            place,
            community,
            notable,
        });
        self.among.push(1.0);
    }

    /// Lets those who are kept stand for so many that each place, and each community as far as may be, has as many households as at 1:1. One
    /// lineage in so many gives a place up to a tenth more or less, alike in all futures.
    fn weigh(&mut self, counts: &Grid<Place, Community, u32>, scale: f64) {
        /// Times that places and communities are set right in turn.
        const TURNS: usize = 40;
        /// Most by which a weight may leave the scale, as a factor either way.
        const MOST: f64 = 3.0;
        /// Steps of a weight to 1, so that sums of weighted persons are exact.
        const FINE: f64 = 256.0;
        let (zones, communities) = (self.weights.rows(), self.weights.columns());
        let kept: Vec<f64> = self.homes.values().iter().map(|(first, end)| f64::from(end - first)).collect();
        let within = |weight: f64| if weight > 0.0 { weight.clamp(scale / MOST, scale * MOST) } else { scale };
        let mut weights: Vec<f64> = counts.values().iter().zip(&kept).map(|(&all, &kept)| within(f64::from(all) / kept.max(1.0))).collect();
        let mut set_right = |cells: std::iter::StepBy<std::ops::Range<usize>>| {
            let wanted: f64 = cells.clone().map(|at| f64::from(counts.values()[at])).sum();
            let have: f64 = cells.clone().map(|at| weights[at] * kept[at]).sum();
            if have > 0.0 {
                cells.for_each(|at| weights[at] = within(weights[at] * wanted / have));
            }
        };
        for _ in 0..TURNS {
            (0..communities).for_each(|c| set_right((c..zones * communities).step_by(communities)));
            (0..zones).for_each(|q| set_right((q * communities..(q + 1) * communities).step_by(1)));
        }
        self.weights.values_mut().iter_mut().zip(weights).for_each(|(weight, w)| *weight = ((w * FINE).round() / FINE).max(1.0));
        for (place, most) in self.heaviest.iter_mut() {
            let here = self.weights.row(place).iter().zip(self.homes.row(place)).filter(|(_, (first, end))| end > first);
            *most = here.map(|(weight, _)| *weight).fold(1.0, f64::max);
        }
    }

    /// Joins neighbouring segments of a place into as many clusters as it has settlements at every scale, as far as segments go.
    fn cluster_place(&mut self, place: Place, settlements: u64) {
        let row = self.lineages.row(place);
        let Some(((from, _), (_, end))) = row.first().copied().zip(row.last().copied()).filter(|(first, last)| last.1 > first.0) else {
            return;
        };
        let lineages = u64::from(end - from);
        let clusters = lineages.min(settlements);
        self.settled[place] = clusters as f64 / settlements as f64;
        let mut open = None;
        for segment in (from..end).map(Segment) {
            let nth = u64::from(segment.0 - from) * clusters / lineages;
            let (first, end) = (self.segments[segment].first, self.segments[segment].end);
            let cluster = match open {
                Some((cluster, of)) if of == nth => {
                    self.clusters[cluster].end = end;
                    cluster
                }
                _ => self.clusters.push(ClusterData { place, first, end }),
            };
            open = Some((cluster, nth));
            self.segments[segment].cluster = cluster;
        }
    }

    /// How often an event in a cluster falls on those of its kept lineages that are of the victims' community: so often that one that can be
    /// hit is hit as many times in it as at 1:1. `whole` tells how many lineages each community has at the place at 1:1.
    fn spare(&mut self, place: Place, settlements: u64, whole: &[u64]) {
        let all: u64 = whole.iter().sum();
        let mut before = 0;
        for (&(from, end), &whole) in self.lineages.row(place).iter().zip(whole) {
            let kept = u64::from(end - from);
            for at in from..end {
                // About where it stands among all lineages of the place, and how many of its community are in the settlement there.
                let ordinal = before + (2 * u64::from(at - from) + 1) * whole / (2 * kept);
                let nth = ordinal * settlements / all;
                let (low, high) = ((nth * all).div_ceil(settlements), ((nth + 1) * all).div_ceil(settlements));
                let neighbours = high.min(before + whole) - low.max(before);
                // Those of a settlement stand together.
                let (cluster, kin) = (self.segments[Segment(at)].cluster, &self.segments.values()[from as usize..end as usize]);
                let here = kin.partition_point(|other| other.cluster <= cluster) - kin.partition_point(|other| other.cluster < cluster);
                let each = here as f64 / neighbours.max(1) as f64;
                self.among[Segment(at)] = (1.0 / (self.weight(Segment(at)) * self.settled[place] * each)).min(1.0);
            }
            before += whole;
        }
    }

    /// Chooses who is displaced at the start: a rotating choice by household, the same for every future.
    fn displace(&mut self, scenario: &Scenario, dice: Dice) {
        let mut taken: std::collections::BTreeSet<u32> = std::collections::BTreeSet::new();
        for &(home, host, persons) in &scenario.start().displaced {
            let (first, end) = self.range[home];
            let wanted = persons / f64::from(self.household_size);
            let each = self.mean_weight(home);
            let mut draws = dice.at(Stream::FleeWho, 0, mix(scenario.case.places[home].identity, scenario.case.places[host].identity));
            let mut given = 0.0;
            // At most a little over a third of a place is away at the start, so random probing ends quickly.
            for _ in 0..20 * (wanted / each).round() as u64 {
                if given + 0.5 * each > wanted || end == first {
                    break;
                }
                let household = first + draws.below((end - first) as usize) as u32;
                if taken.insert(household) {
                    self.displaced.push((Household(household), host));
                    given += self.weight_of(Household(household));
                }
            }
        }
    }
}

/// Identity and households of each lineage of a community of a place.
fn lineages(name: u64, households: u32, dice: Dice) -> impl Iterator<Item = (u64, u32)> {
    let (mut left, mut ordinal) = (households, 0_u64);
    std::iter::from_fn(move || {
        if left == 0 {
            return None;
        }
        let identity = mix(name, ordinal);
        let mut draws = dice.at(Stream::Template, 0, identity);
        let (low, high) = SEGMENT_HOUSEHOLDS;
        let mut size = low + draws.below((high - low + 1) as usize) as u32;
        if size + low > left {
            size = left;
        }
        left -= size;
        ordinal += 1;
        Some((identity, size))
    })
}

/// Households by place and community: persons over household size, by largest remainders so that the total is exact.
fn household_counts(case: &Case, population: Population) -> Grid<Place, Community, u32> {
    let people = |place: Place| match population {
        Population::Census => case.places[place].people_census,
        Population::Projection => case.places[place].people_projection,
    };
    let mut exact: Vec<(f64, Place, Community)> = Vec::new();
    let mut counts = Grid::filled(case.zones, case.communities.len(), 0_u32);
    let mut total = 0.0;
    for place in case.zones() {
        for community in case.communities.ids() {
            let households = people(place) * case.shares[(place, community)] / case.household_size;
            counts[(place, community)] = households as u32;
            total += households;
            exact.push((households.fract(), place, community));
        }
    }
    let given: u64 = counts.values().iter().map(|&n| u64::from(n)).sum();
    exact.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let missing = (total.round() as u64).saturating_sub(given);
    for &(_, place, community) in exact.iter().take(missing as usize) {
        counts[(place, community)] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_household_is_of_the_lineage_that_it_stands_in() {
        // Lineages shorter and longer than a block, and some that begin where one does.
        let sizes = [1, 1, 30, 32, 64, 5, 2, 79, 20, 31, 33, 1, 21];
        let mut index = LineageIndex::default();
        let mut expected = Vec::new();
        for (segment, size) in sizes.into_iter().enumerate() {
            for nth in 0..size {
                index.push(expected.len(), Segment::from_at(segment), nth == 0);
                expected.push(Segment::from_at(segment));
            }
        }
        let found: Vec<Segment> = (0..expected.len()).map(|at| index.of(Household::from_at(at))).collect();
        assert_eq!(found, expected);
    }

    /// Would catch a sample that a place, or a community, has more or fewer people in than at 1:1, alike in all futures.
    #[test]
    fn those_who_are_kept_stand_for_all() {
        let at = |scale: i64| {
            let changes = crate::scenario::Changes { scale: Some(scale), ..Default::default() };
            Template::new(&crate::scenario::Library::new().load("bamako-only", &changes).unwrap())
        };
        let whole = at(1);
        assert!(whole.weights.values().iter().all(|&weight| weight == 1.0));
        let people = |template: &Template, cells: &mut dyn Iterator<Item = (Place, Community)>| -> f64 {
            cells.map(|cell| f64::from(template.homes[cell].1 - template.homes[cell].0) * template.weights[cell]).sum()
        };
        let places = || (0..whole.homes.rows()).map(Place::from_at);
        let communities = || (0..whole.homes.columns()).map(Community::from_at);
        for (scale, within) in [(4, 0.005), (16, 0.02), (17, 0.02), (20, 0.02)] {
            let kept = at(scale);
            for place in places() {
                let [all, some] = [&whole, &kept].map(|t| people(t, &mut communities().map(|c| (place, c))));
                assert!((some / all - 1.0).abs() < 0.002, "1:{scale}, place {}: {some} of {all}", place.at());
            }
            for community in communities() {
                let [all, some] = [&whole, &kept].map(|t| people(t, &mut places().map(|q| (q, community))));
                assert!((some / all - 1.0).abs() < within, "1:{scale}, community {}: {some} of {all}", community.at());
            }
            let spread = kept.weights.values().iter().fold((f64::MAX, 0.0_f64), |x, &w| (x.0.min(w), x.1.max(w)));
            assert!(spread.0 >= scale as f64 / 3.01 && spread.1 <= scale as f64 * 3.01, "{spread:?}");
        }
    }
}
