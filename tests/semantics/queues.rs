//! Who is next, who goes when there is no place, and what that costs.

use sim_core::report::VariantReport;
use sim_tests::{always, assert_close, base, during, estimate, loaded, report, steady};

/// One worker that takes a second, 2/s from outside, and a queue of three.
fn crowded(queue: &str) -> VariantReport {
    base(&loaded(
        "20s",
        "rate = \"2/s\"\narrivals = \"constant\"",
        &format!("[service.app]\nworkers = 1\ntime = \"1s\"\nqueue = {queue}\n"),
    ))
}

/// Those that come at 0.5, 1, 1.5 … s; the first is taken at once.
#[test]
fn the_first_the_last_or_the_newcomer_goes() {
    // In the steady state one is served and one goes each second. First come, first served: those
    // who get in wait for all in front.
    let reject = crowded("{ slots = 3 }");
    assert_close(always(&reject, "users.latency.max"), 4.0, "one in hand, two, and itself");
    // The oldest goes: whoever is served came within the last 1.5 s, behind two that came later.
    let oldest = crowded("{ slots = 3, overflow = \"drop_oldest\" }");
    assert!(always(&oldest, "users.latency.max") < 3.0, "{}", always(&oldest, "users.latency.max"));
    // The newest goes: those in front keep their places, as when newcomers are turned away.
    let newest = crowded("{ slots = 3, overflow = \"drop_newest\" }");
    assert_close(always(&newest, "users.latency.max"), 3.5, "half of one, two, and itself");
    for (name, report) in [("reject", reject), ("oldest", oldest), ("newest", newest)] {
        assert_close(always(&report, "app.queue.max"), 3.0, name);
        assert_close(always(&report, "users.throughput"), 0.95, name);
        let failed = always(&report, "users.failed.queue_full") * 39.0;
        assert_close(failed, 16.0, &format!("{name}: 39 came, 19 were done, four are there"));
    }
}

#[test]
fn who_came_last_is_served_first() {
    let fifo = crowded("{ slots = 100 }");
    assert_close(always(&fifo, "users.latency.max"), 10.0, "the last one done came at 10 s");
    // At 1.5 s, 2.5 s, … the one that came that very instant is taken, or half a second before.
    let lifo = crowded("{ slots = 100, discipline = \"lifo\" }");
    assert!(always(&lifo, "users.latency.max") <= 1.5, "{}", always(&lifo, "users.latency.max"));
    assert_close(always(&lifo, "users.throughput"), always(&fifo, "users.throughput"), "work");
}

#[test]
fn overload_turns_the_line_around() {
    // Overload from 10 to 20 s; before it the queue is empty at each arrival.
    let run = |discipline: &str| {
        base(&loaded(
            "60s",
            "rate = [\"1/s at 0s\", \"10/s at 10s\", \"0/s at 20s\"]\narrivals = \"constant\"\n\
             deadline = \"1s\"",
            &format!(
                "[service.app]\nworkers = 1\ntime = \"200ms\"\n\
                 queue = {{ slots = 1000, discipline = \"{discipline}\" }}\n"
            ),
        ))
    };
    let [fifo, lifo, adaptive] = ["fifo", "lifo", "adaptive_lifo"].map(run);
    for report in [&fifo, &lifo, &adaptive] {
        assert_close(always(report, "users.success_rate"), 1.0, "all are answered in the end");
    }
    let good = |report: &VariantReport| always(report, "users.goodput") * 60.0;
    assert!(good(&fifo) < 25.0, "soon all are late: {}", good(&fifo));
    assert!(
        good(&adaptive) > 50.0,
        "half of those in the overload are in time: {}",
        good(&adaptive)
    );
    assert!((good(&adaptive) - good(&lifo)).abs() <= 1.0);
}

/// The mean waits in M/M/1 with two classes and head-of-line priority (Cobham 1954): with
/// `W0 = rho / mu`, `W1 = W0 / (1 - rho1)`, `W2 = W0 / ((1 - rho1) (1 - rho))`.
#[test]
fn important_requests_wait_less_as_theory_says() {
    let text = "format = 1\ntitle = \"test\"\n\
        run = { warmup = \"50s\", duration = \"1000s\", replications = 20 }\n\
        [load.users]\nto = \"app\"\nrate = \"80/s\"\nclasses = { member = \"25%\", guest = \"75%\" }\n\
        [class.member]\npriority = 1\n\
        [service.app]\nworkers = 1\ntime = \"exp(10ms)\"\n\
        queue = { slots = 100000, discipline = \"priority\" }\n";
    let report = base(text);
    let wait = |class: &str| estimate(&report, "always", &format!("users[{class}].latency.mean"));
    let (first, all, residual) = (0.2, 0.8, 0.8 * 0.01);
    let wants = [
        ("member", 0.01 + residual / (1.0 - first)),
        ("guest", 0.01 + residual / ((1.0 - first) * (1.0 - all))),
    ];
    for (class, want) in wants {
        let got = wait(class);
        let error = got.std_error.expect("20 replications");
        assert!(
            (got.mean - want).abs() < 4.0 * error,
            "{class}: {} ± {error} for {want}",
            got.mean
        );
    }
}

