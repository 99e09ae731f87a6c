//! Copies that fallbacks serve: served, missed, renewed by answers or ahead of need, lost in a crash.
//!
//! A refresh is an attempt that no call waits for: it takes the way of the call, its faults and its
//! callee's queue, and none of its policies. One that has no answer when the next is due is given
//! up. The run begins in the middle of a copy's life: ages are uniform over the time between two
//! refreshes then, as in a system that has long been up.

use super::agenda::PendingSet;
use super::call::Call;
use super::event::Event;
use super::job::{Job, Reply};
use super::slab::Key;
use super::world::World;
use crate::model::{CacheId, InstanceId, Place};
use crate::observe::{Asker, Observer};
use crate::policy::cache::Copy;
use crate::policy::failure::Reason;
use crate::rng::{Purpose, Seed, Stream};
use crate::time::SimTime;

/// A copy, and the refresh that is under way.
#[derive(Default)]
pub(super) struct CacheState {
    copy: Copy,
    pub(super) refresh: Option<Key>,
}

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    pub(super) fn schedule_refreshes(&mut self, seed: Seed) {
        for (id, cache) in self.model.caches.entries() {
            let Some(every) = cache.refresh_every else { continue };
            let name =
                format!("{}#{}", self.model.edges[cache.edge].name, cache.instance.unwrap_or(0));
            let age = every.mul_f64(Stream::new(seed, Purpose::Refresh, &name).unit());
            self.caches[id].copy = Copy::aged(age);
            self.agenda.schedule(SimTime::ZERO + every.saturating_sub(age), Event::Refresh(id));
        }
    }

    pub(super) fn on_refresh(&mut self, id: CacheId) {
        let cache = &self.model.caches[id];
        let every = cache.refresh_every.expect("only a copy that is refreshed is due");
        self.agenda.schedule(self.now + every, Event::Refresh(id));
        self.give_up_refresh(id);
        let holder = cache.instance.map(|_| self.holder(id));
        if holder.is_none_or(|it| self.instances[it].down == 0) {
            self.fetch(id);
        }
    }

    /// The instance whose copy it is; the first, if all share it.
    pub(super) fn holder(&self, id: CacheId) -> InstanceId {
        let cache = &self.model.caches[id];
        let service = self.model.edges[cache.edge].from;
        InstanceId(self.model.services[service].instances.start + cache.instance.unwrap_or(0))
    }

    /// The least important of all that is sent.
    fn fetch(&mut self, id: CacheId) {
        let edge = self.model.caches[id].edge;
        let (to, level) = (self.model.edges[edge].to, self.model.levels - 1);
        let asker = Asker::Cache(id);
        let job = Job::new(asker, None, to, self.start(), SimTime::NEVER, None, level);
        let job = self.jobs.insert(job);
        self.caches[id].refresh = Some(job);
        self.send(job, (asker, to, None), Some(edge));
    }

    fn give_up_refresh(&mut self, id: CacheId) {
        if let Some(job) = self.caches[id].refresh.take() {
            let give_up = self.model.edges[self.model.caches[id].edge].on_give_up;
            self.give_up(job, give_up, Reason::Timeout);
        }
    }

    pub(super) fn refreshed(&mut self, id: CacheId, reply: Reply) {
        self.caches[id].refresh = None;
        if reply == (Reply::Answer { degraded: false }) {
            self.caches[id].copy.renew(self.now);
        }
    }

    /// A fallback with a copy: it serves it for a failure; an answer renews it where nothing else
    /// does.
    pub(super) fn fall_back_on_copy(
        &mut self,
        id: Key,
        place: Place<CacheId>,
        reply: Reply,
    ) -> Reply {
        let Call { edge, start, caller, .. } = self.calls[id];
        let row = self.row(place, caller);
        let cache = &self.model.caches[row];
        match reply {
            Reply::Answer { degraded } => {
                if !degraded && cache.refresh_every.is_none() {
                    self.caches[row].copy.renew(self.now);
                }
                reply
            }
            Reply::Failure(_) => {
                let age = self.caches[row].copy.serve(self.now, cache.max_age);
                self.observer.copy_asked(self.now, edge, start, age);
                match age {
                    Some(_) => self.falls_back(id),
                    None => reply,
                }
            }
        }
    }

    /// Copies die with the instances that hold them, and what was to renew them.
    pub(super) fn lose_copies(&mut self, instance: InstanceId) {
        for id in self.copies_of(instance) {
            self.give_up_refresh(id);
            self.caches[id].copy.forget();
        }
    }

    /// An instance that is back fetches at once what it refreshes.
    pub(super) fn fetch_copies(&mut self, instance: InstanceId) {
        for id in self.copies_of(instance) {
            if self.model.caches[id].refresh_every.is_some() && self.caches[id].refresh.is_none() {
                self.fetch(id);
            }
        }
    }

    fn copies_of(&self, instance: InstanceId) -> Vec<CacheId> {
        let own = self.model.caches.entries().filter(|it| it.1.instance.is_some());
        own.map(|it| it.0).filter(|it| self.holder(*it) == instance).collect()
    }
}
