//! What violence is usual where forces and people stay as they are: the means on which levels are solved. One burn-in is one
//! accident of a climate and of some massacres, so that the level of abuse hung on the dice by a sixth. Here attacks, their answers and
//! one-sided events run in many short pasts by the laws of a run; climate, season, drifts and numbers of events are spread over
//! the pasts as evenly as their laws allow, and no past needs people. Offensives, twice a year, are left out.
use super::{BURN_IN, Luck};
use crate::dice::{Dice, Draws, Stream, mix, poisson_of};
use crate::index::{Bloc, Community, Grid, Id, Place};
use crate::processes::{Model, abuse, combat, communal, governance, severity, terms};
use crate::stats::quantile;
use crate::units::kept;
use crate::world::{Dispute, Recent, World};

/// Pasts: three for each month.
const PASTS: usize = 36;
/// Weeks before a past is looked at: the six that an answer remembers, and time for attacks to excite others.
const BEFORE: usize = 12;
/// Weeks in which it is looked at.
const SEEN: usize = 26;
const WEEKS: usize = BEFORE + SEEN;
/// Most events of a source in a week, as where they are drawn in a run.
const WEEKLY_MOST: f64 = 30.0;

/// Means over the pasts.
pub(super) struct Usual {
    /// Factor by which answers raise the attacks of a pair.
    pub(super) answer: Grid<Bloc, Bloc, f64>,
    /// One-sided events a week relative to their level.
    pub(super) abuse: Grid<Bloc, Place, f64>,
    /// Attacks a week that the attacked stood.
    pub(super) stood: Grid<Bloc, Place, f64>,
}

/// An organisation of each side in an attack, and what comes of it.
struct Meeting {
    weight: f64,
    /// Share of the dead fighters that are the target's.
    share: f64,
    exposed: f64,
    /// Fighters there of attacker and target.
    there: (f64, f64),
}

/// Attacks of one bloc on another at a place.
struct Front {
    by: Bloc,
    on: Bloc,
    place: Place,
    /// The pair, in both directions.
    pair: u64,
    /// Incidents a week without climate, season, drift, answer and excitation.
    rate: f64,
    /// The same of the other side.
    opposite: usize,
    meetings: Vec<Meeting>,
    tail: f64,
    civilians: f64,
}

/// One-sided violence of a bloc at a place.
struct Cell {
    by: Bloc,
    place: Place,
    resting: abuse::Resting,
    at_rest: f64,
    /// Collateral harm of one attack.
    collateral: f64,
    /// Communities by how often they are turned on.
    victims: Vec<f64>,
}

/// Where violence comes from.
#[derive(Clone, Copy)]
enum Source {
    /// An attack that nothing but forces and times bring, of a front; answers decide whether it comes.
    Attack(usize),
    /// One that follows another.
    Follower(usize),
    OneSided(usize),
    Feud(usize),
}

/// Attacks between two sides that meet at a place, in both directions.
fn fronts(world: &World, model: &Model) -> Vec<Front> {
    let (case, p) = (model.case, &model.p.combat);
    let mut pairs = Vec::new();
    combat::base_rates(world, model, |k, l, place, rate| pairs.push((k, l, place, rate)));
    pairs.retain(|&(k, l, _, rate)| rate > 0.0 && world.strength(k) >= terms::DORMANT && world.strength(l) >= terms::DORMANT);
    let mut fronts: Vec<Front> = Vec::new();
    for (k, l, place, both) in pairs {
        let pair = case.meeting(place, k, l);
        for (by, on) in [(k, l), (l, k)] {
            let mut meetings = Vec::new();
            let of = |root: Bloc| world.active().filter(move |(_, o)| o.root == root && o.fighters[place] > 0.0);
            for (a, x) in of(by) {
                for (b, y) in of(on) {
                    let (nk, nl) = (x.fighters[place].min(p.column), y.fighters[place].min(p.column));
                    meetings.push(Meeting {
                        weight: x.fighters[place]
                            * y.fighters[place]
                            * terms::hostility(model, x, y, world.stances[(a, b)])
                            * (1.0 - world.compliance[(a, b)]),
                        share: combat::share_lost_by_target(world, model, place, a, b, combat::exponent(nk, nl)),
                        exposed: combat::exposed(nk, nl),
                        there: (x.fighters[place].floor(), y.fighters[place].floor()),
                    });
                }
            }
            let state = by == case.state || on == case.state;
            let (tail, civilians) = if state { (p.tail_state, p.civilians_state) } else { (p.tail_groups, p.civilians_groups) };
            let opposite = fronts.len() ^ 1;
            fronts.push(Front { by, on, place, pair, rate: 0.5 * both, opposite, meetings, tail, civilians });
        }
    }
    fronts
}

