//! A call: down through its layers of policies to an attempt, and back up with the outcome.
//!
//! Layers are entered outermost first. A layer that turns the call away, or an attempt that ends,
//! sends the outcome up through the layers that were entered, and only those. A layer whose time
//! is over takes back everything inside it: an attempt is given up, a place in line is left, a
//! slot is returned, a breaker's permit is released without a result.

use super::agenda::Handle;
use super::event::Event;
use super::fifo::{Fifo, Linked, Links};
use super::job::{Failure, Reply};
use super::slab::Key;
use super::world::{SemaphoreState, World};
use crate::model::{
    BreakerId, BucketId, BudgetId, EdgeId, GiveUp, InstanceId, Layer, Place, SemaphoreId, Timer,
};
use crate::observe::{Observer, Start};
use crate::policy::backoff::Backoff;
use crate::policy::breaker::Permit;
use crate::policy::bulkhead::Decision;
use crate::policy::failure::{Reason, Reasons};
use crate::time::{SimDuration, SimTime};

/// All tries of one job to one dependency.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) edge: EdgeId,
    /// The job that waits for it.
    pub(super) job: Key,
    /// Where that job runs: whose breaker and slots count.
    pub(super) caller: InstanceId,
    pub(super) start: Start,
    /// How many layers have been entered.
    depth: u8,
    wait: Wait,
    /// The attempt in flight.
    pub(super) attempt: Option<Key>,
    /// The event that `wait` waits for.
    event: Handle,
    timeouts: [Handle; 3],
    tries: u32,
    last_backoff: SimDuration,
    permit: Option<Permit>,
    permit_since: SimTime,
    /// When it asked its pool for a slot.
    asked: Start,
    fell_back: bool,
    /// The call that is made in its stead.
    stand_in: Option<Key>,
    /// The call in whose stead it is made.
    stands_in_for: Option<Key>,
    siblings: Links,
    line: Links,
}

/// What a call waits for, if not for an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    Nothing,
    /// In line for a slot of this semaphore.
    Line(SemaphoreId),
    /// It has the slot, and goes on later within this instant.
    SlotGiven,
    /// For its next try.
    Backoff,
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
            depth: 0,
            wait: Wait::Nothing,
            attempt: None,
            event: Handle::NONE,
            timeouts: [Handle::NONE; 3],
            tries: 0,
            last_backoff: SimDuration::ZERO,
            permit: None,
            permit_since: start.at,
            asked: start,
            fell_back: false,
            stand_in: None,
            stands_in_for: None,
            siblings: Links::default(),
            line: Links::default(),
        }
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

impl<O: Observer> World<'_, O> {
    /// Starts those of these calls that chance lets happen; `false` if there are none.
    pub(super) fn make_calls(&mut self, job: Key, edges: std::ops::Range<u32>) -> bool {
        let caller = self.jobs[job].instance.expect("a job makes calls at its instance");
        let mut siblings = Fifo::default();
        for edge in edges.map(EdgeId) {
            if self.edges[edge].when.chance(self.model.edges[edge].when) {
                let call = self.calls.insert(Call::new(edge, job, caller, self.start()));
                siblings.push_back(&mut self.calls, call);
                self.observer.call_started(self.now, edge);
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
    fn descend(&mut self, id: Key) {
        let layers = &self.model.edges[self.calls[id].edge].layers;
        while let Some(layer) = layers.get(usize::from(self.calls[id].depth)) {
            match self.enter(id, layer) {
                Entry::Entered => self.calls[id].depth += 1,
                Entry::Waits => return,
                Entry::Rejected(reason) => return self.unwind(id, reason.into()),
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
            Layer::Retry { budget, .. } => self.first_try(id, budget),
            Layer::Breaker(place) => return self.ask_breaker(id, place),
            Layer::Limit(place) => return self.take_token(id, place),
            Layer::Bulkhead(place) => return self.ask_for_slot(id, place),
        }
        Entry::Entered
    }

    /// Brings an outcome up through the layers that were entered.
    pub(super) fn unwind(&mut self, id: Key, mut reply: Reply) {
        let layers = &self.model.edges[self.calls[id].edge].layers;
        while let Some(depth) = self.calls[id].depth.checked_sub(1) {
            self.calls[id].depth = depth;
            match layers[usize::from(depth)] {
                Layer::Timeout { timer, .. } => self.stop_timeout(id, timer),
                Layer::Retry { attempts, backoff, on, budget } => {
                    if self.tries_again(id, reply, attempts, on, budget) {
                        return self.back_off(id, backoff);
                    }
                }
                Layer::Breaker(place) => self.tell_breaker(id, place, reply),
                Layer::Bulkhead(place) => self.return_slot(id, place),
                Layer::Fallback if reply.is_failure() => reply = self.falls_back(id),
                Layer::Copy(place) => reply = self.fall_back_on_copy(id, place, reply),
                Layer::StandIn(edge) if reply.is_failure() => return self.call_instead(id, edge),
                Layer::FailWith(code) => reply = fail_with(code, reply),
                Layer::Limit(_) | Layer::Fallback | Layer::StandIn(_) => {}
            }
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
    fn take_back(&mut self, id: Key, depth: u8, give_up: GiveUp, reason: Reason) {
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
                Layer::Retry { .. }
                | Layer::Limit(_)
                | Layer::Fallback
                | Layer::Copy(_)
                | Layer::StandIn(_)
                | Layer::FailWith(_) => {}
            }
        }
    }

    /// Ends whatever the call waits for, and says what it was.
    fn stop_waiting(&mut self, id: Key) -> Wait {
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

    fn first_try(&mut self, id: Key, budget: Option<Place<BudgetId>>) {
        self.calls[id].tries = 1;
        if let Some(place) = budget {
            let row = self.row(place, self.calls[id].caller);
            self.budgets[row].on_call(self.now);
        }
    }

    fn tries_again(
        &mut self,
        id: Key,
        reply: Reply,
        attempts: u32,
        on: Reasons,
        budget: Option<Place<BudgetId>>,
    ) -> bool {
        let Reply::Failure(failure) = reply else { return false };
        let call = &self.calls[id];
        if call.tries >= attempts || !on.contains(failure.seen) {
            return false;
        }
        let Some(place) = budget else { return true };
        let row = self.row(place, call.caller);
        self.budgets[row].try_spend(self.now)
    }

    fn back_off(&mut self, id: Key, backoff: Backoff) {
        let call = &mut self.calls[id];
        let stream = &mut self.edges[call.edge].backoff;
        call.last_backoff = backoff.delay(call.tries, call.last_backoff, stream);
        call.tries += 1;
        call.depth += 1; // It stays inside the retry.
        call.wait = Wait::Backoff;
        call.event = self.agenda.schedule(self.now + call.last_backoff, Event::Retry(id));
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
        self.unwind(id, Reason::Bulkhead.into());
    }

    fn return_slot(&mut self, id: Key, place: Place<SemaphoreId>) {
        let row = self.row(place, self.calls[id].caller);
        self.observer.pool_left(self.now, self.model.semaphores[row].pool);
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
        self.mind_the_limit();
        self.descend(call);
    }

    /// The call in its stead is over: its outcome goes up through the layers that are left.
    fn stood_in(&mut self, id: Key, reply: Reply) {
        let call = &mut self.calls[id];
        call.stand_in = None;
        call.fell_back = !reply.is_failure();
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

fn fail_with(code: u16, reply: Reply) -> Reply {
    match reply {
        Reply::Answer { .. } => reply,
        Reply::Failure(failure) => {
            Reply::Failure(Failure { seen: Failure::with_code(code).seen, ..failure })
        }
    }
}
