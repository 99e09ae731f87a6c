//! What moved away from a baseline, in words.

use sim_core::report::Estimate;
use sim_core::scenario::harmless;

use super::figure;
use super::style::{BAD, paint};
use super::wrap::hanging;
use crate::baseline::{Drift, Moved};

/// More than these are counted, not shown.
const MOST: usize = 10;

/// One entry for each number that moved, the clearest first; empty where none did.
pub(crate) fn moves(drift: &Drift, width: usize) -> String {
    let head = format!("  {}  ", paint(BAD, "✗"));
    lines(drift).iter().map(|it| hanging(&head, 5, it, width)).collect()
}

/// What moved, the clearest first; the last line counts what is not shown.
pub(crate) fn lines(drift: &Drift) -> Vec<String> {
    let mut lines: Vec<_> = drift.moved.iter().take(MOST).map(told).collect();
    let more = drift.moved.len().saturating_sub(MOST);
    if more > 0 {
        lines.push(format!("and {more} more: --format json has all"));
    }
    lines
}

/// What became of the numbers of a baseline, in a few words.
pub(crate) fn counts(drift: &Drift) -> String {
    let Drift { compared, identical, moved, undecided, new, gone, .. } = drift;
    let judged = compared - undecided;
    let mut parts = match moved.len() {
        0 if identical == compared => vec![format!("{compared} numbers as in the baseline")],
        0 if judged == 0 => vec![],
        0 => vec![format!("none of {judged} numbers moved beyond chance")],
        moved => vec![format!("{moved} of {judged} numbers moved")],
    };
    let others = [(undecided, "seen in one replication only"), (new, "new"), (gone, "gone")];
    let others = others.into_iter().filter(|it| *it.0 > 0);
    parts.extend(others.map(|(count, what)| format!("{count} {what}")));
    parts.join(", ")
}

/// `shoppers.goodput during fraud-slow in base: 118.2 /s → 97.4 /s, -20.8 ± 0.9 /s`.
fn told(moved: &Moved) -> String {
    let Moved { variant, phase, metric, unit, was, is, half_width } = moved;
    let difference = is - was;
    let estimate = Estimate::of_interval(difference, *half_width);
    let sign = if difference > 0.0 { "+" } else { "" };
    let during = match &**phase {
        "always" | "before" | "after" => format!(", {phase}"),
        phase => format!(" during {}", harmless(phase)),
    };
    format!(
        "{}{during} in {}: {} → {}, {sign}{}",
        harmless(metric),
        harmless(variant),
        figure::exact(*was, *unit),
        figure::exact(*is, *unit),
        figure::estimate(&estimate, *unit),
    )
}
