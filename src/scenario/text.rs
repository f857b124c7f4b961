//! Text of files: read as UTF-8 with the place of what is not, and the hash by which it is known again.
use super::problem::{Place, Problem};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Reads a file as UTF-8 text.
pub(super) fn text_of(path: &Path) -> Result<String, Problem> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| Problem::at(&name, 1, 1, format!("cannot be read: {error}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        Problem::of(Place::of(&name, &text, good..good + 3), "this byte is not UTF-8 text").hint("save the file as UTF-8")
    })
}

/// Hex of the SHA-256 of several texts, each with its length before it: where one ends is told as well.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}

/// Hex of the SHA-256 of bytes, as other programs give it.
#[must_use]
pub fn plain_sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
