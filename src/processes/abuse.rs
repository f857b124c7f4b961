//! Abuse: violence against civilians, one formula for every actor.
//! Reads: forces, this week's attacks, own deaths, control. Writes: deaths, harm, hardship. Draws: counts per (bloc, place).
//! Evidence: Kalyvas 2006 on control; UCDP one-sided events 2017-2021; model 6.4. Left out: air strikes as a choice apart.
use super::{Model, combat, harm, severity, telling, terms};
use crate::dice::{Draws, Stream, mix};
use crate::index::{Bloc, Community, Grid, Id, Map, Org, Place};
use crate::scenario::case::Recruits;
use crate::world::{Deadly, Kind, Organisation, World};

/// Most that the drivers multiply the base rate by.
const DRIVERS_MOST: f64 = 7.0;

/// Deaths from which a story tells an atrocity.
const TOLD_FROM: u32 = 10;

/// Weight by which a bloc turns on a community: the table's factor, less for those it is close to.
#[must_use]
pub fn turned_on(world: &World, model: &Model, bloc: Bloc, community: Community) -> f64 {
    model.solved.turned_on[(terms::traits(world, model, bloc), community)]
}

/// Fighters of each organisation of a root bloc at a place as they count for abuse: foreign partners by their own rate per
/// fighter, those who promised restraint by what is left of it.
fn hands(world: &World, model: &Model, root: Bloc, place: Place) -> impl Iterator<Item = (Org, f64)> {
    let rate = |o: &Organisation| if o.recruits == Recruits::Contract { model.p.abuse.partner } else { 1.0 };
    world
        .active()
        .filter(move |(_, o)| o.root == root && o.fighters[place] > 0.0)
        .map(move |(org, o)| (org, o.fighters[place] * (1.0 - o.restraint) * rate(o)))
}

/// What of one-sided violence at a place is the same whoever commits it.
struct Ground {
    place: Place,
    /// Share of each community in the people present.
    shares: Vec<f64>,
    /// Persons present.
    people: f64,
    /// By how much each bloc guards its communities less than at the start: the log of its losses, times their persons, one by one.
    bared: Vec<(Bloc, f64)>,
}

impl Ground {
    fn new(world: &World, model: &Model, place: Place) -> Self {
        let people = world.inhabitants(place);
        let mut bared = Vec::with_capacity(2 * model.case.communities.len());
        for own in model.case.blocs.ids() {
            let start = model.solved.force[(own, place)];
            if start < terms::PRESENT {
                continue;
            }
            let lost = libm::log((start / world.force[(place, own)].max(0.2 * start)).clamp(0.2, 5.0));
            let guarded = world.present.row(place).iter().zip(model.case.affinity.row(own)).filter(|x| *x.1 >= terms::CONSTITUENCY);
            bared.extend(guarded.map(|(persons, _)| (own, persons * lost)));
        }
        Self { place, shares: world.present.row(place).iter().map(|persons| persons / people.max(1.0)).collect(), people, bared }
    }

    /// How the people stand to a bloc: the mean of the weights by which it turns on those present.
    fn exposure(&self, model: &Model, root: Bloc) -> f64 {
        self.shares.iter().zip(model.solved.turned_on.row(root)).map(|(share, weight)| share * weight).sum()
    }

    /// More fighters of a community's own blocs than at the start lower the violence of others against it.
    fn shield(&self, model: &Model, root: Bloc) -> f64 {
        let log = self.bared.iter().filter(|x| x.0 != root).fold(0.0, |sum, x| sum + x.1);
        if self.people > 0.0 { libm::exp((model.p.deployment.shield * log / self.people).clamp(-1.0, 1.0)) } else { 1.0 }
    }
}

/// What of a bloc's one-sided violence at a place does not hang on this week's fighting.
pub struct Resting {
    mass: f64,
    exposure: f64,
    selective: f64,
    shield: f64,
}

impl Resting {
    /// Of the forces, people and control of now; none where the bloc is not present.
    #[must_use]
    pub fn of(world: &World, model: &Model, root: Bloc, place: Place) -> Option<Self> {
        (world.force[(place, root)] >= terms::PRESENT).then(|| Self::on(&Ground::new(world, model, place), world, model, root))
    }