#[test]
fn a_request_s_importance_goes_with_its_calls() {
    // The store behind takes one a second; members overtake guests there.
    let text = loaded(
        "100s",
        "rate = \"2/s\"\nclasses = { member = \"25%\", guest = \"75%\" }",
        "[class.member]\npriority = 1\n\
         [service.app]\nworkers = \"unlimited\"\n[[service.app.call]]\nto = \"db\"\n\
         [service.db]\nworkers = 1\ntime = \"1s\"\n\
         queue = { slots = 1000, discipline = \"priority\" }\n",
    );
    let report = base(&text);
    assert!(always(&report, "users[member].latency.p90") < 5.0);
    assert!(always(&report, "users[guest].latency.p90") > 20.0);
}

#[test]
fn the_more_important_are_kept_when_there_is_no_place() {
    let text = loaded(
        "1000s",
        "rate = \"4/s\"\nclasses = { member = \"20%\", guest = \"80%\" }",
        "[class.member]\npriority = 1\n\
         [service.app]\nworkers = 1\ntime = \"1s\"\n\
         queue = { slots = 20, discipline = \"priority\", overflow = \"drop_newest\" }\n",
    );
    let report = base(&text);
    assert!(always(&report, "users[member].failed.queue_full") < 0.01, "there is room for them");
    assert!(always(&report, "users[guest].failed.queue_full") > 0.9, "little is left for others");
}

#[test]
fn the_earliest_deadline_is_served_first() {
    // Two services with deadlines of their own hand them on: one's requests are urgent.
    let text = "format = 1\ntitle = \"test\"\nrun = { duration = \"100s\", replications = 1 }\n\
        [load.slow]\nto = \"lazy\"\nrate = \"1/s\"\n[load.fast]\nto = \"eager\"\nrate = \"0.2/s\"\n\
        [service.lazy]\nworkers = \"unlimited\"\ndeadline = \"1000s\"\n\
        [[service.lazy.call]]\nto = \"db\"\n\
        [service.eager]\nworkers = \"unlimited\"\ndeadline = \"3s\"\n\
        [[service.eager.call]]\nto = \"db\"\n\
        [service.db]\nworkers = 1\ntime = \"1s\"\nqueue = { slots = 1000, discipline = \"DISCIPLINE\" }\n";
    let run = |discipline: &str| base(&text.replace("DISCIPLINE", discipline));
    let (edf, fifo) = (run("earliest_deadline"), run("fifo"));
    assert!(always(&edf, "fast.error_rate") < 0.1, "{}", always(&edf, "fast.error_rate"));
    assert!(always(&fifo, "fast.error_rate") > 0.5, "{}", always(&fifo, "fast.error_rate"));
}

#[test]
fn callers_are_held_at_the_door_of_a_full_queue() {
    let blocked = crowded("{ slots = 1, overflow = { block = \"1750ms\" } }");
    assert_close(always(&blocked, "app.queue.max"), 1.0, "the queue itself is as long as it was");
    assert!(always(&blocked, "app.in_flight.max") > 3.0, "those at the door are there");
    // Whoever comes between two ends of work would have to wait half a second there.
    let short = crowded("{ slots = 1, overflow = { block = \"100ms\" } }");
    assert_close(always(&short, "users.latency.max"), 2.0, "no time at the door, 1 s in line, 1 s");
    assert!(always(&blocked, "users.latency.max") > 2.0, "some time at the door");
    assert_close(always(&blocked, "users.throughput"), always(&short, "users.throughput"), "work");
}

#[test]
fn a_queue_without_places_holds_callers_until_a_worker_is_free() {
    // Two a second, each half a second of work, in pairs: one of each pair waits at the door.
    let text = loaded(
        "100s",
        "rate = \"1/s\"\narrivals = \"constant\"",
        "[load.others]\nto = \"app\"\nrate = \"1/s\"\narrivals = \"constant\"\n\
         [service.app]\nworkers = 1\ntime = \"400ms\"\n\
         queue = { slots = 0, overflow = { block = \"10s\" } }\n",
    );
    let report = base(&text);
    assert_close(always(&report, "app.success_rate"), 1.0, "none is turned away");
    assert_close(always(&report, "app.latency.max"), 0.8, "as long at the door as in work");
    assert_close(always(&report, "app.waited_rate"), 0.5, "one of two");
    assert_close(always(&report, "app.wait.mean"), 0.2, "0.4 s for one of two");
}

