//! The table of targets: what was observed, what recorded simulations give, and whether the two agree.
use super::archive::{KINDS, Recorded};
use super::futures::History as Future;
use super::statistics::{History, Statistic};
use super::{DISPLACED, TARGETS, Vocabulary, rows};
use crate::dice::{Dice, Stream};
use crate::scenario::Case;
use crate::units::Date;

/// A period of whole months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First month, from year 0.
    pub first: i64,
    /// Months.
    pub months: usize,
}

impl Period {
    /// From the first month of a year to the last of another.
    #[must_use]
    pub fn years(from: i64, to: i64) -> Self {
        Self { first: 12 * from, months: (12 * (to - from + 1)) as usize }
    }

    /// As it is written.
    #[must_use]
    pub fn name(self) -> String {
        let last = self.first + self.months as i64 - 1;
        if self.first % 12 == 0 && last % 12 == 11 {
            let (from, to) = (self.first / 12, last / 12);
            return if from == to { from.to_string() } else { format!("{from}-{to}") };
        }
        if self.months == 1 {
            return format!("{}-{:02}", self.first / 12, self.first % 12 + 1);
        }
        format!("{}-{:02} to {}-{:02}", self.first / 12, self.first % 12 + 1, last / 12, last % 12 + 1)
    }

    /// Day after its last.
    #[must_use]
    pub fn end(self) -> Date {
        let after = self.first + self.months as i64;
        Date::new(after.div_euclid(12), after.rem_euclid(12) + 1, 1).expect("the first of a month")
    }
}

/// What a target is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The levels of the model were solved on these very years: agreement is no prediction.
    Fitted,
    /// Not used for any level.
    HeldOut,
    /// The levels of the model were solved on a part of these years.
    Partly,
    /// Not used for any level, but the signature of 2015 is put in.
    Forced,
    /// A published total of the years after the events that come with the case: it was seen when the model was designed, so it is
    /// neither fitted nor counted.
    Seen,
    /// No level is solved on it, but a prior was chosen with it in view.
    Prior,
}

/// Roles as tables write them.
pub const ROLES: [(Role, &str); 6] = [
    (Role::Fitted, "fitted"),
    (Role::Partly, "partly fitted"),
    (Role::HeldOut, "held out"),
    (Role::Forced, "held out, signature put in"),
    (Role::Seen, "held out, seen"),
    (Role::Prior, "prior"),
];

impl Role {
    /// As tables write it.
    #[must_use]
    pub fn word(self) -> &'static str {
        ROLES.iter().find(|role| role.0 == self).map_or("", |role| role.1)
    }

    /// In a word or two, where there is little room.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Self::Fitted => "",
            Self::Partly => "partly fitted",
            Self::HeldOut | Self::Forced => "held out",
            Self::Seen => "seen",
            Self::Prior => "prior",
        }
    }

    /// The role of a word; `seen` is short for held out and seen.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        let word = if word == "seen" { Self::Seen.word() } else { word };
        ROLES.iter().find(|role| role.1 == word).map(|role| role.0)
    }
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What.
    pub name: String,
    /// Years.
    pub period: String,
    /// Where the observed value comes from, and what an event is.
    pub source: String,
    /// What was observed; not a number where only a band is known.
    pub observed: f64,
    /// Interval of what was observed: 95 % by resampling blocks of six months, or a band of the evidence.
    pub band: (f64, f64),
    /// Median over futures.
    pub median: f64,
    /// Central 90 % of futures, or of simulated records as long as the real one; nothing where all futures together give one number.
    pub range: Option<(f64, f64)>,
    /// Fitted, held out or seen.
    pub role: Role,
}

