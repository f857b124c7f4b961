//! The audit: every check passes on a sound scenario where it should, and turns down a side that is broken on purpose.
use crate::common;
use std::sync::Arc;
use sulh::audit::{self, CHECKS, Finding, Lab, Rearrange, Seam, Settings, Verdict};
use sulh::experiment::design::Draws;
use sulh::index::Bloc;
use sulh::processes::SCHEDULE;
use sulh::scenario::{Changes, Later, Library, Problems, Scenario};
use sulh::sim::Ready;
use sulh::world::World;

fn settings(replicates: u64) -> Settings {
    Settings { replicates: Some(replicates), draws: Draws::Defaults, seed: 1, jobs: 2, margin: 0.05 }
}

fn asked(name: &str, scenario: &Scenario, of: &str, settings: &Settings, seam: Seam) -> Finding {
    let reload = |with: Rearrange| -> Result<Scenario, Problems> { Library::rearranging(with).load(of, &Changes::default()) };
    let lab = Lab::new(scenario, settings, &reload, seam);
    audit::ask(&lab, audit::named(name).expect("a check"), String::new())
}

/// A check of the teaching case over a year.
fn teaching(name: &str, scale: u32, replicates: u64, seam: Seam) -> Finding {
    let scenario = Scenario { scale, ..common::teaching("two-valleys-inclusive", 52) };
    asked(name, &scenario, "two-valleys-inclusive", &settings(replicates), seam)
}

fn solved(mut ready: Ready, change: impl FnOnce(&mut sulh::processes::Solved)) -> Ready {
    let mut solved = (*ready.solved).clone();
    change(&mut solved);
    ready.solved = Arc::new(solved);
    ready
}

fn of_ready(ready: fn(Ready) -> Ready) -> Seam {
    Seam { ready, ..Seam::default() }
}

fn of_world(world: fn(&mut World, u64)) -> Seam {
    Seam { world, ..Seam::default() }
}

/// Four times as many attacks.
fn warlike(ready: Ready) -> Ready {
    solved(ready, |s| s.hostile_rate.values_mut().iter_mut().for_each(|rate| *rate *= 4.0))
}

/// One future in which all are twice as many.
fn one_apart(world: &mut World, replicate: u64) {
    if replicate == 3 {
        world.organisations.values_mut().iter_mut().for_each(|o| o.fighters.values_mut().iter_mut().for_each(|f| *f *= 2.0));
    }
}

fn not_a_number(world: &mut World, _: u64) {
    world.control.values_mut().fill(f64::NAN);
}

/// What breaks each check; every check has one.
fn broken(name: &str) -> Seam {
    match name {
        "threads" | "observer" | "company" => of_world(one_apart),
        "no-violence" => of_ready(|ready| solved(ready, |s| s.hostile_rate.values_mut().fill(1.0))),
        "an-empty-zone" | "nobody" => of_world(not_a_number),
        "protection" => of_ready(|mut ready| {
            ready.parameters = Arc::new(ready.parameters.with(&[("recruitment.protection", -2.0)]));
            ready
        }),
        "access" => of_ready(|mut ready| {
            let mut case = (*ready.scenario.case).clone();
            case.access.iter_mut().for_each(|(_, access)| access.values_mut().fill(1.0));
            ready.scenario.case = Arc::new(case);
            ready
        }),
        "decay" => of_ready(|ready| solved(ready, |s| s.recruitment.values_mut().fill(0.01))),
        "violence" => of_ready(|ready| solved(ready, |s| s.hostile_rate.values_mut().iter_mut().for_each(|rate| *rate *= 0.1))),
        _ => of_ready(warlike),
    }
}

/// A fault that stands on both sides and hangs on what a check varies; if the check varied nothing, nothing would show.
fn hanging_on_what_is_varied(name: &str) -> Option<Seam> {
    let fault = match name {
        // The first in the table is twice as strong.
        "order-of-organisations" => of_world(|world, _| {
            let first = &mut world.organisations.values_mut()[0];
            first.fighters.values_mut().iter_mut().for_each(|f| *f *= 2.0);
        }),
        // The first bloc in the table recruits ten times as fast.
        "order-of-communities" => of_ready(|ready| {
            let zones = ready.scenario.case.zones();
            solved(ready, |s| zones.for_each(|q| s.recruitment[(Bloc(0), q)] *= 10.0))
        }),
        // Attacks are five times rarer where the name of the first community begins with a letter.
        "names" => of_ready(|ready| {
            let first = ready.scenario.case.communities.values()[0].slug.bytes().next().expect("a letter");
            solved(ready, |s| s.hostile_rate.values_mut().iter_mut().for_each(|rate| *rate *= if first == b'c' { 0.2 } else { 1.0 }))
        }),
        // Attacks are the more frequent, the more households an agent stands for.
        "scale-half" | "scale-double" | "scale-1-4" | "scale-1-16" => of_ready(|ready| {
            let weight = f64::from(ready.scenario.scale);
            solved(ready, |s| s.hostile_rate.values_mut().iter_mut().for_each(|rate| *rate *= weight))
        }),
        _ => return None,
    };
    Some(Seam { both: true, ..fault })
}

