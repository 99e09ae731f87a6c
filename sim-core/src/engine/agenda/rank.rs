//! Sorting a few events.
//!
//! How two of them compare is as good as random, and a processor that guesses wrong loses as much time
//! as a hundred instructions take. So each is put where so many others are that come after it: these
//! are counted, all of them, several at a time and without a branch.

use super::due::Due;

/// No more are sorted at a time.
pub(super) const FEW: usize = 32;
/// What tells events of one key apart: their places.
const PLACE_BITS: u32 = FEW.ilog2();
/// What is left of the time for a key that is no negative `i32`.
const TIME_BITS: u32 = i32::BITS - 1 - PLACE_BITS;

/// Moves a few events of a stretch of `1 << width` ns from `start` on into `sorted`, the first of them
/// last.
pub(super) fn sort_few(events: &mut Vec<Due>, start: u64, width: u32, sorted: &mut Vec<Due>) {
    sorted.clear();
    sorted.resize(events.len(), Due::NEVER);
    let shift = width.saturating_sub(TIME_BITS);
    if events.len() <= FEW / 2 {
        by_rank::<{ FEW / 2 }>(events, start, shift, sorted);
    } else {
        by_rank::<FEW>(events, start, shift, sorted);
    }
    events.clear();
    // Hardly any: a key has no room for the last digits of a long stretch.
    for end in 1..sorted.len() {
        let mut place = end;
        while place > 0 && sorted[place - 1] < sorted[place] {
            sorted.swap(place - 1, place);
            place -= 1;
        }
    }
}

fn by_rank<const LANES: usize>(events: &[Due], start: u64, shift: u32, sorted: &mut [Due]) {
    // Where there is no event: before all.
    let mut keys = [-1; LANES];
    for ((key, due), place) in keys.iter_mut().zip(events).zip(0..) {
        let time = (due.nanos() - start) >> shift;
        *key = (time as i32) << PLACE_BITS | place;
    }
    for (key, due) in keys.iter().zip(events) {
        let later: i32 = keys.iter().map(|it| i32::from(it > key)).sum();
        sorted[later as usize] = *due;
    }
}
