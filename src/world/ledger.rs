//! What happened this week and why: passed between processes, read by the observer, cleared at the week's end.
use crate::index::{Bloc, Cluster, Community, Household, Org, Place};

/// One incident of harm to civilians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Harm {
    /// Where.
    pub place: Place,
    /// The settlement.
    pub cluster: Cluster,
    /// Whose household.
    pub household: Household,
    /// The household's community.
    pub community: Community,
    /// Who did it.
    pub perpetrator: Bloc,
    /// Who is blamed.
    pub blamed: Bloc,
    /// Whether somebody died.
    pub lethal: bool,
}

/// A settlement some of whose people were harmed, wherever they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Struck {
    /// Where it happened.
    pub place: Place,
    /// The settlement.
    pub cluster: Cluster,
    /// Whose community.
    pub community: Community,
    /// Who is blamed.
    pub blamed: Bloc,
    /// Whether somebody died.
    pub lethal: bool,
}

/// What kind of lethal event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Between organisations.
    Attack,
    /// By an organisation, against civilians.
    OneSided,
    /// Between communities.
    Feud,
}

/// One lethal event, as those who record events would see it. Nothing in the model reads it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deadly {
    /// Where.
    pub place: Place,
    /// What kind.
    pub kind: Kind,
    /// The attacker; of a feud the organisation to which the attackers are close.
    pub a: Org,
    /// Who was attacked, if an organisation.
    pub b: Option<Org>,
    /// Fighters killed on the attacker's side.
    pub dead_a: f64,
    /// Fighters killed on the other; in a feud all who died.
    pub dead_b: f64,
    /// Civilians killed.
    pub civilians: f64,
}

/// Something that a story tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// Week from the start.
    pub week: i32,
    /// Where, if at a place.
    pub place: Option<Place>,
    /// Further places that it concerns (the towns of an offensive).
    pub further: Vec<Place>,
    /// Organisations that take part.
    pub actors: Vec<Org>,
    /// Communities concerned.
    pub communities: Vec<Community>,
    /// Kind, a short word (`attack`, `offensive`, `massacre`, `control`, `split`, ...).
    pub kind: &'static str,
    /// Persons killed.
    pub deaths: u32,
    /// What happened and why, in a sentence.
    pub text: String,
    /// The numbers behind it, by name.
    pub numbers: Vec<(&'static str, f64)>,
}

/// Counts of a week that outcomes are made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// Harm to civilians, in order.
    pub harms: Vec<Harm>,
    /// Settlements that were struck, in order: at a coarse scale the kept ones, also where no kept household was hit.
    pub struck: Vec<Struck>,
    /// Things to tell.
    pub happened: Vec<Happened>,
    /// Deaths of fighters: place and persons.
    pub fighter_deaths: Vec<(Place, f64)>,
    /// Civilians killed: place, community of the victim, persons.
    pub civilian_deaths: Vec<(Place, Community, f64)>,
    /// Deaths between root blocs in attacks.
    pub dyad_deaths: Vec<(Bloc, Bloc, f64)>,
    /// Lethal attacks between organisations: attacker, target, place, deaths.
    pub attacks: Vec<(Org, Org, Place, f64)>,
    /// Lethal one-sided events: organisation, place, deaths.
    pub one_sided: Vec<(Org, Place, f64)>,
    /// All lethal events, for those who record.
    pub deadly: Vec<Deadly>,
    /// Attacks launched by bloc and place this week.
    pub launched: Vec<(Bloc, Place)>,
    /// A force met an attack or abandoned a place: bloc, place, abandoned.
    pub stands: Vec<(Bloc, Place, bool)>,
    /// Recruits: place of the home, community, persons.
    pub recruits: Vec<(Place, Community, f64)>,
    /// Lethal events between communities.
    pub feuds: u32,
    /// Households touched.
    pub touches: u64,
}

impl Ledger {
    /// Forgets the week, keeping the room.
    pub fn clear(&mut self) {
        self.harms.clear();
        self.struck.clear();
        self.happened.clear();
        self.fighter_deaths.clear();
        self.civilian_deaths.clear();
        self.dyad_deaths.clear();
        self.attacks.clear();
        self.one_sided.clear();
        self.deadly.clear();
        self.launched.clear();
        self.stands.clear();
        self.recruits.clear();
        self.feuds = 0;
    }
}
