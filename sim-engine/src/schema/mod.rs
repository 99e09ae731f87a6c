//! What a scenario says, checked and in typed values: the way from text ends here, the way to the
//! compiled model begins.
//!
//! Names are still names (the compiler turns them into ids), and every one of them resolves.

pub mod cost;
mod recovery;
pub mod system;

use std::sync::Arc;

use crate::distribution::Distribution;
use crate::fault::Pauses;
use crate::metric::Metric;
use crate::policy::backoff::Backoff;
use crate::policy::balancer::Balance;
use crate::policy::breaker;
use crate::policy::failure::Reasons;
use crate::policy::queue::{Discipline, Overflow};
use crate::policy::retry::RetryAfter;
use crate::policy::shedder::Threshold;
use crate::policy::{concurrency, hedge};
use crate::time::SimDuration;

use crate::place::Place;

pub use recovery::{
    Archive, Backup, BackupKind, Burst, Corruption, Detection, Disaster, Drill, Failover,
    FirstTimer, Lag, Lost, OnFail, PointOf, RecoveryTarget, Replication, Restore, Runbook, Site,
    Standby, StandbyOutage, Step, Store, Strikes, Takes, Who,
};

/// One experiment: load, services, calls with their policies, and faults; and disasters.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// One line for people.
    pub title: String,
    /// Root of all randomness.
    pub seed: u64,
    /// Length, warm-up, replications and limits.
    pub run: Run,
    /// Where requests come from, in the file's order.
    pub loads: Vec<Load>,
    /// What is said of classes of requests, whatever load they are of.
    pub classes: Vec<Class>,
    /// What works on them.
    pub services: Vec<Service>,
    /// Client pools that several calls share.
    pub pools: Vec<Pool>,
    /// What is looked at over years: copies that fail and are mended.
    pub systems: Vec<system::System>,
    /// What breaks, and when.
    pub faults: Vec<Fault>,
    /// What a run is expected to show.
    pub expects: Vec<Expect>,
    /// What is true when nothing breaks.
    pub steady: Option<Steady>,
    /// What ends an experiment early.
    pub aborts: Vec<Abort>,
    /// Data, and the copies that are made of it.
    pub stores: Vec<Store>,
    /// What is done when something is lost.
    pub runbooks: Vec<Runbook>,
    /// What is lost, and what is expected then.
    pub disasters: Vec<Disaster>,
    /// What it takes in a month, and what that costs.
    pub cost: Option<cost::Cost>,
}

impl Scenario {
    /// All that requests can ask: the services, then the stores that serve.
    pub fn asked(&self) -> impl Iterator<Item = &Service> {
        self.services.iter().chain(self.stores.iter().filter_map(|it| it.serves.as_ref()))
    }

    /// The store of that name.
    pub fn store(&self, name: &str) -> Option<&Store> {
        self.stores.iter().find(|it| it.name == name)
    }
}

/// How long a run is, and how much of it there may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Comes first and is not reported; time zero of the report is its end.
    pub warmup: SimDuration,
    /// The reported time, > 0.
    pub duration: SimDuration,
    /// For how long systems are looked at in each replication; `duration` where it is not said.
    pub horizon: Option<SimDuration>,
    /// Independent replications, ≥ 1; the fewest, where there is a precision.
    pub replications: u32,
    /// Replications are added until the intervals that expectations need have half this width,
    /// relative; in (0, 0.5].
    pub precision: Option<f64>,
    /// The most replications where there is a precision, ≥ `replications`.
    pub max_replications: u32,
    /// What the clock shows at time zero, seconds after midnight.
    pub clock: Option<u32>,
    /// The run stops, and says so, after this many events.
    pub max_events: u64,
    /// The run stops, and says so, when this many requests, calls and attempts are in flight.
    pub max_in_flight: u32,
}

impl Run {
    /// How long after midnight it is so long after time zero, if the run has a clock.
    pub fn since_midnight(&self, at: SimDuration) -> Option<SimDuration> {
        Some(SimDuration::from_secs(u64::from(self.clock?)) + at)
    }
}

