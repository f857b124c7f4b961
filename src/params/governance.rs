//! Parameters of governance, rents and resources (model, 6.10, 6.14).
parameters! { Governance, "governance":
    /// Weekly share by which a controller that settles disputes lowers them.
    settling: "share a week", within 0.0..=0.2, prior Fixed(0.02), source "assumption";
    /// Weekly share by which customary chiefs lower disputes, at full trust.
    customary: "share a week", within 0.0..=0.2, prior Uniform(0.01, 0.04), source "assumption";
    /// Weekly speed of legitimacy.
    legitimacy_speed: "share a week", within 0.0..=0.2, prior Fixed(0.02), source "assumption: a year";
    /// Share of control from which a bloc governs.
    governs_from: "share", within 0.0..=1.0, prior Fixed(0.3), source "assumption";
    /// Effect of rents on affinity to the state and its clients.
    rents_affinity: "affinity", within 0.0..=2.0, prior Fixed(0.4), source "assumption (M4)";
    /// Effect of rents to chosen leaders on trust in traditional authority.
    rents_trust: "trust", within 0.0..=1.0, prior Fixed(0.3), source "Clingendael 2026 (M4); value assumed";
    /// Weekly speed of affinity.
    affinity_speed: "share a week", within 0.0..=0.1, prior Fixed(0.005), source "assumption: years";
    /// Weekly speed of trust and of marginalisation.
    trust_speed: "share a week", within 0.0..=0.1, prior Fixed(0.004), source "assumption: 260 weeks";
    /// Effect of the gap in rents on marginalisation.
    gap: "marginalisation", within 0.0..=1.0, prior Fixed(0.2), source "assumption (M5)";
    /// Effect of a seat by itself on marginalisation.
    voice: "marginalisation", within -1.0..=1.0, prior Normal(0.0, 0.1), source "assumption: centred on none, inclusion gets no bonus";
    /// Fall of trust when the protector abandons a place, times the community's share living there.
    abandoned_trust: "trust", within 0.0..=1.0, prior Fixed(0.1), source "Clingendael 2026 (Tidermene); value assumed";
    /// Weekly speed of resources.
    resources_speed: "share a week", within 0.0..=0.5, prior Fixed(0.01), source "assumption: two years";
    /// Resources without holdings.
    resources_base: "resources", within 0.0..=1.0, prior Fixed(0.1), source "assumption (M21)";
    /// Resources from holdings.
    resources_holdings: "resources", within 0.0..=1.0, prior Fixed(0.4), source "assumption (M21)";
    /// Resources from a patron's support above the start's.
    resources_patron: "resources", within 0.0..=1.0, prior Fixed(0.2), source "assumption (M21)";
    /// Weekly rise of hardship in a besieged town.
    siege_hardship: "hardship a week", within 0.0..=0.5, prior Fixed(0.02), source "assumption (M19)";
    /// Half-life of hardship.
    hardship_half_life: "weeks", within 4.0..=520.0, prior Fixed(52.0), source "assumption";
    /// Weekly share by which 100 units of local programmes lower disputes and hardship of a place.
    programmes: "share a week per 100 units", within -0.02..=0.05, prior Uniform(-0.001, 0.004), source "assumption: they can hinder";
}
