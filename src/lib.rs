//! Sulh (صلح, reconciliation): who is at the table in a peace process, and what difference it makes, for whom.
#[cfg(test)]
extern crate self as sulh;

pub mod audit;
pub mod calibration;
pub mod cli;
pub mod dice;
pub mod experiment;
pub mod files;
pub mod index;
pub mod observe;
pub mod offspring;
pub mod params;
pub mod processes;
pub mod report;
pub mod scenario;
pub mod sim;
pub mod solve;
pub mod stats;
pub mod talks;
pub mod units;
pub mod validation;
pub mod world;
