//! What is solved once per parameter draw: levels of violence from the forces of the reference period, levels of recruitment, leanings
//! and tolerances from the start's own. Closed forms first, then corrections by what violence is usual with fighters and people
//! at the data, in the mean over many pasts; what hangs on who was harmed of late is asked of several pasts. All of it on all
//! the people, whatever the scale.
mod pasts;
mod usual;

use crate::dice::Dice;
use crate::index::{Bloc, Community, Grid, Id, Map, Org, Place, Segment};
use crate::params::Parameters;
use crate::processes::recruitment::{Appeal, Context, Man};
use crate::processes::{
    Model, Solved, abuse, combat, communal, deployment, displacement, governance, grievance, leanings, protection, recruitment, severity,
    terms,
};
use crate::scenario::case::{Recruits, TRENDS};
use crate::scenario::{Case, Scenario};
use crate::world::{Template, World};

/// Weeks of a burn-in.
pub const BURN_IN: i32 = 52;
/// Corrections of first guesses: the second finds abuse and answers at the levels of the first.
const CORRECTIONS: usize = 2;
/// Whose luck the pasts have on which levels are solved. Every draw has the same, so that draws differ by their parameters alone; another is
/// for those who ask how much hangs on it.
#[derive(Clone, Copy, Debug)]
pub struct Luck(pub u64);

impl Default for Luck {
    fn default() -> Self {
        Self(2017)
    }
}

impl Luck {
    /// The dice of a past, from 1 on; 0 are those that the pasts share.
    fn dice(self, past: usize) -> Dice {
        Dice::new(self.0, past as u64)
    }
}

/// Least overlap of two blocs on which a level is solved, as a share of their geometric mean force in one place.
const OVERLAP_LEAST: f64 = 0.02;

/// Solves a parameter draw.
#[must_use]
pub fn solve(scenario: &Scenario, template: &Template, p: &Parameters, luck: Luck) -> Solved {
    let case = &*scenario.case;
    let template = template.whole();
    let mut solved = blank(case, p);
    let dice = luck.dice(0);

    of_reference(&mut solved, scenario, template, p, luck);

    // The start's own forces.
    let start = scenario.start();
    let mut world = World::new(case, template, start, &p.tables.strength, dice);
    let before = solved.clone();
    at_start(&mut solved, &Model { case, scenario, template, p, solved: &before, dice, held: true }, &world, &start.fighters);
    expected(&mut solved, scenario, template, p, dice, &world);
    attractions(&mut solved, scenario, template, p, dice, &world);
    tolerances(&mut solved, case, p, &world, start);
    let before = solved.clone();
    let model = Model { case, scenario, template, p, solved: &before, dice, held: true };
    let table = world.control.clone();
    governance::settle_control(&mut world, &model);
    let usual = usual::usual(&world, &model, luck);
    world.control = table;
    protection::stood(&mut world, &model, &usual.stood, BURN_IN);
    for k in case.blocs.ids() {
        for place in case.zones() {
            solved.one_sided[(k, place)] = solved.abuse[k] * usual.abuse[(k, place)] / (1.0 - p.abuse.campaign);
        }
    }
    remembered(&mut solved, scenario, template, p, luck, &mut world, &usual.answer);
    solved
}

/// Levels of violence, from the reference forces.
fn of_reference(solved: &mut Solved, scenario: &Scenario, template: &Template, p: &Parameters, luck: Luck) {
    let (case, dice) = (&*scenario.case, luck.dice(0));
    let mut reference = World::new(case, template, &case.reference, &p.tables.reference_strength, dice);
    at_start(
        solved,
        &Model { case, scenario, template, p, solved: &blank(case, p), dice, held: true },
        &reference,
        &case.reference.fighters,
    );
    levels(solved, case, p, &reference, &Grid::filled(case.blocs.len(), case.blocs.len(), 1.0));
    first_guess(solved, scenario, template, p, dice, &reference);
    let before = solved.clone();
    governance::settle_control(&mut reference, &Model { case, scenario, template, p, solved: &before, dice, held: true });
    for _ in 0..CORRECTIONS {
        let before = solved.clone();
        let model = Model { case, scenario, template, p, solved: &before, dice, held: true };
        let usual = usual::usual(&reference, &model, luck);
        for k in case.blocs.ids() {
            let abuse: f64 = usual.abuse.row(k).iter().sum();
            if abuse > 0.0 {
                solved.abuse[k] = terms::true_per_week(case.one_sided[k], p) * (1.0 - p.abuse.campaign) / abuse;
            }
        }
        levels(solved, case, p, &reference, &usual.answer);
        let feuds = usual::feuds(&reference, &model);
        if feuds > 0.0 {
            solved.contact = terms::true_per_week(p.communal.rate, p) / feuds;
        }
    }
}

