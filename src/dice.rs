//! All chance: every draw is addressed by (seed, replicate, purpose, week, entity) and never queued.
//!
//! The generator is Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011): a block cipher of the address. The key holds the
//! master seed mixed with the replicate; the counter holds the entity (64 bits), the week, the purpose and the number of
//! the block. Neither scenario nor parameter draw is part of the address, so tracks share every shock of equal cause.
use rand::TryRng;
use std::convert::Infallible;

/// What a draw decides. The number is part of the address: never renumber, only add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
#[expect(missing_docs, reason = "each name says which decision it serves")]
pub enum Stream {
    Template = 1,
    Parameter = 2,
    Climate = 10,
    Drift = 11,
    Attack = 12,
    Incident = 13,
    Severity = 14,
    Losses = 15,
    Offensive = 16,
    Targets = 17,
    Siege = 18,
    Leader = 19,
    Abuse = 20,
    AbuseIncident = 21,
    Blame = 22,
    Victim = 23,
    Harassment = 24,
    Feud = 30,
    FeudIncident = 31,
    FeudJump = 32,
    Kin = 40,
    Past = 41,
    Usual = 42,
    Recruit = 50,
    RecruitWho = 51,
    Coercion = 52,
    Exit = 53,
    ExitWho = 54,
    Leaning = 55,
    LeaningTime = 56,
    Notable = 57,
    Faction = 58,
    Replace = 59,
    Flee = 60,
    FleeWho = 61,
    Destination = 62,
    Return = 63,
    ReturnWho = 64,
    Split = 70,
    SplitSize = 71,
    Merge = 72,
    Stance = 73,
    Coup = 74,
    Resolve = 75,
    Movement = 76,
    Contact = 80,
    ContactDropped = 81,
    Leak = 82,
    LeakCost = 83,
    Conditions = 84,
    Follow = 85,
    Consent = 86,
    ConsentTaste = 87,
    PrivateType = 88,
    Group = 89,
    Accord = 90,
    Collapse = 91,
    Excluded = 92,
    Retaliation = 93,
    Ddr = 100,
    DdrWho = 101,
    Relapse = 102,
    RelapseTaste = 103,
    RelapsePair = 104,
    Reenlist = 105,
    Bootstrap = 200,
    Recorder = 201,
}

/// The chance of one replicate under one master seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dice {
    key: u64,
}

impl Dice {
    /// The dice of a replicate.
    #[must_use]
    pub fn new(seed: u64, replicate: u64) -> Self {
        Self { key: mix(mix(0x5175_6c68, seed), replicate) }
    }

    /// The stream of draws at an address, for samplers that need more than one number.
    #[must_use]
    pub fn at(self, stream: Stream, week: i32, entity: u64) -> Draws {
        Draws { key: self.key, entity, week: week.cast_unsigned(), purpose: stream as u16, block: 0, spare: None }
    }

    /// One uniform number in (0, 1) at an address.
    #[must_use]
    pub fn unit(self, stream: Stream, week: i32, entity: u64) -> f64 {
        self.at(stream, week, entity).unit()
    }

    /// One uniform number in (0, 1) at each of many addresses.
    #[must_use]
    pub fn units(self, stream: Stream, week: i32, entities: &[u64]) -> Vec<f64> {
        let mut words = vec![0; entities.len()];
        philox_firsts(entities, &mut words, week.cast_unsigned(), stream as u16, self.key);
        words.into_iter().map(unit_of).collect()
    }

    /// Whether something of probability `p` happens: it does where the address's uniform is below `p`.
    #[must_use]
    pub fn happens(self, stream: Stream, week: i32, entity: u64, p: f64) -> bool {
        debug_assert!((0.0..=1.0).contains(&p), "{p} is no probability: {stream:?} in week {week}");
        p > 0.0 && self.unit(stream, week, entity) < p
    }

    /// One standard normal number at an address, by inversion.
    #[must_use]
    pub fn normal(self, stream: Stream, week: i32, entity: u64) -> f64 {
        crate::stats::quantile::normal(self.unit(stream, week, entity))
    }

