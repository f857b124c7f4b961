//! `[parameters]`: what of the registry a scenario sets.
use super::checker::{Checker, In};
use super::distributions::FORMS;
use crate::params::{Declared, Prior};
use crate::scenario::keys;
use crate::scenario::problem::nearest;
use crate::scenario::raw::At;
use crate::scenario::read_case::TABLES;
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
        // Those of another group, or without one; the last of three words is a row of the case.
        let last = path.rsplit('.').next().unwrap_or(path);
        let other_group = known().find(|known| path.split('.').count() < 3 && known.rsplit('.').next() == Some(last));
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
        let known: Vec<&str> = known().collect();
        let table = path.split('.').next().and_then(|word| TABLES.iter().find(|kind| kind.file.strip_suffix(".csv") == Some(word)));
        self.problems.add(match (near_parameter(path, &known, other_group), table) {
            (Some(near), _) => problem.hint(format!("did you mean `{near}`?")),
            (None, Some(kind)) => problem.hint(format!(
                "it is no parameter: it stands in the table {} of the case, and a case that `extends` it may change that",
                kind.file
            )),
            (None, None) => problem.hint("`sulh explain` lists all parameters"),
        });
    }
}

/// The parameter that a path may mean: of its own group (two rows in either order, then the nearest), then the one of its last word
/// elsewhere. A name of a group that is far from its own is meant by nobody.
fn near_parameter<'k>(path: &str, known: &[&'k str], of_last_word: Option<&'k str>) -> Option<&'k str> {
    let Some((first, rest)) = path.split_once('.') else { return nearest(path, known.iter().copied()).or(of_last_word) };
    let group_of = |known: &'k str| known.split_once('.').map_or(known, |(group, _)| group);
    let group = nearest(first, known.iter().map(|known| group_of(known)));
    let of_group = || known.iter().copied().filter(|known| Some(group_of(known)) == group);
    let turned = rest.split_once('.').map_or_else(String::new, |(a, b)| format!("{first}.{b}.{a}"));
    let by_rest = || {
        let near = nearest(rest, of_group().filter_map(|known| known.split_once('.')).map(|(_, rest)| rest))?;
        of_group().find(|known| known.split_once('.').is_some_and(|(_, rest)| rest == near))
    };
    of_group().find(|known| *known == turned).or_else(by_rest).or(of_last_word).or_else(|| nearest(path, of_group()))
}