#[test]
#[ignore = "slow: about 8 s"]
fn slow_a_fault_on_both_sides_shows_by_what_is_varied() {
    let mut asked_for = 0;
    for check in CHECKS {
        let Some(seam) = hanging_on_what_is_varied(check.name).filter(|_| !check.name.starts_with("scale-1-")) else { continue };
        // Other names are other luck, so that more futures are needed to see past it.
        let replicates = if check.name == "names" { 512 } else { 128 };
        let finding = teaching(check.name, if check.name == "scale-half" { 2 } else { 1 }, replicates, seam);
        told(&finding);
        assert!(finding.negative, "{} does not vary what it says: {finding:?}", check.name);
        asked_for += 1;
    }
    assert_eq!(asked_for, 5);
}

fn told(finding: &Finding) {
    println!("audit {}: {} ({})", finding.check, finding.verdict.word(), finding.figure);
}

#[test]
#[ignore = "slow: about 10 s"]
fn slow_every_check_turns_down_a_side_that_is_broken() {
    for check in CHECKS.iter().filter(|check| !check.name.starts_with("scale-1-")) {
        let scale = if check.name == "scale-half" { 2 } else { 1 };
        let finding = teaching(check.name, scale, 128, broken(check.name));
        told(&finding);
        assert!(matches!(finding.verdict, Verdict::Shifted | Verdict::Fragile), "{} does not bite: {finding:?}", check.name);
        assert!(finding.cause.is_some() && !finding.figure.is_empty(), "{finding:?}");
        assert!(finding.negative || !check.must_hold, "{finding:?}");
    }
}

#[test]
fn scales_are_compared_with_the_finest_and_the_finest_is_never_the_broken_side() {
    let scenario = Scenario { scale: 16, ..common::scenario(&Arc::new(common::case("2026-07-06")), common::no_track(), 6, 16) };
    for name in ["scale-1-4", "scale-1-16"] {
        for seam in [of_ready(warlike), hanging_on_what_is_varied(name).expect("a fault")] {
            let finding = asked(name, &scenario, "no-process", &settings(20), seam);
            told(&finding);
            assert!(finding.negative, "{finding:?}");
        }
    }
    let finding = teaching("scale-1-4", 1, 128, Seam::default());
    assert_eq!(finding.verdict, Verdict::NotTestable, "{finding:?}");
}

#[test]
fn what_must_hold_exactly_holds_on_the_teaching_case() {
    for name in
        ["threads", "observer", "company", "placebo", "no-violence", "an-empty-zone", "nobody", "protection", "access", "decay", "violence"]
    {
        // In a future in which a seat changes something, everything after it differs: that takes more of them.
        let finding = teaching(name, 1, if name == "placebo" { 1_024 } else { 256 }, Seam::default());
        told(&finding);
        assert_eq!(finding.verdict, Verdict::Robust, "{finding:?}");
        assert!(!finding.negative && finding.cause.is_none(), "{finding:?}");
    }
}

#[test]
fn too_few_futures_are_never_robust() {
    for name in ["order-of-organisations", "names", "scale-double", "placebo", "steps-swapped"] {
        let finding = teaching(name, 1, 8, Seam::default());
        assert_eq!(finding.verdict, Verdict::Inconclusive, "{finding:?}");
        assert!(!finding.negative, "{finding:?}");
    }
}

/// A check once stayed open with futures left to spend, and its command repeated just that.
#[test]
fn what_the_margin_needs_is_not_all_where_it_leaves_a_check_open() {
    let scenario = common::teaching("two-valleys-inclusive", 8);
    let reload =
        |with: Rearrange| -> Result<Scenario, Problems> { Library::rearranging(with).load("two-valleys-inclusive", &Changes::default()) };
    let settings = Settings { replicates: None, seed: 4, margin: 0.5, ..settings(0) };
    let lab = Lab::new(&scenario, &settings, &reload, Seam::default());
    let (needed, most) = (lab.needed(0.5).unwrap(), lab.most());
    assert!(needed < most, "{needed} of {most}");
    let short = Settings { replicates: Some(needed), ..settings.clone() };
    let open = audit::ask(&Lab::new(&scenario, &short, &reload, Seam::default()), audit::named("names").unwrap(), String::new());
    assert_eq!((open.verdict, open.futures), (Verdict::Inconclusive, needed), "{open:?}");
    let told = audit::ask(&lab, audit::named("names").unwrap(), String::new());
    assert_eq!((told.verdict, told.futures), (Verdict::Robust, most), "{told:?}");
    assert_eq!(lab.needed(0.5), Ok(needed), "the next question begins with as many as it needs");
}

