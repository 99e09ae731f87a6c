use sim_tests::{always, base, during};

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

/// One request a second from 1 s on, as many as `seconds` says, on one core shared by all.
fn on_cores(seconds: u32, service: &str, more: &str) -> String {
    format!(
        "format = 1\ntitle = \"test\"\nrun = {{ duration = \"20s\", replications = 1 }}\n\
         [load.users]\nto = \"app\"\nrate = [\"1/s at 0s\", \"0/s at {seconds}500ms\"]\n\
         arrivals = \"constant\"\n[service.app]\nworkers = \"unlimited\"\n{service}\n{more}"
    )
}

#[test]
fn work_that_shares_a_core_goes_on_at_once() {
    // The first is alone for 1 s; then two share: it ends at 4 s, after 3 s, and the other, alone
    // again, at 5 s.
    let report = base(&on_cores(2, "cores = 1\ntime = \"2500ms\"", ""));
    assert_close(always(&report, "users.latency.max"), 4.0, "2 s to 6 s");
    assert_close(always(&report, "users.latency.mean"), 4.0, "1 s to 5 s");
    assert_close(always(&report, "app.queue.max"), 0.0, "nobody waits");
    // With a core each nobody is slowed.
    let report = base(&on_cores(2, "cores = 2\ntime = \"2500ms\"", ""));
    assert_close(always(&report, "users.latency.max"), 2.5, "alone");
}

#[test]
fn workers_bound_how_many_share_the_cores() {
    let text = on_cores(3, "cores = 1\ntime = \"2s\"", "").replace("\"unlimited\"", "2");
    let report = base(&text);
    // Two share from 2 s on; the first ends at 4 s, the third begins, the second ends at 6 s and
    // the third at 7 s: 1 s in line and three in work.
    assert_close(always(&report, "app.wait.mean"), 1.0 / 3.0, "the third");
    assert_close(always(&report, "users.latency.max"), 4.0, "second and third");
    assert_close(always(&report, "users.latency.mean"), (2.0 + 4.0 + 4.0) / 3.0 + 1.0 / 3.0, "all");
}

#[test]
fn who_waits_for_a_call_takes_no_core() {
    let call = "[[service.app.call]]\nto = \"far\"\n\
                [service.far]\nworkers = \"unlimited\"\ntime = \"10s\"\n";
    let report = base(&on_cores(3, "cores = 1\ntime = \"1s\"", call));
    assert_close(always(&report, "users.latency.max"), 11.0, "never two at work");
}

#[test]
fn a_death_ends_what_shares_a_core_and_counts_the_work_done() {
    let kill = "[[fault]]\nname = \"death\"\nkind = \"kill\"\non = \"app\"\nat = \"3s\"\nfor = \"1500ms\"\n";
    // Two come before; together they had the 2 s of one core. The third is served after it.
    let text = on_cores(5, "cores = 1\ntime = \"10s\"\nrestart = \"1ns\"", kill);
    let text = text.replace("\"10s\"", "\"5s\"");
    let report = base(&text);
    assert_close(during(&report, "before", "users.failed.crashed"), 1.0, "1 s and 2 s");
    assert_close(during(&report, "after", "users.success_rate"), 1.0, "5 s");
    assert_close(during(&report, "after", "users.latency.max"), 5.0, "alone");
}

#[test]
fn slowness_stretches_work_that_begins_in_it() {
    let slow = "[[fault]]\nname = \"slow\"\nkind = \"slow\"\non = \"app\"\nfactor = 3\nat = \"1500ms\"\nfor = \"1s\"\n";
    let report = base(&on_cores(2, "cores = 1\ntime = \"2s\"", slow));
    // 1 s alone, then half of the core until 4 s; the second has 6 s of work, one of them done.
    assert_close(during(&report, "before", "users.latency.max"), 3.0, "1 s to 4 s");
    assert_close(during(&report, "slow", "users.latency.max"), 7.0, "2 s to 9 s");
}
