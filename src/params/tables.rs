//! Parameters that exist once per row of a case table: strengths, ideals, weights, targeting.
use super::{Declared, Prior};
use crate::index::{Bloc, Community, Grid, Map, Org, Party};
use crate::scenario::case::{Case, PIE_NAMES, PIES, SCALAR_NAMES, SCALARS};

/// Standard deviation of each ideal over draws (assumption: spread of coders' readings).
pub const IDEAL_SD: f64 = 0.05;
/// Concentration of the Dirichlet distribution of weights over draws (assumption: a weight of .3 has a standard deviation of .07).
pub const WEIGHT_CONCENTRATION: f64 = 40.0;

/// The parameters of a case's tables at a start, in a fixed order.
#[must_use]
pub fn declared(case: &Case, start: usize) -> Vec<Declared> {
    let mut rows = Vec::new();
    let mut add = |path: String, doc: String, unit: &str, range: std::ops::RangeInclusive<f64>, prior: Prior, source: &str| {
        rows.push(Declared { path, doc, unit: unit.to_owned(), range, prior, source: source.to_owned() });
    };
    let reference = format!("strength_{}", case.reference.name.replace('-', "_"));
    for (org, data) in case.organisations.iter() {
        for (period, strength) in [("strength", case.starts[start].strength[org]), (reference.as_str(), case.reference.strength[org])] {
            let (median, log_sd) = strength;
            let prior = if median > 0.0 { Prior::LogNormal(median, log_sd) } else { Prior::Fixed(0.0) };
            add(
                format!("{period}.{}", data.slug),
                format!("Fighters of {} in the zones.", data.name),
                "persons",
                0.0..=100_000.0,
                prior,
                "starts/*/organisations.csv of the case",
            );
        }
    }
    for (_, party) in case.parties.iter() {
        for (at, issue) in SCALAR_NAMES.iter().enumerate() {
            let x = party.ideals[at];
            add(
                format!("ideal.{}.{issue}", party.slug),
                format!("Ideal point of {} on {issue}.", party.slug),
                "position",
                0.0..=1.0,
                Prior::NormalWithin(x, IDEAL_SD, 0.0, 1.0),
                "preferences.csv of the case: assumption",
            );
        }
        for (at, issue) in SCALAR_NAMES.iter().chain(PIE_NAMES.iter()).enumerate() {
            // A Dirichlet draw is a set of gamma draws over their sum; this is the gamma's share, by quantile.
            add(
                format!("weight.{}.{issue}", party.slug),
                format!("Weight of {issue} for {} before scaling to a sum of 1.", party.slug),
                "weight",
                0.0..=10.0,
                Prior::Gamma(WEIGHT_CONCENTRATION * party.weights[at], 1.0 / WEIGHT_CONCENTRATION),
                "preferences.csv of the case: assumption, Dirichlet x 40",
            );
        }
    }
    for (bloc, b) in case.blocs.iter() {
        add(
            format!("inflow.{}", b.slug),
            format!("Inflow of {} over its exits and losses at the start.", b.name),
            "factor",
            0.1..=10.0,
            Prior::LogNormal(1.0, 0.3),
            "assumption: groups near balance at the start",
        );
        for (community, c) in case.communities.iter() {
            let factor = case.targeting[(bloc, community)];
            add(
                format!("targeting.{}.{}", b.slug, c.slug),
                format!("How much {} turns on {}, before affinity.", b.name, c.name),
                "factor",
                0.01..=100.0,
                Prior::LogNormal(factor, 0.7),
                "targeting.csv of the case: recorded massacres; assumption",
            );
        }
    }
    for dyad in &case.dyads {
        let prior =
            if dyad.log_sd > 0.0 { Prior::LogNormal(dyad.events_per_month, dyad.log_sd) } else { Prior::Fixed(dyad.events_per_month) };
        add(
            format!("rate.{}.{}", case.blocs[dyad.a].slug, case.blocs[dyad.b].slug),
            format!("Lethal events a month of the pair, as recorded {}.", case.reference.name),
            "events a month",
            0.0..=50.0,
            prior,
            "dyads.csv of the case",
        );
    }
    rows
}

/// Values of the parameters of a case's tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Tables {
    /// Fighters at the start.
    pub strength: Map<Org, f64>,
    /// Fighters of the reference period.
    pub reference_strength: Map<Org, f64>,
    /// Ideal points by party.
    pub ideals: Map<Party, [f64; SCALARS]>,
    /// Weights by party; they sum to 1.
    pub weights: Map<Party, [f64; SCALARS + PIES]>,
    /// Inflow over outflow by bloc.
    pub inflow: Map<Bloc, f64>,
    /// Targeting of communities by blocs.
    pub targeting: Grid<Bloc, Community, f64>,
    /// Lethal events a month by row of the case's dyads.
    pub rates: Vec<f64>,
}

impl Tables {
    /// The tables from values in the order of [`declared`].
    #[must_use]
    pub fn from_values(case: &Case, values: &mut impl Iterator<Item = f64>) -> Self {
        let mut next = || values.next().expect("one value per declared parameter");
        let mut strength = Map::filled(case.organisations.len(), 0.0);
        let mut reference_strength = strength.clone();
        for org in case.organisations.ids() {
            strength[org] = next();
            reference_strength[org] = next();
        }
        let mut ideals = Map::filled(case.parties.len(), [0.0; SCALARS]);
        let mut weights = Map::filled(case.parties.len(), [0.0; SCALARS + PIES]);
        for party in case.parties.ids() {
            ideals[party].fill_with(&mut next);
            weights[party].fill_with(&mut next);
            let total: f64 = weights[party].iter().sum();
            weights[party].iter_mut().for_each(|w| *w /= total);
        }
        let mut inflow = Map::filled(case.blocs.len(), 1.0);
        let mut targeting = Grid::filled(case.blocs.len(), case.communities.len(), 1.0);
        for bloc in case.blocs.ids() {
            inflow[bloc] = next();
            for community in case.communities.ids() {
                targeting[(bloc, community)] = next();
            }
        }
        let rates = case.dyads.iter().map(|_| next()).collect();
        Self { strength, reference_strength, ideals, weights, inflow, targeting, rates }
    }
}