impl Row {
    /// Whether the observed value lies in the central 90 % of futures, and their median in the band.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.range.is_none_or(|(low, high)| self.observed.is_nan() || (low..=high).contains(&self.observed)) && self.median_fits()
    }

    /// Whether it counts among the targets that are met or missed.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.role != Role::Seen
    }

    /// Whether the median is more than twice or less than half of what was observed.
    #[must_use]
    pub fn far(&self) -> bool {
        !self.observed.is_nan() && !(0.5..=2.0).contains(&self.factor())
    }

    /// Whether the median lies in the band.
    #[must_use]
    pub fn median_fits(&self) -> bool {
        (self.band.0..=self.band.1).contains(&self.median)
    }

    /// Simulated over observed.
    #[must_use]
    pub fn factor(&self) -> f64 {
        self.median / self.observed
    }
}

/// A statistic of the table: its name, what it is, the band asked of it and its source.
type Listed = (String, Statistic, Option<(f64, f64)>, String);

/// The statistics of the table.
fn listed(words: &Vocabulary) -> Vec<Listed> {
    let area = |name: &str| words.names.areas.iter().position(|x| x == name).expect("an area of the case");
    let kind = |name: &str| KINDS.iter().find(|kind| kind.1 == name).expect("a kind").0;
    rows(TARGETS)
        .into_iter()
        .map(|row| {
            let of = row["of"].as_str();
            let pair = || of.split_once(':').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("a pair of codes");
            let statistic = match row["statistic"].as_str() {
                "events_per_month" => Statistic::EventsPerMonth,
                "events_spread" => Statistic::EventsSpread,
                "events_persistence" => Statistic::EventsPersistence,
                "weekly_spread" => Statistic::WeeklySpread,
                "deaths_per_month" => Statistic::DeathsPerMonth,
                "deaths_median" => Statistic::DeathsMedian,
                "deaths_spread" => Statistic::DeathsSpread,
                "deaths_log_sd" => Statistic::DeathsLogSd,
                "mean_size" => Statistic::MeanSize,
                "size_zero" => Statistic::SizeZero,
                "size_from" => Statistic::SizeFrom(of.parse().expect("a size")),
                "tail_exponent" => Statistic::TailExponent,
                "largest_share" => Statistic::LargestShare,
                "kind_events" => Statistic::KindEvents(kind(of)),
                "kind_deaths" => Statistic::KindDeaths(kind(of)),
                "one_sided" => Statistic::OneSided(of.to_owned()),
                "area_events" => Statistic::AreaEvents(area(of)),
                "area_deaths" => Statistic::AreaDeaths(area(of)),
                "pair_events" => Statistic::PairEvents(pair().0, pair().1),
                "loss_ratio" => Statistic::LossRatio(pair().0, pair().1),
                "civilian_share" => Statistic::CivilianShare,
                "zone_months_quiet" => Statistic::ZoneMonthsQuiet,
                "zone_months_spread" => Statistic::ZoneMonthsSpread,
                "offspring" => Statistic::Offspring { slow: of == "slow" },
                other => panic!("no statistic is called `{other}`"),
            };
            let number = |column: &str| row[column].parse::<f64>().ok();
            (row["name"].clone(), statistic, number("low").zip(number("high")), row["source"].clone())
        })
        .collect()
}

/// Names and statistics of the table.
#[must_use]
pub fn compared(words: &Vocabulary) -> Vec<(String, Statistic)> {
    listed(words).into_iter().map(|row| (row.0, row.1)).collect()
}

/// A quantile of numbers, in order; those that are none are left out.
#[must_use]
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    if sorted.is_empty() {
        return f64::NAN;
    }
    let at = share * (sorted.len() - 1) as f64;
    let (low, part) = (at.floor() as usize, at.fract());
    sorted[low] + part * (sorted[(low + 1).min(sorted.len() - 1)] - sorted[low])
}

/// Between which the central 90 % of numbers lie.
#[must_use]
pub fn central(values: &[f64]) -> (f64, f64) {
    (quantile(values, 0.05), quantile(values, 0.95))
}

/// Months of a block of resampling.
const BLOCK: usize = 6;
/// Histories that are put together from blocks.
const RESAMPLED: i32 = 400;
/// Seed of resampling: intervals of what was observed are the same for everybody.
const SEED: u64 = 2012;

