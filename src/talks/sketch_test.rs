//! The talks with the war replaced by the small random processes of the plain sketch: the funnel that the model's text quotes.
use super::inputs::{Inputs, PartyInputs};
use super::state::{Balance, Participant, Table, Talks};
use super::step::{Event, step};
use super::utility::{Preferences, WarInputs, defaults, war_value};
use crate::dice::{Dice, Draws, Stream, identity};
use crate::index::Party;
use crate::params::mediation::Mediation;
use crate::params::tables::{IDEAL_SD, WEIGHT_CONCENTRATION};
use crate::scenario::case::{PIES, SCALARS};
use crate::scenario::track::{Conditions, ContactGroup, Modality, Offers};
use crate::stats::quantile;
use rand_distr::{Distribution, Gamma};

const SLUGS: [&str; 3] = ["state", "fla", "jnim-north"];
const IDEALS: [[f64; SCALARS]; 3] = [[0.10, 0.05, 0.20, 0.10, 0.90], [0.85, 0.30, 0.75, 0.80, 0.05], [0.45, 0.80, 0.45, 0.95, 0.00]];
const WEIGHTS: [[f64; SCALARS + PIES]; 3] =
    [[0.30, 0.20, 0.12, 0.13, 0.10, 0.08, 0.07], [0.36, 0.06, 0.18, 0.10, 0.08, 0.12, 0.10], [0.16, 0.24, 0.06, 0.22, 0.08, 0.08, 0.16]];
const CLAIMS: [[f64; PIES]; 3] = [[0.45, 0.45], [0.40, 0.55], [0.35, 0.55]];
const ENEMY: [usize; 3] = [1, 0, 0];
const ACCESS: [f64; 3] = [0.9, 0.8, 0.65];
const SIGN: [f64; 3] = [1.0, -1.0, -1.0];
const FIGHTERS: [f64; 3] = [10_900.0, 2_830.0, 850.0];
const WEEKS: i32 = 260;

#[derive(Clone, Copy)]
struct Begin {
    momentum: f64,
    hurt: [f64; 3],
    status_quo: [f64; 3],
    p_win: [f64; 3],
    decisive: [f64; 3],
    momentum_before: f64,
    status_quo_before: [f64; 3],
}

const JULY_2026: Begin = Begin {
    momentum: -0.55,
    hurt: [0.36, 0.36, 0.36],
    status_quo: [0.30, 0.50, 0.44],
    p_win: [0.45, 0.42, 0.40],
    decisive: [1.0, 1.0, 1.0],
    momentum_before: 0.0,
    status_quo_before: [0.42, 0.34, 0.38],
};
const SEPT_2024: Begin = Begin {
    momentum: 0.15,
    hurt: [0.30, 0.45, 0.42],
    status_quo: [0.46, 0.28, 0.34],
    p_win: [0.55, 0.36, 0.35],
    decisive: [1.5, 1.0, 1.0],
    momentum_before: 0.25,
    status_quo_before: [0.46, 0.28, 0.34],
};

struct Row {
    name: &'static str,
    begin: Begin,
    knowledge: bool,
    guarantee: Option<f64>,
    empty: bool,
    /// Contact FLA, contact JNIM-north, conditions, state consents, talks, accord, with JNIM-north; as the text gives them.
    quoted: [Option<f64>; 7],
    /// The sketch run again. July 2026 and its defaults: packages refined to the optimum less a search loss of .02, 150 draws
    /// x 40 futures (defaults: 9,000 futures). Other rows: as it is, 300 draws x 40 futures. The text's own figures come from
    /// 120 draws, whose standard error is about .02, and from sampled packages with margins about .01 higher.
    sketch: [f64; 7],
}

