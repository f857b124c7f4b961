//! `sulh verify`: whether an output folder still holds what its manifest says.
use super::{Failed, VerifyArgs, say, tell};
use crate::experiment::manifest::{self, Manifest};

pub(super) fn verify(args: &VerifyArgs) -> Result<u8, Failed> {
    let folder = args.folder.display();
    let manifest = Manifest::read(&args.folder).map_err(|error| Failed::usage(format!("{folder}: {error}")))?;
    let Some(manifest) = manifest else {
        return Err(Failed::hinted(format!("{folder} has no manifest.json"), "give the output folder of `sulh compare` or `sulh run`"));
    };
    if manifest.result_hash.is_empty() {
        return Err(Failed::hinted(format!("{folder} holds an unfinished experiment"), "finish it with --resume"));
    }
    if manifest.format != manifest::FORMAT {
        let other = format!("{folder} was written in form {}, and this version of Sulh reads form {}", manifest.format, manifest::FORMAT);
        return Err(Failed::hinted(other, format!("verify it with {}, which wrote it", manifest.model)));
    }
    let tables = manifest::tables(&args.folder, manifest.tables.keys().map(String::as_str))
        .map_err(|error| Failed::usage(format!("{folder}: {error}")))?;
    let hash = manifest::result_hash(&tables);
    if hash == manifest.result_hash {
        say(&format!(
            "{folder}: as written, {} tables, result hash {hash}. Summary, plots and the rest of the manifest are not looked at\n",
            tables.len()
        ))?;
        return Ok(0);
    }
    for (name, written) in &manifest.tables {
        match tables.get(name) {
            None => tell(&format!("{folder}/{name}: is missing")),
            Some(now) if now != written => tell(&format!("{folder}/{name}: is not what was written")),
            Some(_) => {}
        }
    }
    say(&format!("{folder}: changed, result hash {hash} instead of {}\n", manifest.result_hash))?;
    Ok(1)
}
