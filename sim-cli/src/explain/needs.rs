//! What pools need, by Little's law, and what they turn away at the size that they have.

use sim_core::analytic::little;
use sim_core::analytic::mmc::Mmc;
use sim_core::schema::{Bulkhead, Call, Policy, Scenario, Scope, Service, Slots};
use sim_core::time::SimDuration;

use super::flow::{Flow, target};
use super::rejection::{Method, rejection};

/// A pool, and what comes to each of its copies.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    /// The pool's name, or its call's.
    pub(crate) name: String,
    /// Where it stands in the file.
    pub(crate) path: String,
    /// One for each calling instance, or one.
    pub(crate) copies: u32,
    /// Size and wait.
    pub(crate) slots: Slots,
    /// Calls per second, to each copy.
    pub(crate) rate: f64,
    /// Mean seconds that a call holds its slot.
    pub(crate) held: f64,
}

/// What a pool does to its callers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Nobody comes, or nothing takes time.
    Idle,
    /// It turns a share of them away.
    Rejects(f64, Method),
    /// This share of them waits, and the mean wait of all in seconds.
    Delays(f64, f64),
    /// More come than it can serve, and all wait without end.
    Overflows,
}

impl Need {
    /// Slots in use at a time, if none were turned away: Little's law.
    pub(crate) fn in_use(&self) -> f64 {
        little::number(self.rate, self.held)
    }

    /// What it does to its callers. A bounded line of waiting calls is taken for an unbounded one.
    pub(crate) fn effect(&self) -> Effect {
        let Slots { slots, max_wait, .. } = self.slots;
        let in_use = self.in_use();
        if in_use.is_nan() || in_use <= 0.0 {
            return Effect::Idle;
        }
        if max_wait == SimDuration::MAX {
            return Mmc::new(self.rate, self.held, slots).map_or(Effect::Overflows, |it| {
                Effect::Delays(it.wait_probability(), it.mean_wait())
            });
        }
        let max_wait = max_wait.as_secs_f64();
        if !in_use.is_finite() {
            return Effect::Rejects(1.0, Method::of(max_wait));
        }
        Effect::Rejects(rejection(self.rate, self.held, slots, max_wait), Method::of(max_wait))
    }
}

/// The needs of all pools: the calls' own bulkheads, the shared pools, the connections to stores.
pub(crate) fn needs(scenario: &Scenario, flow: &Flow) -> Vec<Need> {
    let mut needs = Vec::new();
    for (service, rate, call) in calls(scenario, flow) {
        if let Some(Bulkhead::Own(slots)) = bulkhead(call) {
            let copies = if slots.scope == Scope::Instance { service.instances } else { 1 };
            needs.push(Need {
                name: format!("{} -> {}", service.name, call.name),
                path: format!("service.{}.call.{}.bulkhead", service.name, call.name),
                copies,
                slots: *slots,
                rate: rate / f64::from(copies),
                held: flow.attempt(call),
            });
        }
    }
    for pool in &scenario.pools {
        let users = calls(scenario, flow).filter(
            |it| matches!(bulkhead(it.2), Some(Bulkhead::Pool(name)) if *name == pool.name),
        );
        let (name, path) = (pool.name.clone(), format!("pool.{}", pool.name));
        let callers = scenario.services.iter().filter(|it| it.uses(pool));
        needs.push(shared(name, path, pool.slots, callers, users, flow));
    }
    for store in &scenario.stores {
        let Some(slots) = store.pool else { continue };
        let users = calls(scenario, flow).filter(|it| it.2.to.service == store.name);
        let path = format!("store.{}.pool", store.name);
        let callers = scenario.services.iter().filter(|it| it.calls_store(store));
        needs.push(shared(store.pool_name(), path, slots, callers, users, flow));
    }
    needs
}

/// What a pool needs that several calls share.
fn shared<'s>(
    name: String,
    path: String,
    slots: Slots,
    callers: impl Iterator<Item = &'s Service>,
    users: impl Iterator<Item = (&'s Service, f64, &'s Call)>,
    flow: &Flow,
) -> Need {
    let (rate, work) =
        users.fold((0.0, 0.0), |(rate, work), it| (rate + it.1, work + it.1 * flow.attempt(it.2)));
    let held = if rate > 0.0 { work / rate } else { 0.0 };
    let each = slots.scope == Scope::Instance;
    let copies = if each { callers.map(|it| it.instances).sum::<u32>().max(1) } else { 1 };
    Need { name, path, copies, slots, rate: rate / f64::from(copies), held }
}

fn bulkhead(call: &Call) -> Option<&Bulkhead> {
    call.policies.iter().find_map(|it| match it {
        Policy::Bulkhead(it) => Some(it),
        _ => None,
    })
}

/// All calls with their services and calls per second.
fn calls<'s>(
    scenario: &'s Scenario,
    flow: &Flow,
) -> impl Iterator<Item = (&'s Service, f64, &'s Call)> {
    scenario.services.iter().flat_map(move |service| {
        service.ops.iter().flat_map(move |op| {
            let rate = flow.op(&target(service, op)).rate;
            op.calls.iter().map(move |call| (service, rate * call.when, call))
        })
    })
}
