//! Laws with a direction: other things equal, a lever pulls the way its meaning says.
use super::judge::{Found, Interval, Verdict, shares};
use super::lab::{Lab, play, schedule};
use crate::index::{Bloc, Org};
use crate::observe::measures::outcome_columns;
use crate::processes::{Model, process, terms};
use crate::scenario::Scenario;
use crate::scenario::case::Recruits;
use crate::sim::{self, Ready};
use crate::stats::interval;
use crate::units::within;
use crate::world::World;
use crate::world::organisation::SEASON;
use std::sync::Arc;

/// Worlds in which a single week is looked at.
const WORLDS: u64 = 24;
/// Protection that is given to one bloc's people everywhere.
const GIVEN: f64 = 0.5;
/// How much more often hostile organisations meet.
const MORE: f64 = 1.5;
/// Confidence of a direction.
const DIRECTION: f64 = 0.95;

/// Men who join this week, by bloc.
fn joins(mut world: World, model: &Model, blocs: &[Bloc]) -> Vec<f64> {
    let recruitment = process("recruitment").expect("the schedule has recruitment");
    (recruitment.run)(&mut world, model);
    blocs.iter().map(|&bloc| world.active().filter(|(_, o)| o.bloc == bloc).map(|(_, o)| o.joined).sum()).collect()
}

/// The same world with more protection by one bloc must have the same week or fewer recruits to all others together: both weeks
/// have the same dice, so this is exact and no matter of luck.
pub(super) fn protection(lab: &Lab) -> Result<Found, String> {
    let plain = lab.prepared()?;
    if plain.iter().any(|ready| ready.parameters.recruitment.protection <= 0.0) {
        return Ok(Found::not_testable("recruitment.protection is at or below 0 in a draw: nobody seeks protection there"));
    }
    if !lab.scenario.runs_at(0, "recruitment") {
        return Ok(Found::not_testable("recruitment is switched off"));
    }
    let ready = lab.broken(plain.to_vec());
    let worlds = lab.or_else(WORLDS);
    let trials = lab.each(worlds, |replicate| {
        let of = Lab::of(&ready, replicate);
        sim::with_model(of, lab.dice(replicate), |model| {
            let world = lab.variant_start(of, replicate);
            let blocs: Vec<Bloc> = terms::blocs(&world).collect();
            let before = joins(world.clone(), model, &blocs);
            let others = |joined: &[f64], at: usize| joined.iter().enumerate().filter(|x| x.0 != at).map(|x| x.1).sum::<f64>();
            let mut seen = Vec::new();
            for (at, &bloc) in blocs.iter().enumerate() {
                let mut safer = world.clone();
                for place in model.case.zones() {
                    for community in model.case.communities.ids() {
                        let slot = safer.bpc(bloc, place, community);
                        safer.protection[slot] += GIVEN;
                    }
                }
                let after = joins(safer, model, &blocs);
                seen.push((others(&before, at), others(&after, at), before[at], after[at]));
            }
            seen
        })
    })?;
    let trials: Vec<(f64, f64, f64, f64)> = trials.into_iter().flatten().collect();
    let wrong = trials.iter().filter(|t| t.1 > t.0 || t.3 < t.2).count();
    let (before, after) = trials.iter().fold((0.0, 0.0), |sum, t| (sum.0 + t.0, sum.1 + t.1));
    let moved = trials.iter().filter(|t| t.0 != t.1 || t.2 != t.3).count();
    let mut found = Found::law(
        wrong,
        if moved == 0 { 0 } else { trials.len() },
        &format!("trials, each a week of one bloc, go the wrong way (recruits to others {before:.0} before, {after:.0} after)"),
        worlds,
    );
    if moved == 0 {
        found.cause = Some("nobody joined in any of the weeks, so nothing could show".to_owned());
    }
    Ok(found.cause("protection enters the rate of joining with the wrong sign, or is read from another bloc"))
}

/// The scenario with one and the same access of its convenors, the later ones too, to everybody.
fn with_access(scenario: &Scenario, access: f64) -> Scenario {
    let mut case = (*scenario.case).clone();
    for convenor in scenario.tracks().filter_map(|track| track.convenor) {
        case.access[convenor].1.values_mut().fill(access);
    }
    Scenario { case: Arc::new(case), ..scenario.clone() }
}

/// Share of futures with a contact.
fn contacts(lab: &Lab, ready: &[Ready], count: u64) -> Result<usize, String> {
    let made = lab.each(count, |replicate| {
        let of = Lab::of(ready, replicate);
        sim::run(of, lab.variant_start(of, replicate), lab.dice(replicate), sim::Asked::default()).0.funnel.has("contact")
    })?;
    Ok(made.into_iter().filter(|&made| made).count())
}

pub(super) fn access(lab: &Lab) -> Result<Found, String> {
    if !lab.scenario.has_talks() {
        return Ok(Found::not_testable("nobody convenes talks, nobody is invited, or mediation is switched off"));
    }
    let count = lab.or_else(64);
    let now = lab.base(count)?.iter().filter(|run| run.funnel.has("contact")).count();
    let of = |access: f64| {
        // The solution knows no track, and access is the track's.
        lab.varied(|ready| Ready { scenario: with_access(&ready.scenario, access), ..ready.clone() })
    };
    let none = contacts(lab, &lab.broken(of(0.0)?), count)?;
    let full = contacts(lab, &of(1.0)?, count)?;
    let figure = format!("contact in {none} of {count} futures without access, {now} as it is, {full} at full access");
    let verdict = if none > 0 || full < now {
        Verdict::Fragile
    } else if full == 0 {
        Verdict::Inconclusive
    } else {
        Verdict::Robust
    };
    Ok(Found::plain(verdict, figure, count).cause("contact comes about in another way than through the mediator's access"))
}

