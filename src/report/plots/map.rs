//! Control by the state on the map, at several dates, for each scenario.
use super::canvas::{At, Figure, Frame, INK, SOFT, WIDTH, figure, heading, plain};
use crate::experiment::results::Results;
use crate::index::Place;
use crate::observe::measures::series_rows;
use crate::scenario::Case;
use plotters::style::{RGBColor, WHITE};
use serde_json::Value;

type Ring = Vec<(f64, f64)>;
/// A place: its slug and outer rings.
pub(super) type Shape = (String, Vec<Ring>);

/// The polygons of each place: its slug and outer rings (longitude, latitude).
pub(super) fn shapes(geojson: &Value) -> Vec<Shape> {
    let ring = |value: &Value| -> Ring {
        let points = value.as_array().map(Vec::as_slice).unwrap_or_default();
        points.iter().filter_map(|p| Some((p.get(0)?.as_f64()?, p.get(1)?.as_f64()?))).collect()
    };
    let mut all = Vec::new();
    for feature in geojson["features"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let coordinates = &feature["geometry"]["coordinates"];
        let rings = match feature["geometry"]["type"].as_str() {
            Some("Polygon") => vec![ring(&coordinates[0])],
            Some("MultiPolygon") => coordinates.as_array().map(|parts| parts.iter().map(|p| ring(&p[0])).collect()).unwrap_or_default(),
            _ => vec![],
        };
        if let Some(place) = feature["properties"]["place"].as_str() {
            all.push((place.to_owned(), rings));
        }
    }
    all
}

/// Light to dark blue-violet by lightness, readable in grey and with any colour vision (after ColorBrewer's PuBu).
fn shade(share: f64) -> RGBColor {
    const STOPS: [(u8, u8, u8); 6] = [(252, 244, 220), (208, 221, 222), (148, 187, 209), (82, 143, 187), (24, 96, 150), (4, 48, 92)];
    let at = share.clamp(0.0, 1.0) * (STOPS.len() - 1) as f64;
    let low = (at as usize).min(STOPS.len() - 2);
    let mix = |a: u8, b: u8| (f64::from(a) + (at - low as f64) * (f64::from(b) - f64::from(a))).round() as u8;
    let (a, b) = (STOPS[low], STOPS[low + 1]);
    RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}

pub(super) fn draw(results: &Results, foot: &str) -> Option<Figure> {
    let case = &results.case;
    let geojson: Value = serde_json::from_str(&case.shapes).ok()?;
    let shapes = shapes(&geojson);
    let points = || shapes.iter().flat_map(|(_, rings)| rings.iter().flatten().copied());
    points().next()?;
    let bound = |pick: fn((f64, f64)) -> f64| points().map(pick).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
    let ((west, east), (south, north)) = (bound(|p| p.0), bound(|p| p.1));
    let squeeze = libm::cos((0.5 * (south + north)).to_radians());
    let weeks = results.series.iter().map(crate::experiment::results::SeriesSketch::weeks).min().filter(|&w| w > 0)?;
    let last = weeks - 1;
    let mut dates = if last > 170 { vec![0, 52, 156, last] } else { vec![0, last / 3, 2 * last / 3, last] };
    dates.dedup();
    let rows = series_rows(case);
    let row_of = |place: &str| rows.iter().position(|(s, subject)| s.name == "state_control" && subject == place);
    let cell = (WIDTH - 24.0 - 8.0 * (dates.len() - 1) as f64) / dates.len() as f64;
    let per_degree = cell / ((east - west) * squeeze);
    let tall = (north - south) * per_degree;
    let block = tall + 34.0;
    let source = geojson["source"].as_str().unwrap_or_default();
    let foot = format!("{foot} {source}");
    let frame = Frame {
        name: "map",
        title: "Where the state controls",
        how: "Mean over simulated futures of the state's share of control in each zone, in the week of the date.",
        foot: &foot,
        height: block * results.series.len() as f64 + 36.0,
    };
    Some(figure(&frame, |page, top| {
        for (scenario, sketch) in results.series.iter().enumerate() {
            let y0 = top + block * scenario as f64;
            let (title, face) = heading(&results.scenarios[scenario].title, scenario);
            page.text(&title, (12.0, y0 + 8.0), At::Start, face);
            for (column, &week) in dates.iter().enumerate() {
                let x0 = 12.0 + column as f64 * (cell + 8.0);
                let at = |(lon, lat): (f64, f64)| (x0 + (lon - west) * squeeze * per_degree, y0 + 30.0 + (north - lat) * per_degree);
                let when =
                    results.scenarios[scenario].start.map_or_else(|| format!("week {week}"), |d| d.after_weeks(week as i32).to_string());
                page.text(&when, (x0 + 0.5 * cell, y0 + 22.0), At::Middle, plain(INK).sized(9.0));
                for (place, rings) in &shapes {
                    let Some(row) = row_of(place) else { continue };
                    for ring in rings {
                        let outline: Vec<_> = ring.iter().copied().map(at).collect();
                        page.polygon(&outline, shade(sketch.mean(row, week)));
                    }
                }
                for (_, rings) in &shapes {
                    for ring in rings {
                        let outline: Vec<_> = ring.iter().copied().map(at).collect();
                        page.line(&outline, RGBColor(120, 120, 120), 0.4);
                    }
                }
                if column == 0 {
                    towns(case, page, at, (x0, x0 + cell));
                }
            }
        }
        bar(page, top + block * results.series.len() as f64 + 6.0);
    }))
}

