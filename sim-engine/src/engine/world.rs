//! The tables of a run in progress, and the loop.

use super::agenda::wheel::Wheel;
use super::agenda::{Agenda, Handle, PendingSet};
use super::cache::CacheState;
use super::call::Call;
use super::cores::Cores;
use super::effect::Trail;
use super::event::Event;
use super::failover::Takeover;
use super::fifo::Fifo;
use super::job::Job;
use super::line::Line;
use super::restore::Restoring;
use super::slab::{Key, Slab};
use super::store::{StoreState, is_watched};
use crate::fault::Fault;
use crate::id::{Id, Table};
use crate::model::{
    BreakerId, BucketId, BudgetId, CacheId, EdgeId, FaultId, HedgeId, InFlightId, InstanceId,
    LimiterId, Load, LoadId, Model, Op, OpId, Place, ScheduledFault, SegmentId, SemaphoreId,
    Service, ServiceId, StoreId, ThrottleId,
};
use crate::observe::step::{Actor, Step};
use crate::observe::{Observer, Start};
use crate::policy::balancer::Balancer;
use crate::policy::breaker::Breaker;
use crate::policy::bulkhead::Semaphore;
use crate::policy::concurrency::Limiter;
use crate::policy::hedge::Hedge;
use crate::policy::limiter::TokenBucket;
use crate::policy::retry::{Budget, InFlightBudget};
use crate::policy::shedder::{Codel, Shedder};
use crate::policy::throttle::Throttle;
use crate::rng::{Purpose, Seed, Stream};
use crate::time::{SimDuration, SimTime};

/// A run in progress. Which [`PendingSet`] its agenda has makes no difference but to its speed.
pub struct World<'m, O, P = Wheel> {
    pub(super) model: &'m Model,
    pub(super) observer: O,
    pub(super) agenda: Agenda<Event, P>,
    pub(super) now: SimTime,
    pub(super) segment: SegmentId,
    pub(super) jobs: Slab<Job>,
    pub(super) calls: Slab<Call>,
    pub(super) trails: Slab<Trail>,
    pub(super) loads: Table<LoadId, LoadState<'m>>,
    pub(super) services: Table<ServiceId, ServiceState>,
    pub(super) instances: Table<InstanceId, InstanceState<'m>>,
    pub(super) ops: Table<OpId, OpState<'m>>,
    pub(super) edges: Table<EdgeId, EdgeState>,
    pub(super) semaphores: Table<SemaphoreId, SemaphoreState>,
    pub(super) breakers: Table<BreakerId, Breaker>,
    pub(super) budgets: Table<BudgetId, Budget>,
    pub(super) in_flight_budgets: Table<InFlightId, InFlightBudget>,
    pub(super) buckets: Table<BucketId, TokenBucket>,
    pub(super) hedges: Table<HedgeId, Hedge>,
    pub(super) throttles: Table<ThrottleId, Throttle>,
    pub(super) limiters: Table<LimiterId, Limiter>,
    pub(super) caches: Table<CacheId, CacheState>,
    pub(super) stores: Table<StoreId, StoreState>,
    pub(super) faults: Table<FaultId, FaultState>,
    /// Where the present window of the series ends.
    window_end: SimTime,
    events_left: u64,
    stopped: Option<Stop>,
}

/// A load between two arrivals.
pub(super) struct LoadState<'m> {
    pub(super) spec: &'m Load,
    pub(super) gaps: Stream,
    pub(super) classes: Stream,
    pub(super) bursts: Stream,
    pub(super) grains: Stream,
    pub(super) thinking: Stream,
    pub(super) patience: Stream,
    /// The next arrival.
    pub(super) next: Handle,
    /// What is left of the integral of the rate until then, as of `left_at`.
    pub(super) left: f64,
    pub(super) left_at: SimTime,
    /// Product of the surges in force.
    pub(super) surge: f64,
    /// What the present burst or quiet time multiplies the rate by.
    pub(super) burst: f64,
    /// Whether there is a burst.
    pub(super) bursting: bool,
    /// How many recorded arrivals have been replayed.
    pub(super) replayed: usize,
    /// Where the last of them lay within the grain of its time stamp, 0 to 1.
    pub(super) into_grain: f64,
}

/// A service as its callers see it.
pub(super) struct ServiceState {
    pub(super) balancer: Balancer,
    pub(super) choices: Stream,
    /// Numbers of the instances that are up, ascending.
    pub(super) up: Vec<u32>,
}

