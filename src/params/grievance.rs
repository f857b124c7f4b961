//! Parameters of grievance and fear (model, 6.6).
parameters! { Grievance, "grievance":
    /// Jump of slow grievance among kin and of the household's own.
    kin: "share of the way to 1", within 0.0..=1.0, prior Beta(8.0, 12.0), source "assumption: kin share harm";
    /// Jump of fast grievance in the settlement cluster.
    place: "share of the way to 1", within 0.0..=1.0, prior Beta(2.0, 14.0), source "assumption: neighbours feel less than kin";
    /// Half-life of fast grievance.
    fast_half_life: "weeks", within 0.5..=13.0, prior Uniform(1.0, 4.0), source "assumption: anger of the moment";
    /// Half-life of slow and own grievance.
    slow_half_life: "weeks", within 26.0..=1040.0, prior Uniform(78.0, 260.0), source "assumption: feuds are remembered for years";
    /// Factor on the jump when the perpetrator is of the own group.
    in_group: "factor", within 0.0..=1.0, prior Uniform(0.2, 0.7), source "Lyall, Blair & Imai 2013: in-group harm is forgiven more easily";
    /// Rise of fear in a cluster with a lethal event.
    fear_here: "share of the way to 1", within 0.0..=1.0, prior Fixed(0.10), source "assumption";
    /// Rise of fear where a lethal event fell elsewhere in the place.
    fear_near: "share of the way to 1", within 0.0..=1.0, prior Fixed(0.02), source "assumption";
    /// Half-life of fear.
    fear_half_life: "weeks", within 1.0..=104.0, prior Fixed(12.0), source "assumption: a season";
}
