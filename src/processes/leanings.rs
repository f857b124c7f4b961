//! Leanings: notables change side, shares of leanings follow their causes, households are asked for theirs.
//! Reads: protection, grievance, trust, rents. Writes: notables, leanings. Draws: thinned per home; one leaning a household.
//! Evidence: Clingendael 2026 (M1, M2, M22); model 6.8. Left out: quarrels within a lineage.
use super::{Model, protection, thinning};
use crate::dice::{Stream, mix};
use crate::index::{Community, Household, Id, Place, Segment};
use crate::scenario::Trend;
use crate::scenario::case::TRENDS;
use crate::stats::quantile;
use crate::units::within;
use crate::world::{World, households};

/// Temperature of the choice among leanings.
const TEMPERATURE: f64 = 0.5;

/// Most by which another side may protect better, as far as notables heed it.
const GAP: f64 = 1.5;

/// Notables change side where another side protects better; part of their kin's trust follows.
pub(super) fn notables(world: &mut World, model: &Model) {
    /// More than the last bits in which two ways to one exponential may differ.
    const NEAR: f64 = 1e-12;
    let p = &model.p.recruitment;
    let mut candidates = Vec::new();
    let mut known = vec![None; model.case.communities.len() * TRENDS.len()];
    let mut protected = vec![[-1.0; TRENDS.len()]; model.case.communities.len()];
    for home in model.case.zones() {
        let (first, end) = segments_of(model, home);
        if end == first {
            continue;
        }
        let lineages = model.template.lineages.row(home);
        let mut widest = 0.0;
        for ((protected, community), _) in
            protected.iter_mut().zip(model.case.communities.ids()).zip(lineages).filter(|(_, of)| of.1 > of.0)
        {
            *protected = best(world, model, home, community);
            let (most, least) = (protected.iter().copied().fold(-1.0, f64::max), protected.iter().copied().fold(1.0, f64::min));
            widest = f64::max(widest, most - least);
        }
        let bound = within(p.notable * libm::exp(widest.min(GAP)), 1.0) * (1.0 + NEAR);
        thinning::below(model.dice, Stream::Notable, world.week, model.case.places[home].identity, (first, end), bound, |s, u| {
            candidates.push((Segment(s), u))
        });
        known.fill(None);
        for (segment, u) in candidates.drain(..) {
            // Not read from the lineage: few of those looked at turn, and they lie far apart.
            let community = Community::from_at(lineages.partition_point(|of| of.1 <= segment.0));
            let now = world.notables[segment];
            let turn = *known[community.at() * TRENDS.len() + now as usize]
                .get_or_insert_with(|| turn(model, community, &protected[community.at()], now));
            let Some((other, chance)) = turn else { continue };
            if u >= chance {
                continue;
            }
            world.notables[segment] = other;
            let (left, joined) = (world.cell(home, community, now), world.cell(home, community, other));
            world.sides[left] -= 1;
            world.sides[joined] += 1;
            // Part of the lineage, as much as it trusts its notable, follows at once: its leaning cell's neighbours move.
            let follow = world.trust[community]
                * quantile::beta_2_4(model.dice.unit(Stream::Faction, world.week, model.template.segments[segment].identity));
            let (from, end) = lineages[community.at()];
            let weight = follow / f64::from((end - from).max(1));
            let cell = world.cell(home, community, other);
            for j in 0..4 {
                let to = if j == other as usize { 1.0 } else { 0.0 };
                world.leanings[cell][j] += weight * (to - world.leanings[cell][j]);
            }
        }
    }
}

/// The best protection that blocs of each side give a community at a place.
fn best(world: &World, model: &Model, place: Place, community: Community) -> [f64; TRENDS.len()] {
    let mut best = [-1.0; TRENDS.len()];
    for (data, s) in model.case.blocs.values().iter().zip(protection::by_all(world, place, community)) {
        let best = &mut best[data.trend as usize];
        *best = f64::max(*best, s);
    }
    best
}

