//! Guard 2: seats alone change nothing, and neither does a signatory without weight.
use super::moved::{EQUIVALENT, Moved};
use super::{count, each, force_accord, guard, play, scenario, with_case};
use crate::common;
use std::sync::Arc;
use sulh::audit::placebo::empty;
use sulh::dice::identity;
use sulh::index::{Bloc, Grid, Party};
use sulh::scenario::case::{Case, OrganisationData, Recruits};
use sulh::scenario::track::{Modality, Seat};
use sulh::scenario::{Scenario, Start};
use sulh::sim::Ready;

fn seat(case: &Case, slug: &str, conditions: Option<f64>) -> Seat {
    let conditions = conditions.map(|hazard| sulh::scenario::track::Conditions { hazard, exit_cost: 1.0, recognition: 0.0 });
    Seat { party: case.party(slug).expect("a party"), modality: Modality::Full, conditions, veto: None }
}

/// Pairs of futures: a track and the same with more seats, both with empty offers. Each runs from its burn-in by itself, by its own track from the
/// first week: tracks that share their weeks could not show what the engine makes of a seat in them. `engine` is what the model makes of either.
fn pairs(few: &Scenario, more: &Scenario, draws: u32, replicates: u64, engine: impl Fn(&Ready) -> Ready + Sync) -> Moved {
    let ready: Vec<Ready> = if draws == 1 { vec![common::ready(few, &[])] } else { super::solved(few, draws) };
    let of = |scenario: &Scenario| -> Vec<Ready> { ready.iter().map(|ready| engine(&ready.with_track_of(scenario))).collect() };
    let arms = [of(few), of(more)];
    Moved::headline(
        &few.case,
        each(0..replicates, |r| arms.each_ref().map(|arm| common::future(&arm[r as usize % arm.len()], super::SEED, r)).into()),
    )
}

/// An engine with a bonus: 15 % less violence for each seat of a track.
fn calmed_by_seats(ready: &Ready) -> Ready {
    calmer(ready, ready.scenario.track.seats.len() as i32)
}

/// The broken variant of guards 2 and 3: 15 % less violence per armed seat.
pub fn calmer(ready: &Ready, seats: i32) -> Ready {
    let mut solved = (*ready.solved).clone();
    for rate in solved.hostile_rate.values_mut() {
        *rate *= 0.85_f64.powi(seats);
    }
    Ready { solved: Arc::new(solved), ..ready.clone() }
}

/// Would catch a bonus (or malus) on a bare seat: in violence, in politics, in what people think of it.
#[test]
fn placebo() {
    let few = common::teaching("two-valleys-exclusive", 130);
    let few = Scenario { track: empty(&few.case, &few.track), ..few };
    let mut more = few.clone();
    more.track.seats.push(seat(&few.case, "covenant", None));
    let run = |meddle: fn(&Ready) -> Ready| pairs(&few, &more, 1, count(400, 1_000), meddle);
    guard(
        "placebo, teaching case",
        run(Ready::clone).equivalent(),
        "15 % less violence for each seat",
        run(calmed_by_seats).may_lie_within(EQUIVALENT),
    );
}

/// The same for Mali over the priors: four more seats, of all kinds.
#[test]
#[ignore = "slow: about 40 s"]
fn slow_placebo() {
    let few = scenario("mauritanian-multiparty", 260, 80);
    let case = few.case.clone();
    let mut few = Scenario { track: empty(&few.case, &few.track), ..few };
    few.track.seats = vec![seat(&case, "fla", None)];
    let mut more = few.clone();
    more.track.seats.extend([
        seat(&case, "jnim-north", Some(1.0)),
        seat(&case, "msa-d", None),
        seat(&case, "gatia", None),
        seat(&case, "jnim-macina", Some(1.0)),
    ]);
    let (draws, replicates) = count((10, 100), (40, 1_200));
    let model = pairs(&few, &more, draws, replicates, Ready::clone).equivalent();
    let broken = pairs(&few, &more, 2, 12, calmed_by_seats).may_lie_within(EQUIVALENT);
    guard("placebo, Mali", model, "15 % less violence for each seat", broken);
}

