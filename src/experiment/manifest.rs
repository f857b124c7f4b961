//! The manifest of an output folder: what was run, by which program, and the hash of what came out.
use super::design::Draws;
use super::plan::Plan;
use super::results::Fitted;
use crate::files::atomically;
use crate::scenario::text::plain_sha256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Name of the file.
pub const FILE: &str = "manifest.json";
/// Version of its form.
pub const FORMAT: u32 = 2;

/// One scenario of an experiment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Of {
    pub argument: String,
    pub name: String,
    /// SHA-256 of the resolved text.
    pub sha256: String,
    pub title: String,
}

/// What an output folder holds. Fields stand in the order of the alphabet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named as in the file")]
pub struct Manifest {
    pub calibration: String,
    /// Parameters that come from a posterior.
    #[serde(default)]
    pub fitted: Vec<String>,
    pub command_line: Vec<String>,
    pub commit: Option<String>,
    /// Whether every future was finished (or the precision asked for was reached).
    pub complete: bool,
    pub dirty: Option<bool>,
    /// The one draw used, with `--draw`.
    pub draw: Option<u32>,
    /// Number of parameter draws; 0: defaults only.
    pub draws: u32,
    pub ended: String,
    /// Runs that failed.
    pub failed: u64,
    /// Runs that finished.
    pub finished: u64,
    pub format: u32,
    pub jobs: usize,
    /// Version and digest of the engine.
    pub model: String,
    pub plan_hash: String,
    pub precision: Option<f64>,
    /// Whether the precision that was asked for is reached; null where none was, and until the end.
    #[serde(default)]
    pub precision_reached: Option<bool>,
    /// Design points that were refused and replaced.
    #[serde(default)]
    pub refused: u32,
    pub replicates: u64,
    pub result_hash: String,
    /// Households that one agent stands for.
    #[serde(default = "whole")]
    pub scale: u32,
    pub scenarios: Vec<Of>,
    pub seconds: f64,
    pub seed: u64,
    pub start: String,
    pub started: String,
    pub sulh_version: String,
    /// SHA-256 of each table.
    pub tables: BTreeMap<String, String>,
    pub weeks: i32,
}

/// The scale of a manifest that does not say it.
fn whole() -> u32 {
    1
}

/// The engine that this program holds: equal engines give equal runs.
#[must_use]
pub fn model() -> String {
    format!("{}+{}", env!("CARGO_PKG_VERSION"), env!("SULH_ENGINE"))
}

/// A moment as text, in UTC.
#[must_use]
pub fn moment(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs();
    let days = i32::try_from(seconds / 86_400).unwrap_or(0);
    let epoch = crate::units::Date::new(1970, 1, 1).map(|date| date.after_days(days));
    let of_day = seconds % 86_400;
    format!("{}T{:02}:{:02}:{:02}Z", epoch.map_or_else(String::new, |date| date.to_string()), of_day / 3_600, of_day / 60 % 60, of_day % 60)
}

impl Manifest {
    /// The manifest of a plan before anything was run.
    #[must_use]
    pub fn begun(plan: &Plan, arguments: &[String], jobs: usize, precision: Option<f64>) -> Self {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let now = moment(SystemTime::now());
        let fitted = Fitted::of(&plan.scenarios, plan.design.draws);
        Self {
            calibration: Fitted::worth(fitted.as_ref()),
            fitted: fitted.map(|fitted| fitted.names).unwrap_or_default(),
            command_line: std::env::args().collect(),
            commit: given(env!("SULH_COMMIT")),
            complete: false,
            dirty: env!("SULH_DIRTY").parse().ok(),
            draw: if let Draws::Only(draw) = plan.design.draws { Some(draw) } else { None },
            draws: if let Draws::Cycle(draws) = plan.design.draws { draws } else { 0 },
            ended: now.clone(),
            failed: 0,
            finished: 0,
            format: FORMAT,
            jobs,
            model: plan.model.clone(),
            plan_hash: plan.hash(),
            precision,
            precision_reached: None,
            refused: 0,
            replicates: plan.design.replicates,
            result_hash: String::new(),
            scale: plan.scenarios.first().map_or(1, |scenario| scenario.scale),
            scenarios: plan
                .scenarios
                .iter()
                .zip(arguments)
                .map(|(scenario, argument)| Of {
                    argument: argument.clone(),
                    name: scenario.name.clone(),
                    sha256: crate::scenario::check::hash(scenario),
                    title: scenario.title.clone(),
                })
                .collect(),
            seconds: 0.0,
            seed: plan.design.seed,
            start: plan.scenarios.first().map_or_else(String::new, |scenario| scenario.start().name.clone()),
            started: now,
            sulh_version: env!("CARGO_PKG_VERSION").to_owned(),
            tables: BTreeMap::new(),
            weeks: plan.scenarios.first().map_or(0, |scenario| scenario.weeks),
        }
    }

    /// Reads the manifest of a folder; `None` if there is none.
    ///
    /// # Errors
    /// Where it cannot be read or is not a manifest.
    pub fn read(folder: &Path) -> io::Result<Option<Self>> {
        match std::fs::read(folder.join(FILE)) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("{FILE}: {error}"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        atomically(&folder.join(FILE), text.as_bytes())
    }
}

/// The SHA-256 of those of some tables that are in a folder. Other files, such as a user's own tables, are no part of a result.
///
/// # Errors
/// Where one cannot be read.
pub fn tables<'a>(folder: &Path, names: impl IntoIterator<Item = &'a str>) -> io::Result<BTreeMap<String, String>> {
    let mut hashes = BTreeMap::new();
    for name in names {
        match std::fs::read(folder.join(name)) {
            Ok(bytes) => {
                hashes.insert(name.to_owned(), plain_sha256(&bytes));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(hashes)
}

/// The hash of a result: of names and hashes of its tables as lines, in the order of names. The same as of what `sha256sum` prints of them.
#[must_use]
pub fn result_hash(tables: &BTreeMap<String, String>) -> String {
    let lines: String = tables.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect();
    plain_sha256(lines.as_bytes())
}
