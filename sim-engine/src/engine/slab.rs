//! Recycled slots with generations: a key of something that has ended is never taken for what came
//! after it.

use std::num::NonZeroU32;
use std::ops::{Index, IndexMut};

/// The key of a live or past entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    slot: u32,
    generation: NonZeroU32,
}

impl Key {
    /// As one number, which no other entry of its kind has or had.
    #[inline]
    pub(super) fn number(self) -> u64 {
        u64::from(self.generation.get()) << 32 | u64::from(self.slot)
    }
}

/// Entries of one kind.
#[derive(Clone, Debug)]
pub(super) struct Slab<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Slot<T> {
    generation: NonZeroU32,
    value: T,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    /// Puts a value in a slot.
    #[inline]
    pub(super) fn insert(&mut self, value: T) -> Key {
        if let Some(slot) = self.free.pop() {
            let entry = &mut self.slots[slot as usize];
            entry.value = value;
            return Key { slot, generation: entry.generation };
        }
        let slot = u32::try_from(self.slots.len()).expect("fewer than 2^32 live entries");
        self.slots.push(Slot { generation: NonZeroU32::MIN, value });
        Key { slot, generation: NonZeroU32::MIN }
    }

    /// Ends an entry; its slot is used again, its key is not (for 2^32 generations).
    #[inline]
    pub(super) fn remove(&mut self, key: Key) {
        let slot = &mut self.slots[key.slot as usize];
        debug_assert!(slot.generation == key.generation, "{key:?} ended before");
        slot.generation = slot.generation.checked_add(1).unwrap_or(NonZeroU32::MIN);
        self.free.push(key.slot);
    }

    /// Whether the entry is still there.
    #[inline]
    pub(super) fn contains(&self, key: Key) -> bool {
        self.slots[key.slot as usize].generation == key.generation
    }

    /// The entry, if it is still there.
    #[inline]
    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        let slot = &mut self.slots[key.slot as usize];
        (slot.generation == key.generation).then_some(&mut slot.value)
    }

    /// Live entries.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// The most entries that have been live at one time.
    #[inline]
    pub(super) fn most(&self) -> usize {
        self.slots.len()
    }

    /// Keys of the live entries, in order of their slots.
    pub(super) fn keys(&self) -> Vec<Key> {
        let mut live = vec![true; self.slots.len()];
        self.free.iter().for_each(|it| live[*it as usize] = false);
        let slots = self.slots.iter().zip(live).enumerate().filter(|it| it.1.1);
        slots.map(|(slot, (it, _))| Key { slot: slot as u32, generation: it.generation }).collect()
    }
}

/// An entry that is there: in a run, a key that may be of the past is asked for by [`Slab::get_mut`] or
/// [`Slab::contains`]. That this is so is checked wherever assertions are, and that is in all tests.
impl<T> Index<Key> for Slab<T> {
    type Output = T;
    #[inline(always)]
    fn index(&self, key: Key) -> &T {
        let slot = &self.slots[key.slot as usize];
        debug_assert!(slot.generation == key.generation, "{key:?} has ended");
        &slot.value
    }
}

impl<T> IndexMut<Key> for Slab<T> {
    #[inline(always)]
    fn index_mut(&mut self, key: Key) -> &mut T {
        let slot = &mut self.slots[key.slot as usize];
        debug_assert!(slot.generation == key.generation, "{key:?} has ended");
        &mut slot.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_used_again_and_keys_are_not() {
        let mut slab = Slab::default();
        let first = slab.insert("first");
        slab.remove(first);
        let second = slab.insert("second");
        assert_eq!(second.slot, first.slot);
        assert!(!slab.contains(first) && slab.contains(second));
        assert_eq!((slab.len(), slab[second]), (1, "second"));
        assert_eq!(slab.keys(), [second]);
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "has ended")]
    fn a_past_key_is_refused() {
        let mut slab = Slab::default();
        let key = slab.insert(1);
        slab.remove(key);
        slab.insert(2);
        let _ = slab[key];
    }
}
