//! Fixed small workloads whose instructions are counted: `instructions NAME`, under `valgrind --tool=callgrind` with
//! `--toggle-collect='*counted*'`, so that reading the case is left out. See `.ci/instructions`.
use std::hint::black_box;
use std::sync::Arc;
use sulh::dice::Dice;
use sulh::params::{self, Parameters};
use sulh::scenario::{Changes, Library, Scenario};
use sulh::sim::{self, Asked, Ready};
use sulh::world::{Template, World};

/// Futures that are counted.
struct Workload {
    name: &'static str,
    scenario: &'static str,
    weeks: i64,
    scale: i64,
    futures: u64,
    /// Households among whom the same people are shared out, as a multiple of the case's.
    households: f64,
}

const WORKLOADS: [Workload; 4] = [
    Workload { name: "teaching", scenario: "two-valleys-inclusive", weeks: 104, scale: 1, futures: 4, households: 1.0 },
    Workload { name: "mali", scenario: "mauritanian-multiparty", weeks: 26, scale: 16, futures: 1, households: 1.0 },
    Workload { name: "whole", scenario: "bamako-only", weeks: 104, scale: 1, futures: 4, households: 1.0 },
    Workload { name: "doubled", scenario: "bamako-only", weeks: 104, scale: 1, futures: 4, households: 2.0 },
];

/// Settles the people and solves a draw.
#[inline(never)]
fn counted_solving(scenario: &Scenario, values: &[f64]) -> Ready {
    let template = Arc::new(Template::new(scenario));
    Ready::new(scenario, &template, Parameters::from_values(&scenario.case, values))
}

/// Futures, from the burn-in on.
#[inline(never)]
fn counted_futures(ready: &Ready, futures: u64) -> f64 {
    (0..futures)
        .map(|replicate| {
            let dice = Dice::new(1, replicate);
            counted_weeks(ready, sim::burn_in(ready, dice), dice)
        })
        .sum()
}

/// The weeks of a future, after the burn-in.
#[inline(never)]
fn counted_weeks(ready: &Ready, world: World, dice: Dice) -> f64 {
    sim::run(ready, world, dice, Asked::default()).0.outcome.iter().sum()
}

fn main() {
    let name = std::env::args().nth(1).unwrap_or_default();
    let Some(workload) = WORKLOADS.iter().find(|workload| workload.name == name) else {
        let known: Vec<&str> = WORKLOADS.iter().map(|workload| workload.name).collect();
        eprintln!("instructions: give one of {}", known.join(", "));
        std::process::exit(2);
    };
    let changes = Changes { weeks: Some(workload.weeks), scale: Some(workload.scale), ..Changes::default() };
    let mut scenario = Library::new().load(workload.scenario, &changes).expect("an embedded scenario");
    if workload.households != 1.0 {
        let case = Arc::make_mut(&mut scenario.case);
        case.household_size /= workload.households;
        case.men_per_household = (case.men_per_household / workload.households).max(1.0);
    }
    let values: Vec<f64> = params::declared(&scenario.case, scenario.start).iter().map(|declared| declared.prior.median()).collect();
    let ready = counted_solving(black_box(&scenario), &values);
    println!("{}", black_box(counted_futures(black_box(&ready), workload.futures)));
}
