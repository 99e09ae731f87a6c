//! C06: 1,000/s at a database that can do 1,250/s and is away from 30 s to 45 s.
//!
//! Every run must do what its row says. What the runs of a row come to, the chance to recover and
//! the time that it takes, with intervals, is printed:
//!
//! ```text
//! cargo test -p sim-tests --profile slow --features slow --test inventory storms -- --nocapture
//! ```

use std::fmt;
use std::ops::RangeInclusive;

use sim_core::report::{Estimate, Proportion, RecoveryReport, VariantReport};
use sim_core::statistics::Moments;
use sim_tests::{Story, during, each};

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
        let runs = each(&plan, self.variant);
        for (number, run) in runs.iter().enumerate() {
            let what = format!("{file}, {}, replication {number}", self.variant);
            let (peak, recovery) = (peak(run) / 1_000.0, recovery(run));
            assert!(self.peak.contains(&peak), "{what}: a peak of {peak}");
            match (&self.recovery, recovery) {
                (Some(range), Some(after)) if range.contains(&after) => {}
                (None, None) => {}
                _ => panic!("{what}: recovery {recovery:?}, not {:?}", self.recovery),
            }
        }
        println!("{file} {} {}: {}", self.variant, sets.join(" "), Outcome::of(&runs));
    }
}

/// What the runs of a storm come to.
struct Outcome {
    /// Attempts in the worst second, thousands.
    peak: Estimate,
    /// How likely it is to recover.
    share: Proportion,
    /// Seconds until it does, where it does.
    time: Option<Estimate>,
}

impl Outcome {
    fn of(runs: &[VariantReport]) -> Self {
        let peaks: Moments = runs.iter().map(|it| peak(it) / 1_000.0).collect();
        let times: Moments = runs.iter().filter_map(recovery).map(|it| it as f64).collect();
        Self {
            peak: Estimate::of(&peaks).expect("there are runs"),
            share: Proportion::of(times.n(), peaks.n()).expect("there are runs"),
            time: Estimate::of(&times),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { peak, share: Proportion { mean, low, high }, time } = self;
        let (runs, recover) = (peak.n, mean * peak.n as f64);
        let (low, high) = (100.0 * low, 100.0 * high);
        write!(f, "{} thousand/s at most; ", figure(peak))?;
        write!(f, "{recover:.0} of {runs} recover ({low:.1}–{high:.1} %)")?;
        time.iter().try_for_each(|it| write!(f, " after {} s", figure(it)))
    }
}

fn figure(estimate: &Estimate) -> String {
    let half_width = estimate.half_width.map_or(String::new(), |it| format!(" ± {it:.2}"));
    format!("{:.2}{half_width}", estimate.mean)
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
    let back = run.faults[0].to.expect("the outage ends") as usize;
    let last = started.len() - 10;
    (back..last).find(|it| (0..10).all(|second| well(it + second))).map(|it| it - back)
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
const TIPPING_POINT: &str = "retry-storm/tipping-point.toml";

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
        Storm::new("bounded-queue", 4.4..=4.9, 0..=4),
        Storm::new("budget-and-bounded-queue", 1.5..=2.0, 0..=1),
        Storm::new("budget-and-drop-stale", 1.5..=2.25, 0..=1),
    ];
    [(REFUSE, refuse), (HANG, hang)]
}

/// Rows that never do: jitter alone does not cure it.
fn stuck() -> [Storm; 3] {
    ["base", "exponential", "full-jitter"].map(|it| Storm::new(it, 3.9..=4.4, None))
}

/// A constant Retry-After holds the herd back and lets it go together. C06 saw 8.3.
fn told_to_come_again() -> Storm {
    Storm::new("retry-after", 7.8..=8.8, None)
}

