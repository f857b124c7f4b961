//! The seam between experiments and the simulation: prepares a parameter draw once, then runs futures under it.
use crate::dice::Dice;
use crate::experiment::design::{self, Design, Draws};
use crate::experiment::plan::{Fault, Future};
use crate::experiment::results::{Fitted, ParameterDraws};
use crate::experiment::runner::attempt;
use crate::index::Household;
use crate::observe::record::Recorder;
use crate::observe::{Chronicle, Run};
use crate::offspring;
use crate::params::{self, Declared, Parameters};
use crate::processes::{SCHEDULE, mediation, process};
use crate::scenario::Scenario;
use crate::sim::{self, Asked, Ready};
use crate::world::{Template, World};
use cpu_time::ThreadTime;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Everything that futures share: people by scenario, and what was solved for each draw.
pub struct Engine {
    scenarios: Vec<Scenario>,
    design: Design,
    /// For each scenario the first one that needs the same preparation and burn-in.
    like: Vec<usize>,
    templates: Vec<Arc<Template>>,
    declared: Vec<Vec<Declared>>,
    /// By draw: its design point, and how many were refused before it.
    points: Mutex<BTreeMap<u32, (u32, u32)>>,
    prepared: Mutex<BTreeMap<u32, Slot>>,
}

type Slot = Arc<std::sync::OnceLock<Arc<Prepared>>>;

/// What is solved once per parameter draw.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// By scenario.
    pub ready: Vec<Ready>,
}

impl Engine {
    /// Settles the people of each scenario.
    #[must_use]
    pub fn new(scenarios: &[Scenario], design: Design) -> Self {
        let like: Vec<usize> =
            (0..scenarios.len()).map(|at| (0..at).find(|&earlier| scenarios[earlier].starts_like(&scenarios[at])).unwrap_or(at)).collect();
        let mut templates: Vec<Arc<Template>> = Vec::new();
        for (at, scenario) in scenarios.iter().enumerate() {
            let template = if like[at] < at { Arc::clone(&templates[like[at]]) } else { Arc::new(Template::new(scenario)) };
            templates.push(template);
        }
        let declared = scenarios.iter().map(|scenario| params::declared(&scenario.case, scenario.start)).collect();
        Self { scenarios: scenarios.to_vec(), design, like, templates, declared, points: Mutex::default(), prepared: Mutex::default() }
    }

    /// Households of each scenario.
    #[must_use]
    pub fn people(&self) -> Vec<(u64, u32)> {
        self.templates.iter().map(|template| (template.households, template.lineages_a_zone())).collect()
    }

    /// Agents of the first scenario: households that are kept at its scale.
    #[must_use]
    pub fn agents(&self) -> usize {
        self.templates.first().map_or(0, |template| template.len())
    }

    /// The values of the baseline's parameters in each draw that is used, and those of other scenarios where they differ.
    #[must_use]
    pub fn parameters(&self) -> ParameterDraws {
        let points: Vec<_> = self.used().into_iter().map(|draw| (draw, self.point(draw))).collect();
        let mut names: Vec<String> = self.declared[0].iter().map(|row| row.path.clone()).collect();
        let refused = points.iter().map(|(_, (_, refused))| refused).sum();
        let mut rows: Vec<(u32, Vec<f64>)> = points.into_iter().map(|(draw, (point, _))| (draw, self.values_at(0, point))).collect();
        let draws: Vec<u32> = rows.iter().map(|row| row.0).collect();
        for (name, column) in self.otherwise(&rows).into_iter().chain(self.drawn(&draws)) {
            names.push(name);
            rows.iter_mut().zip(column).for_each(|(row, value)| row.1.push(value));
        }
        ParameterDraws { names, refused, rows, fitted: Fitted::of(&self.scenarios, self.design.draws) }
    }

