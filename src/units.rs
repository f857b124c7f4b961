//! Units of time and chance, and the one home of their conversions.

/// A number of weeks, the step of the model.
pub type Weeks = f64;

/// Probability that something with a constant rate per week happens within `weeks`.
///
/// # Examples
/// ```
/// assert!((sulh::units::within(0.02, 1.0) - 0.0198).abs() < 1e-4);
/// ```
#[must_use]
pub fn within(rate_per_week: f64, weeks: Weeks) -> f64 {
    -libm::expm1(-rate_per_week.max(0.0) * weeks)
}

/// Factor that a stock keeps over `weeks` when it halves every `half_life` weeks.
#[must_use]
pub fn kept(half_life: Weeks, weeks: Weeks) -> f64 {
    libm::exp2(-weeks / half_life)
}

/// The logistic function, from a log-odds to a probability.
#[must_use]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// The log-odds of a probability.
#[must_use]
pub fn logit(p: f64) -> f64 {
    libm::log(p / (1.0 - p))
}

/// A date in the proleptic Gregorian calendar, as days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i64);

impl Date {
    /// The date of a civil year, month (1-12) and day (1-31), or `None` where there is no such day.
    #[must_use]
    pub fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        // Days from civil: count from March, so that the leap day is the last of its year.
        let y = if month <= 2 { year - 1 } else { year };
        let era = y.div_euclid(400);
        let of_era = y.rem_euclid(400);
        let from_march = (month + 9) % 12;
        let of_year = (153 * from_march + 2) / 5 + day - 1;
        let date = Self(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468);
        (date.civil() == (year, month, day)).then_some(date)
    }

    /// Parses `YYYY-MM-DD`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let date = Self::new(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        date.filter(|_| parts.next().is_none())
    }

    /// Year, month and day.
    #[must_use]
    pub fn civil(self) -> (i64, i64, i64) {
        let z = self.0 + 719_468;
        let era = z.div_euclid(146_097);
        let of_era = z.rem_euclid(146_097);
        let y = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * y + y / 4 - y / 100);
        let m = (5 * of_year + 2) / 153;
        let month = if m < 10 { m + 3 } else { m - 9 };
        (y + era * 400 + i64::from(month <= 2), month, of_year - (153 * m + 2) / 5 + 1)
    }

    /// The date `weeks` later (or earlier, if negative).
    #[must_use]
    pub fn after_weeks(self, weeks: i32) -> Self {
        Self(self.0 + 7 * i64::from(weeks))
    }

    /// The date `days` later.
    #[must_use]
    pub fn after_days(self, days: i32) -> Self {
        Self(self.0 + i64::from(days))
    }

    /// Days from `start` to this date.
    #[must_use]
    pub fn days_since(self, start: Self) -> i32 {
        i32::try_from(self.0 - start.0).unwrap_or(i32::MAX)
    }

    /// Whole weeks from `start` to this date, rounded down.
    #[must_use]
    pub fn weeks_since(self, start: Self) -> i32 {
        i32::try_from((self.0 - start.0).div_euclid(7)).unwrap_or(i32::MAX)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (y, m, d) = self.civil();
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

/// A number of weeks as a sentence has it.
#[must_use]
pub fn weeks(n: impl Into<i64>) -> String {
    let n = n.into();
    if n == 1 { "1 week".to_owned() } else { format!("{n} weeks") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_week_is_no_weeks() {
        assert_eq!([0, 1, 2].map(weeks), ["0 weeks", "1 week", "2 weeks"]);
    }

    #[test]
    fn dates_survive_the_round_trip() {
        for days in (-200_000..200_000).step_by(37) {
            let (y, m, d) = Date(days).civil();
            assert_eq!(Date::new(y, m, d), Some(Date(days)));
        }
        assert_eq!(Date::parse("2026-07-06").unwrap().after_weeks(260).to_string(), "2031-06-30");
        assert_eq!(Date::parse("2026-02-30"), None);
    }

    #[test]
    fn a_rate_becomes_a_probability_below_one() {
        assert!(within(1e9, 1.0) <= 1.0);
        assert!((kept(12.0, 12.0) - 0.5).abs() < 1e-12);
    }
}
