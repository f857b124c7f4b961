//! `sulh completions` and `sulh man`.
use super::{Cli, CompletionsArgs, Failed, say};
use clap::CommandFactory;

pub(super) fn completions(args: &CompletionsArgs) -> Result<u8, Failed> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "sulh", &mut text);
    say(&String::from_utf8_lossy(&text)).map(|()| 0)
}

pub(super) fn man() -> Result<u8, Failed> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut text).map_err(|error| Failed::Bug(error.to_string()))?;
    say(&String::from_utf8_lossy(&text)).map(|()| 0)
}
