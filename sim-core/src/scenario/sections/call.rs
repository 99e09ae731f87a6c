//! `[[service.NAME.call]]`: a call to another service, and what guards it.

use crate::distribution::Distribution;
use crate::quantity::Share;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::outline;
use crate::scenario::place::Place;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::sections::policy::Fallbacks;
use crate::scenario::shape::{Meaning, Shape};
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{List, Name, OneOf, OrNone, Positive, Word, text};
use crate::schema::{
    Breaker, Bulkhead, Call, Concurrency, Hedge, Leg, Limit, Network, OnTimeout, Policy, Retry,
    Store, Target, Throttle, Timeout,
};
use crate::time::SimDuration;

section! {
    /// `[[service.NAME.call]]`: a call to another service.
    struct CallTable {
        /// Whom it calls: a service or a store, or an operation as `"service.operation"`.
        required to: At<Callee>,
        /// Which operation, where `to` does not say it: of a store `"write"` or `"read"`.
        optional op: At<Name>,
        /// Its name, where the callee's is not enough.
        optional name: Name,
        /// The share of requests that make it; `"fallback"` where other calls fall back on it, and it
        /// is made only then.
        default when: Made = Made::For(Share::ALL),
        /// Neighbours of one group start together and are waited for together.
        optional group: Name,
        /// The way there and back.
        default network: Network = Network::default(),
        /// What guards it, outermost first.
        optional policy: Order,
        /// How long one attempt may take.
        optional timeout: At<Positive<SimDuration>>,
        /// How long the whole call may take, retries included.
        optional total_timeout: At<Positive<SimDuration>>,
        /// How long one attempt may take once it is connected: `timeout` is of all of it.
        default response_timeout: OrNone<Positive<SimDuration>> = OrNone(None),
        /// What becomes of an attempt that is given up.
        optional on_timeout: At<OneOf<OnTimeout>>,
        /// Tries again.
        optional retry: At<Retry>,
        /// Sends another copy when the answer is late.
        optional hedge: At<Hedge>,
        /// Turns away what the callee would.
        optional throttle: At<Throttle>,
        /// Fails fast while the callee is presumed down.
        optional breaker: At<Breaker>,
        /// A token bucket.
        optional limit: At<Limit>,
        /// A limit on calls in flight that finds itself.
        optional concurrency: At<Concurrency>,
        /// A limit on calls in flight.
        optional bulkhead: At<Bulkhead>,
        /// What to answer when all else has failed.
        optional fallback: At<Fallbacks>,
    }
    later { "cache", "priority" }
}

/// When a call is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Made {
    /// By this share of requests.
    For(Share),
    /// As a fallback.
    InReserve,
}

impl Made {
    fn share(self) -> f64 {
        match self {
            Self::For(share) => share.fraction(),
            Self::InReserve => 0.0,
        }
    }
}

impl Read for Made {
    const EXPECTED: &'static str = "a share such as \"20%\", or \"fallback\"";

    fn shape() -> Shape {
        let word = Shape::Word { of: "occasion", words: vec!["fallback"] };
        Shape::Either(vec![Share::shape(), word])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.as_text() == Some("fallback") {
            return Some(Self::InReserve);
        }
        Share::read(node, reader).map(Self::For)
    }
}

section! {
    /// `network`: the way to the callee and back.
    struct NetworkTable {
        /// Time of one message, drawn for the request and for the reply.
        optional latency: Distribution,
        /// Share of messages that are lost, requests and replies alike.
        default loss: Share = Share::NONE,
        /// Looking up the callee's name, before each attempt.
        optional dns: Leg,
        /// Connecting to it, then: no connection is kept.
        optional connect: Leg,
    }
    later { "bandwidth" }
}

section! {
    /// `dns` and `connect`: what comes before an attempt is sent.
    struct LegTable {
        /// How long it takes.
        required time: Distribution,
        /// How long it may take; there is no timer where this is not said.
        default timeout: OrNone<Positive<SimDuration>> = OrNone(None),
    }
}

impl Read for Network {
    const EXPECTED: &'static str = NetworkTable::EXPECTED;

    fn shape() -> Shape {
        NetworkTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let NetworkTable { latency, loss, dns, connect } = NetworkTable::read(node, reader)?;
        Some(Self { latency, loss: loss.fraction(), dns, connect })
    }
}

impl Read for Leg {
    const EXPECTED: &'static str = "a table such as { time = \"2ms\", timeout = \"1s\" }";

    fn shape() -> Shape {
        LegTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = LegTable::read(node, reader)?;
        let timeout = table.timeout.0.map_or(SimDuration::MAX, |it| it.0);
        Some(Self { time: table.time, timeout })
    }
}

