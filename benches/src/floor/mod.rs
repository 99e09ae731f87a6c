//! The floor: each model written out by hand, as fast as the standard library's heap allows.
//!
//! These loops can do nothing else: no names, no report, no other policy. What they count is
//! checked against closed forms and against the scenario, so that nobody wins by doing less.

pub mod mm1;
pub mod mmc;
pub mod mmc_timeout;
pub mod policy_path;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand_distr::{Distribution, Exp1};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Events as (time in ns, sequence, slot): the sequence keeps those of one instant in order.
#[derive(Default)]
struct Agenda {
    heap: BinaryHeap<Reverse<(u64, u64, u32)>>,
    sequence: u64,
}

/// The slot of the event that is not about anybody yet.
const ARRIVAL: u32 = u32::MAX;

impl Agenda {
    #[inline]
    fn schedule(&mut self, at: u64, slot: u32) -> u64 {
        let sequence = self.sequence;
        self.heap.push(Reverse((at, sequence, slot)));
        self.sequence += 1;
        sequence
    }

    #[inline]
    fn pop(&mut self) -> Option<(u64, u32)> {
        self.heap.pop().map(|Reverse((at, _, slot))| (at, slot))
    }

    #[inline]
    fn pop_with_sequence(&mut self) -> Option<(u64, u64, u32)> {
        self.heap.pop().map(|it| it.0)
    }

    #[inline]
    fn next_time(&self) -> Option<u64> {
        self.heap.peek().map(|Reverse((at, ..))| *at)
    }
}

/// An exponential span of this mean.
#[inline]
pub(crate) fn exponential(mean: f64, rng: &mut Xoshiro256PlusPlus) -> u64 {
    let unit: f64 = Exp1.sample(rng);
    (mean * unit) as u64
}
