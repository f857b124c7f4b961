//! The values of keys by their forms: texts, numbers, words, lists and tables, each with what it must be.
use super::checker::{Checker, In};
use crate::params::prior::figure;
use crate::scenario::keys::{self, Key, Kind};
use crate::scenario::problem::{nearest, steers};
use crate::scenario::raw::{self, At, Node, Table, Value};

/// What a number must be.
pub(super) struct Bounds<'a> {
    pub(super) what: &'a str,
    pub(super) unit: &'a str,
    pub(super) low: f64,
    pub(super) high: f64,
}

pub(super) fn bounds<'a>(what: &'a str, unit: &'a str, low: f64, high: f64) -> Bounds<'a> {
    Bounds { what, unit, low, high }
}

pub(super) fn range(low: f64, high: f64, unit: &str) -> String {
    let unit = if unit.is_empty() { String::new() } else { format!(" ({unit})") };
    if low == f64::MIN_POSITIVE {
        return if high.is_infinite() { format!("a number above 0{unit}") } else { format!("a number above 0, up to {high}{unit}") };
    }
    if high.is_infinite() { format!("a number of at least {low}{unit}") } else { format!("a number from {low} to {high}{unit}") }
}

/// What may be meant by a text that stands where a number may.
fn number_in(text: &str) -> Option<&'static str> {
    if text.parse::<f64>().is_ok() { Some("a number stands without quotes") } else { raw::number_meant(text) }
}

