//! Offensives: sets of allied organisations that gather and storm several towns in a week.
use super::fights::{Attack, Setting, strike, withdraw};
use crate::dice::{Stream, mix};
use crate::index::{Bloc, Id, Org, Place};
use crate::processes::telling::{listed, tell};
use crate::processes::{Model, severity, terms};
use crate::scenario::Stance;
use crate::world::{Organisation, World};

/// Connected organisations that are allied or in tacit truce, each set in order of its first member.
pub fn allied_sets(world: &World) -> Vec<Vec<Org>> {
    // Whoever is bound to an enemy by an accord, a cessation or conditions leaves the set against that enemy.
    let bound = |a: Org| world.active().any(|(b, _)| world.stances[(a, b)] == Stance::Hostile && world.compliance[(a, b)] > 0.0);
    let active: Vec<Org> = world.active().filter(|(org, o)| o.total() >= terms::DORMANT && !bound(*org)).map(|(org, _)| org).collect();
    let mut sets: Vec<Vec<Org>> = Vec::new();
    let mut seen = vec![false; world.organisations.len()];
    for &first in &active {
        if seen[first.at()] {
            continue;
        }
        let (mut set, mut at) = (vec![first], 0);
        seen[first.at()] = true;
        while at < set.len() {
            for &other in &active {
                if !seen[other.at()] && matches!(world.stances[(set[at], other)], Stance::Allied | Stance::Truce) {
                    seen[other.at()] = true;
                    set.push(other);
                }
            }
            at += 1;
        }
        sets.push(set);
    }
    sets
}

/// Places within two steps of a place.
#[must_use]
pub fn within_two(case: &crate::scenario::Case, place: Place) -> Vec<Place> {
    let mut reach: Vec<Place> = vec![place];
    for _ in 0..2 {
        for p in reach.clone() {
            reach.extend(case.neighbours[p].iter().map(|(q, _)| *q).filter(|q| case.is_zone(*q)));
        }
        reach.sort_unstable();
        reach.dedup();
    }
    reach
}

/// Whether an organisation fights for a place: a declared objective, ground that its bloc held at the start, or, for the
/// state, any of its territory.
#[must_use]
pub fn claims(model: &Model, organisation: &Organisation, place: Place) -> bool {
    /// Share of control at the start from which a bloc held ground.
    const HELD: f64 = 0.1;
    organisation.root == model.case.state
        || model.scenario.start().control[(place, organisation.root)] >= HELD
        || model.case.organisations[organisation.origin].objectives.contains(&place)
}

/// Towns that a set could strike, with its fighters in reach and the defenders there, best first.
fn targets(world: &World, model: &Model, set: &[Org]) -> Vec<(Place, f64, f64)> {
    // With what of their fighters they would meet the set, for all that they have signed.
    let fights = |l: Org| 1.0 - set.iter().map(|&k| world.compliance[(k, l)]).fold(0.0, f64::max);
    let foes: Vec<(Org, f64)> = world
        .active()
        .filter(|(org, o)| {
            !set.contains(org)
                && o.total() > 0.0
                && set.iter().any(|&k| world.stances[(k, *org)] == Stance::Hostile && observed_rate(model, world, k, *org) > 0.3)
        })
        .map(|(org, _)| (org, fights(org)))
        .collect();
    let distinct = |mut blocs: Vec<Bloc>| {
        blocs.sort_unstable();
        blocs.dedup();
        blocs
    };
    let ours = distinct(set.iter().map(|&k| world.organisations[k].bloc).collect());
    let theirs = distinct(foes.iter().map(|&(l, _)| world.organisations[l].bloc).collect());
    let mut found = Vec::new();
    let mut claimants = Vec::with_capacity(set.len());
    for place in model.case.zones() {
        let defenders: f64 = foes.iter().map(|&(l, fights)| world.organisations[l].fighters[place] * fights).sum();
        // Nobody storms what is hardly held against him: the enemy must be there in force and hold more of it.
        let held = |side: &[Bloc]| side.iter().map(|&b| world.control[(place, b)]).sum::<f64>();
        if defenders < terms::DORMANT || held(&theirs) <= held(&ours) {
            continue;
        }
        // And nobody masses far from what he fights for: members join where they have a claim.
        claimants.clear();
        claimants.extend(set.iter().map(|&k| &world.organisations[k]).filter(|o| claims(model, o, place)));
        if claimants.is_empty() {
            continue;
        }
        let joint: f64 = model.solved.near[place.at()].iter().map(|&q| claimants.iter().map(|o| o.fighters[q]).sum::<f64>()).sum();
        found.push((place, joint, defenders));
    }
    found.sort_by(|a, b| {
        (b.1 / b.2 * model.case.places[b.0].value).total_cmp(&(a.1 / a.2 * model.case.places[a.0].value)).then(a.0.cmp(&b.0))
    });
    found
}

