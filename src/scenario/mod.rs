//! Scenarios: a case, a track and small differences, read from text and checked once.
pub mod case;
pub mod check;
pub mod columns;
pub mod facts;
pub mod keys;
pub mod library;
pub mod notes;
pub mod posterior;
pub mod problem;
pub mod raw;
pub mod read_case;
pub mod scales;
pub mod text;
pub mod track;

pub use case::{Case, Stance, Start, Trend};
pub use library::{Changes, Library};
pub use posterior::Posterior;
pub use problem::{Problem, Problems};
pub use track::Track;

use crate::index::{Community, Org};
use crate::params::{Declared, Prior};
use std::sync::Arc;

/// Which count of people is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Population {
    /// Zone figures rescaled to the census of 2022.
    Census,
    /// Official projections from the census of 2009.
    Projection,
}

/// Where the values of parameters that were fitted to recorded events come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DrawsFrom {
    /// The latest posterior of the case, where it has one.
    #[default]
    Posterior,
    /// The latest one that knows nothing of a year and of those after it.
    Before(i32),
    /// Their priors.
    Priors,
}

/// The name of the process in which a track acts.
pub const TALKS: &str = "mediation";

/// What a dated entry of the timeline puts into force, beside parameters: from its week on, all of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Later {
    /// Weeks from the start.
    pub week: i32,
    /// The track.
    pub track: Track,
    /// Processes that are switched off.
    pub switched_off: Vec<String>,
    /// Stances that change in this week.
    pub stances: Vec<(Org, Org, Stance)>,
    /// What changes in this week: where it stands, and what becomes of it.
    pub told: Vec<(String, String)>,
}

/// Something that a scenario leaves to a distribution beside the parameters: each parameter draw takes a value from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// Its name, by which it is drawn and tabled: `track.guarantee.strength`, or `timeline.104.` before what a week changes.
    pub name: String,
    /// What it is a value of.
    pub path: String,
    /// Meaning of that.
    pub doc: String,
    /// Unit.
    pub unit: String,
    /// Lowest and highest value.
    pub range: (f64, f64),
    /// The distribution.
    pub prior: Prior,
    /// Where the value stands.
    pub slots: Vec<Slot>,
}

/// Where a drawn value stands in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// In the track at the start.
    Start,
    /// In the track of this row of [`Scenario::later`].
    Later(usize),
    /// In [`Scenario::changes`], in this week.
    Change(i32),
}

/// A checked scenario. The name is for people; nothing that computes reads it.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Name in files and tables.
    pub name: String,
    /// Title in reports.
    pub title: String,
    /// One line for lists.
    pub summary: String,
    /// The case.
    pub case: Arc<Case>,
    /// The track.
    pub track: Track,
    /// Position in [`Case::starts`].
    pub start: usize,
    /// Horizon, weeks.
    pub weeks: i32,
    /// One segment in `scale` is kept, with weight `scale`.
    pub scale: u32,
    /// Count of people.
    pub population: Population,
    /// Processes that are switched off, by name.
    pub switched_off: Vec<String>,
    /// Whether parameters that were fitted come from the case's posterior, where it has one.
    pub draws_from: DrawsFrom,
    /// Parameters whose prior the scenario replaces, by path.
    pub overrides: Vec<(String, Prior)>,
    /// Parameters set at a week: week, path, value.
    pub changes: Vec<(i32, String, f64)>,
    /// What else changes at a week, in order.
    pub later: Vec<Later>,
    /// What is drawn beside the parameters; until it is, tracks and changes hold medians.
    pub drawn: Vec<Drawn>,
    /// Dated changes behind a horizon that was shortened after they were written: week and what they set.
    pub unreached: Vec<(i64, String)>,
    /// Resolved text, canonical, by which the scenario is hashed (without name and title).
    pub resolved: String,
}

/// Whether a process is none of those that are switched off.
fn runs(off: &[String], process: &str) -> bool {
    !off.iter().any(|name| name == process)
}

