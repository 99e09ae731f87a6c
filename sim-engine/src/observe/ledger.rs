//! The books: everything that begins ends once, or is still there.
//!
//! Always on in tests and in debug builds. [`Ledger::balance`] compares both sides of each
//! account: offered = answered + in flight, permits acquired = released + held, queue in = out +
//! left.

use super::{Asker, Observer, Outcome, Start};
use crate::id::{Id, Table};
use crate::model::{CacheId, ClassId, EdgeId, Model, OpId, PoolId, ServiceId};
use crate::time::{SimDuration, SimTime};

/// One account: how many began, and how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Began.
    pub opened: u64,
    /// Ended in each of the possible ways together.
    pub closed: u64,
}

impl Account {
    /// How many have not ended; panics if more ended than began.
    pub fn open(&self) -> u64 {
        self.opened.checked_sub(self.closed).expect("what ends has begun")
    }
}

/// The accounts of a run.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// Requests, by class.
    pub requests: Table<ClassId, Account>,
    /// Attempts, by call.
    pub attempts: Table<EdgeId, Account>,
    /// Refreshes, by copy.
    pub refreshes: Table<CacheId, Account>,
    /// Calls.
    pub calls: Table<EdgeId, Account>,
    /// Jobs at instances, by service.
    pub jobs: Table<ServiceId, Account>,
    /// Places in queues.
    pub queues: Table<ServiceId, Account>,
    /// Workers.
    pub workers: Table<ServiceId, Account>,
    /// Slots of pools.
    pub slots: Table<PoolId, Account>,
    /// Places in line for a slot.
    pub lines: Table<PoolId, Account>,
    /// Callers of pools: each enters or is turned away.
    pub asked: Table<PoolId, Account>,
}

impl Ledger {
    /// Empty books for a model.
    pub fn new(model: &Model) -> Self {
        fn accounts<I: Id>(rows: usize) -> Table<I, Account> {
            (0..rows).map(|_| Account::default()).collect()
        }
        Self {
            requests: accounts(model.classes.len()),
            attempts: accounts(model.edges.len()),
            refreshes: accounts(model.caches.len()),
            calls: accounts(model.edges.len()),
            jobs: accounts(model.services.len()),
            queues: accounts(model.services.len()),
            workers: accounts(model.services.len()),
            slots: accounts(model.pools.len()),
            lines: accounts(model.pools.len()),
            asked: accounts(model.pools.len()),
        }
    }

    /// Panics with what is wrong if the books do not balance at the end of a run.
    pub fn balance(&self, model: &Model) {
        for (id, service) in model.services.entries() {
            let capacity = u64::from(service.workers) * service.instances.len() as u64;
            let (busy, queued) = (self.workers[id].open(), self.queues[id].open());
            assert!(busy <= capacity, "{}: {busy} workers taken of {capacity}", service.name);
            let there = self.jobs[id].open();
            assert!(busy + queued <= there, "{}: {busy} + {queued} of {there} jobs", service.name);
            let places = u64::from(service.queue) * service.instances.len() as u64;
            assert!(queued <= places, "{}: {queued} in {places} places", service.name);
        }
        for (id, pool) in model.pools.entries() {
            let slots: u64 = pool
                .semaphores
                .clone()
                .map(|it| u64::from(model.semaphores[crate::model::SemaphoreId(it)].slots))
                .sum();
            let held = self.slots[id].open();
            assert!(held <= slots, "{}: {held} slots taken of {slots}", pool.name);
            assert_eq!(self.asked[id].open(), self.lines[id].open(), "{}: who waits", pool.name);
        }
        for id in model.edges.ids() {
            let (calls, attempts) = (self.calls[id].open(), self.attempts[id].open());
            let edge = &model.edges[id];
            let most = calls * edge.copies();
            assert!(attempts <= most, "{}: {attempts} attempts of {calls} calls", edge.name);
        }
        for (id, refreshes) in self.refreshes.entries() {
            let edge = &model.edges[model.caches[id].edge];
            assert!(refreshes.open() <= 1, "{}: one refresh at a time", edge.name);
        }
        self.requests.iter().for_each(|it| {
            it.open();
        });
    }

    /// Requests that have begun and not ended.
    pub fn in_flight(&self) -> u64 {
        self.requests.iter().map(Account::open).sum()
    }
}

impl Observer for Ledger {
    fn sent(&mut self, _: SimTime, asker: Asker, _: OpId) {
        match asker {
            Asker::Class(class) => self.requests[class].opened += 1,
            Asker::Edge(edge) => self.attempts[edge].opened += 1,
            Asker::Cache(cache) => self.refreshes[cache].opened += 1,
        }
    }

    fn answered(&mut self, _: SimTime, asker: Asker, _: OpId, _: Start, _: Outcome) {
        match asker {
            Asker::Class(class) => self.requests[class].closed += 1,
            Asker::Edge(edge) => self.attempts[edge].closed += 1,
            Asker::Cache(cache) => self.refreshes[cache].closed += 1,
        }
    }

    fn call_started(&mut self, _: SimTime, edge: EdgeId) {
        self.calls[edge].opened += 1;
    }

    fn call_ended(&mut self, _: SimTime, edge: EdgeId, _: Start, _: Outcome, _: bool) {
        self.calls[edge].closed += 1;
    }

    fn job_arrived(&mut self, _: SimTime, service: ServiceId) {
        self.jobs[service].opened += 1;
    }

    fn job_left(&mut self, _: SimTime, service: ServiceId) {
        self.jobs[service].closed += 1;
    }

    fn queue_joined(&mut self, _: SimTime, service: ServiceId) {
        self.queues[service].opened += 1;
    }

    fn queue_left(&mut self, _: SimTime, service: ServiceId, _: SimDuration, _: bool) {
        self.queues[service].closed += 1;
    }

    fn worker_taken(&mut self, _: SimTime, service: ServiceId) {
        self.workers[service].opened += 1;
    }

    fn worker_freed(&mut self, _: SimTime, service: ServiceId) {
        self.workers[service].closed += 1;
    }

    fn pool_asked(&mut self, _: SimTime, pool: PoolId) {
        self.asked[pool].opened += 1;
    }

    fn pool_entered(&mut self, _: SimTime, pool: PoolId, _: Start, _: SimDuration) {
        self.slots[pool].opened += 1;
        self.asked[pool].closed += 1;
    }

    fn pool_left(&mut self, _: SimTime, pool: PoolId) {
        self.slots[pool].closed += 1;
    }

    fn pool_waits(&mut self, _: SimTime, pool: PoolId) {
        self.lines[pool].opened += 1;
    }

    fn pool_waited(&mut self, _: SimTime, pool: PoolId) {
        self.lines[pool].closed += 1;
    }

    fn pool_cancelled(&mut self, _: SimTime, pool: PoolId, _: Start) {
        self.asked[pool].closed += 1;
    }

    fn pool_rejected(&mut self, _: SimTime, pool: PoolId, _: Start, _: SimDuration) {
        self.asked[pool].closed += 1;
    }
}