fn rows() -> Vec<Row> {
    let some = |values: [f64; 7]| values.map(Some);
    let row = |name, begin, knowledge, guarantee, empty, quoted, sketch| Row { name, begin, knowledge, guarantee, empty, quoted, sketch };
    vec![
        row(
            "July 2026",
            JULY_2026,
            true,
            None,
            false,
            some([0.73, 0.68, 0.15, 0.37, 0.24, 0.11, 0.012]),
            [0.72, 0.68, 0.125, 0.34, 0.22, 0.094, 0.010],
        ),
        row(
            "Sept 2024",
            SEPT_2024,
            true,
            None,
            false,
            some([0.73, 0.68, 0.17, 0.34, 0.23, 0.10, 0.013]),
            [0.73, 0.69, 0.146, 0.32, 0.22, 0.091, 0.011],
        ),
        row(
            "July 2026, defaults",
            JULY_2026,
            false,
            None,
            false,
            some([0.73, 0.69, 0.08, 0.30, 0.16, 0.05, 0.001]),
            [0.72, 0.68, 0.067, 0.28, 0.14, 0.043, 0.001],
        ),
        row("Sept 2024, defaults", SEPT_2024, false, None, false, [None; 7], [0.72, 0.68, 0.086, 0.27, 0.16, 0.051, 0.001]),
        row(
            "guarantee 0",
            JULY_2026,
            true,
            Some(0.0),
            false,
            [None, None, Some(0.08), Some(0.25), Some(0.13), Some(0.04), None],
            [0.73, 0.69, 0.067, 0.21, 0.10, 0.032, 0.002],
        ),
        row(
            "guarantee .4",
            JULY_2026,
            true,
            Some(0.4),
            false,
            [None, None, Some(0.35), Some(0.64), Some(0.53), Some(0.32), None],
            [0.73, 0.69, 0.313, 0.62, 0.52, 0.297, 0.062],
        ),
        row(
            "empty offers",
            JULY_2026,
            true,
            None,
            true,
            [None, None, Some(0.015), Some(0.34), Some(0.03), Some(0.0), None],
            [0.73, 0.69, 0.016, 0.30, 0.03, 0.0, 0.0],
        ),
    ]
}

/// Parameters of a draw: a Latin hypercube over the priors, so that fewer draws say as much.
fn draw(at: usize, draws: usize, knowledge: bool) -> Mediation {
    if !knowledge {
        return defaults();
    }
    Mediation::from_values(&mut Mediation::declared().iter().map(|row| {
        let who = identity(&row.path);
        let rank_key = |d: usize| Dice::new(17, d as u64).unit(Stream::Parameter, 0, who);
        let mine = rank_key(at);
        let rank = (0..draws).filter(|&d| rank_key(d) < mine).count();
        row.prior.quantile((rank as f64 + Dice::new(18, at as u64).unit(Stream::Parameter, 0, who)) / draws as f64)
    }))
}

fn preferences(dice: Dice, knowledge: bool) -> Vec<Preferences> {
    let mut at = dice.at(Stream::Parameter, 1, 0);
    let ideal = |x: f64, z: f64| if knowledge { (x + IDEAL_SD * z).clamp(0.0, 1.0) } else { x };
    let ideals = IDEALS.map(|row| row.map(|x| ideal(x, at.normal())));
    (0..3)
        .map(|k| {
            let weights = if knowledge {
                let raw = WEIGHTS[k].map(|w| Gamma::new(WEIGHT_CONCENTRATION * w, 1.0).map_or(w, |g| g.sample(&mut at)));
                let sum: f64 = raw.iter().sum();
                raw.map(|w| w / sum)
            } else {
                WEIGHTS[k]
            };
            Preferences { ideals: ideals[k], enemy_ideals: ideals[ENEMY[k]], weights, claims: CLAIMS[k] }
        })
        .collect()
}

fn table(preferences: &[Preferences], empty: bool) -> Table {
    let conditions = Conditions { hazard: 1.0, exit_cost: 1.0, recognition: if empty { 0.0 } else { 0.6 } };
    Table {
        participants: (0..3)
            .map(|k| Participant {
                party: Party(k as u8),
                identity: identity(SLUGS[k]),
                preferences: preferences[k].clone(),
                modality: Modality::Full,
                conditions: (k == 2).then_some(conditions),
                veto: (k != 1).then_some(true),
                listed: k == 2,
                access: ACCESS[k],
            })
            .collect(),
        first_bid: 20,
        offers: if empty { Offers::Fixed { scalars: [0.12, 0.08, 0.2, 0.1, 0.85], pies: Some([0.6, 0.6]) } } else { Offers::Open },
        side_payments: !empty,
        group: Some(ContactGroup { members: 6.0, western_share: 0.4, funds: 0.0 }),
    }
}

/// The war of the sketch: momentum with a half-life, hurt with noise, a creeping status quo, coups.
struct War {
    begin: Begin,
    momentum: f64,
    status_quo: [f64; 3],
    noise: [f64; 3],
    hardliners: f64,
    draws: Draws,
}

