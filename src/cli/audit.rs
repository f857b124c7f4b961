//! `sulh audit`: asks a scenario the questions of the audit, prints the answers, worst first.
use super::names::{Names, unknown};
use super::{AuditArgs, Failed, compare, quoted, say, signals, tell};
use crate::audit::{self, CHECKS, Finding, Lab, Rearrange, Seam, Settings, Verdict};
use crate::experiment::design::Draws;
use crate::files;
use crate::scenario::scales::Scaled;
use crate::scenario::{Library, Problems, Scenario};
use crate::units;
use serde_json::json;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Weeks that are run where none are asked for.
const WEEKS: i32 = 104;
/// Agents beyond which a coarser scale is taken, where none is asked for.
const AGENTS: u64 = 80_000;
/// Width of the column of figures.
const WIDTH: usize = 100;

pub(super) fn audit(args: &AuditArgs) -> Result<u8, Failed> {
    if args.list {
        if args.json {
            let list: Vec<_> =
                CHECKS.iter().map(|check| json!({ "check": check.name, "family": check.family, "asks": check.asks })).collect();
            return say(&format!("{:#}\n", serde_json::Value::from(list))).map(|()| 0);
        }
        let longest = CHECKS.iter().map(|check| check.name.len()).max().unwrap_or(0);
        let lines: Vec<String> = CHECKS.iter().map(|check| format!("{:longest$}  {}\n", check.name, check.asks)).collect();
        say(&lines.concat())?;
        return Ok(0);
    }
    let mut names = Names::default();
    let named = names.of(("--only", ","), &args.only, |name| {
        let all = CHECKS.iter().map(|check| check.name);
        audit::named(name).ok_or_else(|| unknown("check", name, all, "`sulh audit --list` names them"))
    });
    names.done()?;
    let mut asked: Vec<&audit::Check> = Vec::new();
    for check in named {
        if !asked.iter().any(|known| known.name == check.name) {
            asked.push(check);
        }
    }
    if asked.is_empty() {
        asked.extend(CHECKS.iter().filter(|check| args.scales.is_none() || coarse(check.name).is_some()));
    }
    if let Some(file) = &args.scales {
        replaceable(file).and_then(|()| files::writable(file)).map_err(|error| Failed::Output(file.clone(), error))?;
    }
    let whole = Library::new().load(&args.scenario, &args.over.changes())?;
    let scenario = cut(whole.clone(), args);
    let draws = if args.draws == 0 { Draws::Defaults } else { Draws::Cycle(args.draws) };
    let settings = Settings { replicates: args.replicates, draws, seed: args.seed, jobs: compare::jobs(args.jobs), margin: args.margin };
    let reload = |with: Rearrange| -> Result<Scenario, Problems> { Library::rearranging(with).load(&args.scenario, &args.over.changes()) };
    let mut lab = Lab::new(&scenario, &settings, &reload, Seam::default());
    lab.stop = signals::heeded()?;
    let begun = Instant::now();
    let mut findings = Vec::new();
    for (nth, check) in asked.iter().enumerate() {
        let since = Instant::now();
        let finding = audit::ask(&lab, check, repeat(args, &[check.name]));
        if lab.stop.load(Ordering::Relaxed) {
            break;
        }
        if !args.quiet {
            tell(&format!(
                "{:2} of {}  {}: {} ({:.0} s)",
                nth + 1,
                asked.len(),
                check.name,
                finding.verdict.word(),
                since.elapsed().as_secs_f64()
            ));
        }
        findings.push(finding);
    }
    let unanswered: Vec<&str> = asked[findings.len()..].iter().map(|check| check.name).collect();
    let stopped = !unanswered.is_empty();
    let empty = findings.iter().all(|finding| finding.outcomes.is_empty());
    if let Some(file) = args.scales.as_ref().filter(|_| !empty && !stopped) {
        files::atomically(file, scales(&findings, &scenario).as_bytes()).map_err(|error| Failed::Output(file.clone(), error))?;
    }
    // Worst first; equals in the order of the list.
    findings.sort_by_key(|finding| std::cmp::Reverse((finding.negative, finding.verdict)));
    let negative = findings.iter().filter(|finding| finding.negative).count();
    if args.json {
        let text = json!({
            "format": 1, "version": env!("CARGO_PKG_VERSION"), "scenario": scenario.name, "weeks": scenario.weeks, "scale": scenario.scale,
            "households": lab.template().households, "agents": lab.template().len(), "seed": args.seed, "draws": args.draws,
            "futures_most": lab.most(), "margin": args.margin, "equal_level": audit::judge::EQUAL, "certain_level": audit::judge::CERTAIN,
            "far": audit::judge::FAR * args.margin, "negative": negative, "unanswered": unanswered, "checks": findings,
        });
        say(&format!("{text:#}\n"))?;
    } else if !findings.is_empty() {
        say(&table(&scenario, &whole, &lab, &findings, begun.elapsed().as_secs()))?;
    }
    if stopped {
        let left = match &args.scales {
            Some(file) => format!("{} is not written", file.display()),
            None => format!("the others are asked by\n  {}", repeat(args, &unanswered)),
        };
        return Err(Failed::Stopped(format!("stopped by a signal: {} of {} checks answered; {left}", findings.len(), asked.len())));
    }
    if let Some(file) = args.scales.as_ref().filter(|_| empty) {
        return Err(Failed::hinted(
            format!("no coarser scale could be asked about: {} is not written", file.display()),
            "each check above says why".to_owned(),
        ));
    }
    Ok(u8::from(negative > 0))
}

