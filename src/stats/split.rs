//! Variance split into chance (within a parameter draw) and knowledge (between draws).
use super::interval::by_draw;

/// The two parts of a variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// Variance within draws.
    pub chance: f64,
    /// Variance of the draws' true means: what the means show, less what chance alone would show.
    pub knowledge: f64,
}

impl Split {
    /// Shares of chance and of knowledge; `NaN` where nothing varies.
    #[must_use]
    pub fn shares(&self) -> (f64, f64) {
        let total = self.chance + self.knowledge;
        (self.chance / total, self.knowledge / total)
    }
}

/// The analysis-of-variance estimate, clipped at 0; `None` with one draw, or without a second future in any draw.
#[must_use]
pub fn split(values: &[f64], draws: &[u32]) -> Option<Split> {
    let groups = by_draw(values, draws);
    let (n, d) = (values.len() as f64, groups.len() as f64);
    if groups.len() < 2 || values.len() <= groups.len() {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let (mut within, mut between, mut sizes) = (0.0, 0.0, 0.0);
    for group in groups.values() {
        let size = group.count as f64;
        within += group.squares();
        between += size * (group.mean() - mean) * (group.mean() - mean);
        sizes += size * size;
    }
    let chance = within / (n - d);
    let per_draw = (n - sizes / n) / (d - 1.0);
    Some(Split { chance, knowledge: ((between / (d - 1.0) - chance) / per_draw).max(0.0) })
}

/// Variance within draws, pooled; `None` without a second value in any draw.
#[must_use]
pub fn within(values: &[f64], draws: &[u32]) -> Option<f64> {
    let groups = by_draw(values, draws);
    let left = values.len().checked_sub(groups.len()).filter(|&left| left > 0)?;
    Some(groups.values().map(super::moments::Moments::squares).sum::<f64>() / left as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balanced_design_meets_the_formula() {
        // Draw means 2, 6, 10 (variance 16), within variance 2, two a draw: knowledge 16 - 2/2.
        let parts = split(&[1.0, 3.0, 5.0, 7.0, 9.0, 11.0], &[0, 0, 1, 1, 2, 2]).unwrap();
        assert!((parts.chance - 2.0).abs() < 1e-12 && (parts.knowledge - 15.0).abs() < 1e-12);
    }

    #[test]
    fn equal_means_are_all_chance_and_constant_draws_all_knowledge() {
        assert_eq!(split(&[1.0, 3.0, 1.0, 3.0], &[0, 0, 1, 1]).unwrap().shares(), (1.0, 0.0));
        assert_eq!(split(&[1.0, 1.0, 3.0, 3.0], &[0, 0, 1, 1]).unwrap().shares(), (0.0, 1.0));
        assert!(split(&[1.0, 2.0], &[0, 1]).is_none() && split(&[1.0, 2.0], &[0, 0]).is_none());
        assert_eq!(within(&[1.0, 3.0], &[0, 0]), Some(2.0));
    }
}
