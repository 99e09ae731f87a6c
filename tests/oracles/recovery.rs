//! Rows of `recovery.json` on calls: pools, queues, retries, breakers, deadlines.

use sim_core::analytic::abandonment::deterministic;

use super::check::Agreement::{Around, Exactly, Within};
use super::check::Replica;
use super::experiment::{Experiment, fixed, steady};
use super::row;
use super::text::{bounded, calls, even_load, guarded, service, station};

pub(crate) fn experiments() -> Vec<Experiment> {
    [pools(), queues(), retries(), trips(), breakers(), deadlines()].concat()
}

fn pools() -> Vec<Experiment> {
    let pool = |title, slots: u32, max_wait, time| {
        let guard = format!("bulkhead = {{ slots = {slots}, max_wait = \"{max_wait}\" }}");
        let body = guarded(500.0, &guard, &format!("time = \"{time}\""));
        Experiment::new(title, steady(10.0, 30.0, 40), body)
    };
    let rejected = "caller -> callee.pool.rejection_rate";
    vec![
        pool("pool of 100, exponential", 100, "0s", "exp(200ms)").row("rec-P1", rejected),
        pool("pool of 100, constant", 100, "0s", "200ms").row("rec-P1", rejected),
        pool("pool of 100 with a wait", 100, "50ms", "exp(200ms)").row("rec-P2", rejected),
        pool("pool of 110 with a wait", 110, "50ms", "exp(200ms)").row("rec-P3", rejected),
        pool("pool of 100, degraded", 100, "50ms", "exp(2s)")
            .row("rec-P4", rejected)
            .row("rec-P5", "caller -> callee.pool.waiting.mean")
            .agrees(Within(0.02))
            // The row is a limit; this is exact.
            .row("rec-P5", "caller -> callee.pool.waiting.mean")
            .implies(500.0 * deterministic(500.0, 2.0, 100, 0.05).mean_wait),
        // Ten slots that are never free: ten calls start every five seconds.
        Experiment::new("payment pool", fixed(100.0, 1).warmed(10.0), payment_pool())
            .row("rec-P6", "callee.offered")
            .agrees(Exactly),
    ]
}

fn payment_pool() -> String {
    let guard = "bulkhead = { slots = 10, max_wait = \"none\" }";
    even(&guarded(10.0, guard, "time = \"5s\""))
}

/// The same with evenly spaced requests.
fn even(body: &str) -> String {
    body.replacen("rate =", "arrivals = \"constant\"\nrate =", 1)
}

fn queues() -> Vec<Experiment> {
    let mmc = |title, rate, workers, length| {
        Experiment::new(title, length, station(rate, workers, "exp(1s)"))
    };
    vec![
        mmc("20 workers at 85 %", 17.0, 20, steady(300.0, 2_000.0, 40))
            .row("rec-P7", "server.waited_rate")
            .row("rec-P9", "server.latency.mean"),
        mmc("one worker at 85 %", 0.85, 1, steady(2_000.0, 20_000.0, 40))
            .row("rec-P8", "server.latency.mean"),
        mmc("8 workers at 85 %", 6.8, 8, steady(500.0, 6_000.0, 40))
            .row("rec-P10", "server.latency.p99"),
        mmc("8 workers, a tenth killed", 8.0 * 0.85 / 0.9, 8, steady(1_500.0, 8_000.0, 40))
            .row("rec-P11", "server.latency.p99"),
        Experiment::new(
            "10 places at 90 %",
            steady(100.0, 5_000.0, 40),
            bounded(0.9, 1, 9, "exp(1s)"),
        )
        .row("rec-Q2", "users.failed.queue_full"),
    ]
}

fn retries() -> Vec<Experiment> {
    let attempts = "caller -> callee.amplification";
    let again = |title, share, retry| {
        let callee = format!("time = \"0s\"\nerrors = \"{share}%\"");
        Experiment::new(title, steady(0.0, 100.0, 40), guarded(100.0, retry, &callee))
    };
    let three = "retry = { retries = 3, delay = \"0s\" }";
    vec![
        again("all fail, 2 retries", 100, "retry = { retries = 2, delay = \"0s\" }")
            .row("rec-R1", attempts)
            .agrees(Exactly)
            .row("retry-layers/with_3_attempts_per_request_single_layer", attempts)
            .agrees(Exactly),
        again("10 % fail, 3 retries", 10, three).row("rec-R2_10", attempts),
        again("50 % fail, 3 retries", 50, three).row("rec-R2_50", attempts),
        again("90 % fail, 3 retries", 90, three).row("rec-R2_90", attempts),
        Experiment::new("three layers of retries", steady(0.0, 20.0, 20), layers())
            .derived("rec-R3", "attempts at the bottom / requests", at_the_bottom)
            .agrees(Exactly)
            .derived(
                "retry-layers/amplification",
                "attempts at the bottom / requests",
                at_the_bottom,
            )
            .agrees(Exactly),
        // 100 calls a second deposit 10 tokens, all of them spent.
        Experiment::new("retry budget", fixed(100.0, 1).warmed(20.0), budget())
            .row("rec-R4", attempts)
            .agrees(Around(0.001))
            .row("retry-layers/with_10pct_client_retry_budget", attempts)
            .agrees(Around(0.01)),
        Experiment::new("retries outside an open breaker", steady(20.0, 200.0, 40), give_up())
            .row("rec-R12", "users.latency.mean"),
    ]
}

fn layers() -> String {
    let again = "retry = { attempts = 4, delay = \"0s\" }\n";
    let layer = |name, callee| format!("{}{again}", calls(name, &[callee]));
    let bottom = "[service.d]\nworkers = \"unlimited\"\ntime = \"0s\"\nerrors = \"100%\"\n";
    format!(
        "{}{}{}{}{bottom}",
        even_load("a", 10.0),
        layer("a", "b"),
        layer("b", "c"),
        layer("c", "d")
    )
}

