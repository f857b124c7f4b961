//! The posterior from the table: rejection and local regression on the statistics' own prediction of each parameter.
//!
//! Each parameter, where its prior is standard normal, is regressed on all statistics over the whole table; that prediction is its one
//! summary (Fearnhead & Prangle 2012). The rows nearest to what was recorded are kept, weighed by distance, and moved to it along a local
//! linear regression (Beaumont et al. 2002). The share of variance that the statistics explain is the screening: what they do not tell is
//! left at its prior.
use super::table::{Fitted, Table};
use crate::dice::{Dice, Stream};
use crate::stats::linear::{predicted, regression};
use crate::stats::quantile;

/// Most parameters that are fitted.
pub const MOST: usize = 12;
/// Share of variance that the statistics must explain of a parameter for it to be fitted.
pub const TOLD: f64 = 0.05;
/// Share of the table that is kept.
const KEPT: f64 = 0.1;
/// Fewest rows that are kept.
const KEPT_LEAST: usize = 300;
/// Ridge of the regressions, as a share of each column's square.
const RIDGE: f64 = 1e-3;

/// What is learnt from a table once, whatever was recorded.
#[derive(Clone, Debug)]
pub struct Learnt {
    /// Centre and scale of each statistic.
    scale: Vec<(f64, f64)>,
    /// Share of variance explained of each parameter, corrected for the number of statistics.
    pub told: Vec<f64>,
    /// Positions of the parameters that are fitted, best told first.
    pub leading: Vec<usize>,
    /// Coefficients of each leading parameter.
    coefficients: Vec<Vec<f64>>,
    /// Predictions of the leading parameters, by row, each over its own spread.
    summaries: Vec<Vec<f64>>,
    spread: Vec<f64>,
}

/// A weighted sample of the leading parameters, where their priors are standard normal.
#[derive(Clone, Debug)]
pub struct Sample {
    /// By member, the leading parameters in their order.
    pub z: Vec<Vec<f64>>,
    /// Weights; they sum to 1.
    pub weights: Vec<f64>,
}

fn scaled(statistics: &[f64], scale: &[(f64, f64)]) -> Vec<f64> {
    // What has no value in a history stands at the centre; what lies far out pulls no more than something that lies less far out.
    statistics
        .iter()
        .zip(scale)
        .map(|(&x, &(centre, width))| if x.is_finite() { ((x - centre) / width).clamp(-4.0, 4.0) } else { 0.0 })
        .collect()
}

impl Learnt {
    /// Learns from a table.
    #[must_use]
    pub fn new(table: &Table) -> Self {
        let (rows, count) = (table.z.len(), table.names.len());
        let scale: Vec<(f64, f64)> = (0..count)
            .map(|at| {
                let mut values: Vec<f64> = table.statistics.iter().map(|row| row[at]).filter(|x| x.is_finite()).collect();
                values.sort_by(f64::total_cmp);
                let of = |share: f64| values.get((share * (values.len().max(1) - 1) as f64) as usize).copied().unwrap_or(0.0);
                (of(0.5), ((of(0.84) - of(0.16)) / 2.0).max(1e-9))
            })
            .collect();
        let x: Vec<Vec<f64>> = table.statistics.iter().map(|row| scaled(row, &scale)).collect();
        let ones = vec![1.0; rows];
        let parameters = table.z.first().map_or(0, Vec::len);
        let mut told = Vec::new();
        let mut all = Vec::new();
        for at in 0..parameters {
            let y: Vec<f64> = table.z.iter().map(|row| row[at]).collect();
            let coefficients = regression(&x, &y, &ones, RIDGE);
            let mean = y.iter().sum::<f64>() / rows as f64;
            let total: f64 = y.iter().map(|v| (v - mean) * (v - mean)).sum();
            let left: f64 =
                y.iter().zip(&x).map(|(v, row)| (v - predicted(&coefficients, row)) * (v - predicted(&coefficients, row))).sum();
            let free = (rows as f64 - count as f64 - 1.0).max(1.0);
            told.push((1.0 - left / total * (rows as f64 - 1.0) / free).max(0.0));
            all.push(coefficients);
        }
        let mut leading: Vec<usize> = (0..parameters).filter(|&at| told[at] >= TOLD).collect();
        leading.sort_by(|&a, &b| told[b].total_cmp(&told[a]).then(a.cmp(&b)));
        leading.truncate(MOST);
        let coefficients: Vec<Vec<f64>> = leading.iter().map(|&at| all[at].clone()).collect();
        let raw: Vec<Vec<f64>> = x.iter().map(|row| coefficients.iter().map(|c| predicted(c, row)).collect()).collect();
        let spread: Vec<f64> = (0..leading.len())
            .map(|at| {
                let mean = raw.iter().map(|row| row[at]).sum::<f64>() / rows as f64;
                libm::sqrt(raw.iter().map(|row| (row[at] - mean) * (row[at] - mean)).sum::<f64>() / rows as f64).max(1e-9)
            })
            .collect();
        let summaries = raw.iter().map(|row| row.iter().zip(&spread).map(|(v, s)| v / s).collect()).collect();
        Self { scale, told, leading, coefficients, summaries, spread }
    }

