//! How far outcomes move between two lists of paired futures, and whether that is little. A mean that lies within a bound proves nothing while its
//! interval reaches beyond: what must be little is little by its whole interval, and a broken variant is turned down by what lies beyond the bound
//! with its whole interval, not for want of futures.
use super::{SEED, Verdict, each, headline, mean, verdict};
use sulh::observe::Run;
use sulh::scenario::Case;
use sulh::solve::Luck;
use sulh::stats::interval::{self, Estimate};

/// What equivalent futures may differ by, as a share of the baseline's mean.
pub const EQUIVALENT: f64 = 0.02;

/// Pairs of futures, each with the luck of solving that both sides share: an interval holds that luck as well as that of the futures.
pub struct Pairs {
    futures: Vec<(Run, Run)>,
    lucks: Vec<u32>,
}

impl Pairs {
    /// Both sides of each replicate, shared out evenly among some lucks, of which the first is the program's own; both are made ready once a luck.
    pub fn over<T: Sync>(
        lucks: u32,
        replicates: u64,
        ready: impl Fn(Luck) -> T,
        pair: impl Fn(&T, u64) -> (Run, Run) + Sync + Send,
    ) -> Self {
        let mut all = Self { futures: Vec::new(), lucks: Vec::new() };
        for nth in 0..lucks {
            let ready = ready(if nth == 0 { Luck::default() } else { Luck(SEED + u64::from(nth)) });
            let (from, to) = (replicates * u64::from(nth) / u64::from(lucks), replicates * u64::from(nth + 1) / u64::from(lucks));
            all.futures.extend(each(from..to, |r| pair(&ready, r)));
            all.lucks.resize(all.futures.len(), nth);
        }
        all
    }
}

impl From<Vec<(Run, Run)>> for Pairs {
    /// All of one luck.
    fn from(futures: Vec<(Run, Run)>) -> Self {
        Self { lucks: vec![0; futures.len()], futures }
    }
}

/// Mean differences over pairs of futures, as shares of the first's means, with 90 % intervals.
pub struct Moved {
    outcomes: Vec<(String, Estimate)>,
    pairs: usize,
    /// Pairs of which any of these outcomes differs.
    parted: usize,
}

impl Moved {
    /// Of some outcomes: name, and column on each side.
    pub fn new(columns: impl IntoIterator<Item = (String, [usize; 2])>, pairs: impl Into<Pairs>) -> Self {
        let Pairs { futures: pairs, lucks } = pairs.into();
        let mut parted = vec![false; pairs.len()];
        let outcomes = columns.into_iter().map(|(name, [x, y])| {
            let (first, second): (Vec<f64>, Vec<f64>) = pairs.iter().map(|(a, b)| (a.outcome[x], b.outcome[y])).unzip();
            parted.iter_mut().zip(first.iter().zip(&second)).for_each(|(parted, (a, b))| *parted |= a != b);
            (name, relative(&first, &second, &lucks, 0.90))
        });
        Self { outcomes: outcomes.collect(), pairs: pairs.len(), parted: parted.into_iter().filter(|x| *x).count() }
    }

    /// Of the headline outcomes of one case.
    pub fn headline(case: &Case, pairs: impl Into<Pairs>) -> Self {
        Self::new(headline(case).into_iter().map(|(name, at)| (name, [at; 2])), pairs)
    }

    /// Holds where every whole interval lies within a bound.
    pub fn within(&self, bound: f64) -> Verdict {
        let (holds, figure) = self.compared(bound, reach);
        verdict(holds, &format!("intervals within {} %", 100.0 * bound), figure)
    }

    /// Holds where the two are equivalent: every whole interval lies within [`EQUIVALENT`], with a half-width below half of that.
    pub fn equivalent(&self) -> Verdict {
        let (holds, figure) = self.compared(EQUIVALENT, reach);
        let widest = self.outcomes.iter().map(|x| (x.1.high - x.1.low) / 2.0).fold(0.0, f64::max);
        let asked = format!("intervals within {} %, half-widths below {} %", 100.0 * EQUIVALENT, 50.0 * EQUIVALENT);
        verdict(holds && widest < EQUIVALENT / 2.0, &asked, figure)
    }

    /// For variants that are broken on purpose: turned down only where a whole interval lies beyond the bound.
    pub fn may_lie_within(&self, bound: f64) -> Verdict {
        let (holds, figure) = self.compared(bound, |e| if e.excludes_zero() { e.low.abs().min(e.high.abs()) } else { 0.0 });
        verdict(holds, &format!("no whole interval beyond {} %", 100.0 * bound), figure)
    }

    /// Whether no outcome comes further than a bound; tells of those that do, else of the one that comes furthest.
    fn compared(&self, bound: f64, far: impl Fn(&Estimate) -> f64) -> (bool, String) {
        assert!(!self.outcomes.is_empty(), "no outcome is asked for");
        // What is no number is not near either.
        let mut told: Vec<_> = self.outcomes.iter().filter(|x| far(&x.1).is_nan() || far(&x.1) > bound).collect();
        let holds = told.is_empty();
        if self.parted == 0 {
            return (holds, format!("none of {} pairs differs in any of {} outcomes", self.pairs, self.outcomes.len()));
        }
        if holds {
            told.extend(self.outcomes.iter().max_by(|x, y| far(&x.1).total_cmp(&far(&y.1))));
        }
        let row =
            |(name, e): &(String, Estimate)| format!("{name} {:+.2} % [{:+.2}, {:+.2}]", 100.0 * e.mean, 100.0 * e.low, 100.0 * e.high);
        let figure = format!(
            "{}, {}of {} outcomes; {} of {} pairs differ",
            told.into_iter().map(row).collect::<Vec<_>>().join(", "),
            if holds { "the furthest " } else { "" },
            self.outcomes.len(),
            self.parted,
            self.pairs
        );
        (holds, figure)
    }
}

/// How far from 0 an interval reaches.
fn reach(e: &Estimate) -> f64 {
    e.low.abs().max(e.high.abs())
}

/// Mean paired difference `b - a` as a share of the mean of `a`, with an interval; where that mean is 0, the difference as it is.
/// Values of one luck belong together.
pub fn relative(a: &[f64], b: &[f64], lucks: &[u32], level: f64) -> Estimate {
    let base = mean(a);
    let differences: Vec<f64> = a.iter().zip(b).map(|(x, y)| if base == 0.0 { y - x } else { (y - x) / base }).collect();
    interval::clustered(&differences, lucks, level)
}

#[test]
fn few_pairs_show_neither_that_all_is_little_nor_that_it_is_not() {
    let estimate = |mean: f64, half: f64| Estimate { mean, low: mean - half, high: mean + half, error: half / 1.7, count: 9, draws: 1 };
    let moved = |mean, half| Moved { outcomes: vec![("recruits".to_owned(), estimate(mean, half))], pairs: 9, parted: 3 };
    let judged = |moved: Moved| (moved.within(0.02).is_ok(), moved.may_lie_within(0.02).is_ok());
    assert_eq!(judged(moved(0.005, 0.01)), (true, true));
    assert_eq!(judged(moved(0.005, 0.03)), (false, true));
    assert_eq!(judged(moved(-0.05, 0.04)), (false, true));
    assert_eq!(judged(moved(-0.05, 0.02)), (false, false));
    assert_eq!(judged(moved(0.0, f64::NAN)), (false, true));
    assert!(moved(0.0, 0.015).equivalent().is_err() && moved(0.0, 0.005).equivalent().is_ok());
}
