//! The plain twin: the processes that touch households, written from the equations of MODEL.md in their order, to test the engine
//! against. Every household is visited every week and decided by its own exact rate; stocks are plain numbers that fade
//! every week. There are no bounds, no codes, no candidates and no kept weights. Attacks, abuse, feuds and governance are done beside the
//! engine, process by process ([`violence`], [`governance`]). What is not written here (moves of forces, offensives, sieges, politics, talks, accords)
//! runs through its line of the schedule.
mod agreement;
mod cost;
mod displacement;
mod futures;
mod governance;
mod grievance;
mod numbers;
mod protection;
mod recruitment;
mod two_samples;
mod violence;

use numbers::Numbers;
use std::collections::BTreeMap;
use sulh::dice::{Stream, mix};
use sulh::index::{Bloc, Cluster, Community, Grid, Household, Id, Map, Place, Segment};
use sulh::processes::{Model, SCHEDULE, thinning};
use sulh::world::{Away, Organisation, World};

/// Where a household's uniforms come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chance {
    /// The engine's: all uniforms of a cell, of which the engine generates those below its bound. A household may have none
    /// or two, as there.
    Shared,
    /// Exactly one for each household, week and purpose, and counts as sums over persons: what the engine's are to be equal to in law.
    Single,
}

/// What is wrong with a twin on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Grievance and fear never fade.
    NoDecay,
    /// People flee as if they had no fear.
    FearlessFlight,
    /// All rates of households are 5 % too high.
    Hasty,
}

/// A world with its stocks as plain numbers.
#[derive(Clone)]
pub struct Twin {
    pub world: World,
    /// Own grievance by household and bloc.
    pub own: Grid<Household, Bloc, f64>,
    /// Slow grievance of lineages.
    pub slow: Grid<Segment, Bloc, f64>,
    /// Fast grievance of settlements.
    pub fast: Grid<Cluster, Bloc, f64>,
    /// Fear of settlements.
    pub fear: Map<Cluster, f64>,
    pub p: Numbers,
    pub chance: Chance,
    pub fault: Option<Fault>,
    /// What those away took along of the slow grievance of their lineages, by bloc.
    pub taken: BTreeMap<u32, Vec<f64>>,
    /// Households decided one by one.
    pub visits: u64,
}

impl Twin {
    /// Of a world at the start of a week: stocks as they were at the end of the week before.
    pub fn of(world: &World, model: &Model, chance: Chance, fault: Option<Fault>) -> Self {
        let (t, slots) = (model.template, world.slots());
        let p = Numbers::of(model.p);
        let half = p.grievance.slow_half_life;
        let mut own = Grid::filled(t.len(), slots, 0.0);
        for at in 0..t.len() {
            let household = Household::from_at(at);
            if let Some(codes) = world.people.memory(household) {
                for (bloc, &code) in codes.iter().enumerate() {
                    own[(household, Bloc::from_at(bloc))] = decoded(code, world.week - 1, half);
                }
            }
        }
        let mut slow = Grid::filled(t.segments.len(), slots, 0.0);
        for (mine, &stored) in slow.values_mut().iter_mut().zip(world.slow.values()) {
            *mine = f64::from(stored) * world.slow_scale;
        }
        let mut fast = Grid::filled(t.clusters.len(), slots, 0.0);
        for (mine, &stored) in fast.values_mut().iter_mut().zip(world.fast.values()) {
            *mine = f64::from(stored);
        }
        let fear = Map::new(world.fear.values().iter().map(|&x| f64::from(x)).collect());
        let mut taken = BTreeMap::new();
        for away in world.lists.values().iter().flatten() {
            if let Some(row) = world.copies.row(away.copy) {
                taken.insert(away.household.0, row.iter().map(|&x| f64::from(x) * world.slow_scale).collect());
            }
        }
        Self { world: world.clone(), own, slow, fast, fear, taken, p, chance, fault, visits: 0 }
    }

    /// One week, in the order of the schedule.
    pub fn week(&mut self, model: &Model) {
        for process in SCHEDULE {
            if !process.runs(&self.world, model) {
                process.week(&mut self.world, model);
                continue;
            }
            match process.name {
                "grievance" => self.grievance(model),
                "protection" => self.protection(model),
                "recruitment" => self.recruitment(model),
                "displacement" => self.displacement(model),
                "mediation" => self.talks(model, process.run),
                _ => (process.run)(&mut self.world, model),
            }
        }
    }

