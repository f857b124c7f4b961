//! The registry of outcome measures and of weekly series.
use crate::scenario::Case;
use crate::scenario::case::CountedRefuge;
use std::borrow::Cow;

/// Over whom a measure can be split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Only for the whole case.
    All,
    /// For all and per scope (group of places).
    Scopes,
}

/// An outcome measure: one number per future.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "plain descriptions")]
pub struct Measure {
    pub name: Cow<'static, str>,
    pub label: Cow<'static, str>,
    pub unit: &'static str,
    pub meaning: Cow<'static, str>,
    pub split: Split,
    /// Lowest and highest value that the measure can take.
    pub low: f64,
    pub high: f64,
    /// Whether less is better for people: `None` where that is a matter of view.
    pub less_is_better: Option<bool>,
    /// Whether it belongs to the headline table.
    pub headline: bool,
}

/// The outcome measures of every case, in the order of columns. Names are a contract.
const MEASURES: &[Measure] = &[
    Measure {
        name: Cow::Borrowed("civilian_deaths"),
        label: Cow::Borrowed("civilian deaths"),
        unit: "persons",
        meaning: Cow::Borrowed("Civilians killed by any actor from week 0 to the end."),
        split: Split::Scopes,
        low: 0.0,
        high: f64::INFINITY,
        less_is_better: Some(true),
        headline: true,
    },
    Measure {
        name: Cow::Borrowed("deaths"),
        label: Cow::Borrowed("all deaths"),
        unit: "persons",
        meaning: Cow::Borrowed("Civilians and fighters killed from week 0 to the end."),
        split: Split::Scopes,
        low: 0.0,
        high: f64::INFINITY,
        less_is_better: Some(true),
        headline: true,
    },
    Measure {
        name: Cow::Borrowed("displaced_person_weeks"),
        label: Cow::Borrowed("displaced"),
        unit: "person-weeks",
        meaning: Cow::Borrowed("Persons away from home, in the zones or in a refuge, summed over weeks; the scope is that of the home."),
        split: Split::Scopes,
        low: 0.0,
        high: f64::INFINITY,
        less_is_better: Some(true),
        headline: true,
    },
    Measure {
        name: Cow::Borrowed("peace_dyad_share"),
        label: Cow::Borrowed("dyad-weeks at peace"),
        unit: "share",
        meaning: Cow::Borrowed("Share of weeks and pairs of the start's blocs with fewer than 25 deaths in the 52 weeks up to that week."),
        split: Split::All,
        low: 0.0,
        high: 1.0,
        less_is_better: Some(false),
        headline: true,
    },
    Measure {
        name: Cow::Borrowed("coercive_share_mean"),
        label: Cow::Borrowed("under coercive rule"),
        unit: "share of people",
        meaning: Cow::Borrowed(
            "Share of people who live where the strongest controller, with more than .3 of control, harms their community more than it protects it: the mean over weeks.",
        ),
        split: Split::Scopes,
        low: 0.0,
        high: 1.0,
        less_is_better: Some(true),
        headline: true,
    },
    Measure {
        name: Cow::Borrowed("recruits"),
        label: Cow::Borrowed("recruits"),
        unit: "persons",
        meaning: Cow::Borrowed("Men who join a non-state organisation."),
        split: Split::Scopes,
        low: 0.0,
        high: f64::INFINITY,
        less_is_better: Some(true),
        headline: true,
    },
    Measure {
        name: Cow::Borrowed("fragmentation"),
        label: Cow::Borrowed("armed organisations"),
        unit: "organisations",
        meaning: Cow::Borrowed("Non-state organisations with at least 25 fighters at the end."),
        split: Split::All,
        low: 0.0,
        high: f64::INFINITY,
        less_is_better: None,
        headline: false,
    },
];

/// The measure after which a case's counted refuge follows, and the series.
const BEFORE_REFUGE: [&str; 2] = ["displaced_person_weeks", "displaced"];

/// All outcome measures of a case, in the order of columns: one of its own counts the people of the refuge that it names.
#[must_use]
pub fn measures(case: &Case) -> Vec<Measure> {
    let mut all = MEASURES.to_vec();
    if let Some(refuge) = &case.counted_refuge {
        let at = all.iter().position(|m| m.name == BEFORE_REFUGE[0]).map_or(0, |at| at + 1);
        let (label, meaning) = of_refuge(case, refuge);
        let name = format!("refugee_{}_person_weeks", refuge.name);
        all.insert(
            at,
            Measure {
                name: name.into(),
                label: label.into(),
                unit: "person-weeks",
                meaning: format!("{meaning}, summed over weeks.").into(),
                split: Split::All,
                low: 0.0,
                high: f64::INFINITY,
                less_is_better: Some(true),
                headline: true,
            },
        );
    }
    all
}

/// Label and meaning of those who live in a refuge.
fn of_refuge(case: &Case, refuge: &CountedRefuge) -> (String, String) {
    let place = &case.places[refuge.place];
    (format!("refugees in {}", place.region), format!("Persons in {}", place.name))
}

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
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "plain descriptions")]
pub struct Series {
    pub name: Cow<'static, str>,
    pub label: Cow<'static, str>,
    pub unit: &'static str,
    pub meaning: Cow<'static, str>,
    pub subject: Subject,
    pub low: f64,
    pub high: f64,
}

