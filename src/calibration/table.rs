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
use std::io;
use std::ops::Range;

/// Groups of parameters that recorded events may speak of: the war, its record, and flight. Nothing of talks, accords, politics,
/// recruitment, leanings or governance.
pub const GROUPS: [&str; 5] = ["combat", "abuse", "communal", "displacement", "observation"];

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

/// Simulates some rows of the table and adds them. Row r is draw r of its own future, whatever was there before. Says whether all were done.
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
) -> bool {
    let fitted = fitted(scenario);
    table.names = compared(words).into_iter().map(|(name, _)| name).collect();
    let count = u32::try_from(rows.end).unwrap_or(u32::MAX);
    let design = Design { replicates: rows.end, draws: Draws::Cycle(count), seed };
    let keep = |history: futures::History| (history.draw, statistics(words, &history.recorded, period));
    let Some((simulated, _)) = futures::simulate_each(scenario, words, design, &futures::Given::default(), rows, conduct, done, keep)
    else {
        return false;
    };
    let points = futures::Points::new(scenario, design);
    for (draw, statistics) in simulated {
        let point = points.of(draw);
        table.z.push(fitted.iter().map(|row| quantile::normal(design::unit(&row.path, point, seed))).collect());
        table.statistics.push(statistics);
    }
    true
}

impl Table {
    /// The table as CSV.
    ///
    /// # Errors
    /// Where a row cannot be written.
    pub fn csv(&self, fitted: &[Fitted]) -> io::Result<Vec<u8>> {
        let mut table = csv::Writer::from_writer(Vec::new());
        table.write_record(fitted.iter().map(|row| row.path.as_str()).chain(self.names.iter().map(String::as_str)))?;
        for (z, statistics) in self.z.iter().zip(&self.statistics) {
            table.write_record(z.iter().chain(statistics).map(|x| format!("{x:e}")))?;
        }
        table.into_inner().map_err(|error| error.into_error())
    }

    /// The table from CSV, if it has the columns of these parameters.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn read(text: &str, fitted: &[Fitted]) -> Result<Self, String> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| error.to_string())?.clone();
        if header.len() <= fitted.len() || !fitted.iter().zip(&header).all(|(row, column)| row.path == column) {
            return Err("its columns are not those of this version's parameters".to_owned());
        }
        let mut table = Self { names: header.iter().skip(fitted.len()).map(str::to_owned).collect(), ..Self::default() };
        for record in reader.records() {
            let record = record.map_err(|error| error.to_string())?;
            let numbers =
                record.iter().map(|x| x.parse::<f64>().map_err(|_| format!("`{x}` is not a number"))).collect::<Result<Vec<_>, _>>()?;
            table.z.push(numbers[..fitted.len()].to_vec());
            table.statistics.push(numbers[fitted.len()..].to_vec());
        }
        Ok(table)
    }
}
