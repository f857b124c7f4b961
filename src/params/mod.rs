//! The parameter registry: every number of the model with its name, unit, range, prior and source, declared once.
pub mod prior;
#[macro_use]
mod registry;
pub mod abuse;
pub mod accord;
pub mod combat;
pub mod communal;
pub mod deployment;
pub mod displacement;
pub mod governance;
pub mod grievance;
pub mod mediation;
pub mod observation;
pub mod politics;
pub mod protection;
pub mod recruitment;
pub mod tables;

pub use prior::Prior;
pub use registry::Declared;

use crate::scenario::Case;

/// Why a declared parameter cannot change at a date, if it cannot: it acts at the start only, as rows of a case's tables do, or stored levels hang on it.
#[must_use]
pub fn why_never_later(declared: &[Declared], row: &Declared) -> Option<&'static str> {
    if READ_ONCE.contains(&row.path.as_str()) || is_of_a_table(declared, row) {
        Some("it is read once, before week 0")
    } else if KEPT_IN.contains(&row.path.as_str()) {
        Some("what households have lived through is stored in half-lives of one length")
    } else {
        None
    }
}

/// Half-lives in which levels of households are kept: what was stored under one cannot be read under another.
pub const KEPT_IN: [&str; 2] = ["grievance.slow_half_life", "governance.hardship_half_life"];

/// How many of these half-lives after week 0 levels can be kept.
pub const KEPT_FOR: f64 = 21.0;

/// Parameters on which the world before week 0 rests, or what is solved on it, and nothing after.
pub const READ_ONCE: [&str; 12] = [
    "deployment.reach",
    "combat.neutral_rate",
    "combat.tail_exponent",
    "combat.tail_cut",
    "combat.observation",
    "abuse.sparing",
    "communal.rate",
    "displacement.reach",
    "observation.size",
    "observation.misattribution",
    "observation.zero",
    "observation.late",
];

/// Whether a declared parameter belongs to a row of a case's tables.
#[must_use]
pub fn is_of_a_table(declared: &[Declared], row: &Declared) -> bool {
    declared.iter().position(|other| other.path == row.path).is_some_and(|at| at >= groups_declared().len())
}

macro_rules! groups {
    ($($field:ident: $type:ty),* $(,)?) => {
        /// All parameters of one draw.
        #[derive(Clone, Debug)]
        #[expect(missing_docs, reason = "each group is documented where it is declared")]
        pub struct Parameters {
            $(pub $field: $type,)*
            pub tables: tables::Tables,
            /// The groups' values in order.
            values: Vec<f64>,
        }

        impl Parameters {
            /// The same with some of the groups' values replaced, by path. Rows of a case's tables act at the start only.
            #[must_use]
            pub fn with(&self, set: &[(&str, f64)]) -> Self {
                let rows = groups_declared();
                let mut values = self.values.clone();
                for &(path, value) in set {
                    if let Some(at) = rows.iter().position(|row| row.path == path) {
                        values[at] = value;
                    }
                }
                Self::of(&mut values.iter().copied(), self.tables.clone(), values.clone())
            }

            /// The value of a parameter of the groups, by path.
            #[must_use]
            pub fn value(&self, path: &str) -> Option<f64> {
                groups_declared().iter().position(|row| row.path == path).map(|at| self.values[at])
            }

            fn of(values: &mut impl Iterator<Item = f64>, tables: tables::Tables, kept: Vec<f64>) -> Self {
                Self { $($field: <$type>::from_values(values),)* tables, values: kept }
            }

            /// The parameters from values in the order of [`declared`].
            ///
            /// # Panics
            /// If there are fewer values than declared parameters.
            #[must_use]
            pub fn from_values(case: &Case, values: &[f64]) -> Self {
                let (groups, rows) = values.split_at(groups_declared().len());
                let tables = tables::Tables::from_values(case, &mut rows.iter().copied());
                Self::of(&mut groups.iter().copied(), tables, groups.to_vec())
            }

            /// The median of every prior, at one of a case's starts.
            #[must_use]
            pub fn medians(case: &Case, start: usize) -> Self {
                let values: Vec<f64> = declared(case, start).iter().map(|row| row.prior.median()).collect();
                Self::from_values(case, &values)
            }
        }

        fn groups_declared() -> Vec<Declared> {
            let mut rows = Vec::new();
            $(rows.extend(<$type>::declared());)*
            rows
        }

        /// Every declared parameter of a case at one of its starts, in order.
        #[must_use]
        pub fn declared(case: &Case, start: usize) -> Vec<Declared> {
            let mut rows = groups_declared();
            rows.extend(tables::declared(case, start));
            rows
        }
    };
}

groups! {
    deployment: deployment::Deployment,
    combat: combat::Combat,
    abuse: abuse::Abuse,
    communal: communal::Communal,
    grievance: grievance::Grievance,
    protection: protection::Protection,
    recruitment: recruitment::Recruitment,
    displacement: displacement::Displacement,
    governance: governance::Governance,
    politics: politics::Politics,
    mediation: mediation::Mediation,
    accord: accord::Accord,
    observation: observation::Observation,
}