/// The 95 % interval of statistics of one observed history.
fn intervals(observed: &History, statistics: &[&Statistic]) -> Vec<(f64, f64)> {
    let dice = Dice::new(SEED, 0);
    let mut values = vec![Vec::new(); statistics.len()];
    for nth in 0..RESAMPLED {
        let mut draws = dice.at(Stream::Bootstrap, nth, 0);
        let starts: Vec<usize> = (0..observed.months.div_ceil(BLOCK)).map(|_| draws.below(observed.months + 1 - BLOCK)).collect();
        let other = observed.resampled(&starts, BLOCK);
        for (values, statistic) in values.iter_mut().zip(statistics) {
            values.push(statistic.of(&other));
        }
    }
    values.iter().map(|values| (quantile(values, 0.025), quantile(values, 0.975))).collect()
}

/// Rows of a period's events.
#[must_use]
pub fn of_events(words: &Vocabulary, archive: &[Recorded], futures: &[Future], period: Period, role: Role) -> Vec<Row> {
    let observed = History::new(period.first, period.months, words.zones(), archive);
    let simulated: Vec<History> = futures.iter().map(|f| History::new(period.first, period.months, words.zones(), &f.recorded)).collect();
    let listed = listed(words);
    let bands = intervals(&observed, &listed.iter().map(|row| &row.1).collect::<Vec<_>>());
    let mut table: Vec<Row> = listed
        .into_iter()
        .zip(bands)
        .map(|((name, statistic, band, source), interval)| {
            let values: Vec<f64> = simulated.iter().map(|history| statistic.of(history)).collect();
            Row {
                name,
                period: period.name(),
                source: format!("{source}; lethal events of the modelled area"),
                observed: statistic.of(&observed),
                // Bands of the evidence are of the reference years; other years speak for themselves.
                band: band.filter(|_| role == Role::Fitted).unwrap_or(interval),
                median: quantile(&values, 0.5),
                range: Some(central(&values)),
                role,
            }
        })
        // Of a group that was not there in these years nothing is compared.
        .filter(|row| row.observed.is_finite() && row.observed > 0.0 && row.median.is_finite())
        .collect();
    table.push(coverage(&observed, &simulated, period, role));
    table
}

/// How many observed months lie within the central 90 % of the futures' deaths in that month.
fn coverage(observed: &History, simulated: &[History], period: Period, role: Role) -> Row {
    let deaths = observed.monthly(|event| event.best);
    let sims: Vec<Vec<f64>> = simulated.iter().map(|history| history.monthly(|event| event.best)).collect();
    let within = deaths.iter().enumerate().filter(|&(month, &n)| {
        let values: Vec<f64> = sims.iter().map(|sim| sim[month]).collect();
        let (low, high) = central(&values);
        (low..=high).contains(&n)
    });
    let share = within.count() as f64 / deaths.len() as f64;
    Row {
        name: "months whose deaths lie in the simulated 90 %".to_owned(),
        period: period.name(),
        source: "UCDP GED 24.1; asked: .80 to .97".to_owned(),
        observed: 0.9,
        band: (0.80, 0.97),
        median: share,
        range: None,
        role,
    }
}

