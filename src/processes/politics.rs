//! Politics: splits, mergers, stances, new movements, the regime.
//! Reads: cohesion, threat, posts announced, losses. Writes: organisations, stances, regime. Draws: one a hazard.
//! Evidence: Malian movements 2012-2024; model 6.11. Left out: elections, quarrels inside the junta.
use super::{Model, parties, recruitment, telling, terms};
use crate::dice::{Stream, mix};
use crate::index::{Community, Id, Map, Org, Party, Place};
use crate::scenario::Stance;
use crate::scenario::case::{Recruits, SCALARS, TRENDS};
use crate::units::within;
use crate::world::organisation::SEASON;
use crate::world::peace::List;
use crate::world::{ORGANISATIONS_MOST, Organisation, World};

/// Shared enemies, as a multiple of the smaller of a pair, that draw it together half-way.
const SHARED_HALF: f64 = 20.0;
/// Fewest fighters of an organisation that can split.
const SPLIT_FROM: f64 = 150.0;
/// How far the ideal of a faction is drawn from its organisation's to those of the trends of its community (assumption: half-way).
const FACTION_LEANING: f64 = 0.5;
/// Least and most men of a new movement (assumption: enough for a list, too few to hold a town).
const MOVEMENT: (f64, f64) = (40.0, 160.0);

pub(super) fn run(world: &mut World, model: &Model) {
    let threats = terms::Threats::new(world, model);
    coup(world, model);
    splits(world, model, &threats);
    movements(world, model);
    mergers(world, model, &threats);
    stances(world, model);
}

/// No change of power.
pub(super) fn off(world: &mut World, _: &Model) {
    world.regime.coup_now = false;
}

/// A change of power by force redraws the hard-liners' share.
fn coup(world: &mut World, model: &Model) {
    let p = &model.p.politics;
    let state = world.active().filter(|(_, o)| o.root == model.case.state);
    let (mut lost, mut all, mut expected) = (0.0, 0.0, 0.0);
    for (_, o) in state {
        lost += o.recent_losses(world.week, SEASON);
        all += o.total();
        expected += SEASON * model.solved.losses[o.origin];
    }
    let pain = if all > 0.0 { 10.0 * (lost - expected) / all } else { 0.0 };
    let hazard = p.coup * libm::exp(p.coup_losses * pain.clamp(-1.0, 2.0)) + if world.talks_open { p.coup_talks } else { 0.0 };
    world.regime.coup_now = model.dice.happens(Stream::Coup, world.week, 0, within(hazard, 1.0));
    if world.regime.coup_now {
        let before = world.regime.hard_liners;
        world.regime.hard_liners = crate::stats::quantile::beta(
            model.dice.unit(Stream::Resolve, world.week, 0),
            model.p.mediation.hardliners_a,
            model.p.mediation.hardliners_b,
        );
        world.regime.coups += 1;
        let text = format!(
            "A coup in {}: the hard-liners' share moves from {before:.2} to {:.2} (hazard {hazard:.4} a week{})",
            model.case.capital,
            world.regime.hard_liners,
            if world.talks_open { ", more while talks are open" } else { "" }
        );
        let after = world.regime.hard_liners;
        let state: Vec<Org> = parties::organisations(world, model.case.state_party).collect();
        telling::tell(world, "coup", None, state, 0, text).numbers =
            vec![("hard_liners_before", before), ("hard_liners", after), ("hazard", hazard), ("losses", pain)];
    }
}

fn splits(world: &mut World, model: &Model, threats: &terms::Threats) {
    let p = &model.p.politics;
    for at in 0..world.organisations.len() {
        let org = Org::from_at(at);
        let o = &world.organisations[org];
        if !o.alive || o.recruits != Recruits::Households || o.total() < SPLIT_FROM || world.organisations.len() >= ORGANISATIONS_MOST {
            continue;
        }
        let start_cohesion = model.case.organisations[o.origin].cohesion;
        let threat = threats.overall(o.bloc);
        let start_threat = start_threat(world, model, o);
        let dispersion = dispersion(world, model, o);
        let (posts, leverage) = o.party.map_or((0.0, 0.0), |party| (world.posts[party], world.proposals[party]));
        let hazard = p.split
            * libm::exp(
                p.split_dispersion * dispersion
                    + p.split_posts * posts
                    + p.split_leverage * leverage
                    + p.split_rents * rents(world, model, o)
                    - p.split_threat * (threat - start_threat)
                    - p.split_cohesion * (o.cohesion - start_cohesion),
            );
        if model.dice.happens(Stream::Split, world.week, o.identity, within(hazard, 1.0)) {
            let cohesion = o.cohesion;
            let cause = format!(
                "{}threat {threat:.2}, {start_threat:.2} at the start; cohesion {cohesion:.2}; factions {dispersion:.2} apart over the offer; hazard {hazard:.4} a week",
                if posts > 0.0 { "posts are announced; " } else { "" }
            );
            let share = 0.15 + 0.35 * model.dice.unit(Stream::SplitSize, world.week, o.identity);
            let child = split(world, model, org, share);
            let text = format!(
                "{} breaks away from {} with {:.0} fighters ({cause})",
                world.organisations[child].name,
                world.organisations[org].name,
                world.organisations[child].total()
            );
            telling::tell(world, "split", None, vec![org, child], 0, text).numbers = vec![
                ("hazard", hazard),
                ("posts", posts),
                ("threat", threat),
                ("threat_start", start_threat),
                ("cohesion", cohesion),
                ("dispersion", dispersion),
                ("share", share),
            ];
        }
    }
}

