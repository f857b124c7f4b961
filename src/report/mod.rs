//! Reports: what a finished experiment says, as text, tables and plots.
pub mod comparison;
pub mod numbers;
pub mod plots;
pub mod summary;
pub mod tables;

pub use summary::summary;

use crate::experiment::results::Results;
use std::io;
use std::path::{Path, PathBuf};

/// What a report may choose.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether plots are drawn.
    pub plots: bool,
    /// Whether parameters were fitted to data; otherwise every page says that it is illustrative.
    pub calibrated: bool,
    /// Where tables and plots are, as the summary names it.
    pub folder: String,
    /// Names of the outcome measures to show in the summary; empty: the headline measures.
    pub measures: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { plots: true, calibrated: false, folder: String::new(), measures: Vec::new() }
    }
}

impl Options {
    /// One line on what the numbers are worth.
    #[must_use]
    pub fn worth(&self) -> &'static str {
        if self.calibrated { "conditional on the model; not a forecast" } else { "uncalibrated: illustrative; not a forecast" }
    }
}

/// Writes all tables, the data dictionary and the plots into `out`; every file appears whole or not at all.
///
/// # Errors
/// Where a file cannot be written.
pub fn write_all(results: &Results, out: &Path, options: &Options) -> io::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(out)?;
    let mut written = tables::write(results, out)?;
    if options.plots {
        written.extend(plots::write(results, out, options)?);
    }
    Ok(written)
}
