//! What liveness probes do to a dependency's short outage: restarts that mend nothing.
//!
//! A probe every period fails as long as the outage lasts; so many failures in a row restart the
//! container. Probes of different pods are out of step, equally likely at any phase. Seconds.
//!
//! Source: Kubernetes documentation, liveness probes and the container restart policy.

/// The probability that a pod restarts because of an outage: that so many probes fall into it.
/// `clamp((D − (F − 1)·P) / P, 0, 1)`.
///
/// `outage` D ≥ 0, `period` P > 0, `threshold` F ≥ 1.
pub fn restart_probability(outage: f64, period: f64, threshold: u32) -> f64 {
    ((outage - shortest_outage(period, threshold)) / period).clamp(0.0, 1.0)
}

/// The shortest outage that may restart a pod: `(F − 1)·P`, but for the timeout of a probe.
pub fn shortest_outage(period: f64, threshold: u32) -> f64 {
    debug_assert!(threshold >= 1);
    f64::from(threshold - 1) * period
}

/// What a crash loop has waited in all after so many restarts: `first`, doubled each time up to
/// `longest`.
pub fn crash_loop_wait(restarts: u32, first: f64, longest: f64) -> f64 {
    let waits = std::iter::successors(Some(first), |wait| Some((2.0 * wait).min(longest)));
    waits.take(restarts as usize).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn known_values() {
        let rows = [
            ("rec-K1", restart_probability(5.0, 10.0, 1), 0.5),
            ("rec-K2", restart_probability(5.0, 10.0, 3), 0.0),
            ("a short period", restart_probability(5.0, 5.0, 1), 1.0),
            ("rec-K3", crash_loop_wait(6, 10.0, 300.0), 610.0),
            ("one less", crash_loop_wait(5, 10.0, 300.0), 310.0),
            ("rec-K4", shortest_outage(10.0, 3), 20.0),
        ];
        assert_rows(&rows, 1e-12);
    }
}
