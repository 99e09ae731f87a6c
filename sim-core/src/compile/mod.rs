//! From names to ids, from trees to flat tables: a checked scenario becomes a [`Model`].
//!
//! The scenario has been checked: every name resolves, every value is in range. What is missing
//! here is a bug, and panics with what it is.

mod system;

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::Fault;
use crate::id::{Id, Table};
use crate::model::{
    Arrivals, Breaker, BreakerId, BucketId, Cache, Class, Edge, EdgeId, GiveUp, Instance, Layer,
    Limits, Load, LoadId, Model, Op, OpId, Place, Pool, PoolId, RateCurve, ScheduledFault,
    Semaphore, SemaphoreId, Service, ServiceId, Shed, Store, Struck, Timeline, Timer,
};
use crate::order;
use crate::schema::{
    self, Capacity, FaultKind, FaultTarget, Held, OnTimeout, Policy, Scenario, Scope, Target,
};
use crate::time::{SimDuration, SimTime};

/// Compiles a checked scenario.
pub fn compile(scenario: &Scenario) -> Model {
    let mut compiler = Compiler::new(scenario);
    compiler.services();
    compiler.stores();
    compiler.pools();
    compiler.calls();
    compiler.ways_to_stores();
    compiler.loads();
    compiler.shedders();
    compiler.faults();
    compiler.model
}

struct Compiler<'a> {
    scenario: &'a Scenario,
    services: BTreeMap<&'a str, ServiceId>,
    targets: Vec<Target>,
    pools: BTreeMap<&'a str, PoolId>,
    /// The pools of connections to stores, by the store.
    connections: BTreeMap<&'a str, PoolId>,
    model: Model,
}

impl<'a> Compiler<'a> {
    fn new(scenario: &'a Scenario) -> Self {
        let run = &scenario.run;
        let zero = SimTime::ZERO + run.warmup;
        let times: Vec<_> = scenario
            .faults
            .iter()
            .map(|it| (it.name.clone(), zero + it.at, end_of(zero, it)))
            .collect();
        let settle = scenario.steady.as_ref().map_or(SimDuration::ZERO, |it| it.settle);
        let model = Model {
            title: scenario.title.clone(),
            seed: scenario.seed,
            replications: run.replications,
            precision: run.precision,
            max_replications: run.max_replications,
            clock: run.clock,
            timeline: Timeline::new(run.warmup, run.duration, settle, &times),
            limits: Limits { events: run.max_events, in_flight: run.max_in_flight },
            loads: Table::new(),
            classes: Table::new(),
            levels: scenario_levels(scenario).len() as u8 + 1,
            services: Table::new(),
            instances: Table::new(),
            ops: Table::new(),
            edges: Table::new(),
            pools: Table::new(),
            semaphores: Table::new(),
            breakers: Table::new(),
            budgets: Table::new(),
            in_flight_budgets: Table::new(),
            buckets: Table::new(),
            hedges: Table::new(),
            throttles: Table::new(),
            limiters: Table::new(),
            caches: Table::new(),
            stores: Table::new(),
            has_effects: scenario
                .services
                .iter()
                .flat_map(|it| &it.ops)
                .any(|it| it.effect.is_some()),
            has_closed_loops: scenario
                .loads
                .iter()
                .any(|it| matches!(it.arrivals, schema::Arrivals::Closed { .. })),
            faults: Table::new(),
            systems: system::compile(&scenario.systems),
            horizon: run.horizon.unwrap_or(run.duration),
            expects: scenario.expects.clone(),
            steady: scenario.steady.clone(),
            aborts: scenario.aborts.clone(),
        };
        Self {
            scenario,
            services: BTreeMap::new(),
            targets: Vec::new(),
            pools: BTreeMap::new(),
            connections: BTreeMap::new(),
            model,
        }
    }

