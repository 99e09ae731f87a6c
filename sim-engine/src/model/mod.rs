//! The compiled scenario: dense ids and flat tables, immutable and shared by all replications.
//!
//! Names became ids, scopes became rows of state to make, times became instants of the run (whose
//! zero is the start of the warm-up). The model knows nothing of a run in progress.

pub mod rate;
mod sine;
mod system;
pub mod timeline;

use crate::distribution::Distribution;
use crate::fault::Fault;
use crate::id::Table;
use crate::ids;
use crate::policy::backoff::Backoff;
use crate::policy::balancer::Balance;
use crate::policy::breaker;
use crate::policy::failure::Reasons;
use crate::policy::queue::{Discipline, Overflow};
use crate::policy::retry::RetryAfter;
use crate::policy::shedder::Threshold;
use crate::policy::{concurrency, hedge};
use crate::schema::{self, Abort, Bursts, Delay, Expect, Patience, Replay, Steady};
use crate::time::{SimDuration, SimTime};
use std::ops::Range;

pub use crate::schema::Leg;
pub use rate::RateCurve;
pub use system::System;
pub use timeline::{Phase, Timeline};

ids! {
    /// A stream of requests from outside.
    LoadId,
    /// One kind of requests of one load.
    ClassId,
    /// A service.
    ServiceId,
    /// One instance of one service.
    InstanceId,
    /// One operation of one service.
    OpId,
    /// A call that an operation makes: the edge of the call graph, with its policies.
    EdgeId,
    /// A bulkhead as reports show it: a named pool, or all instances' slots of one call.
    PoolId,
    /// One semaphore: a pool has one, or one for each calling instance.
    SemaphoreId,
    /// One circuit breaker: a call has one, or one for each calling instance.
    BreakerId,
    /// One retry budget.
    BudgetId,
    /// One retry budget of what is in flight.
    InFlightId,
    /// One token bucket.
    BucketId,
    /// One hedge.
    HedgeId,
    /// One client's throttle.
    ThrottleId,
    /// One adaptive limit on calls in flight.
    LimiterId,
    /// One copy of an answer.
    CacheId,
    /// A store that requests ask.
    StoreId,
    /// A fault.
    FaultId,
    /// Copies that fail and are mended, over years.
    SystemId,
    /// A stretch of time in which the set of phases does not change.
    SegmentId,
}

/// A compiled scenario.
#[derive(Clone, Debug)]
pub struct Model {
    /// One line for people.
    pub title: String,
    /// The scenario's own seed.
    pub seed: u64,
    /// Independent replications that the scenario asks for, ≥ 1; the fewest, where there is a
    /// precision.
    pub replications: u32,
    /// Replications are added until the intervals that expectations need have half this width,
    /// relative.
    pub precision: Option<f64>,
    /// The most replications where there is a precision.
    pub max_replications: u32,
    /// What the clock shows at time zero of the report, seconds after midnight.
    pub clock: Option<u32>,
    /// Warm-up, end, segments and phases.
    pub timeline: Timeline,
    /// How much a run may take.
    pub limits: Limits,
    /// Loads.
    pub loads: Table<LoadId, Load>,
    /// Classes of all loads; a load without classes has one, whose name is empty.
    pub classes: Table<ClassId, Class>,
    /// Levels of importance that classes have, ≥ 1.
    pub levels: u8,
    /// Services.
    pub services: Table<ServiceId, Service>,
    /// Instances of all services, those of one service side by side.
    pub instances: Table<InstanceId, Instance>,
    /// Operations of all services, those of one service side by side.
    pub ops: Table<OpId, Op>,
    /// Calls of all operations, those of one operation side by side and in order.
    pub edges: Table<EdgeId, Edge>,
    /// Bulkheads and pools as reports show them.
    pub pools: Table<PoolId, Pool>,
    /// Semaphores to make.
    pub semaphores: Table<SemaphoreId, Semaphore>,
    /// Breakers to make.
    pub breakers: Table<BreakerId, Breaker>,
    /// Retry budgets to make, as shares of calls.
    pub budgets: Table<BudgetId, f64>,
    /// Retry budgets of what is in flight to make: share and least.
    pub in_flight_budgets: Table<InFlightId, (f64, u32)>,
    /// Token buckets to make: rate per second and burst.
    pub buckets: Table<BucketId, (f64, u32)>,
    /// Hedges to make: when each sends another copy.
    pub hedges: Table<HedgeId, hedge::After>,
    /// Throttles to make: `k` and window.
    pub throttles: Table<ThrottleId, (f64, SimDuration)>,
    /// Adaptive limits to make, each with the name of its random numbers.
    pub limiters: Table<LimiterId, (String, concurrency::Config)>,
    /// Copies of answers to keep.
    pub caches: Table<CacheId, Cache>,
    /// What of the services is a store.
    pub stores: Table<StoreId, Store>,
    /// Whether some operation has an effect.
    pub has_effects: bool,
    /// Whether some load is a closed loop.
    pub has_closed_loops: bool,
    /// What breaks, and when.
    pub faults: Table<FaultId, ScheduledFault>,
    /// What is looked at over years.
    pub systems: Table<SystemId, System>,
    /// For how long, in each replication.
    pub horizon: SimDuration,
    /// What runs are expected to show, as it was written: reports know what the names mean.
    pub expects: Vec<Expect>,
    /// What is true when nothing breaks.
    pub steady: Option<Steady>,
    /// What ends an experiment early.
    pub aborts: Vec<Abort>,
}

