//! From the counts of one run to its metrics: what each name means, in one place.

use super::entity::Entity;
use super::outage::longest_outage;
use crate::metric::Unit;
use crate::model::{ClassId, EdgeId, LoadId, Model, OpId, Phase, PoolId, SegmentId, ServiceId};
use crate::observe::counts::{CallCounts, Failures, Flow, PoolCounts, ServiceCounts};
use crate::observe::recorder::Recorder;
use crate::policy::failure::Reason;
use crate::statistics::Histogram;

/// One number of one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    /// Of what.
    pub entity: Entity,
    /// The metric's name.
    pub name: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// Its value; NaN where it is not defined.
    pub value: f64,
}

/// All metrics of all entities in a phase, always in the same order.
///
/// Rates and shares are of what started in the phase. Shares of requests, attempts and calls are
/// of all that were offered: what has not ended when the run does is `unfinished_rate`.
/// Where a limit stopped the run, the phase is what was seen of it, and one to which the run did not
/// come defines nothing.
pub fn measure(model: &Model, recorder: &Recorder<'_>, phase: &Phase) -> Vec<Measurement> {
    let segments: Vec<SegmentId> = model.timeline.segments_of(phase).collect();
    let seen = phase.to.min(recorder.seen_to()).saturating_since(phase.from);
    let seconds = seen.as_secs_f64();
    let mut sheet = Sheet { model, recorder, phase, segments, seconds, rows: Vec::new() };
    for entity in Entity::all(model) {
        sheet.entity(entity);
    }
    sheet.rows
}

struct Sheet<'a, 'm> {
    model: &'a Model,
    recorder: &'a Recorder<'m>,
    phase: &'a Phase,
    segments: Vec<SegmentId>,
    seconds: f64,
    rows: Vec<Measurement>,
}

impl Sheet<'_, '_> {
    fn entity(&mut self, entity: Entity) {
        match entity {
            Entity::Load(id) => self.load(entity, id),
            Entity::Class(id) => self.flow(entity, &self.class(id)),
            Entity::Service(id) => self.service(entity, id),
            Entity::Op(id) => self.flow(entity, &self.op(id)),
            Entity::Call(id) => self.call(entity, id),
            Entity::Pool(id) => self.pool(entity, id),
        }
    }

    fn put(&mut self, entity: Entity, name: &'static str, unit: Unit, value: f64) {
        let value = if self.seconds > 0.0 { value } else { f64::NAN };
        self.rows.push(Measurement { entity, name, unit, value });
    }

    fn class(&self, id: ClassId) -> Flow {
        let mut flow = Flow::default();
        self.segments.iter().for_each(|it| flow.add(self.recorder.class(*it, id)));
        flow
    }

    fn op(&self, id: OpId) -> Flow {
        let mut flow = Flow::default();
        self.segments.iter().for_each(|it| flow.add(self.recorder.op(*it, id)));
        flow
    }

    fn load(&mut self, entity: Entity, id: LoadId) {
        let mut flow = Flow::default();
        let classes = self.model.loads[id].classes.clone();
        classes.for_each(|it| flow.add(&self.class(ClassId(it))));
        self.flow(entity, &flow);
        let outage = longest_outage(self.model, &self.recorder.load_series[id], self.phase);
        self.put(entity, "outage.longest", Unit::Seconds, outage);
    }

    fn flow(&mut self, entity: Entity, flow: &Flow) {
        let offered = flow.offered as f64;
        let answered = flow.full + flow.degraded;
        let per_second = |count: u64| count as f64 / self.seconds;
        let rates = [("offered", flow.offered), ("throughput", answered), ("goodput", flow.good)];
        for (name, value) in rates.map(|(name, count)| (name, per_second(count))) {
            self.put(entity, name, Unit::PerSecond, value);
        }
        self.outcomes(entity, flow, offered);
        self.latency(entity, &flow.latency);
    }

    fn outcomes(&mut self, entity: Entity, flow: &Flow, offered: f64) {
        let shares = [
            ("success_rate", flow.full + flow.degraded),
            ("full_rate", flow.full),
            ("degraded_rate", flow.degraded),
            ("error_rate", flow.failed_in_all()),
            ("unfinished_rate", flow.offered.saturating_sub(flow.ended_in_all())),
        ];
        for (name, count) in shares {
            self.put(entity, name, Unit::Share, count as f64 / offered);
        }
        self.failures(entity, &flow.failed, offered);
    }

