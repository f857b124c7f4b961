//! A histogram by whole counts: merges in any order to the same bits, bounded whatever the number of values.
use serde::{Deserialize, Serialize};

/// How values are binned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bins {
    /// At most 1 % away from the value; 0 (and what is negative) apart.
    Logarithmic,
    /// Steps of 1/1000, for shares.
    Thousandths,
}

/// Sub-bins of an octave: a step is at most a hundredth of its lower end. Whole numbers only, so that no rounding
/// depends on a machine.
const GRID: usize = 1024;
const fn sub_bins() -> ([u8; GRID], [u16; 80], usize) {
    let (mut of, mut starts) = ([0u8; GRID], [0u16; 80]);
    let (mut start, mut bin) = (GRID, 0);
    while start < 2 * GRID {
        starts[bin] = start as u16;
        let mut end = start + start / 100;
        if end > 2 * GRID {
            end = 2 * GRID;
        }
        let mut at = start;
        while at < end {
            of[at - GRID] = bin as u8;
            at += 1;
        }
        start = end;
        bin += 1;
    }
    starts[bin] = (2 * GRID) as u16;
    (of, starts, bin)
}
const TABLE: ([u8; GRID], [u16; 80], usize) = sub_bins();
static OF: [u8; GRID] = TABLE.0;
static STARTS: [u16; 80] = TABLE.1;
const PER_OCTAVE: usize = TABLE.2;

impl Bins {
    /// The bin of a value.
    #[inline]
    #[must_use]
    pub fn bin(self, value: f32) -> u16 {
        match self {
            Self::Thousandths => (value.clamp(0.0, 1.0) * 1000.0 + 0.5) as u16,
            Self::Logarithmic if value > 0.0 => {
                let bits = value.to_bits();
                1 + ((bits >> 23) as usize * PER_OCTAVE + OF[(bits >> 13) as usize & (GRID - 1)] as usize) as u16
            }
            Self::Logarithmic => 0,
        }
    }
    /// The ends of a bin.
    #[must_use]
    pub fn ends(self, bin: u16) -> (f64, f64) {
        match (self, bin) {
            (Self::Thousandths, _) => (f64::from(bin) / 1000.0, f64::from(bin) / 1000.0),
            (Self::Logarithmic, 0) => (0.0, 0.0),
            (Self::Logarithmic, _) => {
                let (octave, sub) = ((bin as usize - 1) / PER_OCTAVE, (bin as usize - 1) % PER_OCTAVE);
                let unit = libm::exp2(octave as f64 - 127.0) / GRID as f64;
                (f64::from(STARTS[sub]) * unit, f64::from(STARTS[sub + 1]) * unit)
            }
        }
    }
}

/// Steps of the sum: 2^20 to one, so that a mean is exact to a millionth and does not depend on order.
const STEPS: f64 = 1_048_576.0;

/// Counts by bin, and the sum.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sketch {
    bins: Vec<u16>,
    counts: Vec<u32>,
    total: u64,
    sum: i128,
    /// Whether any value was not a whole number.
    fractions: bool,
}

impl Sketch {
    /// Adds a value; not-a-number is left out.
    #[inline]
    pub fn add(&mut self, bins: Bins, value: f32) {
        if value.is_nan() {
            return;
        }
        self.put(bins.bin(value), 1);
        self.total += 1;
        self.sum += (f64::from(value) * STEPS) as i128;
        self.fractions |= value != value.trunc();
    }
    /// Adds another sketch of the same bins.
    pub fn merge(&mut self, other: &Self) {
        for (&bin, &count) in other.bins.iter().zip(&other.counts) {
            self.put(bin, count);
        }
        self.total += other.total;
        self.sum += other.sum;
        self.fractions |= other.fractions;
    }
    #[inline]
    fn put(&mut self, bin: u16, count: u32) {
        match self.bins.binary_search(&bin) {
            Ok(at) => self.counts[at] += count,
            Err(at) => {
                self.bins.insert(at, bin);
                self.counts.insert(at, count);
            }
        }
    }
    /// Number of values.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.total
    }
    /// Mean; `NaN` of nothing.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.sum as f64 / STEPS / self.total as f64
    }
    /// The quantile at `q`, spread evenly over its bin and within `[low, high]`; `NaN` of nothing.
    #[must_use]
    pub fn quantile(&self, bins: Bins, q: f64, low: f64, high: f64) -> f64 {
        let Some(last) = self.total.checked_sub(1) else { return f64::NAN };
        let at = (q.clamp(0.0, 1.0) * last as f64).round() as u64;
        let mut passed = 0;
        for (&bin, &count) in self.bins.iter().zip(&self.counts) {
            if passed + u64::from(count) > at {
                let (from, to) = bins.ends(bin);
                // A bin narrower than 1 holds one whole number at most.
                if !self.fractions && to - from < 1.0 {
                    return from.ceil().clamp(low, high);
                }
                let part = ((at - passed) as f64 + 0.5) / f64::from(count);
                return (from + part * (to - from)).clamp(low, high);
            }
            passed += u64::from(count);
        }
        f64::NAN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_within_one_per_cent_of_its_bin() {
        let mut value = 1e-12f32;
        let mut last = 0;
        while value < 1e12 {
            let bin = Bins::Logarithmic.bin(value);
            let (from, to) = Bins::Logarithmic.ends(bin);
            let value64 = f64::from(value);
            assert!(from <= value64 && value64 < to && to / from <= 1.010_001, "{value} {from} {to}");
            assert!(bin >= last);
            last = bin;
            value *= 1.003;
        }
        assert_eq!(Bins::Logarithmic.bin(0.0), 0);
        assert_eq!(Bins::Thousandths.ends(Bins::Thousandths.bin(0.25)), (0.25, 0.25));
    }

    #[test]
    fn any_order_gives_the_same_sketch() {
        let values: Vec<f32> = (0..1000).map(|i| (i * i % 977) as f32 * 0.37).collect();
        let sketch = |values: &[f32]| {
            let mut sketch = Sketch::default();
            values.iter().for_each(|&v| sketch.add(Bins::Logarithmic, v));
            sketch
        };
        let whole = sketch(&values);
        let mut parts = sketch(&values[700..]);
        parts.merge(&sketch(&values[..300]));
        parts.merge(&sketch(&values[300..700]));
        assert_eq!(whole, parts);
        let exact: f64 = values.iter().map(|&v| f64::from(v)).sum::<f64>() / 1000.0;
        assert!((whole.mean() - exact).abs() < 1e-5);
    }

    #[test]
    fn quantiles_are_near_the_exact_ones_and_stay_in_range() {
        let mut sketch = Sketch::default();
        (0..=1000).for_each(|i| sketch.add(Bins::Logarithmic, i as f32));
        for q in [0.05, 0.25, 0.5, 0.95] {
            assert!((sketch.quantile(Bins::Logarithmic, q, 0.0, f64::INFINITY) / (1000.0 * q) - 1.0).abs() < 0.011);
        }
        assert!(sketch.quantile(Bins::Logarithmic, 1.0, 0.0, 1000.0) <= 1000.0);
        assert_eq!(sketch.quantile(Bins::Logarithmic, 0.0, 0.0, 9.0), 0.0);
        // Small counts come back exactly.
        assert_eq!([0.003, 0.01, 0.05, 0.099].map(|q| sketch.quantile(Bins::Logarithmic, q, 0.0, 1000.0)), [3.0, 10.0, 50.0, 99.0]);
    }
}
