//! `sulh explain`: what a name means, in words, with unit, range, prior and source.
use super::reference::{FILES, figures};
use super::{ExplainArgs, Failed, readers, say};
use crate::audit::CHECKS;
use crate::observe::{STAGES, measures};
use crate::params::{self, READ_ONCE};
use crate::processes::{OBSERVE, SCHEDULE};
use crate::report::tables::{self, Described};
use crate::scenario::case::PIE_NAMES;
use crate::scenario::columns::COLUMNS;
use crate::scenario::library::{CASE, SCENARIOS};
use crate::scenario::problem::nearest;
use crate::scenario::read_case::{self, EMBEDDED};
use crate::scenario::{Case, Changes, Library, keys};
use crate::units;
use crate::validation::targets::quantile;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Something that can be explained.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it is.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// For the list.
    pub line: String,
    /// Heading and text.
    pub facts: Vec<(&'static str, String)>,
}

const SEATS: &str = "Parties that a track invites beside the state, each with a modality, perhaps conditions, perhaps a veto of its own.";

const LOWER: &str = "Of a measure under a scenario: lower or higher than in the same future of the baseline, or, of a verdict, on average over pairs. Whether that is better hangs on the measure.";

/// Words of tables, summaries and documents that are no name of a parameter, measure or row, and what they mean.
const WORDS: &[(&str, &str)] = &[
    (
        "dyad-weeks",
        "A dyad is a pair of blocs of the start; a dyad-week is such a pair in a week. It is at peace where the pair has fewer than 25 deaths in the 52 weeks up to it (measure peace_dyad_share).",
    ),
    (
        "person-weeks",
        "One person away from home for one week. A hundred million over five years are on average 385,000 people away at any time.",
    ),
    (
        "robust",
        "Of a check of sulh audit: on every headline outcome the 90 % interval of the difference lies within the margin either way, or a law held without exception.",
    ),
    ("shifted", "Of a check of sulh audit: a difference is certain (at 99.95 %), and it is not shown to be within the margin."),
    ("fragile", "Of a check of sulh audit: a difference is certainly beyond four margins, a law is broken, or a run fails."),
    (
        "inconclusive",
        "Of a check of sulh audit: too few futures to say either, or futures in which nothing happens by which a fault could show.",
    ),
    (
        "not testable",
        "Of a check of sulh audit: the scenario does not have what the question is about. Of a difference: there are fewer than two pairs, so that it has no interval.",
    ),
    (
        "margin",
        "Of a party in talks: what a package is worth to it beyond going on with the war; the more it is, the likelier a yes, and below 0 one is still possible. Of sulh audit: the difference that counts as none, as a share of the baseline's mean (--margin, 5 % unless told).",
    ),
    (
        "least margin",
        "The margin of that member of a bid, or of an accord, to whom it is worth least. At an accord it is told less what is held out for, and may lie a little below 0: a signature is a matter of chance, whose hazard falls with it.",
    ),
    (
        "held out for",
        "Of an accord: what parties keep back in the hope of more (parameter mediation.hold_out); the least margin is told less this.",
    ),
    (
        "forks",
        "What a stage of the talks did: the same future gone on with twice, with the stage's effects and without (forks.csv; see fork).",
    ),
    (
        "result hash",
        "One number of all results of an experiment, in manifest.json: equal where the same experiment gave the same results; `sulh verify` recomputes it.",
    ),
    (
        "refused",
        "A draw of parameters is refused where violence would feed itself without end, and a point that the design keeps in reserve takes its place. What is refused was possible by the priors, so the draws are a little narrower than these. A comparison refuses a point for all its scenarios where one of them would, so that they share all parameters that they do not set; by itself, or beside others, a scenario may have another point in that draw, so the commands that repeat a future of it name the point: --draw POINT.",
    ),
    (
        "draw",
        "One set of all parameters: those that were fitted from the case's posterior, one member for all of them, where it has one and the scenario does not say `draws_from = \"priors\"`; all others from their priors. Future r uses draw r modulo the number of draws; what differs between draws is what we do not know.",
    ),
    (
        "prior",
        "What is held of a parameter before any event is looked at: a distribution, or one number. `sulh explain` of a parameter shows it.",
    ),
    (
        "posterior",
        "What recorded events leave of the priors: a sample that `sulh calibrate` wrote and that a case may hold (posterior-2017-2021.csv; the years are those whose events were fitted). `draws_from` says whether draws take it; `sulh validate --posterior FILE` tries another.",
    ),
    (
        "told",
        "In a calibration: the share of a parameter's variance over the priors that recorded statistics explain. Below .05 the record is silent and the parameter keeps its prior; with few rows (hundreds) chance alone comes near that.",
    ),
    ("sd left", "In a calibration: standard deviation of the posterior over that of the prior. 1: nothing was learnt."),
    (
        "ranks",
        "In a calibration: whether simulated truths lie anywhere in their posteriors as often as anywhere else; Kolmogorov's statistic, above 1.36 in one of twenty tables if they do.",
    ),
    (
        "fitted",
        "Of a target of sulh validate: the levels of the model were solved on these very years, so that agreement is no prediction. Partly fitted: on a part of these years.",
    ),
    (
        "held out",
        "Of a target of sulh validate: nothing of the model was chosen with it. Held out, seen: no level rests on it, but it was published when the model was designed; it is shown and not counted. Prior: a prior was chosen with it in view.",
    ),
    (
        "CRPS",
        "Continuous ranked probability score of a predicted distribution, in the unit of what is predicted: how far it lies from what happened, 0 at best. For a single number it is the absolute error. A ratio below 1 to a baseline is better than the baseline.",
    ),
    (
        "log score",
        "Logarithm of the probability that a prediction gave to what happened; less far below 0 is better. One event that was called impossible outweighs all else.",
    ),
    (
        "coverage",
        "How often what happened lies within a predicted range; of a central 90 % it should be .90, and more says that the range is wider than need be.",
    ),
    ("climatology", "A baseline of sulh validate: months of the last five years, drawn as if one were as good as another."),
    ("persistence", "A baseline of sulh validate: the last month, plus a change that was seen over as long."),
    ("replicate", "One future: one stream of chance. Equal replicates of two scenarios share it."),
    (
        "future",
        "One simulated course of the war, named by seed, draw and replicate; it shares its chance with the same replicate of any other scenario.",
    ),
    (
        "pairing",
        "Two scenarios are run with the same chance, future by future, so that their difference is known much better than either level. The summary says how many unpaired futures would say as much.",
    ),
    ("level", "Mean of a measure over the futures of one scenario, with the range that holds 5 to 95 % of them."),
    (
        "difference",
        "Mean over pairs of futures, scenario less baseline, with a 95 % interval that counts parameter draws, not futures, as independent.",
    ),
    (
        "verdict",
        "clear: the interval excludes 0 and nine draws in ten share the sign; leaning: the interval excludes 0, and draws share the sign less often or are fewer than five; depends on X: the sign differs between the draws with low and with high values of X (below and above its median), and in each half the interval excludes 0 at a level shared out over all parameters that vary, 1 - .05/their number; not testable: fewer than two pairs, so that there is no interval; else no difference seen, which is not evidence of none. Where no sign is shown to turn, the summary names the parameter that comes nearest to it, if one does.",
    ),
    ("clear", "The 95 % interval of the difference excludes 0, and at least nine draws in ten, of five or more, share its sign."),
    (
        "leaning",
        "The 95 % interval of the difference excludes 0, but fewer than nine draws in ten share its sign, or there are fewer than five draws.",
    ),
    (
        "no difference seen",
        "The 95 % interval of the difference holds 0. It says that these futures do not tell the two apart, and how large a difference they leave open: as large as the interval reaches.",
    ),
    (
        "alike in all",
        "All pairs of futures differ by the same, most often by nothing: so few futures give no interval, and do not bound what others would show.",
    ),
    ("lower", LOWER),
    ("higher", LOWER),
    ("regret", "What is lost on average by choosing the scenario and not, future by future, whichever of the two is better there."),
    (
        "spread",
        "How much of the variance of a difference is chance (within parameter draws) and how much is what we do not know (between them).",
    ),
    (
        "fork",
        "Where a stage is reached, the same future goes on twice, with the stage's effects and without; the difference is what the stage did. Only futures that reach the stage have one.",
    ),
    (
        "funnel",
        "How far talks come: contact, consent of the state (the other side may still refuse), accord; beside this way a contact group may meet, which many accords do without, and a seat may have to meet conditions.",
    ),
    (
        "lineage",
        "Twenty to sixty households of a community in a settlement that remember together whom they were harmed by. At a coarse scale whole lineages are kept, one in so many.",
    ),
    (
        "too coarse",
        "At this scale so few lineages of people a zone are kept that deaths, recruits and how far talks come are wrong by much. Take a smaller --scale.",
    ),
    ("seat", SEATS),
    ("at the table", SEATS),
    (
        "Charter",
        "In the case of Mali, the accord that the state has signed with loyalists and that stands at the start (track.standing_accord); in plots, the mark of the day of its signing.",
    ),
    ("in dialogue", "Pairs of communities that a track brings together (track.dialogues): their disputes lower."),
    (
        "in force",
        "Of an accord: signed and not yet collapsed. `standing_at_end` is the share of futures in which one is in force at the end, however young.",
    ),
    (
        "further intervals",
        "Beside the measure that a summary speaks of: of what a stage of the talks did, that measure by scope, and every other measure as a whole (forks.csv).",
    ),
    (
        "met conditions",
        "A party may have to meet conditions before it may sit down: it leaves its umbrella, with those of its fighters who follow, or, where it has none, ceases its attacks. The summary tells in how many futures a seat meets its conditions and, by a fork, what that did.",
    ),
    (
        "restraint",
        "What an organisation that met the conditions of its seat promises of its violence against civilians: the share of abuse that it leaves undone (parameter accord.compliance_cessation).",
    ),
    (
        "DDR",
        "Disarmament, demobilisation and reintegration: men whom a signed accord lists are called, leave their group or do not, and go home or into the army. Parameters accord.ddr_*.",
    ),
    (
        "year_1",
        "An accord has stood for a year. In the funnel's words it is given as a share of the accords signed early enough to tell; in funnel.csv, of all futures.",
    ),
    ("stood a year", "In the plot of the funnel: of all futures, those in which an accord is signed and stands for a year (year_1)."),
    (
        "modality",
        "What a seat may do. full: bargains, can block if strong enough, signs. observer: is present while talks are open, neither bargains nor blocks, may accede to what is signed. consultation: is heard in private, which may leak, and does not sign.",
    ),
    (
        "guarantee",
        "Who stands behind an accord. track.guarantee says of what kind (none, diplomatic, deployed); how well it protects is its own `strength`, or else the parameter mediation.guarantee.",
    ),
    ("seats", SEATS),
    ("veto", "Whether a party can block an accord: by a rule of strength, or as its seat says."),
    ("bid", "A formal offer to open talks. The state and the other side each answer once; both must say yes."),
    (
        "momentum",
        "Whom the losses of the last weeks favour, against the longer run, from -1 to 1. Who has it expects more of going on fighting.",
    ),
    ("audience", "What it costs a side at home to be seen talking, more with hard-liners and with listed parties at the table."),
    ("scale", "Households that one agent stands for. 1: every household; more: coarse and quick, for a first look."),
    ("bands", "In weekly plots: the range over futures that holds a half of them, and 5 to 95 %."),
    (
        "illustrative",
        "Of numbers: they show what follows from assumptions, not what to expect, since what they rest on was not fitted to data (uncalibrated).",
    ),
    ("uncalibrated", "Parameters were not fitted to data: numbers say what follows from assumptions, not what to expect."),
];

