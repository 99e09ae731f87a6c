//! The load that retries add.
//!
//! Every attempt is taken to fail with the same probability, whatever the others did. In real
//! trouble failures come together and load makes more of them; then these are lower bounds.
//!
//! Source: the geometric series; Google, *Site Reliability Engineering* (2016), ch. 22, for what
//! layers of retries multiply to.

use crate::math;

/// Attempts per call: `(1 − p^(r+1)) / (1 − p)`, from 1 to `r + 1`.
///
/// `failure` is the probability `p` that an attempt fails, in `[0, 1]`; `retries` are the further
/// tries `r` after the first.
pub fn load_factor(failure: f64, retries: u32) -> f64 {
    debug_assert!((0.0..=1.0).contains(&failure));
    let attempts = f64::from(retries) + 1.0;
    let success = 1.0 - failure;
    if success > 0.0 { some_succeeds(failure, attempts) / success } else { attempts }
}

/// The probability that a call succeeds in the end: `1 − p^(r+1)`. Inputs as for
/// [`load_factor`].
pub fn success_probability(failure: f64, retries: u32) -> f64 {
    debug_assert!((0.0..=1.0).contains(&failure));
    some_succeeds(failure, f64::from(retries) + 1.0)
}

/// `1 − p^n`, exact also where `p` is close to 1.
fn some_succeeds(failure: f64, attempts: f64) -> f64 {
    -math::exp_m1(attempts * math::ln_1p(failure - 1.0))
}

/// Attempts at the bottom per request at the top, when each of the layers multiplies the load by
/// its factor: their product, 1 without layers.
pub fn layers(factors: &[f64]) -> f64 {
    factors.iter().product()
}

/// The most attempts per call that a retry budget lets through in the long run: `1 + budget`,
/// with the budget as a share of calls, ≥ 0.
pub fn budget_ceiling(budget: f64) -> f64 {
    debug_assert!(budget >= 0.0);
    1.0 + budget
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn known_values() {
        let rows = [
            ("retry-attempts", load_factor(0.3, 2), 1.39),
            ("retry-success", success_probability(0.3, 2), 0.973),
            ("rec-R1", load_factor(1.0, 2), 3.0),
            ("rec-R2_10", load_factor(0.1, 3), 1.111),
            ("rec-R2_50", load_factor(0.5, 3), 1.875),
            ("rec-R2_90", load_factor(0.9, 3), 3.439),
            ("rec-R3", layers(&[load_factor(1.0, 3); 3]), 64.0),
            ("rec-R4", budget_ceiling(0.1), 1.1),
            ("all well", load_factor(0.0, 3), 1.0),
            ("no retries", load_factor(0.7, 0), 1.0),
            ("nearly all fail", load_factor(1.0 - 1e-12, 3), 4.0 - 6e-12),
            ("no layers", layers(&[]), 1.0),
        ];
        assert_rows(&rows, 1e-14);
        assert_eq!((success_probability(0.0, 3), success_probability(1.0, 3)), (1.0, 0.0));
    }
}
