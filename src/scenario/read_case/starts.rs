//! The starts of a case and the reference on whose forces its rates are solved: every folder below starts/.
use super::about::About;
use super::reader::Reader;
use super::rows::{Row, cells_in};
use super::tables::MOST;
use crate::index::{Bloc, Grid, Id, Map, Org, Party, Place};
use crate::scenario::case::{BlocData, Dated, OrganisationData, Position, Stance, Start};
use crate::scenario::keys::STANCES;
use crate::scenario::problem::Problem;
use crate::units::Date;
use std::collections::BTreeSet;

/// The starts of a case.
pub(super) struct Starts {
    /// Those from which a scenario may start.
    pub(super) starts: Vec<Start>,
    pub(super) reference: Option<Start>,
    /// One line for each start that lacks tables.
    pub(super) silent: Vec<String>,
}

/// Tables that a start may do without, and what is then taken for granted. A header without rows says the same on purpose.
const SILENT: [(&str, &str); 5] = [
    ("control", "nobody controls any zone"),
    ("stances", "all organisations are neutral to each other"),
    ("displaced", "nobody is displaced"),
    ("sieges", "no place is besieged"),
    ("bargaining", "all parties stand alike in talks"),
];

/// Names that tables of a start refer to.
pub(super) struct Names<'a> {
    pub(super) places: &'a [String],
    pub(super) zones: usize,
    pub(super) blocs: &'a [String],
    pub(super) organisations: &'a [String],
    pub(super) parties: &'a [String],
}

/// Reads all starts; nothing where there are too many.
pub(super) fn read(
    r: &mut Reader,
    about: &About,
    known: &Names,
    organisations: &Map<Org, OrganisationData>,
    blocs: &Map<Bloc, BlocData>,
    timeline: &[Dated],
) -> Option<Starts> {
    let files: BTreeSet<&str> = r.layers.iter().flat_map(|layer| layer.files.keys().map(String::as_str)).collect();
    let files: BTreeSet<&str> = files.into_iter().filter(|file| !r.is_of_a_removed_start(file)).collect();
    let mut names: Vec<String> = files.iter().filter_map(|k| k.strip_prefix("starts/")?.split_once('/').map(|x| x.0.to_owned())).collect();
    names.dedup();
    if names.len() > MOST {
        r.problems.add(Problem::at("starts", 1, 1, format!("{} starts: at most {MOST}", names.len())));
        return None;
    }
    let mut starts = Vec::new();
    let mut reference = None;
    let reference_name = about.word(r, "reference");
    let start_names = names.clone();
    let silent = names.iter().filter_map(|name| silent(&files, name, *name == reference_name)).collect();
    for name in names {
        let start = read_start(r, &files, known, &name);
        if name == reference_name { reference = Some(start) } else { starts.push(start) }
    }
    if starts.is_empty() {
        r.problems.add(about.problem("starts", "a case needs at least one start beside its reference: a folder below starts/".to_owned()));
    }
    if reference.is_none() {
        let fault =
            format!("`reference` must name a folder of starts, whose forces the rates are solved on; there is no starts/{reference_name}");
        r.problems.add(about.problem("reference", fault));
    }
    for name in start_names.iter().filter(|name| **name != reference_name) {
        // A day that is written otherwise would be a second start of the same day.
        if Date::parse(name).is_none_or(|day| day.to_string() != *name) {
            let folder = format!("starts/{name}");
            let here = r.layers.iter().rev().find(|layer| layer.files.keys().any(|file| file.starts_with(&format!("{folder}/"))));
            let shown = here.map_or_else(|| folder.clone(), |layer| layer.shown(&folder));
            let problem = Problem::at(&shown, 1, 1, format!("`{name}` is no day: a start is named by its first, 2031-01-06"));
            r.problems.add(problem.nearest(name, about.entries("starts").iter().map(|entry| entry.0.as_str())));
        }
    }
    for (key, at, _) in about.entries("starts").iter().filter(|entry| !start_names.contains(&entry.0)) {
        let problem = about.sources.problem(*at, format!("there is no folder starts/{key}"));
        r.problems.add(problem.nearest(key, start_names.iter().map(String::as_str)));
    }
    let dated = |org: Org| timeline.iter().any(|dated: &Dated| dated.force.is_some_and(|force| force.0 == org));
    let nowhere = organisations.iter().filter(|(org, data)| !r.listed.contains(&data.slug) && !dated(*org));
    let nowhere: Vec<&str> = nowhere.map(|(_, data)| data.slug.as_str()).collect();
    if let Some(start) = starts.last() {
        r.lacking(
            &format!("starts/{}/organisations.csv", start.name),
            "as that of every other start, this table",
            nowhere.into_iter(),
            &BTreeSet::new(),
            "an organisation has fighters at some start or by a dated event; 0 is none yet",
        );
    }
    if let Some(reference) = &reference {
        without_reference(r, reference, &starts, organisations, blocs);
    }
    Some(Starts { starts, reference, silent })
}

