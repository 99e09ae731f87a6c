//! `[pool.NAME]`: slots that several calls share.

use crate::scenario::reader::{Read, Reader};
use crate::scenario::shape::Shape;
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{OneOf, OrNone, Places, Some1};
use crate::schema::{Capacity, Pool, Scope, Slots};
use crate::time::SimDuration;

section! {
    /// `[pool.NAME]`: slots that several calls share.
    struct PoolTable {
        /// Calls in flight at most.
        required slots: Some1,
        /// How long a call waits for a slot; `"none"`: without end.
        default max_wait: OrNone<SimDuration> = OrNone(Some(SimDuration::ZERO)),
        /// How many may wait.
        default queue: Places<0> = Places(Capacity::Unlimited),
        /// Whether each calling instance has its own slots, or the service one set.
        default scope: OneOf<Scope> = OneOf(Scope::Instance),
    }
}

impl From<PoolTable> for Slots {
    fn from(table: PoolTable) -> Self {
        slots(table.slots, table.max_wait, table.queue, table.scope)
    }
}

/// Slots, of a pool or of a call's own bulkhead.
pub(super) fn slots(
    slots: Some1,
    max_wait: OrNone<SimDuration>,
    queue: Places<0>,
    scope: OneOf<Scope>,
) -> Slots {
    let max_wait = max_wait.0.unwrap_or(SimDuration::MAX);
    Slots { slots: slots.get(), max_wait, queue: queue.0, scope: scope.0 }
}

impl Read for Pool {
    const EXPECTED: &'static str = PoolTable::EXPECTED;

    fn shape() -> Shape {
        PoolTable::shape()
    }

    /// Without its name, which is its key.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let slots = PoolTable::read(node, reader)?.into();
        Some(Self { name: String::new(), slots })
    }
}
