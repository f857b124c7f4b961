//! The published test of displacement models, northern Mali 2012: given where conflict was recorded from which day, which borders
//! were closed and how many arrived in all, the model's own flight places people among camps.
//!
//! The chance to leave, the weight of a destination, and moving on are the functions of the weekly process; here they act on
//! expected numbers of persons on the instance's map of towns, week by week.
use crate::params::displacement::Displacement;
use crate::processes::displacement::{appeal, by_road, chance_to_move_on, nearness};
use crate::scenario::Case;
use crate::sim::Ready;
use crate::units::Date;
use std::collections::BTreeMap;

/// The five tables of the instance: locations, links, closures, camps, levels.
const TABLES: [&str; 5] = [
    include_str!("../../scenarios/cases/mali/validation/refugees-2012/locations.csv"),
    include_str!("../../scenarios/cases/mali/validation/refugees-2012/links.csv"),
    include_str!("../../scenarios/cases/mali/validation/refugees-2012/closures.csv"),
    include_str!("../../scenarios/cases/mali/validation/refugees-2012/camps.csv"),
    include_str!("../../scenarios/cases/mali/validation/refugees-2012/levels.csv"),
];
/// First day of the instance.
const FIRST: &str = "2012-02-29";
/// Days that are scored.
pub const DAYS: usize = 300;
/// Days of a step of the process.
const STEP: usize = 7;
/// What Flee, the model made for this instance, scores with its stock settings, camp capacities included.
pub const FLEE: f64 = 0.27;

/// A town or camp.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// Name.
    pub name: String,
    /// Whether it is a camp.
    pub camp: bool,
    /// Day from which conflict is recorded.
    pub conflict_from: Option<f64>,
    country: String,
    /// People of a town, capacity of a camp.
    people: f64,
    /// The case's place whose seat it is, or in which the camp lies.
    place: Option<String>,
}

/// The instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// Towns and camps.
    pub locations: Vec<Location>,
    links: Vec<(usize, usize, f64)>,
    closures: Vec<(String, String, f64, f64)>,
    /// Registered persons by camp and day, at the level of the last registration.
    registered: Vec<Vec<f64>>,
}

fn rows(text: &str) -> Result<Vec<BTreeMap<String, String>>, String> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().collect::<Result<_, _>>().map_err(|error| error.to_string())
}

fn number(row: &BTreeMap<String, String>, column: &str) -> Result<f64, String> {
    let text = row.get(column).ok_or_else(|| format!("no column `{column}`"))?;
    text.parse().map_err(|_| format!("`{text}` in `{column}` is not a number"))
}

fn day(text: &str) -> Result<f64, String> {
    let first = Date::parse(FIRST).expect("a date");
    Date::parse(text).map(|date| f64::from(date.days_since(first))).ok_or_else(|| format!("`{text}` is not a date"))
}

impl Instance {
    /// The published instance.
    ///
    /// # Errors
    /// What is wrong with its tables.
    pub fn published() -> Result<Self, String> {
        let [locations, links, closures, camps, levels] = TABLES.map(rows);
        let mut towns = Vec::new();
        for row in locations? {
            let text = |column: &str| row.get(column).filter(|x| !x.is_empty()).cloned();
            towns.push(Location {
                name: text("name").ok_or("a location without a name")?,
                camp: text("kind").as_deref() == Some("camp"),
                conflict_from: if text("conflict_from_day").is_some() { Some(number(&row, "conflict_from_day")?) } else { None },
                country: text("country").unwrap_or_default(),
                people: if text("people").is_some() { number(&row, "people")? } else { 0.0 },
                place: text("place"),
            });
        }
        let find = |row: &BTreeMap<String, String>, column: &str| {
            let name = row.get(column).cloned().unwrap_or_default();
            towns.iter().position(|town| town.name == name).ok_or_else(|| format!("`{name}` is not a location"))
        };
        let mut roads = Vec::new();
        for row in links? {
            roads.push((find(&row, "a")?, find(&row, "b")?, number(&row, "km")?));
        }
        let mut closed = Vec::new();
        for row in closures? {
            closed.push((row["a"].clone(), row["b"].clone(), number(&row, "from_day")?, number(&row, "to_day")?));
        }
        let mut level = vec![(f64::NEG_INFINITY, 1.0); towns.len()];
        for row in levels? {
            level[find(&row, "camp")?] = (day(&row["until"])?, number(&row, "factor")?);
        }
        let mut counts: Vec<Vec<(f64, f64)>> = vec![Vec::new(); towns.len()];
        for row in camps? {
            let (camp, at) = (find(&row, "camp")?, day(&row["date"])?);
            let factor = if at < level[camp].0 { level[camp].1 } else { 1.0 };
            counts[camp].push((at, number(&row, "registered")? * factor));
        }
        let registered = counts.iter().map(|counts| (0..DAYS).map(|day| between(counts, day as f64)).collect()).collect();
        Ok(Self { locations: towns, links: roads, closures: closed, registered })
    }