    /// Services with their instances and operations; the calls come when all operations have ids.
    fn services(&mut self) {
        for service in self.scenario.asked() {
            let id = self.model.services.push(Service {
                name: service.name.clone(),
                instances: 0..0,
                ops: 0..0,
                workers: places(service.workers),
                cores: service.cores,
                queue: places(service.queue.slots),
                overflow: service.queue.overflow,
                discipline: service.queue.discipline,
                codel: service.queue.codel,
                holds: service
                    .queue
                    .memory
                    .map_or(u32::MAX, |it| u32::try_from(it.limit / it.item).unwrap_or(u32::MAX)),
                drop_expired: service.drop_expired,
                shed: None, // Classes are numbered later.
                reject_cost: service.reject_cost,
                retry_after: service.retry_after.clone(),
                concurrency: service.concurrency,
                balance: service.balance,
                restart: service.restart.unwrap_or(SimDuration::ZERO),
                deadline: service.deadline.unwrap_or(SimDuration::MAX),
                store: None,
            });
            self.services.insert(&service.name, id);
            let first_instance = self.model.instances.len() as u32;
            for number in 0..service.instances {
                self.model.instances.push(Instance { service: id, number });
            }
            let first_op = self.model.ops.len() as u32;
            for op in &service.ops {
                self.model.ops.push(Op {
                    service: id,
                    name: op_name(&service.name, &op.name),
                    time: op.time.clone(),
                    error_share: op.errors.share,
                    error_code: op.errors.code,
                    has_effect: op.effect.is_some(),
                    writes: None,
                    calls: 0..0,
                });
                self.targets.push(Target { service: service.name.clone(), op: op.name.clone() });
            }
            let row = &mut self.model.services[id];
            row.instances = first_instance..self.model.instances.len() as u32;
            row.ops = first_op..self.model.ops.len() as u32;
        }
    }

    /// Stores that requests ask are services by now.
    fn stores(&mut self) {
        for spec in self.scenario.stores.iter().filter(|it| it.serves.is_some()) {
            let primary = self.service(&spec.name);
            let spec = spec.clone();
            let store = self.model.stores.push(Store { primary, edges: Vec::new(), spec });
            let service = &mut self.model.services[primary];
            service.store = Some(store);
            for op in service.ops.clone().map(OpId) {
                let writes = self.targets[op.index()].op == schema::Store::WRITE;
                self.model.ops[op].writes = writes.then_some(store);
            }
        }
    }

    fn ways_to_stores(&mut self) {
        for (id, edge) in self.model.edges.entries() {
            let callee = self.model.ops[edge.to].service;
            if let Some(store) = self.model.services[callee].store {
                self.model.stores[store].edges.push(id);
            }
        }
    }

    fn op(&self, target: &Target) -> OpId {
        let index = self.targets.iter().position(|it| it == target);
        OpId::new(index.expect("a checked target names an operation"))
    }

    fn service(&self, name: &str) -> ServiceId {
        *self.services.get(name).expect("a checked name names a service")
    }

    fn pools(&mut self) {
        let scenario = self.scenario;
        for pool in &scenario.pools {
            let id = self.shared_pool(&pool.name, pool.slots, |it| it.uses(pool));
            self.pools.insert(&pool.name, id);
        }
        for store in &scenario.stores {
            let Some(slots) = store.pool else { continue };
            let id = self.shared_pool(&store.pool_name(), slots, |it| it.calls_store(store));
            self.connections.insert(&store.name, id);
        }
    }

    /// A pool for the callers of all services that use it.
    fn shared_pool(
        &mut self,
        name: &str,
        slots: schema::Slots,
        uses: impl Fn(&schema::Service) -> bool,
    ) -> PoolId {
        let per_instance = slots.scope == Scope::Instance;
        let callers = self.scenario.services.iter().filter(|it| uses(it));
        let callers = callers.map(|it| if per_instance { it.instances } else { 0 });
        let copies = callers.sum::<u32>().max(1);
        self.pool(name, slots, copies)
    }

    fn place_in_pool(&self, name: &str, service: &schema::Service) -> Place<SemaphoreId> {
        let id = *self.pools.get(name).expect("a checked name names a pool");
        let pool = self.scenario.pools.iter().find(|it| it.name == name);
        let pool = pool.expect("a compiled pool is in the scenario");
        self.place_in(id, pool.slots.scope, service, |it| it.uses(pool))
    }

    /// The semaphores of a pool for the callers of a service: where each calling instance has its
    /// own, those of the services before it come first.
    fn place_in(
        &self,
        pool: PoolId,
        scope: Scope,
        service: &schema::Service,
        uses: impl Fn(&schema::Service) -> bool,
    ) -> Place<SemaphoreId> {
        let first = self.model.pools[pool].semaphores.start;
        if scope == Scope::Service {
            return Place { first: SemaphoreId(first), per_instance: false };
        }
        let before = self.scenario.services.iter().take_while(|it| it.name != service.name);
        let taken: u32 = before.filter(|it| uses(it)).map(|it| it.instances).sum();
        Place { first: SemaphoreId(first + taken), per_instance: true }
    }

