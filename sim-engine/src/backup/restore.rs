//! A restore: the newest backup first, then older ones where that is no good; then the log.

use super::history::History;
use super::{Kept, Moment, log};
use crate::rng::{Purpose, Seed, Stream};
use crate::time::SimDuration;

/// Restores that are drawn to find the longest.
const DRAWS: u64 = 1_000;
/// Backups that are looked at for that, where none is any good: fewer restores then.
const LOOKED_AT_MAX: u64 = 10_000_000;

/// What was restored, and how long that took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// From the moment that it shows to the loss: what was written in that time is gone.
    pub point: SimDuration,
    /// Mending what a drill would have found.
    pub mend: SimDuration,
    /// Backups that were no good.
    pub in_vain: SimDuration,
    /// Before the first byte and after the last.
    pub overhead: SimDuration,
    /// Copying.
    pub copy: SimDuration,
    /// Log.
    pub replay: SimDuration,
}

impl Restored {
    /// How many parts there are.
    pub const COUNT: usize = 5;

    /// All of it.
    pub fn took(&self) -> SimDuration {
        self.mend + self.in_vain + self.overhead + self.copy + self.replay
    }

    /// All parts in their order, as reports call them.
    pub fn parts(&self) -> [(&'static str, SimDuration); Self::COUNT] {
        [
            ("mend the restore", self.mend),
            ("bad backups", self.in_vain),
            ("overhead", self.overhead),
            ("copy", self.copy),
            ("replay", self.replay),
        ]
    }
}

/// Why nothing could be restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unrestorable {
    /// There is no backup of that time any more, or none was made.
    NoBackup,
    /// None of the backups can be restored.
    NoGoodBackup,
    /// The restore had broken, and no drill had found that.
    Broken,
}

impl Unrestorable {
    /// All.
    pub const ALL: [Self; 3] = [Self::NoBackup, Self::NoGoodBackup, Self::Broken];

    /// What reports say of it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoBackup => "no backup is old enough and still kept",
            Self::NoGoodBackup => "no backup can be restored",
            Self::Broken => "the restore had broken unnoticed",
        }
    }
}

/// The longest that a restore takes which is needed so long after midnight, or at any time where that
/// is not said: what it passes once in a thousand times. `None` where nothing ever comes back.
pub fn longest(kept: &Kept<'_>, since_midnight: Option<SimDuration>) -> Option<SimDuration> {
    let kept_at_once: u64 = kept.backups.iter().map(|it| it.keep.div_floor(it.every)).sum();
    let draws = (LOOKED_AT_MAX / kept_at_once.max(1)).clamp(1, DRAWS);
    let took = |number: u64| {
        let seed = Seed { root: 0, replication: number as u32 };
        let mut moment = Stream::new(seed, Purpose::Disaster, "longest");
        let loss = Moment::draw(kept, since_midnight, &mut moment);
        restore(kept, &loss, "longest", seed).ok().map(|it| it.took())
    };
    (0..draws).filter_map(took).max()
}

/// A draw of the restore of what there is, from streams of this name.
///
/// # Errors
///
/// Why it does not come back.
pub fn restore(
    kept: &Kept<'_>,
    loss: &Moment,
    name: &str,
    seed: Seed,
) -> Result<Restored, Unrestorable> {
    let mut restored = Restored { mend: mend(kept, name, seed)?, ..Restored::default() };
    let log = log_until(kept, loss, name, seed);
    let mut stream = Stream::new(seed, Purpose::Restore, name);
    let mut history = History::new(kept, loss, name, seed);
    let (mut index, mut found) = (0, false);
    while history.get(index).is_some() {
        index += 1;
        let Some(chain) = history.chain(index - 1) else { continue };
        found = true;
        let overhead = kept.restore.overhead.sample(&mut stream);
        let copy = at_rate(history.bytes(&chain), kept.restore.rate);
        // Found out when all is copied, whatever is served before.
        if chain.iter().any(|it| it.bad) {
            restored.in_vain = restored.in_vain + overhead + copy;
            continue;
        }
        let Some(point) = history.point(&chain[0]) else { continue };
        let log = log.filter(|it| it.reaches(point)).map(|it| it.until);
        let replayed = log.map_or(SimDuration::ZERO, |it| point.saturating_sub(it));
        let bytes = kept.wal * replayed.as_secs_f64();
        restored.point = log.unwrap_or(point);
        restored.overhead = overhead;
        restored.copy = if kept.restore.lazy { SimDuration::ZERO } else { copy };
        restored.replay = at_rate(bytes, kept.restore.replay);
        return Ok(restored);
    }
    Err(if found { Unrestorable::NoGoodBackup } else { Unrestorable::NoBackup })
}

fn at_rate(bytes: f64, rate: Option<f64>) -> SimDuration {
    rate.map_or(SimDuration::ZERO, |rate| SimDuration::from_secs_f64(bytes / rate))
}

/// How long it takes to mend what has broken since the last drill, which may be any time ago.
fn mend(kept: &Kept<'_>, name: &str, seed: Seed) -> Result<SimDuration, Unrestorable> {
    let Some(drill) = kept.drill else { return Ok(SimDuration::ZERO) };
    let mut stream = Stream::new(seed, Purpose::Drill, name);
    let since = drill.every.mul_f64(stream.unit());
    if drill.breaks.sample(&mut stream) >= since {
        return Ok(SimDuration::ZERO);
    }
    drill.mend.as_ref().map(|it| it.sample(&mut stream)).ok_or(Unrestorable::Broken)
}

