//! Accord: compliance, implementation, DDR, guarantee, trust, relapse, and what those outside do.
//! Reads: accords, attacks of the week, protection. Writes: compliance, implementation, rents, integrated men. Draws: one a
//! hazard; who answers a list.
//! Evidence: Algiers 2015 (Carter Center, PAM), DDR-I; model 6.13. Left out: courts, elections, parliament.
use super::{Model, mediation, parties, politics, protection, recruitment, telling, terms};
use crate::dice::{Stream, identity, mix};
use crate::index::{Community, Org, Party};
use crate::params::accord::Accord;
use crate::scenario::Stance;
use crate::scenario::case::Recruits;
use crate::talks::accord::{self as rules, Bond, Choice, ExcludedInputs, PROVISIONS, Provision, RelapseInputs};
use crate::talks::war_value;
use crate::world::World;
use crate::world::peace::{Cessation, Spoiler, Violation};

/// Position of amnesty among the scalar issues.
const AMNESTY: usize = 3;
/// Address of what is peculiar to a run and the same for all its accords.
const RUN: u64 = identity("run");

pub(super) fn run(world: &mut World, model: &Model) {
    note_violations(world, model);
    relapse(world, model);
    implement(world, model);
    lists(world, model);
    trust(world, model);
    excluded(world, model);
    compliance(world, model);
    pause(world, model);
    amnesty(world, model);
    effects(world, model);
    funnel(world);
}

/// Lethal attacks between signatories, by party.
fn note_violations(world: &mut World, model: &Model) {
    let week = world.week;
    let p = &model.p.accord;
    let kept = p.compliance_window.max(p.trust_every).round() as i32;
    let attacks: Vec<Violation> = world
        .ledger
        .attacks
        .iter()
        .filter_map(|&(k, l, _, deaths)| {
            Some(Violation { week, by: world.organisations[k].party?, on: world.organisations[l].party?, deaths })
        })
        .collect();
    for accord in world.peace.accords.iter_mut().filter(|a| a.ended.is_none()) {
        accord.violations.retain(|v| week - v.week < kept);
        accord.violations.extend(&attacks);
    }
}

/// Weekly lethal attacks expected between two organisations with nothing signed.
fn expected(world: &World, model: &Model, a: Org, b: Org) -> f64 {
    let (x, y) = (&world.organisations[a], &world.organisations[b]);
    let share = |o: &crate::world::Organisation| o.total() / world.strength(o.root).max(1.0);
    let rate = terms::listed_rate(model.case, model.p, x.root, y.root).unwrap_or(model.p.combat.open_rate);
    terms::true_per_week(rate, model.p) * share(x) * share(y)
}

/// Compliance of every bound pair, from what is signed.
fn compliance(world: &mut World, model: &Model) {
    let p = &model.p.accord;
    world.compliance.values_mut().fill(0.0);
    let week = world.week;
    let mut set: Vec<(Org, Org, f64)> = Vec::new();
    let cohesion = |org: Org| world.organisations[org].cohesion;
    for c in world.peace.cessations.iter().filter(|c| c.until > week) {
        if world.organisations[c.a].alive && world.organisations[c.b].alive {
            let held = rules::compliance(Bond::Cessation, [cohesion(c.a), cohesion(c.b)], 0.0, 1.0, p);
            set.push((c.a, c.b, held * c.covers));
        }
    }
    for accord in world.peace.accords.iter().filter(|a| a.ended.is_none()) {
        let weeks = week - accord.signed;
        let mut parties = accord.parties.clone();
        parties.push(model.case.state_party);
        for (at, &a) in parties.iter().enumerate() {
            for &b in &parties[at + 1..] {
                let of_pair =
                    |v: &&Violation| f64::from(week - v.week) < p.compliance_window && ((v.by, v.on) == (a, b) || (v.on, v.by) == (a, b));
                let attacks = accord.violations.iter().filter(of_pair).count() as f64;
                // Of the pair of parties, as the attacks are.
                let pairs = parties::organisations(world, a).flat_map(|x| parties::organisations(world, b).map(move |y| (x, y)));
                let window = f64::from(weeks).clamp(1.0, p.compliance_window);
                let expected = pairs.map(|(x, y)| expected(world, model, x, y)).sum::<f64>() * window;
                for x in parties::organisations(world, a) {
                    for y in parties::organisations(world, b) {
                        let held =
                            rules::compliance(Bond::of_accord(f64::from(weeks), p), [cohesion(x), cohesion(y)], attacks, expected, p);
                        set.push((x, y, held));
                    }
                }
            }
        }
    }
    for (a, b, held) in set {
        if held > world.compliance[(a, b)] {
            world.compliance[(a, b)] = held;
            world.compliance[(b, a)] = held;
        }
    }
}

