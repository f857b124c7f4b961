//! Guard 7: each armed actor can harm and be blamed, and harm counts for recruits as much as evidence says.
use super::moved::relative;
use super::{column, count, each, guard, holds, play, scenario, solved_with, verdict};
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
    verdict(
        all,
        "each above 0, and each blamed for its own",
        format!("one-sided killings/harms blamed, {replicates} futures: {}", rows.join(", ")),
    )
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

/// The same futures with something else about them, levels and mean rates held.
type Without = fn(&Ready) -> Ready;

/// Nobody harms civilians outside battle, in the burn-in as little as after it.
fn without_abuse(ready: &Ready) -> Ready {
    Ready { scenario: Scenario { switched_off: vec!["abuse".to_owned()], ..ready.scenario.clone() }, ..ready.clone() }
}

/// All that armed groups do is done, and feared; nobody holds it against them.
fn without_memory(ready: &Ready) -> Ready {
    let forgotten = [("grievance.kin", 0.0), ("grievance.place", 0.0)];
    Ready { parameters: Arc::new(ready.parameters.with(&forgotten)), ..ready.clone() }
}

/// Share of recruits that something brings, with its 95 % interval over futures: those who do not join without it.
fn share_due(ready: &[Ready], replicates: u64, without: Without) -> super::Verdict {
    let at = column(&ready[0].scenario.case, "recruits");
    let other: Vec<Ready> = ready.iter().map(without).collect();
    let pairs = each(0..replicates, |r| {
        let draw = r as usize % ready.len();
        (common::future(&ready[draw], super::SEED, r).outcome[at], common::future(&other[draw], super::SEED, r).outcome[at])
    });
    let (with, without): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    let due = relative(&with, &without, &vec![0; with.len()], 0.95);
    verdict(
        -due.high >= 0.20 && -due.low <= 0.54,
        "all of it .20 to .54",
        format!(
            "{:.3} [{:.3}, {:.3}] of recruits are due to it ({} draws, {replicates} futures)",
            -due.mean,
            -due.high,
            -due.low,
            ready.len()
        ),
    )
}

/// The reference years at the defaults, some parameters set.
fn reference(set: &[(&str, f64)]) -> [Ready; 1] {
    [common::ready(&common::scenario(&Arc::new(common::case("2017-2021")), common::no_track(), 78, 16), set)]
}

/// Would catch grievance that hardly recruits, or does nearly all of it.
#[test]
fn symmetric_harm_recruits() {
    let model = share_due(&reference(&[]), 48, without_memory);
    let broken = share_due(&reference(&[("recruitment.grievance", 0.5)]), 8, without_memory);
    guard("symmetric_harm, recruits by harm remembered, 2017-2021", model, "an eighth of the weight of grievance", broken);
}

/// The narrower question: abuse of civilians alone, apart from battles and feuds.
#[test]
#[ignore = "does not hold (.20 to .54): abuse alone brings .198 [.191, .205] of recruits in 2017-2021, all of which must lie within; see DECISIONS.md"]
fn missed_symmetric_harm_recruits_2017() {
    holds("symmetric_harm, recruits by abuse, 2017-2021", share_due(&reference(&[]), 192, without_abuse));
}

/// The same over the priors and at the start of 2026, some parameters set.
fn july_2026(draws: u32, set: &[(&str, f64)]) -> Vec<Ready> {
    solved_with(&scenario("no-process", 156, 16), draws, set)
}

/// As D23 of the evidence asks for it: the same run in which what was done recruits nobody. Harm of battles and feuds counts as it does for those who
/// are asked why they joined.
#[test]
#[ignore = "slow: about 25 s"]
fn slow_symmetric_harm_remembered() {
    let model = share_due(&july_2026(count(24, 120), &[]), count(48, 480), without_memory);
    let broken = share_due(&july_2026(8, &[("recruitment.grievance", 0.5)]), 16, without_memory);
    guard("symmetric_harm, recruits by harm remembered, July 2026", model, "an eighth of the weight of grievance", broken);
}

/// The narrower question, as for 2017-2021: abuse of civilians alone, apart from battles and feuds. At counts that tell .18 from .20.
#[test]
#[ignore = "does not hold (.20 to .54): abuse alone brings .126 of recruits at July 2026 over the priors (120 draws, 480 futures); see DECISIONS.md"]
fn missed_symmetric_harm_recruits() {
    holds("symmetric_harm, recruits by abuse, July 2026", share_due(&july_2026(120, &[]), 480, without_abuse));
}
