//! How many die in a lethal event: a lognormal body below 10 and a power-law tail from 10, cut exponentially.
//! Reads: nothing. Writes: nothing. Draws: two uniforms of the event's own address.
//! Evidence: sizes of 1,009 lethal events, Mali 2017-2021; Clauset 2007 on tails. Left out: the size of weapons.
use super::Model;
use crate::dice::Draws;
use crate::params::Parameters;
use crate::stats::quantile;

/// Mean deaths of a lethal event, for expectations in closed form only.
pub const MEAN_SIZE: f64 = 6.1;
/// Smallest size in the tail.
pub const TAIL_FROM: f64 = 10.0;

/// Draws the deaths of a lethal event whose tail has probability `tail`.
pub fn draw(model: &Model, tail: f64, draws: &mut Draws) -> u32 {
    let (which, size) = (draws.unit(), draws.unit());
    if which < tail { in_tail(model, size) } else { in_body(model.p, size) }
}

/// The deaths at a uniform number: the larger it is, the more.
#[must_use]
pub fn at(model: &Model, tail: f64, u: f64) -> u32 {
    let body = 1.0 - tail;
    if u >= body { in_tail(model, (u - body) / tail) } else { in_body(model.p, u / body) }
}

fn in_tail(model: &Model, u: f64) -> u32 {
    10 + model.solved.tail.partition_point(|&c| c <= u) as u32
}

/// The body is conditioned on rounding to below 10.
fn in_body(p: &Parameters, u: f64) -> u32 {
    let p = &p.combat;
    let most = quantile::normal_below((libm::log(TAIL_FROM - 0.5) - libm::log(p.body_median)) / p.body_log_sd);
    let x = p.body_median * libm::exp(p.body_log_sd * quantile::normal(u * most));
    x.round().clamp(1.0, TAIL_FROM - 1.0) as u32
}

/// Beyond it the tail holds less than one event in 10^7 at the widest prior.
const MOST: u32 = 3_000;

/// Cumulative probabilities of the sizes 10, 11, ... of a tail x^-alpha exp(-x / cut).
#[must_use]
pub fn tail_table(alpha: f64, cut: f64) -> Vec<f64> {
    let mut sum = 0.0;
    let mut table: Vec<f64> = (10..=MOST)
        .map(|x| {
            sum += libm::exp(-alpha * libm::log(f64::from(x)) - f64::from(x) / cut);
            sum
        })
        .collect();
    table.iter_mut().for_each(|c| *c /= sum);
    table
}

/// The mean of a function of the deaths of a lethal event whose tail has probability `tail`.
#[must_use]
pub fn mean(p: &Parameters, tail: f64, of: impl Fn(f64) -> f64) -> f64 {
    let below = |x: f64| quantile::normal_below((libm::log(x) - libm::log(p.combat.body_median)) / p.combat.body_log_sd);
    let most = below(TAIL_FROM - 0.5);
    let (mut body, mut before) = (0.0, 0.0);
    for size in 1..TAIL_FROM as u32 {
        let until = below(f64::from(size) + 0.5);
        body += (until - before) / most * of(f64::from(size));
        before = until;
    }
    let (mut large, mut before) = (0.0, 0.0);
    for (at, until) in tail_table(p.combat.tail_exponent, p.combat.tail_cut).into_iter().enumerate() {
        large += (until - before) * of(TAIL_FROM + at as f64);
        before = until;
    }
    (1.0 - tail) * body + tail * large
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tail_starts_at_ten_and_thins_out() {
        let table = super::tail_table(2.3, 110.0);
        let above = |x: usize| 1.0 - table[x - 11];
        assert!(table[0] > 0.1 && (0.1..0.35).contains(&above(25)), "{} {}", table[0], above(25));
        assert!(above(400) < 0.005);
    }
}
