//! Is the model rigged? Each guard states what must hold, prints its figure, and is shown to bite: the same check must turn
//! down a variant that is broken on purpose. Broken variants are made here from public parts; no switch in the product makes one.
//!
//! All guards that hold with their figures, the slow ones included (`.ci/guards` adds those that do not, in one row each):
//! `cargo test --release --test it guards:: -- --include-ignored --nocapture --test-threads 1 --skip missed_`
//! The counts of futures that the design asks for, where the everyday ones are smaller: the same with `SULH_GUARDS=full` before it. Guard 3 takes over an hour
//! then; `SULH_GUARDS=bounded` looks at it, and at what relief does, with counts that two cores do in half an hour.
mod both_signs;
mod equal_budgets;
mod forcing;
mod health;
mod health_bargaining;
mod label_swap;
mod moved;
mod no_free_consent;
mod no_monoliths;
mod numerical_traps;
mod placebo;
mod symmetric_harm;

use crate::common;
use rayon::prelude::*;
use std::sync::Arc;
use sulh::audit::lab;
use sulh::dice::Dice;
use sulh::experiment::design::{self, Draws};
use sulh::index::Party;
use sulh::observe::Run;
use sulh::observe::measures::{self, outcome_columns, series_rows};
use sulh::offspring;
use sulh::params::{self, Parameters};
use sulh::processes::{Model, mediation};
use sulh::scenario::{Case, Changes, Library, Scenario};
use sulh::sim::{self, Ready};
use sulh::stats::interval::{self, Estimate};
use sulh::talks::state::Signed;
use sulh::world::World;

/// Seed of all guards.
pub const SEED: u64 = 20_260_706;

/// Whether the counts of the design are asked for.
pub fn full() -> bool {
    std::env::var("SULH_GUARDS").is_ok_and(|x| x == "full")
}

/// Whether counts are asked for that two idle cores do within half an hour.
pub fn bounded() -> bool {
    std::env::var("SULH_GUARDS").is_ok_and(|x| x == "bounded")
}

/// One of two counts: what everybody runs, and what the design asks for.
pub fn count<T>(reduced: T, of_the_design: T) -> T {
    if full() { of_the_design } else { reduced }
}

/// A check says by a figure that it holds, or by a figure why it does not.
pub type Verdict = Result<String, String>;

/// `Ok` where a condition holds, with the figure and what is asked of it.
pub fn verdict(holds: bool, asked: &str, figure: String) -> Verdict {
    let figure = format!("{figure} (asked: {asked})");
    if holds { Ok(figure) } else { Err(figure) }
}

/// Prints a guard's figure; fails unless the model passes and the broken variant does not.
pub fn guard(name: &str, model: Verdict, broken: &str, variant: Verdict) {
    bites(name, broken, variant);
    holds(name, model);
}

/// Prints a guard's figure and fails unless it holds.
pub fn holds(name: &str, model: Verdict) {
    match model {
        Ok(figure) => println!("guard {name}: {figure}"),
        Err(figure) => panic!("guard {name} does not hold: {figure}"),
    }
}

/// Prints the figure of a broken variant and fails unless it is turned down.
pub fn bites(name: &str, broken: &str, variant: Verdict) {
    match variant {
        Err(figure) => println!("guard {name}, broken ({broken}), turned down: {figure}"),
        Ok(figure) => panic!("guard {name} does not bite: {broken} passes with {figure}"),
    }
}

