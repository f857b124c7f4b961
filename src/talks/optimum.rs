//! The best package: the one whose least margin among the veto-capable seats is greatest, exactly.
//!
//! Utilities are concave, so max over packages of the least margin equals the min over weights `lambda` of the seats (in the
//! simplex) of the greatest weighted margin. For given weights that maximiser is in closed form: on each scalar issue some
//! seat's ideal, of each pie a greedy fill. The weights come from a revised simplex whose columns are those maximisers, so
//! the package is a convex combination of a few of them and concavity makes it at least as good as their mean.
use super::utility::Preferences;
use crate::params::mediation::Mediation;
use crate::scenario::case::{PIES, SCALARS};
use crate::scenario::track::Offers;

/// A seat whose margin counts: `scale * utility - need`.
#[derive(Clone, Copy, Debug)]
pub struct Bargainer<'a> {
    /// What it wants.
    pub preferences: &'a Preferences,
    /// Weight of the package in its margin: the chance that the promise is kept.
    pub scale: f64,
    /// All else in its margin: war value, exposure, costs, less side payments.
    pub need: f64,
}

/// A package and what it is worth to those who were asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// Values of the scalar issues.
    pub scalars: [f64; SCALARS],
    /// Shares of the pies, for each seat in the order given.
    pub shares: Vec<[f64; PIES]>,
    /// Margin of each seat in the order given.
    pub margins: Vec<f64>,
    /// The least margin.
    pub least: f64,
}

impl Bargainer<'_> {
    /// The seat's margin of a package.
    #[must_use]
    pub fn margin(&self, scalars: &[f64; SCALARS], shares: &[f64; PIES], params: &Mediation) -> f64 {
        self.scale * self.preferences.utility(scalars, shares, params) - self.need
    }
}

const TOLERANCE: f64 = 1e-12;
const PIVOTS_MAX: usize = 2_000;

