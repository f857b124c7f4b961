//! Attacks, violence against civilians and feuds (MODEL.md, 7.2 to 7.4), process by process: from the world before it, each is done here by
//! the equations and compared with what the engine made of it. Who dies among the fighters is the world's own affair
//! (`World::remove_fighters`), and so are offensives, sieges and open breaks: weeks with them are compared up to there.
use super::numbers::Numbers;
use super::{in_a_week, kept};
use crate::common;
use std::sync::Arc;
use sulh::dice::{Dice, Draws, Stream, mix, poisson_of};
use sulh::index::{Bloc, Cluster, Community, Household, Id, Org, Place, Segment};
use sulh::processes::{Model, SCHEDULE, deployment, mediation, severity};
use sulh::scenario::Stance;
use sulh::scenario::case::Recruits;
use sulh::sim::{self, Ready};
use sulh::world::households::{decode, encode};
use sulh::world::organisation::slot_of;
use sulh::world::{Harm, Struck, World};

/// People of a mean zone and of a mean pair.
const ZONE: f64 = 225_000.0;
const PAIR: f64 = 55_000.0;

/// A settlement, whether it is struck, whether kin of the household are, and the household itself.
type Hit = (Cluster, bool, bool, bool);

/// One process of a week, done plainly on a world of its own.
pub(super) struct Plain<'a> {
    pub(super) w: World,
    pub(super) model: &'a Model<'a>,
    pub(super) p: Numbers,
    /// All rates are 5 % too high: a fault that must be noticed.
    hasty: bool,
}

impl<'a> Plain<'a> {
    fn of(world: &World, model: &'a Model<'a>, hasty: bool) -> Self {
        Self { w: world.clone(), model, p: Numbers::of(model.p), hasty }
    }

    fn rate(&self, rate: f64) -> f64 {
        if self.hasty { 1.05 * rate } else { rate }
    }

    /// Organisations of a root bloc that have fighters at a place.
    fn front(&self, root: Bloc, q: Place) -> Vec<Org> {
        self.w.organisations.iter().filter(|(_, o)| o.alive && o.root == root && o.fighters[q] > 0.0).map(|(k, _)| k).collect()
    }

    fn n(&self, k: Org, q: Place) -> f64 {
        self.w.organisations[k].fighters[q]
    }

    fn roots(&self) -> Vec<Bloc> {
        self.model.case.blocs.ids().collect()
    }

    fn own(&self, root: Bloc, c: Community) -> bool {
        self.model.case.affinity[(root, c)] >= 0.5
    }

    pub(super) fn root_of(&self, slot: Bloc) -> Bloc {
        if slot.at() < self.model.case.blocs.len() {
            slot
        } else {
            self.w.organisations.values().iter().find(|o| o.bloc == slot).expect("a slot in use").root
        }
    }

    /// "exp(beta) for hostile pairs, a tenth of it in a truce, exp(beta_neutral) for neutral, 0 for allies, each times 1 - compliance"
    fn hostility(&self, k: Org, l: Org) -> f64 {
        let pair = (self.w.organisations[k].root, self.w.organisations[l].root);
        let by_stance = match self.w.stances[(k, l)] {
            Stance::Hostile => self.model.solved.hostile_rate[pair],
            Stance::Truce => 0.1 * self.model.solved.hostile_rate[pair],
            Stance::Neutral => self.model.solved.neutral_rate[pair],
            Stance::Allied => 0.0,
        };
        by_stance * (1.0 - self.w.compliance[(k, l)])
    }