    /// A Poisson count at an address, by inversion of one uniform: it never falls when the mean rises.
    #[must_use]
    pub fn poisson(self, stream: Stream, week: i32, entity: u64, mean: f64) -> u32 {
        debug_assert!(mean.is_finite(), "a mean of {mean}: {stream:?} in week {week}");
        if mean <= 0.0 {
            return 0;
        }
        poisson_of(self.unit(stream, week, entity), mean)
    }

    /// Which of several exclusive events comes first within `weeks`, each an exponential race with a uniform of its own.
    #[must_use]
    pub fn race<T: Copy>(self, stream: Stream, week: i32, weeks: f64, runners: &[(T, u64, f64)]) -> Option<T> {
        let mut first: Option<(f64, T)> = None;
        for &(what, entity, rate) in runners {
            debug_assert!(rate.is_finite(), "a rate of {rate}: {stream:?} in week {week}");
            if rate <= 0.0 {
                continue;
            }
            let time = -libm::log(self.unit(stream, week, entity)) / rate;
            if time < weeks && first.is_none_or(|(t, _)| time < t) {
                first = Some((time, what));
            }
        }
        first.map(|(_, what)| what)
    }
}

/// The uniform number in (0, 1) of 64 bits: the upper 53.
#[must_use]
pub fn unit_of(bits: u64) -> f64 {
    ((bits >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
}

/// The Poisson quantile of `u` for a mean, by summing from zero (means below about 500).
#[must_use]
pub fn poisson_of(u: f64, mean: f64) -> u32 {
    /// More than the last bits in which an exponential may be wrong.
    const NEAR: f64 = 1e-12;
    // As exp(-x) >= 1 - x: of rare events, most are ruled out by this.
    if u < 1.0 - mean - NEAR {
        return 0;
    }
    if mean > 500.0 {
        let z = crate::stats::quantile::normal(u);
        return (mean + z * libm::sqrt(mean)).round().max(0.0) as u32;
    }
    let mut p = libm::exp(-mean);
    let mut sum = p;
    let mut k = 0.0;
    while u >= sum && k < 2_000.0 {
        k += 1.0;
        p *= mean / k;
        sum += p;
    }
    k as u32
}

/// Blocks made at once.
pub const AT_ONCE: usize = 8;

/// A sequence of draws at one address.
#[derive(Clone, Debug)]
pub struct Draws {
    key: u64,
    entity: u64,
    week: u32,
    purpose: u16,
    block: u16,
    spare: Option<u64>,
}

impl Draws {
    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        if let Some(bits) = self.spare.take() {
            return bits;
        }
        let last = u64::from(self.purpose) << 16 | u64::from(self.block);
        self.block = self.block.wrapping_add(1);
        let [first, second] = philox([self.entity & LOW, self.entity >> 32, u64::from(self.week), last], self.key);
        self.spare = Some(second);
        first
    }

    /// The next whole blocks, two words of 64 bits each: several are made in little more time than one.
    pub fn blocks(&mut self, made: &mut [[u64; 2]]) {
        self.spare = None;
        philox_blocks(made, self.entity, self.week, self.purpose, self.block, self.key);
        self.block = self.block.wrapping_add(made.len() as u16);
    }

    /// Hands out the next `n` words of 64 bits, from the next whole block on, some at a time.
    pub fn words(&mut self, mut n: usize, mut some: impl FnMut(&[u64])) {
        let mut made = [[0; 2]; AT_ONCE];
        while n > 0 {
            let words = self.some(&mut made, n);
            some(words);
            n -= words.len();
        }
    }

    /// The first of the next `n` words, as many as are made at once, from the next whole block on.
    pub fn some<'a>(&mut self, made: &'a mut [[u64; 2]; AT_ONCE], n: usize) -> &'a [u64] {
        // An even number of blocks is made in less time than an odd one.
        let needed = n.div_ceil(2).min(AT_ONCE);
        let made = &mut made[..needed.next_multiple_of(2)];
        self.blocks(made);
        self.block = self.block.wrapping_sub((made.len() - needed) as u16);
        &made.as_flattened()[..n.min(2 * needed)]
    }

    /// The next uniform number in (0, 1), with 53 bits.
    pub fn unit(&mut self) -> f64 {
        unit_of(self.bits())
    }

    /// The next standard normal number.
    pub fn normal(&mut self) -> f64 {
        crate::stats::quantile::normal(self.unit())
    }

    /// The next position in `0..len`.
    ///
    /// # Panics
    /// If `len` is 0.
    pub fn below(&mut self, len: usize) -> usize {
        assert!(len > 0, "a choice among nothing");
        ((u128::from(self.bits()) * len as u128) >> 64) as usize
    }

    /// Puts a list in a random order, each as likely as any other.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }

    /// The next choice in proportion to `weights`; `None` if none is above 0.
    pub fn choose(&mut self, weights: impl Iterator<Item = f64> + Clone) -> Option<usize> {
        let total: f64 = weights.clone().map(|w| w.max(0.0)).sum();
        if total <= 0.0 {
            return None;
        }
        let mut left = self.unit() * total;
        let mut last = None;
        for (at, weight) in weights.enumerate() {
            if weight > 0.0 {
                last = Some(at);
                left -= weight;
                if left < 0.0 {
                    return last;
                }
            }
        }
        last
    }
}

