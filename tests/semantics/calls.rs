use sim_tests::{always, base, during};

use crate::{assert_close, calling, steady};

#[test]
fn calls_follow_each_other_and_groups_go_together() {
    let calls = |group: &str| {
        let call = |to: &str| format!("[[service.app.call]]\nto = \"{to}\"\n{group}\n");
        let leaf = |name: &str, time: &str| {
            format!("[service.{name}]\nworkers = \"unlimited\"\ntime = \"{time}\"\n")
        };
        base(&steady(&format!(
            "[service.app]\nworkers = \"unlimited\"\ntime = \"10ms\"\n{}{}{}{}",
            call("a"),
            call("b"),
            leaf("a", "100ms"),
            leaf("b", "200ms")
        )))
    };
    assert_close(always(&calls(""), "users.latency.max"), 0.310, "one after the other");
    assert_close(
        always(&calls("group = \"g\""), "users.latency.max"),
        0.210,
        "the slowest decides",
    );
}

#[test]
fn the_caller_holds_its_worker_while_it_waits() {
    let report = base(&steady(
        "[service.app]\nworkers = 1\n[[service.app.call]]\nto = \"db\"\n\
         [service.db]\nworkers = \"unlimited\"\ntime = \"2s\"",
    ));
    assert_close(always(&report, "db.in_flight.max"), 1.0, "one worker, one call");
    assert_close(always(&report, "app.busy.mean"), 0.99, "held from the first arrival on");
}

#[test]
fn messages_travel_both_ways() {
    let report =
        base(&calling("network = { latency = \"30ms\" }", "workers = 1\ntime = \"100ms\""));
    assert_close(always(&report, "users.latency.max"), 0.160, "there, work, and back");
    assert_close(always(&report, "db.in_flight.mean"), 0.099, "the way is not the service's");
}

#[test]
fn chance_decides_whether_a_call_is_made() {
    let report = base(&calling("when = \"25%\"", "workers = 1\ntime = \"100ms\""));
    let calls = always(&report, "db.calls");
    assert!((12.0..40.0).contains(&calls), "{calls} of 99 is not a quarter");
    assert_close(always(&report, "users.success_rate"), 1.0, "the others go on without");
}

#[test]
fn a_failure_deep_below_is_told_by_its_first_cause_and_seen_as_an_error() {
    // The bulkhead of `mid` rejects; for `app` that is an error of `mid`, which it tries again.
    let report = base(&steady(
        "[service.app]\nworkers = \"unlimited\"\n[[service.app.call]]\nto = \"mid\"\n\
         retry = { attempts = 2, delay = \"constant(1ms)\", on = [\"error\"] }\n\
         [service.mid]\nworkers = \"unlimited\"\n[[service.mid.call]]\nto = \"db\"\n\
         bulkhead = { slots = 1 }\n\
         [service.db]\nworkers = \"unlimited\"\ntime = \"1000s\"",
    ));
    assert_close(always(&report, "users.failed.bulkhead"), 98.0 / 99.0, "the first cause");
    let attempts = always(&report, "mid.attempts");
    assert_close(attempts, 1.0 + 2.0 * 98.0, "each failure was tried again");
    assert_close(always(&report, "db.attempts"), 1.0, "the bulkhead let one through");
}

#[test]
fn the_remaining_time_is_handed_on() {
    // 2 s in all: 500 ms of own work leave 1.5 s to `db`, which needs 5 s and gives up with them.
    let report = base(&steady(
        "[service.app]\nworkers = \"unlimited\"\ntime = \"500ms\"\ndeadline = \"2s\"\n\
         [[service.app.call]]\nto = \"mid\"\n[[service.app.call]]\nto = \"never\"\n\
         [service.mid]\nworkers = \"unlimited\"\n[[service.mid.call]]\nto = \"db\"\n\
         [service.db]\nworkers = \"unlimited\"\ntime = \"1s\"\n[[service.db.call]]\nto = \"disk\"\n\
         [service.disk]\nworkers = \"unlimited\"\ntime = \"5s\"\n\
         [service.never]\nworkers = \"unlimited\"\ntime = \"1s\"",
    ));
    assert!(always(&report, "users.failed.deadline") > 0.95, "nobody is answered");
    assert_close(always(&report, "app.in_flight.max"), 2.0, "2 s at 1/s");
    assert_close(always(&report, "never.calls"), 0.0, "nothing starts after the deadline");
    assert_close(
        always(&report, "mid.in_flight.max"),
        2.0,
        "1.5 s at 1/s, stopped with its caller",
    );
    assert_close(
        always(&report, "disk.in_flight.max"),
        5.0,
        "a worker finishes what it has in hand",
    );
}

#[test]
fn what_starts_with_a_fault_belongs_to_it() {
    let report = base(&format!(
        "{}[[fault]]\nname = \"slow\"\nkind = \"slow\"\non = \"db\"\nfactor = 3\nat = \"50s\"\nfor = \"10s\"",
        calling("", "workers = \"unlimited\"\ntime = \"100ms\"")
    ));
    assert_close(during(&report, "before", "users.latency.max"), 0.1, "before");
    assert_close(during(&report, "slow", "users.latency.p50"), 0.3, "at 50 s and later");
    assert_close(during(&report, "slow", "db.calls"), 10.0, "50 s is in, 60 s is not");
    assert_close(during(&report, "before", "db.calls"), 49.0, "1 s to 49 s");
    assert_close(during(&report, "after", "users.latency.max"), 0.1, "after");
}
