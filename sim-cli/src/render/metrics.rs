//! The tables of one variant: for each entity the metrics that matter, by phases.
//!
//! What is zero everywhere is left out, so that what is there means something.

use sim_core::report::{
    EntityKind, EntityReport, Estimate, MetricReport, PhaseReport, Unit, VariantReport,
};

use super::figure;
use super::grid::{Cell, Grid, Tone};
use super::instant::{instant, span};
use super::limits::Limits;
use sim_core::scenario::harmless;

/// When a row is worth its place.
#[derive(Clone, Copy, Debug)]
enum Shown {
    /// Always, where it is defined.
    Always,
    /// If it is more than this in any phase.
    Above(f64),
    /// If it is not about 1 everywhere: calls under way at a phase's end make it a little less.
    UnlessOne,
}

/// A row of a table.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// The metric, or with a `*` at the end all that begin so.
    metric: &'static str,
    label: &'static str,
    shown: Shown,
    tone: Tone,
}

const fn line(metric: &'static str, label: &'static str) -> Line {
    Line { metric, label, shown: Shown::Always, tone: Tone::Plain }
}

impl Line {
    const fn above(self, least: f64) -> Self {
        Self { shown: Shown::Above(least), ..self }
    }

    const fn unless_one(self) -> Self {
        Self { shown: Shown::UnlessOne, ..self }
    }

    const fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }
}

const DEGRADED: Line = line("degraded_rate", "degraded").above(0.0).tone(Tone::Warn);
const FAILED: Line = line("error_rate", "failed").above(0.0).tone(Tone::Bad);
const REASONS: Line = line("failed.*", "  ").above(0.000_1).tone(Tone::Bad);
const P99: Line = line("latency.p99", "latency p99");

const LOAD: &[Line] = &[
    line("offered", "offered"),
    line("full_rate", "full"),
    DEGRADED,
    FAILED,
    REASONS,
    // Some are always under way when a run ends.
    line("unfinished_rate", "unfinished at the end").above(0.005).tone(Tone::Warn),
    line("goodput", "goodput"),
    line("latency.p50", "latency p50"),
    line("latency.p95", "        p95"),
    line("latency.p99", "        p99"),
    line("latency.p99.9", "        p99.9"),
    line("latency.max", "        max"),
    line("outage.longest", "longest outage").above(0.0).tone(Tone::Bad),
];

const CLASS: &[Line] =
    &[line("offered", "offered"), line("full_rate", "full"), DEGRADED, FAILED, REASONS, P99];

const CALL: &[Line] = &[
    line("calls", "calls"),
    line("amplification", "attempts a call").unless_one(),
    line("fallback_rate", "fallbacks").above(0.0).tone(Tone::Warn),
    line("timeout_rate", "timeouts, of attempts").above(0.0).tone(Tone::Bad),
    FAILED,
    REASONS,
    line("breaker.opened", "breaker opened").above(0.0).tone(Tone::Warn),
    line("breaker.open_share", "breaker open, of time").above(0.0).tone(Tone::Warn),
    P99,
];

const SERVICE: &[Line] = &[
    line("offered", "offered"),
    FAILED,
    line("utilisation", "utilisation"),
    line("queue.mean", "queue, mean").above(0.0),
    line("queue.max", "queue, most").above(0.0),
    line("wait.mean", "wait for a worker").above(0.0),
    line("wasted", "work wasted").above(0.0).tone(Tone::Bad),
    line("crashes", "crashes").above(0.0).tone(Tone::Bad),
];

const STORE: &[Line] = &[
    line("offered", "offered"),
    FAILED,
    REASONS,
    P99,
    line("in_flight.max", "in hand, most").above(0.0),
    line("crashes", "primaries lost").above(0.0).tone(Tone::Bad),
    line("lost_acked_writes", "acknowledged writes lost"),
    line("outage.longest", "longest outage").above(0.0).tone(Tone::Bad),
];

const OP: &[Line] = &[line("offered", "offered"), FAILED, P99];

const POOL: &[Line] = &[
    line("in_flight.mean", "in use, mean").above(0.0),
    line("in_flight.max", "in use, most").above(0.0),
    line("saturation", "full, of time").above(0.0).tone(Tone::Warn),
    line("waiting.max", "waiting, most").above(0.0),
    line("wait.p99", "wait p99").above(0.0),
    line("rejected", "rejected").above(0.0).tone(Tone::Bad),
    line("rejection_rate", "rejected, of all").above(0.0).tone(Tone::Bad),
];

const SYSTEM: &[Line] = &[
    line("availability", "availability"),
    line("downtime.year", "downtime a year"),
    line("downtime.month", "… a month (730 h)"),
    line("downtime.30d", "… in 30 days"),
    line("outages.year", "outages a year"),
    line("outage.mean", "an outage, mean"),
    line("outage.longest", "an outage, longest"),
    line("outage.first", "until the first"),
    line("slo.burn", "budget burnt, of 1"),
    line("slo.months", "months within it"),
    line("slo.years", "years within it"),
];

