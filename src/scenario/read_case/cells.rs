//! Where the cells of a table stand in its text, also where a quotation mark is not closed.
use super::tables::MOST;
use crate::scenario::problem::{Place as Spot, Problem};

/// The first cell of each line of a text.
pub(super) fn first_cells(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().filter(|line| !line.trim().is_empty()).take(MOST).map(|line| line.split(',').next().unwrap_or_default().trim().to_owned())
}

/// Whether no line with cells follows that of a byte.
pub(super) fn reader_is_done(text: &str, start: usize) -> bool {
    text[start..].trim_start().lines().skip(1).all(|line| line.trim().is_empty())
}

pub(super) fn open_quote(place: Spot) -> Problem {
    Problem::of(place, "a quotation mark that is not closed on its line".to_owned())
        .hint("close it: a cell is one line, and a mark within quotes is written twice")
}

/// The last quotation mark of the line on which a row begins, where their number is odd.
pub(super) fn unclosed(text: &str, start: usize) -> Option<usize> {
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
