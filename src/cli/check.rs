//! `sulh check`: all problems of all files at once.
use super::{CheckArgs, Color, Failed, coloured, say, tell, width};
use crate::scenario::notes::notes;
use crate::scenario::{Changes, Library, Problem, Problems};
use crate::units;

pub(super) fn check(args: &CheckArgs, color: Color) -> Result<u8, Failed> {
    let mut library = Library::new();
    let mut problems: Vec<Problem> = Vec::new();
    let mut good = Vec::new();
    for file in &args.files {
        match library.load(file, &Changes::default()) {
            Ok(scenario) => good.push((file, scenario)),
            Err(more) => {
                for problem in more.0 {
                    if !problems.contains(&problem) {
                        problems.push(problem);
                    }
                }
            }
        }
    }
    let wrong = !problems.is_empty();
    if args.json {
        let text = serde_json::to_string_pretty(&problems).map_err(|error| Failed::Bug(error.to_string()))?;
        say(&format!("{text}\n"))?;
    } else {
        if wrong {
            tell(&Problems(problems).report(coloured(color), width()));
        }
        for (file, scenario) in good {
            say(&format!("{file}: fine ({}, {} from {})\n", scenario.title, units::weeks(scenario.weeks), scenario.start().name))?;
            for note in notes(&scenario) {
                say(&format!("  note: {note}\n"))?;
            }
        }
    }
    Ok(if wrong { 2 } else { 0 })
}
