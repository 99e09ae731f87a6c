use super::exponential;
use crate::time::SimDuration;

/// Exponential backoff with equal jitter: half of it is sure, the other half uniform.
///
/// Before retry `retry` (1-based), waits `e/2 + U · e/2` with `e = min(cap, base · 2^(retry − 1))`.
/// `unit` is `U`, a uniform draw from `[0, 1)` made by the caller: this function is pure. An odd
/// `e` gives its odd nanosecond to the random half; the product is rounded down.
///
/// | symbol | meaning                | unit | range |
/// |--------|------------------------|------|-------|
/// | `base` | ceiling before retry 1 | ns   | > 0   |
/// | `cap`  | ceiling of every delay | ns   | > 0   |
///
/// Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
///
/// ```
/// # use sim_engine::{policy::backoff::equal_jitter, time::SimDuration};
/// let (base, cap) = (SimDuration::from_millis(100), SimDuration::from_millis(200));
/// assert_eq!(equal_jitter(base, cap, 1, 0.0), SimDuration::from_millis(50));
/// assert_eq!(equal_jitter(base, cap, 3, 0.5), SimDuration::from_millis(150)); // capped
/// ```
#[inline]
pub fn equal_jitter(base: SimDuration, cap: SimDuration, retry: u32, unit: f64) -> SimDuration {
    let ceiling = exponential(base, cap, retry);
    let sure = SimDuration::from_nanos(ceiling.as_nanos() / 2);
    sure + super::share_of(ceiling - sure, unit)
}
