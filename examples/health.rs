//! Is the war healthy? One start, many futures without a track: `health [start] [futures] [weeks] [scale] [draws]`.
//!
//! Prints levels by year and, per future, whether fighters neither die out nor explode.
use rayon::prelude::*;
use std::sync::Arc;
use sulh::dice::Dice;
use sulh::observe::measures::{outcome_columns, series_rows};
use sulh::observe::{Run, STAGES};
use sulh::params::{self, Parameters};
use sulh::scenario::{Case, Population, Scenario, read_case, track};
use sulh::sim::{self, Asked, Ready};
use sulh::world::Template;

/// Fighters at the start from which a bloc is judged.
const JUDGED_FROM: f32 = 25.0;
/// What its fighters may become, as a share of the start's.
const BOUNDS: (f32, f32) = (0.2, 5.0);

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let start = args.get(1).map_or("2026-07-06", String::as_str);
    let number = |at: usize, default: u64| args.get(at).map_or(default, |x| x.parse().expect("a number"));
    let (futures, weeks, scale) = (number(2, 8), number(3, 260) as usize, number(4, 1) as u32);
    let draws = args.get(5).is_some_and(|x| x == "draws");
    let mut case = read_case::read(&read_case::embedded("mali").expect("the case is embedded")).expect("the embedded case is sound");
    if start == "2017-2021" {
        let mut reference = case.reference.clone();
        reference.date = sulh::units::Date::parse("2019-01-07");
        case.starts = vec![reference];
    } else {
        case.starts.retain(|s| s.name == start);
    }
    let case = Arc::new(case);
    let scenario = Scenario {
        name: "health".into(),
        title: String::new(),
        summary: String::new(),
        case: Arc::clone(&case),
        track: track::Track {
            convenor: None,
            seats: vec![],
            first_bid: 20,
            offers: track::Offers::Open,
            side_payments: true,
            guarantee: track::Guarantee::Diplomatic,
            civil_society: 0.0,
            civil_society_as: None,
            guarantee_strength: None,
            guarantee_decay: None,
            enforcement: 0.0,
            monitoring: 0.5,
            budget: 3000.0,
            contact_group: None,
            standing_accord: None,
            ddr: None,
            accord_ddr: None,
            dialogues: vec![],
            accord_replaces: false,
            marks: vec![],
        },
        start: 0,
        weeks: weeks as i32,
        scale,
        population: Population::Census,
        switched_off: vec![],
        draws_from: sulh::scenario::DrawsFrom::Priors,
        overrides: vec![],
        changes: vec![],
        later: vec![],
        drawn: vec![],
        unreached: vec![],
        resolved: String::new(),
    };
    let template = Arc::new(Template::new(&scenario));
    let declared = params::declared(&case, 0);
    let values = |future: u64| -> Vec<f64> {
        let unit = |name: &str| Dice::new(99, future).unit(sulh::dice::Stream::Parameter, 0, sulh::dice::identity(name));
        let value = |d: &params::Declared| {
            if draws { d.prior.quantile(unit(&d.path)).clamp(*d.range.start(), *d.range.end()) } else { d.prior.median() }
        };
        declared.iter().map(value).collect()
    };
    let ready = |future: u64| Ready::new(&scenario, &template, Parameters::from_values(&case, &values(future)));
    let common = (!draws).then(|| ready(0));
    let runs: Vec<Run> = (0..futures)
        .into_par_iter()
        .map(|future| {
            let own = common.is_none().then(|| ready(future));
            let ready = own.as_ref().or(common.as_ref()).expect("one of the two");
            let dice = Dice::new(1, future);
            sim::run(ready, sim::burn_in(ready, dice), dice, Asked::default()).0
        })
        .collect();
    report(&case, &runs, weeks);
}

fn report(case: &Case, runs: &[Run], weeks: usize) {
    let rows = series_rows(case);
    let at = |name: &str, subject: &str| rows.iter().position(|(s, x)| s.name == name && x == subject).expect("a series");
    let series = |run: &Run, row: usize| run.series[row * weeks..(row + 1) * weeks].to_vec();
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let column = |name: &str| outcome_columns(case).iter().position(|c| c == name).expect("a column");
    println!("{} futures of {weeks} weeks; medians", runs.len());
    for (name, subject) in [("deaths", "all"), ("civilian_deaths", "all")] {
        let by_year: Vec<String> = (0..weeks / 52)
            .map(|y| {
                format!(
                    "{:.0}",
                    median(
                        runs.iter()
                            .map(|r| series(r, at(name, subject))[y * 52..(y + 1) * 52].iter().map(|&x| f64::from(x)).sum::<f64>() / 12.0)
                            .collect()
                    )
                )
            })
            .collect();
        println!("{name} ({subject}) a month, by year: {}", by_year.join(" "));
    }
    println!(
        "recruits a week: {:.1}, in the north {:.1}",
        median(runs.iter().map(|r| r.outcome[column("recruits")] / weeks as f64).collect()),
        median(runs.iter().map(|r| r.outcome[column("recruits_north")] / weeks as f64).collect())
    );
    for name in ["displaced", "refugees_mauritania", "coercive_share"] {
        let Some(row) = rows.iter().position(|(s, _)| s.name == name) else { continue };
        let quarters: Vec<String> = (0..=5)
            .map(|i| (i * weeks / 5).min(weeks - 1))
            .map(|w| format!("{:.3}", median(runs.iter().map(|r| f64::from(series(r, row)[w])).collect())))
            .collect();
        println!("{name} over time: {}", quarters.join(" "));
    }
    let mut sound = vec![true; runs.len()];
    for bloc in case.blocs.values() {
        let row = at("fighters", &bloc.slug);
        let ratios: Vec<f32> =
            runs.iter().map(|r| series(r, row)).map(|s| if s[0] >= JUDGED_FROM { s[weeks - 1] / s[0] } else { 1.0 }).collect();
        for (ok, ratio) in sound.iter_mut().zip(&ratios) {
            *ok &= (BOUNDS.0..=BOUNDS.1).contains(ratio);
        }
        let mut sorted = ratios.clone();
        sorted.sort_by(f32::total_cmp);
        let q = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize];
        println!("{:14} end over start: 10 % {:.2}, median {:.2}, 90 % {:.2}", bloc.slug, q(0.1), q(0.5), q(0.9));
    }
    let share = sound.iter().filter(|x| **x).count() as f64 / runs.len().max(1) as f64;
    println!("every bloc between {} and {} of its start: {:.0} % of futures (80 wanted)", BOUNDS.0, BOUNDS.1, 100.0 * share);
    for (stage, name) in STAGES.iter().enumerate() {
        let n = runs.iter().filter(|r| r.funnel.reached[stage].is_some()).count();
        if n > 0 {
            println!("{name}: {n}");
        }
    }
}
