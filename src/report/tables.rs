//! The tables of an output folder and their data dictionary. Every file appears whole or not at all.
use super::comparison::{self, COMMUNITY_MEASURES, Column};
use crate::experiment::results::{ParameterDraws, Results};
use crate::files::atomically;
use crate::observe::STAGES;
use crate::observe::measures::{self, outcome_columns, series_rows};
use crate::scenario::Case;
use crate::stats::interval::Estimate;
use serde_json::{Value, json};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One column of a table: name, kind, unit and meaning.
struct Field {
    name: String,
    kind: &'static str,
    unit: String,
    meaning: String,
}

fn field(name: impl Into<String>, kind: &'static str, unit: impl Into<String>, meaning: impl Into<String>) -> Field {
    Field { name: name.into(), kind, unit: unit.into(), meaning: meaning.into() }
}
fn text(name: &str, meaning: &str) -> Field {
    field(name, "string", "", meaning)
}
fn whole(name: &str, meaning: &str) -> Field {
    field(name, "integer", "", meaning)
}
fn number(name: &str, unit: &str, meaning: &str) -> Field {
    field(name, "number", unit, meaning)
}

/// A table in memory: what goes into the file and into the dictionary.
struct Table {
    name: &'static str,
    about: &'static str,
    fields: Vec<Field>,
    rows: csv::Writer<Vec<u8>>,
}

impl Table {
    fn new(name: &'static str, about: &'static str, fields: Vec<Field>) -> io::Result<Self> {
        let mut rows = csv::Writer::from_writer(Vec::new());
        rows.write_record(fields.iter().map(|f| &f.name))?;
        Ok(Self { name, about, fields, rows })
    }
    fn row(&mut self, cells: Vec<String>) -> io::Result<()> {
        Ok(self.rows.write_record(cells)?)
    }
    fn dictionary(&self) -> Value {
        let fields: Vec<Value> = self
            .fields
            .iter()
            .map(|f| {
                let mut value = json!({ "name": f.name, "type": f.kind, "description": f.meaning });
                if !f.unit.is_empty() {
                    value["unit"] = json!(f.unit);
                }
                value
            })
            .collect();
        json!({
            "name": self.name, "path": format!("{}.csv", self.name), "profile": "tabular-data-resource",
            "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "description": self.about,
            "schema": { "fields": fields, "missingValues": [""] },
        })
    }
}

/// A number in its shortest exact form; empty where there is none.
#[must_use]
pub fn shortest(value: f64) -> String {
    if value.is_finite() { format!("{}", value + 0.0) } else { String::new() }
}
fn maybe(value: Option<f64>) -> String {
    value.map_or_else(String::new, shortest)
}

fn column_fields() -> [Field; 3] {
    [text("measure", "Outcome measure."), text("scope", "Group of places, or all."), text("community", "Community, or all.")]
}
fn column_cells(column: &Column) -> [String; 3] {
    [column.measure.clone(), column.scope.clone(), column.community.clone()]
}
fn estimate_fields(of: &str) -> [Field; 3] {
    [
        number("mean_difference", "unit of the measure", of),
        number("ci_low", "unit of the measure", "Lower end of its 95 % interval (by parameter draw)."),
        number("ci_high", "unit of the measure", "Upper end of its 95 % interval."),
    ]
}
fn estimate_cells(estimate: &Estimate) -> [String; 3] {
    [shortest(estimate.mean), shortest(estimate.low), shortest(estimate.high)]
}
fn future_fields() -> Vec<Field> {
    vec![
        text("scenario", "Scenario."),
        whole("draw", "Parameter draw."),
        whole("replicate", "Future; equal numbers are paired across scenarios."),
    ]
}

fn outcomes(results: &Results) -> io::Result<Table> {
    let mut fields = future_fields();
    fields.push(whole("seed", "Seed of the experiment."));
    let names = outcome_columns(&results.case);
    for (name, (measure, column)) in names.into_iter().zip(comparison::columns(results)) {
        let whose = if column.scope == "all" { String::new() } else { format!(" In {}.", column.scope) };
        fields.push(field(name, "number", measure.unit, format!("{}{whose}", measure.meaning)));
    }
    let mut table = Table::new("outcomes", "One row per future of one scenario.", fields)?;
    for (at, label) in results.scenarios.iter().enumerate() {
        for future in results.of(at) {
            let mut cells = vec![label.name.clone(), future.draw.to_string(), future.replicate.to_string(), future.seed.to_string()];
            cells.extend(future.run.outcome.iter().map(|&v| shortest(v)));
            table.row(cells)?;
        }
    }
    Ok(table)
}

