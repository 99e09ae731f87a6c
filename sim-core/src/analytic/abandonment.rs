//! Pools whose callers do not wait for ever: M/M/c+D and M/M/c+M.
//!
//! Poisson arrivals, `c` permits held for exponential times, first come first served. In M/M/c+D
//! every caller gives up after the same longest wait, as a bulkhead's `max_wait` has it; in
//! M/M/c+M (Erlang A) after an exponential one, as people do.
//!
//! Both always have a steady state. Not here: a bounded number of waiting callers.

use super::erlang::erlang_b;
use crate::math;

/// A pool of permits in its steady state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pool {
    /// The share of callers that get no permit.
    pub rejection: f64,
    /// The share of callers that wait at all, also if in vain.
    pub wait_probability: f64,
    /// The mean wait in seconds of all callers; the rejected waited in vain.
    pub mean_wait: f64,
    /// The mean wait in seconds of those who got a permit, where that is known in closed form.
    pub mean_wait_admitted: Option<f64>,
}

/// M/M/c+D: arrivals per second, > 0; mean service in seconds, > 0; permits, ≥ 1; the longest
/// wait in seconds, ≥ 0 and finite.
///
/// The time that a caller would have to wait has the density `λ·p·e^(δv)` up to the longest wait
/// and falls by `e^(−cμv)` beyond, where `p` is the probability of exactly `c − 1` permits taken
/// and `δ = λ − cμ`; with Erlang's B for `c − 1` permits that fixes everything.
///
/// Source: Gnedenko and Kovalenko, *Introduction to Queueing Theory* (1968); Baccelli and
/// Hebuterne, "On Queues with Impatient Customers", Performance '81.
pub fn deterministic(rate: f64, mean_service: f64, permits: u32, max_wait: f64) -> Pool {
    debug_assert!(permits >= 1);
    with_blocking(rate, mean_service, permits, max_wait, erlang_b(permits - 1, rate * mean_service))
}

/// The same, with `blocked` = B(c − 1) already known.
pub(super) fn with_blocking(
    rate: f64,
    mean_service: f64,
    permits: u32,
    max_wait: f64,
    blocked: f64,
) -> Pool {
    debug_assert!(rate > 0.0 && mean_service > 0.0 && max_wait >= 0.0 && max_wait.is_finite());
    let capacity = f64::from(permits) / mean_service;
    let drift = (rate - capacity) * max_wait;
    // All weights are divided by e^drift where that is large, so that nothing overflows.
    let idle = math::exp(-drift.max(0.0)) / blocked;
    let in_time = rate * max_wait * mean_decay(drift.abs());
    let in_vain = rate / capacity * math::exp(drift.min(0.0));
    let all = idle + in_time + in_vain;
    let rejection = in_vain / all;
    let waited = rate * max_wait * max_wait * first_moment(drift);
    Pool {
        rejection,
        wait_probability: (in_time + in_vain) / all,
        mean_wait: waited / all + max_wait * rejection,
        mean_wait_admitted: Some(waited / (idle + in_time)),
    }
}

/// `∫₀¹ e^(−xs) ds`, for `x ≥ 0`.
fn mean_decay(x: f64) -> f64 {
    if x > 0.0 { -math::exp_m1(-x) / x } else { 1.0 }
}

/// `∫₀¹ s·e^(xs) ds`, divided by `e^x` where `x` is positive.
fn first_moment(x: f64) -> f64 {
    if x.abs() < 0.1 {
        let scale = math::exp(-x.max(0.0));
        return scale * first_moment_series(x);
    }
    let decay = math::exp(-x.abs());
    let area = if x > 0.0 { x - 1.0 + decay } else { 1.0 - decay * (1.0 - x) };
    area / (x * x)
}

/// `Σ xᵏ / (k! (k + 2))`: the same where the closed form cancels, `|x| < 0.1`.
fn first_moment_series(x: f64) -> f64 {
    let (mut power, mut sum) = (1.0, 0.5);
    for k in 1..12 {
        let k = f64::from(k);
        power *= x / k;
        sum += power / (k + 2.0);
    }
    sum
}

