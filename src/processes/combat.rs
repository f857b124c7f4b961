//! Combat: attacks between organisations, offensives and sieges.
//! Reads: force, stances, compliance, excitation, harm in six weeks. Writes: deaths, withdrawals, momentum's balance.
//! Draws: counts per (attacker, target, place), then each incident under an address of its own.
//! Evidence: model 6.2, 6.3; UCDP GED Mali 2017-2021. Left out: weather within a month, supply of single bases.
use super::{Model, deployment, severity, terms};
use crate::dice::{Draws, Stream, mix, poisson_of};
use crate::index::{Bloc, Id, Org, Place};
use crate::scenario::Stance;
use crate::scenario::case::Recruits;
use crate::stats::quantile;
use crate::units::{kept, logistic};
use crate::world::peace::{Accord, Spoiler};
use crate::world::{Deadly, Happened, Kind, Organisation, World, organisation};

/// Deaths from which a story tells an attack.
const TOLD_FROM: u32 = 15;

/// Organisations of one root bloc in a place, with their shares of its fighters.
struct Front {
    root: Bloc,
    organisations: Vec<(Org, f64)>,
    total: f64,
    effective: f64,
}

pub(super) fn run(world: &mut World, model: &Model) {
    drift(world, model);
    world.harmed6.advance();
    world.deaths4.advance();
    world.own_deaths4.advance();
    world.dyad_deaths52.advance();
    forget_losses(world, model);
    let attacks = decide(world, model);
    for (place, attacker, target, n) in attacks {
        let lethal = (0..n).filter(|&nth| incident(world, model, place, attacker, target, nth)).count();
        excite(world, model, place, attacker, target, lethal);
    }
    open_breaks(world, model);
    offensives(world, model);
    sieges(world, model);
    close_empty(world);
}

/// The climate and the drifts of every place and pair from their stationary distributions, for the beginning of a burn-in.
pub fn begin(world: &mut World, model: &Model) {
    /// A week of its own for what was before all weeks.
    const LONG_AGO: i32 = -1_000;
    let p = &model.p.combat;
    world.climate = p.climate_sd * model.dice.normal(Stream::Climate, LONG_AGO, 0);
    for place in model.case.zones() {
        for k in model.case.blocs.ids() {
            for l in model.case.blocs.ids().filter(|l| l.at() > k.at()) {
                let entity = model.case.meeting(place, k, l);
                let at = world.pbb(place, k, l);
                world.drift[at] = p.drift_sd * model.dice.normal(Stream::Drift, LONG_AGO, entity);
            }
        }
    }
}

/// National climate and slow drift of place and pair: autoregressive, stationary, mean-corrected where they are read.
fn drift(world: &mut World, model: &Model) {
    let p = &model.p.combat;
    let noise = libm::sqrt(1.0 - p.climate_persistence * p.climate_persistence);
    world.climate = p.climate_persistence * world.climate + p.climate_sd * noise * model.dice.normal(Stream::Climate, world.week, 0);
    let keep = kept(p.drift_half_life, 1.0);
    let noise = p.drift_sd * libm::sqrt(1.0 - keep * keep);
    let (mut moving, mut entities) = (Vec::new(), Vec::new());
    for place in model.case.zones() {
        // The drift of a pair moves on where both are.
        let present: Vec<Bloc> = model.case.blocs.ids().filter(|&k| world.force[(place, k)] >= terms::PRESENT).collect();
        for (nth, &k) in present.iter().enumerate() {
            for &l in &present[nth + 1..] {
                moving.push(world.pbb(place, k, l));
                entities.push(model.case.meeting(place, k, l));
            }
        }
    }
    for (at, u) in moving.into_iter().zip(model.dice.units(Stream::Drift, world.week, &entities)) {
        world.drift[at] = keep * world.drift[at] + noise * quantile::normal(u);
    }
}

fn forget_losses(world: &mut World, model: &Model) {
    let m = &model.p.mediation;
    let slot = organisation::slot_of(world.week);
    for organisation in world.organisations.values_mut() {
        organisation.losses[slot] = 0.0;
        organisation.balance.0 *= kept(m.momentum_fast, 1.0);
        organisation.balance.1 *= kept(m.momentum_slow, 1.0);
        organisation.table_momentum *= kept(m.momentum_fast, 1.0);
        organisation.pause = (organisation.pause - 1.0).max(0.0);
    }
}

