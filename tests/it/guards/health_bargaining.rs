//! Health checks of talks and accords.
use super::{SEED, bites, column, count, each, estimate, force_accord, guard, holds, mean, play, scenario, strength, verdict};
use crate::common;
use rayon::prelude::*;
use std::sync::Arc;
use sulh::dice::Dice;
use sulh::index::Party;
use sulh::params::Parameters;
use sulh::processes::{Model, mediation, protection, terms};
use sulh::scenario::Scenario;
use sulh::sim::{self, Ready};
use sulh::stats::moments::Moments;
use sulh::talks::accord::ddr_yes_probability;
use sulh::world::peace::Violation;
use sulh::world::{Template, World};

fn mediated(weeks: i64, scale: i64) -> (Scenario, Party) {
    let scenario = scenario("mauritanian-multiparty", weeks, scale);
    let fla = scenario.case.party("fla").expect("a party");
    (scenario, fla)
}

/// Lethal attacks of a week between the state's and a party's organisations.
fn between(world: &World, model: &Model, party: Party) -> (f64, f64) {
    let of = |k| world.organisations[k].party;
    let both = |a, b| {
        (of(a), of(b)) == (Some(model.case.state_party), Some(party)) || (of(b), of(a)) == (Some(model.case.state_party), Some(party))
    };
    let attacks = world.ledger.attacks.iter().filter(|x| both(x.0, x.1));
    attacks.fold((0.0, 0.0), |(n, dead), x| (n + 1.0, dead + x.3))
}

/// Attacks in the first week of a truce over those of the same week without one, against what compliance lets through.
fn first_week(late: bool, replicates: u64) -> super::Verdict {
    let (scenario, fla) = mediated(2, 80);
    // More attacks between the two than there are, so that a share can be measured; not so many that forces withdraw from them.
    let ready = common::ready(&scenario, &[("rate.state.azawad", 10.0), ("combat.offensive", 0.0)]);
    let counts = each(0..replicates, |r| {
        let dice = Dice::new(SEED, r);
        let world = sim::burn_in(&ready, dice);
        let run = |truce: bool| {
            let (mut attacks, mut held) = (0.0, 0.0);
            super::play_on(&ready, &mut world.clone(), dice, |world, model, process| {
                if truce && world.week == 0 && process == "accord" {
                    force_accord(world, model, &[fla], &[]);
                }
                if process == "combat" && world.week == 1 {
                    let (army, front) = (model.case.organisation("fama").unwrap(), model.case.organisation("fla").unwrap());
                    held = world.compliance[(army, front)];
                    if late {
                        world.compliance.values_mut().fill(0.0);
                    }
                }
                if process == "abuse" && world.week == 1 {
                    attacks = between(world, model, fla).0;
                }
            });
            (attacks, held)
        };
        (run(true), run(false))
    });
    let (with, without): (f64, f64) = (counts.iter().map(|c| c.0.0).sum(), counts.iter().map(|c| c.1.0).sum());
    let open = 1.0 - mean(&counts.iter().map(|c| c.0.1).collect::<Vec<_>>());
    let ratio = with / without;
    verdict(
        ratio <= open + 0.05,
        "at most 1 - compliance + .05",
        format!("{ratio:.3} of {without:.0} attacks go on, 1 - compliance is {open:.3}"),
    )
}

/// Would catch a truce that begins to hold weeks after it was signed, through excitation say.
#[test]
#[ignore = "slow: about 20 s"]
fn slow_health_truce() {
    guard("health_truce", first_week(false, count(400, 4_000)), "compliance begins a week late", first_week(true, 20));
}

/// How far deaths between signatories fall in the year after an accord forced in week 26.
fn fall(set: &[(&str, f64)], replicates: u64) -> super::Verdict {
    let (scenario, fla) = mediated(79, 80);
    let ready = common::ready(&scenario, set);
    let deaths = each(0..replicates, |r| {
        let run = |signed: bool| {
            let mut dead = 0.0;
            play(&ready, r, |world, model, process| {
                if signed && world.week == 26 && process == "accord" {
                    force_accord(world, model, &[fla], &[]);
                }
                if process == "end" && world.week > 26 {
                    dead += between(world, model, fla).1;
                }
            });
            dead
        };
        (run(true), run(false))
    });
    let (with, without) = (deaths.iter().map(|d| d.0).sum::<f64>(), deaths.iter().map(|d| d.1).sum::<f64>());
    let fall = 1.0 - with / without;
    verdict(
        (0.45..=0.97).contains(&fall),
        "45 to 97 %",
        format!("deaths between signatories fall by {:.0} % ({without:.0} without, {replicates} futures)", 100.0 * fall),
    )
}

