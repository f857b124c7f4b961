//! Where a track's talks stand, as a value, and the margins that anybody may read from it.
use super::inputs::Inputs;
use super::optimum::{Bargainer, Package, best, margins};
use super::utility::{Preferences, WarInputs, war_value};
use crate::dice::{Dice, Stream, identity};
use crate::index::{Map, Party};
use crate::params::mediation::Mediation;
use crate::scenario::case::{Case, PIES, Position, SCALARS};
use crate::scenario::track::{Conditions, ContactGroup, Modality, Offers, Track};
use std::collections::VecDeque;
use std::sync::Arc;

/// Identity of draws that belong to the talks as a whole.
pub(super) const TALKS: u64 = identity("talks");
/// Identity of the opponents' common draws.
pub(super) const OPPONENTS: u64 = identity("opponents");

/// One who sits, or is meant to sit, at the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Participant {
    /// Who.
    pub party: Party,
    /// Stable identity, by which its draws are addressed.
    pub identity: u64,
    /// What it wants.
    pub preferences: Preferences,
    /// As what it sits.
    pub modality: Modality,
    /// What it must do first.
    pub conditions: Option<Conditions>,
    /// Overrides the rule of who can block.
    pub veto: Option<bool>,
    /// Whether it is on a sanctions list.
    pub listed: bool,
    /// Access of the convenor to it.
    pub access: f64,
}

/// A track's talks on paper: what does not change in a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The state first, then the seats.
    pub participants: Vec<Participant>,
    /// First week of a bid.
    pub first_bid: i32,
    /// What may be offered.
    pub offers: Offers,
    /// Whether aid, posts outside the pies and freed troops count.
    pub side_payments: bool,
    /// The contact group that is meant to form.
    pub group: Option<ContactGroup>,
}

impl Table {
    /// The table of a track, or `None` where no talks are tried. `preferences` are those
    /// of this draw; `listed` says who is on a sanctions list.
    #[must_use]
    pub fn new(case: &Case, track: &Track, preferences: &Map<Party, Preferences>, listed: impl Fn(Party) -> bool) -> Option<Self> {
        let access = &case.access.get(track.convenor?)?.1;
        let state = case.state_party;
        let participant = |party: Party, modality, conditions, veto| Participant {
            party,
            identity: case.parties[party].identity,
            preferences: preferences[party].clone(),
            modality,
            conditions,
            veto,
            listed: listed(party),
            access: access[party],
        };
        let mut participants = vec![participant(state, Modality::Full, None, Some(true))];
        participants.extend(
            track
                .seats
                .iter()
                .filter(|seat| seat.party != state)
                .map(|seat| participant(seat.party, seat.modality, seat.conditions, seat.veto)),
        );
        Some(Self {
            participants,
            first_bid: track.first_bid,
            offers: track.offers,
            side_payments: track.side_payments,
            group: track.contact_group,
        })
    }

    /// The position of a party at the table.
    #[must_use]
    pub fn seat_of(&self, party: Party) -> Option<usize> {
        self.participants.iter().position(|p| p.party == party)
    }
}

/// How far the convenor has come with a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// It is being tried.
    Sought,
    /// There is contact, since this week.
    Made(i32),
    /// The attempt was given up for good, in this week.
    Dropped(i32),
}

/// The balance of forces and costs at a week: everything that margins depend on. Per participant, the state first.
#[derive(Clone, Debug, PartialEq)]
pub struct Balance {
    /// When.
    pub week: i32,
    /// War values.
    pub war: Vec<f64>,
    /// Momentum.
    pub momentum: Vec<f64>,
    /// Who can block by strength: enough fighters and no ally of the state's.
    pub blocks: Vec<bool>,
    /// Fighters.
    pub fighters: Vec<f64>,
    /// Trust of each in each other, row by row.
    pub trust: Vec<f64>,
    /// Guarantee.
    pub guarantee: f64,
    /// Hard-liners' share in the state.
    pub hardliners: f64,
    /// Threat in the centre x troops freed, over its mean.
    pub freed: f64,
    /// Acceptability of the mediator.
    pub acceptability: f64,
    /// The lesser of the hurts of the state and its main enemy.
    pub mutual_hurt: f64,
}

