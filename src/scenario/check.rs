//! From a table with places to a checked scenario: every fault is noted, nothing is guessed.
use super::case::{Case, PIE_NAMES, PIES, SCALAR_NAMES, SCALARS};
use super::library::{LoadedCase, sha256};
use super::problem::{Problem, Problems, nearest};
use super::raw::{At, DISTRIBUTIONS, Node, Sources, Table, Value};
use super::track::{Conditions, ContactGroup, Ddr, Guarantee, Mark, Modality, Offers, Seat, StandingAccord, Track};
use super::{Population, Scenario};
use crate::index::{Community, Org, Party};
use crate::params::{self, Declared, Prior};
use crate::units::Date;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

/// The format of scenario files that this version reads.
pub const FORMAT: i64 = 1;

/// Keys at the top of a scenario file.
pub const TOP: [&str; 14] =
    ["format", "extends", "name", "title", "summary", "case", "start", "weeks", "scale", "population", "switches", "parameters", "timeline", "track"];

/// Processes that `[switches]` may turn off: the names of the schedule, which lies above this module. A test holds the
/// two together.
pub const PROCESSES: &[&str] =
    &["timeline", "deployment", "combat", "abuse", "communal", "grievance", "protection", "recruitment", "displacement", "governance", "politics", "mediation", "accord"];

/// Longest horizon, weeks.
const LONGEST: f64 = 1_040.0;

/// Checks a table as a scenario.
///
/// # Errors
/// All problems, those found before included.
pub fn scenario(sources: &Sources, problems: Problems, table: &Table, loaded: &LoadedCase, fallback: &str) -> Result<Scenario, Problems> {
    let case = &*loaded.case;
    let mut c = Checker { sources, problems };
    c.keys(table, "the scenario", &TOP);
    match table.get("format") {
        Some(node) if node.value != Value::Integer(FORMAT) => c.fault(node.at, format!("this version of Sulh reads `format = {FORMAT}`")),
        Some(_) => {}
        None => c.problems.add(
            sources.problem(At { file: 0, byte: 0 }, "`format` is missing").hint(format!("write `format = {FORMAT}` at the top")),
        ),
    }
    let name = c.text(table, "name").map_or_else(|| fallback.to_owned(), |(text, at)| {
        if text.is_empty() || !text.chars().all(|x| x.is_ascii_lowercase() || x.is_ascii_digit() || x == '-') {
            c.fault(at, format!("`{text}` is not a name: small letters, digits and hyphens"));
        }
        text
    });
    let title = c.text(table, "title").map_or_else(|| name.clone(), |(text, _)| text);
    let summary = c.text(table, "summary").map_or_else(String::new, |(text, _)| text);
    c.text(table, "extends");
    c.text(table, "case");
    let start = c.start(table, case);
    let first_day = case.starts[start].date;
    let weeks = c.whole(table, "weeks", "weeks", 1.0, LONGEST).unwrap_or(260);
    let scale = c.whole(table, "scale", "segments", 1.0, 10_000.0).unwrap_or(1);
    let population = c.choice(table, "population", &[("census", Population::Census), ("projection", Population::Projection)]).unwrap_or(Population::Census);
    let switched_off = c.switches(table);
    let declared = params::declared(case, start);
    let overrides = c.parameters(table, &declared);
    let changes = c.timeline(table, &declared, first_day, weeks);
    let track = match table.get("track") {
        None => c.track(&Table::default(), case, first_day, weeks),
        Some(node) => match &node.value {
            Value::Table(track) => c.track(track, case, first_day, weeks),
            other => {
                c.fault(node.at, format!("`track` is {}: it must be a table", other.kind()));
                c.track(&Table::default(), case, first_day, weeks)
            }
        },
    };
    let mut scenario = Scenario {
        name,
        title,
        summary,
        case: Arc::clone(&loaded.case),
        track,
        start,
        weeks: i32::try_from(weeks).unwrap_or(i32::MAX),
        scale: u32::try_from(scale).unwrap_or(1),
        population,
        switched_off,
        overrides,
        changes,
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
        let echo = |earlier: &Problem| earlier == problem;
        if !kept.iter().any(echo) {
            kept.push(problem.clone());
        }
    }
    Problems(kept)
}

