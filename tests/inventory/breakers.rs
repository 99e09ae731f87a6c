use sim_core::analytic::breaker::{
    calls_to_consecutive, closes_probability, committed_before_open,
};
use sim_core::report::VariantReport;
use sim_core::scenario::NoFiles;
use sim_tests::{
    Story, always, assert_close, assert_near, base, caller, calling, during, each, estimate,
    loaded, plan, steady,
};

use crate::{FAILS, HANGS, replicated};

/// When breakers changed their state, and how.
fn changes(report: &VariantReport) -> Vec<(f64, &str)> {
    let breakers = report.log.iter().filter(|it| it.text.starts_with("breaker"));
    breakers.map(|it| (it.at, it.text.rsplit_once(": ").expect("a transition").1)).collect()
}

fn gateway(variant: &str) -> VariantReport {
    Story::open("breaker/slow-gateway.toml").run_one(variant)
}

#[test]
fn s34_c08_six_hundred_are_in_before_the_first_timeout() {
    let long = gateway("base");
    let committed = during(&long, "hang", "gateway.attempts");
    assert!((committed - 604.0).abs() <= 2.0, "{committed}");
    assert!((committed_before_open(20.0, 30.0, 5) - committed).abs() <= 2.0, "as computed");
    assert_close(during(&long, "hang", "shop.in_flight.max"), 600.0, "threads at the trip");
    assert_eq!(changes(&long)[0].1, "closed to open");
    assert_close(changes(&long)[0].0, 60.0 + 30.0 + 4.0 / 20.0, "the fifth timeout");
    let committed = during(&gateway("short-timeout"), "hang", "gateway.attempts");
    assert!((committed - 44.0).abs() <= 2.0, "{committed}");
}

#[test]
fn s34_c08_a_pool_of_200_is_dead_after_ten_seconds() {
    let pool = gateway("pool-of-200");
    let busy = &pool.series("shop", "busy").expect("services have series").values;
    let full = busy.iter().position(|it| *it >= 200.0).expect("it fills");
    assert_eq!(full, 70, "200 threads at 20/s, from 60 s on");
    let answered = &pool.series("buyers", "answered_of_started").expect("loads have series").values;
    assert_eq!(answered[60..90].iter().sum::<f64>(), 0.0, "nobody is served");
    let contained = gateway("bulkhead");
    assert_close(during(&contained, "hang", "gateway.pool.in_flight.max"), 30.0, "no more");
    assert_close(during(&contained, "hang", "gateway.attempts"), 30.0, "ever");
}

#[test]
fn t17_an_open_breaker_makes_no_calls_and_holds_no_threads() {
    let short = gateway("short-timeout");
    let quiet = |entity: &str, name: &str| {
        let values = &short.series(entity, name).expect("it has that series").values;
        assert_eq!(values[65..120].iter().sum::<f64>(), 0.0, "{entity}: {name}");
    };
    quiet("shop -> gateway", "attempts");
    quiet("shop", "in_flight");
}

#[test]
fn s02_closed_open_half_open_closed() {
    let text = calling(
        "breaker = { open_at = \"5 consecutive\", open_for = \"30s\", probes = 3 }",
        "workers = \"unlimited\"\ntime = \"1ms\"",
    ) + "[[fault]]\nname = \"down\"\nkind = \"error\"\non = \"db\"\nat = \"0s\"\nfor = \"20s\"";
    let report = base(&text);
    let want =
        [(5.001, "closed to open"), (36.0, "open to half_open"), (38.001, "half_open to closed")];
    let got = changes(&report);
    assert_eq!(got.len(), want.len(), "{got:?}");
    for ((at, what), (want_at, want)) in got.into_iter().zip(want) {
        assert_close(at, want_at, want);
        assert_eq!(what, want);
    }
}

