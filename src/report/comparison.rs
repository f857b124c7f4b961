//! What differs between scenarios, future by future: the rows of `comparison.csv`, `forks.csv` and `funnel.csv`.
use crate::experiment::results::{FutureRow, Results};
use crate::observe::measures::{Split, measures, outcome_columns};
use crate::observe::{self, CommunityRecord, Measure, STAGES};
use crate::scenario::Case;
use crate::stats::interval::{self, Estimate, clustered};
use crate::stats::{order, pairing, split};

/// Confidence of intervals.
const LEVEL: f64 = 0.95;
/// Fewer draws than this say nothing about knowledge, so that no verdict is "clear".
const DRAWS_FOR_CLEAR: usize = 5;
/// Share of draws that must share the sign of a clear difference.
const SAME_SIGN: f64 = 0.9;

/// What a column of numbers measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Name of the measure.
    pub measure: String,
    /// `all` or a group of places.
    pub scope: String,
    /// `all` or a community.
    pub community: String,
    /// Range of the measure.
    pub range: (f64, f64),
    /// Whether less is better for people.
    pub less_is_better: Option<bool>,
}

impl Column {
    /// The name of its community, or its slug where the case does not know it.
    #[must_use]
    pub fn community_name<'a>(&'a self, case: &'a Case) -> &'a str {
        case.community(&self.community).map_or(&*self.community, |community| &*case.communities[community].name)
    }
}

/// A measure of communities: its name, range, whether less is better, and how it is read off.
#[derive(Clone, Copy, Debug)]
pub struct CommunityMeasure {
    /// Name of the column.
    pub name: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Meaning.
    pub meaning: &'static str,
    /// Highest value; the lowest is 0.
    pub high: f64,
    /// Whether less is better for people.
    pub less_is_better: Option<bool>,
    /// The value of a record.
    pub value: fn(&CommunityRecord) -> f64,
}

/// All measures of communities, in the order of the columns of `communities.csv`.
pub const COMMUNITY_MEASURES: &[CommunityMeasure] = &[
    CommunityMeasure {
        name: "civilian_deaths",
        unit: "persons",
        meaning: "Civilians of the community killed.",
        high: f64::INFINITY,
        less_is_better: Some(true),
        value: |c| c.civilian_deaths,
    },
    CommunityMeasure {
        name: "displaced_person_weeks",
        unit: "person-weeks",
        meaning: "Persons of the community away from home, summed over weeks.",
        high: f64::INFINITY,
        less_is_better: Some(true),
        value: |c| c.displaced_person_weeks,
    },
    CommunityMeasure {
        name: "coercive_share_mean",
        unit: "share of people",
        meaning: "Share of the community's person-weeks under coercive rule: weeks in which more of it are in the country's zones count more.",
        high: 1.0,
        less_is_better: Some(true),
        value: |c| c.coercive_share_mean,
    },
    CommunityMeasure {
        name: "recruits",
        unit: "persons",
        meaning: "Men of the community who join a non-state organisation.",
        high: f64::INFINITY,
        less_is_better: Some(true),
        value: |c| c.recruits,
    },
    CommunityMeasure {
        name: "loyalist",
        unit: "share of those who lean",
        meaning: "Leaning households that are loyalist, at the end.",
        high: 1.0,
        less_is_better: None,
        value: |c| c.leanings[0],
    },
    CommunityMeasure {
        name: "independentist",
        unit: "share of those who lean",
        meaning: "Leaning households that are independentist, at the end.",
        high: 1.0,
        less_is_better: None,
        value: |c| c.leanings[1],
    },
    CommunityMeasure {
        name: "islamist",
        unit: "share of those who lean",
        meaning: "Leaning households that are Islamist, at the end.",
        high: 1.0,
        less_is_better: None,
        value: |c| c.leanings[2],
    },
    CommunityMeasure {
        name: "none",
        unit: "share of households",
        meaning: "Households that do not lean, at the end.",
        high: 1.0,
        less_is_better: None,
        value: |c| c.leanings[3],
    },
];

