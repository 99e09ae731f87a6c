//! What retries make of calls: attempts for each call.

use sim_core::model::{Edge, Layer};
use sim_core::report::Unit;
use sim_plot::axis::Axis;
use sim_plot::lines::{Limit, Line, Lines};
use sim_plot::markup::Markup;
use sim_plot::thin::Fold;

use super::pools::{INKS, fewer};
use super::stage::{Column, Figure, Heading, Stage, Track, description, highest};
use crate::render::figure::exact;

/// Less than so many attempts for each call, in any window, are no amplification.
const LEAST: f64 = 1.02;

/// One row for all calls that retry; nothing where none does.
pub(super) fn row(stage: &Stage<'_>) -> Markup {
    let all: Vec<_> = stage.variants.iter().map(ratios).collect();
    let tops = stage.variants.iter().zip(&all).flat_map(|(track, columns)| {
        columns.iter().map(|it| highest(&track.thin_shown(&it.values, Fold::Mean)))
    });
    let axis = Axis::from_zero(tops.fold(0.0, f64::max), Unit::Ratio);
    let figures = stage.variants.iter().zip(all);
    let figures: Vec<_> =
        figures.map(|(track, it)| figure(stage, track, it, axis.clone())).collect();
    let note = "attempts for each call begun meanwhile";
    stage.row(&Heading { title: "Amplification".to_owned(), note }, &figures)
}

fn figure(stage: &Stage<'_>, track: &Track<'_>, columns: Vec<Column>, axis: Axis) -> Figure {
    let mut shown: Vec<&Column> = columns.iter().collect();
    let rest = fewer(&mut shown, |it| highest(&it.values));
    let aside = rest.map_or(String::new(), |(count, most)| {
        format!("{count} more are never above {}", exact(most, Unit::Ratio))
    });
    let line = |(column, ink): (&&Column, _)| Line {
        name: column.name.clone(),
        ink,
        main: true,
        values: track.thin_shown(&column.values, Fold::Mean),
        half_widths: Vec::new(),
    };
    let lines: Vec<_> = shown.iter().zip(INKS).map(line).collect();
    let title = format!("Attempts for each call, {}", track.variant.report.name);
    let described = description(&columns);
    let frame = stage.frame(track, &title, &described, 84.0);
    let limits = [Limit { name: String::new(), at: 1.0 }];
    let windows = track.windows;
    let chart = || Lines { frame, windows, lines: &lines, limits: &limits, axis }.draw();
    let drawn = (!lines.is_empty()).then(chart);
    Figure { drawn: drawn.ok_or_else(|| "No call is tried twice.".to_owned()), aside, columns }
}

/// Attempts for each call in each window; none (NaN) where no call began.
fn ratios(track: &Track<'_>) -> Vec<Column> {
    let retried = track.variant.model.edges.iter().filter(|it| it.layers.iter().any(is_retry));
    let ratio = |edge: &Edge| {
        let attempts = track.shown(&track.series(&edge.name, "attempts")?.values);
        let calls = track.shown(&track.series(&edge.name, "calls")?.values);
        let of = |(attempts, calls): (&f64, &f64)| {
            if *calls > 0.0 { attempts / calls } else { f64::NAN }
        };
        let values: Vec<_> = attempts.iter().zip(calls).map(of).collect();
        let name = edge.name.clone();
        Some(Column { name, unit: Unit::Ratio, fold: Fold::Mean, values })
    };
    retried.filter_map(ratio).filter(|it| highest(&it.values) >= LEAST).collect()
}

/// Without retries, attempts differ from calls only in when they are counted.
fn is_retry(layer: &Layer) -> bool {
    matches!(layer, Layer::Retry { .. })
}
