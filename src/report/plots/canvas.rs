//! A page to draw on: plotters' primitives in logical units, SVG with its physical size, and PNG from it.
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::io;
use std::sync::Once;

const FAMILY: &str = "Open Sans";
static REGULAR: &[u8] = include_bytes!("../../../assets/fonts/OpenSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../../../assets/fonts/OpenSans-Bold.ttf");

/// Coordinates of plotters are whole numbers even in SVG: without this lines have steps.
const FINE: f64 = 4.0;
/// Millimetres of a logical unit: 720 units are 180 mm.
const MM: f64 = 0.25;
/// What plotters divides a font size by, in SVG.
const FONT: f64 = 1.24;
/// Height of the font (ascent and descent) over its em, by which plotters measures.
const HEIGHT: f64 = 2789.0 / 2048.0;
const DPI: f64 = 300.0;

/// Width of a page, logical units.
pub const WIDTH: f64 = 720.0;
/// Text size of a page.
pub const SIZE: f64 = 10.0;
/// Black of text.
pub const INK: RGBColor = RGBColor(34, 34, 34);
/// Grey of less important text.
pub const SOFT: RGBColor = RGBColor(95, 95, 95);
/// Grid lines.
pub const GRID: RGBColor = RGBColor(228, 228, 228);

/// Colours of scenarios: grey for the baseline, then Okabe-Ito but its yellow and black, then the two darkest of Tol's muted; beyond nine
/// scenarios from the first again.
#[must_use]
pub fn colour(scenario: usize) -> RGBColor {
    const COLOURS: [RGBColor; 8] = [
        RGBColor(0, 114, 178),
        RGBColor(213, 94, 0),
        RGBColor(0, 158, 115),
        RGBColor(204, 121, 167),
        RGBColor(230, 159, 0),
        RGBColor(86, 180, 233),
        RGBColor(136, 34, 85),
        RGBColor(51, 34, 136),
    ];
    if scenario == 0 { RGBColor(105, 105, 105) } else { COLOURS[(scenario - 1) % COLOURS.len()] }
}

/// Where text stands relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Start,
    Middle,
    End,
}

/// How text looks.
#[derive(Clone, Copy, Debug)]
pub struct Face {
    /// Size, logical units.
    pub size: f64,
    /// Whether it is bold.
    pub bold: bool,
    /// Colour.
    pub colour: RGBColor,
}

/// Plain text.
#[must_use]
pub fn plain(colour: RGBColor) -> Face {
    Face { size: SIZE, bold: false, colour }
}
/// Bold text.
#[must_use]
pub fn bold(colour: RGBColor) -> Face {
    Face { size: SIZE, bold: true, colour }
}

impl Face {
    fn font(self, scale: f64) -> FontDesc<'static> {
        let style = if self.bold { FontStyle::Bold } else { FontStyle::Normal };
        FontDesc::new(FontFamily::Name(FAMILY), self.size * scale, style)
    }
    /// The same at another size.
    #[must_use]
    pub fn sized(self, size: f64) -> Self {
        Self { size, ..self }
    }
    /// Width of a text.
    #[must_use]
    pub fn width(self, text: &str) -> f64 {
        register();
        let (width, _) = self.font(64.0).box_size(text).expect("the font is registered");
        f64::from(width) / 64.0 * HEIGHT
    }
    /// The text in at most `most` lines no wider than `width`; what is left out is marked.
    #[must_use]
    pub fn cut(self, text: &str, width: f64, most: usize) -> Vec<String> {
        let mut lines = self.wrapped(text, width);
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                last.push('\u{2026}');
            }
        }
        lines
    }
    /// The text in one line no wider than `width`; what is left out is marked.
    #[must_use]
    pub fn fit(self, text: &str, width: f64) -> String {
        self.cut(text, width, 1).concat()
    }
    /// The text in lines no wider than `width`.
    #[must_use]
    pub fn wrapped(self, text: &str, width: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match lines.last_mut() {
                Some(line) if self.width(&format!("{line} {word}")) <= width => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    }
}

fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for (style, bytes) in [(FontStyle::Normal, REGULAR), (FontStyle::Bold, BOLD)] {
            assert!(plotters::style::register_font(FAMILY, style, bytes).is_ok(), "the embedded font is valid");
        }
    });
}

/// A page while it is drawn.
pub struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

fn fine((x, y): (f64, f64)) -> (i32, i32) {
    ((x * FINE).round() as i32, (y * FINE).round() as i32)
}