fn at_the_bottom(replica: &Replica<'_>) -> f64 {
    replica.metric("c -> d.attempts") / replica.metric("a -> b.calls")
}

fn budget() -> String {
    let retry = "retry = { attempts = 3, delay = \"0s\", budget = \"10%\" }";
    even(&guarded(100.0, retry, "time = \"0s\"\nerrors = \"100%\""))
}

/// The row's waits are drawn from `[0.5, 1.5)` times 1 s and 2 s; full jitter from twice that
/// draws from `[0, 2)` times the same, with the same mean. The first request opens the breaker,
/// in the warm-up.
fn give_up() -> String {
    let guard = "policy = [\"fallback\", \"retry\", \"breaker\"]\n\
                 fallback = \"give up\"\n\
                 retry = { attempts = 3, delay = \"full_jitter(2s)\", on = [\"breaker\"] }\n\
                 breaker = { open_at = \"1 consecutive\", open_for = \"1000h\" }";
    guarded(50.0, guard, "time = \"0s\"\nerrors = \"100%\"")
}

/// Each of a thousand callers has a breaker that decides once, when its window is full.
fn trips() -> Vec<Experiment> {
    let full_windows = |title, address, share, window: u32, errors, callers: u32, runs| {
        let guard = format!(
            "breaker = {{ open_at = \"{share}% of last {window}\", open_for = \"1000h\" }}"
        );
        let callee = format!("time = \"0s\"\nerrors = \"{errors}%\"");
        let rate = f64::from(callers);
        let body = even(&guarded(rate, &guard, &callee)).replacen(
            "[service.caller]",
            &format!("[service.caller]\ninstances = {callers}"),
            1,
        );
        Experiment::new(title, fixed(f64::from(window) + 0.5 / rate, runs), body)
            .derived(address, "breakers opened / breakers", move |it| {
                it.metric("caller -> callee.breaker.opened") / f64::from(callers)
            })
            .derived(address, "calls / breakers", move |it| {
                it.metric("caller -> callee.calls") / f64::from(callers)
            })
            .implies(f64::from(window))
            .agrees(Exactly)
    };
    vec![
        full_windows("windows of 5 at 1 %", "rec-R7", 60, 5, 1, 20_000, 50).slow(),
        full_windows("windows of 20 at 20 %", "rec-R8", 50, 20, 20, 1_000, 40),
        full_windows("windows of 5 at 20 %", "rec-R9", 60, 5, 20, 1_000, 40),
    ]
}

fn breakers() -> Vec<Experiment> {
    let breaker = |trip: u32, probes: u32, open_for, errors: u32| {
        let guard = format!(
            "breaker = {{ open_at = \"{trip} consecutive\", probes = {probes}, open_for = \"{open_for}\" }}"
        );
        even(&guarded(1.0, &guard, &format!("time = \"0s\"\nerrors = \"{errors}%\"")))
    };
    vec![
        // Once open it stays so: what got through is what it took. A thousand calls are enough but
        // for one run in ten million.
        Experiment::new("5 in a row at 50 %", fixed(1_000.0, 1_000), breaker(5, 1, "1000h", 50))
            .row("rec-R5", "caller -> callee.attempts"),
        // It opens for an instant, and one probe decides: the calls of a round are those that it
        // takes to trip, v, and probes until one succeeds, 1 / 0.9 of them, each of which is one
        // opening. Openings per call are thus (1 / 0.9) / (v + 1 / 0.9), and v = 111 110.
        Experiment::new("5 in a row at 10 %", steady(0.0, 250_000.0, 40), breaker(5, 1, "1ms", 10))
            .derived("rec-R6", "openings / attempts", |it| {
                it.metric("caller -> callee.breaker.opened")
                    / it.metric("caller -> callee.attempts")
            })
            .implies(1.0 / (0.9 * row::value("rec-R6") + 1.0))
            .slow(),
        Experiment::new("3 probes at 20 %", fixed(10_000.0, 40), breaker(1, 3, "1ms", 20)).derived(
            "rec-R10",
            "half-open to closed / decisions",
            |it| {
                let closed = it.logged("half_open to closed");
                closed / (closed + it.logged("half_open to open"))
            },
        ),
        // The fifth failure comes at the instant of an arrival.
        Experiment::new("a hung gateway", fixed(60.0, 1), hung_gateway())
            .row("rec-R11", "caller -> callee.attempts")
            .agrees(Around(2.0)),
    ]
}

fn hung_gateway() -> String {
    let guard = "policy = [\"breaker\", \"timeout\"]\ntimeout = \"30s\"\n\
                 breaker = { open_at = \"5 consecutive\", open_for = \"1000h\" }";
    even(&guarded(20.0, guard, "time = \"1000h\""))
}

fn deadlines() -> Vec<Experiment> {
    let waits =
        |name, callee, timeout| format!("{}timeout = \"{timeout}\"\n", calls(name, &[callee]));
    let body = [
        even_load("gateway", 10.0),
        waits("gateway", "a", "10s"),
        waits("a", "b", "30s"),
        waits("b", "db", "30s"),
        service("db", 1, "1000h"),
    ];
    vec![
        // Requests at A and B are 30 s × the rate; 10 s of each were not in vain.
        Experiment::new("a hung database", fixed(100.0, 1).warmed(60.0), body.concat())
            .derived("rec-D3", "seconds at A and B after the client gave up", |it| {
                let number = it.metric("a.in_flight.mean") + it.metric("b.in_flight.mean");
                number / it.metric("gateway.offered") - 2.0 * 10.0
            })
            .agrees(Exactly),
    ]
}
