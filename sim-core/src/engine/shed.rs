//! What an instance turns away on purpose.

use super::agenda::PendingSet;
use super::job::Failure;
use super::slab::Key;
use super::world::{InstanceState, World};
use crate::model::{InstanceId, Shed};
use crate::observe::Observer;
use crate::policy::concurrency::Ended;
use crate::policy::failure::Reason;
use crate::time::{SimDuration, SimTime};

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    /// How an instance says no to a job that it sheds; none if it does not.
    pub(super) fn shed(&mut self, id: Key, instance: InstanceId) -> Option<Failure> {
        let InstanceState { spec, shedder, .. } = &mut self.instances[instance];
        let shedder = shedder.as_mut()?;
        let Shed { tiers, reply, .. } = spec.shed.as_ref()?;
        let class = self.jobs[id].class;
        let mut dropping =
            (0..tiers.len()).filter(|it| class.is_none_or(|class| tiers[*it].1[class]));
        let sheds = dropping.any(|tier| shedder.sheds(self.now, tier));
        sheds.then(|| Failure { cause: Reason::Shed, seen: face(*reply) })
    }

    /// Whether the adaptive limit of an instance, if it has one, has room for a job.
    pub(super) fn let_in(&mut self, id: Key, instance: InstanceId) -> bool {
        let Some(limiter) = &mut self.instances[instance].limiter else { return true };
        self.jobs[id].arrived = self.now;
        limiter.try_enter()
    }
}

impl InstanceState<'_> {
    /// Whether controlled delay drops who is next and has waited so long.
    #[inline]
    pub(super) fn waits_too_long(&mut self, now: SimTime, waited: SimDuration) -> bool {
        let Some(codel) = &mut self.codel else { return false };
        codel.drops(now, waited, self.queue.len() == 1)
    }

    /// Nobody waits here.
    #[inline]
    pub(super) fn note_empty(&mut self) {
        if let Some(codel) = &mut self.codel {
            codel.empty();
        }
    }

    /// A job that was let in at `arrived` leaves.
    #[inline]
    pub(super) fn let_out(&mut self, now: SimTime, arrived: SimTime, ended: Ended) {
        if let Some(limiter) = &mut self.limiter {
            limiter.leave(now, now.since(arrived), ended);
        }
    }

    /// The workers in use have changed in number.
    #[inline]
    pub(super) fn watch_workers(&mut self, now: SimTime) {
        if let Some(shedder) = &mut self.shedder {
            shedder.set(now, self.busy.saturating_add(self.held));
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
