//! stub
use crate::experiment::results::Results;
/// stub
#[must_use]
pub fn summary(_: &Results, _: &super::Options) -> String { String::new() }
