//! Recruitment, exit, notables, leanings (MODEL.md, 7.7).
use super::{Chance, Twin, decoded, in_a_week};
use sulh::dice::{Stream, mix};
use sulh::index::{Bloc, Community, Household, Id, Org, Place, Segment};
use sulh::processes::Model;
use sulh::scenario::case::{Recruits, TRENDS};
use sulh::scenario::{Stance, Trend};
use sulh::stats::quantile;
use sulh::world::Away;

/// Temperature of the choice among leanings.
const TEMPERATURE: f64 = 0.5;
/// Fighters below which a bloc does not recruit.
const DORMANT: f64 = 25.0;

/// What a bloc is to the men of a community at a place.
struct Offer {
    bloc: Bloc,
    trend: Trend,
    enemies: Vec<Bloc>,
    /// Level of a man's weekly rate.
    level: f64,
    pay: f64,
    /// By community: what all its men share.
    common: Vec<f64>,
}

impl Twin {
    pub(super) fn recruitment(&mut self, model: &Model) {
        self.world.organisations.values_mut().iter_mut().for_each(|o| o.joined = 0.0);
        if !model.held {
            self.exits(model);
            self.joins(model);
            self.notables(model);
        }
        self.leanings(model);
    }

    /// "Exit: `exit` exp(-(cohesion - start's) + weekly loss rate + amnesty delivered x its credibility)."
    fn exits(&mut self, model: &Model) {
        for at in 0..self.world.organisations.len() {
            let org = Org::from_at(at);
            let o = &self.world.organisations[org];
            if !o.alive || o.recruits != Recruits::Households {
                continue;
            }
            let total: f64 = o.fighters.values().iter().sum();
            let lost: f64 = (0..13).map(|ago| o.losses[(self.world.week - ago).rem_euclid(52) as usize]).sum();
            let cohesion = o.cohesion - model.case.organisations[o.origin].cohesion;
            let amnesty = o.party.map_or(0.0, |party| self.world.amnesty[party]);
            let rate = self.rate(self.p.recruitment.exit * (-cohesion + lost / 13.0 / total.max(1.0) + amnesty).exp());
            let identity = o.identity;
            let leaving: Vec<u64> = match self.chance {
                Chance::Shared => {
                    (0..u64::from(model.dice.poisson(Stream::Exit, self.world.week, identity, in_a_week(rate) * total))).collect()
                }
                Chance::Single => (0..total.round() as u64)
                    .filter(|&nth| model.dice.happens(Stream::Exit, self.world.week, mix(identity, 1_000_000 + nth), in_a_week(rate)))
                    .collect(),
            };
            for nth in leaving {
                let entity = mix(identity, nth);
                let fighters = self.world.organisations[org].fighters.values();
                if let Some(place) = model.dice.at(Stream::Exit, self.world.week, entity).choose(fighters.iter().copied()) {
                    self.goes_home(model, org, Place::from_at(place), entity);
                }
            }
        }
    }

    fn goes_home(&mut self, model: &Model, org: Org, place: Place, entity: u64) {
        let o = &mut self.world.organisations[org];
        if o.members.is_empty() || o.fighters[place] < 1.0 {
            return;
        }
        o.fighters[place] -= 1.0;
        let household = Household(o.members.swap_remove(model.dice.at(Stream::ExitWho, self.world.week, entity).below(o.members.len())));
        self.world.people[household].gone -= 1;
        self.world.kin_fighters[(model.template.segment(household), self.world.organisations[org].bloc)] -= 1;
    }

    /// "Rate of one free man of household i for bloc K at p: h_Kp shelter_Kp (C_K / N_K)^crowding min(1, 3 means) [1 + coercion, where
    /// control > .6] exp(clip(eta_i - mean eta, -3, 3)). At most `inflow_cap` of the bloc's fighters a week. The displaced are
    /// reached where they are."
    fn joins(&mut self, model: &Model) {
        let total = |bloc: Bloc| -> f64 {
            self.of_bloc(bloc).filter(|o| o.recruits == Recruits::Households).map(|o| o.fighters.values().iter().sum::<f64>()).sum()
        };
        // What each offers is as before anybody joins: who joins the one is not yet among the fighters who shelter another.
        let drives: Vec<(Bloc, f64, Vec<Offer>)> = self
            .blocs()
            .map(|bloc| (bloc, total(bloc)))
            .filter(|(_, total)| *total >= DORMANT)
            .map(|(bloc, total)| (bloc, total, model.case.zones().map(|place| self.offer(model, bloc, place, total)).collect()))
            .collect();
        for (bloc, total, offers) in drives {
            let root = self.root(model, bloc);
            let identity = model.case.blocs[root].identity;
            let name = if bloc == root { identity } else { mix(identity, bloc.at() as u64) };
            let mut left = self.p.recruitment.inflow_cap * total;
            for place in model.case.zones().filter(|q| offers[q.at()].level > 0.0) {
                let offer = &offers[place.at()];
                let cell = mix(model.case.places[place].identity, name);
                self.visit(model, Stream::Recruit, cell, model.template.range[place], |twin, household, u| {
                    twin.may_join(model, offer, Household(household), place, u, &mut left);
                });
                let guests: Vec<Away> = model.case.zones().flat_map(|home| self.world.lists[(home, place)].clone()).collect();
                self.visit(model, Stream::Recruit, mix(cell, 1), (0, guests.len() as u32), |twin, position, u| {
                    twin.may_join(model, offer, guests[position as usize].household, place, u, &mut left);
                });
            }
        }
    }

