//! The resolved scenario as JSON, with what arithmetic says about it.
//!
//! Times are in seconds, rates per second, shares from 0 to 1; no limit is `null`.

use serde_json::{Value, json};
use sim_core::policy::balancer::Balance;
use sim_core::policy::breaker::{Config, Trip};
use sim_core::policy::concurrency::{self, Bounds};
use sim_core::policy::failure::Reason;
use sim_core::policy::hedge::After;
use sim_core::policy::queue::{Discipline, Overflow};
use sim_core::policy::retry::RetryAfter;
use sim_core::policy::shedder::Threshold;
use sim_core::schema::{
    Arrivals, Blast, Bulkhead, Call, Capacity, Fallback, Fault, FaultKind, FaultTarget, Hedge,
    Held, Leg, Load, Network, OnTimeout, Operation, Patience, PeakAt, Policy, Queue, RateChange,
    RateProfile, Run, Scenario, Scope, Service, Shed, ShedTier, Slots, Store, Target, Timeout,
};
use sim_core::time::SimDuration;

use super::advice::{Advice, advice};
use super::flow::{Flow, target};
use super::needs::{Effect, Need, needs};
use super::{fault, load, system};

/// The whole of it.
///
/// `line` tells on which line of the file the value of a path stands.
pub(crate) fn json(
    scenario: &Scenario,
    variant: &str,
    hash: &str,
    line: &dyn Fn(&str) -> Option<usize>,
) -> Value {
    let flow = Flow::of(scenario);
    let run = &scenario.run;
    json!({
        "title": scenario.title,
        "variant": variant,
        "scenario": hash,
        "seed": scenario.seed,
        "run": {
            "warmup": secs(run.warmup),
            "duration": secs(run.duration),
            "horizon": run.horizon.map(secs),
            "replications": run.replications,
            "precision": run.precision,
            "max_replications": run.max_replications,
            "clock": run.clock,
            "max_events": run.max_events,
            "max_in_flight": run.max_in_flight,
        },
        "loads": all(&scenario.loads, |it| load(it, run)),
        "services": all(&scenario.services, |it| service(it, &flow)),
        "stores": scenario.stores.iter().filter_map(|it| store(it, &flow)).collect::<Value>(),
        "pools": all(&scenario.pools, |it| json!({ "name": it.name, "slots": slots(&it.slots) })),
        "needs": all(&needs(scenario, &flow), need),
        "systems": system::json(scenario),
        "faults": all(&scenario.faults, fault),
        "advice": all(&advice(scenario, &flow), |it| told(it, line)),
    })
}

/// What requests ask of a store; nothing where they do not.
fn store(store: &Store, flow: &Flow) -> Option<Value> {
    let serves = store.serves.as_ref()?;
    Some(json!({
        "name": store.name,
        "ops": all(&serves.ops, |it| operation(serves, it, flow)),
        "waits_for_standbys": store.mean_wait_secs(),
        "pool": store.pool.as_ref().map(slots),
    }))
}

fn told(advice: &Advice, line: &dyn Fn(&str) -> Option<usize>) -> Value {
    let Advice { rule, path, reason, remedy } = advice;
    let line = line(path);
    json!({ "rule": rule, "path": path, "line": line, "reason": reason, "remedy": remedy })
}

fn all<T>(rows: &[T], each: impl Fn(&T) -> Value) -> Value {
    rows.iter().map(each).collect()
}

/// `MAX` is no limit.
fn secs(span: SimDuration) -> Value {
    if span == SimDuration::MAX { Value::Null } else { json!(span.as_secs_f64()) }
}

fn places(capacity: Capacity) -> Value {
    match capacity {
        Capacity::Limited(places) => json!(places),
        Capacity::Unlimited => Value::Null,
    }
}

fn op(target: &Target) -> Value {
    let Target { service, op } = target;
    if op.is_empty() { json!(service) } else { json!(format!("{service}.{op}")) }
}

fn load(load: &Load, run: &Run) -> Value {
    let (mean, peak) = load::rates(load, run);
    let classes = load.classes.iter().map(|(name, share)| json!({ "name": name, "share": share }));
    json!({
        "name": load.name,
        "to": op(&load.to),
        "arrivals": arrivals(&load.arrivals),
        "mean_rate": mean,
        "peak_rate": peak,
        "classes": classes.collect::<Value>(),
        "deadline": load.deadline.map(secs),
        "patience": load.patience.as_ref().map(patience),
    })
}