/// A scenario of the program over some weeks.
pub fn scenario(name: &str, weeks: i64, scale: i64) -> Scenario {
    let changes = Changes { weeks: Some(weeks), scale: Some(scale), ..Changes::default() };
    Library::new().load(name, &changes).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The same scenario over another case.
pub fn with_case(scenario: &Scenario, case: Case) -> Scenario {
    Scenario { case: Arc::new(case), ..scenario.clone() }
}

/// Parameters of a draw that is not refused, some set.
pub fn draw(scenario: &Scenario, draw: u32, set: &[(&str, f64)]) -> Parameters {
    let declared = params::declared(&scenario.case, scenario.start);
    let parameters = |point| {
        let mut values = design::values(&declared, scenario, Draws::Only(point), point, SEED);
        for (path, value) in set {
            values[declared.iter().position(|d| d.path == *path).unwrap_or_else(|| panic!("no parameter {path}"))] = *value;
        }
        Parameters::from_values(&scenario.case, &values)
    };
    let (point, _) = design::point(draw, |point| offspring::refused(scenario, &parameters(point)));
    parameters(point)
}

/// A scenario solved for draws `0..count`, in order.
pub fn solved(scenario: &Scenario, count: u32) -> Vec<Ready> {
    solved_with(scenario, count, &[])
}

/// The same with some parameters set.
pub fn solved_with(scenario: &Scenario, count: u32, set: &[(&str, f64)]) -> Vec<Ready> {
    (0..count).into_par_iter().map(|d| common::ready_of(scenario, draw(scenario, d, set))).collect()
}

/// Something for each of some replicates, in parallel, in order.
pub fn each<T: Send>(replicates: std::ops::Range<u64>, work: impl Fn(u64) -> T + Sync + Send) -> Vec<T> {
    replicates.into_par_iter().map(work).collect()
}

/// Futures of a scenario as the program runs them.
pub fn futures(ready: &Ready, replicates: u64) -> Vec<Run> {
    each(0..replicates, |r| common::future(ready, SEED, r))
}

/// Runs the weeks of a burned-in world by the parts of the week; `meddle` comes before each process, and once more, with
/// "end", after the last.
pub fn play_on(ready: &Ready, world: &mut World, dice: Dice, meddle: impl FnMut(&mut World, &Model, &str)) -> Run {
    lab::play(ready, world, dice, &lab::schedule(), meddle)
}

/// A future from its burn-in, meddled with.
pub fn play(ready: &Ready, replicate: u64, meddle: impl FnMut(&mut World, &Model, &str)) -> Run {
    let dice = Dice::new(SEED, replicate);
    play_on(ready, &mut sim::burn_in(ready, dice), dice, meddle)
}

#[test]
fn a_future_in_parts_is_the_future_of_the_program() {
    let ready = common::ready(&common::teaching("two-valleys-inclusive", 80), &[]);
    for replicate in 0..4 {
        let (parts, whole) = (play(&ready, replicate, |_, _, _| {}), common::future(&ready, SEED, replicate));
        assert_eq!((parts.outcome, parts.series, parts.funnel), (whole.outcome, whole.series, whole.funnel));
    }
}

/// Signs an accord of the state with some seats of the track's table: the best package of those who are named first, whatever
/// chance says. `beside` sign without a say in it. Talks are over then.
pub fn force_accord(world: &mut World, model: &Model, members: &[Party], beside: &[Party]) {
    let table = world.peace.table.clone().expect("a track with a table");
    let mut talks = world.peace.talks.clone().expect("talks");
    let at: Vec<usize> = std::iter::once(0).chain(members.iter().map(|&q| table.seat_of(q).expect("a seat"))).collect();
    let deal = talks.solve(&table, &at, &model.p.mediation);
    let members: Vec<Party> = at.iter().map(|&seat| table.participants[seat].party).collect();
    let signatories = members.iter().chain(beside).copied().collect();
    let signed = Signed { week: world.week, members, signatories, kept: deal.kept(), package: deal.best };
    talks.open_since = None;
    talks.signed = Some(signed.clone());
    world.peace.talks = Some(talks);
    mediation::sign(world, model, &table, signed);
}

/// The headline outcomes: name and column.
pub fn headline(case: &Case) -> Vec<(String, usize)> {
    measures::headline(case).into_iter().map(|(name, _, at)| (name, at)).collect()
}

/// The column of an outcome.
pub fn column(case: &Case, name: &str) -> usize {
    outcome_columns(case).iter().position(|c| c == name).unwrap_or_else(|| panic!("no column {name}"))
}

/// A weekly series of a run.
pub fn series<'a>(case: &Case, run: &'a Run, name: &str, subject: &str) -> &'a [f32] {
    let rows = series_rows(case);
    let weeks = run.series.len() / rows.len();
    let row = rows.iter().position(|(s, x)| s.name == name && x == subject).unwrap_or_else(|| panic!("no series {name} of {subject}"));
    &run.series[row * weeks..(row + 1) * weeks]
}

pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// A mean over futures with an interval; each future is one piece of evidence.
pub fn estimate(values: &[f64], level: f64) -> Estimate {
    interval::clustered(values, &vec![0; values.len()], level)
}

/// By how many standard errors a mean lies above 0: an effect of luck alone is not strong.
pub fn strength(e: &Estimate) -> f64 {
    if e.error > 0.0 { e.mean / e.error } else { 0.0 }
}