/// What can be said of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The interval excludes 0 and nine draws in ten, of five or more, share the sign.
    Clear(Direction),
    /// The interval excludes 0.
    Leaning(Direction),
    /// The sign turns between the halves of a parameter, each half's interval excluding 0. It goes before
    /// "leaning": a mean that hides such a turn would mislead.
    Depends(String),
    /// None of these.
    NoneSeen,
    /// There is no interval: fewer than two pairs.
    NotTestable,
}

/// Where a difference points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Direction {
    Lower,
    Higher,
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = |d: &Direction| if *d == Direction::Lower { "lower" } else { "higher" };
        match self {
            Self::Clear(direction) => write!(f, "clear {}", word(direction)),
            Self::Leaning(direction) => write!(f, "leaning {}", word(direction)),
            Self::Depends(parameter) => write!(f, "depends on {parameter}"),
            Self::NoneSeen => write!(f, "no difference seen"),
            Self::NotTestable => write!(f, "not testable"),
        }
    }
}

/// One row of `comparison.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Measure, scope and community.
    pub column: Column,
    /// Position of the baseline in [`Results::scenarios`].
    pub baseline: usize,
    /// Position of the scenario.
    pub scenario: usize,
    /// Pairs of futures that finished in both.
    pub pairs: usize,
    /// Mean of the baseline in those pairs.
    pub baseline_mean: f64,
    /// Mean difference, scenario minus baseline.
    pub difference: Estimate,
    /// Share of futures in which the scenario has less.
    pub lower: f64,
    /// Share of futures in which it has more.
    pub higher: f64,
    /// Variance of independent runs over that of pairs, chance and parameters.
    pub variance_ratio: Option<f64>,
    /// The same at fixed parameters.
    pub variance_ratio_chance: Option<f64>,
    /// Share of the difference's variance that is chance.
    pub chance_share: f64,
    /// Share that is what we do not know.
    pub knowledge_share: f64,
    /// Its interval, where one can be given.
    pub knowledge_interval: Option<(f64, f64)>,
    /// Mean loss by choosing the scenario instead of whichever is better in that future.
    pub regret: Option<f64>,
    /// Verdict.
    pub verdict: Verdict,
}

impl Row {
    /// In how many pairs the two differ.
    #[must_use]
    pub fn apart(&self) -> usize {
        ((self.lower + self.higher) * self.pairs as f64).round() as usize
    }
}

/// Paired numbers of one column: same length, same order of futures.
#[derive(Clone, Copy, Debug)]
pub struct Paired<'a> {
    /// Of the baseline.
    pub baseline: &'a [f64],
    /// Of the scenario.
    pub scenario: &'a [f64],
    /// Parameter draw of each pair.
    pub draws: &'a [u32],
}

impl Paired<'_> {
    /// Both sides and the draws of those pairs in which both are numbers.
    fn finite(self) -> (Vec<f64>, Vec<f64>, Vec<u32>) {
        let (mut a, mut b, mut draws) = (vec![], vec![], vec![]);
        for ((&x, &y), &draw) in self.baseline.iter().zip(self.scenario).zip(self.draws) {
            if x.is_finite() && y.is_finite() {
                a.push(x);
                b.push(y);
                draws.push(draw);
            }
        }
        (a, b, draws)
    }
}

/// The halves of one parameter: its name and, by draw, whether the draw lies above the median.
#[derive(Clone, Debug)]
pub struct Halves {
    name: String,
    above: std::collections::BTreeMap<u32, bool>,
}

/// Draws that a parameter needs before its halves are told apart.
pub const DRAWS_FOR_HALVES: usize = 4;

