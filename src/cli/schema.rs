//! `sulh schema`: a JSON Schema of scenario files, for completion and hover in editors. `sulh check` says more than a schema can.
use super::{Failed, SchemaArgs, say};
use crate::params::{self, Declared};
use crate::processes::SCHEDULE;
use crate::report::numbers::capital;
use crate::scenario::check::rows;
use crate::scenario::keys::{self, Key, Kind, Row, STANCES};
use crate::scenario::read_case::EMBEDDED;
use crate::scenario::{Case, Changes, Library};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The version of JSON Schema that editors of TOML understand.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

pub(super) fn schema(args: &SchemaArgs) -> Result<u8, Failed> {
    let mut library = Library::new();
    let schema = match &args.scenario {
        Some(name) => {
            let scenario = library.load(name, &Changes::default())?;
            of(&[Arc::clone(&scenario.case)], true)
        }
        None => of(&embedded(&mut library)?, false),
    };
    say(&format!("{schema:#}\n")).map(|()| 0)
}

/// The cases that come with the program.
pub(super) fn embedded(library: &mut Library) -> Result<Vec<Arc<Case>>, Failed> {
    EMBEDDED.iter().map(|(name, _)| Ok(library.embedded_case(name)?.case)).collect()
}

/// What is known of names while the schema is made.
struct Maker<'a> {
    cases: &'a [Arc<Case>],
    /// Whether no other names are allowed.
    closed: bool,
    definitions: BTreeMap<String, Value>,
}

/// The schema of scenarios of some cases; `closed`: names that are not theirs are wrong.
#[must_use]
pub fn of(cases: &[Arc<Case>], closed: bool) -> Value {
    let mut maker = Maker { cases, closed, definitions: BTreeMap::new() };
    let mut top = maker.section("");
    top["$schema"] = json!(DRAFT);
    top["title"] = json!("Sulh scenario");
    top["description"] =
        json!("A case, a track and small differences. `sulh check FILE` tells all mistakes; `sulh explain NAME` explains any name.");
    top["anyOf"] = json!([{ "required": ["format"] }, { "required": ["extends"] }]);
    top["properties"]["parameters"] = maker.parameters();
    top["properties"]["switches"] = switches();
    top["definitions"] = json!(maker.definitions);
    top
}

fn described(mut schema: Value, key: &Key) -> Value {
    let unit = if key.unit.is_empty() { String::new() } else { format!(" In {}.", key.unit) };
    let default = match key.default {
        "" => String::new(),
        needed if needed.starts_with(keys::NEEDED) => format!(" {}.", capital(needed)),
        default => format!(" Default: {default}."),
    };
    schema["description"] = json!(format!("{}{unit}{default}", key.doc));
    schema
}

fn switches() -> Value {
    let mut properties = Map::new();
    for process in SCHEDULE {
        properties.insert(
            process.name.to_owned(),
            json!({ "type": "boolean", "default": true, "description": format!("{}: {}.", process.name, process.why_here) }),
        );
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false, "description": "Processes of the week that are left out: `process = false`." })
}