fn blank(case: &Case, p: &Parameters) -> Solved {
    let (b, z) = (case.blocs.len(), case.zones);
    let mut delta = Grid::filled(b, b, 0.0);
    for dyad in &case.dyads {
        delta[(dyad.a, dyad.b)] = libm::log(dyad.loss_ratio);
        delta[(dyad.b, dyad.a)] = -libm::log(dyad.loss_ratio);
    }
    Solved {
        hostile_rate: Grid::filled(b, b, 0.0),
        neutral_rate: Grid::filled(b, b, 0.0),
        delta,
        mean_ratio: Grid::filled(b, b, 0.0),
        abuse: Map::filled(b, 0.0),
        one_sided: Grid::filled(b, z, 0.0),
        tail: severity::tail_table(p.combat.tail_exponent, p.combat.tail_cut),
        turned_on: {
            let mut table = p.tables.targeting.clone();
            for k in case.blocs.ids() {
                for c in case.communities.ids() {
                    table[(k, c)] *= libm::exp(-p.abuse.sparing * case.affinity[(k, c)]);
                }
            }
            table
        },
        near: case.zones().map(|q| combat::within_two(case, q)).collect(),
        steps: deployment::steps(case, p.deployment.reach),
        ways: case
            .zones()
            .map(|q| {
                displacement::destinations(case, q).into_iter().map(|(to, km)| (to, displacement::nearness(&p.displacement, km))).collect()
            })
            .collect(),
        contact: 0.0,
        stress: vec![0.0; case.feuds.len()],
        recruitment: Grid::filled(b, z, 0.0),
        capacity: Map::filled(b, 1.0),
        eta_mean: Map::filled(b, 0.0),
        alpha: Map::filled(case.communities.len(), [0.0; 4]),
        losses: Map::filled(case.organisations.len(), 0.0),
        events: Map::filled(case.organisations.len(), 0.0),
        attraction: Map::filled(case.places.len(), 1.0),
        share: Grid::filled(case.organisations.len(), z, 0.0),
        threat: Grid::filled(b, z, 0.0),
        enemies: Grid::filled(b, z, 0.0),
        force: Grid::filled(b, z, 0.0),
        hold: Grid::filled(b, z, 1.0),
        legitimacy: Vec::new(),
        holdings: Map::filled(b, 0.0),
        tolerance: Map::filled(case.parties.len(), 1.0),
        centre: (0.0, 0.0),
        set_ratio: Map::filled(case.organisations.len(), 0.0),
    }
}

