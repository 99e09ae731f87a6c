use super::tally::Outcome;

/// Trips after a number of failures in a row; a success starts the count again.
///
/// At a failure probability `p`, independent from call to call, the first trip comes after
/// (1 − pᵏ) / (pᵏ (1 − p)) calls on average: with k = 5 after 62 at 50 %, but only after 111 110 at
/// 10 %.
///
/// Source: Nygard, *Release It!* (2nd ed., 2018), ch. 5 "Circuit Breaker"; the default of
/// `sony/gobreaker` and of Finagle's `FailureAccrualPolicy.consecutiveFailures`.
#[derive(Clone, Debug)]
pub(super) struct Consecutive {
    threshold: u32,
    failures: u32,
}

impl Consecutive {
    /// Trips at `threshold` (≥ 1) failures in a row.
    pub(super) fn new(threshold: u32) -> Self {
        debug_assert!(threshold >= 1);
        Self { threshold, failures: 0 }
    }

    /// Takes a result in; true if it trips the breaker.
    #[inline]
    pub(super) fn record(&mut self, outcome: Outcome) -> bool {
        self.failures = if outcome.failed { self.failures.saturating_add(1) } else { 0 };
        self.failures >= self.threshold
    }

    pub(super) fn clear(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::super::script::{calls_to_trip, follow, share_that_close};
    use super::super::{Config, SlowCalls, Trip};
    use crate::time::SimDuration;

    const CONFIG: Config = Config {
        trip: Trip::Consecutive { failures: 2 },
        slow: None,
        open_for: SimDuration::from_millis(100),
        probes: 1,
    };

    #[test]
    fn follows_its_transition_table() {
        #[rustfmt::skip]
        let cases = [
            ("one failure is forgiven",              "err =closed"),
            ("two failures trip it",                 "err err =open no"),
            ("a success resets the count",           "err ok err =closed err =open"),
            ("stays open to the last nanosecond",    "err err @99.999999 no =open"),
            ("lets one probe through at expiry",     "err err @100 +p =half_open no"),
            ("nothing happens until a call comes",   "err err @500 =open +p =half_open"),
            ("a good probe closes",                  "err err @100 ok =closed"),
            ("closing starts anew",                  "err err @100 ok err =closed err =open"),
            ("a bad probe reopens, from now on",     "err err @100 +p @150 p:err =open @249 no @250 +q"),
            ("a straggler cannot prolong the trip",  "+s err err @50 s:err @100 +p =half_open"),
            ("a straggler's error is no probe's",    "+s err err @100 +p s:err =half_open p:ok =closed"),
            ("a straggler's success neither",        "+s err err @100 +p s:ok =half_open no p:err =open"),
            ("nor does it count once closed again",  "+s err err @100 ok err s:err =closed err =open"),
            ("a straggler cannot free a place",      "+s err err @100 +p s:drop no"),
            ("a dropped probe gives its place back", "err err @100 +p no p:drop +q no q:ok =closed"),
            ("a dropped call is no result",          "err +a a:drop =closed err =open"),
            ("a probe of an earlier half-open",      "err err @100 +p p:err @200 +q =half_open q:ok =closed"),
        ];
        for (name, script) in cases {
            follow(CONFIG, name, script);
        }
    }

    #[test]
    fn several_probes() {
        let config = Config { probes: 3, ..CONFIG };
        #[rustfmt::skip]
        let cases = [
            ("three at most are under way",         "err err @100 +a +b +c no"),
            ("an answered probe makes no room",     "err err @100 +a +b +c a:ok no =half_open"),
            ("the last of three successes closes",  "err err @100 ok ok =half_open ok =closed"),
            ("one failure reopens at once",         "err err @100 +a +b +c b:err =open a:ok c:ok =open"),
            ("late probes of it are stragglers",    "err err @100 +a +b b:err @200 a:ok ok ok =half_open ok =closed"),
            ("dropping one lets one more through",  "err err @100 +a +b +c b:drop +d no"),
        ];
        for (name, script) in cases {
            follow(config, name, script);
        }
    }

    #[test]
    fn slow_counts_as_failed() {
        let slow = Some(SlowCalls { after: SimDuration::from_millis(20), share: 1.0 });
        #[rustfmt::skip]
        let cases = [
            ("two slow ones trip it",        "slow slow =open"),
            ("slow and failed alternate",    "slow err =open"),
            ("exactly the limit is in time", "slow just slow =closed"),
            ("a slow probe reopens",         "err err @100 slow =open"),
        ];
        for (name, script) in cases {
            follow(Config { slow, ..CONFIG }, name, script);
        }
    }

    #[test]
    fn trips_after_so_many_calls() {
        let config = Config { trip: Trip::Consecutive { failures: 5 }, ..CONFIG };
        let [mean, error] = calls_to_trip(config, 0.5, 20_000);
        assert!((mean - 62.0).abs() < 4.0 * error, "{mean} ± {error}");
    }

    #[test]
    fn three_probes_at_20_percent_errors_close_in_half_of_cases() {
        let share = share_that_close(Config { probes: 3, ..CONFIG }, 0.2, 20_000);
        let error = (0.512f64 * 0.488 / 20_000.0).sqrt();
        assert!((share - 0.512).abs() < 4.0 * error, "{share} ± {error}");
    }
}
