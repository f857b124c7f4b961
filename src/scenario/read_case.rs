//! Reads a case from its tables, checks them, and reports all problems with file, line and column.
use super::case::*;
use super::problem::{Problem, Problems};
use crate::dice::identity;
use crate::index::{Bloc, Community, Grid, Id, Map, Org, Party, Place};
use crate::units::Date;
use std::collections::BTreeMap;
use std::path::Path;

/// The text of the files of a case, by name within its folder.
pub type Files = BTreeMap<String, String>;

/// A case that is part of the program: its name, and the names and texts of its files.
pub type EmbeddedCase = (&'static str, &'static [(&'static str, &'static str)]);

macro_rules! embedded {
    ($($case:literal: $($name:literal),*;)*) => {
        /// The cases that come with the program; the first is that of a scenario that names none.
        pub const EMBEDDED: &[EmbeddedCase] =
            &[$(($case, &[$(($name, include_str!(concat!("../../scenarios/cases/", $case, "/", $name)))),*])),*];
    };
}

embedded!(
    "mali":
    "case.toml", "places.csv", "regions.csv", "links.csv", "households.csv", "communities.csv", "blocs.csv",
    "organisations.csv", "affinity.csv", "targeting.csv", "leanings.csv", "dyads.csv", "onesided.csv", "feuds.csv",
    "season.csv", "preferences.csv", "access.csv", "refugees.csv", "timeline.csv", "shapes.geojson",
    "starts/2012-01-02/organisations.csv", "starts/2012-01-02/fighters.csv", "starts/2012-01-02/control.csv",
    "starts/2012-01-02/stances.csv", "starts/2012-01-02/displaced.csv", "starts/2012-01-02/sieges.csv",
    "starts/2012-01-02/bargaining.csv",
    "starts/2017-2021/organisations.csv", "starts/2017-2021/fighters.csv", "starts/2017-2021/control.csv",
    "starts/2017-2021/stances.csv", "starts/2017-2021/displaced.csv", "starts/2017-2021/sieges.csv",
    "starts/2024-09-02/organisations.csv", "starts/2024-09-02/fighters.csv", "starts/2024-09-02/control.csv",
    "starts/2024-09-02/stances.csv", "starts/2024-09-02/displaced.csv", "starts/2024-09-02/sieges.csv",
    "starts/2024-09-02/bargaining.csv",
    "starts/2026-07-06/organisations.csv", "starts/2026-07-06/fighters.csv", "starts/2026-07-06/control.csv",
    "starts/2026-07-06/stances.csv", "starts/2026-07-06/displaced.csv", "starts/2026-07-06/sieges.csv",
    "starts/2026-07-06/bargaining.csv";
    "two-valleys":
    "case.toml", "places.csv", "regions.csv", "links.csv", "households.csv", "communities.csv", "blocs.csv",
    "organisations.csv", "affinity.csv", "targeting.csv", "leanings.csv", "dyads.csv", "onesided.csv", "feuds.csv",
    "season.csv", "preferences.csv", "access.csv", "refugees.csv", "timeline.csv", "shapes.geojson",
    "starts/2029-2030/organisations.csv", "starts/2029-2030/fighters.csv", "starts/2029-2030/control.csv",
    "starts/2029-2030/stances.csv", "starts/2029-2030/displaced.csv", "starts/2029-2030/sieges.csv",
    "starts/2031-01-06/organisations.csv", "starts/2031-01-06/fighters.csv", "starts/2031-01-06/control.csv",
    "starts/2031-01-06/stances.csv", "starts/2031-01-06/displaced.csv", "starts/2031-01-06/sieges.csv", "starts/2031-01-06/bargaining.csv";
);

/// The files of an embedded case.
#[must_use]
pub fn embedded(case: &str) -> Option<Files> {
    let (_, files) = EMBEDDED.iter().find(|(name, _)| *name == case)?;
    Some(files.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect())
}

/// Keys of `case.toml`.
const KEYS: [&str; 15] = [
    "format", "name", "title", "households_of", "men_per_household", "state", "capital", "reference", "waiting", "counted_refuge",
    "displaced_inside", "shown_community", "scopes", "trends", "starts",
];

/// Reads the files of a case folder.
///
/// # Errors
/// If the folder or a file in it cannot be read as UTF-8 text.
pub fn from_folder(folder: &Path) -> Result<Files, Problems> {
    let mut files = Files::new();
    let mut problems = Problems::default();
    let mut pending = vec![(folder.to_path_buf(), String::new(), 0)];
    while let Some((path, prefix, depth)) = pending.pop() {
        let entries = match std::fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) => {
                problems.add(Problem::at(&path.display().to_string(), 1, 1, format!("cannot be read: {error}")));
                continue;
            }
        };
        for entry in entries.flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let path = entry.path();
            if path.is_dir() {
                if depth < 2 {
                    pending.push((path, format!("{name}/"), depth + 1));
                }
            } else if [".csv", ".toml", ".geojson"].iter().any(|end| name.ends_with(end)) {
                match std::fs::read_to_string(&path) {
                    Ok(text) => {
                        files.insert(name, text);
                    }
                    Err(error) => problems.add(Problem::at(&path.display().to_string(), 1, 1, format!("cannot be read: {error}"))),
                }
            }
        }
    }
    problems.into_result(files)
}

