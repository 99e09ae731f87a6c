//! Queues without a bound, where more can come than is worked off.

use sim_core::report::Unit;
use sim_core::schema::{Capacity, FaultKind, FaultTarget, Scenario, Service};

use super::Advice;
use crate::explain::flow::Flow;
use crate::render::figure::exact;

/// At the peak of the loads, and in each fault, what its workers are asked for.
pub(super) fn advice(scenario: &Scenario, flow: &Flow) -> Vec<Advice> {
    scenario.services.iter().filter_map(|it| of_service(it, scenario, flow)).collect()
}

fn of_service(service: &Service, scenario: &Scenario, flow: &Flow) -> Option<Advice> {
    let Capacity::Limited(workers) = service.workers else { return None };
    let is_bounded = service.queue.slots != Capacity::Unlimited
        || service.queue.memory.is_some()
        || service.deadline.is_some()
        || service.shed.is_some();
    if is_bounded {
        return None;
    }
    let has = f64::from(workers) * f64::from(service.instances);
    let (_, peak) = flow.busy(service);
    let worst = scenario.faults.iter().filter_map(|it| {
        let factor = match (&it.kind, &it.on) {
            (FaultKind::Surge(factor), FaultTarget::Load(_)) => *factor,
            (FaultKind::Slow(factor), FaultTarget::Service(name)) if *name == service.name => {
                *factor
            }
            _ => return None,
        };
        Some((factor, it.name.as_str()))
    });
    let (factor, fault) = worst.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((1.0, ""));
    let needed = peak * factor.max(1.0);
    if !needed.is_finite() || needed < has {
        return None;
    }
    let when = if factor > 1.0 { format!("in `{fault}`") } else { "at the peak".to_owned() };
    let needed = exact(needed, Unit::Count);
    Some(Advice {
        rule: "unbounded-queue",
        path: format!("service.{}.queue", service.name),
        reason: format!(
            "{when} it is asked for {needed} of its {has} workers, and nothing bounds its queue: who \
             waits longer than anybody wants an answer is still worked on"
        ),
        remedy: "give the queue `slots`, or the service a `deadline` with `drop_expired = true`"
            .to_owned(),
    })
}