fn patience(patience: &Patience) -> Value {
    let ends = if patience.only_in_line { "worker" } else { "answer" };
    json!({ "mean": patience.law.mean_secs(), "until": ends })
}

fn arrivals(arrivals: &Arrivals) -> Value {
    match arrivals {
        Arrivals::Poisson(profile) => json!({ "kind": "poisson", "rate": rate(profile) }),
        Arrivals::Constant(profile) => json!({ "kind": "constant", "rate": rate(profile) }),
        Arrivals::Bursty(profile, bursts) => json!({
            "kind": "bursty",
            "rate": rate(profile),
            "peak": bursts.peak,
            "quiet": bursts.quiet,
            "burst": secs(bursts.burst),
        }),
        Arrivals::Replay(replay) => json!({
            "kind": "log",
            "source": replay.source,
            "arrivals": replay.offsets.len(),
            "grain": secs(replay.grain),
            "reordered": replay.reordered,
        }),
        Arrivals::Closed { users, think } => json!({
            "kind": "closed",
            "users": users,
            "think": think.mean_secs(),
        }),
    }
}

fn rate(profile: &RateProfile) -> Value {
    match profile {
        RateProfile::Steps(changes) => {
            let change = |it: &RateChange| json!({ "at": secs(it.at), "rate": it.rate, "over": secs(it.over) });
            all(changes, change)
        }
        RateProfile::Sine(sine) => json!({
            "mean": sine.mean,
            "swing": sine.swing,
            "period": secs(sine.period),
            "peak": match sine.peak {
                PeakAt::After(span) => json!({ "after": secs(span) }),
                PeakAt::Clock(seconds) => json!({ "clock": seconds }),
            },
        }),
    }
}

fn service(service: &Service, flow: &Flow) -> Value {
    let (busy, at_peak) = flow.busy(service);
    json!({
        "name": service.name,
        "instances": service.instances,
        "workers": places(service.workers),
        "cores": service.cores,
        "queue": queue(service.queue),
        "drop_expired": service.drop_expired,
        "shed": service.shed.as_ref().map(shed),
        "concurrency": service.concurrency.map(adaptive),
        "retry_after": service.retry_after.as_ref().map(ToString::to_string),
        "reject_cost": secs(service.reject_cost),
        "balance": balance(service.balance),
        "restart": service.restart.map(secs),
        "deadline": service.deadline.map(secs),
        "busy": finite(busy),
        "busy_at_peak": finite(at_peak),
        "ops": all(&service.ops, |it| operation(service, it, flow)),
    })
}

fn shed(shed: &Shed) -> Value {
    let tier = |it: &ShedTier| {
        let Threshold { at, until } = it.threshold;
        json!({ "at": at, "until": until, "drop": it.drop })
    };
    json!({ "tiers": all(&shed.tiers, tier), "lag": secs(shed.lag), "reply": shed.reply })
}

fn queue(queue: Queue) -> Value {
    let overflow = match queue.overflow {
        Overflow::Reject => json!("reject"),
        Overflow::DropOldest => json!("drop_oldest"),
        Overflow::DropNewest => json!("drop_newest"),
        Overflow::Block(limit) => json!({ "block": secs(limit) }),
    };
    let discipline = match queue.discipline {
        Discipline::Fifo => "fifo",
        Discipline::Lifo => "lifo",
        Discipline::AdaptiveLifo => "adaptive_lifo",
        Discipline::Priority => "priority",
        Discipline::EarliestDeadline => "earliest_deadline",
    };
    json!({
        "slots": places(queue.slots),
        "overflow": overflow,
        "discipline": discipline,
        "codel": queue.codel.map(|it| {
            json!({ "target": secs(it.target), "interval": secs(it.interval) })
        }),
        "memory": queue.memory.map(|it| json!({ "item": it.item, "limit": it.limit })),
    })
}

fn balance(balance: Balance) -> &'static str {
    match balance {
        Balance::RoundRobin => "round_robin",
        Balance::Random => "random",
        Balance::LeastOutstanding => "least_outstanding",
        Balance::TwoChoices => "two_choices",
    }
}

fn finite(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { Value::Null }
}