/// A bare cessation with the state, beside no accord, costs the state momentum: the other side regroups.
fn pause(world: &mut World, model: &Model) {
    let party = model.case.state_party;
    let ours = |org: Org| world.organisations[org].party == Some(party);
    let signed = |org: Org| {
        let party = world.organisations[org].party;
        world.peace.accords.iter().any(|a| a.ended.is_none() && party.is_some_and(|q| a.parties.contains(&q)))
    };
    let pauses =
        world.peace.cessations.iter().any(|c| {
            c.until > world.week && ours(c.a) != ours(c.b) && [c.a, c.b].iter().all(|&k| world.organisations[k].alive && !signed(k))
        });
    if pauses {
        let organisations: Vec<Org> = parties::organisations(world, party).collect();
        for org in organisations {
            let momentum = &mut world.organisations[org].table_momentum;
            *momentum = (*momentum - model.p.mediation.pause_momentum).max(-1.0);
        }
    }
}

/// Amnesty that reached the fighters of signatories, times its credibility, 1 - (1 - trust)(1 - guarantee).
fn amnesty(world: &mut World, model: &Model) {
    world.amnesty.values_mut().fill(0.0);
    let state = model.case.state_party;
    for accord in world.peace.accords.iter().filter(|a| a.ended.is_none() && a.reached_here) {
        let left = mediation::guarantee_left(world, model, accord.signed);
        for &party in &accord.parties {
            let trust = world.peace.trust.as_ref().map_or(0.0, |t| t[(party, state)]);
            let credible = 1.0 - (1.0 - trust) * (1.0 - left);
            let given = accord.level[Provision::Amnesty as usize] * accord.scalars[AMNESTY];
            world.amnesty[party] = world.amnesty[party].max(given * credible);
        }
    }
}

/// Will of the signatories of an accord, from pairs of margin and cohesion, under its watchdog. Of one that stood before, nobody knows the margins.
fn will(margins: &[(f64, f64)], enforcement: f64, p: &Accord) -> f64 {
    let will = if margins.is_empty() { p.will_standing } else { rules::will(margins, p) };
    rules::enforced(will, enforcement)
}

/// Provisions move towards what will and monitoring allow.
fn implement(world: &mut World, model: &Model) {
    let p = &model.p.accord;
    for at in 0..world.peace.accords.len() {
        let accord = &world.peace.accords[at];
        if accord.ended.is_some() {
            continue;
        }
        let margins: Vec<(f64, f64)> = accord
            .margins
            .iter()
            .map(|&(party, margin, war_then, kept)| {
                let now = war_value(parties::war(world, model, party), &model.p.mediation);
                let cohesion = parties::lead(world, party).map_or(0.0, |o| world.organisations[o].cohesion);
                (margin - kept * (now - war_then), cohesion)
            })
            .collect();
        let will = will(&margins, accord.enforcement, p);
        let monitoring = accord.monitoring * if accord.reached_here { world.peace.group } else { 1.0 };
        let target = rules::implementation_target(will, monitoring, p);
        let weeks = f64::from(world.week - accord.signed);
        let standing = accord.margins.is_empty();
        let accord = &mut world.peace.accords[at];
        for provision in PROVISIONS {
            if weeks >= provision.delay(standing, p) {
                let level = &mut accord.level[provision as usize];
                *level = rules::implement(*level, target, p);
            }
        }
    }
}

