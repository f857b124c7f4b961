//! One future: a burn-in without a track, then the same world under each track with the same dice.
mod course;

pub use course::{Branch, run, together};

use crate::dice::Dice;
use crate::index::Household;
use crate::params::Parameters;
use crate::processes::{self, Model, Process, SCHEDULE, Solved, abuse, combat, governance, grievance, mediation, protection, terms};
use crate::scenario::Scenario;
use crate::solve::{self, Luck};
use crate::world::{Template, World};
use std::sync::Arc;

/// A scenario with one parameter draw, solved and ready to run.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The scenario.
    pub scenario: Scenario,
    /// Its people.
    pub template: Arc<Template>,
    /// Its parameters.
    pub parameters: Arc<Parameters>,
    /// What was solved for them.
    pub solved: Arc<Solved>,
}

impl Ready {
    /// Solves a scenario for a parameter draw.
    #[must_use]
    pub fn new(scenario: &Scenario, template: &Arc<Template>, parameters: Parameters) -> Self {
        Self::by_luck(scenario, template, parameters, Luck::default())
    }

    /// The same on other pasts.
    #[must_use]
    pub fn by_luck(scenario: &Scenario, template: &Arc<Template>, parameters: Parameters, luck: Luck) -> Self {
        let solved = solve::solve(scenario, template, &parameters, luck);
        Self { scenario: scenario.clone(), template: Arc::clone(template), parameters: Arc::new(parameters), solved: Arc::new(solved) }
    }

    /// The same parameters under another track; what was solved does not depend on it.
    #[must_use]
    pub fn with_track_of(&self, scenario: &Scenario) -> Self {
        Self { scenario: scenario.clone(), ..self.clone() }
    }

    fn model(&self, dice: Dice) -> Model<'_> {
        Model {
            case: &self.scenario.case,
            scenario: &self.scenario,
            template: &self.template,
            p: &self.parameters,
            solved: &self.solved,
            dice,
            held: false,
        }
    }
}

/// What is asked of a run beyond its outcome. Asking changes nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// A digest of the state at the end of each week.
    pub digests: bool,
    /// What each stage of the talks did: a copy goes on from a stage without its effects, at the cost of its weeks.
    pub stages: bool,
    /// The story.
    pub story: bool,
    /// The diary of a household, beside the story.
    pub household: Option<Household>,
}

/// Runs one week of the schedule; `seen` is called after each process.
pub fn week(world: &mut World, model: &Model, seen: impl FnMut(&World, &str)) {
    run_processes(SCHEDULE, world, model, seen);
}

fn run_processes(processes: &[Process], world: &mut World, model: &Model, mut seen: impl FnMut(&World, &str)) {
    for process in processes {
        if process.week(world, model) {
            seen(world, process.name);
        }
    }
}

/// What went before a burn-in, in a world as the start has it.
pub fn begin(world: &mut World, model: &Model) {
    combat::begin(world, model);
    abuse::begin(world, model);
}

/// The world at week 0: memories of a burn-in, everything else as the start says.
#[must_use]
pub fn burn_in(ready: &Ready, dice: Dice) -> World {
    let model = Model { held: true, ..ready.model(dice) };
    let mut world = World::new(model.case, model.template, ready.scenario.start(), &model.p.tables.strength, dice);
    let initial = world.apart_from_people();
    world.week = -solve::BURN_IN;
    begin(&mut world, &model);
    governance::settle_legitimacy(&mut world, &model);
    while world.week < 0 {
        week(&mut world, &model, |_, _| {});
        world.ledger.clear();
        world.week += 1;
    }
    grievance::years_before(&mut world, &model);
    set_back(&mut world, &initial, model.template);
    governance::settle_legitimacy(&mut world, &model);
    protection::refresh(&mut world, &model);
    let positions = &ready.scenario.start().positions;
    for organisation in world.organisations.values_mut() {
        organisation.balance.1 = organisation.balance.0;
        organisation.table_momentum = organisation.party.map_or(0.0, |party| positions[party].momentum);
    }
    for bloc in model.case.blocs.ids() {
        world.held[bloc] = terms::holdings(&world, &model, bloc);
    }
    let m = &model.p.mediation;
    world.regime.hard_liners = crate::stats::quantile::beta(dice.unit(crate::dice::Stream::Resolve, -1, 0), m.hardliners_a, m.hardliners_b);
    world
}

/// Sets back everything that a start names, and brings the dead to life; memories stay. People were held where they are.
pub fn set_back(burned: &mut World, initial: &World, template: &Template) {
    burned.week = 0;
    burned.people.revive(template);
    burned.lists = initial.lists.clone();
    burned.present = initial.present.clone();
    burned.away = initial.away.clone();
    burned.kin_fighters = initial.kin_fighters.clone();
    burned.notables = initial.notables.clone();
    burned.sides = initial.sides.clone();
    burned.stances = initial.stances.clone();
    burned.control = initial.control.clone();
    burned.sieges = initial.sieges.clone();
    burned.hardship = initial.hardship.clone();
    burned.trust = initial.trust.clone();
    burned.marginalisation = initial.marginalisation.clone();
    burned.state_affinity = initial.state_affinity.clone();
    burned.leanings = initial.leanings.clone();
    for (org, start) in initial.organisations.iter() {
        let now = &mut burned.organisations[org];
        let (balance, losses) = (now.balance, now.losses);
        *now = start.clone();
        now.balance = balance;
        now.losses = losses;
    }
    burned.ledger = initial.ledger.clone();
    burned.muster();
}

/// Goes on for some weeks and shows the world after each: for tests and tools that look inside.
pub fn each_week(ready: &Ready, world: &mut World, dice: Dice, weeks: i32, mut see: impl FnMut(&World)) {
    let mut parameters = Arc::clone(&ready.parameters);
    let model = ready.model(dice);
    mediation::open(world, &model);
    mediation::seat(world, &model).swap(world);
    for _ in 0..weeks {
        if let Some(changed) = course::changed(ready, &parameters, world.week) {
            parameters = Arc::new(changed);
        }
        let model = Model { p: &parameters, ..ready.model(dice) };
        note(world.week, "week");
        week(world, &model, |world, process| note(world.week, process));
        see(world);
        world.ledger.clear();
        world.week += 1;
    }
}

/// Hands out the model of a future: for tests and tools that call a process themselves.
pub fn with_model<T>(ready: &Ready, dice: Dice, work: impl FnOnce(&Model) -> T) -> T {
    work(&ready.model(dice))
}

thread_local! {
    static WHERE: std::cell::Cell<(i32, &'static str)> = const { std::cell::Cell::new((0, "")) };
}

fn note(week: i32, process: &str) {
    let name = processes::process(process).map_or("start", |p| p.name);
    WHERE.set((week, name));
}

/// The week and process that this thread was last in, for the report of a fault.
#[must_use]
pub fn last_seen() -> (i32, &'static str) {
    WHERE.get()
}
