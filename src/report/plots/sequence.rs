//! One future on the map, season by season: who is strongest in each zone, where people died, what happened.
use super::canvas::{At, Canvas, Face, Figure, Frame, INK, KeyEntry, SOFT, WIDTH, bold, figure, key_height, plain, png};
use super::map::{Shape, shapes, towns};
use crate::files::atomically;
use crate::index::{Bloc, Id, Place};
use crate::observe::chronicle::{Ground, SEASON};
use crate::report::numbers::capital;
use crate::report::story::Told;
use crate::world::Happened;
use plotters::style::{BLACK, Color, RGBColor, WHITE};
use serde_json::Value;
use std::io;
use std::path::{Path, PathBuf};

/// Colours of blocs in the order of the case: Okabe and Ito's, which stay apart with any colour vision. Their light blue is left
/// out, as a thinned blue looks like it; a dark violet and a grey stand in.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(213, 94, 0),
    RGBColor(77, 55, 105),
    RGBColor(95, 95, 95),
];
/// Most pictures on a sheet, and in one of its rows.
const PANELS: usize = 20;
const ROW: usize = 5;
/// Margin of a page and room between pictures.
const MARGIN: f64 = 12.0;
const GAP: f64 = 10.0;
/// Lines of captions below each of several pictures, and their height.
const LINES: usize = 5;
const LINE: f64 = 9.5;
/// Kinds that are named under a picture, the most telling first.
const NAMED: [&str; 10] = ["accord", "talks", "conditions", "coup", "capture", "control", "consent", "siege", "split", "atrocity"];

/// Weeks that one picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: usize,
    /// Last week.
    to: usize,
}

/// Spans of whole seasons: one each, or several where there would be too many pictures.
fn spans(weeks: usize, most: usize) -> Vec<Span> {
    let season = SEASON as usize;
    let seasons = weeks.div_ceil(season);
    let length = season * seasons.div_ceil(most.max(1)).max(1);
    (0..weeks).step_by(length).map(|from| Span { from, to: (from + length).min(weeks) - 1 }).collect()
}

/// Writes one sheet (a path that ends in `.svg` or `.png`), or a picture a season into a folder. Nothing where there is nothing to draw.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(told: &Told, path: &Path) -> io::Result<Vec<PathBuf>> {
    let weeks = told.chronicle.ground.len();
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    if ending == "svg" || ending == "png" {
        let Some(sheet) = draw(told, &spans(weeks, PANELS), "sheet") else { return Ok(Vec::new()) };
        atomically(path, &if ending == "svg" { sheet.svg.into_bytes() } else { png(&sheet.svg)? })?;
        return Ok(vec![path.to_owned()]);
    }
    let mut written = Vec::new();
    for span in spans(weeks, usize::MAX) {
        let Some(one) = draw(told, &[span], &format!("week-{:03}", span.from)) else { return Ok(Vec::new()) };
        let file = path.join(format!("{}.svg", one.name));
        atomically(&file, one.svg.as_bytes())?;
        written.push(file);
    }
    Ok(written)
}

/// The page's cut of the earth: longitudes and latitudes to a picture.
struct Cut {
    west: f64,
    north: f64,
    squeeze: f64,
    per_degree: f64,
    wide: f64,
    tall: f64,
}

impl Cut {
    fn new(shapes: &[Shape], room: (f64, f64)) -> Option<Self> {
        let points = || shapes.iter().flat_map(|(_, rings)| rings.iter().flatten().copied());
        points().next()?;
        let bound =
            |pick: fn((f64, f64)) -> f64| points().map(pick).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        let ((west, east), (south, north)) = (bound(|p| p.0), bound(|p| p.1));
        let squeeze = libm::cos((0.5 * (south + north)).to_radians());
        let per_degree = (room.0 / ((east - west) * squeeze)).min(room.1 / (north - south));
        Some(Self { west, north, squeeze, per_degree, wide: (east - west) * squeeze * per_degree, tall: (north - south) * per_degree })
    }

    fn at(&self, (x0, y0): (f64, f64), (lon, lat): (f64, f64)) -> (f64, f64) {
        (x0 + (lon - self.west) * self.squeeze * self.per_degree, y0 + (self.north - lat) * self.per_degree)
    }
}

/// A colour thinned by white: none of it at no control, all at full.
fn tint(colour: RGBColor, share: f64) -> RGBColor {
    let share = 0.15 + 0.85 * share.clamp(0.0, 1.0);
    let mix = |c: u8| (255.0 - share * (255.0 - f64::from(c))).round() as u8;
    RGBColor(mix(colour.0), mix(colour.1), mix(colour.2))
}

