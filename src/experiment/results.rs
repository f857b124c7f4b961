//! What an experiment leaves: futures, parameter draws, weekly bands and failures.
use super::design::Draws;
use crate::observe::Run;
use crate::observe::measures::{Series, series_rows};
use crate::scenario::{Case, Scenario, TALKS, scales::Scaled, track::Mark};
use crate::stats::sketch::{Bins, Sketch};
use crate::units::Date;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// One finished future of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct FutureRow {
    /// Position in [`Results::scenarios`].
    pub scenario: usize,
    /// Parameter draw.
    pub draw: u32,
    /// Future; equal numbers are paired across scenarios.
    pub replicate: u64,
    /// Seed of the experiment.
    pub seed: u64,
    /// Its record, without the weekly series (they are in [`Results::series`]).
    pub run: Run,
}

/// What reports say of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioLabel {
    /// Name in tables.
    pub name: String,
    /// Title in reports.
    pub title: String,
    /// What its track does, in a line; empty where its file does not say.
    pub summary: String,
    /// Processes that are switched off, and when, in words.
    pub off: Vec<String>,
    /// Whether talks are tried.
    pub talks: bool,
    /// Who convenes them, and who sits there beside the state.
    pub table: String,
    /// Whether a seat has conditions.
    pub conditions: bool,
    /// Whether anybody may be asked for a formal bid: has a full seat.
    pub bids: bool,
    /// Households that one agent stands for.
    pub scale: u32,
    /// Dated changes that its horizon does not reach: week and what they set.
    pub unreached: Vec<(i64, String)>,
    /// Lineages of people a zone, on average, if known.
    pub lineages: Option<u32>,
    /// What scales of its case were measured to change.
    pub scales: Vec<Scaled>,
    /// Dated marks of the track.
    pub marks: Vec<Mark>,
    /// First day; `None` for a reference period.
    pub start: Option<Date>,
    /// Horizon.
    pub weeks: i32,
    /// Households simulated, if known.
    pub households: Option<u64>,
}

impl ScenarioLabel {
    /// The labels of scenarios that are compared: those of one title are told apart by their names.
    #[must_use]
    pub fn of_all(scenarios: &[Scenario]) -> Vec<Self> {
        let shared = |title: &str| scenarios.iter().filter(|scenario| scenario.title == title).count() > 1;
        let label = |scenario| {
            let mut label = Self::of(scenario);
            if shared(&label.title) {
                label.title = format!("{} ({})", label.title, label.name);
            }
            label
        };
        scenarios.iter().map(label).collect()
    }

    /// The label of a scenario.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let runs = scenario.ever_runs(TALKS);
        Self {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            summary: scenario.summary.clone(),
            off: scenario.switches(),
            talks: scenario.has_talks(),
            table: {
                let seats = scenario.seated();
                let seats = if seats.is_empty() { "nobody".to_owned() } else { seats.join(", ") };
                let convenor = scenario.tracks().find_map(|track| track.convenor);
                let talks = match convenor {
                    None => "no talks are tried".to_owned(),
                    Some(at) if runs => format!("{} convenes {seats}", scenario.case.access[at].0),
                    Some(_) => "no talks are tried, as they are switched off".to_owned(),
                };
                let pairs = scenario.in_dialogue();
                if pairs.is_empty() { talks } else { format!("{talks}; in dialogue {}", pairs.join(", ")) }
            },
            conditions: scenario.tracks().any(|track| track.seats.iter().any(|seat| seat.conditions.is_some())),
            bids: scenario.has_full_seat(),
            scale: scenario.scale,
            scales: scenario.case.scales.clone(),
            unreached: scenario.unreached.clone(),
            lineages: None,
            marks: scenario.track.marks.clone(),
            start: scenario.start().date,
            weeks: scenario.weeks,
            households: None,
        }
    }
}

/// The values of parameters in each draw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParameterDraws {
    /// Paths.
    pub names: Vec<String>,
    /// Draw and one value per name.
    pub rows: Vec<(u32, Vec<f64>)>,
    /// Design points that were refused because violence would feed itself without end, and replaced.
    pub refused: u32,
    /// Those that come from a posterior.
    pub fitted: Option<Fitted>,
}

/// Parameters that were fitted to recorded events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fitted {
    /// The years of those events.
    pub period: String,
    /// Paths.
    pub names: Vec<String>,
}

impl Fitted {
    /// What of the draws is fitted in all scenarios: nothing where one of them takes defaults or priors.
    #[must_use]
    pub fn of(scenarios: &[Scenario], draws: Draws) -> Option<Self> {
        let posterior = scenarios.first()?.posterior().filter(|_| draws != Draws::Defaults)?;
        let everywhere = |name: &&String| scenarios.iter().all(|scenario| scenario.fitted_column(name).is_some());
        let names: Vec<String> = posterior.names.iter().filter(everywhere).cloned().collect();
        (!names.is_empty()).then(|| Self { period: posterior.period.clone(), names })
    }

    /// What numbers that rest on a fit, or on none, are worth: two or more words for heads and feet.
    #[must_use]
    pub fn worth(fitted: Option<&Self>) -> String {
        fitted.map_or_else(
            || "uncalibrated: illustrative".to_owned(),
            |fitted| format!("violence fitted to {}, all else uncalibrated: illustrative", fitted.period),
        )
    }
}

