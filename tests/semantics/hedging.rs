//! Copies of calls whose answers are late, clients that hold back, and limits that find themselves.

use sim_core::report::VariantReport;
use sim_tests::{always, assert_close, assert_near, base, caller, estimate, loaded};

/// 1/s at a callee of constant times, with this way to it.
fn hedged(policies: &str, db: &str) -> VariantReport {
    base(&loaded("100s", "rate = \"1/s\"\narrivals = \"constant\"", &caller(policies, db)))
}

/// The first copy of each call takes a second more, others do not: a fault on half of the attempts
/// would be chance, two instances in turn are not.
#[test]
fn the_first_answer_wins_and_the_other_copy_stops() {
    let slow = "instances = 2\nworkers = \"unlimited\"\ntime = \"100ms\"\n\
                [[fault]]\nname = \"slow\"\nkind = \"slow\"\non = \"db\"\nfactor = 50\nblast = \"1\"\nat = \"0s\"";
    let plain = hedged("", slow);
    assert_close(always(&plain, "users.latency.max"), 5.0, "every other request");
    for (losers, wasted) in [("cancel", false), ("abandon", true)] {
        let policies = format!("hedge = {{ after = \"300ms\", losers = \"{losers}\" }}");
        let report = hedged(&policies, slow);
        assert_close(always(&report, "users.latency.max"), 0.4, "300 ms and a copy of 100 ms");
        assert_close(always(&report, "users.success_rate"), 1.0, losers);
        let copies = always(&report, "app -> db.attempts") - always(&report, "app -> db.calls");
        assert!(copies > 20.0, "{copies}");
        let superseded = always(&report, "db.failed.superseded");
        assert!(superseded > 0.2, "{superseded}: as many have lost");
        assert_eq!(always(&report, "db.in_flight.max") > 2.0, wasted, "{losers}");
    }
}

#[test]
fn a_failure_sends_the_next_copy_at_once_and_a_wrong_request_none() {
    let copies = |code: u16| {
        let db = format!(
            "workers = \"unlimited\"\ntime = \"10ms\"\nerrors = {{ rate = \"100%\", code = {code} }}"
        );
        let report = hedged("hedge = { after = \"50s\", max = 2 }", &db);
        assert_close(always(&report, "users.error_rate"), 1.0, "they all fail");
        always(&report, "app -> db.amplification")
    };
    assert_close(copies(500), 3.0, "the first and two more");
    assert_close(copies(404), 1.0, "nobody can answer it");
}

#[test]
fn budgets_hold_copies_to_a_share_of_calls() {
    let run = |budget: &str| {
        let policies = format!("hedge = {{ after = \"10ms\", max = 3{budget} }}");
        let report = base(&loaded(
            "100s",
            "rate = \"100/s\"\narrivals = \"constant\"",
            &caller(&policies, "workers = \"unlimited\"\ntime = \"100ms\""),
        ));
        always(&report, "app -> db.amplification")
    };
    let all = run("");
    assert!((all - 4.0).abs() < 1e-3, "{all}: after 10, 20 and 30 ms");
    let held = run(", budget = \"5%\"");
    assert!((held - 1.05).abs() < 0.002, "{held}");
}

/// Layers inside the hedge are each copy's own, those outside are the call's.
#[test]
fn layers_inside_are_of_copies_and_layers_outside_of_calls() {
    let db = "workers = \"unlimited\"\ntime = \"10s\"";
    let run = |order: &str| {
        let policies = format!(
            "policy = [{order}]\nhedge = {{ after = \"400ms\" }}\ntimeout = \"1s\"\non_timeout = \"cancel\"\n\
             fallback = \"none\""
        );
        let report = hedged(&policies, db);
        assert_close(always(&report, "app -> db.amplification"), 2.0, order);
        always(&report, "users.latency.max")
    };
    // The second copy goes out at 0.4 s and has a second of its own.
    assert_close(run("\"fallback\", \"hedge\", \"timeout\""), 1.4, "inside");
    assert_close(run("\"fallback\", \"timeout\", \"hedge\""), 1.0, "outside");
}