/// Names that are easily taken for each other, and which wins.
const BESIDE: &[(&str, &str)] = &[
    (
        "mediation.guarantee",
        "track.guarantee says whether there is a guarantee: with kind none this parameter does nothing. A `strength` in [track.guarantee] wins over it; without one, this is the strength.",
    ),
    (
        "track.guarantee",
        "mediation.guarantee is how well a guarantee protects where [track.guarantee] gives no `strength`; a strength given here wins. With kind none, neither counts.",
    ),
    ("track.guarantee.strength", "wins over the parameter mediation.guarantee, which holds where no strength is given."),
];

/// What a name of a table means without its unit and its place in the table: `under coercive rule, % of people`, `of these in the north`,
/// `million person-weeks`.
fn bare(name: &str) -> String {
    let name = name.trim().to_lowercase();
    let name =
        name.trim_start_matches("of these ").trim_start_matches("in the ").trim_start_matches("million ").trim_start_matches("thousand ");
    name.split(", ").next().unwrap_or(name).to_owned()
}

/// What a name means where nothing has exactly that name: a label, then whatever holds the words.
fn like<'a>(entries: &'a [Entry], name: &str) -> Vec<&'a Entry> {
    let title = name.trim().to_lowercase();
    let titled: Vec<&Entry> =
        entries.iter().filter(|entry| entry.facts.iter().any(|(what, words)| *what == "title" && words.to_lowercase() == title)).collect();
    if !titled.is_empty() {
        return titled;
    }
    let wanted = bare(name);
    // A path is meant exactly: part of another path is a mistake, and the nearest name is told.
    if wanted.chars().count() < 4 || name.contains('.') {
        return Vec::new();
    }
    let labelled: Vec<&Entry> =
        entries.iter().filter(|entry| [&entry.line, &entry.name].iter().any(|text| text.to_lowercase() == wanted)).collect();
    if !labelled.is_empty() {
        return labelled;
    }
    let named: Vec<&Entry> = entries.iter().filter(|entry| entry.name.to_lowercase().contains(&wanted)).collect();
    if !named.is_empty() {
        return named;
    }
    let lined: Vec<&Entry> = entries.iter().filter(|entry| entry.line.to_lowercase().contains(&wanted)).collect();
    if !lined.is_empty() {
        return lined;
    }
    // Of several words, those that mean something here.
    entries.iter().filter(|entry| entry.kind == "word" && wanted.split(' ').any(|part| entry.name.to_lowercase() == part)).collect()
}

