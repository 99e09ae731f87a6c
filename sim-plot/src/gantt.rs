//! Steps one below the other, each a bar from its beginning to its end.

use crate::axis::Axis;
use crate::canvas::{GRAINS, LABEL, grains};
use crate::frame::{Drawn, Frame, Plot};
use crate::ink::Ink;
use crate::label::label_width;
use crate::markup::Markup;
use crate::time_line::TimeLine;

/// Something that was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// The number of its row, from the top.
    pub row: usize,
    /// When it began, s.
    pub from: f64,
    /// When it ended, s.
    pub to: f64,
    /// Whether it failed.
    pub failed: bool,
}

/// Steps over time.
#[derive(Clone, Debug)]
pub struct Gantt<'a> {
    /// What it shows.
    pub title: &'a str,
    /// What is to be seen in it.
    pub description: &'a str,
    /// Pixels.
    pub width: f64,
    /// The rows, from the top.
    pub rows: &'a [String],
    /// What was done in them.
    pub bars: &'a [Bar],
    /// The end of the axis, s, the same for all that stand side by side.
    pub to: f64,
}

/// Pixels of a row.
const ROW: f64 = 18.0;

impl Gantt<'_> {
    /// The chart.
    pub fn draw(&self) -> Markup {
        let rows = self.rows.len();
        let time = TimeLine { from: 0.0, to: self.to.max(1e-3), faults: Vec::new() };
        let frame = Frame {
            title: self.title,
            description: self.description,
            width: self.width,
            height: ROW * rows.max(1) as f64,
            time: &time,
            names_faults: false,
            shows_times: true,
        };
        frame.draw(Axis::rows(rows), |plot| {
            self.bars.iter().try_for_each(|it| self.bar(plot, it, rows))?;
            (0..rows).try_for_each(|it| self.name(plot, it, rows))
        })
    }

    fn bar(&self, plot: &Plot<'_, '_>, bar: &Bar, rows: usize) -> Drawn {
        let base = (rows - 1 - bar.row) as f64;
        let (low, high) = (base + 0.2, base + 0.8);
        // What takes no time is a line.
        let to = bar.to.max(bar.from + self.to / 600.0);
        let corners = [(bar.from, low), (bar.from, high), (to, high), (to, low)];
        plot.area(&corners, if bar.failed { Ink::Failed } else { Ink::Full })
    }

    /// Behind its last bar where there is room, before its first where not, else in it.
    fn name(&self, plot: &Plot<'_, '_>, row: usize, rows: usize) -> Drawn {
        let bars = || self.bars.iter().filter(|it| it.row == row);
        let from = bars().map(|it| it.from).fold(f64::INFINITY, f64::min);
        let to = bars().map(|it| it.to).fold(0.0, f64::max);
        let from = if from.is_finite() { from } else { 0.0 };
        let middle = (rows - 1 - row) as f64 + 0.5;
        let name = &self.rows[row];
        let (end, y) = plot.at((to.min(self.to), middle));
        let y = y + LABEL / 3;
        if end + 3 * GRAINS + label_width(name) <= grains(self.width) {
            return plot.label(name, Ink::Second, (end + 3 * GRAINS, y));
        }
        let (start, _) = plot.at((from, middle));
        let (left, _) = plot.at((0.0, middle));
        if start - left < label_width(name) + 3 * GRAINS {
            return plot.label(name, Ink::Strong, (start + 3 * GRAINS, y));
        }
        plot.label_left_of(name, Ink::Second, (start - 3 * GRAINS, y))
    }
}
