//! What a layer takes away from those before it, as its case.toml says.
use super::layers::Layer;
use super::tables::{TABLES, table_kind};
use crate::scenario::problem::{Place as Spot, Problems};
use crate::scenario::raw::{self, Node, Sources, Value};

/// A row of earlier layers that a layer takes away, as its case.toml says.
pub(super) struct Removal {
    /// A table; one of every start (`starts/*/fighters.csv`); or `starts`, whose rows are starts.
    pub(super) file: String,
    /// Cells of its key, from the first on: of all rows that begin with them.
    pub(super) key: Vec<String>,
    pub(super) place: Spot,
    pub(super) found: bool,
    /// What may be meant, where nothing is found.
    pub(super) near: Option<String>,
}

/// The word under which starts are taken away.
pub(super) const STARTS: &str = "starts";
/// Removals for which a name that may be meant is looked for.
pub(super) const MOST_NEAR: usize = 20;

/// What the rows of a table are, where other tables name them in their keys.
pub(super) fn declares(file: &str) -> Option<&'static str> {
    match file {
        "places.csv" => Some("place"),
        "communities.csv" => Some("community"),
        "blocs.csv" => Some("bloc"),
        "organisations.csv" => Some("organisation"),
        "preferences.csv" => Some("party"),
        _ => None,
    }
}

/// What a column of a table's key names.
pub(super) fn named_by(file: &'static str, column: &'static str) -> &'static str {
    match (file, column) {
        ("links.csv", "a" | "b") | (_, "home" | "host" | "refuge") => "place",
        ("feuds.csv", "a" | "b") => "community",
        ("dyads.csv", "a" | "b") => "bloc",
        ("starts/*/stances.csv", "a" | "b") => "organisation",
        _ => column,
    }
}

/// What each layer takes away from those before it.
pub(super) fn removals(layers: &[Layer], problems: &mut Problems) -> Vec<Vec<Removal>> {
    let mut all = Vec::new();
    for (at, layer) in layers.iter().enumerate() {
        let mut of = Vec::new();
        // What cannot be read is told where the keys of case.toml are read.
        let (mut sources, mut unread) = (Sources::default(), Problems::default());
        let about = layer
            .files
            .get("case.toml")
            .map(|text| raw::parse(&mut sources, &mut unread, &layer.shown("case.toml"), text))
            .unwrap_or_default();
        match about.get("removed") {
            Some(node) if at == 0 => problems.add(sources.problem(node.at, "this case extends no other: there is nothing to take away")),
            Some(Node { value: Value::Table(tables), .. }) => {
                for (file, at, node) in &tables.entries {
                    if problems.full() {
                        break;
                    }
                    removals_of(&sources, problems, (file, *at), node, &mut of);
                }
            }
            Some(node) => {
                let problem = sources.problem(node.at, format!("`removed` is {}: give a list for each table", node.value.kind()));
                problems.add(problem.hint("[removed] and then \"access.csv\" = [[\"niger\", \"fla\"]]"));
            }
            None => {}
        }
        all.push(of);
    }
    all
}

fn removals_of(sources: &Sources, problems: &mut Problems, (file, at): (&str, raw::At), node: &Node, of: &mut Vec<Removal>) {
    let key: &[&str] = match table_kind(file).or_else(|| TABLES.iter().find(|kind| kind.file == file)) {
        Some(kind) => kind.key,
        None if file == STARTS => &["start"],
        None => {
            let problem = sources.problem(at, format!("no table of a case is called `{file}`"));
            problems.add(problem.nearest(file, TABLES.iter().map(|kind| kind.file).chain([STARTS])));
            return;
        }
    };
    let form =
        || format!("each row by its key in quotes: {}", key.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", "));
    let Value::List(rows) = &node.value else {
        problems.add(sources.problem(node.at, format!("`{file}` is {}: give a list of rows", node.value.kind())).hint(form()));
        return;
    };
    for row in rows {
        let cells: Option<Vec<String>> = match &row.value {
            Value::Text(text) => Some(vec![text.clone()]),
            Value::List(list) => {
                list.iter().map(|cell| if let Value::Text(text) = &cell.value { Some(text.clone()) } else { None }).collect()
            }
            _ => None,
        };
        match cells.filter(|cells| (1..=key.len()).contains(&cells.len())) {
            Some(key) => of.push(Removal { file: file.to_owned(), key, place: sources.place(row.at), found: false, near: None }),
            None if problems.full() => return,
            None => problems.add(sources.problem(row.at, format!("this names no row of {file}")).hint(form())),
        }
    }
}
