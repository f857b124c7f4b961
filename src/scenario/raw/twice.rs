//! Keys that stand twice in a text that is no valid TOML for it: which, where the first stands, and what to write in place of the two.
use super::{At, Sources};
use crate::scenario::problem::Problem;

/// Tells a key that stands twice, with the first and, where the two are written in different ways and not alike, what to write.
pub(super) fn twice(sources: &Sources, at: At, text: &str, alike: bool) -> Problem {
    let span = at.byte..at.end;
    let key = text.get(span.clone()).unwrap_or_default().trim_matches(['"', '\'']);
    let told = |key: &str| sources.problem(at, if key.is_empty() { "duplicate key".to_owned() } else { format!("duplicate key `{key}`") });
    let first = |at: At, bytes: std::ops::Range<usize>| sources.place(At { byte: bytes.start, end: bytes.end, ..at });
    if alike && let Some(bytes) = first_of(text, span.clone()) {
        return told(key).also(first(at, bytes), "the first");
    }
    let mut before = written_till(text, &span);
    let Some(second) = before.pop().filter(|second| second.bytes.contains(&span.start)) else { return told(key) };
    let part = format!("{}.", second.path);
    let earlier = before.into_iter().find(|earlier| earlier.path == second.path || earlier.path.starts_with(&part));
    let Some(earlier) = earlier else { return told(key) };
    let hint = match (earlier.path.strip_prefix(&part), earlier.is_header, second.is_header) {
        (Some(rest), false, true) => Some(format!("write `{rest}` below [{}]", second.path)),
        (None, false, _) if second.path == "track.guarantee" => {
            Some("write it once: as a word, or as the table [track.guarantee] with the word as its `kind`".to_owned())
        }
        (None, false, true) => Some(format!("write it once: as a value, or as the table [{}]", second.path)),
        (_, true, false) => Some(format!("it is a table already, [{}]: write what it is to be there", earlier.path)),
        _ => None,
    };
    told(&second.path).also(first(at, earlier.bytes), "the first").hint_if(hint)
}

/// A key or a header as a line writes it, with all that is left of it.
struct Written {
    path: String,
    is_header: bool,
    bytes: std::ops::Range<usize>,
}

/// What the lines of a text write, to the end of a range of bytes.
fn written_till(text: &str, range: &std::ops::Range<usize>) -> Vec<Written> {
    let mut section = String::new();
    let mut all = Vec::new();
    for (at, line) in lines_of(text).take_while(|(at, _)| *at <= range.start) {
        let line = line.get(..range.end.saturating_sub(at)).unwrap_or(line);
        let Some(written) = written(line, at, &section) else { continue };
        if written.is_header {
            section = format!("{}.", written.path);
        }
        all.push(written);
    }
    all
}

/// What a line that begins at a byte writes below a section; a header or a key may be cut off.
fn written(line: &str, at: usize, section: &str) -> Option<Written> {
    let trimmed = line.trim_start();
    let words = trimmed.trim_start_matches('[');
    let is_header = words.len() < trimmed.len();
    let words = words.split([']', '=', '\n']).next()?.trim_end();
    let plain = |c: char| c.is_alphanumeric() || "-_.\"' \t".contains(c);
    let path: String = words.chars().filter(|c| !c.is_whitespace() && !"\"'".contains(*c)).collect();
    if path.is_empty() || !words.chars().all(plain) {
        return None;
    }
    let begins = at + line.len() - trimmed.len() + if is_header { trimmed.len() - trimmed.trim_start_matches('[').len() } else { 0 };
    let path = if is_header { path } else { format!("{section}{path}") };
    Some(Written { path, is_header, bytes: begins..begins + words.len() })
}

/// Where a key that stands twice in a table stands first: before it on its line, on a line of its own under the same header, or, of a
/// header, on the line that says the same.
fn first_of(text: &str, second: std::ops::Range<usize>) -> Option<std::ops::Range<usize>> {
    let key = text.get(second.clone()).filter(|key| !key.is_empty())?;
    let from = text[..second.start].rfind('\n').map_or(0, |at| at + 1);
    let (above, before) = (&text[..from], &text[from..second.start]);
    let at = if before.trim_start().starts_with('[') {
        let header = |line: &str| line.split('#').next().unwrap_or_default().trim().to_owned();
        let this = header(text[from..].lines().next()?);
        let mut lines = lines_of(above);
        lines.find(|(_, line)| header(line) == this).and_then(|(at, line)| Some(at + line.find(key)?))
    } else if before.trim().is_empty() {
        let section = lines_of(above).filter(|(_, line)| line.trim_start().starts_with('[')).last().map_or(0, |(at, _)| at);
        let is_key = |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
        lines_of(above).find(|(at, line)| *at >= section && is_key(line)).map(|(at, line)| at + line.len() - line.trim_start().len())
    } else {
        let is_key = |at: &usize| before[at + key.len()..].trim_start().starts_with('=') && before[..*at].ends_with(['{', ',', ' ', '\t']);
        before.match_indices(key).map(|(at, _)| at).filter(is_key).last().map(|at| from + at)
    };
    at.map(|at| at..at + key.len())
}

/// The lines of a text with the byte at which each begins.
fn lines_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        at += line.len();
        (at - line.len(), line)
    })
}