    /// Parameters of other scenarios that have other values than the baseline's: a column each.
    fn otherwise(&self, baseline: &[(u32, Vec<f64>)]) -> Vec<(String, Vec<f64>)> {
        let mut columns = Vec::new();
        for (at, scenario) in self.scenarios.iter().enumerate().filter(|(at, _)| self.like[*at] > 0) {
            let values: Vec<Vec<f64>> = baseline.iter().map(|&(draw, _)| self.values(self.like[at], draw)).collect();
            for (which, row) in self.declared[at].iter().enumerate() {
                let column: Vec<f64> = values.iter().map(|row| row[which]).collect();
                let there = self.declared[0].iter().position(|other| other.path == row.path);
                if !there.is_some_and(|there| baseline.iter().map(|(_, row)| row[there]).eq(column.iter().copied())) {
                    columns.push((format!("{} ({})", row.path, scenario.name), column));
                }
            }
        }
        columns
    }

    /// What scenarios draw beside the parameters: a column each. Where two scenarios draw one thing in different ways, or one does not
    /// draw it, each column says whose.
    fn drawn(&self, draws: &[u32]) -> Vec<(String, Vec<f64>)> {
        let mut columns: Vec<(String, usize, Vec<f64>)> = Vec::new();
        for (at, scenario) in self.scenarios.iter().enumerate().filter(|(_, scenario)| !scenario.drawn.is_empty()) {
            let values: Vec<Vec<f64>> = draws.iter().map(|&draw| self.drawn_in(at, draw)).collect();
            for (which, drawn) in scenario.drawn.iter().enumerate() {
                let column: Vec<f64> = values.iter().map(|row| row[which]).collect();
                if !columns.iter().any(|(name, _, known)| (name, known) == (&drawn.name, &column)) {
                    columns.push((drawn.name.clone(), at, column));
                }
            }
        }
        let several = |name: &str| columns.iter().filter(|column| column.0 == name).count() > 1;
        let of_all = |name: &str| self.scenarios.iter().all(|scenario| scenario.drawn.iter().any(|drawn| drawn.name == name));
        let named = |(name, at, _): &(String, usize, Vec<f64>)| {
            if several(name) || !of_all(name) { format!("{name} ({})", self.scenarios[*at].name) } else { name.clone() }
        };
        let names: Vec<String> = columns.iter().map(named).collect();
        names.into_iter().zip(columns.into_iter().map(|column| column.2)).collect()
    }

    /// What a scenario draws beside the parameters in a draw, at the same design point as its parameters.
    fn drawn_in(&self, scenario: usize, draw: u32) -> Vec<f64> {
        design::drawn(&self.scenarios[scenario], self.design.draws, self.point(draw).0, self.design.seed)
    }

    fn used(&self) -> Vec<u32> {
        self.design.draws.used(self.design.replicates)
    }

    fn values(&self, scenario: usize, draw: u32) -> Vec<f64> {
        self.values_at(scenario, self.point(draw).0)
    }

    fn values_at(&self, scenario: usize, point: u32) -> Vec<f64> {
        design::values(&self.declared[scenario], &self.scenarios[scenario], self.design.draws, point, self.design.seed)
    }

    /// The design point of a draw and how many were refused before it; the defaults are taken as they are. A point that one scenario refuses
    /// is refused for all: a reserve has other values of every parameter, and if one side of a pair alone took it, the two would differ
    /// in parameters that neither of them sets.
    fn point(&self, draw: u32) -> (u32, u32) {
        let known = || self.points.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(&point) = known().get(&draw) {
            return point;
        }
        let refused = |point| (0..self.scenarios.len()).filter(|&at| self.like[at] == at).any(|at| self.refuses(at, point));
        let point = if self.design.draws == Draws::Defaults { (draw, 0) } else { design::point(draw, refused) };
        known().insert(draw, point);
        point
    }

    fn refuses(&self, scenario: usize, point: u32) -> bool {
        let of = &self.scenarios[scenario];
        offspring::refused(of, &Parameters::from_values(&of.case, &self.values_at(scenario, point)))
    }

    /// The design point of each draw that is used.
    #[must_use]
    pub fn points(&self) -> BTreeMap<u32, u32> {
        self.used().into_iter().map(|draw| (draw, self.point(draw).0)).collect()
    }