/// Where nobody is left, all futures are one.
#[test]
fn futures_that_are_all_alike_show_nothing() {
    for name in ["order-of-communities", "steps-reversed"] {
        let finding = teaching(name, 3_000, 20, Seam::default());
        assert_eq!((finding.verdict, finding.negative), (Verdict::Inconclusive, false), "{finding:?}");
        assert!(finding.cause.as_ref().is_some_and(|cause| cause.contains("nothing could show")), "{finding:?}");
    }
}

/// Who is kept at a coarse scale hangs on identities: of a lineage or two a zone, other names are another people, and no fault.
#[test]
fn names_are_not_asked_about_where_too_few_are_kept() {
    let finding = teaching("names", 64, 20, Seam::default());
    assert_eq!((finding.verdict, finding.negative), (Verdict::NotTestable, false), "{finding:?}");
    let finding = teaching("names", 1, 2, Seam::default());
    assert_ne!(finding.verdict, Verdict::NotTestable, "{finding:?}");
}

#[test]
fn what_could_not_show_is_not_robust() {
    // Nobody can be reached, so that there is no act of the talks.
    let soon = common::teaching("two-valleys-inclusive", 26);
    let mut case = (*soon.case).clone();
    case.access.iter_mut().for_each(|(_, access)| access.values_mut().fill(0.0));
    let nobody = Scenario { case: Arc::new(case), ..soon };
    for name in ["company", "placebo"] {
        let finding = asked(name, &nobody, "two-valleys-inclusive", &settings(64), Seam::default());
        assert_eq!(finding.verdict, Verdict::Inconclusive, "{finding:?}");
        assert!(finding.cause.as_ref().is_some_and(|cause| cause.contains("could show")), "{finding:?}");
    }
    // In one week some are contacted, and there is no week after it.
    let finding = asked("placebo", &common::teaching("two-valleys-inclusive", 1), "two-valleys-inclusive", &settings(512), Seam::default());
    assert!(finding.verdict == Verdict::Inconclusive && !finding.figure.contains("contact in 0 "), "{finding:?}");
    // Feuds alone pass nothing on to a process that comes at another place of the week.
    let mut feuds = common::teaching("two-valleys-inclusive", 8);
    feuds.switched_off = SCHEDULE.iter().map(|process| process.name.to_owned()).filter(|name| name != "communal").collect();
    let finding = asked("steps-swapped", &feuds, "two-valleys-inclusive", &settings(64), Seam::default());
    assert_eq!(finding.verdict, Verdict::Inconclusive, "{finding:?}");
    assert!(finding.cause.as_ref().is_some_and(|cause| cause.contains("for an order to show")), "{finding:?}");
}

#[test]
fn what_is_switched_off_at_a_date_is_so_week_by_week_too() {
    let mut dated = common::teaching("two-valleys-inclusive", 30);
    let (track, off) = (dated.track.clone(), vec!["abuse".to_owned(), "combat".to_owned()]);
    dated.later.push(Later { week: 10, track, switched_off: off, stances: Vec::new(), told: Vec::new() });
    for name in ["observer", "decay"] {
        let finding = asked(name, &dated, "two-valleys-inclusive", &settings(256), Seam::default());
        assert_eq!(finding.verdict, Verdict::Robust, "{finding:?}");
    }
}

/// Would catch an audit of medians where the program runs what a scenario leaves to a distribution.
#[test]
fn what_a_scenario_leaves_to_a_distribution_is_drawn() {
    let asked = |value: &str| {
        let text = format!(
            "format = 1\nextends = \"two-valleys-inclusive\"\nweeks = 26\n[[timeline]]\nweek = 2\nset = \"combat.lethal\"\nvalue = {value}\n"
        );
        let load = || Library::new().load_text("dated.toml", &text, &Changes::default());
        let scenario = load().unwrap_or_else(|problems| panic!("{problems}"));
        let reload = |_: Rearrange| load();
        let settings = Settings { draws: Draws::Cycle(16), ..settings(32) };
        let lab = Lab::new(&scenario, &settings, &reload, Seam::default());
        audit::ask(&lab, audit::named("violence").expect("a check"), String::new()).figure
    };
    assert_ne!(asked("{ from = 0.05, to = 0.95 }"), asked("0.5"));
}

#[test]
fn a_scenario_without_talks_says_so() {
    let scenario = Scenario { track: common::no_track(), ..common::teaching("two-valleys-exclusive", 20) };
    for name in ["placebo", "access", "company"] {
        assert_eq!(asked(name, &scenario, "two-valleys-exclusive", &settings(16), Seam::default()).verdict, Verdict::NotTestable);
    }
}

#[test]
fn tables_are_reversed_with_their_headers_and_refuges_stay_behind() {
    let text = "slug,kind,name\na,zone,\"A, the first\"\nb,zone,B\nr,refuge,R\ns,refuge,S\n";
    assert_eq!(audit::reversed("places.csv", text), "slug,kind,name\nb,zone,B\na,zone,\"A, the first\"\ns,refuge,S\nr,refuge,R\n");
}