/// Whom a call is to, before it is known who that is.
#[derive(Clone, Debug)]
pub(crate) struct Callee(Target);

impl Read for Callee {
    const EXPECTED: &'static str = Target::EXPECTED;

    fn shape() -> Shape {
        Target::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self(outline::target(text(node, Self::EXPECTED, reader)?)))
    }
}

/// Whom it calls, by `to` and `op` together.
fn callee(table: &CallTable, reader: &mut Reader<'_>) -> Option<Target> {
    let Callee(target) = table.to.value.clone();
    let Some(op) = &table.op else { return known(target, table.to.place, reader) };
    if !target.op.is_empty() {
        let message = "`to` says the operation already";
        return reader.refuse_with(Code::Conflict, op.place, message, "take one of them out");
    }
    let callee_known = reader.outline.ops(&target.service).is_some();
    let place = if callee_known { op.place } else { table.to.place };
    known(Target { op: op.value.0.clone(), ..target }, place, reader)
}

/// `"service"` or `"service.operation"`, of this scenario.
impl Read for Target {
    const EXPECTED: &'static str =
        "a service such as \"stock\", or an operation as \"stock.reserve\"";

    fn shape() -> Shape {
        Shape::text(Meaning::Target, "", &["stock", "stock.reserve"])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        known(outline::target(text(node, Self::EXPECTED, reader)?), node.place, reader)
    }
}

/// The target, if there is one of that name.
fn known(target: Target, place: Place, reader: &mut Reader<'_>) -> Option<Target> {
    let outline = reader.outline;
    if outline.has(&target) {
        return Some(target);
    }
    if outline.stores.contains_key(&target.service) {
        return not_of_the_store(&target, place, reader);
    }
    let Some(ops) = outline.services.get(&target.service) else {
        let known = outline.all_ops().map(|it| it.0.as_str());
        return reader.unknown(Code::UnknownName, place, ("service", &target.service), known);
    };
    let names: Vec<_> = ops.keys().map(String::as_str).filter(|it| !it.is_empty()).collect();
    if target.op.is_empty() {
        let message = format!("`{}` has several operations: say which", target.service);
        let help = format!("its operations are {}", names.join(", "));
        return reader.refuse_with(Code::UnknownName, place, message, help);
    }
    reader.unknown(Code::UnknownName, place, ("operation", &target.op), names)
}

/// A store is written to or read from, if it says how long that takes.
fn not_of_the_store<T>(target: &Target, place: Place, reader: &mut Reader<'_>) -> Option<T> {
    let Target { service: store, op } = target;
    if op.is_empty() {
        let message = format!("the store `{store}` is written to or read from: say which");
        let help = "add op = \"write\" or op = \"read\"";
        return reader.refuse_with(Code::MissingKey, place, message, help);
    }
    if op == Store::WRITE || op == Store::READ {
        let message = format!("the store `{store}` does not say how long a {op} takes");
        let help = format!("give it a time: {op} = \"2ms\"");
        return reader.refuse_with(Code::MissingKey, place, message, help);
    }
    let operations = [Store::WRITE, Store::READ];
    reader.unknown(Code::UnknownName, place, ("operation of a store", op), operations)
}

impl Word for OnTimeout {
    const KIND: &'static str = "way to time out";
    const WORDS: &'static [(&'static str, Self)] =
        &[("abandon", Self::Abandon), ("cancel", Self::Cancel)];
}

/// The policies by name, in the order that holds where a call does not say another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layer {
    Fallback,
    TotalTimeout,
    Retry,
    Hedge,
    Throttle,
    Breaker,
    Limit,
    Concurrency,
    Bulkhead,
    Timeout,
}

impl Word for Layer {
    const KIND: &'static str = "policy";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("fallback", Self::Fallback),
        ("total_timeout", Self::TotalTimeout),
        ("retry", Self::Retry),
        ("hedge", Self::Hedge),
        ("throttle", Self::Throttle),
        ("breaker", Self::Breaker),
        ("limit", Self::Limit),
        ("concurrency", Self::Concurrency),
        ("bulkhead", Self::Bulkhead),
        ("timeout", Self::Timeout),
    ];
    const LATER: &'static [&'static str] = &["cache"];
}

impl Layer {
    fn name(self) -> &'static str {
        Self::WORDS.iter().find(|it| it.1 == self).map_or("", |it| it.0)
    }
}

/// `policy = ["retry", "timeout"]`, outermost first.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    layers: Vec<At<OneOf<Layer>>>,
    /// It is a variant's: what it leaves out is inactive, not forgotten.
    overlaid: bool,
}

impl Read for Order {
    const EXPECTED: &'static str = "a list of policies such as [\"retry\", \"timeout\"]";

