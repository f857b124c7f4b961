//! Parties: which organisations act for them, what they feel of the war and what it is worth to them.
use super::{Model, terms};
use crate::index::{Org, Party};
use crate::talks::WarInputs;
use crate::world::World;

/// The organisation that acts for a party.
#[must_use]
pub fn lead(world: &World, party: Party) -> Option<Org> {
    world.peace.lead.as_ref().and_then(|l| l[party])
}

/// Organisations for which a party decides now.
pub fn organisations(world: &World, party: Party) -> impl Iterator<Item = Org> {
    world.active().filter(move |(_, o)| o.party == Some(party)).map(|(org, _)| org)
}

/// Costs that a party feels, from 0 to 1.
#[must_use]
pub fn hurt(world: &World, model: &Model, party: Party) -> f64 {
    let m = &model.p.mediation;
    let (mut lost, mut fighters, mut resources) = (0.0, 0.0, 0.0);
    for org in organisations(world, party) {
        let o = &world.organisations[org];
        lost += o.recent_losses(world.week, m.hurt_window);
        fighters += o.total();
        resources += o.total() * o.resources;
    }
    let resources = if fighters > 0.0 { resources / fighters } else { 0.0 };
    let besieged = if party == model.case.state_party {
        world.sieges.values().iter().filter(|s| s.is_some()).count() as f64 / model.case.zones as f64
    } else {
        0.0
    };
    let cost = m.hurt_base + m.hurt_losses * lost / fighters.max(1.0) + (m.hurt_resources - resources).max(0.0) + m.hurt_siege * besieged;
    -libm::expm1(-cost / model.solved.tolerance[party].max(1e-6))
}

/// What a party's war value depends on.
#[must_use]
pub fn war(world: &World, model: &Model, party: Party) -> WarInputs {
    let position = &model.scenario.start().positions[party];
    let m = &model.p.mediation;
    let (momentum, holdings) = lead(world, party).map_or((0.0, 1.0), |org| {
        (terms::momentum(world, model, org), terms::relative_holdings(world, model, world.organisations[org].bloc))
    });
    WarInputs {
        status_quo: (position.status_quo * holdings).clamp(m.status_quo_min, m.status_quo_max),
        p_win: position.p_win,
        momentum,
        hurt: hurt(world, model, party),
        decisive: position.decisive,
    }
}
