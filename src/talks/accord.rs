//! What a signed accord does by itself: compliance, implementation, trust, DDR, relapse, and the choice of those left out.
//!
//! Pure functions in plain numbers; the world decides when to call them.
use crate::params::accord::Accord;
use crate::scenario::track::{Guarantee, Modality};
use crate::units::{kept, logistic, logit, within};

/// What binds a pair of organisations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bond {
    /// Nothing signed.
    Nothing,
    /// Conditions, a pause, a local pact.
    Cessation,
    /// An accord in its first weeks.
    Preliminary,
    /// An accord.
    Accord,
}

impl Bond {
    /// The bond of an accord signed `weeks` ago.
    #[must_use]
    pub fn of_accord(weeks: f64, params: &Accord) -> Self {
        if weeks < params.preliminary_weeks { Self::Preliminary } else { Self::Accord }
    }
}

/// Share of a pair's attacks that is not carried out: `attacks` lethal ones since the signing, within the window, against
/// `expected` with nothing signed.
#[must_use]
pub fn compliance(bond: Bond, cohesion: [f64; 2], attacks: f64, expected: f64, params: &Accord) -> f64 {
    let level = match bond {
        Bond::Nothing => return 0.0,
        Bond::Cessation => params.compliance_cessation,
        Bond::Preliminary => params.compliance_preliminary,
        Bond::Accord => params.compliance_accord,
    };
    let obeyed = cohesion[0].max(0.0) * cohesion[1].max(0.0) / (params.compliance_cohesion * params.compliance_cohesion);
    let violations = attacks / expected.max(params.compliance_expected_min);
    let held = level * libm::pow(obeyed, params.compliance_cohesion_power) * libm::exp(-params.compliance_violations * violations);
    held.min(params.compliance_max)
}

/// A provision of an accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Provision {
    Ceasefire = 0,
    Amnesty = 1,
    Posts = 2,
    Rents = 3,
    Intake = 4,
    Autonomy = 5,
}

/// All provisions in order.
pub const PROVISIONS: [Provision; 6] =
    [Provision::Ceasefire, Provision::Amnesty, Provision::Posts, Provision::Rents, Provision::Intake, Provision::Autonomy];

impl Provision {
    /// Weeks from the signing until it begins to be carried out.
    #[must_use]
    pub fn delay(self, state_runs_intake: bool, params: &Accord) -> f64 {
        match self {
            Self::Ceasefire => params.delay_ceasefire,
            Self::Amnesty => params.delay_amnesty,
            Self::Posts => params.delay_posts,
            Self::Rents => params.delay_rents,
            Self::Intake if state_runs_intake => params.delay_intake_state,
            Self::Intake => params.delay_intake,
            Self::Autonomy => params.delay_autonomy,
        }
    }
}

/// Will of the signatories: the cohesion-weighted mean of what their margins make them do; pairs of margin and cohesion.
#[must_use]
pub fn will(margins: &[(f64, f64)], params: &Accord) -> f64 {
    let (sum, weight) = margins.iter().fold((0.0, 0.0), |(sum, weight), &(margin, cohesion)| {
        (sum + cohesion * (params.will_neutral + params.will_slope * margin).clamp(0.0, 1.0), weight + cohesion)
    });
    if weight > 0.0 { sum / weight } else { 0.0 }
}

/// Will where a watchdog with sanctions makes up for a share `enforcement` of what is missing of it.
#[must_use]
pub fn enforced(will: f64, enforcement: f64) -> f64 {
    will + enforcement * (1.0 - will)
}

/// The level that implementation tends to.
#[must_use]
pub fn implementation_target(will: f64, monitoring: f64, params: &Accord) -> f64 {
    (params.implementation_level * will * monitoring / params.monitoring_neutral).clamp(0.0, params.implementation_max)
}

/// Implementation of a provision a week later.
#[must_use]
pub fn implement(level: f64, target: f64, params: &Accord) -> f64 {
    implement_at(level, target, 1.0, params)
}

