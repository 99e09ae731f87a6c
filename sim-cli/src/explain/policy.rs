//! Policies in words, with everything that the file leaves to its defaults spelled out.

use sim_core::policy::breaker::Trip;
use sim_core::policy::concurrency::{Bounds, Config};
use sim_core::policy::failure::Reason;
use sim_core::policy::hedge::After;
use sim_core::policy::retry::RetryAfter;
use sim_core::report::Unit;
use sim_core::schema::{
    Breaker, Bulkhead, Cache, Capacity, Fallback, Hedge, Limit, OnTimeout, Policy, Retry, Scope,
    Slots, Throttle, Timeout,
};
use sim_core::time::SimDuration;

use crate::render::figure::{given, whole};
use crate::render::instant::span;

/// What a policy does.
pub(crate) fn in_words(policy: &Policy) -> String {
    match policy {
        Policy::Timeout(it) => timeout(*it, "an attempt"),
        Policy::TotalTimeout(it) => timeout(*it, "the whole call"),
        Policy::ResponseTimeout(it) => timeout(*it, "an attempt that is connected"),
        Policy::Retry(it) => retry(it),
        Policy::Hedge(it) => hedge(*it),
        Policy::Throttle(it) => throttle(*it),
        Policy::Breaker(it) => breaker(it),
        Policy::Limit(it) => limit(*it),
        Policy::Concurrency(it) => {
            format!("{}; {}", adaptive(it.config), whose(it.scope))
        }
        Policy::Bulkhead(it) => bulkhead(it),
        Policy::Fallback(chain) => chain.iter().map(fallback).collect::<Vec<_>>().join("; else "),
    }
}

fn time(duration: SimDuration) -> String {
    span(duration.as_secs_f64())
}

fn share(share: f64) -> String {
    given(share, Unit::Share)
}

fn timeout(timeout: Timeout, of: &str) -> String {
    let then = match timeout.on_timeout {
        OnTimeout::Abandon => "the callee goes on working",
        OnTimeout::Cancel => "the callee stops",
    };
    format!("gives up {of} after {}; {then}", time(timeout.after))
}

fn whose(scope: Scope) -> &'static str {
    match scope {
        Scope::Instance => "one for each calling instance",
        Scope::Service => "one for all calling instances",
    }
}

fn retry(retry: &Retry) -> String {
    let reasons = Reason::ALL.into_iter().filter(|it| retry.on.contains(*it));
    let on = reasons.map(Reason::name).collect::<Vec<_>>().join(", ");
    let budget = retry.budget.map_or("no budget".to_owned(), |it| {
        format!("retries up to {} of calls, {}", share(it), whose(retry.scope))
    });
    let budget = retry.in_flight.map_or(budget, |(of, min)| {
        let min = whole(u64::from(min));
        format!(
            "retries under way up to {} of calls under way, {min} in any case, {}",
            share(of),
            whose(retry.scope)
        )
    });
    let key = if retry.idempotency_key { "; all with one idempotency key" } else { "" };
    let on = if on.is_empty() { "nothing".to_owned() } else { on };
    format!(
        "{} attempts in all, waiting {} between{}; on {on}; {budget}{key}",
        retry.attempts,
        retry.backoff,
        told(retry.retry_after),
    )
}

/// What becomes of a Retry-After of the callee.
fn told(retry_after: RetryAfter) -> &'static str {
    match retry_after {
        RetryAfter::AtLeast => ", or as long as the callee asks for if that is longer",
        RetryAfter::Instead => ", or as long as the callee asks for",
        RetryAfter::Add => ", and as long as the callee asks for before that",
        RetryAfter::Ignore => ", whatever the callee asks for",
    }
}

fn hedge(hedge: Hedge) -> String {
    let after = match hedge.after {
        After::Span(span) => time(span),
        After::Quantile(q) => format!("what {} of first copies take at most", share(q)),
    };
    let copies = match hedge.most {
        1 => "another copy".to_owned(),
        most => format!("up to {most} copies, one after the other,"),
    };
    let losers = match hedge.losers {
        OnTimeout::Abandon => "the callee goes on with the others",
        OnTimeout::Cancel => "the callee stops the others",
    };
    let budget = hedge
        .budget
        .map_or("no budget".to_owned(), |it| format!("copies up to {} of calls", share(it)));
    format!(
        "sends {copies} after {after}; the first answer wins, {losers}; {budget}, {}",
        whose(hedge.scope)
    )
}

