//! Intervals: of a mean over futures that share parameter draws, and of a share.
use super::moments::Moments;
use super::quantile;
use std::collections::BTreeMap;

/// A mean with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean over all values.
    pub mean: f64,
    /// Lower end; `NaN` where one value leaves no interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Standard error.
    pub error: f64,
    /// Number of values.
    pub count: u64,
    /// Number of draws to which they belong.
    pub draws: usize,
}

impl Estimate {
    /// Whether the interval lies wholly on one side of 0.
    #[must_use]
    pub fn excludes_zero(&self) -> bool {
        (self.low > 0.0 || self.high < 0.0) && self.low.is_finite() && self.high.is_finite()
    }
    /// The same with its ends inside `[low, high]`.
    #[must_use]
    pub fn clipped(self, low: f64, high: f64) -> Self {
        let within = |v: f64| if v.is_nan() { v } else { v.max(low).min(high) };
        Self { low: within(self.low), high: within(self.high), ..self }
    }
}

/// Quantile of Student's t.
#[must_use]
pub fn student(u: f64, df: f64) -> f64 {
    if (u - 0.5).abs() < 1e-15 {
        return 0.0;
    }
    let tail = u.min(1.0 - u);
    let x = quantile::beta(2.0 * tail, 0.5 * df, 0.5);
    let t = if x > 0.0 { libm::sqrt(df * (1.0 - x) / x) } else { f64::INFINITY };
    if u < 0.5 { -t } else { t }
}

/// The moments within each draw, by draw.
#[must_use]
pub fn by_draw(values: &[f64], draws: &[u32]) -> BTreeMap<u32, Moments> {
    let mut groups: BTreeMap<u32, Moments> = BTreeMap::new();
    for (&value, &draw) in values.iter().zip(draws) {
        groups.entry(draw).or_default().add(value);
    }
    groups
}

/// The mean of `values` with an interval of confidence `level`, robust to values of one draw being alike:
/// Student's t with one degree of freedom less than there are draws, on the means of draws. With one draw, or where means of all
/// draws are equal and values are not: plain t.
///
/// # Examples
/// ```
/// let e = sulh::stats::interval::clustered(&[1.0, 1.2, 3.0, 3.2], &[0, 0, 1, 1], 0.95);
/// assert!((e.mean - 2.1).abs() < 1e-12 && e.low < 0.0);
/// ```
#[must_use]
pub fn clustered(values: &[f64], draws: &[u32], level: f64) -> Estimate {
    let all = Moments::of(values.iter().copied());
    let groups = by_draw(values, draws);
    // A plain sum is exact for counts and whole numbers.
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let mut sum = 0.0;
    for group in groups.values() {
        let away = group.count as f64 / n * (group.mean() - mean);
        sum += away * away;
    }
    // Means of draws that happen to be equal, of values that are not, do not say that there is no doubt.
    let (variance, df) = if groups.len() > 1 && (sum > f64::EPSILON * all.variance() || all.variance() == 0.0) {
        let d = groups.len() as f64;
        (sum * d / (d - 1.0), d - 1.0)
    } else {
        (all.variance() / n, n - 1.0)
    };
    let error = libm::sqrt(variance);
    let reach = if df >= 1.0 { student(0.5 + 0.5 * level, df) * error } else { f64::NAN };
    Estimate { mean, low: mean - reach, high: mean + reach, error, count: all.count, draws: groups.len() }
}

/// Standard errors that a 95 % interval of normal numbers reaches.
const NORMAL: f64 = 1.959_963_984_540_054;

/// Wilson's 95 % interval of a share: `successes` in `n`, which need not be whole (an effective number).
#[must_use]
pub fn wilson(successes: f64, n: f64) -> (f64, f64) {
    wilson_at(NORMAL, successes, n)
}

/// Wilson's interval that reaches `z` standard errors.
fn wilson_at(z: f64, successes: f64, n: f64) -> (f64, f64) {
    if n <= 0.0 {
        return (f64::NAN, f64::NAN);
    }
    let (p, zz) = (successes / n, z * z);
    let centre = (p + zz / (2.0 * n)) / (1.0 + zz / n);
    let reach = z / (1.0 + zz / n) * libm::sqrt(p * (1.0 - p) / n + zz / (4.0 * n * n));
    ((centre - reach).clamp(0.0, p), (centre + reach).clamp(p, 1.0))
}

/// Correlation of futures of one draw that is assumed where a share is none or all: more than the stages of talks have been
/// seen to have (.15).
const ALIKE: f64 = 0.25;

