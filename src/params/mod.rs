//! The parameter registry: every number of the model with its name, unit, range, prior and source, declared once.
pub mod prior;
#[macro_use]
mod registry;

pub use prior::Prior;
pub use registry::Declared;
