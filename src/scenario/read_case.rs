//! Reads a case from its tables, checks them, and reports all problems with file, line and column.
use super::case::*;
use super::columns::COLUMNS;
use super::posterior;
use super::problem::{Place as Spot, Problem, Problems};
use super::raw::{self, Node, Sources, Table, Value};
use super::scales;
use crate::dice::identity;
use crate::index::{Bloc, Community, Grid, Id, Map, Org, Party, Place};
use crate::units::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

/// The text of the files of a case, by name within its folder.
pub type Files = BTreeMap<String, String>;

/// A case that is part of the program: its name, and the names and texts of its files.
pub type EmbeddedCase = (&'static str, &'static [(&'static str, &'static str)]);

macro_rules! embedded {
    ($($case:literal: $($name:literal),*;)*) => {
        /// The cases that come with the program; the first is that of a scenario that names none.
        pub const EMBEDDED: &[EmbeddedCase] =
            &[$(($case, &[$(($name, include_str!(concat!("../../scenarios/cases/", $case, "/", $name)))),*])),*];
    };
}

embedded!(
    "mali":
    "case.toml", "places.csv", "regions.csv", "links.csv", "households.csv", "communities.csv", "blocs.csv",
    "organisations.csv", "affinity.csv", "targeting.csv", "leanings.csv", "dyads.csv", "onesided.csv", "feuds.csv",
    "season.csv", "preferences.csv", "access.csv", "refugees.csv", "timeline.csv", "shapes.geojson",
    "posterior-2017-2019.csv", "posterior-2017-2021.csv", "scales.csv",
    "starts/2012-01-02/organisations.csv", "starts/2012-01-02/fighters.csv", "starts/2012-01-02/control.csv",
    "starts/2012-01-02/stances.csv", "starts/2012-01-02/displaced.csv", "starts/2012-01-02/sieges.csv",
    "starts/2012-01-02/bargaining.csv",
    "starts/2017-2021/organisations.csv", "starts/2017-2021/fighters.csv", "starts/2017-2021/control.csv",
    "starts/2017-2021/stances.csv", "starts/2017-2021/displaced.csv", "starts/2017-2021/sieges.csv",
    "starts/2024-09-02/organisations.csv", "starts/2024-09-02/fighters.csv", "starts/2024-09-02/control.csv",
    "starts/2024-09-02/stances.csv", "starts/2024-09-02/displaced.csv", "starts/2024-09-02/sieges.csv",
    "starts/2024-09-02/bargaining.csv",
    "starts/2026-07-06/organisations.csv", "starts/2026-07-06/fighters.csv", "starts/2026-07-06/control.csv",
    "starts/2026-07-06/stances.csv", "starts/2026-07-06/displaced.csv", "starts/2026-07-06/sieges.csv",
    "starts/2026-07-06/bargaining.csv";
    "two-valleys":
    "case.toml", "places.csv", "regions.csv", "links.csv", "households.csv", "communities.csv", "blocs.csv",
    "organisations.csv", "affinity.csv", "targeting.csv", "leanings.csv", "dyads.csv", "onesided.csv", "feuds.csv",
    "season.csv", "preferences.csv", "access.csv", "refugees.csv", "timeline.csv", "shapes.geojson",
    "starts/2029-2030/organisations.csv", "starts/2029-2030/fighters.csv", "starts/2029-2030/control.csv",
    "starts/2029-2030/stances.csv", "starts/2029-2030/displaced.csv", "starts/2029-2030/sieges.csv",
    "starts/2031-01-06/organisations.csv", "starts/2031-01-06/fighters.csv", "starts/2031-01-06/control.csv",
    "starts/2031-01-06/stances.csv", "starts/2031-01-06/displaced.csv", "starts/2031-01-06/sieges.csv", "starts/2031-01-06/bargaining.csv";
);

/// The files of an embedded case.
#[must_use]
pub fn embedded(case: &str) -> Option<Files> {
    let (_, files) = EMBEDDED.iter().find(|(name, _)| *name == case)?;
    Some(files.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect())
}

/// The files of a case, or of what another case adds to one, with the name that stands before theirs in messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// The embedded case's name, or the folder.
    pub name: String,
    /// Its files.
    pub files: Files,
}

impl Layer {
    /// A file's name as a user knows it.
    #[must_use]
    pub fn shown(&self, file: &str) -> String {
        if self.name.is_empty() { file.to_owned() } else { format!("{}/{file}", self.name) }
    }
}

/// A key of `case.toml` and what it means.
pub const KEYS: [(&str, &str); 17] = [
    ("format", "version of the language, 1"),
    ("extends", "the case to which this folder adds: a name of the program's, or a folder beside this one"),
    ("name", "name of the case"),
    ("title", "title in reports"),
    ("households_of", "persons in a household"),
    ("men_per_household", "men of fighting age in a household"),
    ("state", "bloc and party of the state"),
    ("capital", "where the government sits, for stories"),
    ("reference", "the start whose forces the rates are solved on"),
    ("waiting", "the scope to which troops could go whom an accord elsewhere sets free"),
    ("counted_refuge", "a refuge with a measure of its own: { place, name }"),
    ("displaced_inside", "persons displaced inside the zones in the years in which refugees were counted"),
    ("shown_community", "the community whose leanings are drawn"),
    ("scopes", "groups of zones: name and meaning"),
    ("trends", "what the three trends are called in plots"),
    ("starts", "what each start is"),
    ("removed", "rows of the extended case that are taken away: a list for each table, `\"access.csv\" = [[\"niger\", \"fla\"]]`"),
];

/// A table of a case: its file (`*` stands for a start's folder), the columns that tell its rows apart, whether it must be
/// there, and what one row is.
pub struct TableKind {
    /// File.
    pub file: &'static str,
    /// Columns by which a row of another layer replaces one.
    pub key: &'static [&'static str],
    /// Whether the first two of them may stand in either order.
    pub unordered: bool,
    /// What one row is.
    pub row: &'static str,
}

const fn table(file: &'static str, key: &'static [&'static str], unordered: bool, row: &'static str) -> TableKind {
    TableKind { file, key, unordered, row }
}

/// The tables of a case.
pub const TABLES: &[TableKind] = &[
    table("places.csv", &["place"], false, "a zone in which the model runs, or a refuge outside it"),
    table("regions.csv", &["region"], false, "a region with its two counts of people"),
    table("links.csv", &["a", "b"], true, "two neighbouring places"),
    table("households.csv", &["place", "community"], false, "a community's share of a zone's households; shares of a zone sum to 1"),
    table("communities.csv", &["community"], false, "a community"),
    table("blocs.csv", &["bloc"], false, "a bloc: the unit of blame, protection and control"),
    table("organisations.csv", &["organisation"], false, "an armed organisation"),
    table("affinity.csv", &["bloc", "community"], false, "how near a bloc and a community are, from -1 to 1"),
    table("targeting.csv", &["bloc", "community"], false, "how much a bloc turns on a community"),
    table("leanings.csv", &["community"], false, "a community's leanings at the start; they sum to 1"),
    table("dyads.csv", &["a", "b"], true, "two blocs whose violence was recorded in the reference period"),
    table("onesided.csv", &["bloc"], false, "a bloc's recorded violence against civilians"),
    table("feuds.csv", &["a", "b", "place"], true, "a dispute between two communities of a place"),
    table("season.csv", &["month"], false, "a month's factor on violence"),
    table("preferences.csv", &["party", "issue"], false, "what a party wants on an issue, and how much it weighs"),
    table("access.csv", &["convenor", "party"], false, "a convenor's access to a party other than the state"),
    table("refugees.csv", &["refuge"], false, "persons in a refuge in the years in which refugees were counted"),
    table("timeline.csv", &["date", "event"], false, "a dated event: X may be told, V only validates"),
    table("starts/*/organisations.csv", &["organisation"], false, "an organisation's fighters at a start"),
    table("starts/*/fighters.csv", &["organisation", "place"], false, "the share of an organisation's fighters at a zone"),
    table("starts/*/control.csv", &["place", "bloc"], false, "a bloc's share of control of a zone"),
    table("starts/*/stances.csv", &["a", "b"], true, "how two organisations stand to each other"),
    table("starts/*/displaced.csv", &["home", "host"], false, "persons displaced from a zone to a place"),
    table("starts/*/sieges.csv", &["place", "bloc"], false, "a besieged town"),
    table("starts/*/bargaining.csv", &["party"], false, "a party's position in talks"),
];

/// A row of earlier layers that a layer takes away, as its case.toml says.
struct Removal {
    /// A table; one of every start (`starts/*/fighters.csv`); or `starts`, whose rows are starts.
    file: String,
    /// Cells of its key, from the first on: of all rows that begin with them.
    key: Vec<String>,
    place: Spot,
    found: bool,
    /// What may be meant, where nothing is found.
    near: Option<String>,
}

/// The word under which starts are taken away.
const STARTS: &str = "starts";
/// Removals for which a name that may be meant is looked for.
const MOST_NEAR: usize = 20;

/// What the rows of a table are, where other tables name them in their keys.
fn declares(file: &str) -> Option<&'static str> {
    match file {
        "places.csv" => Some("place"),
        "communities.csv" => Some("community"),
        "blocs.csv" => Some("bloc"),
        "organisations.csv" => Some("organisation"),
        "preferences.csv" => Some("party"),
        _ => None,
    }
}

/// What a column of a table's key names.
fn named_by(file: &'static str, column: &'static str) -> &'static str {
    match (file, column) {
        ("links.csv", "a" | "b") | (_, "home" | "host" | "refuge") => "place",
        ("feuds.csv", "a" | "b") => "community",
        ("dyads.csv", "a" | "b") => "bloc",
        ("starts/*/stances.csv", "a" | "b") => "organisation",
        _ => column,
    }
}