pub(super) fn explain(args: &ExplainArgs) -> Result<u8, Failed> {
    let mut library = Library::new();
    let own = match &args.of {
        Some(scenario) => Some(library.load(scenario, &Changes::default())?.case),
        None => None,
    };
    let first = match &own {
        Some(case) => Arc::clone(case),
        None => library.embedded_case(CASE)?.case,
    };
    let mut entries = entries(&first);
    entries.extend(tracks(&mut library)?);
    entries.extend(WORDS.iter().map(|(word, meaning)| Entry {
        kind: "word",
        name: (*word).to_owned(),
        line: (*meaning).to_owned(),
        facts: vec![("meaning", (*meaning).to_owned())],
    }));
    entries.extend(CHECKS.iter().map(|check| Entry {
        kind: "check",
        name: check.name.to_owned(),
        line: check.asks.to_owned(),
        facts: vec![("asks", check.asks.to_owned()), ("again", format!("sulh audit SCENARIO --only {}", check.name))],
    }));
    for (name, words) in BESIDE {
        entries.iter_mut().filter(|entry| entry.name == *name).for_each(|entry| entry.facts.push(("beside", (*words).to_owned())));
    }
    let Some(name) = &args.name else {
        return say(&list(&entries, args.json)).map(|()| 0);
    };
    // What the first case does not have, another may.
    for (case, _) in EMBEDDED.iter().filter(|_| own.is_none()) {
        let known: BTreeSet<(&str, String)> = entries.iter().map(|entry| (entry.kind, entry.name.clone())).collect();
        entries.extend(
            self::entries(&library.embedded_case(case)?.case)
                .into_iter()
                .filter(|entry| !known.contains(&(entry.kind, entry.name.clone()))),
        );
    }
    let outputs = outputs(&first)?;
    let plain = plain(name);
    let name = if entries.iter().any(|entry| entry.name == *name) { name } else { &plain };
    let mut found: Vec<&Entry> = entries.iter().filter(|entry| entry.name == *name).collect();
    if !found.is_empty() && found.iter().all(|entry| entry.kind == "series") {
        // A table calls a measure by its label, which a weekly series has as its name.
        found.extend(entries.iter().filter(|entry| entry.kind == "measure" && entry.line == *name));
    }
    if found.iter().all(|entry| ["word", "check"].contains(&entry.kind)) {
        // A group or the last word of a path, beside the word if there is one.
        let further = entries.iter().filter(|entry| match entry.kind {
            "parameter" | "key" => entry.name.split('.').any(|part| part == name),
            "column" | "case key" => entry.name.split(' ').next_back() == Some(name),
            _ => false,
        });
        found.extend(further);
    }
    if found.iter().all(|entry| entry.kind == "output") {
        // A file: what stands in it.
        found.extend(outputs.iter().filter(|entry| entry.name.split(' ').next() == Some(name)));
    }
    if found.is_empty() {
        found = entries.iter().filter(|entry| entry.name.split_once(' ').is_some_and(|(file, _)| file == name)).collect();
    }
    if found.is_empty() {
        found = entries
            .iter()
            .filter(|entry| {
                entry.kind == *name
                    || format!("{}s", entry.kind) == *name
                    || (name == "communities" && entry.kind == "community")
                    || (name == "processes" && entry.kind == "process")
                    || (name == "parties" && entry.kind == "party")
                    || (name == "series" && entry.kind == "series")
                    || (["actors", "actor"].contains(&name.as_str()) && entry.kind == "organisation")
                    || (["mediators", "mediator"].contains(&name.as_str()) && entry.kind == "convenor")
            })
            .collect();
    }
    let of_output = |entry: &&Entry| entry.name == *name || entry.name.split(' ').next_back() == Some(name);
    if found.is_empty() {
        found = outputs.iter().filter(of_output).collect();
    }
    if found.is_empty() {
        found = like(&entries, name);
    }
    if found.is_empty() {
        let near = nearest(
            name,
            entries.iter().map(|entry| entry.name.as_str()).chain(outputs.iter().filter_map(|entry| entry.name.split(' ').next_back())),
        );
        let way = near.map_or_else(|| "`sulh explain` lists all names".to_owned(), |near| format!("did you mean `{near}`?"));
        let own = if own.is_none() { "; names of a case of your own: `sulh explain NAME --of SCENARIO`" } else { "" };
        return Err(Failed::hinted(format!("nothing is called `{name}`"), way + own));
    }
    if args.json {
        let rows: Vec<_> = found.iter().map(|entry| row(entry)).collect();
        return say(&format!("{:#}\n", serde_json::Value::from(rows))).map(|()| 0);
    }
    if found.len() > 8 {
        return say(&found.iter().map(|entry| format!("{:44} {}\n", entry.name, entry.line)).collect::<String>()).map(|()| 0);
    }
    let mut text = String::new();
    for entry in found {
        text.push_str(&format!("{} ({})\n", entry.name, entry.kind));
        for (what, words) in entry.facts.iter().filter(|(_, words)| !words.is_empty()) {
            text.push_str(&format!("  {what:11} {words}\n"));
        }
    }
    say(&text).map(|()| 0)
}

