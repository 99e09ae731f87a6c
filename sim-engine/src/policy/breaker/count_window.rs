use super::tally::{Outcome, Shares, Tally};

/// Trips at a share of the last `window` results, once `min_calls` are there.
///
/// Source: resilience4j, `FixedSizeSlidingWindowMetrics.java` (`COUNT_BASED`).
#[derive(Clone, Debug)]
pub(super) struct CountWindow {
    shares: Shares,
    min_calls: u32,
    /// The last results; as many as the tally counts are there, `next` is the oldest once full.
    ring: Box<[Outcome]>,
    next: usize,
    tally: Tally,
}

impl CountWindow {
    /// An empty window of `window` (≥ 1) results; `min_calls` above it counts as `window`.
    pub(super) fn new(window: u32, min_calls: u32, shares: Shares) -> Self {
        debug_assert!(window >= 1);
        Self {
            shares,
            min_calls: min_calls.min(window),
            ring: vec![Outcome::default(); window as usize].into(),
            next: 0,
            tally: Tally::default(),
        }
    }

    /// Takes a result in; true if it trips the breaker.
    #[inline]
    pub(super) fn record(&mut self, outcome: Outcome) -> bool {
        let oldest = std::mem::replace(&mut self.ring[self.next], outcome);
        if self.tally.total as usize == self.ring.len() {
            self.tally -= oldest.into();
        }
        self.tally += outcome.into();
        self.next = if self.next + 1 == self.ring.len() { 0 } else { self.next + 1 };
        self.tally.total >= self.min_calls && self.shares.reached(self.tally)
    }

    pub(super) fn clear(&mut self) {
        self.next = 0;
        self.tally = Tally::default();
    }

