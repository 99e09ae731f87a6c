use sim_core::analytic::mmck::Mmck;
use sim_core::report::VariantReport;
use sim_core::schema::{Bulkhead, Policy, Slots};
use sim_core::time::SimDuration;
use sim_tests::{
    Story, always, assert_close, assert_near, base, caller, calling, during, each, estimate, loaded,
};

use crate::HANGS;

const FILE: &str = "bulkhead/shared-pool.toml";

fn shared_pool(variant: &str) -> VariantReport {
    Story::open(FILE).with(&["run.replications=12"]).run_one(variant)
}

/// The least of a metric over the replications, in the phase of the fault.
fn least(report: &VariantReport, metric: &str) -> f64 {
    estimate(report, "recs-slow", metric).min
}

/// The greatest.
fn most(report: &VariantReport, metric: &str) -> f64 {
    estimate(report, "recs-slow", metric).max
}

#[test]
fn t03_a_pool_of_80_is_full_after_two_seconds_of_40_per_second() {
    let shared = shared_pool("base");
    let saturation = estimate(&shared, "recs-slow", "threads.saturation");
    let until_full = 60.0 * (1.0 - saturation.mean);
    let error = 60.0 * saturation.std_error.expect("several replications");
    assert!((until_full - 80.0 / 40.0).abs() < 4.0 * error, "{until_full} ± {error}");
    let db = during(&shared, "recs-slow", "account.goodput");
    assert!(db < 0.1 * 20.0, "{db}/s of 20/s who need the database only are served in time");
}

#[test]
fn t04_with_one_pool_those_who_never_call_it_fail_too() {
    assert!(least(&shared_pool("impatient"), "account.error_rate") > 0.5, "most of them");
    assert_eq!(most(&shared_pool("bulkheads"), "account.error_rate"), 0.0, "none of them");
}

#[test]
fn t05_recommendations_get_two_a_second_and_the_database_does_not_notice() {
    let apart = shared_pool("bulkheads");
    let attempts = estimate(&apart, "recs-slow", "recommendations.attempts");
    assert_eq!((attempts.min, attempts.max), (120.0, 120.0), "20 slots / 10 s x 60 s");
    assert_eq!(most(&apart, "recommendations.pool.in_flight.max"), 20.0);
    assert!(most(&apart, "connections.in_flight.max") < 25.0, "far below 50");
    assert_eq!(most(&apart, "connections.rejected"), 0.0);
}

#[test]
fn t06_t45_one_feature_degrades_instead_of_all_failing() {
    let (shared, apart) = (shared_pool("base"), shared_pool("bulkheads"));
    for load in ["home", "account", "orders"] {
        let [before, then] =
            ["before", "recs-slow"].map(|it| during(&shared, it, &format!("{load}.goodput")));
        assert!(then < 0.06 * before, "{load}, shared: {then}/s of {before}/s");
        assert_eq!(least(&apart, &format!("{load}.success_rate")), 1.0, "{load}, bulkheads");
        let degraded = during(&apart, "recs-slow", &format!("{load}.degraded_rate"));
        if load == "home" {
            // 60 s of 40/s ask, 120 get through.
            assert!((degraded - (1.0 - 120.0 / 2_400.0)).abs() < 0.01, "{degraded}");
        } else {
            assert_eq!(degraded, 0.0, "{load} never asks for recommendations");
        }
    }
}

#[test]
fn t38_the_lesson_s_settings_are_read_as_they_are_written() {
    let apart = Story::open(FILE).read(Some("bulkheads"));
    let of_call = |name: &str| {
        let calls = apart.services.iter().flat_map(|it| &it.ops).flat_map(|it| &it.calls);
        let policies = calls.filter(|it| it.name == name).flat_map(|it| &it.policies);
        policies.into_iter().find_map(|it| match it {
            Policy::Bulkhead(Bulkhead::Own(slots)) => Some(*slots),
            _ => None,
        })
    };
    let pool = apart.pools.iter().find(|it| it.name == "connections").map(|it| it.slots);
    let settings =
        [(pool, 50, 100), (of_call("recommendations"), 20, 50), (of_call("notifications"), 10, 50)];
    for (slots, want, max_wait) in settings {
        let Slots { slots, max_wait: waits, .. } = slots.expect("it has a bulkhead");
        assert_eq!((slots, waits), (want, SimDuration::from_millis(max_wait)));
    }
}

