//! An accord comes into force; a party leaves its umbrella.
use crate::dice::Stream;
use crate::index::{Bloc, Id, Org, Party, Place};
use crate::processes::parties::{lead, war};
use crate::processes::{Model, politics, telling, terms};
use crate::scenario::Stance;
use crate::scenario::track::Modality;
use crate::talks::{Table, war_value};
use crate::world::peace::{Accord, List, identity_of};
use crate::world::{ORGANISATIONS_MOST, World};

/// Puts an accord into force.
pub fn sign(world: &mut World, model: &Model, table: &Table, signed: crate::talks::state::Signed) {
    let state = table.participants[0].party;
    let track = model.scenario.track_at(world.week);
    let mut margins = Vec::new();
    let mut shares = Vec::new();
    for (at, &party) in signed.members.iter().enumerate() {
        let value = war_value(war(world, model, party), &model.p.mediation);
        let margin = signed.package.margins.get(at).copied().unwrap_or(0.0);
        margins.push((party, margin, value, signed.kept[at]));
        shares.push((party, signed.package.shares.get(at).copied().unwrap_or([0.0; 2])));
    }
    let parties: Vec<Party> = signed.signatories.iter().copied().filter(|&q| q != state).collect();
    let hostile = at_war(world, &signed.signatories);
    if track.accord_replaces {
        for accord in &mut world.peace.accords {
            accord.ended.get_or_insert(world.week);
        }
        world.peace.lists.clear();
    }
    let week = world.week;
    let identity = identity_of(parties.iter().map(|&q| model.case.parties[q].identity), week);
    world.peace.accords.push(Accord {
        identity,
        places: covered(world, model, &parties),
        signed: week,
        blocking: signed.members.iter().copied().filter(|&q| q != state).collect(),
        hostile,
        level: [0.0; 6],
        monitoring: track.monitoring,
        enforcement: track.enforcement,
        heard: heard(world, table, &signed.signatories),
        margins,
        scalars: signed.package.scalars,
        shares,
        violations: Vec::new(),
        ended: None,
        reached_here: true,
        parties: parties.clone(),
    });
    if let Some(ddr) = &track.accord_ddr {
        let organisations =
            if ddr.organisations.is_empty() { parties.iter().filter_map(|&q| lead(world, q)).collect() } else { ddr.organisations.clone() };
        world.peace.lists.push(List {
            identity,
            quota: ddr.quota,
            integrated_share: ddr.integrated_share,
            organisations,
            level: 0.0,
            called: 0.0,
            joined: 0.0,
            accord: Some(world.peace.accords.len() - 1),
            pace: ddr.pace,
            from_week: f64::from(week) + ddr.delay.unwrap_or(model.p.accord.delay_intake),
        });
    }
    announce(world);
}

/// Who has posts or money announced to him: who sits at open talks, whose men stand on an open list, who signed an accord of this run that stands.
pub(super) fn announce(world: &mut World) {
    let peace = &world.peace;
    let stands = |accord: &Accord| accord.ended.is_none();
    let lists = peace.lists.iter().filter(|list| list.accord.is_none_or(|at| stands(&peace.accords[at])));
    let listed = lists.flat_map(|list| &list.organisations).filter_map(|&org| world.organisations[org].party);
    let signed = peace.accords.iter().filter(|a| stands(a) && a.reached_here).flat_map(|a| a.parties.iter().copied());
    let promised: Vec<Party> = listed.chain(signed).collect();
    for (post, &proposal) in world.posts.values_mut().iter_mut().zip(world.proposals.values()) {
        *post = proposal;
    }
    for party in promised {
        world.posts[party] = 1.0;
    }
}

