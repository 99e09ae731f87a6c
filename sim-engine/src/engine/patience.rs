//! Users lose patience: a request is given up by who asked.
//!
//! What has not begun is withdrawn: a request that still waits leaves its queue. What a worker has
//! taken up goes on for nobody, with all its calls: the user's leaving is not noticed there.

use super::agenda::PendingSet;
use super::job::State;
use super::slab::Key;
use super::world::{LoadState, World};
use crate::model::{ClassId, GiveUp};
use crate::observe::{Asker, Observer};
use crate::policy::failure::Reason;
use crate::time::SimDuration;

impl LoadState<'_> {
    /// How long the user of its next request waits, if there is an end to that.
    #[inline]
    pub(super) fn draw_patience(&mut self) -> Option<SimDuration> {
        let patience = self.spec.patience.as_ref()?;
        Some(patience.law.sample(&mut self.patience))
    }
}

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    pub(super) fn on_patience_lost(&mut self, id: Key) {
        let job = &self.jobs[id];
        let Asker::Class(class) = job.asker else {
            unreachable!("only users lose patience");
        };
        let is_served = matches!(job.state, State::Working | State::Committing | State::Calling);
        let stays = is_served && self.stays_when_served(class);
        if job.gone || stays {
            return;
        }
        let give_up = if is_served { GiveUp::Abandon } else { GiveUp::Cancel };
        self.give_up(id, give_up, Reason::Abandoned);
        self.on_ended(class);
    }

    fn stays_when_served(&self, class: ClassId) -> bool {
        let patience = &self.model.loads[self.model.classes[class].load].patience;
        patience.as_ref().is_some_and(|it| it.only_in_line)
    }
}
