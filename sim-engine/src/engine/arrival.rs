//! Requests enter the system.

use std::ops::Range;

use super::agenda::{Agenda, Handle, PendingSet};
use super::event::Event;
use super::world::{LoadState, World};
use crate::distribution::standard_exponential;
use crate::id::{Id, Table};
use crate::math;
use crate::model::{Arrivals, Class, ClassId, Load, LoadId, RateCurve};
use crate::observe::Observer;
use crate::rng::{Purpose, Seed, Stream};
use crate::schema::{Bursts, Replay};
use crate::time::SimTime;

impl<'m> LoadState<'m> {
    pub(super) fn new(spec: &'m Load, seed: Seed) -> Self {
        let name = &spec.name;
        Self {
            spec,
            gaps: Stream::new(seed, Purpose::Arrival, name),
            classes: Stream::new(seed, Purpose::Class, name),
            bursts: Stream::new(seed, Purpose::Burst, name),
            grains: Stream::new(seed, Purpose::Grain, name),
            thinking: Stream::new(seed, Purpose::Think, name),
            patience: Stream::new(seed, Purpose::Patience, name),
            next: Handle::NONE,
            left: 0.0,
            left_at: SimTime::ZERO,
            surge: 1.0,
            burst: 1.0,
            bursting: false,
            replayed: 0,
            into_grain: 0.0,
        }
    }

    #[inline]
    fn rate(&self) -> &'m RateCurve {
        self.spec.arrivals.rate().expect("the pace of a load without a rate is fixed")
    }

    /// How many times as fast as its rate says the load comes now.
    #[inline]
    fn pace(&self) -> f64 {
        self.surge * self.burst
    }

    #[inline(always)]
    fn draw_class(&mut self, classes: &Table<ClassId, Class>) -> ClassId {
        let Range { start, end } = self.spec.classes;
        if end - start == 1 {
            return ClassId(start);
        }
        let unit = self.classes.unit();
        let chosen = (start..end).find(|it| unit < classes[ClassId(*it)].up_to);
        ClassId(chosen.unwrap_or(end - 1))
    }

    /// When the next request comes, where that does not wait for an answer.
    #[inline(always)]
    fn next_arrival(&mut self, now: SimTime) -> Option<SimTime> {
        match &self.spec.arrivals {
            Arrivals::Poisson(_) | Arrivals::Bursty(..) => {
                self.left = standard_exponential(&mut self.gaps);
            }
            Arrivals::Constant(rate) => {
                // Arrivals are at whole nanoseconds; what rounding took or gave goes to the next.
                let passed = rate.between(self.left_at, now) * self.surge;
                self.left += 1.0 - passed;
            }
            Arrivals::Replay(replay) => return self.next_recorded(replay),
            Arrivals::Closed { .. } => return None,
        }
        self.left_at = now;
        self.end_of_gap(now)
    }

    /// When nothing is left of the gap; none if that is never.
    #[inline(always)]
    fn end_of_gap(&self, now: SimTime) -> Option<SimTime> {
        let end = self.rate().after(now, self.left, self.pace());
        (end != SimTime::NEVER).then_some(end)
    }

    /// When the next recorded request comes.
    ///
    /// Those that share a coarse stamp are spread within its grain like points thrown there: of
    /// `n` still to come, the next lies where the least of `n` uniform numbers does.
    fn next_recorded(&mut self, replay: &Replay) -> Option<SimTime> {
        let stamp = *replay.offsets.get(self.replayed)?;
        let at = SimTime::ZERO + stamp;
        self.replayed += 1;
        if replay.grain.is_zero() {
            return Some(at);
        }
        let before = self.replayed.checked_sub(2).map(|it| replay.offsets[it]);
        if before != Some(stamp) {
            self.into_grain = 0.0;
        }
        let to_come = replay.offsets[self.replayed - 1..].partition_point(|it| *it == stamp);
        let least = 1.0 - math::pow(self.grains.open_unit(), 1.0 / to_come as f64);
        self.into_grain += (1.0 - self.into_grain) * least;
        Some(at + replay.grain.mul_f64(self.into_grain))
    }
}