/// The halves of every parameter that varies over draws.
#[must_use]
pub fn halves(results: &Results) -> Vec<Halves> {
    let parameters = &results.parameters;
    let mut all = Vec::new();
    for (at, name) in parameters.names.iter().enumerate() {
        let values: Vec<f64> = parameters.rows.iter().map(|(_, row)| row[at]).collect();
        let sorted = order::sorted(&values);
        if sorted.len() < DRAWS_FOR_HALVES || sorted.first() == sorted.last() {
            continue;
        }
        let median = order::quantile(&sorted, 0.5);
        let above = parameters.rows.iter().map(|(draw, row)| (*draw, row[at] > median)).collect();
        all.push(Halves { name: name.clone(), above });
    }
    all
}

/// A difference that has one sign in the low half of a parameter and the other in the high half.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// The parameter.
    pub parameter: String,
    /// The difference where the parameter is low.
    pub below: Estimate,
    /// The difference where it is high.
    pub above: Estimate,
}

impl Turn {
    /// How many standard errors the less certain half lies from 0.
    #[must_use]
    pub fn strength(&self) -> f64 {
        (self.below.mean / self.below.error).abs().min((self.above.mean / self.above.error).abs())
    }
}

/// The level at which both halves of a parameter must exclude 0 for a verdict: 5 % shared out over all parameters (Bonferroni).
fn shared_out(halves: &[Halves]) -> f64 {
    1.0 - (1.0 - LEVEL) / halves.len().max(1) as f64
}

/// The parameter whose halves differ most surely in sign, each excluding 0 at `level`.
fn turning(differences: &[f64], draws: &[u32], halves: &[Halves], level: f64) -> Option<Turn> {
    let mut best: Option<Turn> = None;
    for half in halves {
        let (mut values, mut of) = ([vec![], vec![]], [vec![], vec![]]);
        for (&value, draw) in differences.iter().zip(draws) {
            if let Some(&above) = half.above.get(draw) {
                values[usize::from(above)].push(value);
                of[usize::from(above)].push(*draw);
            }
        }
        if values.iter().any(Vec::is_empty) {
            continue;
        }
        let side = |at: usize| clustered(&values[at], &of[at], level);
        let (below, above) = (side(0), side(1));
        // One draw in a half would speak of chance only.
        if below.draws < 2 || above.draws < 2 || below.mean * above.mean >= 0.0 || !below.excludes_zero() || !above.excludes_zero() {
            continue;
        }
        let turn = Turn { parameter: half.name.clone(), below, above };
        if best.as_ref().is_none_or(|best| turn.strength() > best.strength()) {
            best = Some(turn);
        }
    }
    best
}

/// Of these outcome columns, the one whose difference comes nearest to turning its sign with a parameter: both halves' plain intervals exclude 0,
/// with opposite signs. Of so many parameters and columns some do so by luck, so this is no verdict.
#[must_use]
pub fn nearest(results: &Results, scenario: usize, columns: &[usize], halves: &[Halves]) -> Option<(usize, Turn)> {
    let pairs = results.pairs(0, scenario);
    let draws: Vec<u32> = pairs.iter().map(|(row, _)| row.draw).collect();
    let mut best: Option<(usize, Turn)> = None;
    for &at in columns {
        let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().map(|(a, b)| (a.run.outcome[at], b.run.outcome[at])).unzip();
        let (a, b, draws) = Paired { baseline: &a, scenario: &b, draws: &draws }.finite();
        if let Some(turn) = turning(&pairing::differences(&a, &b), &draws, halves, LEVEL)
            && best.as_ref().is_none_or(|(_, best)| turn.strength() > best.strength())
        {
            best = Some((at, turn));
        }
    }
    best
}

/// The verdict on differences.
#[must_use]
pub fn verdict(differences: &[f64], draws: &[u32], halves: &[Halves]) -> Verdict {
    let estimate = clustered(differences, draws, LEVEL);
    if !estimate.low.is_finite() || !estimate.high.is_finite() {
        return Verdict::NotTestable;
    }
    let direction = if estimate.mean < 0.0 { Direction::Lower } else { Direction::Higher };
    let groups = interval::by_draw(differences, draws);
    let sharing = groups.values().filter(|g| g.mean() * estimate.mean > 0.0).count();
    let clear = groups.len() >= DRAWS_FOR_CLEAR && sharing as f64 >= SAME_SIGN * groups.len() as f64;
    if estimate.excludes_zero() && clear {
        return Verdict::Clear(direction);
    }
    if let Some(turn) = turning(differences, draws, halves, shared_out(halves)) {
        return Verdict::Depends(turn.parameter);
    }
    if estimate.excludes_zero() { Verdict::Leaning(direction) } else { Verdict::NoneSeen }
}

