//! Verdicts: what two sides of a comparison show, and when that is too little to say anything.
use super::lab::Lab;
use crate::observe::Run;
use crate::observe::measures::headline;
use crate::scenario::Case;
use crate::stats::interval::{self, Estimate};
use serde::Serialize;

/// The answer to a question of the audit, worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Shown to hold: exactly, or within the margin.
    Robust,
    /// The scenario does not have what the question is about.
    NotTestable,
    /// Too few futures to say either.
    Inconclusive,
    /// A difference is certain, and it is not shown to be within the margin.
    Shifted,
    /// A law is broken, a run fails, or the difference is certainly beyond four margins.
    Fragile,
}

impl Verdict {
    /// The word in tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Robust => "robust",
            Self::NotTestable => "not testable",
            Self::Inconclusive => "inconclusive",
            Self::Shifted => "shifted",
            Self::Fragile => "fragile",
        }
    }
}

/// Confidence of the interval that must lie within the margin: two one-sided tests at 5 % each.
pub const EQUAL: f64 = 0.90;
/// Confidence of the interval that must exclude 0 before a difference is called certain: an audit looks at about a hundred
/// outcomes, and one audit in twenty may then raise a false alarm.
pub const CERTAIN: f64 = 0.9995;
/// Confidence of the intervals by which every outcome is listed: of a dozen, one in ten such lists has a false one.
pub const STATED: f64 = 0.99;
/// Margins beyond which a difference makes a result fragile.
pub const FAR: f64 = 4.0;
/// Share of the margin beyond which the end of an interval is close to it.
const CLOSE: f64 = 0.8;
/// Futures that a mean needs at least before anything is said of it.
pub const FEWEST: usize = 16;

/// A difference with its interval, as shares of the baseline's mean.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Interval {
    pub measure: String,
    pub difference: f64,
    pub low: f64,
    pub high: f64,
    pub level: f64,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "as in `Finding`")]
pub struct Found {
    pub verdict: Verdict,
    pub figure: String,
    pub interval: Option<Interval>,
    pub margin: Option<f64>,
    pub futures: u64,
    pub cause: Option<String>,
    /// Every outcome that was compared, by the name of its measure, at [`STATED`].
    pub outcomes: Vec<Interval>,
}

impl Found {
    /// An answer without an interval.
    #[must_use]
    pub fn plain(verdict: Verdict, figure: String, futures: u64) -> Self {
        Self { verdict, figure, interval: None, margin: None, futures, cause: None, outcomes: Vec::new() }
    }
    /// The scenario does not have what the question is about.
    #[must_use]
    pub fn not_testable(why: impl Into<String>) -> Self {
        Self::plain(Verdict::NotTestable, why.into(), 0)
    }
    /// Something that admits no exception: how many of how many break it.
    #[must_use]
    pub fn law(broken: usize, of: usize, what: &str, futures: u64) -> Self {
        let verdict = match (broken, of) {
            (0, 0) => Verdict::Inconclusive,
            (0, _) => Verdict::Robust,
            _ => Verdict::Fragile,
        };
        Self::plain(verdict, format!("{broken} of {of} {what}"), futures)
    }
    /// The same where a fault could have shown; else what holds is not shown, and `why` says what is missing.
    #[must_use]
    pub fn where_it_could_show(mut self, could: bool, why: &str) -> Self {
        if self.verdict == Verdict::Robust && !could {
            self.verdict = Verdict::Inconclusive;
            self.cause = Some(why.to_owned());
        }
        self
    }

    /// The same with a likely cause, kept where there is something to explain.
    #[must_use]
    pub fn cause(mut self, cause: &str) -> Self {
        if self.cause.is_some() {
            return self;
        }
        let judged = self.interval.as_ref().zip(self.margin);
        let within = judged.is_some_and(|(interval, margin)| interval.difference.abs() < margin);
        let beyond = judged.is_some_and(|(interval, margin)| interval.low > margin || interval.high < -margin);
        let near = judged.is_some_and(|(interval, margin)| f64::max(-interval.low, interval.high) > CLOSE * margin);
        self.cause = match self.verdict {
            Verdict::Shifted if within => Some(format!(
                "{cause}; it is certain and may yet lie within the margin: more --replicates tell, and another --seed repeats it with other luck"
            )),
            Verdict::Shifted | Verdict::Fragile => Some(cause.to_owned()),
            Verdict::Inconclusive if (self.futures as usize) < FEWEST => {
                Some(format!("fewer than {FEWEST} futures say nothing of a mean: more --replicates"))
            }
            Verdict::Inconclusive if beyond => Some(
                "a difference beyond the margin shows on this outcome, the worst of several, and is not certain: more --replicates"
                    .to_owned(),
            ),
            Verdict::Inconclusive => Some("too few futures for the margin: more --replicates, or a wider --margin".to_owned()),
            Verdict::Robust if near => Some("close to the margin: more --replicates may show it beyond".to_owned()),
            Verdict::Robust | Verdict::NotTestable => None,
        };
        self
    }
}

/// What an interval says of a difference that should be none.
#[must_use]
pub fn verdict(equal: &Estimate, certain: &Estimate, margin: f64) -> Verdict {
    let beyond = |low: f64, high: f64, bound: f64| low > bound || high < -bound;
    if (equal.count as usize) < FEWEST || equal.low.is_nan() {
        Verdict::Inconclusive
    } else if beyond(certain.low, certain.high, FAR * margin) {
        Verdict::Fragile
    } else if equal.low >= -margin && equal.high <= margin {
        Verdict::Robust
    } else if certain.excludes_zero() {
        Verdict::Shifted
    } else {
        Verdict::Inconclusive
    }
}