fn cells(world: &World, model: &Model) -> Vec<Cell> {
    let case = model.case;
    let mut cells = Vec::new();
    for by in case.blocs.ids().filter(|&k| world.strength(k) >= terms::DORMANT) {
        for place in case.zones() {
            let Some(resting) = abuse::Resting::of(world, model, by, place) else { continue };
            let at_rest = resting.rate(model, 0.0, 0.0);
            let collateral = abuse::collateral(world, by, place, 1.0);
            let victims = case.communities.ids().map(|c| world.present[(place, c)] * abuse::turned_on(world, model, by, c)).collect();
            cells.push(Cell { by, place, resting, at_rest, collateral, victims });
        }
    }
    cells
}

/// One uniform in each of `n` equal parts of (0, 1), in an order of their own.
pub(super) fn spread(draws: &mut Draws, n: usize) -> Vec<f64> {
    let mut order: Vec<usize> = (0..n).collect();
    draws.shuffle(&mut order);
    order.into_iter().map(|nth| (nth as f64 + draws.unit()) / n as f64).collect()
}

/// What is spread over the pasts. The number is part of the address.
#[derive(Clone, Copy)]
enum Spread {
    Climate = 0,
    Month = 1,
    Drift = 2,
    Attacks = 3,
    OneSided = 4,
    Feuds = 5,
}

fn spread_of(what: Spread, entity: u64, luck: Luck) -> Vec<f64> {
    spread(&mut luck.dice(0).at(Stream::Usual, what as i32, entity), PASTS)
}

/// What is short-lived in a past.
struct Past<'a> {
    world: &'a World,
    model: &'a Model<'a>,
    dice: Dice,
    week: usize,
    /// Events that are to come, by week.
    due: Vec<Vec<(Source, u64)>>,
    own_deaths4: Recent,
    harmed6: Recent,
    launched: Grid<Bloc, Place, f64>,
    stood: Grid<Bloc, Place, f64>,
}

impl Past<'_> {
    fn draws(&self, entity: u64) -> Draws {
        self.dice.at(Stream::Usual, self.week as i32, entity)
    }

    /// Plans events of a source that come at any time.
    fn plan(&mut self, source: Source, entity: u64, count: u32) {
        let mut draws = self.dice.at(Stream::Usual, -1, entity);
        for nth in 0..count {
            self.due[draws.below(WEEKS)].push((source, mix(entity, u64::from(nth))));
        }
    }

    /// Plans what follows from an event: so many on average, from the next week on, fading over a time.
    fn follow(&mut self, draws: &mut Draws, entity: u64, mean: f64, time: f64, source: impl Fn(&mut Draws) -> Source) {
        for nth in 0..poisson_of(draws.unit(), mean) {
            let lag = 1 + (-time * libm::log(draws.unit())) as usize;
            let source = source(draws);
            if self.week + lag < WEEKS {
                self.due[self.week + lag].push((source, mix(entity, u64::from(nth))));
            }
        }
    }

    /// How strongly a side answers what the other has done to its people at a place.
    fn outrage(&self, own: Bloc, by: Bloc, place: Place) -> f64 {
        let incidents = self.harmed6.get(self.world.bbp(by, own, place));
        if incidents > 0.0 { combat::outrage(incidents, self.world.inhabitants(place)) } else { 0.0 }
    }

    /// Factor by which a side's answer raises its attacks.
    fn answer(&self, front: &Front) -> f64 {
        let outrage = self.outrage(front.by, front.on, front.place);
        if outrage > 0.0 { libm::exp(self.model.p.combat.answer * outrage) } else { 1.0 }
    }

    /// One-sided events of this week relative to their level.
    fn abuse(&self, cell: &Cell) -> f64 {
        let launched = self.launched[(cell.by, cell.place)];
        let reprisal = self.own_deaths4.get(self.world.pb(cell.place, cell.by));
        if launched > 0.0 || reprisal > 0.0 { cell.resting.rate(self.model, launched * cell.collateral, reprisal) } else { cell.at_rest }
    }

    fn harm(&mut self, by: Bloc, community: Community, place: Place) {
        for harmed in self.model.case.blocs.ids().filter(|&b| terms::is_own(self.world, self.model, b, community)) {
            self.harmed6.add(self.world.bbp(by, harmed, place), 1.0);
        }
    }

    /// An attack, if it comes at all.
    fn attack(&mut self, front: &Front, at: usize, entity: u64, comes: f64) {
        let p = &self.model.p.combat;
        let mut draws = self.draws(entity);
        if draws.unit() >= comes {
            return;
        }
        self.launched[(front.by, front.place)] += 1.0;
        let lethal = draws.unit() < p.lethal;
        if lethal {
            // It carries the excitation of all.
            let next = |draws: &mut Draws| Source::Follower(if draws.unit() < p.same_direction { at } else { front.opposite });
            self.follow(&mut draws, entity, p.excitation / p.lethal, p.excitation_time, next);
        }
        let Some(met) = draws.choose(front.meetings.iter().map(|m| m.weight)).filter(|_| lethal) else { return };
        let meeting = &front.meetings[met];
        let size = f64::from(severity::draw(self.model, front.tail, &mut draws)).min(meeting.exposed);
        let civilians = f64::from(combat::binomial(size as u32, front.civilians, &mut draws));
        let targets = f64::from(combat::binomial((size - civilians) as u32, meeting.share, &mut draws));
        let (dead_k, dead_l) = ((size - civilians - targets).min(meeting.there.0), targets.min(meeting.there.1));
        for (side, dead) in [(front.by, dead_k), (front.on, dead_l)] {
            self.own_deaths4.add(self.world.pb(front.place, side), dead);
        }
        if dead_l < 0.5 * (dead_k + dead_l + civilians) && self.week >= BEFORE {
            self.stood[(front.on, front.place)] += 1.0;
        }
        if civilians > 0.0 {
            let by = if draws.unit() < 0.5 { front.by } else { front.on };
            if let Some(community) = draws.choose(self.world.present.row(front.place).iter().copied()) {
                self.harm(by, Community::from_at(community), front.place);
            }
        }
    }

    fn one_sided(&mut self, cell: &Cell, at: usize, entity: u64) {
        let p = &self.model.p.abuse;
        let mut draws = self.draws(entity);
        if let Some(community) = draws.choose(cell.victims.iter().copied()) {
            self.harm(cell.by, Community::from_at(community), cell.place);
        }
        self.follow(&mut draws, entity, p.campaign, p.campaign_time, |_| Source::OneSided(at));
    }

    fn feud(&mut self, dispute: &Dispute, entity: u64) {
        let (attacker, victim) = if self.draws(entity).unit() < 0.5 { (dispute.a, dispute.b) } else { (dispute.b, dispute.a) };
        if let Some(by) = communal::closest(self.world, self.model, attacker, dispute.place) {
            self.harm(self.world.organisations[by].root, victim, dispute.place);
        }
    }
}

