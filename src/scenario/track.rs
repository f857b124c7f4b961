//! A track: who is invited, by whom, on what terms, with which instruments. Data only; one mechanism executes them all.
use super::case::{Case, PIE_NAMES, PIES, SCALAR_NAMES, SCALARS};
use crate::index::{Community, Org, Party};

/// What a party may do at the table. A modality opens ways to act on an interest; none is worth anything by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modality {
    /// Bargains, can block if it is strong enough, signs.
    Full,
    /// Is an interlocutor while talks are open, but neither bargains nor blocks. Accedes to what is signed if its own margin of
    /// it, with nothing of the pies, is not below 0.
    Observer,
    /// Is heard in private: there is contact, which may leak, and its communities count as heard. It is no interlocutor and
    /// does not sign.
    Consultation,
}

/// Conditions that a seat must meet before it may sit down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditions {
    /// Factor on the hazard of meeting them.
    pub hazard: f64,
    /// Factor on the exit cost.
    pub exit_cost: f64,
    /// Share of the recognition pie offered in return.
    pub recognition: f64,
}

/// One seat at the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Seat {
    /// Who sits.
    pub party: Party,
    /// As what.
    pub modality: Modality,
    /// What it must do first.
    pub conditions: Option<Conditions>,
    /// Overrides the rule of who can block.
    pub veto: Option<bool>,
}

/// What may be put into a package.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Offers {
    /// Every issue is open.
    Open,
    /// Scalars are fixed; pies are open if not fixed.
    Fixed {
        /// Values of the scalar issues.
        scalars: [f64; SCALARS],
        /// The state's shares of the pies, others get nothing; `None` leaves the pies open.
        pies: Option<[f64; PIES]>,
    },
    /// Issue by issue.
    Within {
        /// Lowest and highest value of each scalar issue.
        scalars: [(f64, f64); SCALARS],
        /// The state's share of each pie, others get nothing of it; `None` leaves it open.
        pies: [Option<f64>; PIES],
    },
}

impl Offers {
    /// Lowest and highest value that a scalar issue may have.
    #[must_use]
    pub fn bounds(&self, issue: usize) -> (f64, f64) {
        match self {
            Self::Open => (0.0, 1.0),
            Self::Fixed { scalars, .. } => (scalars[issue], scalars[issue]),
            Self::Within { scalars, .. } => scalars[issue],
        }
    }

    /// The state's share of a pie, where it is not open.
    #[must_use]
    pub fn share(&self, pie: usize) -> Option<f64> {
        match self {
            Self::Open => None,
            Self::Fixed { pies, .. } => pies.map(|pies| pies[pie]),
            Self::Within { pies, .. } => pies[pie],
        }
    }

    /// Fixes an issue.
    fn put(&mut self, issue: &str, value: f64) {
        let mut bounds: [(f64, f64); SCALARS] = std::array::from_fn(|at| self.bounds(at));
        let mut shares: [Option<f64>; PIES] = std::array::from_fn(|pie| self.share(pie));
        if let Some(at) = SCALAR_NAMES.iter().position(|name| *name == issue) {
            bounds[at] = (value, value);
        }
        if let Some(pie) = PIE_NAMES.iter().position(|name| *name == issue) {
            shares[pie] = Some(value);
        }
        *self = Self::of(bounds, shares);
    }

    /// Offers from the lowest and highest value of each scalar issue and the state's share of each pie.
    #[must_use]
    pub fn of(scalars: [(f64, f64); SCALARS], pies: [Option<f64>; PIES]) -> Self {
        match (scalars.iter().all(|(low, high)| low >= high), pies) {
            (true, [Some(rents), Some(recognition)]) => Self::Fixed { scalars: scalars.map(|x| x.0), pies: Some([rents, recognition]) },
            (true, [None, None]) => Self::Fixed { scalars: scalars.map(|x| x.0), pies: None },
            (_, [None, None]) if scalars.iter().all(|&bounds| bounds == (0.0, 1.0)) => Self::Open,
            (_, pies) => Self::Within { scalars, pies },
        }
    }

    /// Whether nothing is left to bargain over.
    #[must_use]
    pub fn are_given(&self) -> bool {
        (0..PIES).all(|pie| self.share(pie).is_some()) && (0..SCALARS).all(|issue| self.bounds(issue).0 >= self.bounds(issue).1)
    }
}

/// How strong a guarantor stands behind an accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Guarantee {
    None,
    Diplomatic,
    Deployed,
}

/// A programme of disarmament, demobilisation and reintegration.
#[derive(Clone, Debug, PartialEq)]
pub struct Ddr {
    /// Places on the list, persons.
    pub quota: f64,
    /// Share of them that enter the army; the others return to civilian life.
    pub integrated_share: f64,
    /// Delivered before week 0, persons.
    pub delivered: f64,
    /// Whose fighters may be listed; empty under an accord means its signatories.
    pub organisations: Vec<Org>,
    /// Weeks from the start (or signing) until intake begins; `None`: the parameter's delay.
    pub delay: Option<f64>,
    /// Factor on the pace of intake.
    pub pace: f64,
}

/// The contact group of a track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ContactGroup {
    /// Members.
    pub members: f64,
    /// Western share of its members.
    pub western_share: f64,
    /// Money that it adds, units a week.
    pub funds: f64,
}

/// An accord already in force at the start.
#[derive(Clone, Debug, PartialEq)]
pub struct StandingAccord {
    /// Non-state signatories.
    pub parties: Vec<Party>,
    /// Weeks before the start at which it was signed; negative: its signature after the start is put in, as history needs.
    pub age: f64,
    /// Implementation at the start, each provision.
    pub implementation: f64,
    /// Monitoring, from 0 to 1.
    pub monitoring: f64,
    /// Share of missing will that its watchdog can make up for by sanctions.
    pub enforcement: f64,
}

