//! Guard 5: every track has the same money, and what it does not spend does the same everywhere.
use super::{guard, play, scenario, verdict};
use crate::common;
use rayon::prelude::*;
use sulh::processes::mediation::spending;
use sulh::scenario::Scenario;
use sulh::scenario::track::Guarantee;
use sulh::sim::Ready;

/// The sixteen arms: armed inclusion, mediator, guarantee, civil society.
fn arms(base: &Scenario) -> Vec<(String, Scenario)> {
    let state = base.case.access.iter().position(|a| a.0 == "state").expect("the state as convenor");
    (0..16_u32)
        .map(|bits| {
            let [seats, mediator, guarantee, society] = [0, 1, 2, 3].map(|bit| bits >> bit & 1 == 1);
            let mut arm = base.clone();
            if !seats {
                arm.track.seats.retain(|s| s.conditions.is_none());
            }
            if !mediator {
                arm.track.convenor = Some(state);
                arm.track.contact_group = None;
            }
            arm.track.guarantee = if guarantee { Guarantee::Diplomatic } else { Guarantee::None };
            arm.track.civil_society = if society { 0.6 } else { 0.0 };
            (format!("{bits:04b}"), arm)
        })
        .collect()
}

/// Largest distance of a week's account from the common budget, over arms and weeks, and of what is handed to programmes from what the account
/// leaves; `handed` is the share of it that the broken variant hands on. Talks, groups and integrated men must have been paid somewhere, or the test
/// sees nothing.
fn accounts(arms: &[(String, Scenario)], set: &[(&str, f64)], handed: f64) -> super::Verdict {
    let budget = arms[0].1.track.budget;
    let first = common::ready(&arms[0].1, set);
    let sums: Vec<(f64, f64, [f64; 3])> = arms
        .par_iter()
        .map(|(_, arm)| {
            let ready: Ready = first.with_track_of(arm);
            let (mut worst, mut total, mut spent, mut due) = (0.0_f64, 0.0, [0.0; 3], 0.0);
            play(&ready, 0, |world, model, process| {
                // Just before the talks nothing has changed since the last account; the programmes are those of last week.
                if process == "mediation" {
                    let account = spending(world, model);
                    let all = account.talks + account.group + account.integrated + account.programmes + account.funds;
                    worst = worst.max((all - budget).abs());
                    total += all;
                    for (sum, x) in spent.iter_mut().zip([account.talks, account.group, account.integrated]) {
                        *sum += x;
                    }
                    due = (account.programmes + account.funds) * world.peace.group;
                } else if process == "accord" {
                    // What the account leaves has just been handed to the programmes, times the group's effect.
                    world.programmes *= handed;
                    worst = worst.max((world.programmes - due).abs());
                }
            });
            (worst, total, spent)
        })
        .collect();
    let worst = sums.iter().map(|s| s.0).fold(0.0, f64::max);
    let totals = (sums.iter().map(|s| s.1).fold(f64::MAX, f64::min), sums.iter().map(|s| s.1).fold(0.0, f64::max));
    let spent: [f64; 3] = std::array::from_fn(|at| sums.iter().map(|s| s.2[at]).sum());
    let figure = format!(
        "{} arms: a week's account leaves {budget} units by at most {worst:.6}; totals {:.0} to {:.0}; talks {:.0}, groups {:.0}, integrated men {:.0}",
        arms.len(),
        totals.0,
        totals.1,
        spent[0],
        spent[1],
        spent[2]
    );
    verdict(worst < 1e-6 && spent.iter().all(|&x| x > 0.0), "less than .000001 units, all kinds spent on", figure)
}

/// Would catch a track that gets more money than another, or keeps some of it.
#[test]
fn equal_budgets() {
    let eager = [
        ("mediation.contact", 0.3),
        ("mediation.consent_state", 1.0),
        ("mediation.consent_opponents", 6.0),
        ("mediation.guarantee", 0.25),
        ("mediation.audience", 0.04),
        ("mediation.accord", 0.3),
        ("mediation.group", 0.3),
        ("accord.delay_intake", 1.0),
        ("accord.ddr_threshold", 0.2),
        ("protection.presence_half", 4.0),
    ];
    let mut base = scenario("mauritanian-multiparty", 78, 80);
    base.track.first_bid = 4;
    let right = arms(&base);
    let mut more = right.clone();
    more[1].1.track.budget += 500.0;
    super::bites("equal_budgets", "half of what is left is kept", accounts(&right, &eager, 0.5));
    guard("equal_budgets", accounts(&right, &eager, 1.0), "500 units more for one track", accounts(&more, &eager, 1.0));
}

/// Would catch programmes that are worth more under one track than under another: the same unspent money, the same relief.
#[test]
fn equal_budgets_do_the_same_everywhere() {
    let relief = |arms: &[(String, Scenario)], factor: f64| {
        let first = common::ready(&arms[0].1, &[("governance.programmes", 0.004)]);
        let hardship: Vec<f64> = arms
            .iter()
            .map(|(name, arm)| {
                let ready = first.with_track_of(arm);
                let dice = sulh::dice::Dice::new(super::SEED, 0);
                let mut world = sulh::sim::burn_in(&ready, dice);
                sulh::sim::with_model(&ready, dice, |model| {
                    sulh::processes::mediation::open(&mut world, model);
                    sulh::processes::mediation::prepare(&mut world, model);
                    world.programmes *= if name == "0001" { factor } else { 1.0 };
                    let governance = sulh::processes::process("governance").unwrap();
                    (governance.run)(&mut world, model);
                });
                world.hardship.values().iter().sum::<f64>() + world.disputes.iter().map(|d| d.level).sum::<f64>()
            })
            .collect();
        let apart = hardship.iter().map(|h| (h - hardship[0]).abs()).fold(0.0, f64::max);
        verdict(
            apart < 1e-12,
            "less than 1e-12",
            format!("hardship and disputes differ by at most {apart:.2e} between {} arms", arms.len()),
        )
    };
    let arms = arms(&scenario("mauritanian-multiparty", 52, 80));
    guard("equal_budgets, effect", relief(&arms, 1.0), "programmes worth 5 % more with armed inclusion", relief(&arms, 1.05));
}
