//! Mediation: contact, conditions, consent, contact group, talks, by one mechanism for every track.
//! Reads: forces, momentum, hurt, holdings, trust, stances. Writes: talks, defections, accords signed. Draws: in `talks`.
//! Evidence: model 6.12. Left out: rival channels, the text of an accord.
mod changes;
mod events;
mod inputs;
mod opening;
mod signing;

pub use changes::change;
pub use inputs::{guarantee, guarantee_left, inputs};
pub(super) use opening::stand;
pub use opening::{Seating, open, seat};
pub use signing::sign;

pub use crate::observe::stage;

use super::{Model, telling};
use crate::dice::{Stream, mix};
use crate::index::Org;
use crate::scenario::Stance;
use crate::scenario::track::Modality;
use crate::talks::{Event, Talks, step};
use crate::world::World;

/// Units a week that open talks and a contact group cost each, from the track's budget.
const TALKS_COST: f64 = 50.0;

fn reach(world: &mut World, name: &str) {
    let week = world.week;
    world.peace.funnel.reached[stage(name)].get_or_insert(week);
}

pub(super) fn run(world: &mut World, model: &Model) {
    prepare(world, model);
    if let Some(deliberation) = deliberate(world, model) {
        enact(world, model, deliberation);
    }
}

/// Nobody comes to the table: what was open is so no longer, and the rest is as where nobody convenes.
pub fn off(world: &mut World, model: &Model) {
    adjourn(world);
    prepare(world, model);
}

/// Open talks are open no longer.
fn adjourn(world: &mut World) {
    withdraw(world);
    world.talks_open = false;
    world.peace.offer = None;
}

/// Nobody has proposals before him, or fights for them.
fn withdraw(world: &mut World) {
    world.proposals.values_mut().fill(0.0);
    world.leverage.values_mut().fill(0.0);
}

/// What the week brings whatever the talks come to.
pub fn prepare(world: &mut World, model: &Model) {
    signing::announce(world);
    budget(world, model);
    truces_end(world, model);
}

/// What a week's talks come to, before the world feels it.
#[derive(Clone, Debug)]
pub struct Deliberation {
    talks: Talks,
    /// What happened at or about the table, in order.
    pub events: Vec<Event>,
}

/// The week's talks; changes nothing.
#[must_use]
pub fn deliberate(world: &World, model: &Model) -> Option<Deliberation> {
    let table = world.peace.table.as_ref()?;
    let mut talks = world.peace.talks.clone()?;
    let mut events = Vec::new();
    if talks.signed.is_none() || talks.conditions_met.iter().any(Option::is_none) {
        events = step(&mut talks, table, &inputs(world, model, table), model.dice, &model.p.mediation);
    }
    Some(Deliberation { talks, events })
}

/// What follows from a week's talks.
pub fn enact(world: &mut World, model: &Model, deliberation: Deliberation) {
    let Some(table) = world.peace.table.clone() else { return };
    let mut talks = deliberation.talks;
    let asked =
        deliberation.events.iter().find_map(|event| if let Event::Bid { members, .. } = event { Some(members.clone()) } else { None });
    let asked: Vec<usize> = asked.unwrap_or_default().into_iter().filter_map(|party| table.seat_of(party)).collect();
    for event in deliberation.events {
        events::happen(world, model, &table, &talks, &asked, event);
    }
    let open = talks.open_since.is_some() && talks.signed.is_none();
    world.talks_open = open;
    for who in table.participants.iter().filter(|who| who.modality != Modality::Consultation) {
        world.proposals[who.party] = if open { 1.0 } else { 0.0 };
        world.leverage[who.party] = if open { model.p.combat.leverage } else { 0.0 };
    }
    world.peace.offer = open.then(|| talks.offer(&table, &model.p.mediation));
    world.peace.talks = Some(talks);
    signing::announce(world);
}

/// What a week's budget is spent on, in units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spending {
    /// Open talks.
    pub talks: f64,
    /// A contact group at work.
    pub group: f64,
    /// Men integrated into the army in this run.
    pub integrated: f64,
    /// Local programmes: what the budget leaves.
    pub programmes: f64,
    /// Money that a contact group brings on top, for programmes too.
    pub funds: f64,
}

/// This week's account of a track.
#[must_use]
pub fn spending(world: &World, model: &Model) -> Spending {
    let track = model.scenario.track_at(world.week);
    let formed = world.peace.talks.as_ref().is_some_and(|t| t.group.is_some());
    let talks = if world.talks_open { TALKS_COST } else { 0.0 };
    let group = if formed { TALKS_COST } else { 0.0 };
    let integrated = world.peace.integrated;
    let programmes = (track.budget - talks - group - integrated).max(0.0);
    let funds = if formed { track.contact_group.map_or(0.0, |g| g.funds) } else { 0.0 };
    Spending { talks, group, integrated, programmes, funds }
}

/// What is not spent on talks, group and integrated men goes to local programmes.
fn budget(world: &mut World, model: &Model) {
    let account = spending(world, model);
    world.programmes = (account.programmes + account.funds) * world.peace.group;
}

/// Truces of third parties with what was left of an umbrella end in time.
fn truces_end(world: &mut World, model: &Model) {
    let hazard = world.peace.truce_end;
    if hazard <= 0.0 {
        return;
    }
    let active: Vec<Org> = world.active().map(|(org, _)| org).collect();
    for (at, &a) in active.iter().enumerate() {
        for &b in &active[at + 1..] {
            let (x, y) = (&world.organisations[a], &world.organisations[b]);
            // Who left the umbrella is no third party: he has a break of his own with it.
            let umbrella = x.umbrella.is_some() != y.umbrella.is_some();
            let third = [x, y].iter().all(|o| o.bloc == o.root);
            if umbrella
                && third
                && matches!(world.stances[(a, b)], Stance::Truce | Stance::Allied)
                && model.dice.happens(Stream::Stance, world.week, mix(mix(x.identity, y.identity), 1), hazard)
            {
                let text = format!(
                    "The understanding between {} and {} ends, since part of the umbrella left it (hazard {hazard:.4} a week)",
                    x.name, y.name
                );
                world.stances[(a, b)] = Stance::Hostile;
                world.stances[(b, a)] = Stance::Hostile;
                telling::tell(world, "alignment", None, vec![a, b], 0, text).numbers = vec![("hazard", hazard)];
            }
        }
    }
}