/// What each layer takes away from those before it.
fn removals(layers: &[Layer], problems: &mut Problems) -> Vec<Vec<Removal>> {
    let mut all = Vec::new();
    for (at, layer) in layers.iter().enumerate() {
        let mut of = Vec::new();
        // What cannot be read is told where the keys of case.toml are read.
        let (mut sources, mut unread) = (Sources::default(), Problems::default());
        let about = layer.files.get("case.toml").map(|text| raw::parse(&mut sources, &mut unread, &layer.shown("case.toml"), text)).unwrap_or_default();
        match about.get("removed") {
            Some(node) if at == 0 => problems.add(sources.problem(node.at, "this case extends no other: there is nothing to take away")),
            Some(Node { value: Value::Table(tables), .. }) => {
                for (file, at, node) in &tables.entries {
                    if problems.full() {
                        break;
                    }
                    removals_of(&sources, problems, (file, *at), node, &mut of);
                }
            }
            Some(node) => {
                let problem = sources.problem(node.at, format!("`removed` is {}: give a list for each table", node.value.kind()));
                problems.add(problem.hint("[removed] and then \"access.csv\" = [[\"niger\", \"fla\"]]"));
            }
            None => {}
        }
        all.push(of);
    }
    all
}

fn removals_of(sources: &Sources, problems: &mut Problems, (file, at): (&str, raw::At), node: &Node, of: &mut Vec<Removal>) {
    let key: &[&str] = match table_kind(file).or_else(|| TABLES.iter().find(|kind| kind.file == file)) {
        Some(kind) => kind.key,
        None if file == STARTS => &["start"],
        None => {
            let problem = sources.problem(at, format!("no table of a case is called `{file}`"));
            problems.add(problem.nearest(file, TABLES.iter().map(|kind| kind.file).chain([STARTS])));
            return;
        }
    };
    let form = || format!("each row by its key in quotes: {}", key.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", "));
    let Value::List(rows) = &node.value else {
        problems.add(sources.problem(node.at, format!("`{file}` is {}: give a list of rows", node.value.kind())).hint(form()));
        return;
    };
    for row in rows {
        let cells: Option<Vec<String>> = match &row.value {
            Value::Text(text) => Some(vec![text.clone()]),
            Value::List(list) => list.iter().map(|cell| if let Value::Text(text) = &cell.value { Some(text.clone()) } else { None }).collect(),
            _ => None,
        };
        match cells.filter(|cells| (1..=key.len()).contains(&cells.len())) {
            Some(key) => of.push(Removal { file: file.to_owned(), key, place: sources.place(row.at), found: false, near: None }),
            None if problems.full() => return,
            None => problems.add(sources.problem(row.at, format!("this names no row of {file}")).hint(form())),
        }
    }
}

fn table_kind(file: &str) -> Option<&'static TableKind> {
    let tail = file.strip_prefix("starts/").and_then(|rest| rest.split_once('/')).map(|(_, tail)| tail);
    TABLES.iter().find(|kind| match kind.file.strip_prefix("starts/*/") {
        Some(name) => tail == Some(name),
        None => kind.file == file,
    })
}

/// Largest file of a case, and most that a folder may hold, bytes.
const LARGEST: u64 = 8 << 20;
/// Most files of a case.
const MOST_FILES: usize = 400;
/// Columns that any table may have and nothing reads.
const FREE: [&str; 2] = ["source", "note"];
/// Most rows of a table: twice the square of the most places.
const MOST_ROWS: usize = 30_000;

/// Reads the files of a case folder. Links and what is no case file are left alone.
///
/// # Errors
/// If the folder or a file in it cannot be read as UTF-8 text, or is too large.
pub fn from_folder(folder: &Path) -> Result<Files, Problems> {
    let mut files = Files::new();
    let mut problems = Problems::default();
    let mut bytes = 0;
    let mut pending = vec![(folder.to_path_buf(), String::new(), 0)];
    while let Some((path, prefix, depth)) = pending.pop() {
        let entries = match std::fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) => {
                problems.add(Problem::at(&path.display().to_string(), 1, 1, format!("cannot be read: {error}")));
                continue;
            }
        };
        for entry in entries.flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let path = entry.path();
            let shown = path.display().to_string();
            if path.is_dir() {
                // Tables stand at most two folders deep, so a link to a folder above ends there.
                if depth < 2 && (prefix.is_empty() && name == "starts" || prefix == "starts/") {
                    pending.push((path, format!("{name}/"), depth + 1));
                } else if prefix.is_empty() && name != "starts" && super::problem::nearest(&name.to_lowercase(), ["starts"].into_iter()).is_some() {
                    problems.add(Problem::at(&shown, 1, 1, "no folder of a case has this name".to_owned()).hint("did you mean `starts`?"));
                }
                continue;
            }
            if ![".csv", ".toml", ".geojson"].iter().any(|end| name.ends_with(end)) {
                continue;
            }
            let length = std::fs::metadata(&path).map_or(0, |about| if about.is_file() { about.len() } else { u64::MAX });
            bytes += length.min(LARGEST + 1);
            if length > LARGEST || bytes > 4 * LARGEST || files.len() >= MOST_FILES {
                problems.add(Problem::at(&shown, 1, 1, format!("a case has at most {MOST_FILES} files of at most {LARGEST} bytes each, {} in all", 4 * LARGEST)));
                return Err(problems);
            }
            match super::text::text_of(&path) {
                Ok(text) => {
                    files.insert(name, text);
                }
                Err(problem) => problems.add(problem),
            }
        }
    }
    problems.into_result(files)
}

/// One row of a table: cells by header.
#[derive(Clone)]
struct Row<'a> {
    /// Layer and file; of cells that another layer replaced, those of the last.
    layer: usize,
    file: &'a str,
    /// Byte at which it begins.
    byte: usize,
    /// Position among the columns, and the cell.
    cells: BTreeMap<String, (usize, String)>,
}

impl Row<'_> {
    /// Whether a cell holds a word.
    fn says(&self, column: &str, word: &str) -> bool {
        self.cells.get(column).is_some_and(|cell| cell.1 == word)
    }
}

/// What stands in a column of some rows.
fn cells_in<'r, 'a: 'r>(rows: impl IntoIterator<Item = &'r Row<'a>>, column: &str) -> BTreeSet<&'r str> {
    rows.into_iter().filter_map(|row| Some(row.cells.get(column)?.1.as_str())).collect()
}

/// Reads cells and notes what is wrong with them.
struct Reader<'a> {
    layers: &'a [Layer],
    problems: Problems,
    /// Columns of which it was told that they are missing.
    missing: BTreeSet<(&'a str, String)>,
    /// What each layer takes away.
    removals: Vec<Vec<Removal>>,
    /// First cells of rows that could not be read: what names them is not told again.
    unread: BTreeSet<String>,
    /// Organisations that some start has a row of.
    listed: BTreeSet<String>,
    /// Columns that nothing reads, by file.
    strange: BTreeSet<(&'a str, String)>,
}

/// The first cell of each line of a text.
fn first_cells(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().filter(|line| !line.trim().is_empty()).take(MOST).map(|line| line.split(',').next().unwrap_or_default().trim().to_owned())
}

/// Whether no line with cells follows that of a byte.
fn reader_is_done(text: &str, start: usize) -> bool {
    text[start..].trim_start().lines().skip(1).all(|line| line.trim().is_empty())
}

fn open_quote(place: Spot) -> Problem {
    Problem::of(place, "a quotation mark that is not closed on its line".to_owned()).hint("close it: a cell is one line, and a mark within quotes is written twice")
}

/// The last quotation mark of the line on which a row begins, where their number is odd.
fn unclosed(text: &str, start: usize) -> Option<usize> {
    let from = start + text[start..].bytes().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    let marks: Vec<usize> = text[from..].lines().next()?.match_indices('"').map(|(at, _)| from + at).collect();
    (marks.len() % 2 == 1).then(|| marks[marks.len() - 1])
}

/// Where the cells of the row that begins at a byte are, in bytes.
#[must_use]
pub fn cells_of(text: &str, start: usize) -> Vec<std::ops::Range<usize>> {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() && matches!(bytes[at], b'\n' | b'\r') {
        at += 1;
    }
    let (mut from, mut quoted, mut cells) = (at, false, Vec::new());
    while at < bytes.len() {
        match bytes[at] {
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                cells.push(from..at);
                from = at + 1;
            }
            b'\n' | b'\r' if !quoted => break,
            _ => {}
        }
        at += 1;
    }
    cells.push(from..at);
    let trimmed = |cell: std::ops::Range<usize>| {
        let all = &text[cell.clone()];
        let from = cell.start + (all.len() - all.trim_start().len());
        from..from + all.trim().len()
    };
    cells.into_iter().map(trimmed).collect()
}

impl<'a> Reader<'a> {
    fn new(layers: &'a [Layer]) -> Self {
        let mut problems = Problems::default();
        let removals = removals(layers, &mut problems);
        Self { layers, problems, missing: BTreeSet::new(), removals, unread: BTreeSet::new(), listed: BTreeSet::new(), strange: BTreeSet::new() }
    }

    /// Whether a file belongs to a start that is taken away.
    fn is_of_a_removed_start(&mut self, file: &str) -> bool {
        let Some((start, _)) = file.strip_prefix("starts/").and_then(|rest| rest.split_once('/')) else { return false };
        let mut gone = false;
        for removal in self.removals.iter_mut().flatten().filter(|removal| removal.file == STARTS && removal.key[0] == start) {
            (removal.found, gone) = (true, true);
        }
        gone
    }

