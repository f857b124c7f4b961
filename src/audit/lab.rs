//! Where an audit gets its futures: prepared draws, runs on all threads, one side of a comparison and the other.
use crate::dice::Dice;
use crate::experiment::design::{self, Draws};
use crate::experiment::runner::{self, Conduct, Ended};
use crate::observe::Run;
use crate::observe::measures::headline;
use crate::observe::record::Recorder;
use crate::offspring;
use crate::params::{self, Parameters};
use crate::processes::{Model, Process, SCHEDULE, mediation};
use crate::scenario::{Problems, Scenario};
use crate::sim::{self, Asked, Ready};
use crate::stats::moments::Moments;
use crate::world::{Template, World};
use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// How an audit is done.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Futures on each side of a comparison; `None`: as many as the margin needs, and at most what a scenario of its size can bear in
    /// minutes.
    pub replicates: Option<u64>,
    /// Parameter draws.
    pub draws: Draws,
    /// Master seed.
    pub seed: u64,
    /// Threads.
    pub jobs: usize,
    /// Difference that counts as none, as a share of the baseline's mean.
    pub margin: f64,
}

/// What breaks the variant's side of every comparison on purpose: by it a test shows that a check bites. Nothing else sets it.
#[derive(Clone, Copy)]
pub struct Seam {
    /// Breaks a scenario that is ready to run.
    pub ready: fn(Ready) -> Ready,
    /// Breaks the world of a replicate at week 0.
    pub world: fn(&mut World, u64),
    /// Whether it breaks the baseline too: a fault that is there on both sides, and shows by what the variant changes.
    pub both: bool,
}

impl Default for Seam {
    fn default() -> Self {
        Self { ready: |ready| ready, world: |_, _| {}, both: false }
    }
}

/// Changes the text of a case's file, given by name, before it is read.
pub type Rearrange = fn(&str, &str) -> String;

/// Reads the scenario again over a case whose tables are rearranged first.
pub type Reload<'a> = dyn Fn(Rearrange) -> Result<Scenario, Problems> + Sync + 'a;

/// Futures from which the spread of outcomes is taken.
const PILOT: u64 = 64;
/// Futures that are compared bit by bit.
const EXACT: u64 = 8;
/// Zones times organisations times weeks that all futures of one side may come to: some 25 seconds on one core.
const WORK: f64 = 1.4e7;
/// Fewest and most futures of a side.
const FUTURES: (f64, f64) = (64.0, 4_000.0);
/// Standard errors to a margin: at this many, a difference that is not there is shown to be none in about nine of ten outcomes.
const ERRORS_TO_MARGIN: f64 = 3.1;

/// A scenario under audit.
pub struct Lab<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// How it is audited.
    pub settings: &'a Settings,
    /// The same scenario over a case whose tables were rearranged before they were read.
    pub reload: &'a Reload<'a>,
    seam: Seam,
    /// No future starts once it is set; the question that was being asked is then without an answer.
    pub stop: Arc<AtomicBool>,
    points: Vec<u32>,
    template: Arc<Template>,
    prepared: OnceLock<Vec<Ready>>,
    /// Fewest futures of a comparison.
    fewest: AtomicU64,
    base: Mutex<Vec<Run>>,
    finest: Mutex<Vec<Run>>,
}

impl<'a> Lab<'a> {
    /// Prepares an audit.
    #[must_use]
    pub fn new(scenario: &'a Scenario, settings: &'a Settings, reload: &'a Reload<'a>, seam: Seam) -> Self {
        let most = most(scenario, settings);
        let declared = params::declared(&scenario.case, scenario.start);
        let values = |point| design::values(&declared, scenario, settings.draws, point, settings.seed);
        let point = |draw: u32| match settings.draws {
            Draws::Defaults => draw,
            _ => design::point(draw, |point| offspring::refused(scenario, &Parameters::from_values(&scenario.case, &values(point)))).0,
        };
        let points = settings.draws.used(most).into_iter().map(point).collect();
        let template = Arc::new(Template::new(scenario));
        Self {
            scenario,
            settings,
            reload,
            seam,
            stop: Arc::default(),
            points,
            template,
            prepared: OnceLock::new(),
            fewest: AtomicU64::new(PILOT),
            base: Mutex::default(),
            finest: Mutex::default(),
        }
    }

    /// Most futures on each side of a comparison.
    #[must_use]
    pub fn most(&self) -> u64 {
        most(self.scenario, self.settings)
    }

    /// Futures that are compared bit by bit.
    #[must_use]
    pub fn exact(&self) -> u64 {
        EXACT.min(self.most())
    }

    /// The draws of the first futures, for intervals.
    #[must_use]
    pub fn draws(&self, futures: usize) -> Vec<u32> {
        (0..futures as u64).map(|r| self.settings.draws.of(r)).collect()
    }

    /// Households of the whole population and people followed.
    #[must_use]
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// The values of a scenario's parameters in each draw.
    #[must_use]
    pub fn values(&self, scenario: &Scenario) -> Vec<Vec<f64>> {
        let declared = params::declared(&scenario.case, scenario.start);
        self.points.iter().map(|&point| design::values(&declared, scenario, self.settings.draws, point, self.settings.seed)).collect()
    }

