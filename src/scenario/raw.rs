//! A scenario file as it stands: every key and value with its place, before anything is checked.
mod twice;

use super::problem::{Place, Problem, Problems, floor, nearest};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use twice::twice;

/// Longest file that is read, bytes.
pub const LONGEST: usize = 1 << 20;

/// Most keys of a table and entries of a list: what is longer was written by no one.
pub const MOST_ENTRIES: usize = 1_000;

/// Most opening brackets of a file. The reader of TOML limits how deep they nest, but counts every closing bracket that it meets out of
/// place as one level less, so that a broken file of a few hundred kilobytes can exhaust the stack (toml_parser 1.1.5).
const MOST_BRACKETS: usize = 4_000;

/// A place in one of the files that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Position in [`Sources`].
    pub file: usize,
    /// First byte.
    pub byte: usize,
    /// Byte after the last.
    pub end: usize,
}

/// A text that is read: a file, or what was made of a change of the command line.
#[derive(Clone, Debug)]
pub struct Source {
    /// As the user would write it.
    pub name: String,
    /// What is read.
    pub text: String,
    /// What the user typed, where it is another text.
    pub typed: Option<Typed>,
}

/// A `path=value` as it was typed, by which the places of the text that was made of it are told.
#[derive(Clone, Debug)]
pub struct Typed {
    /// All of it.
    pub text: String,
    /// First byte of the path in the text that was made, and its bytes in what was typed.
    pub path: (usize, Range<usize>),
    /// The same of the value.
    pub value: (usize, Range<usize>),
}

impl Typed {
    /// Where that was typed which became a byte of the text.
    fn byte(&self, made: usize) -> usize {
        let (from, typed) = if made + 1 < self.value.0 { &self.path } else { &self.value };
        (typed.start + made.saturating_sub(*from)).min(typed.end)
    }
}

/// The texts that were read, to turn places into lines and columns.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// The name of a file.
    #[must_use]
    pub fn name(&self, file: usize) -> &str {
        &self.files[file].name
    }
    /// A problem at a place.
    #[must_use]
    pub fn problem(&self, at: At, fault: impl Into<String>) -> Problem {
        Problem::of(self.place(at), fault)
    }
    /// A place with its line and column.
    #[must_use]
    pub fn place(&self, at: At) -> Place {
        let Source { name, text, typed } = &self.files[at.file];
        match typed {
            Some(typed) => Place::of(name, &typed.text, typed.byte(at.byte)..typed.byte(at.end)),
            None => Place::of(name, text, at.byte..at.end),
        }
    }
}

/// Line and column (characters, from 1) of a byte.
#[must_use]
pub fn line_column(text: &str, byte: usize) -> (u64, u64) {
    let mut end = byte.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line = before.bytes().filter(|&b| b == b'\n').count() as u64 + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() as u64 + 1;
    (line, column)
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The place of the value.
    pub at: At,
    /// The value.
    pub value: Value,
}

/// A value of a scenario file.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    /// A date, as written.
    Date(String),
    List(Vec<Node>),
    Table(Table),
}

impl Value {
    /// What kind of value it is, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// A table: keys with their places, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Key, its place, and the value.
    pub entries: Vec<(String, At, Node)>,
}

impl Table {
    /// The entry of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(name, _, _)| name == key).map(|(_, _, node)| node)
    }

    /// This table with another laid over it: tables merge, lists of what is dated add up, everything else is replaced.
    #[must_use]
    pub fn under(mut self, over: Self) -> Self {
        for (key, at, node) in over.entries {
            if key == SEATS
                && let Value::Table(seats) = node.value
            {
                self.seats_under(at, Node { at: node.at, value: Value::Boolean(false) }, seats);
                continue;
            }
            if let Some(entry) = self.entries.iter_mut().find(|(name, _, _)| *name == key) {
                if let (Some(apart), Value::List(under), Value::List(over)) = (apart(&key), &mut entry.2.value, &node.value)
                    && !over.is_empty()
                {
                    dated_under(under, over, apart);
                    entry.1 = at;
                    continue;
                }
                let old = std::mem::replace(&mut entry.2, Node { at: node.at, value: Value::Boolean(false) });
                entry.1 = at;
                entry.2.value = match (old.value, node.value) {
                    // A guarantee is a word or a table; the word is its kind.
                    (Value::Text(word), Value::Table(over)) if key == "guarantee" => {
                        let kind = Table { entries: vec![("kind".to_owned(), old.at, Node { at: old.at, value: Value::Text(word) })] };
                        Value::Table(kind.under(over))
                    }
                    // A distribution is one value.
                    (Value::Table(_), Value::Table(over))
                        if over.entries.iter().any(|(key, _, _)| DISTRIBUTIONS.contains(&key.as_str())) =>
                    {
                        Value::Table(over)
                    }
                    (Value::Table(under), Value::Table(over)) => Value::Table(under.under(over)),
                    (_, value) => value,
                };
            } else {
                self.entries.push((key, at, node));
            }
        }
        self
    }
}

