//! Writes to a store: acknowledged when the standbys that they wait for have them; and what of them
//! would be lost if a standby took over now.
//!
//! A write is first worked on by the primary, then waits for one round trip to each standby that is
//! waited for, at the same time. While such a standby is away, a strict primary keeps its writes, a
//! semi-synchronous one keeps them until it falls back, a degrading one goes on alone.

use std::collections::VecDeque;

use super::agenda::{Handle, PendingSet};
use super::event::Event;
use super::fifo::Fifo;
use super::job::{Job, State};
use super::restore::Unsaved;
use super::slab::Key;
use super::world::World;
use crate::model::{Model, Store, StoreId};
use crate::observe::Observer;
use crate::observe::step::Step;
use crate::replication::standby::Presence;
use crate::rng::{Purpose, Seed, Stream};
use crate::schema::{Replication, Standby};
use crate::time::{SimDuration, SimTime};

/// A store at work.
pub(super) struct StoreState {
    pub(super) standbys: Vec<StandbyState>,
    /// Writes that nobody may acknowledge before a standby is back.
    held: Fifo<{ Job::QUEUE }>,
    /// Whether it matters what has been acknowledged: by some fault it may be lost.
    is_watched: bool,
    /// What restores that are to come will not bring back.
    pub(super) unsaved: Vec<Unsaved>,
}

/// A standby, as its primary knows it.
pub(super) struct StandbyState {
    rtts: Stream,
    outages: Stream,
    /// Whether it is away by itself.
    is_out: bool,
    /// How many reasons there are for which it is away.
    away: u32,
    /// Since when it is.
    since: SimTime,
    /// Whether a semi-synchronous primary has stopped waiting for it.
    given_up: bool,
    /// When it will.
    fall_back: Handle,
    /// The farthest that it is behind at any failover.
    behind: SimDuration,
    /// Acknowledged within that time, while it was there.
    recent: VecDeque<SimTime>,
    /// Acknowledged since it is away.
    alone: u64,
}

/// What a write waits for.
enum Commit {
    /// For so long.
    In(SimDuration),
    /// Until something changes.
    Held,
}

impl StoreState {
    pub(super) fn new(store: &Store, is_watched: bool, seed: Seed) -> Self {
        let standby = |it: &Standby| {
            let name = format!("{}.{}", store.spec.name, it.name);
            StandbyState {
                rtts: Stream::new(seed, Purpose::Replication, &name),
                outages: Stream::new(seed, Purpose::Standby, &name),
                is_out: false,
                away: 0,
                since: SimTime::ZERO,
                given_up: false,
                fall_back: Handle::NONE,
                behind: SimDuration::ZERO,
                recent: VecDeque::new(),
                alone: 0,
            }
        };
        let standbys = store.spec.standbys.iter().map(standby).collect();
        Self { standbys, held: Fifo::default(), is_watched, unsaved: Vec::new() }
    }

    /// How many acknowledged writes the standby does not have that has the most, where each is so far
    /// behind.
    pub(super) fn lost(&self, behind: &[SimDuration], now: SimTime) -> u64 {
        let lost = self.standbys.iter().zip(behind).map(|(it, behind)| it.lost(*behind, now));
        lost.min().unwrap_or(0)
    }

    /// A standby has taken over, or a backup does, and what that does not have is gone for good: the
    /// last so many writes.
    pub(super) fn start_anew(&mut self, lost: u64, now: SimTime) {
        self.unsaved.iter_mut().for_each(|it| it.lost(lost));
        for standby in &mut self.standbys {
            standby.recent.clear();
            standby.alone = 0;
            standby.since = now;
        }
    }
}

impl StandbyState {
    fn acknowledged(&mut self, now: SimTime) {
        if self.away > 0 {
            self.alone += 1;
            return;
        }
        while self.recent.front().is_some_and(|it| *it + self.behind <= now) {
            self.recent.pop_front();
        }
        if !self.behind.is_zero() {
            self.recent.push_back(now);
        }
    }

    fn lost(&self, behind: SimDuration, now: SimTime) -> u64 {
        let last = if self.away > 0 { self.since } else { now };
        let missing = self.recent.iter().rev().take_while(|it| **it + behind > last);
        missing.count() as u64 + self.alone
    }

    /// It is known from now on how far it is behind at a failover.
    pub(super) fn will_be_behind(&mut self, behind: SimDuration) {
        self.behind = self.behind.max(behind);
    }
}

