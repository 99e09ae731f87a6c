//! When an event is due, and where it is kept.

use crate::time::SimTime;

pub(super) const SLOT_BITS: u32 = 24;
const SLOT_MASK: u64 = (1 << SLOT_BITS) - 1;
const SEQUENCE_LIMIT: u64 = (1 << 40) - 1;

/// `(time: 64 | sequence: 40 | slot: 24)`: in order of time, and of sequence at the same instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due(u128);

impl Due {
    /// Comes after every event.
    pub(super) const NEVER: Self = Self(u128::MAX);

    #[inline]
    pub(super) fn new(at: SimTime, ticket: u64) -> Self {
        Self(u128::from(at.as_nanos()) << 64 | u128::from(ticket))
    }

    /// When.
    #[inline]
    pub fn at(self) -> SimTime {
        SimTime::from_nanos(self.nanos())
    }

    /// The same as a number.
    #[inline]
    pub(super) fn nanos(self) -> u64 {
        (self.0 >> 64) as u64
    }

    /// Sequence and slot, which no other event ever has.
    #[inline]
    pub(super) fn ticket(self) -> u64 {
        self.0 as u64
    }

    /// Where the event is kept.
    #[inline]
    pub fn slot(self) -> usize {
        slot_of(self.ticket())
    }
}

/// The ticket of the event that was the `sequence`-th to be scheduled and is kept in `slot`.
#[inline]
pub(super) fn ticket(sequence: u64, slot: usize) -> u64 {
    assert!(sequence < SEQUENCE_LIMIT, "a run has fewer than 2^40 events");
    sequence << SLOT_BITS | slot as u64
}

#[inline]
pub(super) fn slot_of(ticket: u64) -> usize {
    (ticket & SLOT_MASK) as usize
}