/// What the start itself says: shares, forces, enemies, holdings, ratios, legitimacy.
fn at_start(solved: &mut Solved, model: &Model, world: &World, fighters: &Grid<Org, Place, f64>) {
    let case = model.case;
    let hostile = terms::enemies(world);
    for org in case.organisations.ids() {
        for place in case.zones() {
            solved.share[(org, place)] = fighters[(org, place)];
        }
    }
    for k in case.blocs.ids() {
        solved.capacity[k] =
            world.active().filter(|(_, o)| o.root == k && o.recruits == Recruits::Households).map(|(_, o)| o.total()).sum::<f64>().max(1.0);
        solved.holdings[k] = terms::holdings(world, model, k);
        for place in case.zones() {
            solved.force[(k, place)] = world.force[(place, k)];
            let foes: f64 = case.blocs.ids().filter(|l| hostile[k.at()][l.at()]).map(|l| world.force[(place, l)]).sum();
            let own = world.force[(place, k)];
            solved.enemies[(k, place)] = if own + foes > 0.0 { foes / (own + foes) } else { 0.0 };
        }
        for l in case.blocs.ids().filter(|&l| l != k) {
            let (mut sum, mut weight) = (0.0, 0.0);
            for place in case.zones() {
                let mass = |root: Bloc| -> f64 {
                    world
                        .active()
                        .filter(|(_, o)| o.root == root)
                        .map(|(_, o)| o.fighters[place].min(model.p.combat.column) * o.quality)
                        .sum::<f64>()
                };
                let (a, b) = (mass(k), mass(l));
                if a >= 1.0 && b >= 1.0 {
                    let w = libm::sqrt(a * b);
                    sum += w * libm::log(a / b);
                    weight += w;
                }
            }
            solved.mean_ratio[(k, l)] = if weight > 0.0 { sum / weight } else { 0.0 };
        }
    }
    solved.hold = governance::hold(world, model);
    let mut settled = world.clone();
    governance::settle_legitimacy(&mut settled, model);
    solved.legitimacy = settled.legitimacy;
    for set in combat::allied_sets(world) {
        let ratio = combat::set_ratio(world, model, &set);
        for org in set {
            solved.set_ratio[world.organisations[org].origin] = ratio;
        }
    }
}

/// Levels of every pair from the overlap of the reference forces.
fn levels(solved: &mut Solved, case: &Case, p: &Parameters, world: &World, answer: &Grid<Bloc, Bloc, f64>) {
    for k in case.blocs.ids() {
        for l in case.blocs.ids().filter(|l| l.at() > k.at()) {
            let mut overlap = 0.0;
            for place in case.zones() {
                overlap += 2.0 * libm::sqrt(world.force[(place, k)] * world.force[(place, l)]) / 100.0;
            }
            let least = OVERLAP_LEAST * 2.0 * libm::sqrt(world.strength(k) * world.strength(l)) / 100.0;
            let overlap = overlap.max(least).max(1e-6);
            let excited = 1.0 / (1.0 - p.combat.excitation);
            let per = |rate: f64| terms::true_per_week(rate, p) / (p.combat.lethal * overlap * answer[(k, l)] * excited);
            let open = per(terms::listed_rate(case, p, k, l).unwrap_or(p.combat.open_rate));
            let neutral = per(p.combat.neutral_rate);
            for (x, y) in [(k, l), (l, k)] {
                solved.hostile_rate[(x, y)] = open;
                solved.neutral_rate[(x, y)] = neutral;
            }
        }
    }
}

/// Closed-form first guesses of abuse and feuds, to be corrected.
fn first_guess(solved: &mut Solved, scenario: &Scenario, template: &Template, p: &Parameters, dice: Dice, world: &World) {
    let snapshot = solved.clone();
    let model = Model { case: &scenario.case, scenario, template, p, solved: &snapshot, dice, held: true };
    for k in model.case.blocs.ids() {
        let base: f64 = model.case.zones().map(|q| abuse::base_rate(world, &model, k, q)).sum();
        // Collateral and reprisal about double the rate at rest.
        solved.abuse[k] =
            if base > 0.0 { terms::true_per_week(model.case.one_sided[k], p) * (1.0 - p.abuse.campaign) / (2.0 * base) } else { 0.0 };
    }
    let feuds: f64 = world.disputes.iter().map(|d| communal::rate(world, &model, d)).sum();
    solved.contact = if feuds > 0.0 { terms::true_per_week(p.communal.rate, p) / feuds } else { 0.0 };
    stress(solved, &model, world);
}

/// What keeps each dispute at its start: pasture stress, with settlement and the feud's own events taken into account.
fn stress(solved: &mut Solved, model: &Model, world: &World) {
    let fade = crate::units::kept(model.p.communal.half_life, 1.0);
    for (at, d) in world.disputes.iter().enumerate() {
        let settle = governance::settlement(world, model, d.place, d.a, d.b);
        let events = solved.contact * communal::rate(world, model, d);
        let level = d.start.clamp(0.0, 0.95);
        solved.stress[at] = (level * (1.0 - fade * settle) / (1.0 - level) - events * model.p.communal.jump).max(0.0);
    }
}