/// One row of a table: cells by header, with their columns.
struct Row<'a> {
    file: &'a str,
    line: u64,
    cells: BTreeMap<String, (u64, String)>,
}

/// Reads cells and notes what is wrong with them.
struct Reader<'a> {
    files: &'a Files,
    problems: Problems,
}

impl<'a> Reader<'a> {
    fn table(&mut self, file: &'a str) -> Vec<Row<'a>> {
        let Some(text) = self.files.get(file) else {
            self.problems.add(Problem::at(file, 1, 1, "the table is missing".to_owned()));
            return Vec::new();
        };
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let headers = match reader.headers() {
            Ok(headers) => headers.clone(),
            Err(error) => {
                self.problems.add(Problem::at(file, 1, 1, format!("no header row: {error}")));
                return Vec::new();
            }
        };
        let mut rows = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    let mut column = 1;
                    let mut cells = BTreeMap::new();
                    for (header, cell) in headers.iter().zip(record.iter()) {
                        cells.insert(header.to_owned(), (column, cell.to_owned()));
                        column += cell.chars().count() as u64 + 1;
                    }
                    rows.push(Row { file, line, cells });
                }
                Err(error) => {
                    let line = error.position().map_or(1, csv::Position::line);
                    self.problems.add(Problem::at(file, line, 1, format!("the row cannot be read: {error}")));
                }
            }
        }
        rows
    }

    fn fault(&mut self, row: &Row, column: &str, fault: String) {
        let at = row.cells.get(column).map_or(1, |c| c.0);
        self.problems.add(Problem::at(row.file, row.line, at, fault));
    }

    fn text(&mut self, row: &Row, column: &str) -> String {
        if let Some((_, cell)) = row.cells.get(column) {
            return cell.clone();
        }
        if row.line <= 2 {
            self.problems.add(Problem::at(row.file, 1, 1, format!("the column `{column}` is missing")));
        }
        String::new()
    }

    fn number(&mut self, row: &Row, column: &str, low: f64, high: f64) -> f64 {
        let text = self.text(row, column);
        match text.parse::<f64>() {
            Ok(x) if x.is_finite() && (low..=high).contains(&x) => x,
            Ok(x) => {
                self.fault(row, column, format!("{x} in `{column}`: allowed is {low} to {high}"));
                low
            }
            Err(_) if row.cells.contains_key(column) => {
                self.fault(row, column, format!("`{text}` in `{column}` is not a number"));
                low
            }
            Err(_) => low,
        }
    }

    fn slug<I: Id>(&mut self, row: &Row, column: &str, names: &[String]) -> I {
        let text = self.text(row, column);
        self.named(row, column, &text, names)
    }

    fn named<I: Id>(&mut self, row: &Row, column: &str, text: &str, names: &[String]) -> I {
        if let Some(at) = names.iter().position(|n| n == text) {
            return I::from_at(at);
        }
        let at = row.cells.get(column).map_or(1, |c| c.0);
        let problem = Problem::at(row.file, row.line, at, format!("unknown name `{text}` in `{column}`"));
        self.problems.add(problem.nearest(text, names.iter().map(String::as_str)));
        I::from_at(0)
    }

    /// Two names of one row that must differ.
    fn pair<I: Id + PartialEq>(&mut self, row: &Row, columns: [&str; 2], names: [&[String]; 2]) -> (I, I) {
        let (a, b) = (self.slug(row, columns[0], names[0]), self.slug(row, columns[1], names[1]));
        if self.text(row, columns[0]) == self.text(row, columns[1]) {
            self.fault(row, columns[1], format!("`{}` and `{}` are the same: two different ones are needed", columns[0], columns[1]));
        }
        (a, b)
    }

    fn list<I: Id>(&mut self, row: &Row, column: &str, names: &[String]) -> Vec<I> {
        let text = self.text(row, column);
        text.split(';').map(str::trim).filter(|t| !t.is_empty()).map(|t| self.named(row, column, t, names)).collect()
    }

    fn names(&mut self, rows: &[Row], column: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for row in rows {
            let name = self.text(row, column);
            if names.contains(&name) {
                self.fault(row, column, format!("`{name}` stands twice"));
            }
            names.push(name);
        }
        names
    }
}

/// Most rows of zones, communities, blocs and organisations that the engine can index.
const MOST: usize = 120;