/// A case with a party more: one organisation without fighters, and no claims.
fn with_ghost(case: &Case, bloc: Bloc) -> (Case, Party) {
    let mut case = case.clone();
    let ids: Vec<_> = case.organisations.ids().collect();
    let like = ids
        .iter()
        .copied()
        .find(|&k| case.organisations[k].bloc == bloc && case.organisations[k].party.is_some())
        .expect("an organisation");
    let model = case.organisations[like].clone();
    let mut party = case.parties[model.party.unwrap()].clone();
    let org = case.organisations.push(OrganisationData {
        slug: "ghost".into(),
        name: "Ghost".into(),
        identity: identity("ghost"),
        umbrella: None,
        head: false,
        recruits: Recruits::Households,
        ..model
    });
    party.slug = "ghost".into();
    party.identity = identity("ghost");
    party.claims = [0.0; 2];
    party.organisations = vec![org];
    let ghost = case.parties.push(party.clone());
    case.organisations[org].party = Some(ghost);
    let widen = |start: &mut Start| {
        start.strength.push((0.0, 0.0));
        start.fighters.push_row(0.0);
        let mut stances = Grid::filled(ids.len() + 1, ids.len() + 1, sulh::scenario::Stance::Neutral);
        for &a in &ids {
            for &b in &ids {
                stances[(a, b)] = start.stances[(a, b)];
            }
        }
        start.stances = stances;
        if let Some(&position) = start.positions.values().last() {
            start.positions.push(position);
        }
    };
    case.starts.iter_mut().for_each(widen);
    let mut reference = case.reference.clone();
    widen(&mut reference);
    case.reference = reference;
    for (_, access) in &mut case.access {
        access.push(0.0);
    }
    (case, ghost)
}

/// Futures under one and the same accord from week 26 on, without and with the ghost's signature; `bonus` is what a rigged
/// model would add to the compliance of those who signed, for each signatory beyond one.
fn signed_with_and_without(scenario: &Scenario, ghost: Party, members: &[Party], replicates: u64, bonus: f64) -> Moved {
    let ready = common::ready(scenario, &[]);
    let run = |r: u64, beside: &[Party]| {
        play(&ready, r, |world, model, process| {
            if world.week == 26 && process == "accord" {
                force_accord(world, model, members, beside);
                // The dice are fixed, as consequences are what is tested: an accord is addressed by who signed it.
                let identity = world.peace.accords.iter().map(|a| a.signed as u64).sum::<u64>() + 1_000;
                world.peace.accords.last_mut().unwrap().identity = identity;
                world.peace.lists.iter_mut().filter(|l| l.accord.is_some()).for_each(|l| l.identity = identity);
            }
            if process == "end" && bonus > 0.0 && world.peace.accords.iter().any(|a| a.reached_here && a.ended.is_none()) {
                for value in world.compliance.values_mut().iter_mut().filter(|c| **c > 0.0) {
                    *value += bonus * beside.len() as f64 * (1.0 - *value);
                }
            }
        })
    };
    Moved::headline(&scenario.case, each(0..replicates, |r| (run(r, &[]), run(r, &[ghost]))))
}

/// Would catch a bonus on an accord, its keeping or its survival for one more name under it.
#[test]
fn weightless_signatory() {
    let base = common::teaching("two-valleys-exclusive", 130);
    let front = base.case.party("front").unwrap();
    let mut figures = Vec::new();
    for bloc in ["front", "covenant"] {
        let (case, ghost) = with_ghost(&base.case, base.case.bloc(bloc).unwrap());
        let scenario = with_case(&base, case);
        figures.push(signed_with_and_without(&scenario, ghost, &[front], 30, 0.0).equivalent());
    }
    let model = figures.into_iter().collect::<Result<Vec<_>, _>>().map(|f| f.join("; "));
    let (case, ghost) = with_ghost(&base.case, base.case.bloc("front").unwrap());
    let broken = signed_with_and_without(&with_case(&base, case), ghost, &[front], 30, 0.5).may_lie_within(EQUIVALENT);
    guard("weightless_signatory", model, "a signature more halves what is left of violations", broken);
}

/// The same for Mali, where the ghost could speak for communities that no signatory is close to.
#[test]
#[ignore = "slow: about 40 s"]
fn slow_weightless_signatory() {
    let base = scenario("mauritanian-multiparty", 130, 80);
    let fla = base.case.party("fla").unwrap();
    let (draws, mut figures) = (count(20, 200), Vec::new());
    for bloc in ["azawad", "jnim-macina"] {
        let (case, ghost) = with_ghost(&base.case, base.case.bloc(bloc).unwrap());
        figures.push(signed_with_and_without(&with_case(&base, case), ghost, &[fla], draws, 0.0).equivalent());
    }
    let model = figures.into_iter().collect::<Result<Vec<_>, _>>().map(|f| f.join("; "));
    let (case, ghost) = with_ghost(&base.case, base.case.bloc("azawad").unwrap());
    let broken = signed_with_and_without(&with_case(&base, case), ghost, &[fla], draws, 0.5).may_lie_within(EQUIVALENT);
    guard("weightless_signatory, Mali", model, "a signature more halves what is left of violations", broken);
}
