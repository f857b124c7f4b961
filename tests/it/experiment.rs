//! Experiments as a whole: what pairs share, when an experiment stops early, and whose files are whose.
use crate::cli::{call, code, err, out, signal, start};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use sulh::cli::simulate::Engine;
use sulh::experiment::design::{Design, Draws};
use sulh::experiment::plan::{self, Asked, Collected, Plan};
use sulh::experiment::results::Results;
use sulh::experiment::runner::{Conduct, Ended};
use sulh::experiment::store::Store;
use sulh::scenario::read_case::{self, Layer};
use sulh::scenario::{Changes, Library, Scenario};

/// No process, and the same with attacks that bring about so many others that some draws are refused, over two weeks.
fn mild_and_fierce() -> [Scenario; 2] {
    let mut library = Library::new();
    let changes = Changes { weeks: Some(2), scale: Some(80), ..Changes::default() };
    let fierce = "format = 1\nextends = \"no-process\"\n[parameters]\n\"combat.excitation\" = 0.68\n";
    [library.load("no-process", &changes), library.load_text("fierce.toml", fierce, &changes)]
        .map(|scenario| scenario.unwrap_or_else(|problems| panic!("{problems}")))
}

fn engine(scenarios: &[Scenario], draws: Draws) -> Engine {
    Engine::new(scenarios, Design { replicates: 40, draws, seed: 1 })
}

/// Where one side sets a parameter, that is all that differs: a draw that either side refuses is refused for both.
#[test]
fn pairs_share_what_neither_side_sets() {
    let both = mild_and_fierce();
    let together = engine(&both, Draws::Cycle(40));
    let parameters = together.parameters();
    let otherwise: Vec<&String> = parameters.names.iter().filter(|name| name.contains(" (")).collect();
    assert_eq!(otherwise, ["combat.excitation (fierce)"]);
    let refused = |of: &Scenario| engine(std::slice::from_ref(of), Draws::Cycle(40)).parameters().refused;
    let alone = both.each_ref().map(refused);
    assert!(alone[0] < alone[1] && parameters.refused >= alone[1], "{alone:?} {}", parameters.refused);
    // Whoever repeats a future of one side names the point, and has the parameters and the future of the pair.
    let contested = together.contested();
    let (&draw, &point) = contested.iter().next().expect("a draw that only one side refuses");
    let mild = engine(&both[..1], Draws::Only(point));
    assert_eq!(mild.parameters().rows[0].1, parameters.rows[draw as usize].1[..mild.parameters().names.len()]);
    let future = together.future(u64::from(draw), &[true, true]);
    for side in 0..2 {
        assert!(engine(&both[side..=side], Draws::Only(point)).future(u64::from(draw), &[true]) == future[side..=side]);
    }
    // Two that refuse alike have the points that each has alone.
    let alike = [both[0].clone(), Scenario { weeks: 3, ..both[0].clone() }];
    assert!(engine(&alike, Draws::Cycle(40)).contested().is_empty());
    // A run is kept under its point: another comparison that gives the draw another one does not take it.
    let plan = |points: BTreeMap<u32, u32>, draws| Plan {
        scenarios: both.to_vec(),
        design: Design { replicates: 40, draws, seed: 1 },
        precision: None,
        model: String::new(),
        points,
    };
    let key = plan(together.points(), Draws::Cycle(40)).key(0, u64::from(draw));
    assert_ne!(key, plan(BTreeMap::new(), Draws::Cycle(40)).key(0, u64::from(draw)));
    assert_eq!(key, plan(BTreeMap::new(), Draws::Only(point)).key(0, u64::from(draw)));
}

/// The commands of failures.csv name the point where the scenario by itself would have another one.
#[test]
fn a_command_that_repeats_a_future_names_the_point_of_the_pair() {
    use clap::Parser;
    let folder = tempfile::tempdir().unwrap();
    let fierce = folder.path().join("fierce.toml");
    std::fs::write(&fierce, "format = 1\nextends = \"no-process\"\n[parameters]\n\"combat.excitation\" = 0.68\n").unwrap();
    let arguments = format!(
        "sulh compare no-process {} --weeks 2 --scale 80 --replicates 40 --no-plots --quiet --progress none --out {}",
        fierce.display(),
        folder.path().join("o").display()
    );
    let failing = sulh::cli::conduct(sulh::cli::Cli::parse_from(arguments.split(' ')), |_, _, _| panic!("this future is cursed"));
    assert_eq!(failing, 3);
    let contested = engine(&mild_and_fierce(), Draws::Cycle(40)).contested();
    let rows: Vec<BTreeMap<String, String>> =
        csv::Reader::from_path(folder.path().join("o/failures.csv")).unwrap().deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 80);
    for row in rows {
        let draw: u32 = row["draw"].parse().unwrap();
        let named = contested.get(&draw).unwrap_or(&draw);
        assert!(row["command"].contains(&format!(" --draw {named} --replicate {}", row["replicate"])), "{row:?}");
    }
}