fn operation(service: &Service, operation: &Operation, flow: &Flow) -> Value {
    let here = flow.op(&target(service, operation));
    json!({
        "name": operation.name,
        "time": operation.time.to_string(),
        "effect": operation.effect,
        "errors": { "share": operation.errors.share, "code": operation.errors.code },
        "rate": here.rate,
        "rate_at_peak": here.peak,
        "own_time": finite(here.own),
        "held": finite(here.held),
        "calls": all(&operation.calls, |it| call(it, here.rate)),
    })
}

fn call(call: &Call, rate: f64) -> Value {
    json!({
        "name": call.name,
        "to": op(&call.to),
        "when": call.when,
        "rate": rate * call.when,
        "group": call.group,
        "network": network(&call.network),
        "policies": all(&call.policies, policy),
        "inactive": call.inactive,
    })
}

fn network(network: &Network) -> Value {
    let leg = |it: &Leg| json!({ "time": it.time.to_string(), "timeout": secs(it.timeout) });
    json!({
        "latency": network.latency.as_ref().map(ToString::to_string),
        "loss": network.loss,
        "dns": network.dns.as_ref().map(leg),
        "connect": network.connect.as_ref().map(leg),
    })
}

fn policy(policy: &Policy) -> Value {
    let mut value = match policy {
        Policy::Timeout(it) | Policy::TotalTimeout(it) | Policy::ResponseTimeout(it) => {
            timeout(*it)
        }
        Policy::Retry(it) => json!({
            "attempts": it.attempts,
            "delay": it.backoff.to_string(),
            "on": Reason::ALL.into_iter().filter(|reason| it.on.contains(*reason)).map(Reason::name).collect::<Vec<_>>(),
            "budget": it.budget,
            "in_flight": it.in_flight.map(|(share, min)| json!({ "share": share, "min": min })),
            "scope": scope(it.scope),
            "retry_after": match it.retry_after {
                RetryAfter::AtLeast => "at_least",
                RetryAfter::Instead => "instead",
                RetryAfter::Add => "add",
                RetryAfter::Ignore => "ignore",
            },
            "idempotency_key": it.idempotency_key,
        }),
        Policy::Hedge(it) => hedge(*it),
        Policy::Throttle(it) => {
            json!({ "k": it.k, "window": secs(it.window), "scope": scope(it.scope) })
        }
        Policy::Concurrency(it) => {
            let mut value = adaptive(it.config);
            value["scope"] = json!(scope(it.scope));
            value
        }
        Policy::Breaker(it) => breaker(&it.config, it.scope),
        Policy::Limit(it) => {
            json!({ "rate": it.rate, "burst": it.burst, "scope": scope(it.scope) })
        }
        Policy::Bulkhead(Bulkhead::Own(it)) => slots(it),
        Policy::Bulkhead(Bulkhead::Pool(name)) => json!({ "pool": name }),
        Policy::Fallback(chain) => json!({ "chain": all(chain, fallback) }),
    };
    value["policy"] = json!(policy.name());
    value
}

fn hedge(hedge: Hedge) -> Value {
    let after = match hedge.after {
        After::Span(span) => json!(secs(span)),
        After::Quantile(q) => json!({ "quantile": q }),
    };
    json!({
        "after": after,
        "max": hedge.most,
        "losers": fate(hedge.losers),
        "budget": hedge.budget,
        "scope": scope(hedge.scope),
    })
}

fn adaptive(config: concurrency::Config) -> Value {
    let Bounds { initial, min, max } = config.bounds;
    json!({
        "limit": config.algorithm.name(),
        "initial": initial,
        "min": min,
        "max": max,
        "window": secs(config.window),
    })
}

fn fallback(fallback: &Fallback) -> Value {
    match fallback {
        Fallback::Static(answer) => json!({ "static": answer }),
        Fallback::Cached(it) => json!({
            "static": it.answer,
            "max_age": secs(it.max_age),
            "refresh_every": it.refresh_every.map(secs),
            "scope": scope(it.scope),
        }),
        Fallback::Call(name) => json!({ "call": name }),
        Fallback::Fail(code) => json!({ "fail": code }),
    }
}

fn timeout(timeout: Timeout) -> Value {
    json!({ "after": secs(timeout.after), "on_timeout": fate(timeout.on_timeout) })
}

