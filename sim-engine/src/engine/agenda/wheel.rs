//! A radix wheel: the pending set in buckets by the digits of its times.
//!
//! Times are numbers of eleven digits to the base 64. A time that shares all but its last `level +
//! 1` digits with the wheel's base is kept on that level, in the bucket of the first digit that
//! differs; so each level's buckets are 64 times as wide as those of the level below, and all that
//! is on a level comes before all that is on the next. One word a level says which of its buckets
//! hold anything: the next one is found by counting zeros.
//!
//! The next bucket is opened when nothing earlier is left. With few events it is sorted and becomes
//! the *run*, from whose end events are taken; with many, they go to the buckets of the levels
//! below. What comes to be scheduled for the time of the run takes its place in it; a run that
//! grows too long gives its later part back to the buckets. What is scheduled for the very instant
//! to which time has come waits in a queue: it comes after all that was there before.
//!
//! A cancelled event stays where it is, which nobody has to look up, until its bucket is opened. If
//! more are dead than alive they are all thrown out, so that there are never many.
//!
//! What is added costs the same however many are pending, and so does what is taken: an event moves
//! down at most once a level, mostly once or twice in all, and is sorted among a few dozen.
//!
//! Sources: Ahuja, Mehlhorn, Orlin and Tarjan, "Faster Algorithms for the Shortest Path Problem",
//! JACM 37(2), 1990, for buckets by the first digit that differs; Varghese and Lauck, "Hashed and
//! Hierarchical Timing Wheels", SOSP 1987, for wheels of wheels; Tang, Goh and Thng, "Ladder Queue",
//! ACM TOMACS 15(3), 2005, for sorting only what is next.

use std::collections::VecDeque;

use super::PendingSet;
use super::due::Due;

const DIGIT_BITS: u32 = 6;
const DIGITS: usize = 1 << DIGIT_BITS;
const LEVELS: usize = u64::BITS.div_ceil(DIGIT_BITS) as usize;
/// A bucket with more is not sorted but split.
const SORTED_AT_MOST: usize = 32;
/// A run that is longer gives back all but the first so many as are sorted at once.
const RUN_AT_MOST: usize = 4 * SORTED_AT_MOST;
/// So many dead events are not worth looking for.
const DEAD_AT_LEAST: usize = 64;

/// A radix wheel with true (time, sequence) order.
#[derive(Clone, Debug)]
pub struct Wheel {
    /// When the last event taken was due.
    now: u64,
    /// What is due then and was added since, in order.
    at_once: VecDeque<Due>,
    /// What is due before `run_end`, the next event last.
    run: Vec<Due>,
    run_end: u64,
    /// What the levels are relative to; never after `run_end`.
    base: u64,
    /// Bit `level`: whether anything is on it.
    levels: u32,
    /// For each level, bit `digit`: whether its bucket holds anything.
    digits: [u64; LEVELS],
    /// Level by level.
    buckets: Box<[Vec<Due>]>,
    /// Events that were cancelled and are still here.
    dead: usize,
}

impl Default for Wheel {
    fn default() -> Self {
        Self {
            now: 0,
            at_once: VecDeque::new(),
            run: Vec::new(),
            run_end: 0,
            base: 0,
            levels: 0,
            digits: [0; LEVELS],
            buckets: vec![Vec::new(); LEVELS * DIGITS].into(),
            dead: 0,
        }
    }
}

impl PendingSet for Wheel {
    #[inline]
    fn add(&mut self, due: Due) {
        if due.nanos() < self.run_end {
            self.add_within_run(due);
        } else if self.levels == 0 && self.run.is_empty() {
            // Alone, it needs no bucket.
            self.run.push(due);
            self.base = due.nanos();
            self.run_end = self.base.saturating_add(1);
        } else {
            self.add_to_bucket(due);
        }
    }

    #[inline]
    fn cancelled(&mut self, _: usize, alive: usize, is_alive: impl Fn(Due) -> bool) {
        self.dead += 1;
        if self.dead > alive.max(DEAD_AT_LEAST) {
            self.throw_out_the_dead(is_alive);
        }
    }

    #[inline(always)]
    fn take_before(&mut self, bound: Due, is_alive: impl Fn(Due) -> bool) -> Option<Due> {
        loop {
            let (due, is_in_run) = match (self.run.last(), self.at_once.front()) {
                (Some(due), None) => (*due, true),
                // The run holds all else of their instant.
                (Some(due), Some(at_once)) if due < at_once => (*due, true),
                (_, Some(at_once)) => (*at_once, false),
                (None, None) if self.next_bucket_is_after(bound) => return None,
                (None, None) => {
                    self.open_next(&is_alive);
                    continue;
                }
            };
            if due >= bound {
                return None;
            }
            if is_in_run {
                self.run.pop();
            } else {
                self.at_once.pop_front();
            }
            if is_alive(due) {
                self.now = due.nanos();
                return Some(due);
            }
            self.dead -= 1;
        }
    }
}

