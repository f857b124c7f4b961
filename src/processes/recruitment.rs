//! Recruitment: joining, leaving, coercion; notables; leanings.
//! Reads: grievance, protection, presence, means. Writes: members, fighters, notables, leanings. Draws: thinned per
//! (home, bloc); one uniform a man and week.
//! Evidence: UNDP 2023; Clingendael 2026 (M1, M2, M22); model 6.8. Left out: women, minors, recruitment abroad.
use super::{Model, grievance, protection, terms, thinning};
use crate::dice::{Draws, Stream, mix};
use crate::index::{Bloc, Community, Household, Id, Org, Place, Segment};
use crate::scenario::Trend;
use crate::scenario::case::{Recruits, TRENDS};
use crate::stats::quantile;
use crate::units::within;
use crate::world::households::{self, Decay};
use crate::world::organisation::SEASON;
use crate::world::World;

/// Most by which the log rate of joining may leave its mean at the start, either way.
const CLIP: f64 = 3.0;
/// Temperature of the choice among leanings.
const TEMPERATURE: f64 = 0.5;
/// Extra affinity of a household whose leaning is the bloc's.
const LEANING_AFFINITY: f64 = 0.5;

/// What is the same for all men of a bloc this week.
pub struct Context {
    enemies: Vec<Vec<Bloc>>,
    pay: Vec<f64>,
}

impl Context {
    /// The week's enemies of every bloc.
    #[must_use]
    pub fn new(world: &World) -> Self {
        let grid = terms::enemies(world);
        let list = |row: &Vec<bool>| row.iter().enumerate().filter(|(_, e)| **e).map(|(at, _)| Bloc::from_at(at)).collect();
        let mut pay = vec![0.0; world.slots()];
        for (_, o) in world.active() {
            pay[o.bloc.at()] = f64::max(pay[o.bloc.at()], o.resources);
        }
        Self { enemies: grid.iter().map(list).collect(), pay }
    }
}

/// What differs between men: place, kin, household.
pub struct Man {
    /// Where he is.
    pub place: Place,
    /// His lineage.
    pub segment: Segment,
    /// Hardship of his household.
    pub hardship: f64,
    /// Fear of his settlement.
    pub fear: f64,
    /// Leaning of his household, if it leans.
    pub leaning: Option<Trend>,
}

/// The log rate of joining a bloc before its mean is taken off. `grievance` gives what he holds against a bloc.
#[must_use]
pub fn eta(world: &World, model: &Model, context: &Context, bloc: Bloc, man: &Man, grievance: &impl Fn(Bloc) -> f64) -> f64 {
    let p = &model.p.recruitment;
    let root = terms::traits(world, model, bloc);
    let data = &model.template.segments[man.segment];
    let community = data.community;
    let enemies = &context.enemies[bloc.at()];
    let against = enemies.iter().map(|&e| grievance(e)).fold(0.0, f64::max);
    let s = protection::of(world, bloc, man.place, community);
    let rival = terms::blocs(world).filter(|&l| l != bloc).map(|l| protection::of(world, l, man.place, community)).fold(0.0, f64::max);
    let pay = context.pay[bloc.at()];
    let men = f64::from(data.men.max(1)) * model.template.weight;
    let kin = (10.0 * f64::from(world.kin_fighters[(man.segment, bloc)]) / men).min(1.0);
    let mut affinity = model.case.affinity[(root, community)] + legitimacy_gain(world, model, bloc, man.place, community);
    if matches!(model.case.blocs[root].trend, Trend::Loyalist) {
        affinity += world.state_affinity[community];
    }
    if man.leaning == Some(model.case.blocs[root].trend) {
        affinity += LEANING_AFFINITY;
    }
    // Opponents of a community's leader enlist with somebody other than the leader's side.
    let leader = leader(model, community);
    let opposed = world.notables[man.segment] != leader && model.case.blocs[root].trend != leader;
    p.grievance * (against - grievance(bloc)) + p.protection * (s - rival) + p.pay * pay * man.hardship + p.kin * kin
        + p.affinity * affinity
        + if opposed { p.faction * (1.0 - world.trust[community]) } else { 0.0 }
        + p.marginalisation * world.marginalisation[community] * model.case.blocs[root].antistate
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
        notables(world, model);
    }
    leanings(world, model);
}

