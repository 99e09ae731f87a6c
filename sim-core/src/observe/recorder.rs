//! Counts what a run does: everything that the report is made of.
//!
//! Its size depends on the model, never on the length of the run: histograms instead of lists,
//! a bounded number of windows, a bounded log.

#![expect(
    clippy::inline_always,
    reason = "told of every request and attempt, with much known where it is told"
)]

use super::counts::{CallCounts, Flow, PoolCounts, ServiceCounts};
use super::gauges::{PoolGauges, ServiceGauges, one_less, one_more};
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
use crate::statistics::{Histogram, Placed, TimeWeighted};
use crate::time::{SimDuration, SimTime};

/// Counts of one run.
#[derive(Clone, Debug)]
pub struct Recorder<'m> {
    model: &'m Model,
    /// Flows of classes: row `segment × classes + class`.
    classes: Vec<Flow>,
    ops: Vec<Flow>,
    calls: Vec<CallCounts>,
    services: Vec<ServiceCounts>,
    pools: Vec<PoolCounts>,
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
    gauges: Gauges,
    in_force: Table<FaultId, bool>,
    /// Failovers and restores, as they were drawn.
    pub comebacks: Vec<(FaultId, Comeback)>,
    /// Breakers and faults, in order.
    pub log: Vec<(SimTime, Entry)>,
    /// Log entries beyond [`LONGEST_LOG`].
    pub log_dropped: u64,
}

#[derive(Clone, Debug)]
struct Gauges {
    services: Table<ServiceId, ServiceGauges>,
    pools: Table<PoolId, PoolGauges>,
    breakers: Table<EdgeId, BreakerGauges>,
}

/// Breakers of one call by state.
#[derive(Clone, Debug, Default)]
struct BreakerGauges {
    open: TimeWeighted,
    half_open: TimeWeighted,
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
            segment: SegmentId(0),
            load_series: rows(model.loads.len()).into_iter().collect(),
            call_series: rows(model.edges.len()).into_iter().collect(),
            service_series: rows(model.services.len()).into_iter().collect(),
            pool_series: rows(model.pools.len()).into_iter().collect(),
            window_start: SimTime::ZERO,
            window: 0,
            window_latency: rows(model.loads.len()).into_iter().collect(),
            gauges: Gauges {
                services: rows(model.services.len()).into_iter().collect(),
                pools: model.pools.iter().map(|it| PoolGauges::new(model, it)).collect(),
                breakers: rows(model.edges.len()).into_iter().collect(),
            },
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

    #[inline]
    fn call_mut(&mut self, segment: SegmentId, edge: EdgeId) -> &mut CallCounts {
        &mut self.calls[segment.index() * self.model.edges.len() + edge.index()]
    }

    #[inline]
    fn op_mut(&mut self, segment: SegmentId, op: OpId) -> &mut Flow {
        &mut self.ops[segment.index() * self.model.ops.len() + op.index()]
    }

    #[inline]
    fn class_mut(&mut self, segment: SegmentId, class: ClassId) -> &mut Flow {
        &mut self.classes[segment.index() * self.model.classes.len() + class.index()]
    }

    #[inline]
    fn service_mut(&mut self, segment: SegmentId, service: ServiceId) -> &mut ServiceCounts {
        &mut self.services[segment.index() * self.model.services.len() + service.index()]
    }

    #[inline]
    fn pool_mut(&mut self, segment: SegmentId, pool: PoolId) -> &mut PoolCounts {
        &mut self.pools[segment.index() * self.model.pools.len() + pool.index()]
    }

    /// The window in which something started: nearly always this one or one of the last few.
    #[inline]
    fn window_of(&self, start: SimTime) -> usize {
        if start >= self.window_start { self.window } else { self.model.timeline.window_of(start) }
    }

