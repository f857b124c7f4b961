//! The command line: a file per command, and what they share.
mod audit;
mod calibrate;
mod check;
mod compare;
mod diff;
pub mod explain;
mod names;
mod new;
mod output;
mod progress;
mod readers;
pub mod reference;
mod scenarios;
pub mod schema;
mod shell;
pub mod signals;
pub mod simulate;
mod story;
mod validate;
mod verify;

use crate::experiment::plan::Future;
use crate::scenario::keys::{self, Kind};
use crate::scenario::{Changes, Problems};
use clap::{Args, Parser, Subcommand, ValueEnum};
use output::{say, tell, tell_as};
use simulate::Engine;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Who is at the table in a peace process, and what difference it makes, for whom.
#[derive(Debug, Parser)]
#[command(name = "sulh", version, max_term_width = 100, propagate_version = true)]
#[command(after_help = AFTER)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colour; NO_COLOR is respected
    #[arg(long, value_enum, global = true, default_value_t = Color::Auto)]
    pub color: Color,
}

/// What the help says at the end.
const AFTER: &str = "Start with:  sulh compare --replicates 40 --draws 20 --scale 16

Exit codes:
   0  done
   1  a check came out negative
   2  invalid input
   3  done, but some runs failed
   4  precision not reached
  70  a bug in Sulh
  74  output could not be written
  75  stopped (go on with --resume)";

/// Columns of a report where there is no terminal.
const WIDTH: usize = 140;

/// Columns of the terminal that shows errors.
fn width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).filter(|columns| (40..=400).contains(columns)).unwrap_or(WIDTH)
}

/// Whether errors are shown in colour. The words say everything that colour says.
fn coloured(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            io::stderr().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compare scenarios future by future; the first is the baseline
    Compare(CompareArgs),
    /// Run one scenario
    Run(RunArgs),
    /// Tell one future week by week
    Story(StoryArgs),
    /// Ask whether a scenario's results are artefacts, and whether its levers pull the right way
    Audit(AuditArgs),
    /// Report all problems of scenario files at once
    Check(CheckArgs),
    /// Tell what differs between two scenarios, after inheritance
    Diff(DiffArgs),
    /// List the scenarios that come with the program
    Scenarios(ScenariosArgs),
    /// Explain a parameter, measure, process, actor, community or place; without a name, list them
    Explain(ExplainArgs),
    /// Write the case and the scenarios into a folder, for editing
    New(NewArgs),
    /// Hold the model against what was recorded
    Validate(ValidateArgs),
    /// Fit the layer of events to what was recorded
    Calibrate(CalibrateArgs),
    /// Recompute the result hash of an output folder
    Verify(VerifyArgs),
    /// Write a JSON Schema of scenario files, for editors
    Schema(SchemaArgs),
    /// Write the reference: week, keys, parameters, measures, commands, files
    Reference,
    /// Write completions for a shell
    Completions(CompletionsArgs),
    /// Write the manual page of Sulh, or of a command
    Man(ManArgs),
}

/// When something is shown in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Color {
    Auto,
    Always,
    Never,
}

/// How progress is shown, always on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Progress {
    /// A bar on a terminal, else plain lines
    Auto,
    /// A line now and then
    Plain,
    /// One JSON object a line; so are notes and errors then
    Json,
    /// Nothing
    None,
}

/// What happens when a run fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnError {
    /// List it and go on
    Continue,
    /// Start nothing more
    Stop,
}

/// Changes laid over every scenario of a command.
#[derive(Clone, Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct Over {
    /// Start from this state of the world
    #[arg(long, value_name = "DATE", help_heading = OF_CHANGES)]
    pub start: Option<String>,
    /// Horizon in weeks
    #[arg(long, value_name = "N", value_parser = for_key("weeks"), help_heading = OF_CHANGES)]
    pub weeks: Option<i64>,
    /// Keep one lineage of people in N, which stands for the others too: a coarse, quick look
    #[arg(long, value_name = "N", value_parser = for_key("scale"), help_heading = OF_CHANGES)]
    pub scale: Option<i64>,
    /// Set a parameter or another key (repeatable), such as combat.excitation=0.3 or track.budget=4000
    #[arg(long, value_name = "PATH=VALUE", help_heading = OF_CHANGES)]
    pub set: Vec<String>,
}

