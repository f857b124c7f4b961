//! Parameters of protection (model, 6.7).
parameters! { Protection, "protection":
    /// Fighters per 10,000 people at which presence counts half.
    presence_half: "fighters per 10,000 people", within 1.0..=200.0, prior LogNormal(15.0, 0.5), source "assumption";
    /// Weight of an attack met in the record of reliability.
    met: "count", within 0.0..=5.0, prior Fixed(0.05), source "assumption: small, met attacks are many";
    /// Weight of an attack from which the force withdrew.
    abandoned: "count", within 0.0..=10.0, prior Fixed(1.0), source "assumption: one Tidermene must be felt (Clingendael 2026)";
    /// Half-life of the record.
    half_life: "weeks", within 4.0..=1040.0, prior Fixed(104.0), source "assumption: two years";
    /// Incidents per 1,000 people in 26 weeks at which harm outweighs two thirds of protection.
    harm_scale: "incidents per 1,000 people", within 0.01..=10.0, prior Fixed(0.5), source "assumption";
}
