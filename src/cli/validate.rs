//! `sulh validate`: the model against what was recorded.
use super::compare::jobs;
use super::progress::Reporter;
use super::signals;
use super::{Color, Failed, Progress, ValidateArgs, say, tell};
use crate::experiment::design::{self, Design, Draws};
use crate::experiment::runner::Conduct;
use crate::files;
use crate::params::{self, Parameters, displacement::Displacement};
use crate::report;
use crate::scenario::problem::nearest;
use crate::scenario::{Changes, DrawsFrom, Library, Problems, Scenario, library, posterior};
use crate::sim::Ready;
use crate::units::Date;
use crate::validation::displacement::{self, DAYS, FLEE, Instance, People, Placed, Setting};
use crate::validation::futures::{self, Given, History};
use crate::validation::targets::{self, Period, Role};
use crate::validation::{HISTORY, IN_FORCE, Vocabulary, archive, facts, forced, levels, not_compared, peace, scores, statistics};
use crate::world::Template;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where output goes if nobody says where.
const OUT: &str = "output/validate";
/// The report of targets.
const TARGETS: &str = "validation.txt";
/// The report of predictions.
const SCORES: &str = "scores.txt";
/// Segments of which one is kept where only levels of the start are solved.
const COARSE: i64 = 40;

pub(super) fn validate(args: &ValidateArgs) -> Result<u8, Failed> {
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(OUT));
    files::sweep(&out).map_err(|error| Failed::Output(out.clone(), error))?;
    if args.displacement {
        let (text, holds) = benchmark(&out)?;
        say(&text)?;
        return Ok(u8::from(!holds));
    }
    let asked = Asked { args, report: out.join(if args.from.is_some() { SCORES } else { TARGETS }), failed: Cell::new(0) };
    let code = if args.from.is_some() { predictions(&asked, &out) } else { targets(&asked, &out) }?;
    Ok(asked.code(code))
}

/// A validation that was asked for.
struct Asked<'a> {
    args: &'a ValidateArgs,
    /// The file of its report.
    report: PathBuf,
    /// Histories that failed so far.
    failed: Cell<usize>,
}

impl Asked<'_> {
    /// The exit code where nothing else went wrong.
    fn code(&self, otherwise: u8) -> u8 {
        if self.failed.get() > 0 { 3 } else { otherwise }
    }
}

/// First year of the reference period, and the years after it that are known.
pub(super) const REFERENCE: (i64, i64) = (2017, 2021);

/// The design that a command asks for.
fn design(args: &ValidateArgs, replicates: u64) -> Design {
    Design { replicates, draws: if args.draws == 0 { Draws::Defaults } else { Draws::Cycle(args.draws) }, seed: args.seed }
}

/// The simulated histories that a command asks for, from the reference forces.
fn histories(asked: &Asked, scenario: &Scenario, words: &Vocabulary) -> Result<Vec<History>, Failed> {
    let given = given(asked.args, scenario)?;
    simulated(asked, asked.args.replicates, |design, conduct, done| futures::simulate(scenario, words, design, &given, conduct, done))
}

/// Runs some futures with progress, and tells which broke.
fn simulated<T>(
    asked: &Asked,
    replicates: u64,
    run: impl FnOnce(Design, &Conduct, &mut dyn FnMut(u64)) -> Option<(Vec<T>, Vec<futures::Broken>)>,
) -> Result<Vec<T>, Failed> {
    let args = asked.args;
    // Before anything is simulated, which may take hours; after all that is wrong with what was asked, for which nothing is written.
    files::writable(&asked.report).map_err(|error| Failed::Output(asked.report.clone(), error))?;
    let conduct = Conduct { jobs: jobs(args.jobs), stop: signals::heeded()?, deadline: None };
    let mut reporter = Reporter::new(Progress::Auto, Color::Auto, args.quiet, replicates);
    let simulated = run(design(args, replicates), &conduct, &mut |done| reporter.update(done, None));
    reporter.finish(replicates);
    let Some((histories, broken)) = simulated else {
        return Err(Failed::Stopped("stopped before all histories were simulated: nothing is kept of a validation".to_owned()));
    };
    asked.failed.set(asked.failed.get() + broken.len());
    for (replicate, message) in &broken {
        tell(&format!("history {replicate} failed: {message}. This is a bug"));
    }
    if histories.is_empty() {
        return Err(Failed::Bug("no history could be simulated".to_owned()));
    }
    Ok(histories)
}

