//! Facts beside the event statistics: lives of accords and of quiet, forces and movements, and published totals after the events that come
//! with the case. What is compared, with what and from where, stands in `facts.csv`.
use super::archive::{KINDS, Kind};
use super::futures::History as Future;
use super::peace::Reached;
use super::statistics::{History, Statistic, month_of, over};
use super::survival::{self, Spell, surviving};
use super::targets::{Period, Role, Row, central, quantile};
use super::{FACTS, Vocabulary, rows};
use crate::index::{Id, Org};
use crate::scenario::Case;
use crate::units::Date;

/// A row of `facts.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// What.
    pub name: String,
    /// Which futures tell: `reference`, `history`, `tracks`, `without`.
    pub run: String,
    /// Which number.
    pub statistic: String,
    /// Of whom or what.
    pub of: String,
    /// Months.
    pub period: Option<Period>,
    /// Months with which they are compared.
    pub before: Option<Period>,
    /// Length of the record from which a share was counted.
    pub size: usize,
    /// What was observed; not a number where only a band is known.
    pub observed: f64,
    /// Band.
    pub band: (f64, f64),
    /// What it is for.
    pub role: Role,
    /// Source and definitions.
    pub source: String,
}

/// Rows that could be compared, and what could not, with the reason.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// Rows.
    pub rows: Vec<Row>,
    /// What has no simulated value, and why.
    pub untold: Vec<(String, String)>,
}

impl Told {
    /// Adds what others tell.
    pub fn add(&mut self, more: Self) {
        self.rows.extend(more.rows);
        self.untold.extend(more.untold);
    }
}

/// Spells from which a share is told at least: below that a curve is a handful of steps.
pub const FEWEST: usize = 10;

fn months(from: &str, to: &str) -> Option<Period> {
    let month = |text: &str| Date::parse(&format!("{text}-01")).map(month_of);
    let (first, last) = (month(from)?, month(to)?);
    Some(Period { first, months: (last - first + 1) as usize })
}

/// All facts, in their order.
///
/// # Panics
/// Where the table of the program is not sound.
#[must_use]
pub fn listed() -> Vec<Fact> {
    rows(FACTS)
        .into_iter()
        .map(|row| {
            let number = |column: &str| row[column].parse::<f64>().unwrap_or(f64::NAN);
            Fact {
                period: months(&row["from"], &row["to"]),
                before: months(&row["before_from"], &row["before_to"]),
                size: row["size"].parse().unwrap_or(0),
                observed: number("observed"),
                band: (number("low"), number("high")),
                role: Role::named(&row["role"]).expect("a role"),
                name: row["name"].clone(),
                run: row["run"].clone(),
                statistic: row["statistic"].clone(),
                of: row["of"].clone(),
                source: row["source"].clone(),
            }
        })
        .collect()
}

/// The facts that some futures tell.
#[must_use]
pub fn of_run(run: &str) -> Vec<Fact> {
    listed().into_iter().filter(|fact| fact.run == run).collect()
}

/// Day after the last month that the reference run is asked about.
#[must_use]
pub fn reference_ends() -> Option<Date> {
    of_run("reference").iter().filter_map(|fact| fact.period).map(Period::end).max()
}

/// The organisations whose events are compared apart.
///
/// # Errors
/// Where the case has none of that name.
pub fn watched(case: &Case) -> Result<Vec<Org>, String> {
    let mut found = Vec::new();
    for fact in listed().iter().filter(|fact| matches!(fact.statistic.as_str(), "place_events" | "place_civilians")) {
        let org =
            case.organisation(pair(&fact.of).0).ok_or_else(|| format!("facts.csv: no organisation is called `{}`", pair(&fact.of).0))?;
        if !found.contains(&org) {
            found.push(org);
        }
    }
    Ok(found)
}

fn pair(of: &str) -> (&str, &str) {
    of.split_once(':').expect("two words with a colon between them")
}

impl Fact {
    fn row(&self, median: f64, range: Option<(f64, f64)>) -> Row {
        Row {
            name: self.name.clone(),
            period: self.period.map_or_else(String::new, Period::name),
            source: self.source.clone(),
            observed: self.observed,
            band: self.band,
            median,
            range,
            role: self.role,
        }
    }

