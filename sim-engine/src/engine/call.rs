//! A call: down through its layers of policies to an attempt, and back up with the outcome.
//!
//! Layers are entered outermost first. A layer that turns the call away, or an attempt that ends,
//! sends the outcome up through the layers that were entered, and only those. A layer whose time
//! is over takes back everything inside it: an attempt is given up, a place in line is left, a
//! slot is returned, a breaker's permit is released without a result.

use super::agenda::{Handle, PendingSet};
use super::event::Event;
use super::fifo::{Fifo, Linked, Links};
use super::job::{Failure, Reply};
use super::slab::Key;
use super::world::{SemaphoreState, World};
use crate::model::{
    BreakerId, BucketId, BudgetId, EdgeId, GiveUp, InFlightId, InstanceId, Layer, LimiterId, Place,
    SemaphoreId, ThrottleId, Timer,
};
use crate::observe::step::{Actor, Step};
use crate::observe::{Observer, Start};
use crate::policy::backoff::{Backoff, Drawn};
use crate::policy::breaker::Permit;
use crate::policy::bulkhead::Decision;
use crate::policy::concurrency::Ended;
use crate::policy::failure::{Reason, Reasons};
use crate::policy::retry::{InFlightBudget, RetryAfter};
use crate::time::{SimDuration, SimTime};

/// All tries of one job to one dependency.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says something else of the call")]
pub(super) struct Call {
    pub(super) edge: EdgeId,
    /// The job that waits for it.
    pub(super) job: Key,
    /// Where that job runs: whose breaker and slots count.
    pub(super) caller: InstanceId,
    pub(super) start: Start,
    /// The call that it is a branch of.
    pub(super) parent: Option<Key>,
    /// Whether it is the first of the branches.
    pub(super) primary: bool,
    /// The layers that are not its own: those of the call that it is a branch of.
    pub(super) floor: u8,
    /// How many layers have been entered.
    pub(super) depth: u8,
    pub(super) wait: Wait,
    /// The attempt in flight.
    pub(super) attempt: Option<Key>,
    /// The event that `wait` waits for.
    pub(super) event: Handle,
    timeouts: [Handle; 3],
    tries: u32,
    /// It holds a place of its budget of retries in flight.
    retrying: bool,
    last_backoff: SimDuration,
    /// Its last attempt was turned away by the callee, rather than failed or taken back.
    pub(super) turned_away: bool,
    permit: Option<Permit>,
    permit_since: SimTime,
    /// When it asked its pool for a slot.
    asked: Start,
    pub(super) fell_back: bool,
    /// When its adaptive limit let it in.
    limited_since: SimTime,
    /// Its copies in flight, how many were sent, and how the first that failed did.
    pub(super) branches: Fifo<{ Self::SIBLINGS }>,
    pub(super) sent: u32,
    pub(super) failure: Option<Failure>,
    /// The call that is made in its stead.
    stand_in: Option<Key>,
    /// The call in whose stead it is made.
    stands_in_for: Option<Key>,
    siblings: Links,
    line: Links,
}

// Written anew for each call: what it grows by, all pay for.
const _: () = assert!(size_of::<Call>() <= 224);

/// What a call waits for, if not for an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    Nothing,
    /// In line for a slot of this semaphore.
    Line(SemaphoreId),
    /// It has the slot, and goes on later within this instant.
    SlotGiven,
    /// For its next try.
    Backoff,
    /// For its copies.
    Branches,
}

impl Call {
    /// Its place among the calls of its job.
    pub(super) const SIBLINGS: usize = 0;
    /// Its place in line for a slot.
    pub(super) const LINE: usize = 1;

    fn new(edge: EdgeId, job: Key, caller: InstanceId, start: Start) -> Self {
        Self {
            edge,
            job,
            caller,
            start,
            parent: None,
            primary: false,
            floor: 0,
            depth: 0,
            wait: Wait::Nothing,
            attempt: None,
            event: Handle::NONE,
            timeouts: [Handle::NONE; 3],
            tries: 0,
            retrying: false,
            last_backoff: SimDuration::ZERO,
            turned_away: false,
            permit: None,
            permit_since: start.at,
            asked: start,
            fell_back: false,
            limited_since: start.at,
            branches: Fifo::default(),
            sent: 0,
            failure: None,
            stand_in: None,
            stands_in_for: None,
            siblings: Links::default(),
            line: Links::default(),
        }
    }

