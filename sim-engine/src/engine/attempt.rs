//! Messages: an attempt or request on its way to an instance, and the reply on its way back.

use super::agenda::PendingSet;
use super::event::Event;
use super::job::{Failure, Job, Reply, State, Summary};
use super::slab::Key;
use super::world::World;
use crate::fault::Strike;
use crate::model::{ClassId, Edge, EdgeId, GiveUp, InstanceId, Leg, OpId, ServiceId};
use crate::observe::step::{Actor, Step};
use crate::observe::{Asker, Observer, Outcome};
use crate::policy::failure::Reason;
use crate::time::{SimDuration, SimTime};

/// What the way has in store for an attempt.
struct Way {
    /// How long it takes to look the callee up and to connect to it; none if that never ends well.
    reached_in: Option<SimDuration>,
    /// How long all of it takes.
    delay: SimDuration,
    end: WayEnd,
    /// What faults add to the lookup.
    lookup: SimDuration,
    /// Whether the lookup gets no answer.
    unresolved: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum WayEnd {
    Arrives(InstanceId),
    /// There is no instance that is up: it is refused, if it gets there.
    FindsNobody,
    Fails(Failure),
    /// Who waits in vain calls it this.
    IsLost(Reason),
    /// A timer of the way there has run out: its caller knows.
    IsGivenUp,
}

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    /// Sends a request of a load.
    #[inline(always)]
    pub(super) fn send_request(&mut self, op: OpId, class: ClassId, patience: Option<SimDuration>) {
        let (asker, level) = (Asker::Class(class), self.model.classes[class].level);
        let job = Job::new(asker, None, op, self.start(), SimTime::NEVER, Some(class), level);
        let job = self.jobs.insert(job);
        if let Some(patience) = patience {
            let event = Event::PatienceLost(job);
            self.jobs[job].patience = self.agenda.schedule(self.now + patience, event);
        }
        if self.model.has_effects {
            self.begin_errand(job);
        }
        self.send(job, (asker, op, None), None);
    }

    /// Sends an attempt of a call.
    pub(super) fn send_attempt(&mut self, call: Key) {
        let edge = self.calls[call].edge;
        let Job { deadline, class, level, .. } = self.jobs[self.calls[call].job];
        let op = self.model.edges[edge].to;
        let (asker, start) = (Asker::Edge(edge), self.start());
        let job = Job::new(asker, Some(call), op, start, deadline, class, level);
        let job = self.jobs.insert(job);
        if self.model.has_effects {
            self.hand_down_errand(call, edge, job);
        }
        self.calls[call].attempt = Some(job);
        self.send(job, (asker, op, Some(call)), Some(edge));
    }

    /// Sends a job of this asker, operation and call, which has just been put in its slot (built elsewhere
    /// and moved there, it would be copied once more; looked up, it would be waited for).
    #[inline(always)]
    pub(super) fn send(
        &mut self,
        id: Key,
        (asker, op, call): (Asker, OpId, Option<Key>),
        edge: Option<EdgeId>,
    ) {
        let service = self.ops[op].spec.service;
        self.observer.sent(self.now, asker, op);
        let instance = self.pick(service);
        let by = call.map(|it| Actor::Call(it.number()));
        self.job_steps(id, Step::Sent { asker, by, op, to: instance });
        let Way { delay, end, reached_in, .. } = self.way(id, edge, instance);
        if let Some((call, reached_in)) = call.zip(reached_in) {
            self.await_response(call, reached_in);
        }
        self.mind_the_limit();
        let job = &mut self.jobs[id];
        if let WayEnd::Arrives(instance) = end {
            job.instance = Some(instance);
            self.instances[instance].outstanding += 1;
            if delay.is_zero() {
                return self.arrive(id, instance);
            }
        }
        match end {
            WayEnd::Arrives(_) => {}
            WayEnd::FindsNobody => job.failure = Some(Reason::Refused.into()),
            WayEnd::Fails(failure) => job.failure = Some(failure),
            WayEnd::IsGivenUp => job.failure = Some(Reason::Timeout.into()),
            WayEnd::IsLost(reason) => {
                job.state = State::Lost(reason);
                return self.job_steps(id, Step::Lost);
            }
        }
        if delay.is_zero() {
            self.on_delivered(id);
        } else {
            self.jobs[id].event = self.agenda.schedule(self.now + delay, Event::Delivered(id));
        }
    }

