//! Does the engine keep its promises: addressed chance, pairing, conservation, rates and consequences of each process?
use crate::common;
use std::sync::Arc;
use sulh::dice::Dice;
use sulh::index::{Id, Org, Place};
use sulh::observe::measures::outcome_columns;
use sulh::scenario::case::{OrganisationData, Recruits};
use sulh::scenario::{Scenario, Track};
use sulh::sim::{self, Asked};

const SCALE: u32 = 16;

fn column(case: &sulh::scenario::Case, name: &str) -> usize {
    outcome_columns(case).iter().position(|c| c == name).expect("a column")
}

#[test]
fn the_same_address_gives_the_same_future_on_any_thread() {
    let ready = common::ready(&common::teaching("two-valleys-inclusive", 60), &[]);
    let alone: Vec<_> = (0..8).map(|r| common::future(&ready, 5, r)).collect();
    for threads in [2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let together: Vec<_> = pool.install(|| {
            use rayon::prelude::*;
            (0..8_u64).into_par_iter().map(|r| common::future(&ready, 5, r)).collect()
        });
        assert_eq!(alone, together, "{threads} threads");
    }
}

#[test]
fn measuring_more_changes_nothing() {
    let ready = common::ready(&common::teaching("two-valleys-inclusive", 60), &[]);
    let dice = Dice::new(3, 1);
    let plain = sim::run(&ready, sim::burn_in(&ready, dice), dice, Asked::default()).0;
    let (watched, story) = sim::run(&ready, sim::burn_in(&ready, dice), dice, Asked { digests: true, story: true });
    assert_eq!(plain.outcome, watched.outcome);
    assert_eq!(plain.series, watched.series);
    assert!(!story.is_empty());
}

#[test]
fn an_organisation_that_never_acts_changes_nobodys_history() {
    let plain = common::case("2026-07-06");
    let mut crowded = plain.clone();
    let org = crowded.organisations.push(OrganisationData {
        slug: "dormant".into(),
        name: "Dormant".into(),
        identity: sulh::dice::identity("dormant"),
        umbrella: None,
        head: false,
        party: None,
        recruits: Recruits::Households,
        ..plain.organisations[plain.organisation("fla").unwrap()].clone()
    });
    let widen = |start: &mut sulh::scenario::Start| {
        start.strength.push((0.0, 0.0));
        start.fighters.push_row(0.0);
        let mut stances = sulh::index::Grid::filled(org.at() + 1, org.at() + 1, sulh::scenario::Stance::Neutral);
        for a in plain.organisations.ids() {
            for b in plain.organisations.ids() {
                stances[(a, b)] = start.stances[(a, b)];
            }
        }
        start.stances = stances;
    };
    crowded.starts.iter_mut().for_each(widen);
    let mut reference = crowded.reference.clone();
    widen(&mut reference);
    crowded.reference = reference;
    let run = |case: sulh::scenario::Case| {
        let case = Arc::new(case);
        common::future(&common::ready(&common::scenario(&case, common::mediated(&case), 60, SCALE), &[]), 9, 0)
    };
    let (a, b) = (run(plain), run(crowded));
    assert_eq!(a.digests, b.digests);
    assert_eq!(a.outcome, b.outcome);
}

#[test]
fn two_tracks_are_identical_until_a_lever_differs() {
    let with = common::ready(&common::teaching("two-valleys-inclusive", 120), &[]);
    let without = with.with_track_of(&Scenario { track: Track { convenor: None, seats: Vec::new(), ..with.scenario.track.clone() }, ..with.scenario.clone() });
    let mut parted = 0;
    for replicate in 0..30 {
        let (a, b) = (common::future(&without, 2, replicate), common::future(&with, 2, replicate));
        // Conditions met, or a bid accepted by both (talks open), are the first steps that touch the world; a consent of the
        // state is the earliest that can lead to the latter.
        let first = [b.funnel.reached[1], b.funnel.reached[2]].into_iter().flatten().min().unwrap_or(120);
        let same = a.digests.iter().zip(&b.digests).take_while(|(x, y)| x == y).count();
        assert!(same as i32 >= first.min(120), "parted in week {same}, first step in week {first}");
        parted += i32::from(a.digests != b.digests);
    }
    assert!(parted > 0, "no track ever did anything: the test would see nothing");
}

