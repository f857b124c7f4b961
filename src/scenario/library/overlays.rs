//! Changes of the command line as small files of their own.
use super::Changes;
use crate::scenario::keys;
use crate::scenario::problem::{Place, Problem};
use crate::scenario::raw::{self, Source, Typed};

/// How a change is written.
const EXAMPLE: &str = "for example --set combat.excitation=0.3";

/// Changes from the command line, each as a text that is laid over a scenario; `declared` are the paths of parameters.
pub(super) fn overlays(changes: &Changes, declared: &[String]) -> Vec<Result<Source, Problem>> {
    let flags = [
        ("--start", changes.start.as_ref().map(|start| format!("start = {}", quoted(start)))),
        ("--weeks", changes.weeks.map(|weeks| format!("weeks = {weeks}"))),
        ("--scale", changes.scale.map(|scale| format!("scale = {scale}"))),
    ];
    let mut overlays = Vec::new();
    // What was said so far, and by which flag.
    let mut said = Vec::new();
    for (flag, text) in flags.into_iter().filter_map(|(flag, text)| Some((flag, text?))) {
        said.push((flag.trim_start_matches('-').to_owned(), flag.to_owned()));
        overlays.push(Ok(Source { name: flag.to_owned(), text, typed: None }));
    }
    overlays.extend(changes.set.iter().map(|set| overlay(set, declared, &mut said)));
    overlays
}

/// One `path=value`.
fn overlay(set: &str, declared: &[String], said: &mut Vec<(String, String)>) -> Result<Source, Problem> {
    let name = format!("--set {set}");
    let problem = |bytes, fault: String| Problem::of(Place::of(&name, set, bytes), fault);
    let Some((path, value)) = set.split_once('=') else {
        return Err(problem(0..set.len(), "is not of the form path=value".to_owned()).hint(EXAMPLE));
    };
    // Where both begin in what was typed.
    let at_value = path.len() + 1 + (value.len() - value.trim_start().len());
    let at_path = path.len() - path.trim_start().len();
    let (path, value) = (path.trim(), value.trim());
    let of_path = at_path..at_path + path.len();
    if path.is_empty() {
        return Err(problem(of_path, "a path is missing before `=`".to_owned()).hint(EXAMPLE));
    }
    if ["case", "extends", "format"].contains(&path) {
        return Err(problem(of_path, format!("`{path}` cannot be set from the command line")).hint("write a scenario file that says it"));
    }
    let plain = path.strip_prefix("parameters.").unwrap_or(path);
    if let Some((_, before)) = said.iter().find(|(known, _)| known == plain) {
        return Err(problem(of_path, format!("`{plain}` is set twice on the command line"))
            .hint(format!("{before} says it too: leave one of the two out")));
    }
    said.push((plain.to_owned(), name.clone()));
    // A value that is not TOML is meant as a text.
    let is_toml = raw::excess(value).is_none() && format!("x = {value}").parse::<toml::Table>().is_ok();
    let (value_text, quote) = if is_toml { (value.to_owned(), 0) } else { (quoted(value), 1) };
    let first = path.split('.').next().unwrap_or_default();
    let of_file = keys::of("").any(|key| key.name == first) && !declared.iter().any(|row| row == path);
    let (key, before) = if of_file { (path.to_owned(), 0) } else { (format!("{PARAMETER}{}", quoted(plain)), PARAMETER.len() + 1) };
    let typed = Typed {
        text: set.to_owned(),
        path: (before, of_path),
        value: (key.len() + EQUALS.len() + quote, at_value..at_value + value.len()),
    };
    Ok(Source { name, text: format!("{key}{EQUALS}{value_text}"), typed: Some(typed) })
}

/// What stands before the name of a parameter, and between a key and its value.
const PARAMETER: &str = "parameters.";
const EQUALS: &str = " = ";

/// A text as TOML has it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Changes, Library};

    /// File and place of each problem, with what is underlined.
    fn told(set: &str) -> Vec<String> {
        let changes = Changes { set: vec![set.to_owned()], ..Changes::default() };
        let problems = Library::new().load("bamako-only", &changes).expect_err("a problem").0;
        let marked = |p: &crate::scenario::Problem| {
            let (text, before) = &**p.shown.as_ref().expect("a line");
            assert_eq!((text.as_str(), *before as u64 + 1, 1), (set, p.column, p.line));
            text.chars().skip(*before).take(p.length as usize).collect::<String>()
        };
        problems.iter().map(|p| format!("{}: {}", marked(p), p.fault)).collect()
    }

    #[test]
    fn a_change_is_shown_as_it_was_typed() {
        for (set, begins) in [
            ("combat.excitatio=0.3", "combat.excitatio: unknown parameter"),
            (" parameters.combat.excitatio = 0.3", "excitatio: unknown parameter `combat.excitatio`"),
            ("combat.excitation=7", "7: 7 is not allowed"),
            ("parameters.combat.excitation= 7.5", "7.5: 7.5 is not allowed"),
            ("combat.excitation=abc", "abc: `combat.excitation` is a text"),
            ("combat.excitation='a\"c'", "'a\"c': `combat.excitation` is a text"),
            ("track.budget=-4", "-4: -4 is not allowed"),
            ("track.bugdet=4", "bugdet: unknown"),
            ("track.seats.fla={ modality = \"ful\" }", "\"ful\": unknown"),
            ("track.accord_ddr={ quota = -1 }", "-1: -1 is not allowed"),
            ("population=censu", "censu: unknown"),
            ("weeks", "weeks: is not of the form"),
            ("extends=x", "extends: `extends` cannot be set"),
        ] {
            let told = told(set);
            assert!(told.iter().any(|t| t.starts_with(begins)), "{set}: {told:?}");
        }
    }
}
