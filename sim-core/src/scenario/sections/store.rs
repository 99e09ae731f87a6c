//! `[store.NAME]`: data, the copies that are made of it, and what is promised.

use super::backup::Copies;
use super::standby::Standbys;
use crate::distribution::Distribution;
use crate::quantity::{Rate, Size, Throughput};
use crate::scenario::diagnostic::Code;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::Shape;
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{List, Name, Positive, Wide};
use crate::schema::{
    Archive, BackupKind, Burst, Drill, ErrorRate, Failover, Lag, Operation, Pool, RecoveryTarget,
    Replication, Restore, Service, Site, Store,
};
use crate::time::SimDuration;

/// Things that a drill looks at, at most.
const LOOKS_MAX: usize = 20;

section! {
    /// `[store.NAME]`: data, and the copies that are made of it.
    struct StoreTable {
        /// How large it is today.
        optional size: Size,
        /// How many rows it holds: a drill counts them.
        optional rows: Wide,
        /// How much larger it gets: a disaster that comes `after` a year finds a larger store.
        optional growth: Throughput,
        /// How much of it changes, which is what incremental and differential backups copy; as much
        /// as there is log where this is not said.
        optional changes: Throughput,
        /// How much log its writes make.
        optional wal: At<Throughput>,
        /// Times in which it makes more log.
        optional burst: At<Burst>,
        /// Writes that it acknowledges: what `lost_writes` counts.
        optional writes: Rate,
        /// How long the primary takes for a write that a request asks for. It is acknowledged when
        /// the standbys that it waits for have it, too.
        optional write: Distribution,
        /// How long the primary takes for a read that a request asks for.
        optional read: Distribution,
        /// Connections: each attempt of a call holds one from when it is sent until its caller no
        /// longer waits. It is inside all policies of the call but `response_timeout`.
        optional pool: At<Pool>,
        /// Where the primary is.
        optional zone: Name,
        /// Where the primary is.
        optional region: Name,
        /// Copies that follow it: one table, or a list of them.
        optional standby: Standbys,
        /// How a standby takes over, phase by phase.
        optional failover: Failover,
        /// Copies of a moment, and where the log goes.
        optional backup: At<Copies>,
        /// How a copy is made into a store again.
        optional restore: Restore,
        /// How it is found out that a restore would fail.
        optional drill: Drill,
        /// What is promised.
        optional target: RecoveryTarget,
    }
}

impl Read for Store {
    const EXPECTED: &'static str = StoreTable::EXPECTED;

    fn shape() -> Shape {
        StoreTable::shape()
    }

    /// Without its name, which is its key.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = StoreTable::read(node, reader)?;
        let wal = table.wal.map_or(0.0, |it| it.value.bytes_per_sec());
        let copies = table.backup.as_ref().map(|it| it.value.clone()).unwrap_or_default();
        let place = table.backup.as_ref().map_or(node.place, |it| it.place);
        if let Some(burst) = table.burst.filter(|it| it.value.wal <= wal) {
            let message = "a burst makes more log than the store does outside it";
            return reader.refuse(Code::Conflict, burst.place, message);
        }
        let snapshots = copies.backups.iter().any(|it| it.kind == BackupKind::Snapshot);
        let orphan = copies.backups.iter().find(|it| it.kind != BackupKind::Snapshot);
        let orphan = orphan.map(|it| it.kind.name()).or(copies.archive.as_ref().map(|_| "wal"));
        if let Some(kind) = orphan.filter(|_| !snapshots) {
            let message = format!("`{kind}` adds to a snapshot, and there is none");
            let help = "add { kind = \"snapshot\", every = \"24h\", keep = \"7d\" }";
            return reader.refuse_with(Code::Conflict, place, message, help);
        }
        if let Some(pool) =
            table.pool.as_ref().filter(|_| table.write.is_none() && table.read.is_none())
        {
            let message = "nobody takes a connection: requests ask nothing of this store";
            let help = "say how long it takes: write = \"2ms\", read = \"1ms\"";
            return reader.refuse_with(Code::Conflict, pool.place, message, help);
        }
        links_keep_up(&table, wal, reader)?;
        archive_keeps_up(copies.archive.as_ref(), wal, &table, reader)?;
        let changes = table.changes.map_or(wal, Throughput::bytes_per_sec);
        Some(Self {
            name: String::new(),
            size: table.size.map_or(0, Size::bytes),
            rows: table.rows.map(Wide::wide),
            growth: table.growth.map_or(0.0, Throughput::bytes_per_sec),
            changes,
            wal,
            burst: table.burst.map(|it| it.value),
            writes: table.writes.map(Rate::per_sec),
            site: Site { zone: table.zone.map(|it| it.0), region: table.region.map(|it| it.0) },
            standbys: table.standby.map(|it| it.0).unwrap_or_default(),
            failover: table.failover,
            backups: copies.backups,
            archive: copies.archive,
            restore: table.restore.unwrap_or_else(at_once),
            drill: table.drill,
            target: table.target.unwrap_or_default(),
            serves: serves(table.write, table.read),
            pool: table.pool.map(|it| it.value.slots),
        })
    }
}