/// Rows of people who have fled, at the looks nearest to the days of the data.
#[must_use]
pub fn of_displaced(case: &Case, futures: &[Future], run: &str, start: Date, last_week: i32) -> Vec<Row> {
    /// A quarter either way: counts of refugees are registrations (evidence, D20).
    const BAND: f64 = 0.25;
    let refuges: Vec<&str> = case.places.values()[case.zones..].iter().map(|place| place.slug.as_str()).collect();
    let mut table = Vec::new();
    for row in rows(DISPLACED).into_iter().filter(|row| row["run"] == run) {
        let (date, persons) = (Date::parse(&row["date"]).expect("a date"), row["persons"].parse::<f64>().expect("persons"));
        let week = date.weeks_since(start);
        if !(0..=last_week).contains(&week) {
            continue;
        }
        let refuge = refuges.iter().position(|slug| *slug == row["where"]);
        let values: Vec<f64> = futures
            .iter()
            .filter_map(|future| future.levels.iter().min_by_key(|levels| (levels.week - week).abs()))
            .map(|levels| refuge.map_or(levels.displaced, |at| levels.refugees[at]))
            .collect();
        let place = refuge.map_or("the zones".to_owned(), |at| case.places.values()[case.zones + at].name.clone());
        table.push(Row {
            name: format!("persons who have fled to {place}"),
            period: row["date"].clone(),
            source: row["source"].clone(),
            observed: persons,
            band: (persons * (1.0 - BAND), persons * (1.0 + BAND)),
            median: quantile(&values, 0.5),
            range: Some(central(&values)),
            role: Role::named(&row["role"]).expect("a role"),
        });
    }
    table
}

/// Row of splits in the first so many months (evidence, D18).
#[must_use]
pub fn of_splits(futures: &[Future], period: Period) -> Row {
    let weeks = period.months as f64 * 365.25 / 12.0 / 7.0;
    let values: Vec<f64> = futures
        .iter()
        .map(|f| {
            let could: f64 = f.could_split.iter().take(weeks as usize).map(|&n| f64::from(n)).sum();
            f.splits.iter().filter(|&&week| f64::from(week) < weeks).count() as f64 / could.max(1.0)
        })
        .collect();
    Row {
        name: "splits per organisation and week, quiet years (D18)".to_owned(),
        period: period.name(),
        source: "movements of 2012-2024; band of the evidence".to_owned(),
        observed: 0.001,
        band: (0.0005, 0.002),
        median: quantile(&values, 0.5),
        range: Some(central(&values)),
        role: Role::HeldOut,
    }
}

/// Rows of the keeping of an accord whose signature is put in (evidence, D13 and D14).
#[must_use]
pub fn of_accord(futures: &[Future], weeks: i32) -> Vec<Row> {
    let kept: Vec<&super::futures::Kept> = futures.iter().filter_map(|future| future.accords.first()).collect();
    let mut table = Vec::new();
    let Some(signed) = kept.first().map(|kept| kept.signed) else { return table };
    let row = |name: &str, source: &str, observed: f64, band: (f64, f64), median: f64, range: Option<(f64, f64)>, role: Role| Row {
        name: name.to_owned(),
        period: "2015-2021".to_owned(),
        source: source.to_owned(),
        observed,
        band,
        median,
        range,
        role,
    };
    // The prior of `accord.implementation_level` was chosen with these two in view.
    for (name, age, observed, band) in [
        ("accord of 2015: implementation after 3.5 years (D14)", 182, 0.25, (0.15, 0.40)),
        ("accord of 2015: implementation after 6.5 years (D14)", 338, 0.31, (0.20, 0.45)),
    ] {
        // Of those in force then; of one that ended, what was carried out until then.
        let at = |kept: &&super::futures::Kept| kept.implemented.iter().rev().find(|look| look.0 <= age).map(|look| look.1);
        let values: Vec<f64> = kept.iter().filter_map(at).collect();
        if signed + age <= weeks {
            let range = Some(central(&values));
            table.push(row(
                name,
                "Carter Center 2018; Peace Accords Matrix 2022 (of seven years)",
                observed,
                band,
                quantile(&values, 0.5),
                range,
                Role::Prior,
            ));
        }
    }
    if signed + 260 <= weeks {
        let holding = kept.iter().filter(|kept| kept.ended.is_none_or(|end| end - kept.signed >= 260)).count() as f64 / kept.len() as f64;
        table.push(row(
            "share of futures in which it holds for five years (D13)",
            "full agreements, all-party or not, UCDP 22.1",
            0.79,
            (0.60, 0.90),
            holding,
            None,
            Role::Forced,
        ));
    }
    table
}
