//! What the terminal says at the end: for somebody who has never seen the program, in 100 columns.
use super::comparison::{self, ForkRow, FunnelRow, Row, Verdict};
use super::numbers::{self, Scale, capital, percent, plural, rounded, steps, whole};
use super::{Options, Repeat};
use crate::audit::{self, judge};
use crate::experiment::results::{Fitted, Results, ScenarioLabel};
use crate::observe::Measure;
use crate::observe::measures::measures;
use crate::scenario::scales;
use crate::stats::order;
use crate::units;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Columns of the terminal that it needs.
const WIDTH: usize = 100;

/// The summary of a finished experiment.
#[must_use]
pub fn summary(results: &Results, options: &Options) -> String {
    let mut out = String::new();
    if results.scenarios.is_empty() {
        return out;
    }
    let rows = comparison::rows(results);
    let funnel = comparison::funnel(results);
    let forks = comparison::forks(results);
    head(&mut out, results, options);
    out.push('\n');
    tables(&mut out, results, &rows, options);
    for at in 1..results.scenarios.len() {
        let of: Vec<&Row> = rows.iter().filter(|row| row.scenario == at).collect();
        shares(&mut out, results, at, &of, options);
        not_in_the_table(&mut out, results, at, &of, options);
    }
    out.push('\n');
    for at in 0..results.scenarios.len() {
        talks(&mut out, results, at, &funnel, &forks, options);
    }
    for at in 1..results.scenarios.len() {
        let of: Vec<&Row> = rows.iter().filter(|row| row.scenario == at).collect();
        spread(&mut out, results, at, &of, options);
        turn(&mut out, results, at, &of, options);
        communities(&mut out, results, at, &of, options);
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

/// Lines of at most `width`, those after the first set in by `indent`. Words longer than a line (paths) stay whole, and so do an
/// interval in brackets and a number with its per cent.
fn wrapped(text: &str, width: usize, indent: usize) -> Vec<String> {
    const KEPT: char = '\u{a0}';
    let mut depth = 0;
    let kept: String = text
        .replace(" %", &format!("{KEPT}%"))
        .chars()
        .map(|c| {
            depth += i32::from(c == '[') - i32::from(c == ']');
            if c == ' ' && depth > 0 { KEPT } else { c }
        })
        .collect();
    let mut lines: Vec<String> = Vec::new();
    for word in kept.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) => lines.push(format!("{}{word}", " ".repeat(indent))),
            None => lines.push(word.to_owned()),
        }
    }
    lines.into_iter().map(|line| line.replace(KEPT, " ")).collect()
}

/// A title inside a sentence.
fn titled(label: &ScenarioLabel) -> String {
    format!("\"{}\"", label.title)
}

/// The case, and what time of it: "northern and central Mali, 6 Jul 2026 + 260 weeks".
pub(super) fn of_what(results: &Results) -> String {
    let first = &results.scenarios[0];
    let start = first.start.map_or_else(
        || "reference period".to_owned(),
        |d| {
            const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
            let (year, month, day) = d.civil();
            format!("{day} {} {year}", MONTHS[(month - 1) as usize])
        },
    );
    format!("{}, {start} + {}", results.case.title, plural(first.weeks as usize, "week", "weeks"))
}

/// How many futures of how many households an experiment has.
pub(super) fn counts(results: &Results) -> String {
    let (one, many) = if results.scenarios.len() > 1 { ("paired future", "paired futures") } else { ("future", "futures") };
    // Where runs failed, a future of the baseline may have nobody to be paired with.
    let others: BTreeSet<u64> = results.rows.iter().filter(|row| row.scenario > 0).map(|row| row.replicate).collect();
    let counted: Vec<u32> =
        results.of(0).iter().filter(|row| results.scenarios.len() < 2 || others.contains(&row.replicate)).map(|row| row.draw).collect();
    let draws: BTreeSet<u32> = counted.iter().copied().collect();
    let mut counts = format!("{} over {}", plural(counted.len(), one, many), plural(draws.len(), "parameter draw", "parameter draws"));
    if let Some(households) = results.scenarios[0].households {
        let _ = write!(counts, ", {} households each", whole(households as usize));
    }
    counts
}

/// What is said of a coarse scale beside the number of households; nothing at 1:1.
pub(super) fn agents(scale: u32) -> String {
    if scale > 1 { format!("; 1 agent stands for {} households: coarse", whole(scale as usize)) } else { String::new() }
}