    fn of_values(&self, values: &[f64]) -> Row {
        self.row(quantile(values, 0.5), Some(central(values)))
    }

    fn of_spells(&self, spells: &[Spell], at: f64) -> Result<Row, String> {
        if spells.len() < FEWEST {
            return Err(format!("{} simulated, too few for a share", spells.len()));
        }
        let share = surviving(spells, at);
        if share.is_finite() {
            Ok(self.row(share, survival::in_records(spells, at, self.size)))
        } else {
            Err("nobody was followed so long".to_owned())
        }
    }

    fn weeks(&self) -> f64 {
        self.of.rsplit(':').next().and_then(|weeks| weeks.parse().ok()).expect("a number after the colon")
    }
}

fn gathered(told: impl IntoIterator<Item = (Fact, Result<Row, String>)>) -> Told {
    let mut all = Told::default();
    for (fact, row) in told {
        match row {
            Ok(row) if row.median.is_finite() => all.rows.push(row),
            Ok(_) => all.untold.push((fact.name, "no simulated future has a value".to_owned())),
            Err(why) => all.untold.push((fact.name, why)),
        }
    }
    all
}

/// What accords of simulated tracks tell.
#[must_use]
pub fn of_accords(accords: &[Reached]) -> Told {
    // Simulated accords lie in no months of the calendar: how many there are stands in their place.
    let counted = |row: Row, cases: usize, what: &str| Row { period: format!("{cases} {what}"), ..row };
    gathered(of_run("tracks").into_iter().map(|fact| {
        let of_all = |values: &[f64], what: &str| Ok(counted(fact.of_values(values), values.len(), what));
        let row = match fact.statistic.as_str() {
            "accords_hold" => {
                let fits = |reached: &&Reached| match pair(&fact.of).0 {
                    "every" => reached.all_parties,
                    "some" => !reached.all_parties,
                    _ => true,
                };
                let spells: Vec<Spell> = accords.iter().filter(|reached| reached.ends_a_war).filter(fits).map(Reached::spell).collect();
                fact.of_spells(&spells, fact.weeks()).map(|row| counted(row, spells.len(), "accords"))
            }
            "talks_weeks" => {
                of_all(&accords.iter().map(|reached| f64::from(reached.signed - reached.opened)).collect::<Vec<_>>(), "accords")
            }
            "intake_weeks" => of_all(
                &accords.iter().filter_map(|reached| Some(f64::from(reached.intake? - reached.signed))).collect::<Vec<_>>(),
                "intakes",
            ),
            other => panic!("no statistic of accords is called `{other}`"),
        };
        (fact, row)
    }))
}

/// What futures without a process tell, from the share of recruits that it brings in each.
#[must_use]
pub fn of_recruits(fact: &Fact, shares: &[f64]) -> Told {
    gathered([(fact.clone(), Ok(fact.of_values(shares)))])
}

/// Of a fact about recruits: the process, and the weeks that are counted.
#[must_use]
pub fn process_and_weeks(fact: &Fact) -> (String, i32) {
    (pair(&fact.of).0.to_owned(), fact.weeks() as i32)
}

/// What futures tell that began on a day.
#[must_use]
pub fn of_futures(run: &str, words: &Vocabulary, case: &Case, futures: &[Future], start: Date, weeks: i32) -> Told {
    let look = Look { words, case, futures, start, weeks };
    gathered(of_run(run).into_iter().map(|fact| {
        let row = look.row(&fact);
        (fact, row)
    }))
}

struct Look<'a> {
    words: &'a Vocabulary,
    case: &'a Case,
    futures: &'a [Future],
    start: Date,
    weeks: i32,
}

