//! `sulh check`: all problems of all files at once.
use super::{CheckArgs, Failed, say, tell};
use crate::scenario::{Changes, Library, Problem};

pub(super) fn check(args: &CheckArgs) -> Result<u8, Failed> {
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
    if args.json {
        let text = serde_json::to_string_pretty(&problems).map_err(|error| Failed::Bug(error.to_string()))?;
        say(&format!("{text}\n"))?;
    } else {
        for problem in &problems {
            tell(&problem.to_string());
        }
        for (file, scenario) in good {
            say(&format!("{file}: fine ({}, {} weeks from {})\n", scenario.title, scenario.weeks, scenario.start().name))?;
        }
    }
    Ok(if problems.is_empty() { 0 } else { 2 })
}
