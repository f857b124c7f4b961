//! All that changes in a run.
pub mod households;
pub mod kin;
pub mod ledger;
pub mod moves;
pub mod organisation;
pub mod peace;
pub mod recent;
pub mod template;

pub use households::Households;
pub use kin::{Away, Displaced};
pub use ledger::{Deadly, Happened, Harm, Kind, Ledger, Struck};
pub use organisation::Organisation;
pub use recent::Recent;
pub use template::{SegmentData, Template};

use crate::dice::{Dice, Stream, mix};
use crate::index::{Bloc, Cluster, Community, Grid, Household, Id, Map, Org, Party, Place, Segment};
use crate::scenario::case::{Case, Recruits};
use crate::scenario::{Stance, Start, Trend};

/// Most organisations of one future; splits beyond it do not happen.
pub const ORGANISATIONS_MOST: usize = 40;
/// Weeks for which harm to civilians counts in whom they believe to protect them.
pub const INCIDENTS: usize = 26;

/// A dispute between two communities that share a place.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain facts of a pair")]
pub struct Dispute {
    pub place: Place,
    pub a: Community,
    pub b: Community,
    pub level: f64,
    pub start: f64,
    pub identity: u64,
}

/// A pair of organisations of one root bloc that broke in the open.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain facts of a break")]
pub struct Break {
    pub a: Org,
    pub b: Org,
    /// Lethal events a week at the forces of the break.
    pub rate: f64,
    pub force_a: f64,
    pub force_b: f64,
}

/// All that changes in a run.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each column is described where a process writes it; see MODEL.md, state")]
pub struct World {
    pub week: i32,
    pub people: Households,
    /// Households away from home, by home and host.
    pub lists: Displaced,
    /// Persons present by place and community (weighted).
    pub present: Grid<Place, Community, f64>,
    /// Persons away from home by home and community (weighted).
    pub away: Grid<Place, Community, f64>,
    /// Slow grievance of segments, divided by `slow_scale`.
    pub slow: Grid<Segment, Bloc, f32>,
    pub slow_scale: f64,
    /// What those away took along of the slow grievance of their segments.
    pub copies: kin::Copies,
    pub kin_fighters: Grid<Segment, Bloc, u16>,
    pub notables: Map<Segment, Trend>,
    /// How many notables of a leaning cell's place and community take its side.
    pub sides: Vec<u32>,
    pub fast: Grid<Cluster, Bloc, f32>,
    pub fear: Map<Cluster, f32>,
    pub organisations: Map<Org, Organisation>,
    pub stances: Grid<Org, Org, Stance>,
    /// Compliance of a pair with what it has signed; 0 where nothing is signed.
    pub compliance: Grid<Org, Org, f64>,
    /// Log factor on a party's attacks while it bargains.
    pub leverage: Map<Party, f64>,
    /// Compliance-weighted share of enemies at a place that no longer hold the state's troops there.
    pub freed: Map<Place, f64>,
    /// Posts or money announced to each party (1 while a seat, list or accord promises them).
    pub posts: Map<Party, f64>,
    /// Amnesty delivered to each party's fighters, times its credibility.
    pub amnesty: Map<Party, f64>,
    /// Whether each party has proposals before it.
    pub proposals: Map<Party, f64>,
    /// What an accord has delivered to each community, from 0 to 1.
    pub delivered: Map<Community, f64>,
    /// Whether each community's party sits at a table.
    pub seated: Map<Community, f64>,
    /// Whether talks are open.
    pub talks_open: bool,
    /// Pairs of communities in dialogue.
    pub dialogues: Vec<(Community, Community)>,
    /// Units a week that go to local programmes.
    pub programmes: f64,
    pub breaks: Vec<Break>,
    pub slots_used: usize,
    pub control: Grid<Place, Bloc, f64>,
    pub sieges: Map<Place, Option<Bloc>>,
    pub hardship: Map<Place, f64>,
    pub disputes: Vec<Dispute>,
    pub climate: f64,
    /// Slow drift by place and pair of root blocs.
    pub drift: Vec<f64>,
    /// Running sums of excitation by place, attacker and target root bloc.
    pub excited: Vec<f64>,
    /// Running sums of events against civilians by place and root bloc, which bring about further ones.
    pub campaign: Vec<f64>,
    pub met: Grid<Bloc, Community, f64>,
    pub abandoned: Grid<Bloc, Community, f64>,
    /// Protection of a community by a bloc in a place: s.
    pub protection: Vec<f64>,
    pub legitimacy: Vec<f64>,
    pub trust: Map<Community, f64>,
    pub marginalisation: Map<Community, f64>,
    pub rents: Map<Community, f64>,
    /// Shift of affinity to the state and its clients.
    pub state_affinity: Map<Community, f64>,
    /// Leaning shares of a place, community and side of its notable.
    pub leanings: Vec<[f64; 4]>,
    pub deaths4: Recent,
    pub own_deaths4: Recent,
    pub harmed6: Recent,
    /// Harms of [`INCIDENTS`] weeks.
    pub harm26: Recent,
    /// Of these, what is remembered of a bloc that broke from another and was done before: it happened once.
    pub inherited26: Recent,
    /// One-sided events of a year.
    pub one_sided: Recent,
    pub dyad_deaths52: Recent,
    pub deaths_memory: Map<Place, f64>,
    pub regime: Regime,
    pub peace: peace::Peace,
    /// 26-week mean of the value of places held, by bloc.
    pub held: Map<Bloc, f64>,
    /// What a bloc takes over of its root's start, as a share: all of it, until a part leaves in an open break.
    pub stake: Map<Bloc, f64>,
    /// Fighters by place and root bloc, as of the week's start.
    pub force: Grid<Place, Bloc, f64>,
    pub ledger: Ledger,
}