    fn offer(&self, model: &Model, bloc: Bloc, place: Place, total: f64) -> Offer {
        let (p, w) = (self.p.recruitment, &self.world);
        let root = self.root(model, bloc);
        let data = &model.case.blocs[root];
        let here = self.fighters(bloc, place);
        let start = model.solved.holdings[root] * w.stake[bloc];
        let holds: f64 = model.case.zones().map(|q| model.case.places[q].value * w.control[(q, bloc)]).sum();
        let holdings = if start > 1e-9 { (holds / start).min(3.0) } else { 1.0 };
        let carried = model.solved.capacity[root] * w.stake[bloc] * (0.5 + 0.5 * holdings);
        // Those of one root are sheltered together, and each takes his part.
        let all: f64 = self.blocs().filter(|&l| self.root(model, l) == root).map(|l| self.fighters(l, place)).sum();
        let shelter = all / (all + self.p.protection.presence_half * self.people(place) / 10_000.0) * (here / all.max(1.0));
        let means = self.of_bloc(bloc).map(|o| o.resources).fold(0.0, f64::max);
        let coercion = if w.control[(place, bloc)] > 0.6 { 1.0 + p.coercion } else { 1.0 };
        let level =
            model.solved.recruitment[(root, place)] * shelter * (carried / total).powf(p.crowding) * (3.0 * means).min(1.0) * coercion;
        let hostile = |k: Bloc| {
            w.organisations.iter().any(|(a, x)| {
                x.alive
                    && x.bloc == bloc
                    && w.organisations.iter().any(|(b, y)| y.alive && y.bloc == k && w.stances[(a, b)] == Stance::Hostile)
            })
        };
        let common = |c: Community| {
            let rival = self.blocs().filter(|&l| l != bloc).map(|l| self.s(l, place, c)).fold(0.0, f64::max);
            let then = model.solved.legitimacy[(root.at() * model.case.zones + place.at()) * model.case.communities.len() + c.at()];
            let loyal = if data.trend == Trend::Loyalist { w.state_affinity[c] } else { 0.0 };
            let affinity = model.case.affinity[(root, c)] + w.legitimacy[w.bpc(bloc, place, c)] - then + loyal;
            p.protection * (self.s(bloc, place, c) - rival)
                + p.affinity * affinity
                + p.marginalisation * w.marginalisation[c] * data.antistate
        };
        Offer {
            bloc,
            trend: data.trend,
            enemies: self.blocs().filter(|&k| k != bloc && hostile(k)).collect(),
            level: if here < 1.0 { 0.0 } else { level },
            pay: means,
            common: model.case.communities.ids().map(common).collect(),
        }
    }

    /// "eta = grievance (max over K's enemies of g - g_K) + protection (s_K - max(0, best rival's s)) + pay means hardship + kin kinshare
    /// + affinity aff + faction [notable and bloc both oppose the leader's side] (1 - trust) + marginalisation m antistate - fear F"
    fn eta(&self, model: &Model, offer: &Offer, household: Household) -> f64 {
        let (p, w) = (self.p.recruitment, &self.world);
        let (segment, data) = model.template.lineage(household);
        let row = &w.people[household];
        let against = offer.enemies.iter().map(|&e| self.held(model, household, e)).fold(0.0, f64::max);
        let plundered = decoded(row.plundered, w.week, self.p.governance.hardship_half_life);
        let at = w.people.at(household);
        let of_place = if at.at() < model.case.zones { w.hardship[at] } else { 0.0 };
        let hardship = (f64::from(row.hardship) / 255.0 + plundered + of_place).clamp(0.0, 1.0);
        let men = f64::from(data.men.max(1)) * model.template.weight(segment);
        let kin = (10.0 * f64::from(w.kin_fighters[(segment, offer.bloc)]) / men).min(1.0);
        let leader = leader(model, data.community);
        let opposed = if w.notables[segment] != leader && offer.trend != leader { 1.0 - w.trust[data.community] } else { 0.0 };
        let fear = if at == data.place { self.fear[data.cluster] } else { 0.0 };
        p.grievance * (against - self.held(model, household, offer.bloc))
            + offer.common[data.community.at()]
            + p.pay * offer.pay * hardship
            + p.kin * kin
            + p.faction * opposed
            - p.fear * fear
    }

