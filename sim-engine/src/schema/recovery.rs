//! What a scenario says of disasters: stores with their copies, runbooks, and what is lost.

use super::{Capacity, Operation, Queue, Service, Slots, Statement};
use crate::backup::Kept;
use crate::distribution::Distribution;
use crate::policy::balancer::Balance;
use crate::time::SimDuration;

pub use crate::backup::{Archive, Backup, BackupKind, Burst, Drill, PointOf, Restore};

/// `[store.NAME]`: data, and the copies that are made of it.
#[derive(Clone, Debug)]
pub struct Store {
    /// Its name.
    pub name: String,
    /// How large it is today, bytes.
    pub size: u64,
    /// How many rows it holds, which a drill counts.
    pub rows: Option<u64>,
    /// How much larger it gets, bytes per second, ≥ 0.
    pub growth: f64,
    /// How much of it changes, bytes per second: what an incremental backup copies.
    pub changes: f64,
    /// How much log its writes make, bytes per second, ≥ 0.
    pub wal: f64,
    /// Times in which it makes more log.
    pub burst: Option<Burst>,
    /// Writes that it acknowledges, per second.
    pub writes: Option<f64>,
    /// Where the primary is.
    pub site: Site,
    /// The copies that follow it.
    pub standbys: Vec<Standby>,
    /// How one of them takes over.
    pub failover: Option<Failover>,
    /// Copies of a moment, each kind on its own schedule.
    pub backups: Vec<Backup>,
    /// Where its log is kept.
    pub archive: Option<Archive>,
    /// How a copy is made into a store again.
    pub restore: Restore,
    /// How it is found out that a restore would fail.
    pub drill: Option<Drill>,
    /// What is promised.
    pub target: RecoveryTarget,
    /// What requests ask of it, as a service of the same name; none where they ask nothing.
    pub serves: Option<Service>,
    /// The connections that callers hold while they wait for it.
    pub pool: Option<Slots>,
}

impl Store {
    /// The name of the operation that writes.
    pub const WRITE: &'static str = "write";
    /// The name of the operation that reads.
    pub const READ: &'static str = "read";

    /// The service that requests ask: one primary, which works for each connection that it has.
    pub fn serving(name: String, ops: Vec<Operation>) -> Service {
        Service {
            name,
            instances: 1,
            workers: Capacity::Unlimited,
            cores: None,
            queue: Queue::default(),
            drop_expired: false,
            shed: None,
            reject_cost: SimDuration::ZERO,
            retry_after: None,
            concurrency: None,
            balance: Balance::RoundRobin,
            restart: None,
            deadline: None,
            ops,
        }
    }

    /// The name by which metrics address its pool.
    pub fn pool_name(&self) -> String {
        format!("{}.pool", self.name)
    }

    /// What is kept of it, and how that is made into a store again.
    pub fn kept(&self) -> Kept<'_> {
        Kept {
            size: self.size,
            changes: self.changes,
            wal: self.wal,
            burst: self.burst,
            backups: &self.backups,
            archive: self.archive.as_ref(),
            restore: &self.restore,
            drill: self.drill.as_ref(),
        }
    }

    /// How long a write waits for the standbys that it waits for, when all is well: for the slowest
    /// at its mean, s.
    pub fn mean_wait_secs(&self) -> f64 {
        let waited_for = self.standbys.iter().filter(|it| it.mode.is_waited_for());
        let rtts = waited_for.filter_map(|it| it.rtt.as_ref());
        rtts.map(Distribution::mean_secs).fold(0.0, f64::max)
    }
}

/// Where something is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    /// Its zone.
    pub zone: Option<String>,
    /// Its region.
    pub region: Option<String>,
}

/// A copy that follows the primary.
#[derive(Clone, Debug)]
pub struct Standby {
    /// Its name; `standby` where it has none.
    pub name: String,
    /// What a write waits for.
    pub mode: Replication,
    /// How long a write waits for it, there and back.
    pub rtt: Option<Distribution>,
    /// Where it is.
    pub site: Site,
    /// When it is away by itself.
    pub outage: Option<StandbyOutage>,
}

/// What a write waits for before it is acknowledged.
#[derive(Clone, Debug)]
pub enum Replication {
    /// The copy; while that is away there are no writes.
    Strict,
    /// The copy; while that is away, nothing (Patroni's `synchronous_mode` without `_strict`).
    Degrading,
    /// The copy, so long; then nothing until it is back (`rpl_semi_sync_master_timeout`, 10 s).
    SemiSync {
        /// How long a write waits before the primary goes on alone.
        fall_back: SimDuration,
    },
    /// Nothing: the copy is behind.
    Async(Lag),
}

impl Replication {
    /// Its word in a scenario file.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Strict | Self::Degrading => "sync",
            Self::SemiSync { .. } => "semi_sync",
            Self::Async(_) => "async",
        }
    }

    /// Whether a write waits for the copy while that is there.
    pub fn is_waited_for(&self) -> bool {
        !matches!(self, Self::Async(_))
    }
}

/// How far an asynchronous copy is behind.
#[derive(Clone, Debug)]
pub enum Lag {
    /// So long, whatever is written.
    Law(Distribution),
    /// As long as it takes to send what the log has more than this link carries, bytes per second.
    Link(f64),
}

/// When a copy is away by itself.
#[derive(Clone, Debug)]
pub struct StandbyOutage {
    /// From its return to its next failure.
    pub every: Distribution,
    /// How long it is away.
    pub lasts: Distribution,
}

