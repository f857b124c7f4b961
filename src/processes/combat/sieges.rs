//! Sieges: towns cut off from the countryside around them.
use crate::dice::{Stream, mix};
use crate::index::{Bloc, Id, Org, Place};
use crate::processes::telling::tell;
use crate::processes::{Model, terms};
use crate::scenario::Stance;
use crate::world::World;

/// Sieges: a bloc that controls the countryside cuts off a town that others hold.
pub(super) fn run(world: &mut World, model: &Model) {
    let p = &model.p.combat;
    for place in model.case.zones() {
        let entity = model.case.places[place].identity;
        match world.sieges[place] {
            Some(bloc) => {
                let gone = world.control[(place, bloc)] < 0.3;
                if gone || model.dice.happens(Stream::Siege, world.week, mix(entity, 1), p.siege_end) {
                    world.sieges[place] = None;
                    let (held, by) = (world.control[(place, bloc)], standing(world, bloc, place));
                    let name = &model.case.blocs[terms::traits(world, model, bloc)].name;
                    let why = if gone { "for want of control" } else { "by itself" };
                    let text = format!("The siege of {} by {name} ends {why} (control {held:.2})", model.case.places[place].seat);
                    tell(world, "siege", Some(place), by, 0, text).numbers = vec![("control", held)];
                }
            }
            None => {
                for bloc in terms::blocs(world) {
                    // A town is cut off from enemies, not from friends.
                    let hostile = |l: Org| world.active().any(|(k, o)| o.bloc == bloc && world.stances[(k, l)] == Stance::Hostile);
                    if world.control[(place, bloc)] > 0.6
                        && bloc != model.case.state
                        && world.active().any(|(l, o)| o.fighters[place] >= terms::DORMANT && hostile(l))
                        && model.dice.happens(Stream::Siege, world.week, mix(entity, 2 + bloc.at() as u64), p.siege)
                    {
                        world.sieges[place] = Some(bloc);
                        let name = &model.case.blocs[terms::traits(world, model, bloc)].name;
                        let held = world.control[(place, bloc)];
                        let text = format!(
                            "{name} lay siege to {}, where others hold the town (control of the district {held:.2})",
                            model.case.places[place].seat
                        );
                        let by = standing(world, bloc, place);
                        tell(world, "siege", Some(place), by, 0, text).numbers = vec![("control", held)];
                        break;
                    }
                }
            }
        }
    }
}

/// Organisations of a bloc that stand at a place.
fn standing(world: &World, bloc: Bloc, place: Place) -> Vec<Org> {
    world.active().filter(|(_, o)| o.bloc == bloc && o.fighters[place] >= 1.0).map(|(org, _)| org).collect()
}
