//! The story of one future: its events and their numbers, its filters, two tracks in one future, one household, the map.
use crate::{cli, common};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use sulh::cli::simulate::Engine;
use sulh::dice::Dice;
use sulh::experiment::design::{Design, Draws};
use sulh::index::{Household, Id, Org, Party};
use sulh::processes::accord::on_common_ground;
use sulh::report::story::KINDS;
use sulh::sim::{self, Asked};

/// The lines of a command's JSON.
fn lines(command: &str) -> Vec<Value> {
    let output = cli::call(Path::new("."), command);
    assert_eq!(cli::code(&output), 0, "{command}: {}", cli::err(&output));
    cli::out(&output).lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect()
}

fn text(command: &str) -> String {
    let output = cli::call(Path::new("."), command);
    assert_eq!(cli::code(&output), 0, "{command}: {}", cli::err(&output));
    cli::out(&output)
}

fn records<'a>(lines: &'a [Value], record: &str) -> Vec<&'a Value> {
    lines.iter().filter(|line| line["record"] == record).collect()
}

fn number(event: &Value, name: &str) -> f64 {
    event["numbers"][name].as_f64().unwrap_or_else(|| panic!("no {name} in {event}"))
}

fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/story.md")).unwrap()
}

/// The keys of every record as docs/story.md documents them: a heading with the record's name, then a table whose first column is keys.
fn documented() -> Vec<(String, BTreeSet<String>)> {
    let page = page();
    let mut all: Vec<(String, BTreeSet<String>)> = Vec::new();
    for line in page.lines() {
        if let Some(name) = line.strip_prefix("### `").and_then(|rest| rest.strip_suffix('`')) {
            all.push((name.to_owned(), BTreeSet::new()));
        } else if line.starts_with("## ") {
            all.push((String::new(), BTreeSet::new()));
        } else if let (Some(rest), Some((_, keys))) = (line.strip_prefix("| `"), all.last_mut()) {
            let cell = rest.split(" |").next().unwrap();
            keys.extend(cell.split(", ").map(|key| key.trim_matches('`').to_owned()));
        }
    }
    all.retain(|(name, _)| !name.is_empty());
    all
}

#[test]
fn every_line_of_json_is_as_documented() {
    let documented = documented();
    let mut seen = BTreeSet::new();
    for command in [
        "story two-valleys-inclusive --json",
        "story two-valleys-exclusive --replicate 3 --draws 0 --json",
        "story --pair two-valleys-exclusive two-valleys-inclusive --replicate 1 --json",
        "story two-valleys-inclusive --household 3 --json",
        "story mauritanian-multiparty --scale 40 --weeks 120 --json",
    ] {
        for line in lines(command) {
            let record = line["record"].as_str().unwrap();
            let keys: BTreeSet<String> = line.as_object().unwrap().keys().cloned().collect();
            let (_, known) =
                documented.iter().find(|(name, _)| name == record).unwrap_or_else(|| panic!("docs/story.md knows no record `{record}`"));
            // What only a line of a pair has is documented beside the rest.
            let optional: BTreeSet<String> = ["only", "nearly_the_same"].map(str::to_owned).into();
            assert_eq!(&keys - &optional, known - &optional, "{record}");
            if record == "event" {
                assert!(KINDS.iter().any(|kind| line["kind"] == kind.0), "{line}");
                assert!(!line["text"].as_str().unwrap().is_empty());
            }
            seen.insert(record.to_owned());
        }
    }
    let names: BTreeSet<String> = documented.into_iter().map(|x| x.0).collect();
    assert_eq!(seen, names, "every documented record occurs");
    let page = page();
    for (kind, meaning) in KINDS {
        assert!(page.contains(&format!("| `{kind}` | {meaning} |")), "docs/story.md does not say what `{kind}` tells");
    }
}