/// Fronts of a place: the root blocs with fighters there.
fn fronts(world: &World, model: &Model, place: Place) -> Vec<Front> {
    let mut fronts: Vec<Front> = Vec::new();
    for root in model.case.blocs.ids() {
        let total = world.force[(place, root)];
        if total < terms::PRESENT {
            continue;
        }
        let organisations: Vec<(Org, f64)> = world
            .active()
            .filter(|(_, o)| o.root == root && o.fighters[place] > 0.0)
            .map(|(org, o)| (org, o.fighters[place] / total))
            .collect();
        let effective = 1.0 / organisations.iter().map(|(_, s)| s * s).sum::<f64>();
        fronts.push(Front { root, organisations, total, effective });
    }
    fronts
}

/// Roots whose fighters in all are too few to act.
fn dormant(world: &World, model: &Model) -> Vec<bool> {
    model.case.blocs.ids().map(|b| world.strength(b) < terms::DORMANT).collect()
}

/// Base incidents a week in one direction between two fronts, without climate, drift and answer: forces, stances,
/// compliance and the solved level; and the mean of 1 - compliance over hostile pairs, which also scales excitation.
fn base(world: &World, model: &Model, a: &Front, b: &Front) -> (f64, f64) {
    let (mut weighted, mut open, mut all) = (0.0, 0.0, 0.0);
    for &(k, share_k) in &a.organisations {
        for &(l, share_l) in &b.organisations {
            let stance = world.stances[(k, l)];
            let h = terms::hostility(model, &world.organisations[k], &world.organisations[l], stance);
            let c = 1.0 - world.compliance[(k, l)];
            weighted += share_k * share_l * h * c;
            if stance != Stance::Allied {
                open += share_k * share_l * c;
                all += share_k * share_l;
            }
        }
    }
    let mass = libm::sqrt(a.total * b.total) / 100.0;
    let several = a.effective * b.effective;
    let fragments = if several > 1.0 { libm::pow(several, model.p.combat.fragmentation) } else { 1.0 };
    (mass * weighted * fragments, if all > 0.0 { open / all } else { 0.0 })
}

/// Base incidents of all pairs, both directions and places: what the levels are solved on. Calls `each(k, l, rate)`.
pub fn base_rates(world: &World, model: &Model, mut each: impl FnMut(Bloc, Bloc, Place, f64)) {
    for place in model.case.zones() {
        let fronts = fronts(world, model, place);
        for (i, a) in fronts.iter().enumerate() {
            for b in &fronts[i + 1..] {
                each(a.root, b.root, place, 2.0 * base(world, model, a, b).0);
            }
        }
    }
}

/// How strongly the harmed side answers: of the violence by `by` against the constituency of `own` at a place.
fn harmed(world: &World, own: Bloc, by: Bloc, place: Place) -> f64 {
    let incidents = world.harmed6.get(world.bbp(by, own, place));
    if incidents > 0.0 { outrage(incidents, world.inhabitants(place)) } else { 0.0 }
}

/// From 0 to 1 by incidents in six weeks among the people of a place.
#[must_use]
pub fn outrage(incidents: f64, people: f64) -> f64 {
    -libm::expm1(-incidents * terms::MEAN_ZONE / people.max(1_000.0))
}

