//! Scenarios for tests: the case of Mali at a coarse scale with the tracks that tests need, and the teaching case.
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};
use sulh::dice::Dice;
use sulh::experiment::design;
use sulh::index::Household;
use sulh::params::{self, Parameters};
use sulh::processes::Solved;
use sulh::scenario::track::{Conditions, ContactGroup, Ddr, Guarantee, Modality, Offers, Seat, Track};
use sulh::scenario::{Case, Changes, Library, Population, Scenario, read_case};
use sulh::sim::{self, Asked, Ready};
use sulh::solve::Luck;
use sulh::world::{Template, World};

/// The embedded case with one start (a date, or the reference period as a start of 2019).
pub fn case(start: &str) -> Case {
    let mut case = read_case::read(&read_case::embedded("mali").unwrap()).expect("the embedded case is sound");
    if start == "2017-2021" {
        let mut reference = case.reference.clone();
        reference.date = sulh::units::Date::parse("2019-01-07");
        case.starts = vec![reference];
    } else {
        case.starts.retain(|s| s.name == start);
    }
    case
}

/// A scenario of the teaching case, over some weeks: what does not need Mali is tested here, in a fraction of the time.
pub fn teaching(name: &str, weeks: i64) -> Scenario {
    let changes = Changes { weeks: Some(weeks), ..Changes::default() };
    Library::new().load(name, &changes).unwrap_or_else(|problems| panic!("{problems}"))
}

/// No process at all.
pub fn no_track() -> Track {
    Track {
        convenor: None,
        seats: Vec::new(),
        first_bid: 20,
        offers: Offers::Open,
        side_payments: true,
        guarantee: Guarantee::Diplomatic,
        civil_society: 0.0,
        civil_society_as: None,
        guarantee_strength: None,
        guarantee_decay: None,
        enforcement: 0.0,
        monitoring: 0.5,
        budget: 3_000.0,
        contact_group: None,
        standing_accord: None,
        ddr: None,
        accord_ddr: None,
        dialogues: Vec::new(),
        accord_replaces: false,
        marks: Vec::new(),
    }
}

/// A mediated track with the separatists and a conditional seat.
pub fn mediated(case: &Case) -> Track {
    let seat =
        |slug: &str, conditions, veto| Seat { party: case.party(slug).expect("a party"), modality: Modality::Full, conditions, veto };
    Track {
        convenor: case.access.iter().position(|a| a.0 == "mauritania"),
        seats: vec![
            seat("fla", None, None),
            seat("jnim-north", Some(Conditions { hazard: 1.0, exit_cost: 1.0, recognition: 0.6 }), Some(true)),
        ],
        contact_group: Some(ContactGroup { members: 11.0, western_share: 0.4, funds: 0.0 }),
        accord_ddr: Some(Ddr { quota: 3_000.0, integrated_share: 0.67, delivered: 0.0, organisations: Vec::new(), delay: None, pace: 1.0 }),
        ..no_track()
    }
}

/// A scenario of a case.
pub fn scenario(case: &Arc<Case>, track: Track, weeks: i32, scale: u32) -> Scenario {
    Scenario {
        name: "test".to_owned(),
        title: String::new(),
        summary: String::new(),
        case: Arc::clone(case),
        track,
        start: 0,
        weeks,
        scale,
        population: Population::Census,
        switched_off: Vec::new(),
        draws_from: sulh::scenario::DrawsFrom::Priors,
        overrides: Vec::new(),
        drawn: Vec::new(),
        unreached: Vec::new(),
        changes: Vec::new(),
        later: Vec::new(),
        resolved: String::new(),
    }
}

/// Default parameters of a scenario with some set by path.
pub fn parameters(scenario: &Scenario, set: &[(&str, f64)]) -> Parameters {
    let case = &*scenario.case;
    let declared = params::declared(case, scenario.start);
    for (path, _) in set {
        assert!(declared.iter().any(|d| d.path == *path), "no parameter {path}");
    }
    let values: Vec<f64> = declared
        .iter()
        .zip(design::priors(&declared, &scenario.overrides))
        .map(|(d, prior)| set.iter().find(|(path, _)| *path == d.path).map_or_else(|| prior.median(), |x| x.1))
        .collect();
    Parameters::from_values(case, &values)
}

/// The default of a parameter.
pub fn default_of(case: &Case, path: &str) -> f64 {
    params::declared(case, 0).iter().find(|d| d.path == path).expect("a parameter").prior.median()
}

/// A scenario ready to run with default parameters, some set.
pub fn ready(scenario: &Scenario, set: &[(&str, f64)]) -> Ready {
    ready_by(scenario, set, Luck::default())
}

/// The same, solved on pasts of some luck.
pub fn ready_by(scenario: &Scenario, set: &[(&str, f64)], luck: Luck) -> Ready {
    solved_once(scenario, parameters(scenario, set), luck)
}

/// The living of a household, as persons of the whole population.
pub fn persons(world: &World, ready: &Ready, household: Household) -> f64 {
    f64::from(world.people.living(household)) * ready.template.weight_of(household)
}

/// All who live.
pub fn living(world: &World, ready: &Ready) -> f64 {
    (0..ready.template.len() as u32).map(|at| persons(world, ready, Household(at))).sum()
}

/// A scenario ready to run with some parameters.
pub fn ready_of(scenario: &Scenario, parameters: Parameters) -> Ready {
    solved_once(scenario, parameters, Luck::default())
}

/// What is solved hangs on no track: tests that ask for the same solve it once.
fn solved_once(scenario: &Scenario, parameters: Parameters, luck: Luck) -> Ready {
    type Known = Mutex<BTreeMap<u64, Arc<OnceLock<Arc<Solved>>>>>;
    static KNOWN: LazyLock<Known> = LazyLock::new(Known::default);
    let of = (&scenario.case, scenario.start, scenario.scale, scenario.population, &scenario.switched_off, &parameters, luck);
    let mut key = DefaultHasher::new();
    format!("{of:?}").hash(&mut key);
    let known = Arc::clone(KNOWN.lock().expect("no test fails while it looks").entry(key.finish()).or_default());
    let template = Arc::new(Template::new(scenario));
    let solved = known.get_or_init(|| Ready::by_luck(scenario, &template, parameters.clone(), luck).solved);
    Ready { scenario: scenario.clone(), template, parameters: Arc::new(parameters), solved: Arc::clone(solved) }
}

/// Runs a future and returns its record with weekly digests.
pub fn future(ready: &Ready, seed: u64, replicate: u64) -> sulh::observe::Run {
    let dice = Dice::new(seed, replicate);
    sim::run(ready, sim::burn_in(ready, dice), dice, Asked { digests: true, ..Asked::default() }).0
}

/// The world at week 0.
pub fn start(ready: &Ready, seed: u64) -> World {
    sim::burn_in(ready, Dice::new(seed, 0))
}
