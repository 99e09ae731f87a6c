//! A job: one execution of an operation, from its sending to its reply.

use super::agenda::{Handle, PendingSet};
use super::effect::Errand;
use super::event::Event;
use super::fifo::{Fifo, Linked, Links};
use super::slab::Key;
use super::world::{InstanceState, OpState, World};
use crate::model::{ClassId, GiveUp, InstanceId, Op, OpId};
use crate::observe::step::{Actor, Step};
use crate::observe::{Asker, Observer, Outcome, Start};
use crate::policy::failure::Reason;
use crate::policy::queue::Overflow;
use crate::time::{SimDuration, SimTime};

use super::call::{Call, ended};
use crate::policy::concurrency::Ended;

/// One request of a load, or one attempt of a call.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) asker: Asker,
    /// The call that waits for the reply; none for a request of a load.
    pub(super) call: Option<Key>,
    /// Nobody waits for the reply any more.
    pub(super) gone: bool,
    pub(super) op: OpId,
    /// Where it was sent; none where nobody was there to take it.
    pub(super) instance: Option<InstanceId>,
    pub(super) start: Start,
    pub(super) state: State,
    /// The one event that its state waits for.
    pub(super) event: Handle,
    pub(super) deadline: SimTime,
    deadline_timer: Handle,
    /// When its user gives up.
    pub(super) patience: Handle,
    /// When its present state began.
    pub(super) since: SimTime,
    /// When it came to its instance.
    pub(super) arrived: SimTime,
    /// Worker's time spent on it.
    worked: SimDuration,
    /// The calls that it waits for.
    pub(super) calls: Fifo<{ Call::SIBLINGS }>,
    /// The next call to make, by edge number.
    next_edge: u32,
    /// A fallback contributed to the answer.
    degraded: bool,
    /// Why it fails, as far as that is known.
    pub(super) failure: Option<Failure>,
    /// The class of the request that it is for; none for what is fetched for a copy.
    pub(super) class: Option<ClassId>,
    /// How important that is; 0 is the most.
    pub(super) level: u8,
    /// What it is for, where there are effects.
    pub(super) errand: Option<Errand>,
    queue: Links,
}

// Written anew for each request and attempt: what it grows by, all pay for.
const _: () = assert!(size_of::<Job>() <= 184);

/// What there is to tell of a job at its end.
#[derive(Clone, Copy)]
pub(super) struct Summary {
    pub(super) asker: Asker,
    pub(super) call: Option<Key>,
    pub(super) op: OpId,
    pub(super) start: Start,
    /// The effects of the request that it is for, where there are effects.
    pub(super) trail: Option<Key>,
    pub(super) gone: bool,
    worked: SimDuration,
    patience: Handle,
}

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// On its way to the instance.
    Travelling,
    /// It will never arrive, and who waits in vain calls it this.
    Lost(Reason),
    /// Waits for a place in the queue.
    AtDoor,
    /// Waits for a worker.
    Queued,
    /// A worker does its own work.
    Working,
    /// A write is done, and waits for standbys to have it, too.
    Committing,
    /// A worker is held while its calls are waited for.
    Calling,
    /// The reply is on its way.
    Replying(Reply),
}

impl State {
    /// What a timeout is counted as: who waits for what was lost has not waited for something slow.
    pub(super) fn waited_in_vain(self) -> Reason {
        match self {
            Self::Lost(reason) => reason,
            _ => Reason::Timeout,
        }
    }

    /// Whether the job is where it was sent, and neither on its way there nor back.
    pub(super) fn is_at_instance(self) -> bool {
        matches!(
            self,
            Self::AtDoor | Self::Queued | Self::Working | Self::Committing | Self::Calling
        )
    }
}

/// What comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// An answer, degraded or full.
    Answer { degraded: bool },
    /// No answer.
    Failure(Failure),
}

/// A failure, with its first cause and its face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The first cause, which the report counts, however deep it lay.
    pub(super) cause: Reason,
    /// What the caller sees and its policies judge: whatever went wrong behind a callee is an
    /// error of the callee.
    pub(super) seen: Reason,
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self { cause: reason, seen: reason }
    }
}

