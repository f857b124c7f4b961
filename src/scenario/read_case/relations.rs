//! Relations between places, communities and blocs: who lives where, who is near to whom, who fights whom.
use super::peoples::Peoples;
use super::places::Places;
use super::reader::Reader;
use super::rows::{Row, cells_in};
use crate::index::{Bloc, Community, Grid, Id, Map, Place};
use crate::scenario::case::{Dyad, Feud};

/// The relations of a case, as it has them.
pub(super) struct Relations {
    pub(super) shares: Grid<Place, Community, f64>,
    pub(super) affinity: Grid<Bloc, Community, f64>,
    pub(super) targeting: Grid<Bloc, Community, f64>,
    pub(super) leanings: Map<Community, [f64; 4]>,
    pub(super) dyads: Vec<Dyad>,
    pub(super) one_sided: Map<Bloc, f64>,
    pub(super) feuds: Vec<Feud>,
}

/// Reads the tables of two keys.
pub(super) fn read(r: &mut Reader, places: &Places, peoples: &Peoples) -> Relations {
    let rows = r.table("households.csv");
    let shares = shares(r, &rows, places, peoples);
    let affinity = affinity(r, peoples);
    let communities = peoples.community_names.iter().map(String::as_str);
    r.lacking(
        "households.csv",
        "this table",
        communities,
        &cells_in(&rows, "community"),
        "every community lives somewhere; a share of 0 is nowhere yet",
    );
    Relations {
        shares,
        affinity,
        targeting: targeting(r, peoples),
        leanings: leanings(r, peoples),
        dyads: dyads(r, peoples),
        one_sided: one_sided(r, peoples),
        feuds: feuds(r, places, peoples),
    }
}

/// Communities' shares of the households of zones.
fn shares<'a>(r: &mut Reader<'a>, rows: &[Row<'a>], places: &Places, peoples: &Peoples) -> Grid<Place, Community, f64> {
    let mut shares = Grid::filled(places.zones, peoples.communities.len(), 0.0);
    // Shares of what is not known are told as such, and count in the sum of their zone.
    let (mut sums, mut astray) = (Map::filled(places.zones, 0.0), false);
    for row in rows {
        let known = |column: &str, names: &[String]| row.cells.get(column).is_some_and(|cell| names.contains(&cell.1));
        let (zone_known, community_known) = (known("place", places.zone_names()), known("community", &peoples.community_names));
        let (place, community): (Place, Community) =
            (r.slug(row, "place", places.zone_names()), r.slug(row, "community", &peoples.community_names));
        let share = r.number(row, "share", 0.0, 1.0);
        astray |= !zone_known;
        if zone_known {
            sums[place] += share;
        }
        if zone_known && community_known {
            shares[(place, community)] = share;
        }
    }
    for place in (0..places.zones).map(Place::from_at) {
        let sum: f64 = sums[place];
        let off = (sum - 1.0).abs() > 0.002;
        if off && astray {
            // The share that is missing may be that of the row whose zone is not known.
            continue;
        }
        if off {
            let of: Vec<&Row> =
                rows.iter().filter(|row| row.cells.get("place").is_some_and(|cell| cell.1 == places.data[place].slug)).collect();
            let fault = format!("the shares of `{}` sum to {sum:.4}; they must sum to 1", places.data[place].slug);
            if of.is_empty() {
                let problem = r.problem(
                    &places.rows[place.at()],
                    "place",
                    format!("nobody lives in `{}`: households.csv has no row of it", places.data[place].slug),
                );
                r.problems.add(problem.also(r.header("households.csv"), "shares of communities by zone"));
            } else {
                r.sum(&of, "share", fault);
            }
        } else {
            shares.row_mut(place).iter_mut().for_each(|x| *x /= sum);
        }
    }
    shares
}

