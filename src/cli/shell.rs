//! `sulh completions` and `sulh man`.
use super::{Cli, CompletionsArgs, Failed, ManArgs, say};
use crate::scenario::problem::nearest;
use clap::CommandFactory;

pub(super) fn completions(args: &CompletionsArgs) -> Result<u8, Failed> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "sulh", &mut text);
    say(&String::from_utf8_lossy(&text)).map(|()| 0)
}

pub(super) fn man(args: &ManArgs) -> Result<u8, Failed> {
    let mut all = Cli::command();
    // Gives each command its whole name, and the options that all share.
    all.build();
    let page = match &args.command {
        None => all,
        Some(name) => match all.find_subcommand(name) {
            Some(command) => command.clone(),
            None => {
                let names = all.get_subcommands().map(clap::Command::get_name);
                let otherwise = || "`sulh --help` names them".to_owned();
                return Err(Failed::unknown("command", name, nearest(name, names).as_slice(), otherwise));
            }
        },
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text).map_err(|error| Failed::Bug(error.to_string()))?;
    say(&String::from_utf8_lossy(&text)).map(|()| 0)
}