fn colour_of(bloc: Bloc) -> RGBColor {
    COLOURS[bloc.at() % COLOURS.len()]
}

fn draw(told: &Told, spans: &[Span], name: &str) -> Option<Figure> {
    let case = &*told.scenario.case;
    let geojson: Value = serde_json::from_str(&case.shapes).ok()?;
    let shapes = shapes(&geojson);
    if spans.is_empty() {
        return None;
    }
    let single = spans.len() == 1;
    let columns = spans.len().min(ROW);
    let room = if single { (430.0, 430.0) } else { ((WIDTH - 2.0 * MARGIN - GAP * (columns - 1) as f64) / columns as f64, 190.0) };
    let cut = Cut::new(&shapes, room)?;
    // Room for the date above, and for what happened below.
    let (above, below) = (18.0, if single { 6.0 } else { 12.0 + LINE * LINES as f64 });
    let block = above + cut.tall + below;
    let rows = spans.len().div_ceil(columns);
    let mut shown: Vec<Bloc> = spans.iter().flat_map(|span| ground(told, *span)).filter_map(|g| g.strongest).collect();
    shown.sort();
    shown.dedup();
    let mut key: Vec<KeyEntry> = vec![("strongest in the zone, darker the more it controls:".to_owned(), None)];
    key.extend(shown.iter().map(|&bloc| (case.blocs[bloc].name.clone(), Some(colour_of(bloc)))));
    let source = geojson["source"].as_str().unwrap_or_default();
    let foot = format!("{}. Uncalibrated: one made-up future, not a forecast. {source}", capital(&told.future()));
    let length = spans[0].to - spans[0].from + 1;
    let frame = Frame {
        name,
        title: &told.scenario.title,
        how: &format!(
            "Control at the end of each {length} weeks. Black dots: deaths in these weeks, by area (the largest here {:.0}). White rings: towns besieged at the end. Stars: places taken. Below, by week: a name behind a place is who became the strongest there.{}",
            most_deaths(told, spans),
            if single { "" } else { " Towns are named where each season has a picture of its own (--map FOLDER)." }
        ),
        foot: &foot,
        height: block * rows as f64 + key_height(&key) + 8.0,
    };
    Some(figure(&frame, |page, top| {
        for (nth, span) in spans.iter().enumerate() {
            let x0 = MARGIN + (nth % columns) as f64 * (room.0 + GAP);
            let y0 = top + (nth / columns) as f64 * block;
            let until = format!("{}  (week {})", told.date(span.to as i32), span.to);
            page.text(&until, (x0, y0 + 8.0), At::Start, bold(INK).sized(if single { 11.0 } else { 8.5 }));
            panel(page, told, *span, &shapes, &cut, (x0, y0 + above), most_deaths(told, spans), single);
            let said = captions(told, *span);
            if single {
                let mut y = y0 + above + 6.0;
                let said = in_order(&said[..said.len().min(14)]);
                for line in said.iter().flat_map(|text| plain(INK).sized(8.5).cut(text, WIDTH - 430.0 - 3.0 * MARGIN, 4)) {
                    page.text(&line, (MARGIN + 430.0 + MARGIN, y), At::Start, plain(INK).sized(8.5));
                    y += 11.0;
                }
            } else {
                let mut y = y0 + above + cut.tall + 8.0;
                for line in whole(&said, plain(SOFT).sized(7.5), room.0) {
                    page.text(&line, (x0, y), At::Start, plain(SOFT).sized(7.5));
                    y += LINE;
                }
            }
        }
        page.key(&key, (MARGIN, top + block * rows as f64 + 10.0));
    }))
}

/// A caption as it is written.
fn written(caption: &Caption) -> String {
    format!("w{} {}", caption.week, caption.text)
}

/// Captions in the order in which things happened.
fn in_order(said: &[Caption]) -> Vec<String> {
    let mut said: Vec<&Caption> = said.iter().collect();
    said.sort_by_key(|caption| (caption.week, caption.nth));
    said.into_iter().map(written).collect()
}

