//! Grievance and fear (MODEL.md, 7.5): "Each harm has a household and a blamed bloc b. Own o_b and the segment's slow s_b rise by
//! `kin` (1 - x), a struck cluster's fast f_b by `place` (1 - f) once a week per bloc; times `in_group` where b is the community's own.
//! g_b = min(1, f_b + 1 - (1 - s_b)(1 - o_b)); s and o share a half-life, f has its own. Away from home f does not count, and s is
//! what it was when the household left."
use super::{Fault, Twin, kept};
use std::collections::BTreeSet;
use sulh::dice::{Stream, mix};
use sulh::index::{Bloc, Household, Id, Segment};
use sulh::processes::Model;

impl Twin {
    pub(super) fn grievance(&mut self, model: &Model) {
        let p = self.p.grievance;
        if self.fault != Some(Fault::NoDecay) {
            self.own.values_mut().iter_mut().for_each(|x| *x *= kept(p.slow_half_life));
            self.slow.values_mut().iter_mut().for_each(|x| *x *= kept(p.slow_half_life));
            self.taken.values_mut().flatten().for_each(|x| *x *= kept(p.slow_half_life));
            self.fast.values_mut().iter_mut().for_each(|x| *x *= kept(p.fast_half_life));
        }
        let harms = self.world.ledger.harms.clone();
        let mut angry = BTreeSet::new();
        for (nth, harm) in harms.iter().enumerate() {
            let (segment, data) = model.template.lineage(harm.household);
            let own_group = model.case.affinity[(self.root(model, harm.blamed), harm.community)] >= 0.5;
            let discount = if own_group { p.in_group } else { 1.0 };
            rise(&mut self.own[(harm.household, harm.blamed)], p.kin * discount);
            rise(&mut self.slow[(segment, harm.blamed)], p.kin * discount);
            if self.world.burning_in() {
                // "A harm of the burn-in also falls on further lineages of the community, 1 / (1 - 2^(-52 / half-life)) in all."
                let mut draws = model.dice.at(Stream::Kin, self.world.week, mix(data.identity, nth as u64));
                let (from, end) = model.template.lineages[(data.place, data.community)];
                let mut more = 1.0 / (1.0 - f64::exp2(-52.0 / p.slow_half_life)) - 1.0;
                while more > 0.0 {
                    if draws.unit() < more {
                        rise(&mut self.slow[(Segment(from + draws.below((end - from) as usize) as u32), harm.blamed)], p.kin * discount);
                    }
                    more -= 1.0;
                }
            }
        }
        for struck in &self.world.ledger.struck {
            let own_group = model.case.affinity[(self.root(model, struck.blamed), struck.community)] >= 0.5;
            if angry.insert((struck.cluster, struck.blamed)) {
                rise(&mut self.fast[(struck.cluster, struck.blamed)], p.place * if own_group { p.in_group } else { 1.0 });
            }
        }
        self.become_afraid(model);
    }

    /// "Fear of a cluster rises by `fear_here` or, for lethal events elsewhere in the place, `fear_near`; under siege it is at
    /// least .3."
    fn become_afraid(&mut self, model: &Model) {
        let p = self.p.grievance;
        let killed: Vec<_> = self.world.ledger.struck.iter().filter(|struck| struck.lethal).collect();
        let ledger = &self.world.ledger;
        let killed_in: BTreeSet<_> = ledger.civilian_deaths.iter().map(|d| d.0).chain(ledger.attacks.iter().map(|a| a.2)).collect();
        // Who had fled is not killed in his settlement.
        let here: BTreeSet<_> = killed.iter().filter(|k| model.template.clusters[k.cluster].place == k.place).map(|k| k.cluster).collect();
        for (cluster, data) in model.template.clusters.iter() {
            let fear = &mut self.fear[cluster];
            if self.fault != Some(Fault::NoDecay) {
                *fear *= kept(p.fear_half_life);
            }
            if here.contains(&cluster) {
                rise(fear, p.fear_here);
            } else if killed_in.contains(&data.place) {
                rise(fear, p.fear_near);
            }
            if self.world.sieges[data.place].is_some() {
                *fear = fear.max(0.3);
            }
        }
    }

    /// What a household holds against a bloc.
    pub(super) fn held(&self, model: &Model, household: Household, bloc: Bloc) -> f64 {
        let (segment, data) = model.template.lineage(household);
        let own = self.own[(household, bloc)];
        let home = self.world.people[household].at == data.place;
        let (fast, slow) = if home {
            (self.fast[(data.cluster, bloc)], self.slow[(segment, bloc)])
        } else {
            (0.0, self.taken.get(&household.0).map_or(0.0, |taken| taken[bloc.at()]))
        };
        (fast + 1.0 - (1.0 - slow) * (1.0 - own)).min(1.0)
    }

    /// "A household that leaves home takes a copy of its kin's memory along, which fades as theirs does; it is left behind on
    /// return."
    pub(super) fn leave(&mut self, model: &Model, household: Household) {
        let (segment, _) = model.template.lineage(household);
        self.taken.insert(household.0, self.slow.row(segment).to_vec());
    }
}

/// A stock rises by a share of what it lacks.
fn rise(stock: &mut f64, share: f64) {
    *stock += share * (1.0 - *stock);
}
