//! `sulh calibrate`: the reference table, what it says of the priors, the posterior, and whether truths are recovered.
use super::compare::jobs;
use super::progress::Reporter;
use super::signals;
use super::validate::{REFERENCE, january, reference, write};
use super::{CalibrateArgs, Color, Failed, Progress, say, tell};
use crate::calibration::posterior::{self, Learnt, TOLD, prior_range, recovery, values};
use crate::calibration::table::{self, Fitted, Table};
use crate::experiment::manifest;
use crate::experiment::runner::Conduct;
use crate::files;
use crate::report;
use crate::report::validation::short;
use crate::scenario::{DrawsFrom, Scenario, check};
use crate::validation::targets::{Period, quantile};
use crate::validation::{Vocabulary, levels};
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

/// Where output goes if nobody says where.
const OUT: &str = "output/calibrate";
/// Standard deviations of a prior beyond which a posterior's middle says that something else is wrong.
const EDGE: f64 = 1.645;
/// Rows below which a table is called small.
const FEW: usize = 1_000;
/// Rows after which the table is written, so that a stop loses no more.
const BATCH: u64 = 200;

pub(super) fn calibrate(args: &CalibrateArgs) -> Result<u8, Failed> {
    let out = args.out.clone().unwrap_or_else(|| PathBuf::from(OUT));
    files::sweep(&out).map_err(|error| Failed::Output(out.clone(), error))?;
    let period = Period::years(REFERENCE.0, args.until);
    let first = january(REFERENCE.0);
    let scenario = reference(&[], args.scale, first, period.end().weeks_since(first), DrawsFrom::Priors)?;
    let words = Vocabulary::new(&scenario.case).map_err(Failed::Bug)?;
    let events = words.recorded();
    // Levels of violence, too, from no more than the years that are fitted.
    let scenario = levels::known_until(&scenario, &words, &events, first, period.end());
    let fitted = table::fitted(&scenario);
    let Some(table) = build(args, &out, &scenario, &words, period, &fitted)? else { return Ok(75) };
    let observed = table::statistics(&words, &events, period);
    let learnt = Learnt::new(&table);
    if learnt.leading.is_empty() {
        return Err(Failed::hinted("the table tells nothing of any parameter", "make it longer: --table"));
    }
    let sample = learnt.posterior(&table, &observed, None);
    let recovered = recovery(&table, &learnt, args.truths as usize);
    let mut text = format!(
        "Fitted to {} ({} recorded events), {} rows of the table, scale {}, seed {}\n\n",
        period.name(),
        events.iter().filter(|event| event.date < period.end() && event.date >= first).count(),
        table.z.len(),
        args.scale,
        args.seed
    );
    if !table.failed.is_empty() {
        let _ = writeln!(text, "{} of {} histories failed and are in no number below.\n", table.failed.len(), table.simulated);
    }
    if table.z.len() < FEW {
        let _ = writeln!(
            text,
            "Few rows: below {FEW} much of what seems told is chance, and so are ranges and ranks. The samples that ship rest on 2,000 and 3,000.\n"
        );
    }
    text.push_str(&predictive_check(&table, &observed));
    let _ =
        writeln!(text, "\nParameters that the record tells of ({} of {}; at most {})", learnt.leading.len(), fitted.len(), posterior::MOST);
    let width = fitted.iter().map(|row| row.path.len()).max().unwrap_or(0);
    let _ = writeln!(
        text,
        "  {:width$} {:>6}  {:>24}  {:>24} {:>7}  {:>10} {:>6}",
        "parameter", "told", "prior: median, 90 %", "posterior: median, 90 %", "sd left", "in 90 %", "ranks"
    );
    let range = |(low, middle, high): (f64, f64, f64)| format!("{} [{}, {}]", short(middle), short(low), short(high));
    for (place, (&at, recovered)) in learnt.leading.iter().zip(&recovered).enumerate() {
        let row = &fitted[at];
        let quantiles = [0.05, 0.5, 0.95].map(|share| row.value(sample.quantile(place, share)));
        let _ = writeln!(
            text,
            "  {:width$} {:>6.2}  {:>24}  {:>24} {:>7.2}  {:>10.2} {:>6.2}",
            row.path,
            learnt.told[at],
            range(prior_range(row)),
            range((quantiles[0], quantiles[1], quantiles[2])),
            sample.sd(place),
            recovered.within,
            recovered.ranks
        );
    }
    for (place, &at) in learnt.leading.iter().enumerate().filter(|(place, _)| sample.quantile(*place, 0.5).abs() > EDGE) {
        let side = if sample.quantile(place, 0.5) > 0.0 { "above" } else { "below" };
        let _ =
            writeln!(text, "  {}: the record pulls {side} what the prior allows. Look at the mechanism before the prior", fitted[at].path);
    }
    let _ = writeln!(
        text,
        "\n  told: share of the parameter's variance that recorded statistics explain, over the priors. sd left: of the posterior, 1 where nothing is learnt.\n  \
         In 90 %: how often the truth lies in the central 90 % of its posterior, over {} simulated truths; ranks: above 1.36 in one of twenty tables\n  \
         if posteriors are right.\n\nNot told (below {TOLD}): they keep their priors",
        args.truths
    );
    for (at, row) in fitted.iter().enumerate().filter(|(at, _)| !learnt.leading.contains(at)) {
        let _ = writeln!(text, "  {:width$} {:>6.2}", row.path, learnt.told[at]);
    }
    text.push_str("\nAll parameters of talks, accords, politics, recruitment, leanings and governance keep their priors: no event data speak of them.\n");
    // Named as a case wants it: put beside its tables, it is what draws are taken from.
    let sample_name = format!("posterior-{}.csv", period.name());
    let mut rows = csv::Writer::from_writer(Vec::new());
    let bug = |error: csv::Error| Failed::Bug(error.to_string());
    rows.write_record(learnt.leading.iter().map(|&at| fitted[at].path.as_str())).map_err(bug)?;
    let members = sample.equal(args.members as usize, args.seed);
    for z in &members {
        rows.write_record(values(&fitted, &learnt.leading, z).iter().map(|x| format!("{x:.6}"))).map_err(bug)?;
    }
    write(&out, &sample_name, &rows.into_inner().map_err(|error| Failed::Bug(error.to_string()))?)?;
    let pairs: Vec<(String, Vec<f64>)> = learnt
        .leading
        .iter()
        .enumerate()
        .map(|(place, &at)| (fitted[at].path.clone(), members.iter().map(|z| z[place]).collect()))
        .collect();
    let figure = report::plots::pairs::draw(
        &pairs,
        &format!("{} rows of the table; each parameter where its prior is standard normal.", table.z.len()),
    );
    let picture = report::plots::png(&figure.svg).map_err(|error| Failed::Output(out.clone(), error))?;
    write(&out, "plots/pairs.svg", figure.svg.as_bytes())?;
    write(&out, "plots/pairs.png", &picture)?;
    let _ = writeln!(
        text,
        "\nThe sample: {}; see what it does: sulh validate --posterior {}",
        out.join(&sample_name).display(),
        out.join(&sample_name).display()
    );
    write(&out, &format!("calibration-{}.txt", period.name()), text.as_bytes())?;
    say(&text)?;
    Ok(if table.failed.is_empty() { 0 } else { 3 })
}

