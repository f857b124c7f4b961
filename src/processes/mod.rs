//! The weekly schedule: one line per process, one file per process.
pub mod abuse;
pub mod accord;
pub mod combat;
pub mod communal;
pub mod deployment;
pub mod displacement;
pub mod governance;
pub mod grievance;
pub mod harm;
pub mod leanings;
pub mod mediation;
pub mod parties;
pub mod politics;
pub mod protection;
pub mod recruitment;
pub mod severity;
pub mod telling;
pub mod terms;
pub mod thinning;
pub mod timeline;

use crate::dice::Dice;
use crate::index::{Bloc, Community, Grid, Map, Org, Party, Place};
use crate::params::Parameters;
use crate::scenario::{Case, Scenario};
use crate::world::{Template, World};

/// What is solved once per parameter draw, so that the start reproduces what was observed.
#[derive(Clone, Debug)]
pub struct Solved {
    /// Weekly incidents per direction of a pair of root blocs that is hostile, at 100 fighters each.
    pub hostile_rate: Grid<Bloc, Bloc, f64>,
    /// The same while the pair is not hostile in the open.
    pub neutral_rate: Grid<Bloc, Bloc, f64>,
    /// Log of what multiplies the odds of losses, so that the start's ratio of losses is the observed one.
    pub delta: Grid<Bloc, Bloc, f64>,
    /// Mean of ln(A Q / A Q) of a pair at the start.
    pub mean_ratio: Grid<Bloc, Bloc, f64>,
    /// Lethal one-sided events a week per fighter of a root bloc.
    pub abuse: Map<Bloc, f64>,
    /// Lethal one-sided events a week of a root bloc at a place that are expected at the start, with those that follow from others.
    pub one_sided: Grid<Bloc, Place, f64>,
    /// Cumulative probabilities of the tail of event sizes.
    pub tail: Vec<f64>,
    /// Weight by which a bloc turns on a community.
    pub turned_on: Grid<Bloc, Community, f64>,
    /// Places within two steps of each zone.
    pub near: Vec<Vec<Place>>,
    /// Neighbouring zones of each zone with the share of a force that moves there at one step's pace.
    pub steps: Vec<Vec<(Place, f64)>>,
    /// Destinations in reach of each zone with the weight of distance.
    pub ways: Vec<Vec<(Place, f64)>>,
    /// Factor of contact between communities.
    pub contact: f64,
    /// Stress from pasture that keeps each dispute at its start.
    pub stress: Vec<f64>,
    /// Level of recruitment by bloc and place.
    pub recruitment: Grid<Bloc, Place, f64>,
    /// Fighters of a bloc at the start: what its means carry.
    pub capacity: Map<Bloc, f64>,
    /// Mean of the log rate of joining at the start, by bloc.
    pub eta_mean: Map<Bloc, f64>,
    /// Constants of leanings.
    pub alpha: Map<Community, [f64; 4]>,
    /// Weekly deaths of an organisation's fighters at the start.
    pub losses: Map<Org, f64>,
    /// Weekly lethal events of an organisation at the start.
    pub events: Map<Org, f64>,
    /// Draw of each destination of flight.
    pub attraction: Map<Place, f64>,
    /// Share of each organisation's fighters by place at the start.
    pub share: Grid<Org, Place, f64>,
    /// Threat to the own people of a bloc at the start.
    pub threat: Grid<Bloc, Place, f64>,
    /// Enemies' share of the force at a place at the start.
    pub enemies: Grid<Bloc, Place, f64>,
    /// Own fighters of a bloc at a place at the start.
    pub force: Grid<Bloc, Place, f64>,
    /// How much control a fighter of a bloc gives it at a place, over a common one: what the start's control implies.
    pub hold: Grid<Bloc, Place, f64>,
    /// Legitimacy at the start by bloc, place and community, flat.
    pub legitimacy: Vec<f64>,
    /// Value of places held at the start, by bloc.
    pub holdings: Map<Bloc, f64>,
    /// Cost tolerance of each party.
    pub tolerance: Map<Party, f64>,
    /// Mean threat in the centre and mean troops freed at the start.
    pub centre: (f64, f64),
    /// Ratio of forces of the largest allied set that contains an organisation, at the start.
    pub set_ratio: Map<Org, f64>,
}

