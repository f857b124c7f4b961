//! Paired differences from the baseline: mean and interval, in per cent of the baseline and in numbers.
use super::canvas::{At, Axis, Figure, Frame, GRID, INK, SOFT, bold, colour, figure, heading, plain};
use crate::experiment::results::Results;
use crate::observe::measures::measures;
use crate::report::comparison::{self, Verdict};
use crate::report::numbers::{self, Scale, capital, rounded, steps};
use crate::report::summary::scale;

const ROW: f64 = 22.0;
/// Per cent at which the axis ends, so that one measure near 0 does not flatten all others; what goes on has no cap.
const REACH: f64 = 150.0;
/// Ends of the axis, in reaches.
const PAST: f64 = 1.08;

pub(super) fn draw(results: &Results, foot: &str) -> Option<Figure> {
    let measures = measures(&results.case);
    let rows: Vec<_> = comparison::rows(results)
        .into_iter()
        .filter(|row| row.column.community == "all")
        .filter_map(|row| measures.iter().find(|m| m.name == row.column.measure).filter(|m| m.headline).map(|m| (m, row)))
        .filter(|(_, row)| row.pairs > 1 && row.baseline_mean.abs() > 0.0)
        .collect();
    if rows.is_empty() {
        return None;
    }
    let scales: Vec<Scale> = rows.iter().map(|(measure, _)| scale(results, measure)).collect();
    // To the steps of the summary: of every scenario by itself.
    let own: Vec<_> = rows
        .iter()
        .zip(&scales)
        .map(|((measure, row), scale)| ((row.scenario, &measure.name), scale, scale.step_of(&row.difference)))
        .collect();
    let steps = steps(&own);
    let percent =
        |row: &comparison::Row| [row.difference.mean, row.difference.low, row.difference.high].map(|v| 100.0 * v / row.baseline_mean.abs());
    let reach = rows.iter().flat_map(|(_, row)| percent(row)).filter(|v| v.is_finite()).fold(0.5, |a: f64, v| a.max(v.abs())).min(REACH);
    let many = results.scenarios.len() > 2;
    // With several scenarios, each has a line of its own above its rows.
    let heads = if many { results.scenarios.len() - 1 } else { 0 };
    let baseline = &results.scenarios[0].title;
    let title = if many { format!("Differences from {baseline}") } else { format!("{} against {baseline}", results.scenarios[1].title) };
    let beyond = rows.iter().any(|(_, row)| percent(row)[0].abs() > reach);
    let arrow = if beyond { " Arrow: the mean lies beyond the axis." } else { "" };
    let how = format!(
        "Mean over paired futures with its 95 % interval. Faint: no difference seen.{arrow} The interval speaks of this model and its assumptions, not of the world."
    );
    let frame = Frame { name: "differences", title: &title, how: &how, foot, height: 30.0 + ROW * (rows.len() + heads) as f64 + 34.0 };
    Some(figure(&frame, |page, top| {
        let axis = Axis { values: (-PAST * reach, PAST * reach), page: (176.0, 392.0) };
        let (first, last) = (top + 26.0, top + 26.0 + ROW * (rows.len() + heads) as f64);
        page.text("Difference, % of the baseline's mean", (0.5 * (axis.page.0 + axis.page.1), top + 8.0), At::Middle, plain(SOFT));
        page.text("In numbers [95 %]", (402.0, top + 8.0), At::Start, plain(SOFT));
        page.text("Verdict", (572.0, top + 8.0), At::Start, plain(SOFT));
        let (ticks, step) = axis.ticks(6.0);
        for tick in ticks {
            page.line(&[(axis.at(tick), first - 4.0), (axis.at(tick), last)], GRID, 0.6);
            let text = format!("{}{}", if tick > 0.0 { "+" } else { "" }, rounded(tick, step).replace('-', "\u{2212}"));
            page.text(&text, (axis.at(tick), last + 9.0), At::Middle, plain(SOFT).sized(9.0));
        }
        page.line(&[(axis.at(0.0), first - 4.0), (axis.at(0.0), last + 2.0)], INK, 0.9);
        page.text("Less than the baseline", (axis.at(0.0) - 6.0, last + 22.0), At::End, plain(SOFT).sized(9.0));
        page.text("More than the baseline", (axis.at(0.0) + 6.0, last + 22.0), At::Start, plain(SOFT).sized(9.0));
        let (mut y, mut scenario) = (first - 0.5 * ROW, 0);
        for (at, (measure, row)) in rows.iter().enumerate() {
            let begins = many && row.scenario != scenario;
            if begins {
                scenario = row.scenario;
                y += ROW;
                if at > 0 {
                    page.line(&[(12.0, y - 0.5 * ROW), (708.0, y - 0.5 * ROW)], GRID, 0.6);
                }
                let (title, face) = heading(&results.scenarios[scenario].title, scenario);
                page.halo(&title, (12.0, y), At::Start, face);
            }
            y += ROW;
            let part = row.column.scope != "all";
            if !part && !begins && at > 0 {
                page.line(&[(12.0, y - 0.5 * ROW), (708.0, y - 0.5 * ROW)], GRID, 0.6);
            }
            let name = if part { format!("in the {}", row.column.scope) } else { capital(&measure.label) };
            page.text(&name, (if part { 24.0 } else { 12.0 }, y), At::Start, if part { plain(SOFT) } else { bold(INK) });
            let seen = ![Verdict::NoneSeen, Verdict::NotTestable].contains(&row.verdict);
            let hue = if seen { colour(row.scenario) } else { plotters::style::RGBColor(170, 170, 170) };
            let [mean, low, high] = percent(row);
            if low.is_finite() && high.is_finite() {
                let [from, to] = [low, high].map(|v| axis.at(v.clamp(-PAST * reach, PAST * reach)));
                page.line(&[(from, y), (to, y)], hue, 1.6);
                for end in [low, high].into_iter().filter(|v| v.abs() <= reach) {
                    page.line(&[(axis.at(end), y - 3.0), (axis.at(end), y + 3.0)], hue, 1.0);
                }
            }
            if mean.abs() <= reach {
                page.dot((axis.at(mean), y), 3.2, hue);
            } else {
                // The mean itself lies beyond the axis: an arrow says which way.
                let (tip, back) = (axis.at(PAST * reach.copysign(mean)), axis.at((PAST - 0.06) * reach.copysign(mean)));
                page.line(&[(back, y - 4.0), (tip, y), (back, y + 4.0)], hue, 1.6);
            }
            let scale = &scales[at];
            let unit = if scale.divisor < 1.0 {
                "points".to_owned()
            } else {
                scale.unit.replace(" person-weeks", " p.-weeks").replace("persons", "")
            };
            let interval =
                scale.difference_to(steps[at], row.difference.mean, row.difference.low, row.difference.high).replace('-', "\u{2212}");
            let words = numbers::with_unit(&interval, unit.trim());
            let face = plain(if seen { INK } else { SOFT }).sized(9.0);
            for (text, x, room) in [(words.as_str(), 402.0, 164.0), (&row.verdict.to_string(), 572.0, 138.0)] {
                let lines = face.cut(text, room, 2);
                for (i, line) in lines.iter().enumerate() {
                    page.text(line, (x, y + 10.0 * i as f64 - 5.0 * (lines.len() - 1) as f64), At::Start, face);
                }
            }
        }
    }))
}
