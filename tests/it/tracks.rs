//! The tracks that come with the program: each loads and runs, differs from its base where it should and nowhere else, and comes
//! as far as the parties' own margins take it.
use crate::common;
use sulh::cli::simulate::Engine;
use sulh::dice::Dice;
use sulh::experiment::design::{Design, Draws};
use sulh::observe::{Funnel, Run};
use sulh::processes::mediation::stage;
use sulh::scenario::track::{Guarantee, Modality};
use sulh::scenario::{Changes, Library, Scenario};
use sulh::sim::{self, Asked};

fn load(library: &mut Library, name: &str, weeks: i64) -> Scenario {
    let changes = Changes { weeks: Some(weeks), scale: Some(40), ..Changes::default() };
    library.load(name, &changes).unwrap_or_else(|problems| panic!("{problems}"))
}

fn run(scenario: &Scenario, replicate: u64) -> Run {
    let ready = common::ready(scenario, &[("mediation.contact", 0.2), ("mediation.consent_state", -1.0)]);
    let dice = Dice::new(3, replicate);
    sim::run(&ready, sim::burn_in(&ready, dice), dice, Asked { digests: true, ..Asked::default() }).0
}

fn part(a: &Run, b: &Run) -> Option<usize> {
    a.digests.iter().zip(&b.digests).position(|(x, y)| x != y)
}

/// The funnels of futures under draws of their own.
fn funnels(scenario: &Scenario, futures: u64) -> Vec<Funnel> {
    let engine = Engine::new(std::slice::from_ref(scenario), Design { replicates: futures, draws: Draws::Cycle(futures as u32), seed: 11 });
    (0..futures).map(|replicate| engine.future(replicate, &[true])[0].clone().expect("wanted").expect("a sound run").funnel).collect()
}

fn reached(funnels: &[Funnel], name: &str) -> usize {
    funnels.iter().filter(|funnel| funnel.reached[stage(name)].is_some()).count()
}

#[test]
fn a_summary_tells_who_convenes_whom_and_which_communities_meet() {
    let mut library = Library::new();
    let mut table = |name: &str| sulh::experiment::results::ScenarioLabel::of(&load(&mut library, name, 52)).table;
    assert_eq!(table("no-process"), "no talks are tried");
    assert_eq!(table("bamako-only"), "no talks are tried; in dialogue idaksahak with imghad");
    let dated = |text: &str| {
        let text = format!("format = 1\nextends = \"bamako-only\"\nweeks = 52\n{text}");
        let mut library = Library::new();
        let scenario = library.load_text("dated.toml", &text, &Changes::default()).unwrap_or_else(|problems| panic!("{problems}"));
        sulh::experiment::results::ScenarioLabel::of(&scenario).table
    };
    let other = "[[timeline]]\nweek = 10\nset = \"track.dialogues\"\nvalue = [[\"dogon\", \"fulbe\"]]\n";
    assert_eq!(dated(other), "no talks are tried; in dialogue dogon with fulbe (from week 10), idaksahak with imghad (until week 10)");
    assert!(
        table("community-dialogue").ends_with("; in dialogue dogon with fulbe, fulbe with idaksahak, idaksahak with imghad"),
        "{}",
        table("community-dialogue")
    );
}

#[test]
fn the_pattern_of_algiers_is_the_world_as_it_is_until_talks_act() {
    let mut library = Library::new();
    let (base, algiers) = (load(&mut library, "bamako-only", 120), load(&mut library, "algiers-2015", 120));
    let slugs: Vec<&str> = algiers.track.seats.iter().map(|seat| algiers.case.parties[seat.party].slug.as_str()).collect();
    assert_eq!(slugs, ["fla", "msa-d", "gatia"]);
    assert_eq!((algiers.track.guarantee, algiers.track.budget), (Guarantee::Deployed, base.track.budget));
    let (mut acted, mut quiet) = (0, 0);
    for replicate in 0..4 {
        let (plain, talks) = (run(&base, replicate), run(&algiers, replicate));
        let first = ["group", "accord"].iter().filter_map(|name| talks.funnel.reached[stage(name)]).min();
        match part(&plain, &talks) {
            // Talks open with the consent of both sides; a group may form before.
            Some(week) => {
                acted += 1;
                assert!(week as i32 >= algiers.track.first_bid, "apart in week {week}");
                assert!(talks.funnel.reached[stage("consent")].is_some_and(|consent| week as i32 >= consent));
            }
            None => {
                quiet += 1;
                assert_eq!(first, None);
            }
        }
    }
    assert!(acted > 0, "{acted} futures in which talks act, {quiet} in which they do not");
}

#[test]
fn community_dialogue_is_no_process_with_dialogue_and_whoever_is_consulted_changes_nothing() {
    let mut library = Library::new();
    let (base, dialogue) = (load(&mut library, "no-process", 60), load(&mut library, "community-dialogue", 60));
    assert!(dialogue.track.seats.iter().all(|seat| seat.modality == Modality::Consultation));
    let (plain, meeting) = (run(&base, 1), run(&dialogue, 1));
    assert_eq!(part(&plain, &meeting), Some(0), "disputes fall from the first week");
    let mut silent = dialogue.clone();
    silent.track.dialogues.clear();
    assert_eq!(part(&plain, &run(&silent, 1)), None);
}

