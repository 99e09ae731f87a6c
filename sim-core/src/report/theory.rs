//! Closed forms beside the simulation, where the scenario has some.
//!
//! A closed form is of a long run of a small model: Poisson arrivals at a rate that never changes,
//! independent times of the right law, and nothing else in the way. Each is given only where all of
//! that holds in the phase before anything breaks; the one thing that may be wanting, arrivals that
//! are not quite Poisson because other calls come first, is named. Not here: what holds in overload
//! or under faults, and pools whose callers try again, which have no closed form.
//!
//! What a Poisson stream passes without ceasing to be one: a server for everybody with times of any
//! law (Doob's theorem on displaced points, M/G/∞), a coin (`when`), joining another stream.

use serde::Serialize;

use super::{Entity, EntityKind, EntityReport, Estimate, Unit, steady};
use crate::analytic::availability::HOURS_PER_YEAR;
use crate::analytic::{Formula, abandonment, erlang, mmc::Mmc, mmck::Mmck};
use crate::availability;
use crate::availability::theory::Expected;
use crate::distribution::Distribution;
use crate::id::Table;
use crate::model::{
    Edge, EdgeId, GiveUp, Layer, Model, Op, OpId, Phase, PoolId, Semaphore, SemaphoreId, Service,
    ServiceId,
};
use crate::policy::balancer::Balance;
use crate::policy::queue::{Discipline, Overflow};
use crate::time::SimDuration;

/// What a closed form says of a metric, beside what the simulation says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TheoryReport {
    /// What the entity is.
    pub kind: EntityKind,
    /// The entity's name.
    pub entity: String,
    /// The metric's name.
    pub metric: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// The phase that it is of.
    pub during: String,
    /// Which closed form.
    pub formula: Formula,
    /// What it takes for granted that does not quite hold; none where it is exact.
    pub doubt: Option<&'static str>,
    /// What it says.
    pub value: f64,
    /// What the replications say.
    pub simulated: Estimate,
    /// Whether it lies in their 95 % interval, if there is one with a width: of exact forms, 19 in 20
    /// do.
    pub agrees: Option<bool>,
}

/// A closed form that applies.
#[derive(Clone, Copy, Debug)]
struct Theory {
    entity: Entity,
    metric: &'static str,
    formula: Formula,
    doubt: Option<&'static str>,
    value: f64,
}

/// Less than this no simulation will see.
const SEEN: f64 = 1e-9;

/// All that apply to a model in its steady phase.
fn theories(model: &Model) -> Vec<Theory> {
    let streams = Streams::of(model);
    let mut all = Vec::new();
    for id in model.services.ids() {
        all.extend(service(model, &streams, id).unwrap_or_default());
        all.extend(impatient(model, id).unwrap_or_default());
    }
    for (edge, call) in model.edges.entries() {
        all.extend(pool(model, &streams, edge, call).unwrap_or_default());
    }
    all.retain(|it| it.value >= SEEN && it.value.is_finite());
    all
}

/// What applies, beside the estimates of a report's entities.
pub(crate) fn beside(model: &Model, entities: &[EntityReport]) -> Vec<TheoryReport> {
    let of_requests = steady::phase(model).map(|at| (at, theories(model)));
    let whole = model.timeline.phases.iter().enumerate().next_back();
    let of_years = whole.map(|at| (at, systems(model)));
    let all = [of_requests, of_years].into_iter().flatten();
    all.flat_map(|(at, theories)| {
        theories.into_iter().filter_map(move |it| report(model, entities, at, it))
    })
    .collect()
}

/// Of systems, which are looked at as a whole.
fn systems(model: &Model) -> Vec<Theory> {
    let mut all = Vec::new();
    for id in model.systems.ids() {
        let entity = Entity::System(id);
        let theory = |metric, it: Expected| {
            let Expected { value, formula, doubt } = it;
            Theory { entity, metric, formula, doubt, value }
        };
        if let Some(it) = availability::theory::availability(model, id) {
            all.push(theory("availability", it));
            let value = (1.0 - it.value) * 3_600.0 * HOURS_PER_YEAR;
            all.push(theory("downtime.year", Expected { value, ..it }));
        }
        let first = availability::theory::first_outage(model, id);
        all.extend(first.map(|it| theory("outage.first", it)));
    }
    all
}

