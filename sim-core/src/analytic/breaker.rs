//! When a circuit breaker opens, if calls fail independently with the same probability.

use super::binomial;
use crate::math;

/// The mean number of calls until `failures` in a row have failed, the last of them included:
/// `(p^−k − 1) / (1 − p)`.
///
/// `failure` is the probability `p` of a failure, in `[0, 1]`; `failures` is `k`. Infinite when
/// calls never fail, or too large for a float.
///
/// Source: Feller, *An Introduction to Probability Theory and Its Applications* 1 (3rd ed.,
/// 1968), XIII.7.
pub fn calls_to_consecutive(failures: u32, failure: f64) -> f64 {
    debug_assert!((0.0..=1.0).contains(&failure));
    let success = 1.0 - failure;
    if success <= 0.0 {
        return f64::from(failures);
    }
    if failures == 0 {
        return 0.0;
    }
    math::exp_m1(-f64::from(failures) * math::ln_1p(-success)) / success
}

/// The probability that at least `failures` of a window of `calls` have failed: a full count
/// window stands at or above its threshold.
///
/// `failure` is the probability of a failure, in `[0, 1]`.
pub fn window_probability(calls: u32, failures: u32, failure: f64) -> f64 {
    binomial::at_least(calls, failures, failure)
}

/// The probability that a half-open breaker closes: all of its `probes` succeed, each with
/// probability `1 − failure`.
pub fn closes_probability(probes: u32, failure: f64) -> f64 {
    debug_assert!((0.0..=1.0).contains(&failure));
    math::pow(1.0 - failure, f64::from(probes))
}

/// Requests sent to a dependency that hangs before the breaker sees `failures` timeouts:
/// `λ·T + k − 1`, for evenly spaced arrivals. A breaker cannot count what has not failed yet.
///
/// Arrivals per second and the timeout in seconds, both ≥ 0; `failures` ≥ 1.
pub fn committed_before_open(rate: f64, timeout: f64, failures: u32) -> f64 {
    debug_assert!(rate >= 0.0 && timeout >= 0.0 && failures >= 1);
    rate * timeout + f64::from(failures - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn known_values() {
        let rows = [
            ("rec-R5", calls_to_consecutive(5, 0.5), 62.0),
            ("rec-R6", calls_to_consecutive(5, 0.1), 111_110.0),
            ("all fail", calls_to_consecutive(5, 1.0), 5.0),
            ("nearly all fail", calls_to_consecutive(5, 1.0 - 1e-12), 5.0 + 15e-12),
            ("rec-R7", window_probability(5, 3, 0.01), 9.8506e-6),
            ("rec-R8", window_probability(20, 10, 0.2), 0.002_594_827_401),
            ("rec-R9", window_probability(5, 3, 0.2), 0.057_92),
            ("rec-R10", closes_probability(3, 0.2), 0.512),
            ("rec-R11", committed_before_open(20.0, 30.0, 5), 604.0),
        ];
        assert_rows(&rows, 1e-9);
    }

    #[test]
    fn calls_that_never_fail_never_open_it() {
        assert!(calls_to_consecutive(5, 0.0).is_infinite());
    }
}
