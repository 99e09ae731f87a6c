//! How large a scenario would be when it runs: what is small in the file may be huge in memory.
//!
//! A file is text from anywhere, a shared link among others. What grows with products of its
//! numbers is bounded here, before anything is made.

use crate::policy::breaker::Trip;
use crate::schema::{
    Breaker, Bulkhead, Call, Fallback, Policy, Pool, Scenario, Scope, Service, Store,
};

/// Instances at most, in all.
const INSTANCES_MAX: u64 = 100_000;
/// Breakers, semaphores, budgets and buckets at most, in all.
const STATES_MAX: u64 = 1_000_000;
/// Results that count windows remember at most, in all.
const REMEMBERED_MAX: u64 = 64_000_000;
/// Segments × things counted in them at most.
const ROWS_MAX: u64 = 500_000;

/// What is too large about a scenario, if anything is.
pub(super) fn too_large(scenario: &Scenario) -> Option<String> {
    let measures = [
        ("instances", instances(scenario), INSTANCES_MAX),
        ("breakers, bulkheads, budgets and limits", states(scenario), STATES_MAX),
        ("results in the windows of breakers", remembered(scenario), REMEMBERED_MAX),
        ("copies of systems", copies_of_systems(scenario), INSTANCES_MAX),
        ("things to count, times phases", rows(scenario), ROWS_MAX),
    ];
    let (what, count, most) = measures.into_iter().find(|it| it.1 > it.2)?;
    Some(format!("{count} {what} in all; at most {most}"))
}

fn instances(scenario: &Scenario) -> u64 {
    scenario.asked().map(|it| u64::from(it.instances)).sum()
}

fn copies_of_systems(scenario: &Scenario) -> u64 {
    scenario.systems.iter().map(|it| it.copies.len() as u64).sum()
}

fn calls(service: &Service) -> impl Iterator<Item = &Call> {
    service.ops.iter().flat_map(|it| &it.calls)
}

fn states(scenario: &Scenario) -> u64 {
    let shared = scenario.pools.iter().map(|it| callers(scenario, it)).sum::<u64>();
    let connections = scenario.stores.iter().map(|it| clients(scenario, it)).sum::<u64>();
    sum_of_policies(scenario, |_| 1) + shared + connections
}

/// The instances that each have connections of their own to a store.
fn clients(scenario: &Scenario, store: &Store) -> u64 {
    let scope = store.pool.map(|it| it.scope);
    let callers = scenario.services.iter().filter(|it| it.calls_store(store));
    callers.map(|it| copies(it, scope)).sum()
}

/// The instances that each have slots of their own in a pool.
fn callers(scenario: &Scenario, pool: &Pool) -> u64 {
    let users = scenario.services.iter().filter(|it| it.uses(pool));
    users.map(|it| copies(it, Some(pool.slots.scope))).sum()
}

fn remembered(scenario: &Scenario) -> u64 {
    sum_of_policies(scenario, window)
}

/// The sum of what each policy weighs, times the copies that there are of its state.
fn sum_of_policies(scenario: &Scenario, weight: impl Fn(&Policy) -> u64) -> u64 {
    let of_service = |service: &Service| -> u64 {
        let policies = calls(service).flat_map(|it| &it.policies);
        policies.map(|it| copies(service, scope(it)) * weight(it)).sum()
    };
    scenario.services.iter().map(of_service).sum()
}

/// Whose state a policy's is; none has none.
fn scope(policy: &Policy) -> Option<Scope> {
    match policy {
        Policy::Breaker(it) => Some(it.scope),
        Policy::Limit(it) => Some(it.scope),
        Policy::Hedge(it) => Some(it.scope),
        Policy::Throttle(it) => Some(it.scope),
        Policy::Concurrency(it) => Some(it.scope),
        Policy::Retry(it) => it.budget.or(it.in_flight.map(|it| it.0)).map(|_| it.scope),
        Policy::Bulkhead(Bulkhead::Own(it)) => Some(it.scope),
        Policy::Bulkhead(Bulkhead::Pool(_))
        | Policy::Timeout(_)
        | Policy::TotalTimeout(_)
        | Policy::ResponseTimeout(_) => None,
        Policy::Fallback(chain) => chain.iter().find_map(|it| match it {
            Fallback::Cached(cache) => Some(cache.scope),
            _ => None,
        }),
    }
}

fn copies(service: &Service, scope: Option<Scope>) -> u64 {
    match scope {
        None => 0,
        Some(Scope::Service) => 1,
        Some(Scope::Instance) => u64::from(service.instances),
    }
}

fn window(policy: &Policy) -> u64 {
    match policy {
        Policy::Breaker(Breaker { config, .. }) => match config.trip {
            Trip::OfLastCalls { window, .. } => u64::from(window),
            Trip::Consecutive { .. } | Trip::OfLastTime { .. } => 0,
        },
        _ => 0,
    }
}

fn rows(scenario: &Scenario) -> u64 {
    let segments = 2 * scenario.faults.len() + 3;
    let operations: usize = scenario.asked().map(|it| it.ops.len()).sum();
    let classes: usize = scenario.loads.iter().map(|it| it.classes.len().max(1)).sum();
    let calls: usize = scenario.services.iter().map(|it| calls(it).count()).sum();
    let things = operations + classes + calls + scenario.asked().count();
    let pools = scenario.pools.iter().map(|it| &it.slots);
    let pools = pools.chain(scenario.stores.iter().filter_map(|it| it.pool.as_ref()));
    (segments * (things + pools.count())) as u64
}
