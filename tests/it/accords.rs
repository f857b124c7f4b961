//! Does an accord do what it says, and nothing else: whom it binds, who joins it, whose rents and trust it moves, who strikes at it?
use crate::common;
use std::sync::Arc;
use sulh::dice::Dice;
use sulh::processes::{Model, process};
use sulh::scenario::Case;
use sulh::scenario::library::{Changes, Library};
use sulh::sim::{self, Ready};
use sulh::world::World;
use sulh::world::ledger::Happened;
use sulh::world::peace::{Accord, Cessation, Spoiler, identity_of};

const SCALE: u32 = 16;

#[test]
fn an_accord_binds_from_its_first_week_and_only_those_who_signed() {
    // The Covenant has no seat.
    let ready = common::ready(&common::teaching("two-valleys-exclusive", 208), &WILLING);
    let (guard, front, covenant) = ["guard", "front", "covenant"].map(|s| ready.scenario.case.organisation(s).unwrap()).into();
    let mut signed = 0;
    for replicate in 0..20 {
        let dice = Dice::new(12, replicate);
        let mut world = sim::burn_in(&ready, dice);
        let mut week_signed = None;
        sim::each_week(&ready, &mut world, dice, 208, |w| {
            assert_eq!(w.compliance[(guard, covenant)], 0.0, "who has not signed is not bound");
            if week_signed.is_none() && w.peace.accords.iter().any(|a| a.reached_here) {
                week_signed = Some(w.week);
                let held = w.compliance[(guard, front)];
                assert!((0.3..=0.95).contains(&held), "compliance {held} in the week of signing");
            }
        });
        signed += i32::from(week_signed.is_some());
    }
    assert!(signed >= 1, "nobody signed: the test would see nothing");
}

/// Everybody is willing: contact at once, consent certain, signing within weeks.
const WILLING: [(&str, f64); 7] = [
    ("mediation.contact", 0.1),
    ("mediation.consent_state", 0.0),
    ("mediation.consent_opponents", 6.0),
    ("mediation.audience", 0.04),
    ("mediation.guarantee", 0.25),
    ("mediation.side_payment", 0.08),
    ("mediation.freed_troops", 0.1),
];

/// A world at the first accord of the first future that reaches one.
fn signed(case: &Arc<Case>, set: &[(&str, f64)]) -> (Ready, World, Dice) {
    let ready = common::ready(&common::scenario(case, common::mediated(case), 208, SCALE), &[&WILLING[..], set].concat());
    for replicate in 0..12 {
        let dice = Dice::new(12, replicate);
        let mut world = sim::burn_in(&ready, dice);
        let mut found = None;
        sim::each_week(&ready, &mut world, dice, 130, |w| {
            if found.is_none() && w.peace.accords.iter().any(|a| a.reached_here && a.ended.is_none()) {
                found = Some(w.clone());
            }
        });
        if let Some(world) = found {
            return (ready, world, dice);
        }
    }
    panic!("nobody signed: the test would see nothing");
}

fn on(ready: &Ready, world: &mut World, dice: Dice, weeks: i32) {
    for _ in 0..weeks {
        world.ledger.clear();
        world.week += 1;
        sim::with_model(ready, dice, |m| sim::week(world, m, |_, _| {}));
    }
}

