//! Grievance: who holds what against whom; and fear.
//! Reads: this week's harm and lethal events. Writes: own, slow and fast grievance, fear. Draws: on which kin harms fell
//! before the burn-in.
//! Evidence: model 6.6. Left out: rumours beyond the settlement.
use super::{Model, terms};
use crate::dice::Stream;
use crate::index::{Bloc, Cluster, Community, Household, Id, Segment};
use crate::units::kept;
use crate::world::households::{self, Decay};
use crate::world::{Away, World};

/// Stocks below it are forgotten, which keeps the columns from ever shrinking to denormals.
const FORGOTTEN: f32 = 1e-5;

/// The week's harm and what fades.
pub fn run(world: &mut World, model: &Model) {
    let p = &model.p.grievance;
    forget(world, model);
    let harms = std::mem::take(&mut world.ledger.harms);
    for harm in &harms {
        let jump = p.kin * forgiven(world, model, harm.blamed, harm.community);
        remember(world, model, harm.household, harm.blamed, jump);
        resent(world, model.template.segment(harm.household), harm.blamed, jump);
    }
    world.ledger.harms = harms;
    anger(world, model);
    fear(world, model);
}

/// No harm is held against anybody: what was held fades, and fear with it.
pub(super) fn off(world: &mut World, model: &Model) {
    forget(world, model);
    let keep = kept(model.p.grievance.fear_half_life, 1.0) as f32;
    world.fear.values_mut().iter_mut().for_each(|value| fade(value, keep));
}

/// Slow and fast grievance fade.
fn forget(world: &mut World, model: &Model) {
    let p = &model.p.grievance;
    world.slow_scale *= kept(p.slow_half_life, 1.0);
    let fast = kept(p.fast_half_life, 1.0) as f32;
    world.fast.values_mut().iter_mut().for_each(|value| fade(value, fast));
}

/// Of a harm less than this is left out.
const LEAST_LEFT: f64 = 0.01;

/// Adds what lineages remember of the years before a burn-in, from what they remember of it. Each year is taken to have been like it: its harms
/// equally many and as close together, but fallen on other lineages of the same community of a place, so many further on; of them as much is left
/// as time has left. So slow grievance starts at the level, and as spread, as after a long time, without running one.
pub fn years_before(world: &mut World, model: &Model) {
    let year = kept(model.p.grievance.slow_half_life, 52.0);
    let left: Vec<f64> = std::iter::successors(Some(year), |left| Some(left * year)).take_while(|&left| left > LEAST_LEFT).collect();
    for place in model.case.zones() {
        for community in model.case.communities.ids() {
            let (from, end) = model.template.lineages[(place, community)];
            let lineages = (from..end).map(Segment);
            let held = |segment| {
                world.slow.row(segment).iter().enumerate().filter(|x| *x.1 > 0.0).map(move |(bloc, &x)| (segment, bloc, f64::from(x)))
            };
            let remembered: Vec<(Segment, usize, f64)> = lineages.flat_map(held).collect();
            if remembered.is_empty() {
                continue;
            }
            let mut draws = model.dice.at(Stream::Kin, world.week, model.case.settled(place, community));
            for &left in &left {
                let on = draws.below((end - from) as usize) as u32;
                for &(segment, bloc, stored) in &remembered {
                    let other = Segment(from + (segment.0 - from + on) % (end - from));
                    resent(world, other, Bloc::from_at(bloc), stored * world.slow_scale * left);
                }
            }
        }
    }
}

/// Anger of settlements that were struck rises, once a week against whom they blame.
fn anger(world: &mut World, model: &Model) {
    let p = &model.p.grievance;
    let mut angered: Vec<(Cluster, Bloc)> = Vec::new();
    for struck in &world.ledger.struck {
        if angered.contains(&(struck.cluster, struck.blamed)) {
            continue;
        }
        angered.push((struck.cluster, struck.blamed));
        let jump = p.place * forgiven(world, model, struck.blamed, struck.community);
        let f = &mut world.fast[(struck.cluster, struck.blamed)];
        *f += jump as f32 * (1.0 - *f);
    }
}

/// Factor on what a community holds against a bloc for a harm: less where it is of the own group.
fn forgiven(world: &World, model: &Model, bloc: Bloc, community: Community) -> f64 {
    if terms::is_own(world, model, bloc, community) { model.p.grievance.in_group } else { 1.0 }
}

/// What is left of a stock after a week.
fn fade(value: &mut f32, kept: f32) {
    let faded = *value * kept;
    *value = if faded < FORGOTTEN { 0.0 } else { faded };
}

/// Raises a household's own grievance.
fn remember(world: &mut World, model: &Model, household: Household, bloc: Bloc, jump: f64) {
    let half = model.p.grievance.slow_half_life;
    let before = households::decode(world.people.own(household, bloc), world.week, half);
    world.people.set_own(household, bloc, households::encode(before + jump * (1.0 - before), world.week, half));
}