    /// The camps, as positions among the locations.
    #[must_use]
    pub fn camps(&self) -> Vec<usize> {
        (0..self.locations.len()).filter(|&at| self.locations[at].camp).collect()
    }

    /// Registered persons of a camp on a day.
    #[must_use]
    pub fn registered(&self, camp: usize, day: usize) -> f64 {
        self.registered[camp][day.min(DAYS - 1)]
    }

    fn total(&self, day: usize) -> f64 {
        self.camps().iter().map(|&camp| self.registered(camp, day)).sum()
    }

    /// Neighbours of each location on a day: links across a closed border are out.
    fn neighbours(&self, day: f64) -> Vec<Vec<(usize, f64)>> {
        let shut = |x: &str, y: &str| {
            self.closures.iter().any(|(a, b, from, to)| (*from..*to).contains(&day) && ((a == x && b == y) || (a == y && b == x)))
        };
        let mut neighbours = vec![Vec::new(); self.locations.len()];
        for &(a, b, km) in &self.links {
            if !shut(&self.locations[a].country, &self.locations[b].country) {
                neighbours[a].push((b, km));
                neighbours[b].push((a, km));
            }
        }
        neighbours
    }
}

/// A count between two registrations, on the line between them.
fn between(counts: &[(f64, f64)], day: f64) -> f64 {
    let after = counts.iter().position(|x| x.0 >= day);
    match after {
        Some(0) => counts[0].1,
        Some(at) => {
            let ((a, x), (b, y)) = (counts[at - 1], counts[at]);
            x + (y - x) * (day - a) / (b - a)
        }
        None => counts.last().map_or(0.0, |last| last.1),
    }
}

/// Who lives in the towns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum People {
    /// The instance's figures for the towns themselves.
    Towns,
    /// Those of the case's zone, where the town is its seat.
    Zones,
}

/// What the model is given beside onsets, closures and total arrivals.
#[derive(Clone, Debug)]
pub struct Setting<'a> {
    /// Parameters of flight.
    pub parameters: &'a Displacement,
    /// The case's people.
    pub case: &'a Case,
    /// Draw of each location, as solved elsewhere.
    pub attraction: &'a [f64],
    /// Who lives in the towns.
    pub people: People,
    /// Whether a camp takes fewer as it fills up to the capacity that the instance gives.
    pub room: bool,
}

/// Draws of the locations: those of the case's places, solved for the stocks of refugees that a start counts.
#[must_use]
pub fn attractions(instance: &Instance, ready: &Ready) -> Vec<f64> {
    let case = &*ready.scenario.case;
    let of = |slug: &String| case.place(slug).map_or(1.0, |place| ready.solved.attraction[place]);
    instance.locations.iter().map(|location| location.place.as_ref().map_or(1.0, of)).collect()
}

/// Persons placed in each location by day.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// By day, then location (those of camps count).
    pub days: Vec<Vec<f64>>,
    /// Averaged relative difference, by day.
    pub difference: Vec<f64>,
}

