//! What is sound in a scenario and yet cannot do what it seems meant for: told by `check`, refused by nobody.
use super::case::Stance;
use super::track::{Ddr, FIRST_BID, Guarantee, Modality, Offers, Track};
use super::{Scenario, TALKS};
use crate::params::{KEPT_FOR, KEPT_IN, Prior};
use crate::units;

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
    notes.extend(of_talks(scenario));
    notes.extend(of_guarantees(scenario));
    notes.extend(of_memories(scenario));
    notes.extend(of_blocs(scenario));
    notes.extend(scenario.case.oddities.iter().cloned());
    let dated = !scenario.changes.is_empty() || !scenario.later.is_empty();
    if dated && !scenario.runs_at(0, "timeline") {
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
                "`{convenor}` has no access to `{}`: access.csv has no row of the two, or 0, so that it is never contacted (a bid may be put to it all the same, once another seat is)",
                slug(seat.party)
            ));
        }
        if track.first_bid >= scenario.weeks {
            notes.push(format!(
                "first_bid = {} lies behind the horizon of {}: no bid is possible",
                track.first_bid,
                units::weeks(scenario.weeks)
            ));
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

/// What is asked of talks that do not take place: for want of a convenor, or of their process.
fn of_talks(scenario: &Scenario) -> Vec<String> {
    let mut notes = Vec::new();
    let idle: Vec<String> = idle(scenario).into_iter().map(|key| format!("`{key}`")).collect();
    if !idle.is_empty() {
        let do_nothing = if idle.len() == 1 { "does nothing" } else { "do nothing" };
        notes.push(format!("without a convenor no talks are tried: {} {do_nothing}", idle.join(", ")));
    }
    if scenario.tracks().any(Track::convenes) && !scenario.ever_runs(TALKS) {
        notes.push("the switch `mediation` is off: no talks take place, whatever [track] says of convenor and seats".to_owned());
    }
    notes
}

/// Keys of the track that are read at the table, or of an accord that is reached there, where nobody ever convenes.
fn idle(scenario: &Scenario) -> Vec<&'static str> {
    let asked = |asks: fn(&Track) -> bool| scenario.tracks().any(asks);
    if asked(|track| track.convenor.is_some()) {
        return Vec::new();
    }
    // An accord that comes into force after the start may break, which is where guarantee and civil society are read; one that stood
    // before does not.
    let signed_later = asked(|track| track.standing_accord.as_ref().is_some_and(|accord| accord.age < 0.0))
        || scenario.tracks().any(|track| track.standing_accord.is_some() && track.standing_accord != scenario.track.standing_accord);
    let levers: [(&'static str, bool); 10] = [
        ("first_bid", asked(|track| track.first_bid != FIRST_BID)),
        ("offers", asked(|track| track.offers != Offers::Open)),
        ("side_payments", asked(|track| track.side_payments)),
        ("guarantee", !signed_later && asked(asks_for_a_guarantee)),
        ("civil_society", !signed_later && asked(asks_for_civil_society)),
        ("monitoring", asked(asks_for_monitoring)),
        ("enforcement", asked(|track| track.enforcement > 0.0)),
        ("contact_group", asked(|track| track.contact_group.is_some())),
        ("accord_ddr", asked(|track| track.accord_ddr.is_some())),
        ("accord_replaces", asked(|track| !track.accord_replaces)),
    ];
    levers.into_iter().filter(|(_, asked)| *asked).map(|(key, _)| key).collect()
}

/// Beside an accord that stands, a diplomatic guarantee describes the country as it is, alike in all tracks that are compared.
fn asks_for_a_guarantee(track: &Track) -> bool {
    match track.guarantee {
        Guarantee::None => false,
        Guarantee::Diplomatic => track.standing_accord.is_none() || track.guarantee_strength.is_some() || track.guarantee_decay.is_some(),
        Guarantee::Deployed => true,
    }
}

/// As with the guarantee: beside an accord that stands, civil society is described.
fn asks_for_civil_society(track: &Track) -> bool {
    track.standing_accord.is_none() && (track.civil_society > 0.0 || track.civil_society_as.is_some())
}

/// Beside an accord that stands, the same watchdog as its own is described.
fn asks_for_monitoring(track: &Track) -> bool {
    track.monitoring > track.standing_accord.as_ref().map_or(0.0, |accord| accord.monitoring)
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

    fn noted(base: &str, text: &str, set: &[&str]) -> Vec<String> {
        let changes = Changes { set: set.iter().map(|&set| set.to_owned()).collect(), ..Changes::default() };
        let text = format!("format = 1\n{base}\n{text}");
        notes(&Library::new().load_text("x.toml", &text, &changes).unwrap_or_else(|problems| panic!("{problems}")))
    }

    #[test]
    fn what_is_asked_of_talks_that_nobody_convenes_is_told() {
        let base = "extends = \"bamako-only\"";
        let told = |text: &str| noted(base, text, &[]);
        let all = "[track]\nfirst_bid = 1000\noffers = { posts = 0.4 }\nside_payments = true\nguarantee = \"deployed\"\nmonitoring = 0.6\nenforcement = 0.2\ncontact_group = { members = 6 }\naccord_ddr = { quota = 10 }\naccord_replaces = false\n";
        let keys = "`first_bid`, `offers`, `side_payments`, `guarantee`, `monitoring`, `enforcement`, `contact_group`, `accord_ddr`, `accord_replaces`";
        assert_eq!(told(all)[0], format!("without a convenor no talks are tried: {keys} do nothing"));
        let one = "without a convenor no talks are tried: `guarantee` does nothing";
        assert_eq!(told("[track]\nguarantee = \"deployed\"\n"), [one]);
        assert_eq!(noted(base, "", &["track.guarantee=deployed"]), [one]);
        assert_eq!(told("[[timeline]]\nweek = 3\nset = \"track.guarantee\"\nvalue = \"deployed\"\n"), [one]);
        let bare = noted("", "[track]\nguarantee = \"diplomatic\"\ncivil_society = 0.3\nmonitoring = 0.3\n", &[]);
        assert_eq!(bare, ["without a convenor no talks are tried: `guarantee`, `civil_society`, `monitoring` do nothing"]);
        // A budget acts without talks, an accord of a later week may break, and talks may be convened later.
        let convened = "[[timeline]]\nweek = 9\nset = \"track.convenor\"\nvalue = \"algeria\"\n[[timeline]]\nweek = 9\nset = \"track.seats.fla\"\nvalue = { modality = \"full\" }\n";
        for text in [
            "[track]\nbudget = 4\n".to_owned(),
            "[track]\nguarantee = \"deployed\"\nstanding_accord = { age = -20 }\n".to_owned(),
            format!("[track]\nguarantee = \"deployed\"\n{convened}"),
        ] {
            assert!(told(&text).is_empty(), "{text}: {:?}", told(&text));
        }
    }

    #[test]
    fn talks_without_their_process_are_told() {
        let told = |text: &str| noted("extends = \"two-valleys-inclusive\"", text, &[]);
        assert!(told("[switches]\nmediation = false\n")[0].starts_with("the switch `mediation` is off: no talks take place"));
        let until = "[switches]\nmediation = false\n[[timeline]]\nweek = 9\nset = \"switches.mediation\"\nvalue = true\n";
        assert!(told(until).is_empty(), "{:?}", told(until));
    }

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
