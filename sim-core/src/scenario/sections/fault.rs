//! `[[fault]]`: what breaks, when, and how much of it.

use crate::backup::longest;
use crate::distribution::Distribution;
use crate::fault::Pauses;
use crate::quantity::{Rate, Share, Size, Throughput};
use crate::scenario::diagnostic::Code;
use crate::scenario::place::Place;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::{Kinds, Shape};
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{Name, OneOf, Positive, Some1, Word};
use crate::schema::{
    ErrorRate, Failover, Fault, FaultKind, FaultTarget, Held, Leak, RateCap, Run, Store,
};
use crate::time::SimDuration;

use super::fault_aim::{OnText, Stages, blast, target};
use super::load::bare_number;
use super::service::{SERVER_ERROR, Status, status};

/// Names of phases that are always there.
const RESERVED: [&str; 4] = ["before", "after", "always", "warmup"];
const FACTOR_MAX: f64 = 1e6;

section! {
    /// `[[fault]]`: something that breaks for a while.
    struct FaultTable {
        /// Names a phase of the report.
        required name: At<Name>,
        /// What it does. `"restore"`: a store is lost with its standbys, and restored from the newest
        /// `backup` that is any good and the log after it; what was written since is lost. What
        /// there is, and so how long that takes, is drawn as for a `[[disaster]]` that takes the
        /// primary: at the time that `run.clock` shows, or at any time where it shows none.
        required kind: At<OneOf<Kind>>,
        /// What it strikes: `"fraud"`, `"checkout -> fraud"`, a load, a pool, a store.
        required on: At<OnText>,
        /// How much longer messages take.
        optional add: At<Distribution>,
        /// By what service times or arrivals are multiplied.
        optional factor: At<Factor>,
        /// The share of answers or attempts that it strikes.
        optional rate: At<Share>,
        /// The HTTP status of the errors.
        optional code: At<Status>,
        /// How many slots or workers it holds.
        optional slots: At<Held>,
        /// The share of each instance's workers that it takes away.
        optional load: At<Positive<Share>>,
        /// The rate past which it turns attempts away.
        optional limit: At<Positive<Rate>>,
        /// How many it lets through at once; as many as come in a second where this is not said.
        optional burst: At<Some1>,
        /// From the beginning of one pause to that of the next.
        optional every: At<Positive<SimDuration>>,
        /// How long each pause is.
        optional pause: At<Positive<SimDuration>>,
        /// How fast each instance loses memory.
        optional leak: At<Positive<Throughput>>,
        /// How much memory each instance has.
        optional memory: At<Positive<Size>>,
        /// Whether attempts get no answer while a store is restored, as of a machine that is gone;
        /// they are refused where this is not said.
        optional hangs: At<bool>,
        /// When it begins, from time zero.
        required at: At<SimDuration>,
        /// How long it lasts; to the end where this is not said. A `db_failover` takes as long as the
        /// store's `failover` does, a `restore` as long as its `backup` and `restore` make it: their
        /// phases are as long as that can be.
        optional lasts as "for": At<Positive<SimDuration>>,
        /// How long it takes to reach its full strength.
        optional ramp: At<SimDuration>,
        /// How much of its target it strikes: `"1"`, `"20%"` or `"all"`.
        ///
        /// A list such as `["1", "5%", "10%"]` widens the fault in stages, which share `for`
        /// equally. When a stage ends, each expectation `during` this fault is judged on it: a metric
        /// by what ended in the stage (one that is of whole phases is left out, and so is one that
        /// is not defined there), a state by whether it held at all times. Where one does not hold,
        /// the fault ends there, and the expectation has failed in that replication; what else is
        /// expected during the fault, or `always`, is not judged there.
        optional blast: At<Stages>,
    }
}

/// What a fault does, as the file names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Latency,
    Slow,
    Error,
    Blackhole,
    Refuse,
    Kill,
    Surge,
    PoolExhaust,
    Loss,
    ConsumerStop,
    Cpu,
    Throttle,
    Gc,
    Memory,
    Dns,
    DbFailover,
    Restore,
    ReplicationPause,
}