    /// Attacks of the week and what they leave in climate, drift and excitation.
    fn combat(&mut self) {
        let (p, case, week) = (self.p.combat, self.model.case, self.w.week);
        let dice = self.model.dice;
        self.w.climate = p.climate_persistence * self.w.climate
            + p.climate_sd * (1.0 - p.climate_persistence.powi(2)).sqrt() * dice.normal(Stream::Climate, week, 0);
        let keep = kept(p.drift_half_life);
        for window in [&mut self.w.harmed6, &mut self.w.deaths4, &mut self.w.own_deaths4, &mut self.w.dyad_deaths52] {
            window.advance();
        }
        let (fast, slow) = (kept(self.p.mediation.momentum_fast), kept(self.p.mediation.momentum_slow));
        for o in self.w.organisations.values_mut() {
            o.losses[slot_of(week)] = 0.0;
            o.balance = (o.balance.0 * fast, o.balance.1 * slow);
            o.table_momentum *= fast;
            o.pause = (o.pause - 1.0).max(0.0);
        }
        let strength = |root: Bloc| {
            self.w
                .organisations
                .values()
                .iter()
                .filter(|o| o.alive && o.root == root)
                .map(|o| o.fighters.values().iter().sum::<f64>())
                .sum::<f64>()
        };
        let awake: Vec<bool> = self.roots().into_iter().map(|b| strength(b) >= 25.0).collect();
        let month = self.model.scenario.start().date.map_or(1, |d| d.after_weeks(week).civil().1);
        let national = (case.season[(month - 1) as usize] + self.w.climate - p.climate_sd.powi(2) / 2.0).exp();
        let mut attacks = Vec::new();
        for q in case.zones() {
            for k in self.roots() {
                for l in self.roots().into_iter().filter(|l| l.at() > k.at()) {
                    let (a, b) = (self.w.force[(q, k)], self.w.force[(q, l)]);
                    if a < 1.0 || b < 1.0 {
                        continue;
                    }
                    let entity = mix(case.places[q].identity, mix(case.blocs[k].identity, case.blocs[l].identity));
                    let at = self.w.pbb(q, k, l);
                    self.w.drift[at] =
                        keep * self.w.drift[at] + p.drift_sd * (1.0 - keep * keep).sqrt() * dice.normal(Stream::Drift, week, entity);
                    if !awake[k.at()] || !awake[l.at()] {
                        continue;
                    }
                    let drift = self.w.drift[at] - p.drift_sd.powi(2) / 2.0;
                    let (mut between, mut open, mut all) = (0.0, 0.0, 0.0);
                    for x in self.front(k, q) {
                        for y in self.front(l, q) {
                            let share = self.n(x, q) / a * self.n(y, q) / b;
                            between += share * self.hostility(x, y);
                            if self.w.stances[(x, y)] != Stance::Allied {
                                open += share * (1.0 - self.w.compliance[(x, y)]);
                                all += share;
                            }
                        }
                    }
                    let open = if all > 0.0 { open / all } else { 0.0 };
                    let several =
                        |root, total: f64| 1.0 / self.front(root, q).into_iter().map(|x| (self.n(x, q) / total).powi(2)).sum::<f64>();
                    let base = (a * b).sqrt() / 100.0 * between * (several(k, a) * several(l, b)).powf(p.fragmentation);
                    for (x, y) in [(k, l), (l, k)] {
                        let harmed = self.w.harmed6.get(self.w.bbp(y, x, q)) * ZONE / self.people(q).max(1_000.0);
                        let total = self.w.force[(q, x)];
                        let leverage: f64 = self
                            .front(x, q)
                            .into_iter()
                            .map(|o| self.n(o, q) / total * self.w.organisations[o].party.map_or(1.0, |party| self.w.leverage[party].exp()))
                            .sum();
                        let excited = p.excitation * in_a_week(1.0 / p.excitation_time) * self.w.excited[self.w.pbb(q, x, y)] * open;
                        let lambda = base * national * (p.answer * in_a_week(harmed) + drift).exp() * leverage + excited;
                        let entity = mix(case.places[q].identity, mix(case.blocs[x].identity, case.blocs[y].identity));
                        let n = dice.poisson(Stream::Attack, week, entity, self.rate(lambda).min(60.0));
                        attacks.push((q, x, y, n));
                    }
                }
            }
        }
        for e in &mut self.w.excited {
            *e *= (-1.0 / p.excitation_time).exp();
        }
        for (q, x, y, n) in attacks {
            for nth in 0..n {
                // "a lethal incident adds `same_direction` / `lethal` to its direction and the rest to the reverse"
                if self.incident(q, x, y, nth) {
                    let (same, back) = (self.w.pbb(q, x, y), self.w.pbb(q, y, x));
                    self.w.excited[same] += p.same_direction / p.lethal;
                    self.w.excited[back] += (1.0 - p.same_direction) / p.lethal;
                }
            }
        }
    }

    /// "Each incident has its own address: lethal with `lethal`; the two organisations are chosen by forces, stance and compliance."
    fn incident(&mut self, q: Place, x: Bloc, y: Bloc, nth: u32) -> bool {
        let case = self.model.case;
        let entity = mix(mix(case.places[q].identity, u64::from(nth)), mix(case.blocs[x].identity, case.blocs[y].identity));
        let mut draws = self.model.dice.at(Stream::Incident, self.w.week, entity);
        let lethal = draws.unit() < self.p.combat.lethal;
        let mut pairs = Vec::new();
        for k in self.front(x, q) {
            for l in self.front(y, q) {
                pairs.push((k, l, self.n(k, q) * self.n(l, q) * self.hostility(k, l)));
            }
        }
        let Some(at) = draws.choose(pairs.iter().map(|p| p.2)) else { return false };
        let (k, l, _) = pairs[at];
        self.w.ledger.launched.push((self.w.organisations[k].bloc, q));
        if lethal {
            let tail = if self.state(x, y) { self.p.combat.tail_state } else { self.p.combat.tail_groups };
            let size = severity::draw(self.model, tail, &mut draws);
            self.strike(q, k, l, size, &mut draws);
        }
        lethal
    }

    fn state(&self, x: Bloc, y: Bloc) -> bool {
        [x, y].contains(&self.model.case.state)
    }

