//! The keys of a scenario file, each declared once: what it means, what it may be, in what unit. The check, the schema, the
//! reference and `explain` read this table.
use super::case::{PIE_NAMES, SCALAR_NAMES};

/// Longest horizon, weeks.
pub const LONGEST: f64 = 1_040.0;

/// Rows of a case that a key may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Row {
    Convenor,
    Party,
    Organisation,
    Community,
    Start,
}

/// What the value of a key may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A text.
    Text,
    /// Small letters, digits and hyphens.
    Name,
    /// A whole number within bounds.
    Whole(f64, f64),
    /// A number within bounds.
    Number(f64, f64),
    /// True or false.
    Boolean,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A row of the case.
    One(Row),
    /// A row of the case, or `"none"`.
    OneOrNone(Row),
    /// A list of rows of the case.
    Several(Row),
    /// A list of pairs of rows of the case.
    Pairs(Row),
    /// A day.
    Date,
    /// A table: the section of this name.
    Table(&'static str),
    /// A table, or `"none"`.
    TableOrNone(&'static str),
    /// A list of tables: the section of this name.
    Tables(&'static str),
    /// One of these words, or a table: the section of this name.
    ChoiceOrTable(&'static [&'static str], &'static str),
    /// A number within bounds, or one of these words.
    NumberOrChoice(f64, f64, &'static [&'static str]),
    /// `"open"`, a number from 0 to 1, `{ from, to }` to bargain within, or a distribution.
    Issue,
    /// `"open"`, a number from 0 to 1 or a distribution.
    Pie,
    /// What the key to its left may be.
    Value,
}

/// A key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Key {
    /// The section in which it stands; `""` is the top of the file.
    pub section: &'static str,
    /// Name.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Unit, if it has one.
    pub unit: &'static str,
    /// What holds where it is left out; `"needed"`: it must not be.
    pub default: &'static str,
    /// Meaning.
    pub doc: &'static str,
}

/// A section of a scenario file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// Name, as in `[name]`.
    pub name: &'static str,
    /// Whether it is a list, `[[name]]`.
    pub list: bool,
    /// Meaning.
    pub doc: &'static str,
}

/// What the default of a key that must be given begins with.
pub const NEEDED: &str = "needed";

const fn section(name: &'static str, list: bool, doc: &'static str) -> Section {
    Section { name, list, doc }
}

/// All sections, in the order of the reference. Keys of `parameters` and `switches` are the registries of parameters and processes.
pub const SECTIONS: &[Section] = &[
    section("", false, "The top of the file."),
    section("track", false, "Who is invited, by whom, on what terms, with which instruments."),
    section(
        "track.seats",
        true,
        "A seat beside the state's own. `[track.seats.PARTY]` changes one seat of the base scenario, `PARTY = \"none\"` takes it away.",
    ),
    section("track.seats.conditions", false, "What a seat must do before it may sit down, and what it gets in return."),
    section("track.offers", false, "What may be offered, issue by issue. What is not named is open."),
    section("track.guarantee", false, "Who protects those who disarm against a broken promise."),
    section(
        "track.contact_group",
        false,
        "States that coordinate, fund and carry out programmes beside the talks, once the state has consented.",
    ),
    section("track.standing_accord", false, "An accord that is in force at the start."),
    section("track.ddr", false, "A programme of disarmament, demobilisation and reintegration that runs at the start."),
    section("track.accord_ddr", false, "The programme that a new accord opens."),
    section(
        "track.marks",
        true,
        "A dated mark for plots and stories; it changes nothing. Marks are added to the base scenario's; `marks = []` takes all away.",
    ),
    section("parameters", false, "Numbers of the model in place of their priors: `\"process.name\" = 0.3` or a distribution."),
    section("switches", false, "Processes of the week that are left out: `process = false`."),
    section(
        "timeline",
        true,
        "A dated change of any named thing: a parameter, `track.KEY`, `switches.PROCESS` or `stance.A.B`. Entries are added to the base scenario's; one of the same date and `set` replaces it. `timeline = []` takes all away.",
    ),
];

const fn key(section: &'static str, name: &'static str, kind: Kind, unit: &'static str, default: &'static str, doc: &'static str) -> Key {
    Key { section, name, kind, unit, default, doc }
}

/// Words for a guarantee.
pub const GUARANTEES: &[&str] = &["none", "diplomatic", "deployed"];
/// Words for how somebody takes part.
pub const MODALITIES: &[&str] = &["full", "observer", "consultation"];
/// Words for how two organisations stand to each other.
pub const STANCES: &[&str] = &["hostile", "truce", "neutral", "allied"];