impl War {
    fn new(begin: Begin, momentum: f64, dice: Dice) -> Self {
        let mut draws = dice.at(Stream::Drift, 0, 0);
        Self {
            begin,
            momentum: momentum + 0.15 * draws.normal(),
            status_quo: begin.status_quo,
            noise: std::array::from_fn(|_| draws.normal()),
            hardliners: quantile::beta(draws.unit(), 4.0, 4.0),
            draws,
        }
    }

    fn inputs(&self, week: i32, momentum: f64, status_quo: &[f64; 3], coup: bool, guarantee: f64, trust: f64) -> Inputs {
        let parties: Vec<PartyInputs> = (0..3)
            .map(|k| {
                let mine = SIGN[k] * momentum;
                let hurt = (self.begin.hurt[k] + 0.35 * (-mine).max(0.0) - 0.25 * mine.max(0.0) + 0.08 * self.noise[k]).clamp(0.0, 1.0);
                let war = WarInputs {
                    status_quo: status_quo[k],
                    p_win: self.begin.p_win[k],
                    momentum: mine,
                    hurt,
                    decisive: self.begin.decisive[k],
                };
                PartyInputs { war, war_value: None, fighters: FIGHTERS[k], ally_of_state: false }
            })
            .collect();
        let enemy_hurt = parties[1].war.hurt;
        Inputs { week, parties, trust: vec![trust; 9], guarantee, hardliners: self.hardliners, freed: 1.0, enemy_hurt, coup }
    }

    fn week(&mut self, open: bool) -> (f64, bool) {
        let kept = libm::exp2(-1.0 / 26.0);
        self.momentum = kept * self.momentum + libm::sqrt(1.0 - kept * kept) * 0.35 * self.draws.normal();
        for noise in &mut self.noise {
            *noise = 0.97 * *noise + libm::sqrt(1.0 - 0.97 * 0.97) * self.draws.normal();
        }
        let coup = self.draws.unit() < 0.0015 + if open { 0.001 } else { 0.0 };
        if coup {
            self.hardliners = quantile::beta(self.draws.unit(), 4.0, 4.0);
        }
        (self.momentum.clamp(-1.0, 1.0), coup)
    }
}

fn future(row: &Row, table: &Table, momentum: f64, dice: Dice, params: &Mediation) -> [bool; 7] {
    let mut war = War::new(row.begin, momentum, dice);
    let guarantee = if row.empty { 0.0 } else { row.guarantee.unwrap_or(params.guarantee) };
    let trust = params.trust;
    let past = war.inputs(0, row.begin.momentum_before, &row.begin.status_quo_before, false, guarantee, trust);
    let before: Vec<f64> = past.parties.iter().map(|p| war_value(p.war, params)).collect();
    let mut talks: Option<Talks> = None;
    let mut reached = [false; 7];
    for week in 0..WEEKS {
        let (momentum, coup) = war.week(talks.as_ref().is_some_and(|t| t.open_since.is_some()));
        let inputs = war.inputs(week, momentum, &war.status_quo, coup, guarantee, trust);
        if week % 4 == 0 {
            for (held, sign) in war.status_quo.iter_mut().zip(SIGN) {
                *held = (*held + 4.0 * 0.003 * sign * momentum).clamp(0.05, 0.95);
            }
        }
        let talks = talks.get_or_insert_with(|| Talks::new(table, &inputs, &before, dice, params));
        for event in step(talks, table, &inputs, dice, params) {
            match event {
                Event::Contact { party, .. } => reached[if party == Party(1) { 0 } else { 1 }] = true,
                Event::ConditionsMet { .. } => reached[2] = true,
                Event::Consent { side: super::step::Side::State, accepted: true, .. } => reached[3] = true,
                Event::TalksOpened => reached[4] = true,
                Event::AccordSigned { accord, .. } => {
                    reached[5] = true;
                    reached[6] = accord.members.contains(&Party(2));
                }
                _ => {}
            }
        }
    }
    reached
}

