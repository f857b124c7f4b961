//! Guard 9: nothing that comes out is an artefact of steps, floors, order or scale.
use super::moved::{Moved, Pairs};
use super::{SEED, bites, column, count, each, futures, guard, headline, holds, mean, play, scenario, verdict};
use crate::common;
use rayon::prelude::*;
use std::sync::Arc;
use sulh::dice::Dice;
use sulh::index::{Bloc, Household, Id, Place};
use sulh::observe::Run;
use sulh::processes::grievance::Held;
use sulh::processes::{Model, combat, displacement, recruitment};
use sulh::scenario::case::Recruits;
use sulh::scenario::{Scenario, read_case};
use sulh::sim::{self, Ready};
use sulh::talks::step::conditions_hazard;
use sulh::world::households::Decay;
use sulh::world::{Kind, World};

/// The largest rates a week that a world shows: joining (two men, the highest log rate), return, flight, conditions.
fn rates(world: &World, model: &Model) -> Vec<(&'static str, f64)> {
    let mut joining = 0.0_f64;
    for bloc in model.case.blocs.ids() {
        let total: f64 = world.active().filter(|(_, o)| o.bloc == bloc && o.recruits == Recruits::Households).map(|(_, o)| o.total()).sum();
        for place in model.case.zones() {
            joining = joining.max(2.0 * recruitment::level(world, model, bloc, place, total) * 3_f64.exp());
        }
    }
    let back = model.case.zones().map(|q| displacement::return_rate(world, model, q)).fold(0.0, f64::max);
    let conditions = world.peace.table.as_ref().zip(world.peace.talks.as_ref()).map_or(0.0, |(table, talks)| {
        let mut talks = talks.clone();
        (1..table.participants.len())
            .filter_map(|at| conditions_hazard(&mut talks, table, at, &model.p.mediation))
            .map(|x| x.2)
            .fold(0.0, f64::max)
    });
    let leaving = world.organisations.values().iter().filter(|o| o.alive).map(|o| o.joined / o.total().max(1.0)).fold(0.0, f64::max);
    vec![("joining", joining), ("return", back), ("conditions", conditions), ("recruits per fighter", leaving)]
}