fn head(out: &mut String, results: &Results, options: &Options) {
    // Of several, a comma in a title is none between two.
    let commas = results.scenarios.iter().any(|s| s.title.contains(','));
    let title = |s: &ScenarioLabel| if commas { titled(s) } else { s.title.clone() };
    let titles: Vec<String> = results.scenarios.iter().map(title).collect();
    let first = &results.scenarios[0];
    let what = if titles.len() > 1 { format!("{} against {}", titles[1..].join(", "), titles[0]) } else { first.title.clone() };
    say(out, &what);
    say(out, &of_what(results));
    let mut counts = counts(results);
    if results.parameters.refused > 0 {
        let _ = write!(counts, " ({} refused and replaced)", plural(results.parameters.refused as usize, "draw", "draws"));
    }
    counts.push_str(&agents(first.scale));
    say(out, &format!("{counts}; {}", Fitted::worth(results.parameters.fitted.as_ref())));
    if let Some(text) = first.lineages.and_then(|lineages| audit::too_coarse(first.scale, lineages)) {
        say(out, &text);
    } else if first.scale > 1 {
        say(out, &coarse(first, &measures(&results.case)));
    }
    let tables: Vec<String> = results.scenarios.iter().map(|label| format!("{}: {}", titled(label), label.table)).collect();
    say(out, &format!("at the table beside the state: {}", tables.join("; ")));
    for label in results.scenarios.iter().filter(|label| !label.summary.is_empty()) {
        say(out, &format!("{}: {}", titled(label), label.summary));
    }
    for label in results.scenarios.iter().filter(|label| !label.off.is_empty()) {
        say(out, &format!("switched off in {}: {}", titled(label), label.off.join(", ")));
    }
    if !options.set.is_empty() {
        let whose = if results.scenarios.len() > 1 { ", in every scenario" } else { "" };
        say(out, &format!("set on the command line{whose}: {}", options.set.join(", ")));
    }
    let otherwise = otherwise(results);
    if !otherwise.is_empty() {
        say(out, &format!("other parameters, not the table alone: {}", otherwise.join("; ")));
    }
    for label in results.scenarios.iter().filter(|label| !label.unreached.is_empty()) {
        let changes: Vec<String> = label.unreached.iter().map(|(week, path)| format!("{path} (week {week})")).collect();
        say(out, &format!("not reached in {}: {} of {}", units::weeks(label.weeks), changes.join(", "), titled(label)));
    }
}

