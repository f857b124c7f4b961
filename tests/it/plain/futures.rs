//! Whole futures that the twin runs by itself against the engine's, by every measure.
use super::two_samples::{self, interval};
use super::{Chance, Fault, Twin};
use crate::common;
use rayon::prelude::*;
use std::sync::Arc;
use sulh::dice::Dice;
use sulh::observe::measures::outcome_columns;
use sulh::observe::record::Recorder;
use sulh::processes::{Model, mediation};
use sulh::sim::{self, Ready};
use sulh::world::World;

/// Who computes the weeks.
#[derive(Clone, Copy, Debug)]
enum By {
    Engine,
    Twin(Chance, Option<Fault>),
}

/// One future: each outcome, then what people of the case lean to, fear and remember at the end.
fn future(ready: &Ready, dice: Dice, by: By) -> Vec<f64> {
    let mut world = sim::burn_in(ready, dice);
    sim::with_model(ready, dice, |model| {
        mediation::open(&mut world, model);
        mediation::seat(&world, model).swap(&mut world);
        let mut recorder = Recorder::new(model.case, ready.scenario.weeks);
        let mean = |sum: f64, n: usize| sum / n as f64;
        match by {
            By::Engine => {
                for _ in 0..ready.scenario.weeks {
                    sim::week(&mut world, model, |_, _| {});
                    next(&mut recorder, model, &mut world);
                }
                let fear = mean(world.fear.values().iter().map(|&x| f64::from(x)).sum(), world.fear.len());
                let slow = mean(world.slow.values().iter().map(|&x| f64::from(x)).sum::<f64>() * world.slow_scale, world.slow.rows());
                all(recorder, model, &world, fear, slow)
            }
            By::Twin(chance, fault) => {
                let mut twin = Twin::of(&world, model, chance, fault);
                for _ in 0..ready.scenario.weeks {
                    twin.week(model);
                    next(&mut recorder, model, &mut twin.world);
                }
                let fear = mean(twin.fear.values().iter().sum(), twin.fear.len());
                let slow = mean(twin.slow.values().iter().sum(), twin.slow.rows());
                all(recorder, model, &twin.world, fear, slow)
            }
        }
    })
}

fn next(recorder: &mut Recorder, model: &Model, world: &mut World) {
    recorder.week(model, world);
    world.ledger.clear();
    world.week += 1;
}

fn all(recorder: Recorder, model: &Model, world: &World, fear: f64, slow: f64) -> Vec<f64> {
    let run = recorder.finish(model, world);
    let leanings = run.communities[usize::from(model.case.shown_community.0)].leanings;
    run.outcome.into_iter().chain(leanings).chain([fear, slow]).collect()
}

fn names(ready: &Ready) -> Vec<String> {
    let more = ["leans_loyalist", "leans_independentist", "leans_islamist", "leans_to_nobody", "fear", "slow_grievance"];
    outcome_columns(&ready.scenario.case).into_iter().chain(more.map(str::to_owned)).collect()
}

fn futures(ready: &Ready, seed: u64, n: u64, by: By) -> Vec<Vec<f64>> {
    (0..n).into_par_iter().map(|replicate| future(ready, Dice::new(seed, replicate), by)).collect()
}

fn column(rows: &[Vec<f64>], at: usize) -> Vec<f64> {
    rows.iter().map(|row| row[at]).collect()
}

/// Measures whose two-sample tests reject, corrected for all of them together, with what they say.
fn rejected(names: &[String], a: &[Vec<f64>], b: &[Vec<f64>], level: f64) -> Vec<String> {
    const PERMUTATIONS: u32 = 9_999;
    let p: Vec<two_samples::P> =
        (0..names.len()).into_par_iter().map(|at| two_samples::compare(&column(a, at), &column(b, at), PERMUTATIONS, at as u64)).collect();
    let both: Vec<f64> = p.iter().flat_map(|p| [p.kolmogorov, p.energy]).collect();
    for (name, p) in names.iter().zip(&p) {
        eprintln!("{name}: {p:?}");
    }
    let rejected = two_samples::holm(&both, level);
    (0..both.len())
        .filter(|&at| rejected[at])
        .map(|at| format!("{} {}: p = {}", names[at / 2], ["KS", "energy"][at % 2], both[at]))
        .collect()
}

/// The 90 % interval of the mean of paired differences of a measure, as a share of the engine's mean.
#[derive(Clone, Debug)]
struct Difference {
    name: String,
    low: f64,
    high: f64,
}

impl Difference {
    fn within(&self, band: f64) -> bool {
        self.low >= -band && self.high <= band
    }
}