fn largest_rates(ready: &[Ready]) -> super::Verdict {
    let found: Vec<Vec<(&'static str, f64)>> = (0..ready.len() as u64)
        .into_par_iter()
        .map(|r| {
            let mut most: Vec<(&'static str, f64)> = Vec::new();
            play(&ready[r as usize], r, |world, model, process| {
                if process == "end" && world.week % 4 == 0 {
                    for (name, rate) in rates(world, model) {
                        match most.iter_mut().find(|x| x.0 == name) {
                            Some(known) => known.1 = known.1.max(rate),
                            None => most.push((name, rate)),
                        }
                    }
                }
            });
            most
        })
        .collect();
    let most: Vec<(&str, f64)> =
        (0..found[0].len()).map(|at| (found[0][at].0, found.iter().map(|f| f[at].1).fold(0.0, f64::max))).collect();
    let text: Vec<String> = most.iter().map(|(name, x)| format!("{name} {x:.3}")).collect();
    verdict(most.iter().all(|x| x.1 <= 1.0), "at most 1", format!("largest of {} draws: {}", ready.len(), text.join(", ")))
}

/// Would catch a rate so high that a week is too long a step for it.
#[test]
fn numerical_traps_rates() {
    let scenario = scenario("mauritanian-multiparty", 52, 80);
    let model = largest_rates(&super::solved(&scenario, count(5, 100)));
    let mut fast = common::ready(&scenario, &[]);
    let mut solved = (*fast.solved).clone();
    solved.recruitment.values_mut().iter_mut().for_each(|x| *x *= 1_000.0);
    fast.solved = Arc::new(solved);
    guard("numerical_traps, rates", model, "joining a thousand times as fast", largest_rates(&[fast]));
}

/// Share of households whose grievance against some bloc is .95 or more at the end.
fn saturated(ready: &Ready, replicate: u64) -> f64 {
    let dice = Dice::new(SEED, replicate);
    let mut world = sim::burn_in(ready, dice);
    super::play_on(ready, &mut world, dice, |_, _, _| {});
    let half_life = common::default_of(&ready.scenario.case, "grievance.slow_half_life");
    sim::with_model(ready, dice, |model| {
        let decay = Decay::new(world.week, half_life);
        let at_home = (0..model.template.len() as u32)
            .map(Household)
            .filter(|&h| world.people.is_at_home(h))
            .map(|h| Held::at_home(&world, model, decay, h));
        let listed = world.lists.values().iter().flatten();
        let full = at_home
            .chain(listed.map(|&away| Held::away(&world, decay, away)))
            .filter(|held| (0..world.slots()).any(|b| held.against(Bloc::from_at(b)) >= 0.95));
        full.count() as f64 / model.template.len() as f64
    })
}

/// Would catch grievance that piles up until nobody can be angrier.
#[test]
fn numerical_traps_saturation() {
    let scenario = common::scenario(&Arc::new(common::case("2026-07-06")), common::no_track(), 520, 80);
    let share = |set: &[(&str, f64)]| {
        let ready = common::ready(&scenario, set);
        let shares = each(0..1, |r| saturated(&ready, r));
        let most = shares.iter().copied().fold(0.0, f64::max);
        verdict(most < 0.10, "less than 10 %", format!("{:.2} % of households at a grievance of .95 or more after ten years", 100.0 * most))
    };
    let broken =
        share(&[("grievance.kin", 0.95), ("grievance.place", 0.95), ("grievance.fast_half_life", 400.0), ("abuse.harassment", 30.0)]);
    guard("numerical_traps, saturation", share(&[]), "anger that does not fade", broken);
}

/// What order may move, as a share of a mean.
const LITTLE: f64 = 0.05;

/// What the order of rows moves: tables of the case in reverse.
fn reordered(tables: impl Fn(&str) -> bool, lucks: u32, replicates: u64, first_strikes: f64) -> Moved {
    let base = common::teaching("two-valleys-inclusive", 104);
    let mut files = read_case::embedded("two-valleys").unwrap();
    for (name, text) in &mut files {
        if name.ends_with(".csv") && !name.contains("season") && tables(name) {
            *text = sulh::audit::reversed(name, text);
        }
    }
    let case = read_case::read(&files).unwrap_or_else(|problems| panic!("{problems}"));
    let party = |scenario: &Scenario, slug: &str| scenario.case.party(slug).unwrap();
    let mut other = super::with_case(&base, case);
    other.track.convenor = other.case.access.iter().position(|a| a.0 == "kasmar");
    for (at, slug) in ["front", "covenant"].into_iter().enumerate() {
        other.track.seats[at].party = party(&other, slug);
    }
    let run = |ready: &Ready, r: u64| {
        play(ready, r, |world, _, process| {
            if process == "combat" && first_strikes > 0.0 {
                // Whoever stands first in the list strikes before the others are ready.
                let last = world.organisations.len() - 1;
                world.organisations.values_mut()[last].fighters.values_mut().iter_mut().for_each(|f| *f *= 1.0 - first_strikes);
            }
        })
    };
    let ready = |luck| [&base, &other].map(|s| common::ready_by(s, &[], luck));
    let pairs = Pairs::over(lucks, replicates, ready, |[first, second], r| (run(first, r), run(second, r)));
    let columns = headline(&base.case).into_iter().map(|(name, at)| {
        let other = column(&other.case, &name);
        (name, [at, other])
    });
    Moved::new(columns, pairs)
}

/// Would catch a process in which it pays to stand first in a table: all tables but those of the next test in reverse.
#[test]
fn numerical_traps_order() {
    let tables = |name: &str| !["communities.csv", "blocs.csv"].contains(&name);
    let broken = reordered(tables, 1, 40, 0.02).may_lie_within(LITTLE);
    guard(
        "numerical_traps, order",
        reordered(tables, 1, count(1_000, 2_000), 0.0).within(LITTLE),
        "the last in the list loses one in fifty a week before it fights",
        broken,
    );
}

/// The same with communities and blocs in reverse: those stand in another order then, so other households are hit by the same luck, and
/// many futures are needed to see past it.
#[test]
#[ignore = "slow: about 25 s"]
fn slow_numerical_traps_order() {
    let found: Vec<super::Verdict> = ["blocs.csv", "communities.csv"]
        .into_iter()
        .map(|table| reordered(|name| name == table, 20, count(4_000, 20_000), 0.0).within(LITTLE))
        .collect();
    for Ok(text) | Err(text) in &found {
        println!("guard numerical_traps, order: {text}");
    }
    holds("numerical_traps, order of blocs and communities", found.into_iter().collect::<Result<Vec<_>, _>>().map(|f| f.join("; ")));
}

/// Recruits a week for each fighter that levels of a bloc were solved for, and its fighters at the start.
fn aimed(ready: &Ready, world: &World, bloc: Bloc) -> (f64, f64) {
    let (case, solved) = (&ready.scenario.case, &ready.solved);
    let of = case.organisations.iter().filter(|(_, o)| o.bloc == bloc && o.recruits == Recruits::Households);
    let (lost, fighters) =
        of.map(|(org, _)| (solved.losses[org], world.organisations[org].total())).fold((0.0, 0.0), |sum, x| (sum.0 + x.0, sum.1 + x.1));
    let inflow = common::default_of(case, &format!("inflow.{}", case.blocs[bloc].slug));
    (inflow * (ready.parameters.value("recruitment.exit").expect("a parameter") + lost / fighters), fighters)
}

/// Would catch levels that are solved on an accident: what is expected to join at week 0, over burn-ins of their own, is what was
/// aimed at, at each place where the bloc is. Between pasts it varies by up to 1.5 of its mean, and levels rest on 600 pasts: three standard errors are
/// up to .18. Over twenty lucks of the pasts the four stand at .92 to .96, so some percent too few are no luck; what is left of it is not known.
#[test]
fn numerical_traps_levels() {
    let ready = common::ready(&common::teaching("two-valleys-inclusive", 1), &[]);
    let case = ready.scenario.case.clone();
    let check = |ready: &Ready| {
        let worlds = each(0..2_400, |r| sim::burn_in(ready, Dice::new(SEED, r)));
        let mut text = Vec::new();
        let mut fits = true;
        for bloc in case.blocs.ids().filter(|&b| ready.solved.capacity[b] >= 25.0 && b != case.state) {
            let (aimed, _) = aimed(ready, &worlds[0], bloc);
            for place in case.zones().filter(|&q| ready.solved.force[(bloc, q)] >= 10.0) {
                let inflow = worlds.iter().map(|world| joining(ready, world, bloc, place)).sum::<f64>() / worlds.len() as f64;
                let ratio = inflow / ready.solved.force[(bloc, place)] / aimed;
                text.push(format!("{ratio:.2}"));
                fits &= (0.8..=1.2).contains(&ratio);
            }
        }
        verdict(fits, ".8 to 1.2 each", format!("expected inflow over what was aimed at, by bloc and place: {}", text.join(", ")))
    };
    let mut luck = ready.clone();
    let mut solved = (*ready.solved).clone();
    // As one burn-in left it: twice too much at one place.
    let first = case.zones().next().expect("a zone");
    case.blocs.ids().for_each(|b| solved.recruitment[(b, first)] *= 2.5);
    luck.solved = Arc::new(solved);
    guard("numerical_traps, levels", check(&ready), "levels that one massacre moved", check(&luck));
}

/// The same of Mali, one to one, over all places and blocs and from place to place. One bloc alone says less: what people remember of one is
/// uncertain by some 6 %. Levels that rested on 3 pasts, as they did, came to 1.06 to 1.08 by their luck; levels that rested on one lineage in 16, of
/// which some zones have three, to 1.12 and 1.19 at Kidal and Abeibara.
#[test]
#[ignore = "slow: about 20 s"]
fn slow_numerical_traps_levels() {
    let ready = common::ready(&common::scenario(&Arc::new(common::case("2026-07-06")), common::no_track(), 1, 1), &[]);
    let case = ready.scenario.case.clone();
    let check = |ready: &Ready| {
        let worlds = each(0..count(200, 1_000), |r| sim::burn_in(ready, Dice::new(SEED, r)));
        let (mut text, mut all, mut apart) = (Vec::new(), (0.0, 0.0), (0.0, 0.0));
        for bloc in case.blocs.ids().filter(|&b| ready.solved.capacity[b] >= 25.0 && b != case.state) {
            let aimed = aimed(ready, &worlds[0], bloc).0;
            let mut of_bloc = (0.0, 0.0);
            for place in case.zones().filter(|&q| ready.solved.force[(bloc, q)] >= 10.0) {
                let fighters = ready.solved.force[(bloc, place)];
                let inflow = each(0..worlds.len() as u64, |r| joining(ready, &worlds[r as usize], bloc, place));
                let inflow = mean(&inflow);
                of_bloc = (of_bloc.0 + inflow, of_bloc.1 + aimed * fighters);
                apart = (apart.0 + fighters * (inflow / (aimed * fighters) - 1.0).powi(2), apart.1 + fighters);
            }
            text.push(format!("{} {:.2}", case.blocs[bloc].slug, of_bloc.0 / of_bloc.1));
            all = (all.0 + of_bloc.0, all.1 + of_bloc.1);
        }
        let (ratio, apart) = (all.0 / all.1, (apart.0 / apart.1).sqrt());
        verdict(
            (0.95..=1.05).contains(&ratio) && apart < 0.08,
            ".95 to 1.05; less than .08 from place to place",
            format!(
                "expected inflow over what was aimed at: {ratio:.3} ({}); from place to place {apart:.3} away from it",
                text.join(", ")
            ),
        )
    };
    let with = |level: &dyn Fn(Place) -> f64| {
        let mut solved = (*ready.solved).clone();
        case.blocs.ids().for_each(|k| case.zones().for_each(|q| solved.recruitment[(k, q)] *= level(q)));
        Ready { solved: Arc::new(solved), ..ready.clone() }
    };
    // As the model stands at .99, a twelfth more would hardly be seen, and a twelfth less is.
    bites("numerical_traps, levels of Mali", "a ninth more everywhere", check(&with(&|_| 1.11)));
    bites("numerical_traps, levels of Mali", "a twelfth less everywhere", check(&with(&|_| 1.0 / 1.08)));
    let uneven = with(&|place| if case.places[place].identity.is_multiple_of(2) { 1.1 } else { 1.0 / 1.1 });
    guard("numerical_traps, levels of Mali", check(&ready), "a tenth more in one half of the places and less in the other", check(&uneven));
}

/// A case with the forces of its reference period as its only start.
fn at_reference(mut case: sulh::scenario::Case) -> Scenario {
    let mut reference = case.reference.clone();
    reference.date = sulh::units::Date::parse("2019-01-07");
    case.starts = vec![reference];
    common::scenario(&Arc::new(case), common::no_track(), 1, 1)
}

/// Lethal events of burn-ins from the reference forces over those that were recorded: attacks, one-sided events of each bloc, feuds.
fn events(ready: &Ready, futures: u64) -> super::Verdict {
    let case = &*ready.scenario.case;
    let at_reference = |model: &Model| World::new(case, model.template, &case.reference, &model.p.tables.reference_strength, model.dice);
    // What counts as the start is the reference here, as where levels are solved.
    let mut ready = ready.clone();
    let (force, hold) = sim::with_model(&ready, Dice::new(SEED, 0), |model| {
        let world = at_reference(model);
        (world.force.clone(), sulh::processes::governance::hold(&world, model))
    });
    let mut solved = (*ready.solved).clone();
    case.blocs.ids().for_each(|k| case.zones().for_each(|q| solved.force[(k, q)] = force[(q, k)]));
    solved.hold = hold;
    ready.solved = Arc::new(solved);
    let seen = each(0..futures, |replicate| {
        let dice = Dice::new(SEED, replicate);
        let mut counts = vec![0.0; 2 + case.blocs.len()];
        sim::with_model(&ready, dice, |model| {
            let model = Model { held: true, ..*model };
            let mut world = at_reference(&model);
            world.week = -104;
            combat::begin(&mut world, &model);
            while world.week < 0 {
                sim::week(&mut world, &model, |_, _| {});
                for event in world.ledger.deadly.iter().filter(|_| world.week >= -52) {
                    match event.kind {
                        Kind::Attack => counts[0] += 1.0,
                        Kind::Feud => counts[1] += 1.0,
                        Kind::OneSided => counts[2 + world.organisations[event.a].root.at()] += 1.0,
                    }
                }
                world.ledger.clear();
                world.week += 1;
            }
        });
        counts
    });
    let p = &ready.parameters;
    let weekly = |recorded: f64| sulh::processes::terms::true_per_week(recorded, p);
    let pairs = case.blocs.ids().flat_map(|k| case.blocs.ids().filter(move |l| *l > k).map(move |l| (k, l)));
    let attacks: f64 = pairs.filter_map(|(k, l)| sulh::processes::terms::listed_rate(case, p, k, l)).map(weekly).sum();
    let mut aimed = vec![("attacks".to_owned(), attacks), ("feuds".to_owned(), weekly(p.value("communal.rate").expect("a parameter")))];
    aimed.extend(case.blocs.iter().map(|(k, bloc)| (bloc.slug.clone(), weekly(case.one_sided[k]))));
    let mut fits = true;
    let mut text = Vec::new();
    for (at, (name, aimed)) in aimed.iter().enumerate() {
        let counts: Vec<f64> = seen.iter().map(|counts| counts[at] / 52.0).collect();
        // Fewer than a hundred events say little.
        if *aimed * 52.0 * (futures as f64) < 100.0 {
            continue;
        }
        let ratio = super::mean(&counts) / aimed;
        text.push(format!("{name} {ratio:.2}"));
        fits &= (0.85..=1.15).contains(&ratio);
    }
    verdict(fits, ".85 to 1.15 each", format!("lethal events over those aimed at: {}", text.join(", ")))
}

fn events_against_more_abuse(name: &str, ready: &Ready, futures: u64) {
    let mut luck = ready.clone();
    let mut solved = (*ready.solved).clone();
    // As one burn-in left the levels of Mali.
    solved.abuse.values_mut().iter_mut().for_each(|level| *level *= 1.2);
    luck.solved = Arc::new(solved);
    guard(name, events(ready, futures), "levels of abuse that a calm burn-in left a fifth too high", events(&luck, futures));
}

/// Would catch levels of violence that are solved on an accident, or that do not bring about what they were solved for.
#[test]
fn numerical_traps_events() {
    let ready = common::ready(&at_reference((*common::teaching("two-valleys-inclusive", 1).case).clone()), &[]);
    events_against_more_abuse("numerical_traps, events", &ready, 400);
}

/// The same of Mali, on the people on whom levels are solved. Offensives, which no level counts on, move forces that should be held: they are left out.
#[test]
#[ignore = "slow: about 10 s"]
fn slow_numerical_traps_events() {
    let ready = common::ready(&Scenario { scale: 16, ..at_reference(common::case("2017-2021")) }, &[("combat.offensive", 0.0)]);
    events_against_more_abuse("numerical_traps, events of Mali", &ready, 100);
}

/// Lethal events of the first eight weeks of a burn-in over those of the same weeks a year on.
fn first_weeks(ready: &Ready, begin: impl Fn(&mut World, &Model) + Sync) -> super::Verdict {
    const WEEKS: i32 = 8;
    let seen = each(0..600, |replicate| {
        sim::with_model(ready, Dice::new(SEED, replicate), |model| {
            let model = Model { held: true, ..*model };
            let mut world = World::new(model.case, model.template, ready.scenario.start(), &model.p.tables.strength, model.dice);
            world.week = -104;
            begin(&mut world, &model);
            let mut counts = [[0.0; 2]; 2];
            while world.week < -52 + WEEKS {
                sim::week(&mut world, &model, |_, _| {});
                let (year, week) = ((world.week + 104) / 52, (world.week + 104) % 52);
                for event in world.ledger.deadly.iter().filter(|event| week < WEEKS && event.kind != Kind::Feud) {
                    counts[usize::from(event.kind == Kind::Attack)][year as usize] += 1.0;
                }
                world.ledger.clear();
                world.week += 1;
            }
            counts
        })
    });
    let ratio = |kind: usize| {
        let of = |year: usize| seen.iter().map(|counts| counts[kind][year]).sum::<f64>();
        of(0) / of(1)
    };
    let (one_sided, attacks) = (ratio(0), ratio(1));
    verdict(
        [one_sided, attacks].iter().all(|ratio| (0.93..=1.07).contains(ratio)),
        ".93 to 1.07 each",
        format!("lethal events of the first {WEEKS} weeks over those a year on: one-sided {one_sided:.3}, attacks {attacks:.3}"),
    )
}

/// Would catch a burn-in that begins as if nothing had happened before it: campaigns and what incidents excite are then too few for weeks, and people
/// remember too little at the start.
#[test]
#[ignore = "slow: about 10 s"]
fn slow_numerical_traps_warm() {
    let scenario = common::scenario(&Arc::new(common::case("2026-07-06")), common::no_track(), 1, 16);
    let ready = common::ready(&scenario, &[("combat.offensive", 0.0)]);
    let cold = |world: &mut World, model: &Model| {
        sim::begin(world, model);
        world.excited.fill(0.0);
        world.campaign.fill(0.0);
    };
    guard("numerical_traps, warm", first_weeks(&ready, sim::begin), "a burn-in with nothing before it", first_weeks(&ready, cold));
}

/// Expected recruits of a bloc at a place in the week at hand: over all lineages, for a man of mean hardship.
fn joining(ready: &Ready, world: &World, bloc: Bloc, place: sulh::index::Place) -> f64 {
    sim::with_model(ready, Dice::new(SEED, 0), |model| {
        let context = recruitment::Context::new(world, model);
        let affinity = model.p.value("recruitment.affinity").unwrap();
        let mut mass = 0.0;
        for (segment, data) in model.template.segments.iter().filter(|s| s.1.place == place) {
            let appeal = recruitment::Appeal::new(world, model, &context, bloc, place, data.community);
            let man = recruitment::Man {
                segment,
                hardship: model.case.communities[data.community].hardship,
                fear: f64::from(world.fear[data.cluster]),
            };
            let held = |b: Bloc| (f64::from(world.fast[(data.cluster, b)]) + world.slow_of(segment, b)).min(1.0);
            let leans = world.leanings[world.cell(place, data.community, data.notable)][model.case.blocs[bloc].trend as usize];
            let eta = recruitment::eta(world, model, &appeal, &man, held) + affinity * recruitment::LEANING_AFFINITY * leans;
            mass += f64::from(data.men) * model.template.weight(segment) * (eta - model.solved.eta_mean[bloc]).clamp(-3.0, 3.0).exp();
        }
        let here = sulh::processes::terms::fighters(world, bloc, place);
        let shelter = sulh::processes::protection::shelter(model, here, world.inhabitants(place));
        model.solved.recruitment[(bloc, place)] * shelter * mass
    })
}

/// Largest distance between scales in standard errors, and in shares of the mean.
fn scales(runs: &[(u32, Vec<Run>)], case: &sulh::scenario::Case) -> super::Verdict {
    let (mut worst, mut text, mut tests) = (0.0_f64, String::new(), 0);
    for (name, at) in headline(case) {
        for (i, (scale, a)) in runs.iter().enumerate() {
            for (other, b) in &runs[i + 1..] {
                let of = |runs: &[Run]| {
                    let values: Vec<f64> = runs.iter().map(|r| r.outcome[at]).collect();
                    super::estimate(&values, 0.95)
                };
                let (x, y) = (of(a), of(b));
                let error = x.error.hypot(y.error);
                let z = if error > 0.0 { (x.mean - y.mean).abs() / error } else { 0.0 };
                tests += 1;
                if z > worst {
                    worst = z;
                    text = format!(
                        "{name} at 1:{scale} and 1:{other} differ by {z:.2} standard errors ({:+.1} % +- {:.1})",
                        100.0 * (y.mean / x.mean - 1.0),
                        100.0 * error / x.mean
                    );
                }
            }
        }
    }
    // Beyond 3.5 by chance in one of a hundred such sets of comparisons.
    verdict(worst < 3.5, "less than 3.5 standard errors", format!("{text}, the most of {tests} comparisons"))
}

/// Would catch an outcome that hangs on how many households are followed: 1:1 against 1:4 and 1:16, over ten years, as what differs in what is
/// remembered adds up.
#[test]
#[ignore = "slow: about 100 s"]
fn slow_numerical_traps_scale() {
    let case = Arc::new(common::case("2026-07-06"));
    let run = |scale: u32, replicates: u64, abuse: f64| {
        let mut ready = common::ready(&common::scenario(&case, common::no_track(), 520, scale), &[]);
        let mut solved = (*ready.solved).clone();
        solved.abuse.values_mut().iter_mut().for_each(|a| *a *= abuse);
        ready.solved = Arc::new(solved);
        (scale, futures(&ready, replicates))
    };
    let runs = [run(1, count(120, 600), 1.0), run(4, count(200, 1_000), 1.0), run(16, count(240, 1_000), 1.0)];
    let broken = [runs[0].clone(), run(16, 120, 1.08)];
    guard("numerical_traps, scale", scales(&runs, &case), "a twelfth more abuse at 1:16", scales(&broken, &case));
}

/// Would catch a floor under a rate: those who have no fighters must do and suffer nothing.
#[test]
fn numerical_traps_floors() {
    let scenario = common::scenario(&Arc::new(common::case("2026-07-06")), common::no_track(), 52, 80);
    let absent = scenario.case.bloc("issp").unwrap();
    let org = scenario.case.organisation("issp").unwrap();
    let deeds = |left: f64| {
        let ready = common::ready(&scenario, &[("strength.issp", left), ("politics.split", 0.0), ("politics.movement", 0.0)]);
        let counts = each(0..2, |r| {
            let mut deeds = 0;
            play(&ready, r, |world, _, process| {
                if process == "end" {
                    deeds += world.ledger.dyad_deaths.iter().filter(|d| d.0 == absent || d.1 == absent).count();
                    deeds += world.ledger.one_sided.iter().filter(|d| d.0 == org).count();
                    deeds += world.organisations[org].joined as usize;
                }
            });
            deeds
        });
        let all: usize = counts.iter().sum();
        verdict(all == 0, "none", format!("{all} attacks, killings and recruits of a bloc with {left} fighters"))
    };
    guard("numerical_traps, floors", deeds(0.0), "some hundred of them are left", deeds(300.0));
}
