//! Experiments: designs, parallel runs, results and failures.
pub mod design;
pub mod manifest;
pub mod plan;
pub mod results;
pub mod runner;
pub mod store;