/// What a start without some of its tables takes for granted. Nobody talks in a reference.
fn silent(files: &BTreeSet<&str>, start: &str, is_reference: bool) -> Option<String> {
    let absent = SILENT.iter().filter(|(table, _)| !(is_reference && *table == "bargaining"));
    let absent: Vec<String> = absent
        .filter(|(table, _)| !files.contains(format!("starts/{start}/{table}.csv").as_str()))
        .map(|(table, then)| format!("no {table}.csv ({then})"))
        .collect();
    (!absent.is_empty())
        .then(|| format!("starts/{start} has {}; where that is meant, a table with its header alone says so", absent.join(", ")))
}

/// Tells blocs that have fighters at a start and none in the reference, on whose forces all levels of violence are solved.
fn without_reference(
    r: &mut Reader,
    reference: &Start,
    starts: &[Start],
    organisations: &Map<Org, OrganisationData>,
    blocs: &Map<Bloc, BlocData>,
) {
    let of =
        |start: &Start, bloc: Bloc| organisations.iter().filter(|(_, o)| o.bloc == bloc).map(|(org, _)| start.strength[org].0).sum::<f64>();
    for (bloc, data) in blocs.iter() {
        let Some(start) = starts.iter().find(|start| of(start, bloc) > 0.0).filter(|_| of(reference, bloc) == 0.0) else { continue };
        let file = |start: &Start| format!("starts/{}/organisations.csv", start.name);
        let fault = format!("`{}` has fighters at the start {}, but none in the reference {}", data.slug, start.name, reference.name);
        let problem = Problem::of(r.header(&file(reference)), fault).also(r.header(&file(start)), "fighters here");
        r.problems.add(problem.hint("levels of violence are solved on the reference: give it fighters, places and stances there as well"));
    }
}

fn read_start<'a>(r: &mut Reader<'a>, files: &BTreeSet<&'a str>, names: &Names, name: &str) -> Start {
    let table = |r: &mut Reader<'a>, table: &str| {
        let key = format!("starts/{name}/{table}.csv");
        match files.get(key.as_str()) {
            Some(key) => r.table(key),
            None => Vec::new(),
        }
    };
    let rows = table(r, "organisations");
    let strength = strength(r, &rows, names);
    let listed: BTreeSet<&str> = rows.iter().filter_map(|row| row.cells.get("organisation")).map(|cell| &*cell.1).collect();
    let rows = table(r, "fighters");
    let fighters = fighters(r, &rows, names, name, &strength, &listed);
    let rows = table(r, "control");
    let control = control(r, &rows, names);
    let rows = table(r, "stances");
    let stances = stances(r, &rows, names);
    let mut displaced = Vec::new();
    for row in table(r, "displaced") {
        let (home, host) = r.pair(&row, ["home", "host"], [&names.places[..names.zones], names.places]);
        displaced.push((home, host, r.number(&row, "persons", 0.0, 1e8)));
    }
    let mut sieges = Vec::new();
    for row in table(r, "sieges") {
        sieges.push((r.slug(&row, "place", &names.places[..names.zones]), r.slug(&row, "bloc", names.blocs)));
    }
    let rows = table(r, "bargaining");
    let positions = positions(r, &rows, names, name);
    Start { name: name.to_owned(), date: Date::parse(name), strength, fighters, control, stances, displaced, sieges, positions }
}

/// Median of the fighters of organisations, and the spread of its logarithm.
fn strength<'a>(r: &mut Reader<'a>, rows: &[Row<'a>], names: &Names) -> Map<Org, (f64, f64)> {
    let mut strength = Map::filled(names.organisations.len(), (0.0, 0.0));
    r.names(rows, "organisation");
    for row in rows {
        let org: Org = r.slug(row, "organisation", names.organisations);
        let slug = r.text(row, "organisation");
        r.listed.insert(slug);
        strength[org] = (r.number(row, "median", 0.0, 1e7), r.number(row, "log_sd", 0.0, 3.0));
    }
    strength
}

