//! What a story keeps of one future: events, who took part, the map week by week, and the diary of one household. It reads the
//! world and the week's ledger, and changes nothing.
use crate::index::{Bloc, Community, Household, Id, Org, Place};
use crate::processes::grievance::Held;
use crate::processes::{Model, displacement, protection, recruitment, terms};
use crate::scenario::Trend;
use crate::scenario::case::TRENDS;
use crate::world::households::{Decay, UNASKED};
use crate::world::organisation::Organisation;
use crate::world::{Happened, World};

/// An organisation of a future, those that appeared in it included.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Named {
    pub slug: String,
    pub name: String,
    /// The organisation of the case from which it came.
    pub origin: Org,
}

/// A zone in a week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ground {
    /// The case's bloc that controls more of it than any other, if anybody does.
    pub strongest: Option<Bloc>,
    /// Its control, from 0 to 1.
    pub control: f32,
    /// Deaths of the week, civilians and fighters.
    pub deaths: f32,
    /// Whether its town is besieged.
    pub besieged: bool,
}

/// What one household thinks of a bloc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The bloc.
    pub bloc: Bloc,
    /// Grievance, from 0 (none) to 1.
    pub grievance: f64,
    /// Protection by it less harm from it, where the household is, from -1 to 1; `None` where nobody fights over the place.
    pub protection: Option<f64>,
    /// Affinity of its community to the bloc, as it is now.
    pub affinity: f64,
    /// Control of the place where the household is.
    pub control: f64,
    /// Men of its lineage under that bloc's arms.
    pub kin: u32,
}

/// How a household stands at the end of a week.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Standing {
    pub week: i32,
    pub at: Place,
    pub people: u32,
    /// Men who have joined an organisation, died in one, or serve in the army.
    pub gone: u32,
    /// Those of them who are under arms, by organisation.
    pub under_arms: Vec<(Org, u32)>,
    pub hardship: f64,
    pub fear: f64,
    /// Its own leaning, if it was ever asked; the inner `None` is a household that leans nowhere.
    pub leaning: Option<Option<Trend>>,
    /// Leanings of the people like it (its community, place and notable): the three trends and none.
    pub leanings: [f64; 4],
    /// The side of its lineage's notable.
    pub notable: Trend,
    pub views: Vec<View>,
}

/// Something that happened to a household or near it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When.
    pub week: i32,
    /// How near: `household`, `kin` or `neighbours`.
    pub near: &'static str,
    /// What happened.
    pub text: String,
}

/// The diary of one household.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "plain facts")]
pub struct Diary {
    pub household: Household,
    pub home: Place,
    pub community: Community,
    /// Households of its lineage and of its settlement.
    pub kin: u32,
    pub neighbours: u32,
    /// Persons for whom each of its members stands (the scale).
    pub weight: f64,
    pub men: u32,
    pub entries: Vec<Entry>,
    /// At the start, every season, and at the end.
    pub standings: Vec<Standing>,
    last: Standing,
}

/// Weeks between two looks at what a household thinks.
pub const SEASON: i32 = 13;

/// The chronicle of one future.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chronicle {
    /// Everything that is told, in order.
    pub events: Vec<Happened>,
    /// Organisations, by their index.
    pub organisations: Vec<Named>,
    /// Zones, by week.
    pub ground: Vec<Vec<Ground>>,
    /// The diary, where one is asked for.
    pub diary: Option<Diary>,
}

impl Chronicle {
    /// An empty chronicle; with the diary of a household if one is asked for.
    #[must_use]
    pub fn new(model: &Model, world: &World, household: Option<Household>) -> Self {
        Self { diary: household.map(|household| Diary::new(model, world, household)), ..Self::default() }
    }

    /// Notes the week that has just ended.
    pub fn week(&mut self, model: &Model, world: &World) {
        self.events.extend(world.ledger.happened.iter().cloned());
        self.organisations =
            world.organisations.values().iter().map(|o| Named { slug: o.slug.clone(), name: o.name.clone(), origin: o.origin }).collect();
        self.ground.push(ground(model, world));
        if let Some(diary) = &mut self.diary {
            diary.week(model, world);
        }
    }
}

