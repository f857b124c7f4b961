//! `sulh compare` and `sulh run`: plans an experiment, runs what is missing, writes tables and plots, prints the summary.
use super::check::remarks;
use super::names::{Names, unknown};
use super::progress::Reporter;
use super::signals;
use super::simulate::Engine;
use super::story::comparable;
use super::{Color, CompareArgs, DRAWS, Experiment, Failed, Futures, OnError, REPLICATES, RunArgs, SEED, quoted, say, tell};
use crate::experiment::design::{Design, Draws};
use crate::experiment::manifest::{self, Manifest};
use crate::experiment::plan::{self, Asked, Plan};
use crate::experiment::results::{Failure, Results};
use crate::experiment::runner::{Conduct, Ended};
use crate::experiment::store::Store;
use crate::files;
use crate::observe::measures::measures;
use crate::report::{
    self, comparison,
    numbers::{plural, whole},
    tables,
};
use crate::scenario::{Case, Changes, Library, Problems, Scenario};
use crate::units;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime};

/// How often the manifest says how far the work is.
const NOTED: Duration = Duration::from_secs(5);
/// Failures that are told one by one.
const TOLD: usize = 10;

pub(super) fn compare(args: CompareArgs, color: Color, futures: Futures) -> Result<u8, Failed> {
    if args.timings {
        let run = format!("sulh run {} --timings", quoted(&args.scenarios[0]));
        return Err(Failed::hinted("--timings is of `sulh run`: what a future costs is told of one scenario", run));
    }
    if args.scenarios.len() < 2 {
        // Whether it is one at all comes first.
        Library::new().load(&args.scenarios[0], &Changes::default())?;
        return Err(Failed::hinted("a comparison needs two scenarios or more", format!("sulh run {}", quoted(&args.scenarios[0]))));
    }
    experiment(&args.scenarios, &args.experiment, false, color, futures)
}

pub(super) fn run(args: RunArgs, color: Color, futures: Futures) -> Result<u8, Failed> {
    experiment(&[args.scenario], &args.experiment, args.timings, color, futures)
}

