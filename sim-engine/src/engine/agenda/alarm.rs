//! Alarms: events that come again and again, of which one is pending at a time.
//!
//! The next request of a load is scheduled whenever one comes, so that it would be put in order among
//! all that is pending only to be taken out soon after. Instead, the few events of this kind are kept
//! by number, and the first of them is compared with the first of all others.

use super::due::{Due, SLOT_BITS};
use crate::time::SimTime;

/// So many alarms there can be: whenever one goes off, all are looked at.
pub(super) const ALARMS: usize = 16;
/// The slot of the first alarm; those of all other events are below.
pub(super) const FIRST_ALARM: usize = (1 << SLOT_BITS) - 2 - ALARMS;

/// Pending alarms.
#[derive(Clone, Debug)]
pub(super) struct Alarms<E> {
    /// By number; [`Due::NEVER`] where none is pending.
    pending: Vec<(Due, E)>,
    /// The first of them, or the horizon if that comes before it.
    next: Due,
    /// What goes off from then on is not looked at yet.
    horizon: SimTime,
}

impl<E> Default for Alarms<E> {
    fn default() -> Self {
        Self { pending: Vec::new(), next: Due::new(SimTime::ZERO, 0), horizon: SimTime::ZERO }
    }
}

impl<E: Copy> Alarms<E> {
    /// When the next one goes off, if that is before `horizon`; else the horizon, before all that is
    /// due then.
    #[inline]
    pub(super) fn next_before(&mut self, horizon: SimTime) -> Due {
        if self.horizon != horizon {
            self.look_as_far_as(horizon);
        }
        self.next
    }

    fn look_as_far_as(&mut self, horizon: SimTime) {
        self.horizon = horizon;
        self.look_for_next();
    }

    /// Sets the alarm of this slot, which is not pending.
    #[inline]
    pub(super) fn set(&mut self, due: Due, event: E) {
        let number = due.slot() - FIRST_ALARM;
        if number >= self.pending.len() {
            self.pending.resize(number + 1, (Due::NEVER, event));
        }
        debug_assert!(self.pending[number].0 == Due::NEVER, "alarm {number} is pending already");
        self.pending[number] = (due, event);
        self.next = self.next.min(due);
    }

    /// The next one goes off, if it is before the horizon.
    #[inline]
    pub(super) fn go_off(&mut self) -> Option<(SimTime, E)> {
        let at = self.next.at();
        if at >= self.horizon {
            return None;
        }
        let (due, event) = &mut self.pending[self.next.slot() - FIRST_ALARM];
        *due = Due::NEVER;
        let event = *event;
        self.look_for_next();
        Some((at, event))
    }

    /// Cancels the alarm of this slot and ticket; `false` if it is not pending.
    #[cold]
    pub(super) fn cancel(&mut self, slot: usize, ticket: u64) -> bool {
        let alarm = slot.checked_sub(FIRST_ALARM).and_then(|it| self.pending.get_mut(it));
        let Some((due, _)) = alarm.filter(|it| it.0.ticket() == ticket) else { return false };
        *due = Due::NEVER;
        self.look_for_next();
        true
    }

    /// How many are pending.
    pub(super) fn len(&self) -> usize {
        self.pending.iter().filter(|it| it.0 != Due::NEVER).count()
    }

    #[inline]
    fn look_for_next(&mut self) {
        let horizon = Due::new(self.horizon, 0);
        self.next = self.pending.iter().fold(horizon, |next, it| next.min(it.0));
    }
}