/// Compares one column.
#[must_use]
pub fn compare(column: Column, baseline: usize, scenario: usize, paired: Paired<'_>, halves: &[Halves]) -> Row {
    let (a, b, draws) = paired.finite();
    let differences = pairing::differences(&a, &b);
    let n = differences.len() as f64;
    let share = |test: fn(f64) -> bool| differences.iter().filter(|&&d| test(d)).count() as f64 / n;
    let width = column.range.1 - column.range.0;
    let (chance_share, knowledge_share) = split::split(&differences, &draws).map_or((f64::NAN, f64::NAN), |parts| parts.shares());
    let regret =
        column.less_is_better.map(|less| differences.iter().map(|&d| if less { d.max(0.0) } else { (-d).max(0.0) }).sum::<f64>() / n);
    Row {
        baseline,
        scenario,
        pairs: differences.len(),
        baseline_mean: a.iter().sum::<f64>() / n,
        difference: clustered(&differences, &draws, LEVEL).clipped(-width, width),
        lower: share(|d| d < 0.0),
        higher: share(|d| d > 0.0),
        variance_ratio: pairing::variance_ratio(&a, &b),
        variance_ratio_chance: pairing::variance_ratio_within(&a, &b, &draws),
        chance_share,
        knowledge_share,
        knowledge_interval: split::knowledge_interval(&differences, &draws, LEVEL),
        regret,
        verdict: verdict(&differences, &draws, halves),
        column,
    }
}

/// The measure and scope of each outcome column.
#[must_use]
pub fn columns(results: &Results) -> Vec<(Measure, Column)> {
    let mut all = Vec::new();
    for measure in measures(&results.case) {
        let column = |scope: &str| Column {
            measure: measure.name.to_string(),
            scope: scope.to_owned(),
            community: "all".to_owned(),
            range: (measure.low, measure.high),
            less_is_better: measure.less_is_better,
        };
        all.push((measure.clone(), column("all")));
        if measure.split == Split::Scopes {
            all.extend(results.case.scopes.iter().map(|(scope, _)| (measure.clone(), column(scope))));
        }
    }
    debug_assert_eq!(all.len(), outcome_columns(&results.case).len());
    all
}

/// All rows of `comparison.csv`: every other scenario against the first, by measure and scope, then by community.
#[must_use]
pub fn rows(results: &Results) -> Vec<Row> {
    let halves = halves(results);
    let mut rows = Vec::new();
    for scenario in 1..results.scenarios.len() {
        let pairs = results.pairs(0, scenario);
        let draws: Vec<u32> = pairs.iter().map(|(row, _)| row.draw).collect();
        let mut row = |column: Column, value: &dyn Fn(&FutureRow) -> f64| {
            let a: Vec<f64> = pairs.iter().map(|(row, _)| value(row)).collect();
            let b: Vec<f64> = pairs.iter().map(|(_, row)| value(row)).collect();
            rows.push(compare(column, 0, scenario, Paired { baseline: &a, scenario: &b, draws: &draws }, &halves));
        };
        for (at, (_, column)) in columns(results).into_iter().enumerate() {
            row(column, &|future| future.run.outcome[at]);
        }
        for measure in COMMUNITY_MEASURES {
            for (at, (_, community)) in results.case.communities.iter().enumerate() {
                let column = Column {
                    measure: measure.name.to_owned(),
                    scope: "all".to_owned(),
                    community: community.slug.clone(),
                    range: (0.0, measure.high),
                    less_is_better: measure.less_is_better,
                };
                row(column, &|future| (measure.value)(&future.run.communities[at]));
            }
        }
    }
    rows
}