    /// The connections that a call to a store takes: inside all but its response timeout, which runs
    /// from when there is one.
    fn connection(&self, service: &schema::Service, call: &schema::Call) -> Option<Layer> {
        let store = self.scenario.store(&call.to.service)?;
        let pool = *self.connections.get(&*store.name)?;
        let scope = store.pool?.scope;
        Some(Layer::Bulkhead(self.place_in(pool, scope, service, |it| it.calls_store(store))))
    }

    fn pool(&mut self, name: &str, slots: schema::Slots, copies: u32) -> PoolId {
        let first = self.model.semaphores.len() as u32;
        let pool = Pool { name: name.to_owned(), semaphores: first..first + copies };
        let id = self.model.pools.push(pool);
        for _ in 0..copies {
            self.model.semaphores.push(Semaphore {
                pool: id,
                slots: slots.slots,
                max_wait: slots.max_wait,
                queue: places(slots.queue),
            });
        }
        id
    }

    fn calls(&mut self) {
        let scenario = self.scenario;
        let ops = scenario
            .services
            .iter()
            .flat_map(|service| service.ops.iter().map(move |op| (service, op)));
        for (index, (service, op)) in ops.enumerate() {
            let first = self.model.edges.len() as u32;
            for call in &op.calls {
                self.call(service, op, call);
            }
            let last = self.model.edges.len() as u32;
            close_groups(&mut self.model.edges, first, &op.calls);
            self.model.ops[OpId::new(index)].calls = first..last;
        }
    }

    fn call(&mut self, service: &schema::Service, op: &schema::Operation, call: &schema::Call) {
        let from = self.service(&service.name);
        let name = format!("{} -> {}", op_name(&service.name, &op.name), call.name);
        let id = self.model.edges.push(Edge {
            name,
            from,
            to: self.op(&call.to),
            when: call.when,
            group_end: 0,
            network: call.network.latency.clone(),
            loss: call.network.loss,
            dns: call.network.dns.clone(),
            connect: call.network.connect.clone(),
            layers: Box::new([]),
            on_give_up: on_give_up(&call.policies),
            pool: None,
            has_breaker: false,
            idempotency_key: call.policies.iter().any(keyed),
            reserve: call.reserve,
        });
        let mut layers = Vec::new();
        for policy in &call.policies {
            match policy {
                // The first fallback is the innermost.
                Policy::Fallback(chain) => {
                    let of = |it| self.fallback(id, service, op, it);
                    layers.extend(chain.iter().rev().map(of));
                }
                policy => layers.push(self.layer(id, service, policy)),
            }
        }
        let innermost = layers.len() - call.policies.iter().filter(|it| is_response(it)).count();
        layers.splice(innermost..innermost, self.connection(service, call));
        self.model.edges[id].layers = layers.into();
    }

    fn layer(&mut self, edge: EdgeId, service: &schema::Service, policy: &Policy) -> Layer {
        let instances = service.instances;
        match policy {
            Policy::Timeout(it) => timeout(*it, Timer::Attempt),
            Policy::TotalTimeout(it) => timeout(*it, Timer::Total),
            Policy::ResponseTimeout(it) => timeout(*it, Timer::Response),
            Policy::Retry(it) => Layer::Retry {
                attempts: it.attempts,
                backoff: it.backoff,
                on: it.on,
                budget: it
                    .budget
                    .map(|share| place(&mut self.model.budgets, it.scope, instances, |_| share)),
                in_flight: it.in_flight.map(|of| {
                    place(&mut self.model.in_flight_budgets, it.scope, instances, |_| of)
                }),
                retry_after: it.retry_after,
            },
            Policy::Hedge(it) => Layer::Hedge {
                place: place(&mut self.model.hedges, it.scope, instances, |_| it.after),
                most: it.most,
                losers: give_up(it.losers),
                budget: it
                    .budget
                    .map(|share| place(&mut self.model.budgets, it.scope, instances, |_| share)),
            },
            Policy::Throttle(it) => {
                let row = |_| (it.k, it.window);
                Layer::Throttle(place(&mut self.model.throttles, it.scope, instances, row))
            }
            Policy::Concurrency(it) => {
                let name = self.model.edges[edge].name.clone();
                let row = |instance: Option<u32>| {
                    (instance.map_or(name.clone(), |it| format!("{name}#{it}")), it.config)
                };
                Layer::Concurrency(place(&mut self.model.limiters, it.scope, instances, row))
            }
            Policy::Breaker(it) => self.breaker(edge, instances, it),
            Policy::Limit(it) => {
                let bucket = |_| (it.rate, it.burst);
                Layer::Limit(place::<BucketId, _>(
                    &mut self.model.buckets,
                    it.scope,
                    instances,
                    bucket,
                ))
            }
            Policy::Bulkhead(it) => Layer::Bulkhead(self.bulkhead(edge, service, it)),
            Policy::Fallback(_) => unreachable!("a fallback is a chain of layers"),
        }
    }

