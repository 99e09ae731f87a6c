//! A restore: the newest backup first, then older ones where that is no good; then the log.

use crate::rng::{Purpose, Seed, Stream};
use crate::scenario::schema::{Corruption, Store};
use crate::time::SimDuration;

use super::history::History;
use super::log;
use super::strike::{Fate, Loss};

/// What was restored, and how long that took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Restored {
    /// From the moment that was restored to the disaster.
    pub(super) point: SimDuration,
    /// Mending what a drill would have found.
    pub(super) mend: SimDuration,
    /// Backups that were no good.
    pub(super) in_vain: SimDuration,
    /// Before the first byte and after the last.
    pub(super) overhead: SimDuration,
    /// Copying.
    pub(super) copy: SimDuration,
    /// Log.
    pub(super) replay: SimDuration,
}

impl Restored {
    /// All of it.
    pub(super) fn took(&self) -> SimDuration {
        self.mend + self.in_vain + self.overhead + self.copy + self.replay
    }
}

/// Restores what there is.
pub(super) fn restore(store: &Store, loss: &Loss, seed: Seed) -> Result<Restored, Fate> {
    let mut restored = Restored { mend: mend(store, seed)?, ..Restored::default() };
    let log = log_until(store, loss, seed);
    let mut stream = Stream::new(seed, Purpose::Restore, &store.name);
    let mut history = History::new(store, loss, seed);
    let (mut index, mut found) = (0, false);
    while history.get(index).is_some() {
        index += 1;
        let Some(chain) = history.chain(index - 1) else { continue };
        found = true;
        let overhead = store.restore.overhead.sample(&mut stream);
        let copy = at_rate(history.bytes(&chain), store.restore.rate);
        // Found out when all is copied, whatever is served before.
        if chain.iter().any(|it| it.bad) {
            restored.in_vain = restored.in_vain + overhead + copy;
            continue;
        }
        let Some(point) = history.point(&chain[0]) else { continue };
        let log = log.filter(|it| it.reaches(point)).map(|it| it.until);
        let replayed = log.map_or(SimDuration::ZERO, |it| point.saturating_sub(it));
        let bytes = store.wal * replayed.as_secs_f64();
        restored.point = log.unwrap_or(point);
        restored.overhead = overhead;
        restored.copy = if store.restore.lazy { SimDuration::ZERO } else { copy };
        restored.replay = at_rate(bytes, store.restore.replay);
        return Ok(restored);
    }
    Err(if found { Fate::NoGoodBackup } else { Fate::NoBackup })
}

fn at_rate(bytes: f64, rate: Option<f64>) -> SimDuration {
    rate.map_or(SimDuration::ZERO, |rate| SimDuration::from_secs_f64(bytes / rate))
}

/// How long it takes to mend what has broken since the last drill, which may be any time ago.
fn mend(store: &Store, seed: Seed) -> Result<SimDuration, Fate> {
    let Some(drill) = &store.drill else { return Ok(SimDuration::ZERO) };
    let mut stream = Stream::new(seed, Purpose::Drill, &store.name);
    let since = drill.every.mul_f64(stream.unit());
    if drill.breaks.sample(&mut stream) >= since {
        return Ok(SimDuration::ZERO);
    }
    drill.mend.as_ref().map(|it| it.sample(&mut stream)).ok_or(Fate::Broken)
}

/// The log that there is.
#[derive(Clone, Copy, Debug)]
struct Log {
    /// From its end to the disaster.
    until: SimDuration,
    /// From its beginning to the disaster.
    from: Option<SimDuration>,
}

impl Log {
    /// Whether it goes on from a moment that a backup shows.
    fn reaches(&self, point: SimDuration) -> bool {
        self.until <= point && self.from.is_some_and(|it| point <= it)
    }
}

fn log_until(store: &Store, loss: &Loss, seed: Seed) -> Option<Log> {
    let archive = store.archive.as_ref()?;
    if loss.deletes && !archive.immutable {
        return None;
    }
    // Of what is only corrupt the last segment is still there.
    let until = match loss.corrupt {
        Some(Corruption::Logical) if !loss.primary => SimDuration::ZERO,
        _ => log::safe_until(store, archive, loss, seed)?,
    };
    Some(Log { until, from: loss.oldest(archive.keep) })
}