/// An instance at work.
pub(super) struct InstanceState<'m> {
    pub(super) service: ServiceId,
    /// What it has in common with the others of its service.
    pub(super) spec: &'m Service,
    /// Workers taken.
    pub(super) busy: u32,
    /// Workers that faults hold from use.
    pub(super) held: u32,
    /// Jobs sent here and not ended.
    pub(super) outstanding: u32,
    pub(super) queue: Line,
    /// What all work in hand shares, if it does.
    pub(super) cores: Option<Box<Cores>>,
    /// Jobs that wait for a place in the queue.
    pub(super) door: Fifo<{ Job::QUEUE }>,
    /// Workers' time that turning jobs away has cost and nobody has given yet.
    pub(super) owed: SimDuration,
    /// Says whom it turns away on purpose.
    pub(super) shedder: Option<Shedder>,
    /// Shortens its queue when that stands.
    pub(super) codel: Option<Codel>,
    /// Finds out how many it lets in at a time.
    pub(super) limiter: Option<Limiter>,
    /// How many faults keep it down.
    pub(super) down: u32,
    /// Faults in force here.
    pub(super) faults: Vec<FaultId>,
}

impl<'m> InstanceState<'m> {
    fn new(model: &'m Model, service: ServiceId, probe: Stream) -> Self {
        let spec = &model.services[service];
        Self {
            service,
            spec,
            busy: 0,
            held: 0,
            outstanding: 0,
            queue: Line::new(spec.discipline, model.levels),
            cores: spec.cores.map(|it| Box::new(Cores::new(it))),
            door: Fifo::default(),
            owed: SimDuration::ZERO,
            shedder: spec.shed.as_ref().map(|it| {
                let thresholds = it.tiers.iter().map(|tier| tier.0);
                Shedder::new(spec.workers, it.lag, thresholds)
            }),
            codel: spec.codel.map(|it| Codel::new(it.target, it.interval)),
            limiter: spec.concurrency.map(|it| Limiter::new(it, probe)),
            down: 0,
            faults: Vec::new(),
        }
    }

    #[inline]
    pub(super) fn has_free_worker(&self) -> bool {
        self.down == 0 && self.busy.saturating_add(self.held) < self.spec.workers
    }

    /// Whether nobody waits for a worker.
    #[inline]
    pub(super) fn is_deserted(&self) -> bool {
        self.queue.len() == 0 && self.door.len() == 0
    }

    /// Whether more wait than its memory holds.
    #[inline]
    pub(super) fn is_out_of_memory(&self) -> bool {
        self.queue.len() > self.spec.holds
    }
}

/// An operation with its random streams.
pub(super) struct OpState<'m> {
    pub(super) spec: &'m Op,
    pub(super) times: Stream,
    pub(super) errors: Stream,
}

/// The random streams of a call, and the faults on it.
pub(super) struct EdgeState {
    pub(super) when: Stream,
    pub(super) network: Stream,
    pub(super) reach: Stream,
    pub(super) loss: Stream,
    pub(super) backoff: Stream,
    pub(super) retry_after: Stream,
    pub(super) throttle: Stream,
    /// The last delay that any of its calls drew.
    pub(super) last_backoff: SimDuration,
    pub(super) faults: Vec<FaultId>,
}

/// A semaphore with its line.
pub(super) struct SemaphoreState {
    pub(super) slots: Semaphore,
    pub(super) line: Fifo<{ Call::LINE }>,
}

/// A fault in force or not.
pub(super) struct FaultState {
    /// 0 when not in force, 1 at full strength.
    pub(super) strength: f64,
    pub(super) chances: Stream,
    /// How far it has widened.
    pub(super) stage: usize,
    /// Those that any stage strikes, in the order in which they are struck.
    pub(super) drawn: Vec<InstanceId>,
    /// Those that this stage strikes, in order.
    pub(super) victims: Vec<InstanceId>,
    /// What is to become of it.
    pub(super) planned: Vec<Handle>,
    /// Which attempts a throttle lets through.
    pub(super) bucket: Option<TokenBucket>,
    /// When each of its victims runs out of memory.
    pub(super) leaks: Vec<(InstanceId, Handle)>,
    /// How a standby takes over, if that is what happens.
    pub(super) takeover: Option<Takeover>,
    /// How a store is restored, if that is what happens.
    pub(super) restoring: Option<Restoring>,
}

impl FaultState {
    fn new(model: &Model, fault: &ScheduledFault, seed: Seed) -> Self {
        let chances = Stream::new(seed, Purpose::Fault, &fault.name);
        let bucket = match fault.fault {
            Fault::Throttle(rate, burst) => Some(TokenBucket::new(rate, burst)),
            _ => None,
        };
        Self {
            strength: 0.0,
            chances,
            stage: 0,
            drawn: Vec::new(),
            victims: Vec::new(),
            planned: Vec::new(),
            bucket,
            leaks: Vec::new(),
            takeover: Takeover::draw(model, fault, seed),
            restoring: Restoring::draw(model, fault, seed),
        }
    }
}

