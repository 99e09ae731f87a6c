use super::exponential;
use crate::time::SimDuration;

/// Exponential backoff with full jitter: uniform from nothing up to the exponential delay.
///
/// Before retry `retry` (1-based), waits `U · min(cap, base · 2^(retry − 1))`, rounded down to a
/// nanosecond. `unit` is `U`, a uniform draw from `[0, 1)` made by the caller: this function is
/// pure.
///
/// | symbol | meaning                | unit | range |
/// |--------|------------------------|------|-------|
/// | `base` | ceiling before retry 1 | ns   | > 0   |
/// | `cap`  | ceiling of every delay | ns   | > 0   |
///
/// Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
///
/// ```
/// # use sim_engine::{policy::backoff::full_jitter, time::SimDuration};
/// let (base, cap) = (SimDuration::from_millis(100), SimDuration::from_millis(250));
/// assert_eq!(full_jitter(base, cap, 1, 0.5), SimDuration::from_millis(50));
/// assert_eq!(full_jitter(base, cap, 3, 0.5), SimDuration::from_millis(125)); // capped
/// ```
#[inline]
pub fn full_jitter(base: SimDuration, cap: SimDuration, retry: u32, unit: f64) -> SimDuration {
    super::share_of(exponential(base, cap, retry), unit)
}
