//! The lethal events of a run, week by week, as they happen: what a recorder could see. Reads the ledger, changes nothing.
use crate::index::{Bloc, Id, Org, Place};
use crate::processes::terms;
use crate::scenario::Stance;
use crate::world::World;
use crate::world::ledger::{Deadly, Kind};

/// One lethal event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// Week from the start.
    pub week: i32,
    /// Where.
    pub place: Place,
    /// What kind.
    pub kind: Kind,
    /// The attacker's root bloc; of a feud the bloc to which the attackers are close.
    pub a: Bloc,
    /// The other side's root bloc, in attacks.
    pub b: Option<Bloc>,
    /// The organisations behind the two.
    pub sides: (Org, Option<Org>),
    /// Fighters killed on the attacker's side.
    pub dead_a: f64,
    /// Fighters killed on the other side; in feuds all who died.
    pub dead_b: f64,
    /// Civilians killed.
    pub civilians: f64,
    /// Root blocs with fighters at the place, a bit each: those who could be taken for one of the sides.
    pub present: u32,
    /// Root blocs at open hostility with the first side, a bit each, and with the second.
    pub enemies: [u32; 2],
}

impl Event {
    /// All who were killed.
    #[must_use]
    pub fn dead(&self) -> f64 {
        self.dead_a + self.dead_b + self.civilians
    }

    /// Whether an organisation takes part.
    #[must_use]
    pub fn has(&self, org: Org) -> bool {
        self.sides.0 == org || self.sides.1 == Some(org)
    }
}

/// Adds the lethal events of the week that has just ended.
pub fn week(world: &World, events: &mut Vec<Event>) {
    let root = |org| world.organisations[org].root;
    if world.ledger.deadly.is_empty() {
        return;
    }
    let mut enemies = vec![0_u32; world.slots()];
    for (a, x) in world.active() {
        for (_, y) in world.active().filter(|(b, y)| y.root.at() < 32 && world.stances[(a, *b)] == Stance::Hostile) {
            enemies[x.root.at()] |= 1 << y.root.at();
        }
    }
    for &Deadly { place, kind, a, b, dead_a, dead_b, civilians } in &world.ledger.deadly {
        let bit = |bloc: usize| u32::from(world.force[(place, Bloc::from_at(bloc))] >= terms::PRESENT) << bloc;
        let present = (0..world.force.columns().min(32)).map(bit).sum();
        let enemies = [enemies[root(a).at()], b.map_or(0, |b| enemies[root(b).at()])];
        let event =
            Event { week: world.week, place, kind, a: root(a), b: b.map(root), sides: (a, b), dead_a, dead_b, civilians, present, enemies };
        if event.dead() > 0.0 {
            events.push(event);
        }
    }
}