/// Positions of the displaced who stay in one place, counted over their homes in order.
#[derive(Clone, Debug)]
pub struct Guests {
    ends: Vec<u32>,
}

impl Guests {
    /// How many households.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.ends.last().copied().unwrap_or(0)
    }
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The home of a position and the place in that home's list.
    #[must_use]
    pub fn find(&self, position: u32) -> (Place, usize) {
        let home = self.ends.partition_point(|&end| end <= position);
        let first = if home == 0 { 0 } else { self.ends[home - 1] };
        (Place::from_at(home), (position - first) as usize)
    }
}

/// The state's regime.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Regime {
    pub hard_liners: f64,
    pub coups: u32,
    pub coup_now: bool,
}

/// Positions in flat tables of several indices.
impl World {
    /// Number of memory slots.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.fast.columns()
    }
    /// Position of (bloc, place, community).
    #[must_use]
    pub fn bpc(&self, bloc: Bloc, place: Place, community: Community) -> usize {
        (bloc.at() * self.force.rows() + place.at()) * self.trust.len() + community.at()
    }
    /// Position of (perpetrator, harmed bloc, place).
    #[must_use]
    pub fn bbp(&self, by: Bloc, against: Bloc, place: Place) -> usize {
        (by.at() * self.slots() + against.at()) * self.force.rows() + place.at()
    }
    /// Position of (place, bloc).
    #[must_use]
    pub fn pb(&self, place: Place, bloc: Bloc) -> usize {
        place.at() * self.slots() + bloc.at()
    }
    /// Position of (place, attacker, target).
    #[must_use]
    pub fn pbb(&self, place: Place, attacker: Bloc, target: Bloc) -> usize {
        (place.at() * self.slots() + attacker.at()) * self.slots() + target.at()
    }
    /// Position of a leaning cell.
    #[must_use]
    pub fn cell(&self, place: Place, community: Community, notable: Trend) -> usize {
        (place.at() * self.trust.len() + community.at()) * 3 + notable as usize
    }
    /// Whether the burn-in runs.
    #[must_use]
    pub fn burning_in(&self) -> bool {
        self.week < 0
    }
    /// Organisations that take part.
    pub fn active(&self) -> impl Iterator<Item = (Org, &Organisation)> {
        self.organisations.iter().filter(|(_, o)| o.alive)
    }
    /// Slow grievance of a segment against a bloc.
    #[must_use]
    pub fn slow_of(&self, segment: Segment, bloc: Bloc) -> f64 {
        f64::from(self.slow[(segment, bloc)]) * self.slow_scale
    }
    /// Persons present in a place.
    #[must_use]
    pub fn inhabitants(&self, place: Place) -> f64 {
        self.present.row(place).iter().sum()
    }
    /// Recomputes the fighters by place and root bloc.
    pub fn muster(&mut self) {
        self.force.values_mut().fill(0.0);
        for organisation in self.organisations.values().iter().filter(|o| o.alive) {
            for place in (0..self.force.rows()).map(Place::from_at) {
                self.force[(place, organisation.root)] += organisation.fighters[place];
            }
        }
    }
    /// All fighters of a root bloc.
    #[must_use]
    pub fn strength(&self, root: Bloc) -> f64 {
        self.organisations.values().iter().filter(|o| o.alive && o.root == root).map(Organisation::total).sum()
    }

    /// The world of a start, before anything happened. `strength` gives the fighters of each organisation.
    #[must_use]
    pub fn new(case: &Case, template: &Template, start: &Start, strength: &Map<Org, f64>, dice: Dice) -> Self {
        let (zones, communities, slots) = (case.zones, case.communities.len(), template.slots);
        let mut people = Households::new(template);
        let mut lists = Displaced::filled(zones, case.places.len(), Vec::new());
        let mut present = Grid::filled(case.places.len(), communities, 0.0);
        for (at, segment) in template.segments.iter() {
            let persons = f64::from(segment.end - segment.first) * f64::from(template.household_size) * template.weight(at);
            present[(segment.place, segment.community)] += persons;
        }
        for &(household, host) in &template.displaced {
            let (_, segment) = template.lineage(household);
            people.put(household, host, false);
            lists[(segment.place, host)].push(Away { household, copy: 0 });
            let persons = f64::from(template.household_size) * template.weight_of(household);
            present[(segment.place, segment.community)] -= persons;
            present[(host, segment.community)] += persons;
        }
        let mut away = Grid::filled(zones, communities, 0.0);
        for &(household, _) in &template.displaced {
            let (_, segment) = template.lineage(household);
            away[(segment.place, segment.community)] += f64::from(template.household_size) * template.weight_of(household);
        }
        let mut stances = Grid::filled(ORGANISATIONS_MOST, ORGANISATIONS_MOST, Stance::Neutral);
        for a in case.organisations.ids() {
            for b in case.organisations.ids() {
                stances[(a, b)] = start.stances[(a, b)];
            }
        }
        let mut control = Grid::filled(zones, slots, 0.0);
        for place in case.zones() {
            for bloc in case.blocs.ids() {
                control[(place, bloc)] = start.control[(place, bloc)];
            }
        }
        let mut sieges = Map::filled(zones, None);
        for &(place, bloc) in &start.sieges {
            sieges[place] = Some(bloc);
        }
        let mut world = Self {
            week: 0,
            people,
            lists,
            present,
            away,
            slow: Grid::filled(template.segments.len(), slots, 0.0),
            slow_scale: 1.0,
            copies: kin::Copies::new(template.segments.len(), slots),
            kin_fighters: Grid::filled(template.segments.len(), slots, 0),
            notables: Map::new(template.segments.values().iter().map(|s| s.notable).collect()),
            sides: sides(template, zones, communities),
            fast: Grid::filled(template.clusters.len(), slots, 0.0),
            fear: Map::filled(template.clusters.len(), 0.0),
            organisations: Map::new(Vec::new()),
            stances,
            compliance: Grid::filled(ORGANISATIONS_MOST, ORGANISATIONS_MOST, 0.0),
            leverage: Map::filled(case.parties.len(), 0.0),
            freed: Map::filled(zones, 0.0),
            posts: Map::filled(case.parties.len(), 0.0),
            amnesty: Map::filled(case.parties.len(), 0.0),
            proposals: Map::filled(case.parties.len(), 0.0),
            delivered: Map::filled(communities, 0.0),
            seated: Map::filled(communities, 0.0),
            talks_open: false,
            dialogues: Vec::new(),
            programmes: 0.0,
            breaks: Vec::new(),
            slots_used: case.blocs.len(),
            control,
            sieges,
            hardship: Map::filled(zones, 0.0),
            disputes: case
                .feuds
                .iter()
                .map(|f| Dispute {
                    place: f.place,
                    a: f.a,
                    b: f.b,
                    level: f.dispute,
                    start: f.dispute,
                    identity: mix(case.places[f.place].identity, mix(case.communities[f.a].identity, case.communities[f.b].identity)),
                })
                .collect(),
            climate: 0.0,
            drift: vec![0.0; zones * slots * slots],
            excited: vec![0.0; zones * slots * slots],
            campaign: vec![0.0; zones * slots],
            met: Grid::filled(slots, communities, 2.0),
            abandoned: Grid::filled(slots, communities, 2.0),
            protection: vec![0.0; slots * zones * communities],
            legitimacy: vec![0.0; slots * zones * communities],
            trust: Map::new(case.communities.values().iter().map(|c| c.trust).collect()),
            marginalisation: Map::new(case.communities.values().iter().map(|c| c.marginalisation).collect()),
            rents: Map::new(case.communities.values().iter().map(|c| c.rents).collect()),
            state_affinity: Map::filled(communities, 0.0),
            leanings: (0..zones * communities * 3).map(|at| case.leanings[Community::from_at(at / 3 % communities)]).collect(),
            deaths4: Recent::new(4, zones),
            own_deaths4: Recent::new(4, zones * slots),
            harmed6: Recent::new(6, slots * slots * zones),
            harm26: Recent::new(INCIDENTS, slots * zones * communities),
            inherited26: Recent::new(INCIDENTS, slots * zones * communities),
            one_sided: Recent::new(52, 1),
            dyad_deaths52: Recent::new(52, slots * slots),
            deaths_memory: Map::filled(zones, 0.0),
            regime: Regime { hard_liners: 0.5, coups: 0, coup_now: false },
            peace: peace::Peace::default(),
            held: Map::filled(slots, 0.0),
            stake: Map::filled(slots, 1.0),
            force: Grid::filled(zones, slots, 0.0),
            ledger: Ledger::default(),
        };
        world.raise(case, template, start, strength, dice);
        world.muster();
        world
    }

    /// A copy of everything but the households.
    #[must_use]
    pub fn apart_from_people(&mut self) -> Self {
        let people = std::mem::take(&mut self.people);
        let copy = self.clone();
        self.people = people;
        copy
    }

    /// Places the organisations of the case with their fighters, who come from households of their communities.
    fn raise(&mut self, case: &Case, template: &Template, start: &Start, strength: &Map<Org, f64>, dice: Dice) {
        let umbrellas: Vec<&str> = case.organisations.values().iter().filter_map(|o| o.umbrella.as_deref()).collect();
        for (org, data) in case.organisations.iter() {
            let total = strength[org].round();
            let mut fighters = Map::filled(case.zones, 0.0);
            let mut given = 0.0;
            for place in case.zones() {
                fighters[place] = (total * start.fighters[(org, place)]).floor();
                given += fighters[place];
            }
            // The remainder goes to the largest place, so that the sum is exact.
            if let Some(largest) = case.zones().max_by(|&a, &b| fighters[a].total_cmp(&fighters[b])) {
                fighters[largest] += total - given;
            }
            let mut organisation = Organisation {
                identity: data.identity,
                slug: data.slug.clone(),
                name: data.name.clone(),
                origin: org,
                root: data.bloc,
                bloc: data.bloc,
                party: data.party,
                umbrella: data.umbrella.as_deref().and_then(|u| umbrellas.iter().position(|&x| x == u)).map(|at| at as u8),
                recruits: data.recruits,
                members: Vec::new(),
                cohesion: data.cohesion,
                discipline: data.discipline,
                intelligence: Map::filled(case.zones, data.intelligence),
                quality: data.quality,
                resources: 0.5,
                integrated: Map::filled(case.zones, 0.0),
                balance: (0.0, 0.0),
                table_momentum: 0.0,
                losses: [0.0; organisation::LOSS_WEEKS],
                replacements: Vec::new(),
                pause: 0.0,
                alive: total > 0.0,
                restraint: 0.0,
                joined: 0.0,
                fighters,
            };
            if data.recruits == Recruits::Households {
                self.enlist(case, template, &mut organisation, dice);
            }
            self.organisations.push(organisation);
        }
    }

    /// Finds for each fighter of the start a household near him, more often of communities with affinity.
    fn enlist(&mut self, case: &Case, template: &Template, organisation: &mut Organisation, dice: Dice) {
        for place in case.zones() {
            let wanted = organisation.fighters[place] as u64;
            if wanted == 0 {
                continue;
            }
            let mut draws = dice.at(Stream::RecruitWho, -53, mix(organisation.identity, case.places[place].identity));
            let weights: Vec<f64> = case
                .communities
                .ids()
                .map(|c| {
                    let (from, end) = template.lineages[(place, c)];
                    f64::from(end - from) * template.weights(place)[c.at()] * libm::exp(2.0 * case.affinity[(organisation.bloc, c)])
                })
                .collect();
            let before = organisation.members.len();
            for _ in 0..wanted {
                let Some(community) = draws.choose(weights.iter().copied()) else { break };
                let (from, end) = template.lineages[(place, Community::from_at(community))];
                for _ in 0..50 {
                    let segment = Segment(from + draws.below((end - from) as usize) as u32);
                    let data = &template.segments[segment];
                    let household = data.first + draws.below((data.end - data.first) as usize) as u32;
                    let row = &mut self.people[Household(household)];
                    if f64::from(row.gone) < f64::from(row.men) * template.weight(segment) {
                        row.gone += 1;
                        self.kin_fighters[(segment, organisation.bloc)] += 1;
                        organisation.members.push(household);
                        break;
                    }
                }
            }
            // Whoever found no household (never, unless a place has no free men) is not counted.
            organisation.fighters[place] = (organisation.members.len() - before) as f64;
        }
    }

    /// Removes fighters who died at a place; each household loses the man as a person. Returns how many.
    pub fn remove_fighters(&mut self, template: &Template, org: Org, place: Place, count: f64, draws: &mut crate::dice::Draws) -> f64 {
        let organisation = &mut self.organisations[org];
        let count = count.min(organisation.fighters[place]).max(0.0);
        let mut fallen = Vec::new();
        organisation.fighters[place] -= count;
        if organisation.recruits == Recruits::Households {
            for _ in 0..count.round() as u64 {
                if organisation.members.is_empty() {
                    break;
                }
                let household = Household(organisation.members.swap_remove(draws.below(organisation.members.len())));
                let kin = &mut self.kin_fighters[(template.segment(household), organisation.bloc)];
                *kin = kin.saturating_sub(1);
                fallen.push(household);
            }
        }
        for household in fallen {
            self.bury_fighter(template, household, draws);
        }
        count
    }

    /// A household loses a man who fought; where nobody is left of it, its kin do. A kept household stands for `weight`
    /// persons each, so that it loses one in `weight` times.
    fn bury_fighter(&mut self, template: &Template, household: Household, draws: &mut crate::dice::Draws) {
        let (at, segment) = template.lineage(household);
        let weight = template.weight(at);
        if weight > 1.0 && draws.unit() >= 1.0 / weight {
            return;
        }
        let kin = (segment.first..segment.end).map(Household);
        let alive = std::iter::once(household).chain(kin).find(|h| self.people.living(*h) > 0);
        if let Some(household) = alive {
            self.bury(template, household, 1);
        }
    }

    /// Reads the rows of some households, so that the waits for memory overlap before each is dealt with in turn. Changes nothing.
    pub fn fetch(&self, households: impl Iterator<Item = Household>) {
        std::hint::black_box(households.fold(0, |sum, household| sum ^ self.people[household].men ^ self.people.living(household)));
    }

    /// Reads who of some households lives, as `fetch` reads their rows.
    pub fn fetch_living(&self, households: impl Iterator<Item = Household>) {
        std::hint::black_box(households.fold(0, |sum, household| sum ^ self.people.living(household)));
    }

    /// Reads what some households and their lineages are first asked about, as `fetch` reads rows.
    pub fn fetch_kin(&self, template: &Template, those: impl Iterator<Item = (Household, Segment)>) {
        let mut sum = 0;
        let ends = |row: &[f32]| row[0].to_bits() ^ row[row.len() - 1].to_bits();
        for (household, segment) in those {
            let kin = self.kin_fighters.row(segment);
            sum ^= u32::from(kin[0] ^ kin[kin.len() - 1]) ^ ends(self.slow.row(segment)) ^ self.notables[segment] as u32;
            sum ^= u32::from(self.people.remembers(household)) ^ template.segments[segment].first;
        }
        std::hint::black_box(sum);
    }

    /// The displaced who stay in a place, as their number by home, in order.
    #[must_use]
    pub fn guests(&self, host: Place) -> Guests {
        let mut first = 0;
        let sums = |home| {
            first += self.lists[(home, host)].len() as u32;
            first
        };
        Guests { ends: self.lists.ids().map(sums).collect() }
    }

    /// Removes up to `persons` of a household, who died; returns how many of the template's persons.
    pub fn bury(&mut self, template: &Template, household: Household, persons: u8) -> u8 {
        let (at, dead) = (self.people.at(household), self.people.lose(household, persons));
        let (segment, data) = template.lineage(household);
        let (home, community) = (data.place, data.community);
        let weighted = f64::from(dead) * template.weight(segment);
        self.present[(at, community)] -= weighted;
        if at != home {
            self.away[(home, community)] -= weighted;
        }
        dead
    }
}

/// Notables of the start by leaning cell.
fn sides(template: &Template, zones: usize, communities: usize) -> Vec<u32> {
    let mut sides = vec![0; zones * communities * 3];
    for segment in template.segments.values() {
        sides[(segment.place.at() * communities + segment.community.at()) * 3 + segment.notable as usize] += 1;
    }
    sides
}

/// A dice-free summary of the state, for tests of determinism: changes when anything that matters changes.
#[must_use]
pub fn digest(world: &World) -> u64 {
    let mut hash = mix(1, u64::from(world.week.cast_unsigned()));
    let mut add = |x: f64| hash = mix(hash, x.to_bits());
    for organisation in world.organisations.values() {
        if organisation.total() > 0.0 {
            organisation.fighters.values().iter().for_each(|&x| add(x));
            add(organisation.resources);
            add(organisation.cohesion);
        }
    }
    world.control.values().iter().for_each(|&x| add(x));
    world.present.values().iter().for_each(|&x| add(x));
    world.disputes.iter().for_each(|d| add(d.level));
    world.fear.values().iter().for_each(|&x| add(f64::from(x)));
    world.leanings.iter().flatten().for_each(|&x| add(x));
    hash
}
