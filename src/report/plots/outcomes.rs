//! How outcomes are distributed over futures: a density and a box for each scenario and measure, or the futures one by one where they are few.
use super::canvas::{At, Axis, Figure, Frame, GRID, INK, SOFT, bold, colour, figure, plain};
use crate::experiment::results::Results;
use crate::report::numbers::{capital, rounded};
use crate::report::{comparison, summary};
use crate::stats::{moments::Moments, order};
use plotters::style::{Color, WHITE};

const BAND: f64 = 34.0;
const LABEL: f64 = 92.0;
/// Futures from which a shape says more about how they are spread than about its own width.
const SHAPED: usize = 20;

/// Gaussian kernel density on a grid, Silverman's width.
fn density(sorted: &[f64], low: f64, high: f64) -> Vec<(f64, f64)> {
    let sd = libm::sqrt(Moments::of(sorted.iter().copied()).variance());
    let iqr = order::quantile(sorted, 0.75) - order::quantile(sorted, 0.25);
    let spread = if iqr > 0.0 { sd.min(iqr / 1.34) } else { sd };
    let width = (0.9 * spread * libm::pow(sorted.len() as f64, -0.2)).max((high - low) / 200.0);
    (0..=120)
        .map(|i| {
            let x = low + (high - low) * f64::from(i) / 120.0;
            (x, sorted.iter().map(|v| libm::exp(-0.5 * ((x - v) / width) * ((x - v) / width))).sum())
        })
        .collect()
}

pub(super) fn draw(results: &Results, foot: &str) -> Option<Figure> {
    let measures: Vec<_> = comparison::columns(results)
        .into_iter()
        .enumerate()
        .filter(|(_, (measure, column))| measure.headline && column.scope == "all")
        .map(|(at, (measure, _))| (at, measure))
        .collect();
    let scenarios = results.scenarios.len();
    let panel = 22.0 + BAND * scenarios as f64 + 22.0;
    let grid_rows = measures.len().div_ceil(2);
    let rows: Vec<_> = (0..scenarios).map(|at| results.of(at)).collect();
    if rows.iter().any(Vec::is_empty) {
        return None;
    }
    let few = rows.iter().any(|rows| rows.len() < SHAPED);
    let how = if few {
        "Stroke: a future. Dot: median."
    } else {
        "Shape: how futures are spread, between the 1st and the 99th percentile. Dot: median; thick line: the middle half; thin line: 5 to 95 %."
    };
    let frame = Frame { name: "outcomes", title: "Outcomes over simulated futures", how, foot, height: grid_rows as f64 * (panel + 12.0) };
    Some(figure(&frame, |page, top| {
        for (cell, &(column, ref measure)) in measures.iter().enumerate() {
            let (x0, y0) = (12.0 + (cell % 2) as f64 * 356.0, top + (cell / 2) as f64 * (panel + 12.0) + 10.0);
            let values: Vec<Vec<f64>> =
                rows.iter().map(|rows| order::sorted(&rows.iter().map(|row| row.run.outcome[column]).collect::<Vec<_>>())).collect();
            if values.iter().any(Vec::is_empty) {
                continue;
            }
            let edge = if few { 0.0 } else { 0.01 };
            let low = values.iter().map(|v| order::quantile(v, edge)).fold(f64::INFINITY, f64::min);
            let high = values.iter().map(|v| order::quantile(v, 1.0 - edge)).fold(f64::NEG_INFINITY, f64::max);
            let (low, high) = if high > low { (low, high) } else { (low - 0.5, high + 0.5) };
            let scale = summary::scale(results, measure);
            let pad = 0.02 * (high - low);
            let axis = Axis { values: ((low - pad) / scale.divisor, (high + pad) / scale.divisor), page: (x0 + LABEL, x0 + 336.0) };
            let label = capital(&measure.label);
            page.text(&label, (x0, y0), At::Start, bold(INK).sized(11.0));
            let after = bold(INK).sized(11.0).width(&label) + 6.0;
            page.text(&scale.unit, (x0 + after, y0), At::Start, plain(SOFT));
            let (first, last) = (y0 + 12.0, y0 + 12.0 + BAND * scenarios as f64);
            let (ticks, step) = axis.ticks(5.0);
            for tick in ticks {
                page.line(&[(axis.at(tick), first), (axis.at(tick), last + 3.0)], GRID, 0.6);
                page.text(&rounded(tick, step), (axis.at(tick), last + 10.0), At::Middle, plain(SOFT).sized(9.0));
            }
            for (scenario, values) in values.iter().enumerate() {
                let base = first + BAND * (scenario + 1) as f64 - 7.0;
                let hue = colour(scenario);
                let at = |q: f64| axis.at(order::quantile(values, q) / scale.divisor);
                if few {
                    for value in values {
                        let x = axis.at(value / scale.divisor);
                        page.line(&[(x, base - 14.0), (x, base - 3.0)], hue, 1.2);
                    }
                } else {
                    let curve = density(values, order::quantile(values, 0.01), order::quantile(values, 0.99));
                    let peak = curve.iter().map(|p| p.1).fold(1e-300, f64::max);
                    let mut outline: Vec<(f64, f64)> =
                        curve.iter().map(|&(x, d)| (axis.at(x / scale.divisor), base - 24.0 * d / peak)).collect();
                    outline.push((outline[outline.len() - 1].0, base));
                    outline.push((outline[0].0, base));
                    page.polygon(&outline, hue.mix(0.30));
                    page.line(&[(at(0.05), base + 2.5), (at(0.95), base + 2.5)], hue, 0.9);
                    page.line(&[(at(0.25), base + 2.5), (at(0.75), base + 2.5)], hue, 3.0);
                }
                page.dot((at(0.5), base + 2.5), 3.2, WHITE);
                page.dot((at(0.5), base + 2.5), 2.4, hue);
                let face = bold(hue).sized(9.0);
                let lines = face.cut(&results.scenarios[scenario].title, LABEL - 8.0, 3);
                let up = 5.5 * (lines.len() - 1) as f64;
                for (at, line) in lines.iter().enumerate() {
                    page.text(line, (x0, base - 8.0 - up + 11.0 * at as f64), At::Start, face);
                }
            }
        }
    }))
}