    /// The posterior of statistics that were recorded; a row of the table may be left out, to be taken for the truth.
    #[must_use]
    pub fn posterior(&self, table: &Table, recorded: &[f64], left_out: Option<usize>) -> Sample {
        let row = scaled(recorded, &self.scale);
        let target: Vec<f64> = self.coefficients.iter().zip(&self.spread).map(|(c, s)| predicted(c, &row) / s).collect();
        let mut near: Vec<(f64, usize)> = self
            .summaries
            .iter()
            .enumerate()
            .filter(|(at, _)| Some(*at) != left_out)
            .map(|(at, row)| (row.iter().zip(&target).map(|(a, b)| (a - b) * (a - b)).sum::<f64>(), at))
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let kept = ((near.len() as f64 * KEPT) as usize).max(KEPT_LEAST).min(near.len());
        let widest = near.get(kept).or(near.last()).map_or(1.0, |x| x.0).max(1e-12);
        near.truncate(kept);
        // Epanechnikov's kernel of the distance.
        let mut weights: Vec<f64> = near.iter().map(|x| (1.0 - x.0 / widest).max(1e-6)).collect();
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|w| *w /= sum);
        let off: Vec<Vec<f64>> = near.iter().map(|&(_, at)| self.summaries[at].iter().zip(&target).map(|(a, b)| a - b).collect()).collect();
        // Residuals of a regression are too small by the coefficients that were fitted to them.
        let rows = 1.0 / weights.iter().map(|w| w * w).sum::<f64>();
        let widen = libm::sqrt(rows / (rows - self.leading.len() as f64 - 1.0).max(1.0));
        let mut z = vec![vec![0.0; self.leading.len()]; near.len()];
        for (place, &parameter) in self.leading.iter().enumerate() {
            let y: Vec<f64> = near.iter().map(|&(_, at)| table.z[at][parameter]).collect();
            let local = regression(&off, &y, &weights, RIDGE);
            // Nothing is said of what was not simulated near here: where the record lies beyond, the mechanism is at fault, and not the prior.
            let (low, high) = y.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &z| (low.min(z), high.max(z)));
            for ((member, y), off) in z.iter_mut().zip(&y).zip(&off) {
                member[place] = (local[0] + widen * (y - predicted(&local, off))).clamp(low, high);
            }
        }
        Sample { z, weights }
    }
}

impl Sample {
    /// A quantile of one parameter.
    #[must_use]
    pub fn quantile(&self, parameter: usize, share: f64) -> f64 {
        let mut order: Vec<usize> = (0..self.z.len()).collect();
        order.sort_by(|&a, &b| self.z[a][parameter].total_cmp(&self.z[b][parameter]));
        let mut sum = 0.0;
        for &at in &order {
            sum += self.weights[at];
            if sum >= share {
                return self.z[at][parameter];
            }
        }
        order.last().map_or(f64::NAN, |&at| self.z[at][parameter])
    }

    /// Standard deviation of one parameter: 1 where nothing was learnt.
    #[must_use]
    pub fn sd(&self, parameter: usize) -> f64 {
        let mean: f64 = self.z.iter().zip(&self.weights).map(|(z, w)| w * z[parameter]).sum();
        libm::sqrt(self.z.iter().zip(&self.weights).map(|(z, w)| w * (z[parameter] - mean) * (z[parameter] - mean)).sum())
    }

    /// Weight of the members below a value.
    #[must_use]
    pub fn below(&self, parameter: usize, value: f64) -> f64 {
        self.z.iter().zip(&self.weights).filter(|(z, _)| z[parameter] < value).map(|x| x.1).sum()
    }

    /// Members of equal weight, drawn at even steps of the summed weights.
    #[must_use]
    pub fn equal(&self, count: usize, seed: u64) -> Vec<Vec<f64>> {
        let first = Dice::new(seed, 0).unit(Stream::Bootstrap, 0, 9);
        let (mut sum, mut at) = (self.weights.first().copied().unwrap_or(0.0), 0);
        (0..count)
            .map(|nth| {
                let wanted = (nth as f64 + first) / count as f64;
                while sum < wanted && at + 1 < self.z.len() {
                    at += 1;
                    sum += self.weights[at];
                }
                self.z[at].clone()
            })
            .collect()
    }
}

