//! Where the peace process of a future stands: talks, accords, programmes, trust. Set up at week 0, empty before.
use crate::dice::mix;
use crate::index::{Community, Grid, Map, Org, Party, Place};
use crate::observe::Funnel;
use crate::talks::{Table, Talks};
use std::sync::Arc;

/// What is switched off to see what a stage did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Muted {
    pub conditions: bool,
    pub accord: bool,
}

/// A lethal attack of one signatory on another.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Violation {
    pub week: i32,
    pub by: Party,
    pub on: Party,
    pub deaths: f64,
}

/// An accord in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Accord {
    /// Stable identity: of the signatories and the week.
    pub identity: u64,
    /// Week of signing (negative: before the start).
    pub signed: i32,
    /// Non-state signatories.
    pub parties: Vec<Party>,
    /// Those of them that can block.
    pub blocking: Vec<Party>,
    /// Pairs that fought each other before (party and party).
    pub hostile: Vec<(Party, Party, f64)>,
    /// Implementation of each provision.
    pub level: [f64; 6],
    /// Monitoring.
    pub monitoring: f64,
    /// Share of missing will that its watchdog makes up for by sanctions.
    pub enforcement: f64,
    /// Parties beside the signatories that were heard at or before the table.
    pub heard: Vec<Party>,
    /// Margins, war values and how much of a promise is counted on at the signing, by member (the state first); none of an accord that stood
    /// before the run: its will is a parameter.
    pub margins: Vec<(Party, f64, f64, f64)>,
    /// Values of the scalar issues in the package.
    pub scalars: [f64; 5],
    /// Shares of the pies, by party.
    pub shares: Vec<(Party, [f64; 2])>,
    /// Lethal attacks between signatories, of late.
    pub violations: Vec<Violation>,
    /// Week in which it ended.
    pub ended: Option<i32>,
    /// Whether it was reached in this run.
    pub reached_here: bool,
    /// Places that it covers.
    pub places: Vec<Place>,
}

/// The identity of an accord, whatever was signed before it.
#[must_use]
pub fn identity_of(signatories: impl Iterator<Item = u64>, week: i32) -> u64 {
    let mut identities: Vec<u64> = signatories.collect();
    identities.sort_unstable();
    identities.into_iter().fold(mix(0, week.cast_unsigned().into()), mix)
}

/// An organisation outside an accord that strikes at those who signed it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Spoiler {
    pub org: Org,
    /// Position of the accord.
    pub accord: usize,
    /// Last week of its season.
    pub until: i32,
}

/// A list of a programme of disarmament, demobilisation and reintegration.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain facts")]
pub struct List {
    /// Stable identity: the accord's that carries it, or 0.
    pub identity: u64,
    pub quota: f64,
    pub integrated_share: f64,
    pub organisations: Vec<Org>,
    pub level: f64,
    pub called: f64,
    pub joined: f64,
    /// Position of the accord that carries it, if one does.
    pub accord: Option<usize>,
    pub from_week: f64,
    /// Factor on the pace of intake.
    pub pace: f64,
}

/// A cessation between organisations outside an accord.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Cessation {
    pub a: Org,
    pub b: Org,
    pub since: i32,
    pub until: i32,
    /// Share of the pair's fighting that it covers.
    pub covers: f64,
}

/// All of it.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Peace {
    pub table: Option<Arc<Table>>,
    pub talks: Option<Talks>,
    pub trust: Option<Grid<Party, Party, f64>>,
    pub trust_start: f64,
    pub accords: Vec<Accord>,
    pub lists: Vec<List>,
    pub cessations: Vec<Cessation>,
    pub spoilers: Vec<Spoiler>,
    /// Scalar issues of the package on the table while talks are open.
    pub offer: Option<[f64; 5]>,
    pub funnel: Funnel,
    pub muted: Muted,
    /// The organisation that acts for each party.
    pub lead: Option<Map<Party, Option<Org>>>,
    /// Weekly hazard that truces with the rump end, since conditions were met.
    pub truce_end: f64,
    /// Factor of a contact group on monitoring and programmes.
    pub group: f64,
    /// Fighters of foreign partners at the start.
    pub partners: Vec<(Org, f64)>,
    /// Communities whose party sits at a table.
    pub seated: Vec<Community>,
    /// Men integrated into the army, paid from the budget.
    pub integrated: f64,
}
