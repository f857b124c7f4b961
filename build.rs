//! Tells the program which sources it was made from: the commit, if there is one, and a digest of the engine's files.
use std::path::{Path, PathBuf};
use std::process::Command;

/// What no run depends on: checks of a finished engine, and what only turns runs into text. All other sources belong to the engine. A list
/// of what belongs to it would have to be thought of wherever a scenario is read or a draw is chosen; this one errs to the side on which
/// a run is done again.
const TEXT: [&str; 4] = ["src/audit", "src/cli", "src/main.rs", "src/report"];
/// Of that, what runs do go through: how a draw is prepared and a future put together.
const SEAM: &str = "src/cli/simulate.rs";

fn main() {
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=Cargo.lock");
    let mut files = Vec::new();
    for name in ["Cargo.lock", "src"].iter().chain(&TEXT).chain([&SEAM]) {
        assert!(Path::new(name).exists(), "{name} is named here, and is not there");
    }
    collect(Path::new("src"), &mut files);
    files.retain(|file| file.extension().is_some_and(|end| end == "rs"));
    files.retain(|file| file == Path::new(SEAM) || !TEXT.iter().any(|name| file.starts_with(name)));
    files.push("Cargo.lock".into());
    files.sort();
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        let name = file.to_string_lossy().replace('\\', "/");
        let text = std::fs::read(&file).unwrap_or_default();
        for byte in name.bytes().chain([0]).chain(text.into_iter().filter(|&byte| byte != b'\r')) {
            digest = (digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    println!("cargo::rustc-env=SULH_ENGINE={digest:016x}");
    // Without git, or outside a repository, these stay empty.
    watch_commit();
    let commit = git(&["rev-parse", "HEAD"]).unwrap_or_default();
    let dirty = if commit.is_empty() {
        String::new()
    } else {
        git(&["--no-optional-locks", "status", "--porcelain"]).map_or_else(String::new, |text| (!text.is_empty()).to_string())
    };
    println!("cargo::rustc-env=SULH_COMMIT={commit}");
    println!("cargo::rustc-env=SULH_DIRTY={dirty}");
    readers();
}

/// Makes the build ask anew after a commit or a checkout. In a worktree these files lie elsewhere, so git is asked where. A file that is not there
/// is not watched: cargo would build again every time. Nor is the index: `git status` writes it anew, and every look would cost a build.
fn watch_commit() {
    let mut names = vec!["HEAD".to_owned(), "packed-refs".to_owned()];
    names.extend(git(&["symbolic-ref", "--quiet", "HEAD"]));
    for name in names {
        if let Some(path) = git(&["rev-parse", "--git-path", &name]).filter(|path| Path::new(path).is_file()) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
}

/// Where each parameter is read, by name: for the reference and `sulh explain`. That it is read at all is the compiler's to say.
fn readers() {
    let mut files = Vec::new();
    for name in [
        "src/processes",
        "src/talks",
        "src/sim",
        "src/solve",
        "src/offspring.rs",
        "src/world",
        "src/observe",
        "src/validation",
        "src/audit",
    ] {
        collect(Path::new(name), &mut files);
    }
    files.sort();
    let sources: Vec<(String, String)> = files
        .iter()
        .map(|file| {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            let name = file.strip_prefix("src").unwrap_or(file).with_extension("").to_string_lossy().replace('\\', "/");
            (name.trim_end_matches("/mod").trim_start_matches("processes/").to_owned(), code)
        })
        .filter(|(name, _)| !name.ends_with("_test"))
        .collect();
    let word = |text: &str, word: &str| {
        text.match_indices(word)
            .any(|(at, _)| !text[at + word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '('))
    };
    let mut rows = String::from("/// Parameter, and the modules that read it.\nconst READERS: &[(&str, &str)] = &[\n");
    let mut add = |name: &str, reads: &dyn Fn(&str) -> bool| {
        let found: Vec<&str> = sources.iter().filter(|(_, code)| reads(code)).map(|(name, _)| name.as_str()).collect();
        rows.push_str(&format!("    ({name:?}, {:?}),\n", found.join(", ")));
    };
    let mut groups = Vec::new();
    collect(Path::new("src/params"), &mut groups);
    groups.sort();
    for file in groups {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let group = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        if !text.contains("parameters! {") || group == "registry" {
            continue;
        }
        for line in text.lines() {
            let Some((field, _)) = line
                .trim()
                .split_once(": \"")
                .filter(|(field, _)| field.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'))
            else {
                continue;
            };
            let mentions = [format!("p.{group}"), format!("params::{group}"), format!("parameters.{group}")];
            add(&format!("{group}.{field}"), &|code| mentions.iter().any(|name| word(code, name)) && word(code, &format!(".{field}")));
        }
    }
    for field in ["strength", "reference_strength", "ideals", "weights", "inflow", "targeting", "rates"] {
        add(&format!("tables.{field}"), &|code| word(code, &format!("tables.{field}")));
    }
    rows.push_str("];\n");
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    std::fs::write(Path::new(&out).join("readers.rs"), rows).expect("the build folder can be written");
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
            collect(&entry.path(), files);
        }
    } else if path.is_file() {
        files.push(path.to_path_buf());
    }
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