/// Why a run stopped before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It took as many events as it may.
    Events,
    /// As many requests, calls and attempts were in flight as may be.
    InFlight,
    /// Who runs it asked for it.
    Asked,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The last instant simulated.
    pub at: SimTime,
    /// Events handled.
    pub events: u64,
    /// Why it stopped early, if it did.
    pub stopped: Option<Stop>,
}

impl<'m, O: Observer, P: PendingSet> World<'m, O, P> {
    /// A world at the start of its run, with everything scheduled that is known beforehand.
    pub fn new(model: &'m Model, seed: Seed, observer: O) -> Self {
        let stream = |purpose, entity: &str| Stream::new(seed, purpose, entity);
        let mut world = Self {
            model,
            observer,
            agenda: Agenda::default(),
            now: SimTime::ZERO,
            segment: SegmentId(0),
            jobs: Slab::default(),
            calls: Slab::default(),
            trails: Slab::default(),
            loads: model.loads.iter().map(|it| LoadState::new(it, seed)).collect(),
            services: model
                .services
                .iter()
                .map(|it| ServiceState {
                    balancer: Balancer::new(it.balance),
                    choices: stream(Purpose::Balance, &it.name),
                    up: (0..it.instances.len() as u32).collect(),
                })
                .collect(),
            instances: model
                .instances
                .entries()
                .map(|(id, it)| {
                    let probe = stream(Purpose::Probe, &model.instance_name(id));
                    InstanceState::new(model, it.service, probe)
                })
                .collect(),
            ops: model
                .ops
                .iter()
                .map(|it| OpState {
                    spec: it,
                    times: stream(Purpose::Service, &it.name),
                    errors: stream(Purpose::Error, &it.name),
                })
                .collect(),
            edges: model
                .edges
                .iter()
                .map(|it| EdgeState {
                    when: stream(Purpose::When, &it.name),
                    network: stream(Purpose::Network, &it.name),
                    reach: stream(Purpose::Reach, &it.name),
                    loss: stream(Purpose::Loss, &it.name),
                    backoff: stream(Purpose::Backoff, &it.name),
                    retry_after: stream(Purpose::RetryAfter, &it.name),
                    throttle: stream(Purpose::Throttle, &it.name),
                    last_backoff: SimDuration::ZERO,
                    faults: Vec::new(),
                })
                .collect(),
            semaphores: model
                .semaphores
                .iter()
                .map(|it| SemaphoreState {
                    slots: Semaphore::new(it.slots, it.queue),
                    line: Fifo::default(),
                })
                .collect(),
            breakers: model.breakers.iter().map(|it| Breaker::new(it.config)).collect(),
            budgets: model.budgets.iter().map(|it| Budget::new(*it)).collect(),
            in_flight_budgets: model
                .in_flight_budgets
                .iter()
                .map(|it| InFlightBudget::new(it.0, it.1))
                .collect(),
            buckets: model.buckets.iter().map(|it| TokenBucket::new(it.0, it.1)).collect(),
            hedges: model.hedges.iter().map(|it| Hedge::new(*it)).collect(),
            throttles: model.throttles.iter().map(|it| Throttle::new(it.0, it.1)).collect(),
            limiters: model
                .limiters
                .iter()
                .map(|it| Limiter::new(it.1, stream(Purpose::Probe, &it.0)))
                .collect(),
            caches: model.caches.iter().map(|_| CacheState::default()).collect(),
            stores: model
                .stores
                .entries()
                .map(|(id, it)| StoreState::new(it, is_watched(model, id), seed))
                .collect(),
            faults: model.faults.iter().map(|it| FaultState::new(model, it, seed)).collect(),
            window_end: SimTime::ZERO + model.timeline.window,
            events_left: model.limits.events,
            stopped: None,
        };
        world.schedule_segments();
        world.schedule_faults(seed);
        world.schedule_outages();
        world.schedule_refreshes(seed);
        model.loads.ids().for_each(|it| world.start_load(it));
        world
    }

    /// See [`Simulate::advance`](super::Simulate::advance).
    pub(super) fn go(&mut self, until: SimTime) -> Option<Ending> {
        let end = self.model.timeline.end;
        let until = until.min(end);
        while self.window_end < until {
            self.play(self.window_end);
            if self.stopped.is_some() {
                return Some(self.ending(self.now));
            }
            self.observer.window_ended(self.window_end);
            self.window_end += self.model.timeline.window;
        }
        self.play(until);
        if self.stopped.is_some() {
            return Some(self.ending(self.now));
        }
        (until == end).then(|| self.ending(end))
    }