/// The parameters of a posterior, if one is given.
fn given(args: &ValidateArgs, scenario: &Scenario) -> Result<Given, Failed> {
    let Some(path) = &args.posterior else { return Ok(Given::default()) };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Failed::usage(format!("{name}: cannot be read: {error}")))?;
    let (names, rows) = posterior::sample(&name, &text)?;
    let declared = params::declared(&scenario.case, scenario.start);
    let mut problems = Problems::default();
    posterior::unknown(&name, &names, &declared).for_each(|problem| problems.add(problem));
    problems.into_result(())?;
    Ok(Given { names, rows })
}

/// Where the draws of a validation come from: a posterior that is given comes upon priors.
fn sampled(args: &ValidateArgs, otherwise: DrawsFrom) -> DrawsFrom {
    if args.posterior.is_some() { DrawsFrom::Priors } else { otherwise }
}

/// The same in words.
fn source(args: &ValidateArgs, scenario: &Scenario) -> String {
    if args.draws == 0 {
        return "the defaults".to_owned();
    }
    match (&args.posterior, scenario.posterior()) {
        (Some(_), _) => "a posterior; what it does not name, from the priors".to_owned(),
        (None, Some(posterior)) => {
            format!("the posterior of {} ({} parameters), all others from their priors", posterior.period, posterior.names.len())
        }
        (None, None) => "the priors (nothing is fitted but levels)".to_owned(),
    }
}

/// The scenario of the reference years with the changes of a command.
pub(super) fn reference(set: &[String], scale: i64, first: Date, weeks: i32, draws_from: DrawsFrom) -> Result<Scenario, Failed> {
    let changes = Changes { set: set.to_vec(), scale: Some(scale), ..Changes::default() };
    let base = Library::new().load_text("in-force.toml", IN_FORCE, &changes)?;
    let base = if base.draws_from == DrawsFrom::Priors { base } else { Scenario { draws_from, ..base } };
    Ok(futures::at_reference(&base, first, weeks))
}

pub(super) fn january(year: i64) -> Date {
    Date::new(year, 1, 1).expect("a date")
}

/// How many targets of each role are met.
fn by_role(rows: &[targets::Row]) -> String {
    let of = |role| rows.iter().filter(move |row| row.role == role);
    let told = targets::ROLES.iter().map(|&(role, word)| (of(role).count(), of(role).filter(|row| row.passes()).count(), word));
    told.filter(|x| x.0 > 0).map(|(all, met, word)| format!("{word} {met} of {all}")).collect::<Vec<_>>().join("; ")
}

