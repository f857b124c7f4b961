//! What must not matter: the order of tables, names, and how many households an agent stands for.
use super::judge::{Found, Verdict, alike};
use super::lab::{Lab, Rearrange};
use crate::dice::identity;
use crate::observe::Run;
use crate::scenario::{Case, Scenario};
use crate::sim::Ready;
use crate::world::Template;
use std::sync::Arc;

/// A table with its rows in the opposite order. Zones stay before refuges, as the reader wants them.
#[must_use]
pub fn reversed(name: &str, text: &str) -> String {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let Ok(headers) = reader.headers().cloned() else { return text.to_owned() };
    let Ok(mut rows) = reader.records().collect::<Result<Vec<_>, _>>() else { return text.to_owned() };
    rows.reverse();
    if name.ends_with("places.csv") {
        let kind = headers.iter().position(|header| header.trim() == "kind");
        rows.sort_by_key(|row| kind.and_then(|at| row.get(at)).map(str::trim) == Some("refuge"));
    }
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let written = writer.write_record(&headers).is_ok() && rows.iter().all(|row| writer.write_record(row).is_ok());
    writer.into_inner().ok().filter(|_| written).and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| text.to_owned())
}

fn organisations_reversed(name: &str, text: &str) -> String {
    if ["organisations.csv", "preferences.csv", "access.csv"].contains(&name) || name.ends_with("/organisations.csv") {
        reversed(name, text)
    } else {
        text.to_owned()
    }
}

fn communities_reversed(name: &str, text: &str) -> String {
    if ["communities.csv", "blocs.csv"].contains(&name) { reversed(name, text) } else { text.to_owned() }
}

/// Puts a cause to a difference: whether it is gone where the variant takes over what was solved for the other side. What is
/// solved rests on some pasts, whose luck is that of its names and agents. `side` is what the variant was compared with.
fn explained(lab: &Lab, found: Found, (side, own): (&[Run], &[Ready]), variant: Vec<Ready>, otherwise: &str) -> Result<Found, String> {
    if found.verdict < Verdict::Shifted {
        return Ok(found.cause(otherwise));
    }
    let same: Vec<Ready> = variant.into_iter().zip(own).map(|(ready, own)| Ready { solved: Arc::clone(&own.solved), ..ready }).collect();
    let runs = lab.variant(same, side.len() as u64)?;
    let again = alike(lab, side, &runs, &lab.scenario.case, lab.settings.margin, "");
    let figure = again.figure.trim_end();
    let cause = if again.interval == found.interval {
        // Solving takes one sample of the people, whatever the scale: the levels are the same on both sides.
        otherwise.to_owned()
    } else if again.verdict >= Verdict::Shifted {
        format!("{otherwise} (with the levels solved for the other side: {figure})")
    } else {
        format!(
            "levels are solved on some pasts and keep their luck: with those of the other side the worst is {figure}, {}",
            again.verdict.word()
        )
    };
    Ok(found.cause(&cause))
}

/// The slugs of some tables of a case, in order.
macro_rules! slugs {
    ($case:ident, $($table:ident),+) => {{
        let mut slugs = Vec::new();
        $(slugs.extend($case.$table.values().iter().map(|row| row.slug.as_str()));)+
        slugs
    }};
}

/// Compares a scenario with the same over rearranged tables; `order` gives the slugs of what should stand in another order.
fn rearranged(lab: &Lab, with: Rearrange, order: fn(&Case) -> Vec<&str>, what: &str) -> Result<Found, String> {
    match (lab.reload)(with) {
        Err(problems) => {
            let first = problems.0.first().map_or_else(String::new, ToString::to_string);
            Ok(Found::plain(Verdict::Fragile, format!("the tables are refused in another order: {first}"), 0)
                .cause("the reader of cases hangs on the order of rows"))
        }
        Ok(read) if order(&read.case) == order(&lab.scenario.case) => {
            Ok(Found::not_testable("these tables stand in the same order when they are read in reverse"))
        }
        Ok(read) => {
            let other = Scenario { weeks: lab.scenario.weeks, scale: lab.scenario.scale, ..read };
            let count = lab.needed(lab.settings.margin)?;
            let runs = lab.variant(lab.solved(&other, &lab.values(&other))?, count)?;
            Ok(alike(lab, &lab.base(count)?, &runs, &other.case, lab.settings.margin, what))
        }
    }
}

pub(super) fn organisations(lab: &Lab) -> Result<Found, String> {
    let found =
        rearranged(lab, organisations_reversed, |case| slugs!(case, organisations, parties), "with organisations and parties in reverse")?;
    Ok(found.cause(
        "a process in which it pays to stand first in a table; or luck: who stands first finds homes for its fighters first, and levels of recruitment are solved on one such settling",
    ))
}

pub(super) fn communities(lab: &Lab) -> Result<Found, String> {
    let found = rearranged(lab, communities_reversed, |case| slugs!(case, communities, blocs), "with communities and blocs in reverse")?;
    Ok(found.cause(
        "rates are solved on simulated pasts, once for all futures, and keep the luck of those; another order of households is other luck",
    ))
}

