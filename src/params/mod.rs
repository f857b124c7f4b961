//! The parameter registry: every number of the model with its name, unit, range, prior and source, declared once.
pub mod accord;
pub mod mediation;
pub mod prior;
#[macro_use]
mod registry;

pub use prior::Prior;
pub use registry::Declared;

#[cfg(test)]
mod tests {
    #[test]
    fn ranges_hold_the_central_999_in_1000_of_their_priors() {
        for row in super::mediation::Mediation::declared().into_iter().chain(super::accord::Accord::declared()) {
            let (low, high) = (row.prior.quantile(0.000_5), row.prior.quantile(0.999_5));
            assert!(row.range.contains(&low) && row.range.contains(&high), "{}: {low} to {high}", row.path);
            assert!(!row.doc.is_empty() && !row.unit.is_empty() && !row.source.is_empty(), "{}", row.path);
        }
    }
}
