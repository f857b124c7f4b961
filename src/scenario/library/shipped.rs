//! The scenarios that are part of the program.

/// A file that is part of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "plain")]
pub struct Embedded {
    pub name: &'static str,
    pub text: &'static str,
}

macro_rules! scenarios {
    ($($name:literal),* $(,)?) => {
        /// The scenarios that come with the program, in the order of lists.
        pub const SCENARIOS: &[Embedded] =
            &[$(Embedded { name: $name, text: include_str!(concat!("../../../scenarios/", $name, ".toml")) }),*];
    };
}

scenarios!(
    "bamako-only",
    "mauritanian-multiparty",
    "no-process",
    "algiers-2015",
    "community-dialogue",
    "hybrid",
    "multiparty-instead",
    "multiparty-funded",
    "two-valleys-exclusive",
    "two-valleys-inclusive",
);

pub(super) fn embedded(name: &str) -> Option<&'static Embedded> {
    let name = name.strip_suffix(".toml").unwrap_or(name);
    SCENARIOS.iter().find(|file| file.name == name)
}
