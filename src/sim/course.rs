//! A run from week 0 to the horizon, and several tracks that share their weeks until a lever of one of them acts.
//!
//! Sharing is exact: until a track acts, what its talks do is seen by nobody but the talks. So one world carries all
//! tracks of equal standing instruments, each with talks of its own, and a track takes a copy of the world in the week in
//! which it first acts. What a stage did is found in the same way: a copy goes on from the stage without its effects.
use super::{Asked, Ready, note, run_processes};
use crate::dice::Dice;
use crate::observe::record::Recorder;
use crate::observe::{Chronicle, Fork, Run};
use crate::params::Parameters;
use crate::processes::mediation::{self, Deliberation, Seating};
use crate::processes::{Model, Process, SCHEDULE};
use crate::scenario::TALKS;
use crate::talks::Event;
use crate::world::peace::Muted;
use crate::world::{World, digest};
use std::sync::Arc;

/// A world on its way through the weeks.
#[derive(Clone)]
struct Course<'a> {
    ready: &'a Ready,
    dice: Dice,
    world: World,
    parameters: Arc<Parameters>,
    recorder: Recorder,
}

impl<'a> Course<'a> {
    /// A burned-in world with a track's standing instruments.
    fn new(ready: &'a Ready, mut world: World, dice: Dice) -> Self {
        let model = ready.model(dice);
        mediation::open(&mut world, &model);
        let recorder = Recorder::new(model.case, ready.scenario.weeks);
        Self { ready, dice, world, parameters: Arc::clone(&ready.parameters), recorder }
    }

    /// The same world with the talks of a track.
    fn under(mut self, ready: &'a Ready, mut seating: Seating) -> Self {
        self.ready = ready;
        seating.swap(&mut self.world);
        self
    }

    fn with<T>(&mut self, work: impl FnOnce(&mut World, &Model) -> T) -> T {
        let model = Model { p: &self.parameters, ..self.ready.model(self.dice) };
        work(&mut self.world, &model)
    }

    fn goes_on(&self) -> bool {
        self.world.week < self.ready.scenario.weeks
    }

    fn has_talks(&self) -> bool {
        self.ready.scenario.runs_at(self.world.week, TALKS)
    }

    fn processes(&mut self, processes: &[Process]) {
        self.with(|world, model| run_processes(processes, world, model, |world, process| note(world.week, process)));
    }

    /// The week up to the talks.
    fn begin(&mut self) {
        note(self.world.week, "week");
        if let Some(changed) = changed(self.ready, &self.parameters, self.world.week) {
            self.parameters = Arc::new(changed);
        }
        self.processes(&SCHEDULE[..talks_at()]);
        note(self.world.week, TALKS);
        self.with(if self.has_talks() { mediation::prepare } else { mediation::off });
    }

    /// What the talks come to this week, before anything follows from it.
    fn deliberate(&mut self) -> Option<Deliberation> {
        if self.has_talks() { self.with(|world, model| mediation::deliberate(world, model)) } else { None }
    }

    /// The week from what the talks came to; hands over what it told.
    fn end(&mut self, deliberation: Option<Deliberation>) {
        if let Some(deliberation) = deliberation {
            self.with(|world, model| mediation::enact(world, model, deliberation));
        }
        self.processes(&SCHEDULE[talks_at() + 1..]);
        let model = Model { p: &self.parameters, ..self.ready.model(self.dice) };
        self.recorder.week(&model, &self.world);
    }

    fn next_week(&mut self) {
        self.world.ledger.clear();
        self.world.week += 1;
    }

    fn finish(self) -> Run {
        let model = Model { p: &self.parameters, ..self.ready.model(self.dice) };
        self.recorder.finish(&model, &self.world)
    }

    /// Goes on from the talks of this week to the horizon. Where the track reaches conditions or an accord, and stages are asked for, a
    /// copy goes on from there with that stage's effects switched off.
    fn go_on(mut self, mut deliberation: Option<Deliberation>, asked: Asked) -> (Run, Chronicle) {
        let (mut digests, mut copies) = (Vec::new(), Vec::new());
        let mut chronicle = self.with(|world, model| Chronicle::new(model, world, asked.household));
        loop {
            if asked.stages && self.world.peace.muted == Muted::default() {
                for (stage, muted) in stages(&self.world, deliberation.as_ref()) {
                    let mut copy = self.clone();
                    copy.world.peace.muted = muted;
                    copies.push((stage, self.world.week, copy.go_on(deliberation.clone(), Asked::default()).0));
                }
            }
            self.end(deliberation);
            if asked.story {
                self.with(|world, model| chronicle.week(model, world));
            }
            if asked.digests {
                digests.push(digest(&self.world));
            }
            self.next_week();
            if !self.goes_on() {
                break;
            }
            self.begin();
            deliberation = self.deliberate();
        }
        let mut run = self.finish();
        run.digests = digests;
        run.forks = copies.into_iter().map(|(stage, week, without)| fork(stage, week, &run, &without)).collect();
        (run, chronicle)
    }
}