    /// Draws with another design point than one of the scenarios would have by itself, and that point. As a draw of its own it gives
    /// each scenario the same parameters as here.
    #[must_use]
    pub fn contested(&self) -> BTreeMap<u32, u32> {
        let alone = |at: usize, draw| design::point(draw, |point| self.refuses(at, point)).0;
        let used = self.used().into_iter().map(|draw| (draw, self.point(draw)));
        let replaced = used.filter(|(_, (_, refused))| *refused > 0).map(|(draw, (point, _))| (draw, point));
        replaced.filter(|&(draw, point)| (0..self.scenarios.len()).any(|at| alone(at, draw) != point)).collect()
    }

    fn prepare(&self, draw: u32) -> Prepared {
        let mut ready: Vec<Ready> = Vec::new();
        for (at, scenario) in self.scenarios.iter().enumerate() {
            let settled = (!scenario.drawn.is_empty()).then(|| scenario.settled(&self.drawn_in(at, draw)));
            let scenario = settled.as_ref().unwrap_or(scenario);
            let one = if self.like[at] < at {
                ready[self.like[at]].with_track_of(scenario)
            } else {
                Ready::new(scenario, &self.templates[at], Parameters::from_values(&scenario.case, &self.values(at, draw)))
            };
            ready.push(one);
        }
        Prepared { ready }
    }

    /// What is solved for a draw: once, whoever asks first.
    #[must_use]
    pub fn prepared(&self, draw: u32) -> Arc<Prepared> {
        let slot = Arc::clone(self.prepared.lock().unwrap_or_else(PoisonError::into_inner).entry(draw).or_default());
        Arc::clone(slot.get_or_init(|| Arc::new(self.prepare(draw))))
    }

    /// One future: a burn-in, then each wanted scenario with the same dice. A panic ends one scenario, not the others.
    #[must_use]
    pub fn future(&self, replicate: u64, wanted: &[bool]) -> Future {
        let all =
            |message: &str, process: &str| -> Future { wanted.iter().map(|&want| want.then(|| Err(fault(message, process)))).collect() };
        let prepared = match attempt(|| self.prepared(self.design.draws.of(replicate))) {
            Ok(prepared) => prepared,
            Err(panic) => return all(&panic.message, "preparation"),
        };
        let dice = Dice::new(self.design.seed, replicate);
        let mut future: Future = vec![None; wanted.len()];
        let groups = self.groups(wanted);
        let mut burned: Vec<Option<Result<World, Fault>>> = vec![None; self.scenarios.len()];
        for (nth, group) in groups.iter().enumerate() {
            let like = self.like[group[0]];
            let world = burned[like]
                .take()
                .unwrap_or_else(|| attempt(|| sim::burn_in(&prepared.ready[like], dice)).map_err(|panic| fault(&panic.message, "burn-in")));
            // The last group that needs this world has it.
            if groups[nth + 1..].iter().any(|later| self.like[later[0]] == like) {
                burned[like] = Some(world.clone());
            }
            let world = match world {
                Ok(world) => world,
                Err(fault) => {
                    group.iter().for_each(|&at| future[at] = Some(Err(fault.clone())));
                    continue;
                }
            };
            let tracks: Vec<&Ready> = group.iter().map(|&at| &prepared.ready[at]).collect();
            let shared = attempt(|| {
                sim::together(&tracks, world, dice, |which, branch| {
                    future[group[which]] =
                        Some(attempt(|| branch.finish(Asked { stages: true, ..Asked::default() })).map_err(|panic| here(panic.message)));
                });
            });
            // Whoever still shared the weeks in which it ended, ended with them.
            if let Err(panic) = shared {
                for &at in group {
                    future[at].get_or_insert_with(|| Err(here(panic.message.clone())));
                }
            }
        }
        future
    }

