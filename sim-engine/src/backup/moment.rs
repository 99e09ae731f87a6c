//! When a store is lost, seen from what is kept of it: where in each schedule that falls, and what is
//! still there when somebody asks for it.

use super::Kept;
use crate::rng::Stream;
use crate::time::SimDuration;

const DAY: u64 = 86_400_000_000_000;
/// Beyond this the moments at which schedules meet are so far apart that none of them matters.
const CYCLE_MAX: u64 = 36_500 * DAY;

/// A moment at which a store is lost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Nanoseconds since midnight of a day on which all schedules began together.
    pub at: u64,
    /// How large the store is then, bytes.
    pub size: f64,
    /// How long it takes until that is noticed, and something is done.
    pub noticed: SimDuration,
    /// How long backups go on being made after it: only what is corrupt works on.
    pub goes_on_for: SimDuration,
    /// Whether the last segment of the log is still there, which is on the store itself.
    pub has_last_segment: bool,
    /// Whether all copies are deleted that can be.
    pub deletes: bool,
}

impl Moment {
    /// A draw of a moment `since_midnight`, or of any where that is not said; noticed at once, and all
    /// is lost that is on the store itself.
    pub fn draw(kept: &Kept<'_>, since_midnight: Option<SimDuration>, stream: &mut Stream) -> Self {
        Self {
            at: at(since_midnight, cycle(kept), stream),
            size: kept.size as f64,
            noticed: SimDuration::ZERO,
            goes_on_for: SimDuration::ZERO,
            has_last_segment: false,
            deletes: false,
        }
    }

    /// From the last beginning of a round of something that begins `at` after midnight.
    pub fn since_last(&self, every: SimDuration, at: SimDuration) -> SimDuration {
        let (every, at) = (every.as_nanos(), at.as_nanos());
        SimDuration::from_nanos((self.at % every + every - at % every) % every)
    }

    /// Whether what is kept so long from a start that was so long before is still there when the loss
    /// is noticed.
    pub(super) fn keeps(&self, age: SimDuration, keep: SimDuration) -> bool {
        age + self.noticed <= keep
    }

    /// From the oldest of what is kept so long to the moment; `None` where it is gone by the time at
    /// which the loss is noticed.
    pub(super) fn oldest(&self, keep: SimDuration) -> Option<SimDuration> {
        (self.noticed <= keep).then(|| keep.saturating_sub(self.noticed))
    }

    /// How much log there is at the moment, bytes per second.
    pub(super) fn wal(&self, kept: &Kept<'_>) -> f64 {
        let in_burst =
            kept.burst.filter(|it| self.since_last(it.every, SimDuration::ZERO) < it.lasts);
        in_burst.map_or(kept.wal, |it| it.wal)
    }
}

fn at(since_midnight: Option<SimDuration>, cycle: u64, stream: &mut Stream) -> u64 {
    match since_midnight {
        None => (cycle as f64 * stream.unit()) as u64,
        Some(since) => {
            let days = (least_common_multiple(cycle, DAY) / DAY).max(1);
            let day = (days as f64 * stream.unit()) as u64;
            day * DAY + since.as_nanos()
        }
    }
}

/// After which time all schedules of a store begin together again.
fn cycle(kept: &Kept<'_>) -> u64 {
    let backups = kept.backups.iter().map(|it| it.every);
    let bursts = kept.burst.iter().map(|it| it.every);
    let all = backups.chain(bursts).map(SimDuration::as_nanos);
    all.fold(1, least_common_multiple)
}

/// The least common multiple, or [`CYCLE_MAX`] where that is less.
fn least_common_multiple(a: u64, b: u64) -> u64 {
    let multiple = u128::from(a / greatest_common_divisor(a, b)) * u128::from(b);
    u64::try_from(multiple).unwrap_or(u64::MAX).min(CYCLE_MAX)
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}