/// Would catch a truce that dies by itself, or a paper that ends a war.
#[test]
#[ignore = "slow: about 25 s"]
fn slow_health_accord() {
    let broken = fall(&[("accord.compliance_violations", 5.0)], count(8, 60));
    guard("health_accord", fall(&[], count(24, 400)), "ten times the loss of compliance by each violation", broken);
}

/// Standard deviation of m* over draws, of the talks of the state with FLA at the start.
fn spread(parameters: impl Fn(u32) -> Parameters + Sync, draws: u32) -> super::Verdict {
    let (scenario, fla) = mediated(1, 80);
    let least: Vec<f64> = (0..draws)
        .into_par_iter()
        .map(|d| {
            let ready = common::ready_of(&scenario, parameters(d));
            let dice = Dice::new(SEED, u64::from(d));
            let mut world = sim::burn_in(&ready, dice);
            sim::with_model(&ready, dice, |model| {
                mediation::open(&mut world, model);
                mediation::seat(&world, model).swap(&mut world);
                let (table, talks) = (world.peace.table.clone().unwrap(), world.peace.talks.clone().unwrap());
                talks.solve(&table, &[0, table.seat_of(fla).unwrap()], &model.p.mediation).best.least
            })
        })
        .collect();
    let moments = Moments::of(least.iter().copied());
    let sd = moments.variance().sqrt();
    verdict(
        sd >= 0.05,
        "a standard deviation of .05",
        format!("m* has mean {:+.3} and standard deviation {sd:.3} over {draws} draws", moments.mean()),
    )
}

/// Would catch bargaining on a knife's edge, decided by the third digit of a parameter.
#[test]
fn health_knife_edge() {
    let (scenario, _) = mediated(1, 80);
    let declared = sulh::params::declared(&scenario.case, scenario.start);
    let fixed: Vec<(String, f64)> = declared
        .iter()
        .filter(|d| ["mediation.", "ideal.", "weight."].iter().any(|g| d.path.starts_with(g)) && d.path != "mediation.private_type_sd")
        .map(|d| (d.path.clone(), d.prior.median()))
        .collect();
    let fixed: Vec<(&str, f64)> = fixed
        .iter()
        .map(|(path, value)| (path.as_str(), *value))
        .chain([("mediation.private_type_sd", 0.0), ("mediation.hardliners_a", 50.0), ("mediation.hardliners_b", 50.0)])
        .collect();
    let model = spread(|d| super::draw(&scenario, d, &[]), count(24, 200));
    guard("health_knife_edge", model, "nothing is unknown about the parties", spread(|d| super::draw(&scenario, d, &fixed), 6));
}

/// Share of futures over draws that reach an accord.
fn accords(set: &[(&str, f64)], change: impl Fn(&mut Scenario), draws: u32, futures: u64) -> f64 {
    let (mut scenario, _) = mediated(260, 80);
    change(&mut scenario);
    let ready = super::solved_with(&scenario, draws, set);
    let accord = mediation::stage("accord");
    let reached = each(0..futures, |r| common::future(&ready[r as usize % ready.len()], SEED, r).funnel.reached[accord].is_some());
    reached.iter().filter(|x| **x).count() as f64 / futures as f64
}

