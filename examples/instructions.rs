//! Fixed small workloads whose instructions are counted: `instructions NAME`, under `valgrind --tool=callgrind` with
//! `--toggle-collect='*counted*'`, so that reading the case is left out. See `.ci/instructions`.
use std::hint::black_box;
use std::sync::Arc;
use sulh::dice::Dice;
use sulh::params::{self, Parameters};
use sulh::scenario::{Changes, Library, Scenario};
use sulh::sim::{self, Asked, Ready};
use sulh::world::Template;

/// Name, scenario, weeks, scale, futures.
const WORKLOADS: [(&str, &str, i64, i64, u64); 2] =
    [("teaching", "two-valleys-inclusive", 104, 1, 4), ("mali", "mauritanian-multiparty", 26, 16, 1)];

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
            sim::run(ready, sim::burn_in(ready, dice), dice, Asked::default()).0.outcome.iter().sum::<f64>()
        })
        .sum()
}

fn main() {
    let name = std::env::args().nth(1).unwrap_or_default();
    let Some(&(_, scenario, weeks, scale, futures)) = WORKLOADS.iter().find(|workload| workload.0 == name) else {
        let known: Vec<&str> = WORKLOADS.iter().map(|workload| workload.0).collect();
        eprintln!("instructions: give one of {}", known.join(", "));
        std::process::exit(2);
    };
    let changes = Changes { weeks: Some(weeks), scale: Some(scale), ..Changes::default() };
    let scenario = Library::new().load(scenario, &changes).expect("an embedded scenario");
    let values: Vec<f64> = params::declared(&scenario.case, scenario.start).iter().map(|declared| declared.prior.median()).collect();
    let ready = counted_solving(black_box(&scenario), &values);
    println!("{}", black_box(counted_futures(black_box(&ready), futures)));
}
