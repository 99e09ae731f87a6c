//! Hedged calls: copies of what lies inside the hedge, of which the first answer wins.
//!
//! A copy is a call of its own, a *branch*: it goes down from the hedge with timers, permits and
//! slots of its own, and what comes back goes up to the hedge and no further.

use super::agenda::Handle;
use super::agenda::PendingSet;
use super::call::{Call, Wait};
use super::event::Event;
use super::job::Reply;
use super::slab::Key;
use super::world::World;
use crate::model::{GiveUp, HedgeId, Layer, Place};
use crate::observe::Observer;
use crate::observe::step::{Actor, Step};
use crate::policy::failure::{Reason, Reasons};

/// The settings of a hedge.
#[derive(Clone, Copy)]
struct Settings {
    row: HedgeId,
    most: u32,
    losers: GiveUp,
}

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    /// A call comes to its hedge: the first copy goes out.
    pub(super) fn enter_hedge(&mut self, id: Key, place: Place<HedgeId>) {
        let row = self.row(place, self.calls[id].caller);
        let call = &mut self.calls[id];
        call.depth += 1;
        call.wait = Wait::Branches;
        call.sent = 0;
        call.failure = None;
        self.await_hedge(id, row);
        self.send_branch(id);
    }

    /// The next copy goes out after a while.
    fn await_hedge(&mut self, id: Key, row: HedgeId) {
        if let Some(delay) = self.hedges[row].delay() {
            self.calls[id].event = self.agenda.schedule(self.now + delay, Event::Hedge(id));
        }
    }

    fn send_branch(&mut self, id: Key) {
        let start = self.start();
        let parent = &mut self.calls[id];
        let branch = Call::branch(parent, id, start);
        parent.sent += 1;
        let branch = self.calls.insert(branch);
        let mut branches = self.calls[id].branches;
        branches.push_back(&mut self.calls, branch);
        self.calls[id].branches = branches;
        let edge = self.calls[id].edge;
        self.call_steps(branch, Step::Called { edge, by: Actor::Call(id.number()) });
        self.mind_the_limit();
        self.descend(branch);
    }

    /// A copy has been out for long.
    pub(super) fn on_hedge(&mut self, id: Key) {
        self.calls[id].event = Handle::NONE;
        self.send_another(id);
    }

    /// Sends another copy, if there may be one.
    fn send_another(&mut self, id: Key) -> bool {
        let Settings { row, most, .. } = self.settings(id);
        if self.calls[id].sent > most || !self.may_hedge(id) {
            return false;
        }
        self.agenda.cancel(std::mem::replace(&mut self.calls[id].event, Handle::NONE));
        if self.calls[id].sent < most {
            self.await_hedge(id, row);
        }
        self.send_branch(id);
        true
    }

    fn may_hedge(&mut self, id: Key) -> bool {
        let Layer::Hedge { budget: Some(place), .. } = *self.hedge_of(id) else { return true };
        let row = self.row(place, self.calls[id].caller);
        self.budgets[row].try_spend(self.now)
    }

    /// The hedge that a call waits in: the last layer that it has entered.
    fn hedge_of(&self, id: Key) -> &Layer {
        let call = &self.calls[id];
        &self.model.edges[call.edge].layers[usize::from(call.depth) - 1]
    }

    fn settings(&self, id: Key) -> Settings {
        let Layer::Hedge { place, most, losers, .. } = *self.hedge_of(id) else {
            unreachable!("who has branches is in its hedge");
        };
        Settings { row: self.row(place, self.calls[id].caller), most, losers }
    }

    /// A copy has ended: the first answer wins, and so does an error of the request itself. After
    /// another failure the next copy goes out at once; when there is none left, the call has failed
    /// as the first one did.
    pub(super) fn branch_ended(&mut self, branch: Key, reply: Reply) {
        let Call { parent, start, primary, fell_back, turned_away, .. } = self.calls[branch];
        let id = parent.expect("a branch is one of a call");
        self.forget_branch(id, branch, reply);
        let call = &mut self.calls[id];
        call.fell_back |= fell_back;
        call.turned_away = turned_away;
        match reply {
            Reply::Failure(failure) if failure.seen != Reason::ClientError => {
                call.failure.get_or_insert(failure);
                let may_pass = Reasons::TRANSIENT.contains(failure.seen);
                let goes_on = may_pass && self.send_another(id);
                // What was sent may have ended everything by now.
                if goes_on || self.calls[id].branches.len() > 0 {
                    return;
                }
                self.stop_waiting(id);
                let failure = self.calls[id].failure.unwrap_or(failure);
                self.unwind(id, Reply::Failure(failure));
            }
            _ => {
                let Settings { row, losers, .. } = self.settings(id);
                if primary {
                    self.hedges[row].record(self.now.since(start.at));
                }
                self.stop_waiting(id);
                self.lose_branches(id, row, losers);
                self.unwind(id, reply);
            }
        }
    }

    /// All copies that are still out have lost.
    fn lose_branches(&mut self, id: Key, row: HedgeId, losers: GiveUp) {
        while let Some(branch) = self.calls[id].branches.front() {
            if self.calls[branch].primary {
                let took = self.now.since(self.calls[branch].start.at);
                self.hedges[row].record(took);
            }
            self.drop_branch(id, branch, losers, Reason::Superseded);
        }
    }

    /// Takes back all copies that are still out.
    pub(super) fn drop_branches(&mut self, id: Key, give_up: GiveUp, reason: Reason) {
        while let Some(branch) = self.calls[id].branches.front() {
            self.drop_branch(id, branch, give_up, reason);
        }
    }

    fn drop_branch(&mut self, id: Key, branch: Key, give_up: GiveUp, reason: Reason) {
        let floor = self.calls[branch].floor;
        self.take_back(branch, floor, give_up, reason);
        self.forget_branch(id, branch, reason.into());
    }

    fn forget_branch(&mut self, id: Key, branch: Key, reply: Reply) {
        self.call_steps(branch, Step::Ended(reply.outcome()));
        let mut branches = self.calls[id].branches;
        branches.remove(&mut self.calls, branch);
        self.calls[id].branches = branches;
        self.calls.remove(branch);
    }
}