/// A stream of requests from outside.
#[derive(Clone, Debug)]
pub struct Load {
    /// `[load.NAME]`.
    pub name: String,
    /// Which operation its requests ask for.
    pub to: Target,
    /// When they come.
    pub arrivals: Arrivals,
    /// What kinds they are of, with shares that sum to 1; empty: one kind without a name.
    pub classes: Vec<(String, f64)>,
    /// Answers later than this count as throughput but not as goodput.
    pub deadline: Option<SimDuration>,
    /// How long users wait before they give up; for ever where it is not said.
    pub patience: Option<Patience>,
}

/// How long users wait before they give up.
#[derive(Clone, Debug)]
pub struct Patience {
    /// How long one waits, drawn for each request.
    pub law: Distribution,
    /// Whether only the wait for a worker takes patience: who is being served stays.
    pub only_in_line: bool,
}

/// An operation of a service; services without `op` tables have one, whose name is empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The service's name.
    pub service: String,
    /// The operation's name.
    pub op: String,
}

/// What is said of a class of requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// `[class.NAME]`: the class of any load.
    pub name: String,
    /// 1 is the most important. Classes of which nothing is said come after all others.
    pub priority: u32,
}

/// When the requests of a load come.
#[derive(Clone, Debug)]
pub enum Arrivals {
    /// A Poisson process of this rate.
    Poisson(RateProfile),
    /// Evenly spaced at this rate; the first comes one gap after the start.
    Constant(RateProfile),
    /// A Poisson process in bursts, whose rate this is in the long run.
    Bursty(RateProfile, Bursts),
    /// At recorded times.
    Replay(Replay),
    /// A closed loop: each user thinks, asks, waits for the answer, and thinks again.
    Closed {
        /// How many there are, ≥ 1.
        users: u32,
        /// How long one thinks.
        think: Distribution,
    },
}

/// What a scenario without load has: nothing happens in it.
impl Default for Run {
    fn default() -> Self {
        Self {
            warmup: SimDuration::ZERO,
            duration: SimDuration::from_secs(1),
            horizon: None,
            replications: 1,
            precision: None,
            max_replications: 1,
            clock: None,
            max_events: 1,
            max_in_flight: 1,
        }
    }
}

impl Arrivals {
    /// The rate at which they come, where that does not depend on anything else.
    pub fn rate(&self) -> Option<&RateProfile> {
        match self {
            Self::Poisson(rate) | Self::Constant(rate) | Self::Bursty(rate, _) => Some(rate),
            Self::Replay(_) | Self::Closed { .. } => None,
        }
    }
}

/// A two-state Markov-modulated Poisson process (Heffes and Lucantoni, "A Markov Modulated
/// Characterization of Packetized Voice and Data Traffic", IEEE JSAC 4(6), 1986): bursts and quiet
/// times take turns, both of exponential lengths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bursts {
    /// The rate in a burst, as a multiple of the mean, > 1.
    pub peak: f64,
    /// The rate between bursts, as a multiple of the mean, in `[0, 1)`.
    pub quiet: f64,
    /// Mean length of a burst, > 0.
    pub burst: SimDuration,
}

impl Bursts {
    /// The share of time in bursts that makes the mean what it is.
    pub fn share(&self) -> f64 {
        (1.0 - self.quiet) / (self.peak - self.quiet)
    }

    /// Mean time between bursts.
    pub fn gap(&self) -> SimDuration {
        self.burst.mul_f64((1.0 - self.share()) / self.share())
    }
}

/// Recorded arrivals; the first is at the start of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// Offsets from the first record, already divided by `speed`, not decreasing.
    pub offsets: Arc<[SimDuration]>,
    /// How coarse the time stamps are, if several requests share one: requests are spread at
    /// random within it. Zero where stamps are taken as they are.
    pub grain: SimDuration,
    /// Where they came from, for the report.
    pub source: String,
    /// Records that stood behind later ones and were put in their place.
    pub reordered: usize,
}

/// A rate over time.
#[derive(Clone, Debug, PartialEq)]
pub enum RateProfile {
    /// Changes in order, at least one.
    Steps(Vec<RateChange>),
    /// Up and down for ever.
    Sine(Sine),
}

