use crate::time::SimDuration;

/// A delay that grows by `base` with each retry.
///
/// Before retry `retry` (1-based), waits `min(cap, retry · base)`.
///
/// | symbol | meaning                | unit | range |
/// |--------|------------------------|------|-------|
/// | `base` | the first delay        | ns   | > 0   |
/// | `cap`  | ceiling of every delay | ns   | > 0   |
///
/// Source: Polly v8, `RetryHelper.cs`, `DelayBackoffType.Linear` (its attempts count from 0).
///
/// ```
/// # use sim_engine::{policy::backoff::linear, time::SimDuration};
/// let (base, cap) = (SimDuration::from_millis(100), SimDuration::from_millis(250));
/// assert_eq!(linear(base, cap, 2), SimDuration::from_millis(200));
/// assert_eq!(linear(base, cap, 3), cap);
/// ```
#[inline]
pub fn linear(base: SimDuration, cap: SimDuration, retry: u32) -> SimDuration {
    debug_assert!(retry >= 1, "retries count from 1");
    base.saturating_mul(u64::from(retry)).min(cap)
}
