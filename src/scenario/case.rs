//! The case: places, people, communities, organisations, relations and starts, all of it data.
use crate::dice::mix;
use crate::index::{Bloc, Community, Grid, Id, Map, Org, Party, Place};
use crate::units::Date;

/// Number of scalar issues in talks.
pub const SCALARS: usize = 5;
/// Names of the scalar issues, in order.
pub const SCALAR_NAMES: [&str; SCALARS] = ["autonomy", "justice", "posts", "amnesty", "foreign_forces"];
/// Number of divisible issues ("pies") in talks.
pub const PIES: usize = 2;
/// Names of the pies, in order.
pub const PIE_NAMES: [&str; PIES] = ["rents", "recognition"];

/// The three trends among those who lean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Trend {
    /// With the state and its allies.
    Loyalist = 0,
    /// For autonomy or independence.
    Independentist = 1,
    /// With the Islamist groups.
    Islamist = 2,
}

/// All trends in order.
pub const TRENDS: [Trend; 3] = [Trend::Loyalist, Trend::Independentist, Trend::Islamist];

/// How two organisations stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Stance {
    Hostile,
    Truce,
    Neutral,
    Allied,
}

impl Stance {
    /// As a sentence has it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Hostile => "hostility",
            Self::Truce => "a tacit truce",
            Self::Neutral => "neutrality",
            Self::Allied => "alliance",
        }
    }
}

/// Where an organisation's fighters come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recruits {
    /// From households of the case, by the recruitment process.
    Households,
    /// From the whole country: losses are replaced.
    National,
    /// By contract abroad: losses are replaced.
    Contract,
}

/// What kind of place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceKind {
    /// A zone in which the model runs.
    Zone,
    /// A refuge outside it: receives people and sends them back.
    Refuge,
}

/// One place.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as the columns of places.csv")]
pub struct PlaceData {
    pub slug: String,
    pub name: String,
    pub kind: PlaceKind,
    pub region: String,
    pub seat: String,
    /// Degrees.
    pub lat: f64,
    /// Degrees.
    pub lon: f64,
    /// From 0 to 1.
    pub remoteness: f64,
    /// Value to those who fight; sums to 1 over the zones.
    pub value: f64,
    /// Persons at the start (census or projection, by the scenario's switch).
    pub people_census: f64,
    pub people_projection: f64,
    /// Persons who had fled here before the start (refuges).
    pub refugees: f64,
    /// Stable identity.
    pub identity: u64,
}

/// One community.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as the columns of communities.csv")]
pub struct CommunityData {
    pub slug: String,
    pub name: String,
    pub livelihood: String,
    /// Trust in traditional authority at the start.
    pub trust: f64,
    pub marginalisation: f64,
    pub hardship: f64,
    /// Share of the state's rents that its chosen leaders receive, as a level from 0 to 1.
    pub rents: f64,
    pub description: String,
    pub source: String,
    pub identity: u64,
}

/// One bloc.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as the columns of blocs.csv")]
pub struct BlocData {
    pub slug: String,
    pub name: String,
    pub trend: Trend,
    pub antistate: f64,
    pub settles: f64,
    pub taxes: f64,
    pub islamic_courts: bool,
    /// Whether its violence against civilians follows the disputes of its communities.
    pub follows_disputes: bool,
    pub identity: u64,
}

/// One organisation.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as the columns of organisations.csv")]
pub struct OrganisationData {
    pub slug: String,
    pub name: String,
    pub bloc: Bloc,
    pub umbrella: Option<String>,
    pub head: bool,
    /// The party that decides for it in talks, if any is known.
    pub party: Option<Party>,
    pub recruits: Recruits,
    pub quality: f64,
    pub cohesion: f64,
    pub discipline: f64,
    pub intelligence: f64,
    pub communities: Vec<Community>,
    pub objectives: Vec<Place>,
    pub description: String,
    pub source: String,
    pub identity: u64,
}