fn experiment(arguments: &[String], args: &Experiment, timings: bool, color: Color, futures: Futures) -> Result<u8, Failed> {
    let scenarios = load(arguments, args)?;
    check_measures(&args.measures, &scenarios[0].case)?;
    if args.until.is_some() && scenarios.len() < 2 {
        return Err(Failed::hinted("--until is about a difference, and one scenario has none", "give two scenarios to `sulh compare`"));
    }
    let draws = match (args.draw, args.draws) {
        (Some(draw), _) => Draws::Only(draw),
        (None, 0) => Draws::Defaults,
        (None, draws) => Draws::Cycle(draws),
    };
    let design = Design { replicates: args.replicates, draws, seed: args.seed };
    if !args.quiet && args.draws != DRAWS && u64::from(args.draws) > args.replicates {
        let futures = plural(args.replicates as usize, "future uses", "futures use");
        tell(&format!("note: {futures} {} of the {} parameter draws: each has one", args.replicates, args.draws));
    }
    let engine = Engine::new(&scenarios, design);
    let plan = Plan { scenarios, design, precision: args.until, model: manifest::model(), points: engine.points() };
    let out = args.out.clone().unwrap_or_else(|| default_out(&plan));
    let jobs = jobs(args.jobs);
    let earlier = Manifest::read(&out).ok().flatten();
    // Whoever is at work there is told of before what to do about what lies there.
    let held = if out.is_dir() { hold(&out)? } else { None };
    let found = look(&out, &plan, args, earlier.as_ref())?;
    let unwritten = |error: io::Error| Failed::Output(out.clone(), error);
    std::fs::create_dir_all(&out).map_err(unwritten)?;
    let _held = if held.is_some() { held } else { hold(&out)? };
    if args.force {
        clear(&out, earlier.as_ref()).map_err(unwritten)?;
    }
    for folder in [out.clone(), out.join("plots")] {
        files::sweep(&folder).map_err(unwritten)?;
    }
    let mut store = Store::open(&out.join("runs")).map_err(unwritten)?;
    let other = earlier.as_ref().filter(|of| !args.force && of.plan_hash != plan.hash());
    if let Some(of) = other {
        if of.complete && !store.is_empty() && fitting(&store, &plan) == 0 {
            return Err(Failed::hinted(
                format!("{} holds another experiment, finished {}, of whose runs none fits", out.display(), of.ended),
                "choose another --out, or overwrite it with --force",
            ));
        }
        report::plots::remove(&out).map_err(unwritten)?;
    }
    let mut manifest = Manifest::begun(&plan, arguments, jobs, args.until);
    // Time that went into what is gone on with counts.
    let mut spent = 0.0;
    if let Some(of) = earlier.as_ref().filter(|of| !args.force && of.plan_hash == plan.hash()) {
        manifest.started.clone_from(&of.started);
        spent = of.seconds;
    }
    let finished = matches!(found, Found::Finished(_));
    if !finished {
        manifest.write(&out).map_err(unwritten)?;
    }

    let stop = signals::heeded()?;
    let begun = Instant::now();
    let deadline = args.time_limit.map(|limit| begun + limit);
    if store.damaged > 0 {
        tell(&format!(
            "{}: {} found damaged or unfinished; done again where missing",
            out.join("runs").display(),
            plural(store.damaged, "record", "records")
        ));
    }
    let contested = engine.contested();
    let repeat = |scenario: usize, replicate: u64| repeat_command(&arguments[scenario], &plan, args, &contested, replicate);
    let enough = |results: &Results| imprecise(results, args.until.unwrap_or(f64::INFINITY)).is_empty();
    let enough: Option<&dyn Fn(&Results) -> bool> = args.until.is_some().then_some(&enough);
    // The first futures solve a draw each, which the others find solved.
    let draws = plan.design.draws.used(plan.design.replicates).len() as u64;
    let first = if draws < plan.design.replicates { draws * plan.scenarios.len() as u64 } else { 0 };
    let mut reporter = Reporter::new(args.progress, color, args.quiet, plan.runs()).after(first);
    resumed(&store, &plan, args, earlier.as_ref(), &out);
    let mut told = 0;
    let mut last = 0;
    let mut noted = Instant::now();
    let mut progress = |done: u64, failure: Option<&Failure>| {
        // Whoever looks into the folder sees how far it is; that it could not be written shows at the end.
        if !finished && noted.elapsed() >= NOTED {
            noted = Instant::now();
            manifest.finished = done;
            manifest.seconds = spent + begun.elapsed().as_secs_f64();
            let _ = manifest.write(&out);
        }
        let text = failure.filter(|_| told < TOLD).map(|failure| failure_text(failure, &plan));
        told += usize::from(text.is_some());
        last = done;
        reporter.update(done, text.as_deref());
    };
    let asked = Asked {
        conduct: Conduct { jobs, stop: Arc::clone(&stop), deadline },
        stop_on_error: args.on_error == OnError::Stop,
        enough,
        repeat: &repeat,
        progress: &mut progress,
    };
    let executing = Instant::now();
    let collected = plan::execute(&plan, &mut store, engine.parameters(), &engine.people(), asked, |replicate, wanted| {
        futures(&engine, replicate, wanted)
    });
    let collected = collected.map_err(|error| Failed::Output(out.join("runs"), error))?;
    reporter.finish(last);
    let ran = Ran {
        futures: (collected.results.rows.len() as u64).saturating_sub(collected.found),
        seconds: executing.elapsed().as_secs_f64(),
        threads: jobs,
    };
    let results = collected.results;
    let failed = results.failures.len();
    manifest.finished = results.rows.len() as u64;
    manifest.failed = failed as u64;
    manifest.refused = results.parameters.refused;
    manifest.seconds = spent + begun.elapsed().as_secs_f64();
    manifest.ended = manifest::moment(SystemTime::now());
    let by_error = args.on_error == OnError::Stop && failed > 0;
    if collected.ended == Ended::Stopped && !by_error {
        manifest.write(&out).map_err(unwritten)?;
        let why = if stop.load(Ordering::Relaxed) { "a signal" } else { "the time limit" };
        tell(&format!(
            "stopped by {why}: {} of {} runs are in {}\n  hint: the same command with --resume goes on",
            results.rows.len(),
            plan.runs(),
            out.display()
        ));
        return Ok(75);
    }

    let options = report::Options {
        plots: !args.no_plots,
        folder: out.display().to_string(),
        measures: args.measures.clone(),
        set: args.over.set.clone(),
        repeat: repeat_flags(arguments, &plan, args, &contested),
    };
    let summary = report::summary(&results, &options);
    // Whether tables of a finished experiment are what was written.
    let as_written = match &found {
        Found::Finished(of) => manifest::tables(&out, tables::FILES).ok().map(|tables| manifest::result_hash(&tables) == of.result_hash),
        Found::Open => None,
    };
    // Runs that had failed are tried again in a finished experiment: what they leave now must be written.
    if let Found::Finished(earlier) = &found
        && ran.futures == 0
        && as_written == Some(true)
        && (args.no_plots || out.join("plots").is_dir())
    {
        if !out.join(report::SUMMARY).is_file() {
            report::write_summary(&results, &out, &options).map_err(unwritten)?;
        }
        if !args.quiet {
            tell(&format!("{} holds this experiment, finished {}; nothing was computed", out.display(), earlier.ended));
        }
    } else {
        if as_written == Some(false) {
            tell(&format!("note: tables in {} are not what was written: they are written anew", out.display()));
        }
        report::write_all(&results, &out, &options).map_err(unwritten)?;
        manifest.tables = manifest::tables(&out, tables::FILES).map_err(unwritten)?;
        manifest.result_hash = manifest::result_hash(&manifest.tables);
        manifest.complete = !by_error;
        manifest.precision_reached = args.until.map(|_| collected.precise == Some(true));
        manifest.write(&out).map_err(unwritten)?;
    }
    say(&summary)?;
    if collected.precise == Some(true) && !args.quiet {
        // The answer may have come at the end.
        let (done, all) = (results.rows.last().map_or(0, |row| row.replicate + 1), plan.design.replicates);
        let stopped = if done < all { format!("stopped after {done} of {all} futures: ") } else { String::new() };
        tell(&format!("{stopped}the precision asked for (--until {}) is reached", args.until.unwrap_or(0.0)));
    }
    if timings {
        say(&timing_table(&engine, design, &ran))?;
    }
    if failed > TOLD {
        tell(&format!("{failed} runs failed; all are in {}", out.join("failures.csv").display()));
    }
    if failed > 0 {
        return Ok(3);
    }
    if collected.precise == Some(false) || (args.until.is_some() && collected.precise.is_none()) {
        let width = args.until.unwrap_or(f64::INFINITY);
        tell(&format!(
            "the precision asked for (--until {width}) was not reached in {}: {}",
            plural(plan.design.replicates as usize, "future", "futures"),
            imprecise(&results, width).join("; ")
        ));
        return Ok(4);
    }
    Ok(0)
}

