//! Incidents and fights: who meets, who dies, who withdraws.
use super::rates::spoiling;
use crate::dice::{Draws, Stream, mix};
use crate::index::{Bloc, Id, Org, Place};
use crate::processes::telling::tell;
use crate::processes::{Model, deployment, harm, severity, terms};
use crate::units::{kept, logistic};
use crate::world::{Deadly, Kind, World, organisation};

/// Deaths from which a story tells an attack.
const TOLD_FROM: u32 = 15;
/// Deaths from which leaders may be among them.
const LEADERS_FROM: f64 = 10.0;

/// Which organisations meet in an incident: by their shares, stances and compliance.
fn meet(world: &World, model: &Model, attacker: Bloc, target: Bloc, place: Place, draws: &mut Draws) -> Option<(Org, Org)> {
    let of =
        |root: Bloc| world.active().filter(move |(_, o)| o.root == root && o.fighters[place] > 0.0).map(|(org, _)| org).collect::<Vec<_>>();
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
pub(super) fn incident(world: &mut World, model: &Model, place: Place, attacker: Bloc, target: Bloc, nth: u32) -> bool {
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
        strike(world, model, &Attack { place, by: k, on: l, size, setting: Setting::Ambush }, &mut draws);
    }
    lethal
}

/// How a fight is set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    Ambush,
    SetPiece,
}

/// A lethal attack, before it is fought.
pub(super) struct Attack {
    pub(super) place: Place,
    pub(super) by: Org,
    pub(super) on: Org,
    /// Persons who die in it, if so many are exposed.
    pub(super) size: u32,
    pub(super) setting: Setting,
}

/// Resolves a lethal attack.
pub(super) fn strike(world: &mut World, model: &Model, attack: &Attack, draws: &mut Draws) {
    let &Attack { place, by: k, on: l, size, setting } = attack;
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
    world.ledger.deadly.push(Deadly {
        place,
        kind: Kind::Attack,
        a: k,
        b: Some(l),
        dead_a: dead_k,
        dead_b: dead_l,
        civilians: f64::from(civilians),
    });
    if civilians > 0 {
        let by = if draws.unit() < 0.5 { k } else { l };
        harm::harm_people(world, model, place, by, None, civilians, draws);
    }
    let bloc = world.organisations[l].bloc;
    let withdraws = before > 0.0 && dead_l > model.p.deployment.withdrawal * before && bigger && !model.held;
    if withdraws {
        withdraw(world, model, l, place);
        world.ledger.stands.push((bloc, place, true));
    } else if dead_l < 0.5 * dead {
        world.ledger.stands.push((bloc, place, false));
    }
    if dead >= LEADERS_FROM {
        [k, l].into_iter().for_each(|org| risk_leader(world, model, org, place));
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

/// A leader of an organisation may fall at a place, and its cohesion moves. Each such attack of a week has a draw of its own.
fn risk_leader(world: &mut World, model: &Model, org: Org, place: Place) {
    let nth = world.ledger.attacks.iter().filter(|a| [a.0, a.1].contains(&org) && a.2 == place && a.3 >= LEADERS_FROM).count();
    let entity = mix(mix(world.organisations[org].identity, model.case.places[place].identity), nth as u64);
    if model.dice.happens(Stream::Leader, world.week, entity, model.p.combat.leader) {
        let change = -0.1 + 0.1 * model.dice.normal(Stream::Leader, world.week, mix(entity, 1));
        let organisation = &mut world.organisations[org];
        organisation.cohesion = (organisation.cohesion + change).clamp(0.05, 1.0);
        let cohesion = organisation.cohesion;
        let text = format!("{} loses a leader in the fighting; its cohesion moves by {change:+.2} to {cohesion:.2}", organisation.name);
        tell(world, "leader", Some(place), vec![org], 0, text).numbers = vec![("cohesion_change", change), ("cohesion", cohesion)];
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
        world
            .active()
            .filter(|(_, o)| o.root == root)
            .map(|(_, o)| o.fighters[place].min(model.p.combat.column) * o.quality)
            .sum::<f64>()
            .max(1.0)
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

/// Moves a force out of a place, to the neighbour where it is strongest.
pub(super) fn withdraw(world: &mut World, model: &Model, org: Org, place: Place) {
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
pub(super) fn open_breaks(world: &mut World, model: &Model) {
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
            let weights: Vec<f64> =
                places.iter().map(|&q| world.organisations[pair.a].fighters[q] * world.organisations[pair.b].fighters[q]).collect();
            if let Some(found) = draws.choose(weights.iter().copied()) {
                let (k, l) = if draws.unit() < 0.5 { (pair.a, pair.b) } else { (pair.b, pair.a) };
                let size = severity::draw(model, model.p.combat.tail_groups, &mut draws);
                strike(world, model, &Attack { place: places[found], by: k, on: l, size, setting: Setting::Ambush }, &mut draws);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;
    use crate::params::Parameters;
    use crate::scenario::{Changes, Library};
    use crate::sim::{self, Ready};
    use crate::world::Template;
    use std::sync::Arc;

    /// Would catch two attacks of a week that share one fate: then a leader falls in both or in neither.
    #[test]
    fn each_attack_has_a_leaders_fate_of_its_own() {
        let scenario = Library::new().load("two-valleys-exclusive", &Changes::default()).expect("a scenario");
        let mut parameters = Parameters::medians(&scenario.case, scenario.start);
        parameters.combat.leader = 1.0;
        let ready = Ready::new(&scenario, &Arc::new(Template::new(&scenario)), parameters);
        let dice = Dice::new(1, 0);
        let mut world = sim::burn_in(&ready, dice);
        world.ledger.clear();
        sim::with_model(&ready, dice, |model| {
            let [guard, front] = ["guard", "front"].map(|slug| model.case.organisation(slug).expect("an organisation"));
            let mut fall = |place| {
                world.organisations[front].cohesion = 0.6;
                world.ledger.attacks.push((guard, front, place, LEADERS_FROM));
                risk_leader(&mut world, model, front, place);
                world.organisations[front].cohesion
            };
            let [first, second, elsewhere] = [Place(0), Place(0), Place(1)].map(&mut fall);
            assert!(first != 0.6 && first != second && second != elsewhere && elsewhere != first, "{first}, {second}, {elsewhere}");
        });
    }
}