/// The funnel of a row: mean, and standard error over draws (over futures where there is one draw).
fn funnel(row: &Row, draws: usize, futures: usize) -> ([f64; 7], [f64; 7]) {
    let (draws, futures) = if row.knowledge { (draws, futures) } else { (1, draws * futures) };
    let mut sums = [0.0; 7];
    let mut squares = [0.0; 7];
    for d in 0..draws {
        let params = draw(d, draws, row.knowledge);
        let about = Dice::new(19, d as u64);
        let table = table(&preferences(about, row.knowledge), row.empty);
        let shift = if row.knowledge { 0.12 * about.normal(Stream::Parameter, 2, 0) } else { 0.0 };
        let mut mean = [0.0; 7];
        for f in 0..futures {
            let dice = Dice::new(20, (d * futures + f) as u64);
            for (sum, reached) in mean.iter_mut().zip(future(row, &table, row.begin.momentum + shift, dice, &params)) {
                *sum += f64::from(u8::from(reached)) / futures as f64;
            }
        }
        for at in 0..7 {
            sums[at] += mean[at] / draws as f64;
            squares[at] += mean[at] * mean[at] / draws as f64;
        }
    }
    let errors = std::array::from_fn(|at| {
        let variance = if draws > 1 { squares[at] - sums[at] * sums[at] } else { sums[at] * (1.0 - sums[at]) };
        libm::sqrt(variance.max(0.0) / if draws > 1 { draws as f64 } else { futures as f64 })
    });
    (sums, errors)
}

/// Prints the table and gives every entry that lies further than .04 and `slack` standard errors from the sketch run again.
/// Entries further than .04 from the text are printed as well: the difference stays visible.
fn compare(draws: usize, futures: usize, slack: f64) -> Vec<String> {
    const COLUMNS: [&str; 7] = ["contact FLA", "contact JNIM-N", "conditions", "state consents", "talks", "accord", "with JNIM-N"];
    let mut off = Vec::new();
    println!("engine (text; sketch run again)");
    for row in rows() {
        let (got, error) = funnel(&row, draws, futures);
        let mut line = format!("{:20}", row.name);
        for at in 0..7 {
            let quoted = row.quoted[at].map_or_else(|| "-".to_owned(), |q| format!("{q:.3}"));
            line += &format!(" | {:.3} ({quoted}; {:.3})", got[at], row.sketch[at]);
            let expected = row.sketch[at];
            if let Some(quoted) = row.quoted[at].filter(|q| (got[at] - q).abs() > 0.04) {
                println!("  off the text: {}, {}: {:.3} against {quoted:.3}", row.name, COLUMNS[at], got[at]);
            }
            if (got[at] - expected).abs() > 0.04 + slack * error[at] {
                off.push(format!("{}, {}: {:.3} against {expected:.3}", row.name, COLUMNS[at], got[at]));
            }
        }
        println!("{line}");
    }
    off
}

#[test]
#[ignore = "slow: 600 draws x 16 futures, seven rows"]
fn the_funnel_is_that_of_the_sketch() {
    let off = compare(600, 16, 0.0);
    assert!(off.is_empty(), "{off:#?}");
}

/// The same with few futures: .04 and three standard errors of sampling (a wrong alarm in some thousand seeds).
#[test]
fn a_small_funnel_is_that_of_the_sketch() {
    let off = compare(60, 8, 3.0);
    assert!(off.is_empty(), "{off:#?}");
}

fn small() -> (Table, Inputs, Mediation) {
    let params = defaults();
    let table = table(&preferences(Dice::new(1, 1), false), false);
    let war = War::new(JULY_2026, JULY_2026.momentum, Dice::new(1, 1));
    let inputs = war.inputs(0, 0.0, &JULY_2026.status_quo, false, params.guarantee, params.trust);
    (table, inputs, params)
}

#[test]
fn a_margin_is_the_sum_of_its_parts() {
    let (table, inputs, params) = small();
    let mut talks = Talks::new(&table, &inputs, &[0.3; 3], Dice::new(1, 1), &params);
    let balance: Balance = talks.present().clone();
    let deal = talks.deal(&table, &[0, 1], &params).clone();
    for (at, margin) in deal.margins.iter().enumerate() {
        let utility = table.participants[at].preferences.utility(&deal.scalars, &deal.shares[at], &params);
        let broken = (1.0 - params.trust) * (1.0 - params.guarantee);
        let value = (1.0 - broken) * (utility + margin.side - balance.war[at])
            - broken * params.exposure
            - margin.costs
            - talks.types[at]
            - params.search_loss;
        assert!((margin.value() - value).abs() < 1e-12 && (margin.utility - utility).abs() < 1e-12);
    }
}

