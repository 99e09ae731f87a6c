//! What a scenario says an architecture costs.

use super::{Archive, Backup, BackupKind, Standby, Store};
use crate::time::SimDuration;

/// The hours of a month: a twelfth of a year of 365 days.
const HOURS_PER_MONTH: f64 = 730.0;
const GIGABYTE: f64 = 1e9;

/// What an architecture takes, and what that costs, in whatever money.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Instances that run all the time.
    pub instances: u32,
    /// The price of one for an hour.
    pub instance_hour: f64,
    /// Bytes that are kept, backups and copies among them.
    pub stored: u64,
    /// The price of 10⁹ bytes for a month.
    pub gb_month: f64,
    /// Bytes that are sent in a month, to other regions and archives.
    pub transfer: u64,
    /// The price of 10⁹ bytes sent.
    pub gb_transfer: f64,
    /// People's time in a month.
    pub people: SimDuration,
    /// The price of an hour of it.
    pub person_hour: f64,
}

impl Cost {
    /// What it costs in a month of 730 h, part by part: instances, storage, transfer, people.
    pub fn parts(&self) -> [(&'static str, f64); 4] {
        let hours = self.people.as_secs_f64() / 3_600.0;
        [
            ("instances", f64::from(self.instances) * self.instance_hour * HOURS_PER_MONTH),
            ("storage", self.stored as f64 / GIGABYTE * self.gb_month),
            ("transfer", self.transfer as f64 / GIGABYTE * self.gb_transfer),
            ("people", hours * self.person_hour),
        ]
    }

    /// What it costs in a month.
    pub fn month(&self) -> f64 {
        self.parts().iter().map(|it| it.1).sum()
    }
}

/// What a store and its copies take, bytes, on average: itself and each standby whole, each backup
/// that is kept by what its kind copies, and the log archive by whole segments, which is what an
/// archive is charged for when a timeout closes one that is not full.
pub fn kept(store: &Store) -> f64 {
    let size = store.size as f64;
    let whole = size * (1.0 + store.standbys.len() as f64);
    let backups: f64 = store.backups.iter().map(|it| backed_up(store, it)).sum();
    let archived = store.archive.as_ref().map_or(0.0, |it| archived(store, it));
    whole + backups + archived
}

fn backed_up(store: &Store, backup: &Backup) -> f64 {
    let (size, every) = (store.size as f64, backup.every.as_secs_f64());
    let last_snapshot = || {
        let snapshots = store.backups.iter().filter(|it| it.kind == BackupKind::Snapshot);
        snapshots.map(|it| it.every.as_secs_f64()).fold(f64::INFINITY, f64::min)
    };
    let one = match backup.kind {
        BackupKind::Snapshot => size,
        BackupKind::Incremental => size.min(store.changes * every),
        // The first after a snapshot is the smallest, the last before the next one the largest.
        BackupKind::Differential => size.min(store.changes * 0.5 * (last_snapshot() + every)),
    };
    one * (1.0 - backup.fails) * backup.keep.as_secs_f64() / every
}

fn archived(store: &Store, archive: &Archive) -> f64 {
    let Some(period) = archive.period(mean_wal(store)) else { return 0.0 };
    archive.segment as f64 * archive.keep.as_secs_f64() / period.as_secs_f64()
}

/// What a store sends in a month, bytes: its log, to each standby in another region.
pub fn sent(store: &Store) -> f64 {
    let away = |it: &&Standby| it.site.region.is_some() && it.site.region != store.site.region;
    let standbys = store.standbys.iter().filter(away).count() as f64;
    standbys * mean_wal(store) * HOURS_PER_MONTH * 3_600.0
}

fn mean_wal(store: &Store) -> f64 {
    let share = |it: &super::Burst| it.lasts.as_secs_f64() / it.every.as_secs_f64();
    let more = store.burst.as_ref().map_or(0.0, |it| (it.wal - store.wal) * share(it));
    store.wal + more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_730_hours() {
        let cost = Cost {
            instances: 2,
            instance_hour: 0.5,
            stored: 2_000_000_000_000,
            gb_month: 0.1,
            transfer: 500_000_000_000,
            gb_transfer: 0.02,
            people: SimDuration::from_secs(3 * 3_600),
            person_hour: 90.0,
        };
        assert_eq!(cost.parts().map(|it| it.1), [730.0, 200.0, 10.0, 270.0]);
        assert!((cost.month() - 1_210.0).abs() < 1e-9);
    }
}