impl Balance {
    /// The balance that the inputs describe.
    #[must_use]
    pub fn of(inputs: &Inputs, acceptability: f64, params: &Mediation) -> Self {
        let each = |f: &dyn Fn(&super::PartyInputs) -> f64| inputs.parties.iter().map(f).collect::<Vec<f64>>();
        Self {
            week: inputs.week,
            war: each(&|p| p.war_value.unwrap_or_else(|| war_value(p.war, params))),
            momentum: each(&|p| p.war.momentum),
            blocks: inputs.parties.iter().map(|p| p.fighters >= params.veto_fighters && !p.ally_of_state).collect(),
            fighters: each(&|p| p.fighters),
            trust: inputs.trust.clone(),
            guarantee: inputs.guarantee,
            hardliners: inputs.hardliners,
            freed: inputs.freed,
            acceptability,
            mutual_hurt: inputs.parties.first().map_or(0.0, |state| state.war.hurt.min(inputs.enemy_hurt)),
        }
    }
}

/// War value that a package on the table at the start still reflects.
#[must_use]
pub fn war_value_before(position: &Position, params: &Mediation) -> f64 {
    war_value(
        WarInputs {
            status_quo: position.package_status_quo,
            p_win: position.p_win,
            momentum: position.package_momentum,
            hurt: position.hurt,
            decisive: position.decisive,
        },
        params,
    )
}

/// A margin and all that it is made of: `kept (utility + side - war) - exposure - costs - private_type - search_loss`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Margin {
    /// Whose.
    pub party: Party,
    /// Utility of the package.
    pub utility: f64,
    /// Chance that the promise is kept, 1 - q.
    pub kept: f64,
    /// War value.
    pub war: f64,
    /// Aid, posts, freed troops.
    pub side: f64,
    /// Loss if the promise is broken, times its chance.
    pub exposure: f64,
    /// Audience, listing, a leaked channel, a Western group.
    pub costs: f64,
    /// What others cannot know of it.
    pub private_type: f64,
    /// What real talks miss of the best package.
    pub search_loss: f64,
}

impl Margin {
    fn need(&self) -> f64 {
        self.kept * (self.war - self.side) + self.exposure + self.costs + self.private_type + self.search_loss
    }

    /// The margin.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.kept * self.utility - self.need()
    }
}

/// What a deal costs the state whatever is in it, as shares of its utility range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Costs {
    /// Before its own audience: more with hard-liners.
    pub audience: f64,
    /// For each listed organisation at the table.
    pub listing: f64,
    /// A leaked channel: what the mediator's acceptability has lost.
    pub mediator: f64,
    /// Western members of the contact group beyond what is borne.
    pub western: f64,
}

impl Costs {
    /// All of it.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.audience + self.listing + self.mediator + self.western
    }
}

/// A deal among some of the participants: the best package now, and the package on the table, which lags behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Deal {
    /// Positions of the veto-capable participants, the state first.
    pub members: Vec<usize>,
    /// The best package of today; its least margin is m*, less the search loss.
    pub best: Package,
    /// Scalars of the package on the table.
    pub scalars: [f64; SCALARS],
    /// Shares of the pies in the package on the table, per member.
    pub shares: Vec<[f64; PIES]>,
    /// Today's margins of the package on the table, per member.
    pub margins: Vec<Margin>,
}

impl Deal {
    /// The state's margin of the package on the table.
    #[must_use]
    pub fn state(&self) -> &Margin {
        &self.margins[0]
    }

    /// How much of a promise each member counts on today.
    #[must_use]
    pub fn kept(&self) -> Vec<f64> {
        self.margins.iter().map(|margin| margin.kept).collect()
    }

    /// The opponent with the least margin of the package on the table.
    #[must_use]
    pub fn least_opponent(&self) -> Option<&Margin> {
        self.margins[1..].iter().min_by(|a, b| a.value().total_cmp(&b.value()))
    }
}

/// A formal bid and its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bid {
    /// When.
    pub week: i32,
    /// Whether the state consented.
    pub state: bool,
    /// Whether the opponents consented.
    pub opponents: bool,
}

/// An accord as it was signed.
#[derive(Clone, Debug, PartialEq)]
pub struct Signed {
    /// When.
    pub week: i32,
    /// Veto-capable signatories, the state first.
    pub members: Vec<Party>,
    /// All signatories: the members, then those who sign without a veto.
    pub signatories: Vec<Party>,
    /// The package; shares and margins in the order of `members`.
    pub package: Package,
    /// How much of a promise each member counts on as it signs, likewise.
    pub kept: Vec<f64>,
}

