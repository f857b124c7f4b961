//! Combat: attacks between organisations, offensives and sieges.
//! Reads: force, stances, compliance, excitation, harm in six weeks. Writes: deaths, withdrawals, momentum's balance.
//! Draws: counts per (attacker, target, place), then each incident under an address of its own.
//! Evidence: model 6.2, 6.3; UCDP GED Mali 2017-2021. Left out: weather within a month, supply of single bases.
mod fights;
mod offensives;
mod rates;
mod sieges;

pub use fights::{binomial, exponent, exposed, share_lost_by_target};
pub use offensives::{allied_sets, claims, set_ratio, within_two};
pub use rates::{base_rates, begin, new_share, outrage, spoiling};

use super::Model;
use crate::scenario::case::Recruits;
use crate::units::kept;
use crate::world::{World, organisation};

pub(super) fn run(world: &mut World, model: &Model) {
    pass(world, model);
    let attacks = rates::decide(world, model);
    for (place, attacker, target, n) in attacks {
        let lethal = (0..n).filter(|&nth| fights::incident(world, model, place, attacker, target, nth)).count();
        rates::excite(world, model, place, attacker, target, lethal);
    }
    fights::open_breaks(world, model);
    offensives::run(world, model);
    sieges::run(world, model);
    close_empty(world);
}

/// Nobody attacks: climate and drift, sums over the last weeks and what attacks left behind go on.
pub(super) fn off(world: &mut World, model: &Model) {
    pass(world, model);
    rates::fade(world, model);
    close_empty(world);
}

/// What a week brings before anybody attacks.
fn pass(world: &mut World, model: &Model) {
    rates::drift(world, model);
    world.harmed6.advance();
    world.deaths4.advance();
    world.own_deaths4.advance();
    world.dyad_deaths52.advance();
    forget_losses(world, model);
}

fn forget_losses(world: &mut World, model: &Model) {
    let m = &model.p.mediation;
    let slot = organisation::slot_of(world.week);
    for organisation in world.organisations.values_mut() {
        organisation.losses[slot] = 0.0;
        organisation.balance.0 *= kept(m.momentum_fast, 1.0);
        organisation.balance.1 *= kept(m.momentum_slow, 1.0);
        organisation.table_momentum *= kept(m.momentum_fast, 1.0);
        organisation.pause = (organisation.pause - 1.0).max(0.0);
    }
}

/// Closes organisations that nobody is left in.
fn close_empty(world: &mut World) {
    for organisation in world.organisations.values_mut() {
        if organisation.alive && organisation.recruits == Recruits::Households && organisation.total() < 1.0 {
            organisation.alive = false;
        }
    }
}