#[test]
fn consent_is_told_with_the_parts_of_its_margin_and_of_its_chance() {
    let mut answers = [0, 0];
    for replicate in 0..6 {
        let lines = lines(&format!(
            "story mauritanian-multiparty --scale 40 --replicate {replicate} --set mediation.contact=0.2 --kinds bid,consent,leak --json"
        ));
        for event in records(&lines, "event") {
            if event["kind"] == "leak" {
                assert!(number(event, "acceptability") < number(event, "acceptability_before"), "{event}");
            }
            if event["kind"] != "consent" {
                continue;
            }
            let n = |name: &str| number(event, name);
            let margin = n("kept") * (n("offer") + n("side_payments") - n("war"))
                - n("exposure")
                - n("costs")
                - n("private_type")
                - n("search_loss");
            assert!((margin - n("margin")).abs() < 1e-9, "{event}");
            let state = event["numbers"].get("audience").is_some();
            if state {
                let costs = n("audience") + n("listing") + n("leaked_channel") + n("western_group");
                assert!((costs - n("costs")).abs() < 1e-12, "{event}");
                assert!(n("audience") > 0.0);
            }
            assert!((0.0..=1.0).contains(&n("probability")));
            let said = event["text"].as_str().unwrap();
            let word = if n("accepted") > 0.5 { "consents" } else { "refuses" };
            assert!(said.contains(word) && said.contains("log-odds") && said.contains("offer"), "{said}");
            answers[usize::from(n("accepted") > 0.5)] += 1;
        }
    }
    assert!(answers[0] > 0 && answers[1] > 0, "{answers:?} refusals and consents");
}

#[test]
fn an_answer_is_one_plain_sentence_unless_the_arithmetic_is_asked_for() {
    let story = "story two-valleys-inclusive --replicate 3 --kinds conditions,consent";
    let answers = lines(&format!("{story} --json"));
    let answers: Vec<&Value> = records(&answers, "event").into_iter().filter(|event| event["kind"] == "consent").collect();
    assert!(!answers.is_empty());
    let flat = |told: String| told.split_whitespace().collect::<Vec<_>>().join(" ");
    let (plain, verbose) = (flat(text(story)), flat(text(&format!("{story} --verbose"))));
    assert!(!plain.contains("log-odds") && verbose.contains("log-odds"), "{plain}");
    for event in answers {
        let [likely, at_none] = ["probability", "probability_at_no_margin"].map(|name| number(event, name));
        // What raises a balance above 0 raises the chance of a yes above that at 0.
        assert_eq!(number(event, "margin") > 0.0, likely > at_none, "{event}");
        let [likely, at_none] = [likely, at_none].map(sulh::report::numbers::percent);
        let said =
            format!("(a yes was {likely} likely, {at_none} at a balance of 0): the offer is worth {:.2} to it", number(event, "offer"));
        assert!(plain.contains(&said), "{said}: {plain}");
        assert!(plain.contains(&format!("a balance of {:+.2}", number(event, "margin"))), "{plain}");
        assert!(verbose.contains(&flat(event["text"].as_str().unwrap().to_owned())), "{verbose}");
    }
    assert!(plain.contains("How it ended: ") && plain.contains(" people were killed in 260 weeks"), "{plain}");
}

#[test]
fn a_diary_uses_the_words_of_its_case() {
    let told = text("story two-valleys-inclusive --household 3");
    assert!(!told.contains("independent") && !told.contains("Islamist"), "{told}");
    assert!(told.contains("autonomist") || told.contains("revivalist"), "{told}");
}

#[test]
fn filters_keep_what_they_name_and_nothing_else() {
    let story = "story mauritanian-multiparty --scale 40 --weeks 104 --json";
    let all = lines(story);
    let all = records(&all, "event");
    let has = |event: &Value, list: &str, name: &str| event[list].as_array().unwrap().iter().any(|x| x.as_str().unwrap().starts_with(name));
    type Keep<'a> = Box<dyn Fn(&Value) -> bool + 'a>;
    let checks: [(&str, Keep); 6] = [
        ("--place menaka", Box::new(|e| has(e, "places", "menaka"))),
        ("--actor fla", Box::new(|e| has(e, "actors", "fla"))),
        ("--actor state", Box::new(|e| has(e, "actors", "fama") || has(e, "actors", "africa-corps"))),
        ("--community idaksahak", Box::new(|e| has(e, "communities", "idaksahak"))),
        ("--between issp msa-d", Box::new(|e| has(e, "actors", "issp") && has(e, "actors", "msa-d"))),
        ("--kinds siege,flight", Box::new(|e| e["kind"] == "siege" || e["kind"] == "flight")),
    ];
    for (filter, keep) in checks {
        let kept = lines(&format!("{story} {filter}"));
        let expected: Vec<&Value> = all.iter().copied().filter(|e| keep(e)).collect();
        assert!(!expected.is_empty() && expected.len() < all.len(), "{filter}");
        assert_eq!(records(&kept, "event"), expected, "{filter}");
    }
}