/// Level of the weekly rate of one man by bloc and place, before his own log rate.
#[must_use]
pub fn level(world: &World, model: &Model, bloc: Bloc, place: Place, total: f64) -> f64 {
    let p = &model.p.recruitment;
    let root = terms::traits(world, model, bloc);
    let here = terms::fighters(world, bloc, place);
    if here <= 0.0 || total < terms::DORMANT {
        return 0.0;
    }
    let carried = model.solved.capacity[root] * (0.5 + 0.5 * terms::relative_holdings(world, model, root));
    let crowding = libm::pow(carried / total, p.crowding);
    let means = world.active().filter(|(_, o)| o.bloc == bloc).map(|(_, o)| o.resources).fold(0.0, f64::max);
    let coerced = if world.control[(place, bloc)] > 0.6 { 1.0 + p.coercion } else { 1.0 };
    model.solved.recruitment[(root, place)] * protection::shelter(model, here, world.inhabitants(place)) * crowding * (3.0 * means).min(1.0) * coerced
}

fn joins(world: &mut World, model: &Model) {
    let context = Context::new(world);
    let zones = model.case.zones;
    let recruiting: Vec<(Bloc, f64)> = terms::blocs(world)
        .map(|b| (b, world.active().filter(|(_, o)| o.bloc == b && o.recruits == Recruits::Households).map(|(_, o)| o.total()).sum::<f64>()))
        .filter(|x| x.1 >= terms::DORMANT)
        .collect();
    let mut candidates = Vec::new();
    let guests: Vec<_> = model.case.zones().map(|q| world.guests(q)).collect();
    for (bloc, total) in recruiting {
        let levels: Vec<f64> = (0..zones).map(|q| level(world, model, bloc, Place::from_at(q), total)).collect();
        let mut left = model.p.recruitment.inflow_cap * total;
        let root = terms::traits(world, model, bloc);
        let decay = Decay::new(world.week, model.p.grievance.slow_half_life);
        let name = if bloc == root { model.case.blocs[root].identity } else { mix(model.case.blocs[root].identity, bloc.at() as u64) };
        for home in model.case.zones() {
            let bound = |at: Place| within(2.0 * levels[at.at()] * libm::exp(CLIP), model.template.weight);
            let place = model.case.places[home].identity;
            candidates.clear();
            // Most candidates fail already at the highest rate they could have with all their men.
            let men = model.template.men.as_slice();
            let most = [1.0, 1.0, 2.0].map(|n| within(n * levels[home.at()] * libm::exp(CLIP), model.template.weight));
            let could = |household: u32, u: f64| u < most[1] || u < most[usize::from(men[household as usize]).min(2)];
            if levels[home.at()] > 0.0 {
                let range = model.template.range[home];
                thinning::below(model.dice, Stream::Recruit, world.week, mix(place, name), range, bound(home), |h, u| {
                    if could(h, u) {
                        candidates.push((h, u));
                    }
                });
            }
            // The displaced are reached where they are, by their place in the lists.
            let guests = &guests[home.at()];
            if levels[home.at()] > 0.0 {
                let cell = mix(mix(place, name), 1);
                thinning::below(model.dice, Stream::Recruit, world.week, cell, (0, guests.len()), bound(home), |position, u| {
                    let (from, at) = guests.find(position);
                    let household = world.lists[(from, home)][at];
                    if could(household, u) {
                        candidates.push((household, u));
                    }
                });
            }
            if left >= 1.0 {
                candidates.retain(|&(household, u)| {
                    let free = free(world, model, Household(household));
                    free > 0.0 && u < most[(free.ceil() as usize).min(2)] && world.people.at[household as usize] == home
                });
                world.fetch(model.template, candidates.iter().map(|c| Household(c.0)));
            }
            for &(household, u) in &candidates {
                if left < 1.0 {
                    break;
                }
                if try_join(world, model, &context, decay, bloc, Household(household), u, &levels) {
                    left -= 1.0;
                }
            }
        }
    }
}