    fn may_join(&mut self, model: &Model, offer: &Offer, household: Household, place: Place, u: f64, left: &mut f64) {
        let p = self.p.recruitment;
        let row = self.world.people[household];
        let weight = model.template.weight_of(household);
        let free = (f64::from(row.men.min(self.world.people.living(household))) - f64::from(row.gone) / weight).max(0.0);
        if self.world.people.at(household) != place || free == 0.0 || *left < 1.0 {
            return;
        }
        // "Who came home through a programme joins at `ddr_reenlistment` times his rate."
        let came_home = (f64::from(row.demobilised) / weight).min(free);
        let again = came_home * self.p.accord.ddr_reenlistment;
        let men = free - came_home + again;
        let eta = self.eta(model, offer, household);
        let mean = model.solved.eta_mean[self.root(model, offer.bloc)];
        // A kept household stands for `weight` of them, and persons are counted.
        let joins = |eta: f64| u < in_a_week(self.rate(men * offer.level * (eta - mean).clamp(-3.0, 3.0).exp() * weight));
        // "A household's own leaning is drawn when first asked for": where it decides. It counts .5 of affinity.
        let (without, with) = (joins(eta), joins(eta + 0.5 * p.affinity));
        if if without == with { without } else { (self.leaning(model, household) == Some(offer.trend)) == with } {
            *left -= 1.0;
            self.take_up_arms(model, offer.bloc, household, place);
            let identity = mix(u64::from(household.0), model.template.lineage(household).1.identity);
            if again > 0.0 && model.dice.unit(Stream::Reenlist, self.world.week, identity) < again / men {
                self.world.people[household].demobilised -= 1;
            }
        }
    }

    /// "Within the bloc he joins by fighters present."
    fn take_up_arms(&mut self, model: &Model, bloc: Bloc, household: Household, place: Place) {
        let (segment, data) = model.template.lineage(household);
        let here = |o: &sulh::world::Organisation| {
            if o.alive && o.bloc == bloc && o.recruits == Recruits::Households { o.fighters[place] } else { 0.0 }
        };
        let weights: Vec<f64> = self.world.organisations.values().iter().map(here).collect();
        let mut draws = model.dice.at(Stream::RecruitWho, self.world.week, mix(u64::from(household.0), data.identity));
        let Some(org) = draws.choose(weights.into_iter()) else { return };
        let o = &mut self.world.organisations[Org::from_at(org)];
        o.fighters[place] += 1.0;
        o.joined += 1.0;
        o.members.push(household.0);
        self.world.people[household].gone += 1;
        self.world.kin_fighters[(segment, bloc)] += 1;
        self.world.ledger.recruits.push((data.place, data.community, 1.0));
    }

    /// "Drawn when first asked for and kept for a geometric time."
    fn leaning(&mut self, model: &Model, household: Household) -> Option<Trend> {
        let (segment, data) = model.template.lineage(household);
        let row = self.world.people[household];
        let week = self.world.week;
        if row.leaning == 255 || i32::from(row.leaning_until) <= week {
            let mut draws = model.dice.at(Stream::Leaning, week, mix(data.identity, u64::from(household.0 - data.first)));
            let shares = self.world.leanings[self.world.cell(data.place, data.community, self.world.notables[segment])];
            let leaning = draws.choose(shares.into_iter()).expect("shares sum to 1");
            let weeks = (draws.unit().ln() / (-self.p.recruitment.leaning_speed).ln_1p()).clamp(1.0, 2_000.0);
            let row = &mut self.world.people[household];
            row.leaning = leaning as u8;
            row.leaning_until = (week + weeks as i32) as i16;
        }
        TRENDS.get(usize::from(self.world.people[household].leaning)).copied()
    }

