//! What became of a disaster: how much is lost, how long it takes, and where that time goes.

use sim_core::report::{DisasterReport, SpanReport, StretchReport, TraceReport};

use crate::cumulative::Cumulative;
use crate::figure::{proportion, whole};
use crate::gantt::{Bar, Gantt};
use crate::markup::{Element, Markup, el};
use crate::stretch::{or_everything, or_never, stretch};

/// Pixels of a chart, and of the plot in one.
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 120.0;

/// An `article` under this name: what is lost and how long it takes over all runs, each a figure with
/// a histogram, a cumulative curve and the target; the same of a stretch of years, where it recurs; where
/// the time goes; two runs of the runbook.
pub fn article(report: &DisasterReport, name: &str) -> Element {
    let runbook = report.runbook.as_ref().map(|it| format!(" by the runbook {it}"));
    let mut lead = format!(
        "{} disasters of {}{}.",
        whole(report.runs),
        report.store,
        runbook.unwrap_or_default()
    );
    if let Some(share) = report.recoverable.as_ref().filter(|it| it.mean < 1.0) {
        lead.extend([format!(" {} came back.", proportion(share))]);
    }
    for lost in &report.lost {
        lead.extend([format!(" {}: {} runs.", lost.why, whole(lost.runs))]);
    }
    let article = el("article").child(el("h3").text(name)).child(el("p").text(&lead));
    let article = article.child(spans("Lost", "rpo", &report.rpo, or_everything));
    let article = article.child(spans("Until all is back", "rto", &report.rto, or_never));
    let article = article.children(report.stretch.iter().flat_map(recurrence));
    let parts: Vec<_> = report.parts.iter().map(|it| (it.name, it.mean)).collect();
    let article = article.children(waterfall(&parts));
    article.children(report.traces.iter().map(|it| trace(report, it)))
}

/// What the disasters of a stretch of years come to: downtime and loss in it.
fn recurrence(report: &StretchReport) -> [Element; 2] {
    let over = stretch(report.over);
    [
        spans("Down in all", &format!("downtime in {over}"), &report.downtime, or_never),
        spans("Lost in all", &format!("loss in {over}"), &report.loss, or_everything),
    ]
}

/// The histogram and the cumulative curve; `shown` says how a span is, which may be endless.
fn spans(
    title: &str,
    metric: &str,
    report: &SpanReport,
    shown: fn(Option<f64>) -> String,
) -> Element {
    let percentile = |it| shown(report.percentile(it));
    let told = format!(
        "{metric}: half within {}, 95 % within {}, the worst {}",
        percentile(50),
        percentile(95),
        shown(report.max)
    );
    let met = report.target.zip(report.met.as_ref()).map(|(target, met)| {
        format!("; the target of {} is met by {}", stretch(target), proportion(met))
    });
    let told = told + &met.unwrap_or_default();
    let chart = Cumulative {
        title,
        description: &told,
        width: WIDTH,
        height: HEIGHT,
        percentiles: &report.percentiles,
        target: report.target,
    };
    figure(&told, chart.draw())
}

/// Parts one after the other, at their means, s; nothing where there are none.
pub fn waterfall(parts: &[(&str, f64)]) -> Option<Element> {
    let mut at = 0.0;
    let bars = parts.iter().enumerate().map(|(row, part)| {
        let from = at;
        at += part.1;
        Bar { row, from, to: at, failed: false }
    });
    let bars: Vec<Bar> = bars.collect();
    if bars.is_empty() {
        return None;
    }
    let rows = parts.iter().map(|(name, mean)| format!("{name}, {}", stretch(*mean)));
    let rows: Vec<String> = rows.collect();
    let told = format!("Where the time goes, at the means: {} in all", stretch(at));
    let chart = Gantt {
        title: "Where the time goes",
        description: &told,
        width: WIDTH,
        rows: &rows,
        bars: &bars,
        to: at,
    };
    Some(figure(&told, chart.draw()))
}

/// A run of the runbook.
fn trace(report: &DisasterReport, trace: &TraceReport) -> Element {
    let rows: Vec<String> = report.steps.iter().map(|it| it.name.clone()).collect();
    let bars = trace.tries.iter().filter_map(|it| {
        let row = rows.iter().position(|name| *name == it.step)?;
        Some(Bar { row, from: it.start, to: it.end, failed: it.failed })
    });
    let bars: Vec<Bar> = bars.collect();
    // Both are drawn to the same scale.
    let longest = report.traces.iter().flat_map(|it| &it.tries).map(|it| it.end);
    let to = longest.fold(0.0, f64::max);
    let told = format!(
        "The runbook in run {}, near the {} % quantile: {}",
        trace.run,
        (100.0 * trace.quantile).round(),
        stretch(trace.rto)
    );
    let chart = Gantt {
        title: "The runbook",
        description: &told,
        width: WIDTH,
        rows: &rows,
        bars: &bars,
        to,
    };
    figure(&told, chart.draw())
}

fn figure(caption: &str, chart: Markup) -> Element {
    el("figure").child(chart).child(el("figcaption").text(caption))
}
