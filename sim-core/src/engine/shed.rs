//! What an instance turns away on purpose.

use super::agenda::PendingSet;
use super::job::Failure;
use super::slab::Key;
use super::world::World;
use crate::model::{InstanceId, Shed};
use crate::observe::Observer;
use crate::policy::concurrency::Ended;
use crate::policy::failure::Reason;

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    /// How an instance says no to a job that it sheds; none if it does not.
    pub(super) fn shed(&mut self, id: Key, instance: InstanceId) -> Option<Failure> {
        let Shed { tiers, reply, .. } =
            self.model.services[self.model.instances[instance].service].shed.as_ref()?;
        let shedder = self.instances[instance].shedder.as_mut()?;
        let class = self.jobs[id].class;
        let mut dropping = (0..tiers.len()).filter(|it| tiers[*it].1[class]);
        let sheds = dropping.any(|tier| shedder.sheds(self.now, tier));
        sheds.then(|| Failure { cause: Reason::Shed, seen: face(*reply) })
    }

    /// Whether controlled delay drops who is next.
    #[inline]
    pub(super) fn waits_too_long(&mut self, id: Key, instance: InstanceId) -> bool {
        let state = &mut self.instances[instance];
        let Some(codel) = &mut state.codel else { return false };
        let waited = self.now.since(self.jobs[id].since);
        codel.drops(self.now, waited, state.queue.len() == 1)
    }

    /// Nobody waits at an instance.
    #[inline]
    pub(super) fn note_empty(&mut self, instance: InstanceId) {
        if let Some(codel) = &mut self.instances[instance].codel {
            codel.empty();
        }
    }

    /// Whether the adaptive limit of an instance, if it has one, has room for a job.
    pub(super) fn let_in(&mut self, id: Key, instance: InstanceId) -> bool {
        let Some(limiter) = &mut self.instances[instance].limiter else { return true };
        self.jobs[id].arrived = self.now;
        limiter.try_enter()
    }

    /// A job that was let in leaves.
    #[inline]
    pub(super) fn let_out(&mut self, id: Key, instance: InstanceId, ended: Ended) {
        if let Some(limiter) = &mut self.instances[instance].limiter {
            let took = self.now.since(self.jobs[id].arrived);
            limiter.leave(self.now, took, ended);
        }
    }

    /// The workers of an instance in use have changed in number.
    #[inline]
    pub(super) fn watch_workers(&mut self, instance: InstanceId) {
        let state = &mut self.instances[instance];
        if let Some(shedder) = &mut state.shedder {
            shedder.set(self.now, state.busy.saturating_add(state.held));
        }
    }
}

/// What a refusal of this status looks like: 429 is said to who asks too often, other statuses under
/// 500 to who asks something wrong.
fn face(reply: u16) -> Reason {
    match reply {
        429 => Reason::Limited,
        ..500 => Reason::ClientError,
        _ => Reason::Shed,
    }
}
