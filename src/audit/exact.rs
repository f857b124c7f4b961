//! Checks that admit no difference at all: weeks are compared bit by bit.
use super::judge::Found;
use super::lab::{Lab, play, schedule};
use crate::scenario::Track;
use crate::sim::{self, Asked, Ready};
use crate::world::digest;

/// Futures in which a track is looked at beside another, where none are asked for.
const ACTING: u64 = 64;

/// Digests of every week, and outcomes.
type Seen = (Vec<u64>, Vec<f64>);

/// What is seen of some futures.
fn weeks(lab: &Lab, ready: &[Ready], jobs: usize, asked: Asked) -> Result<Vec<Seen>, String> {
    lab.each_on(jobs, lab.exact(), |replicate| {
        let (of, dice) = (Lab::of(ready, replicate), lab.dice(replicate));
        let run = sim::run(of, sim::burn_in(of, dice), dice, asked).0;
        (run.digests, run.outcome)
    })
}

fn differ<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    a.iter().zip(b).filter(|(x, y)| x != y).count()
}

const DIGESTS: Asked = Asked { digests: true, stages: false, story: false, household: None };

pub(super) fn threads(lab: &Lab) -> Result<Found, String> {
    let one = weeks(lab, lab.prepared()?, 1, DIGESTS)?;
    // Solved again, so that solving is under test as well.
    let again = lab.broken(lab.solved(lab.scenario, &lab.values(lab.scenario))?);
    let several = lab.each_on(lab.settings.jobs.max(3), lab.exact(), |replicate| {
        let of = Lab::of(&again, replicate);
        let run = sim::run(of, lab.variant_start(of, replicate), lab.dice(replicate), DIGESTS).0;
        (run.digests, run.outcome)
    })?;
    let found = Found::law(differ(&one, &several), one.len(), "futures differ between 1 thread and several", lab.exact());
    Ok(found.cause("something is shared between futures that run at the same time"))
}

pub(super) fn observer(lab: &Lab) -> Result<Found, String> {
    let told = weeks(lab, lab.prepared()?, lab.settings.jobs, Asked { stages: true, story: true, ..DIGESTS })?;
    let ready = lab.broken(lab.prepared()?.to_vec());
    // Week by week without a record: only the digests are taken.
    let silent = lab.each(lab.exact(), |replicate| {
        let of = Lab::of(&ready, replicate);
        let mut world = lab.variant_start(of, replicate);
        let mut digests = Vec::new();
        play(of, &mut world, lab.dice(replicate), &schedule(), |world, _, process| {
            if process == "end" {
                digests.push(digest(world));
            }
        });
        digests
    })?;
    let told: Vec<Vec<u64>> = told.into_iter().map(|run| run.0).collect();
    let found = Found::law(differ(&told, &silent), told.len(), "futures differ between told and taken week by week", lab.exact());
    Ok(found.cause("a record or a story changes what it reads"))
}

pub(super) fn company(lab: &Lab) -> Result<Found, String> {
    if !lab.scenario.later.is_empty() {
        return Ok(Found::not_testable("what is dated puts a track on its own from the first week, so it shares none"));
    }
    if !lab.scenario.has_talks() {
        let why = "nobody convenes talks, nobody is invited, or mediation is switched off: the track never leaves the weeks it shares";
        return Ok(Found::not_testable(why));
    }
    // Enough that in some the talks come to something.
    let count = lab.or_else(ACTING);
    let alone = lab.base(count)?;
    let ready = lab.broken(lab.prepared()?.to_vec());
    let beside = lab.each(count, |replicate| {
        let (of, dice) = (Lab::of(&ready, replicate), lab.dice(replicate));
        // Another track with the same standing instruments: nobody is asked to it.
        let track = Track { convenor: None, seats: Vec::new(), ..of.scenario.track.clone() };
        let other = of.with_track_of(&crate::scenario::Scenario { track, ..of.scenario.clone() });
        let mut outcome = Vec::new();
        // The other comes last: until the track acts, the weeks they share are done by what the last was given.
        sim::together(&[of, &other], lab.variant_start(of, replicate), dice, |which, branch| {
            let run = branch.finish(Asked::default());
            if which == 0 {
                outcome = run.outcome;
            }
        });
        outcome
    })?;
    let acted = alone.iter().filter(|run| run.funnel.acted()).count();
    let alone: Vec<Vec<f64>> = alone.into_iter().map(|run| run.outcome).collect();
    let what = format!("futures differ between alone and beside another track (in {acted} the talks come to something)");
    let found = Found::law(differ(&alone, &beside), alone.len(), &what, count).where_it_could_show(
        acted > 0,
        "the track left the other in none of these futures, so nothing could show: more --replicates or --weeks",
    );
    Ok(found.cause("a track acts on the weeks that it shares before it says so"))
}
