//! What one future costs: the burn-in and each track, of Mali at two scales and of the teaching case. Wall-clock; quote
//! ratios from one run.
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::Arc;
use sulh::cli::simulate::Engine;
use sulh::dice::Dice;
use sulh::experiment::design::{Design, Draws};
use sulh::experiment::runner::{self, Conduct};
use sulh::params::{self, Parameters};
use sulh::scenario::library::{Changes, Library};
use sulh::sim::{self, Asked, Ready};
use sulh::world::Template;

fn future(c: &mut Criterion) {
    for (name, scale, weeks) in [("two-valleys-inclusive", 1, 260), ("mauritanian-multiparty", 16, 104), ("mauritanian-multiparty", 1, 104)]
    {
        let changes = Changes { scale: Some(scale), weeks: Some(weeks), ..Changes::default() };
        let scenario = Library::new().load(name, &changes).expect("an embedded scenario");
        let values: Vec<f64> = params::declared(&scenario.case, scenario.start).iter().map(|d| d.prior.median()).collect();
        let template = Arc::new(Template::new(&scenario));
        let solve = || Ready::new(&scenario, &template, Parameters::from_values(&scenario.case, &values));
        let ready = solve();
        let dice = Dice::new(1, 0);
        let mut group = c.benchmark_group(format!("{name}, one in {scale}"));
        group.sample_size(10);
        if weeks == 260 {
            group.bench_function("solving a draw", |b| b.iter(solve));
        }
        group.bench_function("burn-in, 52 weeks", |b| b.iter(|| sim::burn_in(black_box(&ready), dice)));
        let world = sim::burn_in(&ready, dice);
        group.bench_function(format!("track, {weeks} weeks"), |b| {
            b.iter(|| sim::run(black_box(&ready), world.clone(), dice, Asked::default()))
        });
        group.finish();
    }
}

/// What a user waits for: pairs of futures of two tracks over all threads, solving and burn-in included.
fn batch(c: &mut Criterion) {
    let changes = Changes { weeks: Some(104), ..Changes::default() };
    let scenarios =
        ["two-valleys-exclusive", "two-valleys-inclusive"].map(|name| Library::new().load(name, &changes).expect("an embedded scenario"));
    let design = Design { replicates: 64, draws: Draws::Cycle(8), seed: 1 };
    let jobs: Vec<u64> = (0..design.replicates).collect();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut group = c.benchmark_group("64 pairs of two-valleys, 104 weeks, 8 draws");
    group.sample_size(10);
    let mut counts = vec![1, threads];
    counts.dedup();
    for threads in counts {
        group.bench_function(format!("{threads} threads"), |b| {
            b.iter(|| {
                let engine = Engine::new(&scenarios, design);
                let conduct = Conduct { jobs: threads, stop: Arc::default(), deadline: None };
                runner::run(
                    &jobs,
                    &conduct,
                    |replicate| engine.future(replicate, &[true, true]),
                    |_, future| black_box(future).is_ok(),
                    || {},
                )
            });
        });
    }
    group.finish();
}

criterion_group!(benches, future, batch);
criterion_main!(benches);