impl Word for Kind {
    const KIND: &'static str = "kind of fault";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("latency", Self::Latency),
        ("slow", Self::Slow),
        ("error", Self::Error),
        ("blackhole", Self::Blackhole),
        ("refuse", Self::Refuse),
        ("kill", Self::Kill),
        ("surge", Self::Surge),
        ("pool_exhaust", Self::PoolExhaust),
        ("loss", Self::Loss),
        ("consumer_stop", Self::ConsumerStop),
        ("cpu", Self::Cpu),
        ("throttle", Self::Throttle),
        ("gc", Self::Gc),
        ("memory", Self::Memory),
        ("dns", Self::Dns),
        ("db_failover", Self::DbFailover),
        ("restore", Self::Restore),
        ("replication_pause", Self::ReplicationPause),
    ];
    const LATER: &'static [&'static str] = &[
        "partition",
        "duplicate",
        "corrupt",
        "reorder",
        "bandwidth",
        "slow_close",
        "slicer",
        "limit_data",
        "cert_expiry",
        "pause",
        "crash_loop",
        "zone_down",
        "region_down",
        "capacity_error",
        "oom",
        "disk_full",
        "io",
        "pids",
        "clock_skew",
        "lag",
        "backup_fail",
        "backup_corrupt",
        "data_delete",
        "cache_flush",
        "cache_down",
        "hot_key",
        "queue_fill",
        "bad_deploy",
        "page_delay",
        "wrong_step",
    ];
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        Self::WORDS.iter().find(|it| it.1 == self).map_or("", |it| it.0)
    }

    /// The knobs that it has beside the common ones.
    fn knobs(self) -> &'static [&'static str] {
        match self {
            Self::Latency => &["add", "ramp"],
            Self::Slow | Self::Surge => &["factor", "ramp"],
            Self::Error => &["rate", "code", "ramp"],
            Self::Blackhole | Self::Refuse | Self::Loss => &["rate", "ramp"],
            Self::Kill | Self::ConsumerStop | Self::DbFailover | Self::ReplicationPause => &[],
            Self::Cpu => &["load", "ramp"],
            Self::Throttle => &["limit", "burst"],
            Self::Gc => &["every", "pause", "ramp"],
            Self::Memory => &["leak", "memory"],
            Self::Dns => &["add", "rate", "ramp"],
            Self::PoolExhaust => &["slots", "ramp"],
            Self::Restore => &["hangs"],
        }
    }
}

/// A fault and where its parts stand, for the checks that need the whole scenario.
#[derive(Clone, Debug)]
pub(crate) struct PlacedFault {
    pub(crate) fault: Fault,
    pub(crate) name: Place,
    pub(crate) on: Place,
    pub(crate) at: Place,
    pub(crate) blast: Place,
    pub(crate) slots: Place,
}

impl PlacedFault {
    /// A failover lasts as long as its store's phases may, a restore as long as one of the store may at
    /// the time that the clock shows then.
    #[must_use]
    pub(crate) fn lasting(mut self, stores: &[Store], run: &Run) -> Self {
        let FaultTarget::Store(name) = &self.fault.on else { return self };
        let Some(store) = stores.iter().find(|it| it.name == *name) else { return self };
        match self.fault.kind {
            FaultKind::Failover => {
                let longest = store.failover.as_ref().map(Failover::longest);
                self.fault.lasts = longest.unwrap_or(SimDuration::ZERO);
            }
            FaultKind::Restore(_) => {
                let longest = longest(&store.kept(), run.since_midnight(self.fault.at));
                self.fault.lasts = longest.unwrap_or(SimDuration::MAX);
            }
            _ => {}
        }
        self
    }
}

impl Read for PlacedFault {
    const EXPECTED: &'static str = FaultTable::EXPECTED;

    fn shape() -> Shape {
        let own = Kind::WORDS.iter().map(|it| (it.0, it.1.knobs().to_vec())).collect();
        FaultTable::shape().by_kind(Kinds { by: "kind", own })
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        // The knobs of kinds to come are not known either: one fault is told, not each of them.
        if let Some(kind) = node.get("kind").filter(|it| later(it)) {
            return At::<OneOf<Kind>>::read(kind, reader).and(None);
        }
        let table = FaultTable::read(node, reader)?;
        let kind = table.kind.value.0;
        let staged = table.blast.as_ref().filter(|it| it.value.0.len() > 1).map(|it| it.place);
        let checked = (
            own_knobs(kind, &table, reader),
            name(&table.name, reader),
            times(&table, staged, reader),
        );
        let on = target(kind, &table.on, reader);
        let blast = blast(kind, &table.on.value, table.blast.as_ref(), reader);
        let what = what(kind, &table, node.place, reader);
        let (Some(()), Some(()), Some(())) = checked else { return None };
        let place = |it: Option<Place>| it.unwrap_or(node.place);
        let fault = Fault {
            name: table.name.value.0,
            kind: what?,
            on: on?,
            blast: blast?,
            at: table.at.value,
            lasts: table.lasts.map_or(SimDuration::MAX, |it| it.value.0),
            ramp: table.ramp.map_or(SimDuration::ZERO, |it| it.value),
        };
        Some(Self {
            fault,
            name: table.name.place,
            on: table.on.place,
            at: table.at.place,
            blast: place(table.blast.map(|it| it.place)),
            slots: place(table.slots.map(|it| it.place)),
        })
    }
}