impl Over {
    fn changes(&self) -> Changes {
        Changes { set: self.set.clone(), start: self.start.clone(), weeks: self.weeks, scale: self.scale }
    }
    /// The flags as they must be repeated in a command.
    fn flags(&self) -> String {
        let mut text = String::new();
        let mut add = |flag: &str, value: Option<String>| {
            if let Some(value) = value {
                text.push_str(&format!(" {flag} {}", quoted(&value)));
            }
        };
        add("--start", self.start.clone());
        add("--weeks", self.weeks.map(|x| x.to_string()));
        add("--scale", self.scale.map(|x| x.to_string()));
        for set in &self.set {
            add("--set", Some(set.clone()));
        }
        text
    }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:+".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// Futures of a comparison, where none are asked for.
const REPLICATES: u64 = 480;
/// Parameter draws, where none are asked for.
const DRAWS: u32 = 40;
/// Master seed, where none is asked for.
const SEED: u64 = 1;

/// Headings under which the help lists flags.
const OF_FUTURES: &str = "Futures";
const OF_CHANGES: &str = "Changes to the scenario";
const OF_WORK: &str = "How it runs";
const OF_OUTPUT: &str = "What comes out";

/// Flags that mean the same in every experiment.
#[derive(Clone, Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct Experiment {
    /// Futures of each scenario
    #[arg(long, value_name = "N", default_value_t = REPLICATES, value_parser = whole(1..=10_000_000), help_heading = OF_FUTURES)]
    pub replicates: u64,
    /// Parameter draws; future r uses draw r modulo D; 0: defaults only
    #[arg(long, value_name = "D", default_value_t = DRAWS, help_heading = OF_FUTURES)]
    pub draws: u32,
    /// Use this draw alone
    #[arg(long, value_name = "d", conflicts_with = "draws", help_heading = OF_FUTURES)]
    pub draw: Option<u32>,
    /// Stop when the 95 % interval of every headline difference is narrower than W times the baseline's mean (of two scenarios or more)
    #[arg(long, value_name = "W", value_parser = precision, help_heading = OF_FUTURES)]
    pub until: Option<f64>,
    /// Stop after this time (90s, 15m, 2h); --resume goes on
    #[arg(long, value_name = "T", value_parser = duration, help_heading = OF_WORK)]
    pub time_limit: Option<Duration>,
    /// Master seed
    #[arg(long, value_name = "S", default_value_t = SEED, value_parser = seed, help_heading = OF_FUTURES)]
    pub seed: u64,
    /// Changes to the scenario
    #[command(flatten)]
    pub over: Over,
    /// Threads; default: what machine, cgroup and SLURM allow
    #[arg(long, short, value_name = "N", value_parser = whole(1..=4096), help_heading = OF_WORK)]
    pub jobs: Option<u64>,
    /// Output folder; default: output/NAME-HASH
    #[arg(long, value_name = "DIR", help_heading = OF_OUTPUT)]
    pub out: Option<PathBuf>,
    /// Write into a folder that holds something else
    #[arg(long, help_heading = OF_OUTPUT)]
    pub force: bool,
    /// Go on with an unfinished experiment; in the folder of another one, use what fits of its runs and replace its tables
    #[arg(long, help_heading = OF_WORK)]
    pub resume: bool,
    /// What happens when a run fails
    #[arg(long, value_enum, default_value_t = OnError::Continue, help_heading = OF_WORK)]
    pub on_error: OnError,
    /// Measures in the summary, separated by commas; default: the headline measures
    #[arg(long, value_name = "A,B", value_delimiter = ',', help_heading = OF_OUTPUT)]
    pub measures: Vec<String>,
    /// Draw no plots
    #[arg(long, help_heading = OF_OUTPUT)]
    pub no_plots: bool,
    /// Say nothing but results and errors
    #[arg(long, short, help_heading = OF_WORK)]
    pub quiet: bool,
    /// How progress is shown
    #[arg(long, value_enum, default_value_t = Progress::Auto, help_heading = OF_WORK)]
    pub progress: Progress,
}

