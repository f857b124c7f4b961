//! What futures of a scenario cost on this thread: `cost [scenario] [futures] [weeks] [scale]`. Prints time a future and
//! what was done, for orientation; compare figures of one run only.
use std::sync::Arc;
use std::time::Instant;
use sulh::dice::Dice;
use sulh::params::Parameters;
use sulh::scenario::library::{Changes, Library};
use sulh::sim::{self, Asked, Ready};
use sulh::world::Template;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let name = args.get(1).map_or("mauritanian-multiparty", String::as_str);
    let number = |at: usize, default: i64| args.get(at).map_or(default, |x| x.parse().expect("a number"));
    let (futures, weeks, scale) = (number(2, 8), number(3, 520), number(4, 1));
    let changes = Changes { scale: Some(scale), weeks: Some(weeks), ..Changes::default() };
    let scenario = Library::new().load(name, &changes).expect("a scenario");
    let template = Arc::new(Template::new(&scenario));
    let begun = Instant::now();
    let ready = Ready::new(&scenario, &template, Parameters::medians(&scenario.case, scenario.start));
    let solving = begun.elapsed().as_secs_f64() * 1e3;
    let (mut burn_in, mut course, mut deaths) = (0.0, 0.0, 0.0);
    for future in 0..futures {
        let dice = Dice::new(1, future as u64);
        let begun = Instant::now();
        let world = sim::burn_in(&ready, dice);
        burn_in += begun.elapsed().as_secs_f64() * 1e3;
        let begun = Instant::now();
        let run = sim::run(&ready, world, dice, Asked::default()).0;
        course += begun.elapsed().as_secs_f64() * 1e3;
        deaths += run.outcome[0];
    }
    let n = futures as f64;
    println!(
        "solving {solving:.1} ms; burn-in {:.1} ms; {weeks} weeks {:.1} ms a future; first measure {:.1}",
        burn_in / n,
        course / n,
        deaths / n
    );
}