/// The package with the greatest least margin of `seats` within the offers. The first seat is the state.
///
/// # Panics
/// If there is no seat.
#[must_use]
pub fn best(seats: &[Bargainer<'_>], offers: Offers, params: &Mediation) -> Package {
    assert!(!seats.is_empty(), "a package for nobody");
    let issues = Issues::new(seats, offers, params);
    let mut simplex = Simplex::new(issues.best_for(&vec![1.0 / seats.len() as f64; seats.len()]));
    for _ in 0..PIVOTS_MAX {
        let weights = simplex.weights();
        // A negative weight: the seat's margin may exceed the least one.
        let worst = (0..weights.len()).min_by(|&a, &b| weights[a].total_cmp(&weights[b])).unwrap_or(0);
        if weights[worst] < -TOLERANCE {
            if !simplex.enter_slack(worst) {
                break;
            }
            continue;
        }
        let cut = issues.best_for(&weights);
        let bound: f64 = cut.margins.iter().zip(&weights).map(|(m, w)| m * w).sum();
        if bound - simplex.least() < TOLERANCE || !simplex.enter_cut(cut) {
            break;
        }
    }
    simplex.package(seats, params)
}

/// The margins of a package that is already on the table; `shares` in the order of `seats`.
#[must_use]
pub fn margins(seats: &[Bargainer<'_>], scalars: &[f64; SCALARS], shares: &[[f64; PIES]], params: &Mediation) -> Vec<f64> {
    seats.iter().zip(shares).map(|(seat, share)| seat.margin(scalars, share, params)).collect()
}

/// What each seat gains of each issue, ready to be weighted.
struct Issues {
    needs: Vec<f64>,
    /// Per issue, the values that may be best, and the gain of each seat there.
    scalars: Vec<Vec<(f64, Vec<f64>)>>,
    /// Per pie and seat: gain per share, and the share that satisfies. `None`: shares are fixed.
    pies: [Option<Vec<(f64, f64)>>; PIES],
    fixed: [Vec<(f64, f64)>; PIES],
}

/// A package that is best for some weights, with its margins.
#[derive(Clone, Debug)]
struct Cut {
    scalars: [f64; SCALARS],
    shares: Vec<[f64; PIES]>,
    margins: Vec<f64>,
}

impl Issues {
    fn new(seats: &[Bargainer<'_>], offers: Offers, params: &Mediation) -> Self {
        let gains = |issue: usize, at: f64| -> Vec<f64> {
            seats.iter().map(|s| s.scale * s.preferences.weights[issue] * s.preferences.scalar(issue, at, params)).collect()
        };
        // Gains are straight between ideals, so a weighted sum is greatest at an ideal or at a bound that keeps one out.
        let scalars = (0..SCALARS)
            .map(|issue| {
                let (low, high) = offers.bounds(issue);
                let mut values: Vec<f64> = seats.iter().map(|s| s.preferences.ideals[issue].clamp(low, high)).collect();
                values.sort_by(f64::total_cmp);
                values.dedup();
                values.into_iter().map(|at| (at, gains(issue, at))).collect()
            })
            .collect();
        let mut fixed: [Vec<(f64, f64)>; PIES] = Default::default();
        let mut pies: [Option<Vec<(f64, f64)>>; PIES] = Default::default();
        for pie in 0..PIES {
            match offers.share(pie) {
                Some(state) => {
                    fixed[pie] = seats
                        .iter()
                        .enumerate()
                        .map(|(k, s)| {
                            let share = if k == 0 { state } else { 0.0 };
                            (share, s.scale * s.preferences.weights[SCALARS + pie] * s.preferences.pie(pie, share))
                        })
                        .collect();
                }
                None => {
                    pies[pie] = Some(
                        seats
                            .iter()
                            .map(|s| {
                                let claim = s.preferences.claims[pie];
                                (s.scale * s.preferences.weights[SCALARS + pie] / claim, claim)
                            })
                            .collect(),
                    );
                }
            }
        }
        Self { needs: seats.iter().map(|s| s.need).collect(), scalars, pies, fixed }
    }

    fn best_for(&self, weights: &[f64]) -> Cut {
        let seats = self.needs.len();
        let mut cut = Cut { scalars: [0.0; SCALARS], shares: vec![[0.0; PIES]; seats], margins: self.needs.iter().map(|n| -n).collect() };
        for (issue, values) in self.scalars.iter().enumerate() {
            let mut best = (f64::NEG_INFINITY, 0);
            for (at, (_, gains)) in values.iter().enumerate() {
                let sum: f64 = gains.iter().zip(weights).map(|(g, w)| g * w).sum();
                if sum > best.0 {
                    best = (sum, at);
                }
            }
            let (value, gains) = &values[best.1];
            cut.scalars[issue] = *value;
            for (margin, gain) in cut.margins.iter_mut().zip(gains) {
                *margin += gain;
            }
        }
        for pie in 0..PIES {
            let Some(terms) = &self.pies[pie] else {
                for (k, &(share, gain)) in self.fixed[pie].iter().enumerate() {
                    cut.shares[k][pie] = share;
                    cut.margins[k] += gain;
                }
                continue;
            };
            // The seats whose gain per share weighs most are satisfied first.
            let mut left = 1.0;
            let mut done = vec![false; seats];
            while left > 0.0 {
                let next = (0..seats)
                    .filter(|&k| !done[k])
                    .max_by(|&a, &b| (weights[a] * terms[a].0).total_cmp(&(weights[b] * terms[b].0)).then(b.cmp(&a)));
                let Some(k) = next else { break };
                done[k] = true;
                let share = terms[k].1.min(left);
                left -= share;
                cut.shares[k][pie] = share;
                cut.margins[k] += terms[k].0 * share;
            }
        }
        cut
    }
}

/// What a basic variable of the master problem is.
#[derive(Clone, Debug)]
enum Basic {
    /// The least margin, free.
    Least,
    /// The share of a cut in the package.
    Cut(Box<Cut>),
    /// By how much a seat's margin exceeds the least.
    Slack,
}

/// Maximise s subject to `sum theta_i g_ik - s - slack_k = 0` for each seat k and `sum theta_i = 1`: a revised simplex with an
/// explicit inverse of at most (seats + 1) rows.
struct Simplex {
    basis: Vec<Basic>,
    /// Rows of the inverse; the last column is that of the sum of shares, so it is also the solution.
    inverse: Vec<Vec<f64>>,
    /// The seat whose column comes first where ties are broken.
    first: usize,
}

impl Simplex {
    fn new(cut: Cut) -> Self {
        let seats = cut.margins.len();
        let least = (0..seats).min_by(|&a, &b| cut.margins[a].total_cmp(&cut.margins[b])).unwrap_or(0);
        let mut basis = Vec::with_capacity(seats + 1);
        let mut inverse = Vec::with_capacity(seats + 1);
        for k in 0..seats {
            // s = g_least theta - row_least; slack_k = (g_k - g_least) theta + row_least - row_k.
            let mut row = vec![0.0; seats + 1];
            if k == least {
                row[least] = -1.0;
                row[seats] = cut.margins[least];
                basis.push(Basic::Least);
            } else {
                row[least] = 1.0;
                row[k] = -1.0;
                row[seats] = cut.margins[k] - cut.margins[least];
                basis.push(Basic::Slack);
            }
            inverse.push(row);
        }
        let mut row = vec![0.0; seats + 1];
        row[seats] = 1.0;
        inverse.push(row);
        basis.push(Basic::Cut(Box::new(cut)));
        Self { basis, inverse, first: least }
    }

    fn row_of_least(&self) -> usize {
        self.basis.iter().position(|b| matches!(b, Basic::Least)).unwrap_or(0)
    }

    /// The least margin of the present combination.
    fn least(&self) -> f64 {
        let row = &self.inverse[self.row_of_least()];
        row[row.len() - 1]
    }

    /// The seats' weights at the present basis; they sum to 1 but may be negative.
    fn weights(&self) -> Vec<f64> {
        let row = &self.inverse[self.row_of_least()];
        row[..row.len() - 1].iter().map(|y| -y).collect()
    }

    fn enter_slack(&mut self, seat: usize) -> bool {
        let direction = self.inverse.iter().map(|row| -row[seat]).collect();
        self.pivot(direction, Basic::Slack)
    }

    fn enter_cut(&mut self, cut: Cut) -> bool {
        let direction = self.inverse.iter().map(|row| row.iter().zip(cut.margins.iter().chain(&[1.0])).map(|(a, b)| a * b).sum()).collect();
        self.pivot(direction, Basic::Cut(Box::new(cut)))
    }

    /// Exchanges the basic variable that first reaches 0 (lexicographic, so that ties do not cycle); `false` if none does.
    fn pivot(&mut self, direction: Vec<f64>, entering: Basic) -> bool {
        let size = direction.len();
        let order = |column: usize| match column {
            0 => size - 1,
            1 => self.first,
            c if c - 2 < self.first => c - 2,
            c => c - 1,
        };
        let mut leaving: Option<usize> = None;
        for row in 0..size {
            if matches!(self.basis[row], Basic::Least) || direction[row] < 1e-11 {
                continue;
            }
            let Some(held) = leaving else {
                leaving = Some(row);
                continue;
            };
            for column in (0..size).map(order) {
                let (a, b) = (self.inverse[row][column] / direction[row], self.inverse[held][column] / direction[held]);
                if (a - b).abs() > 1e-14 {
                    if a < b {
                        leaving = Some(row);
                    }
                    break;
                }
            }
        }
        let Some(out) = leaving else { return false };
        let pivot = direction[out];
        for value in &mut self.inverse[out] {
            *value /= pivot;
        }
        let pivoted = self.inverse[out].clone();
        for (row, &factor) in self.inverse.iter_mut().zip(&direction).enumerate().filter(|&(row, _)| row != out).map(|(_, pair)| pair) {
            if factor != 0.0 {
                for (value, p) in row.iter_mut().zip(&pivoted) {
                    *value -= factor * p;
                }
            }
        }
        self.basis[out] = entering;
        true
    }

    fn package(&self, seats: &[Bargainer<'_>], params: &Mediation) -> Package {
        let mut scalars = [0.0; SCALARS];
        let mut shares = vec![[0.0; PIES]; seats.len()];
        let total: f64 = self.parts().map(|(theta, _)| theta).sum();
        for (theta, cut) in self.parts() {
            let theta = theta / total;
            for (sum, value) in scalars.iter_mut().zip(&cut.scalars) {
                *sum += theta * value;
            }
            for (sum, share) in shares.iter_mut().zip(&cut.shares) {
                for pie in 0..PIES {
                    sum[pie] += theta * share[pie];
                }
            }
        }
        for value in &mut scalars {
            *value = value.clamp(0.0, 1.0); // rounding
        }
        let margins = margins(seats, &scalars, &shares, params);
        let least = margins.iter().copied().fold(f64::INFINITY, f64::min);
        Package { scalars, shares, margins, least }
    }

    fn parts(&self) -> impl Iterator<Item = (f64, &Cut)> {
        self.basis.iter().zip(&self.inverse).filter_map(|(basic, row)| match basic {
            Basic::Cut(cut) => Some((row[row.len() - 1].max(0.0), cut.as_ref())),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::utility::defaults;
    use super::*;
    use crate::dice::{Dice, Draws, Stream};
    use microlp::{ComparisonOp, OptimizationDirection, Problem};

    fn instance(draws: &mut Draws, n: usize, ties: bool) -> Vec<(Preferences, f64, f64)> {
        let step = |u: f64| if ties { (u * 4.0).round() / 4.0 } else { u };
        let ideals: Vec<[f64; SCALARS]> = (0..n).map(|_| std::array::from_fn(|_| step(draws.unit()))).collect();
        (0..n)
            .map(|k| {
                let raw: [f64; SCALARS + PIES] = std::array::from_fn(|_| -libm::log(draws.unit()));
                let sum: f64 = raw.iter().sum();
                let prefs = Preferences {
                    ideals: ideals[k],
                    enemy_ideals: ideals[if k == 0 { n - 1 } else { 0 }],
                    weights: if ties { [1.0 / 7.0; SCALARS + PIES] } else { raw.map(|w| w / sum) },
                    claims: std::array::from_fn(|_| if ties { 0.5 } else { 0.2 + 0.5 * draws.unit() }),
                };
                let (scale, need) = if ties { (0.6, 0.25) } else { (0.4 + 0.5 * draws.unit(), 0.1 + 0.4 * draws.unit()) };
                (prefs, scale, need)
            })
            .collect()
    }

    /// The primal linear programme, as an oracle.
    fn primal(seats: &[Bargainer<'_>], offers: Offers, params: &Mediation) -> f64 {
        let mut lp = Problem::new(OptimizationDirection::Maximize);
        let least = lp.add_var(1.0, (f64::NEG_INFINITY, f64::INFINITY));
        let mut rows: Vec<Vec<(microlp::Variable, f64)>> = seats.iter().map(|_| vec![(least, -1.0)]).collect();
        for issue in 0..SCALARS {
            let at = lp.add_var(0.0, offers.bounds(issue));
            for (k, seat) in seats.iter().enumerate() {
                let p = seat.preferences;
                let v = lp.add_var(0.0, (f64::NEG_INFINITY, 1.0));
                let slope = 1.0 / (p.ideals[issue] - p.enemy_ideals[issue]).abs().max(params.ideal_distance_min);
                lp.add_constraint([(v, 1.0), (at, slope)], ComparisonOp::Le, 1.0 + slope * p.ideals[issue]);
                lp.add_constraint([(v, 1.0), (at, -slope)], ComparisonOp::Le, 1.0 - slope * p.ideals[issue]);
                rows[k].push((v, seat.scale * p.weights[issue]));
            }
        }
        for pie in 0..PIES {
            let mut sum = Vec::new();
            for (k, seat) in seats.iter().enumerate() {
                let bounds = match offers.share(pie) {
                    Some(state) if k == 0 => (state, state),
                    Some(_) => (0.0, 0.0),
                    None => (0.0, 1.0),
                };
                let share = lp.add_var(0.0, bounds);
                let v = lp.add_var(0.0, (0.0, 1.0));
                lp.add_constraint([(v, 1.0), (share, -1.0 / seat.preferences.claims[pie])], ComparisonOp::Le, 0.0);
                sum.push((share, 1.0));
                rows[k].push((v, seat.scale * seat.preferences.weights[SCALARS + pie]));
            }
            lp.add_constraint(&sum, ComparisonOp::Le, 1.0);
        }
        for (row, seat) in rows.iter().zip(seats) {
            lp.add_constraint(row, ComparisonOp::Ge, seat.need);
        }
        lp.solve().ok().and_then(|outcome| outcome.into_solution().ok()).expect("packages exist").objective()
    }

    #[test]
    fn the_dual_agrees_with_the_linear_programme() {
        let params = defaults();
        let offers = [
            Offers::Open,
            Offers::Fixed { scalars: [0.12, 0.08, 0.2, 0.1, 0.85], pies: None },
            Offers::Fixed { scalars: [0.12, 0.08, 0.2, 0.1, 0.85], pies: Some([0.6, 0.6]) },
            Offers::Within { scalars: [(0.0, 1.0), (0.0, 0.2), (0.5, 0.6), (0.3, 0.3), (0.7, 1.0)], pies: [None, Some(0.8)] },
        ];
        let mut worst: f64 = 0.0;
        for case in 0..800_u64 {
            let mut draws = Dice::new(5, case).at(Stream::Parameter, 0, 0);
            let n = 2 + (case % 5) as usize;
            let parts = instance(&mut draws, n, case % 7 == 6);
            let seats: Vec<Bargainer<'_>> =
                parts.iter().map(|(p, scale, need)| Bargainer { preferences: p, scale: *scale, need: *need }).collect();
            let offers = offers[if case % 4 == 3 { 1 + (case / 4 % 3) as usize } else { 0 }];
            let package = best(&seats, offers, &params);
            let oracle = primal(&seats, offers, &params);
            worst = worst.max((package.least - oracle).abs());
            assert!((package.least - oracle).abs() < 1e-9, "case {case}, {n} seats: {} against {oracle}", package.least);
            for pie in 0..PIES {
                assert!(package.shares.iter().map(|s| s[pie]).sum::<f64>() < 1.0 + 1e-9);
            }
            assert!(package.scalars.iter().all(|a| (0.0..=1.0).contains(a)));
        }
        println!("largest difference from the linear programme: {worst:.1e}");
    }

    #[test]
    #[ignore = "slow: a measurement, not a check"]
    fn time_of_a_solution() {
        let params = defaults();
        for n in 1..=6 {
            let all: Vec<_> = (0..200).map(|c| instance(&mut Dice::new(9, c).at(Stream::Parameter, 0, 0), n, false)).collect();
            let start = std::time::Instant::now();
            let mut sum = 0.0;
            for _ in 0..10 {
                for parts in &all {
                    let seats: Vec<Bargainer<'_>> =
                        parts.iter().map(|(p, s, d)| Bargainer { preferences: p, scale: *s, need: *d }).collect();
                    sum += best(&seats, Offers::Open, &params).least;
                }
            }
            println!("{n} seats: {:.1} us ({sum:.3})", start.elapsed().as_secs_f64() * 1e6 / 2_000.0);
        }
    }
}
