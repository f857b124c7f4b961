//! `sulh reference`: REFERENCE.md, from the registries and nothing else.
use super::{Cli, Failed, readers, say};
use crate::observe::{STAGES, measures};
use crate::params;
use crate::processes::{OBSERVE, SCHEDULE};
use crate::scenario::columns::COLUMNS;
use crate::scenario::library::{CASE, SCENARIOS};
use crate::scenario::read_case::{EMBEDDED, KEYS as CASE_KEYS, TABLES};
use crate::scenario::{Changes, Library, keys};
use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, CommandFactory};
use std::fmt::Write;

/// The files of an output folder: name, one row, for whom.
pub const FILES: [(&str, &str); 14] = [
    ("manifest.json", "the experiment: version, command, scenarios with hashes, seed, counts, calibration state, result hash"),
    ("summary.txt", "what the terminal said at the end"),
    ("outcomes.csv", "one future of one scenario: every outcome measure, in all and per scope"),
    ("communities.csv", "one future, scenario and community"),
    ("series.csv", "scenario, measure, subject and week: mean and quantiles over futures"),
    ("comparison.csv", "measure, scope, community and pair of scenarios: paired difference, interval, regret, verdict"),
    ("forks.csv", "what a stage did, in the futures that reach it"),
    ("funnel.csv", "scenario and stage: share of futures that reach it, median week"),
    ("stages.csv", "one future of one scenario: the week of each stage of its talks; here a future to read is found"),
    ("parameters.csv", "one parameter draw"),
    ("failures.csv", "a run that failed, with the command that repeats it"),
    ("datapackage.json", "unit and meaning of every column of every table"),
    ("plots/", "outcomes, differences, the same by community, weekly bands, fighters of each bloc, funnel, map, leanings; SVG and PNG"),
    ("runs/", "finished futures, for --resume; may be deleted once the experiment is complete"),
];

/// Exit codes and what they mean.
pub const CODES: [(u8, &str); 8] = [
    (0, "done"),
    (1, "a check came out negative"),
    (2, "wrong use or wrong input: nothing was written"),
    (3, "done, but some runs failed; they are listed"),
    (4, "done, but the precision asked for was not reached"),
    (70, "a bug in Sulh"),
    (74, "output could not be written"),
    (75, "stopped by a signal or a time limit; the same command with --resume goes on"),
];

pub(super) fn reference() -> Result<u8, Failed> {
    say(&text()?).map(|()| 0)
}

/// A cell of a table: no bar may end it.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn range(low: f64, high: f64) -> String {
    format!("{low} to {high}")
}

