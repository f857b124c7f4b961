//! The reference table: one simulated history a row, its parameters and the statistics that a recorder would have computed from it.
use crate::experiment::design::{self, Design, Draws};
use crate::experiment::runner::Conduct;
use crate::params::{self, Prior};
use crate::scenario::Scenario;
use crate::stats::quantile;
use crate::validation::Vocabulary;
use crate::validation::archive::Recorded;
use crate::validation::futures;
use crate::validation::statistics::History;
use crate::validation::targets::{Period, compared};
use std::collections::BTreeSet;
use std::io;
use std::ops::Range;

/// Groups of parameters that recorded events may speak of: the war, its record, and flight. Nothing of talks, accords, politics,
/// recruitment, leanings or governance.
pub const GROUPS: [&str; 5] = ["combat", "abuse", "communal", "displacement", "observation"];

/// What stands before the maker of a table, in its first line.
const MADE_BY: &str = "# made by ";

/// A parameter that may be fitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// Path.
    pub path: String,
    /// Prior.
    pub prior: Prior,
    /// Range.
    pub range: (f64, f64),
}

impl Fitted {
    /// The value at a standard normal number: parameters are fitted where their priors are normal.
    #[must_use]
    pub fn value(&self, z: f64) -> f64 {
        self.prior.quantile(quantile::normal_below(z).clamp(1e-9, 1.0 - 1e-9)).clamp(self.range.0, self.range.1)
    }
}

/// The table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Names of the statistics.
    pub names: Vec<String>,
    /// By row, the standard normal number of each fitted parameter.
    pub z: Vec<Vec<f64>>,
    /// By row, the statistics.
    pub statistics: Vec<Vec<f64>>,
    /// Histories that were simulated: row r of the file is history r, whether it failed or not.
    pub simulated: u64,
    /// Those of them that failed. They are in none of the rows above; in the file their rows are empty.
    pub failed: BTreeSet<u64>,
}

/// The parameters that may be fitted in a scenario: those of [`GROUPS`] whose prior is not one number.
#[must_use]
pub fn fitted(scenario: &Scenario) -> Vec<Fitted> {
    let declared = params::declared(&scenario.case, scenario.start);
    let priors = design::priors(&declared, &scenario.overrides);
    declared
        .iter()
        .zip(priors)
        .filter(|(row, prior)| {
            let group = row.path.split('.').next().unwrap_or_default();
            GROUPS.contains(&group) && !matches!(prior, Prior::Fixed(_))
        })
        .map(|(row, prior)| Fitted { path: row.path.clone(), prior, range: (*row.range.start(), *row.range.end()) })
        .collect()
}

/// Statistics of one history: those of the table of targets, over a period.
#[must_use]
pub fn statistics(words: &Vocabulary, events: &[Recorded], period: Period) -> Vec<f64> {
    let history = History::new(period.first, period.months, words.zones(), events);
    compared(words).iter().map(|(_, statistic)| statistic.of(&history)).collect()
}

/// Simulates some rows of the table and adds them. Row r is draw r of its own future, whatever was there before. Gives those that failed;
/// nothing where it was stopped.
#[expect(clippy::too_many_arguments, reason = "a table, and all that its rows are made of")]
pub fn extend(
    table: &mut Table,
    rows: Range<u64>,
    scenario: &Scenario,
    words: &Vocabulary,
    period: Period,
    seed: u64,
    conduct: &Conduct,
    done: impl FnMut(u64),
) -> Option<Vec<futures::Broken>> {
    let fitted = fitted(scenario);
    table.names = compared(words).into_iter().map(|(name, _)| name).collect();
    let count = u32::try_from(rows.end).unwrap_or(u32::MAX);
    let design = Design { replicates: rows.end, draws: Draws::Cycle(count), seed };
    let keep = |history: futures::History| (history.draw, statistics(words, &history.recorded, period));
    let until = rows.end;
    let given = futures::Given::default();
    let (simulated, broken) = futures::simulate_each(scenario, words, design, &given, rows, conduct, done, keep)?;
    let points = futures::Points::new(scenario, design);
    let z = |draw: u32| {
        let point = points.of(draw);
        fitted.iter().map(|row| quantile::normal(design::unit(&row.path, point, seed))).collect()
    };
    table.add(until, simulated.into_iter().map(|(draw, statistics)| (z(draw), statistics)), broken.iter().map(|(history, _)| *history));
    Some(broken)
}

