//! How numbers are written for people: no more digits than the interval supports, thousands apart, readable units.
use crate::stats::interval::Estimate;

/// A number rounded to a multiple of `step`, thousands apart.
#[must_use]
pub fn rounded(value: f64, step: f64) -> String {
    if !value.is_finite() {
        return "n/a".to_owned();
    }
    let decimals = (-libm::log10(step) - 1e-9).ceil().max(0.0) as usize;
    let text = format!("{:.decimals$}", nearest(value.abs() / step) * step);
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    let is_zero = text.chars().all(|c| !c.is_ascii_digit() || c == '0');
    format!("{}{out}{rest}", if value < 0.0 && !is_zero { "-" } else { "" })
}

/// A whole number, thousands apart.
#[must_use]
pub fn whole(number: usize) -> String {
    rounded(number as f64, 1.0)
}

/// How many of what: `1 pair`, `480 pairs`.
#[must_use]
pub fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", whole(number), if number == 1 { one } else { many })
}

/// A word or a sentence with a capital at its beginning.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The nearest whole number, halves up whatever the last bits of a computed half are: 22.5 is written alike wherever it comes from.
fn nearest(value: f64) -> f64 {
    libm::floor(value + 0.5 + 1e-9)
}

/// One end of an interval to a multiple of `step`, or to one figure where that would write 0 of an end that excludes 0.
fn end(value: f64, step: f64, excluded: bool) -> String {
    let zero = nearest(value.abs() / step) == 0.0;
    let fine = if excluded && zero && value != 0.0 { libm::exp10(libm::floor(libm::log10(value.abs()) + 1e-9)) } else { step };
    rounded(value, fine)
}

/// The power of ten to which an interval of this half width supports a number: the half width has `least` to ten
/// times `least` steps.
#[must_use]
pub fn step(half_width: f64, least: f64, finest: f64) -> f64 {
    if half_width.is_finite() && half_width > 0.0 {
        libm::exp10(libm::floor(libm::log10(half_width / least) + 1e-9)).max(finest)
    } else {
        finest
    }
}

/// In place of an interval where all values are the same.
const ALIKE: &str = " (alike in all)";

/// A difference as [`Scale::difference`] writes it, with its unit.
#[must_use]
pub fn with_unit(difference: &str, unit: &str) -> String {
    let space = if unit.is_empty() { "" } else { " " };
    difference.strip_suffix(ALIKE).map_or_else(|| format!("{difference}{space}{unit}"), |number| format!("{number}{space}{unit}{ALIKE}"))
}

/// How values of one measure are shown: divided by `divisor`, in `unit`.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// What a value is divided by.
    pub divisor: f64,
    /// Unit after that.
    pub unit: String,
    /// Finest step worth showing.
    pub finest: f64,
}

impl Scale {
    /// The scale for a unit and the largest value shown.
    #[must_use]
    pub fn of(unit: &str, largest: f64) -> Self {
        let scale = |divisor, unit: String, finest| Self { divisor, unit, finest };
        if let Some(of) = unit.strip_prefix("share") {
            return scale(0.01, format!("%{of}"), 0.001);
        }
        match largest.abs() {
            v if v >= 1e6 => scale(1e6, format!("million {unit}"), 1e-6),
            v if v >= 1e5 => scale(1e3, format!("thousand {unit}"), 1e-3),
            v if v >= 100.0 => scale(1.0, unit.to_owned(), 1.0),
            _ => scale(1.0, unit.to_owned(), 0.01),
        }
    }
    /// How finely a level with such a range is worth showing, after division.
    #[must_use]
    pub fn step_of_level(&self, low: f64, high: f64) -> f64 {
        step(0.5 * (high - low) / self.divisor, 5.0, self.finest)
    }
    /// The same of a value that does not vary.
    #[must_use]
    pub fn step_of_one(&self, value: f64) -> f64 {
        self.step_of_level(0.95 * value.abs(), 1.05 * value.abs())
    }
    /// A value with a range to steps of some size, as `9,800 [6,100-15,200]`; alone where it does not vary. Of values that are nearly all the same
    /// the range may be that one, and the mean another: `2.9 [0-0]`.
    #[must_use]
    pub fn level_to(&self, step: f64, value: f64, low: f64, high: f64) -> String {
        let [v, l, h] = [value, low, high].map(|x| rounded(x / self.divisor, step));
        if low == high && v == l { v } else { format!("{v} [{l}-{h}]") }
    }
    /// A difference with its interval, as `-100 [-150, -50]`. An end is written as 0 only where the interval holds 0, so that what is
    /// printed and the verdict agree.
    #[must_use]
    pub fn difference(&self, value: f64, low: f64, high: f64) -> String {
        self.difference_to(self.step_of_difference(value, low, high), value, low, high)
    }
    /// How finely a difference with such an interval is worth showing, after division.
    #[must_use]
    pub fn step_of_difference(&self, value: f64, low: f64, high: f64) -> f64 {
        let [v, l, h] = [value, low, high].map(|x| x / self.divisor);
        step(if l.is_finite() && h.is_finite() { 0.5 * (h - l) } else { v.abs() * 0.5 }, 3.0, self.finest)
    }
    /// The same of an estimate; none where it does not vary.
    #[must_use]
    pub fn step_of(&self, e: &Estimate) -> Option<f64> {
        (e.low != e.high).then(|| self.step_of_difference(e.mean, e.low, e.high))
    }
    /// A difference as above, to steps of some size. Values that are all the same give no interval.
    #[must_use]
    pub fn difference_to(&self, step: f64, value: f64, low: f64, high: f64) -> String {
        let [v, l, h] = [value, low, high].map(|x| x / self.divisor);
        let alone = || if v == 0.0 { "0".to_owned() } else { rounded(v, step) };
        if !l.is_finite() || !h.is_finite() {
            return format!("{} [n/a]", alone());
        }
        if l == h {
            return alone() + ALIKE;
        }
        let excluded = l > 0.0 || h < 0.0;
        format!("{} [{}, {}]", end(v, step, excluded), end(l, step, excluded), end(h, step, excluded))
    }
}

