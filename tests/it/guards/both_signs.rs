//! Guard 3: inclusion and exclusion can each lower and each raise violence inside the priors.
use super::placebo::calmer;
use super::{SEED, bites, bounded, column, count, each, estimate, full, scenario, strength, verdict};
use crate::common;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use sulh::dice::Dice;
use sulh::params::{self, Parameters};
use sulh::scenario::Scenario;
use sulh::sim::{self, Asked, Ready};
use sulh::world::Template;

/// Measures, of which one must show all four pathways.
const MEASURES: [&str; 2] = ["civilian_deaths_north", "deaths_north"];
/// What is compared, and which way it may turn out.
const PATHWAYS: [&str; 4] = ["inclusion lowers", "inclusion raises", "exclusion lowers", "exclusion raises"];
/// Of the draws that are run again, the share that must keep their sign: four of ten.
const KEPT: f64 = 0.4;

/// Counts: draws and replicates of the screen, draws of each pathway that are run again and their replicates.
#[derive(Clone, Copy)]
struct Counts {
    draws: u32,
    screen: u64,
    again: usize,
    fresh: u64,
}

/// The tracks: the state's own process, the mediated one, none. `calm`: the broken variant, 15 % less violence per armed seat.
struct Tracks {
    template: Arc<Template>,
    scenarios: [Scenario; 3],
    calm: bool,
}

/// What is compared, by position of the tracks: inclusion is the mediated less the state's own, exclusion that less none.
const COMPARED: [(usize, usize); 2] = [(1, 0), (0, 2)];

/// Differences of one draw of one comparison by measure, over replicates.
type Differences = [Vec<f64>; 2];

impl Tracks {
    fn new(calm: bool) -> Self {
        if bounded() { Self::over(260, 8, calm) } else { Self::over(count(156, 260), count(80, 16), calm) }
    }

    fn over(weeks: i64, scale: i64, calm: bool) -> Self {
        let scenarios = ["bamako-only", "mauritanian-multiparty", "no-process"].map(|name| scenario(name, weeks, scale));
        Self { template: Arc::new(Template::new(&scenarios[0])), scenarios, calm }
    }

    /// Differences of some comparisons of a draw.
    fn of_draw<const N: usize>(&self, draw: u32, replicates: std::ops::Range<u64>, compared: [(usize, usize); N]) -> [Differences; N] {
        self.differences(super::draw(&self.scenarios[0], draw, &[]), SEED ^ u64::from(draw), replicates, compared)
    }

    /// Differences of some comparisons at some parameters and a seed.
    fn differences<const N: usize>(
        &self,
        parameters: Parameters,
        seed: u64,
        replicates: std::ops::Range<u64>,
        compared: [(usize, usize); N],
    ) -> [Differences; N] {
        let first = Ready::new(&self.scenarios[0], &self.template, parameters);
        let seated = |ready: Ready, seats: i32| if self.calm { calmer(&ready, seats) } else { ready };
        // The charter has two armed signatories, the mediation two armed seats more.
        let ready = [seated(first.clone(), 2), seated(first.with_track_of(&self.scenarios[1]), 4), first.with_track_of(&self.scenarios[2])];
        let columns = MEASURES.map(|name| column(&self.scenarios[0].case, name));
        let needed: Vec<usize> = (0..ready.len()).filter(|&at| compared.iter().any(|&(a, b)| at == a || at == b)).collect();
        let pairs = each(replicates, |r| {
            let dice = Dice::new(seed, r);
            let world = sim::burn_in(&ready[0], dice);
            let mut runs = [None, None, None];
            // Tracks share their weeks where they may: the broken variant's differ from the first.
            let shares = |&at: &usize| !self.calm && self.scenarios[at].shares_weeks_with(&self.scenarios[needed[0]]);
            let (together, alone): (Vec<usize>, Vec<usize>) = needed.iter().copied().partition(shares);
            for at in alone {
                runs[at] = Some(sim::run(&ready[at], world.clone(), dice, Asked::default()).0);
            }
            let tracks: Vec<&Ready> = together.iter().map(|&at| &ready[at]).collect();
            sim::together(&tracks, world, dice, |nth, branch| runs[together[nth]] = Some(branch.finish(Asked::default())));
            let outcome = |at: usize, column: usize| runs[at].as_ref().expect("the track ran").outcome[column];
            compared.map(|(a, b)| columns.map(|column| outcome(a, column) - outcome(b, column)))
        });
        std::array::from_fn(|what| std::array::from_fn(|measure| pairs.iter().map(|p| p[what][measure]).collect()))
    }
}

