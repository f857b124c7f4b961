//! Recruitment: joining, leaving, coercion; notables; leanings.
//! Reads: grievance, protection, presence, means. Writes: members, fighters, notables, leanings. Draws: thinned per
//! (home, bloc); one uniform a man and week.
//! Evidence: UNDP 2023; Clingendael 2026 (M1, M2, M22); model 6.8. Left out: women, minors, recruitment abroad.
use super::grievance::{self, Held};
use super::{Model, leanings, protection, terms, thinning};
use crate::dice::{Draws, Stream, mix};
use crate::index::{Bits, Bloc, Community, Household, Id, Map, Org, Place, Segment};
use crate::scenario::Trend;
use crate::scenario::case::{Recruits, TRENDS};
use crate::units::within;
use crate::world::households::{self, Decay};
use crate::world::organisation::SEASON;
use crate::world::{Away, World};
use std::sync::LazyLock;

/// Most by which the log rate of joining may leave its mean at the start, either way.
pub const CLIP: f64 = 3.0;

/// Extra affinity of a household whose leaning is the bloc's.
pub const LEANING_AFFINITY: f64 = 0.5;

/// What is the same for all men this week.
pub struct Context {
    enemies: Vec<Vec<Bloc>>,
    pay: Vec<f64>,
    leaders: Map<Community, Trend>,
}

impl Context {
    /// The week's enemies and pay of every bloc, and the leaders of communities.
    #[must_use]
    pub fn new(world: &World, model: &Model) -> Self {
        let grid = terms::enemies(world);
        let list = |row: &Vec<bool>| row.iter().enumerate().filter(|(_, e)| **e).map(|(at, _)| Bloc::from_at(at)).collect();
        let mut pay = vec![0.0; world.slots()];
        for (_, o) in world.active() {
            pay[o.bloc.at()] = f64::max(pay[o.bloc.at()], o.resources);
        }
        let leaders = Map::new(model.case.communities.ids().map(|c| leader(model, c)).collect());
        Self { enemies: grid.iter().map(list).collect(), pay, leaders }
    }
}

/// What a bloc is to all men of a community in a place.
#[derive(Clone, Copy, Debug)]
pub struct Appeal<'a> {
    bloc: Bloc,
    trend: Trend,
    enemies: &'a [Bloc],
    pay: f64,
    leader: Trend,
    /// Log rate of a man without grievance, hardship, kin, fear and leaning, whose notable follows the leader.
    common: f64,
    /// What a notable's opposition adds where the bloc is not the leader's side.
    opposition: f64,
}

impl<'a> Appeal<'a> {
    /// Of a bloc to a community in a place.
    #[must_use]
    pub fn new(world: &World, model: &Model, context: &'a Context, bloc: Bloc, place: Place, community: Community) -> Self {
        let p = &model.p.recruitment;
        let root = terms::traits(world, model, bloc);
        let data = &model.case.blocs[root];
        let s = protection::of(world, bloc, place, community);
        let rival =
            protection::by_all(world, place, community).enumerate().filter(|(at, _)| *at != bloc.at()).map(|(_, s)| s).fold(0.0, f64::max);
        let affinity = affinity_now(world, model, bloc, place, community);
        let leader = context.leaders[community];
        Self {
            bloc,
            trend: data.trend,
            enemies: &context.enemies[bloc.at()],
            pay: context.pay[bloc.at()],
            leader,
            common: p.protection * (s - rival)
                + p.affinity * affinity
                + p.marginalisation * world.marginalisation[community] * data.antistate,
            opposition: if data.trend == leader { 0.0 } else { p.faction * (1.0 - world.trust[community]) },
        }
    }
}

/// Affinity of a community to a bloc at a place as it is now: the start's, what rule has earned there, and what rents have moved.
#[must_use]
pub fn affinity_now(world: &World, model: &Model, bloc: Bloc, place: Place, community: Community) -> f64 {
    let root = terms::traits(world, model, bloc);
    let affinity = model.case.affinity[(root, community)] + legitimacy_gain(world, model, bloc, place, community);
    if model.case.blocs[root].trend == Trend::Loyalist { affinity + world.state_affinity[community] } else { affinity }
}