    fn strike(&mut self, q: Place, k: Org, l: Org, size: u32, draws: &mut Draws) {
        let p = self.p.combat;
        let (x, y) = (self.w.organisations[k].root, self.w.organisations[l].root);
        let (nk, nl) = (self.n(k, q).min(p.column), self.n(l, q).min(p.column));
        let size = f64::from(size).min((nk + nl).min(10.0 * nk.min(nl)).floor().max(1.0));
        let share = if self.state(x, y) { p.civilians_state } else { p.civilians_groups };
        let civilians = (0..size as u32).filter(|_| draws.unit() < share).count() as u32;
        let fighters = size as u32 - civilians;
        // "clip(logistic(e (ln(A_K Q_K / A_L Q_L) - start's mean) + delta + momentum_losses (mom_k - mom_l) + mu_k - mu_l), .1, .9)"
        let mass = |root: Bloc| {
            self.front(root, q).into_iter().map(|o| self.n(o, q).min(p.column) * self.w.organisations[o].quality).sum::<f64>().max(1.0)
        };
        let mu =
            |o: Org| self.w.organisations[o].intelligence[q] - self.model.case.organisations[self.w.organisations[o].origin].intelligence;
        let e = if nk > 300.0 && nl > 300.0 { 1.0 } else { 0.5 };
        let odds = e * ((mass(x) / mass(y)).ln() - self.model.solved.mean_ratio[(x, y)])
            + self.model.solved.delta[(x, y)]
            + p.momentum_losses * (self.momentum(k) - self.momentum(l))
            + mu(k)
            - mu(l);
        let borne = (1.0 / (1.0 + (-odds).exp())).clamp(0.1, 0.9);
        let of_l = (0..fighters).filter(|_| draws.unit() < borne).count() as u32;
        let (before, larger) = (self.n(l, q), self.n(k, q) > self.n(l, q));
        let dead_l = self.kill(l, q, of_l, draws);
        let dead_k = self.kill(k, q, fighters - of_l, draws);
        for (o, won) in [(k, dead_l - dead_k), (l, dead_k - dead_l)] {
            let (fast, slow) = (kept(self.p.mediation.momentum_fast), kept(self.p.mediation.momentum_slow));
            let balance = &mut self.w.organisations[o].balance;
            *balance = (balance.0 + (1.0 - fast) * won, balance.1 + (1.0 - slow) * won);
        }
        let dead = dead_k + dead_l + f64::from(civilians);
        self.w.ledger.attacks.push((k, l, q, dead));
        if civilians > 0 {
            let by = if draws.unit() < 0.5 { k } else { l };
            self.harm(q, by, None, civilians, draws);
        }
        let bloc = self.w.organisations[l].bloc;
        if before > 0.0 && dead_l > self.p.deployment.withdrawal * before && larger && !self.model.held {
            self.withdraw(l, q);
            self.w.ledger.stands.push((bloc, q, true));
        } else if dead_l < 0.5 * dead {
            self.w.ledger.stands.push((bloc, q, false));
        }
        if dead >= 10.0 {
            for o in [k, l] {
                let nth = self.w.ledger.attacks.iter().filter(|&&(x, y, at, dead)| (x == o || y == o) && at == q && dead >= 10.0).count();
                let entity = mix(mix(self.w.organisations[o].identity, self.model.case.places[q].identity), nth as u64);
                if self.model.dice.unit(Stream::Leader, self.w.week, entity) < p.leader {
                    let change = -0.1 + 0.1 * self.model.dice.normal(Stream::Leader, self.w.week, mix(entity, 1));
                    let cohesion = &mut self.w.organisations[o].cohesion;
                    *cohesion = (*cohesion + change).clamp(0.05, 1.0);
                }
            }
        }
    }

    /// "Momentum = clip(tanh((F - S) / (5.6 x expected events x 1.2 sd) + holdings / their average - 1) + table's value, -1, 1)"
    fn momentum(&self, k: Org) -> f64 {
        let o = &self.w.organisations[k];
        let expected = self.model.solved.events[o.origin].max(0.02);
        let sd = ((1.0 - kept(self.p.mediation.momentum_fast)) / 2.0 * 5.0 / expected).sqrt();
        let held: f64 = self.model.case.zones().map(|q| self.model.case.places[q].value * self.w.control[(q, o.bloc)]).sum();
        let mean = self.w.held[o.bloc];
        let holdings = if mean > 1e-6 { (held / mean - 1.0).clamp(-2.0, 2.0) } else { 0.0 };
        (((o.balance.0 - o.balance.1) / (5.6 * expected * 1.2 * sd) + holdings).tanh() + o.table_momentum).clamp(-1.0, 1.0)
    }

    fn kill(&mut self, k: Org, q: Place, n: u32, draws: &mut Draws) -> f64 {
        let n = f64::from(n).min(self.n(k, q).floor());
        if n <= 0.0 {
            return 0.0;
        }
        if !self.model.held {
            self.w.remove_fighters(self.model.template, k, q, n, draws);
            deployment::order_replacement(&mut self.w, self.model, k, n);
        }
        let (week, root) = (self.w.week, self.w.organisations[k].root);
        self.w.organisations[k].losses[slot_of(week)] += n;
        self.w.deaths4.add(q.at(), n);
        let at = self.w.pb(q, root);
        self.w.own_deaths4.add(at, n);
        n
    }

    /// "withdraws to the neighbour where it is strongest"
    fn withdraw(&mut self, l: Org, q: Place) {
        let o = &self.w.organisations[l];
        let worth = |to: Place| o.fighters[to] + 1e-3 * self.model.solved.share[(o.origin, to)];
        let near = self.model.case.neighbours[q].iter().map(|x| x.0).filter(|&to| self.model.case.is_zone(to));
        let to = near.reduce(|best, to| if worth(to) > worth(best) || worth(to) == worth(best) && to < best { to } else { best });
        if let Some(to) = to {
            let fighters = &mut self.w.organisations[l].fighters;
            let all = std::mem::replace(&mut fighters[q], 0.0);
            fighters[to] += all;
        }
    }

    /// "Lethal one-sided events of K at p, Poisson with mean a_K M T min(7, 1 + d (1 - e^(-4C)) + d (1 - e^(-R/10)) + d S/max S) shield"
    fn abuse(&mut self) {
        self.w.one_sided.advance();
        self.w.harm26.advance();
        self.w.inherited26.advance();
        let mut events = Vec::new();
        for k in self.roots() {
            let strength: f64 = self
                .w
                .organisations
                .values()
                .iter()
                .filter(|o| o.alive && o.root == k)
                .map(|o| o.fighters.values().iter().sum::<f64>())
                .sum();
            for q in self.model.case.zones().filter(|_| strength >= 25.0) {
                let entity = mix(self.model.case.places[q].identity, self.model.case.blocs[k].identity);
                let n = self.model.dice.poisson(
                    Stream::Abuse,
                    self.w.week,
                    entity,
                    self.rate(self.one_sided(k, q) + self.follows(k, q)).min(30.0),
                );
                events.extend((0..n).map(|nth| (k, q, mix(entity, u64::from(nth)))));
            }
        }
        for v in &mut self.w.campaign {
            *v *= (-1.0 / self.p.abuse.campaign_time).exp();
        }
        for (k, q, entity) in events {
            let at = self.w.pb(q, k);
            self.w.campaign[at] += 1.0;
            let mut draws = self.model.dice.at(Stream::AbuseIncident, self.w.week, entity);
            let hands: Vec<(Org, f64)> = self.front(k, q).into_iter().map(|o| (o, self.hands(o, q))).collect();
            let Some(at) = draws.choose(hands.iter().map(|h| h.1)) else { continue };
            let weights: Vec<f64> = self.model.case.communities.ids().map(|c| self.w.present[(q, c)] * self.turned_on(k, c)).collect();
            let Some(c) = draws.choose(weights.into_iter()) else { continue };
            let size = severity::draw(self.model, self.p.combat.tail_civilians, &mut draws);
            let by = hands[at].0;
            let dead = self.harm(q, by, Some(Community::from_at(c)), size, &mut draws);
            self.w.ledger.one_sided.push((by, q, f64::from(dead)));
        }
    }