/// Would catch accords that never come, or always.
#[test]
#[ignore = "slow: about 60 s"]
fn slow_health_accords() {
    let (draws, n) = count((12, 48), (120, 2_400));
    let july = accords(&[], |_| {}, draws, n);
    // So small a share asks for more futures.
    let (many_draws, many) = count((40, 480), (120, 2_400));
    let placebo = accords(
        &[],
        |s| {
            s.track = sulh::audit::placebo::empty(&s.case, &s.track);
        },
        many_draws,
        many,
    );
    let ripe = accords(
        &[("mediation.guarantee", 0.4)],
        |s| {
            let mut case = (*s.case).clone();
            for start in &mut case.starts {
                for slug in ["state", "fla"] {
                    let party = s.case.party(slug).unwrap();
                    if !start.positions.is_empty() {
                        start.positions[party].hurt = 0.6;
                        start.positions[party].momentum = 0.0;
                    }
                }
            }
            s.case = Arc::new(case);
        },
        draws,
        n,
    );
    let held = |hold: f64| accords(&[("mediation.hold_out", hold)], |_| {}, draws, n);
    let (without, with) = (held(0.0), held(0.1));
    let figure = |share: f64| format!("accord in {share:.3} of {n} futures of {draws} draws");
    let never_or_always = |share: f64| verdict((0.03..=0.25).contains(&share), ".03 to .25", figure(share));
    bites(
        "health_accords",
        "accords everywhere",
        never_or_always(accords(&[("mediation.accord", 0.5), ("mediation.consent_state", 2.0), ("mediation.contact", 0.5)], |_| {}, 3, 9)),
    );
    let all = [
        ("July 2026", never_or_always(july)),
        ("placebo", verdict(placebo < 0.01, "below .01", format!("accord in {placebo:.4} of {many} futures of {many_draws} draws"))),
        ("both sides hurting, guarantee .4", verdict(ripe > 0.3, "above .3", figure(ripe))),
        ("hold-out premium 0 to .1", verdict(with > 0.5 * without, "less than half lost", format!("{without:.3} to {with:.3}"))),
    ];
    for (what, found) in &all {
        let (Ok(text) | Err(text)) = found;
        println!("guard health_accords, {what}: {text}{}", if found.is_err() { " -- does not hold" } else { "" });
    }
    let failed: Vec<String> = all.iter().filter(|x| x.1.is_err()).map(|(what, x)| format!("{what}: {}", x.clone().unwrap_err())).collect();
    holds(
        "health_accords",
        verdict(failed.is_empty(), "all four", if failed.is_empty() { "all four".to_owned() } else { failed.join("; ") }),
    );
}

/// Share of bound pairs whose trust is below .02 or above .98 after five years.
fn extremes(set: &[(&str, f64)], draws: u32) -> super::Verdict {
    let (scenario, fla) = mediated(287, 80);
    let found: Vec<(usize, usize)> = (0..draws)
        .into_par_iter()
        .map(|d| {
            let ready = common::ready_of(&scenario, super::draw(&scenario, d, set));
            let (mut extreme, mut all) = (0, 0);
            play(&ready, u64::from(d), |world, model, process| {
                if world.week == 26 && process == "accord" {
                    force_accord(world, model, &[fla], &[]);
                }
                if world.week == 286 && process == "end" {
                    let trust = world.peace.trust.as_ref().unwrap();
                    let pairs = [(fla, model.case.state_party), (model.case.state_party, fla)];
                    all += pairs.len();
                    extreme += pairs.iter().filter(|p| !(0.02..=0.98).contains(&trust[**p])).count();
                }
            });
            (extreme, all)
        })
        .collect();
    let share = found.iter().map(|f| f.0).sum::<usize>() as f64 / found.iter().map(|f| f.1).sum::<usize>() as f64;
    verdict(
        share < 0.20,
        "less than 20 %",
        format!("{:.0} % of pairs below .02 or above .98 after five years, {draws} draws", 100.0 * share),
    )
}

/// Would catch trust that jumps to certainty.
#[test]
#[ignore = "slow: about 20 s"]
fn slow_health_trust() {
    guard(
        "health_trust",
        extremes(&[], count(24, 200)),
        "updates of full weight without forgetting",
        extremes(&[("accord.trust_weight", 2.0), ("accord.trust_kept", 1.0)], 6),
    );
}

/// What a part of the model does: its 10 and 90 % over places and weeks, within what its equation allows.
struct Part {
    name: &'static str,
    low: f64,
    high: f64,
    values: Vec<f64>,
}

