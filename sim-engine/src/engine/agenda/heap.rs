//! A heap: the slow twin of the [wheel](super::wheel).
//!
//! A 4-ary heap in which each event's slot knows its place, so that a cancelled event leaves at
//! once. It is simple enough to be believed, and tests hold the wheel to it, event by event and
//! report by report.
//!
//! Sources: Jones, "An Empirical Comparison of Priority-Queue and Event-Set Implementations", CACM
//! 29(4), 1986; `LaMarca` and Ladner, "The Influence of Caches on the Performance of Heaps", 1996,
//! for the four children.

use std::hint::select_unpredictable;

use super::PendingSet;
use super::due::Due;

const CHILDREN: usize = 4;

/// A 4-ary heap with true removal.
#[derive(Clone, Debug, Default)]
pub struct Heap {
    heap: Vec<Due>,
    /// Of each slot, where in the heap its event is.
    places: Vec<u32>,
}

impl PendingSet for Heap {
    fn add(&mut self, due: Due) {
        if due.slot() >= self.places.len() {
            self.places.resize(due.slot() + 1, 0);
        }
        let place = self.heap.len();
        self.heap.push(due);
        self.sift_up(place, due);
    }

    fn cancelled(&mut self, slot: usize, _: usize, _: impl Fn(Due) -> bool) {
        self.remove(self.places[slot] as usize);
    }

    fn take_before(&mut self, bound: Due, _: impl Fn(Due) -> bool) -> Option<Due> {
        let due = *self.heap.first()?;
        if due >= bound {
            return None;
        }
        self.remove(0);
        Some(due)
    }
}

impl Heap {
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

    fn put(&mut self, place: usize, due: Due) {
        self.heap[place] = due;
        self.places[due.slot()] = place as u32;
    }

    fn sift_up(&mut self, mut place: usize, due: Due) {
        while place > 0 {
            let parent = (place - 1) / CHILDREN;
            let above = self.heap[parent];
            if above <= due {
                break;
            }
            self.put(place, above);
            place = parent;
        }
        self.put(place, due);
    }

    fn sift_down(&mut self, mut place: usize, due: Due) {
        loop {
            let first = place * CHILDREN + 1;
            let Some((least, below)) = self.least_of(first) else { break };
            if due <= below {
                break;
            }
            self.put(place, below);
            place = least;
        }
        self.put(place, due);
    }

    /// The place and key of the least of the siblings that start at `first`.
    #[inline]
    fn least_of(&self, first: usize) -> Option<(usize, Due)> {
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
fn lesser(one: (usize, Due), other: (usize, Due)) -> (usize, Due) {
    let first = one.1 < other.1;
    (select_unpredictable(first, one.0, other.0), select_unpredictable(first, one.1, other.1))
}
