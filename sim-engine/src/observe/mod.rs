//! What a run tells: every change of its state, as it happens.
//!
//! The engine is generic over its [`Observer`]; `()` observes nothing and costs nothing. Observers
//! see and count; they never change what happens.

mod comeback;
pub mod counts;
mod fresh;
mod gauges;
pub mod ledger;
pub mod log;
pub mod recorder;
pub mod reel;
pub mod sampler;
pub mod step;
pub mod story;
pub mod trace;
pub mod windows;

pub use comeback::Comeback;

use self::step::{Actor, Step};
use crate::model::{
    BreakerId, CacheId, ClassId, EdgeId, FaultId, InstanceId, OpId, PoolId, SegmentId, ServiceId,
};
use crate::policy::breaker;
use crate::policy::failure::Reason;
use crate::time::{SimDuration, SimTime};

/// How a request, call or attempt ended, as its caller sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The whole answer.
    Full,
    /// An answer to which a fallback contributed.
    Degraded,
    /// No answer, and why: the first cause, also where it lay deeper.
    Failed(Reason),
}

impl Outcome {
    /// Whether there was an answer.
    pub fn is_answer(self) -> bool {
        !matches!(self, Self::Failed(_))
    }
}

/// When something began. It is counted in the segment in which it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The instant.
    pub at: SimTime,
    /// Its segment.
    pub segment: SegmentId,
}

/// What becomes of an effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is executed.
    Done,
    /// It is executed, and had been before.
    Repeated,
    /// It is not executed again: its key was known.
    Recognised,
    /// The request for which it was executed has failed.
    OfFailed,
}

/// Who asked an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A load: the job is a request.
    Class(ClassId),
    /// A call: the job is one attempt of it.
    Edge(EdgeId),
    /// A copy: the job fetches what it is a copy of.
    Cache(CacheId),
}

/// What an observer is told. All methods default to nothing.
#[expect(unused_variables, reason = "defaults that do nothing use nothing")]
pub trait Observer {
    /// A request, attempt or call takes a step.
    fn step(&mut self, now: SimTime, actor: Actor, step: Step) {}

    /// A segment begins.
    fn segment_started(&mut self, now: SimTime, segment: SegmentId) {}
    /// A window of the series ends.
    fn window_ended(&mut self, now: SimTime) {}

    /// A request or attempt is sent to an operation.
    fn sent(&mut self, now: SimTime, asker: Asker, op: OpId) {}
    /// A request or attempt has ended for who asked.
    fn answered(&mut self, now: SimTime, asker: Asker, op: OpId, start: Start, outcome: Outcome) {}

    /// A call begins.
    fn call_started(&mut self, now: SimTime, edge: EdgeId) {}
    /// A call has ended; `fell_back` if its fallback answered.
    fn call_ended(
        &mut self,
        now: SimTime,
        edge: EdgeId,
        start: Start,
        outcome: Outcome,
        fell_back: bool,
    ) {
    }

    /// The fallback of a call was asked for its copy, which is of this age, or not there or too old.
    fn copy_asked(&mut self, now: SimTime, edge: EdgeId, start: Start, age: Option<SimDuration>) {}

    /// Something becomes of an effect of a request that began then.
    fn effect(&mut self, now: SimTime, op: OpId, request: Start, effect: Effect) {}

    /// A job comes to an instance.
    fn job_arrived(&mut self, now: SimTime, service: ServiceId) {}
    /// A job leaves its instance, done or not.
    fn job_left(&mut self, now: SimTime, service: ServiceId) {}
    /// A job starts to wait for a worker.
    fn queue_joined(&mut self, now: SimTime, service: ServiceId) {}
    /// A job no longer waits; `served` if a worker took it.
    fn queue_left(&mut self, now: SimTime, service: ServiceId, waited: SimDuration, served: bool) {}
    /// A worker is taken.
    fn worker_taken(&mut self, now: SimTime, service: ServiceId) {}
    /// A worker is free again.
    fn worker_freed(&mut self, now: SimTime, service: ServiceId) {}
    /// Work was done; `wasted` if nobody waits for its result any more.
    fn worked(
        &mut self,
        now: SimTime,
        service: ServiceId,
        start: Start,
        took: SimDuration,
        wasted: bool,
    ) {
    }
    /// An instance dies.
    fn crashed(&mut self, now: SimTime, instance: InstanceId) {}
    /// The primary of a store dies, and this is how it comes back; so many acknowledged writes are lost
    /// with it.
    fn primary_lost(
        &mut self,
        now: SimTime,
        fault: FaultId,
        primary: ServiceId,
        comeback: Comeback,
        lost: u64,
    ) {
    }
    /// An instance is about to die because those who wait do not fit into its memory.
    fn out_of_memory(&mut self, now: SimTime, instance: InstanceId) {}