/// Sources of one kind with their addresses and their numbers of events, as uniforms by past.
fn planned(what: Spread, entities: impl Iterator<Item = u64>, luck: Luck) -> Vec<(u64, Vec<f64>)> {
    entities.map(|entity| (entity, spread_of(what, entity, luck))).collect()
}

/// The usual violence of a world as it is, at the levels solved so far.
pub(super) fn usual(world: &World, model: &Model, luck: Luck) -> Usual {
    let (case, p) = (model.case, &model.p.combat);
    let (b, z, slots) = (case.blocs.len(), case.zones, world.slots());
    let (fronts, cells) = (fronts(world, model), cells(world, model));
    let (climate, months) = (spread_of(Spread::Climate, 0, luck), spread_of(Spread::Month, 0, luck));
    let drifts: Vec<Vec<f64>> = fronts.iter().map(|front| spread_of(Spread::Drift, front.pair, luck)).collect();
    let identity = |place: Place, bloc: Bloc| mix(case.places[place].identity, case.blocs[bloc].identity);
    let attacks = planned(Spread::Attacks, fronts.iter().map(|f| mix(identity(f.place, f.by), case.blocs[f.on].identity)), luck);
    let one_sided = planned(Spread::OneSided, cells.iter().map(|c| identity(c.place, c.by)), luck);
    let feuds = planned(Spread::Feuds, world.disputes.iter().map(|d| d.identity), luck);
    let lognormal = |u: f64, sd: f64| libm::exp(sd * quantile::normal(u) - 0.5 * sd * sd);
    let count = |u: f64, rate: f64| poisson_of(u, rate.min(WEEKLY_MOST) * WEEKS as f64);
    // Answers thin what is planned, at the most that they could bring.
    let most = libm::exp(p.answer.max(0.0));

    let mut means = Usual { answer: Grid::filled(b, b, 1.0), abuse: Grid::filled(b, z, 0.0), stood: Grid::filled(b, z, 0.0) };
    let (mut weighted, mut weights) = (Grid::<Bloc, Bloc, f64>::filled(b, b, 0.0), Grid::<Bloc, Bloc, f64>::filled(b, b, 0.0));
    let looks = (PASTS * SEEN) as f64;
    for past in 0..PASTS {
        let season = case.season[((12.0 * months[past]) as usize).min(11)];
        let national = libm::exp(season) * lognormal(climate[past], p.climate_sd);
        let rates: Vec<f64> =
            fronts.iter().zip(&drifts).map(|(front, drift)| front.rate * national * lognormal(drift[past], p.drift_sd)).collect();
        let mut then = Past {
            world,
            model,
            dice: luck.dice(1 + past),
            week: 0,
            due: vec![Vec::new(); WEEKS],
            own_deaths4: Recent::new(4, z * slots),
            harmed6: Recent::new(6, slots * slots * z),
            launched: Grid::filled(b, z, 0.0),
            stood: Grid::filled(b, z, 0.0),
        };
        for (at, (entity, spread)) in attacks.iter().enumerate() {
            then.plan(Source::Attack(at), *entity, count(spread[past], most * rates[at]));
        }
        for (at, (entity, spread)) in one_sided.iter().enumerate() {
            then.plan(Source::OneSided(at), *entity, count(spread[past], model.solved.abuse[cells[at].by] * cells[at].at_rest));
        }
        for (at, (entity, spread)) in feuds.iter().enumerate() {
            then.plan(
                Source::Feud(at),
                *entity,
                count(spread[past], model.solved.contact * communal::rate(world, model, &world.disputes[at])),
            );
        }
        while then.week < WEEKS {
            let seen = then.week >= BEFORE;
            then.own_deaths4.advance();
            then.harmed6.advance();
            then.launched.values_mut().fill(0.0);
            for (front, &rate) in fronts.iter().zip(&rates).filter(|_| seen) {
                weighted[(front.by, front.on)] += rate * then.answer(front);
                weights[(front.by, front.on)] += rate;
            }
            let due = std::mem::take(&mut then.due[then.week]);
            for &(source, entity) in &due {
                match source {
                    Source::Attack(at) => {
                        let comes = then.answer(&fronts[at]) / most;
                        then.attack(&fronts[at], at, entity, comes);
                    }
                    Source::Follower(at) => then.attack(&fronts[at], at, entity, 1.0),
                    Source::OneSided(at) => then.one_sided(&cells[at], at, entity),
                    Source::Feud(at) => then.feud(&world.disputes[at], entity),
                }
            }
            for (at, (cell, (entity, _))) in cells.iter().zip(&one_sided).enumerate() {
                let rate = then.abuse(cell);
                if seen {
                    means.abuse[(cell.by, cell.place)] += rate / looks;
                }
                // Those of the state at rest are planned; these are the further ones.
                let more = model.solved.abuse[cell.by] * (rate - cell.at_rest);
                if more > 0.0 {
                    for nth in 0..poisson_of(then.draws(*entity).unit(), more.min(WEEKLY_MOST)) {
                        then.one_sided(cell, at, mix(*entity, (u64::from(nth) + 1) << 32));
                    }
                }
            }
            then.week += 1;
        }
        for (sum, n) in means.stood.values_mut().iter_mut().zip(then.stood.values()) {
            *sum += n / looks;
        }
    }
    for k in case.blocs.ids() {
        for l in case.blocs.ids() {
            let (sum, n) = (weighted[(k, l)] + weighted[(l, k)], weights[(k, l)] + weights[(l, k)]);
            if n > 0.0 {
                means.answer[(k, l)] = sum / n;
            }
        }
    }
    means
}