/// What differs between men: kin, household.
pub struct Man {
    /// His lineage.
    pub segment: Segment,
    /// Hardship of his household.
    pub hardship: f64,
    /// Fear of his settlement.
    pub fear: f64,
}

/// The log rate of joining a bloc before its mean is taken off, for a man who leans to nobody. `grievance` gives what he holds against a bloc.
#[must_use]
pub fn eta(world: &World, model: &Model, appeal: &Appeal, man: &Man, grievance: impl Fn(Bloc) -> f64) -> f64 {
    let p = &model.p.recruitment;
    let against = appeal.enemies.iter().map(|&e| grievance(e)).fold(0.0, f64::max);
    let men = f64::from(model.template.segments[man.segment].men.max(1)) * model.template.weight(man.segment);
    let kin = (10.0 * f64::from(world.kin_fighters[(man.segment, appeal.bloc)]) / men).min(1.0);
    // Opponents of a community's leader enlist with somebody other than the leader's side.
    let opposed = if world.notables[man.segment] == appeal.leader { 0.0 } else { appeal.opposition };
    appeal.common + p.grievance * (against - grievance(appeal.bloc)) + p.pay * appeal.pay * man.hardship + p.kin * kin + opposed
        - p.fear * man.fear
}

/// The side of a community's leader: its largest leaning at the start.
fn leader(model: &Model, community: Community) -> Trend {
    let shares = &model.case.leanings[community];
    TRENDS.into_iter().max_by(|a, b| shares[*a as usize].total_cmp(&shares[*b as usize]).then(b.cmp(a))).unwrap_or(Trend::Loyalist)
}

/// Legitimacy gained since the start.
fn legitimacy_gain(world: &World, model: &Model, bloc: Bloc, place: Place, community: Community) -> f64 {
    let now = world.legitimacy[world.bpc(bloc, place, community)];
    let root = terms::traits(world, model, bloc);
    now - super::governance::legitimacy_start(model, root, place, community)
}

pub(super) fn run(world: &mut World, model: &Model) {
    for organisation in world.organisations.values_mut() {
        organisation.joined = 0.0;
    }
    if !model.held {
        exits(world, model);
        joins(world, model);
        leanings::notables(world, model);
    }
    leanings::leanings(world, model);
}

/// Level of the weekly rate of one man by bloc and place, before his own log rate.
#[must_use]
pub fn level(world: &World, model: &Model, bloc: Bloc, place: Place, total: f64) -> f64 {
    Intake::new(world, model, bloc, total).level(world, model, place, &terms::presence(world))
}

/// What a bloc of some fighters in all can take in, wherever it recruits.
struct Intake {
    bloc: Bloc,
    root: Bloc,
    crowding: f64,
    means: f64,
}

impl Intake {
    fn new(world: &World, model: &Model, bloc: Bloc, total: f64) -> Self {
        let root = terms::traits(world, model, bloc);
        let carried = model.solved.capacity[root] * world.stake[bloc] * (0.5 + 0.5 * terms::relative_holdings(world, model, bloc));
        let crowding = if total < terms::DORMANT { 0.0 } else { libm::pow(carried / total, model.p.recruitment.crowding) };
        let means = world.active().filter(|(_, o)| o.bloc == bloc).map(|(_, o)| o.resources).fold(0.0, f64::max);
        Self { bloc, root, crowding, means: (3.0 * means).min(1.0) }
    }

    /// The level at a place, where fighters of all slots are as in [`terms::presence`]. Who broke from one another share what all of their
    /// root together would take in: a break by itself brings no recruits.
    fn level(&self, world: &World, model: &Model, place: Place, presence: &[f64]) -> f64 {
        let here = presence[world.pb(place, self.bloc)];
        if here < terms::PRESENT || self.crowding == 0.0 {
            return 0.0;
        }
        let coerced = if world.control[(place, self.bloc)] > 0.6 { 1.0 + model.p.recruitment.coercion } else { 1.0 };
        let solved = model.solved.recruitment[(self.root, place)];
        let all: f64 = terms::of_root(world, model, self.root).map(|bloc| presence[world.pb(place, bloc)]).sum();
        let shelter = protection::shelter(model, all, world.inhabitants(place)) * (here / all);
        solved * shelter * self.crowding * self.means * coerced
    }
}

