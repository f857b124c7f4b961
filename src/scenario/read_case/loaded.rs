//! A case that was read, with its files: where does a row of it stand?
use super::cells::cells_of;
use super::layers::Layer;
use crate::scenario::case::Case;
use crate::scenario::keys::Row;
use crate::scenario::problem::Place;
use std::sync::Arc;

/// A case and the SHA-256 of its files.
#[derive(Clone, Debug)]
pub struct LoadedCase {
    /// The case.
    pub case: Arc<Case>,
    /// Hash of the names and contents of its files.
    pub hash: String,
    /// Its files, to say where a row stands.
    pub layers: Arc<Vec<Layer>>,
}

impl LoadedCase {
    /// The place at which a row of the case is declared.
    #[must_use]
    pub fn place(&self, row: Row, slug: &str) -> Option<Place> {
        let (file, column) = row.table();
        self.layers.iter().rev().find_map(|layer| {
            let text = layer.files.get(file)?;
            if row == Row::Start {
                let at = text.find(&format!("\"{slug}\""))?;
                return Some(Place::of(&layer.shown(file), text, at..at + slug.len() + 2));
            }
            let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
            let at = reader.headers().ok()?.iter().position(|header| header == column)?;
            let found = reader.records().flatten().find(|record| record.get(at) == Some(slug))?;
            let cells = cells_of(text, found.position()?.byte() as usize);
            Some(Place::of(&layer.shown(file), text, cells.get(at)?.clone()))
        })
    }

    /// The place of a row of a table whose first column names it.
    #[must_use]
    pub fn place_of_table(&self, file: &str, slug: &str) -> Option<Place> {
        self.layers.iter().rev().find_map(|layer| {
            let text = layer.files.get(file)?;
            let mut byte = 0;
            for line in text.split_inclusive('\n') {
                if line.strip_prefix(slug).is_some_and(|rest| rest.starts_with(',')) {
                    return Some(Place::of(&layer.shown(file), text, byte..byte + slug.len()));
                }
                byte += line.len();
            }
            None
        })
    }

    /// The place at which the rows of a kind begin.
    #[must_use]
    pub fn table(&self, row: Row) -> Option<Place> {
        let (file, _) = row.table();
        self.layers.iter().rev().find_map(|layer| {
            let text = layer.files.get(file)?;
            let at = if row == Row::Start { text.find("[starts]")? } else { 0 };
            let end = at + text[at..].find('\n').unwrap_or(text.len() - at);
            Some(Place::of(&layer.shown(file), text, at..end))
        })
    }
}
