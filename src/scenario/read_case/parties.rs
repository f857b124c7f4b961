//! Parties to talks, from the table of what they want, and who has access to them.
use super::about::About;
use super::reader::Reader;
use super::rows::{Row, cells_in};
use super::tables::MOST;
use crate::dice::identity;
use crate::index::{Id, Map, Party};
use crate::scenario::case::{PIE_NAMES, PIES, PartyData, SCALAR_NAMES, SCALARS};

/// The parties of a case.
pub(super) struct Parties {
    pub(super) names: Vec<String>,
    pub(super) data: Map<Party, PartyData>,
    /// The party of the state.
    pub(super) state: Party,
}

/// Reads what parties want; nothing where there are none, or too many.
pub(super) fn read(r: &mut Reader, about: &About) -> Option<Parties> {
    let rows = r.table("preferences.csv");
    let mut names: Vec<String> = Vec::new();
    for row in &rows {
        let name = r.text(row, "party");
        if names.len() <= MOST && !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() || names.len() > MOST {
        r.count("preferences.csv", format!("{} parties: a case needs 1 to {MOST}", names.len()));
        return None;
    }
    let state: Party = about.named(r, "state", "preferences.csv", &names);
    let mut parties: Map<Party, PartyData> = Map::new(
        names
            .iter()
            .map(|slug| PartyData {
                slug: slug.clone(),
                enemy: Party(0),
                ideals: [0.0; SCALARS],
                weights: [0.0; SCALARS + PIES],
                claims: [1.0; PIES],
                organisations: Vec::new(),
                identity: identity(slug),
            })
            .collect(),
    );
    for row in &rows {
        let party: Party = r.slug(row, "party", &names);
        parties[party].enemy = r.slug(row, "main_enemy", &names);
        let issue = r.text(row, "issue");
        // Whoever claims nothing of a pie gives it no weight; a share of nothing satisfies nobody.
        let least = if PIE_NAMES.contains(&issue.as_str()) { 0.01 } else { 0.0 };
        let (value, weight) = (r.number(row, "ideal_or_claim", least, 1.0), r.number(row, "weight", 0.0, 1.0));
        if let Some(at) = SCALAR_NAMES.iter().position(|n| *n == issue) {
            parties[party].ideals[at] = value;
            parties[party].weights[at] = weight;
        } else if let Some(at) = PIE_NAMES.iter().position(|n| *n == issue) {
            parties[party].claims[at] = value;
            parties[party].weights[SCALARS + at] = weight;
        } else {
            let problem = r.problem(row, "issue", format!("unknown issue `{issue}`"));
            r.problems.add(problem.nearest(&issue, SCALAR_NAMES.into_iter().chain(PIE_NAMES)));
        }
    }
    for (_, party) in parties.iter() {
        let of: Vec<&Row> = rows.iter().filter(|row| row.says("party", &party.slug)).collect();
        let issues = SCALAR_NAMES.into_iter().chain(PIE_NAMES);
        r.lacking(
            "preferences.csv",
            &format!("`{}`", party.slug),
            issues,
            &cells_in(of.iter().copied(), "issue"),
            "every party has a row for every issue; a weight of 0 is none",
        );
        let sum: f64 = party.weights.iter().sum();
        if (sum - 1.0).abs() > 1e-6 {
            let fault = format!("the weights of `{}` sum to {sum:.4}; they must sum to 1", party.slug);
            r.sum(&of, "weight", fault);
        }
    }
    Some(Parties { names, data: parties, state })
}

/// Reads the access of convenors to parties, in the order in which the table names convenors.
pub(super) fn access(r: &mut Reader, about: &About, parties: &Parties) -> Vec<(String, Map<Party, f64>)> {
    let mut access: Vec<(String, Map<Party, f64>)> = Vec::new();
    for row in r.table("access.csv") {
        let convenor = r.text(&row, "convenor");
        let party: Party = r.slug(&row, "party", &parties.names);
        let value = r.number(&row, "access", 0.0, 1.0);
        if party == parties.state && row.cells.get("party").is_some_and(|cell| cell.1 == parties.names[party.at()]) {
            let problem = r.problem(&row, "party", format!("nothing reads the access of `{convenor}` to the state: a bid is put to it without contact, and it answers by its own margin"));
            r.problems.add(about.also(problem.hint("leave this row out"), "state", "the state"));
        }
        if access.len() > MOST {
            r.problems.add(r.problem(&row, "convenor", format!("more than {MOST} convenors")));
            break;
        }
        if !access.iter().any(|(n, _)| *n == convenor) {
            access.push((convenor.clone(), Map::filled(parties.names.len(), 0.0)));
        }
        if let Some((_, map)) = access.iter_mut().find(|(n, _)| *n == convenor) {
            map[party] = value;
        }
    }
    access
}
