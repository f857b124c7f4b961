//! What the cells of a row say: texts, numbers and names, each within what its column allows.
use super::cells::cells_of;
use super::reader::Reader;
use super::rows::Row;
use super::tables::table_kind;
use crate::index::Id;
use crate::scenario::columns::COLUMNS;
use crate::scenario::problem::{Place as Spot, Problem, nearest};
use crate::scenario::raw;
use std::collections::BTreeSet;

impl<'a> Reader<'a> {
    pub(super) fn text(&mut self, row: &Row<'a>, column: &str) -> String {
        if let Some((_, cell)) = row.cells.get(column) {
            return cell.clone();
        }
        if self.missing.insert((row.file, column.to_owned())) {
            let near = nearest(column, row.cells.keys().map(String::as_str)).map(str::to_owned);
            // A mistyped name of it is told as such.
            if near.as_ref().is_some_and(|near| self.strange.contains(&(row.file, near.clone()))) {
                return String::new();
            }
            let of = &self.layers[row.layer];
            let text = of.files.get(row.file).map_or("", String::as_str);
            let heads = cells_of(text, 0);
            let whole = heads.first().map_or(0, |x| x.start)..heads.last().map_or(0, |x| x.end);
            let at = near.as_ref().and_then(|near| heads.get(row.cells[near].0)).cloned();
            let problem =
                Problem::of(Spot::of(&of.shown(row.file), text, at.unwrap_or(whole)), format!("the column `{column}` is missing"));
            self.problems.add(problem.hint_if(near.map(|near| format!("is `{near}` meant?"))));
        }
        String::new()
    }

    pub(super) fn number(&mut self, row: &Row<'a>, column: &str, low: f64, high: f64) -> f64 {
        let text = self.text(row, column);
        match text.parse::<f64>() {
            Ok(x) if x.is_finite() && (low..=high).contains(&x) => x,
            Ok(x) => {
                if !self.problems.full() {
                    let problem = self.problem(row, column, format!("{x} in `{column}`: allowed is {low} to {high}"));
                    self.problems.add(problem.hint_if(in_words(row, column)));
                }
                low
            }
            Err(_) if row.cells.contains_key(column) => {
                if !self.problems.full() {
                    let problem = self.problem(row, column, format!("`{text}` in `{column}` is not a number: allowed is {low} to {high}"));
                    self.problems.add(problem.hint_if(raw::number_meant(&text).map(str::to_owned).or_else(|| in_words(row, column))));
                }
                low
            }
            Err(_) => low,
        }
    }

    /// A cell that holds one of some words.
    pub(super) fn one_of<const N: usize>(&mut self, row: &Row<'a>, column: &str, what: &str, words: [&str; N]) -> String {
        let text = self.text(row, column);
        if !words.contains(&text.as_str()) && row.cells.contains_key(column) {
            let problem = self.problem(
                row,
                column,
                format!("unknown {what} `{text}` in `{column}`: {} or {}", words[..N - 1].join(", "), words[N - 1]),
            );
            self.problems.add(problem.nearest(&text, words.into_iter()));
        }
        text
    }

    /// A cell that is 1 or 0.
    pub(super) fn flag(&mut self, row: &Row<'a>, column: &str) -> bool {
        let text = self.text(row, column);
        if !["0", "1", ""].contains(&text.as_str()) {
            self.fault(row, column, format!("`{text}` in `{column}`: 1 for yes, 0 for no"));
        }
        text == "1"
    }

    pub(super) fn slug<I: Id>(&mut self, row: &Row<'a>, column: &str, names: &[String]) -> I {
        let text = self.text(row, column);
        self.named(row, column, &text, names)
    }