/// The reference.
///
/// # Errors
/// None in a program that is sound: the embedded case is read for the rows that belong to a case.
pub fn text() -> Result<String, Failed> {
    let mut library = Library::new();
    let case = library.embedded_case(CASE)?.case;
    let mut text = String::from(
        "# Reference\n\nWritten by `sulh reference` from the registries of the program; a test keeps it current (`SULH_BLESS=1 cargo test --release reference`).\n\
         What is computed and why stands in [MODEL.md](MODEL.md). `sulh explain NAME` answers for any name on this page.\n\n\
         [The week](#the-week) · [Scenario files](#scenario-files) · [Case files](#case-files) · [Measures](#measures) · [Commands](#commands) · \
         [Output](#output) · [Scenarios](#scenarios) · [Parameters](#parameters)\n",
    );
    week(&mut text);
    scenario_files(&mut text);
    case_files(&mut text);
    let _ = writeln!(
        text,
        "\n## Measures\n\nOne number per future, from week 0 to the horizon. Headline measures stand in the summary and the plot of differences; of the others the summary names those whose interval excludes 0.\n\n| measure | unit | meaning | per scope | headline |\n|---|---|---|---|---|"
    );
    for measure in measures::measures(&case) {
        let split = if measure.split == measures::Split::Scopes { "yes" } else { "no" };
        let headline = if measure.headline { "yes" } else { "no" };
        let _ = writeln!(text, "| `{}` | {} | {} | {split} | {headline} |", measure.name, measure.unit, cell(&measure.meaning));
    }
    let _ = writeln!(
        text,
        "\nA case may count the people of one refuge apart (`counted_refuge` in case.toml); here that of {}.\n\nWeekly series:\n\n| series | unit | meaning | for each |\n|---|---|---|---|",
        case.title
    );
    for series in measures::series(&case) {
        let subject = match series.subject {
            measures::Subject::All => "-",
            measures::Subject::Places => "place",
            measures::Subject::Blocs => "bloc",
            measures::Subject::Communities => "community",
        };
        let _ = writeln!(text, "| `{}` | {} | {} | {subject} |", series.name, series.unit, cell(&series.meaning));
    }
    let _ = writeln!(
        text,
        "\nStages of the funnel, as shares of all futures: {}. `consent` is the state's alone; the other side may still refuse.",
        STAGES.iter().map(|stage| format!("`{stage}`")).collect::<Vec<_>>().join(", ")
    );
    commands(&mut text);
    let _ = writeln!(text, "\n## Output\n\n| file | one row is |\n|---|---|");
    for (name, row) in FILES {
        let _ = writeln!(text, "| `{name}` | {} |", cell(row));
    }
    let _ = writeln!(text, "\n| exit code | meaning |\n|---|---|");
    for (code, meaning) in CODES {
        let _ = writeln!(text, "| {code} | {meaning} |");
    }
    let _ = writeln!(text, "\n## Scenarios\n\n| name | case | what |\n|---|---|---|");
    for file in SCENARIOS {
        let scenario = library.load(file.name, &Changes::default())?;
        let _ = writeln!(text, "| `{}` | {} | {} |", file.name, scenario.case.name, cell(&scenario.summary));
    }
    parameters(&mut text, &case);
    Ok(text)
}

fn week(text: &mut String) {
    let _ = writeln!(
        text,
        "\n## The week\n\nExecuted in this order. `[switches]` turns a process off.\n\n| | process | why it stands here | before week 0 |\n|---|---|---|---|"
    );
    for (at, process) in SCHEDULE.iter().enumerate() {
        let _ = writeln!(
            text,
            "| {} | `{}` | {} | {} |",
            at + 1,
            process.name,
            cell(process.why_here),
            if process.in_burn_in { "yes" } else { "no" }
        );
    }
    let (observe, what, why_here) = OBSERVE;
    let _ =
        writeln!(text, "| {} | `{observe}` | {} | no |\n\n`{observe}` cannot be switched off. {what}", SCHEDULE.len() + 1, cell(why_here));
}

fn scenario_files(text: &mut String) {
    text.push_str(
        "\n## Scenario files\n\nTOML, at most a megabyte. `extends` names a base; what the file says is laid over it: tables merge, values and lists are replaced. \
         Two kinds of list are not: what is dated adds up (`[[timeline]]` and `[[track.marks]]`: an entry of the base's date and name replaces it, or takes it away with \
         `removed = true`, and an empty list takes all away), and seats can be changed one by one (`[track.seats.PARTY]`).\n\n\
         A parameter or a number of a track is a number or a distribution over draws: `{ from = 0.1, to = 0.3 }` or `{ uniform = { from = 0.1, to = 0.3 } }`, \
         `{ lognormal = { median = 4e-5, log_sd = 0.7 } }`, `{ normal = { mean = 0, sd = 0.3 } }`, `{ beta = { a = 2, b = 5 } }`, each cut to the range of its key. A draw takes one value from it, \
         by its name, so that two scenarios that leave the same thing to the same distribution get the same value; with `--draws 0` it is the median. Values stand in parameters.csv. \
         In `[track.offers]` `{ from, to }` is what may be bargained over, so write `{ uniform = ... }` there. Whole numbers, dates, words and `age` of an accord (a date too) can be no distribution: \
         they say what is tried.\n\n\
         ```toml\nformat = 1\nextends = \"mauritanian-multiparty\"\n\n[track.seats]\nissp = { modality = \"consultation\" }      # one more seat\n\n\
         [parameters]\n\"mediation.trust\" = { from = 0.1, to = 0.2 }\n\n[[timeline]]\ndate = 2027-10-04\nset = \"track.guarantee\"\n\
         value = { kind = \"deployed\", strength = 0.3, decay = 104 }\nwhy = \"a guarantee that comes late\"\n\n[[timeline]]\nweek = 104\n\
         set = \"stance.fla.jnim-north\"\nvalue = \"neutral\"\n```\n",
    );
    for section in keys::SECTIONS {
        let mut keys = keys::of(section.name).peekable();
        let heading = match section.name {
            "" => "Top of the file".to_owned(),
            name if section.list => format!("`[[{name}]]`"),
            name => format!("`[{name}]`"),
        };
        let _ = writeln!(text, "\n### {heading}\n\n{}", section.doc);
        if keys.peek().is_some() {
            let _ = writeln!(text, "\n| key | value | default | meaning |\n|---|---|---|---|");
        }
        for key in keys {
            let default = if key.default.is_empty() { "-" } else { key.default };
            let _ = writeln!(text, "| `{}` | {} | {} | {} |", key.name, cell(&key.allowed()), cell(default), cell(key.doc));
        }
    }
    text.push_str(
        "\nWhat a dated change does: budget, funds, guarantee and civil society hold from their week on; a guarantee fades from its own first week. \
         Instruments that stand are changed: a list keeps who was called and follows its new quota and pace; a standing accord that is taken away ends; \
         its watchdog may change. Whoever keeps a seat keeps what was reached with it; a new convenor has to make every contact again. \
         Strengths, ideals, weights, rates and targeting belong to the start and cannot be dated.\n",
    );
}