/// All keys.
pub const KEYS: &[Key] = &[
    key("", "format", Kind::Whole(1.0, 1.0), "", "needed, unless `extends`", "Version of the language of scenario files."),
    key(
        "",
        "extends",
        Kind::Text,
        "",
        "",
        "The scenario of which this one is a small difference: a name of the program's, or a file beside this one.",
    ),
    key("", "name", Kind::Name, "", "the file's name", "Name in tables and plots."),
    key("", "title", Kind::Text, "", "the name", "Title in reports."),
    key("", "summary", Kind::Text, "", "", "One line for lists."),
    key("", "case", Kind::Text, "", "mali", "The case: a name of the program's, or a folder with a case.toml."),
    key("", "start", Kind::One(Row::Start), "", "the latest", "The state of the world from which the scenario starts."),
    key("", "weeks", Kind::Whole(1.0, LONGEST), "weeks", "260", "Horizon."),
    key(
        "",
        "scale",
        Kind::Whole(1.0, 10_000.0),
        "segments",
        "1",
        "One segment of people in so many is kept, with that weight: a coarse, quick look.",
    ),
    key(
        "",
        "draws_from",
        Kind::Choice(&["posterior", "priors"]),
        "",
        "posterior",
        "Whether parameters that were fitted to recorded events come from the case's posterior, where it has one; all others come from their priors.",
    ),
    key("", "population", Kind::Choice(&["census", "projection"]), "", "census", "Which count of people is used."),
    key("", "switches", Kind::Table("switches"), "", "", "Processes that are left out."),
    key("", "parameters", Kind::Table("parameters"), "", "", "Numbers of the model in place of their priors."),
    key("", "timeline", Kind::Tables("timeline"), "", "", "Dated changes."),
    key("", "track", Kind::Table("track"), "", "", "The track."),
    key(
        "track",
        "convenor",
        Kind::OneOrNone(Row::Convenor),
        "",
        "none",
        "Who convenes or mediates; its access to each party is in access.csv of the case. `none`: no talks are tried.",
    ),
    key("track", "seats", Kind::Tables("track.seats"), "", "nobody", "Seats beside the state's own."),
    key("track", "first_bid", Kind::Whole(0.0, LONGEST), "weeks from the start", "20", "First week in which a formal bid is possible."),
    key("track", "offers", Kind::ChoiceOrTable(&["open"], "track.offers"), "", "open", "What may be put into a package."),
    key("track", "side_payments", Kind::Boolean, "", "false", "Whether aid and posts outside the package are offered."),
    key("track", "guarantee", Kind::ChoiceOrTable(GUARANTEES, "track.guarantee"), "", "none", "Guarantee behind an accord."),
    key(
        "track",
        "civil_society",
        Kind::NumberOrChoice(0.0, 1.0, MODALITIES),
        "share",
        "0",
        "Influence of civil society, or as what it takes part (then its influence is the parameter `accord.civil_society_MODALITY`).",
    ),
    key(
        "track",
        "monitoring",
        Kind::Number(0.0, 1.0),
        "share",
        "0",
        "How well the watchdog sees what becomes of an accord that is reached.",
    ),
    key(
        "track",
        "enforcement",
        Kind::Number(0.0, 1.0),
        "share",
        "0",
        "Share of the signatories' missing will that the watchdog makes up for by sanctions; 0: it can only report.",
    ),
    key(
        "track",
        "budget",
        Kind::Number(0.0, 1e6),
        "units a week",
        "3000",
        "What talks, group, integrated men and programmes are paid from; one unit is the weekly cost of one integrated fighter.",
    ),
    key("track", "contact_group", Kind::TableOrNone("track.contact_group"), "", "none", "A contact group that may form."),
    key("track", "standing_accord", Kind::TableOrNone("track.standing_accord"), "", "none", "An accord in force at the start."),
    key("track", "ddr", Kind::TableOrNone("track.ddr"), "", "none", "A programme that runs at the start."),
    key("track", "accord_ddr", Kind::TableOrNone("track.accord_ddr"), "", "none", "The programme that a new accord opens."),
    key("track", "dialogues", Kind::Pairs(Row::Community), "", "none", "Pairs of communities that meet in dialogue."),
    key("track", "accord_replaces", Kind::Boolean, "", "true", "Whether a new accord takes the place of the standing instruments."),
    key("track", "marks", Kind::Tables("track.marks"), "", "none", "Dated marks."),
    key("track.seats", "party", Kind::One(Row::Party), "", NEEDED, "Who sits."),
    key(
        "track.seats",
        "modality",
        Kind::Choice(MODALITIES),
        "",
        "full",
        "full: bargains, may block, signs. observer: looks on and accedes if what is signed is better for it than war. consultation: is heard, does not sign.",
    ),
    key(
        "track.seats",
        "veto",
        Kind::Boolean,
        "",
        "by strength",
        "Whether its consent is needed; else it is, with 300 fighters or more (`mediation.veto_fighters`) and no alliance with the state.",
    ),
    key("track.seats", "conditions", Kind::TableOrNone("track.seats.conditions"), "", "none", "What it must do before it may sit down."),
    key(
        "track.seats.conditions",
        "hazard",
        Kind::Number(0.0, 100.0),
        "factor",
        "1",
        "Factor on the hazard of meeting them (`mediation.conditions`).",
    ),
    key(
        "track.seats.conditions",
        "exit_cost",
        Kind::Number(0.0, 100.0),
        "factor",
        "1",
        "Factor on the cost of meeting them (`mediation.exit_cost`).",
    ),
    key("track.seats.conditions", "recognition", Kind::Number(0.0, 1.0), "share", "0", "Share of recognition offered in return."),
    key("track.offers", SCALAR_NAMES[0], Kind::Issue, "position", "open", "Autonomy, from a unitary state to independence."),
    key(
        "track.offers",
        SCALAR_NAMES[1],
        Kind::Issue,
        "position",
        "open",
        "Justice, from state courts alone to religious and customary courts alone.",
    ),
    key("track.offers", SCALAR_NAMES[2], Kind::Issue, "position", "open", "Army posts and integration, from none to all that is asked."),
    key("track.offers", SCALAR_NAMES[3], Kind::Issue, "position", "open", "Amnesty and delisting, from none to full."),
    key("track.offers", SCALAR_NAMES[4], Kind::Issue, "position", "open", "Foreign forces, from none to all that the state wants."),
    key("track.offers", PIE_NAMES[0], Kind::Pie, "share", "open", "The state's share of rents; the others then get nothing of them."),
    key("track.offers", PIE_NAMES[1], Kind::Pie, "share", "open", "The state's share of recognition; the others then get nothing of it."),
    key(
        "track.guarantee",
        "kind",
        Kind::Choice(GUARANTEES),
        "",
        NEEDED,
        "none; diplomatic: monitors without troops; deployed: troops on the ground.",
    ),
    key(
        "track.guarantee",
        "strength",
        Kind::Number(0.0, 1.0),
        "probability",
        "mediation.guarantee",
        "Chance that it protects against a broken promise.",
    ),
    key(
        "track.guarantee",
        "decay",
        Kind::Number(1.0, LONGEST),
        "weeks",
        "accord.guarantee_decay",
        "Time in which it falls to 1/e, from the signing or from its own first week.",
    ),
    key(
        "track.contact_group",
        "members",
        Kind::Number(1.0, 50.0),
        "members",
        NEEDED,
        "How many states; about six agree most easily (`mediation.group_size`).",
    ),
    key(
        "track.contact_group",
        "western_share",
        Kind::Number(0.0, 1.0),
        "share",
        "0",
        "Western share of the members; above `mediation.western_tolerance` it costs the state.",
    ),
    key(
        "track.contact_group",
        "funds",
        Kind::Number(0.0, 1e6),
        "units a week",
        "0",
        "Money for programmes beside the budget, once the group has formed.",
    ),
    key("track.standing_accord", "parties", Kind::Several(Row::Party), "", NEEDED, "Who signed beside the state."),
    key(
        "track.standing_accord",
        "age",
        Kind::Number(-2_000.0, 2_000.0),
        "weeks",
        "0",
        "How long before the start it was signed; below 0, how long after the start it is.",
    ),
    key(
        "track.standing_accord",
        "implementation",
        Kind::Number(0.0, 1.0),
        "share",
        "0",
        "How much of each provision was carried out at the start.",
    ),
    key("track.standing_accord", "monitoring", Kind::Number(0.0, 1.0), "share", "0", "How well its watchdog sees what becomes of it."),
    key(
        "track.standing_accord",
        "enforcement",
        Kind::Number(0.0, 1.0),
        "share",
        "0",
        "Share of missing will that its watchdog makes up for by sanctions.",
    ),
    key("track.ddr", "quota", Kind::Number(0.0, 1e6), "persons", NEEDED, "Places on the list."),
    key(
        "track.ddr",
        "integrated_share",
        Kind::Number(0.0, 1.0),
        "share",
        "0.6667",
        "Share of them that enter the army; the others return to civilian life.",
    ),
    key("track.ddr", "delivered", Kind::Number(0.0, 1e6), "persons", "0", "Men taken in before the start."),
    key("track.ddr", "organisations", Kind::Several(Row::Organisation), "", NEEDED, "Whose fighters may be listed."),
    key("track.ddr", "delay", Kind::Number(0.0, LONGEST), "weeks", "0", "Weeks from the start until intake begins."),
    key("track.ddr", "pace", Kind::Number(0.0, 50.0), "factor", "1", "Factor on the pace of intake (`accord.implementation_up`)."),
    key("track.accord_ddr", "quota", Kind::Number(0.0, 1e6), "persons", NEEDED, "Places on the list."),
    key(
        "track.accord_ddr",
        "integrated_share",
        Kind::Number(0.0, 1.0),
        "share",
        "0.6667",
        "Share of them that enter the army; the others return to civilian life.",
    ),
    key("track.accord_ddr", "organisations", Kind::Several(Row::Organisation), "", "the signatories", "Whose fighters may be listed."),
    key(
        "track.accord_ddr",
        "delay",
        Kind::Number(0.0, LONGEST),
        "weeks",
        "accord.delay_intake",
        "Weeks from the signing until intake begins.",
    ),
    key("track.accord_ddr", "pace", Kind::Number(0.0, 50.0), "factor", "1", "Factor on the pace of intake (`accord.implementation_up`)."),
    key("track.marks", "date", Kind::Date, "", "or week", "When."),
    key("track.marks", "week", Kind::Whole(-2_000.0, LONGEST), "weeks from the start", "or date", "When."),
    key("track.marks", "text", Kind::Text, "", NEEDED, "What."),
    key("track.marks", "removed", Kind::Boolean, "", "false", "true: the base's mark of the same date and text is taken away."),
    key(
        "timeline",
        "date",
        Kind::Date,
        "",
        "or week",
        "When: the change holds from the week on in which this day lies. Weeks begin on the weekday of the start.",
    ),
    key("timeline", "week", Kind::Whole(0.0, LONGEST), "weeks from the start", "or date", "When."),
    key("timeline", "set", Kind::Text, "", NEEDED, "What changes: a parameter, `track.KEY`, `switches.PROCESS` or `stance.A.B`."),
    key(
        "timeline",
        "value",
        Kind::Value,
        "",
        NEEDED,
        "What becomes of it: whatever may stand at its key; a parameter gets a number or a distribution.",
    ),
    key(
        "timeline",
        "removed",
        Kind::Boolean,
        "",
        "false",
        "true: the base's entry of the same date and `set` is taken away; it needs no value.",
    ),
    key("timeline", "why", Kind::Text, "", "", "Why, for the reader."),
];

