//! Faults: what breaks and how hard, as effects that the engine applies and takes away again.
//!
//! A fault knows what it does to a target at a given strength; it knows nothing of the engine.
//! Several faults on one target add up: spans add, factors multiply, chances are drawn one after the
//! other.

mod pauses;

use crate::distribution::Distribution;
use crate::rng::Stream;
use crate::time::SimDuration;

pub use pauses::Pauses;

/// What a fault does at full strength.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Messages to the target take longer by a draw from this law.
    Latency(Distribution),
    /// Service times are multiplied, ≥ 1.
    Slow(f64),
    /// A share of answers are errors with this status.
    Error {
        /// Share of answers, 0 to 1.
        share: f64,
        /// HTTP status.
        code: u16,
    },
    /// A share of attempts gets no answer.
    Blackhole(f64),
    /// A share of attempts is refused at once.
    Refuse(f64),
    /// A share of messages is lost, requests and replies alike.
    Loss(f64),
    /// Looking up the target's name takes longer by a draw from this law.
    Lookup(Distribution),
    /// A share of lookups of the target's name gets no answer.
    Unresolved(f64),
    /// Attempts past a rate are turned away: tokens per second, and how many a bucket holds.
    Throttle(f64, u32),
    /// Instances stop the world, again and again.
    Pause(Pauses),
    /// Memory leaks: instances die of it this long after the leak, or they themselves, began.
    Leak(SimDuration),
    /// Instances die with all that they work on.
    Kill,
    /// The primary dies, and a standby takes over, phase by phase.
    Failover,
    /// The store is lost with its standbys, and restored from a backup.
    Restore {
        /// Whether attempts get no answer meanwhile, rather than being refused.
        hangs: bool,
    },
    /// Nothing reaches the standbys.
    ReplicationPause,
    /// Arrivals are multiplied, ≥ 0.
    Surge(f64),
    /// Slots or workers are held from use: a count.
    HoldCount(u32),
    /// Slots or workers are held from use: a share, rounded up.
    HoldShare(f64),
}

/// What a fault of some strength does to one attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Strike {
    /// It goes on, later by this span.
    Delayed(SimDuration),
    /// It is answered with this status.
    Failed(u16),
    /// It vanishes.
    Lost,
    /// It is refused.
    Refused,
    /// Its message is lost.
    Dropped,
    /// It is turned away on purpose.
    Shed,
    /// The lookup before it takes longer by this span.
    LookedUp(SimDuration),
    /// The lookup before it never ends.
    Unresolved,
}

impl Strike {
    /// The status with which it answers, if it does.
    pub fn status(self) -> Option<u16> {
        match self {
            Self::Failed(code) => Some(code),
            _ => None,
        }
    }
}

impl Fault {
    /// What happens to an attempt that meets the fault at `strength` (0 to 1).
    pub fn strike(&self, strength: f64, stream: &mut Stream) -> Strike {
        match self {
            Self::Latency(law) => Strike::Delayed(law.sample(stream).mul_f64(strength)),
            Self::Error { share, code } if stream.chance(share * strength) => Strike::Failed(*code),
            Self::Blackhole(share) if stream.chance(share * strength) => Strike::Lost,
            Self::Refuse(share) if stream.chance(share * strength) => Strike::Refused,
            Self::Loss(share) if stream.chance(share * strength) => Strike::Dropped,
            Self::Lookup(law) => Strike::LookedUp(law.sample(stream).mul_f64(strength)),
            Self::Unresolved(share) if stream.chance(share * strength) => Strike::Unresolved,
            _ => Strike::Delayed(SimDuration::ZERO),
        }
    }

    /// By how much it multiplies service times at `strength`.
    pub fn slowness(&self, strength: f64) -> f64 {
        match self {
            Self::Slow(factor) => (factor - 1.0).mul_add(strength, 1.0),
            _ => 1.0,
        }
    }

    /// By how much it multiplies arrivals at `strength`.
    pub fn surge(&self, strength: f64) -> f64 {
        match self {
            Self::Surge(factor) => (factor - 1.0).mul_add(strength, 1.0),
            _ => 1.0,
        }
    }

    /// How many of `places` slots or workers it holds at `strength`, rounded up.
    pub fn holds(&self, places: u32, strength: f64) -> u32 {
        let full = match self {
            Self::HoldCount(count) => f64::from((*count).min(places)),
            Self::HoldShare(share) => f64::from(places) * share,
            _ => 0.0,
        };
        // A share of 20 % of 5 is 1, not 1.0000000000000002 rounded up to 2.
        (full * strength - 1e-9).ceil().max(0.0) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Seed};

    #[test]
    fn holds_round_up_and_never_exceed_the_places() {
        #[rustfmt::skip]
        let cases = [
            (Fault::HoldShare(0.2), 5, 1.0, 1),
            (Fault::HoldShare(0.21), 5, 1.0, 2),
            (Fault::HoldShare(1.0), 80, 0.5, 40),
            (Fault::HoldCount(100), 80, 1.0, 80),
            (Fault::HoldCount(10), 80, 0.0, 0),
            (Fault::Slow(3.0), 80, 1.0, 0),
        ];
        for (fault, places, strength, want) in cases {
            assert_eq!(fault.holds(places, strength), want, "{fault:?} of {places}");
        }
    }

    #[test]
    fn factors_start_at_one() {
        assert_eq!(Fault::Slow(10.0).slowness(0.0), 1.0);
        assert_eq!(Fault::Slow(10.0).slowness(0.5), 5.5);
        assert_eq!(Fault::Surge(0.0).surge(1.0), 0.0);
        assert_eq!(Fault::Kill.slowness(1.0), 1.0);
    }

    #[test]
    fn a_share_strikes_that_share() {
        let seed = Seed { root: 1, replication: 0 };
        let mut stream = Stream::new(seed, Purpose::Fault, "test");
        let fault = Fault::Refuse(0.4);
        let refused = (0..20_000).filter(|_| fault.strike(0.5, &mut stream) == Strike::Refused);
        let share = refused.count() as f64 / 20_000.0;
        assert!((share - 0.2).abs() < 4.0 * (0.16f64 / 20_000.0).sqrt(), "{share}");
    }
}