/// Whether some fault lets a standby of this store take over, or a backup.
pub(super) fn is_watched(model: &Model, store: StoreId) -> bool {
    use crate::{fault::Fault, model::Struck};
    let loses = |it: &Fault| matches!(it, Fault::Failover | Fault::Restore { .. });
    model.faults.iter().any(|it| loses(&it.fault) && it.on == Struck::Store(store))
}

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    /// Standbys that go away by themselves have done so before the run began.
    pub(super) fn schedule_outages(&mut self) {
        for store in self.model.stores.ids() {
            for (number, standby) in self.model.stores[store].spec.standbys.iter().enumerate() {
                let Some(outage) = &standby.outage else { continue };
                let state = &mut self.stores[store].standbys[number];
                let presence = Presence::draw(outage, &mut state.outages);
                state.is_out = presence.away;
                state.away = u32::from(presence.away);
                state.given_up = presence.away;
                let turns = Event::StandbyTurns(store, number as u8);
                self.agenda.schedule(SimTime::ZERO + presence.left, turns);
            }
        }
    }

    pub(super) fn on_standby_turns(&mut self, store: StoreId, number: u8) {
        let number = usize::from(number);
        let spec = &self.model.stores[store].spec.standbys[number];
        let outage = spec.outage.as_ref().expect("only a standby with outages turns");
        let state = &mut self.stores[store].standbys[number];
        state.is_out = !state.is_out;
        let is_out = state.is_out;
        let span = Presence::span(outage, is_out, &mut state.outages);
        self.agenda.schedule(self.now + span, Event::StandbyTurns(store, number as u8));
        if is_out {
            self.standby_leaves(store, number);
        } else {
            self.standby_returns(store, number);
        }
    }

    pub(super) fn standby_leaves(&mut self, store: StoreId, number: usize) {
        let standby = &mut self.stores[store].standbys[number];
        standby.away += 1;
        if standby.away == 1 {
            standby.since = self.now;
        }
    }

    pub(super) fn standby_returns(&mut self, store: StoreId, number: usize) {
        let standby = &mut self.stores[store].standbys[number];
        standby.away -= 1;
        if standby.away > 0 {
            return;
        }
        standby.given_up = false;
        standby.alone = 0;
        self.agenda.cancel(std::mem::replace(&mut standby.fall_back, Handle::NONE));
        self.let_go(store);
    }

    /// A semi-synchronous primary has waited for a standby as long as it does.
    pub(super) fn on_fall_back(&mut self, store: StoreId, number: u8) {
        let standby = &mut self.stores[store].standbys[usize::from(number)];
        standby.fall_back = Handle::NONE;
        standby.given_up = true;
        self.let_go(store);
    }

    /// What was held asks again.
    fn let_go(&mut self, store: StoreId) {
        for _ in 0..self.stores[store].held.len() {
            let id = self.stores[store].held.pop_front(&mut self.jobs).expect("it was counted");
            match self.ask_standbys(store) {
                Commit::In(wait) => self.commit_in(id, wait),
                Commit::Held => self.stores[store].held.push_back(&mut self.jobs, id),
            }
        }
    }

    /// Whether a write whose own work is done has to wait for a standby; otherwise it is acknowledged.
    pub(super) fn waits_for_standbys(&mut self, id: Key, store: StoreId) -> bool {
        match self.ask_standbys(store) {
            Commit::In(SimDuration::ZERO) => {
                self.acknowledge(id, store);
                return false;
            }
            Commit::In(wait) => self.commit_in(id, wait),
            Commit::Held => self.stores[store].held.push_back(&mut self.jobs, id),
        }
        self.jobs[id].state = State::Committing;
        self.job_steps(id, Step::Committing);
        true
    }

    fn commit_in(&mut self, id: Key, wait: SimDuration) {
        self.jobs[id].event = self.agenda.schedule(self.now + wait, Event::Committed(id));
    }

    pub(super) fn on_committed(&mut self, id: Key) {
        self.jobs[id].event = Handle::NONE;
        let spec = &self.model.ops[self.jobs[id].op];
        self.acknowledge(id, spec.writes.expect("only writes are committed"));
        self.work_is_good(id, spec);
    }

    /// How long the standbys take that are there, and whether one that is not has to come first.
    fn ask_standbys(&mut self, store: StoreId) -> Commit {
        let mut commit = Commit::In(SimDuration::ZERO);
        let specs = &self.model.stores[store].spec.standbys;
        for (number, spec) in specs.iter().enumerate().filter(|it| it.1.mode.is_waited_for()) {
            let standby = &mut self.stores[store].standbys[number];
            if standby.away == 0 {
                let rtt = spec.rtt.as_ref();
                let rtt = rtt.map_or(SimDuration::ZERO, |it| it.sample(&mut standby.rtts));
                if let Commit::In(wait) = &mut commit {
                    *wait = rtt.max(*wait);
                }
            } else if self.holds_for(store, number, &spec.mode) {
                commit = Commit::Held;
            }
        }
        commit
    }

    /// Whether writes are held while this standby is away.
    fn holds_for(&mut self, store: StoreId, number: usize, mode: &Replication) -> bool {
        let standby = &mut self.stores[store].standbys[number];
        match mode {
            Replication::Strict => true,
            Replication::SemiSync { fall_back } if !standby.given_up => {
                if standby.fall_back == Handle::NONE {
                    let event = Event::FallBack(store, number as u8);
                    standby.fall_back = self.agenda.schedule(self.now + *fall_back, event);
                }
                true
            }
            Replication::SemiSync { .. } | Replication::Degrading | Replication::Async(_) => false,
        }
    }

    /// A write that its caller still waits for is as good as done.
    fn acknowledge(&mut self, id: Key, store: StoreId) {
        if self.stores[store].is_watched && !self.jobs[id].gone {
            let now = self.now;
            self.stores[store].standbys.iter_mut().for_each(|it| it.acknowledged(now));
            self.stores[store].unsaved.iter_mut().for_each(|it| it.acknowledged(now));
        }
    }

    /// A write does not wait for a standby any longer.
    pub(super) fn stop_committing(&mut self, id: Key) {
        let event = std::mem::replace(&mut self.jobs[id].event, Handle::NONE);
        if event == Handle::NONE {
            let store = self.model.ops[self.jobs[id].op].writes.expect("it is a write");
            self.stores[store].held.remove(&mut self.jobs, id);
        }
        self.agenda.cancel(event);
    }
}