fn load(arguments: &[String], args: &Experiment) -> Result<Vec<Scenario>, Failed> {
    let mut library = Library::new();
    let mut problems = Problems::default();
    let mut scenarios: Vec<Scenario> = Vec::new();
    for argument in arguments {
        match library.load(argument, &args.over.changes()) {
            Ok(scenario) => scenarios.push(scenario),
            Err(more) => more.0.into_iter().for_each(|problem| {
                if !problems.0.contains(&problem) {
                    problems.add(problem);
                }
            }),
        }
    }
    problems.into_result(())?;
    let case = |scenario: &Scenario| scenario.resolved.lines().next().unwrap_or_default().to_owned();
    for (at, scenario) in scenarios.iter().enumerate().skip(1) {
        let first = &scenarios[0];
        if scenario.weeks != first.weeks {
            return Err(Failed::hinted(
                format!("`{}` runs {}, `{}` {}", first.name, units::weeks(first.weeks), scenario.name, scenario.weeks),
                "set one horizon for all with --weeks",
            ));
        }
        if case(scenario) != case(first) {
            let hint = "pairs share the chance of one case: compare two scenarios with the same `case`, or run each by itself (`sulh run`)";
            let which = format!("`{}` and `{}` have different cases and cannot be compared", arguments[0], arguments[at]);
            return Err(Failed::hinted(which, hint));
        }
        if let Some(other) = scenarios[..at].iter().find(|other| other.name == scenario.name) {
            return Err(Failed::hinted(format!("two scenarios are called `{}`", other.name), "give one of the files a `name` of its own"));
        }
    }
    if !args.quiet {
        for remark in remarks(&mut library, arguments, &scenarios, &args.over.changes()) {
            tell(&format!("note: {remark}"));
        }
    }
    Ok(scenarios)
}

