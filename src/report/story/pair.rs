//! Two tracks in one future: the first week in which they part, and what followed.
use super::{Told, Wanted, end, ended};
use crate::index::Id;
use crate::observe::Run;
use crate::observe::measures::series_rows;
use crate::scenario::Case;
use crate::world::Happened;
use serde_json::json;
use std::fmt::Write;

/// Weeks after the parting at which the difference is told.
const AFTER: [i32; 6] = [4, 13, 26, 52, 104, 208];
/// Weeks after the parting in which every line that differs is told.
const CLOSE: i32 = 26;
/// Deaths from which a line is told later too.
const LARGE: u32 = 50;
/// Difference in deaths below which the same incident is not told twice.
const ALIKE: u32 = 5;
/// Kinds that no world feels: the talks' own steps before anything follows from them.
const UNFELT: [&str; 5] = ["contact", "leak", "bid", "consent", "timeline"];
/// Kinds that are told however late: what becomes of the track.
const STEPS: [&str; 9] = ["contact", "leak", "conditions", "bid", "consent", "group", "talks", "accord", "pact"];

/// A series that is compared: its name, what a reader calls it, and whether it adds up over weeks.
const SERIES: [(&str, &str, bool); 5] = [
    ("civilian_deaths", "civilian deaths", true),
    ("deaths", "all deaths", true),
    ("displaced", "displaced then", false),
    ("recruits", "recruits", true),
    ("coercive_share", "coercive rule then", false),
];

/// The first week whose end finds the two worlds apart.
fn worlds_part(a: &Run, b: &Run) -> Option<i32> {
    a.digests.iter().zip(&b.digests).position(|(x, y)| x != y).map(|week| week as i32)
}

/// The second less the first in a week: what adds up is counted from the parting.
fn difference(case: &Case, runs: [&Run; 2], weeks: i32, from: i32, week: i32) -> Vec<(&'static str, &'static str, f64)> {
    let rows = series_rows(case);
    let mut found = Vec::new();
    for (name, words, adds) in SERIES {
        let Some(row) = rows.iter().position(|(series, subject)| series.name == name && subject == "all") else { continue };
        let of = |run: &Run| -> f64 {
            let series = &run.series[row * weeks as usize..][..weeks as usize];
            let first = if adds { from } else { week };
            series[first as usize..=week as usize].iter().map(|&x| f64::from(x)).sum()
        };
        found.push((name, words, of(runs[1]) - of(runs[0])));
    }
    found
}

/// A line that the two futures do not share.
#[derive(Clone, Copy, Debug)]
struct Apart<'a> {
    /// Whether it is the second's.
    second: bool,
    event: &'a Happened,
    /// Whether the other has the same incident with nearly the same toll.
    nearly: bool,
}

/// Events of one future that the other does not have, in order.
fn apart<'a>(told: [&Told<'a>; 2], wanted: &Wanted) -> Vec<Apart<'a>> {
    let mut found: Vec<Apart> = Vec::new();
    for second in [false, true] {
        let (one, other) = (told[usize::from(second)], told[usize::from(!second)]);
        let events: &'a [Happened] = &one.chronicle.events;
        for event in events.iter().filter(|event| wanted.has(one.chronicle, event)) {
            let alike =
                |x: &&Happened| (x.week, x.kind, x.place, &x.communities) == (event.week, event.kind, event.place, &event.communities);
            let others: Vec<&Happened> = other.chronicle.events.iter().filter(alike).collect();
            if !others.iter().any(|x| x.text == event.text) {
                let nearly = !STEPS.contains(&event.kind) && others.iter().any(|x| x.deaths.abs_diff(event.deaths) < ALIKE);
                found.push(Apart { second, event, nearly });
            }
        }
    }
    found.sort_by_key(|line| (line.event.week, line.second));
    found
}

/// The first week in which the tracks part: one acts, or the worlds are no longer the same at the week's end.
#[must_use]
pub fn parting_week(told: [&Told; 2], runs: [&Run; 2]) -> Option<i32> {
    let felt = worlds_part(runs[0], runs[1])?;
    let acts = apart(told, &Wanted::default())
        .into_iter()
        .map(|line| line.event)
        .find(|event| STEPS.contains(&event.kind) && !UNFELT.contains(&event.kind));
    Some(acts.map_or(felt, |event| event.week.min(felt)))
}

fn weeks_told(from: i32, weeks: i32) -> Vec<i32> {
    let mut at: Vec<i32> = AFTER.iter().map(|after| from + after).filter(|&week| week < weeks - 1).collect();
    at.push(weeks - 1);
    at
}

/// Communities by how many more of their people were killed, most first.
fn communities<'a>(case: &'a Case, runs: [&Run; 2]) -> Vec<(&'a str, f64)> {
    let mut found: Vec<(&str, f64)> = case
        .communities
        .iter()
        .map(|(c, data)| (data.name.as_str(), runs[1].communities[c.at()].civilian_deaths - runs[0].communities[c.at()].civilian_deaths))
        .filter(|x| x.1 != 0.0)
        .collect();
    found.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    found
}

