//! Plain numbers in and out: quantiles, intervals, distances. Nothing of conflicts.
pub mod quantile;