    #[inline(always)]
    fn pick(&mut self, service: ServiceId) -> Option<InstanceId> {
        let instances = &self.model.services[service].instances;
        let state = &mut self.services[service];
        if state.up.is_empty() {
            return None;
        }
        let first = instances.start;
        if instances.len() == 1 {
            return Some(InstanceId(first));
        }
        let outstanding = |number| self.instances[InstanceId(first + number)].outstanding;
        let number = state.balancer.pick(&state.up, outstanding, &mut state.choices);
        Some(InstanceId(first + number))
    }

    #[inline(always)]
    fn way(&mut self, id: Key, edge: Option<EdgeId>, instance: Option<InstanceId>) -> Way {
        let delay = edge.map_or(SimDuration::ZERO, |it| self.message_time(it));
        let mut way = Way {
            reached_in: Some(SimDuration::ZERO),
            delay,
            end: instance.map_or(WayEnd::FindsNobody, WayEnd::Arrives),
            lookup: SimDuration::ZERO,
            unresolved: false,
        };
        if let Some(edge) = edge {
            for index in 0..self.edges[edge].faults.len() {
                way.struck(self.strike_on_attempt(self.edges[edge].faults[index], id));
            }
        }
        if let Some(instance) = instance {
            for index in 0..self.instances[instance].faults.len() {
                way.struck(self.strike_on_message(self.instances[instance].faults[index]));
            }
        }
        if let Some(edge) = edge {
            self.lose(edge, &mut way);
            self.reach(edge, &mut way);
        }
        way
    }

    fn lose(&mut self, edge: EdgeId, way: &mut Way) {
        let lost = self.edges[edge].loss.chance(self.model.edges[edge].loss);
        if lost && way.arrives() {
            way.end = WayEnd::IsLost(Reason::Lost);
        }
    }

    /// What comes before the message. Where the callee is silent there is no connection to it.
    fn reach(&mut self, edge: EdgeId, way: &mut Way) {
        let Edge { dns, connect, .. } = &self.model.edges[edge];
        let stream = &mut self.edges[edge].reach;
        let lookup = way.lookup;
        if dns.is_some() || way.unresolved || !lookup.is_zero() {
            let time = dns.as_ref().map_or(SimDuration::ZERO, |it| it.time.sample(stream));
            way.leg(time + lookup, way.unresolved, dns.as_ref());
        }
        if connect.is_some() && way.reached_in.is_some() {
            let time = connect.as_ref().map_or(SimDuration::ZERO, |it| it.time.sample(stream));
            way.leg(time, way.end == WayEnd::IsLost(Reason::Timeout), connect.as_ref());
        }
        way.delay += way.reached_in.unwrap_or(SimDuration::ZERO);
    }

    /// A draw of the time that one message of a call takes.
    fn message_time(&mut self, edge: EdgeId) -> SimDuration {
        match &self.model.edges[edge].network {
            Some(law) => law.sample(&mut self.edges[edge].network),
            None => SimDuration::ZERO,
        }
    }

    /// A message has come to the end of its way.
    pub(super) fn on_delivered(&mut self, id: Key) {
        let job = &self.jobs[id];
        if let Some(failure) = job.failure {
            let reply = Reply::Failure(failure);
            // What its caller has given up itself needs no way back.
            if failure.seen == Reason::Timeout && !job.gone {
                return self.deliver(id, job.summary(), reply);
            }
            return self.reply(id, reply);
        }
        self.arrive(id, job.instance.expect("a message without a receiver has failed"));
    }

    /// A message comes to an instance that is down, which refuses it, or to nothing that could.
    #[cold]
    pub(super) fn find_nobody(&mut self, id: Key, instance: InstanceId) {
        if !self.is_silent(self.jobs[id].asker) {
            return self.turn_away(id, Reason::Refused);
        }
        self.instances[instance].outstanding -= 1;
        self.jobs[id].instance = None;
        if self.jobs[id].gone {
            return self.bury(id, self.jobs[id].summary());
        }
        self.jobs[id].state = State::Lost(Reason::Timeout);
        self.job_steps(id, Step::Lost);
    }

    /// Sends the reply of a job, which has left its instance, if anybody waits for it.
    pub(super) fn reply(&mut self, id: Key, reply: Reply) {
        let job = self.jobs[id].summary();
        if job.gone {
            return self.bury(id, job);
        }
        self.job_steps(id, Step::Replying(reply.outcome()));
        let Some(edge) = self.edge_of(job.asker) else { return self.deliver(id, job, reply) };
        if self.loses_reply(edge) {
            self.jobs[id].state = State::Lost(Reason::Lost);
            return;
        }
        if self.model.edges[edge].network.is_none() {
            return self.deliver(id, job, reply);
        }
        let delay = self.message_time(edge);
        self.jobs[id].state = State::Replying(reply);
        self.jobs[id].event = self.agenda.schedule(self.now + delay, Event::Replied(id));
    }

