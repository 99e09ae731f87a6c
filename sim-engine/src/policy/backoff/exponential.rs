use crate::time::SimDuration;

/// A delay that doubles with each retry.
///
/// Before retry `retry` (1-based), waits `min(cap, base · 2^(retry − 1))`.
///
/// | symbol | meaning                | unit | range |
/// |--------|------------------------|------|-------|
/// | `base` | the first delay        | ns   | > 0   |
/// | `cap`  | ceiling of every delay | ns   | > 0   |
///
/// Source: Metcalfe and Boggs, "Ethernet: Distributed Packet Switching for Local Computer
/// Networks", CACM 19(7), 1976 (with jitter); without it as resilience4j's
/// `ofExponentialBackoff` with multiplier 2.
///
/// ```
/// # use sim_engine::{policy::backoff::exponential, time::SimDuration};
/// let (base, cap) = (SimDuration::from_millis(100), SimDuration::from_millis(250));
/// assert_eq!(exponential(base, cap, 2), SimDuration::from_millis(200));
/// assert_eq!(exponential(base, cap, 3), cap);
/// ```
#[inline]
pub fn exponential(base: SimDuration, cap: SimDuration, retry: u32) -> SimDuration {
    debug_assert!(retry >= 1, "retries count from 1");
    let doublings = (retry - 1).min(u64::BITS - 1);
    base.saturating_mul(1 << doublings).min(cap)
}