impl Placed {
    /// Mean of the daily differences: the score.
    #[must_use]
    pub fn score(&self) -> f64 {
        self.difference.iter().sum::<f64>() / self.difference.len() as f64
    }
}

/// Those who move in a week: from where, how many have not moved before, how many have, and where to.
struct Leaving {
    from: usize,
    at_home: f64,
    guests: f64,
    hot: bool,
    ways: Vec<(usize, f64)>,
}

/// Places the arrivals week by week, and scores the days between.
#[must_use]
pub fn place(instance: &Instance, setting: &Setting) -> Placed {
    // How many left in all is given, also in weeks in which more left a town than a zone ever loses.
    let p = &Displacement { most: 1.0, ..setting.parameters.clone() };
    let n = instance.locations.len();
    let mut at_home: Vec<f64> =
        instance.locations.iter().map(|location| if location.camp { 0.0 } else { living(location, setting) }).collect();
    let mut here = vec![0.0; n];
    let mut weeks: Vec<(f64, Vec<f64>)> = Vec::new();
    // The week before the first day brings those who were registered by then.
    let mut from = -(STEP as f64);
    while from < DAYS as f64 {
        let begun = from.max(0.0);
        let arrivals =
            instance.total((from + STEP as f64).max(0.0) as usize) - instance.camps().iter().map(|&camp| here[camp]).sum::<f64>();
        if arrivals > 0.0 {
            let leaving = leaving(instance, setting, p, begun, &at_home, &here);
            move_people(instance, p, &leaving, arrivals, &mut at_home, &mut here);
        } else {
            let all: f64 = instance.camps().iter().map(|&camp| here[camp]).sum();
            instance.camps().iter().for_each(|&camp| here[camp] *= (all + arrivals) / all);
        }
        from += STEP as f64;
        weeks.push((from, here.clone()));
    }
    let mut days = Vec::new();
    for day in 0..DAYS {
        let at = weeks.iter().position(|week| week.0 >= day as f64).unwrap_or(weeks.len() - 1).max(1);
        let ((a, x), (b, y)) = (&weeks[at - 1], &weeks[at]);
        let passed = ((day as f64 - a) / (b - a)).clamp(0.0, 1.0);
        days.push(x.iter().zip(y).map(|(x, y)| x + (y - x) * passed).collect::<Vec<f64>>());
    }
    let difference = days
        .iter()
        .enumerate()
        .map(|(day, placed)| {
            instance.camps().iter().map(|&camp| (placed[camp] - instance.registered(camp, day)).abs()).sum::<f64>() / instance.total(day)
        })
        .collect();
    Placed { days, difference }
}

fn living(location: &Location, setting: &Setting) -> f64 {
    let zone = location.place.as_ref().and_then(|slug| setting.case.place(slug)).filter(|&place| setting.case.is_zone(place));
    match (setting.people, zone) {
        (People::Zones, Some(place)) => setting.case.places[place].people_census,
        _ => location.people,
    }
}

fn hot(location: &Location, day: f64) -> bool {
    location.conflict_from.is_some_and(|from| from <= day)
}

fn leaving(instance: &Instance, setting: &Setting, p: &Displacement, day: f64, at_home: &[f64], here: &[f64]) -> Vec<Leaving> {
    let neighbours = instance.neighbours(day);
    let draw = |to: usize| {
        let location = &instance.locations[to];
        let room = if setting.room && location.camp { (1.0 - here[to] / location.people).max(0.0) } else { 1.0 };
        // A place of conflict is held by those from whom people flee.
        let hostile = if hot(location, day) { 1.0 } else { 0.0 };
        room * appeal(setting.attraction[to], 0.0, hostile)
    };
    let mut all = Vec::new();
    for from in (0..instance.locations.len()).filter(|&at| !instance.locations[at].camp) {
        // The instance's map is one of towns and roads, some of which lead through camps: any number of links is one way.
        let reach = by_road(from, instance.locations.len(), |at: usize| &neighbours[at], |_| true);
        let ways: Vec<(usize, f64)> = reach.into_iter().map(|(to, km)| (to, draw(to) * nearness(p, km))).collect();
        let sum: f64 = ways.iter().map(|way| way.1).sum();
        if sum > 0.0 {
            let ways = ways.into_iter().map(|(to, weight)| (to, weight / sum)).collect();
            all.push(Leaving { from, at_home: at_home[from], guests: here[from], hot: hot(&instance.locations[from], day), ways });
        }
    }
    all
}

