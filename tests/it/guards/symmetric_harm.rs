//! Guard 7: each armed actor can harm and be blamed, and harm counts for recruits as much as evidence says.
use super::{column, count, each, guard, mean, play, scenario, verdict};
use crate::common;
use std::sync::Arc;
use sulh::index::Id;
use sulh::scenario::Scenario;
use sulh::sim::Ready;

/// One-sided killings of each bloc of the case, harms for which it was blamed, and those that it did and was blamed for.
fn harm(ready: &Ready, replicates: u64) -> super::Verdict {
    let case = Arc::clone(&ready.scenario.case);
    let blocs = case.blocs.len();
    let seen = each(0..replicates, |r| {
        let mut counts = vec![[0_u32; 3]; blocs];
        play(ready, r, |world, _, process| {
            if process == "end" {
                for (org, _, _) in &world.ledger.one_sided {
                    counts[world.organisations[*org].root.at()][0] += 1;
                }
                for harm in world.ledger.harms.iter().filter(|h| h.perpetrator.at() < blocs && h.blamed.at() < blocs) {
                    counts[harm.blamed.at()][1] += 1;
                    counts[harm.perpetrator.at()][2] += u32::from(harm.blamed == harm.perpetrator);
                }
            }
        });
        counts
    });
    let sum = |at: usize, what: usize| seen.iter().map(|counts| counts[at][what]).sum::<u32>();
    let rows: Vec<String> = case.blocs.iter().map(|(b, data)| format!("{} {}/{}", data.slug, sum(b.at(), 0), sum(b.at(), 1))).collect();
    let all = (0..blocs).all(|at| (0..3).all(|what| sum(at, what) > 0));
    verdict(all, format!("one-sided killings/harms blamed, {replicates} futures: {}", rows.join(", ")))
}

/// Would catch an actor who by construction never harms civilians, or is never blamed for it.
#[test]
fn symmetric_harm() {
    let ready = common::ready(&common::scenario(&Arc::new(common::case("2026-07-06")), common::no_track(), 104, 16), &[]);
    let mut spared = (*ready.solved).clone();
    spared.abuse[ready.scenario.case.bloc("azawad").unwrap()] = 0.0;
    let broken = Ready { solved: Arc::new(spared), ..ready.clone() };
    guard("symmetric_harm", harm(&ready, 8), "one bloc that never harms", harm(&broken, 8));
}

/// Share of recruits that abuse brings: the same futures without abuse, burn-in included, with levels and mean rates held.
fn share_due(ready: &[Ready], replicates: u64) -> super::Verdict {
    let at = column(&ready[0].scenario.case, "recruits");
    let calm: Vec<Ready> = ready.iter().map(|r| Ready { scenario: Scenario { switched_off: vec!["abuse".to_owned()], ..r.scenario.clone() }, ..r.clone() }).collect();
    let pairs = each(0..replicates, |r| {
        let draw = r as usize % ready.len();
        (common::future(&ready[draw], super::SEED, r).outcome[at], common::future(&calm[draw], super::SEED, r).outcome[at])
    });
    let (with, without): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    let share = 1.0 - mean(&without) / mean(&with);
    verdict((0.20..=0.54).contains(&share), format!("{share:.3} of recruits are due to abuse ({} draws, {replicates} futures)", ready.len()))
}

/// Would catch grievance that hardly recruits, or does nearly all of it.
#[test]
fn symmetric_harm_recruits() {
    let scenario = common::scenario(&Arc::new(common::case("2017-2021")), common::no_track(), 78, 16);
    let model = share_due(&[common::ready(&scenario, &[])], 6);
    let broken = share_due(&[common::ready(&scenario, &[("recruitment.grievance", 0.5)])], 4);
    guard("symmetric_harm, recruits, 2017-2021", model, "an eighth of the weight of grievance", broken);
}

/// The same over the priors and at the start of 2026.
#[test]
#[ignore = "slow: about 25 s"]
fn slow_symmetric_harm_recruits() {
    let scenario = scenario("no-process", 156, 16);
    let ready = super::solved(&scenario, count(12, 120));
    super::holds("symmetric_harm, recruits, July 2026", share_due(&ready, count(24, 480)));
}