impl TryRng for Draws {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.bits() as u32)
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.bits().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

/// Mixes two 64-bit identities into one (the finaliser of `SplitMix64`, twice).
#[must_use]
pub const fn mix(a: u64, b: u64) -> u64 {
    finish(finish(a.wrapping_add(0x9e37_79b9_7f4a_7c15)) ^ b.wrapping_mul(0xd6e8_feb8_6659_fd93).wrapping_add(0x2545_f491_4f6c_dd1d))
}

const fn finish(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The stable identity of a slug.
#[must_use]
pub const fn identity(slug: &str) -> u64 {
    let bytes = slug.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    finish(hash)
}

/// Blocks that follow one another.
#[inline(never)]
fn philox_blocks(made: &mut [[u64; 2]], entity: u64, week: u32, purpose: u16, block: u16, key: u64) {
    for (lane, words) in made.iter_mut().enumerate() {
        let last = u64::from(purpose) << 16 | u64::from(block.wrapping_add(lane as u16));
        *words = philox([entity & LOW, entity >> 32, u64::from(week), last], key);
    }
}

/// The first words of blocks at many addresses that differ in the entity.
#[inline(never)]
fn philox_firsts(entities: &[u64], words: &mut [u64], week: u32, purpose: u16, key: u64) {
    for (word, &entity) in words.iter_mut().zip(entities) {
        *word = philox([entity & LOW, entity >> 32, u64::from(week), u64::from(purpose) << 16], key)[0];
    }
}

/// The lower half of a word.
const LOW: u64 = 0xFFFF_FFFF;

/// A block of the generator, as two words of 64 bits. Each word of the counter stands in the lower half of 64 bits, as vectors of them
/// are multiplied; what the upper halves hold on the way is not looked at.
#[inline(always)]
fn philox(mut counter: [u64; 4], key: u64) -> [u64; 2] {
    let mut key = [key as u32, (key >> 32) as u32];
    for _ in 0..10 {
        let [k0, k1] = key.map(u64::from);
        let (a, b) = ((counter[0] & LOW) * 0xD251_1F53, (counter[2] & LOW) * 0xCD9E_8D57);
        counter = [(b >> 32) ^ counter[1] ^ k0, b, (a >> 32) ^ counter[3] ^ k1, a];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    let [a, b, c, d] = counter;
    [(a & LOW) | b << 32, (c & LOW) | d << 32]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_distr::{Distribution, Exp1, Poisson, StandardNormal};

    #[test]
    fn philox_gives_the_published_answers() {
        let philox = |counter: [u32; 4], [low, high]: [u32; 2]| {
            let [first, second] = philox(counter.map(u64::from), u64::from(low) | u64::from(high) << 32);
            [first as u32, (first >> 32) as u32, second as u32, (second >> 32) as u32]
        };
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([u32::MAX; 4], [u32::MAX; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn words_are_those_of_the_blocks_one_by_one() {
        for n in 0..20 {
            let (mut single, mut many) = (Dice::new(3, 4).at(Stream::Flee, 9, 5), Dice::new(3, 4).at(Stream::Flee, 9, 5));
            assert_eq!(single.bits(), many.bits());
            // The rest of a block that was begun is left.
            single.bits();
            many.words(n, |words| words.iter().for_each(|&word| assert_eq!(word, single.bits())));
        }
    }

    #[test]
    fn many_addresses_give_what_each_gives() {
        let dice = Dice::new(3, 4);
        for n in 0..9 {
            let entities: Vec<u64> = (0..n).map(|at| mix(at, 17)).collect();
            let one_by_one: Vec<f64> = entities.iter().map(|&entity| dice.unit(Stream::Feud, -3, entity)).collect();
            assert_eq!(dice.units(Stream::Feud, -3, &entities), one_by_one);
        }
    }

    #[test]
    fn rare_counts_are_those_of_the_sum() {
        for at in 0..20_000 {
            let (u, mean) = ((f64::from(at) + 0.5) / 20_000.0, 0.37 * f64::from(at % 7));
            let (mut sum, mut p, mut k) = (libm::exp(-mean), libm::exp(-mean), 0);
            while u >= sum {
                k += 1;
                p *= mean / f64::from(k);
                sum += p;
            }
            assert_eq!(poisson_of(u, mean), k);
        }
    }

    #[test]
    fn an_address_repeats_itself_and_differs_from_its_neighbours() {
        let dice = Dice::new(1, 2);
        let here = dice.unit(Stream::Attack, 5, 77);
        assert_eq!(here, Dice::new(1, 2).unit(Stream::Attack, 5, 77));
        for other in [
            Dice::new(2, 2).unit(Stream::Attack, 5, 77),
            Dice::new(1, 3).unit(Stream::Attack, 5, 77),
            dice.unit(Stream::Abuse, 5, 77),
            dice.unit(Stream::Attack, 6, 77),
            dice.unit(Stream::Attack, -5, 77),
            dice.unit(Stream::Attack, 5, 78),
        ] {
            assert_ne!(here, other);
        }
    }

    #[test]
    fn poisson_by_inversion_has_its_mean_and_variance_and_is_monotone() {
        let dice = Dice::new(3, 0);
        let counts: Vec<f64> = (0..100_000).map(|e| f64::from(dice.poisson(Stream::Attack, 0, e, 2.5))).collect();
        let mean = counts.iter().sum::<f64>() / 1e5;
        let variance = counts.iter().map(|c| (c - mean).powi(2)).sum::<f64>() / 1e5;
        assert!((mean - 2.5).abs() < 0.025 && (variance - 2.5).abs() < 0.06, "{mean} {variance}");
        for e in 0..1_000 {
            assert!(dice.poisson(Stream::Attack, 0, e, 2.0) <= dice.poisson(Stream::Attack, 0, e, 2.1));
        }
    }

    #[test]
    fn house_samplers_keep_their_bits() {
        let mut draws = Dice::new(7, 1).at(Stream::Severity, 3, 9);
        let normal: f64 = StandardNormal.sample(&mut draws);
        let wait: f64 = Exp1.sample(&mut draws);
        let count: f64 = Poisson::new(4.0).unwrap().sample(&mut draws);
        let again = Dice::new(7, 1).at(Stream::Severity, 3, 9);
        let mut again = again;
        let n2: f64 = StandardNormal.sample(&mut again);
        let w2: f64 = Exp1.sample(&mut again);
        let c2: f64 = Poisson::new(4.0).unwrap().sample(&mut again);
        assert_eq!((normal.to_bits(), wait.to_bits(), count.to_bits()), (n2.to_bits(), w2.to_bits(), c2.to_bits()));
    }

    #[test]
    fn a_race_has_the_shares_of_its_rates() {
        let dice = Dice::new(11, 0);
        let mut wins = [0_u32; 3];
        for e in 0..50_000_u64 {
            match dice.race(Stream::Split, 0, 1.0, &[(0, mix(e, 1), 0.3), (1, mix(e, 2), 0.1)]) {
                Some(w) => wins[w] += 1,
                None => wins[2] += 1,
            }
        }
        let none = f64::from(wins[2]) / 5e4;
        assert!((none - libm::exp(-0.4)).abs() < 0.01);
        assert!((f64::from(wins[0]) / f64::from(wins[1]) - 3.0).abs() < 0.2);
    }
}
