//! The phases of a failover, one after the other; the last client counts.

use crate::rng::{Purpose, Seed, Stream};
use crate::scenario::schema::{Detection, Failover};
use crate::time::SimDuration;

/// How long each phase took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Phases {
    pub(super) detect: SimDuration,
    pub(super) fence: SimDuration,
    pub(super) promote: SimDuration,
    pub(super) name: SimDuration,
    /// Until the last client has asked for the name again and connected.
    pub(super) clients: SimDuration,
    pub(super) warm_up: SimDuration,
}

impl Phases {
    /// All of it.
    pub(super) fn took(&self) -> SimDuration {
        self.detect + self.fence + self.promote + self.name + self.clients + self.warm_up
    }
}

/// One failover of the store of that name.
pub(super) fn failover(failover: &Failover, store: &str, seed: Seed) -> Phases {
    let mut stream = Stream::new(seed, Purpose::Failover, store);
    let detect = match &failover.detect {
        Detection::Law(law) => law.sample(&mut stream),
        // It was renewed at some moment of the last round.
        Detection::Lease { ttl, renew } => ttl.saturating_sub(renew.mul_f64(stream.unit())),
    };
    let fence = failover.fence.sample(&mut stream);
    let promote = failover.promote.sample(&mut stream);
    let name = failover.name.sample(&mut stream);
    let warm_up = failover.warm_up.sample(&mut stream);
    let client = |stream: &mut Stream| {
        let remembered = if failover.dns_ttl.is_zero() {
            SimDuration::ZERO
        } else {
            failover.dns_ttl.mul_f64(stream.unit())
        };
        remembered + failover.reconnect.sample(stream)
    };
    let clients = (0..failover.clients).map(|_| client(&mut stream)).max();
    Phases { detect, fence, promote, name, clients: clients.unwrap_or(SimDuration::ZERO), warm_up }
}