    /// "campaign g V", times what promised restraint leaves.
    fn follows(&self, k: Bloc, q: Place) -> f64 {
        let all = self.w.force[(q, k)];
        if all < 1.0 {
            return 0.0;
        }
        let left: f64 = self.front(k, q).into_iter().map(|o| self.n(o, q) / all * (1.0 - self.w.organisations[o].restraint)).sum();
        self.p.abuse.campaign * in_a_week(1.0 / self.p.abuse.campaign_time) * self.w.campaign[self.w.pb(q, k)] * left
    }

    /// "M: fighters, contract forces times `partner`", less what is restrained.
    fn hands(&self, k: Org, q: Place) -> f64 {
        let o = &self.w.organisations[k];
        self.n(k, q) * (1.0 - o.restraint) * if o.recruits == Recruits::Contract { self.p.abuse.partner } else { 1.0 }
    }

    /// "T: mean over those present of targeting x exp(-`sparing` affinity)"; at the defaults targeting is the table's.
    fn turned_on(&self, k: Bloc, c: Community) -> f64 {
        self.model.case.targeting[(k, c)] * (-self.p.abuse.sparing * self.model.case.affinity[(k, c)]).exp()
    }

    fn one_sided(&self, k: Bloc, q: Place) -> f64 {
        let (p, case) = (self.p.abuse, self.model.case);
        if self.w.force[(q, k)] < 1.0 {
            return 0.0;
        }
        let front = self.front(k, q);
        let here: f64 = front.iter().map(|&o| self.n(o, q)).sum();
        let mean = |f: &dyn Fn(Org) -> f64| if here > 0.0 { front.iter().map(|&o| f(o) * self.n(o, q)).sum::<f64>() / here } else { 0.0 };
        let launched = self.w.ledger.launched.iter().filter(|x| x.1 == q && self.root_of(x.0) == k).count() as f64;
        let collateral =
            launched * (1.0 - mean(&|o| self.w.organisations[o].intelligence[q])) * (1.0 - mean(&|o| self.w.organisations[o].discipline));
        let reprisal = self.w.own_deaths4.get(self.w.pb(q, k));
        let control = |k: Bloc| -> f64 {
            (0..self.w.slots_used).map(Bloc::from_at).filter(|&l| self.root_of(l) == k).map(|l| self.w.control[(q, l)]).sum()
        };
        let ctl = control(k);
        let rival = self.roots().into_iter().filter(|&l| l != k).map(control).fold(0.0, f64::max);
        let (a, b) = (p.selective_own, p.selective_missing);
        let most = ((a + 1.0) / (a + b + 1.0)).powf(a + 1.0) * (b / (a + b + 1.0)).powf(b);
        let selective = ctl.powf(a) * (1.0 - ctl.min(1.0)).powf(b) * (ctl - rival).max(0.0) / most;
        let drivers = (1.0 + p.driver * (in_a_week(4.0 * collateral) + in_a_week(reprisal / 10.0) + selective)).min(7.0);
        let people = self.people(q);
        let exposed: f64 = case.communities.ids().map(|c| self.w.present[(q, c)] * self.turned_on(k, c)).sum::<f64>() / people.max(1.0);
        // "Shield: (start's force of own blocs / now)^`deployment.shield`"
        let mut shield = 0.0;
        for own in self.roots().into_iter().filter(|&l| l != k && self.model.solved.force[(l, q)] >= 1.0) {
            let start = self.model.solved.force[(own, q)];
            let fewer = (start / self.w.force[(q, own)].max(0.2 * start)).clamp(0.2, 5.0).ln();
            shield += case.communities.ids().filter(|&c| self.own(own, c)).map(|c| self.w.present[(q, c)]).sum::<f64>() * fewer;
        }
        let shield = if people > 0.0 { (self.p.deployment.shield * shield / people).clamp(-1.0, 1.0).exp() } else { 1.0 };
        let mut disputes = 1.0;
        if case.blocs[k].follows_disputes {
            let (mut now, mut start) = (0.0, 0.0);
            for d in self.w.disputes.iter().filter(|d| d.place == q && (self.own(k, d.a) || self.own(k, d.b))) {
                now += d.level;
                start += d.start;
            }
            disputes = if start > 0.0 { (now / start).clamp(0.0, 3.0) } else { 1.0 };
        }
        let mass: f64 = front.iter().map(|&o| self.hands(o, q)).sum();
        self.model.solved.abuse[k] * mass * exposed * drivers * shield * disputes
    }

