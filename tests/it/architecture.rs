//! Do imports point down, and does no code read a scenario's name?
use std::fs;
use std::path::{Path, PathBuf};
use sulh::scenario::read_case;

/// Layers from the bottom up; modules of one line may know each other.
const LAYERS: &[&[&str]] = &[
    &["files", "units", "index", "stats"],
    &["dice"],
    &["params", "scenario"],
    &["talks"],
    &["world"],
    &["processes"],
    &["observe"],
    &["offspring", "solve"],
    &["sim"],
    &["experiment"],
    &["calibration", "validation"],
    &["report", "audit"],
    &["cli"],
];

/// What may look up: the funnel is part of a run's record and is filled where its stages are reached.
const UPWARD: [(&str, &str); 2] = [("world", "observe"), ("processes", "observe")];

/// What of a file is not its tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|l| l.contains(&module))
}

#[test]
fn imports_point_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let (mut upward, mut seen) = (Vec::new(), 0);
    for file in files {
        let own = file.strip_prefix(&root).unwrap().iter().next().unwrap().to_string_lossy().replace(".rs", "");
        let Some(here) = layer(&own) else { continue };
        for (at, line) in code(&fs::read_to_string(&file).unwrap()).lines().enumerate() {
            // In an import or in line.
            for rest in line.split("crate::").skip(1) {
                let other = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
                seen += 1;
                if layer(other).is_some_and(|l| l > here) && !UPWARD.contains(&(own.as_str(), other)) {
                    upward.push(format!("{}:{}: {line}", file.display(), at + 1));
                }
            }
        }
    }
    assert!(seen > 300, "{seen}");
    assert!(upward.is_empty(), "{}", upward.join("\n"));
}

/// A store holds runs of one engine: what computes them must be in the digest by which `build.rs` tells engines apart. It leaves out no more
/// than the layers above those that runs and tables of simulations are made in, and of these not the seam between them.
#[test]
fn the_digest_of_the_engine_covers_what_computes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("build.rs")).unwrap();
    let named = |of: &str| -> Vec<String> {
        let list = text.split(&format!("const {of}: ")).nth(1).and_then(|rest| rest.split(';').find(|part| part.contains('='))).unwrap();
        list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
    };
    assert_eq!(named("SEAM"), ["src/cli/simulate.rs"]);
    for name in named("TEXT") {
        let module = name.trim_start_matches("src/").trim_end_matches(".rs");
        assert!(module == "main" || layer(module) > layer("validation"), "`{name}` is part of what computes");
    }
    // Every module has a layer, so that none is above them unseen.
    for entry in fs::read_dir(root.join("src")).unwrap().flatten() {
        let module = entry.file_name().to_string_lossy().replace(".rs", "");
        assert!(["lib", "main"].contains(&module.as_str()) || layer(&module).is_some(), "`{module}` is in no layer");
    }
}

#[test]
fn nothing_that_computes_reads_the_name_of_a_scenario() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for module in ["talks", "world", "processes", "observe", "offspring", "sim", "solve"] {
        let path = root.join(module);
        let mut files = Vec::new();
        if path.is_dir() {
            sources(&path, &mut files)
        } else {
            files.push(path.with_extension("rs"))
        }
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let text = code(&text);
            for word in [
                "scenario.name",
                "scenario.title",
                "bamako-only",
                "mauritanian-multiparty",
                "no-process",
                "algiers-2015",
                "community-dialogue",
                "\"hybrid\"",
            ] {
                assert!(!text.contains(word), "{} reads `{word}`", file.display());
            }
        }
    }
}

#[test]
fn no_code_reads_the_name_of_a_row_of_a_case() {
    let mut slugs = Vec::new();
    for (name, _) in read_case::EMBEDDED {
        let case = read_case::read(&read_case::embedded(name).unwrap()).unwrap();
        slugs.extend(case.places.values().iter().map(|x| x.slug.clone()));
        slugs.extend(case.communities.values().iter().map(|x| x.slug.clone()));
        slugs.extend(case.blocs.values().iter().map(|x| x.slug.clone()));
        slugs.extend(case.organisations.values().iter().map(|x| x.slug.clone()));
        slugs.extend(case.parties.values().iter().map(|x| x.slug.clone()));
        slugs.extend(case.access.iter().map(|x| x.0.clone()));
        slugs.extend(case.scopes.iter().map(|x| x.0.clone()));
    }
    // Words of the model that a case also uses: trends in tables of results.
    slugs.retain(|slug| slug != "loyalist");
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !file.ends_with("sketch_test.rs")) {
        let text = fs::read_to_string(file).unwrap();
        let code = code(&text);
        found.extend(
            slugs.iter().filter(|slug| code.contains(&format!("\"{slug}\""))).map(|slug| format!("{} reads `{slug}`", file.display())),
        );
    }
    // `state` is also a key of case.toml.
    found.retain(|told| !(told.contains("read_case") && told.ends_with(" reads `state`")));
    assert!(found.is_empty(), "{}", found.join("\n"));
}
