//! Flight and return (MODEL.md, 7.8).
use super::{Chance, Fault, Twin, in_a_week, kept};
use sulh::dice::{Stream, mix};
use sulh::index::{Household, Id, Place};
use sulh::processes::Model;
use sulh::world::Away;

/// People of a mean zone, to which deaths are scaled.
const PEOPLE: f64 = 225_000.0;

/// Weight of each destination, by present place and community: those of the week's start.
type Draw = Vec<Vec<(Place, f64)>>;

impl Twin {
    pub(super) fn displacement(&mut self, model: &Model) {
        if !model.held {
            self.flights(model);
            self.returns(model);
        }
        let keep = kept(self.p.displacement.memory);
        for place in model.case.zones() {
            let memory = &mut self.world.deaths_memory[place];
            *memory = keep * *memory + (1.0 - keep) * self.world.deaths4.get(place.at());
        }
    }

    /// Deaths per 225,000 people.
    fn relative(&self, deaths: f64, place: Place) -> f64 {
        deaths * PEOPLE / self.people(place).max(1_000.0)
    }

    /// "Weekly chance to flee: min(`most`, (`base` + `per_death` d) exp(`fear` F + `siege` [siege] - .7 `cost` [siege]))"
    fn flight_chance(&self, deaths: f64, place: Place, fear: f64) -> f64 {
        let p = self.p.displacement;
        let fear = if self.fault == Some(Fault::FearlessFlight) { 0.0 } else { fear };
        let siege = if self.world.sieges[place].is_some() { p.siege - 0.7 * p.cost } else { 0.0 };
        self.rate((p.base + p.per_death * deaths) * (p.fear * fear + siege).exp()).min(p.most)
    }

    fn flights(&mut self, model: &Model) {
        let deaths: Vec<f64> = model.case.zones().map(|q| self.relative(self.world.deaths4.get(q.at()), q)).collect();
        let draw = self.destinations(model);
        // Displaced at the week's start, who may have to move on.
        let guests_then = self.world.lists.clone();
        for home in model.case.zones() {
            let mut afraid = Vec::new();
            self.visit(model, Stream::Flee, model.case.places[home].identity, model.template.range[home], |twin, household, u| {
                let cluster = model.template.lineage(Household(household)).1.cluster;
                if u < twin.flight_chance(deaths[home.at()], home, twin.fear[cluster]) {
                    afraid.push(Household(household));
                }
            });
            for household in afraid {
                if self.world.people.at(household) == home && self.world.people.living(household) > 0 {
                    self.flee(model, household, &draw);
                }
            }
        }
        for host in model.case.zones() {
            // By their position in the lists of the week's start, from the end.
            let guests: Vec<Away> = model.case.zones().flat_map(|home| guests_then[(home, host)].clone()).collect();
            let chance = self.flight_chance(deaths[host.at()], host, 0.3);
            let mut moving = vec![false; guests.len()];
            self.visit(model, Stream::Flee, mix(model.case.places[host].identity, 1), (0, guests.len() as u32), |_, at, u| {
                moving[at as usize] |= u < chance;
            });
            for at in (0..guests.len()).rev().filter(|&at| moving[at]) {
                let household = guests[at].household;
                if self.world.people.living(household) > 0 && self.world.people.at(household) == host {
                    self.flee(model, household, &draw);
                }
            }
        }
    }

    /// "Destination within three links: attraction exp(-km/`reach`)(1 + share of the own community there)(1 - control by blocs that harm it)."
    fn destinations(&self, model: &Model) -> Draw {
        let case = model.case;
        let mut draw = Vec::new();
        for from in case.zones() {
            let km = within_three_links(model, from);
            for c in case.communities.ids() {
                let weight = |to: Place| {
                    let near = model.solved.attraction[to] * (-km[to.at()] / self.p.displacement.reach).exp();
                    if to.at() >= case.zones {
                        return near;
                    }
                    let own = self.world.present[(to, c)] / self.people(to).max(1.0);
                    let harsh: f64 = self.blocs().filter(|&b| self.s(b, to, c) < 0.0).map(|b| self.world.control[(to, b)]).sum();
                    near * (1.0 + own) * (1.0 - harsh.min(1.0))
                };
                // The order is the engine's: a choice is by position.
                draw.push(model.solved.ways[from.at()].iter().map(|&(to, _)| (to, weight(to))).collect());
            }
        }
        draw
    }

