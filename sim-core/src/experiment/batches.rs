//! Intervals of a single replication, from batches of its windows.
//!
//! Only where one run can tell: in the phase before anything breaks, if no load changes its rate, of
//! metrics that are means over time and that windows keep: rates and mean latency of loads, mean
//! numbers at services and pools. Windows weigh alike. What the run does not show to be steady (see
//! [`batch_means`]) gets none, and verdicts do not rest on them: an expectation is judged by
//! replications.

use crate::metric::EntityKind;
use crate::model::{Model, Phase};
use crate::report::{EntityReport, Series, steady};
use crate::statistics::{BatchMeans, batch_means};

/// The confidence of the intervals.
const CONFIDENCE: f64 = 0.95;

/// Gives intervals to the estimates of a single replication, whose series these are.
pub(super) fn add_intervals(model: &Model, series: &[Series], entities: &mut [EntityReport]) {
    let Some((at, phase)) = steady::phase(model) else { return };
    if !model.loads.iter().all(steady::is_steady) {
        return;
    }
    for entity in entities {
        let EntityReport { kind, name, metrics } = entity;
        for metric in metrics {
            let Some(windows) = windows(*kind, metric.name) else { continue };
            let Some(estimate) = metric.phases[at] else { continue };
            let of = series.iter().find(|it| it.name == windows && it.entity == *name);
            let batches = of.and_then(|it| batches(model, phase, it));
            metric.phases[at] = Some(batches.map_or(estimate, |it| estimate.batched(&it)));
        }
    }
}

/// The series whose mean is this metric.
fn windows(kind: EntityKind, metric: &str) -> Option<&'static str> {
    match (kind, metric) {
        (EntityKind::Load, "offered") => Some("started"),
        (EntityKind::Load, "throughput") => Some("answered_of_started"),
        (EntityKind::Load, "goodput") => Some("good_of_started"),
        (EntityKind::Load, "latency.mean") => Some("latency.mean"),
        (EntityKind::Service | EntityKind::Store, "busy.mean") => Some("busy"),
        (EntityKind::Service | EntityKind::Store, "queue.mean") => Some("queue"),
        (EntityKind::Service | EntityKind::Store | EntityKind::Pool, "in_flight.mean") => {
            Some("in_flight")
        }
        (EntityKind::Pool, "waiting.mean") => Some("waiting"),
        _ => None,
    }
}

/// From the whole windows of the phase.
fn batches(model: &Model, phase: &Phase, series: &Series) -> Option<BatchMeans> {
    let width = model.timeline.window.as_nanos();
    let from = phase.from.as_nanos().div_ceil(width) as usize;
    let to = (phase.to.as_nanos() / width) as usize;
    let values = series.values.get(from..to)?;
    if values.iter().all(|it| it.is_finite()) { batch_means(values, CONFIDENCE) } else { None }
}