#[test]
fn c06_a_constant_retry_after_makes_it_worse() {
    told_to_come_again().holds(REFUSE, &["run.replications=1", "run.duration=110s"]);
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

/// What heals on one side of an edge and sticks on the other: connections refused, fixed waits of
/// 1 s.
fn tipping_points() -> [Storm; 7] {
    [
        Storm::new("outage-1s", 1.9..=2.3, 0..=1),
        Storm::new("outage-2s", 3.6..=4.4, None),
        Storm::new("one-retry", 1.9..=2.3, 0..=1),
        Storm::new("two-retries", 2.9..=3.3, None),
        Storm::new("base", 3.9..=4.4, None),
        Storm::new("workers-13", 3.9..=4.4, None),
        Storm::new("workers-15", 3.9..=4.4, 0..=1),
    ]
}

#[test]
fn c06_one_more_second_or_retry_and_it_never_comes_back() {
    for storm in tipping_points() {
        storm.holds(TIPPING_POINT, &["run.replications=1", "run.duration=90s"]);
    }
}

/// How the runs of a variant of the tipping points end, by C06's measure and by the report's.
fn luck(variant: &str, replications: u32) -> Outcome {
    let plan = Story::open(TIPPING_POINT).with(&["run.duration=150s"]).plan(&[variant]);
    let (mut runs, mut together) = (Vec::new(), plan.fold(0));
    for number in 0..replications {
        let replication = plan.replicate(0, number, |_| true).expect("nobody says stop");
        let mut alone = plan.fold(0);
        alone.push(replication.clone());
        runs.push(alone.finish(variant));
        together.push(replication);
    }
    let outcome = Outcome::of(&runs);
    println!("{TIPPING_POINT} {variant}: {outcome}");
    let RecoveryReport { of, share, time, .. } = &together.finish(variant).faults[0].recovery[0];
    assert_eq!((*of, *share), (replications, outcome.share), "the report tells the same");
    // Of its stretches of ten seconds the first may begin half a second before all is well.
    let means = [*time, outcome.time].map(|it| it.expect("some recover").mean);
    assert!((means[0] - means[1]).abs() <= 1.0, "{means:?}");
    outcome
}

/// Seven of a hundred runs stick with 14 workers, half of them with an eightieth less; C06 saw two
/// of six. The sets of runs are independent of each other: their intervals meet.
#[test]
fn c06_on_the_edge_it_is_luck() {
    let replications = if cfg!(feature = "slow") { 40 } else { 12 };
    let edge = luck("knife-edge", replications).share;
    assert!(edge.low > 0.1 && edge.high < 0.9, "{edge:?}: as if it were no edge");
    let beside = luck("workers-14", replications).share;
    let c06 = Proportion::of(4, 6).expect("there were six");
    assert!(beside.low <= c06.high && c06.low <= beside.high, "{beside:?} and {c06:?}");
    assert!(beside.mean > edge.mean, "more room, more luck: {beside:?} and {edge:?}");
}

#[cfg(feature = "slow")]
mod slow {
    use super::{
        HANG, REFUSE, Storm, TIPPING_POINT, cures, goodput_at_the_end, stuck, tipping_points,
        told_to_come_again,
    };
    use sim_tests::{Story, each};

    const RUNS: &str = "run.replications=12";

    #[test]
    fn c06_cures_in_every_run() {
        for (file, storms) in cures() {
            for storm in storms {
                storm.holds(file, &[RUNS]);
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
            storm.holds(HANG, &[RUNS, "run.duration=230s", &set]);
        }
    }

    #[test]
    fn c06_tipping_points_in_every_run() {
        for storm in tipping_points() {
            storm.holds(TIPPING_POINT, &[RUNS]);
        }
    }

    #[test]
    fn c06_stuck_in_every_run_of_five_minutes() {
        for file in [REFUSE, HANG] {
            for storm in stuck() {
                storm.holds(file, &[RUNS]);
            }
        }
        told_to_come_again().holds(REFUSE, &[RUNS]);
    }

    #[test]
    fn c06_ten_minutes_later_nobody_is_served() {
        let sets = ["run.replications=1", "run.duration=650s", "run.max_in_flight=3000000"];
        let plan = Story::open(HANG).with(&sets).plan(&["full-jitter"]);
        assert_eq!(goodput_at_the_end(&each(&plan, "full-jitter")[0]), 0.0);
    }
}
