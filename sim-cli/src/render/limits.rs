//! What stands beside the numbers: sizes and limits, from the model.

use std::ops::Range;

use sim_core::model::{
    Edge, Layer, LoadId, Model, OpId, PoolId, SemaphoreId, Service, ServiceId, Timer,
};
use sim_core::report::Entity;
use sim_core::schema::system::{Mode, System};

use super::figure::whole;

/// The limits of one variant.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// A remark on each entity, in the order of the report; empty where there is none.
    pub(crate) remarks: Vec<String>,
    /// The most that each entity can have in use, where there is such a number.
    pub(crate) places: Vec<Option<f64>>,
    /// Events that a run may take.
    pub(crate) events: u64,
    /// What may be in flight.
    pub(crate) in_flight: u32,
}

impl Limits {
    /// The limits of a model.
    pub(crate) fn of(model: &Model) -> Self {
        let entities = Entity::all(model);
        Self {
            remarks: entities.iter().map(|it| remark(model, *it)).collect(),
            places: entities.iter().map(|it| places(model, *it)).collect(),
            events: model.limits.events,
            in_flight: model.limits.in_flight,
        }
    }
}

fn remark(model: &Model, entity: Entity) -> String {
    match entity {
        Entity::Load(id) => target(model, id),
        Entity::Service(id) => workers(model, id),
        Entity::Call(id) => policies(&model.edges[id]),
        Entity::Store(id) => standbys(model, id),
        Entity::Pool(id) => slots(model, id),
        Entity::System(id) => system(&model.systems[id].own),
        Entity::Class(_) | Entity::Op(_) => String::new(),
    }
}

/// What it takes to work: `1 of 2, active-passive, after db`.
fn system(system: &System) -> String {
    let copies = match (system.copies.len(), system.needs) {
        (0, _) => None,
        (1, _) => Some("1 copy".to_owned()),
        (copies, needs) => Some(format!("{needs} of {copies}")),
    };
    let passive = system.mode == Mode::ActivePassive && system.copies.len() > 1;
    let after =
        (!system.depends_on.is_empty()).then(|| format!("needs {}", system.depends_on.join(", ")));
    let parts = [copies, passive.then(|| "active-passive".to_owned()), after];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn target(model: &Model, load: LoadId) -> String {
    format!("to {}", model.ops[model.loads[load].to].name)
}

fn workers(model: &Model, id: ServiceId) -> String {
    let service = &model.services[id];
    let instances = service.instances.len();
    let many =
        |count, each: &str| if count == 1 { each.to_owned() } else { format!("{count} × {each}") };
    match service.workers {
        u32::MAX => many(instances, "unlimited workers"),
        1 => many(instances, "1 worker"),
        workers => many(instances, &format!("{workers} workers")),
    }
}

/// What a write waits for: `sync standby`, `async standby`.
fn standbys(model: &Model, id: ServiceId) -> String {
    let store = model.services[id].store.expect("the entity is one");
    let standbys = &model.stores[store].spec.standbys;
    let words: Vec<_> = standbys.iter().map(|it| format!("{} standby", it.mode.name())).collect();
    if words.is_empty() { "no standby".to_owned() } else { words.join(", ") }
}

fn policies(edge: &Edge) -> String {
    let names: Vec<_> = edge.layers.iter().map(layer).collect();
    names.join(", ")
}

fn layer(layer: &Layer) -> &'static str {
    match layer {
        Layer::Timeout { timer: Timer::Attempt, .. } => "timeout",
        Layer::Timeout { timer: Timer::Total, .. } => "total_timeout",
        Layer::Retry { .. } => "retry",
        Layer::Hedge { .. } => "hedge",
        Layer::Throttle(_) => "throttle",
        Layer::Concurrency(_) => "concurrency",
        Layer::Breaker(_) => "breaker",
        Layer::Limit(_) => "limit",
        Layer::Bulkhead(_) => "bulkhead",
        Layer::Timeout { timer: Timer::Response, .. } => "response_timeout",
        Layer::Fallback | Layer::Copy(_) | Layer::StandIn(_) | Layer::FailWith(_) => "fallback",
    }
}

fn slots(model: &Model, id: PoolId) -> String {
    let each: Vec<u32> = semaphores(model, id);
    match each[..] {
        [only] => format!("{} slots", whole(u64::from(only))),
        [first, ..] => format!("{} × {} slots", each.len(), whole(u64::from(first))),
        [] => String::new(),
    }
}

fn semaphores(model: &Model, id: PoolId) -> Vec<u32> {
    let rows: Range<u32> = model.pools[id].semaphores.clone();
    rows.map(|it| model.semaphores[SemaphoreId(it)].slots).collect()
}

fn places(model: &Model, entity: Entity) -> Option<f64> {
    match entity {
        Entity::Service(id) | Entity::Store(id) => all_workers(&model.services[id]),
        Entity::Op(id) => all_workers(&model.services[op_service(model, id)]),
        Entity::Pool(id) => Some(semaphores(model, id).into_iter().map(f64::from).sum()),
        Entity::Load(_) | Entity::Class(_) | Entity::Call(_) | Entity::System(_) => None,
    }
}

fn op_service(model: &Model, op: OpId) -> ServiceId {
    model.ops[op].service
}

fn all_workers(service: &Service) -> Option<f64> {
    let limited = service.workers != u32::MAX;
    limited.then(|| f64::from(service.workers) * service.instances.len() as f64)
}
