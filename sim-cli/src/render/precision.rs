//! What became of a wanted precision.

use sim_core::report::{PrecisionReport, Unit, Width};
use sim_core::scenario::harmless;

use super::figure::{exact, given, whole};
use super::style::{FAINT, WARN, paint};

/// How many replications it took, and which interval was the last to be tight enough; or that they
/// were not enough, and for which.
pub(crate) fn precision(report: &PrecisionReport, replications: u32) -> String {
    let wanted = format!("± {}", given(report.wanted, Unit::Share));
    let runs = whole(u64::from(replications));
    let Some(widest) = &report.widest else {
        let text = format!("{runs} replications: nothing has an interval that could be {wanted}");
        return paint(FAINT, text);
    };
    let last = format!("{}, {}", harmless(&widest.of), harmless(&widest.during));
    if report.reached {
        let text = format!(
            "{runs} replications until all that is expected was known to {wanted}; the last was \
             {last} ({})",
            width(widest),
        );
        return paint(FAINT, text);
    }
    let maximum =
        if replications >= report.max_replications { " (run.max_replications)" } else { "" };
    let text = format!(
        "NOT PRECISE after {runs} replications{maximum}: {last} is known to {}, not {wanted}",
        width(widest),
    );
    paint(WARN, text)
}

fn width(widest: &Width) -> String {
    let shown = |it| format!("± {}", exact(it, Unit::Share));
    widest.relative.map_or("no precision".to_owned(), shown)
}
