//! Exact quantiles of values at hand.

/// Values in ascending order; not-a-number is left out.
#[must_use]
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// The quantile at `q` of values in ascending order, between neighbours by line (type 7); `NaN` of nothing.
#[must_use]
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = q.clamp(0.0, 1.0) * last as f64;
    let low = at.floor() as usize;
    let high = (low + 1).min(last);
    let part = at - low as f64;
    if part == 0.0 { sorted[low] } else { sorted[low] + part * (sorted[high] - sorted[low]) }
}

/// The median of values in any order.
#[must_use]
pub fn median(values: &[f64]) -> f64 {
    quantile(&sorted(values), 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_a_ramp_lie_on_it() {
        let ramp: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        let ramp = sorted(&ramp);
        for q in [0.0, 0.05, 0.25, 0.5, 0.955, 1.0] {
            assert!((quantile(&ramp, q) - 100.0 * q).abs() < 1e-9);
        }
        assert!(quantile(&[], 0.5).is_nan());
        assert_eq!(median(&[3.0, f64::NAN, 1.0]), 2.0);
    }
}
