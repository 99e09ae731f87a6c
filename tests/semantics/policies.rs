use sim_tests::{always, base, during, report};

use crate::{assert_close, calling};

const HANGS: &str = "workers = \"unlimited\"\ntime = \"1000s\"";
const QUICK: &str = "workers = \"unlimited\"\ntime = \"1ms\"";
const FAILS: &str = "workers = \"unlimited\"\ntime = \"10ms\"\nerrors = \"100%\"";

#[test]
fn abandoned_work_goes_on_and_cancelled_work_stops() {
    let db = "workers = \"unlimited\"\ntime = \"5s\"";
    let abandon = base(&calling("timeout = \"1s\"", db));
    assert_close(always(&abandon, "db.in_flight.max"), 5.0, "each runs its 5 s");
    assert_close(always(&abandon, "db.wasted"), 1.0, "for nobody");
    let cancel = base(&calling("timeout = \"1s\"\non_timeout = \"cancel\"", db));
    assert_close(always(&cancel, "db.in_flight.max"), 1.0, "each runs 1 s");
    for report in [abandon, cancel] {
        assert_close(always(&report, "users.failed.timeout"), 98.0 / 99.0, "all but the last");
    }
}

#[test]
fn a_timeout_counts_each_attempt_and_a_total_timeout_the_call() {
    let retry = "retry = { attempts = 3, delay = \"constant(1s)\" }\ntimeout = \"2s\"";
    let each = base(&calling(retry, HANGS));
    // 2 + 1 + 2 + 1 + 2 = 8 s a call.
    assert_close(always(&each, "app.in_flight.max"), 8.0, "three tries and two waits");
    let total = base(&calling(&format!("{retry}\ntotal_timeout = \"4s\""), HANGS));
    assert_close(always(&total, "app.in_flight.max"), 4.0, "cut short");
    assert_close(always(&total, "users.failed.timeout"), 95.0 / 99.0, "with the same reason");
}

#[test]
fn the_order_decides_whether_a_rejection_trips_the_breaker() {
    let policies = |order: &str| {
        format!(
            "policy = [{order}]\nbulkhead = {{ slots = 1 }}\n\
             breaker = {{ open_at = \"5 consecutive\", open_for = \"1000s\" }}"
        )
    };
    let outside = base(&calling(&policies("\"breaker\", \"bulkhead\""), HANGS));
    assert_close(always(&outside, "db.breaker.opened"), 1.0, "rejections are failures");
    assert_close(always(&outside, "users.failed.bulkhead"), 5.0 / 99.0, "five of them");
    let inside = base(&calling(&policies("\"bulkhead\", \"breaker\""), HANGS));
    assert_close(always(&inside, "db.breaker.opened"), 0.0, "it never sees them");
    assert_close(always(&inside, "users.failed.bulkhead"), 98.0 / 99.0, "all but the first");
}

#[test]
fn a_breaker_opens_probes_and_closes() {
    // Failures at 1..=5 s open it. A probe at 15 s fails, one at 25 s does not.
    let text = calling(
        "breaker = { open_at = \"5 consecutive\", open_for = \"10s\", probes = 1 }",
        "workers = \"unlimited\"\ntime = \"1ms\"",
    ) + "[[fault]]\nname = \"down\"\nkind = \"error\"\non = \"db\"\nat = \"0s\"\nfor = \"20s\"";
    let report = base(&text);
    let told: Vec<(f64, &str)> = report
        .log
        .iter()
        .filter(|it| it.text.starts_with("breaker"))
        .map(|it| (it.at, it.text.rsplit_once(": ").expect("a transition").1))
        .collect();
    let want = [
        (5.001, "closed to open"),
        (16.0, "open to half_open"),
        (16.001, "half_open to open"),
        (27.0, "open to half_open"),
        (27.001, "half_open to closed"),
    ];
    for ((at, what), (want_at, want)) in told.iter().zip(want) {
        assert_close(*at, want_at, want);
        assert_eq!(*what, want);
    }
    assert_eq!(told.len(), want.len(), "{told:?}");
}

#[test]
fn slow_answers_trip_a_breaker_too() {
    let report = base(&calling(
        "breaker = { open_at = \"50% of last 10\", slow = \"100ms\", slow_at = \"80%\", open_for = \"1000s\" }",
        "workers = \"unlimited\"\ntime = \"200ms\"",
    ));
    assert_close(always(&report, "db.breaker.opened"), 1.0, "ten slow successes");
    assert_close(always(&report, "users.success_rate"), 10.0 / 99.0, "and no more");
}