impl Failure {
    /// The error with this HTTP status.
    pub(super) fn with_code(code: u16) -> Self {
        Self::from(if code < 500 { Reason::ClientError } else { Reason::Error })
    }

    /// The same failure one level up: its caller fails because of it.
    fn passed_on(self) -> Self {
        let seen = if self.seen == Reason::ClientError { self.seen } else { Reason::Error };
        Self { seen, ..self }
    }
}

impl From<Reason> for Reply {
    fn from(reason: Reason) -> Self {
        Self::Failure(reason.into())
    }
}

impl Reply {
    /// Whether who was asked did not let the request in.
    pub(super) fn is_refusal(self) -> bool {
        use Reason::{Limited, QueueFull, Refused, Shed};
        let refuses = |it: Failure| matches!(it.seen, QueueFull | Shed | Limited | Refused);
        matches!(self, Self::Failure(failure) if refuses(failure))
    }

    pub(super) fn is_failure(self) -> bool {
        matches!(self, Self::Failure(_))
    }

    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::Answer { degraded: false } => Outcome::Full,
            Self::Answer { degraded: true } => Outcome::Degraded,
            Self::Failure(failure) => Outcome::Failed(failure.cause),
        }
    }
}

impl Job {
    /// Its place in the queue of its instance.
    pub(super) const QUEUE: usize = 0;

    pub(super) fn new(
        asker: Asker,
        call: Option<Key>,
        op: OpId,
        start: Start,
        deadline: SimTime,
        class: Option<ClassId>,
        level: u8,
    ) -> Self {
        Self {
            asker,
            call,
            gone: false,
            op,
            instance: None,
            start,
            state: State::Travelling,
            event: Handle::NONE,
            deadline,
            deadline_timer: Handle::NONE,
            patience: Handle::NONE,
            since: start.at,
            arrived: start.at,
            worked: SimDuration::ZERO,
            calls: Fifo::default(),
            next_edge: 0,
            degraded: false,
            failure: None,
            class,
            level,
            errand: None,
            queue: Links::default(),
        }
    }

    #[inline(always)]
    pub(super) fn summary(&self) -> Summary {
        let Self { asker, call, op, start, gone, worked, patience, .. } = *self;
        let trail = self.errand.as_ref().map(|it| it.trail);
        Summary { asker, call, op, start, trail, gone, worked, patience }
    }
}

