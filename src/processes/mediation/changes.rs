//! What a dated entry of the timeline changes of a track that is under way.
use super::inputs::inputs;
use super::opening::{before, list, preferences, sanctioned, stand};
use super::{adjourn, withdraw};
use crate::processes::Model;
use crate::scenario::track::{Ddr, StandingAccord, Track};
use crate::talks::step::group_effect;
use crate::talks::{Table, Talks};
use crate::world::World;
use crate::world::peace::List;
use std::sync::Arc;

/// What a dated entry of the timeline changes in a world that stands: instruments in force, and who sits at which table.
/// Budget, guarantee, civil society and funds are read from the track of the week and need nothing here.
pub fn change(world: &mut World, model: &Model, old: &Track, new: &Track) {
    if old.dialogues != new.dialogues {
        world.dialogues.clone_from(&new.dialogues);
    }
    change_accords(world, model, old, new);
    change_lists(world, old, new);
    if old.contact_group != new.contact_group
        && let (Some(group), true) = (new.contact_group, world.peace.talks.as_ref().is_some_and(|t| t.group.is_some()))
    {
        world.peace.group = group_effect(group.members, &model.p.mediation);
    }
    let table = |t: &Track| (t.convenor, t.seats.clone(), t.first_bid, t.offers, t.side_payments, t.contact_group);
    if table(old) != table(new) {
        change_table(world, model, old, new);
    }
}

fn change_accords(world: &mut World, model: &Model, old: &Track, new: &Track) {
    let week = world.week;
    for accord in world.peace.accords.iter_mut().filter(|a| a.ended.is_none() && a.reached_here) {
        (accord.monitoring, accord.enforcement) = (new.monitoring, new.enforcement);
    }
    if old.standing_accord == new.standing_accord {
        return;
    }
    let same = |a: &StandingAccord, b: &StandingAccord| a.parties == b.parties;
    if let (Some(_), Some(now)) = (&old.standing_accord, &new.standing_accord)
        && old.standing_accord.as_ref().is_some_and(|was| same(was, now))
    {
        // The same accord: what is said of its past stands, its watchdog may change.
        for accord in world.peace.accords.iter_mut().filter(|a| a.ended.is_none() && !a.reached_here) {
            (accord.monitoring, accord.enforcement) = (now.monitoring, now.enforcement);
        }
        return;
    }
    for accord in world.peace.accords.iter_mut().filter(|a| !a.reached_here) {
        accord.ended.get_or_insert(week);
    }
    if let Some(standing) = &new.standing_accord {
        stand(world, model, standing, world.week - standing.age as i32);
    }
}

fn change_lists(world: &mut World, old: &Track, new: &Track) {
    let renewed = |list: &mut List, ddr: &Ddr| {
        // What was called stays called; the rest follows the new quota and pace.
        list.level = if ddr.quota > 0.0 { (list.called / ddr.quota).min(1.0) } else { 1.0 };
        (list.quota, list.integrated_share, list.pace) = (ddr.quota, ddr.integrated_share, ddr.pace);
    };
    if old.ddr != new.ddr {
        let there = world.peace.lists.iter().position(|list| list.accord.is_none());
        match (there, &new.ddr) {
            (Some(at), None) => {
                world.peace.lists.remove(at);
            }
            (Some(at), Some(ddr)) => {
                renewed(&mut world.peace.lists[at], ddr);
                world.peace.lists[at].organisations.clone_from(&ddr.organisations);
            }
            (None, Some(ddr)) => list(world, ddr),
            (None, None) => {}
        }
    }
    if let (true, Some(ddr)) = (old.accord_ddr != new.accord_ddr, &new.accord_ddr) {
        world.peace.lists.iter_mut().filter(|list| list.accord.is_some()).for_each(|list| renewed(list, ddr));
    }
}

fn change_table(world: &mut World, model: &Model, old: &Track, new: &Track) {
    withdraw(world);
    let Some(table) = Table::new(model.case, new, &preferences(model), |party| sanctioned(model, party)) else {
        (world.peace.table, world.peace.talks) = (None, None);
        return adjourn(world);
    };
    let inputs = inputs(world, model, &table);
    let before = before(model, &table);
    let talks = match (&world.peace.table, &world.peace.talks) {
        (Some(was), Some(talks)) => {
            talks.at_table(was, &table, old.convenor != new.convenor, &inputs, &before, model.dice, &model.p.mediation)
        }
        _ => Talks::new(&table, &inputs, &before, model.dice, &model.p.mediation),
    };
    world.peace.talks = Some(talks);
    world.peace.table = Some(Arc::new(table));
}