impl Maker<'_> {
    fn section(&mut self, section: &'static str) -> Value {
        let mut properties = Map::new();
        for key in keys::of(section) {
            let schema = self.key(key);
            properties.insert(key.name.to_owned(), described(schema, key));
        }
        let doc = keys::SECTIONS.iter().find(|known| known.name == section).map_or("", |known| known.doc);
        json!({ "type": "object", "properties": properties, "additionalProperties": false, "description": doc })
    }

    fn key(&mut self, key: &Key) -> Value {
        let none = || json!({ "const": "none" });
        match key.kind {
            Kind::Text => json!({ "type": "string" }),
            Kind::Name => json!({ "type": "string", "pattern": "^[a-z0-9-]{1,80}$" }),
            Kind::Whole(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
            Kind::Number(low, high) if key.may_be_drawn() => json!({ "allOf": [self.within(low, high)] }),
            Kind::Number(low, high) => json!({ "type": "number", "minimum": low, "maximum": high }),
            Kind::Boolean => json!({ "type": "boolean" }),
            Kind::Choice(words) => json!({ "enum": words }),
            Kind::One(row) => self.name(row),
            Kind::OneOrNone(row) => json!({ "anyOf": [none(), self.name(row)] }),
            Kind::Several(row) => json!({ "type": "array", "items": self.name(row), "uniqueItems": true }),
            Kind::Pairs(row) => {
                json!({ "type": "array", "items": { "type": "array", "items": self.name(row), "minItems": 2, "maxItems": 2, "uniqueItems": true } })
            }
            Kind::Date => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
            Kind::Table("parameters" | "switches") => json!({}),
            Kind::Table(section) => self.section(section),
            Kind::TableOrNone(section) => json!({ "anyOf": [self.section(section), none()] }),
            Kind::Tables("track.seats") => self.seats(),
            Kind::Tables("timeline") => self.timeline(),
            Kind::Tables(section) => json!({ "type": "array", "items": self.section(section) }),
            Kind::ChoiceOrTable(words, section) => json!({ "anyOf": [{ "enum": words }, self.section(section)] }),
            Kind::NumberOrChoice(low, high, words) => json!({ "anyOf": [self.within(low, high), { "enum": words }] }),
            // On an issue `{ from, to }` is what may be bargained over, which looks like a distribution.
            Kind::Issue => json!({ "anyOf": [{ "const": "open" }, self.within(0.0, 1.0)] }),
            Kind::Pie => {
                let mut forms = vec![json!({ "const": "open" })];
                forms.extend(value_forms(0.0, 1.0).into_iter().filter(|form| form["properties"]["from"].is_null()));
                json!({ "anyOf": forms })
            }
            Kind::Value => json!({}),
        }
    }

    /// A row of a case: one of those known, or in an open schema any name.
    fn name(&self, row: Row) -> Value {
        let mut names: Vec<&str> = Vec::new();
        for case in self.cases {
            for name in rows(case, row) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        if self.closed {
            json!({ "enum": names })
        } else {
            json!({ "anyOf": [{ "enum": names }, { "type": "string", "pattern": "^[a-z0-9-]+$" }] })
        }
    }

    /// Seats, as a list or by party.
    fn seats(&mut self) -> Value {
        let seat = self.section("track.seats");
        let by_party = json!({ "anyOf": [seat.clone(), { "const": "none" }] });
        let mut listed = seat;
        listed["required"] = json!(["party"]);
        json!({ "anyOf": [{ "type": "array", "items": listed }, { "type": "object", "propertyNames": self.name(Row::Party), "additionalProperties": by_party }] })
    }

    fn timeline(&mut self) -> Value {
        let mut set: Vec<String> =
            self.groups().into_iter().map(|row| row.path).filter(|path| !params::READ_ONCE.contains(&path.as_str())).collect();
        set.extend(
            keys::KEYS
                .iter()
                .filter(|key| {
                    key.section.starts_with("track")
                        && !key.section.starts_with("track.seats")
                        && key.section != "track.marks"
                        && key.name != "marks"
                })
                .map(Key::path),
        );
        set.extend(SCHEDULE.iter().map(|process| format!("switches.{}", process.name)));
        let mut entry = self.section("timeline");
        let doc = entry["properties"]["set"]["description"].clone();
        entry["properties"]["set"] = json!({ "description": doc, "anyOf": [{ "enum": set }, { "type": "string", "pattern": "^(track\\.seats|stance)\\.[a-z0-9.-]+$" }] });
        entry["properties"]["value"]["description"] = json!(format!(
            "What becomes of it: whatever may stand at its key; a parameter gets a number, a stance one of {}.",
            STANCES.join(", ")
        ));
        entry["required"] = json!(["set"]);
        entry["anyOf"] = json!([{ "required": ["value"] }, { "required": ["removed"] }]);
        entry["oneOf"] = json!([{ "required": ["date"] }, { "required": ["week"] }]);
        json!({ "type": "array", "items": entry })
    }

    /// Parameters that are the same in every case.
    fn groups(&self) -> Vec<Declared> {
        let Some(case) = self.cases.first() else { return Vec::new() };
        let all = params::declared(case, 0);
        all.iter().filter(|row| !params::is_of_a_table(&all, row)).cloned().collect()
    }

    fn parameters(&mut self) -> Value {
        let rows = if self.closed { self.cases.first().map_or_else(Vec::new, |case| params::declared(case, 0)) } else { self.groups() };
        let mut properties = Map::new();
        let mut nested: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
        for row in &rows {
            let schema = self.parameter(row);
            properties.insert(row.path.clone(), schema.clone());
            // Two words only: deeper groups of a case's rows are written as one path.
            if let Some((group, name)) = row.path.split_once('.').filter(|(_, name)| !name.contains('.')) {
                nested.entry(group.to_owned()).or_default().insert(name.to_owned(), schema);
            }
        }
        for (group, of) in nested {
            properties.insert(group.clone(), json!({ "type": "object", "properties": of, "additionalProperties": false, "description": format!("Parameters of {group}.") }));
        }
        let mut schema = json!({ "type": "object", "properties": properties, "additionalProperties": false, "description": "Numbers of the model in place of their priors." });
        // Rows of a case's tables: by name in a schema of one case, by form otherwise.
        let groups = "(strength[a-z0-9_]*|ideal|weight|inflow|targeting|rate)";
        schema["patternProperties"] =
            if self.closed { json!({ format!("^{groups}$"): { "type": "object" } }) } else { json!({ format!("^{groups}(\\..+)?$"): {} }) };
        schema
    }

    fn parameter(&mut self, row: &Declared) -> Value {
        let (low, high) = (*row.range.start(), *row.range.end());
        let value = self.within(low, high);
        let text = format!(
            "{} In {}, from {low} to {high}. Default {}; prior: {}. Source: {}",
            row.doc,
            row.unit,
            row.prior.median(),
            row.prior,
            row.source
        );
        json!({ "description": text, "allOf": [value] })
    }

    /// A number within bounds, or a distribution.
    fn within(&mut self, low: f64, high: f64) -> Value {
        let name = format!("from {low} to {high}");
        self.definitions.entry(name.clone()).or_insert_with(|| json!({ "anyOf": value_forms(low, high) }));
        json!({ "$ref": format!("#/definitions/{name}") })
    }
}

/// The forms of a number within bounds, or of a distribution.
fn value_forms(low: f64, high: f64) -> Vec<Value> {
    let within = json!({ "type": "number", "minimum": low, "maximum": high });
    let table = |properties: Value, required: Value| json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    let positive = |high: f64| json!({ "type": "number", "exclusiveMinimum": 0, "maximum": high });
    let mut forms = vec![within.clone(), table(json!({ "from": within, "to": within }), json!(["from", "to"]))];
    let named = |name: &str, inner: Value| table(json!({ name: inner }), json!([name]));
    forms.push(named("uniform", forms[1].clone()));
    if high > 0.0 {
        forms.push(named(
            "lognormal",
            table(
                json!({ "median": { "type": "number", "exclusiveMinimum": 0, "maximum": high }, "log_sd": positive(5.0) }),
                json!(["median", "log_sd"]),
            ),
        ));
    }
    forms.push(named("normal", table(json!({ "mean": within, "sd": { "type": "number", "exclusiveMinimum": 0 } }), json!(["mean", "sd"]))));
    if low <= 0.0 && high >= 1.0 {
        forms.push(named("beta", table(json!({ "a": positive(1e6), "b": positive(1e6) }), json!(["a", "b"]))));
    }
    forms
}