/// One row of `forks.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct ForkRow {
    /// Position of the scenario.
    pub scenario: usize,
    /// `conditions` or `accord`.
    pub stage: &'static str,
    /// Measure, scope and community.
    pub column: Column,
    /// Futures that reach the stage.
    pub futures: usize,
    /// Their share of all finished futures.
    pub share: f64,
    /// Mean of the same futures with the stage's effects minus without.
    pub difference: Estimate,
}

/// What each stage did, in the futures that reach it.
#[must_use]
pub fn forks(results: &Results) -> Vec<ForkRow> {
    let mut rows = Vec::new();
    for scenario in 0..results.scenarios.len() {
        let futures = results.of(scenario);
        for stage in ["conditions", "accord"] {
            let forked: Vec<(u32, &crate::observe::Fork)> =
                futures.iter().filter_map(|row| row.run.forks.iter().find(|f| f.stage == stage).map(|f| (row.draw, f))).collect();
            if forked.is_empty() {
                continue;
            }
            let mut row = |column: Column, value: &dyn Fn(&crate::observe::Fork) -> f64| {
                let (mut values, mut draws) = (vec![], vec![]);
                for (draw, fork) in &forked {
                    let v = value(fork);
                    if v.is_finite() {
                        values.push(v);
                        draws.push(*draw);
                    }
                }
                let width = column.range.1 - column.range.0;
                rows.push(ForkRow {
                    scenario,
                    stage,
                    column,
                    futures: forked.len(),
                    share: forked.len() as f64 / futures.len() as f64,
                    difference: clustered(&values, &draws, LEVEL).clipped(-width, width),
                });
            };
            for (at, (_, column)) in columns(results).into_iter().enumerate() {
                row(column, &|fork| fork.difference[at]);
            }
            for (at, (_, community)) in results.case.communities.iter().enumerate() {
                let column = Column {
                    measure: "civilian_deaths".to_owned(),
                    scope: "all".to_owned(),
                    community: community.slug.clone(),
                    range: (0.0, f64::INFINITY),
                    less_is_better: Some(true),
                };
                row(column, &|fork| fork.civilian_deaths[at]);
            }
        }
    }
    rows
}

/// In how many pairs of futures anything that is measured differs from the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parting {
    /// Pairs that finished in both.
    pub pairs: usize,
    /// Those in which nothing that is measured differs.
    pub same: usize,
    /// The first future in which something does.
    pub first: Option<u64>,
}

/// Where a scenario parts from the baseline. Two runs of one world agree to the last bit, so that any difference of an outcome or of a
/// community's record means two worlds. The reverse does not hold: a trust that changed late may have moved nothing that is measured.
#[must_use]
pub fn parting(results: &Results, scenario: usize) -> Parting {
    let pairs = results.pairs(0, scenario);
    let bits = |row: &FutureRow| -> Vec<u64> { row.run.outcome.iter().map(|value| value.to_bits()).collect() };
    let parts = |a: &FutureRow, b: &FutureRow| bits(a) != bits(b) || a.run.communities != b.run.communities;
    let apart: Vec<u64> = pairs.iter().filter(|(a, b)| parts(a, b)).map(|(a, _)| a.replicate).collect();
    Parting { pairs: pairs.len(), same: pairs.len() - apart.len(), first: apart.first().copied() }
}

/// How long accords stand, of those whose standing that long lies within the horizon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Accords signed early enough to tell.
    pub early: usize,
    /// Those of them that stood so long.
    pub stood: usize,
    /// Their share with its interval; `NaN` of none.
    pub share: (f64, f64, f64),
}