/// The two tracks of the teaching case over a few weeks, 240 futures of 20 draws.
fn tracks() -> (Engine, Plan) {
    let changes = Changes { weeks: Some(2), ..Changes::default() };
    let mut library = Library::new();
    let scenarios = ["two-valleys-exclusive", "two-valleys-inclusive"].map(|name| library.load(name, &changes).unwrap()).to_vec();
    let design = Design { replicates: 240, draws: Draws::Cycle(20), seed: 1 };
    let engine = Engine::new(&scenarios, design);
    let plan = Plan { scenarios, design, precision: Some(1.0), model: "test".to_owned(), points: engine.points() };
    (engine, plan)
}

/// Executes a plan, stopped when a future begins if that is wanted.
fn execute((engine, plan): &(Engine, Plan), folder: &Path, enough: &dyn Fn(&Results) -> bool, stop_at: Option<u64>) -> Collected {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Asked {
        conduct: Conduct { jobs: 1, stop: Arc::clone(&stop), deadline: None },
        stop_on_error: false,
        enough: Some(enough),
        repeat: &|_, _| String::new(),
        progress: &mut |_, _| (),
    };
    let mut store = Store::open(folder).unwrap();
    plan::execute(plan, &mut store, engine.parameters(), &engine.people(), asked, |replicate, wanted| {
        if Some(replicate) == stop_at {
            stop.store(true, Ordering::Relaxed);
        }
        engine.future(replicate, wanted)
    })
    .unwrap()
}

/// With a stop in it, an experiment is asked whether it is precise enough when it is without, and of the same futures.
#[test]
fn a_stop_changes_nothing_of_when_it_is_precise_enough() {
    let of = tracks();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let pairs = |results: &Results| results.of(0).len() as u64;
    let asked = Cell::new(0);
    // Precise from 80 on; and with 51, if anybody asked then.
    let enough = |results: &Results| {
        asked.set(pairs(results));
        pairs(results) >= 80 || pairs(results) == 51
    };
    let whole = execute(&of, folders[0].path(), &enough, None);
    assert_eq!((whole.ended, whole.precise, pairs(&whole.results)), (Ended::Done, Some(true), 80));
    let stopped = execute(&of, folders[1].path(), &enough, Some(50));
    assert_eq!((stopped.ended, stopped.precise, pairs(&stopped.results), asked.get()), (Ended::Stopped, Some(false), 51, 40));
    let resumed = execute(&of, folders[1].path(), &enough, None);
    assert_eq!((resumed.ended, resumed.precise, resumed.found), (Ended::Done, Some(true), 102));
    assert!(resumed.results.rows == whole.results.rows);
}

/// Precision is asked for at the end, too, where that is no end of a cycle or comes before the second one.
#[test]
fn precision_is_asked_for_at_the_end() {
    let (engine, mut plan) = tracks();
    plan.design.replicates = 39;
    let of = (engine, plan);
    for (enough, precise) in [(true, Some(true)), (false, Some(false))] {
        let folder = tempfile::tempdir().unwrap();
        let collected = execute(&of, folder.path(), &|_| enough, None);
        assert_eq!((collected.ended, collected.precise, collected.results.of(1).len()), (Ended::Done, precise, 39));
    }
    let folder = tempfile::tempdir().unwrap();
    let other = "format = 1\nextends = \"two-valleys-exclusive\"\n[parameters.combat]\nlethal = 0.9\n";
    std::fs::write(folder.path().join("other.toml"), other).unwrap();
    let compare = "compare two-valleys-exclusive other.toml --weeks 60 --draws 20 --replicates 39 --no-plots --until 1e9 --out o";
    let output = call(folder.path(), compare);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(err(&output).contains("the precision asked for (--until 1000000000) is reached"), "{}", err(&output));
    assert!(!err(&output).contains("stopped after"), "{}", err(&output));
}

