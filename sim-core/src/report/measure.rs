//! From the counts of one run to its metrics: what each name means, in one place.

use super::entity::Entity;
use super::outage::longest_outage;
use crate::availability::{Record, Years};
use crate::metric::{self, Metric, Unit};
use crate::model::{ClassId, EdgeId, Model, OpId, Phase, SegmentId, ServiceId};
use crate::observe::counts::{CallCounts, Counts, Effects, Flow, PoolCounts, ServiceCounts};
use crate::observe::recorder::Recorder;
use crate::policy::failure::Reason;
use crate::statistics::Histogram;
use crate::time::SimDuration;

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
///
/// Systems are looked at over years of their own; their numbers are those of the last phase, which
/// is that of the whole.
pub fn measure(
    model: &Model,
    recorder: &Recorder<'_>,
    years: &Years,
    phase: &Phase,
) -> Vec<Measurement> {
    let segments = model.timeline.segments_of(phase).collect();
    let sum = Sum { model, recorder, segments };
    let seen = phase.to.min(recorder.seen_to()).saturating_since(phase.from);
    let mut sheet = Sheet::new(model, seen, Base::Started);
    for entity in Entity::all(model) {
        if let Entity::System(id) = entity {
            sheet.rows.extend(system(model, entity, &years.records[id], phase));
            continue;
        }
        sheet.entity(entity, &sum.of(entity));
        if let Some((started, answered)) = started_and_answered(recorder, entity) {
            let outage = longest_outage(model, started, answered, phase);
            sheet.put(entity, "outage.longest", Unit::Seconds, outage);
        }
    }
    sheet.rows
}

/// What started in each window, and how much of it was answered, of what can have outages.
fn started_and_answered<'r>(
    recorder: &'r Recorder<'_>,
    entity: Entity,
) -> Option<(&'r [u32], &'r [u32])> {
    match entity {
        Entity::Load(id) => {
            let series = &recorder.load_series[id];
            Some((&series.started, &series.answered))
        }
        Entity::Service(id) | Entity::Store(id) => {
            let series = &recorder.service_series[id];
            Some((&series.started, &series.answered))
        }
        Entity::Class(_)
        | Entity::Op(_)
        | Entity::Call(_)
        | Entity::Pool(_)
        | Entity::System(_) => None,
    }
}

fn system(
    model: &Model,
    entity: Entity,
    record: &Record,
    phase: &Phase,
) -> impl Iterator<Item = Measurement> {
    let whole = model.timeline.phases.last() == Some(phase);
    let rows = metric::of(entity.kind()).zip(record.metrics());
    rows.map(move |(metric, (name, value))| {
        let value = if whole { value } else { f64::NAN };
        Measurement { entity, name, unit: metric.unit, value }
    })
}

/// One metric of an entity in a window of this width, in which this was counted; NaN where it is
/// not defined.
///
/// Rates are of what came or was answered in the window, shares and latencies of what ended in it:
/// more is not known when it ends. A metric that is not [windowed](Metric::windowed) has
/// no value.
pub fn measure_window(
    model: &Model,
    entity: Entity,
    metric: &Metric,
    counts: &Counts,
    width: SimDuration,
) -> f64 {
    let mut sheet = Sheet { only: Some(metric.name), ..Sheet::new(model, width, Base::Ended) };
    sheet.entity(entity, counts);
    let value = sheet.rows.first().map_or(f64::NAN, |it| it.value);
    if metric.windowed { value } else { f64::NAN }
}

/// The segments of a phase, added up.
struct Sum<'a, 'm> {
    model: &'a Model,
    recorder: &'a Recorder<'m>,
    segments: Vec<SegmentId>,
}

impl Sum<'_, '_> {
    fn of(&self, entity: Entity) -> Counts {
        match entity {
            Entity::Load(id) => {
                let mut flow = Flow::default();
                let classes = self.model.loads[id].classes.clone();
                classes.for_each(|it| flow.add(&self.class(ClassId(it))));
                Counts::Flow(flow)
            }
            Entity::Class(id) => Counts::Flow(self.class(id)),
            Entity::Op(id) => Counts::Flow(self.op(id)),
            Entity::Service(id) | Entity::Store(id) => self.service(id),
            Entity::Call(id) => {
                let mut counts = CallCounts::default();
                self.segments.iter().for_each(|it| counts.add(self.recorder.call(*it, id)));
                Counts::Call(counts)
            }
            Entity::Pool(id) => {
                let mut counts = PoolCounts::default();
                self.segments.iter().for_each(|it| counts.add(self.recorder.pool(*it, id)));
                Counts::Pool(counts)
            }
            Entity::System(_) => unreachable!("systems are not counted by segments"),
        }
    }

