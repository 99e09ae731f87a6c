use sim_core::analytic::retry::{budget_ceiling, layers, load_factor, success_probability};
use sim_core::report::VariantReport;
use sim_tests::{
    Story, always, assert_close, assert_near, base, caller, calling, during, estimate, loaded,
};

use crate::{FAILS, replicated};

const CONSTANT_1000: &str = "arrivals = \"constant\"\nrate = \"1000/s\"";

/// 1,000/s at something that fails.
fn failing(policies: &str, leaf: &str) -> VariantReport {
    base(&replicated(&loaded("10s", CONSTANT_1000, &caller(policies, leaf)), 12))
}

fn retry(how_often: &str) -> String {
    format!("retry = {{ {how_often}, delay = \"constant(1ms)\" }}")
}

#[test]
fn t16_one_immediate_retry_mends_what_is_lost_by_chance() {
    let policies = "timeout = \"50ms\"\nretry = { attempts = 2, delay = \"constant(0s)\" }";
    let leaf = "workers = \"unlimited\"\ntime = \"1ms\"\n\
                [[fault]]\nname = \"lossy\"\nkind = \"blackhole\"\non = \"app -> db\"\n\
                rate = \"1%\"\nat = \"0s\"";
    let report = failing(policies, leaf);
    let failed = estimate(&report, "always", "users.error_rate");
    assert_near(failed, 1.0 - success_probability(0.01, 1), "99.99 % succeed");
    assert_near(estimate(&report, "always", "db.amplification"), load_factor(0.01, 1), "load");
}

#[test]
fn t58_c07_two_retries_make_three_thousand_of_a_thousand() {
    let storm = failing(&retry("retries = 2"), FAILS);
    let rate = always(&storm, "db.attempt_rate");
    assert!((rate / 3_000.0 - 1.0).abs() < 0.001, "{rate}");
    let breaker = "breaker = { open_at = \"5 consecutive\", open_for = \"1000s\" }";
    let guarded = failing(&format!("{}\n{breaker}", retry("retries = 2")), FAILS);
    let attempts = always(&guarded, "db.attempts");
    assert!(attempts < 20.0, "{attempts} until it opens, and no more");
}

#[test]
fn c07_the_factor_depends_on_how_many_fail() {
    for (share, want) in [("10%", 1.11), ("50%", 1.75), ("90%", 2.71)] {
        let report = failing(&retry("retries = 2"), &FAILS.replace("100%", share));
        assert_near(estimate(&report, "always", "db.amplification"), want, share);
    }
    // 50 % failing, one retry: half as much again, and with a budget a tenth.
    let half = FAILS.replace("100%", "50%");
    let once = failing(&retry("retries = 1"), &half);
    assert_near(estimate(&once, "always", "db.amplification"), 1.5, "one retry");
    let held =
        failing("retry = { retries = 1, delay = \"constant(1ms)\", budget = \"10%\" }", &half);
    let factor = always(&held, "db.amplification");
    assert!((factor - 1.1).abs() < 1e-3, "{factor}");
}

#[test]
fn s75_c07_three_retries_make_forty_thousand_of_ten_thousand() {
    let load = "arrivals = \"constant\"\nrate = [\"10000/s at 0s\", \"0/s at 1000050us\"]";
    let attempts = |how_often: &str| {
        let report = base(&loaded("3s", load, &caller(&retry(how_often), FAILS)));
        assert_close(always(&report, "db.calls"), 10_000.0, "requests");
        always(&report, "db.attempts")
    };
    assert_close(attempts("retries = 3"), 40_000.0, "the first try counts too");
    assert_close(attempts("attempts = 3"), 30_000.0, "what the lesson means");
}

#[test]
fn s09_five_attempts_are_four_retries() {
    let factor = |how_often: &str| {
        let report = base(&calling(&retry(how_often), FAILS));
        always(&report, "db.amplification")
    };
    assert_close(factor("attempts = 5"), 5.0, "attempts");
    assert_close(factor("retries = 5"), 6.0, "retries");
    assert_close(factor("retries = 4"), 5.0, "the same as five attempts");
}

#[test]
fn s10_a_wrong_request_is_not_tried_again() {
    let wrong = FAILS.replace("\"100%\"", "{ rate = \"100%\", code = 400 }");
    let report = base(&calling(&retry("attempts = 5"), &wrong));
    assert_close(always(&report, "db.amplification"), 1.0, "400s");
    assert_close(always(&report, "users.failed.client_error"), 1.0, "told as they are");
}

/// The seconds at which the attempts of a single request begin, from its first.
fn attempts_of_one(delay: &str) -> Vec<usize> {
    let load = "arrivals = \"constant\"\nrate = [\"1/s at 0s\", \"0/s at 1500ms\"]";
    let policies = format!("retry = {{ attempts = 6, delay = \"{delay}\" }}");
    let report = base(&loaded("300s", load, &caller(&policies, &FAILS.replace("1ms", "0s"))));
    let attempts = &report.series("app -> db", "attempts").expect("calls have series").values;
    let at = |second: usize| vec![second - 1; attempts[second] as usize];
    (1..attempts.len()).flat_map(at).collect()
}

#[test]
fn s07_delays_grow_as_they_say() {
    let cases = [
        ("exponential(1s, cap=60s)", [1, 2, 4, 8, 16]),
        ("linear(1s, cap=60s)", [1, 2, 3, 4, 5]),
        ("fibonacci(1s, cap=60s)", [1, 2, 3, 5, 8]),
        ("exponential(1s, cap=4s)", [1, 2, 4, 4, 4]),
    ];
    for (delay, want) in cases {
        let at = attempts_of_one(delay);
        let delays: Vec<usize> = at.windows(2).map(|it| it[1] - it[0]).collect();
        assert_eq!(delays, want, "{delay}");
    }
    // U(1 s, 3 times the one before), to the second's grain.
    let at = attempts_of_one("decorrelated_jitter(1s, cap=60s)");
    assert_eq!(at.len(), 6);
    let mut last = 1;
    for pair in at.windows(2) {
        let delay = pair[1] - pair[0];
        assert!(delay <= 3 * last + 3, "{at:?}");
        last = delay.max(1);
    }
}

#[test]
fn t46_s75_layers_of_retries_multiply() {
    let report = Story::open("retry-storm/layers.toml").run();
    for (variant, want) in [("base", 64.0), ("last-layer", 4.0)] {
        let variant = report.variant(variant).expect("it is there");
        let factor = during(variant, "d-fails", "d.attempt_rate")
            / during(variant, "d-fails", "users.offered");
        assert!((factor / want - 1.0).abs() < 0.01, "{}: {factor}", variant.name);
    }
    let budget = report.variant("budget").expect("it is there");
    let factor =
        during(budget, "d-fails", "d.attempt_rate") / during(budget, "d-fails", "users.offered");
    // What ten calm seconds had saved comes on top, once: 1 token a layer and second.
    let most = layers(&[budget_ceiling(0.1); 3]);
    assert!((1.2..1.03 * most).contains(&factor), "{factor} of {most}");
}

#[test]
fn t46_a_budget_holds_the_load_to_a_tenth_more() {
    let storm = failing(&retry("retries = 2"), FAILS);
    let factor = always(&storm, "db.amplification");
    assert!((factor - 3.0).abs() < 1e-3, "the storm: {factor}");
    let held =
        failing("retry = { retries = 2, delay = \"constant(1ms)\", budget = \"10%\" }", FAILS);
    assert!(always(&held, "db.amplification") <= budget_ceiling(0.1), "capped");
}
