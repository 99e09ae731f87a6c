//! The hold model: the earliest event is taken, one later is scheduled; `n` stay pending.
//!
//! Source: Jones, "An Empirical Comparison of Priority-Queue and Event-Set Implementations",
//! CACM 29(4), 1986.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand_distr::{Distribution, Exp1};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use sim_core::engine::agenda::Agenda;
use sim_core::time::{SimDuration, SimTime};

/// What an event carries: as much as the engine's.
type Payload = [u32; 3];

/// How far ahead: exponential, worked out beforehand so that only the list is timed.
#[derive(Clone, Debug)]
pub struct Spans {
    spans: Vec<u64>,
    next: usize,
}

const SPANS: usize = 1 << 16;

impl Spans {
    /// The same spans every time.
    pub fn new() -> Self {
        let rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let ahead = |unit: f64| (unit * 1e9) as u64;
        Self { spans: Exp1.sample_iter(rng).take(SPANS).map(ahead).collect(), next: 0 }
    }

    #[inline]
    fn next(&mut self) -> u64 {
        self.next = (self.next + 1) % SPANS;
        self.spans[self.next]
    }
}

impl Default for Spans {
    fn default() -> Self {
        Self::new()
    }
}

/// The engine's agenda with so many events pending.
pub fn agenda(pending: u32, spans: &mut Spans) -> Agenda<Payload> {
    let mut agenda: Agenda<_> = Agenda::default();
    for event in 0..pending {
        agenda.schedule(SimTime::from_nanos(spans.next()), [event; 3]);
    }
    agenda
}

/// So many holds; the time that the last of them reached.
pub fn hold(agenda: &mut Agenda<Payload>, holds: u64, spans: &mut Spans) -> u64 {
    let mut reached = SimTime::ZERO;
    for _ in 0..holds {
        let (now, event) = agenda.pop_before(SimTime::NEVER).expect("the hold model never drains");
        agenda.schedule(now + SimDuration::from_nanos(spans.next()), event);
        reached = now;
    }
    reached.as_nanos()
}

/// The standard library's heap, for the same.
pub type Heap = BinaryHeap<Reverse<(u64, u64, Payload)>>;

/// The standard library's heap with so many events pending.
pub fn heap(pending: u32, spans: &mut Spans) -> Heap {
    (0..pending).map(|it| Reverse((spans.next(), u64::from(it), [it; 3]))).collect()
}

/// So many holds on the standard library's heap; the time that the last of them reached.
pub fn hold_heap(heap: &mut Heap, holds: u64, spans: &mut Spans) -> u64 {
    let mut reached = 0;
    for hold in 0..holds {
        let Reverse((now, _, event)) = heap.pop().expect("the hold model never drains");
        heap.push(Reverse((now + spans.next(), u64::from(u32::MAX) + hold, event)));
        reached = now;
    }
    reached
}