/// The same case under other names, in an order that no sorting by name would keep.
fn renamed(case: &Case) -> Case {
    let mut case = case.clone();
    macro_rules! rename {
        ($table:ident, $prefix:literal) => {
            let count = case.$table.len();
            for (at, row) in case.$table.values_mut().iter_mut().enumerate() {
                row.slug = format!(concat!($prefix, "-{:03}"), count - at);
                row.identity = identity(&row.slug);
            }
        };
    }
    rename!(places, "p");
    rename!(communities, "c");
    rename!(blocs, "b");
    rename!(organisations, "o");
    rename!(parties, "q");
    for organisation in case.organisations.values_mut() {
        organisation.name = format!("organisation {}", organisation.slug);
        organisation.umbrella = organisation.umbrella.as_ref().map(|name| format!("u-{name}"));
    }
    case
}

pub(super) fn names(lab: &Lab) -> Result<Found, String> {
    // By their names lineages are kept at a coarse scale: of too few, others are another people.
    if lab.scenario.scale > 1
        && let Some(found) = unasked(lab, lab.scenario.scale)
    {
        return Ok(found);
    }
    let case = Arc::new(renamed(&lab.scenario.case));
    // The same draws: parameters stand in the same order, under other names.
    let others: Vec<Scenario> =
        lab.settled(lab.scenario).into_iter().map(|scenario| Scenario { case: Arc::clone(&case), ..scenario }).collect();
    let template = Arc::new(Template::new(&others[0]));
    let ready = lab.solved_each(&others, &template, &lab.values(lab.scenario))?;
    let count = lab.needed(lab.settings.margin)?;
    let runs = lab.variant(ready.clone(), count)?;
    let found = alike(lab, &lab.base(count)?, &runs, &case, lab.settings.margin, "under other names and so with other luck");
    explained(
        lab,
        found,
        (&lab.base(count)?, lab.prepared()?),
        ready,
        "something is done by name; or luck shows: another name is other dice, for who lives where and for the pasts on which levels are solved, and few people or places do not even it out",
    )
}

/// Lineages a zone that are left at the least, so that a scale can be asked about.
pub const LINEAGES: u32 = 8;

/// What is said of a coarse scale at which fewer lineages are left; nothing at 1:1.
#[must_use]
pub fn too_coarse(scale: u32, lineages: u32) -> Option<String> {
    let kept = if lineages == 1 { "1 lineage".to_owned() } else { format!("{lineages} lineages") };
    (scale > 1 && lineages < LINEAGES).then(|| {
        format!(
            "too coarse: {kept} of people a zone; with fewer than {LINEAGES} lineages, deaths, recruits and how far talks come are wrong by much"
        )
    })
}

/// Why a scale cannot be asked about, if it cannot.
fn unasked(lab: &Lab, scale: u32) -> Option<Found> {
    let kept = Template::lineages_kept(lab.scenario, scale);
    (kept < LINEAGES).then(|| Found::not_testable(format!("1:{scale} would keep {kept} lineages a zone, fewer than {LINEAGES}")))
}

fn at_scale(lab: &Lab, scale: u32) -> Result<Vec<Ready>, String> {
    let other = Scenario { scale, ..lab.scenario.clone() };
    lab.solved(&other, &lab.values(&other))
}

const COARSE: &str = "what happens to few households is thinned or rounded at the coarser scale: read that outcome at the finer one";

/// The scenario against itself at another scale.
fn scaled(lab: &Lab, scale: u32) -> Result<Found, String> {
    if let Some(found) = unasked(lab, scale) {
        return Ok(found);
    }
    let count = lab.needed(lab.settings.margin)?;
    let ready = at_scale(lab, scale)?;
    let runs = lab.variant(ready.clone(), count)?;
    let what = format!("at 1:{scale} against 1:{}", lab.scenario.scale);
    let found = alike(lab, &lab.base(count)?, &runs, &lab.scenario.case, lab.settings.margin, &what);
    explained(lab, found, (&lab.base(count)?, lab.prepared()?), ready, COARSE)
}

pub(super) fn half(lab: &Lab) -> Result<Found, String> {
    match lab.scenario.scale {
        scale if scale % 2 == 0 => scaled(lab, scale / 2),
        scale => Ok(Found::not_testable(format!("1:{scale} cannot be halved"))),
    }
}

pub(super) fn double(lab: &Lab) -> Result<Found, String> {
    scaled(lab, lab.scenario.scale.max(1) * 2)
}

/// 1:1 against a coarser scale.
fn from_one(lab: &Lab, scale: u32) -> Result<Found, String> {
    if let Some(found) = unasked(lab, scale) {
        return Ok(found);
    }
    let count = lab.needed(lab.settings.margin)?;
    let own = at_scale(lab, 1)?;
    let (fine, ready) = (lab.finest(count, &own)?, at_scale(lab, scale)?);
    let coarse = lab.variant(ready.clone(), count)?;
    let found = alike(lab, &fine, &coarse, &lab.scenario.case, lab.settings.margin, &format!("at 1:{scale} against 1:1"));
    explained(lab, found, (&fine, &own), ready, COARSE)
}

pub(super) fn one_four(lab: &Lab) -> Result<Found, String> {
    from_one(lab, 4)
}

pub(super) fn one_sixteen(lab: &Lab) -> Result<Found, String> {
    from_one(lab, 16)
}
