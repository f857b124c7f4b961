//! How numbers are written for people: no more digits than the interval supports, thousands apart, readable units.

/// A number rounded to a multiple of `step`, thousands apart.
#[must_use]
pub fn rounded(value: f64, step: f64) -> String {
    if !value.is_finite() {
        return "n/a".to_owned();
    }
    let decimals = (-libm::log10(step) - 1e-9).ceil().max(0.0) as usize;
    let text = format!("{:.decimals$}", (value / step).round().abs() * step);
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
    /// A value with a range, as `9,800 [6,100-15,200]`.
    #[must_use]
    pub fn level(&self, value: f64, low: f64, high: f64) -> String {
        let [v, l, h] = [value, low, high].map(|x| x / self.divisor);
        let step = step(0.5 * (h - l), 5.0, self.finest);
        format!("{} [{}-{}]", rounded(v, step), rounded(l, step), rounded(h, step))
    }
    /// A difference with its interval, as `-100 [-150, -50]`.
    #[must_use]
    pub fn difference(&self, value: f64, low: f64, high: f64) -> String {
        let [v, l, h] = [value, low, high].map(|x| x / self.divisor);
        if !l.is_finite() || !h.is_finite() {
            return format!("{} [n/a]", rounded(v, step(v.abs() * 0.5, 3.0, self.finest)));
        }
        let step = step(0.5 * (h - l), 3.0, self.finest);
        format!("{} [{}, {}]", rounded(v, step), rounded(l, step), rounded(h, step))
    }
}

/// A share in per cent: whole, or with one digit where that would say 0 or 100 of what is neither.
#[must_use]
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "n/a".to_owned();
    }
    let p = 100.0 * share;
    match p {
        _ if p > 0.0 && p < 0.95 || p > 99.05 && p < 100.0 => format!("{p:.1} %"),
        _ => format!("{p:.0} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_what_their_interval_supports() {
        let plain = Scale::of("persons", 15_200.0);
        assert_eq!(plain.level(9_812.0, 6_078.0, 15_243.0), "9,800 [6,100-15,200]");
        assert_eq!(plain.difference(-103.0, -151.0, -52.0), "-100 [-150, -50]");
        assert_eq!(Scale::of("person-weeks", 2e8).level(98_123_456.0, 61e6, 152e6), "98 [61-152]");
        assert_eq!(Scale::of("share", 0.9).difference(0.012, -0.004, 0.028), "1.2 [-0.4, 2.8]");
        assert_eq!(plain.difference(0.0, 0.0, 0.0), "0 [0, 0]");
        assert_eq!([0.0, 0.004, 0.11, 0.998, 1.0].map(percent), ["0 %", "0.4 %", "11 %", "99.8 %", "100 %"]);
        assert_eq!(rounded(-0.3, 1.0), "0");
    }
}