/// Lines of the captions that fit below a picture, each whole and in the order of time; how many more there are is said in the last.
fn whole(said: &[Caption], face: Face, width: f64) -> Vec<String> {
    let mut taken = 0;
    let fits = |(nth, caption): &(usize, &Caption)| {
        taken += face.wrapped(&written(caption), width).len();
        // Room for the last line, unless this is the last caption.
        taken <= LINES - usize::from(nth + 1 < said.len())
    };
    let fit = said.iter().enumerate().take_while(fits).count();
    let mut lines: Vec<String> = in_order(&said[..fit]).iter().flat_map(|text| face.wrapped(text, width)).collect();
    if fit < said.len() {
        lines.push(format!("and {} more", said.len() - fit));
    }
    lines
}

fn ground(told: &Told, span: Span) -> Vec<Ground> {
    told.chronicle.ground[span.to].clone()
}

fn deaths(told: &Told, span: Span, place: Place) -> f64 {
    told.chronicle.ground[span.from..=span.to].iter().map(|week| f64::from(week[place.at()].deaths)).sum()
}

fn most_deaths(told: &Told, spans: &[Span]) -> f64 {
    spans.iter().flat_map(|&span| told.scenario.case.zones().map(move |place| deaths(told, span, place))).fold(0.0, f64::max)
}

#[expect(clippy::too_many_arguments, reason = "the parts of one picture")]
fn panel(page: &Canvas<'_>, told: &Told, span: Span, shapes: &[Shape], cut: &Cut, from: (f64, f64), most: f64, single: bool) {
    let case = &*told.scenario.case;
    let now = ground(told, span);
    for (slug, rings) in shapes {
        let Some(place) = case.place(slug).filter(|&place| case.is_zone(place)) else { continue };
        let zone = now[place.at()];
        let fill = zone
            .strongest
            .filter(|_| zone.control > 0.05)
            .map_or(RGBColor(245, 245, 242), |bloc| tint(colour_of(bloc), f64::from(zone.control)));
        for ring in rings {
            page.polygon(&ring.iter().map(|&p| cut.at(from, p)).collect::<Vec<_>>(), fill);
        }
    }
    for (_, rings) in shapes {
        for ring in rings {
            page.line(&ring.iter().map(|&p| cut.at(from, p)).collect::<Vec<_>>(), RGBColor(110, 110, 110), 0.4);
        }
    }
    let largest = if single { 0.06 } else { 0.09 } * cut.wide;
    for place in case.zones() {
        let data = &case.places[place];
        let at = cut.at(from, (data.lon, data.lat));
        let dead = deaths(told, span, place);
        if dead >= 1.0 && most > 0.0 {
            page.dot(at, (largest * libm::sqrt(dead / most)).max(0.8), BLACK.mix(0.55));
        }
        if now[place.at()].besieged {
            ring(page, at, 4.0);
        }
        let weeks = span.from as i32..=span.to as i32;
        if told.chronicle.events.iter().any(|event| event.kind == "capture" && event.place == Some(place) && weeks.contains(&event.week)) {
            star(page, at, if single { 6.0 } else { 4.2 });
        }
    }
    if single {
        towns(case, page, |point| cut.at(from, point), (from.0 - 8.0, from.0 + cut.wide + 8.0));
    }
}

/// A white ring with dark edges, to be seen on any ground.
fn ring(page: &Canvas<'_>, (x, y): (f64, f64), radius: f64) {
    let points: Vec<(f64, f64)> = (0..=24)
        .map(|i| f64::from(i) / 24.0 * std::f64::consts::TAU)
        .map(|a| (x + radius * libm::cos(a), y + radius * libm::sin(a)))
        .collect();
    page.line(&points, INK, 2.2);
    page.line(&points, WHITE, 1.2);
}

fn star(page: &Canvas<'_>, (x, y): (f64, f64), radius: f64) {
    let points: Vec<(f64, f64)> = (0..10)
        .map(|i| (f64::from(i) / 10.0 * std::f64::consts::TAU, if i % 2 == 0 { radius } else { 0.42 * radius }))
        .map(|(a, r)| (x + r * libm::sin(a), y - r * libm::cos(a)))
        .collect();
    page.polygon(&points, RGBColor(255, 236, 120));
    let mut edge = points.clone();
    edge.push(points[0]);
    page.line(&edge, INK, 0.5);
}

/// A few words on something that happened.
#[derive(Clone, Debug, PartialEq)]
struct Caption {
    week: i32,
    /// Its place among all events.
    nth: usize,
    text: String,
}