    /// The rows of a table: those of the first layer, each replaced by a later layer's row of the same key, then what later
    /// layers add.
    fn table(&mut self, file: &'a str) -> Vec<Row<'a>> {
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
                    let words: BTreeSet<&str> = rows.iter().filter_map(|row| row.cells.get(kind.key[0])).map(|cell| cell.1.as_str()).collect();
                    removal.near = super::problem::nearest(&removal.key[0], words.into_iter()).map(str::to_owned);
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
    fn nothing_taken(&mut self) {
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
                    columns => format!("this row stands twice: {}", columns.iter().map(|column| format!("`{}`", row.cells[*column].1)).collect::<Vec<_>>().join(", ")),
                };
                if !self.problems.full() {
                    let problem = self.problem(row, kind.key[0], fault).also(self.place(&rows[first], kind.key[0]), "the first");
                    self.problems.add(problem);
                }
            }
        }
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
            let columns = table_kind(file).map_or_else(String::new, |kind| format!(": columns {} and what else a row says", kind.key.join(", ")));
            let problem = Problem::of(Spot::of(&shown, text, 0..0), "the file is empty".to_owned());
            self.problems.add(problem.hint(format!("a table without rows has its header row{columns}")));
            return Vec::new();
        }
        let heads = cells_of(text, 0);
        if headers.len() == 1 && [';', '\t'].iter().any(|&sign| headers[0].contains(sign)) {
            let problem = Problem::of(Spot::of(&shown, text, heads.first().cloned().unwrap_or_default()), "cells are not parted by commas".to_owned());
            self.problems.add(problem.hint("save it as CSV with commas, and decimals with a point"));
            return Vec::new();
        }
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
                    let cells = headers.iter().zip(record.iter()).enumerate().map(|(at, (header, cell))| (header.to_owned(), (at, cell.to_owned()))).collect();
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
                        self.problems.add(problem.hint(if headers[0].starts_with('#') { "the first line names the columns: a table has no comments" } else { "a column is missing or too many" }));
                        continue;
                    }
                    let cells = cells_of(text, start);
                    let range = cells.first().map_or(0..0, |first| first.start..cells.last().map_or(first.end, |last| last.end));
                    let problem = Problem::of(Spot::of(&shown, text, range), format!("the row has {len} cells, the header {expected_len}")).also(header, "the header");
                    self.problems.add(problem.hint("a cell with a comma stands in quotes"));
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
            let near = super::problem::nearest(header, left.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            self.problems.add(Problem::of(place, fault).hint(near.unwrap_or_else(|| format!("known are {}; remarks go to `note`", known.join(", ")))));
            self.strange.insert((file, header.to_owned()));
        }
    }

    /// The place of a cell, or of the row where it has no such cell.
    fn place(&self, row: &Row, column: &str) -> Spot {
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
    fn header(&self, file: &str) -> Spot {
        let layer = self.layers.iter().rev().find(|layer| layer.files.contains_key(file)).unwrap_or(&self.layers[0]);
        let text = layer.files.get(file).map_or("", String::as_str);
        let cells = cells_of(text, 0);
        Spot::of(&layer.shown(file), text, cells.first().map_or(0, |x| x.start)..cells.last().map_or(0, |x| x.end))
    }

    fn problem(&self, row: &Row, column: &str, fault: String) -> Problem {
        Problem::of(self.place(row, column), fault)
    }

    fn fault(&mut self, row: &Row, column: &str, fault: String) {
        if !self.problems.full() {
            self.problems.add(self.problem(row, column, fault));
        }
    }

    fn text(&mut self, row: &Row<'a>, column: &str) -> String {
        if let Some((_, cell)) = row.cells.get(column) {
            return cell.clone();
        }
        if self.missing.insert((row.file, column.to_owned())) {
            let near = super::problem::nearest(column, row.cells.keys().map(String::as_str)).map(str::to_owned);
            // A mistyped name of it is told as such.
            if near.as_ref().is_some_and(|near| self.strange.contains(&(row.file, near.clone()))) {
                return String::new();
            }
            let of = &self.layers[row.layer];
            let text = of.files.get(row.file).map_or("", String::as_str);
            let heads = cells_of(text, 0);
            let whole = heads.first().map_or(0, |x| x.start)..heads.last().map_or(0, |x| x.end);
            let at = near.as_ref().and_then(|near| heads.get(row.cells[near].0)).cloned();
            let problem = Problem::of(Spot::of(&of.shown(row.file), text, at.unwrap_or(whole)), format!("the column `{column}` is missing"));
            self.problems.add(problem.hint_if(near.map(|near| format!("is `{near}` meant?"))));
        }
        String::new()
    }

    fn number(&mut self, row: &Row<'a>, column: &str, low: f64, high: f64) -> f64 {
        let text = self.text(row, column);
        match text.parse::<f64>() {
            Ok(x) if x.is_finite() && (low..=high).contains(&x) => x,
            Ok(x) => {
                self.fault(row, column, format!("{x} in `{column}`: allowed is {low} to {high}"));
                low
            }
            Err(_) if row.cells.contains_key(column) => {
                if !self.problems.full() {
                    let problem = self.problem(row, column, format!("`{text}` in `{column}` is not a number: allowed is {low} to {high}"));
                    self.problems.add(problem.hint_if(raw::number_meant(&text)));
                }
                low
            }
            Err(_) => low,
        }
    }

    /// A cell that holds one of two words.
    fn either(&mut self, row: &Row<'a>, column: &str, what: &str, words: [&str; 2]) -> String {
        let text = self.text(row, column);
        if !words.contains(&text.as_str()) && row.cells.contains_key(column) {
            let problem = self.problem(row, column, format!("unknown {what} `{text}`: {} or {}", words[0], words[1]));
            self.problems.add(problem.nearest(&text, words.into_iter()));
        }
        text
    }

    /// A cell that is 1 or 0.
    fn flag(&mut self, row: &Row<'a>, column: &str) -> bool {
        let text = self.text(row, column);
        if !["0", "1", ""].contains(&text.as_str()) {
            self.fault(row, column, format!("`{text}` in `{column}`: 1 for yes, 0 for no"));
        }
        text == "1"
    }

    fn slug<I: Id>(&mut self, row: &Row<'a>, column: &str, names: &[String]) -> I {
        let text = self.text(row, column);
        self.named(row, column, &text, names)
    }

    fn named<I: Id>(&mut self, row: &Row<'a>, column: &str, text: &str, names: &[String]) -> I {
        if let Some(at) = names.iter().position(|n| n == text) {
            return I::from_at(at);
        }
        if row.cells.contains_key(column) && !self.problems.full() && !self.unread.contains(text) {
            let problem = self.problem(row, column, format!("unknown name `{text}` in `{column}`"));
            let problem = match super::problem::nearest(text, names.iter().map(String::as_str)) {
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
    fn pair<I: Id + PartialEq>(&mut self, row: &Row<'a>, columns: [&str; 2], names: [&[String]; 2]) -> (I, I) {
        let (a, b) = (self.slug(row, columns[0], names[0]), self.slug(row, columns[1], names[1]));
        if self.text(row, columns[0]) == self.text(row, columns[1]) && columns.iter().all(|column| row.cells.contains_key(*column)) {
            let problem = self.problem(row, columns[1], format!("`{}` and `{}` are the same: two different ones are needed", columns[0], columns[1]));
            let problem = problem.also(self.place(row, columns[0]), "the first");
            self.problems.add(problem);
        }
        (a, b)
    }

    fn list<I: Id>(&mut self, row: &Row<'a>, column: &str, names: &[String]) -> Vec<I> {
        let text = self.text(row, column);
        text.split(';').map(str::trim).filter(|t| !t.is_empty()).map(|t| self.named(row, column, t, names)).collect()
    }

    /// Tells which of some things that each need a row of a table are not among those given.
    fn lacking<'n>(&mut self, file: &str, of: &str, all: impl Iterator<Item = &'n str>, given: &BTreeSet<&str>, rule: &str) {
        let names: Vec<&str> = all.filter(|name| !given.contains(name) && !self.unread.contains(*name)).collect();
        if names.is_empty() || self.problems.full() || self.missing.iter().any(|(known, _)| *known == file) || self.layers.iter().all(|layer| !layer.files.contains_key(file)) {
            return;
        }
        let shown: Vec<String> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
        let more = if names.len() > shown.len() { format!(" and {} more", names.len() - shown.len()) } else { String::new() };
        let problem = Problem::of(self.header(file), format!("{of} has no row for {}{more}", shown.join(", ")));
        self.problems.add(problem.hint(rule));
    }

    /// Tells that a table has too few or too many rows, unless some could not be read.
    fn count(&mut self, file: &str, fault: String) {
        if self.unread.is_empty() {
            self.problems.add(Problem::of(self.header(file), fault));
        }
    }

    fn names(&mut self, rows: &[Row<'a>], column: &str) -> Vec<String> {
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
}

/// What tells a row apart.
fn key_of(row: &Row, kind: &TableKind) -> Vec<String> {
    let mut key: Vec<String> = kind.key.iter().map(|column| row.cells.get(*column).map_or_else(String::new, |cell| cell.1.clone())).collect();
    if kind.unordered && key.len() > 1 && key[0] > key[1] {
        key.swap(0, 1);
    }
    key
}

/// Whether the key of a row begins with some cells; those of a pair may stand in either order.
fn begins_with(row: &Row, kind: &TableKind, cells: &[String]) -> bool {
    let mut key: Vec<&str> = kind.key.iter().map(|column| row.cells.get(*column).map_or("", |cell| cell.1.as_str())).collect();
    let begins = |key: &[&str]| cells.iter().zip(key).all(|(cell, of)| cell == of);
    begins(&key) || kind.unordered && {
        key.swap(0, 1);
        begins(&key)
    }
}

/// Lays rows of a later layer over those of earlier ones; what a row leaves out is as before.
fn lay_over<'a>(rows: &mut Vec<Row<'a>>, more: Vec<Row<'a>>, kind: &TableKind) {
    let mut known: BTreeMap<Vec<String>, usize> = rows.iter().enumerate().map(|(at, row)| (key_of(row, kind), at)).collect();
    for row in more {
        match known.get(&key_of(&row, kind)) {
            // Two rows of one layer are told as twins, not laid over each other.
            Some(&at) if rows[at].layer < row.layer => {
                let mut cells = std::mem::take(&mut rows[at].cells);
                // Cells of the earlier layer have no place in this file.
                cells.values_mut().for_each(|cell| cell.0 = usize::MAX);
                cells.extend(row.cells);
                rows[at] = Row { cells, ..row };
            }
            _ => {
                known.insert(key_of(&row, kind), rows.len());
                rows.push(row);
            }
        }
    }
}

/// The cells of a case's tables: by file and key of the row, then by column. `None` for a table that is not there.
fn all_cells(layers: &[Layer]) -> BTreeMap<(String, String), BTreeMap<String, String>> {
    let files: BTreeSet<&str> = layers.iter().flat_map(|layer| layer.files.keys().map(String::as_str)).collect();
    let mut r = Reader::new(layers);
    let mut found = BTreeMap::new();
    for file in files {
        let Some(kind) = table_kind(file).filter(|_| !r.is_of_a_removed_start(file)) else { continue };
        for row in r.table(file) {
            let cells = row.cells.iter().map(|(column, cell)| (column.clone(), cell.1.clone())).collect();
            found.insert((file.to_owned(), key_of(&row, kind).join(" ")), cells);
        }
    }
    found
}

/// What differs between the tables of two cases, a line each.
#[must_use]
pub fn differences(first: &[Layer], second: &[Layer]) -> Vec<String> {
    let (a, b) = (all_cells(first), all_cells(second));
    let keys: BTreeSet<&(String, String)> = a.keys().chain(b.keys()).collect();
    let mut lines = Vec::new();
    for key in keys {
        let (file, row) = key;
        match (a.get(key), b.get(key)) {
            (Some(_), None) => lines.push(format!("{file}, {row}: only in the first")),
            (None, Some(_)) => lines.push(format!("{file}, {row}: only in the second")),
            (Some(one), Some(other)) => {
                let columns: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
                let dash = "-".to_owned();
                for column in columns {
                    let (x, y) = (one.get(column).unwrap_or(&dash), other.get(column).unwrap_or(&dash));
                    if x != y {
                        lines.push(format!("{file}, {row}, {column}: {x} -> {y}"));
                    }
                }
            }
            (None, None) => {}
        }
    }
    let about = |layers: &[Layer]| layers.iter().filter_map(|layer| layer.files.get("case.toml").cloned()).collect::<Vec<_>>();
    if about(first) != about(second) {
        lines.insert(0, "case.toml differs".to_owned());
    }
    lines
}

/// Most rows of zones, communities, blocs and organisations that the engine can index.
const MOST: usize = 120;

/// Reads and checks a case.
///
/// # Errors
/// All problems of all its files.
pub fn read(files: &Files) -> Result<Case, Problems> {
    read_layers(&[Layer { name: String::new(), files: files.clone() }])
}

/// Reads and checks a case of several layers: each adds rows to the tables of those before it, or replaces rows of the same key.
///
/// # Errors
/// All problems of all files.
#[expect(clippy::too_many_lines, reason = "one paragraph per table, in the order of the documentation")]
pub fn read_layers(layers: &[Layer]) -> Result<Case, Problems> {
    let files: BTreeSet<&str> = layers.iter().flat_map(|layer| layer.files.keys().map(String::as_str)).collect();
    let mut r = Reader::new(layers);
    let about = About::new(&mut r);

    // Places: zones first, then refuges, each in the order of the table.
    let mut rows = r.table("places.csv");
    let is_refuge = |row: &Row| row.cells.get("kind").is_some_and(|(_, kind)| kind == "refuge");
    rows.sort_by_key(is_refuge);
    let zones = rows.iter().filter(|row| !is_refuge(row)).count();
    let place_names = r.names(&rows, "place");
    if zones == 0 || place_names.len() > MOST {
        r.count("places.csv", format!("{zones} zones among {} places: allowed are 1 to {MOST}", place_names.len()));
        return Err(r.problems);
    }
    let mut regions: BTreeMap<String, f64> = BTreeMap::new();
    for row in r.table("regions.csv") {
        let (census, projection) = (r.number(&row, "census", 1.0, 1e9), r.number(&row, "projection", 1.0, 1e9));
        regions.insert(r.text(&row, "region"), projection / census);
    }
    let mut refugees = Map::filled(place_names.len(), 0.0);
    for row in r.table("refugees.csv") {
        let place: Place = r.slug(&row, "refuge", &place_names);
        refugees[place] = r.number(&row, "persons", 0.0, 1e8);
    }
    let scope_names: Vec<String> = about.entries("scopes").iter().map(|(name, _, _)| name.clone()).collect();
    let mut scopes: Vec<(String, Vec<Place>)> = scope_names.iter().map(|n| (n.clone(), Vec::new())).collect();
    let mut places = Map::new(Vec::new());
    for row in &rows {
        let slug = r.text(row, "place");
        r.either(row, "kind", "kind of place", ["zone", "refuge"]);
        let zone = !is_refuge(row);
        let region = r.text(row, "region");
        if zone && !regions.contains_key(&region) && row.cells.contains_key("region") {
            let problem = r.problem(row, "region", format!("no region `{region}` in regions.csv"));
            let problem = problem.nearest(&region, regions.keys().map(String::as_str)).also(r.header("regions.csv"), "regions");
            r.problems.add(problem);
        }
        let people = if zone { r.number(row, "people", 1.0, 1e8) } else { 0.0 };
        let scope = r.text(row, "scope");
        let id = Place::from_at(places.len());
        if let Some((_, list)) = scopes.iter_mut().find(|(n, _)| *n == scope) {
            list.push(id);
        } else if !scope.is_empty() {
            let problem = r.problem(row, "scope", format!("`{scope}` is not among the [scopes] of case.toml"));
            let problem = problem.nearest(&scope, scope_names.iter().map(String::as_str));
            r.problems.add(about.also(problem, "scopes", "the scopes"));
        }
        places.push(PlaceData {
            identity: identity(&slug),
            name: r.text(row, "name"),
            kind: if zone { PlaceKind::Zone } else { PlaceKind::Refuge },
            seat: r.text(row, "seat"),
            lat: r.number(row, "lat", -90.0, 90.0),
            lon: r.number(row, "lon", -180.0, 180.0),
            remoteness: if zone { r.number(row, "remoteness", 0.0, 1.0) } else { 0.0 },
            value: if zone { r.number(row, "value", 0.0, 1.0) } else { 0.0 },
            people_census: people,
            people_projection: people * regions.get(&region).copied().unwrap_or(1.0),
            refugees: refugees[id],
            region,
            slug,
        });
    }
    let total: f64 = places.values().iter().map(|p: &PlaceData| p.value).sum();
    if (total - 1.0).abs() > 0.005 {
        r.problems.add(Problem::of(r.header("places.csv"), format!("`value` sums to {total:.4} over the zones; it must sum to 1")));
    }
    let mut neighbours: Map<Place, Vec<(Place, f64)>> = Map::filled(places.len(), Vec::new());
    for row in r.table("links.csv") {
        let (a, b): (Place, Place) = r.pair(&row, ["a", "b"], [&place_names; 2]);
        let km = r.number(&row, "km", 0.1, 5_000.0);
        neighbours[a].push((b, km));
        neighbours[b].push((a, km));
    }
    for list in neighbours.values_mut() {
        list.sort_by_key(|x| x.0);
        list.dedup_by_key(|x| x.0);
    }
    let place_rows = rows;
    for place in apart(&neighbours, zones) {
        let problem = r.problem(&place_rows[place.at()], "place", format!("`{}` cannot be reached from most of the zones", places[place].slug));
        r.problems.add(problem.also(r.header("links.csv"), "links between neighbours").hint("add a row that links it to a neighbour"));
    }

    // Communities and blocs.
    let rows = r.table("communities.csv");
    let community_names = r.names(&rows, "community");
    let mut communities = Map::new(Vec::new());
    for row in &rows {
        let slug = r.text(row, "community");
        communities.push(CommunityData {
            identity: identity(&slug),
            name: r.text(row, "name"),
            livelihood: r.text(row, "livelihood"),
            trust: r.number(row, "trust", 0.0, 1.0),
            marginalisation: r.number(row, "marginalisation", 0.0, 1.0),
            hardship: r.number(row, "hardship", 0.0, 1.0),
            rents: r.number(row, "rents", 0.0, 1.0),
            description: r.text(row, "description"),
            source: r.text(row, "source"),
            slug,
        });
    }
    let rows = r.table("blocs.csv");
    let bloc_names = r.names(&rows, "bloc");
    let mut blocs = Map::new(Vec::new());
    for row in &rows {
        let slug = r.text(row, "bloc");
        let trend = r.text(row, "trend");
        blocs.push(BlocData {
            identity: identity(&slug),
            name: r.text(row, "name"),
            trend: match trend.as_str() {
                "loyalist" => super::Trend::Loyalist,
                "independentist" => super::Trend::Independentist,
                "islamist" => super::Trend::Islamist,
                _ => {
                    r.fault(row, "trend", format!("unknown trend `{trend}`: loyalist, independentist or islamist"));
                    super::Trend::Loyalist
                }
            },
            antistate: r.number(row, "antistate", 0.0, 1.0),
            settles: r.number(row, "settles", 0.0, 1.0),
            taxes: r.number(row, "taxes", 0.0, 1.0),
            islamic_courts: r.flag(row, "islamic_courts"),
            follows_disputes: r.flag(row, "follows_disputes"),
            slug,
        });
    }
    if communities.is_empty() || blocs.is_empty() || blocs.len() > 20 || communities.len() > MOST {
        let fault = format!("{} blocs and {} communities: a case needs 1 to 20 and 1 to {MOST}", blocs.len(), communities.len());
        r.count(if communities.is_empty() { "communities.csv" } else { "blocs.csv" }, fault);
        return Err(r.problems);
    }
    let state: Bloc = about.named(&mut r, "state", "blocs.csv", &bloc_names);

    // Parties, from the table of preferences.
    let rows = r.table("preferences.csv");
    let mut party_names: Vec<String> = Vec::new();
    for row in &rows {
        let name = r.text(row, "party");
        if party_names.len() <= MOST && !party_names.contains(&name) {
            party_names.push(name);
        }
    }
    if party_names.is_empty() || party_names.len() > MOST {
        r.count("preferences.csv", format!("{} parties: a case needs 1 to {MOST}", party_names.len()));
        return Err(r.problems);
    }
    let state_party: Party = about.named(&mut r, "state", "preferences.csv", &party_names);
    let mut parties: Map<Party, PartyData> = Map::new(
        party_names
            .iter()
            .map(|slug| PartyData { slug: slug.clone(), enemy: Party(0), ideals: [0.0; SCALARS], weights: [0.0; SCALARS + PIES], claims: [1.0; PIES], organisations: Vec::new(), identity: identity(slug) })
            .collect(),
    );
    for row in &rows {
        let party: Party = r.slug(row, "party", &party_names);
        parties[party].enemy = r.slug(row, "main_enemy", &party_names);
        let issue = r.text(row, "issue");
        // Whoever claims nothing of a pie gives it no weight; a share of nothing satisfies nobody.
        let least = if PIE_NAMES.contains(&issue.as_str()) { 0.01 } else { 0.0 };
        let (value, weight) = (r.number(row, "ideal_or_claim", least, 1.0), r.number(row, "weight", 0.0, 1.0));
        if let Some(at) = SCALAR_NAMES.iter().position(|n| *n == issue) {
            parties[party].ideals[at] = value;
            parties[party].weights[at] = weight;
        } else if let Some(at) = PIE_NAMES.iter().position(|n| *n == issue) {
            parties[party].claims[at] = value;
            parties[party].weights[SCALARS + at] = weight;
        } else {
            let problem = r.problem(row, "issue", format!("unknown issue `{issue}`"));
            r.problems.add(problem.nearest(&issue, SCALAR_NAMES.into_iter().chain(PIE_NAMES)));
        }
    }
    for (_, party) in parties.iter() {
        let of: Vec<&Row> = rows.iter().filter(|row| row.says("party", &party.slug)).collect();
        let issues = SCALAR_NAMES.into_iter().chain(PIE_NAMES);
        r.lacking("preferences.csv", &format!("`{}`", party.slug), issues, &cells_in(of.iter().copied(), "issue"), "every party has a row for every issue; a weight of 0 is none");
        let sum: f64 = party.weights.iter().sum();
        if (sum - 1.0).abs() > 1e-6 {
            let fault = format!("the weights of `{}` sum to {sum:.4}; they must sum to 1", party.slug);
            r.sum(&of, "weight", fault);
        }
    }

    // Organisations.
    let rows = r.table("organisations.csv");
    let organisation_names = r.names(&rows, "organisation");
    let mut organisations = Map::new(Vec::new());
    for row in &rows {
        let slug = r.text(row, "organisation");
        let party_name = r.text(row, "party");
        let party = party_names.iter().position(|n| *n == party_name).map(Party::from_at);
        if party.is_none() && !party_name.is_empty() && party_name != slug {
            let problem = r.problem(row, "party", format!("no party `{party_name}` in preferences.csv"));
            let problem = problem.nearest(&party_name, party_names.iter().map(String::as_str));
            r.problems.add(problem.also(r.header("preferences.csv"), "parties are those with rows here"));
        }
        let umbrella = r.text(row, "umbrella");
        let recruits = r.text(row, "recruits");
        let id = Org::from_at(organisations.len());
        if let Some(party) = party {
            parties[party].organisations.push(id);
        }
        organisations.push(OrganisationData {
            identity: identity(&slug),
            name: r.text(row, "name"),
            bloc: r.slug(row, "bloc", &bloc_names),
            umbrella: (!umbrella.is_empty()).then_some(umbrella),
            head: r.flag(row, "head"),
            party,
            recruits: match recruits.as_str() {
                "national" => Recruits::National,
                "contract" => Recruits::Contract,
                "households" => Recruits::Households,
                _ => {
                    r.fault(row, "recruits", format!("`{recruits}`: households, national or contract"));
                    Recruits::Households
                }
            },
            quality: r.number(row, "quality", 0.1, 10.0),
            cohesion: r.number(row, "cohesion", 0.0, 1.0),
            discipline: r.number(row, "discipline", 0.0, 1.0),
            intelligence: r.number(row, "intelligence", 0.0, 1.0),
            communities: r.list(row, "communities", &community_names),
            objectives: r.list(row, "objectives", &place_names),
            description: r.text(row, "description"),
            source: r.text(row, "source"),
            slug,
        });
    }

    // Tables of two keys.
    if organisations.is_empty() || organisations.len() > MOST {
        r.count("organisations.csv", format!("{} organisations: a case needs 1 to {MOST}", organisations.len()));
        return Err(r.problems);
    }
    let mut shares = Grid::filled(zones, communities.len(), 0.0);
    let rows = r.table("households.csv");
    // Shares of what is not known are told as such, and count in the sum of their zone.
    let (mut sums, mut astray) = (Map::filled(zones, 0.0), false);
    for row in &rows {
        let known = |column: &str, names: &[String]| row.cells.get(column).is_some_and(|cell| names.contains(&cell.1));
        let (zone_known, community_known) = (known("place", &place_names[..zones]), known("community", &community_names));
        let (place, community): (Place, Community) = (r.slug(row, "place", &place_names[..zones]), r.slug(row, "community", &community_names));
        let share = r.number(row, "share", 0.0, 1.0);
        astray |= !zone_known;
        if zone_known {
            sums[place] += share;
        }
        if zone_known && community_known {
            shares[(place, community)] = share;
        }
    }
    for place in (0..zones).map(Place::from_at) {
        let sum: f64 = sums[place];
        let off = (sum - 1.0).abs() > 0.002;
        if off && astray {
            // The share that is missing may be that of the row whose zone is not known.
            continue;
        }
        if off {
            let of: Vec<&Row> = rows.iter().filter(|row| row.cells.get("place").is_some_and(|cell| cell.1 == places[place].slug)).collect();
            let fault = format!("the shares of `{}` sum to {sum:.4}; they must sum to 1", places[place].slug);
            if of.is_empty() {
                let problem = r.problem(&place_rows[place.at()], "place", format!("nobody lives in `{}`: households.csv has no row of it", places[place].slug));
                r.problems.add(problem.also(r.header("households.csv"), "shares of communities by zone"));
            } else {
                r.sum(&of, "share", fault);
            }
        } else {
            shares.row_mut(place).iter_mut().for_each(|x| *x /= sum);
        }
    }
    let mut affinity = Grid::filled(blocs.len(), communities.len(), 0.0);
    let of_affinity = r.table("affinity.csv");
    for row in &of_affinity {
        let (bloc, community): (Bloc, Community) = (r.slug(row, "bloc", &bloc_names), r.slug(row, "community", &community_names));
        affinity[(bloc, community)] = r.number(row, "affinity", -1.0, 1.0);
    }
    let all = || community_names.iter().map(String::as_str);
    for bloc in &bloc_names {
        let given = cells_in(of_affinity.iter().filter(|row| row.says("bloc", bloc)), "community");
        r.lacking("affinity.csv", &format!("the bloc `{bloc}`"), all(), &given, "every bloc has a row with every community; 0 is neither near nor far");
    }
    r.lacking("households.csv", "this table", all(), &cells_in(&rows, "community"), "every community lives somewhere; a share of 0 is nowhere yet");
    let mut targeting = Grid::filled(blocs.len(), communities.len(), 1.0);
    for row in r.table("targeting.csv") {
        let (bloc, community): (Bloc, Community) = (r.slug(&row, "bloc", &bloc_names), r.slug(&row, "community", &community_names));
        targeting[(bloc, community)] = r.number(&row, "factor", 0.01, 100.0);
    }
    let mut leanings = Map::filled(communities.len(), [0.0, 0.0, 0.0, 1.0]);
    let rows = r.table("leanings.csv");
    for row in &rows {
        let community: Community = r.slug(row, "community", &community_names);
        let values = ["loyalist", "independentist", "islamist", "none"].map(|c| r.number(row, c, 0.0, 1.0));
        let sum: f64 = values.iter().sum();
        if (sum - 1.0).abs() > 0.002 {
            r.fault(row, "loyalist", format!("the leanings sum to {sum:.4}; they must sum to 1"));
        }
        // What the table rounds away is shared out; what is exact is left as it stands.
        leanings[community] = if (sum - 1.0).abs() > 1e-9 { values.map(|x| x / sum) } else { values };
    }
    r.lacking("leanings.csv", "this table", all(), &cells_in(&rows, "community"), "every community has a row");
    let mut dyads = Vec::new();
    for row in r.table("dyads.csv") {
        let (a, b) = r.pair(&row, ["a", "b"], [&bloc_names; 2]);
        dyads.push(Dyad {
            a,
            b,
            events_per_month: r.number(&row, "events_per_month", 0.0, 1_000.0),
            log_sd: r.number(&row, "log_sd", 0.0, 3.0),
            loss_ratio: r.number(&row, "loss_ratio", 0.05, 20.0),
            civilian_share: r.number(&row, "civilian_share", 0.0, 1.0),
            state_based: r.either(&row, "tail", "tail", ["state-based", "between-groups"]) == "state-based",
        });
    }
    let mut one_sided = Map::filled(blocs.len(), 0.0);
    for row in r.table("onesided.csv") {
        let bloc: Bloc = r.slug(&row, "bloc", &bloc_names);
        one_sided[bloc] = r.number(&row, "events_per_month", 0.0, 1_000.0);
    }
    let mut feuds = Vec::new();
    for row in r.table("feuds.csv") {
        let (a, b) = r.pair(&row, ["a", "b"], [&community_names; 2]);
        let place = r.slug(&row, "place", &place_names[..zones]);
        feuds.push(Feud {
            place,
            a,
            b,
            dispute: r.number(&row, "dispute", 0.0, 1.0),
        });
    }
    let mut season = [None; 12];
    for row in r.table("season.csv") {
        let month = r.number(&row, "month", 1.0, 12.0) as usize;
        season[month - 1] = Some(r.number(&row, "log_factor", -5.0, 5.0));
    }
    let lacking: Vec<String> = (1..=12).zip(season).filter(|(_, factor)| factor.is_none()).map(|(month, _)| month.to_string()).collect();
    r.lacking("season.csv", "this table", lacking.iter().map(String::as_str), &BTreeSet::new(), "every month has a row; 0 is a common one");
    let season = season.map(|month| month.unwrap_or(0.0));
    let mut access: Vec<(String, Map<Party, f64>)> = Vec::new();
    for row in r.table("access.csv") {
        let convenor = r.text(&row, "convenor");
        let party: Party = r.slug(&row, "party", &party_names);
        let value = r.number(&row, "access", 0.0, 1.0);
        if party == state_party && row.cells.get("party").is_some_and(|cell| cell.1 == party_names[party.at()]) {
            let problem = r.problem(&row, "party", format!("nothing reads the access of `{convenor}` to the state: a bid is put to it without contact, and it answers by its own margin"));
            r.problems.add(about.also(problem.hint("leave this row out"), "state", "the state"));
        }
        if access.len() > MOST {
            r.problems.add(r.problem(&row, "convenor", format!("more than {MOST} convenors")));
            break;
        }
        if !access.iter().any(|(n, _)| *n == convenor) {
            access.push((convenor.clone(), Map::filled(party_names.len(), 0.0)));
        }
        if let Some((_, map)) = access.iter_mut().find(|(n, _)| *n == convenor) {
            map[party] = value;
        }
    }
    let mut timeline = Vec::new();
    for row in r.table("timeline.csv") {
        let (date, flag) = (r.text(&row, "date"), r.text(&row, "flag"));
        if !["X", "V"].contains(&flag.as_str()) {
            r.fault(&row, "flag", format!("`{flag}` is neither X (may be injected) nor V (validates only)"));
        }
        match Date::parse(&date) {
            Some(date) => {
                let force = force(&mut r, &row, &flag, &organisation_names, &organisations);
                timeline.push(Dated { date, may_inject: flag == "X", event: r.text(&row, "event"), force });
            }
            None => r.fault(&row, "date", format!("`{date}` is not a date (YYYY-MM-DD)")),
        }
    }

    // Starts: every folder below starts/.
    let files: BTreeSet<&str> = files.into_iter().filter(|file| !r.is_of_a_removed_start(file)).collect();
    let mut names: Vec<String> = files.iter().filter_map(|k| k.strip_prefix("starts/")?.split_once('/').map(|x| x.0.to_owned())).collect();
    names.dedup();
    if names.len() > MOST {
        r.problems.add(Problem::at("starts", 1, 1, format!("{} starts: at most {MOST}", names.len())));
        return Err(r.problems);
    }
    let all = Names { places: &place_names, zones, blocs: &bloc_names, organisations: &organisation_names, parties: &party_names };
    let mut starts = Vec::new();
    let mut reference = None;
    let reference_name = about.word(&mut r, "reference");
    let start_names = names.clone();
    for name in names {
        let start = read_start(&mut r, &files, &all, &name);
        if name == reference_name { reference = Some(start) } else { starts.push(start) }
    }
    if starts.is_empty() {
        r.problems.add(about.problem("starts", "a case needs at least one start beside its reference: a folder below starts/".to_owned()));
    }
    if reference.is_none() {
        let fault = format!("`reference` must name a folder of starts, whose forces the rates are solved on; there is no starts/{reference_name}");
        r.problems.add(about.problem("reference", fault));
    }
    for (key, at, _) in about.entries("starts").iter().filter(|entry| !start_names.contains(&entry.0)) {
        let problem = about.sources.problem(*at, format!("there is no folder starts/{key}"));
        r.problems.add(problem.nearest(key, start_names.iter().map(String::as_str)));
    }
    let dated = |org: Org| timeline.iter().any(|dated: &Dated| dated.force.is_some_and(|force| force.0 == org));
    let nowhere = organisations.iter().filter(|(org, data)| !r.listed.contains(&data.slug) && !dated(*org));
    let nowhere: Vec<&str> = nowhere.map(|(_, data)| data.slug.as_str()).collect();
    if let Some(start) = starts.last() {
        r.lacking(&format!("starts/{}/organisations.csv", start.name), "as that of every other start, this table", nowhere.into_iter(), &BTreeSet::new(), "an organisation has fighters at some start or by a dated event; 0 is none yet");
    }
    if let Some(reference) = &reference {
        without_reference(&mut r, reference, &starts, &organisations, &blocs);
    }
    let household_size = about.figure(&mut r, "households_of", 6.0, 2.0, 200.0);
    if household_size.fract() > 0.0 {
        r.problems.add(about.problem("households_of", format!("{household_size} is not a whole number of persons")));
    }
    let waiting = about.word(&mut r, "waiting");
    if !waiting.is_empty() && !scope_names.contains(&waiting) {
        r.problems.add(about.problem("waiting", format!("`{waiting}` is not among the [scopes]")).nearest(&waiting, scope_names.iter().map(String::as_str)));
    }
    for (key, at, _) in about.entries("trends") {
        if !["loyalist", "independentist", "islamist"].contains(&key.as_str()) {
            let problem = about.sources.problem(*at, format!("unknown trend `{key}`")).nearest(key, ["loyalist", "independentist", "islamist"].into_iter());
            r.problems.add(problem);
        }
    }
    let called = |(name, usual): (&str, &str)| match about.entries("trends").iter().find(|entry| entry.0 == name).map(|entry| &entry.2.value) {
        Some(Value::Text(text)) => text.clone(),
        _ => usual.to_owned(),
    };
    r.nothing_taken();
    unknown_files(&mut r);
    let (Some(reference), true) = (reference, r.problems.0.is_empty()) else { return Err(r.problems) };
    // The last layer that has any says what was fitted.
    let fitted = layers.iter().rev().map(|layer| posterior::of_case(&layer.files, |file| layer.shown(file))).find(|found| found.as_ref().map_or(true, |all| !all.is_empty()));
    let posteriors = match fitted {
        Some(Ok(posteriors)) => posteriors,
        Some(Err(faults)) => {
            faults.0.into_iter().for_each(|fault| r.problems.add(fault));
            Vec::new()
        }
        None => Vec::new(),
    };
    let mut case = Case {
        name: about.word(&mut r, "name"),
        title: about.word(&mut r, "title"),
        household_size,
        men_per_household: about.figure(&mut r, "men_per_household", 1.26, 1.0, 2.0),
        capital: about.word(&mut r, "capital"),
        waiting: scopes.iter().find(|(name, _)| *name == waiting).map_or_else(Vec::new, |(_, places)| places.clone()),
        counted_refuge: about.counted_refuge(&mut r, &place_names),
        displaced_inside: about.figure(&mut r, "displaced_inside", 0.0, 0.0, 1e9),
        shown_community: if about.table.get("shown_community").is_some() { about.named(&mut r, "shown_community", "communities.csv", &community_names) } else { Community(0) },
        places,
        zones,
        scopes,
        neighbours,
        communities,
        blocs,
        state,
        state_party,
        organisations,
        shares,
        affinity,
        targeting,
        leanings,
        trends: [("loyalist", "loyalist"), ("independentist", "independentist"), ("islamist", "Islamist")].map(called),
        dyads,
        one_sided,
        feuds,
        season,
        parties,
        access,
        reference,
        starts,
        timeline,
        posteriors,
        scales: Vec::new(),
        shapes: String::new(),
    };
    let last = |file: &str| layers.iter().rev().find_map(|layer| Some((layer.shown(file), layer.files.get(file)?)));
    if let Some((shown, text)) = last("shapes.geojson") {
        case.shapes.clone_from(text);
        if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
            let problem = Problem::at(&shown, error.line().max(1) as u64, error.column().max(1) as u64, format!("not GeoJSON: {error}"));
            r.problems.add(problem.hint("without this file there is no map, and all else is as it is"));
        }
    }
    if let Some((shown, text)) = last(scales::FILE) {
        match scales::read(&shown, text) {
            Ok(rows) => case.scales = rows,
            Err(faults) => faults.0.into_iter().for_each(|fault| r.problems.add(fault)),
        }
    }
    r.problems.into_result(case)
}

/// Tells blocs that have fighters at a start and none in the reference, on whose forces all levels of violence are solved.
fn without_reference(r: &mut Reader, reference: &Start, starts: &[Start], organisations: &Map<Org, OrganisationData>, blocs: &Map<Bloc, BlocData>) {
    let of = |start: &Start, bloc: Bloc| organisations.iter().filter(|(_, o)| o.bloc == bloc).map(|(org, _)| start.strength[org].0).sum::<f64>();
    for (bloc, data) in blocs.iter() {
        let Some(start) = starts.iter().find(|start| of(start, bloc) > 0.0).filter(|_| of(reference, bloc) == 0.0) else { continue };
        let file = |start: &Start| format!("starts/{}/organisations.csv", start.name);
        let fault = format!("`{}` has fighters at the start {}, but none in the reference {}", data.slug, start.name, reference.name);
        let problem = Problem::of(r.header(&file(reference)), fault).also(r.header(&file(start)), "fighters here");
        r.problems.add(problem.hint("levels of violence are solved on the reference: give it fighters, places and stances there as well"));
    }
}

/// Tells files of a case folder that nothing reads, which may be misspelt tables.
fn unknown_files(r: &mut Reader) {
    let tables = TABLES.iter().map(|kind| kind.file).chain([scales::FILE]);
    for layer in r.layers {
        for name in layer.files.keys().filter(|name| name.ends_with(".csv") && table_kind(name).is_none()) {
            if name == scales::FILE || posterior::is_named(name) {
                continue;
            }
            let in_start = name.strip_prefix("starts/").and_then(|rest| rest.split_once('/'));
            let wanted = in_start.map_or_else(|| name.clone(), |(_, file)| format!("starts/*/{file}"));
            let problem = Problem::at(&layer.shown(name), 1, 1, "no table of a case has this name".to_owned());
            r.problems.add(match super::problem::nearest(&wanted, tables.clone()) {
                Some(near) => problem.hint(format!("did you mean `{}`?", in_start.map_or_else(|| near.to_owned(), |(start, _)| near.replace('*', start)))),
                None => problem.hint("a case folder holds its tables and nothing else: see docs/another-conflict.md"),
            });
        }
    }
}

/// Zones that cannot be reached over zones and links from where most of the zones are.
fn apart(neighbours: &Map<Place, Vec<(Place, f64)>>, zones: usize) -> Vec<Place> {
    let mut group: Vec<Option<usize>> = vec![None; zones];
    let mut sizes = Vec::new();
    for first in 0..zones {
        if group[first].is_some() {
            continue;
        }
        let (mut pending, mut size) = (vec![first], 0);
        group[first] = Some(sizes.len());
        while let Some(at) = pending.pop() {
            size += 1;
            for (next, _) in &neighbours[Place::from_at(at)] {
                if next.at() < zones && group[next.at()].is_none() {
                    group[next.at()] = Some(sizes.len());
                    pending.push(next.at());
                }
            }
        }
        sizes.push(size);
    }
    let most = (0..sizes.len()).rev().max_by_key(|&at| sizes[at]);
    (0..zones).filter(|&at| group[at] != most).map(Place::from_at).collect()
}

/// Fighters that a dated event brings or takes away, if its row says so: only for what may be injected, and only those whose fighters do not
/// come from the case's households.
fn force<'a>(r: &mut Reader<'a>, row: &Row<'a>, flag: &str, names: &[String], organisations: &Map<Org, OrganisationData>) -> Option<(Org, f64)> {
    if row.cells.get("organisation").is_none_or(|cell| cell.1.is_empty()) {
        return None;
    }
    let org: Org = r.slug(row, "organisation", names);
    let fighters = r.number(row, "fighters", -1e6, 1e6);
    if flag != "X" {
        r.fault(row, "flag", "this event only validates: what follows from it must be produced by the model, and it can bring no fighters".to_owned());
    }
    if organisations.values().get(org.at()).is_some_and(|o| o.recruits == Recruits::Households) {
        r.fault(row, "organisation", format!("the fighters of `{}` come from households of the case and cannot be sent from outside", names[org.at()]));
    }
    Some((org, fighters))
}

impl Reader<'_> {
    /// Told at the first of some rows that must sum to 1, and at another.
    fn sum(&mut self, rows: &[&Row], column: &str, fault: String) {
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

/// `case.toml`: plain keys, those of later layers over those of earlier ones.
struct About {
    sources: Sources,
    table: Table,
    shown: String,
}

impl About {
    fn new(r: &mut Reader) -> Self {
        let mut sources = Sources::default();
        let mut table = Table::default();
        let mut shown = "case.toml".to_owned();
        let mut found = false;
        for layer in r.layers {
            let Some(text) = layer.files.get("case.toml") else { continue };
            found = true;
            shown = layer.shown("case.toml");
            table = table.under(raw::parse(&mut sources, &mut r.problems, &shown, text));
        }
        if !found {
            let shown = r.layers.last().map_or_else(|| "case.toml".to_owned(), |layer| layer.shown("case.toml"));
            r.problems.add(Problem::at(&shown, 1, 1, "the file is missing"));
        }
        let names = KEYS.map(|(name, _)| name);
        for (key, at, _) in &table.entries {
            if !names.contains(&key.as_str()) {
                let problem = sources.problem(*at, format!("unknown key `{key}` in case.toml"));
                r.problems.add(match super::problem::nearest(key, names.into_iter()) {
                    Some(near) => problem.hint(format!("did you mean `{near}`?")),
                    None => problem.hint(format!("known are {}", names.join(", "))),
                });
            }
        }
        if let Some(node) = table.get("format")
            && node.value != Value::Integer(1)
        {
            r.problems.add(sources.problem(node.at, "this version of Sulh reads `format = 1`"));
        }
        Self { sources, table, shown }
    }

    fn entries(&self, key: &str) -> &[(String, raw::At, Node)] {
        match self.table.get(key).map(|node| &node.value) {
            Some(Value::Table(table)) => &table.entries,
            _ => &[],
        }
    }

    fn problem(&self, key: &str, fault: String) -> Problem {
        match self.table.get(key) {
            Some(node) => self.sources.problem(node.at, fault),
            None => Problem::at(&self.shown, 1, 1, fault),
        }
    }

    /// The problem with the place of a key as its other end.
    fn also(&self, problem: Problem, key: &str, note: &str) -> Problem {
        match self.table.entries.iter().find(|(name, _, _)| name == key) {
            Some((_, at, _)) => problem.also(self.sources.place(*at), note),
            None => problem,
        }
    }

    /// A text, or nothing where the key is missing.
    fn word(&self, r: &mut Reader, key: &str) -> String {
        match self.table.get(key).map(|node| &node.value) {
            Some(Value::Text(text)) => return text.clone(),
            Some(_) => r.problems.add(self.problem(key, format!("`{key}` must be a text in quotes"))),
            None => {}
        }
        String::new()
    }

    fn figure(&self, r: &mut Reader, key: &str, default: f64, low: f64, high: f64) -> f64 {
        let Some(node) = self.table.get(key) else { return default };
        let value = match node.value {
            Value::Integer(whole) => whole as f64,
            Value::Float(value) => value,
            _ => f64::NAN,
        };
        if (low..=high).contains(&value) {
            return value;
        }
        r.problems.add(self.problem(key, format!("`{key}` must be a number from {low} to {high}")));
        low
    }

    /// The row of a table that a key names; it must be there.
    fn named<I: Id>(&self, r: &mut Reader, key: &str, table: &str, names: &[String]) -> I {
        if self.table.get(key).is_none() {
            r.problems.add(Problem::at(&self.shown, 1, 1, format!("`{key}` is missing in case.toml: a row of {table}")).also(r.header(table), "the table"));
            return I::from_at(0);
        }
        let text = self.word(r, key);
        if let Some(at) = names.iter().position(|name| *name == text) {
            return I::from_at(at);
        }
        let problem = self.problem(key, format!("`{key}` must name a row of {table}, and `{text}` does not"));
        let problem = problem.nearest(&text, names.iter().map(String::as_str)).also(r.header(table), "the table");
        r.problems.add(problem);
        I::from_at(0)
    }

    fn counted_refuge(&self, r: &mut Reader, places: &[String]) -> Option<CountedRefuge> {
        self.table.get("counted_refuge")?;
        let part = |key: &str| match self.entries("counted_refuge").iter().find(|entry| entry.0 == key).map(|entry| &entry.2.value) {
            Some(Value::Text(text)) => text.as_str(),
            _ => "",
        };
        let name = part("name");
        let place = places.iter().position(|place| place == part("place"));
        if place.is_none() || name.is_empty() || name.len() > 40 || !name.chars().all(|x| x.is_ascii_lowercase() || x.is_ascii_digit() || x == '_') {
            let fault = "`counted_refuge` must be { place = \"a row of places.csv\", name = \"a_part_of_the_name_of_a_measure\" }";
            let problem = self.problem("counted_refuge", fault.to_owned()).nearest(part("place"), places.iter().map(String::as_str));
            r.problems.add(problem.also(r.header("places.csv"), "the table"));
        }
        Some(CountedRefuge { place: Place::from_at(place?), name: name.to_owned() })
    }
}

/// Names that tables of a start refer to.
struct Names<'a> {
    places: &'a [String],
    zones: usize,
    blocs: &'a [String],
    organisations: &'a [String],
    parties: &'a [String],
}

fn read_start<'a>(r: &mut Reader<'a>, files: &BTreeSet<&'a str>, names: &Names, name: &str) -> Start {
    let table = |r: &mut Reader<'a>, table: &str| {
        let key = format!("starts/{name}/{table}.csv");
        match files.get(key.as_str()) {
            Some(key) => r.table(key),
            None => Vec::new(),
        }
    };
    let mut strength = Map::filled(names.organisations.len(), (0.0, 0.0));
    let rows = table(r, "organisations");
    r.names(&rows, "organisation");
    for row in rows {
        let org: Org = r.slug(&row, "organisation", names.organisations);
        let slug = r.text(&row, "organisation");
        r.listed.insert(slug);
        strength[org] = (r.number(&row, "median", 0.0, 1e7), r.number(&row, "log_sd", 0.0, 3.0));
    }
    let mut fighters = Grid::filled(names.organisations.len(), names.zones, 0.0);
    let rows = table(r, "fighters");
    for row in &rows {
        let org: Org = r.slug(row, "organisation", names.organisations);
        let place: Place = r.slug(row, "place", &names.places[..names.zones]);
        fighters[(org, place)] = r.number(row, "share", 0.0, 1.0);
    }
    for org in (0..names.organisations.len()).map(Org::from_at) {
        let sum: f64 = fighters.row(org).iter().sum();
        if strength[org].0 > 0.0 && (sum - 1.0).abs() > 0.01 {
            let slug = &names.organisations[org.at()];
            let of: Vec<&Row> = rows.iter().filter(|row| row.cells.get("organisation").is_some_and(|cell| cell.1 == *slug)).collect();
            let fault = format!("the shares of `{slug}` sum to {sum:.4}; they must sum to 1");
            if of.is_empty() {
                let file = format!("starts/{name}/organisations.csv");
                let fault = format!("`{slug}` has {} fighters, but starts/{name}/fighters.csv does not say where", strength[org].0);
                r.problems.add(Problem::of(r.header(&file), fault).also(r.header(&format!("starts/{name}/fighters.csv")), "where fighters are"));
            } else {
                r.sum(&of, "share", fault);
            }
        }
        if sum > 0.0 {
            fighters.row_mut(org).iter_mut().for_each(|x| *x /= sum);
        }
    }
    let mut control = Grid::filled(names.zones, names.blocs.len(), 0.0);
    for row in table(r, "control") {
        let place: Place = r.slug(&row, "place", &names.places[..names.zones]);
        let bloc: Bloc = r.slug(&row, "bloc", names.blocs);
        control[(place, bloc)] = r.number(&row, "share", 0.0, 1.0);
        let sum: f64 = control.row(place).iter().sum();
        if sum > 1.0 + 1e-6 {
            r.fault(&row, "share", format!("control of `{}` sums to {sum:.3}: at most 1", names.places[place.at()]));
        }
    }
    let mut stances = Grid::filled(names.organisations.len(), names.organisations.len(), Stance::Neutral);
    for row in table(r, "stances") {
        let (a, b): (Org, Org) = r.pair(&row, ["a", "b"], [names.organisations; 2]);
        let text = r.text(&row, "stance");
        let stance = match text.as_str() {
            "hostile" => Stance::Hostile,
            "truce" => Stance::Truce,
            "neutral" => Stance::Neutral,
            "allied" => Stance::Allied,
            _ => {
                let problem = r.problem(&row, "stance", format!("unknown stance `{text}`: hostile, truce, neutral or allied"));
                r.problems.add(problem.nearest(&text, super::keys::STANCES.iter().copied()));
                Stance::Neutral
            }
        };
        stances[(a, b)] = stance;
        stances[(b, a)] = stance;
    }
    let mut displaced = Vec::new();
    for row in table(r, "displaced") {
        let (home, host) = r.pair(&row, ["home", "host"], [&names.places[..names.zones], names.places]);
        displaced.push((home, host, r.number(&row, "persons", 0.0, 1e8)));
    }
    let mut sieges = Vec::new();
    for row in table(r, "sieges") {
        sieges.push((r.slug(&row, "place", &names.places[..names.zones]), r.slug(&row, "bloc", names.blocs)));
    }
    let neutral = Position { status_quo: 0.4, p_win: 0.4, hurt: 0.3, momentum: 0.0, decisive: 1.0, package_status_quo: 0.4, package_momentum: 0.0 };
    let mut positions = Map::filled(names.parties.len(), neutral);
    let rows = table(r, "bargaining");
    let parties = names.parties.iter().map(String::as_str).filter(|_| !rows.is_empty());
    r.lacking(&format!("starts/{name}/bargaining.csv"), "this table", parties, &cells_in(&rows, "party"), "every party has a row, where the table is there");
    for row in &rows {
        let party: Party = r.slug(row, "party", names.parties);
        positions[party] = Position {
            status_quo: r.number(row, "status_quo", 0.0, 1.0),
            p_win: r.number(row, "p_win", 0.01, 0.99),
            hurt: r.number(row, "hurt", 0.0, 0.95),
            momentum: r.number(row, "momentum", -1.0, 1.0),
            decisive: r.number(row, "decisive_multiplier", 0.0, 5.0),
            package_status_quo: r.number(row, "package_status_quo", 0.0, 1.0),
            package_momentum: r.number(row, "package_momentum", -1.0, 1.0),
        };
    }
    Start { name: name.to_owned(), date: Date::parse(name), strength, fighters, control, stances, displaced, sieges, positions }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_case_is_sound() {
        let case = read(&embedded("mali").unwrap()).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!((case.zones, case.communities.len(), case.organisations.len()), (29, 11, 9));
        let people: f64 = case.zones().map(|q| case.places[q].people_census).sum();
        assert_eq!((people / 6.0).round(), 1_085_237.0);
    }

    #[test]
    fn a_wrong_name_is_found_with_its_place_and_the_nearest_one() {
        let mut files = embedded("mali").unwrap();
        let text = files["affinity.csv"].replacen("idaksahak", "idaksahk", 1);
        files.insert("affinity.csv".to_owned(), text);
        let problems = read(&files).unwrap_err().to_string();
        assert!(problems.contains("affinity.csv:") && problems.contains("did you mean `idaksahak`?"), "{problems}");
    }

    #[test]
    fn what_a_table_cannot_mean_is_told() {
        let told = |file: &str, from: &str, to: &str| {
            let mut files = embedded("two-valleys").unwrap();
            let text = &files[file];
            assert!(text.contains(from), "{file} has no `{from}`");
            let text = text.replacen(from, to, 1);
            files.insert(file.to_owned(), text);
            read(&files).map_or_else(|problems| problems.to_string(), |_| "fine".to_owned())
        };
        for (file, from, to, fault) in [
            ("starts/2031-01-06/displaced.csv", "lower-orra,upper-orra", "lower-orra,lower-orra", "displaced.csv:6:12: `home` and `host` are the same"),
            ("feuds.csv", "orrans,ferrymen", "orrans,orrans", "feuds.csv:2:19: `a` and `b` are the same"),
            ("feuds.csv", "lower-orra,tessites,ferrymen", "lower-orra,tessites,orrans", "feuds.csv:5:12: this pair stands twice"),
            ("dyads.csv", "front,covenant", "covenant,republic", "dyads.csv:4:1: this pair stands twice"),
            ("starts/2031-01-06/stances.csv", "guard,front", "guard,guard", "`a` and `b` are the same"),
            ("preferences.csv", "rents,0.45", "rents,0", "allowed is 0.01 to 1"),
            ("preferences.csv", "issue", "isue", "preferences.csv:1:18: unknown column `isue`"),
            ("places.csv", "Orra,west", "Orra,wst", "`wst` is not among the [scopes]"),
            ("case.toml", "state = \"republic\"", "state = \"republik\"", "did you mean `republic`?"),
            ("case.toml", "capital", "capitol", "did you mean `capital`?"),
            ("case.toml", "households_of = 7", "households_of = 6.5", "not a whole number"),
            ("case.toml", "reference = \"2029-2030\"", "reference = \"2029\"", "there is no starts/2029"),
            ("case.toml", "waiting = \"east\"", "waiting = \"eats\"", "did you mean `east`?"),
            // Found by the fuzzer: what refers to rows of a table without rows.
            ("organisations.csv", "guard,Republican", "\"guard,Republican", "organisations.csv:2:1: a quotation mark that is not closed"),
            ("preferences.csv", "republic,front,autonomy", &format!("{}republic,front,autonomy", "republic,front,nothing,0,0,x\n".repeat(20_000)), "this row stands twice: `republic`, `nothing`"),
            ("case.toml", "counted_refuge = { place", "counted_refuge = { plaice", "case.toml:13:18: `counted_refuge` must be"),
        ] {
            let text = told(file, from, to);
            assert!(text.contains(fault), "{file}, {to}: {text}");
        }
    }

    #[test]
    fn leanings_rounded_in_the_table_sum_to_one() {
        let mut files = embedded("two-valleys").unwrap();
        let text = files["leanings.csv"].replacen("orrans,0.1,0.55", "orrans,0.1,0.549", 1);
        files.insert("leanings.csv".to_owned(), text);
        let case = read(&files).unwrap_or_else(|problems| panic!("{problems}"));
        assert!((case.leanings[Community(0)].iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
