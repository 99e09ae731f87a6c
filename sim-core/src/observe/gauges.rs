//! What is read off a service and a pool at any time, and integrated over time.

use super::counts::{PoolCounts, ServiceCounts};
use crate::model::{Model, Pool, SemaphoreId};
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

impl ServiceGauges {
    /// Integrals up to now go to `counts`; they are returned, too.
    pub(super) fn settle(&mut self, now: SimTime, counts: &mut ServiceCounts) -> [u128; 3] {
        counts.queue_max = counts.queue_max.max(self.queue.max());
        counts.in_flight_max = counts.in_flight_max.max(self.in_flight.max());
        let [busy, queue, in_flight] =
            [&mut self.busy, &mut self.queue, &mut self.in_flight].map(|it| it.take(now));
        counts.busy += busy;
        counts.queue += queue;
        counts.in_flight += in_flight;
        [busy, queue, in_flight]
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

    /// Integrals up to now go to `counts`; those of use and line are returned, too.
    pub(super) fn settle(&mut self, now: SimTime, counts: &mut PoolCounts) -> [u128; 2] {
        counts.in_use_max = counts.in_use_max.max(self.in_use.max());
        counts.line_max = counts.line_max.max(self.line.max());
        let [in_use, full, line] =
            [&mut self.in_use, &mut self.full, &mut self.line].map(|it| it.take(now));
        counts.in_use += in_use;
        counts.full += full;
        counts.line += line;
        [in_use, line]
    }
}

pub(super) fn one_more(gauge: &mut TimeWeighted, now: SimTime) {
    gauge.set(now, gauge.value() + 1);
}

pub(super) fn one_less(gauge: &mut TimeWeighted, now: SimTime) {
    gauge.set(now, gauge.value() - 1);
}