/// Expected weekly lethal events and losses of each organisation at the start, from intensities.
fn expected(solved: &mut Solved, scenario: &Scenario, template: &Template, p: &Parameters, dice: Dice, world: &World) {
    let snapshot = solved.clone();
    let model = Model { case: &scenario.case, scenario, template, p, solved: &snapshot, dice, held: true };
    let lethal = p.combat.lethal / (1.0 - p.combat.excitation);
    combat::base_rates(world, &model, |k, l, place, rate| {
        let events = rate * lethal;
        let lost_by_l = crate::units::logistic(snapshot.delta[(k, l)]);
        for (root, lost) in [(k, 1.0 - lost_by_l), (l, lost_by_l)] {
            let total = world.force[(place, root)];
            for (_, o) in world.active().filter(|(_, o)| o.root == root && total > 0.0) {
                let share = o.fighters[place] / total;
                solved.events[o.origin] += events * share;
                solved.losses[o.origin] += events * share * severity::MEAN_SIZE * lost * 0.95;
            }
        }
    });
    stress(solved, &model, world);
}

/// Cost tolerance of each party, so that its hurt starts at the table's value.
fn tolerances(solved: &mut Solved, case: &Case, p: &Parameters, world: &World, start: &crate::scenario::Start) {
    let m = &p.mediation;
    for party in case.parties.ids() {
        let (mut lost, mut fighters) = (0.0, 0.0);
        for (_, o) in world.active().filter(|(_, o)| o.party == Some(party)) {
            lost += m.hurt_window * solved.losses[o.origin];
            fighters += o.total();
        }
        let besieged = if party == case.state_party { start.sieges.len() as f64 / case.zones as f64 } else { 0.0 };
        let cost = m.hurt_base + m.hurt_losses * lost / fighters.max(1.0) + m.hurt_siege * besieged;
        let hurt = start.positions[party].hurt.clamp(0.01, 0.95);
        solved.tolerance[party] = cost / -libm::log1p(-hurt);
    }
}

/// Draws of refuges, so that flight at the start splits as those who had fled by then; as refugees did when they were
/// counted where the start names none.
fn attractions(solved: &mut Solved, scenario: &Scenario, template: &Template, p: &Parameters, dice: Dice, world: &World) {
    let case = &*scenario.case;
    let mut violence = Map::filled(case.zones, 1e-3);
    {
        let snapshot = solved.clone();
        let model = Model { case, scenario, template, p, solved: &snapshot, dice, held: true };
        combat::base_rates(world, &model, |_, _, place, rate| violence[place] += rate);
        for k in case.blocs.ids() {
            for place in case.zones() {
                violence[place] += 2.0 * snapshot.abuse[k] * abuse::base_rate(world, &model, k, place) / (1.0 - p.abuse.campaign);
            }
        }
    }
    let refuges: Vec<Place> = case.places.ids().filter(|&q| !case.is_zone(q)).collect();
    let displaced = &scenario.start().displaced;
    let stock =
        |r: Place| if displaced.is_empty() { case.places[r].refugees } else { displaced.iter().filter(|d| d.1 == r).map(|d| d.2).sum() };
    let inside =
        if displaced.is_empty() { case.displaced_inside } else { displaced.iter().filter(|d| case.is_zone(d.1)).map(|d| d.2).sum() };
    let total: f64 = inside + refuges.iter().map(|&r| stock(r)).sum::<f64>();
    for _ in 0..200 {
        let mut flows = Map::filled(case.places.len(), 0.0);
        let mut all = 0.0;
        for from in case.zones() {
            let reach = &solved.ways[from.at()];
            let weights: Vec<f64> = reach.iter().map(|&(q, w)| solved.attraction[q] * w).collect();
            let sum: f64 = weights.iter().sum();
            for (&(q, _), w) in reach.iter().zip(&weights) {
                flows[q] += violence[from] * w / sum;
            }
            all += violence[from];
        }
        for &r in &refuges {
            let want = stock(r) / total;
            let now = flows[r] / all;
            if now > 0.0 && want > 0.0 {
                solved.attraction[r] = (solved.attraction[r] * libm::pow(want / now, 0.5)).clamp(1e-6, 1e6);
            } else if want <= 0.0 {
                solved.attraction[r] = 1e-6;
            }
        }
    }
}