fn check_measures(asked: &[String], case: &Case) -> Result<(), Failed> {
    let measures = measures(case);
    let known: Vec<&str> = measures.iter().map(|measure| &*measure.name).collect();
    let mut names = Names::default();
    names.of(("--measures", ","), asked, |name| {
        let is_known = known.contains(&name);
        is_known.then_some(()).ok_or_else(|| unknown("measure", name, known.iter().copied(), "`sulh explain` lists them"))
    });
    names.done()
}

fn default_out(plan: &Plan) -> PathBuf {
    let names: Vec<&str> = plan.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    Path::new("output").join(format!("{}-{}", names.join("-vs-"), &plan.hash()[..8]))
}

/// What stands in the output folder.
enum Found {
    /// Nothing, or something that may be overwritten or gone on with.
    Open,
    /// This very experiment, finished.
    Finished(Box<Manifest>),
}

fn look(out: &Path, plan: &Plan, args: &Experiment, manifest: Option<&Manifest>) -> Result<Found, Failed> {
    let folder = out.display();
    if out.exists() && !out.is_dir() {
        return Err(Failed::usage(format!("{folder} is a file: give a folder with --out")));
    }
    let empty = std::fs::read_dir(out).map_or(true, |mut entries| entries.next().is_none());
    if empty || args.force {
        return Ok(Found::Open);
    }
    let same = |manifest: &Manifest| {
        let names = plan.scenarios.iter().map(|scenario| (&scenario.name, &scenario.title));
        manifest.plan_hash == plan.hash() && manifest.scenarios.iter().map(|of| (&of.name, &of.title)).eq(names)
    };
    match manifest {
        Some(manifest) if same(manifest) && manifest.complete => Ok(Found::Finished(Box::new(manifest.clone()))),
        _ if args.resume => Ok(Found::Open),
        Some(manifest) if manifest.plan_hash == plan.hash() && !manifest.complete => {
            Err(Failed::hinted(format!("{folder} holds this experiment, unfinished"), "go on with --resume, or start afresh with --force"))
        }
        _ => {
            let runs = std::fs::read_dir(out.join("runs")).is_ok_and(|mut entries| entries.next().is_some());
            let way = if runs {
                "choose another --out, use what fits of its runs with --resume, or overwrite with --force"
            } else {
                "choose another --out, or overwrite with --force"
            };
            Err(Failed::hinted(format!("{folder} is not empty and holds something else"), way))
        }
    }
}

/// Keeps other processes out of a folder while the file that it gives is open, where the file system has locks. No file is left behind by it.
fn hold(out: &Path) -> Result<Option<std::fs::File>, Failed> {
    let Ok(folder) = std::fs::File::open(out) else { return Ok(None) };
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(std::fs::TryLockError::WouldBlock) => {
            let hint = "wait for it, or choose another --out";
            Err(Failed::hinted(format!("another process is at work in {}", out.display()), hint))
        }
        Err(std::fs::TryLockError::Error(_)) => Ok(None),
    }
}

/// Runs of a plan that a folder holds.
fn fitting(store: &Store, plan: &Plan) -> usize {
    let runs = (0..plan.design.replicates).flat_map(|replicate| (0..plan.scenarios.len()).map(move |scenario| (scenario, replicate)));
    runs.filter(|&(scenario, replicate)| store.has(&plan.key(scenario, replicate))).count()
}

