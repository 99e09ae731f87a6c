//! Runs of two kinds, where some of them collapse and others recover: the mean of all is of none.

use sim_core::report::{EntityKind, EntityReport, Mode, Unit, VariantReport};
use sim_core::scenario::harmless;

use super::figure;
use super::style::{STRONG, WARN, paint};
use super::wrap::hanging;

/// What is told of each load and phase.
const METRICS: [(&str, &str); 4] = [
    ("goodput", "goodput"),
    ("success_rate", "answered"),
    ("latency.p50", "latency p50"),
    ("latency.p99", "latency p99"),
];

/// One line a phase, load and metric; empty if all runs are of one kind.
pub(crate) fn modes(variant: &VariantReport, width: usize) -> String {
    let loads = || variant.entities.iter().filter(|it| it.kind == EntityKind::Load);
    let mut out = String::new();
    for (index, phase) in variant.phases.iter().enumerate() {
        for load in loads() {
            for (metric, label) in METRICS {
                let Some((groups, unit)) = groups(load, metric, index) else { continue };
                let what = format!("{}, {} {label}", harmless(&phase.name), harmless(&load.name));
                let text = format!("{what}: {}", told(groups, unit));
                out.push_str(&hanging("  ", 4, &text, width));
            }
        }
    }
    if out.is_empty() {
        out
    } else {
        format!("{}\n{out}", paint(STRONG, "Two kinds of runs, with intervals of their shares"))
    }
}

fn groups(load: &EntityReport, metric: &str, phase: usize) -> Option<([Mode; 2], Unit)> {
    let metric = load.metrics.iter().find(|it| it.name == metric)?;
    Some((metric.phases.get(phase)?.as_ref()?.modes?, metric.unit))
}

/// `1000 /s in 7 of 10 runs (39.7 % to 89.2 %), 21 /s in 3 of 10 (10.8 % to 60.3 %)`, the greater
/// group first, with the interval of its share.
fn told([low, high]: [Mode; 2], unit: Unit) -> String {
    let all = low.n + high.n;
    let group = |it: Mode, runs: &str| {
        let share = |it| figure::exact(it, Unit::Share);
        let (from, to) = (share(it.share_low), share(it.share_high));
        let mean = paint(WARN, figure::exact(it.mean, unit));
        format!("{mean} in {} of {all}{runs} ({from} to {to})", it.n)
    };
    let (more, fewer) = if low.n > high.n { (low, high) } else { (high, low) };
    format!("{}, {}", group(more, " runs"), group(fewer, ""))
}