    fn failures(&mut self, entity: Entity, failed: &Failures, of: f64) {
        for (reason, count) in Reason::ALL.into_iter().zip(failed) {
            self.put(entity, failed_name(reason), Unit::Share, *count as f64 / of);
        }
    }

    fn latency(&mut self, entity: Entity, latency: &Histogram) {
        let seconds = |nanos: Option<u64>| nanos.map_or(f64::NAN, |it| it as f64 / 1e9);
        let mean = latency.mean().map_or(f64::NAN, |it| it / 1e9);
        self.put(entity, "latency.mean", Unit::Seconds, mean);
        for (name, q) in QUANTILES {
            self.put(entity, name, Unit::Seconds, seconds(latency.quantile(q)));
        }
        self.put(entity, "latency.max", Unit::Seconds, seconds(latency.max()));
    }

    fn service(&mut self, entity: Entity, id: ServiceId) {
        let mut flow = Flow::default();
        let service = &self.model.services[id];
        service.ops.clone().for_each(|it| flow.add(&self.op(OpId(it))));
        self.flow(entity, &flow);
        let mut counts = ServiceCounts::default();
        self.segments.iter().for_each(|it| counts.add(self.recorder.service(*it, id)));
        let span = self.seconds * 1e9;
        let workers = match service.workers {
            u32::MAX => f64::NAN,
            workers => f64::from(workers) * service.instances.len() as f64,
        };
        let mean = |integral: u128| integral as f64 / span;
        let taken = counts.taken as f64;
        self.put(entity, "utilisation", Unit::Share, mean(counts.busy) / workers);
        self.put(entity, "busy.mean", Unit::Count, mean(counts.busy));
        self.put(entity, "queue.mean", Unit::Count, mean(counts.queue));
        self.put(entity, "queue.max", Unit::Count, f64::from(counts.queue_max));
        self.put(entity, "in_flight.mean", Unit::Count, mean(counts.in_flight));
        self.put(entity, "in_flight.max", Unit::Count, f64::from(counts.in_flight_max));
        self.put(entity, "wait.mean", Unit::Seconds, counts.waiting as f64 / taken / 1e9);
        self.put(entity, "waited_rate", Unit::Share, counts.waited as f64 / taken);
        self.put(entity, "wasted", Unit::Share, counts.wasted as f64 / counts.work as f64);
        self.put(entity, "crashes", Unit::Count, counts.crashes as f64);
    }

    fn call(&mut self, entity: Entity, id: EdgeId) {
        let mut counts = CallCounts::default();
        self.segments.iter().for_each(|it| counts.add(self.recorder.call(*it, id)));
        let calls = counts.flow.offered as f64;
        let attempts = counts.attempts as f64;
        let timeouts = counts.attempts_failed[Reason::Timeout as usize] as f64;
        self.put(entity, "calls", Unit::Count, calls);
        self.put(entity, "attempts", Unit::Count, attempts);
        self.put(entity, "attempt_rate", Unit::PerSecond, attempts / self.seconds);
        self.put(entity, "amplification", Unit::Ratio, attempts / calls);
        self.put(entity, "timeout_rate", Unit::Share, timeouts / attempts);
        self.put(entity, "fallback_rate", Unit::Share, counts.fell_back as f64 / calls);
        self.outcomes(entity, &counts.flow, calls);
        self.latency(entity, &counts.flow.latency);
        if self.model.edges[id].has_breaker {
            self.breaker(entity, id, &counts);
        }
    }

    fn breaker(&mut self, entity: Entity, id: EdgeId, counts: &CallCounts) {
        let breakers = self.model.breakers.iter().filter(|it| it.edge == id).count() as f64;
        let share = counts.open as f64 / (self.seconds * 1e9) / breakers;
        self.put(entity, "breaker.opened", Unit::Count, counts.opened as f64);
        self.put(entity, "breaker.open_share", Unit::Share, share);
    }

