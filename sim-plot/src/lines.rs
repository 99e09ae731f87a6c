//! Numbers over time: lines with their intervals as bands, and the limits that they should keep.

use crate::axis::Axis;
use crate::canvas::{GRAINS, LABEL, grains};
use crate::frame::{Drawn, Frame, Plot};
use crate::ink::Ink;
use crate::label::{Patch, label_width};
use crate::markup::Markup;
use crate::time_line::{TimeLine, Windows, runs};

/// A number over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name, which is its label.
    pub name: String,
    /// Its ink.
    pub ink: Ink,
    /// Whether it is one of the lines that the chart is for.
    pub main: bool,
    /// One value a window; none (NaN) where there is none.
    pub values: Vec<f64>,
    /// Half the widths of their intervals; none (NaN), or fewer, where there are none.
    pub half_widths: Vec<f64>,
}

/// A value that should be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub at: f64,
}

/// Lines over a time line.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    /// Where they are drawn.
    pub frame: Frame<'a>,
    /// When the windows are.
    pub windows: Windows,
    /// The lines, the most important last: it lies above the others.
    pub lines: &'a [Line],
    /// Limits.
    pub limits: &'a [Limit],
    /// The values' axis, the same for all that stand side by side.
    pub axis: Axis,
}

impl Lines<'_> {
    /// The chart.
    pub fn draw(&self) -> Markup {
        self.frame.draw(self.axis.clone(), |plot| {
            for line in self.lines {
                self.band(plot, line)?;
            }
            for limit in self.limits {
                self.limit(plot, limit)?;
            }
            for line in self.lines {
                draw_line(plot, self.windows, self.frame.time, line)?;
            }
            for line in self.lines.iter().rev() {
                self.label(plot, line)?;
            }
            Ok(())
        })
    }

    /// The interval of each value.
    fn band(&self, plot: &Plot<'_, '_>, line: &Line) -> Drawn {
        let half = |window: usize| line.half_widths.get(window).copied().unwrap_or(f64::NAN);
        let is = |window: usize| line.values[window].is_finite() && half(window) > 0.0;
        for run in runs(line.values.len(), is) {
            let edge = |side: f64| {
                run.clone().flat_map(move |window| {
                    let value = line.values[window] + side * half(window);
                    step(self.windows, self.frame.time, window, value)
                })
            };
            let corners: Vec<_> =
                edge(1.0).chain(edge(-1.0).collect::<Vec<_>>().into_iter().rev()).collect();
            plot.area(&corners, line.ink.band())?;
        }
        Ok(())
    }

    fn limit(&self, plot: &mut Plot<'_, '_>, limit: &Limit) -> Drawn {
        let TimeLine { from, to, .. } = *self.frame.time;
        if limit.at > self.axis.high() || limit.at < self.axis.low() {
            return Ok(());
        }
        plot.path(&[(from, limit.at), (to, limit.at)], Ink::Limit, GRAINS as u32)?;
        let (right, y) = plot.at((to, limit.at));
        let left = right - label_width(&limit.name);
        for base in [y - grains(3.0), y + LABEL] {
            if plot.room.take(Patch::of(&limit.name, left, base)) {
                return plot.label(&limit.name, Ink::Limit.beside(), (left, base));
            }
        }
        Ok(())
    }

    fn label(&self, plot: &mut Plot<'_, '_>, line: &Line) -> Drawn {
        let points = |run: std::ops::Range<usize>| {
            run.map(|it| plot.at((self.windows.start(it), line.values[it]))).collect::<Vec<_>>()
        };
        let longest = runs(line.values.len(), |it| line.values[it].is_finite())
            .into_iter()
            .max_by_key(std::ops::Range::len);
        let Some(points) = longest.map(points) else { return Ok(()) };
        let Some(place) = plot.room.beside(&line.name, &points) else { return Ok(()) };
        plot.label(&line.name, line.ink.beside(), place)
    }
}

/// A line in steps, with gaps where there is nothing; the room under it is taken.
pub(crate) fn draw_line(
    plot: &mut Plot<'_, '_>,
    windows: Windows,
    time: &TimeLine,
    line: &Line,
) -> Drawn {
    let width = if line.main { 17 } else { 14 };
    for run in runs(line.values.len(), |it| line.values[it].is_finite()) {
        let points: Vec<_> = run.flat_map(|it| step(windows, time, it, line.values[it])).collect();
        plot.path(&points, line.ink, width)?;
        let places: Vec<_> = points.iter().map(|it| plot.at(*it)).collect();
        plot.room.line(&places);
    }
    Ok(())
}

fn step(windows: Windows, time: &TimeLine, window: usize, value: f64) -> [(f64, f64); 2] {
    [(windows.start(window), value), (windows.start(window + 1).min(time.to), value)]
}
