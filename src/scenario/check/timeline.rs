//! `[[timeline]]`: dated changes of parameters, tracks, switches and stances, and what is in force after each.
use super::checker::{Checker, In};
use super::distributions;
use super::switches::PROCESSES;
use crate::index::Org;
use crate::params::{self, Declared, Prior};
use crate::scenario::case::Stance;
use crate::scenario::keys::{self, Key, Row};
use crate::scenario::problem::nearest;
use crate::scenario::raw::{At, Node, Table, Value};
use crate::scenario::track::Track;
use crate::scenario::{Drawn, Later, Slot};

/// What is in force from one date to the next.
pub(super) struct InForce {
    /// The track as it is written, inheritance and earlier changes included.
    pub(super) written: Table,
    /// The same, checked.
    pub(super) track: Track,
    /// Processes that are switched off.
    pub(super) off: Vec<String>,
}

/// A dated change of something other than a parameter.
struct Dated<'a> {
    week: i32,
    path: String,
    /// Where the path stands, and where its entry begins.
    at: At,
    entry: At,
    value: &'a Node,
}

/// All that a timeline changes.
#[derive(Default)]
pub(super) struct Changes {
    /// Parameters, by week and path.
    pub(super) parameters: Vec<(i32, String, f64)>,
    /// Everything else, by week.
    pub(super) later: Vec<Later>,
}

