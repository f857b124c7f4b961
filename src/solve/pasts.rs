//! What people may remember at the start. Levels of recruitment and leanings hang on who was harmed lately, and one burn-in is
//! one accident of that: a massacre more or less moves the level of a cercle by half. So violence is let fall at its expected
//! rates in several pasts that run beside each other, forces and people as the start has them, and what is asked is asked in all.
use super::usual::spread;
use super::{BURN_IN, Luck};
use crate::dice::{Stream, mix, poisson_of};
use crate::index::{Bloc, Grid, Place};
use crate::processes::{Model, abuse, combat, communal, grievance, harm, protection, severity, terms};
use crate::world::{Dispute, INCIDENTS, Recent, World};

/// Lineages looked at in all, at least. What a place remembers hangs on single massacres, so that a level is a ratio to a mean that few pasts
/// see too low, and by their luck some percent more or less of it: 60 pasts of Mali leave 1 %.
const LINEAGES: usize = 1_600_000;
/// Fewest and most pasts.
const PASTS: (usize, usize) = (3, 600);
/// Expected events in all pasts together from which there is one past: so many leave nothing to luck.
const EVENTS: f64 = 20_000.0;
/// Most events of a source in a week, as where they are drawn in a run.
const WEEKLY_MOST: f64 = 30.0;

/// A kind of lethal event against civilians that comes at a rate of its own.
#[derive(Clone, Copy)]
enum Kind {
    OneSided(Bloc, Place),
    Attack(Bloc, Bloc, Place),
    Feud(Dispute),
}

struct Source {
    kind: Kind,
    entity: u64,
    /// Expected events in a past.
    mean: f64,
}

/// Where violence comes from at the start, with the factor by which answers raise the attacks of a pair.
fn sources(world: &World, model: &Model, answer: &Grid<Bloc, Bloc, f64>) -> Vec<Source> {
    let case = model.case;
    let weeks = f64::from(BURN_IN);
    let mut found = Vec::new();
    for k in case.blocs.ids() {
        for place in case.zones() {
            let mean = weeks * model.solved.one_sided[(k, place)];
            found.push(Source { kind: Kind::OneSided(k, place), entity: mix(case.places[place].identity, case.blocs[k].identity), mean });
        }
    }
    let lethal = model.p.combat.lethal / (1.0 - model.p.combat.excitation);
    combat::base_rates(world, model, |k, l, place, rate| {
        found.push(Source {
            kind: Kind::Attack(k, l, place),
            entity: case.meeting(place, k, l),
            mean: weeks * lethal * rate * answer[(k, l)],
        });
    });
    for d in &world.disputes {
        let mean = weeks * model.solved.contact * communal::rate(world, model, d);
        found.push(Source { kind: Kind::Feud(*d), entity: d.identity, mean });
    }
    found.retain(|source| source.mean > 0.0);
    found.iter_mut().for_each(|source| source.mean = source.mean.min(weeks * WEEKLY_MOST));
    // In an order that no table and no name decides, unless two are equally frequent.
    found.sort_by(|a, b| b.mean.total_cmp(&a.mean));
    found
}

/// Events of a source in all pasts.
struct Planned {
    /// How many in each past.
    counts: Vec<u32>,
    /// How large those that are still to come are, as uniform numbers.
    sizes: std::vec::IntoIter<f64>,
}

/// Events of all sources in some pasts. Their numbers are spread as evenly as their law allows: of `n` pasts, one has a uniform in each n-th. So are
/// their sizes, among the events of each source as among all: rare massacres, on which memory hangs, are as many as they ought to be.
fn plan(sources: &[Source], pasts: usize, luck: Luck) -> Vec<Planned> {
    /// Multiples of the golden ratio, less whole numbers, lie as evenly as any, from wherever to wherever they are taken.
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let mut before = 0;
    let of = |source: &Source| {
        let mut draws = luck.dice(0).at(Stream::Past, 0, source.entity);
        let counts: Vec<u32> = spread(&mut draws, pasts).into_iter().map(|u| poisson_of(u, source.mean)).collect();
        let events: u32 = counts.iter().sum();
        let mut order: Vec<u32> = (before..before + events).collect();
        before += events;
        draws.shuffle(&mut order);
        let sizes: Vec<f64> =
            order.into_iter().map(|nth| (0.5 + GOLDEN * f64::from(nth)).fract().clamp(f64::EPSILON, 1.0 - f64::EPSILON)).collect();
        Planned { counts, sizes: sizes.into_iter() }
    };
    sources.iter().map(of).collect()
}