fn later(kind: &Node) -> bool {
    kind.as_text().is_some_and(|word| Kind::LATER.contains(&word))
}

/// A knob of another kind would change nothing.
fn own_knobs(kind: Kind, table: &FaultTable, reader: &mut Reader<'_>) -> Option<()> {
    let set = [
        ("add", table.add.as_ref().map(|it| it.place)),
        ("factor", table.factor.map(|it| it.place)),
        ("rate", table.rate.map(|it| it.place)),
        ("code", table.code.map(|it| it.place)),
        ("slots", table.slots.map(|it| it.place)),
        ("load", table.load.map(|it| it.place)),
        ("limit", table.limit.map(|it| it.place)),
        ("burst", table.burst.map(|it| it.place)),
        ("every", table.every.map(|it| it.place)),
        ("pause", table.pause.map(|it| it.place)),
        ("leak", table.leak.map(|it| it.place)),
        ("memory", table.memory.map(|it| it.place)),
        ("hangs", table.hangs.map(|it| it.place)),
        ("ramp", table.ramp.map(|it| it.place)),
    ];
    let mut own = Some(());
    for (knob, place) in set {
        let Some(place) = place.filter(|_| !kind.knobs().contains(&knob)) else { continue };
        let has = |it: &&(&str, Kind)| it.1.knobs().contains(&knob);
        let kinds: Vec<_> = Kind::WORDS.iter().filter(has).map(|it| it.0).collect();
        let message = format!("unknown key `{knob}` for the kind `{}`", kind.name());
        let s = if kinds.len() == 1 { "" } else { "s" };
        let help = format!("`{knob}` is for the kind{s} {}", kinds.join(", "));
        own = reader.refuse_with(Code::UnknownKey, place, message, help);
    }
    own
}

fn name(name: &At<Name>, reader: &mut Reader<'_>) -> Option<()> {
    if RESERVED.contains(&name.value.0.as_str()) {
        let message = format!("`{}` is the name of a phase already", name.value.0);
        return reader.refuse(Code::BadName, name.place, message);
    }
    Some(())
}

fn times(table: &FaultTable, staged: Option<Place>, reader: &mut Reader<'_>) -> Option<()> {
    let drawn = match table.kind.value.0 {
        Kind::DbFailover => Some((
            "a failover takes as long as its phases do",
            "take `for` out, and say in the store's `failover` how long each phase takes",
        )),
        Kind::Restore => Some((
            "a restore takes as long as the store's size and backups make it",
            "take `for` out, and say in the store's `restore` how fast it is: \
             { overhead = \"5m\", rate = \"100MB/s\" }",
        )),
        _ => None,
    };
    if let (Some((message, help)), Some(lasts)) = (drawn, table.lasts) {
        return reader.refuse_with(Code::Conflict, lasts.place, message, help);
    }
    if let (Some(place), None) = (staged, table.lasts) {
        let message = "`for` is missing: the stages share it";
        return reader.refuse(Code::MissingKey, place, message);
    }
    if let (Some(_), Some(ramp)) = (staged, table.ramp) {
        let message = "a fault grows by a ramp or in stages, not both";
        return reader.refuse_with(Code::Conflict, ramp.place, message, "take one of them out");
    }
    match (table.ramp, table.lasts) {
        (Some(ramp), Some(lasts)) if ramp.value > lasts.value.0 => {
            reader.refuse(Code::OutOfRange, ramp.place, "the ramp is longer than the fault")
        }
        _ => Some(()),
    }
}