/// `mean · (1 + swing · cos(2π (t − peak) / period))`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sine {
    /// Requests per second on average, ≥ 0.
    pub mean: f64,
    /// By which share of the mean it goes up and down, 0 to 1.
    pub swing: f64,
    /// From one peak to the next, > 0.
    pub period: SimDuration,
    /// When it is highest.
    pub peak: PeakAt,
}

/// When a rate that goes up and down is highest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PeakAt {
    /// So long after time zero.
    After(SimDuration),
    /// At this time of day, s after midnight; time zero is midnight where `run.clock` says nothing.
    Clock(u32),
}

impl Sine {
    /// How long after time zero it is highest, given what the clock shows then.
    pub fn peak_after(&self, clock: Option<u32>) -> SimDuration {
        const DAY: u32 = 86_400;
        match self.peak {
            PeakAt::After(span) => span,
            PeakAt::Clock(at) => {
                SimDuration::from_secs(u64::from((at + DAY - clock.unwrap_or(0)) % DAY))
            }
        }
    }
}

/// From `at`, the rate goes to `rate` (per second), linearly over `over`.
///
/// `at` counts from time zero of the report; the first change is at zero and also holds in the
/// warm-up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateChange {
    /// When the change begins.
    pub at: SimDuration,
    /// Requests per second afterwards, ≥ 0.
    pub rate: f64,
    /// How long the change takes; zero is a step. The next change comes no earlier than its end.
    pub over: SimDuration,
}

/// A number of places, or no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capacity {
    /// At most this many.
    Limited(u32),
    /// As many as come.
    Unlimited,
}

/// A service: equal instances behind a balancer.
#[derive(Clone, Debug)]
pub struct Service {
    /// `[service.NAME]`.
    pub name: String,
    /// Instances, ≥ 1.
    pub instances: u32,
    /// Requests that one instance works on at a time, ≥ 1. A worker is held from the start of the
    /// work to the reply, also while calls are waited for.
    pub workers: Capacity,
    /// Cores of each instance that the work of all its workers shares; without, each has its own.
    pub cores: Option<u32>,
    /// Where requests wait for a worker, per instance.
    pub queue: Queue,
    /// Whether work whose caller has gone is skipped when its turn comes.
    pub drop_expired: bool,
    /// Whom it turns away on purpose, and when.
    pub shed: Option<Shed>,
    /// A worker's time to turn a request away: the worker that takes the next one says no to those
    /// first.
    pub reject_cost: SimDuration,
    /// When those who are turned away, for want of a place, on purpose or because nobody is there,
    /// are told to come again.
    pub retry_after: Option<Distribution>,
    /// What finds out how many requests an instance lets in at a time, working and waiting.
    pub concurrency: Option<concurrency::Config>,
    /// How callers choose among its instances.
    pub balance: Balance,
    /// How long an instance takes to come back after a crash.
    pub restart: Option<SimDuration>,
    /// How long a request may take from its arrival here; the remaining time is handed on to
    /// everything that it calls.
    pub deadline: Option<SimDuration>,
    /// At least one.
    pub ops: Vec<Operation>,
}

/// What a service turns away though there might be a place for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shed {
    /// Whom, and from which utilisation on; at least one.
    pub tiers: Vec<ShedTier>,
    /// Utilisation is known as its mean over stretches of this length; zero: as it is.
    pub lag: SimDuration,
    /// The HTTP status with which it says no, 400–599.
    pub reply: u16,
}

/// A tier of a shedder.
#[derive(Clone, Debug, PartialEq)]
pub struct ShedTier {
    /// When.
    pub threshold: Threshold,
    /// Names of the classes and loads that are turned away; empty: all are.
    pub drop: Vec<String>,
}

impl ShedTier {
    /// Whether it turns away this class of this load.
    pub fn drops(&self, load: &str, class: &str) -> bool {
        self.drop.is_empty() || self.drop.iter().any(|it| it == class || it == load)
    }
}

/// Where requests wait for a worker of one instance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Queue {
    /// Places.
    pub slots: Capacity,
    /// What happens when there is none.
    pub overflow: Overflow,
    /// Who is next.
    pub discipline: Discipline,
    /// The memory that those who wait take; past it the instance dies.
    pub memory: Option<Memory>,
    /// When a standing queue is shortened.
    pub codel: Option<Delay>,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            slots: Capacity::Unlimited,
            overflow: Overflow::Reject,
            discipline: Discipline::Fifo,
            memory: None,
            codel: None,
        }
    }
}

