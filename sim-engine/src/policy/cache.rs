//! A copy of an answer, kept for when there is no other: how old it is, and when it is too old.
//!
//! Serving it stale when the source fails is RFC 5861's `stale-if-error`, with `max_age` as its
//! bound; renewing it while nobody waits is refresh-ahead (Caffeine's `refreshAfterWrite` in kind).
//! What is in the copy is not modelled, and none is evicted.

use crate::time::{SimDuration, SimTime};

/// One holder's copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copy {
    /// When its content was true, as an age at an instant: copies may be older than the run.
    taken: Option<(SimTime, SimDuration)>,
}

impl Copy {
    /// A copy whose content is of this age at the start of the run.
    pub fn aged(age: SimDuration) -> Self {
        Self { taken: Some((SimTime::ZERO, age)) }
    }

    /// Takes the content that is true now.
    pub fn renew(&mut self, now: SimTime) {
        self.taken = Some((now, SimDuration::ZERO));
    }

    /// Loses the content.
    pub fn forget(&mut self) {
        self.taken = None;
    }

    /// The age of the content, where there is one and it is not older than `max_age`.
    pub fn serve(&self, now: SimTime, max_age: SimDuration) -> Option<SimDuration> {
        let (at, age) = self.taken?;
        let age = age + now.since(at);
        (age <= max_age).then_some(age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_ages_and_is_too_old_at_last() {
        let secs = SimDuration::from_secs;
        let at = |it| SimTime::ZERO + secs(it);
        let mut copy = Copy::default();
        assert_eq!(copy.serve(at(1), SimDuration::MAX), None, "there is none yet");
        copy.renew(at(10));
        assert_eq!(copy.serve(at(10), secs(5)), Some(secs(0)));
        assert_eq!(copy.serve(at(15), secs(5)), Some(secs(5)), "it may be as old as that");
        assert_eq!(copy.serve(at(15) + SimDuration::from_nanos(1), secs(5)), None);
        copy.renew(at(20));
        assert_eq!(copy.serve(at(22), secs(5)), Some(secs(2)));
        copy.forget();
        assert_eq!(copy.serve(at(22), secs(5)), None);
    }

    #[test]
    fn a_copy_may_be_older_than_the_run() {
        let (hour, copy) =
            (SimDuration::from_secs(3_600), Copy::aged(SimDuration::from_secs(7_200)));
        assert_eq!(
            copy.serve(SimTime::ZERO + hour, SimDuration::MAX),
            Some(hour.saturating_mul(3))
        );
        assert_eq!(copy.serve(SimTime::ZERO, hour), None);
    }
}