/// What it costs to be seen with a listed organisation.
fn listing(table: &Table, at: usize, params: &Mediation) -> f64 {
    match (table.participants[at].listed, table.participants[at].conditions.is_some()) {
        (false, _) => 0.0,
        (true, true) => params.listing * params.listing_left,
        (true, false) => params.listing,
    }
}

/// What a deal among some participants costs the state under a balance.
#[must_use]
pub fn costs(table: &Table, members: &[usize], balance: &Balance, params: &Mediation) -> Costs {
    let western = table.group.map_or(params.western_share, |group| group.western_share);
    Costs {
        audience: params.audience * (params.audience_base + balance.hardliners),
        listing: members.iter().map(|&at| listing(table, at, params)).sum(),
        mediator: params.acceptability_cost * (1.0 - balance.acceptability),
        western: params.western_cost * (western - params.western_tolerance).max(0.0),
    }
}

/// The talks of one track: all that changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Talks {
    /// Contact with each participant (the state's own is never sought).
    pub contacts: Vec<Contact>,
    /// The week in which each conditional seat met its conditions.
    pub conditions_met: Vec<Option<i32>>,
    /// Acceptability of the mediator, 1 without leaks.
    pub acceptability: f64,
    /// Bids so far.
    pub bids: Vec<Bid>,
    /// First week of the next bid.
    pub next_bid: i32,
    /// The week in which the contact group formed.
    pub group: Option<i32>,
    /// The week in which the open talks opened.
    pub open_since: Option<i32>,
    /// Weeks in which talks collapsed.
    pub collapses: Vec<i32>,
    /// The accord.
    pub signed: Option<Signed>,
    /// Each participant's private type.
    pub types: Vec<f64>,
    /// Taste for talks of the state and of the opponents, in log-odds.
    pub tastes: [f64; 2],
    /// Balances at every solution, from the one that the package on the table reflects to today's: never changed, so that copies of talks
    /// share them.
    history: VecDeque<Arc<Balance>>,
    /// Deals already solved for since the last balance.
    solved: Vec<Deal>,
}

impl Talks {
    /// Talks at the start. `before` is the war value of each participant that the package on the table still reflects
    /// (see [`war_value_before`]).
    #[must_use]
    pub fn new(table: &Table, inputs: &Inputs, before: &[f64], dice: Dice, params: &Mediation) -> Self {
        let now = Balance::of(inputs, 1.0, params);
        let past = Balance { week: inputs.week.saturating_sub(params.package_lag.ceil() as i32), war: before.to_vec(), ..now.clone() };
        let types = table.participants.iter().map(|p| params.private_type_sd * dice.normal(Stream::PrivateType, 0, p.identity));
        let state = table.participants.first().map_or(0, |p| p.identity);
        Self {
            contacts: vec![Contact::Sought; table.participants.len()],
            conditions_met: vec![None; table.participants.len()],
            acceptability: 1.0,
            bids: Vec::new(),
            next_bid: table.first_bid,
            group: None,
            open_since: None,
            collapses: Vec::new(),
            signed: None,
            types: types.collect(),
            tastes: [state, OPPONENTS].map(|who| params.consent_taste_sd * dice.normal(Stream::ConsentTaste, 0, who)),
            history: VecDeque::from([past, now].map(Arc::new)),
            solved: Vec::new(),
        }
    }

    /// Takes note of today's balance, by which all margins are read until the next one.
    pub(super) fn note(&mut self, inputs: &Inputs, params: &Mediation) {
        if self.present().week == inputs.week {
            self.history.pop_back();
        }
        self.history.push_back(Arc::new(Balance::of(inputs, self.acceptability, params)));
        let horizon = f64::from(inputs.week) - params.package_lag;
        while self.history.len() > 1 && f64::from(self.history[1].week) <= horizon {
            self.history.pop_front();
        }
        self.solved.clear();
    }

    /// Today's balance.
    ///
    /// # Panics
    /// Never: there is always one.
    #[must_use]
    pub fn present(&self) -> &Balance {
        self.history.back().expect("talks begin with a balance")
    }

    /// The balance that the package on the table reflects.
    #[must_use]
    pub fn past(&self) -> &Balance {
        self.history.front().map_or_else(|| self.present(), Arc::as_ref)
    }