/// Mean over half a year of the events of all feuds a week, half a year after all disputes stood at their start. A dispute's level is
/// carried on by its mean and variance.
pub(super) fn feuds(world: &World, model: &Model) -> f64 {
    let p = &model.p.communal;
    let fade = kept(p.half_life, 1.0);
    let mut sum = 0.0;
    for (at, dispute) in world.disputes.iter().enumerate() {
        let per_level = communal::rate(world, model, &Dispute { level: 1.0, ..*dispute });
        let settled = governance::settlement(world, model, dispute.place, dispute.a, dispute.b);
        let (mut mean, mut variance) = (dispute.level, 0.0);
        for week in 0..BURN_IN {
            // Three points with the weights of Gauss and Hermite.
            let off = libm::sqrt(3.0 * variance);
            let (mut first, mut second) = (0.0, 0.0);
            for (level, weight) in [(mean - off, 1.0 / 6.0), (mean, 2.0 / 3.0), (mean + off, 1.0 / 6.0)] {
                let level = level.clamp(0.0, 1.0);
                let events = model.solved.contact * per_level * level;
                let missing = 1.0 - level * fade - model.solved.stress[at] * (1.0 - level);
                // Each event leaves 1 - jump of what is missing to 1; events are Poisson.
                let one = missing * libm::exp(-events * p.jump);
                let two = missing * missing * libm::exp(-events * (1.0 - (1.0 - p.jump) * (1.0 - p.jump)));
                first += weight * settled * (1.0 - one);
                second += weight * settled * settled * (1.0 - 2.0 * one + two);
            }
            (mean, variance) = (first, (second - first * first).max(0.0));
            if week >= BURN_IN - SEEN as i32 {
                sum += per_level * mean / SEEN as f64;
            }
        }
    }
    sum
}
