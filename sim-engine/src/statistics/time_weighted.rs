//! The time integral of a number that changes in steps: queue lengths, busy workers, requests in
//! flight.

use crate::time::SimTime;

/// A step function of time, and its integral since the last [`take`](Self::take).
///
/// Divided by the span, the integral is the time average.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeWeighted {
    value: u32,
    max: u32,
    since: SimTime,
    /// Value × nanoseconds up to `since`.
    integral: u128,
}

impl TimeWeighted {
    /// Zero from the start of the run.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value is `value` from `now` on; `now` never goes back.
    #[inline]
    pub fn set(&mut self, now: SimTime, value: u32) {
        self.advance(now);
        self.value = value;
        self.max = self.max.max(value);
    }

    /// The value.
    pub fn value(&self) -> u32 {
        self.value
    }

    /// The largest value since the last [`take`](Self::take), the one at that moment included.
    pub fn max(&self) -> u32 {
        self.max
    }

    /// The integral from the last take, or the start of the run, to `now`, in value ×
    /// nanoseconds; integral and maximum start afresh.
    pub fn take(&mut self, now: SimTime) -> u128 {
        self.advance(now);
        self.max = self.value;
        std::mem::take(&mut self.integral)
    }

    #[inline]
    fn advance(&mut self, now: SimTime) {
        let span = now.since(self.since).as_nanos();
        self.integral += match u32::try_from(span) {
            // WebAssembly has no product of 128 bits: less than four seconds need none.
            Ok(span) => u128::from(u64::from(self.value) * u64::from(span)),
            Err(_) => u128::from(self.value) * u128::from(span),
        };
        self.since = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_under_the_steps() {
        let at = SimTime::from_nanos;
        let mut queue = TimeWeighted::new();
        queue.set(at(10), 3);
        queue.set(at(14), 1);
        queue.set(at(14), 2);
        assert_eq!((queue.value(), queue.max()), (2, 3));
        assert_eq!(queue.take(at(20)), 3 * 4 + 2 * 6);
        assert_eq!((queue.value(), queue.max()), (2, 2));
        assert_eq!(queue.take(at(25)), 10);
        assert_eq!(queue.take(at(25)), 0);
    }

    #[test]
    fn long_steps_of_large_values_do_not_overflow() {
        let mut line = TimeWeighted::new();
        line.set(SimTime::ZERO, u32::MAX);
        let (short, long) = (u64::from(u32::MAX), u64::MAX - 1);
        assert_eq!(line.take(SimTime::from_nanos(short)), u128::from(short * short));
        let rest = u128::from(long - short) * u128::from(short);
        assert_eq!(line.take(SimTime::from_nanos(long)), rest);
    }

    #[test]
    fn a_long_and_high_step_does_not_overflow() {
        let mut queue = TimeWeighted::new();
        queue.set(SimTime::ZERO, u32::MAX);
        let want = u128::from(u32::MAX) * u128::from(u64::MAX);
        assert_eq!(queue.take(SimTime::NEVER), want);
    }
}