/// Most men of a household.
const MEN_MOST: f64 = 2.0;

/// Most men of a household that count as free to join, without reading its row.
fn men_most(world: &World, household: Household) -> f64 {
    if world.people.has_several_men(household) { MEN_MOST } else { 1.0 }
}

/// A bloc that recruits this week.
struct Drive {
    bloc: Bloc,
    /// Mean of the log rate of joining at the start.
    mean: f64,
    /// Recruits that it can still take in.
    left: f64,
    /// Level of the weekly rate of one man, by place.
    levels: Vec<f64>,
}

/// A household whose uniform is below what a drive could reach at most where it is.
struct Candidate {
    drive: usize,
    household: Household,
    /// Its lineage.
    segment: Segment,
    at: Place,
    /// What it took along, if it is away from home.
    away: Option<Away>,
    u: f64,
    /// It could not join as things stand at the beginning, for all that is known without its row.
    unlikely: bool,
}

fn joins(world: &mut World, model: &Model) {
    let drives = drives(world, model);
    let context = Context::new(world, model);
    let decay = Decay::new(world.week, model.p.grievance.slow_half_life);
    let mut appeals = Appeals::new(model, &context, drives.len());
    let mut found = candidates(world, model, &drives);
    // Most fail already at the highest rate that their kin, settlement and community allow: no row is read for them.
    world.fetch_kin(model.template, found.iter().map(|c| (c.household, c.segment)));
    for c in &mut found {
        c.unlikely = c.away.is_none() && !world.people.remembers(c.household) && !could(world, model, &drives[c.drive], &mut appeals, c);
    }
    world.fetch(found.iter().filter(|c| !c.unlikely).map(|c| c.household));
    let mut left: Vec<f64> = drives.iter().map(|drive| drive.left).collect();
    // Whoever joins pulls his kin after him: those of them who come later are looked at in any case.
    let mut pulled = Bits::none(model.template.segments.len());
    for candidate in &found {
        if candidate.unlikely && !pulled.has(candidate.segment) {
            continue;
        }
        let (drive, place) = (&drives[candidate.drive], candidate.at);
        if left[candidate.drive] < 1.0 || world.people.at(candidate.household) != place {
            continue;
        }
        world.ledger.touches += 1;
        let (demobilised, men) = willing(world, model, candidate.household);
        let community = model.template.segments[candidate.segment].community;
        let appeal = appeals.of(world, candidate.drive, drive.bloc, place, community);
        let (level, weight) = (drive.levels[place.at()], model.template.weight(candidate.segment));
        let eta = log_rate(world, model, appeal, decay, candidate.household, candidate.away);
        let joins = |eta: f64| {
            // Most are turned away without an exponential.
            if STEPS.below(candidate.u, men * level * weight, eta - drive.mean) == Some(false) {
                return false;
            }
            let rate = men * level * libm::exp((eta - drive.mean).clamp(-CLIP, CLIP));
            candidate.u < rate * weight && candidate.u < within(rate, weight)
        };
        // A household is asked for its leaning where that decides.
        let (if_not, if_so) = (joins(eta), joins(eta + model.p.recruitment.affinity * LEANING_AFFINITY));
        if if_so && if_not || if_so != if_not && (leanings::lean(world, model, candidate.household) == Some(appeal.trend)) == if_so {
            enlist(world, model, drive.bloc, candidate.household, place);
            pulled.set(candidate.segment, true);
            left[candidate.drive] -= 1.0;
            // Which of its men it was.
            let household = candidate.household;
            let identity = mix(u64::from(household.0), model.template.lineage(household).1.identity);
            if demobilised > 0.0 && model.dice.happens(Stream::Reenlist, world.week, identity, demobilised / men) {
                world.people[household].demobilised -= 1;
            }
        }
    }
}

/// Appeals of the week, by drive, place and community, worked out when first asked for.
struct Appeals<'a> {
    model: &'a Model<'a>,
    context: &'a Context,
    known: Vec<Appeal<'a>>,
    /// Where those of a drive, place and community stand, from 1 on.
    at: Vec<u32>,
}

