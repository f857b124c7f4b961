//! `sulh check`: all problems of all files at once.
use super::{CheckArgs, Color, Failed, coloured, say, tell, width};
use crate::scenario::notes::notes;
use crate::scenario::{Changes, Library, Problem, Problems, Scenario};
use crate::units;
use serde_json::json;

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
        let bug = |error: serde_json::Error| Failed::Bug(error.to_string());
        let mut all = problems.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>().map_err(bug)?;
        all.iter_mut().for_each(|problem| problem["severity"] = json!("error"));
        for (file, scenario) in good {
            all.extend(notes(&scenario).into_iter().map(|note| json!({ "file": file, "severity": "note", "fault": note })));
        }
        say(&format!("{}\n", serde_json::to_string_pretty(&all).map_err(bug)?))?;
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

/// What of scenarios that are to be run cannot do what it seems meant for, and what was set on the command line without changing any.
pub(super) fn remarks(library: &mut Library, names: &[String], scenarios: &[Scenario], changes: &Changes) -> Vec<String> {
    let mut remarks = Vec::new();
    let says = |scenario: &Scenario| (scenario.resolved.clone(), scenario.title.clone(), scenario.summary.clone());
    for (at, set) in changes.set.iter().enumerate() {
        let mut without = changes.clone();
        without.set.remove(at);
        let without: Vec<Option<Scenario>> = names.iter().map(|name| library.load(name, &without).ok()).collect();
        let pairs = || scenarios.iter().zip(without.iter().flatten());
        if without.iter().all(Option::is_some) && pairs().all(|(with, without)| says(without) == says(with)) {
            remarks.push(format!("--set {set} changes nothing: that is how it is without it"));
        }
        for (with, without) in pairs() {
            let seated = |scenario: &Scenario, party| scenario.track.seats.iter().any(|seat| seat.party == party);
            let new = with.track.seats.iter().filter(|seat| !seated(without, seat.party));
            remarks.extend(new.map(|seat| {
                let party = &with.case.parties[seat.party].slug;
                format!("{}: --set {set} gives `{party}` a seat, which it does not have otherwise", with.name)
            }));
        }
    }
    // What several share is said once.
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for scenario in scenarios {
        for note in notes(scenario) {
            match told.iter_mut().find(|(known, _)| *known == note) {
                Some((_, whose)) => whose.push(&scenario.name),
                None => told.push((note, vec![&scenario.name])),
            }
        }
    }
    remarks.extend(told.into_iter().map(|(note, whose)| format!("{}: {note}", whose.join(", "))));
    remarks
}