/// Steps of the rows of a table, of each what it is a part of, its scale and the step that it is worth by itself: a whole and its parts are
/// told to one step, the finest that any of them is worth, so that they add up. What does not vary is worth any.
#[must_use]
pub fn steps<Whole: PartialEq>(rows: &[(Whole, &Scale, Option<f64>)]) -> Vec<f64> {
    let finest = |whole: &Whole| rows.iter().filter(|row| row.0 == *whole).filter_map(|row| row.2).min_by(f64::total_cmp);
    rows.iter().map(|(whole, scale, _)| finest(whole).unwrap_or(scale.finest)).collect()
}

/// A share in per cent: whole, or with one digit where that would say 0 or 100 of what is neither.
#[must_use]
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "n/a".to_owned();
    }
    let p = 100.0 * share;
    let coarse = p > 0.0 && p < 0.95 || p > 99.05 && p < 100.0;
    format!("{} %", rounded(p, if coarse { 0.1 } else { 1.0 }))
}

/// A share with its interval, as `37 % [30-44]`.
#[must_use]
pub fn share((share, low, high): (f64, f64, f64)) -> String {
    let end = |share: f64| percent(share).trim_end_matches(" %").to_owned();
    format!("{} [{}-{}]", percent(share), end(low), end(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_and_its_parts_have_the_finest_of_their_steps() {
        let (plain, shares) = (Scale::of("persons", 15_200.0), Scale::of("share", 0.5));
        let rows = [
            ("deaths", &plain, Some(10.0)),
            ("deaths", &plain, Some(1.0)),
            ("recruits", &plain, Some(100.0)),
            ("deaths", &plain, None),
            ("control", &shares, None),
        ];
        assert_eq!(steps(&rows), [1.0, 1.0, 100.0, 1.0, shares.finest]);
    }

    #[test]
    fn numbers_carry_what_their_interval_supports() {
        let level = |scale: &Scale, value, low, high| scale.level_to(scale.step_of_level(low, high), value, low, high);
        let plain = Scale::of("persons", 15_200.0);
        assert_eq!(level(&plain, 9_812.0, 6_078.0, 15_243.0), "9,800 [6,100-15,200]");
        assert_eq!(plain.difference(-103.0, -151.0, -52.0), "-100 [-150, -50]");
        assert_eq!(level(&Scale::of("person-weeks", 2e8), 98_123_456.0, 61e6, 152e6), "98 [61-152]");
        assert_eq!(Scale::of("share", 0.9).difference(0.012, -0.004, 0.028), "1.2 [-0.4, 2.8]");
        assert_eq!(plain.difference(0.0, 0.0, 0.0), "0 (alike in all)");
        assert_eq!([0.0, -3.0].map(|of_one| plain.difference(of_one, f64::NAN, f64::NAN)), ["0 [n/a]", "-3 [n/a]"]);
        let points = Scale::of("share", 0.9);
        assert_eq!(with_unit(&points.difference(0.05, 0.05, 0.05), "points"), "5.000 points (alike in all)");
        assert_eq!(with_unit(&points.difference(0.012, -0.004, 0.028), "points"), "1.2 [-0.4, 2.8] points");
        assert_eq!(plain.level_to(plain.step_of_one(563.954), 563.954, 563.954, 563.954), "564");
        // One future of forty with 117, the others with none.
        assert_eq!(plain.level_to(0.1, 2.925, 0.0, 0.0), "2.9 [0.0-0.0]");
        assert_eq!([0.0, 0.004, 0.11, 0.998, 1.0].map(percent), ["0 %", "0.4 %", "11 %", "99.8 %", "100 %"]);
        assert_eq!(rounded(-0.3, 1.0), "0");
        // Nine of forty, by division and by a mean of draws' means.
        assert_eq!([9.0 / 40.0, 0.225_000_000_000_000_03, 0.224_999_999_999_999_98].map(percent), ["23 %"; 3]);
    }

    #[test]
    fn a_printed_interval_holds_zero_if_and_only_if_the_interval_does() {
        let plain = Scale::of("persons", 4_400.0);
        assert_eq!(plain.difference(-6.2, -12.7, 0.3), "-6 [-13, 0]");
        assert_eq!(plain.difference(-5.6, -10.8, -0.41), "-6 [-11, -0.4]");
        assert_eq!(plain.difference(42.0, 0.03, 84.0), "40 [0.03, 80]");
        assert_eq!(Scale::of("share", 0.9).difference(0.0002, 0.000_004, 0.0004), "0.020 [0.0004, 0.040]");
        let mut unit = crate::stats::uniforms(7);
        for (kind, largest) in [("persons", 4_400.0), ("persons", 3.0), ("person-weeks", 2e8), ("share", 0.4)] {
            for _ in 0..5_000 {
                let width = largest * libm::exp10(-4.0 * unit());
                let (low, high) = {
                    let at = width * (2.2 * unit() - 1.6);
                    (at, at + width)
                };
                let text = Scale::of(kind, largest).difference(0.5 * (low + high), low, high);
                let inside = text.split(['[', ']']).nth(1).unwrap().to_owned();
                let ends: Vec<f64> = inside.split(", ").map(|end| end.replace(',', "").parse().unwrap()).collect();
                assert_eq!(low > 0.0 || high < 0.0, ends[0] > 0.0 || ends[1] < 0.0, "{low} {high}: {text}");
            }
        }
    }
}