    /// "A household present, then most often further victims of its cluster. `harassment` non-lethal incidents follow each death."
    fn harm(&mut self, q: Place, by: Org, community: Option<Community>, deaths: u32, draws: &mut Draws) -> u32 {
        let bloc = self.w.organisations[by].bloc;
        let community = community.or_else(|| draws.choose(self.w.present.row(q).iter().copied()).map(Community::from_at));
        let Some(first) = community.and_then(|c| self.somebody(q, c, draws)) else { return 0 };
        let (wrong, which) = (draws.unit() < self.p.abuse.misattribution, draws.unit());
        let others: Vec<Bloc> = (0..self.w.slots_used)
            .map(Bloc::from_at)
            .filter(|&l| l != bloc && self.w.organisations.values().iter().any(|o| o.alive && o.bloc == l && o.fighters[q] > 0.0))
            .collect();
        let blamed =
            if wrong && !others.is_empty() { others[((which * others.len() as f64) as usize).min(others.len() - 1)] } else { bloc };
        let first = (first, self.is_the_one(first, None, draws));
        let dead = self.victims(q, first, bloc, blamed, deaths, true, draws);
        let others = poisson_of(draws.unit(), self.p.abuse.harassment * f64::from(dead));
        self.victims(q, first, bloc, blamed, others, false, draws);
        let means = &mut self.w.organisations[by].resources;
        *means = (*means + self.p.abuse.plunder * f64::from(others)).min(1.0);
        dead
    }

    /// Every household of the community that is there is equally likely, host or guest: drawn from all who live there and all guests until one fits,
    /// or after 60 from those who fit.
    fn somebody(&self, q: Place, c: Community, draws: &mut Draws) -> Option<Household> {
        let t = self.model.template;
        let (from, end) = t.lineages[(q, c)];
        let hosts: Vec<u32> =
            if end > from { (t.segments[Segment(from)].first..t.segments[Segment(end - 1)].end).collect() } else { Vec::new() };
        let guests: Vec<u32> =
            self.model.case.zones().flat_map(|home| self.w.lists[(home, q)].iter().map(|away| away.household.0)).collect();
        let all: Vec<u32> = hosts.into_iter().chain(guests).collect();
        let there = |h: u32| {
            self.w.people.at(Household(h)) == q && self.w.people.living(Household(h)) > 0 && t.lineage(Household(h)).1.community == c
        };
        for _ in 0..60.min(60 * all.len()) {
            let h = all[draws.below(all.len())];
            if there(h) {
                return Some(Household(h));
            }
        }
        let those: Vec<u32> = all.into_iter().filter(|&h| there(h)).collect();
        (!those.is_empty()).then(|| Household(those[draws.below(those.len())]))
    }

    #[expect(clippy::too_many_arguments, reason = "one event's facts")]
    fn victims(&mut self, q: Place, first: (Household, Hit), bloc: Bloc, blamed: Bloc, count: u32, lethal: bool, draws: &mut Draws) -> u32 {
        let t = self.model.template;
        let c = t.lineage(first.0).1.community;
        let (mut who, mut at, mut reached) = (first.0, first.1, 0);
        for nth in 0..count {
            // "A next victim is of the same household with 3 in 10, else of another"
            if self.w.people.living(who) == 0 || nth > 0 && draws.unit() < 0.7 {
                let Some(other) = self.further(q, who, draws) else { break };
                (who, at) = (other, self.is_the_one(other, Some(at), draws));
            }
            let (cluster, struck, _, felt) = at;
            if lethal {
                if felt {
                    self.w.bury(t, who, 1);
                }
                self.w.deaths4.add(q.at(), 1.0);
                self.w.ledger.civilian_deaths.push((q, c, 1.0));
            }
            if struck {
                self.w.ledger.struck.push(Struck { place: q, cluster, community: c, blamed, lethal });
            }
            reached += 1;
            if felt {
                if !lethal {
                    let (week, half) = (self.w.week, self.p.governance.hardship_half_life);
                    let row = &mut self.w.people[who];
                    row.plundered = encode((decode(row.plundered, week, half) + self.p.abuse.plunder_hardship).min(1.0), week, half);
                }
                self.w.ledger.harms.push(Harm { place: q, cluster, household: who, community: c, perpetrator: bloc, blamed, lethal });
            }
            let at = self.w.bpc(blamed, q, c);
            self.w.harm26.add(at, 1.0);
        }
        if lethal && reached > 0 {
            for root in self.roots() {
                if self.own(root, c) {
                    let at = self.w.bbp(self.root_of(bloc), root, q);
                    self.w.harmed6.add(at, 1.0);
                }
            }
        }
        reached
    }

    /// A household's settlement, whether it is struck, whether the household's kin are among those on whom it falls, and whether it falls on the
    /// household: "one in as many times as each stands for others"
    fn is_the_one(&self, who: Household, before: Option<Hit>, draws: &mut Draws) -> Hit {
        let t = self.model.template;
        let (segment, data) = t.lineage(who);
        let (cluster, settled, of_its_own) = (data.cluster, t.settled[data.place], t.among[segment]);
        let mut one_in = |of: f64| of <= 1.0 || draws.unit() < 1.0 / of;
        let (struck, among) = match before {
            Some((same, struck, among, _)) if same == cluster => (struck, among),
            _ => {
                let struck = one_in(1.0 / settled);
                (struck, struck && one_in(1.0 / of_its_own))
            }
        };
        (cluster, struck, among, among && one_in(t.weight(segment) * settled * of_its_own))
    }

    /// "One of its settlement and community that is there, where twenty asked do not fail; else anybody of the community there"
    fn further(&self, q: Place, who: Household, draws: &mut Draws) -> Option<Household> {
        let t = self.model.template;
        let data = *t.lineage(who).1;
        let settlement = t.clusters[data.cluster];
        for _ in 0..20 {
            let other = Household(settlement.first + draws.below((settlement.end - settlement.first) as usize) as u32);
            if t.lineage(other).1.community == data.community && self.w.people.at(other) == q && self.w.people.living(other) > 0 {
                return Some(other);
            }
        }
        self.somebody(q, data.community, draws)
    }

