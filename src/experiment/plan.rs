//! A planned experiment and its execution: which runs there are, which are still to do, and what they gave.
use super::design::{Design, Draws};
use super::results::{Failure, FutureRow, ParameterDraws, Results, ScenarioLabel, SeriesSketch};
use super::runner::{self, Conduct, Ended, Panic};
use super::store::{self, Key, Store};
use crate::observe::Run;
use crate::scenario::Scenario;
use crate::scenario::text::sha256;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// Everything that determines the result.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenarios; the first is the baseline.
    pub scenarios: Vec<Scenario>,
    /// Futures and draws.
    pub design: Design,
    /// Width of intervals at which it stops early, if any.
    pub precision: Option<f64>,
    /// Version and digest of the engine.
    pub model: String,
    /// By draw, its design point; empty where defaults are used. It hangs on all scenarios together, so that a run of one of them may have
    /// another in another experiment: a run is kept under its point.
    pub points: BTreeMap<u32, u32>,
}

/// A run that did not finish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Week, if known.
    pub week: Option<i32>,
    /// Process, if known.
    pub process: String,
    /// What went wrong.
    pub message: String,
}

/// What one future gave: for each scenario a run, a fault, or nothing because it was not wanted.
pub type Future = Vec<Option<Result<Run, Fault>>>;

impl Plan {
    /// SHA-256 of everything that determines the result, names of scenarios excepted.
    #[must_use]
    pub fn hash(&self) -> String {
        let design = format!("{:?} {:?}", self.design, self.precision);
        let mut parts: Vec<&[u8]> = vec![self.model.as_bytes(), design.as_bytes()];
        parts.extend(self.scenarios.iter().map(|scenario| scenario.resolved.as_bytes()));
        sha256(&parts)
    }

    /// The identity of a run.
    #[must_use]
    pub fn key(&self, scenario: usize, replicate: u64) -> Key {
        let draw = match self.design.draws {
            Draws::Defaults => None,
            draws => Some(draws.of(replicate)),
        };
        let point = draw.map(|draw| self.points.get(&draw).copied().unwrap_or(draw));
        store::key(&self.model, &self.scenarios[scenario].resolved, point, replicate, self.design.seed)
    }

    /// Runs that the plan has in all.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.design.replicates * self.scenarios.len() as u64
    }
}

/// What an execution is told from outside.
pub struct Asked<'a> {
    /// Threads and stops.
    pub conduct: Conduct,
    /// Stop at the first failure.
    pub stop_on_error: bool,
    /// Whether the results so far are precise enough; asked after every full cycle of draws from the second on, and at the end.
    pub enough: Option<&'a dyn Fn(&Results) -> bool>,
    /// The command that repeats a run: scenario and replicate.
    pub repeat: &'a dyn Fn(usize, u64) -> String,
    /// Told how many runs are on disk, and of each failure.
    pub progress: &'a mut dyn FnMut(u64, Option<&Failure>),
}

/// What an execution left.
pub struct Collected {
    /// All rows, bands and failures.
    pub results: Results,
    /// How it ended.
    pub ended: Ended,
    /// Whether `enough` was asked and said yes.
    pub precise: Option<bool>,
    /// Runs that had been there before.
    pub found: u64,
}

