//! From a table with places to a checked scenario: every fault is noted, nothing is guessed.
use super::case::{Case, PIE_NAMES, PIES, SCALAR_NAMES, SCALARS, Stance};
use super::keys::{self, Key, Kind, LONGEST, Row};
use super::problem::{Problem, Problems, nearest};
use super::raw::{At, DISTRIBUTIONS, Node, REMOVED, Sources, Table, Value};
use super::track::{Conditions, ContactGroup, Ddr, Guarantee, Mark, Modality, Offers, Seat, StandingAccord, Track};
use super::posterior;
use super::read_case::LoadedCase;
use super::text::sha256;
use super::{Drawn, DrawsFrom, Later, Population, Scenario, Slot};
use crate::index::{Community, Org, Party};
use crate::params::{self, Declared, Prior};
use crate::units::Date;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// The format of scenario files that this version reads.
pub const FORMAT: i64 = 1;

/// Processes that `[switches]` may turn off: the names of the schedule, which lies above this module. A test holds the
/// two together.
pub const PROCESSES: &[&str] =
    &["timeline", "deployment", "combat", "abuse", "communal", "grievance", "protection", "recruitment", "displacement", "governance", "politics", "mediation", "accord"];

/// The name under which explanations list what closes a week. It records and changes nothing, and is no process that
/// could be left out: without its record nothing could be compared.
pub const OBSERVE: &str = "observe";

/// The ways of writing a distribution.
const FORMS: &str = "{ from = 0.1, to = 0.2 } (also { uniform = { ... } }), { normal = { mean = 1, sd = 0.1 } }, { lognormal = { median = 1, log_sd = 0.3 } } or { beta = { a = 2, b = 5 } }";

/// Most households that are followed, at the scale of the scenario: some gigabytes of memory.
const MOST_HOUSEHOLDS: f64 = 20e6;

/// Checks a table as a scenario.
///
/// # Errors
/// All problems, those found before included.
pub fn scenario(sources: &Sources, problems: Problems, table: &Table, loaded: &LoadedCase, fallback: &str) -> Result<Scenario, Problems> {
    let case = &*loaded.case;
    let mut c = Checker { sources, problems, loaded, case, first_day: None, weeks: 260, drawn: Vec::new(), horizon: None, unreached: Vec::new() };
    let top = In { section: "", table, at: None };
    c.keys(top);
    match table.get("format") {
        Some(node) if node.value != Value::Integer(FORMAT) => c.fault(node.at, format!("this version of Sulh reads `format = {FORMAT}`")),
        Some(_) => {}
        // Of a file of which nothing could be read, why is told already.
        None if table.entries.is_empty() && !c.problems.0.is_empty() => {}
        None => {
            let at = At { file: 0, byte: 0, end: 0 };
            c.problems.add(sources.problem(at, "`format` is missing at the top of the file").hint(format!("write `format = {FORMAT}` as the first line")));
        }
    }
    let name = c.text(top, "name").map_or_else(|| fallback.to_owned(), |(text, at)| {
        if text.is_empty() || text.len() > 80 || !text.chars().all(|x| x.is_ascii_lowercase() || x.is_ascii_digit() || x == '-') {
            c.fault(at, format!("`{text}` is not a name: small letters, digits and hyphens, at most 80"));
        }
        text
    });
    let title = c.text(top, "title").map_or_else(|| name.clone(), |(text, _)| text);
    let summary = c.text(top, "summary").map_or_else(String::new, |(text, _)| text);
    c.text(top, "extends");
    c.text(top, "case");
    let start = c.start(top);
    c.first_day = case.starts[start].date;
    let weeks = c.whole(top, "weeks").unwrap_or(260);
    c.weeks = weeks;
    c.horizon = table.get("weeks").map(|node| node.at);
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
    let (changes, later) = c.timeline(top, &declared, track_table, &track, &switched_off, &mut drawn);
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

/// Problems in the order of the files, each once.
fn told(problems: Problems) -> Problems {
    let mut files: Vec<&str> = Vec::new();
    for problem in &problems.0 {
        if !files.contains(&problem.file.as_str()) {
            files.push(&problem.file);
        }
    }
    let mut order: Vec<(usize, usize)> = problems.0.iter().enumerate().map(|(at, problem)| (files.iter().position(|file| *file == problem.file).unwrap_or(0), at)).collect();
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

/// A section as it stands in a file.
#[derive(Clone, Copy)]
struct In<'t> {
    section: &'static str,
    table: &'t Table,
    /// Where it begins; `None` at the top of a file, or where the section is left out.
    at: Option<At>,
}

impl In<'_> {
    fn get(&self, key: &str) -> Option<&Node> {
        self.table.get(key)
    }
}

/// A section as it is written.
fn heading(section: &str) -> String {
    match keys::SECTIONS.iter().find(|known| known.name == section) {
        Some(known) if known.name.is_empty() => "the scenario".to_owned(),
        Some(known) if known.list => format!("[[{section}]]"),
        _ => format!("[{section}]"),
    }
}

/// Reads values and notes what is wrong with them.
struct Checker<'a> {
    sources: &'a Sources,
    problems: Problems,
    loaded: &'a LoadedCase,
    case: &'a Case,
    first_day: Option<Date>,
    /// Horizon.
    weeks: i64,
    /// What the track that is being read leaves to distributions.
    drawn: Vec<Drawn>,
    /// Where the horizon is set.
    horizon: Option<At>,
    /// Dated changes behind a shortened horizon.
    unreached: Vec<(i64, String)>,
}

/// What is drawn in place of a number, before it is known where that stands.
fn drawn(row: &Declared, prior: Prior) -> Drawn {
    Drawn { name: row.path.clone(), path: row.path.clone(), doc: row.doc.clone(), unit: row.unit.clone(), range: (*row.range.start(), *row.range.end()), prior, slots: Vec::new() }
}

/// What a number must be.
struct Bounds<'a> {
    what: &'a str,
    unit: &'a str,
    low: f64,
    high: f64,
}

fn bounds<'a>(what: &'a str, unit: &'a str, low: f64, high: f64) -> Bounds<'a> {
    Bounds { what, unit, low, high }
}

fn range(low: f64, high: f64, unit: &str) -> String {
    let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
    if low == f64::MIN_POSITIVE {
        return if high.is_infinite() { format!("a number above 0{unit}") } else { format!("a number above 0, up to {high}{unit}") };
    }
    if high.is_infinite() { format!("a number of at least {low}{unit}") } else { format!("a number from {low} to {high}{unit}") }
}

impl<'a> Checker<'a> {
    fn fault(&mut self, at: At, fault: impl Into<String>) {
        if !self.problems.full() {
            self.problems.add(self.sources.problem(at, fault));
        }
    }

    /// A fault with its other end.
    fn fault_also(&mut self, at: At, fault: impl Into<String>, other: At, note: &str) {
        if !self.problems.full() {
            self.problems.add(self.sources.problem(at, fault).also(self.sources.place(other), note));
        }
    }

