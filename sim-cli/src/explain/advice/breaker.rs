//! Breakers that open too late, and breakers that open for the wrong reason.

use sim_core::policy::breaker::Trip;
use sim_core::report::Unit;
use sim_core::schema::{Bulkhead, Capacity, Policy, Scenario};
use sim_core::time::SimDuration;

use super::{Advice, Site, timeout, total_timeout};
use crate::explain::flow::Flow;
use crate::explain::needs::{Effect, needs};
use crate::render::figure::exact;

/// Of all guarded calls.
pub(super) fn advice(scenario: &Scenario, flow: &Flow) -> Vec<Advice> {
    let mut all = Vec::new();
    for site in Site::all(scenario) {
        let of = |it: &Policy| matches!(it, Policy::Breaker(_));
        let Some(place) = site.call.policies.iter().position(of) else { continue };
        all.extend(too_late(&site, flow));
        all.extend(tripped_by_the_pool(&site, place, scenario, flow));
    }
    all
}

/// A breaker counts results. While the callee hangs there are none until the first timeout; by then
/// the caller may have no worker left.
fn too_late(site: &Site<'_>, flow: &Flow) -> Option<Advice> {
    let Capacity::Limited(workers) = site.service.workers else { return None };
    let contained = site.call.policies.iter().any(|it| match it {
        Policy::Bulkhead(Bulkhead::Own(own)) => own.slots < workers,
        Policy::Bulkhead(Bulkhead::Pool(_)) => true,
        _ => false,
    });
    let rate = site.rate(flow);
    if contained || !rate.is_finite() || rate <= 0.0 {
        return None;
    }
    let limits = [timeout(site.call), total_timeout(site.call), site.service.deadline];
    let first = limits.into_iter().flatten().min();
    let needed = failures(site)?;
    let dead = f64::from(workers) / rate;
    let Some(first) = first else {
        return Some(Advice {
            rule: "breaker-sees-nothing",
            path: site.path("breaker"),
            reason: format!(
                "`{}` has no timeout: while its callee hangs no call fails, the breaker counts \
                 nothing, and after {} all {workers} workers of an instance wait",
                site.name(),
                exact(dead, Unit::Seconds)
            ),
            remedy: "give the call a `timeout`, and a `bulkhead` of fewer slots than workers"
                .to_owned(),
        });
    };
    let held = rate * first.as_secs_f64() + f64::from(needed - 1);
    (held > f64::from(workers)).then(|| Advice {
        rule: "breaker-too-late",
        path: site.path("breaker"),
        reason: format!(
            "while the callee of `{}` hangs its first failure is seen after {first}: {} calls have \
             been let in by the time that {needed} have failed, and the {workers} workers of an \
             instance are all held after {}",
            site.name(),
            exact(held, Unit::Count),
            exact(dead, Unit::Seconds)
        ),
        remedy: format!(
            "a timeout below {}, or a `bulkhead` of fewer slots than workers: breakers count, \
             timeouts and bulkheads contain",
            longest_timeout(workers, needed, rate)
        ),
    })
}

/// The longest timeout with which the breaker would open before the workers are all held.
fn longest_timeout(workers: u32, needed: u32, rate: f64) -> String {
    let left = f64::from(workers) - f64::from(needed - 1);
    if left > 0.0 { exact(left / rate, Unit::Seconds) } else { "what can be".to_owned() }
}

/// Failures that open it, if all that it sees fail.
fn failures(site: &Site<'_>) -> Option<u32> {
    site.call.policies.iter().find_map(|it| match it {
        Policy::Breaker(it) => Some(match it.config.trip {
            Trip::Consecutive { failures } => failures,
            Trip::OfLastCalls { share, window, min_calls } => {
                ((share * f64::from(window)).ceil() as u32).max(min_calls).max(1)
            }
            Trip::OfLastTime { min_calls, .. } => min_calls.max(1),
        }),
        _ => None,
    })
}

/// The share of calls that a pool turns away at its ordinary load, from which on it is told.
const TURNED_AWAY: f64 = 0.01;

/// Inside a breaker, a pool's rejections are failures like others.
fn tripped_by_the_pool(
    site: &Site<'_>,
    breaker: usize,
    scenario: &Scenario,
    flow: &Flow,
) -> Option<Advice> {
    let inside = &site.call.policies[breaker + 1..];
    let name = inside.iter().find_map(|it| match it {
        Policy::Bulkhead(Bulkhead::Own(_)) => {
            Some(format!("{} -> {}", site.service.name, site.call.name))
        }
        Policy::Bulkhead(Bulkhead::Pool(pool)) => Some(pool.clone()),
        _ => None,
    })?;
    let need = needs(scenario, flow).into_iter().find(|it| it.name == name)?;
    let Effect::Rejects(share, _) = need.effect() else { return None };
    if share < TURNED_AWAY || need.slots.max_wait == SimDuration::MAX {
        return None;
    }
    Some(Advice {
        rule: "pool-trips-breaker",
        path: site.path("policy"),
        reason: format!(
            "the pool `{name}` turns {} of its calls away when nothing is wrong, and the breaker \
             around it counts each as a failure of the callee",
            exact(share, Unit::Share)
        ),
        remedy: "put the bulkhead outside of the breaker, or make it larger".to_owned(),
    })
}
