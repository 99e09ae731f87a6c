//! When a circuit breaker opens, if calls fail independently with the same probability.

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
/// `failure` is the probability of a failure, in `[0, 1]`. Sums the binomial law's tail from its
/// smaller side; relative error about 1e-13 times the size of the logarithms involved.
pub fn window_probability(calls: u32, failures: u32, failure: f64) -> f64 {
    debug_assert!((0.0..=1.0).contains(&failure));
    if failures == 0 || failures > calls || failure <= 0.0 || failure >= 1.0 {
        let surely = failures == 0 || (failure >= 1.0 && failures <= calls);
        return if surely { 1.0 } else { 0.0 };
    }
    if f64::from(failures) > f64::from(calls) * failure {
        upper_tail(calls, failures, failure)
    } else {
        1.0 - upper_tail(calls, calls - failures + 1, 1.0 - failure)
    }
}

/// `P(Bin(n, p) ≥ k)` for `0 < p < 1` and `1 ≤ k ≤ n`, where the terms fall from `k` on.
fn upper_tail(n: u32, k: u32, p: f64) -> f64 {
    let (all, hits) = (f64::from(n), f64::from(k));
    let ways =
        math::ln_gamma(all + 1.0) - math::ln_gamma(hits + 1.0) - math::ln_gamma(all - hits + 1.0);
    let mut term = math::exp(ways + hits * math::ln(p) + (all - hits) * math::ln_1p(-p));
    let odds = p / (1.0 - p);
    let mut sum = term;
    for hits in k..n {
        term *= odds * f64::from(n - hits) / f64::from(hits + 1);
        sum += term;
    }
    sum.min(1.0)
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
            ("lower side", window_probability(5, 1, 0.5), 31.0 / 32.0),
            ("rec-A15", window_probability(5, 3, 0.99), 0.999_990_149_4),
            ("rec-R10", closes_probability(3, 0.2), 0.512),
            ("rec-R11", committed_before_open(20.0, 30.0, 5), 604.0),
        ];
        assert_rows(&rows, 1e-9);
    }

    #[test]
    fn the_ends_of_the_range() {
        assert!(calls_to_consecutive(5, 0.0).is_infinite());
        let rows = [
            ("no failure needed", window_probability(5, 0, 0.0), 1.0),
            ("more than there are calls", window_probability(5, 6, 1.0), 0.0),
            ("never fails", window_probability(5, 3, 0.0), 0.0),
            ("always fails", window_probability(5, 3, 1.0), 1.0),
        ];
        assert_rows(&rows, 0.0);
        // Half of a large window: by symmetry just above one half.
        let half = window_probability(100_001, 50_001, 0.5);
        assert!((half - 0.5).abs() < 1e-9, "{half}");
    }
}
