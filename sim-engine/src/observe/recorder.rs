//! Counts what a run does: everything that the report is made of.
//!
//! Its size depends on the model, never on the length of the run: histograms instead of lists,
//! a bounded number of windows, a bounded log.

#![expect(
    clippy::inline_always,
    reason = "told of every request and attempt, with much known where it is told"
)]

use super::counts::{CallCounts, Flow, PoolCounts, ServiceCounts};
use super::fresh::{Calls, Fresh, Requests, Slots, Station};
use super::gauges::{one_less, one_more};
use super::log::{Entry, LONGEST_LOG};
use super::windows::{CallSeries, LoadSeries, PoolSeries, ServiceSeries};
use super::{Asker, Comeback, Effect, Observer, Outcome, Start};
use crate::id::{Id, Table};
use crate::model::{
    BreakerId, ClassId, EdgeId, FaultId, InstanceId, LoadId, Model, OpId, PoolId, SegmentId,
    ServiceId,
};
use crate::policy::breaker::State;
use crate::policy::failure::Reason;
use crate::statistics::{Histogram, Placed};
use crate::time::{SimDuration, SimTime};

/// Counts of one run.
#[derive(Clone, Debug)]
pub struct Recorder<'m> {
    model: &'m Model,
    /// Settled counts of classes: row `segment × classes + class`.
    classes: Vec<Flow>,
    ops: Vec<Flow>,
    calls: Vec<CallCounts>,
    services: Vec<ServiceCounts>,
    pools: Vec<PoolCounts>,
    /// What is not settled yet.
    fresh: Fresh,
    segment: SegmentId,
    /// Loads by windows.
    pub load_series: Table<LoadId, LoadSeries>,
    /// Calls by windows.
    pub call_series: Table<EdgeId, CallSeries>,
    /// Services by windows.
    pub service_series: Table<ServiceId, ServiceSeries>,
    /// Pools by windows.
    pub pool_series: Table<PoolId, PoolSeries>,
    window_start: SimTime,
    window: usize,
    window_latency: Table<LoadId, Histogram>,
    in_force: Table<FaultId, bool>,
    /// Failovers and restores, as they were drawn.
    pub comebacks: Vec<(FaultId, Comeback)>,
    /// Breakers and faults, in order.
    pub log: Vec<(SimTime, Entry)>,
    /// Log entries beyond [`LONGEST_LOG`].
    pub log_dropped: u64,
}

impl<'m> Recorder<'m> {
    /// Empty counts for a model.
    pub fn new(model: &'m Model) -> Self {
        let segments = model.timeline.segments.len();
        let mut recorder = Self {
            model,
            classes: rows(segments * model.classes.len()),
            ops: rows(segments * model.ops.len()),
            calls: rows(segments * model.edges.len()),
            services: rows(segments * model.services.len()),
            pools: rows(segments * model.pools.len()),
            fresh: Fresh::new(model),
            segment: SegmentId(0),
            load_series: rows(model.loads.len()).into_iter().collect(),
            call_series: rows(model.edges.len()).into_iter().collect(),
            service_series: rows(model.services.len()).into_iter().collect(),
            pool_series: rows(model.pools.len()).into_iter().collect(),
            window_start: SimTime::ZERO,
            window: 0,
            window_latency: rows(model.loads.len()).into_iter().collect(),
            in_force: model.faults.iter().map(|_| false).collect(),
            comebacks: Vec::new(),
            log: Vec::new(),
            log_dropped: 0,
        };
        recorder.open_window();
        recorder
    }

    /// How far the run has been seen: the end of its last window.
    pub fn seen_to(&self) -> SimTime {
        self.window_start
    }

    /// A class in a segment.
    pub fn class(&self, segment: SegmentId, class: ClassId) -> &Flow {
        &self.classes[segment.index() * self.model.classes.len() + class.index()]
    }

    /// An operation in a segment.
    pub fn op(&self, segment: SegmentId, op: OpId) -> &Flow {
        &self.ops[segment.index() * self.model.ops.len() + op.index()]
    }

