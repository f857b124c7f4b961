//! What the terminal says at the end: for somebody who has never seen the program, in 100 columns.
use super::Options;
use super::comparison::{self, ForkRow, FunnelRow, Row, Verdict};
use super::numbers::{Scale, percent, rounded};
use crate::experiment::results::{Fitted, Results, ScenarioLabel};
use crate::observe::Measure;
use crate::observe::measures::measures;
use crate::stats::order;
use std::fmt::Write;

/// Columns of the terminal that it needs.
const WIDTH: usize = 100;

/// The summary of a finished experiment.
#[must_use]
pub fn summary(results: &Results, options: &Options) -> String {
    let mut out = String::new();
    let Some(baseline) = results.scenarios.first() else { return out };
    let rows = comparison::rows(results);
    let funnel = comparison::funnel(results);
    let forks = comparison::forks(results);
    head(&mut out, results);
    if results.scenarios.len() == 1 {
        levels(&mut out, results, options);
    }
    for (at, scenario) in results.scenarios.iter().enumerate().skip(1) {
        let of: Vec<&Row> = rows.iter().filter(|row| row.scenario == at).collect();
        out.push('\n');
        table(&mut out, results, &of, (baseline, scenario), options);
    }
    out.push('\n');
    for at in 0..results.scenarios.len() {
        talks(&mut out, results, at, &funnel, &forks);
    }
    for at in 1..results.scenarios.len() {
        let of: Vec<&Row> = rows.iter().filter(|row| row.scenario == at).collect();
        spread(&mut out, results, at, &of);
        communities(&mut out, results, at, &of);
    }
    foot(&mut out, results, options, &rows);
    out
}

fn say(out: &mut String, text: &str) {
    for line in wrapped(text, WIDTH, 2) {
        out.push_str(&line);
        out.push('\n');
    }
}

/// Lines of at most `width`, those after the first set in by `indent`. Words longer than a line (paths) stay whole.
fn wrapped(text: &str, width: usize, indent: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) => lines.push(format!("{}{word}", " ".repeat(indent))),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

fn whole(number: usize) -> String {
    rounded(number as f64, 1.0)
}

fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", whole(number), if number == 1 { one } else { many })
}

fn head(out: &mut String, results: &Results) {
    let titles: Vec<&str> = results.scenarios.iter().map(|s| s.title.as_str()).collect();
    let first = &results.scenarios[0];
    let start = first.start.map_or_else(|| "reference period".to_owned(), |d| {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let (year, month, day) = d.civil();
        format!("{day} {} {year}", MONTHS[(month - 1) as usize])
    });
    let what = if titles.len() > 1 { format!("{} against {}", titles[1..].join(", "), titles[0]) } else { titles[0].to_owned() };
    say(out, &what);
    say(out, &format!("{}, {start} + {} weeks", results.case.title, first.weeks));
    let futures = results.of(0).len();
    let draws: std::collections::BTreeSet<u32> = results.rows.iter().map(|row| row.draw).collect();
    let kind = if titles.len() > 1 { "paired futures" } else { "futures" };
    let mut counts = format!("{} {kind} over {}", whole(futures), plural(draws.len(), "parameter draw", "parameter draws"));
    if let Some(households) = first.households {
        let _ = write!(counts, ", {} households each", whole(households as usize));
    }
    if results.parameters.refused > 0 {
        let _ = write!(counts, " ({} refused and replaced)", whole(results.parameters.refused as usize));
    }
    say(out, &format!("{counts}; {}", Fitted::worth(results.parameters.fitted.as_ref())));
}

/// Name of a row with its unit.
fn name(row_scope: &str, measure: &Measure, scale: &Scale) -> String {
    if row_scope == "all" {
        let unit = match scale.unit.as_str() {
            "persons" => String::new(),
            unit => format!(", {unit}"),
        };
        format!("{}{unit}", measure.label.replace(", ", " "))
    } else {
        let of = if scale.divisor >= 1.0 { "of these " } else { "" };
        format!("  {of}in the {row_scope}")
    }
}

fn shown(measure: &Measure, options: &Options) -> bool {
    if options.measures.is_empty() { measure.headline } else { options.measures.iter().any(|m| *m == measure.name) }
}

/// The 5 to 95 % range over futures of each outcome column of one scenario, with its mean.
fn level(results: &Results, scenario: usize, at: usize) -> (f64, f64, f64) {
    let values: Vec<f64> = results.of(scenario).iter().map(|row| row.run.outcome[at]).collect();
    let sorted = order::sorted(&values);
    let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
    (mean, order::quantile(&sorted, 0.05), order::quantile(&sorted, 0.95))
}

/// Cells in columns; the width of the widest line.
fn columns_of(lines: &[Vec<&str>]) -> (Vec<usize>, usize) {
    let count = lines.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..count).map(|c| lines.iter().filter_map(|l| l.get(c)).map(|t| t.chars().count()).max().unwrap_or(0)).collect();
    let total = widths.iter().sum::<usize>() + 2 * count.saturating_sub(1);
    (widths, total)
}