    /// A scenario in each draw: with a value for each thing that it leaves to a distribution beside the parameters.
    #[must_use]
    pub fn settled(&self, scenario: &Scenario) -> Vec<Scenario> {
        let drawn = |point| design::drawn(scenario, self.settings.draws, point, self.settings.seed);
        self.points.iter().map(|&point| scenario.settled(&drawn(point))).collect()
    }

    /// A scenario solved for each draw, with values in the order in which its parameters are declared.
    ///
    /// # Errors
    /// What solving it ended in.
    pub fn solved(&self, scenario: &Scenario, values: &[Vec<f64>]) -> Result<Vec<Ready>, String> {
        self.solved_each(&self.settled(scenario), &Arc::new(Template::new(scenario)), values)
    }

    /// The same where each draw has a scenario of its own, all over the same people.
    ///
    /// # Errors
    /// What solving one ended in.
    pub fn solved_each(&self, scenarios: &[Scenario], template: &Arc<Template>, values: &[Vec<f64>]) -> Result<Vec<Ready>, String> {
        self.each(values.len() as u64, |draw| {
            let (scenario, values) = (&scenarios[draw as usize], &values[draw as usize]);
            Ready::new(scenario, template, Parameters::from_values(&scenario.case, values))
        })
    }

    /// The scenario itself, solved for each draw.
    ///
    /// # Errors
    /// What solving it ended in.
    pub fn prepared(&self) -> Result<&[Ready], String> {
        if let Some(ready) = self.prepared.get() {
            return Ok(ready);
        }
        let ready = self.solved_each(&self.settled(self.scenario), &self.template, &self.values(self.scenario))?;
        Ok(self.prepared.get_or_init(|| ready))
    }

    /// Variants of the scenario that need no other solution.
    ///
    /// # Errors
    /// What solving the scenario ended in.
    pub fn varied(&self, vary: impl Fn(&Ready) -> Ready) -> Result<Vec<Ready>, String> {
        Ok(self.prepared()?.iter().map(vary).collect())
    }

    /// The solved variant of a future.
    #[must_use]
    pub fn of(ready: &[Ready], replicate: u64) -> &Ready {
        &ready[(replicate % ready.len() as u64) as usize]
    }

    /// The dice of a future.
    #[must_use]
    pub fn dice(&self, replicate: u64) -> Dice {
        Dice::new(self.settings.seed, replicate)
    }

    /// Breaks the variant's side, where a test asks for it.
    #[must_use]
    pub fn broken(&self, ready: Vec<Ready>) -> Vec<Ready> {
        ready.into_iter().map(self.seam.ready).collect()
    }

    /// The world at week 0 on the variant's side.
    #[must_use]
    pub fn variant_start(&self, ready: &Ready, replicate: u64) -> World {
        let mut world = sim::burn_in(ready, self.dice(replicate));
        (self.seam.world)(&mut world, replicate);
        world
    }

    /// Something for each of some numbers, on all threads, in order.
    ///
    /// # Errors
    /// The first that panicked, with what it said.
    pub fn each<T: Send>(&self, count: u64, work: impl Fn(u64) -> T + Sync) -> Result<Vec<T>, String> {
        self.each_on(self.settings.jobs, count, work)
    }

    /// The same on a given number of threads.
    ///
    /// # Errors
    /// The first that panicked, with what it said; that it was stopped.
    pub fn each_on<T: Send>(&self, jobs: usize, count: u64, work: impl Fn(u64) -> T + Sync) -> Result<Vec<T>, String> {
        let conduct = Conduct { jobs, stop: Arc::clone(&self.stop), deadline: None };
        let numbers: Vec<u64> = (0..count).collect();
        let mut all = Vec::with_capacity(numbers.len());
        let mut failed = None;
        let receive = |number: u64, result: Result<T, runner::Panic>| {
            match result {
                Ok(value) => all.push(value),
                Err(panic) => failed = failed.take().or_else(|| Some(format!("number {number}: {}", panic.message))),
            }
            failed.is_none()
        };
        let ended = runner::run(&numbers, &conduct, work, receive, || {});
        match (failed, ended) {
            (Some(failed), _) => Err(failed),
            (None, Ended::Stopped) => Err("stopped".to_owned()),
            (None, Ended::Done) => Ok(all),
        }
    }

    /// The first futures of the scenario.
    ///
    /// # Errors
    /// The first that failed.
    pub fn base(&self, count: u64) -> Result<Vec<Run>, String> {
        let known = held(&self.base).len() as u64;
        if known < count {
            let ready = self.prepared()?;
            let more = self.runs(ready, known, count)?;
            held(&self.base).extend(more);
        }
        Ok(held(&self.base)[..count as usize].to_vec())
    }