fn case_files(text: &mut String) {
    text.push_str(
        "\n## Case files\n\nA case is a folder: `case.toml` and tables in CSV. A folder whose case.toml says `extends = \"mali\"` (or the name of a folder beside it) \
         holds only what is new or different: a row whose key is already there replaces it, and columns that it leaves out stay as they were; other rows are added. \
         An armed group, a community or a mediator more is a few rows (an example is in `tests/corpus/added/`). `[removed]` takes rows away, each by its key or by the \
         first cells of it: `\"access.csv\" = [\"niger\"]`, `\"starts/*/sieges.csv\" = [[\"menaka\", \"issp\"]]`, `starts = [\"2012-01-02\"]`. With a place, a community, a bloc or an \
         organisation goes every row of other tables whose key names it (with an organisation, its party too); cells that name it elsewhere, and shares that must sum to 1, are told.\n\n| key of case.toml | meaning |\n|---|---|\n",
    );
    for (key, meaning) in CASE_KEYS {
        let _ = writeln!(text, "| `{key}` | {} |", cell(meaning));
    }
    let _ = writeln!(text, "\n| table | key | one row is |\n|---|---|---|");
    for table in TABLES {
        let key = table.key.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "| `{}` | {key} | {} |", table.file, cell(table.row));
    }
    let _ = writeln!(text, "\n| table | column | what stands there |\n|---|---|---|");
    for (file, column, meaning) in COLUMNS {
        let _ = writeln!(text, "| `{file}` | `{column}` | {} |", cell(meaning));
    }
    let cases: Vec<&str> = EMBEDDED.iter().map(|(name, _)| *name).collect();
    let _ = writeln!(text, "\nCases that come with the program: {}. `sulh new DIR` writes them out.", cases.join(", "));
}

fn commands(text: &mut String) {
    let mut command = Cli::command();
    command.build();
    let _ = writeln!(
        text,
        "\n## Commands\n\nResults go to stdout, everything else to stderr. Every command takes:\n\n| argument | meaning |\n|---|---|"
    );
    command.get_arguments().filter(|arg| arg.is_global_set()).for_each(|arg| text.push_str(&argument(arg)));
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let _ = writeln!(text, "\n### `sulh {}`\n\n{}.\n", sub.get_name(), sub.get_about().map(ToString::to_string).unwrap_or_default());
        let mut rows = String::new();
        let is_of_all = |arg: &Arg| arg.is_global_set() || ["help", "version"].contains(&arg.get_id().as_str());
        for arg in sub.get_arguments().filter(|arg| !arg.is_hide_set() && !is_of_all(arg)) {
            rows.push_str(&argument(arg));
        }
        if !rows.is_empty() {
            let _ = write!(text, "| argument | meaning |\n|---|---|\n{rows}");
        }
    }
}

