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
/// A parameter that no code reads does not compile: its field is private to the crate and dead code is denied.
macro_rules! parameters {
    ($name:ident, $group:literal: $(
        $(#[doc = $doc:literal])+
        $field:ident: $unit:literal, within $low:literal ..= $high:literal, prior $prior:expr, source $source:literal;
    )*) => {
        #[doc = concat!("Parameters of `", $group, "`.")]
        #[deny(dead_code)]
        #[derive(Clone, Debug)]
        pub struct $name {
            $($(#[doc = $doc])+ pub(crate) $field: f64,)*
        }

        impl $name {
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

            /// The parameters from values in order.
            #[must_use]
            pub fn from_values(values: &mut impl Iterator<Item = f64>) -> Self {
                Self { $($field: values.next().expect("one value per declared parameter"),)* }
            }
        }
    };
}
