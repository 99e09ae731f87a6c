//! How long answers took.

use sim_core::report::{Series, Unit};
use sim_core::time::SimDuration;
use sim_plot::Ink;
use sim_plot::axis::Axis;
use sim_plot::lines::{Limit, Line, Lines};
use sim_plot::markup::Markup;
use sim_plot::thin::Fold;

use super::stage::{Figure, Heading, Stage, Track, description, highest};
use crate::render::instant::span;

/// The quantiles, the most important last.
const QUANTILES: [(&str, &str, Ink, Fold); 2] = [
    ("latency.p50", "p50", Ink::FullEdge, Fold::Mean),
    ("latency.p99", "p99", Ink::Strong, Fold::Highest),
];

/// One row for a load.
pub(super) fn row(stage: &Stage<'_>, load: &str) -> Markup {
    let lines: Vec<_> = stage.variants.iter().map(|it| lines(it, load)).collect();
    let all = || lines.iter().flatten().flat_map(|it| &it.values);
    let lowest = all().copied().filter(|it| *it > 0.0).fold(f64::INFINITY, f64::min);
    let axis = Axis::fitting(lowest, highest(all()), Unit::Seconds);
    let figures = stage.variants.iter().zip(&lines).map(|(track, lines)| {
        let columns: Vec<_> = QUANTILES
            .iter()
            .filter_map(|(series, name, _, fold)| {
                Some(track.column(name, track.series(load, series)?, *fold))
            })
            .collect();
        let title = format!("Latency of {load}, {}", track.variant.report.name);
        let described = description(&columns);
        let frame = stage.frame(track, &title, &described, 104.0);
        let limits = limits(track, load);
        let (windows, axis) = (track.windows, axis.clone());
        let drawn = Lines { frame, windows, lines, limits: &limits, axis }.draw();
        let some = lines.iter().any(|it| highest(&it.values) > 0.0);
        let drawn = some.then_some(drawn).ok_or_else(|| "Nothing was answered.".to_owned());
        Figure { drawn, aside: String::new(), columns }
    });
    let figures: Vec<_> = figures.collect();
    let note = if axis.is_logarithmic() { "of answers, log scale" } else { "of answers" };
    stage.row(&Heading { title: format!("Latency of {load}"), note }, &figures)
}

fn lines(track: &Track<'_>, load: &str) -> Vec<Line> {
    let line = |(series, name, ink, fold): &(&str, &str, Ink, Fold)| {
        let series: &Series = track.series(load, series)?;
        Some(Line {
            name: (*name).to_owned(),
            ink: *ink,
            main: true,
            values: track.thin(&series.values, *fold),
            half_widths: track.thin(&series.half_widths, *fold),
        })
    };
    QUANTILES.iter().filter_map(line).collect()
}

/// After which time an answer is late.
fn limits(track: &Track<'_>, load: &str) -> Vec<Limit> {
    let load = track.variant.scenario.loads.iter().find(|it| it.name == load);
    let deadline = load.and_then(|it| it.deadline).map(SimDuration::as_secs_f64);
    deadline.map(|at| Limit { name: format!("late after {}", span(at)), at }).into_iter().collect()
}
