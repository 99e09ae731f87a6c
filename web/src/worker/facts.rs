//! What the page has to know of a model.

use sim_core::id::Id;
use sim_core::model::{self, Arrivals, EdgeId, Layer, Model, PoolId, ScheduledFault, Timer};
use sim_core::report::Unit;
use sim_core::time::{SimDuration, SimTime};
use sim_plot::figure::given;

use crate::protocol::{CallFacts, Facts, FaultFacts, LoadFacts, PoolFacts, ServiceFacts, Struck};

/// The facts of a variant.
pub(super) fn of(name: &str, model: &Model) -> Facts {
    let timeline = &model.timeline;
    Facts {
        name: name.to_owned(),
        duration: timeline.end.since(timeline.zero).as_secs_f64(),
        window: timeline.window.as_secs_f64(),
        series_from: -timeline.zero.as_secs_f64(),
        replications: model.replications,
        clock: model.clock,
        loads: model.loads.iter().map(|it| load(it, model)).collect(),
        services: model.services.iter().map(service).collect(),
        calls: model.edges.entries().map(|(id, it)| call(id, it, model)).collect(),
        pools: model.pools.ids().map(|it| pool(it, model)).collect(),
        faults: model.faults.iter().map(|it| fault(it, model)).collect(),
    }
}

fn load(load: &model::Load, model: &Model) -> LoadFacts {
    let deadline = (load.deadline != SimDuration::MAX).then(|| load.deadline.as_secs_f64());
    let note = match &load.arrivals {
        Arrivals::Poisson(_) => "Poisson".to_owned(),
        Arrivals::Constant(_) => "evenly spaced".to_owned(),
        Arrivals::Bursty(..) => "in bursts".to_owned(),
        Arrivals::Replay(_) => "as recorded".to_owned(),
        Arrivals::Closed { users, .. } => format!("{users} users"),
    };
    let to = model.ops[load.to].service.index();
    LoadFacts { name: load.name.clone(), to, deadline, note }
}

fn service(service: &model::Service) -> ServiceFacts {
    let some = |it: u32| (it != u32::MAX).then_some(it);
    ServiceFacts {
        name: service.name.clone(),
        instances: service.instances.len() as u32,
        workers: some(service.workers),
        queue: some(service.queue),
    }
}

fn call(id: EdgeId, edge: &model::Edge, model: &Model) -> CallFacts {
    let layers = edge.layers.iter().map(layer);
    CallFacts {
        name: edge.name.clone(),
        from: edge.from.index(),
        to: model.ops[edge.to].service.index(),
        layers: layers.map(str::to_owned).collect(),
        pool: edge.pool.map(Id::index).or_else(|| shared_pool(edge, model)),
        breakers: model.breakers.iter().filter(|it| it.edge == id).count() as u32,
    }
}

/// The named pool that a call shares with others.
fn shared_pool(edge: &model::Edge, model: &Model) -> Option<usize> {
    edge.layers.iter().find_map(|it| match it {
        Layer::Bulkhead(place) => Some(model.semaphores[place.first].pool.index()),
        _ => None,
    })
}

fn layer(layer: &Layer) -> &'static str {
    match layer {
        Layer::Timeout { timer: Timer::Attempt, .. } => "timeout",
        Layer::Timeout { timer: Timer::Total, .. } => "total timeout",
        Layer::Timeout { timer: Timer::Response, .. } => "response timeout",
        Layer::Retry { .. } => "retry",
        Layer::Hedge { .. } => "hedge",
        Layer::Throttle(_) => "throttle",
        Layer::Concurrency(_) => "concurrency",
        Layer::Breaker(_) => "breaker",
        Layer::Limit(_) => "limit",
        Layer::Bulkhead(_) => "bulkhead",
        Layer::Fallback | Layer::Copy(_) | Layer::StandIn(_) | Layer::FailWith(_) => "fallback",
    }
}

fn pool(id: PoolId, model: &Model) -> PoolFacts {
    let pool = &model.pools[id];
    let slots = model.semaphores.iter().filter(|it| it.pool == id).map(|it| it.slots);
    let name = sim_core::report::Entity::Pool(id).name(model);
    let slots = slots.fold(0, u32::saturating_add);
    debug_assert!(name.starts_with(&pool.name), "{name} is of {}", pool.name);
    PoolFacts { name, slots }
}

fn fault(fault: &ScheduledFault, model: &Model) -> FaultFacts {
    let seconds = |at: SimTime| at.as_secs_f64() - model.timeline.zero.as_secs_f64();
    let all = |it: &[EdgeId]| it.iter().map(|it| it.index()).collect();
    let on = match &fault.on {
        model::Struck::Load(load) => Struck::Load(load.index()),
        model::Struck::Instances(service, _) => Struck::Service(service.index()),
        model::Struck::Edges(edges, _) => Struck::Calls(all(edges)),
        model::Struck::Store(store) => Struck::Service(model.stores[*store].primary.index()),
        model::Struck::Pools(pools) => Struck::Pools(pools.iter().map(|it| it.index()).collect()),
    };
    FaultFacts {
        name: fault.name.clone(),
        what: what(&fault.fault),
        from: seconds(fault.from),
        to: (fault.to != SimTime::NEVER).then(|| seconds(fault.to)),
        on,
    }
}

/// What a fault does, in a word or two.
fn what(fault: &sim_core::fault::Fault) -> String {
    use sim_core::fault::Fault;
    let share = |it: f64| given(it, Unit::Share);
    match fault {
        Fault::Latency(law) => format!("+{law}"),
        Fault::Slow(factor) => format!("{factor} × slower"),
        Fault::Error { share: it, .. } => format!("{} errors", share(*it)),
        Fault::Blackhole(it) => format!("{} lost", share(*it)),
        Fault::Refuse(it) => format!("{} refused", share(*it)),
        Fault::Loss(it) => format!("{} of messages lost", share(*it)),
        Fault::Lookup(law) => format!("lookup +{law}"),
        Fault::Unresolved(it) => format!("{} of lookups lost", share(*it)),
        Fault::Throttle(rate, _) => format!("throttled to {}", given(*rate, Unit::PerSecond)),
        Fault::Pause(_) => "pauses".to_owned(),
        Fault::Leak(_) => "leaks memory".to_owned(),
        Fault::Kill => "killed".to_owned(),
        Fault::Failover => "fails over".to_owned(),
        Fault::Restore { .. } => "is restored".to_owned(),
        Fault::ReplicationPause => "no replication".to_owned(),
        Fault::Surge(factor) => format!("{factor} × load"),
        Fault::HoldCount(count) => format!("{count} held"),
        Fault::HoldShare(it) => format!("{} held", share(*it)),
    }
}