/// What a process may read beside the world.
#[derive(Clone, Copy)]
#[expect(missing_docs, reason = "plain references")]
pub struct Model<'a> {
    pub case: &'a Case,
    pub scenario: &'a Scenario,
    pub template: &'a Template,
    pub p: &'a Parameters,
    pub solved: &'a Solved,
    pub dice: Dice,
    /// Whether movements of fighters and people are held at the data: before week 0, when only memories form.
    pub held: bool,
}

/// One line of the schedule.
pub struct Process {
    /// Name, in files, switches and tables.
    pub name: &'static str,
    /// Why it stands here.
    pub why_here: &'static str,
    /// Whether it also runs before week 0.
    pub in_burn_in: bool,
    /// Executes it.
    pub run: fn(&mut World, &Model),
    /// What passes by itself where a scenario switches it off: sums over the last weeks go on, memories fade, what talks had open closes.
    /// Whatever else it has brought about stays as it is.
    pub off: fn(&mut World, &Model),
}

impl Process {
    /// Whether it is executed this week.
    #[must_use]
    pub fn runs(&self, world: &World, model: &Model) -> bool {
        self.is_due(world) && model.scenario.runs_at(world.week, self.name)
    }

    /// Executes its week, or what passes without it; says whether it was executed.
    pub fn week(&self, world: &mut World, model: &Model) -> bool {
        let runs = self.runs(world, model);
        if runs {
            (self.run)(world, model);
        } else if self.is_due(world) {
            (self.off)(world, model);
        }
        runs
    }

    fn is_due(&self, world: &World) -> bool {
        self.in_burn_in || !world.burning_in()
    }
}

/// The process of a name.
#[must_use]
pub fn process(name: &str) -> Option<&'static Process> {
    SCHEDULE.iter().find(|process| process.name == name)
}

/// Nothing passes by itself.
fn stays(_: &mut World, _: &Model) {}

/// What closes a week after the last line of [`SCHEDULE`]: its name, what it does, and why it stands there. It lies above
/// the processes (`crate::observe`), and cannot be switched off.
pub const OBSERVE: (&str, &str, &str) = (
    crate::scenario::check::OBSERVE,
    "Records the measures and series of the week. It draws no chance and changes nothing: a run that nobody records goes the same way.",
    "the record is of the week as it ended",
);

/// The week, in order.
pub const SCHEDULE: &[Process] = &[
    Process {
        name: "timeline",
        why_here: "what is dated comes before what reacts to it",
        in_burn_in: false,
        run: timeline::run,
        off: stays,
    },
    Process {
        name: "deployment",
        why_here: "fighters move before they meet",
        in_burn_in: true,
        run: deployment::run,
        off: deployment::off,
    },
    Process {
        name: "combat",
        why_here: "attacks between organisations where they now stand",
        in_burn_in: true,
        run: combat::run,
        off: combat::off,
    },
    Process {
        name: "abuse",
        why_here: "reads this week's attacks (collateral) and own deaths (reprisal)",
        in_burn_in: true,
        run: abuse::run,
        off: abuse::off,
    },
    Process { name: "communal", why_here: "feuds run on disputes, beside the war", in_burn_in: true, run: communal::run, off: stays },
    Process {
        name: "grievance",
        why_here: "attribution needs this week's perpetrators",
        in_burn_in: true,
        run: grievance::run,
        off: grievance::off,
    },
    Process {
        name: "protection",
        why_here: "who met attacks and who withdrew is now known",
        in_burn_in: true,
        run: protection::run,
        off: stays,
    },
    Process {
        name: "recruitment",
        why_here: "reads grievance and protection of this week",
        in_burn_in: true,
        run: recruitment::run,
        off: stays,
    },
    Process {
        name: "displacement",
        why_here: "people leave after the violence",
        in_burn_in: true,
        run: displacement::run,
        off: displacement::remember,
    },
    Process {
        name: "governance",
        why_here: "control, courts, rents and means follow presence",
        in_burn_in: true,
        run: governance::run,
        off: stays,
    },
    Process { name: "politics", why_here: "organisations react to the week", in_burn_in: false, run: politics::run, off: politics::off },
    Process { name: "mediation", why_here: "talks read the week's balance", in_burn_in: false, run: mediation::run, off: mediation::off },
    Process { name: "accord", why_here: "what is signed binds from the next week on", in_burn_in: false, run: accord::run, off: stays },
];
