//! Communities, and the blocs to which armed organisations belong.
use super::about::About;
use super::reader::Reader;
use super::rows::Row;
use super::tables::MOST;
use crate::dice::identity;
use crate::index::{Bloc, Community, Map};
use crate::scenario::case::{BlocData, CommunityData, Trend};

/// The communities and blocs of a case.
pub(super) struct Peoples {
    pub(super) community_names: Vec<String>,
    pub(super) communities: Map<Community, CommunityData>,
    pub(super) bloc_names: Vec<String>,
    pub(super) blocs: Map<Bloc, BlocData>,
    /// The bloc of the state.
    pub(super) state: Bloc,
}

/// Reads communities and blocs; nothing where there are none, or too many.
pub(super) fn read(r: &mut Reader, about: &About) -> Option<Peoples> {
    let rows = r.table("communities.csv");
    let community_names = r.names(&rows, "community");
    let communities = communities(r, &rows);
    let rows = r.table("blocs.csv");
    let bloc_names = r.names(&rows, "bloc");
    let blocs = blocs(r, &rows);
    if communities.is_empty() || blocs.is_empty() || blocs.len() > 20 || communities.len() > MOST {
        let fault = format!("{} blocs and {} communities: a case needs 1 to 20 and 1 to {MOST}", blocs.len(), communities.len());
        r.count(if communities.is_empty() { "communities.csv" } else { "blocs.csv" }, fault);
        return None;
    }
    let state: Bloc = about.named(r, "state", "blocs.csv", &bloc_names);
    Some(Peoples { community_names, communities, bloc_names, blocs, state })
}

fn communities<'a>(r: &mut Reader<'a>, rows: &[Row<'a>]) -> Map<Community, CommunityData> {
    let mut communities = Map::new(Vec::new());
    for row in rows {
        let slug = r.text(row, "community");
        communities.push(CommunityData {
            identity: identity(&slug),
            name: r.text(row, "name"),
            livelihood: r.text(row, "livelihood"),
            trust: r.number(row, "trust", 0.0, 1.0),
            marginalisation: r.number(row, "marginalisation", 0.0, 1.0),
            hardship: r.number(row, "hardship", 0.0, 1.0),
            rents: r.number(row, "rents", 0.0, 1.0),
            description: r.text(row, "description"),
            source: r.text(row, "source"),
            slug,
        });
    }
    communities
}

fn blocs<'a>(r: &mut Reader<'a>, rows: &[Row<'a>]) -> Map<Bloc, BlocData> {
    let mut blocs = Map::new(Vec::new());
    for row in rows {
        let slug = r.text(row, "bloc");
        let trend = r.text(row, "trend");
        blocs.push(BlocData {
            identity: identity(&slug),
            name: r.text(row, "name"),
            trend: match trend.as_str() {
                "loyalist" => Trend::Loyalist,
                "independentist" => Trend::Independentist,
                "islamist" => Trend::Islamist,
                _ => {
                    r.fault(row, "trend", format!("unknown trend `{trend}`: loyalist, independentist or islamist"));
                    Trend::Loyalist
                }
            },
            antistate: r.number(row, "antistate", 0.0, 1.0),
            settles: r.number(row, "settles", 0.0, 1.0),
            taxes: r.number(row, "taxes", 0.0, 1.0),
            islamic_courts: r.flag(row, "islamic_courts"),
            follows_disputes: r.flag(row, "follows_disputes"),
            slug,
        });
    }
    blocs
}
