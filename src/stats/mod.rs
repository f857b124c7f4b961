//! Plain numbers in and out: quantiles, intervals, distances. Nothing of conflicts.
pub mod interval;
pub mod linear;
pub mod moments;
pub mod order;
pub mod pairing;
pub mod quantile;
pub mod sketch;
pub mod split;

/// Uniform numbers in (0, 1) for tests of this crate that need many: a linear congruential generator.
#[cfg(test)]
pub(crate) fn uniforms(mut state: u64) -> impl FnMut() -> f64 {
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }
}
