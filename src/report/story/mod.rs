//! One future as a story: events with the numbers behind them, two futures side by side, the diary of a household.
pub mod diary;
pub mod pair;

use crate::index::{Community, Id, Org, Place};
use crate::observe::measures::outcome_columns;
use crate::observe::{Chronicle, Run, STAGES, stage};
use crate::report::numbers::{percent, rounded};
use crate::scenario::{Case, Scenario};
use crate::units::{self, Date};
use crate::world::Happened;
use serde_json::{Value, json};
use std::fmt::Write;

/// Version of the lines that `--json` writes.
pub const FORMAT: u32 = 1;

/// Kinds of events, in the order of a war and its talks, and what each tells.
pub const KINDS: [(&str, &str); 25] = [
    ("timeline", "a dated event of the case or mark of the track"),
    ("contact", "the convenor reaches a party, or gives up"),
    ("leak", "a quiet contact becomes known"),
    ("conditions", "a party meets the conditions of its seat"),
    ("bid", "a formal bid, with the package on the table"),
    ("consent", "one side's answer to a bid, with its margin taken apart"),
    ("group", "a contact group forms"),
    ("talks", "talks open or collapse"),
    ("accord", "an accord is signed, joined, loses a party or breaks"),
    ("pact", "two organisations outside an accord agree on a local pact"),
    ("split", "part of an organisation breaks away"),
    ("movement", "a new armed movement appears where posts are announced"),
    ("merger", "two organisations join"),
    ("end", "an organisation dissolves"),
    ("alignment", "two organisations change how they stand to each other"),
    ("coup", "a coup in the capital"),
    ("offensive", "allied organisations strike several places in one week"),
    ("attack", "an attack with 15 dead or more, or one of an offensive"),
    ("capture", "a place taken in an offensive"),
    ("control", "another bloc comes to have more control of a place than any other, and more than a fifth of it"),
    ("siege", "a siege begins or ends"),
    ("leader", "an organisation loses a leader"),
    ("atrocity", "10 civilians or more killed in one event"),
    ("feud", "10 or more killed between communities"),
    ("flight", "5,000 people or more leave a place in one week"),
];

/// What of a story is wanted; what is empty asks for everything.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// At this place.
    pub place: Option<Place>,
    /// With each of these: organisations of the case, those that split from them included.
    pub actors: Vec<Vec<Org>>,
    /// Concerning this community.
    pub community: Option<Community>,
    /// Of these kinds.
    pub kinds: Vec<&'static str>,
}

impl Wanted {
    /// Whether an event is wanted.
    #[must_use]
    pub fn has(&self, chronicle: &Chronicle, event: &Happened) -> bool {
        let of = |orgs: &Vec<Org>| event.actors.iter().any(|&actor| orgs.contains(&chronicle.organisations[actor.at()].origin));
        self.place.is_none_or(|place| event.place == Some(place) || event.further.contains(&place))
            && self.actors.iter().all(of)
            && self.community.is_none_or(|community| event.communities.contains(&community))
            && (self.kinds.is_empty() || self.kinds.contains(&event.kind))
    }
}

/// The future of a scenario that is told.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Told<'a> {
    pub scenario: &'a Scenario,
    pub chronicle: &'a Chronicle,
    pub seed: u64,
    pub replicate: u64,
    /// The parameter draw; `None`: the defaults.
    pub draw: Option<u32>,
    /// Whether the text also gives the arithmetic behind an answer.
    pub verbose: bool,
}