impl Look<'_> {
    fn history(&self, period: Period, future: &Future) -> History {
        History::new(period.first, period.months, self.words.zones(), &future.recorded)
    }

    fn row(&self, fact: &Fact) -> Result<Row, String> {
        let period = fact.period.ok_or("no period")?;
        let first = fact.before.unwrap_or(period).first;
        let last = self.start.after_weeks(self.weeks);
        if first < month_of(self.start) || month_of(last) < period.first + period.months as i64 - 1 {
            return Err(format!("the run from {} to {last} does not cover it", self.start));
        }
        let values = |of: &dyn Fn(&Future) -> f64| Ok(fact.of_values(&self.futures.iter().map(of).collect::<Vec<_>>()));
        // Sums of two periods over each other.
        let growth = |weight: &dyn Fn(&super::archive::Recorded) -> f64| {
            let before = fact.before.ok_or("no period before")?;
            values(&|future| over(self.history(period, future).sum(weight), self.history(before, future).sum(weight)))
        };
        let statistic = |statistic: Statistic| values(&|future| statistic.of(&self.history(period, future)));
        match fact.statistic.as_str() {
            "kind_growth" => {
                let kind = KINDS.iter().find(|kind| kind.1 == fact.of).ok_or("no such kind")?.0;
                growth(&|event| f64::from(u8::from(event.kind == kind)))
            }
            "civilians_growth" => growth(&|event| event.civilians),
            "one_sided_events" => {
                let (others, codes) = fact.of.strip_prefix("not ").map_or((false, fact.of.as_str()), |codes| (true, codes));
                statistic(Statistic::OneSidedEvents(codes.split(';').map(str::to_owned).collect(), others))
            }
            "one_sided" => statistic(Statistic::OneSided(fact.of.clone())),
            "place_events" => self.share_of_place(fact, period, &|_| 1.0),
            "place_civilians" => self.share_of_place(fact, period, &|event| event.civilians),
            "organisations" => {
                let before = fact.before.ok_or("no period before")?;
                let scope = self.case.scopes.iter().position(|scope| scope.0 == fact.of).ok_or("no such scope")?;
                let week = |period: Period| self.week_of(period.end());
                // Where a period begins with the run, the first look is at its start.
                let (then, now) = (if before.end() <= self.start.after_days(35) { 0 } else { week(before) }, week(period));
                values(&|future| over(organisations(future, now, scope), organisations(future, then, scope)))
            }
            "dyads_quiet" => {
                let (least, years) = pair(&fact.of);
                let least: f64 = least.parse().map_err(|_| "no number of deaths")?;
                fact.of_spells(&self.quiet(period, least), years.parse().map_err(|_| "no number of years")?)
            }
            "taken" => {
                let held = self.held(&fact.of)?;
                let (from, to) = self.weeks_of(period);
                let taken = held.iter().filter(|held| {
                    survival::stretches(held.iter().copied()).iter().any(|&(first, _, _)| first > 0 && (from..to).contains(&first))
                });
                Ok(fact.row(taken.count() as f64 / held.len().max(1) as f64, None))
            }
            "lost" => {
                let held = self.held(pair(&fact.of).0)?;
                let (from, to) = self.weeks_of(period);
                let mut spells = Vec::new();
                for (future, held) in self.futures.iter().zip(&held) {
                    let begun = survival::stretches(held.iter().copied())
                        .into_iter()
                        .filter(|&(first, _, _)| first > 0 && (from..to).contains(&first));
                    spells.extend(begun.map(|(_, length, ended)| Spell { draw: future.draw, lasted: length as f64, ended }));
                }
                if spells.len() < FEWEST {
                    return Err(format!("{} simulated, too few for a share", spells.len()));
                }
                Ok(fact.row(1.0 - surviving(&spells, fact.weeks()), None))
            }
            other => panic!("no statistic of futures is called `{other}`"),
        }
    }

    fn week_of(&self, day: Date) -> i32 {
        day.weeks_since(self.start)
    }

    fn weeks_of(&self, period: Period) -> (usize, usize) {
        let first = Period { months: 0, ..period }.end();
        (self.week_of(first).max(0) as usize, self.week_of(period.end()).max(0) as usize)
    }

    /// Whether the state held a place, week by week, of each future.
    fn held(&self, place: &str) -> Result<Vec<Vec<bool>>, String> {
        let at = self.words.names.places.iter().position(|name| name == place).ok_or("no such place")?;
        Ok(self.futures.iter().map(|future| future.held.iter().map(|zones| zones[at]).collect()).collect())
    }

    /// A place's share in what is recorded of an organisation.
    fn share_of_place(&self, fact: &Fact, period: Period, weight: &dyn Fn(&super::archive::Recorded) -> f64) -> Result<Row, String> {
        let (org, place) = pair(&fact.of);
        let org = self.case.organisation(org).ok_or("no such organisation")?;
        let apart = self.words.watched.iter().position(|&other| other == org).ok_or("it is not watched")?;
        let at = self.words.names.places.iter().position(|name| name == place).ok_or("no such place")?;
        let values = self.futures.iter().map(|future| {
            let history = History::new(period.first, period.months, self.words.zones(), &future.apart[apart]);
            over(history.sum(|event| if event.place == Some(at) { weight(event) } else { 0.0 }), history.sum(weight))
        });
        Ok(fact.of_values(&values.collect::<Vec<_>>()))
    }

    /// Years of quiet between the state and each code, after a year in which their fight cost fewer deaths than it takes to count as one.
    fn quiet(&self, period: Period, least: f64) -> Vec<Spell> {
        let years = period.months / 12;
        let state = &self.words.codes[self.words.state.at()];
        let mut spells = Vec::new();
        for future in self.futures {
            let history = self.history(period, future);
            for code in self.words.distinct().iter().filter(|code| *code != state) {
                let deaths = history.monthly(|event| {
                    if event.kind == Kind::StateBased && (event.a == *code || event.b == *code) { event.best } else { 0.0 }
                });
                let by_year: Vec<f64> = deaths.chunks_exact(12).take(years).map(|year| year.iter().sum()).collect();
                spells.extend(survival::returns(future.draw, &by_year, least));
            }
        }
        spells
    }
}

