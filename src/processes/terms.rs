//! Terms that several processes read: forces, enemies, affinity, momentum, hurt, holdings.
use super::Model;
use crate::index::{Bloc, Community, Grid, Id, Org, Place};
use crate::params::Parameters;
use crate::scenario::case::{Recruits, TRENDS};
use crate::scenario::{Case, Stance, Trend};
use crate::units::kept;
use crate::world::{Organisation, World};

/// Affinity from which a community counts as a bloc's constituency.
pub const CONSTITUENCY: f64 = 0.5;
/// Fighters below which a bloc neither attacks nor recruits.
pub const DORMANT: f64 = 25.0;
/// Fighters of a bloc in a place below which nobody is met there: forces are fractions of what moves about.
pub const PRESENT: f64 = 1.0;
/// People of a mean zone, to which incidents and deaths are scaled.
pub const MEAN_ZONE: f64 = 225_000.0;
/// Weeks in a month.
const WEEKS_PER_MONTH: f64 = 365.25 / 12.0 / 7.0;

/// The case's bloc behind a memory slot: slots of open breaks keep the traits of the bloc they came from.
#[must_use]
pub fn traits(world: &World, model: &Model, bloc: Bloc) -> Bloc {
    if bloc.at() < model.case.blocs.len() {
        return bloc;
    }
    world.organisations.values().iter().find(|o| o.bloc == bloc).map_or(model.case.state, |o| o.root)
}

/// The memory slots of a root bloc: its own, and those of who broke from it.
pub fn of_root(world: &World, model: &Model, root: Bloc) -> impl Iterator<Item = Bloc> {
    let broken = (model.case.blocs.len()..world.slots_used).map(Bloc::from_at);
    std::iter::once(root).chain(broken.filter(move |&bloc| traits(world, model, bloc) == root))
}

/// Control of a place by a root bloc, whichever of its slots has it.
#[must_use]
pub fn control_of_root(world: &World, model: &Model, place: Place, root: Bloc) -> f64 {
    of_root(world, model, root).map(|bloc| world.control[(place, bloc)]).sum()
}

/// Starting affinity between a bloc and a community.
#[must_use]
pub fn affinity(world: &World, model: &Model, bloc: Bloc, community: Community) -> f64 {
    model.case.affinity[(traits(world, model, bloc), community)]
}

/// Whether a community is a bloc's constituency, by the starting affinity.
#[must_use]
pub fn is_own(world: &World, model: &Model, bloc: Bloc, community: Community) -> bool {
    affinity(world, model, bloc, community) >= CONSTITUENCY
}

/// Memory slots in use.
pub fn blocs(world: &World) -> impl Iterator<Item = Bloc> + use<> {
    (0..world.slots_used).map(Bloc::from_at)
}

/// How the stance of a pair weighs in combat: hostile and neutral at rates of their own, a truce a tenth, allies none.
#[must_use]
pub fn by_stance(stance: Stance, hostile: f64, neutral: f64) -> f64 {
    match stance {
        Stance::Hostile => hostile,
        Stance::Truce => 0.1 * hostile,
        Stance::Neutral => neutral,
        Stance::Allied => 0.0,
    }
}

/// The rate of a pair of organisations by its stance.
#[must_use]
pub fn hostility(model: &Model, a: &Organisation, b: &Organisation, stance: Stance) -> f64 {
    let pair = (a.root, b.root);
    by_stance(stance, model.solved.hostile_rate[pair], model.solved.neutral_rate[pair])
}

/// Recorded events a month as true events a week.
#[must_use]
pub fn true_per_week(recorded_per_month: f64, p: &Parameters) -> f64 {
    recorded_per_month / p.combat.observation / WEEKS_PER_MONTH
}

/// Whether an ally of one of two organisations fights the other: nobody comes to terms with his friend's enemy.
#[must_use]
pub fn friends_enemy(world: &World, a: Org, b: Org) -> bool {
    let stands = |k: Org, l: Org, stance| world.stances[(k, l)] == stance;
    world.active().any(|(c, _)| {
        stands(a, c, Stance::Allied) && stands(b, c, Stance::Hostile) || stands(b, c, Stance::Allied) && stands(a, c, Stance::Hostile)
    })
}

/// Lethal events a month that the case lists for a pair of root blocs, in this draw.
#[must_use]
pub fn listed_rate(case: &Case, p: &Parameters, a: Bloc, b: Bloc) -> Option<f64> {
    let listed = case.dyads.iter().zip(&p.tables.rates).find(|(d, _)| (d.a, d.b) == (a, b) || (d.a, d.b) == (b, a));
    listed.map(|(_, &rate)| rate)
}

/// Whether two blocs have organisations that are hostile to each other.
#[must_use]
pub fn enemies(world: &World) -> Vec<Vec<bool>> {
    let n = world.slots();
    let mut grid = vec![vec![false; n]; n];
    for (a, x) in world.active() {
        for (b, y) in world.active() {
            if x.bloc != y.bloc && world.stances[(a, b)] == Stance::Hostile {
                grid[x.bloc.at()][y.bloc.at()] = true;
            }
        }
    }
    grid
}

/// Fighters of a memory bloc in a place.
#[must_use]
pub fn fighters(world: &World, bloc: Bloc, place: Place) -> f64 {
    world.active().filter(|(_, o)| o.bloc == bloc).map(|(_, o)| o.fighters[place]).sum()
}

/// Fighters of all memory blocs, by place and slot.
#[must_use]
pub fn presence(world: &World) -> Vec<f64> {
    let mut table = vec![0.0; world.force.rows() * world.slots()];
    for (_, o) in world.active() {
        for (place, n) in o.fighters.iter() {
            table[world.pb(place, o.bloc)] += n;
        }
    }
    table
}

