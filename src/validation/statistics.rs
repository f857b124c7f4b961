//! What is compared: numbers of a history of recorded events, the same code for simulated and for real ones.
use super::archive::{Kind, Recorded};
use crate::units::Date;

/// Recorded events of some whole months.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// First month, counted from year 0.
    pub first: i64,
    /// Months.
    pub months: usize,
    /// Zones of which events are counted zone by zone.
    pub zones: usize,
    /// Events within these months.
    pub events: Vec<Recorded>,
}

/// Months from year 0 to a date.
#[must_use]
pub fn month_of(date: Date) -> i64 {
    let (year, month, _) = date.civil();
    12 * year + month - 1
}

impl History {
    /// The events of some months.
    #[must_use]
    pub fn new(first: i64, months: usize, zones: usize, events: &[Recorded]) -> Self {
        let within = |event: &&Recorded| (first..first + months as i64).contains(&month_of(event.date));
        Self { first, months, zones, events: events.iter().filter(within).cloned().collect() }
    }

    fn month(&self, event: &Recorded) -> usize {
        (month_of(event.date) - self.first) as usize
    }

    /// Counts by month of those events that pass.
    #[must_use]
    pub fn monthly(&self, weight: impl Fn(&Recorded) -> f64) -> Vec<f64> {
        let mut counts = vec![0.0; self.months];
        for event in &self.events {
            counts[self.month(event)] += weight(event);
        }
        counts
    }

    /// Sum over events.
    #[must_use]
    pub fn sum(&self, weight: impl Fn(&Recorded) -> f64) -> f64 {
        self.events.iter().map(weight).sum()
    }

    /// The same history with its months put together anew from blocks of them, each beginning at one of `starts`.
    #[must_use]
    pub fn resampled(&self, starts: &[usize], block: usize) -> Self {
        /// Days of the shortest month: every month has such a day.
        const SHORTEST: i64 = 28;
        let mut by_month: Vec<Vec<&Recorded>> = vec![Vec::new(); self.months];
        for event in &self.events {
            by_month[self.month(event)].push(event);
        }
        let order = starts.iter().flat_map(|&start| (start..start + block).map(|month| month % self.months)).take(self.months);
        let mut events = Vec::with_capacity(self.events.len());
        for (to, from) in order.enumerate() {
            for event in &by_month[from] {
                let (_, _, day) = event.date.civil();
                let month = self.first + to as i64;
                let date = Date::new(month.div_euclid(12), month.rem_euclid(12) + 1, day.min(SHORTEST)).expect("a day of every month");
                events.push(Recorded { date, ..(*event).clone() });
            }
        }
        Self { events, ..*self }
    }
}

/// A number of a history; those of a group, pair or area are told its name.
#[derive(Clone, Debug, PartialEq)]
pub enum Statistic {
    /// Events a month.
    EventsPerMonth,
    /// Variance over mean of monthly counts.
    EventsSpread,
    /// Correlation of the counts of a month and the next.
    EventsPersistence,
    /// Variance over mean of weekly counts in windows of 52 weeks, timed events only.
    WeeklySpread,
    /// Deaths a month.
    DeathsPerMonth,
    /// Median of monthly deaths.
    DeathsMedian,
    /// Variance over mean of monthly deaths.
    DeathsSpread,
    /// Standard deviation of the logarithm of one and monthly deaths.
    DeathsLogSd,
    /// Deaths of an event.
    MeanSize,
    /// Share of events with a best estimate of at least so much.
    SizeFrom(u32),
    /// Share of events with a best estimate of 0.
    SizeZero,
    /// Exponent of the discrete power law of sizes from 10.
    TailExponent,
    /// Share of deaths in the largest 5 % of events.
    LargestShare,
    /// Share of a kind in events.
    KindEvents(Kind),
    /// Share of a kind in deaths.
    KindDeaths(Kind),
    /// Share of a perpetrator in deaths of one-sided events.
    OneSided(String),
    /// Share of some perpetrators (or of all others) in one-sided events.
    OneSidedEvents(Vec<String>, bool),
    /// Share of an area (its position) in events.
    AreaEvents(usize),
    /// Share of an area in deaths.
    AreaDeaths(usize),
    /// Deaths of the second side over those of the first, in events of a pair.
    LossRatio(String, String),
    /// Events of a pair a month.
    PairEvents(String, String),
    /// Share of civilians in deaths.
    CivilianShare,
    /// Share of zone-months without an event.
    ZoneMonthsQuiet,
    /// Variance over mean of counts of zone-months.
    ZoneMonthsSpread,
    /// Offspring per event, against a background of its own for each zone and pair: constant, or the mean of the weeks around.
    Offspring {
        /// Whether the background is a mean of 13 weeks on either side.
        slow: bool,
    },
}

/// Weeks on either side of a week whose mean is its slow background.
const AROUND: usize = 13;

fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len().max(1) as f64
}

fn variance(x: &[f64]) -> f64 {
    let m = mean(x);
    x.iter().map(|v| (v - m) * (v - m)).sum::<f64>() / (x.len() as f64 - 1.0).max(1.0)
}