/// What the fault does, from the knobs of its kind.
fn what(
    kind: Kind,
    table: &FaultTable,
    place: Place,
    reader: &mut Reader<'_>,
) -> Option<FaultKind> {
    let missing = |knob: &str, reader: &mut Reader<'_>| {
        let message =
            format!("`{knob}` is missing: a fault of the kind `{}` needs it", kind.name());
        reader.refuse(Code::MissingKey, place, message)
    };
    let share = table.rate.map_or(1.0, |it| it.value.fraction());
    match kind {
        Kind::Latency => match &table.add {
            Some(add) => Some(FaultKind::Latency(add.value.clone())),
            None => missing("add", reader),
        },
        Kind::Slow => match table.factor {
            Some(At { value: Factor(factor), .. }) if factor >= 1.0 => {
                Some(FaultKind::Slow(factor))
            }
            Some(factor) => {
                let message = "a factor below 1 would make the service faster";
                reader.refuse(Code::OutOfRange, factor.place, message)
            }
            None => missing("factor", reader),
        },
        Kind::Surge => match table.factor {
            Some(factor) => Some(FaultKind::Surge(factor.value.0)),
            None => missing("factor", reader),
        },
        Kind::PoolExhaust => match table.slots {
            Some(slots) => Some(FaultKind::PoolExhaust(slots.value)),
            None => missing("slots", reader),
        },
        Kind::Error => {
            let code = status(table.code.map_or(SERVER_ERROR, |it| it.value));
            Some(FaultKind::Error(ErrorRate { share, code }))
        }
        Kind::Blackhole => Some(FaultKind::Blackhole(share)),
        Kind::Refuse => Some(FaultKind::Refuse(share)),
        Kind::Kill => Some(FaultKind::Kill),
        Kind::DbFailover => Some(FaultKind::Failover),
        Kind::Restore => Some(FaultKind::Restore(table.hangs.is_some_and(|it| it.value))),
        Kind::ReplicationPause => Some(FaultKind::ReplicationPause),
        Kind::Loss => Some(FaultKind::Loss(share)),
        Kind::ConsumerStop => Some(FaultKind::ConsumerStop),
        Kind::Cpu => match table.load {
            Some(load) => Some(FaultKind::Cpu(load.value.0.fraction())),
            None => missing("load", reader),
        },
        Kind::Throttle => match table.limit {
            Some(limit) => Some(FaultKind::Throttle(throttle(limit.value.0, table.burst))),
            None => missing("limit", reader),
        },
        Kind::Gc => match (table.every, table.pause) {
            (Some(every), Some(pause)) if pause.value.0 >= every.value.0 => {
                let message = "the next pause begins before this one ends";
                reader.refuse(Code::OutOfRange, pause.place, message)
            }
            (Some(every), Some(pause)) => {
                Some(FaultKind::Gc(Pauses { every: every.value.0, pause: pause.value.0 }))
            }
            (None, _) => missing("every", reader),
            (_, None) => missing("pause", reader),
        },
        Kind::Memory => match (table.leak, table.memory) {
            (Some(leak), Some(memory)) => {
                let (rate, memory) = (leak.value.0.bytes_per_sec(), memory.value.0.bytes());
                Some(FaultKind::Memory(Leak { rate, memory }))
            }
            (None, _) => missing("leak", reader),
            (_, None) => missing("memory", reader),
        },
        Kind::Dns => match (&table.add, table.rate) {
            (Some(_), Some(rate)) => {
                let message = "lookups are slow (`add`) or get no answer (`rate`), not both";
                reader.refuse(Code::Conflict, rate.place, message)
            }
            (Some(add), None) => Some(FaultKind::SlowDns(add.value.clone())),
            (None, _) => Some(FaultKind::Dns(share)),
        },
    }
}

/// A second's worth at once, where nothing else is said.
fn throttle(limit: Rate, burst: Option<At<Some1>>) -> RateCap {
    let rate = limit.per_sec();
    let burst = burst.map_or_else(|| rate.ceil().clamp(1.0, 1e6) as u32, |it| it.value.get());
    RateCap { rate, burst }
}

/// `factor = 6`: at least zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factor(f64);

impl Factor {
    pub(super) fn get(self) -> f64 {
        self.0
    }
}

impl Read for Factor {
    const EXPECTED: &'static str = "a number such as 6";

