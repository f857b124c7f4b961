//! Made-up results with the shapes of the real ones, to look at reports without a model run.
use std::sync::Arc;
use sulh::experiment::results::{Failure, FutureRow, ParameterDraws, Results, ScenarioLabel, SeriesSketch};
use sulh::index::{Bloc, Community, Grid, Id, Map, Party, Place};
use sulh::observe::measures::{outcome_columns, series_rows};
use sulh::observe::{CommunityRecord, Fork, Funnel, Run, STAGES};
use sulh::scenario::case::{BlocData, Case, CommunityData, CountedRefuge, PlaceData, PlaceKind, Start, Trend};
use sulh::scenario::track::Mark;
use sulh::units::Date;

const PLACES: &str = include_str!("../../scenarios/cases/mali/places.csv");
const COMMUNITIES: &str = include_str!("../../scenarios/cases/mali/communities.csv");
const BLOCS: &str = include_str!("../../scenarios/cases/mali/blocs.csv");
const SHAPES: &str = include_str!("../../scenarios/cases/mali/shapes.geojson");

fn records(text: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.expect("a row of the case")).collect()
}

/// The names and shapes of the case, without its numbers.
pub fn case() -> Case {
    let start = Start {
        name: "made-up".into(),
        date: Date::parse("2026-07-06"),
        strength: Map::new(vec![]),
        fighters: Grid::filled(0, 0, 0.0),
        control: Grid::filled(0, 0, 0.0),
        stances: Grid::filled(0, 0, sulh::scenario::Stance::Neutral),
        displaced: vec![],
        sieges: vec![],
        positions: Map::new(vec![]),
    };
    let rows = records(PLACES);
    let places: Vec<PlaceData> = rows
        .iter()
        .map(|row| PlaceData {
            slug: row["place"].clone(),
            name: row["name"].clone(),
            kind: if row["kind"] == "zone" { PlaceKind::Zone } else { PlaceKind::Refuge },
            region: row["region"].clone(),
            seat: row["seat"].clone(),
            lat: row["lat"].parse().unwrap(),
            lon: row["lon"].parse().unwrap(),
            remoteness: 0.0,
            value: 0.0,
            people_census: row["people"].parse().unwrap_or(0.0),
            people_projection: 0.0,
            refugees: 0.0,
            identity: 0,
        })
        .collect();
    let zones = places.iter().filter(|p| p.kind == PlaceKind::Zone).count();
    let of = |scope: &str| {
        (scope.to_owned(), rows.iter().enumerate().filter(|(_, r)| r["scope"] == scope).map(|(at, _)| Place::from_at(at)).collect())
    };
    Case {
        name: "mali".into(),
        title: "northern and central Mali".into(),
        household_size: 6.0,
        men_per_household: 1.5,
        scopes: vec![of("north"), of("centre")],
        places: Map::new(places),
        zones,
        neighbours: Map::new(vec![]),
        waiting: vec![],
        displaced_inside: 0.0,
        shown_community: Community(0),
        counted_refuge: rows
            .iter()
            .position(|r| r["place"] == "hodh-chargui")
            .map(|at| CountedRefuge { place: Place::from_at(at), name: "mauritania".into() }),
        communities: Map::new(
            records(COMMUNITIES)
                .iter()
                .map(|row| CommunityData {
                    slug: row["community"].clone(),
                    name: row["name"].clone(),
                    livelihood: String::new(),
                    trust: 0.5,
                    marginalisation: 0.5,
                    hardship: 0.5,
                    rents: 0.5,
                    description: String::new(),
                    source: String::new(),
                    identity: 0,
                })
                .collect(),
        ),
        blocs: Map::new(
            records(BLOCS)
                .iter()
                .map(|row| BlocData {
                    slug: row["bloc"].clone(),
                    name: row["name"].clone(),
                    trend: Trend::Loyalist,
                    antistate: 0.0,
                    settles: 0.0,
                    taxes: 0.0,
                    islamic_courts: false,
                    follows_disputes: false,
                    identity: 0,
                })
                .collect(),
        ),
        state: Bloc(0),
        state_party: Party(0),
        capital: "Bamako".into(),
        organisations: Map::new(vec![]),
        shares: Grid::filled(0, 0, 0.0),
        affinity: Grid::filled(0, 0, 0.0),
        targeting: Grid::filled(0, 0, 0.0),
        leanings: Map::new(vec![]),
        trends: ["loyalist", "independentist", "Islamist"].map(String::from),
        dyads: vec![],
        one_sided: Map::new(vec![]),
        feuds: vec![],
        season: [0.0; 12],
        parties: Map::new(vec![]),
        access: vec![],
        starts: vec![start.clone()],
        reference: start,
        posteriors: vec![],
        scales: vec![],
        oddities: vec![],
        timeline: vec![],
        shapes: SHAPES.into(),
    }
}

