//! Where the case of a scenario is: a folder with what it extends, or a part of the program.
use super::origins::{DEEPEST, Origin, circle, inherit};
use crate::scenario::problem::{Place, Problem, Problems};
use crate::scenario::raw::{self, Sources, Value};
use crate::scenario::read_case::{self, Layer};
use std::path::{Path, PathBuf};

/// The case of a scenario that names none: the first of those that come with the program.
pub const CASE: &str = read_case::EMBEDDED[0].0;

/// Where the tables of a case are.
pub(super) enum CaseSource {
    Embedded(&'static str),
    Folder(PathBuf),
}

impl CaseSource {
    /// The name of its layer.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Embedded(name) => (*name).to_owned(),
            Self::Folder(folder) => folder.display().to_string(),
        }
    }
}

/// Why no case is where one is named.
pub(super) enum NoCase {
    /// Nothing has the name.
    Nowhere(String),
    /// This folder holds tables of a case and no case.toml. To take the program's case of the same name in its place would leave out
    /// what a user has written there, without a word.
    Headless(PathBuf),
}

impl NoCase {
    /// The problem of a name, where one is told by its fault.
    pub(super) fn problem(self, name: &str, at: impl FnOnce(String) -> Problem) -> Problem {
        match self {
            Self::Nowhere(fault) => at(fault).nearest(name, read_case::EMBEDDED.iter().map(|(case, _)| *case)),
            Self::Headless(folder) => at(format!("{} holds tables of a case `{name}`, and no case.toml", folder.display()))
                .hint("give it a case.toml, of one line where it adds to a case (`extends`), or another name: the program's case is not read in its place"),
        }
    }
}

/// Where the case of a name or path is, seen from a file: in `cases/` beside it, at the path, or in the program.
pub(super) fn case_source(name: &str, origin: &Origin) -> Result<CaseSource, NoCase> {
    if let Some(folder) = origin.folder() {
        let candidates = [folder.join("cases").join(name), folder.join(name)];
        if let Some(found) = candidates.iter().find(|candidate| candidate.join("case.toml").is_file()) {
            return Ok(CaseSource::Folder(found.clone()));
        }
        if let Some(found) = candidates.into_iter().find(|candidate| holds_tables(candidate)) {
            return Err(NoCase::Headless(found));
        }
    }
    let known = read_case::EMBEDDED.iter().find(|(case, _)| *case == name);
    known.map(|(case, _)| CaseSource::Embedded(case)).ok_or_else(|| NoCase::Nowhere(no_case(name, "beside this file or in cases/ there")))
}

/// Whether a folder holds tables of a case. Those of an output folder may have the same names.
fn holds_tables(folder: &Path) -> bool {
    !folder.join("manifest.json").is_file()
        && (read_case::TABLES.iter().any(|kind| folder.join(kind.file).is_file()) || folder.join("starts").is_dir())
}

fn no_case(name: &str, looked: &str) -> String {
    let known: Vec<&str> = read_case::EMBEDDED.iter().map(|(case, _)| *case).collect();
    format!("no case `{name}`: neither a folder with a case.toml, {looked}, nor part of the program ({})", known.join(", "))
}

/// The case of the scenario that the first of a chain extends.
pub(super) fn case_below(chain: &[(Origin, Option<Place>)]) -> Option<CaseSource> {
    let origin = &chain.get(1)?.0;
    let (mut sources, mut unread) = (Sources::default(), Problems::default());
    let table = raw::parse(&mut sources, &mut unread, &origin.name(), &origin.text().ok()?);
    let mut chain = vec![(origin.clone(), None)];
    match &inherit(&mut sources, &mut unread, table, origin, &mut chain).get("case")?.value {
        Value::Text(name) => case_source(name, origin).ok(),
        _ => None,
    }
}

pub(super) fn embedded_layer(name: &str) -> Layer {
    Layer { name: name.to_owned(), files: read_case::embedded(name).unwrap_or_default() }
}

/// The layers of a case folder: what its `extends` names comes first.
pub(super) fn layers_of(folder: &Path) -> Result<Vec<Layer>, Problems> {
    let mut layers: Vec<Layer> = Vec::new();
    let mut chain: Vec<(PathBuf, Option<Place>)> = Vec::new();
    let mut next = folder.to_path_buf();
    loop {
        let files = read_case::from_folder(&next)?;
        let layer = Layer { name: next.display().to_string(), files };
        let (mut sources, mut problems) = (Sources::default(), Problems::default());
        let text = layer.files.get("case.toml").cloned().unwrap_or_default();
        let about = raw::parse(&mut sources, &mut problems, &layer.shown("case.toml"), &text);
        layers.insert(0, layer);
        let Some(node) = about.get("extends") else { return Ok(layers) };
        let Value::Text(name) = &node.value else {
            return Err(Problems(vec![
                sources.problem(node.at, format!("`extends` is {}: give the name of a case or a folder", node.value.kind())),
            ]));
        };
        // A folder of the same name beside this one, but not this one itself, comes before the program's.
        let beside = next.parent().map_or_else(|| PathBuf::from(name), |parent| parent.join(name));
        let place = sources.place(node.at);
        chain.push((std::fs::canonicalize(&next).unwrap_or(next), Some(place.clone())));
        if beside.join("case.toml").is_file() {
            let found = std::fs::canonicalize(&beside).unwrap_or_else(|_| beside.clone());
            let seen = chain.iter().position(|(folder, _)| *folder == found);
            let is_itself = chain.last().is_some_and(|(folder, _)| *folder == found);
            let known = read_case::EMBEDDED.iter().any(|(case, _)| case == name);
            if is_itself && known {
                layers.insert(0, embedded_layer(name));
                return Ok(layers);
            }
            if seen.is_some() || chain.len() >= DEEPEST {
                return Err(Problems(vec![circle(
                    &place,
                    chain.iter().skip(seen.unwrap_or(0)).filter_map(|(_, place)| place.clone()),
                    seen.is_some(),
                )]));
            }
            next = beside;
        } else if holds_tables(&beside) {
            return Err(Problems(vec![NoCase::Headless(beside).problem(name, |fault| sources.problem(node.at, fault))]));
        } else if read_case::EMBEDDED.iter().any(|(case, _)| case == name) {
            layers.insert(0, embedded_layer(name));
            return Ok(layers);
        } else {
            let nowhere = NoCase::Nowhere(no_case(name, "beside this one"));
            return Err(Problems(vec![nowhere.problem(name, |fault| sources.problem(node.at, fault))]));
        }
    }
}
