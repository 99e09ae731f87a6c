//! Sums over the recent past, in ten buckets.

use std::ops::{AddAssign, SubAssign};

use crate::time::{SimDuration, SimTime};

const BUCKETS: usize = 10;

/// The sum of what was added in the last ten buckets of time.
///
/// Bucket `k` covers `[k · width, (k + 1) · width)`: the buckets follow the clock of the run, not
/// the first addition. The current bucket counts as one of the ten, so the sum covers more than
/// nine and at most ten widths. Adding costs the same whatever was added before.
///
/// This is the sliding window of resilience4j's `SlidingTimeWindowMetrics` (with seconds for
/// buckets) and of the retry budgets of Finagle and tower (with tenths of the time to live).
#[derive(Clone, Copy, Debug)]
pub(super) struct Recent<T> {
    /// Of one bucket, ns, ≥ 1.
    width: u64,
    /// The number of the current bucket.
    head: u64,
    /// When the current bucket ends: spares a division while it lasts.
    head_ends: SimTime,
    /// Bucket `k` is in slot `k % BUCKETS`.
    buckets: [T; BUCKETS],
    total: T,
}

impl<T: Copy + Default + AddAssign + SubAssign> Recent<T> {
    /// Nothing yet; ten buckets share `span` (> 0), their width rounded up to a nanosecond.
    pub(super) fn new(span: SimDuration) -> Self {
        let width = span.as_nanos().div_ceil(BUCKETS as u64).max(1);
        Self {
            width,
            head: 0,
            head_ends: SimTime::from_nanos(width),
            buckets: [T::default(); BUCKETS],
            total: T::default(),
        }
    }

    /// Adds `item` to the current bucket.
    #[inline]
    pub(super) fn add(&mut self, now: SimTime, item: T) {
        self.forget(now);
        self.buckets[slot(self.head)] += item;
        self.total += item;
    }

    /// Drops the buckets that are too old at `now`.
    #[inline]
    pub(super) fn forget(&mut self, now: SimTime) {
        if now >= self.head_ends {
            self.move_head(now);
        }
    }

    /// The sum as of the last [`Self::add`] or [`Self::forget`].
    #[inline]
    pub(super) fn total(&self) -> T {
        self.total
    }

    /// Drops everything.
    pub(super) fn clear(&mut self) {
        self.buckets = [T::default(); BUCKETS];
        self.total = T::default();
    }

    #[cold]
    fn move_head(&mut self, now: SimTime) {
        let head = now.as_nanos() / self.width;
        let passed = (head - self.head).min(BUCKETS as u64);
        for step in 1..=passed {
            let old = std::mem::take(&mut self.buckets[slot(self.head + step)]);
            self.total -= old;
        }
        self.head = head;
        self.head_ends = SimTime::from_nanos(head.saturating_add(1).saturating_mul(self.width));
    }
}

fn slot(bucket: u64) -> usize {
    (bucket % BUCKETS as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_buckets_are_remembered() {
        // (name, additions of 1 at these ms, asked at ms, want): ten buckets of 100 ms.
        #[rustfmt::skip]
        let cases: &[(&str, &[u64], u64, u32)] = &[
            ("nothing is nothing",                       &[],                5_000, 0),
            ("its bucket is the tenth from here",        &[99],                999, 1),
            ("its bucket has just left",                 &[99],              1_000, 0),
            ("the bucket's edge, not the age, decides",  &[100],             1_099, 1),
            ("a later bucket stays",                     &[0, 50, 100],      1_000, 1),
            ("a slot that is used again is emptied",     &[0, 0, 1_000],     1_000, 1),
            ("a long silence forgets all",               &[0, 500, 900],    90_000, 0),
            ("and one bucket more than the ring as well", &[0],              1_150, 0),
        ];
        for (name, additions, asked, want) in cases {
            let mut recent = Recent::<u32>::new(SimDuration::from_secs(1));
            for at in *additions {
                recent.add(ms(*at), 1);
            }
            recent.forget(ms(*asked));
            assert_eq!(recent.total(), *want, "{name}");
        }
    }

    #[test]
    fn works_to_the_end_of_time() {
        let mut recent = Recent::<u32>::new(SimDuration::MAX);
        recent.add(SimTime::ZERO, 1);
        recent.add(SimTime::NEVER, 1);
        assert_eq!(recent.total(), 2);
        let mut recent = Recent::<u32>::new(SimDuration::from_nanos(1));
        recent.add(SimTime::from_nanos(u64::MAX - 1), 1);
        recent.forget(SimTime::NEVER);
        assert_eq!(recent.total(), 1);
    }

    fn ms(at: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_millis(at)
    }
}