    fn keys(&mut self, of: In) {
        for (key, at, _) in &of.table.entries {
            if self.problems.full() {
                return;
            }
            if keys::of(of.section).any(|known| known.name == key) {
                continue;
            }
            let problem = self.sources.problem(*at, format!("unknown key `{key}` in {}", heading(of.section)));
            let known = || keys::of(of.section).map(|known| known.name);
            let elsewhere = keys::KEYS.iter().find(|known| known.name == key && !known.section.is_empty());
            let meant = keys::MEANT.iter().find(|(word, _, section)| word == key && *section == of.section);
            let problem = match (meant, nearest(key, known()), elsewhere) {
                (Some((_, meant, _)), _, _) => problem.hint(format!("`{meant}` is meant? {}", keys::find(of.section, meant).doc)),
                (None, Some(near), _) => problem.hint(format!("did you mean `{near}`?")),
                (None, None, Some(other)) => problem.hint(format!("`{key}` stands in {}", heading(other.section))),
                (None, None, None) if !of.section.is_empty() && keys::of("").any(|known| known.name == key) => {
                    problem.hint(format!("`{key}` stands at the top of the file, before the first section"))
                }
                (None, None, None) if self.is_parameter(key) => problem.hint("parameters stand in [parameters]"),
                (None, None, None) => problem.hint(format!("known are {}", known().collect::<Vec<_>>().join(", "))),
            };
            self.problems.add(problem);
        }
    }

    /// Whether a key is the path of a parameter, or the name of a group of them.
    fn is_parameter(&self, key: &str) -> bool {
        params::declared(self.case, 0).iter().any(|row| row.path == key || row.path.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')))
    }

    /// Tells that a key that is needed is missing, and in which section.
    fn missing(&mut self, of: In, key: &Key) {
        if self.problems.full() {
            return;
        }
        let at = of.at.unwrap_or(At { file: 0, byte: 0, end: 0 });
        let problem = self.sources.problem(at, format!("`{}` is missing in {}", key.name, heading(of.section)));
        self.problems.add(problem.hint(format!("{} = {}: {}", key.name, key.allowed(), lower(key.doc))));
    }

    fn unknown(&mut self, at: At, what: &str, given: &str, valid: &[&str]) {
        if self.problems.full() {
            return;
        }
        let problem = self.sources.problem(at, format!("unknown {what} `{given}`"));
        let problem = match nearest(given, valid.iter().copied()) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None if valid.len() <= 16 => problem.hint(format!("known are {}", valid.join(", "))),
            None => problem,
        };
        self.problems.add(problem);
    }

    /// A name that is no row of the case: told with the row that may be meant, or the table.
    fn unknown_row(&mut self, at: At, row: Row, given: &str) {
        if self.problems.full() {
            return;
        }
        let names = rows(self.case, row);
        let word = row.word().split(' ').nth(1).unwrap_or("row");
        let problem = self.sources.problem(at, format!("unknown {word} `{given}`"));
        let near = nearest(given, names.iter().copied());
        let place = near.and_then(|near| self.loaded.place(row, near)).or_else(|| self.loaded.table(row));
        let armed = row == Row::Party && self.case.organisation(given).is_some();
        let problem = match near {
            _ if armed => problem.hint(format!("`{given}` is an organisation of the case without preferences: give it rows in preferences.csv")),
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None if names.len() <= 16 => problem.hint(format!("known are {}", names.join(", "))),
            None => problem.hint("`sulh explain` lists them"),
        };
        let place = if armed { self.loaded.place(Row::Organisation, given).or(place) } else { place };
        let plural = match row {
            Row::Party => "parties",
            Row::Community => "communities",
            Row::Convenor => "convenors",
            Row::Organisation => "organisations",
            Row::Start => "starts",
        };
        let note = match near {
            _ if armed => "the organisation".to_owned(),
            Some(near) => format!("`{near}` is declared here"),
            None => format!("{plural} of the case are declared below"),
        };
        self.problems.add(match place {
            Some(place) => problem.also(place, note),
            None => problem,
        });
    }

    fn text_of(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.value {
            Value::Text(text) => Some(text.clone()),
            other => {
                self.fault(node.at, format!("`{what}` is {}: give a text in quotes", other.kind()));
                None
            }
        }
    }

    fn text(&mut self, of: In, key: &str) -> Option<(String, At)> {
        let node = of.get(key)?;
        self.text_of(node, key).map(|text| (text, node.at))
    }

    fn number_of(&mut self, node: &Node, bounds: &Bounds) -> Option<f64> {
        let value = match node.value {
            Value::Integer(value) => value as f64,
            Value::Float(value) => value,
            ref other => {
                let problem = self.sources.problem(node.at, format!("`{}` is {}: give {}", bounds.what, other.kind(), range(bounds.low, bounds.high, bounds.unit)));
                let hint = match other {
                    Value::Text(text) if text.parse::<f64>().is_ok() => Some("a number stands without quotes"),
                    Value::Text(text) => super::raw::number_meant(text),
                    _ => None,
                };
                self.problems.add(problem.hint_if(hint));
                return None;
            }
        };
        if (bounds.low..=bounds.high).contains(&value) {
            return Some(value);
        }
        self.fault(node.at, format!("{value} is not allowed for `{}`: give {}", bounds.what, range(bounds.low, bounds.high, bounds.unit)));
        None
    }

    /// A number of a key, within what the key allows.
    fn number(&mut self, of: In, name: &str) -> Option<f64> {
        let key = keys::find(of.section, name);
        let Some(node) = of.get(name) else {
            if key.is_needed() {
                self.missing(of, key);
            }
            return None;
        };
        let (Kind::Number(low, high) | Kind::NumberOrChoice(low, high, _)) = key.kind else { return None };
        if key.may_be_drawn() && matches!(node.value, Value::Table(_)) {
            return self.draw(node, key, low, high);
        }
        self.number_of(node, &bounds(name, key.unit, low, high))
    }

    /// Notes that a number of a track is drawn; its median stands in its place.
    fn draw(&mut self, node: &Node, key: &Key, low: f64, high: f64) -> Option<f64> {
        let row = Declared { path: key.path(), doc: key.doc.to_owned(), unit: key.unit.to_owned(), range: low..=high, prior: Prior::Fixed(low), source: String::new() };
        let prior = self.prior(node, &row)?;
        self.drawn.push(drawn(&row, prior));
        Some(prior.median().clamp(low, high))
    }

    fn whole(&mut self, of: In, name: &str) -> Option<i64> {
        let key = keys::find(of.section, name);
        let node = of.get(name)?;
        let Kind::Whole(low, high) = key.kind else { return None };
        if let Value::Float(value) = node.value {
            self.fault(node.at, format!("{value} is not a whole number: `{name}` is counted in {}", key.unit));
            return None;
        }
        self.number_of(node, &bounds(name, key.unit, low, high)).map(|value| value as i64)
    }

    fn boolean_of(&mut self, node: &Node, key: &str) -> Option<bool> {
        match node.value {
            Value::Boolean(value) => Some(value),
            ref other => {
                self.fault(node.at, format!("`{key}` is {}: give true or false", other.kind()));
                None
            }
        }
    }

    fn boolean(&mut self, of: In, key: &str) -> Option<bool> {
        self.boolean_of(of.get(key)?, key)
    }

    /// The value that belongs to one of a key's words, in their order.
    fn choice<T: Copy>(&mut self, of: In, name: &str, values: &[T]) -> Option<T> {
        let key = keys::find(of.section, name);
        let (Kind::Choice(words) | Kind::ChoiceOrTable(words, _) | Kind::NumberOrChoice(_, _, words)) = key.kind else { return None };
        let Some((text, at)) = self.text(of, name) else {
            if key.is_needed() && of.get(name).is_none() {
                self.missing(of, key);
            }
            return None;
        };
        let found = words.iter().zip(values).find(|(word, _)| **word == text).map(|(_, value)| *value);
        if found.is_none() {
            self.unknown(at, name, &text, words);
        }
        found
    }

