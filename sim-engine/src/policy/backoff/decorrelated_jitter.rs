use crate::time::SimDuration;

/// Decorrelated jitter: uniform between `base` and three times the previous delay.
///
/// Waits `min(cap, base + U · (3 · previous − base))`, rounded down to a nanosecond. `unit` is
/// `U`, a uniform draw from `[0, 1)` made by the caller: this function is pure.
///
/// | symbol     | meaning                                        | unit | range |
/// |------------|------------------------------------------------|------|-------|
/// | `base`     | floor of every delay, unless `cap` is below it | ns   | > 0   |
/// | `cap`      | ceiling of every delay                         | ns   | > 0   |
/// | `previous` | the last delay of this call, `base` if none    | ns   | > 0   |
///
/// `previous` is the delay that was waited, after the cap. Remembering the one before the cap, or
/// sharing it among calls, lets it drift upwards by ln 3 − 1 ≈ 10 % per retry until every delay is
/// the cap and nothing is jittered any more.
///
/// Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
///
/// ```
/// # use sim_engine::{policy::backoff::decorrelated_jitter, time::SimDuration};
/// let (base, cap) = (SimDuration::from_millis(100), SimDuration::from_millis(400));
/// assert_eq!(decorrelated_jitter(base, cap, base, 0.5), SimDuration::from_millis(200));
/// assert_eq!(decorrelated_jitter(base, cap, cap, 0.5), cap); // 650 ms, capped
/// ```
#[inline]
pub fn decorrelated_jitter(
    base: SimDuration,
    cap: SimDuration,
    previous: SimDuration,
    unit: f64,
) -> SimDuration {
    let spread = previous.saturating_mul(3).saturating_sub(base);
    (base + super::share_of(spread, unit)).min(cap)
}
