//! Weighted linear regression with a small ridge, by Cholesky's method.

/// Coefficients of `y` on the columns of `x`, the intercept first. Rows count by their weights; the ridge is a share of each column's
/// own square and does not touch the intercept.
///
/// # Panics
/// If rows, values and weights differ in number.
#[must_use]
pub fn regression(x: &[Vec<f64>], y: &[f64], weights: &[f64], ridge: f64) -> Vec<f64> {
    assert!(x.len() == y.len() && y.len() == weights.len(), "a value and a weight for each row");
    let n = x.first().map_or(0, Vec::len) + 1;
    let at = |row: &[f64], i: usize| if i == 0 { 1.0 } else { row[i - 1] };
    let mut a = vec![vec![0.0; n]; n];
    let mut b = vec![0.0; n];
    for ((row, &value), &w) in x.iter().zip(y).zip(weights) {
        for i in 0..n {
            let wi = w * at(row, i);
            b[i] += wi * value;
            for (j, cell) in a[i].iter_mut().enumerate().take(i + 1) {
                *cell += wi * at(row, j);
            }
        }
    }
    for (i, row) in a.iter_mut().enumerate() {
        row[i] += if i == 0 { 1e-12 } else { ridge * row[i] + 1e-12 };
    }
    // a = l l', then two triangular solves.
    for i in 0..n {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            a[i][j] = if i == j { libm::sqrt((a[i][i] - sum).max(1e-300)) } else { (a[i][j] - sum) / a[j][j] };
        }
    }
    for i in 0..n {
        let sum: f64 = (0..i).map(|k| a[i][k] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i][i];
    }
    for i in (0..n).rev() {
        let sum: f64 = (i + 1..n).map(|k| a[k][i] * b[k]).sum();
        b[i] = (b[i] - sum) / a[i][i];
    }
    b
}

/// The value of a regression at a row.
#[must_use]
pub fn predicted(coefficients: &[f64], row: &[f64]) -> f64 {
    coefficients[0] + coefficients[1..].iter().zip(row).map(|(c, x)| c * x).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_is_found_and_a_weight_of_zero_is_not_there() {
        let rows: Vec<Vec<f64>> = (0..40).map(|i| vec![f64::from(i % 7), f64::from(i % 5) * 0.5]).collect();
        let mut y: Vec<f64> = rows.iter().map(|r| 2.0 + 3.0 * r[0] - 1.5 * r[1]).collect();
        let mut weights = vec![1.0; 40];
        (y[9], weights[9]) = (1e6, 0.0);
        let found = regression(&rows, &y, &weights, 0.0);
        for (a, b) in found.iter().zip([2.0, 3.0, -1.5]) {
            assert!((a - b).abs() < 1e-8, "{found:?}");
        }
        assert!((predicted(&found, &[1.0, 2.0]) - 2.0).abs() < 1e-8);
    }
}
