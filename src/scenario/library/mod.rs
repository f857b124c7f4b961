//! Where scenarios come from: embedded in the program, or files on disk; inheritance and small changes laid over.
mod cases;
mod origins;
mod overlays;
mod shipped;

pub use cases::CASE;
pub use shipped::{Embedded, SCENARIOS};

use super::check;
use super::problem::{Place, Problem, Problems};
use super::raw::{self, Sources, Table, Value};
use super::read_case::{Layer, LoadedCase};
use super::{Scenario, read_case};
use cases::{CaseSource, case_below, case_source, embedded_layer, layers_of};
use origins::{Origin, find, inherit, says};
use overlays::overlays;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Changes that a command lays over every scenario that it reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// `path=value`, in order.
    pub set: Vec<String>,
    /// Name of the start.
    pub start: Option<String>,
    /// Horizon.
    pub weeks: Option<i64>,
    /// One segment in so many is kept.
    pub scale: Option<i64>,
}

/// Reads scenarios and keeps the cases that it has read.
#[derive(Debug, Default)]
pub struct Library {
    cases: Vec<(Option<PathBuf>, LoadedCase)>,
    rearrange: Option<fn(&str, &str) -> String>,
}

impl Library {
    /// An empty library.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A library that changes the text of every file of a case, given by name, before it reads it.
    #[must_use]
    pub fn rearranging(with: fn(&str, &str) -> String) -> Self {
        Self { rearrange: Some(with), ..Self::default() }
    }

    /// Reads a case from its layers.
    fn read(&self, mut layers: Vec<Layer>) -> Result<LoadedCase, Problems> {
        if let Some(rearrange) = self.rearrange {
            layers.iter_mut().flat_map(|layer| &mut layer.files).for_each(|(name, text)| *text = rearrange(name, text));
        }
        read_case::load(layers)
    }

    /// A case that is part of the program.
    ///
    /// # Errors
    /// All problems of its tables, or that there is none of this name.
    pub fn embedded_case(&mut self, name: &str) -> Result<LoadedCase, Problems> {
        // They are the same for the whole life of the program, and reading them is the slow part of small commands.
        static CASES: [OnceLock<Result<LoadedCase, Problems>>; read_case::EMBEDDED.len()] =
            [const { OnceLock::new() }; read_case::EMBEDDED.len()];
        match read_case::EMBEDDED.iter().zip(&CASES).find(|((case, _), _)| *case == name) {
            Some(_) if self.rearrange.is_some() => self.read(vec![embedded_layer(name)]),
            Some((_, slot)) => slot.get_or_init(|| read_case::load(vec![embedded_layer(name)])).clone(),
            None => Err(Problems(vec![Problem::at(name, 1, 1, "no case of this name comes with the program".to_owned())])),
        }
    }

    fn case_at(&mut self, source: CaseSource) -> Result<LoadedCase, Problems> {
        let folder = match source {
            CaseSource::Embedded(name) => return self.embedded_case(name),
            CaseSource::Folder(folder) => folder,
        };
        if let Some((_, loaded)) = self.cases.iter().find(|(path, _)| path.as_ref() == Some(&folder)) {
            return Ok(loaded.clone());
        }
        let loaded = layers_of(&folder).and_then(|layers| self.read(layers))?;
        self.cases.push((Some(folder), loaded.clone()));
        Ok(loaded)
    }

    /// The files of a scenario's case.
    #[must_use]
    pub fn layers(&mut self, scenario: &Scenario) -> Option<Arc<Vec<Layer>>> {
        let embedded = read_case::EMBEDDED
            .iter()
            .filter_map(|(name, _)| self.embedded_case(name).ok())
            .find(|loaded| Arc::ptr_eq(&loaded.case, &scenario.case));
        let found = embedded
            .or_else(|| self.cases.iter().map(|(_, loaded)| loaded.clone()).find(|loaded| Arc::ptr_eq(&loaded.case, &scenario.case)));
        found.map(|loaded| loaded.layers)
    }