/// M/M/c+M, Erlang A: arrivals per second, > 0; mean service in seconds, > 0; permits, ≥ 1; mean
/// patience in seconds, > 0 and finite.
///
/// Sums the birth and death process; the steps are some multiples of the callers that wait.
///
/// Source: Palm 1957; Garnett, Mandelbaum and Reiman, "Designing a Call Center with Impatient
/// Customers", Manufacturing & Service Operations Management 4(3), 2002.
pub fn exponential(rate: f64, mean_service: f64, permits: u32, mean_patience: f64) -> Pool {
    debug_assert!(permits >= 1 && rate > 0.0 && mean_service > 0.0);
    debug_assert!(mean_patience > 0.0 && mean_patience.is_finite());
    let capacity = f64::from(permits) / mean_service;
    // Weights relative to the state with all permits taken and nobody waiting.
    let taken = 1.0 / erlang_b(permits, rate * mean_service);
    let (mut weight, mut idle, mut queued, mut waiting) = (1.0, taken - 1.0, 1.0, 0.0);
    for n in 1u32.. {
        let n = f64::from(n);
        let ratio = rate / (capacity + n / mean_patience);
        weight *= ratio;
        queued += weight;
        waiting += n * weight;
        if ratio < 1.0 && n * weight <= 1e-17 * (1.0 - ratio) * waiting {
            break;
        }
        if queued > 1e200 {
            for sum in [&mut weight, &mut idle, &mut queued, &mut waiting] {
                *sum *= 1e-200;
            }
        }
    }
    let waiting = waiting / (idle + queued);
    Pool {
        rejection: waiting / mean_patience / rate,
        wait_probability: queued / (idle + queued),
        mean_wait: waiting / rate,
        mean_wait_admitted: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn known_values_of_a_longest_wait() {
        let calm = deterministic(1000.0, 0.08, 100, 0.05);
        let busy = deterministic(1300.0, 0.08, 100, 0.05);
        let rejection =
            |mean_service, permits| deterministic(500.0, mean_service, permits, 0.05).rejection;
        let rows = [
            ("mmcD-100-1000-0", calm.rejection, 1.464_308_45e-8),
            ("mmcD-100-1000-1", calm.mean_wait, 7.858_248_97e-5),
            ("mmcD-100-1000-2", calm.wait_probability, 0.019_646_369_2),
            ("mmcD-100-1000-3", calm.mean_wait_admitted.unwrap(), 7.858_175_87e-5),
            ("mmcD-100-1300-0", busy.rejection, 0.040_498_738_6),
            ("mmcD-100-1300-1", busy.mean_wait, 0.034_061_160_4),
            ("mmcD-100-1300-2", busy.wait_probability, 0.969_858_732),
            ("mmcD-100-1300-3", busy.mean_wait_admitted.unwrap(), 0.033_388_412),
            ("rec-P2, load = permits", rejection(0.2, 100), 0.026_171_186_35),
            ("rec-P3", rejection(0.2, 110), 0.001_800_457_734),
            ("rec-P4", rejection(2.0, 100), 0.9),
        ];
        assert_rows(&rows, 1e-8);
    }

    #[test]
    fn known_values_of_exponential_patience() {
        let even = exponential(50.0, 1.0, 50, 2.0);
        let calm = exponential(45.0, 1.0, 50, 3.0);
        let rows = [
            ("erlA-50-50-0", even.rejection, 0.046_684_585_9),
            ("erlA-50-50-1", even.mean_wait, 0.093_369_171_8),
            ("erlA-50-50-2", even.wait_probability, 0.601_167_652),
            ("erlA-50-45-0", calm.rejection, 0.011_760_685_3),
            ("erlA-50-45-1", calm.mean_wait, 0.035_282_055_8),
            ("erlA-50-45-2", calm.wait_probability, 0.296_531_959),
        ];
        assert_rows(&rows, 1e-8);
    }

    #[test]
    fn no_wait_at_all_is_erlang_b() {
        let pool = deterministic(500.0, 0.2, 100, 0.0);
        assert!((pool.rejection - erlang_b(100, 100.0)).abs() < 1e-15);
        assert_eq!((pool.mean_wait, pool.mean_wait_admitted), (0.0, Some(0.0)));
    }

    #[test]
    fn overload_tends_to_what_the_permits_cannot_serve() {
        // 1000/s on 100 permits of 1 s, for waits and patience of minutes: 90 % must go.
        let pool = deterministic(1000.0, 1.0, 100, 300.0);
        assert!((pool.rejection - 0.9).abs() < 1e-9 && pool.mean_wait.is_finite());
        assert!((pool.mean_wait_admitted.unwrap() - 300.0).abs() < 0.01);
        let pool = exponential(1000.0, 1.0, 100, 300.0);
        assert!((pool.rejection - 0.9).abs() < 1e-9);
    }

    #[test]
    fn a_pool_far_too_large_rejects_nobody() {
        let pools = [deterministic(1.0, 0.01, 5_000, 0.1), exponential(1.0, 0.01, 5_000, 0.1)];
        for pool in pools {
            assert_eq!((pool.rejection, pool.wait_probability, pool.mean_wait), (0.0, 0.0, 0.0));
        }
        assert_eq!(pools[0].mean_wait_admitted, Some(0.0));
    }

    #[test]
    fn series_and_closed_form_meet() {
        for x in [-0.1, 0.1] {
            let closed = first_moment(x) * math::exp(x.max(0.0));
            assert!((closed / first_moment_series(x) - 1.0).abs() < 1e-12, "{x}");
        }
        assert!((first_moment(0.0) - 0.5).abs() < 1e-16);
    }
}