/// A stream of normal numbers.
struct Luck(u64);
impl Luck {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }
    fn normal(&mut self) -> f64 {
        let u = self.unit();
        sulh::stats::quantile::normal(u)
    }
}

/// Paired futures of two scenarios.
pub fn results(futures: u64, draws: u32, weeks: usize) -> Results {
    let case = Arc::new(case());
    let mut luck = Luck(7);
    let parameters = ParameterDraws {
        fitted: None,
        names: ["recruitment.base", "grievance.half_life", "mediation.leak"].map(String::from).into(),
        rows: (0..draws).map(|d| (d, vec![luck.normal(), luck.normal(), luck.normal()])).collect(),
        refused: 0,
    };
    let mark = |week, text: &str| Mark { week, text: text.into() };
    let label = |name: &str, title: &str, talks, marks| ScenarioLabel {
        name: name.into(),
        title: title.into(),
        summary: if talks { "Mauritania mediates with some of those who fight." } else { "The state's own process." }.into(),
        off: vec![],
        talks,
        table: if talks { "mauritania convenes fla, jnim-north (on conditions)" } else { "no talks are tried" }.into(),
        conditions: talks,
        bids: talks,
        scale: 1,
        scales: vec![],
        unreached: vec![],
        lineages: None,
        marks,
        start: Date::parse("2026-07-06"),
        weeks: weeks as i32,
        households: Some(1_085_237),
    };
    let scenarios = vec![
        label("bamako-only", "Bamako only", false, vec![mark(-12, "offensive of April 2026"), mark(40, "disarmament reopens")]),
        label(
            "mauritanian-multiparty",
            "Mauritanian multiparty",
            true,
            vec![mark(26, "first bid possible"), mark(34, "contact group funded")],
        ),
    ];
    let columns = outcome_columns(&case);
    let rows_of_series = series_rows(&case);
    let mut series: Vec<SeriesSketch> = (0..2).map(|_| SeriesSketch::new(&case, weeks)).collect();
    let mut rows = Vec::new();
    for replicate in 0..futures {
        let draw = (replicate % u64::from(draws)) as u32;
        let theta = &parameters.rows[draw as usize].1;
        let (shared, level) = (luck.normal(), 0.25 * theta[0]);
        let place_luck: Vec<f64> = (0..case.zones).map(|_| luck.normal()).collect();
        let accord = luck.unit() < 0.11 + 0.03 * theta[1];
        for scenario in 0..2 {
            let effect = if scenario == 0 {
                0.0
            } else if accord {
                -0.09
            } else {
                -0.006 + 0.002 * theta[2]
            };
            let base = libm::exp(level + 0.15 * shared + effect + 0.01 * luck.normal());
            let outcome: Vec<f64> = columns
                .iter()
                .map(|name| {
                    let scope = if name.ends_with("_north") {
                        0.22
                    } else if name.ends_with("_centre") {
                        0.78
                    } else {
                        1.0
                    };
                    let noise = 1.0 + 0.01 * luck.normal();
                    if name.starts_with("civilian_deaths") {
                        (9_600.0 * scope * base * noise).round()
                    } else if name.starts_with("deaths") {
                        (17_900.0 * scope * base * noise).round()
                    } else if name.starts_with("displaced") {
                        (98_000_000.0 * scope * base * noise).round()
                    } else if name.starts_with("refugee") {
                        (31_000_000.0 * libm::sqrt(base) * noise).round()
                    } else if name.starts_with("peace") {
                        (0.62 - 0.1 * (base - 1.0) + 0.005 * luck.normal()).clamp(0.0, 1.0)
                    } else if name.starts_with("coercive") {
                        (0.41 + 0.06 * theta[2] + 0.02 * shared + 0.02 * theta[1] * f64::from(scenario as u32)).clamp(0.0, 1.0)
                    } else if name.starts_with("recruits") {
                        (6_200.0 * scope * base * noise).round()
                    } else {
                        (9.0 + 2.0 * shared + luck.normal()).round().max(2.0)
                    }
                })
                .collect();
            let communities: Vec<CommunityRecord> = (0..case.communities.len())
                .map(|c| {
                    let tilt = if scenario == 1 { [-0.03, 0.0, 0.02, 0.0, 0.0, -0.02, 0.0, 0.0, 0.0, 0.0, 0.0][c % 11] } else { 0.0 };
                    let mut leanings = [0.55 + 0.08 * luck.normal() - tilt, 0.25 + 0.06 * luck.normal() + tilt, 0.2 + 0.05 * luck.normal()]
                        .map(|v: f64| v.max(0.01));
                    let sum: f64 = leanings.iter().sum();
                    leanings = leanings.map(|v| v / sum);
                    CommunityRecord {
                        civilian_deaths: (700.0 * base * (1.0 + tilt) + 5.0 * luck.normal()).round(),
                        displaced_person_weeks: (8e6 * base).round(),
                        coercive_share_mean: 0.4,
                        recruits: (500.0 * base).round(),
                        leanings: [leanings[0], leanings[1], leanings[2], 0.5],
                    }
                })
                .collect();
            let mut values = Vec::with_capacity(rows_of_series.len() * weeks);
            for (at, (series, subject)) in rows_of_series.iter().enumerate() {
                let place = case.place(subject).map_or(0, Id::at);
                let community = at % 11;
                let mut walk = 0.0;
                for week in 0..weeks {
                    let t = week as f64 / weeks as f64;
                    walk = 0.95 * walk + 0.1 * luck.normal();
                    let season = 1.0 + 0.25 * libm::sin(week as f64 / 52.0 * std::f64::consts::TAU);
                    let b = base * season * libm::exp(walk) * if scenario == 1 && accord { 1.0 - 0.3 * t } else { 1.0 };
                    values.push(match &*series.name {
                        "deaths" => (69.0 * b).round(),
                        "civilian_deaths" => (37.0 * b).round(),
                        "displaced" => 380_000.0 * base * (0.9 + 0.4 * t) + 9e3 * walk,
                        "refugees_mauritania" => 120_000.0 * base * (0.9 + 0.3 * t),
                        "recruits" => (24.0 * b).round(),
                        "coercive_share" => (0.41 + 0.05 * t + 0.05 * walk).clamp(0.0, 1.0),
                        "fighters" => 2_000.0 * base,
                        "place_deaths" => (2.4 * b + 0.6 * place_luck[place]).max(0.0).round(),
                        "state_control" => (0.75 - 0.09 * (case.places[Place::from_at(place)].lat - 13.0) - 0.2 * t
                            + 0.1 * place_luck[place]
                            + if scenario == 1 { 0.1 * t } else { 0.0 })
                        .clamp(0.0, 1.0),
                        "loyalist" => {
                            (0.45 + 0.1 * t - 0.03 * f64::from(scenario as u32) * t + 0.05 * walk + 0.01 * community as f64).clamp(0.0, 1.0)
                        }
                        "independentist" => (0.35 - 0.12 * t + 0.08 * f64::from(scenario as u32) * t + 0.05 * shared * t).clamp(0.0, 1.0),
                        _ => (0.2 + 0.02 * t - 0.05 * f64::from(scenario as u32) * t).clamp(0.0, 1.0),
                    } as f32);
                }
            }
            series[scenario].add(&values);
            let mut funnel = Funnel { reached: [None; STAGES.len()], observable: [true; STAGES.len()] };
            funnel.observable[6] = weeks > 260;
            let mut forks = vec![];
            if scenario == 1 {
                let reach = |yes: bool, week: i32| yes.then_some(week);
                funnel.reached = [
                    reach(luck.unit() < 0.91, 6),
                    reach(luck.unit() < 0.14, 60),
                    reach(accord || luck.unit() < 0.3, 30),
                    reach(accord || luck.unit() < 0.25, 38),
                    reach(accord, 90),
                    reach(accord && luck.unit() < 0.7, 142),
                    None,
                    reach(accord && luck.unit() < 0.5, weeks as i32),
                ];
                if accord {
                    let difference = outcome.iter().map(|v| -0.085 * v * (1.0 + 0.3 * luck.normal())).collect();
                    forks.push(Fork { stage: "accord", week: 90, difference, civilian_deaths: vec![-60.0; case.communities.len()] });
                }
            }
            rows.push(FutureRow { scenario, draw, replicate, seed: 7, run: Run { outcome, communities, funnel, forks, ..Run::default() } });
        }
    }
    let failures = vec![Failure {
        scenario: 1,
        draw: 17,
        replicate: futures,
        week: Some(23),
        process: "politics".into(),
        message: "a faction without members".into(),
        command: format!("sulh story mauritanian-multiparty --seed 7 --draw 17 --replicate {futures}"),
    }];
    Results { case, scenarios, parameters, rows, series, failures }
}

/// Adds a third scenario, a copy of the second with a long name.
pub fn third(results: &mut Results) {
    let mut label = results.scenarios[1].clone();
    label.name = "community-dialogue".into();
    label.title = "Community dialogue with guarantees from the region".into();
    label.marks[1].text = "dialogues begin between neighbouring communities".into();
    results.scenarios.push(label);
    results.series.push(results.series[1].clone());
    let rows: Vec<FutureRow> = results.rows.iter().filter(|r| r.scenario == 1).map(|r| FutureRow { scenario: 2, ..r.clone() }).collect();
    results.rows.extend(rows);
}