/// A quotient; not a number where nothing is below.
#[must_use]
pub fn over(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { f64::NAN }
}

fn spread(x: &[f64]) -> f64 {
    over(variance(x), mean(x))
}

fn correlation(x: &[f64], y: &[f64]) -> f64 {
    let (mx, my) = (mean(x), mean(y));
    let cross: f64 = x.iter().zip(y).map(|(a, b)| (a - mx) * (b - my)).sum();
    let square = |z: &[f64], m: f64| z.iter().map(|v| (v - m) * (v - m)).sum::<f64>();
    over(cross, libm::sqrt(square(x, mx) * square(y, my)))
}

fn median(x: &[f64]) -> f64 {
    let mut sorted = x.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    if n == 0 { f64::NAN } else { 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]) }
}

impl Statistic {
    /// Of a history; not a number where it has no meaning (no event of the kind).
    #[must_use]
    pub fn of(&self, h: &History) -> f64 {
        let count = h.events.len() as f64;
        let deaths = || h.sum(|e| e.best);
        let share = |pass: &dyn Fn(&Recorded) -> bool| over(h.sum(|e| f64::from(u8::from(pass(e)))), count);
        let dead = |pass: &dyn Fn(&Recorded) -> bool| over(h.sum(|e| if pass(e) { e.best } else { 0.0 }), deaths());
        let events = || h.monthly(|_| 1.0);
        let monthly = || h.monthly(|e| e.best);
        let pair = |e: &Recorded, a: &str, b: &str| (e.a == a && e.b == b) || (e.a == b && e.b == a);
        match self {
            Self::EventsPerMonth => count / h.months as f64,
            Self::EventsSpread => spread(&events()),
            Self::EventsPersistence => {
                let x = events();
                correlation(&x[..x.len() - 1], &x[1..])
            }
            Self::WeeklySpread => weekly_spread(h),
            Self::DeathsPerMonth => deaths() / h.months as f64,
            Self::DeathsMedian => median(&monthly()),
            Self::DeathsSpread => spread(&monthly()),
            Self::DeathsLogSd => libm::sqrt(variance(&monthly().into_iter().map(libm::log1p).collect::<Vec<_>>())),
            Self::MeanSize => over(deaths(), count),
            Self::SizeFrom(least) => share(&|e| e.best >= f64::from(*least)),
            Self::SizeZero => share(&|e| e.best < 0.5),
            Self::TailExponent => tail_exponent(&h.events.iter().map(|e| e.best).filter(|&x| x >= TAIL_FROM).collect::<Vec<_>>()),
            Self::LargestShare => {
                let mut sizes: Vec<f64> = h.events.iter().map(|e| e.best).collect();
                sizes.sort_by(|a, b| b.total_cmp(a));
                over(sizes[..sizes.len() / 20].iter().sum(), deaths())
            }
            Self::KindEvents(kind) => share(&|e| e.kind == *kind),
            Self::KindDeaths(kind) => dead(&|e| e.kind == *kind),
            Self::OneSided(by) => {
                let of = |pass: &dyn Fn(&Recorded) -> bool| h.sum(|e| if e.kind == Kind::OneSided && pass(e) { e.best } else { 0.0 });
                over(of(&|e| e.a == *by), of(&|_| true))
            }
            Self::OneSidedEvents(by, others) => {
                let of = |pass: &dyn Fn(&Recorded) -> bool| h.sum(|e| f64::from(u8::from(e.kind == Kind::OneSided && pass(e))));
                over(of(&|e| by.contains(&e.a) != *others), of(&|_| true))
            }
            Self::AreaEvents(area) => share(&|e| e.area == Some(*area)),
            Self::AreaDeaths(area) => dead(&|e| e.area == Some(*area)),
            Self::LossRatio(a, b) => {
                let of = |side: &str| {
                    h.sum(|e| {
                        if !pair(e, a, b) || e.kind == Kind::OneSided {
                            0.0
                        } else if e.a == side {
                            e.dead_a
                        } else {
                            e.dead_b
                        }
                    })
                };
                over(of(b), of(a))
            }
            Self::PairEvents(a, b) => h.sum(|e| f64::from(u8::from(e.kind != Kind::OneSided && pair(e, a, b)))) / h.months as f64,
            Self::CivilianShare => over(h.sum(|e| e.civilians), deaths()),
            Self::ZoneMonthsQuiet => {
                let cells = zone_months(h);
                over(cells.iter().filter(|&&x| x == 0.0).count() as f64, cells.len() as f64)
            }
            Self::ZoneMonthsSpread => {
                let cells = zone_months(h);
                let n = cells.len() as f64;
                spread(&cells) * (n - 1.0) / n
            }
            Self::Offspring { slow } => offspring(h, *slow),
        }
    }
}

fn zone_months(h: &History) -> Vec<f64> {
    let mut cells = vec![0.0; h.zones * h.months];
    for event in &h.events {
        if let Some(place) = event.place {
            cells[place * h.months + h.month(event)] += 1.0;
        }
    }
    cells
}