/// Removes what an earlier experiment wrote into a folder, and nothing else.
fn clear(out: &Path, manifest: Option<&Manifest>) -> io::Result<()> {
    if manifest.is_some() {
        report::plots::remove(out)?;
    }
    if let Some(manifest) = manifest {
        // Manifests of earlier versions also name tables that a user has put there.
        for name in manifest.tables.keys().filter(|name| tables::FILES.contains(&name.as_str())) {
            let path = out.join(name);
            if path.is_file() {
                std::fs::remove_file(path)?;
            }
        }
    }
    let runs = out.join("runs");
    if runs.is_dir() {
        for entry in std::fs::read_dir(&runs)? {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "runs") {
                std::fs::remove_file(path)?;
            }
        }
    }
    Ok(())
}

/// Threads: what was asked, else what the environment says, never more than the machine allows without being asked.
pub(super) fn jobs(asked: Option<u64>) -> usize {
    let machine = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if let Some(asked) = asked {
        return (asked as usize).min(machine.max(1) * 4);
    }
    let variables = ["SULH_THREADS", "RAYON_NUM_THREADS", "SLURM_CPUS_PER_TASK"];
    let said = variables.iter().find_map(|name| {
        let text = std::env::var(name).ok().filter(|text| !text.trim().is_empty())?;
        let number = text.trim().parse::<usize>().ok().filter(|&n| n > 0);
        if number.is_none() {
            tell(&format!("note: {name}={text} is no number of threads, and not used"));
        }
        number
    });
    said.map_or(machine, |said| said.min(machine))
}

/// Says what of the finished runs in a folder an experiment uses that is gone on with there.
fn resumed(store: &Store, plan: &Plan, args: &Experiment, earlier: Option<&Manifest>, out: &Path) {
    if !args.resume || store.is_empty() || args.quiet {
        return;
    }
    let fit = fitting(store, plan);
    let other = store.len().saturating_sub(fit);
    let mut text = format!("{}: {fit} of {} runs are there already", out.display(), plan.runs());
    if other > 0 {
        text.push_str(&format!("; {other} finished runs are of another plan, stay where they are, and are not used"));
    }
    if let Some(of) = earlier.filter(|of| of.plan_hash != plan.hash()) {
        let draws = of.draw.map_or_else(|| format!("{} draws", of.draws), |draw| format!("draw {draw}"));
        text.push_str(&format!(
            "\n  the folder held another experiment ({} futures, {draws}, seed {}, {}, scale {}): its tables are replaced",
            of.replicates,
            of.seed,
            units::weeks(of.weeks),
            of.scale
        ));
    }
    tell(&text);
}

/// What a further command about the same scenarios must repeat.
fn repeat_flags(arguments: &[String], plan: &Plan, args: &Experiment, contested: &BTreeMap<u32, u32>) -> report::Repeat {
    let draws = match plan.design.draws {
        Draws::Only(draw) => format!(" --draw {draw}"),
        Draws::Defaults => " --draws 0".to_owned(),
        Draws::Cycle(DRAWS) => String::new(),
        Draws::Cycle(draws) => format!(" --draws {draws}"),
    };
    let seed = if plan.design.seed == SEED { String::new() } else { format!(" --seed {}", plan.design.seed) };
    let replicates = if plan.design.replicates == REPLICATES { String::new() } else { format!(" --replicates {}", plan.design.replicates) };
    let story = format!("{seed}{draws}{}", args.over.flags());
    report::Repeat {
        arguments: arguments.iter().map(|argument| quoted(argument)).collect(),
        compare: format!("{replicates}{story}"),
        contested: contested.iter().map(|(&draw, point)| (draw, format!("{seed} --draw {point}{}", args.over.flags()))).collect(),
        story,
        alike: plan.scenarios.iter().map(|scenario| comparable(&plan.scenarios[0], scenario).is_ok()).collect(),
    }
}

/// The command that repeats one future. Where the scenario by itself would not have the design point that the experiment gives the draw,
/// the point is named as the draw.
fn repeat_command(argument: &str, plan: &Plan, args: &Experiment, contested: &BTreeMap<u32, u32>, replicate: u64) -> String {
    let draw = plan.design.draws.of(replicate);
    let draw = match plan.design.draws {
        Draws::Defaults => "--draws 0".to_owned(),
        _ => format!("--draw {}", contested.get(&draw).unwrap_or(&draw)),
    };
    format!("sulh story {} --seed {} {draw} --replicate {replicate}{}", quoted(argument), plan.design.seed, args.over.flags())
}