impl Canvas<'_> {
    /// A line through points.
    pub fn line(&self, points: &[(f64, f64)], colour: impl Into<RGBAColor>, width: f64) {
        let style = ShapeStyle { color: colour.into(), filled: false, stroke_width: (width * FINE).round().max(1.0) as u32 };
        self.area.draw(&PathElement::new(points.iter().copied().map(fine).collect::<Vec<_>>(), style)).expect("drawing into text");
    }
    /// A dashed vertical line.
    pub fn dashed(&self, x: f64, top: f64, bottom: f64, colour: RGBColor) {
        let mut y = top;
        while y < bottom {
            self.line(&[(x, y), (x, (y + 3.0).min(bottom))], colour, 0.7);
            y += 5.0;
        }
    }
    /// A filled polygon.
    pub fn polygon(&self, points: &[(f64, f64)], colour: impl Into<RGBAColor>) {
        let style = ShapeStyle { color: colour.into(), filled: true, stroke_width: 0 };
        self.area.draw(&Polygon::new(points.iter().copied().map(fine).collect::<Vec<_>>(), style)).expect("drawing into text");
    }
    /// A filled rectangle.
    pub fn rect(&self, from: (f64, f64), to: (f64, f64), colour: impl Into<RGBAColor>) {
        let style = ShapeStyle { color: colour.into(), filled: true, stroke_width: 0 };
        self.area.draw(&Rectangle::new([fine(from), fine(to)], style)).expect("drawing into text");
    }
    /// A filled circle.
    pub fn dot(&self, centre: (f64, f64), radius: f64, colour: impl Into<RGBAColor>) {
        let style = ShapeStyle { color: colour.into(), filled: true, stroke_width: 0 };
        self.area.draw(&Circle::new(fine(centre), (radius * FINE).round() as i32, style)).expect("drawing into text");
    }
    /// Text whose middle height is at the point.
    pub fn text(&self, text: &str, at: (f64, f64), anchor: At, face: Face) {
        let h = match anchor {
            At::Start => HPos::Left,
            At::Middle => HPos::Center,
            At::End => HPos::Right,
        };
        let style = TextStyle::from(face.font(FINE * FONT)).color(&face.colour).pos(Pos::new(h, VPos::Center));
        self.area.draw(&Text::new(text.to_owned(), fine(at), style)).expect("drawing into text");
    }
    /// Text on a white ground, to stand on lines.
    pub fn halo(&self, text: &str, at: (f64, f64), anchor: At, face: Face) {
        for (dx, dy) in [(-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0), (0.7, 0.7), (-0.7, -0.7), (0.7, -0.7), (-0.7, 0.7)] {
            self.text(text, (at.0 + dx, at.1 + dy), anchor, Face { colour: WHITE, ..face });
        }
        self.text(text, at, anchor, face);
    }
    /// Runs of coloured words from a point on, breaking where needed.
    pub fn key(&self, entries: &[KeyEntry], at: (f64, f64)) {
        for ((x, y), (text, colour)) in key_places(entries).into_iter().zip(entries) {
            let (x, y) = (at.0 + x, at.1 + y);
            if let Some(colour) = colour {
                self.rect((x, y - 4.0), (x + 10.0, y + 4.0), *colour);
                self.text(&bold(*colour).fit(text, WIDTH - 24.0 - SWATCH), (x + SWATCH, y), At::Start, bold(*colour));
            } else {
                self.text(&plain(SOFT).fit(text, WIDTH - 24.0), (x, y), At::Start, plain(SOFT));
            }
        }
    }
}

/// A word of a key, with a swatch where it has a colour.
pub type KeyEntry = (String, Option<RGBColor>);
const SWATCH: f64 = 14.0;

/// Where the entries of a key stand, relative to its beginning.
fn key_places(entries: &[KeyEntry]) -> Vec<(f64, f64)> {
    let (mut x, mut y) = (0.0, 0.0);
    let mut places = Vec::new();
    for (text, colour) in entries {
        let width = colour.map_or_else(|| plain(SOFT).width(text), |c| bold(c).width(text) + SWATCH);
        if x > 0.0 && x + width > WIDTH - 24.0 {
            (x, y) = (0.0, y + 14.0);
        }
        places.push((x, y));
        x += width + 16.0;
    }
    places
}

/// Height of a key.
#[must_use]
pub fn key_height(entries: &[KeyEntry]) -> f64 {
    key_places(entries).last().map_or(0.0, |(_, y)| y + 20.0)
}

/// A finished figure.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Name of its files.
    pub name: String,
    /// The SVG.
    pub svg: String,
}

/// What stands around a drawing.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// Name of the files.
    pub name: &'a str,
    /// Title.
    pub title: &'a str,
    /// What is shown and how to read it.
    pub how: &'a str,
    /// Footnote.
    pub foot: &'a str,
    /// Height of the drawing, without title and footnote.
    pub height: f64,
}

/// The title of a scenario as it stands above what is drawn of it: in its colour, and no wider than the page.
#[must_use]
pub fn heading(title: &str, scenario: usize) -> (String, Face) {
    let face = bold(colour(scenario)).sized(11.0);
    (face.fit(title, WIDTH - 36.0), face)
}

