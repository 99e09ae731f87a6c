//! How far a standby is behind when a disaster strikes.

use crate::replication::standby::{Presence, behind as lag_behind};
use crate::rng::{Purpose, Seed, Stream};
use crate::schema::{Replication, Standby, Store};
use crate::time::SimDuration;

use super::strike::Loss;

/// The least that a standby which is left is behind; `None` where none is left.
pub(super) fn behind(store: &Store, loss: &Loss, seed: Seed) -> Option<SimDuration> {
    let standbys = store.standbys.iter().enumerate();
    let left = standbys.filter(|it| !loss.standbys.contains(&it.0));
    left.map(|it| of(store, it.1, loss, seed)).min()
}

fn of(store: &Store, standby: &Standby, loss: &Loss, seed: Seed) -> SimDuration {
    let mut stream = Stream::of_part(seed, Purpose::Standby, &store.name, &standby.name);
    let presence = standby.outage.as_ref().map(|it| Presence::draw(it, &mut stream));
    let alone = presence.filter(|it| it.away).map_or(SimDuration::ZERO, |it| it.since);
    match &standby.mode {
        // Nothing was acknowledged that it does not have.
        Replication::Strict => SimDuration::ZERO,
        Replication::Degrading => alone,
        Replication::SemiSync { fall_back } => alone.saturating_sub(*fall_back),
        Replication::Async(lag) => {
            let into = store.burst.map_or(SimDuration::ZERO, |it| {
                loss.moment.since_last(it.every, SimDuration::ZERO)
            });
            alone + lag_behind(lag, store, into, &mut stream)
        }
    }
}
