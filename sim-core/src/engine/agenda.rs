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
//! A 4-ary heap of packed keys `(time: 64 | sequence: 40 | slot: 24)`, with the payload in a slab
//! and each slot knowing its key's place in the heap, so that a cancelled timer leaves at once
//! instead of lying dead among the living. Events for this very instant that nobody cancels skip
//! the heap through a queue.
//!
//! Source: Jones, "An Empirical Comparison of Priority-Queue and Event-Set Implementations", CACM
//! 29(4), 1986; `LaMarca` and Ladner, "The Influence of Caches on the Performance of Heaps", 1996,
//! for the four children.

use std::collections::VecDeque;
use std::hint::select_unpredictable;

use crate::time::SimTime;

/// A scheduled event, to cancel it by. Never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle(u64);

impl Handle {
    /// The handle of nothing: cancelling it is harmless.
    pub const NONE: Self = Self(u64::MAX);
}

const SLOT_BITS: u32 = 24;
const SLOT_MASK: u64 = (1 << SLOT_BITS) - 1;
const SEQUENCE_LIMIT: u64 = 1 << 40;
const CHILDREN: usize = 4;

/// The event list.
///
/// It knows nothing of what its events mean, and serves other models than requests and calls:
///
/// ```
/// # use sim_core::{engine::agenda::Agenda, time::SimTime};
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// enum Event {
///     Reply,
///     Timeout,
/// }
///
/// let mut agenda = Agenda::default();
/// let timeout = agenda.schedule(SimTime::from_nanos(200), Event::Timeout);
/// agenda.schedule(SimTime::from_nanos(50), Event::Reply);
/// while let Some((_, event)) = agenda.pop_before(SimTime::NEVER) {
///     assert_eq!(event, Event::Reply);
///     assert!(agenda.cancel(timeout)); // it came in time
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Agenda<E> {
    heap: Vec<u128>,
    slots: Vec<Slot<E>>,
    free: Vec<u32>,
    sequence: u64,
    soon: VecDeque<(u64, E)>,
    now: SimTime,
}

#[derive(Clone, Copy, Debug)]
struct Slot<E> {
    event: E,
    /// Index in the heap.
    place: u32,
}

impl<E: Copy> Default for Agenda<E> {
    fn default() -> Self {
        Self {
            heap: Vec::new(),
            slots: Vec::new(),
            free: Vec::new(),
            sequence: 0,
            soon: VecDeque::new(),
            now: SimTime::ZERO,
        }
    }
}

impl<E: Copy> Agenda<E> {
    /// The most events that can be pending at one time.
    pub const CAPACITY: usize = 1 << SLOT_BITS;

    /// Schedules `event` for `at`, which is not in the past.
    #[inline]
    pub fn schedule(&mut self, at: SimTime, event: E) -> Handle {
        debug_assert!(at >= self.now, "an event is scheduled for the past");
        // Inline, so that the event is written to its slot and nowhere else before.
        let slot = self.take_slot(event);
        self.enter(at, slot)
    }

    /// Lets `event` happen at this instant, after all that is already scheduled for it.
    #[inline]
    pub fn soon(&mut self, event: E) {
        let sequence = self.next_sequence();
        self.soon.push_back((sequence, event));
    }

    /// Takes a scheduled event off the list; `false` if it has happened or was cancelled before.
    #[inline]
    pub fn cancel(&mut self, handle: Handle) -> bool {
        let slot = (handle.0 & SLOT_MASK) as usize;
        let Some(&Slot { place, .. }) = self.slots.get(slot) else { return false };
        let place = place as usize;
        if self.heap.get(place).map(|it| *it as u64) != Some(handle.0) {
            return false;
        }
        self.free.push(slot as u32);
        self.remove(place);
        true
    }

    /// The next event and its time, if it is before `until`; time goes on to it.
    #[inline]
    pub fn pop_before(&mut self, until: SimTime) -> Option<(SimTime, E)> {
        if let Some(&(sequence, event)) = self.soon.front()
            && !self.heap_goes_before(sequence)
        {
            self.soon.pop_front();
            return Some((self.now, event));
        }
        let key = *self.heap.first()?;
        let at = SimTime::from_nanos((key >> 64) as u64);
        if at >= until {
            return None;
        }
        let slot = (key as u64 & SLOT_MASK) as u32;
        self.remove(0);
        self.free.push(slot);
        self.now = at;
        Some((at, self.slots[slot as usize].event))
    }