impl Told<'_> {
    fn case(&self) -> &Case {
        &self.scenario.case
    }

    /// The date of a week, where the start has one.
    #[must_use]
    pub fn date(&self, week: i32) -> String {
        date(self.scenario.start().date, week)
    }

    /// Which future it is, in words.
    #[must_use]
    pub fn future(&self) -> String {
        let draw = self.draw.map_or("defaults".to_owned(), |draw| format!("draw {draw}"));
        format!(
            "future {} of seed {}, {draw}, {} from {}",
            self.replicate,
            self.seed,
            units::weeks(self.scenario.weeks),
            self.scenario.start().name
        )
    }

    fn head(&self, record: &str) -> Value {
        json!({
            "record": record, "format": FORMAT, "scenario": self.scenario.name, "title": self.scenario.title, "start": self.scenario.start().name,
            "weeks": self.scenario.weeks, "scale": self.scenario.scale, "seed": self.seed, "replicate": self.replicate, "draw": self.draw,
        })
    }

    fn event(&self, event: &Happened) -> Value {
        let case = self.case();
        let places: Vec<&str> = event.place.iter().chain(&event.further).map(|&place| case.places[place].slug.as_str()).collect();
        let actors: Vec<&str> = event.actors.iter().map(|&org| self.chronicle.organisations[org.at()].slug.as_str()).collect();
        let communities: Vec<&str> = event.communities.iter().map(|&c| case.communities[c].slug.as_str()).collect();
        let numbers: serde_json::Map<String, Value> = event.numbers.iter().map(|&(name, value)| (name.to_owned(), json!(value))).collect();
        json!({
            "record": "event", "week": event.week, "date": self.date(event.week), "kind": event.kind, "places": places, "actors": actors,
            "communities": communities, "deaths": event.deaths, "text": event.text, "numbers": numbers,
        })
    }

    /// An event as a reader sees it.
    #[must_use]
    pub fn line(&self, event: &Happened) -> String {
        self.line_after("", event)
    }

    /// The same after a mark.
    fn line_after(&self, mark: &str, event: &Happened) -> String {
        let place = event.place.map_or("", |place| self.case().places[place].name.as_str());
        let head = format!("{mark}{}  week {:>3}  {:11} {:<15} ", self.date(event.week), event.week, event.kind, place);
        hanging(&head, &self.words(event))
    }

    /// What happened, in words: the arithmetic behind an answer only where it is asked for.
    #[must_use]
    pub fn words(&self, event: &Happened) -> String {
        let plain = if self.verbose { None } else { answer(event).or_else(|| conditions(event)).or_else(|| bid(event)) };
        plain.unwrap_or_else(|| event.text.clone())
    }
}

/// A number that an event tells.
fn number(event: &Happened, name: &str) -> Option<f64> {
    event.numbers.iter().find(|(of, _)| *of == name).map(|x| x.1)
}

/// What a deal is worth to whoever decides, in words: offer against war, the promise, the rest, the balance.
fn weighed(event: &Happened) -> Option<String> {
    let n = |name: &str| number(event, name);
    let side = n("side_payments")?;
    let mut text = format!("the offer is worth {:.2} to it", n("offer")?);
    if side >= 0.005 {
        text.push_str(&format!(" with {side:.2} more in side payments"));
    }
    text.push_str(&format!(", going on fighting {:.2}; it counts on {} of the promise", n("war")?, percent(n("kept")?)));
    let cost = n("exposure")? + n("costs")? + n("private_type")? + n("search_loss")?;
    text.push_str(&format!("; risks, costs at home and what talks miss {} {:.2}", if cost < 0.0 { "add" } else { "take" }, cost.abs()));
    text.push_str(&format!(": a balance of {:+.2}", n("margin")?));
    Some(text)
}

/// A side's answer to a bid in one plain sentence; `None` of any other event.
fn answer(event: &Happened) -> Option<String> {
    let (who, _) = event.text.split_once(" (chance of a yes").filter(|_| event.kind == "consent")?;
    let momentum = number(event, "momentum")?;
    let lately = match momentum {
        m if m >= 0.05 => "the war goes its way lately",
        m if m <= -0.05 => "the war goes against it lately",
        _ => "the war is even lately",
    };
    let [likely, at_none] = ["probability", "probability_at_no_margin"].map(|name| number(event, name).map(percent));
    Some(format!("{who} (a yes was {} likely, {} at a balance of 0): {}; {lately}", likely?, at_none?, weighed(event)?))
}

/// That a bid is made, without the package.
fn bid(event: &Happened) -> Option<String> {
    event.text.split_once(": the best package").filter(|_| event.kind == "bid").map(|(to, _)| to.to_owned())
}

/// That a party meets its conditions, in one plain sentence.
fn conditions(event: &Happened) -> Option<String> {
    let (who, _) = event.text.split_once(": worth ").filter(|_| event.kind == "conditions")?;
    let n = |name: &str| number(event, name);
    Some(format!(
        "{who}: the seat brings it {:+.2}, recognition {:.2} less {:.2} for leaving its old side, and a deal: {}",
        n("gain")?,
        n("recognition")?,
        n("exit_cost")?,
        weighed(event)?
    ))
}