/// The lists of what is dated, and the keys by which an entry replaces one of the base: those of the first, and of the second.
fn apart(key: &str) -> Option<&'static [&'static str]> {
    match key {
        "timeline" => Some(&["date", "week", "set"]),
        "marks" => Some(&["date", "week", "text"]),
        _ => None,
    }
}

/// The key by which an entry takes away that of the base.
pub const REMOVED: &str = "removed";

/// Lays a list of dated entries over another: an entry replaces that of the base of the same date and name, or takes it away;
/// others are added.
fn dated_under(under: &mut Vec<Node>, over: &[Node], apart: &[&str]) {
    let word = |value: Option<&Node>| match value.map(|node| &node.value) {
        Some(Value::Text(text) | Value::Date(text)) => text.clone(),
        Some(Value::Integer(week)) => week.to_string(),
        Some(_) => "?".to_owned(),
        None => String::new(),
    };
    let name = |node: &Node| match &node.value {
        Value::Table(entry) => Some(apart.iter().map(|key| word(entry.get(key))).collect::<Vec<_>>()),
        _ => None,
    };
    let mut base: Vec<Option<Node>> = std::mem::take(under).into_iter().map(Some).collect();
    let mut added = Vec::new();
    for node in over {
        let there = name(node).and_then(|new| base.iter().position(|old| old.as_ref().and_then(name).is_some_and(|old| old == new)));
        let taken = matches!(&node.value, Value::Table(entry) if entry.get(REMOVED).is_some_and(|node| node.value == Value::Boolean(true)));
        match there {
            Some(at) if taken => base[at] = None,
            Some(at) => base[at] = Some(node.clone()),
            None => added.push(node.clone()),
        }
    }
    under.extend(base.into_iter().flatten().chain(added));
}

/// The key under which what stands for a party and is no seat is kept until it is told.
pub const NO_SEAT: &str = "(no seat)";

/// The key of the list whose entries may also be changed one by one, by party.
const SEATS: &str = "seats";

impl Table {
    /// Lays seats given by party over the list of seats: `fla = { modality = "observer" }` changes or adds one,
    /// `fla = "none"` takes it away.
    fn seats_under(&mut self, at: At, empty: Node, seats: Self) {
        if self.get(SEATS).is_none_or(|node| !matches!(node.value, Value::List(_))) {
            self.entries.retain(|(name, _, _)| name != SEATS);
            self.entries.push((SEATS.to_owned(), at, Node { value: Value::List(Vec::new()), ..empty }));
        }
        let Some((_, _, Node { value: Value::List(list), .. })) = self.entries.iter_mut().find(|(name, _, _)| name == SEATS) else {
            return;
        };
        for (party, at, node) in seats.entries {
            let same = |seat: &Node| matches!(&seat.value, Value::Table(seat) if seat.get("party").is_some_and(|p| p.value == Value::Text(party.clone())));
            let there = list.iter().position(same);
            let named = (party_key(), at, Node { at, value: Value::Text(party.clone()) });
            match (node.value, there) {
                (Value::Text(none), Some(at)) if none == "none" => {
                    list.remove(at);
                }
                (Value::Table(over), Some(there)) => {
                    let Value::Table(under) = std::mem::replace(&mut list[there].value, Value::Boolean(false)) else { continue };
                    list[there].value = Value::Table(under.under(over));
                }
                (Value::Table(mut seat), None) => {
                    seat.entries.insert(0, named);
                    list.push(Node { at: node.at, value: Value::Table(seat) });
                }
                // No seat: its party is kept beside it, by which it is told.
                (value, _) => {
                    let entries = vec![named, (NO_SEAT.to_owned(), at, Node { at: node.at, value })];
                    list.push(Node { at: node.at, value: Value::Table(Self { entries }) });
                }
            }
        }
    }
}

fn party_key() -> String {
    "party".to_owned()
}

/// Keys by which a table is a distribution and not a group of parameters.
pub const DISTRIBUTIONS: [&str; 6] = ["from", "to", "uniform", "lognormal", "normal", "beta"];