/// What controlled delay holds waits to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    /// A wait that is acceptable, > 0.
    pub target: SimDuration,
    /// For how long it may be passed, > 0.
    pub interval: SimDuration,
}

/// How much memory a queue takes, and has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Of one request, bytes, ≥ 1.
    pub item: u64,
    /// All there is, bytes.
    pub limit: u64,
}

/// One kind of work that a service does.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Empty where the service has no `op` tables.
    pub name: String,
    /// Time of a worker before the calls are made.
    pub time: Distribution,
    /// Its own failures when nothing is wrong.
    pub errors: ErrorRate,
    /// What it does to the world when its work is done, in a word.
    pub effect: Option<String>,
    /// In the order in which they are made; neighbours of one group start together.
    pub calls: Vec<Call>,
}

/// A share of answers that are errors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErrorRate {
    /// Share of answers, 0 to 1.
    pub share: f64,
    /// HTTP status: 400–499 is the request's fault, 500–599 the service's.
    pub code: u16,
}

/// A call from an operation to another service's operation.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its callee unless `name` is set; unique within the operation.
    pub name: String,
    /// Whom it calls.
    pub to: Target,
    /// Probability that a request makes it.
    pub when: f64,
    /// Neighbouring calls with the same group start together and are waited for together.
    pub group: Option<String>,
    /// It is the fallback of another call, and made only as that.
    pub reserve: bool,
    /// The way there and back.
    pub network: Network,
    /// What guards it, outermost first.
    pub policies: Vec<Policy>,
    /// Names of settings that a variant's `policy` list leaves out.
    pub inactive: Vec<&'static str>,
}

/// The way to a callee and back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// Time of one message, drawn for the request and for the reply.
    pub latency: Option<Distribution>,
    /// Share of messages that are lost, requests and replies alike.
    pub loss: f64,
    /// Looking up the callee's name, before each attempt.
    pub dns: Option<Leg>,
    /// Connecting to it, then.
    pub connect: Option<Leg>,
}

/// Something that comes before an attempt is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// How long it takes.
    pub time: Distribution,
    /// How long it may take; `MAX`: there is no timer.
    pub timeout: SimDuration,
}

/// One layer around a call.
#[derive(Clone, Debug)]
pub enum Policy {
    /// `timeout`: of one attempt.
    Timeout(Timeout),
    /// `total_timeout`: of the whole call.
    TotalTimeout(Timeout),
    /// `response_timeout`: of one attempt, from when it is connected; always the innermost.
    ResponseTimeout(Timeout),
    /// `retry`.
    Retry(Retry),
    /// `hedge`.
    Hedge(Hedge),
    /// `throttle`.
    Throttle(Throttle),
    /// `breaker`.
    Breaker(Breaker),
    /// `limit`: a token bucket.
    Limit(Limit),
    /// `concurrency`.
    Concurrency(Concurrency),
    /// `bulkhead`.
    Bulkhead(Bulkhead),
    /// `fallback`: one, or several, each for where the one before has none.
    Fallback(Vec<Fallback>),
}

impl Policy {
    /// Its key in a scenario file.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Timeout(_) => "timeout",
            Self::TotalTimeout(_) => "total_timeout",
            Self::ResponseTimeout(_) => "response_timeout",
            Self::Retry(_) => "retry",
            Self::Hedge(_) => "hedge",
            Self::Throttle(_) => "throttle",
            Self::Breaker(_) => "breaker",
            Self::Limit(_) => "limit",
            Self::Concurrency(_) => "concurrency",
            Self::Bulkhead(_) => "bulkhead",
            Self::Fallback(_) => "fallback",
        }
    }
}

/// Gives up after a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeout {
    /// How long to wait, > 0.
    pub after: SimDuration,
    /// What happens to the work given up.
    pub on_timeout: OnTimeout,
}

/// What becomes of an attempt that its caller has given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnTimeout {
    /// The callee goes on working for nobody.
    Abandon,
    /// The callee stops at once.
    Cancel,
}