/// How a standby takes over, phase by phase.
#[derive(Clone, Debug)]
pub struct Failover {
    /// From the failure until it is known.
    pub detect: Detection,
    /// Until it is decided, and the old primary can do no harm.
    pub fence: Distribution,
    /// Until the standby takes writes.
    pub promote: Distribution,
    /// Until its name leads there.
    pub name: Distribution,
    /// For how long clients remember where the name led.
    pub dns_ttl: SimDuration,
    /// Until a client that knows has connected again.
    pub reconnect: Distribution,
    /// Until it answers as before.
    pub warm_up: Distribution,
    /// The clients, the last of which counts, ≥ 1.
    pub clients: u32,
}

impl Failover {
    /// The longest that it takes, until the last client is back and all is as before.
    ///
    /// A law without a longest span counts as what it passes once in a thousand times.
    pub fn longest(&self) -> SimDuration {
        let detect = match &self.detect {
            Detection::Law(law) => law.longest(),
            Detection::Lease { ttl, .. } => *ttl,
        };
        let laws = [&self.fence, &self.promote, &self.name, &self.reconnect, &self.warm_up];
        let spans = laws.into_iter().map(Distribution::longest);
        spans.fold(detect + self.dns_ttl, |sum, it| sum + it)
    }
}

/// How a failure is noticed.
#[derive(Clone, Debug)]
pub enum Detection {
    /// After a time.
    Law(Distribution),
    /// When a lock expires that the primary renews every `renew`, for `ttl` each time (Patroni).
    Lease {
        /// How long a lock lasts.
        ttl: SimDuration,
        /// How often it is renewed, at most `ttl`.
        renew: SimDuration,
    },
}

/// What is promised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecoveryTarget {
    /// Back after so long at most.
    pub rto: Option<SimDuration>,
    /// So much lost at most.
    pub rpo: Option<SimDuration>,
}

/// `[runbook.NAME]`: what is done, by whom, in which order.
#[derive(Clone, Debug)]
pub struct Runbook {
    /// Its name.
    pub name: String,
    /// People that there are; none: as many as are needed.
    pub people: Option<u32>,
    /// Machines that there are.
    pub machines: Option<u32>,
    /// People who do it for the first time.
    pub first_timer: Option<FirstTimer>,
    /// In the file's order.
    pub steps: Vec<Step>,
}

/// Somebody who has never done it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FirstTimer {
    /// How often it is one, 0 to 1.
    pub share: f64,
    /// By how much what people do then takes longer, ≥ 1.
    pub slower: f64,
}

/// A step of a runbook.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// Who does it.
    pub who: Who,
    /// How long.
    pub takes: Takes,
    /// Steps that must be done before, by their numbers.
    pub needs: Vec<usize>,
    /// The share of tries that fail, 0 to 1.
    pub fails: f64,
    /// What happens then.
    pub on_fail: OnFail,
}

/// Who does a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// One of the people.
    Human,
    /// One of the machines.
    Machine,
    /// It goes by itself.
    Auto,
}

impl Who {
    /// Its word in a scenario file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Machine => "machine",
            Self::Auto => "auto",
        }
    }
}

/// How long a step takes.
#[derive(Clone, Debug)]
pub enum Takes {
    /// By a law.
    Law(Distribution),
    /// As long as the restore of the disaster's store.
    Restore(String),
    /// As long as the failover of the disaster's store.
    Failover(String),
}

/// What happens when a step has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFail {
    /// It is tried again.
    Retry,
    /// All ends there.
    Abort,
    /// That step is done again, and all that comes after it up to this one.
    Rework(usize),
}

/// `[[disaster]]`: what is lost, and what is expected then.
#[derive(Clone, Debug)]
pub struct Disaster {
    /// Its name.
    pub name: String,
    /// Of which store.
    pub store: String,
    /// What is done then.
    pub runbook: Option<String>,
    /// What is gone.
    pub lose: Lost,
    /// What is wrong with what is left.
    pub corrupt: Option<Corruption>,
    /// When it strikes.
    pub at: Strikes,
    /// How long from now: the store has grown by then.
    pub after: SimDuration,
    /// From one to the next, > 0; none where one alone is asked about.
    pub every: Option<Distribution>,
    /// Over so long it is told how often it strikes, and what that comes to, > 0.
    pub over: SimDuration,
    /// From when it strikes until it is noticed.
    pub noticed_after: Distribution,
    /// How many are simulated, ≥ 1.
    pub runs: u32,
    /// What is expected.
    pub expects: Vec<Statement>,
    /// Variants, `base` among them, in which that is known to be false.
    pub fails_in: Vec<String>,
    /// Why, in words.
    pub because: Option<String>,
}

/// What a disaster takes away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// The primary.
    pub primary: bool,
    /// Standbys, by their numbers.
    pub standbys: Vec<usize>,
    /// All backups and the log archive.
    pub backups: bool,
}

/// What is wrong with the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corruption {
    /// A table that was dropped, a bad deployment: every copy that follows has it at once.
    Logical,
    /// Somebody encrypts the store and deletes all backups that can be deleted.
    Ransomware,
}

/// When a disaster strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strikes {
    /// At any time.
    Uniform,
    /// At this time of a day, s after midnight.
    Clock(u32),
}

impl Strikes {
    /// How long after midnight; none: at any time.
    pub fn since_midnight(self) -> Option<SimDuration> {
        match self {
            Self::Uniform => None,
            Self::Clock(second) => Some(SimDuration::from_secs(u64::from(second))),
        }
    }
}