/// The pair as text; `told` and `runs` are the first track and the second, in the same future.
#[must_use]
pub fn text(told: [&Told; 2], runs: [&Run; 2], wanted: &Wanted) -> String {
    let [first, second] = told;
    let titles = told.map(|one| one.scenario.title.as_str());
    let case = &*first.scenario.case;
    let weeks = first.scenario.weeks;
    let mut text =
        format!("{}  against  {}: {}. Uncalibrated: one made-up future, not a forecast.\n", titles[0], titles[1], first.future());
    let all = apart(told, wanted);
    let Some(week) = parting_week(told, runs) else {
        let tried: Vec<_> = all.iter().filter(|line| line.event.kind != "timeline").collect();
        let what = if tried.is_empty() {
            "Nothing was tried by one that the other did not try too."
        } else {
            "What was tried, and came to nothing that the world felt:"
        };
        let _ = writeln!(text, "The two tracks never part: the same world for all {weeks} weeks. {what}");
        tell(&mut text, told, tried.into_iter());
        return text;
    };
    let before: Vec<_> = all.iter().filter(|line| line.event.week < week && line.event.kind != "timeline").collect();
    if !before.is_empty() {
        text.push_str("\nWhat one track tried before, which the world did not feel:\n");
        tell(&mut text, told, before.into_iter());
    }
    let _ = writeln!(text, "\nThe two worlds are the same until week {week} ({}). What parts them:", first.date(week));
    let here: Vec<_> = all.iter().filter(|line| line.event.week == week && line.event.kind != "timeline").collect();
    if here.is_empty() {
        // What was dated last, in one track alone, works before anybody acts on it.
        let dated: Vec<_> = all.iter().filter(|line| line.event.week <= week && line.event.kind == "timeline").collect();
        match dated.iter().map(|line| line.event.week).max() {
            Some(last) => tell(&mut text, told, dated.into_iter().filter(|line| line.event.week == last)),
            None => text.push_str("  nothing that a story tells: an instrument works from this week on in one track alone\n"),
        }
    }
    tell(&mut text, told, here.into_iter());
    let _ = writeln!(text, "\nWhat followed: {} less {}, sums from week {week} on", titles[1], titles[0]);
    let at = weeks_told(week, weeks);
    let mut same = true;
    for (nth, &at) in at.iter().enumerate() {
        let row = difference(case, runs, weeks, week, at);
        if nth == 0 {
            let _ = writeln!(text, "  {:>12}{}", "weeks later", row.iter().map(|(_, words, _)| format!("{words:>20}")).collect::<String>());
        }
        let numbers: String =
            row.iter().map(|(name, _, x)| if *name == "coercive_share" { format!("{x:>+20.4}") } else { format!("{x:>+20.0}") }).collect();
        let _ = writeln!(text, "  {:>12}{numbers}", at - week);
        same &= numbers.chars().all(|c| !c.is_ascii_digit() || c == '0');
    }
    let who: Vec<String> = communities(case, runs).into_iter().take(4).map(|(name, n)| format!("{name} {n:+.0}")).collect();
    if who.is_empty() && same {
        text.push_str("  no measured difference follows by the end of the table\n");
    } else if !who.is_empty() {
        let _ = writeln!(text, "  civilian deaths by community at the end: {}", who.join(", "));
    }
    let after: Vec<_> = all.iter().filter(|line| line.event.week > week).collect();
    let told_of = |line: &&&Apart| {
        let event = line.event;
        !line.nearly && (event.week <= week + CLOSE || event.deaths >= LARGE || STEPS.contains(&event.kind))
    };
    let shown: Vec<_> = after.iter().copied().filter(|line| told_of(&line)).collect();
    let _ = writeln!(
        text,
        "\nWhat only one of the two futures has: all of the next {CLOSE} weeks, then the steps of the track and what kills {LARGE} or more\n({} of {} lines that differ; incidents of both with nearly the same toll are left out; --json gives all)",
        shown.len(),
        after.len()
    );
    tell(&mut text, told, shown.into_iter());
    let _ = writeln!(text, "\n- {}    + {}", first.scenario.title, second.scenario.title);
    for at in 0..2 {
        let _ = write!(text, "{} {}", ["-", "+"][at], ended(told[at], runs[at]));
    }
    text
}

fn tell<'a>(text: &mut String, told: [&Told; 2], lines: impl Iterator<Item = &'a Apart<'a>>) {
    for &Apart { second, event, .. } in lines {
        let one = told[usize::from(second)];
        text.push_str(&one.line_after(if second { "+ " } else { "- " }, event));
    }
}

/// The pair as one JSON object a line: who, when they part, differences, every line that one future alone has, and both ends.
#[must_use]
pub fn json_lines(told: [&Told; 2], runs: [&Run; 2], wanted: &Wanted) -> String {
    let weeks = told[0].scenario.weeks;
    let week = parting_week(told, runs);
    let mut head = told[0].head("pair");
    head["scenario"] = json!(told.map(|one| one.scenario.name.as_str()));
    head["title"] = json!(told.map(|one| one.scenario.title.as_str()));
    head["parting_week"] = json!(week);
    head["parting_date"] = json!(week.map(|week| told[0].date(week)));
    let mut text = format!("{head}\n");
    if let Some(from) = week {
        for at in weeks_told(from, weeks) {
            let row: serde_json::Map<String, serde_json::Value> = difference(&told[0].scenario.case, runs, weeks, from, at)
                .into_iter()
                .map(|(name, _, x)| (name.to_owned(), json!(x)))
                .collect();
            let _ = writeln!(
                text,
                "{}",
                json!({ "record": "difference", "week": at, "date": told[0].date(at), "weeks_later": at - from, "values": row })
            );
        }
    }
    for line in apart(told, wanted) {
        let one = told[usize::from(line.second)];
        let mut row = one.event(line.event);
        row["only"] = json!(one.scenario.name);
        row["nearly_the_same"] = json!(line.nearly);
        let _ = writeln!(text, "{row}");
    }
    for (one, run) in told.into_iter().zip(runs) {
        let _ = writeln!(text, "{}", end(one, run));
    }
    text
}