/// What the priors say before anything is fitted: where the recorded statistics lie among those of the table.
fn predictive_check(table: &Table, observed: &[f64]) -> String {
    let mut text = String::from("Prior predictive check: statistics outside the central 90 % of the table\n");
    let mut outside = 0;
    for (at, (name, &value)) in table.names.iter().zip(observed).enumerate() {
        let values: Vec<f64> = table.statistics.iter().map(|row| row[at]).collect();
        let (low, high) = (quantile(&values, 0.05), quantile(&values, 0.95));
        if value < low || value > high {
            outside += 1;
            let _ = writeln!(text, "  {name}: {} recorded, {} to {}", short(value), short(low), short(high));
        }
    }
    let _ = writeln!(text, "  {outside} of {}", observed.len());
    text
}

/// What determines the rows of a table, beside what is in its name: the engine and the scenario.
fn made_by(scenario: &Scenario) -> String {
    format!("{} for {}", manifest::model(), &check::hash(scenario)[..16])
}

/// The table: what is there, and what is missing, batch by batch.
fn build(
    args: &CalibrateArgs,
    out: &Path,
    scenario: &Scenario,
    words: &Vocabulary,
    period: Period,
    fitted: &[Fitted],
) -> Result<Option<Table>, Failed> {
    let name = format!("table-{}-scale{}-seed{}.csv", period.name(), args.scale, args.seed);
    let path = out.join(&name);
    // Before the first batch, which may take hours.
    files::writable(&path).map_err(|error| Failed::Output(path.clone(), error))?;
    let made_by = made_by(scenario);
    let other = "give another --out, or take the table away";
    let mut table = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Table::default(),
        _ if !args.resume => {
            return Err(Failed::hinted(format!("{} is there already", path.display()), "go on with it by --resume, or give another --out"));
        }
        Ok(text) => {
            let unfit = |fault| Failed::hinted(format!("{}: {fault}", path.display()), other);
            Table::read(&text, fitted, &made_by).map_err(unfit)?
        }
        // Whatever it is, it is not for this command to write over.
        Err(error) => return Err(Failed::hinted(format!("{}: cannot be read: {error}", path.display()), other)),
    };
    let conduct = Conduct { jobs: jobs(args.jobs), stop: signals::heeded()?, deadline: None };
    let mut reporter = Reporter::new(Progress::Auto, Color::Auto, args.quiet, args.table);
    while table.simulated < args.table {
        let from = table.simulated;
        let to = (from + BATCH).min(args.table);
        let progress = |done| reporter.update(from + done, None);
        let Some(broken) = table::extend(&mut table, from..to, scenario, words, period, args.seed, &conduct, progress) else {
            tell(&format!("stopped; {from} rows are kept in {}: go on with --resume", path.display()));
            return Ok(None);
        };
        for (history, message) in broken {
            tell(&format!("history {history} failed: {message}. This is a bug"));
        }
        let bytes = table.csv(fitted, &made_by).map_err(|error| Failed::Bug(error.to_string()))?;
        write(out, &name, &bytes)?;
    }
    reporter.finish(args.table);
    if table.z.is_empty() {
        return Err(Failed::Bug("no history could be simulated".to_owned()));
    }
    Ok(Some(table))
}
