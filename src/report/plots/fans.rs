//! Weekly fans: the spread over futures, week by week, of each series of the whole case, and of the fighters of each bloc.
use super::canvas::{At, Axis, Figure, Frame, GRID, INK, KeyEntry, SOFT, bold, colour, figure, key_height, plain};
use crate::experiment::results::{Results, SeriesSketch};
use crate::observe::measures::{Series, Subject, series_rows};
use crate::report::numbers::{Scale, capital, rounded};
use crate::units::Date;
use plotters::style::Color;

const PANEL: f64 = 118.0;
/// Events of a week below which its median over futures says little: mostly 0, and bands show single futures.
const FEW: f64 = 5.0;
/// Weeks over which the mean of such a series is taken.
const SEASON: usize = 13;

pub(super) fn draw(results: &Results, foot: &str) -> Option<Figure> {
    let rows = series_rows(&results.case).into_iter().enumerate().filter(|(_, (s, _))| s.subject == Subject::All);
    panels(results, foot, "fans", "Week by week", rows.map(|(row, (series, _))| (row, series)).collect())
}

/// The same for the series of each bloc, named by the bloc.
pub(super) fn blocs(results: &Results, foot: &str) -> Option<Figure> {
    let case = &results.case;
    let rows = series_rows(case).into_iter().enumerate().filter(|(_, (s, _))| s.subject == Subject::Blocs);
    let named = rows.map(|(row, (series, slug))| {
        let name = case.bloc(&slug).map_or(slug, |bloc| case.blocs[bloc].name.clone());
        (row, Series { label: name.into(), ..series })
    });
    panels(results, foot, "fighters", "Fighters of each bloc, week by week", named.collect())
}