/// Reads and checks a case.
///
/// # Errors
/// All problems of all its files.
#[expect(clippy::too_many_lines, reason = "one paragraph per table, in the order of the documentation")]
pub fn read(files: &Files) -> Result<Case, Problems> {
    let mut r = Reader { files, problems: Problems::default() };
    let about = About::new(&mut r);

    // Places: zones first, then refuges, each in the order of the table.
    let mut rows = r.table("places.csv");
    rows.sort_by_key(|row| row.cells.get("kind").is_none_or(|(_, k)| k != "zone"));
    let zones = rows.iter().filter(|row| row.cells.get("kind").is_some_and(|(_, k)| k == "zone")).count();
    let place_names = r.names(&rows, "place");
    if zones == 0 || place_names.len() > MOST {
        r.problems.add(Problem::at("places.csv", 1, 1, format!("{zones} zones among {} places: allowed are 1 to {MOST}", place_names.len())));
        return Err(r.problems);
    }
    let mut regions: BTreeMap<String, f64> = BTreeMap::new();
    for row in r.table("regions.csv") {
        let (census, projection) = (r.number(&row, "census", 1.0, 1e9), r.number(&row, "projection", 1.0, 1e9));
        regions.insert(r.text(&row, "region"), projection / census);
    }
    let mut refugees = Map::filled(place_names.len(), 0.0);
    for row in r.table("refugees.csv") {
        let place: Place = r.slug(&row, "refuge", &place_names);
        refugees[place] = r.number(&row, "persons", 0.0, 1e8);
    }
    let scope_names: Vec<String> = about.table.get("scopes").and_then(toml::Value::as_table).map_or_else(Vec::new, |t| t.keys().cloned().collect());
    let mut scopes: Vec<(String, Vec<Place>)> = scope_names.iter().map(|n| (n.clone(), Vec::new())).collect();
    let mut places = Map::new(Vec::new());
    for row in &rows {
        let slug = r.text(row, "place");
        let zone = r.text(row, "kind") == "zone";
        let region = r.text(row, "region");
        let people = if zone { r.number(row, "people", 1.0, 1e8) } else { 0.0 };
        let scope = r.text(row, "scope");
        let id = Place::from_at(places.len());
        if let Some((_, list)) = scopes.iter_mut().find(|(n, _)| *n == scope) {
            list.push(id);
        } else if !scope.is_empty() {
            r.fault(row, "scope", format!("`{scope}` is not among the [scopes] of case.toml"));
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
            people_projection: people * regions.get(&region).copied().unwrap_or(1.0),
            refugees: refugees[id],
            region,
            slug,
        });
    }
    let total: f64 = places.values().iter().map(|p: &PlaceData| p.value).sum();
    if (total - 1.0).abs() > 0.005 {
        r.problems.add(Problem::at("places.csv", 1, 1, format!("`value` sums to {total:.4} over the zones; it must sum to 1")));
    }
    let mut neighbours: Map<Place, Vec<(Place, f64)>> = Map::filled(places.len(), Vec::new());
    for row in r.table("links.csv") {
        let (a, b): (Place, Place) = r.pair(&row, ["a", "b"], [&place_names; 2]);
        let km = r.number(&row, "km", 0.1, 5_000.0);
        neighbours[a].push((b, km));
        neighbours[b].push((a, km));
    }
    for list in neighbours.values_mut() {
        list.sort_by_key(|x| x.0);
        list.dedup_by_key(|x| x.0);
    }
    for place in (0..zones).map(Place::from_at) {
        if neighbours[place].is_empty() {
            r.problems.add(Problem::at("links.csv", 1, 1, format!("nothing is linked to `{}`", places[place].slug)));
        }
    }

    // Communities and blocs.
    let rows = r.table("communities.csv");
    let community_names = r.names(&rows, "community");
    let mut communities = Map::new(Vec::new());
    for row in &rows {
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
    let rows = r.table("blocs.csv");
    let bloc_names = r.names(&rows, "bloc");
    let mut blocs = Map::new(Vec::new());
    for row in &rows {
        let slug = r.text(row, "bloc");
        let trend = r.text(row, "trend");
        blocs.push(BlocData {
            identity: identity(&slug),
            name: r.text(row, "name"),
            trend: match trend.as_str() {
                "loyalist" => super::Trend::Loyalist,
                "independentist" => super::Trend::Independentist,
                "islamist" => super::Trend::Islamist,
                _ => {
                    r.fault(row, "trend", format!("unknown trend `{trend}`: loyalist, independentist or islamist"));
                    super::Trend::Loyalist
                }
            },
            antistate: r.number(row, "antistate", 0.0, 1.0),
            settles: r.number(row, "settles", 0.0, 1.0),
            taxes: r.number(row, "taxes", 0.0, 1.0),
            islamic_courts: r.text(row, "islamic_courts") == "1",
            follows_disputes: r.text(row, "follows_disputes") == "1",
            slug,
        });
    }
    if communities.is_empty() || blocs.is_empty() || blocs.len() > 20 || communities.len() > MOST {
        r.problems.add(Problem::at("blocs.csv", 1, 1, "a case needs communities and 1 to 20 blocs".to_owned()));
        return Err(r.problems);
    }
    let state: Bloc = about.named(&mut r, "state", "blocs.csv", &bloc_names);

    // Parties, from the table of preferences.
    let rows = r.table("preferences.csv");
    let mut party_names: Vec<String> = Vec::new();
    for row in &rows {
        let name = r.text(row, "party");
        if !party_names.contains(&name) {
            party_names.push(name);
        }
    }
    let state_party: Party = about.named(&mut r, "state", "preferences.csv", &party_names);
    let mut parties: Map<Party, PartyData> = Map::new(
        party_names
            .iter()
            .map(|slug| PartyData { slug: slug.clone(), enemy: Party(0), ideals: [0.0; SCALARS], weights: [0.0; SCALARS + PIES], claims: [1.0; PIES], organisations: Vec::new(), identity: identity(slug) })
            .collect(),
    );
    for row in &rows {
        let party: Party = r.slug(row, "party", &party_names);
        parties[party].enemy = r.slug(row, "main_enemy", &party_names);
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
            let at = row.cells.get("issue").map_or(1, |cell| cell.0);
            let problem = Problem::at(row.file, row.line, at, format!("unknown issue `{issue}`"));
            r.problems.add(problem.nearest(&issue, SCALAR_NAMES.into_iter().chain(PIE_NAMES)));
        }
    }
    for (_, party) in parties.iter() {
        let sum: f64 = party.weights.iter().sum();
        if (sum - 1.0).abs() > 1e-6 {
            r.problems.add(Problem::at("preferences.csv", 1, 1, format!("the weights of `{}` sum to {sum:.4}; they must sum to 1", party.slug)));
        }
    }

    // Organisations.
    let rows = r.table("organisations.csv");
    let organisation_names = r.names(&rows, "organisation");
    let mut organisations = Map::new(Vec::new());
    for row in &rows {
        let slug = r.text(row, "organisation");
        let party_name = r.text(row, "party");
        let party = party_names.iter().position(|n| *n == party_name).map(Party::from_at);
        let umbrella = r.text(row, "umbrella");
        let recruits = r.text(row, "recruits");
        let id = Org::from_at(organisations.len());
        if let Some(party) = party {
            parties[party].organisations.push(id);
        }
        organisations.push(OrganisationData {
            identity: identity(&slug),
            name: r.text(row, "name"),
            bloc: r.slug(row, "bloc", &bloc_names),
            umbrella: (!umbrella.is_empty()).then_some(umbrella),
            head: r.text(row, "head") == "1",
            party,
            recruits: match recruits.as_str() {
                "national" => Recruits::National,
                "contract" => Recruits::Contract,
                "households" => Recruits::Households,
                _ => {
                    r.fault(row, "recruits", format!("`{recruits}`: households, national or contract"));
                    Recruits::Households
                }
            },
            quality: r.number(row, "quality", 0.1, 10.0),
            cohesion: r.number(row, "cohesion", 0.0, 1.0),
            discipline: r.number(row, "discipline", 0.0, 1.0),
            intelligence: r.number(row, "intelligence", 0.0, 1.0),
            communities: r.list(row, "communities", &community_names),
            objectives: r.list(row, "objectives", &place_names),
            description: r.text(row, "description"),
            source: r.text(row, "source"),
            slug,
        });
    }

    // Tables of two keys.
    let mut shares = Grid::filled(zones, communities.len(), 0.0);
    for row in r.table("households.csv") {
        let (place, community): (Place, Community) = (r.slug(&row, "place", &place_names[..zones]), r.slug(&row, "community", &community_names));
        shares[(place, community)] = r.number(&row, "share", 0.0, 1.0);
    }
    for place in (0..zones).map(Place::from_at) {
        let sum: f64 = shares.row(place).iter().sum();
        if (sum - 1.0).abs() > 0.002 {
            r.problems.add(Problem::at("households.csv", 1, 1, format!("the shares of `{}` sum to {sum:.4}; they must sum to 1", places[place].slug)));
        } else {
            shares.row_mut(place).iter_mut().for_each(|x| *x /= sum);
        }
    }
    let mut affinity = Grid::filled(blocs.len(), communities.len(), 0.0);
    for row in r.table("affinity.csv") {
        let (bloc, community): (Bloc, Community) = (r.slug(&row, "bloc", &bloc_names), r.slug(&row, "community", &community_names));
        affinity[(bloc, community)] = r.number(&row, "affinity", -1.0, 1.0);
    }
    let mut targeting = Grid::filled(blocs.len(), communities.len(), 1.0);
    for row in r.table("targeting.csv") {
        let (bloc, community): (Bloc, Community) = (r.slug(&row, "bloc", &bloc_names), r.slug(&row, "community", &community_names));
        targeting[(bloc, community)] = r.number(&row, "factor", 0.01, 100.0);
    }
    let mut leanings = Map::filled(communities.len(), [0.0, 0.0, 0.0, 1.0]);
    for row in r.table("leanings.csv") {
        let community: Community = r.slug(&row, "community", &community_names);
        let values = ["loyalist", "independentist", "islamist", "none"].map(|c| r.number(&row, c, 0.0, 1.0));
        let sum: f64 = values.iter().sum();
        if (sum - 1.0).abs() > 0.002 {
            r.fault(&row, "loyalist", format!("the leanings sum to {sum:.4}; they must sum to 1"));
        }
        // What the table rounds away is shared out; what is exact is left as it stands.
        leanings[community] = if (sum - 1.0).abs() > 1e-9 { values.map(|x| x / sum) } else { values };
    }
    let mut dyads = Vec::new();
    for row in r.table("dyads.csv") {
        let (a, b) = r.pair(&row, ["a", "b"], [&bloc_names; 2]);
        if dyads.iter().any(|d: &Dyad| (d.a, d.b) == (a, b) || (d.a, d.b) == (b, a)) {
            r.fault(&row, "a", "this pair stands twice".to_owned());
        }
        dyads.push(Dyad {
            a,
            b,
            events_per_month: r.number(&row, "events_per_month", 0.0, 1_000.0),
            log_sd: r.number(&row, "log_sd", 0.0, 3.0),
            loss_ratio: r.number(&row, "loss_ratio", 0.05, 20.0),
            civilian_share: r.number(&row, "civilian_share", 0.0, 1.0),
            state_based: r.text(&row, "tail") == "state-based",
        });
    }
    let mut one_sided = Map::filled(blocs.len(), 0.0);
    for row in r.table("onesided.csv") {
        let bloc: Bloc = r.slug(&row, "bloc", &bloc_names);
        one_sided[bloc] = r.number(&row, "events_per_month", 0.0, 1_000.0);
    }
    let mut feuds = Vec::new();
    for row in r.table("feuds.csv") {
        let (a, b) = r.pair(&row, ["a", "b"], [&community_names; 2]);
        let place = r.slug(&row, "place", &place_names[..zones]);
        if feuds.iter().any(|f: &Feud| f.place == place && ((f.a, f.b) == (a, b) || (f.a, f.b) == (b, a))) {
            r.fault(&row, "a", "this pair stands twice".to_owned());
        }
        feuds.push(Feud {
            place,
            a,
            b,
            dispute: r.number(&row, "dispute", 0.0, 1.0),
        });
    }
    let mut season = [0.0; 12];
    for row in r.table("season.csv") {
        let month = r.number(&row, "month", 1.0, 12.0) as usize;
        season[month - 1] = r.number(&row, "log_factor", -5.0, 5.0);
    }
    let mut access: Vec<(String, Map<Party, f64>)> = Vec::new();
    for row in r.table("access.csv") {
        let convenor = r.text(&row, "convenor");
        let party: Party = r.slug(&row, "party", &party_names);
        let value = r.number(&row, "access", 0.0, 1.0);
        if !access.iter().any(|(n, _)| *n == convenor) {
            access.push((convenor.clone(), Map::filled(party_names.len(), 0.0)));
        }
        if let Some((_, map)) = access.iter_mut().find(|(n, _)| *n == convenor) {
            map[party] = value;
        }
    }
    let mut timeline = Vec::new();
    for row in r.table("timeline.csv") {
        let (date, flag) = (r.text(&row, "date"), r.text(&row, "flag"));
        if !["X", "V"].contains(&flag.as_str()) {
            r.fault(&row, "flag", format!("`{flag}` is neither X (may be injected) nor V (validates only)"));
        }
        match Date::parse(&date) {
            Some(date) => {
                let force = force(&mut r, &row, &flag, &organisation_names, &organisations);
                timeline.push(Dated { date, may_inject: flag == "X", event: r.text(&row, "event"), force });
            }
            None => r.fault(&row, "date", format!("`{date}` is not a date (YYYY-MM-DD)")),
        }
    }

    // Starts: every folder below starts/.
    let mut names: Vec<String> = files.keys().filter_map(|k| k.strip_prefix("starts/")?.split_once('/').map(|x| x.0.to_owned())).collect();
    names.dedup();
    let all = Names { places: &place_names, zones, blocs: &bloc_names, organisations: &organisation_names, parties: &party_names };
    let mut starts = Vec::new();
    let mut reference = None;
    let reference_name = about.word(&mut r, "reference");
    for name in names {
        let start = read_start(&mut r, &all, &name);
        if name == reference_name { reference = Some(start) } else { starts.push(start) }
    }
    if starts.is_empty() {
        r.problems.add(Problem::at("starts", 1, 1, "a case needs at least one start beside its reference".to_owned()));
    }
    if reference.is_none() {
        let fault = format!("`reference` must name a folder of starts, whose forces the rates are solved on; there is no starts/{reference_name}");
        r.problems.add(about.problem("reference", fault));
    }
    let household_size = about.figure(&mut r, "households_of", 6.0, 2.0, 200.0);
    if household_size.fract() > 0.0 {
        r.problems.add(about.problem("households_of", format!("{household_size} is not a whole number of persons")));
    }
    let waiting = about.word(&mut r, "waiting");
    if !waiting.is_empty() && !scope_names.contains(&waiting) {
        r.problems.add(about.problem("waiting", format!("`{waiting}` is not among the [scopes]")).nearest(&waiting, scope_names.iter().map(String::as_str)));
    }
    let trends = about.table.get("trends").and_then(toml::Value::as_table);
    let called = |(name, usual): (&str, &str)| trends.and_then(|t| t.get(name)?.as_str()).unwrap_or(usual).to_owned();
    let (Some(reference), true) = (reference, r.problems.0.is_empty()) else { return Err(r.problems) };
    let case = Case {
        name: about.word(&mut r, "name"),
        title: about.word(&mut r, "title"),
        household_size,
        men_per_household: about.figure(&mut r, "men_per_household", 1.26, 1.0, 2.0),
        capital: about.word(&mut r, "capital"),
        waiting: scopes.iter().find(|(name, _)| *name == waiting).map_or_else(Vec::new, |(_, places)| places.clone()),
        counted_refuge: about.counted_refuge(&mut r, &place_names),
        displaced_inside: about.figure(&mut r, "displaced_inside", 0.0, 0.0, 1e9),
        shown_community: if about.table.contains_key("shown_community") { about.named(&mut r, "shown_community", "communities.csv", &community_names) } else { Community(0) },
        places,
        zones,
        scopes,
        neighbours,
        communities,
        blocs,
        state,
        state_party,
        organisations,
        shares,
        affinity,
        targeting,
        leanings,
        trends: [("loyalist", "loyalist"), ("independentist", "independentist"), ("islamist", "Islamist")].map(called),
        dyads,
        one_sided,
        feuds,
        season,
        parties,
        access,
        reference,
        starts,
        timeline,
        shapes: files.get("shapes.geojson").cloned().unwrap_or_default(),
    };
    r.problems.into_result(case)
}

