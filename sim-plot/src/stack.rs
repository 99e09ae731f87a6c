//! Parts of a whole over time: areas on areas, in steps as wide as the windows.

use crate::axis::Axis;
use crate::canvas::{GRAINS, LABEL, grains};
use crate::frame::{Drawn, Frame, Plot};
use crate::ink::Ink;
use crate::label::{Patch, label_width};
use crate::lines::{Line, draw_lines};
use crate::markup::Markup;
use crate::time_line::{Windows, runs};

/// One part of a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its name, which is its label.
    pub name: String,
    /// Its area; edge and texts go with it.
    pub ink: Ink,
    /// One value a window, ≥ 0; none (NaN) where there is none.
    pub values: Vec<f64>,
}

/// A whole and its parts.
#[derive(Clone, Debug)]
pub struct Stack<'a> {
    /// Where it is drawn.
    pub frame: Frame<'a>,
    /// When the windows are.
    pub windows: Windows,
    /// The lowest first.
    pub parts: &'a [Part],
    /// Lines over the areas.
    pub lines: &'a [Line],
    /// The values' axis, the same for all that stand side by side.
    pub axis: Axis,
}

/// What parts make together, window by window; none (NaN) where no part has a value.
pub fn whole(parts: &[Part]) -> Vec<f64> {
    let count = parts.iter().map(|it| it.values.len()).max().unwrap_or(0);
    (0..count).map(|window| upto(parts, window)).collect()
}

/// The height of some parts in a window.
fn upto(parts: &[Part], window: usize) -> f64 {
    let values = parts.iter().filter_map(|it| it.values.get(window));
    values.filter(|it| it.is_finite()).copied().reduce(|sum, it| sum + it).unwrap_or(f64::NAN)
}

