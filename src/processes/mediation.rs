//! Mediation: contact, conditions, consent, contact group, talks, by one mechanism for every track.
//! Reads: forces, momentum, hurt, holdings, trust, stances. Writes: talks, defections, accords signed. Draws: in `talks`.
//! Evidence: model 6.12. Left out: rival channels, the text of an accord.
use super::{Model, combat, politics, terms};
use crate::dice::{Stream, mix};
use crate::index::{Bloc, Grid, Id, Map, Org, Party, Place};
use crate::observe::{Funnel, STAGES};
use crate::scenario::Stance;
use crate::scenario::case::{PIE_NAMES, PIES, Recruits, SCALAR_NAMES, SCALARS};
use crate::scenario::track::{Ddr, Guarantee, Modality, StandingAccord, Track};
use crate::talks::accord as rules;
use crate::talks::state::{Costs, Margin, costs, war_value_before};
use crate::talks::step::{Cause, Side, group_effect};
use crate::talks::{Event, Inputs, PartyInputs, Preferences, Table, Talks, WarInputs, step, war_value};
use crate::world::World;
use crate::world::peace::{Accord, List, identity_of};
use std::sync::Arc;

/// Units a week that open talks and a contact group cost each, from the track's budget.
const TALKS_COST: f64 = 50.0;

/// Position of a funnel stage.
///
/// # Panics
/// If there is no such stage.
#[must_use]
pub fn stage(name: &str) -> usize {
    STAGES.iter().position(|s| *s == name).expect("a stage of the funnel")
}

fn reach(world: &mut World, name: &str) {
    let week = world.week;
    world.peace.funnel.reached[stage(name)].get_or_insert(week);
}

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
        lead[party] = data.organisations.iter().copied().max_by(|&a, &b| world.organisations[a].total().total_cmp(&world.organisations[b].total()).then(b.cmp(&a)));
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
        list(world, model, ddr);
    }
}

/// Puts an accord into force that was signed outside the talks of this run, in the week `signed`.
pub(super) fn stand(world: &mut World, model: &Model, standing: &StandingAccord, signed: i32) {
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
        level_start: [standing.implementation; 6],
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
fn list(world: &mut World, model: &Model, ddr: &Ddr) {
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
    for &org in &ddr.organisations {
        if let Some(party) = model.case.organisations[org].party {
            world.posts[party] = 1.0;
        }
    }
}

/// What a dated entry of the timeline changes in a world that stands: instruments in force, and who sits at which table.
/// Budget, guarantee, civil society and funds are read from the track of the week and need nothing here.
pub fn change(world: &mut World, model: &Model, old: &Track, new: &Track) {
    if old.dialogues != new.dialogues {
        world.dialogues.clone_from(&new.dialogues);
    }
    change_accords(world, model, old, new);
    change_lists(world, model, old, new);
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

fn change_lists(world: &mut World, model: &Model, old: &Track, new: &Track) {
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
            (None, Some(ddr)) => list(world, model, ddr),
            (None, None) => {}
        }
    }
    if let (true, Some(ddr)) = (old.accord_ddr != new.accord_ddr, &new.accord_ddr) {
        world.peace.lists.iter_mut().filter(|list| list.accord.is_some()).for_each(|list| renewed(list, ddr));
    }
}

fn change_table(world: &mut World, model: &Model, old: &Track, new: &Track) {
    for party in model.case.parties.ids().filter(|_| world.talks_open) {
        (world.proposals[party], world.leverage[party]) = (0.0, 0.0);
    }
    let Some(table) = Table::new(model.case, new, &preferences(model), |party| listed(model, party)) else {
        (world.peace.table, world.peace.talks, world.peace.offer) = (None, None, None);
        world.talks_open = false;
        return;
    };
    let inputs = inputs(world, model, &table);
    let before = before(model, &table);
    let talks = match (&world.peace.table, &world.peace.talks) {
        (Some(was), Some(talks)) => talks.at_table(was, &table, old.convenor != new.convenor, &inputs, &before, model.dice, &model.p.mediation),
        _ => Talks::new(&table, &inputs, &before, model.dice, &model.p.mediation),
    };
    world.peace.talks = Some(talks);
    world.peace.table = Some(Arc::new(table));
}