/// How a future ended, in a sentence: what became of the talks, and the dead.
fn ending(told: &Told, run: &Run) -> String {
    let stage = |name: &str| run.funnel.reached[stage(name)];
    let talks = match (stage("accord"), stage("standing_at_end")) {
        (Some(week), Some(_)) => format!("the accord of week {week} is in force"),
        (Some(week), None) => format!("the accord of week {week} is no longer in force"),
        (None, _) if !told.scenario.has_talks() => "no talks were tried".to_owned(),
        (None, _) => {
            let reached = [
                ("group", "a contact group formed"),
                ("consent", "the state had consented"),
                ("contact", "there was contact with an armed opponent"),
            ];
            let far = reached
                .iter()
                .find_map(|(name, words)| stage(name).map(|week| format!("{words} in week {week}, and no accord came of it")));
            far.unwrap_or_else(|| "nobody under arms was ever reached, and there was no accord".to_owned())
        }
    };
    let columns = outcome_columns(told.case());
    let sum = |name: &str| columns.iter().position(|column| column == name).map_or(0.0, |at| run.outcome[at]);
    format!(
        "{talks}; {} people were killed in {}, {} of them civilians.",
        rounded(sum("deaths"), 1.0),
        units::weeks(told.scenario.weeks),
        rounded(sum("civilian_deaths"), 1.0)
    )
}

/// The same as the last line of a text.
fn ended(told: &Told, run: &Run) -> String {
    hanging("", &format!("How it ended: {}", ending(told, run)))
}

/// The end of a future as a line for programs: the week of each stage of its talks, and its outcomes as in `outcomes.csv`.
fn end(told: &Told, run: &Run) -> Value {
    let stages: serde_json::Map<String, Value> =
        STAGES.iter().zip(run.funnel.reached).map(|(&name, week)| (name.to_owned(), json!(week))).collect();
    let outcomes: serde_json::Map<String, Value> =
        outcome_columns(told.case()).into_iter().zip(&run.outcome).map(|(name, value)| (name, json!(value))).collect();
    json!({
        "record": "end", "week": told.scenario.weeks, "date": told.date(told.scenario.weeks), "scenario": told.scenario.name,
        "stages": stages, "outcomes": outcomes, "text": ending(told, run),
    })
}

fn date(first_day: Option<Date>, week: i32) -> String {
    first_day.map_or_else(String::new, |day| day.after_weeks(week).to_string())
}

/// Widest line of a story, characters.
const WIDEST: usize = 132;

/// A text behind its head, broken between words so that the whole stays readable on a terminal; ends with a line break.
#[must_use]
pub fn hanging(head: &str, text: &str) -> String {
    let indent = head.chars().count();
    let mut out = head.to_owned();
    let mut used = indent;
    let kept = text.replace(" %", "\u{a0}%");
    for (nth, word) in kept.split(' ').enumerate() {
        let word = word.replace('\u{a0}', " ");
        let width = word.chars().count();
        if nth > 0 && used + 1 + width > WIDEST {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            used = indent;
        } else if nth > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(&word);
        used += width;
    }
    out.push('\n');
    out
}

/// The story as text.
#[must_use]
pub fn text(told: &Told, run: &Run, wanted: &Wanted) -> String {
    let mut text = format!("{}: {}. Uncalibrated: one made-up future, not a forecast.\n", told.scenario.title, told.future());
    let events: Vec<&Happened> = told.chronicle.events.iter().filter(|event| wanted.has(told.chronicle, event)).collect();
    for event in &events {
        text.push_str(&told.line(event));
    }
    if events.is_empty() {
        text.push_str("Nothing of this kind happens in this future.\n");
        text.push_str(&ended(told, run));
        return text;
    }
    let counts: Vec<String> = KINDS
        .iter()
        .map(|(kind, _)| (kind, events.iter().filter(|event| event.kind == *kind).count()))
        .filter(|x| x.1 > 0)
        .map(|(kind, n)| format!("{kind} {n}"))
        .collect();
    text.push_str(&hanging("Told: ", &format!("{}. Smaller events are not told.", counts.join(", "))));
    if !told.verbose && events.iter().any(|event| answer(event).is_some()) {
        text.push_str(&hanging("", "Worth: 1 is a side's own ideal, 0 its enemy's. Lately: whom the losses of the last weeks favour (momentum). --verbose gives the packages and the arithmetic."));
    }
    text.push_str(&ended(told, run));
    text
}

/// The story as one JSON object a line.
#[must_use]
pub fn json_lines(told: &Told, run: &Run, wanted: &Wanted) -> String {
    let mut text = format!("{}\n", told.head("story"));
    for event in told.chronicle.events.iter().filter(|event| wanted.has(told.chronicle, event)) {
        let _ = writeln!(text, "{}", told.event(event));
    }
    let _ = writeln!(text, "{}", end(told, run));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_hang_under_their_text() {
        let text = hanging("2026-07-06  ", &"word ".repeat(60));
        assert!(text.lines().count() > 2 && text.lines().all(|line| line.chars().count() <= WIDEST));
        assert!(text.lines().skip(1).all(|line| line.starts_with("            word")), "{text}");
        assert_eq!(hanging("a ", "b c"), "a b c\n");
    }
}
