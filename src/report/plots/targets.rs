//! Targets: for each, the simulated range over what was observed, failing rows first.
use super::canvas::{At, Axis, Figure, Frame, GRID, INK, SOFT, bold, figure, plain};
use crate::report::validation::{ordered, short};
use crate::validation::targets::Row;
use plotters::style::RGBColor;

const LINE: f64 = 15.0;
const LABEL: f64 = 348.0;
const NUMBERS: f64 = 104.0;
const BAD: RGBColor = RGBColor(213, 94, 0);
const GOOD: RGBColor = RGBColor(0, 114, 178);

/// The page of targets: ratios to the observed value on a logarithmic axis from a quarter to four.
#[must_use]
pub fn draw(rows: &[Row], foot: &str) -> Figure {
    let rows = ordered(rows);
    let (counted, seen): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.counts());
    let met = |rows: &[&Row]| format!("{} of {}", rows.iter().filter(|row| row.passes()).count(), rows.len());
    let title = match seen.len() {
        0 => format!("{} targets met", met(&counted)),
        _ => format!("{} targets met, and {} of those that were seen", met(&counted), met(&seen)),
    };
    let frame = Frame {
        name: "targets",
        title: &title,
        how: "Simulated over observed (over the middle of the interval, where only that is known). Dot: median of futures; line: central 90 %; grey: interval of what was observed. Orange rows fail: the observed value \
              lies outside the line, or the dot outside the grey. Arrowheads run off the axis. Seen: informed the design, not counted; prior: a prior was chosen with it in view.",
        foot,
        height: 46.0 + LINE * rows.len() as f64,
    };
    figure(&frame, |page, top| {
        let axis = Axis { values: (libm::log(0.25), libm::log(4.0)), page: (12.0 + LABEL, 708.0 - NUMBERS) };
        let bottom = top + 20.0 + LINE * rows.len() as f64;
        for (value, text) in [(0.25, "1/4"), (0.5, "1/2"), (1.0, "1"), (2.0, "2"), (4.0, "4")] {
            let x = axis.at(libm::log(value));
            page.line(&[(x, top + 14.0), (x, bottom)], if (value - 1.0_f64).abs() < 1e-9 { SOFT } else { GRID }, 0.8);
            page.text(text, (x, top + 6.0), At::Middle, plain(SOFT));
        }
        page.text("median / observed", (708.0, top + 6.0), At::End, plain(SOFT));
        for (at, row) in rows.iter().enumerate() {
            let y = top + 26.0 + LINE * at as f64;
            let colour = if row.passes() { GOOD } else { BAD };
            let one = if row.observed.is_nan() { libm::sqrt(row.band.0 * row.band.1) } else { row.observed };
            let x = |value: f64| if value > 0.0 { axis.at(libm::log(value / one)).clamp(axis.page.0, axis.page.1) } else { axis.page.0 };
            page.rect((x(row.band.0), y - 4.5), (x(row.band.1), y + 4.5), RGBColor(222, 222, 222));
            let (least, most) = row.range.unwrap_or((row.median, row.median));
            page.line(&[(x(least), y), (x(most), y)], colour, 1.6);
            page.dot((x(row.median), y), 3.0, colour);
            for (value, end, towards) in [(least.min(row.median), axis.page.0, 4.0), (most.max(row.median), axis.page.1, -4.0)] {
                let off = if towards > 0.0 { value / one < 0.25 } else { value / one > 4.0 };
                if off {
                    page.polygon(&[(end, y), (end + towards, y - 3.0), (end + towards, y + 3.0)], colour);
                }
            }
            let face = if row.passes() { plain(INK) } else { bold(BAD) };
            let brackets: Vec<&str> = [row.period.as_str(), row.role.short()].into_iter().filter(|word| !word.is_empty()).collect();
            let label = face.sized(9.0).fit(&format!("{} ({})", row.name, brackets.join(", ")), LABEL - 8.0);
            page.text(&label, (12.0, y), At::Start, face.sized(9.0));
            page.text(&format!("{} / {}", short(row.median), short(row.observed)), (708.0, y), At::End, plain(INK).sized(9.0));
        }
    })
}