/// What requests can ask of it; without its name, which is the store's.
fn serves(write: Option<Distribution>, read: Option<Distribution>) -> Option<Service> {
    let operation = |name: &str, time| Operation {
        name: name.to_owned(),
        time,
        errors: ErrorRate { share: 0.0, code: 500 },
        effect: None,
        calls: Vec::new(),
    };
    let write = write.map(|it| operation(Store::WRITE, it));
    let read = read.map(|it| operation(Store::READ, it));
    let ops: Vec<_> = write.into_iter().chain(read).collect();
    (!ops.is_empty()).then(|| Store::serving(String::new(), ops))
}

/// What is always written gets through; what a burst adds may wait.
fn links_keep_up(table: &StoreTable, wal: f64, reader: &mut Reader<'_>) -> Option<()> {
    let standbys = table.standby.iter().flat_map(|it| &it.0);
    let slow = standbys.filter(|it| {
        let link = |link: f64| {
            link <= wal || table.burst.is_some_and(|it| falls_behind(it.value, wal, link))
        };
        matches!(it.mode, Replication::Async(Lag::Link(rate)) if link(rate))
    });
    let (Some(standby), Some(place)) = (slow.map(|it| it.name.clone()).next(), table.wal) else {
        return Some(());
    };
    let message = format!(
        "the link to `{standby}` carries less than is written: it falls behind without end"
    );
    let help = "make `link` faster, or write less log";
    reader.refuse_with(Code::OutOfRange, place.place, message, help)
}

/// Whether a link does not carry in a whole round what is written in it.
fn falls_behind(burst: Burst, wal: f64, link: f64) -> bool {
    let (every, lasts) = (burst.every.as_secs_f64(), burst.lasts.as_secs_f64());
    burst.wal * lasts + wal * (every - lasts) >= link * every
}

/// A restore that takes no time.
fn at_once() -> Restore {
    let overhead = Distribution::constant(SimDuration::ZERO);
    Restore { overhead, rate: None, replay: None, lazy: false, verify: Vec::new() }
}

/// Segments are closed at some time, and go out faster than they come.
fn archive_keeps_up(
    archive: Option<&Archive>,
    wal: f64,
    table: &StoreTable,
    reader: &mut Reader<'_>,
) -> Option<()> {
    let Some((archive, backup)) = archive.zip(table.backup.as_ref()) else { return Some(()) };
    let Some(period) = archive.period(wal) else {
        let message = "the log archive never gets a segment: `wal` says nothing, and neither does \
                       `every`";
        let help = "say how much log there is (wal = \"1MB/s\"), or how long a segment stays open \
                    (every = \"60s\")";
        return reader.refuse_with(Code::Conflict, backup.place, message, help);
    };
    if archive.upload.mean_secs() >= period.as_secs_f64() {
        let message = format!(
            "a segment of the log takes {:.1} s to upload, and the next is there after {:.1} s: \
             the archive falls behind without end",
            archive.upload.mean_secs(),
            period.as_secs_f64()
        );
        let help = "make `upload` shorter, or `segment` larger";
        return reader.refuse_with(Code::OutOfRange, backup.place, message, help);
    }
    Some(())
}

