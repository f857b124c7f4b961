//! The design of an experiment: which futures, under which parameter draws.
//!
//! Draws are low-discrepancy numbers: for each parameter a van der Corput sequence with Owen's nested scrambling, read
//! in an order that is itself nested-shuffled for that parameter (the padding of Burley 2020). Scrambling and order
//! depend on the parameter's name alone, so neither another parameter nor more draws move anything.
use crate::dice::{Dice, Stream, identity, mix};
use crate::params::{Declared, Prior};
use crate::scenario::Scenario;

/// How many futures, and which parameter draws they use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Design {
    /// Futures of each scenario.
    pub replicates: u64,
    /// The draws.
    pub draws: Draws,
    /// Master seed.
    pub seed: u64,
}

/// Which parameter draws are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draws {
    /// Defaults (medians) in every future.
    Defaults,
    /// Future r uses draw r modulo this number.
    Cycle(u32),
    /// This draw alone.
    Only(u32),
}

impl Draws {
    /// The draw of a future.
    #[must_use]
    pub fn of(self, replicate: u64) -> u32 {
        match self {
            Self::Defaults => 0,
            Self::Cycle(count) => (replicate % u64::from(count.max(1))) as u32,
            Self::Only(draw) => draw,
        }
    }
    /// All draws that futures below `replicates` use, in order.
    #[must_use]
    pub fn used(self, replicates: u64) -> Vec<u32> {
        match self {
            Self::Defaults => vec![0],
            Self::Cycle(count) => (0..u32::try_from(replicates.min(u64::from(count.max(1)))).unwrap_or(count)).collect(),
            Self::Only(draw) => vec![draw],
        }
    }
}

/// The number in (0, 1) of a parameter in a draw.
#[must_use]
pub fn unit(name: &str, draw: u32, seed: u64) -> f64 {
    let key = mix(mix(seed, Stream::Parameter as u64), identity(name));
    // The order: scrambling the bits of the index from the highest keeps every aligned block of 2^k together.
    let index = scrambled(draw, mix(key, 1));
    // The point: bits reversed (van der Corput), then scrambled from the highest.
    let point = scrambled(index.reverse_bits(), mix(key, 2));
    // Below the 32 bits of the grid: a plain uniform number.
    let rest = Dice::new(seed, u64::from(draw)).unit(Stream::Parameter, 0, key);
    ((f64::from(point) + rest) / 4_294_967_296.0).clamp(f64::EPSILON, 1.0 - f64::EPSILON)
}

/// Owen's nested uniform scrambling: each bit is flipped or not by a hash of the bits above it.
fn scrambled(bits: u32, key: u64) -> u32 {
    let mut out = 0;
    for level in 0..32_u32 {
        let above = if level == 0 { 0 } else { bits >> (32 - level) };
        let flip = mix(key, u64::from(level) << 32 | u64::from(above)) >> 63;
        out = out << 1 | ((bits >> (31 - level)) & 1) ^ flip as u32;
    }
    out
}

/// The design point of a draw: its own, or, where that is refused, the first of its reserves that is not; and how many were
/// refused. Each draw has reserves of its own, so that a refusal moves no other draw.
#[must_use]
pub fn point(draw: u32, refused: impl Fn(u32) -> bool) -> (u32, u32) {
    /// Design points that a draw has, the last of which is taken as it is.
    const RESERVES: u32 = 64;
    let reserve = |nth: u32| draw.wrapping_add(nth << 24);
    let taken = (0..RESERVES - 1).find(|&nth| !refused(reserve(nth))).unwrap_or(RESERVES - 1);
    (reserve(taken), taken)
}

/// The prior of each parameter, where a scenario may replace it.
#[must_use]
pub fn priors(declared: &[Declared], overrides: &[(String, Prior)]) -> Vec<Prior> {
    let replaced = |row: &Declared| overrides.iter().find(|(path, _)| *path == row.path).map(|(_, prior)| *prior);
    declared.iter().map(|row| replaced(row).unwrap_or(row.prior)).collect()
}

/// The values of what a scenario leaves to distributions beside the parameters, in a future's draw.
#[must_use]
pub fn drawn(scenario: &Scenario, draws: Draws, draw: u32, seed: u64) -> Vec<f64> {
    values(&scenario.drawn_rows(), scenario, draws, draw, seed)
}

