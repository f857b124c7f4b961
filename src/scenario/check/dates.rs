//! When something is: weeks and dates of dated entries, and whether they lie in the scenario.
use super::checker::{Checker, In, heading};
use super::values::bounds;
use crate::scenario::keys::{self, Kind, LONGEST};
use crate::scenario::raw::{At, Node, REMOVED, Value};
use crate::units::Date;

/// First and last week that the key `week` of an entry allows.
fn weeks_of(entry: In) -> (f64, f64) {
    match keys::find(entry.section, "week").kind {
        Kind::Whole(low, high) => (low, high),
        _ => (0.0, LONGEST),
    }
}

impl Checker<'_> {
    /// Whether an entry takes away one of the base, which is not there: else it would be gone.
    pub(super) fn nothing_to_take(&mut self, entry: In) -> bool {
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
    pub(super) fn week(&mut self, entry: In) -> Option<(i64, At)> {
        let at = entry.at.unwrap_or(At { file: 0, byte: 0, end: 0 });
        match (entry.get("week"), entry.get("date")) {
            (Some(node), None) => {
                // Where a change may lie is told with the horizon; a mark may lie beyond it.
                let (low, high) = if entry.section == "timeline" { (-1e6, 1e6) } else { weeks_of(entry) };
                self.whole_of(node, &bounds("week", "weeks from the start", low, high)).map(|week| (week, node.at))
            }
            (None, Some(node)) => {
                let week = self.date_week(node)?;
                let (low, high) = weeks_of(entry);
                if entry.section != "timeline" && !(low..=high).contains(&(week as f64)) {
                    self.fault(node.at, format!("this day is week {week} from the start: it may be week {low} to {high}"));
                    return None;
                }
                Some((week, node.at))
            }
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
    pub(super) fn shortened(&self, at: At) -> bool {
        self.horizon.is_some_and(|horizon| horizon.file < at.file || self.sources.name(horizon.file).starts_with("--"))
    }

    /// Tells that the week of an entry does not lie in the scenario: before its start, or beyond the horizon, with the place of that.
    pub(super) fn outside(&mut self, entry: In, week: i64, at: At) {
        if week < 0 {
            return self.too_early(entry, week, at);
        }
        let first = self.first_day.map_or_else(String::new, |day| format!(" from {day}"));
        let problem = self.sources.problem(at, format!("week {week} lies outside the {} weeks{first} of the scenario", self.weeks));
        let problem = if (week as f64) < LONGEST { problem.hint(format!("`weeks = {}` reaches it", week + 1)) } else { problem };
        self.problems.add(match self.horizon {
            Some(at) => problem.also(self.sources.place(at), "the horizon"),
            None => problem,
        });
    }

    /// Tells that the week of an entry lies before the start, whatever the horizon is.
    fn too_early(&mut self, entry: In, week: i64, at: At) {
        let when = match entry.get("date").map(|node| &node.value) {
            Some(Value::Text(date) | Value::Date(date)) => date.clone(),
            _ => format!("week {week}"),
        };
        let start = self.first_day.map_or_else(String::new, |day| format!(", {day}"));
        let problem = self.sources.problem(at, format!("{when} lies before the start{start}"));
        self.problems.add(problem.hint("what holds from the start on stands in [track], [parameters] or [switches]"));
    }
}