/// Whether each calling instance has its own state, or the service one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One for each calling instance.
    Instance,
    /// One, shared.
    Service,
}

/// Tries again.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    /// All tries, the first included, ≥ 1.
    pub attempts: u32,
    /// How long to wait before each further try.
    pub backoff: Backoff,
    /// Which failures are tried again.
    pub on: Reasons,
    /// Retries allowed as a share of calls, 0 to 1.
    pub budget: Option<f64>,
    /// Retries under way allowed as a share of calls under way, 0 to 1, and how many in any case.
    pub in_flight: Option<(f64, u32)>,
    /// Whose budget it is.
    pub scope: Scope,
    /// What it makes of a callee's `retry_after`.
    pub retry_after: RetryAfter,
    /// Whether all attempts carry one key, by which an effect is not executed again.
    pub idempotency_key: bool,
}

/// Sends another copy when the answer is late; the first answer wins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hedge {
    /// How long after the last copy.
    pub after: hedge::After,
    /// Copies beside the first, ≥ 1.
    pub most: u32,
    /// What becomes of the copies that have lost.
    pub losers: OnTimeout,
    /// Copies beside the first allowed as a share of calls, 0 to 1.
    pub budget: Option<f64>,
    /// Whose times and budget they are.
    pub scope: Scope,
}

/// A client that turns away itself what its callee would.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Throttle {
    /// Calls sent for each that is accepted, ≥ 1.
    pub k: f64,
    /// How far back it counts, > 0.
    pub window: SimDuration,
    /// Whose count it is.
    pub scope: Scope,
}

/// A limit on calls in flight that finds itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concurrency {
    /// How.
    pub config: concurrency::Config,
    /// Whose limit it is.
    pub scope: Scope,
}

/// A circuit breaker.
#[derive(Clone, Debug, PartialEq)]
pub struct Breaker {
    /// When it opens, for how long, and how it closes again.
    pub config: breaker::Config,
    /// Whose it is.
    pub scope: Scope,
}

/// A token bucket on a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Tokens per second, > 0.
    pub rate: f64,
    /// Tokens that the bucket holds, ≥ 1; it starts full.
    pub burst: u32,
    /// Whose bucket it is.
    pub scope: Scope,
}

/// A limit on calls in flight.
#[derive(Clone, Debug, PartialEq)]
pub enum Bulkhead {
    /// The call's own slots.
    Own(Slots),
    /// `{ pool = "NAME" }`: slots of a `[pool.NAME]`, shared with other calls.
    Pool(String),
}

/// Slots, and how to wait for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slots {
    /// Calls in flight at most, ≥ 1.
    pub slots: u32,
    /// How long a call waits for a slot: zero rejects at once, `MAX` waits without end.
    pub max_wait: SimDuration,
    /// How many may wait.
    pub queue: Capacity,
    /// Whose slots they are.
    pub scope: Scope,
}

impl Service {
    /// Whether one of its calls is to that store.
    pub fn calls_store(&self, store: &Store) -> bool {
        self.ops.iter().flat_map(|it| &it.calls).any(|it| it.to.service == store.name)
    }

    /// Whether one of its calls takes slots of this pool.
    pub fn uses(&self, pool: &Pool) -> bool {
        let policies = self.ops.iter().flat_map(|it| &it.calls).flat_map(|it| &it.policies);
        let names = |it: &Policy| matches!(it, Policy::Bulkhead(Bulkhead::Pool(name)) if *name == pool.name);
        policies.into_iter().any(names)
    }
}

/// `[pool.NAME]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// Its size.
    pub slots: Slots,
}

/// What a call answers when all inside it has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// A fixed answer: the call succeeds, degraded.
    Static(String),
    /// A copy of an answer, as long as it is not too old: the call succeeds, degraded.
    Cached(Cache),
    /// Another call of the operation, which is made only then: its outcome is this call's.
    Call(String),
    /// `fail:CODE`: stays a failure, told to the caller as this status.
    Fail(u16),
}

/// A copy of an answer that a caller keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    /// What it is a copy of.
    pub answer: String,
    /// How old it may be when it is served; `MAX`: as old as may be.
    pub max_age: SimDuration,
    /// How often it is fetched, whether it is needed or not; where it is not, each answer of the
    /// call renews it.
    pub refresh_every: Option<SimDuration>,
    /// Whose copy it is.
    pub scope: Scope,
}