/// Words that people write for a key of another name: the word, the key, and the section in which both stand.
pub const MEANT: &[(&str, &str, &str)] = &[
    ("processes", "switches", ""),
    ("process", "switches", ""),
    ("mechanisms", "switches", ""),
    ("priors", "parameters", ""),
    ("assumptions", "parameters", ""),
    ("numbers", "parameters", ""),
    ("changes", "timeline", ""),
    ("dates", "timeline", ""),
    ("events", "timeline", ""),
    ("base", "extends", ""),
    ("inherits", "extends", ""),
    ("horizon", "weeks", ""),
    ("length", "weeks", ""),
    ("description", "summary", ""),
    ("date", "start", ""),
    ("talks", "track", ""),
    ("mediator", "convenor", "track"),
    ("mediators", "convenor", "track"),
    ("parties", "seats", "track"),
    ("participants", "seats", "track"),
    ("table", "seats", "track"),
    ("issues", "offers", "track"),
    ("package", "offers", "track"),
    ("guarantor", "guarantee", "track"),
    ("watchdog", "monitoring", "track"),
    ("sanctions", "enforcement", "track"),
    ("money", "budget", "track"),
    ("charter", "standing_accord", "track"),
    ("demobilisation", "ddr", "track"),
    ("role", "modality", "track.seats"),
    ("status", "modality", "track.seats"),
    ("name", "party", "track.seats"),
    ("organisation", "party", "track.seats"),
    ("actor", "party", "track.seats"),
    ("key", "set", "timeline"),
    ("path", "set", "timeline"),
    ("parameter", "set", "timeline"),
    ("to", "value", "timeline"),
    ("when", "date", "timeline"),
];