impl Table {
    /// Adds histories up to a number, in their order: what those gave that did not fail, and which failed.
    fn add(&mut self, until: u64, sound: impl Iterator<Item = (Vec<f64>, Vec<f64>)>, failed: impl Iterator<Item = u64>) {
        for (z, statistics) in sound {
            self.z.push(z);
            self.statistics.push(statistics);
        }
        self.failed.extend(failed);
        self.simulated = until;
    }

    /// The table as CSV, below a line that says what it was made by.
    ///
    /// # Errors
    /// Where a row cannot be written.
    pub fn csv(&self, fitted: &[Fitted], made_by: &str) -> io::Result<Vec<u8>> {
        let mut table = csv::Writer::from_writer(format!("{MADE_BY}{made_by}\n").into_bytes());
        table.write_record(fitted.iter().map(|row| row.path.as_str()).chain(self.names.iter().map(String::as_str)))?;
        let mut sound = self.z.iter().zip(&self.statistics);
        for history in 0..self.simulated {
            if self.failed.contains(&history) {
                table.write_record(std::iter::repeat_n("", fitted.len() + self.names.len()))?;
            } else if let Some((z, statistics)) = sound.next() {
                table.write_record(z.iter().chain(statistics).map(|x| format!("{x:e}")))?;
            }
        }
        table.into_inner().map_err(|error| error.into_error())
    }

    /// The table from CSV, if the same made it and it has the columns of these parameters.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn read(text: &str, fitted: &[Fitted], made_by: &str) -> Result<Self, String> {
        let (first, text) = text.split_once('\n').unwrap_or((text, ""));
        // Rows of another engine or case are simulations of another model.
        match first.trim_end().strip_prefix(MADE_BY) {
            Some(by) if by == made_by => {}
            Some(by) => return Err(format!("it was made by another version of the program, or of another case ({by}; this is {made_by})")),
            None => return Err("it does not say by which version of the program it was made".to_owned()),
        }
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| error.to_string())?.clone();
        if header.len() <= fitted.len() || !fitted.iter().zip(&header).all(|(row, column)| row.path == column) {
            return Err("its columns are not those of this version's parameters".to_owned());
        }
        let mut table = Self { names: header.iter().skip(fitted.len()).map(str::to_owned).collect(), ..Self::default() };
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            table.simulated += 1;
            if record.iter().all(str::is_empty) {
                table.failed.insert(table.simulated - 1);
                continue;
            }
            let numbers =
                record.iter().map(|x| x.parse::<f64>().map_err(|_| format!("`{x}` is not a number"))).collect::<Result<Vec<_>, _>>()?;
            table.z.push(numbers[..fitted.len()].to_vec());
            table.statistics.push(numbers[fitted.len()..].to_vec());
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted() -> Vec<Fitted> {
        vec![Fitted { path: "combat.lethal".to_owned(), prior: Prior::Fixed(0.5), range: (0.0, 1.0) }]
    }

    /// A history that fails keeps its row, so that those after it stay where they are and no batch begins with it again.
    #[test]
    fn a_failed_history_keeps_its_row() {
        let mut table = Table { names: vec!["events".to_owned()], ..Table::default() };
        let row = |r: u64| (vec![r as f64], vec![10.0 * r as f64]);
        table.add(3, [row(0), row(2)].into_iter(), [1].into_iter());
        table.add(5, [row(3)].into_iter(), [4].into_iter());
        assert_eq!((table.simulated, table.z.len()), (5, 3));
        let text = String::from_utf8(table.csv(&fitted(), "this").unwrap()).unwrap();
        assert_eq!(text.lines().skip(2).collect::<Vec<_>>(), ["0e0,0e0", ",", "2e0,2e1", "3e0,3e1", ","]);
        assert_eq!(Table::read(&text, &fitted(), "this").unwrap(), table);
    }

    #[test]
    fn a_table_of_another_engine_is_refused() {
        let table = Table { names: vec!["events".to_owned()], ..Table::default() };
        let text = String::from_utf8(table.csv(&fitted(), "0.1.0+aa").unwrap()).unwrap();
        assert!(Table::read(&text, &fitted(), "0.1.0+bb").unwrap_err().contains("another version"));
        let old = text.split_once('\n').unwrap().1;
        assert!(Table::read(old, &fitted(), "0.1.0+aa").unwrap_err().contains("does not say"));
    }
}