/// Something that breaks for a while.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Unique; names a phase of the report.
    pub name: String,
    /// What it does.
    pub kind: FaultKind,
    /// What it strikes.
    pub on: FaultTarget,
    /// How much of it, stage by stage: one, or several of equal length, each of which strikes at
    /// least as much as the one before.
    pub blast: Vec<Blast>,
    /// Counted from time zero.
    pub at: SimDuration,
    /// How long; `MAX`: to the end.
    pub lasts: SimDuration,
    /// How long it takes to reach its full strength.
    pub ramp: SimDuration,
}

/// What a fault does, at full strength.
#[derive(Clone, Debug)]
pub enum FaultKind {
    /// Messages to the target take this much longer.
    Latency(Distribution),
    /// Service times are multiplied by this, ≥ 1.
    Slow(f64),
    /// This share of answers are errors.
    Error(ErrorRate),
    /// This share of attempts gets no answer at all.
    Blackhole(f64),
    /// This share of attempts is refused at once.
    Refuse(f64),
    /// Instances die, with all they work on; back when the fault ends, after the service's
    /// `restart` if it has one.
    Kill,
    /// Arrivals are multiplied by this.
    Surge(f64),
    /// Slots, or workers of each instance, that are held from use.
    PoolExhaust(Held),
    /// This share of messages is lost, requests and replies alike.
    Loss(f64),
    /// Workers take nothing up any more; what they have in hand they finish.
    ConsumerStop,
    /// This share of each instance's workers is taken away, rounded up.
    Cpu(f64),
    /// Attempts past this rate are turned away.
    Throttle(RateCap),
    /// Instances stop the world, again and again.
    Gc(Pauses),
    /// Instances leak memory until they die of it.
    Memory(Leak),
    /// Looking up the callee's name takes longer.
    SlowDns(Distribution),
    /// This share of lookups of the callee's name gets no answer.
    Dns(f64),
    /// The primary of a store dies, and a standby takes over.
    Failover,
    /// A store is lost with its standbys, and restored from a backup; whether attempts get no answer
    /// meanwhile, rather than being refused.
    Restore(bool),
    /// Nothing reaches the standbys of a store.
    ReplicationPause,
}

/// The rate past which attempts are turned away.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateCap {
    /// Per second, > 0, for all that the fault strikes together.
    pub rate: f64,
    /// How many come through at once, ≥ 1.
    pub burst: u32,
}

/// Memory that is taken and never given back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leak {
    /// Bytes per second, > 0.
    pub rate: f64,
    /// Bytes that an instance has, ≥ 1.
    pub memory: u64,
}

impl Leak {
    /// How long it takes until nothing is left.
    pub fn lasts(self) -> SimDuration {
        SimDuration::from_secs_f64(self.memory as f64 / self.rate)
    }
}

/// How many slots or workers a `pool_exhaust` holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Held {
    /// So many.
    Count(u32),
    /// This share of them, rounded up.
    Share(f64),
}

/// What a fault strikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultTarget {
    /// Instances of a service.
    Service(String),
    /// `"caller -> name"`: every call of that name that any operation of the caller makes.
    Call {
        /// The calling service.
        from: String,
        /// The call's name.
        call: String,
    },
    /// A load.
    Load(String),
    /// A `[pool.NAME]`.
    Pool(String),
    /// A store: its primary, or what follows that.
    Store(String),
}

/// How much of its target a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Blast {
    /// All of it.
    All,
    /// So many instances.
    Count(u32),
    /// This share: of instances, rounded up and one at least; of a call's attempts, by chance.
    Share(f64),
}

impl Blast {
    /// How many of `all` instances it strikes.
    pub fn instances(self, all: u32) -> u32 {
        match self {
            Self::All => all,
            Self::Count(count) => count.min(all),
            Self::Share(share) => ((f64::from(all) * share - 1e-9).ceil() as u32).clamp(1, all),
        }
    }

    /// Which share of a call's attempts it strikes; a count is not of attempts.
    pub fn attempts(self) -> f64 {
        match self {
            Self::All | Self::Count(_) => 1.0,
            Self::Share(share) => share,
        }
    }
}