    /// The next copy of a call that is in its hedge.
    pub(super) fn branch(of: &Self, id: Key, start: Start) -> Self {
        let Self { edge, job, caller, depth, sent, .. } = *of;
        let (parent, primary) = (Some(id), sent == 0);
        Self { parent, primary, floor: depth, depth, ..Self::new(edge, job, caller, start) }
    }
}

impl Linked<{ Call::SIBLINGS }> for Call {
    fn links(&mut self) -> &mut Links {
        &mut self.siblings
    }
}

impl Linked<{ Call::LINE }> for Call {
    fn links(&mut self) -> &mut Links {
        &mut self.line
    }
}

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    /// Starts those of these calls that chance lets happen; `false` if there are none.
    pub(super) fn make_calls(&mut self, job: Key, edges: std::ops::Range<u32>) -> bool {
        let caller = self.jobs[job].instance.expect("a job makes calls at its instance");
        let mut siblings = Fifo::default();
        for edge in edges.map(EdgeId) {
            if self.edges[edge].when.chance(self.model.edges[edge].when) {
                let call = self.calls.insert(Call::new(edge, job, caller, self.start()));
                siblings.push_back(&mut self.calls, call);
                self.observer.call_started(self.now, edge);
                self.call_steps(call, Step::Called { edge, by: Actor::Job(job.number()) });
            }
        }
        self.mind_the_limit();
        self.jobs[job].calls = siblings;
        self.begin_all(siblings);
        siblings.len() > 0
    }

    /// Each of them may end at once; the job goes on only when the last one has.
    fn begin_all(&mut self, siblings: Fifo<{ Call::SIBLINGS }>) {
        let mut next = siblings.front();
        while let Some(call) = next {
            if self.calls[call].stands_in_for.is_some() {
                return; // One of them has failed already and sent it.
            }
            next = Fifo::<{ Call::SIBLINGS }>::after(&mut self.calls, call);
            self.descend(call);
        }
    }

    /// Goes down through the layers from where the call is; sends an attempt at the bottom.
    pub(super) fn descend(&mut self, id: Key) {
        let Call { edge, mut depth, .. } = self.calls[id];
        while let Some(layer) = self.model.edges[edge].layers.get(usize::from(depth)) {
            match self.enter(id, layer) {
                Entry::Entered => {
                    depth += 1;
                    self.calls[id].depth = depth;
                }
                Entry::Waits => return,
                Entry::Rejected(reason) => {
                    self.call_steps(id, Step::TurnedAway(reason));
                    return self.unwind(id, reason.into());
                }
            }
        }
        self.send_attempt(id);
    }

    fn enter(&mut self, id: Key, layer: &Layer) -> Entry {
        match *layer {
            // A response is waited for from when the attempt is connected.
            Layer::Timeout { timer: Timer::Response, .. }
            | Layer::Fallback
            | Layer::Copy(_)
            | Layer::StandIn(_)
            | Layer::FailWith(_) => {}
            Layer::Timeout { after, timer, .. } => self.set_timeout(id, after, timer),
            Layer::Retry { budget, in_flight, .. } => self.first_try(id, budget, in_flight),
            Layer::Hedge { place, budget, .. } => {
                self.deposit(id, budget);
                self.enter_hedge(id, place);
                return Entry::Waits;
            }
            Layer::Throttle(place) => return self.ask_throttle(id, place),
            Layer::Concurrency(place) => return self.ask_limiter(id, place),
            Layer::Breaker(place) => return self.ask_breaker(id, place),
            Layer::Limit(place) => return self.take_token(id, place),
            Layer::Bulkhead(place) => return self.ask_for_slot(id, place),
        }
        Entry::Entered
    }

    /// Brings an outcome up through the layers that were entered.
    pub(super) fn unwind(&mut self, id: Key, mut reply: Reply) {
        let Call { edge, floor, mut depth, .. } = self.calls[id];
        let layers = &self.model.edges[edge].layers;
        while depth > floor {
            depth -= 1;
            self.calls[id].depth = depth;
            match layers[usize::from(depth)] {
                Layer::Timeout { timer, .. } => self.stop_timeout(id, timer),
                Layer::Retry { attempts, backoff, on, budget, in_flight, retry_after } => {
                    self.end_retry(id, in_flight);
                    if self.tries_again(id, reply, attempts, on)
                        && self.may_retry(id, budget, in_flight)
                    {
                        return self.back_off(id, backoff, retry_after);
                    }
                    self.end_tries(id, in_flight);
                }
                Layer::Throttle(place) => self.tell_throttle(id, place, reply),
                Layer::Concurrency(place) => self.leave_limiter(id, place, ended(reply)),
                Layer::Breaker(place) => self.tell_breaker(id, place, reply),
                Layer::Bulkhead(place) => self.return_slot(id, place),
                Layer::Fallback if reply.is_failure() => reply = self.falls_back(id),
                Layer::Copy(place) => reply = self.fall_back_on_copy(id, place, reply),
                Layer::StandIn(edge) if reply.is_failure() => return self.call_instead(id, edge),
                Layer::FailWith(code) => reply = fail_with(code, reply),
                Layer::Limit(_) | Layer::Hedge { .. } | Layer::Fallback | Layer::StandIn(_) => {}
            }
        }
        if self.calls[id].parent.is_some() {
            return self.branch_ended(id, reply);
        }
        self.settle(id, reply);
    }

    /// The call is over; its job learns how.
    fn settle(&mut self, id: Key, reply: Reply) {
        let primary = self.calls[id].stands_in_for;
        let job = self.forget(id, reply);
        match primary {
            Some(primary) => self.stood_in(primary, reply),
            None => self.call_settled(job, reply),
        }
    }

    fn forget(&mut self, id: Key, reply: Reply) -> Key {
        let Call { edge, job, start, fell_back, .. } = self.calls[id];
        self.call_steps(id, Step::Ended(reply.outcome()));
        self.observer.call_ended(self.now, edge, start, reply.outcome(), fell_back);
        self.jobs[job].calls.remove(&mut self.calls, id);
        self.calls.remove(id);
        job
    }

    /// Ends a call whose job cannot wait for it any longer.
    pub(super) fn drop_call(&mut self, id: Key, give_up: Option<GiveUp>, reason: Reason) {
        let give_up = give_up.unwrap_or(self.model.edges[self.calls[id].edge].on_give_up);
        self.take_back(id, 0, give_up, reason);
        self.forget(id, reason.into());
    }

    /// Takes back everything inside the outermost `depth` layers.
    pub(super) fn take_back(&mut self, id: Key, depth: u8, give_up: GiveUp, reason: Reason) {
        if let Some(stand_in) = self.calls[id].stand_in.take() {
            self.drop_call(stand_in, Some(give_up), reason);
        }
        if let Some(attempt) = self.calls[id].attempt.take() {
            self.give_up(attempt, give_up, reason);
        }
        if let Wait::Line(row) = self.stop_waiting(id) {
            let asked = self.calls[id].asked;
            self.observer.pool_cancelled(self.now, self.model.semaphores[row].pool, asked);
        }
        let layers = &self.model.edges[self.calls[id].edge].layers;
        while self.calls[id].depth > depth {
            self.calls[id].depth -= 1;
            match layers[usize::from(self.calls[id].depth)] {
                Layer::Timeout { timer, .. } => self.stop_timeout(id, timer),
                Layer::Breaker(place) => self.release_permit(id, place),
                Layer::Bulkhead(place) => self.return_slot(id, place),
                Layer::Hedge { .. } => self.drop_branches(id, give_up, reason),
                Layer::Concurrency(place) => self.leave_limiter(id, place, ended(reason.into())),
                Layer::Retry { in_flight, .. } => {
                    self.end_retry(id, in_flight);
                    self.end_tries(id, in_flight);
                }
                Layer::Throttle(_)
                | Layer::Limit(_)
                | Layer::Fallback
                | Layer::Copy(_)
                | Layer::StandIn(_)
                | Layer::FailWith(_) => {}
            }
        }
    }

    /// Ends whatever the call waits for, and says what it was.
    pub(super) fn stop_waiting(&mut self, id: Key) -> Wait {
        let call = &mut self.calls[id];
        let wait = std::mem::replace(&mut call.wait, Wait::Nothing);
        self.agenda.cancel(std::mem::replace(&mut call.event, Handle::NONE));
        if let Wait::Line(semaphore) = wait {
            self.leave_line(id, semaphore);
        }
        wait
    }

    // ---- timeout

    fn set_timeout(&mut self, id: Key, after: SimDuration, timer: Timer) {
        let handle = self.agenda.schedule(self.now + after, Event::Timeout(id, timer));
        self.calls[id].timeouts[timer as usize] = handle;
    }

    /// An attempt reaches its callee in so long: from then on its answer is waited for.
    pub(super) fn await_response(&mut self, id: Key, reached_in: SimDuration) {
        let layers = &self.model.edges[self.calls[id].edge].layers;
        if let Some(Layer::Timeout { after, timer: Timer::Response, .. }) = layers.last() {
            self.set_timeout(id, reached_in + *after, Timer::Response);
        }
    }

    fn stop_timeout(&mut self, id: Key, timer: Timer) {
        let handle = &mut self.calls[id].timeouts[timer as usize];
        self.agenda.cancel(std::mem::replace(handle, Handle::NONE));
    }

    /// A timeout runs out: what is inside is taken back, and the call has failed so far.
    pub(super) fn on_timeout(&mut self, id: Key, which: Timer) {
        let layers = &self.model.edges[self.calls[id].edge].layers;
        let found = layers.iter().enumerate().find_map(|(depth, layer)| match *layer {
            Layer::Timeout { timer, give_up, .. } if timer == which => Some((depth, give_up)),
            _ => None,
        });
        let (depth, give_up) = found.expect("a timer belongs to a layer");
        self.call_steps(id, Step::TimedOut);
        let reason = self.waited_in_vain(id);
        self.take_back(id, depth as u8, give_up, Reason::Timeout);
        self.unwind(id, reason.into());
    }

    /// What a timeout that runs out now is counted as.
    fn waited_in_vain(&self, id: Key) -> Reason {
        let attempt = self.calls[id].attempt;
        attempt.map_or(Reason::Timeout, |it| self.jobs[it].state.waited_in_vain())
    }

    // ---- retry

    fn first_try(
        &mut self,
        id: Key,
        budget: Option<Place<BudgetId>>,
        in_flight: Option<Place<InFlightId>>,
    ) {
        self.calls[id].tries = 1;
        self.deposit(id, budget);
        if let Some(budget) = self.in_flight_budget(id, in_flight) {
            budget.begin();
        }
    }

    fn in_flight_budget(
        &mut self,
        id: Key,
        place: Option<Place<InFlightId>>,
    ) -> Option<&mut InFlightBudget> {
        let row = self.row(place?, self.calls[id].caller);
        Some(&mut self.in_flight_budgets[row])
    }

    /// A try has ended: if it was a retry, its place is free again.
    fn end_retry(&mut self, id: Key, in_flight: Option<Place<InFlightId>>) {
        let retrying = std::mem::take(&mut self.calls[id].retrying);
        if let Some(budget) = self.in_flight_budget(id, in_flight).filter(|_| retrying) {
            budget.give_back();
        }
    }

    /// There will be no more tries.
    fn end_tries(&mut self, id: Key, in_flight: Option<Place<InFlightId>>) {
        if let Some(budget) = self.in_flight_budget(id, in_flight) {
            budget.end();
        }
    }

    /// A call pays into the budget of a layer that may send more than one attempt for it.
    fn deposit(&mut self, id: Key, budget: Option<Place<BudgetId>>) {
        if let Some(place) = budget {
            let row = self.row(place, self.calls[id].caller);
            self.budgets[row].on_call(self.now);
        }
    }

    fn tries_again(&self, id: Key, reply: Reply, attempts: u32, on: Reasons) -> bool {
        let Reply::Failure(failure) = reply else { return false };
        self.calls[id].tries < attempts && on.contains(failure.seen)
    }

    /// Whether its budget, if it has one, has something left for a retry.
    fn may_retry(
        &mut self,
        id: Key,
        budget: Option<Place<BudgetId>>,
        in_flight: Option<Place<InFlightId>>,
    ) -> bool {
        let may = self.spends(id, budget, in_flight);
        if !may {
            self.call_steps(id, Step::BudgetSpent);
        }
        may
    }

    fn spends(
        &mut self,
        id: Key,
        budget: Option<Place<BudgetId>>,
        in_flight: Option<Place<InFlightId>>,
    ) -> bool {
        if let Some(budget) = self.in_flight_budget(id, in_flight) {
            let may = budget.try_take();
            self.calls[id].retrying = may;
            return may;
        }
        let Some(place) = budget else { return true };
        let row = self.row(place, self.calls[id].caller);
        self.budgets[row].try_spend(self.now)
    }

    fn back_off(&mut self, id: Key, backoff: Backoff, retry_after: RetryAfter) {
        let asked = self.asked_to_wait(id);
        let call = &mut self.calls[id];
        let edge = &mut self.edges[call.edge];
        let mut drawn = Drawn { own: call.last_backoff, shared: edge.last_backoff };
        let delay = backoff.delay(call.tries, &mut drawn, &mut edge.backoff);
        (call.last_backoff, edge.last_backoff) = (drawn.own, drawn.shared);
        call.tries += 1;
        call.depth += 1; // It stays inside the retry.
        call.wait = Wait::Backoff;
        let wait = asked.map_or(delay, |asked| retry_after.wait(delay, asked));
        call.event = self.agenda.schedule(self.now + wait, Event::Retry(id));
        let next = call.tries;
        self.call_steps(id, Step::BacksOff { delay: wait, next });
    }

    /// How long who turned the last attempt away asked to wait, if anybody did.
    fn asked_to_wait(&mut self, id: Key) -> Option<SimDuration> {
        let call = &mut self.calls[id];
        let turned_away = std::mem::take(&mut call.turned_away);
        let service = self.model.ops[self.model.edges[call.edge].to].service;
        let law = self.model.services[service].retry_after.as_ref().filter(|_| turned_away)?;
        Some(law.sample(&mut self.edges[call.edge].retry_after))
    }

    /// The wait is over: the call tries again.
    pub(super) fn on_retry(&mut self, id: Key) {
        let call = &mut self.calls[id];
        call.wait = Wait::Nothing;
        call.event = Handle::NONE;
        self.descend(id);
    }

    // ---- breaker

    fn ask_breaker(&mut self, id: Key, place: Place<BreakerId>) -> Entry {
        let row = self.row(place, self.calls[id].caller);
        let before = self.breakers[row].state();
        let permit = self.breakers[row].admit(self.now);
        self.watch_breaker(row, before);
        let call = &mut self.calls[id];
        call.permit = permit;
        call.permit_since = self.now;
        if permit.is_some() { Entry::Entered } else { Entry::Rejected(Reason::Breaker) }
    }

    fn tell_breaker(&mut self, id: Key, place: Place<BreakerId>, reply: Reply) {
        let call = &mut self.calls[id];
        let Some(permit) = call.permit.take() else { return };
        let took = self.now.since(call.permit_since);
        let row = self.row(place, self.calls[id].caller);
        let before = self.breakers[row].state();
        self.breakers[row].record(self.now, permit, counts_against(reply), took);
        self.watch_breaker(row, before);
    }

    fn release_permit(&mut self, id: Key, place: Place<BreakerId>) {
        let row = self.row(place, self.calls[id].caller);
        if let Some(permit) = self.calls[id].permit.take() {
            self.breakers[row].release(permit);
        }
    }

    fn watch_breaker(&mut self, id: BreakerId, before: crate::policy::breaker::State) {
        let after = self.breakers[id].state();
        if after != before {
            self.observer.breaker_changed(self.now, id, before, after);
        }
    }

    // ---- throttle

    fn ask_throttle(&mut self, id: Key, place: Place<ThrottleId>) -> Entry {
        let Call { edge, caller, .. } = self.calls[id];
        let row = self.row(place, caller);
        if self.throttles[row].admits(self.now, &mut self.edges[edge].throttle) {
            Entry::Entered
        } else {
            Entry::Rejected(Reason::Limited)
        }
    }

    fn tell_throttle(&mut self, id: Key, place: Place<ThrottleId>, reply: Reply) {
        if !counts_against(reply) {
            let row = self.row(place, self.calls[id].caller);
            self.throttles[row].accepted(self.now);
        }
    }

    // ---- concurrency

    fn ask_limiter(&mut self, id: Key, place: Place<LimiterId>) -> Entry {
        let row = self.row(place, self.calls[id].caller);
        self.calls[id].limited_since = self.now;
        if self.limiters[row].try_enter() {
            Entry::Entered
        } else {
            Entry::Rejected(Reason::Limited)
        }
    }

    fn leave_limiter(&mut self, id: Key, place: Place<LimiterId>, ended: Ended) {
        let row = self.row(place, self.calls[id].caller);
        let took = self.now.since(self.calls[id].limited_since);
        self.limiters[row].leave(self.now, took, ended);
    }

    // ---- limit

    fn take_token(&mut self, id: Key, place: Place<BucketId>) -> Entry {
        let row = self.row(place, self.calls[id].caller);
        if self.buckets[row].try_take(self.now) {
            Entry::Entered
        } else {
            Entry::Rejected(Reason::Limited)
        }
    }

    // ---- bulkhead

    fn ask_for_slot(&mut self, id: Key, place: Place<SemaphoreId>) -> Entry {
        let row = self.row(place, self.calls[id].caller);
        let spec = &self.model.semaphores[row];
        let asked = self.start();
        self.calls[id].asked = asked;
        self.observer.pool_asked(self.now, spec.pool);
        match self.semaphores[row].slots.arrive(spec.max_wait) {
            Decision::Enter => {
                self.observer.pool_entered(self.now, spec.pool, asked, SimDuration::ZERO);
                self.call_steps(id, Step::HasSlot);
                Entry::Entered
            }
            Decision::Wait => {
                self.join_line(id, row, spec.max_wait);
                Entry::Waits
            }
            Decision::Reject => {
                self.observer.pool_rejected(self.now, spec.pool, asked, SimDuration::ZERO);
                Entry::Rejected(Reason::Bulkhead)
            }
        }
    }

    fn join_line(&mut self, id: Key, row: SemaphoreId, max_wait: SimDuration) {
        self.observer.pool_waits(self.now, self.model.semaphores[row].pool);
        let call = &mut self.calls[id];
        call.wait = Wait::Line(row);
        if max_wait != SimDuration::MAX {
            call.event = self.agenda.schedule(self.now + max_wait, Event::WaitOver(id));
        }
        self.semaphores[row].line.push_back(&mut self.calls, id);
        self.call_steps(id, Step::InLine);
    }

    fn leave_line(&mut self, id: Key, row: SemaphoreId) {
        self.observer.pool_waited(self.now, self.model.semaphores[row].pool);
        let SemaphoreState { slots, line } = &mut self.semaphores[row];
        line.remove(&mut self.calls, id);
        slots.stop_waiting();
    }

    /// A call has waited for a slot as long as it may.
    pub(super) fn on_wait_over(&mut self, id: Key) {
        let Wait::Line(row) = self.stop_waiting(id) else {
            unreachable!("the wait of a call that does not wait was cancelled");
        };
        let asked = self.calls[id].asked;
        let waited = self.now.since(asked.at);
        self.observer.pool_rejected(self.now, self.model.semaphores[row].pool, asked, waited);
        self.call_steps(id, Step::TurnedAway(Reason::Bulkhead));
        self.unwind(id, Reason::Bulkhead.into());
    }

    fn return_slot(&mut self, id: Key, place: Place<SemaphoreId>) {
        let row = self.row(place, self.calls[id].caller);
        self.observer.pool_left(self.now, self.model.semaphores[row].pool);
        self.call_steps(id, Step::SlotBack);
        self.semaphores[row].slots.leave();
        self.give_slots(row);
    }

    /// Free slots go to who is first in line. They go on later within this instant: what they do
    /// may free a slot again.
    pub(super) fn give_slots(&mut self, row: SemaphoreId) {
        while self.semaphores[row].slots.waiter_may_enter() {
            self.semaphores[row].slots.enter_waiter();
            let line = &mut self.semaphores[row].line;
            let id = line.pop_front(&mut self.calls).expect("who waits is in line");
            let call = &mut self.calls[id];
            self.agenda.cancel(std::mem::replace(&mut call.event, Handle::NONE));
            call.wait = Wait::SlotGiven;
            call.depth += 1;
            let (asked, waited) = (call.asked, self.now.since(call.asked.at));
            let pool = self.model.semaphores[row].pool;
            self.observer.pool_waited(self.now, pool);
            self.observer.pool_entered(self.now, pool, asked, waited);
            self.call_steps(id, Step::HasSlot);
            self.agenda.soon(Event::SlotGiven(id));
        }
    }

    /// A call goes on with the slot that it was given.
    pub(super) fn on_slot_given(&mut self, id: Key) {
        // It may have been taken back within the same instant.
        if self.calls.contains(id) && self.calls[id].wait == Wait::SlotGiven {
            self.calls[id].wait = Wait::Nothing;
            self.descend(id);
        }
    }

    // ---- fallback

    pub(super) fn falls_back(&mut self, id: Key) -> Reply {
        self.calls[id].fell_back = true;
        self.call_steps(id, Step::FellBack);
        Reply::Answer { degraded: true }
    }

    /// Another call of the same job, which goes through its own layers.
    fn call_instead(&mut self, id: Key, edge: EdgeId) {
        let Call { job, caller, .. } = self.calls[id];
        let call = Call { stands_in_for: Some(id), ..Call::new(edge, job, caller, self.start()) };
        let call = self.calls.insert(call);
        self.calls[id].stand_in = Some(call);
        self.jobs[job].calls.push_back(&mut self.calls, call);
        self.observer.call_started(self.now, edge);
        self.call_steps(call, Step::Called { edge, by: Actor::Job(job.number()) });
        self.mind_the_limit();
        self.descend(call);
    }

    /// The call in its stead is over: its outcome goes up through the layers that are left.
    fn stood_in(&mut self, id: Key, reply: Reply) {
        let call = &mut self.calls[id];
        call.stand_in = None;
        call.fell_back = !reply.is_failure();
        if !reply.is_failure() {
            self.call_steps(id, Step::FellBack);
        }
        self.unwind(id, reply);
    }
}

/// What a layer says to a call that comes down.
enum Entry {
    Entered,
    Waits,
    Rejected(Reason),
}

/// Whether a breaker counts a reply as a failure: all but answers, and errors that are the
/// request's own fault.
fn counts_against(reply: Reply) -> bool {
    matches!(reply, Reply::Failure(failure) if failure.seen != Reason::ClientError)
}

/// What an adaptive limit makes of a reply.
pub(super) fn ended(reply: Reply) -> Ended {
    use Reason::{Deadline, Limited, QueueFull, Refused, Shed, Timeout};
    match reply {
        Reply::Answer { .. } => Ended::Answered,
        Reply::Failure(failure) => match failure.seen {
            Timeout | Deadline | QueueFull | Shed | Limited | Refused => Ended::Dropped,
            _ => Ended::Otherwise,
        },
    }
}

fn fail_with(code: u16, reply: Reply) -> Reply {
    match reply {
        Reply::Answer { .. } => reply,
        Reply::Failure(failure) => {
            Reply::Failure(Failure { seen: Failure::with_code(code).seen, ..failure })
        }
    }
}
