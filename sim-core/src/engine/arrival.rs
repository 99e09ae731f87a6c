//! Requests enter the system.

use super::agenda::Handle;
use super::event::Event;
use super::world::{LoadState, World};
use crate::distribution::standard_exponential;
use crate::model::{Arrivals, ClassId, LoadId};
use crate::observe::{Asker, Observer};
use crate::rng::{Purpose, Seed, Stream};
use crate::time::SimTime;

impl LoadState {
    pub(super) fn new(name: &str, seed: Seed) -> Self {
        Self {
            gaps: Stream::new(seed, Purpose::Arrival, name),
            classes: Stream::new(seed, Purpose::Class, name),
            next: Handle::NONE,
            left: 0.0,
            left_at: SimTime::ZERO,
            surge: 1.0,
            replayed: 0,
        }
    }
}

impl<O: Observer> World<'_, O> {
    /// A request enters, and the next one of its load is scheduled.
    pub(super) fn on_arrival(&mut self, load: LoadId) {
        let class = self.draw_class(load);
        self.schedule_arrival(load);
        self.send_request(Asker::Class(class), self.model.loads[load].to);
    }

    fn draw_class(&mut self, load: LoadId) -> ClassId {
        let classes = self.model.loads[load].classes.clone();
        if classes.len() == 1 {
            return ClassId(classes.start);
        }
        let unit = self.loads[load].classes.unit();
        let last = classes.end - 1;
        let chosen = classes.clone().find(|it| unit < self.model.classes[ClassId(*it)].up_to);
        ClassId(chosen.unwrap_or(last))
    }

    /// Schedules the next request of a load.
    pub(super) fn schedule_arrival(&mut self, load: LoadId) {
        let state = &mut self.loads[load];
        match &self.model.loads[load].arrivals {
            Arrivals::Poisson(_) => state.left = standard_exponential(&mut state.gaps),
            Arrivals::Constant(rate) => {
                // Arrivals are at whole nanoseconds; what rounding took or gave goes to the next.
                let passed = rate.between(state.left_at, self.now) * state.surge;
                state.left += 1.0 - passed;
            }
            Arrivals::Replay(offsets) => {
                let next = offsets.get(state.replayed).map(|it| SimTime::ZERO + *it);
                state.replayed += 1;
                if let Some(next) = next {
                    self.agenda.schedule(next, Event::Arrival(load));
                }
                return;
            }
        }
        state.left_at = self.now;
        self.schedule_what_is_left(load);
    }

    fn schedule_what_is_left(&mut self, load: LoadId) {
        let (Arrivals::Poisson(rate) | Arrivals::Constant(rate)) = &self.model.loads[load].arrivals
        else {
            unreachable!("a replayed load has no rate");
        };
        let state = &mut self.loads[load];
        let next = rate.after(self.now, state.left, state.surge);
        state.next = Handle::NONE;
        if next != SimTime::NEVER {
            state.next = self.agenda.schedule(next, Event::Arrival(load));
        }
    }

    /// The product of the surges on a load has changed: what is left of the gap passes faster or
    /// slower from now on.
    pub(super) fn surge(&mut self, load: LoadId, factor: f64) {
        let (Arrivals::Poisson(rate) | Arrivals::Constant(rate)) = &self.model.loads[load].arrivals
        else {
            unreachable!("the check lets no fault surge a replayed load");
        };
        let state = &mut self.loads[load];
        let passed = rate.between(state.left_at, self.now) * state.surge;
        state.left = (state.left - passed).max(0.0);
        state.left_at = self.now;
        state.surge = factor;
        self.agenda.cancel(state.next);
        self.schedule_what_is_left(load);
    }
}