    /// Whether a participant can block a deal.
    #[must_use]
    pub fn can_block(&self, table: &Table, at: usize) -> bool {
        let who = &table.participants[at];
        at == 0 || who.modality == Modality::Full && who.veto.unwrap_or(self.present().blocks[at])
    }

    /// Whether there is contact.
    #[must_use]
    pub fn in_contact(&self, at: usize) -> bool {
        matches!(self.contacts[at], Contact::Made(_))
    }

    /// Whether any conditional seat has delivered.
    #[must_use]
    pub fn delivered(&self) -> bool {
        self.conditions_met.iter().any(Option::is_some)
    }

    /// The state and every unconditional participant that can block.
    #[must_use]
    pub fn core(&self, table: &Table) -> Vec<usize> {
        (0..table.participants.len()).filter(|&at| table.participants[at].conditions.is_none() && self.can_block(table, at)).collect()
    }

    /// Those whose consent a deal needs today: the core, and each conditional seat that met its conditions and without
    /// which the track does not have to go on.
    #[must_use]
    pub fn members(&mut self, table: &Table, params: &Mediation) -> Vec<usize> {
        let mut members = self.core(table);
        for at in 0..table.participants.len() {
            if self.conditions_met[at].is_some() && self.can_block(table, at) {
                let with: Vec<usize> = members.iter().copied().chain([at]).collect();
                if self.deal(table, &with, params).best.least > params.carry_on_margin {
                    members = with;
                }
            }
        }
        members
    }

    /// The members of the deal by which a participant's own margin is read: those who must consent anyway, and it.
    #[must_use]
    pub fn members_with(&self, table: &Table, at: usize) -> Vec<usize> {
        (0..table.participants.len())
            .filter(|&other| {
                other == at
                    || self.can_block(table, other)
                        && (table.participants[other].conditions.is_none() || self.conditions_met[other].is_some())
            })
            .collect()
    }

    /// What each member's margin is made of, but for the utility, under a balance.
    #[must_use]
    pub fn terms(&self, table: &Table, members: &[usize], balance: &Balance, params: &Mediation) -> Vec<Margin> {
        let count = table.participants.len();
        let conditional = |at: usize| table.participants[at].conditions.is_some();
        // Nothing is searched for where the whole package is given.
        let given = table.offers.are_given();
        let search_loss = if given { 0.0 } else { params.search_loss };
        members
            .iter()
            .map(|&at| {
                let (mut trust, mut weight) = (0.0, 0.0);
                for &other in members.iter().filter(|&&other| other != at) {
                    let fighters = balance.fighters[other].max(1.0);
                    trust += fighters * balance.trust[at * count + other];
                    weight += fighters;
                }
                let trust = if weight > 0.0 { trust / weight } else { 0.0 };
                let broken = (1.0 - trust) * (1.0 - balance.guarantee);
                let mut side = 0.0;
                if table.side_payments {
                    side += params.side_payment;
                    if at == 0 {
                        let with = if members.iter().any(|&m| conditional(m)) { params.freed_with_defectors } else { 1.0 };
                        side += params.freed_troops * balance.freed.clamp(0.0, params.freed_max) * with;
                    }
                }
                let costs = if at == 0 {
                    costs(table, members, balance, params).total()
                } else if conditional(at) {
                    listing(table, at, params)
                } else {
                    0.0
                };
                Margin {
                    party: table.participants[at].party,
                    utility: 0.0,
                    kept: 1.0 - broken,
                    war: balance.war[at],
                    side,
                    exposure: broken * params.exposure,
                    costs,
                    private_type: self.types[at],
                    search_loss,
                }
            })
            .collect()
    }

    /// The deal among some participants, if it was solved for since the last balance.
    #[must_use]
    pub fn known(&self, members: &[usize]) -> Option<&Deal> {
        self.solved.iter().find(|deal| deal.members == members)
    }

    /// The deal among some participants, solved at most once a balance.
    pub fn deal(&mut self, table: &Table, members: &[usize], params: &Mediation) -> &Deal {
        if let Some(at) = self.solved.iter().position(|deal| deal.members == members) {
            return &self.solved[at];
        }
        let deal = self.solve(table, members, params);
        self.solved.push(deal);
        &self.solved[self.solved.len() - 1]
    }

