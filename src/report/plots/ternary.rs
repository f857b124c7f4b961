//! The three trends of one community: the mean path of each scenario and where its futures end.
use super::canvas::{At, Figure, Frame, GRID, INK, SOFT, bold, colour, figure, key_height, plain};
use crate::experiment::results::Results;
use crate::index::Id;
use crate::observe::measures::series_rows;
use crate::report::numbers::rounded;
use plotters::style::{Color, WHITE};

/// At most this many end points are drawn for a scenario.
const CLOUD: usize = 600;

pub(super) fn draw(results: &Results, foot: &str) -> Option<Figure> {
    let case = &results.case;
    let (community, data) = (case.shown_community.at(), case.communities.values().get(case.shown_community.at())?);
    let rows = series_rows(case);
    let row = |name: &str| rows.iter().position(|(s, subject)| s.name == name && *subject == data.slug);
    let trends = [row("loyalist")?, row("independentist")?, row("islamist")?];
    let weeks = results.series.iter().map(crate::experiment::results::SeriesSketch::weeks).min().filter(|&w| w > 0)?;
    let key: Vec<_> = results.scenarios.iter().enumerate().map(|(s, label)| (label.title.clone(), Some(colour(s)))).collect();
    let title = format!("{}: three trends among those who lean", data.name);
    let how = format!(
        "Each point is a composition of the three trends: in a corner everybody who leans is of that trend. Line: mean over futures, week by week, from the ring (start) to the dot (end), the baseline's widest. Cloud: where single futures end. Of the {} communities, this is the one that case.toml names (shown_community); communities.csv has all.",
        case.communities.len()
    );
    let frame = Frame { name: "ternary", title: &title, how: &how, foot, height: 400.0 + key_height(&key) };
    Some(figure(&frame, |page, top| {
        page.key(&key, (12.0, top + 6.0));
        let top = top + key_height(&key) - 20.0;
        let (side, left, base) = (420.0, 100.0, top + 402.0);
        let height = side * 0.866_025_403_784;
        // Loyalist left, independentist right, Islamist on top.
        let at = |[l, i, s]: [f64; 3]| {
            let sum = (l + i + s).max(1e-12);
            (left + side * (i + 0.5 * s) / sum, base - height * s / sum)
        };
        for step in 1..5 {
            let p = f64::from(step) / 5.0;
            for (a, b) in
                [([p, 1.0 - p, 0.0], [p, 0.0, 1.0 - p]), ([1.0 - p, p, 0.0], [0.0, p, 1.0 - p]), ([1.0 - p, 0.0, p], [0.0, 1.0 - p, p])]
            {
                page.line(&[at(a), at(b)], GRID, 0.6);
            }
            let label = format!("{:.0} %", 100.0 * p);
            let face = plain(SOFT).sized(8.5);
            let (x, y) = at([p, 1.0 - p, 0.0]);
            page.text(&label, (x, y + 8.0), At::Middle, face);
            let (x, y) = at([0.0, p, 1.0 - p]);
            page.text(&label, (x + 5.0, y - 2.0), At::Start, face);
            let (x, y) = at([1.0 - p, 0.0, p]);
            page.text(&label, (x - 5.0, y - 2.0), At::End, face);
        }
        page.line(&[at([1.0, 0.0, 0.0]), at([0.0, 1.0, 0.0]), at([0.0, 0.0, 1.0]), at([1.0, 0.0, 0.0])], SOFT, 1.0);
        let [loyalist, independentist, islamist] = &case.trends;
        page.text(&format!("all {loyalist}"), (left - 8.0, base), At::End, bold(INK));
        page.text(&format!("all {independentist}"), (left + side + 8.0, base), At::Start, bold(INK));
        page.text(&format!("all {islamist}"), (left + 0.5 * side, base - height - 9.0), At::Middle, bold(INK));
        let small = plain(SOFT).sized(9.0);
        let edges = [
            format!("Grid: {loyalist} on the bottom edge,"),
            format!("{independentist} on the right edge,"),
            format!("{islamist} on the left edge."),
        ];
        for (i, line) in edges.iter().enumerate() {
            page.text(line, (12.0, top + 34.0 + 12.0 * i as f64), At::Start, small);
        }
        for scenario in 0..results.scenarios.len() {
            let futures = results.of(scenario);
            for future in futures.iter().step_by(futures.len().div_ceil(CLOUD).max(1)) {
                if let Some(record) = future.run.communities.get(community) {
                    let [l, i, s, _] = record.leanings;
                    page.dot(at([l, i, s]), 1.3, colour(scenario).mix(0.22));
                }
            }
        }
        let paths: Vec<Vec<(f64, f64)>> =
            results.series.iter().map(|sketch| (0..weeks).map(|week| at(trends.map(|row| sketch.mean(row, week)))).collect()).collect();
        // Each is wider than those that may lie upon it, so that it shows where they do.
        let step = (8.0 / results.scenarios.len() as f64).min(2.6);
        let trace = |path: &[(f64, f64)], scenario: usize| {
            let more = step * (results.scenarios.len() - 1 - scenario) as f64;
            page.line(path, WHITE, 3.4 + more);
            page.line(path, colour(scenario), 2.0 + more);
            page.dot(path[0], 4.6 + 0.5 * more, colour(scenario));
            page.dot(path[0], 2.8, WHITE);
            page.dot(path[weeks - 1], 5.0 + 0.5 * more, WHITE);
            page.dot(path[weeks - 1], 4.2 + 0.5 * more, colour(scenario));
        };
        paths.iter().enumerate().for_each(|(scenario, path)| trace(path, scenario));
        // A close-up of the paths, which are short beside the whole triangle.
        let (x0, y0, wide, tall) = (532.0, top + 58.0, 176.0, 150.0);
        let bound = |pick: fn(&(f64, f64)) -> f64| {
            paths.iter().flatten().map(pick).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
        };
        let ((west, east), (north, south)) = (bound(|p| p.0), bound(|p| p.1));
        let per = ((wide - 30.0) / (east - west).max(10.0)).min((tall - 30.0) / (south - north).max(10.0));
        if !per.is_finite() || per < 1.5 {
            return;
        }
        let (cx, cy) = (0.5 * (west + east), 0.5 * (north + south));
        let close = |(x, y): (f64, f64)| (x0 + 0.5 * wide + (x - cx) * per, y0 + 0.5 * tall + (y - cy) * per);
        page.line(&rectangle(cx - 0.5 * wide / per, cy - 0.5 * tall / per, wide / per, tall / per), INK, 0.6);
        let window = ((x0, y0), (x0 + wide, y0 + tall));
        let every = if per > 8.0 { 100 } else { 20 };
        for step in 0..=every {
            let p = f64::from(step) / f64::from(every);
            for (a, b) in
                [([p, 1.0 - p, 0.0], [p, 0.0, 1.0 - p]), ([1.0 - p, p, 0.0], [0.0, p, 1.0 - p]), ([1.0 - p, 0.0, p], [0.0, 1.0 - p, p])]
            {
                if let Some((a, b)) = inside(close(at(a)), close(at(b)), window) {
                    page.line(&[a, b], GRID, 0.6);
                }
            }
        }
        page.line(&rectangle(x0, y0, wide, tall), SOFT, 0.8);
        paths.iter().enumerate().for_each(|(scenario, path)| trace(&path.iter().copied().map(close).collect::<Vec<_>>(), scenario));
        page.text(
            &format!("the mean paths, {} times larger; grid: {} %", rounded(per, 1.0), 100 / every),
            (x0 + wide, y0 - 9.0),
            At::End,
            plain(SOFT).sized(9.0),
        );
    }))
}

fn rectangle(x: f64, y: f64, wide: f64, tall: f64) -> [(f64, f64); 5] {
    [(x, y), (x + wide, y), (x + wide, y + tall), (x, y + tall), (x, y)]
}

/// The part of a line that lies in a window (Liang and Barsky).
fn inside(a: (f64, f64), b: (f64, f64), ((left, top), (right, bottom)): ((f64, f64), (f64, f64))) -> Option<((f64, f64), (f64, f64))> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut from, mut to) = (0.0f64, 1.0f64);
    for (p, q) in [(-dx, a.0 - left), (dx, right - a.0), (-dy, a.1 - top), (dy, bottom - a.1)] {
        if p == 0.0 {
            if q < 0.0 {
                return None;
            }
        } else if p < 0.0 {
            from = from.max(q / p);
        } else {
            to = to.min(q / p);
        }
    }
    (from < to).then_some(((a.0 + from * dx, a.1 + from * dy), (a.0 + to * dx, a.1 + to * dy)))
}
