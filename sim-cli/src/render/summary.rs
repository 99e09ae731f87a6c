//! Variants side by side.

use sim_core::report::{EntityKind, Report, Unit, VariantReport};

use super::figure;
use super::grid::{Cell, Grid, Tone};
use sim_core::scenario::harmless;

/// What variants are compared by.
pub(crate) const METRICS: [(&str, &str, Unit); 4] = [
    ("success_rate", "answered", Unit::Share),
    ("full_rate", "in full", Unit::Share),
    ("goodput", "goodput", Unit::PerSecond),
    ("latency.p99", "latency p99", Unit::Seconds),
];

/// What they are compared by where systems are looked at over years.
const SYSTEM_METRICS: [(&str, &str, Unit); 4] = [
    ("availability", "availability", Unit::Share),
    ("downtime.year", "downtime a year", Unit::Seconds),
    ("outages.year", "outages a year", Unit::Count),
    ("slo.burn", "budget burnt, of 1", Unit::Ratio),
];

/// One column a variant, for each phase what its loads saw; empty with one variant.
pub(crate) fn summary(report: &Report, width: usize) -> String {
    if report.variants.len() < 2 { String::new() } else { grid(report).render(width) }
}

/// The same of any number of variants.
pub(crate) fn grid(report: &Report) -> Grid {
    let mut grid = Grid::new(report.variants.iter().map(|it| harmless(&it.name)));
    let mut rows = |phase: &str, name: &str, metrics: &[(&str, &str, Unit)]| {
        let row = |(metric, label, unit): &(&str, &str, Unit)| {
            let address = format!("{name}.{metric}");
            let of = |it: &VariantReport| it.metric(phase, &address).is_some();
            let cells = report.variants.iter().map(|it| cell(it, phase, &address, *unit));
            report.variants.iter().any(of).then(|| (label.to_string(), cells.collect()))
        };
        grid.heading(format!("{}, {}", harmless(phase), harmless(name)));
        metrics.iter().filter_map(row).for_each(|(label, cells)| grid.row(label, cells));
    };
    for phase in phases(report) {
        for it in &loads(report) {
            rows(&phase, it, &METRICS);
        }
    }
    for system in named(report, EntityKind::System) {
        rows(ALWAYS, &system, &SYSTEM_METRICS);
    }
    grid
}

/// The phase in which systems have numbers.
const ALWAYS: &str = "always";

fn cell(variant: &VariantReport, phase: &str, address: &str, unit: Unit) -> Cell {
    match variant.metric(phase, address) {
        Some(it) => figure::estimate(it, unit).into(),
        None => Cell { text: figure::NONE.to_owned(), tone: Tone::Faint },
    }
}

/// The phases of all variants, in the order in which they come up.
pub(crate) fn phases(report: &Report) -> Vec<String> {
    let all = report.variants.iter().flat_map(|it| &it.phases).map(|it| it.name.clone());
    distinct(all)
}

/// The loads of all variants, in the order in which they come up.
pub(crate) fn loads(report: &Report) -> Vec<String> {
    named(report, EntityKind::Load)
}

fn named(report: &Report, kind: EntityKind) -> Vec<String> {
    let all = report.variants.iter().flat_map(|it| &it.entities);
    distinct(all.filter(|it| it.kind == kind).map(|it| it.name.clone()))
}

fn distinct(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut distinct = Vec::new();
    for name in names {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    distinct
}
