//! Orientation: one start, many futures without a track, printed by year.
use std::sync::Arc;
use sulh::dice::Dice;
use sulh::params::{self, Parameters};
use sulh::scenario::{Population, Scenario, read_case, track};
use sulh::sim::{self, Asked, Ready};
use sulh::world::Template;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let start_name = args.get(1).map_or("2026-07-06", String::as_str);
    let futures: u64 = args.get(2).map_or(8, |x| x.parse().unwrap());
    let weeks: i32 = args.get(3).map_or(260, |x| x.parse().unwrap());
    let scale: u32 = args.get(4).map_or(1, |x| x.parse().unwrap());
    let draws: bool = args.get(5).is_some_and(|x| x == "draws");
    let mut case = read_case::read(&read_case::embedded("mali").unwrap()).unwrap();
    if start_name == "2017-2021" {
        let mut s = case.reference.clone();
        s.date = sulh::units::Date::parse("2019-01-07");
        case.starts = vec![s];
    } else {
        case.starts.retain(|s| s.name == start_name);
    }
    let case = Arc::new(case);
    let scenario = Scenario {
        name: "x".into(), title: String::new(), summary: String::new(), case: Arc::clone(&case),
        track: track::Track {
            convenor: None, seats: vec![], first_bid: 20, offers: track::Offers::Open, side_payments: true,
            guarantee: track::Guarantee::Diplomatic, civil_society: 0.0, monitoring: 0.5, budget: 3000.0, contact_group: None,
            standing_accord: None, ddr: None, accord_ddr: None, dialogues: vec![], accord_replaces: false, marks: vec![],
        },
        start: 0, weeks, scale, population: Population::Census, switched_off: vec![], overrides: vec![], changes: vec![], resolved: String::new(),
    };
    let mut scenario = scenario;
    if args.iter().any(|a| a == "t2") {
        use sulh::scenario::track::*;
        scenario.track.convenor = case.access.iter().position(|a| a.0 == "mauritania");
        scenario.track.seats = vec![
            Seat { party: case.party("fla").unwrap(), modality: Modality::Full, conditions: None, veto: None },
            Seat { party: case.party("jnim-north").unwrap(), modality: Modality::Full, conditions: Some(Conditions { hazard: 1.0, exit_cost: 1.0, recognition: 0.6 }), veto: Some(true) },
        ];
        scenario.track.contact_group = Some(ContactGroup { members: 11.0, western_share: 0.4, funds: 0.0 });
        scenario.track.accord_ddr = Some(Ddr { quota: 3000.0, integrated_share: 0.67, delivered: 0.0, organisations: vec![], delay: None });
    }
    let scenario = scenario;
    let t = std::time::Instant::now();
    let template = Arc::new(Template::new(&scenario));
    eprintln!("template {} households, {} segments, {} clusters, {:?}", template.len(), template.segments.len(), template.clusters.len(), t.elapsed());
    let declared = params::declared(&case, 0);
    let default: Vec<f64> = declared.iter().map(|d| d.prior.median()).collect();
    let columns = sulh::observe::measures::outcome_columns(&case);
    let mut ready = None;
    for f in 0..futures {
        if ready.is_none() || draws {
            let values: Vec<f64> = if draws {
                let u = |name: &str| { let mut d = Dice::new(99, f).at(sulh::dice::Stream::Parameter, 0, sulh::dice::identity(name)); d.unit() };
                declared.iter().map(|d| d.prior.quantile(u(&d.path))).collect()
            } else { default.clone() };
            let t = std::time::Instant::now();
            ready = Some(Ready::new(&scenario, &template, Parameters::from_values(&case, &values)));
            if f == 0 || draws { eprintln!("solve {:?}", t.elapsed()); }
        }
        let ready = ready.as_ref().unwrap();
        let dice = Dice::new(1, f);
        let t = std::time::Instant::now();
        let world = sim::burn_in(ready, dice);
        let tb = t.elapsed();
        let t = std::time::Instant::now();
        let (run, story) = sim::run(ready, world, dice, Asked { digests: false, story: f == 0 });
        let tr = t.elapsed();
        let rows = sulh::observe::measures::series_rows(&case);
        let yearly = |row: usize| -> Vec<String> { (0..weeks/52).map(|y| { let s: f32 = (0..52).map(|w| run.series[row * weeks as usize + (y*52+w) as usize]).sum(); format!("{:.0}", s/12.0) }).collect() };
        let at = |name: &str, subject: &str| rows.iter().position(|(s, x)| s.name == name && x == subject).unwrap();
        println!("f{f} burn {tb:?} run {tr:?} touches {}  deaths/month by year {:?} civ {:?}", run.touches, yearly(at("deaths","all")), yearly(at("civilian_deaths","all")));
        let ends = |row: usize| { let r = &run.series[row*weeks as usize..(row+1)*weeks as usize]; format!("{:.0}→{:.0}", r[0], r[weeks as usize-1]) };
        print!("   recruits/wk {:.1} displaced {} maur {} coercive {:.3} ", run.outcome[columns.iter().position(|c| c=="recruits").unwrap()]/weeks as f64, ends(2), ends(3), run.series[5*weeks as usize + weeks as usize -1]);
        for b in case.blocs.values() { print!("{} {}, ", b.slug, ends(at("fighters", &b.slug))); }
        println!();
        let reached: Vec<String> = sulh::observe::STAGES.iter().zip(run.funnel.reached).filter_map(|(s, w)| w.map(|w| format!("{s}@{w}"))).collect();
        println!("   funnel {reached:?} forks {:?}", run.forks.iter().map(|f| (f.stage, f.difference[0], f.difference[3])).collect::<Vec<_>>());
        if f == 0 { for h in story.iter().take(60) { println!("   w{} [{}] {}", h.week, h.kind, h.text); } let mut kinds = std::collections::BTreeMap::new(); for h in &story { *kinds.entry(h.kind).or_insert(0)+=1; } println!("{kinds:?}"); }
    }
}