/// War values that the package on the table at the start still reflects.
fn before(model: &Model, table: &Table) -> Vec<f64> {
    let positions = &model.scenario.start().positions;
    table.participants.iter().map(|x| war_value_before(&positions[x.party], &model.p.mediation)).collect()
}

/// Who is on a sanctions list: organisations of Islamist blocs.
fn listed(model: &Model, party: Party) -> bool {
    let case = model.case;
    case.parties[party].organisations.iter().any(|&o| case.blocs[case.organisations[o].bloc].islamic_courts)
}

fn preferences(model: &Model) -> Map<Party, Preferences> {
    let (case, p) = (model.case, model.p);
    let of = |party| Preferences {
        ideals: p.tables.ideals[party],
        enemy_ideals: p.tables.ideals[case.parties[party].enemy],
        weights: p.tables.weights[party],
        claims: case.parties[party].claims,
    };
    Map::new(case.parties.ids().map(of).collect())
}

/// A track's talks at week 0, in a world that [`open`] has set up.
#[must_use]
pub fn seat(world: &World, model: &Model) -> Seating {
    let (case, p) = (model.case, model.p);
    let mut seating = Seating::default();
    if let Some(table) = Table::new(case, &model.scenario.track, &preferences(model), |party| listed(model, party)) {
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
        praise: 0.0,
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

pub(super) fn run(world: &mut World, model: &Model) {
    prepare(world, model);
    if let Some(deliberation) = deliberate(world, model) {
        enact(world, model, deliberation);
    }
}

/// What the week brings whatever the talks come to.
pub fn prepare(world: &mut World, model: &Model) {
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
    let asked = deliberation.events.iter().find_map(|event| if let Event::Bid { members, .. } = event { Some(members.clone()) } else { None });
    let asked: Vec<usize> = asked.unwrap_or_default().into_iter().filter_map(|party| table.seat_of(party)).collect();
    for event in deliberation.events {
        happen(world, model, &table, &talks, &asked, event);
    }
    let open = talks.open_since.is_some() && talks.signed.is_none();
    world.talks_open = open;
    for who in table.participants.iter().filter(|who| who.modality != Modality::Consultation) {
        world.proposals[who.party] = if open { 1.0 } else { 0.0 };
        if open {
            world.posts[who.party] = 1.0;
        }
        world.leverage[who.party] = if open { model.p.combat.leverage } else { 0.0 };
    }
    world.peace.offer = open.then(|| talks.offer(&table, &model.p.mediation));
    world.peace.talks = Some(talks);
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
            let umbrella = x.umbrella.is_some() != y.umbrella.is_some();
            if umbrella && matches!(world.stances[(a, b)], Stance::Truce | Stance::Allied) && model.dice.happens(Stream::Stance, world.week, mix(mix(x.identity, y.identity), 1), hazard) {
                let text = format!("The understanding between {} and {} ends, since part of the umbrella left it (hazard {hazard:.4} a week)", x.name, y.name);
                world.stances[(a, b)] = Stance::Hostile;
                world.stances[(b, a)] = Stance::Hostile;
                combat::tell(world, "alignment", None, vec![a, b], 0, text).numbers = vec![("hazard", hazard)];
            }
        }
    }
}

fn name(model: &Model, party: Party) -> String {
    let data = &model.case.parties[party];
    if party == model.case.state_party { "the state".to_owned() } else { data.organisations.first().map_or(data.slug.clone(), |&o| model.case.organisations[o].name.clone()) }
}

