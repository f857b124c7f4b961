//! Talks: one mechanism for every track, from the first contact to an accord and its keeping.
//!
//! Pure functions and values on one scale of utility; they know chance, parameters, case and track, but not the world.
pub mod optimum;
pub mod utility;


pub use utility::{Preferences, WarInputs, war_value};
