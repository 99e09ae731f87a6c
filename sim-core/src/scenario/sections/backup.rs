//! `backup`: copies of a moment, each kind on its own schedule, and where the log goes.

use crate::distribution::Distribution;
use crate::quantity::{Share, Size};
use crate::scenario::diagnostic::Code;
use crate::scenario::place::Place;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::Shape;
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{List, OneOf, OrNone, Positive, Word};
use crate::schema::{Archive, Backup, BackupKind, PointOf};
use crate::time::SimDuration;

/// Schedules of one store at most.
const SCHEDULES_MAX: usize = 8;
/// Backups of one schedule that are kept, at most.
const KEPT_MAX: u64 = 100_000;
/// A segment of `PostgreSQL`'s log.
const SEGMENT: u64 = 16 << 20;

/// All schedules of a store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Copies {
    pub(crate) backups: Vec<Backup>,
    pub(crate) archive: Option<Archive>,
}

impl Read for Copies {
    const EXPECTED: &'static str = "a list such as [{ kind = \"snapshot\", every = \"24h\" }]";

    fn shape() -> Shape {
        List::<Schedule, SCHEDULES_MAX>::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let schedules = List::<Schedule, SCHEDULES_MAX>::read(node, reader)?.0;
        let mut copies = Self::default();
        for At { value, place } in schedules {
            match value {
                Schedule::Backup(backup) => copies.backups.push(backup),
                Schedule::Log(archive) if copies.archive.is_none() => {
                    copies.archive = Some(archive);
                }
                Schedule::Log(_) => {
                    let message = "the log is archived already";
                    return reader.refuse(Code::Duplicate, place, message);
                }
            }
        }
        Some(copies)
    }
}

/// One schedule.
#[derive(Clone, Debug)]
enum Schedule {
    Backup(Backup),
    Log(Archive),
}

/// `kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Copy(BackupKind),
    Log,
}

impl Word for Kind {
    const KIND: &'static str = "kind of backup";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("snapshot", Self::Copy(BackupKind::Snapshot)),
        ("incremental", Self::Copy(BackupKind::Incremental)),
        ("differential", Self::Copy(BackupKind::Differential)),
        ("wal", Self::Log),
    ];
}

impl Word for PointOf {
    const KIND: &'static str = "moment of a backup";
    const WORDS: &'static [(&'static str, Self)] = &[("start", Self::Start), ("end", Self::End)];
}

section! {
    /// An element of `backup`: a schedule.
    struct ScheduleTable {
        /// `"snapshot"`: everything. `"incremental"`: what has changed since the backup before it.
        /// `"differential"`: what has changed since the last snapshot. `"wal"`: the log.
        required kind: OneOf<Kind>,
        /// From one start to the next. Of the log: how long a segment stays open at most; `"none"`,
        /// which is the default: until it is full.
        optional every: At<OrNone<Positive<SimDuration>>>,
        /// When the first of a day, or of a week, starts after midnight.
        optional at: At<SimDuration>,
        /// From the start until it can be used.
        optional takes: At<Distribution>,
        /// Which moment it shows: its `"start"`, as a snapshot of the storage, or its `"end"`, as
        /// `pg_basebackup`.
        optional point: At<OneOf<PointOf>>,
        /// The share that fails, which is noticed: the next one is made as planned.
        optional fails: At<Share>,
        /// The share that looks well but cannot be restored.
        optional bad: At<Share>,
        /// How long it is kept.
        required keep: At<Positive<SimDuration>>,
        /// Of the log: the size of a segment.
        optional segment: At<Size>,
        /// Of the log: from the end of a segment until it is safe.
        optional upload: At<Distribution>,
        /// Whether nobody, ransomware included, can delete or change it before that.
        default immutable: bool = false,
    }
}

impl Read for Schedule {
    const EXPECTED: &'static str = ScheduleTable::EXPECTED;

