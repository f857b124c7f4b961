//! Who is visited follows what happens, not how many there are. What that costs is counted in instructions: `.ci/instructions`.
use super::{Chance, Twin};
use crate::common;
use std::sync::Arc;
use sulh::dice::Dice;
use sulh::sim;

/// Households looked at one by one in some weeks of Mali with its people times a factor and the same violence: by the engine, and by
/// the twin in one week.
fn visits(people: f64) -> (f64, f64) {
    let mut case = common::case("2026-07-06");
    for place in case.places.values_mut() {
        place.people_census *= people;
    }
    let case = Arc::new(case);
    let ready = common::ready(&common::scenario(&case, common::no_track(), 26, 16), &[]);
    let (mut touches, mut plain) = (0.0, 0.0);
    for replicate in 0..4 {
        let dice = Dice::new(41, replicate);
        let mut world = sim::burn_in(&ready, dice);
        let before = world.ledger.touches;
        plain += sim::with_model(&ready, dice, |model| {
            let mut twin = Twin::of(&world, model, Chance::Shared, None);
            twin.week(model);
            twin.visits as f64
        });
        sim::each_week(&ready, &mut world, dice, 26, |_| {});
        touches += (world.ledger.touches - before) as f64;
    }
    (touches, plain)
}

#[test]
fn twice_the_people_under_the_same_violence_are_hardly_more_visits() {
    let (once, twice) = (visits(1.0), visits(2.0));
    eprintln!("{once:?} {twice:?}");
    assert!(once.0 > 1_000.0, "{once:?}");
    assert!(twice.0 / once.0 < 1.3, "{once:?} {twice:?}");
    // The twin visits everybody, so it must fail the law.
    assert!(twice.1 / once.1 > 1.8, "{once:?} {twice:?}");
}
