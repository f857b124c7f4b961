//! What pairing buys: the variance of a difference between independent runs over that of paired runs.
use super::{moments::Moments, split};

/// `(Var a + Var b) / Var(b - a)`; `None` where the difference does not vary.
#[must_use]
pub fn variance_ratio(a: &[f64], b: &[f64]) -> Option<f64> {
    let variance = |values: &[f64]| Moments::of(values.iter().copied()).variance();
    ratio(variance(a), variance(b), variance(&differences(a, b)))
}

/// The same at fixed parameters: by variances within draws.
#[must_use]
pub fn variance_ratio_within(a: &[f64], b: &[f64], draws: &[u32]) -> Option<f64> {
    ratio(split::within(a, draws)?, split::within(b, draws)?, split::within(&differences(a, b), draws)?)
}

/// `b - a`, one by one.
#[must_use]
pub fn differences(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| b - a).collect()
}

fn ratio(a: f64, b: f64, difference: f64) -> Option<f64> {
    let ratio = (a + b) / difference;
    (difference > 0.0 && ratio.is_finite()).then_some(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_meet_their_formula() {
        // Var a = Var b = 5/3; b - a = 1, -1, 1, -1 with variance 4/3.
        let (a, b) = ([1.0, 2.0, 3.0, 4.0], [2.0, 1.0, 4.0, 3.0]);
        assert!((variance_ratio(&a, &b).unwrap() - 2.5).abs() < 1e-12);
        assert!((variance_ratio_within(&a, &b, &[0, 0, 1, 1]).unwrap() - 0.5).abs() < 1e-12);
        assert_eq!(variance_ratio(&a, &[2.0, 3.0, 4.0, 5.0]), None);
    }
}
