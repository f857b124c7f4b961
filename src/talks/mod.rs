//! Talks: one mechanism for every track, from the first contact to an accord and its keeping.
//!
//! Pure functions and values on one scale of utility; they know chance, parameters, case and track, but not the world.
pub mod accord;
pub mod inputs;
pub mod optimum;
pub mod state;
pub mod step;
pub mod utility;

#[cfg(test)]
mod sketch_test;

pub use inputs::{Inputs, PartyInputs};
pub use state::{Participant, Table, Talks};
pub use step::{Event, step};
pub use utility::{Preferences, WarInputs, war_value};
