//! Policies in a word or two, for the picture; in full words, for the list beside it.

use sim_core::policy::breaker::Trip;
use sim_core::policy::hedge::After;
use sim_core::report::Unit;
use sim_core::schema::{Bulkhead, Call, Fallback, Operation, Policy, Scenario, Service};
use sim_core::time::SimDuration;
use sim_plot::markup::{Element, Markup, el};

use super::Dossier;
use crate::explain::policy::in_words;
use crate::render::figure::{given, whole};
use crate::render::instant::span;

/// A call by its caller.
pub(super) struct Placed<'s> {
    pub(super) service: &'s Service,
    pub(super) op: &'s Operation,
    pub(super) call: &'s Call,
}

impl Placed<'_> {
    /// As reports name it.
    pub(super) fn name(&self) -> String {
        let (service, op, call) = (&self.service.name, &self.op.name, &self.call.name);
        if op.is_empty() {
            format!("{service} -> {call}")
        } else {
            format!("{service}.{op} -> {call}")
        }
    }
}

/// All calls, in the file's order.
pub(super) fn all(scenario: &Scenario) -> Vec<Placed<'_>> {
    let services = scenario.services.iter();
    let ops = services.flat_map(|service| service.ops.iter().map(move |op| (service, op)));
    ops.flat_map(|(service, op)| op.calls.iter().map(move |call| Placed { service, op, call }))
        .collect()
}

/// A policy in a word or two.
pub(super) fn short(policy: &Policy) -> String {
    let time = |it: SimDuration| span(it.as_secs_f64());
    let share = |it: f64| given(it, Unit::Share);
    let size = match policy {
        Policy::Timeout(it) | Policy::TotalTimeout(it) | Policy::ResponseTimeout(it) => {
            time(it.after)
        }
        Policy::Retry(it) => {
            let budget = it.budget.map_or(String::new(), |it| format!(" of {}", share(it)));
            format!("{} times{budget}", it.attempts)
        }
        Policy::Hedge(it) => match it.after {
            After::Span(span) => time(span),
            After::Quantile(q) => share(q),
        },
        Policy::Throttle(it) => format!("{} times", it.k),
        Policy::Concurrency(it) => it.config.algorithm.name().to_owned(),
        Policy::Breaker(it) => match it.config.trip {
            Trip::Consecutive { failures } => format!("{failures} in a row"),
            Trip::OfLastCalls { share: of, window, .. } => format!("{} of {window}", share(of)),
            Trip::OfLastTime { share: of, window, .. } => {
                format!("{} in {}", share(of), time(window))
            }
        },
        Policy::Limit(it) => given(it.rate, Unit::PerSecond),
        Policy::Bulkhead(Bulkhead::Own(it)) => whole(u64::from(it.slots)),
        Policy::Bulkhead(Bulkhead::Pool(pool)) => format!("in {pool}"),
        Policy::Fallback(chain) => chain.iter().map(fallback).collect::<Vec<_>>().join(", else "),
    };
    format!("{} {size}", policy.name().replace('_', " "))
}

fn fallback(fallback: &Fallback) -> String {
    match fallback {
        Fallback::Static(answer) => answer.clone(),
        Fallback::Cached(it) => match it.max_age {
            SimDuration::MAX => format!("{} of any age", it.answer),
            age => format!("{} up to {} old", it.answer, span(age.as_secs_f64())),
        },
        Fallback::Call(name) => format!("call {name}"),
        Fallback::Fail(code) => format!("fail {code}"),
    }
}

/// Every call with its policies in words, variant by variant where they are not the same.
pub(super) fn list(dossier: &Dossier<'_>) -> Markup {
    let mut names: Vec<String> = Vec::new();
    for call in dossier.variants.iter().flat_map(|it| all(&it.scenario)) {
        let name = call.name();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Markup::default();
    }
    let rows = names.iter().flat_map(|it| rows(dossier, it));
    let head = ["call", "in", "guarded by, outermost first"];
    let head = el("tr").children(head.map(|it| el("th").attr("scope", "col").text(it)));
    let table = el("table").class("calls").child(el("thead").child(head));
    let table = el("div").class("wrap").child(table.child(el("tbody").children(rows)));
    el("details").child(el("summary").text("The calls as a list")).child(table).into()
}

/// Variants in which a call is guarded alike share a row.
fn rows(dossier: &Dossier<'_>, name: &str) -> Vec<Element> {
    let mut alike: Vec<(String, Vec<&str>)> = Vec::new();
    for variant in &dossier.variants {
        let calls = all(&variant.scenario);
        let Some(found) = calls.iter().find(|it| it.name() == name) else { continue };
        let words = guarded(found.call);
        match alike.iter_mut().find(|it| it.0 == words) {
            Some(row) => row.1.push(&variant.report.name),
            None => alike.push((words, vec![&variant.report.name])),
        }
    }
    let row = |(words, variants): (String, Vec<&str>)| {
        let name = el("th").attr("scope", "row").text(name);
        let variants = el("td").text(&variants.join(", "));
        el("tr").child(name).child(variants).child(el("td").text(&words))
    };
    alike.into_iter().map(row).collect()
}

fn guarded(call: &Call) -> String {
    let words = call.policies.iter().map(|it| format!("{} {}", it.name(), in_words(it)));
    let words = words.collect::<Vec<_>>().join("; ");
    if words.is_empty() { "nothing".to_owned() } else { words }
}