    fn flee(&mut self, model: &Model, household: Household, draw: &Draw) {
        let (_, data) = model.template.lineage(household);
        let (home, from) = (data.place, self.world.people.at(household));
        let choices = &draw[from.at() * model.case.communities.len() + data.community.at()];
        let mut draws = model.dice.at(Stream::Destination, self.world.week, mix(data.identity, u64::from(household.0 - data.first)));
        let Some(at) = draws.choose(choices.iter().map(|c| c.1)) else { return };
        let to = choices[at].0;
        if from == home {
            self.leave(model, household);
        } else {
            self.unlist(home, from, household);
        }
        self.move_to(model, household, to);
    }

    fn unlist(&mut self, home: Place, host: Place, household: Household) {
        let at = self.world.lists[(home, host)].iter().position(|away| away.household == household).expect("the displaced are listed");
        self.world.lists[(home, host)].swap_remove(at);
    }

    /// "Return: `back` exp(-m / `deterring`) a week; times `under_harm` where the strongest controller harms the community more than it
    /// protects it."
    fn returns(&mut self, model: &Model) {
        let p = self.p.displacement;
        let rates: Vec<f64> = model
            .case
            .zones()
            .map(|home| self.rate(p.back * (-self.relative(self.world.deaths_memory[home], home) / p.deterring).exp()))
            .collect();
        for home in model.case.zones() {
            let harsh = self.strongest(home);
            let returning: Vec<Household> = match self.chance {
                Chance::Shared => self.drawn(model, home, rates[home.at()]),
                Chance::Single => {
                    let listed = self.world.lists.row(home).iter().flatten().map(|away| away.household);
                    let returns = |h: &Household| {
                        let harmed = self.s(harsh, home, model.template.lineage(*h).1.community) < 0.0;
                        let factor = if harmed { p.under_harm } else { 1.0 };
                        model.dice.unit(Stream::Return, self.world.week, mix(7, u64::from(h.0))) < in_a_week(rates[home.at()]) * factor
                    };
                    listed.filter(returns).collect()
                }
            };
            self.visits += self.world.lists.row(home).iter().map(|list| list.len() as u64).sum::<u64>();
            for household in returning {
                self.unlist(home, self.world.people.at(household), household);
                self.move_to(model, household, home);
            }
        }
    }

    /// Those of a home who return, by the engine's draws: a number of positions in the lists of all hosts, the last first,
    /// where those who would return to harm may stay.
    fn drawn(&mut self, model: &Model, home: Place, rate: f64) -> Vec<Household> {
        let harsh = self.strongest(home);
        let listed: Vec<Household> = self.world.lists.row(home).iter().flatten().map(|away| away.household).collect();
        let entity = model.case.places[home].identity;
        let mut asked = vec![None; listed.len()];
        let n = model.dice.poisson(Stream::Return, self.world.week, entity, rate * listed.len() as f64);
        model.dice.at(Stream::ReturnWho, self.world.week, entity).words(n as usize, |words| {
            for word in words {
                let at = (((word >> 32) * listed.len() as u64) >> 32) as usize;
                let u = (f64::from(*word as u32) + 0.5) / f64::exp2(32.0);
                asked[at] = Some(asked[at].map_or(u, |first: f64| first.min(u)));
            }
        });
        let harmed = |h: Household| self.s(harsh, home, model.template.lineage(h).1.community) < 0.0;
        let stays = |h: Household, u: f64| harmed(h) && u >= self.p.displacement.under_harm;
        listed.iter().zip(asked).rev().filter_map(|(&h, u)| u.filter(|&u| !stays(h, u)).map(|_| h)).collect()
    }
}

/// Kilometres by road along the shortest way of at most three links; refuges are not passed through.
fn within_three_links(model: &Model, from: Place) -> Vec<f64> {
    let mut km = vec![f64::INFINITY; model.case.places.len()];
    km[from.at()] = 0.0;
    for _ in 0..3 {
        let before = km.clone();
        for via in model.case.zones() {
            for &(to, more) in &model.case.neighbours[via] {
                km[to.at()] = km[to.at()].min(before[via.at()] + more);
            }
        }
    }
    km
}