    fn fallback(
        &mut self,
        edge: EdgeId,
        service: &schema::Service,
        op: &schema::Operation,
        fallback: &schema::Fallback,
    ) -> Layer {
        match fallback {
            schema::Fallback::Static(_) => Layer::Fallback,
            schema::Fallback::Fail(code) => Layer::FailWith(*code),
            schema::Fallback::Call(name) => {
                // The calls of an operation stand side by side.
                let place = |name: &str| op.calls.iter().position(|it| it.name == name);
                let own = self.model.edges[edge].name.rsplit(" -> ").next().and_then(place);
                let ahead = place(name).zip(own).map(|(other, own)| other - own);
                Layer::StandIn(EdgeId::new(edge.index() + ahead.expect("it is checked")))
            }
            schema::Fallback::Cached(it) => {
                let (max_age, refresh_every) = (it.max_age, it.refresh_every);
                let copy = |instance| Cache { edge, instance, max_age, refresh_every };
                Layer::Copy(place(&mut self.model.caches, it.scope, service.instances, copy))
            }
        }
    }

    fn breaker(&mut self, edge: EdgeId, instances: u32, breaker: &schema::Breaker) -> Layer {
        self.model.edges[edge].has_breaker = true;
        let make = |instance| Breaker { edge, instance, config: breaker.config };
        let place: Place<BreakerId> =
            place(&mut self.model.breakers, breaker.scope, instances, make);
        Layer::Breaker(place)
    }

    fn bulkhead(
        &mut self,
        edge: EdgeId,
        service: &schema::Service,
        bulkhead: &schema::Bulkhead,
    ) -> Place<SemaphoreId> {
        let place = match bulkhead {
            schema::Bulkhead::Own(slots) => {
                let name = self.model.edges[edge].name.clone();
                let per_instance = slots.scope == Scope::Instance;
                let copies = if per_instance { service.instances } else { 1 };
                let pool = self.pool(&name, *slots, copies);
                let first = SemaphoreId(self.model.pools[pool].semaphores.start);
                Place { first, per_instance }
            }
            schema::Bulkhead::Pool(name) => self.place_in_pool(name, service),
        };
        self.model.edges[edge].pool = Some(self.model.semaphores[place.first].pool);
        place
    }

    fn loads(&mut self) {
        let zero = self.model.timeline.zero;
        for load in &self.scenario.loads {
            let first = self.model.classes.len() as u32;
            let id = LoadId::new(self.model.loads.len());
            let unnamed = [(String::new(), 1.0)];
            let classes = if load.classes.is_empty() { &unnamed[..] } else { &load.classes };
            let mut up_to = 0.0;
            for (name, share) in classes {
                up_to += share;
                let level = self.level(name);
                self.model.classes.push(Class { name: name.clone(), load: id, up_to, level });
            }
            let last = self.model.classes.len() as u32;
            self.model.loads.push(Load {
                name: load.name.clone(),
                to: self.op(&load.to),
                arrivals: arrivals(&load.arrivals, zero, self.scenario.run.clock),
                classes: first..last,
                deadline: load.deadline.unwrap_or(SimDuration::MAX),
                patience: load.patience.clone(),
            });
        }
    }