/// What hangs on who was harmed lately, in the mean over several pasts: threat; recruitment, the mean log rate of each bloc and its
/// level at each place; the constants of leanings.
fn remembered(
    solved: &mut Solved,
    scenario: &Scenario,
    template: &Template,
    p: &Parameters,
    luck: Luck,
    world: &mut World,
    answer: &Grid<Bloc, Bloc, f64>,
) {
    let case = &*scenario.case;
    let snapshot = solved.clone();
    let model = Model { case, scenario, template, p, solved: &snapshot, dice: luck.dice(0), held: true };
    governance::settle_legitimacy(world, &model);
    let mut threat = pasts::Threat::new(&model);
    let recruiting: Vec<Bloc> = case.blocs.ids().filter(|&k| model.solved.capacity[k] >= terms::DORMANT).collect();
    let mut rates: Vec<LogRates> = recruiting.iter().map(|_| LogRates::new(case.zones)).collect();
    let mut pulls = Map::filled(case.communities.len(), [0.0; 4]);
    let looks = pasts::look(world, &model, answer, luck, |world, model| {
        threat.add(world, model);
        log_rates(world, model, &recruiting, &mut rates);
        for community in case.communities.ids() {
            for (sum, x) in pulls[community].iter_mut().zip(mean_pull(world, model, community)) {
                *sum += x;
            }
        }
    });
    let threat = threat.over(looks);
    solved.threat = threat.at;
    solved.centre.0 = threat.waiting;
    for (&k, rates) in recruiting.iter().zip(&rates) {
        recruitment_level(solved, &model, world, k, rates, looks);
    }
    for community in case.communities.ids() {
        solved.alpha[community] = leanings::alpha_of(&case.leanings[community], &pulls[community].map(|x| x / looks as f64));
    }
}

/// How men are spread over log rates of joining a bloc, by place, in all pasts together: in steps so fine that an exponential is right to one in
/// 100,000, as a log rate for each lineage and past would take a hundred megabytes.
struct LogRates {
    men: Map<Place, Vec<u32>>,
    /// Log rates of all men together.
    sum: f64,
    all: u64,
}

impl LogRates {
    /// Steps to 1.
    const FINE: f64 = 64.0;
    /// Log rates lie between less this and this, or count as if they did: further from their mean than [`recruitment::CLIP`] all are alike, and
    /// a mean this far out would take everybody's grievance at its most, at a weight near the end of its range.
    const REACH: f64 = 32.0;
    const STEPS: usize = (2.0 * Self::REACH * Self::FINE) as usize;

    fn new(zones: usize) -> Self {
        Self { men: Map::filled(zones, vec![0; Self::STEPS]), sum: 0.0, all: 0 }
    }

    fn add(&mut self, place: Place, men: u16, eta: f64) {
        let step = ((eta + Self::REACH) * Self::FINE).clamp(0.0, Self::STEPS as f64 - 1.0) as usize;
        self.men[place][step] += u32::from(men);
        self.sum += f64::from(men) * eta;
        self.all += u64::from(men);
    }

    fn mean(&self) -> f64 {
        self.sum / self.all.max(1) as f64
    }

    /// Men of a place, each as often as he joins for one of the mean log rate.
    fn mass(&self, place: Place) -> f64 {
        let eta = |step: usize| (step as f64 + 0.5) / Self::FINE - Self::REACH;
        let mean = self.mean();
        let men = self.men[place].iter().enumerate().filter(|(_, men)| **men > 0);
        men.map(|(step, &men)| f64::from(men) * libm::exp((eta(step) - mean).clamp(-recruitment::CLIP, recruitment::CLIP))).sum()
    }
}