impl Checker<'_> {
    /// Dated changes: of parameters, and of everything else with all that is in force after each.
    pub(super) fn timeline(&mut self, top: In, declared: &[Declared], start: InForce, drawn: &mut Vec<Drawn>) -> Changes {
        let mut changes = Changes::default();
        let mut others: Vec<Dated> = Vec::new();
        let mut set: Vec<(i32, String, At)> = Vec::new();
        for entry in self.tables(top, "timeline", "timeline") {
            if self.problems.full() {
                break;
            }
            self.text(entry, "why");
            if self.nothing_to_take(entry) {
                continue;
            }
            let (week, beyond) = self.week_within(entry);
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
                // The later of the two is left out, so that it does not hide what is wrong with the earlier.
                let met = set.iter().find(|(of, other, _)| *of == week && meet(other, &path));
                if let Some((_, other, first)) = met {
                    let fault = conflict(other, &path, week);
                    self.fault_also(at, fault, *first, "the first");
                    continue;
                }
                set.push((week, path.clone(), at));
            }
            let head = path.split('.').next().unwrap_or_default();
            if ["track", "switches", "stance"].contains(&head) {
                if beyond.is_none() {
                    others.push(Dated { week: week.unwrap_or(0), path, at, entry: entry.at.unwrap_or(at), value });
                }
                continue;
            }
            let path = path.strip_prefix("parameters.").unwrap_or(&path);
            let Some((row, prior)) = self.later_parameter(at, path, value, declared) else { continue };
            if let Some(week) = week {
                if !matches!(prior, Prior::Fixed(_)) {
                    drawn.push(Drawn {
                        name: format!("timeline.{week}.{path}"),
                        slots: vec![Slot::Change(week)],
                        ..distributions::drawn(row, prior)
                    });
                }
                changes.parameters.push((week, path.to_owned(), prior.median().clamp(*row.range.start(), *row.range.end())));
            }
        }
        changes.parameters.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        others.sort_by_key(|other| other.week);
        changes.later = self.later(&others, start, drawn);
        changes
    }

    /// The week of an entry within the horizon; or the week beyond one that was shortened.
    fn week_within(&mut self, entry: In) -> (Option<i32>, Option<i64>) {
        match self.week(entry) {
            Some((week, at)) if week >= self.weeks && self.shortened(at) => (None, Some(week)),
            Some((week, at)) if !(0..self.weeks).contains(&week) => {
                self.outside(entry, week, at);
                (None, None)
            }
            Some((week, _)) => (i32::try_from(week).ok(), None),
            None => (None, None),
        }
    }

    /// A parameter that may change on a date, with what it becomes.
    fn later_parameter<'d>(&mut self, at: At, path: &str, value: &Node, declared: &'d [Declared]) -> Option<(&'d Declared, Prior)> {
        let Some(row) = declared.iter().find(|row| row.path == path) else {
            self.unknown_set(at, path, declared);
            return None;
        };
        if let Some(why) = params::why_never_later(declared, row) {
            let problem = self.sources.problem(at, format!("`{path}` belongs to the start and cannot change later"));
            self.problems.add(problem.hint(format!("{why}: set it in [parameters]")));
            return None;
        }
        Some((row, self.prior(value, row)?))
    }

    /// What is in force after each date.
    fn later(&mut self, others: &[Dated], mut now: InForce, drawn: &mut Vec<Drawn>) -> Vec<Later> {
        let mut later: Vec<Later> = Vec::new();
        // What of the track in force is drawn: positions in `drawn`.
        let mut in_force: Vec<usize> = (0..drawn.len()).filter(|&at| drawn[at].slots == [Slot::Start]).collect();
        for of_week in others.chunk_by(|a, b| a.week == b.week) {
            let week = of_week[0].week;
            let mut stances = Vec::new();
            let mut told = Vec::new();
            let mut tracked = None;
            for dated in of_week {
                let words: Vec<&str> = dated.path.split('.').collect();
                match words.as_slice() {
                    // A mark is dated as it is.
                    ["track", keys @ ..]
                        if (1..=4).contains(&keys.len()) && keys[0] != "marks" && keys::of("track").any(|key| key.name == keys[0]) =>
                    {
                        now.written = now.written.under(nested(keys, dated.at, dated.value));
                        tracked = Some(dated.entry);
                    }
                    ["switches", process] => self.switch(dated, process, &mut now.off),
                    ["stance", a, b] => stances.extend(self.stance(dated, [a, b])),
                    _ => {
                        self.unknown_set(dated.at, &dated.path, &[]);
                        continue;
                    }
                }
                told.push((dated.path.clone(), shown(&dated.value.value)));
            }
            if let Some(at) = tracked {
                now.track = self.track(In { section: "track", table: &now.written, at: Some(at) });
                // What stands as before is drawn as before.
                let before = std::mem::take(&mut in_force);
                for new in std::mem::take(&mut self.drawn) {
                    let same = before.iter().copied().find(|&at| (&drawn[at].path, &drawn[at].prior) == (&new.path, &new.prior));
                    in_force.push(same.unwrap_or_else(|| {
                        drawn.push(Drawn { name: format!("timeline.{week}.{}", new.path), ..new });
                        drawn.len() - 1
                    }));
                }
            }
            in_force.iter().for_each(|&at| drawn[at].slots.push(Slot::Later(later.len())));
            later.push(Later { week, track: now.track.clone(), switched_off: now.off.clone(), stances, told });
        }
        later
    }

    /// Switches a process on or off.
    fn switch(&mut self, dated: &Dated, process: &str, off: &mut Vec<String>) {
        if !PROCESSES.contains(&process) {
            self.unknown_process(dated.at, process);
        } else if let Some(on) = self.boolean_of(dated.value, process) {
            off.retain(|name| name != process);
            if !on {
                off.push(process.to_owned());
                off.sort();
            }
        }
    }

    /// A stance between two organisations from a date on.
    fn stance(&mut self, dated: &Dated, names: [&str; 2]) -> Option<(Org, Org, Stance)> {
        let pair = names.map(|slug| {
            let found = self.case.organisation(slug);
            if found.is_none() {
                self.unknown_row(dated.at, Row::Organisation, slug);
            }
            found
        });
        let words = || keys::STANCES.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
        let word = if let Value::Text(word) = &dated.value.value { word.as_str() } else { "" };
        let stance =
            keys::STANCES.iter().zip([Stance::Hostile, Stance::Truce, Stance::Neutral, Stance::Allied]).find(|(known, _)| **known == word);
        match (stance, &dated.value.value) {
            (None, Value::Text(_)) => self.unknown(dated.value.at, "stance", word, keys::STANCES),
            (None, _) => self.no_word(dated.value, &dated.path, &words()),
            (Some(_), _) => {}
        }
        let ([Some(a), Some(b)], Some((_, stance))) = (pair, stance) else { return None };
        if a == b {
            self.fault(dated.at, format!("`{}` has no stance to itself", self.case.organisations[a].slug));
        }
        Some((a, b, stance))
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
            .filter(|key| {
                (key.section == "track" && key.name != "marks") || (key.section.starts_with("track.") && key.section != "track.marks")
            })
            .map(Key::path)
            .chain(PROCESSES.iter().map(|process| format!("switches.{process}")))
            .collect();
        if nearest(path, others.iter().map(String::as_str)).is_some()
            || path.starts_with("track.")
            || path.starts_with("stance")
            || declared.is_empty()
        {
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
}

/// Whether two paths are the same, or one a part of the other.
fn meet(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || (rest.starts_with('.') && short.starts_with("track.")))
}

/// What is told of two entries of one week that set the same, or a thing and a part of it.
fn conflict(first: &str, second: &str, week: i32) -> String {
    let (whole, part) = if first.len() <= second.len() { (first, second) } else { (second, first) };
    if whole == part {
        return format!("the timeline sets `{whole}` twice in week {week}");
    }
    format!("the timeline sets `{whole}` and a part of it, `{part}`, in the same week {week}")
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
        Value::Table(table) => format!(
            "{{ {} }}",
            table.entries.iter().map(|(key, _, node)| format!("{key} = {}", shown(&node.value))).collect::<Vec<_>>().join(", ")
        ),
    }
}