/// Compares futures with variants that should be like them on every headline outcome. The case of the variant may order its
/// tables otherwise.
#[must_use]
pub fn alike(lab: &Lab, a: &[Run], b: &[Run], other: &Case, margin: f64, against: &str) -> Found {
    let draws = lab.draws(a.len().min(b.len()));
    let there = headline(other);
    let (mut outcomes, mut varies) = (Vec::new(), false);
    let judged: Vec<(Verdict, String, Interval)> = headline(&lab.scenario.case)
        .into_iter()
        .filter_map(|(name, label, at)| {
            let at_other = there.iter().find(|x| x.0 == name)?.2;
            let base = a.iter().map(|run| run.outcome[at]).sum::<f64>() / a.len() as f64;
            // What never happens on either side is alike; where it happens on one only, it is counted in its own unit.
            let unit = if base == 0.0 { 1.0 } else { base };
            let differences: Vec<f64> = a.iter().zip(b).map(|(x, y)| (y.outcome[at_other] - x.outcome[at]) / unit).collect();
            varies |= [(a, at), (b, at_other)].iter().any(|(runs, at)| runs.iter().any(|run| run.outcome[*at] != runs[0].outcome[*at]));
            varies |= differences.iter().any(|x| *x != 0.0);
            let [equal, certain, stated] = [EQUAL, CERTAIN, STATED].map(|level| interval::clustered(&differences, &draws, level));
            // Nothing falls by more than all there is.
            let least = if base == 0.0 { 0.0 } else { -1.0 };
            let interval = |measure: &str, e: &Estimate, level| Interval {
                measure: measure.to_owned(),
                difference: e.mean,
                low: if e.low < least { least } else { e.low },
                high: e.high,
                level,
            };
            outcomes.push(interval(&name, &stated, STATED));
            Some((verdict(&equal, &certain, margin), label, interval(&name, &equal, EQUAL)))
        })
        .collect();
    let far = |i: &Interval| i.low.abs().max(i.high.abs());
    let Some((verdict, label, worst)) = judged.iter().max_by(|x, y| x.0.cmp(&y.0).then(far(&x.2).total_cmp(&far(&y.2)))).cloned() else {
        return Found::not_testable("the case has no headline outcome");
    };
    Found {
        verdict,
        figure: format!("{label} {} {against}", shares(worst.difference, worst.low, worst.high)),
        interval: Some(worst),
        margin: Some(margin),
        futures: a.len().min(b.len()) as u64,
        cause: None,
        outcomes,
    }
    .where_it_could_show(varies, "nothing happens in any of these futures by which they could differ, so nothing could show")
}

/// A share in percent with its sign, which nothing has none of.
fn signed(share: f64) -> String {
    let text = format!("{:+.1}", 100.0 * share);
    if ["+0.0", "-0.0"].contains(&text.as_str()) { "0.0".to_owned() } else { text }
}

/// A share with its interval, in percent.
#[must_use]
pub fn shares(mean: f64, low: f64, high: f64) -> String {
    if low.is_nan() || high.is_nan() {
        return format!("{} % [n/a]", signed(mean));
    }
    let [mean, low, high] = [mean, low, high].map(signed);
    format!("{mean} % [{low}, {high}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(values: &[f64]) -> Verdict {
        let draws = vec![0; values.len()];
        verdict(&interval::clustered(values, &draws, EQUAL), &interval::clustered(values, &draws, CERTAIN), 0.05)
    }

    fn around(centre: f64, spread: f64, n: usize) -> Vec<f64> {
        (0..n).map(|at| centre + if at % 2 == 0 { spread } else { -spread }).collect()
    }

    #[test]
    fn few_futures_are_never_robust() {
        assert_eq!(judged(&[0.0; 15]), Verdict::Inconclusive);
        assert_eq!(judged(&[0.0; 16]), Verdict::Robust);
        assert_eq!(judged(&around(0.0, 0.5, 100)), Verdict::Inconclusive);
        assert_eq!(judged(&around(0.0, 0.5, 1_000)), Verdict::Robust);
    }

    #[test]
    fn a_certain_difference_is_shifted_and_a_large_one_fragile() {
        assert_eq!(judged(&around(0.1, 0.5, 1_000)), Verdict::Shifted);
        assert_eq!(judged(&around(0.04, 0.01, 1_000)), Verdict::Robust);
        assert_eq!(judged(&around(-0.3, 0.3, 1_000)), Verdict::Fragile);
        assert_eq!(judged(&around(-0.3, 3.0, 100)), Verdict::Inconclusive);
    }

    #[test]
    fn robust_says_so_where_its_interval_ends_close_to_the_margin() {
        let found = |low: f64, high: f64| {
            let interval = Interval { measure: "deaths".to_owned(), difference: 0.5 * (low + high), low, high, level: EQUAL };
            let robust = Found::plain(Verdict::Robust, String::new(), 100);
            Found { interval: Some(interval), margin: Some(0.05), ..robust }.cause("a fault").cause
        };
        assert_eq!(found(-0.01, 0.03), None);
        assert_eq!(found(-0.039, 0.03), None);
        for near in [found(-0.041, 0.03), found(0.01, 0.049)] {
            assert!(near.is_some_and(|cause| cause.contains("close to the margin")));
        }
    }
}
