//! `standby`: copies that follow the primary, and what a write waits for.

use super::store::moving;
use crate::distribution::Distribution;
use crate::quantity::Throughput;
use crate::scenario::diagnostic::Code;
use crate::scenario::outline::standby_names;
use crate::scenario::reader::{At, Read, Reader};
use crate::scenario::shape::Shape;
use crate::scenario::table::section;
use crate::scenario::tree::Node;
use crate::scenario::values::{List, Name, OneOf, Word};
use crate::schema::{Lag, Replication, Site, Standby, StandbyOutage};
use crate::time::SimDuration;

/// Standbys of one store at most.
const STANDBYS_MAX: usize = 16;
/// `rpl_semi_sync_master_timeout` of `MySQL`.
const FALL_BACK: SimDuration = SimDuration::from_secs(10);

/// One table, or a list of them.
#[derive(Clone, Debug)]
pub(crate) struct Standbys(pub(crate) Vec<Standby>);

impl Read for Standbys {
    const EXPECTED: &'static str = "a table such as { mode = \"sync\" }, or a list of them";

    fn shape() -> Shape {
        Shape::Either(vec![StandbyTable::shape(), List::<Standby, STANDBYS_MAX>::shape()])
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let mut standbys: Vec<Standby> = match node.as_array() {
            Some(_) => {
                let list = List::<Standby, STANDBYS_MAX>::read(node, reader)?;
                list.0.into_iter().map(|it| it.value).collect()
            }
            None => vec![Standby::read(node, reader)?],
        };
        let names = standby_names(node);
        for (index, (standby, name)) in standbys.iter_mut().zip(&names).enumerate() {
            if names[..index].contains(name) {
                let message = format!("there is another standby `{name}`");
                return reader.refuse(Code::Duplicate, node.place, message);
            }
            standby.name.clone_from(name);
        }
        Some(Self(standbys))
    }
}

/// `mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Sync,
    SemiSync,
    Async,
}

impl Word for Mode {
    const KIND: &'static str = "mode of replication";
    const WORDS: &'static [(&'static str, Self)] =
        &[("sync", Self::Sync), ("semi_sync", Self::SemiSync), ("async", Self::Async)];
}

/// `on_standby_loss`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnLoss {
    Degrade,
    Block,
}

impl Word for OnLoss {
    const KIND: &'static str = "answer to the loss of a standby";
    const WORDS: &'static [(&'static str, Self)] =
        &[("degrade", Self::Degrade), ("block", Self::Block)];
}

section! {
    /// `standby`: a copy that follows the primary.
    struct StandbyTable {
        /// What disasters call it; `"standby"` where there is only one.
        optional name: Name,
        /// What a write waits for: `"sync"`: the copy. `"semi_sync"`: the copy, for a while.
        /// `"async"`: nothing.
        required mode: OneOf<Mode>,
        /// The zone that it is in.
        optional zone: Name,
        /// The region that it is in.
        optional region: Name,
        /// How long a write waits for it, there and back.
        optional rtt: Distribution,
        /// What `sync` does while the copy is away: `"block"`: no writes. `"degrade"`: writes that
        /// nobody else has, which most do by default.
        optional on_standby_loss: At<OneOf<OnLoss>>,
        /// How long `semi_sync` waits before it goes on alone; 10 s where this is not said.
        optional fall_back: At<SimDuration>,
        /// How far `async` is behind.
        optional lag: At<Distribution>,
        /// What carries the log to an `async` copy: it is behind by what does not get through.
        optional link: At<Throughput>,
        /// When it is away by itself: `{ every = "exp(90d)", for = "exp(1h)" }`.
        optional outage: StandbyOutage,
    }
}

impl Read for Standby {
    const EXPECTED: &'static str = StandbyTable::EXPECTED;

    fn shape() -> Shape {
        StandbyTable::shape()
    }

    /// Without its name, which may be a number in a list.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = StandbyTable::read(node, reader)?;
        Some(Self {
            name: String::new(),
            mode: mode(&table, reader)?,
            rtt: table.rtt,
            site: Site { zone: table.zone.map(|it| it.0), region: table.region.map(|it| it.0) },
            outage: table.outage,
        })
    }
}

fn mode(table: &StandbyTable, reader: &mut Reader<'_>) -> Option<Replication> {
    let mode = table.mode.0;
    let strangers = [
        ("on_standby_loss", table.on_standby_loss.map(|it| it.place), Mode::Sync),
        ("fall_back", table.fall_back.map(|it| it.place), Mode::SemiSync),
        ("lag", table.lag.as_ref().map(|it| it.place), Mode::Async),
        ("link", table.link.map(|it| it.place), Mode::Async),
    ];
    let stranger = strangers.into_iter().filter(|it| it.2 != mode);
    if let Some((key, place)) = stranger.into_iter().find_map(|it| Some((it.0, it.1?))) {
        let word = Mode::WORDS.iter().find(|it| it.1 == mode).map_or("", |it| it.0);
        let message = format!("`{key}` says nothing of a copy with `mode = \"{word}\"`");
        return reader.refuse_with(Code::Conflict, place, message, "take it out");
    }
    Some(match mode {
        Mode::Sync => match table.on_standby_loss.map(|it| it.value.0) {
            Some(OnLoss::Block) => Replication::Strict,
            Some(OnLoss::Degrade) | None => Replication::Degrading,
        },
        Mode::SemiSync => {
            Replication::SemiSync { fall_back: table.fall_back.map_or(FALL_BACK, |it| it.value) }
        }
        Mode::Async => match (&table.lag, moving(table.link, reader)?) {
            (Some(lag), None) => Replication::Async(Lag::Law(lag.value.clone())),
            (None, Some(link)) => Replication::Async(Lag::Link(link)),
            (None, None) => {
                let no_time = Distribution::constant(SimDuration::ZERO);
                Replication::Async(Lag::Law(no_time))
            }
            (Some(lag), Some(_)) => {
                let message = "`lag` and `link` are two ways to say how far it is behind";
                let help = "take one of them out";
                return reader.refuse_with(Code::Conflict, lag.place, message, help);
            }
        },
    })
}

section! {
    /// `outage`: when a standby is away by itself.
    struct OutageTable {
        /// From its return to its next failure.
        required every: Distribution,
        /// How long it is away.
        required lasts as "for": Distribution,
    }
}

impl Read for StandbyOutage {
    const EXPECTED: &'static str = OutageTable::EXPECTED;

    fn shape() -> Shape {
        OutageTable::shape()
    }

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let table = OutageTable::read(node, reader)?;
        let (every, lasts) = (table.every, table.lasts);
        if !(every.mean_secs() > 0.0 && every.mean_secs().is_finite()) {
            let message = "a time between failures has a mean of more than zero";
            return reader.refuse(Code::OutOfRange, node.place, message);
        }
        Some(Self { every, lasts })
    }
}
