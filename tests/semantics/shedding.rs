//! What is turned away on purpose.

use sim_core::analytic::mmc::Mmc;
use sim_core::report::VariantReport;
use sim_tests::{Story, always, assert_close, assert_near, base, caller, during, estimate, loaded};

/// Ten workers, constant times of 1 s, 8/s of members and 8/s of guests, of whom every other one.
fn shared(shed: &str) -> VariantReport {
    base(&loaded(
        "40s",
        "rate = \"8/s\"\narrivals = \"constant\"\n\
         [load.guests]\nto = \"app\"\nrate = [\"0/s at 0s\", \"8/s at 10s\"]\narrivals = \"constant\"",
        &format!("[service.app]\nworkers = 10\ntime = \"1s\"\nshed = {{ {shed} }}\n"),
    ))
}

#[test]
fn who_is_dropped_is_turned_away_while_the_workers_are_busy() {
    let report = shared("at = \"90% of workers\", drop = [\"guests\"]");
    assert_close(always(&report, "users.success_rate"), 311.0 / 319.0, "but for the last eight");
    let shed = always(&report, "guests.failed.shed");
    // Eight workers are the members', one of whom may come and go within the instant: two guests
    // a second find fewer than nine busy.
    assert!((0.74..0.76).contains(&shed), "{shed}");
    assert_close(always(&report, "app.queue.max"), 0.0, "there is a worker for each");
    let all = shared("at = \"90% of workers\"");
    assert!(always(&all, "users.failed.shed") > 0.2, "nobody is spared");
}

/// With stretches of 5 s and overload: five seconds of all, five of none.
#[test]
fn what_is_known_late_swings() {
    let report = shared("at = \"90% of workers\", drop = [\"guests\"], lag = \"5s\"");
    let shed = &report.series("guests", "failed.shed").expect("loads have series").values;
    let on: Vec<bool> = shed.chunks(5).map(|it| it.iter().sum::<f64>() > 20.0).collect();
    // In at 10 s; known to be too many at 15 s. The queue of 30 that those have left is worked off
    // at 2/s, so that it stays busy.
    assert_eq!(&on[..4], [false, false, false, true], "{shed:?}");
    assert!(shed.iter().all(|it| *it == 0.0 || *it >= 7.0), "all of a second or none: {shed:?}");
}

#[test]
fn the_reply_decides_what_it_looks_like_and_who_tries_again() {
    let attempts = |reply: u16, on: &str| {
        let db = format!(
            "workers = 1\ntime = \"100s\"\nshed = {{ at = \"100% of workers\", reply = {reply} }}"
        );
        let policies = format!("retry = {{ attempts = 3, delay = \"constant(1ms)\"{on} }}");
        let report = base(&loaded(
            "20s",
            "rate = \"1/s\"\narrivals = \"constant\"",
            &caller(&policies, &db),
        ));
        assert_close(always(&report, "users.failed.shed"), 18.0 / 19.0, "but for the first");
        always(&report, "app -> db.attempts")
    };
    assert_close(attempts(503, ""), 1.0 + 18.0 * 3.0, "503: busy");
    assert_close(attempts(429, ""), 19.0, "429: too many");
    assert_close(attempts(429, ", on = [\"limited\"]"), 1.0 + 18.0 * 3.0, "and if that is named");
    assert_close(attempts(400, ""), 19.0, "400: wrong");
}

/// Trunk reservation: a birth-death chain with arrivals of all below the threshold, of members
/// above it.
fn share_above(threshold: usize, workers: usize, all: f64, members: f64, rate: f64) -> f64 {
    let mut weights = vec![1.0];
    for n in 1..400 {
        let arrivals = if n <= threshold { all } else { members };
        weights.push(weights[n - 1] * arrivals / (rate * n.min(workers) as f64));
    }
    weights[threshold..].iter().sum::<f64>() / weights.iter().sum::<f64>()
}

#[test]
fn t72_without_a_lag_guests_are_shed_as_often_as_theory_says() {
    let text = loaded(
        "300s",
        "rate = \"140/s\"\nclasses = { member = \"60%\", guest = \"40%\" }",
        "[service.app]\nworkers = 20\ntime = \"exp(100ms)\"\n\
         shed = { at = \"85% of workers\", drop = [\"guest\"] }\n",
    );
    let report = base(&text.replace("replications = 1 ", "replications = 20, warmup = \"20s\" "));
    let want = share_above(17, 20, 140.0, 84.0, 10.0);
    assert!((want - 0.14665).abs() < 1e-5, "{want}");
    assert_near(estimate(&report, "always", "users[guest].failed.shed"), want, "guests shed");
    assert_close(always(&report, "users[member].failed.shed"), 0.0, "members");
}

/// Of `W` workers `W - offered × cost` are left for answers, which take `time - cost` more than a
/// refusal.
#[test]
fn t08_goodput_falls_from_the_knee_on() {
    for variant in ["base", "half-a-millisecond", "a-tenth"] {
        let report = Story::open("shedding/reject-cost.toml").with(&["run.replications=12"]);
        let report = report.plan(&[variant]).run();
        let run = report.variant(variant).expect("it is there");
        let cost = [("base", 0.0), ("half-a-millisecond", 0.0005), ("a-tenth", 0.008)];
        let cost = cost.iter().find(|it| it.0 == variant).expect("it is one of them").1;
        let got = estimate(run, "x4", "users.throughput");
        let offered = during(run, "x4", "users.offered");
        assert_near(got, (8.0 - offered * cost) / (0.080 - cost), variant);
    }
}

/// 15 points of headroom are 21 % of traffic; and what 85 % means depends on how many workers there
/// are.
#[test]
fn c24_fifteen_points_are_a_fifth_and_a_single_worker_has_none() {
    assert!((0.85_f64 / 0.70 - 1.214_286).abs() < 1e-6);
    let sojourn = |workers: u32| {
        let rate = 0.85 * f64::from(workers);
        Mmc::new(rate, 1.0, workers).expect("it is stable").mean_sojourn()
    };
    assert!((sojourn(1) - 6.667).abs() < 1e-3 && (sojourn(20) - 1.128).abs() < 1e-3);
    // Of 140 % so much must be sheddable that 85 % is left.
    assert!((1.0_f64 - 0.85 / 1.4 - 0.3929).abs() < 1e-4);
}
