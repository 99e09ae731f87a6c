use super::tally::{Outcome, Shares, Tally};
use crate::policy::recent::Recent;
use crate::time::{SimDuration, SimTime};

/// Trips at a share of the results of the last `window` of time, once `min_calls` are there.
///
/// Ten equal buckets follow the clock of the run; results are forgotten a bucket at a time, when a
/// result comes. The window therefore covers nine to ten tenths of its length.
///
/// Source: resilience4j, `SlidingTimeWindowMetrics.java` (`TIME_BASED`), whose buckets are of one
/// second each and as many as the window has seconds.
#[derive(Clone, Debug)]
pub(super) struct TimeWindow {
    shares: Shares,
    min_calls: u32,
    results: Recent<Tally>,
}

impl TimeWindow {
    /// An empty window of length `window` (> 0).
    pub(super) fn new(window: SimDuration, min_calls: u32, shares: Shares) -> Self {
        debug_assert!(!window.is_zero());
        Self { shares, min_calls, results: Recent::new(window) }
    }

    /// Takes a result in; true if it trips the breaker.
    #[inline]
    pub(super) fn record(&mut self, now: SimTime, outcome: Outcome) -> bool {
        self.results.add(now, outcome.into());
        let tally = self.results.total();
        tally.total >= self.min_calls && self.shares.reached(tally)
    }

    pub(super) fn clear(&mut self) {
        self.results.clear();
    }

    pub(super) fn shares(&self) -> Shares {
        self.shares
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::super::script::{any_outcome, follow, share_that_close};
    use super::super::{Config, SlowCalls, Trip};
    use super::*;

    /// Buckets of 100 ms.
    const CONFIG: Config = Config {
        trip: Trip::OfLastTime { share: 0.5, window: SimDuration::from_secs(1), min_calls: 4 },
        slow: Some(SlowCalls { after: SimDuration::from_millis(20), share: 0.75 }),
        open_for: SimDuration::from_millis(100),
        probes: 2,
    };

    #[test]
    fn follows_its_transition_table() {
        #[rustfmt::skip]
        let cases = [
            ("too few results say nothing",        "err err err =closed err =open no"),
            ("half of four",                       "err ok err =closed ok =open"),
            ("many results, none is pushed out",   "ok ok ok ok ok err err err err =closed err =open"),
            ("the tenth bucket still counts",      "err err @999 err =closed err =open"),
            ("the eleventh does not",              "err err @1000 err err err =closed err =open"),
            ("failures get old",                   "ok ok ok err err =closed @1000 err =closed ok ok ok =closed"),
            ("successes get old, too",             "ok ok ok ok ok ok ok ok @1050 err err err =closed err =open"),
            ("age is the bucket's, not its own",   "@99 err err err @1000 err =closed"),
            ("a long silence forgets all",         "err err err @60000 err err err =closed err =open"),
            ("slow shares count on their own",     "slow slow ok slow =open"),
            ("exactly the limit is in time",       "just just just just =closed"),
            ("both probes decide",                 "err err err err @100 +a +b no a:err =half_open b:ok =open"),
            ("two good probes close",              "err err err err @100 +a +b b:ok no a:ok =closed"),
            ("probes decide however late",         "err err err err @100 +a +b a:ok @9000 b:ok =closed"),
            ("closing starts with nothing",        "err err err err @100 ok ok =closed err err err =closed err =open"),
            ("stragglers are not probes",          "+s +t err err err err @100 +a s:err t:err =half_open a:ok ok =closed"),
            ("a dropped probe's place is free",    "err err err err @100 +a +b no b:drop +c no a:ok c:ok =closed"),
        ];
        for (name, script) in cases {
            follow(CONFIG, name, script);
        }
    }

    #[test]
    fn a_vector_of_resilience4j() {
        // Its window of 3 s has three buckets of 1 s; ten of 0.3 s forget the first three results
        // at the same place.
        let trip = Trip::OfLastTime { share: 0.6, window: SimDuration::from_secs(3), min_calls: 5 };
        let script = "ok ok ok @1500 err err =closed @2100 err =closed @3000 err =closed err =open";
        follow(Config { trip, ..CONFIG }, "TIME_BASED 3 s, min 5, 60 %", script);
    }

    #[test]
    fn probes_close_as_the_binomial_says() {
        let share = share_that_close(CONFIG, 0.2, 20_000);
        let error = (0.64f64 * 0.36 / 20_000.0).sqrt();
        assert!((share - 0.64).abs() < 4.0 * error, "{share} ± {error}");
    }

    proptest! {
        #[test]
        fn equals_a_window_that_counts_anew(
            length in prop_oneof![1u64..40, Just(1_000), Just(12_345)],
            min_calls in 1u32..14,
            percent in 1u32..=100,
            script in proptest::collection::vec((any_outcome(), 0.0..1.0f64, 0..40u8), 1..200),
        ) {
            let shares = Shares::new(f64::from(percent) / 100.0, Some(0.5));
            let mut window = TimeWindow::new(SimDuration::from_nanos(length), min_calls, shares);
            let (width, mut now, mut twin) = (length.div_ceil(10), 0u64, VecDeque::new());
            for (outcome, gap, chance) in script {
                // Mostly well within a bucket, now and then beyond the window.
                now += (gap * gap * gap * gap * 1.5 * length as f64) as u64;
                if chance == 0 {
                    window.clear();
                    twin.clear();
                }
                twin.push_back((now / width, outcome));
                twin.retain(|(bucket, _)| bucket + 10 > now / width);
                let count = |test: fn(Outcome) -> bool| twin.iter().filter(|it| test(it.1)).count() as u32;
                let (total, failures, slow) = (count(|_| true), count(|it| it.failed), count(|it| it.slow));
                let bad = failures * 100 >= percent * total || slow * 2 >= total;
                let tripped = window.record(SimTime::from_nanos(now), outcome);
                prop_assert_eq!(tripped, total >= min_calls && bad);
                prop_assert_eq!(window.results.total(), Tally { total, failures, slow });
            }
        }
    }
}