    /// The deal among some participants.
    #[must_use]
    pub fn solve(&self, table: &Table, members: &[usize], params: &Mediation) -> Deal {
        let bargainers = |terms: &[Margin]| -> Vec<Bargainer<'_>> {
            members
                .iter()
                .zip(terms)
                .map(|(&at, t)| Bargainer { preferences: &table.participants[at].preferences, scale: t.kept, need: t.need() })
                .collect()
        };
        let now = self.terms(table, members, self.present(), params);
        let seats = bargainers(&now);
        let today = best(&seats, table.offers, params);
        let then = self.terms(table, members, self.past(), params);
        let Package { scalars, shares, .. } = best(&bargainers(&then), table.offers, params);
        let values = margins(&seats, &scalars, &shares, params);
        let margins = now.iter().zip(&values).map(|(t, value)| Margin { utility: (value + t.need()) / t.kept.max(1e-9), ..*t }).collect();
        Deal { members: members.to_vec(), best: today, scalars, shares, margins }
    }

    /// A participant's margin of a package among `members` to which it accedes without a share of the pies.
    #[must_use]
    pub fn margin_of_acceding(&self, table: &Table, members: &[usize], at: usize, scalars: &[f64; SCALARS], params: &Mediation) -> f64 {
        let with: Vec<usize> = members.iter().copied().chain([at]).collect();
        let terms = self.terms(table, &with, self.present(), params);
        let utility = table.participants[at].preferences.utility(scalars, &[0.0; PIES], params);
        terms.last().map_or(f64::NEG_INFINITY, |own| Margin { utility, ..*own }.value())
    }

    /// The same talks at another table: whoever keeps a seat keeps all that was reached with it. A new convenor, `anew`, has
    /// to make every contact again and starts with full acceptability.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "two tables, and what new talks need")]
    pub fn at_table(&self, old: &Table, new: &Table, anew: bool, inputs: &Inputs, before: &[f64], dice: Dice, params: &Mediation) -> Self {
        let fresh = Self::new(new, inputs, before, dice, params);
        let kept: Vec<Option<usize>> = new.participants.iter().map(|who| old.seat_of(who.party)).collect();
        let count = kept.len();
        let history = self.history.iter().map(|was| {
            let now = fresh.present();
            let each = |old: &[f64], new: &[f64]| kept.iter().zip(new).map(|(at, new)| at.map_or(*new, |at| old[at])).collect::<Vec<f64>>();
            let trust = |a: usize, b: usize| match (kept[a], kept[b]) {
                (Some(x), Some(y)) => was.trust[x * old.participants.len() + y],
                _ => now.trust[a * count + b],
            };
            Balance {
                war: each(&was.war, &now.war),
                momentum: each(&was.momentum, &now.momentum),
                fighters: each(&was.fighters, &now.fighters),
                blocks: kept.iter().zip(&now.blocks).map(|(at, new)| at.map_or(*new, |at| was.blocks[at])).collect(),
                trust: (0..count * count).map(|cell| trust(cell / count, cell % count)).collect(),
                ..Balance::clone(was)
            }
        });
        let contact = |at: usize| kept[at].filter(|_| !anew).map_or(Contact::Sought, |old| self.contacts[old]);
        Self {
            contacts: (0..count).map(contact).collect(),
            conditions_met: kept.iter().map(|at| at.and_then(|at| self.conditions_met[at])).collect(),
            acceptability: if anew { 1.0 } else { self.acceptability },
            bids: self.bids.clone(),
            next_bid: self.next_bid.max(new.first_bid),
            group: self.group,
            open_since: self.open_since,
            collapses: self.collapses.clone(),
            signed: self.signed.clone(),
            types: fresh.types.clone(),
            tastes: self.tastes,
            history: history.map(Arc::new).collect(),
            solved: Vec::new(),
        }
    }

    /// m* today: the least margin of the best package among those who must consent.
    #[must_use]
    pub fn least_margin(&mut self, table: &Table, params: &Mediation) -> f64 {
        let members = self.members(table, params);
        self.deal(table, &members, params).best.least
    }

    /// Scalars of the package on the table today.
    #[must_use]
    pub fn offer(&mut self, table: &Table, params: &Mediation) -> [f64; SCALARS] {
        let members = self.members(table, params);
        self.deal(table, &members, params).scalars
    }

    /// Mutual hurt: the lesser of the state's and its main enemy's.
    #[must_use]
    pub fn mutual_hurt(&self) -> f64 {
        self.present().mutual_hurt
    }
}