    /// The wanted scenarios, those that share their weeks together.
    fn groups(&self, wanted: &[bool]) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for at in (0..wanted.len()).filter(|&at| wanted[at]) {
            match groups.iter_mut().find(|group| self.scenarios[group[0]].shares_weeks_with(&self.scenarios[at])) {
                Some(group) => group.push(at),
                None => groups.push(vec![at]),
            }
        }
        groups
    }

    /// The people of a scenario.
    #[must_use]
    pub fn template(&self, scenario: usize) -> &Template {
        &self.templates[scenario]
    }

    /// The story of one future of a scenario, with weekly digests, and with the diary of a household if one is asked for.
    ///
    /// # Errors
    /// The fault in which it ended.
    pub fn story(&self, scenario: usize, replicate: u64, household: Option<Household>) -> Result<(Run, Chronicle), Fault> {
        let dice = Dice::new(self.design.seed, replicate);
        attempt(|| {
            let prepared = self.prepared(self.design.draws.of(replicate));
            let ready = &prepared.ready[scenario];
            sim::run(ready, sim::burn_in(ready, dice), dice, Asked { digests: true, story: true, household, ..Asked::default() })
        })
        .map_err(|panic| here(panic.message))
    }

    /// What futures of the first scenario cost on one core, step by step: the mean over some, with one draw solved for each. A step's
    /// part of a future is told by the clock, which is asked in no time; what all take together by the time that the processor gave to
    /// this thread, so that other work on the machine does not count in.
    #[must_use]
    pub fn timings(&self, futures: u64) -> Timings {
        let mut steps: Vec<(&'static str, f64)> = Vec::new();
        let mut add = |name: &'static str, seconds: f64| match steps.iter_mut().find(|step| step.0 == name) {
            Some(step) => step.1 += seconds,
            None => steps.push((name, seconds)),
        };
        let (mut touches, mut solving, mut together) = (0, 0.0, 0.0);
        for replicate in 0..futures {
            let given = ThreadTime::now();
            let prepared = self.prepare(self.design.draws.of(replicate));
            solving += given.elapsed().as_secs_f64();
            let ready = &prepared.ready[0];
            let dice = Dice::new(self.design.seed, replicate);
            let (given, begun) = (ThreadTime::now(), Instant::now());
            let mut world = sim::burn_in(ready, dice);
            add(BURN_IN, begun.elapsed().as_secs_f64());
            sim::with_model(ready, dice, |model| {
                mediation::open(&mut world, model);
                mediation::seat(&world, model).swap(&mut world);
                let mut recorder = Recorder::new(model.case, ready.scenario.weeks);
                SCHEDULE.iter().for_each(|process| add(process.name, 0.0));
                while world.week < ready.scenario.weeks {
                    let mut since = Instant::now();
                    sim::week(&mut world, model, |_, name| {
                        if let Some(process) = process(name) {
                            add(process.name, since.elapsed().as_secs_f64());
                        }
                        since = Instant::now();
                    });
                    recorder.week(model, &world);
                    add(OBSERVE, since.elapsed().as_secs_f64());
                    world.ledger.clear();
                    world.week += 1;
                }
            });
            together += given.elapsed().as_secs_f64();
            touches += world.ledger.touches;
        }
        let n = futures.max(1) as f64;
        let by_clock: f64 = steps.iter().map(|step| step.1).sum::<f64>().max(f64::MIN_POSITIVE);
        Timings {
            solving: solving / n,
            together: together / n,
            steps: steps.into_iter().map(|(name, seconds)| (name, seconds / by_clock)).collect(),
            touches: touches as f64 / n,
            futures,
        }
    }
}

/// The weeks before week 0, in [`Timings`].
pub const BURN_IN: &str = "burn-in";
/// The record, in [`Timings`].
pub const OBSERVE: &str = "observe";

/// What a future costs on one core.
#[derive(Clone, Debug)]
pub struct Timings {
    /// Processor time of solving a draw, seconds: once for all futures of the draw.
    pub solving: f64,
    /// Processor time of a future, seconds.
    pub together: f64,
    /// Name of each step and its share of the future, in order.
    pub steps: Vec<(&'static str, f64)>,
    /// Households visited one by one after week 0.
    pub touches: f64,
    /// Futures over which the mean is taken.
    pub futures: u64,
}

fn fault(message: &str, process: &str) -> Fault {
    Fault { week: None, process: process.to_owned(), message: message.to_owned() }
}

/// A fault in the week and process that this thread was last in.
fn here(message: String) -> Fault {
    let (week, process) = sim::last_seen();
    Fault { week: Some(week), process: process.to_owned(), message }
}
