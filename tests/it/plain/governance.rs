//! Control, courts, taxes, rents and means (MODEL.md, 7.9), and the control that follows presence.
use super::kept;
use super::violence::Plain;
use sulh::index::{Bloc, Community, Place};
use sulh::world::World;

impl Plain<'_> {
    pub(super) fn governance(&mut self) {
        self.control();
        let keep = kept(self.p.mediation.holdings_window);
        for b in self.slots() {
            let now = self.holdings(b);
            self.w.held[b] = keep * self.w.held[b] + (1.0 - keep) * now;
        }
        let units = self.p.governance.programmes * self.w.programmes / 100.0 / self.model.case.zones as f64;
        for q in self.model.case.zones() {
            let mut level = self.w.hardship[q] * kept(self.p.governance.hardship_half_life);
            if self.w.sieges[q].is_some() {
                level = (level + self.p.governance.siege_hardship).min(0.5);
            }
            self.w.hardship[q] = (level - 0.5 * units).clamp(-0.5, 0.5);
        }
        for at in 0..self.w.disputes.len() {
            let d = self.w.disputes[at];
            let trust = (self.w.trust[d.a] + self.w.trust[d.b]) / 2.0;
            // "times (1 - `customary` trust) and, per bloc with control above `governs_from`, (1 - `settling` settles ctl)"
            let mut level = d.level * (1.0 - self.p.governance.customary * trust);
            for b in self.slots().into_iter().filter(|&b| self.w.control[(d.place, b)] > self.p.governance.governs_from) {
                level *= 1.0 - self.p.governance.settling * self.settles(b, trust) * self.w.control[(d.place, b)];
            }
            self.w.disputes[at].level = (level * (1.0 - units)).clamp(0.0, 1.0);
        }
        self.legitimacy();
        self.communities();
        self.means();
    }

    /// People at a place.
    pub(super) fn people(&self, q: Place) -> f64 {
        self.w.present.row(q).iter().sum()
    }

    fn slots(&self) -> Vec<Bloc> {
        (0..self.w.slots_used as u8).map(Bloc).collect()
    }

    fn holdings(&self, b: Bloc) -> f64 {
        self.model.case.zones().map(|q| self.model.case.places[q].value * self.w.control[(q, b)]).sum()
    }

    /// "Islamist courts appeal by 2 (1 - trust)"
    fn settles(&self, b: Bloc, trust: f64) -> f64 {
        let data = &self.model.case.blocs[self.root_of(b)];
        (data.settles * if data.islamic_courts { 2.0 * (1.0 - trust) } else { 1.0 }).min(1.0)
    }

    /// "ctl' = ctl + `deployment.control_speed` (w N/(all w N + `deployment.control_half` people/10,000) - ctl)"
    fn control(&mut self) {
        for q in self.model.case.zones() {
            let weigh = |b: Bloc| {
                let n: f64 = self.w.organisations.values().iter().filter(|o| o.alive && o.bloc == b).map(|o| o.fighters[q]).sum();
                n * self.model.solved.hold[(self.root_of(b), q)]
            };
            let weights: Vec<(Bloc, f64)> = self.slots().into_iter().map(|b| (b, weigh(b))).collect();
            let all: f64 = weights.iter().map(|x| x.1).sum();
            let free = self.p.deployment.control_half * self.people(q) / 10_000.0;
            for (b, weight) in weights {
                let goal = if all > 0.0 { weight / (all + free) } else { 0.0 };
                let ctl = &mut self.w.control[(q, b)];
                *ctl += self.p.deployment.control_speed * (goal - *ctl);
            }
        }
    }

    /// "Legitimacy moves to .5 settles ctl - .5 taxes ctl", to none where nobody governs.
    fn legitimacy(&mut self) {
        for b in self.slots() {
            for q in self.model.case.zones() {
                let ctl = self.w.control[(q, b)];
                for c in self.model.case.communities.ids() {
                    let taxes = self.model.case.blocs[self.root_of(b)].taxes;
                    let goal =
                        if ctl > self.p.governance.governs_from { 0.5 * ctl * (self.settles(b, self.w.trust[c]) - taxes) } else { 0.0 };
                    let at = self.w.bpc(b, q, c);
                    self.w.legitimacy[at] += self.p.governance.legitimacy_speed * (goal - self.w.legitimacy[at]);
                }
            }
        }
    }

    /// "Trust, affinity to the state and marginalisation drift to what rents above or below the start's make of them; marginalisation is
    /// also relieved by what an accord delivered and moved by `voice` for a bare seat."
    fn communities(&mut self) {
        let (p, case) = (self.p.governance, self.model.case);
        let most = |rents: &dyn Fn(Community) -> f64| case.communities.ids().map(rents).fold(0.0, f64::max);
        let (now, start) = (most(&|c| self.w.rents[c]), most(&|c| case.communities[c].rents));
        for c in case.communities.ids() {
            let data = &case.communities[c];
            let (rents, more) = (self.w.rents[c], self.w.rents[c] - data.rents);
            let toward = |x: &mut f64, goal: f64, speed: f64| *x += speed * (goal - *x);
            toward(&mut self.w.trust[c], (data.trust - p.rents_trust * more).clamp(0.0, 1.0), p.trust_speed);
            toward(&mut self.w.state_affinity[c], p.rents_affinity * more, p.affinity_speed);
            let gap = (now - rents) - (start - data.rents);
            let goal = (data.marginalisation + p.gap * gap) * (1.0 - 0.5 * self.w.delivered[c]) + p.voice * self.w.seated[c];
            toward(&mut self.w.marginalisation[c], goal.clamp(0.0, 1.0), p.trust_speed);
        }
    }

    /// "Means move to `resources_base` + `resources_holdings` x relative holdings + `resources_patron` x (foreign partners of the same side over
    /// the start's - 1)."
    fn means(&mut self) {
        let p = self.p.governance;
        let goals: Vec<f64> = self
            .w
            .organisations
            .values()
            .iter()
            .map(|o| {
                let start = self.model.solved.holdings[self.root_of(o.bloc)] * self.w.stake[o.bloc];
                let holdings = if start > 1e-9 { (self.holdings(o.bloc) / start).min(3.0) } else { 1.0 };
                let partners: Vec<(f64, f64)> = self
                    .w
                    .peace
                    .partners
                    .iter()
                    .filter(|x| self.w.organisations[x.0].root == o.root)
                    .map(|x| (self.w.organisations[x.0].fighters.values().iter().sum(), x.1))
                    .collect();
                let (now, then) = partners.iter().fold((0.0, 0.0), |sum, x| (sum.0 + x.0, sum.1 + x.1));
                p.resources_base + p.resources_holdings * holdings + if then > 0.0 { p.resources_patron * (now / then - 1.0) } else { 0.0 }
            })
            .collect();
        for (o, goal) in self.w.organisations.values_mut().iter_mut().zip(goals) {
            o.resources = (o.resources + p.resources_speed * (goal - o.resources)).clamp(0.0, 1.0);
        }
    }

    /// What differs from the engine's world.
    pub(super) fn governed_otherwise(&self, engine: &World) -> Vec<String> {
        let (a, b) = (engine, &self.w);
        let levels = |w: &World| w.disputes.iter().map(|d| d.level).collect::<Vec<_>>();
        let means = |w: &World| w.organisations.values().iter().map(|o| o.resources).collect::<Vec<_>>();
        let tables = [
            ("control", a.control.values().to_vec(), b.control.values().to_vec()),
            ("holdings", a.held.values().to_vec(), b.held.values().to_vec()),
            ("hardship", a.hardship.values().to_vec(), b.hardship.values().to_vec()),
            ("disputes", levels(a), levels(b)),
            ("legitimacy", a.legitimacy.clone(), b.legitimacy.clone()),
            ("trust", a.trust.values().to_vec(), b.trust.values().to_vec()),
            ("affinity to the state", a.state_affinity.values().to_vec(), b.state_affinity.values().to_vec()),
            ("marginalisation", a.marginalisation.values().to_vec(), b.marginalisation.values().to_vec()),
            ("means", means(a), means(b)),
        ];
        let differ = tables.into_iter().filter(|(_, x, y)| x.len() != y.len() || x.iter().zip(y).any(|(x, y)| (x - y).abs() > 1e-9));
        differ.map(|(what, ..)| format!("week {}, governance: {what}", a.week)).collect()
    }
}