/// Raises the slow grievance of a segment.
fn resent(world: &mut World, segment: Segment, bloc: Bloc, jump: f64) {
    let scale = world.slow_scale;
    world.copies.outdated(segment);
    let stored = &mut world.slow[(segment, bloc)];
    let before = f64::from(*stored) * scale;
    *stored = ((before + jump * (1.0 - before)) / scale) as f32;
}

/// Fear rises where people die and fades with the season.
fn fear(world: &mut World, model: &Model) {
    let p = &model.p.grievance;
    let keep = kept(p.fear_half_life, 1.0) as f32;
    let mut here = vec![false; model.template.clusters.len()];
    let mut near = vec![false; model.case.zones];
    for struck in world.ledger.struck.iter().filter(|struck| struck.lethal) {
        // Who dies in a refuge dies in that place, and not in the settlement that he left.
        here[struck.cluster.at()] |= model.template.clusters[struck.cluster].place == struck.place;
    }
    for &(place, ..) in &world.ledger.civilian_deaths {
        near[place.at()] = true;
    }
    for &(_, _, place, _) in &world.ledger.attacks {
        near[place.at()] = true;
    }
    for place in model.case.zones() {
        let clusters = model.template.clusters_of(place);
        let (here, fears) = (&here[clusters.clone()], &mut world.fear.values_mut()[clusters]);
        let besieged = world.sieges[place].is_some();
        if !near[place.at()] && !besieged {
            fears.iter_mut().for_each(|value| fade(value, keep));
            continue;
        }
        for (value, &here) in fears.iter_mut().zip(here) {
            *value *= keep;
            // Here or elsewhere in the place, not both.
            let rise = if here {
                p.fear_here
            } else if near[place.at()] {
                p.fear_near
            } else {
                0.0
            };
            *value += rise as f32 * (1.0 - *value);
            if besieged {
                *value = value.max(0.3);
            }
            fade(value, 1.0);
        }
    }
}

/// What is held against each bloc, from 0 to 1, at home and by those who were never harmed themselves: the settlement's anger of now and its
/// kin's memory.
pub fn unharmed<'a>(world: &'a World, model: &Model, segment: Segment) -> impl Fn(Bloc) -> f64 + use<'a> {
    let (fast, slow) = (world.fast.row(model.template.segments[segment].cluster), world.slow.row(segment));
    move |bloc: Bloc| (f64::from(fast[bloc.at()]) + f64::from(slow[bloc.at()]) * world.slow_scale).min(1.0)
}

/// What a household holds against blocs: the settlement's anger of now, its kin's memory and its own.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// Anger of the settlement; none of those away.
    fast: Option<&'a [f32]>,
    /// Memory of the kin; of those away what they took along.
    slow: Option<&'a [f32]>,
    scale: f64,
    own: Option<&'a [u16]>,
    decay: Decay,
}

impl<'a> Held<'a> {
    /// Of a household at home, with the week's decoding.
    #[must_use]
    pub fn at_home(world: &'a World, model: &Model, decay: Decay, household: Household) -> Self {
        let (segment, data) = model.template.lineage(household);
        Self {
            fast: Some(world.fast.row(data.cluster)),
            slow: Some(world.slow.row(segment)),
            scale: world.slow_scale,
            own: world.people.memory(household),
            decay,
        }
    }

    /// Of a household away from home.
    #[must_use]
    pub fn away(world: &'a World, decay: Decay, away: Away) -> Self {
        Self { fast: None, slow: world.copies.row(away.copy), scale: world.slow_scale, own: world.people.memory(away.household), decay }
    }

    /// Of any household, looked for among the displaced where it is not at home: for those who look at one.
    #[must_use]
    pub fn of(world: &'a World, model: &Model, decay: Decay, household: Household) -> Self {
        let (home, at) = (model.template.lineage(household).1.place, world.people.at(household));
        let listed = || world.lists[(home, at)].iter().find(|away| away.household == household).copied();
        if at == home {
            Self::at_home(world, model, decay, household)
        } else {
            Self::away(world, decay, listed().unwrap_or(Away { household, copy: 0 }))
        }
    }

    /// Against a bloc, from 0 to 1.
    #[must_use]
    pub fn against(&self, bloc: Bloc) -> f64 {
        let own = self.own.map_or(0.0, |codes| self.decay.level(codes[bloc.at()]));
        let stock = |row: Option<&[f32]>| row.map_or(0.0, |row| f64::from(row[bloc.at()]));
        (stock(self.fast) + 1.0 - (1.0 - stock(self.slow) * self.scale) * (1.0 - own)).min(1.0)
    }
}