/// Lethal events a month that were observed between two organisations' blocs.
fn observed_rate(model: &Model, world: &World, k: Org, l: Org) -> f64 {
    terms::listed_rate(model.case, model.p, world.organisations[k].root, world.organisations[l].root).unwrap_or(0.0)
}

/// Ratio of a set's joint force to the defenders over its best targets.
pub fn set_ratio(world: &World, model: &Model, set: &[Org]) -> f64 {
    let found = targets(world, model, set);
    let (joint, defenders) = found.iter().take(8).fold((0.0, 0.0), |(j, d), t| (j + t.1, d + t.2));
    if defenders > 0.0 { joint / defenders } else { 0.0 }
}

pub(super) fn run(world: &mut World, model: &Model) {
    let p = &model.p.combat;
    for set in allied_sets(world) {
        let lead =
            set.iter().copied().max_by(|&a, &b| world.organisations[a].total().total_cmp(&world.organisations[b].total()).then(b.cmp(&a)));
        let Some(lead) = lead else { continue };
        // A set is bound by the accord or conditions of any member only through that member, who leaves it then.
        if set.iter().any(|&k| world.organisations[k].pause > 0.0) {
            continue;
        }
        let start = set.iter().map(|&k| model.solved.set_ratio[world.organisations[k].origin]).fold(0.0, f64::max);
        let ratio = if start > 0.0 { set_ratio(world, model, &set) } else { 0.0 };
        if ratio <= 0.0 {
            continue;
        }
        let total: f64 = set.iter().map(|&k| world.organisations[k].total()).sum();
        let mean = |f: &dyn Fn(Org) -> f64| set.iter().map(|&k| world.organisations[k].total() * f(k)).sum::<f64>() / total.max(1.0);
        let momentum = mean(&|k| terms::momentum(world, model, k));
        let resources = mean(&|k| world.organisations[k].resources);
        let leverage = mean(&|k| world.organisations[k].party.map_or(0.0, |party| world.leverage[party]));
        let hazard =
            p.offensive * libm::exp(p.offensive_ratio * libm::log(ratio / start) + 0.5 * momentum + 0.5 * (resources - 0.5) + leverage);
        let entity = world.organisations[lead].identity;
        if !model.dice.happens(Stream::Offensive, world.week, entity, crate::units::within(hazard, 1.0)) {
            continue;
        }
        let mut draws = model.dice.at(Stream::Targets, world.week, entity);
        let wanted = 3 + draws.below(6);
        let towns: Vec<Place> = targets(world, model, &set).into_iter().take(wanted).map(|t| t.0).collect();
        if towns.len() < 3 {
            continue;
        }
        let names: Vec<String> = towns.iter().map(|&q| model.case.places[q].name.clone()).collect();
        let text = format!(
            "{} open an offensive on {} (forces {ratio:.2} to 1, {start:.2} at the start; momentum {momentum:+.2}, means {resources:.2})",
            listed(&set.iter().map(|&k| world.organisations[k].name.clone()).collect::<Vec<_>>()),
            listed(&names)
        );
        let line = tell(world, "offensive", None, set.clone(), 0, text);
        line.numbers = vec![("ratio", ratio), ("ratio_start", start), ("momentum", momentum), ("means", resources), ("leverage", leverage)];
        line.further.clone_from(&towns);
        for &k in &set {
            let organisation = &mut world.organisations[k];
            organisation.resources *= 1.0 - p.offensive_cost;
            organisation.pause = p.offensive_pause;
        }
        for (nth, town) in towns.into_iter().enumerate() {
            storm(world, model, &set, town, mix(entity, nth as u64));
        }
    }
}

