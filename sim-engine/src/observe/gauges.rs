//! What is read off a service and a pool at any time, and integrated over time.

use super::counts::{PoolCounts, ServiceCounts};
use crate::model::{Model, Pool, SemaphoreId};
use crate::policy::breaker::State;
use crate::statistics::TimeWeighted;
use crate::time::SimTime;

/// A service's gauges, all instances together.
#[derive(Clone, Debug, Default)]
pub(super) struct ServiceGauges {
    /// Busy workers.
    pub(super) busy: TimeWeighted,
    /// Jobs in queues.
    pub(super) queue: TimeWeighted,
    /// Jobs at instances.
    pub(super) in_flight: TimeWeighted,
}

/// A pool's gauges, all its semaphores together.
#[derive(Clone, Debug)]
pub(super) struct PoolGauges {
    /// Slots in use.
    pub(super) in_use: TimeWeighted,
    /// Calls in line.
    pub(super) line: TimeWeighted,
    /// Whether no slot is free.
    full: TimeWeighted,
    slots: u32,
    /// Slots held from use by faults.
    held: u32,
}

/// Breakers of one call by state: the closed ones are the rest.
#[derive(Clone, Debug, Default)]
pub(super) struct BreakerGauges {
    open: TimeWeighted,
    half_open: TimeWeighted,
}

impl BreakerGauges {
    /// Where breakers in a state are counted.
    pub(super) fn of(&mut self, state: State) -> Option<&mut TimeWeighted> {
        match state {
            State::Closed => None,
            State::Open => Some(&mut self.open),
            State::HalfOpen => Some(&mut self.half_open),
        }
    }

    /// The integrals of open and half-open ones up to now.
    pub(super) fn take(&mut self, now: SimTime) -> [u128; 2] {
        [self.open.take(now), self.half_open.take(now)]
    }
}

impl ServiceGauges {
    /// Integrals up to now go to `counts`.
    pub(super) fn settle(&mut self, now: SimTime, counts: &mut ServiceCounts) {
        counts.queue_max = counts.queue_max.max(self.queue.max());
        counts.in_flight_max = counts.in_flight_max.max(self.in_flight.max());
        counts.busy += self.busy.take(now);
        counts.queue += self.queue.take(now);
        counts.in_flight += self.in_flight.take(now);
    }
}

impl PoolGauges {
    pub(super) fn new(model: &Model, pool: &Pool) -> Self {
        let slots = |it| model.semaphores[SemaphoreId(it)].slots;
        Self {
            in_use: TimeWeighted::new(),
            line: TimeWeighted::new(),
            full: TimeWeighted::new(),
            slots: pool.semaphores.clone().map(slots).fold(0, u32::saturating_add),
            held: 0,
        }
    }

    #[inline]
    pub(super) fn entered(&mut self, now: SimTime) {
        one_more(&mut self.in_use, now);
        self.look(now);
    }

    #[inline]
    pub(super) fn left(&mut self, now: SimTime) {
        one_less(&mut self.in_use, now);
        self.look(now);
    }

    pub(super) fn hold(&mut self, now: SimTime, held: u32) {
        self.held = held;
        self.look(now);
    }

    /// Notes whether no slot is free.
    #[inline]
    fn look(&mut self, now: SimTime) {
        let full = u32::from(self.in_use.value().saturating_add(self.held) >= self.slots);
        if full != self.full.value() {
            self.full.set(now, full);
        }
    }

    /// Integrals up to now go to `counts`.
    pub(super) fn settle(&mut self, now: SimTime, counts: &mut PoolCounts) {
        counts.in_use_max = counts.in_use_max.max(self.in_use.max());
        counts.line_max = counts.line_max.max(self.line.max());
        counts.in_use += self.in_use.take(now);
        counts.full += self.full.take(now);
        counts.line += self.line.take(now);
    }
}

pub(super) fn one_more(gauge: &mut TimeWeighted, now: SimTime) {
    gauge.set(now, gauge.value() + 1);
}

pub(super) fn one_less(gauge: &mut TimeWeighted, now: SimTime) {
    gauge.set(now, gauge.value() - 1);
}
