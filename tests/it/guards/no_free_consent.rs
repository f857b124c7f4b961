//! Guard 4: nobody leaves a war that goes well for the asking.
use super::{SEED, count, guard, scenario, verdict};
use crate::common;
use rayon::prelude::*;
use sulh::dice::Dice;
use sulh::index::Party;
use sulh::processes::SCHEDULE;
use sulh::processes::mediation::{self, inputs};
use sulh::scenario::Scenario;
use sulh::sim::{self, Ready};
use sulh::talks::step::conditions_hazard;
use sulh::talks::{Inputs, step};
use sulh::units::{logistic, logit};

/// What is held higher.
const HELD: [&str; 3] = ["momentum", "holdings", "chance to win"];

fn raise(inputs: &mut Inputs, seat: usize, what: Option<&str>) {
    let war = &mut inputs.parties[seat].war;
    match what {
        Some("momentum") => war.momentum = (war.momentum + 0.3).min(1.0),
        Some("holdings") => war.status_quo = (war.status_quo * 1.25).min(0.95),
        Some(_) => war.p_win = logistic(logit(war.p_win) + 0.5),
        None => {}
    }
}

/// Hazard of defection of the conditional seat summed over a year of the full engine, as it is and with each thing held higher:
/// the same world, with talks of their own beside it. `frozen`: war values stay at those of the start.
fn hazards(ready: &Ready, party: Party, replicate: u64, frozen: bool) -> [f64; 4] {
    let dice = Dice::new(SEED, replicate);
    let mut world = sim::burn_in(ready, dice);
    sim::with_model(ready, dice, |model| {
        mediation::open(&mut world, model);
        mediation::seat(&world, model).swap(&mut world);
        let table = world.peace.table.clone().expect("a table");
        let seat = table.seat_of(party).expect("a seat");
        let mut talks = vec![world.peace.talks.clone().expect("talks"); 4];
        let at_start: Vec<f64> =
            inputs(&world, model, &table).parties.iter().map(|p| sulh::talks::war_value(p.war, &model.p.mediation)).collect();
        let mut sums = [0.0; 4];
        for _ in 0..52 {
            for process in SCHEDULE {
                if process.name != "mediation" {
                    (process.run)(&mut world, model);
                    continue;
                }
                mediation::prepare(&mut world, model);
                for (arm, talks) in talks.iter_mut().enumerate() {
                    let mut inputs = inputs(&world, model, &table);
                    raise(&mut inputs, seat, arm.checked_sub(1).map(|at| HELD[at]));
                    if frozen {
                        inputs.parties.iter_mut().zip(&at_start).for_each(|(p, value)| p.war_value = Some(*value));
                    }
                    let _ = step(talks, &table, &inputs, dice, &model.p.mediation);
                    sums[arm] += conditions_hazard(talks, &table, seat, &model.p.mediation).map_or(0.0, |x| x.2);
                }
            }
            world.ledger.clear();
            world.week += 1;
        }
        sums
    })
}

/// On how many draws the hazard falls; where it lies at the least that its equation allows all year, it cannot.
fn falls(scenario: &Scenario, draws: &[Option<u32>], frozen: bool) -> super::Verdict {
    let party = scenario.case.party("jnim-north").unwrap();
    let parameters = |d: &Option<u32>| d.map_or_else(|| common::parameters(scenario, &[]), |d| super::draw(scenario, d, &[]));
    let sums: Vec<[f64; 4]> =
        draws.par_iter().map(|d| hazards(&common::ready_of(scenario, parameters(d)), party, u64::from(d.unwrap_or(0)), frozen)).collect();
    let share = |arm: usize| sums.iter().filter(|s| s[arm] < s[0]).count() as f64 / draws.len() as f64;
    let rises = sums.iter().filter(|s| s[1..].iter().any(|x| *x > s[0])).count();
    let ratio = |arm: usize| sums.iter().map(|s| s[arm]).sum::<f64>() / sums.iter().map(|s| s[0]).sum::<f64>();
    let figure: Vec<String> =
        (1..4).map(|arm| format!("{} higher: on {:.1} %, hazard x {:.2}", HELD[arm - 1], 100.0 * share(arm), ratio(arm))).collect();
    verdict(
        (1..4).all(|arm| share(arm) >= 0.95),
        "95 % each",
        format!("of {} draws the hazard falls with {}; it rises on {rises}", draws.len(), figure.join("; ")),
    )
}

/// Would catch a defection that does not ask what going on with the war is worth. At the defaults.
#[test]
fn no_free_consent() {
    let scenario = scenario("mauritanian-multiparty", 52, 40);
    guard(
        "no_free_consent, defaults",
        falls(&scenario, &[None], false),
        "war values frozen at their start",
        falls(&scenario, &[None], true),
    );
}

/// The same over the priors, with the design's number of draws.
#[test]
#[ignore = "slow: about 50 s"]
fn slow_no_free_consent() {
    let scenario = scenario("mauritanian-multiparty", 52, 16);
    let draws: Vec<Option<u32>> = (0..200).map(Some).collect();
    guard("no_free_consent", falls(&scenario, &draws, false), "war values frozen at their start", falls(&scenario, &draws[..6], true));
}

/// Reported, not required: how far the mediated track comes, at both starts.
#[test]
#[ignore = "slow: about 30 s"]
fn slow_no_free_consent_funnel() {
    for start in ["2026-07-06", "2024-09-02"] {
        let changes = sulh::scenario::Changes { weeks: Some(260), scale: Some(80), start: Some(start.to_owned()), ..Default::default() };
        let scenario =
            sulh::scenario::Library::new().load("mauritanian-multiparty", &changes).unwrap_or_else(|problems| panic!("{problems}"));
        let (draws, replicates) = count((12, 36), (120, 1_200));
        let ready = super::solved(&scenario, draws);
        let runs = super::each(0..replicates, |r| crate::common::future(&ready[r as usize % ready.len()], SEED, r));
        let shares: Vec<String> = sulh::observe::STAGES
            .iter()
            .enumerate()
            .map(|(at, name)| {
                format!("{name} {:.2}", runs.iter().filter(|r| r.funnel.reached[at].is_some()).count() as f64 / runs.len() as f64)
            })
            .collect();
        println!("guard no_free_consent, funnel at {start}, {replicates} futures of {draws} draws: {}", shares.join(", "));
    }
}
