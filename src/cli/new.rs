//! `sulh new`: the cases and the scenarios as files, for editing.
use super::{Failed, NewArgs, say};
use crate::scenario::library::SCENARIOS;
use crate::scenario::read_case::{EMBEDDED, PAGES};

pub(super) fn new(args: &NewArgs) -> Result<u8, Failed> {
    let mut files: Vec<(std::path::PathBuf, String)> =
        SCENARIOS.iter().map(|file| (args.folder.join(format!("{}.toml", file.name)), file.text.to_owned())).collect();
    for (case, tables) in EMBEDDED.iter().chain(PAGES) {
        files.extend(tables.iter().map(|&(name, text)| (args.folder.join("cases").join(case).join(name), text.to_owned())));
    }
    if !args.force
        && let Some((path, _)) = files.iter().find(|(path, _)| path.exists())
    {
        return Err(Failed::hinted(format!("{} exists", path.display()), "choose another folder, or overwrite with --force"));
    }
    for (path, text) in &files {
        let write = || {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            std::fs::write(path, text)
        };
        write().map_err(|error| Failed::Output(path.clone(), error))?;
    }
    let folder = args.folder.display();
    say(&format!(
        "{} files in {folder}. Where the figures of a case come from, and what may be done with them, stands in its folder in {folder}/cases.\nEdit a scenario, then:\n  sulh check {folder}/bamako-only.toml\n  sulh compare {folder}/bamako-only.toml {folder}/mauritanian-multiparty.toml\n",
        files.len()
    ))?;
    Ok(0)
}
