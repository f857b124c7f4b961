//! Numbers that may be left to a distribution: in what forms it is written, and that it stays within what is allowed.
use super::checker::{Checker, In};
use super::values::{bounds, range};
use crate::params::{Declared, Prior};
use crate::scenario::Drawn;
use crate::scenario::keys::{self, Key, Kind};
use crate::scenario::problem::nearest;
use crate::scenario::raw::{At, DISTRIBUTIONS, Node, Table, Value};

/// The ways of writing a distribution.
pub(super) const FORMS: &str = "{ from = 0.1, to = 0.2 } (also { uniform = { ... } }), { normal = { mean = 1, sd = 0.1 } }, { lognormal = { median = 1, log_sd = 0.3 } } or { beta = { a = 2, b = 5 } }";

/// What is drawn in place of a number, before it is known where that stands.
pub(super) fn drawn(row: &Declared, prior: Prior) -> Drawn {
    Drawn {
        name: row.path.clone(),
        path: row.path.clone(),
        doc: row.doc.clone(),
        unit: row.unit.clone(),
        range: (*row.range.start(), *row.range.end()),
        prior,
        slots: Vec::new(),
    }
}

impl Checker<'_> {
    /// A number of a key, within what the key allows.
    pub(super) fn number(&mut self, of: In, name: &str) -> Option<f64> {
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
        if let (Kind::NumberOrChoice(_, _, words), false) = (key.kind, matches!(node.value, Value::Integer(_) | Value::Float(_))) {
            self.neither(node, key, words);
            return None;
        }
        self.number_of(node, &bounds(name, key.unit, low, high))
    }

    /// Notes that a number of a track is drawn; its median stands in its place.
    pub(super) fn draw(&mut self, node: &Node, key: &Key, low: f64, high: f64) -> Option<f64> {
        let row = Declared {
            path: key.path(),
            doc: key.doc.to_owned(),
            unit: key.unit.to_owned(),
            range: low..=high,
            prior: Prior::Fixed(low),
            source: String::new(),
        };
        let prior = self.prior(node, &row)?;
        self.drawn.push(drawn(&row, prior));
        Some(prior.median().clamp(low, high))
    }

    pub(super) fn distribution_keys(&mut self, table: &Table, of: &str, allowed: &[&str]) {
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
    pub(super) fn needed(&mut self, table: &Table, of: (&str, At), key: &str, unit: &str, low: f64, high: f64) -> f64 {
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
                self.problems
                    .add(self.sources.problem(node.at, format!("`{kind}` is {}: its figures stand in a table", other.kind())).hint(FORMS));
                None
            }
        }
    }

    pub(super) fn prior(&mut self, node: &Node, row: &Declared) -> Option<Prior> {
        let (low, high) = (*row.range.start(), *row.range.end());
        let allowed = bounds(&row.path, &row.unit, low, high);
        let Value::Table(table) = &node.value else {
            return self.number_of(node, &allowed).map(Prior::Fixed);
        };
        self.distribution_keys(table, &format!("the distribution of `{}`", row.path), &DISTRIBUTIONS);
        let kinds = [
            table.get("from").is_some() || table.get("to").is_some(),
            table.get("uniform").is_some(),
            table.get("lognormal").is_some(),
            table.get("normal").is_some(),
            table.get("beta").is_some(),
        ];
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
                self.fault(
                    node.at,
                    format!("a beta distribution runs from 0 to 1, but `{}` must be {}", row.path, range(low, high, &row.unit)),
                );
                None
            }
            _ => Some(Prior::Beta(x, y)),
        }
    }
}