fn report(
    model: &Model,
    entities: &[EntityReport],
    (at, phase): (usize, &Phase),
    it: Theory,
) -> Option<TheoryReport> {
    let (kind, name) = (it.entity.kind(), it.entity.name(model));
    let entity = entities.iter().find(|it| it.kind == kind && it.name == name)?;
    let metric = entity.metrics.iter().find(|metric| metric.name == it.metric)?;
    let simulated = *metric.phases.get(at)?.as_ref()?;
    let within = |half: f64| (simulated.mean - it.value).abs() <= half;
    Some(TheoryReport {
        kind,
        entity: name,
        metric: it.metric,
        unit: metric.unit,
        during: phase.name.clone(),
        formula: it.formula,
        doubt: it.doubt,
        value: it.value,
        agrees: simulated.half_width.filter(|it| *it > 0.0).map(within),
        simulated,
    })
}

/// A stream of arrivals.
#[derive(Clone, Copy, Debug)]
struct Stream {
    /// Per second.
    rate: f64,
    /// Why it is not quite Poisson.
    doubt: Option<&'static str>,
}

const AFTER_OTHERS: &str = "its calls come after other calls, so not quite at random";

/// Arrivals at operations and calls begun, where they are Poisson, at least nearly.
struct Streams {
    ops: Table<OpId, Option<Stream>>,
    calls: Table<EdgeId, Option<Stream>>,
    /// Calls that take slots of a pool.
    users: Table<PoolId, u32>,
}

impl Streams {
    /// From the loads down, callers before those whom they call.
    fn of(model: &Model) -> Self {
        let mut streams = Self {
            ops: model.ops.iter().map(|_| Some(Stream { rate: 0.0, doubt: None })).collect(),
            calls: model.edges.iter().map(|_| None).collect(),
            users: model.pools.iter().map(|_| 0).collect(),
        };
        for load in &model.loads {
            let random = steady::poisson(load).map(|rate| Stream { rate, doubt: None });
            streams.join(load.to, random.filter(|_| load.patience.is_none()));
        }
        let mut callers: Table<OpId, u32> = model.ops.iter().map(|_| 0).collect();
        for edge in &model.edges {
            callers[edge.to] += 1;
            edge.pool.into_iter().for_each(|it| streams.users[it] += 1);
        }
        let mut next: Vec<OpId> = model.ops.ids().filter(|it| callers[*it] == 0).collect();
        while let Some(op) = next.pop() {
            for edge in model.ops[op].calls.clone().map(EdgeId) {
                let callee = model.edges[edge].to;
                streams.call(model, op, edge);
                callers[callee] -= 1;
                next.extend((callers[callee] == 0).then_some(callee));
            }
        }
        streams
    }

    /// Joins a stream to what comes to an operation.
    fn join(&mut self, op: OpId, more: Option<Stream>) {
        let both = self.ops[op].zip(more);
        self.ops[op] = both.map(|(all, more)| Stream {
            rate: all.rate + more.rate,
            doubt: all.doubt.or(more.doubt),
        });
    }

    /// A call of an operation to which all have come.
    fn call(&mut self, model: &Model, op: OpId, id: EdgeId) {
        let edge = &model.edges[id];
        let calls = self.ops[op].and_then(|it| begun(model, op, id, it));
        self.calls[id] = calls;
        let all =
            edge.loss == 0.0 && !edge.reserve && edge.layers.iter().all(|it| lets_all_pass(*it));
        let attempts = calls.filter(|_| all);
        self.join(edge.to, attempts);
    }
}