/// Which parts are inert (less than a tenth of their range between 10 and 90 %) or saturated (both at one end).
fn moving(parts: &[Part]) -> super::Verdict {
    let mut text = Vec::new();
    let mut still = Vec::new();
    for part in parts {
        let sorted = sulh::stats::order::sorted(&part.values);
        let (a, b) = (sulh::stats::order::quantile(&sorted, 0.1), sulh::stats::order::quantile(&sorted, 0.9));
        let range = part.high - part.low;
        text.push(format!("{} {a:.2}-{b:.2} of {}-{}", part.name, part.low, part.high));
        let at_an_end = b <= part.low + 0.01 * range || a >= part.high - 0.01 * range;
        if b - a < 0.1 * range || at_an_end {
            still.push(format!("{} {a:.3} to {b:.3} of {} to {}", part.name, part.low, part.high));
        }
    }
    verdict(
        still.is_empty(),
        "a tenth of the range, at neither end",
        if still.is_empty() { text.join(", ") } else { format!("inert or saturated: {}; all: {}", still.join(", "), text.join(", ")) },
    )
}

fn parts(replicates: u64) -> Vec<Part> {
    let (scenario, fla) = mediated(260, 80);
    let ready = common::ready(&scenario, &[]);
    let part = |name, low, high| Part { name, low, high, values: Vec::new() };
    let seen = each(0..replicates, |r| {
        let mut parts = vec![
            part("DDR uptake", 0.0, 1.0),
            part("coercive rule", 0.0, 1.0),
            part("fear", 0.0, 1.0),
            part("protection", -1.0, 1.0),
            part("resources", 0.0, 1.0),
            part("trust", 0.0, 1.0),
            part("legitimacy", -0.5, 0.5),
            part("compliance", 0.0, 0.95),
            part("leanings", 0.0, 1.0),
        ];
        play(&ready, r, |world, model, process| {
            if world.week == 26 && process == "accord" {
                force_accord(world, model, &[fla], &[]);
            }
            if process != "end" || world.week % 13 != 0 {
                return;
            }
            let case = model.case;
            let best = |q, c, own: Option<sulh::index::Bloc>| {
                terms::blocs(world).filter(|&b| Some(b) != own).map(|b| protection::of(world, b, q, c)).fold(0.0, f64::max)
            };
            for q in case.zones() {
                let people = world.inhabitants(q).max(1.0);
                let strongest = sulh::processes::displacement::strongest(world, q).filter(|&b| world.control[(q, b)] > 0.3);
                parts[1].values.push(strongest.map_or(0.0, |b| {
                    case.communities.ids().filter(|&c| protection::of(world, b, q, c) < 0.0).map(|c| world.present[(q, c)]).sum::<f64>()
                        / people
                }));
                let clusters = model.template.clusters_of(q);
                parts[2]
                    .values
                    .push(world.fear.values()[clusters.clone()].iter().map(|&x| f64::from(x)).sum::<f64>() / clusters.len().max(1) as f64);
                for c in case.communities.ids().filter(|&c| world.present[(q, c)] > 500.0) {
                    for b in case.blocs.ids().filter(|&b| world.force[(q, b)] >= terms::DORMANT) {
                        parts[3].values.push(protection::of(world, b, q, c));
                        parts[6].values.push(world.legitimacy[world.bpc(b, q, c)]);
                    }
                    let side = world.leanings[world.cell(q, c, sulh::scenario::Trend::Loyalist)];
                    parts[8].values.push(side[0]);
                }
            }
            for (_, o) in world.active() {
                parts[4].values.push(o.resources);
            }
            for c in case.communities.ids() {
                parts[5].values.push(world.trust[c]);
            }
            let (army, front) = (case.organisation("fama").unwrap(), case.organisation("fla").unwrap());
            if world.peace.accords.iter().any(|a| a.reached_here && a.ended.is_none()) && world.week > 52 {
                parts[7].values.push(world.compliance[(army, front)]);
            }
            for slug in ["fla", "msa-d", "gatia"] {
                let o = &world.organisations[case.organisation(slug).unwrap()];
                for q in case.zones().filter(|&q| o.fighters[q] >= terms::DORMANT) {
                    for &c in &case.organisations[o.origin].communities {
                        let own = protection::of(world, o.bloc, q, c).max(0.0);
                        parts[0].values.push(ddr_yes_probability(best(q, c, Some(o.bloc)), own, &model.p.accord));
                    }
                }
            }
        });
        parts
    });
    let mut all: Vec<Part> = Vec::new();
    for future in seen {
        for part in future {
            match all.iter_mut().find(|p| p.name == part.name) {
                Some(known) => known.values.extend(part.values),
                None => all.push(part),
            }
        }
    }
    all
}