/// Lists of DDR: called in step with intake; each man is asked once.
fn lists(world: &mut World, model: &Model) {
    let p = &model.p.accord;
    for at in 0..world.peace.lists.len() {
        let list = world.peace.lists[at].clone();
        if f64::from(world.week) < list.from_week || list.accord.is_some_and(|a| world.peace.accords[a].ended.is_some()) {
            continue;
        }
        // Intake follows the accord that carries the list, or the standing one, or an even will without any.
        let carrier = list.accord.or_else(|| world.peace.accords.iter().position(|a| a.ended.is_none()));
        let monitoring = carrier.map_or(p.monitoring_neutral, |a| world.peace.accords[a].monitoring);
        let will = carrier.map_or(p.will_neutral, |a| {
            let accord = &world.peace.accords[a];
            will(&accord.margins.iter().map(|m| (m.1, 1.0)).collect::<Vec<_>>(), accord.enforcement, p)
        });
        let before = list.level;
        let level = rules::implement_at(before, rules::implementation_target(will, monitoring, p), list.pace, p);
        let eligible: f64 = list.organisations.iter().map(|&o| world.organisations[o].total()).sum();
        let called = (list.quota.min(eligible + list.joined) * (level - before)).max(0.0);
        world.peace.lists[at].level = level;
        world.peace.lists[at].called += called;
        call(world, model, at, called);
    }
}

/// Calls men from a list, in proportion to where the listed organisations' fighters are.
fn call(world: &mut World, model: &Model, at: usize, called: f64) {
    let p = &model.p.accord;
    let list = world.peace.lists[at].clone();
    let army = model.case.organisations.iter().find(|(_, o)| o.recruits == Recruits::National).map(|(org, _)| org);
    let total: f64 = list.organisations.iter().map(|&o| world.organisations[o].total()).sum();
    if total < 1.0 {
        return;
    }
    let mut accepted = 0.0;
    for &org in &list.organisations {
        let bloc = world.organisations[org].bloc;
        let identity = world.organisations[org].identity;
        for place in model.case.zones() {
            let here = world.organisations[org].fighters[place];
            let mean = called * here / total;
            if mean <= 0.0 {
                continue;
            }
            let entity = mix(mix(identity, model.case.places[place].identity), list.identity);
            let asked = model.dice.poisson(Stream::Ddr, world.week, entity, mean).min(here as u32);
            for nth in 0..asked {
                let mut draws = model.dice.at(Stream::DdrWho, world.week, mix(entity, u64::from(nth)));
                let communities = &model.case.organisations[world.organisations[org].origin].communities;
                let Some(&community) = communities.get(draws.below(communities.len().max(1))) else { continue };
                let own = protection::of(world, bloc, place, community);
                let others =
                    terms::blocs(world).filter(|&b| b != bloc).map(|b| protection::of(world, b, place, community)).fold(0.0, f64::max);
                if draws.unit() >= rules::ddr_yes_probability(others, own.max(0.0), p) {
                    continue;
                }
                let Some(household) = recruitment::release(world, model, org, place, 1, mix(entity, 100 + u64::from(nth))) else { break };
                accepted += 1.0;
                if draws.unit() >= list.integrated_share {
                    world.people.demobilise(household, 1);
                } else {
                    // A soldier is not free to join anybody.
                    let gone = &mut world.people[household].gone;
                    *gone = gone.saturating_add(1);
                    if let Some(army) = army {
                        let o = &mut world.organisations[army];
                        let before = rules::ddr_intelligence(o.integrated[place], p);
                        o.integrated[place] += 1.0;
                        o.fighters[place] += 1.0;
                        o.intelligence[place] = (o.intelligence[place] + rules::ddr_intelligence(o.integrated[place], p) - before).min(1.0);
                        world.peace.integrated += 1.0;
                    }
                }
            }
        }
    }
    world.peace.lists[at].joined += accepted;
}