    fn shape() -> Shape {
        Shape::Number { least: 0.0, most: FACTOR_MAX }
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match bare_number(node) {
            Some(factor) if (0.0..=FACTOR_MAX).contains(&factor) => Some(Self(factor)),
            Some(_) => {
                let message = "the factor is out of range: it goes from 0 to 1000000";
                reader.refuse(Code::OutOfRange, node.place, message)
            }
            None => reader.wrong_type(node, Self::EXPECTED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{faults_of, value_of};
    use crate::schema::Blast;

    /// A fault on what `testing` knows: the service `a` with a call `b`, the load `l`, the pool `p`, the store `s`.
    fn text(kind: &str, on: &str, rest: &str) -> String {
        format!("{{ name = \"f\", kind = \"{kind}\", on = \"{on}\", at = \"1s\" {rest} }}")
    }

    #[test]
    fn every_kind_reads_its_knobs() {
        let kind = |kind: &str, on: &str, rest: &str| {
            value_of::<PlacedFault>(&text(kind, on, rest)).fault.kind
        };
        assert!(matches!(kind("latency", "a -> b", ", add = \"8s\""), FaultKind::Latency(_)));
        assert!(matches!(kind("slow", "a", ", factor = 6"), FaultKind::Slow(6.0)));
        assert!(matches!(
            kind("error", "a", ", rate = \"20%\", code = 503"),
            FaultKind::Error(ErrorRate { share: 0.2, code: 503 })
        ));
        assert!(matches!(kind("blackhole", "a->b", ""), FaultKind::Blackhole(1.0)));
        assert!(matches!(kind("refuse", "a", ", rate = \"5%\""), FaultKind::Refuse(0.05)));
        assert!(matches!(kind("kill", "a", ", blast = \"1\""), FaultKind::Kill));
        assert!(matches!(kind("surge", "l", ", factor = 2.5"), FaultKind::Surge(2.5)));
        let held = |slots: &str| kind("pool_exhaust", "p", &format!(", slots = {slots}"));
        assert!(matches!(kind("loss", "a -> b", ", rate = \"1%\""), FaultKind::Loss(0.01)));
        assert!(matches!(kind("consumer_stop", "a", ""), FaultKind::ConsumerStop));
        assert!(matches!(kind("cpu", "a", ", load = \"50%\""), FaultKind::Cpu(0.5)));
        let throttled =
            |burst: &str| kind("throttle", "a -> b", &format!(", limit = \"2.5/s\"{burst}"));
        let want = |burst| FaultKind::Throttle(RateCap { rate: 2.5, burst });
        assert_eq!(format!("{:?}", throttled("")), format!("{:?}", want(3)));
        assert_eq!(format!("{:?}", throttled(", burst = 7")), format!("{:?}", want(7)));
        assert!(matches!(kind("gc", "a", ", every = \"10s\", pause = \"1s\""), FaultKind::Gc(_)));
        let FaultKind::Memory(leak) = kind("memory", "a", ", leak = \"2MiB/s\", memory = \"1GiB\"")
        else {
            panic!("it is a leak")
        };
        assert_eq!(leak.lasts(), SimDuration::from_secs(512));
        assert!(matches!(kind("dns", "a -> b", ", add = \"1s\""), FaultKind::SlowDns(_)));
        assert!(matches!(kind("dns", "a -> b", ""), FaultKind::Dns(1.0)));
        assert!(matches!(kind("db_failover", "s", ""), FaultKind::Failover));
        assert!(matches!(kind("restore", "s", ""), FaultKind::Restore(false)));
        assert!(matches!(kind("restore", "s", ", hangs = true"), FaultKind::Restore(true)));
        assert!(matches!(kind("replication_pause", "s", ""), FaultKind::ReplicationPause));
        assert!(matches!(kind("kill", "s", ""), FaultKind::Kill));
        assert!(matches!(held("7"), FaultKind::PoolExhaust(Held::Count(7))));
        assert!(matches!(held("\"80%\""), FaultKind::PoolExhaust(Held::Share(0.8))));
        assert!(matches!(held("\"all\""), FaultKind::PoolExhaust(Held::Share(1.0))));
    }

    #[test]
    fn what_is_not_said_has_its_default() {
        let fault = value_of::<PlacedFault>(&text("kill", "a", "")).fault;
        assert_eq!((fault.blast, fault.ramp), (vec![Blast::All], SimDuration::ZERO));
        assert_eq!(fault.lasts, SimDuration::MAX);
    }

    #[test]
    fn a_blast_may_widen_in_stages() {
        let staged = text("kill", "a", ", for = \"9s\", blast = [\"1\", \"5%\", \"all\"]");
        let want = [Blast::Count(1), Blast::Share(0.05), Blast::All];
        assert_eq!(value_of::<PlacedFault>(&staged).fault.blast, want);
    }

    #[test]
    fn faults_are_told() {
        let cases = [
            (text("kill", "a", ", blast = [\"1\", \"all\"]"), Code::MissingKey),
            (text("kill", "a", ", for = \"9s\", blast = []"), Code::OutOfRange),
            (text("kill", "a", ", for = \"9s\", blast = [\"1\", 2]"), Code::WrongType),
            (text("kill", "a", ", for = \"9s\", blast = [\"1\", \"zone:a\"]"), Code::NotYet),
            (
                text(
                    "slow",
                    "a",
                    ", factor = 2, ramp = \"1s\", for = \"9s\", blast = [\"1\", \"all\"]",
                ),
                Code::Conflict,
            ),
            (
                text("surge", "l", ", factor = 2, for = \"9s\", blast = [\"1%\", \"all\"]"),
                Code::Misfit,
            ),
            (text("bandwidth", "a -> b", ", percent = 3"), Code::NotYet),
            (text("loss", "a", ""), Code::Misfit),
            (text("dns", "a", ""), Code::Misfit),
            (text("dns", "a -> b", ", add = \"1s\", rate = \"5%\""), Code::Conflict),
            (text("cpu", "a", ""), Code::MissingKey),
            (text("cpu", "a -> b", ", load = \"5%\""), Code::Misfit),
            (text("gc", "a", ", every = \"1s\""), Code::MissingKey),
            (text("gc", "a", ", every = \"1s\", pause = \"1s\""), Code::OutOfRange),
            (text("memory", "a", ", leak = \"1MB/s\""), Code::MissingKey),
            (text("throttle", "a", ", limit = \"0/s\""), Code::OutOfRange),
            (text("consumer_stop", "a", ", ramp = \"1s\""), Code::UnknownKey),
            (text("db_failover", "a", ""), Code::Misfit),
            (text("db_failover", "a -> b", ""), Code::Misfit),
            (text("db_failover", "s", ", for = \"1s\""), Code::Conflict),
            (text("db_failover", "s", ", blast = \"1\""), Code::Misfit),
            (text("db_failover", "s", ", ramp = \"1s\""), Code::UnknownKey),
            (text("restore", "a", ""), Code::Misfit),
            (text("restore", "s", ", for = \"1s\""), Code::Conflict),
            (text("restore", "s", ", blast = \"1\""), Code::Misfit),
            (text("restore", "s", ", hangs = \"yes\""), Code::WrongType),
            (text("kill", "s", ", hangs = true"), Code::UnknownKey),
            (text("replication_pause", "p", ""), Code::Misfit),
            (text("surge", "s", ", factor = 2"), Code::Misfit),
            (text("kil", "a", ""), Code::UnknownWord),
            (text("kill", "z", ""), Code::UnknownName),
            (text("latency", "a -> z", ", add = \"1s\""), Code::UnknownName),
            (text("kill", "a", ", add = \"1s\""), Code::UnknownKey),
            (text("kill", "a", ", ramp = \"1s\""), Code::UnknownKey),
            (text("latency", "a", ""), Code::MissingKey),
            (text("slow", "a", ", factor = 0.5"), Code::OutOfRange),
            (text("surge", "l", ", factor = -1"), Code::OutOfRange),
            (text("surge", "l", ", factor = nan"), Code::OutOfRange),
            (text("surge", "a", ", factor = 2"), Code::Misfit),
            (text("kill", "a -> b", ""), Code::Misfit),
            (text("kill", "l", ""), Code::Misfit),
            (text("latency", "a -> b", ", add = \"1s\", blast = \"1\""), Code::Misfit),
            (text("pool_exhaust", "p", ", slots = 1, blast = \"20%\""), Code::Misfit),
            (text("kill", "a", ", blast = \"0\""), Code::OutOfRange),
            (text("kill", "a", ", blast = \"zone:a\""), Code::NotYet),
            (text("kill", "a", ", blast = \"some\""), Code::BadQuantity),
            (text("slow", "a", ", factor = 2, for = \"1s\", ramp = \"2s\""), Code::OutOfRange),
            (text("kill", "a", ", for = \"0s\""), Code::OutOfRange),
            (text("kill", "a", "").replace("\"f\"", "\"before\""), Code::BadName),
            (text("kill", "a", "").replace("\"f\"", "\"a b\""), Code::BadName),
        ];
        for (text, code) in cases {
            let faults = faults_of::<PlacedFault>(&text);
            assert_eq!((faults.len(), faults[0].code), (1, code), "{text}: {faults:?}");
        }
    }
}
