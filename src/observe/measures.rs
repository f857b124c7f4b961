//! The registry of outcome measures and of weekly series.
use crate::scenario::Case;

/// Over whom a measure can be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Only for the whole case.
    All,
    /// For all and per scope (group of places).
    Scopes,
}

/// An outcome measure: one number per future.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "plain descriptions")]
pub struct Measure {
    pub name: &'static str,
    pub label: &'static str,
    pub unit: &'static str,
    pub meaning: &'static str,
    pub split: Split,
    /// Lowest and highest value that the measure can take.
    pub low: f64,
    pub high: f64,
    /// Whether less is better for people: `None` where that is a matter of view.
    pub less_is_better: Option<bool>,
    /// Whether it belongs to the headline table.
    pub headline: bool,
}

/// All outcome measures, in the order of columns. Names are a contract.
pub const MEASURES: &[Measure] = &[
    Measure { name: "civilian_deaths", label: "civilian deaths", unit: "persons", meaning: "Civilians killed by any actor from week 0 to the end.", split: Split::Scopes, low: 0.0, high: f64::INFINITY, less_is_better: Some(true), headline: true },
    Measure { name: "deaths", label: "all deaths", unit: "persons", meaning: "Civilians and fighters killed from week 0 to the end.", split: Split::Scopes, low: 0.0, high: f64::INFINITY, less_is_better: Some(true), headline: true },
    Measure { name: "displaced_person_weeks", label: "displaced", unit: "person-weeks", meaning: "Persons away from home, in the zones or in a refuge, summed over weeks; the scope is that of the home.", split: Split::Scopes, low: 0.0, high: f64::INFINITY, less_is_better: Some(true), headline: true },
    Measure { name: "refugee_mauritania_person_weeks", label: "refugees in Mauritania", unit: "person-weeks", meaning: "Persons in Hodh ech Chargui, summed over weeks.", split: Split::All, low: 0.0, high: f64::INFINITY, less_is_better: Some(true), headline: true },
    Measure { name: "peace_dyad_share", label: "dyad-weeks at peace", unit: "share", meaning: "Share of weeks and pairs of the start's blocs with fewer than 25 deaths in the 52 weeks up to that week.", split: Split::All, low: 0.0, high: 1.0, less_is_better: Some(false), headline: true },
    Measure { name: "coercive_share_mean", label: "under coercive rule", unit: "share of people", meaning: "Mean share of people who live where the strongest controller harms their community more than it protects it.", split: Split::Scopes, low: 0.0, high: 1.0, less_is_better: Some(true), headline: true },
    Measure { name: "recruits", label: "recruits", unit: "persons", meaning: "Men who join a non-state organisation.", split: Split::Scopes, low: 0.0, high: f64::INFINITY, less_is_better: Some(true), headline: true },
    Measure { name: "fragmentation", label: "armed organisations", unit: "organisations", meaning: "Non-state organisations with at least 25 fighters at the end.", split: Split::All, low: 0.0, high: f64::INFINITY, less_is_better: None, headline: false },
];

/// What a weekly series is given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Subject {
    All,
    Places,
    Blocs,
    /// Each community.
    Communities,
}

/// A weekly series.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "plain descriptions")]
pub struct Series {
    pub name: &'static str,
    pub label: &'static str,
    pub unit: &'static str,
    pub meaning: &'static str,
    pub subject: Subject,
    pub low: f64,
    pub high: f64,
}

/// All weekly series, in order. Quantities per week are of that week; others are levels at its end.
pub const SERIES: &[Series] = &[
    Series { name: "deaths", label: "all deaths a week", unit: "persons a week", meaning: "Killed in the week.", subject: Subject::All, low: 0.0, high: f64::INFINITY },
    Series { name: "civilian_deaths", label: "civilian deaths a week", unit: "persons a week", meaning: "Civilians killed in the week.", subject: Subject::All, low: 0.0, high: f64::INFINITY },
    Series { name: "displaced", label: "displaced", unit: "persons", meaning: "Persons away from home.", subject: Subject::All, low: 0.0, high: f64::INFINITY },
    Series { name: "refugees_mauritania", label: "refugees in Mauritania", unit: "persons", meaning: "Persons in Hodh ech Chargui.", subject: Subject::All, low: 0.0, high: f64::INFINITY },
    Series { name: "recruits", label: "recruits a week", unit: "persons a week", meaning: "Men who joined in the week.", subject: Subject::All, low: 0.0, high: f64::INFINITY },
    Series { name: "coercive_share", label: "under coercive rule", unit: "share of people", meaning: "Share of people under coercive rule.", subject: Subject::All, low: 0.0, high: 1.0 },
    Series { name: "fighters", label: "fighters", unit: "persons", meaning: "Fighters of the bloc.", subject: Subject::Blocs, low: 0.0, high: f64::INFINITY },
    Series { name: "place_deaths", label: "deaths a week", unit: "persons a week", meaning: "Killed in the place in the week.", subject: Subject::Places, low: 0.0, high: f64::INFINITY },
    Series { name: "state_control", label: "control by the state", unit: "share", meaning: "Control share of the state's bloc in the place.", subject: Subject::Places, low: 0.0, high: 1.0 },
    Series { name: "loyalist", label: "loyalist", unit: "share of those who lean", meaning: "Share of the community's leaning households.", subject: Subject::Communities, low: 0.0, high: 1.0 },
    Series { name: "independentist", label: "independentist", unit: "share of those who lean", meaning: "Share of the community's leaning households.", subject: Subject::Communities, low: 0.0, high: 1.0 },
    Series { name: "islamist", label: "Islamist", unit: "share of those who lean", meaning: "Share of the community's leaning households.", subject: Subject::Communities, low: 0.0, high: 1.0 },
];

/// Names of the outcome columns: each measure, then the measure per scope (`civilian_deaths_north`).
#[must_use]
pub fn outcome_columns(case: &Case) -> Vec<String> {
    let mut columns = Vec::new();
    for measure in MEASURES {
        columns.push(measure.name.to_owned());
        if measure.split == Split::Scopes {
            columns.extend(case.scopes.iter().map(|(scope, _)| format!("{}_{scope}", measure.name)));
        }
    }
    columns
}

/// Each row of a run's series: the series and its subject (`all` or a slug), in order.
#[must_use]
pub fn series_rows(case: &Case) -> Vec<(&'static Series, String)> {
    let mut rows = Vec::new();
    for series in SERIES {
        match series.subject {
            Subject::All => rows.push((series, "all".to_owned())),
            Subject::Places => rows.extend(case.zones().map(|p| (series, case.places[p].slug.clone()))),
            Subject::Blocs => rows.extend(case.blocs.iter().map(|(_, b)| (series, b.slug.clone()))),
            Subject::Communities => rows.extend(case.communities.iter().map(|(_, c)| (series, c.slug.clone()))),
        }
    }
    rows
}