/// What happened in the weeks of a picture, in few words, each with its week, the most telling first.
fn captions(told: &Told, span: Span) -> Vec<Caption> {
    let case = &*told.scenario.case;
    let weeks = span.from as i32..=span.to as i32;
    let here: Vec<(usize, &Happened)> = told.chronicle.events.iter().enumerate().filter(|(_, event)| weeks.contains(&event.week)).collect();
    let name = |event: &Happened| event.place.map_or_else(String::new, |place| case.places[place].name.clone());
    let first = |event: &Happened| event.actors.first().map_or_else(String::new, |org| told.chronicle.organisations[org.at()].name.clone());
    let mut said: Vec<Caption> = Vec::new();
    for kind in NAMED {
        let events = || here.iter().copied().filter(|(_, event)| event.kind == kind);
        let mut say = |nth, week, text| said.push(Caption { week, nth, text });
        match kind {
            // One offensive takes several places.
            "capture" => {
                let mut weeks: Vec<(usize, i32)> = events().map(|(nth, event)| (nth, event.week)).collect();
                weeks.dedup_by_key(|x| x.1);
                for (nth, week) in weeks {
                    let taken: Vec<String> = events().filter(|(_, event)| event.week == week).map(|(_, event)| name(event)).collect();
                    say(nth, week, format!("taken: {}", taken.join(", ")));
                }
            }
            "control" => events().for_each(|(nth, event)| {
                let (winner, _) = event.text.split_once(" are now the strongest").unwrap_or((&event.text, ""));
                say(nth, event.week, format!("{}: {winner}", name(event)));
            }),
            "split" => events().for_each(|(nth, event)| say(nth, event.week, format!("split: {}", first(event)))),
            "siege" => events().for_each(|(nth, event)| {
                let what = if event.text.contains(" ends ") { "ends" } else { "begins" };
                say(nth, event.week, format!("{}: siege {what}", name(event)));
            }),
            "atrocity" => events()
                .filter(|(_, event)| event.deaths >= 25)
                .for_each(|(nth, event)| say(nth, event.week, format!("{}: {} civilians killed", name(event), event.deaths))),
            _ => events().for_each(|(nth, event)| {
                let short = brief(&event.text);
                say(nth, event.week, if kind == "consent" { short.replace(" deciding by the least margin,", "") } else { short });
            }),
        }
    }
    said.dedup_by(|a, b| (a.week, &a.text) == (b.week, &b.text));
    said
}

/// The words of an event without its numbers: without what stands in brackets, to the first colon or semicolon.
fn brief(text: &str) -> String {
    let mut open = 0;
    let outside = text.chars().filter(|sign| {
        open += i32::from(*sign == '(');
        let outside = open == 0;
        open -= i32::from(*sign == ')');
        outside
    });
    let plain: String = outside.take_while(|sign| ![':', ';'].contains(sign)).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ,", ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caption_keeps_the_answer_behind_a_bracket() {
        let text = "The other side, JNIM, northern leadership (defectors) deciding by the least margin, consents (chance of a yes 0.40: log-odds +0.1); margin";
        assert_eq!(brief(text), "The other side, JNIM, northern leadership deciding by the least margin, consents");
        assert_eq!(brief("Talks collapse after 3 weeks: the coup ends them"), "Talks collapse after 3 weeks");
    }

    #[test]
    fn captions_stand_by_week_and_the_most_telling_are_kept() {
        let said = [9, 4, 7, 1, 8, 2].map(|week| Caption { week, nth: 0, text: format!("of {week}") });
        let lines = |said: &[Caption]| whole(said, plain(SOFT).sized(7.5), 200.0);
        assert_eq!(lines(&said), ["w1 of 1", "w4 of 4", "w7 of 7", "w9 of 9", "and 2 more"]);
        assert_eq!(lines(&said[..5]), ["w1 of 1", "w4 of 4", "w7 of 7", "w8 of 8", "w9 of 9"]);
        // Of one week: as they happened, however telling.
        let same = [(5, "talks open"), (3, "the state consents")].map(|(nth, text)| Caption { week: 6, nth, text: text.to_owned() });
        assert_eq!(lines(&same), ["w6 the state consents", "w6 talks open"]);
    }

    #[test]
    fn spans_cover_every_week_once() {
        for weeks in [1, 13, 14, 260, 520, 1_040] {
            let spans = spans(weeks, PANELS);
            assert!(spans.len() <= PANELS);
            assert_eq!((spans[0].from, spans[spans.len() - 1].to), (0, weeks - 1));
            assert!(spans.windows(2).all(|pair| pair[0].to + 1 == pair[1].from));
        }
        assert_eq!(spans(260, PANELS).len(), 20);
        assert!(spans(0, PANELS).is_empty());
    }
}