/// A dated mark of the track, for plots and stories.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Week from the start (negative before it).
    pub week: i32,
    /// What.
    pub text: String,
}

/// First week in which a bid is possible, where a track does not say.
pub const FIRST_BID: i32 = 20;

/// What is tried, by whom, with whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Position in [`super::Case::access`] of who convenes the talks; `None`: no talks are tried.
    pub convenor: Option<usize>,
    /// Seats beside the state's own.
    pub seats: Vec<Seat>,
    /// First week in which a bid is possible.
    pub first_bid: i32,
    /// What may be offered.
    pub offers: Offers,
    /// Whether aid and posts outside the pies are offered.
    pub side_payments: bool,
    /// Guarantee behind an accord.
    pub guarantee: Guarantee,
    /// Chance that it protects; `None`: the parameter.
    pub guarantee_strength: Option<f64>,
    /// Weeks in which it falls to 1/e; `None`: the parameter.
    pub guarantee_decay: Option<f64>,
    /// Influence of civil society, from 0 to 1.
    pub civil_society: f64,
    /// As what civil society takes part, where its influence is the parameter of that modality.
    pub civil_society_as: Option<Modality>,
    /// Monitoring of an accord, from 0 to 1.
    pub monitoring: f64,
    /// Share of missing will that the watchdog can make up for by sanctions.
    pub enforcement: f64,
    /// Total budget, units a week (one unit: the weekly cost of one integrated fighter).
    pub budget: f64,
    /// The contact group, if one is meant to form.
    pub contact_group: Option<ContactGroup>,
    /// An accord in force at the start.
    pub standing_accord: Option<StandingAccord>,
    /// A programme in force at the start.
    pub ddr: Option<Ddr>,
    /// A programme that a new accord opens.
    pub accord_ddr: Option<Ddr>,
    /// Pairs of communities that meet in dialogue.
    pub dialogues: Vec<(Community, Community)>,
    /// Whether a new accord replaces the standing instruments.
    pub accord_replaces: bool,
    /// Dated marks.
    pub marks: Vec<Mark>,
}

impl Track {
    /// Sets a number by its path in scenario files, that of a seat by its party (`track.seats.PARTY.conditions.hazard`). What the
    /// track does not have stays away.
    pub fn put(&mut self, case: &Case, path: &str, value: f64) {
        let words: Vec<&str> = path.split('.').skip(1).collect();
        match *words.as_slice() {
            ["civil_society"] => self.civil_society = value,
            ["monitoring"] => self.monitoring = value,
            ["enforcement"] => self.enforcement = value,
            ["budget"] => self.budget = value,
            ["guarantee", "strength"] => self.guarantee_strength = Some(value),
            ["guarantee", "decay"] => self.guarantee_decay = Some(value),
            ["offers", issue] => self.offers.put(issue, value),
            ["contact_group", name] => {
                let Some(group) = &mut self.contact_group else { return };
                match name {
                    "members" => group.members = value,
                    "western_share" => group.western_share = value,
                    _ => group.funds = value,
                }
            }
            ["standing_accord", name] => {
                let Some(accord) = &mut self.standing_accord else { return };
                match name {
                    "implementation" => accord.implementation = value,
                    "monitoring" => accord.monitoring = value,
                    _ => accord.enforcement = value,
                }
            }
            [list @ ("ddr" | "accord_ddr"), name] => {
                let Some(ddr) = (if list == "ddr" { &mut self.ddr } else { &mut self.accord_ddr }) else { return };
                match name {
                    "quota" => ddr.quota = value,
                    "integrated_share" => ddr.integrated_share = value,
                    "delivered" => ddr.delivered = value,
                    "delay" => ddr.delay = Some(value),
                    _ => ddr.pace = value,
                }
                // More than all places cannot have been filled, whichever of the two was drawn.
                ddr.delivered = ddr.delivered.min(ddr.quota);
            }
            ["seats", party, "conditions", name] => {
                let seat = self.seats.iter_mut().find(|seat| case.parties[seat.party].slug == party);
                let Some(conditions) = seat.and_then(|seat| seat.conditions.as_mut()) else { return };
                match name {
                    "hazard" => conditions.hazard = value,
                    "exit_cost" => conditions.exit_cost = value,
                    _ => conditions.recognition = value,
                }
            }
            _ => {}
        }
    }

    /// Whether somebody convenes talks and others are asked to them.
    #[must_use]
    pub fn convenes(&self) -> bool {
        self.convenor.is_some() && !self.seats.is_empty()
    }

    /// Whether all that acts without talks is that of another track: what stands at the start, and what it is paid from.
    /// The rest (who convenes, who sits, what may be offered, what an accord opens) does nothing before the talks act.
    #[must_use]
    pub fn stands_like(&self, other: &Self) -> bool {
        self.standing_accord == other.standing_accord
            && self.ddr == other.ddr
            && self.dialogues == other.dialogues
            && (self.budget, self.civil_society, self.civil_society_as) == (other.budget, other.civil_society, other.civil_society_as)
            && (self.monitoring, self.enforcement) == (other.monitoring, other.enforcement)
            && self.guarantees_like(other)
    }

    /// Whether the same guarantee stands behind an accord.
    #[must_use]
    pub fn guarantees_like(&self, other: &Self) -> bool {
        (self.guarantee, self.guarantee_strength, self.guarantee_decay)
            == (other.guarantee, other.guarantee_strength, other.guarantee_decay)
    }
}