/// Threat to an organisation's people at the start, weighted by place as in [`terms::Threats::overall`].
fn start_threat(world: &World, model: &Model, o: &Organisation) -> f64 {
    let own: Vec<Community> = model.case.communities.ids().filter(|&c| terms::is_own(world, model, o.bloc, c)).collect();
    let (mut sum, mut people) = (0.0, 0.0);
    for place in model.case.zones() {
        let own: f64 = own.iter().map(|&c| world.present[(place, c)]).sum();
        sum += own * model.solved.threat[(o.root, place)];
        people += own;
    }
    if people > 0.0 { sum / people } else { 0.0 }
}

/// How differently an organisation's factions stand to what is offered to it: the gap between the one that is farthest from
/// the offer and the one that is nearest, from 0 to 1. Without an offer, or with one faction, there is none.
#[must_use]
pub fn dispersion(world: &World, model: &Model, o: &Organisation) -> f64 {
    let (Some(party), Some(offer)) = (o.party, offer(world, o)) else { return 0.0 };
    let weights = &model.p.tables.weights[party][..SCALARS];
    let distances = model.case.organisations[o.origin].communities.iter().map(|&community| {
        let ideal = faction(world, model, party, community);
        (0..SCALARS).map(|j| weights[j] * (ideal[j] - offer[j]).abs()).sum::<f64>() / weights.iter().sum::<f64>().max(1e-9)
    });
    let (least, most) = distances.fold((1.0, 0.0), |(least, most), d| (f64::min(least, d), f64::max(most, d)));
    f64::max(most - least, 0.0)
}

/// The package before an organisation's party: that on the table, or that of the accord it signed.
fn offer(world: &World, o: &Organisation) -> Option<[f64; SCALARS]> {
    let party = o.party?;
    let signed =
        || world.peace.accords.iter().rev().find(|a| a.ended.is_none() && a.reached_here && a.parties.contains(&party)).map(|a| a.scalars);
    if world.proposals[party] > 0.0 { world.peace.offer } else { signed() }
}

/// Ideal point of a faction, an organisation's men of one community: its party's, drawn towards those of the trends to which
/// the community leans today.
fn faction(world: &World, model: &Model, party: Party, community: Community) -> [f64; SCALARS] {
    let own = model.p.tables.ideals[party];
    let mut ideal = own;
    for trend in TRENDS {
        let of_trend = |q: &Party| {
            model.case.parties[*q].organisations.iter().any(|&k| model.case.blocs[model.case.organisations[k].bloc].trend == trend)
        };
        let like: Vec<Party> = model.case.parties.ids().filter(of_trend).collect();
        let share = terms::leaning(world, model, community, trend);
        for j in 0..SCALARS {
            let mean = like.iter().map(|&q| model.p.tables.ideals[q][j]).sum::<f64>() / like.len().max(1) as f64;
            ideal[j] += FACTION_LEANING * share * (mean - own[j]);
        }
    }
    ideal
}

/// Mean rents of an organisation's communities, above the start's.
fn rents(world: &World, model: &Model, o: &Organisation) -> f64 {
    let own = &model.case.organisations[o.origin].communities;
    if own.is_empty() {
        return 0.0;
    }
    own.iter().map(|&c| world.rents[c] - model.case.communities[c].rents).sum::<f64>() / own.len() as f64
}