fn decide(world: &mut World, model: &Model) -> Vec<(Place, Bloc, Bloc, u32)> {
    let p = &model.p.combat;
    let national = libm::exp(terms::season(model, world.week) + world.climate - 0.5 * p.climate_sd * p.climate_sd);
    let g = -libm::expm1(-1.0 / p.excitation_time);
    let fade = libm::exp(-1.0 / p.excitation_time);
    let dormant = dormant(world, model);
    let (mut rates, mut entities) = (Vec::new(), Vec::new());
    for place in model.case.zones() {
        let fronts = fronts(world, model, place);
        for (i, a) in fronts.iter().enumerate() {
            for b in &fronts[i + 1..] {
                if dormant[a.root.at()] || dormant[b.root.at()] {
                    continue;
                }
                let (rate, open) = base(world, model, a, b);
                let at = world.pbb(place, a.root, b.root);
                if rate <= 0.0 && world.excited[at] <= 0.0 {
                    continue;
                }
                let drift = world.drift[at] - 0.5 * p.drift_sd * p.drift_sd;
                for (x, y) in [(a, b), (b, a)] {
                    let answer = p.answer * harmed(world, x.root, y.root, place);
                    let excited = p.excitation * g * world.excited[world.pbb(place, x.root, y.root)] * open;
                    let lambda = rate * national * libm::exp(answer + drift) * leverage(world, x) * spoiled(world, model, place, x, y) + excited;
                    let entity = model.case.meeting(place, x.root, y.root);
                    rates.push((place, x.root, y.root, lambda.min(60.0)));
                    entities.push(entity);
                }
            }
        }
    }
    // The kernel g(a) = (1 - e^(-1/tau)) e^(-(a-1)/tau) starts in the week after the incident.
    for value in &mut world.excited {
        *value *= fade;
    }
    let counts = model.dice.units(Stream::Attack, world.week, &entities);
    let counted = rates.into_iter().zip(counts).map(|((place, attacker, target, rate), u)| (place, attacker, target, poisson_of(u, rate)));
    counted.filter(|x| x.3 > 0).collect()
}

/// What the lethal incidents of a week leave behind. An incident without deaths excites nothing and a lethal one carries the effect of all,
/// so that `excitation` incidents follow from an incident on average, and as many lethal ones from a lethal one: that is what was measured.
fn excite(world: &mut World, model: &Model, place: Place, attacker: Bloc, target: Bloc, lethal: usize) {
    if lethal == 0 {
        return;
    }
    let p = &model.p.combat;
    let stands_for = lethal as f64 / p.lethal;
    let (same, answer) = (world.pbb(place, attacker, target), world.pbb(place, target, attacker));
    world.excited[same] += p.same_direction * stands_for;
    world.excited[answer] += (1.0 - p.same_direction) * stands_for;
}

/// Mean factor of leverage over the organisations of a front.
fn leverage(world: &World, front: &Front) -> f64 {
    front
        .organisations
        .iter()
        .map(|&(org, share)| share * world.organisations[org].party.map_or(1.0, |party| libm::exp(world.leverage[party])))
        .sum()
}

/// Factor on the attacks of one organisation on another: more, or fewer, where a spoiler strikes at those who signed.
#[must_use]
pub fn spoiling(world: &World, model: &Model, k: Org, l: Org, place: Place) -> f64 {
    let signed = |accord: &Accord| {
        accord.ended.is_none()
            && accord.places.contains(&place)
            && world.organisations[l].party.is_some_and(|q| accord.parties.contains(&q) || q == model.case.state_party)
    };
    let spoils = |s: &&Spoiler| s.org == k && world.week <= s.until && signed(&world.peace.accords[s.accord]);
    world.peace.spoilers.iter().find(spoils).map_or(1.0, |_| libm::exp(model.p.accord.excluded_spoil))
}

/// Mean factor of spoiling over the pairs of organisations of two fronts that fight.
fn spoiled(world: &World, model: &Model, place: Place, a: &Front, b: &Front) -> f64 {
    if world.peace.spoilers.is_empty() {
        return 1.0;
    }
    let (mut sum, mut all) = (0.0, 0.0);
    for &(k, share_k) in &a.organisations {
        for &(l, share_l) in &b.organisations {
            let h = terms::hostility(model, &world.organisations[k], &world.organisations[l], world.stances[(k, l)]);
            let weight = share_k * share_l * h * (1.0 - world.compliance[(k, l)]);
            sum += weight * spoiling(world, model, k, l, place);
            all += weight;
        }
    }
    if all > 0.0 { sum / all } else { 1.0 }
}

/// Which organisations meet in an incident: by their shares, stances and compliance.
fn meet(world: &World, model: &Model, attacker: Bloc, target: Bloc, place: Place, draws: &mut Draws) -> Option<(Org, Org)> {
    let of = |root: Bloc| world.active().filter(move |(_, o)| o.root == root && o.fighters[place] > 0.0).map(|(org, _)| org).collect::<Vec<_>>();
    let (attackers, targets) = (of(attacker), of(target));
    let pairs: Vec<(Org, Org, f64)> = attackers
        .iter()
        .flat_map(|&k| targets.iter().map(move |&l| (k, l)))
        .map(|(k, l)| {
            let (x, y) = (&world.organisations[k], &world.organisations[l]);
            let h = terms::hostility(model, x, y, world.stances[(k, l)]);
            (k, l, x.fighters[place] * y.fighters[place] * h * (1.0 - world.compliance[(k, l)]) * spoiling(world, model, k, l, place))
        })
        .collect();
    draws.choose(pairs.iter().map(|x| x.2)).map(|at| (pairs[at].0, pairs[at].1))
}