/// After the 95th percentile a copy is sent by a twentieth of the calls, whatever the law.
#[test]
fn a_quantile_hedges_its_share() {
    let report = base(
        &loaded(
            "100s",
            "rate = \"200/s\"",
            &caller(
                "hedge = { after = \"p95\" }",
                "workers = \"unlimited\"\ntime = \"lognormal(p50=10ms, p99=200ms)\"",
            ),
        )
        .replace("replications = 1 ", "replications = 10, warmup = \"20s\" "),
    );
    let amplification = always(&report, "app -> db.amplification");
    // The quantile is that of a thousand: its share has a standard error of 0.7 points each time.
    assert!((amplification - 1.05).abs() < 0.01, "{amplification}");
}

/// A callee that does 20/s at most of 100/s: the client sends it k times what it accepts.
#[test]
fn adaptive_throttling_sends_k_times_what_is_accepted() {
    for k in [2.0, 1.1] {
        let policies = format!("throttle = {{ k = {k}, window = \"30s\" }}");
        let db = "workers = 2\ntime = \"100ms\"\nqueue = { slots = 0 }";
        let report = base(
            &loaded("300s", "rate = \"100/s\"\narrivals = \"constant\"", &caller(&policies, db))
                .replace("replications = 1 ", "replications = 10, warmup = \"60s\" "),
        );
        let rate = always(&report, "app -> db.attempt_rate");
        let accepted = always(&report, "db.throughput");
        assert!((rate / (k * accepted) - 1.0).abs() < 0.05, "{k}: {rate} of {accepted}");
        // At a share `a` of what is offered that is `1 - k a` turned away by the client itself.
        let turned_away = always(&report, "users.failed.limited");
        let want = 1.0 - k * accepted / always(&report, "users.offered");
        assert!((turned_away / want - 1.0).abs() < 0.05, "{k}: {turned_away}, not {want}");
    }
}

/// Ten workers of 100 ms: nothing above ten in flight is faster.
#[test]
fn a_limit_that_finds_itself_keeps_the_queue_short() {
    let run = |limit: &str, time: &str| {
        let app = format!("[service.app]\nworkers = 10\ntime = \"{time}\"\n{limit}\n");
        base(
            &loaded("120s", "rate = \"150/s\"", &app)
                .replace("replications = 1 ", "replications = 10, warmup = \"30s\" "),
        )
    };
    let steady = "gamma(mean=100ms, cv=0.05)";
    let open = run("", steady);
    assert!(always(&open, "users.latency.mean") > 10.0, "half as much again");
    let vegas = run("concurrency = \"vegas\"", steady);
    let in_flight = always(&vegas, "app.in_flight.mean");
    assert!((6.0..20.0).contains(&in_flight), "{in_flight}");
    let throughput = always(&vegas, "users.throughput");
    assert!(throughput > 75.0, "{throughput}");
    assert!(always(&vegas, "users.failed.shed") > 0.25, "somebody is turned away");
    // Its shortest time is next to nothing where times are exponential, and so is its limit.
    let spread = run("concurrency = \"vegas\"", "exp(100ms)");
    assert!(always(&spread, "app.in_flight.mean") < 5.0);
    let fixed = "concurrency = { limit = \"gradient2\", min = 12, max = 12 }";
    let fixed = run(fixed, "exp(100ms)");
    // M/M/10/12 at 15 erlangs: Erlang's loss with two places more.
    assert!(always(&fixed, "app.in_flight.max") <= 12.0);
    let mut weights = vec![1.0_f64];
    for n in 1..=12 {
        weights.push(weights[n - 1] * 150.0 / (10.0 * n.min(10) as f64));
    }
    let loss = weights[12] / weights.iter().sum::<f64>();
    assert_near(estimate(&fixed, "always", "users.failed.shed"), loss, "M/M/10/12");
}