    fn service(&self, id: ServiceId) -> Counts {
        let mut flow = Flow::default();
        let ops = self.model.services[id].ops.clone();
        ops.for_each(|it| flow.add(&self.op(OpId(it))));
        let mut counts = ServiceCounts::default();
        self.segments.iter().for_each(|it| counts.add(self.recorder.service(*it, id)));
        Counts::Service(flow, counts)
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
}

/// What shares are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    /// All that started.
    Started,
    /// All that ended.
    Ended,
}

struct Sheet<'a> {
    model: &'a Model,
    seconds: f64,
    base: Base,
    /// The one metric that is asked for.
    only: Option<&'static str>,
    rows: Vec<Measurement>,
}

impl<'a> Sheet<'a> {
    fn new(model: &'a Model, span: SimDuration, base: Base) -> Self {
        Self { model, seconds: span.as_secs_f64(), base, only: None, rows: Vec::new() }
    }

    fn entity(&mut self, entity: Entity, counts: &Counts) {
        match (entity, counts) {
            (_, Counts::Flow(flow)) => {
                self.flow(entity, flow);
                self.effects(entity, flow);
            }
            (Entity::Service(id), Counts::Service(flow, counts)) => {
                self.flow(entity, flow);
                self.service(entity, id, counts);
                self.effects(entity, flow);
            }
            (Entity::Store(id), Counts::Service(flow, counts)) => {
                self.flow(entity, flow);
                self.service(entity, id, counts);
                self.put(entity, "lost_acked_writes", Unit::Count, counts.lost_writes as f64);
            }
            (Entity::Call(id), Counts::Call(counts)) => self.call(entity, id, counts),
            (_, Counts::Pool(counts)) => self.pool(entity, counts),
            (_, Counts::Service(..) | Counts::Call(_)) => {
                unreachable!("{entity:?} is not counted so")
            }
        }
    }

    fn put(&mut self, entity: Entity, name: &'static str, unit: Unit, value: f64) {
        if self.only.is_some_and(|it| it != name) {
            return;
        }
        let value = if self.seconds > 0.0 { value } else { f64::NAN };
        self.rows.push(Measurement { entity, name, unit, value });
    }

    fn of(&self, started: u64, ended: u64) -> f64 {
        match self.base {
            Base::Started => started as f64,
            Base::Ended => ended as f64,
        }
    }

    fn flow(&mut self, entity: Entity, flow: &Flow) {
        let answered = flow.full + flow.degraded;
        let per_second = |count: u64| count as f64 / self.seconds;
        let rates = [("offered", flow.offered), ("throughput", answered), ("goodput", flow.good)];
        for (name, value) in rates.map(|(name, count)| (name, per_second(count))) {
            self.put(entity, name, Unit::PerSecond, value);
        }
        self.outcomes(entity, flow);
        self.latency(entity, &flow.latency);
    }

    fn outcomes(&mut self, entity: Entity, flow: &Flow) {
        let of = self.of(flow.offered, flow.ended_in_all());
        let shares = [
            ("success_rate", flow.full + flow.degraded),
            ("full_rate", flow.full),
            ("degraded_rate", flow.degraded),
            ("error_rate", flow.failed_in_all()),
            ("unfinished_rate", flow.offered.saturating_sub(flow.ended_in_all())),
        ];
        for (name, count) in shares {
            self.put(entity, name, Unit::Share, count as f64 / of);
        }
        for (reason, count) in Reason::ALL.into_iter().zip(&flow.failed) {
            self.put(entity, failed_name(reason), Unit::Share, *count as f64 / of);
        }
    }

    fn latency(&mut self, entity: Entity, latency: &Histogram) {
        // Quantiles take a walk through the histogram each: not for windows that need none.
        if self.only.is_some_and(|it| !it.starts_with("latency.")) {
            return;
        }
        let seconds = |nanos: Option<u64>| nanos.map_or(f64::NAN, |it| it as f64 / 1e9);
        let mean = latency.mean().map_or(f64::NAN, |it| it / 1e9);
        self.put(entity, "latency.mean", Unit::Seconds, mean);
        for (name, q) in QUANTILES {
            self.put(entity, name, Unit::Seconds, seconds(latency.quantile(q)));
        }
        self.put(entity, "latency.max", Unit::Seconds, seconds(latency.max()));
    }