/// An incident; says whether it was lethal.
fn incident(world: &mut World, model: &Model, place: Place, attacker: Bloc, target: Bloc, nth: u32) -> bool {
    let entity = mix(
        mix(model.case.places[place].identity, u64::from(nth)),
        mix(model.case.blocs[attacker].identity, model.case.blocs[target].identity),
    );
    let mut draws = model.dice.at(Stream::Incident, world.week, entity);
    let lethal = draws.unit() < model.p.combat.lethal;
    let Some((k, l)) = meet(world, model, attacker, target, place, &mut draws) else { return false };
    let bloc = world.organisations[k].bloc;
    world.ledger.launched.push((bloc, place));
    if lethal {
        let state = attacker == model.case.state || target == model.case.state;
        let tail = if state { model.p.combat.tail_state } else { model.p.combat.tail_groups };
        let size = severity::draw(model, tail, &mut draws);
        strike(world, model, place, k, l, size, Setting::Ambush, &mut draws);
    }
    lethal
}

/// How a fight is set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Setting {
    Ambush,
    SetPiece,
}

/// Resolves a lethal attack of `k` on `l` with `size` deaths.
fn strike(world: &mut World, model: &Model, place: Place, k: Org, l: Org, size: u32, setting: Setting, draws: &mut Draws) {
    let p = &model.p.combat;
    let (attacker, target) = (world.organisations[k].root, world.organisations[l].root);
    let state = attacker == model.case.state || target == model.case.state;
    let column = |org: Org| world.organisations[org].fighters[place].min(p.column);
    let (nk, nl) = (column(k), column(l));
    let size = f64::from(size).min(exposed(nk, nl));
    let civilians = binomial(size as u32, if state { p.civilians_state } else { p.civilians_groups }, draws);
    let fighters = size - f64::from(civilians);
    let exponent = if setting == Setting::SetPiece { SET_PIECE } else { exponent(nk, nl) };
    let share = share_lost_by_target(world, model, place, k, l, exponent);
    let target_deaths = f64::from(binomial(fighters as u32, share, draws));
    let before = world.organisations[l].fighters[place];
    let strength = world.organisations[k].fighters[place];
    let bigger = strength > before;
    let dead_l = kill(world, model, l, place, target_deaths, draws);
    let dead_k = kill(world, model, k, place, fighters - target_deaths, draws);
    for (org, inflicted, suffered) in [(k, dead_l, dead_k), (l, dead_k, dead_l)] {
        let organisation = &mut world.organisations[org];
        organisation.balance.0 += (1.0 - kept(model.p.mediation.momentum_fast, 1.0)) * (inflicted - suffered);
        organisation.balance.1 += (1.0 - kept(model.p.mediation.momentum_slow, 1.0)) * (inflicted - suffered);
    }
    let dead = dead_k + dead_l + f64::from(civilians);
    world.dyad_deaths52.add(attacker.at().min(target.at()) * world.slots() + attacker.at().max(target.at()), dead);
    world.ledger.dyad_deaths.push((attacker, target, dead));
    world.ledger.attacks.push((k, l, place, dead));
    world.ledger.deadly.push(Deadly { place, kind: Kind::Attack, a: k, b: Some(l), dead_a: dead_k, dead_b: dead_l, civilians: f64::from(civilians) });
    if civilians > 0 {
        let by = if draws.unit() < 0.5 { k } else { l };
        super::abuse::harm_people(world, model, place, by, None, civilians, draws);
    }
    let bloc = world.organisations[l].bloc;
    let withdraws = before > 0.0 && dead_l > model.p.deployment.withdrawal * before && bigger && !model.held;
    if withdraws {
        withdraw(world, model, l, place);
        world.ledger.stands.push((bloc, place, true));
    } else if dead_l < 0.5 * dead {
        world.ledger.stands.push((bloc, place, false));
    }
    if dead >= 10.0 {
        for org in [k, l] {
            let entity = mix(world.organisations[org].identity, model.case.places[place].identity);
            if model.dice.happens(Stream::Leader, world.week, entity, p.leader) {
                let change = -0.1 + 0.1 * model.dice.normal(Stream::Leader, world.week, mix(entity, 1));
                let organisation = &mut world.organisations[org];
                organisation.cohesion = (organisation.cohesion + change).clamp(0.05, 1.0);
                let cohesion = organisation.cohesion;
                let text = format!("{} loses a leader in the fighting; its cohesion moves by {change:+.2} to {cohesion:.2}", organisation.name);
                tell(world, "leader", Some(place), vec![org], 0, text).numbers = vec![("cohesion_change", change), ("cohesion", cohesion)];
            }
        }
    }
    if dead >= f64::from(TOLD_FROM) || setting == Setting::SetPiece {
        let text = format!(
            "{} attack {} at {}: {dead:.0} dead ({dead_k:.0} of the attackers, {dead_l:.0} of the attacked, {civilians} {}), {strength:.0} against {before:.0} fighters{}",
            world.organisations[k].name,
            world.organisations[l].name,
            model.case.places[place].name,
            if civilians == 1 { "civilian" } else { "civilians" },
            if withdraws { "; the attacked withdraw" } else { "" }
        );
        tell(world, "attack", Some(place), vec![k, l], dead as u32, text).numbers = vec![
            ("dead_attackers", dead_k),
            ("dead_attacked", dead_l),
            ("dead_civilians", f64::from(civilians)),
            ("fighters_attackers", strength),
            ("fighters_attacked", before),
        ];
    }
}