/// The calls begun by what comes to an operation, where nothing waits before.
fn begun(model: &Model, op: OpId, id: EdgeId, comes: Stream) -> Option<Stream> {
    let Op { service, calls, .. } = &model.ops[op];
    let caller = &model.services[*service];
    if caller.workers != u32::MAX || caller.cores.is_some() || caller.deadline != SimDuration::MAX {
        return None;
    }
    let earlier = calls.start..id.0;
    let first = earlier.is_empty();
    // Else some of the requests would end there.
    let goes_on = |it| model.edges[EdgeId(it)].layers.contains(&Layer::Fallback);
    if !earlier.into_iter().all(goes_on) {
        return None;
    }
    let doubt = if first { None } else { Some(AFTER_OTHERS) };
    // Its own errors come before its calls.
    let rate = comes.rate * (1.0 - model.ops[op].error_share) * model.edges[id].when;
    Some(Stream { rate, doubt: comes.doubt.or(doubt) })
}

/// Whether each call under it makes one attempt, at once, that is not called back.
fn lets_all_pass(layer: Layer) -> bool {
    match layer {
        Layer::Fallback | Layer::FailWith(_) => true,
        Layer::Timeout { give_up, .. } => give_up == GiveUp::Abandon,
        _ => false,
    }
}

/// The only operation of a service that does nothing but work, and does not fail.
fn work(model: &Model, service: &Service) -> Option<(OpId, Distribution)> {
    let id = OpId(service.ops.start);
    let op = &model.ops[id];
    let plain = service.ops.len() == 1
        && op.calls.is_empty()
        && op.error_share == 0.0
        && service.shed.is_none()
        && service.codel.is_none()
        && service.concurrency.is_none()
        && service.deadline == SimDuration::MAX
        && service.cores.is_none();
    plain.then(|| (id, op.time.clone()))
}

/// A service with so many workers and a line, each instance for itself.
fn service(model: &Model, streams: &Streams, id: ServiceId) -> Option<Vec<Theory>> {
    let service = &model.services[id];
    let (op, time) = work(model, service)?;
    let Distribution::Exponential(_) = time else { return None };
    let instances = service.instances.len() as f64;
    // A coin splits a Poisson stream into Poisson streams, other ways of choosing do not.
    if service.workers == u32::MAX || (instances > 1.0 && service.balance != Balance::Random) {
        return None;
    }
    // Else some cost a worker's time, or no place, though they are not served.
    if service.drop_expired || !service.reject_cost.is_zero() || service.holds != u32::MAX {
        return None;
    }
    let Stream { rate, doubt } = streams.ops[op].filter(|it| it.rate > 0.0)?;
    let (each, held, workers) = (rate / instances, time.mean_secs(), service.workers);
    let entity = Entity::Service(id);
    let of = |formula| move |(metric, value)| Theory { entity, metric, formula, doubt, value };
    if service.queue == u32::MAX {
        let queue = Mmc::new(each, held, workers)?;
        let mut rows = vec![
            ("utilisation", each * held / f64::from(workers)),
            ("waited_rate", queue.wait_probability()),
            ("wait.mean", queue.mean_wait()),
            ("queue.mean", rate * queue.mean_wait()),
        ];
        if is_asked_directly(model, op) {
            rows.push(("latency.mean", queue.mean_sojourn()));
            // The mean is the same whoever is next, as long as nobody's work is known.
            let in_order = service.discipline == Discipline::Fifo;
            rows.extend(in_order.then(|| ("latency.p99", queue.sojourn_quantile(0.99))));
        }
        return Some(rows.into_iter().map(of(Formula::Mmc)).collect());
    }
    if service.overflow != Overflow::Reject {
        return None;
    }
    let queue = Mmck::new(each, held, workers, workers.checked_add(service.queue)?)?;
    let rows = [("failed.queue_full", queue.loss()), ("wait.mean", queue.mean_wait())];
    Some(rows.map(of(Formula::Mmck)).to_vec())
}

/// Whether what its callers measure is its own time, of all that ask it.
fn is_asked_directly(model: &Model, op: OpId) -> bool {
    let gives_up = |it: &Layer| matches!(it, Layer::Timeout { .. });
    let mut callers = model.edges.iter().filter(|it| it.to == op);
    callers.all(|it| it.network.is_none() && !it.layers.iter().any(gives_up))
}

