//! What one future costs: the burn-in and each track, at two scales. Wall-clock; quote ratios from one run.
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::Arc;
use sulh::dice::Dice;
use sulh::params::{self, Parameters};
use sulh::scenario::library::{Changes, Library};
use sulh::sim::{self, Asked, Ready};
use sulh::world::Template;

fn future(c: &mut Criterion) {
    for scale in [16, 1] {
        let changes = Changes { scale: Some(scale), weeks: Some(104), ..Changes::default() };
        let scenario = Library::new().load("mauritanian-multiparty", &changes).expect("an embedded scenario");
        let values: Vec<f64> = params::declared(&scenario.case, scenario.start).iter().map(|d| d.prior.median()).collect();
        let template = Arc::new(Template::new(&scenario));
        let ready = Ready::new(&scenario, &template, Parameters::from_values(&scenario.case, &values));
        let dice = Dice::new(1, 0);
        let mut group = c.benchmark_group(format!("one in {scale}"));
        group.sample_size(10);
        group.bench_function("burn-in, 52 weeks", |b| b.iter(|| sim::burn_in(black_box(&ready), dice)));
        let world = sim::burn_in(&ready, dice);
        group.bench_function("track, 104 weeks", |b| b.iter(|| sim::run(black_box(&ready), world.clone(), dice, Asked::default())));
        group.finish();
    }
}

criterion_group!(benches, future);
criterion_main!(benches);