/// `sulh compare`.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// Files or names of scenarios; default: bamako-only mauritanian-multiparty
    #[arg(value_name = "SCENARIO", default_values = ["bamako-only", "mauritanian-multiparty"], hide_default_value = true)]
    pub scenarios: Vec<String>,
    /// Of `sulh run` alone: taken here to say so
    #[arg(long, hide = true)]
    pub timings: bool,
    /// What every experiment takes
    #[command(flatten)]
    pub experiment: Experiment,
}

/// `sulh run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// File or name of a scenario
    pub scenario: String,
    /// Also print what each step of one future costs
    #[arg(long)]
    pub timings: bool,
    /// What every experiment takes
    #[command(flatten)]
    pub experiment: Experiment,
}

/// `sulh story`.
#[derive(Debug, Args)]
pub struct StoryArgs {
    /// File or name of a scenario
    #[arg(required_unless_present = "pair", conflicts_with = "pair")]
    pub scenario: Option<String>,
    /// Two scenarios instead: the first week in which their tracks part in this future, and what followed
    #[arg(long, value_names = ["A", "B"], num_args = 2)]
    pub pair: Vec<String>,
    /// Which future
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole(0..=i64::MAX), help_heading = OF_FUTURES)]
    pub replicate: u64,
    /// Parameter draw; default: the one that `compare` uses for this future
    #[arg(long, value_name = "d", conflicts_with = "draws", help_heading = OF_FUTURES)]
    pub draw: Option<u32>,
    /// Parameter draws, as in `compare`; 0: defaults only
    #[arg(long, value_name = "D", default_value_t = DRAWS, help_heading = OF_FUTURES)]
    pub draws: u32,
    /// Master seed
    #[arg(long, value_name = "S", default_value_t = SEED, value_parser = seed, help_heading = OF_FUTURES)]
    pub seed: u64,
    /// Changes to the scenario
    #[command(flatten)]
    pub over: Over,
    /// Only what happens at this place
    #[arg(long, value_name = "PLACE", help_heading = "What is told")]
    pub place: Option<String>,
    /// Only what this organisation or party does or suffers
    #[arg(long, value_name = "ORGANISATION", help_heading = "What is told")]
    pub actor: Option<String>,
    /// Only what concerns this community
    #[arg(long, value_name = "COMMUNITY", help_heading = "What is told")]
    pub community: Option<String>,
    /// Only what happens between these two organisations or parties
    #[arg(long, value_names = ["A", "B"], num_args = 2, help_heading = "What is told")]
    pub between: Vec<String>,
    /// Only events of these kinds, separated by commas (split, consent, atrocity, ...)
    #[arg(long, value_name = "K,K", value_delimiter = ',', help_heading = "What is told")]
    pub kinds: Vec<String>,
    /// The diary of one household instead: its number, counted among those of --place and --community where given
    #[arg(long, value_name = "N", conflicts_with_all = ["pair", "actor", "between", "kinds", "map", "verbose"], help_heading = "What is told")]
    pub household: Option<u32>,
    /// Also draw the zones season by season: one sheet (FILE.svg or FILE.png), or a picture a season in a folder
    #[arg(long, value_name = "FILE|DIR", conflicts_with = "pair", help_heading = "What is told")]
    pub map: Option<PathBuf>,
    /// Also the package of each bid and the arithmetic behind each answer
    #[arg(long, conflicts_with = "json", help_heading = "What is told")]
    pub verbose: bool,
    /// One JSON object a line, with all numbers
    #[arg(long, help_heading = "What is told")]
    pub json: bool,
}

