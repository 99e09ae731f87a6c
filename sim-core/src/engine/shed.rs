//! What an instance turns away on purpose.

use super::agenda::PendingSet;
use super::job::Failure;
use super::slab::Key;
use super::world::World;
use crate::model::{InstanceId, Shed};
use crate::observe::Observer;
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