/// Trust of bound pairs, every season.
fn trust(world: &mut World, model: &Model) {
    let p = &model.p.accord;
    if world.week == 0 || world.week.rem_euclid(p.trust_every.round() as i32) != 0 {
        return;
    }
    let start = world.peace.trust_start;
    let mut bound: Vec<(Party, Party)> = Vec::new();
    for accord in world.peace.accords.iter().filter(|a| a.ended.is_none()) {
        let mut parties = accord.parties.clone();
        parties.push(model.case.state_party);
        for &a in &parties {
            bound.extend(parties.iter().filter(|&&b| a != b).map(|&b| (a, b)));
        }
    }
    // Two accords may bind the same pair.
    bound.sort_unstable();
    bound.dedup();
    // Only what is deadly enough reaches the table.
    let deadly = |v: &&Violation| v.deaths >= p.trust_deaths && f64::from(world.week - v.week) < p.trust_every;
    let breaches: Vec<(Party, Party)> =
        world.peace.accords.iter().flat_map(|a| a.violations.iter().filter(deadly).map(|v| (v.by, v.on))).collect();
    let Some(grid) = &mut world.peace.trust else { return };
    for (a, b) in bound {
        // The partner's own side attacked: `b` struck `a`.
        let breached = breaches.contains(&(b, a));
        grid[(a, b)] = rules::update_trust(grid[(a, b)], start, breached, p);
    }
}

/// Accords break.
fn relapse(world: &mut World, model: &Model) {
    let p = &model.p.accord;
    for at in 0..world.peace.accords.len() {
        let accord = world.peace.accords[at].clone();
        if accord.ended.is_some() || accord.hostile.is_empty() || accord.signed >= world.week {
            continue;
        }
        let weeks = f64::from(world.week - accord.signed);
        let fighters = |party: Party| parties::organisations(world, party).map(|o| world.organisations[o].total()).sum::<f64>();
        let ours: f64 = accord.parties.iter().map(|&q| fighters(q)).sum();
        let state: f64 = fighters(model.case.state_party);
        let hostile: f64 = world
            .active()
            .filter(|(_, o)| o.recruits == Recruits::Households && o.party.is_none_or(|q| !accord.parties.contains(&q)))
            .map(|(_, o)| o.total())
            .sum();
        let mean_abuse = terms::true_per_week(p.relapse_abuse_window * model.case.one_sided.values().iter().sum::<f64>(), model.p);
        let track = model.scenario.track_at(world.week);
        let inputs = RelapseInputs {
            implementation: accord.level.iter().sum::<f64>() / 6.0,
            signatories: 1.0 + accord.blocking.len() as f64,
            abuse: ((world.one_sided.over(0, p.relapse_abuse_window.round() as usize) - mean_abuse) / libm::sqrt(mean_abuse.max(1.0)))
                .clamp(-3.0, 3.0),
            strength: if ours + state > 0.0 { ours / (ours + state) } else { 0.0 },
            civil_society: track.civil_society_as.map_or(track.civil_society, |modality| rules::civil_society(modality, p)),
            guarantee: track.guarantee,
            guarantee_level: mediation::guarantee_left(world, model, accord.signed),
            all_signed: hostile < terms::DORMANT,
            outside: hostile / (hostile + ours + state).max(1.0),
            preliminary: weeks < p.preliminary_weeks,
            taste: model.dice.normal(Stream::RelapseTaste, 0, RUN),
        };
        if !model.dice.happens(Stream::Relapse, world.week, accord.identity, rules::relapse_probability(&inputs, p)) {
            continue;
        }
        let trust = world.peace.trust.as_ref();
        let weights: Vec<f64> =
            accord.hostile.iter().map(|&(a, b, w)| w * (1.0 - trust.map_or(0.5, |t| 0.5 * (t[(a, b)] + t[(b, a)])))).collect();
        let mut draws = model.dice.at(Stream::RelapsePair, world.week, accord.identity);
        let Some(which) = draws.choose(weights.iter().copied()) else { continue };
        let (a, b, _) = accord.hostile[which];
        // Of two beside the state, either.
        let state = model.case.state_party;
        let breaker = if a == state || b != state && draws.unit() >= 0.5 { b } else { a };
        let ends = accord.blocking.contains(&breaker);
        let name = |party: Party| {
            if party == model.case.state_party {
                "the state".to_owned()
            } else {
                parties::lead(world, party)
                    .map_or_else(|| model.case.parties[party].slug.clone(), |org| world.organisations[org].name.clone())
            }
        };
        let hazard = rules::relapse_hazard(&inputs, p);
        let text = format!(
            "The accord signed {weeks:.0} weeks ago {} between {} and {}: carried out to {:.2}, violence against civilians {:+.1} standard deviations, guarantee {:.2} left, {:.2} of all strength outside it; hazard {hazard:.4} a week",
            if ends { "breaks".to_owned() } else { format!("loses {}; it breaks", name(breaker)) },
            name(a),
            name(b),
            inputs.implementation,
            inputs.abuse,
            inputs.guarantee_level,
            inputs.outside
        );
        let actors = [a, b].into_iter().flat_map(|party| parties::organisations(world, party).collect::<Vec<_>>()).collect();
        telling::tell(world, "accord", None, actors, 0, text).numbers = vec![
            ("weeks", weeks),
            ("hazard", hazard),
            ("implementation", inputs.implementation),
            ("abuse", inputs.abuse),
            ("guarantee", inputs.guarantee_level),
            ("outside", inputs.outside),
            ("ends", f64::from(u8::from(ends))),
        ];
        let week = world.week;
        let accord = &mut world.peace.accords[at];
        if ends {
            accord.ended = Some(week);
        } else {
            accord.parties.retain(|&q| q != breaker);
            accord.hostile.retain(|&(x, y, _)| x != breaker && y != breaker);
        }
    }
}