    fn table_of<'t>(&mut self, node: &'t Node, what: &str) -> Option<&'t Table> {
        match &node.value {
            Value::Table(table) => Some(table),
            other => {
                self.misshapen(node.at, what, other, "a table", None);
                None
            }
        }
    }

    /// Tells a value that has another form than its key wants.
    fn misshapen(&mut self, at: At, what: &str, value: &Value, form: &str, way_out: Option<String>) {
        let problem = self.sources.problem(at, format!("`{what}` is {}: it must be {form}", value.kind()));
        self.problems.add(problem.hint_if(way_out));
    }

    /// A table that may be left out or set to "none".
    fn optional<'t>(&mut self, of: In<'t>, key: &str, section: &'static str) -> Option<In<'t>> {
        let node = of.table.get(key)?;
        if node.value == Value::Text("none".to_owned()) {
            return None;
        }
        let Value::Table(table) = &node.value else {
            self.misshapen(node.at, key, &node.value, "a table, or \"none\"", Some(format!("[{section}] has its keys: sulh explain {section}")));
            return None;
        };
        let inner = In { section, table, at: Some(node.at) };
        self.keys(inner);
        Some(inner)
    }

    fn list<'t>(&mut self, of: In<'t>, key: &str) -> &'t [Node] {
        match of.table.get(key) {
            None => &[],
            Some(node) => self.list_of(node, key),
        }
    }

    fn list_of<'t>(&mut self, node: &'t Node, key: &str) -> &'t [Node] {
        match &node.value {
            Value::List(list) => list,
            other => {
                let heading = || format!("each entry has a heading of its own, in double brackets: [[{key}]]");
                self.misshapen(node.at, key, other, "a list", matches!(other, Value::Table(_)).then(heading));
                &[]
            }
        }
    }

    /// The entries of a list of tables.
    fn tables<'t>(&mut self, of: In<'t>, key: &str, section: &'static str) -> Vec<In<'t>> {
        let mut found = Vec::new();
        for node in self.list(of, key) {
            if let Some(table) = self.table_of(node, key) {
                let entry = In { section, table, at: Some(node.at) };
                self.keys(entry);
                found.push(entry);
            }
        }
        found
    }

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
        let people: f64 = self.case.zones().map(|place| &self.case.places[place]).map(|place| match population {
            Population::Census => place.people_census,
            Population::Projection => place.people_projection,
        }).sum();
        let households = people / self.case.household_size / scale as f64;
        if households > MOST_HOUSEHOLDS {
            let fault = format!("{households:.0} households would be followed: at most {MOST_HOUSEHOLDS}");
            let at = ["scale", "case"].iter().find_map(|key| table.get(key)).map_or(At { file: 0, byte: 0, end: 0 }, |node| node.at);
            let problem = self.sources.problem(at, fault).hint(format!("`scale = {:.0}` follows one in so many", (people / self.case.household_size / MOST_HOUSEHOLDS).ceil()));
            let place = self.case.zones().next().and_then(|place| self.loaded.place_of_table("places.csv", &self.case.places[place].slug));
            self.problems.add(match place {
                Some(place) => problem.also(place, "people are counted in this table"),
                None => problem,
            });
        }
    }

    fn switches(&mut self, top: In) -> Vec<String> {
        let Some(node) = top.get("switches") else { return Vec::new() };
        let Some(switches) = self.table_of(node, "switches") else { return Vec::new() };
        let mut off = Vec::new();
        for (key, at, node) in &switches.entries {
            if !PROCESSES.contains(&key.as_str()) {
                self.unknown_process(*at, key);
            } else if self.boolean_of(node, key) == Some(false) {
                off.push(key.clone());
            }
        }
        off.sort();
        off
    }

    fn unknown_process(&mut self, at: At, given: &str) {
        if given == OBSERVE && !self.problems.full() {
            let problem = self.sources.problem(at, format!("`{OBSERVE}` cannot be switched off: without its record there would be nothing to compare"));
            self.problems.add(problem.hint("leave it out: it draws no chance and changes nothing in a run"));
        } else {
            self.unknown(at, "process", given, PROCESSES);
        }
    }

    fn parameters(&mut self, top: In, declared: &[Declared]) -> Vec<(String, Prior)> {
        let Some(node) = top.get("parameters") else { return Vec::new() };
        let Some(parameters) = self.table_of(node, "parameters") else { return Vec::new() };
        let mut overrides: BTreeMap<String, (Prior, At)> = BTreeMap::new();
        for (path, at, node) in &parameters.entries {
            if self.problems.full() {
                break;
            }
            let Some(row) = declared.iter().find(|row| row.path == *path) else {
                self.unknown_parameter(*at, path, declared);
                continue;
            };
            if let Some(prior) = self.prior(node, row)
                && let Some((_, first)) = overrides.insert(path.clone(), (prior, *at))
            {
                self.fault_also(*at, format!("`{path}` is set twice"), first, "the first");
            }
        }
        overrides.into_iter().map(|(path, (prior, _))| (path, prior)).collect()
    }

    fn unknown_parameter(&mut self, at: At, path: &str, declared: &[Declared]) {
        if self.problems.full() {
            return;
        }
        let beyond = |row: &Declared| path.strip_prefix(row.path.as_str())?.strip_prefix('.')?.split('.').next().map(|word| (row.path.clone(), word.to_owned()));
        if let Some((of, word)) = declared.iter().find_map(beyond) {
            let problem = self.sources.problem(at, format!("`{word}` is no distribution of `{of}`"));
            self.problems.add(problem.hint(FORMS));
            return;
        }
        let problem = self.sources.problem(at, format!("unknown parameter `{path}`"));
        if path.starts_with("stance.") {
            self.problems.add(problem.hint("a stance is changed on a date: [[timeline]], `week = 0`, `set = \"stance.A.B\"`, `value = \"truce\"`"));
            return;
        }
        if let Some(key) = keys::KEYS.iter().find(|key| !key.section.is_empty() && key.name == path) {
            self.problems.add(problem.hint(format!("did you mean `{}`, which is no parameter but a key of [{}]?", key.path(), key.section)));
            return;
        }
        // The whole path first, of two rows in either order, then the last word under another group.
        let turned = match path.split('.').collect::<Vec<_>>()[..] {
            [kind, a, b] => format!("{kind}.{b}.{a}"),
            _ => String::new(),
        };
        let known = || declared.iter().map(|row| row.path.as_str());
        let near = known().find(|known| *known == turned).or_else(|| nearest(path, known())).or_else(|| {
            let last = path.rsplit('.').next().unwrap_or(path);
            known().find(|known| known.rsplit('.').next() == Some(last))
        });
        self.problems.add(match near {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem.hint("`sulh explain` lists all parameters"),
        });
    }

    fn distribution_keys(&mut self, table: &Table, of: &str, allowed: &[&str]) {
        for (key, at, _) in &table.entries {
            if !allowed.contains(&key.as_str()) && !self.problems.full() {
                let problem = self.sources.problem(*at, format!("unknown key `{key}` in {of}"));
                self.problems.add(match nearest(key, allowed.iter().copied()) {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")),
                    None => problem.hint(format!("known are {}", allowed.join(", "))),
                });
            }
        }
    }

    /// A number of a distribution, which must be given.
    fn needed(&mut self, table: &Table, of: (&str, At), key: &str, unit: &str, low: f64, high: f64) -> f64 {
        match table.get(key) {
            Some(node) => self.number_of(node, &bounds(key, unit, low, high)).unwrap_or(low),
            None => {
                let (name, at) = of;
                self.fault(at, format!("{name} needs `{key}`, {}", range(low, high, unit)));
                low
            }
        }
    }

    fn uniform(&mut self, table: &Table, at: At, row: &Declared) -> Option<Prior> {
        let (low, high) = (*row.range.start(), *row.range.end());
        let before = self.problems.0.len();
        let from = self.needed(table, ("the range", at), "from", &row.unit, low, high);
        let to = self.needed(table, ("the range", at), "to", &row.unit, low, high);
        if self.problems.0.len() > before {
            return None;
        }
        if from >= to {
            self.fault(at, format!("from {from} to {to} is empty: `to` must lie above `from`"));
            return None;
        }
        Some(Prior::Uniform(from, to))
    }

    /// The table of a distribution's figures.
    fn figures_of<'t>(&mut self, node: &'t Node, kind: &str) -> Option<&'t Table> {
        match &node.value {
            Value::Table(table) => Some(table),
            other => {
                self.problems.add(self.sources.problem(node.at, format!("`{kind}` is {}: its figures stand in a table", other.kind())).hint(FORMS));
                None
            }
        }
    }

    fn prior(&mut self, node: &Node, row: &Declared) -> Option<Prior> {
        let (low, high) = (*row.range.start(), *row.range.end());
        let allowed = bounds(&row.path, &row.unit, low, high);
        let Value::Table(table) = &node.value else {
            return self.number_of(node, &allowed).map(Prior::Fixed);
        };
        self.distribution_keys(table, &format!("the distribution of `{}`", row.path), &DISTRIBUTIONS);
        let kinds = [table.get("from").is_some() || table.get("to").is_some(), table.get("uniform").is_some(), table.get("lognormal").is_some(), table.get("normal").is_some(), table.get("beta").is_some()];
        if kinds.iter().filter(|&&given| given).count() != 1 {
            let problem = self.sources.problem(node.at, format!("`{}` must be a number or one distribution", row.path));
            self.problems.add(problem.hint(FORMS));
            return None;
        }
        if kinds[0] {
            return self.uniform(table, node.at, row);
        }
        if let Some(inner) = table.get("uniform") {
            let of = self.figures_of(inner, "uniform")?;
            self.distribution_keys(of, "uniform", &["from", "to"]);
            return self.uniform(of, inner.at, row);
        }
        let (kind, node) = ["lognormal", "normal", "beta"].into_iter().find_map(|kind| Some((kind, table.get(kind)?)))?;
        let (first, second) = match kind {
            "lognormal" => (("median", low.max(f64::MIN_POSITIVE), high), ("log_sd", 1e-6, 5.0)),
            "normal" => (("mean", low, high), ("sd", 1e-12, f64::INFINITY)),
            _ => (("a", 0.01, 1e6), ("b", 0.01, 1e6)),
        };
        let inner = self.figures_of(node, kind)?;
        self.distribution_keys(inner, kind, &[first.0, second.0]);
        let before = self.problems.0.len();
        let unit = if kind == "beta" { "" } else { row.unit.as_str() };
        let x = self.needed(inner, (kind, node.at), first.0, unit, first.1, first.2);
        let y = self.needed(inner, (kind, node.at), second.0, "", second.1, second.2);
        if self.problems.0.len() > before {
            return None;
        }
        match kind {
            "lognormal" => Some(Prior::LogNormal(x, y)),
            "normal" if low.is_finite() && high.is_finite() => Some(Prior::NormalWithin(x, y, low, high)),
            "normal" => Some(Prior::Normal(x, y)),
            _ if low > 0.0 || high < 1.0 => {
                self.fault(node.at, format!("a beta distribution runs from 0 to 1, but `{}` must be {}", row.path, range(low, high, &row.unit)));
                None
            }
            _ => Some(Prior::Beta(x, y)),
        }
    }

    /// Whether an entry takes away one of the base, which is not there: else it would be gone.
    fn nothing_to_take(&mut self, entry: In) -> bool {
        if self.boolean(entry, REMOVED) != Some(true) {
            return false;
        }
        let at = entry.at.unwrap_or(At { file: 0, byte: 0, end: 0 });
        if !self.problems.full() {
            let problem = self.sources.problem(at, format!("there is no such entry of {} to take away", heading(entry.section)));
            self.problems.add(problem.hint("its `date` or `week` must be written as in the base, `sulh diff` shows what is there"));
        }
        true
    }

    /// The week of an entry that gives `week` or `date`, and where it says so.
    fn week(&mut self, entry: In) -> Option<(i64, At)> {
        let at = entry.at.unwrap_or(At { file: 0, byte: 0, end: 0 });
        match (entry.get("week"), entry.get("date")) {
            (Some(node), None) => {
                if let Value::Float(value) = node.value {
                    self.fault(node.at, format!("{value} is not a whole number: `week` is counted in weeks from the start"));
                    return None;
                }
                // Where it may lie is told with the horizon.
                self.number_of(node, &bounds("week", "weeks from the start", -1e6, 1e6)).map(|week| (week as i64, node.at))
            }
            (None, Some(node)) => self.date_week(node).map(|week| (week, node.at)),
            (Some(week), Some(date)) => {
                self.fault_also(date.at, "give `week` or `date`, not both", week.at, "the week");
                None
            }
            (None, None) => {
                let problem = self.sources.problem(at, format!("`date` is missing in {}", heading(entry.section)));
                self.problems.add(problem.hint("date = a day, such as 2026-10-05, or week = weeks from the start: when"));
                None
            }
        }
    }

    fn date_week(&mut self, node: &Node) -> Option<i64> {
        let text = match &node.value {
            Value::Text(text) | Value::Date(text) => text,
            other => {
                self.fault(node.at, format!("`date` is {}: give a day, such as 2026-10-05", other.kind()));
                return None;
            }
        };
        let Some(date) = Date::parse(text) else {
            self.fault(node.at, format!("`{text}` is not a day: write year, month and day, such as 2026-10-05"));
            return None;
        };
        let Some(first_day) = self.first_day else {
            self.fault(node.at, "a reference period has no first day: give `week`");
            return None;
        };
        Some(i64::from(date.weeks_since(first_day)))
    }

    /// Whether the horizon was set after what stands at a place was written: by a file that extends that file, or on the command line.
    /// What lies behind a shortened horizon is nobody's mistake: it is not reached.
    fn shortened(&self, at: At) -> bool {
        self.horizon.is_some_and(|horizon| horizon.file < at.file || self.sources.name(horizon.file).starts_with("--"))
    }

    /// Tells that a week does not lie in the scenario, with the place of the horizon.
    fn outside(&mut self, week: i64, at: At) {
        let first = self.first_day.map_or_else(String::new, |day| format!(" from {day}"));
        let problem = self.sources.problem(at, format!("week {week} lies outside the {} weeks{first} of the scenario", self.weeks));
        let problem = if week >= 0 && (week as f64) < LONGEST { problem.hint(format!("`weeks = {}` reaches it", week + 1)) } else { problem };
        self.problems.add(match self.horizon {
            Some(at) => problem.also(self.sources.place(at), "the horizon"),
            None => problem,
        });
    }

    /// Dated changes: of parameters, and of everything else with all that is in force after each.
    fn timeline(&mut self, top: In, declared: &[Declared], track: &Table, first: &Track, off: &[String], drawn: &mut Vec<Drawn>) -> (Vec<(i32, String, f64)>, Vec<Later>) {
        let mut changes: Vec<(i32, String, f64)> = Vec::new();
        let mut others: Vec<(i32, String, At, &Node, At)> = Vec::new();
        let mut set: Vec<(i32, String, At)> = Vec::new();
        for entry in self.tables(top, "timeline", "timeline") {
            if self.problems.full() {
                break;
            }
            self.text(entry, "why");
            if self.nothing_to_take(entry) {
                continue;
            }
            let week = self.week(entry);
            let beyond = week.filter(|&(week, at)| week >= self.weeks && self.shortened(at)).map(|(week, _)| week);
            let unreached = beyond.is_some();
            let week = match week {
                Some(_) if unreached => None,
                Some((week, at)) if !(0..self.weeks).contains(&week) => {
                    self.outside(week, at);
                    None
                }
                Some((week, _)) => i32::try_from(week).ok(),
                None => None,
            };
            let Some((path, at)) = self.text(entry, "set") else {
                if entry.get("set").is_none() {
                    self.missing(entry, keys::find("timeline", "set"));
                }
                continue;
            };
            let Some(value) = entry.table.get("value") else {
                self.missing(entry, keys::find("timeline", "value"));
                continue;
            };
            if let Some(week) = beyond {
                self.unreached.push((week, path.clone()));
            }
            if let Some(week) = week {
                match set.iter().find(|(w, p, _)| (*w, p) == (week, &path)) {
                    Some(&(_, _, other)) => self.fault_also(at, format!("the timeline sets `{path}` twice in week {week}"), other, "the first"),
                    None => set.push((week, path.clone(), at)),
                }
            }
            let head = path.split('.').next().unwrap_or_default();
            if ["track", "switches", "stance"].contains(&head) {
                if unreached {
                    continue;
                }
                others.push((week.unwrap_or(0), path, at, value, entry.at.unwrap_or(at)));
                continue;
            }
            let path = path.strip_prefix("parameters.").unwrap_or(&path).to_owned();
            let Some(row) = declared.iter().find(|row| row.path == path) else {
                self.unknown_set(at, &path, declared);
                continue;
            };
            if params::is_read_once(declared, row) {
                let problem = self.sources.problem(at, format!("`{path}` belongs to the start and cannot change later"));
                self.problems.add(problem.hint("it is read once, before week 0: set it in [parameters]"));
                continue;
            }
            let Some(prior) = self.prior(value, row) else { continue };
            if let Some(week) = week {
                if !matches!(prior, Prior::Fixed(_)) {
                    drawn.push(Drawn { name: format!("timeline.{week}.{path}"), slots: vec![Slot::Change(week)], ..self::drawn(row, prior) });
                }
                changes.push((week, path, prior.median().clamp(*row.range.start(), *row.range.end())));
            }
        }
        changes.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        others.sort_by_key(|other| other.0);
        let later = self.later(&others, track, first, off, drawn);
        (changes, later)
    }

    fn later(&mut self, others: &[(i32, String, At, &Node, At)], track: &Table, first: &Track, off: &[String], drawn: &mut Vec<Drawn>) -> Vec<Later> {
        let mut later: Vec<Later> = Vec::new();
        // What of the track in force is drawn: positions in `drawn`.
        let mut in_force: Vec<usize> = (0..drawn.len()).filter(|&at| drawn[at].slots == [Slot::Start]).collect();
        let mut table = track.clone();
        let (mut now, mut off) = (first.clone(), off.to_vec());
        for of_week in others.chunk_by(|a, b| a.0 == b.0) {
            let mut stances = Vec::new();
            let mut told = Vec::new();
            let mut tracked = None;
            for (_, path, at, node, entry) in of_week {
                let words: Vec<&str> = path.split('.').collect();
                match words.as_slice() {
                    ["track", keys @ ..] if !keys.is_empty() => {
                        // A mark is dated as it is.
                        let known = keys::of("track").any(|key| key.name == keys[0]) && keys[0] != "marks";
                        if known && keys.len() <= 4 {
                            table = table.under(nested(keys, *at, node));
                            tracked = Some(*entry);
                        } else {
                            self.unknown_set(*at, path, &[]);
                            continue;
                        }
                    }
                    ["switches", process] => {
                        if !PROCESSES.contains(process) {
                            self.unknown_process(*at, process);
                        } else if let Some(on) = self.boolean_of(node, process) {
                            off.retain(|name| name != process);
                            if !on {
                                off.push((*process).to_owned());
                                off.sort();
                            }
                        }
                    }
                    ["stance", a, b] => {
                        let pair = [*a, *b].map(|slug| {
                            let found = self.case.organisation(slug);
                            if found.is_none() {
                                self.unknown_row(*at, Row::Organisation, slug);
                            }
                            found
                        });
                        let word = self.text_of(node, path).unwrap_or_default();
                        let stance = keys::STANCES.iter().zip([Stance::Hostile, Stance::Truce, Stance::Neutral, Stance::Allied]).find(|(known, _)| **known == word);
                        if stance.is_none() && matches!(node.value, Value::Text(_)) {
                            self.unknown(node.at, "stance", &word, keys::STANCES);
                        }
                        if let ([Some(a), Some(b)], Some((_, stance))) = (pair, stance) {
                            if a == b {
                                self.fault(*at, format!("`{}` has no stance to itself", self.case.organisations[a].slug));
                            }
                            stances.push((a, b, stance));
                        }
                    }
                    _ => {
                        self.unknown_set(*at, path, &[]);
                        continue;
                    }
                }
                told.push((path.clone(), shown(&node.value)));
            }
            if let Some(at) = tracked {
                now = self.track(In { section: "track", table: &table, at: Some(at) });
                // What stands as before is drawn as before.
                let before = std::mem::take(&mut in_force);
                for new in std::mem::take(&mut self.drawn) {
                    let same = before.iter().copied().find(|&at| (&drawn[at].path, &drawn[at].prior) == (&new.path, &new.prior));
                    in_force.push(same.unwrap_or_else(|| {
                        drawn.push(Drawn { name: format!("timeline.{}.{}", of_week[0].0, new.path), ..new });
                        drawn.len() - 1
                    }));
                }
            }
            in_force.iter().for_each(|&at| drawn[at].slots.push(Slot::Later(later.len())));
            later.push(Later { week: of_week[0].0, track: now.clone(), switched_off: off.clone(), stances, told });
        }
        later
    }

    /// Something that a timeline cannot set.
    fn unknown_set(&mut self, at: At, path: &str, declared: &[Declared]) {
        if self.problems.full() {
            return;
        }
        if keys::of("").any(|key| key.name == path) {
            let problem = self.sources.problem(at, format!("`{path}` holds for a whole run: it cannot change on a date"));
            self.problems.add(problem.hint("a parameter, track.KEY, switches.PROCESS or stance.A.B can"));
            return;
        }
        let others: Vec<String> = keys::KEYS
            .iter()
            .filter(|key| (key.section == "track" && key.name != "marks") || (key.section.starts_with("track.") && key.section != "track.marks"))
            .map(Key::path)
            .chain(PROCESSES.iter().map(|process| format!("switches.{process}")))
            .collect();
        if nearest(path, others.iter().map(String::as_str)).is_some() || path.starts_with("track.") || path.starts_with("stance") || declared.is_empty() {
            let problem = self.sources.problem(at, format!("nothing is called `{path}`"));
            self.problems.add(match nearest(path, others.iter().map(String::as_str)) {
                _ if path == "track.marks" => problem.hint("a mark has a date of its own: add it to [[track.marks]]"),
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None => problem.hint("a parameter, track.KEY, switches.PROCESS or stance.A.B"),
            });
            return;
        }
        self.unknown_parameter(at, path, declared);
    }

    fn party(&mut self, text: &str, at: At) -> Option<Party> {
        let found = self.case.party(text);
        if found.is_none() {
            self.unknown_row(at, Row::Party, text);
        }
        found
    }

    fn organisation(&mut self, text: &str, at: At) -> Option<Org> {
        let found = self.case.organisation(text);
        if found.is_none() {
            self.unknown_row(at, Row::Organisation, text);
        }
        found
    }

    fn community(&mut self, node: &Node) -> Option<Community> {
        let text = self.text_of(node, "community")?;
        let found = self.case.community(&text);
        if found.is_none() {
            self.unknown_row(node.at, Row::Community, &text);
        }
        found
    }

    fn track(&mut self, of: In) -> Track {
        self.keys(of);
        let case = self.case;
        let convenor = self.text(of, "convenor").filter(|(text, _)| text != "none").and_then(|(text, at)| {
            let found = case.access.iter().position(|(name, _)| *name == text);
            if found.is_none() {
                self.unknown_row(at, Row::Convenor, &text);
            }
            found
        });
        let seats = self.seats(of);
        if let (Some(node), None) = (of.get("seats"), convenor)
            && !seats.is_empty()
            && of.get("convenor").is_none_or(|node| node.value == Value::Text("none".to_owned()))
        {
            let problem = self.sources.problem(node.at, "seats without a convenor: nobody invites them");
            let problem = problem.hint(format!("add `convenor`, one of {}", rows(case, Row::Convenor).join(", ")));
            self.problems.add(match of.get("convenor") {
                Some(other) => problem.also(self.sources.place(other.at), "nobody convenes"),
                None => problem,
            });
        }
        let contact_group = self.optional(of, "contact_group", "track.contact_group").map(|group| ContactGroup {
            members: self.number(group, "members").unwrap_or(1.0),
            western_share: self.number(group, "western_share").unwrap_or(0.0),
            funds: self.number(group, "funds").unwrap_or(0.0),
        });
        let (guarantee, guarantee_strength, guarantee_decay) = self.guarantee(of);
        let as_what = |node: &Node| matches!(node.value, Value::Text(_));
        let civil_society_as =
            if of.get("civil_society").is_some_and(as_what) { self.choice(of, "civil_society", &[Modality::Full, Modality::Observer, Modality::Consultation]) } else { None };
        let civil_society = if of.get("civil_society").is_some_and(as_what) { 0.0 } else { self.number(of, "civil_society").unwrap_or(0.0) };
        Track {
            convenor,
            seats,
            first_bid: self.whole(of, "first_bid").map_or(20, |week| i32::try_from(week).unwrap_or(0)),
            offers: self.offers(of),
            side_payments: self.boolean(of, "side_payments").unwrap_or(false),
            guarantee,
            guarantee_strength,
            guarantee_decay,
            civil_society,
            civil_society_as,
            monitoring: self.number(of, "monitoring").unwrap_or(0.0),
            enforcement: self.number(of, "enforcement").unwrap_or(0.0),
            budget: self.number(of, "budget").unwrap_or(3_000.0),
            contact_group,
            standing_accord: self.standing_accord(of),
            ddr: self.ddr(of, "ddr", "track.ddr"),
            accord_ddr: self.ddr(of, "accord_ddr", "track.accord_ddr"),
            dialogues: self.dialogues(of),
            accord_replaces: self.boolean(of, "accord_replaces").unwrap_or(true),
            marks: self.marks(of),
        }
    }

    fn guarantee(&mut self, of: In) -> (Guarantee, Option<f64>, Option<f64>) {
        const KINDS: [Guarantee; 3] = [Guarantee::None, Guarantee::Diplomatic, Guarantee::Deployed];
        match of.table.get("guarantee") {
            Some(Node { value: Value::Table(_), .. }) => {
                let Some(inner) = self.optional(of, "guarantee", "track.guarantee") else { return (Guarantee::None, None, None) };
                let kind = self.choice(inner, "kind", &KINDS).unwrap_or(Guarantee::None);
                (kind, self.number(inner, "strength"), self.number(inner, "decay"))
            }
            Some(node) if !matches!(node.value, Value::Text(_)) => {
                self.fault(node.at, format!("`guarantee` is {}: give {}", node.value.kind(), keys::find("track", "guarantee").allowed()));
                (Guarantee::None, None, None)
            }
            _ => (self.choice(of, "guarantee", &KINDS).unwrap_or(Guarantee::None), None, None),
        }
    }

    fn seats(&mut self, of: In) -> Vec<Seat> {
        let mut seats: Vec<(Seat, At)> = Vec::new();
        // Seats may be written by party as well; then they are laid over none.
        let by_party = match of.table.entries.iter().find(|(key, _, _)| key == "seats") {
            Some((key, at, node)) if matches!(node.value, Value::Table(_)) => Some(Table::default().under(Table { entries: vec![(key.clone(), *at, node.clone())] })),
            _ => None,
        };
        let of = In { table: by_party.as_ref().unwrap_or(of.table), ..of };
        for node in self.list(of, "seats") {
            if self.problems.full() {
                break;
            }
            if node.value == Value::Text("none".to_owned()) {
                self.fault(node.at, "there is no such seat to take away");
                continue;
            }
            let Value::Table(table) = &node.value else {
                const SEAT: &str = "a seat: { modality = \"observer\" }, in a list with its party: { party = \"fla\", modality = \"observer\" }";
                self.misshapen(node.at, "seats", &node.value, "a table", Some(SEAT.to_owned()));
                continue;
            };
            let entry = In { section: "track.seats", table, at: Some(node.at) };
            self.keys(entry);
            let before = self.drawn.len();
            let modality = self.choice(entry, "modality", &[Modality::Full, Modality::Observer, Modality::Consultation]).unwrap_or(Modality::Full);
            let veto = self.boolean(entry, "veto");
            if let (Some(true), Modality::Observer | Modality::Consultation, Some(by), Some(as_what)) = (veto, modality, entry.get("veto"), entry.get("modality")) {
                self.fault_also(by.at, "only a full seat can have a veto", as_what.at, "how it takes part");
            }
            let conditions = self.optional(entry, "conditions", "track.seats.conditions").map(|conditions| Conditions {
                hazard: self.number(conditions, "hazard").unwrap_or(1.0),
                exit_cost: self.number(conditions, "exit_cost").unwrap_or(1.0),
                recognition: self.number(conditions, "recognition").unwrap_or(0.0),
            });
            let Some((text, at)) = self.text(entry, "party") else {
                if entry.get("party").is_none() {
                    self.missing(entry, keys::find("track.seats", "party"));
                }
                continue;
            };
            for of_seat in &mut self.drawn[before..] {
                of_seat.path = of_seat.path.replacen("track.seats", &format!("track.seats.{text}"), 1);
                of_seat.name.clone_from(&of_seat.path);
            }
            let Some(party) = self.party(&text, at) else { continue };
            if party == self.case.state_party {
                self.fault(at, "the state always has its seat: list the others");
            } else if let Some((_, first)) = seats.iter().find(|(seat, _)| seat.party == party) {
                self.fault_also(at, format!("`{text}` has two seats"), *first, "the first");
            } else {
                seats.push((Seat { party, modality, conditions, veto }, at));
            }
        }
        seats.into_iter().map(|(seat, _)| seat).collect()
    }

    fn offers(&mut self, of: In) -> Offers {
        let Some(node) = of.table.get("offers") else { return Offers::Open };
        match &node.value {
            Value::Text(text) if text == "open" => Offers::Open,
            Value::Text(text) => {
                self.unknown(node.at, "offers", text, &["open"]);
                Offers::Open
            }
            Value::Table(table) => {
                let offers = In { section: "track.offers", table, at: Some(node.at) };
                self.keys(offers);
                let scalars: [(f64, f64); SCALARS] = std::array::from_fn(|at| self.issue(offers, SCALAR_NAMES[at]));
                let pies: [Option<f64>; PIES] = std::array::from_fn(|at| {
                    let node = offers.get(PIE_NAMES[at]).filter(|node| node.value != Value::Text("open".to_owned()))?;
                    match &node.value {
                        Value::Table(table) if table.get("from").is_none() && table.get("to").is_none() => self.draw(node, keys::find("track.offers", PIE_NAMES[at]), 0.0, 1.0),
                        Value::Table(_) => {
                            let problem = self.sources.problem(node.at, format!("a share of {} is given, not bargained within a range", PIE_NAMES[at]));
                            self.problems.add(problem.hint("\"open\", a number from 0 to 1, or a distribution such as { uniform = { from = 0.2, to = 0.5 } }"));
                            None
                        }
                        _ => self.number_of(node, &bounds(PIE_NAMES[at], "share", 0.0, 1.0)),
                    }
                });
                Offers::of(scalars, pies)
            }
            other => {
                self.fault(node.at, format!("`offers` is {}: \"open\" or a table of positions", other.kind()));
                Offers::Open
            }
        }
    }

    /// Lowest and highest position that is offered on a scalar issue.
    fn issue(&mut self, of: In, name: &str) -> (f64, f64) {
        let Some(node) = of.table.get(name) else { return (0.0, 1.0) };
        match &node.value {
            Value::Text(text) if text == "open" => (0.0, 1.0),
            Value::Table(table) if DISTRIBUTIONS[2..].iter().any(|form| table.get(form).is_some()) => {
                self.draw(node, keys::find("track.offers", name), 0.0, 1.0).map_or((0.0, 1.0), |x| (x, x))
            }
            Value::Table(table) => {
                self.distribution_keys(table, &format!("`{name}`"), &["from", "to"]);
                let from = self.needed(table, (name, node.at), "from", "position", 0.0, 1.0);
                let to = self.needed(table, (name, node.at), "to", "position", 0.0, 1.0);
                if from > to {
                    self.fault(node.at, format!("from {from} to {to} is empty: `to` must not lie below `from`"));
                    return (0.0, 1.0);
                }
                (from, to)
            }
            _ => self.number_of(node, &bounds(name, "position", 0.0, 1.0)).map_or((0.0, 1.0), |x| (x, x)),
        }
    }

    fn names<T>(&mut self, of: In, key: &str, mut read: impl FnMut(&mut Self, &str, At) -> Option<T>) -> Vec<T> {
        let mut found = Vec::new();
        let mut seen: Vec<(String, At)> = Vec::new();
        for node in self.list(of, key) {
            if self.problems.full() {
                break;
            }
            let Some(text) = self.text_of(node, key) else { continue };
            if let Some((_, first)) = seen.iter().find(|(known, _)| *known == text) {
                self.fault_also(node.at, format!("`{text}` stands twice"), *first, "the first");
                continue;
            }
            found.extend(read(self, &text, node.at));
            seen.push((text, node.at));
        }
        found
    }

    fn standing_accord(&mut self, of: In) -> Option<StandingAccord> {
        let accord = self.optional(of, "standing_accord", "track.standing_accord")?;
        let parties = self.names(accord, "parties", |c, text, at| {
            let party = c.party(text, at);
            if party == Some(c.case.state_party) {
                c.fault(at, "the state signs every accord: list the others");
            }
            party.filter(|&party| party != c.case.state_party)
        });
        if accord.get("parties").is_none_or(|node| node.value == Value::List(Vec::new())) {
            self.missing(accord, keys::find("track.standing_accord", "parties"));
        }
        Some(StandingAccord {
            parties,
            age: self.number(accord, "age").unwrap_or(0.0),
            implementation: self.number(accord, "implementation").unwrap_or(0.0),
            monitoring: self.number(accord, "monitoring").unwrap_or(0.0),
            enforcement: self.number(accord, "enforcement").unwrap_or(0.0),
        })
    }

    fn ddr(&mut self, of: In, key: &str, section: &'static str) -> Option<Ddr> {
        let ddr = self.optional(of, key, section)?;
        let standing = keys::of(section).any(|key| key.name == "delivered");
        let quota = self.number(ddr, "quota").unwrap_or(0.0);
        let delivered = if standing { self.number(ddr, "delivered").unwrap_or(0.0) } else { 0.0 };
        if let (Some(node), Some(of)) = (ddr.get("delivered"), ddr.get("quota"))
            && standing
            && delivered > quota
        {
            self.fault_also(node.at, format!("{delivered} persons delivered of a quota of {quota}"), of.at, "the quota");
        }
        let organisations = self.names(ddr, "organisations", |c, text, at| c.organisation(text, at));
        if standing && ddr.get("organisations").is_none_or(|node| node.value == Value::List(Vec::new())) {
            self.missing(ddr, keys::find(section, "organisations"));
        }
        Some(Ddr {
            quota,
            integrated_share: self.number(ddr, "integrated_share").unwrap_or(2.0 / 3.0),
            delivered,
            organisations,
            delay: self.number(ddr, "delay"),
            pace: self.number(ddr, "pace").unwrap_or(1.0),
        })
    }

    fn dialogues(&mut self, of: In) -> Vec<(Community, Community)> {
        let mut pairs: Vec<((Community, Community), At)> = Vec::new();
        for node in self.list(of, "dialogues") {
            if self.problems.full() {
                break;
            }
            let Value::List(list) = &node.value else {
                self.misshapen(node.at, "a dialogue", &node.value, "a list", Some("a list of pairs: [[\"tuareg\", \"fulani\"]]".to_owned()));
                continue;
            };
            if list.len() != 2 {
                self.fault(node.at, format!("a dialogue has two communities, this one {}", list.len()));
                continue;
            }
            if let (Some(a), Some(b)) = (self.community(&list[0]), self.community(&list[1])) {
                let pair = (a.min(b), a.max(b));
                if a == b {
                    self.fault_also(list[1].at, "a community cannot be in dialogue with itself", list[0].at, "the same");
                } else if let Some((_, first)) = pairs.iter().find(|(known, _)| *known == pair) {
                    self.fault_also(node.at, "this dialogue stands twice", *first, "the first");
                } else {
                    pairs.push((pair, node.at));
                }
            }
        }
        let mut pairs: Vec<(Community, Community)> = pairs.into_iter().map(|(pair, _)| pair).collect();
        pairs.sort();
        pairs
    }

    fn marks(&mut self, of: In) -> Vec<Mark> {
        let mut marks = Vec::new();
        for entry in self.tables(of, "marks", "track.marks") {
            if self.problems.full() {
                break;
            }
            if self.nothing_to_take(entry) {
                continue;
            }
            let week = self.week(entry).map(|(week, _)| week);
            match (self.text(entry, "text"), week) {
                (Some((text, _)), Some(week)) if week <= self.weeks => marks.push(Mark { week: i32::try_from(week).unwrap_or(0), text }),
                (None, _) if entry.get("text").is_none() => self.missing(entry, keys::find("track.marks", "text")),
                // A mark after a shorter horizon is nobody's mistake: it is not reached.
                _ => {}
            }
        }
        marks.sort_by(|a, b| (a.week, &a.text).cmp(&(b.week, &b.text)));
        marks
    }
}

