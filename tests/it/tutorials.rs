//! The tutorials: every command of a page is run, in the order of the page, and what the page shows of its output is there.
use crate::cli;
use std::path::Path;

/// A fenced block: its words after the backquotes, and its lines.
struct Block {
    info: String,
    line: usize,
    lines: Vec<String>,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open = false;
    for (at, line) in page.lines().enumerate() {
        if let Some(info) = line.strip_prefix("```") {
            open = !open;
            if open {
                found.push(Block { info: info.trim().to_owned(), line: at + 1, lines: Vec::new() });
            }
        } else if open {
            found.last_mut().expect("a block is open").lines.push(line.to_owned());
        }
    }
    assert!(!open, "a block is not closed");
    found
}

/// A text with all blanks and ends of lines alike: summaries are wrapped.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Copies a folder with what lies in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// Runs a page in a folder of its own; returns how many commands it has.
fn run(name: &str) -> usize {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let page = std::fs::read_to_string(docs.join(name)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    copy(&docs.join("example"), &folder.path().join("docs/example"));
    let (mut commands, mut said) = (0, String::new());
    for block in blocks(&page) {
        let here = format!("docs/{name}:{}", block.line);
        let mut info = block.info.split_whitespace();
        match (info.next(), info.next()) {
            (Some("toml"), Some(file)) => std::fs::write(folder.path().join(file), block.lines.join("\n") + "\n").unwrap(),
            (Some("sh"), None) => {
                said.clear();
                for line in block.lines.iter().filter(|line| !line.trim().is_empty()) {
                    let arguments = line.strip_prefix("sulh ").unwrap_or_else(|| panic!("{here}: `{line}` does not begin with sulh"));
                    let output = cli::call(folder.path(), arguments);
                    assert_eq!(cli::code(&output), 0, "{here}: {line}: {}", cli::err(&output));
                    said.push_str(&cli::out(&output));
                    commands += 1;
                }
            }
            (Some("text"), None) => {
                assert!(!said.is_empty(), "{here}: nothing was run before");
                let said = words(&said);
                for line in &block.lines {
                    assert!(said.contains(&words(line)), "{here}: the output has no line like `{line}`:\n{said}");
                }
            }
            (None, None) => {}
            other => panic!("{here}: what is a block {other:?}?"),
        }
    }
    commands
}

#[test]
#[ignore = "slow: about 15 s"]
fn slow_the_analysts_ten_minutes_run_as_written() {
    assert!(run("analyst.md") >= 10);
}

#[test]
#[ignore = "slow: about 10 s"]
fn slow_the_students_ten_minutes_run_as_written() {
    assert!(run("student.md") >= 8);
}

#[test]
#[ignore = "slow: about 6 s"]
fn slow_a_case_for_another_conflict_runs_as_written() {
    assert!(run("another-conflict.md") >= 5);
}

#[test]
fn what_a_page_shows_is_compared_with_its_numbers() {
    assert_eq!(words("civilian  deaths 1,720 [1,430-2,090]\n x"), "civilian deaths 1,720 [1,430-2,090] x");
    assert_ne!(words("the state consents"), words("the state refuses"));
    assert_ne!(words("the accord of week 84"), words("the accord of week 38"));
}
