//! The smallest pool that rejects few enough callers.
//!
//! Little's law gives the mean number of permits taken, not the number needed: arrivals bunch.
//! Poisson arrivals are assumed; the times for which permits are held may have any law when
//! nobody waits, and are exponential otherwise. Steadier ones reject less, burstier ones more.

use super::abandonment::with_blocking;
use super::erlang::next_b;

/// A pool's size and what it does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PoolSize {
    /// Permits.
    pub slots: u32,
    /// The share of callers that get none.
    pub rejection: f64,
}

/// The smallest pool with a rejection probability of at most `target_rejection`.
///
/// | symbol             | meaning                             | unit | range          |
/// |--------------------|-------------------------------------|------|----------------|
/// | `rate`             | arrivals                            | 1/s  | > 0            |
/// | `mean_service`     | mean time for which a permit is held | s    | > 0            |
/// | `max_wait`         | after which callers give up         | s    | ≥ 0, finite    |
/// | `target_rejection` | most callers that may be rejected   | 1    | > 0            |
///
/// `None` when the target is not above zero, or would take 2^32 permits. It takes as many steps
/// as the answer has permits.
///
/// Source: Erlang B without a wait, M/M/c+D with one; see [`abandonment`](super::abandonment).
pub fn smallest_pool(
    rate: f64,
    mean_service: f64,
    max_wait: f64,
    target_rejection: f64,
) -> Option<PoolSize> {
    if target_rejection.is_nan() || target_rejection <= 0.0 {
        return None;
    }
    let load = rate * mean_service;
    // Of one permit fewer.
    let mut blocked = 1.0;
    for slots in 1..=u32::MAX {
        let with_one_more = next_b(blocked, slots, load);
        let rejection = if max_wait > 0.0 {
            with_blocking(rate, mean_service, slots, max_wait, blocked).rejection
        } else {
            with_one_more
        };
        if rejection <= target_rejection {
            return Some(PoolSize { slots, rejection });
        }
        blocked = with_one_more;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::abandonment::deterministic;
    use crate::analytic::erlang::erlang_b;

    #[test]
    fn the_first_size_that_suffices() {
        // 500/s × 200 ms: Little's law says 100.
        let cases = [(0.0, 0.01, 117), (0.0, 0.001, 128), (0.05, 0.01, 105), (0.05, 0.001, 112)];
        for (max_wait, target, want) in cases {
            let pool = smallest_pool(500.0, 0.2, max_wait, target).unwrap();
            assert_eq!(pool.slots, want, "{max_wait}, {target}");
            let rejection = |slots| deterministic(500.0, 0.2, slots, max_wait).rejection;
            assert!((pool.rejection - rejection(want)).abs() < 1e-15);
            assert!(pool.rejection <= target && rejection(want - 1) > target);
        }
        assert!(
            (erlang_b(117, 100.0) - smallest_pool(500.0, 0.2, 0.0, 0.01).unwrap().rejection).abs()
                < 1e-15
        );
    }

    #[test]
    fn some_targets_are_none() {
        assert_eq!(smallest_pool(500.0, 0.2, 0.0, 0.0), None);
        assert_eq!(smallest_pool(500.0, 0.2, 0.0, f64::NAN), None);
        assert_eq!(smallest_pool(500.0, 0.2, 0.05, 1.0).map(|pool| pool.slots), Some(1));
    }
}