fn throttle(throttle: Throttle) -> String {
    format!(
        "sends {} times what was accepted in the last {}, and turns the rest away; {}",
        throttle.k,
        time(throttle.window),
        whose(throttle.scope)
    )
}

/// How a limit finds itself.
pub(crate) fn adaptive(config: Config) -> String {
    let Bounds { initial, min, max } = config.bounds;
    let [initial, min, max] = [initial, min, max].map(|it| whole(u64::from(it)));
    let window = if config.window.is_zero() {
        String::new()
    } else {
        format!(", seeing means of {}", time(config.window))
    };
    let name = config.algorithm.name();
    format!("lets in what {name} finds, from {initial} at first to between {min} and {max}{window}")
}

fn breaker(breaker: &Breaker) -> String {
    let config = &breaker.config;
    let trip = match config.trip {
        Trip::Consecutive { failures } => format!("opens after {failures} failures in a row"),
        Trip::OfLastCalls { share: of, window, min_calls } => {
            format!(
                "opens at {} failures of the last {window} calls, {min_calls} at least",
                share(of)
            )
        }
        Trip::OfLastTime { share: of, window, min_calls } => {
            let window = time(window);
            format!(
                "opens at {} failures in the last {window}, {min_calls} calls at least",
                share(of)
            )
        }
    };
    let slow = config.slow.map_or(String::new(), |it| match config.trip {
        Trip::Consecutive { .. } => format!("; slower than {} is a failure", time(it.after)),
        _ => format!("; or at {} slower than {}", share(it.share), time(it.after)),
    });
    let open = time(config.open_for);
    let probes = if config.probes == 1 {
        "1 probe decides".to_owned()
    } else {
        format!("{} probes decide", config.probes)
    };
    format!("{trip}{slow}; stays open {open}, then {probes}; {}", whose(breaker.scope))
}

fn limit(limit: Limit) -> String {
    let rate = given(limit.rate, Unit::PerSecond);
    format!("{rate}, in bursts of {}; {}", limit.burst, whose(limit.scope))
}

fn bulkhead(bulkhead: &Bulkhead) -> String {
    match bulkhead {
        Bulkhead::Pool(name) => format!("takes a slot of pool {name}"),
        Bulkhead::Own(slots) => self::slots(slots),
    }
}

/// Size, wait and scope of slots.
pub(crate) fn slots(slots: &Slots) -> String {
    let count = whole(u64::from(slots.slots));
    let wait = match slots.max_wait {
        SimDuration::ZERO => "no waiting".to_owned(),
        SimDuration::MAX => format!("waiting without end{}", line(slots.queue)),
        wait => format!("waiting up to {}{}", time(wait), line(slots.queue)),
    };
    format!("{count} slots, {wait}; {}", whose(slots.scope))
}

fn line(queue: Capacity) -> String {
    match queue {
        Capacity::Unlimited => String::new(),
        Capacity::Limited(places) => format!(", {places} at most"),
    }
}

fn cached(cache: &Cache) -> String {
    let age = match cache.max_age {
        SimDuration::MAX => "of any age".to_owned(),
        age => format!("up to {} old", time(age)),
    };
    let renewed = match cache.refresh_every {
        Some(every) => format!("fetched every {}", time(every)),
        None => "renewed by each answer".to_owned(),
    };
    let (answer, whose) = (&cache.answer, whose(cache.scope));
    format!("answers \"{answer}\", a copy {age}, {renewed}, {whose}; the request is degraded")
}

fn fallback(fallback: &Fallback) -> String {
    match fallback {
        Fallback::Static(answer) => format!("answers \"{answer}\"; the request is degraded"),
        Fallback::Cached(it) => cached(it),
        Fallback::Call(name) => format!("makes the call {name} instead"),
        Fallback::Fail(code) => format!("fails with status {code}"),
    }
}
