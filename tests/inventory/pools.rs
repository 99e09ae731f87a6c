use std::sync::OnceLock;

use sim_core::analytic::abandonment::deterministic;
use sim_core::analytic::erlang::erlang_b;
use sim_core::analytic::sizing::smallest_pool;
use sim_core::report::{Report, VariantReport};
use sim_tests::{Story, always, assert_close, assert_near, base, caller, during, estimate, loaded};

/// All variants, of a shorter run in more replications.
fn report() -> &'static Report {
    static REPORT: OnceLock<Report> = OnceLock::new();
    REPORT.get_or_init(|| {
        let shorter = ["fault.slow.at=30s", "fault.slow.for=20s", "run.duration=51s"];
        let story = Story::open("pool-sizing/little-is-a-mean.toml").with(&shorter);
        story.with(&["run.replications=14"]).run()
    })
}

fn variant(name: &str) -> &'static VariantReport {
    report().variant(name).unwrap_or_else(|| panic!("there is no variant {name}"))
}

fn assert_rejects(name: &str, share: f64) {
    let rejected = estimate(variant(name), "before", "recommendations.pool.rejection_rate");
    assert_near(rejected, share, name);
}

#[test]
fn t61_c01_little_s_100_slots_reject_2_6_percent() {
    let exact = |slots, wait| deterministic(500.0, 0.2, slots, wait).rejection;
    assert!((exact(100, 0.05) - 0.026_171).abs() < 1e-6, "as the correction says");
    assert_rejects("base", exact(100, 0.05));
    assert!((erlang_b(100, 100.0) - 0.075_700).abs() < 1e-6, "as the correction says");
    assert_rejects("no-wait", erlang_b(100, 100.0));
    assert_rejects("no-wait-constant-times", erlang_b(100, 100.0));
}

#[test]
fn t61_c01_only_clockwork_needs_no_more_than_the_mean() {
    let clockwork = variant("clockwork");
    let rejected = estimate(clockwork, "before", "recommendations.pool.rejected");
    assert_eq!(rejected.max, 0.0, "constant arrivals of constant length");
}

#[test]
fn t74_c01_ten_percent_more_reject_0_18_percent() {
    let exact = |slots| deterministic(500.0, 0.2, slots, 0.05).rejection;
    assert!((exact(110) - 0.001_800).abs() < 1e-6, "as the correction says");
    assert_rejects("slots-110", exact(110));
    assert!(exact(105) < 0.01, "the first size under 1 %");
    assert_rejects("slots-105", exact(105));
}

#[test]
fn t62_c02_ten_times_slower_means_450_rejected_a_second_not_900() {
    let slow = |metric: &str| during(variant("base"), "slow", metric);
    let rejected = slow("recommendations.pool.rejected") / 20.0;
    // 100 slots / 2 s = 50/s served, a few more at the onset while the short ones leave.
    assert!((440.0..455.0).contains(&rejected), "{rejected}/s");
    let waiting = estimate(variant("base"), "slow", "recommendations.pool.waiting.mean");
    assert!((waiting.mean - 25.0).abs() < 0.5, "500/s x 50 ms in line: {}", waiting.mean);
    let entered = slow("recommendations.attempt_rate");
    assert!((50.0..58.0).contains(&entered), "{entered}/s");
}

#[test]
fn t63_the_database_s_pool_of_50_is_never_starved() {
    for variant in &report().variants {
        let rejected = estimate(variant, "always", "db.pool.rejected");
        assert_eq!(rejected.max, 0.0, "{}", variant.name);
    }
}

#[test]
fn t37_who_asks_is_admitted_or_turned_away_or_leaves() {
    // A pool without a free slot from 1 s on: callers wait 50 ms, or until their deadline.
    let load = "arrivals = \"constant\"\nrate = \"50/s\"";
    let exhausted = "[[fault]]\nname = \"full\"\nkind = \"pool_exhaust\"\non = \"app -> db\"\n\
                     slots = \"all\"\nat = \"1s\"";
    let outcomes = |deadline: &str| {
        let policies = "bulkhead = { slots = 10, max_wait = \"50ms\" }";
        let app = caller(policies, "workers = \"unlimited\"\ntime = \"1ms\"") + exhausted;
        let deadline = format!("[service.app]\ndeadline = \"{deadline}\"");
        let report = base(&loaded("11s", load, &app.replace("[service.app]", &deadline)));
        let count = |metric: &str| always(&report, &format!("db.{metric}"));
        let [asked, rejected, cancelled] =
            ["pool.asked", "pool.rejected", "pool.cancelled"].map(count);
        let in_line = asked - count("attempts") - rejected - cancelled;
        assert!((0.0..=2.0).contains(&in_line), "{in_line} are in line at the end");
        if rejected > 0.0 {
            let wait = count("pool.wait_of_all.mean") * (asked - in_line) / rejected;
            assert_close(wait, 0.05, "what the rejected waited");
        }
        [count("attempts"), rejected, cancelled]
    };
    assert_eq!(outcomes("10s"), [49.0, 498.0, 0.0], "a second of 50/s, then ten");
    assert_eq!(outcomes("30ms"), [49.0, 0.0, 499.0], "gone before the pool says no");
}

#[test]
fn real_arrivals_are_not_poisson() {
    let report = Story::open("real-traffic/azure-llm.toml").with(&["run.replications=12"]).run();
    let rejected = |name: &str| {
        let variant = report.variant(name).unwrap_or_else(|| panic!("no variant {name}"));
        estimate(variant, "always", "requests.error_rate")
    };
    // 8,819 requests in 3,435.948 s, 25 times as fast; 27.8825 ms each.
    let (rate, service) = (25.0 * 8_818.0 / 3_435.948, 0.027_882_5);
    let pool = smallest_pool(rate, service, 0.0, 0.01).expect("there is one");
    assert_eq!(pool.slots, 6);
    assert_near(rejected("poisson"), pool.rejection, "as the formula says");
    let real = rejected("base");
    assert!(real.min > 0.3, "of the real ones far more are rejected: {}", real.mean);
    assert!(rejected("twice").min > 0.1, "twice the pool is not enough");
    let enough = rejected("enough");
    assert!((0.001..0.011).contains(&enough.mean), "five times is: {}", enough.mean);
    let offered =
        |name: &str| always(report.variant(name).expect("it is there"), "requests.offered");
    assert!((offered("base") / offered("poisson") - 1.0).abs() < 0.03, "as many of both");
    assert_close(offered("base"), offered("enough"), "the same log");
}
