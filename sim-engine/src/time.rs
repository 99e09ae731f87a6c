//! Simulated time: instants and spans in whole nanoseconds.
//!
//! Integers make the order of events exact and the same everywhere. 2^64 ns are 584 years; sums
//! saturate there, so that "never" stays never.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

const NANOS_PER_SEC: u64 = 1_000_000_000;

/// An instant: nanoseconds since the run began (the start of its warm-up).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimTime(u64);

/// A span of time in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimDuration(u64);

impl SimTime {
    /// The start of the run.
    pub const ZERO: Self = Self(0);
    /// Later than everything that happens.
    pub const NEVER: Self = Self(u64::MAX);

    /// The instant `nanos` nanoseconds into the run.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the start of the run.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Seconds since the start of the run.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_SEC as f64
    }

    /// The span from `earlier` to here; `earlier` must not be later.
    #[inline]
    pub fn since(self, earlier: Self) -> SimDuration {
        debug_assert!(earlier <= self, "time runs forwards: {earlier:?} is after {self:?}");
        SimDuration(self.0 - earlier.0)
    }

    /// The span from `earlier` to here, zero if `earlier` is later.
    pub const fn saturating_since(self, earlier: Self) -> SimDuration {
        SimDuration(self.0.saturating_sub(earlier.0))
    }
}

impl SimDuration {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// Without end.
    pub const MAX: Self = Self(u64::MAX);

    /// A span of `nanos` nanoseconds.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// A span of `micros` microseconds.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros * 1_000)
    }

    /// A span of `millis` milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis * 1_000_000)
    }

    /// A span of `secs` seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs * NANOS_PER_SEC)
    }

    /// The nearest span to `secs` seconds; negative and NaN give zero, too long gives [`Self::MAX`].
    #[inline]
    pub fn from_secs_f64(secs: f64) -> Self {
        Self::from_nanos_f64(secs * NANOS_PER_SEC as f64)
    }

    /// The nearest span to `nanos` nanoseconds; negative and NaN give zero, too long gives
    /// [`Self::MAX`].
    #[inline]
    pub fn from_nanos_f64(nanos: f64) -> Self {
        /// 2^63.
        const HALF: f64 = 9_223_372_036_854_775_808.0;
        let nanos = nanos + 0.5;
        // Processors cast to signed integers; to others it takes twice as long.
        Self(if nanos < HALF { (nanos as i64).max(0) as u64 } else { saturated(nanos) })
    }

    /// Nanoseconds.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Seconds.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_SEC as f64
    }

    /// Whether this is no time at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// `self × factor`, at most [`Self::MAX`].
    #[must_use]
    pub const fn saturating_mul(self, factor: u64) -> Self {
        Self(self.0.saturating_mul(factor))
    }

    /// `self × factor`, to the nearest nanosecond.
    #[inline]
    #[must_use]
    pub fn mul_f64(self, factor: f64) -> Self {
        Self::from_nanos_f64(self.0 as f64 * factor)
    }

    /// `self − other`, zero if `other` is longer.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// How many whole `other` fit; `other` is not zero.
    pub const fn div_floor(self, other: Self) -> u64 {
        self.0 / other.0
    }
}

impl Add<SimDuration> for SimTime {
    type Output = Self;
    #[inline]
    fn add(self, span: SimDuration) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<SimDuration> for SimTime {
    fn add_assign(&mut self, span: SimDuration) {
        *self = *self + span;
    }
}

impl Add for SimDuration {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for SimDuration {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for SimDuration {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        debug_assert!(other <= self);
        Self(self.0 - other.0)
    }
}

impl std::iter::Sum for SimDuration {
    fn sum<I: Iterator<Item = Self>>(spans: I) -> Self {
        spans.fold(Self::ZERO, Add::add)
    }
}

/// Three significant digits and the unit that suits: `250 ms`, `1.8 s`, `2 m 30 s`.
impl fmt::Display for SimDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MINUTE: u64 = 60 * NANOS_PER_SEC;
        const HOUR: u64 = 60 * MINUTE;
        const DAY: u64 = 24 * HOUR;
        let text = match self.0 {
            u64::MAX => "unlimited".to_owned(),
            0 => "0 s".to_owned(),
            n if n < 1_000 => format!("{n} ns"),
            n if n < 1_000_000 => with_unit(n, 1_000, "µs"),
            n if n < NANOS_PER_SEC => with_unit(n, 1_000_000, "ms"),
            n if n < MINUTE => with_unit(n, NANOS_PER_SEC, "s"),
            n if n < HOUR => in_two_units(n, (MINUTE, "m"), (NANOS_PER_SEC, "s")),
            n if n < DAY => in_two_units(n, (HOUR, "h"), (MINUTE, "m")),
            n => in_two_units(n, (DAY, "d"), (HOUR, "h")),
        };
        f.pad(&text)
    }
}

fn with_unit(nanos: u64, unit: u64, name: &str) -> String {
    let value = nanos as f64 / unit as f64;
    let decimals = if value >= 100.0 { 0 } else { 1 + usize::from(value < 10.0) };
    let digits = format!("{value:.decimals$}");
    let digits = if decimals == 0 { &digits } else { digits.trim_end_matches('0') };
    format!("{} {name}", digits.trim_end_matches('.'))
}

fn in_two_units(nanos: u64, large: (u64, &str), small: (u64, &str)) -> String {
    let rest = nanos % large.0 / small.0;
    let head = format!("{} {}", nanos / large.0, large.1);
    if rest == 0 { head } else { format!("{head} {rest} {}", small.1) }
}

/// What is 292 years or more, or no number. A float-to-integer cast saturates, and NaN becomes 0.
#[cold]
fn saturated(nanos: f64) -> u64 {
    nanos as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_three_digits_and_a_fitting_unit() {
        let cases = [
            (0, "0 s"),
            (999, "999 ns"),
            (1_500, "1.5 µs"),
            (12_345_678, "12.3 ms"),
            (250_000_000, "250 ms"),
            (1_800_000_000, "1.8 s"),
            (150_000_000_000, "2 m 30 s"),
            (7_200_000_000_000, "2 h"),
            (u64::MAX, "unlimited"),
        ];
        for (nanos, want) in cases {
            assert_eq!(SimDuration::from_nanos(nanos).to_string(), want);
        }
    }

    #[test]
    fn never_stays_never() {
        assert_eq!(SimTime::NEVER + SimDuration::from_secs(1), SimTime::NEVER);
        assert_eq!(SimTime::ZERO + SimDuration::MAX, SimTime::NEVER);
    }

    #[test]
    fn seconds_round_to_the_nearest_nanosecond() {
        assert_eq!(SimDuration::from_secs_f64(0.1), SimDuration::from_millis(100));
        assert_eq!(SimDuration::from_secs_f64(-1.0), SimDuration::ZERO);
        assert_eq!(SimDuration::from_secs_f64(f64::NAN), SimDuration::ZERO);
        assert_eq!(SimDuration::from_secs_f64(f64::INFINITY), SimDuration::MAX);
    }
}
