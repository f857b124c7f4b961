//! How long things last: Kaplan and Meier's curve, the same for accords, for quiet between two who fought, and for who holds a town.
use super::targets::central;
use crate::dice::{Dice, Draws, Stream};
use std::collections::BTreeMap;

/// How long something was seen to last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spell {
    /// Parameter draw of its future: what is alike because it shares parameters.
    pub draw: u32,
    /// Until its end, or until nobody looked any more; in the unit in which the curve is asked.
    pub lasted: f64,
    /// Whether it ended.
    pub ended: bool,
}

/// Share that lasts longer than `at`; not a number where nobody was followed so far.
#[must_use]
pub fn surviving(spells: &[Spell], at: f64) -> f64 {
    let mut ends: Vec<f64> = spells.iter().filter(|spell| spell.ended && spell.lasted <= at).map(|spell| spell.lasted).collect();
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    let mut share = if spells.is_empty() { f64::NAN } else { 1.0 };
    for end in ends {
        let at_risk = spells.iter().filter(|spell| spell.lasted >= end).count() as f64;
        let ended = spells.iter().filter(|spell| spell.ended && spell.lasted == end).count() as f64;
        share *= 1.0 - ended / at_risk;
    }
    if share > 0.0 && spells.iter().all(|spell| spell.lasted < at) { f64::NAN } else { share }
}

/// Records that are put together from simulated spells.
const RECORDS: i32 = 400;
/// Seed of putting together: the same for everybody.
const SEED: u64 = 1975;

/// The central 90 % of that share in records as long as the real one (`size` spells), put together from simulated spells, whole
/// draws at a time: what a record of that length would say if the model were right.
#[must_use]
pub fn in_records(spells: &[Spell], at: f64, size: usize) -> Option<(f64, f64)> {
    let mut by_draw: BTreeMap<u32, Vec<Spell>> = BTreeMap::new();
    for spell in spells {
        by_draw.entry(spell.draw).or_default().push(*spell);
    }
    let draws: Vec<Vec<Spell>> = by_draw.into_values().collect();
    if draws.is_empty() || size == 0 {
        return None;
    }
    let dice = Dice::new(SEED, 0);
    let values: Vec<f64> = (0..RECORDS).map(|nth| surviving(&record(&draws, size, &mut dice.at(Stream::Bootstrap, nth, 0)), at)).collect();
    let range = central(&values);
    range.0.is_finite().then_some(range)
}

fn record(draws: &[Vec<Spell>], size: usize, chance: &mut Draws) -> Vec<Spell> {
    let mut record = Vec::with_capacity(size);
    while record.len() < size {
        record.extend_from_slice(&draws[chance.below(draws.len())]);
    }
    record.truncate(size);
    record
}

/// Stretches in which a series is true: first step, length, and whether it was seen to end.
#[must_use]
pub fn stretches(series: impl IntoIterator<Item = bool>) -> Vec<(usize, usize, bool)> {
    let mut found = Vec::new();
    let (mut since, mut last) = (None, 0);
    for (at, holds) in series.into_iter().enumerate() {
        last = at + 1;
        match (holds, since) {
            (true, None) => since = Some(at),
            (false, Some(first)) => {
                found.push((first, at - first, true));
                since = None;
            }
            _ => {}
        }
    }
    if let Some(first) = since {
        found.push((first, last - first, false));
    }
    found
}

/// Steps from the last of a stretch of at least `least` to the next step that reaches it again, a step at least between them; what is not
/// seen to come back lasts to the end.
#[must_use]
pub fn returns(draw: u32, series: &[f64], least: f64) -> Vec<Spell> {
    let active = stretches(series.iter().map(|x| *x >= least));
    let ended = active.iter().filter(|stretch| stretch.2);
    ended
        .map(|&(first, length, _)| {
            let last = first + length - 1;
            let again = active.iter().find(|later| later.0 > last).map(|later| later.0);
            Spell { draw, lasted: (again.unwrap_or(series.len() - 1) - last) as f64, ended: again.is_some() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spell(lasted: f64, ended: bool) -> Spell {
        Spell { draw: 0, lasted, ended }
    }

    #[test]
    fn a_curve_of_a_few_spells_by_hand() {
        // Ends at 1 and 3 of four; one is lost from sight at 2: 3/4, then 3/4 x 1/2.
        let spells = [spell(1.0, true), spell(2.0, false), spell(3.0, true), spell(9.0, false)];
        for (at, share) in [(0.5, 1.0), (1.0, 0.75), (2.5, 0.75), (3.0, 0.375), (9.0, 0.375)] {
            assert!((surviving(&spells, at) - share).abs() < 1e-12, "{at}");
        }
        assert!(surviving(&spells, 9.5).is_nan() && surviving(&[], 1.0).is_nan());
        // All have ended: nobody is left, however long one asks.
        assert_eq!(surviving(&[spell(1.0, true)], 50.0), 0.0);
    }

    #[test]
    fn ranges_are_those_of_records_as_long_as_the_real_one() {
        let spells: Vec<Spell> =
            (0..400).map(|at| Spell { draw: at, lasted: if at % 4 == 0 { 1.0 } else { 5.0 }, ended: at % 4 == 0 }).collect();
        let width = |size| in_records(&spells, 2.0, size).map(|(low, high)| (low, high, high - low)).unwrap();
        let (low, high, of_100) = width(100);
        // A share of .75 of a hundred: 1.64 standard errors of .043 on either side.
        assert!((low - 0.68).abs() < 0.02 && (high - 0.82).abs() < 0.02, "{low} {high}");
        assert!(width(1_000).2 < 0.5 * of_100);
        // One draw that is unlike the others moves whole records.
        let alike: Vec<Spell> = spells.iter().map(|s| Spell { draw: u32::from(s.ended), ..*s }).collect();
        assert_eq!(in_records(&alike, 2.0, 50), Some((0.0, 1.0)));
        assert_eq!(in_records(&[], 2.0, 50), None);
    }

    #[test]
    fn stretches_and_returns_of_short_series() {
        assert_eq!(stretches([true, true, false, false, true]), [(0, 2, true), (4, 1, false)]);
        assert!(stretches([false, false]).is_empty());
        // 30 and 40 deaths, two quiet years, 26 again, then quiet to the end.
        let found = returns(7, &[30.0, 40.0, 3.0, 24.9, 26.0, 0.0, 0.0], 25.0);
        assert_eq!(found, [Spell { draw: 7, lasted: 3.0, ended: true }, Spell { draw: 7, lasted: 2.0, ended: false }]);
        assert!(returns(0, &[30.0, 31.0], 25.0).is_empty());
    }
}