fn ground(model: &Model, world: &World) -> Vec<Ground> {
    let mut deaths = vec![0.0; model.case.zones];
    let all = world.ledger.fighter_deaths.iter().copied().chain(world.ledger.civilian_deaths.iter().map(|&(place, _, n)| (place, n)));
    for (place, n) in all {
        deaths[place.at()] += n;
    }
    let of = |place: Place| {
        let strongest = displacement::strongest(world, place);
        Ground {
            strongest: strongest.map(|bloc| terms::traits(world, model, bloc)),
            control: strongest.map_or(0.0, |bloc| world.control[(place, bloc)]) as f32,
            deaths: deaths[place.at()] as f32,
            besieged: world.sieges[place].is_some(),
        }
    };
    model.case.zones().map(of).collect()
}

impl Diary {
    fn new(model: &Model, world: &World, household: Household) -> Self {
        let (lineage, segment) = model.template.lineage(household);
        let cluster = &model.template.clusters[segment.cluster];
        let now = standing(model, world, household);
        Self {
            household,
            home: segment.place,
            community: segment.community,
            kin: segment.end - segment.first,
            neighbours: cluster.end - cluster.first,
            weight: model.template.weight(lineage),
            men: u32::from(world.people[household].men),
            entries: Vec::new(),
            standings: vec![Standing { week: world.week - 1, ..now.clone() }],
            last: now,
        }
    }

    fn week(&mut self, model: &Model, world: &World) {
        let now = standing(model, world, self.household);
        self.note(model, world, &now);
        if now.week % SEASON == SEASON - 1 || now.week == model.scenario.weeks - 1 {
            self.standings.push(now.clone());
        }
        self.last = now;
    }

    /// What the week brought: what the ledger names, and what has changed about the household.
    fn note(&mut self, model: &Model, world: &World, now: &Standing) {
        let (case, last) = (model.case, self.last.clone());
        let (segment, data) = model.template.lineage(self.household);
        let place = |at: Place| case.places[at].name.as_str();
        let bloc = |bloc: Bloc| case.blocs[terms::traits(world, model, bloc)].name.as_str();
        let name = |org: Org| world.organisations[org].name.clone();
        let mut said: Vec<(&'static str, String)> = Vec::new();
        let (mut kin, mut near) = (Vec::new(), Vec::new());
        for harm in &world.ledger.harms {
            let blame = if harm.blamed == harm.perpetrator { String::new() } else { format!(", though it was {}", bloc(harm.perpetrator)) };
            let what =
                format!("{} by {}{blame}", if harm.lethal { "a killing" } else { "an arrest, beating or plunder" }, bloc(harm.blamed));
            if harm.household == self.household {
                said.push(("household", format!("struck: {what}")));
            } else if model.template.segment(harm.household) == segment {
                kin.push((harm.lethal, bloc(harm.blamed)));
            } else if harm.cluster == data.cluster {
                near.push((harm.lethal, bloc(harm.blamed)));
            }
        }
        for (whose, list) in [("kin", kin), ("neighbours", near)] {
            let mut done: Vec<(bool, &str)> = Vec::new();
            for &(lethal, by) in &list {
                if done.contains(&(lethal, by)) {
                    continue;
                }
                done.push((lethal, by));
                let n = list.iter().filter(|other| **other == (lethal, by)).count();
                let of = if lethal { "killed" } else { "arrested, beaten or plundered" };
                said.push((whose, format!("{n} {} {of}; they blame {by}", if n == 1 { "household" } else { "households" })));
            }
        }
        if now.people < last.people {
            said.push(("household", format!("{} of {} persons are dead", last.people - now.people, last.people)));
        }
        if now.gone > last.gone {
            let with = moved(&last, now);
            let text = with.map_or("a man goes under arms".to_owned(), |org| format!("a man goes to fight with {}", name(org)));
            said.push(("household", text));
        } else if now.gone < last.gone {
            let from = moved(now, &last).map_or("those under arms".to_owned(), name);
            said.push(("household", format!("a man comes home from {from}")));
        }
        if now.at != last.at {
            let why = format!(
                "fear {:.2}, {:.0} deaths there in four weeks",
                last.fear,
                if case.is_zone(last.at) { world.deaths4.get(last.at.at()) } else { 0.0 }
            );
            let text = if now.at == self.home {
                format!("comes home to {} from {}", place(now.at), place(last.at))
            } else {
                format!("flees from {} to {} ({why})", place(last.at), place(now.at))
            };
            said.push(("household", text));
        }
        if now.leaning != last.leaning {
            let lean = now.leaning.flatten().map_or("nobody".to_owned(), |trend| format!("the {} side", case.trends[trend as usize]));
            said.push(("household", format!("asked whom it is for, it leans to {lean}")));
        }
        if now.notable != last.notable {
            said.push(("kin", format!("its notable goes over to the {} side", case.trends[now.notable as usize])));
        }
        let strongest = |standing: &Standing| {
            standing.views.iter().filter(|v| v.control > 0.0).max_by(|a, b| a.control.total_cmp(&b.control)).map(|v| v.bloc)
        };
        if let (Some(before), Some(after)) = (strongest(&last), strongest(now))
            && before != after
            && now.at == last.at
        {
            said.push((
                "neighbours",
                format!("{} are now the strongest in {}; until now it was {}", bloc(after), place(now.at), bloc(before)),
            ));
        }
        let week = world.week;
        self.entries.extend(said.into_iter().map(|(near, text)| Entry { week, near, text }));
    }
}

/// A trend as the lines of `--json` name it, whatever a case calls it.
#[must_use]
pub fn trend_name(trend: Trend) -> &'static str {
    match trend {
        Trend::Loyalist => "loyalist",
        Trend::Independentist => "independentist",
        Trend::Islamist => "Islamist",
    }
}

