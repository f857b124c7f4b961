//! Simulated histories, as a recorder would have written them down.
use super::Vocabulary;
use super::archive::Recorded;
use super::recorder;
use crate::dice::Dice;
use crate::experiment::design::{self, Design, Draws};
use crate::experiment::runner::{self, Conduct, Ended, attempt};
use crate::index::Id;
use crate::observe::events;
use crate::offspring;
use crate::params::{self, Declared, Parameters};
use crate::processes::terms;
use crate::scenario::case::Recruits;
use crate::scenario::{Case, Scenario, Start};
use crate::sim::{self, Ready};
use crate::units::Date;
use crate::world::{Template, World};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Weeks between two looks at levels: half a year.
pub const LOOK: i32 = 26;

/// One simulated history.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// Its replicate.
    pub replicate: u64,
    /// Its parameter draw.
    pub draw: u32,
    /// Recorded events, in the order of dates.
    pub recorded: Vec<Recorded>,
    /// All deaths, recorded or not.
    pub deaths: f64,
    /// Levels at each look.
    pub levels: Vec<Levels>,
    /// Splits of organisations.
    pub splits: u32,
    /// Organisation-weeks in which a split was possible.
    pub organisation_weeks: f64,
    /// Accords of the run: their weeks of signing and end, and implementation at each look after the signing.
    pub accords: Vec<Kept>,
}

/// Levels at the end of a week.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    /// The week.
    pub week: i32,
    /// Persons in each refuge, in the case's order.
    pub refugees: Vec<f64>,
    /// Persons away from home within the zones.
    pub displaced: f64,
    /// Non-state organisations that are not dormant.
    pub organisations: usize,
    /// Blocs that are dormant now and were not at the start.
    pub dormant: usize,
    /// Control by the state, by zone.
    pub state_control: Vec<f64>,
}

/// How long an accord held, and how it was carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Week of signing.
    pub signed: i32,
    /// Week of its end, if it ended.
    pub ended: Option<i32>,
    /// Weeks since the signing and mean implementation, at each look.
    pub implemented: Vec<(i32, f64)>,
}

/// A future that ended in a fault, with what it said.
pub type Broken = (u64, String);

/// Runs the futures of a scenario and records them; those that broke are told apart.
///
/// # Errors
/// Nothing but a stop: what was done until then is lost, since validation is not resumed.
pub fn simulate(scenario: &Scenario, words: &Vocabulary, design: Design, conduct: &Conduct, mut done: impl FnMut(u64)) -> Option<(Vec<History>, Vec<Broken>)> {
    let template = Arc::new(Template::new(scenario));
    let declared = params::declared(&scenario.case, scenario.start);
    let cache: Mutex<BTreeMap<u32, Arc<OnceLock<Arc<Ready>>>>> = Mutex::new(BTreeMap::new());
    let ready_of = |draw: u32| {
        let slot = Arc::clone(cache.lock().unwrap_or_else(PoisonError::into_inner).entry(draw).or_default());
        Arc::clone(slot.get_or_init(|| Arc::new(Ready::new(scenario, &template, parameters(scenario, &declared, design, draw)))))
    };
    let jobs: Vec<u64> = (0..design.replicates).collect();
    let (mut histories, mut broken) = (Vec::new(), Vec::new());
    let mut finished = 0;
    let ended = runner::run(
        &jobs,
        conduct,
        |replicate| attempt(|| one(&ready_of(design.draws.of(replicate)), words, design, replicate)),
        |replicate, result| {
            match result.unwrap_or_else(Err) {
                Ok(history) => histories.push(history),
                Err(panic) => broken.push((replicate, panic.message)),
            }
            finished += 1;
            done(finished);
            true
        },
        || {},
    );
    (ended == Ended::Done).then_some((histories, broken))
}

/// The parameters of a draw: its design point, or the first reserve that is not refused.
fn parameters(scenario: &Scenario, declared: &[Declared], design: Design, draw: u32) -> Parameters {
    let at = |point: u32| Parameters::from_values(&scenario.case, &design::values(declared, &scenario.overrides, design.draws, point, design.seed));
    if design.draws == Draws::Defaults {
        return at(draw);
    }
    at(design::point(draw, |point| offspring::refused(scenario, &at(point))).0)
}

fn one(ready: &Ready, words: &Vocabulary, design: Design, replicate: u64) -> History {
    let dice = Dice::new(design.seed, replicate);
    let mut world = sim::burn_in(ready, dice);
    let mut seen = History {
        replicate,
        draw: design.draws.of(replicate),
        recorded: Vec::new(),
        deaths: 0.0,
        levels: vec![levels(&world, &ready.scenario.case, &[])],
        splits: 0,
        organisation_weeks: 0.0,
        accords: Vec::new(),
    };
    let alive: Vec<bool> = (0..ready.scenario.case.blocs.len()).map(|b| world.strength(crate::index::Bloc::from_at(b)) >= terms::DORMANT).collect();
    let mut all = Vec::new();
    sim::each_week(ready, &mut world, dice, ready.scenario.weeks, |world| {
        events::week(world, &mut all);
        seen.splits += world.ledger.happened.iter().filter(|h| h.kind == "split").count() as u32;
        seen.organisation_weeks += world.active().filter(|(_, o)| o.recruits == Recruits::Households && o.total() >= terms::DORMANT).count() as f64;
        if (world.week + 1) % LOOK == 0 {
            seen.levels.push(levels(world, &ready.scenario.case, &alive));
        }
        accords(world, &mut seen.accords);
    });
    seen.deaths = all.iter().map(events::Event::dead).sum();
    let start = ready.scenario.start().date.expect("a history begins on a day");
    seen.recorded = recorder::record(&all, start, words, &ready.parameters, dice);
    seen
}

fn levels(world: &World, case: &Case, alive: &[bool]) -> Levels {
    let refuges = case.places.ids().filter(|&place| !case.is_zone(place));
    let refugees: Vec<f64> = refuges.map(|place| world.present.row(place).iter().sum()).collect();
    let away: f64 = case.zones().map(|home| world.away.row(home).iter().sum::<f64>()).sum();
    Levels {
        week: world.week,
        displaced: away - refugees.iter().sum::<f64>(),
        refugees,
        organisations: world.active().filter(|(_, o)| o.recruits == Recruits::Households && o.total() >= terms::DORMANT).count(),
        dormant: case.blocs.ids().filter(|b| alive.get(b.at()) == Some(&true) && world.strength(*b) < terms::DORMANT).count(),
        state_control: case.zones().map(|place| world.control[(place, case.state)]).collect(),
    }
}

fn accords(world: &World, kept: &mut Vec<Kept>) {
    for (at, accord) in world.peace.accords.iter().filter(|accord| accord.reached_here).enumerate() {
        if kept.len() <= at {
            kept.push(Kept { signed: accord.signed, ended: None, implemented: Vec::new() });
        }
        kept[at].ended = accord.ended;
        let age = world.week - accord.signed;
        if age % LOOK == 0 && accord.ended.is_none() {
            kept[at].implemented.push((age, accord.level.iter().sum::<f64>() / accord.level.len() as f64));
        }
    }
}

/// A scenario from the case's reference forces, as if they had stood on a day: the years on which its levels are solved.
#[must_use]
pub fn at_reference(base: &Scenario, first: Date, weeks: i32) -> Scenario {
    let mut case = (*base.case).clone();
    let start = Start { date: Some(first), ..case.reference.clone() };
    case.starts = vec![start];
    Scenario { case: Arc::new(case), start: 0, weeks, ..base.clone() }
}
