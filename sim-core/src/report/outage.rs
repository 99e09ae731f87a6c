//! The longest outage: the longest run of windows in which under half of the requests that started
//! were answered.

use crate::model::{Model, Phase};

/// The longest outage in a phase, s, to the width of a window (1 s in runs up to two hours).
///
/// Windows in which nothing started say nothing: an outage may go on after them, but does not end
/// with them.
pub fn longest_outage(model: &Model, started: &[u32], answered: &[u32], phase: &Phase) -> f64 {
    let windows = windows_within(model, phase, started.len());
    let (mut longest, mut present) = (0u32, 0u32);
    for window in windows {
        let (started, answered) = (started[window], answered[window]);
        if started == 0 {
            present += u32::from(present > 0);
        } else if 2 * u64::from(answered) >= u64::from(started) {
            present = 0;
        } else {
            present += 1;
            longest = longest.max(present);
        }
    }
    f64::from(longest) * model.timeline.window.as_secs_f64()
}

/// The windows that begin within a phase.
pub(super) fn windows_within(model: &Model, phase: &Phase, count: usize) -> std::ops::Range<usize> {
    let width = model.timeline.window.as_nanos();
    let first = phase.from.as_nanos().div_ceil(width) as usize;
    let last = phase.to.as_nanos().div_ceil(width) as usize;
    first.min(count)..last.min(count)
}
