//! What a scenario resolves to: a text of everything that a run depends on, by which it is hashed.
use crate::index::Party;
use crate::scenario::case::Case;
use crate::scenario::text::sha256;
use crate::scenario::track::Track;
use crate::scenario::{DrawsFrom, Scenario};
use std::fmt::Write;

/// The SHA-256 of what a scenario resolves to.
#[must_use]
pub fn hash(scenario: &Scenario) -> String {
    sha256(&[scenario.resolved.as_bytes()])
}

/// Everything that a run depends on, one line each, in a fixed order: no name, title, summary or mark.
pub(super) fn resolved(scenario: &Scenario, case_hash: &str) -> String {
    let case = &*scenario.case;
    let mut text = String::new();
    let mut line = |key: &str, value: String| {
        let _ = writeln!(text, "{key} = {value}");
    };
    line("case", case_hash.to_owned());
    line("start", scenario.start().name.clone());
    line("weeks", scenario.weeks.to_string());
    line("scale", scenario.scale.to_string());
    line("population", format!("{:?}", scenario.population).to_lowercase());
    if scenario.draws_from == DrawsFrom::Priors {
        line("draws_from", "priors".to_owned());
    }
    for process in &scenario.switched_off {
        line(&format!("switches.{process}"), "false".to_owned());
    }
    for (path, prior) in &scenario.overrides {
        line(&format!("parameters.{path}"), format!("{prior:?}"));
    }
    for (week, path, value) in &scenario.changes {
        line(&format!("timeline.{week}.{path}"), format!("{value:?}"));
    }
    track_lines(case, &scenario.track, &mut line);
    for drawn in &scenario.drawn {
        line(&format!("drawn.{}", drawn.name), format!("{:?} at {:?}", drawn.prior, drawn.slots));
    }
    for later in &scenario.later {
        let mut line = |key: &str, value: String| {
            let _ = writeln!(text, "week {} {key} = {value}", later.week);
        };
        track_lines(case, &later.track, &mut line);
        line("switches off", later.switched_off.join(" "));
        for &(a, b, stance) in &later.stances {
            line(&format!("stance.{}.{}", case.organisations[a].slug, case.organisations[b].slug), format!("{stance:?}"));
        }
    }
    text
}

/// A track, one line each; what holds by default since later versions has no line.
fn track_lines(case: &Case, track: &Track, line: &mut impl FnMut(&str, String)) {
    let slugs = |parties: &[Party]| parties.iter().map(|&party| case.parties[party].slug.as_str()).collect::<Vec<_>>().join(" ");
    line("track.convenor", track.convenor.map_or("none", |at| case.access[at].0.as_str()).to_owned());
    for seat in &track.seats {
        line(
            &format!("track.seats.{}", case.parties[seat.party].slug),
            format!("{:?} veto {:?} {:?}", seat.modality, seat.veto, seat.conditions),
        );
    }
    line("track.first_bid", track.first_bid.to_string());
    line("track.offers", format!("{:?}", track.offers));
    line("track.side_payments", track.side_payments.to_string());
    line("track.guarantee", format!("{:?}", track.guarantee).to_lowercase());
    line("track.civil_society", format!("{:?}", track.civil_society));
    line("track.monitoring", format!("{:?}", track.monitoring));
    line("track.budget", format!("{:?}", track.budget));
    line("track.contact_group", format!("{:?}", track.contact_group));
    if let Some(accord) = &track.standing_accord {
        line(
            "track.standing_accord",
            format!(
                "{} age {:?} implementation {:?} monitoring {:?}",
                slugs(&accord.parties),
                accord.age,
                accord.implementation,
                accord.monitoring
            ),
        );
    }
    for (name, ddr) in [("ddr", &track.ddr), ("accord_ddr", &track.accord_ddr)] {
        if let Some(ddr) = ddr {
            let organisations: Vec<&str> = ddr.organisations.iter().map(|&org| case.organisations[org].slug.as_str()).collect();
            line(
                &format!("track.{name}"),
                format!(
                    "quota {:?} integrated {:?} delivered {:?} delay {:?} of {}",
                    ddr.quota,
                    ddr.integrated_share,
                    ddr.delivered,
                    ddr.delay,
                    organisations.join(" ")
                ),
            );
        }
    }
    for &(a, b) in &track.dialogues {
        line("track.dialogues", format!("{} {}", case.communities[a].slug, case.communities[b].slug));
    }
    line("track.accord_replaces", track.accord_replaces.to_string());
    if let Some(strength) = track.guarantee_strength {
        line("track.guarantee.strength", format!("{strength:?}"));
    }
    if let Some(decay) = track.guarantee_decay {
        line("track.guarantee.decay", format!("{decay:?}"));
    }
    if let Some(modality) = track.civil_society_as {
        line("track.civil_society_as", format!("{modality:?}").to_lowercase());
    }
    if track.enforcement > 0.0 {
        line("track.enforcement", format!("{:?}", track.enforcement));
    }
    if let Some(accord) = track.standing_accord.as_ref().filter(|accord| accord.enforcement > 0.0) {
        line("track.standing_accord.enforcement", format!("{:?}", accord.enforcement));
    }
    for (name, ddr) in [("ddr", &track.ddr), ("accord_ddr", &track.accord_ddr)] {
        if let Some(ddr) = ddr.as_ref().filter(|ddr| ddr.pace.to_bits() != 1.0_f64.to_bits()) {
            line(&format!("track.{name}.pace"), format!("{:?}", ddr.pace));
        }
    }
}