/// The side to which notables of a community and side would turn where the best of each side protect so much, and the weekly chance that one
/// does.
fn turn(model: &Model, community: Community, best: &[f64; TRENDS.len()], now: Trend) -> Option<(Trend, f64)> {
    let own = best[now as usize];
    let others =
        TRENDS.into_iter().filter(|&x| x != now && model.case.leanings[community][x as usize] > 0.005).map(|x| (x, best[x as usize]));
    let (other, theirs) = others.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    let gap = theirs.max(own) - own;
    // At every scale: a kept lineage has a notable of its own, whom no persons are counted by.
    Some((other, within(model.p.recruitment.notable * libm::exp(gap.min(GAP)), 1.0)))
}

/// Segments of a place, as a range: those of its communities follow one another.
fn segments_of(model: &Model, place: Place) -> (u32, u32) {
    let row = model.template.lineages.row(place);
    row.first().zip(row.last()).map_or((0, 0), |(first, last)| (first.0, last.1))
}

/// Weeks between two updates of leanings, which move within years.
const LEANING_STEP: i32 = 4;

/// Shares of leanings follow their causes.
pub(super) fn leanings(world: &mut World, model: &Model) {
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
                for (now, target) in world.leanings[cell].iter_mut().zip(target) {
                    *now += chi * (target - *now);
                }
            }
        }
    }
}

/// What draws a cell to each leaning, without its constant.
#[must_use]
pub fn pulls(world: &World, model: &Model, place: Place, community: Community, notable: Trend) -> [f64; 4] {
    let p = &model.p.recruitment;
    let mut pull = [0.0; 4];
    let held = mean_slow(world, model, place, community);
    let (best, mut against, mut n) = (best(world, model, place, community), [0.0; TRENDS.len()], [0.0; TRENDS.len()]);
    for (data, held) in model.case.blocs.values().iter().zip(held) {
        let trend = data.trend as usize;
        // Settlement anger passes; leanings follow what kin remember.
        against[trend] += held;
        n[trend] += 1.0;
    }
    for trend in TRENDS {
        let at = trend as usize;
        let against = if n[at] > 0.0 { against[at] / n[at] } else { 0.0 };
        let anti = if trend == Trend::Loyalist { 0.0 } else { p.leaning_marginalisation * world.marginalisation[community] };
        let rents = if trend == Trend::Loyalist { p.leaning_rents * world.rents[community] } else { 0.0 };
        let led = if notable == trend { p.leaning_notable * world.trust[community] } else { 0.0 };
        pull[at] = p.leaning_protection * best[at] - p.leaning_grievance * against + led + anti + rents;
    }
    pull
}

/// Mean slow grievance of a community at a place by bloc of the case, from a few lineages spread over it.
fn mean_slow(world: &World, model: &Model, place: Place, community: Community) -> Vec<f64> {
    /// Lineages looked at.
    const LOOKED_AT: u32 = 12;
    let (from, end) = model.template.lineages[(place, community)];
    let n = (end - from).min(LOOKED_AT);
    let mut means = vec![0.0; model.case.blocs.len()];
    for i in 0..n {
        let row = world.slow.row(Segment(from + (2 * i + 1) * (end - from) / (2 * n)));
        means.iter_mut().zip(row).for_each(|(sum, &slow)| *sum += f64::from(slow) * world.slow_scale);
    }
    means.iter_mut().for_each(|sum| *sum /= f64::from(n.max(1)));
    means
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
pub(super) fn lean(world: &mut World, model: &Model, household: Household) -> Option<Trend> {
    let row = world.people[household];
    if row.leaning != households::UNASKED && i32::from(row.leaning_until) > world.week {
        return TRENDS.get(usize::from(row.leaning)).copied();
    }
    let (segment, data) = model.template.lineage(household);
    let entity = mix(data.identity, u64::from(household.0 - data.first));
    let mut draws = model.dice.at(Stream::Leaning, world.week, entity);
    let shares = world.leanings[world.cell(data.place, data.community, world.notables[segment])];
    let leaning = draws.choose(shares.iter().copied()).unwrap_or(3);
    let weeks = (libm::log(draws.unit()) / libm::log1p(-model.p.recruitment.leaning_speed)).clamp(1.0, 2_000.0);
    let row = &mut world.people[household];
    row.leaning = leaning as u8;
    row.leaning_until = (world.week + weeks as i32).min(i32::from(i16::MAX)) as i16;
    TRENDS.get(leaning).copied()
}
