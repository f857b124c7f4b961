//! Reports: what a finished experiment says, as text, tables and plots.
pub mod comparison;
pub mod numbers;
pub mod plots;
pub mod story;
pub mod summary;
pub mod tables;
pub mod validation;

pub use summary::summary;

use crate::experiment::results::Results;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// What a report may choose.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether plots are drawn.
    pub plots: bool,
    /// Where tables and plots are, as the summary names it.
    pub folder: String,
    /// Names of the outcome measures to show in the summary; empty: the headline measures.
    pub measures: Vec<String>,
    /// What `--set` changed in all scenarios.
    pub set: Vec<String>,
    /// How commands about the same scenarios are typed.
    pub repeat: Repeat,
}

/// What the user typed, as a further command about the same scenarios must repeat it.
#[derive(Clone, Debug, Default)]
pub struct Repeat {
    /// File or name of each scenario, quoted for a shell; empty: their names.
    pub arguments: Vec<String>,
    /// Flags of `sulh story`, with a space before each.
    pub story: String,
    /// Flags of `sulh compare`.
    pub compare: String,
    /// Flags of `sulh story` in draws whose design point hangs on all scenarios together: in a story of one or two of them it must be named.
    pub contested: BTreeMap<u32, String>,
    /// Whether each scenario starts from the same world as the first, so that the two can be told as a pair; empty: all do.
    pub alike: Vec<bool>,
}

impl Default for Options {
    fn default() -> Self {
        Self { plots: true, folder: String::new(), measures: Vec::new(), set: Vec::new(), repeat: Repeat::default() }
    }
}

/// Writes all tables, the data dictionary and the plots into `out`; every file appears whole or not at all.
///
/// # Errors
/// Where a file cannot be written.
pub fn write_all(results: &Results, out: &Path, options: &Options) -> io::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(out)?;
    let mut written = tables::write(results, out)?;
    written.push(write_summary(results, out, options)?);
    if options.plots {
        written.extend(plots::write(results, out)?);
    }
    Ok(written)
}

/// Writes what the terminal says, without the folder: it is in it.
///
/// # Errors
/// Where it cannot be written.
pub fn write_summary(results: &Results, out: &Path, options: &Options) -> io::Result<PathBuf> {
    let path = out.join(SUMMARY);
    crate::files::atomically(&path, summary(results, &Options { folder: String::new(), ..options.clone() }).as_bytes())?;
    Ok(path)
}

/// The file of the summary.
pub const SUMMARY: &str = "summary.txt";