/// Most deaths of an attack by the columns of both sides.
#[must_use]
pub fn exposed(nk: f64, nl: f64) -> f64 {
    /// Deaths of an attack for each fighter of the smaller side: a handful of men kills no company.
    const DEATHS_PER_FIGHTER: f64 = 10.0;
    (nk + nl).min(DEATHS_PER_FIGHTER * nk.min(nl)).floor().max(1.0)
}

/// Weight of the ratio of forces in the losses of a set piece.
const SET_PIECE: f64 = 1.0;

/// Weight of the ratio of forces in the losses of an attack by the columns of both sides: two large ones fight a set piece.
#[must_use]
pub fn exponent(nk: f64, nl: f64) -> f64 {
    if nk > 300.0 && nl > 300.0 { SET_PIECE } else { 0.5 }
}

/// Share of the dead fighters that are the target's.
pub fn share_lost_by_target(world: &World, model: &Model, place: Place, k: Org, l: Org, exponent: f64) -> f64 {
    let (x, y) = (&world.organisations[k], &world.organisations[l]);
    let mass = |root: Bloc| -> f64 {
        world.active().filter(|(_, o)| o.root == root).map(|(_, o)| o.fighters[place].min(model.p.combat.column) * o.quality).sum::<f64>().max(1.0)
    };
    let ratio = libm::log(mass(x.root) / mass(y.root)) - model.solved.mean_ratio[(x.root, y.root)];
    let momentum = terms::momentum(world, model, k) - terms::momentum(world, model, l);
    let edge = |o: &crate::world::Organisation| o.intelligence[place] - model.case.organisations[o.origin].intelligence;
    let odds = exponent * ratio + model.solved.delta[(x.root, y.root)] + model.p.combat.momentum_losses * momentum + edge(x) - edge(y);
    logistic(odds).clamp(0.1, 0.9)
}

/// Kills fighters of an organisation at a place, at most those there.
fn kill(world: &mut World, model: &Model, org: Org, place: Place, persons: f64, draws: &mut Draws) -> f64 {
    let persons = persons.min(world.organisations[org].fighters[place].floor()).max(0.0);
    if persons == 0.0 {
        return 0.0;
    }
    // While forces are held at the data, the fallen are replaced at once.
    let dead = if model.held { persons } else { world.remove_fighters(model.template, org, place, persons, draws) };
    let root = world.organisations[org].root;
    let slot = organisation::slot_of(world.week);
    world.organisations[org].losses[slot] += dead;
    if !model.held {
        deployment::order_replacement(world, model, org, dead);
    }
    world.ledger.fighter_deaths.push((place, dead));
    world.deaths4.add(place.at(), dead);
    world.own_deaths4.add(world.pb(place, root), dead);
    dead
}

