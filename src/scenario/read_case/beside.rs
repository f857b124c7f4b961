//! What lies in a case folder beside its tables: fitted posteriors, the shapes of a map, measured scales, and files that nothing reads.
use super::layers::Layer;
use super::reader::Reader;
use super::tables::{TABLES, table_kind};
use crate::scenario::posterior::{self, Posterior};
use crate::scenario::problem::{Problem, Problems, nearest};
use crate::scenario::raw::{self, Sources, Table};
use crate::scenario::scales::{self, Scaled};

/// Tells files of a case folder that nothing reads, which may be misspelt tables.
pub(super) fn unknown_files(r: &mut Reader) {
    let tables = TABLES.iter().map(|kind| kind.file).chain([scales::FILE]);
    for layer in r.layers {
        for name in layer.files.keys().filter(|name| name.ends_with(".csv") && table_kind(name).is_none()) {
            if name == scales::FILE || posterior::is_named(name) {
                continue;
            }
            let in_start = name.strip_prefix("starts/").and_then(|rest| rest.split_once('/'));
            let wanted = in_start.map_or_else(|| name.clone(), |(_, file)| format!("starts/*/{file}"));
            let problem = Problem::at(&layer.shown(name), 1, 1, "no table of a case has this name".to_owned());
            r.problems.add(match nearest(&wanted, tables.clone()) {
                Some(near) => problem
                    .hint(format!("did you mean `{}`?", in_start.map_or_else(|| near.to_owned(), |(start, _)| near.replace('*', start)))),
                None => problem.hint("a case folder holds its tables and nothing else: see docs/another-conflict.md"),
            });
        }
    }
}

/// Reads what was fitted: the last layer that has any says it.
pub(super) fn posteriors(r: &mut Reader) -> Vec<Posterior> {
    let layers = r.layers;
    let fitted = layers
        .iter()
        .rev()
        .map(|layer| posterior::of_case(&layer.files, |file| layer.shown(file)))
        .find(|found| found.as_ref().map_or(true, |all| !all.is_empty()));
    match fitted {
        Some(Ok(posteriors)) => posteriors,
        Some(Err(faults)) => {
            faults.0.into_iter().for_each(|fault| r.problems.add(fault));
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// The shapes of a map.
#[derive(Default)]
pub(super) struct Shapes {
    /// As they stand; empty where the case has none.
    pub(super) text: String,
    /// Places that have one, where the case has any.
    pub(super) places: Option<Vec<String>>,
}

/// The shapes of a map, if the case has any.
pub(super) fn shapes(r: &mut Reader) -> Shapes {
    let Some((shown, text)) = last(r.layers, "shapes.geojson") else { return Shapes::default() };
    let places = match serde_json::from_str::<serde_json::Value>(text) {
        Ok(shapes) => {
            let features = shapes["features"].as_array().into_iter().flatten();
            Some(features.filter_map(|feature| feature["properties"]["place"].as_str().map(str::to_owned)).collect())
        }
        Err(error) => {
            let problem = Problem::at(&shown, error.line().max(1) as u64, error.column().max(1) as u64, format!("not GeoJSON: {error}"));
            r.problems.add(problem.hint("without this file there is no map, and all else is as it is"));
            None
        }
    };
    Shapes { text: text.to_owned(), places }
}

/// Reads what coarser scales were measured to change. What was measured on another case is not told of this one: it is read for its faults only
/// where a layer above it changes the case.
pub(super) fn scales(r: &mut Reader) -> Vec<Scaled> {
    let Some((shown, text)) = last(r.layers, scales::FILE) else { return Vec::new() };
    let changed = r.layers.iter().rev().take_while(|layer| !layer.files.contains_key(scales::FILE)).any(changes);
    match scales::read(&shown, text) {
        Ok(_) if changed => Vec::new(),
        Ok(rows) => rows,
        Err(faults) => {
            faults.0.into_iter().for_each(|fault| r.problems.add(fault));
            Vec::new()
        }
    }
}

/// Whether a layer changes anything that a run reads: a table, a posterior, or a key of `case.toml` that is more than a name.
fn changes(layer: &Layer) -> bool {
    /// Keys of `case.toml` that no run reads.
    const WORDS: [&str; 4] = ["format", "extends", "name", "title"];
    let about = layer.files.get("case.toml").map_or_else(Table::default, |text| {
        // What is wrong with it is told where the case is read.
        raw::parse(&mut Sources::default(), &mut Problems::default(), "case.toml", text)
    });
    layer.files.keys().any(|name| name.ends_with(".csv")) || about.entries.iter().any(|(key, _, _)| !WORDS.contains(&key.as_str()))
}

/// A file of the last layer that has it, with its name.
fn last<'a>(layers: &'a [Layer], file: &str) -> Option<(String, &'a str)> {
    layers.iter().rev().find_map(|layer| Some((layer.shown(file), layer.files.get(file)?.as_str())))
}