/// A service with so many workers and a line that its only users leave when they lose patience.
/// Those who lose it while a worker has their request make no difference to the others.
fn impatient(model: &Model, id: ServiceId) -> Option<Vec<Theory>> {
    let service = &model.services[id];
    let (op, time) = work(model, service)?;
    let mut askers = model.loads.iter().filter(|it| it.to == op);
    let (load, None) = (askers.next()?, askers.next()) else { return None };
    let patience = load.patience.as_ref()?;
    let random = |it: &Distribution| matches!(it, Distribution::Exponential(_));
    let is_called = model.edges.iter().any(|it| it.to == op);
    let is_one_line = service.instances.len() == 1
        && service.discipline == Discipline::Fifo
        && service.queue == u32::MAX
        && service.holds == u32::MAX
        && service.workers != u32::MAX;
    if is_called || !is_one_line || !random(&time) || !random(&patience.law) {
        return None;
    }
    let rate = steady::poisson(load).filter(|it| *it > 0.0)?;
    let held = time.mean_secs();
    let it = abandonment::exponential(rate, held, service.workers, patience.law.mean_secs());
    let served = 1.0 - it.rejection;
    let mut rows = vec![
        ("utilisation", rate * held * served / f64::from(service.workers)),
        ("queue.mean", rate * it.mean_wait),
        // All who leave have waited.
        ("waited_rate", (it.wait_probability - it.rejection) / served),
    ];
    rows.extend(patience.only_in_line.then_some(("failed.abandoned", it.rejection)));
    let entity = Entity::Service(id);
    let of =
        |(metric, value)| Theory { entity, metric, formula: Formula::ErlangA, doubt: None, value };
    Some(rows.into_iter().map(of).collect())
}

/// A pool that one call alone takes slots of, and holds for the time of the work that it asks for.
fn pool(model: &Model, streams: &Streams, id: EdgeId, call: &Edge) -> Option<Vec<Theory>> {
    let pool = call.pool?;
    let (Layer::Bulkhead(_), outer) = call.layers.split_last()? else { return None };
    let lets_go = |it: &Layer| matches!(it, Layer::Fallback | Layer::FailWith(_));
    let semaphores = &model.pools[pool].semaphores;
    if !call.has_a_plain_way() {
        return None;
    }
    if streams.users[pool] != 1 || semaphores.len() != 1 || !outer.iter().all(lets_go) {
        return None;
    }
    let slots = model.semaphores[SemaphoreId(semaphores.start)];
    let callee = &model.services[model.ops[call.to].service];
    let (_, time) = work(model, callee).filter(|_| callee.workers == u32::MAX)?;
    let message = call.network.as_ref().map_or(0.0, Distribution::mean_secs);
    let held = 2.0 * message + time.mean_secs();
    let memoryless = matches!(time, Distribution::Exponential(_)) && call.network.is_none();
    if held <= 0.0 {
        return None;
    }
    let stream = streams.calls[id].filter(|it| it.rate > 0.0)?;
    let (formula, rows) = kept(stream.rate, held, slots, memoryless)?;
    let entity = Entity::Pool(pool);
    let of = |(metric, value)| Theory { entity, metric, formula, doubt: stream.doubt, value };
    Some(rows.into_iter().map(of).collect())
}