/// Men of a household who could join. At a coarser scale it stands for several, and those who have gone are counted in
/// persons.
fn free(world: &World, model: &Model, household: Household) -> f64 {
    let (at, people) = (household.at(), &world.people);
    let men = f64::from(model.template.men[at].min(people.people[at]));
    (men - f64::from(people.gone[at]) / model.template.weight).max(0.0)
}

/// Whether the household's uniform is below its chance this week; if so, one man joins.
#[expect(clippy::too_many_arguments, reason = "one man's facts and the week's")]
fn try_join(world: &mut World, model: &Model, context: &Context, decay: Decay, bloc: Bloc, household: Household, u: f64, levels: &[f64]) -> bool {
    let t = model.template;
    world.ledger.touches += 1;
    let at = world.people.at[household.at()];
    let free = free(world, model, household);
    if !model.case.is_zone(at) || free <= 0.0 || levels[at.at()] <= 0.0 {
        return false;
    }
    // The dearest part last: most candidates fail already at the highest rate they could have.
    let (demobilised, men) = willing(world, model, household, free);
    if u >= within(men * levels[at.at()] * libm::exp(CLIP), t.weight) {
        return false;
    }
    let (segment, data) = t.lineage(household);
    let home = at == data.place;
    let man = Man {
        place: at,
        segment,
        hardship: hardship(world, model, household),
        fear: if home { f64::from(world.fear[data.cluster]) } else { 0.0 },
        leaning: lean(world, model, household),
    };
    let root = terms::traits(world, model, bloc);
    let own = eta(world, model, context, bloc, &man, &|b| grievance::held_at(world, model, decay, household, b));
    let rate = levels[at.at()] * libm::exp((own - model.solved.eta_mean[root]).clamp(-CLIP, CLIP));
    if u >= within(men * rate, t.weight) {
        return false;
    }
    enlist(world, model, bloc, household, at);
    // Which of its men it was.
    if demobilised > 0.0 && model.dice.happens(Stream::Reenlist, world.week, mix(u64::from(household.0), data.identity), demobilised / men) {
        world.people.demobilised[household.at()] -= 1;
    }
    true
}

/// Free men of a household as they count for joining: those who went home through a programme at a hazard of their own.
/// Gives their part and the sum, which thinning bounds at two men.
fn willing(world: &World, model: &Model, household: Household, free: f64) -> (f64, f64) {
    let came_home = (f64::from(world.people.demobilised[household.at()]) / model.template.weight).min(free);
    let again = came_home * model.p.accord.ddr_reenlistment;
    (again, (free - came_home + again).min(2.0))
}

/// Hardship of a household now.
#[must_use]
pub fn hardship(world: &World, model: &Model, household: Household) -> f64 {
    let own = f64::from(model.template.hardship[household.at()]) / 255.0;
    let plundered = households::decode(world.people.plundered[household.at()], world.week, model.p.governance.hardship_half_life);
    let at = world.people.at[household.at()];
    let place = if model.case.is_zone(at) { world.hardship[at] } else { 0.0 };
    (own + plundered + place).clamp(0.0, 1.0)
}