/// Parameters of scenarios that have other values than the baseline's, as means over draws, in words.
fn otherwise(results: &Results) -> Vec<String> {
    /// Parameters of a scenario that are told.
    const TOLD: usize = 4;
    let parameters = &results.parameters;
    let mean = |at: usize| parameters.rows.iter().map(|(_, row)| row[at]).sum::<f64>() / parameters.rows.len().max(1) as f64;
    let means = if parameters.rows.len() > 1 { " (means of draws)" } else { "" };
    // Three figures, without zeros at the end.
    let figure = |value: f64| {
        let text = rounded(value, if value == 0.0 { 1.0 } else { libm::exp10(libm::floor(libm::log10(value.abs())) - 2.0).min(1.0) });
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    let of = |label: &ScenarioLabel| {
        let named = format!(" ({})", label.name);
        let other = |(at, name): (usize, &String)| {
            let path = name.strip_suffix(&named)?;
            let there = parameters.names.iter().position(|known| known == path)?;
            Some(format!("{path} {} instead of {}", figure(mean(at)), figure(mean(there))))
        };
        let mut all: Vec<String> = parameters.names.iter().enumerate().filter_map(other).collect();
        let more = all.len().saturating_sub(TOLD);
        all.truncate(TOLD);
        if more > 0 {
            all.push(format!("{more} more in parameters.csv"));
        }
        (!all.is_empty()).then(|| format!("{}: {}{means}", titled(label), all.join(", ")))
    };
    results.scenarios.iter().skip(1).filter_map(of).collect()
}

/// What is known of levels at the scale of a scenario.
fn coarse(label: &ScenarioLabel, measures: &[Measure]) -> String {
    let weeks = label.weeks.unsigned_abs();
    let of = scales::over(&label.scales, label.scale, weeks);
    let Some(row) = of.first() else {
        let scales: BTreeSet<u32> = label.scales.iter().map(|row| row.scale).collect();
        let held: Vec<String> = scales.iter().map(|scale| format!("1:{scale}")).collect();
        let held = if held.is_empty() {
            "sulh audit --scales does that for 1:4 and 1:16".to_owned()
        } else {
            format!("{} were", held.join(" and "))
        };
        return format!("coarse: levels at 1:{} were not held against those at 1:1 ({held})", label.scale);
    };
    let differing: Vec<String> = of
        .iter()
        .filter(|row| row.differs())
        .map(|row| {
            let name = measures.iter().find(|measure| measure.name == row.measure).map_or(row.measure.as_str(), |measure| &measure.label);
            format!("{name} {}", judge::shares(row.difference, row.low, row.high))
        })
        .collect();
    let what = if differing.is_empty() {
        "no headline outcome differs with certainty".to_owned()
    } else {
        format!("differ: {}; the other headline outcomes not with certainty", differing.join(", "))
    };
    // What a scale changes grows with time.
    let later = if weeks > row.weeks { "; no longer horizon was, and there more may differ" } else { "" };
    format!(
        "coarse: levels at 1:{} held against 1:1 ({} futures each of {} from {}, {}, 99 % intervals): {what}; levels of single communities were not held against it{later}",
        label.scale,
        row.futures,
        row.scenario,
        row.start,
        units::weeks(row.weeks)
    )
}

/// Name of a row with its unit.
fn name(row_scope: &str, measure: &Measure, scale: &Scale) -> String {
    if row_scope == "all" {
        let unit = if counted(scale) { String::new() } else { format!(", {}", scale.unit) };
        format!("{}{unit}", measure.label.replace(", ", " "))
    } else {
        let of = if scale.divisor >= 1.0 { "of these " } else { "" };
        format!("  {of}in the {row_scope}")
    }
}

/// Whether the name of a measure says what is counted, so that its unit need not.
fn counted(scale: &Scale) -> bool {
    ["persons", "organisations"].contains(&scale.unit.as_str())
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

/// The measure that the sentences below the tables speak of: the first that was asked for, else civilian deaths.
fn lead(results: &Results, options: &Options) -> Option<Measure> {
    let all = measures(&results.case);
    let asked = options.measures.first().map_or("civilian_deaths", String::as_str);
    all.into_iter().find(|measure| measure.name == asked)
}

/// One unit for a measure and its scopes in all scenarios: that of the largest mean of the whole.
pub(super) fn scale(results: &Results, measure: &Measure) -> Scale {
    let at = comparison::columns(results).iter().position(|(m, column)| m.name == measure.name && column.scope == "all");
    let largest = at.map_or(0.0, |at| {
        (0..results.scenarios.len()).map(|scenario| level(results, scenario, at).0.abs()).filter(|x| x.is_finite()).fold(0.0, f64::max)
    });
    Scale::of(measure.unit, largest)
}

/// The same for rows by community, which are smaller.
pub(super) fn scale_by_community<'a>(measure: &Measure, rows: impl Iterator<Item = &'a Row>) -> Scale {
    Scale::of(measure.unit, rows.map(|row| row.baseline_mean.abs()).filter(|x| x.is_finite()).fold(0.0, f64::max))
}

/// A difference of a measure in words: number, interval, unit.
fn worded(scale: &Scale, difference: &crate::stats::interval::Estimate) -> String {
    let unit = if scale.divisor < 1.0 {
        "points"
    } else if counted(scale) {
        ""
    } else {
        &scale.unit
    };
    numbers::with_unit(&scale.difference(difference.mean, difference.low, difference.high), unit)
}

/// A title that fits a column: whole, or its first words.
fn short(title: &str) -> String {
    /// Columns that it may take, an ellipsis among them.
    const ROOM: usize = 22;
    if title.chars().count() <= ROOM {
        return title.to_owned();
    }
    let most: String = title.chars().take(ROOM).collect();
    let words = most.rsplit_once(' ').map_or_else(|| most.chars().take(ROOM - 1).collect(), |(words, _)| words.to_owned());
    format!("{}\u{2026}", words.trim_end_matches([' ', ',', ':', ';']))
}

/// The rows of the tables: their outcome columns, each with its position among all.
fn wanted(results: &Results, options: &Options) -> Vec<(usize, Measure, comparison::Column)> {
    let all = comparison::columns(results).into_iter().enumerate();
    all.filter(|(_, (measure, _))| shown(measure, options)).map(|(at, (measure, column))| (at, measure, column)).collect()
}

/// Levels of every scenario, once, and the differences of each from the first.
fn tables(out: &mut String, results: &Results, rows: &[Row], options: &Options) {
    let wanted = wanted(results, options);
    let scales: Vec<Scale> = wanted.iter().map(|(_, measure, _)| scale(results, measure)).collect();
    let names: Vec<String> = std::iter::once(String::new())
        .chain(wanted.iter().zip(&scales).map(|((_, measure, column), scale)| name(&column.scope, measure, scale)))
        .collect();
    let steps_of = |own: &dyn Fn(usize) -> Option<f64>| {
        let rows: Vec<_> =
            wanted.iter().zip(&scales).enumerate().map(|(at, ((_, measure, _), scale))| (&measure.name, scale, own(at))).collect();
        steps(&rows)
    };
    let known: Vec<Vec<(f64, f64, f64)>> =
        (0..results.scenarios.len()).map(|scenario| wanted.iter().map(|(at, ..)| level(results, scenario, *at)).collect()).collect();
    let own = |at: usize| {
        let levels = || known.iter().map(|levels| levels[at]);
        let varying = levels().filter(|(_, low, high)| low < high).map(|(_, low, high)| scales[at].step_of_level(low, high));
        let alone = levels().filter(|(mean, ..)| *mean != 0.0).map(|(mean, ..)| scales[at].step_of_one(mean));
        varying.min_by(f64::total_cmp).or_else(|| alone.min_by(f64::total_cmp))
    };
    let level_steps = steps_of(&own);
    let levels: Vec<Vec<String>> = known
        .iter()
        .zip(&results.scenarios)
        .map(|(levels, label)| {
            let cells = levels
                .iter()
                .zip(&scales)
                .zip(&level_steps)
                .map(|((&(mean, low, high), scale), &step)| scale.level_to(step, mean, low, high));
            std::iter::once(short(&label.title)).chain(cells).collect()
        })
        .collect();
    let width = |column: &[String]| column.iter().map(|cell| cell.chars().count()).max().unwrap_or(0);
    let lay = |out: &mut String, columns: &[&[String]]| {
        let lines: Vec<Vec<&str>> = (0..names.len()).map(|at| columns.iter().map(|column| column[at].as_str()).collect()).collect();
        lay_out(out, &lines);
    };
    let mut differences: Vec<[Vec<String>; 2]> = Vec::new();
    for scenario in 1..results.scenarios.len() {
        let of = |column: &comparison::Column| rows.iter().find(|row| row.scenario == scenario && row.column == *column);
        let head = if results.scenarios.len() > 2 {
            format!("{} less {}", short(&results.scenarios[scenario].title), short(&results.scenarios[0].title))
        } else {
            "difference".to_owned()
        };
        let known: Vec<Option<&crate::stats::interval::Estimate>> =
            wanted.iter().map(|(_, _, column)| of(column).map(|row| &row.difference)).collect();
        let steps = steps_of(&|at| known[at].and_then(|e| scales[at].step_of(e)));
        let numbers = known
            .iter()
            .zip(&scales)
            .zip(&steps)
            .map(|((e, scale), &step)| e.map_or_else(String::new, |e| scale.difference_to(step, e.mean, e.low, e.high)));
        let verdicts = wanted.iter().map(|(_, _, column)| of(column).map_or_else(String::new, |row| row.verdict.to_string()));
        differences.push([std::iter::once(head).chain(numbers).collect(), std::iter::once("verdict".to_owned()).chain(verdicts).collect()]);
    }
    let all: Vec<&[String]> = std::iter::once(&names[..])
        .chain(levels.iter().map(Vec::as_slice))
        .chain(differences.iter().flatten().map(Vec::as_slice))
        .collect();
    if differences.len() < 2 && all.iter().map(|column| width(column) + 2).sum::<usize>() <= WIDTH + 2 {
        lay(out, &all);
    } else {
        // Too wide for one table: levels first, as many beside each other as fit, then what this is about.
        let mut left = &levels[..];
        while !left.is_empty() {
            let mut used = width(&names);
            let fit = left
                .iter()
                .take_while(|column| {
                    used += 2 + width(column);
                    used <= WIDTH
                })
                .count()
                .max(1);
            lay(out, &std::iter::once(&names[..]).chain(left[..fit].iter().map(Vec::as_slice)).collect::<Vec<_>>());
            left = &left[fit..];
            if !left.is_empty() || !differences.is_empty() {
                out.push('\n');
            }
        }
        for (nth, [numbers, verdicts]) in differences.iter().enumerate() {
            if nth > 0 {
                out.push('\n');
            }
            lay(out, &[&names, numbers, verdicts]);
        }
    }
    if differences.is_empty() {
        say(out, "Mean [5 to 95 % of futures].");
    } else {
        let pairs: Vec<usize> =
            (1..results.scenarios.len()).map(|at| rows.iter().find(|row| row.scenario == at).map_or(0, |row| row.pairs)).collect();
        let same = pairs.iter().all(|n| *n == pairs[0]);
        let pairs = if same {
            plural(pairs[0], "pair", "pairs")
        } else {
            format!("{} pairs", pairs.into_iter().map(whole).collect::<Vec<_>>().join(" and "))
        };
        say(
            out,
            &format!(
                "Levels: mean [5 to 95 % of futures]. Difference: mean of {pairs} of futures that share their luck [95 % interval of that mean]; shares in percentage points."
            ),
        );
        if rows.iter().any(|row| row.difference.low.is_finite()) {
            say(
                out,
                &format!(
                    "{} looked at: of intervals around nothing one in 20 excludes 0, so one \"leaning\" alone says little.",
                    plural(wanted.len() * differences.len(), "difference is", "differences are")
                ),
            );
        } else {
            say(out, "One pair has no interval: what differs in it may be luck.");
        }
    }
    if let Some((_, measure, _)) = wanted.iter().find(|(_, measure, _)| measure.name == "peace_dyad_share").or(wanted.first()) {
        say(out, &format!("What a row counts: sulh explain \"{}\", or any other name in the table.", measure.label));
    }
}

/// In how many futures a scenario has less and more, and in how many nothing differs.
fn shares(out: &mut String, results: &Results, at: usize, rows: &[&Row], options: &Options) {
    let title = titled(&results.scenarios[at]);
    if let Some((row, measure)) = lead(results, options).and_then(|m| Some((rows.iter().find(|row| of_all(row, &m.name))?, m.label))) {
        say(
            out,
            &format!(
                "{}: lower under {title} in {} of these simulated futures, higher in {}. That counts simulated worlds; it is not the chance that a policy works.",
                capital(&measure),
                percent(row.lower),
                percent(row.higher)
            ),
        );
    }
    let parting = comparison::parting(results, at);
    if parting.pairs > 0 {
        let what = if parting.same > 0 {
            format!("In {} of pairs nothing", percent(parting.same as f64 / parting.pairs as f64))
        } else {
            "In every pair something".to_owned()
        };
        say(out, &format!("{what} that is measured differs between {title} and {}.", titled(&results.scenarios[0])));
    }
}

/// Measures that the table leaves out and whose interval excludes 0.
fn not_in_the_table(out: &mut String, results: &Results, at: usize, rows: &[&Row], options: &Options) {
    let known: Vec<String> = measures(&results.case)
        .iter()
        .filter(|measure| !measure.headline && !shown(measure, options))
        .filter_map(|measure| {
            let row = rows.iter().find(|row| of_all(row, &measure.name)).filter(|row| row.difference.excludes_zero())?;
            Some(format!("{} {}", measure.label, worded(&scale(results, measure), &row.difference)))
        })
        .collect();
    if !known.is_empty() {
        say(
            out,
            &format!("Not in the table, and its interval excludes 0, under {}: {}.", titled(&results.scenarios[at]), known.join("; ")),
        );
    }
}

/// Where no sign is shown to turn with a parameter: the parameter that comes nearest to it, if any does.
fn turn(out: &mut String, results: &Results, at: usize, rows: &[&Row], options: &Options) {
    let columns = wanted(results, options);
    let depends = |column: &comparison::Column| rows.iter().any(|row| row.column == *column && matches!(row.verdict, Verdict::Depends(_)));
    if columns.iter().any(|(_, _, column)| depends(column)) {
        return;
    }
    let looked_at: Vec<usize> = columns.iter().map(|(at, ..)| *at).collect();
    let halves = comparison::halves(results);
    let whose = if results.scenarios.len() > 2 { format!(" ({})", titled(&results.scenarios[at])) } else { String::new() };
    let all = || format!("{} by {}", plural(halves.len(), "parameter", "parameters"), plural(columns.len(), "row", "rows"));
    if halves.is_empty() {
        say(
            out,
            &format!(
                "Which parameter turns a sign{whose}: not asked, as that takes {} parameter draws or more.",
                comparison::DRAWS_FOR_HALVES
            ),
        );
        return;
    }
    let Some((found, turn)) = comparison::nearest(results, at, &looked_at, &halves) else {
        say(
            out,
            &format!(
                "No sign is seen to turn with a parameter{whose}: for none of {} do the intervals where it is low and where it is high both exclude 0, one either side. With {} only a large turn shows.",
                all(),
                plural(results.parameters.rows.len(), "parameter draw", "parameter draws")
            ),
        );
        return;
    };
    let Some((_, measure, column)) = columns.iter().find(|(at, ..)| *at == found) else { return };
    let scale = scale(results, measure);
    let of = if column.scope == "all" { measure.label.to_string() } else { format!("{} in the {}", measure.label, column.scope) };
    say(
        out,
        &format!(
            "No sign is shown to turn with a parameter{whose}. {} comes nearest, in {of}: {} where it is low, {} where it is high. That is not certain: {} were looked at.",
            turn.parameter,
            worded(&scale, &turn.below),
            worded(&scale, &turn.above),
            all()
        ),
    );
}

fn of_all(row: &Row, measure: &str) -> bool {
    row.column.scope == "all" && row.column.community == "all" && row.column.measure == measure
}

/// The stages on the way to an accord, and their words.
const WAY: [(&str, &str); 3] = [("contact", "contact"), ("consent", "consent of the state"), ("accord", "accord")];

fn talks(out: &mut String, results: &Results, at: usize, funnel: &[FunnelRow], forks: &[ForkRow], options: &Options) {
    let label = &results.scenarios[at];
    let title = titled(label);
    if label.talks {
        let reached = |stage: &str| funnel.iter().find(|row| row.scenario == at && row.stage == stage).and_then(|row| row.reached);
        let share = |stage: &str| reached(stage).map(numbers::share);
        let (way, then) = if label.bids {
            (&WAY[..], "Where the state consents, the other side may still refuse.")
        } else {
            (&WAY[..1], "Nobody has a full seat, so nobody is asked for a formal bid, and no accord can come of it.")
        };
        let stages: Vec<String> = way.iter().filter_map(|(stage, words)| share(stage).map(|share| format!("{words} {share}"))).collect();
        let mut text = format!("How far {title} comes, in all futures [95 % intervals]: {}. {then}", stages.join(", "));
        let group = share("group").filter(|_| label.bids).map(|share| format!("a contact group meets in {share}"));
        let met = share("conditions").filter(|_| label.conditions).map(|share| format!("a seat meets its conditions in {share}"));
        let beside: Vec<String> = group.into_iter().chain(met).collect();
        if !beside.is_empty() {
            let _ = write!(text, " Beside this way, {}.", beside.join(", and "));
        }
        if !label.conditions {
            text.push_str(" No seat has conditions in this track.");
        }
        for (stage, words, weeks) in comparison::YEARS {
            let of = comparison::standing(results, at, stage, weeks);
            if of.early > 0 {
                let _ = write!(
                    text,
                    " Of {} signed early enough to tell, {} stood for {words} ({}).",
                    plural(of.early, "accord", "accords"),
                    whole(of.stood),
                    numbers::share(of.share)
                );
            }
        }
        if let Some(standing) = reached("standing_at_end").filter(|standing| label.bids || standing.0 > 0.0) {
            let _ = write!(text, " At the end an accord, however young, is in force in {} of futures.", numbers::share(standing));
        }
        say(out, &text);
        if at > 0 && results.scenarios[0].talks {
            further(out, results, at);
        }
    }
    let Some(measure) = lead(results, options) else { return };
    let caution = if results.scenarios.len() > 1 {
        "this stands beside the difference above and does not replace it"
    } else {
        "in the others it might have done something else"
    };
    for (stage, words, past) in
        [("accord", "reach an accord", "What the accord did"), ("conditions", "meet the conditions", "What meeting the conditions did")]
    {
        let of: Vec<&ForkRow> = forks.iter().filter(|f| f.scenario == at && f.stage == stage && f.column.community == "all").collect();
        let fork = of.iter().find(|f| f.column.measure == measure.name && f.column.scope == "all");
        if let Some(fork) = fork {
            say(
                out,
                &format!(
                    "{past} ({title}, in the {} of futures that {words}, {} of them): {} {} against the same futures going on without it.{} Those futures are reached by luck: {caution}.",
                    percent(fork.share),
                    whole(fork.futures),
                    measure.label,
                    worded(&scale(results, &measure), &fork.difference),
                    beside(results, &of, &measure)
                ),
            );
        }
    }
    if label.talks && label.bids && !forks.iter().any(|f| f.scenario == at && f.stage == "accord") {
        say(out, &format!("No future of {title} reaches an accord, so there is nothing to say of what one would do."));
    }
}

/// How much further talks come than in the first scenario, where both try them.
fn further(out: &mut String, results: &Results, at: usize) {
    let [first, label] = [0, at].map(|at| &results.scenarios[at]);
    let ([contact, consent, accord], bids) = (WAY, first.bids || label.bids);
    let stages = [
        (contact, true),
        (("conditions", "conditions met"), first.conditions && label.conditions),
        (consent, bids),
        (("group", "a contact group"), bids),
        (accord, bids),
    ];
    let points = Scale::of("share", 1.0);
    let told: Vec<String> = stages
        .into_iter()
        .filter(|(_, asked)| *asked)
        .filter_map(|((stage, words), _)| {
            let e = comparison::stage_difference(results, at, stage)?;
            // To whole points at least, as the shares that it is a difference of.
            let step = points.step_of_difference(e.mean, e.low, e.high).min(1.0);
            Some(format!("{words} {} points", points.difference_to(step, e.mean, e.low, e.high)))
        })
        .collect();
    if !told.is_empty() {
        say(out, &format!("Against {}, in the same futures: {}.", titled(first), told.join(", ")));
    }
}

/// What else a stage changed whose interval excludes 0: the measure spoken of by scope, and all others as a whole.
fn beside(results: &Results, forks: &[&ForkRow], spoken_of: &Measure) -> String {
    if forks.iter().any(|fork| fork.difference.low.is_nan()) {
        return " One future has no interval: nothing can be said of the rest.".to_owned();
    }
    let (mut known, mut uniform) = (Vec::new(), Vec::new());
    let (mut looked_at, mut alike) = (0, 0);
    let scopes = if results.case.scopes.is_empty() { String::new() } else { format!("{} by scope, and ", spoken_of.label) };
    for measure in &measures(&results.case) {
        let scale = scale(results, measure);
        let further = |f: &&&ForkRow| f.column.measure == measure.name && (f.column.scope == "all") != (measure.name == spoken_of.name);
        for fork in forks.iter().filter(further) {
            let whose = if fork.column.scope == "all" {
                measure.label.to_string()
            } else {
                format!("{} in the {}", measure.label, fork.column.scope)
            };
            let told = || format!("{whose} {}", worded(&scale, &fork.difference));
            if fork.difference.low < fork.difference.high {
                looked_at += 1;
                if fork.difference.excludes_zero() {
                    known.push(told());
                }
            } else if fork.difference.mean == 0.0 {
                alike += 1;
            } else {
                uniform.push(told());
            }
        }
    }
    let left = if alike > 0 {
        format!("; {} unchanged in all {} left out", whole(alike), if alike == 1 { "is" } else { "are" })
    } else {
        String::new()
    };
    let uniform = if uniform.is_empty() { String::new() } else { format!(" The same in all of them: {}.", uniform.join("; ")) };
    match (known.len(), looked_at) {
        (_, 0) => uniform,
        (0, _) => format!(
            " Of {} ({scopes}the other measures as a whole{left}) none excludes 0.{uniform}",
            plural(looked_at, "further interval", "further intervals")
        ),
        (some, _) => format!(
            " Of {} ({scopes}the other measures as a whole{left}), {} {} 0: {}.{uniform}",
            plural(looked_at, "further interval", "further intervals"),
            whole(some),
            if some == 1 { "excludes" } else { "exclude" },
            known.join("; ")
        ),
    }
}

/// Pairs that must differ before a summary splits the variance of their differences, which a few large ones would decide.
const LEAST_APART: usize = 20;

fn spread(out: &mut String, results: &Results, at: usize, rows: &[&Row], options: &Options) {
    let Some(measure) = lead(results, options) else { return };
    let Some(row) = rows.iter().find(|r| of_all(r, &measure.name)) else { return };
    let of = if results.scenarios.len() > 2 { format!(" ({})", titled(&results.scenarios[at])) } else { String::new() };
    if row.pairs > 0 && row.apart() == 0 {
        let all = if row.pairs == 1 { "the only pair".to_owned() } else { format!("all {} pairs", whole(row.pairs)) };
        say(out, &format!("Spread{of}: the difference in {} is exactly 0 in {all}.", measure.label));
        return;
    }
    if row.apart() < LEAST_APART {
        say(
            out,
            &format!(
                "Spread{of}: {} of {} pairs differ in {}, too few to tell what of it is chance and what we do not know (parameters).",
                whole(row.apart()),
                whole(row.pairs),
                measure.label
            ),
        );
        return;
    }
    if row.knowledge_share.is_finite() {
        let share = 100.0 * row.knowledge_share;
        let share = row
            .knowledge_interval
            .map_or_else(|| format!("{share:.0}"), |(low, high)| format!("{share:.0} [{:.0}, {:.0}]", 100.0 * low, 100.0 * high));
        say(
            out,
            &format!(
                "Spread of the difference in {}{of}: {share} % of its variance is what we do not know (parameters), the rest is chance.",
                measure.label
            ),
        );
    } else {
        say(out, &format!("Spread{of}: what we do not know (parameters) and chance cannot be told apart with so few draws or futures."));
    }
    if let Some(ratio) = row.variance_ratio {
        let chance = row.variance_ratio_chance.map_or_else(String::new, |r| format!(" ({} at fixed parameters)", factor(r)));
        say(
            out,
            &format!(
                "Pairing: the same futures, paired, say as much about that difference as {} as many unpaired ones{chance}.",
                factor(ratio)
            ),
        );
    }
}

fn factor(ratio: f64) -> String {
    if ratio >= 9.95 { format!("{} times", rounded(ratio, 1.0)) } else { format!("{ratio:.1} times") }
}

fn communities(out: &mut String, results: &Results, at: usize, rows: &[&Row], options: &Options) {
    let Some(asked) = lead(results, options) else { return };
    // What communities are not counted by, such as all deaths: civilian deaths instead, and it is said.
    let known = |measure: &Measure| rows.iter().any(|r| r.column.measure == measure.name && r.column.community != "all");
    let Some(measure) = Some(asked).filter(&known).or_else(|| lead(results, &Options::default())) else { return };
    let of: Vec<&&Row> = rows.iter().filter(|r| r.column.measure == measure.name && r.column.community != "all").collect();
    if of.is_empty() {
        return;
    }
    // What a community has more of is a loss, unless more is better.
    let worse = if measure.less_is_better == Some(false) { -1.0 } else { 1.0 };
    let scale = scale_by_community(&measure, of.iter().map(|row| **row));
    let who = |sign: f64| -> Vec<String> {
        let mut found: Vec<_> = of.iter().filter(|r| r.difference.excludes_zero() && r.difference.mean * sign > 0.0).collect();
        found.sort_by(|a, b| b.difference.mean.abs().total_cmp(&a.difference.mean.abs()));
        found.into_iter().map(|r| format!("{} {}", r.column.community_name(&results.case), worded(&scale, &r.difference))).collect()
    };
    let (lose, gain) = (who(worse), who(-worse));
    let (title, label) = (titled(&results.scenarios[at]), &measure.label);
    if lose.is_empty() && gain.is_empty() {
        let none = if of.iter().all(|row| row.pairs > 1 && row.apart() == 0) {
            "every community has the same in every pair"
        } else if of.iter().any(|row| row.difference.low.is_finite()) {
            "no community's difference is distinguishable from chance"
        } else {
            "not testable with one pair"
        };
        say(out, &format!("Who loses, who gains under {title}, by {label}: {none}."));
        return;
    }
    let list = |names: Vec<String>| {
        if names.is_empty() { "no community whose difference is distinguishable from chance".to_owned() } else { names.join("; ") }
    };
    say(out, &format!("Who loses under {title}, by {label}: {}.", list(lose)));
    say(out, &format!("Who gains: {}.", list(gain)));
    say(
        out,
        &format!(
            "({} looked at: of intervals around nothing, one in 20 excludes 0.)",
            plural(of.len(), "community was", "communities were")
        ),
    );
}

fn foot(out: &mut String, results: &Results, options: &Options, rows: &[Row]) {
    if !results.failures.is_empty() {
        out.push('\n');
        say(
            out,
            &format!(
                "{} failed and {} in no number above; failures.csv lists how to repeat each. The first:",
                plural(results.failures.len(), "run", "runs"),
                if results.failures.len() == 1 { "is" } else { "are" }
            ),
        );
        let f = &results.failures[0];
        say(out, &format!("  {}: {}", f.process, f.message));
        let _ = writeln!(out, "  {}", f.command);
    }
    out.push('\n');
    let worth = results.parameters.fitted.as_ref().map_or_else(
        || "Uncalibrated: illustrative. These numbers follow".to_owned(),
        |fitted| {
            format!(
                "Fitted to the events of {}: {} of violence and of how it is recorded. Uncalibrated, illustrative: all else, that is talks, accords, recruitment, leanings, flight, and whatever is told by community. These numbers follow",
                fitted.period,
                plural(fitted.names.len(), "parameter", "parameters")
            )
        },
    );
    say(
        out,
        &format!(
            "{worth} from the model's assumptions. They are not a forecast, and not for choosing targets or for judging persons or communities."
        ),
    );
    if let Some(parameter) = rows.iter().find_map(|row| match &row.verdict {
        Verdict::Depends(parameter) => Some(parameter),
        _ => None,
    }) {
        let _ = writeln!(out, "Next, the parameter with which the sign of a difference turns\n  sulh explain {parameter}");
    }
    next(out, results, options);
    if !options.folder.is_empty() {
        let _ = writeln!(out, "{}: {}", if options.plots { "Tables and plots" } else { "Tables" }, options.folder);
    }
}

/// Commands that go on from here. They stand on lines of their own, as they are typed.
fn next(out: &mut String, results: &Results, options: &Options) {
    let Repeat { arguments, story, compare, contested, alike } = &options.repeat;
    let story = |replicate: u64| {
        let draw = results.rows.iter().find(|row| row.replicate == replicate).map(|row| row.draw);
        draw.and_then(|draw| contested.get(&draw)).unwrap_or(story)
    };
    let argument = |at: usize| arguments.get(at).map_or(results.scenarios[at].name.as_str(), String::as_str);
    let last = results.scenarios.len() - 1;
    let one = |at: usize| -> String {
        let first = |stage: &str| results.of(at).iter().find(|row| row.run.funnel.has(stage)).map(|row| row.replicate);
        let (replicate, why) = match (first("accord"), first("consent")) {
            (Some(replicate), _) => (replicate, ": the first with an accord"),
            (None, Some(replicate)) => (replicate, ": the first in which the state consents to talks"),
            (None, None) => (0, ""),
        };
        format!(
            "Next, one future, event by event, with causes{why}\n  sulh story {} --replicate {replicate}{}\n",
            argument(at),
            story(replicate)
        )
    };
    if last == 0 {
        out.push_str(&one(0));
    }
    for at in 1..=last {
        match comparison::parting(results, at).first.filter(|_| alike.get(at).copied().unwrap_or(true)) {
            Some(replicate) => {
                let which = if last == 1 {
                    "the two come".to_owned()
                } else {
                    format!("{} and {} come", titled(&results.scenarios[at]), titled(&results.scenarios[0]))
                };
                say(out, &format!("Next, the first future in which {which} to anything different, event by event"));
                let _ = writeln!(out, "  sulh story --pair {} {} --replicate {replicate}{}", argument(0), argument(at), story(replicate));
            }
            None => out.push_str(&one(at)),
        }
    }
    if last > 1 {
        let others: Vec<&str> = (1..=last).map(argument).collect();
        let _ = writeln!(
            out,
            "Next, {} against each other\n  sulh compare {}{compare}",
            if last == 2 { "the other two" } else { "the others" },
            others.join(" ")
        );
    }
}
