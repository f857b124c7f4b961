//! The columns of households: what changes in a run for those to whom something happens.
use super::template::Template;
use crate::index::{Bits, Bloc, Household, Id, Place};
use std::ops::{Index, IndexMut, Range};

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

/// What changes about a household beside who of it lives where, in 16 bytes: whoever looks one up waits for memory once.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(16))]
pub struct Row {
    /// Number of its memory; 0 where it was never harmed and never left.
    memory: u32,
    /// Code of hardship above the own level.
    pub plundered: u16,
    /// Week until which the leaning is kept.
    pub leaning_until: i16,
    /// Men who have joined an organisation or died in one: at a coarse scale a household stands for more of them than eight bits count.
    pub gone: u16,
    /// Men of the household who went home through a programme and are free: raised with [`Households::demobilise`] alone.
    pub demobilised: u16,
    /// Leaning: 0-2 a trend, 3 none, 255 not asked yet.
    pub leaning: u8,
    /// Men aged 15 to 45 at the start.
    pub men: u8,
    /// Hardship at the start, in 1/255.
    pub hardship: u8,
}

/// Who of a household lives, and where: apart from its row and in 2 bytes, as those who flee and come home are many.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Living {
    people: u8,
    at: Place,
}

/// All households of the template, in its order. What is asked before their rows are read is a bit each: small enough to stay at hand where
/// rows are not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Households {
    rows: Vec<Row>,
    living: Vec<Living>,
    /// Own grievance codes of those who have any, `slots` each.
    memories: Vec<u16>,
    /// Who holds anything against anybody of its own.
    remembering: Bits<Household>,
    /// Who is at home.
    at_home: Bits<Household>,
    /// Whose men may count as more than one.
    several_men: Bits<Household>,
    slots: usize,
}

/// A leaning that was not asked for yet.
pub const UNASKED: u8 = 255;

impl Households {
    /// All at home, unharmed.
    #[must_use]
    pub fn new(template: &Template) -> Self {
        let row = |at: usize| Row {
            memory: 0,
            plundered: 0,
            leaning_until: 0,
            gone: 0,
            leaning: UNASKED,
            men: template.men[at],
            hardship: template.hardship[at],
            demobilised: 0,
        };
        let mut living = Vec::with_capacity(template.len());
        for (place, &(_, end)) in template.range.iter() {
            living.resize(end as usize, Living { people: template.household_size, at: place });
        }
        Self {
            rows: (0..template.len()).map(row).collect(),
            living,
            memories: Vec::new(),
            remembering: Bits::none(template.len()),
            at_home: Bits::new(template.len(), |_| true),
            several_men: Bits::new(template.len(), |at| template.men[at] > 1),
            slots: template.slots,
        }
    }