    /// Lets time go on to `at`, before which nothing is pending.
    pub fn go_to(&mut self, at: SimTime) {
        debug_assert!(self.soon.is_empty() || at == self.now, "what is due now comes first");
        debug_assert!(self.heap.first().is_none_or(|it| (it >> 64) as u64 >= at.as_nanos()));
        self.now = self.now.max(at);
    }

    /// Events pending.
    pub fn len(&self) -> usize {
        self.heap.len() + self.soon.len()
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn heap_goes_before(&self, sequence: u64) -> bool {
        let limit = u128::from(self.now.as_nanos()) << 64 | u128::from(sequence << SLOT_BITS);
        self.heap.first().is_some_and(|it| *it < limit)
    }

    fn next_sequence(&mut self) -> u64 {
        let sequence = self.sequence;
        assert!(sequence < SEQUENCE_LIMIT, "a run has fewer than 2^40 events");
        self.sequence += 1;
        sequence
    }

    #[inline]
    fn take_slot(&mut self, event: E) -> u32 {
        if let Some(free) = self.free.pop() {
            self.slots[free as usize].event = event;
            return free;
        }
        assert!(self.slots.len() < Self::CAPACITY, "fewer than 2^24 events are pending");
        self.slots.push(Slot { event, place: 0 });
        self.slots.len() as u32 - 1
    }

    /// Puts the key of a slot into the heap.
    #[inline(never)]
    fn enter(&mut self, at: SimTime, slot: u32) -> Handle {
        let low = self.next_sequence() << SLOT_BITS | u64::from(slot);
        let key = u128::from(at.as_nanos()) << 64 | u128::from(low);
        let place = self.heap.len();
        self.heap.push(key);
        self.sift_up(place, key);
        Handle(low)
    }

    /// Takes the key at `place` out of the heap.
    fn remove(&mut self, place: usize) {
        let last = self.heap.pop().expect("the place is in the heap");
        if place == self.heap.len() {
            return;
        }
        let gone = self.heap[place];
        if last < gone {
            self.sift_up(place, last);
        } else {
            self.sift_down(place, last);
        }
    }

    fn put(&mut self, place: usize, key: u128) {
        self.heap[place] = key;
        self.slots[(key as u64 & SLOT_MASK) as usize].place = place as u32;
    }

    fn sift_up(&mut self, mut place: usize, key: u128) {
        while place > 0 {
            let parent = (place - 1) / CHILDREN;
            let above = self.heap[parent];
            if above <= key {
                break;
            }
            self.put(place, above);
            place = parent;
        }
        self.put(place, key);
    }

    fn sift_down(&mut self, mut place: usize, key: u128) {
        loop {
            let first = place * CHILDREN + 1;
            let Some((least, below)) = self.least_of(first) else { break };
            if key <= below {
                break;
            }
            self.put(place, below);
            place = least;
        }
        self.put(place, key);
    }

    /// The place and key of the least of the siblings that start at `first`.
    #[inline]
    fn least_of(&self, first: usize) -> Option<(usize, u128)> {
        let siblings = self.heap.get(first..)?;
        if let Some(&[a, b, c, d]) = siblings.first_chunk::<CHILDREN>() {
            // Two semi-finals and a final, without branches: who wins cannot be predicted.
            let left = lesser((first, a), (first + 1, b));
            let right = lesser((first + 2, c), (first + 3, d));
            return Some(lesser(left, right));
        }
        (first..).zip(siblings.iter().copied()).min_by_key(|it| it.1)
    }
}

/// The pair with the lesser key.
#[inline]
fn lesser(one: (usize, u128), other: (usize, u128)) -> (usize, u128) {
    let first = one.1 < other.1;
    (select_unpredictable(first, one.0, other.0), select_unpredictable(first, one.1, other.1))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::time::SimDuration;

    /// The slow twin: an ordered map from (time, sequence).
    #[derive(Default)]
    struct Twin {
        events: BTreeMap<(SimTime, u64), u32>,
        sequence: u64,
        now: SimTime,
    }

    impl Twin {
        fn schedule(&mut self, at: SimTime, event: u32) -> (SimTime, u64) {
            let key = (at, self.sequence);
            self.sequence += 1;
            self.events.insert(key, event);
            key
        }

        fn pop(&mut self) -> Option<(SimTime, u32)> {
            let ((at, _), event) = self.events.pop_first()?;
            self.now = at;
            Some((at, event))
        }
    }

    fn pop(agenda: &mut Agenda<u32>) -> Option<(SimTime, u32)> {
        agenda.pop_before(SimTime::NEVER)
    }

    #[derive(Clone, Debug)]
    enum Do {
        Schedule(u64),
        Soon,
        Cancel(usize),
        Pop,
    }

    fn script() -> impl Strategy<Value = Vec<Do>> {
        let step = prop_oneof![
            4 => (0u64..4).prop_map(Do::Schedule),
            1 => (0u64..1_000_000).prop_map(Do::Schedule),
            1 => Just(Do::Soon),
            2 => (0usize..64).prop_map(Do::Cancel),
            4 => Just(Do::Pop),
        ];
        prop::collection::vec(step, 0..400)
    }

    proptest! {
        #[test]
        fn equals_its_slow_twin(start in prop_oneof![Just(0u64), Just(u64::MAX - 1_000_000_000)], script in script()) {
            let (mut agenda, mut twin) = (Agenda::default(), Twin::default());
            agenda.schedule(SimTime::from_nanos(start), 0u32);
            twin.schedule(SimTime::from_nanos(start), 0u32);
            prop_assert_eq!(pop(&mut agenda), twin.pop());
            let mut handles = Vec::new();
            for (event, step) in (1u32..).zip(script) {
                match step {
                    Do::Schedule(ahead) => {
                        let at = twin.now + SimDuration::from_nanos(ahead);
                        handles.push((agenda.schedule(at, event), twin.schedule(at, event)));
                    }
                    Do::Soon => {
                        agenda.soon(event);
                        twin.schedule(twin.now, event);
                    }
                    Do::Cancel(index) if !handles.is_empty() => {
                        let (handle, key) = handles[index % handles.len()];
                        prop_assert_eq!(agenda.cancel(handle), twin.events.remove(&key).is_some());
                    }
                    Do::Cancel(_) => prop_assert!(!agenda.cancel(Handle::NONE)),
                    Do::Pop => prop_assert_eq!(pop(&mut agenda), twin.pop()),
                }
                prop_assert_eq!(agenda.len(), twin.events.len());
            }
            while let Some(next) = twin.pop() {
                prop_assert_eq!(pop(&mut agenda), Some(next));
            }
            prop_assert!(agenda.is_empty());
        }
    }

    #[test]
    fn first_scheduled_is_first_among_equals() {
        let mut agenda = Agenda::default();
        let now = SimTime::from_nanos(5);
        (0..100).for_each(|it| {
            agenda.schedule(now, it);
        });
        let order: Vec<u32> = std::iter::from_fn(|| pop(&mut agenda)).map(|it| it.1).collect();
        assert!(order.is_sorted());
    }

    #[test]
    fn soon_waits_for_what_this_instant_already_holds() {
        let mut agenda = Agenda::default();
        let now = SimTime::from_nanos(5);
        agenda.schedule(now, 1);
        agenda.schedule(now, 2);
        agenda.schedule(SimTime::from_nanos(6), 5);
        assert_eq!(pop(&mut agenda), Some((now, 1)));
        agenda.soon(3);
        agenda.schedule(now, 4);
        let rest: Vec<u32> = std::iter::from_fn(|| pop(&mut agenda)).map(|it| it.1).collect();
        assert_eq!(rest, [2, 3, 4, 5]);
    }

    #[test]
    fn what_is_not_before_the_limit_stays() {
        let mut agenda = Agenda::default();
        agenda.schedule(SimTime::from_nanos(7), 1);
        assert_eq!(agenda.pop_before(SimTime::from_nanos(7)), None);
        assert_eq!(agenda.pop_before(SimTime::from_nanos(8)), Some((SimTime::from_nanos(7), 1)));
    }
}
