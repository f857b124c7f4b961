//! What is sound in the tables of a case and yet seems not meant: told by `check` and before a run, refused by nobody.
use super::beside::Shapes;
use super::peoples::Peoples;
use super::places::Places;
use super::reader::Reader;
use crate::index::{Bloc, Map, Org};
use crate::scenario::case::{Dyad, OrganisationData, Start};
use std::collections::BTreeMap;

/// One line for each; `of_starts` was told while starts were read.
pub(super) fn of(
    r: &Reader,
    (places, peoples): (&Places, &Peoples),
    forces: &Forces,
    shapes: &Shapes,
    of_starts: Vec<String>,
) -> Vec<String> {
    let organisations = forces.organisations;
    let mut odd = counts_apart(places);
    odd.extend(places.scopes.iter().filter(|scope| scope.1.is_empty()).map(|scope| format!("no place is of the scope `{}`", scope.0)));
    odd.extend(never_meeting(peoples, forces));
    odd.extend(of_starts);
    odd.extend(shapeless(places, shapes));
    odd.extend(same_names("places.csv", places.data.values().iter().map(|x| (&x.slug, &x.name))));
    odd.extend(same_names("communities.csv", peoples.communities.values().iter().map(|x| (&x.slug, &x.name))));
    odd.extend(same_names("blocs.csv", peoples.blocs.values().iter().map(|x| (&x.slug, &x.name))));
    odd.extend(same_names("organisations.csv", organisations.values().iter().map(|x| (&x.slug, &x.name))));
    let unsourced: Vec<String> = r.unsourced.iter().filter(|x| *x.1 > 0).map(|(file, rows)| format!("{file} ({rows})")).collect();
    if !unsourced.is_empty() {
        odd.push(format!(
            "rows that name no `source`: {}; say where figures come from, or that they are an assumption, and why",
            unsourced.join(", ")
        ));
    }
    odd
}

/// Regions whose zones have other numbers of people than the census that is quoted for the region.
fn counts_apart(places: &Places) -> Vec<String> {
    /// Most by which the two may differ, as a share.
    const APART: f64 = 0.1;
    let mut people: BTreeMap<&str, f64> = BTreeMap::new();
    for place in &places.data.values()[..places.zones] {
        *people.entry(&place.region).or_default() += place.people_census;
    }
    let differ = people.into_iter().filter_map(|(region, people)| {
        let census = places.census.get(region)?;
        ((people / census - 1.0).abs() > APART)
            .then(|| format!("`people` of the zones of {region} are {people:.0} in places.csv, the `census` of regions.csv is {census:.0}"))
    });
    differ.collect()
}

/// Rows that cannot be told apart by their names, which is all that a reader of tables and plots sees.
fn same_names<'a>(file: &str, rows: impl Iterator<Item = (&'a String, &'a String)>) -> Vec<String> {
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    let twins = rows
        .filter_map(|(slug, name)| known.insert(name, slug).map(|other| format!("`{other}` and `{slug}` of {file} have one name: {name}")));
    twins.collect()
}

/// What fights, and where it stood in the reference.
pub(super) struct Forces<'a> {
    pub(super) organisations: &'a Map<Org, OrganisationData>,
    pub(super) dyads: &'a [Dyad],
    pub(super) reference: &'a Start,
}

/// Pairs of blocs with recorded violence that share no zone in the reference, on which rates are solved.
fn never_meeting(peoples: &Peoples, forces: &Forces) -> Vec<String> {
    let stands = |bloc: Bloc, at: usize| {
        let mut of = forces.organisations.iter().filter(|(org, data)| data.bloc == bloc && forces.reference.strength[*org].0 > 0.0);
        of.any(|(org, _)| forces.reference.fighters.row(org)[at] > 0.0)
    };
    let zones = forces.reference.fighters.columns();
    let apart = forces.dyads.iter().filter(|dyad| dyad.events_per_month > 0.0);
    apart
        .filter(|dyad| !(0..zones).any(|at| stands(dyad.a, at) && stands(dyad.b, at)))
        .map(|dyad| {
            let [a, b] = [dyad.a, dyad.b].map(|bloc| &peoples.blocs[bloc].slug);
            format!(
                "the rate of `{a}` and `{b}` in dyads.csv does nothing: the two share no zone in the reference starts/{}",
                forces.reference.name
            )
        })
        .collect()
}

/// Zones that the shapes of the map leave out, where there are any shapes.
fn shapeless(places: &Places, shapes: &Shapes) -> Vec<String> {
    let Some(drawn) = &shapes.places else { return Vec::new() };
    let left = places.zone_names().iter().filter(|name| !drawn.contains(name));
    left.map(|name| format!("shapes.geojson has no shape of `{name}`: maps leave it out")).collect()
}