/// Stages that this week's talks reach for the first time, with what is to be switched off to see what each did.
fn stages(world: &World, deliberation: Option<&Deliberation>) -> Vec<(&'static str, Muted)> {
    let first = |name: &str| world.peace.funnel.reached[mediation::stage(name)].is_none();
    let mut found = Vec::new();
    for event in deliberation.map_or(&[][..], |d| &d.events) {
        let stage = match event {
            Event::ConditionsMet { .. } => ("conditions", Muted { conditions: true, accord: false }),
            Event::AccordSigned { .. } => ("accord", Muted { conditions: false, accord: true }),
            _ => continue,
        };
        if first(stage.0) && found.iter().all(|known: &(&str, Muted)| known.0 != stage.0) {
            found.push(stage);
        }
    }
    found
}

/// What a stage did: the run less the same run without the stage's effects.
fn fork(stage: &'static str, week: i32, with: &Run, without: &Run) -> Fork {
    Fork {
        stage,
        week,
        difference: with.outcome.iter().zip(&without.outcome).map(|(a, b)| a - b).collect(),
        civilian_deaths: with.communities.iter().zip(&without.communities).map(|(a, b)| a.civilian_deaths - b.civilian_deaths).collect(),
    }
}

/// Position of the talks in the schedule.
fn talks_at() -> usize {
    SCHEDULE.iter().position(|process| process.name == TALKS).expect("the schedule has talks")
}

/// Runs a track from week 0 to the horizon; what is asked of it beyond its record is observed and changes nothing.
#[must_use]
pub fn run(ready: &Ready, world: World, dice: Dice, asked: Asked) -> (Run, Chronicle) {
    let course = Course::new(ready, world, dice);
    let seating = mediation::seat(&course.world, &ready.model(dice));
    let mut course = course.under(ready, seating);
    if !course.goes_on() {
        return (course.finish(), Chronicle::default());
    }
    course.begin();
    let deliberation = course.deliberate();
    course.go_on(deliberation, asked)
}

/// A track that has left the weeks it shared with others, or has come to the end with them.
pub struct Branch<'a> {
    course: Course<'a>,
    deliberation: Option<Deliberation>,
}

impl Branch<'_> {
    /// Runs the rest of its weeks, in which digests and the story begin.
    #[must_use]
    pub fn finish(self, asked: Asked) -> Run {
        if self.course.goes_on() { self.course.go_on(self.deliberation, asked).0 } else { self.course.finish() }
    }
}

/// Runs tracks of equal standing instruments from one world, and hands each over as soon as it is on its own. They must be
/// of one parameter draw and [`crate::scenario::Scenario::shares_weeks_with`] each other.
pub fn together<'a>(tracks: &[&'a Ready], world: World, dice: Dice, mut part: impl FnMut(usize, Branch<'a>)) {
    let Some(first) = tracks.first() else { return };
    if !first.scenario.later.is_empty() {
        // What is dated needs the table that it changes: such a track is on its own from the beginning.
        let course = Course::new(first, world, dice);
        let seating = mediation::seat(&course.world, &first.model(dice));
        let mut course = course.under(first, seating);
        let mut deliberation = None;
        if course.goes_on() {
            course.begin();
            deliberation = course.deliberate();
        }
        return part(0, Branch { course, deliberation });
    }
    let mut common = Course::new(first, world, dice);
    let mut seatings: Vec<(usize, Seating)> = Vec::new();
    for (at, ready) in tracks.iter().enumerate() {
        seatings.push((at, mediation::seat(&common.world, &ready.model(dice))));
    }
    while common.goes_on() {
        common.begin();
        let mut staying = Vec::new();
        let mut leaving = Vec::new();
        for (at, mut seating) in seatings {
            seating.swap(&mut common.world);
            common.ready = tracks[at];
            let deliberation = common.deliberate();
            if deliberation.as_ref().is_some_and(|d| d.events.iter().any(Event::acts)) {
                seating.swap(&mut common.world);
                leaving.push((at, seating, deliberation));
            } else {
                if let Some(deliberation) = deliberation {
                    common.with(|world, model| mediation::enact(world, model, deliberation));
                }
                seating.swap(&mut common.world);
                staying.push((at, seating));
            }
        }
        seatings = staying;
        // Those who leave take a copy of the world, the very last one the world itself.
        let last = if seatings.is_empty() { leaving.pop() } else { None };
        for (at, seating, deliberation) in leaving {
            part(at, Branch { course: common.clone().under(tracks[at], seating), deliberation });
        }
        if let Some((at, seating, deliberation)) = last {
            return part(at, Branch { course: common.under(tracks[at], seating), deliberation });
        }
        common.end(None);
        common.next_week();
    }
    for (at, seating) in seatings {
        part(at, Branch { course: common.clone().under(tracks[at], seating), deliberation: None });
    }
}

/// The parameters after what the scenario changes in a week, if it changes any.
pub(super) fn changed(ready: &Ready, now: &Parameters, week: i32) -> Option<Parameters> {
    let due: Vec<(&str, f64)> =
        ready.scenario.changes.iter().filter(|(at, _, _)| *at == week).map(|(_, path, value)| (path.as_str(), *value)).collect();
    (!due.is_empty()).then(|| now.with(&due))
}
