//! Scores of predictive distributions: monthly deaths and events of units (all, each zone, each code), of the simulated futures and of
//! three baselines that know no agents: climatology, persistence, and a self-exciting count model.
//!
//! Everybody predicts all months from the first day on, once. The baselines are told every event up to that day; the model is told what
//! its start says, and nothing of what happened since.
use super::Vocabulary;
use super::archive::Recorded;
use super::futures::History as Future;
use super::statistics::month_of;
use super::targets::{Period, quantile};
use crate::dice::{Dice, Stream, identity, mix, poisson_of};
use crate::units::Date;

/// What is predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Recorded lethal events.
    Events,
    /// Their deaths, best estimate.
    Deaths,
}

/// For whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The whole area.
    National,
    /// Each zone.
    Zone,
    /// Each code of a bloc: the events in which it takes part, on either side.
    Bloc,
}

/// Who predicts, in the order of tables.
pub const PREDICTORS: [&str; 4] = ["model", "climatology", "persistence", "self-exciting"];

/// Mean scores of one predictor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// Share of observed values within the central half.
    pub half: f64,
    /// Share within the central 90 %.
    pub ninety: f64,
    /// Continuous ranked probability score: less is better.
    pub crps: f64,
    /// Mean of minus the logarithm of the probability of what was observed: less is better.
    pub log: f64,
}

/// A row of the table: a measure at a level.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What.
    pub measure: Measure,
    /// For whom.
    pub level: Level,
    /// Units times months.
    pub cells: usize,
    /// By predictor, as [`PREDICTORS`].
    pub scores: [Score; 4],
}

impl Row {
    /// The best baseline by CRPS, and the model's CRPS over its own.
    #[must_use]
    pub fn against_best(&self) -> (&'static str, f64) {
        let best = (1..4).min_by(|&a, &b| self.scores[a].crps.total_cmp(&self.scores[b].crps)).expect("three baselines");
        (PREDICTORS[best], self.scores[0].crps / self.scores[best].crps)
    }
}

/// Histories that a baseline simulates.
const SIMULATED: usize = 400;
/// Months before the first that are read at most: conditions of long ago are others.
const REMEMBERED: usize = 60;
/// Seed of the baselines.
const SEED: u64 = 7;

/// One unit: which events are its own.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Unit {
    All,
    Zone(usize),
    Code(String),
}

impl Unit {
    fn has(&self, event: &Recorded) -> bool {
        match self {
            Self::All => true,
            Self::Zone(zone) => event.place == Some(*zone),
            Self::Code(code) => event.a == *code || event.b == *code,
        }
    }

    fn identity(&self) -> u64 {
        match self {
            Self::All => 0,
            Self::Zone(zone) => mix(1, *zone as u64),
            Self::Code(code) => mix(2, identity(code)),
        }
    }
}

/// Scores of a period. `known` are the events before it, `happened` those within it.
#[must_use]
pub fn score(words: &Vocabulary, futures: &[Future], known: &[Recorded], happened: &[Recorded], period: Period) -> Vec<Row> {
    let zones: Vec<Unit> = (0..words.zones()).map(Unit::Zone).collect();
    let codes: Vec<Unit> = words.distinct().into_iter().map(Unit::Code).collect();
    let mut table = Vec::new();
    for (level, units) in [(Level::National, vec![Unit::All]), (Level::Zone, zones), (Level::Bloc, codes)] {
        let baselines: Vec<[Vec<Vec<[f64; 2]>>; 3]> = units.iter().map(|unit| baselines(unit, known, period)).collect();
        for (at, measure) in [Measure::Events, Measure::Deaths].into_iter().enumerate() {
            let mut sums = [Score::default(); 4];
            let mut cells = 0;
            for (unit, baselines) in units.iter().zip(&baselines) {
                let truth = monthly(unit, happened, period);
                let simulated: Vec<Vec<[f64; 2]>> = futures.iter().map(|future| monthly(unit, &future.recorded, period)).collect();
                for month in 0..period.months {
                    cells += 1;
                    let sample = |histories: &[Vec<[f64; 2]>]| histories.iter().map(|history| history[month][at]).collect::<Vec<f64>>();
                    let samples = [sample(&simulated), sample(&baselines[0]), sample(&baselines[1]), sample(&baselines[2])];
                    for (sum, sample) in sums.iter_mut().zip(&samples) {
                        let one = of_sample(sample, truth[month][at]);
                        sum.half += one.half;
                        sum.ninety += one.ninety;
                        sum.crps += one.crps;
                        sum.log += one.log;
                    }
                }
            }
            let n = cells.max(1) as f64;
            let scores = sums.map(|sum| Score { half: sum.half / n, ninety: sum.ninety / n, crps: sum.crps / n, log: sum.log / n });
            table.push(Row { measure, level, cells, scores });
        }
    }
    table
}