/// How much a run may take before it is stopped, and says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Events handled.
    pub events: u64,
    /// Requests, calls and attempts in flight at one time: this bounds the memory of a run.
    pub in_flight: u32,
}

/// A stream of requests.
#[derive(Clone, Debug)]
pub struct Load {
    /// Its name.
    pub name: String,
    /// What its requests ask for.
    pub to: OpId,
    /// When they come.
    pub arrivals: Arrivals,
    /// Its classes.
    pub classes: Range<u32>,
    /// Answers later than this are no goodput.
    pub deadline: SimDuration,
    /// How long users wait before they give up, if they do.
    pub patience: Option<Patience>,
}

/// When requests come.
#[derive(Clone, Debug)]
pub enum Arrivals {
    /// A Poisson process.
    Poisson(RateCurve),
    /// One each time that the integral of the rate grows by 1.
    Constant(RateCurve),
    /// A Poisson process whose rate is multiplied by what bursts and quiet times bring.
    Bursty(RateCurve, Bursts),
    /// At recorded times.
    Replay(Replay),
    /// So many users, each of whom thinks, asks and waits for the answer.
    Closed {
        /// How many.
        users: u32,
        /// How long one thinks.
        think: Distribution,
    },
}

impl Arrivals {
    /// The rate at which they come, where that does not depend on anything else.
    pub fn rate(&self) -> Option<&RateCurve> {
        match self {
            Self::Poisson(rate) | Self::Constant(rate) | Self::Bursty(rate, _) => Some(rate),
            Self::Replay(_) | Self::Closed { .. } => None,
        }
    }
}

/// One kind of requests of a load.
#[derive(Clone, Debug)]
pub struct Class {
    /// Empty where the load has no classes.
    pub name: String,
    /// Whose class it is.
    pub load: LoadId,
    /// The shares of this and all earlier classes of the load together; 1 for the last.
    pub up_to: f64,
    /// How important it is: 0 goes first in queues by priority, `Model::levels - 1` last.
    pub level: u8,
}

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Its instances.
    pub instances: Range<u32>,
    /// Its operations.
    pub ops: Range<u32>,
    /// Workers of each instance; `u32::MAX` is unlimited.
    pub workers: u32,
    /// Cores of each instance that all work in hand shares; without, each worker has its own.
    pub cores: Option<u32>,
    /// Places in each instance's queue; `u32::MAX` is unlimited.
    pub queue: u32,
    /// What happens to a job that finds none.
    pub overflow: Overflow,
    /// Who of those in the queue is next.
    pub discipline: Discipline,
    /// When a standing queue is shortened.
    pub codel: Option<Delay>,
    /// So many jobs in the queue still fit into the instance's memory; one more kills it.
    pub holds: u32,
    /// Whether jobs for which nobody waits are skipped when their turn comes.
    pub drop_expired: bool,
    /// Whom it turns away on purpose, and when.
    pub shed: Option<Shed>,
    /// A worker's time to turn a job away.
    pub reject_cost: SimDuration,
    /// When those whom it turns away are told to come again.
    pub retry_after: Option<Distribution>,
    /// What finds out how many jobs an instance lets in at a time.
    pub concurrency: Option<concurrency::Config>,
    /// How callers choose among its instances.
    pub balance: Balance,
    /// Time to come back after a crash.
    pub restart: SimDuration,
    /// Time that a request may take, from its arrival here.
    pub deadline: SimDuration,
    /// The store that it is, if it is one.
    pub store: Option<StoreId>,
}

/// A store that requests ask: its primary is a service with one instance.
#[derive(Clone, Debug)]
pub struct Store {
    /// That service.
    pub primary: ServiceId,
    /// The calls to it.
    pub edges: Vec<EdgeId>,
    /// What it says of its standbys, of how they take over, and of its log.
    pub spec: schema::Store,
}