/// The same at `pace` times the usual rate, but never beyond the target.
#[must_use]
pub fn implement_at(level: f64, target: f64, pace: f64, params: &Accord) -> f64 {
    let rate = if target > level { params.implementation_up } else { params.implementation_down };
    level + (rate * pace).min(1.0) * (target - level)
}

/// What is left of a guarantee, leverage or side payment `weeks` after the signing; `decay` stands for the parameter's weeks.
#[must_use]
pub fn guarantee_left(weeks: f64, decay: Option<f64>, params: &Accord) -> f64 {
    libm::exp(-weeks / decay.unwrap_or(params.guarantee_decay))
}

/// Influence of civil society that takes part in this way.
#[must_use]
pub fn civil_society(modality: Modality, params: &Accord) -> f64 {
    match modality {
        Modality::Full => params.civil_society_full,
        Modality::Observer => params.civil_society_observer,
        Modality::Consultation => params.civil_society_consultation,
    }
}

/// Trust of one in another after a season in which the partner was bound: from `trust`, at first `start`; `breached` if the
/// partner's own side carried out a deadly attack that was blamed on it.
#[must_use]
pub fn update_trust(trust: f64, start: f64, breached: bool, params: &Accord) -> f64 {
    let stops = params.trust_prior * (1.0 - params.trust_sincere) + (1.0 - params.trust_prior) * (1.0 - params.trust_insincere);
    let ratio = if breached { stops / (1.0 - params.trust_noise) } else { (1.0 - stops) / params.trust_noise };
    logistic(
        params.trust_kept * logit(inside(trust))
            + (1.0 - params.trust_kept) * logit(inside(start))
            + params.trust_weight * libm::log(ratio),
    )
}

fn inside(p: f64) -> f64 {
    p.clamp(1e-6, 1.0 - 1e-6)
}

/// Chance that a listed man says yes when he is called: `others` is the best protection left without the militia, with the
/// integrated men counted in, `militia` that of the militia.
#[must_use]
pub fn ddr_yes_probability(others: f64, militia: f64, params: &Accord) -> f64 {
    logistic((others - params.ddr_militia * militia - params.ddr_threshold) / params.ddr_width)
}

/// What integrated men add to the army's local intelligence.
#[must_use]
pub fn ddr_intelligence(integrated: f64, params: &Accord) -> f64 {
    params.ddr_intelligence * integrated / (integrated + params.ddr_intelligence_half)
}

/// What the hazard of relapse of one accord depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RelapseInputs {
    /// Mean implementation of the provisions.
    pub implementation: f64,
    /// Veto-capable signatories, the state included.
    pub signatories: f64,
    /// Violence against civilians of the last weeks, standardised.
    pub abuse: f64,
    /// Non-state signatories' share of all signatories' fighters.
    pub strength: f64,
    /// Influence of civil society, from 0 to 1.
    pub civil_society: f64,
    /// Kind of guarantee.
    pub guarantee: Guarantee,
    /// Guarantee that is left, as a probability.
    pub guarantee_level: f64,
    /// Whether every organisation hostile to the state has signed.
    pub all_signed: bool,
    /// Share of strength outside the accord.
    pub outside: f64,
    /// Whether it still counts as preliminary.
    pub preliminary: bool,
    /// Standard normal number, drawn once per run.
    pub taste: f64,
}

/// Hazard a week that an accord breaks.
#[must_use]
pub fn relapse_hazard(inputs: &RelapseInputs, params: &Accord) -> f64 {
    let guarantee = match inputs.guarantee {
        Guarantee::None => 0.0,
        Guarantee::Diplomatic => params.relapse_diplomatic,
        Guarantee::Deployed => params.relapse_deployed,
    };
    let yes = |is: bool| f64::from(u8::from(is));
    params.relapse
        * libm::exp(
            params.relapse_implementation * (params.relapse_implementation_at - inputs.implementation)
                + params.relapse_parties * (inputs.signatories - 2.0)
                + params.relapse_abuse * inputs.abuse
                + params.relapse_strength * inputs.strength
                + params.relapse_civil_society * inputs.civil_society
                + guarantee * inputs.guarantee_level / params.relapse_guarantee_at
                + params.relapse_all * yes(inputs.all_signed)
                + params.relapse_outside * inputs.outside
                + params.relapse_final * yes(!inputs.preliminary)
                + params.relapse_run_sd * inputs.taste,
        )
}