    /// A call in a segment.
    pub fn call(&self, segment: SegmentId, edge: EdgeId) -> &CallCounts {
        &self.calls[segment.index() * self.model.edges.len() + edge.index()]
    }

    /// A service in a segment.
    pub fn service(&self, segment: SegmentId, service: ServiceId) -> &ServiceCounts {
        &self.services[segment.index() * self.model.services.len() + service.index()]
    }

    /// A pool in a segment.
    pub fn pool(&self, segment: SegmentId, pool: PoolId) -> &PoolCounts {
        &self.pools[segment.index() * self.model.pools.len() + pool.index()]
    }

    /// Whether what began then is counted with what is fresh.
    #[inline(always)]
    fn is_fresh(&self, start: Start) -> bool {
        start.segment == self.segment && start.at >= self.window_start
    }

    /// Where a call or attempt that began then is counted.
    #[inline(always)]
    fn call_of(&mut self, start: Start, edge: EdgeId) -> &mut CallCounts {
        if self.is_fresh(start) {
            return &mut self.fresh.calls[edge].counts;
        }
        &mut self.calls[start.segment.index() * self.model.edges.len() + edge.index()]
    }

    /// Where what a pool does for a call that asked then is counted.
    #[inline]
    fn pool_of(&mut self, asked: Start, pool: PoolId) -> &mut PoolCounts {
        if asked.segment == self.segment {
            return &mut self.fresh.pools[pool].counts;
        }
        &mut self.pools[asked.segment.index() * self.model.pools.len() + pool.index()]
    }

    #[inline(always)]
    fn request_ended(
        &mut self,
        class: ClassId,
        start: Start,
        nanos: Placed,
        outcome: Outcome,
        is_fresh: bool,
    ) {
        let Requests { counts, deadline } = &mut self.fresh.classes[class];
        let good = outcome.is_answer() && nanos.value() <= deadline.as_nanos();
        if is_fresh {
            counts.ended(nanos, outcome, good);
        } else {
            self.late_request_ended(class, start, nanos, outcome, good);
        }
    }

    /// A request that began in an earlier window is good for that one, and answered in this one.
    fn late_request_ended(
        &mut self,
        class: ClassId,
        start: Start,
        nanos: Placed,
        outcome: Outcome,
        good: bool,
    ) {
        let load = self.model.classes[class].load;
        let row = start.segment.index() * self.model.classes.len() + class.index();
        self.classes[row].ended(nanos, outcome, good);
        let (started_in, ended_in) = (self.model.timeline.window_of(start.at), self.window);
        let series = &mut self.load_series[load];
        series.answered[started_in] += u32::from(outcome.is_answer());
        series.good[started_in] += u32::from(good);
        match outcome {
            Outcome::Full => series.full[ended_in] += 1,
            Outcome::Degraded => series.degraded[ended_in] += 1,
            Outcome::Failed(reason) => series.failed[ended_in][reason as usize] += 1,
        }
        if outcome.is_answer() {
            self.window_latency[load].record_placed(nanos);
        }
    }

    /// The same at the operation that was asked.
    fn late_op_ended(&mut self, op: OpId, start: Start, nanos: Placed, outcome: Outcome) {
        let row = start.segment.index() * self.model.ops.len() + op.index();
        self.ops[row].ended(nanos, outcome, true);
        let window = self.model.timeline.window_of(start.at);
        let series = &mut self.service_series[self.model.ops[op].service];
        series.answered[window] += u32::from(outcome.is_answer());
    }

    fn note(&mut self, now: SimTime, entry: Entry) {
        if self.log.len() < LONGEST_LOG {
            self.log.push((now, entry));
        } else {
            self.log_dropped += 1;
        }
    }

    /// What is fresh goes to its segment and window.
    fn settle(&mut self, now: SimTime) {
        self.settle_flows();
        self.settle_services(now);
        self.settle_pools(now);
        self.settle_calls(now);
    }

