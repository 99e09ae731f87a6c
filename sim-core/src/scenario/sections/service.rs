//! `[service.NAME]` and `[service.NAME.op.NAME]`: what works on requests.

use std::collections::{BTreeMap, BTreeSet};

use crate::distribution::Distribution;
use crate::policy::balancer::Balance;
use crate::policy::sharing::CORES_MAX;
use crate::quantity::Share;
use crate::scenario::diagnostic::{Code, Diagnostic};
use crate::scenario::place::Place;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::Shape;
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{Count, List, Name, Named, OneOf, OrNone, Places, Positive, Word};
use crate::schema::{Call, Capacity, ErrorRate, Fallback, Operation, Policy, Queue, Service, Shed};
use crate::time::SimDuration;

use super::concurrency::Adaptive;

/// HTTP statuses that are errors.
pub(super) type Status = Count<400, 599>;
pub(super) const SERVER_ERROR: Status = Status::new(500);
type Instances = Count<1, 100_000>;
type Cores = Count<1, { CORES_MAX as u64 }>;

section! {
    /// `[service.NAME]`: equal instances behind a balancer.
    struct ServiceTable {
        /// How many instances there are.
        default instances: Instances = Instances::new(1),
        /// Requests that one instance works on at a time, or `"unlimited"`.
        required workers: Places<1>,
        /// Cores that the work of all workers shares; without, a worker is never slowed by others.
        optional cores: Cores,
        /// Where requests wait for a worker.
        default queue: Queue = Queue::default(),
        /// Whether work whose caller has gone is skipped when its turn comes.
        default drop_expired: bool = false,
        /// Whom it turns away on purpose, or `"none"`.
        optional shed: OrNone<At<Shed>>,
        /// A worker's time to turn away a request: for want of a place, or on purpose.
        default reject_cost: SimDuration = SimDuration::ZERO,
        /// What finds out how many requests an instance lets in at a time.
        optional concurrency: OrNone<At<Adaptive>>,
        /// When those whom it turns away are told to come again: `"10s"`, `"uniform(5s..15s)"`.
        optional retry_after: Distribution,
        /// How callers choose among the instances.
        default balance: OneOf<Balance> = OneOf(Balance::RoundRobin),
        /// How long an instance takes to come back after a crash.
        optional restart: SimDuration,
        /// How long a request may take from its arrival here, handed on to all that it calls.
        optional deadline: OrNone<Positive<SimDuration>>,
        /// Time of a worker before the calls are made.
        optional time: At<Distribution>,
        /// Its own failures when nothing is wrong.
        optional errors: At<ErrorRate>,
        /// What it does to the world when its work is done, such as `"charge"`: counted by how often.
        optional effect: At<Name>,
        /// The calls, in the order in which they are made.
        optional call: At<List<Call>>,
        /// Its operations, where it has several.
        optional op: Named<OperationTable>,
    }
    later { "zone", "zones", "autoscale", "health" }
}

section! {
    /// `[service.NAME.op.NAME]`: one kind of work that a service does.
    struct OperationTable {
        /// Time of a worker before the calls are made.
        optional time: At<Distribution>,
        /// Its own failures when nothing is wrong.
        optional errors: At<ErrorRate>,
        /// What it does to the world when its work is done, such as `"charge"`: counted by how often.
        optional effect: At<Name>,
        /// The calls, in the order in which they are made.
        optional call: At<List<Call>>,
    }
}

section! {
    /// `errors = { rate = "0.5%", code = 503 }`.
    struct ErrorTable {
        /// Share of answers that are errors.
        required rate: Share,
        /// HTTP status: 400–499 is the request's fault, 500–599 the service's.
        default code: Status = SERVER_ERROR,
    }
}

impl Word for Balance {
    const KIND: &'static str = "balancing";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("round_robin", Self::RoundRobin),
        ("random", Self::Random),
        ("least_outstanding", Self::LeastOutstanding),
        ("two_choices", Self::TwoChoices),
    ];
}

impl Read for ErrorRate {
    const EXPECTED: &'static str = "a share such as \"0.5%\", or { rate = \"0.5%\", code = 503 }";

    fn shape() -> Shape {
        Shape::Either(vec![Share::shape(), ErrorTable::shape()])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if node.as_table().is_none() {
            let share = Share::read(node, reader)?.fraction();
            return Some(Self { share, code: status(SERVER_ERROR) });
        }
        let table = ErrorTable::read(node, reader)?;
        Some(Self { share: table.rate.fraction(), code: status(table.code) })
    }
}

pub(super) fn status(code: Status) -> u16 {
    code.get() as u16
}

impl Read for Service {
    const EXPECTED: &'static str = ServiceTable::EXPECTED;

    fn shape() -> Shape {
        ServiceTable::shape()
    }