/// Names of the rows of a case that a key may give.
#[must_use]
pub fn rows(case: &Case, row: Row) -> Vec<&str> {
    match row {
        Row::Convenor => case.access.iter().map(|(name, _)| name.as_str()).collect(),
        Row::Party => case.parties.values().iter().map(|party| party.slug.as_str()).collect(),
        Row::Organisation => case.organisations.values().iter().map(|org| org.slug.as_str()).collect(),
        Row::Community => case.communities.values().iter().map(|community| community.slug.as_str()).collect(),
        Row::Start => case.starts.iter().map(|start| start.name.as_str()).collect(),
    }
}

/// A value at a path of keys, as a table.
fn nested(keys: &[&str], at: At, node: &Node) -> Table {
    let mut value = node.clone();
    for key in keys[1..].iter().rev() {
        value = Node { at: node.at, value: Value::Table(Table { entries: vec![((*key).to_owned(), at, value)] }) };
    }
    Table { entries: vec![(keys[0].to_owned(), at, value)] }
}

/// A value as it is written, shortened.
fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("\"{text}\""),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(value) => value.to_string(),
        Value::Date(date) => date.clone(),
        Value::List(list) => format!("[{}]", list.iter().map(|node| shown(&node.value)).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => format!("{{ {} }}", table.entries.iter().map(|(key, _, node)| format!("{key} = {}", shown(&node.value))).collect::<Vec<_>>().join(", ")),
    }
}