fn fate(of: OnTimeout) -> &'static str {
    match of {
        OnTimeout::Abandon => "abandon",
        OnTimeout::Cancel => "cancel",
    }
}

fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Instance => "instance",
        Scope::Service => "service",
    }
}

fn breaker(config: &Config, of: Scope) -> Value {
    let open_at = match config.trip {
        Trip::Consecutive { failures } => json!({ "consecutive": failures }),
        Trip::OfLastCalls { share, window, min_calls } => {
            json!({ "share": share, "last_calls": window, "min_calls": min_calls })
        }
        Trip::OfLastTime { share, window, min_calls } => {
            json!({ "share": share, "last_seconds": secs(window), "min_calls": min_calls })
        }
    };
    json!({
        "open_at": open_at,
        "slow": config.slow.map(|it| json!({ "after": secs(it.after), "share": it.share })),
        "open_for": secs(config.open_for),
        "probes": config.probes,
        "scope": scope(of),
    })
}

fn slots(slots: &Slots) -> Value {
    json!({
        "slots": slots.slots,
        "max_wait": secs(slots.max_wait),
        "queue": places(slots.queue),
        "scope": scope(slots.scope),
    })
}

fn need(need: &Need) -> Value {
    let effect = match need.effect() {
        Effect::Idle => json!({ "kind": "idle" }),
        Effect::Rejects(share, method) => json!({
            "kind": "rejects", "share": share, "method": method.name(), "source": method.source(),
        }),
        Effect::Delays(share, mean) => {
            json!({ "kind": "delays", "share": share, "mean_wait": mean })
        }
        Effect::Overflows => json!({ "kind": "overflows" }),
    };
    json!({
        "pool": need.name,
        "copies": need.copies,
        "slots": need.slots.slots,
        "rate": need.rate,
        "held": finite(need.held),
        "in_use": finite(need.in_use()),
        "effect": effect,
    })
}

fn fault(fault: &Fault) -> Value {
    json!({
        "name": fault.name,
        "kind": fault::kind(&fault.kind),
        "knob": knob(&fault.kind),
        "on": struck(&fault.on),
        "blast": match &fault.blast[..] {
            [only] => blast(*only),
            stages => stages.iter().map(|it| blast(*it)).collect(),
        },
        "at": secs(fault.at),
        "for": secs(fault.lasts),
        "ramp": secs(fault.ramp),
    })
}

fn blast(blast: Blast) -> Value {
    match blast {
        Blast::All => json!("all"),
        Blast::Count(count) => json!({ "count": count }),
        Blast::Share(share) => json!({ "share": share }),
    }
}

fn knob(kind: &FaultKind) -> Value {
    match kind {
        FaultKind::Latency(law) | FaultKind::SlowDns(law) => json!({ "add": law.to_string() }),
        FaultKind::Slow(factor) | FaultKind::Surge(factor) => json!({ "factor": factor }),
        FaultKind::Error(rate) => json!({ "share": rate.share, "code": rate.code }),
        FaultKind::PoolExhaust(Held::Count(count)) => json!({ "count": count }),
        FaultKind::Blackhole(share)
        | FaultKind::Refuse(share)
        | FaultKind::Loss(share)
        | FaultKind::Cpu(share)
        | FaultKind::Dns(share)
        | FaultKind::PoolExhaust(Held::Share(share)) => json!({ "share": share }),
        FaultKind::Throttle(it) => json!({ "limit": it.rate, "burst": it.burst }),
        FaultKind::Gc(it) => json!({ "every": secs(it.every), "pause": secs(it.pause) }),
        FaultKind::Memory(it) => json!({ "leak": it.rate, "memory": it.memory }),
        FaultKind::Restore(hangs) => json!({ "hangs": hangs }),
        FaultKind::Kill
        | FaultKind::ConsumerStop
        | FaultKind::Failover
        | FaultKind::ReplicationPause => Value::Null,
    }
}

fn struck(target: &FaultTarget) -> Value {
    match target {
        FaultTarget::Service(name) => json!({ "service": name }),
        FaultTarget::Call { from, call } => json!({ "call": format!("{from} -> {call}") }),
        FaultTarget::Load(name) => json!({ "load": name }),
        FaultTarget::Pool(name) => json!({ "pool": name }),
        FaultTarget::Store(name) => json!({ "store": name }),
    }
}
