//! Sagas: what must be taken back when a step fails.
//!
//! Each of the steps succeeds with the same probability, independently; the first that fails ends
//! the saga, and all before it are compensated. Retries raise the probability, see
//! [`retry`](super::retry).
//!
//! Source: Garcia-Molina and Salem, "Sagas", SIGMOD 1987, for what is compensated.

use crate::math;

/// The probability that a saga does not come to its end: `1 − p^n`.
pub fn compensated(success: f64, steps: u32) -> f64 {
    debug_assert!((0.0..=1.0).contains(&success));
    1.0 - math::pow(success, f64::from(steps))
}

/// The mean number of steps that a saga takes back: `Σ (k − 1)·p^(k−1)·(1 − p)`, `k` the step that
/// fails.
pub fn mean_compensations(success: f64, steps: u32) -> f64 {
    debug_assert!((0.0..=1.0).contains(&success));
    let failing_after =
        |done: u32| f64::from(done) * math::pow(success, f64::from(done)) * (1.0 - success);
    (0..steps).map(failing_after).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn known_values() {
        let rows = [
            ("rec-S1", compensated(0.99, 4), 0.039_403_99),
            ("rec-S2", mean_compensations(0.99, 4), 0.058_610_97),
            ("never fails", mean_compensations(1.0, 4), 0.0),
            ("fails at once", compensated(0.0, 4), 1.0),
        ];
        assert_rows(&rows, 1e-9);
    }
}