/// `sulh audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// File or name of a scenario; default: the mediated track of the first case
    #[arg(value_name = "SCENARIO", default_value = "mauritanian-multiparty")]
    pub scenario: String,
    /// Only these checks (A,B; repeatable); --list names them
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    pub only: Vec<String>,
    /// List the checks and what they ask
    #[arg(long)]
    pub list: bool,
    /// Futures on each side of a comparison; default: as many as --margin needs, at most 64 to 4,000 by the size of the scenario
    #[arg(long, value_name = "N", value_parser = whole(1..=10_000_000))]
    pub replicates: Option<u64>,
    /// Parameter draws; future r uses draw r modulo D; 0: defaults only
    #[arg(long, value_name = "D", default_value_t = 0)]
    pub draws: u32,
    /// Master seed
    #[arg(long, value_name = "S", default_value_t = 1, value_parser = seed)]
    pub seed: u64,
    /// Difference that counts as none, as a share of the baseline's mean
    #[arg(long, value_name = "SHARE", default_value_t = 0.05, value_parser = margin)]
    pub margin: f64,
    /// Changes to the scenario; without --weeks at most 104 weeks, without --scale at most 80,000 agents
    #[command(flatten)]
    pub over: Over,
    /// Threads; default: what machine, cgroup and SLURM allow
    #[arg(long, short, value_name = "N", value_parser = whole(1..=4096))]
    pub jobs: Option<u64>,
    /// Write what 1:4 and 1:16 change against 1:1 as a table that a case may hold (scales.csv, several horizons under one
    /// head); asks only these
    #[arg(long, value_name = "FILE", conflicts_with = "only")]
    pub scales: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// Say nothing but results and errors
    #[arg(long, short)]
    pub quiet: bool,
}

/// `sulh check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Files or names of scenarios
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// Problems as JSON
    #[arg(long)]
    pub json: bool,
}

/// `sulh diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// File or name of a scenario
    #[arg(value_name = "A")]
    pub first: String,
    /// File or name of another
    #[arg(value_name = "B")]
    pub second: String,
    /// Changes to both
    #[command(flatten)]
    pub over: Over,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// `sulh schema`.
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Scenario whose case gives the names; without it names of any case are allowed
    #[arg(value_name = "SCENARIO")]
    pub scenario: Option<String>,
}

/// `sulh scenarios`.
#[derive(Debug, Args)]
pub struct ScenariosArgs {
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// `sulh explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// What to explain
    pub name: Option<String>,
    /// Scenario whose case is explained; default: the cases that come with the program
    #[arg(long, value_name = "SCENARIO")]
    pub of: Option<String>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// `sulh new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// Folder to write
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Overwrite files that are there
    #[arg(long)]
    pub force: bool,
}

/// `sulh calibrate`.
#[derive(Debug, Args)]
pub struct CalibrateArgs {
    /// Rows of the reference table, 200 or more: simulated histories, each with parameters of its own
    #[arg(long, value_name = "N", default_value_t = 4_000, value_parser = whole(200..=10_000_000))]
    pub table: u64,
    /// Last year whose events are fitted
    #[arg(long, value_name = "YEAR", default_value_t = 2021, value_parser = clap::value_parser!(i64).range(2018..=2021))]
    pub until: i64,
    /// Members of the sample that is written
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub members: u64,
    /// Rows of the table that are taken for the truth, for the recovery test
    #[arg(long, value_name = "N", default_value_t = 400)]
    pub truths: u64,
    /// Master seed
    #[arg(long, value_name = "S", default_value_t = 1, value_parser = seed)]
    pub seed: u64,
    /// Keep one lineage of people in N, which stands for the others too
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = for_key("scale"))]
    pub scale: i64,
    /// Threads; default: what machine, cgroup and SLURM allow
    #[arg(long, short, value_name = "N", value_parser = whole(1..=4096))]
    pub jobs: Option<u64>,
    /// Output folder; default: output/calibrate
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Go on with the table that is in the output folder
    #[arg(long)]
    pub resume: bool,
    /// Say nothing but results and errors
    #[arg(long, short)]
    pub quiet: bool,
}

