//! One week of a track's talks: contact, leaks, conditions, bids and consent, the contact group, the accord, collapse.
//!
//! Hazards are rates per week: within a week something happens with probability 1 - exp(-rate). Balances are noted every
//! four weeks and all margins until the next are read from the last one. Every draw is addressed by week and party, so two
//! tracks that seat the same party share its luck.
use super::accord::healed;
use super::inputs::Inputs;
use super::state::{Bid, Contact, Deal, Margin, OPPONENTS, Signed, TALKS, Table, Talks};
use crate::dice::{Dice, Stream};
use crate::index::Party;
use crate::params::mediation::Mediation;
use crate::scenario::case::{PIES, SCALARS};
use crate::scenario::track::Modality;
use crate::units::{logistic, within};

/// Whose consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Side {
    State,
    Opponents,
}

/// Why talks collapsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Cause {
    Coup,
    Exhausted,
}

/// What happened, with the numbers behind it.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Contact was made.
    Contact {
        /// With whom.
        party: Party,
        /// Hazard a week.
        hazard: f64,
    },
    /// The attempt at a contact was given up for good.
    ContactDropped {
        /// With whom.
        party: Party,
    },
    /// A contact leaked.
    Leak {
        /// Acceptability before.
        before: f64,
        /// Acceptability after.
        after: f64,
    },
    /// A conditional seat met its conditions.
    ConditionsMet {
        /// Who.
        party: Party,
        /// Its margin of the package with its seat.
        margin: Margin,
        /// What leaving was worth to it: that margin, recognition and the exit cost.
        gain: f64,
        /// Hazard a week.
        hazard: f64,
    },
    /// A formal bid was made to these participants.
    Bid {
        /// Whose consent counts, the state first.
        members: Vec<Party>,
        /// m* at the time.
        least_margin: f64,
    },
    /// The answer of one side to the bid.
    Consent {
        /// Which side.
        side: Side,
        /// Whether it accepted.
        accepted: bool,
        /// Chance that it would.
        probability: f64,
        /// The margin that decided: the state's, or the least of the opponents'.
        margin: Margin,
        /// Momentum of the party whose margin decided.
        momentum: f64,
        /// Mutual hurt.
        mutual_hurt: f64,
        /// Taste for talks, in log-odds.
        taste: f64,
        /// Whether a conditional seat had delivered.
        delivered: bool,
    },
    /// The contact group formed.
    GroupFormed {
        /// Members.
        members: f64,
    },
    /// Talks opened.
    TalksOpened,
    /// An accord was signed.
    AccordSigned {
        /// The accord.
        accord: Signed,
        /// m*, less the hold-out premium.
        margin: f64,
        /// Hazard a week.
        hazard: f64,
    },
    /// Talks collapsed.
    TalksCollapsed {
        /// Why.
        cause: Cause,
        /// Weeks for which they were open.
        weeks: i32,
    },
}

impl Event {
    /// Whether the world beyond the talks may feel it. What does not act changes talks, funnel and story only.
    #[must_use]
    pub fn acts(&self) -> bool {
        match self {
            Self::Contact { .. } | Self::ContactDropped { .. } | Self::Leak { .. } | Self::Bid { .. } | Self::Consent { .. } => false,
            Self::ConditionsMet { .. }
            | Self::GroupFormed { .. }
            | Self::TalksOpened
            | Self::AccordSigned { .. }
            | Self::TalksCollapsed { .. } => true,
        }
    }
}

/// One week of talks.
pub fn step(talks: &mut Talks, table: &Table, inputs: &Inputs, dice: Dice, params: &Mediation) -> Vec<Event> {
    let mut events = Vec::new();
    if f64::from(inputs.week - talks.present().week) >= params.solve_every || inputs.week == talks.present().week {
        talks.note(inputs, params);
    }
    contact(talks, table, inputs, dice, params, &mut events);
    leak(talks, table, inputs, dice, params, &mut events);
    conditions(talks, table, inputs, dice, params, &mut events);
    if talks.signed.is_none() {
        coup(talks, inputs, dice, params, &mut events);
        bid(talks, table, inputs, dice, params, &mut events);
        group(talks, table, inputs, dice, params, &mut events);
        sign(talks, table, inputs, dice, params, &mut events);
        collapse(talks, inputs, dice, params, &mut events);
    }
    events
}

/// Factor of a contact group of `members` on monitoring and on what programmes achieve; below 1 it hinders.
#[must_use]
pub fn group_effect(members: f64, params: &Mediation) -> f64 {
    let size = members / params.group_size;
    1.0 + params.group_effect * (size * libm::exp(1.0 - size) * (1.0 - params.group_rivalry) - params.group_neutral)
}