    /// "Notables change side at `notable` exp(protection gap, at most 1.5); part of their kin's trust follows at once."
    fn notables(&mut self, model: &Model) {
        for place in model.case.zones() {
            let here: Vec<u32> = model.template.segments.iter().filter(|(_, s)| s.place == place).map(|(s, _)| s.0).collect();
            let (Some(&first), Some(&last)) = (here.first(), here.last()) else { continue };
            self.visit(model, Stream::Notable, model.case.places[place].identity, (first, last + 1), |twin, segment, u| {
                twin.may_turn(model, Segment(segment), u);
            });
        }
    }

    fn may_turn(&mut self, model: &Model, segment: Segment, u: f64) {
        let data = &model.template.segments[segment];
        let (place, community) = (data.place, data.community);
        let of = |side: Trend| {
            model.case.blocs.iter().filter(|(_, b)| b.trend == side).map(|(b, _)| self.s(b, place, community)).fold(-1.0, f64::max)
        };
        let now = self.world.notables[segment];
        let sides = TRENDS.into_iter().filter(|&side| side != now && model.case.leanings[community][side as usize] > 0.005);
        let Some(other) = sides.reduce(|best, side| if of(side) > of(best) { side } else { best }) else { return };
        let gap = (of(other) - of(now)).clamp(0.0, 1.5);
        if u >= in_a_week(self.rate(self.p.recruitment.notable * gap.exp())) {
            return;
        }
        self.world.notables[segment] = other;
        let trust = self.world.trust[community];
        let (from, end) = model.template.lineages[(place, community)];
        let share = trust * quantile::beta_2_4(model.dice.unit(Stream::Faction, self.world.week, data.identity)) / f64::from(end - from);
        let cell = self.world.cell(place, community, other);
        for (at, x) in self.world.leanings[cell].iter_mut().enumerate() {
            *x += share * (f64::from(u8::from(at == other as usize)) - *x);
        }
    }

    /// "Leanings move every four weeks by the exact step 1 - exp(-4 `leaning_speed`) towards a softmax (temperature .5)."
    fn leanings(&mut self, model: &Model) {
        if self.world.week.rem_euclid(4) != 0 {
            return;
        }
        let p = self.p.recruitment;
        for place in model.case.zones() {
            for c in model.case.communities.ids() {
                let (from, end) = model.template.lineages[(place, c)];
                for side in TRENDS.into_iter().filter(|_| end > from) {
                    let draw = |trend: Trend| {
                        let blocs: Vec<Bloc> = model.case.blocs.iter().filter(|(_, b)| b.trend == trend).map(|(b, _)| b).collect();
                        let best = blocs.iter().map(|&b| self.s(b, place, c)).fold(-1.0, f64::max);
                        let against = blocs.iter().map(|&b| self.mean_slow(from, end, b)).sum::<f64>() / blocs.len().max(1) as f64;
                        let led = if side == trend { p.leaning_notable * self.world.trust[c] } else { 0.0 };
                        let of_trend = if trend == Trend::Loyalist {
                            p.leaning_rents * self.world.rents[c]
                        } else {
                            p.leaning_marginalisation * self.world.marginalisation[c]
                        };
                        p.leaning_protection * best - p.leaning_grievance * against + led + of_trend
                    };
                    let mut weights = [0.0; 4];
                    for (at, weight) in weights.iter_mut().enumerate() {
                        let pull = TRENDS.get(at).map_or(0.0, |&trend| draw(trend));
                        *weight = ((model.solved.alpha[c][at] + pull) / TEMPERATURE).exp();
                    }
                    let all: f64 = weights.iter().sum();
                    let cell = self.world.cell(place, c, side);
                    for (x, weight) in self.world.leanings[cell].iter_mut().zip(weights) {
                        *x += in_a_week(4.0 * p.leaning_speed) * (weight / all - *x);
                    }
                }
            }
        }
    }

    /// Mean slow grievance over the lineages of a community at a place: of twelve spread over it where chance is shared, else of all.
    fn mean_slow(&self, from: u32, end: u32, bloc: Bloc) -> f64 {
        let all = end - from;
        let n = if self.chance == Chance::Shared { all.min(12) } else { all };
        (0..n).map(|i| self.slow[(Segment(from + (2 * i + 1) * all / (2 * n)), bloc)]).sum::<f64>() / f64::from(n)
    }
}

/// The side of a community's leader: its largest leaning at the start.
fn leader(model: &Model, community: Community) -> Trend {
    let share = |side: Trend| model.case.leanings[community][side as usize];
    TRENDS.into_iter().reduce(|best, side| if share(side) > share(best) { side } else { best }).expect("there are trends")
}
