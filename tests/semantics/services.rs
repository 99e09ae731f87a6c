use sim_tests::{always, base};

use crate::{assert_close, steady};

#[test]
fn a_full_queue_rejects_and_a_worker_serves_in_order() {
    // A worker needs 4 s and there is one place: of each four requests one is served, after as long
    // in the queue as the one before it is worked on.
    let report = base(&steady(
        "[service.app]\nworkers = 1\ntime = \"4s\"\nqueue = { slots = 1, overflow = \"reject\" }",
    ));
    assert_close(always(&report, "app.queue.max"), 1.0, "places");
    assert_close(always(&report, "app.in_flight.max"), 2.0, "jobs at the instance");
    assert_close(always(&report, "users.failed.queue_full"), 73.0 / 99.0, "three of four");
    assert_close(always(&report, "users.latency.max"), 8.0, "4 s in the queue and 4 s of work");
}

#[test]
fn without_limit_the_queue_grows() {
    let report = base(&steady("[service.app]\nworkers = 1\ntime = \"4s\""));
    assert_close(always(&report, "users.failed.queue_full"), 0.0, "nothing is rejected");
    assert_close(always(&report, "app.queue.max"), 74.0, "99 came, 24 were done, one is in hand");
    assert_close(always(&report, "users.unfinished_rate"), 75.0 / 99.0, "the rest is in flight");
}

#[test]
fn unlimited_workers_never_queue() {
    let report = base(&steady("[service.app]\nworkers = \"unlimited\"\ntime = \"10s\""));
    assert_close(always(&report, "users.latency.max"), 10.0, "latency");
    assert_close(always(&report, "app.in_flight.max"), 10.0, "Little");
    assert!(report.metric("always", "app.utilisation").is_none(), "of what?");
}

#[test]
fn own_errors_come_after_the_work() {
    let errors = "[service.app]\nworkers = 1\ntime = \"500ms\"\nerrors = \"100%\"";
    let report = base(&steady(errors));
    assert_close(always(&report, "users.failed.error"), 1.0, "all fail");
    assert_close(always(&report, "app.utilisation"), 0.495, "the work was done all the same");
    let report = base(&steady(&errors.replace("\"100%\"", "{ rate = \"100%\", code = 404 }")));
    assert_close(always(&report, "users.failed.client_error"), 1.0, "the request's own fault");
}

#[test]
fn the_deadline_ends_work_in_hand_for_the_caller_and_not_for_the_worker() {
    let report = base(&steady("[service.app]\nworkers = 1\ntime = \"3s\"\ndeadline = \"2s\""));
    assert_close(always(&report, "users.success_rate"), 0.0, "nobody is served in time");
    assert!(always(&report, "users.failed.deadline") > 0.96, "all end at their deadline");
    // The first request is worked on for 3 s, to its end; who waited 2 s left the queue.
    assert_close(always(&report, "app.busy.mean"), 0.99, "busy from the first arrival on");
    assert_close(always(&report, "app.queue.max"), 2.0, "1/s, 2 s of patience");
    assert_close(always(&report, "app.wasted"), 1.0, "for nobody");
}

#[test]
fn balancing_spreads_as_it_says() {
    let spread = |balance: &str| {
        let service = "[service.app]\ninstances = 3\nworkers = 1\ntime = \"2500ms\"\nbalance = ";
        base(&steady(&format!("{service}\"{balance}\"")))
    };
    for balance in ["round_robin", "least_outstanding"] {
        assert_close(always(&spread(balance), "app.queue.max"), 0.0, balance);
    }
    for balance in ["random", "two_choices"] {
        assert!(always(&spread(balance), "app.queue.max") > 0.0, "{balance} is not perfect");
    }
}