    fn shape() -> Shape {
        ScheduleTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = ScheduleTable::read(node, reader)?;
        match table.kind.0 {
            Kind::Copy(kind) => backup(kind, table, node.place, reader).map(Self::Backup),
            Kind::Log => archive(table, reader).map(Self::Log),
        }
    }
}

fn backup(
    kind: BackupKind,
    table: ScheduleTable,
    place: Place,
    reader: &mut Reader<'_>,
) -> Option<Backup> {
    let strangers = [("segment", table.segment.map(|it| it.place))];
    let upload = table.upload.as_ref().map(|it| it.place);
    belongs(&[strangers[0], ("upload", upload)], "`kind = \"wal\"`", reader)?;
    let Some(At { value: OrNone(Some(Positive(every))), .. }) = table.every else {
        let message = "`every` is missing";
        let help = "it takes a time such as \"24h\"";
        return reader.refuse_with(Code::MissingKey, place, message, help);
    };
    let keep = kept(&table.keep, every, reader)?;
    let at = match table.at {
        Some(At { value, place }) if value >= every => {
            let message = format!("this is not before {every}, when the next one starts");
            return reader.refuse(Code::OutOfRange, place, message);
        }
        at => at.map_or(SimDuration::ZERO, |it| it.value),
    };
    let share = |it: Option<At<Share>>| it.map_or(0.0, |it| it.value.fraction());
    Some(Backup {
        kind,
        every,
        at,
        takes: table.takes.map_or_else(no_time, |it| it.value),
        point: table.point.map_or(PointOf::Start, |it| it.value.0),
        fails: share(table.fails),
        bad: share(table.bad),
        keep,
        immutable: table.immutable,
    })
}

fn archive(table: ScheduleTable, reader: &mut Reader<'_>) -> Option<Archive> {
    let strangers = [
        ("at", table.at.map(|it| it.place)),
        ("takes", table.takes.as_ref().map(|it| it.place)),
        ("point", table.point.map(|it| it.place)),
        ("fails", table.fails.map(|it| it.place)),
        ("bad", table.bad.map(|it| it.place)),
    ];
    belongs(&strangers, "backups that copy data", reader)?;
    let timeout = table.every.and_then(|it| it.value.0).map(|it| it.0);
    let keep = match timeout {
        Some(timeout) => kept(&table.keep, timeout, reader)?,
        None => table.keep.value.0,
    };
    let segment = match table.segment {
        Some(At { value, place }) if value.bytes() == 0 => {
            return reader.refuse(Code::OutOfRange, place, "this must be more than zero");
        }
        segment => segment.map_or(SEGMENT, |it| it.value.bytes()),
    };
    let upload = table.upload.map_or_else(no_time, |it| it.value);
    Some(Archive { segment, timeout, upload, keep, immutable: table.immutable })
}

fn no_time() -> Distribution {
    Distribution::constant(SimDuration::ZERO)
}

/// Keys that belong to another kind of backup.
fn belongs(strangers: &[(&str, Option<Place>)], to: &str, reader: &mut Reader<'_>) -> Option<()> {
    match strangers.iter().find_map(|it| Some((it.0, it.1?))) {
        None => Some(()),
        Some((key, place)) => {
            let message = format!("`{key}` belongs to {to}");
            reader.refuse_with(Code::Conflict, place, message, "take it out")
        }
    }
}

/// A retention in which there is one at all times, and which somebody could count.
fn kept(
    keep: &At<Positive<SimDuration>>,
    every: SimDuration,
    reader: &mut Reader<'_>,
) -> Option<SimDuration> {
    let At { value: Positive(span), place } = *keep;
    if span < every {
        let message = format!(
            "each is deleted after {span} and the next one starts after {every}: at times there is \
             none"
        );
        let help = "keep them longer, or make them more often";
        return reader.refuse_with(Code::OutOfRange, place, message, help);
    }
    if span.div_floor(every) > KEPT_MAX && !every.is_zero() {
        let message = format!("more than {KEPT_MAX} of them would be kept");
        return reader.refuse(Code::TooLarge, place, message);
    }
    Some(span)
}
