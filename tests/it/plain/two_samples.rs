//! Do two samples come from one distribution? Kolmogorov-Smirnov and energy distance with p-values by permutation, corrected for the
//! number of questions (Holm).
use sulh::dice::{Dice, Stream};

/// Two distances between samples of one measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    /// Largest gap between the two distribution functions.
    pub kolmogorov: f64,
    /// Twice the integral of the squared gap.
    pub energy: f64,
}

/// Permutation p-values of a measure: of the Kolmogorov-Smirnov and of the energy distance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct P {
    pub kolmogorov: f64,
    pub energy: f64,
}

/// Distances between those of a sorted pool that belong to the first sample and the others.
fn distance(sorted: &[f64], first: &[bool]) -> Distance {
    let n = first.iter().filter(|x| **x).count() as f64;
    let m = first.len() as f64 - n;
    let (mut gap, mut distance) = (0.0_f64, Distance { kolmogorov: 0.0, energy: 0.0 });
    for at in 0..sorted.len() {
        gap += if first[at] { 1.0 / n } else { -1.0 / m };
        // Equal values are one step.
        let width = sorted.get(at + 1).map_or(0.0, |next| next - sorted[at]);
        if width > 0.0 {
            distance.kolmogorov = distance.kolmogorov.max(gap.abs());
            distance.energy += 2.0 * gap * gap * width;
        }
    }
    distance
}

/// Permutation p-values of two samples.
pub fn compare(a: &[f64], b: &[f64], permutations: u32, seed: u64) -> P {
    let mut pool: Vec<(f64, bool)> = a.iter().map(|&x| (x, true)).chain(b.iter().map(|&x| (x, false))).collect();
    pool.sort_by(|x, y| x.0.total_cmp(&y.0));
    let sorted: Vec<f64> = pool.iter().map(|x| x.0).collect();
    let mut first: Vec<bool> = pool.iter().map(|x| x.1).collect();
    let seen = distance(&sorted, &first);
    let mut draws = Dice::new(seed, 0).at(Stream::Bootstrap, 0, 0);
    let (mut kolmogorov, mut energy) = (1, 1);
    // The block of an address has 16 bits: each permutation has its own.
    for permutation in 0..permutations {
        draws.clone_from(&Dice::new(seed, 0).at(Stream::Bootstrap, permutation as i32, 1));
        for at in (1..first.len()).rev() {
            first.swap(at, draws.below(at + 1));
        }
        let other = distance(&sorted, &first);
        // Rounding must not part what is equal.
        kolmogorov += u32::from(other.kolmogorov >= seen.kolmogorov - 1e-12);
        energy += u32::from(other.energy >= seen.energy * (1.0 - 1e-9));
    }
    let p = |count: u32| f64::from(count) / f64::from(permutations + 1);
    P { kolmogorov: p(kolmogorov), energy: p(energy) }
}

/// Which of several hypotheses are rejected at a level for all together (Holm's step-down).
pub fn holm(p: &[f64], level: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let mut rejected = vec![false; p.len()];
    for (rank, &at) in order.iter().enumerate() {
        if p[at] > level / (p.len() - rank) as f64 {
            break;
        }
        rejected[at] = true;
    }
    rejected
}

/// The 90 % interval of a mean, by Student's t in its normal limit with the correction of first order.
pub fn interval(x: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let variance = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let z: f64 = 1.6449;
    let t = z + (z.powi(3) + z) / (4.0 * (n - 1.0));
    let half = t * (variance / n).sqrt();
    (mean - half, mean + half)
}

#[test]
fn distances_of_small_samples_are_those_by_hand() {
    // Samples {1, 3} and {2, 4}: gaps of .5 on [1, 2) and [3, 4), none on [2, 3).
    let seen = distance(&[1.0, 2.0, 3.0, 4.0], &[true, false, true, false]);
    assert!((seen.kolmogorov - 0.5).abs() < 1e-12 && (seen.energy - 1.0).abs() < 1e-12, "{seen:?}");
    // 2 E|X-Y| - E|X-X'| - E|Y-Y'| of {0, 1} and {5, 6}: 10 - .5 - .5.
    let apart = distance(&[0.0, 1.0, 5.0, 6.0], &[true, true, false, false]);
    assert!((apart.kolmogorov - 1.0).abs() < 1e-12 && (apart.energy - 9.0).abs() < 1e-12, "{apart:?}");
    assert_eq!(distance(&[2.0; 4], &[true, true, false, false]), Distance { kolmogorov: 0.0, energy: 0.0 });
}

#[test]
fn p_values_are_even_between_equals_and_small_between_different() {
    let normal = |seed: u64, n: u64| -> Vec<f64> { (0..n).map(|e| Dice::new(seed, 9).normal(Stream::Bootstrap, 5, e)).collect() };
    let (mut small, pairs) = (P { kolmogorov: 0.0, energy: 0.0 }, 400);
    for seed in 0..pairs {
        let p = compare(&normal(2 * seed, 30), &normal(2 * seed + 1, 30), 199, seed);
        small.kolmogorov += f64::from(u8::from(p.kolmogorov <= 0.1)) / pairs as f64;
        small.energy += f64::from(u8::from(p.energy <= 0.1)) / pairs as f64;
    }
    // Five standard errors of a share of .1 among 400 are .075; KS is discrete, so its share may lie below.
    assert!(small.kolmogorov < 0.175 && (small.energy - 0.1).abs() < 0.075, "{small:?}");
    let shifted: Vec<f64> = normal(1, 100).iter().map(|x| x + 0.8).collect();
    let p = compare(&normal(2, 100), &shifted, 999, 3);
    assert!(p.kolmogorov < 0.005 && p.energy < 0.005, "{p:?}");
    let wider: Vec<f64> = normal(1, 200).iter().map(|x| 2.5 * x).collect();
    let p = compare(&normal(2, 200), &wider, 999, 3);
    assert!(p.kolmogorov < 0.01 && p.energy < 0.01, "{p:?}");
}

#[test]
fn holm_steps_down() {
    assert_eq!(holm(&[0.01, 0.04, 0.03, 0.005], 0.05), [true, false, false, true]);
    assert_eq!(holm(&[0.02, 0.02, 0.02], 0.05), [false; 3]);
}
