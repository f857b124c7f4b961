//! A row of a table, and rows of a later layer laid over those of earlier ones.
use super::tables::TableKind;
use std::collections::{BTreeMap, BTreeSet};

/// One row of a table: cells by header.
#[derive(Clone)]
pub(super) struct Row<'a> {
    /// Layer and file; of cells that another layer replaced, those of the last.
    pub(super) layer: usize,
    pub(super) file: &'a str,
    /// Byte at which it begins.
    pub(super) byte: usize,
    /// Position among the columns, and the cell.
    pub(super) cells: BTreeMap<String, (usize, String)>,
}

impl Row<'_> {
    /// Whether a cell holds a word.
    pub(super) fn says(&self, column: &str, word: &str) -> bool {
        self.cells.get(column).is_some_and(|cell| cell.1 == word)
    }
}

/// What stands in a column of some rows.
pub(super) fn cells_in<'r, 'a: 'r>(rows: impl IntoIterator<Item = &'r Row<'a>>, column: &str) -> BTreeSet<&'r str> {
    rows.into_iter().filter_map(|row| Some(row.cells.get(column)?.1.as_str())).collect()
}

/// What tells a row apart.
pub(super) fn key_of(row: &Row, kind: &TableKind) -> Vec<String> {
    let mut key: Vec<String> =
        kind.key.iter().map(|column| row.cells.get(*column).map_or_else(String::new, |cell| cell.1.clone())).collect();
    if kind.unordered && key.len() > 1 && key[0] > key[1] {
        key.swap(0, 1);
    }
    key
}

/// Whether the key of a row begins with some cells; those of a pair may stand in either order.
pub(super) fn begins_with(row: &Row, kind: &TableKind, cells: &[String]) -> bool {
    let mut key: Vec<&str> = kind.key.iter().map(|column| row.cells.get(*column).map_or("", |cell| cell.1.as_str())).collect();
    let begins = |key: &[&str]| cells.iter().zip(key).all(|(cell, of)| cell == of);
    begins(&key)
        || kind.unordered && {
            key.swap(0, 1);
            begins(&key)
        }
}

/// Lays rows of a later layer over those of earlier ones; what a row leaves out is as before.
pub(super) fn lay_over<'a>(rows: &mut Vec<Row<'a>>, more: Vec<Row<'a>>, kind: &TableKind) {
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