/// Events and deaths of a unit by month.
fn monthly(unit: &Unit, events: &[Recorded], period: Period) -> Vec<[f64; 2]> {
    let mut counts = vec![[0.0; 2]; period.months];
    for event in events.iter().filter(|event| unit.has(event)) {
        if let Ok(month) = usize::try_from(month_of(event.date) - period.first)
            && let Some(count) = counts.get_mut(month)
        {
            count[0] += 1.0;
            count[1] += event.best;
        }
    }
    counts
}

/// How a sample predicted a value.
#[must_use]
pub fn of_sample(sample: &[f64], truth: f64) -> Score {
    let mut sorted = sample.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let within = |low: f64, high: f64| f64::from(u8::from((quantile(&sorted, low)..=quantile(&sorted, high)).contains(&truth)));
    let off = sorted.iter().map(|x| (x - truth).abs()).sum::<f64>() / n;
    // Mean distance of two members of the sample, from their order.
    let apart: f64 = sorted.iter().enumerate().map(|(at, x)| (2.0 * at as f64 + 1.0 - n) * x).sum::<f64>() * 2.0 / (n * n);
    Score { half: within(0.25, 0.75), ninety: within(0.05, 0.95), crps: off - 0.5 * apart, log: -libm::log(probability(&sorted, truth)) }
}

/// Probability of a count by a sample, smoothed with a normal kernel of the usual width, and never below one in 10,000: a sample of some
/// hundreds cannot tell less.
fn probability(sorted: &[f64], truth: f64) -> f64 {
    const LEAST: f64 = 1e-4;
    let n = sorted.len() as f64;
    let mean = sorted.iter().sum::<f64>() / n;
    let sd = libm::sqrt(sorted.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n);
    let width = (0.9 * sd * libm::pow(n, -0.2)).max(0.3);
    let below = |x: f64| 0.5 * (1.0 + libm::erf(x / core::f64::consts::SQRT_2));
    // What the kernel puts below zero belongs to zero.
    let mass: f64 =
        sorted.iter().map(|x| below((truth + 0.5 - x) / width) - if truth < 0.5 { 0.0 } else { below((truth - 0.5 - x) / width) }).sum();
    (mass / n).max(LEAST)
}

/// Histories of a unit by the three baselines.
fn baselines(unit: &Unit, known: &[Recorded], period: Period) -> [Vec<Vec<[f64; 2]>>; 3] {
    let earliest = known.first().map_or(period.first, |event| month_of(event.date));
    let from = earliest.max(period.first - REMEMBERED as i64);
    let past = Period { first: from, months: (period.first - from).max(0) as usize };
    let counts = monthly(unit, known, past);
    let dice = Dice::new(SEED, 0);
    let draw = |nth: usize, purpose: u64| dice.at(Stream::Bootstrap, nth as i32, mix(unit.identity(), purpose));
    let climate = (0..SIMULATED).map(|nth| {
        let mut draws = draw(nth, 1);
        (0..period.months).map(|_| if counts.is_empty() { [0.0; 2] } else { counts[draws.below(counts.len())] }).collect()
    });
    let persistent = (0..SIMULATED).map(|nth| {
        let mut draws = draw(nth, 2);
        (0..period.months).map(|month| persistence(&counts, month, &mut draws)).collect()
    });
    let own: Vec<&Recorded> = known.iter().filter(|event| unit.has(event) && month_of(event.date) >= from).collect();
    let excited = SelfExciting::fitted(&own, past, period);
    let exciting = (0..SIMULATED).map(|nth| excited.history(period, &mut draw(nth, 3)));
    [climate.collect(), persistent.collect(), exciting.collect()]
}

/// The last known month, moved by a change that was seen over as many months.
fn persistence(counts: &[[f64; 2]], ahead: usize, draws: &mut crate::dice::Draws) -> [f64; 2] {
    let Some(last) = counts.last() else { return [0.0; 2] };
    let lag = (ahead + 1).min(counts.len() / 2).max(1);
    if counts.len() <= lag {
        return *last;
    }
    let at = draws.below(counts.len() - lag);
    [0, 1].map(|i| (last[i] + counts[at + lag][i] - counts[at][i]).max(0.0))
}

