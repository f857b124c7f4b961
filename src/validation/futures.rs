//! Simulated histories, as a recorder would have written them down.
use super::Vocabulary;
use super::archive::Recorded;
use super::recorder;
use crate::dice::Dice;
use crate::experiment::design::{self, Design, Draws};
use crate::experiment::runner::{self, Conduct, Ended, attempt};
use crate::index::{Bloc, Id, Place};
use crate::observe::events;
use crate::offspring;
use crate::params::{self, Declared, Parameters};
use crate::processes::terms;
use crate::scenario::case::Recruits;
use crate::scenario::{Case, Scenario, Start};
use crate::sim::{self, Ready};
use crate::units::Date;
use crate::world::organisation::Organisation;
use crate::world::{Template, World};
use std::collections::BTreeMap;
use std::ops::Range;
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
    /// Weeks in which an organisation split.
    pub splits: Vec<i32>,
    /// Organisations that could split, by week.
    pub could_split: Vec<u32>,
    /// Zones in which the state has more control than any other bloc, by week.
    pub held: Vec<Vec<bool>>,
    /// What is recorded of the organisations that are watched, in their order.
    pub apart: Vec<Vec<Recorded>>,
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
    /// Those of them that have fighters in a scope, in the case's order of scopes.
    pub in_scope: Vec<usize>,
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

/// Runs the futures of a scenario and records them; those that broke are told apart. Nothing after a stop: a validation is not resumed.
pub fn simulate(
    scenario: &Scenario,
    words: &Vocabulary,
    design: Design,
    given: &Given,
    conduct: &Conduct,
    done: impl FnMut(u64),
) -> Option<(Vec<History>, Vec<Broken>)> {
    simulate_each(scenario, words, design, given, 0..design.replicates, conduct, done, |history| history)
}

/// Values of some parameters in place of those drawn from the priors: future r takes row r modulo their number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// Paths.
    pub names: Vec<String>,
    /// Values by row.
    pub rows: Vec<Vec<f64>>,
}

/// Some of the futures, of each of which something is kept.
#[expect(clippy::too_many_arguments, reason = "what is run, how, and what is kept of it")]
pub fn simulate_each<T: Send>(
    scenario: &Scenario,
    words: &Vocabulary,
    design: Design,
    given: &Given,
    futures: Range<u64>,
    conduct: &Conduct,
    mut done: impl FnMut(u64),
    keep: impl Fn(History) -> T + Sync,
) -> Option<(Vec<T>, Vec<Broken>)> {
    let template = Arc::new(Template::new(scenario));
    let points = Points::new(scenario, design);
    let solved = PerDraw::new(design, given);
    let ready_of = |replicate: u64| {
        solved.of(replicate, || Ready::new(scenario, &template, points.parameters(design.draws.of(replicate), given, replicate)))
    };
    each(futures, conduct, &mut done, |replicate| keep(one(&ready_of(replicate), words, design, replicate)))
}

/// Works on some futures in parallel and keeps what each gives, in their order; those that broke are told apart. Nothing after a stop.
pub fn each<T: Send>(
    futures: Range<u64>,
    conduct: &Conduct,
    mut done: impl FnMut(u64),
    work: impl Fn(u64) -> T + Sync,
) -> Option<(Vec<T>, Vec<Broken>)> {
    let jobs: Vec<u64> = futures.collect();
    let (mut kept, mut broken) = (Vec::new(), Vec::new());
    let mut finished = 0;
    let ended = runner::run(
        &jobs,
        conduct,
        |replicate| attempt(|| work(replicate)),
        |replicate, result| {
            match result.unwrap_or_else(Err) {
                Ok(one) => kept.push(one),
                Err(panic) => broken.push((replicate, panic.message)),
            }
            finished += 1;
            done(finished);
            true
        },
        || {},
    );
    (ended == Ended::Done).then_some((kept, broken))
}

/// What is prepared for a parameter draw, once and kept where several futures use it.
pub struct PerDraw<T> {
    design: Design,
    shared: bool,
    cache: Mutex<BTreeMap<u32, Arc<OnceLock<Arc<T>>>>>,
}

impl<T> PerDraw<T> {
    /// Nothing prepared yet.
    #[must_use]
    pub fn new(design: Design, given: &Given) -> Self {
        let shared = u64::from(design.draws.used(design.replicates).len() as u32) < design.replicates && given.rows.is_empty();
        Self { design, shared, cache: Mutex::new(BTreeMap::new()) }
    }

    /// That of a future, made by whoever asks first.
    pub fn of(&self, replicate: u64, make: impl FnOnce() -> T) -> Arc<T> {
        if !self.shared {
            return Arc::new(make());
        }
        let slot =
            Arc::clone(self.cache.lock().unwrap_or_else(PoisonError::into_inner).entry(self.design.draws.of(replicate)).or_default());
        Arc::clone(slot.get_or_init(|| Arc::new(make())))
    }
}