/// What a user keeps in an output folder is neither hashed nor removed.
#[test]
fn a_users_tables_in_an_output_folder_stay_and_do_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let (o, own) = (folder.path().join("o"), folder.path().join("o/my-notes.csv"));
    let manifest = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(folder.path().join(name).join("manifest.json")).unwrap()).unwrap()
    };
    let run = |more: &str| {
        let output = call(folder.path(), &format!("run two-valleys-exclusive --weeks 2 --draws 2 --replicates 2 --no-plots {more}"));
        assert_eq!(code(&output), 0, "{}", err(&output));
    };
    run("--out plain");
    // Hashes are those that any other program gives.
    let sha256 =
        |bytes: &[u8]| -> String { <sha2::Sha256 as sha2::Digest>::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect() };
    let mut lines = String::new();
    let plain = manifest("plain");
    for (name, written) in plain["tables"].as_object().unwrap() {
        let hash = sha256(&std::fs::read(folder.path().join("plain").join(name)).unwrap());
        assert_eq!(written, &hash, "{name}");
        lines += &format!("{hash}  {name}\n");
    }
    assert_eq!(plain["result_hash"], sha256(lines.as_bytes()));
    std::fs::create_dir(&o).unwrap();
    std::fs::write(&own, "a,b\n1,2\n").unwrap();
    run("--out o --force");
    assert_eq!(manifest("o")["result_hash"], manifest("plain")["result_hash"]);
    assert_eq!(code(&call(folder.path(), "verify o")), 0);
    std::fs::write(&own, "a,b\n3,4\n").unwrap();
    assert_eq!(code(&call(folder.path(), "verify o")), 0);
    // Manifests of earlier versions name such tables among their own.
    let mut earlier = manifest("o");
    earlier["tables"]["my-notes.csv"] = "0".repeat(64).into();
    std::fs::write(o.join("manifest.json"), earlier.to_string()).unwrap();
    run("--out o --force --seed 2");
    assert_eq!(std::fs::read_to_string(&own).unwrap(), "a,b\n3,4\n");
}

/// Scales measured on a case are told of that case, not of one that adds to it; words and a map change no run.
#[test]
fn a_changed_case_does_not_say_what_was_measured_on_another() {
    let below = Layer { name: "mali".to_owned(), files: read_case::embedded("mali").unwrap() };
    let scales = |files: &[(&str, &str)]| {
        let files = files.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
        let layers = [below.clone(), Layer { name: "over".to_owned(), files }];
        read_case::read_layers(&layers).unwrap_or_else(|problems| panic!("{problems}")).scales.len()
    };
    let about = "format = 1\nextends = \"mali\"\ntitle = \"Another Mali\"\n";
    let season = &below.files["season.csv"];
    let own = &below.files["scales.csv"];
    assert!(scales(&[("case.toml", about)]) > 0);
    assert_eq!(scales(&[("case.toml", about), ("season.csv", season)]), 0);
    assert_eq!(scales(&[("case.toml", &format!("{about}men_per_household = 1.3\n"))]), 0);
    assert!(scales(&[("case.toml", about), ("season.csv", season), ("scales.csv", own)]) > 0, "measured on the changed case");
}

/// A start without its table of organisations was a war without anybody, and sound.
#[test]
fn fighters_of_organisations_that_a_start_does_not_list_are_told() {
    let whole = read_case::embedded("two-valleys").unwrap();
    let told = |change: &dyn Fn(&mut std::collections::BTreeMap<String, String>)| {
        let mut files = whole.clone();
        change(&mut files);
        read_case::read_layers(&[Layer { name: "kase".to_owned(), files }]).map(|_| ()).map_err(|problems| problems.to_string())
    };
    const TABLE: &str = "starts/2031-01-06/organisations.csv";
    assert_eq!(told(&|_| {}), Ok(()));
    let none = told(&|files| drop(files.remove(TABLE))).unwrap_err();
    assert!(none.contains("starts/2031-01-06/organisations.csv does not say how many fighters it has"), "{none}");
    let one = told(&|files| {
        let text = files.get_mut(TABLE).unwrap();
        *text = text.lines().filter(|row| !row.starts_with("front,")).map(|row| format!("{row}\n")).collect();
    })
    .unwrap_err();
    assert!(one.contains("`front` has places here") && one.contains("fighters.csv"), "{one}");
}