/// Exponentials of log rates within [`CLIP`], at even steps: most comparisons with one need no better.
struct Steps(Vec<f64>);

static STEPS: LazyLock<Steps> = LazyLock::new(Steps::new);

impl Steps {
    /// Steps to 1.
    const FINE: f64 = 32.0;

    fn new() -> Self {
        Self((0..=(2.0 * CLIP * Self::FINE) as usize + 1).map(|at| libm::exp(at as f64 / Self::FINE - CLIP)).collect())
    }

    /// Whether `u` is below `factor` times the exponential of a log rate, where the steps around it say so.
    fn below(&self, u: f64, factor: f64, log_rate: f64) -> Option<bool> {
        /// More than the last bits in which a product may differ from another order of it.
        const NEAR: f64 = 1e-12;
        let at = ((log_rate.clamp(-CLIP, CLIP) + CLIP) * Self::FINE) as usize;
        if u >= factor * self.0[at + 1] * (1.0 + NEAR) {
            Some(false)
        } else if u < factor * self.0[at] * (1.0 - NEAR) {
            Some(true)
        } else {
            None
        }
    }
}

impl<'a> Appeals<'a> {
    fn new(model: &'a Model<'a>, context: &'a Context, drives: usize) -> Self {
        Self { model, context, known: Vec::new(), at: vec![0; drives * model.case.zones * model.case.communities.len()] }
    }

    #[inline]
    fn of(&mut self, world: &World, drive: usize, bloc: Bloc, place: Place, community: Community) -> &Appeal<'a> {
        let at = &mut self.at[(drive * self.model.case.zones + place.at()) * self.model.case.communities.len() + community.at()];
        if *at == 0 {
            self.known.push(Appeal::new(world, self.model, self.context, bloc, place, community));
            *at = self.known.len() as u32;
        }
        &self.known[*at as usize - 1]
    }
}

/// Whether a household at home that was never harmed could join, whatever its own hardship and leaning.
fn could(world: &World, model: &Model, drive: &Drive, appeals: &mut Appeals, candidate: &Candidate) -> bool {
    /// More than the last bits in which this and the exact rate may differ.
    const SLACK: f64 = 1e-9;
    let p = &model.p.recruitment;
    let segment = candidate.segment;
    let data = &model.template.segments[segment];
    let appeal = appeals.of(world, candidate.drive, drive.bloc, candidate.at, data.community);
    let hardship = if p.pay > 0.0 { 1.0 } else { 0.0 };
    let man = Man { segment, hardship, fear: f64::from(world.fear[data.cluster]) };
    let most =
        SLACK + eta(world, model, appeal, &man, grievance::unharmed(world, model, segment)) + (p.affinity * LEANING_AFFINITY).max(0.0)
            - drive.mean;
    let (level, weight) = (men_most(world, candidate.household) * drive.levels[candidate.at.at()], model.template.weight(segment));
    STEPS.below(candidate.u, level * weight, most).unwrap_or_else(|| candidate.u < level * libm::exp(most.clamp(-CLIP, CLIP)) * weight)
}

/// Blocs that recruit this week.
fn drives(world: &World, model: &Model) -> Vec<Drive> {
    let total =
        |bloc| world.active().filter(|(_, o)| o.bloc == bloc && o.recruits == Recruits::Households).map(|(_, o)| o.total()).sum::<f64>();
    let presence = terms::presence(world);
    let levels = |bloc, total| {
        let intake = Intake::new(world, model, bloc, total);
        model.case.zones().map(|q| intake.level(world, model, q, &presence)).collect()
    };
    terms::blocs(world)
        .map(|bloc| (bloc, total(bloc)))
        .filter(|x| x.1 >= terms::DORMANT)
        .map(|(bloc, total)| Drive {
            bloc,
            mean: model.solved.eta_mean[terms::traits(world, model, bloc)],
            left: model.p.recruitment.inflow_cap * total,
            levels: levels(bloc, total),
        })
        .collect()
}

/// Of so many households drives reach one in a common week.
const ONE_IN: usize = 500;