/// What a service sheds.
#[derive(Clone, Debug)]
pub struct Shed {
    /// The tiers, each with its threshold and with the classes that it drops.
    pub tiers: Vec<(Threshold, Table<ClassId, bool>)>,
    /// How long the stretches are over which it knows its utilisation; zero: it knows it as it is.
    pub lag: SimDuration,
    /// With which HTTP status it says no.
    pub reply: u16,
}

/// One instance.
#[derive(Clone, Copy, Debug)]
pub struct Instance {
    /// Whose instance.
    pub service: ServiceId,
    /// Its number within the service, from 0.
    pub number: u32,
}

/// One operation.
#[derive(Clone, Debug)]
pub struct Op {
    /// Whose operation.
    pub service: ServiceId,
    /// `service.op`, or the service's name alone.
    pub name: String,
    /// Worker's time before the calls.
    pub time: Distribution,
    /// Share of its own errors.
    pub error_share: f64,
    /// Status of its own errors.
    pub error_code: u16,
    /// Whether it does something to the world.
    pub has_effect: bool,
    /// The store whose write it is.
    pub writes: Option<StoreId>,
    /// Its calls, in order.
    pub calls: Range<u32>,
}

/// A call with its policies.
#[derive(Clone, Debug)]
pub struct Edge {
    /// `caller -> name`, or `caller.op -> name`.
    pub name: String,
    /// The calling service.
    pub from: ServiceId,
    /// What it calls.
    pub to: OpId,
    /// Probability that it is made.
    pub when: f64,
    /// The first edge after the group of calls that starts with this one or holds it.
    pub group_end: u32,
    /// Time of one message.
    pub network: Option<Distribution>,
    /// Share of messages that are lost.
    pub loss: f64,
    /// Looking up the callee's name.
    pub dns: Option<Leg>,
    /// Connecting to it.
    pub connect: Option<Leg>,
    /// What guards it, outermost first.
    pub layers: Box<[Layer]>,
    /// What becomes of its work in hand when the caller's own deadline passes.
    pub on_give_up: GiveUp,
    /// The bulkhead's row in the report, if it has one.
    pub pool: Option<PoolId>,
    /// Whether a breaker guards it.
    pub has_breaker: bool,
    /// Whether its attempts carry an idempotency key.
    pub idempotency_key: bool,
    /// Whether it is made only as the fallback of another.
    pub reserve: bool,
}

impl Edge {
    /// Whether its fallback keeps copies.
    pub fn has_copy(&self) -> bool {
        self.layers.iter().any(|it| matches!(it, Layer::Copy(_)))
    }

    /// Whether all that is sent arrives, as soon as its message does.
    pub fn has_a_plain_way(&self) -> bool {
        self.loss == 0.0 && self.dns.is_none() && self.connect.is_none()
    }
}

impl Edge {
    /// Attempts of one call that can be in flight at one time.
    pub fn copies(&self) -> u64 {
        let copies = self.layers.iter().map(|it| match it {
            Layer::Hedge { most, .. } => u64::from(*most) + 1,
            _ => 1,
        });
        copies.product()
    }
}

/// What becomes of an attempt that its caller has given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiveUp {
    /// The callee goes on working for nobody.
    Abandon,
    /// The callee stops at once.
    Cancel,
}

/// One layer around a call. State is found at `first + the caller's instance number` where each
/// instance has its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Layer {
    /// Gives up after a span.
    Timeout {
        /// The span.
        after: SimDuration,
        /// What becomes of the attempt.
        give_up: GiveUp,
        /// Which of the call's timers.
        timer: Timer,
    },
    /// Tries again.
    Retry {
        /// All tries.
        attempts: u32,
        /// Waits between them.
        backoff: Backoff,
        /// Which failures.
        on: Reasons,
        /// Its budget.
        budget: Option<Place<BudgetId>>,
        /// Its budget of what is in flight.
        in_flight: Option<Place<InFlightId>>,
        /// What it makes of a callee's Retry-After.
        retry_after: RetryAfter,
    },
    /// Sends copies.
    Hedge {
        /// When.
        place: Place<HedgeId>,
        /// Copies beside the first.
        most: u32,
        /// What becomes of those that have lost.
        losers: GiveUp,
        /// Its budget.
        budget: Option<Place<BudgetId>>,
    },
    /// A client that turns its calls away itself.
    Throttle(Place<ThrottleId>),
    /// A circuit breaker.
    Breaker(Place<BreakerId>),
    /// A token bucket.
    Limit(Place<BucketId>),
    /// An adaptive limit.
    Concurrency(Place<LimiterId>),
    /// A semaphore.
    Bulkhead(Place<SemaphoreId>),
    /// A fixed, degraded answer.
    Fallback,
    /// A copy of an answer, a degraded one.
    Copy(Place<CacheId>),
    /// Another call, and its outcome.
    StandIn(EdgeId),
    /// A failure with another face: seen by the caller as this status.
    FailWith(u16),
}