/// The table of targets.
fn targets(asked: &Asked, out: &Path) -> Result<u8, Failed> {
    let args = asked.args;
    let (from, to) = REFERENCE;
    let period = Period::years(from, to);
    let first = january(from);
    // One run serves the reference years and those after them, of which totals were published; foreign forces come and go on their days.
    let end = facts::reference_ends().map_or(period.end(), |end| end.max(period.end()));
    let weeks = end.weeks_since(first) + 1;
    let scenario = reference(&args.set, args.scale, first, weeks, sampled(args, DrawsFrom::Posterior))?;
    let words = Vocabulary::new(&scenario.case).map_err(Failed::Bug)?;
    let archive = words.recorded();
    // What is wrong with a history is told before anything is simulated.
    let past = Past::load(args)?;
    let histories = histories(asked, &scenario, &words)?;
    let mut rows = targets::of_events(&words, &archive, &histories, period, Role::Fitted);
    rows.extend(targets::of_displaced(&scenario.case, &histories, "reference", first, weeks));
    rows.push(targets::of_splits(&histories, period));
    let mut told = facts::of_futures("reference", &words, &scenario.case, &histories, first, weeks);
    drop(histories);
    let (of_history, more) = past.rows(asked, &words, &archive)?;
    rows.extend(of_history);
    for more in [more, accords(asked)?, recruits(asked, &scenario)?] {
        told.add(more);
    }
    rows.extend(told.rows);
    let (flight, _) = benchmark(out)?;
    let mut text = format!(
        "The model against what was recorded: {} histories of {weeks} weeks from {first}, scale {}, {} draws from {}\n\n",
        args.replicates,
        args.scale,
        args.draws,
        source(args, &scenario)
    );
    let _ = writeln!(text, "Met, by role: {}\n", by_role(&rows));
    text.push_str(&report::validation::table(&rows));
    let counted: Vec<&targets::Row> = rows.iter().filter(|row| row.counts()).collect();
    let failing = counted.iter().filter(|row| !row.passes()).count();
    let far = counted.iter().filter(|row| row.far()).count();
    let seen: Vec<&targets::Row> = rows.iter().filter(|row| !row.counts()).collect();
    let _ = writeln!(
        text,
        "\n{} of {} targets met; {far} off by more than a factor of 2. A target is met where the observed value lies in the central 90 % of recorded\n\
         simulations and their median in the interval. They are about fifteen independent facts, not {}. Levels of pairs and of one-sided\n\
         violence are solved on the years 2017-2021; shape, timing and sizes are not, nor is anything of the years before.\n\
         Held out, seen: {} of {} met, beside that count. Published totals after 2021 informed the design; the run to the end of 2024 is told of foreign forces\n\
         that come and go (X) and of nothing that only validates (V). Prior: no level is solved on it, but a prior was chosen with it in view.\n",
        counted.len() - failing,
        counted.len(),
        counted.len(),
        seen.iter().filter(|row| row.passes()).count(),
        seen.len()
    );
    text.push_str("\nNot compared\n");
    for (target, why) in not_compared().into_iter().chain(told.untold) {
        let _ = writeln!(text, "  {target}: {why}");
    }
    text.push('\n');
    text.push_str(&flight);
    let bytes = report::validation::csv(&rows).map_err(|error| Failed::Bug(error.to_string()))?;
    write(out, "targets.csv", &bytes)?;
    if !args.no_plots {
        let foot = format!(
            "{} histories, {} draws from {}, scale {}. UCDP (CC BY 4.0), UNHCR, published totals. Not a forecast.",
            args.replicates,
            args.draws,
            source(args, &scenario),
            args.scale
        );
        let figure = report::plots::targets::draw(&rows, &foot);
        let picture = report::plots::png(&figure.svg).map_err(|error| Failed::Output(out.to_path_buf(), error))?;
        write(out, "plots/targets.svg", figure.svg.as_bytes())?;
        write(out, "plots/targets.png", &picture)?;
    }
    let _ = writeln!(text, "Table and plots: {}", out.display());
    write(out, TARGETS, text.as_bytes())?;
    say(&text)?;
    Ok(u8::from(failing > 0))
}

/// History from a start of its own until the last year that is known: none of its years but the last was used for a level.
struct Past {
    scenario: Scenario,
    start: Date,
    /// First and last whole year of which events are known.
    known: (i64, i64),
    role: Role,
}

impl Past {
    fn load(args: &ValidateArgs) -> Result<Self, Failed> {
        let changes = Changes { set: args.set.clone(), scale: Some(args.scale), ..Changes::default() };
        let mut library = Library::new();
        let scenario = match &args.history {
            Some(name) => library.load(name, &changes)?,
            None => library.load_text("history.toml", HISTORY, &changes)?,
        };
        let forced = forced(&scenario);
        if args.history.is_some() && !forced.is_empty() {
            return Err(Failed::hinted(
                format!("{}: a validation run is told nothing that the model must produce, and here {}", scenario.name, forced.join("; ")),
                "events marked X in the case's timeline happen on their own; those marked V only validate",
            ));
        }
        let start = scenario.start().date.ok_or_else(|| Failed::usage("history needs a start with a date"))?;
        let end = start.after_weeks(scenario.weeks).after_days(7);
        // Whole years between start and end; a start in the first week of January counts as the year's first day.
        let (from, _, _) = start.after_days(-7).civil();
        let (to, _, _) = end.civil();
        let known = (from + 1, (to - 1).min(REFERENCE.1));
        if known.0 > known.1 {
            return Err(Failed::hinted(
                format!("{}: no whole year of recorded events lies between {start} and {end}", scenario.name),
                "start it in a January from 2012 on",
            ));
        }
        let role = if forced.is_empty() { Role::HeldOut } else { Role::Forced };
        Ok(Self { scenario, start, known, role })
    }

