//! Sulh (صلح, reconciliation): who is at the table in a peace process, and what difference it makes, for whom.
#[cfg(test)]
extern crate self as sulh;

pub mod files;
pub mod units;
pub mod index;
pub mod stats;
pub mod dice;
pub mod params;
pub mod scenario;
pub mod talks;
pub mod observe;
pub mod world;
pub mod processes;
pub mod offspring;
pub mod solve;
pub mod sim;
pub mod experiment;
pub mod validation;
pub mod calibration;
pub mod report;
pub mod audit;
pub mod cli;