    /// Reads and checks a scenario: an existing file, or the name of one that is part of the program.
    ///
    /// # Errors
    /// All problems of all files concerned.
    pub fn load(&mut self, name: &str, changes: &Changes) -> Result<Scenario, Problems> {
        let origin = find(name).map_err(|problem| Problems(vec![problem]))?;
        self.load_origin(&origin, changes)
    }

    /// Checks a scenario given as text, as if it stood in a file of the current folder.
    ///
    /// # Errors
    /// All its problems.
    pub fn load_text(&mut self, name: &str, text: &str, changes: &Changes) -> Result<Scenario, Problems> {
        let mut sources = Sources::default();
        let mut problems = Problems::default();
        let table = raw::parse(&mut sources, &mut problems, name, text);
        let here = Origin::Disk(PathBuf::from(name));
        let mut chain = vec![(here.clone(), None)];
        let table = inherit(&mut sources, &mut problems, table, &here, &mut chain);
        self.finish(sources, problems, table, &chain, changes)
    }

    fn load_origin(&mut self, origin: &Origin, changes: &Changes) -> Result<Scenario, Problems> {
        let text = origin.text().map_err(|problem| Problems(vec![problem]))?;
        let mut sources = Sources::default();
        let mut problems = Problems::default();
        let table = raw::parse(&mut sources, &mut problems, &origin.name(), &text);
        let mut chain = vec![(origin.clone(), None)];
        let table = inherit(&mut sources, &mut problems, table, origin, &mut chain);
        self.finish(sources, problems, table, &chain, changes)
    }

    fn finish(
        &mut self,
        mut sources: Sources,
        mut problems: Problems,
        mut table: Table,
        chain: &[(Origin, Option<Place>)],
        changes: &Changes,
    ) -> Result<Scenario, Problems> {
        let origin = &chain[0].0;
        let case = match table.get("case").map(|node| (node.at, node.value.clone())) {
            None => {
                let source = case_source(CASE, origin).unwrap_or_else(|none| {
                    problems.add(none.problem(CASE, |fault| Problem::at(&origin.name(), 1, 1, fault)));
                    CaseSource::Embedded(CASE)
                });
                self.case_at(source)
            }
            Some((at, Value::Text(name))) => match case_source(&name, says(chain, at)) {
                Ok(source) => self.case_at(source),
                Err(none) => {
                    problems.add(none.problem(&name, |fault| sources.problem(at, fault)));
                    // What else is wrong is told for the case of the scenario that this one extends, which is likely the one that is added to.
                    self.case_at(case_below(chain).unwrap_or(CaseSource::Embedded(CASE)))
                }
            },
            // The check says that it must be a text.
            Some(_) => self.embedded_case(CASE),
        };
        let case = match case {
            Ok(case) => case,
            Err(more) => {
                problems.0.extend(more.0);
                return Err(problems);
            }
        };
        let declared: Vec<String> = crate::params::declared(&case.case, 0).into_iter().map(|row| row.path).collect();
        for overlay in overlays(changes, &declared) {
            match overlay {
                Ok(overlay) => {
                    let mut of_text = Problems::default();
                    let over = raw::parse_source(&mut sources, &mut of_text, overlay);
                    problems.0.extend(of_text.0);
                    table = table.under(over);
                }
                Err(problem) => problems.add(problem),
            }
        }
        let other_case = other_case(&table, chain, &case, &sources);
        // What cannot be read has echoes in what is checked: of such a line only why it cannot is told.
        let unread = problems.0.clone();
        let fallback = match origin {
            Origin::Embedded(file) => file.name.to_owned(),
            Origin::Disk(path) => path.file_stem().map_or_else(|| "scenario".to_owned(), |stem| stem.to_string_lossy().into_owned()),
        };
        check::scenario(&sources, problems, &table, &case, &fallback).map_err(|mut all| {
            all.0.retain(|problem| {
                unread.contains(problem) || !unread.iter().any(|of| (&of.file, of.line) == (&problem.file, problem.line))
            });
            match other_case {
                Some((problem, below)) => without_echoes(all, problem, &below),
                None => all,
            }
        })
    }
}

