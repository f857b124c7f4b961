//! Who is hit, without visiting everybody: each household has conceptually one uniform per purpose and week, and only
//! those below a cell's bound are generated, octave by octave.
use crate::dice::{AT_ONCE, Dice, Stream, mix, poisson_of, unit_of};

/// Expected number of uniforms in all remaining octaves from which they are drawn as one: a further draw of a count costs
/// about as much as this many uniforms.
const REST: f64 = 4.0;
/// Households drawn under one address: fewer words than an address has.
const PART: usize = 100_000;
/// Octaves below which a single tail cell holds all uniforms.
const DEEPEST: u32 = 40;

/// Calls `hit(household, u)` for every household of `first..end` whose uniform `u` lies below `bound`.
///
/// The octave [2^-(j+1), 2^-j) is drawn as a whole under an address of its own, so two futures with different bounds
/// share all octaves that both generate. One word of 64 bits tells which household and where in the octave, 32 bits each. The number in an octave is Poisson: a household can come twice in a week with
/// a chance of the square of the bound, which is below 1e-5 here.
#[inline(always)] // Left to itself the compiler does so or not by what stands elsewhere, and a week costs 3 % more where it does not.
pub fn below(dice: Dice, stream: Stream, week: i32, cell: u64, (first, end): (u32, u32), bound: f64, mut hit: impl FnMut(u32, f64)) {
    let n = f64::from(end - first);
    if n < 1.0 || bound <= 0.0 {
        return;
    }
    let bound = bound.min(1.0);
    let mut j = first_octave(n, bound);
    let mut high = 1.0 / (1_u64 << j) as f64;
    loop {
        // Once the rest of all octaves expects few, one draw decides for them together.
        let last = n * high < REST || j >= DEEPEST;
        let low = if last { 0.0 } else { 0.5 * high };
        let mean = n * (high - low);
        let entity = mix(cell, u64::from(j));
        let mut draws = dice.at(stream, week, entity);
        // The first block is the count's; where words are likely to follow, they are made with it.
        let mut begun = [[0; 2]; 4];
        let begun = &mut begun[..if mean < 2.0 { 2 } else { 4 }];
        draws.blocks(begun);
        let mut left = poisson_of(unit_of(begun[0][0]), mean) as usize;
        let step = (high - low) / 4_294_967_296.0;
        // Of most words that are of no use, the position in the octave says so as it stands.
        let reach = ((bound - low) / step) as u64 + 2;
        let mut each = |word: u64| {
            if word & 0xFFFF_FFFF >= reach {
                return;
            }
            let u = low + step * (f64::from(word as u32) + 0.5);
            if u < bound {
                hit(first + (((word >> 32) * u64::from(end - first)) >> 32) as u32, u);
            }
        };
        let mut made = [[0; 2]; AT_ONCE];
        let mut words = &begun[1..].as_flattened()[..left.min(2 * (begun.len() - 1))];
        // Words of this part that are still to come, and parts before it.
        let (mut of_part, mut part) = (left.min(PART), 0);
        loop {
            words.iter().for_each(|&word| each(word));
            left -= words.len();
            of_part -= words.len();
            if left == 0 {
                break;
            }
            if of_part == 0 {
                part += 1;
                (draws, of_part) = (dice.at(stream, week, mix(entity, part)), left.min(PART));
            }
            words = draws.some(&mut made, of_part);
        }
        if last {
            return;
        }
        high *= 0.5;
        j += 1;
    }
}

/// The first octave whose upper end reaches the bound, but none from which fewer than [`REST`] of `n` are expected: the last of all is the
/// same for every bound.
fn first_octave(n: f64, bound: f64) -> u32 {
    // A number of the form m 2^e with 1 <= m < 2: its exponent, and whether m is above 1.
    let parts = |x: f64| ((x.to_bits() >> 52) as i32 - 1_023, x.to_bits() << 12 != 0);
    let ((of_bound, above), (of_n, _), (of_rest, _)) = (parts(bound), parts(n), parts(REST));
    let reaches = -of_bound - i32::from(above);
    reaches.min(of_n - of_rest + 1).clamp(0, DEEPEST as i32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_octave_is_the_one_that_halving_finds() {
        let halving = |n: f64, bound: f64| {
            let (mut j, mut high) = (0, 1.0);
            while 0.5 * high >= bound && n * high >= REST && j < DEEPEST {
                high *= 0.5;
                j += 1;
            }
            j
        };
        let mut x = 1.0_f64;
        for _ in 0..2_000 {
            x *= 0.987;
            for n in [1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 8.0, 1_000.0, 1_024.0, 1_085_237.0] {
                assert_eq!(first_octave(n, x), halving(n, x), "{n}, {x}");
            }
        }
        for e in 0..60 {
            let bound = 0.5_f64.powi(e);
            for n in [3.9, 4.0, 64.0, 65.0, 1e12] {
                assert_eq!(first_octave(n, bound), halving(n, bound), "{n}, {bound}");
            }
        }
        assert_eq!(first_octave(1e15, 1e-310), halving(1e15, 1e-310));
    }

    #[test]
    fn more_households_than_an_address_has_words_go_on_at_the_next() {
        let (dice, n, cell) = (Dice::new(5, 0), 500_000, 9);
        let mut found = Vec::new();
        below(dice, Stream::Flee, 3, cell, (0, n), 0.9, |h, u| found.push((h, u)));
        // The first octave, from 1/2 to 1, word by word: a block for the count, then one part after another.
        let entity = mix(cell, 0);
        let mut draws = dice.at(Stream::Flee, 3, entity);
        let count = poisson_of(draws.unit(), 0.5 * f64::from(n)) as usize;
        assert!(count > 2 * PART, "{count}");
        draws.bits();
        let mut expected = Vec::new();
        for nth in 0..count {
            if nth > 0 && nth % PART == 0 {
                draws = dice.at(Stream::Flee, 3, mix(entity, (nth / PART) as u64));
            }
            let word = draws.bits();
            let u = 0.5 + 0.5 / 4_294_967_296.0 * (f64::from(word as u32) + 0.5);
            if u < 0.9 {
                expected.push(((((word >> 32) * u64::from(n)) >> 32) as u32, u));
            }
        }
        assert_eq!(found[..expected.len()], expected);
        assert!(found[expected.len()..].iter().all(|&(_, u)| u < 0.5));
    }

    #[test]
    fn hits_have_their_rate_and_are_shared_between_bounds() {
        let dice = Dice::new(5, 0);
        let (mut narrow, mut wide) = (Vec::new(), Vec::new());
        for week in 0..400 {
            below(dice, Stream::Flee, week, 9, (0, 10_000), 0.001, |h, u| narrow.push((week, h, u)));
            below(dice, Stream::Flee, week, 9, (0, 10_000), 0.003, |h, u| wide.push((week, h, u)));
        }
        assert!((narrow.len() as f64 / 4_000.0 - 1.0).abs() < 0.08, "{}", narrow.len());
        assert!((wide.len() as f64 / 12_000.0 - 1.0).abs() < 0.05, "{}", wide.len());
        let kept: Vec<_> = wide.into_iter().filter(|&(_, _, u)| u < 0.001).collect();
        let sorted = |mut v: Vec<(i32, u32, f64)>| {
            v.sort_by(|a, b| a.partial_cmp(b).unwrap());
            v
        };
        assert_eq!(sorted(kept), sorted(narrow));
    }
}