    fn rows(&self, asked: &Asked, words: &Vocabulary, archive: &[archive::Recorded]) -> Result<(Vec<targets::Row>, facts::Told), Failed> {
        let Self { scenario, start, known, role } = self;
        let histories = histories(asked, scenario, words)?;
        let mut rows = Vec::new();
        for (a, b) in [(known.0, (REFERENCE.0 - 1).min(known.1)), *known] {
            if a <= b {
                let role = if b < REFERENCE.0 { *role } else { Role::Partly };
                rows.extend(targets::of_events(words, archive, &histories, Period::years(a, b), role));
            }
        }
        rows.extend(targets::of_displaced(&scenario.case, &histories, "history", *start, scenario.weeks));
        rows.extend(targets::of_accord(&histories, scenario.weeks));
        Ok((rows, facts::of_futures("history", words, &scenario.case, &histories, *start, scenario.weeks)))
    }
}

/// How much coarser the people are where only talks, accords and recruits are asked about.
const COARSER: i64 = 5;

/// What accords tell that the tracks with talks bring about.
fn accords(asked: &Asked) -> Result<facts::Told, Failed> {
    let args = asked.args;
    let changes = Changes { set: args.set.clone(), scale: Some(args.scale * COARSER), ..Changes::default() };
    let mut tracks = peace::tracks(library::CASE, &changes)?;
    if args.posterior.is_some() {
        tracks.iter_mut().for_each(|track| track.draws_from = DrawsFrom::Priors);
    }
    // Two fifths of the histories are futures enough of each of several tracks.
    let Some(first) = tracks.first() else { return Ok(facts::Told::default()) };
    let given = given(args, first)?;
    let replicates = (args.replicates * 2).div_ceil(5);
    let reached = simulated(asked, replicates, |design, conduct, done| peace::simulate(&tracks, design, &given, conduct, done))?;
    Ok(facts::of_accords(&reached.into_iter().flatten().collect::<Vec<_>>()))
}

/// What futures without a process tell of recruits.
fn recruits(asked: &Asked, reference: &Scenario) -> Result<facts::Told, Failed> {
    let args = asked.args;
    /// Futures are pairs that differ in one process: a fifth of the histories tells enough.
    const PART: u64 = 5;
    let mut told = facts::Told::default();
    let scale = u32::try_from(i64::from(reference.scale) * COARSER).unwrap_or(u32::MAX);
    let scenario = Scenario { scale, ..reference.clone() };
    for fact in facts::of_run("without") {
        let (process, weeks) = facts::process_and_weeks(&fact);
        let given = given(args, &scenario)?;
        let replicates = args.replicates.div_ceil(PART);
        let shares = simulated(asked, replicates, |design, conduct, done| {
            peace::recruits_due(&scenario, &process, weeks, design, &given, conduct, done)
        })?;
        told.add(facts::of_recruits(&fact, &shares));
    }
    Ok(told)
}

pub(super) fn write(out: &Path, name: &str, bytes: &[u8]) -> Result<(), Failed> {
    let path = out.join(name);
    files::atomically(&path, bytes).map_err(|error| Failed::Output(path, error))
}

