//! Grievance and fear (MODEL.md, 7.5): "Each harm has a household and a blamed bloc b. Own o_b and the segment's slow s_b rise by
//! `kin` (1 - x), a struck cluster's fast f_b by `place` (1 - f) once a week per bloc; times `in_group` where b is the community's own.
//! g_b = min(1, f_b + 1 - (1 - s_b)(1 - o_b)); s and o share a half-life, f has its own. Away from home f does not count, and s is
//! what it was when the household left."
use super::{Fault, Twin, kept};
use crate::common;
use std::collections::BTreeSet;
use sulh::dice::{Dice, Stream};
use sulh::index::{Bloc, Household, Id, Segment};
use sulh::processes::{Model, grievance};
use sulh::sim;
use sulh::world::World;

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
        for harm in &harms {
            let (segment, _) = model.template.lineage(harm.household);
            let own_group = model.case.affinity[(self.root(model, harm.blamed), harm.community)] >= 0.5;
            let discount = if own_group { p.in_group } else { 1.0 };
            rise(&mut self.own[(harm.household, harm.blamed)], p.kin * discount);
            rise(&mut self.slow[(segment, harm.blamed)], p.kin * discount);
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
        let home = self.world.people.at(household) == data.place;
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

/// "A year k years before the burn-in was like it: of what a lineage remembers of the burn-in, 2^(-52 k / half-life) is held by the lineage of the same
/// community of the place that stands so many further on as is drawn for k; as far as more than .01 is left." Here by looking from each lineage backwards.
#[test]
fn years_before_the_burn_in_are_the_burn_in_on_other_lineages() {
    let ready = common::ready(&common::teaching("two-valleys-inclusive", 1), &[]);
    let case = &*ready.scenario.case;
    let half = ready.parameters.value("grievance.slow_half_life").expect("a parameter");
    let (mut changed, mut asked) = (0, 0);
    for replicate in 0..4 {
        let dice = Dice::new(5, replicate);
        sim::with_model(&ready, dice, |model| {
            let mut world = World::new(case, model.template, ready.scenario.start(), &model.p.tables.strength, dice);
            world.week = -52;
            let model = Model { held: true, ..*model };
            while world.week < 0 {
                sim::week(&mut world, &model, |_, _| {});
                world.ledger.clear();
                world.week += 1;
            }
            let before = world.clone();
            grievance::years_before(&mut world, &model);
            for place in case.zones() {
                for community in case.communities.ids() {
                    let (from, end) = model.template.lineages[(place, community)];
                    if from == end {
                        continue;
                    }
                    let lineages = i64::from(end - from);
                    let mut draws = dice.at(Stream::Kin, 0, case.settled(place, community));
                    let years = (1..).map(|k| f64::exp2(-52.0 * f64::from(k) / half)).take_while(|&left| left > 0.01);
                    let years: Vec<(i64, f64)> = years.map(|left| (draws.below(lineages as usize) as i64, left)).collect();
                    for at in 0..lineages {
                        for bloc in case.blocs.ids() {
                            let held = |at: i64| before.slow_of(Segment(from + at as u32), bloc);
                            let missing = years
                                .iter()
                                .fold(1.0 - held(at), |missing, &(on, left)| missing * (1.0 - left * held((at - on).rem_euclid(lineages))));
                            let now = world.slow_of(Segment(from + at as u32), bloc);
                            assert!(
                                (now - (1.0 - missing)).abs() < 1e-5,
                                "lineage {at} of {place:?}, {community:?}: {now} and {}",
                                1.0 - missing
                            );
                            changed += usize::from((now - held(at)).abs() > 1e-3);
                            asked += 1;
                        }
                    }
                }
            }
        });
    }
    assert!(changed > asked / 50, "{changed} of {asked}");
}