#[test]
fn every_calling_instance_has_its_own_breaker_unless_told_otherwise() {
    let opened = |scope: &str| {
        let text = calling(
            &format!("breaker = {{ open_at = \"5 consecutive\", open_for = \"1000s\"{scope} }}"),
            FAILS,
        )
        .replace("[service.app]", "[service.app]\ninstances = 3");
        let report = base(&text);
        (always(&report, "db.breaker.opened"), always(&report, "db.attempts"))
    };
    assert_eq!(opened(""), (3.0, 15.0));
    assert_eq!(opened(", scope = \"service\""), (1.0, 5.0));
}

#[test]
fn a_bulkhead_rejects_at_once_or_after_its_wait() {
    let db = "workers = \"unlimited\"\ntime = \"2500ms\"";
    let at_once = base(&calling("bulkhead = { slots = 1 }", db));
    assert_close(always(&at_once, "db.pool.rejection_rate"), 66.0 / 99.0, "two of three");
    assert_close(always(&at_once, "db.in_flight.max"), 1.0, "one at a time");
    let patient = base(&calling("bulkhead = { slots = 1, max_wait = \"1600ms\" }", db));
    // Served at 1, 3.5, 6, 8.5 …: who comes 1.5 s before waits that long.
    assert_close(always(&patient, "db.pool.wait.p99"), 1.5, "the longest wait that succeeds");
    let bounded = base(&calling("bulkhead = { slots = 1, max_wait = \"none\", queue = 2 }", db));
    assert_close(always(&bounded, "db.pool.waiting.max"), 2.0, "no more than two in line");
}

#[test]
fn a_pool_is_shared_by_the_calls_that_name_it() {
    let text = calling("bulkhead = { pool = \"http\" }", HANGS)
        + "[pool.http]\nslots = 3\nmax_wait = \"none\"\nscope = \"service\"";
    let report = base(&text);
    assert_close(always(&report, "http.in_flight.max"), 3.0, "slots");
    assert_close(always(&report, "http.waiting.max"), 96.0, "the rest waits without end");
    assert_close(always(&report, "users.unfinished_rate"), 1.0, "and nobody is answered");
}

#[test]
fn every_calling_instance_has_its_own_slots_of_a_pool_unless_told_otherwise() {
    // Three instances of `app` and two of `web` call `db`, which never answers.
    let text = |scope: &str| {
        let caller = |name: &str, instances: u32| {
            format!(
                "[load.{name}-users]\nto = \"{name}\"\nrate = \"1/s\"\narrivals = \"constant\"\n\
                 [service.{name}]\ninstances = {instances}\nworkers = \"unlimited\"\n\
                 [[service.{name}.call]]\nto = \"db\"\nbulkhead = {{ pool = \"http\" }}\n"
            )
        };
        format!(
            "format = 1\ntitle = \"test\"\nrun = {{ duration = \"100s\", replications = 1 }}\n\
             {}{}[service.db]\n{HANGS}\n[pool.http]\nslots = 2\n{scope}",
            caller("app", 3),
            caller("web", 2)
        )
    };
    let each = base(&text(""));
    assert_close(always(&each, "app -> db.success_rate"), 0.0, "nobody is answered");
    assert_close(always(&each, "app -> db.attempts"), 6.0, "two for each of three");
    assert_close(always(&each, "web -> db.attempts"), 4.0, "two for each of two");
    assert_close(always(&each, "http.in_flight.max"), 10.0, "together");
    let one = base(&text("scope = \"service\""));
    assert_close(always(&one, "http.in_flight.max"), 2.0, "for all");
}

#[test]
fn who_waits_in_vain_waits_too() {
    // From 20 s on nobody gets a slot: all wait 500 ms for the answer no.
    let text = calling("bulkhead = { slots = 1, max_wait = \"500ms\" }", QUICK)
        + "[[fault]]\nname = \"full\"\nkind = \"pool_exhaust\"\non = \"app -> db\"\n\
           slots = \"all\"\nat = \"20s\"\nfor = \"40s\"";
    let report = base(&text);
    assert_close(during(&report, "full", "db.pool.rejection_rate"), 1.0, "nobody enters");
    assert_close(during(&report, "full", "db.pool.wait_of_all.mean"), 0.5, "and all waited");
    assert!(report.metric("full", "db.pool.wait.mean").is_none(), "who entered? nobody");
}

