//! Plain numbers in and out: quantiles, intervals, distances. Nothing of conflicts.
pub mod interval;
pub mod linear;
pub mod moments;
pub mod order;
pub mod pairing;
pub mod quantile;
pub mod sketch;
pub mod split;