fn communities(results: &Results) -> io::Result<Table> {
    let mut fields = future_fields();
    fields.push(text("community", "Community."));
    fields.extend(COMMUNITY_MEASURES.iter().map(|m| number(m.name, m.unit, m.meaning)));
    let mut table = Table::new("communities", "One row per future, scenario and community.", fields)?;
    for (at, label) in results.scenarios.iter().enumerate() {
        for future in results.of(at) {
            for ((_, community), record) in results.case.communities.iter().zip(&future.run.communities) {
                let mut cells = vec![label.name.clone(), future.draw.to_string(), future.replicate.to_string(), community.slug.clone()];
                cells.extend(COMMUNITY_MEASURES.iter().map(|m| shortest((m.value)(record))));
                table.row(cells)?;
            }
        }
    }
    Ok(table)
}

/// Quantiles of weekly bands.
pub(super) const BANDS: [(&str, f64); 5] = [("q05", 0.05), ("q25", 0.25), ("q50", 0.5), ("q75", 0.75), ("q95", 0.95)];

fn series(results: &Results) -> io::Result<Table> {
    let meanings: Vec<String> =
        measures::series(&results.case).iter().map(|s| format!("{}: {} ({})", s.name, s.meaning.trim_end_matches('.'), s.unit)).collect();
    let mut fields = vec![
        text("scenario", "Scenario."),
        text("measure", &format!("Weekly series. {}.", meanings.join("; "))),
        text("subject", "Community, place or bloc, or all."),
        field("week", "integer", "weeks", "Week from the start."),
        number("mean", "unit of the series", "Mean over futures."),
    ];
    for (name, q) in BANDS {
        let about = format!("{} % of futures lie at or below it (by bins: within 1 %, shares within 0.001).", q * 100.0);
        fields.push(number(name, "unit of the series", &about));
    }
    let mut table = Table::new("series", "One row per scenario, series, subject and week: the spread over futures.", fields)?;
    let rows = series_rows(&results.case);
    for (label, sketch) in results.scenarios.iter().zip(&results.series) {
        for (row, (series, subject)) in rows.iter().enumerate() {
            for week in 0..sketch.weeks() {
                let mut cells =
                    vec![label.name.clone(), series.name.to_string(), subject.clone(), week.to_string(), shortest(sketch.mean(row, week))];
                cells.extend(BANDS.iter().map(|&(_, q)| shortest(sketch.quantile(row, week, q))));
                table.row(cells)?;
            }
        }
    }
    Ok(table)
}

fn comparisons(results: &Results) -> io::Result<Table> {
    let mut fields: Vec<Field> = column_fields().into();
    fields.push(text("baseline", "Scenario that is compared against."));
    fields.push(text("scenario", "Scenario."));
    fields.extend(estimate_fields("Mean over paired futures of scenario minus baseline."));
    fields.extend([
        number("share_of_futures_lower", "share", "Share of simulated futures in which the scenario has less."),
        number("share_of_futures_higher", "share", "Share of simulated futures in which the scenario has more."),
        number("variance_ratio", "ratio", "Variance of the difference of independent runs over that of paired runs, chance and parameters; empty where no pair differs."),
        number("variance_ratio_chance", "ratio", "The same at fixed parameters."),
        number("chance_share", "share", "Share of the difference's variance that is chance (within parameter draws); empty without draws to tell it from."),
        number("knowledge_share", "share", "Share that is what we do not know (between parameter draws)."),
        number("regret", "unit of the measure", "Mean loss by choosing the scenario instead of whichever is better in that future; empty where better is a matter of view."),
        text("verdict", "The first that fits. clear lower|higher: the interval excludes 0 and nine draws in ten, of five or more, share the sign; depends on X: the sign differs between the halves of X below and above its median, each half's interval excluding 0 at a level shared out over all parameters that vary (1 - .05/their number); leaning lower|higher: the interval excludes 0; not testable: fewer than two pairs, so no interval; else no difference seen."),
        number("knowledge_low", "share", "Lower end of a 95 % interval of `knowledge_share`: a jackknife over draws; empty where there are too few."),
        number("knowledge_high", "share", "Upper end of it."),
    ]);
    let mut table =
        Table::new("comparison", "Paired differences of each scenario from the first, by measure, scope and community.", fields)?;
    for row in comparison::rows(results) {
        let mut cells: Vec<String> = column_cells(&row.column).into();
        cells.push(results.scenarios[row.baseline].name.clone());
        cells.push(results.scenarios[row.scenario].name.clone());
        cells.extend(estimate_cells(&row.difference));
        cells.extend([
            shortest(row.lower),
            shortest(row.higher),
            maybe(row.variance_ratio),
            maybe(row.variance_ratio_chance),
            shortest(row.chance_share),
            shortest(row.knowledge_share),
            maybe(row.regret),
            row.verdict.to_string(),
            maybe(row.knowledge_interval.map(|x| x.0)),
            maybe(row.knowledge_interval.map(|x| x.1)),
        ]);
        table.row(cells)?;
    }
    Ok(table)
}