/// `sulh validate`.
#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// History that is run beside the reference years, in place of the case's own from 2012 on
    #[arg(value_name = "SCENARIO", conflicts_with = "data")]
    pub history: Option<String>,
    /// Only the published test of displacement models, northern Mali 2012
    #[arg(long, conflicts_with_all = ["history", "data", "from", "to", "posterior", "replicates", "draws", "seed", "scale", "set"])]
    pub displacement: bool,
    /// Score predictions of monthly deaths and events against this event file
    #[arg(long, value_name = "FILE", requires = "from", requires = "to")]
    pub data: Option<PathBuf>,
    /// First month that is scored (any day of it)
    #[arg(long, value_name = "DATE", requires = "to")]
    pub from: Option<String>,
    /// Last month that is scored (any day of it)
    #[arg(long, value_name = "DATE", requires = "from")]
    pub to: Option<String>,
    /// Simulated histories, 20 or more
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = whole(20..=1_000_000))]
    pub replicates: u64,
    /// Parameter draws; history r uses draw r modulo D; 0: defaults only
    #[arg(long, value_name = "D", default_value_t = 40)]
    pub draws: u32,
    /// Take parameters from a posterior of `sulh calibrate`
    #[arg(long, value_name = "FILE")]
    pub posterior: Option<PathBuf>,
    /// Master seed
    #[arg(long, value_name = "S", default_value_t = 1, value_parser = seed)]
    pub seed: u64,
    /// Keep one lineage of people in N, which stands for the others too
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = for_key("scale"))]
    pub scale: i64,
    /// Set a parameter (repeatable), such as combat.excitation=0.3
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Threads; default: what machine, cgroup and SLURM allow
    #[arg(long, short, value_name = "N", value_parser = whole(1..=4096))]
    pub jobs: Option<u64>,
    /// Output folder; default: output/validate
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Draw no plots
    #[arg(long)]
    pub no_plots: bool,
    /// Say nothing but results and errors
    #[arg(long, short)]
    pub quiet: bool,
}

/// `sulh verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Output folder of an experiment
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

/// `sulh completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Which shell
    pub shell: clap_complete::Shell,
}

/// `sulh man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// A command; without it the page of all
    pub command: Option<String>,
}

/// Reads a whole number within a range; whatever else is given is told the range.
fn whole(range: std::ops::RangeInclusive<i64>) -> impl Fn(&str) -> Result<u64, String> + Clone + Send + Sync + 'static {
    move |text| {
        let number = text.parse::<i64>().ok().filter(|number| range.contains(number));
        number.map(i64::cast_unsigned).ok_or_else(|| format!("give a whole number from {} to {}", range.start(), range.end()))
    }
}

/// Reads a seed, which may be any whole number of 64 bits.
fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("give a whole number from 0 to {}", u64::MAX))
}

