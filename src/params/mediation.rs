//! Numbers of the talks: war values, margins of a deal, contact, conditions, consent, contact group, accord (model, 6.12).

parameters! { Mediation, "mediation":
    // What war is worth.
    /// Believed chance that force decides within five years, before the start's multiplier.
    decisive: "probability", within 0.0..=0.8, prior Uniform(0.1, 0.4), source "assumption: wars of this kind seldom end by victory within five years";
    /// Ceiling of the believed chance that force decides.
    decisive_max: "probability", within 0.0..=1.0, prior Fixed(0.8), source "assumption: nobody is sure of a decision";
    /// Slope of the log-odds of winning in momentum.
    win_slope: "log-odds per unit of momentum", within 0.0..=5.0, prior Fixed(1.2), source "assumption: from the crest to a rout the chance moves by about half";
    /// Cost of a war that hurts as much as it can.
    hurt_cost: "share of the utility range", within 0.0..=1.0, prior Uniform(0.15, 0.45), source "assumption: wide, from a cheap to a ruinous war";
    /// Further gain that a rising side expects: the commitment problem.
    drift: "share of the utility range", within 0.0..=0.5, prior Uniform(0.0, 0.2), source "assumption: after Powell 2006";
    /// Half-life of the fast average in momentum, and of the start's own momentum.
    momentum_fast: "weeks", within 4.0..=104.0, prior Fixed(26.0), source "assumption: half a year of news";
    /// Half-life of the slow average in momentum.
    momentum_slow: "weeks", within 26.0..=520.0, prior Fixed(156.0), source "assumption: what counts as normal is learnt over years";
    /// Divisor of the gap between fast and slow average, in its standard deviations.
    momentum_width: "standard deviations", within 0.2..=5.0, prior Fixed(1.2), source "assumption: gives momentum a standard deviation of .22 to .36";
    /// Mean deaths of a lethal event, by which balances of deaths are scaled.
    momentum_deaths: "deaths per event", within 1.0..=20.0, prior Fixed(5.6), source "assumption: deaths in a mean lethal event of 2017-2021";
    /// Half-life of the average to which holdings are compared.
    holdings_window: "weeks", within 4.0..=104.0, prior Fixed(26.0), source "assumption: as the fast average";
    /// Least status quo of a party.
    status_quo_min: "share of the utility range", within 0.0..=0.5, prior Fixed(0.05), source "assumption: nobody holds nothing";
    /// Greatest status quo of a party.
    status_quo_max: "share of the utility range", within 0.5..=1.0, prior Fixed(0.95), source "assumption: nobody holds all";
    /// Hurt, before tolerance, of a war without losses.
    hurt_base: "costs", within 0.0..=1.0, prior Fixed(0.05), source "assumption: war costs something where nobody dies";
    /// Hurt per share of fighters lost in the window.
    hurt_losses: "costs per share of fighters", within 0.0..=100.0, prior Fixed(10.0), source "assumption: a tenth of all fighters lost in three months is felt fully";
    /// Window of the losses that are felt.
    hurt_window: "weeks", within 4.0..=52.0, prior Fixed(13.0), source "assumption: a season";
    /// Resources below which a side is exhausted.
    hurt_resources: "level of resources", within 0.0..=1.0, prior Fixed(0.5), source "assumption: the level at the start";
    /// Hurt of the state per share of all zones that are besieged.
    hurt_siege: "costs per share besieged", within 0.0..=5.0, prior Fixed(0.5), source "assumption: a siege of all places hurts as five per cent of fighters lost";
    /// Momentum that a bare pause in operations costs the state each week.
    pause_momentum: "momentum per week", within 0.0..=0.5, prior Fixed(0.02), source "assumption: the other side regroups";

    // Preferences.
    /// Least distance between own and enemy's ideal by which an issue is scaled.
    ideal_distance_min: "share of an issue", within 0.01..=1.0, prior Fixed(0.25), source "assumption: on issues where sides are near, little is at stake";

    // The margin of a deal.
    /// Trust between all pairs at the start.
    trust: "probability", within 0.0..=1.0, prior Uniform(0.18, 0.42), source "assumption: low, after the end of the accord of 2015";
    /// Protection by a guarantee against a broken promise.
    guarantee: "probability", within 0.0..=1.0, prior Uniform(0.05, 0.25), source "assumption: diplomatic guarantees without troops";
    /// Power lost by disarming before the other side delivers, times the share disarmed first.
    exposure: "share of the utility range", within 0.0..=0.5, prior Uniform(0.06, 0.22), source "assumption: after Powell 2006";
    /// Aid and posts outside the pies.
    side_payment: "share of the utility range", within 0.0..=0.5, prior Uniform(0.0, 0.08), source "assumption: small beside the issues";
    /// Worth to the state of troops freed for a threatened centre, at the mean threat and mean number.
    freed_troops: "share of the utility range", within 0.0..=0.5, prior Uniform(0.0, 0.1), source "assumption: mechanism M17";
    /// Factor on the worth of freed troops where a conditional seat is part of the deal.
    freed_with_defectors: "factor", within 1.0..=5.0, prior Fixed(1.6), source "assumption: both northern fronts close";
    /// Ceiling of threat x troops freed over its mean.
    freed_max: "factor", within 1.0..=10.0, prior Fixed(3.0), source "assumption: keeps the term in the range of its prior";
    /// Audience cost of the state, before the hard-liners' share.
    audience: "share of the utility range", within 0.0..=0.5, prior Uniform(0.04, 0.16), source "assumption: a government that promised victory";
    /// Share of audience cost that does not depend on hard-liners.
    audience_base: "share", within 0.0..=2.0, prior Fixed(0.5), source "assumption: with the mean hard-liner share the factor is 1";
    /// First shape of the beta distribution of the hard-liners' share.
    hardliners_a: "shape", within 0.1..=50.0, prior Fixed(4.0), source "assumption: unknown, around a half";
    /// Second shape of the beta distribution of the hard-liners' share.
    hardliners_b: "shape", within 0.1..=50.0, prior Fixed(4.0), source "assumption: unknown, around a half";
    /// Cost to the state of sitting with a listed party.
    listing: "share of the utility range", within 0.0..=0.5, prior Fixed(0.06), source "assumption: sanctions and partners' reaction";
    /// Share of the listing cost that is left, for both sides, once the party has left al-Qaeda.
    listing_left: "share", within 0.0..=1.0, prior Fixed(0.5), source "assumption: delisting takes years";
    /// Cost to the state of a mediator that has lost all acceptability.
    acceptability_cost: "share of the utility range", within 0.0..=0.5, prior Fixed(0.1), source "assumption: a leaked channel embarrasses";
    /// Cost to the state per share of Western members of the contact group above its tolerance.
    western_cost: "share of the utility range per share", within 0.0..=2.0, prior Fixed(0.4), source "assumption: after the break with France and MINUSMA";
    /// Western share of a contact group where the track names none.
    western_share: "share", within 0.0..=1.0, prior Fixed(0.4), source "assumption: a mixed group";
    /// Western share that the state bears.
    western_tolerance: "share", within 0.0..=1.0, prior Fixed(0.5), source "assumption: fewer than half";
    /// Standard deviation of each party's private type, drawn once.
    private_type_sd: "share of the utility range", within 0.0..=0.3, prior Fixed(0.05), source "assumption: what others cannot know of a party's reservation";
    /// Search loss: what real talks miss of the best package, taken off wherever a margin is read.
    search_loss: "share of the utility range", within 0.0..=0.1, prior Fixed(0.02), source "assumption: packages found by search lie .015 to .027 below the optimum";

    // The best package.
    /// Weeks between two solutions of the best package.
    solve_every: "weeks", within 1.0..=26.0, prior Fixed(4.0), source "assumption: monthly";
    /// Age of the balance that the package on the table reflects.
    package_lag: "weeks", within 0.0..=104.0, prior Fixed(24.0), source "assumption: texts lag behind the front, as in May 2014";
    /// Fighters from which a seat that is not the state's ally can block.
    veto_fighters: "fighters", within 0.0..=5000.0, prior Fixed(300.0), source "assumption: enough to resume a war";
    /// Hold-out premium on the least margin, times (n-1)/n with n veto-capable seats.
    hold_out: "share of the utility range", within 0.0..=0.2, prior Uniform(0.0, 0.05), source "assumption: one premium, not one per party";
    /// Least margin above which a conditional seat stays part of the deal.
    carry_on_margin: "share of the utility range", within -0.5..=0.5, prior Fixed(-0.05), source "assumption: slightly below a deal";

    // Contact.
    /// Hazard of contact at full access.
    contact: "per week", within 0.0..=0.5, prior LogNormal(0.02, 0.35), source "assumption: a year at full access";
    /// Hazard that the attempt at a contact is dropped for good.
    contact_dropped: "per week", within 0.0..=0.1, prior Fixed(0.006), source "assumption: three years";
    /// Hazard of a leak after contact and before talks.
    leak: "per week", within 0.0..=0.2, prior LogNormal(0.008, 0.4), source "assumption: about every second year";
    /// Least factor of a leak on acceptability.
    leak_low: "factor", within 0.0..=1.0, prior Fixed(0.4), source "assumption: judgement, nothing to measure it by";
    /// Greatest factor of a leak on acceptability.
    leak_high: "factor", within 0.0..=1.0, prior Fixed(0.8), source "assumption: judgement, nothing to measure it by";
    /// Half-life by which lost acceptability comes back.
    acceptability_half_life: "weeks", within 4.0..=520.0, prior Fixed(52.0), source "assumption: a year";

    // Conditions.
    /// Hazard that a conditional seat meets its conditions at a margin of 0.
    conditions: "per week", within 0.0..=0.1, prior LogNormal(0.0022, 0.5), source "assumption: such breaks are rare";
    /// Margin that multiplies the hazard of meeting conditions by e.
    conditions_width: "share of the utility range", within 0.01..=1.0, prior Fixed(0.08), source "assumption: judgement, nothing to measure it by";
    /// Bound of the exponent of the hazard of meeting conditions.
    conditions_clip: "log", within 0.0..=10.0, prior Fixed(3.0), source "assumption: no more than twenty times either way";
    /// Cost of leaving the umbrella.
    exit_cost: "share of the utility range", within 0.0..=0.5, prior Uniform(0.05, 0.19), source "assumption: retaliation, money, faith";
    /// Share of fighters that follow a leadership that leaves.
    follow: "share", within 0.0..=1.0, prior Beta(2.0, 4.0), source "assumption: a minority, wide";
    /// Retaliation of the umbrella on those who left.
    retaliation: "share", within 0.0..=1.0, prior Beta(2.0, 4.0), source "assumption: wide";
    /// Mean change of cohesion of the umbrella's next head after the break.
    successor_cohesion: "cohesion", within -1.0..=1.0, prior Fixed(-0.1), source "assumption: judgement, nothing to measure it by";
    /// Standard deviation of the change of cohesion of the umbrella's next head after the break.
    successor_cohesion_sd: "cohesion", within 0.0..=0.5, prior Fixed(0.15), source "assumption: judgement, nothing to measure it by";
    /// Factor on the rate at which the other rebels' tacit truce with the umbrella ends after a break.
    truce_end: "share", within 0.0..=1.0, prior Beta(2.0, 4.0), source "assumption: wide";
    /// Hazard at which that tacit truce ends at a factor of 1.
    truce_end_rate: "per week", within 0.0..=0.5, prior Fixed(0.01), source "assumption: two years";
    /// Lethal events between those who left, the rump and the umbrella, at full retaliation and the forces of the break.
    retaliation_events: "per month", within 0.0..=10.0, prior Fixed(0.3), source "assumption: judgement, nothing to measure it by";

    // Consent.
    /// Weeks from one bid to the next.
    bid_gap: "weeks", within 1.0..=260.0, prior Fixed(26.0), source "assumption: a refusal closes the door for half a year";
    /// Log-odds of the state's consent at a margin of 0 and a hurt of .3.
    consent_state: "log-odds", within -8.0..=3.0, prior Normal(-3.2, 0.5), source "assumption: governments in war rarely ask";
    /// Log-odds of the opponents' consent at a margin of 0.
    consent_opponents: "log-odds", within -8.0..=8.0, prior Fixed(-0.3), source "assumption: talks are recognition";
    /// Margin that moves the log-odds of consent by 1.
    consent_width: "share of the utility range", within 0.01..=1.0, prior Fixed(0.07), source "assumption: judgement, nothing to measure it by";
    /// Slope of the state's consent in the mutual hurt.
    consent_hurt: "log-odds per unit of hurt", within -10.0..=10.0, prior Fixed(2.0), source "assumption: after Zartman, in part only beside the margin";
    /// Mutual hurt at which it adds nothing.
    consent_hurt_at: "hurt", within 0.0..=1.0, prior Fixed(0.3), source "assumption: the level of 2024";
    /// Log-odds added to the state's consent once a conditional seat has delivered.
    consent_delivered: "log-odds", within -3.0..=3.0, prior Fixed(0.4), source "assumption: a success of the mediator";
    /// Standard deviation of the taste for talks of each side, drawn once.
    consent_taste_sd: "log-odds", within 0.0..=3.0, prior Fixed(0.8), source "assumption: what the model leaves out of a government";

    // Contact group.
    /// Hazard at which the contact group forms after the state's consent.
    group: "per week", within 0.0..=1.0, prior Fixed(0.03), source "assumption: eight months";
    /// Strength of the contact group's effect on monitoring and programmes.
    group_effect: "share", within 0.0..=1.0, prior Uniform(0.0, 1.0), source "assumption: wide";
    /// Number of members at which a group does most.
    group_size: "members", within 1.0..=50.0, prior Fixed(6.0), source "assumption: five agree more easily than sixteen";
    /// Rivalry within the group.
    group_rivalry: "share", within 0.0..=1.0, prior Uniform(0.1, 0.5), source "assumption: wide";
    /// Level at which a group neither helps nor hinders.
    group_neutral: "share", within 0.0..=1.0, prior Fixed(0.5), source "assumption: it can hinder";

    // Talks.
    /// Weeks of talks before which no accord is signed.
    accord_first: "weeks", within 0.0..=260.0, prior Fixed(12.0), source "assumption: the fastest accords took a season";
    /// Greatest hazard of an accord.
    accord: "per week", within 0.0..=0.5, prior LogNormal(0.014, 0.3), source "assumption: half-way margins give two to three years; the observed median from opening to accord is 53 weeks";
    /// Margin that moves the log-odds of the accord's hazard by 1.
    accord_width: "share of the utility range", within 0.005..=1.0, prior Fixed(0.04), source "assumption: judgement, nothing to measure it by";
    /// Hazard of a collapse of talks.
    collapse: "per week", within 0.0..=0.5, prior Fixed(0.007), source "assumption: three years";
    /// Share of coups that end open talks.
    collapse_coup: "share", within 0.0..=1.0, prior Fixed(0.5), source "assumption: judgement, nothing to measure it by";
}
