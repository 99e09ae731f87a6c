//! Spans of many runs: how many took how long, and how many no longer than that, with the target that
//! they should keep.

use sim_core::metric::Unit;

use crate::axis::Axis;
use crate::canvas::{GRAINS, LABEL, grains};
use crate::frame::{Drawn, Frame, Plot};
use crate::ink::Ink;
use crate::label::label_width;
use crate::markup::Markup;
use crate::time_line::TimeLine;

/// Bars at most.
const BARS: usize = 48;
/// The least share of the width that the target keeps from the right, beyond the longest.
const BEYOND: f64 = 1.05;

/// Spans of runs, by their percentiles.
#[derive(Clone, Debug)]
pub struct Cumulative<'a> {
    /// What it shows.
    pub title: &'a str,
    /// What is to be seen in it.
    pub description: &'a str,
    /// Pixels.
    pub width: f64,
    /// Pixels of the plot itself.
    pub height: f64,
    /// The percentiles from the least to the most, s; endless ones are none and stand last.
    pub percentiles: &'a [Option<f64>],
    /// What is promised, s.
    pub target: Option<f64>,
}

impl Cumulative<'_> {
    /// The chart; nothing where no run is finite.
    pub fn draw(&self) -> Markup {
        let finite: Vec<f64> = self.percentiles.iter().map_while(|it| *it).collect();
        let Some(most) = finite.last().copied() else { return Markup::default() };
        let to = most.max(self.target.unwrap_or(0.0)).max(1e-3) * BEYOND;
        let time = TimeLine { from: 0.0, to, faults: Vec::new() };
        let frame = Frame {
            title: self.title,
            description: self.description,
            width: self.width,
            height: self.height,
            time: &time,
            names_faults: false,
            shows_times: true,
        };
        frame.draw(Axis::from_zero(1.0, Unit::Share), |plot| {
            self.bars(plot, &finite, to)?;
            self.curve(plot, &finite, to)?;
            self.target.map_or(Ok(()), |at| target(plot, at))
        })
    }

    /// The share of runs up to each percentile.
    fn share(&self, index: usize) -> f64 {
        index as f64 / (self.percentiles.len().max(2) - 1) as f64
    }

    /// Runs by how long they took, the highest bar half as high as the chart.
    fn bars(&self, plot: &Plot<'_, '_>, finite: &[f64], to: f64) -> Drawn {
        let step = to / BARS as f64;
        let shares = (0..BARS).map(|bar| {
            let edge = bar as f64 * step;
            self.below(finite, edge + step) - self.below(finite, edge)
        });
        let shares: Vec<f64> = shares.collect();
        let highest = shares.iter().copied().fold(0.0, f64::max);
        let tall = shares.iter().enumerate().filter(|it| *it.1 > 0.0);
        for (bar, share) in tall {
            let (from, high) = (bar as f64 * step, 0.5 * share / highest);
            let to = from + step;
            plot.area(&[(from, 0.0), (from, high), (to, high), (to, 0.0)], Ink::FullEdge.band())?;
        }
        Ok(())
    }

    /// The share of runs that took no longer.
    fn below(&self, finite: &[f64], span: f64) -> f64 {
        let index = finite.partition_point(|it| *it <= span);
        let (Some(low), Some(high)) = (index.checked_sub(1), finite.get(index)) else {
            return if index == 0 { 0.0 } else { self.share(index - 1) };
        };
        let apart = high - finite[low];
        let part = if apart > 0.0 { (span - finite[low]) / apart } else { 0.0 };
        self.share(low) + part * (self.share(index) - self.share(low))
    }

    fn curve(&self, plot: &Plot<'_, '_>, finite: &[f64], to: f64) -> Drawn {
        let start = [(0.0, 0.0), (finite[0], 0.0)];
        let points = finite.iter().enumerate().map(|it| (*it.1, self.share(it.0)));
        let last = (to, self.share(finite.len() - 1));
        let points: Vec<_> = start.into_iter().chain(points).chain([last]).collect();
        plot.path(&points, Ink::Strong, 17)
    }
}

/// The promise, from bottom to top.
fn target(plot: &Plot<'_, '_>, at: f64) -> Drawn {
    plot.path(&[(at, 0.0), (at, 1.0)], Ink::Limit, GRAINS as u32)?;
    let (x, y) = plot.at((at, 1.0));
    let name = "target";
    let left = x - label_width(name) - grains(4.0);
    let end = if left > grains(60.0) { (x - grains(4.0), y + LABEL) } else { (x, y + LABEL) };
    if left > grains(60.0) {
        plot.label_left_of(name, Ink::Limit.beside(), end)
    } else {
        plot.label(name, Ink::Limit.beside(), (end.0 + grains(4.0), end.1))
    }
}