fn forks(results: &Results) -> io::Result<Table> {
    let mut fields = vec![text("scenario", "Scenario."), text("stage", "Stage whose effects are switched off in the twin.")];
    fields.extend(column_fields());
    fields.push(whole("futures", "Futures that reach the stage."));
    fields.push(number("share", "share", "Their share of all futures."));
    fields.extend(estimate_fields(
        "Mean over those futures of the same future with the stage's effects minus without. Both are alike up to the stage's week; shares are of all weeks from week 0, so a late stage moves them little. Ends are empty where one future alone reaches the stage.",
    ));
    let mut table = Table::new(
        "forks",
        "What a stage did, in the futures that reach it. They are selected by luck: read it beside the comparison, never instead.",
        fields,
    )?;
    for row in comparison::forks(results) {
        let mut cells = vec![results.scenarios[row.scenario].name.clone(), row.stage.to_owned()];
        cells.extend(column_cells(&row.column));
        cells.extend([row.futures.to_string(), shortest(row.share)]);
        cells.extend(estimate_cells(&row.difference));
        table.row(cells)?;
    }
    Ok(table)
}

fn funnel(results: &Results) -> io::Result<Table> {
    let fields = vec![
        text("scenario", "Scenario."),
        text(
            "stage",
            "Stage of the track: contact with an armed opponent, conditions met, consent of the state (the other side may still refuse), contact group, accord, standing after a year, after five, at the end.",
        ),
        number("reached", "share", "Share of futures that reach the stage; empty where the horizon is too short to see it."),
        number("ci_low", "share", "Lower end of Wilson's 95 % interval, at the effective number of futures (by parameter draw)."),
        number("ci_high", "share", "Upper end."),
        number("median_week", "weeks", "Median week of reaching it, among the futures that do."),
        whole(
            "futures",
            "Futures, where the horizon is long enough to see the stage at all: an accord that is signed too late to have stood so long counts as not reaching it.",
        ),
    ];
    let mut table = Table::new("funnel", "How far talks come.", fields)?;
    for row in comparison::funnel(results) {
        let (reached, low, high) = row.reached.unwrap_or((f64::NAN, f64::NAN, f64::NAN));
        table.row(vec![
            results.scenarios[row.scenario].name.clone(),
            row.stage.to_owned(),
            shortest(reached),
            shortest(low),
            shortest(high),
            maybe(row.median_week),
            row.futures.to_string(),
        ])?;
    }
    Ok(table)
}

fn stages(results: &Results) -> io::Result<Table> {
    let mut fields = future_fields();
    for (at, stage) in STAGES.into_iter().enumerate() {
        let about = match stage {
            "standing_at_end" => "Last week, where an accord is in force then; empty: none is.".to_owned(),
            _ => format!("Week in which the future first reached it: {}; empty: never.", STAGE_WORDS[at]),
        };
        fields.push(field(stage, "integer", "weeks", about));
    }
    let mut table = Table::new(
        "stages",
        "One row per future of a scenario: the week of each stage of the talks. Look here for a future to read with `sulh story`.",
        fields,
    )?;
    for (at, label) in results.scenarios.iter().enumerate() {
        for future in results.of(at) {
            let mut cells = vec![label.name.clone(), future.draw.to_string(), future.replicate.to_string()];
            cells.extend(future.run.funnel.reached.iter().map(|week| week.map_or_else(String::new, |week| week.to_string())));
            table.row(cells)?;
        }
    }
    Ok(table)
}

/// What it is to reach each stage.
const STAGE_WORDS: [&str; STAGES.len()] = [
    "contact with an armed opponent",
    "a seat met its conditions",
    "the state accepted a formal bid (the other side may still refuse)",
    "the contact group formed",
    "an accord was signed",
    "the accord had stood for a year",
    "the accord had stood for five years",
    "an accord in force at the end",
];

