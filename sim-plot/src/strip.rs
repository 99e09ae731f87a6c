//! States over time: a thin line is quiet, a block is not. Half a block is half open.

use crate::axis::Axis;
use crate::canvas::{GRAINS, grains};
use crate::frame::{Drawn, Frame, Plot};
use crate::ink::Ink;
use crate::markup::Markup;
use crate::time_line::{Windows, runs};

/// Breakers of one call over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Their name.
    pub name: String,
    /// The share of them that is open, 0 to 1, one value a window.
    pub open: Vec<f64>,
    /// The share of them that is half open.
    pub half_open: Vec<f64>,
}

/// Rows of states over a time line.
#[derive(Clone, Debug)]
pub struct Strip<'a> {
    /// Where it is drawn; its height is that of a row.
    pub frame: Frame<'a>,
    /// When the windows are.
    pub windows: Windows,
    /// The rows, from the top.
    pub rows: &'a [Row],
}

/// The part of a row that blocks may fill; the rest is for its name.
const BLOCK: f64 = 0.5;
/// Shares below this are no block.
const LEAST: f64 = 0.005;

impl Strip<'_> {
    /// The chart.
    pub fn draw(&self) -> Markup {
        let rows = self.rows.len();
        let height = self.frame.height * rows.max(1) as f64;
        let frame = Frame { height, ..self.frame.clone() };
        frame.draw(Axis::rows(rows), |plot| {
            for (index, row) in self.rows.iter().enumerate() {
                let base = (rows - 1 - index) as f64 + 0.08;
                self.row(plot, row, base)?;
            }
            Ok(())
        })
    }

    /// Open breakers at the bottom, as high as there are many; half-open ones on them, at half the
    /// height.
    fn row(&self, plot: &mut Plot<'_, '_>, row: &Row, base: f64) -> Drawn {
        let time = self.frame.time;
        plot.path(&[(time.from, base), (time.to, base)], Ink::FullEdge, GRAINS as u32)?;
        let open = |it: usize| row.open.get(it).copied().unwrap_or(0.0);
        let half = |it: usize| row.half_open.get(it).copied().unwrap_or(0.0);
        self.blocks(plot, base, Ink::Degraded, &|it| {
            (half(it) > LEAST).then(|| (open(it), open(it) + half(it) / 2.0))
        })?;
        self.blocks(plot, base, Ink::Failed, &|it| (open(it) > LEAST).then(|| (0.0, open(it))))?;
        let (x, y) = plot.at((time.from, base + BLOCK));
        let place = (x + 2 * GRAINS, y - grains(2.0));
        let quiet = row.open.iter().chain(&row.half_open).all(|it| *it <= LEAST);
        let name = if quiet { format!("{}, stays closed", row.name) } else { row.name.clone() };
        plot.label(&name, Ink::Second, place)
    }

    /// From and to what share of a block each window is filled.
    fn blocks(
        &self,
        plot: &Plot<'_, '_>,
        base: f64,
        ink: Ink,
        filled: &dyn Fn(usize) -> Option<(f64, f64)>,
    ) -> Drawn {
        let count = self.rows.iter().map(|it| it.open.len()).max().unwrap_or(0);
        for run in runs(count, |it| filled(it).is_some()) {
            let edge = |pick: fn((f64, f64)) -> f64| {
                let windows = run.clone();
                windows.flat_map(move |it| {
                    let share = filled(it).map_or(0.0, pick);
                    let end = self.windows.start(it + 1).min(self.frame.time.to);
                    [self.windows.start(it), end].map(|x| (x, base + BLOCK * share))
                })
            };
            let lower: Vec<_> = edge(|it| it.0).collect();
            let corners: Vec<_> = edge(|it| it.1).chain(lower.into_iter().rev()).collect();
            plot.area(&corners, ink)?;
        }
        Ok(())
    }
}
