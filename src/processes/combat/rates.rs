//! How often whom attacks whom where: climate and drift, the base of forces and stances, answers, and what incidents leave behind.
use crate::dice::{Stream, poisson_of};
use crate::index::{Bloc, Id, Org, Place};
use crate::processes::{Model, terms};
use crate::scenario::Stance;
use crate::stats::quantile;
use crate::units::kept;
use crate::world::World;
use crate::world::peace::{Accord, Spoiler};

/// Organisations of one root bloc in a place, with their shares of its fighters.
struct Front {
    root: Bloc,
    organisations: Vec<(Org, f64)>,
    total: f64,
    effective: f64,
}

/// What attacks hang on at the beginning of a burn-in: the climate and the drifts of every place and pair from their stationary distributions,
/// and what incidents before it left behind, as it is in the mean under them.
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
    let (national, dormant) = (national(world, model), dormant(world, model));
    let mut excited = std::mem::take(&mut world.excited);
    pairs(world, model, |a, b, place, (rate, open)| {
        if dormant[a.root.at()] || dormant[b.root.at()] {
            return;
        }
        let drift = world.drift[world.pbb(place, a.root, b.root)] - 0.5 * p.drift_sd * p.drift_sd;
        let incidents = rate * national * libm::exp(drift) / (1.0 - p.excitation * open);
        for (x, y) in [(a, b), (b, a)] {
            excited[world.pbb(place, x.root, y.root)] = incidents / new_share(p.excitation_time);
        }
    });
    world.excited = excited;
}

/// Factor on all attacks of this week: season and climate.
fn national(world: &World, model: &Model) -> f64 {
    let sd = model.p.combat.climate_sd;
    libm::exp(terms::season(model, world.week) + world.climate - 0.5 * sd * sd)
}

/// Share of what an event brings about that comes in the week after it, where that fades over a time.
pub fn new_share(time: f64) -> f64 {
    -libm::expm1(-1.0 / time)
}

/// National climate and slow drift of place and pair: autoregressive, stationary, mean-corrected where they are read.
pub(super) fn drift(world: &mut World, model: &Model) {
    let p = &model.p.combat;
    let noise = libm::sqrt(1.0 - p.climate_persistence * p.climate_persistence);
    world.climate = p.climate_persistence * world.climate + p.climate_sd * noise * model.dice.normal(Stream::Climate, world.week, 0);
    let keep = kept(p.drift_half_life, 1.0);
    let noise = p.drift_sd * libm::sqrt(1.0 - keep * keep);
    let pairs = model.case.zones * model.case.blocs.len();
    let (mut moving, mut entities) = (Vec::with_capacity(pairs), Vec::with_capacity(pairs));
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
/// compliance and the solved level; and the mean of 1 - compliance over pairs that are not allied, which also scales excitation.
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
    pairs(world, model, |a, b, place, (rate, _)| each(a.root, b.root, place, 2.0 * rate));
}

/// Goes through the pairs of fronts of each place with what [`base`] says of them.
fn pairs(world: &World, model: &Model, mut each: impl FnMut(&Front, &Front, Place, (f64, f64))) {
    for place in model.case.zones() {
        let fronts = fronts(world, model, place);
        for (i, a) in fronts.iter().enumerate() {
            for b in &fronts[i + 1..] {
                each(a, b, place, base(world, model, a, b));
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

pub(super) fn decide(world: &mut World, model: &Model) -> Vec<(Place, Bloc, Bloc, u32)> {
    let p = &model.p.combat;
    let national = national(world, model);
    let g = new_share(p.excitation_time);
    let dormant = dormant(world, model);
    let pairs = model.case.zones * model.case.blocs.len();
    let (mut rates, mut entities) = (Vec::with_capacity(pairs), Vec::with_capacity(pairs));
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
                    let lambda =
                        rate * national * libm::exp(answer + drift) * leverage(world, x) * spoiled(world, model, place, x, y) + excited;
                    let entity = model.case.meeting(place, x.root, y.root);
                    rates.push((place, x.root, y.root, lambda.min(60.0)));
                    entities.push(entity);
                }
            }
        }
    }
    // The kernel g(a) = (1 - e^(-1/tau)) e^(-(a-1)/tau) starts in the week after the incident.
    fade(world, model);
    let counts = model.dice.units(Stream::Attack, world.week, &entities);
    let counted = rates.into_iter().zip(counts).map(|((place, attacker, target, rate), u)| (place, attacker, target, poisson_of(u, rate)));
    counted.filter(|x| x.3 > 0).collect()
}

/// What incidents left behind fades.
pub(super) fn fade(world: &mut World, model: &Model) {
    let fade = libm::exp(-1.0 / model.p.combat.excitation_time);
    world.excited.iter_mut().for_each(|value| *value *= fade);
}

/// What the lethal incidents of a week leave behind. An incident without deaths excites nothing and a lethal one carries the effect of all,
/// so that `excitation` incidents follow from an incident on average, and as many lethal ones from a lethal one: that is what was measured.
pub(super) fn excite(world: &mut World, model: &Model, place: Place, attacker: Bloc, target: Bloc, lethal: usize) {
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