impl<O: Observer, P: PendingSet> World<'_, O, P> {
    /// A request enters, and the next one of its load is scheduled.
    #[inline(never)]
    pub(super) fn on_arrival(&mut self, load: LoadId) {
        let state = &mut self.loads[load];
        let class = state.draw_class(&self.model.classes);
        let (op, patience) = (state.spec.to, state.draw_patience());
        let next = state.next_arrival(self.now);
        state.next = self.agenda.schedule_arrival(load, next);
        self.send_request(op, class, patience);
    }

    /// The product of the surges on a load has changed.
    pub(super) fn surge(&mut self, load: LoadId, factor: f64) {
        self.change_pace(load, |it| it.surge = factor);
    }

    /// What is left of the gap passes faster or slower from now on.
    fn change_pace(&mut self, load: LoadId, change: impl FnOnce(&mut LoadState)) {
        let state = &mut self.loads[load];
        let rate = state.rate();
        let passed = rate.between(state.left_at, self.now) * state.pace();
        state.left = (state.left - passed).max(0.0);
        state.left_at = self.now;
        change(state);
        self.agenda.cancel(state.next);
        state.next = self.agenda.schedule_arrival(load, state.end_of_gap(self.now));
    }

    // ---- what comes before the first request

    /// Starts the bursts of a bursty load as they are in the long run, and the thinking of the
    /// users of a closed loop.
    pub(super) fn start_load(&mut self, load: LoadId) {
        match &self.loads[load].spec.arrivals {
            Arrivals::Bursty(_, bursts) => {
                let state = &mut self.loads[load];
                state.bursting = state.bursts.chance(bursts.share());
                state.burst = if state.bursting { bursts.peak } else { bursts.quiet };
                self.schedule_turn(load, bursts);
            }
            Arrivals::Closed { users, .. } => (0..*users).for_each(|_| self.think(load)),
            Arrivals::Poisson(_) | Arrivals::Constant(_) | Arrivals::Replay(_) => {}
        }
        let state = &mut self.loads[load];
        let first = state.next_arrival(self.now);
        state.next = self.agenda.schedule_arrival(load, first);
    }

    /// A burst begins or ends.
    pub(super) fn on_burst(&mut self, load: LoadId) {
        let Arrivals::Bursty(_, bursts) = &self.model.loads[load].arrivals else {
            unreachable!("only bursty loads have bursts");
        };
        self.change_pace(load, |it| {
            it.bursting = !it.bursting;
            it.burst = if it.bursting { bursts.peak } else { bursts.quiet };
        });
        self.schedule_turn(load, bursts);
    }

    fn schedule_turn(&mut self, load: LoadId, bursts: &Bursts) {
        let state = &mut self.loads[load];
        let mean = if state.bursting { bursts.burst } else { bursts.gap() };
        let span = mean.mul_f64(standard_exponential(&mut state.bursts));
        self.agenda.schedule(self.now + span, Event::Burst(load));
    }

    // ---- closed loops

    /// A request of a class has ended: in a closed loop its user thinks about the next.
    #[inline(always)]
    pub(super) fn on_ended(&mut self, class: ClassId) {
        if self.model.has_closed_loops {
            self.think_again(class);
        }
    }

    fn think_again(&mut self, class: ClassId) {
        let load = self.model.classes[class].load;
        if matches!(self.model.loads[load].arrivals, Arrivals::Closed { .. }) {
            self.think(load);
        }
    }

    fn think(&mut self, load: LoadId) {
        let Arrivals::Closed { think, .. } = &self.model.loads[load].arrivals else {
            unreachable!("only the users of closed loops think");
        };
        let span = think.sample(&mut self.loads[load].thinking);
        self.agenda.schedule(self.now + span, Event::Arrival(load));
    }
}

impl<P: PendingSet> Agenda<Event, P> {
    /// Schedules the next request of a load, if there is one.
    #[inline(always)]
    fn schedule_arrival(&mut self, load: LoadId, next: Option<SimTime>) -> Handle {
        match next {
            Some(at) => self.schedule_next(load.index(), at, Event::Arrival(load)),
            None => Handle::NONE,
        }
    }
}