/// Reads the text of a file as a table; syntax errors are noted, and what could be read is returned.
pub fn parse(sources: &mut Sources, problems: &mut Problems, name: &str, text: &str) -> Table {
    parse_source(sources, problems, Source { name: name.to_owned(), text: text.to_owned(), typed: None })
}

/// Reads a text as a table; syntax errors are noted, and what could be read is returned.
pub fn parse_source(sources: &mut Sources, problems: &mut Problems, source: Source) -> Table {
    let file = sources.files.len();
    let text = source.text.clone();
    let text = text.as_str();
    sources.files.push(source);
    if text.len() > LONGEST {
        problems.add(sources.problem(At { file, byte: 0, end: 0 }, format!("the file has {} bytes: at most {LONGEST}", text.len())));
        return Table::default();
    }
    if let Some(byte) = excess(text) {
        problems.add(sources.problem(At { file, byte, end: byte + 1 }, format!("the file has more than {MOST_BRACKETS} opening brackets")));
        return Table::default();
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut said = Vec::new();
    for error in errors {
        if problems.full() {
            break;
        }
        let span = error.span().unwrap_or_default();
        // One slip often has several echoes on its line: of a line of many commas, thousands.
        let line = text[..floor(text, span.start)].rfind('\n');
        if said.contains(&line) {
            continue;
        }
        said.push(line);
        let at = At { file, byte: span.start, end: span.end };
        if ["duplicate key", "cannot extend value"].iter().any(|twice| error.message().starts_with(twice)) {
            problems.add(twice(sources, at, text, error.message().starts_with("duplicate")));
            continue;
        }
        let from = line.map_or(0, |at| at + 1);
        let hint = meant(&text[from..], span.start.saturating_sub(from));
        problems.add(sources.problem(at, sentence(error.message())).hint_if(hint));
    }
    let mut table = table_of(sources, problems, file, table.into_inner());
    flatten_parameters(sources, problems, &mut table);
    table
}

/// The first opening bracket beyond what a text may have, by its byte.
pub fn excess(text: &str) -> Option<usize> {
    text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'[' | b'{')).nth(MOST_BRACKETS).map(|(at, _)| at)
}

/// What may be meant by the line of a syntax error, the first of a text, where people write numbers, dates and words as their language
/// does; `at` is the byte of the fault in it.
fn meant(from_line: &str, at: usize) -> Option<String> {
    let line = from_line.lines().next()?;
    let value = line.split_once('=')?.1.split('#').next()?.trim();
    let parts = |sign: char| value.split(sign).map(str::trim).collect::<Vec<_>>();
    let number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(hint) = number_meant(value) {
        return Some(hint.to_owned());
    }
    let groups = parts('.');
    if groups.len() > 2 && groups.iter().all(number) && groups[1..].iter().all(|group| group.len() == 3) {
        return Some("thousands are written without points: 3000000".to_owned());
    }
    if value.strip_prefix('.').is_some_and(|digits| number(&digits)) {
        return Some("a decimal has a digit before its point: 0.4".to_owned());
    }
    if ['/', '.'].iter().any(|&sign| parts(sign).len() == 3 && parts(sign).iter().all(number)) {
        return Some("a day is written as year-month-day: 2026-10-05".to_owned());
    }
    if line.contains(['\u{201c}', '\u{201d}', '\u{201e}', '\u{ab}', '\u{bb}', '\u{2018}', '\u{2019}']) {
        return Some("use straight quotation marks: \"full\"".to_owned());
    }
    // The word at the fault, with what comes before it.
    let at = floor(line, at);
    let is_part = |c: char| c.is_alphanumeric() || "-_".contains(c);
    let from = line[..at].trim_end_matches(is_part).len();
    let till = at + (line[at..].len() - line[at..].trim_start_matches(is_part).len());
    // A text of several words goes on to where a value ends.
    let rest = line[till..].find([',', ']', '}', '#', '"']).map_or(line.len(), |end| till + end);
    let word = line[from..rest].trim_end();
    if line[rest..].starts_with('"') || word.is_empty() || !line[..from].trim_end().ends_with(['=', '[', ',']) {
        return None;
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) && word.contains(char::is_alphabetic) {
        return Some(format!("a number stands alone, without letters: `{word}`"));
    }
    if word.starts_with(|c: char| !c.is_alphabetic()) {
        return None;
    }
    Some(match word.to_lowercase().as_str() {
        "yes" | "on" => "yes is written as true, without quotes".to_owned(),
        "no" | "off" => "no is written as false, without quotes".to_owned(),
        "true" | "false" => format!("small letters: {}", word.to_lowercase()),
        other => match nearest(other, ["true", "false"].into_iter()) {
            Some(near) => format!("did you mean {near}? A text stands in quotes: \"{word}\""),
            None => format!("a text stands in quotes: \"{word}\""),
        },
    })
}

