//! `sulh completions` and `sulh man`.
use super::names::unknown;
use super::{AFTER, Cli, CompletionsArgs, Failed, ManArgs, say};
use clap::{Command, CommandFactory};

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
                let (fault, hint) = unknown("command", name, names, "`sulh --help` names them");
                return Err(Failed::hinted(fault, hint));
            }
        },
    };
    let page = with_its_usage(page);
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text).map_err(|error| Failed::Bug(error.to_string()))?;
    say(&String::from_utf8_lossy(&text)).map(|()| 0)
}

/// A command whose manual page has the usage of its help, which says what may be repeated, and the exit codes.
fn with_its_usage(mut page: Command) -> Command {
    let usage = page.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").to_owned();
    page.override_usage(usage).after_help(AFTER)
}
