//! A whole report as text.

use sim_core::report::{Report, VariantReport};

use super::aborts::aborts;
use super::chart::charts;
use super::comebacks::comebacks;
use super::disasters::disasters;
use super::findings::findings;
use super::footer::{footer, replications};
use super::instant::span;
use super::limits::Limits;
use super::log::log;
use super::metrics::tables;
use super::modes::modes;
use super::precision::precision;
use super::stages::stages;
use super::stopped::stopped;
use super::style::{BAD, FAINT, STRONG, paint};
use super::summary::summary;
use super::theory::theory;
use super::unsettled::unsettled;
use super::verdict::verdicts;
use super::wrap::hanging;
use sim_core::scenario::harmless;

/// The report for people, no wider than `width`; `limits` are those of its variants.
pub(crate) fn text(report: &Report, limits: &[Limits], width: usize) -> String {
    let mut out = title(report);
    let summary = summary(report, width);
    if !summary.is_empty() {
        out.push_str(&section("Side by side", width));
        out.push('\n');
        out.push_str(&summary);
    }
    for (variant, limits) in report.variants.iter().zip(limits) {
        if report.variants.len() > 1 {
            out.push_str(&section(&format!("Variant {}", harmless(&variant.name)), width));
        }
        out.push_str(&details(variant, limits, report.clock, width));
    }
    out.push('\n');
    out.push_str(&footer(report));
    out
}

fn title(report: &Report) -> String {
    if report.variants.iter().all(|it| it.replications == 0) {
        return format!("{}\n", paint(STRONG, harmless(&report.title)));
    }
    let length = report.variants.iter().filter_map(|it| it.phases.last()).map(|it| it.to);
    let length = length.fold(0.0, f64::max);
    let runs = replications(report);
    let below = format!("{} simulated, {runs}", span(length));
    format!("{}\n{}\n", paint(STRONG, harmless(&report.title)), paint(FAINT, below))
}

fn section(name: &str, width: usize) -> String {
    let rule = "━".repeat(width.saturating_sub(name.chars().count() + 4));
    format!("\n{}\n", paint(STRONG, format!("━━ {name} {rule}")))
}

fn details(variant: &VariantReport, limits: &Limits, clock: Option<u32>, width: usize) -> String {
    let log = log(variant, clock);
    let log =
        if log.is_empty() { log } else { format!("{}\n{log}", paint(STRONG, "In the first run")) };
    let expected = verdicts(variant, width);
    let expected = if expected.is_empty() {
        expected
    } else {
        format!("{}\n{expected}", paint(STRONG, "What was expected"))
    };
    let precise = variant
        .precision
        .as_ref()
        .map_or(String::new(), |it| hanging("", 2, &precision(it, variant.replications), width));
    let parts = [
        stopped(variant, limits),
        aborts(variant).map(|it| paint(BAD, it) + "\n").collect(),
        stages(variant),
        unsettled(variant, width),
        precise,
        findings(variant, width),
        modes(variant, width),
        expected,
        comebacks(variant, width),
        disasters(variant, width),
        theory(variant, width),
        charts(variant, limits, width),
        tables(variant, limits, width),
        log,
    ];
    parts.into_iter().filter(|it| !it.is_empty()).flat_map(|it| ["\n".to_owned(), it]).collect()
}