#[test]
fn names_that_are_not_are_told_with_the_nearest() {
    for (arguments, expect) in [
        ("story bamako-only --place menka", "unknown place `menka`\n --> --place menka:1:1\n"),
        ("story bamako-only --place menka", "help: did you mean `menaka`?"),
        ("story bamako-only --community idaksahk", "did you mean `idaksahak`?"),
        ("story bamako-only --actor stat", "did you mean `state`?"),
        ("story bamako-only --actor mauritania", "what a convenor does is told as --kinds contact,leak,conditions,bid,consent,talks"),
        ("story bamako-only --between fla isp", "did you mean `issp`?"),
        ("story bamako-only --kinds atack", "did you mean `attack`?"),
        ("story two-valleys-inclusive --between front front", "`front` stands twice"),
        ("story two-valleys-inclusive --household 3 --verbose", "cannot be used with"),
        ("story two-valleys-inclusive --household 999999", "give a number from 0 to 2999"),
        ("story two-valleys-inclusive --household 5000 --place lower-orra", "give a number from 0 to"),
        ("story two-valleys-inclusive --household 0 --place beyond-the-pass", "zones, not in a refuge"),
        ("story two-valleys-inclusive --household 0 --place upper-orra --community tessites", "nobody of this community lives there"),
        ("story --pair bamako-only two-valleys-inclusive", "different cases"),
        ("story --pair bamako-only", "2 values required"),
        ("story bamako-only --pair bamako-only hybrid", "cannot be used with"),
        ("story", "required"),
    ] {
        let output = cli::call(Path::new("."), arguments);
        assert_eq!(cli::code(&output), 2, "{arguments}: {}", cli::out(&output));
        assert!(cli::err(&output).contains(expect), "{arguments}: {}", cli::err(&output));
    }
}

#[test]
fn a_pair_is_the_same_world_until_it_parts_and_its_differences_are_the_outcomes() {
    let (mut parted, mut same) = (0, 0);
    for replicate in 0..10 {
        let lines = lines(&format!("story --pair two-valleys-exclusive two-valleys-inclusive --replicate {replicate} --json"));
        let week = lines[0]["parting_week"].as_i64();
        let differences = records(&lines, "difference");
        let events = records(&lines, "event");
        let Some(week) = week else {
            same += 1;
            assert!(differences.is_empty());
            assert!(events.iter().all(|e| ["contact", "leak", "bid", "consent"].iter().any(|kind| e["kind"] == *kind)), "felt by nobody");
            continue;
        };
        parted += 1;
        // Before it, nothing that the world feels is in one future alone.
        let early = events.iter().filter(|e| e["week"].as_i64().unwrap() < week);
        assert!(early.into_iter().all(|e| ["contact", "leak", "bid", "consent"].iter().any(|kind| e["kind"] == *kind)));
        // The last difference is that of whole futures, as they are the same before the parting.
        let library = &mut sulh::scenario::Library::new();
        let scenarios: Vec<_> = ["two-valleys-exclusive", "two-valleys-inclusive"]
            .map(|name| library.load(name, &sulh::scenario::Changes::default()).unwrap())
            .into();
        let engine = Engine::new(&scenarios, Design { replicates: replicate + 1, draws: Draws::Cycle(40), seed: 1 });
        let runs: Vec<_> = engine.future(replicate, &[true, true]).into_iter().map(|run| run.unwrap().unwrap()).collect();
        let column =
            sulh::observe::measures::outcome_columns(&scenarios[0].case).iter().position(|name| name == "civilian_deaths").unwrap();
        let told = differences.last().unwrap()["values"]["civilian_deaths"].as_f64().unwrap();
        assert!((told - (runs[1].outcome[column] - runs[0].outcome[column])).abs() < 0.01, "{told}");
        let ends = records(&lines, "end");
        assert_eq!(
            ends.iter().map(|end| end["scenario"].as_str().unwrap()).collect::<Vec<_>>(),
            scenarios.iter().map(|x| &x.name).collect::<Vec<_>>()
        );
        for (end, run) in ends.iter().zip(&runs) {
            assert_eq!(end["outcomes"]["civilian_deaths"].as_f64(), Some(run.outcome[column]));
            assert_eq!(end["stages"]["contact"].as_i64(), run.funnel.reached[sulh::observe::stage("contact")].map(i64::from));
        }
    }
    assert!(parted > 0 && same > 0, "{parted} pairs part, {same} do not");
    let never = text("story --pair two-valleys-exclusive two-valleys-exclusive --replicate 2");
    assert!(never.contains("never part"), "{never}");
    let other = text("story --pair bamako-only hybrid --scale 40 --weeks 60");
    assert!(other.contains("same until week 0"), "a dialogue works from the first week: {other}");
}