#[test]
fn s03_c09_a_success_resets_the_count() {
    let story = |replications| {
        let count = format!("run.replications={replications}");
        Story::open("breaker/consecutive-or-window.toml").with(&[&count])
    };
    // At half of the calls failing: 62 calls on average.
    let half = story(1_000).with(&["run.duration=40s"]).run_one("half-fails");
    assert_close(always(&half, "backend.breaker.opened"), 1.0, "in every replication");
    assert_near(
        estimate(&half, "always", "backend.attempts"),
        calls_to_consecutive(5, 0.5),
        "calls",
    );
    // At a tenth: 111,110 calls. In 10 minutes there are 12,000: one in ten opens.
    let report = story(20).run();
    let tenth = report.variants[0].metric("always", "backend.breaker.opened").expect("a breaker");
    assert!(tenth.mean <= 0.4, "{} of the runs", tenth.mean);
    let window = report.variant("window").expect("a variant");
    let attempts = estimate(window, "always", "backend.attempts");
    assert!(attempts.max < 200.0, "the window opens in seconds: {}", attempts.max);
}

#[test]
#[cfg(feature = "slow")]
fn s03_c09_at_ten_percent_five_in_a_row_take_111_110_calls() {
    let sets = ["load.users.rate=2000/s", "run.duration=150s", "run.replications=40"];
    let story = Story::open("breaker/consecutive-or-window.toml").with(&sets);
    let tenth = story.run_one("base");
    let opened = 40.0 * always(&tenth, "backend.breaker.opened");
    let per_trip = 40.0 * always(&tenth, "backend.attempts") / opened;
    let want = calls_to_consecutive(5, 0.1);
    assert!((want - 111_110.0).abs() < 1.0, "as the correction says");
    assert!((per_trip / want - 1.0).abs() < 4.0 / opened.sqrt(), "{per_trip} in {opened} trips");
}

#[test]
fn s04_three_probes_close_half_of_the_time_at_20_percent_errors() {
    const RUNS: u32 = 1_500;
    let load = "arrivals = \"constant\"\nrate = \"5/s\"";
    let app = caller(
        "breaker = { open_at = \"5 consecutive\", open_for = \"30s\", probes = 3 }",
        "workers = \"unlimited\"\ntime = \"1ms\"\nerrors = \"20%\"",
    );
    let fault =
        "[[fault]]\nname = \"down\"\nkind = \"error\"\non = \"db\"\nat = \"0s\"\nfor = \"10s\"";
    let text = replicated(&loaded("33s", load, &(app + fault)), RUNS);
    let reports = each(&plan(&text, &NoFiles), "base");
    let closed = |it: &&VariantReport| changes(it)[2].1 == "half_open to closed";
    let share = reports.iter().filter(closed).count() as f64 / f64::from(RUNS);
    let want = closes_probability(3, 0.2);
    assert!((want - 0.512).abs() < 1e-12, "0.8^3");
    let error = (want * (1.0 - want) / f64::from(RUNS)).sqrt();
    assert!((share - want).abs() < 4.0 * error, "{share} ± {error}");
}

#[test]
fn s05_c10_half_open_without_a_limit_lets_a_hundred_in() {
    // 500/s of something that fails after 200 ms.
    let attempts = |probes: u32| {
        let policies = format!(
            "breaker = {{ open_at = \"5 consecutive\", open_for = \"10s\", probes = {probes} }}"
        );
        let load = "arrivals = \"constant\"\nrate = \"500/s\"";
        let report = base(&loaded("95s", load, &caller(&policies, &FAILS.replace("1ms", "200ms"))));
        let trials = changes(&report).iter().filter(|it| it.1 == "open to half_open").count();
        (always(&report, "db.attempts"), trials as f64)
    };
    let (limited, trials) = attempts(3);
    let (unlimited, same) = attempts(1_000_000);
    assert_eq!((trials, same), (9.0, 9.0), "every 10.2 s");
    let more = (unlimited - limited) / trials;
    assert!((more - (100.0 - 3.0)).abs() <= 1.0, "{more} more each time");
}

fn order(variant: &str) -> VariantReport {
    Story::open("breaker/order.toml").run_one(variant)
}

#[test]
fn s48_outside_it_counts_rejections_and_inside_it_never_sees_them() {
    let (outside, inside) = (order("base"), order("inside"));
    assert!(estimate(&outside, "slow", "recommendations.breaker.opened").min >= 1.0, "outside");
    assert_eq!(estimate(&inside, "always", "recommendations.breaker.opened").max, 0.0, "inside");
    assert!(estimate(&inside, "slow", "recommendations.pool.rejected").min > 2_000.0, "of 3,000");
}

