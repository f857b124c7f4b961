//! The three trends of one community: the mean path of each scenario and where its futures end.
use super::canvas::{At, Figure, Frame, GRID, INK, SOFT, bold, colour, figure, plain};
use crate::experiment::results::Results;
use crate::index::Id;
use crate::observe::measures::series_rows;
use plotters::style::{Color, WHITE};

/// The community whose inner split is the case's hardest question; the first of the case where there is none of it.
const COMMUNITY: &str = "idaksahak";
/// At most this many end points are drawn for a scenario.
const CLOUD: usize = 600;

pub(super) fn draw(results: &Results, foot: &str) -> Option<Figure> {
    let case = &results.case;
    let (community, data) = case.community(COMMUNITY).or_else(|| case.communities.ids().next()).map(|id| (id.at(), &case.communities[id]))?;
    let rows = series_rows(case);
    let row = |name: &str| rows.iter().position(|(s, subject)| s.name == name && *subject == data.slug);
    let trends = [row("loyalist")?, row("independentist")?, row("islamist")?];
    let weeks = results.series.iter().map(crate::experiment::results::SeriesSketch::weeks).min().filter(|&w| w > 0)?;
    let title = format!("{}: three trends among those who lean", data.name);
    let frame = Frame {
        name: "ternary",
        title: &title,
        how: "Each point is a composition of the three trends: in a corner everybody who leans is of that trend. Line: mean over futures, week by week, from the ring (start) to the dot (end). Cloud: where single futures end.",
        foot,
        height: 400.0,
    };
    Some(figure(&frame, |page, top| {
        let (side, left, base) = (420.0, 150.0, top + 380.0);
        let height = side * 0.866_025_403_784;
        // Loyalist left, independentist right, Islamist on top.
        let at = |[l, i, s]: [f64; 3]| {
            let sum = (l + i + s).max(1e-12);
            (left + side * (i + 0.5 * s) / sum, base - height * s / sum)
        };
        for step in 1..5 {
            let p = f64::from(step) / 5.0;
            for (a, b) in [([p, 1.0 - p, 0.0], [p, 0.0, 1.0 - p]), ([1.0 - p, p, 0.0], [0.0, p, 1.0 - p]), ([1.0 - p, 0.0, p], [0.0, 1.0 - p, p])] {
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
        page.text("all loyalist", (left - 8.0, base), At::End, bold(INK));
        page.text("all independentist", (left + side + 8.0, base), At::Start, bold(INK));
        page.text("all Islamist", (left + 0.5 * side, base - height - 9.0), At::Middle, bold(INK));
        page.text("loyalist, bottom edge", (12.0, top + 14.0), At::Start, plain(SOFT).sized(9.0));
        page.text("independentist, right edge", (12.0, top + 26.0), At::Start, plain(SOFT).sized(9.0));
        page.text("Islamist, left edge", (12.0, top + 38.0), At::Start, plain(SOFT).sized(9.0));
        for scenario in 0..results.scenarios.len() {
            let futures = results.of(scenario);
            for future in futures.iter().step_by(futures.len().div_ceil(CLOUD).max(1)) {
                if let Some(record) = future.run.communities.get(community) {
                    let [l, i, s, _] = record.leanings;
                    page.dot(at([l, i, s]), 1.3, colour(scenario).mix(0.22));
                }
            }
        }
        let mut ends = Vec::new();
        for (scenario, sketch) in results.series.iter().enumerate() {
            let path: Vec<_> = (0..weeks).map(|week| at(trends.map(|row| sketch.mean(row, week)))).collect();
            page.line(&path, WHITE, 3.4);
            page.line(&path, colour(scenario), 2.0);
            page.dot(path[0], 4.6, colour(scenario));
            page.dot(path[0], 2.8, WHITE);
            page.dot(path[weeks - 1], 5.0, WHITE);
            page.dot(path[weeks - 1], 4.2, colour(scenario));
            ends.push((path[weeks - 1], scenario));
        }
        // Names in a column on the right, with a leader to the end of each path, so that they cannot meet.
        ends.sort_by(|a, b| a.0.1.total_cmp(&b.0.1));
        for (place, ((x, y), scenario)) in ends.into_iter().enumerate() {
            let (tx, mut ty) = (500.0, top + 60.0);
            let face = bold(colour(scenario));
            let lines = face.wrapped(&results.scenarios[scenario].title, 200.0);
            ty += 34.0 * place as f64;
            page.line(&[(x + 4.5, y - 2.0), (tx - 4.0, ty)], colour(scenario), 0.6);
            for (i, line) in lines.iter().take(2).enumerate() {
                page.text(line, (tx, ty + 12.0 * i as f64), At::Start, face);
            }
        }
    }))
}
