//! The agenda: what will happen, in the order in which it will.
//!
//! # Order
//!
//! Events happen in order of (time, sequence), where the sequence counts the calls to
//! [`Agenda::schedule`] and [`Agenda::soon`]. Of two events at the same instant the one that was
//! scheduled first therefore happens first. What follows from it:
//!
//! - Faults and phases are scheduled before the run begins: they come before any request at the
//!   same instant. A request that starts exactly when a fault does meets the fault.
//! - A window of the series is over before anything happens at the instant of its end.
//! - A reply and the timeout that it races at the same instant: the timeout was scheduled when the
//!   attempt began, before the callee scheduled its reply, and wins.
//! - What an event sets free (a worker, a slot) is taken by who waited for it within the same
//!   instant, but after everything that was already scheduled for it.
//!
//! # Structure
//!
//! Events lie in slots; what is ordered are their 128-bit keys, in a [`PendingSet`]: a [`Wheel`].
//! It may keep the key of a cancelled event, whose slot then tells that nothing will come of it. What
//! comes again and again is kept beside it, as an alarm.

mod alarm;
mod due;
pub mod heap;
pub mod wheel;

use self::alarm::{ALARMS, Alarms, FIRST_ALARM};
pub use self::due::Due;
use self::due::{slot_of, ticket};
use self::wheel::Wheel;
use crate::time::SimTime;

/// A scheduled event, to cancel it by. Never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle(u64);

impl Handle {
    /// The handle of nothing: cancelling it is harmless.
    pub const NONE: Self = Self(u64::MAX);
}

/// The keys of pending events, in order.
pub trait PendingSet: Clone + Default {
    /// Adds a key whose sequence is the highest yet.
    fn add(&mut self, due: Due);

    /// The event in this slot has been cancelled: `is_alive` is false of its key from now on. So
    /// many are left `alive`.
    fn cancelled(&mut self, slot: usize, alive: usize, is_alive: impl Fn(Due) -> bool);

    /// Takes the least key, if it is below `bound`; not one of a cancelled event.
    fn take_before(&mut self, bound: Due, is_alive: impl Fn(Due) -> bool) -> Option<Due>;
}

/// The event list.
///
/// It knows nothing of what its events mean, and serves other models than requests and calls:
///
/// ```
/// # use sim_engine::{engine::agenda::Agenda, time::SimTime};
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// enum Event {
///     Reply,
///     Timeout,
/// }
///
/// let mut agenda: Agenda<Event> = Agenda::default();
/// let timeout = agenda.schedule(SimTime::from_nanos(200), Event::Timeout);
/// agenda.schedule(SimTime::from_nanos(50), Event::Reply);
/// while let Some((_, event)) = agenda.pop_before(SimTime::NEVER) {
///     assert_eq!(event, Event::Reply);
///     assert!(agenda.cancel(timeout)); // it came in time
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Agenda<E, P = Wheel> {
    pending: P,
    slots: Vec<Slot<E>>,
    free: Vec<u32>,
    alarms: Alarms<E>,
    sequence: u64,
    now: SimTime,
}

#[derive(Clone, Copy, Debug)]
struct Slot<E> {
    event: E,
    /// Of the event that is pending here.
    ticket: u64,
}

/// The ticket of an empty slot; that of no event, nor of [`Handle::NONE`].
const EMPTY: u64 = u64::MAX - 1;

impl<E: Copy, P: PendingSet> Default for Agenda<E, P> {
    fn default() -> Self {
        Self {
            pending: P::default(),
            slots: Vec::new(),
            free: Vec::new(),
            alarms: Alarms::default(),
            sequence: 0,
            now: SimTime::ZERO,
        }
    }
}

impl<E: Copy, P: PendingSet> Agenda<E, P> {
    /// The most events that can be pending at one time.
    pub const CAPACITY: usize = FIRST_ALARM;

    /// Schedules `event` for `at`, which is not in the past.
    #[inline]
    pub fn schedule(&mut self, at: SimTime, event: E) -> Handle {
        debug_assert!(at >= self.now, "an event is scheduled for the past");
        let ticket = self.put(event);
        self.pending.add(Due::new(at, ticket));
        Handle(ticket)
    }

    /// The same for an event that comes again and again, which `number` tells from others of its kind:
    /// what comes often costs less. That of the same number is not pending any more.
    #[inline(always)]
    pub fn schedule_next(&mut self, number: usize, at: SimTime, event: E) -> Handle {
        if number >= ALARMS {
            return self.schedule(at, event);
        }
        debug_assert!(at >= self.now, "an event is scheduled for the past");
        let ticket = ticket(self.sequence, FIRST_ALARM + number);
        self.sequence += 1;
        self.alarms.set(Due::new(at, ticket), event);
        Handle(ticket)
    }

    /// Lets `event` happen at this instant, after all that is already scheduled for it.
    #[inline]
    pub fn soon(&mut self, event: E) {
        self.schedule(self.now, event);
    }

    /// Takes a scheduled event off the list; `false` if it has happened or was cancelled before.
    #[inline]
    pub fn cancel(&mut self, handle: Handle) -> bool {
        if handle == Handle::NONE {
            return false;
        }
        let slot = slot_of(handle.0);
        let Some(pending) = self.slots.get_mut(slot).filter(|it| it.ticket == handle.0) else {
            return self.alarms.cancel(slot, handle.0);
        };
        pending.ticket = EMPTY;
        self.free.push(slot as u32);
        let (alive, slots) = (self.slots.len() - self.free.len(), &self.slots);
        self.pending.cancelled(slot, alive, |due| is_alive(slots, due));
        true
    }

    /// The next event and its time, if it is before `until`; time goes on to it.
    #[inline(always)]
    pub fn pop_before(&mut self, until: SimTime) -> Option<(SimTime, E)> {
        let (slots, bound) = (&self.slots, self.alarms.next_before(until));
        let Some(due) = self.pending.take_before(bound, |due| is_alive(slots, due)) else {
            let (at, event) = self.alarms.go_off()?;
            self.now = at;
            return Some((at, event));
        };
        let slot = &mut self.slots[due.slot()];
        slot.ticket = EMPTY;
        self.free.push(due.slot() as u32);
        self.now = due.at();
        Some((self.now, slot.event))
    }

    /// Lets time go on to `at`, before which nothing is pending.
    pub fn go_to(&mut self, at: SimTime) {
        self.now = self.now.max(at);
    }

    /// Events pending.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len() + self.alarms.len()
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts an event in a slot.
    #[inline(always)]
    fn put(&mut self, event: E) -> u64 {
        let slot = self.free.pop().map_or(self.slots.len(), |it| it as usize);
        let ticket = ticket(self.sequence, slot);
        self.sequence += 1;
        if let Some(empty) = self.slots.get_mut(slot) {
            *empty = Slot { event, ticket };
        } else {
            assert!(slot < Self::CAPACITY, "fewer than 2^24 events are pending");
            self.slots.push(Slot { event, ticket });
        }
        ticket
    }
}

#[inline]
fn is_alive<E>(slots: &[Slot<E>], due: Due) -> bool {
    slots[due.slot()].ticket == due.ticket()
}

#[cfg(test)]
mod tests;