    /// Lets everything happen that does before `until`.
    fn play(&mut self, until: SimTime) {
        while self.stopped.is_none() {
            let Some(event) = self.next_before(until) else { return };
            self.happen(event);
        }
    }

    /// Ends the run at `at`, to which it has come.
    pub fn stop(&mut self, at: SimTime) -> Ending {
        self.stopped = Some(Stop::Asked);
        self.ending(at)
    }

    /// The observer, to be asked what it has seen so far.
    pub fn observer(&mut self) -> &mut O {
        &mut self.observer
    }

    /// The observer, with all it has seen.
    pub fn into_observer(self) -> O {
        self.observer
    }

    fn next_before(&mut self, until: SimTime) -> Option<Event> {
        let (now, event) = self.agenda.pop_before(until)?;
        self.now = now;
        self.events_left -= 1;
        if self.events_left == 0 {
            self.stopped = Some(Stop::Events);
        }
        Some(event)
    }

    #[inline(always)]
    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrival(load) => self.on_arrival(load),
            Event::Burst(load) => self.on_burst(load),
            Event::Delivered(job) => self.on_delivered(job),
            Event::WorkDone(job) => self.on_work_done(job),
            Event::CoresDone(instance) => self.on_cores_done(instance),
            Event::Replied(job) => self.on_replied(job),
            Event::Deadline(job) => self.on_deadline(job),
            Event::PatienceLost(job) => self.on_patience_lost(job),
            Event::Timeout(call, timer) => self.on_timeout(call, timer),
            Event::WaitOver(call) => self.on_wait_over(call),
            Event::SlotGiven(call) => self.on_slot_given(call),
            Event::Retry(call) => self.on_retry(call),
            Event::Hedge(call) => self.on_hedge(call),
            Event::Refresh(cache) => self.on_refresh(cache),
            Event::FaultStep(fault, step) => self.on_fault_step(fault, step),
            Event::FaultStage(fault, stage) => self.on_fault_stage(fault, usize::from(stage)),
            Event::FaultEnd(fault) => self.on_fault_end(fault),
            Event::DoorShut(job) => self.on_door_shut(job),
            Event::OutOfMemory(instance) => self.on_out_of_memory(instance),
            Event::Leaked(fault, instance) => self.on_leaked(fault, instance),
            Event::Promoted(fault) => self.on_promoted(fault),
            Event::Committed(job) => self.on_committed(job),
            Event::StandbyTurns(store, number) => self.on_standby_turns(store, number),
            Event::FallBack(store, number) => self.on_fall_back(store, number),
            Event::Restarted(instance) => self.on_restarted(instance),
            Event::Segment(segment) => self.on_segment(segment),
        }
    }

    fn ending(&mut self, at: SimTime) -> Ending {
        self.observer.window_ended(at);
        let events = self.model.limits.events - self.events_left;
        Ending { at, events, stopped: self.stopped }
    }

    fn schedule_segments(&mut self) {
        self.observer.segment_started(SimTime::ZERO, SegmentId(0));
        for (index, start) in self.model.timeline.segments.iter().enumerate().skip(1) {
            self.agenda.schedule(*start, Event::Segment(SegmentId::new(index)));
        }
    }

    fn on_segment(&mut self, segment: SegmentId) {
        self.segment = segment;
        self.observer.segment_started(self.now, segment);
    }

    /// Tells a step of a job.
    #[inline]
    pub(super) fn job_steps(&mut self, job: Key, step: Step) {
        self.observer.step(self.now, Actor::Job(job.number()), step);
    }

    /// Tells a step of a call.
    #[inline]
    pub(super) fn call_steps(&mut self, call: Key, step: Step) {
        self.observer.step(self.now, Actor::Call(call.number()), step);
    }

    /// What begins now.
    #[inline]
    pub(super) fn start(&self) -> Start {
        Start { at: self.now, segment: self.segment }
    }

    /// Stops the run when more is in flight than may be.
    #[inline]
    pub(super) fn mind_the_limit(&mut self) {
        let limit = self.model.limits.in_flight as usize;
        // The first comparison costs less, and settles it until there have been so many.
        if self.jobs.most() + self.calls.most() > limit
            && self.jobs.len() + self.calls.len() > limit
        {
            self.stopped = Some(Stop::InFlight);
        }
    }

    /// The row of state of a policy for the caller `instance`.
    #[inline]
    pub(super) fn row<I: Id>(&self, place: Place<I>, instance: InstanceId) -> I {
        if !place.per_instance {
            return place.first;
        }
        I::new(place.first.index() + self.model.instances[instance].number as usize)
    }
}
