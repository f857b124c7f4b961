//! Which tables a case has, what tells their rows apart, and how many there may be.

/// Most rows of zones, communities, blocs and organisations that the engine can index.
pub(super) const MOST: usize = 120;
/// The column in which a row says where its figures come from.
pub(super) const SOURCE: &str = "source";
/// Columns that any table may have and nothing reads.
pub(super) const FREE: [&str; 2] = [SOURCE, "note"];
/// Most rows of a table: twice the square of the most places.
pub(super) const MOST_ROWS: usize = 30_000;

/// A table of a case: its file (`*` stands for a start's folder), the columns that tell its rows apart, and what one row is.
pub struct TableKind {
    /// File.
    pub file: &'static str,
    /// Columns by which a row of another layer replaces one.
    pub key: &'static [&'static str],
    /// Whether the first two of them may stand in either order.
    pub unordered: bool,
    /// What one row is.
    pub row: &'static str,
}

const fn table(file: &'static str, key: &'static [&'static str], unordered: bool, row: &'static str) -> TableKind {
    TableKind { file, key, unordered, row }
}

/// The tables of a case.
pub const TABLES: &[TableKind] = &[
    table("places.csv", &["place"], false, "a zone in which the model runs, or a refuge outside it"),
    table("regions.csv", &["region"], false, "a region with its two counts of people"),
    table("links.csv", &["a", "b"], true, "two neighbouring places"),
    table("households.csv", &["place", "community"], false, "a community's share of a zone's households; shares of a zone sum to 1"),
    table("communities.csv", &["community"], false, "a community"),
    table("blocs.csv", &["bloc"], false, "a bloc: the unit of blame, protection and control"),
    table("organisations.csv", &["organisation"], false, "an armed organisation"),
    table("affinity.csv", &["bloc", "community"], false, "how near a bloc and a community are, from -1 to 1"),
    table("targeting.csv", &["bloc", "community"], false, "how much a bloc turns on a community"),
    table("leanings.csv", &["community"], false, "a community's leanings at the start; they sum to 1"),
    table("dyads.csv", &["a", "b"], true, "two blocs whose violence was recorded in the reference period"),
    table("onesided.csv", &["bloc"], false, "a bloc's recorded violence against civilians"),
    table("feuds.csv", &["a", "b", "place"], true, "a dispute between two communities of a place"),
    table("season.csv", &["month"], false, "a month's factor on violence"),
    table("preferences.csv", &["party", "issue"], false, "what a party wants on an issue, and how much it weighs"),
    table("access.csv", &["convenor", "party"], false, "a convenor's access to a party other than the state"),
    table("refugees.csv", &["refuge"], false, "persons in a refuge in the years in which refugees were counted"),
    table("timeline.csv", &["date", "event"], false, "a dated event: X may be told, V only validates"),
    table("starts/*/organisations.csv", &["organisation"], false, "an organisation's fighters at a start"),
    table("starts/*/fighters.csv", &["organisation", "place"], false, "the share of an organisation's fighters at a zone"),
    table("starts/*/control.csv", &["place", "bloc"], false, "a bloc's share of control of a zone"),
    table("starts/*/stances.csv", &["a", "b"], true, "how two organisations stand to each other"),
    table("starts/*/displaced.csv", &["home", "host"], false, "persons displaced from a zone to a place"),
    table("starts/*/sieges.csv", &["place", "bloc"], false, "a besieged town"),
    table("starts/*/bargaining.csv", &["party"], false, "a party's position in talks"),
];

pub(super) fn table_kind(file: &str) -> Option<&'static TableKind> {
    let tail = file.strip_prefix("starts/").and_then(|rest| rest.split_once('/')).map(|(_, tail)| tail);
    TABLES.iter().find(|kind| match kind.file.strip_prefix("starts/*/") {
        Some(name) => tail == Some(name),
        None => kind.file == file,
    })
}