/// Something that a run is expected to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Expect {
    /// What.
    pub that: Fact,
    /// When.
    pub when: When,
    /// Why, in words.
    pub because: Option<String>,
    /// Names of the variants, `base` among them, in which it is known to be false.
    pub fails_in: Vec<String>,
    /// The share of replications in which it must hold, 0 to 1, where each is judged by itself.
    pub share: f64,
}

/// When a fact must be true.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// In a phase: `before`, a fault's name, `after` or `always`.
    During(String),
    /// From some moment on, which comes soon enough.
    Within(Within),
}

/// By when a fact comes true, and for how long.
#[derive(Clone, Debug, PartialEq)]
pub struct Within {
    /// As it was written: `3s of fraud-slow.start`.
    pub text: String,
    /// From when on it may come true.
    pub anchor: Anchor,
    /// How long after the anchor at the latest.
    pub bound: SimDuration,
    /// How long it stays true: zero, or whole windows.
    pub lasting: SimDuration,
    /// Width of the windows on which a metric is judged, > 0.
    pub over: SimDuration,
}

/// An instant of the run with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Time zero.
    Zero,
    /// When a fault begins.
    Start(String),
    /// When a fault ends.
    End(String),
}

/// What ends an experiment before it has done harm enough.
#[derive(Clone, Debug, PartialEq)]
pub struct Abort {
    /// What must not be true for long.
    pub when: Fact,
    /// Width of the windows at whose ends it is looked at, > 0.
    pub over: SimDuration,
    /// How long it must have been true: zero, or whole windows.
    pub lasting: SimDuration,
    /// When the first window begins, from time zero.
    pub after: SimDuration,
    /// What happens then.
    pub then: Then,
}

/// What an abort does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Ends all faults, and lets none begin any more.
    Rollback,
    /// Ends the run.
    Stop,
}

/// What is true before the first fault, and again in the phase `after`.
#[derive(Clone, Debug, PartialEq)]
pub struct Steady {
    /// What.
    pub expects: Vec<Fact>,
    /// How long after the end of the last fault the phase `after` begins.
    pub settle: SimDuration,
}

/// Something that is true or false of a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// Of a metric.
    Metric(Statement),
    /// Of breakers.
    State(BreakerState),
}

impl Fact {
    /// As it was written.
    pub fn text(&self) -> &str {
        match self {
            Self::Metric(it) => &it.text,
            Self::State(it) => &it.text,
        }
    }

    /// Where it stands in the scenario.
    pub fn place(&self) -> Place {
        match self {
            Self::Metric(it) => it.place,
            Self::State(it) => it.place,
        }
    }
}

/// That all breakers of a call are in a state. Where each calling instance has its own, `open` means
/// that all are open, `closed` that all are closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakerState {
    /// As it was written.
    pub text: String,
    /// Where it stands in the scenario.
    pub place: Place,
    /// The call, by the name that reports give it.
    pub call: String,
    /// In which state.
    pub state: breaker::State,
}

/// A metric compared with a bound.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// As it was written.
    pub text: String,
    /// Where.
    pub place: Place,
    /// What it is of, by the name that reports give it: `checkout -> fraud`, `users[buy]`.
    pub entity: String,
    /// Which metric.
    pub metric: &'static Metric,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what.
    pub bound: Bound,
}

/// How a value is compared with a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `==`.
    Equal,
    /// `>=`.
    AtLeast,
    /// `>`.
    More,
}

impl Comparison {
    /// Each with its sign; a sign that begins with another stands before it.
    pub const SIGNS: [(&'static str, Self); 5] = [
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("==", Self::Equal),
        ("<", Self::Less),
        (">", Self::More),
    ];

    /// Whether a value compares so with a bound; never where one of them is not defined.
    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Less => value < bound,
            Self::AtMost => value <= bound,
            Self::Equal => value == bound,
            Self::AtLeast => value >= bound,
            Self::More => value > bound,
        }
    }
}

/// What a value is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// A number in the unit of the metric.
    Value(f64),
    /// So many times the same metric in the phase `before`.
    Steady(f64),
}