/// Looks at the start after each of some pasts; returns how many. `world` is as the start has it; what it remembers is of no account.
pub(super) fn look(
    world: &mut World,
    model: &Model,
    answer: &Grid<Bloc, Bloc, f64>,
    luck: Luck,
    mut see: impl FnMut(&World, &Model),
) -> usize {
    let sources = sources(world, model, answer);
    let events: f64 = sources.iter().map(|source| source.mean).sum();
    let pasts =
        LINEAGES.div_ceil(model.template.segments.len().max(1)).clamp(PASTS.0, PASTS.1).min((EVENTS / events.max(1.0)) as usize).max(1);
    let mut planned = plan(&sources, pasts, luck);
    // Most of a world are its people, of whom few are harmed: those are put back after each past.
    let mut people = std::mem::take(&mut world.people);
    let unharmed = people.clone();
    let mut blank = world.clone();
    let mut harmed = Vec::new();
    blank.slow.values_mut().fill(0.0);
    blank.slow_scale = 1.0;
    blank.fast.values_mut().fill(0.0);
    blank.fear.values_mut().fill(0.0);
    blank.harm26 = Recent::new(INCIDENTS, blank.protection.len());
    for past in 0..pasts {
        let dice = luck.dice(1 + past);
        let model = &Model { dice, ..*model };
        let mut then = blank.clone();
        then.people = people;
        then.week = -BURN_IN;
        let mut events: Vec<(i32, usize, u32)> = Vec::new();
        for (at, source) in sources.iter().enumerate() {
            let mut draws = dice.at(Stream::Past, 1, source.entity);
            events.extend((0..planned[at].counts[past]).map(|nth| (draws.below(BURN_IN as usize) as i32 - BURN_IN, at, nth)));
        }
        events.sort_unstable();
        let mut events = events.into_iter().peekable();
        while then.week < 0 {
            then.harm26.advance();
            while let Some((_, at, nth)) = events.next_if(|event| event.0 == then.week) {
                let size = planned[at].sizes.next().expect("a size for each event");
                happen(&mut then, model, &sources[at], nth, size);
            }
            harmed.extend(then.ledger.harms.iter().map(|harm| harm.household));
            grievance::run(&mut then, model);
            then.ledger.clear();
            then.week += 1;
        }
        grievance::years_before(&mut then, model);
        // Spoils of the past are no means of the start.
        for (org, organisation) in then.organisations.iter_mut() {
            organisation.resources = world.organisations[org].resources;
        }
        protection::refresh(&mut then, model);
        see(&then, model);
        people = then.people;
        people.restore(&unharmed, harmed.drain(..));
        if cfg!(any(test, debug_assertions)) {
            assert!(people == unharmed, "somebody was changed in a past without a harm");
        }
    }
    world.people = people;
    pasts
}

/// One event, of a size that is given as a uniform number.
fn happen(world: &mut World, model: &Model, source: &Source, nth: u32, size: f64) {
    let mut draws = model.dice.at(Stream::Past, world.week, mix(source.entity, 1 + u64::from(nth)));
    match source.kind {
        Kind::OneSided(k, place) => {
            abuse::event(world, model, k, place, &mut draws, |_| severity::at(model, model.p.combat.tail_civilians, size))
        }
        Kind::Feud(dispute) => {
            communal::event(world, model, &dispute, u64::from(nth), |_| severity::at(model, model.p.combat.tail_groups, size))
        }
        Kind::Attack(k, l, place) => {
            let p = &model.p.combat;
            let largest = |side: Bloc| {
                let those = world.active().filter(move |(_, o)| o.root == side && o.fighters[place] > 0.0);
                those.max_by(|a, b| a.1.fighters[place].total_cmp(&b.1.fighters[place]).then(b.0.cmp(&a.0)))
            };
            let Some(((by, x), (on, y))) = largest(k).zip(largest(l)) else { return };
            let exposed = combat::exposed(x.fighters[place].min(p.column), y.fighters[place].min(p.column));
            let state = k == model.case.state || l == model.case.state;
            let (tail, share) = if state { (p.tail_state, p.civilians_state) } else { (p.tail_groups, p.civilians_groups) };
            let size = f64::from(severity::at(model, tail, size)).min(exposed);
            let civilians = combat::binomial(size as u32, share, &mut draws);
            let harming = if draws.unit() < 0.5 { by } else { on };
            world.ledger.attacks.push((by, on, place, size));
            if civilians > 0 {
                harm::harm_people(world, model, place, harming, None, civilians, &mut draws);
            }
        }
    }
}

/// Means of threat to the own people of each bloc, and of that to the state's where troops wait.
pub(super) struct Threat {
    pub(super) at: Grid<Bloc, Place, f64>,
    pub(super) waiting: f64,
}

impl Threat {
    pub(super) fn new(model: &Model) -> Self {
        Self { at: Grid::filled(model.case.blocs.len(), model.case.zones, 0.0), waiting: 0.0 }
    }

    /// Adds what is seen in a world.
    pub(super) fn add(&mut self, world: &World, model: &Model) {
        let threats = terms::Threats::new(world, model);
        for k in model.case.blocs.ids() {
            for place in model.case.zones() {
                self.at[(k, place)] += threats.at(k, place);
            }
        }
        self.waiting += threats.to_the_waiting(model.case);
    }

    /// Of sums the means over `n` worlds.
    pub(super) fn over(mut self, n: usize) -> Self {
        self.at.values_mut().iter_mut().for_each(|x| *x /= n as f64);
        self.waiting /= n as f64;
        self
    }
}