impl Scenario {
    /// What is drawn from in place of priors: the case's latest posterior, unless the scenario wants priors.
    #[must_use]
    pub fn posterior(&self) -> Option<&Posterior> {
        match self.draws_from {
            DrawsFrom::Priors => None,
            DrawsFrom::Posterior => self.case.posteriors.last(),
            DrawsFrom::Before(year) => self.case.posteriors.iter().rev().find(|posterior| posterior.until < i64::from(year)),
        }
    }

    /// The column of that posterior from which a parameter is drawn; none where it was not fitted, or where the scenario says what it is.
    #[must_use]
    pub fn fitted_column(&self, path: &str) -> Option<usize> {
        if self.overrides.iter().any(|(of, _)| of == path) { None } else { self.posterior()?.column(path) }
    }

    /// What is drawn beside the parameters, as the registry knows a parameter.
    #[must_use]
    pub fn drawn_rows(&self) -> Vec<Declared> {
        let row = |drawn: &Drawn| Declared {
            path: drawn.name.clone(),
            doc: drawn.doc.clone(),
            unit: drawn.unit.clone(),
            range: drawn.range.0..=drawn.range.1,
            prior: drawn.prior,
            source: "the scenario".to_owned(),
        };
        self.drawn.iter().map(row).collect()
    }

    /// The scenario with a value for each thing that it leaves to a distribution, in their order.
    #[must_use]
    pub fn settled(&self, values: &[f64]) -> Self {
        let mut settled = self.clone();
        for (drawn, &value) in self.drawn.iter().zip(values) {
            for slot in &drawn.slots {
                match *slot {
                    Slot::Start => settled.track.put(&self.case, &drawn.path, value),
                    Slot::Later(at) => settled.later[at].track.put(&self.case, &drawn.path, value),
                    Slot::Change(week) => {
                        let change = settled.changes.iter_mut().find(|change| (change.0, &change.1) == (week, &drawn.path));
                        change.into_iter().for_each(|change| change.2 = value);
                    }
                }
            }
        }
        settled
    }

    /// The state of the world from which it starts.
    #[must_use]
    pub fn start(&self) -> &Start {
        &self.case.starts[self.start]
    }

