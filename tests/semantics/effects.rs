//! What is done to the world: once, twice, or for nothing.

use sim_core::report::VariantReport;
use sim_tests::{always, base};

use crate::assert_close;

/// 50 requests, and time for all of them to end. `app` asks `mid`, which asks `pay`, which charges and
/// answers after 2 s.
fn charged(outer: &str, inner: &str) -> VariantReport {
    base(&format!(
        "format = 1\ntitle = \"test\"\nrun = {{ duration = \"200s\", replications = 1 }}\n\
         [load.users]\nto = \"app\"\nrate = [\"1/s at 0s\", \"0/s at 50.5s\"]\narrivals = \"constant\"\n\
         [service.app]\nworkers = \"unlimited\"\n[[service.app.call]]\nto = \"mid\"\n{outer}\n\
         [service.mid]\nworkers = \"unlimited\"\n[[service.mid.call]]\nto = \"pay\"\n{inner}\n\
         [service.pay]\nworkers = \"unlimited\"\ntime = \"2s\"\neffect = \"charge\"\n"
    ))
}

fn retry(attempts: u32, key: bool) -> String {
    format!(
        "retry = {{ attempts = {attempts}, delay = \"constant(0s)\", idempotency_key = {key} }}\n\
         timeout = \"{}s\"\n",
        if attempts == 3 { 1 } else { 5 }
    )
}

/// Executed, repeated, recognised, of failed requests: of 50 requests, for each.
fn each(report: &VariantReport) -> [f64; 4] {
    assert_close(always(report, "users.offered") * 200.0, 50.0, "all requests");
    ["executed", "repeated", "recognised", "of_failed"]
        .map(|it| always(report, &format!("pay.effects.{it}")) / 50.0)
}

#[test]
fn an_effect_is_done_though_its_caller_has_gone() {
    let once = charged("", "");
    assert_eq!(each(&once), [1.0, 0.0, 0.0, 0.0]);
    let late = charged("", "timeout = \"1s\"");
    assert_eq!(each(&late), [1.0, 0.0, 0.0, 1.0], "charged, and told that it failed");
    let stopped = charged("", "timeout = \"1s\"\non_timeout = \"cancel\"");
    assert_eq!(each(&stopped), [0.0; 4], "stopped before it was done");
}

#[test]
fn who_tries_again_does_it_again_but_for_a_key() {
    assert_eq!(each(&charged("", &retry(3, false))), [3.0, 2.0, 0.0, 3.0]);
    assert_eq!(each(&charged("", &retry(3, true))), [1.0, 0.0, 2.0, 1.0]);
    let rate = always(&charged("", &retry(3, false)), "pay.effects.repeated_rate");
    assert_close(rate, 2.0 / 3.0, "two of three");
}

#[test]
fn a_key_is_as_good_as_the_place_where_it_is_made() {
    let (plain, keyed) = (retry(2, false), retry(2, true));
    // Each of two outer attempts makes three inner ones.
    assert_eq!(each(&charged(&plain, &retry(3, false))), [6.0, 5.0, 0.0, 6.0]);
    assert_eq!(each(&charged(&plain, &retry(3, true))), [2.0, 1.0, 4.0, 2.0], "two keys");
    assert_eq!(each(&charged(&keyed, &retry(3, false))), [1.0, 0.0, 5.0, 1.0], "one, handed down");
    assert_eq!(each(&charged(&keyed, &retry(3, true))), [1.0, 0.0, 5.0, 1.0], "the outer one");
}

#[test]
fn what_failed_on_its_own_account_has_done_nothing() {
    let failing = base(
        "format = 1\ntitle = \"test\"\nrun = { duration = \"100s\", replications = 1 }\n\
         [load.users]\nto = \"pay\"\nrate = \"1/s\"\narrivals = \"constant\"\n\
         [service.pay]\nworkers = 1\ntime = \"100ms\"\neffect = \"charge\"\nerrors = \"100%\"\n",
    );
    assert_close(always(&failing, "pay.effects.executed"), 0.0, "an error is no charge");
}