    fn shape() -> Shape {
        List::<OneOf<Layer>>::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let layers = List::<_>::read(node, reader)?.0;
        Some(Self { layers, overlaid: node.overlaid })
    }
}

/// A policy with its settings, where they stand, and under which name.
type Setting = (Layer, At<Policy>);

impl Read for Call {
    const EXPECTED: &'static str = CallTable::EXPECTED;

    fn shape() -> Shape {
        CallTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let mut table = CallTable::read(node, reader)?;
        let to = callee(&table, reader)?;
        let order = table.policy.take();
        let on_timeout = on_timeout(&table, reader)?;
        let settings = settings(&mut table, on_timeout);
        let (mut policies, inactive) = match order {
            Some(order) => ordered(&order, settings, reader)?,
            None => (settings.into_iter().map(|it| it.1.value).collect(), Vec::new()),
        };
        let response = table.response_timeout.0.map(|it| Timeout { after: it.0, on_timeout });
        policies.extend(response.map(Policy::ResponseTimeout));
        Some(Self {
            name: table.name.map_or_else(|| to.service.clone(), |it| it.0),
            to,
            when: table.when.share(),
            reserve: table.when == Made::InReserve,
            group: table.group.map(|it| it.0),
            network: table.network,
            policies,
            inactive,
        })
    }
}

/// What becomes of attempts that are given up, where some can be.
fn on_timeout(table: &CallTable, reader: &mut Reader<'_>) -> Option<OnTimeout> {
    let CallTable { timeout, total_timeout, response_timeout, .. } = table;
    let timed = timeout.is_some() || total_timeout.is_some() || response_timeout.0.is_some();
    match table.on_timeout {
        Some(at) if !timed => {
            let message = "`on_timeout` needs a `timeout` or a `total_timeout`";
            reader.refuse(Code::Conflict, at.place, message)
        }
        said => Some(said.map_or(OnTimeout::Abandon, |it| it.value.0)),
    }
}

/// All policies that the call has settings for, in the default order.
fn settings(table: &mut CallTable, on_timeout: OnTimeout) -> Vec<Setting> {
    let timeout = |it: Positive<SimDuration>| Timeout { after: it.0, on_timeout };
    let settings = [
        setting(Layer::Fallback, table.fallback.take(), |it| Policy::Fallback(it.0)),
        setting(Layer::TotalTimeout, table.total_timeout, |it| Policy::TotalTimeout(timeout(it))),
        setting(Layer::Retry, table.retry.take(), Policy::Retry),
        setting(Layer::Hedge, table.hedge, Policy::Hedge),
        setting(Layer::Throttle, table.throttle, Policy::Throttle),
        setting(Layer::Breaker, table.breaker.take(), Policy::Breaker),
        setting(Layer::Limit, table.limit, Policy::Limit),
        setting(Layer::Concurrency, table.concurrency, Policy::Concurrency),
        setting(Layer::Bulkhead, table.bulkhead.take(), Policy::Bulkhead),
        setting(Layer::Timeout, table.timeout, |it| Policy::Timeout(timeout(it))),
    ];
    settings.into_iter().flatten().collect()
}

fn setting<T>(layer: Layer, value: Option<At<T>>, policy: impl Fn(T) -> Policy) -> Option<Setting> {
    value.map(|it| (layer, At { value: policy(it.value), place: it.place }))
}

/// The policies in the order of the list, and the names of those that it leaves out.
fn ordered(
    order: &Order,
    mut settings: Vec<Setting>,
    reader: &mut Reader<'_>,
) -> Option<(Vec<Policy>, Vec<&'static str>)> {
    let mut policies = Vec::new();
    let mut faults = Vec::new();
    let mut seen = Vec::new();
    for At { value: OneOf(layer), place } in &order.layers {
        let name = layer.name();
        let (message, help) = if seen.contains(layer) {
            (format!("`{name}` is listed twice"), "take one of them out".to_owned())
        } else if let Some(index) = settings.iter().position(|it| it.0 == *layer) {
            seen.push(*layer);
            policies.push(settings.remove(index).1.value);
            continue;
        } else {
            let help = format!("give the call a `{name} = …`, or take it off the list");
            (format!("`{name}` is listed but has no settings"), help)
        };
        faults.push(Diagnostic::new(Code::PolicyOrder, *place, message).help(help));
    }
    if !order.overlaid {
        for (layer, at) in &settings {
            let message = format!("`{}` is set but `policy` does not list it", layer.name());
            let help = "list it where it belongs, outermost first, or take it out";
            faults.push(Diagnostic::new(Code::PolicyOrder, at.place, message).help(help));
        }
    }
    let agree = faults.is_empty();
    for fault in faults {
        reader.tell(fault);
    }
    agree.then(|| (policies, settings.iter().map(|it| it.0.name()).collect()))
}
