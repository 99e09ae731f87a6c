//! First in, first out: a list threaded through the entries of a slab, so that waiting costs no
//! memory and leaving the middle of the line costs no search.

use super::slab::{Key, Slab};

/// Neighbours in one list.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Links {
    previous: Option<Key>,
    next: Option<Key>,
}

/// An entry that can be in list number `LIST`, one of the lists that it can be in at a time.
pub(super) trait Linked<const LIST: usize> {
    /// Its links in that list.
    fn links(&mut self) -> &mut Links;
}

/// A line of entries.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fifo<const LIST: usize> {
    head: Option<Key>,
    tail: Option<Key>,
    len: u32,
}

impl<const LIST: usize> Fifo<LIST> {
    /// How many are in line.
    pub(super) fn len(&self) -> u32 {
        self.len
    }

    /// The first in line.
    pub(super) fn front(&self) -> Option<Key> {
        self.head
    }

    /// The last in line.
    pub(super) fn back(&self) -> Option<Key> {
        self.tail
    }

    /// The next in line after `key`, which is in one.
    pub(super) fn after<T: Linked<LIST>>(slab: &mut Slab<T>, key: Key) -> Option<Key> {
        slab[key].links().next
    }

    /// Joins the end of the line.
    pub(super) fn push_back<T: Linked<LIST>>(&mut self, slab: &mut Slab<T>, key: Key) {
        *slab[key].links() = Links { previous: self.tail, next: None };
        match self.tail {
            Some(tail) => slab[tail].links().next = Some(key),
            None => self.head = Some(key),
        }
        self.tail = Some(key);
        self.len += 1;
    }

    /// Takes the first out of the line.
    pub(super) fn pop_front<T: Linked<LIST>>(&mut self, slab: &mut Slab<T>) -> Option<Key> {
        let key = self.head?;
        self.remove(slab, key);
        Some(key)
    }

    /// Leaves the line from any place; the entry is in it.
    pub(super) fn remove<T: Linked<LIST>>(&mut self, slab: &mut Slab<T>, key: Key) {
        let Links { previous, next } = std::mem::take(slab[key].links());
        match previous {
            Some(previous) => slab[previous].links().next = next,
            None => self.head = next,
        }
        match next {
            Some(next) => slab[next].links().previous = previous,
            None => self.tail = previous,
        }
        self.len -= 1;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    #[derive(Default)]
    struct Entry(Links);

    impl Linked<0> for Entry {
        fn links(&mut self) -> &mut Links {
            &mut self.0
        }
    }

    proptest! {
        #[test]
        fn equals_a_deque(script in prop::collection::vec((0u8..3, 0usize..16), 0..200)) {
            let (mut slab, mut fifo, mut twin) = (Slab::default(), Fifo::<0>::default(), VecDeque::new());
            for (step, index) in script {
                match step {
                    0 => {
                        let key = slab.insert(Entry::default());
                        fifo.push_back(&mut slab, key);
                        twin.push_back(key);
                    }
                    1 => prop_assert_eq!(fifo.pop_front(&mut slab), twin.pop_front()),
                    _ if twin.is_empty() => {}
                    _ => {
                        let key = twin.remove(index % twin.len()).expect("in range");
                        fifo.remove(&mut slab, key);
                    }
                }
                prop_assert_eq!(fifo.len() as usize, twin.len());
                prop_assert_eq!(fifo.front(), twin.front().copied());
                prop_assert_eq!(fifo.back(), twin.back().copied());
            }
        }
    }
}
