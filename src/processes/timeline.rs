//! Timeline: dated marks of the track and events of the case that may be injected, told in their week.
//! Reads: the track's marks, the case's timeline, what the scenario dates. Writes: stances, instruments, seats, fighters who
//! come from outside or leave, the week's story. Draws: none.
//! Evidence: each event names its source in the case. Left out: events marked for validation only, which the model must
//! produce itself. Dated changes of parameters act in `sim`, because the world holds none.
use super::{Model, mediation, telling};
use crate::index::Org;
use crate::world::World;

pub(super) fn run(world: &mut World, model: &Model) {
    let week = world.week;
    for mark in model.scenario.track.marks.iter().filter(|mark| mark.week == week) {
        telling::tell(world, "timeline", None, Vec::new(), 0, mark.text.clone());
    }
    if let Some(later) = model.scenario.later.iter().find(|later| later.week == week) {
        for &(a, b, stance) in &later.stances {
            world.stances[(a, b)] = stance;
            world.stances[(b, a)] = stance;
        }
        mediation::change(world, model, model.scenario.track_before(week), &later.track);
        for (path, value) in &later.told {
            telling::tell(world, "timeline", None, Vec::new(), 0, format!("`{path}` is {value} from now on"));
        }
    }
    if let Some(standing) =
        model.scenario.track_at(week).standing_accord.as_ref().filter(|standing| standing.age < 0.0 && -standing.age as i32 == week)
    {
        mediation::stand(world, model, standing, week);
        telling::tell(world, "timeline", None, Vec::new(), 0, "an accord is signed, as the scenario says".to_owned());
    }
    let Some(start) = model.scenario.start().date else { return };
    for dated in model.case.timeline.iter().filter(|dated| dated.may_inject && dated.date.weeks_since(start) == week) {
        telling::tell(world, "timeline", None, Vec::new(), 0, dated.event.clone());
        if let Some((org, fighters)) = dated.force {
            reinforce(world, model, org, fighters);
        }
    }
    for (_, path, value) in model.scenario.changes.iter().filter(|change| change.0 == week) {
        telling::tell(world, "timeline", None, Vec::new(), 0, format!("`{path}` is {value} from now on"));
    }
}

/// Fighters from outside join an organisation where it stands at the start, or leave it from everywhere alike.
fn reinforce(world: &mut World, model: &Model, org: Org, fighters: f64) {
    let organisation = &mut world.organisations[org];
    if fighters >= 0.0 {
        for place in model.case.zones() {
            organisation.fighters[place] += fighters * model.scenario.start().fighters[(org, place)];
        }
    } else {
        let total = organisation.total();
        let stay = if total > 0.0 { (1.0 + fighters / total).max(0.0) } else { 0.0 };
        organisation.fighters.values_mut().iter_mut().for_each(|n| *n *= stay);
    }
    organisation.alive = organisation.total() >= 1.0;
    world.muster();
}
