//! One household's future: what happened to it and near it, and what it thinks of whom.
use super::{Told, hanging};
use crate::observe::chronicle::{Diary, Standing, View, trend_name};
use crate::report::numbers::plural;
use crate::scenario::Case;
use serde_json::{Value, json};
use std::fmt::Write;

/// Level from which a grievance is worth a word.
const FELT: f64 = 0.02;

/// Width of the column of leanings: the longest name that a case gives a trend, with its share, should fit.
const LEANING: usize = 20;

/// The diary as text.
#[must_use]
pub fn text(told: &Told, diary: &Diary) -> String {
    let case = told.case();
    let mut text = format!("{}: {}. Uncalibrated: one made-up future, not a forecast.\n", told.scenario.title, told.future());
    let _ = writeln!(
        text,
        "Household {} of {}, {}: {}, {} of 15 to 45. Its lineage has {}, its settlement {}.{}\nIt is made up, and stands for no family that exists.\n",
        diary.household.0,
        case.places[diary.home].name,
        case.communities[diary.community].name,
        plural(diary.standings[0].people as usize, "person", "persons"),
        if diary.men == 1 { "1 of them a man".to_owned() } else { format!("{} of them men", diary.men) },
        plural(diary.kin as usize, "household", "households"),
        diary.neighbours,
        if diary.weight > 1.0 { format!(" At this scale it stands for {:.0} like it.", diary.weight) } else { String::new() }
    );
    for entry in &diary.entries {
        text.push_str(&hanging(&format!("{}  week {:>3}  {:11} ", told.date(entry.week), entry.week, entry.near), &entry.text));
    }
    if diary.entries.is_empty() {
        text.push_str("Nothing happens to it, its kin or its neighbours in this future.\n");
    }
    text.push_str(
        "\nWhat it thinks of whom: what it holds against them (0 to 1), and how far they protect its people where it is (-1 to 1)\n",
    );
    let place = diary.standings.iter().map(|standing| case.places[standing.at].name.chars().count()).max().unwrap_or(0).max(5);
    let _ = write!(text, "{:10}  {:>5}  {:place$} {:>5} {:>8}  {:LEANING$}", "date", "week", "where", "fear", "hardship", "people like it");
    for view in &diary.standings[0].views {
        let _ = write!(text, " {:>14}", cut(&case.blocs[view.bloc].slug, 14));
    }
    text.push('\n');
    for (nth, standing) in diary.standings.iter().enumerate() {
        // A line a year is enough for the eye; the seasons are in --json.
        if nth % 4 == 0 || nth + 1 == diary.standings.len() {
            row(&mut text, told, standing, place);
        }
    }
    text.push('\n');
    text.push_str(&verdict(told, diary));
    text
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// A line of the table, with so much room for a place.
fn row(text: &mut String, told: &Told, standing: &Standing, place: usize) {
    let (lean, share) = leaning(told.case(), &standing.leanings);
    let when = if standing.week < 0 { "start".to_owned() } else { standing.week.to_string() };
    let _ = write!(
        text,
        "{:10}  {when:>5}  {:place$} {:>5.2} {:>8.2}  {:LEANING$}",
        told.date(standing.week.max(0)),
        told.case().places[standing.at].name,
        standing.fear,
        standing.hardship,
        format!("{lean} {share:.2}")
    );
    for view in &standing.views {
        let protection = view.protection.map_or("  away".to_owned(), |s| format!("{s:>+6.2}"));
        let _ = write!(text, "    {:.2} {protection}", view.grievance);
    }
    text.push('\n');
}

/// The leaning that most of the people like it share.
fn leaning<'a>(case: &'a Case, shares: &[f64; 4]) -> (&'a str, f64) {
    let name = |at: usize| case.trends.get(at).map_or("none", String::as_str);
    (0..4).map(|at| (name(at), shares[at])).fold(("none", 0.0), |best, x| if x.1 > best.1 { x } else { best })
}

/// Its last thoughts, in sentences.
fn verdict(told: &Told, diary: &Diary) -> String {
    let case = told.case();
    let Some(last) = diary.standings.last() else { return String::new() };
    let name = |view: &View| case.blocs[view.bloc].name.as_str();
    let mut said = Vec::new();
    match last.views.iter().filter(|view| view.grievance >= FELT).max_by(|a, b| a.grievance.total_cmp(&b.grievance)) {
        Some(view) => said.push(format!("In the end it holds most against {} ({:.2}).", name(view), view.grievance)),
        None => said.push("In the end it holds nothing much against anybody.".to_owned()),
    }
    let sheltered = |view: &&View| view.protection.is_some_and(|s| s > FELT);
    match last.views.iter().filter(sheltered).max_by(|a, b| a.protection.unwrap_or(0.0).total_cmp(&b.protection.unwrap_or(0.0))) {
        Some(view) => said.push(format!("Best protected by {} ({:+.2}), where it is.", name(view), view.protection.unwrap_or(0.0))),
        None if last.views.iter().all(|view| view.protection.is_none()) => {
            said.push("It is a refugee: nobody in this war protects or harms it there.".to_owned())
        }
        None => said.push("Nobody protects its people where it is.".to_owned()),
    }
    let kin: Vec<String> = last.views.iter().filter(|view| view.kin > 0).map(|view| format!("{} with {}", view.kin, name(view))).collect();
    if !kin.is_empty() {
        said.push(format!("Of its lineage, men under arms: {}.", kin.join(", ")));
    }
    said.push(match last.leaning {
        None => "It was never asked whom it is for.".to_owned(),
        Some(None) => "Asked whom it is for, it said nobody.".to_owned(),
        Some(Some(trend)) => format!("When last asked whom it is for, it leaned to the {} side.", case.trends[trend as usize]),
    });
    said.push(format!("Its notable speaks for the {} side.", case.trends[last.notable as usize]));
    hanging("", &said.join(" "))
}

/// The diary as one JSON object a line.
#[must_use]
pub fn json_lines(told: &Told, diary: &Diary) -> String {
    let case = told.case();
    let mut head = told.head("household");
    head["household"] = json!(diary.household.0);
    head["home"] = json!(case.places[diary.home].slug);
    head["community"] = json!(case.communities[diary.community].slug);
    head["men"] = json!(diary.men);
    head["kin"] = json!(diary.kin);
    head["neighbours"] = json!(diary.neighbours);
    let mut text = format!("{head}\n");
    for entry in &diary.entries {
        let _ = writeln!(
            text,
            "{}",
            json!({ "record": "entry", "week": entry.week, "date": told.date(entry.week), "near": entry.near, "text": entry.text })
        );
    }
    for standing in &diary.standings {
        let views: Vec<Value> = standing
            .views
            .iter()
            .map(|v| json!({ "bloc": case.blocs[v.bloc].slug, "grievance": v.grievance, "protection": v.protection, "affinity": v.affinity, "control": v.control, "kin_fighters": v.kin }))
            .collect();
        let leaning = standing.leaning.map(|lean| lean.map_or("none", trend_name));
        let _ = writeln!(
            text,
            "{}",
            json!({ "record": "standing", "week": standing.week, "place": case.places[standing.at].slug, "people": standing.people, "men_gone": standing.gone,
                "fear": standing.fear, "hardship": standing.hardship, "leaning": leaning, "leanings_like_it": standing.leanings,
                "notable": trend_name(standing.notable), "views": views })
        );
    }
    text
}