/// The opening once named everybody with a seat, and the end nobody, so that a story of one party lost it.
#[test]
fn talks_open_with_those_who_were_asked_and_end_for_somebody() {
    let ready = common::ready(&common::teaching("two-valleys-inclusive", 260), &[("mediation.contact", 0.1), ("mediation.collapse", 0.1)]);
    let (mut opened, mut ended) = (0, 0);
    for replicate in 0..8 {
        let dice = Dice::new(1, replicate);
        let events = sim::run(&ready, sim::burn_in(&ready, dice), dice, Asked { story: true, ..Asked::default() }).1.events;
        for (at, event) in events.iter().enumerate().filter(|(_, event)| event.kind == "talks") {
            assert!(!event.actors.is_empty(), "{}", event.text);
            if event.text.starts_with("Talks open") {
                let bid = events[..at].iter().rev().find(|event| event.kind == "bid").expect("talks come of a bid");
                assert_eq!((&event.actors, event.week), (&bid.actors, bid.week));
                opened += 1;
            } else {
                ended += 1;
            }
        }
    }
    assert!(opened > 0 && ended > 0, "{opened} {ended}");
}

#[test]
fn a_diary_is_what_happened_to_the_household_and_asking_for_it_changes_nothing() {
    let scenario = common::teaching("two-valleys-inclusive", 260);
    let ready = common::ready(&scenario, &[]);
    let dice = Dice::new(1, 4);
    let run =
        |household| sim::run(&ready, sim::burn_in(&ready, dice), dice, Asked { digests: true, story: true, household, ..Asked::default() });
    let (plain, story) = run(None);
    let (mut struck, mut fighting) = (0, 0);
    for household in [0, 3, 178, 700, 1_500, 2_999] {
        let (watched, chronicle) = run(Some(Household(household)));
        assert_eq!((&watched, &chronicle.events, &chronicle.ground), (&plain, &story.events, &story.ground));
        let diary = chronicle.diary.unwrap();
        assert_eq!(diary.household, Household(household));
        assert_eq!(diary.standings.len(), 21, "the start and 20 seasons");
        assert!(diary.entries.iter().all(|entry| ["household", "kin", "neighbours"].contains(&entry.near)));
        for pair in diary.standings.windows(2) {
            let between = |word: &str| {
                diary
                    .entries
                    .iter()
                    .any(|e| e.near == "household" && pair[0].week < e.week && e.week <= pair[1].week && e.text.contains(word))
            };
            assert!(pair[0].people == pair[1].people || between("dead"), "household {household}");
            assert!(pair[0].at == pair[1].at || between("flees") || between("comes home"), "household {household}");
            assert!(pair[1].gone <= pair[0].gone || between("to fight"), "household {household}");
            assert!(pair[0].under_arms.iter().map(|x| x.1).sum::<u32>() <= pair[0].gone, "household {household}");
            assert!(
                pair[1]
                    .views
                    .iter()
                    .all(|view| (0.0..=1.0).contains(&view.grievance) && view.protection.is_none_or(|s| (-1.0..=1.0).contains(&s)))
            );
        }
        for entry in diary.entries.iter().filter(|entry| entry.text.contains("goes to fight")) {
            let with = entry.text.strip_prefix("a man goes to fight with ").unwrap_or_default();
            assert!(chronicle.organisations.iter().any(|of| of.name == with), "{}", entry.text);
            fighting += 1;
        }
        struck += diary.entries.iter().filter(|e| e.near != "neighbours").count();
    }
    assert!(fighting > 0, "a man of one of the households goes to fight");
    assert!(struck > 0, "something happens to one of the households or its kin");
    let first = text("story two-valleys-inclusive --household 0 --place lower-tesse --community ferrymen");
    assert!(first.contains("of Lower Tesse, Ferrymen") && first.contains("What it thinks of whom"), "{first}");
}

