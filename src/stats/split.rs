//! Variance split into chance (within a parameter draw) and knowledge (between draws).
use super::interval::{by_draw, student};
use super::moments::Moments;

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
    let squares = Squares::of(by_draw(values, draws).values());
    let (between, within) = squares.means()?;
    Some(Split { chance: within, knowledge: ((between - within) / squares.per_draw()).max(0.0) })
}

/// An interval of the share of knowledge, within 0 and 1: a jackknife over draws of the log ratio of mean squares, which does not ask that
/// values be normal; `None` where that cannot be said (fewer than three draws, or nothing varies within some of them together).
#[must_use]
pub fn knowledge_interval(values: &[f64], draws: &[u32], level: f64) -> Option<(f64, f64)> {
    let groups = by_draw(values, draws);
    let d = groups.len() as f64;
    let all = Squares::of(groups.values());
    let log = |squares: Squares| squares.means().map(|(between, within)| libm::log(between / within)).filter(|x| x.is_finite());
    let whole = log(all)?;
    let pseudo = groups.values().map(|group| Some(d * whole - (d - 1.0) * log(all.without(group))?)).collect::<Option<Vec<f64>>>()?;
    let pseudo = Moments::of(pseudo);
    let half = student(0.5 + 0.5 * level, d - 1.0) * libm::sqrt(pseudo.variance() / d);
    let share = |log_ratio: f64| {
        let excess = libm::expm1(log_ratio);
        (excess / (excess + all.per_draw())).clamp(0.0, 1.0)
    };
    Some((share(pseudo.mean() - half), share(pseudo.mean() + half)))
}

/// Sums of squares of an analysis of variance by draw.
#[derive(Clone, Copy, Debug)]
struct Squares {
    draws: f64,
    /// Futures of all draws.
    count: f64,
    /// Sum of squared counts of draws.
    sizes: f64,
    mean: f64,
    within: f64,
    between: f64,
}

impl Squares {
    fn of<'a>(groups: impl Iterator<Item = &'a Moments> + Clone) -> Self {
        let size = |group: &Moments| group.count as f64;
        let count: f64 = groups.clone().map(size).sum();
        let mean = groups.clone().map(|group| size(group) * group.mean()).sum::<f64>() / count;
        let zero = Self { draws: 0.0, count, sizes: 0.0, mean, within: 0.0, between: 0.0 };
        groups.fold(zero, |sums, group| Self {
            draws: sums.draws + 1.0,
            sizes: sums.sizes + size(group) * size(group),
            within: sums.within + group.squares(),
            between: sums.between + size(group) * (group.mean() - mean) * (group.mean() - mean),
            ..sums
        })
    }

    /// Of the same draws but one.
    fn without(self, group: &Moments) -> Self {
        let size = group.count as f64;
        let (count, away) = (self.count - size, group.mean() - self.mean);
        // What is left of a subtraction of two equal numbers is 0, not rounding.
        let rest = |whole: f64, part: f64| if whole - part > 1e-12 * whole { whole - part } else { 0.0 };
        Self {
            draws: self.draws - 1.0,
            count,
            sizes: self.sizes - size * size,
            mean: self.mean - away * size / count,
            within: rest(self.within, group.squares()),
            between: rest(self.between, size * away * away * self.count / count),
        }
    }

    /// Mean squares between and within draws; `None` with one draw, or without a second future in any draw.
    fn means(self) -> Option<(f64, f64)> {
        (self.draws >= 2.0 && self.count > self.draws).then(|| (self.between / (self.draws - 1.0), self.within / (self.count - self.draws)))
    }

    /// Futures of a draw that knowledge counts with.
    fn per_draw(self) -> f64 {
        (self.count - self.sizes / self.count) / (self.draws - 1.0)
    }
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

    #[test]
    fn a_draw_is_left_out_as_if_it_had_not_been() {
        let values = [3.0, 4.0, 1.0, 7.0, 7.5, 9.0, 2.0, 2.5];
        let draws = [0, 0, 1, 2, 2, 2, 3, 3];
        let groups = by_draw(&values, &draws);
        for (left_out, group) in &groups {
            let other = Squares::of(groups.iter().filter(|(draw, _)| *draw != left_out).map(|(_, group)| group));
            let short = Squares::of(groups.values()).without(group);
            for (a, b) in [
                (short.mean, other.mean),
                (short.within, other.within),
                (short.between, other.between),
                (short.per_draw(), other.per_draw()),
            ] {
                assert!((a - b).abs() < 1e-12 * b.abs().max(1.0), "{left_out}: {short:?} against {other:?}");
            }
        }
    }

    #[test]
    fn intervals_of_the_share_of_knowledge_hold_it_about_as_often_as_they_say() {
        use crate::stats::quantile::normal;
        let mut unit = crate::stats::uniforms(1);
        for (knowledge, per_draw) in [(0.0_f64, 12_u32), (0.3, 4), (0.7, 2)] {
            let held = (0..300).filter(|_| {
                let (mut values, mut draws) = (Vec::new(), Vec::new());
                for draw in 0..40 {
                    // Most futures of two tracks do not differ, so values are as far from normal as theirs.
                    let own = libm::sqrt(knowledge) * normal(unit());
                    for _ in 0..per_draw {
                        let chance = if unit() < 0.36 { normal(unit()) / 0.6 } else { 0.0 };
                        values.push(own + libm::sqrt(1.0 - knowledge) * chance);
                        draws.push(draw);
                    }
                }
                let (low, high) = knowledge_interval(&values, &draws, 0.95).unwrap();
                (0.0..=1.0).contains(&low) && low <= knowledge && knowledge <= high && high <= 1.0
            });
            let held = held.count();
            assert!((270..=300).contains(&held), "{knowledge}: {held} of 300");
        }
        assert_eq!(knowledge_interval(&[1.0, 2.0, 3.0, 4.0], &[0, 0, 1, 1], 0.95), None);
    }
}