/// Reads values and notes what is wrong with them.
struct Checker<'a> {
    sources: &'a Sources,
    problems: Problems,
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
    if high.is_infinite() { format!("a number of at least {low}{unit}") } else { format!("a number from {low} to {high}{unit}") }
}

impl Checker<'_> {
    fn fault(&mut self, at: At, fault: impl Into<String>) {
        self.problems.add(self.sources.problem(at, fault));
    }

    fn keys(&mut self, table: &Table, of: &str, allowed: &[&str]) {
        for (key, at, _) in &table.entries {
            if !allowed.contains(&key.as_str()) {
                let problem = self.sources.problem(*at, format!("unknown key `{key}` in {of}"));
                let problem = match nearest(key, allowed.iter().copied()) {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")),
                    None => problem.hint(format!("known are {}", allowed.join(", "))),
                };
                self.problems.add(problem);
            }
        }
    }

    fn unknown(&mut self, at: At, what: &str, given: &str, valid: &[&str]) {
        let problem = self.sources.problem(at, format!("unknown {what} `{given}`"));
        let problem = match nearest(given, valid.iter().copied()) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None if valid.len() <= 16 => problem.hint(format!("known are {}", valid.join(", "))),
            None => problem,
        };
        self.problems.add(problem);
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

    fn text(&mut self, table: &Table, key: &str) -> Option<(String, At)> {
        let node = table.get(key)?;
        self.text_of(node, key).map(|text| (text, node.at))
    }

    fn number_of(&mut self, node: &Node, bounds: &Bounds) -> Option<f64> {
        let value = match node.value {
            Value::Integer(value) => value as f64,
            Value::Float(value) => value,
            ref other => {
                self.fault(node.at, format!("`{}` is {}: give {}", bounds.what, other.kind(), range(bounds.low, bounds.high, bounds.unit)));
                return None;
            }
        };
        if (bounds.low..=bounds.high).contains(&value) {
            return Some(value);
        }
        self.fault(node.at, format!("{value} is not allowed for `{}`: give {}", bounds.what, range(bounds.low, bounds.high, bounds.unit)));
        None
    }

    fn number(&mut self, table: &Table, key: &str, unit: &str, low: f64, high: f64) -> Option<f64> {
        let node = table.get(key)?;
        self.number_of(node, &bounds(key, unit, low, high))
    }

    /// A number that must be given.
    fn needed(&mut self, table: &Table, of: (&str, At), key: &str, unit: &str, low: f64, high: f64) -> f64 {
        if table.get(key).is_none() {
            let (name, at) = of;
            self.fault(at, format!("{name} needs `{key}`, {}", range(low, high, unit)));
        }
        self.number(table, key, unit, low, high).unwrap_or(low)
    }

    fn whole_of(&mut self, node: &Node, bounds: &Bounds) -> Option<i64> {
        if let Value::Float(value) = node.value {
            self.fault(node.at, format!("{value} is not a whole number: `{}` is counted in {}", bounds.what, bounds.unit));
            return None;
        }
        self.number_of(node, bounds).map(|value| value as i64)
    }

    fn whole(&mut self, table: &Table, key: &str, unit: &str, low: f64, high: f64) -> Option<i64> {
        let node = table.get(key)?;
        self.whole_of(node, &bounds(key, unit, low, high))
    }

    fn boolean(&mut self, table: &Table, key: &str) -> Option<bool> {
        let node = table.get(key)?;
        match node.value {
            Value::Boolean(value) => Some(value),
            ref other => {
                self.fault(node.at, format!("`{key}` is {}: give true or false", other.kind()));
                None
            }
        }
    }

    fn choice<T: Copy>(&mut self, table: &Table, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let (text, at) = self.text(table, key)?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.unknown(at, key, &text, &names);
        }
        found
    }

    fn table_of<'t>(&mut self, node: &'t Node, what: &str) -> Option<&'t Table> {
        match &node.value {
            Value::Table(table) => Some(table),
            other => {
                self.fault(node.at, format!("`{what}` is {}: it must be a table", other.kind()));
                None
            }
        }
    }

    /// A table that may be left out or set to "none".
    fn optional<'t>(&mut self, table: &'t Table, key: &str) -> Option<(&'t Table, At)> {
        let node = table.get(key)?;
        if node.value == Value::Text("none".to_owned()) {
            return None;
        }
        self.table_of(node, key).map(|table| (table, node.at))
    }

    fn list<'t>(&mut self, table: &'t Table, key: &str) -> &'t [Node] {
        match table.get(key) {
            None => &[],
            Some(node) => self.list_of(node, key),
        }
    }

    fn list_of<'t>(&mut self, node: &'t Node, key: &str) -> &'t [Node] {
        match &node.value {
            Value::List(list) => list,
            other => {
                self.fault(node.at, format!("`{key}` is {}: it must be a list", other.kind()));
                &[]
            }
        }
    }

    fn start(&mut self, table: &Table, case: &Case) -> usize {
        let latest = (0..case.starts.len()).max_by_key(|&at| case.starts[at].date).unwrap_or(0);
        let Some(node) = table.get("start") else { return latest };
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
        let names: Vec<&str> = case.starts.iter().map(|start| start.name.as_str()).collect();
        self.unknown(node.at, "start", &given, &names);
        latest
    }

    fn switches(&mut self, table: &Table) -> Vec<String> {
        let Some(node) = table.get("switches") else { return Vec::new() };
        let Some(switches) = self.table_of(node, "switches") else { return Vec::new() };
        let mut off = Vec::new();
        for (key, at, _) in &switches.entries {
            if !PROCESSES.contains(&key.as_str()) {
                self.unknown(*at, "process", key, PROCESSES);
            } else if self.boolean(switches, key) == Some(false) {
                off.push(key.clone());
            }
        }
        off.sort();
        off
    }

    fn parameters(&mut self, table: &Table, declared: &[Declared]) -> Vec<(String, Prior)> {
        let Some(node) = table.get("parameters") else { return Vec::new() };
        let Some(parameters) = self.table_of(node, "parameters") else { return Vec::new() };
        let mut overrides = BTreeMap::new();
        for (path, at, node) in &parameters.entries {
            let Some(row) = declared.iter().find(|row| row.path == *path) else {
                self.unknown_parameter(*at, path, declared);
                continue;
            };
            if let Some(prior) = self.prior(node, row)
                && overrides.insert(path.clone(), prior).is_some()
            {
                self.fault(*at, format!("`{path}` is set twice"));
            }
        }
        overrides.into_iter().collect()
    }

    fn unknown_parameter(&mut self, at: At, path: &str, declared: &[Declared]) {
        let problem = self.sources.problem(at, format!("unknown parameter `{path}`"));
        // The whole path first, then the last word under another group.
        let near = nearest(path, declared.iter().map(|row| row.path.as_str())).or_else(|| {
            let last = path.rsplit('.').next().unwrap_or(path);
            declared.iter().map(|row| row.path.as_str()).find(|known| known.rsplit('.').next() == Some(last))
        });
        self.problems.add(match near {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem.hint("`sulh explain` lists all parameters"),
        });
    }

    fn prior(&mut self, node: &Node, row: &Declared) -> Option<Prior> {
        let (low, high) = (*row.range.start(), *row.range.end());
        let allowed = bounds(&row.path, &row.unit, low, high);
        let Value::Table(table) = &node.value else {
            return self.number_of(node, &allowed).map(Prior::Fixed);
        };
        self.keys(table, &format!("the distribution of `{}`", row.path), &DISTRIBUTIONS);
        let kinds = [table.get("from").is_some() || table.get("to").is_some(), table.get("lognormal").is_some(), table.get("normal").is_some(), table.get("beta").is_some()];
        if kinds.iter().filter(|&&given| given).count() != 1 {
            let problem = self.sources.problem(node.at, format!("`{}` must be a number or one distribution", row.path));
            self.problems.add(problem.hint("{ from = 0.1, to = 0.2 }, { normal = { mean = 1, sd = 0.1 } }, { lognormal = { median = 1, log_sd = 0.3 } } or { beta = { a = 2, b = 5 } }"));
            return None;
        }
        if kinds[0] {
            let before = self.problems.0.len();
            let from = self.needed(table, ("the range", node.at), "from", &row.unit, low, high);
            let to = self.needed(table, ("the range", node.at), "to", &row.unit, low, high);
            if self.problems.0.len() > before {
                return None;
            }
            if from >= to {
                self.fault(node.at, format!("from {from} to {to} is empty: `to` must lie above `from`"));
                return None;
            }
            return Some(Prior::Uniform(from, to));
        }
        let (kind, node) = ["lognormal", "normal", "beta"].into_iter().find_map(|kind| Some((kind, table.get(kind)?)))?;
        let (first, second) = match kind {
            "lognormal" => (("median", low.max(f64::MIN_POSITIVE), high), ("log_sd", 1e-6, 5.0)),
            "normal" => (("mean", low, high), ("sd", 1e-12, f64::INFINITY)),
            _ => (("a", 0.01, 1e6), ("b", 0.01, 1e6)),
        };
        let inner = self.table_of(node, kind)?;
        self.keys(inner, kind, &[first.0, second.0]);
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

    /// The week of an entry that gives `week` or `date`.
    fn week(&mut self, table: &Table, at: At, first_day: Option<Date>) -> Option<i64> {
        match (table.get("week"), table.get("date")) {
            (Some(node), None) => self.whole_of(node, &bounds("week", "weeks from the start", -2_000.0, LONGEST)),
            (None, Some(node)) => self.date_week(node, first_day),
            (Some(_), Some(_)) => {
                self.fault(at, "give `week` or `date`, not both");
                None
            }
            (None, None) => {
                self.fault(at, "`date` is missing: when? (or `week`, counted from the start)");
                None
            }
        }
    }

    fn date_week(&mut self, node: &Node, first_day: Option<Date>) -> Option<i64> {
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
        let Some(first_day) = first_day else {
            self.fault(node.at, "a reference period has no first day: give `week`");
            return None;
        };
        Some(i64::from(date.weeks_since(first_day)))
    }

    fn timeline(&mut self, table: &Table, declared: &[Declared], first_day: Option<Date>, weeks: i64) -> Vec<(i32, String, f64)> {
        let mut changes = Vec::new();
        for node in self.list(table, "timeline") {
            let Some(entry) = self.table_of(node, "timeline") else { continue };
            self.keys(entry, "a timeline entry", &["date", "week", "set", "value", "why"]);
            self.text(entry, "why");
            let week = self.week(entry, node.at, first_day);
            if let Some(week) = week
                && !(0..weeks).contains(&week)
            {
                self.fault(node.at, format!("week {week} lies outside the {weeks} weeks of the scenario"));
            }
            let Some((path, at)) = self.text(entry, "set") else {
                if entry.get("set").is_none() {
                    self.fault(node.at, "`set` is missing: which parameter changes?");
                }
                continue;
            };
            let Some(row) = declared.iter().find(|row| row.path == path) else {
                self.unknown_parameter(at, &path, declared);
                continue;
            };
            let Some(value) = entry.get("value") else {
                self.fault(node.at, format!("`value` is missing: what becomes of `{path}`?"));
                continue;
            };
            let value = self.number_of(value, &bounds(&path, &row.unit, *row.range.start(), *row.range.end()));
            if let (Some(week), Some(value)) = (week, value) {
                changes.push((i32::try_from(week).unwrap_or(0), path, value));
            }
        }
        changes.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        for pair in changes.windows(2) {
            if (pair[0].0, &pair[0].1) == (pair[1].0, &pair[1].1)
                && let Some(node) = table.get("timeline")
            {
                self.fault(node.at, format!("the timeline sets `{}` twice in week {}", pair[0].1, pair[0].0));
            }
        }
        changes
    }

    fn party(&mut self, text: &str, at: At, case: &Case) -> Option<Party> {
        let found = case.party(text);
        if found.is_none() {
            let names: Vec<&str> = case.parties.values().iter().map(|party| party.slug.as_str()).collect();
            self.unknown(at, "party", text, &names);
        }
        found
    }

    fn organisation(&mut self, text: &str, at: At, case: &Case) -> Option<Org> {
        let found = case.organisation(text);
        if found.is_none() {
            let names: Vec<&str> = case.organisations.values().iter().map(|org| org.slug.as_str()).collect();
            self.unknown(at, "organisation", text, &names);
        }
        found
    }

    fn community(&mut self, node: &Node, case: &Case) -> Option<Community> {
        let text = self.text_of(node, "community")?;
        let found = case.community(&text);
        if found.is_none() {
            let names: Vec<&str> = case.communities.values().iter().map(|community| community.slug.as_str()).collect();
            self.unknown(node.at, "community", &text, &names);
        }
        found
    }

    fn track(&mut self, table: &Table, case: &Case, first_day: Option<Date>, weeks: i64) -> Track {
        const KEYS: [&str; 16] = [
            "convenor", "first_bid", "side_payments", "guarantee", "civil_society", "monitoring", "budget", "offers", "seats",
            "contact_group", "standing_accord", "ddr", "accord_ddr", "dialogues", "accord_replaces", "marks",
        ];
        self.keys(table, "the track", &KEYS);
        let convenor = self.text(table, "convenor").filter(|(text, _)| text != "none").and_then(|(text, at)| {
            let found = case.access.iter().position(|(name, _)| *name == text);
            if found.is_none() {
                let names: Vec<&str> = case.access.iter().map(|(name, _)| name.as_str()).chain(["none"]).collect();
                self.unknown(at, "convenor", &text, &names);
            }
            found
        });
        let seats = self.seats(table, case);
        if let (Some(node), None) = (table.get("seats"), convenor)
            && !seats.is_empty()
            && table.get("convenor").is_none_or(|node| node.value == Value::Text("none".to_owned()))
        {
            let problem = self.sources.problem(node.at, "seats without a convenor: nobody invites them");
            self.problems.add(problem.hint(format!("add `convenor`, one of {}", case.access.iter().map(|x| x.0.as_str()).collect::<Vec<_>>().join(", "))));
        }
        let contact_group = self.optional(table, "contact_group").map(|(group, at)| {
            self.keys(group, "the contact group", &["members", "western_share", "funds"]);
            ContactGroup {
                members: self.needed(group, ("the contact group", at), "members", "members", 1.0, 50.0),
                western_share: self.number(group, "western_share", "share", 0.0, 1.0).unwrap_or(0.0),
                funds: self.number(group, "funds", "units a week", 0.0, 1e6).unwrap_or(0.0),
            }
        });
        Track {
            convenor,
            seats,
            first_bid: self.whole(table, "first_bid", "weeks from the start", 0.0, LONGEST).map_or(20, |week| i32::try_from(week).unwrap_or(0)),
            offers: self.offers(table),
            side_payments: self.boolean(table, "side_payments").unwrap_or(false),
            guarantee: self
                .choice(table, "guarantee", &[("none", Guarantee::None), ("diplomatic", Guarantee::Diplomatic), ("deployed", Guarantee::Deployed)])
                .unwrap_or(Guarantee::None),
            civil_society: self.number(table, "civil_society", "share", 0.0, 1.0).unwrap_or(0.0),
            monitoring: self.number(table, "monitoring", "share", 0.0, 1.0).unwrap_or(0.0),
            budget: self.number(table, "budget", "units a week", 0.0, 1e6).unwrap_or(3_000.0),
            contact_group,
            standing_accord: self.standing_accord(table, case),
            ddr: self.ddr(table, "ddr", case),
            accord_ddr: self.ddr(table, "accord_ddr", case),
            dialogues: self.dialogues(table, case),
            accord_replaces: self.boolean(table, "accord_replaces").unwrap_or(true),
            marks: self.marks(table, first_day, weeks),
        }
    }

    fn seats(&mut self, table: &Table, case: &Case) -> Vec<Seat> {
        let mut seats: Vec<Seat> = Vec::new();
        for node in self.list(table, "seats") {
            let Some(entry) = self.table_of(node, "seats") else { continue };
            self.keys(entry, "a seat", &["party", "modality", "veto", "conditions"]);
            let modality = self
                .choice(entry, "modality", &[("full", Modality::Full), ("observer", Modality::Observer), ("consultation", Modality::Consultation)])
                .unwrap_or(Modality::Full);
            let veto = self.boolean(entry, "veto");
            let conditions = self.optional(entry, "conditions").map(|(conditions, _)| {
                self.keys(conditions, "the conditions of a seat", &["hazard", "exit_cost", "recognition"]);
                Conditions {
                    hazard: self.number(conditions, "hazard", "factor", 0.0, 100.0).unwrap_or(1.0),
                    exit_cost: self.number(conditions, "exit_cost", "factor", 0.0, 100.0).unwrap_or(1.0),
                    recognition: self.number(conditions, "recognition", "share", 0.0, 1.0).unwrap_or(0.0),
                }
            });
            let Some((text, at)) = self.text(entry, "party") else {
                if entry.get("party").is_none() {
                    self.fault(node.at, "a seat needs `party`: who sits?");
                }
                continue;
            };
            let Some(party) = self.party(&text, at, case) else { continue };
            if party == case.state_party {
                self.fault(at, "the state always has its seat: list the others");
            } else if seats.iter().any(|seat| seat.party == party) {
                self.fault(at, format!("`{text}` has two seats"));
            } else {
                seats.push(Seat { party, modality, conditions, veto });
            }
        }
        seats
    }

    fn offers(&mut self, table: &Table) -> Offers {
        let Some(node) = table.get("offers") else { return Offers::Open };
        match &node.value {
            Value::Text(text) if text == "open" => Offers::Open,
            Value::Text(text) => {
                self.unknown(node.at, "offers", text, &["open"]);
                Offers::Open
            }
            Value::Table(offers) => {
                let allowed: Vec<&str> = SCALAR_NAMES.iter().chain(PIE_NAMES.iter()).copied().collect();
                self.keys(offers, "the offers", &allowed);
                let mut scalars = [0.0; SCALARS];
                for (value, name) in scalars.iter_mut().zip(SCALAR_NAMES) {
                    *value = self.needed(offers, ("a fixed offer", node.at), name, "position", 0.0, 1.0);
                }
                let pies = PIE_NAMES.iter().any(|name| offers.get(name).is_some()).then(|| {
                    let mut pies = [0.0; PIES];
                    for (value, name) in pies.iter_mut().zip(PIE_NAMES) {
                        *value = self.needed(offers, ("an offer that fixes a pie", node.at), name, "share", 0.0, 1.0);
                    }
                    pies
                });
                Offers::Fixed { scalars, pies }
            }
            other => {
                self.fault(node.at, format!("`offers` is {}: \"open\" or a table of positions", other.kind()));
                Offers::Open
            }
        }
    }

    fn names<T>(&mut self, table: &Table, key: &str, mut read: impl FnMut(&mut Self, &str, At) -> Option<T>) -> Vec<T> {
        let mut found = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        for node in self.list(table, key) {
            let Some(text) = self.text_of(node, key) else { continue };
            if seen.contains(&text) {
                self.fault(node.at, format!("`{text}` stands twice"));
                continue;
            }
            found.extend(read(self, &text, node.at));
            seen.push(text);
        }
        found
    }

    fn standing_accord(&mut self, table: &Table, case: &Case) -> Option<StandingAccord> {
        let (accord, at) = self.optional(table, "standing_accord")?;
        self.keys(accord, "the standing accord", &["parties", "age", "implementation", "monitoring"]);
        let parties = self.names(accord, "parties", |c, text, at| {
            let party = c.party(text, at, case);
            if party == Some(case.state_party) {
                c.fault(at, "the state signs every accord: list the others");
            }
            party.filter(|&party| party != case.state_party)
        });
        if parties.is_empty() {
            self.fault(at, "a standing accord needs `parties`: who signed beside the state?");
        }
        Some(StandingAccord {
            parties,
            age: self.number(accord, "age", "weeks", -2_000.0, 2_000.0).unwrap_or(0.0),
            implementation: self.number(accord, "implementation", "share", 0.0, 1.0).unwrap_or(0.0),
            monitoring: self.number(accord, "monitoring", "share", 0.0, 1.0).unwrap_or(0.0),
        })
    }

    fn ddr(&mut self, table: &Table, key: &str, case: &Case) -> Option<Ddr> {
        let (ddr, at) = self.optional(table, key)?;
        self.keys(ddr, &format!("`{key}`"), &["quota", "integrated_share", "delivered", "organisations", "delay"]);
        let quota = self.needed(ddr, (key, at), "quota", "persons", 0.0, 1e6);
        let delivered = self.number(ddr, "delivered", "persons", 0.0, 1e6).unwrap_or(0.0);
        if delivered > quota {
            self.fault(at, format!("{delivered} delivered of a quota of {quota}"));
        }
        let organisations = self.names(ddr, "organisations", |c, text, at| c.organisation(text, at, case));
        if key == "ddr" && organisations.is_empty() {
            self.fault(at, "`ddr` needs `organisations`: whose fighters may be listed?");
        }
        Some(Ddr {
            quota,
            integrated_share: self.number(ddr, "integrated_share", "share", 0.0, 1.0).unwrap_or(2.0 / 3.0),
            delivered,
            organisations,
            delay: self.number(ddr, "delay", "weeks", 0.0, LONGEST),
        })
    }

    fn dialogues(&mut self, table: &Table, case: &Case) -> Vec<(Community, Community)> {
        let mut pairs = Vec::new();
        for node in self.list(table, "dialogues") {
            let list = self.list_of(node, "a dialogue");
            if list.len() != 2 {
                if matches!(node.value, Value::List(_)) {
                    self.fault(node.at, "a dialogue has two communities");
                }
                continue;
            }
            if let (Some(a), Some(b)) = (self.community(&list[0], case), self.community(&list[1], case)) {
                let pair = (a.min(b), a.max(b));
                if a == b {
                    self.fault(node.at, "a community cannot be in dialogue with itself");
                } else if pairs.contains(&pair) {
                    self.fault(node.at, "this dialogue stands twice");
                } else {
                    pairs.push(pair);
                }
            }
        }
        pairs.sort();
        pairs
    }

    fn marks(&mut self, table: &Table, first_day: Option<Date>, weeks: i64) -> Vec<Mark> {
        let mut marks = Vec::new();
        for node in self.list(table, "marks") {
            let Some(entry) = self.table_of(node, "marks") else { continue };
            self.keys(entry, "a mark", &["date", "week", "text"]);
            let week = self.week(entry, node.at, first_day);
            match (self.text(entry, "text"), week) {
                (Some((text, _)), Some(week)) if week <= weeks => marks.push(Mark { week: i32::try_from(week).unwrap_or(0), text }),
                (None, _) if entry.get("text").is_none() => self.fault(node.at, "a mark needs `text`"),
                // A mark after a shorter horizon is nobody's mistake: it is not reached.
                _ => {}
            }
        }
        marks.sort_by(|a, b| (a.week, &a.text).cmp(&(b.week, &b.text)));
        marks
    }
}