/// The way out for a name that is asked of a run, and of no scenario.
#[must_use]
pub fn of_a_run(name: &str) -> Option<String> {
    let known = ["seed", "replicates", "draws", "draw", "jobs"].contains(&name);
    known.then(|| format!("it belongs to a run, not to a scenario: --{name} on the command line"))
}

/// The keys of a section, in order.
pub fn of(section: &str) -> impl Iterator<Item = &'static Key> + use<'_> {
    KEYS.iter().filter(move |key| key.section == section)
}

/// A key.
///
/// # Panics
/// If there is none: the names stand in this program.
#[must_use]
pub fn find(section: &str, name: &str) -> &'static Key {
    of(section).find(|key| key.name == name).unwrap_or_else(|| panic!("no key `{name}` in [{section}]"))
}

impl Key {
    /// Whether it must be given.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        self.default == NEEDED
    }

    /// Whether it may be a distribution, from which each parameter draw takes a value: numbers of a track, but for the age of an
    /// accord, which is a date. Whole numbers, dates and words say what is tried, and that is not in doubt.
    #[must_use]
    pub fn may_be_drawn(&self) -> bool {
        let number = matches!(self.kind, Kind::Number(..) | Kind::NumberOrChoice(..) | Kind::Issue | Kind::Pie);
        number && (self.section == "track" || self.section.starts_with("track.")) && self.name != "age"
    }

    /// Where it stands: `track.seats.party`.
    #[must_use]
    pub fn path(&self) -> String {
        if self.section.is_empty() { self.name.to_owned() } else { format!("{}.{}", self.section, self.name) }
    }

    /// What it may be, in words.
    #[must_use]
    pub fn allowed(&self) -> String {
        let words = |words: &[&str]| words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
        match self.kind {
            Kind::Text => "a text in quotes".to_owned(),
            Kind::Name => "small letters, digits and hyphens, in quotes".to_owned(),
            Kind::Whole(low, high) if low >= high => format!("{low}"),
            Kind::Whole(low, high) => format!("a whole number from {low} to {high}{}", in_unit(self.unit)),
            Kind::Number(low, high) => format!(
                "a number from {low} to {high}{}{}",
                in_unit(self.unit),
                if self.may_be_drawn() { " or a distribution" } else { "" }
            ),
            Kind::Boolean => "true or false".to_owned(),
            Kind::Choice(choices) => words(choices),
            Kind::One(row) => row.word().to_owned(),
            Kind::OneOrNone(row) => format!("{}, or \"none\"", row.word()),
            Kind::Several(row) => format!("a list, each {}", row.word()),
            Kind::Pairs(row) => format!("a list of pairs, each {}", row.word()),
            Kind::Date => "a day, such as 2026-10-05".to_owned(),
            Kind::Table(section) => format!("the table [{section}]"),
            Kind::TableOrNone(section) => format!("the table [{section}], or \"none\""),
            Kind::Tables(section) => format!("a list of tables [[{section}]]"),
            Kind::ChoiceOrTable(choices, section) => format!("{}, or the table [{section}]", words(choices)),
            Kind::NumberOrChoice(low, high, choices) => {
                format!("a number from {low} to {high}{}, a distribution, or {}", in_unit(self.unit), words(choices))
            }
            Kind::Issue => "\"open\", a number from 0 to 1, { from = 0.2, to = 0.5 } to bargain within, or a distribution".to_owned(),
            Kind::Pie => "\"open\", a number from 0 to 1 or a distribution".to_owned(),
            Kind::Value => "what may stand at the key that is set".to_owned(),
        }
    }
}

fn in_unit(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(" ({unit})") }
}

impl Row {
    /// What is named, in words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Convenor => "a convenor",
            Self::Party => "a party",
            Self::Organisation => "an organisation",
            Self::Community => "a community",
            Self::Start => "a start of the case",
        }
    }

    /// The table of the case and the column in which such rows stand.
    #[must_use]
    pub fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::Convenor => ("access.csv", "convenor"),
            Self::Party => ("preferences.csv", "party"),
            Self::Organisation => ("organisations.csv", "organisation"),
            Self::Community => ("communities.csv", "community"),
            Self::Start => ("case.toml", "starts"),
        }
    }
}