/// Splits a share of the fighters off, inside the bloc; stances are inherited, nothing signed is.
pub fn split(world: &mut World, model: &Model, org: Org, share: f64) -> Org {
    let parent = world.organisations[org].clone();
    let id = found(world, model, org, "splinter");
    let child = &mut world.organisations[id];
    // Every k-th member goes, spread over the roster; fighters by place move in the same share.
    let leaving = (parent.members.len() as f64 * share) as usize;
    let mut staying = Vec::with_capacity(parent.members.len() - leaving);
    let n = parent.members.len().max(1);
    for (at, &household) in parent.members.iter().enumerate() {
        if (at + 1) * leaving / n > at * leaving / n { child.members.push(household) } else { staying.push(household) }
    }
    let exact = if parent.total() > 0.0 { child.members.len() as f64 / parent.total() } else { 0.0 };
    child.fighters = Map::new(parent.fighters.values().iter().map(|f| f * exact).collect());
    let rest = Map::new(parent.fighters.values().iter().map(|f| f * (1.0 - exact)).collect());
    let organisation = &mut world.organisations[org];
    organisation.members = staying;
    organisation.fighters = rest;
    organisation.losses = parent.losses.map(|n| n * (1.0 - exact));
    world.organisations[id].losses = parent.losses.map(|n| n * exact);
    id
}

/// A new organisation after the likeness of another, nobody in it yet; stances are inherited, nothing signed is.
fn found(world: &mut World, model: &Model, like: Org, kind: &str) -> Org {
    let parent = &world.organisations[like];
    let nth = world.organisations.values().iter().filter(|o| o.origin == parent.origin).count();
    let mut child = parent.clone();
    child.identity = mix(parent.identity, mix(world.week.cast_unsigned().into(), nth as u64));
    child.slug = format!("{}-{nth}", model.case.organisations[parent.origin].slug);
    child.name = format!("{} ({kind} {nth})", model.case.organisations[parent.origin].name);
    child.party = None;
    child.members = Vec::new();
    child.fighters.values_mut().fill(0.0);
    child.losses.fill(0.0);
    child.restraint = 0.0;
    let id = world.organisations.push(child);
    for other in world.organisations.ids().collect::<Vec<_>>() {
        let stance = world.stances[(like, other)];
        world.stances[(id, other)] = stance;
        world.stances[(other, id)] = stance;
        world.compliance[(id, other)] = 0.0;
        world.compliance[(other, id)] = 0.0;
    }
    world.stances[(id, like)] = Stance::Neutral;
    world.stances[(like, id)] = Stance::Neutral;
    id
}

/// Posts announced bring forth movements that claim them: each round of an open list or open talks may.
fn movements(world: &mut World, model: &Model) {
    let open = |list: &&List| list.accord.is_none_or(|a| world.peace.accords[a].ended.is_none());
    let rounds = world.peace.lists.iter().filter(open).count() as f64 + if world.talks_open { 1.0 } else { 0.0 };
    let hazard = model.p.politics.movement * rounds;
    if world.organisations.len() >= ORGANISATIONS_MOST || !model.dice.happens(Stream::Movement, world.week, 0, within(hazard, 1.0)) {
        return;
    }
    let mut draws = model.dice.at(Stream::Movement, world.week, 1);
    // It comes from the ranks of those to whom posts were announced, where they live.
    let claimants: Vec<(Org, f64)> = world
        .active()
        .filter(|(_, o)| o.recruits == Recruits::Households && o.party.is_some_and(|q| world.posts[q] > 0.0))
        .map(|(org, o)| (org, o.total()))
        .collect();
    let Some(at) = draws.choose(claimants.iter().map(|c| c.1)) else { return };
    let like = claimants[at].0;
    let cells: Vec<(Place, Community)> = model
        .case
        .zones()
        .flat_map(|q| model.case.organisations[world.organisations[like].origin].communities.iter().map(move |&c| (q, c)))
        .collect();
    let Some(cell) = draws.choose(cells.iter().map(|&(q, c)| world.present[(q, c)] * world.organisations[like].fighters[q])) else {
        return;
    };
    let (place, community) = cells[cell];
    let wanted = (MOVEMENT.0 + (MOVEMENT.1 - MOVEMENT.0) * draws.unit()) as u32;
    let org = found(world, model, like, "new movement");
    let men = recruitment::raise(world, model, org, place, community, wanted, &mut draws);
    let text = format!(
        "{} appears in {} with {men} men of the {} ({rounds:.0} rounds of posts announced)",
        world.organisations[org].name, model.case.places[place].name, model.case.communities[community].name
    );
    let line = telling::tell(world, "movement", Some(place), vec![org], 0, text);
    line.communities.push(community);
    line.numbers = vec![("men", f64::from(men)), ("rounds", rounds)];
}

