//! Where the time of a failover or a restore went, and what came back.

use sim_core::report::{FaultReport, LostReport, RestoreReport, VariantReport};
use sim_core::scenario::harmless;

use super::disasters::waterfall;
use super::figure::whole;
use super::stretch::stretch;
use super::style::{BAD, FAINT, STRONG, paint};

/// The parts of each failover and restore, one after the other.
pub(crate) fn comebacks(variant: &VariantReport, width: usize) -> String {
    let faults = variant.faults.iter().filter(|it| takes_a_store(it));
    faults.map(|it| comeback(it, width)).collect::<Vec<_>>().join("\n")
}

/// Whether a fault has taken a store away, which comes back or does not.
pub(super) fn takes_a_store(fault: &FaultReport) -> bool {
    !fault.parts.is_empty() || fault.restore.is_some()
}

fn comeback(fault: &FaultReport, width: usize) -> String {
    let parts: Vec<_> = fault.parts.iter().map(|it| (it.name, it.time.mean, it.time.max)).collect();
    let came = fault.parts.iter().map(|it| it.time.n).max().unwrap_or(0);
    let runs = fault.restore.as_ref().map_or(came, |it| it.runs);
    let what = if fault.restore.is_some() { "Restore" } else { "Failover" };
    let head = paint(STRONG, format!("{what} {}", harmless(&fault.name)));
    let mut text = format!("{head}  {}\n", paint(FAINT, count(runs)));
    if !parts.is_empty() {
        text.push_str(&waterfall("longest", &parts, width));
    }
    if let Some(restore) = &fault.restore {
        text.extend(lost(restore).map(|it| format!("  {it}\n")));
        text.extend(restore.never.iter().map(|it| format!("  {}\n", paint(BAD, never(it)))));
    }
    text
}

/// What the store that came back does not have, if one did.
pub(super) fn lost(restore: &RestoreReport) -> Option<String> {
    let point = restore.point.as_ref()?;
    let most = if point.max > point.min {
        format!(" on average, {} at most", stretch(point.max))
    } else {
        String::new()
    };
    Some(format!("lost: what was written in the last {}{most}", stretch(point.mean)))
}

/// Why it did not come back.
pub(super) fn never(report: &LostReport) -> String {
    format!("never back in {}: {}", count(report.runs), report.why)
}

fn count(runs: u64) -> String {
    if runs == 1 { "1 run".to_owned() } else { format!("{} runs", whole(runs)) }
}