/// Organisations in a scope at the look nearest to a week.
fn organisations(future: &Future, week: i32, scope: usize) -> f64 {
    future.levels.iter().min_by_key(|levels| (levels.week - week).abs()).map_or(f64::NAN, |levels| levels.in_scope[scope] as f64)
}

#[cfg(test)]
mod tests {
    use super::super::archive::Recorded;
    use super::super::futures::Levels;
    use super::*;
    use crate::scenario::library::{CASE, Library};
    use std::sync::Arc;

    fn case() -> Arc<Case> {
        Library::new().embedded_case(CASE).unwrap().case
    }

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn event(date: &str, kind: Kind, a: &str, b: &str, place: usize, best: f64, civilians: f64) -> Recorded {
        let (a, b) = (a.to_owned(), b.to_owned());
        Recorded {
            date: day(date),
            timed: true,
            kind,
            a,
            b,
            place: Some(place),
            area: None,
            best,
            low: best,
            high: best,
            dead_a: 0.0,
            dead_b: 0.0,
            civilians,
        }
    }

    fn against_civilians(date: &str, a: &str, deaths: f64) -> Recorded {
        event(date, Kind::OneSided, a, "CIVILIANS", 0, deaths, deaths)
    }

    fn future(draw: u32, recorded: Vec<Recorded>) -> Future {
        let (levels, accords) = (Vec::new(), Vec::new());
        Future {
            replicate: 0,
            draw,
            recorded,
            deaths: 0.0,
            levels,
            splits: Vec::new(),
            could_split: Vec::new(),
            held: Vec::new(),
            apart: Vec::new(),
            accords,
        }
    }

    fn fact(statistic: &str, of: &str, period: (&str, &str), before: (&str, &str)) -> Fact {
        Fact {
            name: "x".to_owned(),
            run: "reference".to_owned(),
            statistic: statistic.to_owned(),
            of: of.to_owned(),
            period: months(period.0, period.1),
            before: months(before.0, before.1),
            size: 100,
            observed: 1.0,
            band: (0.5, 2.0),
            role: Role::Seen,
            source: String::new(),
        }
    }

    /// What made-up histories from the first of 2017 on say: median and range, or why nothing.
    fn told(fact: &Fact, futures: &[Future]) -> Result<Row, String> {
        let case = case();
        let words = Vocabulary::new(&case).unwrap();
        Look { words: &words, case: &case, futures, start: day("2017-01-01"), weeks: 418 }.row(fact)
    }