/// What may be meant by a text that is no number, where people write numbers as their language does.
pub fn number_meant(text: &str) -> Option<&'static str> {
    let number = |text: &str| text.parse::<f64>().is_ok_and(f64::is_finite);
    if text.matches(',').count() == 1 && number(&text.replace('.', "").replace(',', ".")) {
        let thousands = text.rsplit(',').next().is_some_and(|digits| digits.len() == 3);
        return Some(if thousands {
            "thousands are written without a comma, decimals with a point: 3000, 0.4"
        } else {
            "a decimal point is a point: 0.4"
        });
    }
    if text.strip_suffix('%').is_some_and(|share| number(share.trim())) {
        return Some("a share is written as a number: 0.4 for 40 %");
    }
    let close: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\'').collect();
    (close.len() < text.len() && number(&close)).then_some("digits are written without blanks: 1000")
}

fn sentence(message: &str) -> String {
    message.replace('\n', "; ")
}

fn table_of(sources: &Sources, problems: &mut Problems, file: usize, table: DeTable<'_>) -> Table {
    let mut entries: Vec<(String, At, Node)> = Vec::new();
    for (key, value) in table {
        if entries.len() >= MOST_ENTRIES {
            let at = At { file, byte: key.span().start, end: key.span().end };
            problems.add(sources.problem(at, format!("a table has at most {MOST_ENTRIES} keys")));
            break;
        }
        let at = At { file, byte: key.span().start, end: key.span().end };
        let name = key.into_inner().into_owned();
        if let Some(node) = node_of(sources, problems, file, value) {
            entries.push((name, at, node));
        }
    }
    entries.sort_by_key(|(_, at, _)| at.byte);
    Table { entries }
}

fn node_of(sources: &Sources, problems: &mut Problems, file: usize, value: Spanned<DeValue<'_>>) -> Option<Node> {
    let at = At { file, byte: value.span().start, end: value.span().end };
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Boolean(value) => Value::Boolean(value),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(value) => Value::Integer(value),
            Err(_) => {
                problems.add(sources.problem(at, format!("{number} is too large a number")));
                return None;
            }
        },
        DeValue::Float(number) => match number.as_str().parse::<f64>() {
            Ok(value) if value.is_finite() => Value::Float(value),
            // The reader has told that it is no number.
            _ if number.as_str().is_empty() => return None,
            _ => {
                problems.add(sources.problem(at, format!("{number} is not a finite number")));
                return None;
            }
        },
        DeValue::Array(list) => {
            if list.len() > MOST_ENTRIES {
                problems.add(sources.problem(at, format!("a list has at most {MOST_ENTRIES} entries, this one {}", list.len())));
            }
            Value::List(list.into_iter().take(MOST_ENTRIES).filter_map(|item| node_of(sources, problems, file, item)).collect())
        }
        DeValue::Table(table) => Value::Table(table_of(sources, problems, file, table)),
    };
    Some(Node { at, value })
}

/// Writes nested groups of parameters as paths, so that both ways of writing mean the same. What is said both ways is said twice.
fn flatten_parameters(sources: &Sources, problems: &mut Problems, table: &mut Table) {
    let Some((_, _, node)) = table.entries.iter_mut().find(|(key, _, _)| key == "parameters") else { return };
    if let Value::Table(parameters) = &mut node.value {
        let mut flat = Table::default();
        flatten("", std::mem::take(parameters), &mut flat);
        let mut seen: BTreeMap<&str, At> = BTreeMap::new();
        for (path, at, _) in &flat.entries {
            match seen.get(path.as_str()) {
                Some(&first) => {
                    problems.add(sources.problem(*at, format!("`{path}` is set twice")).also(sources.place(first), "the first"))
                }
                None => drop(seen.insert(path, *at)),
            }
        }
        *parameters = flat;
    }
}

fn flatten(prefix: &str, table: Table, flat: &mut Table) {
    for (key, at, node) in table.entries {
        if flat.entries.len() >= 2 * MOST_ENTRIES {
            return;
        }
        let path = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
        match node.value {
            Value::Table(inner)
                if !inner.entries.iter().any(|(key, _, _)| DISTRIBUTIONS.contains(&key.as_str())) && !inner.entries.is_empty() =>
            {
                flatten(&path, inner, flat);
            }
            value => flat.entries.push((path, at, Node { at: node.at, value })),
        }
    }
}