/// A party leaves its umbrella: part of its fighters follows, the rest stays, and they are no longer friends.
pub(super) fn leave_umbrella(world: &mut World, model: &Model, party: Party) {
    let m = &model.p.mediation;
    let Some(parent) = lead(world, party) else { return };
    let full = world.slots_used >= world.slots() || world.organisations.len() >= ORGANISATIONS_MOST;
    if world.organisations[parent].umbrella.is_none() || full {
        // A seat without an umbrella meets its conditions as it stands.
        world.organisations[parent].restraint = model.p.accord.compliance_cessation;
        cease(world, model, parent);
        return;
    }
    let identity = world.organisations[parent].identity;
    let (share, retaliation) = (m.follow, m.retaliation);
    let change = m.successor_cohesion + m.successor_cohesion_sd * model.dice.normal(Stream::Follow, world.week, identity);
    let umbrella = world.organisations[parent].umbrella;
    let child = politics::split(world, model, parent, share);
    let slot = Bloc::from_at(world.slots_used);
    world.slots_used += 1;
    let from = world.organisations[parent].bloc;
    copy_memory(world, model, from, slot);
    let defectors = &mut world.organisations[child];
    defectors.bloc = slot;
    defectors.umbrella = None;
    defectors.party = Some(party);
    defectors.restraint = model.p.accord.compliance_cessation;
    defectors.name = format!("{} (defectors)", model.case.organisations[defectors.origin].name);
    let force = defectors.total();
    let members = defectors.members.clone();
    divide(world, model, from, slot);
    world.organisations[parent].party = None;
    if let Some(leads) = &mut world.peace.lead {
        leads[party] = Some(child);
    }
    for household in members {
        let (segment, _) = model.template.lineage(crate::index::Household(household));
        let kin = &mut world.kin_fighters[(segment, from)];
        *kin = kin.saturating_sub(1);
        world.kin_fighters[(segment, slot)] += 1;
    }
    // The umbrella passes to its largest member, and those who stay may retaliate.
    let rate = terms::true_per_week(m.retaliation_events * retaliation, model.p);
    let others: Vec<Org> = world.active().filter(|(org, o)| *org != child && o.umbrella == umbrella).map(|(org, _)| org).collect();
    let successor = others
        .iter()
        .copied()
        .filter(|&o| o != parent)
        .max_by(|&a, &b| world.organisations[a].total().total_cmp(&world.organisations[b].total()).then(b.cmp(&a)));
    if let Some(successor) = successor {
        let o = &mut world.organisations[successor];
        o.cohesion = (o.cohesion + change).clamp(0.05, 1.0);
    }
    for &other in &others {
        let force_b = world.organisations[other].total();
        world.breaks.push(crate::world::Break { a: child, b: other, rate: rate / others.len() as f64, force_a: force, force_b });
        let stance = if world.organisations[other].root == world.organisations[child].root { Stance::Neutral } else { Stance::Allied };
        world.stances[(child, other)] = stance;
        world.stances[(other, child)] = stance;
    }
    world.peace.truce_end = m.truce_end_rate * m.truce_end;
    cease(world, model, child);
    world.muster();
    let text = format!(
        "{} leave the umbrella with {force:.0} fighters, {:.0} % of those who were led; the others stay{}",
        world.organisations[child].name,
        100.0 * share,
        if retaliation > 0.005 { format!(" and may retaliate ({retaliation:.2})") } else { String::new() }
    );
    telling::tell(world, "split", None, vec![parent, child], 0, text).numbers =
        vec![("fighters", force), ("share", share), ("retaliation", retaliation)];
}

/// A bare cessation between a party's organisation and the state's.
fn cease(world: &mut World, model: &Model, org: Org) {
    let state: Vec<Org> = world.active().filter(|(_, o)| o.root == model.case.state).map(|(s, _)| s).collect();
    for s in state {
        world.peace.cessations.push(crate::world::peace::Cessation { a: s, b: org, since: world.week, until: i32::MAX, covers: 1.0 });
    }
}

