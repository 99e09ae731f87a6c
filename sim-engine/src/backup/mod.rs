//! Backups of a store and the log after them: what there is at a moment, and how long a restore of
//! that takes.
//!
//! What is drawn here is drawn alike for a disaster and for a run of requests: each has its own
//! streams, and calls [`restore`].

mod history;
mod log;
mod moment;
mod restore;

use crate::distribution::Distribution;
use crate::time::SimDuration;

pub use moment::Moment;
pub use restore::{Restored, Unrestorable, longest, restore};

/// All that is kept of a store, and how that is made into a store again.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'s> {
    /// How large the store is today, bytes.
    pub size: u64,
    /// How much of it changes, bytes per second: what an incremental backup copies.
    pub changes: f64,
    /// How much log its writes make, bytes per second, ≥ 0.
    pub wal: f64,
    /// Times in which it makes more log.
    pub burst: Option<Burst>,
    /// Copies of a moment, each kind on its own schedule.
    pub backups: &'s [Backup],
    /// Where its log is kept.
    pub archive: Option<&'s Archive>,
    /// How a copy is made into a store again.
    pub restore: &'s Restore,
    /// How it is found out that a restore would fail.
    pub drill: Option<&'s Drill>,
}

/// A stretch of more log, again and again, by the clock from midnight on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burst {
    /// Bytes per second, more than outside it.
    pub wal: f64,
    /// From one beginning to the next, > 0.
    pub every: SimDuration,
    /// How long, less than `every`.
    pub lasts: SimDuration,
}

/// What a backup is a copy of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupKind {
    /// Everything.
    Snapshot,
    /// What has changed since the last backup of any kind but a differential.
    Incremental,
    /// What has changed since the last snapshot.
    Differential,
}

impl BackupKind {
    /// Its word in a scenario file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Incremental => "incremental",
            Self::Differential => "differential",
        }
    }
}

/// Which moment of a backup's making it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointOf {
    /// Its start, as a storage snapshot.
    Start,
    /// Its end, as `pg_basebackup`.
    End,
}

/// A schedule of backups.
#[derive(Clone, Debug)]
pub struct Backup {
    /// What each copies.
    pub kind: BackupKind,
    /// From one start to the next, > 0; counted from midnight.
    pub every: SimDuration,
    /// When the first of a day or a week starts after midnight, less than `every`.
    pub at: SimDuration,
    /// From the start until it can be used.
    pub takes: Distribution,
    /// Which moment it shows.
    pub point: PointOf,
    /// The share that fails, and is known to.
    pub fails: f64,
    /// The share that looks well and cannot be restored.
    pub bad: f64,
    /// How long it is kept, from its start.
    pub keep: SimDuration,
    /// Whether nobody can delete or change it before that.
    pub immutable: bool,
}

/// Where the log goes, segment by segment.
#[derive(Clone, Debug)]
pub struct Archive {
    /// Size of a segment, bytes, ≥ 1.
    pub segment: u64,
    /// A segment is closed after so long, also if it is not full.
    pub timeout: Option<SimDuration>,
    /// From its end until it is safe.
    pub upload: Distribution,
    /// How long it is kept.
    pub keep: SimDuration,
    /// Whether nobody can delete or change it before that.
    pub immutable: bool,
}

impl Archive {
    /// From the end of one segment to that of the next, at this rate of log.
    pub fn period(&self, wal: f64) -> Option<SimDuration> {
        let full = (wal > 0.0).then(|| SimDuration::from_secs_f64(self.segment as f64 / wal));
        match (self.timeout, full) {
            (Some(timeout), Some(full)) => Some(timeout.min(full)),
            (timeout, full) => timeout.or(full),
        }
    }
}

/// How a copy is made into a store again.
#[derive(Clone, Debug)]
pub struct Restore {
    /// Before the first byte and after the last.
    pub overhead: Distribution,
    /// Bytes per second that are copied; none: at once.
    pub rate: Option<f64>,
    /// Bytes per second of log that are replayed; none: at once.
    pub replay: Option<f64>,
    /// Whether it serves before all is copied, which then comes with the first touch.
    pub lazy: bool,
    /// What a drill looks at, in words.
    pub verify: Vec<String>,
}

/// How a restore silently breaks, and when that is found.
#[derive(Clone, Debug)]
pub struct Drill {
    /// From one drill to the next, > 0.
    pub every: SimDuration,
    /// From a drill until a restore would fail without anybody knowing.
    pub breaks: Distribution,
    /// How long it takes to mend what is found broken in the disaster; none: it cannot be.
    pub mend: Option<Distribution>,
}