/// The zones' names at their chief towns, the most peopled first, where they do not run into each other.
pub(super) fn towns(case: &Case, page: &super::canvas::Canvas<'_>, at: impl Fn((f64, f64)) -> (f64, f64), (left, right): (f64, f64)) {
    let mut order: Vec<Place> = case.zones().collect();
    order.sort_by(|&a, &b| {
        let rank = |p: Place| (case.places[p].region == case.places[p].name, case.places[p].people_census);
        rank(b).partial_cmp(&rank(a)).unwrap_or(std::cmp::Ordering::Equal)
    });
    let face = plain(INK).sized(8.0);
    let mut taken: Vec<(f64, f64, f64, f64)> = Vec::new();
    for place in order {
        let data = &case.places[place];
        let (x, y) = at((data.lon, data.lat));
        let width = face.width(&data.name);
        // To the right, to the left, above, below: the first that is free.
        for (from, mid, anchor) in [
            (x + 3.0, y, At::Start),
            (x - 3.0 - width, y, At::End),
            (x - 0.5 * width, y - 7.0, At::Middle),
            (x - 0.5 * width, y + 7.0, At::Middle),
        ] {
            let area = (from - 2.0, mid - 6.0, from + width + 2.0, mid + 6.0);
            let free =
                area.0 >= left && area.2 <= right && taken.iter().all(|t| area.2 < t.0 || area.0 > t.2 || area.3 < t.1 || area.1 > t.3);
            if free {
                let point = match anchor {
                    At::Start => from,
                    At::End => from + width,
                    At::Middle => x,
                };
                page.dot((x, y), 1.8, WHITE);
                page.dot((x, y), 1.2, INK);
                page.halo(&data.name, (point, mid), anchor, face);
                taken.push(area);
                taken.push((x - 2.0, y - 2.0, x + 2.0, y + 2.0));
                break;
            }
        }
        if taken.len() >= 18 {
            break;
        }
    }
}

/// The colour bar.
fn bar(page: &super::canvas::Canvas<'_>, y: f64) {
    let (left, right) = (240.0, 480.0);
    for step in 0..120 {
        let x = |s: i32| left + (right - left) * f64::from(s) / 120.0;
        page.rect((x(step), y), (x(step + 1), y + 9.0), shade((f64::from(step) + 0.5) / 120.0));
    }
    for percent in [0, 25, 50, 75, 100] {
        let x = left + (right - left) * f64::from(percent) / 100.0;
        page.text(&format!("{percent} %"), (x, y + 17.0), At::Middle, plain(SOFT).sized(9.0));
    }
    page.text("Control by the state", (left - 10.0, y + 4.5), At::End, plain(INK).sized(9.0));
}