/// Every season each organisation outside a new accord chooses what to do about it.
fn excluded(world: &mut World, model: &Model) {
    let p = &model.p.accord;
    let every = p.excluded_every.round() as i32;
    if world.week.rem_euclid(every) != 0 {
        return;
    }
    let Some(at) = world.peace.accords.iter().position(|a| a.ended.is_none() && a.reached_here) else { return };
    let accord = world.peace.accords[at].clone();
    dissolve(world, model, &accord.parties);
    let outside: Vec<(Org, Party)> = world
        .active()
        .filter(|(_, o)| o.recruits == Recruits::Households && o.total() >= terms::DORMANT)
        .filter_map(|(org, o)| o.party.filter(|q| !accord.parties.contains(q)).map(|q| (org, q)))
        .collect();
    for &(org, party) in &outside {
        let value = war_value(parties::war(world, model, party), &model.p.mediation);
        let accede = world.peace.table.as_ref().zip(world.peace.talks.as_ref()).and_then(|(table, talks)| {
            let seat = table.seat_of(party).filter(|&seat| talks.in_contact(seat))?;
            let members: Vec<usize> = std::iter::once(0).chain(accord.parties.iter().filter_map(|&q| table.seat_of(q))).collect();
            Some(talks.margin_of_acceding(table, &members, seat, &accord.scalars, &model.p.mediation))
        });
        let partner =
            on_common_ground(world, org, &outside, |o| world.stances[(org, o)] == Stance::Neutral && !terms::friends_enemy(world, org, o));
        let ally = partner.map(|(o, other)| {
            let (a, b) = (world.organisations[org].total(), world.organisations[o].total());
            let joint = (value * libm::sqrt((a + b) / a.max(1.0))).min(1.0);
            let distance: f64 =
                (0..5).map(|j| (model.p.tables.ideals[party][j] - model.p.tables.ideals[other][j]).abs()).sum::<f64>() / 5.0;
            (joint, distance)
        });
        let enemy = on_common_ground(world, org, &outside, |o| world.stances[(org, o)] == Stance::Hostile);
        let pact = enemy.map(|_| (parties::hurt(world, model, party), model.p.mediation.hurt_cost));
        let share: f64 = accord.shares.iter().map(|s| s.1[0]).sum();
        let inputs = ExcludedInputs { war: value, accede, pact, ally, spoil: Some(0.05 * share) };
        let values = rules::excluded_values(&inputs, p);
        let chances = rules::excluded_choice(&values, p);
        let identity = world.organisations[org].identity;
        let choice = rules::excluded_pick(&chances, model.dice.unit(Stream::Excluded, world.week, identity));
        world.peace.spoilers.retain(|s| s.org != org);
        if choice == Choice::Spoil {
            world.peace.spoilers.push(Spoiler { org, accord: at, until: world.week + every });
        }
        let name = world.organisations[org].name.clone();
        let chance = chances.iter().find(|x| x.0 == choice).map_or_else(String::new, |x| format!("; chance {:.2}", x.1));
        match choice {
            Choice::Accede => {
                world.peace.accords[at].parties.push(party);
                let gain = accede.unwrap_or(0.0);
                let text = format!("{name} accedes to the accord: it is worth {gain:+.3} more to it than war at {value:.3}{chance}");
                telling::tell(world, "accord", None, vec![org], 0, text).numbers = vec![("margin", gain), ("war", value)];
            }
            Choice::Ally => {
                if let Some((o, _)) = partner {
                    world.stances[(org, o)] = Stance::Truce;
                    world.stances[(o, org)] = Stance::Truce;
                    let joint = ally.map_or(0.0, |x| x.0);
                    let text = format!(
                        "{name} and {}, both outside the accord, come to an understanding: war together is worth {joint:.3}, alone {value:.3}{chance}",
                        world.organisations[o].name
                    );
                    telling::tell(world, "alignment", None, vec![org, o], 0, text).numbers = vec![("joint", joint), ("war", value)];
                }
            }
            Choice::LocalPact => {
                if let Some((o, _)) = enemy {
                    // A pact at one place covers the share of the pair's fighting that lies there.
                    let week = world.week;
                    world.peace.cessations.push(Cessation { a: org, b: o, since: week, until: week + 2 * every, covers: 0.3 });
                    let hurt = pact.map_or(0.0, |x| x.0);
                    let text = format!(
                        "{name} and {} agree on a local pact for {} weeks (it hurts {name} by {hurt:.2}{chance})",
                        world.organisations[o].name,
                        2 * every
                    );
                    telling::tell(world, "pact", None, vec![org, o], 0, text).numbers = vec![("hurt", hurt), ("war", value)];
                }
            }
            Choice::GoOn | Choice::Spoil => {}
        }
    }
}

