//! Guard 6: no community is of one mind, and none counts by its name.
use super::moved::{EQUIVALENT, Moved};
use super::{count, each, guard, verdict, with_case};
use crate::common;
use sulh::index::Community;
use sulh::scenario::Case;
use sulh::scenario::case::TRENDS;

/// Communities C1 to C7 of the design.
const COMMUNITIES: [&str; 7] = ["idaksahak", "imghad", "ifoghas", "iwellemmeden", "kel-ansar", "arab", "songhai"];
/// Share of a community from which it leans a way.
const LEANS: f64 = 0.1;

fn entropy(shares: &[f64]) -> f64 {
    let sum: f64 = shares.iter().sum();
    -shares.iter().map(|x| x / sum).filter(|x| *x > 0.0).map(|x| x * x.ln()).sum::<f64>()
}

/// Ways that the communities lean, among the lineages of the world at the start and by the shares of their cells.
fn ways(case: &Case) -> super::Verdict {
    let case = std::sync::Arc::new(case.clone());
    let ready = common::ready(&common::scenario(&case, common::no_track(), 1, 40), &[]);
    let world = common::start(&ready, 1);
    let mut least = usize::MAX;
    for name in COMMUNITIES {
        let community = case.community(name).expect("a community");
        let (mut sum, mut all, mut sides) = ([0.0; 4], 0.0, [0.0; 3]);
        for place in case.zones() {
            let (from, end) = ready.template.lineages[(place, community)];
            for at in from..end {
                let side = world.notables.values()[at as usize];
                sides[side as usize] += 1.0;
                all += 1.0;
                for (total, x) in sum.iter_mut().zip(world.leanings[world.cell(place, community, side)]) {
                    *total += x;
                }
            }
        }
        let leaning = TRENDS.iter().filter(|t| sum[**t as usize] / all >= LEANS && sides[**t as usize] / all >= LEANS).count();
        least = least.min(leaning);
    }
    let first = entropy(&case.leanings[case.community(COMMUNITIES[0]).unwrap()][..3]) / 3_f64.ln();
    verdict(
        least >= 2 && first > 0.5,
        "two ways; .5",
        format!("each of {} communities leans at least {least} ways; entropy of the first {first:.2} of the maximum", COMMUNITIES.len()),
    )
}

/// Would catch a table by which everybody of a community thinks alike.
#[test]
fn no_monoliths() {
    let case = common::case("2026-07-06");
    let mut one_mind = case.clone();
    one_mind.leanings[case.community("ifoghas").unwrap()] = [0.01, 0.97, 0.01, 0.01];
    guard("no_monoliths", ways(&case), "one community of one mind", ways(&one_mind));
}

/// Would catch code that knows a community by its name: two of them swap names and texts, and their histories stay.
#[test]
fn no_monoliths_by_name() {
    let base = common::teaching("two-valleys-inclusive", 104);
    let mut case = (*base.case).clone();
    let (a, b) = (case.community("orrans").unwrap(), case.community("ferrymen").unwrap());
    let (of_a, of_b) = (case.communities[a].clone(), case.communities[b].clone());
    for (at, other) in [(a, &of_b), (b, &of_a)] {
        let data = &mut case.communities[at];
        (data.slug, data.name, data.description) = (other.slug.clone(), other.name.clone(), other.description.clone());
    }
    let renamed = with_case(&base, case);
    let differ = |knows_names: bool| {
        let runs = [&base, &renamed].map(|scenario| {
            let mut ready = common::ready(scenario, &[]);
            if knows_names {
                let mut solved = (*ready.solved).clone();
                let disliked = scenario.case.community("ferrymen").unwrap();
                scenario.case.blocs.ids().for_each(|k| solved.turned_on[(k, disliked)] *= 1.5);
                ready.solved = solved.into();
            }
            super::futures(&ready, 8)
        });
        let differ = runs[0].iter().zip(&runs[1]).filter(|(x, y)| x != y).count();
        verdict(differ == 0, "none", format!("{differ} of 8 futures differ"))
    };
    guard("no_monoliths, by name", differ(false), "one name is disliked by all", differ(true));
}

/// Makes all that a case says of one community what it says of another.
fn alike(case: &mut Case, from: Community, to: Community) {
    for place in case.zones() {
        let half = 0.5 * (case.shares[(place, from)] + case.shares[(place, to)]);
        case.shares[(place, from)] = half;
        case.shares[(place, to)] = half;
    }
    for bloc in case.blocs.ids() {
        case.affinity[(bloc, to)] = case.affinity[(bloc, from)];
        case.targeting[(bloc, to)] = case.targeting[(bloc, from)];
    }
    case.leanings[to] = case.leanings[from];
    let (source, target) = (case.communities[from].clone(), &mut case.communities[to]);
    (target.trust, target.marginalisation, target.hardship, target.rents) =
        (source.trust, source.marginalisation, source.hardship, source.rents);
    for feud in &mut case.feuds {
        feud.dispute = 0.3;
    }
}

/// Would catch a leader who counts for more because he comes from one community and not from another with the same history.
#[test]
fn no_monoliths_leaders() {
    let base = common::teaching("two-valleys-inclusive", 130);
    let mut case = (*base.case).clone();
    let (a, b) = (case.community("ferrymen").unwrap(), case.community("tessites").unwrap());
    alike(&mut case, a, b);
    let led = |by: Community| {
        let mut case = case.clone();
        let front = case.organisation("front").unwrap();
        case.organisations[front].communities = vec![case.community("orrans").unwrap(), by];
        with_case(&base, case)
    };
    let compare = |favour: f64| {
        let ready = [a, b].map(|by| {
            let mut ready = common::ready(&led(by), &[]);
            if by == b {
                let mut solved = (*ready.solved).clone();
                solved.hostile_rate.values_mut().iter_mut().for_each(|x| *x *= favour);
                ready.solved = solved.into();
            }
            ready
        });
        let pairs = each(0..count(50, 1_000), |r| (common::future(&ready[0], super::SEED, r), common::future(&ready[1], super::SEED, r)));
        Moved::headline(&case, pairs)
    };
    let broken = compare(0.85).may_lie_within(EQUIVALENT);
    guard("no_monoliths, leaders", compare(1.0).equivalent(), "the war is 15 % milder under one of them", broken);
}
