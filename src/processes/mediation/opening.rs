//! What is in force at the start and who sits at the table then.
use super::inputs::inputs;
use super::signing::{announce, at_war, covered};
use crate::index::{Grid, Map, Party};
use crate::observe::{Funnel, STAGES};
use crate::processes::Model;
use crate::scenario::case::Recruits;
use crate::scenario::track::{Ddr, StandingAccord};
use crate::talks::state::war_value_before;
use crate::talks::{Preferences, Table, Talks};
use crate::world::World;
use crate::world::peace::{Accord, List, identity_of};
use std::sync::Arc;

/// A track's talks apart from the world: its table, how far it has come, what it has reached.
#[derive(Clone, Debug, Default)]
pub struct Seating {
    table: Option<Arc<Table>>,
    talks: Option<Talks>,
    funnel: Funnel,
}

impl Seating {
    /// Exchanges them with those of a world.
    pub fn swap(&mut self, world: &mut World) {
        let peace = &mut world.peace;
        std::mem::swap(&mut self.table, &mut peace.table);
        std::mem::swap(&mut self.talks, &mut peace.talks);
        std::mem::swap(&mut self.funnel, &mut peace.funnel);
    }
}

/// Sets up what is in force at week 0: instruments, trust, who acts for whom. [`seat`] gives the talks.
pub fn open(world: &mut World, model: &Model) {
    let case = model.case;
    let track = &model.scenario.track;
    let p = model.p;
    let mut lead = Map::filled(case.parties.len(), None);
    for (party, data) in case.parties.iter() {
        lead[party] = data
            .organisations
            .iter()
            .copied()
            .max_by(|&a, &b| world.organisations[a].total().total_cmp(&world.organisations[b].total()).then(b.cmp(&a)));
    }
    world.peace.lead = Some(lead);
    world.peace.trust = Some(Grid::filled(case.parties.len(), case.parties.len(), p.mediation.trust));
    world.peace.trust_start = p.mediation.trust;
    world.peace.group = 1.0;
    world.peace.partners = world.active().filter(|(_, o)| o.recruits == Recruits::Contract).map(|(org, o)| (org, o.total())).collect();
    world.dialogues.clone_from(&track.dialogues);
    if let Some(standing) = track.standing_accord.as_ref().filter(|standing| standing.age >= 0.0) {
        stand(world, model, standing, world.week - standing.age as i32);
    }
    if let Some(ddr) = &track.ddr {
        list(world, ddr);
    }
}

/// A track's talks at week 0, in a world that [`open`] has set up.
#[must_use]
pub fn seat(world: &World, model: &Model) -> Seating {
    let (case, p) = (model.case, model.p);
    let mut seating = Seating::default();
    if let Some(table) = Table::new(case, &model.scenario.track, &preferences(model), |party| sanctioned(model, party)) {
        let inputs = inputs(world, model, &table);
        let before = before(model, &table);
        seating.talks = Some(Talks::new(&table, &inputs, &before, model.dice, &p.mediation));
        seating.table = Some(Arc::new(table));
    }
    let weeks = model.scenario.weeks;
    seating.funnel.observable = std::array::from_fn(|at| match STAGES[at] {
        "year_1" => weeks > 52,
        "year_5" => weeks > 260,
        _ => true,
    });
    seating
}

/// Puts an accord into force that was signed outside the talks of this run, in the week `signed`.
pub fn stand(world: &mut World, model: &Model, standing: &StandingAccord, signed: i32) {
    // What was signed before the start has ended the fighting among its signatories, or has not: the start says so.
    let mut signatories = vec![model.case.state_party];
    signatories.extend(&standing.parties);
    let hostile = if world.week > 0 && signed == world.week { at_war(world, &signatories) } else { Vec::new() };
    world.peace.accords.push(Accord {
        identity: identity_of(standing.parties.iter().map(|&q| model.case.parties[q].identity), signed),
        places: covered(world, model, &standing.parties),
        signed,
        parties: standing.parties.clone(),
        blocking: Vec::new(),
        hostile,
        level: [standing.implementation; 6],
        monitoring: standing.monitoring,
        enforcement: standing.enforcement,
        heard: Vec::new(),
        margins: Vec::new(),
        scalars: [0.0; 5],
        shares: Vec::new(),
        violations: Vec::new(),
        ended: None,
        reached_here: false,
    });
}

/// Opens the list of a programme that no accord of this run carries.
pub(super) fn list(world: &mut World, ddr: &Ddr) {
    let level = if ddr.quota > 0.0 { ddr.delivered / ddr.quota } else { 0.0 };
    world.peace.lists.push(List {
        identity: 0,
        quota: ddr.quota,
        integrated_share: ddr.integrated_share,
        organisations: ddr.organisations.clone(),
        level,
        called: ddr.delivered,
        joined: ddr.delivered,
        accord: None,
        from_week: f64::from(world.week) + ddr.delay.unwrap_or(0.0),
        pace: ddr.pace,
    });
    announce(world);
}

/// War values that the package on the table at the start still reflects.
pub(super) fn before(model: &Model, table: &Table) -> Vec<f64> {
    let positions = &model.scenario.start().positions;
    table.participants.iter().map(|x| war_value_before(&positions[x.party], &model.p.mediation)).collect()
}

/// Who is on a sanctions list: organisations of Islamist blocs.
pub(super) fn sanctioned(model: &Model, party: Party) -> bool {
    let case = model.case;
    case.parties[party].organisations.iter().any(|&o| case.blocs[case.organisations[o].bloc].islamic_courts)
}

pub(super) fn preferences(model: &Model) -> Map<Party, Preferences> {
    let (case, p) = (model.case, model.p);
    let of = |party| Preferences {
        ideals: p.tables.ideals[party],
        enemy_ideals: p.tables.ideals[case.parties[party].enemy],
        weights: p.tables.weights[party],
        claims: case.parties[party].claims,
    };
    Map::new(case.parties.ids().map(of).collect())
}
