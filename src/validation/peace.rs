//! What the peace of simulated futures is like: accords that talks bring about, how long they take and last; and what violence brings to arms.
//! Nobody records these: agreements, intakes and recruits are counted as they are.
use super::futures::{Broken, Given, PerDraw, Points, each};
use super::survival::Spell;
use crate::dice::Dice;
use crate::experiment::design::Design;
use crate::experiment::runner::Conduct;
use crate::index::Party;
use crate::processes::terms;
use crate::scenario::case::{Case, Stance};
use crate::scenario::library::SCENARIOS;
use crate::scenario::{Changes, Library, Problems, Scenario};
use crate::sim::{self, Ready};
use crate::world::peace::Accord;
use crate::world::{Template, World};
use std::sync::Arc;

/// Weeks in which talks may come to an accord: four years, as they take one or two once they open and months until then.
pub const WAIT: i32 = 208;
/// Weeks for which an accord is followed: five years and one.
pub const FOLLOW: i32 = 261;

/// An accord that talks brought about.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// Its future.
    pub replicate: u64,
    /// Position of its track among those that were run.
    pub track: usize,
    /// Parameter draw of its future.
    pub draw: u32,
    /// Week in which the talks opened that led to it.
    pub opened: i32,
    /// Week of signing.
    pub signed: i32,
    /// Whether two of those who signed were at war.
    pub ends_a_war: bool,
    /// Whether everybody signed who was at war with the state in the regions that it covers.
    pub all_parties: bool,
    /// Week in which it was broken off.
    pub broken: Option<i32>,
    /// Last week in which it was looked at: of the run, or of its replacement by another accord.
    pub seen_until: i32,
    /// Week of the first man who came from its list.
    pub intake: Option<i32>,
}

impl Reached {
    /// How long it held.
    #[must_use]
    pub fn spell(&self) -> Spell {
        Spell { draw: self.draw, lasted: f64::from(self.broken.unwrap_or(self.seen_until) - self.signed), ended: self.broken.is_some() }
    }
}

/// The tracks that come with the program for a case and seat somebody for whom talks can end in an accord.
///
/// # Errors
/// Where one of them cannot be read.
pub fn tracks(case: &str, changes: &Changes) -> Result<Vec<Scenario>, Problems> {
    let mut library = Library::new();
    let mut found: Vec<Scenario> = Vec::new();
    for embedded in SCENARIOS {
        let scenario = library.load(embedded.name, changes)?;
        if scenario.case.name == case && scenario.track.convenor.is_some() && scenario.has_full_seat() {
            found.push(scenario);
        }
    }
    Ok(found)
}

/// What talks of one future have come to so far.
#[derive(Default)]
struct Watch {
    replicate: u64,
    track: usize,
    draw: u32,
    opened: Option<i32>,
    reached: Option<Reached>,
}

impl Watch {
    fn look(&mut self, world: &World, case: &Case) {
        self.opened = world.peace.talks.as_ref().and_then(|talks| talks.open_since).or(self.opened);
        let Some((at, accord)) = world.peace.accords.iter().enumerate().find(|(_, accord)| accord.reached_here) else { return };
        let reached = self.reached.get_or_insert_with(|| Reached {
            replicate: self.replicate,
            track: self.track,
            draw: self.draw,
            opened: self.opened.unwrap_or(accord.signed),
            signed: accord.signed,
            ends_a_war: !accord.hostile.is_empty(),
            all_parties: all_parties(world, case, accord),
            broken: None,
            seen_until: accord.signed,
            intake: None,
        });
        match accord.ended {
            None => reached.seen_until = world.week,
            // Replaced by another: nobody broke it.
            Some(week) if world.peace.accords.iter().any(|other| other.signed == week && other.identity != accord.identity) => {}
            Some(week) => reached.broken = Some(week),
        }
        if world.peace.lists.iter().any(|list| list.accord == Some(at) && list.joined > 0.0) {
            reached.intake.get_or_insert(world.week);
        }
    }
}