/// How many of a scenario's accords reach a stage that comes `weeks` after the signing.
#[must_use]
pub fn standing(results: &Results, scenario: usize, stage: &str, weeks: i32) -> Standing {
    let (accord, stage) = (observe::stage("accord"), observe::stage(stage));
    let horizon = results.scenarios[scenario].weeks;
    let futures = results.of(scenario);
    let signed: Vec<&&FutureRow> =
        futures.iter().filter(|row| row.run.funnel.reached[accord].is_some_and(|week| week + weeks < horizon)).collect();
    let stood: Vec<bool> = signed.iter().map(|row| row.run.funnel.reached[stage].is_some()).collect();
    let draws: Vec<u32> = signed.iter().map(|row| row.draw).collect();
    Standing { early: signed.len(), stood: stood.iter().filter(|&&stood| stood).count(), share: interval::share(&stood, &draws) }
}

/// Stages that tell how long an accord stood, and the weeks of each.
pub const YEARS: [(&str, &str, i32); 2] = [("year_1", "a year", 52), ("year_5", "five years", 260)];

/// One row of `funnel.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelRow {
    /// Position of the scenario.
    pub scenario: usize,
    /// Stage.
    pub stage: &'static str,
    /// Futures in which the stage could be seen within the horizon.
    pub futures: usize,
    /// Share of them that reach it, with its interval; `None` where it could not be seen.
    pub reached: Option<(f64, f64, f64)>,
    /// Median week of reaching it, among those that do.
    pub median_week: Option<f64>,
}

/// How far the talks come.
#[must_use]
pub fn funnel(results: &Results) -> Vec<FunnelRow> {
    let mut rows = Vec::new();
    for scenario in 0..results.scenarios.len() {
        let futures = results.of(scenario);
        for (at, stage) in STAGES.into_iter().enumerate() {
            let seen: Vec<&&FutureRow> = futures.iter().filter(|row| row.run.funnel.observable[at]).collect();
            let draws: Vec<u32> = seen.iter().map(|row| row.draw).collect();
            let reached: Vec<bool> = seen.iter().map(|row| row.run.funnel.reached[at].is_some()).collect();
            let weeks: Vec<f64> = seen.iter().filter_map(|row| row.run.funnel.reached[at]).map(f64::from).collect();
            rows.push(FunnelRow {
                scenario,
                stage,
                futures: seen.len(),
                reached: (!seen.is_empty()).then(|| interval::share(&reached, &draws)),
                median_week: (!weeks.is_empty()).then(|| order::median(&weeks)),
            });
        }
    }
    rows
}