/// The weekly series of every case, in order. Quantities per week are of that week; others are levels at its end.
const SERIES: &[Series] = &[
    Series {
        name: Cow::Borrowed("deaths"),
        label: Cow::Borrowed("all deaths a week"),
        unit: "persons a week",
        meaning: Cow::Borrowed("Killed in the week."),
        subject: Subject::All,
        low: 0.0,
        high: f64::INFINITY,
    },
    Series {
        name: Cow::Borrowed("civilian_deaths"),
        label: Cow::Borrowed("civilian deaths a week"),
        unit: "persons a week",
        meaning: Cow::Borrowed("Civilians killed in the week."),
        subject: Subject::All,
        low: 0.0,
        high: f64::INFINITY,
    },
    Series {
        name: Cow::Borrowed("displaced"),
        label: Cow::Borrowed("displaced"),
        unit: "persons",
        meaning: Cow::Borrowed("Persons away from home."),
        subject: Subject::All,
        low: 0.0,
        high: f64::INFINITY,
    },
    Series {
        name: Cow::Borrowed("recruits"),
        label: Cow::Borrowed("recruits a week"),
        unit: "persons a week",
        meaning: Cow::Borrowed("Men who joined in the week."),
        subject: Subject::All,
        low: 0.0,
        high: f64::INFINITY,
    },
    Series {
        name: Cow::Borrowed("coercive_share"),
        label: Cow::Borrowed("under coercive rule"),
        unit: "share of people",
        meaning: Cow::Borrowed("Share of people under coercive rule."),
        subject: Subject::All,
        low: 0.0,
        high: 1.0,
    },
    Series {
        name: Cow::Borrowed("fighters"),
        label: Cow::Borrowed("fighters"),
        unit: "persons",
        meaning: Cow::Borrowed("Fighters of the bloc."),
        subject: Subject::Blocs,
        low: 0.0,
        high: f64::INFINITY,
    },
    Series {
        name: Cow::Borrowed("place_deaths"),
        label: Cow::Borrowed("deaths a week"),
        unit: "persons a week",
        meaning: Cow::Borrowed("Killed in the place in the week."),
        subject: Subject::Places,
        low: 0.0,
        high: f64::INFINITY,
    },
    Series {
        name: Cow::Borrowed("state_control"),
        label: Cow::Borrowed("control by the state"),
        unit: "share",
        meaning: Cow::Borrowed("Control share of the state's bloc in the place."),
        subject: Subject::Places,
        low: 0.0,
        high: 1.0,
    },
    Series {
        name: Cow::Borrowed("loyalist"),
        label: Cow::Borrowed("loyalist"),
        unit: "share of those who lean",
        meaning: Cow::Borrowed("Share of the community's leaning households."),
        subject: Subject::Communities,
        low: 0.0,
        high: 1.0,
    },
    Series {
        name: Cow::Borrowed("independentist"),
        label: Cow::Borrowed("independentist"),
        unit: "share of those who lean",
        meaning: Cow::Borrowed("Share of the community's leaning households."),
        subject: Subject::Communities,
        low: 0.0,
        high: 1.0,
    },
    Series {
        name: Cow::Borrowed("islamist"),
        label: Cow::Borrowed("Islamist"),
        unit: "share of those who lean",
        meaning: Cow::Borrowed("Share of the community's leaning households."),
        subject: Subject::Communities,
        low: 0.0,
        high: 1.0,
    },
];

/// All weekly series of a case, in order.
#[must_use]
pub fn series(case: &Case) -> Vec<Series> {
    let mut all = SERIES.to_vec();
    if let Some(refuge) = &case.counted_refuge {
        let at = all.iter().position(|s| s.name == BEFORE_REFUGE[1]).map_or(0, |at| at + 1);
        let (label, meaning) = of_refuge(case, refuge);
        let name = format!("refugees_{}", refuge.name);
        all.insert(
            at,
            Series {
                name: name.into(),
                label: label.into(),
                unit: "persons",
                meaning: format!("{meaning}.").into(),
                subject: Subject::All,
                low: 0.0,
                high: f64::INFINITY,
            },
        );
    }
    all
}

/// Names of the outcome columns: each measure, then the measure per scope (`civilian_deaths_north`).
#[must_use]
pub fn outcome_columns(case: &Case) -> Vec<String> {
    let mut columns = Vec::new();
    for measure in measures(case) {
        columns.push(measure.name.to_string());
        if measure.split == Split::Scopes {
            columns.extend(case.scopes.iter().map(|(scope, _)| format!("{}_{scope}", measure.name)));
        }
    }
    columns
}

/// The headline outcomes of a case: name, label and column.
#[must_use]
pub fn headline(case: &Case) -> Vec<(String, String, usize)> {
    let columns = outcome_columns(case);
    let column = |name: &str| columns.iter().position(|c| c == name).expect("a column of the registry");
    measures(case).iter().filter(|m| m.headline).map(|m| (m.name.to_string(), m.label.to_string(), column(&m.name))).collect()
}

/// Each row of a run's series: the series and its subject (`all` or a slug), in order.
#[must_use]
pub fn series_rows(case: &Case) -> Vec<(Series, String)> {
    let mut rows = Vec::new();
    for series in series(case) {
        let subjects: Vec<String> = match series.subject {
            Subject::All => vec!["all".to_owned()],
            Subject::Places => case.zones().map(|p| case.places[p].slug.clone()).collect(),
            Subject::Blocs => case.blocs.values().iter().map(|b| b.slug.clone()).collect(),
            Subject::Communities => case.communities.values().iter().map(|c| c.slug.clone()).collect(),
        };
        rows.extend(subjects.into_iter().map(|subject| (series.clone(), subject)));
    }
    rows
}
