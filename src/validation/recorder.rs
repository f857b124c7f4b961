//! What a recorder of events would have noted of a simulated war: some events are missed, small ones more, some are put to the
//! wrong side, and all are coded as event data code them. Never is the simulation compared with data but through it.
use super::Vocabulary;
use super::archive::{Kind, Recorded};
use crate::dice::{Dice, Draws, Stream, mix};
use crate::index::{Bloc, Id};
use crate::observe::events::Event;
use crate::params::Parameters;
use crate::processes::severity;
use crate::units::Date;
use crate::world::ledger::Kind as What;

/// Share of recorded events whose high estimate lies above the best, and by what mean factor of it (UCDP GED Mali 2012-2021).
const HIGHER: (f64, f64) = (0.235, 1.1);
/// Share of recorded events whose low estimate lies below the best, and what is left of it there (as above).
const LOWER: (f64, f64) = (0.05, 0.2);

/// Records the events of a future that began on a day.
#[must_use]
pub fn record(events: &[Event], start: Date, words: &Vocabulary, p: &Parameters, dice: Dice) -> Vec<Recorded> {
    record_those(events, start, words, p, dice, |_| true)
}

/// The same record, of which only those events are kept that pass: what is recorded of one organisation.
#[must_use]
pub fn record_those(
    events: &[Event],
    start: Date,
    words: &Vocabulary,
    p: &Parameters,
    dice: Dice,
    pass: impl Fn(&Event) -> bool,
) -> Vec<Recorded> {
    let seen = Seen::new(p);
    let mut recorded = Vec::new();
    let (mut week, mut nth) = (i32::MIN, 0);
    for event in events {
        nth = if event.week == week { nth + 1 } else { 0 };
        week = event.week;
        let mut draws = dice.at(Stream::Recorder, week, mix(words.zone_identity[event.place.at()], nth));
        let date = start.after_weeks(week).after_days((draws.unit() * 7.0) as i32);
        if draws.unit() < seen.chance(event, date, words, p) && pass(event) {
            recorded.extend(coded(event, date, words, p, &mut draws));
        }
    }
    recorded.sort_by_key(|event| event.date);
    recorded
}

/// What a recorder sees of events of each kind, on average over their sizes: small ones less, and `combat.observation` in all.
struct Seen {
    state: f64,
    groups: f64,
    civilians: f64,
}

/// Chance that an event is not too small to be noticed, before any other.
fn noticed(dead: f64, p: &Parameters) -> f64 {
    -libm::expm1(-p.observation.size * (dead + 1.0))
}

impl Seen {
    fn new(p: &Parameters) -> Self {
        let mean = |tail| severity::mean(p, tail, |dead| noticed(dead, p));
        Self { state: mean(p.combat.tail_state), groups: mean(p.combat.tail_groups), civilians: mean(p.combat.tail_civilians) }
    }

    /// Chance that an event is recorded: by its size, by the share that is recorded in all, and by access.
    fn chance(&self, event: &Event, date: Date, words: &Vocabulary, p: &Parameters) -> f64 {
        let late = if words.late.is_some_and(|from| date >= from) { p.observation.late } else { 1.0 };
        let mean = match event.kind {
            What::Attack if event.a == words.state || event.b == Some(words.state) => self.state,
            What::Attack | What::Feud => self.groups,
            _ => self.civilians,
        };
        (noticed(event.dead(), p) / mean * p.combat.observation).min(1.0) * late
    }
}

/// The event as it is coded; nothing where both sides end up under one code.
fn coded(event: &Event, date: Date, words: &Vocabulary, p: &Parameters, draws: &mut Draws) -> Option<Recorded> {
    let (wrong, which, first) = (draws.unit(), draws.unit(), draws.unit() < 0.5);
    let (zero, high, by, low) = (draws.unit(), draws.unit(), draws.unit(), draws.unit());
    let (mut a, mut b) = (event.a, event.b);
    if wrong < p.observation.misattribution && event.kind != What::Feud {
        // In a fight everybody knows whether soldiers took part; it is the other side that is hard to tell, or one of two. And it
        // is told of somebody who is there and is at war with the side that is known.
        let second = event.kind == What::Attack && (a == words.state || (first && b != Some(words.state)));
        let known = if second { event.enemies[0] } else { event.enemies[1] };
        let plausible = event.present & if event.kind == What::Attack { known } else { u32::MAX };
        let sides = |bloc: Bloc| bloc == event.a || Some(bloc) == event.b || (event.kind == What::Attack && bloc == words.state);
        let others: Vec<Bloc> =
            (0..words.codes.len()).map(Bloc::from_at).filter(|&bloc| plausible >> bloc.at() & 1 == 1 && !sides(bloc)).collect();
        if !others.is_empty() {
            let taken = others[((which * others.len() as f64) as usize).min(others.len() - 1)];
            match &mut b {
                Some(b) if second => *b = taken,
                _ => a = taken,
            }
        }
    }
    let code = |bloc: Bloc| words.codes[bloc.at()].clone();
    let (mut dead_a, mut dead_b) = (event.dead_a, event.dead_b);
    let (kind, mut first, mut second) = match (event.kind, b) {
        (What::Attack, Some(b)) if a == words.state || b == words.state => (Kind::StateBased, code(a), code(b)),
        (What::Attack, Some(b)) => (Kind::NonState, code(a), code(b)),
        (What::Feud, _) => (Kind::NonState, words.communal.clone(), words.communal.clone()),
        _ => (Kind::OneSided, code(a), words.civilians.clone()),
    };
    if kind != Kind::OneSided && first == second && first != words.communal {
        return None;
    }
    // The state stands first, as in the data; the others in the order of their codes.
    let state = &words.codes[words.state.at()];
    if kind != Kind::OneSided && (second == *state || (first != *state && second < first)) {
        std::mem::swap(&mut first, &mut second);
        std::mem::swap(&mut dead_a, &mut dead_b);
    }
    let dead = event.dead();
    // Small events are those of which nothing certain is known: the share of zeros is one of all events.
    let best = if zero < p.observation.zero { 0.0 } else { dead };
    let part = if dead > 0.0 { best / dead } else { 0.0 };
    let excess = if high < HIGHER.0 { 1.0 - HIGHER.1 * libm::log(by) } else { 1.0 };
    Some(Recorded {
        date,
        timed: true,
        kind,
        a: first,
        b: second,
        place: Some(event.place.at()),
        area: Some(words.names.area_of[event.place.at()]),
        best,
        low: if low < LOWER.0 { (best * LOWER.1).floor() } else { best },
        high: (dead * excess).round(),
        dead_a: dead_a * part,
        dead_b: dead_b * part,
        civilians: event.civilians * part,
    })
}
