//! Places: zones in which the model runs, refuges outside them, their regions, scopes and links.
use super::about::About;
use super::reader::Reader;
use super::rows::Row;
use super::tables::MOST;
use crate::dice::identity;
use crate::index::{Id, Map, Place};
use crate::scenario::case::{PlaceData, PlaceKind};
use crate::scenario::problem::Problem;
use std::collections::BTreeMap;

/// The places of a case.
pub(super) struct Places<'a> {
    pub(super) names: Vec<String>,
    /// How many are zones, which come first.
    pub(super) zones: usize,
    pub(super) data: Map<Place, PlaceData>,
    pub(super) scopes: Vec<(String, Vec<Place>)>,
    pub(super) neighbours: Map<Place, Vec<(Place, f64)>>,
    /// Persons by the census, by region.
    pub(super) census: BTreeMap<String, f64>,
    /// Their rows, to say where one stands.
    pub(super) rows: Vec<Row<'a>>,
}

impl Places<'_> {
    pub(super) fn zone_names(&self) -> &[String] {
        &self.names[..self.zones]
    }
}

/// Reads places and what is said of each; nothing where there are none, or too many.
pub(super) fn read<'a>(r: &mut Reader<'a>, about: &About) -> Option<Places<'a>> {
    // Zones first, then refuges, each in the order of the table.
    let mut rows = r.table("places.csv");
    rows.sort_by_key(is_refuge);
    let zones = rows.iter().filter(|row| !is_refuge(row)).count();
    let names = r.names(&rows, "place");
    if zones == 0 || names.len() > MOST {
        r.count("places.csv", format!("{zones} zones among {} places: allowed are 1 to {MOST}", names.len()));
        return None;
    }
    let regions = regions(r);
    let refugees = refugees(r, &names);
    let mut scopes: Vec<(String, Vec<Place>)> = about.entries("scopes").iter().map(|(name, _, _)| (name.clone(), Vec::new())).collect();
    let mut places = Map::new(Vec::new());
    for row in &rows {
        let slug = r.text(row, "place");
        r.one_of(row, "kind", "kind of place", ["zone", "refuge"]);
        let zone = !is_refuge(row);
        let region = r.text(row, "region");
        if zone && !regions.contains_key(&region) && row.cells.contains_key("region") {
            let problem = r.problem(row, "region", format!("no region `{region}` in regions.csv"));
            let problem = problem.nearest(&region, regions.keys().map(String::as_str)).also(r.header("regions.csv"), "regions");
            r.problems.add(problem);
        }
        let people = if zone { r.number(row, "people", 1.0, 1e8) } else { 0.0 };
        let scope = r.text(row, "scope");
        let id = Place::from_at(places.len());
        if let Some((_, list)) = scopes.iter_mut().find(|(n, _)| *n == scope) {
            list.push(id);
        } else if !scope.is_empty() {
            let problem = r.problem(row, "scope", format!("`{scope}` is not among the [scopes] of case.toml"));
            let problem = problem.nearest(&scope, scopes.iter().map(|(name, _)| name.as_str()));
            r.problems.add(about.also(problem, "scopes", "the scopes"));
        }
        places.push(PlaceData {
            identity: identity(&slug),
            name: r.text(row, "name"),
            kind: if zone { PlaceKind::Zone } else { PlaceKind::Refuge },
            seat: r.text(row, "seat"),
            lat: r.number(row, "lat", -90.0, 90.0),
            lon: r.number(row, "lon", -180.0, 180.0),
            remoteness: if zone { r.number(row, "remoteness", 0.0, 1.0) } else { 0.0 },
            value: if zone { r.number(row, "value", 0.0, 1.0) } else { 0.0 },
            people_census: people,
            people_projection: people * regions.get(&region).map_or(1.0, |[census, projection]| projection / census),
            refugees: refugees[id],
            region,
            slug,
        });
    }
    let total: f64 = places.values().iter().map(|p: &PlaceData| p.value).sum();
    if (total - 1.0).abs() > 0.005 {
        r.problems.add(Problem::of(r.header("places.csv"), format!("`value` sums to {total:.4} over the zones; it must sum to 1")));
    }
    let neighbours = neighbours(r, &names);
    for place in apart(&neighbours, zones) {
        let problem = r.problem(&rows[place.at()], "place", format!("`{}` cannot be reached from most of the zones", places[place].slug));
        r.problems.add(problem.also(r.header("links.csv"), "links between neighbours").hint("add a row that links it to a neighbour"));
    }
    let census = regions.into_iter().map(|(region, [census, _])| (region, census)).collect();
    Some(Places { names, zones, data: places, scopes, neighbours, census, rows })
}

fn is_refuge(row: &Row) -> bool {
    row.cells.get("kind").is_some_and(|(_, kind)| kind == "refuge")
}

/// Persons by the census and by the projection, by region.
fn regions(r: &mut Reader) -> BTreeMap<String, [f64; 2]> {
    let mut regions = BTreeMap::new();
    for row in r.table("regions.csv") {
        let people = ["census", "projection"].map(|column| r.number(&row, column, 1.0, 1e9));
        regions.insert(r.text(&row, "region"), people);
    }
    regions
}

/// Persons in refuges.
fn refugees(r: &mut Reader, names: &[String]) -> Map<Place, f64> {
    let mut refugees = Map::filled(names.len(), 0.0);
    for row in r.table("refugees.csv") {
        let place: Place = r.slug(&row, "refuge", names);
        refugees[place] = r.number(&row, "persons", 0.0, 1e8);
    }
    refugees
}

/// Places linked to each, with kilometres, in the order of the table of places.
fn neighbours(r: &mut Reader, names: &[String]) -> Map<Place, Vec<(Place, f64)>> {
    let mut neighbours: Map<Place, Vec<(Place, f64)>> = Map::filled(names.len(), Vec::new());
    for row in r.table("links.csv") {
        let (a, b): (Place, Place) = r.pair(&row, ["a", "b"], [names; 2]);
        let km = r.number(&row, "km", 0.1, 5_000.0);
        neighbours[a].push((b, km));
        neighbours[b].push((a, km));
    }
    for list in neighbours.values_mut() {
        list.sort_by_key(|x| x.0);
        list.dedup_by_key(|x| x.0);
    }
    neighbours
}

/// Zones that cannot be reached over zones and links from where most of the zones are.
fn apart(neighbours: &Map<Place, Vec<(Place, f64)>>, zones: usize) -> Vec<Place> {
    let mut group: Vec<Option<usize>> = vec![None; zones];
    let mut sizes = Vec::new();
    for first in 0..zones {
        if group[first].is_some() {
            continue;
        }
        let (mut pending, mut size) = (vec![first], 0);
        group[first] = Some(sizes.len());
        while let Some(at) = pending.pop() {
            size += 1;
            for (next, _) in &neighbours[Place::from_at(at)] {
                if next.at() < zones && group[next.at()].is_none() {
                    group[next.at()] = Some(sizes.len());
                    pending.push(next.at());
                }
            }
        }
        sizes.push(size);
    }
    let most = (0..sizes.len()).rev().max_by_key(|&at| sizes[at]);
    (0..zones).filter(|&at| group[at] != most).map(Place::from_at).collect()
}