/// A self-exciting process of weekly counts with sizes drawn from those that were seen: no agents, no places, no reasons.
#[derive(Clone, Debug)]
struct SelfExciting {
    background: f64,
    offspring: f64,
    fade: f64,
    kernel: f64,
    sizes: Vec<f64>,
}

impl SelfExciting {
    fn fitted(events: &[&Recorded], past: Period, period: Period) -> Self {
        let day = |month: i64| Date::new(month.div_euclid(12), month.rem_euclid(12) + 1, 1).expect("the first of a month");
        let (first, end) = (day(past.first), day(period.first));
        let weeks = (end.days_since(first) / 7).max(1) as usize;
        let mut counts = vec![0.0; weeks];
        for event in events {
            // Weeks are counted back from the first day of what is predicted.
            let back = (end.days_since(event.date) - 1) / 7;
            if let Some(count) = weeks.checked_sub(1 + back.max(0) as usize).and_then(|at| counts.get_mut(at)) {
                *count += 1.0;
            }
        }
        let sizes: Vec<f64> = events.iter().map(|event| event.best).collect();
        let mut best = (f64::INFINITY, 0.0, 0.0, 1.0);
        // Half an event more than was seen: a zone where nothing was recorded is not one where nothing can happen.
        let mean = (counts.iter().sum::<f64>() + 0.5) / weeks as f64;
        for tau in [1.0, 2.0, 4.0, 8.0, 16.0, 32.0] {
            let fade = libm::exp(-1.0 / tau);
            for tenth in 0..19 {
                let n = f64::from(tenth) * 0.05;
                let (mut kernel, mut loss) = (mean, 0.0);
                for &count in &counts {
                    let rate = (1.0 - n) * mean + n * kernel;
                    loss += rate - if count > 0.0 { count * libm::log(rate) } else { 0.0 };
                    kernel = kernel * fade + (1.0 - fade) * count;
                }
                if loss < best.0 {
                    best = (loss, n, fade, kernel);
                }
            }
        }
        Self { background: (1.0 - best.1) * mean, offspring: best.1, fade: best.2, kernel: best.3, sizes }
    }

    fn history(&self, period: Period, draws: &mut crate::dice::Draws) -> Vec<[f64; 2]> {
        let mut months = vec![[0.0; 2]; period.months];
        let day = |month: i64| Date::new(month.div_euclid(12), month.rem_euclid(12) + 1, 1).expect("the first of a month");
        let first = day(period.first);
        let mut kernel = self.kernel;
        for week in 0.. {
            let date = first.after_weeks(week).after_days(3);
            let Some(month) = months.get_mut((month_of(date) - period.first) as usize) else { break };
            let count = poisson_of(draws.unit(), (self.background + self.offspring * kernel).min(100.0));
            for _ in 0..count {
                month[0] += 1.0;
                month[1] += if self.sizes.is_empty() { 1.0 } else { self.sizes[draws.below(self.sizes.len())] };
            }
            kernel = kernel * self.fade + (1.0 - self.fade) * f64::from(count);
        }
        months
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_known_samples() {
        // All mass on the truth: no error. One unit off: an error of one.
        assert!(of_sample(&[3.0; 50], 3.0).crps.abs() < 1e-12);
        assert!((of_sample(&[3.0; 50], 4.0).crps - 1.0).abs() < 1e-12);
        // Two points 0 and 2, truth 1: mean distance 1, half the mean distance between members .5.
        assert!((of_sample(&[0.0, 2.0], 1.0).crps - 0.5).abs() < 1e-12);
        let score = of_sample(&(0..101).map(f64::from).collect::<Vec<_>>(), 50.0);
        assert_eq!((score.half, score.ninety), (1.0, 1.0));
        assert_eq!(of_sample(&(0..101).map(f64::from).collect::<Vec<_>>(), 97.0).ninety, 0.0);
    }

    #[test]
    fn probabilities_of_counts_sum_to_about_one() {
        let sample: Vec<f64> = (0..300).map(|i| f64::from(i % 7)).collect();
        let mut sorted = sample.clone();
        sorted.sort_by(f64::total_cmp);
        let sum: f64 = (0..40).map(|x| probability(&sorted, f64::from(x))).sum();
        assert!((sum - 1.0).abs() < 0.02, "{sum}");
    }
}
