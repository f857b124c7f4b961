//! Where the text of a scenario is, and what it inherits from those that it extends.
use super::shipped::{Embedded, SCENARIOS, embedded};
use crate::scenario::problem::{Place, Problem, Problems, nearest};
use crate::scenario::raw::{self, At, Sources, Table, Value};
use crate::scenario::text::text_of;
use std::path::{Path, PathBuf};

/// Deepest chain of `extends`.
pub(super) const DEEPEST: usize = 16;

/// Where the text of a scenario is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Origin {
    Embedded(&'static Embedded),
    Disk(PathBuf),
}

impl Origin {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Embedded(file) => format!("{}.toml", file.name),
            Self::Disk(path) => path.display().to_string(),
        }
    }
    pub(super) fn text(&self) -> Result<String, Problem> {
        match self {
            Self::Embedded(file) => Ok(file.text.to_owned()),
            Self::Disk(path) => scenario_text(path),
        }
    }
    /// Whether it is the same text, whatever way leads to it.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Disk(a), Self::Disk(b)) => {
                a == b || matches!((std::fs::canonicalize(a), std::fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
            }
            _ => self == other,
        }
    }
    /// The folder beside which other files are looked for.
    pub(super) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Embedded(_) => None,
            Self::Disk(path) => path.parent(),
        }
    }
}

/// Reads a scenario file as UTF-8 text of a bearable length.
fn scenario_text(path: &Path) -> Result<String, Problem> {
    let name = path.display().to_string();
    match std::fs::metadata(path) {
        Ok(about) if about.is_dir() => return Err(Problem::at(&name, 1, 1, "is a folder, not a scenario file")),
        // A pipe or a device has no end that could be waited for.
        Ok(about) if !about.is_file() => return Err(Problem::at(&name, 1, 1, "is neither a file nor a folder")),
        Ok(about) if about.len() > raw::LONGEST as u64 => {
            return Err(Problem::at(&name, 1, 1, format!("the file has {} bytes: at most {}", about.len(), raw::LONGEST)));
        }
        _ => {}
    }
    text_of(path)
}

/// Where the names of scenarios are.
const LISTED: &str = "`sulh scenarios` lists them";

/// What a command's argument names.
pub(super) fn find(name: &str) -> Result<Origin, Problem> {
    let path = Path::new(name);
    let of_case = || "a case is checked with a scenario whose `case` names its folder: `case = \"FOLDER\"`";
    if path.is_file() && (path.file_name().is_some_and(|file| file == "case.toml") || path.extension().is_some_and(|end| end == "csv")) {
        return Err(Problem::at(name, 1, 1, "is a part of a case, not a scenario".to_owned()).hint(of_case()));
    }
    if path.is_file() {
        return Ok(Origin::Disk(path.to_path_buf()));
    }
    if let Some(file) = embedded(name).filter(|_| !name.contains(std::path::MAIN_SEPARATOR)) {
        return Ok(Origin::Embedded(file));
    }
    if path.is_dir() {
        let problem = Problem::at(name, 1, 1, "is a folder, not a scenario file".to_owned());
        return Err(if path.join("case.toml").is_file() { problem.hint(of_case()) } else { problem });
    }
    if path.exists() {
        let problem = Problem::at(name, 1, 1, "is no plain file: a pipe can be read once, and a scenario is read several times".to_owned());
        return Err(problem.hint("write it to a file first"));
    }
    let problem = Problem::at(name, 1, 1, "no such file, and no scenario of this name comes with the program".to_owned());
    Err(problem.meant(name, SCENARIOS.iter().map(|file| file.name), LISTED))
}

/// What `extends` names, seen from a file.
fn base(name: &str, from: &Origin) -> Option<Origin> {
    if let Some(folder) = from.folder() {
        for file in [folder.join(name), folder.join(format!("{name}.toml"))] {
            if file.is_file() {
                return Some(Origin::Disk(file));
            }
        }
    }
    embedded(name).map(Origin::Embedded)
}

pub(super) fn inherit(
    sources: &mut Sources,
    problems: &mut Problems,
    table: Table,
    from: &Origin,
    chain: &mut Vec<(Origin, Option<Place>)>,
) -> Table {
    let Some(node) = table.get("extends") else { return table };
    let at: At = node.at;
    let Value::Text(name) = &node.value else {
        problems.add(sources.problem(at, format!("`extends` is {}: give the name of a scenario", node.value.kind())));
        return table;
    };
    let names = || SCENARIOS.iter().map(|file| file.name);
    // What else is wrong is told for the nearest name, which is likely the one that was meant.
    let meant = base(name, from).or_else(|| {
        let problem = sources.problem(at, format!("`extends` names `{name}`, which is neither a file nor a scenario of the program"));
        problems.add(problem.meant(name, names(), LISTED));
        nearest(name, names()).and_then(embedded).map(Origin::Embedded)
    });
    let Some(origin) = meant else { return table };
    if let Some(last) = chain.last_mut() {
        last.1 = Some(sources.place(at));
    }
    let seen = chain.iter().position(|(known, _)| known.is(&origin));
    if seen.is_some() || chain.len() >= DEEPEST {
        problems.add(circle(
            &sources.place(at),
            chain.iter().skip(seen.unwrap_or(0)).filter_map(|(_, place)| place.clone()),
            seen.is_some(),
        ));
        return table;
    }
    let text = match origin.text() {
        Ok(text) => text,
        Err(problem) => {
            problems.add(problem);
            return table;
        }
    };
    let below = raw::parse(sources, problems, &origin.name(), &text);
    chain.push((origin.clone(), None));
    let mut below = inherit(sources, problems, below, &origin, chain);
    // A name is not inherited, the rest is.
    below.entries.retain(|(key, _, _)| !["name", "title", "summary", "extends"].contains(&key.as_str()));
    below.under(table)
}

/// A chain of `extends` that has no end.
pub(super) fn circle(last: &Place, chain: impl Iterator<Item = Place>, closed: bool) -> Problem {
    let fault = if closed { "`extends` goes round in a circle".to_owned() } else { format!("`extends` goes deeper than {DEEPEST} files") };
    let mut problem = Problem::of(last.clone(), fault);
    for place in chain.filter(|place| place != last).take(4) {
        problem = problem.also(place, "by way of this one");
    }
    problem
}

/// The file that says something, of a chain of `extends` whose files were read in its order. A file of the program has no
/// folder: what it names is looked for beside the file that extends it.
pub(super) fn says(chain: &[(Origin, Option<Place>)], at: At) -> &Origin {
    let read = &chain[..=at.file.min(chain.len() - 1)];
    read.iter().rev().map(|(origin, _)| origin).find(|origin| origin.folder().is_some()).unwrap_or(&read[0].0)
}
