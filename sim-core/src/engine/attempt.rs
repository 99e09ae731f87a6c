//! Messages: an attempt or request on its way to an instance, and the reply on its way back.

use super::agenda::PendingSet;
use super::event::Event;
use super::job::{Failure, Job, Reply, State};
use super::slab::Key;
use super::world::World;
use crate::fault::Strike;
use crate::model::{ClassId, EdgeId, GiveUp, InstanceId, OpId, ServiceId};
use crate::observe::{Asker, Observer, Outcome};
use crate::policy::failure::Reason;
use crate::time::{SimDuration, SimTime};

/// What the way has in store for a message.
struct Way {
    delay: SimDuration,
    end: WayEnd,
}

enum WayEnd {
    Arrives,
    Fails(Failure),
    IsLost,
}

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    /// Sends a request of a load.
    pub(super) fn send_request(&mut self, class: ClassId, op: OpId) {
        let (asker, level) = (Asker::Class(class), self.model.classes[class].level);
        let job = Job::new(asker, None, op, self.start(), SimTime::NEVER, class, level);
        let job = self.jobs.insert(job);
        self.send(job, None);
    }

    /// Sends an attempt of a call.
    pub(super) fn send_attempt(&mut self, call: Key) {
        let edge = self.calls[call].edge;
        let Job { deadline, class, level, .. } = self.jobs[self.calls[call].job];
        let op = self.model.edges[edge].to;
        let (asker, start) = (Asker::Edge(edge), self.start());
        let job = Job::new(asker, Some(call), op, start, deadline, class, level);
        let job = self.jobs.insert(job);
        self.calls[call].attempt = Some(job);
        self.send(job, Some(edge));
    }

    /// Sends a job that has just been put in its slot (built elsewhere and moved there, it would be
    /// copied once more).
    fn send(&mut self, id: Key, edge: Option<EdgeId>) {
        let Job { asker, op, .. } = self.jobs[id];
        let service = self.model.ops[op].service;
        self.observer.sent(self.now, asker, op);
        let instance = self.pick(service);
        let Way { delay, end } = self.way(edge, instance);
        let job = &mut self.jobs[id];
        match end {
            WayEnd::Arrives => job.instance = instance,
            WayEnd::Fails(failure) => job.failure = Some(failure),
            WayEnd::IsLost => job.state = State::Lost,
        }
        if let Some(instance) = job.instance {
            self.instances[instance].outstanding += 1;
        }
        let lost = job.state == State::Lost;
        self.mind_the_limit();
        if lost {
            return;
        }
        if delay.is_zero() {
            self.on_delivered(id);
        } else {
            self.jobs[id].event = self.agenda.schedule(self.now + delay, Event::Delivered(id));
        }
    }

    fn pick(&mut self, service: ServiceId) -> Option<InstanceId> {
        let first = self.model.services[service].instances.start;
        let state = &mut self.services[service];
        if state.up.is_empty() {
            return None;
        }
        let outstanding = |number| self.instances[InstanceId(first + number)].outstanding;
        let number = state.balancer.pick(&state.up, outstanding, &mut state.choices);
        Some(InstanceId(first + number))
    }

    fn way(&mut self, edge: Option<EdgeId>, instance: Option<InstanceId>) -> Way {
        let delay = edge.map_or(SimDuration::ZERO, |it| self.message_time(it));
        let mut way = Way { delay, end: WayEnd::Arrives };
        if instance.is_none() {
            way.end = WayEnd::Fails(Reason::Refused.into());
        }
        if let Some(edge) = edge {
            for index in 0..self.edges[edge].faults.len() {
                way.struck(self.strike_on_edge(self.edges[edge].faults[index]));
            }
        }
        if let Some(instance) = instance {
            for index in 0..self.instances[instance].faults.len() {
                way.struck(self.strike_on_message(self.instances[instance].faults[index]));
            }
        }
        way
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
            return self.reply(id, Reply::Failure(failure));
        }
        let instance = job.instance.expect("a message without a receiver has failed");
        if self.instances[instance].down > 0 {
            return self.turn_away(id, Reason::Refused);
        }
        self.arrive(id, instance);
    }

    /// Sends the reply of a job, which has left its instance, if anybody waits for it.
    pub(super) fn reply(&mut self, id: Key, reply: Reply) {
        let job = &self.jobs[id];
        if job.gone {
            return self.bury(id);
        }
        let edge = match job.asker {
            Asker::Edge(edge) if self.model.edges[edge].network.is_some() => edge,
            _ => return self.deliver(id, reply),
        };
        let delay = self.message_time(edge);
        self.jobs[id].state = State::Replying(reply);
        self.jobs[id].event = self.agenda.schedule(self.now + delay, Event::Replied(id));
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
        self.deliver(id, reply);
    }

    /// Sends the reply of a job, which has left its instance, in an event of its own: what it sets
    /// free may send another job to where this one was.
    pub(super) fn reply_soon(&mut self, id: Key, reply: Reply) {
        let has_a_way = matches!(self.jobs[id].asker, Asker::Edge(edge) if self.model.edges[edge].network.is_some());
        if self.jobs[id].gone || has_a_way {
            return self.reply(id, reply);
        }
        self.jobs[id].state = State::Replying(reply);
        self.agenda.soon(Event::Replied(id));
    }

    fn deliver(&mut self, id: Key, reply: Reply) {
        let Job { call, asker, .. } = self.jobs[id];
        self.tell(id, reply.outcome());
        self.bury(id);
        match (call, asker) {
            (Some(call), _) => {
                self.calls[call].attempt = None;
                self.unwind(call, reply);
            }
            (None, Asker::Class(class)) => self.on_ended(class),
            (None, Asker::Edge(_)) => {}
        }
    }

    fn tell(&mut self, id: Key, outcome: Outcome) {
        let Job { asker, op, start, .. } = self.jobs[id];
        self.observer.answered(self.now, asker, op, start, outcome);
    }

    /// The caller of an attempt does not wait for it any longer.
    pub(super) fn give_up(&mut self, id: Key, give_up: GiveUp, reason: Reason) {
        self.tell(id, Outcome::Failed(reason));
        self.jobs[id].gone = true;
        match (give_up, self.jobs[id].state) {
            (GiveUp::Cancel, _) | (GiveUp::Abandon, State::Lost | State::Replying(_)) => {
                self.cancel(id);
            }
            (GiveUp::Abandon, _) => {}
        }
    }
}

impl Way {
    /// Spans add; the first end that is not an arrival stands.
    fn struck(&mut self, strike: Strike) {
        match strike {
            Strike::Delayed(span) => self.delay += span,
            _ if !matches!(self.end, WayEnd::Arrives) => {}
            Strike::Failed(code) => self.end = WayEnd::Fails(Failure::with_code(code)),
            Strike::Refused => self.end = WayEnd::Fails(Reason::Refused.into()),
            Strike::Lost => self.end = WayEnd::IsLost,
        }
    }
}