/// A party as its present leadership is called: those who left an umbrella are no longer that umbrella.
fn name_now(world: &World, model: &Model, party: Party) -> String {
    match lead(world, party) {
        Some(org) if party != model.case.state_party => world.organisations[org].name.clone(),
        _ => name(model, party),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Who convenes, as a sentence has it.
fn convenor(model: &Model) -> String {
    let slug = model.scenario.track.convenor.map_or("nobody", |at| model.case.access[at].0.as_str());
    if model.case.party(slug) == Some(model.case.state_party) { "the state itself".to_owned() } else { capital(slug) }
}

/// The package on the table, in words: positions, and who gets what of the pies.
fn package(world: &World, model: &Model, parties: &[Party], scalars: &[f64; SCALARS], shares: &[[f64; PIES]]) -> String {
    let mut words: Vec<String> = SCALAR_NAMES.iter().zip(scalars).map(|(issue, at)| format!("{} {at:.2}", issue.replace('_', " "))).collect();
    for (pie, what) in PIE_NAMES.iter().enumerate() {
        let parts: Vec<String> =
            parties.iter().zip(shares).map(|(&party, share)| format!("{:.2} to {}", share[pie], name_now(world, model, party))).collect();
        words.push(format!("{what} {}", parts.join(", ")));
    }
    words.join("; ")
}

/// A margin taken apart, in words and as numbers.
fn parts(margin: &Margin, costs: Option<Costs>) -> (String, Vec<(&'static str, f64)>) {
    let mut text = format!(
        "margin {:+.3} = {:.2} kept x (offer {:.3} + side payments {:.3} - war {:.3}) - risk of a broken promise {:.3}",
        margin.value(),
        margin.kept,
        margin.utility,
        margin.side,
        margin.war,
        margin.exposure
    );
    let mut numbers = vec![
        ("margin", margin.value()),
        ("offer", margin.utility),
        ("war", margin.war),
        ("kept", margin.kept),
        ("side_payments", margin.side),
        ("exposure", margin.exposure),
        ("costs", margin.costs),
        ("private_type", margin.private_type),
        ("search_loss", margin.search_loss),
    ];
    match costs {
        Some(c) => {
            text.push_str(&format!(" - audience {:.3}", c.audience));
            for (what, cost) in [("listed seats", c.listing), ("leaked channel", c.mediator), ("Western group", c.western), ("praise", -c.praise)] {
                if cost != 0.0 {
                    text.push_str(&format!(" - {what} {cost:.3}"));
                }
            }
            numbers.extend([("audience", c.audience), ("listing", c.listing), ("leaked_channel", c.mediator), ("western_group", c.western), ("praise", c.praise)]);
        }
        None if margin.costs != 0.0 => text.push_str(&format!(" - listing {:.3}", margin.costs)),
        None => {}
    }
    text.push_str(&format!(" - reserve nobody sees {:.3} - what talks miss {:.3}", margin.private_type, margin.search_loss));
    (text, numbers)
}

/// What follows from an event of the talks, and how it is told; `asked` are the participants of this week's bid.
fn happen(world: &mut World, model: &Model, table: &Table, talks: &Talks, asked: &[usize], event: Event) {
    let m = &model.p.mediation;
    let state = table.participants[0].party;
    let concerned = |world: &World, parties: &[Party]| parties.iter().flat_map(|&party| organisations(world, party).collect::<Vec<_>>()).collect::<Vec<_>>();
    match event {
        Event::Contact { party, hazard } => {
            let ally = table.seat_of(party).is_some_and(|_| {
                matches!((lead(world, state), lead(world, party)), (Some(a), Some(b)) if world.stances[(a, b)] == Stance::Allied)
            });
            if !ally {
                reach(world, "contact");
            }
            let access = table.seat_of(party).map_or(0.0, |at| table.participants[at].access);
            let text = format!("{} makes contact with {} (access {access:.2}, hazard {hazard:.4} a week)", capital(&convenor(model)), name_now(world, model, party));
            let actors = concerned(world, &[party]);
            combat::tell(world, "contact", None, actors, 0, text).numbers = vec![("access", access), ("hazard", hazard)];
        }
        Event::ContactDropped { party } => {
            let text = format!("{} gives up the attempt to reach {}", capital(&convenor(model)), name_now(world, model, party));
            let actors = concerned(world, &[party]);
            combat::tell(world, "contact", None, actors, 0, text).numbers = vec![("hazard", m.contact_dropped)];
        }
        Event::Leak { before, after } => {
            let known: Vec<Party> = (1..table.participants.len()).filter(|&at| talks.in_contact(at)).map(|at| table.participants[at].party).collect();
            let names: Vec<String> = known.iter().map(|&party| name_now(world, model, party)).collect();
            let text = format!(
                "Contact with {} leaks; {}'s acceptance of the mediator falls from {before:.2} to {after:.2}, which costs a deal {:.3} of the state's margin",
                combat::listed(&names),
                model.case.capital,
                m.acceptability_cost * (1.0 - after)
            );
            let actors = concerned(world, &known);
            combat::tell(world, "leak", None, actors, 0, text).numbers = vec![("acceptability_before", before), ("acceptability", after)];
        }
        Event::ConditionsMet { party, margin, gain, hazard } => {
            reach(world, "conditions");
            let (words, mut numbers) = parts(&margin, None);
            let terms = table.seat_of(party).and_then(|at| Some((table.participants[at].conditions?, table.participants[at].preferences.recognition())));
            let (recognition, exit) = terms.map_or((0.0, 0.0), |(terms, weight)| (margin.kept * weight * terms.recognition, m.exit_cost * terms.exit_cost));
            let text = format!(
                "{} meets the conditions of its seat: worth {gain:+.3} to it = recognition {recognition:.3} - cost of leaving {exit:.3} + {words}; hazard {hazard:.5} a week",
                name_now(world, model, party)
            );
            numbers.extend([("gain", gain), ("recognition", recognition), ("exit_cost", exit), ("hazard", hazard)]);
            let actors = concerned(world, &[party]);
            combat::tell(world, "conditions", None, actors, 0, text).numbers = numbers;
            if !world.peace.muted.conditions {
                leave_umbrella(world, model, party);
            }
        }
        Event::Bid { members, least_margin } => {
            let names: Vec<String> = members.iter().map(|&q| name_now(world, model, q)).collect();
            let offer = talks.known(asked).map_or_else(String::new, |deal| format!("; on the table: {}", package(world, model, &members, &deal.scalars, &deal.shares)));
            let text = format!("A formal bid to {}: the best package of today leaves each a margin of {least_margin:+.3} or more{offer}", combat::listed(&names));
            let actors = concerned(world, &members);
            combat::tell(world, "bid", None, actors, 0, text).numbers = vec![("least_margin", least_margin)];
        }
        Event::Consent { side, accepted, probability, margin, momentum, mutual_hurt, taste, delivered } => {
            if side == Side::State && accepted {
                reach(world, "consent");
            }
            let costs = (side == Side::State).then(|| costs(table, asked, talks.present(), m));
            let (words, mut numbers) = parts(&margin, costs);
            let (base, hurt, done) = match side {
                Side::State => (m.consent_state, m.consent_hurt * (mutual_hurt - m.consent_hurt_at), if delivered { m.consent_delivered } else { 0.0 }),
                Side::Opponents => (m.consent_opponents, 0.0, 0.0),
            };
            let mut odds = format!("log-odds {base:+.2} + margin {:+.2}", margin.value() / m.consent_width);
            if side == Side::State {
                odds.push_str(&format!(" + hurt on both sides ({mutual_hurt:.2}) {hurt:+.2}"));
                if delivered {
                    odds.push_str(&format!(" + conditions delivered {done:+.2}"));
                }
            }
            odds.push_str(&format!(" + taste for talks {taste:+.2}"));
            let who = if side == Side::State { "The state".to_owned() } else { format!("The other side, {} deciding by the least margin,", name_now(world, model, margin.party)) };
            let text = format!("{who} {} (chance of a yes {probability:.2}: {odds}); {words}; momentum {momentum:+.2}", if accepted { "consents" } else { "refuses" });
            numbers.extend([("probability", probability), ("momentum", momentum), ("mutual_hurt", mutual_hurt), ("taste", taste), ("base", base), ("accepted", f64::from(u8::from(accepted)))]);
            let actors = concerned(world, &[margin.party]);
            combat::tell(world, "consent", None, actors, 0, text).numbers = numbers;
        }
        Event::GroupFormed { members } => {
            reach(world, "group");
            world.peace.group = group_effect(members, m);
            let group = world.peace.group;
            let text = format!("A contact group of {members:.0} forms; with so many, monitoring and programmes achieve {group:.2} of what they would without");
            combat::tell(world, "group", None, Vec::new(), 0, text).numbers = vec![("members", members), ("effect", group)];
        }
        Event::TalksOpened => {
            let parties: Vec<Party> = table.participants.iter().map(|who| who.party).collect();
            let actors = concerned(world, &parties);
            let text = format!("Talks open: both sides said yes to the same bid; an accord is possible in {:.0} weeks at the earliest", m.accord_first);
            combat::tell(world, "talks", None, actors, 0, text);
        }
        Event::TalksCollapsed { cause, weeks } => {
            let why = match cause {
                Cause::Coup => "the coup ends them".to_owned(),
                Cause::Exhausted => format!("nothing came of them (hazard {:.4} a week)", m.collapse),
            };
            let text = format!("Talks collapse after {weeks} weeks: {why}");
            combat::tell(world, "talks", None, Vec::new(), 0, text).numbers = vec![("weeks", f64::from(weeks))];
        }
        Event::AccordSigned { accord, margin, hazard } => {
            reach(world, "accord");
            let names: Vec<String> = accord.signatories.iter().map(|&q| name_now(world, model, q)).collect();
            let offer = package(world, model, &accord.members, &accord.package.scalars, &accord.package.shares);
            let hold = accord.package.least - margin;
            let text = format!(
                "An accord is signed by {} (least margin {margin:+.3}, {hold:.3} held out for; hazard {hazard:.4} a week): {offer}",
                combat::listed(&names)
            );
            let actors = concerned(world, &accord.signatories);
            combat::tell(world, "accord", None, actors, 0, text).numbers = vec![("least_margin", margin), ("hold_out", hold), ("hazard", hazard)];
            if !world.peace.muted.accord {
                sign(world, model, table, accord);
            }
        }
    }
}

/// A party leaves its umbrella: part of its fighters follows, the rest stays, and they are no longer friends.
fn leave_umbrella(world: &mut World, model: &Model, party: Party) {
    let m = &model.p.mediation;
    let Some(parent) = lead(world, party) else { return };
    if world.organisations[parent].umbrella.is_none() || world.slots_used >= world.slots() {
        // A seat without an umbrella meets its conditions as it stands.
        world.organisations[parent].restraint = model.p.accord.compliance_cessation;
        cease(world, model, parent);
        return;
    }
    let identity = world.organisations[parent].identity;
    let (share, retaliation) = (m.follow, m.retaliation);
    let change = m.successor_cohesion + m.successor_cohesion_sd * model.dice.normal(Stream::Follow, world.week, identity);
    let umbrella = world.organisations[parent].umbrella;
    let child = politics::split(world, model, parent, share);
    let slot = Bloc::from_at(world.slots_used);
    world.slots_used += 1;
    let from = world.organisations[parent].bloc;
    copy_memory(world, model, from, slot);
    let defectors = &mut world.organisations[child];
    defectors.bloc = slot;
    defectors.umbrella = None;
    defectors.party = Some(party);
    defectors.restraint = model.p.accord.compliance_cessation;
    defectors.name = format!("{} (defectors)", model.case.organisations[defectors.origin].name);
    let force = defectors.total();
    let members = defectors.members.clone();
    world.organisations[parent].party = None;
    if let Some(leads) = &mut world.peace.lead {
        leads[party] = Some(child);
    }
    for household in members {
        let (segment, _) = model.template.lineage(crate::index::Household(household));
        let kin = &mut world.kin_fighters[(segment, from)];
        *kin = kin.saturating_sub(1);
        world.kin_fighters[(segment, slot)] += 1;
    }
    // The umbrella passes to its largest member, and those who stay may retaliate.
    let rate = terms::true_per_week(m.retaliation_events * retaliation, model.p);
    let others: Vec<Org> = world.active().filter(|(org, o)| *org != child && o.umbrella == umbrella).map(|(org, _)| org).collect();
    let successor = others.iter().copied().filter(|&o| o != parent).max_by(|&a, &b| world.organisations[a].total().total_cmp(&world.organisations[b].total()).then(b.cmp(&a)));
    if let Some(successor) = successor {
        let o = &mut world.organisations[successor];
        o.cohesion = (o.cohesion + change).clamp(0.05, 1.0);
    }
    for &other in &others {
        let force_b = world.organisations[other].total();
        world.breaks.push(crate::world::Break { a: child, b: other, rate: rate / others.len() as f64, force_a: force, force_b });
        let stance = if world.organisations[other].root == world.organisations[child].root { Stance::Neutral } else { Stance::Allied };
        world.stances[(child, other)] = stance;
        world.stances[(other, child)] = stance;
    }
    world.peace.truce_end = m.truce_end_rate * m.truce_end;
    cease(world, model, child);
    world.muster();
    let text = format!(
        "{} leave the umbrella with {force:.0} fighters, {:.0} % of those who were led; the others stay{}",
        world.organisations[child].name,
        100.0 * share,
        if retaliation > 0.005 { format!(" and may retaliate ({retaliation:.2})") } else { String::new() }
    );
    combat::tell(world, "split", None, vec![parent, child], 0, text).numbers = vec![("fighters", force), ("share", share), ("retaliation", retaliation)];
}

/// A bare cessation between a party's organisation and the state's.
fn cease(world: &mut World, model: &Model, org: Org) {
    let state: Vec<Org> = world.active().filter(|(_, o)| o.root == model.case.state).map(|(s, _)| s).collect();
    for s in state {
        world.peace.cessations.push(crate::world::peace::Cessation { a: s, b: org, since: world.week, until: i32::MAX, covers: 1.0 });
    }
}

/// What is remembered of a bloc is remembered of those who break from it.
fn copy_memory(world: &mut World, model: &Model, from: Bloc, to: Bloc) {
    world.people.copy_memory(from, to);
    world.copies.copy_memory(from, to);
    world.slow.copy_column(from, to);
    world.fast.copy_column(from, to);
    for community in model.case.communities.ids() {
        world.met[(to, community)] = world.met[(from, community)];
        world.abandoned[(to, community)] = world.abandoned[(from, community)];
        for place in model.case.zones() {
            let (a, b) = (world.bpc(from, place, community), world.bpc(to, place, community));
            world.legitimacy[b] = world.legitimacy[a];
            world.protection[b] = world.protection[a];
        }
    }
    let len = model.case.zones * model.case.communities.len();
    let first = model.case.communities.ids().next().expect("a case has communities");
    let (a, b) = (world.bpc(from, Place(0), first), world.bpc(to, Place(0), first));
    world.harm26.copy(a, b, len);
    world.held[to] = world.held[from];
    // Control of a place is divided as its fighters are, from the next week on; nothing is held yet.
}

/// Places that an accord covers: those of the regions in which its non-state signatories stand.
fn covered(world: &World, model: &Model, parties: &[Party]) -> Vec<Place> {
    let here = |place: Place| {
        world.active().filter(|(_, o)| o.party.is_some_and(|q| parties.contains(&q))).map(|(_, o)| o.fighters[place]).sum::<f64>()
    };
    let regions: Vec<&str> = model.case.zones().filter(|&q| here(q) >= terms::DORMANT).map(|q| model.case.places[q].region.as_str()).collect();
    model.case.zones().filter(|&q| regions.contains(&model.case.places[q].region.as_str())).collect()
}

/// Parties in contact that look on or are consulted and do not sign.
fn heard(world: &World, table: &Table, signatories: &[Party]) -> Vec<Party> {
    let Some(talks) = &world.peace.talks else { return Vec::new() };
    let seats = table.participants.iter().enumerate();
    seats.filter(|(at, who)| who.modality != Modality::Full && talks.in_contact(*at) && !signatories.contains(&who.party)).map(|(_, who)| who.party).collect()
}

/// Pairs of signatories that fight each other as they sign.
fn at_war(world: &World, signatories: &[Party]) -> Vec<(Party, Party, f64)> {
    let mut hostile = Vec::new();
    for (at, &a) in signatories.iter().enumerate() {
        for &b in &signatories[at + 1..] {
            if let (Some(x), Some(y)) = (lead(world, a), lead(world, b)) {
                if world.stances[(x, y)] == Stance::Hostile {
                    hostile.push((a, b, 1.0));
                }
            }
        }
    }
    hostile
}

/// Puts an accord into force.
pub fn sign(world: &mut World, model: &Model, table: &Table, signed: crate::talks::state::Signed) {
    let state = table.participants[0].party;
    let track = model.scenario.track_at(world.week);
    let mut margins = Vec::new();
    let mut shares = Vec::new();
    for (at, &party) in signed.members.iter().enumerate() {
        let value = war_value(war(world, model, party), &model.p.mediation);
        let margin = signed.package.margins.get(at).copied().unwrap_or(0.0);
        margins.push((party, margin, value, 1.0 - (1.0 - model.p.mediation.trust) * (1.0 - guarantee(world, model))));
        shares.push((party, signed.package.shares.get(at).copied().unwrap_or([0.0; 2])));
    }
    let parties: Vec<Party> = signed.signatories.iter().copied().filter(|&q| q != state).collect();
    let hostile = at_war(world, &signed.signatories);
    if track.accord_replaces {
        for accord in &mut world.peace.accords {
            accord.ended.get_or_insert(world.week);
        }
        world.peace.lists.clear();
    }
    let week = world.week;
    let identity = identity_of(parties.iter().map(|&q| model.case.parties[q].identity), week);
    world.peace.accords.push(Accord {
        identity,
        places: covered(world, model, &parties),
        signed: week,
        blocking: signed.members.iter().copied().filter(|&q| q != state).collect(),
        hostile,
        level: [0.0; 6],
        level_start: [0.0; 6],
        monitoring: track.monitoring,
        enforcement: track.enforcement,
        heard: heard(world, table, &signed.signatories),
        margins,
        scalars: signed.package.scalars,
        shares,
        violations: Vec::new(),
        ended: None,
        reached_here: true,
        parties: parties.clone(),
    });
    if let Some(ddr) = &track.accord_ddr {
        let organisations = if ddr.organisations.is_empty() {
            parties.iter().filter_map(|&q| lead(world, q)).collect()
        } else {
            ddr.organisations.clone()
        };
        world.peace.lists.push(List {
            identity,
            quota: ddr.quota,
            integrated_share: ddr.integrated_share,
            organisations,
            level: 0.0,
            called: 0.0,
            joined: 0.0,
            accord: Some(world.peace.accords.len() - 1),
            pace: ddr.pace,
            from_week: f64::from(week) + ddr.delay.unwrap_or(model.p.accord.delay_intake),
        });
    }
    for &party in &parties {
        world.posts[party] = 1.0;
    }
}
