//! A restore: a store is lost with all its standbys, and nobody is served until the newest backup that
//! is any good has been restored and the log after it replayed.
//!
//! All of it is drawn when the run begins, from streams of the fault's own: when the backups were made
//! that there are, how far the log goes, and how long the restore takes. So it is known from then on
//! which writes the restored store will not have.

use super::agenda::PendingSet;
use super::world::World;
use crate::backup::{Moment, Restored, Unrestorable, restore};
use crate::fault::Fault;
use crate::model::{EdgeId, FaultId, Model, ScheduledFault, StoreId, Struck};
use crate::observe::{Asker, Comeback, Observer};
use crate::rng::{Purpose, Seed, Stream};
use crate::time::{SimDuration, SimTime};

/// A restore as it is drawn.
pub(super) struct Restoring {
    /// What comes back, or why nothing does.
    back: Result<Restored, Unrestorable>,
    /// Whether the store is down of it.
    is_down: bool,
}

/// Acknowledged writes that a restore which is to come will not bring back.
pub(super) struct Unsaved {
    fault: FaultId,
    /// What was acknowledged after it is in no backup and in no log; nothing is anywhere without it.
    since: Option<SimTime>,
    writes: u64,
}

impl Restoring {
    /// The restore of a fault, if it is one.
    pub(super) fn draw(model: &Model, fault: &ScheduledFault, seed: Seed) -> Option<Self> {
        let (Fault::Restore { .. }, Struck::Store(store)) = (&fault.fault, &fault.on) else {
            return None;
        };
        let kept = model.stores[*store].spec.kept();
        let mut moment = Stream::new(seed, Purpose::Disaster, &fault.name);
        let loss = Moment::draw(&kept, model.since_midnight(fault.from), &mut moment);
        Some(Self { back: restore(&kept, &loss, &fault.name, seed), is_down: false })
    }

    /// How long it takes; none: for ever.
    pub(super) fn took(&self) -> Option<SimDuration> {
        self.back.ok().map(|it| it.took())
    }

    /// What it will not bring back of what is written until `fault` begins.
    fn unsaved(&self, id: FaultId, fault: &ScheduledFault) -> Unsaved {
        let begun = fault.from.since(SimTime::ZERO);
        let point = self.back.ok().map(|it| it.point).filter(|it| *it <= begun);
        let since = point.map(|it| SimTime::ZERO + begun.saturating_sub(it));
        Unsaved { fault: id, since, writes: 0 }
    }
}

impl Unsaved {
    pub(super) fn acknowledged(&mut self, now: SimTime) {
        self.writes += u64::from(self.since.is_none_or(|it| now > it));
    }

    /// The last so many writes are lost already.
    pub(super) fn lost(&mut self, writes: u64) {
        self.writes = self.writes.saturating_sub(writes);
    }
}

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    /// From now on it is counted what the restore will not bring back, if the fault is one.
    pub(super) fn foresee_restore(&mut self, id: FaultId) {
        let fault = &self.model.faults[id];
        if let (Some(restoring), Struck::Store(store)) = (&self.faults[id].restoring, &fault.on) {
            self.stores[*store].unsaved.push(restoring.unsaved(id, fault));
        }
    }

    /// The store is lost, with all that follows it.
    pub(super) fn lose_store(&mut self, id: FaultId, store: StoreId) {
        let restoring = self.faults[id].restoring.as_mut().expect("it is a restore");
        restoring.is_down = true;
        let comeback = restoring.back.map_or_else(Comeback::Never, Comeback::Restore);
        let state = &mut self.stores[store];
        let unsaved = state.unsaved.iter().position(|it| it.fault == id);
        let lost = unsaved.map_or(0, |it| state.unsaved.swap_remove(it).writes);
        state.start_anew(lost, self.now);
        self.observer.primary_lost(self.now, id, self.model.stores[store].primary, comeback, lost);
        let primary = self.primary(store);
        self.kill(&[primary]);
    }

    /// The store is back.
    pub(super) fn on_restored(&mut self, id: FaultId, store: StoreId) {
        let restoring = self.faults[id].restoring.as_mut().expect("it is a restore");
        if std::mem::take(&mut restoring.is_down) {
            let primary = self.primary(store);
            self.on_restarted(primary);
        }
    }

    /// Whether who asks on this way gets no answer, because what it leads to is gone without a trace.
    pub(super) fn is_silent(&self, asker: Asker) -> bool {
        let is_silent = |it: EdgeId| {
            let mut faults = self.edges[it].faults.iter();
            faults.any(|it| self.model.faults[*it].fault == Fault::Restore { hangs: true })
        };
        self.edge_of(asker).is_some_and(is_silent)
    }
}