/// Everything that a run depends on, one line each, in a fixed order: no name, title, summary or mark.
fn resolved(scenario: &Scenario, case_hash: &str) -> String {
    let case = &*scenario.case;
    let mut text = String::new();
    let mut line = |key: &str, value: String| {
        let _ = writeln!(text, "{key} = {value}");
    };
    let slugs = |parties: &[Party]| parties.iter().map(|&party| case.parties[party].slug.as_str()).collect::<Vec<_>>().join(" ");
    line("case", case_hash.to_owned());
    line("start", scenario.start().name.clone());
    line("weeks", scenario.weeks.to_string());
    line("scale", scenario.scale.to_string());
    line("population", format!("{:?}", scenario.population).to_lowercase());
    for process in &scenario.switched_off {
        line(&format!("switches.{process}"), "false".to_owned());
    }
    for (path, prior) in &scenario.overrides {
        line(&format!("parameters.{path}"), format!("{prior:?}"));
    }
    for (week, path, value) in &scenario.changes {
        line(&format!("timeline.{week}.{path}"), format!("{value:?}"));
    }
    let track = &scenario.track;
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
    text
}

/// The SHA-256 of what a scenario resolves to.
#[must_use]
pub fn hash(scenario: &Scenario) -> String {
    sha256(&[scenario.resolved.as_bytes()])
}
