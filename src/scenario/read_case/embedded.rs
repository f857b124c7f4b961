//! The cases that are part of the program.
use super::layers::Files;

/// A case that is part of the program: its name, and the names and texts of its files.
pub type EmbeddedCase = (&'static str, &'static [(&'static str, &'static str)]);

macro_rules! embedded {
    ($($case:literal: $($name:literal),*;)*) => {
        /// The cases that come with the program; the first is that of a scenario that names none.
        pub const EMBEDDED: &[EmbeddedCase] =
            &[$(($case, &[$(($name, include_str!(concat!("../../../scenarios/cases/", $case, "/", $name)))),*])),*];
    };
}

embedded!(
    "mali":
    "case.toml", "places.csv", "regions.csv", "links.csv", "households.csv", "communities.csv", "blocs.csv",
    "organisations.csv", "affinity.csv", "targeting.csv", "leanings.csv", "dyads.csv", "onesided.csv", "feuds.csv",
    "season.csv", "preferences.csv", "access.csv", "refugees.csv", "timeline.csv", "shapes.geojson",
    "posterior-2017-2019.csv", "posterior-2017-2021.csv", "scales.csv",
    "starts/2012-01-02/organisations.csv", "starts/2012-01-02/fighters.csv", "starts/2012-01-02/control.csv",
    "starts/2012-01-02/stances.csv", "starts/2012-01-02/displaced.csv", "starts/2012-01-02/sieges.csv",
    "starts/2012-01-02/bargaining.csv",
    "starts/2017-2021/organisations.csv", "starts/2017-2021/fighters.csv", "starts/2017-2021/control.csv",
    "starts/2017-2021/stances.csv", "starts/2017-2021/displaced.csv", "starts/2017-2021/sieges.csv",
    "starts/2024-09-02/organisations.csv", "starts/2024-09-02/fighters.csv", "starts/2024-09-02/control.csv",
    "starts/2024-09-02/stances.csv", "starts/2024-09-02/displaced.csv", "starts/2024-09-02/sieges.csv",
    "starts/2024-09-02/bargaining.csv",
    "starts/2026-07-06/organisations.csv", "starts/2026-07-06/fighters.csv", "starts/2026-07-06/control.csv",
    "starts/2026-07-06/stances.csv", "starts/2026-07-06/displaced.csv", "starts/2026-07-06/sieges.csv",
    "starts/2026-07-06/bargaining.csv";
    "two-valleys":
    "case.toml", "places.csv", "regions.csv", "links.csv", "households.csv", "communities.csv", "blocs.csv",
    "organisations.csv", "affinity.csv", "targeting.csv", "leanings.csv", "dyads.csv", "onesided.csv", "feuds.csv",
    "season.csv", "preferences.csv", "access.csv", "refugees.csv", "timeline.csv", "shapes.geojson",
    "starts/2029-2030/organisations.csv", "starts/2029-2030/fighters.csv", "starts/2029-2030/control.csv",
    "starts/2029-2030/stances.csv", "starts/2029-2030/displaced.csv", "starts/2029-2030/sieges.csv",
    "starts/2031-01-06/organisations.csv", "starts/2031-01-06/fighters.csv", "starts/2031-01-06/control.csv",
    "starts/2031-01-06/stances.csv", "starts/2031-01-06/displaced.csv", "starts/2031-01-06/sieges.csv", "starts/2031-01-06/bargaining.csv";
);

/// What goes with the tables of an embedded case and is no part of the case itself: where they come from, and what may be done with them.
pub const PAGES: &[EmbeddedCase] = &[
    (
        "mali",
        &[
            ("SOURCES.md", include_str!("../../../scenarios/cases/mali/SOURCES.md")),
            ("LICENSE-DATA.md", include_str!("../../../scenarios/cases/mali/LICENSE-DATA.md")),
        ],
    ),
    ("two-valleys", &[("README.md", include_str!("../../../scenarios/cases/two-valleys/README.md"))]),
];

/// The files of an embedded case.
#[must_use]
pub fn embedded(case: &str) -> Option<Files> {
    let (_, files) = EMBEDDED.iter().find(|(name, _)| *name == case)?;
    Some(files.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_a_case_goes_with_it() {
        for (case, _) in EMBEDDED {
            let folder = format!("{}/scenarios/cases/{case}", env!("CARGO_MANIFEST_DIR"));
            let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let mut there: Vec<String> = names.filter(|name| name.ends_with(".md")).collect();
            let mut told: Vec<&str> =
                PAGES.iter().filter(|(of, _)| of == case).flat_map(|(_, pages)| *pages).map(|(name, _)| *name).collect();
            there.sort_unstable();
            told.sort_unstable();
            assert_eq!(there, told, "{case}");
        }
    }
}
