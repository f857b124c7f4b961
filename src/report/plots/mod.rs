//! Plots of a finished experiment, as SVG and PNG. The numbers behind each are in the tables beside them.
mod canvas;
mod differences;
mod fans;
mod funnel;
mod map;
mod outcomes;
pub mod pairs;
pub mod sequence;
pub mod targets;
mod ternary;

pub use canvas::{Figure, png};

use super::summary;
use crate::experiment::results::{Fitted, Results};
use crate::files::atomically;
use std::io;
use std::path::{Path, PathBuf};

/// All figures that the results allow.
#[must_use]
pub fn figures(results: &Results) -> Vec<Figure> {
    let worth = super::numbers::capital(&Fitted::worth(results.parameters.fitted.as_ref()));
    let of_what = super::numbers::capital(&summary::of_what(results));
    let foot = format!("{of_what}: {}{}. {worth}; not a forecast.", summary::counts(results), summary::agents(results.scenarios[0].scale));
    let draw =
        [outcomes::draw, fans::draw, fans::blocs, differences::draw, differences::communities, funnel::draw, map::draw, ternary::draw];
    let drawn: Vec<Figure> = draw.into_iter().filter_map(|draw| draw(results, &foot)).collect();
    debug_assert!(drawn.iter().all(|figure| NAMES.contains(&&*figure.name)), "`remove` knows every figure");
    drawn
}

/// Names of all figures.
const NAMES: [&str; 8] = ["outcomes", "fans", "fighters", "differences", "communities", "funnel", "map", "ternary"];

/// Removes the figures of an experiment from `out/plots`.
///
/// # Errors
/// Where one cannot be removed.
pub fn remove(out: &Path) -> io::Result<()> {
    let plots = out.join("plots");
    for path in NAMES.iter().flat_map(|name| ["svg", "png"].map(|end| plots.join(format!("{name}.{end}")))) {
        if path.is_file() {
            std::fs::remove_file(path)?;
        }
    }
    // Where something else stands in the folder, it stays.
    let _ = std::fs::remove_dir(plots);
    Ok(())
}

/// Writes every figure into `out/plots`.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(results: &Results, out: &Path) -> io::Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for figure in figures(results) {
        let path = out.join("plots").join(format!("{}.svg", figure.name));
        atomically(&path, figure.svg.as_bytes())?;
        let picture = path.with_extension("png");
        atomically(&picture, &png(&figure.svg)?)?;
        written.extend([path, picture]);
    }
    Ok(written)
}