/// Scores of predictions of some months.
fn predictions(asked: &Asked, out: &Path) -> Result<u8, Failed> {
    let args = asked.args;
    let day = |text: &Option<String>, flag: &str| {
        let text = text.as_deref().unwrap_or_default();
        Date::parse(text).ok_or_else(|| Failed::hinted(format!("--{flag} {text}: not a date"), "give YYYY-MM-DD"))
    };
    let (from, to) = (day(&args.from, "from")?, day(&args.to, "to")?);
    let first = january(REFERENCE.0);
    let months = statistics::month_of(to) - statistics::month_of(from) + 1;
    if months < 1 || statistics::month_of(from) < statistics::month_of(first) + 12 || months > 240 {
        return Err(Failed::hinted(
            format!("--from {from} --to {to}: from one month to 240, and none before {}", january(REFERENCE.0 + 1)),
            "histories begin with the forces of the reference period, and the baselines need a year to learn from",
        ));
    }
    let period = Period { first: statistics::month_of(from), months: months as usize };
    let weeks = period.end().weeks_since(first) + 1;
    let scenario = reference(&args.set, args.scale, first, weeks, sampled(args, DrawsFrom::Before(from.civil().0 as i32)))?;
    let words = Vocabulary::new(&scenario.case).map_err(Failed::Bug)?;
    let mut archive = words.recorded();
    let month = |event: &archive::Recorded| statistics::month_of(event.date);
    let named = |first: i64| Period { first, months: 1 }.name();
    let mut sources = "the record that comes with the program (UCDP GED 24.1)".to_owned();
    if let Some(path) = &args.data {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| Failed::usage(format!("{name}: cannot be read: {error}")))?;
        let more = archive::read(&name, &text, &words.names)?;
        let strange = strange_codes(&archive, &more);
        let (more, outside): (Vec<_>, Vec<_>) = more.into_iter().partition(|event| event.area.is_some());
        if !outside.is_empty() {
            let all = more.len() + outside.len();
            tell(&format!(
                "{} of {all} events of {name} lie outside the areas of the case, or nothing says where: they are left out",
                outside.len()
            ));
        }
        if !strange.is_empty() {
            tell(&format!(
                "{name}: codes that no event of the program's own record has: {}. They count for all and for zones, and for no bloc of codes.csv",
                strange.join(", ")
            ));
        }
        // The file speaks for the months that it covers; what comes with the program for those before.
        let Some(begins) = more.iter().map(&month).min() else {
            return Err(Failed::hinted(
                format!("{name}: no event within the areas of the case"),
                "columns are described in scenarios/cases/mali/validation/README.md",
            ));
        };
        sources = format!("{name} from {}, before that the record that comes with the program (UCDP GED 24.1)", named(begins));
        if begins >= period.first {
            tell(&format!(
                "{name} begins in {}: levels and baselines learn from the program's own record of the time before. If the file counts otherwise, let it begin before --from",
                named(begins)
            ));
        }
        archive.retain(|event| month(event) < begins);
        archive.extend(more);
    }
    let last = archive.iter().map(&month).max().unwrap_or(i64::MIN);
    if last < period.first {
        return Err(Failed::hinted(
            format!("nothing is recorded from {from} to {to}: there is nothing to score"),
            "bring a file that covers these months with --data FILE",
        ));
    }
    if last < period.first + months - 1 {
        let silent = period.first + months - 1 - last;
        tell(&format!("nothing is recorded after {}: the last {silent} of {months} months count as months without events", named(last)));
    }
    let (known, rest): (Vec<_>, Vec<_>) = archive.into_iter().partition(|event| month(event) < period.first);
    let happened: Vec<_> = rest.into_iter().filter(|event| month(event) < period.first + months).collect();
    let leaks = period.first <= 12 * REFERENCE.1 + 11;
    // Levels from what was recorded before the first day that is predicted, where that is within the reference years.
    let scenario = if leaks { levels::known_until(&scenario, &words, &known, first, from) } else { scenario };
    let histories = histories(asked, &scenario, &words)?;
    let rows = scores::score(&words, &histories, &known, &happened, period);
    let mut text = format!(
        "Predictions of {} ({months} months), {} recorded events; {} histories from {first}, scale {}, {} draws from {}\n\n",
        period.name(),
        happened.len(),
        histories.len(),
        args.scale,
        args.draws,
        source(args, &scenario)
    );
    text.push_str(&report::validation::scores(&rows));
    text.push_str(
        &format!("\nRecorded: {sources}.\n\
         Everybody predicts all months at once from the first day on. The baselines know every event before it; the model knows its start alone.\n\
         A bloc's events are those in which its code takes part, on either side.\n"),
    );
    if leaks {
        text.push_str("Levels of violence are those recorded before that day; where forces stand is of the whole of 2017-2021, so zones are not quite unseen.\n");
    }
    write(out, SCORES, text.as_bytes())?;
    say(&text)?;
    Ok(0)
}

