//! A scenario as a list of facts, after inheritance, with units: what two scenarios are compared by.
use super::case::{PIE_NAMES, SCALAR_NAMES};
use super::keys;
use super::track::{Ddr, Guarantee, Modality, Track};
use super::{DrawsFrom, Population, Scenario, Slot};
use crate::params::{self, Prior};

/// What stands for something that is not there.
pub(super) const ABSENT: &str = "absent";

/// One thing that a scenario says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Where it stands.
    pub path: String,
    /// What it is.
    pub value: String,
    /// In what unit.
    pub unit: String,
}

/// What differs between two scenarios.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// Where it stands.
    pub path: String,
    /// What it is in the first; empty where it does not occur.
    pub first: String,
    /// What it is in the second.
    pub second: String,
    /// In what unit.
    pub unit: String,
}

/// Everything that a scenario says, defaults included, in the order of the reference.
#[must_use]
pub fn facts(scenario: &Scenario) -> Vec<Fact> {
    let case = &*scenario.case;
    let mut facts = Vec::new();
    let mut add = |path: String, value: String, unit: &str| facts.push(Fact { path, value, unit: unit.to_owned() });
    add("case".to_owned(), case.name.clone(), "");
    add("start".to_owned(), scenario.start().name.clone(), "");
    add("weeks".to_owned(), scenario.weeks.to_string(), "weeks");
    add("scale".to_owned(), scenario.scale.to_string(), "segments");
    add("draws_from".to_owned(), if scenario.draws_from == DrawsFrom::Priors { "priors" } else { "posterior" }.to_owned(), "");
    add("population".to_owned(), if scenario.population == Population::Census { "census" } else { "projection" }.to_owned(), "");
    for process in &scenario.switched_off {
        add(format!("switches.{process}"), "false".to_owned(), "");
    }
    let declared = params::declared(case, scenario.start);
    for (path, prior) in &scenario.overrides {
        let unit = declared.iter().find(|row| row.path == *path).map_or("", |row| row.unit.as_str());
        add(format!("parameters.{path}"), in_words(prior), unit);
    }
    track(scenario, &scenario.track, &mut add);
    for (week, path, value) in &scenario.changes {
        let unit = declared.iter().find(|row| row.path == *path).map_or("", |row| row.unit.as_str());
        let drawn = scenario.drawn.iter().find(|drawn| drawn.path == *path && drawn.slots == [Slot::Change(*week)]);
        add(format!("timeline, week {week}, {path}"), drawn.map_or_else(|| value.to_string(), |drawn| in_words(&drawn.prior)), unit);
    }
    for later in &scenario.later {
        for (path, value) in &later.told {
            let unit = keys::KEYS.iter().find(|key| key.path() == *path).map_or("", |key| key.unit);
            add(format!("timeline, week {}, {path}", later.week), value.clone(), unit);
        }
    }
    // Where a number is drawn, its distribution stands in its place.
    for drawn in scenario.drawn.iter().filter(|drawn| drawn.slots.contains(&Slot::Start)) {
        facts.iter_mut().filter(|fact| fact.path == drawn.path).for_each(|fact| fact.value = in_words(&drawn.prior));
    }
    facts
}

/// A prior, or the value where there is no doubt.
fn in_words(prior: &Prior) -> String {
    match prior {
        Prior::Fixed(value) => value.to_string(),
        other => other.to_string(),
    }
}

fn word(modality: Modality) -> &'static str {
    match modality {
        Modality::Full => "full",
        Modality::Observer => "observer",
        Modality::Consultation => "consultation",
    }
}

