//! Harm to civilians, whoever does it and however it came about: who is hit, who is blamed, and what is written down of it.
//! Reads: who is where. Writes: deaths, plunder, the week's harm. Draws: in the stream of the event that it belongs to.
//! Evidence: model 6.4. Left out: harm that nobody sees.
use super::{Model, terms};
use crate::dice::Draws;
use crate::index::{Bloc, Cluster, Community, Household, Id, Org, Place};
use crate::world::{Harm, Struck, Template, World, households};

/// Kills and harasses civilians of one settlement; returns how many died. Without a community, whoever lives there.
pub fn harm_people(
    world: &mut World,
    model: &Model,
    place: Place,
    by: Org,
    community: Option<Community>,
    deaths: u32,
    draws: &mut Draws,
) -> u32 {
    let bloc = world.organisations[by].bloc;
    let Some(first) = somebody(world, model, place, community, draws) else { return 0 };
    let blamed = blame(world, model, bloc, place, draws);
    let p = &model.p.abuse;
    let first = Victim::new(model.template, first, None, draws);
    let dead = victims(world, model, place, first, bloc, blamed, deaths, true, draws);
    let others = crate::dice::poisson_of(draws.unit(), p.harassment * f64::from(dead));
    victims(world, model, place, first, bloc, blamed, others, false, draws);
    let organisation = &mut world.organisations[by];
    organisation.resources = (organisation.resources + p.plunder * f64::from(others)).min(1.0);
    dead
}

/// Who is blamed: the perpetrator, save for errors towards another bloc that is present.
fn blame(world: &World, model: &Model, bloc: Bloc, place: Place, draws: &mut Draws) -> Bloc {
    let (wrong, which) = (draws.unit() < model.p.abuse.misattribution, draws.unit());
    let others: Vec<Bloc> = terms::blocs(world).filter(|&l| l != bloc && terms::fighters(world, l, place) > 0.0).collect();
    if wrong && !others.is_empty() { others[((which * others.len() as f64) as usize).min(others.len() - 1)] } else { bloc }
}

/// A household present in a place (of a community, if given), host or guest, each being equally likely.
pub fn somebody(world: &World, model: &Model, place: Place, community: Option<Community>, draws: &mut Draws) -> Option<Household> {
    /// Households asked at random before all are counted.
    const ASKED: u32 = 60;
    let t = model.template;
    let community = match community {
        Some(c) => c,
        None => Community::from_at(draws.choose(world.present.row(place).iter().copied())?),
    };
    let of_here = t.households_of(place, community);
    let (hosts, guests) = (of_here.end - of_here.start, world.guests(place));
    let alive = |household: &Household| world.people.living(*household) > 0;
    let host = |at: u32| Some(Household(of_here.start + at)).filter(|&household| world.people.is_at_home(household));
    let guest = |position: u32| {
        let (home, nth) = guests.find(position);
        let of_home = t.households_of(home, community);
        Some(world.lists[(home, place)][nth].household).filter(|household| of_home.contains(&household.0))
    };
    let all = hosts + guests.len();
    for _ in 0..ASKED.min(all * ASKED) {
        let at = draws.below(all as usize) as u32;
        let asked = at.checked_sub(hosts).map_or_else(|| host(at), guest);
        if let Some(household) = asked.filter(alive) {
            return Some(household);
        }
    }
    let away = world.lists.ids().flat_map(|home| {
        let of_home = t.households_of(home, community);
        world.lists[(home, place)].iter().map(|away| away.household).filter(move |household| of_home.contains(&household.0))
    });
    let those: Vec<Household> = world.people.at_home(of_here.clone()).chain(away).filter(alive).collect();
    (!those.is_empty()).then(|| those[draws.below(those.len())])
}

/// Whom a harm falls on. At a coarse scale a kept settlement may stand for several, the kept lineages of a community for its others there, and a
/// kept household for as many as make up the weight: an event strikes the one settlement, those lineages and that household in so many times.
#[derive(Clone, Copy)]
struct Victim {
    household: Household,
    /// Its settlement.
    cluster: Cluster,
    /// Whether it is the kept settlement that was struck.
    struck: bool,
    /// Whether its kept lineages are those on whom the event falls.
    among: bool,
    /// Whether it is the kept household that was hit.
    felt: bool,
}

