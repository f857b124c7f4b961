//! `[switches]`: which processes are left out.
use super::checker::{Checker, In};
use crate::scenario::raw::At;

/// Processes that `[switches]` may turn off: the names of the schedule, which lies above this module. A test holds the
/// two together.
pub const PROCESSES: &[&str] = &[
    "timeline",
    "deployment",
    "combat",
    "abuse",
    "communal",
    "grievance",
    "protection",
    "recruitment",
    "displacement",
    "governance",
    "politics",
    "mediation",
    "accord",
];

/// The name under which explanations list what closes a week. It records and changes nothing, and is no process that
/// could be left out: without its record nothing could be compared.
pub const OBSERVE: &str = "observe";

impl Checker<'_> {
    pub(super) fn switches(&mut self, top: In) -> Vec<String> {
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

    pub(super) fn unknown_process(&mut self, at: At, given: &str) {
        if given == OBSERVE && !self.problems.full() {
            let problem = self
                .sources
                .problem(at, format!("`{OBSERVE}` cannot be switched off: without its record there would be nothing to compare"));
            self.problems.add(problem.hint("leave it out: it draws no chance and changes nothing in a run"));
        } else {
            self.unknown(at, "process", given, PROCESSES);
        }
    }
}
