//! What differs between the tables of two cases.
use super::layers::Layer;
use super::reader::Reader;
use super::rows::key_of;
use super::tables::table_kind;
use crate::scenario::facts::ABSENT;
use std::collections::{BTreeMap, BTreeSet};

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
                let absent = ABSENT.to_owned();
                for column in columns {
                    let (x, y) = (one.get(column).unwrap_or(&absent), other.get(column).unwrap_or(&absent));
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