impl Wheel {
    /// It was scheduled after all others, so it comes after those of its instant.
    #[inline]
    fn add_within_run(&mut self, due: Due) {
        if due.nanos() == self.now {
            return self.at_once.push_back(due);
        }
        let mut place = self.run.len();
        self.run.push(due);
        while place > 0 && self.run[place - 1].nanos() <= due.nanos() {
            self.run[place] = self.run[place - 1];
            place -= 1;
        }
        self.run[place] = due;
        if self.run.len() > RUN_AT_MOST {
            self.give_back();
        }
    }

    #[inline]
    fn add_to_bucket(&mut self, due: Due) {
        let level = level_of(due.nanos() ^ self.base);
        let digit = (due.nanos() >> (level as u32 * DIGIT_BITS)) as usize % DIGITS;
        self.levels |= 1 << level;
        self.digits[level] |= 1 << digit;
        self.buckets[level * DIGITS + digit].push(due);
    }

    /// Whether nothing that is in buckets comes before `bound`.
    #[inline]
    fn next_bucket_is_after(&self, bound: Due) -> bool {
        let level = self.levels.trailing_zeros() as usize;
        let Some(digits) = self.digits.get(level) else { return true };
        start_of(self.base, level, digits.trailing_zeros() as usize) > bound.nanos()
    }

    /// Opens the next bucket, of which there is one, when the run is empty; it still is if the bucket
    /// was split, or held only dead events.
    #[inline(never)]
    fn open_next(&mut self, is_alive: &impl Fn(Due) -> bool) {
        let level = self.levels.trailing_zeros() as usize;
        let digit = self.digits[level].trailing_zeros() as usize;
        self.mark_empty(level, digit);
        let bucket = level * DIGITS + digit;
        self.base = start_of(self.base, level, digit);
        self.run_end = self.base;
        if self.buckets[bucket].len() > SORTED_AT_MOST && level > 0 {
            return self.split(bucket);
        }
        self.run_end = self.base.saturating_add(1 << (level as u32 * DIGIT_BITS));
        std::mem::swap(&mut self.run, &mut self.buckets[bucket]);
        // Also where none is dead: slots looked up together are not waited for one by one, and are
        // at hand when they are needed.
        let before = self.run.len();
        self.run.retain(|it| is_alive(*it));
        self.dead -= before - self.run.len();
        self.run.sort_unstable_by(|a, b| b.cmp(a));
    }

    fn mark_empty(&mut self, level: usize, digit: usize) {
        self.digits[level] &= !(1 << digit);
        if self.digits[level] == 0 {
            self.levels &= !(1 << level);
        }
    }

    /// Moves a bucket, in which the base now is, to the levels below.
    fn split(&mut self, bucket: usize) {
        // A bucket that was full for once does not keep its memory.
        for due in std::mem::take(&mut self.buckets[bucket]) {
            self.add_to_bucket(due);
        }
    }

    /// Gives the later part of the run back to the buckets, but nothing of this instant: what is due
    /// at once comes after it.
    #[cold]
    fn give_back(&mut self) {
        let later = self.run.partition_point(|it| it.nanos() > self.now);
        let back = later.min(self.run.len() - SORTED_AT_MOST);
        self.run_end = self.run[back - 1].nanos();
        self.rebase(self.run_end);
        for index in 0..back {
            self.add_to_bucket(self.run[index]);
        }
        self.run.drain(..back);
    }

    /// Makes `base` the base, which lies before all that is in buckets.
    fn rebase(&mut self, base: u64) {
        let old = std::mem::replace(&mut self.base, base);
        // What shares the old base's digits down to a level below shares with the new one only
        // those above the first that differs. (If the new base is the later one, nothing does.)
        let differs = level_of(old ^ base);
        while (self.levels.trailing_zeros() as usize) < differs {
            let level = self.levels.trailing_zeros() as usize;
            let digit = self.digits[level].trailing_zeros() as usize;
            self.mark_empty(level, digit);
            self.split(level * DIGITS + digit);
        }
    }

    /// Forgets all events that were cancelled.
    #[cold]
    fn throw_out_the_dead(&mut self, is_alive: impl Fn(Due) -> bool) {
        self.run.retain(|it| is_alive(*it));
        self.at_once.retain(|it| is_alive(*it));
        for level in 0..LEVELS {
            for digit in ones(self.digits[level]) {
                let bucket = &mut self.buckets[level * DIGITS + digit];
                bucket.retain(|it| is_alive(*it));
                if bucket.is_empty() {
                    self.mark_empty(level, digit);
                }
            }
        }
        self.dead = 0;
    }
}

/// The level of what differs from the base in these bits.
#[inline]
fn level_of(difference: u64) -> usize {
    ((difference | 1).ilog2() / DIGIT_BITS) as usize
}

/// The first instant of a bucket of the wheel with this base.
fn start_of(base: u64, level: usize, digit: usize) -> u64 {
    let shift = level as u32 * DIGIT_BITS;
    let below = u64::MAX.checked_shl(shift + DIGIT_BITS).unwrap_or(0);
    (base & below) | (digit as u64) << shift
}

/// The places of a word's ones, ascending.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = word.trailing_zeros() as usize;
        word &= word.wrapping_sub(1);
        (place < u64::BITS as usize).then_some(place)
    })
}