/// How often the truth is recovered: one leading parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recovery {
    /// Share of truths within the central 90 % of their posteriors.
    pub within: f64,
    /// The statistic of Kolmogorov and Smirnov of the truths' ranks, times the root of their number: above 1.36 once in twenty.
    pub ranks: f64,
}

/// Takes rows of the table for the truth, evenly over it, and looks where they lie in their posteriors.
#[must_use]
pub fn recovery(table: &Table, learnt: &Learnt, truths: usize) -> Vec<Recovery> {
    let truths = truths.clamp(1, table.z.len());
    let mut ranks = vec![Vec::new(); learnt.leading.len()];
    for nth in 0..truths {
        let row = nth * table.z.len() / truths;
        let sample = learnt.posterior(table, &table.statistics[row], Some(row));
        for (place, &parameter) in learnt.leading.iter().enumerate() {
            ranks[place].push(sample.below(place, table.z[row][parameter]));
        }
    }
    ranks
        .into_iter()
        .map(|mut ranks| {
            ranks.sort_by(f64::total_cmp);
            let n = ranks.len() as f64;
            let within = ranks.iter().filter(|rank| (0.05..=0.95).contains(*rank)).count() as f64 / n;
            let apart = ranks
                .iter()
                .enumerate()
                .map(|(at, rank)| (rank - at as f64 / n).abs().max((rank - (at as f64 + 1.0) / n).abs()))
                .fold(0.0, f64::max);
            Recovery { within, ranks: apart * libm::sqrt(n) }
        })
        .collect()
}

/// The values of a member of a sample.
#[must_use]
pub fn values(fitted: &[Fitted], leading: &[usize], z: &[f64]) -> Vec<f64> {
    leading.iter().zip(z).map(|(&at, &z)| fitted[at].value(z)).collect()
}

/// The interval of a prior that holds 90 %.
#[must_use]
pub fn prior_range(row: &Fitted) -> (f64, f64, f64) {
    let z = quantile::normal(0.95);
    (row.value(-z), row.value(0.0), row.value(z))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::Prior;

    /// A table of a known problem: two parameters, of which one shifts both statistics, the other nothing.
    fn known(rows: u32) -> Table {
        let dice = Dice::new(4, 0);
        let mut table = Table { names: vec!["a".to_owned(), "b".to_owned(), "noise".to_owned()], ..Table::default() };
        for row in 0..rows {
            let normal = |what: u64| dice.normal(Stream::Bootstrap, row as i32, what);
            let (x, y) = (normal(1), normal(2));
            table.z.push(vec![x, y]);
            table.statistics.push(vec![2.0 * x + normal(3), x + normal(4), normal(5)]);
        }
        table
    }

    #[test]
    fn what_is_told_is_found_and_the_rest_left_alone() {
        let table = known(4_000);
        let learnt = Learnt::new(&table);
        assert_eq!(learnt.leading, [0]);
        // Precision: 1 of the prior, 4 and 1 of the statistics: a posterior sd of 1 / sqrt(6) = .408, its mean (2 a + b) / 6.
        let sample = learnt.posterior(&table, &[3.0, 1.0, 0.0], None);
        assert!((sample.quantile(0, 0.5) - 7.0 / 6.0).abs() < 0.1, "{}", sample.quantile(0, 0.5));
        assert!((sample.sd(0) - 0.408).abs() < 0.06, "{}", sample.sd(0));
        assert!((learnt.told[0] - 5.0 / 6.0).abs() < 0.02 && learnt.told[1] < 0.01, "{:?}", learnt.told);
    }

    #[test]
    fn truths_lie_where_they_should() {
        let table = known(3_000);
        let learnt = Learnt::new(&table);
        let recovery = recovery(&table, &learnt, 300);
        // A share of .9 of 300 has a standard error of .017.
        assert!((recovery[0].within - 0.9).abs() < 0.06 && recovery[0].ranks < 1.9, "{recovery:?}");
        // A posterior that is too sure of itself is found out.
        let mut wrong = table.clone();
        wrong.z.iter_mut().enumerate().for_each(|(at, z)| z[0] *= if at % 10 == 0 { 3.0 } else { 1.0 });
        assert!(super::recovery(&wrong, &Learnt::new(&table), 300)[0].within < 0.8);
    }

    #[test]
    fn members_of_equal_weight_follow_the_weights() {
        let sample = Sample { z: vec![vec![0.0], vec![1.0], vec![2.0]], weights: vec![0.5, 0.0, 0.5] };
        let ones = sample.equal(10, 1).iter().filter(|z| z[0] == 2.0).count();
        assert_eq!((ones, sample.equal(10, 1).iter().any(|z| z[0] == 1.0)), (5, false));
        let row = Fitted { path: "a.b".to_owned(), prior: Prior::Uniform(1.0, 3.0), range: (0.0, 2.5) };
        assert_eq!((row.value(0.0), row.value(9.0)), (2.0, 2.5));
    }
}