/// Two organisations of a bloc join under threat; not where one has signed what the other has not.
fn mergers(world: &mut World, model: &Model, threats: &terms::Threats) {
    let p = &model.p.politics;
    let active: Vec<Org> = world.active().filter(|(_, o)| o.recruits == Recruits::Households).map(|(org, _)| org).collect();
    for (at, &a) in active.iter().enumerate() {
        for &b in &active[at + 1..] {
            let (x, y) = (&world.organisations[a], &world.organisations[b]);
            if !x.alive || !y.alive || x.bloc != y.bloc || world.stances[(a, b)] == Stance::Hostile || divided(world, x, y) {
                continue;
            }
            let threat = threats.overall(x.bloc);
            let hazard = p.merger * libm::exp(threat);
            if model.dice.happens(Stream::Merge, world.week, mix(x.identity, y.identity), within(hazard, 1.0)) {
                let text = format!("{} and {} merge (threat {threat:.2})", x.name, y.name);
                let (larger, smaller) = if y.total() > x.total() { (b, a) } else { (a, b) };
                merge(world, larger, smaller);
                telling::tell(world, "merger", None, vec![a, b], 0, text).numbers = vec![("threat", threat), ("hazard", hazard)];
            }
        }
    }
}

/// Whether one of two organisations has signed what the other's party has not; without a party there is nothing to sign.
fn divided(world: &World, x: &Organisation, y: &Organisation) -> bool {
    let (Some(a), Some(b)) = (x.party, y.party) else { return false };
    world.peace.accords.iter().any(|accord| accord.ended.is_none() && accord.parties.contains(&a) != accord.parties.contains(&b))
}

/// The second joins the first, which speaks for it from now on.
pub fn merge(world: &mut World, a: Org, b: Org) {
    let gone = world.organisations[b].clone();
    if let (Some(leads), Some(party)) = (&mut world.peace.lead, gone.party) {
        leads[party] = Some(a);
    }
    for list in world.peace.lists.iter_mut().filter(|list| list.organisations.contains(&b)) {
        list.organisations.retain(|&k| k != a && k != b);
        list.organisations.push(a);
    }
    let first = &mut world.organisations[a];
    first.party = first.party.or(gone.party);
    for (place, n) in gone.fighters.iter() {
        first.fighters[place] += n;
    }
    for (mine, theirs) in first.losses.iter_mut().zip(gone.losses) {
        *mine += theirs;
    }
    first.members.extend(gone.members);
    let organisation = &mut world.organisations[b];
    organisation.fighters.values_mut().fill(0.0);
    organisation.members.clear();
    organisation.alive = false;
    organisation.losses.fill(0.0);
}

/// A pair reviews how it stands: shared enemies less mutual claims; never inside a bloc, never across an accord.
fn stances(world: &mut World, model: &Model) {
    let p = &model.p.politics;
    let active: Vec<Org> = world.active().map(|(org, _)| org).collect();
    for (at, &a) in active.iter().enumerate() {
        for &b in &active[at + 1..] {
            let (x, y) = (&world.organisations[a], &world.organisations[b]);
            if x.root == y.root || terms::of_the_state(x) || terms::of_the_state(y) || world.compliance[(a, b)] > 0.0 {
                continue;
            }
            let entity = mix(x.identity, y.identity);
            if !model.dice.happens(Stream::Stance, world.week, entity, within(p.review, 1.0)) {
                continue;
            }
            let shared = active
                .iter()
                .filter(|&&c| world.stances[(a, c)] == Stance::Hostile && world.stances[(b, c)] == Stance::Hostile)
                .map(|&c| world.organisations[c].total())
                .sum::<f64>();
            let own = x.total().min(y.total()).max(1.0);
            let claims = overlap(x, y);
            let pull = shared / (shared + SHARED_HALF * own) - claims;
            let now = world.stances[(a, b)];
            let next = match now {
                Stance::Allied if pull < -0.2 => Stance::Truce,
                Stance::Truce if pull < -0.2 => Stance::Hostile,
                Stance::Neutral if pull < -0.4 => Stance::Hostile,
                same if terms::friends_enemy(world, a, b) => same,
                Stance::Truce if pull > 0.6 => Stance::Allied,
                Stance::Neutral if pull > 0.6 => Stance::Truce,
                Stance::Hostile if pull > 0.5 => Stance::Truce,
                same => same,
            };
            if next != now {
                let text = format!(
                    "{} and {} move from {} to {} (shared enemies {:.2} less places claimed by both {claims:.2})",
                    x.name,
                    y.name,
                    now.word(),
                    next.word(),
                    pull + claims
                );
                world.stances[(a, b)] = next;
                world.stances[(b, a)] = next;
                telling::tell(world, "alignment", None, vec![a, b], 0, text).numbers =
                    vec![("shared_enemies", pull + claims), ("claims", claims)];
            }
        }
    }
}

/// How much two organisations claim the same places, from 0 to 1.
#[must_use]
pub fn overlap(x: &Organisation, y: &Organisation) -> f64 {
    let (n, m) = (x.total().max(1.0), y.total().max(1.0));
    x.fighters.iter().map(|(place, f)| libm::sqrt(f / n * (y.fighters[place] / m))).sum::<f64>()
}