fn track(scenario: &Scenario, track: &Track, add: &mut impl FnMut(String, String, &str)) {
    let case = &*scenario.case;
    let mut key = |section: &'static str, name: &'static str, value: String| {
        let key = keys::find(section, name);
        add(key.path(), value, key.unit);
    };
    key("track", "convenor", track.convenor.map_or("none", |at| case.access[at].0.as_str()).to_owned());
    key("track", "first_bid", track.first_bid.to_string());
    for (at, name) in SCALAR_NAMES.into_iter().enumerate() {
        let (low, high) = track.offers.bounds(at);
        let open = low <= 0.0 && high >= 1.0;
        key(
            "track.offers",
            name,
            if open {
                "open".to_owned()
            } else if low < high {
                format!("{low} to {high}")
            } else {
                low.to_string()
            },
        );
    }
    for (at, name) in PIE_NAMES.into_iter().enumerate() {
        key("track.offers", name, track.offers.share(at).map_or("open".to_owned(), |share| share.to_string()));
    }
    key("track", "side_payments", track.side_payments.to_string());
    let kind = match track.guarantee {
        Guarantee::None => "none",
        Guarantee::Diplomatic => "diplomatic",
        Guarantee::Deployed => "deployed",
    };
    key("track.guarantee", "kind", kind.to_owned());
    if let Some(strength) = track.guarantee_strength {
        key("track.guarantee", "strength", strength.to_string());
    }
    if let Some(decay) = track.guarantee_decay {
        key("track.guarantee", "decay", decay.to_string());
    }
    key(
        "track",
        "civil_society",
        track.civil_society_as.map_or_else(|| track.civil_society.to_string(), |modality| word(modality).to_owned()),
    );
    key("track", "monitoring", track.monitoring.to_string());
    key("track", "enforcement", track.enforcement.to_string());
    key("track", "budget", track.budget.to_string());
    key("track", "accord_replaces", track.accord_replaces.to_string());
    if let Some(group) = track.contact_group {
        key("track.contact_group", "members", group.members.to_string());
        key("track.contact_group", "western_share", group.western_share.to_string());
        key("track.contact_group", "funds", group.funds.to_string());
    }
    if let Some(accord) = &track.standing_accord {
        let parties: Vec<&str> = accord.parties.iter().map(|&party| case.parties[party].slug.as_str()).collect();
        key("track.standing_accord", "parties", parties.join(", "));
        key("track.standing_accord", "age", accord.age.to_string());
        key("track.standing_accord", "implementation", accord.implementation.to_string());
        key("track.standing_accord", "monitoring", accord.monitoring.to_string());
        key("track.standing_accord", "enforcement", accord.enforcement.to_string());
    }
    let mut programme = |section: &'static str, ddr: &Option<Ddr>| {
        let Some(ddr) = ddr else { return };
        let organisations: Vec<&str> = ddr.organisations.iter().map(|&org| case.organisations[org].slug.as_str()).collect();
        key(section, "quota", ddr.quota.to_string());
        key(section, "integrated_share", ddr.integrated_share.to_string());
        if section == "track.ddr" {
            key(section, "delivered", ddr.delivered.to_string());
        }
        key(section, "organisations", if organisations.is_empty() { "the signatories".to_owned() } else { organisations.join(", ") });
        key(section, "delay", ddr.delay.map_or_else(|| keys::find(section, "delay").default.to_owned(), |delay| delay.to_string()));
        key(section, "pace", ddr.pace.to_string());
    };
    programme("track.ddr", &track.ddr);
    programme("track.accord_ddr", &track.accord_ddr);
    for &(a, b) in &track.dialogues {
        add(format!("track.dialogues.{}-{}", case.communities[a].slug, case.communities[b].slug), "meet".to_owned(), "");
    }
    for seat in &track.seats {
        let path = format!("track.seats.{}", case.parties[seat.party].slug);
        add(path.clone(), word(seat.modality).to_owned(), "");
        if let Some(veto) = seat.veto {
            add(format!("{path}.veto"), veto.to_string(), "");
        }
        if let Some(conditions) = seat.conditions {
            add(format!("{path}.conditions.hazard"), conditions.hazard.to_string(), "factor");
            add(format!("{path}.conditions.exit_cost"), conditions.exit_cost.to_string(), "factor");
            add(format!("{path}.conditions.recognition"), conditions.recognition.to_string(), "share");
        }
    }
    for mark in &track.marks {
        add(format!("track.marks, week {}, {}", mark.week, mark.text), "marked".to_owned(), "");
    }
}

/// What differs between two scenarios: what only one of them says stands against `absent`, a parameter against its prior.
#[must_use]
pub fn differences(first: &Scenario, second: &Scenario) -> Vec<Difference> {
    let (a, b) = (facts(first), facts(second));
    let of = |facts: &[Fact], path: &str| facts.iter().find(|fact| fact.path == path).map(|fact| fact.value.clone());
    let absent = |scenario: &Scenario, path: &str| match path.strip_prefix("parameters.") {
        Some(path) => params::declared(&scenario.case, scenario.start)
            .iter()
            .find(|row| row.path == path)
            .map_or(ABSENT.to_owned(), |row| format!("{} (prior)", in_words(&row.prior))),
        None => ABSENT.to_owned(),
    };
    let mut found = Vec::new();
    let only_second = b.iter().filter(|fact| a.iter().all(|other| other.path != fact.path));
    for fact in a.iter().chain(only_second) {
        let values = [
            of(&a, &fact.path).unwrap_or_else(|| absent(first, &fact.path)),
            of(&b, &fact.path).unwrap_or_else(|| absent(second, &fact.path)),
        ];
        let [one, other] = values;
        if one != other {
            found.push(Difference { path: fact.path.clone(), first: one, second: other, unit: fact.unit.clone() });
        }
    }
    found
}