const fn lines(kind: EntityKind) -> (&'static str, &'static [Line]) {
    match kind {
        EntityKind::Load => ("load", LOAD),
        EntityKind::Class => ("class", CLASS),
        EntityKind::Service => ("service", SERVICE),
        EntityKind::Op => ("operation", OP),
        EntityKind::Call => ("call", CALL),
        EntityKind::Pool => ("pool", POOL),
        EntityKind::Store => ("store", STORE),
        EntityKind::System => ("system", SYSTEM),
        // Disasters have a table of their own.
        EntityKind::Disaster => ("disaster", &[]),
    }
}

/// Loads first, as they are what it is all for.
const ORDER: [&[EntityKind]; 5] = [
    &[EntityKind::Load, EntityKind::Class],
    &[EntityKind::Call],
    &[EntityKind::Service, EntityKind::Store, EntityKind::Op],
    &[EntityKind::Pool],
    &[EntityKind::System],
];

/// The tables of a variant, no wider than `width`.
pub(crate) fn tables(variant: &VariantReport, limits: &Limits, width: usize) -> String {
    let grids = ORDER.iter().map(|kinds| grid(variant, limits, kinds));
    let tables = grids.filter(|it| !it.is_empty()).map(|it| it.render(width));
    tables.collect::<Vec<_>>().join("\n")
}

fn grid(variant: &VariantReport, limits: &Limits, kinds: &[EntityKind]) -> Grid {
    let mut grid = Grid::new(variant.phases.iter().map(header));
    for (entity, remark) in variant.entities.iter().zip(&limits.remarks) {
        if kinds.contains(&entity.kind) {
            add(&mut grid, entity, remark, &variant.phases);
        }
    }
    grid
}

fn header(phase: &PhaseReport) -> String {
    const DAY: f64 = 86_400.0;
    if phase.from == 0.0 && phase.to > DAY {
        return format!("{}\n{}", harmless(&phase.name), span(phase.to));
    }
    format!("{}\n{}–{}", harmless(&phase.name), instant(phase.from), instant(phase.to))
}

fn add(grid: &mut Grid, entity: &EntityReport, remark: &str, phases: &[PhaseReport]) {
    let (kind, lines) = lines(entity.kind);
    let name = harmless(&entity.name);
    let remark = if remark.is_empty() { String::new() } else { format!(" ({remark})") };
    let rows: Vec<_> = lines
        .iter()
        .flat_map(|line| entity.metrics.iter().map(move |it| (line, it)))
        .filter(|(line, metric)| line.takes(metric))
        .collect();
    if rows.is_empty() {
        return;
    }
    grid.heading(format!("{kind} {name}{}", harmless(&remark)));
    for (line, metric) in rows {
        let cells = phases.iter().zip(&metric.phases);
        let cells = cells.map(|(phase, it)| line.cell(metric, it.as_ref(), phase)).collect();
        grid.row(line.label_of(metric), cells);
    }
}

impl Line {
    fn takes(&self, metric: &MetricReport) -> bool {
        let named = match self.metric.strip_suffix('*') {
            Some(start) => metric.name.starts_with(start),
            None => metric.name == self.metric,
        };
        let means = || metric.phases.iter().flatten().map(|it| it.mean);
        named
            && match self.shown {
                Shown::Always => means().next().is_some(),
                Shown::Above(least) => means().any(|it| it > least),
                Shown::UnlessOne => means().any(|it| (it - 1.0).abs() > 0.02),
            }
    }

    fn label_of(&self, metric: &MetricReport) -> String {
        match self.metric.strip_suffix('*') {
            Some(start) => {
                format!("{}{}", self.label, metric.name[start.len()..].replace('_', " "))
            }
            None => self.label.to_owned(),
        }
    }

    fn cell(
        &self,
        metric: &MetricReport,
        estimate: Option<&Estimate>,
        phase: &PhaseReport,
    ) -> Cell {
        let Some(estimate) = estimate else {
            return Cell { text: figure::NONE.to_owned(), tone: Tone::Faint };
        };
        // Phases are of different lengths: numbers of calls are compared by the second.
        let text = if metric.name == "calls" {
            figure::estimate(&scaled(estimate, 1.0 / (phase.to - phase.from)), Unit::PerSecond)
        } else {
            figure::estimate(estimate, metric.unit)
        };
        let zero = estimate.mean == 0.0 && estimate.max == 0.0;
        Cell { text, tone: if zero { Tone::Faint } else { self.tone } }
    }
}

fn scaled(estimate: &Estimate, factor: f64) -> Estimate {
    Estimate {
        mean: estimate.mean * factor,
        half_width: estimate.half_width.map(|it| it * factor),
        std_error: estimate.std_error.map(|it| it * factor),
        min: estimate.min * factor,
        max: estimate.max * factor,
        median: None,
        modes: None,
        ..*estimate
    }
}