/// Whether what stands in a file's place is a table of scales, or nothing. Of what is no plain file nothing is read: a device has no end.
fn replaceable(file: &Path) -> io::Result<()> {
    let head = format!("{}\n", crate::scenario::scales::COLUMNS);
    let about = match std::fs::metadata(file) {
        Ok(about) if about.is_dir() => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        about => about?,
    };
    let mut begins = Vec::new();
    if about.is_file() {
        File::open(file)?.take(head.len() as u64).read_to_end(&mut begins)?;
    }
    if begins == head.as_bytes() {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "it exists and is no table of scales: name another file"))
}

/// The scale that a check holds against 1:1.
fn coarse(check: &str) -> Option<u32> {
    check.strip_prefix("scale-1-")?.parse().ok()
}

/// What coarser scales change, by outcome.
fn scales(findings: &[Finding], scenario: &Scenario) -> String {
    let rows = findings.iter().filter_map(|finding| Some((coarse(finding.check)?, finding))).flat_map(|(scale, finding)| {
        finding.outcomes.iter().map(move |of| {
            Scaled {
                scale,
                measure: of.measure.clone(),
                difference: of.difference,
                low: of.low,
                high: of.high,
                futures: finding.futures,
                weeks: scenario.weeks.unsigned_abs(),
                scenario: scenario.name.clone(),
                start: scenario.start().name.clone(),
            }
            .row()
        })
    });
    format!("{}\n{}", crate::scenario::scales::COLUMNS, rows.collect::<String>())
}

/// A scenario of a size that minutes suffice for, unless a size was asked for.
fn cut(scenario: Scenario, args: &AuditArgs) -> Scenario {
    let weeks = if args.over.weeks.is_some() { scenario.weeks } else { scenario.weeks.min(WEEKS) };
    let mut scale = scenario.scale;
    if args.over.scale.is_none() && scale == 1 {
        let people: f64 = scenario.case.zones().map(|place| scenario.case.places[place].people_census).sum();
        while people / scenario.case.household_size / f64::from(scale) > AGENTS as f64 {
            scale *= 2;
        }
    }
    Scenario { weeks, scale, ..scenario }
}

/// The command that asks some questions again.
fn repeat(args: &AuditArgs, checks: &[&str]) -> String {
    let mut command = format!("sulh audit {} --only {} --seed {}", quoted(&args.scenario), checks.join(","), args.seed);
    if args.draws > 0 {
        command.push_str(&format!(" --draws {}", args.draws));
    }
    if let Some(replicates) = args.replicates {
        command.push_str(&format!(" --replicates {replicates}"));
    }
    if args.margin != 0.05 {
        command.push_str(&format!(" --margin {}", args.margin));
    }
    command.push_str(&args.over.flags());
    if args.json {
        command.push_str(" --json");
    }
    command
}

