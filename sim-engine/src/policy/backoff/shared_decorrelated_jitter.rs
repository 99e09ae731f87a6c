use super::decorrelated_jitter;
use crate::time::SimDuration;

/// Decorrelated jitter with three mistakes, as it is often written: it draws from `base` to three
/// times the last **draw**, which was remembered before the cap, for all calls together, and is
/// never forgotten. What is waited is the draw, or the cap if that is less.
///
/// | symbol | meaning                              | unit | range |
/// |--------|--------------------------------------|------|-------|
/// | `base` | floor of every draw                  | ns   | > 0   |
/// | `last` | the last draw of any call, at first `base` | ns   | > 0   |
///
/// The logarithm of the draw drifts upwards by ln 3 − 1 ≈ 0.0986 a retry: after a hundred of them
/// 93 % of the delays are exactly the cap, and nothing is jittered any more. Where each call
/// remembers what it waited itself ([`decorrelated_jitter`]) it is a third.
///
/// Source: the handlers of this kind in circulation; what it is meant to be is Brooker,
/// "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
#[inline]
pub fn shared_decorrelated_jitter(base: SimDuration, last: SimDuration, unit: f64) -> SimDuration {
    decorrelated_jitter(base, SimDuration::MAX, last, unit)
}
