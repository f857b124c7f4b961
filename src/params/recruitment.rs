//! Parameters of recruitment, exit and leanings (model, 6.8).
parameters! { Recruitment, "recruitment":
    /// Weight of grievance against a bloc's enemies less that against the bloc.
    grievance: "log rate", within 0.0..=20.0, prior LogNormal(4.0, 0.3), source "UNDP 2023: a third of recruits cite abuse as the trigger; value solved by trial";
    /// Weight of protection.
    protection: "log rate", within -3.0..=5.0, prior Normal(1.0, 0.4), source "Clingendael 2026: protection decides (M2); value assumed";
    /// Weight of pay times hardship.
    pay: "log rate", within -3.0..=5.0, prior Normal(0.4, 0.3), source "UNDP 2023: work is cited by a quarter; value assumed";
    /// Weight of kin among the fighters.
    kin: "log rate", within -3.0..=5.0, prior Normal(0.8, 0.4), source "assumption: networks recruit";
    /// Weight of affinity between community and bloc.
    affinity: "log rate", within -3.0..=5.0, prior Normal(0.8, 0.4), source "assumption";
    /// Weight of a notable's opposition to the community's leader.
    faction: "log rate", within -3.0..=5.0, prior Normal(0.5, 0.4), source "Clingendael 2026 (M22); value assumed";
    /// Weight of marginalisation for those who fight the state.
    marginalisation: "log rate", within -3.0..=5.0, prior Normal(0.3, 0.4), source "Clingendael 2026 (M5); value assumed";
    /// Weight of fear, which deters.
    fear: "log rate", within -3.0..=5.0, prior Normal(0.6, 0.3), source "assumption";
    /// How strongly a bloc below what its means carry recruits more, and above it less.
    crowding: "exponent", within 0.0..=3.0, prior Uniform(0.5, 1.5), source "assumption: keeps sizes finite";
    /// Most recruits of a bloc in a week as a share of its fighters.
    inflow_cap: "share a week", within 0.0..=0.5, prior Fixed(0.05), source "assumption: training and arms";
    /// Share of voluntary inflow that is coerced in addition where a bloc controls over .6.
    coercion: "share", within 0.0..=1.0, prior Uniform(0.1, 0.4), source "assumption: forced recruitment is reported, its size is not";
    /// Weekly rate at which a fighter leaves.
    exit: "per week", within 0.0..=0.1, prior LogNormal(0.005, 0.4), source "assumption: a quarter a year";
    /// Share of the state's losses that are replaced.
    replacement: "share", within 0.0..=2.0, prior Uniform(0.8, 1.1), source "assumption: national recruitment";
    /// Delay of that replacement.
    replacement_delay: "weeks", within 0.0..=104.0, prior Fixed(13.0), source "assumption: basic training";
    /// Weekly speed at which leanings follow their causes.
    leaning_speed: "share a week", within 0.0..=0.1, prior Uniform(0.002, 0.01), source "assumption: years";
    /// Weight of protection in leanings.
    leaning_protection: "log-odds", within 0.0..=10.0, prior Fixed(2.0), source "assumption";
    /// Weight of grievance in leanings.
    leaning_grievance: "log-odds", within 0.0..=10.0, prior Fixed(2.0), source "assumption";
    /// Weight of a notable's side in leanings.
    leaning_notable: "log-odds", within -3.0..=3.0, prior Normal(0.5, 0.3), source "Clingendael 2026 (Inekar 2023); value assumed";
    /// Weight of marginalisation in anti-state leanings.
    leaning_marginalisation: "log-odds", within -3.0..=3.0, prior Normal(0.5, 0.3), source "Clingendael 2026 (M5); value assumed";
    /// Weight of rents in the loyalist leaning.
    leaning_rents: "log-odds", within -3.0..=3.0, prior Normal(0.5, 0.3), source "Clingendael 2026 (M4); value assumed";
    /// Weekly rate at which a notable changes side.
    notable: "per week", within 0.0..=0.1, prior Fixed(0.002), source "assumption: a tenth a year";
}