    /// The way by which who asked is reached.
    pub(super) fn edge_of(&self, asker: Asker) -> Option<EdgeId> {
        match asker {
            Asker::Class(_) => None,
            Asker::Edge(edge) => Some(edge),
            Asker::Cache(cache) => Some(self.model.caches[cache].edge),
        }
    }

    /// A reply reaches its caller.
    pub(super) fn on_replied(&mut self, id: Key) {
        // One that takes no time may have been taken back within this instant.
        if !self.jobs.contains(id) {
            return;
        }
        let State::Replying(reply) = self.jobs[id].state else {
            unreachable!("only a reply on its way arrives");
        };
        self.deliver(id, self.jobs[id].summary(), reply);
    }

    /// Sends the reply of a job, which has left its instance, in an event of its own: what it sets
    /// free may send another job to where this one was.
    pub(super) fn reply_soon(&mut self, id: Key, reply: Reply) {
        let Job { asker, gone, .. } = self.jobs[id];
        let edge = self.edge_of(asker);
        if gone || edge.is_some_and(|it| self.model.edges[it].network.is_some()) {
            return self.reply(id, reply);
        }
        if edge.is_some_and(|it| self.loses_reply(it)) {
            self.jobs[id].state = State::Lost(Reason::Lost);
            return;
        }
        self.jobs[id].state = State::Replying(reply);
        self.agenda.soon(Event::Replied(id));
    }

    #[inline(always)]
    fn deliver(&mut self, id: Key, job: Summary, reply: Reply) {
        self.tell(id, job, reply.outcome());
        self.bury(id, job);
        match (job.call, job.asker) {
            (Some(call), _) => {
                self.calls[call].attempt = None;
                self.calls[call].turned_away = reply.is_refusal();
                self.unwind(call, reply);
            }
            (None, Asker::Class(class)) => self.on_ended(class),
            (None, Asker::Cache(cache)) => self.refreshed(cache, reply),
            (None, Asker::Edge(_)) => {}
        }
    }

    #[inline(always)]
    fn tell(&mut self, id: Key, job: Summary, outcome: Outcome) {
        self.job_steps(id, Step::Answered(outcome));
        if let (Asker::Class(_), Some(trail)) = (job.asker, job.trail) {
            self.judge_errand(trail, outcome);
        }
        self.observer.answered(self.now, job.asker, job.op, job.start, outcome);
    }

    /// The caller of an attempt does not wait for it any longer.
    pub(super) fn give_up(&mut self, id: Key, give_up: GiveUp, reason: Reason) {
        let state = self.jobs[id].state;
        let reason = if reason == Reason::Timeout { state.waited_in_vain() } else { reason };
        self.tell(id, self.jobs[id].summary(), Outcome::Failed(reason));
        self.jobs[id].gone = true;
        match (give_up, state) {
            (GiveUp::Cancel, _) | (GiveUp::Abandon, State::Lost(_) | State::Replying(_)) => {
                self.cancel(id);
            }
            (GiveUp::Abandon, _) => {}
        }
    }
}

impl Way {
    fn arrives(&self) -> bool {
        matches!(self.end, WayEnd::Arrives(_))
    }

    /// Spans add; the first thing that ends it on its way stands.
    fn struck(&mut self, strike: Strike) {
        match strike {
            Strike::Delayed(span) => self.delay += span,
            Strike::LookedUp(span) => self.lookup += span,
            Strike::Unresolved => self.unresolved = true,
            _ if !self.arrives() && self.end != WayEnd::FindsNobody => {}
            Strike::Failed(code) => self.end = WayEnd::Fails(Failure::with_code(code)),
            Strike::Refused => self.end = WayEnd::Fails(Reason::Refused.into()),
            Strike::Lost => self.end = WayEnd::IsLost(Reason::Timeout),
            Strike::Dropped => self.end = WayEnd::IsLost(Reason::Lost),
            Strike::Shed => self.end = WayEnd::Fails(Reason::Shed.into()),
        }
    }

    /// One more leg before the message goes out: it may take too long, or never end.
    fn leg(&mut self, takes: SimDuration, silent: bool, leg: Option<&Leg>) {
        let Some(so_far) = self.reached_in else { return };
        let timeout = leg.map_or(SimDuration::MAX, |it| it.timeout);
        self.reached_in = None;
        match (silent, timeout) {
            (true, SimDuration::MAX) => self.end = WayEnd::IsLost(Reason::Timeout),
            (silent, _) if silent || takes > timeout => {
                self.end = WayEnd::IsGivenUp;
                self.delay = so_far + timeout;
            }
            _ => self.reached_in = Some(so_far + takes),
        }
    }
}