    pub(super) fn named<I: Id>(&mut self, row: &Row<'a>, column: &str, text: &str, names: &[String]) -> I {
        if let Some(at) = names.iter().position(|n| n == text) {
            return I::from_at(at);
        }
        if row.cells.contains_key(column) && !self.problems.full() && !self.unread.contains(text) {
            let problem = self.problem(row, column, format!("unknown name `{text}` in `{column}`"));
            let problem = match nearest(text, names.iter().map(String::as_str)) {
                Some(near) => problem.hint(format!("did you mean `{near}`?")),
                None if names.len() <= 16 => problem.hint(format!("known are {}", names.join(", "))),
                None => problem,
            };
            let gone = self.removals.iter().flatten().find(|removal| removal.key.len() == 1 && removal.key[0] == text);
            self.problems.add(match gone {
                Some(removal) => problem.also(removal.place.clone(), "taken away here"),
                None => problem,
            });
        }
        I::from_at(0)
    }

    /// Two names of one row that must differ.
    pub(super) fn pair<I: Id + PartialEq>(&mut self, row: &Row<'a>, columns: [&str; 2], names: [&[String]; 2]) -> (I, I) {
        let (a, b) = (self.slug(row, columns[0], names[0]), self.slug(row, columns[1], names[1]));
        if self.text(row, columns[0]) == self.text(row, columns[1]) && columns.iter().all(|column| row.cells.contains_key(*column)) {
            let problem =
                self.problem(row, columns[1], format!("`{}` and `{}` are the same: two different ones are needed", columns[0], columns[1]));
            let problem = problem.also(self.place(row, columns[0]), "the first");
            self.problems.add(problem);
        }
        (a, b)
    }

    pub(super) fn list<I: Id>(&mut self, row: &Row<'a>, column: &str, names: &[String]) -> Vec<I> {
        let text = self.text(row, column);
        text.split(';').map(str::trim).filter(|t| !t.is_empty()).map(|t| self.named(row, column, t, names)).collect()
    }

    /// Tells which of some things that each need a row of a table are not among those given.
    pub(super) fn lacking<'n>(&mut self, file: &str, of: &str, all: impl Iterator<Item = &'n str>, given: &BTreeSet<&str>, rule: &str) {
        let names: Vec<&str> = all.filter(|name| !given.contains(name) && !self.unread.contains(*name)).collect();
        if names.is_empty()
            || self.problems.full()
            || self.missing.iter().any(|(known, _)| *known == file)
            || self.layers.iter().all(|layer| !layer.files.contains_key(file))
        {
            return;
        }
        let shown: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
        let more = if names.len() > shown.len() { format!(" and {} more", names.len() - shown.len()) } else { String::new() };
        let problem = Problem::of(self.header(file), format!("{of} has no row for {}{more}", shown.join(", ")));
        self.problems.add(problem.hint(rule));
    }

    /// Tells that a table has too few or too many rows, unless some could not be read.
    pub(super) fn count(&mut self, file: &str, fault: String) {
        if self.unread.is_empty() {
            self.problems.add(Problem::of(self.header(file), fault));
        }
    }

    pub(super) fn names(&mut self, rows: &[Row<'a>], column: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for row in rows {
            let name = self.text(row, column);
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
                self.fault(row, column, format!("`{name}` is not a name: small letters, digits and hyphens"));
            }
            names.push(name);
        }
        names
    }

    /// Told at the first of some rows that must sum to 1, and at another.
    pub(super) fn sum(&mut self, rows: &[&Row], column: &str, fault: String) {
        // Rows of the last layer are those that somebody is writing.
        let layer = rows.iter().map(|row| row.layer).max();
        let Some(&first) = rows.iter().find(|row| Some(row.layer) == layer) else { return };
        let problem = self.problem(first, column, fault);
        let count = rows.len();
        let other = rows.iter().rev().find(|row| !std::ptr::eq(**row, first));
        self.problems.add(match other {
            Some(other) => problem.also(self.place(other, column), format!("another of {count} rows that sum")),
            None => problem,
        });
    }
}

/// What stands in a column of a table, with its unit.
fn in_words(row: &Row, column: &str) -> Option<String> {
    let kind = table_kind(row.file)?;
    COLUMNS.iter().find(|known| (known.0, known.1) == (kind.file, column)).map(|known| format!("`{column}`: {}", known.2))
}