#[test]
fn what_a_pool_decides_belongs_to_the_phase_in_which_it_was_asked() {
    // The first call has the only slot; the others are turned away, and again 30 s later.
    let text = calling(
        "policy = [\"retry\", \"bulkhead\"]\nbulkhead = { slots = 1 }\n\
         retry = { attempts = 2, delay = \"constant(30s)\", on = [\"bulkhead\"] }",
        HANGS,
    ) + "[[fault]]\nname = \"slow\"\nkind = \"slow\"\non = \"db\"\nfactor = 2\nat = \"20s\"\nfor = \"20s\"";
    let report = base(&text);
    // Calls at 1..19, 20..39, 40..99 s; second tries at 32..39 and 40..99 s.
    let counts =
        [("before", 19.0, 18.0), ("slow", 20.0 + 8.0, 28.0), ("after", 60.0 + 60.0, 120.0)];
    for (phase, asked, rejected) in counts {
        assert_close(during(&report, phase, "db.pool.asked"), asked, phase);
        assert_close(during(&report, phase, "db.pool.rejected"), rejected, phase);
    }
}

#[test]
fn retries_are_counted_as_tries_and_stop_at_answers_that_say_no() {
    let attempts = |retry: &str, db: &str| {
        let policies = format!("retry = {{ {retry}, delay = \"constant(1ms)\" }}");
        always(&base(&calling(&policies, db)), "db.amplification")
    };
    assert_close(attempts("attempts = 3", FAILS), 3.0, "three tries");
    assert_close(attempts("retries = 3", FAILS), 4.0, "one try and three retries");
    assert_close(
        attempts("attempts = 3, on = [\"timeout\"]", FAILS),
        1.0,
        "errors are not in the list",
    );
    let not_found = FAILS.replace("\"100%\"", "{ rate = \"100%\", code = 404 }");
    assert_close(attempts("attempts = 3", &not_found), 1.0, "pointless");
}

#[test]
fn a_budget_holds_retries_to_a_share_of_the_calls() {
    let report = base(&calling(
        "retry = { attempts = 4, delay = \"constant(1ms)\", budget = \"20%\" }",
        FAILS,
    ));
    // 99 calls deposit 19.8 tokens; each is spent as soon as it is whole.
    assert_close(always(&report, "db.attempts"), 99.0 + 19.0, "one in five");
}

#[test]
fn backoff_grows_as_it_says() {
    let latency = |delay: &str| {
        let text = calling(
            &format!("retry = {{ attempts = 5, delay = \"{delay}\" }}\nfallback = \"static\""),
            FAILS,
        );
        always(&base(&text), "users.latency.max")
    };
    assert_close(latency("constant(100ms)"), 0.450, "4 x 100 ms");
    assert_close(latency("linear(100ms)"), 1.050, "100 + 200 + 300 + 400 ms");
    assert_close(latency("exponential(100ms)"), 1.550, "100 + 200 + 400 + 800 ms");
    assert_close(latency("exponential(100ms, cap=300ms)"), 0.950, "100 + 200 + 300 + 300 ms");
    assert_close(latency("fibonacci(100ms)"), 1.150, "100 + 200 + 300 + 500 ms");
}

#[test]
fn a_limit_admits_its_burst_and_then_its_rate() {
    let report = base(&calling(
        "limit = { rate = \"30/min\", burst = 5 }",
        "workers = \"unlimited\"\ntime = \"1ms\"",
    ));
    // A full bucket of 5, and one every 2 s over the 98 s from the first call on.
    assert_close(always(&report, "db.attempts"), 5.0 + 49.0, "burst and rate");
    assert_close(always(&report, "users.failed.limited"), 45.0 / 99.0, "the rest");
}

#[test]
fn a_fallback_degrades_and_a_fail_fast_stays_a_failure() {
    let fallen = base(&calling("fallback = \"top-10\"", FAILS));
    assert_close(always(&fallen, "users.degraded_rate"), 1.0, "an answer, degraded");
    assert_close(always(&fallen, "db.fallback_rate"), 1.0, "by the fallback");
    let failed = base(&calling("fallback = \"fail:503\"", FAILS));
    assert_close(always(&failed, "users.failed.error"), 1.0, "still a failure");
    assert_close(always(&failed, "db.fallback_rate"), 0.0, "which is no fallback answer");
}

#[test]
fn a_variant_runs_beside_the_base_on_the_same_numbers() {
    let text = calling("retry = { attempts = 2, delay = \"constant(1ms)\" }", FAILS)
        .replace("\"constant\"", "\"poisson\"")
        + "[variant.none]\n\"service.app.call.db.retry.attempts\" = 1";
    let report = report(&text);
    let [base, none] = &report.variants[..] else { panic!("two variants") };
    let offered = always(base, "users.offered");
    assert_close(always(none, "users.offered"), offered, "common random numbers");
    assert_close(always(base, "db.amplification"), 2.0, "the base retries");
    assert_close(always(none, "db.amplification"), 1.0, "the variant does not");
}
