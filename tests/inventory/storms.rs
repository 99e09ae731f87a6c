//! C06: 1,000/s at a database that can do 1,250/s and is away from 30 s to 45 s.

use std::ops::RangeInclusive;

use sim_core::report::VariantReport;
use sim_tests::{Story, during, each};

/// The second in which the database is back.
const BACK: usize = 45;

struct Storm {
    variant: &'static str,
    /// Attempts a second at most, in thousands.
    peak: RangeInclusive<f64>,
    /// Seconds until recovery; none: never.
    recovery: Option<RangeInclusive<usize>>,
}

impl Storm {
    fn new(
        variant: &'static str,
        peak: RangeInclusive<f64>,
        recovery: impl Into<Option<RangeInclusive<usize>>>,
    ) -> Self {
        Self { variant, peak, recovery: recovery.into() }
    }

    #[track_caller]
    fn holds(&self, file: &str, sets: &[&str]) {
        let plan = Story::open(file).with(sets).plan(&[self.variant]);
        for (number, run) in each(&plan, self.variant).iter().enumerate() {
            let what = format!("{file}, {}, replication {number}", self.variant);
            let (peak, recovery) = (peak(run) / 1_000.0, recovery(run));
            assert!(self.peak.contains(&peak), "{what}: a peak of {peak}");
            match (&self.recovery, recovery) {
                (Some(range), Some(after)) if range.contains(&after) => {}
                (None, None) => {}
                _ => panic!("{what}: recovery {recovery:?}, not {:?}", self.recovery),
            }
        }
    }
}

/// Attempts in the worst second.
fn peak(run: &VariantReport) -> f64 {
    let attempts = &run.series("app -> db", "attempts").expect("calls have series").values;
    attempts.iter().copied().fold(0.0, f64::max)
}

/// The first second from which for ten seconds 99 % of the requests that came in each of them were
/// answered in the end.
fn recovery(run: &VariantReport) -> Option<usize> {
    let series = |name: &str| &run.series("clients", name).expect("loads have series").values;
    let (started, answered) = (series("started"), series("answered_of_started"));
    let well = |second: usize| answered[second] >= 0.99 * started[second];
    let last = started.len() - 10;
    (BACK..last).find(|it| (0..10).all(|second| well(it + second))).map(|it| it - BACK)
}

/// The share of requests answered, leaving out those that the end cut short.
fn goodput_at_the_end(run: &VariantReport) -> f64 {
    let series = |name: &str| &run.series("clients", name).expect("loads have series").values;
    let (started, answered) = (series("started"), series("answered_of_started"));
    let seconds = started.len() - 30..started.len() - 15;
    answered[seconds.clone()].iter().sum::<f64>() / started[seconds].iter().sum::<f64>()
}

const HANG: &str = "retry-storm/hang.toml";
const REFUSE: &str = "retry-storm/refuse.toml";

