//! How far talks come, by scenario.
use super::canvas::{At, Axis, Figure, Frame, GRID, INK, SOFT, bold, colour, figure, plain};
use crate::experiment::results::Results;
use crate::report::comparison;
use crate::report::numbers::{percent, rounded};
use plotters::style::Color;

const ROW: f64 = 18.0;

/// What a stage is called.
#[must_use]
pub(super) fn words(stage: &str) -> &str {
    match stage {
        "contact" => "contact with an armed opponent",
        "conditions" => "conditions met",
        "consent" => "consent to sit down",
        "group" => "contact group formed",
        "accord" => "accord signed",
        "year_1" => "standing after a year",
        "year_5" => "standing after five years",
        "standing_at_end" => "standing at the end",
        other => other,
    }
}

pub(super) fn draw(results: &Results, foot: &str) -> Option<Figure> {
    let rows = comparison::funnel(results);
    let with: Vec<usize> = (0..results.scenarios.len()).filter(|&s| results.scenarios[s].talks).collect();
    if with.is_empty() || results.rows.is_empty() {
        return None;
    }
    let block = 24.0 + ROW * crate::observe::STAGES.len() as f64;
    let frame = Frame {
        name: "funnel",
        title: "How far the talks come",
        how: "Share of all simulated futures that reach each stage, with its 95 % interval; stages need not follow one another.",
        foot,
        height: (block + 8.0) * with.len() as f64 + 22.0,
    };
    Some(figure(&frame, |page, top| {
        let axis = Axis { values: (0.0, 100.0), page: (200.0, 500.0) };
        for (place, &scenario) in with.iter().enumerate() {
            let y0 = top + (block + 8.0) * place as f64 + 10.0;
            page.text(&results.scenarios[scenario].title, (12.0, y0), At::Start, bold(colour(scenario)).sized(11.0));
            let first = y0 + 12.0;
            let last = first + ROW * crate::observe::STAGES.len() as f64;
            for tick in [0.0, 20.0, 40.0, 60.0, 80.0, 100.0] {
                page.line(&[(axis.at(tick), first), (axis.at(tick), last)], GRID, 0.6);
                if place + 1 == with.len() {
                    page.text(&format!("{tick:.0} %"), (axis.at(tick), last + 9.0), At::Middle, plain(SOFT).sized(9.0));
                }
            }
            for (at, row) in rows.iter().filter(|r| r.scenario == scenario).enumerate() {
                let y = first + ROW * (at as f64 + 0.5);
                page.text(words(row.stage), (192.0, y), At::End, plain(INK));
                let Some((share, low, high)) = row.reached else {
                    page.text("not within this horizon", (512.0, y), At::Start, plain(SOFT).sized(9.0));
                    continue;
                };
                page.rect((axis.at(0.0), y - 5.0), (axis.at(100.0 * share), y + 5.0), colour(scenario).mix(0.55));
                page.line(&[(axis.at(100.0 * low), y), (axis.at(100.0 * high), y)], INK, 1.0);
                for end in [low, high] {
                    page.line(&[(axis.at(100.0 * end), y - 3.0), (axis.at(100.0 * end), y + 3.0)], INK, 1.0);
                }
                let week = row.median_week.filter(|_| row.stage != "standing_at_end").map_or_else(String::new, |w| format!(", median week {}", rounded(w, 1.0)));
                let ends = format!("{}-{}", percent(low).trim_end_matches(" %"), percent(high).trim_end_matches(" %"));
                page.text(&format!("{} [{ends}]{week}", percent(share)), (512.0, y), At::Start, plain(INK).sized(9.0));
            }
            page.line(&[(axis.at(0.0), first), (axis.at(0.0), last)], SOFT, 0.8);
        }
    }))
}
