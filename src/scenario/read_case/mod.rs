//! Reads a case from its tables, checks them, and reports all problems with file, line and column.
mod about;
mod beside;
mod cells;
mod differences;
mod embedded;
mod layers;
mod loaded;
mod oddities;
mod organisations;
mod parties;
mod peoples;
mod places;
mod reader;
mod relations;
mod removals;
mod rows;
mod starts;
mod tables;
mod timeline;
mod values;

pub use about::KEYS;
pub use differences::differences;
pub use embedded::{EMBEDDED, EmbeddedCase, PAGES, embedded};
pub use layers::{Files, Layer, from_folder};
pub use loaded::LoadedCase;
pub use tables::{TABLES, TableKind};

use super::case::Case;
use super::problem::Problems;
use super::text::sha256;
use crate::index::Community;
use about::About;
use reader::Reader;
use std::sync::Arc;

/// Reads and checks a case.
///
/// # Errors
/// All problems of all its files.
pub fn read(files: &Files) -> Result<Case, Problems> {
    read_layers(&[Layer { name: String::new(), files: files.clone() }])
}

/// Reads and checks a case of several layers: each adds rows to the tables of those before it, or replaces rows of the same key.
///
/// # Errors
/// All problems of all files.
pub fn read_layers(layers: &[Layer]) -> Result<Case, Problems> {
    let mut r = Reader::new(layers);
    // Rows of such a table would be missed everywhere.
    if r.has_other_separators() {
        return Err(r.problems);
    }
    let about = About::new(&mut r);
    match case(&mut r, &about) {
        Some(case) => r.problems.into_result(case),
        None => Err(r.problems),
    }
}

/// Reads and checks a case, and keeps its files with it.
///
/// # Errors
/// All problems of all files.
pub fn load(layers: Vec<Layer>) -> Result<LoadedCase, Problems> {
    let case = read_layers(&layers)?;
    let parts: Vec<&[u8]> =
        layers.iter().flat_map(|layer| &layer.files).flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()]).collect();
    Ok(LoadedCase { case: Arc::new(case), hash: sha256(&parts), layers: Arc::new(layers) })
}

