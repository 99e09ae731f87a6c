//! The backups that there are at a moment, looked for from the newest on.
//!
//! Nothing is kept of backups that nobody asks for: each is drawn when somebody looks at it. Each
//! schedule has a stream of its own, from the newest backwards, so that another schedule, or more
//! of one, changes no draw.

use super::{Backup, BackupKind, Kept, Moment, PointOf};
use crate::rng::{Purpose, Seed, Stream};
use crate::time::SimDuration;

/// Backups looked at, at most: beyond that there is none.
const LOOKED_AT_MAX: usize = 1_000_000;

/// A backup that was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made {
    /// By which schedule.
    pub(super) schedule: usize,
    /// From its start to the loss.
    pub(super) age: SimDuration,
    takes: SimDuration,
    failed: bool,
    /// Whether it cannot be restored, which nobody knows.
    pub(super) bad: bool,
}

/// The backups of a store, the newest first.
pub(super) struct History<'s> {
    kept: &'s Kept<'s>,
    loss: &'s Moment,
    name: &'s str,
    seed: Seed,
    schedules: Vec<Schedule>,
    made: Vec<Made>,
}

struct Schedule {
    /// Age of the next older one; none where that is deleted.
    next: Option<SimDuration>,
    /// Made for the first backup that is looked at.
    stream: Option<Stream>,
}

impl<'s> History<'s> {
    /// At this moment; nothing is drawn yet. The streams are of this name.
    pub(super) fn new(kept: &'s Kept<'s>, loss: &'s Moment, name: &'s str, seed: Seed) -> Self {
        let schedule = |it: &Backup| Schedule {
            next: Some(loss.since_last(it.every, it.at)).filter(|age| loss.keeps(*age, it.keep)),
            stream: None,
        };
        let schedules = kept.backups.iter().map(schedule).collect();
        Self { kept, loss, name, seed, schedules, made: Vec::new() }
    }

    /// The backup of that number, from the newest on; `None` where there is none so old.
    pub(super) fn get(&mut self, index: usize) -> Option<Made> {
        while self.made.len() <= index {
            self.look_further()?;
        }
        Some(self.made[index])
    }

    fn look_further(&mut self) -> Option<()> {
        if self.made.len() >= LOOKED_AT_MAX {
            return None;
        }
        let nexts = self.schedules.iter().enumerate().filter_map(|(at, it)| Some((it.next?, at)));
        let (age, schedule) = nexts.min_by_key(|it| it.0)?;
        let settings = &self.kept.backups[schedule];
        let this = &mut self.schedules[schedule];
        let new = || Stream::of_part(self.seed, Purpose::Backup, self.name, &schedule.to_string());
        let stream = this.stream.get_or_insert_with(new);
        let made = Made {
            schedule,
            age,
            takes: settings.takes.sample(stream),
            failed: stream.chance(settings.fails),
            bad: stream.chance(settings.bad),
        };
        let older = age + settings.every;
        this.next = Some(older).filter(|age| self.loss.keeps(*age, settings.keep));
        // A snapshot that starts at the same instant takes the place of what would add to one.
        let displaced = settings.kind != BackupKind::Snapshot && self.is_snapshot_at(age);
        if !displaced {
            self.made.push(made);
        }
        Some(())
    }

    fn is_snapshot_at(&self, age: SimDuration) -> bool {
        let snapshots = self.kept.backups.iter().filter(|it| it.kind == BackupKind::Snapshot);
        let mut ages = snapshots.map(|it| {
            let last = self.loss.since_last(it.every, it.at);
            (last, it.every)
        });
        ages.any(|(last, every)| {
            age >= last && age.saturating_sub(last).as_nanos().is_multiple_of(every.as_nanos())
        })
    }

    fn settings(&self, made: &Made) -> &'s Backup {
        &self.kept.backups[made.schedule]
    }

    /// From the moment that it shows to the loss; `None` where it shows one after it.
    pub(super) fn point(&self, made: &Made) -> Option<SimDuration> {
        match self.settings(made).point {
            PointOf::Start => Some(made.age),
            PointOf::End if made.takes > made.age => None,
            PointOf::End => Some(made.age.saturating_sub(made.takes)),
        }
    }

    /// Whether it is there, complete, shows nothing that is corrupt, and was not known to fail.
    fn is_usable(&self, made: &Made) -> bool {
        let settings = self.settings(made);
        let complete = made.takes <= made.age + self.loss.goes_on_for;
        let there = settings.immutable || !self.loss.deletes;
        complete && there && !made.failed && self.point(made).is_some()
    }

    /// The backups that have to be restored for the one of that number, which is the first: it, what
    /// it adds to, and so on down to a snapshot. `None` where one of them is not there.
    pub(super) fn chain(&mut self, index: usize) -> Option<Vec<Made>> {
        let made = self.get(index)?;
        if !self.is_usable(&made) {
            return None;
        }
        let mut chain = vec![made];
        let mut older = index;
        loop {
            let last = *chain.last()?;
            let kind = self.settings(&last).kind;
            if kind == BackupKind::Snapshot {
                return Some(chain);
            }
            older += 1;
            let next = self.get(older)?;
            // What it adds to was chosen when it began: by then that was complete.
            let complete = next.takes + last.age <= next.age;
            let adds = match kind {
                BackupKind::Differential => self.settings(&next).kind == BackupKind::Snapshot,
                _ => self.settings(&next).kind != BackupKind::Differential,
            };
            if complete && adds && self.is_usable(&next) {
                chain.push(next);
            }
        }
    }

    /// Bytes that are copied for a chain: of each, what has changed since the one that it adds to.
    pub(super) fn bytes(&self, chain: &[Made]) -> f64 {
        let size = self.loss.size;
        let changed = |pair: &[Made]| {
            let apart = pair[1].age.saturating_sub(pair[0].age).as_secs_f64();
            (self.kept.changes * apart).min(size)
        };
        size + chain.windows(2).map(changed).sum::<f64>()
    }
}
