//! Parameters of deployment and control (model, 6.1).
parameters! { Deployment, "deployment":
    /// Share of an organisation's fighters that may move along roads in a week.
    pace: "share a week", within 0.0..=0.5, prior Fixed(0.10), source "assumption: columns and motorcycles, one tenth a week";
    /// Distance over which movement falls by a factor e.
    reach: "km", within 20.0..=1000.0, prior Fixed(150.0), source "assumption: two days by pick-up off the road";
    /// Weight of threat to the own people in the choice of place.
    threat: "log-odds", within 0.0..=3.0, prior Fixed(0.7), source "assumption: tried on the 2017-2021 data, see MODEL.md";
    /// Weight of enemies' share of the force in a place, which repels.
    enemies: "log-odds", within 0.0..=3.0, prior Fixed(0.5), source "assumption: tried on the 2017-2021 data, see MODEL.md";
    /// Weight of a declared objective.
    objective: "log-odds", within 0.0..=3.0, prior Fixed(0.5), source "assumption: as the weight of enemies";
    /// How far an accord with the enemies of a place releases the state's troops to other places.
    freed: "log-odds", within 0.0..=2.0, prior Uniform(0.0, 1.5), source "assumption: Atlantic Council 2024 expects it; its size is unknown (M17)";
    /// Elasticity with which more own fighters than at the start lower one-sided violence by others against own people.
    shield: "elasticity", within 0.0..=1.0, prior Uniform(0.0, 0.5), source "assumption: more troops can also protect; zero is allowed";
    /// Speed at which control follows presence.
    control_speed: "share a week", within 0.005..=0.3, prior Uniform(0.02, 0.10), source "assumption: control shifts over months";
    /// Fighters per 10,000 inhabitants at which half of a place would be controlled.
    control_half: "fighters per 10,000 people", within 1.0..=100.0, prior Fixed(15.0), source "assumption: leaves about 40 % uncontrolled at the start";
    /// Share of its fighters in a place whose loss in one attack makes a force withdraw.
    withdrawal: "share", within 0.01..=1.0, prior Fixed(0.20), source "assumption: Tidermene, April 2023 (Clingendael 2026)";
}
