//! Work on cores that all requests in hand share.
//!
//! An instance with cores has one event pending, the end of the work that is done next; it is set
//! anew whenever work begins, ends or is stopped. Work without length takes no core.

use super::agenda::{Handle, PendingSet};
use super::event::Event;
use super::slab::Key;
use super::world::World;
use crate::model::InstanceId;
use crate::observe::Observer;
use crate::policy::sharing::Sharing;
use crate::time::SimDuration;

/// The cores of one instance.
pub(super) struct Cores {
    jobs: Sharing<Key>,
    /// The end of the work that is done next.
    next: Handle,
}

impl Cores {
    pub(super) fn new(cores: u32) -> Self {
        Self { jobs: Sharing::new(cores), next: Handle::NONE }
    }
}

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    /// Work of some length begins.
    pub(super) fn begin_on_cores(&mut self, id: Key, instance: InstanceId, work: SimDuration) {
        let cores = self.instances[instance].cores.as_mut().expect("it has cores");
        cores.jobs.begin(self.now, id, work);
        self.plan_next(instance);
    }

    /// Work is stopped; says what was left of it, or `None` where it is not on cores.
    #[inline]
    pub(super) fn stop_on_cores(&mut self, id: Key, instance: InstanceId) -> Option<SimDuration> {
        let now = self.now;
        let left = self.instances[instance].cores.as_mut()?.jobs.leave(now, id)?;
        self.plan_next(instance);
        Some(left)
    }

    fn plan_next(&mut self, instance: InstanceId) {
        let cores = self.instances[instance].cores.as_mut().expect("it has cores");
        self.agenda.cancel(std::mem::replace(&mut cores.next, Handle::NONE));
        if let Some((at, _)) = cores.jobs.next() {
            cores.next = self.agenda.schedule(at, Event::CoresDone(instance));
        }
    }

    /// The work that was to be done next is done.
    pub(super) fn on_cores_done(&mut self, instance: InstanceId) {
        let cores = self.instances[instance].cores.as_mut().expect("it has cores");
        let (_, id) = cores.jobs.next().expect("its event is cancelled when its job leaves");
        self.stop_on_cores(id, instance);
        self.on_work_done(id);
    }
}
