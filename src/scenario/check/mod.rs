//! From a table with places to a checked scenario: every fault is noted, nothing is guessed.
mod checker;
mod dates;
mod distributions;
mod offers;
mod parameters;
mod resolved;
mod switches;
mod timeline;
mod track;
mod values;

pub use checker::rows;
pub use resolved::hash;
pub use switches::{OBSERVE, PROCESSES};

use super::keys::Row;
use super::problem::{Problem, Problems};
use super::raw::{At, Sources, Table, Value};
use super::read_case::LoadedCase;
use super::{DrawsFrom, Population, Scenario, Slot, posterior};
use crate::params;
use checker::{Checker, In};
use resolved::resolved;
use std::sync::Arc;
use timeline::{Changes, InForce};

/// The format of scenario files that this version reads.
pub const FORMAT: i64 = 1;

/// Most households that are followed, at the scale of the scenario: some gigabytes of memory.
const MOST_HOUSEHOLDS: f64 = 20e6;

/// Checks a table as a scenario.
///
/// # Errors
/// All problems, those found before included.
pub fn scenario(sources: &Sources, problems: Problems, table: &Table, loaded: &LoadedCase, fallback: &str) -> Result<Scenario, Problems> {
    let case = &*loaded.case;
    let mut c =
        Checker { sources, problems, loaded, case, first_day: None, weeks: 260, drawn: Vec::new(), horizon: None, unreached: Vec::new() };
    let top = In { section: "", table, at: None };
    c.keys(top);
    match table.get("format") {
        Some(node) if node.value != Value::Integer(FORMAT) => c.fault(node.at, format!("this version of Sulh reads `format = {FORMAT}`")),
        Some(_) => {}
        // Of a file of which nothing could be read, why is told already.
        None if table.entries.is_empty() && !c.problems.0.is_empty() => {}
        None => {
            let at = At { file: 0, byte: 0, end: 0 };
            c.problems.add(
                sources
                    .problem(at, "`format` is missing at the top of the file")
                    .hint(format!("write `format = {FORMAT}` as the first line")),
            );
        }
    }
    let name = c.text(top, "name").map_or_else(
        || fallback.to_owned(),
        |(text, at)| {
            if text.is_empty() || text.len() > 80 || !text.chars().all(|x| x.is_ascii_lowercase() || x.is_ascii_digit() || x == '-') {
                c.fault(at, format!("`{text}` is not a name: small letters, digits and hyphens, at most 80"));
            }
            text
        },
    );
    let title = c.told(top, "title");
    let summary = c.told_if_any(top, "summary");
    // A base's description under a title of one's own would say what this scenario is not.
    let own = |at: At| title.as_ref().is_none_or(|(_, of)| of.file == at.file);
    let summary = summary.filter(|(_, at)| own(*at)).map_or_else(String::new, |(text, _)| text);
    let title = title.map_or_else(|| name.clone(), |(text, _)| text);
    c.text(top, "extends");
    c.text(top, "case");
    let start = c.start(top);
    c.first_day = case.starts[start].date;
    c.horizon = table.get("weeks").map(|node| node.at);
    // A horizon that cannot be read is one mistake, and no date lies beyond it.
    let weeks = c.whole(top, "weeks").unwrap_or(if c.horizon.is_some() { i64::MAX } else { 260 });
    c.weeks = weeks;
    let scale = c.whole(top, "scale").unwrap_or(1);
    let population = c.choice(top, "population", &[Population::Census, Population::Projection]).unwrap_or(Population::Census);
    c.households(table, population, scale);
    let draws_from = c.choice(top, "draws_from", &[DrawsFrom::Posterior, DrawsFrom::Priors]).unwrap_or_default();
    let switched_off = c.switches(top);
    let declared = params::declared(case, start);
    let overrides = c.parameters(top, &declared);
    for posterior in &case.posteriors {
        posterior::unknown(&posterior.file, &posterior.names, &declared).for_each(|problem| c.problems.add(problem));
    }
    let empty = Table::default();
    let (track_table, at) = match table.get("track") {
        None => (&empty, None),
        Some(node) => (c.table_of(node, "track").unwrap_or(&empty), Some(node.at)),
    };
    let track = c.track(In { section: "track", table: track_table, at });
    let mut drawn = std::mem::take(&mut c.drawn);
    drawn.iter_mut().for_each(|drawn| drawn.slots.push(Slot::Start));
    let in_force = InForce { written: track_table.clone(), track: track.clone(), off: switched_off.clone() };
    let Changes { parameters: changes, later } = c.timeline(top, &declared, in_force, &mut drawn);
    let mut scenario = Scenario {
        name,
        title,
        summary,
        case: Arc::clone(&loaded.case),
        track,
        start,
        weeks: i32::try_from(weeks).unwrap_or(1),
        scale: u32::try_from(scale).unwrap_or(1),
        population,
        switched_off,
        draws_from,
        overrides,
        changes,
        later,
        drawn,
        unreached: std::mem::take(&mut c.unreached),
        resolved: String::new(),
    };
    scenario.resolved = resolved(&scenario, &loaded.hash);
    c.problems = told(c.problems);
    c.problems.into_result(scenario)
}