/// Shares of the fighters of organisations by zone. Of those that the start does not list, fighters would be nobody, without a word.
fn fighters<'a>(
    r: &mut Reader<'a>,
    rows: &[Row<'a>],
    names: &Names,
    name: &str,
    strength: &Map<Org, (f64, f64)>,
    listed: &BTreeSet<&str>,
) -> Grid<Org, Place, f64> {
    let mut fighters = Grid::filled(names.organisations.len(), names.zones, 0.0);
    for row in rows {
        let org: Org = r.slug(row, "organisation", names.organisations);
        let place: Place = r.slug(row, "place", &names.places[..names.zones]);
        fighters[(org, place)] = r.number(row, "share", 0.0, 1.0);
    }
    for org in (0..names.organisations.len()).map(Org::from_at) {
        let sum: f64 = fighters.row(org).iter().sum();
        let slug = &names.organisations[org.at()];
        let of: Vec<&Row> = rows.iter().filter(|row| row.cells.get("organisation").is_some_and(|cell| cell.1 == *slug)).collect();
        if let Some(first) = of.first().filter(|_| !listed.contains(slug.as_str())) {
            let fault = format!("`{slug}` has places here, but starts/{name}/organisations.csv does not say how many fighters it has");
            r.fault(first, "organisation", fault);
        }
        if strength[org].0 > 0.0 && (sum - 1.0).abs() > 0.01 {
            let fault = format!("the shares of `{slug}` sum to {sum:.4}; they must sum to 1");
            if of.is_empty() {
                let file = format!("starts/{name}/organisations.csv");
                let fault = format!("`{slug}` has {} fighters, but starts/{name}/fighters.csv does not say where", strength[org].0);
                r.problems
                    .add(Problem::of(r.header(&file), fault).also(r.header(&format!("starts/{name}/fighters.csv")), "where fighters are"));
            } else {
                r.sum(&of, "share", fault);
            }
        }
        if sum > 0.0 {
            fighters.row_mut(org).iter_mut().for_each(|x| *x /= sum);
        }
    }
    fighters
}

/// Shares of control of zones by bloc.
fn control<'a>(r: &mut Reader<'a>, rows: &[Row<'a>], names: &Names) -> Grid<Place, Bloc, f64> {
    let mut control = Grid::filled(names.zones, names.blocs.len(), 0.0);
    for row in rows {
        let place: Place = r.slug(row, "place", &names.places[..names.zones]);
        let bloc: Bloc = r.slug(row, "bloc", names.blocs);
        control[(place, bloc)] = r.number(row, "share", 0.0, 1.0);
        let sum: f64 = control.row(place).iter().sum();
        if sum > 1.0 + 1e-6 {
            r.fault(row, "share", format!("control of `{}` sums to {sum:.3}: at most 1", names.places[place.at()]));
        }
    }
    control
}

fn stances<'a>(r: &mut Reader<'a>, rows: &[Row<'a>], names: &Names) -> Grid<Org, Org, Stance> {
    let mut stances = Grid::filled(names.organisations.len(), names.organisations.len(), Stance::Neutral);
    for row in rows {
        let (a, b): (Org, Org) = r.pair(row, ["a", "b"], [names.organisations; 2]);
        let text = r.text(row, "stance");
        let stance = match text.as_str() {
            "hostile" => Stance::Hostile,
            "truce" => Stance::Truce,
            "neutral" => Stance::Neutral,
            "allied" => Stance::Allied,
            _ => {
                let problem = r.problem(row, "stance", format!("unknown stance `{text}`: hostile, truce, neutral or allied"));
                r.problems.add(problem.nearest(&text, STANCES.iter().copied()));
                Stance::Neutral
            }
        };
        stances[(a, b)] = stance;
        stances[(b, a)] = stance;
    }
    stances
}

/// Positions of parties in talks.
fn positions<'a>(r: &mut Reader<'a>, rows: &[Row<'a>], names: &Names, name: &str) -> Map<Party, Position> {
    let neutral =
        Position { status_quo: 0.4, p_win: 0.4, hurt: 0.3, momentum: 0.0, decisive: 1.0, package_status_quo: 0.4, package_momentum: 0.0 };
    let mut positions = Map::filled(names.parties.len(), neutral);
    let parties = names.parties.iter().map(String::as_str).filter(|_| !rows.is_empty());
    r.lacking(
        &format!("starts/{name}/bargaining.csv"),
        "this table",
        parties,
        &cells_in(rows, "party"),
        "every party has a row, where the table is there",
    );
    for row in rows {
        let party: Party = r.slug(row, "party", names.parties);
        positions[party] = Position {
            status_quo: r.number(row, "status_quo", 0.0, 1.0),
            p_win: r.number(row, "p_win", 0.01, 0.99),
            hurt: r.number(row, "hurt", 0.0, 0.95),
            momentum: r.number(row, "momentum", -1.0, 1.0),
            decisive: r.number(row, "decisive_multiplier", 0.0, 5.0),
            package_status_quo: r.number(row, "package_status_quo", 0.0, 1.0),
            package_momentum: r.number(row, "package_momentum", -1.0, 1.0),
        };
    }
    positions
}
