//! Putting things in order where that is not the work.
//!
//! The standard library's sort is compiled anew for each type and each order, into some 6 kB of WebAssembly
//! each time: right for millions of numbers, and too much to download for a list of phases. This one is
//! compiled once.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Puts things in order; those that are alike stay as they were.
///
/// ```
/// let mut words = ["pear", "fig", "plum", "apple"];
/// sim_engine::order::sort_by(&mut words, |a, b| a.len().cmp(&b.len()));
/// assert_eq!(words, ["fig", "pear", "plum", "apple"]);
/// ```
pub fn sort_by<T>(things: &mut [T], mut order: impl FnMut(&T, &T) -> Ordering) {
    let mut from = places(things.len(), &mut |a, b| order(&things[a], &things[b]));
    // Round each circle of places, taking to each what belongs there.
    for start in 0..from.len() {
        let mut to = start;
        while from[to] != start {
            let next = std::mem::replace(&mut from[to], to);
            things.swap(to, next);
            to = next;
        }
        from[to] = to;
    }
}

/// Puts things in the order of their keys; those that are alike stay as they were.
pub fn sort_by_key<T, K: Ord>(things: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(things, |a, b| key(a).cmp(&key(b)));
}

/// A map of a few entries; of several with the same key the last stays. To collect them would sort them first.
pub fn map<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(entries);
    map
}

/// A set of a few things. To collect them would sort them first.
pub fn set<K: Ord>(things: impl IntoIterator<Item = K>) -> BTreeSet<K> {
    let mut set = BTreeSet::new();
    set.extend(things);
    set
}

/// For each place, from which place what belongs there comes.
#[inline(never)]
fn places(count: usize, order: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut from: Vec<usize> = (0..count).collect();
    from.sort_by(|a, b| order(*a, *b));
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_standard_sort(things in prop::collection::vec(0_u8..16, 0..200)) {
            // By one half of the number: the other shows that those alike stay as they were.
            let mut sorted: Vec<_> = things.into_iter().enumerate().collect();
            let mut twin = sorted.clone();
            twin.sort_by_key(|it| it.1 / 2);
            sort_by_key(&mut sorted, |it| it.1 / 2);
            prop_assert_eq!(sorted, twin);
        }
    }
}