/// Adds the log rate of each lineage for some blocs, for a man of mean hardship whose household leans as likely as its kind does.
fn log_rates(world: &World, model: &Model, blocs: &[Bloc], rates: &mut [LogRates]) {
    let (case, context) = (model.case, Context::new(world, model));
    let leaning = model.p.recruitment.affinity * recruitment::LEANING_AFFINITY;
    let mut held = vec![0.0; case.blocs.len()];
    for place in case.zones() {
        for community in case.communities.ids() {
            let (from, end) = model.template.lineages[(place, community)];
            if from == end {
                continue;
            }
            let appeals: Vec<Appeal> = blocs.iter().map(|&k| Appeal::new(world, model, &context, k, place, community)).collect();
            for segment in (from..end).map(Segment) {
                let data = &model.template.segments[segment];
                let man = Man { segment, hardship: case.communities[community].hardship, fear: f64::from(world.fear[data.cluster]) };
                // Once for all blocs that may ask.
                let against = grievance::unharmed(world, model, segment);
                held.iter_mut().zip(case.blocs.ids()).for_each(|(held, bloc)| *held = against(bloc));
                let leans = &world.leanings[world.cell(place, community, data.notable)];
                for ((&k, appeal), rates) in blocs.iter().zip(&appeals).zip(rates.iter_mut()) {
                    let eta = recruitment::eta(world, model, appeal, &man, |b| held[b.at()]);
                    rates.add(place, data.men, eta + leaning * leans[case.blocs[k].trend as usize]);
                }
            }
        }
    }
}

/// The level of a bloc at each place that gives its expected inflow, and the mean log rate, from log rates of all lineages after some pasts.
fn recruitment_level(solved: &mut Solved, model: &Model, world: &World, k: Bloc, rates: &LogRates, pasts: usize) {
    let (case, p) = (model.case, model.p);
    solved.eta_mean[k] = rates.mean();
    let mass: Vec<f64> = case.zones().map(|place| rates.mass(place) / pasts as f64).collect();
    let outflow: f64 = {
        let (mut lost, mut n) = (0.0, 0.0);
        for (_, o) in world.active().filter(|(_, o)| o.root == k && o.recruits == Recruits::Households) {
            lost += solved.losses[o.origin];
            n += o.total();
        }
        p.recruitment.exit + if n > 0.0 { lost / n } else { 0.0 }
    };
    let mut levels: Vec<Option<f64>> = vec![None; case.zones];
    let (mut joint, mut places) = (0.0, 0.0);
    for place in case.zones() {
        let here = terms::fighters(world, k, place);
        let shelter = protection::shelter(model, here, world.inhabitants(place));
        if here >= terms::PRESENT && mass[place.at()] > 0.0 && shelter > 0.0 {
            let inflow = p.tables.inflow[k] * outflow * here;
            let level = inflow / (shelter * mass[place.at()]);
            levels[place.at()] = Some(level);
            joint += libm::log(level) * here;
            places += here;
        }
    }
    let typical = if places > 0.0 { libm::exp(joint / places) } else { 0.0 };
    for place in case.zones() {
        // Within a factor of five of the bloc's mean; half of it where nobody is.
        solved.recruitment[(k, place)] = levels[place.at()].map_or(0.5 * typical, |l| l.clamp(typical / 5.0, typical * 5.0));
    }
}

/// The mean pull of a community to each leaning over its places and notables, weighted by lineages.
fn mean_pull(world: &World, model: &Model, community: Community) -> [f64; 4] {
    let (mut pull, mut weight) = ([0.0; 4], 0.0);
    for place in model.case.zones() {
        let (from, end) = model.template.lineages[(place, community)];
        if end == from {
            continue;
        }
        for trend in TRENDS {
            let share = model.case.leanings[community][trend as usize];
            let w = f64::from(end - from) * share;
            for (total, x) in pull.iter_mut().zip(leanings::pulls(world, model, place, community, trend)) {
                *total += w * x;
            }
            weight += w;
        }
    }
    pull.map(|x| if weight > 0.0 { x / weight } else { 0.0 })
}