#[test]
fn spoilers_strike_those_who_signed_where_the_accord_holds_for_a_whole_season() {
    let case = Arc::new(common::case("2026-07-06"));
    let (ready, mut world, dice) = signed(&case, &[("accord.excluded_spoil", 1.0)]);
    let (issp, army, gatia) = ["issp", "fama", "gatia"].map(|s| case.organisation(s).unwrap()).into();
    let at = world.peace.accords.iter().position(|a| a.reached_here).unwrap();
    let inside = world.peace.accords[at].places[0];
    let outside = case.zones().find(|q| !world.peace.accords[at].places.contains(q)).expect("an accord covers its regions only");
    let until = world.week + 13;
    world.peace.spoilers = vec![Spoiler { org: issp, accord: at, until }];
    let factor = |w: &World, l, q| sim::with_model(&ready, dice, |m| sulh::processes::combat::spoiling(w, m, issp, l, q));
    let e = core::f64::consts::E;
    assert!((factor(&world, army, inside) - e).abs() < 1e-12, "the state has signed");
    assert_eq!((factor(&world, gatia, inside), factor(&world, army, outside)), (1.0, 1.0), "who has not signed, and elsewhere");
    // Talks do not end a season of spoiling; the next choice does.
    world.week += 1;
    sim::with_model(&ready, dice, |m| sim::week(&mut world, m, |_, _| {}));
    let chosen_anew = world.week.rem_euclid(13) == 0;
    assert!(chosen_anew || world.peace.accords[at].ended.is_some() || (factor(&world, army, inside) - e).abs() < 1e-12);
    world.week = until + 1;
    assert_eq!(factor(&world, army, inside), 1.0);
}

#[test]
fn an_accord_is_known_by_who_signed_it_and_when() {
    let one = identity_of([3, 1, 2].into_iter(), 40);
    assert_eq!(one, identity_of([1, 2, 3].into_iter(), 40));
    assert!(one != identity_of([1, 2, 3].into_iter(), 41) && one != identity_of([1, 2].into_iter(), 40));
}

#[test]
fn a_pause_costs_the_state_momentum_until_an_accord_takes_its_place() {
    let case = Arc::new(common::case("2026-07-06"));
    let ready = common::ready(&common::scenario(&case, common::no_track(), 20, SCALE), &[]);
    let (army, jnim) = (case.organisation("fama").unwrap(), case.organisation("jnim-north").unwrap());
    let dice = Dice::new(2, 0);
    let after = |pause: bool| {
        let mut world = common::start(&ready, 2);
        if pause {
            world.peace.cessations.push(Cessation { a: army, b: jnim, since: 0, until: i32::MAX, covers: 1.0 });
        }
        on(&ready, &mut world, dice, 10);
        world.organisations[army].table_momentum
    };
    // Ten weeks of .02, each fading with a half-life of 26 weeks.
    let expected: f64 = (0..10).map(|ago| 0.02 * 2_f64.powf(-f64::from(ago) / 26.0)).sum();
    assert!((after(false) - after(true) - expected).abs() < 1e-9);
}

/// The accord of this run that stands.
fn standing(world: &mut World) -> &mut Accord {
    world.peace.accords.iter_mut().find(|a| a.reached_here && a.ended.is_none()).expect("an accord stands")
}

/// The week of accords alone.
fn accords(world: &mut World, model: &Model) {
    (process("accord").expect("a process").run)(world, model);
}

/// Would catch a community that loses its rents to an accord in which nobody speaks for them.
#[test]
fn whoever_signs_without_a_share_leaves_the_rents_of_his_people_as_they_were() {
    let case = Arc::new(common::case("2026-07-06"));
    let (ready, mut world, dice) = signed(&case, &[]);
    standing(&mut world).level = [1.0; 6];
    let moved = |mut world: World| {
        sim::with_model(&ready, dice, |model| accords(&mut world, model));
        case.communities.iter().filter(|(c, data)| (world.rents[*c] - data.rents).abs() > 1e-3).count()
    };
    assert!(moved(world.clone()) > 0, "shares move no rents: the test would see nothing");
    standing(&mut world).shares.clear();
    assert_eq!(moved(world), 0);
}

/// Would catch trust that grows faster the more accords say the same.
#[test]
fn two_accords_of_one_pair_move_its_trust_once() {
    let case = Arc::new(common::case("2026-07-06"));
    let (ready, mut world, dice) = signed(&case, &[("accord.relapse", 0.0)]);
    world.week = (world.week / 13 + 1) * 13;
    let before = world.peace.trust.clone();
    let mut twice = world.clone();
    let other = standing(&mut twice).clone();
    twice.peace.accords.push(other);
    let trust = |mut world: World| {
        sim::with_model(&ready, dice, |model| accords(&mut world, model));
        world.peace.trust
    };
    let once = trust(world);
    assert!(before != once, "trust does not move: the test would see nothing");
    assert_eq!(once, trust(twice));
}