impl Checker<'_> {
    pub(super) fn text_of(&mut self, node: &Node, what: &str) -> Option<String> {
        match &node.value {
            Value::Text(text) => Some(text.clone()),
            other => {
                self.fault(node.at, format!("`{what}` is {}: give a text in quotes", other.kind()));
                None
            }
        }
    }

    pub(super) fn text(&mut self, of: In, key: &str) -> Option<(String, At)> {
        let node = of.get(key)?;
        self.text_of(node, key).map(|text| (text, node.at))
    }

    /// A text that is shown to people: it says something, and steers no terminal.
    pub(super) fn told(&mut self, of: In, key: &str) -> Option<(String, At)> {
        let (text, at) = self.told_if_any(of, key)?;
        if text.trim().is_empty() {
            self.fault(at, format!("`{key}` is empty: give a text"));
        }
        Some((text, at))
    }

    /// The same, where nothing may be said.
    pub(super) fn told_if_any(&mut self, of: In, key: &str) -> Option<(String, At)> {
        let (text, at) = self.text(of, key)?;
        if let Some(fault) = steers(key, &text) {
            self.fault(at, fault);
        }
        Some((text, at))
    }

    pub(super) fn number_of(&mut self, node: &Node, bounds: &Bounds) -> Option<f64> {
        let value = match node.value {
            Value::Integer(value) => value as f64,
            Value::Float(value) => value,
            ref other => {
                let problem = self.sources.problem(
                    node.at,
                    format!("`{}` is {}: give {}", bounds.what, other.kind(), range(bounds.low, bounds.high, bounds.unit)),
                );
                let hint = match other {
                    Value::Text(text) => number_in(text),
                    _ => None,
                };
                self.problems.add(problem.hint_if(hint));
                return None;
            }
        };
        if (bounds.low..=bounds.high).contains(&value) {
            return Some(value);
        }
        self.fault(
            node.at,
            format!("{} is not allowed for `{}`: give {}", figure(value), bounds.what, range(bounds.low, bounds.high, bounds.unit)),
        );
        None
    }

    pub(super) fn whole(&mut self, of: In, name: &str) -> Option<i64> {
        let key = keys::find(of.section, name);
        let node = of.get(name)?;
        let Kind::Whole(low, high) = key.kind else { return None };
        self.whole_of(node, &bounds(name, key.unit, low, high))
    }

    /// A whole number, which is written without a point.
    pub(super) fn whole_of(&mut self, node: &Node, bounds: &Bounds) -> Option<i64> {
        if let Value::Float(value) = node.value {
            if value.fract() != 0.0 {
                let one = range(bounds.low, bounds.high, bounds.unit).replacen("a number", "one", 1);
                let fault = format!("{} is not a whole number: give {one} for `{}`", figure(value), bounds.what);
                self.fault(node.at, fault);
                return None;
            }
            let value = self.number_of(node, bounds)?;
            self.fault(node.at, format!("`{}` is a whole number: write `{value}`, without a point", bounds.what));
            return None;
        }
        self.number_of(node, bounds).map(|value| value as i64)
    }

    pub(super) fn boolean_of(&mut self, node: &Node, key: &str) -> Option<bool> {
        match node.value {
            Value::Boolean(value) => Some(value),
            ref other => {
                self.fault(node.at, format!("`{key}` is {}: give true or false", other.kind()));
                None
            }
        }
    }

    pub(super) fn boolean(&mut self, of: In, key: &str) -> Option<bool> {
        self.boolean_of(of.get(key)?, key)
    }

    /// The value that belongs to one of a key's words, in their order.
    pub(super) fn choice<T: Copy>(&mut self, of: In, name: &str, values: &[T]) -> Option<T> {
        let key = keys::find(of.section, name);
        let (Kind::Choice(words) | Kind::ChoiceOrTable(words, _) | Kind::NumberOrChoice(_, _, words)) = key.kind else { return None };
        let Some(node) = of.get(name) else {
            if key.is_needed() {
                self.missing(of, key);
            }
            return None;
        };
        let Value::Text(text) = &node.value else {
            self.no_word(node, name, &key.allowed());
            return None;
        };
        let found = words.iter().zip(values).find(|(word, _)| *word == text).map(|(_, value)| *value);
        match found {
            None if matches!(key.kind, Kind::NumberOrChoice(..)) => self.neither(node, key, words),
            None => self.unknown(node.at, name, text, words),
            Some(_) => {}
        }
        found
    }

    /// Tells a value that is no text where one of some words is wanted.
    pub(super) fn no_word(&mut self, node: &Node, what: &str, allowed: &str) {
        self.fault(node.at, format!("`{what}` is {}: give {allowed}", node.value.kind()));
    }

    /// Tells a value that is neither a number nor one of the words of its key.
    pub(super) fn neither(&mut self, node: &Node, key: &Key, words: &[&str]) {
        let fault = match &node.value {
            Value::Text(text) => format!("unknown {} `{text}`: give {}", key.name, key.allowed()),
            other => format!("`{}` is {}: give {}", key.name, other.kind(), key.allowed()),
        };
        let problem = self.sources.problem(node.at, fault);
        let hint = match &node.value {
            Value::Text(text) => match (number_in(text), nearest(text, words.iter().copied())) {
                (Some(hint), _) => Some(hint.to_owned()),
                (None, near) => near.map(|near| format!("did you mean `{near}`?")),
            },
            _ => None,
        };
        self.problems.add(problem.hint_if(hint));
    }

    pub(super) fn table_of<'t>(&mut self, node: &'t Node, what: &str) -> Option<&'t Table> {
        match &node.value {
            Value::Table(table) => Some(table),
            other => {
                self.misshapen(node.at, what, other, "a table", None);
                None
            }
        }
    }

    /// Tells a value that has another form than its key wants.
    pub(super) fn misshapen(&mut self, at: At, what: &str, value: &Value, form: &str, way_out: Option<String>) {
        let problem = self.sources.problem(at, format!("`{what}` is {}: it must be {form}", value.kind()));
        self.problems.add(problem.hint_if(way_out));
    }

    /// A table that may be left out or set to "none".
    pub(super) fn optional<'t>(&mut self, of: In<'t>, key: &str, section: &'static str) -> Option<In<'t>> {
        let node = of.table.get(key)?;
        if node.value == Value::Text("none".to_owned()) {
            return None;
        }
        let Value::Table(table) = &node.value else {
            self.misshapen(
                node.at,
                key,
                &node.value,
                "a table, or \"none\"",
                Some(format!("[{section}] has its keys: sulh explain {section}")),
            );
            return None;
        };
        let inner = In { section, table, at: Some(node.at) };
        self.keys(inner);
        Some(inner)
    }

    pub(super) fn list<'t>(&mut self, of: In<'t>, key: &str) -> &'t [Node] {
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
    pub(super) fn tables<'t>(&mut self, of: In<'t>, key: &str, section: &'static str) -> Vec<In<'t>> {
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

    pub(super) fn names<T>(&mut self, of: In, key: &str, mut read: impl FnMut(&mut Self, &str, At) -> Option<T>) -> Vec<T> {
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
}