/// Fighters that a dated event brings or takes away, if its row says so: only for what may be injected, and only those whose fighters do not
/// come from the case's households.
fn force(r: &mut Reader, row: &Row, flag: &str, names: &[String], organisations: &Map<Org, OrganisationData>) -> Option<(Org, f64)> {
    if row.cells.get("organisation").is_none_or(|cell| cell.1.is_empty()) {
        return None;
    }
    let org: Org = r.slug(row, "organisation", names);
    let fighters = r.number(row, "fighters", -1e6, 1e6);
    if flag != "X" {
        r.fault(row, "flag", "this event only validates: what follows from it must be produced by the model, and it can bring no fighters".to_owned());
    }
    if organisations.values().get(org.at()).is_some_and(|o| o.recruits == Recruits::Households) {
        r.fault(row, "organisation", format!("the fighters of `{}` come from households of the case and cannot be sent from outside", names[org.at()]));
    }
    Some((org, fighters))
}

/// `case.toml`: plain keys. A fault is told at the line of its key.
struct About<'a> {
    text: &'a str,
    table: toml::Table,
}

impl<'a> About<'a> {
    fn new(r: &mut Reader<'a>) -> Self {
        let Some(text) = r.files.get("case.toml") else {
            r.problems.add(Problem::at("case.toml", 1, 1, "the file is missing".to_owned()));
            return Self { text: "", table: toml::Table::new() };
        };
        let table = text.parse().unwrap_or_else(|error: toml::de::Error| {
            let (line, column) = error.span().map_or((1, 1), |span| super::raw::line_column(text, span.start));
            r.problems.add(Problem::at("case.toml", line, column, error.message().to_owned()));
            toml::Table::new()
        });
        let about = Self { text, table };
        for key in about.table.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            r.problems.add(about.problem(key, format!("unknown key `{key}`")).nearest(key, KEYS.into_iter()));
        }
        about
    }

    fn problem(&self, key: &str, fault: String) -> Problem {
        let line = self.text.lines().position(|line| line.trim_start().trim_start_matches('[').starts_with(key)).unwrap_or(0);
        Problem::at("case.toml", line as u64 + 1, 1, fault)
    }

    /// A text, or nothing where the key is missing.
    fn word(&self, r: &mut Reader, key: &str) -> String {
        match self.table.get(key) {
            Some(toml::Value::String(text)) => return text.clone(),
            Some(_) => r.problems.add(self.problem(key, format!("`{key}` must be a text in quotes"))),
            None => {}
        }
        String::new()
    }

    fn figure(&self, r: &mut Reader, key: &str, default: f64, low: f64, high: f64) -> f64 {
        let Some(value) = self.table.get(key) else { return default };
        let value = value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64)).unwrap_or(f64::NAN);
        if (low..=high).contains(&value) {
            return value;
        }
        r.problems.add(self.problem(key, format!("`{key}` must be a number from {low} to {high}")));
        low
    }

    /// The row of a table that a key names; it must be there.
    fn named<I: Id>(&self, r: &mut Reader, key: &str, table: &str, names: &[String]) -> I {
        let text = self.word(r, key);
        if let Some(at) = names.iter().position(|name| *name == text) {
            return I::from_at(at);
        }
        let problem = self.problem(key, format!("`{key}` must name a row of {table}, and `{text}` does not"));
        r.problems.add(problem.nearest(&text, names.iter().map(String::as_str)));
        I::from_at(0)
    }

    fn counted_refuge(&self, r: &mut Reader, places: &[String]) -> Option<CountedRefuge> {
        let value = self.table.get("counted_refuge")?;
        let part = |key: &str| value.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        let name = part("name");
        let place = places.iter().position(|place| place == part("place"));
        if place.is_none() || name.is_empty() || !name.chars().all(|x| x.is_ascii_lowercase() || x.is_ascii_digit() || x == '_') {
            let fault = "`counted_refuge` must be { place = \"a row of places.csv\", name = \"a_part_of_the_name_of_a_measure\" }";
            r.problems.add(self.problem("counted_refuge", fault.to_owned()).nearest(part("place"), places.iter().map(String::as_str)));
        }
        Some(CountedRefuge { place: Place::from_at(place?), name: name.to_owned() })
    }
}