    pub(super) fn shares(&self) -> Shares {
        self.shares
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::super::script::{
        any_outcome, calls_to_trip, follow, share_that_close, share_that_trip,
    };
    use super::super::{Config, SlowCalls, Trip};
    use super::*;
    use crate::math::pow;
    use crate::time::SimDuration;

    const CONFIG: Config = of_last(0.5, 4, 4);

    const fn of_last(share: f64, window: u32, min_calls: u32) -> Config {
        Config {
            trip: Trip::OfLastCalls { share, window, min_calls },
            slow: Some(SlowCalls { after: SimDuration::from_millis(20), share: 0.75 }),
            open_for: SimDuration::from_millis(100),
            probes: 2,
        }
    }

    #[test]
    fn follows_its_transition_table() {
        #[rustfmt::skip]
        let cases = [
            ("too few results say nothing",         "err err err =closed err =open no"),
            ("half of four",                        "err ok err =closed ok =open"),
            ("it is a success that trips it",       "err err ok =closed ok =open"),
            ("a third is not half",                 "ok ok ok err =closed ok ok ok =closed err ok =closed"),
            ("old results leave",                   "err ok ok ok =closed err =closed err =open"),
            ("slow shares count on their own",      "slow slow ok slow =open"),
            ("half slow is less than 75 %",         "slow slow ok ok =closed ok slow slow =closed slow =open"),
            ("exactly the limit is in time",        "just just just just =closed"),
            ("slow and failed are not added up",    "slow slow ok err =closed"),
            ("half-open decides after both probes", "err err err err @100 +a +b no a:err =half_open b:ok =open"),
            ("whichever comes first",               "err err err err @100 +a +b a:ok =half_open b:err =open"),
            ("two good probes close",               "err err err err @100 +a +b b:ok no a:ok =closed"),
            ("slow probes reopen, all but one",     "err err err err @100 slow ok =closed"),
            ("both slow",                           "err err err err @100 slow slow =open"),
            ("closing starts with nothing",         "err err err err @100 ok ok =closed err err err =closed err =open"),
            ("reopening takes the time anew",       "err err err err @100 err ok =open @199 no @200 +a =half_open"),
            ("stragglers are not probes",           "+s +t err err err err @100 +a s:err t:err =half_open a:ok ok =closed"),
            ("nor results of the new window",       "+s err err err err @100 ok ok =closed err err s:err =closed err err =open"),
            ("a dropped probe's place is free",     "err err err err @100 +a +b no b:drop +c no a:ok c:ok =closed"),
            ("a dropped call is no result",         "err err err +a a:drop =closed err =open"),
        ];
        for (name, script) in cases {
            follow(CONFIG, name, script);
        }
    }

    #[test]
    fn min_calls_is_at_most_the_window() {
        follow(of_last(0.5, 3, 100), "all of three", "err err =closed err =open");
        follow(of_last(0.5, 3, 1), "one is enough", "err =open");
        follow(of_last(0.5, 4, 2), "half of two", "ok err =open");
    }

    #[test]
    fn five_vectors_of_resilience4j() {
        // Run on resilience4j of 2026-05-05; the last one with its 100 ms for 20 ms.
        #[rustfmt::skip]
        let cases = [
            (of_last(0.5, 5, 5),   "ok ok err err =closed err =open no"),
            (of_last(0.5, 4, 4),   "err err ok =closed ok =open no"),
            (of_last(0.5, 5, 100), "err err err err =closed err =open"),
            (Config { slow: Some(SlowCalls { after: SimDuration::from_millis(20), share: 0.5 }), ..CONFIG },
                                   "ok ok slow =closed slow =open"),
            (Config { slow: Some(SlowCalls { after: SimDuration::from_millis(20), share: 0.5 }), ..CONFIG },
                                   "just just just just just =closed"),
        ];
        for (config, script) in cases {
            follow(config, "resilience4j", script);
        }
    }

    #[test]
    fn trips_on_the_first_full_window_as_the_binomial_says() {
        // P(Bin(n, p) ≥ k): (k, n, p, want)
        #[rustfmt::skip]
        let cases = [
            (10, 20, 0.2, 0.002_594_83),
            (10, 20, 0.5, 0.588_099),
            (3,   5, 0.2, 0.057_92),
        ];
        for (k, n, p, want) in cases {
            let config = of_last(f64::from(k) / f64::from(n), n, n);
            let share = share_that_trip(config, n, p, 100_000);
            let error = f64::sqrt(want * (1.0 - want) / 1e5);
            assert!((share - want).abs() < 4.0 * error, "{k} of {n} at {p}: {share} ± {error}");
        }
    }

    /// Mean number of calls to the first time at which `k` of the last `n` have failed, once `n`
    /// are there: from the chain over all 2ⁿ full windows.
    fn exact_calls_to_trip(k: u32, n: u32, p: f64) -> f64 {
        let windows = 1usize << n;
        let trips = |window: usize| window.count_ones() >= k;
        let mut mean = vec![0.0; windows];
        for _ in 0..5_000 {
            for window in (0..windows).filter(|it| !trips(*it)) {
                let next = window << 1 & (windows - 1);
                mean[window] = 1.0 + (1.0 - p) * mean[next] + p * mean[next | 1];
            }
        }
        let chance = |window: usize| {
            let failed = f64::from(window.count_ones());
            pow(p, failed) * pow(1.0 - p, f64::from(n) - failed)
        };
        f64::from(n) + (0..windows).map(|it| chance(it) * mean[it]).sum::<f64>()
    }

    #[test]
    fn trips_after_so_many_calls() {
        assert!((exact_calls_to_trip(5, 5, 0.5) - 62.0).abs() < 1e-6);
        for (k, n, p) in [(5, 5, 0.5), (3, 5, 0.2), (4, 8, 0.3)] {
            let want = exact_calls_to_trip(k, n, p);
            let share = f64::from(k) / f64::from(n);
            let [mean, error] = calls_to_trip(of_last(share, n, n), p, 20_000);
            assert!((mean - want).abs() < 4.0 * error, "{k} of {n}: {mean} ± {error}, not {want}");
        }
    }

    #[test]
    fn probes_close_as_the_binomial_says() {
        // Two probes of which half reopen: both must succeed.
        let share = share_that_close(CONFIG, 0.2, 20_000);
        let error = (0.64f64 * 0.36 / 20_000.0).sqrt();
        assert!((share - 0.64).abs() < 4.0 * error, "{share} ± {error}");
    }

    proptest! {
        #[test]
        fn equals_a_window_that_counts_anew(
            size in 1u32..12,
            min_calls in 1u32..14,
            percent in 1u32..=100,
            script in proptest::collection::vec((any_outcome(), 0..40u8), 1..200),
        ) {
            let shares = Shares::new(f64::from(percent) / 100.0, Some(0.5));
            let mut window = CountWindow::new(size, min_calls, shares);
            let mut twin = VecDeque::new();
            for (outcome, chance) in script {
                if chance == 0 {
                    window.clear();
                    twin.clear();
                }
                twin.push_back(outcome);
                if twin.len() > size as usize {
                    twin.pop_front();
                }
                let (total, failed) = (twin.len() as u32, twin.iter().filter(|it| it.failed).count() as u32);
                let slow = twin.iter().filter(|it| it.slow).count() as u32;
                let bad = failed * 100 >= percent * total || slow * 2 >= total;
                let want = total >= min_calls.min(size) && bad;
                prop_assert_eq!(window.record(outcome), want);
                prop_assert_eq!(window.tally, Tally { total, failures: failed, slow });
            }
        }
    }
}
