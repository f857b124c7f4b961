//! An organisation: an armed group, a state force or a foreign partner.
use crate::index::{Bloc, Map, Org, Party, Place};
use crate::scenario::case::Recruits;

/// Weeks for which losses are kept one by one.
pub const LOSS_WEEKS: usize = 52;
/// Weeks of a season, over which losses count as recent.
pub const SEASON: f64 = 13.0;

/// Where the losses of a week are kept.
#[must_use]
pub fn slot_of(week: i32) -> usize {
    week.rem_euclid(LOSS_WEEKS as i32) as usize
}

/// An organisation and what changes about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Organisation {
    /// Stable identity: of its slug, or of parent, week and ordinal.
    pub identity: u64,
    /// Slug, or the parent's with a number.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// The organisation of the case from which it came.
    pub origin: Org,
    /// The bloc whose fighters stand together in combat.
    pub root: Bloc,
    /// The bloc under which harm and protection are remembered.
    pub bloc: Bloc,
    /// The party that decides for it.
    pub party: Option<Party>,
    /// Umbrella, as a number of the case.
    pub umbrella: Option<u8>,
    /// Where its fighters come from.
    pub recruits: Recruits,
    /// Fighters by place, persons.
    pub fighters: Map<Place, f64>,
    /// Households whose men are its fighters (one entry a man).
    pub members: Vec<u32>,
    /// From 0 to 1.
    pub cohesion: f64,
    /// From 0 to 1.
    pub discipline: f64,
    /// Intelligence by place, from 0 to 1.
    pub intelligence: Map<Place, f64>,
    /// Effect of a fighter relative to a common one.
    pub quality: f64,
    /// Means, from 0 to 1.
    pub resources: f64,
    /// Fighters integrated into the army who know the place, by place.
    pub integrated: Map<Place, f64>,
    /// Fast and slow balance of deaths inflicted less suffered.
    pub balance: (f64, f64),
    /// Momentum of the start's table, decaying.
    pub table_momentum: f64,
    /// Deaths of its fighters in each of the last weeks.
    pub losses: [f64; LOSS_WEEKS],
    /// Losses that wait for replacement, by week of arrival modulo the delay.
    pub replacements: Vec<f64>,
    /// Weeks until it may take part in an offensive again.
    pub pause: f64,
    /// Whether it takes part in anything: organisations that merged or dissolved stay in the list.
    pub alive: bool,
    /// Share of its violence against civilians that a promise holds back.
    pub restraint: f64,
    /// Recruits that the week brought.
    pub joined: f64,
}

impl Organisation {
    /// All its fighters.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.fighters.values().iter().sum()
    }

    /// Deaths of its fighters in the last `weeks` up to a week.
    #[must_use]
    pub fn recent_losses(&self, week: i32, weeks: f64) -> f64 {
        let weeks = weeks.round().clamp(1.0, LOSS_WEEKS as f64) as i32;
        (0..weeks).map(|ago| self.losses[slot_of(week - ago)]).sum()
    }
}