/// Names that tables of a start refer to.
struct Names<'a> {
    places: &'a [String],
    zones: usize,
    blocs: &'a [String],
    organisations: &'a [String],
    parties: &'a [String],
}

fn read_start<'a>(r: &mut Reader<'a>, names: &Names, name: &str) -> Start {
    let files = r.files;
    let table = |r: &mut Reader<'a>, table: &str| {
        let key = format!("starts/{name}/{table}.csv");
        match files.get_key_value(&key) {
            Some((key, _)) => r.table(key),
            None => Vec::new(),
        }
    };
    let mut strength = Map::filled(names.organisations.len(), (0.0, 0.0));
    for row in table(r, "organisations") {
        let org: Org = r.slug(&row, "organisation", names.organisations);
        strength[org] = (r.number(&row, "median", 0.0, 1e7), r.number(&row, "log_sd", 0.0, 3.0));
    }
    let mut fighters = Grid::filled(names.organisations.len(), names.zones, 0.0);
    for row in table(r, "fighters") {
        let org: Org = r.slug(&row, "organisation", names.organisations);
        let place: Place = r.slug(&row, "place", &names.places[..names.zones]);
        fighters[(org, place)] = r.number(&row, "share", 0.0, 1.0);
    }
    for org in (0..names.organisations.len()).map(Org::from_at) {
        let sum: f64 = fighters.row(org).iter().sum();
        if strength[org].0 > 0.0 && (sum - 1.0).abs() > 0.01 {
            r.problems.add(Problem::at(&format!("starts/{name}/fighters.csv"), 1, 1, format!("the shares of `{}` sum to {sum:.4}; they must sum to 1", names.organisations[org.at()])));
        }
        if sum > 0.0 {
            fighters.row_mut(org).iter_mut().for_each(|x| *x /= sum);
        }
    }
    let mut control = Grid::filled(names.zones, names.blocs.len(), 0.0);
    for row in table(r, "control") {
        let place: Place = r.slug(&row, "place", &names.places[..names.zones]);
        let bloc: Bloc = r.slug(&row, "bloc", names.blocs);
        control[(place, bloc)] = r.number(&row, "share", 0.0, 1.0);
        let sum: f64 = control.row(place).iter().sum();
        if sum > 1.0 + 1e-6 {
            r.fault(&row, "share", format!("control of `{}` sums to {sum:.3}: at most 1", names.places[place.at()]));
        }
    }
    let mut stances = Grid::filled(names.organisations.len(), names.organisations.len(), Stance::Neutral);
    for row in table(r, "stances") {
        let (a, b): (Org, Org) = r.pair(&row, ["a", "b"], [names.organisations; 2]);
        let text = r.text(&row, "stance");
        let stance = match text.as_str() {
            "hostile" => Stance::Hostile,
            "truce" => Stance::Truce,
            "neutral" => Stance::Neutral,
            "allied" => Stance::Allied,
            _ => {
                r.fault(&row, "stance", format!("`{text}`: hostile, truce, neutral or allied"));
                Stance::Neutral
            }
        };
        stances[(a, b)] = stance;
        stances[(b, a)] = stance;
    }
    let mut displaced = Vec::new();
    for row in table(r, "displaced") {
        let (home, host) = r.pair(&row, ["home", "host"], [&names.places[..names.zones], names.places]);
        displaced.push((home, host, r.number(&row, "persons", 0.0, 1e8)));
    }
    let mut sieges = Vec::new();
    for row in table(r, "sieges") {
        sieges.push((r.slug(&row, "place", &names.places[..names.zones]), r.slug(&row, "bloc", names.blocs)));
    }
    let neutral = Position { status_quo: 0.4, p_win: 0.4, hurt: 0.3, momentum: 0.0, decisive: 1.0, package_status_quo: 0.4, package_momentum: 0.0 };
    let mut positions = Map::filled(names.parties.len(), neutral);
    for row in table(r, "bargaining") {
        let party: Party = r.slug(&row, "party", names.parties);
        positions[party] = Position {
            status_quo: r.number(&row, "status_quo", 0.0, 1.0),
            p_win: r.number(&row, "p_win", 0.01, 0.99),
            hurt: r.number(&row, "hurt", 0.0, 0.95),
            momentum: r.number(&row, "momentum", -1.0, 1.0),
            decisive: r.number(&row, "decisive_multiplier", 0.0, 5.0),
            package_status_quo: r.number(&row, "package_status_quo", 0.0, 1.0),
            package_momentum: r.number(&row, "package_momentum", -1.0, 1.0),
        };
    }
    Start { name: name.to_owned(), date: Date::parse(name), strength, fighters, control, stances, displaced, sieges, positions }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_case_is_sound() {
        let case = read(&embedded("mali").unwrap()).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!((case.zones, case.communities.len(), case.organisations.len()), (29, 11, 9));
        let people: f64 = case.zones().map(|q| case.places[q].people_census).sum();
        assert_eq!((people / 6.0).round(), 1_085_237.0);
    }

    #[test]
    fn a_wrong_name_is_found_with_its_place_and_the_nearest_one() {
        let mut files = embedded("mali").unwrap();
        let text = files["affinity.csv"].replacen("idaksahak", "idaksahk", 1);
        files.insert("affinity.csv".to_owned(), text);
        let problems = read(&files).unwrap_err().to_string();
        assert!(problems.contains("affinity.csv:") && problems.contains("did you mean `idaksahak`?"), "{problems}");
    }

    #[test]
    fn what_a_table_cannot_mean_is_told() {
        let told = |file: &str, from: &str, to: &str| {
            let mut files = embedded("two-valleys").unwrap();
            let text = &files[file];
            assert!(text.contains(from), "{file} has no `{from}`");
            let text = text.replacen(from, to, 1);
            files.insert(file.to_owned(), text);
            read(&files).map_or_else(|problems| problems.to_string(), |_| "fine".to_owned())
        };
        for (file, from, to, fault) in [
            ("starts/2031-01-06/displaced.csv", "lower-orra,upper-orra", "lower-orra,lower-orra", "displaced.csv:6:12: `home` and `host` are the same"),
            ("feuds.csv", "orrans,ferrymen", "orrans,orrans", "feuds.csv:2:19: `a` and `b` are the same"),
            ("feuds.csv", "lower-orra,tessites,ferrymen", "lower-orra,tessites,orrans", "feuds.csv:5:12: this pair stands twice"),
            ("dyads.csv", "front,covenant", "covenant,republic", "dyads.csv:4:1: this pair stands twice"),
            ("starts/2031-01-06/stances.csv", "guard,front", "guard,guard", "`a` and `b` are the same"),
            ("preferences.csv", "rents,0.45", "rents,0", "allowed is 0.01 to 1"),
            ("preferences.csv", "issue", "isue", "the column `issue` is missing"),
            ("places.csv", "Orra,west", "Orra,wst", "`wst` is not among the [scopes]"),
            ("case.toml", "state = \"republic\"", "state = \"republik\"", "did you mean `republic`?"),
            ("case.toml", "capital", "capitol", "did you mean `capital`?"),
            ("case.toml", "households_of = 7", "households_of = 6.5", "not a whole number"),
            ("case.toml", "reference = \"2029-2030\"", "reference = \"2029\"", "there is no starts/2029"),
            ("case.toml", "waiting = \"east\"", "waiting = \"eats\"", "did you mean `east`?"),
            ("case.toml", "counted_refuge = { place", "counted_refuge = { plaice", "case.toml:13:1: `counted_refuge` must be"),
        ] {
            let text = told(file, from, to);
            assert!(text.contains(fault), "{file}, {to}: {text}");
        }
    }

    #[test]
    fn leanings_rounded_in_the_table_sum_to_one() {
        let mut files = embedded("two-valleys").unwrap();
        let text = files["leanings.csv"].replacen("orrans,0.1,0.55", "orrans,0.1,0.549", 1);
        files.insert("leanings.csv".to_owned(), text);
        let case = read(&files).unwrap_or_else(|problems| panic!("{problems}"));
        assert!((case.leanings[Community(0)].iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
}