/// A pair of blocs whose violence was observed in the reference period.
#[derive(Clone, Debug)]
pub struct Dyad {
    /// First bloc (the state, where it takes part).
    pub a: Bloc,
    /// Second bloc.
    pub b: Bloc,
    /// Lethal events a month in the zones.
    pub events_per_month: f64,
    /// Standard deviation of the logarithm of that rate.
    pub log_sd: f64,
    /// Deaths of `b` over deaths of `a`.
    pub loss_ratio: f64,
    /// Civilians among the dead of attacks.
    pub civilian_share: f64,
    /// Whether the state takes part (another tail of sizes).
    pub state_based: bool,
}

/// A dispute between two communities of a place at the start.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as the columns of feuds.csv")]
pub struct Feud {
    pub place: Place,
    pub a: Community,
    pub b: Community,
    pub dispute: f64,
}

/// One party to talks.
#[derive(Clone, Debug)]
pub struct PartyData {
    /// Slug: that of its organisation, or the state's.
    pub slug: String,
    /// Whose ideal is its utility 0.
    pub enemy: Party,
    /// Ideal points on the scalar issues.
    pub ideals: [f64; SCALARS],
    /// Weights: the scalar issues, then the pies; they sum to 1.
    pub weights: [f64; SCALARS + PIES],
    /// Share of each pie that satisfies fully.
    pub claims: [f64; PIES],
    /// Organisations for which it decides.
    pub organisations: Vec<Org>,
    /// Stable identity.
    pub identity: u64,
}

/// What a party's position is at a start (bargaining/starts.csv).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// What it holds, as a share of full utility.
    pub status_quo: f64,
    /// Chance to win if force decides, at no momentum.
    pub p_win: f64,
    /// Costs felt.
    pub hurt: f64,
    /// From -1 to 1.
    pub momentum: f64,
    /// Multiplier of the believed chance that force decides.
    pub decisive: f64,
    /// Status quo that the package on the table still reflects.
    pub package_status_quo: f64,
    /// Momentum that the package on the table still reflects.
    pub package_momentum: f64,
}

/// A state of the world that can be started from.
#[derive(Clone, Debug)]
pub struct Start {
    /// `2026-07-06`, or the name of a reference period.
    pub name: String,
    /// First day; `None` for a reference period.
    pub date: Option<Date>,
    /// Median strength and log-sd of each organisation.
    pub strength: Map<Org, (f64, f64)>,
    /// Where each organisation's fighters are; rows sum to 1.
    pub fighters: Grid<Org, Place, f64>,
    /// Control of each bloc; rows sum to at most 1.
    pub control: Grid<Place, Bloc, f64>,
    /// Stances, symmetric.
    pub stances: Grid<Org, Org, Stance>,
    /// Persons displaced: home, host, persons.
    pub displaced: Vec<(Place, Place, f64)>,
    /// Towns besieged and by whom.
    pub sieges: Vec<(Place, Bloc)>,
    /// Positions of the parties (empty for a reference period).
    pub positions: Map<Party, Position>,
}

/// A dated event of the case.
#[derive(Clone, Debug)]
pub struct Dated {
    /// When.
    pub date: Date,
    /// Whether it may be injected (X) or only validates (V).
    pub may_inject: bool,
    /// What happened.
    pub event: String,
    /// Fighters whom it brings, or takes away: whose, and how many.
    pub force: Option<(Org, f64)>,
}

/// A refuge whose people are a measure of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedRefuge {
    /// Where.
    pub place: Place,
    /// Its part of the measure's name: `refugee_<name>_person_weeks`.
    pub name: String,
}