    /// What services shed is known by class, and so after the loads.
    fn shedders(&mut self) {
        let scenario = self.scenario;
        for (service, id) in scenario.services.iter().zip(self.model.services.ids()) {
            let Some(shed) = &service.shed else { continue };
            let tier = |it: &schema::ShedTier| {
                let drops =
                    |class: &Class| it.drops(&self.model.loads[class.load].name, &class.name);
                (it.threshold, self.model.classes.iter().map(drops).collect())
            };
            let tiers = shed.tiers.iter().map(tier).collect();
            self.model.services[id].shed = Some(Shed { tiers, lag: shed.lag, reply: shed.reply });
        }
    }

    /// Classes of which nothing is said come after all others.
    fn level(&self, class: &str) -> u8 {
        let levels = scenario_levels(self.scenario);
        let said = self.scenario.classes.iter().find(|it| it.name == class);
        let index = said.and_then(|it| levels.iter().position(|level| *level == it.priority));
        index.unwrap_or(levels.len()) as u8
    }

    fn faults(&mut self) {
        let zero = self.model.timeline.zero;
        for fault in &self.scenario.faults {
            let from = zero + fault.at;
            let on = self.struck(fault);
            self.model.faults.push(ScheduledFault {
                name: fault.name.clone(),
                fault: effect(&fault.kind),
                on,
                from,
                full: from + fault.ramp,
                to: end_of(zero, fault),
                stage_for: stage_for(fault),
            });
        }
    }

    fn struck(&self, fault: &schema::Fault) -> Struck {
        match &fault.on {
            FaultTarget::Service(name) => {
                let service = self.service(name);
                let instances = self.model.services[service].instances.len() as u32;
                let struck = fault.blast.iter().map(|it| it.instances(instances));
                Struck::Instances(service, struck.collect())
            }
            FaultTarget::Call { from, call } => self.struck_call(fault, from, call),
            FaultTarget::Load(name) => {
                let found = self.model.loads.entries().find(|it| it.1.name == *name);
                Struck::Load(found.expect("a checked name names a load").0)
            }
            FaultTarget::Pool(name) => {
                let pool = self.pools.get(&**name).expect("a checked name names a pool");
                Struck::Pools(vec![*pool])
            }
            FaultTarget::Store(name) => {
                let store = self.model.services[self.service(name)].store;
                Struck::Store(store.expect("a checked fault strikes a store that serves"))
            }
        }
    }

    /// The calls of that name that the caller makes; a `pool_exhaust` means their own bulkheads.
    fn struck_call(&self, fault: &schema::Fault, from: &str, call: &str) -> Struck {
        let from = self.service(from);
        let arrow = format!(" -> {call}");
        let named = |it: &Edge| it.from == from && it.name.ends_with(&arrow);
        let edges: Vec<EdgeId> =
            self.model.edges.entries().filter(|it| named(it.1)).map(|it| it.0).collect();
        if matches!(fault.kind, FaultKind::PoolExhaust(_)) {
            let pools = edges.iter().filter_map(|it| self.model.edges[*it].pool);
            let shared: Vec<PoolId> = self.pools.values().copied().collect();
            return Struck::Pools(pools.filter(|it| !shared.contains(it)).collect());
        }
        Struck::Edges(edges, fault.blast.iter().map(|it| it.attempts()).collect())
    }
}

fn op_name(service: &str, op: &str) -> String {
    if op.is_empty() { service.to_owned() } else { format!("{service}.{op}") }
}

fn places(capacity: Capacity) -> u32 {
    match capacity {
        Capacity::Limited(places) => places,
        Capacity::Unlimited => u32::MAX,
    }
}

fn end_of(zero: SimTime, fault: &schema::Fault) -> SimTime {
    zero + fault.at + fault.lasts
}

/// Stages are of equal length, the last one longer by what is left.
fn stage_for(fault: &schema::Fault) -> SimDuration {
    match fault.blast.len() as u64 {
        0 | 1 => SimDuration::MAX,
        stages => SimDuration::from_nanos(fault.lasts.as_nanos() / stages),
    }
}

fn timeout(timeout: schema::Timeout, timer: Timer) -> Layer {
    Layer::Timeout { after: timeout.after, give_up: give_up(timeout.on_timeout), timer }
}

fn give_up(on_timeout: OnTimeout) -> GiveUp {
    match on_timeout {
        OnTimeout::Abandon => GiveUp::Abandon,
        OnTimeout::Cancel => GiveUp::Cancel,
    }
}

