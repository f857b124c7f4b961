//! Paired differences from the baseline: mean and interval, in per cent of the baseline and in numbers.
use super::canvas::{At, Axis, Canvas, Face, Figure, Frame, GRID, INK, SOFT, bold, colour, figure, heading, plain};
use crate::experiment::results::Results;
use crate::observe::measures::{Measure, measures};
use crate::report::comparison::{self, Verdict};
use crate::report::numbers::{self, Scale, capital, rounded, steps};
use crate::report::summary::{scale, scale_by_community};

const ROW: f64 = 22.0;
/// Of rows whose labels may have two lines.
const TALL: f64 = 28.0;
/// Ends of the axis on the page, left and right.
const AXIS: (f64, f64) = (176.0, 392.0);
/// Per cent at which the axis ends, so that one measure near 0 does not flatten all others; what goes on has no cap.
const REACH: f64 = 150.0;
/// Ends of the axis, in reaches.
const PAST: f64 = 1.08;

/// A row of the figure.
struct Line {
    row: comparison::Row,
    /// What it is of, as it is written beside it.
    label: String,
    /// Whether it is a part of the row above it.
    part: bool,
    scale: Scale,
}

pub(super) fn draw(results: &Results, foot: &str) -> Option<Figure> {
    let measures = measures(&results.case);
    let line = |row: comparison::Row| {
        let measure = measures.iter().find(|m| m.name == row.column.measure).filter(|m| m.headline)?;
        let part = row.column.scope != "all";
        let label = if part { format!("in the {}", row.column.scope) } else { capital(&measure.label) };
        Some(Line { row, label, part, scale: scale(results, measure) })
    };
    let whole = comparison::rows(results).into_iter().filter(|row| row.column.community == "all");
    forest(results, foot, &About { name: "differences", of: "", more: "" }, whole.filter_map(line).collect())
}

/// The same by community, for the first measure that communities are counted by.
pub(super) fn communities(results: &Results, foot: &str) -> Option<Figure> {
    let rows: Vec<_> = comparison::rows(results).into_iter().filter(|row| row.column.community != "all").collect();
    let counted = |measure: &&Measure| measure.headline && rows.iter().any(|row| row.column.measure == measure.name);
    let measures = measures(&results.case);
    let measure = measures.iter().find(counted)?;
    let of = || rows.iter().filter(|row| row.column.measure == measure.name);
    let scale = scale_by_community(measure, of());
    let line = |row: &comparison::Row| Line {
        label: row.column.community_name(&results.case).to_owned(),
        part: false,
        scale: scale.clone(),
        row: row.clone(),
    };
    let lines = of().map(line).collect();
    let about = About {
        name: "communities",
        of: &format!("{} by community: ", capital(&measure.label)),
        more: " Of intervals around nothing, one in 20 excludes 0. Figures by community were fitted to no data and judge nobody.",
    };
    forest(results, foot, &about, lines)
}

/// What a figure is called and says beside its rows.
struct About<'a> {
    name: &'a str,
    /// What its title begins with.
    of: &'a str,
    /// What its explanation ends with.
    more: &'a str,
}

fn forest(results: &Results, foot: &str, about: &About, mut lines: Vec<Line>) -> Option<Figure> {
    let all = lines.len();
    lines.retain(|line| line.row.pairs > 1 && line.row.baseline_mean.abs() > 0.0);
    if lines.is_empty() {
        return None;
    }
    // To the steps of the summary: of every scenario by itself; communities are of very different sizes.
    let own: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                (line.row.scenario, &line.row.column.measure, &line.row.column.community),
                &line.scale,
                line.scale.step_of(&line.row.difference),
            )
        })
        .collect();
    let steps = steps(&own);
    let percent =
        |row: &comparison::Row| [row.difference.mean, row.difference.low, row.difference.high].map(|v| 100.0 * v / row.baseline_mean.abs());
    let reach = lines.iter().flat_map(|line| percent(&line.row)).filter(|v| v.is_finite()).fold(0.5, |a: f64, v| a.max(v.abs())).min(REACH);
    let many = results.scenarios.len() > 2;
    // With several scenarios, each has a line of its own above its rows.
    let heads = if many { results.scenarios.len() - 1 } else { 0 };
    let baseline = &results.scenarios[0].title;
    let against = if many { format!("differences from {baseline}") } else { format!("{} against {baseline}", results.scenarios[1].title) };
    let title = if about.of.is_empty() { capital(&against) } else { format!("{}{against}", about.of) };
    let beyond = lines.iter().any(|line| percent(&line.row)[0].abs() > reach);
    let arrow = if beyond { " Arrow: the mean lies beyond the axis." } else { "" };
    let left_out = if lines.len() < all { " Left out: what is 0 in the baseline." } else { "" };
    let how = format!(
        "Mean over paired futures with its 95 % interval. Faint: no difference seen.{arrow}{left_out} The interval speaks of this model and its assumptions, not of the world.{}",
        about.more
    );
    let wraps = |line: &Line| bold(INK).wrapped(&line.label, label_room(line.part)).len() > 1;
    let height = if lines.iter().any(wraps) { TALL } else { ROW };
    let frame = Frame { name: about.name, title: &title, how: &how, foot, height: 30.0 + height * (lines.len() + heads) as f64 + 34.0 };
    Some(figure(&frame, |page, top| {
        let axis = Axis { values: (-PAST * reach, PAST * reach), page: AXIS };
        let (first, last) = (top + 26.0, top + 26.0 + height * (lines.len() + heads) as f64);
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
        let (mut y, mut scenario) = (first - 0.5 * height, 0);
        for (at, Line { row, label, part, scale }) in lines.iter().enumerate() {
            let begins = many && row.scenario != scenario;
            if begins {
                scenario = row.scenario;
                y += height;
                if at > 0 {
                    page.line(&[(12.0, y - 0.5 * height), (708.0, y - 0.5 * height)], GRID, 0.6);
                }
                let (title, face) = heading(&results.scenarios[scenario].title, scenario);
                page.halo(&title, (12.0, y), At::Start, face);
            }
            y += height;
            if !part && !begins && at > 0 {
                page.line(&[(12.0, y - 0.5 * height), (708.0, y - 0.5 * height)], GRID, 0.6);
            }
            put(page, label, (label_left(*part), y), if *part { plain(SOFT) } else { bold(INK) }, label_room(*part));
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
                put(page, text, (x, y), face, room);
            }
        }
    }))
}

/// Where the label of a row begins, and its room up to the axis.
fn label_left(part: bool) -> f64 {
    if part { 24.0 } else { 12.0 }
}

fn label_room(part: bool) -> f64 {
    AXIS.0 - label_left(part) - 6.0
}

/// A text in one line or two, which are then as far above as below.
fn put(page: &Canvas, text: &str, (x, y): (f64, f64), face: Face, room: f64) {
    let lines = face.cut(text, room, 2);
    for (i, line) in lines.iter().enumerate() {
        page.text(line, (x, y + 10.0 * i as f64 - 5.0 * (lines.len() - 1) as f64), At::Start, face);
    }
}