/// Moves a force out of a place, to the neighbour where it was strongest at the start.
fn withdraw(world: &mut World, model: &Model, org: Org, place: Place) {
    let organisation = &world.organisations[org];
    let origin = organisation.origin;
    let to = model.case.neighbours[place]
        .iter()
        .filter(|(q, _)| model.case.is_zone(*q))
        .max_by(|a, b| {
            let worth = |q: Place| organisation.fighters[q] + 1e-3 * model.solved.share[(origin, q)];
            worth(a.0).total_cmp(&worth(b.0)).then(b.0.cmp(&a.0))
        })
        .map(|(q, _)| *q);
    if let Some(to) = to {
        let all = world.organisations[org].fighters[place];
        world.organisations[org].fighters[place] = 0.0;
        world.organisations[org].fighters[to] += all;
    }
}

/// A binomial count from one address.
pub fn binomial(n: u32, p: f64, draws: &mut Draws) -> u32 {
    (0..n).filter(|_| draws.unit() < p).count() as u32
}

/// Pairs that broke in the open fight at rates of their own.
fn open_breaks(world: &mut World, model: &Model) {
    let breaks = world.breaks.clone();
    for pair in &breaks {
        let (a, b) = (&world.organisations[pair.a], &world.organisations[pair.b]);
        if !a.alive || !b.alive {
            continue;
        }
        let force = libm::sqrt((a.total() / pair.force_a.max(1.0)) * (b.total() / pair.force_b.max(1.0)));
        let rate = pair.rate * force * (1.0 - world.compliance[(pair.a, pair.b)]);
        let entity = mix(a.identity, b.identity);
        for nth in 0..model.dice.poisson(Stream::Retaliation, world.week, entity, rate) {
            let mut draws = model.dice.at(Stream::Incident, world.week, mix(entity, u64::from(nth)));
            let places: Vec<Place> = model.case.zones().collect();
            let weights: Vec<f64> = places.iter().map(|&q| world.organisations[pair.a].fighters[q] * world.organisations[pair.b].fighters[q]).collect();
            if let Some(found) = draws.choose(weights.iter().copied()) {
                let (k, l) = if draws.unit() < 0.5 { (pair.a, pair.b) } else { (pair.b, pair.a) };
                let size = severity::draw(model, model.p.combat.tail_groups, &mut draws);
                strike(world, model, places[found], k, l, size, Setting::Ambush, &mut draws);
            }
        }
    }
}

