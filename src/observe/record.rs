//! Records one run: reads the world and the week's ledger, changes nothing.
use super::{CommunityRecord, Run, measures};
use crate::index::{Community, Id, Place};
use crate::processes::{Model, displacement, protection, terms};
use crate::scenario::Case;
use crate::scenario::case::{Recruits, TRENDS};
use crate::world::{Template, World};

/// Deaths of a pair in 52 weeks below which a week counts as peaceful.
const PEACEFUL: f64 = 25.0;

/// Sums of one run.
#[derive(Clone, Debug)]
pub struct Recorder {
    weeks: i32,
    scopes: Vec<Vec<bool>>,
    sums: Vec<f64>,
    communities: Vec<CommunityRecord>,
    coercive_people: Vec<f64>,
    series: Vec<f32>,
    rows: usize,
    /// First column of each measure.
    columns: Columns,
    /// The refuge that is counted apart, and its column.
    refuge: Option<(Place, usize)>,
    touches: u64,
}

/// Columns of the measures, for all; those of the scopes follow.
#[derive(Clone, Copy, Debug)]
struct Columns {
    civilian_deaths: usize,
    deaths: usize,
    displaced: usize,
    peace: usize,
    coercive: usize,
    recruits: usize,
    fragmentation: usize,
}

impl Columns {
    fn new(names: &[String]) -> Self {
        let at = |name: &str| names.iter().position(|n| n == name).expect("a measure of the registry");
        Self {
            civilian_deaths: at("civilian_deaths"),
            deaths: at("deaths"),
            displaced: at("displaced_person_weeks"),
            peace: at("peace_dyad_share"),
            coercive: at("coercive_share_mean"),
            recruits: at("recruits"),
            fragmentation: at("fragmentation"),
        }
    }
}

impl Recorder {
    /// An empty record.
    #[must_use]
    pub fn new(case: &Case, weeks: i32) -> Self {
        let rows = measures::series_rows(case).len();
        let names = measures::outcome_columns(case);
        let columns = Columns::new(&names);
        Self {
            weeks,
            scopes: case.scopes.iter().map(|(_, places)| case.places.ids().map(|q| places.contains(&q)).collect()).collect(),
            sums: vec![0.0; names.len()],
            communities: vec![CommunityRecord::default(); case.communities.len()],
            coercive_people: vec![0.0; case.communities.len()],
            series: vec![0.0; rows * weeks.max(0) as usize],
            rows,
            // The measure of the refuge follows that of the displaced and its scopes.
            refuge: case.counted_refuge.as_ref().map(|refuge| (refuge.place, columns.displaced + 1 + case.scopes.len())),
            columns,
            touches: 0,
        }
    }

    /// Adds to a column and to those of the scopes of a place.
    fn add(&mut self, first: usize, place: Place, value: f64) {
        self.sums[first] += value;
        for scope in 0..self.scopes.len() {
            if self.scopes[scope][place.at()] {
                self.sums[first + 1 + scope] += value;
            }
        }
    }

    /// Records the week that has just ended.
    pub fn week(&mut self, model: &Model, world: &World) {
        let case = model.case;
        let mut row = Vec::with_capacity(self.rows);
        let (mut deaths, mut civilians, mut recruits) = (0.0, 0.0, 0.0);
        let mut by_place = vec![0.0; case.zones];
        for &(place, n) in &world.ledger.fighter_deaths {
            deaths += n;
            by_place[place.at()] += n;
            self.add(self.columns.deaths, place, n);
        }
        for &(place, community, n) in &world.ledger.civilian_deaths {
            deaths += n;
            civilians += n;
            by_place[place.at()] += n;
            self.add(self.columns.deaths, place, n);
            self.add(self.columns.civilian_deaths, place, n);
            self.communities[community.at()].civilian_deaths += n;
        }
        for &(place, community, n) in &world.ledger.recruits {
            recruits += n;
            self.add(self.columns.recruits, place, n);
            self.communities[community.at()].recruits += n;
        }
        let mut displaced = 0.0;
        for home in case.zones() {
            let away: f64 = world.away.row(home).iter().sum();
            displaced += away;
            self.add(self.columns.displaced, home, away);
            for community in case.communities.ids() {
                self.communities[community.at()].displaced_person_weeks += world.away[(home, community)];
            }
        }
        self.sums[self.columns.peace] += peaceful_share(case, world);
        let coercive = self.coercive(case, world);
        row.extend([deaths, civilians, displaced]);
        if let Some((place, column)) = self.refuge {
            let refugees: f64 = world.present.row(place).iter().sum();
            self.sums[column] += refugees;
            row.push(refugees);
        }
        row.extend([recruits, coercive]);
        for bloc in case.blocs.ids() {
            row.push(world.active().filter(|(_, o)| o.root == bloc).map(|(_, o)| o.total()).sum());
        }
        row.extend(by_place);
        row.extend(case.zones().map(|q| world.control[(q, case.state)]));
        let leanings: Vec<[f64; 4]> = case.communities.ids().map(|c| leanings(model.template, case, world, c)).collect();
        for trend in 0..3 {
            for shares in &leanings {
                let lean = 1.0 - shares[3];
                row.push(if lean > 0.0 { shares[trend] / lean } else { 0.0 });
            }
        }
        let week = world.week as usize;
        for (at, value) in row.into_iter().enumerate() {
            self.series[at * self.weeks as usize + week] = value as f32;
        }
        self.touches = world.ledger.touches;
    }

