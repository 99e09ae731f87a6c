//! In which order requests wait for a worker, and what happens when there is no place.

use crate::time::SimDuration;

/// Who of those who wait is next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discipline {
    /// Who came first.
    #[default]
    Fifo,
    /// Who came last.
    Lifo,
    /// Who came first while the queue empties now and then, else who came last: under overload the
    /// last is the one who still waits for the answer. See [`ADAPTIVE_AFTER`].
    ///
    /// Source: Maurer, "Fail at Scale", ACM Queue 13(8), 2015.
    AdaptiveLifo,
    /// Who is of the most important class; of one class, who came first.
    Priority,
    /// Whose deadline comes first; without one, after all others.
    EarliestDeadline,
}

/// A queue that has not been empty for so long is overloaded: the interval of "Fail at Scale".
pub const ADAPTIVE_AFTER: SimDuration = SimDuration::from_millis(100);

/// What happens to a request that finds no place in the queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overflow {
    /// It is turned away.
    #[default]
    Reject,
    /// It takes the place of who is to be served first; by priority, of the first of the least
    /// important class, unless that is more important than its own.
    DropOldest,
    /// It takes the place of who is to be served last; by priority, of the last of the least
    /// important class, unless that is more important than its own.
    DropNewest,
    /// It waits at the door until there is a place, so long at most: its caller is held.
    Block(SimDuration),
}