    /// Of a bloc that is present.
    fn on(ground: &Ground, world: &World, model: &Model, root: Bloc) -> Self {
        let (p, place) = (&model.p.abuse, ground.place);
        let control = |root| terms::control_of_root(world, model, place, root);
        let own = control(root);
        let rival = model.case.blocs.ids().filter(|&l| l != root).map(control).fold(0.0, f64::max);
        let (a, b) = (p.selective_own, p.selective_missing);
        let selective = if own > rival {
            let most = libm::pow((a + 1.0) / (a + b + 1.0), a + 1.0) * libm::pow(b / (a + b + 1.0), b);
            libm::pow(own, a) * libm::pow(1.0 - own.min(1.0), b) * (own - rival) / most
        } else {
            0.0
        };
        let mass = hands(world, model, root, place).map(|h| h.1).sum();
        Self { mass, exposure: ground.exposure(model, root), selective, shield: ground.shield(model, root) }
    }

    /// Events a week relative to the solved level, by collateral harm and own deaths of four weeks.
    #[must_use]
    pub fn rate(&self, model: &Model, collateral: f64, reprisal: f64) -> f64 {
        let saturated = |x: f64| if x > 0.0 { -libm::expm1(-x) } else { 0.0 };
        let drivers = 1.0 + model.p.abuse.driver * (saturated(4.0 * collateral) + saturated(reprisal / 10.0) + self.selective);
        self.mass * self.exposure * drivers.min(DRIVERS_MOST) * self.shield
    }
}

/// Collateral harm of attacks that a bloc launches at a place in a week: more, the less its fighters know and obey.
#[must_use]
pub fn collateral(world: &World, root: Bloc, place: Place, launched: f64) -> f64 {
    let mean = |f: &dyn Fn(&Organisation) -> f64| {
        let (mut sum, mut n) = (0.0, 0.0);
        for (_, o) in world.active().filter(|(_, o)| o.root == root && o.fighters[place] > 0.0) {
            sum += f(o) * o.fighters[place];
            n += o.fighters[place];
        }
        if n > 0.0 { sum / n } else { 0.0 }
    };
    if launched > 0.0 { launched * (1.0 - mean(&|o| o.intelligence[place])) * (1.0 - mean(&|o| o.discipline)) } else { 0.0 }
}

/// One-sided events of each root bloc and place relative to its solved level, in a week in which it launches no attack.
#[must_use]
pub fn base_rate(world: &World, model: &Model, root: Bloc, place: Place) -> f64 {
    Resting::of(world, model, root, place).map_or(0.0, |resting| resting.rate(model, 0.0, world.own_deaths4.get(world.pb(place, root))))
}

/// Attacks that each root bloc launched this week, by place and bloc.
fn launched(world: &World, model: &Model) -> Grid<Place, Bloc, f64> {
    let mut launched = Grid::filled(model.case.zones, model.case.blocs.len(), 0.0);
    for &(bloc, place) in &world.ledger.launched {
        launched[(place, terms::traits(world, model, bloc))] += 1.0;
    }
    launched
}

/// Nobody is harmed outside battle: sums over the last weeks go on, campaigns fade.
pub(super) fn off(world: &mut World, model: &Model) {
    pass(world);
    fade(world, model);
}

fn pass(world: &mut World) {
    world.one_sided.advance();
    world.harm26.advance();
    world.inherited26.advance();
}

fn fade(world: &mut World, model: &Model) {
    let fade = libm::exp(-1.0 / model.p.abuse.campaign_time);
    world.campaign.iter_mut().for_each(|events| *events *= fade);
}

/// What events before a burn-in left behind, as it is in the mean at the start.
pub fn begin(world: &mut World, model: &Model) {
    for root in model.case.blocs.ids() {
        for place in model.case.zones() {
            let at = world.pb(place, root);
            world.campaign[at] = model.solved.one_sided[(root, place)] / combat::new_share(model.p.abuse.campaign_time);
        }
    }
}