    fn pool(&mut self, entity: Entity, id: PoolId) {
        let mut counts = PoolCounts::default();
        self.segments.iter().for_each(|it| counts.add(self.recorder.pool(*it, id)));
        let span = self.seconds * 1e9;
        let (asked, entered) = (counts.asked as f64, counts.wait.count() as f64);
        let decided = entered + counts.rejected as f64;
        let wait = counts.wait.mean().map_or(f64::NAN, |it| it / 1e9);
        let wait_of_all = (counts.wait.sum() + counts.wait_of_rejected) as f64 / 1e9 / decided;
        let p99 = counts.wait.quantile(0.99).map_or(f64::NAN, |it| it as f64 / 1e9);
        self.put(entity, "asked", Unit::Count, asked);
        self.put(entity, "in_flight.mean", Unit::Count, counts.in_use as f64 / span);
        self.put(entity, "in_flight.max", Unit::Count, f64::from(counts.in_use_max));
        self.put(entity, "saturation", Unit::Share, counts.full as f64 / span);
        self.put(entity, "waiting.mean", Unit::Count, counts.line as f64 / span);
        self.put(entity, "waiting.max", Unit::Count, f64::from(counts.line_max));
        self.put(entity, "rejected", Unit::Count, counts.rejected as f64);
        self.put(entity, "rejection_rate", Unit::Share, counts.rejected as f64 / asked);
        self.put(entity, "cancelled", Unit::Count, counts.cancelled as f64);
        self.put(entity, "waited_rate", Unit::Share, counts.waited as f64 / asked);
        self.put(entity, "wait.mean", Unit::Seconds, wait);
        self.put(entity, "wait.p99", Unit::Seconds, p99);
        self.put(entity, "wait_of_all.mean", Unit::Seconds, wait_of_all);
    }
}

const QUANTILES: [(&str, f64); 5] = [
    ("latency.p50", 0.5),
    ("latency.p90", 0.9),
    ("latency.p95", 0.95),
    ("latency.p99", 0.99),
    ("latency.p99.9", 0.999),
];

fn failed_name(reason: Reason) -> &'static str {
    match reason {
        Reason::Timeout => "failed.timeout",
        Reason::Bulkhead => "failed.bulkhead",
        Reason::Breaker => "failed.breaker",
        Reason::QueueFull => "failed.queue_full",
        Reason::Shed => "failed.shed",
        Reason::Limited => "failed.limited",
        Reason::Error => "failed.error",
        Reason::ClientError => "failed.client_error",
        Reason::Refused => "failed.refused",
        Reason::Lost => "failed.lost",
        Reason::Deadline => "failed.deadline",
        Reason::Crashed => "failed.crashed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric;
    use crate::metric::EntityKind::{Call, Class, Load, Op, Pool, Service};
    use crate::model::compile;
    use crate::scenario::{NoFiles, parse};

    /// One entity of each kind, the call with a breaker and a bulkhead.
    const ALL_KINDS: &str = r#"
        format = 1
        title = "all kinds"
        run = { duration = "1m" }
        load.users = { to = "app", rate = "1/s", classes = { buy = "70%", browse = "30%" } }
        [service.app]
        workers = 4
        time = "1ms"
        [[service.app.call]]
        to = "db.read"
        bulkhead = { slots = 2, max_wait = "0s" }
        breaker = { open_at = "50% of last 20", open_for = "5s", probes = 3 }
        [service.db]
        workers = 4
        op.read.time = "1ms"
        op.write.time = "1ms"
    "#;

    #[test]
    fn what_is_measured_is_what_the_catalogue_says() {
        let source = parse(ALL_KINDS).expect("it is TOML");
        let model = compile(&source.check(None, &NoFiles).expect("it is right"));
        let phase = model.timeline.phases.last().expect("always");
        let rows = measure(&model, &Recorder::new(&model), phase);
        let entities = Entity::all(&model);
        for entity in &entities {
            let measured = rows.iter().filter(|it| it.entity == *entity);
            let measured: Vec<_> = measured.map(|it| (it.name, it.unit)).collect();
            let known: Vec<_> = metric::of(entity.kind()).map(|it| (it.name, it.unit)).collect();
            assert_eq!(measured, known, "{entity:?}");
        }
        for kind in [Load, Class, Service, Op, Call, Pool] {
            assert!(entities.iter().any(|it| it.kind() == kind), "{kind:?} is not seen");
        }
    }
}