fn table(scenario: &Scenario, asked: &Scenario, lab: &Lab, findings: &[Finding], seconds: u64) -> String {
    let margin = 100.0 * lab.settings.margin;
    let horizon = if asked.weeks > scenario.weeks { format!(" of {0} (--weeks {0} asks about all)", asked.weeks) } else { String::new() };
    let scale = if asked.scale < scenario.scale {
        format!("1:{}, where runs are at 1:{1}: --scale {1} asks about that, for longer", scenario.scale, asked.scale)
    } else {
        format!("1:{}", scenario.scale)
    };
    let most = if lab.settings.replicates.is_none() { "at most " } else { "" };
    let draws = match lab.settings.draws {
        Draws::Cycle(draws) => format!("{draws} draws of the parameters"),
        _ => "parameters at their defaults alone (--draws asks about others)".to_owned(),
    };
    let head = format!(
        "Audit of {}: {}, {}{horizon}, {} agents ({scale}), {most}{} a side, {draws}, {seconds} s",
        scenario.title,
        scenario.case.title,
        units::weeks(scenario.weeks),
        lab.template().len(),
        if lab.most() == 1 { "1 future".to_owned() } else { format!("{} futures", lab.most()) }
    );
    let mut text = format!("{}\n", folded(&head, "  "));
    if let Some(warning) = audit::too_coarse(scenario.scale, lab.template().lineages_a_zone()) {
        text.push_str(&format!("{}\n", folded(&warning, "  ")));
    }
    text.push('\n');
    let longest = findings.iter().map(|finding| finding.check.len()).max().unwrap_or(0);
    let indent = " ".repeat(14 + longest + 2);
    for finding in findings {
        let futures = if finding.difference.is_some() { format!(" ({} futures)", finding.futures) } else { String::new() };
        let figure = format!("{}{futures}", finding.figure);
        text.push_str(&format!("{:12}  {:longest$}  {}\n", finding.verdict.word(), finding.check, folded(&figure, &indent)));
        if let Some(cause) = &finding.cause {
            let label = if finding.verdict == Verdict::Robust { "note" } else { "likely" };
            text.push_str(&format!("{indent}{}\n", folded(&format!("{label}: {cause}"), &indent)));
        }
        if finding.cause.is_some() || matches!(finding.verdict, Verdict::Fragile | Verdict::Shifted | Verdict::Inconclusive) {
            text.push_str(&format!("{indent}again: {}\n", finding.command));
        }
    }
    let count = |verdict: Verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let words = [Verdict::Robust, Verdict::Shifted, Verdict::Fragile, Verdict::Inconclusive, Verdict::NotTestable];
    let counted: Vec<String> = words.into_iter().map(|verdict| format!("{} {}", count(verdict), verdict.word())).collect();
    text.push_str(&format!("\n{}.\n", counted.join(", ")));
    let legend = format!(
        "A difference is given as a share of the baseline's mean, with its 90 % interval, on the headline outcome that does worst. Robust: on every outcome \
         the interval lies within {margin} % (2 % for the placebo) either way, or the law held without exception. Shifted: a difference is certain (at 99.95 %) and not shown \
         to be so small. Fragile: it is certainly beyond {} %, a law is broken, or a run fails. Inconclusive: too few futures to say either, or nothing happens in them by which a fault could show. Shifts by the \
         order of steps are reported and not counted as faults.",
        100.0 * audit::judge::FAR * lab.settings.margin
    );
    text.push_str(&format!("{}\n", folded(&legend, "")));
    text
}

/// A text over several lines, those after the first indented.
fn folded(text: &str, indent: &str) -> String {
    let width = WIDTH.saturating_sub(indent.len()).max(40);
    let (mut out, mut line) = (String::new(), 0);
    for word in text.split(' ') {
        let length = word.chars().count();
        if line > 0 && line + 1 + length > width {
            out.push('\n');
            out.push_str(indent);
            line = 0;
        } else if line > 0 {
            out.push(' ');
            line += 1;
        }
        out.push_str(word);
        line += length;
    }
    out
}