    /// Without its name, which is its key.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = ServiceTable::read(node, reader)?;
        let (time, errors, effect) = (table.time, table.errors, table.effect);
        let own = OperationTable { time, errors, effect, call: table.call };
        let ops = match table.op {
            Some(ops) => several(ops, &own, node.place, reader)?,
            None => vec![operation(String::new(), own, node.place, reader)?],
        };
        let shed = shed(table.shed.and_then(|it| it.0), table.workers.0, reader)?;
        Some(Self {
            name: String::new(),
            instances: table.instances.get(),
            workers: table.workers.0,
            cores: table.cores.map(Count::get),
            queue: table.queue,
            drop_expired: table.drop_expired,
            shed,
            reject_cost: table.reject_cost,
            concurrency: table.concurrency.and_then(|it| it.0).map(|it| it.value.0),
            retry_after: table.retry_after,
            balance: table.balance.0,
            restart: table.restart,
            deadline: table.deadline.and_then(|it| it.0).map(|it| it.0),
            ops,
        })
    }
}

/// A share of workers is one of so many.
#[expect(clippy::option_option, reason = "absent and faulty are two different things")]
fn shed(
    shed: Option<At<Shed>>,
    workers: Capacity,
    reader: &mut Reader<'_>,
) -> Option<Option<Shed>> {
    match (shed, workers) {
        (Some(shed), Capacity::Unlimited) => {
            let message = "there is no share of workers without limit";
            let help = "give the service `workers`, or take `shed` out";
            reader.refuse_with(Code::Conflict, shed.place, message, help)
        }
        (shed, _) => Some(shed.map(|it| it.value)),
    }
}

/// The operations of a service that has `op` tables, and therefore no work of its own beside them.
fn several(
    ops: Named<OperationTable>,
    own: &OperationTable,
    place: Place,
    reader: &mut Reader<'_>,
) -> Option<Vec<Operation>> {
    let beside = [
        ("time", own.time.as_ref().map(|it| it.place)),
        ("errors", own.errors.as_ref().map(|it| it.place)),
        ("effect", own.effect.as_ref().map(|it| it.place)),
        ("call", own.call.as_ref().map(|it| it.place)),
    ];
    let mut clean = true;
    for (key, place) in beside {
        let Some(place) = place else { continue };
        clean = false;
        let message = format!("`{key}` cannot stand beside `op` tables");
        let help = "put it into the operation that it belongs to";
        reader.tell(Diagnostic::new(Code::Conflict, place, message).help(help));
    }
    if ops.entries.is_empty() {
        return reader.refuse(Code::MissingKey, place, "a service has at least one operation");
    }
    let count = ops.entries.len();
    let read: Vec<_> = ops
        .entries
        .into_iter()
        .filter_map(|(name, op)| operation(name, op.value, op.place, reader))
        .collect();
    (clean && read.len() == count).then_some(read)
}

fn operation(
    name: String,
    table: OperationTable,
    place: Place,
    reader: &mut Reader<'_>,
) -> Option<Operation> {
    let calls = table.call.map(|it| it.value.0).unwrap_or_default();
    let checked =
        (unique_names(&calls, reader), neighbours(&calls, reader), reserves(&calls, reader));
    let time = match table.time {
        Some(time) => time.value,
        None if !calls.is_empty() => Distribution::constant(SimDuration::ZERO),
        None => {
            let message = "`time` is missing";
            let help = "only an operation that makes calls may leave it out";
            return reader.refuse_with(Code::MissingKey, place, message, help);
        }
    };
    let none = ErrorRate { share: 0.0, code: status(SERVER_ERROR) };
    let errors = table.errors.map_or(none, |it| it.value);
    let (Some(()), Some(()), Some(())) = checked else { return None };
    let effect = table.effect.map(|it| it.value.0);
    let calls = calls.into_iter().map(|it| it.value).collect();
    Some(Operation { name, time, errors, effect, calls })
}

fn unique_names(calls: &[At<Call>], reader: &mut Reader<'_>) -> Option<()> {
    let mut names = BTreeSet::new();
    let mut unique = Some(());
    for call in calls {
        if !names.insert(&call.value.name) {
            let message = format!("there is another call `{}` in this operation", call.value.name);
            let help = "give one of them a `name`";
            unique = reader.refuse_with(Code::Duplicate, call.place, message, help);
        }
    }
    unique
}

/// Calls of one group stand together: they start together.
fn neighbours(calls: &[At<Call>], reader: &mut Reader<'_>) -> Option<()> {
    let mut last_of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut together = Some(());
    for (index, call) in calls.iter().enumerate() {
        let Some(group) = &call.value.group else { continue };
        let last = last_of.insert(group, index);
        if last.is_some_and(|last| last + 1 < index) {
            let message = format!("the calls of group `{group}` do not stand next to each other");
            let help = "calls of a group start together: move them together";
            together = reader.refuse_with(Code::Conflict, call.place, message, help);
        }
    }
    together
}