fn panels(results: &Results, foot: &str, name: &'static str, title: &str, rows: Vec<(usize, Series)>) -> Option<Figure> {
    let weeks = results.series.iter().map(SeriesSketch::weeks).min().filter(|&w| w > 1)?;
    let start = results.scenarios[0].start;
    let mut marks: Vec<(i32, usize, &str)> = Vec::new();
    for (at, label) in results.scenarios.iter().enumerate() {
        marks.extend(label.marks.iter().filter(|m| m.week >= 0 && (m.week as usize) < weeks).map(|m| (m.week, at, m.text.as_str())));
    }
    marks.sort_unstable();
    marks.dedup_by(|a, b| a.0 == b.0 && a.2 == b.2);
    let letter = |at: usize| char::from(b'a' + (at % 26) as u8).to_string();
    let mut key: Vec<KeyEntry> = results.scenarios.iter().enumerate().map(|(at, label)| (label.title.clone(), Some(colour(at)))).collect();
    for (at, (week, _, text)) in marks.iter().enumerate() {
        let when = start.map_or_else(|| format!("week {week}"), |d| d.after_weeks(*week).to_string());
        key.push((format!("{}: {text} ({when})", letter(at)), None));
    }
    let key_height = key_height(&key);
    let many = results.series.len() > 2;
    let few: Vec<bool> = rows
        .iter()
        .map(|(row, series)| {
            let usual = |s: &SeriesSketch| (0..weeks).filter(|&week| s.quantile(*row, week, 0.5) < FEW).count();
            series.unit.ends_with("a week") && 2 * results.series.iter().map(usual).sum::<usize>() > weeks * results.series.len()
        })
        .collect();
    let lines = "is drawn over it as lines: median dashed, edges of the same bands thin.";
    let bands = match results.series.len() {
        1 => "dark band: the middle half; light band: 5 to 95 %.".to_owned(),
        2 => format!("dark band: the middle half; light band: 5 to 95 %. \"{}\" {lines}", results.scenarios[0].title),
        _ => format!(
            "band: the middle half, grey where those of several tracks lie on each other. \"{}\" {lines}",
            results.scenarios[0].title
        ),
    };
    let rare = if few.contains(&true) {
        format!(" Where a usual week sees fewer than {FEW:.0}: the mean over futures and {SEASON} weeks.")
    } else {
        String::new()
    };
    let how = format!("Line: median over futures; {bands} No single future looks like a median.{rare} Letters: the tracks' dated marks.");
    let frame = Frame { name, title, how: &how, foot, height: key_height + rows.len().div_ceil(2) as f64 * (PANEL + 54.0) };
    Some(figure(&frame, |page, top| {
        page.key(&key, (12.0, top + 6.0));
        let top = top + key_height;
        for (cell, (row, series)) in rows.iter().enumerate() {
            let (x0, y0) = (12.0 + (cell % 2) as f64 * 356.0, top + (cell / 2) as f64 * (PANEL + 54.0) + 10.0);
            let band = |q: f64| -> Vec<Vec<f64>> {
                results.series.iter().map(|s| (0..weeks).map(|week| s.quantile(*row, week, q)).collect()).collect()
            };
            let bands = if few[cell] {
                let mean = |s: &SeriesSketch| -> Vec<f64> { (0..weeks).map(|week| s.mean(*row, week)).collect() };
                [(); 5].map(|()| results.series.iter().map(|s| smooth(&mean(s))).collect())
            } else {
                [0.05, 0.25, 0.5, 0.75, 0.95].map(band)
            };
            let high = bands[if many { 3 } else { 4 }].iter().flatten().copied().fold(0.0, f64::max);
            let scale = Scale::of(series.unit, high);
            let down = Axis { values: (0.0, (high / scale.divisor * 1.05).max(1e-9)), page: (y0 + 24.0 + PANEL, y0 + 24.0) };
            let across = Axis { values: (0.0, (weeks - 1) as f64), page: (x0 + 34.0, x0 + 336.0) };
            let label = capital(&series.label);
            page.text(&label, (x0, y0), At::Start, bold(INK).sized(11.0));
            let after = bold(INK).sized(11.0).width(&label) + 6.0;
            let unit = if few[cell] { format!("{}, mean", scale.unit) } else { scale.unit.clone() };
            page.text(&unit, (x0 + after, y0), At::Start, plain(SOFT));
            let (ticks, step) = down.ticks(5.0);
            for tick in ticks {
                page.line(&[(across.page.0, down.at(tick)), (across.page.1, down.at(tick))], GRID, 0.6);
                page.text(&rounded(tick, step), (across.page.0 - 4.0, down.at(tick)), At::End, plain(SOFT).sized(9.0));
            }
            for (week, text) in dates(start, weeks) {
                let x = across.at(f64::from(week));
                page.line(&[(x, down.page.0), (x, down.page.0 + 3.0)], SOFT, 0.7);
                page.text(&text, (x, down.page.0 + 10.0), At::Middle, plain(SOFT).sized(9.0));
            }
            let place = |week: usize, value: f64| (across.at(week as f64), down.at(value / scale.divisor));
            let path = |values: &[f64]| -> Vec<(f64, f64)> { values.iter().enumerate().map(|(week, &value)| place(week, value)).collect() };
            // Bands of the others, then the baseline as lines over them: where the two agree, both are seen. One scenario alone has bands.
            let filled = usize::from(results.series.len() > 1)..results.series.len();
            // Outer bands of more than two scenarios would be one grey.
            let strengths: &[(usize, usize, f64)] = match results.series.len() {
                1 => &[(0, 4, 0.16), (1, 3, 0.28)],
                2 => &[(0, 4, 0.14), (1, 3, 0.22)],
                _ => &[(1, 3, 0.14)],
            };
            for scenario in filled.clone() {
                for &(low, high, strength) in strengths {
                    let mut outline = path(&bands[high][scenario]);
                    outline.extend(path(&bands[low][scenario]).into_iter().rev());
                    page.polygon(&outline, colour(scenario).mix(strength));
                }
            }
            for scenario in filled.clone() {
                page.line(&path(&bands[2][scenario]), colour(scenario), 1.6);
            }
            if filled.start > 0 {
                for (band, width) in if many { vec![(1, 0.8), (3, 0.8)] } else { vec![(0, 0.5), (4, 0.5), (1, 0.8), (3, 0.8)] } {
                    page.line(&path(&bands[band][0]), colour(0), width);
                }
                let dash = (weeks / 60).max(1);
                for start in (0..weeks).step_by(2 * dash) {
                    let piece: Vec<_> = (start..=(start + dash).min(weeks - 1)).map(|week| place(week, bands[2][0][week])).collect();
                    page.line(&piece, INK, 1.6);
                }
            }
            let (mut last, mut level) = (f64::NEG_INFINITY, 0.0);
            for (at, (week, scenario, _)) in marks.iter().enumerate() {
                let x = across.at(f64::from(*week));
                page.dashed(x, down.page.1, down.page.0, SOFT);
                level = if x - last < 10.0 { (level + 10.0) % 40.0 } else { 0.0 };
                last = x;
                // Below another it stands beside its line, clear of the axis.
                let beside = if level > 0.0 { 6.0 } else { 0.0 };
                page.halo(&letter(at), (x + beside, down.page.1 - 5.0 + level), At::Middle, bold(colour(*scenario)).sized(9.0));
            }
        }
    }))
}

/// Means over a season about each week, shorter at the ends.
fn smooth(weekly: &[f64]) -> Vec<f64> {
    let half = SEASON / 2;
    let around = |week: usize| &weekly[week.saturating_sub(half)..(week + half + 1).min(weekly.len())];
    (0..weekly.len()).map(|week| around(week).iter().sum::<f64>() / around(week).len() as f64).collect()
}

/// Weeks with a label below the axis: the first of January of each year, or round weeks.
fn dates(start: Option<Date>, weeks: usize) -> Vec<(i32, String)> {
    let last = i32::try_from(weeks).unwrap_or(i32::MAX) - 1;
    if let Some(start) = start {
        let (first, ..) = start.civil();
        let years: Vec<_> = (first + 1..first + 60)
            .filter_map(|y| Date::new(y, 1, 1).map(|d| (d.weeks_since(start), y.to_string())))
            .filter(|(week, _)| *week <= last)
            .collect();
        if years.len() > 1 {
            let every = years.len().div_ceil(8);
            return years.into_iter().step_by(every).collect();
        }
    }
    let step = (last / 5).max(1);
    (0..=5).map(|i| (i * step, format!("week {}", i * step))).filter(|(w, _)| *w <= last).collect()
}