#[test]
fn the_package_on_the_table_lags_and_a_rout_moves_the_margins_apart() {
    let (table, mut inputs, params) = small();
    let dice = Dice::new(1, 1);
    let before: Vec<f64> = Balance::of(&inputs, 1.0, &params).war;
    let mut talks = Talks::new(&table, &inputs, &before, dice, &params);
    let calm = talks.deal(&table, &[0, 1], &params).clone();
    inputs.week = 4;
    for (k, party) in inputs.parties.iter_mut().enumerate() {
        party.war.momentum = -0.8 * SIGN[k];
    }
    let _ = step(&mut talks, &table, &inputs, dice, &params);
    let rout = talks.deal(&table, &[0, 1], &params).clone();
    assert_eq!(calm.scalars, rout.scalars);
    assert!(rout.margins[0].value() > calm.margins[0].value() && rout.margins[1].value() < calm.margins[1].value());
    for week in (8..=28).step_by(4) {
        inputs.week = week;
        let _ = step(&mut talks, &table, &inputs, dice, &params);
    }
    assert_ne!(talks.deal(&table, &[0, 1], &params).scalars, calm.scalars);
}

#[test]
fn observers_allies_and_the_unready_have_no_veto() {
    let (mut table, mut inputs, params) = small();
    let dice = Dice::new(1, 1);
    let members = |table: &Table, inputs: &Inputs| Talks::new(table, inputs, &[0.3; 3], dice, &params).members(table, &params);
    assert_eq!(members(&table, &inputs), [0, 1]);
    inputs.parties[1].fighters = 299.0;
    assert_eq!(members(&table, &inputs), [0]);
    inputs.parties[1].fighters = 300.0;
    inputs.parties[1].ally_of_state = true;
    assert_eq!(members(&table, &inputs), [0]);
    table.participants[1].veto = Some(true);
    assert_eq!(members(&table, &inputs), [0, 1]);
    table.participants[1].modality = Modality::Consultation;
    assert_eq!(members(&table, &inputs), [0]);
}

#[test]
fn nothing_is_bid_before_its_week_and_contact() {
    let (table, inputs, params) = small();
    for r in 0..200 {
        let dice = Dice::new(2, r);
        let mut talks = Talks::new(&table, &inputs, &[0.3; 3], dice, &params);
        let mut contact = false;
        let mut last = None;
        for week in 0..WEEKS {
            for event in step(&mut talks, &table, &Inputs { week, ..inputs.clone() }, dice, &params) {
                match event {
                    Event::Contact { party: Party(1), .. } | Event::ConditionsMet { .. } => contact = true,
                    Event::Bid { .. } => {
                        assert!(week >= 20 && contact && last.is_none_or(|l| week - l >= 26));
                        last = Some(week);
                    }
                    _ => {}
                }
            }
        }
    }
}

/// Margins at week 0, for a comparison with the sketch by eye: state, FLA, best of two, best of three.
#[test]
#[ignore = "slow: a table to read"]
fn margins_at_the_start() {
    for row in rows().iter().take(4) {
        let (draws, futures) = if row.knowledge { (200, 20) } else { (1, 2_000) };
        let mut sums = [0.0; 4];
        for d in 0..draws {
            let params = draw(d, draws, row.knowledge);
            let about = Dice::new(19, d as u64);
            let table = table(&preferences(about, row.knowledge), row.empty);
            let shift = if row.knowledge { 0.12 * about.normal(Stream::Parameter, 2, 0) } else { 0.0 };
            for f in 0..futures {
                let dice = Dice::new(20, (d * futures + f) as u64);
                let mut war = War::new(row.begin, row.begin.momentum + shift, dice);
                let past = war.inputs(0, row.begin.momentum_before, &row.begin.status_quo_before, false, params.guarantee, params.trust);
                let before: Vec<f64> = past.parties.iter().map(|p| war_value(p.war, &params)).collect();
                let (momentum, _) = war.week(false);
                let inputs = war.inputs(0, momentum, &war.status_quo, false, params.guarantee, params.trust);
                let mut talks = Talks::new(&table, &inputs, &before, dice, &params);
                let two = talks.deal(&table, &[0, 1], &params).clone();
                let three = talks.deal(&table, &[0, 1, 2], &params).best.least;
                for (sum, value) in sums.iter_mut().zip([two.margins[0].value(), two.margins[1].value(), two.best.least, three]) {
                    *sum += value / (draws * futures) as f64;
                }
            }
        }
        println!("{:20} {sums:.3?}", row.name);
    }
}