#[test]
fn t42_the_database_has_what_it_always_had() {
    // 65/s of a lognormal with p50 20 ms and p99 80 ms, whose mean is 23.888 ms.
    let apart = shared_pool("bulkheads");
    let in_flight = estimate(&apart, "recs-slow", "connections.in_flight.mean");
    assert_near(in_flight, 65.0 * 0.023_888, "Little");
}

#[test]
fn t39_c05_a_pool_of_20_is_full_after_20_arrivals() {
    // At 50/s of 10 s each that is 0.4 s after the onset: no constant rate has 8 in use after
    // 150 ms and 20 after 3.2 s.
    let policies = "bulkhead = { slots = 20 }";
    let db = "workers = \"unlimited\"\ntime = \"10s\"";
    let load = "arrivals = \"constant\"\nrate = \"50/s\"";
    let report = base(&loaded("10s", load, &caller(policies, db)));
    let full = always(&report, "db.pool.saturation") * 10.0;
    assert_close(full, 10.0 - 0.4, "seconds");
    assert_close(always(&report, "db.pool.rejected"), 499.0 - 20.0, "all later ones");
}

#[test]
fn t40_t41_c04_who_waits_50_ms_for_nothing_reports_50_ms() {
    let policies = "policy = [\"fallback\", \"bulkhead\"]\nfallback = \"static\"\n\
                    bulkhead = { slots = 1, max_wait = \"50ms\" }";
    let report = base(&calling(policies, HANGS));
    assert_close(always(&report, "users.degraded_rate"), 98.0 / 99.0, "all but the first");
    assert_close(always(&report, "users.latency.max"), 0.05, "no longer");
    assert_close(always(&report, "users.latency.mean"), 0.05, "and no shorter: not 12 ms");
}

#[test]
fn s44_of_three_pools_one_is_slow_and_two_do_not_notice() {
    let feature = |name: &str, slots: u32| {
        format!(
            "[load.{name}]\nto = \"app.{name}\"\nrate = \"20/s\"\n\
             [[service.app.op.{name}.call]]\nto = \"{name}-api\"\nbulkhead = {{ slots = {slots} }}\n\
             [service.{name}-api]\nworkers = \"unlimited\"\ntime = \"exp(50ms)\"\n"
        )
    };
    let text = format!(
        "format = 1\ntitle = \"test\"\nrun = {{ duration = \"120s\", replications = 5 }}\n\
         [service.app]\nworkers = \"unlimited\"\n{}{}{}\
         [[fault]]\nname = \"slow\"\nkind = \"latency\"\non = \"app -> payment-api\"\nadd = \"10s\"\n\
         at = \"60s\"",
        feature("payment", 10),
        feature("stock", 30),
        feature("mail", 50),
    );
    let report = base(&text);
    assert!(during(&report, "slow", "payment.error_rate") > 0.9, "10 slots of 10 s: 1/s of 20/s");
    for load in ["stock", "mail"] {
        let errors = estimate(&report, "slow", &format!("{load}.error_rate"));
        assert_eq!(errors.max, 0.0, "{load}");
    }
}

#[test]
fn s46_two_a_second_take_200_threads_in_100_seconds() {
    let story = Story::open("bulkhead/black-friday.toml");
    let mut waits = Vec::new();
    for run in each(&story.plan(&["base"]), "base") {
        let busy = &run.series("shop", "busy").expect("services have series").values;
        let full = busy.iter().position(|it| *it > 199.5).expect("all threads are taken");
        waits.push(full as f64 - 60.0);
        for load in ["browse", "checkout"] {
            let errors = during(&run, "carrier-hangs", &format!("{load}.error_rate"));
            assert!(errors > 0.3, "{load} is turned away: {errors}");
        }
    }
    // The 200th arrival of 2/s: 100 s on average, 7.1 s around it.
    let mean = waits.iter().sum::<f64>() / waits.len() as f64;
    assert!((mean - 100.0).abs() < 4.0 * 7.1 / 5.0_f64.sqrt(), "{waits:?}");
}

#[test]
fn s46_twenty_slots_save_the_others() {
    let apart = Story::open("bulkhead/black-friday.toml").run_one("bulkhead");
    for load in ["browse", "checkout"] {
        let errors = estimate(&apart, "carrier-hangs", &format!("{load}.error_rate"));
        assert_eq!(errors.max, 0.0, "{load}");
    }
    assert_eq!(estimate(&apart, "always", "carrier.pool.in_flight.max").max, 20.0);
    assert!(during(&apart, "carrier-hangs", "shop.busy.mean") < 22.0, "180 are free");
}