/// Chance that an accord breaks within a week.
#[must_use]
pub fn relapse_probability(inputs: &RelapseInputs, params: &Accord) -> f64 {
    within(relapse_hazard(inputs, params), 1.0)
}

/// What an organisation outside an accord may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Choice {
    GoOn,
    Accede,
    LocalPact,
    Ally,
    Spoil,
}

/// What the choice of an organisation outside an accord depends on; an option that is not open is `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExcludedInputs {
    /// Its war value.
    pub war: f64,
    /// Margin of the package with its seat, once it is contacted.
    pub accede: Option<f64>,
    /// Hurt where a pact is possible, and the price of full hurt.
    pub pact: Option<(f64, f64)>,
    /// War value at joint strength with another excluded, and the distance of their ideals.
    pub ally: Option<(f64, f64)>,
    /// What the accord costs it.
    pub spoil: Option<f64>,
}

/// Value of each open option on the scale of utility.
#[must_use]
pub fn excluded_values(inputs: &ExcludedInputs, params: &Accord) -> Vec<(Choice, f64)> {
    let mut values = vec![(Choice::GoOn, inputs.war)];
    values.extend(inputs.accede.map(|margin| (Choice::Accede, inputs.war + margin)));
    values.extend(inputs.pact.map(|(hurt, price)| (Choice::LocalPact, inputs.war + price * hurt - params.excluded_pact_cost)));
    values.extend(inputs.ally.map(|(joint, distance)| (Choice::Ally, joint - params.excluded_distance * distance)));
    values.extend(inputs.spoil.map(|cost| (Choice::Spoil, inputs.war + cost)));
    values
}

/// Chance of each open option: a logit on the values.
#[must_use]
pub fn excluded_choice(values: &[(Choice, f64)], params: &Accord) -> Vec<(Choice, f64)> {
    let most = values.iter().map(|v| v.1).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = values.iter().map(|v| libm::exp((v.1 - most) / params.excluded_width)).collect();
    let sum: f64 = weights.iter().sum();
    values.iter().zip(weights).map(|(&(choice, _), weight)| (choice, weight / sum)).collect()
}

/// The option that a uniform number picks.
#[must_use]
pub fn excluded_pick(chances: &[(Choice, f64)], unit: f64) -> Choice {
    let mut left = unit;
    for &(choice, chance) in chances {
        left -= chance;
        if left < 0.0 {
            return choice;
        }
    }
    chances.last().map_or(Choice::GoOn, |last| last.0)
}