    /// Adds the week's coercive rule and returns its share of people.
    fn coercive(&mut self, case: &Case, world: &World) -> f64 {
        let (mut all, mut under) = (0.0, 0.0);
        let mut scoped = vec![(0.0, 0.0); self.scopes.len()];
        for place in case.zones() {
            let strongest = displacement::strongest(world, place).filter(|&b| world.control[(place, b)] > 0.3);
            for community in case.communities.ids() {
                let n = world.present[(place, community)];
                let harmed = strongest.is_some_and(|b| protection::of(world, b, place, community) < 0.0);
                let bad = if harmed { n } else { 0.0 };
                all += n;
                under += bad;
                self.coercive_people[community.at()] += n;
                self.communities[community.at()].coercive_share_mean += bad;
                for (scope, sums) in scoped.iter_mut().enumerate() {
                    if self.scopes[scope][place.at()] {
                        sums.0 += n;
                        sums.1 += bad;
                    }
                }
            }
        }
        let first = self.columns.coercive;
        let share = if all > 0.0 { under / all } else { 0.0 };
        self.sums[first] += share;
        for (scope, (n, bad)) in scoped.into_iter().enumerate() {
            if n > 0.0 {
                self.sums[first + 1 + scope] += bad / n;
            }
        }
        share
    }

    /// Closes the record.
    #[must_use]
    pub fn finish(mut self, model: &Model, world: &World) -> Run {
        let case = model.case;
        let armed = world.active().filter(|(_, o)| o.recruits == Recruits::Households && o.total() >= terms::DORMANT).count();
        self.sums[self.columns.fragmentation] = armed as f64;
        // Shares are means over the weeks: divided once, so that what holds in all of them is 1 and not nearly 1.
        let (peace, coercive) = (self.columns.peace, self.columns.coercive);
        for at in std::iter::once(peace).chain(coercive..=coercive + self.scopes.len()) {
            self.sums[at] /= f64::from(self.weeks.max(1));
        }
        for community in case.communities.ids() {
            let record = &mut self.communities[community.at()];
            let people = self.coercive_people[community.at()];
            record.coercive_share_mean = if people > 0.0 { record.coercive_share_mean / people } else { 0.0 };
            let shares = leanings(model.template, case, world, community);
            let lean = 1.0 - shares[3];
            for (leaning, share) in record.leanings.iter_mut().zip(&shares[..3]) {
                *leaning = if lean > 0.0 { share / lean } else { 0.0 };
            }
            record.leanings[3] = shares[3];
        }
        Run {
            outcome: self.sums,
            communities: self.communities,
            series: self.series,
            funnel: world.peace.funnel.clone(),
            forks: Vec::new(),
            touches: self.touches,
            digests: Vec::new(),
        }
    }
}

/// Share of pairs of the start's blocs with few deaths in 52 weeks.
fn peaceful_share(case: &Case, world: &World) -> f64 {
    let n = case.blocs.len();
    let (mut peaceful, mut all) = (0.0, 0.0);
    for a in 0..n {
        for b in a + 1..n {
            all += 1.0;
            if world.dyad_deaths52.get(a * world.slots() + b) < PEACEFUL {
                peaceful += 1.0;
            }
        }
    }
    if all > 0.0 { peaceful / all } else { 1.0 }
}

/// Leanings of a community over its cells, weighted by the lineages for which those kept stand.
fn leanings(template: &Template, case: &Case, world: &World, community: Community) -> [f64; 4] {
    let (mut sum, mut weight) = ([0.0; 4], 0.0);
    for place in case.zones() {
        for side in TRENDS {
            let cell = world.cell(place, community, side);
            let n = f64::from(world.sides[cell]) * template.weights(place)[community.at()];
            if n > 0.0 {
                for (total, share) in sum.iter_mut().zip(world.leanings[cell]) {
                    *total += n * share;
                }
                weight += n;
            }
        }
    }
    sum.map(|x| if weight > 0.0 { x / weight } else { 0.0 })
}
