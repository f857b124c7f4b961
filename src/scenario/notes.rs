//! What is sound in a scenario and yet cannot do what it seems meant for: told by `check`, refused by nobody.
use super::Scenario;
use super::case::Stance;
use super::track::{Ddr, Guarantee, Modality, Track};
use crate::params::{KEPT_FOR, KEPT_IN, Prior};

/// One line for each thing that has no effect beside the rest of the scenario.
#[must_use]
pub fn notes(scenario: &Scenario) -> Vec<String> {
    let mut notes = Vec::new();
    for track in scenario.tracks() {
        for note in of_track(scenario, track) {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    if scenario.tracks().any(|track| track.convenor.is_some()) && scenario.tracks().all(|track| track.seats.is_empty()) {
        notes.push("talks have a convenor and no seats: nobody is talked with".to_owned());
    }
    notes.extend(of_guarantees(scenario));
    notes.extend(of_memories(scenario));
    notes.extend(of_blocs(scenario));
    notes.extend(scenario.case.oddities.iter().cloned());
    if scenario.switched_off.iter().any(|process| process == "timeline") && !(scenario.changes.is_empty() && scenario.later.is_empty()) {
        notes.push("the switch `timeline` is off: what [[timeline]] says does not happen".to_owned());
    }
    notes
}

fn of_track(scenario: &Scenario, track: &Track) -> Vec<String> {
    let case = &scenario.case;
    let slug = |party| &case.parties[party].slug;
    let mut notes = Vec::new();
    if let Some((convenor, access)) = track.convenor.map(|at| &case.access[at]) {
        for seat in track.seats.iter().filter(|seat| seat.modality != Modality::Consultation && access[seat.party] <= 0.0) {
            notes.push(format!(
                "`{convenor}` has no access to `{}`: access.csv has no row of the two, or 0, so that no contact comes about",
                slug(seat.party)
            ));
        }
        if track.first_bid >= scenario.weeks {
            notes.push(format!("first_bid = {} lies behind the horizon of {} weeks: no bid is possible", track.first_bid, scenario.weeks));
        }
    }
    if track.enforcement > 0.0 && track.monitoring <= 0.0 {
        notes.push("enforcement without monitoring does nothing: nobody sees what to enforce".to_owned());
    }
    if track.guarantee == Guarantee::None && track.guarantee_strength.is_some() {
        notes.push("a guarantee of kind none has a strength, which does nothing".to_owned());
    }
    let signs = |org| {
        track.seats.iter().any(|seat| seat.modality != Modality::Consultation && case.parties[seat.party].organisations.contains(&org))
    };
    for org in track.accord_ddr.iter().flat_map(|ddr: &Ddr| &ddr.organisations).filter(|&&org| !signs(org)) {
        notes.push(format!(
            "accord_ddr lists `{}`, which no seat speaks for: an accord brings nobody of it into the programme",
            case.organisations[*org].slug
        ));
    }
    notes
}

/// A guarantee's strength is said in two places: which of them counts, or that neither does.
fn of_guarantees(scenario: &Scenario) -> Vec<String> {
    const PATH: &str = "mediation.guarantee";
    let said = scenario.overrides.iter().any(|(path, _)| path == PATH) || scenario.changes.iter().any(|(_, path, _)| path == PATH);
    let mut notes = Vec::new();
    if said && scenario.tracks().all(|track| track.guarantee != Guarantee::None && track.guarantee_strength.is_some()) {
        notes.push(format!("`{PATH}` does nothing here: [track.guarantee] has a strength of its own, which wins"));
    }
    if said && scenario.tracks().all(|track| track.guarantee == Guarantee::None) {
        notes.push(format!("`{PATH}` does nothing here: the track has no guarantee"));
    }
    notes
}

/// Half-lives that are too short for the horizon: what households live through in its last weeks would be kept as less than it is.
fn of_memories(scenario: &Scenario) -> Vec<String> {
    /// Probability below which a half-life of a distribution is not looked at.
    const LOW: f64 = 0.01;
    let short = |(path, prior): &(String, Prior)| {
        let till = KEPT_FOR * prior.quantile(LOW);
        (KEPT_IN.contains(&path.as_str()) && f64::from(scenario.weeks) > till).then(|| {
            format!(
                "`{path}` is too short for {} weeks: what happens after week {till:.0} ({KEPT_FOR} half-lives) is kept too low",
                scenario.weeks
            )
        })
    };
    scenario.overrides.iter().filter_map(short).collect()
}

/// Blocs that have fighters at the start and are hostile to nobody.
fn of_blocs(scenario: &Scenario) -> Vec<String> {
    let (case, start) = (&scenario.case, scenario.start());
    let armed = |bloc| case.organisations.ids().filter(move |&org| case.organisations[org].bloc == bloc && start.strength[org].0 > 0.0);
    let fights = |org| start.stances.row(org).contains(&Stance::Hostile);
    let calm = case.blocs.ids().filter(|&bloc| armed(bloc).next().is_some() && !armed(bloc).any(fights));
    calm.map(|bloc| {
        format!(
            "bloc `{}` has fighters and is hostile to nobody at the start (stances.csv): it fights only at `combat.neutral_rate`",
            case.blocs[bloc].slug
        )
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Changes, Library};

    #[test]
    fn a_half_life_that_the_horizon_outlasts_is_told() {
        let of = |path: &str, weeks: i64, value: &str| {
            let changes = Changes { weeks: Some(weeks), set: vec![format!("{path}={value}")], ..Changes::default() };
            of_memories(&Library::new().load("two-valleys-inclusive", &changes).unwrap())
        };
        for path in KEPT_IN {
            assert!(of(path, 546, "26").is_empty());
            let told = of(path, 547, "26");
            assert!(
                told.len() == 1 && told[0].contains(&format!("`{path}` is too short for 547 weeks: what happens after week 546")),
                "{told:?}"
            );
            assert!(of(path, 1_040, "{ from = 78, to = 260 }").is_empty());
            assert_eq!(of(path, 1_040, "{ from = 30, to = 260 }").len(), 1);
        }
        assert!(of("recruitment.exit", 1_040, "0.002").is_empty());
    }
}
