//! The files of a case, or of what another case adds to one: read from a folder, with the names that messages give them.
use crate::scenario::problem::{Problem, Problems, nearest};
use crate::scenario::text::text_of;
use std::collections::BTreeMap;
use std::path::Path;

/// The text of the files of a case, by name within its folder.
pub type Files = BTreeMap<String, String>;

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

/// Largest file of a case, and most that a folder may hold, bytes.
const LARGEST: u64 = 8 << 20;
/// Most files of a case.
const MOST_FILES: usize = 400;

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
                } else if prefix.is_empty() && name != "starts" && nearest(&name.to_lowercase(), ["starts"].into_iter()).is_some() {
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
                problems.add(Problem::at(
                    &shown,
                    1,
                    1,
                    format!("a case has at most {MOST_FILES} files of at most {LARGEST} bytes each, {} in all", 4 * LARGEST),
                ));
                return Err(problems);
            }
            match text_of(&path) {
                Ok(text) => {
                    files.insert(name, text);
                }
                Err(problem) => problems.add(problem),
            }
        }
    }
    problems.into_result(files)
}
