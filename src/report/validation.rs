//! The report of a validation: the table of targets, failures first, and the scores.
use crate::validation::scores::{Level, Measure, PREDICTORS, Row as Scored};
use crate::validation::targets::{Role, Row};
use std::fmt::Write;

/// Rows in the order of the report: those that fail first, each kind as listed.
#[must_use]
pub fn ordered(rows: &[Row]) -> Vec<&Row> {
    let mut order: Vec<&Row> = rows.iter().collect();
    order.sort_by_key(|row| row.passes());
    order
}

/// A number with three digits that count.
#[must_use]
pub fn short(x: f64) -> String {
    match x.abs() {
        _ if !x.is_finite() => "-".to_owned(),
        v if v >= 1_000.0 => crate::report::numbers::rounded(x, 1.0),
        v if v >= 100.0 => format!("{x:.0}"),
        v if v >= 10.0 => format!("{x:.1}"),
        v if v >= 1.0 => format!("{x:.2}"),
        v if v >= 0.001 || v == 0.0 => format!("{x:.3}"),
        _ => format!("{x:.1e}"),
    }
}

/// The table as text.
#[must_use]
pub fn table(rows: &[Row]) -> String {
    let mut text = String::new();
    let width = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    let years = rows.iter().map(|row| row.period.chars().count()).max().unwrap_or(0);
    let _ = writeln!(
        text,
        "      {:width$}  {:<years$} {:>9} {:>17} {:>9} {:>17}  {:>6}",
        "target", "period", "observed", "interval", "median", "90 %", "ratio"
    );
    for row in ordered(rows) {
        let verdict = if row.passes() { "ok  " } else { "FAIL" };
        let held = if row.role == Role::Fitted { String::new() } else { format!("  {}", row.role.word()) };
        let pair = |(low, high): (f64, f64)| format!("{}-{}", short(low), short(high));
        let _ = writeln!(
            text,
            "{verdict}  {:width$}  {:<years$} {:>9} {:>17} {:>9} {:>17}  {:>6}{held}",
            row.name,
            row.period,
            short(row.observed),
            pair(row.band),
            short(row.median),
            row.range.map_or_else(String::new, pair),
            if row.factor().is_finite() { format!("{:.2}", row.factor()) } else { "-".to_owned() },
        );
    }
    text
}

/// The table as CSV.
///
/// # Errors
/// Where a row cannot be written.
pub fn csv(rows: &[Row]) -> Result<Vec<u8>, csv::Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table
        .write_record(["target", "period", "role", "observed", "low", "high", "median", "low90", "high90", "ratio", "passes", "source"])?;
    for row in ordered(rows) {
        let number = |x: f64| if x.is_finite() { format!("{x:.6}") } else { String::new() };
        table.write_record([
            row.name.as_str(),
            &row.period,
            row.role.word(),
            &number(row.observed),
            &number(row.band.0),
            &number(row.band.1),
            &number(row.median),
            &row.range.map_or_else(String::new, |range| number(range.0)),
            &row.range.map_or_else(String::new, |range| number(range.1)),
            &number(row.factor()),
            if row.passes() { "yes" } else { "no" },
            &row.source,
        ])?;
    }
    table.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// The table of scores.
#[must_use]
pub fn scores(rows: &[Scored]) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "  {:<8} {:<9} {:>6}  {:<14} {:>8} {:>8} {:>8} {:>8}",
        "measure", "for", "cells", "who", "in 50 %", "in 90 %", "CRPS", "log"
    );
    for row in rows {
        for (nth, (who, score)) in PREDICTORS.iter().zip(&row.scores).enumerate() {
            let (measure, level, cells) =
                if nth == 0 { (name_of(row.measure), level_of(row.level), row.cells.to_string()) } else { ("", "", String::new()) };
            let _ = writeln!(
                text,
                "  {measure:<8} {level:<9} {cells:>6}  {who:<14} {:>8.2} {:>8.2} {:>8} {:>8}",
                score.half,
                score.ninety,
                short(score.crps),
                short(score.log)
            );
        }
    }
    text.push('\n');
    for row in rows {
        let (best, ratio) = row.against_best();
        let beats = if ratio < 1.0 { "beats" } else { "does not beat" };
        let _ = writeln!(
            text,
            "  {} for {}: the model {beats} the best baseline ({best}); CRPS ratio {ratio:.2}",
            name_of(row.measure),
            level_of(row.level)
        );
    }
    text
}

fn name_of(measure: Measure) -> &'static str {
    match measure {
        Measure::Events => "events",
        Measure::Deaths => "deaths",
    }
}

fn level_of(level: Level) -> &'static str {
    match level {
        Level::National => "all",
        Level::Zone => "each zone",
        Level::Bloc => "each bloc",
    }
}