/// Does what the store does not hold yet, and collects everything.
///
/// # Errors
/// Where the store cannot be read or written.
pub fn execute(
    plan: &Plan,
    store: &mut Store,
    parameters: ParameterDraws,
    people: &[(u64, u32)],
    asked: Asked<'_>,
    work: impl Fn(u64, &[bool]) -> Future + Sync,
) -> io::Result<Collected> {
    let count = plan.scenarios.len();
    let wanted = |replicate: u64| -> Vec<bool> { (0..count).map(|scenario| !store_has(store, plan, scenario, replicate)).collect() };
    let wants: Vec<(u64, Vec<bool>)> = (0..plan.design.replicates).map(|r| (r, wanted(r))).filter(|(_, w)| w.contains(&true)).collect();
    let jobs: Vec<u64> = wants.iter().map(|(replicate, _)| *replicate).collect();
    let missing: u64 = wants.iter().map(|(_, w)| w.iter().filter(|&&x| x).count() as u64).sum();
    let found = plan.runs() - missing;
    let first = plan.scenarios.first().ok_or_else(|| io::Error::other("no scenario"))?;
    let mut gathered = Gathered {
        plan,
        results: Results {
            case: Arc::clone(&first.case),
            scenarios: ScenarioLabel::of_all(&plan.scenarios)
                .into_iter()
                .zip(people)
                .map(|(label, &(households, lineages))| ScenarioLabel { households: Some(households), lineages: Some(lineages), ..label })
                .collect(),
            parameters,
            rows: Vec::new(),
            series: plan.scenarios.iter().map(|scenario| SeriesSketch::new(&scenario.case, scenario.weeks.max(0) as usize)).collect(),
            failures: Vec::new(),
        },
        next: 0,
        enough: asked.enough,
        cycle: if let Draws::Cycle(draws) = plan.design.draws { u64::from(draws.max(1)) } else { 40 },
        whole: true,
        precise: None,
        stop_on_error: asked.stop_on_error,
        repeat: asked.repeat,
    };
    let progress = asked.progress;
    let mut on_disk = found;
    progress(on_disk, None);
    let mut broken: Option<io::Error> = None;
    let want_of = |replicate: u64| wants.binary_search_by_key(&replicate, |(r, _)| *r).map_or(&[][..], |at| &wants[at].1);
    let store = std::cell::RefCell::new(store);
    let progress = std::cell::RefCell::new((progress, &mut on_disk));
    let ended = runner::run(
        &jobs,
        &asked.conduct,
        |replicate| work(replicate, want_of(replicate)),
        |replicate, future: Result<Future, Panic>| {
            let future = future.unwrap_or_else(|panic| {
                want_of(replicate)
                    .iter()
                    .map(|&want| want.then(|| Err(Fault { week: None, process: "preparation".to_owned(), message: panic.message.clone() })))
                    .collect()
            });
            let step = || -> io::Result<bool> {
                let mut store = store.borrow_mut();
                gathered.stored_until(&store, replicate)?;
                for (scenario, result) in future.iter().enumerate() {
                    if let Some(Ok(run)) = result {
                        store.append(&plan.key(scenario, replicate), run)?;
                    }
                }
                let synced = store.sync_if_due()?;
                let more = gathered.take(&store, replicate, future)?;
                let mut progress = progress.borrow_mut();
                *progress.1 += synced;
                let done = *progress.1;
                (progress.0)(done, gathered.results.failures.last().filter(|failure| failure.replicate == replicate));
                Ok(more)
            };
            step().unwrap_or_else(|error| {
                broken.get_or_insert(error);
                false
            })
        },
        || {
            let mut progress = progress.borrow_mut();
            let done = *progress.1;
            (progress.0)(done, None);
        },
    );
    if let Some(error) = broken {
        return Err(error);
    }
    let store = store.into_inner();
    let (progress, on_disk) = progress.into_inner();
    *on_disk += store.sync()?;
    progress(*on_disk, None);
    // What is stored beyond the last job, also after a stop: it is finished, so it counts.
    gathered.stored_until(store, plan.design.replicates)?;
    // At the end of all futures once more, unless that was the end of a cycle.
    if !gathered.asked_now() {
        gathered.ask();
    }
    gathered.results.rows.sort_by_key(|row| (row.replicate, row.scenario));
    let ended = if gathered.precise == Some(true) { Ended::Done } else { ended };
    Ok(Collected { results: gathered.results, ended, precise: gathered.precise, found })
}

fn store_has(store: &Store, plan: &Plan, scenario: usize, replicate: u64) -> bool {
    store.has(&plan.key(scenario, replicate))
}

/// Collects futures in their order, whether they come from the store or are new.
struct Gathered<'a> {
    plan: &'a Plan,
    results: Results,
    /// The first future that is not yet collected.
    next: u64,
    enough: Option<&'a dyn Fn(&Results) -> bool>,
    cycle: u64,
    /// Whether every future before the next one is collected. After a stop this is not so, and what is asked of fewer futures
    /// would be answered otherwise than without the stop.
    whole: bool,
    precise: Option<bool>,
    stop_on_error: bool,
    repeat: &'a dyn Fn(usize, u64) -> String,
}

impl Gathered<'_> {
    /// Collects stored futures before `replicate`.
    fn stored_until(&mut self, store: &Store, replicate: u64) -> io::Result<()> {
        while self.next < replicate {
            let at = self.next;
            self.take(store, at, Vec::new())?;
        }
        Ok(())
    }

    /// Collects a future: what is new, and what the store holds. Says whether more is wanted.
    fn take(&mut self, store: &Store, replicate: u64, future: Future) -> io::Result<bool> {
        self.next = replicate + 1;
        if self.precise == Some(true) {
            return Ok(false);
        }
        let mut more = true;
        let mut future = future.into_iter();
        for scenario in 0..self.plan.scenarios.len() {
            let draw = self.plan.design.draws.of(replicate);
            match future.next().flatten() {
                Some(Ok(run)) => self.add(scenario, draw, replicate, run),
                Some(Err(fault)) => {
                    more &= !self.stop_on_error;
                    let command = (self.repeat)(scenario, replicate);
                    self.results.failures.push(Failure {
                        scenario,
                        draw,
                        replicate,
                        week: fault.week,
                        process: fault.process,
                        message: fault.message,
                        command,
                    });
                }
                None => {
                    if let Some(run) = store.read(&self.plan.key(scenario, replicate))? {
                        self.add(scenario, draw, replicate, run);
                    } else {
                        self.whole = false;
                    }
                }
            }
        }
        if self.asked_now() {
            self.ask();
        }
        Ok(more && self.precise != Some(true))
    }

    /// Whether precision is asked for before the next future, whatever the number of futures in all.
    fn asked_now(&self) -> bool {
        self.next.is_multiple_of(self.cycle) && self.next >= 2 * self.cycle
    }

    fn ask(&mut self) {
        if let Some(enough) = self.enough.filter(|_| self.whole && self.precise != Some(true)) {
            self.precise = Some(enough(&self.results));
        }
    }

    fn add(&mut self, scenario: usize, draw: u32, replicate: u64, mut run: Run) {
        self.results.series[scenario].add(&run.series);
        run.series = Vec::new();
        self.results.rows.push(FutureRow { scenario, draw, replicate, seed: self.plan.design.seed, run });
    }
}