/// The strongest draws of one pathway, run again on fresh replicates from the strongest on until it is sure whether enough of them keep their
/// sign: whether they do, and a figure. `again` keeps what was run.
fn pathway(
    tracks: &Tracks,
    counts: Counts,
    screened: &[[Differences; 2]],
    again: &mut BTreeMap<(usize, u32), Differences>,
    measure: usize,
    pathway: usize,
) -> (bool, String) {
    let (what, sign) = (pathway / 2, if pathway.is_multiple_of(2) { -1.0 } else { 1.0 });
    // Strongest by the ratio of effect to error.
    let strength = |d: &[Differences; 2]| sign * strength(&estimate(&d[what][measure], 0.99));
    let mut ranked: Vec<(u32, f64)> = screened.iter().enumerate().map(|(d, x)| (d as u32, strength(x))).filter(|x| x.1 > 0.0).collect();
    let mass = ranked.len() as f64 / screened.len() as f64;
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked.truncate(counts.again);
    let needed = (KEPT * counts.again as f64).ceil() as usize;
    let (mut run, mut kept, mut largest) = (0, 0, 0.0_f64);
    for &(draw, _) in &ranked {
        if kept >= needed || kept + ranked.len() - run < needed {
            break;
        }
        let fresh = 1_000_000..1_000_000 + counts.fresh;
        let differences = again.entry((what, draw)).or_insert_with(|| {
            let [differences] = tracks.of_draw(draw, fresh, [COMPARED[what]]);
            differences
        });
        let e = estimate(&differences[measure], 0.99);
        run += 1;
        kept += usize::from(e.excludes_zero() && e.mean * sign > 0.0);
        largest = if e.mean * sign > largest * sign { e.mean } else { largest };
    }
    let text = format!(
        "{}: {} on {:.0} % of draws, {kept} of the strongest {run} keep it ({needed} of {} asked; largest {largest:+.0})",
        MEASURES[measure],
        PATHWAYS[pathway],
        100.0 * mass,
        counts.again
    );
    if full() || bounded() {
        // Hours may pass between these.
        println!("{text}");
    }
    (kept >= needed, text)
}

/// Screens draws, and asks of a measure whether all four pathways are shown; of the second only where the first does not show them.
fn pathways(tracks: &Tracks, counts: Counts) -> super::Verdict {
    let screened: Vec<[Differences; 2]> =
        (0..counts.draws).into_par_iter().map(|d| tracks.of_draw(d, 0..counts.screen, COMPARED)).collect();
    let mut again = BTreeMap::new();
    let mut text = Vec::new();
    for measure in 0..MEASURES.len() {
        let told: Vec<(bool, String)> = (0..PATHWAYS.len()).map(|at| pathway(tracks, counts, &screened, &mut again, measure, at)).collect();
        let shown = told.iter().all(|x| x.0);
        text.extend(told.into_iter().map(|x| x.1));
        if shown {
            return Ok(figure(counts, &text));
        }
    }
    Err(figure(counts, &text))
}

fn figure(counts: Counts, text: &[String]) -> String {
    format!("{} draws x {}, strongest x {}: {}", counts.draws, counts.screen, counts.fresh, text.join("; "))
}

/// Would catch a model in which a seat helps, or harms, whatever is assumed. With reduced counts it reports masses and what is
/// kept; the counts of the design (200 draws x 24, the ten strongest x 400, 1:16) decide: `SULH_GUARDS=full`. With
/// `SULH_GUARDS=bounded` 60 draws x 6 and the ten strongest x 120, at 1:8: what keeps its sign there is shown, what does not may need more futures.
#[test]
#[ignore = "does not hold (each of four pathways on four of ten draws): deaths in the north 4 of 4, 2 of 9, 4 of 10, 4 of 6 at the design's counts; see DECISIONS.md"]
fn missed_both_signs() {
    let within_half_an_hour = Counts { draws: 60, screen: 6, again: 10, fresh: 120 };
    let counts = if bounded() {
        within_half_an_hour
    } else {
        count(Counts { draws: 16, screen: 4, again: 2, fresh: 16 }, Counts { draws: 200, screen: 24, again: 10, fresh: 400 })
    };
    let small = Counts { draws: 6, screen: 3, again: 1, fresh: 4 };
    bites("both_signs", "15 % less violence per armed seat", pathways(&Tracks::new(true), small));
    super::holds("both_signs", pathways(&Tracks::new(false), counts));
}

/// Inclusion's effect on deaths in the north with one parameter at the 5th and at the 95th percentile of its prior and all others at their defaults.
fn at_the_ends_of(path: &str, tracks: &Tracks, replicates: [u64; 2]) -> super::Verdict {
    let first = &tracks.scenarios[0];
    let prior = params::declared(&first.case, first.start).into_iter().find(|d| d.path == path).expect("a parameter").prior;
    let ends = [(0.05, replicates[0]), (0.95, replicates[1])].map(|(share, replicates)| {
        let parameters = common::parameters(first, &[(path, prior.quantile(share))]);
        let [[_, deaths]] = tracks.differences(parameters, SEED, 0..replicates, [COMPARED[0]]);
        estimate(&deaths, 0.99)
    });
    let figures = ends.map(|e| format!("{:+.0} [{:+.0}, {:+.0}]", e.mean, e.low, e.high));
    verdict(
        ends[0].high < 0.0 && ends[1].low > 0.0,
        "below 0 at one end and above 0 at the other",
        format!(
            "deaths in the north, mediated less the state's own process, 99 % intervals: {path} low {} over {} futures, high {} over {}",
            figures[0], replicates[0], figures[1], replicates[1]
        ),
    )
}

/// Would catch a model in which a seat can only help, or only harm: where parties hold still while they bargain, or fight for leverage at
/// the table, inside the prior of that, the same seats lower and raise deaths in the north.
#[test]
#[ignore = "slow: about 3 minutes"]
fn slow_both_signs_of_inclusion_by_leverage() {
    // Of the weaker effect more futures: 400 would miss one of its size, +30 on 1,600 others, more often than not.
    let ends = |calm, replicates| at_the_ends_of("combat.leverage", &Tracks::over(260, 16, calm), replicates);
    super::guard("both_signs_by_leverage", ends(false, [400, 1_000]), "15 % less violence per armed seat", ends(true, [40, 40]));
}