#[test]
fn s14_s16_a_line_holds_no_more_than_it_may() {
    let report = Story::open("bulkhead/queue.toml").run();
    let [line, none] = &report.variants[..] else { panic!("two variants") };
    assert_eq!(estimate(line, "always", "slow.pool.waiting.max").max, 20.0, "never more");
    assert!(estimate(line, "always", "slow.pool.wait.p99").max <= 10.0, "nor longer");
    assert_eq!(estimate(none, "always", "slow.pool.waiting.max").max, 0.0, "no line");
    assert_eq!(always(none, "slow.pool.wait_of_all.mean"), 0.0, "a no at once");
    assert!(always(none, "slow.pool.rejected") > 0.0, "and many of them");
}

#[test]
fn s15_a_bulkhead_s_metrics_are_there() {
    let line = Story::open("bulkhead/queue.toml").run_one("base");
    let metric = |name: &str| always(&line, &format!("slow.pool.{name}"));
    let accepted = metric("asked") * (1.0 - metric("rejection_rate"));
    // 2/s for 300 s, and what still waits at the end, less what waited at the beginning.
    assert!((accepted - 600.0).abs() < 21.0, "{accepted}");
    assert_close(metric("in_flight.max"), 10.0, "peak");
    assert!((9.0..10.0).contains(&metric("wait.mean")), "average wait");
}

#[test]
fn s45_ten_slots_of_five_seconds_serve_two_a_second() {
    let line = Story::open("bulkhead/queue.toml").run_one("base");
    let rate = estimate(&line, "always", "slow.attempt_rate");
    assert_eq!((rate.min, rate.max), (2.0, 2.0));
}

#[test]
fn s45_a_line_of_20_is_served_in_ten_seconds() {
    // 30 at once: ten start, ten wait 5 s, ten wait 10 s.
    let load = "arrivals = \"constant\"\nrate = [\"30000/s at 0s\", \"0/s at 1010us\"]";
    let policies = "bulkhead = { slots = 10, queue = 20, max_wait = \"10s\" }";
    let db = "workers = \"unlimited\"\ntime = \"5s\"";
    let report = base(&loaded("60s", load, &caller(policies, db)));
    assert_close(always(&report, "users.offered") * 60.0, 30.0, "requests");
    assert_close(always(&report, "users.success_rate"), 1.0, "nobody gives up");
    let longest = always(&report, "users.latency.max");
    assert!((15.0 - longest).abs() < 0.001, "10 s and 5 s: {longest}");
}

#[test]
fn s17_each_bulkhead_is_an_m_m_c_k_queue() {
    let guarded = |name: &str, rate: &str, slots: u32, queue: u32| {
        format!(
            "[load.{name}]\nto = \"app.{name}\"\nrate = \"{rate}\"\n\
             [[service.app.op.{name}.call]]\nto = \"{name}-api\"\n\
             bulkhead = {{ slots = {slots}, queue = {queue}, max_wait = \"none\" }}\n\
             [service.{name}-api]\nworkers = \"unlimited\"\ntime = \"exp(200ms)\"\n"
        )
    };
    let text = format!(
        "format = 1\ntitle = \"test\"\n\
         run = {{ warmup = \"10s\", duration = \"60s\", replications = 20 }}\n\
         [service.app]\nworkers = \"unlimited\"\n{}{}{}",
        guarded("payment", "50/s", 10, 20),
        guarded("inventory", "150/s", 30, 0),
        guarded("notification", "250/s", 50, 0),
    );
    let report = base(&text);
    let queues =
        [("payment", 50.0, 10, 30), ("inventory", 150.0, 30, 30), ("notification", 250.0, 50, 50)];
    for (name, rate, slots, capacity) in queues {
        let exact = Mmck::new(rate, 0.2, slots, capacity).expect("a queue");
        let pool = format!("{name}-api.pool");
        let rejected = estimate(&report, "always", &format!("{pool}.rejection_rate"));
        assert_near(rejected, exact.loss(), name);
        let wait = estimate(&report, "always", &format!("{pool}.wait.mean"));
        assert_near(wait, exact.mean_wait(), name);
    }
}

#[test]
fn t15_threads_held_are_rate_times_timeout_and_without_one_all() {
    let load = "arrivals = \"constant\"\nrate = \"5/s\"";
    let held = |timeout: &str| {
        always(&base(&loaded("200s", load, &caller(timeout, HANGS))), "app.in_flight.max")
    };
    assert_close(held("timeout = \"60s\""), 5.0 * 60.0, "the default of many clients");
    assert_close(held("timeout = \"1s\""), 5.0, "one second");
    assert_close(held(""), 999.0, "without end: all that came");
}