    /// Whether it needs the same preparation and burn-in as another: all but the track, the horizon and what changes later.
    #[must_use]
    pub fn starts_like(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.case, &other.case)
            && (self.start, self.population, self.scale) == (other.start, other.population, other.scale)
            && self.switched_off == other.switched_off
            && self.overrides == other.overrides
            && self.draws_from == other.draws_from
    }

    /// Who sits at the table beside the state, as what and from when: the parties' names in files, each once.
    #[must_use]
    pub fn seated(&self) -> Vec<String> {
        let mut known = Vec::new();
        let mut told = Vec::new();
        for (week, at_table) in self.dated_tracks() {
            for seat in &at_table.seats {
                if known.contains(&seat.party) {
                    continue;
                }
                known.push(seat.party);
                let mut words = Vec::new();
                match seat.modality {
                    track::Modality::Full => {}
                    track::Modality::Observer => words.push("observes".to_owned()),
                    track::Modality::Consultation => words.push("is consulted".to_owned()),
                }
                if seat.conditions.is_some() {
                    words.push("on conditions".to_owned());
                }
                if week > 0 {
                    words.push(format!("from week {week}"));
                }
                let slug = &self.case.parties[seat.party].slug;
                told.push(if words.is_empty() { slug.clone() } else { format!("{slug} ({})", words.join(", ")) });
            }
        }
        told
    }

    /// Pairs of communities that meet in dialogue, with the weeks in which they do where these are not all.
    #[must_use]
    pub fn in_dialogue(&self) -> Vec<String> {
        let mut pairs: Vec<(Community, Community)> = self.tracks().flat_map(|track| track.dialogues.iter().copied()).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut told: Vec<String> = pairs
            .into_iter()
            .map(|pair| {
                let mut names = [pair.0, pair.1].map(|community| self.case.communities[community].slug.as_str());
                names.sort_unstable();
                // Where it begins to meet and where it ceases to, one track after another.
                let mut weeks = Vec::new();
                let mut before = false;
                for (week, track) in self.dated_tracks() {
                    let now = track.dialogues.contains(&pair);
                    match (before, now) {
                        (false, true) if week > 0 => weeks.push(format!("from week {week}")),
                        (true, false) => weeks.push(format!("until week {week}")),
                        _ => {}
                    }
                    before = now;
                }
                let weeks = if weeks.is_empty() { String::new() } else { format!(" ({})", weeks.join(", ")) };
                format!("{}{weeks}", names.join(" with "))
            })
            .collect();
        told.sort_unstable();
        told
    }

    /// The track at the start, and those that the timeline puts in its place.
    pub fn tracks(&self) -> impl Iterator<Item = &Track> {
        self.dated_tracks().map(|(_, track)| track)
    }

    /// The same, each with the week from which it is in force.
    fn dated_tracks(&self) -> impl Iterator<Item = (i32, &Track)> {
        std::iter::once((0, &self.track)).chain(self.later.iter().map(|later| (later.week, &later.track)))
    }

    /// Whether anybody has a full seat, at the start or later: without, nobody is asked for a formal bid, and no talks end in an accord.
    #[must_use]
    pub fn has_full_seat(&self) -> bool {
        self.tracks().flat_map(|track| &track.seats).any(|seat| seat.modality == track::Modality::Full)
    }

    /// Whether talks can take place, at the start or later: somebody convenes, others are asked, and the process runs.
    #[must_use]
    pub fn has_talks(&self) -> bool {
        self.track.convenes() && runs(&self.switched_off, TALKS)
            || self.later.iter().any(|later| later.track.convenes() && runs(&later.switched_off, TALKS))
    }

    /// What the timeline has put into force by a week, if anything.
    #[must_use]
    pub fn later_at(&self, week: i32) -> Option<&Later> {
        self.later.iter().rev().find(|later| later.week <= week)
    }

    /// The track in force in a week.
    #[must_use]
    pub fn track_at(&self, week: i32) -> &Track {
        self.later_at(week).map_or(&self.track, |later| &later.track)
    }

    /// The track in force before what a week changes.
    #[must_use]
    pub fn track_before(&self, week: i32) -> &Track {
        self.track_at(week - 1)
    }

    /// Processes that are switched off in a week.
    #[must_use]
    pub fn switched_off_at(&self, week: i32) -> &[String] {
        self.later_at(week).map_or(&self.switched_off, |later| &later.switched_off)
    }

    /// Whether a process runs in any week.
    #[must_use]
    pub fn ever_runs(&self, process: &str) -> bool {
        runs(&self.switched_off, process) || self.later.iter().any(|later| runs(&later.switched_off, process))
    }

    /// Whether a process runs in a week.
    #[must_use]
    pub fn runs_at(&self, week: i32, process: &str) -> bool {
        runs(self.switched_off_at(week), process)
    }

    /// Processes that are switched off, with the weeks in which that changes.
    #[must_use]
    pub fn switches(&self) -> Vec<String> {
        let (mut switches, mut before) = (self.switched_off.clone(), &self.switched_off);
        for later in &self.later {
            let now = &later.switched_off;
            switches.extend(now.iter().filter(|name| !before.contains(name)).map(|name| format!("{name} from week {}", later.week)));
            switches.extend(before.iter().filter(|name| !now.contains(name)).map(|name| format!("{name} until week {}", later.week)));
            before = now;
        }
        switches
    }

    /// The week in which the guarantee of a week came into force; the first is as old as the world.
    #[must_use]
    pub fn guarantee_since(&self, week: i32) -> i32 {
        let mut since = i32::MIN;
        let mut before = &self.track;
        for later in self.later.iter().filter(|later| later.week <= week) {
            if !later.track.guarantees_like(before) {
                since = later.week;
            }
            before = &later.track;
        }
        since
    }

    /// Whether its weeks are those of another until one of the two tracks acts.
    #[must_use]
    pub fn shares_weeks_with(&self, other: &Self) -> bool {
        // What is dated acts whether or not the talks do.
        self.later.is_empty()
            && other.later.is_empty()
            && self.starts_like(other)
            && self.weeks == other.weeks
            && self.drawn == other.drawn
            && self.changes == other.changes
            && self.track.stands_like(&other.track)
    }
}
