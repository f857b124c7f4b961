//! Guard 8: what the model must produce is never put into it.
use super::{SEED, guard, verdict};
use crate::common;
use std::sync::Arc;
use sulh::dice::Dice;
use sulh::scenario::{Case, read_case};
use sulh::sim::{self, Asked};

/// Events of the case that only validate and yet were told, or that may be injected and were not, in a run over their time.
fn told(case: &Case, marked: &Case) -> super::Verdict {
    let mut case = case.clone();
    let mut past = case.reference.clone();
    past.date = sulh::units::Date::parse("2012-01-02");
    case.starts = vec![past];
    let scenario = common::scenario(&Arc::new(case), common::no_track(), 700, 2_000);
    let ready = common::ready(&scenario, &[]);
    let dice = Dice::new(SEED, 0);
    let story = sim::run(&ready, sim::burn_in(&ready, dice), dice, Asked { story: true, ..Asked::default() }).1.events;
    let happens = |event: &str| story.iter().any(|h| h.kind == "timeline" && h.text == event);
    let (mut told, mut kept, mut wrong) = (0, 0, Vec::new());
    let start = scenario.start().date.unwrap();
    for dated in marked.timeline.iter().filter(|d| (0..700).contains(&d.date.weeks_since(start))) {
        if happens(&dated.event) {
            told += 1
        } else {
            kept += 1
        }
        if happens(&dated.event) != dated.may_inject {
            wrong.push(dated.event.clone());
        }
    }
    let ends =
        marked.timeline.iter().find(|d| d.event.contains("ends the Algiers Accord")).expect("the end of the accord is in the timeline");
    let holds = wrong.is_empty() && told > 5 && kept > 20 && !ends.may_inject;
    verdict(holds, "no wrong mark", format!("{told} events injected, {kept} kept for validation; against their marks: {wrong:?}"))
}

/// Would catch a run that is told what it is to be judged by: the collapse of an accord, say.
#[test]
fn forcing() {
    let case = common::case("2026-07-06");
    let mut rigged = case.clone();
    for dated in &mut rigged.timeline {
        dated.may_inject |= dated.event.contains("ends the Algiers Accord");
    }
    guard("forcing", told(&case, &case), "the end of the accord of 2015 injected", told(&rigged, &case));
}

/// Would catch marks that say neither.
#[test]
fn forcing_marks() {
    let read = |flag: &str| {
        let mut files = read_case::embedded("mali").unwrap();
        let timeline = files.get_mut("timeline.csv").unwrap();
        *timeline = timeline.replacen(",V,Kidal falls", &format!(",{flag},Kidal falls"), 1);
        let read = read_case::read(&files);
        verdict(
            read.is_ok(),
            "accepted",
            format!("flag `{flag}`: {}", read.map_or_else(|p| p.0[0].fault.clone(), |_| "accepted".to_owned())),
        )
    };
    guard("forcing, marks", read("V"), "an event with another mark", read("Y"));
}

/// Would catch an event of the timeline that moves anything but the story: none is an effect yet.
#[test]
fn forcing_is_told_and_does_nothing() {
    let base = common::teaching("two-valleys-exclusive", 60);
    let with = |events: bool, strength: f64| {
        let mut case = (*base.case).clone();
        case.timeline.clear();
        if events {
            let date = base.start().date.unwrap().after_weeks(5);
            case.timeline = vec![sulh::scenario::case::Dated { date, may_inject: true, event: "a coup".to_owned(), force: None }];
        }
        let set = [("combat.lethal", 0.46 * strength)];
        super::futures(&common::ready(&super::with_case(&base, case), &set), 6)
    };
    let plain = with(false, 1.0);
    let compared = |runs: &[sulh::observe::Run]| {
        let differ = plain.iter().zip(runs).filter(|(a, b)| a.digests != b.digests || a.outcome != b.outcome).count();
        verdict(differ == 0, "none", format!("{differ} of {} futures differ", runs.len()))
    };
    guard("forcing, effects", compared(&with(true, 1.0)), "the event makes attacks deadlier", compared(&with(true, 1.1)));
}