/// Everything that a case says.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each is a table of the case folder")]
pub struct Case {
    pub name: String,
    pub title: String,
    pub household_size: f64,
    pub men_per_household: f64,
    /// Zones first, then refuges.
    pub places: Map<Place, PlaceData>,
    /// Number of zones.
    pub zones: usize,
    /// Scopes: slug and zones.
    pub scopes: Vec<(String, Vec<Place>)>,
    /// Zones that wait for the state's troops: where those could go whom an accord elsewhere sets free.
    pub waiting: Vec<Place>,
    /// The refuge that is measured apart.
    pub counted_refuge: Option<CountedRefuge>,
    /// Persons displaced inside the zones in the years in which refugees were counted.
    pub displaced_inside: f64,
    /// The community whose leanings are drawn.
    pub shown_community: Community,
    /// Neighbours of each place with the kilometres between the seats.
    pub neighbours: Map<Place, Vec<(Place, f64)>>,
    pub communities: Map<Community, CommunityData>,
    pub blocs: Map<Bloc, BlocData>,
    /// The bloc of the state.
    pub state: Bloc,
    /// The party of the state.
    pub state_party: Party,
    /// Where the government sits, for stories.
    pub capital: String,
    pub organisations: Map<Org, OrganisationData>,
    /// Shares of communities in places; rows of zones sum to 1.
    pub shares: Grid<Place, Community, f64>,
    pub affinity: Grid<Bloc, Community, f64>,
    pub targeting: Grid<Bloc, Community, f64>,
    /// Loyalist, independentist, Islamist, none.
    pub leanings: Map<Community, [f64; 4]>,
    /// What the trends are called in reports, in the order of [`TRENDS`].
    pub trends: [String; 3],
    pub dyads: Vec<Dyad>,
    /// Lethal one-sided events a month in the reference period.
    pub one_sided: Map<Bloc, f64>,
    pub feuds: Vec<Feud>,
    /// Log factor of each month, January first.
    pub season: [f64; 12],
    pub parties: Map<Party, PartyData>,
    /// Convenors and their access to each party.
    pub access: Vec<(String, Map<Party, f64>)>,
    pub starts: Vec<Start>,
    /// The reference forces by which rates are solved.
    pub reference: Start,
    pub timeline: Vec<Dated>,
    /// What was fitted to recorded events, the earliest first.
    pub posteriors: Vec<super::Posterior>,
    /// What coarser scales were measured to change.
    pub scales: Vec<super::scales::Scaled>,
    /// What is sound in its tables and yet seems not meant, one line each.
    pub oddities: Vec<String>,
    /// GeoJSON of the zones.
    pub shapes: String,
}

impl Case {
    /// The zones.
    pub fn zones(&self) -> impl DoubleEndedIterator<Item = Place> + use<> {
        (0..self.zones).map(Place::from_at)
    }
    /// Whether people live and fight there in the model.
    #[must_use]
    pub fn is_zone(&self, place: Place) -> bool {
        place.at() < self.zones
    }
    /// The stable identity of a bloc that meets another at a place, in this order.
    #[must_use]
    pub fn meeting(&self, place: Place, bloc: Bloc, other: Bloc) -> u64 {
        mix(self.places[place].identity, mix(self.blocs[bloc].identity, self.blocs[other].identity))
    }
    /// The stable identity of a community of a place.
    #[must_use]
    pub fn settled(&self, place: Place, community: Community) -> u64 {
        mix(self.places[place].identity, self.communities[community].identity)
    }
    /// The place of a slug.
    #[must_use]
    pub fn place(&self, slug: &str) -> Option<Place> {
        self.places.iter().find(|(_, data)| data.slug == slug).map(|(id, _)| id)
    }
    /// The community of a slug.
    #[must_use]
    pub fn community(&self, slug: &str) -> Option<Community> {
        self.communities.iter().find(|(_, data)| data.slug == slug).map(|(id, _)| id)
    }
    /// The bloc of a slug.
    #[must_use]
    pub fn bloc(&self, slug: &str) -> Option<Bloc> {
        self.blocs.iter().find(|(_, data)| data.slug == slug).map(|(id, _)| id)
    }
    /// The organisation of a slug.
    #[must_use]
    pub fn organisation(&self, slug: &str) -> Option<Org> {
        self.organisations.iter().find(|(_, data)| data.slug == slug).map(|(id, _)| id)
    }
    /// The party of a slug.
    #[must_use]
    pub fn party(&self, slug: &str) -> Option<Party> {
        self.parties.iter().find(|(_, data)| data.slug == slug).map(|(id, _)| id)
    }
}