fn on_give_up(policies: &[Policy]) -> GiveUp {
    let cancels = |it: &Policy| match it {
        Policy::Timeout(it) | Policy::TotalTimeout(it) | Policy::ResponseTimeout(it) => {
            it.on_timeout == OnTimeout::Cancel
        }
        _ => false,
    };
    if policies.iter().any(cancels) { GiveUp::Cancel } else { GiveUp::Abandon }
}

fn is_response(policy: &Policy) -> bool {
    matches!(policy, Policy::ResponseTimeout(_))
}

fn keyed(policy: &Policy) -> bool {
    matches!(policy, Policy::Retry(retry) if retry.idempotency_key)
}

/// Makes one row of state, or one for each calling instance.
fn place<I: Id, T>(
    table: &mut Table<I, T>,
    scope: Scope,
    instances: u32,
    make: impl Fn(Option<u32>) -> T,
) -> Place<I> {
    let first = I::new(table.len());
    match scope {
        Scope::Service => {
            table.push(make(None));
        }
        Scope::Instance => (0..instances).for_each(|it| {
            table.push(make(Some(it)));
        }),
    }
    Place { first, per_instance: scope == Scope::Instance }
}

/// The priorities that classes have, the most important first.
fn scenario_levels(scenario: &Scenario) -> BTreeSet<u32> {
    order::set(scenario.classes.iter().map(|it| it.priority))
}

/// Neighbours of one group end together; a call without a group is a group of its own.
fn close_groups(edges: &mut Table<EdgeId, Edge>, first: u32, calls: &[schema::Call]) {
    let mut end = calls.len();
    for index in (0..calls.len()).rev() {
        let with_next = calls
            .get(index + 1)
            .is_some_and(|next| next.group.is_some() && next.group == calls[index].group);
        if !with_next {
            end = index + 1;
        }
        edges[EdgeId(first + index as u32)].group_end = first + end as u32;
    }
}

fn arrivals(arrivals: &schema::Arrivals, zero: SimTime, clock: Option<u32>) -> Arrivals {
    let curve = |profile| RateCurve::of(profile, zero, clock);
    match arrivals {
        schema::Arrivals::Poisson(profile) => Arrivals::Poisson(curve(profile)),
        schema::Arrivals::Constant(profile) => Arrivals::Constant(curve(profile)),
        schema::Arrivals::Bursty(profile, bursts) => Arrivals::Bursty(curve(profile), *bursts),
        schema::Arrivals::Replay(replay) => Arrivals::Replay(replay.clone()),
        schema::Arrivals::Closed { users, think } => {
            Arrivals::Closed { users: *users, think: think.clone() }
        }
    }
}

fn effect(kind: &FaultKind) -> Fault {
    match kind {
        FaultKind::Latency(law) => Fault::Latency(law.clone()),
        FaultKind::Slow(factor) => Fault::Slow(*factor),
        FaultKind::Error(rate) => Fault::Error { share: rate.share, code: rate.code },
        FaultKind::Blackhole(share) => Fault::Blackhole(*share),
        FaultKind::Refuse(share) => Fault::Refuse(*share),
        FaultKind::Kill => Fault::Kill,
        FaultKind::Surge(factor) => Fault::Surge(*factor),
        FaultKind::PoolExhaust(Held::Count(count)) => Fault::HoldCount(*count),
        FaultKind::PoolExhaust(Held::Share(share)) | FaultKind::Cpu(share) => {
            Fault::HoldShare(*share)
        }
        FaultKind::ConsumerStop => Fault::HoldShare(1.0),
        FaultKind::Loss(share) => Fault::Loss(*share),
        FaultKind::Throttle(it) => Fault::Throttle(it.rate, it.burst),
        FaultKind::Gc(pauses) => Fault::Pause(*pauses),
        FaultKind::Memory(leak) => Fault::Leak(leak.lasts()),
        FaultKind::SlowDns(law) => Fault::Lookup(law.clone()),
        FaultKind::Dns(share) => Fault::Unresolved(*share),
        FaultKind::Failover => Fault::Failover,
        FaultKind::Restore(hangs) => Fault::Restore { hangs: *hangs },
        FaultKind::ReplicationPause => Fault::ReplicationPause,
    }
}
