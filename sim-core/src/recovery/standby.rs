//! How far a standby is behind at a moment.

use crate::rng::{Purpose, Seed, Stream};
use crate::scenario::schema::{Lag, Replication, Standby, StandbyOutage, Store};
use crate::time::SimDuration;

use super::strike::Loss;

/// Outages that are followed before the moment: by then nobody knows how it began.
const OUTAGES: f64 = 30.0;

/// The least that a standby which is left is behind; `None` where none is left.
pub(super) fn behind(store: &Store, loss: &Loss, seed: Seed) -> Option<SimDuration> {
    let standbys = store.standbys.iter().enumerate();
    let left = standbys.filter(|it| !loss.standbys.contains(&it.0));
    left.map(|it| of(store, it.1, loss, seed)).min()
}

fn of(store: &Store, standby: &Standby, loss: &Loss, seed: Seed) -> SimDuration {
    let name = format!("{}.{}", store.name, standby.name);
    let mut stream = Stream::new(seed, Purpose::Standby, &name);
    let away = standby.outage.as_ref().and_then(|it| away(it, &mut stream));
    let alone = away.unwrap_or(SimDuration::ZERO);
    match &standby.mode {
        // Nothing was acknowledged that it does not have.
        Replication::Strict => SimDuration::ZERO,
        Replication::Degrading => alone,
        Replication::SemiSync { fall_back } => alone.saturating_sub(*fall_back),
        Replication::Async(Lag::Law(lag)) => alone + lag.sample(&mut stream),
        Replication::Async(Lag::Link(link)) => alone + backlog(store, *link, loss),
    }
}

/// For how long it has been away; `None` where it is not.
///
/// Returns and failures alternate from some time long ago; the moment is any of the time after that.
fn away(outage: &StandbyOutage, stream: &mut Stream) -> Option<SimDuration> {
    let cycle = outage.every.mean_secs() + outage.lasts.mean_secs();
    let mut left = SimDuration::from_secs_f64(cycle * OUTAGES * (1.0 + stream.unit()));
    loop {
        let there = outage.every.sample(stream);
        if left < there {
            return None;
        }
        left = left.saturating_sub(there);
        let gone = outage.lasts.sample(stream);
        if left < gone {
            return Some(left);
        }
        left = left.saturating_sub(gone);
    }
}

/// How old the oldest byte is that has not got through the link: a fluid, written at the rate of the
/// log and sent at that of the link.
fn backlog(store: &Store, link: f64, loss: &Loss) -> SimDuration {
    let Some(burst) = store.burst.filter(|it| it.wal > link) else { return SimDuration::ZERO };
    let since = loss.since_last(burst.every, SimDuration::ZERO).as_secs_f64();
    let lasts = burst.lasts.as_secs_f64();
    let sent = link * since;
    let in_burst = burst.wal * lasts;
    // When the byte was written that is sent now.
    let written = if sent <= in_burst {
        sent / burst.wal
    } else if store.wal > 0.0 {
        lasts + (sent - in_burst) / store.wal
    } else {
        since
    };
    SimDuration::from_secs_f64((since - written).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::{Distribution, Exponential};

    #[test]
    fn a_standby_is_away_for_its_share_of_the_time() {
        // 1 h of every 10 h: away for a tenth of the time, and then for 1 h on average so far.
        let hours = |it: u64| SimDuration::from_secs(3_600 * it);
        let exp = |it: u64| Distribution::from(Exponential::new(hours(it)).expect("positive"));
        let outage = StandbyOutage { every: exp(9), lasts: exp(1) };
        let runs = 20_000;
        let (mut hits, mut sum) = (0, 0.0);
        for run in 0..runs {
            let seed = Seed { root: 7, replication: run };
            let mut stream = Stream::new(seed, Purpose::Standby, "s");
            if let Some(since) = away(&outage, &mut stream) {
                hits += 1;
                sum += since.as_secs_f64() / 3_600.0;
            }
        }
        let share = f64::from(hits) / f64::from(runs);
        // Standard errors 0.0021 and 0.022.
        assert!((share - 0.1).abs() < 4.0 * 0.0021, "{share}");
        let mean = sum / f64::from(hits);
        assert!((mean - 1.0).abs() < 4.0 * 0.0224, "{mean}");
    }
}
