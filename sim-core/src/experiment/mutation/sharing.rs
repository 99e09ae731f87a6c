//! One bulkhead for all calls of a service, of as many slots as they had together: what is lost is
//! the partition, not the size.

use super::{Mutant, NewPool, Operator};
use crate::distribution::Distribution;
use crate::experiment::site::Site;
use crate::schema::{Bulkhead, Policy, Scenario, Scope, Service, Slots};

pub(super) const OPERATOR: Operator = Operator { name: "bulkheads shared", mutants };

fn mutants(scenario: &Scenario) -> Vec<Mutant> {
    scenario.services.iter().filter_map(|it| shared(scenario, it)).collect()
}

/// None where there are not two to share.
fn shared(scenario: &Scenario, service: &Service) -> Option<Mutant> {
    let guarded: Vec<_> = Site::of(service).filter_map(|it| Some((it, own(it)?))).collect();
    let [_, _, ..] = &guarded[..] else { return None };
    let of = |slots: &Slots| match slots.scope {
        Scope::Instance => slots.slots.saturating_mul(service.instances),
        Scope::Service => slots.slots,
    };
    let slots = guarded.iter().map(|it| of(it.1)).fold(0, u32::saturating_add);
    let max_wait = guarded.iter().map(|it| it.1.max_wait).max()?;
    let max_wait = if max_wait == crate::time::SimDuration::MAX {
        "none".to_owned()
    } else {
        Distribution::constant(max_wait).to_string()
    };
    let name = free_name(scenario);
    let value = format!("{{ pool = \"{name}\" }}");
    let mut calls: Vec<_> = guarded.iter().map(|it| &*it.0.call.name).collect();
    calls.dedup();
    Some(Mutant {
        operator: OPERATOR.name,
        what: format!(
            "{} with one bulkhead of {slots} slots for {}",
            service.name,
            calls.join(", ")
        ),
        sets: guarded.iter().map(|it| it.0.set("bulkhead", &value)).collect(),
        pool: Some(NewPool {
            name,
            settings: format!("slots = {slots}\nmax_wait = \"{max_wait}\"\nscope = \"service\"\n"),
        }),
    })
}

/// The slots of the call's own bulkhead.
fn own(site: Site<'_>) -> Option<&Slots> {
    site.call.policies.iter().find_map(|it| match it {
        Policy::Bulkhead(Bulkhead::Own(slots)) => Some(slots),
        _ => None,
    })
}

/// Loads, services, stores and pools share one space of names.
fn free_name(scenario: &Scenario) -> String {
    let loads = scenario.loads.iter().map(|it| &it.name);
    let services = scenario.services.iter().map(|it| &it.name);
    let stores = scenario.stores.iter().map(|it| &it.name);
    let pools = scenario.pools.iter().map(|it| &it.name);
    let names = pools.chain(loads).chain(services).chain(stores);
    let taken: Vec<_> = names.collect();
    let numbered = (2..).map(|it| format!("shared-{it}"));
    let mut names = std::iter::once("shared".to_owned()).chain(numbered);
    names.find(|it| !taken.contains(&it)).expect("there are more numbers than names")
}
