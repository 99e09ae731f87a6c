//! The phases of a failover, one after the other, and the return of each client.

use crate::rng::Stream;
use crate::schema::{Detection, Failover};
use crate::time::SimDuration;

/// How long each phase took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Phases {
    /// Until the failure was known.
    pub detect: SimDuration,
    /// Until it was decided, and the old primary could do no harm.
    pub fence: SimDuration,
    /// Until the standby took writes.
    pub promote: SimDuration,
    /// Until its name led there.
    pub name: SimDuration,
    /// Until the last client had asked for the name again and connected.
    pub clients: SimDuration,
    /// Until it answered as before.
    pub warm_up: SimDuration,
}

impl Phases {
    /// How many there are.
    pub const COUNT: usize = 6;

    /// A draw of all that is the same for every client.
    pub fn draw(failover: &Failover, stream: &mut Stream) -> Self {
        let detect = match &failover.detect {
            Detection::Law(law) => law.sample(stream),
            // It was renewed at some moment of the last round.
            Detection::Lease { ttl, renew } => ttl.saturating_sub(renew.mul_f64(stream.unit())),
        };
        Self {
            detect,
            fence: failover.fence.sample(stream),
            promote: failover.promote.sample(stream),
            name: failover.name.sample(stream),
            warm_up: failover.warm_up.sample(stream),
            clients: SimDuration::ZERO,
        }
    }

    /// Until the name leads to the one that has taken over.
    pub fn until_named(&self) -> SimDuration {
        self.detect + self.fence + self.promote + self.name
    }

    /// All phases in their order, as reports call them.
    pub fn parts(&self) -> [(&'static str, SimDuration); Self::COUNT] {
        [
            ("detect", self.detect),
            ("fence", self.fence),
            ("promote", self.promote),
            ("name", self.name),
            ("clients", self.clients),
            ("warm up", self.warm_up),
        ]
    }

    /// All of it.
    pub fn took(&self) -> SimDuration {
        self.until_named() + self.clients + self.warm_up
    }
}

/// A draw of how long a client takes, from when the name leads to the new primary, to ask for it
/// again and to connect.
pub fn client(failover: &Failover, stream: &mut Stream) -> SimDuration {
    let remembered = if failover.dns_ttl.is_zero() {
        SimDuration::ZERO
    } else {
        failover.dns_ttl.mul_f64(stream.unit())
    };
    remembered + failover.reconnect.sample(stream)
}