#[test]
fn the_hybrid_is_bamakos_process_with_a_dialogue_and_a_seat() {
    let mut library = Library::new();
    let (base, hybrid) = (load(&mut library, "bamako-only", 120), load(&mut library, "hybrid", 120));
    assert_eq!((&hybrid.track.standing_accord, &hybrid.track.ddr), (&base.track.standing_accord, &base.track.ddr));
    assert!(!hybrid.track.accord_replaces);
    let met: Vec<_> = hybrid.track.dialogues.iter().filter(|pair| !base.track.dialogues.contains(pair)).collect();
    let slugs: Vec<&str> = met.iter().flat_map(|pair| [pair.0, pair.1]).map(|c| hybrid.case.communities[c].slug.as_str()).collect();
    assert!(slugs.len() == 2 && slugs.contains(&"fulbe") && slugs.contains(&"idaksahak"), "{slugs:?}");
    let plain = run(&base, 2);
    assert_eq!(part(&plain, &run(&hybrid, 2)), Some(0));
    // The seat opens at its date, and acts only through the bids that follow.
    assert!(hybrid.track.seats.is_empty() && hybrid.track_at(25).seats.is_empty());
    let seats: Vec<&str> = hybrid.track_at(26).seats.iter().map(|seat| hybrid.case.parties[seat.party].slug.as_str()).collect();
    assert_eq!((seats, &hybrid.track_at(26).dialogues), (vec!["fla"], &hybrid.track.dialogues));
    let mut as_before = hybrid.clone();
    as_before.track.dialogues.clone_from(&base.track.dialogues);
    as_before.later.iter_mut().for_each(|later| later.track.dialogues.clone_from(&base.track.dialogues));
    let (mut acted, bid) = (0, hybrid.track.first_bid);
    for replicate in 0..8 {
        let (before, seated) = (run(&base, replicate), run(&as_before, replicate));
        assert!(seated.funnel.reached[stage("contact")].is_none_or(|week| week >= 26), "contact before there is a seat");
        let week = part(&before, &seated);
        assert!(week.is_none_or(|week| week as i32 >= bid), "apart in week {week:?}, before the first bid");
        acted += usize::from(week.is_some());
    }
    assert!(acted > 0, "the seat never acts");
}

#[test]
#[ignore = "slow: about 30 s"]
fn slow_stages_are_reached_by_the_parties_own_margins() {
    let mut library = Library::new();
    let mut of = |name: &str| funnels(&load(&mut library, name, 260), 24);
    let (algiers, hybrid, dialogue) = (of("algiers-2015"), of("hybrid"), of("community-dialogue"));
    // Sometimes, not always: contact, consent and accord.
    for name in ["contact", "consent", "accord"] {
        let n = reached(&algiers, name);
        assert!((1..24).contains(&n), "{name} in {n} of 24 futures");
    }
    assert!(reached(&algiers, "contact") > reached(&hybrid, "contact"), "the state's access to the FLA is poorer than Algeria's");
    assert_eq!(reached(&algiers, "conditions") + reached(&hybrid, "conditions"), 0, "no seat has conditions");
    assert!(reached(&dialogue, "contact") > 0);
    for name in ["consent", "group", "accord"] {
        assert_eq!(reached(&dialogue, name), 0, "nobody is asked for {name}");
    }
    // With nothing on offer the same table signs nothing.
    let mut empty = load(&mut library, "algiers-2015", 260);
    empty.track = sulh::audit::placebo::empty(&empty.case, &empty.track);
    assert_eq!(reached(&funnels(&empty, 24), "accord"), 0);
}

#[test]
fn any_list_of_seats_is_a_track() {
    let seats = [
        "{ party = \"fla\" }",
        "{ party = \"jnim-north\", veto = true, conditions = { recognition = 0.6 } }",
        "{ party = \"issp\", conditions = { hazard = 0.1, exit_cost = 2 } }",
        "{ party = \"jnim-macina\", modality = \"observer\" }",
        "{ party = \"msa-d\" }",
    ];
    let mut library = Library::new();
    let changes = Changes { weeks: Some(2), scale: Some(200), ..Changes::default() };
    for set in 0..1_usize << seats.len() {
        let chosen: Vec<&str> = seats.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, seat)| *seat).collect();
        let text = format!("format = 1\nextends = \"mauritanian-multiparty\"\n[track]\nseats = [{}]\n", chosen.join(", "));
        let scenario = library.load_text("seats.toml", &text, &changes).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(scenario.track.seats.len(), chosen.len());
        if set % 8 == 7 {
            assert_eq!(run(&scenario, 0).digests.len(), 2);
        }
    }
}
