//! `case.toml`: the keys of a case that are no table.
use super::reader::Reader;
use crate::index::{Id, Place};
use crate::scenario::case::CountedRefuge;
use crate::scenario::problem::{Problem, nearest, steers};
use crate::scenario::raw::{self, Node, Sources, Table, Value};

/// A key of `case.toml` and what it means.
pub const KEYS: [(&str, &str); 17] = [
    ("format", "version of the language, 1"),
    ("extends", "the case to which this folder adds: a name of the program's, or a folder beside this one"),
    ("name", "name of the case"),
    ("title", "title in reports"),
    ("households_of", "persons in a household"),
    ("men_per_household", "men of fighting age in a household"),
    ("state", "bloc and party of the state"),
    ("capital", "where the government sits, for stories"),
    ("reference", "the start whose forces the rates are solved on"),
    ("waiting", "the scope to which troops could go whom an accord elsewhere sets free"),
    ("counted_refuge", "a refuge with a measure of its own: { place, name }"),
    ("displaced_inside", "persons displaced inside the zones in the years in which refugees were counted"),
    ("shown_community", "the community whose leanings are drawn"),
    ("scopes", "groups of zones: name and meaning"),
    ("trends", "what the three trends are called in plots"),
    ("starts", "what each start is"),
    ("removed", "rows of the extended case that are taken away: a list for each table, `\"access.csv\" = [[\"niger\", \"fla\"]]`"),
];

/// `case.toml`: plain keys, those of later layers over those of earlier ones.
pub(super) struct About {
    pub(super) sources: Sources,
    pub(super) table: Table,
    shown: String,
}

/// Tells texts that steer a terminal, at whatever depth: most of them are shown.
fn texts(r: &mut Reader, sources: &Sources, table: &Table) {
    for (key, _, node) in &table.entries {
        match &node.value {
            Value::Text(text) => {
                if let Some(fault) = steers(key, text) {
                    r.problems.add(sources.problem(node.at, fault));
                }
            }
            Value::Table(inner) => texts(r, sources, inner),
            _ => {}
        }
    }
}

impl About {
    pub(super) fn new(r: &mut Reader) -> Self {
        let mut sources = Sources::default();
        let mut table = Table::default();
        let mut shown = "case.toml".to_owned();
        let mut found = false;
        for layer in r.layers {
            let Some(text) = layer.files.get("case.toml") else { continue };
            found = true;
            shown = layer.shown("case.toml");
            table = table.under(raw::parse(&mut sources, &mut r.problems, &shown, text));
        }
        if !found {
            let shown = r.layers.last().map_or_else(|| "case.toml".to_owned(), |layer| layer.shown("case.toml"));
            r.problems.add(Problem::at(&shown, 1, 1, "the file is missing"));
        }
        let names = KEYS.map(|(name, _)| name);
        for (key, at, _) in &table.entries {
            if !names.contains(&key.as_str()) {
                let problem = sources.problem(*at, format!("unknown key `{key}` in case.toml"));
                r.problems.add(match nearest(key, names.into_iter()) {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")),
                    None => problem.hint(format!("known are {}", names.join(", "))),
                });
            }
        }
        texts(r, &sources, &table);
        if let Some(node) = table.get("format")
            && node.value != Value::Integer(1)
        {
            r.problems.add(sources.problem(node.at, "this version of Sulh reads `format = 1`"));
        }
        Self { sources, table, shown }
    }

    pub(super) fn entries(&self, key: &str) -> &[(String, raw::At, Node)] {
        match self.table.get(key).map(|node| &node.value) {
            Some(Value::Table(table)) => &table.entries,
            _ => &[],
        }
    }

    pub(super) fn problem(&self, key: &str, fault: String) -> Problem {
        match self.table.get(key) {
            Some(node) => self.sources.problem(node.at, fault),
            None => Problem::at(&self.shown, 1, 1, fault),
        }
    }

    /// The problem with the place of a key as its other end.
    pub(super) fn also(&self, problem: Problem, key: &str, note: &str) -> Problem {
        match self.table.entries.iter().find(|(name, _, _)| name == key) {
            Some((_, at, _)) => problem.also(self.sources.place(*at), note),
            None => problem,
        }
    }

    /// A text, or nothing where the key is missing.
    pub(super) fn word(&self, r: &mut Reader, key: &str) -> String {
        match self.table.get(key).map(|node| &node.value) {
            Some(Value::Text(text)) => return text.clone(),
            Some(_) => r.problems.add(self.problem(key, format!("`{key}` must be a text in quotes"))),
            None => {}
        }
        String::new()
    }