fn lay_out(out: &mut String, lines: &[Vec<&str>]) {
    let (widths, _) = columns_of(lines);
    for line in lines {
        let cells: Vec<String> = line.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect();
        out.push_str(cells.join("  ").trim_end());
        out.push('\n');
    }
}

fn table(out: &mut String, results: &Results, rows: &[&Row], (baseline, scenario): (&ScenarioLabel, &ScenarioLabel), options: &Options) {
    let short = |title: &str| if title.chars().count() > 22 { format!("{}.", title.chars().take(21).collect::<String>().trim_end()) } else { title.to_owned() };
    let mut lines = vec![vec![String::new(), short(&baseline.title), short(&scenario.title), "difference".to_owned(), "verdict".to_owned()]];
    for (at, (measure, column)) in comparison::columns(results).into_iter().enumerate() {
        let Some(row) = rows.iter().find(|row| row.column == column) else { continue };
        if !shown(&measure, options) {
            continue;
        }
        let (mean, low, high) = level(results, row.baseline, at);
        let (other, l, h) = level(results, row.scenario, at);
        // One unit for the measure and its scopes: that of the whole.
        let whole = rows.iter().find(|r| r.column.measure == measure.name && r.column.scope == "all").map_or(mean, |r| r.baseline_mean);
        let scale = Scale::of(measure.unit, whole.abs().max(if column.scope == "all" { other.abs() } else { 0.0 }));
        lines.push(vec![
            name(&column.scope, &measure, &scale),
            scale.level(mean, low, high),
            scale.level(other, l, h),
            scale.difference(row.difference.mean, row.difference.low, row.difference.high),
            row.verdict.to_string(),
        ]);
    }
    let pick = |columns: &[usize]| -> Vec<Vec<&str>> { lines.iter().map(|line| columns.iter().map(|&c| line[c].as_str()).collect()).collect() };
    let all = pick(&[0, 1, 2, 3, 4]);
    if columns_of(&all).1 <= WIDTH {
        lay_out(out, &all);
    } else {
        // Too wide for one table: levels first, then what this is about.
        lay_out(out, &pick(&[0, 1, 2]));
        out.push('\n');
        lay_out(out, &pick(&[0, 3, 4]));
    }
    let pairs = rows.first().map_or(0, |row| row.pairs);
    say(out, &format!("Levels: mean [5 to 95 % of futures]. Difference: mean of {} pairs of futures that share their luck [95 % interval of that mean]; shares in percentage points.", whole(pairs)));
    let first = measures(&results.case).into_iter().find(|m| shown(m, options) && m.unit == "persons");
    if let Some((row, measure)) = first.and_then(|m| Some((rows.iter().find(|row| of_all(row, &m.name))?, m.label))) {
        say(out, &format!(
            "In {} of these simulated futures {} has fewer {measure}, in {} more. That counts simulated worlds; it is not the chance that a policy works.",
            percent(row.lower), scenario.title, percent(row.higher)
        ));
    }
}

fn of_all(row: &Row, measure: &str) -> bool {
    row.column.scope == "all" && row.column.community == "all" && row.column.measure == measure
}

fn levels(out: &mut String, results: &Results, options: &Options) {
    out.push('\n');
    let mut lines = vec![vec![String::new(), results.scenarios[0].title.clone()]];
    let columns = comparison::columns(results);
    for (at, (measure, column)) in columns.iter().enumerate() {
        if shown(measure, options) {
            let (mean, low, high) = level(results, 0, at);
            let all = columns.iter().position(|(m, c)| m.name == measure.name && c.scope == "all").map_or(mean, |at| level(results, 0, at).0);
            let scale = Scale::of(measure.unit, all);
            lines.push(vec![name(&column.scope, measure, &scale), scale.level(mean, low, high)]);
        }
    }
    let lines: Vec<Vec<&str>> = lines.iter().map(|line| line.iter().map(String::as_str).collect()).collect();
    lay_out(out, &lines);
    say(out, "Mean [5 to 95 % of futures].");
}

fn talks(out: &mut String, results: &Results, at: usize, funnel: &[FunnelRow], forks: &[ForkRow]) {
    let label = &results.scenarios[at];
    if label.talks {
        let stages: Vec<String> = funnel
            .iter()
            .filter(|row| row.scenario == at)
            .filter_map(|row| {
                let words = match row.stage {
                    "group" => "contact group",
                    "year_1" => "still standing after a year",
                    "year_5" => "after five years",
                    "standing_at_end" => "standing at the end",
                    other => other,
                };
                row.reached.map(|(share, ..)| format!("{words} {}", percent(share)))
            })
            .collect();
        say(out, &format!("How far {} comes, in all futures: {}.", label.title, stages.join(", ")));
    }
    for (stage, words, past) in [("accord", "an accord", "What the accord did"), ("conditions", "met conditions", "What meeting the conditions did")] {
        let fork = |measure: &str| forks.iter().find(|f| f.scenario == at && f.stage == stage && f.column.measure == measure && f.column.scope == "all" && f.column.community == "all");
        if let Some(fork) = fork("civilian_deaths") {
            let d = fork.difference;
            let scale = Scale::of("persons", 1e3);
            say(out, &format!(
                "{past} ({}, in the {} of futures that reach {words}): civilian deaths {} against the same futures going on without it. Those futures are reached by luck: this does not replace the difference above.",
                label.title, percent(fork.share), scale.difference(d.mean, d.low, d.high)
            ));
        }
    }
    if label.talks && !forks.iter().any(|f| f.scenario == at && f.stage == "accord") {
        say(out, &format!("No future of {} reaches an accord, so there is nothing to say of what one would do.", label.title));
    }
}

