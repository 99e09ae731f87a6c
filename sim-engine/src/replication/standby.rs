//! How far a standby is behind at a moment, and when it is away.

use crate::rng::Stream;
use crate::schema::{Lag, StandbyOutage, Store};
use crate::time::SimDuration;

/// Outages that are followed before a moment: by then nobody knows how it began.
const OUTAGES: f64 = 30.0;

/// Whether a standby is there at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Whether it is away.
    pub away: bool,
    /// For how long it has been there, or away.
    pub since: SimDuration,
    /// How long that goes on.
    pub left: SimDuration,
}

impl Presence {
    /// A draw of how it is at a moment.
    ///
    /// Returns and failures alternate from some time long ago; the moment is any of the time after
    /// that.
    pub fn draw(outage: &StandbyOutage, stream: &mut Stream) -> Self {
        let cycle = outage.every.mean_secs() + outage.lasts.mean_secs();
        let mut to_go = SimDuration::from_secs_f64(cycle * OUTAGES * (1.0 + stream.unit()));
        let mut away = false;
        loop {
            let span = Self::span(outage, away, stream);
            if to_go < span {
                return Self { away, since: to_go, left: span - to_go };
            }
            to_go = to_go.saturating_sub(span);
            away = !away;
        }
    }

    /// A draw of how long it is there, or away.
    pub fn span(outage: &StandbyOutage, away: bool, stream: &mut Stream) -> SimDuration {
        let law = if away { &outage.lasts } else { &outage.every };
        law.sample(stream)
    }
}

/// How far an asynchronous copy is behind, `into` the present round of the store's bursts.
pub fn behind(lag: &Lag, store: &Store, into: SimDuration, stream: &mut Stream) -> SimDuration {
    match lag {
        Lag::Law(law) => law.sample(stream),
        Lag::Link(link) => backlog(store, *link, into),
    }
}

/// How old the oldest byte is that has not got through the link: a fluid, written at the rate of the
/// log and sent at that of the link.
fn backlog(store: &Store, link: f64, into: SimDuration) -> SimDuration {
    let Some(burst) = store.burst.filter(|it| it.wal > link) else { return SimDuration::ZERO };
    let since = into.as_secs_f64();
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
    use crate::rng::{Purpose, Seed};

    #[test]
    fn a_standby_is_away_for_its_share_of_the_time() {
        // 1 h of every 10 h: away for a tenth of the time, and then for 1 h on average so far.
        let hours = |it: u64| SimDuration::from_secs(3_600 * it);
        let exp = |it: u64| Distribution::from(Exponential::new(hours(it)).expect("positive"));
        let outage = StandbyOutage { every: exp(9), lasts: exp(1) };
        let runs = 20_000;
        let (mut hits, mut so_far, mut to_come) = (0, 0.0, 0.0);
        for run in 0..runs {
            let seed = Seed { root: 7, replication: run };
            let mut stream = Stream::new(seed, Purpose::Standby, "s");
            let presence = Presence::draw(&outage, &mut stream);
            if presence.away {
                hits += 1;
                so_far += presence.since.as_secs_f64() / 3_600.0;
                to_come += presence.left.as_secs_f64() / 3_600.0;
            }
        }
        let share = f64::from(hits) / f64::from(runs);
        // Standard errors 0.0021 and 0.022.
        assert!((share - 0.1).abs() < 4.0 * 0.0021, "{share}");
        for sum in [so_far, to_come] {
            let mean = sum / f64::from(hits);
            assert!((mean - 1.0).abs() < 4.0 * 0.0224, "{mean}");
        }
    }
}