impl Checker<'_> {
    fn start(&mut self, top: In) -> usize {
        let case = self.case;
        let latest = (0..case.starts.len()).max_by_key(|&at| case.starts[at].date).unwrap_or(0);
        let Some(node) = top.get("start") else { return latest };
        let given = match &node.value {
            Value::Text(text) | Value::Date(text) => text.clone(),
            other => {
                self.fault(node.at, format!("`start` is {}: give the date of a start", other.kind()));
                return latest;
            }
        };
        if let Some(at) = case.starts.iter().position(|start| start.name == given) {
            return at;
        }
        self.unknown_row(node.at, Row::Start, &given);
        latest
    }

    /// Whether the people that are to be followed fit into a machine.
    fn households(&mut self, table: &Table, population: Population, scale: i64) {
        let people: f64 = self
            .case
            .zones()
            .map(|place| &self.case.places[place])
            .map(|place| match population {
                Population::Census => place.people_census,
                Population::Projection => place.people_projection,
            })
            .sum();
        let households = people / self.case.household_size / scale as f64;
        if households > MOST_HOUSEHOLDS {
            let fault = format!("{households:.0} households would be followed: at most {MOST_HOUSEHOLDS}");
            let at = ["scale", "case"].iter().find_map(|key| table.get(key)).map_or(At { file: 0, byte: 0, end: 0 }, |node| node.at);
            let problem = self
                .sources
                .problem(at, fault)
                .hint(format!("`scale = {:.0}` follows one in so many", (people / self.case.household_size / MOST_HOUSEHOLDS).ceil()));
            let place = self.case.zones().next().and_then(|place| self.loaded.place_of_table("places.csv", &self.case.places[place].slug));
            self.problems.add(match place {
                Some(place) => problem.also(place, "people are counted in this table"),
                None => problem,
            });
        }
    }
}

/// Problems in the order of the files, each once.
fn told(problems: Problems) -> Problems {
    let mut files: Vec<&str> = Vec::new();
    for problem in &problems.0 {
        if !files.contains(&problem.file.as_str()) {
            files.push(&problem.file);
        }
    }
    let mut order: Vec<(usize, usize)> =
        problems.0.iter().enumerate().map(|(at, problem)| (files.iter().position(|file| *file == problem.file).unwrap_or(0), at)).collect();
    order.sort_by_key(|&(file, at)| (file, problems.0[at].line, problems.0[at].column, at));
    let mut kept: Vec<Problem> = Vec::new();
    for (_, at) in order {
        let problem = &problems.0[at];
        if !kept.iter().any(|earlier| earlier == problem) {
            kept.push(problem.clone());
        }
    }
    Problems(kept)
}
