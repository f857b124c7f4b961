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
pub mod politics;
pub mod protection;
pub mod recruitment;
pub mod tables;

pub use prior::Prior;
pub use registry::Declared;

use crate::scenario::Case;

macro_rules! groups {
    ($($field:ident: $type:ty),* $(,)?) => {
        /// All parameters of one draw.
        #[derive(Clone, Debug, PartialEq)]
        #[expect(missing_docs, reason = "each group is documented where it is declared")]
        pub struct Parameters {
            $(pub $field: $type,)*
            pub tables: tables::Tables,
        }

        impl Parameters {
            /// The same with some of the groups' values replaced, by path. Rows of a case's tables act at the start only.
            #[must_use]
            pub fn with(&self, set: &[(&str, f64)]) -> Self {
                let mut changed = self.clone();
                for &(path, value) in set {
                    if let Some((group, name)) = path.split_once('.') {
                        $(if group == <$type>::GROUP {
                            changed.$field.set(name, value);
                        })*
                    }
                }
                changed
            }

            /// The parameters from values in the order of [`declared`].
            ///
            /// # Panics
            /// If there are fewer values than declared parameters.
            #[must_use]
            pub fn from_values(case: &Case, values: &[f64]) -> Self {
                let mut values = values.iter().copied();
                Self {
                    $($field: <$type>::from_values(&mut values),)*
                    tables: tables::Tables::from_values(case, &mut values),
                }
            }
        }

        /// Every declared parameter of a case at one of its starts, in order.
        #[must_use]
        pub fn declared(case: &Case, start: usize) -> Vec<Declared> {
            let mut rows = Vec::new();
            $(rows.extend(<$type>::declared());)*
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
}
