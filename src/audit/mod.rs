//! The audit: is what comes out of a scenario an artefact of how it was computed, and do its levers pull the right way?
//!
//! A check compares a scenario with a variant that must not differ, or asks for a law that must hold. Its verdict is never
//! "robust" for want of futures: equality is claimed only where an interval lies within a stated margin.
mod artefacts;
mod exact;
mod extremes;
pub mod judge;
pub mod lab;
mod laws;
pub mod placebo;
mod steps;

pub use artefacts::{reversed, too_coarse};
pub use judge::Verdict;
pub use lab::{Lab, Rearrange, Seam, Settings};

use judge::Found;
use serde::Serialize;

/// One question of the audit.
pub struct Check {
    /// Name on the command line.
    pub name: &'static str,
    /// What kind of question.
    pub family: &'static str,
    /// The question, in a sentence.
    pub asks: &'static str,
    /// Whether a shift is a fault. Where it is not, only "fragile" counts as negative: a sensitivity, reported.
    pub must_hold: bool,
    run: fn(&Lab) -> Result<Found, String>,
}

macro_rules! checks {
    ($($family:literal { $($name:literal $kind:ident $run:path, $asks:literal;)* })*) => {
        /// All checks, in the order in which they run.
        pub const CHECKS: &[Check] = &[$($(Check { name: $name, family: $family, asks: $asks, must_hold: checks!($kind), run: $run },)*)*];
    };
    (holds) => { true };
    (reports) => { false };
}

checks! {
    "exact" {
        "threads" holds exact::threads, "Do one thread and several give the same weeks, bit by bit?";
        "observer" holds exact::observer, "Is a future the same whether it is observed or not?";
        "company" holds exact::company, "Is a future the same alone and beside other tracks that share its weeks?";
    }
    "artefact" {
        "order-of-organisations" holds artefacts::organisations, "Does it matter in which order organisations and parties stand in their tables?";
        "order-of-communities" holds artefacts::communities, "Does it matter in which order communities and blocs stand in their tables?";
        "names" holds artefacts::names, "Does it matter what places, communities, blocs, organisations and parties are called?";
        "scale-half" holds artefacts::half, "Are levels the same with half as many households to an agent?";
        "scale-double" holds artefacts::double, "Are levels the same with twice as many households to an agent?";
        "scale-1-4" holds artefacts::one_four, "Are levels the same at 1:1 and 1:4?";
        "scale-1-16" holds artefacts::one_sixteen, "Are levels the same at 1:1 and 1:16?";
    }
    "placebo" {
        "placebo" holds placebo::placebo, "Do more seats change nothing where offers are worth nothing?";
    }
    "extreme" {
        "no-violence" holds extremes::no_violence, "With all rates of violence at zero: does nobody die, and does all stay finite?";
        "an-empty-zone" holds extremes::empty_zone, "With one zone emptied of people: does all stay finite?";
        "nobody" holds extremes::nobody, "With nobody anywhere: does it run, and does nothing happen to anyone?";
    }
    "order of steps" {
        "steps-reversed" reports steps::reversed, "What if the processes of a week ran in the opposite order?";
        "steps-swapped" reports steps::swapped, "What if neighbours in the order of the week changed places?";
    }
    "law" {
        "protection" holds laws::protection, "Does more protection by one bloc never bring recruits to the others?";
        "access" holds laws::access, "Does a mediator without access make no contact, and one with full access no less?";
        "decay" holds laws::decay, "Without recruits and violence: do forces decay at the exit rate?";
        "violence" holds laws::violence, "Do half as many attacks again bring more deaths?";
    }
}

/// What a check found, with all that is needed to repeat it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The check.
    pub check: &'static str,
    /// What kind of question.
    pub family: &'static str,
    /// The question.
    pub asks: &'static str,
    /// The answer.
    pub verdict: Verdict,
    /// Whether it counts against the scenario.
    pub negative: bool,
    /// The figure, in words.
    pub figure: String,
    /// The outcome that the figure is of.
    pub measure: Option<String>,
    /// Difference as a share of the baseline's mean.
    pub difference: Option<f64>,
    /// Ends of its interval.
    pub low: Option<f64>,
    /// Ends of its interval.
    pub high: Option<f64>,
    /// Confidence of the interval.
    pub level: Option<f64>,
    /// Margin within which a difference counts as none, as a share of the baseline's mean.
    pub margin: Option<f64>,
    /// Futures on each side.
    pub futures: u64,
    /// Likely cause, in a sentence, where there is something to explain.
    pub cause: Option<String>,
    /// The command that repeats it.
    pub command: String,
    /// Every outcome that was compared, with its 99 % interval (`level`).
    pub outcomes: Vec<judge::Interval>,
}

/// The check of a name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.name == name)
}

/// Asks a question again with the most futures where those that its margin seemed to need leave it open. To look twice is counted in
/// neither interval: what is certain is so at a level that leaves room for it.
fn until_told(lab: &Lab, check: &Check) -> Result<Found, String> {
    let found = (check.run)(lab)?;
    // Where nothing varies, more futures say no more.
    let varies = found.outcomes.iter().any(|outcome| outcome.low < outcome.high);
    let open = found.verdict == Verdict::Inconclusive && varies && found.futures < lab.most();
    if open && lab.settings.replicates.is_none() { lab.at_the_most(check.run) } else { Ok(found) }
}

/// Asks one question. `command` repeats it.
#[must_use]
pub fn ask(lab: &Lab, check: &Check, command: String) -> Finding {
    // A run that breaks is an answer: whatever the question was, the variant does not stand it.
    let found = crate::experiment::runner::attempt(|| until_told(lab, check))
        .map_err(|panic| panic.message)
        .and_then(|found| found)
        .unwrap_or_else(|message| Found {
            verdict: Verdict::Fragile,
            figure: format!("a run fails: {message}"),
            cause: Some("a run that does not end is a bug of the program, or a case that its checks should refuse".to_owned()),
            ..Found::plain(Verdict::Fragile, String::new(), 0)
        });
    let negative = found.verdict == Verdict::Fragile || (found.verdict == Verdict::Shifted && check.must_hold);
    let of = |get: fn(&judge::Interval) -> f64| found.interval.as_ref().map(get).filter(|x| x.is_finite());
    Finding {
        check: check.name,
        family: check.family,
        asks: check.asks,
        verdict: found.verdict,
        negative,
        measure: found.interval.as_ref().map(|i| i.measure.clone()),
        difference: of(|i| i.difference),
        low: of(|i| i.low),
        high: of(|i| i.high),
        level: of(|i| i.level),
        margin: found.margin,
        futures: found.futures,
        cause: found.cause,
        figure: found.figure,
        command,
        outcomes: found.outcomes,
    }
}