    /// A call comes to a pool.
    fn pool_asked(&mut self, now: SimTime, pool: PoolId) {}
    /// A call gets a slot after waiting.
    fn pool_entered(&mut self, now: SimTime, pool: PoolId, asked: Start, waited: SimDuration) {}
    /// A call gives its slot back.
    fn pool_left(&mut self, now: SimTime, pool: PoolId) {}
    /// A call starts to wait for a slot.
    fn pool_waits(&mut self, now: SimTime, pool: PoolId) {}
    /// A call no longer waits, with a slot or without.
    fn pool_waited(&mut self, now: SimTime, pool: PoolId) {}
    /// A call was turned away, at once or after its wait.
    fn pool_rejected(&mut self, now: SimTime, pool: PoolId, asked: Start, waited: SimDuration) {}

    /// A call was taken back while it waited for a slot.
    fn pool_cancelled(&mut self, now: SimTime, pool: PoolId, asked: Start) {}

    /// So many of a pool's slots are held from use by faults.
    fn pool_held(&mut self, now: SimTime, pool: PoolId, held: u32) {}

    /// A breaker changes its state.
    fn breaker_changed(
        &mut self,
        now: SimTime,
        breaker: BreakerId,
        from: breaker::State,
        to: breaker::State,
    ) {
    }
    /// A fault starts, grows or (at strength 0) ends.
    fn fault_changed(
        &mut self,
        now: SimTime,
        fault: FaultId,
        strength: f64,
        victims: &[InstanceId],
    ) {
    }
    /// A fault has widened to a stage after its first, which is 0, and strikes these now.
    fn fault_widened(
        &mut self,
        now: SimTime,
        fault: FaultId,
        stage: usize,
        victims: &[InstanceId],
    ) {
    }
}

/// Observes nothing.
impl Observer for () {}

macro_rules! both {
    ($($method:ident($($name:ident: $type:ty),*);)*) => {
        /// Both observe, the first one first.
        impl<A: Observer, B: Observer> Observer for (A, B) {
            $(fn $method(&mut self, now: SimTime $(, $name: $type)*) {
                self.0.$method(now $(, $name)*);
                self.1.$method(now $(, $name)*);
            })*
        }

        /// Observes through a reference.
        impl<A: Observer> Observer for &mut A {
            $(fn $method(&mut self, now: SimTime $(, $name: $type)*) {
                (**self).$method(now $(, $name)*);
            })*
        }
    };
}

both! {
    step(actor: Actor, step: Step);
    segment_started(segment: SegmentId);
    window_ended();
    sent(asker: Asker, op: OpId);
    answered(asker: Asker, op: OpId, start: Start, outcome: Outcome);
    call_started(edge: EdgeId);
    call_ended(edge: EdgeId, start: Start, outcome: Outcome, fell_back: bool);
    copy_asked(edge: EdgeId, start: Start, age: Option<SimDuration>);
    effect(op: OpId, request: Start, effect: Effect);
    job_arrived(service: ServiceId);
    job_left(service: ServiceId);
    queue_joined(service: ServiceId);
    queue_left(service: ServiceId, waited: SimDuration, served: bool);
    worker_taken(service: ServiceId);
    worker_freed(service: ServiceId);
    worked(service: ServiceId, start: Start, took: SimDuration, wasted: bool);
    crashed(instance: InstanceId);
    primary_lost(fault: FaultId, primary: ServiceId, comeback: Comeback, lost: u64);
    out_of_memory(instance: InstanceId);
    pool_asked(pool: PoolId);
    pool_entered(pool: PoolId, asked: Start, waited: SimDuration);
    pool_left(pool: PoolId);
    pool_waits(pool: PoolId);
    pool_waited(pool: PoolId);
    pool_rejected(pool: PoolId, asked: Start, waited: SimDuration);
    pool_cancelled(pool: PoolId, asked: Start);
    pool_held(pool: PoolId, held: u32);
    breaker_changed(breaker: BreakerId, from: breaker::State, to: breaker::State);
    fault_changed(fault: FaultId, strength: f64, victims: &[InstanceId]);
    fault_widened(fault: FaultId, stage: usize, victims: &[InstanceId]);
}