/// What is told where a file names a case to which that of its base does not belong, if names of the base are unknown there; and the
/// files of the base.
fn other_case(table: &Table, chain: &[(Origin, Option<Place>)], case: &LoadedCase, sources: &Sources) -> Option<(Problem, Vec<String>)> {
    let node = table.get("case")?;
    let base = chain.get(node.at.file + 1)?;
    let known = case_below(&chain[node.at.file..]).unwrap_or(CaseSource::Embedded(CASE)).name();
    if case.layers.iter().any(|layer| layer.name == known) {
        return None;
    }
    let Value::Text(named) = &node.value else { return None };
    let problem = sources.problem(node.at, format!("the scenario that is extended belongs to the case `{known}`, not to `{named}`"));
    let problem = problem.hint(format!("extend a scenario of `{named}`, or leave out `case`"));
    let problem = match &chain[node.at.file].1 {
        Some(place) => problem.also(place.clone(), format!("extends {}", base.0.name())),
        None => problem,
    };
    Some((problem, chain[node.at.file + 1..].iter().map(|(origin, _)| origin.name()).collect()))
}

/// The problems with the one from which those of the files below follow, in place of those.
fn without_echoes(all: Problems, cause: Problem, below: &[String]) -> Problems {
    let echoes = |problem: &Problem| below.contains(&problem.file) && problem.fault.starts_with("unknown ");
    if !all.0.iter().any(echoes) {
        return all;
    }
    Problems(std::iter::once(cause).chain(all.0.into_iter().filter(|problem| !below.contains(&problem.file))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> String {
        match Library::new().load_text("x.toml", text, &Changes::default()) {
            Ok(_) => "fine".to_owned(),
            Err(problems) => problems.to_string(),
        }
    }

    /// Found by the fuzzer: U+009B begins a command to a terminal as much as the escape of C0.
    #[test]
    fn no_report_steers_a_terminal() {
        let text = "format = 1\ncase = \"a\u{8a}b\u{9b}31m\"\n";
        let report = Library::new().load_text("x.toml", text, &Changes::default()).unwrap_err().report(false, 100);
        assert!(report.contains("case = \"a\u{fffd}b") && !report.chars().any(|c| c.is_control() && c != '\n'), "{report:?}");
    }

    #[test]
    fn every_shipped_scenario_is_sound_and_inherits() {
        let mut library = Library::new();
        let mut load = |name: &str| library.load(name, &Changes::default()).unwrap_or_else(|problems| panic!("{problems}"));
        for file in SCENARIOS {
            let scenario = load(file.name);
            assert_eq!(scenario.name, file.name);
            assert!(!scenario.summary.is_empty() && scenario.summary.len() < 130, "{}", file.name);
        }
        let (one, two, three) = (load("bamako-only"), load("mauritanian-multiparty"), load("no-process"));
        assert_eq!((one.track.seats.len(), two.track.seats.len(), three.track.seats.len()), (0, 2, 0));
        assert_eq!(one.track.standing_accord, two.track.standing_accord);
        assert_eq!(one.track.ddr, two.track.ddr);
        assert_eq!(
            (one.track.guarantee, one.track.civil_society, one.track.budget),
            (two.track.guarantee, two.track.civil_society, two.track.budget)
        );
        assert_eq!(three.track.budget, one.track.budget);
        let instead = load("multiparty-instead").track;
        assert!(
            instead.standing_accord.is_none() && instead.ddr.is_none() && instead.dialogues.is_empty() && instead.seats == two.track.seats
        );
    }

    #[test]
    fn a_name_changes_nothing_that_is_hashed_and_a_value_does() {
        let mut library = Library::new();
        let mut load = |more: &str| {
            library.load_text("x.toml", &format!("format = 1\nextends = \"bamako-only\"\n{more}"), &Changes::default()).unwrap().resolved
        };
        let plain = load("");
        assert_eq!(plain, load("name = \"another\"\ntitle = \"Another\"\nsummary = \"Other words\""));
        assert_ne!(plain, load("weeks = 259"));
        assert_eq!(load("[parameters]\n\"combat.excitation\" = 0.3"), load("[parameters.combat]\nexcitation = 0.3"));
    }

    #[test]
    fn changes_of_the_command_line_are_laid_over_and_checked() {
        let mut library = Library::new();
        let changes = |set: &[&str]| Changes { set: set.iter().map(|&x| x.to_owned()).collect(), weeks: Some(52), ..Changes::default() };
        let scenario =
            library.load("bamako-only", &changes(&["combat.excitation=0.3", "track.budget=4000", "track.guarantee=none"])).unwrap();
        assert_eq!((scenario.weeks, scenario.track.budget), (52, 4_000.0));
        assert_eq!(scenario.overrides, vec![("combat.excitation".to_owned(), crate::params::Prior::Fixed(0.3))]);
        let wrong =
            library.load("bamako-only", &changes(&["combat.exitation=0.3", "combat.excitation", "weeks=0"])).unwrap_err().to_string();
        assert!(
            wrong.contains("did you mean `combat.excitation`?") && wrong.contains("path=value") && wrong.contains("`weeks`"),
            "{wrong}"
        );
    }

    #[test]
    fn wrong_files_are_told_as_agreed() {
        let files: &[(&str, &str)] = &[
            ("no format", "title = \"x\"\n"),
            ("typing slip", "format = 1\ntitel = \"x\"\n[trak]\n"),
            ("parameter slip", "format = 1\n[parameters]\n\"recruitment.bsae\" = 4e-5\n[parameters.combat]\nexcitaton = 0.2\n"),
            (
                "out of range",
                "format = 1\nweeks = 0\nscale = 2.5\n[parameters]\n\"combat.lethal\" = 1.4\n\"combat.excitation\" = { from = 0.5, to = 0.3 }\n",
            ),
            (
                "not a number",
                "format = 1\n[parameters]\n\"combat.excitation\" = nan\n\"combat.lethal\" = \"high\"\n[track]\nbudget = inf\n",
            ),
            (
                "distribution",
                "format = 1\n[parameters]\n\"combat.excitation\" = { lognormal = { median = 0.3, sd = 1 } }\n\"combat.lethal\" = { from = 0.1, beta = { a = 1, b = 1 } }\n",
            ),
            (
                "names",
                "format = 1\nstart = 2026-07-07\n[track]\nconvenor = \"mauretania\"\nguarantee = \"deploy\"\ndialogues = [[\"idaksahak\", \"fulb\"], [\"dogon\"]]\n[[track.seats]]\nparty = \"fla\"\n[[track.seats]]\nparty = \"flaa\"\nmodality = \"guest\"\n[[track.seats]]\nparty = \"fla\"\n",
            ),
            ("seats without convenor", "format = 1\n[[track.seats]]\nparty = \"fla\"\n"),
            (
                "timeline",
                "format = 1\n[[timeline]]\ndate = 2026-02-30\nset = \"combat.lethal\"\nvalue = 0.3\n[[timeline]]\nweek = 900\nset = \"combat.lethall\"\nvalue = 2\n",
            ),
            ("syntax", "format = 1\nweeks = \n[track\nbudget = 3\n"),
            (
                "instruments",
                "format = 1\n[track.ddr]\ndelivered = 3500\n[track.standing_accord]\nparties = []\n[track.contact_group]\nwestern_share = 4\n",
            ),
            ("extends", "format = 1\nextends = \"bamako-onyl\"\ncase = \"chad\"\n[switches]\nrecrutment = false\n"),
        ];
        let mut text = String::new();
        for (name, file) in files {
            text.push_str(&format!("# {name}\n{}\n", problems(file)));
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/scenario/problems.snapshot.txt");
        if std::env::var_os("SULH_BLESS").is_some() {
            std::fs::write(path, &text).unwrap();
        }
        assert_eq!(text, std::fs::read_to_string(path).unwrap_or_default(), "SULH_BLESS=1 accepts the new text");
    }

    #[test]
    fn a_day_before_the_start_is_told_without_a_horizon_that_was_not_read() {
        let early = "[[timeline]]\ndate = 2025-01-04\nset = \"track.budget\"\nvalue = 3\n[[timeline]]\nweek = -2\nset = \"track.budget\"\nvalue = 3\n";
        for weeks in ["weeks = \"260\"\n", ""] {
            let told = problems(&format!("format = 1\n{weeks}{early}"));
            assert!(told.contains(": 2025-01-04 lies before the start, 2026-07-06\n") && told.contains(": week -2 lies before"), "{told}");
            assert!(!told.contains("9223372036854775807"), "{told}");
        }
    }

    #[test]
    fn a_mark_lies_where_its_key_says_and_says_something() {
        let told = |when: &str| problems(&format!("format = 1\n[[track.marks]]\n{when}\n"));
        for week in ["4000", "-3000", "1041"] {
            assert!(told(&format!("week = {week}\ntext = \"x\"")).contains(": give a number from -2000 to 1040"), "{week}");
        }
        assert!(told("date = 1900-01-01\ntext = \"x\"").contains("it may be week -2000 to 1040"));
        assert_eq!(told("week = -2000\ntext = \"x\"\n[[track.marks]]\nweek = 1040\ntext = \"x\""), "fine");
        for text in ["", " "] {
            assert!(told(&format!("week = 3\ntext = \"{text}\"")).contains("`text` is empty: give a text"), "{text:?}");
        }
    }

    #[test]
    fn what_is_shown_says_something_and_steers_no_terminal() {
        let told = |line: &str| problems(&format!("format = 1\n{line}\n"));
        assert!(told("title = \"\"").contains("x.toml:2:9: `title` is empty: give a text"));
        assert!(told("title = \"a\\u001b[31m\"").contains("`title` has a control character (U+001B)"));
        assert!(told("title = \"a\\nb\"").contains("`title` has more than one line"));
        assert!(told("summary = \"a\\u0007\"").contains("`summary` has a control character (U+0007)"));
        assert!(told("[[track.marks]]\nweek = 3\ntext = \"a\\u009b\"").contains("`text` has a control character (U+009B)"));
        assert_eq!(told("summary = \"\""), "fine");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.toml");
        std::fs::write(&file, "format = 1\ncase = \"own\"\n").unwrap();
        std::fs::create_dir(folder.path().join("own")).unwrap();
        std::fs::write(folder.path().join("own/case.toml"), "extends = \"two-valleys\"\ntitle = \"a\\u001bb\"\n").unwrap();
        let communities = read_case::embedded("two-valleys").unwrap()["communities.csv"].replacen("Orrans", "Orr\u{1b}ans", 1);
        std::fs::write(folder.path().join("own/communities.csv"), communities).unwrap();
        let told = Library::new().load(&file.display().to_string(), &Changes::default()).unwrap_err().to_string();
        assert!(told.contains("case.toml:2:9: `title` has a control character") && told.contains("communities.csv:2:"), "{told}");
    }

    #[test]
    fn a_whole_number_with_a_point_is_told_how_it_is_written() {
        for line in ["weeks = 3.0", "scale = 3.0", "[track]\nfirst_bid = 3.0", "[[track.marks]]\ntext = \"x\"\nweek = 3.0"] {
            let told = problems(&format!("format = 1\n{line}\n"));
            assert!(told.contains("is a whole number: write `3`, without a point") && !told.contains("is not"), "{told}");
        }
        assert!(problems("format = 1\nweeks = 3.5\n").contains("3.5 is not a whole number"));
        assert!(problems("format = 1\nweeks = 1e99\n").contains("1e99 is not allowed for `weeks`"));
    }

    #[test]
    fn words_that_a_key_allows_are_named() {
        let told = |section: &str, line: &str| problems(&format!("format = 1\n[{section}]\n{line}\n"));
        for (section, line, words) in [
            ("track.offers", "posts = \"opn\"", "unknown posts `opn`: give \"open\", a number from 0 to 1, "),
            ("track.offers", "posts = \"opn\"", "did you mean `open`?"),
            ("track.offers", "rents = \"opn\"", "unknown rents `opn`: give \"open\", a number from 0 to 1 or"),
            ("track.offers", "rents = \"0.4\"", "a number stands without quotes"),
            ("track.offers", "rents = true", "`rents` is true or false: give \"open\""),
            ("track.guarantee", "kind = 3", "`kind` is a whole number: give \"none\", \"diplomatic\", \"deployed\""),
            (
                "track",
                "seats = [{ party = \"fla\", modality = 3 }]",
                "`modality` is a whole number: give \"full\", \"observer\", \"consultation\"",
            ),
            ("track", "civil_society = \"ful\"", "did you mean `full`?"),
            ("track", "civil_society = true", "give a number from 0 to 1 (share), a distribution, or \"full\", \"observer\""),
            ("[timeline]", "week = 3\nset = \"stance.fla.issp\"\nvalue = 3", "is a whole number: give \"hostile\", \"truce\""),
        ] {
            assert!(told(section, line).contains(words), "{}", told(section, line));
        }
    }

    #[test]
    fn a_later_entry_of_a_week_hides_no_mistake_of_an_earlier_one() {
        let entry = |set: &str, value: &str| format!("[[timeline]]\nweek = 20\nset = \"{set}\"\nvalue = {value}\n");
        let told = |a: String, b: String| problems(&format!("format = 1\nextends = \"mauritanian-multiparty\"\n{a}{b}"));
        let whole = || entry("track.seats", "[{ party = \"issp\", modality = \"observr\" }]");
        let part = || entry("track.seats.issp", "{ modality = \"observer\" }");
        let both = "the timeline sets `track.seats` and a part of it, `track.seats.issp`, in the same week 20";
        for (a, b) in [(whole(), part()), (part(), whole())] {
            assert!(told(a.clone(), b.clone()).contains(both), "{}", told(a, b));
        }
        assert!(told(whole(), part()).contains("unknown modality `observr`"));
        assert!(told(entry("track.guarantee", "\"none\""), entry("track.guarantee.strength", "0.3")).contains("a part of it"));
        assert_eq!(told(entry("track.seats.issp", "{ modality = \"observer\" }"), entry("track.seats.fla", "\"none\"")), "fine");
    }

    #[test]
    fn a_case_to_which_the_base_does_not_belong_is_told_where_it_is_named() {
        let told = problems("format = 1\nextends = \"mauritanian-multiparty\"\ncase = \"two-valleys\"\n");
        assert!(told.starts_with("x.toml:3:8: the scenario that is extended belongs to the case `mali`, not to `two-valleys`\n"), "{told}");
        assert!(told.contains("hint: extend a scenario of `two-valleys`, or leave out `case`"), "{told}");
        assert_eq!(told.matches("hint: ").count(), 1, "what follows is not listed: {told}");
        // What is wrong in the file itself is told as well.
        let own = "format = 1\nextends = \"mauritanian-multiparty\"\ncase = \"two-valleys\"\nweeks = 0\n";
        assert!(problems(own).contains("x.toml:4:9: 0 is not allowed for `weeks`"), "{}", problems(own));
    }

    #[test]
    fn a_key_that_stands_twice_is_named_with_the_first_and_what_to_write() {
        let told = |text: &str| problems(&format!("format = 1\nextends = \"bamako-only\"\n{text}"));
        for (text, words) in [
            (
                "[track]\nguarantee = \"deployed\"\n[track.guarantee]\nstrength = 0.3\n",
                "x.toml:5:8: duplicate key `track.guarantee`\n  see: x.toml:4:1: the first\n  hint: write it once: as a word, or as the table [track.guarantee] with the word as its `kind`",
            ),
            (
                "track.budget = 4\n[track]\nmonitoring = 0.2\n",
                "x.toml:4:2: duplicate key `track`\n  see: x.toml:3:1: the first\n  hint: write `budget` below [track]\n",
            ),
            (
                "[track]\nguarantee = \"deployed\"\nguarantee.strength = 0.2\n",
                "x.toml:5:1: duplicate key `track.guarantee`\n  see: x.toml:4:1: the first\n  hint: write it once",
            ),
            (
                "[track.guarantee]\nkind = \"deployed\"\n[track]\nguarantee = \"none\"\n",
                "x.toml:6:1: duplicate key `track.guarantee`\n  see: x.toml:3:2: the first\n  hint: it is a table already, [track.guarantee]",
            ),
            ("[track]\nbudget = 4\nbudget = 5\n", "x.toml:5:1: duplicate key `budget`\n  see: x.toml:4:1: the first\n"),
            (
                "[parameters]\ncombat.lethal = 0.3\n[parameters.combat]\nexcitation = 0.2\n",
                "x.toml:5:13: duplicate key `parameters.combat`\n  see: x.toml:4:1: the first\n  hint: write `lethal` below [parameters.combat]\n",
            ),
        ] {
            assert!(told(text).contains(words), "{}", told(text));
        }
    }

    #[test]
    fn a_parameter_that_is_none_is_told_with_those_of_its_own_group() {
        let told = |path: &str| problems(&format!("format = 1\n[parameters]\n\"{path}\" = 1\n"));
        assert!(told("affinity.fla.dogon").contains("it stands in the table affinity.csv of the case"), "{}", told("affinity.fla.dogon"));
        for (path, near) in [
            ("targeting.stat.dogon", "targeting.state.dogon"),
            ("targeting.dogon.state", "targeting.state.dogon"),
            ("targting.state.dogon", "targeting.state.dogon"),
            ("combat.excitaton", "combat.excitation"),
            ("recruitment.lethal", "combat.lethal"),
        ] {
            assert!(told(path).contains(&format!("did you mean `{near}`?")), "{}", told(path));
        }
        let set = Changes { set: vec!["=3".to_owned()], ..Changes::default() };
        let told = Library::new().load("bamako-only", &set).unwrap_err().to_string();
        assert!(told.contains("a path is missing before `=`") && !told.contains("unknown parameter"), "{told}");
    }

    #[test]
    fn hostile_files_give_problems_and_no_panic() {
        let deep = [
            format!("format = 1\nx = {}", "[".repeat(100_000)),
            format!("format = 1\nx = {}1{}", "[".repeat(5_000), "]".repeat(5_000)),
            format!("format = 1\n{} = 1", vec!["a"; 5_000].join(".")),
            format!("format = 1\n[parameters]\n{} = 1", vec!["a"; 70].join(".")),
            format!("format = 1\nx = {}", "{a=".repeat(20_000)),
            // Closing brackets out of place, then depth: once a stack overflow.
            format!("format = 1\n{}{}{}{}", "[[t]]\n".repeat(100), "a={".repeat(30), "[[t]]\n".repeat(20_000), "a={".repeat(40_000)),
            format!("format = 1\n{}{}{}{}", "[[t]]\n".repeat(100), "a={".repeat(30), "[[t]]\n".repeat(640), "a={".repeat(2_400)),
            // Once seconds: an error a comma, and each looked up in the whole line.
            format!("format = 1\nx = [t{}", ",".repeat(20_000)),
            "format = 99999999999999999999999".to_owned(),
            "\u{0}".to_owned(),
            "= = =\n[[[[".to_owned(),
            "format = 1\ntrack = 3\nparameters = []\nswitches = \"x\"\ntimeline = {}\n".to_owned(),
            "format = 1\ntimeline = [1, {}, []]\n[track]\nseats = [1, {}]\nmarks = [[]]\ndialogues = [1]\noffers = 3\nddr = []\n"
                .to_owned(),
            "extends = 3\nformat = 1".to_owned(),
        ];
        for text in &deep {
            assert_ne!(problems(text), "fine", "{}", &text[..text.len().min(60)]);
        }
        let unread = problems(&deep[5]);
        assert_eq!(
            (unread.lines().count(), unread.contains("opening brackets")),
            (1, true),
            "why nothing could be read, and nothing more: {unread}"
        );
    }

    #[test]
    fn circles_folders_bytes_and_missing_files_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(path("a.toml"), "format = 1\nextends = \"b\"\n").unwrap();
        std::fs::write(path("b.toml"), "format = 1\nextends = \"a.toml\"\n").unwrap();
        std::fs::write(path("bytes.toml"), b"format = 1\ntitle = \"\xff\"\n").unwrap();
        let mut library = Library::new();
        let mut told = |name: &str| library.load(&path(name), &Changes::default()).unwrap_err().to_string();
        assert!(told("a.toml").contains("circle"));
        assert!(told("bytes.toml").contains("bytes.toml:2:10: this byte is not UTF-8"), "{}", told("bytes.toml"));
        assert!(told("").contains("folder"));
        assert!(told("none.toml").contains("no such file"));
    }

    #[test]
    fn a_case_is_looked_for_beside_the_file_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        write("below/small/case.toml", "format = 1\nextends = \"two-valleys\"\ntitle = \"Beside the base\"\n");
        write("below/base.toml", "format = 1\ncase = \"small\"\n");
        let above = write("above.toml", "format = 1\nextends = \"below/base.toml\"\n");
        let title = |scenario: Scenario| scenario.case.title.clone();
        let load = |name: &str| Library::new().load(name, &Changes::default()).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(title(load(&above)), "Beside the base");
        // What a file of that name beside the other one holds is another case, which only that one may name.
        write("small/case.toml", "format = 1\nextends = \"two-valleys\"\ntitle = \"Beside the difference\"\n");
        assert_eq!(title(load(&above)), "Beside the base");
        let own = write("own.toml", "format = 1\nextends = \"below/base.toml\"\ncase = \"small\"\n");
        assert_eq!(title(load(&own)), "Beside the difference");
        let told =
            Library::new().load(&above, &Changes { set: vec!["case=small".to_owned()], ..Changes::default() }).unwrap_err().to_string();
        assert!(told.contains("`case` cannot be set from the command line"), "{told}");
    }

    #[test]
    fn a_case_on_disk_is_used_where_a_file_names_it() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in read_case::embedded(CASE).unwrap() {
            let path = folder.path().join("cases/mali").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let file = folder.path().join("x.toml").display().to_string();
        std::fs::write(&file, "format = 1\nextends = \"bamako-only\"\n").unwrap();
        let same = Library::new().load(&file, &Changes::default()).unwrap();
        assert_eq!(same.resolved, Library::new().load("bamako-only", &Changes::default()).unwrap().resolved);
        let table = folder.path().join("cases/mali/affinity.csv");
        let text = std::fs::read_to_string(&table).unwrap().replacen("idaksahak", "idaksahk", 1);
        std::fs::write(&table, text).unwrap();
        let told = Library::new().load(&file, &Changes::default()).unwrap_err().to_string();
        assert!(told.contains("cases/mali/affinity.csv:") && told.contains("did you mean `idaksahak`?"), "{told}");
    }
}