/// The values of all parameters in a future's draw, in the order of `declared`, each within its range: those that were fitted from the
/// posterior of the scenario's case, the others from their priors; the medians of the priors where defaults are asked for.
#[must_use]
pub fn values(declared: &[Declared], scenario: &Scenario, draws: Draws, draw: u32, seed: u64) -> Vec<f64> {
    // One member of the posterior for all that was fitted: they hang together.
    let member = scenario.posterior().map(|posterior| posterior.member(unit("posterior", draw, seed)));
    let fitted = |row: &Declared| Some(member?[scenario.fitted_column(&row.path)?]);
    let value = |(row, prior): (&Declared, Prior)| {
        let value = match draws {
            Draws::Defaults => prior.median(),
            Draws::Cycle(_) | Draws::Only(_) => fitted(row).unwrap_or_else(|| prior.quantile(unit(&row.path, draw, seed))),
        };
        value.clamp(*row.range.start(), *row.range.end())
    };
    declared.iter().zip(priors(declared, &scenario.overrides)).map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_fills_every_stratum_once() {
        for name in ["combat.excitation", "combat.lethal", "ideal.fla.autonomy"] {
            for power in 0..10 {
                let n = 1_u32 << power;
                let mut strata: Vec<u32> = (0..n).map(|draw| (unit(name, draw, 7) * f64::from(n)) as u32).collect();
                strata.sort_unstable();
                assert_eq!(strata, (0..n).collect::<Vec<_>>(), "{name} at {n}");
            }
        }
    }

    #[test]
    fn parameters_do_not_move_together() {
        let n = 64_u32;
        let columns: Vec<Vec<f64>> = (0..120).map(|p| (0..n).map(|draw| unit(&format!("group.p{p}"), draw, 1) - 0.5).collect()).collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let (mut squares, mut total, mut largest, mut count) = (0.0, 0.0, 0.0_f64, 0.0);
        for (at, a) in columns.iter().enumerate() {
            for b in &columns[..at] {
                let r = dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
                squares += r * r;
                total += r;
                largest = largest.max(r.abs());
                count += 1.0;
            }
        }
        // Independent columns would have a variance of r of 1/(n-1), and no mean. Here each parameter puts the two members
        // of a pair of draws into opposite halves, so that there are fewer independent comparisons: measured 1.57.
        let ratio = squares / count * f64::from(n - 1);
        assert!((0.8..1.9).contains(&ratio) && largest < 0.7, "{ratio} {largest}");
        assert!((total / count).abs() < 0.01, "{}", total / count);
    }

    #[test]
    fn more_draws_and_more_parameters_move_nothing_and_seeds_do() {
        let first: Vec<f64> = (0..40).map(|draw| unit("combat.lethal", draw, 3)).collect();
        assert_eq!(first, (0..400).map(|draw| unit("combat.lethal", draw, 3)).take(40).collect::<Vec<_>>());
        assert_ne!(first[0], unit("combat.lethal", 0, 4));
        let mean = (0..40).map(|draw| unit("combat.lethal", draw, 3)).sum::<f64>() / 40.0;
        assert!((mean - 0.5).abs() < 0.03, "{mean}");
    }

    #[test]
    fn a_refused_draw_takes_its_reserve_and_moves_no_other() {
        let refuse = |point: u32| point == 3 || point == 3 + (1 << 24);
        let points: Vec<(u32, u32)> = (0..6).map(|draw| point(draw, refuse)).collect();
        assert_eq!(points[3], (3 + (2 << 24), 2));
        assert!(points.iter().enumerate().all(|(draw, &p)| draw == 3 || p == (draw as u32, 0)));
        assert_ne!(unit("combat.lethal", points[3].0, 1), unit("combat.lethal", 3, 1));
        assert_eq!(point(5, |_| true).1, 63);
    }

    #[test]
    fn futures_use_the_draws_as_agreed() {
        assert_eq!((Draws::Cycle(40).of(41), Draws::Only(7).of(41), Draws::Defaults.of(41)), (1, 7, 0));
        assert_eq!(Draws::Cycle(40).used(3), vec![0, 1, 2]);
    }
}