    pub(super) fn figure(&self, r: &mut Reader, key: &str, default: f64, low: f64, high: f64) -> f64 {
        let Some(node) = self.table.get(key) else { return default };
        let value = match node.value {
            Value::Integer(whole) => whole as f64,
            Value::Float(value) => value,
            _ => f64::NAN,
        };
        if (low..=high).contains(&value) {
            return value;
        }
        r.problems.add(self.problem(key, format!("`{key}` must be a number from {low} to {high}")));
        low
    }

    /// The row of a table that a key names; it must be there.
    pub(super) fn named<I: Id>(&self, r: &mut Reader, key: &str, table: &str, names: &[String]) -> I {
        if self.table.get(key).is_none() {
            r.problems.add(
                Problem::at(&self.shown, 1, 1, format!("`{key}` is missing in case.toml: a row of {table}"))
                    .also(r.header(table), "the table"),
            );
            return I::from_at(0);
        }
        let text = self.word(r, key);
        if let Some(at) = names.iter().position(|name| *name == text) {
            return I::from_at(at);
        }
        let problem = self.problem(key, format!("`{key}` must name a row of {table}, and `{text}` does not"));
        let problem = problem.nearest(&text, names.iter().map(String::as_str)).also(r.header(table), "the table");
        r.problems.add(problem);
        I::from_at(0)
    }

    pub(super) fn counted_refuge(&self, r: &mut Reader, places: &[String]) -> Option<CountedRefuge> {
        self.table.get("counted_refuge")?;
        let part = |key: &str| match self.entries("counted_refuge").iter().find(|entry| entry.0 == key).map(|entry| &entry.2.value) {
            Some(Value::Text(text)) => text.as_str(),
            _ => "",
        };
        let name = part("name");
        let place = places.iter().position(|place| place == part("place"));
        if place.is_none()
            || name.is_empty()
            || name.len() > 40
            || !name.chars().all(|x| x.is_ascii_lowercase() || x.is_ascii_digit() || x == '_')
        {
            let fault = "`counted_refuge` must be { place = \"a row of places.csv\", name = \"a_part_of_the_name_of_a_measure\" }";
            let problem = self.problem("counted_refuge", fault.to_owned()).nearest(part("place"), places.iter().map(String::as_str));
            r.problems.add(problem.also(r.header("places.csv"), "the table"));
        }
        Some(CountedRefuge { place: Place::from_at(place?), name: name.to_owned() })
    }

    /// Persons in a household, a whole number.
    pub(super) fn household_size(&self, r: &mut Reader) -> f64 {
        let household_size = self.figure(r, "households_of", 6.0, 2.0, 200.0);
        if household_size.fract() > 0.0 {
            r.problems.add(self.problem("households_of", format!("{household_size} is not a whole number of persons")));
        }
        household_size
    }

    /// The places of the scope to which troops could go, if one is named.
    pub(super) fn waiting(&self, r: &mut Reader, scopes: &[(String, Vec<Place>)]) -> Vec<Place> {
        let waiting = self.word(r, "waiting");
        let scope = scopes.iter().find(|(name, _)| *name == waiting);
        if !waiting.is_empty() && scope.is_none() {
            r.problems.add(
                self.problem("waiting", format!("`{waiting}` is not among the [scopes]"))
                    .nearest(&waiting, scopes.iter().map(|(name, _)| name.as_str())),
            );
        }
        scope.map_or_else(Vec::new, |(_, places)| places.clone())
    }

    /// What the three trends are called.
    pub(super) fn trends(&self, r: &mut Reader) -> [String; 3] {
        for (key, at, _) in self.entries("trends") {
            if !["loyalist", "independentist", "islamist"].contains(&key.as_str()) {
                let problem = self
                    .sources
                    .problem(*at, format!("unknown trend `{key}`"))
                    .nearest(key, ["loyalist", "independentist", "islamist"].into_iter());
                r.problems.add(problem);
            }
        }
        let called =
            |(name, usual): (&str, &str)| match self.entries("trends").iter().find(|entry| entry.0 == name).map(|entry| &entry.2.value) {
                Some(Value::Text(text)) => text.clone(),
                _ => usual.to_owned(),
            };
        [("loyalist", "loyalist"), ("independentist", "independentist"), ("islamist", "Islamist")].map(called)
    }
}