section! {
    /// `burst`: a stretch of more log, again and again from midnight on.
    struct BurstTable {
        /// How much log there is then.
        required wal: Throughput,
        /// From one beginning to the next.
        required every: Positive<SimDuration>,
        /// How long it is.
        required lasts as "for": At<Positive<SimDuration>>,
    }
}

impl Read for Burst {
    const EXPECTED: &'static str = BurstTable::EXPECTED;

    fn shape() -> Shape {
        BurstTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = BurstTable::read(node, reader)?;
        let (every, lasts) = (table.every.0, table.lasts.value.0);
        if lasts >= every {
            let message = "a burst is over before the next begins";
            return reader.refuse(Code::OutOfRange, table.lasts.place, message);
        }
        Some(Self { wal: table.wal.bytes_per_sec(), every, lasts })
    }
}

section! {
    /// `restore`: how a copy is made into a store again.
    struct RestoreTable {
        /// Before the first byte and after the last.
        default overhead: Distribution = Distribution::constant(SimDuration::ZERO),
        /// How fast it is copied; at once where this is not said.
        optional rate: At<Throughput>,
        /// How fast log is replayed; at once where this is not said.
        optional replay: At<Throughput>,
        /// Whether it serves before all is copied: what is missing then comes with the first touch.
        default lazy: bool = false,
        /// What a drill looks at: `"row_count"`, `"integrity"`.
        default verify: List<Name, LOOKS_MAX> = List(Vec::new()),
    }
}

impl Read for Restore {
    const EXPECTED: &'static str = RestoreTable::EXPECTED;

    fn shape() -> Shape {
        RestoreTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = RestoreTable::read(node, reader)?;
        Some(Self {
            overhead: table.overhead,
            rate: moving(table.rate, reader)?,
            replay: moving(table.replay, reader)?,
            lazy: table.lazy,
            verify: table.verify.0.into_iter().map(|it| it.value.0).collect(),
        })
    }
}

/// A rate at which something ends some time; the outer `None` is a fault.
#[expect(clippy::option_option, reason = "absent and faulty are two different things")]
pub(super) fn moving(rate: Option<At<Throughput>>, reader: &mut Reader<'_>) -> Option<Option<f64>> {
    match rate.map(|it| (it.value.bytes_per_sec(), it.place)) {
        Some((0.0, place)) => {
            reader.refuse(Code::OutOfRange, place, "at this rate it would never end")
        }
        rate => Some(rate.map(|it| it.0)),
    }
}

section! {
    /// `drill`: how it is found out that a restore would fail.
    struct DrillTable {
        /// From one drill to the next: `"91d"` is four a year.
        required every: Positive<SimDuration>,
        /// From a drill until a restore would fail, and nobody knows.
        required breaks: Distribution,
        /// How long it takes to mend what is found broken in the disaster itself; where this is not
        /// said, it cannot be mended then.
        optional mend: Distribution,
    }
}

impl Read for Drill {
    const EXPECTED: &'static str = DrillTable::EXPECTED;

    fn shape() -> Shape {
        DrillTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = DrillTable::read(node, reader)?;
        Some(Self { every: table.every.0, breaks: table.breaks, mend: table.mend })
    }
}

section! {
    /// `target`: what is promised.
    struct TargetTable {
        /// Back after so long at most.
        optional rto: SimDuration,
        /// So much lost at most.
        optional rpo: SimDuration,
    }
}

impl Read for RecoveryTarget {
    const EXPECTED: &'static str = TargetTable::EXPECTED;

    fn shape() -> Shape {
        TargetTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = TargetTable::read(node, reader)?;
        Some(Self { rto: table.rto, rpo: table.rpo })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::value_of;

    #[test]
    fn a_write_waits_for_the_slowest_of_those_that_it_waits_for() {
        let store: Store = value_of(
            "{ write = \"2ms\", standby = [{ mode = \"sync\", rtt = \"1ms\" }, \
             { mode = \"semi_sync\", rtt = \"uniform(1ms..7ms)\" }, \
             { mode = \"async\", rtt = \"90ms\" }] }",
        );
        assert!((store.mean_wait_secs() - 0.004).abs() < 1e-12);
    }
}