/// The word for a verdict with its direction or parameter (`leaning higher`, `depends on combat.leverage`), and the name of a key or a
/// parameter for that of a column of parameters.csv: without the week in which a value comes into force, and without the party whose seat it is about.
fn plain(name: &str) -> String {
    if let Some(word) =
        [" lower", " higher"].iter().find_map(|direction| name.strip_suffix(direction)).filter(|word| ["clear", "leaning"].contains(word))
    {
        return word.to_owned();
    }
    if name.starts_with("depends on") {
        return "verdict".to_owned();
    }
    let mut words: Vec<&str> = name.split('.').collect();
    if words.len() > 2 && words[0] == "timeline" && words[1].bytes().all(|byte| byte.is_ascii_digit()) {
        words.drain(..2);
    }
    if words.len() > 3 && words[..2] == ["track", "seats"] {
        words.remove(2);
    }
    words.join(".")
}

fn row(entry: &Entry) -> serde_json::Value {
    let mut row = json!({ "kind": entry.kind, "name": entry.name });
    for (what, words) in &entry.facts {
        // A row of a case has a name in words beside the one that files and tables use.
        row[if *what == "name" { "title" } else { *what }] = json!(words);
    }
    row
}

fn list(entries: &[Entry], as_json: bool) -> String {
    if as_json {
        return format!("{:#}\n", serde_json::Value::from(entries.iter().map(row).collect::<Vec<_>>()));
    }
    let mut text = String::new();
    let mut kind = "";
    for entry in entries {
        if entry.kind != kind {
            text.push_str(&format!("{}{}\n", if kind.is_empty() { "" } else { "\n" }, entry.kind));
            kind = entry.kind;
        }
        // A word's line is its whole meaning: the list gives its first sentence.
        let line = if kind == "word" {
            entry.line.split_inclusive(['.', ':', ';']).next().unwrap_or_default().trim_end_matches([':', ';'])
        } else {
            &entry.line
        };
        text.push_str(&format!("  {:42} {line}\n", entry.name));
    }
    text
}