/// A share with Wilson's interval at the effective number of futures: what clustering by draw costs (the design effect) is taken off the
/// number. The effect is an estimate from as many means as there are draws, so the interval reaches as far as Student's t with one degree of
/// freedom less. Where nothing or everything has happened there is no estimate, and that of `ALIKE` is taken; and to have seen a thing
/// happen leaves no less possible than to have seen it never. Where each future has a draw of its own, or all have one, there is no effect.
#[must_use]
pub fn share(reached: &[bool], draws: &[u32]) -> (f64, f64, f64) {
    let n = reached.len() as f64;
    if reached.is_empty() {
        return (f64::NAN, f64::NAN, f64::NAN);
    }
    let values: Vec<f64> = reached.iter().map(|&r| f64::from(u8::from(r))).collect();
    let estimate = clustered(&values, draws, 0.95);
    let p = estimate.mean;
    let Some(reach) = by_draws(&estimate) else {
        let (low, high) = wilson(p * n, n);
        return (p, low, high);
    };
    let measured = design_effect(&estimate, p * (1.0 - p)).unwrap_or(1.0);
    let (low, high) = wilson_at(reach, p * n / measured, n / measured);
    let (_, of_none) = wilson_at(reach, 0.0, n / assumed_effect(&estimate));
    (p, low.min(1.0 - of_none), high.max(of_none))
}

/// How far an interval reaches where futures of a draw may be alike: Student's t of the draws. `None` where each future has a draw of its
/// own, or all have one.
fn by_draws(estimate: &Estimate) -> Option<f64> {
    let draws = estimate.draws;
    (draws > 1 && (draws as u64) < estimate.count).then(|| student(0.975, draws as f64 - 1.0))
}

/// How many times as much as of unlike futures the variance of a mean is, 1 or more, where one future's variance is `each`.
fn design_effect(estimate: &Estimate, each: f64) -> Option<f64> {
    let plain = each / estimate.count as f64;
    (plain > 0.0).then(|| (estimate.error * estimate.error / plain).max(1.0))
}

/// The same where one future's variance is not known, by [`ALIKE`].
fn assumed_effect(estimate: &Estimate) -> f64 {
    1.0 + (estimate.count as f64 / estimate.draws as f64 - 1.0) * ALIKE
}