impl Victim {
    /// A household, the next after one or the first.
    fn new(template: &Template, household: Household, before: Option<Self>, draws: &mut Draws) -> Self {
        let happens = |chance: f64, draws: &mut Draws| chance >= 1.0 || draws.unit() < chance;
        let (segment, data) = template.lineage(household);
        let (cluster, settled, of_its_own) = (data.cluster, template.settled[data.place], template.among[segment]);
        let (struck, among) = match before {
            Some(before) if before.cluster == cluster => (before.struck, before.among),
            _ => {
                let struck = happens(settled, draws);
                (struck, struck && happens(of_its_own, draws))
            }
        };
        Self { household, cluster, struck, among, felt: among && happens(1.0 / (template.weight(segment) * settled * of_its_own), draws) }
    }
}

/// Harms `count` times, from one household on: most often further ones of its settlement and community, or, where no more of them are found,
/// others of the community who are in the place; deadly or not. Returns how many were reached.
#[expect(clippy::too_many_arguments, reason = "one event's facts")]
fn victims(
    world: &mut World,
    model: &Model,
    place: Place,
    first: Victim,
    bloc: Bloc,
    blamed: Bloc,
    count: u32,
    lethal: bool,
    draws: &mut Draws,
) -> u32 {
    /// Chance that the next victim is of another household.
    const MOVES_ON: f64 = 0.7;
    let t = model.template;
    let community = t.lineage(first.household).1.community;
    let mut reached = 0;
    let mut victim = first;
    for at in 0..count {
        if world.people.living(victim.household) == 0 || at > 0 && draws.unit() < MOVES_ON {
            let Some(other) = another(world, model, place, victim.household, draws) else { break };
            victim = Victim::new(t, other, Some(victim), draws);
        }
        let Victim { household, cluster, struck, felt, .. } = victim;
        if lethal {
            if felt {
                world.bury(t, household, 1);
            }
            world.deaths4.add(place.at(), 1.0);
            world.ledger.civilian_deaths.push((place, community, 1.0));
        }
        let this = Struck { place, cluster, community, blamed, lethal };
        if struck && world.ledger.struck.last() != Some(&this) {
            world.ledger.struck.push(this);
        }
        reached += 1;
        world.ledger.touches += 1;
        if !lethal && felt {
            let half = model.p.governance.hardship_half_life;
            let row = &mut world.people[household];
            let before = households::decode(row.plundered, world.week, half);
            let after = (before + model.p.abuse.plunder_hardship).min(1.0);
            row.plundered = households::encode(after, world.week, half);
        }
        if felt {
            world.ledger.harms.push(Harm { place, cluster, household, community, perpetrator: bloc, blamed, lethal });
        }
        let i = world.bpc(blamed, place, community);
        world.harm26.add(i, 1.0);
    }
    if lethal && reached > 0 {
        // Who answers, and whom, is told by roots: all fighters of one stand together.
        let by = terms::traits(world, model, bloc);
        for harmed in model.case.blocs.ids() {
            if terms::is_own(world, model, harmed, community) {
                let i = world.bbp(by, harmed, place);
                world.harmed6.add(i, 1.0);
            }
        }
    }
    reached
}

/// Another household of the settlement and community of one, in the place with it; or anybody of that community there.
fn another(world: &World, model: &Model, place: Place, household: Household, draws: &mut Draws) -> Option<Household> {
    /// Households asked at random before others of the community are.
    const ASKED: u32 = 20;
    let t = model.template;
    let (_, segment) = t.lineage(household);
    let (from, end) = (t.clusters[segment.cluster].first, t.clusters[segment.cluster].end);
    for _ in 0..ASKED {
        let other = Household(from + draws.below((end - from) as usize) as u32);
        if place == segment.place && !world.people.is_at_home(other) {
            continue;
        }
        if t.lineage(other).1.community == segment.community && world.people.at(other) == place && world.people.living(other) > 0 {
            return Some(other);
        }
    }
    somebody(world, model, place, Some(segment.community), draws)
}
