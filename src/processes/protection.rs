//! Protection: who is believed to protect whom.
//! Reads: presence, attacks met and abandoned, harm in 26 weeks. Writes: reliability, protection s. Draws: none.
//! Evidence: Clingendael 2026 (M2, Tidermene 2023); model 6.7. Left out: promises of protection that were never tested.
use super::{Model, terms};
use crate::index::{Bloc, Community, Grid, Id, Place};
use crate::units::kept;
use crate::world::World;

/// Prior counts of attacks met and abandoned, to which the record decays.
const PRIOR: f64 = 2.0;

pub(super) fn run(world: &mut World, model: &Model) {
    let p = &model.p.protection;
    let keep = kept(p.half_life, 1.0);
    for record in [&mut world.met, &mut world.abandoned] {
        for value in record.values_mut() {
            *value = PRIOR + (*value - PRIOR) * keep;
        }
    }
    let stands = world.ledger.stands.clone();
    for (bloc, place, abandoned) in stands {
        for community in model.case.communities.ids() {
            let total: f64 = model.case.zones().map(|q| world.present[(q, community)]).sum();
            let share = if total > 0.0 { world.present[(place, community)] / total } else { 0.0 };
            if abandoned {
                world.abandoned[(bloc, community)] += p.abandoned * share;
                if terms::is_own(world, model, bloc, community) {
                    let trust = &mut world.trust[community];
                    *trust = (*trust - model.p.governance.abandoned_trust * share).max(0.0);
                }
            } else {
                world.met[(bloc, community)] += p.met * share;
            }
        }
    }
    refresh(world, model);
}

/// The record that a bloc has with a community once so many attacks a week, by place, were met for some weeks.
pub fn stood(world: &mut World, model: &Model, weekly: &Grid<Bloc, Place, f64>, weeks: i32) {
    let p = &model.p.protection;
    let keep = kept(p.half_life, 1.0);
    let sum = (1.0 - libm::pow(keep, f64::from(weeks))) / (1.0 - keep);
    for community in model.case.communities.ids() {
        let total: f64 = model.case.zones().map(|q| world.present[(q, community)]).sum();
        for bloc in model.case.blocs.ids().filter(|_| total > 0.0) {
            let met: f64 = model.case.zones().map(|q| weekly[(bloc, q)] * world.present[(q, community)] / total).sum();
            world.met[(bloc, community)] = PRIOR + p.met * met * sum;
        }
    }
}

/// Recomputes s for every bloc, place and community.
pub fn refresh(world: &mut World, model: &Model) {
    let presence = terms::presence(world);
    let integrated = integrated(world, model);
    let mut protection = std::mem::take(&mut world.protection);
    for place in model.case.zones() {
        let people = world.inhabitants(place);
        for bloc in terms::blocs(world) {
            let shelter = shelter(model, presence[world.pb(place, bloc)] + integrated[world.pb(place, bloc)], people);
            let cells = world.bpc(bloc, place, Community::from_at(0))..;
            let records = world.met.row(bloc).iter().zip(world.abandoned.row(bloc));
            for (s, (&met, &abandoned)) in protection[cells.clone()].iter_mut().zip(records) {
                *s = shelter * met / (met + abandoned);
            }
            let harms = &world.harm26.totals()[cells.clone()];
            for ((s, &n), &harm) in protection[cells].iter_mut().zip(world.present.row(place)).zip(harms) {
                if n < 1.0 {
                    *s = 0.0;
                } else if harm > 0.0 {
                    *s += libm::expm1(-(f64::from(harm) * 1_000.0 / n) / model.p.protection.harm_scale);
                }
            }
        }
    }
    world.protection = protection;
}

/// What men integrated into the army count for beyond one fighter each, by place and slot.
fn integrated(world: &World, model: &Model) -> Vec<f64> {
    let more = model.p.accord.ddr_integrated_protection - 1.0;
    let mut table = vec![0.0; world.force.rows() * world.slots()];
    for (_, o) in world.active() {
        for (place, n) in o.integrated.iter() {
            table[world.pb(place, o.bloc)] += more * n;
        }
    }
    table
}

/// Presence as a share of full protection.
#[must_use]
pub fn shelter(model: &Model, fighters: f64, people: f64) -> f64 {
    let half = model.p.protection.presence_half * people / 10_000.0;
    if fighters <= 0.0 { 0.0 } else { fighters / (fighters + half) }
}

/// Protection of a community by a bloc at a place.
#[must_use]
pub fn of(world: &World, bloc: Bloc, place: Place, community: Community) -> f64 {
    world.protection[world.bpc(bloc, place, community)]
}

/// Protection of a community at a place by each bloc, in order.
pub fn by_all(world: &World, place: Place, community: Community) -> impl Iterator<Item = f64> + '_ {
    let step = world.force.rows() * world.trust.len();
    world.protection[world.bpc(Bloc::from_at(0), place, community)..].iter().step_by(step).take(world.slots_used).copied()
}
