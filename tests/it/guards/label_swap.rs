//! Guard 1: a track is its inputs and nothing else.
use super::{SEED, guard, verdict};
use crate::common;
use std::process::Command;
use sulh::dice::{Dice, identity};
use sulh::scenario::{Changes, Library, Scenario};
use sulh::sim::{self, Asked};

/// The teaching case's inclusive track under a name, a path and a title.
fn called(path: &str, title: &str) -> Scenario {
    let text = format!("format = 1\nextends = \"two-valleys-inclusive\"\ntitle = \"{title}\"\nsummary = \"{title} too\"\nweeks = 104\n");
    Library::new().load_text(path, &text, &Changes::default()).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Futures of two names of one track that differ, with dice found by `dice`.
fn unlike(dice: impl Fn(&Scenario, u64) -> Dice) -> super::Verdict {
    let ready = [called("two-valleys-inclusive.toml", "Front and Covenant"), called("elsewhere/two-valleys-exclusive.toml", "Front alone")]
        .map(|s| common::ready(&s, &[]));
    assert_ne!(ready[0].scenario.name, ready[1].scenario.name);
    let futures = 12;
    let differ = (0..futures).filter(|&r| {
        let runs = [0, 1].map(|at| {
            let dice = dice(&ready[at].scenario, r);
            sim::run(&ready[at], sim::burn_in(&ready[at], dice), dice, Asked { digests: true, story: true, ..Asked::default() })
        });
        runs[0] != runs[1]
    });
    let differ = differ.count();
    verdict(differ == 0, "none", format!("{differ} of {futures} futures differ"))
}

/// Would catch a result, a weekly state or a story that hangs on what a track is called, titled or where its file lies.
#[test]
fn label_swap() {
    let model = unlike(|_, replicate| Dice::new(SEED, replicate));
    guard(
        "label_swap",
        model,
        "dice seeded with the scenario's name",
        unlike(|s, replicate| Dice::new(SEED ^ identity(&s.name), replicate)),
    );
}

/// Would catch a command that treats the first of two tracks, or a track's file name, in a way of its own.
#[test]
fn label_swap_of_files() {
    let table = |first: &str, second: &str| {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in [("first", first), ("second", second)] {
            std::fs::write(folder.path().join(format!("{name}.toml")), format!("format = 1\nextends = \"{content}\"\nweeks = 60\n"))
                .unwrap();
        }
        let arguments = "compare first.toml second.toml --replicates 12 --draws 3 --no-plots --out out";
        let output = Command::new(env!("CARGO_BIN_EXE_sulh")).current_dir(folder.path()).args(arguments.split(' ')).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = std::fs::read_to_string(folder.path().join("out/outcomes.csv")).unwrap();
        let of = |name: &str| {
            text.lines().filter(|line| line.split(',').any(|cell| cell == name)).map(|line| line.replace(name, "")).collect::<Vec<_>>()
        };
        [of("first"), of("second")]
    };
    let (one, two) = (table("two-valleys-exclusive", "two-valleys-inclusive"), table("two-valleys-inclusive", "two-valleys-exclusive"));
    let compared = |a: &[Vec<String>; 2], b: &[Vec<String>; 2]| {
        assert!(a[0].len() == 12 && a.iter().chain(b).all(|rows| rows.len() == 12));
        let differ = (0..12).filter(|&row| a[0][row] != b[1][row] || a[1][row] != b[0][row]).count();
        verdict(differ == 0, "none", format!("{differ} of 12 rows differ"))
    };
    let broken = [one[1].clone(), one[0].clone()];
    guard("label_swap, files", compared(&one, &two), "the contents kept with the name", compared(&broken, &two));
}

/// Would catch code below the experiments that reads a name, a title or a summary of a scenario.
#[test]
fn label_swap_in_the_source() {
    let reads = |text: &str| {
        ["scenario.name", "scenario.title", "scenario.summary", "scenario.resolved", "track.name"]
            .into_iter()
            .find(|word| text.contains(word))
    };
    let mut found = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    let model = ["sim", "processes", "world", "talks", "observe", "params", "solve", "stats"];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if entry.is_dir() {
                if entry.file_name().is_some_and(|name| model.iter().any(|m| name == *m)) {
                    folders.push(entry);
                }
            } else {
                files += 1;
                found.extend(reads(&std::fs::read_to_string(&entry).unwrap()).map(|word| format!("{} reads {word}", entry.display())));
            }
        }
    }
    let broken = reads("let dice = Dice::new(seed ^ identity(&model.scenario.name), 0);");
    guard(
        "label_swap, source",
        verdict(found.is_empty(), "none", format!("{} of {files} files {found:?}", found.len())),
        "dice from a name",
        verdict(broken.is_none(), "none", format!("{broken:?}")),
    );
}