    /// "D' = D 2^(-1/h) + stress (1 - D), then D <- D + `jump` (1 - D) for each event; events are Poisson with mean
    /// kappa D `branching` (ln 2 / h) / `jump` x m x contact x season."
    fn communal(&mut self) {
        let (p, case) = (self.p.communal, self.model.case);
        let month = self.model.scenario.start().date.map_or(1, |d| d.after_weeks(self.w.week).civil().1);
        let season = case.season[(month - 1) as usize].exp();
        for at in 0..self.w.disputes.len() {
            let d = self.w.disputes[at];
            let (a, b) = (self.w.present[(d.place, d.a)], self.w.present[(d.place, d.b)]);
            let contact = (a * b).sqrt() / self.people(d.place).max(1.0);
            let mean = self.model.solved.contact * d.level * p.branching * (2.0_f64.ln() / p.half_life) / p.jump * (a + b) / PAIR
                * contact
                * season;
            let mut level = d.level * kept(p.half_life) + self.model.solved.stress[at] * (1.0 - d.level);
            for nth in 0..self.model.dice.poisson(Stream::Feud, self.w.week, d.identity, self.rate(mean).min(5.0)) {
                level += p.jump * (1.0 - level);
                self.clash(d.place, d.a, d.b, mix(d.identity, u64::from(nth)));
            }
            if self.w.dialogues.iter().any(|&x| x == (d.a, d.b) || x == (d.b, d.a)) {
                level *= 1.0 - p.dialogue;
            }
            self.w.disputes[at].level = level.clamp(0.0, 1.0);
        }
    }

    /// "One side attacks at even odds; blame goes to the attackers' closest bloc other than the state's."
    fn clash(&mut self, q: Place, a: Community, b: Community, entity: u64) {
        let mut draws = self.model.dice.at(Stream::FeudIncident, self.w.week, entity);
        let (attacker, victim) = if draws.unit() < 0.5 { (a, b) } else { (b, a) };
        let size = severity::draw(self.model, self.p.combat.tail_groups, &mut draws);
        let close = |k: Org| self.model.case.affinity[(self.w.organisations[k].root, attacker)] + 1e-6 * self.n(k, q).min(1e4);
        let those = self.w.organisations.iter().filter(|(_, o)| o.alive && o.root != self.model.case.state).map(|(k, _)| k);
        let by = those.reduce(|best, k| if close(k) > close(best) { k } else { best });
        if let Some(by) = by {
            self.harm(q, by, Some(victim), size, &mut draws);
        }
    }

    /// What differs from the engine's world after the same process.
    fn differences(&self, engine: &World, process: &str) -> Vec<String> {
        let (a, b) = (engine, &self.w);
        let mut found = Vec::new();
        let mut note = |same: bool, what: &str| {
            if !same {
                found.push(format!("week {}, {process}: {what}", a.week));
            }
        };
        let near = |x: &[f64], y: &[f64]| x.iter().zip(y).all(|(x, y)| (x - y).abs() < 1e-9 * (1.0 + x.abs()));
        // What comes after attacks in the same process.
        let more = a.ledger.happened.iter().any(|h| ["offensive", "siege"].contains(&h.kind)) || !a.breaks.is_empty();
        note(a.ledger.launched == b.ledger.launched, "attacks launched");
        note(near(&[a.climate], &[b.climate]) && near(&a.drift, &b.drift), "climate and drift");
        note(near(&a.excited, &b.excited), "excitation");
        note(near(&a.campaign, &b.campaign), "campaigns");
        let attacks = &b.ledger.attacks;
        note(a.ledger.attacks.get(..attacks.len()) == Some(&attacks[..]), "attacks and their dead");
        note(a.ledger.one_sided == b.ledger.one_sided, "one-sided events");
        note(
            near(&a.disputes.iter().map(|d| d.level).collect::<Vec<_>>(), &b.disputes.iter().map(|d| d.level).collect::<Vec<_>>()),
            "disputes",
        );
        if process == "combat" && more {
            return found;
        }
        note(a.ledger.attacks.len() == attacks.len(), "the number of attacks");
        note(a.ledger.harms == b.ledger.harms, "who was harmed, by whom, who is blamed");
        note(a.ledger.civilian_deaths == b.ledger.civilian_deaths, "civilians who died");
        note(a.ledger.stands == b.ledger.stands, "attacks met and places abandoned");
        note(near(a.present.values(), b.present.values()), "people present");
        note(
            a.deaths4 == b.deaths4 && a.harm26 == b.harm26 && a.harmed6 == b.harmed6 && a.own_deaths4 == b.own_deaths4,
            "counts of the last weeks",
        );
        for (org, x) in a.organisations.iter() {
            let y = &b.organisations[org];
            let same = near(x.fighters.values(), y.fighters.values())
                && near(&x.losses, &y.losses)
                && near(&[x.balance.0, x.balance.1, x.cohesion, x.resources], &[y.balance.0, y.balance.1, y.cohesion, y.resources]);
            note(
                same && x.members == y.members && near(&x.replacements, &y.replacements),
                &format!("{}: fighters, losses, balance, cohesion or means", x.slug),
            );
        }
        found
    }
}

/// What happened in the weeks that were compared.
#[derive(Debug, Default)]
struct Seen {
    attacks: usize,
    lethal: usize,
    one_sided: usize,
    harms: usize,
    feuds: u32,
    withdrawn: usize,
}