/// Where in the priors each draw lies.
#[derive(Clone, Debug)]
pub struct Points<'a> {
    scenario: &'a Scenario,
    declared: Vec<Declared>,
    design: Design,
}

impl<'a> Points<'a> {
    /// Of a design.
    #[must_use]
    pub fn new(scenario: &'a Scenario, design: Design) -> Self {
        Self { scenario, declared: params::declared(&scenario.case, scenario.start), design }
    }

    fn values(&self, point: u32) -> Vec<f64> {
        design::values(&self.declared, self.scenario, self.design.draws, point, self.design.seed)
    }

    /// The design point of a draw: its own, or the first reserve that is not refused.
    #[must_use]
    pub fn of(&self, draw: u32) -> u32 {
        if self.design.draws == Draws::Defaults {
            return draw;
        }
        let refused = |point| offspring::refused(self.scenario, &Parameters::from_values(&self.scenario.case, &self.values(point)));
        design::point(draw, refused).0
    }

    /// The parameters of a future.
    #[must_use]
    pub fn parameters(&self, draw: u32, given: &Given, replicate: u64) -> Parameters {
        let mut values = self.values(self.of(draw));
        if let Some(row) = given.rows.get((replicate % given.rows.len().max(1) as u64) as usize) {
            for (name, value) in given.names.iter().zip(row) {
                if let Some(at) = self.declared.iter().position(|declared| declared.path == *name) {
                    values[at] = *value;
                }
            }
        }
        Parameters::from_values(&self.scenario.case, &values)
    }
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
        splits: Vec::new(),
        could_split: Vec::new(),
        held: Vec::new(),
        apart: Vec::new(),
        accords: Vec::new(),
    };
    let alive: Vec<bool> = (0..ready.scenario.case.blocs.len()).map(|b| world.strength(Bloc::from_at(b)) >= terms::DORMANT).collect();
    let start = ready.scenario.start().date.expect("a history begins on a day");
    let counted: Vec<i32> = words.counted.iter().map(|day| day.weeks_since(start)).collect();
    let mut all = Vec::new();
    sim::each_week(ready, &mut world, dice, ready.scenario.weeks, |world| {
        events::week(world, &mut all);
        seen.splits.extend(world.ledger.happened.iter().filter(|h| h.kind == "split").map(|_| world.week));
        seen.could_split.push(armed(world).count() as u32);
        seen.held.push(ready.scenario.case.zones().map(|place| holds(world, place, ready.scenario.case.state)).collect());
        if (world.week + 1) % LOOK == 0 || counted.contains(&world.week) {
            seen.levels.push(levels(world, &ready.scenario.case, &alive));
        }
        accords(world, &mut seen.accords);
    });
    seen.deaths = all.iter().map(events::Event::dead).sum();
    seen.recorded = recorder::record(&all, start, words, &ready.parameters, dice);
    seen.apart = words
        .watched
        .iter()
        .map(|&org| recorder::record_those(&all, start, words, &ready.parameters, dice, |event| event.has(org)))
        .collect();
    seen
}

/// Non-state organisations that are not dormant.
fn armed(world: &World) -> impl Iterator<Item = &Organisation> {
    world.active().map(|(_, o)| o).filter(|o| o.recruits == Recruits::Households && o.total() >= terms::DORMANT)
}

/// Whether a bloc has more control of a place than any other.
fn holds(world: &World, place: Place, bloc: Bloc) -> bool {
    let row = world.control.row(place);
    row.iter().enumerate().all(|(other, control)| other == bloc.at() || *control < row[bloc.at()])
}

fn levels(world: &World, case: &Case, alive: &[bool]) -> Levels {
    let refuges = case.places.ids().filter(|&place| !case.is_zone(place));
    let refugees: Vec<f64> = refuges.map(|place| world.present.row(place).iter().sum()).collect();
    let away: f64 = case.zones().map(|home| world.away.row(home).iter().sum::<f64>()).sum();
    Levels {
        week: world.week,
        displaced: away - refugees.iter().sum::<f64>(),
        refugees,
        organisations: armed(world).count(),
        in_scope: case
            .scopes
            .iter()
            .map(|(_, places)| {
                armed(world).filter(|o| places.iter().map(|&place| o.fighters[place]).sum::<f64>() >= terms::DORMANT).count()
            })
            .collect(),
        dormant: case.blocs.ids().filter(|b| alive.get(b.at()) == Some(&true) && world.strength(*b) < terms::DORMANT).count(),
        state_control: case.zones().map(|place| world.control[(place, case.state)]).collect(),
    }
}

fn accords(world: &World, kept: &mut Vec<Kept>) {
    for (at, accord) in world.peace.accords.iter().filter(|accord| accord.signed >= 0).enumerate() {
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