/// A folder of tables with the name of a case, but without case.toml, is told: the program's own case is not read in its place.
#[test]
fn tables_without_a_case_toml_are_not_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("named.toml", "format = 1\nextends = \"two-valleys-exclusive\"\ncase = \"two-valleys\"\n");
    write("unnamed.toml", "format = 1\n");
    write("added.toml", "format = 1\nextends = \"two-valleys-exclusive\"\ncase = \"mine\"\n");
    write("cases/mine/case.toml", "format = 1\nextends = \"two-valleys\"\n");
    for file in ["named.toml", "unnamed.toml", "added.toml"] {
        assert_eq!(code(&call(folder.path(), &format!("check {file}"))), 0, "{file}");
    }
    write("cases/two-valleys/organisations.csv", "");
    write("cases/mali/starts/2026-07-06/stances.csv", "");
    for (file, name, line) in [("named.toml", "two-valleys", 3), ("unnamed.toml", "mali", 1), ("added.toml", "two-valleys", 2)] {
        let output = call(folder.path(), &format!("check {file}"));
        assert_eq!(code(&output), 2, "{file}: {}", out(&output));
        let told = err(&output);
        assert!(
            told.contains(&format!("holds tables of a case `{name}`, and no case.toml")) && told.contains(&format!(":{line}:")),
            "{file}: {told}"
        );
    }
}

/// Before hours of work: whether the result can be written, and whether a table that is there is one to go on with.
#[test]
fn calibrate_and_validate_look_at_their_folder_first() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let begun = Instant::now();
    for command in ["validate --replicates 2000 --scale 4000", "calibrate --table 2000 --scale 4000"] {
        let output = call(folder.path(), &format!("{command} --out file/below"));
        assert_eq!(code(&output), 74, "{command}: {}", err(&output));
    }
    assert!(begun.elapsed() < Duration::from_secs(30), "before the first history");
    let table = folder.path().join("o/table-2017-2021-scale4000-seed1.csv");
    std::fs::create_dir(folder.path().join("o")).unwrap();
    for (bytes, how, fault) in [
        (&b"\xff\xfe"[..], "", "is there already"),
        (b"\xff\xfe", "--resume", "cannot be read"),
        (b"# made by 0.0.1+0 for 0\na,b\n", "--resume", "another version of the program"),
        (b"combat.lethal,events\n", "--resume", "does not say by which version"),
    ] {
        std::fs::write(&table, bytes).unwrap();
        let output = call(folder.path(), &format!("calibrate --table 200 --scale 4000 --out o {how}"));
        assert_eq!(code(&output), 2, "{fault}: {}", err(&output));
        assert!(err(&output).contains(fault), "{}", err(&output));
        assert_eq!(std::fs::read(&table).unwrap(), bytes, "{fault}: it stays as it is");
    }
}

/// Would catch an audit of hours that a signal leaves without an answer, and a list of what is left that cannot be asked.
#[test]
#[cfg(unix)]
fn a_stopped_audit_gives_its_answers_and_says_how_the_others_are_asked() {
    let folder = tempfile::tempdir().unwrap();
    let audit = "audit two-valleys-inclusive --replicates 100000 --weeks 52 --jobs 1 --only threads,observer,names,nobody";
    let mut child = start(folder.path(), audit);
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(told.any(|line| line.starts_with(" 2 of 4  observer")));
    signal(&child, "-TERM");
    let rest = told.collect::<Vec<String>>().join("\n");
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 75, "{rest}");
    assert!(out(&output).contains("2 robust, 0 shifted"), "{}", out(&output));
    assert!(rest.starts_with("stopped by a signal: 2 of 4 checks answered"), "{rest}");
    let again = rest.lines().last().unwrap().trim().strip_prefix("sulh ").unwrap();
    assert!(again.contains("--only names,nobody"), "{again}");
    let again = call(folder.path(), &again.replace("--replicates 100000", "--replicates 2"));
    assert!([0, 1].contains(&code(&again)) && out(&again).contains("nobody"), "{}{}", out(&again), err(&again));
}

/// A validation that a signal ends was not asked anything wrong.
#[test]
#[cfg(unix)]
fn a_stopped_validation_ends_with_75() {
    let folder = tempfile::tempdir().unwrap();
    let child = start(folder.path(), "validate --replicates 100000 --scale 400 --jobs 1 --out o");
    std::thread::sleep(Duration::from_secs(4));
    signal(&child, "-TERM");
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 75, "{}", err(&output));
    assert!(err(&output).contains("nothing is kept of a validation"), "{}", err(&output));
}

#[test]
fn a_party_named_by_what_several_begin_with_is_told_which_these_are() {
    let text = "format = 1\nextends = \"mauritanian-multiparty\"\n[[track.seats]]\nparty = \"jnim\"\n";
    let told = Library::new().load_text("x.toml", text, &Changes::default()).unwrap_err().to_string();
    assert!(told.contains("did you mean `jnim-north` or `jnim-macina`?"), "{told}");
}
