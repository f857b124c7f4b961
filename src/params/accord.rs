//! Numbers of an accord: compliance, implementation, DDR, guarantee, trust, relapse, excluded organisations (model, 6.13).

parameters! { Accord, "accord":
    /// Ceiling of compliance of a pair.
    compliance_max: "share", within 0.0..=1.0, prior Fixed(0.95), source "assumption: no truce holds everywhere";
    /// Compliance of a bare cessation: conditions, a pause, a local pact.
    compliance_cessation: "share", within 0.0..=1.0, prior Uniform(0.4, 0.75), source "assumption: between nothing and an accord; its fixed points are .28 to .64";
    /// Compliance of an accord in its first weeks.
    compliance_preliminary: "share", within 0.0..=1.0, prior Uniform(0.5, 0.8), source "assumption: below an accord, above a bare cessation";
    /// Compliance of an accord.
    compliance_accord: "share", within 0.0..=1.0, prior Uniform(0.8, 0.98), source "events between state and azawad fell by 97 % after June 2015, those between azawad and loyalists by half";
    /// Weeks for which an accord counts as preliminary.
    preliminary_weeks: "weeks", within 0.0..=260.0, prior Fixed(26.0), source "assumption: half a year";
    /// Cohesion of both sides at which compliance is that of the bond.
    compliance_cohesion: "cohesion", within 0.1..=1.0, prior Fixed(0.7), source "assumption: cohesion at the start";
    /// Power of the cohesion of the two sides, relative to the start's.
    compliance_cohesion_power: "power", within 0.0..=3.0, prior Fixed(0.5), source "assumption: leaders hold back those who obey";
    /// Loss of log compliance per expected number of lethal attacks of the pair since the signing.
    compliance_violations: "log per relative number", within 0.0..=5.0, prior Fixed(0.5), source "assumption: retaliation erodes a truce";
    /// Window of the attacks that count as violations.
    compliance_window: "weeks", within 1.0..=104.0, prior Fixed(13.0), source "assumption: a season";
    /// Least number of expected attacks to which violations are compared.
    compliance_expected_min: "attacks", within 0.1..=50.0, prior Fixed(2.0), source "assumption: one attack is no pattern";

    /// Weekly share of the gap by which implementation rises.
    implementation_up: "per week", within 0.0..=0.5, prior Fixed(0.01), source "Peace Accords Matrix: Algiers .25 and .31 after 3.5 and 7 years";
    /// Weekly share of the gap by which implementation falls.
    implementation_down: "per week", within 0.0..=0.5, prior Fixed(0.03), source "assumption: undone faster than done";
    /// Ceiling of implementation.
    implementation_max: "share", within 0.0..=1.0, prior Fixed(0.8), source "assumption: no accord is carried out in full";
    /// Implementation that full will reaches under neutral monitoring.
    implementation_level: "share", within 0.0..=1.0, prior Uniform(0.4, 0.8), source "own estimate: the accord of 2015 reached .31 in seven years under monitoring of .24 to .30, which takes .5 to 1 by the will of those who signed; half was the first guess";
    /// Will at a margin of 0.
    will_neutral: "share", within 0.0..=1.0, prior Fixed(0.5), source "assumption: indifferent";
    /// Will of the signatories of an accord that stood before the run, whose margins nobody knows.
    will_standing: "share", within 0.0..=1.0, prior Uniform(0.5, 1.0), source "assumption: who signs gains by it, nothing to a tenth of the range of utility";
    /// Will gained per margin.
    will_slope: "per share of the utility range", within 0.0..=50.0, prior Fixed(5.0), source "assumption: a margin of .1 is full will";
    /// Monitoring where the track says nothing, and at which it adds nothing.
    monitoring_neutral: "share", within 0.01..=1.0, prior Fixed(0.5), source "assumption: .24 and .30 observed at Algiers";
    /// Weeks from the signing until the ceasefire is carried out.
    delay_ceasefire: "weeks", within 0.0..=520.0, prior Fixed(0.0), source "assumption: at once";
    /// Weeks from the signing until amnesty.
    delay_amnesty: "weeks", within 0.0..=520.0, prior Fixed(13.0), source "assumption: a law of one session";
    /// Weeks from the signing until posts are given.
    delay_posts: "weeks", within 0.0..=520.0, prior Fixed(26.0), source "assumption: half a year";
    /// Weeks from the signing until rents are shared.
    delay_rents: "weeks", within 0.0..=520.0, prior Fixed(26.0), source "assumption: half a year";
    /// Weeks from the signing until DDR takes men in.
    delay_intake: "weeks", within 1.0..=1040.0, prior LogNormal(100.0, 0.5), source "assumption: 176 weeks after the accord of 2015, 41 in the later programme";
    /// Weeks from the signing until DDR takes men in where the state runs it over existing lists.
    delay_intake_state: "weeks", within 0.0..=520.0, prior Fixed(41.0), source "first intake of the programme run by the state, 41 weeks";
    /// Weeks from the signing until a law of autonomy.
    delay_autonomy: "weeks", within 0.0..=1040.0, prior Fixed(52.0), source "assumption: a year";
    /// Yearly gain of resources of a party that holds all of the rents under full implementation.
    rents_resources: "resources per year", within 0.0..=1.0, prior Fixed(0.1), source "assumption: small beside holdings";

    /// Weight of the militia's protection in the choice to disarm.
    ddr_militia: "weight", within 0.0..=2.0, prior Fixed(0.5), source "assumption: communities do not disarm unprotected";
    /// Net protection at which half of the men say yes.
    ddr_threshold: "protection", within -1.0..=1.5, prior Uniform(0.2, 0.5), source "assumption: wide";
    /// Net protection that moves the log-odds of a yes by 1.
    ddr_width: "protection", within 0.01..=1.0, prior Fixed(0.1), source "assumption: a clear choice";
    /// Protectors that one integrated man of the place counts for.
    ddr_integrated_protection: "men", within 0.0..=5.0, prior Fixed(1.5), source "assumption: own people in uniform";
    /// Gain of the army's local intelligence by many integrated men.
    ddr_intelligence: "intelligence", within 0.0..=0.6, prior Uniform(0.05, 0.15), source "assumption: local knowledge";
    /// Integrated men at which half of that gain is reached.
    ddr_intelligence_half: "men", within 1.0..=10000.0, prior Fixed(100.0), source "assumption: a company";
    /// Hazard ratio of re-enlistment of those who went through DDR.
    ddr_reenlistment: "hazard ratio", within 0.1..=5.0, prior LogNormal(0.85, 0.2), source "assumption: evaluations find small effects";

    /// Time constant by which a guarantee, the mediator's leverage and side payments decay.
    guarantee_decay: "weeks", within 1.0..=1040.0, prior Uniform(52.0, 208.0), source "assumption: attention lasts one to four years";

    /// Weeks between two updates of trust.
    trust_every: "weeks", within 1.0..=104.0, prior Fixed(13.0), source "assumption: a season";
    /// Share of the log-odds of trust that is kept at an update.
    trust_kept: "share", within 0.0..=1.0, prior Fixed(0.8), source "assumption: forgetting, after Kydd and Walter 2002";
    /// Weight of what was observed in an update.
    trust_weight: "weight", within 0.0..=2.0, prior Uniform(0.1, 0.4), source "assumption: slower than Bayes";
    /// Reliability of the partner as it is expected before observing.
    trust_prior: "probability", within 0.0..=1.0, prior Fixed(0.5), source "assumption: no opinion";
    /// Chance that a sincere partner stops its own spoilers.
    trust_sincere: "probability", within 0.0..=1.0, prior Fixed(0.8), source "assumption: most of the time";
    /// Chance that an insincere partner stops its own spoilers.
    trust_insincere: "probability", within 0.0..=1.0, prior Fixed(0.3), source "assumption: sometimes";
    /// Chance of an attack that is blamed on the partner although it kept its word.
    trust_noise: "probability", within 0.01..=0.99, prior Fixed(0.1), source "assumption: misattribution and accidents";
    /// Deaths from which an attack is a breach.
    trust_deaths: "deaths", within 1.0..=100.0, prior Fixed(3.0), source "assumption: what reaches the table";

    /// Hazard of relapse at an implementation of .3 with two signatories.
    relapse: "per week", within 0.0..=0.05, prior LogNormal(0.002, 0.5), source "survival of accords after five years: .68, .65, .62 with 2, 3, 4 signatories; data .58 to .79 by kind";
    /// Effect of implementation.
    relapse_implementation: "log per unit", within -5.0..=5.0, prior Fixed(1.28), source "log hazard ratio .88 per ten points: direction Joshi and Quinn 2017, size assumption";
    /// Implementation at which it adds nothing.
    relapse_implementation_at: "share", within 0.0..=1.0, prior Fixed(0.3), source "Peace Accords Matrix: Algiers after 7 years";
    /// Effect of each veto-capable signatory above two.
    relapse_parties: "log per party", within -1.0..=1.0, prior Fixed(0.14), source "assumption: direction after Cunningham 2006";
    /// Effect of violence against civilians in the last weeks.
    relapse_abuse: "log per standard deviation", within -2.0..=2.0, prior Fixed(0.3), source "assumption: it speaks against the signatories";
    /// Window of the violence against civilians that counts.
    relapse_abuse_window: "weeks", within 1.0..=52.0, prior Fixed(8.0), source "assumption: two months";
    /// Effect of the non-state signatories' share of all signatories' fighters.
    relapse_strength: "log", within -3.0..=3.0, prior Normal(0.3, 0.3), source "assumption: the strong can resume";
    /// Effect of civil society at full influence.
    relapse_civil_society: "log", within -3.0..=3.0, prior LogOf(0.65, 0.3), source "Nilsson 2012, shrunk";
    /// Influence of civil society that has a full seat.
    civil_society_full: "share", within 0.0..=1.0, prior Uniform(0.4, 0.9), source "assumption: a seat is not yet influence (Paffenholz 2014, direction only)";
    /// Influence of civil society that looks on.
    civil_society_observer: "share", within 0.0..=1.0, prior Uniform(0.1, 0.5), source "assumption: heard in corridors; wide, and may be as much as a consultation";
    /// Influence of civil society that is consulted.
    civil_society_consultation: "share", within 0.0..=1.0, prior Uniform(0.1, 0.5), source "assumption: depends on whether results are handed on (Paffenholz 2014, direction only)";
    /// Effect of a diplomatic guarantee of usual size.
    relapse_diplomatic: "log", within -3.0..=3.0, prior LogOf(0.85, 0.2), source "assumption: monitors without troops";
    /// Effect of a deployed guarantee of usual size.
    relapse_deployed: "log", within -4.0..=3.0, prior LogOf(0.5, 0.35), source "direction Fortna 2004, size assumption";
    /// Guarantee of usual size.
    relapse_guarantee_at: "probability", within 0.01..=1.0, prior Fixed(0.15), source "assumption: median of the guarantee";
    /// Effect of every organisation hostile to the state having signed.
    relapse_all: "log", within -2.0..=2.0, prior Normal(0.0, 0.25), source "Nilsson 2008: none found";
    /// Effect of the share of strength outside the accord.
    relapse_outside: "log per share", within -2.0..=2.0, prior Normal(0.0, 0.25), source "Nilsson 2008: none found";
    /// Effect of an accord against a preliminary one.
    relapse_final: "log", within -3.0..=2.0, prior LogOf(0.53, 0.25), source "assumption: full accords outlive preliminary ones (data: .79 against .58 after five years)";
    /// Standard deviation of what is peculiar to a run.
    relapse_run_sd: "log", within 0.0..=2.0, prior Fixed(0.4), source "assumption: frailty";

    /// Width of the choice of an excluded organisation.
    excluded_width: "share of the utility range", within 0.005..=1.0, prior Fixed(0.07), source "assumption: as for consent";
    /// Weeks between two choices of an excluded organisation.
    excluded_every: "weeks", within 1.0..=104.0, prior Fixed(13.0), source "assumption: a quarter";
    /// Cost of a local pact.
    excluded_pact_cost: "share of the utility range", within 0.0..=1.0, prior Fixed(0.15), source "assumption: violence falls where pacts are made, and they are short";
    /// Cost of an alliance per distance of ideals.
    excluded_distance: "share of the utility range per distance", within 0.0..=1.0, prior Fixed(0.1), source "assumption: few allies across creeds";
    /// Log factor of a spoiler's attacks on signatories in the regions of the accord.
    excluded_spoil: "log", within -1.5..=1.5, prior Normal(0.1, 0.3), source "assumption: both signs";
    /// Fighters below which an organisation dissolves.
    excluded_dissolve: "fighters", within 0.0..=500.0, prior Fixed(25.0), source "assumption: a few pick-ups";
}