fn differences(names: &[String], engine: &[Vec<f64>], twin: &[Vec<f64>]) -> Vec<Difference> {
    let of = |(at, name): (usize, &String)| {
        let (a, b) = (column(engine, at), column(twin, at));
        let mean = a.iter().sum::<f64>() / a.len() as f64;
        let shares: Vec<f64> = a.iter().zip(&b).map(|(a, b)| if a == b { 0.0 } else { (b - a) / mean }).collect();
        let (low, high) = interval(&shares);
        eprintln!("{name}: mean {mean:.4}, difference {low:.5} to {high:.5} of it");
        Difference { name: name.clone(), low, high }
    };
    names.iter().enumerate().map(of).collect()
}

fn mali(weeks: i32) -> Ready {
    let case = Arc::new(common::case("2026-07-06"));
    common::ready(&common::scenario(&case, common::mediated(&case), weeks, 32), &[])
}

fn valleys(weeks: i64) -> Ready {
    common::ready(&common::teaching("two-valleys-inclusive", weeks), &[])
}

/// With the engine's uniforms a future is the same future, week after week, until a rounded stock turns somebody's decision. A twin
/// whose rates are 5 % higher is not.
fn stays_the_same(ready: &Ready, seed: u64, n: u64) {
    let names = names(ready);
    let engine = futures(ready, seed, n, By::Engine);
    let compared = |fault| differences(&names, &engine, &futures(ready, seed, n, By::Twin(Chance::Shared, fault)));
    let found = compared(None);
    assert!(found.iter().all(|d| d.within(0.02)), "{found:?}");
    let hasty = compared(Some(Fault::Hasty));
    assert!(hasty.iter().any(|d| d.name == "recruits" && !d.within(0.02)), "5 % more is not noticed: {hasty:?}");
}

/// With chance of its own, one uniform a household, the twin's futures are of one distribution with the engine's. A twin in which
/// nothing fades is not. The tests together are wrong once in a hundred choices of seeds.
fn comes_from_one_distribution(ready: &Ready, seed: u64, n: u64) {
    let names = names(ready);
    let engine = futures(ready, seed, n, By::Engine);
    let rejected = |fault| self::rejected(&names, &engine, &futures(ready, seed + 1_000, n, By::Twin(Chance::Single, fault)), 0.01);
    let found = rejected(None);
    assert!(found.is_empty(), "{}", found.join("\n"));
    let broken = rejected(Some(Fault::NoDecay));
    assert!(!broken.is_empty(), "a twin in which nothing fades is not noticed");
    eprintln!("nothing fades: {broken:?}");
}

#[test]
fn futures_of_the_teaching_case_are_the_engines() {
    stays_the_same(&valleys(26), 31, 24);
}

#[test]
fn futures_of_the_teaching_case_have_the_engines_distribution() {
    comes_from_one_distribution(&valleys(26), 32, 40);
}

#[test]
#[ignore = "slow: about 60 s"]
fn slow_futures_of_mali_are_the_engines() {
    stays_the_same(&mali(52), 33, 16);
}

#[test]
#[ignore = "slow: about 90 s"]
fn slow_futures_of_mali_have_the_engines_distribution() {
    comes_from_one_distribution(&mali(40), 34, 60);
}

/// The war has the engine's dice, the households their own: what the law of their uniforms brings on average. A household of the
/// engine may come twice in a week, of which this is the measure.
#[test]
#[ignore = "slow: about 80 s"]
fn slow_means_with_chance_of_its_own_are_the_engines() {
    /// Measures whose interval is wider say nothing at this number of futures: those of one scope, and of coercive rule.
    const HALF_WIDTH: f64 = 0.01;
    let ready = valleys(52);
    let names = names(&ready);
    let engine = futures(&ready, 35, 1_200, By::Engine);
    let compared = |n: usize, fault| {
        let twin = futures(&ready, 35, n as u64, By::Twin(Chance::Single, fault));
        differences(&names, &engine[..n], &twin)
    };
    let told: Vec<Difference> = compared(1_200, None).into_iter().filter(|d| d.high - d.low < 2.0 * HALF_WIDTH).collect();
    for name in ["deaths", "displaced_person_weeks", "recruits", "fear", "slow_grievance"] {
        assert!(told.iter().any(|d| d.name == name), "{name}: too few futures to tell");
    }
    assert!(told.iter().all(|d| d.within(0.02)), "{told:?}");
    assert!(compared(200, Some(Fault::Hasty)).iter().any(|d| d.name == "recruits" && !d.within(0.02)), "5 % more is not noticed");
}