/// What is remembered of a bloc is remembered of those who break from it.
fn copy_memory(world: &mut World, model: &Model, from: Bloc, to: Bloc) {
    world.people.copy_memory(from, to);
    world.copies.copy_memory(from, to);
    world.slow.copy_column(from, to);
    world.fast.copy_column(from, to);
    for community in model.case.communities.ids() {
        world.met[(to, community)] = world.met[(from, community)];
        world.abandoned[(to, community)] = world.abandoned[(from, community)];
        for place in model.case.zones() {
            let (a, b) = (world.bpc(from, place, community), world.bpc(to, place, community));
            world.legitimacy[b] = world.legitimacy[a];
            world.protection[b] = world.protection[a];
        }
    }
    let len = model.case.zones * model.case.communities.len();
    let first = model.case.communities.ids().next().expect("a case has communities");
    let (a, b) = (world.bpc(from, Place(0), first), world.bpc(to, Place(0), first));
    let before = world.harm26.part(a, len);
    world.harm26.put(&before, b);
    world.inherited26.put(&before, b);
}

/// What a bloc has is divided with those who break from it: control of each place as the fighters there, what it started from as all fighters,
/// and the mean of what it held as what each holds now. So nobody has lost or won ground by the break itself.
fn divide(world: &mut World, model: &Model, from: Bloc, to: Bloc) {
    let share = |of: f64, rest: f64, otherwise: f64| if of + rest > 0.0 { of / (of + rest) } else { otherwise };
    let all = |bloc| world.active().filter(|(_, o)| o.bloc == bloc).map(|(_, o)| o.total()).sum::<f64>();
    let of_all = share(all(to), all(from), 0.0);
    for place in model.case.zones() {
        let here = share(terms::fighters(world, to, place), terms::fighters(world, from, place), of_all);
        let control = world.control[(place, from)];
        world.control[(place, to)] = control * here;
        world.control[(place, from)] = control * (1.0 - here);
    }
    let of_held = share(terms::holdings(world, model, to), terms::holdings(world, model, from), of_all);
    for (what, share) in [(&mut world.stake, of_all), (&mut world.held, of_held)] {
        what[to] = what[from] * share;
        what[from] *= 1.0 - share;
    }
}

/// Places that an accord covers: those of the regions in which its non-state signatories stand.
pub(super) fn covered(world: &World, model: &Model, parties: &[Party]) -> Vec<Place> {
    let here = |place: Place| {
        world.active().filter(|(_, o)| o.party.is_some_and(|q| parties.contains(&q))).map(|(_, o)| o.fighters[place]).sum::<f64>()
    };
    let regions: Vec<&str> =
        model.case.zones().filter(|&q| here(q) >= terms::DORMANT).map(|q| model.case.places[q].region.as_str()).collect();
    model.case.zones().filter(|&q| regions.contains(&model.case.places[q].region.as_str())).collect()
}

/// Parties in contact that look on or are consulted and do not sign.
fn heard(world: &World, table: &Table, signatories: &[Party]) -> Vec<Party> {
    let Some(talks) = &world.peace.talks else { return Vec::new() };
    let seats = table.participants.iter().enumerate();
    seats
        .filter(|(at, who)| who.modality != Modality::Full && talks.in_contact(*at) && !signatories.contains(&who.party))
        .map(|(_, who)| who.party)
        .collect()
}