/// All tables, in the order in which their faults are told; nothing where one is so wrong that no more can be said.
fn case(r: &mut Reader, about: &About) -> Option<Case> {
    let places = places::read(r, about)?;
    let peoples = peoples::read(r, about)?;
    let mut parties = parties::read(r, about)?;
    let organisations = organisations::read(r, &places, &peoples, &mut parties)?;
    let relations = relations::read(r, &places, &peoples);
    let season = timeline::season(r);
    let access = parties::access(r, about, &parties);
    let timeline = timeline::read(r, &organisations);
    let names = starts::Names {
        places: &places.names,
        zones: places.zones,
        blocs: &peoples.bloc_names,
        organisations: &organisations.names,
        parties: &parties.names,
    };
    let starts = starts::read(r, about, &names, &organisations.data, &peoples.blocs, &timeline)?;
    let household_size = about.household_size(r);
    let waiting = about.waiting(r, &places.scopes);
    let trends = about.trends(r);
    r.nothing_taken();
    beside::unknown_files(r);
    let (Some(reference), true) = (starts.reference, r.problems.0.is_empty()) else { return None };
    let posteriors = beside::posteriors(r);
    let forces = oddities::Forces { organisations: &organisations.data, dyads: &relations.dyads, reference: &reference };
    let shapes = beside::shapes(r);
    let oddities = oddities::of(r, (&places, &peoples), &forces, &shapes, starts.silent);
    Some(Case {
        name: about.word(r, "name"),
        title: about.word(r, "title"),
        household_size,
        men_per_household: about.figure(r, "men_per_household", 1.26, 1.0, 2.0),
        capital: about.word(r, "capital"),
        waiting,
        counted_refuge: about.counted_refuge(r, &places.names),
        displaced_inside: about.figure(r, "displaced_inside", 0.0, 0.0, 1e9),
        shown_community: if about.table.get("shown_community").is_some() {
            about.named(r, "shown_community", "communities.csv", &peoples.community_names)
        } else {
            Community(0)
        },
        places: places.data,
        zones: places.zones,
        scopes: places.scopes,
        neighbours: places.neighbours,
        communities: peoples.communities,
        blocs: peoples.blocs,
        state: peoples.state,
        state_party: parties.state,
        organisations: organisations.data,
        shares: relations.shares,
        affinity: relations.affinity,
        targeting: relations.targeting,
        leanings: relations.leanings,
        trends,
        dyads: relations.dyads,
        one_sided: relations.one_sided,
        feuds: relations.feuds,
        season,
        parties: parties.data,
        access,
        reference,
        starts: starts.starts,
        timeline,
        posteriors,
        shapes: shapes.text,
        scales: beside::scales(r),
        oddities,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_case_is_sound() {
        let case = read(&embedded("mali").unwrap()).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!((case.zones, case.communities.len(), case.organisations.len()), (29, 11, 9));
        let people: f64 = case.zones().map(|q| case.places[q].people_census).sum();
        assert_eq!((people / 6.0).round(), 1_085_237.0);
    }

    #[test]
    fn a_wrong_name_is_found_with_its_place_and_the_nearest_one() {
        let mut files = embedded("mali").unwrap();
        let text = files["affinity.csv"].replacen("idaksahak", "idaksahk", 1);
        files.insert("affinity.csv".to_owned(), text);
        let problems = read(&files).unwrap_err().to_string();
        assert!(problems.contains("affinity.csv:") && problems.contains("did you mean `idaksahak`?"), "{problems}");
    }

    #[test]
    fn what_a_table_cannot_mean_is_told() {
        let told = |file: &str, from: &str, to: &str| {
            let mut files = embedded("two-valleys").unwrap();
            let text = &files[file];
            assert!(text.contains(from), "{file} has no `{from}`");
            let text = text.replacen(from, to, 1);
            files.insert(file.to_owned(), text);
            read(&files).map_or_else(|problems| problems.to_string(), |_| "fine".to_owned())
        };
        for (file, from, to, fault) in [
            (
                "starts/2031-01-06/displaced.csv",
                "lower-orra,upper-orra",
                "lower-orra,lower-orra",
                "displaced.csv:6:12: `home` and `host` are the same",
            ),
            ("feuds.csv", "orrans,ferrymen", "orrans,orrans", "feuds.csv:2:19: `a` and `b` are the same"),
            ("feuds.csv", "lower-orra,tessites,ferrymen", "lower-orra,tessites,orrans", "feuds.csv:5:12: this pair stands twice"),
            ("dyads.csv", "front,covenant", "covenant,republic", "dyads.csv:4:1: this pair stands twice"),
            ("starts/2031-01-06/stances.csv", "guard,front", "guard,guard", "`a` and `b` are the same"),
            ("preferences.csv", "rents,0.45", "rents,0", "allowed is 0.01 to 1"),
            ("preferences.csv", "issue", "isue", "preferences.csv:1:18: unknown column `isue`"),
            ("places.csv", "Orra,west", "Orra,wst", "`wst` is not among the [scopes]"),
            ("case.toml", "state = \"republic\"", "state = \"republik\"", "did you mean `republic`?"),
            ("case.toml", "capital", "capitol", "did you mean `capital`?"),
            ("case.toml", "households_of = 7", "households_of = 6.5", "not a whole number"),
            ("case.toml", "reference = \"2029-2030\"", "reference = \"2029\"", "there is no starts/2029"),
            ("case.toml", "waiting = \"east\"", "waiting = \"eats\"", "did you mean `east`?"),
            // Found by the fuzzer: what refers to rows of a table without rows.
            ("organisations.csv", "guard,Republican", "\"guard,Republican", "organisations.csv:2:1: a quotation mark that is not closed"),
            (
                "preferences.csv",
                "republic,front,autonomy",
                &format!("{}republic,front,autonomy", "republic,front,nothing,0,0,x\n".repeat(20_000)),
                "this row stands twice: `republic`, `nothing`",
            ),
            ("case.toml", "counted_refuge = { place", "counted_refuge = { plaice", "case.toml:13:18: `counted_refuge` must be"),
        ] {
            let text = told(file, from, to);
            assert!(text.contains(fault), "{file}, {to}: {text}");
        }
    }

    #[test]
    fn what_seems_not_meant_is_told_of_a_case_that_is_sound() {
        let told = |edits: &[(&str, &str, &str)], gone: &[&str]| {
            let mut files = embedded("two-valleys").unwrap();
            gone.iter().for_each(|file| drop(files.remove(*file).unwrap()));
            for (file, from, to) in edits {
                assert!(files[*file].contains(from), "{file} has no `{from}`");
                let text = files[*file].replacen(from, to, 1);
                files.insert((*file).to_owned(), text);
            }
            read(&files).unwrap_or_else(|problems| panic!("{problems}")).oddities
        };
        for case in ["mali", "two-valleys"] {
            assert_eq!(read(&embedded(case).unwrap()).unwrap().oddities, Vec::<String>::new());
        }
        let edits = [
            ("places.csv", "0.25,5600,fictional", "0.25,560000,"),
            ("communities.csv", "tessites,Tessites", "tessites,Orrans"),
            ("access.csv", "0.8,fictional", "0.8,"),
            ("access.csv", "0.6,fictional", "0.6,"),
            ("shapes.geojson", "\"lower-orra\"", "\"lower-ora\""),
            ("case.toml", "[scopes]\n", "[scopes]\nsouth = \"nowhere\"\n"),
            (
                "starts/2029-2030/fighters.csv",
                "covenant,upper-orra,0.05,fictional\ncovenant,lower-orra,0.1,fictional\ncovenant,upper-tesse,0.65",
                "covenant,upper-tesse,0.8",
            ),
        ];
        let gone = ["starts/2029-2030/control.csv", "starts/2031-01-06/bargaining.csv", "starts/2031-01-06/sieges.csv"];
        assert_eq!(
            told(&edits, &gone),
            [
                "`people` of the zones of Orra are 562800 in places.csv, the `census` of regions.csv is 8400",
                "no place is of the scope `south`",
                "the rate of `front` and `covenant` in dyads.csv does nothing: the two share no zone in the reference starts/2029-2030",
                "starts/2029-2030 has no control.csv (nobody controls any zone); where that is meant, a table with its header alone says so",
                "starts/2031-01-06 has no sieges.csv (no place is besieged), no bargaining.csv (all parties stand alike in talks); where that is meant, a table with its header alone says so",
                "shapes.geojson has no shape of `lower-orra`: maps leave it out",
                "`orrans` and `tessites` of communities.csv have one name: Orrans",
                "rows that name no `source`: access.csv (2), places.csv (1); say where figures come from, or that they are an assumption, and why",
            ]
        );
    }

    #[test]
    fn a_start_is_named_by_its_day_and_told_with_its_folder() {
        let own = Files::from([(
            "starts/2031-1-06/stances.csv".to_owned(),
            embedded("two-valleys").unwrap()["starts/2031-01-06/stances.csv"].clone(),
        )]);
        let layers = [("two-valleys", embedded("two-valleys").unwrap()), ("own", own)];
        let told = read_layers(&layers.map(|(name, files)| Layer { name: name.to_owned(), files })).unwrap_err().to_string();
        assert!(told.contains("own/starts/2031-1-06:1:1: `2031-1-06` is no day") && told.contains("did you mean `2031-01-06`?"), "{told}");
    }

    #[test]
    fn leanings_rounded_in_the_table_sum_to_one() {
        let mut files = embedded("two-valleys").unwrap();
        let text = files["leanings.csv"].replacen("orrans,0.1,0.55", "orrans,0.1,0.549", 1);
        files.insert("leanings.csv".to_owned(), text);
        let case = read(&files).unwrap_or_else(|problems| panic!("{problems}"));
        assert!((case.leanings[Community(0)].iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
