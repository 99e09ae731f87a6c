//! What waits: jobs in the queues of services, calls in the lines of pools.

use sim_core::report::{EntityKind, Series, Unit};
use sim_plot::axis::Axis;
use sim_plot::lines::{Line, Lines};
use sim_plot::markup::Markup;
use sim_plot::thin::Fold;

use super::pools::{INKS, fewer};
use super::stage::{Column, Figure, Heading, Stage, Track, description, highest};
use crate::render::figure::exact;

/// Less than this never queues.
const LEAST: f64 = 0.5;

/// A queue.
struct Queue<'a> {
    name: String,
    series: &'a Series,
}

/// One row for all queues; nothing where there never was one.
pub(super) fn row(stage: &Stage<'_>) -> Markup {
    let all: Vec<_> = stage.variants.iter().map(queues).collect();
    let tops = stage.variants.iter().zip(&all).flat_map(|(track, queues)| {
        queues.iter().map(|it| highest(&track.thin(&it.series.values, Fold::Mean)))
    });
    let axis = Axis::from_zero(tops.fold(0.0, f64::max), Unit::Count);
    let figures = stage.variants.iter().zip(all);
    let figures: Vec<_> =
        figures.map(|(track, it)| figure(stage, track, it, axis.clone())).collect();
    stage
        .row(&Heading { title: "Waiting".to_owned(), note: "requests and calls in line" }, &figures)
}

fn figure(stage: &Stage<'_>, track: &Track<'_>, mut queues: Vec<Queue<'_>>, axis: Axis) -> Figure {
    let column = |it: &Queue<'_>| track.column(&it.name, it.series, Fold::Mean);
    let columns: Vec<Column> = queues.iter().map(column).collect();
    let rest = fewer(&mut queues, |it| highest(track.shown(&it.series.values)));
    let aside = rest.map_or(String::new(), |(count, most)| {
        format!("{count} more are never longer than {}", exact(most, Unit::Count))
    });
    let line = |(queue, ink): (&Queue<'_>, _)| Line {
        name: queue.name.clone(),
        ink,
        main: true,
        values: track.thin(&queue.series.values, Fold::Mean),
        half_widths: track.thin(&queue.series.half_widths, Fold::Mean),
    };
    let lines: Vec<_> = queues.iter().zip(INKS).map(line).collect();
    let title = format!("Requests and calls in line, {}", track.variant.report.name);
    let described = description(&columns);
    let frame = stage.frame(track, &title, &described, 96.0);
    let chart = || Lines { frame, windows: track.windows, lines: &lines, limits: &[], axis }.draw();
    let drawn = (!lines.is_empty()).then(chart);
    Figure { drawn: drawn.ok_or_else(|| "Nothing ever waits here.".to_owned()), aside, columns }
}

/// Those in which something ever waits.
fn queues<'a>(track: &Track<'a>) -> Vec<Queue<'a>> {
    let queue = |(kind, entity): (EntityKind, &str)| {
        let (series, name) = match kind {
            EntityKind::Service | EntityKind::Store => ("queue", entity.to_owned()),
            EntityKind::Pool => {
                ("waiting", entity.strip_suffix(".pool").unwrap_or(entity).to_owned())
            }
            _ => return None,
        };
        let name = if kind == EntityKind::Pool { format!("slots of {name}") } else { name };
        Some(Queue { name, series: track.series(entity, series)? })
    };
    let entities = track.variant.report.entities.iter().map(|it| (it.kind, &*it.name));
    let some = |it: &Queue<'_>| highest(track.shown(&it.series.values)) >= LEAST;
    entities.filter_map(queue).filter(some).collect()
}