#[test]
fn nobody_is_lost_and_shares_stay_shares() {
    let case = Arc::new(common::case("2026-07-06"));
    let ready = common::ready(&common::scenario(&case, common::mediated(&case), 104, SCALE), &[("mediation.guarantee", 0.25)]);
    let dice = Dice::new(4, 2);
    let mut world = sim::burn_in(&ready, dice);
    let people = |w: &sulh::world::World| -> f64 { w.present.values().iter().sum() };
    let living = |w: &sulh::world::World| w.people.people.iter().map(|&n| f64::from(n)).sum::<f64>() * f64::from(SCALE);
    let listed = |w: &sulh::world::World, home: Place| -> f64 {
        w.lists.row(home).iter().flatten().map(|&h| f64::from(w.people.people[h as usize])).sum::<f64>() * f64::from(SCALE)
    };
    assert!((people(&world) - living(&world)).abs() < 1.0);
    sim::each_week(&ready, &mut world, dice, 104, |w| {
        assert!((people(w) - living(w)).abs() < 1.0, "week {}: present and living differ", w.week);
        for place in case.zones() {
            let control: f64 = w.control.row(place).iter().sum();
            assert!((-1e-9..=1.0 + 1e-9).contains(&control), "control {control}");
            assert!(w.present.row(place).iter().all(|&n| n > -1e-6));
            let away: f64 = w.away.row(place).iter().sum();
            assert!((away - listed(w, place)).abs() < 1.0, "away {away}");
        }
        for cell in &w.leanings {
            assert!((cell.iter().sum::<f64>() - 1.0).abs() < 1e-6 && cell.iter().all(|x| (-1e-9..=1.0).contains(x)));
        }
        for o in w.organisations.values() {
            assert!(o.fighters.values().iter().all(|&n| n > -1e-6), "{} has fewer than no fighters", o.name);
            if o.recruits == Recruits::Households && o.alive {
                assert!((o.total() - o.members.len() as f64).abs() < 1.5, "{}: {} fighters, {} men", o.name, o.total(), o.members.len());
            }
            assert!((0.0..=1.0).contains(&o.resources) && (0.0..=1.0).contains(&o.cohesion));
        }
        assert!(w.disputes.iter().all(|d| (0.0..=1.0).contains(&d.level)));
        assert!(w.fear.values().iter().all(|x| (0.0..=1.0).contains(x)));
    });
}

#[test]
fn fighters_for_whom_there_are_no_men_are_not_counted() {
    // The Front's fighters all stand in two places, which have one household each here.
    let mut scenario = common::teaching("two-valleys-inclusive", 4);
    let case = Arc::make_mut(&mut scenario.case);
    for place in ["upper-orra", "lower-orra"].map(|slug| case.place(slug).unwrap()) {
        case.places[place].people_census = case.household_size;
    }
    let world = common::start(&common::ready(&scenario, &[]), 1);
    for o in world.organisations.values().iter().filter(|o| o.recruits == Recruits::Households) {
        assert!(o.fighters.values().iter().all(|&n| n >= 0.0), "{}: {:?}", o.slug, o.fighters);
        assert_eq!(o.total(), o.members.len() as f64, "{}", o.slug);
    }
    assert!(world.organisations[scenario.case.organisation("front").unwrap()].total() <= 4.0);
}

#[test]
fn the_war_of_2017_to_2021_has_its_size() {
    // Observed: 98 deaths a month recorded, of which 92 in the zones; recorded is about .66 of all. 8 futures of 3 years.
    let case = Arc::new(common::case("2017-2021"));
    let ready = common::ready(&common::scenario(&case, common::no_track(), 156, SCALE), &[]);
    let (deaths, recruits) = (column(&case, "deaths"), column(&case, "recruits"));
    let runs: Vec<_> = (0..8).map(|r| common::future(&ready, 1, r)).collect();
    let mean = |at: usize| runs.iter().map(|r| r.outcome[at]).sum::<f64>() / runs.len() as f64;
    let recorded = mean(deaths) / 36.0 * ready.parameters.combat.observation;
    assert!((92.0 / 1.6..92.0 * 1.6).contains(&recorded), "{recorded:.0} recorded deaths a month");
    let joins = mean(recruits) / 156.0;
    assert!((38.0..185.0).contains(&joins), "{joins:.0} recruits a week");
}

#[test]
fn the_start_of_2026_lies_in_the_right_region() {
    let case = Arc::new(common::case("2026-07-06"));
    let ready = common::ready(&common::scenario(&case, common::no_track(), 156, SCALE), &[]);
    let deaths = column(&case, "deaths");
    let runs: Vec<_> = (0..6).map(|r| common::future(&ready, 1, r)).collect();
    let monthly = runs.iter().map(|r| r.outcome[deaths]).sum::<f64>() / 6.0 / 36.0;
    assert!((100.0..600.0).contains(&monthly), "{monthly:.0} deaths a month");
}