    #[test]
    fn growth_and_shares_of_made_up_events() {
        let recorded = vec![
            against_civilians("2017-03-01", "JNIM", 5.0),
            against_civilians("2017-12-31", "ISSP", 1.0),
            event("2017-05-01", Kind::StateBased, "STATE", "JNIM", 0, 9.0, 2.0),
            against_civilians("2023-01-01", "STATE", 10.0),
            against_civilians("2023-02-01", "JNIM", 1.0),
            against_civilians("2023-02-02", "DOGON_DOZO", 4.0),
            against_civilians("2023-08-31", "JNIM", 1.0),
            against_civilians("2023-09-01", "ISSP", 1.0),
        ];
        let futures = [future(0, recorded), future(1, Vec::new())];
        let value = |fact: &Fact| told(fact, &futures).unwrap().median;
        let none = ("", "");
        // Five events over two; the empty history has no quotient and is left out. Civilians: 17 over 8.
        assert_eq!(value(&fact("kind_growth", "one-sided", ("2023-01", "2023-12"), ("2017-01", "2017-12"))), 2.5);
        assert_eq!(value(&fact("civilians_growth", "", ("2023-01", "2023-12"), ("2017-01", "2017-12"))), 17.0 / 8.0);
        let months = ("2023-01", "2023-08");
        assert_eq!(value(&fact("one_sided_events", "JNIM", months, none)), 0.5);
        assert_eq!(value(&fact("one_sided_events", "not JNIM;STATE;ISSP", months, none)), 0.25);
        assert_eq!(value(&fact("one_sided", "STATE", months, none)), 10.0 / 16.0);
        let after = told(&fact("one_sided_events", "JNIM", ("2024-01", "2025-03"), none), &futures);
        assert!(after.unwrap_err().contains("does not cover it"));
    }

    #[test]
    fn what_is_recorded_of_an_organisation_is_shared_among_places() {
        let case = case();
        let words = Vocabulary::new(&case).unwrap();
        let (org, other) = (&case.organisations[words.watched[0]].slug, &words.names.places[1]);
        let apart = vec![vec![
            event("2022-01-01", Kind::StateBased, "STATE", "JNIM", 1, 3.0, 1.0),
            event("2022-02-01", Kind::StateBased, "STATE", "JNIM", 2, 3.0, 0.0),
            event("2022-03-01", Kind::OneSided, "STATE", "CIVILIANS", 2, 3.0, 3.0),
            event("2021-03-01", Kind::OneSided, "STATE", "CIVILIANS", 1, 9.0, 9.0),
        ]];
        let futures = [Future { apart, ..future(0, Vec::new()) }];
        let value =
            |statistic| told(&fact(statistic, &format!("{org}:{other}"), ("2022-01", "2022-12"), ("", "")), &futures).unwrap().median;
        assert_eq!((value("place_events"), value("place_civilians")), (1.0 / 3.0, 0.25));
        assert!(told(&fact("place_events", &format!("{org}:nowhere"), ("2022-01", "2022-12"), ("", "")), &futures).is_err());
    }

    #[test]
    fn quiet_between_two_is_counted_from_calendar_years() {
        // Fifteen draws: 30 deaths in 2017, 20 in 2018, and in every third of them 30 again in 2019.
        let fought = |date| event(date, Kind::StateBased, "STATE", "JNIM", 0, 30.0, 0.0);
        let futures: Vec<Future> = (0..15)
            .map(|draw| {
                let mut recorded = vec![fought("2017-06-01"), event("2018-06-01", Kind::StateBased, "STATE", "JNIM", 0, 20.0, 0.0)];
                recorded.extend((draw % 3 == 0).then(|| fought("2019-06-01")));
                // Neither one-sided deaths nor those between others end the quiet.
                recorded.push(event("2020-06-01", Kind::NonState, "ISSP", "JNIM", 0, 90.0, 0.0));
                future(draw, recorded)
            })
            .collect();
        // What fought again in 2019 is quiet from then on, to the end of 2022: twenty spells, five of which ended after two years.
        let row = told(&fact("dyads_quiet", "25:2", ("2017-01", "2022-12"), ("", "")), &futures).unwrap();
        assert!((row.median - 0.75).abs() < 1e-12, "{}", row.median);
        assert!(told(&fact("dyads_quiet", "25:2", ("2017-01", "2022-12"), ("", "")), &futures[..5]).is_err());
    }