/// The columns of output tables.
fn outputs(case: &Arc<Case>) -> Result<Vec<Entry>, Failed> {
    let columns = tables::columns(case).map_err(|error| Failed::Bug(error.to_string()))?;
    let entry = |column: Described| Entry {
        kind: "output column",
        name: format!("{} {}", column.file, column.column),
        line: column.meaning.clone(),
        facts: vec![("meaning", column.meaning), ("unit", column.unit), ("stands in", format!("{} of an output folder", column.file))],
    };
    Ok(columns.into_iter().map(entry).collect())
}

/// The scenarios that come with the program: their tracks in a few words.
///
/// # Errors
/// None in a program that is sound.
pub fn tracks(library: &mut Library) -> Result<Vec<Entry>, Failed> {
    let mut entries = Vec::new();
    for file in SCENARIOS {
        let scenario = library.load(file.name, &Changes::default())?;
        let (case, track) = (&*scenario.case, &scenario.track);
        let seats = scenario.seated();
        entries.push(Entry {
            kind: "track",
            name: file.name.to_owned(),
            line: scenario.summary.clone(),
            facts: vec![
                ("title", scenario.title.clone()),
                ("meaning", scenario.summary.clone()),
                ("case", case.title.clone()),
                ("convenor", track.convenor.map_or_else(|| "none: no talks are tried".to_owned(), |at| case.access[at].0.clone())),
                ("seats", if seats.is_empty() { "none beside the state's".to_owned() } else { seats.join(", ") }),
                ("start", format!("{}, {}", scenario.start().name, units::weeks(scenario.weeks))),
                ("text", format!("sulh new DIR writes {}.toml", file.name)),
            ],
        });
    }
    Ok(entries)
}