#[test]
fn a_held_caller_holds_its_own_caller() {
    // `db` blocks; `app` has two workers, which are held; so `app` itself has no place left.
    let text = |overflow: &str| {
        steady(&format!(
            "[service.app]\nworkers = 2\nqueue = {{ slots = 0 }}\n[[service.app.call]]\nto = \"db\"\n\
             [service.db]\nworkers = 1\ntime = \"5s\"\nqueue = {{ slots = 0, overflow = {overflow} }}\n"
        ))
    };
    let held = base(&text("{ block = \"100s\" }"));
    assert!(always(&held, "users.failed.queue_full") > 0.7, "turned away by `app`");
    assert_close(always(&held, "app.busy.mean").round(), 2.0, "both workers are held");
    let turned = base(&text("\"reject\""));
    assert!(always(&turned, "app.busy.mean") < 1.1, "nobody is held");
}

#[test]
fn work_for_nobody_is_skipped_when_its_turn_comes() {
    // Twice as much work comes as can be done; half of it is quick. Who is taken has waited for
    // nearly as long as the caller does, so that only the quick ones are answered in time.
    let run = |drop: &str| {
        base(&loaded(
            "200s",
            "rate = \"4/s\"\narrivals = \"constant\"",
            &format!(
                "[service.app]\nworkers = \"unlimited\"\n[[service.app.call]]\nto = \"db\"\n\
                 timeout = \"3s\"\n[service.db]\nworkers = 1\n\
                 time = \"mix(50%: 10ms, 50%: 1s)\"\nqueue = {{ slots = 1000 }}\n\
                 drop_expired = {drop}\n"
            ),
        ))
    };
    let (kept, skipped) = (run("false"), run("true"));
    assert!(always(&kept, "db.queue.max") > 300.0, "all of them wait");
    assert!(always(&skipped, "db.queue.max") < 20.0, "4/s for 3 s, and those not yet skipped");
    assert!(always(&kept, "users.success_rate") < 0.05, "{}", always(&kept, "users.success_rate"));
    assert!(always(&skipped, "users.success_rate") > 0.2, "the quick half of those taken");
}

#[test]
fn saying_no_takes_a_worker_s_time() {
    let run = |cost: &str| {
        base(&loaded(
            "1000s",
            "rate = \"20/s\"\narrivals = \"constant\"",
            &format!(
                "[service.app]\nworkers = 1\ntime = \"100ms\"\nqueue = {{ slots = 5 }}\n\
                 reject_cost = \"{cost}\"\n"
            ),
        ))
    };
    assert!((always(&run("0s"), "users.throughput") - 10.0).abs() < 0.02);
    // x served and 20 − x turned away a second: 0.1 x + 0.02 (20 − x) = 1.
    assert!((always(&run("20ms"), "users.throughput") - 7.5).abs() < 0.02);
}

#[test]
fn a_queue_without_an_end_ends_with_the_memory() {
    let text = "format = 1\ntitle = \"test\"\nrun = { duration = \"100s\", replications = 1 }\n\
        [load.users]\nto = \"app\"\nrate = \"10/s\"\narrivals = \"constant\"\n\
        [service.app]\nworkers = 1\ntime = \"1s\"\nrestart = \"10s\"\n\
        queue = { slots = \"unlimited\", item = \"64KiB\", memory = \"6400KiB\" }\n\
        [variant.bounded]\n\"service.app.queue\" = { slots = 50 }\n";
    let report = report(text);
    let [base, bounded] = &report.variants[..] else { panic!("two variants") };
    // 100 fit. 10/s come and 1/s leave: the 101st waits at 11.2 s; then 10 s of nothing.
    assert_close(always(base, "app.queue.max"), 101.0, "one more than fits");
    let lines: Vec<&str> = base.log.iter().map(|it| &*it.text).collect();
    assert_eq!(lines, ["app#0 ran out of memory"; 5], "every 21 s");
    assert!((base.log[0].at - 11.2).abs() < 0.11, "{}", base.log[0].at);
    assert_close(always(base, "app.crashes"), 5.0, "crashes");
    assert_close(always(bounded, "app.crashes"), 0.0, "a bound keeps it alive");
    assert!(always(bounded, "users.throughput") > always(base, "users.throughput"));
    assert!(during(base, "always", "users.failed.refused") > 0.3, "nobody is there for 10 s");
}