pub(super) fn run(world: &mut World, model: &Model) {
    pass(world);
    let mut events = Vec::new();
    let p = &model.p.abuse;
    let g = combat::new_share(p.campaign_time);
    let launched = launched(world, model);
    let grounds: Vec<Ground> = model.case.zones().map(|place| Ground::new(world, model, place)).collect();
    for root in model.case.blocs.ids() {
        if world.strength(root) < terms::DORMANT {
            continue;
        }
        let disputes = dispute_factors(world, model, root);
        for ground in &grounds {
            let place = ground.place;
            // Where nobody is there, nothing happens.
            if world.force[(place, root)] < terms::PRESENT {
                continue;
            }
            let at = world.pb(place, root);
            let collateral = collateral(world, root, place, launched[(place, root)]);
            let usual = Resting::on(ground, world, model, root).rate(model, collateral, world.own_deaths4.get(at));
            let at_rest = model.solved.abuse[root] * usual * disputes[place];
            let rate = at_rest + p.campaign * g * world.campaign[at] * unrestrained(world, root, place);
            let entity = mix(model.case.places[place].identity, model.case.blocs[root].identity);
            let n = model.dice.poisson(Stream::Abuse, world.week, entity, rate.min(30.0));
            if n > 0 {
                events.push((root, place, n, entity));
            }
        }
    }
    fade(world, model);
    for (root, place, n, entity) in events {
        let at = world.pb(place, root);
        world.campaign[at] += f64::from(n);
        for nth in 0..n {
            let mut draws = model.dice.at(Stream::AbuseIncident, world.week, mix(entity, u64::from(nth)));
            event(world, model, root, place, &mut draws, |draws| severity::draw(model, model.p.combat.tail_civilians, draws));
        }
    }
}

/// Mean over the fighters of a root bloc at a place of what is left of violence after promised restraint, where somebody is there.
fn unrestrained(world: &World, root: Bloc, place: Place) -> f64 {
    let all = world.force[(place, root)];
    world.active().filter(|(_, o)| o.root == root).map(|(_, o)| o.fighters[place] / all * (1.0 - o.restraint)).sum()
}

/// Violence of such groups (self-defence groups, say) follows the disputes of their communities: a factor at each place.
fn dispute_factors(world: &World, model: &Model, root: Bloc) -> Map<Place, f64> {
    if !model.case.blocs[root].follows_disputes {
        return Map::filled(model.case.zones, 1.0);
    }
    let mut levels = Map::filled(model.case.zones, (0.0, 0.0));
    for d in world.disputes.iter().filter(|d| [d.a, d.b].iter().any(|&c| model.case.affinity[(root, c)] >= terms::CONSTITUENCY)) {
        levels[d.place].0 += d.level;
        levels[d.place].1 += d.start;
    }
    Map::new(levels.values().iter().map(|&(now, start)| if start > 0.0 { (now / start).clamp(0.0, 3.0) } else { 1.0 }).collect())
}

/// A lethal event of a bloc at a place, of a size that is drawn once who is struck is known.
pub fn event(world: &mut World, model: &Model, root: Bloc, place: Place, draws: &mut Draws, size: impl FnOnce(&mut Draws) -> u32) {
    let organisations: Vec<(Org, f64)> = hands(world, model, root, place).collect();
    let Some(at) = draws.choose(organisations.iter().map(|x| x.1)) else { return };
    let by = organisations[at].0;
    let bloc = world.organisations[by].bloc;
    let weights: Vec<f64> = model.case.communities.ids().map(|c| world.present[(place, c)] * turned_on(world, model, bloc, c)).collect();
    let Some(community) = draws.choose(weights.iter().copied()) else { return };
    let community = Community::from_at(community);
    let size = size(draws);
    let dead = harm::harm_people(world, model, place, by, Some(community), size, draws);
    world.one_sided.add(0, 1.0);
    world.ledger.one_sided.push((by, place, f64::from(dead)));
    world.ledger.deadly.push(Deadly { place, kind: Kind::OneSided, a: by, b: None, dead_a: 0.0, dead_b: 0.0, civilians: f64::from(dead) });
    if dead >= TOLD_FROM {
        let lost = world.own_deaths4.get(world.pb(place, root));
        let launched = launched(world, model)[(place, root)];
        let held = world.control[(place, bloc)];
        let mut before = Vec::new();
        if lost >= 1.0 {
            before.push(format!("{lost:.0} of their own died there in four weeks"));
        }
        if launched > 0.0 {
            before.push(format!("{launched} attacks launched there this week"));
        }
        before.push(format!("control {held:.2}"));
        let text = format!(
            "{} kill {dead} civilians, {}, in {} ({})",
            world.organisations[by].name,
            model.case.communities[community].name,
            model.case.places[place].name,
            before.join(", ")
        );
        let line = telling::tell(world, "atrocity", Some(place), vec![by], dead, text);
        line.communities.push(community);
        line.numbers = vec![("own_deaths_4_weeks", lost), ("attacks_launched", launched), ("control", held)];
    }
}
