//! Worlds at the edge: no violence, a zone without people, nobody at all. They run, stay finite, and nothing dies of nothing.
use super::judge::{Found, Verdict};
use super::lab::{Lab, play, schedule};
use crate::index::{Id, Place};
use crate::observe::Run;
use crate::observe::measures::{measures, outcome_columns};
use crate::scenario::{Case, Scenario};
use crate::sim::Ready;
use std::sync::Arc;

/// Futures of a world at the edge: what is asked admits no exception.
const FUTURES: u64 = 8;

/// How many numbers of a run are not finite or outside what their measure can be.
fn odd(case: &Case, run: &Run) -> usize {
    let bounds: Vec<(f64, f64)> = outcome_columns(case)
        .iter()
        .map(|column| {
            // Columns of scopes are named after their measure.
            let of = measures(case).into_iter().filter(|m| column.starts_with(&*m.name)).max_by_key(|m| m.name.len());
            of.map_or((f64::MIN, f64::MAX), |m| (m.low, m.high))
        })
        .collect();
    let slack = 1e-9;
    let outcomes =
        run.outcome.iter().zip(bounds).filter(|(x, (low, high))| !x.is_finite() || **x < low - slack || **x > high + slack).count();
    let communities = run
        .communities
        .iter()
        .flat_map(|c| [c.civilian_deaths, c.displaced_person_weeks, c.coercive_share_mean, c.recruits].into_iter().chain(c.leanings));
    outcomes + communities.filter(|x| !x.is_finite() || *x < -slack).count() + run.series.iter().filter(|x| !x.is_finite()).count()
}

fn run(lab: &Lab, ready: Vec<Ready>) -> Result<Vec<Run>, String> {
    let ready = lab.broken(ready);
    lab.each(FUTURES, |replicate| {
        let of = Lab::of(&ready, replicate);
        play(of, &mut lab.variant_start(of, replicate), lab.dice(replicate), &schedule(), |_, _, _| {})
    })
}

/// Judges runs in which some measures must stay at zero.
fn judged(case: &Case, runs: &[Run], zero: &[&str], cause: &str) -> Found {
    let columns = outcome_columns(case);
    let wrong = runs.iter().map(|run| odd(case, run)).sum::<usize>();
    let of =
        |name: &str| columns.iter().position(|column| column == name).map_or(0.0, |at| runs.iter().map(|run| run.outcome[at]).sum::<f64>());
    let from_nothing: Vec<String> =
        zero.iter().map(|name| (name, of(name))).filter(|x| x.1 != 0.0).map(|(name, x)| format!("{name} {x:.1}")).collect();
    let verdict = if wrong == 0 && from_nothing.is_empty() { Verdict::Robust } else { Verdict::Fragile };
    let beside = if zero.is_empty() {
        String::new()
    } else if from_nothing.is_empty() {
        format!("; {} zero", zero.join(", "))
    } else {
        format!("; from nothing: {}", from_nothing.join(", "))
    };
    Found::plain(verdict, format!("{wrong} numbers not finite or out of range{beside}"), runs.len() as u64).cause(cause)
}

pub(super) fn no_violence(lab: &Lab) -> Result<Found, String> {
    let quiet = lab.varied(|ready| {
        let mut solved = (*ready.solved).clone();
        for rates in [&mut solved.hostile_rate, &mut solved.neutral_rate] {
            rates.values_mut().fill(0.0);
        }
        solved.abuse.values_mut().fill(0.0);
        solved.contact = 0.0;
        // Offensives, reprisals of the excluded and breaks have levels of their own.
        let off = [("combat.offensive", 0.0), ("politics.split", 0.0), ("politics.movement", 0.0)];
        Ready { solved: Arc::new(solved), parameters: Arc::new(ready.parameters.with(&off)), ..ready.clone() }
    })?;
    let runs = run(lab, quiet)?;
    Ok(judged(
        &lab.scenario.case,
        &runs,
        &["deaths", "civilian_deaths"],
        "a floor under a rate of violence, or violence that is not solved from the case's rates",
    ))
}

/// The scenario with nobody in some of its zones.
fn without_people(lab: &Lab, emptied: impl Fn(Place) -> bool) -> Scenario {
    let mut case = (*lab.scenario.case).clone();
    for place in case.zones() {
        if emptied(place) {
            case.places[place].people_census = 0.0;
            case.places[place].people_projection = 0.0;
        }
    }
    Scenario { case: Arc::new(case), ..lab.scenario.clone() }
}

pub(super) fn empty_zone(lab: &Lab) -> Result<Found, String> {
    let case = &lab.scenario.case;
    if case.zones < 2 {
        return Ok(Found::not_testable("the case has one zone"));
    }
    let people = |place: Place| case.places[place].people_census;
    let smallest = case.zones().min_by(|&a, &b| people(a).total_cmp(&people(b))).unwrap_or(Place::from_at(0));
    let other = without_people(lab, |place| place == smallest);
    let runs = run(lab, lab.solved(&other, &lab.values(&other))?)?;
    let found = judged(&other.case, &runs, &[], "a rate per inhabitant where nobody lives");
    Ok(Found { figure: format!("{} emptied: {}", case.places[smallest].name, found.figure), ..found })
}

pub(super) fn nobody(lab: &Lab) -> Result<Found, String> {
    let other = without_people(lab, |_| true);
    let runs = run(lab, lab.solved(&other, &lab.values(&other))?)?;
    Ok(judged(&other.case, &runs, &["civilian_deaths", "displaced_person_weeks", "recruits"], "a rate per inhabitant where nobody lives"))
}
