//! The macro by which a parameter is declared once, and what is known of every parameter.
use super::Prior;
use std::ops::RangeInclusive;

/// What the registry knows of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// Path in scenario files and on the command line: `process.name`.
    pub path: String,
    /// Meaning, in a sentence.
    pub doc: String,
    /// Unit.
    pub unit: String,
    /// Values that are allowed.
    pub range: RangeInclusive<f64>,
    /// What is believed before data; the default is its median.
    pub prior: Prior,
    /// Where the value comes from, or `assumption: ...`.
    pub source: String,
}

/// Declares the parameters of one process: a struct of numbers and the registry's rows, in the same order.
macro_rules! parameters {
    ($name:ident, $group:literal: $(
        $(#[doc = $doc:literal])+
        $field:ident: $unit:literal, within $low:literal ..= $high:literal, prior $prior:expr, source $source:literal;
    )*) => {
        #[doc = concat!("Parameters of `", $group, "`.")]
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(#[doc = $doc])+ pub $field: f64,)*
        }

        impl $name {
            /// The name of the group in paths.
            pub const GROUP: &'static str = $group;

            /// What the registry knows of each parameter, in order.
            #[must_use]
            pub fn declared() -> Vec<$crate::params::Declared> {
                #[allow(unused_imports)]
                use $crate::params::Prior::*;
                vec![$($crate::params::Declared {
                    path: concat!($group, ".", stringify!($field)).to_owned(),
                    doc: concat!($($doc),+).trim().to_owned(),
                    unit: $unit.to_owned(),
                    range: $low..=$high,
                    prior: $prior,
                    source: $source.to_owned(),
                },)*]
            }

            /// Sets a value by name; an unknown name changes nothing (names are checked where files are read).
            pub fn set(&mut self, name: &str, value: f64) {
                $(if name == stringify!($field) {
                    self.$field = value;
                })*
            }

            /// The parameters from values in order.
            #[must_use]
            pub fn from_values(values: &mut impl Iterator<Item = f64>) -> Self {
                Self { $($field: values.next().expect("one value per declared parameter"),)* }
            }
        }
    };
}