/// Draws a figure: `draw` gets the page and the y at which it may begin.
#[must_use]
pub fn figure(frame: &Frame<'_>, draw: impl FnOnce(&Canvas<'_>, f64)) -> Figure {
    register();
    let (margin, inner) = (12.0, WIDTH - 24.0);
    let titles = bold(INK).sized(13.0).wrapped(frame.title, inner);
    let how = plain(SOFT).wrapped(frame.how, inner);
    let foot = plain(SOFT).sized(8.5).wrapped(frame.foot, inner);
    let top = 14.0 + 17.0 * titles.len() as f64 + 13.0 * how.len() as f64 + 4.0;
    let height = top + frame.height + 11.0 * foot.len() as f64 + 12.0;
    let (w, h) = ((WIDTH * FINE) as u32, (height * FINE).round() as u32);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (w, h)).into_drawing_area();
        area.fill(&WHITE).expect("drawing into text");
        let canvas = Canvas { area };
        let mut y = 16.0;
        for line in &titles {
            canvas.text(line, (margin, y), At::Start, bold(INK).sized(13.0));
            y += 17.0;
        }
        for line in &how {
            canvas.text(line, (margin, y), At::Start, plain(SOFT));
            y += 13.0;
        }
        draw(&canvas, top);
        let mut y = top + frame.height + 8.0;
        for line in &foot {
            canvas.text(line, (margin, y), At::Start, plain(SOFT).sized(8.5));
            y += 11.0;
        }
        canvas.area.present().expect("drawing into text");
    }
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let size = format!("width=\"{}mm\" height=\"{}mm\" role=\"img\"", WIDTH * MM, f64::from(h) / FINE * MM);
    let svg = svg
        .replacen(&format!("width=\"{w}\" height=\"{h}\""), &size, 1)
        .replacen(
            ">\n",
            &format!(">\n<title>{}</title>\n<desc>{} {}</desc>\n", escaped(frame.title), escaped(frame.how), escaped(frame.foot)),
            1,
        )
        // Without it there are hairline seams between cells.
        .replace("<rect ", "<rect shape-rendering=\"crispEdges\" ")
        .replace("<polyline ", "<polyline stroke-linejoin=\"round\" ")
        .replace("font-family=\"Open Sans\"", "font-family=\"Open Sans, Arial, Helvetica, sans-serif\"");
    Figure { name: frame.name.to_owned(), svg }
}

/// The PNG of an SVG, at 300 dots an inch.
///
/// # Errors
/// Where the SVG cannot be read or the picture not encoded.
pub fn png(svg: &str) -> io::Result<Vec<u8>> {
    let mut options = resvg::usvg::Options { font_family: FAMILY.to_owned(), ..Default::default() };
    let fonts = options.fontdb_mut();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(BOLD.to_vec());
    let tree = resvg::usvg::Tree::from_str(svg, &options).map_err(io::Error::other)?;
    let width = (WIDTH * MM / 25.4 * DPI).round();
    let scale = width as f32 / tree.size().width();
    let height = (tree.size().height() * scale).round() as u32;
    let mut map = resvg::tiny_skia::Pixmap::new(width as u32, height).ok_or_else(|| io::Error::other("an empty picture"))?;
    resvg::render(&tree, resvg::tiny_skia::Transform::from_scale(scale, scale), &mut map.as_mut());
    let rgb: Vec<u8> = map.data().chunks(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, map.width(), map.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let per_metre = (DPI / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }));
    let mut writer = encoder.write_header().map_err(io::Error::other)?;
    writer.write_image_data(&rgb).map_err(io::Error::other)?;
    writer.finish().map_err(io::Error::other)?;
    Ok(bytes)
}

/// A straight axis: from values to the page.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    /// Values at both ends.
    pub values: (f64, f64),
    /// Places at both ends.
    pub page: (f64, f64),
}

impl Axis {
    /// The place of a value, held inside the axis.
    #[must_use]
    pub fn at(&self, value: f64) -> f64 {
        let part = ((value - self.values.0) / (self.values.1 - self.values.0)).clamp(0.0, 1.0);
        self.page.0 + part * (self.page.1 - self.page.0)
    }
    /// About `count` round values inside the axis, and their step.
    #[must_use]
    pub fn ticks(&self, count: f64) -> (Vec<f64>, f64) {
        let rough = (self.values.1 - self.values.0) / count;
        let ten = libm::exp10(libm::floor(libm::log10(rough)));
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * ten).find(|&s| s >= rough * 0.999).unwrap_or(10.0 * ten);
        let first = libm::ceil(self.values.0 / step - 1e-9) as i64;
        let last = libm::floor(self.values.1 / step + 1e-9) as i64;
        ((first..=last).map(|i| i as f64 * step).collect(), step)
    }
}
