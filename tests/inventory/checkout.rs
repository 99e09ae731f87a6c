use std::sync::OnceLock;

use sim_core::report::VariantReport;
use sim_tests::{Story, during, each};

/// Each replication of the base.
fn base() -> &'static [VariantReport] {
    static REPORTS: OnceLock<Vec<VariantReport>> = OnceLock::new();
    REPORTS.get_or_init(|| replications("base"))
}

/// Each replication of what the team runs today.
fn naive() -> &'static [VariantReport] {
    static REPORTS: OnceLock<Vec<VariantReport>> = OnceLock::new();
    REPORTS.get_or_init(|| replications("naive"))
}

fn replications(variant: &str) -> Vec<VariantReport> {
    each(&Story::open("checkout/checkout.toml").plan(&[variant]), variant)
}

#[test]
fn t84_t86_a_slow_fraud_check_costs_a_flag_and_two_seconds() {
    for run in base() {
        let fallback = during(run, "fraud-slow", "fraud.fallback_rate");
        assert!(fallback > 0.999, "accepted and flagged: {fallback}");
        let p99 = during(run, "fraud-slow", "shoppers.latency.p99");
        assert!((1.8..2.5).contains(&p99), "the timeout, and little else: {p99}");
        let errors = during(run, "fraud-slow", "shoppers.error_rate");
        assert!(errors < 0.001, "{errors}");
        let rejected = during(run, "fraud-slow", "orders.pool.rejected");
        assert_eq!(rejected, 0.0, "the database does not notice");
    }
}

#[test]
fn t82_t86_every_breaker_opens_within_three_seconds() {
    for (number, run) in base().iter().enumerate() {
        let opened = |it: &&sim_core::report::LogLine| {
            let of_fraud = it.text.starts_with("breaker checkout -> fraud");
            of_fraud && it.text.ends_with("closed to open") && it.at < 150.0
        };
        let times: Vec<f64> = run.log.iter().filter(opened).map(|it| it.at - 60.0).collect();
        assert_eq!(times.len(), 6, "one for each instance, in replication {number}");
        // None before the first timeout.
        assert!(times.iter().all(|it| (1.8..3.0).contains(it)), "{number}: {times:?}");
    }
}

#[test]
fn t87_dead_recommendations_cost_nothing() {
    for run in base() {
        let fallback = during(run, "recs-down", "recommendations.fallback_rate");
        assert!(fallback >= 0.999, "{fallback}");
        let (calm, dead) = (
            during(run, "before", "shoppers.latency.p99"),
            during(run, "recs-down", "shoppers.latency.p99"),
        );
        assert!(dead <= 1.1 * calm, "{dead} after {calm}");
        assert!(during(run, "recs-down", "shoppers.error_rate") < 0.001, "nobody is turned away");
    }
}

#[test]
fn t82_without_guards_the_shop_stands_still_behind_its_pool() {
    for run in naive() {
        assert!(during(run, "fraud-slow", "http.saturation") > 0.95, "no slot is free");
        assert_eq!(
            during(run, "fraud-slow", "http.waiting.max"),
            1_000.0,
            "1,200 workers, 200 slots"
        );
        let p50 = during(run, "fraud-slow", "shoppers.latency.p50");
        assert!(p50 > 30.0, "half of the shoppers wait for {p50} s and more");
        let goodput = during(run, "fraud-slow", "shoppers.goodput");
        assert!(goodput < 1.2, "{goodput}/s of 120/s within their patience");
        let errors = during(run, "recs-down", "shoppers.error_rate");
        assert!((0.75..0.85).contains(&errors), "all that ask for recommendations: {errors}");
    }
}