#[test]
fn maps_are_drawn_as_a_sheet_or_season_by_season() {
    let folder = tempfile::tempdir().unwrap();
    let draw = |path: &str| {
        let output = cli::call(folder.path(), &format!("story two-valleys-inclusive --weeks 40 --map {path}"));
        assert_eq!(cli::code(&output), 0, "{}", cli::err(&output));
        cli::err(&output)
    };
    assert!(draw("sheet.svg").contains("sheet.svg"));
    let sheet = std::fs::read_to_string(folder.path().join("sheet.svg")).unwrap();
    assert!(sheet.starts_with("<svg") && sheet.contains("week 12") && sheet.contains("week 39") && sheet.contains("not a forecast"));
    draw("sheet.png");
    assert_eq!(&std::fs::read(folder.path().join("sheet.png")).unwrap()[1..4], b"PNG");
    assert!(draw("seasons").contains("4 pictures"));
    assert_eq!(std::fs::read_dir(folder.path().join("seasons")).unwrap().count(), 4);
    // What cannot be drawn is refused, and no folder of that name made.
    let refused = cli::call(folder.path(), "story two-valleys-inclusive --weeks 4 --map m.pdf");
    assert_eq!((cli::code(&refused), folder.path().join("m.pdf").exists()), (2, false));
    assert!(cli::err(&refused).contains("--map m.svg"), "{}", cli::err(&refused));
}

/// Found by reading stories: outside an accord, MSA-D in Menaka came to terms with Dan Na Ambassagou in Mopti, as it was the first
/// neutral organisation of the list.
#[test]
fn those_outside_an_accord_come_to_terms_where_they_share_ground_whatever_the_order() {
    let case = std::sync::Arc::new(common::case("2026-07-06"));
    let scenario = common::scenario(&case, common::no_track(), 1, 40);
    let world = common::start(&common::ready(&scenario, &[]), 1);
    let find = |slug: &str| -> (Org, Party) {
        let org = case.organisation(slug).unwrap();
        (org, case.organisations[org].party.unwrap())
    };
    let mut outside: Vec<(Org, Party)> = ["jnim-macina", "issp", "msa-d", "gatia", "dan-na-ambassagou"].map(find).into();
    for _ in 0..2 {
        let near = |slug: &str, others: &[&str]| {
            let wanted: Vec<Org> = others.iter().map(|other| find(other).0).collect();
            on_common_ground(&world, find(slug).0, &outside, |o| wanted.contains(&o)).map(|x| case.organisations[x.0].slug.clone())
        };
        assert_eq!(near("msa-d", &["dan-na-ambassagou"]), None);
        assert_eq!(near("msa-d", &["dan-na-ambassagou", "issp", "jnim-macina"]).as_deref(), Some("issp"));
        assert_eq!(near("dan-na-ambassagou", &["issp", "jnim-macina", "gatia"]).as_deref(), Some("jnim-macina"));
        outside.reverse();
    }
    assert!(outside.iter().all(|x| x.0.at() < case.organisations.len()));
}