    #[inline(always)]
    fn request_ended(&mut self, class: ClassId, start: Start, nanos: Placed, outcome: Outcome) {
        let load = self.model.classes[class].load;
        let deadline = self.model.loads[load].deadline.as_nanos();
        let good = outcome.is_answer() && nanos.value() <= deadline;
        self.class_mut(start.segment, class).ended(nanos, outcome, good);
        let (started_in, ended_in) = (self.window_of(start.at), self.window);
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

    fn note(&mut self, now: SimTime, entry: Entry) {
        if self.log.len() < LONGEST_LOG {
            self.log.push((now, entry));
        } else {
            self.log_dropped += 1;
        }
    }

    /// Integrals up to now go to the segment and to the window.
    fn settle(&mut self, now: SimTime) -> Vec<Settled> {
        let mut settled = Vec::new();
        let segment = self.segment;
        for id in self.model.services.ids() {
            let row = segment.index() * self.model.services.len() + id.index();
            let integrals = self.gauges.services[id].settle(now, &mut self.services[row]);
            settled.push(Settled::Service(id, integrals));
        }
        for id in self.model.pools.ids() {
            let row = segment.index() * self.model.pools.len() + id.index();
            let integrals = self.gauges.pools[id].settle(now, &mut self.pools[row]);
            settled.push(Settled::Pool(id, integrals));
        }
        for id in self.model.edges.ids() {
            let gauges = &mut self.gauges.breakers[id];
            let [open, half_open] =
                [&mut gauges.open, &mut gauges.half_open].map(|it| it.take(now));
            self.call_mut(segment, id).open += open;
            settled.push(Settled::Call(id, [open, half_open]));
        }
        settled
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

    /// Adds integrals to the means of the present window.
    fn add_to_window(&mut self, settled: Vec<Settled>) {
        let width = self.model.timeline.window.as_nanos() as f64;
        let window = self.window;
        for entry in settled {
            match entry {
                Settled::Service(id, [busy, queue, in_flight]) => {
                    let series = &mut self.service_series[id];
                    series.busy[window] += busy as f64 / width;
                    series.queue[window] += queue as f64 / width;
                    series.in_flight[window] += in_flight as f64 / width;
                }
                Settled::Pool(id, [in_use, line]) => {
                    let series = &mut self.pool_series[id];
                    series.in_use[window] += in_use as f64 / width;
                    series.line[window] += line as f64 / width;
                }
                Settled::Call(id, [open, half_open]) => {
                    let series = &mut self.call_series[id];
                    series.open[window] += open as f64 / width;
                    series.half_open[window] += half_open as f64 / width;
                }
            }
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

/// Integrals of one entity's gauges since they were last taken.
enum Settled {
    Service(ServiceId, [u128; 3]),
    Pool(PoolId, [u128; 2]),
    Call(EdgeId, [u128; 2]),
}

impl BreakerGauges {
    /// Where breakers in a state are counted: the closed ones are the rest.
    fn of(&mut self, state: State) -> Option<&mut TimeWeighted> {
        match state {
            State::Closed => None,
            State::Open => Some(&mut self.open),
            State::HalfOpen => Some(&mut self.half_open),
        }
    }
}

fn rows<T: Default>(count: usize) -> Vec<T> {
    std::iter::repeat_with(T::default).take(count).collect()
}

impl Observer for Recorder<'_> {
    fn segment_started(&mut self, now: SimTime, segment: SegmentId) {
        let settled = self.settle(now);
        self.add_to_window(settled);
        self.segment = segment;
    }

    fn window_ended(&mut self, now: SimTime) {
        let settled = self.settle(now);
        self.add_to_window(settled);
        self.close_latencies();
        self.window_start = now;
        if now < self.model.timeline.end {
            self.window += 1;
            self.open_window();
        }
    }

    #[inline(always)]
    fn sent(&mut self, _: SimTime, asker: Asker, op: OpId) {
        let (segment, window) = (self.segment, self.window);
        self.op_mut(segment, op).offered += 1;
        self.service_series[self.model.ops[op].service].started[window] += 1;
        match asker {
            Asker::Class(class) => {
                self.class_mut(segment, class).offered += 1;
                self.load_series[self.model.classes[class].load].started[window] += 1;
            }
            Asker::Edge(edge) => {
                self.call_mut(segment, edge).attempts += 1;
                self.call_series[edge].attempts[window] += 1;
            }
            Asker::Cache(_) => {}
        }
    }

    #[inline(always)]
    fn answered(&mut self, now: SimTime, asker: Asker, op: OpId, start: Start, outcome: Outcome) {
        let nanos = Placed::new(now.since(start.at).as_nanos());
        self.op_mut(start.segment, op).ended(nanos, outcome, true);
        if outcome.is_answer() {
            let window = self.window_of(start.at);
            self.service_series[self.model.ops[op].service].answered[window] += 1;
        }
        match (asker, outcome) {
            (Asker::Class(class), _) => self.request_ended(class, start, nanos, outcome),
            (Asker::Edge(edge), Outcome::Failed(reason)) => {
                self.call_mut(start.segment, edge).attempts_failed[reason as usize] += 1;
            }
            (Asker::Edge(edge), _) => self.call_mut(start.segment, edge).attempts_answered += 1,
            (Asker::Cache(_), _) => {}
        }
    }

    #[inline]
    fn call_started(&mut self, _: SimTime, edge: EdgeId) {
        let (segment, window) = (self.segment, self.window);
        self.call_mut(segment, edge).flow.offered += 1;
        self.call_series[edge].calls[window] += 1;
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
        let counts = self.call_mut(start.segment, edge);
        let nanos = Placed::new(now.since(start.at).as_nanos());
        counts.flow.ended(nanos, outcome, true);
        counts.fell_back += u64::from(fell_back);
    }

    fn effect(&mut self, _: SimTime, op: OpId, request: Start, effect: Effect) {
        let effects = &mut self.op_mut(request.segment, op).effects;
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
        let counts = self.call_mut(start.segment, edge);
        match age {
            Some(age) => counts.copies.record(age.as_nanos()),
            None => counts.copies_missed += 1,
        }
    }

    #[inline]
    fn job_arrived(&mut self, now: SimTime, service: ServiceId) {
        one_more(&mut self.gauges.services[service].in_flight, now);
    }

    #[inline]
    fn job_left(&mut self, now: SimTime, service: ServiceId) {
        one_less(&mut self.gauges.services[service].in_flight, now);
    }

    #[inline]
    fn queue_joined(&mut self, now: SimTime, service: ServiceId) {
        one_more(&mut self.gauges.services[service].queue, now);
    }

    #[inline]
    fn queue_left(&mut self, now: SimTime, service: ServiceId, waited: SimDuration, served: bool) {
        one_less(&mut self.gauges.services[service].queue, now);
        if served {
            let segment = self.segment;
            let counts = self.service_mut(segment, service);
            counts.waited += 1;
            counts.waiting += u128::from(waited.as_nanos());
        }
    }

    #[inline]
    fn worker_taken(&mut self, now: SimTime, service: ServiceId) {
        one_more(&mut self.gauges.services[service].busy, now);
        let segment = self.segment;
        self.service_mut(segment, service).taken += 1;
    }

    #[inline]
    fn worker_freed(&mut self, now: SimTime, service: ServiceId) {
        one_less(&mut self.gauges.services[service].busy, now);
    }

    #[inline]
    fn worked(
        &mut self,
        _: SimTime,
        service: ServiceId,
        start: Start,
        took: SimDuration,
        wasted: bool,
    ) {
        let counts = self.service_mut(start.segment, service);
        counts.work += u128::from(took.as_nanos());
        if wasted {
            counts.wasted += u128::from(took.as_nanos());
        }
    }

    fn crashed(&mut self, _: SimTime, instance: InstanceId) {
        let segment = self.segment;
        self.service_mut(segment, self.model.instances[instance].service).crashes += 1;
    }

    fn primary_lost(
        &mut self,
        now: SimTime,
        fault: FaultId,
        primary: ServiceId,
        comeback: Comeback,
        lost: u64,
    ) {
        let segment = self.segment;
        self.service_mut(segment, primary).lost_writes += lost;
        self.comebacks.push((fault, comeback));
        self.note(now, Entry::PrimaryLost { fault, comeback, lost });
    }

    fn out_of_memory(&mut self, now: SimTime, instance: InstanceId) {
        self.note(now, Entry::OutOfMemory(instance));
    }

    #[inline]
    fn pool_asked(&mut self, _: SimTime, pool: PoolId) {
        let segment = self.segment;
        self.pool_mut(segment, pool).asked += 1;
    }

    #[inline]
    fn pool_entered(&mut self, now: SimTime, pool: PoolId, asked: Start, waited: SimDuration) {
        self.gauges.pools[pool].entered(now);
        self.pool_mut(asked.segment, pool).wait.record(waited.as_nanos());
    }

    #[inline]
    fn pool_left(&mut self, now: SimTime, pool: PoolId) {
        self.gauges.pools[pool].left(now);
    }

    fn pool_held(&mut self, now: SimTime, pool: PoolId, held: u32) {
        self.gauges.pools[pool].hold(now, held);
    }

    fn pool_waits(&mut self, now: SimTime, pool: PoolId) {
        one_more(&mut self.gauges.pools[pool].line, now);
        let segment = self.segment;
        self.pool_mut(segment, pool).waited += 1;
    }

    fn pool_waited(&mut self, now: SimTime, pool: PoolId) {
        one_less(&mut self.gauges.pools[pool].line, now);
    }

    fn pool_rejected(&mut self, _: SimTime, pool: PoolId, asked: Start, waited: SimDuration) {
        let counts = self.pool_mut(asked.segment, pool);
        counts.rejected += 1;
        counts.wait_of_rejected += u128::from(waited.as_nanos());
    }

    fn pool_cancelled(&mut self, _: SimTime, pool: PoolId, asked: Start) {
        self.pool_mut(asked.segment, pool).cancelled += 1;
    }

    fn breaker_changed(&mut self, now: SimTime, breaker: BreakerId, from: State, to: State) {
        let edge = self.model.breakers[breaker].edge;
        let gauges = &mut self.gauges.breakers[edge];
        gauges.of(from).into_iter().for_each(|it| one_less(it, now));
        gauges.of(to).into_iter().for_each(|it| one_more(it, now));
        if to == State::Open {
            let segment = self.segment;
            self.call_mut(segment, edge).opened += 1;
        }
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