/// Acceptability of a mediator a week later.
#[must_use]
pub(super) fn healed(acceptability: f64, half_life: f64) -> f64 {
    1.0 - (1.0 - acceptability) * kept(half_life, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params() -> Accord {
        Accord::from_values(&mut Accord::declared().iter().map(|row| row.prior.median()))
    }

    #[test]
    fn compliance_has_its_fixed_points() {
        // The published fixed points: violations are what compliance lets through.
        let fixed = |bond, params: &Accord| (0..200).fold(0.5, |c, _| compliance(bond, [0.7, 0.7], 10.0 * (1.0 - c), 10.0, params));
        let p = params();
        assert_eq!(compliance(Bond::Nothing, [0.7, 0.7], 0.0, 10.0, &p), 0.0);
        assert!((fixed(Bond::Accord, &p) - 0.81).abs() < 0.01, "{}", fixed(Bond::Accord, &p));
        let low = Accord { compliance_cessation: 0.4, ..p.clone() };
        let high = Accord { compliance_cessation: 0.75, ..p };
        assert!((fixed(Bond::Cessation, &low) - 0.28).abs() < 0.01, "{}", fixed(Bond::Cessation, &low));
        assert!((fixed(Bond::Cessation, &high) - 0.64).abs() < 0.02, "{}", fixed(Bond::Cessation, &high));
    }

    #[test]
    fn implementation_of_an_accord_like_that_of_2015() {
        let p = params();
        let target = implementation_target(will(&[(0.02, 0.7), (0.02, 0.7)], &p), 0.5, &p);
        let mut y = 0.0;
        for week in 0..364 {
            y = implement(y, target, &p);
            if week == 182 {
                assert!((0.15..0.40).contains(&y), "{y}");
            }
        }
        assert!((0.20..0.45).contains(&y), "{y}");
        assert!(implement(0.5, 0.0, &p) < 0.49 && implement(0.0, 0.5, &p) < 0.006);
        assert_eq!(implementation_target(1.0, 1.0, &p), 0.8);
    }

    #[test]
    fn trust_falls_faster_than_it_grows_and_is_bounded() {
        let p = params();
        let (up, down) = (update_trust(0.3, 0.3, false, &p), update_trust(0.3, 0.3, true, &p));
        assert!(down < 0.3 && up > 0.3);
        let quiet = (0..100).fold(0.3, |t, _| update_trust(t, 0.3, false, &p));
        let bad = (0..100).fold(0.3, |t, _| update_trust(t, 0.3, true, &p));
        assert!(quiet < 0.95 && bad > 0.05, "{quiet} {bad}");
    }

    #[test]
    fn relapse_gives_the_survival_of_accords() {
        // The mean over the priors, five years, by the sketch of the terms that the text quotes: .68, .65, .62.
        use crate::dice::{Dice, Stream};
        let rows = Accord::declared();
        let mut survival = [0.0; 3];
        let draws = 4_000_u64;
        for d in 0..draws {
            let dice = Dice::new(3, d);
            let mut at = dice.at(Stream::Parameter, 0, 0);
            let p = Accord::from_values(&mut rows.iter().map(|row| row.prior.quantile(at.unit())));
            for (n, sum) in survival.iter_mut().enumerate() {
                let mut log = 0.0;
                for week in 0..260 {
                    let y = 0.3 * (1.0 - libm::exp(-f64::from(week) / 100.0));
                    log -= relapse_hazard(
                        &RelapseInputs {
                            implementation: y,
                            signatories: n as f64 + 2.0,
                            abuse: 0.0,
                            strength: 0.3,
                            civil_society: 0.3,
                            guarantee: Guarantee::Diplomatic,
                            guarantee_level: 0.15 * guarantee_left(f64::from(week), None, &p),
                            all_signed: false,
                            outside: 0.5,
                            preliminary: f64::from(week) < p.preliminary_weeks,
                            taste: dice.normal(Stream::RelapseTaste, 0, 0),
                        },
                        &p,
                    );
                }
                *sum += libm::exp(log) / draws as f64;
            }
        }
        println!("accords that last five years, with 2, 3, 4 signatories: {survival:.3?}");
        assert!(survival[0] > survival[1] && survival[1] > survival[2]);
        assert!((0.55..0.80).contains(&survival[0]), "{survival:?}");
    }

    #[test]
    fn communities_do_not_disarm_unprotected() {
        let p = params();
        assert!(ddr_yes_probability(0.1, 0.6, &p) < 0.01);
        assert!(ddr_yes_probability(0.8, 0.2, &p) > 0.9);
        assert!((ddr_intelligence(100.0, &p) - 0.05).abs() < 1e-12);
    }

    #[test]
    fn the_excluded_choose_what_is_worth_more_more_often() {
        let p = params();
        let inputs = ExcludedInputs { war: 0.4, accede: Some(0.1), pact: Some((0.3, 0.3)), ally: None, spoil: Some(0.05) };
        let chances = excluded_choice(&excluded_values(&inputs, &p), &p);
        let of = |c| chances.iter().find(|x| x.0 == c).unwrap().1;
        assert!((chances.iter().map(|c| c.1).sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((of(Choice::Accede) / of(Choice::GoOn) - libm::exp(0.1 / 0.07)).abs() < 1e-9);
        assert!(of(Choice::LocalPact) < of(Choice::GoOn) && of(Choice::Spoil) > of(Choice::GoOn));
        assert_eq!(excluded_pick(&chances, 0.0), Choice::GoOn);
        assert_eq!(excluded_pick(&chances, 0.999_999), Choice::Spoil);
    }
}