fn spread(out: &mut String, results: &Results, at: usize, rows: &[&Row]) {
    let Some(row) = rows.iter().find(|r| r.column.measure == "civilian_deaths" && r.column.scope == "all" && r.column.community == "all") else { return };
    let of = if results.scenarios.len() > 2 { format!(" ({})", results.scenarios[at].title) } else { String::new() };
    if row.knowledge_share.is_finite() {
        say(out, &format!(
            "Spread of the difference in civilian deaths{of}: {} is what we do not know (parameters), {} is chance.",
            percent(row.knowledge_share), percent(row.chance_share)
        ));
    } else {
        say(out, &format!("Spread{of}: what we do not know (parameters) and chance cannot be told apart with so few draws or futures."));
    }
    if let Some(ratio) = row.variance_ratio {
        let chance = row.variance_ratio_chance.map_or_else(String::new, |r| format!(" ({} at fixed parameters)", factor(r)));
        say(out, &format!("Pairing: the same futures, paired, say as much about that difference as {} as many unpaired ones{chance}.", factor(ratio)));
    }
}

fn factor(ratio: f64) -> String {
    if ratio >= 9.95 { format!("{} times", rounded(ratio, 1.0)) } else { format!("{ratio:.1} times") }
}

fn communities(out: &mut String, results: &Results, at: usize, rows: &[&Row]) {
    let deaths: Vec<&&Row> = rows.iter().filter(|r| r.column.measure == "civilian_deaths" && r.column.community != "all").collect();
    if deaths.is_empty() {
        return;
    }
    let who = |sign: f64| -> Vec<String> {
        let mut found: Vec<_> = deaths.iter().filter(|r| r.difference.excludes_zero() && r.difference.mean * sign > 0.0).collect();
        found.sort_by(|a, b| b.difference.mean.abs().total_cmp(&a.difference.mean.abs()));
        found
            .into_iter()
            .map(|r| {
                let name = results.case.communities.iter().find(|(_, c)| c.slug == r.column.community).map_or(r.column.community.as_str(), |(_, c)| c.name.as_str());
                let d = r.difference;
                format!("{name} {}", Scale::of("persons", 1e3).difference(d.mean, d.low, d.high))
            })
            .collect()
    };
    let (lose, gain) = (who(1.0), who(-1.0));
    let title = &results.scenarios[at].title;
    if lose.is_empty() && gain.is_empty() {
        say(out, &format!("Who loses, who gains under {title}, by civilian deaths: no community's difference is distinguishable from chance."));
        return;
    }
    let list = |names: Vec<String>| if names.is_empty() { "no community whose difference is distinguishable from chance".to_owned() } else { names.join("; ") };
    say(out, &format!("Who loses under {title}, by civilian deaths: {}.", list(lose)));
    say(out, &format!("Who gains: {}.", list(gain)));
    say(out, &format!("({} communities were looked at: of intervals around nothing, one in 20 excludes 0.)", whole(deaths.len())));
}

fn foot(out: &mut String, results: &Results, options: &Options, rows: &[Row]) {
    if !results.failures.is_empty() {
        out.push('\n');
        say(out, &format!("{} failed and {} in no number above; failures.csv lists how to repeat each. The first:", plural(results.failures.len(), "run", "runs"), if results.failures.len() == 1 { "is" } else { "are" }));
        let f = &results.failures[0];
        say(out, &format!("  {}: {}", f.process, f.message));
        let _ = writeln!(out, "  {}", f.command);
    }
    out.push('\n');
    let worth = results.parameters.fitted.as_ref().map_or_else(
        || "Uncalibrated: illustrative. These numbers follow".to_owned(),
        |fitted| {
            format!(
                "Fitted to the events of {}: {} of violence, flight and the record of events. Uncalibrated, illustrative: all else, that is talks, accords, recruitment, leanings, and whatever is told by community. These numbers follow",
                fitted.period,
                plural(fitted.names.len(), "parameter", "parameters")
            )
        },
    );
    say(out, &format!("{worth} from the model's assumptions. They are not a forecast, and not for choosing targets or for judging persons or communities."));
    if let Some(parameter) = rows.iter().find_map(|row| match &row.verdict {
        Verdict::Depends(parameter) => Some(parameter),
        _ => None,
    }) {
        say(out, &format!("Next:  sulh explain {parameter}   (the sign of a difference turns with it)"));
    }
    if results.scenarios.len() > 1 {
        say(out, &format!("Next:  sulh story {} --replicate 0   (one future, event by event, with causes)", results.scenarios[1].name));
    }
    if !options.folder.is_empty() {
        let _ = writeln!(out, "Tables and plots: {}", options.folder);
    }
}