/// A run that failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// Position in [`Results::scenarios`].
    pub scenario: usize,
    /// Parameter draw.
    pub draw: u32,
    /// Future.
    pub replicate: u64,
    /// Week in which it failed, if known.
    pub week: Option<i32>,
    /// Process in which it failed, if known.
    pub process: String,
    /// What went wrong.
    pub message: String,
    /// Command that repeats it.
    pub command: String,
}

/// Bands of the weekly series over futures: whole counts, so that any order of adding and merging gives the same
/// bits. Its size is bounded by the number of bins, whatever the number of runs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SeriesSketch {
    /// How each row is binned.
    bins: Vec<Bins>,
    /// Range of each row.
    range: Vec<(f64, f64)>,
    weeks: usize,
    /// Row by row, then by week.
    cells: Vec<Sketch>,
    /// Runs that wait to be counted together: the cells are far apart in memory, and visiting each once for several
    /// runs costs a fraction of visiting it for every run.
    waiting: Vec<Vec<f32>>,
}

/// Runs that are counted together.
const TOGETHER: usize = 16;

impl PartialEq for SeriesSketch {
    fn eq(&self, other: &Self) -> bool {
        let settled = |sketch: &Self| {
            let mut sketch = sketch.clone();
            sketch.settle();
            sketch.cells
        };
        self.bins == other.bins && self.range == other.range && self.weeks == other.weeks && settled(self) == settled(other)
    }
}

impl SeriesSketch {
    /// An empty sketch for the series of a case over `weeks` weeks.
    #[must_use]
    pub fn new(case: &Case, weeks: usize) -> Self {
        let rows = series_rows(case);
        let bins = |series: &Series| if series.high <= 1.0 { Bins::Thousandths } else { Bins::Logarithmic };
        Self {
            bins: rows.iter().map(|(series, _)| bins(series)).collect(),
            range: rows.iter().map(|(series, _)| (series.low, series.high)).collect(),
            weeks,
            cells: vec![Sketch::default(); rows.len() * weeks],
            waiting: Vec::new(),
        }
    }
    /// Adds the weekly series of one run (`Run::series`).
    ///
    /// # Panics
    /// If their number is not that of the case's rows times the weeks.
    pub fn add(&mut self, series: &[f32]) {
        assert_eq!(series.len(), self.cells.len(), "a run's series must have the rows and weeks of the experiment");
        self.waiting.push(series.to_vec());
        if self.waiting.len() >= TOGETHER {
            self.settle();
        }
    }
    /// Counts the runs that wait. Readers do without; what writes the sketch to disk calls it first, so that equal
    /// sketches are written alike.
    pub fn settle(&mut self) {
        for (at, cell) in self.cells.iter_mut().enumerate() {
            let bins = self.bins[at / self.weeks];
            for run in &self.waiting {
                cell.add(bins, run[at]);
            }
        }
        self.waiting.clear();
    }
    /// Adds another sketch of the same experiment.
    ///
    /// # Panics
    /// If the shapes differ.
    pub fn merge(&mut self, other: &Self) {
        assert_eq!(self.cells.len(), other.cells.len(), "only sketches of one experiment can be merged");
        for (cell, other) in self.cells.iter_mut().zip(&other.cells) {
            cell.merge(other);
        }
        for run in &other.waiting {
            self.add(run);
        }
    }
    fn cell(&self, row: usize, week: usize) -> Cow<'_, Sketch> {
        let at = row * self.weeks + week;
        let mut cell = Cow::Borrowed(&self.cells[at]);
        for run in &self.waiting {
            cell.to_mut().add(self.bins[row], run[at]);
        }
        cell
    }
    /// Number of weeks.
    #[must_use]
    pub fn weeks(&self) -> usize {
        self.weeks
    }
    /// Mean over futures of a row in a week; `NaN` of nothing.
    #[must_use]
    pub fn mean(&self, row: usize, week: usize) -> f64 {
        self.cell(row, week).mean()
    }
    /// Quantile over futures of a row in a week; `NaN` of nothing.
    #[must_use]
    pub fn quantile(&self, row: usize, week: usize, q: f64) -> f64 {
        let (low, high) = self.range[row];
        self.cell(row, week).quantile(self.bins[row], q, low, high)
    }
}

/// Everything that reports are made from.
#[derive(Clone, Debug)]
pub struct Results {
    /// The case.
    pub case: Arc<Case>,
    /// The scenarios; the first is the baseline.
    pub scenarios: Vec<ScenarioLabel>,
    /// Parameter draws.
    pub parameters: ParameterDraws,
    /// Finished futures, in any order (reports sort them).
    pub rows: Vec<FutureRow>,
    /// Weekly bands, by scenario.
    pub series: Vec<SeriesSketch>,
    /// Runs that failed.
    pub failures: Vec<Failure>,
}

impl Results {
    /// The finished futures of one scenario, by replicate.
    #[must_use]
    pub fn of(&self, scenario: usize) -> Vec<&FutureRow> {
        let mut rows: Vec<&FutureRow> = self.rows.iter().filter(|row| row.scenario == scenario).collect();
        rows.sort_by_key(|row| (row.replicate, row.draw));
        rows
    }
    /// Pairs of futures that finished in both scenarios, by replicate.
    #[must_use]
    pub fn pairs(&self, baseline: usize, scenario: usize) -> Vec<(&FutureRow, &FutureRow)> {
        let others = self.of(scenario);
        let mut pairs = Vec::new();
        for row in self.of(baseline) {
            let key = (row.replicate, row.draw);
            if let Ok(at) = others.binary_search_by_key(&key, |other| (other.replicate, other.draw)) {
                pairs.push((row, others[at]));
            }
        }
        pairs
    }
}