/// Households that drives could reach, at home and where the displaced are: by their place in the lists.
fn candidates(world: &World, model: &Model, drives: &[Drive]) -> Vec<Candidate> {
    let guests: Vec<_> = model.case.zones().map(|q| world.guests(q)).collect();
    let mut found = Vec::with_capacity(world.people.len() / ONE_IN);
    let most = libm::exp(CLIP);
    let (heaviest, of_all) = (&model.template.heaviest, model.template.heaviest.values().iter().copied().fold(1.0, f64::max));
    for (drive, data) in drives.iter().enumerate() {
        let root = terms::traits(world, model, data.bloc);
        let identity = model.case.blocs[root].identity;
        let name = if data.bloc == root { identity } else { mix(identity, data.bloc.at() as u64) };
        for at in model.case.zones().filter(|q| data.levels[q.at()] > 0.0) {
            let level = data.levels[at.at()];
            let bounds = |weight: f64| [MEN_MOST, 1.0].map(|men| within(men * level * most, weight));
            let hosts = bounds(heaviest[at]);
            let others = if heaviest[at] == of_all { hosts } else { bounds(of_all) };
            // The lineage of a household within reach of its uniform; bounds are of those who stand for the most.
            let reached = |household: Household, of_one: f64, u: f64| {
                if u >= of_one && !world.people.has_several_men(household) {
                    return None;
                }
                let segment = model.template.segment(household);
                (u < MEN_MOST * level * most * model.template.weight(segment)).then_some(segment)
            };
            let cell = mix(model.case.places[at].identity, name);
            thinning::below(model.dice, Stream::Recruit, world.week, cell, model.template.range[at], hosts[0], |household, u| {
                let household = Household(household);
                if world.people.is_at_home(household)
                    && let Some(segment) = reached(household, hosts[1], u)
                {
                    found.push(Candidate { drive, household, segment, at, away: None, u, unlikely: false });
                }
            });
            let guests = &guests[at.at()];
            thinning::below(model.dice, Stream::Recruit, world.week, mix(cell, 1), (0, guests.len()), others[0], |position, u| {
                let (from, nth) = guests.find(position);
                let away = world.lists[(from, at)][nth];
                if let Some(segment) = reached(away.household, others[1], u) {
                    found.push(Candidate { drive, household: away.household, segment, at, away: Some(away), u, unlikely: false });
                }
            });
        }
    }
    found
}

/// Men of a household who could join. At a coarser scale it stands for several, and those who have gone are counted in
/// persons.
fn free(world: &World, model: &Model, household: Household) -> f64 {
    let row = &world.people[household];
    (f64::from(row.men.min(world.people.living(household))) - f64::from(row.gone) / model.template.weight_of(household)).max(0.0)
}

/// The log rate of a household's men, as if it leaned to nobody; `away` tells what it took along where it is not at home.
fn log_rate(world: &World, model: &Model, appeal: &Appeal, decay: Decay, household: Household, away: Option<Away>) -> f64 {
    let (segment, data) = model.template.lineage(household);
    let fear = if away.is_none() { f64::from(world.fear[data.cluster]) } else { 0.0 };
    let man = Man { segment, hardship: hardship(world, model, household), fear };
    let held = away.map_or_else(|| Held::at_home(world, model, decay, household), |away| Held::away(world, decay, away));
    eta(world, model, appeal, &man, |bloc| held.against(bloc))
}

/// Free men of a household as they count for joining: those who went home through a programme at a hazard of their own.
/// Gives their part and the sum, which thinning bounds at the most men of a household.
fn willing(world: &World, model: &Model, household: Household) -> (f64, f64) {
    let free = free(world, model, household);
    let came_home = (f64::from(world.people[household].demobilised) / model.template.weight_of(household)).min(free);
    let again = came_home * model.p.accord.ddr_reenlistment;
    (again, (free - came_home + again).min(MEN_MOST))
}

/// Hardship of a household now.
#[must_use]
pub fn hardship(world: &World, model: &Model, household: Household) -> f64 {
    let row = &world.people[household];
    let plundered = households::decode(row.plundered, world.week, model.p.governance.hardship_half_life);
    let at = world.people.at(household);
    let place = if model.case.is_zone(at) { world.hardship[at] } else { 0.0 };
    (f64::from(row.hardship) / 255.0 + plundered + place).clamp(0.0, 1.0)
}

