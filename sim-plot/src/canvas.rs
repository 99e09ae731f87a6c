//! Where `plotters` draws: an SVG canvas that writes inks for colours, and tenths of a pixel.

use std::convert::Infallible;
use std::fmt::Write as _;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use crate::ink::Ink;
use crate::markup::{Element, Markup, el};
use crate::width::width;

/// Units of the canvas in a pixel: `plotters` draws in whole ones.
pub(crate) const GRAINS: i32 = 10;

/// Pixels in grains.
pub(crate) fn grains(pixels: f64) -> i32 {
    (pixels * f64::from(GRAINS)).round() as i32
}

/// An SVG canvas.
pub(crate) struct Canvas<'a> {
    out: &'a mut String,
    size: (u32, u32),
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl<'a> Canvas<'a> {
    /// A canvas of so many pixels that writes to `out`.
    pub(crate) fn new(out: &'a mut String, width: f64, height: f64) -> Self {
        Self { out, size: (grains(width) as u32, grains(height) as u32) }
    }

    /// What nobody would see is left out.
    fn put(&mut self, color: BackendColor, element: impl FnOnce(&'static str) -> Element) {
        if color.alpha > 0.0 {
            self.out.push_str(Markup::from(element(Ink::of(color).class())).as_str());
        }
    }
}

impl DrawingBackend for Canvas<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.draw_rect(point, (point.0 + 1, point.1 + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (x0, y0): BackendCoord,
        (x1, y1): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)];
        if fill {
            self.fill_polygon(corners, style)
        } else {
            self.draw_path(corners.into_iter().chain([(x0, y0)]), style)
        }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let width = tenths(style.stroke_width().cast_signed());
        self.put(style.color(), |ink| {
            let line = el("path").class(&format!("l {ink}"));
            line.attr("stroke-width", width).attr("d", data(path))
        });
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let kind = if fill { "a" } else { "l" };
        self.put(style.color(), |ink| {
            let circle = el("circle").class(&format!("{kind} {ink}"));
            let circle = circle.attr("cx", tenths(center.0)).attr("cy", tenths(center.1));
            circle.attr("r", tenths(radius.cast_signed()))
        });
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        self.put(style.color(), |ink| {
            el("path").class(&format!("a {ink}")).attr("d", data(corners) + "z")
        });
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &T,
        (x, y): BackendCoord,
    ) -> Drawn {
        if text.is_empty() {
            return Ok(());
        }
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        // From the middle of small letters, or their top, to the base line.
        let below = match style.anchor().v_pos {
            VPos::Top => 0.8,
            VPos::Center => 0.35,
            VPos::Bottom => -0.2,
        };
        let y = y + (style.size() * below).round() as i32;
        let small = if style.size() < f64::from(LABEL) { "t s" } else { "t" };
        self.put(style.color(), |ink| {
            let label = el("text").class(&format!("{small} {ink}")).attr("x", tenths(x));
            label.attr("y", tenths(y)).attr("text-anchor", anchor).text(text)
        });
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let size = style.size();
        Ok(((width(text) * size).round() as u32, (1.2 * size).round() as u32))
    }
}

/// The size of direct labels, in grains.
pub(crate) const LABEL: i32 = 110;
/// The size of ticks, in grains.
pub(crate) const TICK: i32 = 105;

/// A path through points: the first as it is, each other from the one before it.
fn data(points: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut out = String::new();
    let mut last: Option<BackendCoord> = None;
    for (x, y) in corners(points) {
        let written = match last.map(|(a, b)| (x - a, y - b)) {
            None => write!(out, "M{},{}", tenths(x), tenths(y)),
            Some((dx, 0)) => write!(out, "h{}", tenths(dx)),
            Some((0, dy)) => write!(out, "v{}", tenths(dy)),
            Some((dx, dy)) => write!(out, "l{},{}", tenths(dx), tenths(dy)),
        };
        written.expect("a string takes all that is written");
        last = Some((x, y));
    }
    out
}

/// Points without those that a step passes on its way.
fn corners(points: impl IntoIterator<Item = BackendCoord>) -> Vec<BackendCoord> {
    let mut corners: Vec<BackendCoord> = Vec::new();
    for point in points {
        if let [.., a, b] = corners[..] {
            let level = a.1 == b.1 && b.1 == point.1 && (a.0 <= b.0) == (b.0 <= point.0);
            let upright = a.0 == b.0 && b.0 == point.0 && (a.1 <= b.1) == (b.1 <= point.1);
            if level || upright {
                corners.pop();
            }
        }
        if corners.last() != Some(&point) {
            corners.push(point);
        }
    }
    corners
}

/// Grains in pixels.
fn tenths(grains: i32) -> String {
    let sign = if grains < 0 { "-" } else { "" };
    let (whole, rest) = (grains.unsigned_abs() / 10, grains.unsigned_abs() % 10);
    match (whole, rest) {
        (_, 0) => format!("{sign}{whole}"),
        (0, _) => format!("{sign}.{rest}"),
        _ => format!("{sign}{whole}.{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_short_and_exact() {
        let path = data([(0, 5), (50, 5), (100, 5), (100, -20), (103, -20), (103, -20), (113, -5)]);
        assert_eq!(path, "M0,.5h10v-2.5h.3l1,1.5");
    }
}
