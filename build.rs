//! Tells the program which sources it was made from: the commit, if there is one, and a digest of the engine's files.
use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything that can change what a run computes.
const ENGINE: [&str; 16] = [
    "Cargo.lock", "src/dice.rs", "src/experiment/design.rs", "src/index.rs", "src/observe", "src/offspring.rs", "src/params", "src/processes", "src/scenario/case.rs",
    "src/scenario/read_case.rs", "src/scenario/track.rs", "src/sim", "src/solve.rs", "src/stats", "src/units.rs", "src/world",
];

fn main() {
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rerun-if-changed=Cargo.lock");
    let mut files = Vec::new();
    for name in ENGINE.iter().chain(&["src/talks"]) {
        collect(Path::new(name), &mut files);
    }
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
    let commit = git(&["rev-parse", "HEAD"]).unwrap_or_default();
    let dirty = if commit.is_empty() { String::new() } else { git(&["status", "--porcelain"]).map_or_else(String::new, |text| (!text.is_empty()).to_string()) };
    println!("cargo::rustc-env=SULH_COMMIT={commit}");
    println!("cargo::rustc-env=SULH_DIRTY={dirty}");
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