/// Whether nobody with fighters where an accord applies is at war with the state and has not signed.
fn all_parties(world: &World, case: &Case, accord: &Accord) -> bool {
    let signed = |party: Option<Party>| party.is_some_and(|party| accord.parties.contains(&party));
    world.active().filter(|(_, o)| !terms::of_the_state(o) && !signed(o.party)).all(|(org, o)| {
        let here: f64 = accord.places.iter().map(|&place| o.fighters[place]).sum();
        let at_war = world.active().any(|(other, state)| state.root == case.state && world.stances[(org, other)] == Stance::Hostile);
        here < terms::DORMANT || !at_war
    })
}

/// Runs the futures of some tracks; of each future, the first accord of each track that reaches one. Where none is reached within [`WAIT`] weeks the
/// future ends; where one is, the same future is run again until it has been followed for [`FOLLOW`] weeks.
pub fn simulate(
    tracks: &[Scenario],
    design: Design,
    given: &Given,
    conduct: &Conduct,
    done: impl FnMut(u64),
) -> Option<(Vec<Vec<Reached>>, Vec<Broken>)> {
    let templates: Vec<Arc<Template>> = tracks.iter().map(|track| Arc::new(Template::new(track))).collect();
    let points: Vec<Points> = tracks.iter().map(|track| Points::new(track, design)).collect();
    let like: Vec<usize> =
        (0..tracks.len()).map(|at| (0..at).find(|&before| tracks[before].starts_like(&tracks[at])).unwrap_or(at)).collect();
    let solved = PerDraw::new(design, given);
    let prepare = |replicate: u64| {
        let mut ready: Vec<Ready> = Vec::new();
        for (at, track) in tracks.iter().enumerate() {
            ready.push(if like[at] < at {
                ready[like[at]].with_track_of(track)
            } else {
                Ready::new(track, &templates[at], points[at].parameters(design.draws.of(replicate), given, replicate))
            });
        }
        ready
    };
    each(0..design.replicates, conduct, done, |replicate| {
        let ready = solved.of(replicate, || prepare(replicate));
        let dice = Dice::new(design.seed, replicate);
        let mut burned: Vec<Option<World>> = vec![None; tracks.len()];
        ready
            .iter()
            .zip(&like)
            .enumerate()
            .filter_map(|(track, (ready, &like))| {
                let start = burned[like].get_or_insert_with(|| sim::burn_in(ready, dice));
                let run = |weeks: i32| {
                    let mut watch = Watch { replicate, track, draw: design.draws.of(replicate), ..Watch::default() };
                    sim::each_week(ready, &mut start.clone(), dice, weeks, |world| watch.look(world, &ready.scenario.case));
                    watch.reached
                };
                run(WAIT).and_then(|reached| run(reached.signed + FOLLOW))
            })
            .collect()
    })
}

/// Share of recruits that a process brings, by future: the same futures without it from the first week of memory on, all levels held.
pub fn recruits_due(
    scenario: &Scenario,
    process: &str,
    weeks: i32,
    design: Design,
    given: &Given,
    conduct: &Conduct,
    done: impl FnMut(u64),
) -> Option<(Vec<f64>, Vec<Broken>)> {
    let template = Arc::new(Template::new(scenario));
    let points = Points::new(scenario, design);
    let solved = PerDraw::new(design, given);
    let without = Scenario { switched_off: vec![process.to_owned()], ..scenario.clone() };
    each(0..design.replicates, conduct, done, |replicate| {
        let ready =
            solved.of(replicate, || Ready::new(scenario, &template, points.parameters(design.draws.of(replicate), given, replicate)));
        let dice = Dice::new(design.seed, replicate);
        let recruits = |ready: &Ready| {
            let mut sum = 0.0;
            sim::each_week(ready, &mut sim::burn_in(ready, dice), dice, weeks, |world| {
                sum += world.ledger.recruits.iter().map(|x| x.2).sum::<f64>()
            });
            sum
        };
        let (with, less) = (recruits(&ready), recruits(&ready.with_track_of(&without)));
        if with > 0.0 { 1.0 - less / with } else { f64::NAN }
    })
}