/// How many more of the futures of a scenario than of the same futures of the first reach a stage, as a share; none where no pair could
/// see it in both.
#[must_use]
pub fn stage_difference(results: &Results, scenario: usize, stage: &str) -> Option<Estimate> {
    let at = observe::stage(stage);
    let seen = |row: &FutureRow| row.run.funnel.observable[at];
    let pairs: Vec<_> = results.pairs(0, scenario).into_iter().filter(|(a, b)| seen(a) && seen(b)).collect();
    let reached = |row: &FutureRow| row.run.funnel.reached[at].is_some();
    let (first, second): (Vec<bool>, Vec<bool>) = pairs.iter().map(|(a, b)| (reached(a), reached(b))).unzip();
    let draws: Vec<u32> = pairs.iter().map(|(a, _)| a.draw).collect();
    (!pairs.is_empty()).then(|| interval::share_difference(&first, &second, &draws))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(range: (f64, f64), less: Option<bool>) -> Column {
        Column { measure: "m".into(), scope: "all".into(), community: "all".into(), range, less_is_better: less }
    }
    fn draws(n: u32, d: u32) -> Vec<u32> {
        (0..n).map(|r| r % d).collect()
    }
    fn wobble(r: u32) -> f64 {
        f64::from((r * 7919) % 101) / 101.0 - 0.5
    }
    fn halves_of(d: u32) -> Vec<Halves> {
        vec![
            Halves { name: "a.idle".into(), above: (0..d).map(|i| (i, i % 2 == 0)).collect() },
            Halves { name: "a.turn".into(), above: (0..d).map(|i| (i, i >= d / 2)).collect() },
        ]
    }

    #[test]
    fn verdict_words_meet_their_cases() {
        let of = draws(400, 20);
        let say = |f: &dyn Fn(u32) -> f64| {
            let values: Vec<f64> = (0..400).map(f).collect();
            verdict(&values, &of, &halves_of(20)).to_string()
        };
        assert_eq!(say(&|r| -2.0 + wobble(r)), "clear lower");
        assert_eq!(say(&|r| 2.0 + wobble(r)), "clear higher");
        // A quarter of draws go the other way, evenly over the halves: the mean still excludes 0.
        assert_eq!(say(&|r| if (r % 20) / 2 % 5 == 0 { -1.0 } else { 2.0 } + wobble(r)), "leaning higher");
        assert_eq!(say(&|r| if r % 20 < 10 { -1.0 } else { 1.2 } + wobble(r)), "depends on a.turn");
        assert_eq!(say(&|r| if r % 20 / 2 % 2 == 0 { -1.0 } else { 1.0 } + wobble(r)), "no difference seen");
        assert_eq!(say(&|_| 0.0), "no difference seen");
    }

    #[test]
    fn one_pair_has_no_interval_and_is_not_testable() {
        assert_eq!(verdict(&[3.0], &[0], &[]), Verdict::NotTestable);
        assert_eq!(verdict(&[], &[], &[]), Verdict::NotTestable);
        assert_eq!(verdict(&[3.0, 3.0], &[0, 1], &[]), Verdict::Leaning(Direction::Higher));
    }

    /// What is no verdict among many parameters may still be what comes nearest to one.
    #[test]
    fn a_turn_at_the_plain_level_is_no_verdict() {
        let of = draws(400, 20);
        // Halves of noise beside the one that turns: the more there are, the more certain a turn must be.
        let mut many = halves_of(20);
        many.extend(
            (0..400).map(|at| Halves { name: format!("noise.{at}"), above: (0..20).map(|i| (i, (i * 7 + at) % 20 < 10)).collect() }),
        );
        // Means of -4 and 4 with an error of .96 over ten draws: beyond the plain 2.3 errors, short of the six that 402 halves ask for.
        let values: Vec<f64> = (0..400_u32).map(|r| if r % 20 < 10 { -4.0 } else { 4.0 } + f64::from(r % 10) - 4.5).collect();
        let turn = turning(&values, &of, &many, LEVEL).unwrap();
        assert_eq!(turn.parameter, "a.turn");
        assert!(turn.below.high < 0.0 && turn.above.low > 0.0 && turning(&values, &of, &many, shared_out(&many)).is_none(), "{turn:?}");
        assert_eq!(verdict(&values, &of, &many), Verdict::NoneSeen);
    }

    #[test]
    fn one_draw_is_never_clear() {
        let values: Vec<f64> = (0..50).map(|r| 2.0 + wobble(r)).collect();
        assert_eq!(verdict(&values, &[0; 50], &[]), Verdict::Leaning(Direction::Higher));
    }

    #[test]
    fn regret_counts_only_futures_where_the_scenario_is_worse() {
        let paired = Paired { baseline: &[1.0, 5.0, 3.0, f64::NAN], scenario: &[3.0, 1.0, 3.0, 1.0], draws: &[0, 0, 1, 1] };
        let less = compare(column((0.0, f64::INFINITY), Some(true)), 0, 1, paired, &[]);
        assert_eq!((less.pairs, less.regret), (3, Some(2.0 / 3.0)));
        assert_eq!(compare(column((0.0, 10.0), Some(false)), 0, 1, paired, &[]).regret, Some(4.0 / 3.0));
        assert_eq!(compare(column((0.0, 10.0), None), 0, 1, paired, &[]).regret, None);
        assert!((less.lower - 1.0 / 3.0).abs() < 1e-12 && (less.higher - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn the_interval_of_a_bounded_measure_stays_possible() {
        let paired = Paired { baseline: &[0.0, 1.0], scenario: &[1.0, 1.0], draws: &[0, 1] };
        let row = compare(column((0.0, 1.0), Some(false)), 0, 1, paired, &[]);
        assert_eq!((row.difference.low, row.difference.high), (-1.0, 1.0));
    }
}
