//! Protection (MODEL.md, 7.6): "s_bpc = N/(N + `presence_half` people/10,000) x met/(met + abandoned) - [1 - exp(-i / `harm_scale`)], i
//! incidents per 1,000 of c at p in 26 weeks."
use super::{Twin, kept};
use sulh::processes::Model;

impl Twin {
    pub(super) fn protection(&mut self, model: &Model) {
        let p = self.p.protection;
        let w = &mut self.world;
        for record in [&mut w.met, &mut w.abandoned] {
            record.values_mut().iter_mut().for_each(|x| *x = 2.0 + (*x - 2.0) * kept(p.half_life));
        }
        // "An attack met adds to met, a withdrawal to abandoned, each times the share of c that lives at p. Withdrawal of the
        // own bloc also costs trust."
        for (bloc, place, abandoned) in self.world.ledger.stands.clone() {
            let own = self.root(model, bloc);
            for c in model.case.communities.ids() {
                let all: f64 = model.case.zones().map(|q| self.world.present[(q, c)]).sum();
                let share = if all > 0.0 { self.world.present[(place, c)] / all } else { 0.0 };
                if !abandoned {
                    self.world.met[(bloc, c)] += p.met * share;
                    continue;
                }
                self.world.abandoned[(bloc, c)] += p.abandoned * share;
                if model.case.affinity[(own, c)] >= 0.5 {
                    self.world.trust[c] = (self.world.trust[c] - self.p.governance.abandoned_trust * share).max(0.0);
                }
            }
        }
        for bloc in self.blocs() {
            for place in model.case.zones() {
                // "Integrated men count half again", by default.
                let integrated: f64 = self.of_bloc(bloc).map(|o| o.integrated[place]).sum();
                let n = self.fighters(bloc, place) + (self.p.accord.ddr_integrated_protection - 1.0) * integrated;
                let presence = if n > 0.0 { n / (n + p.presence_half * self.people(place) / 10_000.0) } else { 0.0 };
                for c in model.case.communities.ids() {
                    let at = self.world.bpc(bloc, place, c);
                    let people = self.world.present[(place, c)];
                    let (met, abandoned) = (self.world.met[(bloc, c)], self.world.abandoned[(bloc, c)]);
                    let harm = 1.0 - (-1_000.0 * self.world.harm26.get(at) / people / p.harm_scale).exp();
                    self.world.protection[at] = if people < 1.0 { 0.0 } else { presence * met / (met + abandoned) - harm };
                }
            }
        }
    }
}
