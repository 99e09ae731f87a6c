//! A failover in a disaster: the last client counts.

use crate::replication::failover::{Phases, client};
use crate::rng::{Purpose, Seed, Stream};
use crate::schema::Failover;
use crate::time::SimDuration;

/// One failover of the store of that name.
pub(super) fn failover(failover: &Failover, store: &str, seed: Seed) -> Phases {
    let mut stream = Stream::new(seed, Purpose::Failover, store);
    let phases = Phases::draw(failover, &mut stream);
    let clients = (0..failover.clients).map(|_| client(failover, &mut stream)).max();
    Phases { clients: clients.unwrap_or(SimDuration::ZERO), ..phases }
}
