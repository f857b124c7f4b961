//! What the program says: results on stdout, all else on stderr, where a script may ask for one JSON object a line.
use super::Failed;
use serde_json::json;
use std::cell::Cell;
use std::io::{self, Write};
use std::path::PathBuf;

/// Prints a text on stdout; a reader that went away is nobody's fault.
pub(super) fn say(text: &str) -> Result<(), Failed> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failed::Output(PathBuf::from("stdout"), error)),
        _ => Ok(()),
    }
}

thread_local! {
    /// Whether stderr is read by a script that expects one JSON object a line.
    static TELLS_JSON: Cell<bool> = const { Cell::new(false) };
}

/// Says whether what is told from here on is told as objects.
pub(super) fn as_json(on: bool) {
    TELLS_JSON.set(on);
}

/// Prints a line on stderr; if that fails there is nobody to tell.
pub(super) fn tell(text: &str) {
    tell_as("note", text);
}

/// The same of something that has a name where a script reads it.
pub(super) fn tell_as(name: &str, text: &str) {
    if TELLS_JSON.get() {
        // What stands before it for a reader is its name.
        let text = text.strip_prefix(&format!("{name}: ")).unwrap_or(text);
        return tell_object(&json!({ name: text }));
    }
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints an object as a line on stderr.
pub(super) fn tell_object(object: &serde_json::Value) {
    let _ = writeln!(io::stderr().lock(), "{object}");
}
