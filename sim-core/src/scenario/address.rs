//! `NAME.metric`: of what, and which; `CALL.breaker`: the state of its breakers.

use super::diagnostic::{Code, Diagnostic};
use super::nearest::did_you_mean;
use super::outline::Outline;
use super::place::Place;
use super::reader::Reader;
use super::shortened::shortened;
use crate::metric::{self, EntityKind, Metric};

/// What a metric is of, by the name that reports give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) kind: EntityKind,
    pub(crate) name: String,
}

impl Named {
    /// What stands after the arrow: calls and their bulkheads may be named by that alone.
    fn callee(&self) -> Option<&str> {
        self.name.split_once(" -> ").map(|it| it.1)
    }

    fn topic(&self, name: &str) -> Option<Topic> {
        if self.kind == EntityKind::Call && name == BREAKER {
            return Some(Topic::Breaker);
        }
        metric::of(self.kind).find(|it| it.name == name).map(Topic::Metric)
    }

    /// All that can be said of it.
    fn topics(&self) -> impl Iterator<Item = &'static str> {
        let state = (self.kind == EntityKind::Call).then_some(BREAKER);
        metric::of(self.kind).map(|it| it.name).chain(state)
    }
}

const BREAKER: &str = "breaker";

/// What is said of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// How large a metric is.
    Metric(&'static Metric),
    /// In which state its breakers are.
    Breaker,
}

/// All that has metrics in a scenario. A call's bulkhead is there if a variant gives it one.
pub(crate) fn all(outline: &Outline) -> Vec<Named> {
    let named = |kind, name: &String| Named { kind, name: name.clone() };
    let mut all: Vec<_> = outline.loads.iter().map(|it| named(EntityKind::Load, it)).collect();
    all.extend(outline.classes.iter().map(|it| named(EntityKind::Class, it)));
    all.extend(outline.services.keys().map(|it| named(EntityKind::Service, it)));
    all.extend(outline.pools.iter().map(|it| named(EntityKind::Pool, it)));
    all.extend(outline.systems.iter().map(|it| named(EntityKind::System, it)));
    for (store, it) in outline.stores.iter().filter(|it| !it.1.ops.is_empty()) {
        all.push(named(EntityKind::Store, store));
        all.extend(
            it.has_pool.then(|| Named { kind: EntityKind::Pool, name: format!("{store}.pool") }),
        );
    }
    for (service, ops) in outline.all_ops() {
        for (op, calls) in ops {
            let whole = if op.is_empty() { service.clone() } else { format!("{service}.{op}") };
            for call in calls {
                let name = format!("{whole} -> {}", call.name);
                all.push(Named { kind: EntityKind::Pool, name: format!("{name}.pool") });
                all.push(Named { kind: EntityKind::Call, name });
            }
            if ops.len() > 1 {
                all.push(Named { kind: EntityKind::Op, name: whole });
            }
        }
    }
    all
}

/// What `address` names, or a fault with the nearest that it may mean.
pub(crate) fn resolve(
    address: &str,
    place: Place,
    reader: &mut Reader<'_>,
) -> Option<(Named, Topic)> {
    let outline = reader.outline;
    let address = spaced(address);
    let after = |name: &str| address.strip_prefix(name).and_then(|it| it.strip_prefix('.'));
    let mut candidates = Vec::new();
    for named in &outline.named {
        candidates.extend(after(&named.name).map(|rest| (named, rest)));
    }
    let found = |it: &(&Named, &str)| it.0.topic(it.1).map(|topic| (it.0.clone(), topic));
    if let Some(exact) = candidates.iter().find_map(found) {
        return Some(exact);
    }
    let by_callee = |it: &'_ Named| it.callee().and_then(after).map(str::len);
    let calls = outline.named.iter().filter_map(|it| Some((it, by_callee(it)?)));
    let calls: Vec<_> =
        calls.map(|(named, rest)| (named, &address[address.len() - rest..])).collect();
    let mut fitting = calls.iter().filter_map(found);
    if let Some(only) = fitting.next() {
        return match fitting.next() {
            None => Some(only),
            Some(other) => ambiguous(&only.0, &other.0, place, reader),
        };
    }
    candidates.extend(calls);
    match candidates.iter().min_by_key(|it| it.1.len()) {
        Some((named, rest)) => unknown_metric(named, rest, &candidates, place, reader),
        None => unknown_name(&address, place, reader),
    }
}

/// One blank on each side of the arrow.
fn spaced(address: &str) -> String {
    match address.split_once("->") {
        Some((from, to)) => format!("{} -> {}", from.trim(), to.trim()),
        None => address.to_owned(),
    }
}

fn ambiguous<T>(one: &Named, other: &Named, place: Place, reader: &mut Reader<'_>) -> Option<T> {
    let (one, other) = (shortened(&one.name), shortened(&other.name));
    let message = format!("this may be of `{one}` or of `{other}`");
    reader.refuse_with(Code::UnknownName, place, message, "name the caller too")
}

fn unknown_metric<T>(
    named: &Named,
    metric: &str,
    candidates: &[(&Named, &str)],
    place: Place,
    reader: &mut Reader<'_>,
) -> Option<T> {
    let known = candidates.iter().flat_map(|it| it.0.topics());
    let help = did_you_mean(metric, known).unwrap_or_else(|| {
        let all: Vec<_> = named.topics().collect();
        format!("it has {}", all.join(", "))
    });
    let kind = named.kind.name();
    let (name, metric) = (shortened(&named.name), shortened(metric));
    let message = format!("the {kind} `{name}` has no metric `{metric}`");
    reader.tell(Diagnostic::new(Code::UnknownName, place, message).help(help));
    None
}

fn unknown_name<T>(address: &str, place: Place, reader: &mut Reader<'_>) -> Option<T> {
    let outline = reader.outline;
    let arrow = address.find(" -> ").map_or(0, |it| it + " -> ".len());
    let end = address[arrow..].find('.').map_or(address.len(), |it| arrow + it);
    let name = &address[..end];
    if outline.stores.contains_key(name) {
        let message = format!("requests ask nothing of the store `{}`", shortened(name));
        let help = "say how long it takes: write = \"2ms\", read = \"1ms\"";
        return reader.refuse_with(Code::UnknownName, place, message, help);
    }
    let names = outline.named.iter().map(|it| it.name.as_str());
    let callees = outline.named.iter().filter_map(Named::callee);
    reader.unknown(Code::UnknownName, place, ("name", name), names.chain(callees))
}