fn parameters(results: &Results) -> io::Result<Table> {
    let mut fields = vec![whole("draw", "Parameter draw.")];
    let rows = &results.parameters.rows;
    let drawn = |at: usize, name: &String| match &results.parameters.fitted {
        _ if name.ends_with(')') => "as the scenario in brackets has it".to_owned(),
        Some(fitted) if fitted.names.contains(name) => format!("fitted to events of {}", fitted.period),
        _ if rows.iter().all(|(_, values)| values[at] == rows[0].1[at]) => "the same in every draw".to_owned(),
        _ => "drawn from its prior, or from what the scenario says in its place".to_owned(),
    };
    let whose = |name: &str| {
        if results.scenarios.len() > 1 && !name.ends_with(')') { " of the baseline, and of all without a column of their own" } else { "" }
    };
    fields.extend(results.parameters.names.iter().enumerate().map(|(at, n)| {
        number(
            n,
            "see `sulh explain`",
            &format!(
                "Value of `{n}`{}, {}; `sulh explain {}` tells unit, range and source.",
                whose(n),
                drawn(at, n),
                n.split(' ').next().unwrap_or_default()
            ),
        )
    }));
    let mut table = Table::new("parameters", "The values of parameters in each draw.", fields)?;
    for (draw, values) in rows {
        let mut cells = vec![draw.to_string()];
        cells.extend(values.iter().map(|&v| shortest(v)));
        table.row(cells)?;
    }
    Ok(table)
}

fn failures(results: &Results) -> io::Result<Table> {
    let mut fields = future_fields();
    fields.extend([
        field("week", "integer", "weeks", "Week in which it failed."),
        text("process", "Process in which it failed."),
        text("message", "What went wrong."),
        text("command", "Command that repeats it."),
    ]);
    let mut table = Table::new("failures", "Runs that failed; they are in no other table.", fields)?;
    let mut failures: Vec<_> = results.failures.iter().collect();
    failures.sort_by_key(|f| (f.scenario, f.replicate, f.draw));
    for f in failures {
        table.row(vec![
            results.scenarios[f.scenario].name.clone(),
            f.draw.to_string(),
            f.replicate.to_string(),
            f.week.map_or_else(String::new, |w| w.to_string()),
            f.process.clone(),
            f.message.clone(),
            f.command.clone(),
        ])?;
    }
    Ok(table)
}

/// What fills a table from results.
type Maker = fn(&Results) -> io::Result<Table>;
const MAKERS: [Maker; 9] = [outcomes, communities, series, comparisons, forks, funnel, stages, parameters, failures];

/// The files that [`write()`] writes, in its order. What else lies in an output folder is not the program's: it is neither hashed nor removed.
pub const FILES: [&str; 10] = [
    "outcomes.csv",
    "communities.csv",
    "series.csv",
    "comparison.csv",
    "forks.csv",
    "funnel.csv",
    "stages.csv",
    "parameters.csv",
    "failures.csv",
    "datapackage.json",
];

/// A column of an output table.
#[derive(Clone, Debug)]
pub struct Described {
    /// File.
    pub file: String,
    /// Name.
    pub column: String,
    /// Unit; empty where it has none.
    pub unit: String,
    /// Meaning.
    pub meaning: String,
}

/// The columns of all output tables of a case, but for those of `parameters.csv` that are named like parameters.
///
/// # Errors
/// None: tables of nothing are made in memory.
pub fn columns(case: &Arc<Case>) -> io::Result<Vec<Described>> {
    let nothing = Results {
        case: Arc::clone(case),
        scenarios: vec![],
        parameters: ParameterDraws::default(),
        rows: vec![],
        series: vec![],
        failures: vec![],
    };
    let mut columns = Vec::new();
    for make in MAKERS {
        let table = make(&nothing)?;
        let described =
            |field: Field| Described { file: format!("{}.csv", table.name), column: field.name, unit: field.unit, meaning: field.meaning };
        columns.extend(table.fields.into_iter().map(described));
    }
    Ok(columns)
}

/// Writes every table and `datapackage.json` into `out`.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(results: &Results, out: &Path) -> io::Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    let mut resources = Vec::new();
    for make in MAKERS {
        let table = make(results)?;
        resources.push(table.dictionary());
        let path = out.join(format!("{}.csv", table.name));
        let bytes = table.rows.into_inner().map_err(csv::IntoInnerError::into_error)?;
        atomically(&path, &bytes)?;
        written.push(path);
    }
    resources.push(json!({
        "name": "summary", "path": super::SUMMARY, "profile": "data-resource", "format": "txt", "mediatype": "text/plain", "encoding": "utf-8",
        "description": "What the terminal said at the end.",
    }));
    let package = json!({
        "profile": "data-package",
        "name": results.case.name.to_lowercase().replace(' ', "-"),
        "title": results.case.title,
        "description": "Simulated futures. They describe what the model implies, not what will happen, and are not meant for targeting or for profiling persons or communities.",
        "resources": resources,
    });
    let path = out.join("datapackage.json");
    let mut text = serde_json::to_string_pretty(&package)?;
    text.push('\n');
    atomically(&path, text.as_bytes())?;
    written.push(path);
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_missing_ones_empty() {
        assert_eq!([0.1, -0.0, f64::NAN, 1e-7, 1234567.0].map(shortest), ["0.1", "0", "", "0.0000001", "1234567"]);
    }
}
