//! Levels of violence from what was recorded until a day: the same counts by which the case's tables were made, over fewer years.
use super::archive::{Kind, Recorded};
use super::{CODES, Vocabulary, rows};
use crate::index::{Bloc, Id};
use crate::scenario::{Case, Scenario};
use crate::units::Date;
use std::sync::Arc;

/// The bloc behind a code in an area: where several share it, the case says which stands where.
fn bloc_of(case: &Case, words: &Vocabulary, code: &str, area: Option<usize>) -> Option<Bloc> {
    let area = area.map(|at| words.names.areas[at].as_str());
    let fits = |row: &std::collections::BTreeMap<String, String>| {
        row["code"] == code && (row["areas"].is_empty() || area.is_some_and(|area| row["areas"].split(';').any(|x| x == area)))
    };
    rows(CODES).iter().find(|row| fits(row)).and_then(|row| case.bloc(&row["bloc"]))
}

/// The scenario with the monthly rates of pairs and of one-sided violence that were recorded in the zones between two days. Pairs that the case
/// gives a spread of their own are left as they are: they stand for other years.
#[must_use]
pub fn known_until(scenario: &Scenario, words: &Vocabulary, events: &[Recorded], from: Date, until: Date) -> Scenario {
    /// Days of a mean month.
    const MONTH: f64 = 365.25 / 12.0;
    let mut case = (*scenario.case).clone();
    let months = f64::from(until.days_since(from)) / MONTH;
    /// Who fought whom and what kind of event it was.
    type Fought = (Option<Bloc>, Option<Bloc>, Kind);
    let within: Vec<Fought> = events
        .iter()
        .filter(|event| event.date >= from && event.date < until && event.place.is_some())
        .map(|event| (bloc_of(&case, words, &event.a, event.area), bloc_of(&case, words, &event.b, event.area), event.kind))
        .collect();
    let rate = |pass: &dyn Fn(&Fought) -> bool| within.iter().filter(|event| pass(event)).count() as f64 / months;
    for dyad in case.dyads.iter_mut().filter(|dyad| dyad.log_sd == 0.0) {
        let (a, b) = (Some(dyad.a), Some(dyad.b));
        dyad.events_per_month =
            rate(&|event| event.2 != Kind::OneSided && ((event.0, event.1) == (a, b) || (event.0, event.1) == (b, a))).max(LEAST);
    }
    for bloc in (0..case.blocs.len()).map(Bloc::from_at) {
        case.one_sided[bloc] = rate(&|event| event.2 == Kind::OneSided && event.0 == Some(bloc)).max(LEAST);
    }
    Scenario { case: Arc::new(case), ..scenario.clone() }
}

/// Events a month of what was never recorded: about one in four years, as in the case's tables.
const LEAST: f64 = 0.02;