type Rows = Vec<(&'static str, f64)>;

/// What a pool does to its callers, by how long they may wait.
fn kept(rate: f64, held: f64, pool: Semaphore, memoryless: bool) -> Option<(Formula, Rows)> {
    let Semaphore { slots, max_wait, queue, .. } = pool;
    if max_wait.is_zero() {
        let rejected = erlang::erlang_b(slots, rate * held);
        let in_use = rate * held * (1.0 - rejected);
        let rows = vec![("in_flight.mean", in_use), ("rejection_rate", rejected)];
        return Some((Formula::ErlangB, rows));
    }
    if !memoryless || queue != u32::MAX {
        return None;
    }
    if max_wait == SimDuration::MAX {
        let it = Mmc::new(rate, held, slots)?;
        let rows = vec![
            ("in_flight.mean", rate * held),
            ("waited_rate", it.wait_probability()),
            ("wait.mean", it.mean_wait()),
        ];
        return Some((Formula::Mmc, rows));
    }
    let it = abandonment::deterministic(rate, held, slots, max_wait.as_secs_f64());
    let rows = vec![
        ("in_flight.mean", rate * held * (1.0 - it.rejection)),
        ("rejection_rate", it.rejection),
        ("waited_rate", it.wait_probability),
        ("wait_of_all.mean", it.mean_wait),
    ];
    Some((Formula::LongestWait, rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::scenario::{NoFiles, parse};

    fn told(service: &str, call: &str, load: &str) -> Vec<(&'static str, &'static str, f64, bool)> {
        let text = format!(
            "format = 1\ntitle = \"t\"\nrun = {{ duration = \"60s\" }}\n\
             [load.users]\nto = \"app\"\nrate = \"90/s\"\n{load}\n\
             [service.app]\nworkers = \"unlimited\"\n[[service.app.call]]\nto = \"db\"\n{call}\n\
             [service.db]\n{service}\n"
        );
        let source = parse(&text).expect("the text is right");
        let model = compile(&source.check(None, &NoFiles).expect("the scenario is right"));
        let row = |it: Theory| (it.formula.name(), it.metric, it.value, it.doubt.is_none());
        theories(&model).into_iter().map(row).collect()
    }

    fn value(rows: &[(&str, &str, f64, bool)], metric: &str) -> f64 {
        rows.iter().find(|it| it.1 == metric).map_or(f64::NAN, |it| it.2)
    }

    #[test]
    fn users_who_lose_patience_in_line_make_it_erlang_a() {
        let of = |patience: &str, queue: &str| {
            let text = format!(
                "format = 1\ntitle = \"t\"\nrun = {{ duration = \"60s\" }}\n\
                 [load.users]\nto = \"desk\"\nrate = \"50/s\"\npatience = {patience}\n\
                 [service.desk]\nworkers = 50\ntime = \"exp(1s)\"\n{queue}"
            );
            let source = parse(&text).expect("the text is right");
            let model = compile(&source.check(None, &NoFiles).expect("the scenario is right"));
            let row = |it: Theory| (it.formula.name(), it.metric, it.value, it.doubt.is_none());
            theories(&model).into_iter().map(row).collect::<Vec<_>>()
        };
        let rows = of("{ wait = \"exp(2s)\" }", "");
        assert!(rows.iter().all(|it| it.0 == "M/M/c+M"), "{rows:?}");
        assert!((value(&rows, "failed.abandoned") - 0.046_684_585_9).abs() < 1e-9);
        assert!((value(&rows, "queue.mean") - 50.0 * 0.093_369_171_8).abs() < 1e-7);
        // Of all, 60.1 % wait; of those served, who waited and stayed.
        let waited = (0.601_167_652 - 0.046_684_586) / (1.0 - 0.046_684_586);
        assert!((value(&rows, "waited_rate") - waited).abs() < 1e-8);
        // Users who also leave while they are served are counted with those who leave the line.
        assert!(value(&of("\"exp(2s)\"", ""), "failed.abandoned").is_nan());
        assert_eq!(of("\"2s\"", ""), []);
        assert_eq!(of("\"exp(2s)\"", "queue = { slots = 9 }"), []);
    }

    const ONE: &str = "workers = 1\ntime = \"exp(10ms)\"";
    const OPEN: &str = "workers = \"unlimited\"\ntime = \"exp(100ms)\"";

    #[test]
    fn a_service_with_a_line_is_a_queue() {
        // M/M/1 at 0.9: 100 ms, of which 90 ms waiting.
        let rows = told(&format!("{ONE}\nqueue = {{ slots = \"unlimited\" }}"), "", "");
        assert!((value(&rows, "latency.mean") - 0.1).abs() < 1e-12, "{rows:?}");
        assert!((value(&rows, "wait.mean") - 0.09).abs() < 1e-12);
        assert!((value(&rows, "queue.mean") - 8.1).abs() < 1e-9);
        assert!(rows.iter().all(|it| it.0 == "M/M/c" && it.3));
        // The same with ten places in the line (rows mm1k11 of the oracles).
        let rows = told(&format!("{ONE}\nqueue = {{ slots = 10 }}"), "", "");
        assert!((value(&rows, "failed.queue_full") - 0.043_732_373_6).abs() < 1e-9, "{rows:?}");
    }

    #[test]
    fn a_pool_is_told_by_how_long_its_callers_wait() {
        let pool = |wait: &str| format!("bulkhead = {{ slots = 10, max_wait = \"{wait}\" }}");
        let rows = told(OPEN, &pool("0s"), "");
        // Erlang B of 10 slots and 9 erlangs.
        assert!((value(&rows, "rejection_rate") - 0.167_963_226).abs() < 1e-9, "{rows:?}");
        assert!((value(&rows, "in_flight.mean") - 9.0 * 0.832_036_774).abs() < 1e-7);
        let constant = "workers = \"unlimited\"\ntime = \"100ms\"";
        assert_eq!(told(constant, &pool("0s"), ""), rows, "whatever the law");
        let waited = told(OPEN, &pool("50ms"), "");
        assert!(waited.iter().all(|it| it.0 == "M/M/c+D"), "{waited:?}");
        assert_eq!(told(constant, &pool("50ms"), ""), [], "only if the times are exponential");
    }

    #[test]
    fn what_is_not_its_own_is_left_out() {
        let names = |service: &str, call: &str| -> Vec<_> {
            told(service, call, "").into_iter().map(|it| it.1).collect()
        };
        let means = ["utilisation", "waited_rate", "wait.mean", "queue.mean"];
        // Who is next changes who waits for how long, and no mean.
        let lifo = format!("{ONE}\nqueue = {{ discipline = \"lifo\" }}");
        assert_eq!(names(&lifo, ""), [&means[..], &["latency.mean"]].concat());
        // Callers measure the messages too, and those that they have given up not at all.
        assert_eq!(names(ONE, "network = { latency = \"5ms\" }"), means);
        assert_eq!(names(ONE, "timeout = \"1s\""), means);
        let other = [
            ("drop_expired = true", "timeout = \"1s\""),
            ("queue = { item = \"1KiB\", memory = \"9KiB\" }", ""),
            ("queue = { slots = 10, overflow = { block = \"1s\" } }", ""),
            ("queue = { slots = 10, overflow = \"drop_oldest\" }", ""),
            ("queue = { slots = 10 }\nreject_cost = \"1ms\"", ""),
        ];
        for (service, call) in other {
            assert_eq!(names(&format!("{ONE}\n{service}"), call), [""; 0], "{service}");
        }
    }

    #[test]
    fn own_errors_of_a_caller_thin_its_calls() {
        let text = "format = 1\ntitle = \"t\"\nrun = { duration = \"60s\" }\n\
             [load.users]\nto = \"app\"\nrate = \"90/s\"\n\
             [service.app]\nworkers = \"unlimited\"\ntime = \"0s\"\nerrors = \"50%\"\n\
             [[service.app.call]]\nto = \"db\"\n\
             [service.db]\nworkers = 1\ntime = \"exp(10ms)\"\n";
        let source = parse(text).expect("the text is right");
        let model = compile(&source.check(None, &NoFiles).expect("the scenario is right"));
        let rows = theories(&model);
        let utilisation = rows.iter().find(|it| it.metric == "utilisation").expect("it is told");
        assert!((utilisation.value - 0.45).abs() < 1e-12, "{utilisation:?}");
    }

    #[test]
    fn where_the_model_is_another_nothing_is_told() {
        let line = format!("{ONE}\nqueue = {{ slots = \"unlimited\" }}");
        let nothing = [
            told(&line, "", "arrivals = \"constant\""),
            told(&line, "retry = { attempts = 3, delay = \"constant(1s)\" }", ""),
            told(&line, "timeout = \"1s\"\non_timeout = \"cancel\"", ""),
            told(&line.replace("exp(10ms)", "10ms"), "", ""),
            told(&line.replace("exp(10ms)", "exp(20ms)"), "", ""),
            told(&format!("{line}\ninstances = 2"), "", ""),
        ];
        for (case, rows) in nothing.into_iter().enumerate() {
            assert_eq!(rows, [], "case {case}");
        }
        let abandoned = told(&line, "timeout = \"1s\"\non_timeout = \"abandon\"", "");
        assert!(!abandoned.is_empty(), "who gives up and lets it go on changes no arrival");
    }
}