/// Weeks of a future in which every process of violence is done plainly beside the engine.
fn compared(ready: &Ready, dice: Dice, weeks: i32, hasty: bool, seen: &mut Seen) -> Vec<String> {
    let mut world = sim::burn_in(ready, dice);
    let mut found = Vec::new();
    sim::with_model(ready, dice, |model| {
        mediation::open(&mut world, model);
        mediation::seat(&world, model).swap(&mut world);
        for _ in 0..weeks {
            for process in SCHEDULE {
                let plain: Option<fn(&mut Plain)> = match process.name {
                    "combat" => Some(|twin| twin.combat()),
                    "abuse" => Some(|twin| twin.abuse()),
                    "communal" => Some(|twin| twin.communal()),
                    "governance" => Some(|twin| twin.governance()),
                    _ => None,
                };
                let twin = plain.map(|work| {
                    let mut twin = Plain::of(&world, model, hasty);
                    work(&mut twin);
                    twin
                });
                (process.run)(&mut world, model);
                if let Some(twin) = twin {
                    found.extend(if process.name == "governance" {
                        twin.governed_otherwise(&world)
                    } else {
                        twin.differences(&world, process.name)
                    });
                }
            }
            seen.attacks += world.ledger.launched.len();
            seen.lethal += world.ledger.attacks.len();
            seen.one_sided += world.ledger.one_sided.len();
            seen.harms += world.ledger.harms.len();
            seen.feuds += world.ledger.feuds;
            seen.withdrawn += world.ledger.stands.iter().filter(|s| s.2).count();
            world.ledger.clear();
            world.week += 1;
        }
    });
    found
}

fn told(found: &[String]) -> String {
    format!("{} differences:\n{}", found.len(), found.iter().take(20).cloned().collect::<Vec<_>>().join("\n"))
}

#[test]
fn violence_falls_on_the_same_people_in_the_teaching_case() {
    falls_alike_in_the_teaching_case(3);
}

#[test]
#[ignore = "slow: about 25 s"]
fn slow_violence_falls_on_the_same_people_in_the_teaching_case() {
    falls_alike_in_the_teaching_case(12);
}

fn falls_alike_in_the_teaching_case(futures: u64) {
    let ready = common::ready(&common::teaching("two-valleys-exclusive", 104), &[]);
    let mut seen = Seen::default();
    for replicate in 0..futures {
        let found = compared(&ready, Dice::new(31, replicate), 104, false, &mut seen);
        assert!(found.is_empty(), "future {replicate}: {}", told(&found));
    }
    eprintln!("{seen:?}");
    let least = 12 * futures as usize;
    assert!(seen.attacks > least && seen.one_sided > least / 10 && seen.harms > least, "{seen:?}");
}

#[test]
fn violence_falls_on_the_same_people_in_mali() {
    let case = Arc::new(common::case("2026-07-06"));
    let ready = common::ready(&common::scenario(&case, common::mediated(&case), 60, 16), &[]);
    let mut seen = Seen::default();
    let found = compared(&ready, Dice::new(32, 0), 40, false, &mut seen);
    assert!(found.is_empty(), "{}", told(&found));
    eprintln!("{seen:?}");
    assert!(seen.attacks > 200 && seen.lethal > 100 && seen.one_sided > 50 && seen.feuds > 3 && seen.withdrawn > 0, "{seen:?}");
    let hasty = compared(&ready, Dice::new(32, 0), 20, true, &mut Seen::default());
    assert!(hasty.len() > 3, "rates of 5 % more are not noticed: {}", told(&hasty));
}

/// Who has fled to a place is as likely to be harmed there as who lives there.
#[test]
fn guests_are_not_spared() {
    let ready = common::ready(&common::teaching("two-valleys-exclusive", 1), &[]);
    let dice = Dice::new(33, 0);
    let world = sim::burn_in(&ready, dice);
    sim::with_model(&ready, dice, |model| {
        let mut compared = 0;
        for q in model.case.zones() {
            for c in model.case.communities.ids() {
                let there: Vec<Household> = (0..model.template.len() as u32)
                    .map(Household)
                    .filter(|&h| world.people.at(h) == q && model.template.lineage(h).1.community == c)
                    .collect();
                let guest = |h: Household| model.template.lineage(h).1.place != q;
                let expected = there.iter().filter(|&&h| guest(h)).count() as f64 / there.len().max(1) as f64;
                let mut draws = dice.at(Stream::Victim, 0, mix(u64::from(q.0), u64::from(c.0)));
                let n = 4_000;
                let found = (0..n)
                    .filter_map(|_| sulh::processes::harm::somebody(&world, model, q, Some(c), &mut draws))
                    .filter(|&h| guest(h))
                    .count() as f64
                    / f64::from(n);
                // Five standard errors.
                assert!(
                    (found - expected).abs() <= 5.0 * (expected * (1.0 - expected) / f64::from(n)).sqrt(),
                    "{q:?} {c:?}: {found} and {expected}"
                );
                compared += usize::from(expected > 0.0 && expected < 1.0);
            }
        }
        assert!(compared >= 2, "{compared} places with hosts and guests");
    });
}

