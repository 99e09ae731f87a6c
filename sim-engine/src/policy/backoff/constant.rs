use crate::time::SimDuration;

/// The same delay before every retry.
///
/// `delay` is in ns, ≥ 0. Source: resilience4j `IntervalFunction.of`, Polly's
/// `DelayBackoffType.Constant`.
///
/// ```
/// # use sim_engine::{policy::backoff::constant, time::SimDuration};
/// assert_eq!(constant(SimDuration::from_secs(1)), SimDuration::from_secs(1));
/// ```
#[inline]
pub fn constant(delay: SimDuration) -> SimDuration {
    delay
}