fn seats(table: &Table) -> std::ops::Range<usize> {
    1..table.participants.len()
}

fn contact(talks: &mut Talks, table: &Table, inputs: &Inputs, dice: Dice, params: &Mediation, events: &mut Vec<Event>) {
    for at in seats(table) {
        let who = &table.participants[at];
        if talks.contacts[at] != Contact::Sought {
            continue;
        }
        let hazard = params.contact * who.access;
        if dice.happens(Stream::Contact, inputs.week, who.identity, within(hazard, 1.0)) {
            talks.contacts[at] = Contact::Made(inputs.week);
            events.push(Event::Contact { party: who.party, hazard });
        } else if dice.happens(Stream::ContactDropped, inputs.week, who.identity, within(params.contact_dropped, 1.0)) {
            talks.contacts[at] = Contact::Dropped(inputs.week);
            events.push(Event::ContactDropped { party: who.party });
        }
    }
}

fn leak(talks: &mut Talks, table: &Table, inputs: &Inputs, dice: Dice, params: &Mediation, events: &mut Vec<Event>) {
    let secret = talks.open_since.is_none()
        && talks.signed.is_none()
        && seats(table).any(|at| talks.in_contact(at) && !inputs.parties[at].ally_of_state);
    if secret && dice.happens(Stream::Leak, inputs.week, TALKS, within(params.leak, 1.0)) {
        let before = talks.acceptability;
        let unit = dice.unit(Stream::LeakCost, inputs.week, TALKS);
        talks.acceptability *= params.leak_low + (params.leak_high - params.leak_low) * unit;
        events.push(Event::Leak { before, after: talks.acceptability });
    }
    talks.acceptability = healed(talks.acceptability, params.acceptability_half_life);
}

fn conditions(talks: &mut Talks, table: &Table, inputs: &Inputs, dice: Dice, params: &Mediation, events: &mut Vec<Event>) {
    for at in seats(table) {
        let who = &table.participants[at];
        if talks.conditions_met[at].is_some() || !talks.in_contact(at) {
            continue;
        }
        let Some((margin, gain, hazard)) = conditions_hazard(talks, table, at, params) else { continue };
        if dice.happens(Stream::Conditions, inputs.week, who.identity, within(hazard, 1.0)) {
            talks.conditions_met[at] = Some(inputs.week);
            events.push(Event::ConditionsMet { party: who.party, margin, gain, hazard });
        }
    }
}

/// What meeting its conditions is worth to a conditional seat, by today's margins, once there is contact: its margin of the
/// package with its seat, that with recognition and the exit cost, and the hazard a week. `None` where there are no conditions.
#[must_use]
pub fn conditions_hazard(talks: &mut Talks, table: &Table, at: usize, params: &Mediation) -> Option<(Margin, f64, f64)> {
    let who = &table.participants[at];
    let terms = who.conditions?;
    let members = talks.members_with(table, at);
    let place = members.iter().position(|&m| m == at)?;
    let margin = talks.deal(table, &members, params).margins[place];
    let gain = margin.value() + margin.kept * who.preferences.recognition() * terms.recognition - params.exit_cost * terms.exit_cost;
    let exponent = (gain / params.conditions_width).clamp(-params.conditions_clip, params.conditions_clip);
    Some((margin, gain, params.conditions * terms.hazard * libm::exp(exponent)))
}

fn coup(talks: &mut Talks, inputs: &Inputs, dice: Dice, params: &Mediation, events: &mut Vec<Event>) {
    if inputs.coup && dice.happens(Stream::Collapse, inputs.week, OPPONENTS, params.collapse_coup) {
        end(talks, inputs, Cause::Coup, events);
    }
}

fn collapse(talks: &mut Talks, inputs: &Inputs, dice: Dice, params: &Mediation, events: &mut Vec<Event>) {
    if talks.signed.is_none() && dice.happens(Stream::Collapse, inputs.week, TALKS, within(params.collapse, 1.0)) {
        end(talks, inputs, Cause::Exhausted, events);
    }
}

fn end(talks: &mut Talks, inputs: &Inputs, cause: Cause, events: &mut Vec<Event>) {
    if let Some(since) = talks.open_since.take() {
        talks.collapses.push(inputs.week);
        events.push(Event::TalksCollapsed { cause, weeks: inputs.week - since });
    }
}

/// Whether a participant stands against the state and is ready to be bid for.
fn ready(talks: &Talks, table: &Table, inputs: &Inputs, at: usize) -> bool {
    let who = &table.participants[at];
    who.modality == Modality::Full
        && !inputs.parties[at].ally_of_state
        && if who.conditions.is_some() { talks.conditions_met[at].is_some() } else { talks.in_contact(at) }
}

