//! M/M/c: Poisson arrivals, `c` equal servers with exponential service, an unbounded queue, first
//! come first served.
//!
//! Source: Gross, Shortle, Thompson and Harris, *Fundamentals of Queueing Theory* (4th ed., 2008),
//! section 2.3; the sojourn's tail is of the sum of a wait and a service.

use super::erlang::erlang_c;
use crate::math;

/// An M/M/c queue in its steady state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mmc {
    rate: f64,
    mean_service: f64,
    must_wait: f64,
    /// The rate at which the wait of those who wait ends: `c/S − λ`, > 0.
    slack: f64,
}

impl Mmc {
    /// Arrivals per second, ≥ 0; mean service in seconds, > 0; servers. `None` when there is no
    /// steady state: the offered load is not below the number of servers.
    pub fn new(rate: f64, mean_service: f64, servers: u32) -> Option<Self> {
        debug_assert!(rate >= 0.0 && mean_service > 0.0);
        let must_wait = erlang_c(servers, rate * mean_service)?;
        let slack = f64::from(servers) / mean_service - rate;
        (slack > 0.0).then_some(Self { rate, mean_service, must_wait, slack })
    }

    /// The share of requests that wait at all: Erlang C.
    pub fn wait_probability(&self) -> f64 {
        self.must_wait
    }

    /// The mean wait in seconds, of all requests.
    pub fn mean_wait(&self) -> f64 {
        self.must_wait / self.slack
    }

    /// The mean wait and service in seconds.
    pub fn mean_sojourn(&self) -> f64 {
        self.mean_wait() + self.mean_service
    }

    /// The mean number of requests waiting or in service.
    pub fn mean_number(&self) -> f64 {
        self.rate * self.mean_sojourn()
    }

    /// The probability of a wait longer than `t` seconds, `t ≥ 0`.
    pub fn wait_tail(&self, t: f64) -> f64 {
        self.must_wait * math::exp(-self.slack * t)
    }

    /// The probability of a sojourn (wait and service) longer than `t` seconds, `t ≥ 0`.
    pub fn sojourn_tail(&self, t: f64) -> f64 {
        let service = 1.0 / self.mean_service;
        let alone = math::exp(-service * t);
        (1.0 - self.must_wait) * alone + self.must_wait * two_stages_tail(self.slack, service, t)
    }

    /// The sojourn in seconds that a share `q` of the requests does not exceed, `0 ≤ q < 1`; by
    /// bisection, to the last bits.
    pub fn sojourn_quantile(&self, q: f64) -> f64 {
        debug_assert!((0.0..1.0).contains(&q));
        let (mut low, mut high) = (0.0, self.mean_sojourn());
        while self.sojourn_tail(high) > 1.0 - q {
            (low, high) = (high, 2.0 * high);
        }
        for _ in 0..64 {
            let middle = 0.5 * (low + high);
            if self.sojourn_tail(middle) > 1.0 - q {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    }
}

/// The probability that two exponential stages of these rates take longer than `t` together:
/// `(f·e^{−st} − s·e^{−ft}) / (f − s)` for the slow and the fast rate, without the cancellation
/// where they are close.
fn two_stages_tail(one: f64, other: f64, t: f64) -> f64 {
    let (slow, fast) = (one.min(other), one.max(other));
    let apart = (fast - slow) * t;
    let both = if apart > 0.0 { -math::exp_m1(-apart) / apart } else { 1.0 };
    math::exp(-slow * t) * (1.0 + slow * t * both)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    fn mmc(rate: f64, servers: u32) -> Mmc {
        Mmc::new(rate, 1.0, servers).unwrap()
    }

    #[test]
    fn known_values() {
        let rows = [
            ("mm1-W", mmc(0.9, 1).mean_sojourn(), 10.0),
            ("mm1-L", mmc(0.9, 1).mean_number(), 9.0),
            ("mm1-Wq", mmc(0.9, 1).mean_wait(), 9.0),
            ("mm1-p50", mmc(0.9, 1).sojourn_quantile(0.5), 6.931_471_806),
            ("mm1-p95", mmc(0.9, 1).sojourn_quantile(0.95), 29.957_322_74),
            ("mm1-p99", mmc(0.9, 1).sojourn_quantile(0.99), 46.051_701_86),
            ("mm1-p99.9", mmc(0.9, 1).sojourn_quantile(0.999), 69.077_552_79),
            ("mmc2-W", mmc(1.6, 2).mean_sojourn(), 2.777_777_778),
            ("mmc3-W", mmc(2.0, 3).mean_sojourn(), 1.444_444_444),
            ("mmc10-W", mmc(9.0, 10).mean_sojourn(), 1.668_731_524),
            ("mmc10-p99", mmc(9.0, 10).sojourn_quantile(0.99), 6.249_876_7),
            ("mmc50-W", mmc(45.0, 50).mean_sojourn(), 1.072_772_89),
            ("mmc50-p99", mmc(45.0, 50).sojourn_quantile(0.99), 4.692_233_83),
            ("mmc100-W", mmc(80.0, 100).mean_sojourn(), 1.000_982_32),
            ("rec-P8", mmc(0.85, 1).mean_sojourn(), 6.666_666_667),
            ("rec-P9", mmc(17.0, 20).mean_sojourn(), 1.128_352_077),
            ("rec-P10", mmc(6.8, 8).sojourn_quantile(0.99), 5.685_117_048),
            ("rec-P11", mmc(8.0 * 0.85 / 0.9, 8).sojourn_quantile(0.99), 11.257_133_9),
        ];
        assert_rows(&rows, 1e-8);
    }

    #[test]
    fn tails_begin_at_one_and_agree_where_rates_meet() {
        // mmc10 has slack 1, the service rate: the plain formula divides zero by zero there.
        let (meeting, near) = (mmc(9.0, 10), mmc(9.0 + 1e-9, 10));
        assert!((meeting.sojourn_tail(0.0) - 1.0).abs() < 1e-15);
        assert!((meeting.sojourn_tail(2.0) - near.sojourn_tail(2.0)).abs() < 1e-8);
        assert!((meeting.wait_tail(0.0) - meeting.wait_probability()).abs() < 1e-15);
        assert!(meeting.sojourn_tail(1e6) == 0.0);
    }

    #[test]
    fn overload_has_no_steady_state() {
        assert_eq!(Mmc::new(2.0, 1.0, 2), None);
        assert_eq!(Mmc::new(1.0, 1.0, 0), None);
    }
}