/// One town of an offensive: a lethal set piece; the stronger side holds it.
fn storm(world: &mut World, model: &Model, set: &[Org], place: Place, entity: u64) {
    let mut draws = model.dice.at(Stream::Targets, world.week, mix(entity, 17));
    // Fighters within two steps gather, of those who have a claim to the place; while forces are held at the data, they stay.
    for &k in set.iter().filter(|&&k| !model.held && claims(model, &world.organisations[k], place)).collect::<Vec<_>>() {
        let mut wanted = 0.2 * world.organisations[k].total();
        for &q in &model.solved.near[place.at()] {
            if q != place {
                let n = (0.3 * world.organisations[k].fighters[q]).min(wanted);
                world.organisations[k].fighters[q] -= n;
                world.organisations[k].fighters[place] += n;
                wanted -= n;
            }
        }
    }
    let foes: Vec<Org> = world
        .active()
        .filter(|(org, o)| {
            !set.contains(org)
                && o.fighters[place] >= 1.0
                && set.iter().any(|&k| world.stances[(k, *org)] == Stance::Hostile && world.compliance[(k, *org)] < 0.5)
        })
        .map(|(org, _)| org)
        .collect();
    let attackers: Vec<Org> = set.iter().copied().filter(|&k| world.organisations[k].fighters[place] >= 1.0).collect();
    let strength = |world: &World, side: &[Org]| {
        side.iter().map(|&k| world.organisations[k].fighters[place] * world.organisations[k].quality).sum::<f64>()
    };
    let (Some(&k), Some(&l)) = (largest(world, &attackers, place).as_ref(), largest(world, &foes, place).as_ref()) else { return };
    let size = severity::draw(model, 0.5, &mut draws);
    let (ours, theirs) = (strength(world, &attackers), strength(world, &foes));
    strike(world, model, &Attack { place, by: k, on: l, size, setting: Setting::SetPiece }, &mut draws);
    let wins = draws.unit() < ours / (ours + theirs).max(1.0);
    if wins && !model.held {
        let mut names = Vec::new();
        for foe in foes {
            let bloc = world.organisations[foe].bloc;
            // Who withdrew in the fight has abandoned the place once.
            if world.organisations[foe].fighters[place] >= 1.0 {
                world.ledger.stands.push((bloc, place, true));
            }
            // Only those who were there in numbers are told.
            if names.is_empty() || strength(world, &[foe]) >= terms::DORMANT {
                names.push(world.organisations[foe].name.clone());
            }
            withdraw(world, model, foe, place);
        }
        let text = format!(
            "{} take {} ({ours:.0} against {theirs:.0}, weighed by quality); {} withdraw",
            world.organisations[k].name,
            model.case.places[place].name,
            listed(&names)
        );
        tell(world, "capture", Some(place), vec![k, l], 0, text).numbers = vec![("force_attackers", ours), ("force_attacked", theirs)];
    }
}

fn largest(world: &World, side: &[Org], place: Place) -> Option<Org> {
    side.iter()
        .copied()
        .max_by(|&a, &b| world.organisations[a].fighters[place].total_cmp(&world.organisations[b].fighters[place]).then(b.cmp(&a)))
}
