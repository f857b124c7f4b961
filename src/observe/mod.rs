//! What is measured, and the record of one run.
pub mod chronicle;
pub mod events;
pub mod measures;
pub mod record;

pub use chronicle::Chronicle;
pub use measures::{Measure, Series};

/// Stages of the funnel, in order.
pub const STAGES: [&str; 8] = ["contact", "conditions", "consent", "group", "accord", "year_1", "year_5", "standing_at_end"];

/// Position of a stage of the funnel.
///
/// # Panics
/// If there is no such stage.
#[must_use]
pub fn stage(name: &str) -> usize {
    STAGES.iter().position(|s| *s == name).expect("a stage of the funnel")
}

/// What one community lived through in one future.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(missing_docs, reason = "named as the columns of communities.csv")]
pub struct CommunityRecord {
    pub civilian_deaths: f64,
    pub displaced_person_weeks: f64,
    pub coercive_share_mean: f64,
    pub recruits: f64,
    /// Loyalist, independentist, Islamist (shares among those who lean) and none (share of all), at the end.
    pub leanings: [f64; 4],
}

/// The week in which each stage was first reached; `None`: never, or not observable within the horizon.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Funnel {
    /// By stage of [`STAGES`].
    pub reached: [Option<i32>; STAGES.len()],
    /// Whether the stage could be seen within the horizon.
    pub observable: [bool; STAGES.len()],
}

impl Funnel {
    /// Whether a stage was reached.
    ///
    /// # Panics
    /// If there is no such stage.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.reached[stage(name)].is_some()
    }

    /// Whether the talks came to something that the world feels: conditions met, a contact group, an accord.
    #[must_use]
    pub fn acted(&self) -> bool {
        ["conditions", "group", "accord"].into_iter().any(|stage| self.has(stage))
    }
}

/// A stage's effects: the same future from that week on, with them minus without them.
#[derive(Clone, Debug, PartialEq)]
pub struct Fork {
    /// `conditions` or `accord`.
    pub stage: &'static str,
    /// Week of the stage.
    pub week: i32,
    /// Difference per outcome column (as [`Run::outcome`]).
    pub difference: Vec<f64>,
    /// Difference of civilian deaths per community.
    pub civilian_deaths: Vec<f64>,
}

/// One future of one scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// One number per column of [`measures::outcome_columns`].
    pub outcome: Vec<f64>,
    /// By community, in the case's order.
    pub communities: Vec<CommunityRecord>,
    /// Weekly series: one row per series and subject, in the order of [`measures::series_rows`].
    pub series: Vec<f32>,
    /// The funnel.
    pub funnel: Funnel,
    /// Effects of stages.
    pub forks: Vec<Fork>,
    /// Households touched (visited one by one), for the account of cost.
    pub touches: u64,
    /// Digest of the state at the end of each week, where asked for.
    pub digests: Vec<u64>,
}
