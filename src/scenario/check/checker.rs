//! A section as it stands in a file, and a checker of its keys: what is unknown, missing or no row of the case is noted with its place.
use crate::params;
use crate::scenario::Drawn;
use crate::scenario::case::Case;
use crate::scenario::keys::{self, Key, Row};
use crate::scenario::problem::{Problems, did_you_mean, meant, nearest};
use crate::scenario::raw::{At, Node, Sources, Table};
use crate::scenario::read_case::LoadedCase;
use crate::units::Date;

/// A section as it stands in a file.
#[derive(Clone, Copy)]
pub(super) struct In<'t> {
    pub(super) section: &'static str,
    pub(super) table: &'t Table,
    /// Where it begins; `None` at the top of a file, or where the section is left out.
    pub(super) at: Option<At>,
}

impl In<'_> {
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.table.get(key)
    }
}

/// A section as it is written.
pub(super) fn heading(section: &str) -> String {
    match keys::SECTIONS.iter().find(|known| known.name == section) {
        Some(known) if known.name.is_empty() => "the scenario".to_owned(),
        Some(known) if known.list => format!("[[{section}]]"),
        _ => format!("[{section}]"),
    }
}

/// Reads values and notes what is wrong with them.
pub(super) struct Checker<'a> {
    pub(super) sources: &'a Sources,
    pub(super) problems: Problems,
    pub(super) loaded: &'a LoadedCase,
    pub(super) case: &'a Case,
    pub(super) first_day: Option<Date>,
    /// Horizon.
    pub(super) weeks: i64,
    /// What the track that is being read leaves to distributions.
    pub(super) drawn: Vec<Drawn>,
    /// Where the horizon is set.
    pub(super) horizon: Option<At>,
    /// Dated changes behind a shortened horizon.
    pub(super) unreached: Vec<(i64, String)>,
}

impl<'a> Checker<'a> {
    pub(super) fn fault(&mut self, at: At, fault: impl Into<String>) {
        if !self.problems.full() {
            self.problems.add(self.sources.problem(at, fault));
        }
    }

    /// A fault with its other end.
    pub(super) fn fault_also(&mut self, at: At, fault: impl Into<String>, other: At, note: &str) {
        if !self.problems.full() {
            self.problems.add(self.sources.problem(at, fault).also(self.sources.place(other), note));
        }
    }

    pub(super) fn keys(&mut self, of: In) {
        for (key, at, _) in &of.table.entries {
            if self.problems.full() {
                return;
            }
            if keys::of(of.section).any(|known| known.name == key) {
                continue;
            }
            let problem = self.sources.problem(*at, format!("unknown key `{key}` in {}", heading(of.section)));
            let known = || keys::of(of.section).map(|known| known.name);
            let elsewhere = keys::KEYS.iter().find(|known| known.name == key && !known.section.is_empty());
            let meant = keys::MEANT.iter().find(|(word, _, section)| word == key && *section == of.section);
            let of_run = keys::of_a_run(key);
            let problem = match (meant, nearest(key, known()), elsewhere) {
                (None, _, None) if of_run.is_some() => problem.hint_if(of_run),
                (Some((_, meant, _)), _, _) => problem.hint(format!("`{meant}` is meant? {}", keys::find(of.section, meant).doc)),
                (None, Some(near), _) => problem.hint(format!("did you mean `{near}`?")),
                (None, None, Some(other)) => problem.hint(format!("`{key}` stands in {}", heading(other.section))),
                (None, None, None) if !of.section.is_empty() && keys::of("").any(|known| known.name == key) => {
                    problem.hint(format!("`{key}` stands at the top of the file, before the first section"))
                }
                (None, None, None) if self.is_parameter(key) => problem.hint("parameters stand in [parameters]"),
                (None, None, None) => problem.hint(format!("known are {}", known().collect::<Vec<_>>().join(", "))),
            };
            self.problems.add(problem);
        }
    }

    /// Whether a key is the path of a parameter, or the name of a group of them.
    fn is_parameter(&self, key: &str) -> bool {
        params::declared(self.case, 0)
            .iter()
            .any(|row| row.path == key || row.path.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')))
    }

    /// Tells that a key that is needed is missing, and in which section.
    pub(super) fn missing(&mut self, of: In, key: &Key) {
        if self.problems.full() {
            return;
        }
        let at = of.at.unwrap_or(At { file: 0, byte: 0, end: 0 });
        let problem = self.sources.problem(at, format!("`{}` is missing in {}", key.name, heading(of.section)));
        self.problems.add(problem.hint(format!("{} = {}: {}", key.name, key.allowed(), lower(key.doc))));
    }

    pub(super) fn unknown(&mut self, at: At, what: &str, given: &str, valid: &[&str]) {
        if self.problems.full() {
            return;
        }
        let problem = self.sources.problem(at, format!("unknown {what} `{given}`"));
        let problem = match nearest(given, valid.iter().copied()) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None if valid.len() <= 16 => problem.hint(format!("known are {}", valid.join(", "))),
            None => problem,
        };
        self.problems.add(problem);
    }

    /// A name that is no row of the case: told with the row that may be meant, or the table.
    pub(super) fn unknown_row(&mut self, at: At, row: Row, given: &str) {
        if self.problems.full() {
            return;
        }
        let names = rows(self.case, row);
        let word = row.word().split(' ').nth(1).unwrap_or("row");
        let problem = self.sources.problem(at, format!("unknown {word} `{given}`"));
        // Every date is near another: all are told.
        let (near, meant) = match row {
            Row::Start => (None, Vec::new()),
            _ => (nearest(given, names.iter().copied()), meant(given, names.iter().copied())),
        };
        let place = near.and_then(|near| self.loaded.place(row, near)).or_else(|| self.loaded.table(row));
        let armed = row == Row::Party && self.case.organisation(given).is_some();
        let problem = if armed {
            problem.hint(format!("`{given}` is an organisation of the case without preferences: give it rows in preferences.csv"))
        } else if let Some(hint) = did_you_mean(&meant) {
            problem.hint(hint)
        } else if names.len() <= 16 {
            problem.hint(format!("known are {}", names.join(", ")))
        } else {
            problem.hint("`sulh explain` lists them")
        };
        let place = if armed { self.loaded.place(Row::Organisation, given).or(place) } else { place };
        let plural = match row {
            Row::Party => "parties",
            Row::Community => "communities",
            Row::Convenor => "convenors",
            Row::Organisation => "organisations",
            Row::Start => "starts",
        };
        let note = match near {
            _ if armed => "the organisation".to_owned(),
            Some(near) => format!("`{near}` is declared here"),
            None => format!("{plural} of the case are declared below"),
        };
        self.problems.add(match place {
            Some(place) => problem.also(place, note),
            None => problem,
        });
    }
}

/// Names of the rows of a case that a key may give.
#[must_use]
pub fn rows(case: &Case, row: Row) -> Vec<&str> {
    match row {
        Row::Convenor => case.access.iter().map(|(name, _)| name.as_str()).collect(),
        Row::Party => case.parties.values().iter().map(|party| party.slug.as_str()).collect(),
        Row::Organisation => case.organisations.values().iter().map(|org| org.slug.as_str()).collect(),
        Row::Community => case.communities.values().iter().map(|community| community.slug.as_str()).collect(),
        Row::Start => case.starts.iter().map(|start| start.name.as_str()).collect(),
    }
}

/// A sentence as the rest of another.
fn lower(doc: &str) -> String {
    let mut letters = doc.trim_end_matches('.').chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
