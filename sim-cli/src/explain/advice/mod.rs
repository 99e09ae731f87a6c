//! Advice: what arithmetic says will go wrong, where, why, and what mends it.
//!
//! Said is only what follows from the scenario's own numbers: mean rates, mean times, settings and
//! the faults that it has. One rule a file.

mod breaker;
mod deadline;
mod line;
mod pool;
mod retries;
#[cfg(test)]
mod tests;

use sim_core::policy::backoff::Backoff;
use sim_core::schema::{Call, Operation, Policy, Retry, Scenario, Service, Target};
use sim_core::time::SimDuration;

use super::flow::{Flow, target};

/// One piece of advice.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Advice {
    /// Which rule it is of: `pool-too-small`.
    pub(crate) rule: &'static str,
    /// The path of what it is about, as overrides have it.
    pub(crate) path: String,
    /// What will go wrong, with its numbers.
    pub(crate) reason: String,
    /// What mends it.
    pub(crate) remedy: String,
}

/// A call, and where it is made.
#[derive(Clone, Copy)]
pub(super) struct Site<'s> {
    service: &'s Service,
    op: &'s Operation,
    call: &'s Call,
}

/// All advice on a scenario, in the order of the rules.
pub(crate) fn advice(scenario: &Scenario, flow: &Flow) -> Vec<Advice> {
    let mut all = pool::advice(scenario, flow);
    all.extend(line::advice(scenario, flow));
    all.extend(deadline::advice(scenario));
    all.extend(retries::advice(scenario));
    all.extend(breaker::advice(scenario, flow));
    all
}

impl<'s> Site<'s> {
    fn all(scenario: &'s Scenario) -> impl Iterator<Item = Self> {
        scenario.services.iter().flat_map(|service| {
            service
                .ops
                .iter()
                .flat_map(move |op| op.calls.iter().map(move |call| Self { service, op, call }))
        })
    }

    fn from(&self) -> Target {
        target(self.service, self.op)
    }

    /// `checkout -> fraud`.
    fn name(&self) -> String {
        format!("{} -> {}", op_name(&self.from()), self.call.name)
    }

    /// `service.checkout.call.fraud.KEY`.
    fn path(&self, key: &str) -> String {
        let call = &self.call.name;
        format!("{}.call.{call}.{key}", op_path(&self.from()))
    }

    /// Calls a second that one calling instance makes, without retries.
    fn rate(&self, flow: &Flow) -> f64 {
        flow.op(&self.from()).rate * self.call.when / f64::from(self.service.instances)
    }
}

/// `service.checkout.op.buy`.
fn op_path(target: &Target) -> String {
    match &*target.op {
        "" => format!("service.{}", target.service),
        op => format!("service.{}.op.{op}", target.service),
    }
}

fn op_name(target: &Target) -> String {
    if target.op.is_empty() {
        target.service.clone()
    } else {
        format!("{}.{}", target.service, target.op)
    }
}

fn operation<'s>(scenario: &'s Scenario, to: &Target) -> Option<(&'s Service, &'s Operation)> {
    let service = scenario.asked().find(|it| it.name == to.service)?;
    service.ops.iter().find(|it| it.name == to.op).map(|it| (service, it))
}

fn retry(call: &Call) -> Option<&Retry> {
    call.policies.iter().find_map(|it| match it {
        Policy::Retry(it) => Some(it),
        _ => None,
    })
}

fn timeout(call: &Call) -> Option<SimDuration> {
    call.policies.iter().find_map(|it| match it {
        Policy::Timeout(it) => Some(it.after),
        _ => None,
    })
}

fn total_timeout(call: &Call) -> Option<SimDuration> {
    call.policies.iter().find_map(|it| match it {
        Policy::TotalTimeout(it) => Some(it.after),
        _ => None,
    })
}

/// The least that a back-off waits in all before its last try; jitter may wait not at all.
fn least_wait(retry: &Retry) -> SimDuration {
    match retry.backoff {
        Backoff::Constant { delay } => delay.saturating_mul(u64::from(retry.attempts - 1)),
        _ => SimDuration::ZERO,
    }
}
