//! Reads the tables of all layers as rows, and notes what is wrong with their form, with the place of each fault.
use super::cells::{cells_of, first_cells, open_quote, reader_is_done, unclosed};
use super::layers::Layer;
use super::removals::{MOST_NEAR, Removal, STARTS, declares, named_by, removals};
use super::rows::{Row, begins_with, key_of, lay_over};
use super::tables::{FREE, MOST_ROWS, SOURCE, table_kind};
use crate::scenario::columns::COLUMNS;
use crate::scenario::problem::{Place as Spot, Problem, Problems, nearest, steers};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Reads cells and notes what is wrong with them.
pub(super) struct Reader<'a> {
    pub(super) layers: &'a [Layer],
    pub(super) problems: Problems,
    /// Columns of which it was told that they are missing.
    pub(super) missing: BTreeSet<(&'a str, String)>,
    /// What each layer takes away.
    pub(super) removals: Vec<Vec<Removal>>,
    /// First cells of rows that could not be read: what names them is not told again.
    pub(super) unread: BTreeSet<String>,
    /// Organisations that some start has a row of.
    pub(super) listed: BTreeSet<String>,
    /// How many rows of a table name no source.
    pub(super) unsourced: BTreeMap<&'a str, usize>,
    /// Columns that nothing reads, by file.
    pub(super) strange: BTreeSet<(&'a str, String)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(layers: &'a [Layer]) -> Self {
        let mut problems = Problems::default();
        let removals = removals(layers, &mut problems);
        Self {
            layers,
            problems,
            missing: BTreeSet::new(),
            removals,
            unread: BTreeSet::new(),
            listed: BTreeSet::new(),
            unsourced: BTreeMap::new(),
            strange: BTreeSet::new(),
        }
    }

    /// Whether a file belongs to a start that is taken away.
    pub(super) fn is_of_a_removed_start(&mut self, file: &str) -> bool {
        let Some((start, _)) = file.strip_prefix("starts/").and_then(|rest| rest.split_once('/')) else { return false };
        let mut gone = false;
        for removal in self.removals.iter_mut().flatten().filter(|removal| removal.file == STARTS && removal.key[0] == start) {
            (removal.found, gone) = (true, true);
        }
        gone
    }

    /// The rows of a table: those of the first layer, each replaced by a later layer's row of the same key, then what later
    /// layers add.
    pub(super) fn table(&mut self, file: &'a str) -> Vec<Row<'a>> {
        let layers = self.layers;
        let mut rows: Vec<Row<'a>> = Vec::new();
        let mut found = false;
        for (layer, of) in layers.iter().enumerate() {
            self.take_away(layer, file, &mut rows);
            let Some((file, text)) = of.files.get_key_value(file) else { continue };
            let more = self.read(layer, file, text);
            if !found {
                rows = more;
            } else if let Some(kind) = table_kind(file) {
                lay_over(&mut rows, more, kind);
            }
            found = true;
        }
        if !found {
            let shown = layers.last().map_or_else(|| file.to_owned(), |layer| layer.shown(file));
            self.problems.add(Problem::at(&shown, 1, 1, "the table is missing"));
        }
        self.twins(&rows, file);
        let unsourced = rows.iter().filter(|row| row.cells.get(SOURCE).is_none_or(|cell| cell.1.is_empty())).count();
        self.unsourced.insert(file, unsourced);
        rows
    }

    /// Takes away the rows of earlier layers that a layer removes, and whatever is said elsewhere of a place, community, bloc,
    /// organisation or party that is taken away.
    fn take_away(&mut self, layer: usize, file: &str, rows: &mut Vec<Row<'a>>) {
        let Some(kind) = table_kind(file) else { return };
        let mut looked = 0;
        for removal in self.removals.get_mut(layer).into_iter().flatten() {
            let before = rows.len();
            if removal.file == file || removal.file == kind.file {
                rows.retain(|row| !begins_with(row, kind, &removal.key));
                removal.found |= rows.len() < before;
                if !removal.found && looked < MOST_NEAR {
                    looked += 1;
                    let words: BTreeSet<&str> =
                        rows.iter().filter_map(|row| row.cells.get(kind.key[0])).map(|cell| cell.1.as_str()).collect();
                    removal.near = nearest(&removal.key[0], words.into_iter()).map(str::to_owned);
                }
            } else if let (Some(what), [name]) = (declares(&removal.file), removal.key.as_slice()) {
                let party = what == "organisation";
                let names_it = |column: &&'static str| {
                    let named = named_by(kind.file, column);
                    named == what || (party && named == "party")
                };
                let columns: Vec<&str> = kind.key.iter().copied().filter(|column| names_it(column)).collect();
                if !columns.is_empty() {
                    rows.retain(|row| !columns.iter().any(|column| row.cells.get(*column).is_some_and(|cell| cell.1 == *name)));
                }
            }
        }
    }

    /// Tells what was to be taken away and is not there.
    pub(super) fn nothing_taken(&mut self) {
        let mut told = Vec::new();
        for removal in self.removals.iter().flatten().filter(|removal| !removal.found) {
            let row = removal.key.iter().map(|cell| format!("`{cell}`")).collect::<Vec<_>>().join(", ");
            let problem = Problem::of(removal.place.clone(), format!("no row {row} of {} to take away", removal.file));
            told.push(match &removal.near {
                Some(near) if *near != removal.key[0] => problem.hint(format!("did you mean `{near}`?")),
                _ => problem,
            });
        }
        for problem in told {
            if self.problems.full() {
                break;
            }
            self.problems.add(problem);
        }
    }

    /// Tells rows of one key.
    fn twins(&mut self, rows: &[Row<'a>], file: &str) {
        let Some(kind) = table_kind(file) else { return };
        let mut known: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            if kind.key.iter().any(|column| !row.cells.contains_key(*column)) {
                continue;
            }
            if let Some(first) = known.insert(key_of(row, kind), at) {
                let fault = match kind.key {
                    [column] => format!("`{}` stands twice", row.cells[*column].1),
                    _ if kind.unordered => "this pair stands twice".to_owned(),
                    columns => format!(
                        "this row stands twice: {}",
                        columns.iter().map(|column| format!("`{}`", row.cells[*column].1)).collect::<Vec<_>>().join(", ")
                    ),
                };
                if !self.problems.full() {
                    let problem = self.problem(row, kind.key[0], fault).also(self.place(&rows[first], kind.key[0]), "the first");
                    self.problems.add(problem);
                }
            }
        }
    }

    /// Tells tables whose cells are parted by another sign, as some programs save them; whether there is one.
    pub(super) fn has_other_separators(&mut self) -> bool {
        let before = self.problems.0.len();
        for layer in self.layers {
            for (file, text) in layer.files.iter().filter(|(file, _)| table_kind(file).is_some()) {
                let head = text.lines().next().unwrap_or_default();
                if head.contains(',') || !head.contains([';', '\t']) {
                    continue;
                }
                let problem = Problem::of(Spot::of(&layer.shown(file), text, 0..head.len()), "cells are not parted by commas".to_owned());
                self.problems.add(problem.hint("save it as CSV with commas, and decimals with a point"));
            }
        }
        self.problems.0.len() > before
    }

    fn read(&mut self, layer: usize, file: &'a str, text: &str) -> Vec<Row<'a>> {
        let shown = self.layers[layer].shown(file);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let headers = match reader.headers() {
            Ok(headers) => headers.clone(),
            Err(error) => {
                self.problems.add(Problem::of(Spot::of(&shown, text, 0..0), format!("no header row: {error}")));
                return Vec::new();
            }
        };
        if headers.iter().all(str::is_empty) {
            let columns =
                table_kind(file).map_or_else(String::new, |kind| format!(": columns {} and what else a row says", kind.key.join(", ")));
            let problem = Problem::of(Spot::of(&shown, text, 0..0), "the file is empty".to_owned());
            self.problems.add(problem.hint(format!("a table without rows has its header row{columns}")));
            return Vec::new();
        }
        let heads = cells_of(text, 0);
        for (at, header) in headers.iter().enumerate().filter(|(at, header)| headers.iter().take(*at).any(|other| other == *header)) {
            let place = Spot::of(&shown, text, heads.get(at).cloned().unwrap_or_default());
            self.problems.add(Problem::of(place, format!("the column `{header}` stands twice")));
        }
        self.strange_columns(file, &shown, text, &headers, &heads);
        let (mut rows, mut ragged, before) = (Vec::new(), 0, self.problems.0.len());
        for record in reader.records() {
            if self.problems.full() {
                break;
            }
            if rows.len() >= MOST_ROWS {
                self.problems.add(Problem::of(Spot::of(&shown, text, 0..0), format!("a table has at most {MOST_ROWS} rows")));
                break;
            }
            match record {
                Ok(record) => {
                    let byte = record.position().map_or(0, |position| position.byte() as usize);
                    // A mark that is not closed takes the rows after it into its cell.
                    if record.iter().any(|cell| cell.contains('\n')) {
                        let open = unclosed(text, byte).unwrap_or(byte);
                        self.problems.add(open_quote(Spot::of(&shown, text, open..open + 1)));
                        self.unread.extend(first_cells(&text[byte..]));
                        continue;
                    }
                    if let Some((at, fault)) = record.iter().enumerate().find_map(|(at, cell)| Some((at, steers(&headers[at], cell)?))) {
                        let place = Spot::of(&shown, text, cells_of(text, byte).get(at).cloned().unwrap_or(byte..byte));
                        self.problems.add(Problem::of(place, fault));
                    }
                    let cells = headers
                        .iter()
                        .zip(record.iter())
                        .enumerate()
                        .map(|(at, (header, cell))| (header.to_owned(), (at, cell.to_owned())))
                        .collect();
                    rows.push(Row { layer, file, byte, cells });
                }
                Err(error) => {
                    let start = error.position().map_or(0, |position| position.byte() as usize);
                    if let Some(open) = unclosed(text, start) {
                        self.problems.add(open_quote(Spot::of(&shown, text, open..open + 1)));
                        self.unread.extend(first_cells(&text[start..]));
                        continue;
                    }
                    self.unread.extend(first_cells(&text[start..]).next());
                    let csv::ErrorKind::UnequalLengths { expected_len, len, .. } = *error.kind() else {
                        self.problems.add(Problem::of(Spot::of(&shown, text, start..start), format!("the row cannot be read: {error}")));
                        continue;
                    };
                    ragged += 1;
                    let header = Spot::of(&shown, text, heads.first().map_or(0, |x| x.start)..heads.last().map_or(0, |x| x.end));
                    // The last row: where no row has as many cells as the header, the header is at fault, and one place is enough.
                    if rows.is_empty() && ragged > 1 && reader_is_done(text, start) {
                        self.problems.0.truncate(before);
                        let problem = Problem::of(header, format!("the header has {expected_len} cells, the rows {len}"));
                        self.problems.add(problem.hint(if headers[0].starts_with('#') {
                            "the first line names the columns: a table has no comments"
                        } else {
                            "a column is missing or too many"
                        }));
                        continue;
                    }
                    let cells = cells_of(text, start);
                    let range = cells.first().map_or(0..0, |first| first.start..cells.last().map_or(first.end, |last| last.end));
                    let problem = Problem::of(Spot::of(&shown, text, range), format!("the row has {len} cells, the header {expected_len}"))
                        .also(header, "the header");
                    self.problems.add(problem.hint("a cell with a comma stands in quotes; a decimal point is a point: 0.4"));
                }
            }
        }
        rows
    }

    /// Tells columns that nothing reads: one that is mistyped would say nothing, and silently. Where not even a column of the key is there,
    /// the header is no header, which is told with its rows.
    fn strange_columns(&mut self, file: &'a str, shown: &str, text: &str, headers: &csv::StringRecord, heads: &[Range<usize>]) {
        let Some(kind) = table_kind(file).filter(|kind| headers.iter().any(|header| kind.key.contains(&header))) else { return };
        let known: Vec<&str> = COLUMNS.iter().filter(|column| column.0 == kind.file).map(|column| column.1).collect();
        let left: Vec<&str> = known.iter().copied().chain(FREE).filter(|name| !headers.iter().any(|header| header == *name)).collect();
        for (at, header) in headers.iter().enumerate().filter(|(_, header)| !known.contains(header) && !FREE.contains(header)) {
            if self.problems.full() {
                return;
            }
            let place = Spot::of(shown, text, heads.get(at).cloned().unwrap_or_default());
            let fault = if header.is_empty() { "a column has no name".to_owned() } else { format!("unknown column `{header}`") };
            let near = nearest(header, left.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            self.problems.add(
                Problem::of(place, fault).hint(near.unwrap_or_else(|| format!("known are {}; remarks go to `note`", known.join(", ")))),
            );
            self.strange.insert((file, header.to_owned()));
        }
    }

    /// The place of a cell, or of the row where it has no such cell.
    pub(super) fn place(&self, row: &Row, column: &str) -> Spot {
        // Where no more is told, nothing is looked up: a large table may have a fault in every row.
        if self.problems.full() {
            return Spot::new(row.file, 1, 1);
        }
        let of = &self.layers[row.layer];
        let text = of.files.get(row.file).map_or("", String::as_str);
        let cells = cells_of(text, row.byte);
        let whole = cells.first().map_or(0, |x| x.start)..cells.last().map_or(0, |x| x.end);
        let cell = row.cells.get(column).and_then(|(at, _)| cells.get(*at)).cloned();
        Spot::of(&of.shown(row.file), text, cell.unwrap_or(whole))
    }

    /// The place of a table's header.
    pub(super) fn header(&self, file: &str) -> Spot {
        let layer = self.layers.iter().rev().find(|layer| layer.files.contains_key(file)).unwrap_or(&self.layers[0]);
        let text = layer.files.get(file).map_or("", String::as_str);
        let cells = cells_of(text, 0);
        Spot::of(&layer.shown(file), text, cells.first().map_or(0, |x| x.start)..cells.last().map_or(0, |x| x.end))
    }

    pub(super) fn problem(&self, row: &Row, column: &str, fault: String) -> Problem {
        Problem::of(self.place(row, column), fault)
    }

    pub(super) fn fault(&mut self, row: &Row, column: &str, fault: String) {
        if !self.problems.full() {
            self.problems.add(self.problem(row, column, fault));
        }
    }
}