#[test]
fn t43_it_opens_before_any_slow_call_has_ended() {
    for run in each(&Story::open("breaker/order.toml").plan(&["base"]), "base") {
        let (at, what) = changes(&run)[0];
        assert_eq!(what, "closed to open");
        // 10 s of successes at 50/s lie in the window: rejections outweigh them after 5 s.
        assert!((64.0..67.0).contains(&at), "by rejections alone: {at}");
    }
}

#[test]
fn t44_an_open_breaker_costs_no_time_and_gives_the_slots_back() {
    let outside = order("base");
    assert_close(during(&outside, "slow", "users.latency.p50"), 0.0, "the caller's own work");
    let slots = outside.series("home -> recommendations.pool", "in_flight").expect("a series");
    assert_eq!(slots.values[80..90].iter().sum::<f64>(), 0.0, "all are free");
    let inside = order("inside");
    let p50 = during(&inside, "slow", "users.latency.p50");
    assert!((p50 - 0.05).abs() < 0.05 / 128.0, "at the full bulkhead they wait: {p50}");
}

#[test]
fn s12_c13_a_retried_rejection_takes_three_seconds_to_give_up() {
    let retry = |on: &str| {
        format!(
            "policy = [\"retry\", \"timeout\", \"breaker\"]\ntimeout = \"30s\"\n\
             retry = {{ attempts = 3, delay = \"exponential(1s)\", on = [{on}] }}\n\
             breaker = {{ open_at = \"5 consecutive\", open_for = \"1000s\" }}"
        )
    };
    let every = "\"error\", \"timeout\", \"breaker\"";
    let held = |on: &str| {
        let report = base(&calling(&retry(on), FAILS));
        let values = &report.series("app", "in_flight").expect("services have series").values;
        values[50]
    };
    assert_close(held(every), 3.0, "1/s, 1 s and 2 s of waiting at an open breaker");
    assert_close(held("\"error\", \"timeout\""), 0.0, "as it should be");
    // That handler multiplies each wait by U(0.5, 1.5), and somebody sees the answer.
    let jittered = retry(every).replace("exponential(1s)", "randomized_exponential(1s)");
    let jittered = jittered.replace("policy = [", "fallback = \"none\"\npolicy = [\"fallback\", ");
    let report = base(&loaded("1000s", "rate = \"10/s\"", &caller(&jittered, FAILS)));
    let latency = |part: &str| always(&report, &format!("users.latency.{part}"));
    // 10,000 sums of U(0.5 s, 1.5 s) and U(1 s, 3 s), whose standard deviation is 0.65 s.
    assert!((latency("mean") - 3.0).abs() < 0.026, "{}", latency("mean"));
    assert!((4.45..4.5).contains(&latency("max")), "{}", latency("max"));
    // The worst: three timeouts, and the waits.
    let hangs = base(&calling(&retry(every), HANGS));
    assert_close(always(&hangs, "app.in_flight.max"), 3.0 * 30.0 + 3.0, "1/s for 93 s");
}

#[test]
fn s13_fallbacks_are_what_was_exhausted_and_what_found_it_open() {
    let policies = |fallback: &str| {
        format!(
            "policy = [{fallback}\"retry\", \"breaker\"]\n\
             retry = {{ attempts = 2, delay = \"constant(1ms)\" }}\n\
             breaker = {{ open_at = \"4 consecutive\", open_for = \"5s\" }}"
        )
    };
    let leaf = FAILS.replace("100%", "60%");
    let text = |it: &str| steady(&caller(it, &leaf)).replace("\"1/s\"", "\"20/s\"");
    let with = base(&text(&format!("{}\nfallback = \"cached\"", policies("\"fallback\", "))));
    let without = base(&text(&policies("")));
    let exhausted = always(&without, "app -> db.failed.error");
    let open = always(&without, "app -> db.failed.breaker");
    assert!(exhausted > 0.01 && open > 0.1, "{exhausted}, {open}");
    assert_close(always(&with, "db.fallback_rate"), exhausted + open, "their sum");
    assert_close(always(&with, "users.success_rate"), 1.0, "nobody fails");
}