/// Would catch victims who are looked for where nobody is: an event kills as many as it says while the community is there, also where its
/// people are guests whose neighbours fled elsewhere. It had killed no more than the household that was found first.
#[test]
fn an_event_kills_as_many_as_it_says() {
    let ready = common::ready(&common::teaching("two-valleys-inclusive", 1), &[]);
    let dice = Dice::new(5, 0);
    sim::with_model(&ready, dice, |model| {
        let begin = sim::burn_in(&ready, dice);
        let (case, t) = (model.case, model.template);
        let host = case.zones().next().expect("a zone");
        // Of a community of another place every fortieth household lives here, and nobody else of it.
        let (home, c) = case
            .zones()
            .flat_map(|q| case.communities.ids().map(move |c| (q, c)))
            .find(|&(q, c)| q != host && t.lineages[(q, c)].1 - t.lineages[(q, c)].0 >= 10)
            .expect("lineages");
        let mut world = begin.clone();
        for at in 0..t.len() as u32 {
            let household = Household(at);
            let data = *t.lineage(household).1;
            if data.community != c {
                continue;
            }
            if data.place == home && at % 40 == 0 {
                if world.people.at(household) == home {
                    world.moves(t, home).leave(household, (t.segment(household), c), host);
                }
            } else if world.people.at(household) == host {
                let people = world.people.living(household);
                world.bury(t, household, people);
            }
        }
        let there = world.present[(host, c)] as u32;
        assert!(there > 40, "{there} persons");
        let by = world.active().find(|(_, o)| o.fighters[host] > 0.0).expect("an organisation").0;
        for nth in 0..20 {
            let mut world = world.clone();
            let mut draws = dice.at(Stream::Victim, 0, nth);
            let dead = sulh::processes::harm::harm_people(&mut world, model, host, by, Some(c), 30, &mut draws);
            assert_eq!(dead, 30, "of 30, where {there} are there");
            let mut draws = dice.at(Stream::Victim, 1, nth);
            let all = sulh::processes::harm::harm_people(&mut world, model, host, by, Some(c), 30 + there, &mut draws);
            assert_eq!(all, there - 30, "who is left");
        }
    });
}

/// What an event does to those who are told of it does not hang on the scale: the share of people whose settlement is struck, of lineages that
/// are hit, and harms in persons. Lineages had been hit too seldom in large events at 1:1 against 1:16, as there each harm was felt or not by itself.
#[test]
#[ignore = "slow: about 10 s"]
fn slow_an_event_strikes_alike_at_every_scale() {
    let case = Arc::new(common::case("2026-07-06"));
    // Share of people struck, share of memory that a jump of .3 a harm leaves, and harms, by event.
    let effects = |scale: u32| {
        let ready = common::ready(&common::scenario(&case, common::no_track(), 1, scale), &[]);
        let dice = Dice::new(9, 0);
        sim::with_model(&ready, dice, |model| {
            let begin = World::new(model.case, model.template, ready.scenario.start(), &model.p.tables.strength, dice);
            let by = begin.active().next().expect("an organisation").0;
            let t = model.template;
            let mut seen = [const { Vec::new() }; 3];
            let mut world = begin.clone();
            for nth in 0..40_000 {
                let place = Place::from_at(nth as usize % model.case.zones);
                world.ledger.clear();
                let mut draws = dice.at(Stream::Victim, 0, nth);
                let size = severity::draw(model, model.p.value("combat.tail_civilians").expect("a parameter"), &mut draws);
                sulh::processes::harm::harm_people(&mut world, model, place, by, None, size, &mut draws);
                let households = |from: u32, end: u32| (from..end).map(|h| t.weight_of(Household(h))).sum::<f64>();
                let mut struck: Vec<_> = world.ledger.struck.iter().map(|s| s.cluster).collect();
                struck.sort_unstable_by_key(|c| c.0);
                struck.dedup();
                seen[0].push(struck.into_iter().map(|c| households(t.clusters[c].first, t.clusters[c].end)).sum::<f64>());
                let mut hits: Vec<Segment> = world.ledger.harms.iter().map(|h| t.segment(h.household)).collect();
                hits.sort_unstable_by_key(|s| s.0);
                let by_lineage = hits.chunk_by(|a, b| a == b);
                seen[1].push(
                    by_lineage
                        .map(|of| (1.0 - 0.7_f64.powi(of.len() as i32)) * households(t.segments[of[0]].first, t.segments[of[0]].end))
                        .sum(),
                );
                seen[2].push(world.ledger.harms.iter().map(|harm| t.weight_of(harm.household)).sum());
            }
            seen.map(|values: Vec<f64>| sulh::stats::interval::clustered(&values, &vec![0; values.len()], 0.95))
        })
    };
    let whole = effects(1);
    for scale in [4, 16] {
        for (what, (a, b)) in ["people struck", "memory of lineages", "harms"].into_iter().zip(whole.iter().zip(effects(scale))) {
            let (ratio, error) = (b.mean / a.mean, a.error.hypot(b.error) / a.mean);
            println!("1:{scale}, {what}: {ratio:.3} +- {error:.3} of 1:1");
            assert!((ratio - 1.0).abs() < 0.04 + 3.5 * error, "1:{scale}, {what}: {ratio:.3} +- {error:.3} of 1:1");
        }
    }
}

/// Drifts have their full spread at week 0, as they are mean-corrected for it.
#[test]
fn drifts_begin_at_their_full_spread() {
    let ready = common::ready(&common::teaching("two-valleys-exclusive", 1), &[]);
    let mut found = Vec::new();
    for replicate in 0..150 {
        let world = sim::burn_in(&ready, Dice::new(34, replicate));
        for q in ready.scenario.case.zones() {
            for (k, l) in [(0, 1), (0, 2), (1, 2)] {
                found.push(world.drift[world.pbb(q, Bloc(k), Bloc(l))]);
            }
        }
    }
    let variance = found.iter().map(|w| w * w).sum::<f64>() / found.len() as f64;
    let full = ready.parameters.value("combat.drift_sd").expect("a parameter").powi(2);
    // From 0 it would be three quarters after a burn-in; the standard error is a thirtieth.
    assert!((variance / full - 1.0).abs() < 0.12, "{variance} of {full}");
}
