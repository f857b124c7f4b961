//! The columns of households: what changes in a run for those to whom something happens.
use super::template::Template;
use crate::index::{Bloc, Household, Id, Place};

/// Steps of the code of a decaying level in one half-life.
const STEPS: f64 = 2_000.0;
/// Half-lives below the start of the burn-in that the code can express.
const FLOOR: f64 = 11.0;

/// A level in [0, 1] that halves at a known rate, as the time at which it would have been 1: nothing is touched between events.
///
/// A code is `1 + (week / half_life + log2(level) + 11) x 2000`, and 0 is none. The step is a factor of 2^(1/2000).
#[must_use]
pub fn encode(level: f64, week: i32, half_life: f64) -> u16 {
    if level <= 1e-4 {
        return 0;
    }
    let x = (f64::from(week) / half_life + libm::log2(level.min(1.0)) + FLOOR) * STEPS;
    (1.0 + x.round()).clamp(1.0, 65_535.0) as u16
}

/// The level of a code at a week.
#[must_use]
pub fn decode(code: u16, week: i32, half_life: f64) -> f64 {
    if code == 0 {
        return 0.0;
    }
    libm::exp2((f64::from(code) - 1.0) / STEPS - FLOOR - f64::from(week) / half_life).min(1.0)
}

/// The decoding of levels at one week: what does not depend on the code is computed once.
#[derive(Clone, Copy, Debug)]
pub struct Decay {
    faded: f64,
}

impl Decay {
    /// The decoding at a week.
    #[must_use]
    pub fn new(week: i32, half_life: f64) -> Self {
        Self { faded: libm::exp2(-FLOOR - f64::from(week) / half_life) }
    }

    /// The level of a code: as `decode`, to the last bits.
    #[must_use]
    pub fn level(self, code: u16) -> f64 {
        /// 2^(i / STEPS) for the steps of one half-life.
        static STEP: std::sync::LazyLock<Vec<f64>> =
            std::sync::LazyLock::new(|| (0..STEPS as u32).map(|i| libm::exp2(f64::from(i) / STEPS)).collect());
        if code == 0 {
            return 0.0;
        }
        let steps = u32::from(code) - 1;
        let (whole, part) = (steps / STEPS as u32, steps % STEPS as u32);
        (STEP[part as usize] * (1_u64 << whole) as f64 * self.faded).min(1.0)
    }
}

/// Columns, one entry per household of the template.
#[derive(Clone, Debug, PartialEq)]
pub struct Households {
    /// Persons alive.
    pub people: Vec<u8>,
    /// Men who have joined an organisation or died in one.
    pub gone: Vec<u8>,
    /// Men of the household who went home through a programme and are free.
    pub demobilised: Vec<u8>,
    /// Present place.
    pub at: Vec<Place>,
    /// Own grievance codes, `slots` per household.
    own: Vec<u16>,
    /// Codes of hardship above the own level.
    pub plundered: Vec<u16>,
    /// Leaning: 0-2 a trend, 3 none, 255 not asked yet.
    pub leaning: Vec<u8>,
    /// Week until which the leaning is kept.
    pub leaning_until: Vec<i16>,
    slots: usize,
}

/// A leaning that was not asked for yet.
pub const UNASKED: u8 = 255;

impl Households {
    /// All at home, unharmed.
    #[must_use]
    pub fn new(template: &Template) -> Self {
        let n = template.len();
        let mut at = vec![Place(0); n];
        for (place, &(first, end)) in template.range.iter() {
            at[first as usize..end as usize].fill(place);
        }
        Self {
            people: vec![template.household_size; n],
            gone: vec![0; n],
            demobilised: vec![0; n],
            at,
            own: vec![0; n * template.slots],
            plundered: vec![0; n],
            leaning: vec![UNASKED; n],
            leaning_until: vec![0; n],
            slots: template.slots,
        }
    }

    /// Reads the columns of a household; the sum says nothing.
    #[must_use]
    pub fn sum(&self, household: Household) -> u16 {
        let at = household.at();
        self.own[at * self.slots] ^ u16::from(self.at[at].0) ^ u16::from(self.people[at])
    }

    /// The code of a household's own grievance.
    #[must_use]
    pub fn own(&self, household: Household, bloc: Bloc) -> u16 {
        self.own[household.at() * self.slots + bloc.at()]
    }

    /// Sets the code of a household's own grievance.
    pub fn set_own(&mut self, household: Household, bloc: Bloc, code: u16) {
        self.own[household.at() * self.slots + bloc.at()] = code;
    }

    /// Copies the memory of one bloc onto a slot (an open break).
    pub fn copy_memory(&mut self, from: Bloc, to: Bloc) {
        for row in self.own.chunks_mut(self.slots) {
            row[to.at()] = row[from.at()];
        }
    }

    /// Sets back everything that the burn-in may have changed but that a start names: the living and their places.
    pub fn set_back(&mut self, initial: &Self) {
        self.people.copy_from_slice(&initial.people);
        self.gone.copy_from_slice(&initial.gone);
        self.demobilised.copy_from_slice(&initial.demobilised);
        self.at.copy_from_slice(&initial.at);
        self.leaning.copy_from_slice(&initial.leaning);
        self.leaning_until.copy_from_slice(&initial.leaning_until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_decays_by_itself() {
        for level in [1.0, 0.5, 0.1, 0.01, 0.001] {
            for week in [-52, 0, 100, 1_000] {
                let code = encode(level, week, 78.0);
                assert!((decode(code, week, 78.0) / level - 1.0).abs() < 3e-4, "{level} {week}");
                assert!((decode(code, week + 78, 78.0) / level - 0.5).abs() < 3e-4);
                assert!((Decay::new(week, 78.0).level(code) / decode(code, week, 78.0) - 1.0).abs() < 1e-14);
            }
        }
        assert_eq!(decode(0, 5, 78.0), 0.0);
    }
}
