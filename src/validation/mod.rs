//! The model against what was recorded: never raw simulation against data, always through what a recorder would have seen.
pub mod archive;
pub mod displacement;
pub mod facts;
pub mod futures;
pub mod levels;
pub mod peace;
pub mod recorder;
pub mod scores;
pub mod statistics;
pub mod survival;
pub mod targets;

use crate::index::{Bloc, Id, Org};
use crate::scenario::case::Dated;
use crate::scenario::{Case, Scenario};
use crate::units::Date;
use archive::{Names, Recorded};
use std::collections::BTreeMap;

/// Tables of the case that say how its event data are coded.
const CODES: &str = include_str!("../../scenarios/cases/mali/validation/codes.csv");
const AREAS: &str = include_str!("../../scenarios/cases/mali/validation/areas.csv");
const PERIODS: &str = include_str!("../../scenarios/cases/mali/validation/periods.csv");
/// The scenario of history from 2012 on.
pub const HISTORY: &str = include_str!("../../scenarios/cases/mali/validation/history.toml");
/// The scenario of the reference years.
pub const IN_FORCE: &str = include_str!("../../scenarios/cases/mali/validation/in-force.toml");
const TARGETS: &str = include_str!("../../scenarios/cases/mali/validation/targets.csv");
const FACTS: &str = include_str!("../../scenarios/cases/mali/validation/facts.csv");
const DISPLACED: &str = include_str!("../../scenarios/cases/mali/validation/displaced.csv");
const NOT_COMPARED: &str = include_str!("../../scenarios/cases/mali/validation/not_compared.csv");
const EVENTS: &str = include_str!("../../scenarios/cases/mali/validation/events.csv");

/// How the events of a case are coded in its data.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// Code of each bloc; several may share one.
    pub codes: Vec<String>,
    /// The state's bloc.
    pub state: Bloc,
    /// Code of civilians.
    pub civilians: String,
    /// Code of communities that fight each other.
    pub communal: String,
    /// Zones and areas.
    pub names: Names,
    /// Stable identity of each zone.
    pub zone_identity: Vec<u64>,
    /// Day from which access is worse.
    pub late: Option<Date>,
    /// Organisations whose events are compared apart.
    pub watched: Vec<Org>,
    /// Days for which persons who have fled are known.
    pub counted: Vec<Date>,
}

/// Rows of a table of the program.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().expect("a table of the program is sound")
}

/// What a scenario puts in that the model must produce: an accord signed after the start, or a dated change in the week of an event of
/// the case that only validates. A validation run is refused with it; a run that fits may have it.
#[must_use]
pub fn forced(scenario: &Scenario) -> Vec<String> {
    let mut found = Vec::new();
    let Some(start) = scenario.start().date else { return found };
    if let Some(accord) = scenario.track.standing_accord.as_ref().filter(|accord| accord.age < 0.0) {
        let week = -accord.age as i32;
        found.push(format!("an accord is signed in week {week} ({})", start.after_weeks(week)));
    }
    for (week, path, _) in &scenario.changes {
        let same = |dated: &&Dated| !dated.may_inject && dated.date.weeks_since(start) == *week;
        if let Some(dated) = scenario.case.timeline.iter().find(same) {
            found.push(format!("`{path}` changes in week {week}, that of: {} ({})", dated.event, dated.date));
        }
    }
    found
}

/// Targets that are not compared, and why.
#[must_use]
pub fn not_compared() -> Vec<(String, String)> {
    rows(NOT_COMPARED).into_iter().map(|row| (row["target"].clone(), row["why"].clone())).collect()
}

impl Vocabulary {
    /// That of the embedded case.
    ///
    /// # Errors
    /// Where the tables do not fit the case.
    pub fn new(case: &Case) -> Result<Self, String> {
        let coded = rows(CODES);
        let code = |slug: &str| {
            coded.iter().find(|row| row["bloc"] == slug).map(|row| row["code"].clone()).ok_or_else(|| format!("`{slug}` has no code"))
        };
        let mut areas: Vec<String> = Vec::new();
        let mut area_of = Vec::new();
        let listed = rows(AREAS);
        for place in case.zones() {
            let slug = &case.places[place].slug;
            let area = listed
                .iter()
                .find(|row| row["place"] == *slug)
                .map(|row| row["area"].clone())
                .ok_or_else(|| format!("`{slug}` has no area"))?;
            let at = areas.iter().position(|known| *known == area).unwrap_or_else(|| {
                areas.push(area);
                areas.len() - 1
            });
            area_of.push(at);
        }
        Ok(Self {
            codes: case.blocs.values().iter().map(|bloc| code(&bloc.slug)).collect::<Result<_, _>>()?,
            state: case.state,
            civilians: "CIVILIANS".to_owned(),
            communal: "COMMUNAL".to_owned(),
            names: Names { places: case.zones().map(|place| case.places[place].slug.clone()).collect(), area_of, areas },
            zone_identity: case.zones().map(|place| case.places[place].identity).collect(),
            late: rows(PERIODS).first().and_then(|row| Date::parse(&row["from"])),
            watched: facts::watched(case)?,
            counted: rows(DISPLACED).iter().filter_map(|row| Date::parse(&row["date"])).collect(),
        })
    }

    /// The recorded events that come with the case; those outside its areas are left out.
    #[must_use]
    pub fn recorded(&self) -> Vec<Recorded> {
        let all = archive::read("events.csv", EVENTS, &self.names).unwrap_or_else(|problems| panic!("{problems}"));
        all.into_iter().filter(|event| event.area.is_some()).collect()
    }

    /// Codes of the blocs, each once.
    #[must_use]
    pub fn distinct(&self) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        for code in &self.codes {
            if !codes.contains(code) {
                codes.push(code.clone());
            }
        }
        codes
    }

    /// Zones.
    #[must_use]
    pub fn zones(&self) -> usize {
        self.names.places.len()
    }

    /// Whether a bloc is the state's.
    #[must_use]
    pub fn is_state(&self, bloc: usize) -> bool {
        self.state.at() == bloc
    }
}
