//! Parameters of combat, offensives, sieges and the sizes of events (model, 6.2, 6.3, 6.14).
parameters! { Combat, "combat":
    /// Share of an incident's effect that excites further incidents: the branching ratio.
    excitation: "offspring per incident", within 0.0..=0.7, prior Beta(6.0, 21.0), source "own estimate, UCDP GED Mali 2017-2021: .15 with a slow background, .34 with a constant one; Lewis et al. 2012";
    /// Time over which excitation fades.
    excitation_time: "weeks", within 0.5..=10.0, prior Uniform(1.5, 4.0), source "Lewis et al. 2012: two to six weeks in all";
    /// Share of excitation that repeats the direction of the attack; the rest answers it.
    same_direction: "share", within 0.0..=1.0, prior Fixed(0.7), source "assumption: most attackers attack again";
    /// Standard deviation of the national climate of violence, in logs.
    climate_sd: "log", within 0.0..=1.0, prior Uniform(0.30, 0.55), source "own estimate: monthly variance over mean, Mali 2017-2021";
    /// Weekly persistence of the climate.
    climate_persistence: "autocorrelation", within 0.5..=0.99, prior Uniform(0.85, 0.95), source "own estimate: monthly autocorrelation, Mali 2017-2021";
    /// Standard deviation of the slow drift of a place and pair, in logs.
    drift_sd: "log", within 0.0..=1.5, prior NormalWithin(0.7, 0.2, 0.2, 1.3), source "own estimate: without it the zone-month variance is a third too low";
    /// Half-life of that drift.
    drift_half_life: "weeks", within 4.0..=520.0, prior LogNormal(52.0, 0.5), source "assumption: conflicts of a place shift over a year";
    /// Answer of the harmed side to violence against its people.
    answer: "log-odds", within -2.0..=2.0, prior Normals([(0.65, 0.25, 0.15), (0.20, 0.0, 0.05), (0.15, -0.24, 0.10)]), source "Condra et al. 2010 (Afghanistan, retaliation; Iraq, none); Lyall 2009 (deterrence)";
    /// Effect of a bloc's fragmentation on its intensity.
    fragmentation: "elasticity", within -2.0..=2.0, prior Normal(0.0, 0.3), source "assumption: sign disputed, centred on none";
    /// Probability that an incident is lethal.
    lethal: "probability", within 0.0..=1.0, prior Fixed(0.46), source "ACLED 2017 as compiled by ACCORD 2018: 217 of 474";
    /// Lethal events a month of a pair of blocs that are not hostile in the open.
    neutral_rate: "events a month", within 0.0..=1.0, prior LogNormal(0.008, 1.0), source "assumption: about one in ten years";
    /// Lethal events a month of a pair that becomes hostile in the open.
    open_rate: "events a month", within 0.0..=5.0, prior Fixed(0.3), source "assumption: as JNIM against ISSP, 2017-2021";
    /// Weekly hazard of an offensive of an allied set at its start ratio.
    offensive: "per week", within 0.0..=0.1, prior LogNormal(0.006, 0.5), source "assumption: some 1.5 to 2 a year over six sets";
    /// Weight of the ratio of forces in the hazard of an offensive.
    offensive_ratio: "elasticity", within 0.0..=3.0, prior Fixed(0.8), source "assumption";
    /// Share of resources that an offensive costs.
    offensive_cost: "share", within 0.0..=1.0, prior Fixed(0.3), source "assumption: offensives burn munitions (M21)";
    /// Weeks before a set can strike again.
    offensive_pause: "weeks", within 0.0..=104.0, prior Fixed(8.0), source "assumption: 25 April and 4 July 2026 lie ten weeks apart";
    /// Log factor on a party's offensives and attacks while proposals are open.
    leverage: "log", within -2.0..=2.0, prior Normal(0.1, 0.3), source "assumption: parties fight for leverage at the table; sign open";
    /// Share of the tail among lethal events of the state.
    tail_state: "probability", within 0.0..=1.0, prior Fixed(0.16), source "own estimate, UCDP GED Mali 2017-2021";
    /// Share of the tail among lethal events between groups.
    tail_groups: "probability", within 0.0..=1.0, prior Fixed(0.30), source "own estimate, UCDP GED Mali 2017-2021";
    /// Share of the tail among lethal events against civilians.
    tail_civilians: "probability", within 0.0..=1.0, prior Fixed(0.21), source "own estimate, UCDP GED Mali 2017-2021";
    /// Exponent of the tail of sizes from 10 deaths.
    tail_exponent: "exponent", within 2.05..=2.8, prior NormalWithin(2.3, 0.15, 2.05, 2.8), source "own estimate; Clauset 2007: about 2.5";
    /// Size at which the tail is cut off exponentially.
    tail_cut: "persons", within 10.0..=2000.0, prior LogNormal(110.0, 0.5), source "assumption: the largest events of Mali lie near 150-500 deaths";
    /// Median size of the body of lethal events.
    body_median: "persons", within 1.0..=10.0, prior Fixed(3.16), source "own estimate, UCDP GED Mali 2017-2021";
    /// Log-sd of the body of lethal events.
    body_log_sd: "log", within 0.1..=2.0, prior Fixed(1.0), source "own estimate, UCDP GED Mali 2017-2021";
    /// Civilians among the dead of attacks that involve the state.
    civilians_state: "share", within 0.0..=1.0, prior Fixed(0.09), source "own estimate, UCDP GED Mali 2017-2021";
    /// Civilians among the dead of other attacks.
    civilians_groups: "share", within 0.0..=1.0, prior Fixed(0.02), source "own estimate, UCDP GED Mali 2017-2021";
    /// Most fighters that one side brings to an attack.
    column: "persons", within 50.0..=5000.0, prior Fixed(700.0), source "Kidal offensive, October 2023: 700-900 men";
    /// Weight of momentum in the division of losses.
    momentum_losses: "log-odds", within 0.0..=2.0, prior Fixed(0.3), source "assumption: a weight of 1 runs away";
    /// Weekly hazard of a siege where the countryside is controlled and the town is not.
    siege: "per week", within 0.0..=0.5, prior Fixed(0.01), source "assumption: Menaka, Timbuktu, Farabougou (M19)";
    /// Weekly hazard that a siege ends.
    siege_end: "per week", within 0.0..=1.0, prior Fixed(0.03), source "assumption: mean length of eight months";
    /// Probability that an attack with ten or more deaths kills a leader.
    leader: "probability", within 0.0..=1.0, prior Fixed(0.01), source "assumption (M20)";
    /// Median factor between recorded and true counts.
    observation: "share recorded", within 0.3..=1.0, prior Uniform(0.60, 0.80), source "UCDP best over ACLED, Mali 2014-2019: .60-.76";
}
