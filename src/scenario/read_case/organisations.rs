//! Armed organisations, with the parties that decide for them.
use super::parties::Parties;
use super::peoples::Peoples;
use super::places::Places;
use super::reader::Reader;
use super::tables::MOST;
use crate::dice::identity;
use crate::index::{Id, Map, Org, Party};
use crate::scenario::case::{OrganisationData, Recruits};

/// The organisations of a case.
pub(super) struct Organisations {
    pub(super) names: Vec<String>,
    pub(super) data: Map<Org, OrganisationData>,
}

/// Reads organisations and gives each to its party; nothing where there are none, or too many.
pub(super) fn read(r: &mut Reader, places: &Places, peoples: &Peoples, parties: &mut Parties) -> Option<Organisations> {
    let rows = r.table("organisations.csv");
    let names = r.names(&rows, "organisation");
    let mut organisations = Map::new(Vec::new());
    for row in &rows {
        let slug = r.text(row, "organisation");
        let party_name = r.text(row, "party");
        let party = parties.names.iter().position(|n| *n == party_name).map(Party::from_at);
        if party.is_none() && !party_name.is_empty() && party_name != slug {
            let problem = r.problem(row, "party", format!("no party `{party_name}` in preferences.csv"));
            let problem = problem.nearest(&party_name, parties.names.iter().map(String::as_str));
            r.problems.add(problem.also(r.header("preferences.csv"), "parties are those with rows here"));
        }
        let umbrella = r.text(row, "umbrella");
        let recruits = r.one_of(row, "recruits", "source of fighters", ["households", "national", "contract"]);
        let id = Org::from_at(organisations.len());
        if let Some(party) = party {
            parties.data[party].organisations.push(id);
        }
        organisations.push(OrganisationData {
            identity: identity(&slug),
            name: r.text(row, "name"),
            bloc: r.slug(row, "bloc", &peoples.bloc_names),
            umbrella: (!umbrella.is_empty()).then_some(umbrella),
            head: r.flag(row, "head"),
            party,
            recruits: match recruits.as_str() {
                "national" => Recruits::National,
                "contract" => Recruits::Contract,
                _ => Recruits::Households,
            },
            quality: r.number(row, "quality", 0.1, 10.0),
            cohesion: r.number(row, "cohesion", 0.0, 1.0),
            discipline: r.number(row, "discipline", 0.0, 1.0),
            intelligence: r.number(row, "intelligence", 0.0, 1.0),
            communities: r.list(row, "communities", &peoples.community_names),
            objectives: r.list(row, "objectives", &places.names),
            description: r.text(row, "description"),
            source: r.text(row, "source"),
            slug,
        });
    }
    if organisations.is_empty() || organisations.len() > MOST {
        r.count("organisations.csv", format!("{} organisations: a case needs 1 to {MOST}", organisations.len()));
        return None;
    }
    Some(Organisations { names, data: organisations })
}
