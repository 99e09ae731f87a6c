//! What became of disasters: what is lost, when it is back, and where the time goes.

use sim_core::report::{
    DisasterReport, SpanReport, StepReport, StretchReport, Unit, VariantReport,
};
use sim_core::scenario::harmless;

use super::figure::{NONE, exact, proportion, whole};
use super::stretch::{or_everything, or_never, stretch};
use super::style::{FAINT, STRONG, paint};

/// A table of all disasters of a variant, then what each took.
pub(crate) fn disasters(variant: &VariantReport, width: usize) -> String {
    variant.disasters.iter().map(|it| disaster(it, width)).collect::<Vec<_>>().join("\n")
}

fn disaster(report: &DisasterReport, width: usize) -> String {
    let runbook = report.runbook.as_ref().map(|it| format!(", runbook {}", harmless(it)));
    let below = format!(
        "{} disasters of {}{}",
        whole(report.runs),
        harmless(&report.store),
        runbook.unwrap_or_default()
    );
    let mut out = format!(
        "{}  {}\n",
        paint(STRONG, format!("Disaster {}", harmless(&report.name))),
        paint(FAINT, below)
    );
    let head = ["", "mean", "p50", "p95", "p99", "worst", "target"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.push(spans("rpo", &report.rpo, or_everything));
    rows.push(spans("rto", &report.rto, or_never));
    rows.extend(report.lost_writes.as_ref().map(writes));
    out.push_str(&table(&rows));
    if let Some(share) = &report.recoverable {
        out.extend([format!("  recoverable  {}\n", proportion(share))]);
    }
    for lost in &report.lost {
        out.extend([format!("    {} runs: {}\n", whole(lost.runs), lost.why)]);
    }
    if let Some(stretch) = &report.stretch {
        out.push_str(&recurrence(stretch));
    }
    if !report.parts.is_empty() {
        let parts: Vec<_> = report.parts.iter().map(|it| (it.name, it.mean, it.p95)).collect();
        out.push_str(&waterfall("p95", &parts, width));
    }
    if !report.steps.is_empty() {
        out.push_str(&steps(&report.steps));
    }
    out
}

/// A row of the table; `shown` says how a span is, which may be endless.
fn spans(name: &str, report: &SpanReport, shown: fn(Option<f64>) -> String) -> Vec<String> {
    let percentile = |it| shown(report.percentile(it));
    let target = match (report.target, &report.met) {
        (Some(target), Some(met)) => {
            format!("{}: met by {}", stretch(target), exact(met.mean, Unit::Share))
        }
        _ => String::new(),
    };
    let mean = shown(report.mean);
    let worst = shown(report.max);
    vec![name.to_owned(), mean, percentile(50), percentile(95), percentile(99), worst, target]
}

/// How often it strikes in a stretch of years, and what that comes to.
fn recurrence(report: &StretchReport) -> String {
    let head = format!("in {}", stretch(report.over));
    let mut rows = vec![[&head, "mean", "p50", "p95", "p99", "worst"].map(str::to_owned).to_vec()];
    let plain = |it: Option<f64>| it.map_or(NONE.to_owned(), |it| exact(it, Unit::Count));
    for (name, spans, shown) in [
        ("strikes", &report.strikes, &plain as &dyn Fn(Option<f64>) -> String),
        ("downtime", &report.downtime, &or_never),
        ("loss", &report.loss, &or_everything),
    ] {
        let percentiles = [50, 95, 99].map(|it| shown(spans.percentile(it)));
        let [p50, p95, p99] = percentiles;
        rows.push(vec![name.to_owned(), shown(spans.mean), p50, p95, p99, shown(spans.max)]);
    }
    table(&rows)
}

fn writes(report: &SpanReport) -> Vec<String> {
    let count = |it: Option<f64>| it.map_or(NONE.to_owned(), |it| whole(it.round() as u64));
    let percentile = |it| count(report.percentile(it));
    let (mean, worst) = (count(report.mean), count(report.max));
    let name = "lost writes".to_owned();
    vec![name, mean, percentile(50), percentile(95), percentile(99), worst, String::new()]
}

/// Columns as wide as they must be, numbers to the right.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|it| it.get(column)).map(|it| it.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |(number, row): (usize, &Vec<String>)| {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let pad = " ".repeat(widths[column] - cell.chars().count());
            let left = column == 0 || column + 1 == columns;
            if left { format!("{cell}{pad}") } else { format!("{pad}{cell}") }
        });
        let text = cells.collect::<Vec<_>>().join("  ");
        let text = text.trim_end();
        let text = if number == 0 { paint(FAINT, text).clone() } else { text.to_owned() };
        format!("  {text}\n")
    };
    rows.iter().enumerate().map(line).collect()
}

/// The parts one after the other, each from where the one before it ends on average: name, mean, and
/// a time that is seldom passed.
pub(super) fn waterfall(seldom: &str, parts: &[(&str, f64, f64)], width: usize) -> String {
    let all: f64 = parts.iter().map(|it| it.1).sum();
    let bar = width.saturating_sub(48).clamp(10, 60) as f64;
    let mut before = 0.0;
    let mut rows = vec![["where it went", "mean", seldom, ""].map(str::to_owned).to_vec()];
    for (name, mean, most) in parts {
        let (from, to) = (before / all * bar, (before + mean) / all * bar);
        before += mean;
        let blank = " ".repeat(from.round() as usize);
        let filled = ((to.round() - from.round()) as usize).max(1);
        let bar = format!("{blank}{}", "█".repeat(filled));
        rows.push(vec![(*name).to_owned(), stretch(*mean), stretch(*most), bar]);
    }
    rows.push(vec!["in all".to_owned(), stretch(all), String::new(), String::new()]);
    table(&rows)
}

fn steps(steps: &[StepReport]) -> String {
    let head = ["step", "mean", "p95", "tries", "critical", "who"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(steps.iter().map(|it| {
        vec![
            harmless(&it.name),
            stretch(it.mean),
            stretch(it.p95),
            format!("{:.2}", it.tries),
            exact(it.critical, Unit::Share),
            it.who.to_owned(),
        ]
    }));
    table(&rows)
}