    /// Talks, after which those who broke in the open are held what was held against the bloc from which they broke.
    fn talks(&mut self, model: &Model, run: fn(&mut World, &Model)) {
        let before = self.world.slots_used;
        // The engine copies columns that the twin does not use otherwise: they tell from whom the new bloc broke.
        for bloc in self.blocs() {
            self.world.fast[(Cluster(0), bloc)] = bloc.at() as f32;
        }
        run(&mut self.world, model);
        for slot in (before..self.world.slots_used).map(Bloc::from_at) {
            let from = Bloc::from_at(self.world.fast[(Cluster(0), slot)] as usize);
            self.own.copy_column(from, slot);
            self.taken.values_mut().for_each(|row| row[slot.at()] = row[from.at()]);
            self.slow.copy_column(from, slot);
            self.fast.copy_column(from, slot);
        }
    }

    /// Hands out every member of a cell with a uniform.
    fn visit(&mut self, model: &Model, stream: Stream, cell: u64, (first, end): (u32, u32), mut each: impl FnMut(&mut Self, u32, f64)) {
        let week = self.world.week;
        let mut uniforms = Vec::new();
        match self.chance {
            Chance::Shared => thinning::below(model.dice, stream, week, cell, (first, end), 1.0, |at, u| uniforms.push((at, u))),
            Chance::Single => uniforms.extend((first..end).map(|at| (at, model.dice.unit(stream, week, mix(mix(cell, 2), u64::from(at)))))),
        }
        self.visits += uniforms.len() as u64;
        for (at, u) in uniforms {
            each(self, at, u);
        }
    }

    /// A household's rate, as the twin is told to have it.
    fn rate(&self, rate: f64) -> f64 {
        if self.fault == Some(Fault::Hasty) { 1.05 * rate } else { rate }
    }

    /// Blocs that are remembered.
    fn blocs(&self) -> impl Iterator<Item = Bloc> + use<> {
        (0..self.world.slots_used).map(Bloc::from_at)
    }

    /// The bloc of the case behind a bloc.
    fn root(&self, model: &Model, bloc: Bloc) -> Bloc {
        if bloc.at() < model.case.blocs.len() {
            return bloc;
        }
        self.world.organisations.values().iter().find(|o| o.bloc == bloc).expect("a break has an organisation").root
    }

    /// Organisations of a bloc that take part.
    fn of_bloc(&self, bloc: Bloc) -> impl Iterator<Item = &Organisation> {
        self.world.organisations.values().iter().filter(move |o| o.alive && o.bloc == bloc)
    }

    /// Fighters of a bloc at a place.
    fn fighters(&self, bloc: Bloc, place: Place) -> f64 {
        self.of_bloc(bloc).map(|o| o.fighters[place]).sum()
    }

    /// People at a place.
    fn people(&self, place: Place) -> f64 {
        self.world.present.row(place).iter().sum()
    }

    /// Protection of a community by a bloc at a place.
    fn s(&self, bloc: Bloc, place: Place, community: Community) -> f64 {
        self.world.protection[self.world.bpc(bloc, place, community)]
    }

    /// The strongest controller of a place.
    fn strongest(&self, place: Place) -> Bloc {
        let control = |b| self.world.control[(place, b)];
        self.blocs().reduce(|best, b| if control(b) > control(best) { b } else { best }).expect("a case has blocs")
    }

    /// Takes a household elsewhere.
    fn move_to(&mut self, model: &Model, household: Household, to: Place) {
        let (_, data) = model.template.lineage(household);
        let (home, community) = (data.place, data.community);
        let people = &self.world.people;
        let (from, persons) = (people.at(household), f64::from(people.living(household)) * model.template.weight_of(household));
        self.world.people.put(household, to, to == home);
        self.world.present[(from, community)] -= persons;
        self.world.present[(to, community)] += persons;
        self.world.away[(home, community)] += persons * (f64::from(u8::from(to != home)) - f64::from(u8::from(from != home)));
        if to != home {
            self.world.lists[(home, to)].push(Away { household, copy: 0 });
        }
    }
}

/// A level from its code: a half-life in 2,000 steps, from 11 half-lives before week 0.
pub fn decoded(code: u16, week: i32, half_life: f64) -> f64 {
    if code == 0 { 0.0 } else { f64::exp2((f64::from(code) - 1.0) / 2_000.0 - 11.0 - f64::from(week) / half_life).min(1.0) }
}

/// Chance that something of a weekly rate happens in a week.
fn in_a_week(rate: f64) -> f64 {
    -(-rate).exp_m1()
}

/// What a stock keeps over a week.
fn kept(half_life: f64) -> f64 {
    f64::exp2(-1.0 / half_life)
}