/// Moves people at the level of violence in places of conflict at which as many reach camps as did.
fn move_people(instance: &Instance, p: &Displacement, leaving: &[Leaving], arrivals: f64, at_home: &mut [f64], here: &mut [f64]) {
    let reach = |deaths: f64| -> f64 {
        let of = |l: &Leaving| {
            let to_camps: f64 = l.ways.iter().filter(|(to, _)| instance.locations[*to].camp).map(|way| way.1).sum();
            (l.at_home + l.guests) * chance(p, l, deaths) * to_camps
        };
        leaving.iter().map(of).sum()
    };
    /// Deaths in four weeks among the people of a mean zone at which everybody leaves.
    const MOST: f64 = 1e6;
    let (mut low, mut high) = (0.0, MOST);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if reach(middle) < arrivals { low = middle } else { high = middle }
    }
    let deaths = 0.5 * (low + high);
    // Where not even all would be enough, or fewer came than leave quiet places, the total is kept.
    let reached = reach(deaths);
    let factor = if reached > 0.0 { arrivals / reached } else { 0.0 };
    for l in leaving {
        let chance = chance(p, l, deaths);
        let moving = (l.at_home + l.guests) * chance;
        at_home[l.from] -= l.at_home * chance;
        here[l.from] -= l.guests * chance;
        for &(to, share) in &l.ways {
            here[to] += moving * share * if instance.locations[to].camp { factor } else { 1.0 };
        }
    }
}

fn chance(p: &Displacement, leaving: &Leaving, deaths: f64) -> f64 {
    chance_to_move_on(p, if leaving.hot { deaths } else { 0.0 })
}

/// The parameters with the reach that scores best on this instance: for comparison only, nothing else uses it.
#[must_use]
pub fn fitted_reach(p: &Displacement, score: impl Fn(&Displacement) -> f64) -> Displacement {
    /// Kilometres that are tried.
    const TRIED: std::ops::RangeInclusive<u32> = 2..=40;
    let at = |tens: u32| Displacement { reach: f64::from(tens) * 25.0, ..p.clone() };
    TRIED.map(|tens| (score(&at(tens)), tens)).min_by(|a, b| a.0.total_cmp(&b.0)).map_or_else(|| p.clone(), |best| at(best.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_instance_is_sound() {
        let instance = Instance::published().unwrap();
        assert_eq!((instance.locations.len(), instance.links.len(), instance.camps().len()), (23, 35, 7));
        // 17,790 registered on the first day at Fassala, scaled to the later level, beside 699 and 875 scaled likewise.
        assert!((instance.total(0) - 10_840.0).abs() < 2.0, "{}", instance.total(0));
        assert!((instance.total(DAYS - 1) - 89_993.0).abs() < 2.0, "{}", instance.total(DAYS - 1));
        // On the tenth day no road leads to Niger, on the fortieth some do.
        let abroad = |day| {
            let neighbours = instance.neighbours(day);
            let from = |at: usize| instance.locations[at].country.as_str();
            (0..23).filter(|&at| neighbours[at].iter().any(|&(to, _)| from(at) != from(to) && from(to) == "Niger")).count()
        };
        assert_eq!((abroad(10.0), abroad(40.0)), (0, 2));
    }

    #[test]
    fn a_count_between_two_registrations_lies_on_their_line() {
        let counts = [(0.0, 10.0), (10.0, 30.0)];
        assert_eq!((between(&counts, -5.0), between(&counts, 5.0), between(&counts, 99.0)), (10.0, 20.0, 30.0));
    }
}
