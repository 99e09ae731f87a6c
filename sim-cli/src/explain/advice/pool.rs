//! Pools and workers that are fewer than Little's law needs.

use sim_core::report::Unit;
use sim_core::schema::{Capacity, Scenario};

use super::Advice;
use crate::explain::flow::Flow;
use crate::explain::needs::needs;
use crate::render::figure::exact;

/// What is held at a time on average, against what there is.
pub(super) fn advice(scenario: &Scenario, flow: &Flow) -> Vec<Advice> {
    let mut all = Vec::new();
    for need in needs(scenario, flow) {
        let (in_use, slots) = (need.in_use(), need.slots.slots);
        if in_use.is_finite() && in_use >= f64::from(slots) {
            let (rate, held) = (exact(need.rate, Unit::PerSecond), exact(need.held, Unit::Seconds));
            let enough = (in_use + 2.0 * in_use.sqrt()).ceil();
            all.push(Advice {
                rule: "pool-too-small",
                path: need.path,
                reason: format!(
                    "{} calls hold a slot for {held} each: {} at a time on average, by Little's law, \
                     of {slots} slots",
                    rate,
                    exact(in_use, Unit::Count),
                ),
                remedy: format!(
                    "give it about {enough} slots, two standard deviations more than the mean; \
                     `stormglass size` works out what a wait needs"
                ),
            });
        }
    }
    for service in &scenario.services {
        let Capacity::Limited(workers) = service.workers else { continue };
        let has = f64::from(workers) * f64::from(service.instances);
        let (busy, _) = flow.busy(service);
        if busy.is_finite() && busy >= has {
            all.push(Advice {
                rule: "too-few-workers",
                path: format!("service.{}.workers", service.name),
                reason: format!(
                    "what comes to it keeps {} workers busy on average, and it has {has}",
                    exact(busy, Unit::Count)
                ),
                remedy: "give it more workers or instances, or let less come to it".to_owned(),
            });
        }
    }
    all
}
