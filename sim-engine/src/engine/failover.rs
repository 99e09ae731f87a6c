//! A failover: the primary dies with what it has in hand, and nobody is taken until a standby has
//! been promoted and its name leads there. Then each client comes back by itself.
//!
//! How long each phase takes is drawn when the run begins, from a stream of the fault's own; so is
//! the return of each calling instance, and how far each standby is behind at the strike.

use std::collections::BTreeMap;

use super::agenda::{Handle, PendingSet};
use super::event::Event;
use super::slab::Key;
use super::world::World;
use crate::fault::Fault;
use crate::model::{FaultId, InstanceId, Model, ScheduledFault, Store, StoreId, Struck};
use crate::observe::{Asker, Comeback, Observer};
use crate::order;
use crate::replication::failover::{Phases, client};
use crate::replication::standby;
use crate::rng::{Purpose, Seed, Stream};
use crate::schema::Replication;
use crate::time::{SimDuration, SimTime};

/// A failover as it is drawn.
pub(super) struct Takeover {
    pub(super) phases: Phases,
    /// From when on each calling instance is served again.
    back: BTreeMap<InstanceId, SimTime>,
    /// How far each standby is behind.
    behind: Vec<SimDuration>,
    /// Whether the primary is down of it.
    is_down: bool,
}

impl Takeover {
    /// The takeover of a fault, if it is one.
    pub(super) fn draw(model: &Model, fault: &ScheduledFault, seed: Seed) -> Option<Self> {
        let (Fault::Failover, Struck::Store(store)) = (&fault.fault, &fault.on) else {
            return None;
        };
        let store = &model.stores[*store];
        let spec = store.spec.failover.as_ref().expect("a checked fault strikes what fails over");
        let mut stream = Stream::new(seed, Purpose::Failover, &fault.name);
        let phases = Phases::draw(spec, &mut stream);
        let reconnects = |it: InstanceId| {
            let name = format!("{} {}", fault.name, model.instance_name(it));
            (it, client(spec, &mut Stream::new(seed, Purpose::Failover, &name)))
        };
        let clients = order::map(callers(model, store).map(reconnects));
        let last = clients.values().copied().max().unwrap_or(SimDuration::ZERO);
        let named = fault.from + phases.until_named();
        Some(Self {
            phases: Phases { clients: last, ..phases },
            back: order::map(clients.into_iter().map(|it| (it.0, named + it.1 + phases.warm_up))),
            behind: behind(model, fault, store, seed),
            is_down: false,
        })
    }
}

/// The instances that call a store.
fn callers<'m>(model: &'m Model, store: &'m Store) -> impl Iterator<Item = InstanceId> + 'm {
    let services = store.edges.iter().map(|it| model.edges[*it].from);
    services.flat_map(|it| model.services[it].instances.clone()).map(InstanceId)
}

/// How far each standby of a store is behind when the fault strikes, while it is there.
fn behind(model: &Model, fault: &ScheduledFault, store: &Store, seed: Seed) -> Vec<SimDuration> {
    let since_zero = fault.from.since(model.timeline.zero);
    let moment = model.since_midnight(fault.from).unwrap_or(since_zero);
    let into = store.spec.burst.map_or(SimDuration::ZERO, |it| {
        SimDuration::from_nanos(moment.as_nanos() % it.every.as_nanos())
    });
    let of = |it: &crate::schema::Standby| {
        let name = format!("{} {}", fault.name, it.name);
        let mut stream = Stream::new(seed, Purpose::Standby, &name);
        match &it.mode {
            Replication::Async(lag) => standby::behind(lag, &store.spec, into, &mut stream),
            _ => SimDuration::ZERO,
        }
    };
    store.spec.standbys.iter().map(of).collect()
}

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    /// Schedules the moment from which on the new primary can be found, if the fault is a failover.
    pub(super) fn schedule_takeover(&mut self, id: FaultId) -> Option<Handle> {
        let fault = &self.model.faults[id];
        let (Some(takeover), Struck::Store(store)) = (&self.faults[id].takeover, &fault.on) else {
            return None;
        };
        for (standby, behind) in self.stores[*store].standbys.iter_mut().zip(&takeover.behind) {
            standby.will_be_behind(*behind);
        }
        let named = fault.from + takeover.phases.until_named();
        Some(self.agenda.schedule(named, Event::Promoted(id)))
    }

    /// When a fault is over, which for a failover and a restore is known here alone.
    pub(super) fn end_of(&self, id: FaultId) -> SimTime {
        let fault = &self.model.faults[id];
        let takeover = self.faults[id].takeover.as_ref();
        match (takeover, &self.faults[id].restoring) {
            (Some(it), _) => fault.from + it.phases.took(),
            (None, Some(it)) => it.took().map_or(SimTime::NEVER, |took| fault.from + took),
            (None, None) => fault.to,
        }
    }

    /// The primary dies; what a standby does not have is lost.
    pub(super) fn strike_primary(&mut self, id: FaultId, store: StoreId) {
        let takeover = self.faults[id].takeover.as_mut().expect("it is a failover");
        takeover.is_down = true;
        let (phases, lost) = (takeover.phases, self.stores[store].lost(&takeover.behind, self.now));
        self.stores[store].start_anew(lost, self.now);
        let (primary, comeback) = (self.model.stores[store].primary, Comeback::Failover(phases));
        self.observer.primary_lost(self.now, id, primary, comeback, lost);
        let primary = self.primary(store);
        self.kill(&[primary]);
    }

    /// The name leads to the standby that has taken over.
    pub(super) fn on_promoted(&mut self, id: FaultId) {
        let Struck::Store(store) = self.model.faults[id].on else {
            unreachable!("only a store is promoted");
        };
        let takeover = self.faults[id].takeover.as_mut().expect("it is a failover");
        if std::mem::take(&mut takeover.is_down) {
            let primary = self.primary(store);
            self.on_restarted(primary);
        }
    }

    pub(super) fn primary(&self, store: StoreId) -> InstanceId {
        InstanceId(self.model.services[self.model.stores[store].primary].instances.start)
    }

    /// Whether who sends this attempt is served again.
    pub(super) fn is_back(&self, id: FaultId, attempt: Key) -> bool {
        let takeover = self.faults[id].takeover.as_ref().expect("it is a failover");
        let back = takeover.back.get(&self.sender(attempt));
        back.is_some_and(|it| *it <= self.now)
    }

    /// The instance that sends an attempt.
    fn sender(&self, attempt: Key) -> InstanceId {
        let job = &self.jobs[attempt];
        match (job.call, job.asker) {
            (Some(call), _) => self.calls[call].caller,
            (None, Asker::Cache(cache)) => self.holder(cache),
            (None, Asker::Class(_) | Asker::Edge(_)) => {
                unreachable!("only calls and copies ask a store")
            }
        }
    }
}