#[cfg(test)]
#[path = "../../examples/plots_demo/made_up.rs"]
mod made_up;

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Results {
        made_up::results(80, 8, 30)
    }

    #[test]
    fn the_summary_reads_as_agreed() {
        let options = Options { folder: "output/bamako-only-vs-mauritanian-multiparty-1f3a9c02".into(), ..Options::default() };
        let mut results = made_up::results(240, 20, 4);
        results.scenarios.iter_mut().for_each(|label| label.weeks = 260);
        let text = summary(&results, &options);
        assert!(text.lines().all(|line| line.chars().count() <= 100 || line.starts_with("  sulh story")), "{text}");
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/summary.snapshot.txt");
        if std::env::var_os("SULH_BLESS").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        assert_eq!(text, std::fs::read_to_string(path).unwrap(), "SULH_BLESS=1 accepts the new text");
    }

    #[test]
    fn tables_have_the_columns_of_the_contract_and_of_their_dictionary() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { plots: false, ..Options::default() };
        write_all(&small(), folder.path(), &options).unwrap();
        let header = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap().lines().next().unwrap().to_owned();
        assert_eq!(
            header("comparison.csv"),
            "measure,scope,community,baseline,scenario,mean_difference,ci_low,ci_high,share_of_futures_lower,share_of_futures_higher,\
             variance_ratio,variance_ratio_chance,chance_share,knowledge_share,regret,verdict,knowledge_low,knowledge_high"
        );
        let text = std::fs::read_to_string(folder.path().join("datapackage.json")).unwrap();
        let package: serde_json::Value = serde_json::from_str(&text).unwrap();
        for resource in package["resources"].as_array().unwrap() {
            let path = resource["path"].as_str().unwrap();
            // The summary is text.
            let Some(fields) = resource["schema"]["fields"].as_array() else { continue };
            let names: Vec<&str> = fields.iter().map(|f| f["name"].as_str().unwrap()).collect();
            assert_eq!(names.join(","), header(path));
            let mut reader = csv::Reader::from_path(folder.path().join(path)).unwrap();
            for record in reader.records() {
                for (cell, field) in record.unwrap().iter().zip(fields) {
                    let number = field["type"] != "string";
                    assert!(!number || cell.is_empty() || cell.parse::<f64>().is_ok(), "{path}: {cell}");
                }
            }
        }
    }

    #[test]
    fn order_of_rows_and_of_merging_does_not_show() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let results = small();
        let mut shuffled = results.clone();
        shuffled.rows.reverse();
        let a = write_all(&results, one.path(), &Options::default()).unwrap();
        let b = write_all(&shuffled, two.path(), &Options::default()).unwrap();
        assert_eq!(a.len(), 11 + 16);
        let names: Vec<_> =
            a.iter().take(tables::FILES.len()).map(|path| path.strip_prefix(one.path()).unwrap().to_str().unwrap()).collect();
        assert_eq!(names, tables::FILES);
        for (a, b) in a.iter().zip(&b) {
            assert!(std::fs::read(a).unwrap() == std::fs::read(b).unwrap(), "{}", a.display());
        }
    }

    #[test]
    fn one_scenario_one_draw_three_scenarios_and_nothing_at_all_are_told_too() {
        let folder = tempfile::tempdir().unwrap();
        let mut three = small();
        made_up::third(&mut three);
        let mut single = small();
        single.scenarios.truncate(1);
        single.series.truncate(1);
        single.failures.clear();
        single.rows.retain(|row| row.scenario == 0);
        let mut nothing = small();
        nothing.rows.clear();
        for (at, results) in [three, single, made_up::results(2, 1, 2), made_up::results(1, 1, 1), nothing].iter().enumerate() {
            let text = summary(results, &Options::default());
            assert!(!text.contains("NaN") && !text.contains("inf "), "{at}: {text}");
            write_all(results, &folder.path().join(at.to_string()), &Options { plots: false, ..Options::default() }).unwrap();
            assert!(plots::figures(results).len() <= 8);
        }
    }

    #[test]
    fn only_futures_that_finished_in_both_are_paired_and_forks_tell_their_share() {
        let mut results = small();
        results.rows.retain(|row| row.scenario == 0 || row.replicate != 5);
        let rows = comparison::rows(&results);
        assert!(rows.iter().all(|row| row.pairs == 79));
        assert_eq!(rows.len(), 18 + 8 * results.case.communities.len());
        assert!(summary::counts(&results).starts_with("79 paired futures over 8 "), "{}", summary::counts(&results));
        let reached = results.of(1).iter().filter(|row| !row.run.forks.is_empty()).count();
        let forks = comparison::forks(&results);
        assert!(reached > 0 && forks.iter().all(|f| f.futures == reached && f.share == reached as f64 / 79.0));
        let accord = comparison::funnel(&results).into_iter().find(|row| row.scenario == 1 && row.stage == "accord").unwrap();
        assert!((accord.reached.unwrap().0 - reached as f64 / 79.0).abs() < 1e-12);
    }

    #[test]
    fn how_long_accords_stand_is_told_of_those_signed_early_enough() {
        let mut results = small();
        results.scenarios.iter_mut().for_each(|label| label.weeks = 100);
        let accord = crate::observe::stage("accord");
        let signed = [Some(40), Some(47), Some(48), None];
        for (at, row) in results.rows.iter_mut().filter(|row| row.scenario == 1).enumerate() {
            row.run.funnel.reached = [None; crate::observe::STAGES.len()];
            row.run.funnel.reached[accord] = signed[at % 4];
            row.run.funnel.reached[accord + 1] = (at % 4 == 1).then_some(99);
        }
        // Of weeks 0 to 99, an accord of week 48 has no 52 weeks left.
        let of = comparison::standing(&results, 1, "year_1", 52);
        assert_eq!((of.early, of.stood, of.share.0), (40, 20, 0.5));
        let text = summary(&results, &Options::default()).replace("\n  ", " ");
        assert!(text.contains("Of 40 accords signed early enough to tell, 20 stood for a year (50 % [6-94])."), "{text}");
        assert_eq!(comparison::standing(&results, 1, "year_5", 260).early, 0);
    }

    #[test]
    fn no_line_breaks_inside_an_interval_or_before_a_per_cent() {
        let mut results = made_up::results(240, 20, 4);
        for width in 10..40 {
            results.scenarios[1].title = "T".repeat(width);
            let text = summary(&results, &Options::default());
            for line in text.lines() {
                assert!(!line.trim_start().starts_with('%'), "{text}");
                assert_eq!(line.matches('[').count(), line.matches(']').count(), "{line}\n{text}");
            }
        }
    }

    #[test]
    fn futures_in_which_nothing_that_is_measured_differs_are_counted() {
        let mut results = small();
        for at in 0..results.rows.len() {
            if results.rows[at].scenario == 1 && results.rows[at].replicate % 4 != 3 {
                let replicate = results.rows[at].replicate;
                let base = results.rows.iter().find(|row| row.scenario == 0 && row.replicate == replicate).unwrap().run.clone();
                results.rows[at].run = base;
            }
        }
        assert_eq!(comparison::parting(&results, 1), comparison::Parting { pairs: 80, same: 60, first: Some(3) });
        let text = summary(&results, &Options::default()).replace("\n  ", " ");
        assert!(text.contains("In 75 % of pairs nothing that is measured differs") && text.contains("--replicate 3"), "{text}");
    }

    /// A title is cut at a word, what is no headline is told where it differs, and each track says what it does.
    #[test]
    fn titles_are_cut_at_a_word_and_what_the_table_leaves_out_is_told() {
        let mut results = small();
        results.scenarios[1].title = "Multiparty instead of Bamako's process".into();
        let at = crate::observe::measures::outcome_columns(&results.case).iter().position(|name| name == "fragmentation").unwrap();
        for row in results.rows.iter_mut().filter(|row| row.scenario == 1) {
            row.run.outcome[at] += 20.0;
        }
        let text = summary(&results, &Options::default());
        assert!(text.contains("Multiparty instead of\u{2026}\n") && !text.contains("instead of.  "), "{text}");
        let flat = text.replace("\n  ", " ");
        assert!(
            flat.contains(
                "Not in the table, and its interval excludes 0, under \"Multiparty instead of Bamako's process\": armed organisations 20"
            ),
            "{text}"
        );
        assert!(!flat.contains(" organisations."), "the name says the unit: {text}");
        assert!(flat.contains("\"Bamako only\": The state's own process."), "{text}");
        // Asked for, it stands in the table, without its unit.
        let asked = Options { measures: vec!["fragmentation".into()], ..Options::default() };
        let text = summary(&results, &asked);
        assert!(!text.contains("Not in the table") && text.lines().any(|line| line.starts_with("armed organisations  ")), "{text}");
        assert!(text.contains("1 difference is looked at"), "{text}");
    }

    #[test]
    fn one_pair_is_not_testable_and_equal_tracks_differ_by_nothing() {
        let text = summary(&made_up::results(1, 1, 2), &Options::default()).replace("\n  ", " ");
        assert!(
            text.contains("not testable") && !text.contains("no difference seen") && text.contains("mean of 1 pair of futures"),
            "{text}"
        );
        let mut results = small();
        for at in 0..results.rows.len() {
            if results.rows[at].scenario == 1 {
                let replicate = results.rows[at].replicate;
                results.rows[at].run = results.rows.iter().find(|row| row.scenario == 0 && row.replicate == replicate).unwrap().run.clone();
            }
        }
        let text = summary(&results, &Options::default()).replace("\n  ", " ");
        assert!(text.contains("Spread: the difference in civilian deaths is exactly 0 in all 80 pairs."), "{text}");
        assert!(text.contains("no difference seen") && !text.contains("cannot be told apart"), "{text}");
    }

    /// Where a sign turns with a parameter, but not surely enough for a verdict among so many, that parameter is named.
    #[test]
    fn the_parameter_that_comes_nearest_to_turning_a_sign_is_named() {
        let mut results = made_up::results(400, 20, 2);
        let names: Vec<String> = (0..400).map(|at| format!("noise.{at}")).collect();
        results.parameters.rows =
            (0..20).map(|d| (d, std::iter::once(f64::from(d)).chain((0..400).map(|at| f64::from((d * 7 + at) % 20))).collect())).collect();
        results.parameters.names = std::iter::once("combat.turns".to_owned()).chain(names).collect();
        let at = crate::observe::measures::outcome_columns(&results.case).iter().position(|name| name == "deaths_north").unwrap();
        for row in 0..results.rows.len() {
            if results.rows[row].scenario == 1 {
                let (replicate, draw) = (results.rows[row].replicate, results.rows[row].draw);
                let base = results.rows.iter().find(|row| row.scenario == 0 && row.replicate == replicate).unwrap().run.outcome.clone();
                results.rows[row].run.outcome = base;
                // Four errors either side of nothing: beyond a plain interval, short of what 401 parameters ask for.
                results.rows[row].run.outcome[at] += 10.0 * (if draw < 10 { -4.0 } else { 4.0 } + f64::from(draw % 10) - 4.5);
            }
        }
        let text = summary(&results, &Options::default()).replace("\n  ", " ");
        assert!(
            text.contains("No sign is shown to turn with a parameter. combat.turns comes nearest, in all deaths in the north: -"),
            "{text}"
        );
        assert!(text.contains("401 parameters by 17 rows were looked at"), "{text}");
        // Where none comes near, that is said, and where none was asked, that.
        results.parameters.names.remove(0);
        results.parameters.rows.iter_mut().for_each(|(draw, row)| *row = vec![f64::from(*draw % 2); 400]);
        let text = summary(&results, &Options::default()).replace("\n  ", " ");
        assert!(text.contains("No sign is seen to turn with a parameter: for none of 400 parameters by 17 rows"), "{text}");
        assert!(text.contains("With 20 parameter draws only a large turn shows."), "{text}");
        results.parameters.rows.truncate(3);
        let text = summary(&results, &Options::default()).replace("\n  ", " ");
        assert!(text.contains("Which parameter turns a sign: not asked, as that takes 4 parameter draws or more."), "{text}");
    }

    #[test]
    fn pictures_are_named_and_sized() {
        for figure in plots::figures(&small()) {
            assert!(figure.svg.contains("<title>") && figure.svg.contains("width=\"180mm\""), "{}", figure.name);
            assert!(figure.svg.contains("Uncalibrated: illustrative; not a forecast"));
        }
    }

    /// Only one of the pictures cut it, and in the others it ran off the page.
    #[test]
    fn a_title_longer_than_the_page_is_cut_in_every_picture() {
        let mut results = made_up::results(40, 20, 30);
        let long = "a scenario that goes on about who sits at the table, ".repeat(5);
        let long = long.trim_end();
        results.scenarios[1].title = long.to_owned();
        let drawn = plots::figures(&results);
        assert!(drawn.iter().any(|figure| figure.name == "funnel") && drawn.iter().any(|figure| figure.name == "map"));
        for figure in drawn {
            assert!(figure.svg.split("<text").skip(1).all(|text| !text.contains(long)), "{}", figure.name);
        }
    }

    /// A few large futures once gave the picture another unit than the table has.
    #[test]
    fn outcomes_have_the_units_of_the_table_and_few_futures_are_drawn_one_by_one() {
        let drawn = |results: &Results| plots::figures(results).into_iter().find(|figure| figure.name == "outcomes").unwrap().svg;
        let mut results = small();
        let counted: Vec<usize> =
            comparison::columns(&results).iter().enumerate().filter(|(_, (of, _))| of.unit == "person-weeks").map(|(at, _)| at).collect();
        for (nth, row) in results.rows.iter_mut().enumerate() {
            counted.iter().for_each(|&at| row.run.outcome[at] = if nth % 20 < 2 { 3e6 } else { 4e5 });
        }
        let (table, picture) = (summary(&results, &Options::default()), drawn(&results));
        for text in [&table, &picture] {
            assert!(text.contains("thousand person-weeks") && !text.contains("million person-weeks"), "{text}");
        }
        assert!(picture.contains("Shape: how futures are spread"));
        let few = drawn(&made_up::results(19, 19, 30));
        assert!(few.contains("Stroke: a future") && !few.contains("Shape"));
    }

    #[test]
    fn weekly_bands_merge_in_any_order_to_the_same() {
        use crate::experiment::results::SeriesSketch;
        let case = made_up::case();
        let runs: Vec<Vec<f32>> = (0..50u32)
            .map(|r| {
                (0..crate::observe::measures::series_rows(&case).len() as u32 * 3)
                    .map(|c| ((r * 31 + c * 17) % 97) as f32 * 0.011)
                    .collect()
            })
            .collect();
        let of = |range: std::ops::Range<usize>| {
            let mut sketch = SeriesSketch::new(&case, 3);
            runs[range].iter().for_each(|run| sketch.add(run));
            sketch
        };
        let whole = of(0..50);
        let mut parts = of(37..50);
        parts.merge(&of(0..20));
        parts.merge(&of(20..37));
        assert!(whole == parts && whole != of(0..49));
        assert_eq!(whole.quantile(2, 1, 0.95).to_bits(), parts.quantile(2, 1, 0.95).to_bits());
        assert_eq!(whole.mean(2, 1).to_bits(), parts.mean(2, 1).to_bits());
    }

    /// `cargo test --release --lib -- --ignored --nocapture bands_are_cheap` tells the price.
    #[test]
    #[ignore = "measures time"]
    fn bands_are_cheap() {
        let case = made_up::case();
        let cells = crate::observe::measures::series_rows(&case).len() * 476;
        let mut sketch = crate::experiment::results::SeriesSketch::new(&case, 476);
        let mut state = 1u32;
        let mut spent = std::time::Duration::ZERO;
        for _ in 0..480 {
            let run: Vec<f32> = (0..cells)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 20) as f32 * 0.05 + 20.0
                })
                .collect();
            let begun = std::time::Instant::now();
            sketch.add(&run);
            spent += begun.elapsed();
        }
        println!("{:.0} ns a value, {cells} cells", spent.as_secs_f64() * 1e9 / (480.0 * cells as f64));
    }
}