    /// The first futures of the scenario at one household to an agent, solved for that.
    ///
    /// # Errors
    /// The first that failed.
    pub fn finest(&self, count: u64, ready: &[Ready]) -> Result<Vec<Run>, String> {
        if self.scenario.scale == 1 {
            return self.base(count);
        }
        let known = held(&self.finest).len() as u64;
        if known < count {
            let more = self.runs(ready, known, count)?;
            held(&self.finest).extend(more);
        }
        Ok(held(&self.finest)[..count as usize].to_vec())
    }

    /// Some futures, as the program runs them.
    fn runs(&self, ready: &[Ready], from: u64, to: u64) -> Result<Vec<Run>, String> {
        let ready = if self.seam.both { Cow::Owned(self.broken(ready.to_vec())) } else { Cow::Borrowed(ready) };
        self.each(to - from, |nth| {
            let (of, replicate) = (Self::of(&ready, from + nth), from + nth);
            let world = if self.seam.both { self.variant_start(of, replicate) } else { sim::burn_in(of, self.dice(replicate)) };
            light(sim::run(of, world, self.dice(replicate), Asked::default()).0)
        })
    }

    /// Futures of a variant.
    ///
    /// # Errors
    /// The first that failed.
    pub fn variant(&self, ready: Vec<Ready>, count: u64) -> Result<Vec<Run>, String> {
        let ready = self.broken(ready);
        self.each(count, |replicate| {
            let of = Self::of(&ready, replicate);
            light(sim::run(of, self.variant_start(of, replicate), self.dice(replicate), Asked::default()).0)
        })
    }

    /// Futures that were asked for, or else some, and no more than the most.
    #[must_use]
    pub fn or_else(&self, some: u64) -> u64 {
        self.settings.replicates.unwrap_or_else(|| some.min(self.most()))
    }

    /// Futures that were asked for, or else those that a margin needs, by the spread of the scenario's own outcomes: it looks at no
    /// difference.
    ///
    /// # Errors
    /// The first future that failed.
    pub fn needed(&self, margin: f64) -> Result<u64, String> {
        if let Some(asked) = self.settings.replicates {
            return Ok(asked);
        }
        let most = self.most();
        let pilot = self.base(PILOT.min(most))?;
        let spread = |at: usize| {
            let moments = Moments::of(pilot.iter().map(|run| run.outcome[at]));
            if moments.mean() > 0.0 { moments.variance().sqrt() / moments.mean() } else { 0.0 }
        };
        let widest = headline(&self.scenario.case).into_iter().map(|(_, _, at)| spread(at)).fold(0.0, f64::max);
        let wanted = 2.0 * (widest * ERRORS_TO_MARGIN / margin).powi(2);
        let fewest = self.fewest.load(Ordering::Relaxed).min(most);
        Ok(wanted.ceil().clamp(fewest as f64, most as f64) as u64)
    }

    /// Asks something with the most futures, whatever a margin needs.
    pub fn at_the_most<T>(&self, ask: impl FnOnce(&Self) -> T) -> T {
        self.fewest.store(self.most(), Ordering::Relaxed);
        let answer = ask(self);
        self.fewest.store(PILOT, Ordering::Relaxed);
        answer
    }
}

/// Most futures on each side of a comparison.
fn most(scenario: &Scenario, settings: &Settings) -> u64 {
    let case = &scenario.case;
    let cost = (case.zones * case.organisations.len()).max(1) as f64 * f64::from(scenario.weeks.max(1));
    settings.replicates.unwrap_or_else(|| (WORK / cost).clamp(FUTURES.0, FUTURES.1) as u64)
}

fn held(runs: &Mutex<Vec<Run>>) -> MutexGuard<'_, Vec<Run>> {
    runs.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A run without what an audit does not read.
fn light(mut run: Run) -> Run {
    run.series = Vec::new();
    run
}

/// Runs the weeks of a burned-in world by the parts of a schedule; `meddle` comes before each process, and once more, with
/// "end", after the last. What the scenario changes at a week is changed then.
pub fn play(ready: &Ready, world: &mut World, dice: Dice, schedule: &[&Process], mut meddle: impl FnMut(&mut World, &Model, &str)) -> Run {
    let mut ready = ready.clone();
    let mut recorder = sim::with_model(&ready, dice, |model| {
        mediation::open(world, model);
        mediation::seat(world, model).swap(world);
        Recorder::new(model.case, ready.scenario.weeks)
    });
    while world.week < ready.scenario.weeks {
        let changes = &ready.scenario.changes;
        let due: Vec<(&str, f64)> = changes.iter().filter(|c| c.0 == world.week).map(|(_, path, value)| (path.as_str(), *value)).collect();
        if !due.is_empty() {
            ready.parameters = Arc::new(ready.parameters.with(&due));
        }
        sim::with_model(&ready, dice, |model| {
            for process in schedule {
                if process.runs(world, model) {
                    meddle(world, model, process.name);
                }
                process.week(world, model);
            }
            meddle(world, model, "end");
            recorder.week(model, world);
        });
        world.ledger.clear();
        world.week += 1;
    }
    sim::with_model(&ready, dice, |model| recorder.finish(model, world))
}

/// The schedule as it is.
#[must_use]
pub fn schedule() -> Vec<&'static Process> {
    SCHEDULE.iter().collect()
}
