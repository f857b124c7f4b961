//! `sulh diff`: what differs between two scenarios, after inheritance.
use super::{DiffArgs, Failed, say};
use crate::scenario::facts;
use crate::scenario::{Library, Problems, read_case};
use serde_json::json;
use std::fmt::Write;

pub(super) fn diff(args: &DiffArgs) -> Result<u8, Failed> {
    let mut library = Library::new();
    let (first, second) = (library.load(&args.first, &args.over.changes()), library.load(&args.second, &args.over.changes()));
    let (first, second) = match (first, second) {
        (Ok(first), Ok(second)) => (first, second),
        (first, second) => {
            let mut problems = Problems::default();
            for problem in [first, second].into_iter().filter_map(Result::err).flat_map(|more| more.0) {
                if !problems.0.contains(&problem) {
                    problems.add(problem);
                }
            }
            return Err(problems.into());
        }
    };
    let found = facts::differences(&first, &second);
    let cells = match (library.layers(&first), library.layers(&second)) {
        (Some(a), Some(b)) if a != b => read_case::differences(&a, &b),
        _ => Vec::new(),
    };
    // Two files may share a name: then it is the files that tell them apart.
    let names = if first.name == second.name { [&args.first, &args.second] } else { [&first.name, &second.name] };
    if args.json {
        let rows = json!({ "first": names[0], "second": names[1], "differences": found, "case": cells });
        return say(&format!("{rows:#}\n")).map(|()| 0);
    }
    let mut text = format!("{} -> {}\n", names[0], names[1]);
    let width = found.iter().map(|row| row.path.chars().count()).max().unwrap_or(0).min(60);
    for row in &found {
        let unit = if row.unit.is_empty() { String::new() } else { format!(" ({})", row.unit) };
        let _ = writeln!(text, "  {:width$}  {} -> {}{unit}", row.path, row.first, row.second);
    }
    if !cells.is_empty() {
        let _ = writeln!(text, "\nTables of the case");
        for cell in &cells {
            let _ = writeln!(text, "  {cell}");
        }
    }
    if found.is_empty() && cells.is_empty() {
        text.push_str("  nothing but names, titles and comments\n");
    }
    say(&text).map(|()| 0)
}
