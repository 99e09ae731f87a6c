//! What an instance turns away on purpose.

use super::job::Failure;
use super::world::InstanceState;
use crate::model::{ClassId, Shed};
use crate::policy::concurrency::{Ended, Limiter};
use crate::policy::failure::Reason;
use crate::time::{SimDuration, SimTime};

impl InstanceState<'_> {
    /// How it says no to a job of this class, if it sheds that.
    #[inline(always)]
    pub(super) fn sheds(&mut self, now: SimTime, class: Option<ClassId>) -> Option<Failure> {
        let shedder = self.shedder.as_mut()?;
        let Shed { tiers, reply, .. } = self.spec.shed.as_ref()?;
        let mut dropping =
            (0..tiers.len()).filter(|it| class.is_none_or(|class| tiers[*it].1[class]));
        let sheds = dropping.any(|tier| shedder.sheds(now, tier));
        sheds.then(|| Failure { cause: Reason::Shed, seen: face(*reply) })
    }

    /// Whether its adaptive limit, if it has one, has room for a job.
    #[inline(always)]
    pub(super) fn lets_in(&mut self) -> bool {
        self.limiter.as_mut().is_none_or(Limiter::try_enter)
    }

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