/// Connected organisations that are allied or in tacit truce, each set in order of its first member.
pub fn allied_sets(world: &World) -> Vec<Vec<Org>> {
    // Whoever is bound to an enemy by an accord, a cessation or conditions leaves the set against that enemy.
    let bound = |a: Org| world.active().any(|(b, _)| world.stances[(a, b)] == Stance::Hostile && world.compliance[(a, b)] > 0.0);
    let active: Vec<Org> =
        world.active().filter(|(org, o)| o.total() >= terms::DORMANT && !bound(*org)).map(|(org, _)| org).collect();
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
    found.sort_by(|a, b| (b.1 / b.2 * model.case.places[b.0].value).total_cmp(&(a.1 / a.2 * model.case.places[a.0].value)).then(a.0.cmp(&b.0)));
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

fn offensives(world: &mut World, model: &Model) {
    let p = &model.p.combat;
    for set in allied_sets(world) {
        let lead = set.iter().copied().max_by(|&a, &b| world.organisations[a].total().total_cmp(&world.organisations[b].total()).then(b.cmp(&a)));
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
        let hazard = p.offensive * libm::exp(p.offensive_ratio * libm::log(ratio / start) + 0.5 * momentum + 0.5 * (resources - 0.5) + leverage);
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
        .filter(|(org, o)| !set.contains(org) && o.fighters[place] >= 1.0 && set.iter().any(|&k| world.stances[(k, *org)] == Stance::Hostile && world.compliance[(k, *org)] < 0.5))
        .map(|(org, _)| org)
        .collect();
    let attackers: Vec<Org> = set.iter().copied().filter(|&k| world.organisations[k].fighters[place] >= 1.0).collect();
    let strength = |world: &World, side: &[Org]| side.iter().map(|&k| world.organisations[k].fighters[place] * world.organisations[k].quality).sum::<f64>();
    let (Some(&k), Some(&l)) = (largest(world, &attackers, place).as_ref(), largest(world, &foes, place).as_ref()) else { return };
    let size = severity::draw(model, 0.5, &mut draws);
    let (ours, theirs) = (strength(world, &attackers), strength(world, &foes));
    strike(world, model, place, k, l, size, Setting::SetPiece, &mut draws);
    let wins = draws.unit() < ours / (ours + theirs).max(1.0);
    if wins && !model.held {
        let mut names = Vec::new();
        for foe in foes {
            let bloc = world.organisations[foe].bloc;
            world.ledger.stands.push((bloc, place, true));
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
    side.iter().copied().max_by(|&a, &b| world.organisations[a].fighters[place].total_cmp(&world.organisations[b].fighters[place]).then(b.cmp(&a)))
}

/// Sieges: a bloc that controls the countryside cuts off a town that others hold.
fn sieges(world: &mut World, model: &Model) {
    let p = &model.p.combat;
    for place in model.case.zones() {
        let entity = model.case.places[place].identity;
        match world.sieges[place] {
            Some(bloc) => {
                let gone = world.control[(place, bloc)] < 0.3;
                if gone || model.dice.happens(Stream::Siege, world.week, mix(entity, 1), p.siege_end) {
                    world.sieges[place] = None;
                    let (held, by) = (world.control[(place, bloc)], standing(world, bloc, place));
                    let name = &model.case.blocs[terms::traits(world, model, bloc)].name;
                    let why = if gone { "for want of control" } else { "by itself" };
                    let text = format!("The siege of {} by {name} ends {why} (control {held:.2})", model.case.places[place].seat);
                    tell(world, "siege", Some(place), by, 0, text).numbers = vec![("control", held)];
                }
            }
            None => {
                for bloc in terms::blocs(world) {
                    // A town is cut off from enemies, not from friends.
                    let hostile = |l: Org| world.active().any(|(k, o)| o.bloc == bloc && world.stances[(k, l)] == Stance::Hostile);
                    if world.control[(place, bloc)] > 0.6
                        && bloc != model.case.state
                        && world.active().any(|(l, o)| o.fighters[place] >= terms::DORMANT && hostile(l))
                        && model.dice.happens(Stream::Siege, world.week, mix(entity, 2 + bloc.at() as u64), p.siege)
                    {
                        world.sieges[place] = Some(bloc);
                        let name = &model.case.blocs[terms::traits(world, model, bloc)].name;
                        let held = world.control[(place, bloc)];
                        let text = format!("{name} lay siege to {}, where others hold the town (control of the district {held:.2})", model.case.places[place].seat);
                        let by = standing(world, bloc, place);
                        tell(world, "siege", Some(place), by, 0, text).numbers = vec![("control", held)];
                        break;
                    }
                }
            }
        }
    }
}

/// Organisations of a bloc that stand at a place.
fn standing(world: &World, bloc: Bloc, place: Place) -> Vec<Org> {
    world.active().filter(|(_, o)| o.bloc == bloc && o.fighters[place] >= 1.0).map(|(org, _)| org).collect()
}

/// Names as a sentence lists them.
#[must_use]
pub fn listed(names: &[String]) -> String {
    let between = if names.len() > 2 && names.iter().any(|name| name.contains(',')) { "; " } else { ", " };
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(between)),
    }
}

/// Closes organisations that nobody is left in.
fn close_empty(world: &mut World) {
    for organisation in world.organisations.values_mut() {
        if organisation.alive && organisation.recruits == Recruits::Households && organisation.total() < 1.0 {
            organisation.alive = false;
        }
    }
}

/// Adds a line to the week's story; what else belongs to it may be added to the line.
pub fn tell<'w>(world: &'w mut World, kind: &'static str, place: Option<Place>, actors: Vec<Org>, deaths: u32, text: String) -> &'w mut Happened {
    let told = &mut world.ledger.happened;
    told.push(Happened { week: world.week, place, further: Vec::new(), actors, communities: Vec::new(), kind, deaths, text, numbers: Vec::new() });
    told.last_mut().expect("just told")
}
