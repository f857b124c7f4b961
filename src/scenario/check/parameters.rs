//! `[parameters]`: what of the registry a scenario sets.
use super::checker::{Checker, In};
use super::distributions::FORMS;
use crate::params::{Declared, Prior};
use crate::scenario::keys;
use crate::scenario::problem::nearest;
use crate::scenario::raw::At;
use std::collections::BTreeMap;

impl Checker<'_> {
    pub(super) fn parameters(&mut self, top: In, declared: &[Declared]) -> Vec<(String, Prior)> {
        let Some(node) = top.get("parameters") else { return Vec::new() };
        let Some(parameters) = self.table_of(node, "parameters") else { return Vec::new() };
        let mut overrides: BTreeMap<String, Prior> = BTreeMap::new();
        for (path, at, node) in &parameters.entries {
            if self.problems.full() {
                break;
            }
            let Some(row) = declared.iter().find(|row| row.path == *path) else {
                self.unknown_parameter(*at, path, declared);
                continue;
            };
            if let Some(prior) = self.prior(node, row) {
                overrides.insert(path.clone(), prior);
            }
        }
        overrides.into_iter().collect()
    }

    pub(super) fn unknown_parameter(&mut self, at: At, path: &str, declared: &[Declared]) {
        if self.problems.full() {
            return;
        }
        let beyond = |row: &Declared| {
            path.strip_prefix(row.path.as_str())?.strip_prefix('.')?.split('.').next().map(|word| (row.path.clone(), word.to_owned()))
        };
        if let Some((of, word)) = declared.iter().find_map(beyond) {
            let problem = self.sources.problem(at, format!("`{word}` is no distribution of `{of}`"));
            self.problems.add(problem.hint(FORMS));
            return;
        }
        let problem = self.sources.problem(at, format!("unknown parameter `{path}`"));
        if path.starts_with("stance.") {
            self.problems
                .add(problem.hint("a stance is changed on a date: [[timeline]], `week = 0`, `set = \"stance.A.B\"`, `value = \"truce\"`"));
            return;
        }
        let known = || declared.iter().map(|row| row.path.as_str());
        // Those of another group, or without one.
        let last = path.rsplit('.').next().unwrap_or(path);
        let other_group = known().find(|known| known.rsplit('.').next() == Some(last));
        if let Some(key) = keys::KEYS.iter().find(|key| !key.section.is_empty() && (key.name == path || key.path() == path)) {
            let other = format!("`{}`, which is no parameter but a key of [{}]", key.path(), key.section);
            self.problems.add(problem.hint(match other_group {
                _ if key.path() == path => format!("it is no parameter: write `{}` in [{}]", key.name, key.section),
                Some(parameter) => format!("did you mean the parameter `{parameter}`, or {other}?"),
                None => format!("did you mean {other}?"),
            }));
            return;
        }
        if let Some(there) = keys::of_a_run(path) {
            self.problems.add(problem.hint(there));
            return;
        }
        // The whole path first, of two rows in either order, then the last word under another group.
        let turned = match path.split('.').collect::<Vec<_>>()[..] {
            [kind, a, b] => format!("{kind}.{b}.{a}"),
            _ => String::new(),
        };
        let near = known().find(|known| *known == turned).or_else(|| nearest(path, known())).or(other_group);
        self.problems.add(match near {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None => problem.hint("`sulh explain` lists all parameters"),
        });
    }
}