fn affinity(r: &mut Reader, peoples: &Peoples) -> Grid<Bloc, Community, f64> {
    let mut affinity = Grid::filled(peoples.blocs.len(), peoples.communities.len(), 0.0);
    let of_affinity = r.table("affinity.csv");
    for row in &of_affinity {
        let (bloc, community): (Bloc, Community) =
            (r.slug(row, "bloc", &peoples.bloc_names), r.slug(row, "community", &peoples.community_names));
        affinity[(bloc, community)] = r.number(row, "affinity", -1.0, 1.0);
    }
    for bloc in &peoples.bloc_names {
        let given = cells_in(of_affinity.iter().filter(|row| row.says("bloc", bloc)), "community");
        r.lacking(
            "affinity.csv",
            &format!("the bloc `{bloc}`"),
            peoples.community_names.iter().map(String::as_str),
            &given,
            "every bloc has a row with every community; 0 is neither near nor far",
        );
    }
    affinity
}

fn targeting(r: &mut Reader, peoples: &Peoples) -> Grid<Bloc, Community, f64> {
    let mut targeting = Grid::filled(peoples.blocs.len(), peoples.communities.len(), 1.0);
    for row in r.table("targeting.csv") {
        let (bloc, community): (Bloc, Community) =
            (r.slug(&row, "bloc", &peoples.bloc_names), r.slug(&row, "community", &peoples.community_names));
        targeting[(bloc, community)] = r.number(&row, "factor", 0.01, 100.0);
    }
    targeting
}

fn leanings(r: &mut Reader, peoples: &Peoples) -> Map<Community, [f64; 4]> {
    let mut leanings = Map::filled(peoples.communities.len(), [0.0, 0.0, 0.0, 1.0]);
    let rows = r.table("leanings.csv");
    for row in &rows {
        let community: Community = r.slug(row, "community", &peoples.community_names);
        let values = ["loyalist", "independentist", "islamist", "none"].map(|c| r.number(row, c, 0.0, 1.0));
        let sum: f64 = values.iter().sum();
        if (sum - 1.0).abs() > 0.002 {
            r.fault(row, "loyalist", format!("the leanings sum to {sum:.4}; they must sum to 1"));
        }
        // What the table rounds away is shared out; what is exact is left as it stands.
        leanings[community] = if (sum - 1.0).abs() > 1e-9 { values.map(|x| x / sum) } else { values };
    }
    r.lacking(
        "leanings.csv",
        "this table",
        peoples.community_names.iter().map(String::as_str),
        &cells_in(&rows, "community"),
        "every community has a row",
    );
    leanings
}

fn dyads(r: &mut Reader, peoples: &Peoples) -> Vec<Dyad> {
    let mut dyads = Vec::new();
    for row in r.table("dyads.csv") {
        let (a, b) = r.pair(&row, ["a", "b"], [&peoples.bloc_names; 2]);
        dyads.push(Dyad {
            a,
            b,
            events_per_month: r.number(&row, "events_per_month", 0.0, 1_000.0),
            log_sd: r.number(&row, "log_sd", 0.0, 3.0),
            loss_ratio: r.number(&row, "loss_ratio", 0.05, 20.0),
            civilian_share: r.number(&row, "civilian_share", 0.0, 1.0),
            state_based: r.one_of(&row, "tail", "tail", ["state-based", "between-groups"]) == "state-based",
        });
    }
    dyads
}

/// Recorded violence of blocs against civilians.
fn one_sided(r: &mut Reader, peoples: &Peoples) -> Map<Bloc, f64> {
    let mut one_sided = Map::filled(peoples.blocs.len(), 0.0);
    for row in r.table("onesided.csv") {
        let bloc: Bloc = r.slug(&row, "bloc", &peoples.bloc_names);
        one_sided[bloc] = r.number(&row, "events_per_month", 0.0, 1_000.0);
    }
    one_sided
}

fn feuds(r: &mut Reader, places: &Places, peoples: &Peoples) -> Vec<Feud> {
    let mut feuds = Vec::new();
    for row in r.table("feuds.csv") {
        let (a, b) = r.pair(&row, ["a", "b"], [&peoples.community_names; 2]);
        let place = r.slug(&row, "place", places.zone_names());
        feuds.push(Feud { place, a, b, dispute: r.number(&row, "dispute", 0.0, 1.0) });
    }
    feuds
}
