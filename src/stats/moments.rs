//! Mean and variance in one pass (Welford), summed in the order given.

/// Count, mean and sum of squared deviations.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// Number of values.
    pub count: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// The moments of some values.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut moments = Self::default();
        for value in values {
            moments.add(value);
        }
        moments
    }
    /// Adds one value.
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        let away = value - self.mean;
        self.mean += away / self.count as f64;
        self.squares += away * (value - self.mean);
    }
    /// The mean; `NaN` of nothing.
    #[must_use]
    pub fn mean(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.mean }
    }
    /// Sum of squared deviations from the mean.
    #[must_use]
    pub fn squares(&self) -> f64 {
        self.squares
    }
    /// Sample variance (n - 1); `NaN` below two values.
    #[must_use]
    pub fn variance(&self) -> f64 {
        if self.count < 2 { f64::NAN } else { self.squares / (self.count - 1) as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_n_has_its_known_moments() {
        let moments = Moments::of((1..=1000).map(f64::from));
        assert!((moments.mean() - 500.5).abs() < 1e-9);
        assert!((moments.variance() - 1000.0 * 1001.0 / 12.0).abs() < 1e-6);
    }

    #[test]
    fn a_large_offset_does_not_swallow_the_variance() {
        let moments = Moments::of([1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0]);
        assert!((moments.variance() - 30.0).abs() < 1e-9);
        assert!(Moments::default().mean().is_nan() && Moments::of([1.0]).variance().is_nan());
    }
}