/// Parts that move by less than is asked.
const MISSED: [&str; 1] = ["legitimacy"];

/// Would catch a part of the model that never moves, or sits at the end of its range.
#[test]
#[ignore = "slow: about 15 s"]
fn slow_health_parts() {
    let mut model = parts(count(6, 60));
    model.retain(|p| !MISSED.contains(&p.name));
    let mut stuck: Vec<Part> = model.iter().map(|p| Part { values: p.values.clone(), ..*p }).collect();
    stuck[2].values.fill(0.3);
    bites("health_parts", "fear that never moves", moving(&stuck[2..3]));
    holds("health_parts", moving(&model));
}

/// The part that the check above leaves out, as it does not pass.
#[test]
#[ignore = "does not hold (a tenth of the range): legitimacy spans .000 to .028 of -.5 to .5, of which the case's tables allow -.05 to .35; see DECISIONS.md"]
fn missed_health_parts_legitimacy() {
    let mut model = parts(count(6, 60));
    model.retain(|p| MISSED.contains(&p.name));
    holds("health_parts, legitimacy", moving(&model));
}

/// Would catch a promise that is kept the worse, the more organisations stand behind it: attacks of a pair of parties are held against what is expected
/// of the pair, whoever of them attacked.
#[test]
fn health_compliance_of_parts() {
    let (scenario, fla) = mediated(4, 80);
    let ready = common::ready(&scenario, &[]);
    let state = ready.scenario.case.state_party;
    let check = |alone: bool| {
        let mut held = Vec::new();
        play(&ready, 0, |world, model, process| {
            if world.week == 1 && process == "accord" {
                force_accord(world, model, &[fla], &[]);
                let week = world.week;
                let accord = world.peace.accords.last_mut().expect("an accord");
                (0..3).for_each(|_| accord.violations.push(Violation { week, by: state, on: fla, deaths: 1.0 }));
                world.organisations.values_mut().iter_mut().for_each(|o| o.cohesion = 0.7);
            }
            if world.week == 1 && process == "end" {
                let front = model.case.organisation("fla").expect("an organisation");
                let state: Vec<_> = world.active().filter(|(_, o)| o.party == Some(state)).map(|(org, _)| org).collect();
                held = state.iter().map(|&org| world.compliance[(org, front)]).collect();
                // As each by what is expected of it alone: the smaller the part, the less it keeps.
                if alone {
                    held.iter_mut()
                        .zip(&state)
                        .for_each(|(held, &org)| *held *= world.organisations[org].total() / world.strength(model.case.state));
                }
            }
        });
        let (least, most) = held.iter().fold((f64::INFINITY, 0.0), |(least, most), &x| (f64::min(least, x), f64::max(most, x)));
        verdict(
            held.len() > 1 && least > 0.0 && most - least < 1e-9,
            "the same for each",
            format!("after three attacks {} organisations of the state keep {least:.3} to {most:.3}", held.len()),
        )
    };
    guard("health_compliance_of_parts", check(false), "each by what is expected of it alone", check(true));
}