    fn service(&mut self, entity: Entity, id: ServiceId, counts: &ServiceCounts) {
        let service = &self.model.services[id];
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

    fn call(&mut self, entity: Entity, id: EdgeId, counts: &CallCounts) {
        let (calls, attempts) = (counts.flow.offered as f64, counts.attempts as f64);
        let failed: u64 = counts.attempts_failed.iter().sum();
        // Who waits for what was lost runs into a timeout, too.
        let timeouts =
            [Reason::Timeout, Reason::Lost].map(|it| counts.attempts_failed[it as usize]);
        let timeouts = timeouts.iter().sum::<u64>() as f64;
        let of_attempts = self.of(counts.attempts, counts.attempts_answered + failed);
        let of_calls = self.of(counts.flow.offered, counts.flow.ended_in_all());
        self.put(entity, "calls", Unit::Count, calls);
        self.put(entity, "attempts", Unit::Count, attempts);
        self.put(entity, "attempt_rate", Unit::PerSecond, attempts / self.seconds);
        self.put(entity, "amplification", Unit::Ratio, attempts / calls);
        self.put(entity, "timeout_rate", Unit::Share, timeouts / of_attempts);
        self.put(entity, "fallback_rate", Unit::Share, counts.fell_back as f64 / of_calls);
        self.outcomes(entity, &counts.flow);
        self.latency(entity, &counts.flow.latency);
        if self.model.edges[id].has_copy() {
            self.copy(entity, counts);
        }
        if self.model.edges[id].has_breaker {
            self.breaker(entity, id, counts);
        }
    }

    /// Of what has an effect.
    fn effects(&mut self, entity: Entity, flow: &Flow) {
        let has = |it: u32| self.model.ops[OpId(it)].has_effect;
        let any = match entity {
            Entity::Op(id) => has(id.0),
            Entity::Service(id) => self.model.services[id].ops.clone().any(has),
            _ => false,
        };
        if !any {
            return;
        }
        let Effects { executed, repeated, recognised, of_failed } = flow.effects;
        let share = |count: u64| count as f64 / executed as f64;
        self.put(entity, "effects.executed", Unit::Count, executed as f64);
        self.put(entity, "effects.repeated", Unit::Count, repeated as f64);
        self.put(entity, "effects.repeated_rate", Unit::Share, share(repeated));
        self.put(entity, "effects.recognised", Unit::Count, recognised as f64);
        self.put(entity, "effects.of_failed", Unit::Count, of_failed as f64);
        self.put(entity, "effects.of_failed_rate", Unit::Share, share(of_failed));
    }

    fn copy(&mut self, entity: Entity, counts: &CallCounts) {
        let ages = &counts.copies;
        let (served, missed) = (ages.count() as f64, counts.copies_missed as f64);
        let seconds = |nanos: Option<u64>| nanos.map_or(f64::NAN, |it| it as f64 / 1e9);
        let mean = ages.mean().map_or(f64::NAN, |it| it / 1e9);
        self.put(entity, "copy.served", Unit::Count, served);
        self.put(entity, "copy.missed", Unit::Count, missed);
        self.put(entity, "copy.hit_rate", Unit::Share, served / (served + missed));
        self.put(entity, "copy.age.mean", Unit::Seconds, mean);
        self.put(entity, "copy.age.p50", Unit::Seconds, seconds(ages.quantile(0.5)));
        self.put(entity, "copy.age.p99", Unit::Seconds, seconds(ages.quantile(0.99)));
        self.put(entity, "copy.age.max", Unit::Seconds, seconds(ages.max()));
    }

    fn breaker(&mut self, entity: Entity, id: EdgeId, counts: &CallCounts) {
        let breakers = self.model.breakers.iter().filter(|it| it.edge == id).count() as f64;
        let share = counts.open as f64 / (self.seconds * 1e9) / breakers;
        self.put(entity, "breaker.opened", Unit::Count, counts.opened as f64);
        self.put(entity, "breaker.open_share", Unit::Share, share);
    }

    fn pool(&mut self, entity: Entity, counts: &PoolCounts) {
        let span = self.seconds * 1e9;
        let (asked, entered) = (counts.asked as f64, counts.wait.count() as f64);
        let ended = counts.wait.count() + counts.rejected + counts.cancelled;
        let of = self.of(counts.asked, ended);
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
        self.put(entity, "rejection_rate", Unit::Share, counts.rejected as f64 / of);
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
        Reason::Abandoned => "failed.abandoned",
        Reason::Superseded => "failed.superseded",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::engine;
    use crate::metric;
    use crate::metric::EntityKind::{Call, Class, Load, Op, Pool, Service, Store};
    use crate::observe::sampler::{Probe, Sampler};
    use crate::rng::Seed;
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
        effect = "shown"
        [[service.app.call]]
        to = "db.read"
        bulkhead = { slots = 2, max_wait = "0s" }
        breaker = { open_at = "50% of last 20", open_for = "5s", probes = 3 }
        fallback = { static = "a copy", max_age = "1m" }
        [service.db]
        workers = 4
        op.read = { time = "1ms", effect = "read" }
        op.write = { time = "1ms", effect = "written" }
        [store.rows]
        write = "1ms"
    "#;

    #[test]
    fn what_is_measured_is_what_the_catalogue_says() {
        let source = parse(ALL_KINDS).expect("it is TOML");
        let model = compile(&source.check(None, &NoFiles).expect("it is right"));
        let phase = model.timeline.phases.last().expect("always");
        let rows = measure(&model, &Recorder::new(&model), &Years::none(&model), phase);
        let entities = Entity::all(&model);
        for entity in &entities {
            let measured = rows.iter().filter(|it| it.entity == *entity);
            let measured: Vec<_> = measured.map(|it| (it.name, it.unit)).collect();
            let known: Vec<_> = metric::of(entity.kind()).map(|it| (it.name, it.unit)).collect();
            assert_eq!(measured, known, "{entity:?}");
        }
        for kind in [Load, Class, Service, Op, Call, Pool, Store] {
            assert!(entities.iter().any(|it| it.kind() == kind), "{kind:?} is not seen");
        }
    }

    /// The load ends at 40 s, so that at 60 s all has ended, and what ended is what started.
    const QUIET_AT_LAST: &str = r#"
        format = 1
        title = "quiet at last"
        run = { duration = "1m" }
        [load.users]
        to = "app"
        rate = ["50/s at 0s", "0/s at 40s"]
        deadline = "100ms"
        classes = { buy = "70%", browse = "30%" }
        [service.app]
        workers = 4
        queue = { slots = 20 }
        time = "exp(30ms)"
        errors = "5%"
        [[service.app.call]]
        to = "db.read"
        bulkhead = { slots = 2, max_wait = "20ms", queue = 3 }
        breaker = { open_at = "50% of last 20", open_for = "5s", probes = 3 }
        retry = { attempts = 2, delay = "constant(10ms)" }
        timeout = "80ms"
        fallback = "none"
        [service.db]
        instances = 2
        workers = 1
        op.read.time = "exp(20ms)"
        op.write.time = "1ms"
        [[fault]]
        name = "down"
        kind = "kill"
        on = "db"
        at = "15s"
        for = "5s"
        [[fault]]
        name = "held"
        kind = "pool_exhaust"
        on = "app -> db"
        slots = 1
        at = "30s"
        for = "5s"
    "#;

    fn probe(entity: Entity, sampler: &mut Sampler<'_>) -> Probe {
        match entity {
            Entity::Load(id) => sampler.load(id),
            Entity::Class(id) => sampler.class(id),
            Entity::Service(id) | Entity::Store(id) => sampler.service(id),
            Entity::Op(id) => sampler.op(id),
            Entity::Call(id) => sampler.call(id),
            Entity::Pool(id) => sampler.pool(id),
            Entity::System(_) => unreachable!("there is none here"),
        }
    }

    #[test]
    fn a_window_as_long_as_a_run_that_has_ended_shows_what_the_phase_shows() {
        let source = parse(QUIET_AT_LAST).expect("it is TOML");
        let model = compile(&source.check(None, &NoFiles).expect("it is right"));
        let mut sampler = Sampler::new(&model);
        let probes: Vec<_> =
            Entity::all(&model).into_iter().map(|it| (it, probe(it, &mut sampler))).collect();
        let seed = Seed { root: 1, replication: 0 };
        let ((mut sampler, recorder), _) =
            engine::run(&model, seed, (sampler, Recorder::new(&model)));
        let phase = model.timeline.phases.last().expect("always");
        let rows = measure(&model, &recorder, &Years::none(&model), phase);
        let end = model.timeline.end;
        let mut compared = 0;
        for (entity, probe) in probes {
            let counts = sampler.take(probe, end);
            for metric in metric::of(entity.kind()).filter(|it| it.windowed) {
                let width = phase.to.since(phase.from);
                let got = measure_window(&model, entity, metric, &counts, width);
                let same = |it: &&Measurement| it.entity == entity && it.name == metric.name;
                let want = rows.iter().find(same).map_or(f64::NAN, |it| it.value);
                assert!(
                    got == want || got.is_nan() && want.is_nan(),
                    "{entity:?} {metric:?}: {got}, not {want}"
                );
                compared += usize::from(want > 0.0);
            }
        }
        assert!(compared > 80, "{compared} numbers that are not zero");
    }
}
