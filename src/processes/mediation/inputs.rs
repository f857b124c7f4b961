//! What the world says to a table.
use crate::processes::parties::{hurt, lead, organisations, war};
use crate::processes::{Model, terms};
use crate::scenario::Stance;
use crate::scenario::track::Guarantee;
use crate::talks::accord as rules;
use crate::talks::{Inputs, PartyInputs, Table};
use crate::world::World;

/// What the world says to a table this week.
#[must_use]
pub fn inputs(world: &World, model: &Model, table: &Table) -> Inputs {
    let state_org = lead(world, table.participants[0].party);
    let parties = table
        .participants
        .iter()
        .map(|who| {
            let fighters = organisations(world, who.party).map(|org| world.organisations[org].total()).sum();
            let ally = match (state_org, lead(world, who.party)) {
                (Some(a), Some(b)) => a != b && world.stances[(a, b)] == Stance::Allied,
                _ => false,
            };
            PartyInputs { war: war(world, model, who.party), war_value: None, fighters, ally_of_state: ally }
        })
        .collect();
    let trust = world.peace.trust.as_ref();
    let pairs = table.participants.iter().flat_map(|a| table.participants.iter().map(move |b| (a.party, b.party)));
    Inputs {
        week: world.week,
        parties,
        trust: pairs.map(|pair| trust.map_or(0.0, |t| t[pair])).collect(),
        guarantee: guarantee(world, model),
        hardliners: world.regime.hard_liners,
        freed: freed(world, model),
        enemy_hurt: hurt(world, model, model.case.parties[table.participants[0].party].enemy),
        coup: world.regime.coup_now,
    }
}

/// Threat in the centre times troops that an accord would free, each over its start.
fn freed(world: &World, model: &Model) -> f64 {
    let threat = terms::Threats::new(world, model).to_the_waiting(model.case) / model.solved.centre.0.max(1e-6);
    let centre = &model.case.waiting;
    let (mut now, mut start) = (0.0, 0.0);
    for place in model.case.zones().filter(|q| !centre.contains(q)) {
        now += world.force[(place, model.case.state)];
        start += model.solved.force[(model.case.state, place)];
    }
    (threat * if start > 0.0 { now / start } else { 1.0 }).clamp(0.0, model.p.mediation.freed_max)
}

/// The guarantee behind an accord of this track.
#[must_use]
pub fn guarantee(world: &World, model: &Model) -> f64 {
    let track = model.scenario.track_at(world.week);
    if track.guarantee == Guarantee::None { 0.0 } else { track.guarantee_strength.unwrap_or(model.p.mediation.guarantee) }
}

/// What is left of it behind an accord signed in a week; a guarantee that came later fades from its own first week.
#[must_use]
pub fn guarantee_left(world: &World, model: &Model, signed: i32) -> f64 {
    let since = signed.max(model.scenario.guarantee_since(world.week));
    let decay = model.scenario.track_at(world.week).guarantee_decay;
    guarantee(world, model) * rules::guarantee_left(f64::from(world.week - since), decay, &model.p.accord)
}