/// By how much more often something happens to the second of each pair than to the first. The interval is that of Agresti and Min (2005),
/// half a pair more of each of the four kinds, at the effective number of pairs as for [`share`]: however few pairs there are and however
/// much they agree, some doubt is left.
#[must_use]
pub fn share_difference(first: &[bool], second: &[bool], draws: &[u32]) -> Estimate {
    let differences: Vec<f64> = first.iter().zip(second).map(|(&a, &b)| f64::from(i8::from(b) - i8::from(a))).collect();
    let estimate = clustered(&differences, draws, 0.95);
    let (n, mean) = (estimate.count as f64, estimate.mean);
    let apart = differences.iter().filter(|&&d| d != 0.0).count() as f64 / n;
    let reach = by_draws(&estimate);
    let measured = || design_effect(&estimate, apart - mean * mean).unwrap_or_else(|| assumed_effect(&estimate));
    let effect = if reach.is_some() { measured() } else { 1.0 };
    let (pairs, added) = (n / effect, n / effect + 2.0);
    let (centre, kinds) = (mean * pairs / added, apart * pairs + 1.0);
    let away = reach.unwrap_or(NORMAL) * libm::sqrt(kinds - added * centre * centre) / added;
    Estimate { low: (centre - away).min(mean), high: (centre + away).max(mean), ..estimate }.clipped(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::uniforms;

    #[test]
    fn means_of_draws_that_happen_to_be_equal_leave_doubt() {
        let chance = clustered(&[-9.0, 3.0, -8.0, 2.0], &[0, 0, 1, 1], 0.95);
        assert!(chance.mean == -3.0 && chance.low < -9.0 && chance.high > 3.0, "{chance:?}");
        // Equal but for rounding.
        let rounded = clustered(&[0.1, 0.2, 0.6, 0.3, 0.3, 0.3, 0.5, 0.1, 0.3], &[0, 0, 0, 1, 1, 1, 2, 2, 2], 0.95);
        assert!(rounded.low < 0.2 && rounded.high > 0.4, "{rounded:?}");
        let none = clustered(&[0.0; 4], &[0, 0, 1, 1], 0.95);
        assert_eq!((none.low, none.high), (0.0, 0.0));
    }

    #[test]
    fn student_meets_tables() {
        assert!((student(0.975, 1.0) - 12.706_204_736).abs() < 1e-6);
        assert!((student(0.975, 39.0) - 2.022_690_920).abs() < 1e-7);
        assert!((student(0.025, 4.0) + 2.776_445_105).abs() < 1e-7);
        assert!((student(0.975, 1e6) - 1.959_966).abs() < 1e-4);
    }

    #[test]
    fn balanced_draws_give_the_t_interval_of_their_means() {
        let values = [1.0, 3.0, 5.0, 7.0, 9.0, 11.0];
        let estimate = clustered(&values, &[0, 0, 1, 1, 2, 2], 0.95);
        // Means 2, 6, 10: sd 4, error 4/sqrt(3), t with 2 df 4.302652730.
        assert!((estimate.mean - 6.0).abs() < 1e-12);
        assert!((estimate.high - (6.0 + 4.302_652_730 * 4.0 / 3.0f64.sqrt())).abs() < 1e-6);
        let plain = clustered(&values, &[0; 6], 0.95);
        assert!((plain.high - (6.0 + 2.570_581_836 * (14.0f64 / 6.0).sqrt())).abs() < 1e-6);
        assert!(clustered(&[1.0], &[0], 0.95).low.is_nan());
    }

    #[test]
    fn wilson_meets_the_textbook() {
        let (low, high) = wilson(7.0, 20.0);
        assert!((low - 0.181_190).abs() < 1e-5 && (high - 0.567_145).abs() < 1e-5, "{low} {high}");
        assert_eq!(wilson(0.0, 10.0).0, 0.0);
        assert_eq!(wilson(10.0, 10.0).1, 1.0);
    }

    #[test]
    fn draws_that_agree_widen_a_share() {
        let reached: Vec<bool> = (0..100).map(|r| r % 10 < 3).collect();
        let same: Vec<u32> = (0..100).map(|r| r % 10).collect();
        let (p, low, high) = share(&reached, &same);
        let (_, l, h) = share(&reached, &[0; 100]);
        assert!((p - 0.3).abs() < 1e-12 && high - low > 2.5 * (h - l));
    }

    /// Shares of draws vary as beta(2, 6) does, or most are near 0 (beta(.2, 4)): the share of all draws is covered, however few there are.
    #[test]
    fn the_interval_of_a_share_covers_with_few_draws_too() {
        let mut uniform = uniforms(7);
        for (a, b) in [(2.0, 6.0), (0.2, 4.0)] {
            for draws in [2_u32, 4, 10, 40] {
                for each in [6, 60] {
                    let of: Vec<u32> = (0..draws * each).map(|r| r % draws).collect();
                    let (mut covered, all) = (0, 1_000);
                    for _ in 0..all {
                        let shares: Vec<f64> = (0..draws).map(|_| quantile::beta(uniform(), a, b)).collect();
                        let reached: Vec<bool> = of.iter().map(|&draw| uniform() < shares[draw as usize]).collect();
                        let (p, low, high) = share(&reached, &of);
                        assert!(0.0 <= low && low <= p && p <= high && high <= 1.0);
                        covered += u32::from(low <= a / (a + b) && a / (a + b) <= high);
                    }
                    // Two standard errors below .93.
                    assert!(f64::from(covered) / f64::from(all) > 0.915, "beta({a}, {b}), {draws} draws of {each}: {covered}");
                }
            }
        }
    }

    /// Both things happen more or less often by draw, the second more often by up to half: the difference of all draws is covered, and never
    /// is there no doubt.
    #[test]
    fn the_interval_of_a_difference_of_shares_covers_with_few_pairs_too() {
        let mut uniform = uniforms(11);
        for more in [0.0, 0.1, 0.5] {
            for (draws, each) in [(1_u32, 4), (4, 1), (4, 6), (10, 6), (40, 6)] {
                let of: Vec<u32> = (0..draws * each).map(|r| r % draws).collect();
                let (mut covered, all) = (0, 1_000);
                for _ in 0..all {
                    // A pair shares a uniform in half of the cases.
                    let level: Vec<f64> = (0..draws).map(|_| if draws == 1 { 0.2 } else { quantile::beta(uniform(), 2.0, 8.0) }).collect();
                    let pair = |&draw: &u32| {
                        let a = uniform();
                        let b = if uniform() < 0.5 { a } else { uniform() };
                        (a < level[draw as usize], b < level[draw as usize] + more)
                    };
                    let (first, second): (Vec<bool>, Vec<bool>) = of.iter().map(pair).unzip();
                    let e = share_difference(&first, &second, &of);
                    assert!(-1.0 <= e.low && e.low <= e.mean && e.mean <= e.high && e.high <= 1.0 && e.low < e.high, "{e:?}");
                    // Levels above what is left to 1 are rare: beta(2, 8) above .5 in 2 of 100.
                    covered += u32::from(e.low <= more && more <= e.high);
                }
                // Two standard errors below .93.
                assert!(f64::from(covered) / f64::from(all) > 0.915, "{more}, {draws} draws of {each}: {covered}");
            }
        }
    }

    #[test]
    fn pairs_that_all_differ_alike_leave_doubt_and_less_the_more_there_are() {
        let width = |n: usize, draws: &[u32], second: bool| {
            let e = share_difference(&vec![false; n], &vec![second; n], draws);
            assert_eq!(e.mean, f64::from(u8::from(second)));
            e.high - e.low
        };
        // Of four, half a pair more of each kind: 1 of 4 and 1 of 2 in 6, so 2/3 with an error of .2546.
        assert!((width(4, &[0, 1, 2, 3], true) - (1.0 - (2.0 / 3.0 - 1.96 * 0.254_6))).abs() < 1e-3);
        for second in [false, true] {
            let widths: Vec<f64> = [4, 40, 400].map(|n| width(n, &(0..n as u32).collect::<Vec<_>>(), second)).to_vec();
            assert!(widths.is_sorted_by(|a, b| a > b) && widths[2] > 0.0, "{widths:?}");
            let alike: Vec<u32> = (0..40).map(|r| r % 10).collect();
            assert!(width(40, &alike, second) > widths[1]);
        }
    }

    /// With many draws and pairs little changes.
    #[test]
    fn many_pairs_give_nearly_the_plain_interval_of_a_difference() {
        let draws: Vec<u32> = (0..480).map(|r| r % 40).collect();
        // Far from even steps within a draw.
        let of = |below: u32| (0..480_u32).map(|r| r.wrapping_mul(2_654_435_761) >> 16 & 511 < below).collect::<Vec<bool>>();
        let (first, second) = (of(60), of(120));
        let differences: Vec<f64> = first.iter().zip(&second).map(|(&a, &b)| f64::from(i8::from(b) - i8::from(a))).collect();
        let (e, plain) = (share_difference(&first, &second, &draws), clustered(&differences, &draws, 0.95));
        let ratio = (e.high - e.low) / (plain.high - plain.low);
        assert!((e.mean - plain.mean).abs() < 1e-12 && (0.95..1.2).contains(&ratio), "{e:?} {plain:?}");
    }

    /// With the default 40 draws little changes, and a share of nothing says more than one of a few.
    #[test]
    fn many_draws_give_nearly_the_interval_of_as_many_futures() {
        let draws: Vec<u32> = (0..240).map(|r| r % 40).collect();
        let of = |count: u32| share(&(0..240).map(|r| r * 7 % 240 < count).collect::<Vec<_>>(), &draws);
        let plain = |count: f64| wilson(count, 240.0);
        for count in [24_u32, 120, 200] {
            let ((_, low, high), (l, h)) = (of(count), plain(f64::from(count)));
            assert!((0.95..1.12).contains(&((high - low) / (h - l))), "{count}: {low} {high}, {l} {h}");
        }
        let tops: Vec<f64> = (0..6).map(|count| of(count).2).collect();
        assert!(tops.is_sorted() && tops[0] < 0.04 && tops[5] > tops[0] && tops[0] > plain(0.0).1, "{tops:?}");
        assert_eq!((of(0).1, of(240).2), (0.0, 1.0));
        // Each future with a draw of its own: nothing is alike.
        let own: Vec<u32> = (0..20).collect();
        assert_eq!(share(&[false; 20], &own), share(&[false; 20], &[0; 20]));
    }

    #[test]
    fn the_interval_covers_as_often_as_it_says() {
        let mut uniform = uniforms(1);
        let mut normal = || quantile::normal(uniform());
        let draws: Vec<u32> = (0..80).map(|r| r % 10).collect();
        let mut covered = 0;
        for _ in 0..2000 {
            let centres: Vec<f64> = (0..10).map(|_| normal()).collect();
            let values: Vec<f64> = draws.iter().map(|&d| centres[d as usize] + normal()).collect();
            let estimate = clustered(&values, &draws, 0.95);
            covered += u32::from(estimate.low < 0.0 && estimate.high > 0.0);
        }
        assert!((f64::from(covered) / 2000.0 - 0.95).abs() < 0.025, "{covered}"); // 5 standard errors
    }
}