/// Rows that end in a recovery. Peaks are to the noise of a second's arrivals, ± 10 %.
fn cures() -> [(&'static str, Vec<Storm>); 2] {
    let refuse = vec![
        Storm::new("no-retry", 1.05..=1.15, 0..=0),
        Storm::new("budget", 1.85..=2.25, 0..=0),
        Storm::new("bounded-queue", 3.9..=4.3, 0..=2),
        Storm::new("budget-and-bounded-queue", 1.85..=2.25, 0..=0),
    ];
    // 15,000 stale requests at 250/s are 60 s, and the last of them wait for less than a second:
    // 55 s, ± 1.5 s for the noise of 60 s of arrivals and services; C06 saw 53 to 57 and, with a
    // budget, 103 to 113 in six runs. First tries that found a place and those that did not come
    // again at different times: with a bounded queue the peak is half a second of work higher.
    let hang = vec![
        Storm::new("no-retry", 1.05..=1.15, 50..=61),
        Storm::new("budget", 1.85..=2.25, 98..=118),
        Storm::new("bounded-queue", 4.4..=4.9, 0..=3),
        Storm::new("budget-and-bounded-queue", 1.5..=2.0, 0..=1),
    ];
    [(REFUSE, refuse), (HANG, hang)]
}

/// Rows that never do: jitter alone does not cure it.
fn stuck() -> [Storm; 3] {
    ["base", "exponential", "full-jitter"].map(|it| Storm::new(it, 3.9..=4.4, None))
}

#[test]
fn c06_budgets_and_bounded_queues_cure_the_storm() {
    for (file, storms) in cures() {
        for storm in storms {
            let duration =
                if storm.variant == "budget" { "run.duration=190s" } else { "run.duration=120s" };
            storm.holds(file, &["run.replications=2", duration]);
        }
    }
}

#[test]
fn c06_a_minute_later_every_back_off_is_stuck() {
    for file in [REFUSE, HANG] {
        for storm in stuck() {
            storm.holds(file, &["run.replications=1", "run.duration=110s"]);
        }
    }
}

#[test]
fn c06_a_database_that_is_back_serves_nobody() {
    let plan = Story::open(HANG).with(&["run.replications=1", "run.duration=110s"]).plan(&["base"]);
    assert_eq!(goodput_at_the_end(&each(&plan, "base")[0]), 0.0);
}

#[test]
fn t46_t48_the_unbounded_queue_grows_and_the_bounded_one_does_not() {
    let run = |variant: &str| {
        let story = Story::open(HANG).with(&["run.replications=1", "run.duration=110s"]);
        story.run_one(variant)
    };
    let queue = during(&run("base"), "after", "db.queue.max");
    // 4,000/s come, 1,250/s go.
    assert!(queue > 45_000.0 + 65.0 * 2_600.0, "{queue}");
    assert_eq!(during(&run("bounded-queue"), "always", "db.queue.max"), 625.0);
}

#[cfg(feature = "slow")]
mod slow {
    use super::{BACK, HANG, REFUSE, Storm, cures, goodput_at_the_end, stuck};
    use sim_tests::{Story, each};

    #[test]
    fn c06_cures_in_five_runs() {
        for (file, storms) in cures() {
            for storm in storms {
                storm.holds(file, &["run.replications=6"]);
            }
        }
    }

    /// What the budget's size and the queue's length do to an outage that hangs.
    #[test]
    fn c06_smaller_budgets_and_longer_queues() {
        let budget = |share: &str| format!("service.app.call.db.retry.budget={share}");
        let queue = |slots: u32| format!("service.db.queue.slots={slots}");
        let rows = [
            (budget("5%"), Storm::new("budget", 1.4..=1.7, 68..=87)),
            (budget("20%"), Storm::new("budget", 1.8..=2.2, None)),
            (queue(1_250), Storm::new("budget-and-bounded-queue", 1.8..=2.2, 0..=2)),
            (queue(2_500), Storm::new("budget-and-bounded-queue", 1.8..=2.2, 6..=12)),
        ];
        for (set, storm) in rows {
            storm.holds(HANG, &["run.duration=230s", &set]);
        }
    }

    /// Connections refused, fixed waits of 1 s: how much headroom, and how many retries, it takes.
    #[test]
    fn c06_headroom_and_fewer_retries_save_the_database() {
        let rows = [
            ("service.db.workers=13", 4.0..=4.4, None),
            ("service.db.workers=15", 4.0..=4.4, Some(0..=1)),
            ("service.app.call.db.retry.retries=2", 2.9..=3.3, None),
            ("service.app.call.db.retry.retries=1", 1.9..=2.3, Some(0..=1)),
        ];
        for (set, peak, recovery) in rows {
            Storm::new("base", peak, recovery).holds(REFUSE, &["run.duration=150s", set]);
        }
    }

    #[test]
    fn c06_stuck_in_five_runs_of_five_minutes() {
        for file in [REFUSE, HANG] {
            for storm in stuck() {
                storm.holds(file, &["run.replications=5"]);
            }
        }
    }

    #[test]
    fn c06_ten_minutes_later_nobody_is_served() {
        let sets = ["run.replications=1", "run.duration=650s", "run.max_in_flight=3000000"];
        let plan = Story::open(HANG).with(&sets).plan(&["full-jitter"]);
        assert_eq!(goodput_at_the_end(&each(&plan, "full-jitter")[0]), 0.0);
    }

    /// The tipping points are of connections refused and fixed waits of 1 s.
    #[test]
    fn c06_an_outage_of_one_second_passes_and_one_of_two_stays() {
        for (seconds, recovery) in [(1, Some(0..=30)), (2, None)] {
            let storm = Storm::new("base", 1.5..=4.4, recovery);
            let sets = ["outage", "no-work"].map(|fault| {
                let at = format!("fault.{fault}.at={}s", BACK - seconds);
                [at, format!("fault.{fault}.for={seconds}s")]
            });
            let sets: Vec<&str> = sets.as_flattened().iter().map(String::as_str).collect();
            storm.holds(REFUSE, &sets);
        }
    }
}
