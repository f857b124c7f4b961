//! Parameters of violence against civilians (model, 6.4).
parameters! { Abuse, "abuse":
    /// Exponent of own control in selective violence.
    selective_own: "exponent", within 0.5..=8.0, prior Uniform(2.0, 4.0), source "Kalyvas 2006, form; assumption, value";
    /// Exponent of missing control in selective violence.
    selective_missing: "exponent", within 0.1..=4.0, prior Uniform(0.5, 1.5), source "Kalyvas 2006, form; assumption, value";
    /// Weight of collateral harm, reprisal and selective violence each.
    driver: "factor", within 0.0..=10.0, prior Fixed(2.0), source "assumption: the sum is bounded by 7";
    /// Share of an event's effect that brings about further events of the same bloc at the same place: a campaign.
    campaign: "offspring per event", within 0.0..=0.7, prior Beta(5.0, 15.0), source "own estimate, UCDP GED Mali 2017-2021, one-sided events by zone and actor: .31 with a constant background, .21 with one of a year";
    /// Time over which a campaign fades.
    campaign_time: "weeks", within 0.5..=10.0, prior Uniform(2.0, 6.0), source "own estimate, as above: two to six weeks";
    /// Affinity protects: exponent by which a bloc spares its own.
    sparing: "exponent", within 0.0..=6.0, prior Fixed(2.5), source "assumption: a twelfth for the own community";
    /// One-sided events of the foreign partner per fighter over the army's.
    partner: "factor", within 0.1..=50.0, prior LogNormal(4.0, 0.5), source "AP 2023; Clingendael 2026: sharp rise after December 2021";
    /// Share of harm that is blamed on another bloc.
    misattribution: "share", within 0.0..=1.0, prior Beta(2.0, 10.0), source "assumption: attribution is uncertain, most of all in the centre";
    /// Incidents without death (arrest, beating, plunder) per civilian killed.
    harassment: "incidents per death", within 0.0..=30.0, prior Uniform(3.0, 10.0), source "assumption: ACLED and UN human-rights reporting count several";
    /// Resources that plunder moves to the taker, per incident without death.
    plunder: "resources per incident", within 0.0..=0.01, prior Fixed(0.0002), source "assumption: small beside rents";
    /// Hardship that plunder adds to the victim.
    plunder_hardship: "hardship", within 0.0..=1.0, prior Fixed(0.2), source "assumption: a herd lost";
}
