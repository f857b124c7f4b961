//! Experiments: designs, parallel runs, results and failures.
pub mod results;
