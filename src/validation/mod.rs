//! The model against what was recorded: never raw simulation against data, always through what a recorder would have seen.
pub mod displacement;