    fn settle_flows(&mut self) {
        let Self { model, segment, window, .. } = *self;
        for (id, Requests { counts, .. }) in self.fresh.classes.entries_mut() {
            if counts.offered > 0 {
                let load = model.classes[id].load;
                self.load_series[load].add(window, counts);
                self.window_latency[load].merge(&counts.latency);
                self.classes[segment.index() * model.classes.len() + id.index()].take(counts);
            }
        }
        for (id, counts) in self.fresh.ops.entries_mut() {
            if counts.offered > 0 {
                self.service_series[model.ops[id].service].add(window, counts);
                self.ops[segment.index() * model.ops.len() + id.index()].take(counts);
            }
        }
    }

    fn settle_services(&mut self, now: SimTime) {
        let Self { model, segment, window, .. } = *self;
        let width = model.timeline.window.as_nanos() as f64;
        for (id, Station { counts, gauges }) in self.fresh.services.entries_mut() {
            gauges.settle(now, counts);
            let series = &mut self.service_series[id];
            series.busy[window] += counts.busy as f64 / width;
            series.queue[window] += counts.queue as f64 / width;
            series.in_flight[window] += counts.in_flight as f64 / width;
            let row = segment.index() * model.services.len() + id.index();
            self.services[row].add(&std::mem::take(counts));
        }
    }

    fn settle_pools(&mut self, now: SimTime) {
        let Self { model, segment, window, .. } = *self;
        let width = model.timeline.window.as_nanos() as f64;
        for (id, Slots { counts, gauges }) in self.fresh.pools.entries_mut() {
            gauges.settle(now, counts);
            let series = &mut self.pool_series[id];
            series.in_use[window] += counts.in_use as f64 / width;
            series.line[window] += counts.line as f64 / width;
            self.pools[segment.index() * model.pools.len() + id.index()].take(counts);
        }
    }

    fn settle_calls(&mut self, now: SimTime) {
        let Self { model, segment, window, .. } = *self;
        let width = model.timeline.window.as_nanos() as f64;
        for (id, Calls { counts, breakers }) in self.fresh.calls.entries_mut() {
            let [open, half_open] = breakers.take(now);
            counts.open += open;
            let series = &mut self.call_series[id];
            series.calls[window] += counts.flow.offered as u32;
            series.attempts[window] += counts.attempts as u32;
            series.open[window] += open as f64 / width;
            series.half_open[window] += half_open as f64 / width;
            self.calls[segment.index() * model.edges.len() + id.index()].take(counts);
        }
    }

    fn open_window(&mut self) {
        for series in &mut self.load_series {
            series.started.push(0);
            series.answered.push(0);
            series.good.push(0);
            series.full.push(0);
            series.degraded.push(0);
            series.failed.push([0; Reason::ALL.len()]);
        }
        for series in &mut self.call_series {
            series.calls.push(0);
            series.attempts.push(0);
            series.open.push(0.0);
            series.half_open.push(0.0);
        }
        for series in &mut self.service_series {
            series.started.push(0);
            series.answered.push(0);
            series.busy.push(0.0);
            series.queue.push(0.0);
            series.in_flight.push(0.0);
        }
        for series in &mut self.pool_series {
            series.in_use.push(0.0);
            series.line.push(0.0);
        }
    }

    fn close_latencies(&mut self) {
        let nanos = |it: Option<u64>| it.map_or(f64::NAN, |it| it as f64 / 1e9);
        for (series, latency) in self.load_series.iter_mut().zip(self.window_latency.iter_mut()) {
            series.mean.push(latency.mean().map_or(f64::NAN, |it| it / 1e9));
            series.p50.push(nanos(latency.quantile(0.5)));
            series.p99.push(nanos(latency.quantile(0.99)));
            latency.clear();
        }
    }
}

fn rows<T: Default>(count: usize) -> Vec<T> {
    std::iter::repeat_with(T::default).take(count).collect()
}