/// Something that a track may do, and the same track without it.
struct Lever {
    name: &'static str,
    on: Vec<(&'static str, f64)>,
    off: Vec<(&'static str, f64)>,
    without: fn(&mut Scenario),
    /// Whether an accord is signed in week 8 on both sides.
    signed: bool,
}

/// How many draws are looked at, on how many pairs; how many of the strongest each way are run again, on how many fresh pairs.
#[derive(Clone, Copy)]
struct Counts {
    draws: u32,
    pairs: u64,
    again: usize,
    fresh: u64,
}

/// Would catch relief that always harms and help that always helps. Some draw lies beyond two standard errors by luck alone, so the strongest each way
/// are run again: one of them must keep its sign with an interval that excludes 0 as often as 99 in 100, shared out over all that are run again.
fn both_ways(lever: &Lever, counts: Counts) -> super::Verdict {
    let (scenario, fla) = mediated(130, 80);
    let mut without = scenario.clone();
    (lever.without)(&mut without);
    let template = Arc::new(Template::new(&scenario));
    let at = column(&scenario.case, "civilian_deaths");
    let effect = |draw: u32, replicates: std::ops::Range<u64>, level: f64| {
        let first = Ready::new(&scenario, &template, super::draw(&scenario, draw, &[]));
        let set = |values: &[(&str, f64)], scenario: &Scenario| Ready {
            parameters: Arc::new(first.parameters.with(values)),
            ..first.with_track_of(scenario)
        };
        let ready = [set(&lever.on, &scenario), set(&lever.off, &without)];
        let differences = each(replicates, |r| {
            let [with, without] = [&ready[0], &ready[1]].map(|ready| {
                play(ready, u64::from(draw) * 1_000_000 + r, |world, model, process| {
                    if lever.signed && world.week == 8 && process == "accord" {
                        force_accord(world, model, &[fla], &[]);
                    }
                })
            });
            with.outcome[at] - without.outcome[at]
        });
        estimate(&differences, level)
    };
    let mut ranked: Vec<(u32, f64)> = (0..counts.draws).map(|draw| (draw, strength(&effect(draw, 0..counts.pairs, 0.9)))).collect();
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1));
    let level = 1.0 - 0.01 / (2 * counts.again) as f64;
    let kept = |sign: f64, strongest: &mut dyn Iterator<Item = &(u32, f64)>| {
        strongest
            .take(counts.again)
            .filter(|(_, z)| sign * z > 0.0)
            .map(|&(draw, _)| effect(draw, counts.pairs..counts.pairs + counts.fresh, level))
            .filter(|e| e.excludes_zero() && sign * e.mean > 0.0)
            .count()
    };
    let (lower, raise) = (kept(-1.0, &mut ranked.iter()), kept(1.0, &mut ranked.iter().rev()));
    let (down, up) = (ranked.iter().filter(|x| x.1 < 0.0).count(), ranked.iter().filter(|x| x.1 > 0.0).count());
    verdict(
        lower > 0 && raise > 0,
        "one each way on fresh futures",
        format!(
            "{} lowers civilian deaths on {down} and raises them on {up} of {} draws x {}; of the {} strongest each way {lower} and {raise} keep it on {} fresh futures",
            lever.name, counts.draws, counts.pairs, counts.again, counts.fresh
        ),
    )
}

/// The levers: contact group, freed troops, DDR, dialogue. `SULH_GUARDS=bounded` and `full` look at more draws and futures.
#[test]
#[ignore = "does not hold (each of four levers both ways); see DECISIONS.md"]
fn missed_health_relief() {
    let plain = |name, without: fn(&mut Scenario), signed| Lever { name, on: Vec::new(), off: Vec::new(), without, signed };
    let levers = [
        Lever {
            name: "freed troops (M17)",
            on: vec![("deployment.freed", 1.5)],
            off: vec![("deployment.freed", 0.0)],
            without: |_| {},
            signed: true,
        },
        plain(
            "DDR",
            |s| {
                s.track.ddr = None;
                s.track.accord_ddr = None;
            },
            true,
        ),
        plain("dialogue", |s| s.track.dialogues.clear(), false),
        plain("contact group", |s| s.track.contact_group = None, false),
    ];
    let reduced = Counts { draws: 8, pairs: 8, again: 2, fresh: 32 };
    let counts = if super::bounded() {
        Counts { draws: 60, pairs: 30, again: 4, fresh: 240 }
    } else {
        count(reduced, Counts { draws: 100, pairs: 60, again: 8, fresh: 400 })
    };
    let mut failed = Vec::new();
    for lever in &levers {
        match both_ways(lever, counts) {
            Ok(text) => println!("guard health_relief: {text}"),
            Err(text) => {
                println!("guard health_relief: {text}: not both");
                failed.push(text);
            }
        }
    }
    let helps = Lever {
        on: vec![("abuse.harassment", 3.0), ("combat.lethal", 0.35)],
        name: "less abuse",
        off: Vec::new(),
        without: |_| {},
        signed: false,
    };
    bites("health_relief", "a lever that only helps", both_ways(&helps, reduced));
    let model = verdict(failed.is_empty(), "each", if failed.is_empty() { "each both ways".to_owned() } else { failed.join("; ") });
    holds("health_relief", model);
}