fn bid(talks: &mut Talks, table: &Table, inputs: &Inputs, dice: Dice, params: &Mediation, events: &mut Vec<Event>) {
    if talks.open_since.is_some() || inputs.week < talks.next_bid || !seats(table).any(|at| ready(talks, table, inputs, at)) {
        return;
    }
    let members = talks.members(table, params);
    if members.len() < 2 {
        return;
    }
    let deal = talks.deal(table, &members, params).clone();
    let Some(opponent) = deal.least_opponent().copied() else { return };
    let state = *deal.state();
    let (hurt, delivered) = (talks.mutual_hurt(), talks.delivered());
    let chances = [
        logistic(
            params.consent_state
                + state.value() / params.consent_width
                + params.consent_hurt * (hurt - params.consent_hurt_at)
                + params.consent_delivered * f64::from(u8::from(delivered))
                + talks.tastes[0],
        ),
        logistic(params.consent_opponents + opponent.value() / params.consent_width + talks.tastes[1]),
    ];
    events.push(Event::Bid { members: parties(table, &members), least_margin: deal.best.least });
    let addresses = [table.participants[0].identity, OPPONENTS];
    let accepted = [0, 1].map(|side| dice.happens(Stream::Consent, inputs.week, addresses[side], chances[side]));
    for (side, margin) in [(Side::State, state), (Side::Opponents, opponent)] {
        let momentum = table.seat_of(margin.party).map_or(0.0, |at| talks.present().momentum[at]);
        events.push(Event::Consent {
            side,
            accepted: accepted[side as usize],
            probability: chances[side as usize],
            margin,
            momentum,
            mutual_hurt: hurt,
            taste: talks.tastes[side as usize],
            delivered,
        });
    }
    talks.bids.push(Bid { week: inputs.week, state: accepted[0], opponents: accepted[1] });
    talks.next_bid = inputs.week + params.bid_gap.round() as i32;
    if accepted == [true, true] {
        talks.open_since = Some(inputs.week);
        events.push(Event::TalksOpened);
    }
}

fn group(talks: &mut Talks, table: &Table, inputs: &Inputs, dice: Dice, params: &Mediation, events: &mut Vec<Event>) {
    let Some(planned) = table.group else { return };
    if talks.group.is_none()
        && talks.bids.iter().any(|bid| bid.state)
        && dice.happens(Stream::Group, inputs.week, TALKS, within(params.group, 1.0))
    {
        talks.group = Some(inputs.week);
        events.push(Event::GroupFormed { members: planned.members });
    }
}

fn sign(talks: &mut Talks, table: &Table, inputs: &Inputs, dice: Dice, params: &Mediation, events: &mut Vec<Event>) {
    let Some(since) = talks.open_since else { return };
    if f64::from(inputs.week - since) < params.accord_first {
        return;
    }
    let members = talks.members(table, params);
    if members.len() < 2 {
        return;
    }
    let deal = talks.deal(table, &members, params);
    let best = &deal.best;
    let blockers = members.len() as f64;
    let margin = best.least - params.hold_out * (blockers - 1.0) / blockers;
    let hazard = params.accord * logistic(margin / params.accord_width);
    if !dice.happens(Stream::Accord, inputs.week, TALKS, within(hazard, 1.0)) {
        return;
    }
    let (package, kept) = (best.clone(), deal.kept());
    let mut signatories = members.clone();
    signatories.extend(seats(table).filter(|at| {
        let who = &table.participants[*at];
        who.modality == Modality::Full
            && !members.contains(at)
            && !talks.can_block(table, *at)
            && talks.in_contact(*at)
            && (who.conditions.is_none() || talks.conditions_met[*at].is_some())
    }));
    // Whoever looked on signs what is better for it than war, although it gets nothing of the pies.
    signatories.extend(seats(table).filter(|&at| {
        let who = &table.participants[at];
        who.modality == Modality::Observer
            && talks.in_contact(at)
            && (who.conditions.is_none() || talks.conditions_met[at].is_some())
            && talks.margin_of_acceding(table, &members, at, &package.scalars, params) >= 0.0
    }));
    let accord = Signed { week: inputs.week, members: parties(table, &members), signatories: parties(table, &signatories), package, kept };
    talks.open_since = None;
    talks.signed = Some(accord.clone());
    events.push(Event::AccordSigned { accord, margin, hazard });
}

fn parties(table: &Table, at: &[usize]) -> Vec<Party> {
    at.iter().map(|&at| table.participants[at].party).collect()
}

/// The scalars and shares that a party is offered, for those who tell the story.
#[must_use]
pub fn offered(deal: &Deal, member: usize) -> ([f64; SCALARS], [f64; PIES]) {
    (deal.scalars, deal.shares[member])
}