/// The calls that a call falls back on, by their names.
fn stand_ins(call: &Call) -> impl Iterator<Item = &str> {
    let fallbacks = call.policies.iter().filter_map(|it| match it {
        Policy::Fallback(chain) => Some(chain),
        _ => None,
    });
    fallbacks.flatten().filter_map(|it| match it {
        Fallback::Call(name) => Some(&**name),
        _ => None,
    })
}

/// Calls that others fall back on are made only then, and stand after those: so no call falls back
/// on itself, over however many others.
fn reserves(calls: &[At<Call>], reader: &mut Reader<'_>) -> Option<()> {
    let mut clean = Some(());
    for (index, call) in calls.iter().enumerate() {
        for name in stand_ins(&call.value) {
            let Some(other) = calls.iter().position(|it| it.value.name == name) else {
                let known = calls.iter().map(|it| it.value.name.as_str());
                let what = ("call of this operation:", name);
                clean = reader.unknown(Code::UnknownName, call.place, what, known);
                continue;
            };
            let (message, help) = if other <= index {
                let message = format!("`{name}` stands before the call that falls back on it");
                (message, "put it after all calls that it stands in for")
            } else if !calls[other].value.reserve {
                let message = format!("`{name}` is made anyway: it is no fallback");
                (message, "give it `when = \"fallback\"`")
            } else {
                continue;
            };
            clean = reader.refuse_with(Code::Conflict, call.place, message, help);
        }
        if call.value.reserve && call.value.group.is_some() {
            let message = "a call that is made only as a fallback starts together with no other";
            clean = reader.refuse_with(Code::Conflict, call.place, message, "take its `group` out");
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn what_is_not_said_has_its_default() {
        let service: Service = value_of("{ workers = 8, time = \"1ms\" }");
        assert_eq!((service.instances, service.workers), (1, Capacity::Limited(8)));
        assert_eq!(
            (service.queue.slots, service.balance),
            (Capacity::Unlimited, Balance::RoundRobin)
        );
        assert_eq!((service.restart, service.deadline), (None, None));
        assert_eq!(service.ops[0].errors, ErrorRate { share: 0.0, code: 500 });
        assert!(service.ops[0].name.is_empty() && service.ops[0].calls.is_empty());
    }

    #[test]
    fn errors_are_a_share_or_a_table() {
        let errors = |text: &str| value_of::<ErrorRate>(text);
        assert_eq!(errors("\"0.5%\""), ErrorRate { share: 0.005, code: 500 });
        assert_eq!(errors("{ rate = \"1%\", code = 404 }"), ErrorRate { share: 0.01, code: 404 });
    }

    #[test]
    fn faults_are_told() {
        let cases = [
            ("{ workers = 8 }", Code::MissingKey),
            ("{ workers = 0, time = \"1ms\" }", Code::OutOfRange),
            ("{ workers = 8, cores = 0, time = \"1ms\" }", Code::OutOfRange),
            ("{ workers = 8, cores = \"4\", time = \"1ms\" }", Code::WrongType),
            ("{ workers = \"many\", time = \"1ms\" }", Code::WrongType),
            ("{ workers = 8, time = \"1ms\", zone = \"b\" }", Code::NotYet),
            ("{ workers = 8, time = \"1ms\", shed = {} }", Code::MissingKey),
            (
                "{ workers = \"unlimited\", time = \"1ms\", shed = { at = \"85% of workers\" } }",
                Code::Conflict,
            ),
            ("{ workers = 8, time = \"1ms\", balance = \"randon\" }", Code::UnknownWord),
            ("{ workers = 8, time = \"1ms\", op = { a = { time = \"1ms\" } } }", Code::Conflict),
            ("{ workers = 8, op = { a = {} } }", Code::MissingKey),
            ("{ workers = 8, effect = \"x\", op = { a = { time = \"1ms\" } } }", Code::Conflict),
            (
                "{ workers = 8, call = [{ to = \"b.x\", fallback = { call = \"z\" } }] }",
                Code::UnknownName,
            ),
            (
                "{ workers = 8, call = [{ to = \"b.x\", fallback = { call = \"c\" } }, { to = \"b.x\", name = \"c\" }] }",
                Code::Conflict,
            ),
            (
                "{ workers = 8, call = [{ to = \"b.x\", when = \"fallback\", fallback = { call = \"b\" } }] }",
                Code::Conflict,
            ),
            ("{ workers = 8, op = {} }", Code::MissingKey),
            (
                "{ workers = 8, time = \"1ms\", errors = { rate = \"1%\", code = 200 } }",
                Code::OutOfRange,
            ),
        ];
        for (text, code) in cases {
            let faults = faults_of::<Service>(text);
            assert_eq!((faults.len(), faults[0].code), (1, code), "{text}: {faults:?}");
        }
    }
}
