//! What happened, in a sentence for each phase and load.

use sim_core::report::{
    EntityKind, EntityReport, Estimate, FaultReport, Proportion, RecoveryReport, Unit,
    VariantReport,
};

use super::figure;
use super::instant::instant;
use super::style::{BAD, FAINT, GOOD, STRONG, WARN, paint};
use super::wrap::hanging;
use sim_core::scenario::harmless;

/// Shares below this go without saying.
const NOTICED: f64 = 0.000_5;
/// Latencies beyond so many times that of before are said so.
const SLOWER: f64 = 1.5;

/// One line a phase and load, `always` left out unless it is the only one.
pub(crate) fn findings(variant: &VariantReport, width: usize) -> String {
    let loads: Vec<_> = variant.entities.iter().filter(|it| it.kind == EntityKind::Load).collect();
    let several = variant.phases.len() > 1;
    let names = variant.phases.iter().map(|it| it.name.chars().count());
    let longest = names.max().unwrap_or(0);
    let mut out = String::new();
    for (index, phase) in variant.phases.iter().enumerate() {
        if several && phase.name == "always" {
            continue;
        }
        let name = format!("{:longest$}", harmless(&phase.name));
        let span = format!("{:>13}", format!("{}–{}", instant(phase.from), instant(phase.to)));
        for (number, load) in loads.iter().enumerate() {
            let what = sentence(load, index, fault_of(variant, index), loads.len() > 1);
            let indent = 2 + longest + 2 + span.chars().count() + 2;
            let head = if number == 0 {
                format!("  {}  {}  ", paint(STRONG, &name), paint(FAINT, &span))
            } else {
                " ".repeat(indent)
            };
            out.push_str(&hanging(&head, indent, &what, width));
        }
    }
    out
}

/// What one load saw in a phase; nothing where either is not there.
pub(crate) fn finding(variant: &VariantReport, phase: &str, load: &str) -> Option<String> {
    let index = variant.phases.iter().position(|it| it.name == phase)?;
    let is_load = |it: &&EntityReport| it.kind == EntityKind::Load && it.name == load;
    let load = variant.entities.iter().find(is_load)?;
    Some(sentence(load, index, fault_of(variant, index), false))
}

/// The fault that a phase is of. A run that was stopped tells nothing of recovery.
fn fault_of(variant: &VariantReport, phase: usize) -> Option<&FaultReport> {
    let fault = variant.faults.iter().find(|it| it.name == variant.phases[phase].name);
    fault.filter(|_| variant.stopped.is_empty())
}

fn sentence(load: &EntityReport, phase: usize, fault: Option<&FaultReport>, named: bool) -> String {
    let troubles = troubles(load, phase);
    let well = troubles.is_empty();
    let mut parts = vec![if well { wellness(load, phase) } else { troubles.join(", ") }];
    parts.extend(slowness(load, phase));
    let recovery = fault.and_then(|it| it.recovery.iter().find(|it| it.load == load.name));
    let at_once =
        |it: &&RecoveryReport| it.recovered == it.of && it.time.is_some_and(|it| it.max == 0.0);
    parts.extend(recovery.filter(|it| !(well && at_once(it))).map(recovered));
    let name = if named { format!("{}: ", harmless(&load.name)) } else { String::new() };
    format!("{name}{}", parts.join("; "))
}

/// An estimate of an entity in a phase.
fn of<'a>(entity: &'a EntityReport, metric: &str, phase: usize) -> Option<&'a Estimate> {
    let metric = entity.metrics.iter().find(|it| it.name == metric)?;
    metric.phases.get(phase)?.as_ref()
}

/// What went wrong for more than a few requests.
fn troubles(load: &EntityReport, phase: usize) -> Vec<String> {
    let noticed = |metric: &str| of(load, metric, phase).filter(|it| it.mean >= NOTICED);
    let share = |it: &Estimate| figure::estimate(it, Unit::Share);
    let failed = noticed("error_rate").map(|it| {
        let all = paint(BAD, format!("{} failed", share(it)));
        format!("{all} ({})", reasons(load, phase))
    });
    let degraded =
        noticed("degraded_rate").map(|it| paint(WARN, format!("{} degraded", share(it))));
    // Some are always under way when a run ends.
    let unfinished = noticed("unfinished_rate").filter(|it| it.mean >= 10.0 * NOTICED);
    let unfinished = unfinished.map(|it| paint(WARN, format!("{} unfinished", share(it))));
    [failed, degraded, unfinished].into_iter().flatten().collect()
}

fn wellness(load: &EntityReport, phase: usize) -> String {
    let some = of(load, "offered", phase).is_some_and(|it| it.max > 0.0);
    if some { "answered in full" } else { "no requests" }.to_owned()
}

/// The reasons of failure that count, the most frequent first.
fn reasons(load: &EntityReport, phase: usize) -> String {
    let all = load.metrics.iter().filter_map(|metric| {
        let reason = metric.name.strip_prefix("failed.")?;
        let estimate = metric.phases.get(phase)?.as_ref()?;
        (estimate.mean > 0.0).then(|| (estimate.mean, reason.replace('_', " ")))
    });
    let mut all: Vec<_> = all.collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let share =
        |(mean, reason): &(f64, String)| format!("{reason} {}", figure::exact(*mean, Unit::Share));
    match &all[..] {
        [(_, only)] => only.clone(),
        _ => all.iter().take(3).map(share).collect::<Vec<_>>().join(", "),
    }
}

fn slowness(load: &EntityReport, phase: usize) -> Option<String> {
    let p99 = of(load, "latency.p99", phase)?;
    let shown = format!("p99 {}", figure::estimate(p99, Unit::Seconds));
    let before = of(load, "latency.p99", 0).filter(|it| it.mean > 0.0 && phase > 0);
    let times = before.map(|it| p99.mean / it.mean).filter(|it| *it >= SLOWER);
    Some(match times {
        Some(times) => {
            paint(WARN, format!("{shown}, {} times before", figure::exact(times, Unit::Count)))
        }
        None => shown,
    })
}

fn recovered(recovery: &RecoveryReport) -> String {
    let (of, times) = (recovery.of, recovery.recovered);
    let runs = match (of, times) {
        (1, _) => String::new(),
        (_, 0) => format!(" in none of {of} runs {}", chance(recovery)),
        _ if times == of => format!(" in all {of} runs {}", chance(recovery)),
        _ => format!(" in {times} of {of} runs {}", chance(recovery)),
    };
    match &recovery.time {
        None if of == 1 => paint(BAD, "not recovered by the end"),
        None => paint(BAD, format!("recovered{runs}")),
        Some(time) if time.max == 0.0 => paint(GOOD, format!("recovered at once{runs}")),
        Some(time) => {
            let style = if times == of { GOOD } else { WARN };
            let after = figure::estimate(time, Unit::Seconds);
            paint(style, format!("recovered after {after}{runs}{}", median(time)))
        }
    }
}

/// The interval in which the probability to recover lies.
fn chance(recovery: &RecoveryReport) -> String {
    let percent = |share: f64| figure::exact(share, Unit::Share).replace(" %", "");
    let Proportion { low, high, .. } = recovery.share;
    format!("({}–{} %)", percent(low), percent(high))
}

/// Times to recover are skewed: the median says more than the mean.
fn median(time: &Estimate) -> String {
    let Some(it) = time.median.filter(|it| time.modes.is_none() && it.low < it.high) else {
        return String::new();
    };
    format!(" (median {})", figure::enclosed(it.value, (it.low, it.high), Unit::Seconds))
}
