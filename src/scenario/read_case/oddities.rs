//! What is sound in the tables of a case and yet seems not meant: told by `check` and before a run, refused by nobody.
use super::peoples::Peoples;
use super::places::Places;
use super::reader::Reader;
use crate::index::{Map, Org};
use crate::scenario::case::OrganisationData;
use std::collections::BTreeMap;

/// One line for each.
pub(super) fn of(r: &Reader, places: &Places, peoples: &Peoples, organisations: &Map<Org, OrganisationData>) -> Vec<String> {
    let mut odd = counts_apart(places);
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