    #[test]
    fn holds_of_a_place_begin_and_end() {
        let case = case();
        let words = Vocabulary::new(&case).unwrap();
        let weeks = 418;
        // Always; never; from 2022 on for 100 weeks; before 2022.
        let held = |pass: &dyn Fn(i32) -> bool| (0..weeks).map(|week| vec![pass(week); words.zones()]).collect::<Vec<_>>();
        let first = day("2022-02-01").weeks_since(day("2017-01-01"));
        let series: [&dyn Fn(i32) -> bool; 4] =
            [&|_| true, &|_| false, &|week| (first..first + 100).contains(&week), &|week| (10..30).contains(&week)];
        let futures: Vec<Future> = (0..12).map(|at| Future { held: held(series[at % 4]), ..future(at as u32, Vec::new()) }).collect();
        let zone = words.names.places[3].as_str();
        let taken = told(&fact("taken", zone, ("2022-01", "2024-12"), ("", "")), &futures).unwrap();
        assert_eq!((taken.median, taken.range), (0.25, None));
        let lost =
            |weeks: i32, futures: &[Future]| told(&fact("lost", &format!("{zone}:{weeks}"), ("2017-01", "2024-12"), ("", "")), futures);
        assert!(lost(30, &futures).is_err());
        let twice: Vec<Future> = futures.iter().chain(&futures).cloned().collect();
        assert_eq!((lost(30, &twice).unwrap().median, lost(100, &twice).unwrap().median), (0.5, 1.0));
    }

    #[test]
    fn movements_are_counted_at_the_looks_nearest() {
        let look = |week, n| Levels {
            week,
            refugees: Vec::new(),
            displaced: 0.0,
            organisations: n,
            in_scope: vec![n; 2],
            dormant: 0,
            state_control: Vec::new(),
        };
        let futures = [Future { levels: vec![look(0, 6), look(25, 40), look(390, 40), look(415, 3)], ..future(0, Vec::new()) }];
        let case = case();
        let row = told(&fact("organisations", &case.scopes[0].0, ("2024-12", "2024-12"), ("2017-01", "2017-01")), &futures).unwrap();
        assert_eq!(row.median, 0.5);
    }

    #[test]
    fn accords_are_told_apart_by_who_signed() {
        let reached = |at: u32, all_parties, broken: Option<i32>| Reached {
            replicate: u64::from(at),
            track: 0,
            draw: at,
            opened: 20,
            signed: 50,
            ends_a_war: true,
            all_parties,
            broken,
            seen_until: 50 + 261,
            intake: Some(100),
        };
        let mut accords: Vec<Reached> = (0..20).map(|at| reached(at, false, (at % 2 == 0).then_some(80))).collect();
        // Those who were not at war have nothing to break, and are not counted; four of all parties are too few.
        accords.extend((20..60).map(|at| Reached { ends_a_war: false, ..reached(at, false, None) }));
        accords.extend((60..64).map(|at| reached(at, true, None)));
        let told = of_accords(&accords);
        let row = |name: &str| told.rows.iter().find(|row| row.name.starts_with(name)).unwrap();
        let some = row("accords without some in force after 5 years");
        assert_eq!((some.median, some.period.as_str()), (0.5, "20 accords"));
        assert!((row("accords in force after 5 years").median - 14.0 / 24.0).abs() < 1e-12);
        assert_eq!((row("weeks from open talks").median, row("weeks from accord").median), (30.0, 50.0));
        assert_eq!(told.untold.len(), 3, "{:?}", told.untold);
    }

    #[test]
    fn every_fact_has_a_source_a_role_and_a_run() {
        let facts = listed();
        assert!(facts.len() > 25);
        for fact in &facts {
            assert!(["reference", "history", "tracks", "without"].contains(&fact.run.as_str()), "{}", fact.name);
            assert!(fact.source.len() > 5 && fact.band.0 < fact.band.1, "{}", fact.name);
            assert!(fact.observed.is_nan() || (fact.band.0..=fact.band.1).contains(&fact.observed), "{}", fact.name);
        }
        assert_eq!(reference_ends(), Some(day("2025-01-01")));
    }
}