/// Would catch an accord that is carried out by a trust other than that under which its parties agreed to it.
#[test]
fn what_is_counted_on_of_an_accord_is_the_trust_of_the_day_it_was_signed() {
    let case = Arc::new(common::case("2026-07-06"));
    let ready = common::ready(&common::scenario(&case, common::mediated(&case), 208, SCALE), &WILLING);
    let counted_on = |trust: f64| {
        for replicate in 0..12 {
            let dice = Dice::new(12, replicate);
            let mut world = sim::burn_in(&ready, dice);
            sim::each_week(&ready, &mut world, dice, 1, |_| {});
            for _ in 0..130 {
                if let Some(grid) = &mut world.peace.trust {
                    grid.values_mut().fill(trust);
                }
                on(&ready, &mut world, dice, 1);
                if let Some(accord) = world.peace.accords.iter().find(|a| a.reached_here) {
                    return accord.margins.iter().map(|m| m.3).fold(1.0, f64::min);
                }
            }
        }
        panic!("nobody signed: the test would see nothing");
    };
    // A guarantee of g leaves (1 - trust)(1 - g) open, and with it at most 1 - trust.
    let (little, much) = (counted_on(0.3), counted_on(0.9));
    assert!((0.3..0.9).contains(&little) && much >= 0.9, "{little} and {much}");
    assert!(((1.0 - little) / (1.0 - much) - 7.0).abs() < 1e-6, "{little} and {much}");
}

/// Would catch somebody who joins for a share that he then does not get: what he reckons with is the package as it stands, without one.
#[test]
fn whoever_accedes_reckons_with_what_he_gets() {
    let text = "format = 1\nextends = \"two-valleys-inclusive\"\n[track.seats]\ncovenant = { modality = \"observer\" }\n";
    let changes = Changes { weeks: Some(208), ..Changes::default() };
    let scenario = Library::new().load_text("observed.toml", text, &changes).unwrap_or_else(|problems| panic!("{problems}"));
    let set = [
        ("mediation.contact", 0.5),
        ("mediation.consent_state", 3.0),
        ("mediation.consent_opponents", 3.0),
        ("mediation.accord", 0.5),
        ("accord.excluded_width", 0.3),
    ];
    let ready = common::ready(&scenario, &set);
    let covenant = scenario.case.party("covenant").expect("a party");
    let mut seen = 0;
    for replicate in 0..40 {
        let dice = Dice::new(9, replicate);
        let mut world = sim::burn_in(&ready, dice);
        sim::each_week(&ready, &mut world, dice, 208, |world| {
            let joins = |h: &&Happened| h.kind == "accord" && h.text.contains(" accedes ");
            let Some(told) = world.ledger.happened.iter().find(joins) else { return };
            let (Some(talks), Some(table)) = (&world.peace.talks, &world.peace.table) else { return };
            let accord = world.peace.accords.iter().find(|a| a.parties.contains(&covenant)).expect("it has acceded");
            assert!(accord.shares.iter().all(|(party, _)| *party != covenant));
            let before = accord.parties.iter().filter(|&&party| party != covenant).filter_map(|&party| table.seat_of(party));
            let members: Vec<usize> = std::iter::once(0).chain(before).collect();
            let at = table.seat_of(covenant).expect("a seat");
            let margin = talks.margin_of_acceding(table, &members, at, &accord.scalars, &ready.parameters.mediation);
            assert_eq!(told.numbers[0], ("margin", margin));
            seen += 1;
        });
    }
    assert!(seen > 0, "nobody accedes: the test would see nothing");
}
