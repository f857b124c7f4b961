//! How far talks come, by scenario: the way from contact to an accord, what stands beside it, and how long accords stand.
use super::canvas::{At, Axis, Figure, Frame, GRID, INK, SOFT, colour, figure, heading, plain};
use crate::experiment::results::Results;
use crate::report::comparison::{self, FunnelRow, YEARS};
use crate::report::numbers::{self, rounded};
use plotters::style::Color;

const ROW: f64 = 18.0;

/// A line of the picture.
struct Line {
    words: String,
    /// Beside the way, not on it.
    aside: bool,
    /// Share with its interval; `None`: nothing to show, for that reason.
    share: Result<(f64, f64, f64), &'static str>,
    more: String,
}

/// The lines of one scenario.
fn lines(results: &Results, rows: &[FunnelRow], scenario: usize) -> Vec<Line> {
    let row = |stage: &str| rows.iter().find(|row| row.scenario == scenario && row.stage == stage);
    let line = |words: &str, stage: &str, aside| {
        let found = row(stage);
        let more = found
            .and_then(|row| row.median_week)
            .filter(|_| stage != "standing_at_end")
            .map_or_else(String::new, |week| format!(", median week {}", rounded(week, 1.0)));
        Line { words: words.to_owned(), aside, share: found.and_then(|row| row.reached).ok_or("Not within this horizon"), more }
    };
    let mut lines = vec![
        line("Contact with an armed opponent", "contact", false),
        line("The state consents (others may refuse)", "consent", false),
        line("Accord signed", "accord", false),
    ];
    for (stage, words, weeks) in YEARS {
        let of = comparison::standing(results, scenario, stage, weeks);
        lines.push(Line {
            words: format!("Of those signed in time: stood {words}"),
            aside: true,
            share: match of.early {
                0 if weeks >= results.scenarios[scenario].weeks => Err("Not within this horizon"),
                0 => Err("None signed in time to tell"),
                _ => Ok(of.share),
            },
            more: format!(", {} of {}", rounded(of.stood as f64, 1.0), rounded(of.early as f64, 1.0)),
        });
    }
    lines.push(line("Accord in force at the end, of any age", "standing_at_end", false));
    lines.push(line("Beside the way: a contact group meets", "group", true));
    if !results.scenarios[scenario].bids {
        lines[1..]
            .iter_mut()
            .filter(|line| !line.share.is_ok_and(|share| share.0 > 0.0))
            .for_each(|line| line.share = Err("No formal bid in this track"));
    }
    let mut beside = line("Beside the way: a seat's conditions met", "conditions", true);
    if !results.scenarios[scenario].conditions {
        beside.share = Err("No conditions in this track");
    }
    lines.push(beside);
    lines
}

pub(super) fn draw(results: &Results, foot: &str) -> Option<Figure> {
    let rows = comparison::funnel(results);
    let (with, without): (Vec<usize>, Vec<usize>) = (0..results.scenarios.len()).partition(|&s| results.scenarios[s].talks);
    if with.is_empty() || results.rows.is_empty() {
        return None;
    }
    let blocks: Vec<Vec<Line>> = with.iter().map(|&scenario| lines(results, &rows, scenario)).collect();
    let height = |lines: &Vec<Line>| 32.0 + ROW * lines.len() as f64;
    let none: Vec<String> =
        without.iter().map(|&s| format!("\"{}\" is not shown: no talks are tried in it.", results.scenarios[s].title)).collect();
    let how = format!(
        "Share of all simulated futures that reach each stage, with its 95 % interval; paler: shares of the accords signed in time, or a stage beside the way. {}",
        none.join(" ")
    );
    let frame =
        Frame { name: "funnel", title: "How far the talks come", how: &how, foot, height: blocks.iter().map(height).sum::<f64>() + 22.0 };
    Some(figure(&frame, |page, top| {
        let axis = Axis { values: (0.0, 100.0), page: (212.0, 506.0) };
        let mut y0 = top + 10.0;
        for (place, (&scenario, lines)) in with.iter().zip(&blocks).enumerate() {
            let (title, face) = heading(&results.scenarios[scenario].title, scenario);
            page.text(&title, (12.0, y0), At::Start, face);
            let first = y0 + 12.0;
            let last = first + ROW * lines.len() as f64;
            for tick in [0.0, 20.0, 40.0, 60.0, 80.0, 100.0] {
                page.line(&[(axis.at(tick), first), (axis.at(tick), last)], GRID, 0.6);
                if place + 1 == with.len() {
                    page.text(&format!("{tick:.0} %"), (axis.at(tick), last + 9.0), At::Middle, plain(SOFT).sized(9.0));
                }
            }
            for (at, line) in lines.iter().enumerate() {
                let y = first + ROW * (at as f64 + 0.5);
                let ink = if line.aside { SOFT } else { INK };
                page.text(&line.words, (204.0, y), At::End, plain(ink));
                let (share, low, high) = match line.share {
                    Ok(share) => share,
                    Err(why) => {
                        page.text(why, (518.0, y), At::Start, plain(SOFT).sized(9.0));
                        continue;
                    }
                };
                page.rect(
                    (axis.at(0.0), y - 5.0),
                    (axis.at(100.0 * share), y + 5.0),
                    colour(scenario).mix(if line.aside { 0.25 } else { 0.55 }),
                );
                // The bar's edges lie on whole dots, so the line does too.
                page.line(&[(axis.at(100.0 * low), y), (axis.at(100.0 * high), y)], INK, 1.0);
                for end in [low, high] {
                    page.line(&[(axis.at(100.0 * end), y - 3.0), (axis.at(100.0 * end), y + 3.0)], INK, 1.0);
                }
                page.text(&format!("{}{}", numbers::share((share, low, high)), line.more), (518.0, y), At::Start, plain(ink).sized(9.0));
            }
            page.line(&[(axis.at(0.0), first), (axis.at(0.0), last)], SOFT, 0.8);
            y0 += height(lines);
        }
    }))
}
