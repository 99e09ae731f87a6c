//! What stands in for an answer: copies that age, and other calls.

use sim_core::experiment::Plan;
use sim_core::scenario::{NoFiles, parse};
use sim_tests::{assert_near, base, during, estimate, report};

use crate::{assert_close, calling, steady};

const FAST: &str = "workers = \"unlimited\"\ntime = \"100ms\"";

/// Requests come at 1, 2, … s; those from 20 to 59 s are refused.
const REFUSED: &str = "[[fault]]\nname = \"it\"\nkind = \"refuse\"\non = \"app -> db\"\nat = \"20s\"\nfor = \"40s\"\n";

fn refused(fallback: &str) -> sim_core::report::VariantReport {
    base(&format!("{}{REFUSED}", calling(&format!("fallback = {fallback}"), FAST)))
}

#[test]
fn a_copy_is_served_until_it_is_too_old() {
    let report = refused("{ static = \"x\", max_age = \"10s\" }");
    // The last answer came at 19.1 s: it is 0.9 s old at 20 s, and 9.9 s at 29 s.
    assert_close(during(&report, "it", "app -> db.copy.served"), 10.0, "20 to 29 s");
    assert_close(during(&report, "it", "app -> db.copy.missed"), 30.0, "30 to 59 s");
    assert_close(during(&report, "it", "app -> db.copy.hit_rate"), 0.25, "10 of 40");
    assert_close(during(&report, "it", "app -> db.copy.age.mean"), 5.4, "0.9, 1.9, … 9.9 s");
    assert_close(during(&report, "it", "app -> db.copy.age.max"), 9.9, "the oldest");
    assert_close(during(&report, "it", "users.degraded_rate"), 0.25, "what was served");
    assert_close(during(&report, "it", "users.failed.refused"), 0.75, "what was not");
}

#[test]
fn what_a_copy_misses_goes_to_the_next_fallback() {
    let report = refused("[{ static = \"x\", max_age = \"10s\" }, \"default\"]");
    assert_close(during(&report, "it", "app -> db.copy.hit_rate"), 0.25, "10 of 40");
    assert_close(during(&report, "it", "users.degraded_rate"), 1.0, "by one or the other");
    assert_close(during(&report, "it", "app -> db.fallback_rate"), 1.0, "by one or the other");
    let coded = refused("[{ static = \"x\", max_age = \"10s\" }, \"fail:404\"]");
    assert_close(during(&coded, "it", "users.degraded_rate"), 0.25, "what was served");
    assert_close(during(&coded, "it", "users.failed.refused"), 0.75, "the first cause");
}

#[test]
fn a_copy_that_is_refreshed_is_of_any_age_when_it_is_needed() {
    let fallback = "{ static = \"x\", max_age = \"20s\", refresh_every = \"10s\" }";
    let text = format!("{}{REFUSED}", calling(&format!("fallback = {fallback}"), FAST));
    let report = &report(&text.replace("replications = 1", "replications = 200")).variants[0];
    // Its last refresh was sent u before 20 s, uniform in 0 to 10 s, and took 0.1 s: x s later it is
    // x + u - 0.1 s old. So x from 0 to 10 hits, and x from 11 to 20 does with (20.1 - x) / 10.
    let hits = 11.0 + (11..=20).map(|x| (20.1 - f64::from(x)) / 10.0).sum::<f64>();
    assert_near(estimate(report, "it", "app -> db.copy.hit_rate"), hits / 40.0, "hits");
    // Nobody asks it before the fault, and the callee sees 1 call and 0.1 refreshes a second.
    assert_close(during(report, "before", "app -> db.copy.served"), 0.0, "answers are there");
    let offered = estimate(report, "before", "db.offered");
    assert_near(offered, (19.0 + 2.0) / 20.0, "19 requests, 2 refreshes in 20 s");
}

