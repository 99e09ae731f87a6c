//! A trace: what chosen requests went through, step by step, beside what happened to all.
//!
//! Requests are numbered from 1 in the order in which they come, and chosen by number, by when they
//! come and by a name, so that the choice is the same every time. Of a chosen request everything is
//! kept that was done for it anywhere, also after it was answered. A trace is bounded: when it is
//! full no further request is followed, and those that are not are counted.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::log::Entry;
use super::step::{Actor, Step};
use super::{Asker, Observer, Outcome, Start};
use crate::id::Table;
use crate::model::{
    BreakerId, ClassId, EdgeId, FaultId, InstanceId, Model, OpId, PoolId, SemaphoreId,
};
use crate::policy::breaker::State;
use crate::policy::failure::Reason;
use crate::time::{SimDuration, SimTime};

/// What of a run a trace holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Numbers of the requests.
    pub requests: RangeInclusive<u64>,
    /// Of those, one in so many, ≥ 1: the first, and each so many further on.
    pub every: u64,
    /// They come at this instant or later,
    pub from: SimTime,
    /// and before this one.
    pub to: SimTime,
    /// What the names of jobs, calls, breakers and faults must contain to be recorded.
    pub name: String,
    /// Records at most.
    pub most: usize,
}

impl Default for Choice {
    /// Everything, a million records at most.
    fn default() -> Self {
        Self {
            requests: 1..=u64::MAX,
            every: 1,
            from: SimTime::ZERO,
            to: SimTime::NEVER,
            name: String::new(),
            most: 1_000_000,
        }
    }
}

impl Choice {
    fn takes(&self, request: u64, at: SimTime) -> bool {
        self.requests.contains(&request)
            && (request - self.requests.start()).is_multiple_of(self.every)
            && self.takes_time(at)
    }

    fn takes_time(&self, at: SimTime) -> bool {
        self.from <= at && at < self.to
    }
}

/// What one span of a trace is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// A request of a load.
    Request(ClassId, OpId),
    /// An attempt of a call.
    Attempt(EdgeId, OpId),
    /// A call with all its attempts.
    Call(EdgeId),
}

/// A job or call of a chosen request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The number of the request that it is for.
    pub request: u64,
    /// The span that it is part of; none for a request itself.
    pub parent: Option<u32>,
    /// What it is.
    pub of: Of,
}

impl Span {
    /// `checkout`, `checkout -> fraud`: what it is called in reports.
    pub fn name<'m>(&self, model: &'m Model) -> &'m str {
        match self.of {
            Of::Request(_, op) => &model.ops[op].name,
            Of::Attempt(edge, _) | Of::Call(edge) => &model.edges[edge].name,
        }
    }
}

/// One line of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// When.
    pub at: SimTime,
    /// What.
    pub what: What,
}

/// What a line of a trace tells.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A step of a chosen request.
    Step {
        /// Whose: a place in [`Trace::spans`].
        span: u32,
        /// What it does.
        step: Step,
        /// How many slots of the call's pool are taken now, where the step has to do with them.
        taken: Option<(PoolId, u32)>,
    },
    /// Something that is nobody's alone.
    Happened(Entry),
}

/// What chosen requests went through.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// Jobs and calls of the chosen requests, each after what it is part of.
    pub spans: Vec<Span>,
    /// In order of time.
    pub records: Vec<Record>,
    /// Requests in all.
    pub requests: u64,
    /// Requests that were chosen but not followed, because the trace was full.
    pub left_out: u64,
    /// Requests worth a look.
    pub notable: Vec<Notable>,
}

/// A request worth a look: one of the slowest, or the first that failed for some reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notable {
    /// Its number.
    pub request: u64,
    /// Of which class.
    pub class: ClassId,
    /// When it came.
    pub at: SimTime,
    /// How long it took until it was answered or failed.
    pub took: SimDuration,
    /// How it ended.
    pub outcome: Outcome,
}

/// How many of the slowest requests are notable.
const SLOWEST: usize = 5;

/// Writes a trace.
#[derive(Clone, Debug)]
pub struct Tracer<'m> {
    model: &'m Model,
    choice: Choice,
    trace: Trace,
    /// Spans of those who are still at it.
    live: BTreeMap<Actor, u32>,
    /// All requests that have no answer yet.
    asked: BTreeMap<Actor, (u64, ClassId, SimTime)>,
    slowest: Vec<Notable>,
    failed: BTreeMap<Reason, Notable>,
    taken: Table<PoolId, u32>,
    in_force: Table<FaultId, bool>,
}

impl<'m> Tracer<'m> {
    /// Nothing yet, of a run of this model.
    pub fn new(model: &'m Model, choice: Choice) -> Self {
        Self {
            model,
            choice,
            trace: Trace::default(),
            live: BTreeMap::new(),
            asked: BTreeMap::new(),
            slowest: Vec::new(),
            failed: BTreeMap::new(),
            taken: model.pools.iter().map(|_| 0).collect(),
            in_force: model.faults.iter().map(|_| false).collect(),
        }
    }

    /// The trace: slowest first, and then the first failure of each kind.
    pub fn finish(mut self) -> Trace {
        self.trace.notable = self.slowest;
        let known = |it: &Notable, all: &[Notable]| all.iter().any(|has| has.request == it.request);
        for failure in self.failed.into_values() {
            if !known(&failure, &self.trace.notable) {
                self.trace.notable.push(failure);
            }
        }
        self.trace
    }