/// One man joins an organisation of a bloc at a place, in proportion to fighters there.
pub fn enlist(world: &mut World, model: &Model, bloc: Bloc, household: Household, place: Place) {
    let (_, data) = model.template.lineage(household);
    let organisations: Vec<(Org, f64)> =
        world.active().filter(|(_, o)| o.bloc == bloc && o.fighters[place] > 0.0 && o.recruits == Recruits::Households).map(|(org, o)| (org, o.fighters[place])).collect();
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
    world.people.gone[household.at()] = world.people.gone[household.at()].saturating_add(1);
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
        for place in model.case.zones() {
            let here = world.organisations[org].fighters[place];
            if here < 1.0 {
                continue;
            }
            let entity = mix(identity, model.case.places[place].identity);
            let n = model.dice.poisson(Stream::Exit, world.week, entity, within(rate, 1.0) * here).min(here as u32);
            if n > 0 {
                release(world, model, org, place, n, entity);
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
        world.people.gone[household as usize] = world.people.gone[household as usize].saturating_sub(1);
        let kin = &mut world.kin_fighters[(model.template.segment_of[Household(household)], bloc)];
        *kin = kin.saturating_sub(1);
    }
    last
}

/// Up to `wanted` free men of a community at a place take up arms in an organisation; returns how many.
pub fn raise(world: &mut World, model: &Model, org: Org, place: Place, community: Community, wanted: u32, draws: &mut Draws) -> u32 {
    /// Households asked for each man wanted.
    const ASKED: u32 = 20;
    let (from, end) = model.template.lineages[(place, community)];
    if end == from {
        return 0;
    }
    let (first, last) = (model.template.segments[Segment(from)].first, model.template.segments[Segment(end - 1)].end);
    let mut raised = 0;
    for _ in 0..wanted * ASKED {
        let household = Household(first + draws.below((last - first) as usize) as u32);
        if raised == wanted {
            break;
        }
        if world.people.at[household.at()] == place && free(world, model, household) > 0.0 {
            join(world, model, org, household, place);
            raised += 1;
        }
    }
    raised
}

/// Notables change side where another side protects better; part of their kin's trust follows.
fn notables(world: &mut World, model: &Model) {
    let p = &model.p.recruitment;
    for home in model.case.zones() {
        let (first, end) = segments_of(model, home);
        if end == first {
            continue;
        }
        let bound = within(p.notable * libm::exp(1.5) * model.template.weight, 1.0);
        let mut candidates = Vec::new();
        thinning::below(model.dice, Stream::Notable, world.week, model.case.places[home].identity, (first, end), bound, |s, u| candidates.push((Segment(s), u)));
        for (segment, u) in candidates {
            let community = model.template.segments[segment].community;
            let now = world.notables[segment];
            let best = |side: Trend| {
                model
                    .case
                    .blocs
                    .ids()
                    .filter(|&b| model.case.blocs[b].trend == side)
                    .map(|b| protection::of(world, b, home, community))
                    .fold(-1.0, f64::max)
            };
            let own = best(now);
            let Some(other) = TRENDS
                .into_iter()
                .filter(|&x| x != now && model.case.leanings[community][x as usize] > 0.005)
                .max_by(|a, b| best(*a).total_cmp(&best(*b)).then(b.cmp(a)))
            else {
                continue;
            };
            let gap = best(other).max(own) - own;
            if u >= within(p.notable * libm::exp(gap.min(1.5)) * model.template.weight, 1.0) {
                continue;
            }
            world.notables[segment] = other;
            // Part of the lineage, as much as it trusts its notable, follows at once: its leaning cell's neighbours move.
            let follow = world.trust[community] * quantile::beta_2_4(model.dice.unit(Stream::Faction, world.week, model.template.segments[segment].identity));
            let lineages = model.template.lineages[(home, community)];
            let weight = follow / f64::from((lineages.1 - lineages.0).max(1));
            let cell = world.cell(home, community, other);
            for j in 0..4 {
                let to = if j == other as usize { 1.0 } else { 0.0 };
                world.leanings[cell][j] += weight * (to - world.leanings[cell][j]);
            }
        }
    }
}

/// Segments of a place, as a range.
fn segments_of(model: &Model, place: Place) -> (u32, u32) {
    let mut range = (u32::MAX, 0);
    for community in model.case.communities.ids() {
        let (from, end) = model.template.lineages[(place, community)];
        if end > from {
            range = (range.0.min(from), range.1.max(end));
        }
    }
    if range.0 == u32::MAX { (0, 0) } else { range }
}

/// What draws a cell to each leaning, without its constant.
#[must_use]
pub fn pulls(world: &World, model: &Model, place: Place, community: Community, notable: Trend) -> [f64; 4] {
    let p = &model.p.recruitment;
    let mut pull = [0.0; 4];
    for trend in TRENDS {
        let (mut best, mut against, mut n) = (-1.0_f64, 0.0, 0.0);
        for bloc in model.case.blocs.ids().filter(|&b| model.case.blocs[b].trend == trend) {
            best = best.max(protection::of(world, bloc, place, community));
            // Settlement anger passes; leanings follow what kin remember.
            against += mean_slow(world, model, place, community, bloc);
            n += 1.0;
        }
        let against = if n > 0.0 { against / n } else { 0.0 };
        let anti = if trend == Trend::Loyalist { 0.0 } else { p.leaning_marginalisation * world.marginalisation[community] };
        let rents = if trend == Trend::Loyalist { p.leaning_rents * world.rents[community] } else { 0.0 };
        let led = if notable == trend { p.leaning_notable * world.trust[community] } else { 0.0 };
        pull[trend as usize] = p.leaning_protection * best - p.leaning_grievance * against + led + anti + rents;
    }
    pull
}

/// Mean slow grievance of a community at a place against a bloc, from a few lineages spread over it.
fn mean_slow(world: &World, model: &Model, place: Place, community: Community, bloc: Bloc) -> f64 {
    /// Lineages looked at.
    const LOOKED_AT: u32 = 12;
    let (from, end) = model.template.lineages[(place, community)];
    let n = (end - from).min(LOOKED_AT);
    if n == 0 {
        return 0.0;
    }
    (0..n).map(|i| world.slow_of(Segment(from + (2 * i + 1) * (end - from) / (2 * n)), bloc)).sum::<f64>() / f64::from(n)
}

/// Weeks between two updates of leanings, which move within years.
const LEANING_STEP: i32 = 4;

/// Shares of leanings follow their causes.
fn leanings(world: &mut World, model: &Model) {
    if world.week.rem_euclid(LEANING_STEP) != 0 {
        return;
    }
    let chi = within(model.p.recruitment.leaning_speed, f64::from(LEANING_STEP));
    for place in model.case.zones() {
        for community in model.case.communities.ids() {
            let (from, end) = model.template.lineages[(place, community)];
            if end == from {
                continue;
            }
            let plain = pulls(world, model, place, community, Trend::Loyalist);
            let led = model.p.recruitment.leaning_notable * world.trust[community];
            for notable in TRENDS {
                let mut pull = plain;
                pull[Trend::Loyalist as usize] -= led;
                pull[notable as usize] += led;
                let target = softmax(&pull, &model.solved.alpha[community]);
                let cell = world.cell(place, community, notable);
                for j in 0..4 {
                    world.leanings[cell][j] += chi * (target[j] - world.leanings[cell][j]);
                }
            }
        }
    }
}

fn softmax(pull: &[f64; 4], alpha: &[f64; 4]) -> [f64; 4] {
    let mut weights = [0.0; 4];
    let most = (0..4).map(|j| pull[j] + alpha[j]).fold(f64::MIN, f64::max);
    for j in 0..4 {
        weights[j] = libm::exp((pull[j] + alpha[j] - most) / TEMPERATURE);
    }
    let total: f64 = weights.iter().sum();
    weights.map(|w| w / total)
}

/// The constants that keep a community's starting shares stationary, from the mean pull over its cells.
#[must_use]
pub fn alpha_of(shares: &[f64; 4], pull: &[f64; 4]) -> [f64; 4] {
    let mut alpha = [0.0; 4];
    for j in 0..4 {
        alpha[j] = TEMPERATURE * libm::log(shares[j].max(0.002)) - pull[j];
    }
    alpha
}

/// The leaning of a household, asked for when it matters and kept for a while.
fn lean(world: &mut World, model: &Model, household: Household) -> Option<Trend> {
    let at = household.at();
    let (segment, data) = model.template.lineage(household);
    if world.people.leaning[at] == households::UNASKED || i32::from(world.people.leaning_until[at]) <= world.week {
        let entity = mix(data.identity, u64::from(household.0 - data.first));
        let mut draws = model.dice.at(Stream::Leaning, world.week, entity);
        let shares = world.leanings[world.cell(data.place, data.community, world.notables[segment])];
        let leaning = draws.choose(shares.iter().copied()).unwrap_or(3);
        let weeks = (libm::log(draws.unit()) / libm::log1p(-model.p.recruitment.leaning_speed)).clamp(1.0, 2_000.0);
        world.people.leaning[at] = leaning as u8;
        world.people.leaning_until[at] = (world.week + weeks as i32).min(i32::from(i16::MAX)) as i16;
    }
    TRENDS.get(usize::from(world.people.leaning[at])).copied()
}
