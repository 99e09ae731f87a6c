//! How long something has been true.

use super::lookout::Stretch;
use crate::time::{SimDuration, SimTime};

/// Waits for something to come true and to stay so for a while.
#[derive(Clone, Debug)]
pub(super) struct Spell {
    lasting: SimDuration,
    /// Since when it is true.
    since: Option<SimTime>,
    /// The first moment from which it was true for long enough.
    came: Option<SimTime>,
}

impl Spell {
    pub(super) fn new(lasting: SimDuration) -> Self {
        Self { lasting, since: None, came: None }
    }

    /// Adds the next stretch. What is not defined is not true.
    pub(super) fn add(&mut self, stretch: Stretch) {
        if stretch.held != Some(true) {
            self.since = None;
            return;
        }
        let since = *self.since.get_or_insert(stretch.from);
        if self.came.is_none() && stretch.to.since(since) >= self.lasting {
            self.came = Some(since);
        }
    }

    /// The first moment from which it was true for long enough.
    pub(super) fn came(&self) -> Option<SimTime> {
        self.came
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When a spell of 3 s comes, of stretches of these lengths.
    fn came(stretches: &[(u64, Option<bool>)]) -> Option<u64> {
        let mut spell = Spell::new(SimDuration::from_secs(3));
        let mut at = SimTime::ZERO;
        for (secs, held) in stretches {
            let to = at + SimDuration::from_secs(*secs);
            spell.add(Stretch { from: at, to, held: *held });
            at = to;
        }
        spell.came().map(|it| it.as_nanos() / 1_000_000_000)
    }

    #[test]
    fn it_is_true_for_long_enough_without_a_break() {
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(came(&[(1, no), (1, yes), (1, yes), (1, yes)]), Some(1));
        assert_eq!(came(&[(2, yes), (1, no), (2, yes)]), None);
        assert_eq!(came(&[(2, yes), (1, None), (3, yes), (9, yes)]), Some(3), "the first moment");
        assert_eq!(came(&[(3, yes), (1, no), (9, yes)]), Some(0), "what comes later is no matter");
    }
}