/// Of the others outside an accord that are wanted, the one with which an organisation shares most ground, if any: those who are
/// far apart have nothing to agree on. Does not depend on the order of the list.
#[must_use]
pub fn on_common_ground(world: &World, org: Org, outside: &[(Org, Party)], wanted: impl Fn(Org) -> bool) -> Option<(Org, Party)> {
    /// Overlap of their places from which two organisations share ground: a twentieth of full.
    const SHARED: f64 = 0.05;
    let x = &world.organisations[org];
    outside
        .iter()
        .copied()
        .filter(|&(o, _)| o != org && wanted(o))
        .map(|other| (other, politics::overlap(x, &world.organisations[other.0])))
        .filter(|(_, overlap)| *overlap >= SHARED)
        .max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| world.organisations[b.0.0].identity.cmp(&world.organisations[a.0.0].identity)))
        .map(|x| x.0)
}

/// Organisations outside an accord that hardly anybody is left in go home.
fn dissolve(world: &mut World, model: &Model, signatories: &[Party]) {
    let few: Vec<Org> = world
        .active()
        .filter(|(_, o)| {
            o.recruits == Recruits::Households
                && o.total() < model.p.accord.excluded_dissolve
                && o.party.is_none_or(|q| !signatories.contains(&q))
        })
        .map(|(org, _)| org)
        .collect();
    for org in few {
        for place in model.case.zones() {
            let here = world.organisations[org].fighters[place].ceil() as u32;
            recruitment::release(world, model, org, place, here, mix(world.organisations[org].identity, model.case.places[place].identity));
        }
        let organisation = &mut world.organisations[org];
        organisation.fighters.values_mut().fill(0.0);
        organisation.alive = false;
        let text = format!("{} dissolves", organisation.name);
        telling::tell(world, "end", None, vec![org], 0, text);
    }
}