/// The organisation with which more of a household's men stand after than before.
fn moved(before: &Standing, after: &Standing) -> Option<Org> {
    let men = |of: &Standing, org| of.under_arms.iter().find(|x| x.0 == org).map_or(0, |x| x.1);
    after.under_arms.iter().map(|x| x.0).find(|&org| men(after, org) > men(before, org))
}

fn standing(model: &Model, world: &World, household: Household) -> Standing {
    let (segment, data) = model.template.lineage(household);
    let (row, at) = (world.people[household], world.people.at(household));
    let held = Held::of(world, model, Decay::new(world.week, model.p.grievance.slow_half_life), household);
    let zone = model.case.is_zone(at);
    let notable = world.notables[segment];
    let men = |organisation: &Organisation| organisation.members.iter().filter(|&&member| member == household.0).count() as u32;
    let under_arms = world.organisations.iter().map(|(org, organisation)| (org, men(organisation))).filter(|x| x.1 > 0).collect();
    let views = model
        .case
        .blocs
        .ids()
        .map(|bloc| View {
            bloc,
            grievance: held.against(bloc),
            protection: zone.then(|| protection::of(world, bloc, at, data.community)),
            affinity: recruitment::affinity_now(world, model, bloc, if zone { at } else { data.place }, data.community),
            control: if zone { world.control[(at, bloc)] } else { 0.0 },
            kin: u32::from(world.kin_fighters[(segment, bloc)]),
        })
        .collect();
    Standing {
        week: world.week,
        at,
        people: u32::from(world.people.living(household)),
        gone: u32::from(row.gone),
        under_arms,
        hardship: recruitment::hardship(world, model, household),
        fear: f64::from(world.fear[data.cluster]),
        leaning: (row.leaning != UNASKED).then(|| TRENDS.get(usize::from(row.leaning)).copied()),
        leanings: world.leanings[world.cell(data.place, data.community, notable)],
        notable,
        views,
    }
}