impl Stack<'_> {
    /// The chart.
    pub fn draw(&self) -> Markup {
        self.frame.draw(self.axis.clone(), |plot| {
            for index in 0..self.parts.len() {
                self.part(plot, index)?;
            }
            self.labels(plot)?;
            draw_lines(plot, self.windows, self.frame.time, self.lines)
        })
    }

    fn part(&self, plot: &Plot<'_, '_>, index: usize) -> Drawn {
        let ink = self.parts[index].ink;
        for run in self.present(index) {
            let (lower, upper) = (self.steps(index, &run), self.steps(index + 1, &run));
            let corners: Vec<_> = upper.iter().copied().chain(lower.into_iter().rev()).collect();
            plot.area(&corners, ink)?;
            plot.path(&upper, ink.edge(), GRAINS as u32)?;
        }
        Ok(())
    }

    /// Where there is something of a part.
    fn present(&self, index: usize) -> Vec<std::ops::Range<usize>> {
        let values = &self.parts[index].values;
        runs(values.len(), |it| values[it] > 0.0)
    }

    /// The top of the lowest `count` parts, as a line in steps.
    fn steps(&self, count: usize, run: &std::ops::Range<usize>) -> Vec<(f64, f64)> {
        let heights = run.clone().map(|it| (it, self.height(count, it)));
        heights.flat_map(|(window, height)| self.step(window, height)).collect()
    }

    fn height(&self, count: usize, window: usize) -> f64 {
        let height = upto(&self.parts[..count], window);
        if height.is_finite() { height } else { 0.0 }
    }

    fn step(&self, window: usize, height: f64) -> [(f64, f64); 2] {
        let end = self.windows.start(window + 1).min(self.frame.time.to);
        [(self.windows.start(window), height), (end, height)]
    }

    /// A name in the part where it fits, else above the whole where the part is thickest.
    fn labels(&self, plot: &mut Plot<'_, '_>) -> Drawn {
        for index in 0..self.parts.len() {
            let part = &self.parts[index];
            let inside = self.inside(plot, index).map(|it| (it, part.ink.on()));
            let above = || self.above(plot, index).map(|it| (it, part.ink.beside()));
            let Some((place, ink)) = inside.or_else(above) else { continue };
            if plot.room.take(Patch::of(&part.name, place.0, place.1)) {
                plot.label(&part.name, ink, place)?;
            }
        }
        Ok(())
    }

    /// The middle of the longest stretch in which the part is thick enough.
    fn inside(&self, plot: &Plot<'_, '_>, index: usize) -> Option<(i32, i32)> {
        let thick = |window: &usize| {
            let (top, bottom) = self.extent(plot, index, *window);
            bottom - top >= LABEL + 3 * GRAINS
        };
        let width = label_width(&self.parts[index].name);
        let stretches = self.present(index).into_iter().flat_map(|run| {
            let from = run.start;
            let inner = runs(run.len(), move |it| thick(&(from + it)));
            inner.into_iter().map(move |it| from + it.start..from + it.end)
        });
        let longest = stretches.max_by_key(std::ops::Range::len)?;
        let left = plot.at((self.windows.start(longest.start), 0.0)).0;
        let right = plot.at((self.windows.start(longest.end), 0.0)).0;
        if right - left < width + 6 * GRAINS {
            return None;
        }
        // Between the highest floor and the lowest ceiling below the label.
        let x = (left + right - width) / 2;
        let under = longest.filter(|it| {
            let start = plot.at((self.windows.start(*it), 0.0)).0;
            let end = plot.at((self.windows.start(*it + 1), 0.0)).0;
            end > x && start < x + width
        });
        let extents: Vec<_> = under.map(|it| self.extent(plot, index, it)).collect();
        let top = extents.iter().map(|it| it.0).max()?;
        let bottom = extents.iter().map(|it| it.1).min()?;
        (bottom - top >= LABEL).then_some((x, i32::midpoint(top, bottom) + LABEL / 3))
    }

    /// Above the whole, where the part is thickest, if it is to be seen at all.
    fn above(&self, plot: &Plot<'_, '_>, index: usize) -> Option<(i32, i32)> {
        let thickness = |window: &usize| {
            let (top, bottom) = self.extent(plot, index, *window);
            bottom - top
        };
        let windows = self.present(index).into_iter().flatten();
        let thickest = windows.max_by_key(thickness).filter(|it| thickness(it) >= 2 * GRAINS)?;
        let (x, y) =
            plot.at((self.windows.start(thickest), self.height(self.parts.len(), thickest)));
        let width = label_width(&self.parts[index].name);
        let right = plot.at((self.frame.time.to, 0.0)).0;
        Some(((x - width / 2).min(right - width), (y - grains(4.0)).max(LABEL)))
    }

    /// The top and bottom of a part in a window, in grains.
    fn extent(&self, plot: &Plot<'_, '_>, index: usize, window: usize) -> (i32, i32) {
        let at = |count: usize| plot.at((0.0, self.height(count, window))).1;
        (at(index + 1), at(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time_line::TimeLine;

    #[test]
    fn parts_make_the_whole_and_gaps_stay_gaps() {
        let part =
            |values: &[f64]| Part { name: String::new(), ink: Ink::Full, values: values.to_vec() };
        let parts = [part(&[1.0, f64::NAN, 3.0]), part(&[0.5, f64::NAN])];
        let whole = whole(&parts);
        assert_eq!((whole[0], whole[2]), (1.5, 3.0));
        assert!(whole[1].is_nan());
    }

    #[test]
    fn areas_stand_as_high_as_their_values() {
        let time = TimeLine { from: 0.0, to: 40.0, faults: Vec::new() };
        let frame = Frame {
            title: "",
            description: "",
            width: 466.0,
            height: 108.0,
            time: &time,
            names_faults: false,
            shows_times: true,
        };
        let part =
            |ink, values: [f64; 4]| Part { name: "x".to_owned(), ink, values: values.to_vec() };
        let parts = [
            part(Ink::Full, [50.0, 50.0, f64::NAN, 100.0]),
            part(Ink::Failed, [50.0, 25.0, f64::NAN, 0.0]),
        ];
        let windows = Windows { from: 0.0, width: 10.0 };
        let axis = Axis::from_zero(100.0, sim_core::metric::Unit::PerSecond);
        let drawn = Stack { frame, windows, parts: &parts, lines: &[], axis }.draw();
        // 100 pixels are 10 s or 100/s, from 52 and 114, but for the last tenth of one.
        let areas = [
            "class=\"a k-full\" d=\"M52,63.9h200v50h-200z\"",
            "class=\"a k-full\" d=\"M351.9,14h100v99.9h-100z\"",
            "class=\"a k-fail\" d=\"M52,14h100v25h100v24.9h-200z\"",
        ];
        for area in areas {
            assert!(drawn.as_str().contains(area), "no {area} in {drawn:?}");
        }
        assert_eq!(drawn.as_str().matches("\"a k-f").count(), 3, "gaps stay gaps");
    }
}