/// One man joins an organisation of a bloc at a place, in proportion to fighters there.
pub fn enlist(world: &mut World, model: &Model, bloc: Bloc, household: Household, place: Place) {
    let (_, data) = model.template.lineage(household);
    let organisations: Vec<(Org, f64)> = world
        .active()
        .filter(|(_, o)| o.bloc == bloc && o.fighters[place] > 0.0 && o.recruits == Recruits::Households)
        .map(|(org, o)| (org, o.fighters[place]))
        .collect();
    let mut draws = model.dice.at(Stream::RecruitWho, world.week, mix(u64::from(household.0), data.identity));
    let Some(at) = draws.choose(organisations.iter().map(|x| x.1)) else { return };
    join(world, model, organisations[at].0, household, place);
}

fn join(world: &mut World, model: &Model, org: Org, household: Household, place: Place) {
    let (segment, data) = model.template.lineage(household);
    let organisation = &mut world.organisations[org];
    let bloc = organisation.bloc;
    organisation.fighters[place] += 1.0;
    organisation.members.push(household.0);
    organisation.joined += 1.0;
    let gone = &mut world.people[household].gone;
    *gone = gone.saturating_add(1);
    world.kin_fighters[(segment, bloc)] = world.kin_fighters[(segment, bloc)].saturating_add(1);
    world.ledger.recruits.push((data.place, data.community, 1.0));
}

/// Fighters who leave.
fn exits(world: &mut World, model: &Model) {
    let p = &model.p.recruitment;
    for at in 0..world.organisations.len() {
        let org = Org::from_at(at);
        let organisation = &world.organisations[org];
        if !organisation.alive || organisation.recruits != Recruits::Households {
            continue;
        }
        let total = organisation.total();
        let start = model.case.organisations[organisation.origin].cohesion;
        let losses = organisation.recent_losses(world.week, SEASON) / SEASON / total.max(1.0);
        let amnesty = organisation.party.map_or(0.0, |party| world.amnesty[party]);
        let rate = p.exit * libm::exp(-(organisation.cohesion - start) + losses + amnesty);
        let identity = organisation.identity;
        for nth in 0..model.dice.poisson(Stream::Exit, world.week, identity, within(rate, 1.0) * total) {
            let entity = mix(identity, u64::from(nth));
            let fighters = world.organisations[org].fighters.values();
            let place = model.dice.at(Stream::Exit, world.week, entity).choose(fighters.iter().copied());
            if let Some(place) = place {
                release(world, model, org, Place::from_at(place), 1, entity);
            }
        }
    }
}

/// Fighters of an organisation at a place go home; their men are free again. Returns the household of the last.
pub fn release(world: &mut World, model: &Model, org: Org, place: Place, n: u32, entity: u64) -> Option<Household> {
    let mut last = None;
    let mut draws = model.dice.at(Stream::ExitWho, world.week, entity);
    let organisation = &mut world.organisations[org];
    let bloc = organisation.bloc;
    for _ in 0..n {
        if organisation.members.is_empty() || organisation.fighters[place] < 1.0 {
            break;
        }
        organisation.fighters[place] -= 1.0;
        let household = organisation.members.swap_remove(draws.below(organisation.members.len()));
        last = Some(Household(household));
        let gone = &mut world.people[Household(household)].gone;
        *gone = gone.saturating_sub(1);
        let kin = &mut world.kin_fighters[(model.template.segment(Household(household)), bloc)];
        *kin = kin.saturating_sub(1);
    }
    last
}

/// Up to `wanted` free men of a community at a place take up arms in an organisation; returns how many.
pub fn raise(world: &mut World, model: &Model, org: Org, place: Place, community: Community, wanted: u32, draws: &mut Draws) -> u32 {
    /// Households asked for each man wanted.
    const ASKED: u32 = 20;
    let asked = model.template.households_of(place, community);
    if asked.is_empty() {
        return 0;
    }
    let mut raised = 0;
    for _ in 0..wanted * ASKED {
        let household = Household(asked.start + draws.below(asked.len()) as u32);
        if raised == wanted {
            break;
        }
        if world.people.at(household) == place && free(world, model, household) > 0.0 {
            join(world, model, org, household, place);
            raised += 1;
        }
    }
    raised
}
