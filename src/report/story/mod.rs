//! One future as a story: events with the numbers behind them, two futures side by side, the diary of a household.
pub mod diary;
pub mod pair;

use crate::index::{Community, Id, Org, Place};
use crate::observe::Chronicle;
use crate::scenario::{Case, Scenario};
use crate::units::Date;
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
    ("attack", "an attack with 10 dead or more, or one of an offensive"),
    ("capture", "a place taken in an offensive"),
    ("control", "another bloc has more control of a place than any other"),
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
        format!("future {} of seed {}, {draw}, {} weeks from {}", self.replicate, self.seed, self.scenario.weeks, self.scenario.start().name)
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
        let place = event.place.map_or("", |place| self.case().places[place].name.as_str());
        hanging(&format!("{}  week {:>3}  {:11} {:<15} ", self.date(event.week), event.week, event.kind, place), &event.text)
    }
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
    for (nth, word) in text.split(' ').enumerate() {
        let width = word.chars().count();
        if nth > 0 && used + 1 + width > WIDEST {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            used = indent;
        } else if nth > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += width;
    }
    out.push('\n');
    out
}

/// The story as text.
#[must_use]
pub fn text(told: &Told, wanted: &Wanted) -> String {
    let mut text = format!("{}: {}. Uncalibrated: one made-up future, not a forecast.\n", told.scenario.title, told.future());
    let events: Vec<&Happened> = told.chronicle.events.iter().filter(|event| wanted.has(told.chronicle, event)).collect();
    for event in &events {
        text.push_str(&told.line(event));
    }
    if events.is_empty() {
        text.push_str("Nothing of this kind happens in this future.\n");
        return text;
    }
    let counts: Vec<String> = KINDS
        .iter()
        .map(|(kind, _)| (kind, events.iter().filter(|event| event.kind == *kind).count()))
        .filter(|x| x.1 > 0)
        .map(|(kind, n)| format!("{kind} {n}"))
        .collect();
    text.push_str(&hanging("Told: ", &format!("{}. Smaller events are not told.", counts.join(", "))));
    text
}

/// The story as one JSON object a line.
#[must_use]
pub fn json_lines(told: &Told, wanted: &Wanted) -> String {
    let mut text = format!("{}\n", told.head("story"));
    for event in told.chronicle.events.iter().filter(|event| wanted.has(told.chronicle, event)) {
        let _ = writeln!(text, "{}", told.event(event));
    }
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