/// A sentence as the rest of another.
fn lower(doc: &str) -> String {
    let mut letters = doc.trim_end_matches('.').chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Everything that a run depends on, one line each, in a fixed order: no name, title, summary or mark.
fn resolved(scenario: &Scenario, case_hash: &str) -> String {
    let case = &*scenario.case;
    let mut text = String::new();
    let mut line = |key: &str, value: String| {
        let _ = writeln!(text, "{key} = {value}");
    };
    line("case", case_hash.to_owned());
    line("start", scenario.start().name.clone());
    line("weeks", scenario.weeks.to_string());
    line("scale", scenario.scale.to_string());
    line("population", format!("{:?}", scenario.population).to_lowercase());
    if scenario.draws_from == DrawsFrom::Priors {
        line("draws_from", "priors".to_owned());
    }
    for process in &scenario.switched_off {
        line(&format!("switches.{process}"), "false".to_owned());
    }
    for (path, prior) in &scenario.overrides {
        line(&format!("parameters.{path}"), format!("{prior:?}"));
    }
    for (week, path, value) in &scenario.changes {
        line(&format!("timeline.{week}.{path}"), format!("{value:?}"));
    }
    track_lines(case, &scenario.track, &mut line);
    for drawn in &scenario.drawn {
        line(&format!("drawn.{}", drawn.name), format!("{:?} at {:?}", drawn.prior, drawn.slots));
    }
    for later in &scenario.later {
        let mut line = |key: &str, value: String| {
            let _ = writeln!(text, "week {} {key} = {value}", later.week);
        };
        track_lines(case, &later.track, &mut line);
        line("switches off", later.switched_off.join(" "));
        for &(a, b, stance) in &later.stances {
            line(&format!("stance.{}.{}", case.organisations[a].slug, case.organisations[b].slug), format!("{stance:?}"));
        }
    }
    text
}

/// A track, one line each; what holds by default since later versions has no line.
fn track_lines(case: &Case, track: &Track, line: &mut impl FnMut(&str, String)) {
    let slugs = |parties: &[Party]| parties.iter().map(|&party| case.parties[party].slug.as_str()).collect::<Vec<_>>().join(" ");
    line("track.convenor", track.convenor.map_or("none", |at| case.access[at].0.as_str()).to_owned());
    for seat in &track.seats {
        line(&format!("track.seats.{}", case.parties[seat.party].slug), format!("{:?} veto {:?} {:?}", seat.modality, seat.veto, seat.conditions));
    }
    line("track.first_bid", track.first_bid.to_string());
    line("track.offers", format!("{:?}", track.offers));
    line("track.side_payments", track.side_payments.to_string());
    line("track.guarantee", format!("{:?}", track.guarantee).to_lowercase());
    line("track.civil_society", format!("{:?}", track.civil_society));
    line("track.monitoring", format!("{:?}", track.monitoring));
    line("track.budget", format!("{:?}", track.budget));
    line("track.contact_group", format!("{:?}", track.contact_group));
    if let Some(accord) = &track.standing_accord {
        line("track.standing_accord", format!("{} age {:?} implementation {:?} monitoring {:?}", slugs(&accord.parties), accord.age, accord.implementation, accord.monitoring));
    }
    for (name, ddr) in [("ddr", &track.ddr), ("accord_ddr", &track.accord_ddr)] {
        if let Some(ddr) = ddr {
            let organisations: Vec<&str> = ddr.organisations.iter().map(|&org| case.organisations[org].slug.as_str()).collect();
            line(&format!("track.{name}"), format!("quota {:?} integrated {:?} delivered {:?} delay {:?} of {}", ddr.quota, ddr.integrated_share, ddr.delivered, ddr.delay, organisations.join(" ")));
        }
    }
    for &(a, b) in &track.dialogues {
        line("track.dialogues", format!("{} {}", case.communities[a].slug, case.communities[b].slug));
    }
    line("track.accord_replaces", track.accord_replaces.to_string());
    if let Some(strength) = track.guarantee_strength {
        line("track.guarantee.strength", format!("{strength:?}"));
    }
    if let Some(decay) = track.guarantee_decay {
        line("track.guarantee.decay", format!("{decay:?}"));
    }
    if let Some(modality) = track.civil_society_as {
        line("track.civil_society_as", format!("{modality:?}").to_lowercase());
    }
    if track.enforcement > 0.0 {
        line("track.enforcement", format!("{:?}", track.enforcement));
    }
    if let Some(accord) = track.standing_accord.as_ref().filter(|accord| accord.enforcement > 0.0) {
        line("track.standing_accord.enforcement", format!("{:?}", accord.enforcement));
    }
    for (name, ddr) in [("ddr", &track.ddr), ("accord_ddr", &track.accord_ddr)] {
        if let Some(ddr) = ddr.as_ref().filter(|ddr| ddr.pace.to_bits() != 1.0_f64.to_bits()) {
            line(&format!("track.{name}.pace"), format!("{:?}", ddr.pace));
        }
    }
}

/// The SHA-256 of what a scenario resolves to.
#[must_use]
pub fn hash(scenario: &Scenario) -> String {
    sha256(&[scenario.resolved.as_bytes()])
}
