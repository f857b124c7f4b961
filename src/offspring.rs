//! How many events an event brings about: the mean-offspring matrix of a parameter draw, in closed form. A draw in which
//! violence feeds itself without end is no draw about this war and is refused.
use crate::index::{Bloc, Community, Grid, Map, Org, Place};
use crate::params::Parameters;
use crate::processes::communal::MEAN_PAIR;
use crate::processes::severity::MEAN_SIZE;
use crate::processes::terms::{CONSTITUENCY, MEAN_ZONE, by_stance, listed_rate, true_per_week};
use crate::scenario::case::Recruits;
use crate::scenario::{Case, Population, Scenario, Start};

/// Largest eigenvalue from which a draw is refused.
pub const REFUSED_FROM: f64 = 0.8;
/// What collateral, reprisal and selective violence make of the rate of abuse at rest, as in the first guess of levels.
const AT_REST: f64 = 2.0;

/// Whether a parameter draw is refused.
#[must_use]
pub fn refused(scenario: &Scenario, p: &Parameters) -> bool {
    largest(scenario, p) >= REFUSED_FROM
}

/// The largest eigenvalue over places of the mean-offspring matrix at the start: attacks excite attacks, attacks bring abuse,
/// abuse brings answers, feuds bring feuds. Offspring stay in the place of their parent.
#[must_use]
pub fn largest(scenario: &Scenario, p: &Parameters) -> f64 {
    let war = War::new(scenario, p);
    scenario.case.zones().map(|place| spectral_radius(&war.matrix(place))).fold(0.0, f64::max)
}

/// What the matrix of every place is made of.
struct War<'a> {
    case: &'a Case,
    scenario: &'a Scenario,
    p: &'a Parameters,
    beta: Grid<Bloc, Bloc, (f64, f64)>,
    abuse: Map<Bloc, f64>,
    contact: f64,
}

impl<'a> War<'a> {
    fn new(scenario: &'a Scenario, p: &'a Parameters) -> Self {
        let case = &*scenario.case;
        let blocs = case.blocs.len();
        let mut war =
            Self { case, scenario, p, beta: Grid::filled(blocs, blocs, (0.0, 0.0)), abuse: Map::filled(blocs, 0.0), contact: 0.0 };
        let reference = (&p.tables.reference_strength, &case.reference);
        for k in case.blocs.ids() {
            for l in case.blocs.ids().filter(|&l| l != k) {
                let overlap: f64 =
                    case.zones().map(|q| 2.0 * libm::sqrt(war.force(reference, k, q) * war.force(reference, l, q)) / 100.0).sum();
                let per = |rate: f64| true_per_week(rate, p) * (1.0 - p.combat.excitation) / (p.combat.lethal * overlap.max(0.1));
                war.beta[(k, l)] = (per(listed_rate(case, p, k, l).unwrap_or(p.combat.open_rate)), per(p.combat.neutral_rate));
            }
            let mass: f64 = case.zones().map(|q| war.hands(reference, k, q) * war.turned_on(k, q)).sum();
            war.abuse[k] = if mass > 0.0 { true_per_week(case.one_sided[k], p) * (1.0 - p.abuse.campaign) / (AT_REST * mass) } else { 0.0 };
        }
        let feuds: f64 = (0..case.feuds.len()).map(|at| case.feuds[at].dispute * war.clashes(at)).sum();
        war.contact = if feuds > 0.0 { true_per_week(p.communal.rate, p) / feuds } else { 0.0 };
        war
    }

    fn force(&self, (strength, start): (&Map<Org, f64>, &Start), bloc: Bloc, place: Place) -> f64 {
        self.case.organisations.iter().filter(|(_, o)| o.bloc == bloc).map(|(org, _)| strength[org] * start.fighters[(org, place)]).sum()
    }

    fn hands(&self, (strength, start): (&Map<Org, f64>, &Start), bloc: Bloc, place: Place) -> f64 {
        let rate = |recruits| if recruits == Recruits::Contract { self.p.abuse.partner } else { 1.0 };
        self.case
            .organisations
            .iter()
            .filter(|(_, o)| o.bloc == bloc)
            .map(|(org, o)| strength[org] * start.fighters[(org, place)] * rate(o.recruits))
            .sum()
    }