/// The timers of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// `timeout`.
    Attempt,
    /// `total_timeout`.
    Total,
    /// `response_timeout`, which runs from when an attempt is connected.
    Response,
}

/// Where a policy's state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<I> {
    /// The only one, or the one of the calling service's instance 0.
    pub first: I,
    /// Whether each calling instance has its own.
    pub per_instance: bool,
}

/// A bulkhead as reports show it.
#[derive(Clone, Debug)]
pub struct Pool {
    /// A pool's name, or its call's.
    pub name: String,
    /// Its semaphores.
    pub semaphores: Range<u32>,
}

/// A semaphore to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Semaphore {
    /// Where reports count it.
    pub pool: PoolId,
    /// Calls in flight at most.
    pub slots: u32,
    /// How long a call waits for a slot.
    pub max_wait: SimDuration,
    /// How many may wait; `u32::MAX` is unlimited.
    pub queue: u32,
}

/// A breaker to make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Breaker {
    /// The call that it guards.
    pub edge: EdgeId,
    /// The number of the calling instance, if each has its own.
    pub instance: Option<u32>,
    /// How it decides.
    pub config: breaker::Config,
}

/// A copy of an answer to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cache {
    /// The call for which it is served.
    pub edge: EdgeId,
    /// The number of the calling instance, if each has its own.
    pub instance: Option<u32>,
    /// How old it may be when it is served.
    pub max_age: SimDuration,
    /// How often it is fetched; where it is not, each answer of the call renews it.
    pub refresh_every: Option<SimDuration>,
}

/// A fault with its time and its targets.
#[derive(Clone, Debug)]
pub struct ScheduledFault {
    /// Its name, which is also a phase's.
    pub name: String,
    /// What it does.
    pub fault: Fault,
    /// What it strikes.
    pub on: Struck,
    /// When it starts.
    pub from: SimTime,
    /// When it is at full strength.
    pub full: SimTime,
    /// When it ends; `NEVER` where it lasts. A failover may be over earlier: it takes as long as a
    /// replication draws.
    pub to: SimTime,
    /// How long each of its stages takes; `MAX` where there is one.
    pub stage_for: SimDuration,
}

impl ScheduledFault {
    /// How many stages it widens in, ≥ 1.
    pub fn stages(&self) -> usize {
        match &self.on {
            Struck::Instances(_, counts) => counts.len(),
            Struck::Edges(_, shares) => shares.len(),
            Struck::Load(_) | Struck::Pools(_) | Struck::Store(_) => 1,
        }
    }

    /// When a stage begins, counted from 0.
    pub fn stage_from(&self, stage: usize) -> SimTime {
        self.from + self.stage_for.saturating_mul(stage as u64)
    }
}

/// What a fault strikes.
#[derive(Clone, Debug, PartialEq)]
pub enum Struck {
    /// So many instances of a service, stage by stage; those of a stage are among those of the next.
    Instances(ServiceId, Vec<u32>),
    /// A share of the attempts of these calls, stage by stage.
    Edges(Vec<EdgeId>, Vec<f64>),
    /// A load.
    Load(LoadId),
    /// The semaphores of these pools.
    Pools(Vec<PoolId>),
    /// A store.
    Store(StoreId),
}

impl Model {
    /// The name by which reports call a class: `load` or `load[class]`.
    pub fn class_name(&self, id: ClassId) -> String {
        let class = &self.classes[id];
        let load = &self.loads[class.load].name;
        if class.name.is_empty() { load.clone() } else { format!("{load}[{}]", class.name) }
    }

    /// How long after midnight an instant is, by the clock of the run, if that has one.
    pub fn since_midnight(&self, at: SimTime) -> Option<SimDuration> {
        let zero = SimDuration::from_secs(u64::from(self.clock?));
        Some(zero + at.since(self.timeline.zero))
    }

    /// The name by which traces call an instance: `service#number`.
    pub fn instance_name(&self, id: InstanceId) -> String {
        let instance = &self.instances[id];
        format!("{}#{}", self.services[instance.service].name, instance.number)
    }
}