    /// Puts some households back to what they are in `before`, from which no others differ.
    pub fn restore(&mut self, before: &Self, those: impl Iterator<Item = Household>) {
        for household in those {
            (self.rows[household.at()], self.living[household.at()]) = (before.rows[household.at()], before.living[household.at()]);
            for (bits, before) in [
                (&mut self.remembering, &before.remembering),
                (&mut self.at_home, &before.at_home),
                (&mut self.several_men, &before.several_men),
            ] {
                bits.set(household, before.has(household));
            }
        }
        self.memories.truncate(before.memories.len());
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Persons alive of a household.
    #[must_use]
    #[inline]
    pub fn living(&self, household: Household) -> u8 {
        self.living[household.at()].people
    }

    /// Persons alive of all households.
    #[must_use]
    pub fn all_living(&self) -> u64 {
        self.living.iter().map(|living| u64::from(living.people)).sum()
    }

    /// The place where a household is.
    #[must_use]
    #[inline]
    pub fn at(&self, household: Household) -> Place {
        self.living[household.at()].at
    }

    /// Up to `persons` of a household die; returns how many do.
    pub fn lose(&mut self, household: Household, persons: u8) -> u8 {
        let people = &mut self.living[household.at()].people;
        let dead = persons.min(*people);
        *people -= dead;
        dead
    }

    /// The codes of a household's own grievance, by bloc; none where all are 0.
    #[must_use]
    pub fn memory(&self, household: Household) -> Option<&[u16]> {
        let end = self[household].memory as usize * self.slots;
        (end > 0).then(|| &self.memories[end - self.slots..end])
    }

    /// Whether a household holds anything against anybody of its own, without reading its row.
    #[must_use]
    pub fn remembers(&self, household: Household) -> bool {
        self.remembering.has(household)
    }

    /// Whether a household is at home, without reading its row.
    #[must_use]
    #[inline]
    pub fn is_at_home(&self, household: Household) -> bool {
        self.at_home.has(household)
    }

    /// Whether the men of a household may count as more than one, without reading its row.
    #[must_use]
    #[inline]
    pub fn has_several_men(&self, household: Household) -> bool {
        self.several_men.has(household)
    }

    /// Sends men of a household home through a programme: by their own hazard of joining again they may count as several.
    pub fn demobilise(&mut self, household: Household, men: u16) {
        let demobilised = &mut self[household].demobilised;
        *demobilised = demobilised.saturating_add(men);
        self.several_men.set(household, true);
    }

    /// Those of a range who are at home, in order, without reading their rows.
    pub fn at_home(&self, range: Range<u32>) -> impl Iterator<Item = Household> {
        let words = range.start / 64..range.end.div_ceil(64).max(range.start / 64);
        words.flat_map(move |at| {
            let from = range.start.saturating_sub(64 * at);
            let beyond = (64 * (at + 1)).saturating_sub(range.end);
            let mut left = self.at_home.words()[at as usize] & (u64::MAX << from) & (u64::MAX >> beyond);
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros();
                left &= left.wrapping_sub(1);
                (bit < 64).then_some(Household(64 * at + bit))
            })
        })
    }

    /// Puts a household into a place, which is its home or is not; returns how many of it live.
    #[inline]
    pub fn put(&mut self, household: Household, place: Place, home: bool) -> u8 {
        self.at_home.set(household, home);
        let living = &mut self.living[household.at()];
        living.at = place;
        living.people
    }

    /// The code of a household's own grievance.
    #[must_use]
    pub fn own(&self, household: Household, bloc: Bloc) -> u16 {
        self.memory(household).map_or(0, |memory| memory[bloc.at()])
    }

    /// Sets the code of a household's own grievance.
    pub fn set_own(&mut self, household: Household, bloc: Bloc, code: u16) {
        if self[household].memory == 0 {
            if code == 0 {
                return;
            }
            self.memories.resize(self.memories.len() + self.slots, 0);
            self[household].memory = (self.memories.len() / self.slots) as u32;
            self.remembering.set(household, true);
        }
        let end = self[household].memory as usize * self.slots;
        self.memories[end - self.slots + bloc.at()] = code;
    }

    /// Copies the memory of one bloc onto a slot (an open break).
    pub fn copy_memory(&mut self, from: Bloc, to: Bloc) {
        for memory in self.memories.chunks_mut(self.slots) {
            memory[to.at()] = memory[from.at()];
        }
    }

    /// Brings the dead to life.
    pub fn revive(&mut self, template: &Template) {
        self.living.iter_mut().for_each(|living| living.people = template.household_size);
    }
}

impl Index<Household> for Households {
    type Output = Row;
    #[inline]
    fn index(&self, household: Household) -> &Row {
        &self.rows[household.at()]
    }
}

impl IndexMut<Household> for Households {
    #[inline]
    fn index_mut(&mut self, household: Household) -> &mut Row {
        &mut self.rows[household.at()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_at_home_of_a_range_are_those_whose_bit_says_so() {
        let mut people = Households { at_home: Bits::new(256, |_| true), ..Households::default() };
        for away in [0, 1, 63, 64, 70, 128, 191, 200, 255] {
            people.at_home.set(Household(away), false);
        }
        for start in [0, 1, 5, 63, 64, 65, 127, 128, 200, 255, 256] {
            for end in (start..=256).filter(|end| end % 7 < 2 || end % 64 < 2) {
                let asked: Vec<u32> = (start..end).filter(|&h| people.is_at_home(Household(h))).collect();
                assert_eq!(people.at_home(start..end).map(|h| h.0).collect::<Vec<_>>(), asked, "{start}..{end}");
            }
        }
    }

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
        // As long as scenarios are told that levels are kept.
        let last = (crate::params::KEPT_FOR * 26.0) as i32;
        assert!((decode(encode(1.0, last, 26.0), last, 26.0) - 1.0).abs() < 3e-4);
    }
}