/// Reads a whole number for a key of scenario files. Whether it is in the key's range is told where the scenario is checked, with all else.
fn for_key(name: &'static str) -> impl Fn(&str) -> Result<i64, String> + Clone + Send + Sync + 'static {
    move |text| {
        let range = match keys::find("", name).kind {
            Kind::Whole(low, high) => format!(" from {low} to {high}"),
            _ => String::new(),
        };
        text.parse().map_err(|_| format!("give a whole number{range}"))
    }
}

fn margin(text: &str) -> Result<f64, String> {
    let share = text.trim().parse::<f64>().ok().filter(|x| *x > 0.0 && *x < 1.0);
    share.ok_or_else(|| "give a share between 0 and 1, such as 0.05".to_owned())
}

fn precision(text: &str) -> Result<f64, String> {
    let width = text.trim().parse::<f64>().ok().filter(|x| x.is_finite() && *x > 0.0);
    width.ok_or_else(|| "give a number above 0 such as 0.05: a share of the baseline's mean".to_owned())
}

fn duration(text: &str) -> Result<Duration, String> {
    let (number, factor) = match text.trim().char_indices().last() {
        Some((at, 's')) => (&text[..at], 1.0),
        Some((at, 'm')) => (&text[..at], 60.0),
        Some((at, 'h')) => (&text[..at], 3_600.0),
        _ => (text, 1.0),
    };
    let seconds = number.trim().parse::<f64>().ok().filter(|x| x.is_finite() && *x >= 0.0 && *x < 1e9);
    seconds.map(|x| Duration::from_secs_f64(x * factor)).ok_or_else(|| "give a time such as 90s, 15m or 2h".to_owned())
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum Failed {
    /// Wrong files: all problems.
    Input(Problems),
    /// Wrong use: a fault and a way out.
    Usage(String, Option<String>),
    /// Something could not be written.
    Output(PathBuf, io::Error),
    /// A bug of ours.
    Bug(String),
    /// A signal ended it, and what is lost by that.
    Stopped(String),
}

impl Failed {
    fn usage(fault: impl Into<String>) -> Self {
        Self::Usage(fault.into(), None)
    }
    fn hinted(fault: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage(fault.into(), Some(hint.into()))
    }
    fn code(&self) -> u8 {
        match self {
            Self::Input(_) | Self::Usage(..) => 2,
            Self::Bug(_) => 70,
            Self::Output(..) => 74,
            Self::Stopped(_) => 75,
        }
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Input(problems) => {
                write!(f, "{}", problems.report(false, WIDTH))
            }
            Self::Usage(fault, None) => write!(f, "error: {fault}"),
            Self::Usage(fault, Some(hint)) => write!(f, "error: {fault}\n  hint: {hint}"),
            Self::Output(path, error) => {
                let hint = match error.kind() {
                    io::ErrorKind::StorageFull => {
                        "\n  hint: make room; run, compare and calibrate go on with --resume, as what is finished stays"
                    }
                    _ => "",
                };
                write!(f, "error: {} could not be written: {error}{hint}", path.display())
            }
            Self::Bug(what) => write!(f, "error: {what}. This is a bug in Sulh."),
            Self::Stopped(what) => write!(f, "{what}"),
        }
    }
}

impl From<Problems> for Failed {
    fn from(problems: Problems) -> Self {
        Self::Input(problems)
    }
}

/// How futures are run: by the engine; in tests, by something that breaks.
pub type Futures = fn(&Engine, u64, &[bool]) -> Future;

/// Parses the arguments, does what they say, prints an error once, and gives the exit code.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::from(conduct(Cli::parse(), Engine::future))
}

/// Does what the arguments say, prints an error once, and gives the exit code.
#[must_use]
pub fn conduct(cli: Cli, futures: Futures) -> u8 {
    let color = cli.color;
    let as_json = matches!(&cli.command, Command::Compare(CompareArgs { experiment, .. }) | Command::Run(RunArgs { experiment, .. })
        if experiment.progress == Progress::Json);
    output::as_json(as_json);
    let command = || match cli.command {
        Command::Compare(args) => compare::compare(args, color, futures),
        Command::Run(args) => compare::run(args, color, futures),
        Command::Story(args) => story::story(&args),
        Command::Audit(args) => audit::audit(&args),
        Command::Check(args) => check::check(&args, color),
        Command::Diff(args) => diff::diff(&args),
        Command::Schema(args) => schema::schema(&args),
        Command::Reference => reference::reference(),
        Command::Scenarios(args) => scenarios::scenarios(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::New(args) => new::new(&args),
        Command::Validate(args) => validate::validate(&args),
        Command::Calibrate(args) => calibrate::calibrate(&args),
        Command::Verify(args) => verify::verify(&args),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args),
    };
    let done = crate::experiment::runner::attempt(command).unwrap_or_else(|panic| Err(Failed::Bug(panic.message)));
    done.unwrap_or_else(|failed| {
        match &failed {
            Failed::Input(problems) => tell_as("error", &problems.report(coloured(color) && !as_json, width())),
            other => tell_as("error", &other.to_string()),
        }
        failed.code()
    })
}
