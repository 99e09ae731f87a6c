//! Numbers over time: lines with their intervals as bands, and the limits that they should keep.

use crate::axis::Axis;
use crate::canvas::{GRAINS, LABEL, grains};
use crate::frame::{Drawn, Frame, Plot};
use crate::ink::Ink;
use crate::label::{LineId, Patch, label_width};
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
    /// Its name; empty where the axis has it.
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
            draw_lines(plot, self.windows, self.frame.time, self.lines)
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
        if limit.name.is_empty() {
            return Ok(());
        }
        let (right, y) = plot.at((to, limit.at));
        let left = right - label_width(&limit.name);
        for base in [y - grains(3.0), y + LABEL] {
            if plot.room.take(Patch::of(&limit.name, left, base)) {
                return plot.label_left_of(&limit.name, Ink::Limit.beside(), (right, base));
            }
        }
        Ok(())
    }
}

/// Lines in steps, with gaps where there is nothing, and then their names, where there is room.
pub(crate) fn draw_lines(
    plot: &mut Plot<'_, '_>,
    windows: Windows,
    time: &TimeLine,
    lines: &[Line],
) -> Drawn {
    let mut drawn = Vec::new();
    for line in lines {
        let id = plot.room.new_line();
        draw_line(plot, windows, time, line, id)?;
        drawn.push((line, id));
    }
    drawn.into_iter().rev().try_for_each(|(line, id)| label_line(plot, windows, line, id))
}

/// A line; the room under it is taken.
fn draw_line(
    plot: &mut Plot<'_, '_>,
    windows: Windows,
    time: &TimeLine,
    line: &Line,
    id: LineId,
) -> Drawn {
    let width = if line.main { 17 } else { 14 };
    for run in runs(line.values.len(), |it| line.values[it].is_finite()) {
        let points: Vec<_> = run.flat_map(|it| step(windows, time, it, line.values[it])).collect();
        plot.path(&points, line.ink, width)?;
        let places: Vec<_> = points.iter().map(|it| plot.at(*it)).collect();
        plot.room.line(id, &places);
    }
    Ok(())
}

fn label_line(plot: &mut Plot<'_, '_>, windows: Windows, line: &Line, id: LineId) -> Drawn {
    let present = runs(line.values.len(), |it| line.values[it].is_finite());
    let points: Vec<_> = present
        .into_iter()
        .flatten()
        .map(|it| plot.at((windows.start(it), line.values[it])))
        .collect();
    let Some(place) = plot.room.beside(&line.name, id, &points) else { return Ok(()) };
    plot.label(&line.name, line.ink.beside(), place)
}

fn step(windows: Windows, time: &TimeLine, window: usize, value: f64) -> [(f64, f64); 2] {
    [(windows.start(window), value), (windows.start(window + 1).min(time.to), value)]
}