/// Weeks of a history, from the first day of its first month.
fn weeks(h: &History) -> (Date, usize) {
    let day = |month: i64| Date::new(month.div_euclid(12), month.rem_euclid(12) + 1, 1).expect("the first of a month");
    let first = day(h.first);
    let days = day(h.first + h.months as i64).days_since(first);
    (first, (days / 7).max(0) as usize)
}

fn weekly_spread(h: &History) -> f64 {
    /// Weeks of a window, so that years of much and of little violence are not mixed.
    const WINDOW: usize = 52;
    let (first, weeks) = weeks(h);
    let mut counts = vec![0.0; weeks];
    for event in h.events.iter().filter(|event| event.timed) {
        if let Some(count) = counts.get_mut((event.date.days_since(first) / 7) as usize) {
            *count += 1.0;
        }
    }
    let windows: Vec<f64> = counts.chunks_exact(WINDOW).map(spread).filter(|x| x.is_finite()).collect();
    if windows.is_empty() { f64::NAN } else { mean(&windows) }
}

/// Size from which the tail is a power law.
const TAIL_FROM: f64 = 10.0;

/// Maximum-likelihood exponent of a discrete power law from 10.
fn tail_exponent(sizes: &[f64]) -> f64 {
    if sizes.len() < 10 {
        return f64::NAN;
    }
    let logs: f64 = sizes.iter().map(|&x| libm::log(x)).sum();
    // The zeta function from 10, by Euler and Maclaurin from 30 on.
    let zeta = |a: f64| {
        let n = 30.0;
        let head: f64 = (10..30).map(|k| libm::pow(f64::from(k), -a)).sum();
        head + libm::pow(n, 1.0 - a) / (a - 1.0) + 0.5 * libm::pow(n, -a) + a / 12.0 * libm::pow(n, -a - 1.0)
    };
    let loss = |a: f64| a * logs + sizes.len() as f64 * libm::log(zeta(a));
    golden(1.05, 6.0, loss)
}

/// Where a function with one minimum is least.
fn golden(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let ratio = 0.618_033_988_749_895;
    for _ in 0..60 {
        let (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
        if f(a) < f(b) { high = b } else { low = a }
    }
    0.5 * (low + high)
}

/// Weekly counts of each zone and pair that has events: what a self-exciting process is fitted to.
fn cells(h: &History) -> Vec<Vec<f64>> {
    let (first, weeks) = weeks(h);
    let mut keys: Vec<(usize, Kind, &str, &str)> = Vec::new();
    let mut cells: Vec<Vec<f64>> = Vec::new();
    for event in h.events.iter().filter(|event| event.timed) {
        let week = (event.date.days_since(first) / 7) as usize;
        let Some(place) = event.place.filter(|_| week < weeks) else { continue };
        let (a, b) = if event.a <= event.b { (&event.a, &event.b) } else { (&event.b, &event.a) };
        let key = (place, event.kind, a.as_str(), b.as_str());
        let at = keys.iter().position(|known| *known == key).unwrap_or_else(|| {
            keys.push(key);
            cells.push(vec![0.0; weeks]);
            keys.len() - 1
        });
        cells[at][week] += 1.0;
    }
    cells
}

/// Offspring per event of a self-exciting process with an exponential kernel, by maximum likelihood over all cells together.
fn offspring(h: &History, slow: bool) -> f64 {
    let cells = cells(h);
    if cells.is_empty() {
        return f64::NAN;
    }
    [1.0, 2.0, 3.0, 4.0, 6.0]
        .into_iter()
        .map(|tau| {
            let fade = libm::exp(-1.0 / tau);
            // Background and excitation in each week with an event, and the mass of both over all weeks.
            let (mut seen, mut background, mut excited) = (Vec::new(), 0.0, 0.0);
            for cell in &cells {
                let level = mean(cell);
                let mut kernel = 0.0;
                for (week, &count) in cell.iter().enumerate() {
                    let base = if slow { around(cell, week, level) } else { level };
                    background += base;
                    excited += kernel;
                    if count > 0.0 {
                        seen.push((count, base, kernel));
                    }
                    kernel = kernel * fade + (1.0 - fade) * count;
                }
            }
            let loss = |n: f64| {
                let fit: f64 =
                    seen.iter().map(|&(count, base, kernel)| count * libm::log(((1.0 - n) * base + n * kernel).max(1e-12))).sum();
                (1.0 - n) * background + n * excited - fit
            };
            let n = golden(0.0, 0.95, loss);
            (loss(n), n)
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map_or(f64::NAN, |best| best.1)
}

/// Mean of the weeks around a week, that week left out; never below a part of the mean of all.
fn around(cell: &[f64], week: usize, level: f64) -> f64 {
    /// Least background, as a part of the mean: a quiet season is not the end of a war.
    const LEAST: f64 = 0.1;
    let (from, to) = (week.saturating_sub(AROUND), (week + AROUND + 1).min(cell.len()));
    let sum: f64 = cell[from..to].iter().sum::<f64>() - cell[week];
    (sum / (to - from - 1).max(1) as f64).max(LEAST * level)
}
