//! `queue` of a service: where requests wait for a worker.

use crate::policy::queue::{Discipline, Overflow};
use crate::quantity::Size;
use crate::scenario::diagnostic::Code;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::Shape;
use crate::scenario::table::section;
use crate::scenario::tree::{Node, Value};
use crate::scenario::values::{OneOf, OrNone, Places, Positive, Word, unknown_word};
use crate::schema::{Capacity, Delay, Memory, Queue};
use crate::time::SimDuration;

section! {
    /// `queue`: where requests wait for a worker, per instance.
    struct QueueTable {
        /// Places, or `"unlimited"`.
        default slots: Places<0> = Places(Capacity::Unlimited),
        /// What happens to a request that finds no place: `"reject"`, `"drop_oldest"`,
        /// `"drop_newest"`, or `{ block = "100ms" }`, which holds the caller.
        default overflow: Overflow = Overflow::Reject,
        /// Who is next: `"fifo"`, `"lifo"`, `"adaptive_lifo"`, `"priority"`, `"earliest_deadline"`.
        default discipline: OneOf<Discipline> = OneOf(Discipline::Fifo),
        /// The memory that one request takes while it waits.
        optional item: At<Size>,
        /// The memory there is for them; past it the instance dies and comes back empty.
        optional memory: At<Size>,
        /// Sheds from the head of a queue that stands: `{ target = "5ms", interval = "100ms" }`.
        optional codel: OrNone<Delay>,
    }
}

section! {
    /// `queue.codel`: controlled delay.
    struct CodelTable {
        /// A wait that is acceptable.
        default target: Positive<SimDuration> = Positive(SimDuration::from_millis(5)),
        /// For how long it may be passed.
        default interval: Positive<SimDuration> = Positive(SimDuration::from_millis(100)),
    }
}

impl Read for Delay {
    const EXPECTED: &'static str = CodelTable::EXPECTED;

    fn shape() -> Shape {
        CodelTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = CodelTable::read(node, reader)?;
        Some(Self { target: table.target.0, interval: table.interval.0 })
    }
}

section! {
    /// `{ block = "100ms" }`.
    struct BlockTable {
        /// How long a request waits at the door at most.
        required block: Positive<SimDuration>,
    }
}

impl Read for Queue {
    const EXPECTED: &'static str = QueueTable::EXPECTED;

    fn shape() -> Shape {
        QueueTable::shape()
    }

    fn written(&self) -> Option<serde_json::Value> {
        (*self == Self::default()).then(|| serde_json::json!({}))
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = QueueTable::read(node, reader)?;
        let memory = match (table.item, table.memory) {
            (None, None) => None,
            (Some(item), Some(memory)) => Some(limited(&item, &memory, reader)?),
            (Some(alone), None) | (None, Some(alone)) => {
                let message = "`item` and `memory` belong together";
                let help = "say how much one request takes, and how much there is";
                return reader.refuse_with(Code::MissingKey, alone.place, message, help);
            }
        };
        Some(Self {
            slots: table.slots.0,
            overflow: table.overflow,
            discipline: table.discipline.0,
            memory,
            codel: table.codel.and_then(|it| it.0),
        })
    }
}

fn limited(item: &At<Size>, memory: &At<Size>, reader: &mut Reader<'_>) -> Option<Memory> {
    let (size, limit) = (item.value.bytes(), memory.value.bytes());
    if size == 0 {
        let message = "a request that takes no memory cannot run out of it";
        return reader.refuse(Code::OutOfRange, item.place, message);
    }
    if limit < size {
        let message = "this is not enough for one request";
        return reader.refuse(Code::OutOfRange, memory.place, message);
    }
    Some(Memory { item: size, limit })
}

/// What may happen to a request that finds no place, in a word.
const OVERFLOWS: [(&str, Overflow); 3] = [
    ("reject", Overflow::Reject),
    ("drop_oldest", Overflow::DropOldest),
    ("drop_newest", Overflow::DropNewest),
];

impl Read for Overflow {
    const EXPECTED: &'static str =
        "\"reject\", \"drop_oldest\", \"drop_newest\" or { block = \"100ms\" }";

    fn shape() -> Shape {
        let words = OVERFLOWS.iter().map(|it| it.0).collect();
        Shape::Either(vec![Shape::Word { of: "overflow", words }, BlockTable::shape()])
    }

    fn written(&self) -> Option<serde_json::Value> {
        OVERFLOWS.iter().find(|it| it.1 == *self).map(|it| it.0.into())
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match (&node.value, node.as_text()) {
            (Value::Table(_), _) => {
                BlockTable::read(node, reader).map(|it| Self::Block(it.block.0))
            }
            (_, Some(word)) => match OVERFLOWS.iter().find(|it| it.0 == word) {
                Some(known) => Some(known.1),
                None => {
                    unknown_word(word, node, "overflow", OVERFLOWS.iter().map(|it| it.0), reader)
                }
            },
            _ => reader.wrong_type(node, Self::EXPECTED),
        }
    }
}

impl Word for Discipline {
    const KIND: &'static str = "discipline";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("fifo", Self::Fifo),
        ("lifo", Self::Lifo),
        ("adaptive_lifo", Self::AdaptiveLifo),
        ("priority", Self::Priority),
        ("earliest_deadline", Self::EarliestDeadline),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};

    #[test]
    fn queues_say_who_is_next_and_what_happens_without_a_place() {
        let queue: Queue = value_of("{ slots = 50, overflow = { block = \"100ms\" } }");
        let block = Overflow::Block(SimDuration::from_millis(100));
        assert_eq!((queue.slots, queue.overflow), (Capacity::Limited(50), block));
        let queue: Queue =
            value_of("{ discipline = \"priority\", item = \"64KiB\", memory = \"256MiB\" }");
        let memory = Memory { item: 64 << 10, limit: 256 << 20 };
        assert_eq!((queue.discipline, queue.memory), (Discipline::Priority, Some(memory)));
    }

    #[test]
    fn faults_are_told() {
        let cases = [
            ("{ overflow = \"drop_odlest\" }", Code::UnknownWord),
            ("{ overflow = 5 }", Code::WrongType),
            ("{ overflow = { block = \"0s\" } }", Code::OutOfRange),
            ("{ discipline = \"fifi\" }", Code::UnknownWord),
            ("{ codel = { target = \"0s\" } }", Code::OutOfRange),
            ("{ codel = { goal = \"5ms\" } }", Code::UnknownKey),
            ("{ item = \"64KiB\" }", Code::MissingKey),
            ("{ item = \"0B\", memory = \"1MiB\" }", Code::OutOfRange),
            ("{ item = \"2MiB\", memory = \"1MiB\" }", Code::OutOfRange),
        ];
        for (text, code) in cases {
            let faults = faults_of::<Queue>(text);
            assert_eq!((faults.len(), faults[0].code), (1, code), "{text}: {faults:?}");
        }
    }
}