/// A row of the table of a command: how an argument is written, what it means, its values and its default.
fn argument(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default().iter().map(|name| name.to_string()).collect::<Vec<_>>().join(" ");
    let takes = arg.get_action().takes_values();
    let shown = match (arg.get_long(), arg.get_short()) {
        (Some(long), short) => {
            let short = short.map_or(String::new(), |short| format!("-{short}, "));
            format!("{short}--{long} {}", if takes { &names } else { "" })
        }
        (None, _) if matches!(arg.get_action(), ArgAction::Append) => format!("{names}..."),
        (None, _) => names,
    };
    let mut meaning = arg.get_help().map(ToString::to_string).unwrap_or_default().trim_end_matches('.').to_owned() + ".";
    let values = if takes { arg.get_possible_values() } else { Vec::new() };
    if !values.is_empty() {
        let value = |value: &PossibleValue| match value.get_help() {
            Some(help) => format!("`{}` ({})", value.get_name(), small(&help.to_string())),
            None => format!("`{}`", value.get_name()),
        };
        let _ = write!(meaning, " One of {}.", values.iter().map(value).collect::<Vec<_>>().join(", "));
    }
    let defaults: Vec<String> = arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if takes && !defaults.is_empty() && !arg.is_hide_default_value_set() {
        let _ = write!(meaning, " Default: {}.", defaults.join(" "));
    }
    format!("| `{}` | {} |\n", cell(shown.trim()), cell(&meaning))
}

/// With a small letter at the beginning.
fn small(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

fn parameters(text: &mut String, case: &crate::scenario::Case) {
    let all = params::declared(case, case.starts.len() - 1);
    let groups: Vec<_> = all.iter().filter(|row| !params::is_of_a_table(&all, row)).collect();
    let _ = writeln!(
        text,
        "\n## Parameters\n\n{} numbers of the model and {} that belong to rows of the case of {}. A draw takes each from its prior; the default is the prior's median. \
         \"Read by\" is found by name in the sources.",
        groups.len(),
        all.len() - groups.len(),
        case.title
    );
    let mut group = "";
    for row in &groups {
        let of = row.path.split('.').next().unwrap_or_default();
        if of != group {
            group = of;
            let _ = writeln!(
                text,
                "\n### `{group}`\n\n| name | meaning | unit | range | default | prior | source | read by |\n|---|---|---|---|---|---|---|---|"
            );
        }
        let (low, high) = (*row.range.start(), *row.range.end());
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} | {} | {} |",
            row.path,
            cell(&row.doc),
            row.unit,
            range(low, high),
            figures(row.prior.median()),
            row.prior,
            cell(&row.source),
            readers::of(&row.path)
        );
    }
    let _ = writeln!(
        text,
        "\n### Rows of the case\n\nBy the slugs of the case; at the start only.\n\n| name | meaning | unit | range | prior | source | read by |\n|---|---|---|---|---|---|---|"
    );
    let mut seen: Vec<String> = Vec::new();
    for row in all.iter().filter(|row| params::is_of_a_table(&all, row)) {
        let kind = row.path.split('.').next().unwrap_or_default().to_owned();
        if seen.contains(&kind) {
            continue;
        }
        let (low, high) = (*row.range.start(), *row.range.end());
        let _ = writeln!(
            text,
            "| `{kind}`, such as `{}` | {} | {} | {} | {} | {} | {} |",
            row.path,
            cell(&row.doc),
            row.unit,
            range(low, high),
            row.prior,
            cell(&row.source),
            readers::of(&row.path)
        );
        seen.push(kind);
    }
}

/// Four figures, without an endless tail.
pub(super) fn figures(value: f64) -> String {
    if value == 0.0 || (1e-3..1e6).contains(&value.abs()) {
        let digits = if value == 0.0 { 0 } else { (3 - libm::log10(value.abs()).floor() as i32).max(0) as usize };
        let text = format!("{value:.digits$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    } else {
        format!("{value:.3e}")
    }
}
