//! More seats at a table where nothing worth having is offered: a bare seat must change nothing.
use super::judge::{Found, alike};
use super::lab::Lab;
use crate::observe::{Run, stage};
use crate::scenario::track::{Conditions, ContactGroup, Guarantee, Modality, Offers, Seat};
use crate::scenario::{Case, Scenario, TALKS, Track};
use crate::sim::{self, Asked, Ready};
use std::sync::Arc;

/// Margin of the check: the two sides share their luck until a track acts, so that it can be narrow.
const MARGIN: f64 = 0.02;

/// A track whose offers are worth nothing, with nothing beside them: on every issue what the state itself wishes for, and of each pie its own
/// claim, of which others get nothing.
#[must_use]
pub fn empty(case: &Case, track: &Track) -> Track {
    let state = &case.parties[case.state_party];
    Track {
        offers: Offers::Fixed { scalars: state.ideals, pies: Some(state.claims) },
        side_payments: false,
        guarantee: Guarantee::None,
        accord_ddr: None,
        contact_group: track.contact_group.map(|group| ContactGroup { funds: 0.0, ..group }),
        ..track.clone()
    }
}

/// A track with a seat for every party that has none: full, on conditions, and as an observer in turn.
#[must_use]
pub fn crowded(case: &Case, track: &Track) -> Track {
    let mut track = track.clone();
    let without = case.parties.ids().filter(|&party| party != case.state_party && track.seats.iter().all(|seat| seat.party != party));
    let more: Vec<Seat> = without
        .enumerate()
        .map(|(at, party)| Seat {
            party,
            modality: if at % 3 == 2 { Modality::Observer } else { Modality::Full },
            conditions: (at % 3 == 1).then_some(Conditions { hazard: 1.0, exit_cost: 1.0, recognition: 0.0 }),
            veto: None,
        })
        .collect();
    track.seats.extend(more);
    track
}

/// One future under two tracks, which share their weeks where they can.
fn pair(lab: &Lab, few: &Ready, more: &Ready, replicate: u64) -> (Run, Run) {
    let dice = lab.dice(replicate);
    if few.scenario.shares_weeks_with(&more.scenario) && Arc::ptr_eq(&few.solved, &more.solved) {
        let mut runs = [Run::default(), Run::default()];
        sim::together(&[few, more], lab.variant_start(few, replicate), dice, |at, branch| runs[at] = branch.finish(Asked::default()));
        let [a, b] = runs;
        return (a, b);
    }
    let alone = |ready: &Ready| sim::run(ready, sim::burn_in(ready, dice), dice, Asked::default()).0;
    (alone(few), alone(more))
}

/// A scenario with each of its tracks, the dated ones too, made another.
fn every_track(scenario: &Scenario, change: impl Fn(&Track) -> Track) -> Scenario {
    let mut changed = Scenario { track: change(&scenario.track), ..scenario.clone() };
    changed.later.iter_mut().for_each(|later| later.track = change(&later.track));
    changed
}

pub(super) fn placebo(lab: &Lab) -> Result<Found, String> {
    let case = &lab.scenario.case;
    if lab.scenario.tracks().all(|track| track.convenor.is_none()) {
        return Ok(Found::not_testable("nobody convenes talks in this track"));
    }
    if !lab.scenario.ever_runs(TALKS) {
        return Ok(Found::not_testable("mediation is switched off"));
    }
    let tables = |scenario: &Scenario| {
        let mut few = every_track(scenario, |track| empty(case, track));
        let more = every_track(&few, |track| crowded(case, track));
        if more.track.seats.len() == few.track.seats.len() {
            // Everybody sits already: then the first seat alone is the smaller table.
            few.track.seats.truncate(1);
        }
        [few, more]
    };
    let [few, more] = tables(lab.scenario);
    let seats = more.track.seats.len() - few.track.seats.len();
    if seats == 0 {
        return Ok(Found::not_testable("the case has no party to seat beside those of the track"));
    }
    let arms = lab.prepared()?.iter().map(|ready| {
        let [few, more] = tables(&ready.scenario);
        (ready.with_track_of(&few), ready.with_track_of(&more))
    });
    let (ready, other): (Vec<Ready>, Vec<Ready>) = arms.unzip();
    let other = lab.broken(other);
    let runs = lab
        .each(lab.needed(lab.settings.margin)?, |replicate| pair(lab, Lab::of(&ready, replicate), Lab::of(&other, replicate), replicate))?;
    let (a, b): (Vec<Run>, Vec<Run>) = runs.into_iter().unzip();
    let apart = a.iter().zip(&b).filter(|(x, y)| x.outcome != y.outcome).count();
    let contacts = || b.iter().filter_map(|run| run.funnel.reached[stage("contact")]);
    let tried = contacts().count();
    // Whoever was reached in the last week had no week to do anything in.
    let in_time = contacts().any(|week| week + 1 < lab.scenario.weeks);
    let what =
        format!("for {seats} more {} (contact in {tried} of {} futures; {apart} part)", if seats == 1 { "seat" } else { "seats" }, a.len());
    let found = alike(lab, &a, &b, case, MARGIN.min(lab.settings.margin), &what).where_it_could_show(
        in_time,
        "nobody was contacted before the last week of any of these futures, so no seat could show what it does: more --weeks",
    );
    Ok(found.cause("a seat does something by itself; or an accord was signed for nothing in a few futures"))
}