/// The log that there is.
#[derive(Clone, Copy, Debug)]
struct Log {
    /// From its end to the loss.
    until: SimDuration,
    /// From its beginning to the loss.
    from: Option<SimDuration>,
}

impl Log {
    /// Whether it goes on from a moment that a backup shows.
    fn reaches(&self, point: SimDuration) -> bool {
        self.until <= point && self.from.is_some_and(|it| point <= it)
    }
}

fn log_until(kept: &Kept<'_>, loss: &Moment, name: &str, seed: Seed) -> Option<Log> {
    let archive = kept.archive?;
    if loss.deletes && !archive.immutable {
        return None;
    }
    let until = if loss.has_last_segment {
        SimDuration::ZERO
    } else {
        log::safe_until(kept, archive, loss, name, seed)?
    };
    Some(Log { until, from: loss.oldest(archive.keep) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::{Archive, Backup, BackupKind, PointOf, Restore};
    use crate::distribution::{Distribution, Exponential};

    const NOON: SimDuration = SimDuration::from_secs(43_200);
    const HOUR: SimDuration = SimDuration::from_secs(3_600);

    fn secs(secs: u64) -> SimDuration {
        SimDuration::from_secs(secs)
    }

    /// A snapshot at each multiple of `every`, kept for thirty days.
    fn snapshots(every: SimDuration) -> Backup {
        Backup {
            kind: BackupKind::Snapshot,
            every,
            at: SimDuration::ZERO,
            takes: Distribution::constant(SimDuration::ZERO),
            point: PointOf::Start,
            fails: 0.0,
            bad: 0.0,
            keep: secs(30 * 86_400),
            immutable: false,
        }
    }

    /// A restore that copies and replays at once.
    fn at_once(overhead: Distribution) -> Restore {
        Restore { overhead, rate: None, replay: None, lazy: false, verify: Vec::new() }
    }

    fn kept<'s>(backups: &'s [Backup], restore: &'s Restore) -> Kept<'s> {
        Kept {
            size: 0,
            changes: 0.0,
            wal: 0.0,
            burst: None,
            backups,
            archive: None,
            restore,
            drill: None,
        }
    }

    #[test]
    fn the_longest_is_what_it_takes_where_nothing_is_left_to_chance() {
        let daily = [Backup { at: secs(7_200), ..snapshots(secs(86_400)) }];
        let way = Restore {
            rate: Some(100e6),
            replay: Some(50e6),
            ..at_once(Distribution::constant(secs(5)))
        };
        let bare = Kept { size: 2_000_000_000, wal: 1e6, ..kept(&daily, &way) };
        assert_eq!(longest(&bare, Some(NOON)), Some(secs(25)), "there is no log");
        let mut archive = Archive {
            segment: 16 << 20,
            timeout: Some(SimDuration::from_millis(1)),
            upload: Distribution::constant(SimDuration::ZERO),
            keep: secs(60),
            immutable: false,
        };
        let logged = Kept { archive: Some(&archive), ..bare };
        assert_eq!(longest(&logged, Some(NOON)), Some(secs(25)), "it does not go back so far");
        archive.keep = secs(86_400);
        let logged = Kept { archive: Some(&archive), ..bare };
        // Ten hours of log, but for what a segment holds.
        let full = longest(&logged, Some(NOON)).expect("it comes back").as_secs_f64();
        assert!((full - (25.0 + 36_000.0 / 50.0)).abs() < 1e-3, "{full}");
        let any = longest(&logged, None).expect("it comes back").as_secs_f64();
        assert!(any > 25.0 + 0.99 * 86_400.0 / 50.0 && any < 25.0 + 86_400.0 / 50.0, "{any}");
    }

    #[test]
    fn the_longest_is_passed_about_once_in_a_thousand_times() {
        let overhead = Exponential::new(secs(100)).expect("a mean above zero");
        let (hourly, way) = (
            [Backup { bad: 0.2, ..snapshots(HOUR) }],
            at_once(Distribution::Exponential(overhead)),
        );
        let kept = kept(&hourly, &way);
        let longest = longest(&kept, None).expect("it comes back");
        let took = |number: u32| {
            let seed = Seed { root: 7, replication: number };
            let loss = Moment::draw(&kept, None, &mut Stream::new(seed, Purpose::Disaster, "s"));
            restore(&kept, &loss, "s", seed).expect("one of them is good").took()
        };
        // Where each backup is bad with the chance q, the time is exponential again, of mean 100 s / (1 - q).
        let passed = (0..100_000).filter(|it| took(*it) > longest).count();
        assert!(
            (10..=500).contains(&passed),
            "the longest of 1,000 is passed by {passed} of 100,000"
        );
    }

    #[test]
    fn what_cannot_be_restored_has_no_longest() {
        let (hourly, way) =
            ([Backup { bad: 1.0, ..snapshots(HOUR) }], at_once(Distribution::constant(secs(1))));
        assert_eq!(longest(&kept(&hourly, &way), None), None);
    }
}
