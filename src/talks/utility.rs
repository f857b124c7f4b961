//! What a package and a war are worth to a party: 1 is its own ideal, 0 its main enemy's and nothing of the pies.
use crate::index::{Map, Party};
use crate::params::mediation::Mediation;
use crate::scenario::case::{PIES, PartyData, SCALARS};
use crate::units::{logistic, logit};

/// What a party wants.
#[derive(Clone, Debug, PartialEq)]
pub struct Preferences {
    /// Ideal points on the scalar issues.
    pub ideals: [f64; SCALARS],
    /// The main enemy's ideal points.
    pub enemy_ideals: [f64; SCALARS],
    /// Weights: the scalar issues, then the pies; they sum to 1.
    pub weights: [f64; SCALARS + PIES],
    /// Share of each pie that satisfies fully.
    pub claims: [f64; PIES],
}

impl Preferences {
    /// The preferences of a party as the case states them.
    #[must_use]
    pub fn of(party: Party, parties: &Map<Party, PartyData>) -> Self {
        let data = &parties[party];
        Self { ideals: data.ideals, enemy_ideals: parties[data.enemy].ideals, weights: data.weights, claims: data.claims }
    }

    /// Satisfaction on a scalar issue at `at`: 1 at the own ideal, falling in a straight line.
    #[must_use]
    pub fn scalar(&self, issue: usize, at: f64, params: &Mediation) -> f64 {
        let width = (self.ideals[issue] - self.enemy_ideals[issue]).abs().max(params.ideal_distance_min);
        1.0 - (at - self.ideals[issue]).abs() / width
    }

    /// Satisfaction by a share of a pie.
    #[must_use]
    pub fn pie(&self, pie: usize, share: f64) -> f64 {
        (share / self.claims[pie]).min(1.0)
    }

    /// Weight of recognition of leadership, the second pie.
    #[must_use]
    pub fn recognition(&self) -> f64 {
        self.weights[SCALARS + PIES - 1]
    }

    /// Utility of a package that gives the party `shares` of the pies.
    #[must_use]
    pub fn utility(&self, scalars: &[f64; SCALARS], shares: &[f64; PIES], params: &Mediation) -> f64 {
        let issues: f64 = (0..SCALARS).map(|j| self.weights[j] * self.scalar(j, scalars[j], params)).sum();
        let pies: f64 = (0..PIES).map(|j| self.weights[SCALARS + j] * self.pie(j, shares[j])).sum();
        issues + pies
    }

    /// Mean distance of two parties' ideals over the scalar issues.
    #[must_use]
    pub fn distance(&self, other: &Self) -> f64 {
        (0..SCALARS).map(|j| (self.ideals[j] - other.ideals[j]).abs()).sum::<f64>() / SCALARS as f64
    }
}

/// What a party's war depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WarInputs {
    /// What it holds, as a share of full utility.
    pub status_quo: f64,
    /// Chance to win if force decides, at no momentum.
    pub p_win: f64,
    /// From -1 to 1.
    pub momentum: f64,
    /// Costs felt, from 0 to 1.
    pub hurt: f64,
    /// Multiplier of the believed chance that force decides.
    pub decisive: f64,
}

/// What going on with the war is worth: held, won or lost, paid, and expected of a rising side. Never a look at the end of the run.
#[must_use]
pub fn war_value(war: WarInputs, params: &Mediation) -> f64 {
    let decides = (params.decisive * war.decisive).min(params.decisive_max);
    let wins = logistic(logit(war.p_win) + params.win_slope * war.momentum);
    let value = (1.0 - decides) * war.status_quo + decides * wins - params.hurt_cost * war.hurt + params.drift * war.momentum.max(0.0);
    value.clamp(0.0, 1.0)
}

#[cfg(test)]
pub(super) fn defaults() -> Mediation {
    Mediation::from_values(&mut Mediation::declared().iter().map(|row| row.prior.median()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party() -> Preferences {
        Preferences {
            ideals: [0.1, 0.05, 0.2, 0.1, 0.9],
            enemy_ideals: [0.85, 0.3, 0.75, 0.8, 0.05],
            weights: [0.3, 0.2, 0.12, 0.13, 0.1, 0.08, 0.07],
            claims: [0.45, 0.45],
        }
    }

    #[test]
    fn the_own_ideal_is_worth_one_and_the_enemys_nothing() {
        let (p, params) = (party(), defaults());
        assert!((p.utility(&p.ideals, &[0.45, 0.6], &params) - 1.0).abs() < 1e-12);
        assert!(p.utility(&p.enemy_ideals, &[0.0, 0.0], &params).abs() < 1e-12);
    }

    #[test]
    fn near_ideals_are_scaled_by_a_quarter() {
        let mut p = party();
        p.enemy_ideals[1] = 0.06;
        assert!((p.scalar(1, 0.30, &defaults())).abs() < 1e-12);
    }

    #[test]
    fn war_is_worth_less_when_it_hurts_and_more_when_it_goes_well() {
        let params = defaults();
        let war = WarInputs { status_quo: 0.4, p_win: 0.4, momentum: 0.0, hurt: 0.3, decisive: 1.0 };
        let value = war_value(war, &params);
        assert!((value - (0.75 * 0.4 + 0.25 * 0.4 - 0.3 * 0.3)).abs() < 1e-12);
        assert!(war_value(WarInputs { hurt: 0.5, ..war }, &params) < value);
        assert!(war_value(WarInputs { momentum: 0.5, ..war }, &params) > value);
        assert_eq!(war_value(WarInputs { hurt: 1.0, status_quo: 0.0, p_win: 0.01, ..war }, &params), 0.0);
    }
}