/// What accords do to the world: marginalisation, rents, means, foreign partners, troops.
fn effects(world: &mut World, model: &Model) {
    let case = model.case;
    for community in case.communities.ids() {
        world.delivered[community] = 0.0;
        world.seated[community] = 0.0;
        world.rents[community] = case.communities[community].rents;
    }
    let active: Vec<usize> = (0..world.peace.accords.len())
        .filter(|&a| world.peace.accords[a].ended.is_none() && !world.peace.accords[a].margins.is_empty())
        .collect();
    for at in active {
        let accord = world.peace.accords[at].clone();
        for community in case.communities.ids() {
            let Some((party, closeness)) = closest(world, model, community, &accord.parties) else { continue };
            if closeness >= terms::CONSTITUENCY {
                world.seated[community] = 1.0;
            }
            if closest(world, model, community, &accord.heard).is_some_and(|(_, closeness)| closeness >= terms::CONSTITUENCY) {
                world.seated[community] = 1.0;
            }
            let weights = &model.p.tables.weights[party];
            let width = |j: usize| {
                (model.p.tables.ideals[party][j] - model.p.tables.ideals[case.parties[party].enemy][j])
                    .abs()
                    .max(model.p.mediation.ideal_distance_min)
            };
            // Provisions carry issues: autonomy and justice by the autonomy law, posts, amnesty, the ceasefire for forces.
            let carried = [5, 5, 2, 1, 0];
            let mut delivered = 0.0;
            for j in 0..5 {
                let v = 1.0 - (accord.scalars[j] - model.p.tables.ideals[party][j]).abs() / width(j);
                delivered += accord.level[carried[j]] * weights[j] * v.max(0.0);
            }
            let share = accord.shares.iter().find(|s| s.0 == party).map(|s| s.1);
            let part = share.unwrap_or_default();
            for j in 0..2 {
                let v = (part[j] / case.parties[party].claims[j].max(1e-6)).min(1.0);
                delivered += accord.level[if j == 0 { 3 } else { 2 }] * weights[5 + j] * v;
            }
            world.delivered[community] = delivered;
            // Who signed without a share of the pies has left the rents of his people as they were.
            if let Some([rents, _]) = share {
                let y = accord.level[3];
                world.rents[community] = (1.0 - y) * case.communities[community].rents + y * rents;
            }
        }
        for &(party, share) in &accord.shares {
            let gain = model.p.accord.rents_resources * accord.level[3] * share[0] / 52.18;
            let organisations: Vec<Org> = parties::organisations(world, party).collect();
            for org in organisations {
                let o = &mut world.organisations[org];
                o.resources = (o.resources + gain).min(1.0);
            }
        }
        let leaves = accord.level[0] * (1.0 - accord.scalars[4]).max(0.0);
        for (org, start) in world.peace.partners.clone() {
            let most = start * (1.0 - leaves);
            let now = world.organisations[org].total();
            if now > most && now > 0.0 {
                world.organisations[org].fighters.values_mut().iter_mut().for_each(|f| *f *= most / now);
            }
        }
    }
    // Troops that face bound opponents are free to move.
    for place in case.zones() {
        let (mut bound, mut foes, mut own) = (0.0, 0.0, 0.0);
        let state: Vec<Org> = world.active().filter(|(_, o)| o.root == case.state).map(|(s, _)| s).collect();
        for (org, o) in world.active() {
            if o.root == case.state {
                own += o.fighters[place];
            } else if state.iter().any(|&s| world.stances[(s, org)] == Stance::Hostile) {
                let comply = state.iter().map(|&s| world.compliance[(s, org)]).fold(0.0, f64::max);
                foes += o.fighters[place];
                bound += comply * o.fighters[place];
            }
        }
        world.freed[place] = if own + foes > 0.0 { bound / (own + foes) } else { 0.0 };
    }
}

/// The signatory to which a community is closest.
fn closest(world: &World, model: &Model, community: Community, parties: &[Party]) -> Option<(Party, f64)> {
    parties
        .iter()
        .filter_map(|&q| parties::lead(world, q).map(|o| (q, terms::affinity(world, model, world.organisations[o].bloc, community))))
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
}

/// How long the first accord of the run has stood.
fn funnel(world: &mut World) {
    let week = world.week;
    let Some(accord) = world.peace.accords.iter().find(|a| a.reached_here) else { return };
    let stood = accord.ended.unwrap_or(week) - accord.signed;
    let standing = accord.ended.is_none();
    let reached = &mut world.peace.funnel.reached;
    for (name, weeks) in [("year_1", 52), ("year_5", 260)] {
        if stood >= weeks {
            reached[mediation::stage(name)].get_or_insert(week);
        }
    }
    reached[mediation::stage("standing_at_end")] = standing.then_some(week);
}
