//! The first variant's loads, services and calls, and what breaks.

use sim_core::report::Unit;
use sim_core::schema::{
    Arrivals, Capacity, Fault, FaultTarget, Load, Scenario, Scope, Service, Store,
};
use sim_plot::markup::{Element, Markup, el};
use sim_plot::topology::{Call, Part, Topology};

use super::{Dossier, calls};
use crate::explain::fault::in_words;
use crate::explain::load::rates;
use crate::render::figure::{exact, whole};
use crate::render::instant::instant;

/// Pixels of the page's column.
const PAGE: f64 = 1020.0;

/// The picture, what breaks, and the calls as a list.
pub(super) fn topology(dossier: &Dossier<'_>) -> Markup {
    let Some(variant) = dossier.variants.first() else { return Markup::default() };
    let scenario = &variant.scenario;
    let drawn = of(scenario);
    let title = format!("Loads, services and calls, {}", variant.report.name);
    let picture = el("div").class("scroll").child(drawn.draw(PAGE, &title, &described(scenario)));
    let mut all = Markup::default();
    if dossier.variants.len() > 1 {
        let text =
            format!("As in {}; the list has what is different elsewhere.", variant.report.name);
        all.push(el("p").class("lead").text(&text));
    }
    all.push(picture);
    all.push(el("ul").class("faults").children(scenario.faults.iter().map(fault)));
    all.push(calls::list(dossier));
    all
}

fn fault(fault: &Fault) -> Element {
    let from = fault.at.as_secs_f64();
    let until = if fault.lasts == sim_core::time::SimDuration::MAX {
        "the end".to_owned()
    } else {
        instant(from + fault.lasts.as_secs_f64())
    };
    let text = format!(", {} to {until}: {}", instant(from), in_words(fault));
    el("li").child(el("b").text(&fault.name)).text(&text)
}

/// The calls, in a sentence each.
fn described(scenario: &Scenario) -> String {
    let loads = scenario.loads.iter().map(|it| format!("{} asks {}", it.name, it.to.service));
    let calls = calls::all(scenario).into_iter().map(|it| {
        let policies: Vec<_> = it.call.policies.iter().map(calls::short).collect();
        format!("{} calls {} through {}", it.service.name, it.call.to.service, policies.join(", "))
    });
    loads.chain(calls).collect::<Vec<_>>().join(". ")
}

fn of(scenario: &Scenario) -> Topology {
    let loads = scenario.loads.iter().map(|it| {
        let on = |on: &FaultTarget| matches!(on, FaultTarget::Load(name) if *name == it.name);
        part(&it.name, brings(it, scenario), true, striking(scenario, on))
    });
    let services = scenario.services.iter().map(|it| {
        let on = |on: &FaultTarget| match on {
            FaultTarget::Service(name) => *name == it.name,
            FaultTarget::Pool(name) => {
                scenario.pools.iter().any(|pool| pool.name == *name && it.uses(pool))
            }
            FaultTarget::Load(_) | FaultTarget::Call { .. } | FaultTarget::Store(_) => false,
        };
        part(&it.name, workers(it), false, striking(scenario, on))
    });
    let stores = scenario.stores.iter().filter(|it| it.serves.is_some()).map(|it| {
        let on = |on: &FaultTarget| match on {
            FaultTarget::Service(name) | FaultTarget::Store(name) => *name == it.name,
            FaultTarget::Load(_) | FaultTarget::Call { .. } | FaultTarget::Pool(_) => false,
        };
        part(&it.name, connections(it), false, striking(scenario, on))
    });
    let parts = loads.chain(services).chain(stores).collect();
    Topology { parts, calls: edges(scenario) }
}

fn part(name: &str, note: String, is_load: bool, faults: Vec<String>) -> Part {
    Part { name: name.to_owned(), note, is_load, faults }
}

fn brings(load: &Load, scenario: &Scenario) -> String {
    match &load.arrivals {
        Arrivals::Closed { users, .. } => format!("{} users", whole(u64::from(*users))),
        _ => exact(rates(load, &scenario.run).0, Unit::PerSecond),
    }
}

fn workers(service: &Service) -> String {
    let each = match service.workers {
        Capacity::Unlimited => "no limit".to_owned(),
        Capacity::Limited(1) => "1 worker".to_owned(),
        Capacity::Limited(workers) => format!("{} workers", whole(u64::from(workers))),
    };
    if service.instances == 1 { each } else { format!("{} × {each}", service.instances) }
}

fn connections(store: &Store) -> String {
    let each = store.pool.map(|it| (it.scope, whole(u64::from(it.slots))));
    match each {
        Some((Scope::Instance, slots)) => format!("store, {slots} connections each"),
        Some((Scope::Service, slots)) => format!("store, {slots} connections"),
        None => "store".to_owned(),
    }
}

fn edges(scenario: &Scenario) -> Vec<Call> {
    let before = scenario.loads.len();
    let place = |name: &str| scenario.asked().position(|it| it.name == name);
    let loads = scenario.loads.iter().enumerate().filter_map(|(from, load)| {
        let to = before + place(&load.to.service)?;
        let words = if load.to.op.is_empty() { Vec::new() } else { vec![load.to.op.clone()] };
        Some(Call { from, to, words, faults: Vec::new() })
    });
    let calls = calls::all(scenario).into_iter().filter_map(|it| {
        let from = before + place(&it.service.name)?;
        let to = before + place(&it.call.to.service)?;
        let op = (!it.op.name.is_empty()).then(|| it.op.name.clone());
        let when = (it.call.when < 1.0).then(|| exact(it.call.when, Unit::Share));
        let policies = it.call.policies.iter().map(calls::short);
        let words = op.into_iter().chain(when).chain(policies).collect();
        let on = |on: &FaultTarget| {
            matches!(on, FaultTarget::Call { from, call }
                if *from == it.service.name && *call == it.call.name)
        };
        Some(Call { from, to, words, faults: striking(scenario, on) })
    });
    loads.chain(calls).collect()
}

/// The names of the faults that strike a target.
fn striking(scenario: &Scenario, on: impl Fn(&FaultTarget) -> bool) -> Vec<String> {
    let faults = scenario.faults.iter().filter(|it| on(&it.on));
    faults.map(|it| it.name.clone()).collect()
}