/// Value of the places that a bloc controls.
#[must_use]
pub fn holdings(world: &World, model: &Model, bloc: Bloc) -> f64 {
    model.case.zones().map(|p| model.case.places[p].value * world.control[(p, bloc)]).sum()
}

/// Holdings relative to the start's, of which a break takes a part.
#[must_use]
pub fn relative_holdings(world: &World, model: &Model, bloc: Bloc) -> f64 {
    let root = traits(world, model, bloc);
    let start = model.solved.holdings[root] * world.stake[bloc];
    if start <= 1e-9 { 1.0 } else { (holdings(world, model, bloc) / start).min(3.0) }
}

/// Threat to each bloc's own people at each place: incidents by others per 1,000 of them in 26 weeks, as 1 - exp(-x).
#[derive(Clone, Debug)]
pub struct Threats {
    at: Grid<Bloc, Place, f64>,
    own: Grid<Bloc, Place, f64>,
}

impl Threats {
    /// Of the harm and the people of now.
    #[must_use]
    pub fn new(world: &World, model: &Model) -> Self {
        let (zones, slots) = (model.case.zones, world.slots());
        let mut threats = Self { at: Grid::filled(slots, zones, 0.0), own: Grid::filled(slots, zones, 0.0) };
        let mut incidents: Grid<Bloc, Place, f64> = Grid::filled(slots, zones, 0.0);
        // Incidents by all blocs, by place and community.
        let (harm, cells) = (world.harm26.totals(), zones * model.case.communities.len());
        let mut all = vec![0.0; cells];
        for by in harm.chunks(cells).take(world.slots_used) {
            all.iter_mut().zip(by).for_each(|(sum, &n)| *sum += f64::from(n));
        }
        for again in world.inherited26.totals().chunks(cells).take(world.slots_used).skip(model.case.blocs.len()) {
            all.iter_mut().zip(again).for_each(|(sum, &n)| *sum -= f64::from(n));
        }
        for community in model.case.communities.ids() {
            for bloc in blocs(world).filter(|&bloc| is_own(world, model, bloc, community)) {
                for place in model.case.zones() {
                    threats.own[(bloc, place)] += world.present[(place, community)];
                    let all = all[world.bpc(Bloc::from_at(0), place, community)];
                    if all > 0.0 {
                        incidents[(bloc, place)] += all - f64::from(harm[world.bpc(bloc, place, community)]);
                    }
                }
            }
        }
        for (at, (&n, &people)) in incidents.values().iter().zip(threats.own.values()).enumerate() {
            if n > 0.0 && people >= 1.0 {
                threats.at.values_mut()[at] = -libm::expm1(-1_000.0 * n / people);
            }
        }
        threats
    }

    /// To the own people of a bloc at a place.
    #[must_use]
    pub fn at(&self, bloc: Bloc, place: Place) -> f64 {
        self.at[(bloc, place)]
    }

    /// To the state's people, mean over the zones to which freed troops could go: what they could meet.
    #[must_use]
    pub fn to_the_waiting(&self, case: &Case) -> f64 {
        case.waiting.iter().map(|&q| self.at(case.state, q)).sum::<f64>() / case.waiting.len().max(1) as f64
    }

    /// To the own people of a bloc in all zones, weighted by them.
    #[must_use]
    pub fn overall(&self, bloc: Bloc) -> f64 {
        let people: f64 = self.own.row(bloc).iter().sum();
        let sum: f64 = self.own.row(bloc).iter().zip(self.at.row(bloc)).map(|(n, threat)| n * threat).sum();
        if people > 0.0 { sum / people } else { 0.0 }
    }
}

/// Share of a community that leans to a trend, over its places and the sides of its notables.
#[must_use]
pub fn leaning(world: &World, model: &Model, community: Community, trend: Trend) -> f64 {
    let (mut sum, mut all) = (0.0, 0.0);
    for place in model.case.zones() {
        let (from, end) = model.template.lineages[(place, community)];
        for notable in TRENDS {
            let weight = f64::from(end - from) * model.case.leanings[community][notable as usize];
            sum += weight * world.leanings[world.cell(place, community, notable)][trend as usize];
            all += weight;
        }
    }
    if all > 0.0 { sum / all } else { 0.0 }
}

/// Momentum of an organisation in [-1, 1]: the balance of losses and of holdings, with the table's value while it lasts.
#[must_use]
pub fn momentum(world: &World, model: &Model, org: Org) -> f64 {
    /// Variance over mean of weekly balances, in deaths of an average event.
    const SPREAD: f64 = 5.0;
    let m = &model.p.mediation;
    let organisation = &world.organisations[org];
    let expected = model.solved.events[organisation.origin].max(0.02);
    let sd = libm::sqrt((1.0 - kept(m.momentum_fast, 1.0)) / 2.0 * SPREAD / expected);
    let balance = (organisation.balance.0 - organisation.balance.1) / (m.momentum_deaths * expected);
    let mean = world.held[organisation.bloc];
    let held = if mean > 1e-6 { (holdings(world, model, organisation.bloc) / mean - 1.0).clamp(-2.0, 2.0) } else { 0.0 };
    (libm::tanh(balance / (m.momentum_width * sd) + held) + organisation.table_momentum).clamp(-1.0, 1.0)
}

/// Whether an organisation is of the state's side (army and partners), whose fighters do not come from households.
#[must_use]
pub fn of_the_state(organisation: &Organisation) -> bool {
    organisation.recruits != Recruits::Households
}

/// Log of a month's season at a week.
#[must_use]
pub fn season(model: &Model, week: i32) -> f64 {
    let month = model.scenario.start().date.map_or(1, |d| d.after_weeks(week).civil().1);
    model.case.season[(month - 1) as usize]
}