    /// A job is sent: a request comes, or a chosen one has an attempt made.
    fn sent(&mut self, now: SimTime, actor: Actor, asker: Asker, by: Option<Actor>, op: OpId) {
        match asker {
            Asker::Class(class) => {
                self.trace.requests += 1;
                let request = self.trace.requests;
                self.asked.insert(actor, (request, class, now));
                if self.choice.takes(request, now) {
                    self.follow(request, actor, class, op);
                }
            }
            Asker::Edge(edge) => {
                if let Some(parent) = by.and_then(|it| self.live.get(&it).copied()) {
                    self.open(actor, parent, Of::Attempt(edge, op));
                }
            }
            Asker::Cache(_) => {}
        }
    }

    fn follow(&mut self, request: u64, actor: Actor, class: ClassId, op: OpId) {
        if self.is_full() {
            self.trace.left_out += 1;
            return;
        }
        let span = Span { request, parent: None, of: Of::Request(class, op) };
        self.insert(actor, span);
    }

    fn open(&mut self, actor: Actor, parent: u32, of: Of) {
        let request = self.trace.spans[parent as usize].request;
        self.insert(actor, Span { request, parent: Some(parent), of });
    }

    fn insert(&mut self, actor: Actor, span: Span) {
        let number = u32::try_from(self.trace.spans.len()).expect("a trace is bounded");
        self.trace.spans.push(span);
        self.live.insert(actor, number);
    }

    /// What has been begun to be told is told to its end: only new requests find a full trace.
    fn is_full(&self) -> bool {
        self.trace.records.len() >= self.choice.most || self.trace.spans.len() >= self.choice.most
    }

    /// What is told of one request at most, however full the trace.
    fn overflows(&self) -> bool {
        self.trace.records.len() >= self.choice.most.saturating_mul(2)
    }

    fn answered(&mut self, now: SimTime, actor: Actor, outcome: Outcome) {
        let Some((request, class, at)) = self.asked.remove(&actor) else { return };
        if at < self.model.timeline.zero {
            return;
        }
        let notable = Notable { request, class, at, took: now.since(at), outcome };
        if let Outcome::Failed(reason) = outcome {
            self.failed.entry(reason).or_insert(notable);
        }
        let place = self.slowest.partition_point(|it| it.took >= notable.took);
        self.slowest.insert(place, notable);
        self.slowest.truncate(SLOWEST);
    }

    fn note(&mut self, now: SimTime, actor: Actor, step: Step) {
        let Some(&span) = self.live.get(&actor) else { return };
        let told = &self.trace.spans[span as usize];
        if self.overflows() || !told.name(self.model).contains(&self.choice.name) {
            return;
        }
        let about_slots = matches!(
            step,
            Step::InLine | Step::HasSlot | Step::SlotBack | Step::TurnedAway(Reason::Bulkhead)
        );
        let pool = match told.of {
            Of::Call(edge) if about_slots => self.model.edges[edge].pool,
            _ => None,
        };
        let taken = pool.map(|it| (it, self.taken[it]));
        self.trace.records.push(Record { at: now, what: What::Step { span, step, taken } });
    }

    fn happened(&mut self, now: SimTime, name: &str, entry: Entry) {
        let wanted = self.choice.takes_time(now) && name.contains(&self.choice.name);
        if wanted && !self.overflows() {
            self.trace.records.push(Record { at: now, what: What::Happened(entry) });
        }
    }
}

impl Observer for Tracer<'_> {
    fn step(&mut self, now: SimTime, actor: Actor, step: Step) {
        match step {
            Step::Sent { asker, by, op, .. } => self.sent(now, actor, asker, by, op),
            Step::Called { edge, by } => {
                if let Some(&parent) = self.live.get(&by) {
                    self.open(actor, parent, Of::Call(edge));
                }
            }
            Step::RepliedBy(messenger) => {
                if let Some(asked) = self.asked.remove(&actor) {
                    self.asked.insert(messenger, asked);
                }
                if let Some(&span) = self.live.get(&actor) {
                    self.live.insert(messenger, span);
                }
            }
            Step::Answered(outcome) => self.answered(now, actor, outcome),
            _ => {}
        }
        if self.live.is_empty() {
            return;
        }
        self.note(now, actor, step);
        if matches!(step, Step::Over | Step::Ended(_)) {
            self.live.remove(&actor);
        }
    }

    fn pool_entered(&mut self, _: SimTime, pool: PoolId, _: Start, _: SimDuration) {
        self.taken[pool] += 1;
    }

    fn pool_left(&mut self, _: SimTime, pool: PoolId) {
        self.taken[pool] -= 1;
    }

    fn breaker_changed(&mut self, now: SimTime, breaker: BreakerId, from: State, to: State) {
        let name = &self.model.edges[self.model.breakers[breaker].edge].name;
        self.happened(now, name, Entry::Breaker { breaker, from, to });
    }

    fn out_of_memory(&mut self, now: SimTime, instance: InstanceId) {
        let name = self.model.instance_name(instance);
        self.happened(now, &name, Entry::OutOfMemory(instance));
    }

    fn fault_changed(
        &mut self,
        now: SimTime,
        fault: FaultId,
        strength: f64,
        victims: &[InstanceId],
    ) {
        let starts = strength > 0.0;
        if self.in_force[fault] != starts {
            self.in_force[fault] = starts;
            let entry = Entry::Fault { fault, starts, victims: victims.to_vec() };
            self.happened(now, &self.model.faults[fault].name, entry);
        }
    }

    fn fault_widened(
        &mut self,
        now: SimTime,
        fault: FaultId,
        stage: usize,
        victims: &[InstanceId],
    ) {
        let entry = Entry::Widened { fault, stage, victims: victims.to_vec() };
        self.happened(now, &self.model.faults[fault].name, entry);
    }
}

impl Model {
    /// How many slots a pool has in all.
    pub fn slots_of(&self, pool: PoolId) -> u64 {
        let slots = |it| u64::from(self.semaphores[SemaphoreId(it)].slots);
        self.pools[pool].semaphores.clone().map(slots).sum()
    }
}
