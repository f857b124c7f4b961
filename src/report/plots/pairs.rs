//! Pairs of fitted parameters: a cloud of the posterior's members for each, in units in which every prior is the same.
use super::canvas::{At, Axis, Figure, Frame, GRID, INK, SOFT, figure, plain};
use plotters::style::RGBColor;

const LABEL: f64 = 112.0;
const BLUE: RGBColor = RGBColor(0, 114, 178);
/// Standard deviations of the prior that are shown on either side.
const SHOWN: f64 = 3.0;

/// The page of pairs, of each parameter's name and members.
#[must_use]
pub fn draw(parameters: &[(String, Vec<f64>)], foot: &str) -> Figure {
    let n = parameters.len().max(1);
    let cell = (696.0 - LABEL) / n as f64;
    let frame = Frame {
        name: "pairs",
        title: "What the record leaves of the parameters that it tells of",
        how: "Each cloud: members of the posterior, the parameter of the row upwards, that of the column to the right. A cell spans three standard deviations of the prior \
              either way, its cross is the prior's middle; on the diagonal, how members are spread. A slanted cloud: only a combination of the two is told.",
        foot,
        height: cell * n as f64 + 22.0,
    };
    figure(&frame, |page, top| {
        for (i, (name, up)) in parameters.iter().enumerate() {
            let (y0, y1) = (top + cell * i as f64 + 4.0, top + cell * (i as f64 + 1.0) - 2.0);
            let face = plain(INK).sized(7.5);
            for (line, text) in name.split('.').enumerate() {
                page.text(text, (12.0 + LABEL - 8.0, 0.5 * (y0 + y1) - 5.0 + 10.0 * line as f64), At::End, face);
            }
            for (j, (_, right)) in parameters.iter().enumerate().take(i + 1) {
                let (x0, x1) = (12.0 + LABEL + cell * j as f64, 12.0 + LABEL + cell * (j as f64 + 1.0) - 6.0);
                let (across, along) = (Axis { values: (-SHOWN, SHOWN), page: (x0, x1) }, Axis { values: (-SHOWN, SHOWN), page: (y1, y0) });
                page.line(&[(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], GRID, 0.8);
                page.line(&[(across.at(0.0), y0), (across.at(0.0), y1)], GRID, 0.6);
                if i == j {
                    const BINS: usize = 18;
                    let mut counts = [0.0_f64; BINS];
                    for value in up {
                        counts[(((value + SHOWN) / (2.0 * SHOWN) * BINS as f64) as usize).min(BINS - 1)] += 1.0;
                    }
                    let most = counts.iter().copied().fold(1.0, f64::max);
                    for (bin, count) in counts.into_iter().enumerate() {
                        let at = |b: usize| across.at(-SHOWN + 2.0 * SHOWN * b as f64 / BINS as f64);
                        page.rect((at(bin), y1 - (y1 - y0) * 0.9 * count / most), (at(bin + 1), y1), BLUE);
                    }
                } else {
                    page.line(&[(x0, along.at(0.0)), (x1, along.at(0.0))], GRID, 0.6);
                    for (x, y) in right.iter().zip(up) {
                        page.dot((across.at(*x), along.at(*y)), 0.8, BLUE);
                    }
                }
                if i + 1 == n {
                    let short = parameters[j].0.rsplit('.').next().unwrap_or("");
                    let text = face.sized(6.5).fit(short, cell - 2.0);
                    page.text(&text, (0.5 * (x0 + x1), y1 + 10.0), At::Middle, plain(SOFT).sized(6.5));
                }
            }
        }
    })
}