fn failure_text(failure: &Failure, plan: &Plan) -> String {
    let week = failure.week.map_or_else(String::new, |week| format!(" in week {week}"));
    format!(
        "future {} of {} failed{week} ({}): {}. This is a bug; repeat it with: {}",
        failure.replicate, plan.scenarios[failure.scenario].name, failure.process, failure.message, failure.command
    )
}

/// The headline differences whose intervals are not narrower than `width` times the baseline's mean, each with its width. One that is alike in
/// all pairs has no interval: what so few futures did not show is not bounded by them. What never happens is as precise as can be.
fn imprecise(results: &Results, width: f64) -> Vec<String> {
    let measures = measures(&results.case);
    let headline = |name: &str| measures.iter().find(|measure| measure.headline && measure.name == name);
    comparison::rows(results)
        .iter()
        .filter(|row| row.column.scope == "all" && row.column.community == "all")
        .filter_map(|row| {
            let label = &headline(&row.column.measure)?.label;
            let (interval, mean) = (row.difference.high - row.difference.low, row.baseline_mean.abs());
            if interval == 0.0 {
                return (row.difference.mean != 0.0 || mean > 0.0).then(|| format!("{label} alike in all pairs, which is no interval"));
            }
            // Not a number with one pair.
            let narrow = interval < width * mean;
            (!narrow)
                .then(|| if interval.is_nan() { format!("{label} has no interval") } else { format!("{label} {:.2}", interval / mean) })
        })
        .collect()
}

/// Futures over which the costs of steps are averaged.
const TIMED: u64 = 4;

/// What a future costs: step by step on one core, and in the run that has just ended.
fn timing_table(engine: &Engine, design: Design, ran: &Ran) -> String {
    let timings = engine.timings(TIMED.min(design.replicates));
    let (together, solving) = (timings.together, timings.solving);
    let mut text = format!(
        "\nWhat a future costs on one core, processor time, mean of {}; shares by the clock\n  {:16} {:>12} {:>8}\n",
        timings.futures, "", "milliseconds", "share"
    );
    for (step, share) in &timings.steps {
        text.push_str(&format!("  {step:16} {:12.2} {:6.1} %\n", 1e3 * share * together, 100.0 * share));
    }
    text.push_str(&format!("  {:16} {:12.2} {:6.1} %\n", "together", 1e3 * together, 100.0));
    text.push_str(&format!("  {:16} {:12.2}    once for all futures of a draw\n", "solving a draw", 1e3 * solving));
    text.push_str(&format!(
        "Touches of agents a future, from week 0 on (one may be touched often): {}, of {} agents\n",
        whole(timings.touches as usize),
        whole(engine.agents())
    ));
    if ran.futures > 0 {
        let each = ran.seconds * ran.threads as f64 / ran.futures as f64;
        text.push_str(&format!(
            "This run: {} in {:.2} s of wall clock on {}, {:.2} ms a future and thread\n",
            plural(ran.futures as usize, "future", "futures"),
            ran.seconds,
            plural(ran.threads, "thread", "threads"),
            1e3 * each
        ));
        // Of futures that a run finds already done, draws are not solved again.
        let draws = design.draws.used(design.replicates).len().min(ran.futures as usize);
        let solving = solving * draws as f64 / ran.futures as f64;
        let rest = each - together - solving;
        text.push_str(&format!(
            "  of these {:.2} ms are the steps above, {:.2} its share of solving {}, and {:.2} all else: copies of a future without a stage of its talks, files, other work on the machine, threads that wait at the end\n",
            1e3 * together,
            1e3 * solving,
            plural(draws, "draw", "draws"),
            1e3 * rest.max(0.0),
        ));
    } else {
        text.push_str("This run: nothing was computed\n");
    }
    match peak_memory() {
        Some(bytes) => text.push_str(&format!("Memory: {:.0} MiB at most\n", bytes as f64 / f64::from(1 << 20))),
        None => text.push_str("Memory: not told by this system\n"),
    }
    text
}

/// What a run has done.
struct Ran {
    futures: u64,
    seconds: f64,
    threads: usize,
}

/// The most memory that the program has held, bytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?;
    Some(kilobytes * 1024)
}