    fn people(&self, place: Place) -> f64 {
        let data = &self.case.places[place];
        if self.scenario.population == Population::Census { data.people_census } else { data.people_projection }
    }

    /// Weight of a community's people at a place as victims of a bloc.
    fn weight(&self, bloc: Bloc, place: Place, community: Community) -> f64 {
        let spared = libm::exp(-self.p.abuse.sparing * self.case.affinity[(bloc, community)]);
        self.case.shares[(place, community)] * self.p.tables.targeting[(bloc, community)] * spared
    }

    fn turned_on(&self, bloc: Bloc, place: Place) -> f64 {
        self.case.communities.ids().map(|c| self.weight(bloc, place, c)).sum()
    }

    /// Feuds a week of a pair at full dispute, per unit of contact (see `communal`).
    fn clashes(&self, at: usize) -> f64 {
        let (feud, p) = (&self.case.feuds[at], &self.p.communal);
        let (a, b) = (self.case.shares[(feud.place, feud.a)], self.case.shares[(feud.place, feud.b)]);
        let fading = core::f64::consts::LN_2 / p.half_life;
        p.branching * fading / p.jump * (a + b) * self.people(feud.place) / MEAN_PAIR * libm::sqrt(a * b)
    }

    /// Attacks a week of one bloc on another at a place at the start, one direction.
    fn attacks(&self, k: Bloc, l: Bloc, place: Place) -> f64 {
        let start = self.scenario.start();
        let forces = (&self.p.tables.strength, start);
        let (own, theirs) = (self.force(forces, k, place), self.force(forces, l, place));
        if own <= 0.0 || theirs <= 0.0 {
            return 0.0;
        }
        let (open, neutral) = self.beta[(k, l)];
        let mut weighted = 0.0;
        for (a, x) in self.case.organisations.iter().filter(|(_, o)| o.bloc == k) {
            for (b, y) in self.case.organisations.iter().filter(|(_, o)| o.bloc == l) {
                debug_assert!(x.bloc != y.bloc);
                let share = |org: Org, all: f64| self.p.tables.strength[org] * start.fighters[(org, place)] / all;
                weighted += share(a, own) * share(b, theirs) * by_stance(start.stances[(a, b)], open, neutral);
            }
        }
        libm::sqrt(own * theirs) / 100.0 * weighted
    }