impl Observer for Recorder<'_> {
    fn segment_started(&mut self, now: SimTime, segment: SegmentId) {
        self.settle(now);
        self.segment = segment;
    }

    fn window_ended(&mut self, now: SimTime) {
        self.settle(now);
        self.close_latencies();
        self.window_start = now;
        if now < self.model.timeline.end {
            self.window += 1;
            self.open_window();
        }
    }

    #[inline(always)]
    fn sent(&mut self, _: SimTime, asker: Asker, op: OpId) {
        self.fresh.ops[op].offered += 1;
        match asker {
            Asker::Class(class) => self.fresh.classes[class].counts.offered += 1,
            Asker::Edge(edge) => self.fresh.calls[edge].counts.attempts += 1,
            Asker::Cache(_) => {}
        }
    }

    #[inline(always)]
    fn answered(&mut self, now: SimTime, asker: Asker, op: OpId, start: Start, outcome: Outcome) {
        let nanos = Placed::new(now.since(start.at).as_nanos());
        let is_fresh = self.is_fresh(start);
        if is_fresh {
            self.fresh.ops[op].ended(nanos, outcome, true);
        } else {
            self.late_op_ended(op, start, nanos, outcome);
        }
        match (asker, outcome) {
            (Asker::Class(class), _) => self.request_ended(class, start, nanos, outcome, is_fresh),
            (Asker::Edge(edge), Outcome::Failed(reason)) => {
                self.call_of(start, edge).attempts_failed[reason as usize] += 1;
            }
            (Asker::Edge(edge), _) => self.call_of(start, edge).attempts_answered += 1,
            (Asker::Cache(_), _) => {}
        }
    }

    #[inline]
    fn call_started(&mut self, _: SimTime, edge: EdgeId) {
        self.fresh.calls[edge].counts.flow.offered += 1;
    }

    #[inline]
    fn call_ended(
        &mut self,
        now: SimTime,
        edge: EdgeId,
        start: Start,
        outcome: Outcome,
        fell_back: bool,
    ) {
        let counts = self.call_of(start, edge);
        let nanos = Placed::new(now.since(start.at).as_nanos());
        counts.flow.ended(nanos, outcome, true);
        counts.fell_back += u64::from(fell_back);
    }

    fn effect(&mut self, _: SimTime, op: OpId, request: Start, effect: Effect) {
        let row = request.segment.index() * self.model.ops.len() + op.index();
        let effects = &mut self.ops[row].effects;
        match effect {
            Effect::Done => effects.executed += 1,
            Effect::Repeated => {
                effects.executed += 1;
                effects.repeated += 1;
            }
            Effect::Recognised => effects.recognised += 1,
            Effect::OfFailed => effects.of_failed += 1,
        }
    }

    fn copy_asked(&mut self, _: SimTime, edge: EdgeId, start: Start, age: Option<SimDuration>) {
        let counts = self.call_of(start, edge);
        match age {
            Some(age) => counts.copies.record(age.as_nanos()),
            None => counts.copies_missed += 1,
        }
    }

    #[inline(always)]
    fn job_arrived(&mut self, now: SimTime, service: ServiceId) {
        one_more(&mut self.fresh.services[service].gauges.in_flight, now);
    }

    #[inline(always)]
    fn job_left(&mut self, now: SimTime, service: ServiceId) {
        one_less(&mut self.fresh.services[service].gauges.in_flight, now);
    }

    #[inline(always)]
    fn queue_joined(&mut self, now: SimTime, service: ServiceId) {
        one_more(&mut self.fresh.services[service].gauges.queue, now);
    }

    #[inline(always)]
    fn queue_left(&mut self, now: SimTime, service: ServiceId, waited: SimDuration, served: bool) {
        let Station { counts, gauges } = &mut self.fresh.services[service];
        one_less(&mut gauges.queue, now);
        if served {
            counts.waited += 1;
            counts.waiting += u128::from(waited.as_nanos());
        }
    }

    #[inline(always)]
    fn worker_taken(&mut self, now: SimTime, service: ServiceId) {
        let Station { counts, gauges } = &mut self.fresh.services[service];
        one_more(&mut gauges.busy, now);
        counts.taken += 1;
    }

    #[inline(always)]
    fn worker_freed(&mut self, now: SimTime, service: ServiceId) {
        one_less(&mut self.fresh.services[service].gauges.busy, now);
    }

    #[inline(always)]
    fn worked(
        &mut self,
        _: SimTime,
        service: ServiceId,
        start: Start,
        took: SimDuration,
        wasted: bool,
    ) {
        let counts = if start.segment == self.segment {
            &mut self.fresh.services[service].counts
        } else {
            &mut self.services[start.segment.index() * self.model.services.len() + service.index()]
        };
        counts.work += u128::from(took.as_nanos());
        if wasted {
            counts.wasted += u128::from(took.as_nanos());
        }
    }

    fn crashed(&mut self, _: SimTime, instance: InstanceId) {
        self.fresh.services[self.model.instances[instance].service].counts.crashes += 1;
    }

    fn primary_lost(
        &mut self,
        now: SimTime,
        fault: FaultId,
        primary: ServiceId,
        comeback: Comeback,
        lost: u64,
    ) {
        self.fresh.services[primary].counts.lost_writes += lost;
        self.comebacks.push((fault, comeback));
        self.note(now, Entry::PrimaryLost { fault, comeback, lost });
    }

    fn out_of_memory(&mut self, now: SimTime, instance: InstanceId) {
        self.note(now, Entry::OutOfMemory(instance));
    }

    #[inline]
    fn pool_asked(&mut self, _: SimTime, pool: PoolId) {
        self.fresh.pools[pool].counts.asked += 1;
    }

    #[inline]
    fn pool_entered(&mut self, now: SimTime, pool: PoolId, asked: Start, waited: SimDuration) {
        self.fresh.pools[pool].gauges.entered(now);
        self.pool_of(asked, pool).wait.record(waited.as_nanos());
    }

    #[inline]
    fn pool_left(&mut self, now: SimTime, pool: PoolId) {
        self.fresh.pools[pool].gauges.left(now);
    }

    fn pool_held(&mut self, now: SimTime, pool: PoolId, held: u32) {
        self.fresh.pools[pool].gauges.hold(now, held);
    }

    fn pool_waits(&mut self, now: SimTime, pool: PoolId) {
        let Slots { counts, gauges } = &mut self.fresh.pools[pool];
        one_more(&mut gauges.line, now);
        counts.waited += 1;
    }

    fn pool_waited(&mut self, now: SimTime, pool: PoolId) {
        one_less(&mut self.fresh.pools[pool].gauges.line, now);
    }

    fn pool_rejected(&mut self, _: SimTime, pool: PoolId, asked: Start, waited: SimDuration) {
        let counts = self.pool_of(asked, pool);
        counts.rejected += 1;
        counts.wait_of_rejected += u128::from(waited.as_nanos());
    }

    fn pool_cancelled(&mut self, _: SimTime, pool: PoolId, asked: Start) {
        self.pool_of(asked, pool).cancelled += 1;
    }

    fn breaker_changed(&mut self, now: SimTime, breaker: BreakerId, from: State, to: State) {
        let edge = self.model.breakers[breaker].edge;
        let Calls { counts, breakers } = &mut self.fresh.calls[edge];
        breakers.of(from).into_iter().for_each(|it| one_less(it, now));
        breakers.of(to).into_iter().for_each(|it| one_more(it, now));
        counts.opened += u64::from(to == State::Open);
        self.note(now, Entry::Breaker { breaker, from, to });
    }

    fn fault_changed(
        &mut self,
        now: SimTime,
        fault: FaultId,
        strength: f64,
        victims: &[InstanceId],
    ) {
        let starts = strength > 0.0;
        if self.in_force[fault] != starts {
            self.in_force[fault] = starts;
            self.note(now, Entry::Fault { fault, starts, victims: victims.to_vec() });
        }
    }

    fn fault_widened(
        &mut self,
        now: SimTime,
        fault: FaultId,
        stage: usize,
        victims: &[InstanceId],
    ) {
        self.note(now, Entry::Widened { fault, stage, victims: victims.to_vec() });
    }
}
