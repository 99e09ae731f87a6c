//! A disaster again and again: how often it strikes in a stretch of years, and what that comes to.
//!
//! Disasters strike whether or not the last one is over, and what is down twice is down for both: so
//! the time that is lost in a stretch is a compound process, and for a Poisson process its mean is
//! the rate times the mean of one, exactly (`sim_core::analytic::recurrence`).

use crate::rng::{Purpose, Seed, Stream};
use crate::time::SimDuration;

use super::Case;

/// What the disasters of one stretch come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// How many there were.
    pub strikes: u64,
    /// The time until all was back, of all of them; none where one never was.
    pub downtime: Option<SimDuration>,
    /// The time whose writes are gone, of all of them; none where one never came back.
    pub loss: Option<SimDuration>,
}

impl Case {
    /// Stretch `run`; none where the disaster does not recur.
    ///
    /// It begins now: the first disaster strikes when the first gap is over.
    pub fn stretch(&self, root: u64, run: u32) -> Option<Stretch> {
        let every = self.disaster.every.as_ref()?;
        let seed = Seed { root, replication: run };
        let mut stream = Stream::new(seed, Purpose::Recurrence, &self.disaster.name);
        let zero = Some(SimDuration::ZERO);
        let mut all = Stretch { strikes: 0, downtime: zero, loss: zero };
        let mut left = self.disaster.over;
        loop {
            let gap = every.sample(&mut stream);
            if gap > left {
                return Some(all);
            }
            left = left.saturating_sub(gap);
            // Each is a run of its own, as if of another scenario seed.
            let outcome = self.strike(stream.bits(), run);
            all.strikes += 1;
            all.downtime = sum(all.downtime, outcome.rto);
            all.loss = sum(all.loss, outcome.rpo);
        }
    }
}

fn sum(a: Option<SimDuration>, b: Option<SimDuration>) -> Option<SimDuration> {
    let (a, b) = (a?.as_nanos(), b?.as_nanos());
    Some(SimDuration::from_nanos(a.saturating_add(b)))
}