/// Everything that a case and the program give a name to.
#[must_use]
pub fn entries(case: &Case) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut add = |kind: &'static str, name: &str, line: &str, facts: Vec<(&'static str, String)>| {
        entries.push(Entry { kind, name: name.to_owned(), line: line.to_owned(), facts });
    };
    for measure in measures::measures(case) {
        let better = match measure.less_is_better {
            Some(true) => "less is better for people",
            Some(false) => "more is better for people",
            None => "a matter of view",
        };
        add(
            "measure",
            &measure.name,
            &measure.label,
            vec![("meaning", measure.meaning.to_string()), ("unit", measure.unit.to_owned()), ("better", better.to_owned())],
        );
    }
    for series in measures::series(case) {
        add("series", &series.name, &series.label, vec![("meaning", series.meaning.to_string()), ("unit", series.unit.to_owned())]);
    }
    for (at, stage) in STAGES.iter().enumerate() {
        let meaning = [
            "The convenor is in contact with at least one armed opponent.",
            "A conditional seat has met its conditions.",
            "The state accepts a formal bid; the other side may still refuse.",
            "The contact group has formed.",
            "A new accord is signed.",
            "An accord has stood for a year.",
            "An accord has stood for five years.",
            "An accord stands at the end.",
        ][at];
        add("stage", stage, meaning, vec![("meaning", meaning.to_owned()), ("counted", "once per future, from week 0".to_owned())]);
    }
    for (at, process) in SCHEDULE.iter().enumerate() {
        let switch = format!("[switches] {} = false", process.name);
        let burn_in = if process.in_burn_in { "before and after week 0" } else { "from week 0" };
        add(
            "process",
            process.name,
            process.why_here,
            vec![
                ("place", format!("{} of {} in the week: {}", at + 1, SCHEDULE.len() + 1, process.why_here)),
                ("runs", burn_in.to_owned()),
                ("switch off", switch),
            ],
        );
    }
    let (observe, what, why_here) = OBSERVE;
    add(
        "process",
        observe,
        why_here,
        vec![
            ("meaning", what.to_owned()),
            ("place", format!("{0} of {0} in the week: {why_here}", SCHEDULE.len() + 1)),
            ("runs", "from week 0".to_owned()),
            ("switch off", "cannot be: without its record there would be nothing to compare".to_owned()),
        ],
    );
    for organisation in case.organisations.values() {
        let bloc = &case.blocs[organisation.bloc];
        let communities: Vec<&str> = organisation.communities.iter().map(|&c| case.communities[c].name.as_str()).collect();
        let party = organisation.party.map_or_else(String::new, |party| case.parties[party].slug.clone());
        add(
            "organisation",
            &organisation.slug,
            &organisation.name,
            vec![
                ("name", organisation.name.clone()),
                ("meaning", organisation.description.clone()),
                ("bloc", bloc.name.clone()),
                ("party", party),
                ("communities", communities.join(", ")),
                ("source", organisation.source.clone()),
            ],
        );
    }
    for community in case.communities.values() {
        add(
            "community",
            &community.slug,
            &community.name,
            vec![
                ("name", community.name.clone()),
                ("meaning", community.description.clone()),
                ("livelihood", community.livelihood.clone()),
                ("source", community.source.clone()),
            ],
        );
    }
    for place in case.places.values() {
        let what = if place.kind == crate::scenario::case::PlaceKind::Zone {
            format!("zone of {}, {:.0} people", place.region, place.people_census)
        } else {
            format!("refuge: {}", place.region)
        };
        add("place", &place.slug, &place.name, vec![("name", place.name.clone()), ("what", what), ("seat", place.seat.clone())]);
    }
    for (convenor, access) in &case.access {
        let reach: Vec<String> = access
            .iter()
            .filter(|(party, _)| *party != case.state_party)
            .map(|(party, value)| format!("{} {value}", case.parties[party].slug))
            .collect();
        add(
            "convenor",
            convenor,
            "may convene talks",
            vec![
                ("meaning", "may convene or mediate: `convenor` of a track".to_owned()),
                ("access", reach.join(", ")),
                ("unit", "factor on the hazard of contact, from 0 to 1".to_owned()),
                ("source", "access.csv of the case".to_owned()),
            ],
        );
    }
    for bloc in case.blocs.values() {
        let members: Vec<&str> =
            case.organisations.values().iter().filter(|o| case.blocs[o.bloc].slug == bloc.slug).map(|o| o.slug.as_str()).collect();
        add(
            "bloc",
            &bloc.slug,
            &bloc.name,
            vec![
                ("name", bloc.name.clone()),
                ("meaning", "the unit of blame, protection and control".to_owned()),
                ("trend", case.trends[bloc.trend as usize].clone()),
                ("members", members.join(", ")),
                ("settles", format!("{} of disputes where it controls, taxes {}", bloc.settles, bloc.taxes)),
                ("source", "blocs.csv of the case".to_owned()),
            ],
        );
    }
    for party in case.parties.values() {
        let claims: Vec<String> = PIE_NAMES.iter().zip(party.claims).map(|(name, claim)| format!("{name} {claim}")).collect();
        add(
            "party",
            &party.slug,
            "a party to talks",
            vec![
                ("meaning", "decides in talks; its ideals and weights are the parameters `ideal` and `weight` of its name".to_owned()),
                ("decides for", party.organisations.iter().map(|&o| case.organisations[o].slug.as_str()).collect::<Vec<_>>().join(", ")),
                ("main enemy", case.parties[party.enemy].slug.clone()),
                ("claims", claims.join(", ")),
                ("source", "preferences.csv of the case: assumption".to_owned()),
            ],
        );
    }
    for (scope, places) in &case.scopes {
        let slugs: Vec<&str> = places.iter().map(|&place| case.places[place].slug.as_str()).collect();
        add(
            "scope",
            scope,
            "a group of zones",
            vec![("meaning", "a group of zones for which measures are given apart".to_owned()), ("places", slugs.join(", "))],
        );
    }
    for start in &case.starts {
        add(
            "start",
            &start.name,
            "a state of the world to start from",
            vec![("meaning", "forces, control, stances, displaced and positions on that day: folder starts/ of the case".to_owned())],
        );
    }
    for (key, meaning) in read_case::KEYS {
        add(
            "case key",
            &format!("case.toml {key}"),
            meaning,
            vec![("meaning", meaning.to_owned()), ("stands in", "case.toml of a case".to_owned())],
        );
    }
    for table in read_case::TABLES {
        let row = format!("one row is {}", table.row);
        let columns: Vec<&str> = COLUMNS.iter().filter(|column| column.0 == table.file).map(|column| column.1).collect();
        add(
            "table",
            table.file,
            &row,
            vec![
                ("meaning", row.clone()),
                ("columns", columns.join(", ")),
                ("key", format!("{}: what tells its rows apart", table.key.join(", "))),
                ("stands in", "the folder of a case; * is a start".to_owned()),
            ],
        );
    }
    for (file, column, meaning) in COLUMNS {
        add(
            "column",
            &format!("{file} {column}"),
            meaning,
            vec![("meaning", (*meaning).to_owned()), ("stands in", format!("{file} of a case"))],
        );
    }
    for (file, meaning) in FILES {
        add(
            "output",
            file,
            meaning,
            vec![
                ("meaning", meaning.to_owned()),
                ("stands in", "the output folder, whose README.md and datapackage.json tell the columns".to_owned()),
            ],
        );
    }
    for key in keys::KEYS {
        add(
            "key",
            &key.path(),
            key.doc,
            vec![
                ("meaning", key.doc.to_owned()),
                ("value", key.allowed()),
                ("unit", key.unit.to_owned()),
                ("default", key.default.to_owned()),
                (
                    "stands in",
                    if key.section.is_empty() {
                        "the top of a scenario file".to_owned()
                    } else {
                        format!("[{}] of a scenario file", key.section)
                    },
                ),
            ],
        );
    }
    let start = (0..case.starts.len()).max_by_key(|&at| case.starts[at].date).unwrap_or(0);
    for row in params::declared(case, start) {
        let default = row.prior.median();
        let posterior = case.posteriors.last().and_then(|posterior| {
            let at = posterior.column(&row.path)?;
            let values: Vec<f64> = posterior.rows.iter().map(|member| member[at]).collect();
            let [low, middle, high] = [0.05, 0.5, 0.95].map(|share| quantile(&values, share));
            Some(format!(
                "{} [{}, {}], median and central 90 %, fitted to events of {}: what --draws takes",
                figures(middle),
                figures(low),
                figures(high),
                posterior.period
            ))
        });
        let mut facts = vec![
            ("meaning", row.doc.clone()),
            ("unit", row.unit.clone()),
            ("range", format!("{} to {}", row.range.start(), row.range.end())),
            ("default", figures(default)),
            ("prior", row.prior.to_string()),
        ];
        facts.extend(posterior.map(|text| ("posterior", text)));
        facts.extend([
            ("source", row.source.clone()),
            (
                "read by",
                format!(
                    "{}{}",
                    readers::of(&row.path),
                    if READ_ONCE.contains(&row.path.as_str()) { "; once, before week 0: no date can change it" } else { "" }
                ),
            ),
        ]);
        add("parameter", &row.path, &row.doc, facts);
    }
    entries
}