    /// Mean offspring at a place: row the parent, column the child. Attacks by pair, then abuse by bloc, then feuds.
    fn matrix(&self, place: Place) -> Vec<Vec<f64>> {
        let (case, p) = (self.case, self.p);
        let blocs: Vec<Bloc> = case.blocs.ids().collect();
        let (n, feuds) = (blocs.len(), (0..case.feuds.len()).filter(|&at| case.feuds[at].place == place).collect::<Vec<_>>());
        let size = n * n + n + feuds.len();
        let mut matrix = vec![vec![0.0; size]; size];
        let forces = (&p.tables.strength, self.scenario.start());
        let rates: Vec<Vec<f64>> =
            blocs.iter().map(|&k| blocs.iter().map(|&l| if k == l { 0.0 } else { self.attacks(k, l, place) }).collect()).collect();
        let abuse: Vec<f64> = blocs.iter().map(|&k| self.abuse[k] * self.hands(forces, k, place) * self.turned_on(k, place)).collect();
        // One event against a bloc's people: how much that raises its attacks on the perpetrator, over six weeks.
        let answer = 6.0 * libm::expm1(p.combat.answer * -libm::expm1(-MEAN_ZONE / self.people(place).max(1_000.0))).max(0.0);
        let answers = |row: &mut Vec<f64>, by: usize, times: f64, own: &dyn Fn(usize) -> f64| {
            for l in 0..n {
                row[l * n + by] += times * own(l) * rates[l][by] * answer;
            }
        };
        let is_own = |l: usize, c: Community| f64::from(u8::from(case.affinity[(blocs[l], c)] >= CONSTITUENCY));
        for k in 0..n {
            for l in (0..n).filter(|&l| rates[k][l] > 0.0) {
                let state = blocs[k] == case.state || blocs[l] == case.state;
                let row = &mut matrix[k * n + l];
                row[k * n + l] += p.combat.excitation * p.combat.same_direction;
                row[l * n + k] += p.combat.excitation * (1.0 - p.combat.same_direction);
                let careless = case
                    .organisations
                    .values()
                    .iter()
                    .find(|o| o.bloc == blocs[k])
                    .map_or(0.0, |o| (1.0 - o.intelligence) * (1.0 - o.discipline));
                row[n * n + k] -= abuse[k] * p.abuse.driver * libm::expm1(-4.0 * careless);
                for side in [k, l] {
                    row[n * n + side] -= 4.0 * p.combat.lethal * abuse[side] * p.abuse.driver * libm::expm1(-0.5 * MEAN_SIZE / 10.0);
                }
                let civilians = if state { p.combat.civilians_state } else { p.combat.civilians_groups };
                let harm = -0.5 * p.combat.lethal * libm::expm1(-civilians * MEAN_SIZE);
                for by in [k, l] {
                    answers(row, by, harm, &|l| case.communities.ids().map(|c| case.shares[(place, c)] * is_own(l, c)).sum());
                }
            }
            matrix[n * n + k][n * n + k] += p.abuse.campaign;
            let victims = self.turned_on(blocs[k], place).max(1e-12);
            answers(&mut matrix[n * n + k], k, 1.0, &|l| {
                case.communities.ids().map(|c| self.weight(blocs[k], place, c) * is_own(l, c)).sum::<f64>() / victims
            });
        }
        for (nth, &at) in feuds.iter().enumerate() {
            let feud = &case.feuds[at];
            // A jump raises the dispute until it has faded or chiefs have settled it.
            let trust = 0.5 * (case.communities[feud.a].trust + case.communities[feud.b].trust);
            let lasts = 1.0 / (core::f64::consts::LN_2 / p.communal.half_life + p.governance.customary * trust);
            let row = &mut matrix[n * n + n + nth];
            row[n * n + n + nth] = self.contact * self.clashes(at) * p.communal.jump * (1.0 - feud.dispute) * lasts;
            for (attacker, victim) in [(feud.a, feud.b), (feud.b, feud.a)] {
                let by = (0..n)
                    .filter(|&k| blocs[k] != case.state)
                    .max_by(|&x, &y| case.affinity[(blocs[x], attacker)].total_cmp(&case.affinity[(blocs[y], attacker)]));
                if let Some(by) = by {
                    answers(row, by, 0.5, &|l| is_own(l, victim));
                }
            }
        }
        matrix
    }
}

/// Largest eigenvalue of a matrix without negative entries, by iteration on it plus the identity (which keeps cycles of two
/// from swinging).
fn spectral_radius(matrix: &[Vec<f64>]) -> f64 {
    /// More than enough for three digits.
    const STEPS: usize = 200;
    let sparse: Vec<Vec<(usize, f64)>> =
        matrix.iter().map(|row| row.iter().copied().enumerate().filter(|x| x.1 != 0.0).collect()).collect();
    let mut vector = vec![1.0; matrix.len()];
    let mut growth = 1.0;
    for _ in 0..STEPS {
        let next: Vec<f64> =
            sparse.iter().zip(&vector).map(|(row, own)| own + row.iter().map(|&(at, m)| m * vector[at]).sum::<f64>()).collect();
        growth = next.iter().copied().fold(0.0, f64::max);
        vector = next.into_iter().map(|x| x / growth.max(1e-300)).collect();
    }
    growth - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_radius_of_known_matrices() {
        let near = |m: &[Vec<f64>], x: f64| assert!((spectral_radius(m) - x).abs() < 1e-3, "{} for {x}", spectral_radius(m));
        near(&[vec![0.5, 0.0], vec![0.0, 0.3]], 0.5);
        near(&[vec![0.0, 0.9], vec![0.4, 0.0]], 0.6);
        near(&[vec![0.5, 0.2], vec![0.1, 0.4]], 0.6);
    }
}
