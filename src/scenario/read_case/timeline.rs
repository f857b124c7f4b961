//! What has a date: the season of violence and recorded events, some of which bring fighters.
use super::organisations::Organisations;
use super::reader::Reader;
use super::rows::Row;
use crate::index::{Id, Map, Org};
use crate::scenario::case::{Dated, OrganisationData, Recruits};
use crate::units::Date;
use std::collections::BTreeSet;

/// Reads the factors of the months on violence.
pub(super) fn season(r: &mut Reader) -> [f64; 12] {
    let mut season = [None; 12];
    for row in r.table("season.csv") {
        let month = r.number(&row, "month", 1.0, 12.0) as usize;
        season[month - 1] = Some(r.number(&row, "log_factor", -5.0, 5.0));
    }
    let lacking: Vec<String> = (1..=12).zip(season).filter(|(_, factor)| factor.is_none()).map(|(month, _)| month.to_string()).collect();
    r.lacking("season.csv", "this table", lacking.iter().map(String::as_str), &BTreeSet::new(), "every month has a row; 0 is a common one");
    season.map(|month| month.unwrap_or(0.0))
}

/// Reads dated events.
pub(super) fn read(r: &mut Reader, organisations: &Organisations) -> Vec<Dated> {
    let mut timeline = Vec::new();
    for row in r.table("timeline.csv") {
        let (date, flag) = (r.text(&row, "date"), r.text(&row, "flag"));
        if !["X", "V"].contains(&flag.as_str()) {
            r.fault(&row, "flag", format!("`{flag}` is neither X (may be injected) nor V (validates only)"));
        }
        match Date::parse(&date) {
            Some(date) => {
                let force = force(r, &row, &flag, &organisations.names, &organisations.data);
                timeline.push(Dated { date, may_inject: flag == "X", event: r.text(&row, "event"), force });
            }
            None => r.fault(&row, "date", format!("`{date}` is not a date (YYYY-MM-DD)")),
        }
    }
    timeline
}

/// Fighters that a dated event brings or takes away, if its row says so: only for what may be injected, and only those whose fighters do not
/// come from the case's households.
fn force<'a>(
    r: &mut Reader<'a>,
    row: &Row<'a>,
    flag: &str,
    names: &[String],
    organisations: &Map<Org, OrganisationData>,
) -> Option<(Org, f64)> {
    if row.cells.get("organisation").is_none_or(|cell| cell.1.is_empty()) {
        return None;
    }
    let org: Org = r.slug(row, "organisation", names);
    let fighters = r.number(row, "fighters", -1e6, 1e6);
    if flag != "X" {
        r.fault(
            row,
            "flag",
            "this event only validates: what follows from it must be produced by the model, and it can bring no fighters".to_owned(),
        );
    }
    if organisations.values().get(org.at()).is_some_and(|o| o.recruits == Recruits::Households) {
        r.fault(
            row,
            "organisation",
            format!("the fighters of `{}` come from households of the case and cannot be sent from outside", names[org.at()]),
        );
    }
    Some((org, fighters))
}
