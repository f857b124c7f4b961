//! Parameters of feuds between communities (model, 6.5).
parameters! { Communal, "communal":
    /// Half-life of a dispute's level.
    half_life: "weeks", within 4.0..=520.0, prior Uniform(26.0, 104.0), source "assumption: disputes outlast seasons";
    /// Jump of a dispute's level by an event.
    jump: "level", within 0.0..=1.0, prior Beta(2.0, 18.0), source "assumption";
    /// Offspring of a feud's event: the branching ratio. Rates are solved on recorded events with it: as a fixed number above 0 it
    /// only says which draws are refused, at a date it scales what follows.
    branching: "offspring per event", within 0.0..=0.95, prior Beta(6.0, 9.0), source "assumption: reprisal is common, below 1 by construction";
    /// Lethal events a month between communities, as recorded 2017-2021.
    rate: "events a month", within 0.0..=10.0, prior Fixed(0.39), source "own count, UCDP GED Mali 2017-2021, core zones";
    /// Weekly share by which dialogue of the very pair lowers its dispute.
    dialogue: "share a week", within 0.0..=0.2, prior Uniform(0.01, 0.04), source "HACP in Niger, by Clingendael 2026: locally successful; value assumed";
}
