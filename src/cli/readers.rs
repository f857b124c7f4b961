//! Who reads a parameter: found in the sources by name when the program is built.

include!(concat!(env!("OUT_DIR"), "/readers.rs"));

/// The modules in which a parameter is read, separated by commas.
#[must_use]
pub fn of(path: &str) -> &'static str {
    let kind = path.split('.').next().unwrap_or_default();
    // Rows of a case's tables are one field for all.
    let field = match kind {
        "ideal" => "tables.ideals",
        "weight" => "tables.weights",
        "inflow" => "tables.inflow",
        "targeting" => "tables.targeting",
        "rate" => "tables.rates",
        "strength" => "tables.strength",
        _ if kind.starts_with("strength_") => "tables.reference_strength",
        _ => path,
    };
    READERS.iter().find(|(name, _)| *name == field).map_or("", |(_, modules)| *modules)
}