impl Linked<{ Job::QUEUE }> for Job {
    fn links(&mut self) -> &mut Links {
        &mut self.queue
    }
}

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    /// A job reaches its instance: a worker takes it, or it waits, or there is no place.
    #[inline(always)]
    pub(super) fn arrive(&mut self, id: Key, instance: InstanceId) {
        let (job, state) = (&mut self.jobs[id], &mut self.instances[instance]);
        let (service, spec, has_worker) = (state.service, state.spec, state.has_free_worker());
        if state.down > 0 {
            return self.find_nobody(id, instance);
        }
        let op = job.op;
        job.arrived = self.now;
        let deadline = job.deadline.min(self.now + spec.deadline);
        if deadline <= self.now {
            return self.turn_away(id, Reason::Deadline);
        }
        if let Some(refusal) = state.sheds(self.now, job.class) {
            return self.refuse(id, instance, refusal);
        }
        let is_full = !has_worker && state.queue.len() >= spec.queue;
        if is_full && !self.makes_room(id, instance) {
            return self.refuse(id, instance, Reason::QueueFull);
        }
        if !self.instances[instance].lets_in() {
            return self.refuse(id, instance, Reason::Shed);
        }
        self.observer.job_arrived(self.now, service);
        if deadline != SimTime::NEVER {
            self.set_deadline(id, deadline);
        }
        match spec.overflow {
            _ if has_worker => self.take_worker(id, op, instance),
            Overflow::Block(limit) if is_full => self.wait_at_door(id, instance, limit),
            _ => self.join_queue(id, instance, self.now),
        }
    }

    /// Whether a job can come in where there is no place: at the door, or instead of another.
    fn makes_room(&mut self, id: Key, instance: InstanceId) -> bool {
        let InstanceState { spec, queue, .. } = &self.instances[instance];
        let level = self.jobs[id].level;
        let victim = match spec.overflow {
            Overflow::Reject => None,
            Overflow::Block(_) => return true,
            Overflow::DropOldest => queue.oldest(level),
            Overflow::DropNewest => queue.newest(level),
        };
        let Some(victim) = victim else { return false };
        let state = &mut self.instances[instance];
        state.owed += state.spec.reject_cost;
        self.leave(victim, Ended::Dropped);
        self.reply_soon(victim, Reason::QueueFull.into());
        true
    }

    fn set_deadline(&mut self, id: Key, deadline: SimTime) {
        let timer = self.agenda.schedule(deadline, Event::Deadline(id));
        let job = &mut self.jobs[id];
        job.deadline = deadline;
        job.deadline_timer = timer;
    }

    /// A job is turned away, which costs a worker's time.
    fn refuse(&mut self, id: Key, instance: InstanceId, failure: impl Into<Failure>) {
        let state = &mut self.instances[instance];
        state.owed += state.spec.reject_cost;
        self.turn_away(id, failure);
    }

    /// A job is told at the door why it cannot come in.
    pub(super) fn turn_away(&mut self, id: Key, failure: impl Into<Failure>) {
        let instance = self.jobs[id].instance.take().expect("it was sent to an instance");
        self.instances[instance].outstanding -= 1;
        self.reply(id, Reply::Failure(failure.into()));
    }

    /// A job joins the queue; it has waited since `since`.
    fn join_queue(&mut self, id: Key, instance: InstanceId, since: SimTime) {
        let job = &mut self.jobs[id];
        job.state = State::Queued;
        job.since = since;
        let state = &mut self.instances[instance];
        state.queue.join(&mut self.jobs, id, self.now);
        self.observer.queue_joined(self.now, state.service);
        if state.is_out_of_memory() {
            self.agenda.soon(Event::OutOfMemory(instance));
        }
        self.job_steps(id, Step::Queued);
    }

    // ---- the door of a full queue

    fn wait_at_door(&mut self, id: Key, instance: InstanceId, limit: SimDuration) {
        let event = self.agenda.schedule(self.now + limit, Event::DoorShut(id));
        let job = &mut self.jobs[id];
        job.state = State::AtDoor;
        job.since = self.now;
        job.event = event;
        self.instances[instance].door.push_back(&mut self.jobs, id);
        self.job_steps(id, Step::AtDoor);
    }

    /// Who waits at the door takes the places that are free.
    #[inline]
    fn admit(&mut self, instance: InstanceId) {
        if self.instances[instance].door.len() > 0 {
            self.open_the_door(instance);
        }
    }

    fn open_the_door(&mut self, instance: InstanceId) {
        let places = self.instances[instance].spec.queue;
        while self.instances[instance].queue.len() < places {
            let Some(id) = self.instances[instance].door.pop_front(&mut self.jobs) else { return };
            self.agenda.cancel(std::mem::replace(&mut self.jobs[id].event, Handle::NONE));
            let since = self.jobs[id].since;
            self.join_queue(id, instance, since);
        }
    }

    /// Where there are no places at all, who waits at the door goes through the queue to a worker
    /// that is free.
    fn let_one_through(&mut self, instance: InstanceId) {
        let state = &mut self.instances[instance];
        if state.door.len() == 0 || state.queue.len() > 0 {
            return;
        }
        let id = state.door.pop_front(&mut self.jobs).expect("somebody is there");
        self.agenda.cancel(std::mem::replace(&mut self.jobs[id].event, Handle::NONE));
        self.join_queue(id, instance, self.jobs[id].since);
    }

    pub(super) fn on_door_shut(&mut self, id: Key) {
        let job = &mut self.jobs[id];
        job.event = Handle::NONE;
        let instance = job.instance.expect("the door is an instance's");
        let state = &mut self.instances[instance];
        state.owed += state.spec.reject_cost;
        self.finish(id, Reason::QueueFull.into());
    }

    /// A worker starts on a job.
    #[inline(always)]
    fn take_worker(&mut self, id: Key, op: OpId, instance: InstanceId) {
        let state = &mut self.instances[instance];
        state.busy += 1;
        state.watch_workers(self.now);
        let owed = std::mem::take(&mut state.owed);
        let (is_well, has_cores) = (state.faults.is_empty(), state.cores.is_some());
        self.observer.worker_taken(self.now, state.service);
        self.job_steps(id, Step::Working);
        let op = &mut self.ops[op];
        let drawn = op.spec.time.sample(&mut op.times);
        let work = if is_well { drawn + owed } else { self.struck_work(instance, drawn, owed) };
        // Work without length ends within this instant, but not within this event: what it sets
        // free may start the next such work.
        let event = if work.is_zero() {
            self.agenda.soon(Event::WorkDone(id));
            Handle::NONE
        } else if has_cores {
            self.begin_on_cores(id, instance, work);
            Handle::NONE
        } else {
            self.agenda.schedule(self.now + work, Event::WorkDone(id))
        };
        let job = &mut self.jobs[id];
        job.state = State::Working;
        job.since = self.now;
        job.event = event;
        job.worked = work;
    }

    /// Free workers take who waits.
    pub(super) fn take_next(&mut self, instance: InstanceId) {
        while self.instances[instance].has_free_worker() {
            self.let_one_through(instance);
            let state = &mut self.instances[instance];
            let Some(id) = state.queue.next(self.now) else { return state.note_empty() };
            let Job { op, since, gone, .. } = self.jobs[id];
            let waited = self.now.since(since);
            if state.waits_too_long(self.now, waited) {
                state.owed += state.spec.reject_cost;
                self.leave(id, Ended::Dropped);
                self.reply_soon(id, Reason::Shed.into());
                continue;
            }
            if gone && state.spec.drop_expired {
                self.cancel(id);
                continue;
            }
            state.queue.leave(&mut self.jobs, id);
            self.observer.queue_left(self.now, state.service, waited, true);
            self.take_worker(id, op, instance);
            self.admit(instance);
        }
    }

    /// The job's own work is done: it fails on its own account, or makes its calls.
    #[inline(never)]
    pub(super) fn on_work_done(&mut self, id: Key) {
        let Some(job) = self.jobs.get_mut(id).filter(|it| it.state == State::Working) else {
            return; // Cancelled or crashed within the instant of its zero-length work.
        };
        let (op, instance) = (job.op, job.instance.expect("who works is at an instance"));
        let spec = self.ops[op].spec;
        let too_late = job.gone && job.deadline <= self.now;
        job.event = Handle::NONE;
        job.next_edge = spec.calls.start;
        self.job_steps(id, Step::WorkDone);
        if too_late {
            self.finish(id, Reason::Deadline.into());
        } else if let Some(failure) = self.own_error(op, instance) {
            self.finish(id, Reply::Failure(failure));
        } else if spec.writes.is_none_or(|it| !self.waits_for_standbys(id, it)) {
            self.work_is_good(id, spec);
        }
    }

    /// The job's own work has come to something: the calls are next.
    #[inline(always)]
    pub(super) fn work_is_good(&mut self, id: Key, spec: &Op) {
        if spec.has_effect {
            self.take_effect(id);
        }
        if spec.calls.is_empty() {
            return self.finish_work(id, Reply::Answer { degraded: false });
        }
        self.jobs[id].state = State::Calling;
        self.go_on(id);
    }

    #[inline(always)]
    fn own_error(&mut self, op: OpId, instance: InstanceId) -> Option<Failure> {
        let OpState { spec, errors, .. } = &mut self.ops[op];
        if errors.chance(spec.error_share) {
            return Some(Failure::with_code(spec.error_code));
        }
        if self.instances[instance].faults.is_empty() {
            return None;
        }
        self.spoiled(instance).map(Failure::with_code)
    }

    /// Makes the next calls, or replies when there are none left.
    #[inline(always)]
    fn go_on(&mut self, id: Key) {
        loop {
            let job = &self.jobs[id];
            let last = self.ops[job.op].spec.calls.end;
            if job.next_edge == last {
                let reply = Reply::Answer { degraded: job.degraded };
                return self.finish_work(id, reply);
            }
            if self.make_group(id) {
                return;
            }
        }
    }

    /// One of a job's calls has ended; when it was the last that the job waited for, the job goes
    /// on or fails.
    pub(super) fn call_settled(&mut self, id: Key, reply: Reply) {
        let job = &mut self.jobs[id];
        match reply {
            Reply::Answer { degraded } => job.degraded |= degraded,
            Reply::Failure(failure) => job.failure = job.failure.or(Some(failure.passed_on())),
        }
        if job.calls.len() > 0 {
            return;
        }
        match job.failure {
            Some(failure) => self.finish_work(id, Reply::Failure(failure)),
            None => self.go_on(id),
        }
    }

    /// Makes the calls of the next group; `false` if chance left none of them.
    fn make_group(&mut self, id: Key) -> bool {
        let first = self.jobs[id].next_edge;
        let last = self.model.edges[crate::model::EdgeId(first)].group_end;
        self.jobs[id].next_edge = last;
        self.make_calls(id, first..last)
    }

    /// The job is done: it leaves its instance and replies.
    fn finish(&mut self, id: Key, reply: Reply) {
        self.leave(id, ended(reply));
        self.reply(id, reply);
    }

    /// The job, which holds a worker and has nothing left to do, leaves its instance and replies.
    #[inline(always)]
    fn finish_work(&mut self, id: Key, reply: Reply) {
        let (instance, _) = self.depart(id, ended(reply));
        self.free_worker(instance);
        self.reply(id, reply);
    }

    /// A job leaves its instance, from whatever it does there.
    fn leave(&mut self, id: Key, ended: Ended) {
        let (instance, state) = self.depart(id, ended);
        match state {
            State::AtDoor => {
                self.instances[instance].door.remove(&mut self.jobs, id);
                let event = std::mem::replace(&mut self.jobs[id].event, Handle::NONE);
                self.agenda.cancel(event);
            }
            State::Queued => {
                let there = &mut self.instances[instance];
                there.queue.leave(&mut self.jobs, id);
                let waited = self.now.since(self.jobs[id].since);
                self.observer.queue_left(self.now, there.service, waited, false);
                self.admit(instance);
            }
            State::Working => {
                self.stop_work(id, instance);
                self.free_worker(instance);
            }
            State::Committing => {
                self.stop_committing(id);
                self.free_worker(instance);
            }
            State::Calling => self.free_worker(instance),
            State::Travelling | State::Lost(_) | State::Replying(_) => {}
        }
    }

    /// A job is at its instance no longer; it is returned with what the job did there.
    #[inline(always)]
    fn depart(&mut self, id: Key, ended: Ended) -> (InstanceId, State) {
        let job = &mut self.jobs[id];
        let instance = job.instance.take().expect("only a job that arrived leaves");
        self.agenda.cancel(std::mem::replace(&mut job.deadline_timer, Handle::NONE));
        let state = std::mem::replace(&mut job.state, State::Travelling);
        let there = &mut self.instances[instance];
        there.outstanding -= 1;
        there.let_out(self.now, job.arrived, ended);
        self.observer.job_left(self.now, there.service);
        (instance, state)
    }

    /// What is left of a job's work is not done.
    fn stop_work(&mut self, id: Key, instance: InstanceId) {
        let left = self.stop_on_cores(id, instance);
        let job = &mut self.jobs[id];
        let done = left.map_or(self.now.since(job.since), |left| job.worked - left);
        job.worked = job.worked.min(done);
        self.agenda.cancel(std::mem::replace(&mut job.event, Handle::NONE));
    }

    #[inline(always)]
    fn free_worker(&mut self, instance: InstanceId) {
        let state = &mut self.instances[instance];
        state.busy -= 1;
        state.watch_workers(self.now);
        self.observer.worker_freed(self.now, state.service);
        if state.is_deserted() {
            state.note_empty();
        } else {
            self.take_next(instance);
        }
    }

    /// The deadline passes: who asked is told so, and what can be stopped is stopped. Own work in
    /// hand cannot: the worker finishes it for nobody.
    pub(super) fn on_deadline(&mut self, id: Key) {
        self.jobs[id].deadline_timer = Handle::NONE;
        if self.jobs[id].state == State::Working {
            return self.reply_before_the_end(id, Reason::Deadline.into());
        }
        self.drop_calls(id, None, Reason::Deadline);
        self.finish(id, Reason::Deadline.into());
    }

    /// The reply goes out while the work goes on: it travels as a job of its own.
    fn reply_before_the_end(&mut self, id: Key, reply: Reply) {
        if self.jobs[id].gone {
            return;
        }
        let Job { asker, call, op, start, deadline, class, level, errand, .. } = self.jobs[id];
        let messenger = Job::new(asker, call, op, start, deadline, class, level);
        let messenger = self.jobs.insert(messenger);
        self.jobs[messenger].errand = errand;
        self.share_errand(errand);
        if let Some(call) = call {
            self.calls[call].attempt = Some(messenger);
        }
        if let Asker::Cache(cache) = asker {
            self.caches[cache].refresh = Some(messenger);
        }
        self.jobs[id].gone = true;
        self.job_steps(id, Step::RepliedBy(Actor::Job(messenger.number())));
        self.reply(messenger, reply);
    }

    /// Ends all calls that a job waits for, without their outcome. How their attempts are given up
    /// is for `give_up` to say, or else for each call's own timeout.
    fn drop_calls(&mut self, id: Key, give_up: Option<GiveUp>, reason: Reason) {
        while let Some(call) = self.jobs[id].calls.front() {
            self.drop_call(call, give_up, reason);
        }
    }

    /// Stops a job at once, wherever it is. Nobody waits for its reply.
    pub(super) fn cancel(&mut self, id: Key) {
        match self.jobs[id].state {
            State::Travelling | State::Replying(_) => self.agenda_forgets(id),
            State::Lost(_) => {}
            State::AtDoor | State::Queued | State::Working | State::Committing => {
                self.leave(id, Ended::Otherwise);
            }
            State::Calling => {
                self.drop_calls(id, Some(GiveUp::Cancel), Reason::Timeout);
                self.leave(id, Ended::Otherwise);
            }
        }
        self.bury(id, self.jobs[id].summary());
    }

    fn agenda_forgets(&mut self, id: Key) {
        let job = &mut self.jobs[id];
        self.agenda.cancel(std::mem::replace(&mut job.event, Handle::NONE));
        if let Some(instance) = job.instance.take() {
            self.instances[instance].outstanding -= 1;
        }
    }

    /// The instance dies under a job: nobody waits for its calls any more.
    pub(super) fn orphan(&mut self, id: Key) {
        self.drop_calls(id, None, Reason::Crashed);
    }

    /// The job ends with its instance, its calls having been dropped.
    pub(super) fn crash(&mut self, id: Key) {
        self.finish(id, Reason::Crashed.into());
    }

    /// A job is over; its slot is free for another.
    #[inline(always)]
    pub(super) fn bury(&mut self, id: Key, job: Summary) {
        self.agenda.cancel(job.patience);
        if !job.worked.is_zero() {
            let service = self.ops[job.op].spec.service;
            self.observer.worked(self.now, service, job.start, job.worked, job.gone);
        }
        self.job_steps(id, Step::Over);
        self.jobs.remove(id);
        if let Some(trail) = job.trail {
            self.end_errand(trail);
        }
    }
}