/// Fighters of those who recruit from households, who leave in a week by the law, given the world at its start.
fn leaving(world: &World, model: &Model) -> f64 {
    let exit = model.p.recruitment.exit;
    let of = |o: &crate::world::Organisation| {
        let start = model.case.organisations[o.origin].cohesion;
        let losses = o.recent_losses(world.week, SEASON) / SEASON / o.total().max(1.0);
        let amnesty = o.party.map_or(0.0, |party| world.amnesty[party]);
        within(exit * libm::exp(start - o.cohesion + losses + amnesty), 1.0) * o.total()
    };
    world.active().filter(|(_, o)| o.recruits == Recruits::Households).map(|(_, o)| of(o)).sum()
}

fn fighters(world: &World) -> f64 {
    let ids: Vec<Org> = world.organisations.ids().collect();
    ids.into_iter()
        .map(|org| &world.organisations[org])
        .filter(|o| o.alive && o.recruits == Recruits::Households)
        .map(crate::world::Organisation::total)
        .sum()
}

pub(super) fn decay(lab: &Lab) -> Result<Found, String> {
    if !lab.scenario.runs_at(0, "recruitment") {
        return Ok(Found::not_testable("recruitment is switched off, and exits with it"));
    }
    // What else moves fighters: wars, politics, programmes.
    let off = ["combat", "abuse", "communal", "politics", "mediation", "accord"].map(str::to_owned).to_vec();
    let alone = lab.varied(|ready| {
        let mut solved = (*ready.solved).clone();
        solved.recruitment.values_mut().fill(0.0);
        let mut scenario = Scenario { switched_off: off.clone(), ..ready.scenario.clone() };
        scenario.later.iter_mut().for_each(|later| later.switched_off.clone_from(&off));
        Ready { solved: Arc::new(solved), scenario, ..ready.clone() }
    })?;
    let alone = lab.broken(alone);
    let count = lab.or_else(64);
    let left = lab.each(count, |replicate| {
        let of = Lab::of(&alone, replicate);
        let mut world = lab.variant_start(of, replicate);
        let (before, mut expected) = (fighters(&world), 0.0);
        play(of, &mut world, lab.dice(replicate), &schedule(), |world, model, process| {
            if process == "recruitment" {
                expected += leaving(world, model);
            }
        });
        (expected, before - fighters(&world))
    })?;
    let expected = left.iter().map(|x| x.0).sum::<f64>() / left.len() as f64;
    if expected <= 0.0 {
        return Ok(Found::not_testable("no organisation recruits from households"));
    }
    let differences: Vec<f64> = left.iter().map(|(expected_here, seen)| (seen - expected_here) / expected).collect();
    let draws = lab.draws(differences.len());
    let [equal, certain] = [super::judge::EQUAL, super::judge::CERTAIN].map(|level| interval::clustered(&differences, &draws, level));
    let margin = lab.settings.margin;
    let interval = Interval {
        measure: "fighters who left".to_owned(),
        difference: equal.mean,
        low: equal.low,
        high: equal.high,
        level: super::judge::EQUAL,
    };
    let figure = format!(
        "{} fighters left, by the exit rate {expected:.0}: {}",
        (expected * (1.0 + equal.mean)).round(),
        shares(equal.mean, equal.low, equal.high)
    );
    let found = Found {
        interval: Some(interval),
        margin: Some(margin),
        ..Found::plain(super::judge::verdict(&equal, &certain, margin), figure, count)
    };
    Ok(found.cause("something beside exits adds or takes fighters"))
}

pub(super) fn violence(lab: &Lab) -> Result<Found, String> {
    let worse = lab.varied(|ready| {
        let mut solved = (*ready.solved).clone();
        for rates in [&mut solved.hostile_rate, &mut solved.neutral_rate] {
            rates.values_mut().iter_mut().for_each(|rate| *rate *= MORE);
        }
        Ready { solved: Arc::new(solved), ..ready.clone() }
    })?;
    let count = lab.or_else(128);
    let (a, b) = (lab.base(count)?, lab.variant(worse, count)?);
    let at = outcome_columns(&lab.scenario.case).iter().position(|column| column == "deaths").expect("a column of the registry");
    let base = a.iter().map(|run| run.outcome[at]).sum::<f64>() / a.len() as f64;
    if base <= 0.0 {
        return Ok(Found::not_testable("nobody dies in this scenario"));
    }
    let differences: Vec<f64> = a.iter().zip(&b).map(|(x, y)| (y.outcome[at] - x.outcome[at]) / base).collect();
    let e = interval::clustered(&differences, &lab.draws(differences.len()), DIRECTION);
    let verdict = if e.low > 0.0 {
        Verdict::Robust
    } else if e.high < 0.0 {
        Verdict::Fragile
    } else {
        Verdict::Inconclusive
    };
    let interval = Interval { measure: "all deaths".to_owned(), difference: e.mean, low: e.low, high: e.high, level: DIRECTION };
    let found = Found {
        interval: Some(interval),
        ..Found::plain(verdict, format!("all deaths {} with half as many attacks again", shares(e.mean, e.low, e.high)), count)
    };
    Ok(found.cause("attacks wear forces down faster than they kill, or the solved rates are not what drives attacks"))
}
