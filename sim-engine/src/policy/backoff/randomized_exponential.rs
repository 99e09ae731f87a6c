use super::exponential;
use crate::time::SimDuration;

/// Exponential backoff times something from a half to one and a half.
///
/// Before retry `retry` (1-based), waits `(0.5 + U) · min(cap, base · 2^(retry − 1))`, rounded down
/// to a nanosecond. `unit` is `U`, a uniform draw from `[0, 1)` made by the caller: this function
/// is pure.
///
/// | symbol | meaning                     | unit | range |
/// |--------|-----------------------------|------|-------|
/// | `base` | mean delay before retry 1   | ns   | > 0   |
/// | `cap`  | the longest **mean** delay  | ns   | > 0   |
///
/// The cap comes before the jitter: with a cap of 60 s delays reach 90 s.
///
/// Source: Google HTTP Client for Java, `ExponentialBackOff`, with its randomization factor of 0.5.
///
/// ```
/// # use sim_engine::{policy::backoff::randomized_exponential, time::SimDuration};
/// let (base, cap) = (SimDuration::from_secs(1), SimDuration::from_secs(60));
/// assert_eq!(randomized_exponential(base, cap, 1, 0.0), SimDuration::from_millis(500));
/// assert_eq!(randomized_exponential(base, cap, 9, 0.75), SimDuration::from_secs(75));
/// ```
#[inline]
pub fn randomized_exponential(
    base: SimDuration,
    cap: SimDuration,
    retry: u32,
    unit: f64,
) -> SimDuration {
    let mean = exponential(base, cap, retry);
    SimDuration::from_nanos(mean.as_nanos() / 2) + super::share_of(mean, unit)
}