#[test]
fn switching_a_process_off_removes_what_it_does_and_only_runs_on() {
    let case = Arc::new(common::case("2026-07-06"));
    let mut scenario = common::scenario(&case, common::no_track(), 26, SCALE);
    let base = common::future(&common::ready(&scenario, &[]), 6, 0);
    let (civilians, deaths, recruits) = (column(&case, "civilian_deaths"), column(&case, "deaths"), column(&case, "recruits"));
    let mut without = |name: &str| {
        scenario.switched_off = vec![name.to_owned()];
        common::future(&common::ready(&scenario, &[]), 6, 0)
    };
    let run = without("recruitment");
    assert_eq!(run.outcome[recruits], 0.0);
    let run = without("combat");
    assert!(run.outcome[deaths] - run.outcome[civilians] < 1.0, "fighters die without combat");
    let run = without("abuse");
    assert!(run.outcome[civilians] < 0.7 * base.outcome[civilians]);
    for name in ["deployment", "communal", "grievance", "protection", "displacement", "governance", "politics", "mediation", "accord"] {
        let run = without(name);
        assert!(run.outcome.iter().all(|x| x.is_finite()), "{name}");
    }
}

#[test]
fn flight_follows_deaths_and_people_return_in_quiet() {
    let case = Arc::new(common::case("2026-07-06"));
    let ready = common::ready(&common::scenario(&case, common::no_track(), 60, SCALE), &[]);
    let loud = common::ready(&common::scenario(&case, common::no_track(), 60, SCALE), &[("displacement.per_death", 6e-4)]);
    let at = column(&case, "displaced_person_weeks");
    let (a, b) = (common::future(&ready, 8, 0), common::future(&loud, 8, 0));
    assert!(b.outcome[at] > 1.1 * a.outcome[at]);
    let mut quiet = common::scenario(&case, common::no_track(), 60, SCALE);
    quiet.switched_off = ["combat", "abuse", "communal"].map(str::to_owned).to_vec();
    let c = common::future(&common::ready(&quiet, &[]), 8, 0);
    let row = 2 * 60; // the series `displaced`
    assert!(c.series[row + 59] < 0.6 * c.series[row], "{} of {} still away", c.series[row + 59], c.series[row]);
}

#[test]
fn a_split_changes_no_total_by_itself() {
    // One week's base rates of combat, before and after an organisation of the bloc is cut in two at no effect of fragmentation.
    let case = Arc::new(common::case("2026-07-06"));
    let ready = common::ready(&common::scenario(&case, common::no_track(), 10, SCALE), &[("combat.fragmentation", 0.0)]);
    let mut world = common::start(&ready, 1);
    let total = |w: &sulh::world::World| sim::with_model(&ready, Dice::new(1, 0), |m| {
        let mut sum = 0.0;
        sulh::processes::combat::base_rates(w, m, |_, _, _, rate| sum += rate);
        sum
    });
    let before = total(&world);
    let macina = case.organisation("jnim-macina").unwrap();
    sim::with_model(&ready, Dice::new(1, 0), |m| sulh::processes::politics::split(&mut world, m, macina, 0.5));
    world.muster();
    let after = total(&world);
    assert!((after / before - 1.0).abs() < 0.02, "{before} to {after}");
    let _ = (Org(0), Place(0));
}

#[test]
fn an_accord_binds_from_its_first_week_and_only_those_who_signed() {
    // Everybody is willing: contact at once, consent certain, signing within weeks. The Covenant has no seat.
    let willing = [
        ("mediation.contact", 0.1),
        ("mediation.consent_state", 0.0),
        ("mediation.consent_opponents", 6.0),
        ("mediation.audience", 0.04),
        ("mediation.guarantee", 0.25),
        ("mediation.side_payment", 0.08),
        ("mediation.freed_troops", 0.1),
    ];
    let ready = common::ready(&common::teaching("two-valleys-exclusive", 208), &willing);
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

#[test]
fn both_tracks_of_the_teaching_case_sometimes_reach_an_accord_and_sometimes_fail() {
    // Shares of some 40 and 13 % of 60 futures: none, or all, comes once in thousands of seeds.
    for name in ["two-valleys-exclusive", "two-valleys-inclusive"] {
        let ready = common::ready(&common::teaching(name, 260), &[]);
        let reached = (0..60).filter(|&r| common::future(&ready, 1, r).funnel.reached[4].is_some()).count();
        assert!((1..60).contains(&reached), "{name}: {reached} accords in 60 futures");
    }
}