/// Pairs of signatories that fight each other as they sign.
pub(super) fn at_war(world: &World, signatories: &[Party]) -> Vec<(Party, Party, f64)> {
    let mut hostile = Vec::new();
    for (at, &a) in signatories.iter().enumerate() {
        for &b in &signatories[at + 1..] {
            if let (Some(x), Some(y)) = (lead(world, a), lead(world, b))
                && world.stances[(x, y)] == Stance::Hostile
            {
                hostile.push((a, b, 1.0));
            }
        }
    }
    hostile
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;
    use crate::params::Parameters;
    use crate::processes::recruitment;
    use crate::scenario::{Changes, Library};
    use crate::sim::{self, Ready};
    use crate::world::Template;
    use std::sync::Arc;

    /// A burned-in world of Mali in which a party leaves its umbrella, and what each bloc had before and has after.
    fn break_away(see: impl FnOnce(&World, &World, &Model, Bloc, Bloc)) {
        let changes = Changes { scale: Some(80), weeks: Some(4), ..Changes::default() };
        let scenario = Library::new().load("mauritanian-multiparty", &changes).expect("a scenario");
        let ready = Ready::new(&scenario, &Arc::new(Template::new(&scenario)), Parameters::medians(&scenario.case, scenario.start));
        let dice = Dice::new(1, 0);
        sim::with_model(&ready, dice, |model| {
            let mut world = sim::burn_in(&ready, dice);
            super::super::open(&mut world, model);
            super::super::seat(&world, model).swap(&mut world);
            let before = world.clone();
            let party = model.case.party("jnim-north").expect("a party");
            leave_umbrella(&mut world, model, party);
            let to = world.organisations[lead(&world, party).expect("who leads")].bloc;
            assert_eq!((world.slots_used, to.at()), (before.slots_used + 1, before.slots_used));
            see(&before, &world, model, terms::traits(&world, model, to), to);
        });
    }

    fn near(a: f64, b: f64, what: &str) {
        assert!((a - b).abs() < 1e-9 * (1.0 + a.abs()), "{what}: {a} and {b}");
    }

    /// Would catch a break that makes forces, ground or threats out of nothing, or takes them away.
    #[test]
    fn a_break_by_itself_changes_no_total() {
        break_away(|before, after, model, from, to| {
            for place in model.case.zones() {
                near(before.control[(place, from)], after.control[(place, from)] + after.control[(place, to)], "control");
                near(before.control[(place, from)], terms::control_of_root(after, model, place, from), "control of the root");
            }
            for bloc in [from, to] {
                let held = terms::relative_holdings(before, model, from);
                assert!((terms::relative_holdings(after, model, bloc) - held).abs() < 0.02, "relative holdings of {bloc:?} leave {held}");
            }
            let [rump, defectors] = [from, to].map(|bloc| after.active().find(|(_, o)| o.bloc == bloc).expect("an organisation").0);
            let momentum = terms::momentum(before, model, rump);
            for org in [rump, defectors] {
                near(momentum, terms::momentum(after, model, org), "momentum");
            }
            let all = |world: &World, bloc| world.active().filter(|(_, o)| o.bloc == bloc).map(|(_, o)| o.total()).sum::<f64>();
            for place in model.case.zones() {
                let level = |world, bloc| recruitment::level(world, model, bloc, place, all(world, bloc));
                let (one, two) = (level(before, from), level(after, from) + level(after, to));
                // Whole men are divided, and a place with less than a man of either is left out.
                assert!(
                    (two - one).abs() <= 0.02 * one || terms::fighters(after, to, place) < 20.0,
                    "levels at {place:?}: {one} and {two}"
                );
            }
            let threats = [before, after].map(|world| terms::Threats::new(world, model));
            for bloc in model.case.blocs.ids() {
                near(threats[0].overall(bloc), threats[1].overall(bloc), "threat");
            }
            near(threats[0].overall(from), threats[1].overall(to), "threat to the people of both");
        });
    }

    #[test]
    fn a_splinter_has_promised_nothing_and_a_world_that_is_full_breaks_no_further() {
        break_away(|_, after, model, _, to| {
            let mut world = after.clone();
            let defectors = world.active().find(|(_, o)| o.bloc == to).expect("an organisation").0;
            assert!(world.organisations[defectors].restraint > 0.0);
            let splinter = politics::split(&mut world, model, defectors, 0.3);
            assert_eq!(world.organisations[splinter].restraint, 0.0);
            while world.organisations.len() < ORGANISATIONS_MOST {
                politics::split(&mut world, model, splinter, 0.0);
            }
            let party = model.case.party("jnim-macina").expect("a party");
            leave_umbrella(&mut world, model, party);
            assert_eq!(world.organisations.len(), ORGANISATIONS_MOST);
        });
    }

    /// Would catch posts that stay announced when talks have ended and nobody has signed.
    #[test]
    fn posts_are_announced_for_as_long_as_somebody_promises_them() {
        break_away(|before, _, model, _, _| {
            let mut world = before.clone();
            let fla = model.case.party("fla").expect("a party");
            world.peace.lists.clear();
            for (proposal, promised) in [(1.0, 1.0), (0.0, 0.0)] {
                world.proposals[fla] = proposal;
                announce(&mut world);
                assert_eq!(world.posts[fla], promised);
            }
        });
    }
}