#[test]
fn copies_die_with_their_holders() {
    let kill =
        "[[fault]]\nname = \"kill\"\nkind = \"kill\"\non = \"app\"\nat = \"25s\"\nfor = \"1s\"\n";
    let fallback = "fallback = { static = \"x\", max_age = \"none\" }";
    let report = base(&format!("{}{REFUSED}{kill}", calling(fallback, FAST)));
    // 20 to 24 s; the requests at 25 and 26 s find nobody, those after them find no copy.
    assert_close(during(&report, "it", "app -> db.copy.served"), 5.0, "before it died");
    assert_close(during(&report, "it", "app -> db.copy.missed"), 33.0, "27 to 59 s");
}

/// `app` calls `db`, and `spare` where that fails, which takes so long.
fn provided(policies: &str, spare: &str) -> sim_core::report::VariantReport {
    let app = "[service.app]\nworkers = \"unlimited\"\n[[service.app.call]]\nto = \"db\"\n";
    base(&steady(&format!(
        "{app}fallback = {{ call = \"spare\" }}\n{policies}\n\
         [[service.app.call]]\nto = \"spare\"\nwhen = \"fallback\"\n\
         [service.db]\n{FAST}\n[service.spare]\nworkers = \"unlimited\"\ntime = \"{spare}\"\n{REFUSED}"
    )))
}

#[test]
fn another_call_answers_in_full() {
    let report = provided("", "200ms");
    assert_close(during(&report, "before", "app -> spare.calls"), 0.0, "made only as a fallback");
    assert_close(during(&report, "it", "app -> spare.calls"), 40.0, "for each that was refused");
    assert_close(during(&report, "it", "users.full_rate"), 1.0, "by another");
    assert_close(during(&report, "it", "app -> db.fallback_rate"), 1.0, "told of the first");
    assert_close(during(&report, "it", "users.latency.max"), 0.2, "refused at once, then 200 ms");
}

#[test]
fn a_timeout_around_it_takes_another_call_back() {
    let policies = "policy = [\"total_timeout\", \"fallback\"]\ntotal_timeout = \"1s\"\non_timeout = \"cancel\"";
    let report = provided(policies, "5s");
    assert_close(during(&report, "it", "users.failed.timeout"), 1.0, "1 s in all");
    assert_close(during(&report, "it", "app -> spare.failed.timeout"), 1.0, "taken back");
    assert_close(during(&report, "it", "spare.in_flight.max"), 1.0, "and cancelled");
}

#[test]
fn another_call_may_fall_back_on_a_third() {
    let app = "[service.app]\nworkers = \"unlimited\"\n[[service.app.call]]\nto = \"db\"\n\
        group = \"g\"\nfallback = [{ call = \"second\" }, \"last\"]\n\
        [[service.app.call]]\nto = \"db\"\nname = \"beside\"\ngroup = \"g\"\n\
        [[service.app.call]]\nto = \"db\"\nname = \"second\"\nwhen = \"fallback\"\nfallback = { call = \"third\" }\n\
        [[service.app.call]]\nto = \"db\"\nname = \"third\"\nwhen = \"fallback\"\n";
    let down = |call: &str| {
        format!(
            "[[fault]]\nname = \"{call}\"\nkind = \"error\"\non = \"app -> {call}\"\nat = \"20s\"\nfor = \"40s\"\n"
        )
    };
    let text = |downs: &[&str]| {
        let faults: String = downs.iter().map(|it| down(it)).collect();
        steady(&format!("{app}[service.db]\n{FAST}\n{faults}"))
    };
    let two = base(&text(&["db", "second"]));
    assert_close(during(&two, "db", "app -> third.calls"), 40.0, "the first two fail");
    assert_close(during(&two, "db", "users.full_rate"), 1.0, "the third does not");
    let three = base(&text(&["db", "second", "third"]));
    assert_close(during(&three, "db", "users.degraded_rate"), 1.0, "the last resort");
    let source = parse(&text(&["db"])).expect("TOML");
    assert!(Plan::new(&source, &NoFiles, |_| true).is_ok());
}