/// Codes of actors in `more` that no event of `known` has, each with its number of events and the nearest known code; the most frequent first, five at most.
fn strange_codes(known: &[archive::Recorded], more: &[archive::Recorded]) -> Vec<String> {
    const TOLD: usize = 5;
    let codes: BTreeSet<&str> = known.iter().flat_map(|event| [event.a.as_str(), event.b.as_str()]).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for code in more.iter().flat_map(|event| [event.a.as_str(), event.b.as_str()]).filter(|code| !codes.contains(code)) {
        *counts.entry(code).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let near = |code: &str| nearest(code, codes.iter().copied()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    counts.into_iter().take(TOLD).map(|(code, events)| format!("`{code}` ({events}{})", near(code))).collect()
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
        Way {
            name: format!("fitted on this instance: reach {:.0} km", fitted.reach()),
            placed: place(&fitted, &solved, People::Zones, true),
        },
    ];
    let mut text = String::new();
    let score = ways[0].placed.score();
    let _ = writeln!(text, "Flight in northern Mali, {DAYS} days from 29 February 2012 (7 camps)");
    let _ = writeln!(text, "averaged relative difference, mean over the days: {score:.3} (asked: {ASKED:.2} or less; Flee: {FLEE})\n");
    let _ = writeln!(text, "  mean    day 0  day 50 day 100 day 200 day 299");
    for way in &ways {
        let d = &way.placed.difference;
        let _ = writeln!(
            text,
            "  {:.3}   {:.3}   {:.3}   {:.3}   {:.3}   {:.3}   {}",
            way.placed.score(),
            d[0],
            d[50],
            d[100],
            d[200],
            d[DAYS - 1],
            way.name
        );
    }
    text.push_str(
        "\nGiven: days from which towns were in conflict, closed borders, all arrivals of a week. The parameters of flight are the defaults; the \
         draws\nof the three countries are solved for the stocks of refugees of 2018-2021, not for 2012. The capacities are the largest \
         registrations of 2012:\nwho is given them, as Flee is, knows a part of the answer. Which of the first three is named first was \
         chosen after all had been seen.\n\n",
    );
    let _ = writeln!(text, "Persons on day {}: placed, registered", DAYS - 1);
    for camp in instance.camps() {
        let _ = writeln!(
            text,
            "  {:<16} {:>6.0} {:>6.0}",
            instance.locations[camp].name,
            ways[0].placed.days[DAYS - 1][camp],
            instance.registered(camp, DAYS - 1)
        );
    }
    let mut table = csv::Writer::from_writer(Vec::new());
    let bug = |error: csv::Error| Failed::Bug(error.to_string());
    let mut header = vec!["day".to_owned()];
    header.extend(ways.iter().map(|way| way.name.clone()));
    header.extend(
        instance.camps().iter().flat_map(|&camp| ["placed", "registered"].map(|x| format!("{x}: {}", instance.locations[camp].name))),
    );
    table.write_record(&header).map_err(bug)?;
    for day in 0..DAYS {
        let mut row = vec![day.to_string()];
        row.extend(ways.iter().map(|way| format!("{:.4}", way.placed.difference[day])));
        row.extend(
            instance
                .camps()
                .iter()
                .flat_map(|&camp| [ways[0].placed.days[day][camp], instance.registered(camp, day)].map(|x| format!("{x:.0}"))),
        );
        table.write_record(&row).map_err(bug)?;
    }
    let bytes = table.into_inner().map_err(|error| Failed::Bug(error.to_string()))?;
    let path = out.join("displacement_2012.csv");
    let written = std::fs::create_dir_all(out).and_then(|()| files::atomically(&path, &bytes));
    written.map_err(|error: io::Error| Failed::Output(path.clone(), error))?;
    let _ = writeln!(text, "\nEach day: {}", path.display());
    Ok((text, score <= ASKED))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    /// Histories that fail are counted, whatever was asked of them: the command ends with 3. A stop is no fault of the user.
    #[test]
    fn failed_histories_are_counted_and_a_stop_is_told_as_one() {
        let super::super::Command::Validate(args) = super::super::Cli::parse_from(["sulh", "validate", "--quiet"]).command else {
            panic!("another command")
        };
        let folder = tempfile::tempdir().unwrap();
        let asked = |name| Asked { args: &args, report: folder.path().join(name), failed: Cell::new(0) };
        let of_folder = simulated(&asked(""), 1, |_, _, _| Some((vec![7], Vec::new()))).unwrap_err();
        assert_eq!(of_folder.code(), 74, "where the report cannot be written");
        let (new, asked) = (asked("new"), asked("report"));
        let broken = |history| (history, "cursed".to_owned());
        assert_eq!(simulated(&asked, 3, |_, _, _| Some((vec![7], vec![broken(0), broken(2)]))).unwrap(), [7]);
        simulated(&asked, 1, |_, _, _| Some((vec![7], vec![broken(0)]))).unwrap();
        assert_eq!((asked.failed.get(), asked.code(1)), (3, 3));
        assert_eq!(new.code(1), 1);
        let stopped = simulated(&asked, 1, |_, _, _| None::<(Vec<u8>, _)>).unwrap_err();
        assert_eq!(stopped.code(), 75);
    }
}
