//! Counts of chosen entities in windows of any width, for what is judged while a run goes on.
//!
//! A probe counts what happens to one entity until it is [taken](Sampler::take); who takes it says
//! where its windows end. The recorder counts by when things started, which is known for good only
//! in the end; a probe counts what started and what ended in its window, and knows that at once.
//! State probes note the instants at which all breakers of a call came into a state or left it.

use super::counts::{CallCounts, Counts, Flow, PoolCounts, ServiceCounts};
use super::gauges::{PoolGauges, ServiceGauges, one_less, one_more};
use super::{Asker, Comeback, Observer, Outcome, Start};
use crate::id::Table;
use crate::model::{
    BreakerId, ClassId, EdgeId, FaultId, InstanceId, LoadId, Model, OpId, PoolId, ServiceId,
};
use crate::policy::breaker::State;
use crate::statistics::{Placed, TimeWeighted};
use crate::time::{SimDuration, SimTime};

/// Probes on the entities of a run.
#[derive(Clone, Debug)]
pub struct Sampler<'m> {
    model: &'m Model,
    flows: Vec<Flow>,
    flows_of_class: Table<ClassId, Vec<usize>>,
    flows_of_op: Table<OpId, Vec<usize>>,
    services: Probes<ServiceId, (ServiceCounts, ServiceGauges)>,
    calls: Probes<EdgeId, (CallCounts, TimeWeighted)>,
    pools: Probes<PoolId, (PoolCounts, PoolGauges)>,
    states: Probes<EdgeId, StateProbe>,
}

/// A probe of counts.
#[derive(Clone, Copy, Debug)]
pub struct Probe(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    Flow(usize),
    Service { flow: usize, service: usize },
    Call(usize),
    Pool(usize),
}

/// A probe of a state.
#[derive(Clone, Copy, Debug)]
pub struct StateWatch(usize);

/// Probes of one kind, and which of them look at an entity.
#[derive(Clone, Debug)]
struct Probes<I, T> {
    rows: Vec<T>,
    of: Table<I, Vec<usize>>,
}

/// How many of a call's breakers are in a state.
#[derive(Clone, Debug)]
struct StateProbe {
    state: State,
    /// Breakers of the call.
    all: usize,
    /// Those in the state.
    there: usize,
    /// When all came to be in it, or ceased to, since this was last asked.
    turns: Vec<(SimTime, bool)>,
}

impl<I: crate::id::Id, T> Probes<I, T> {
    fn none(entities: usize) -> Self {
        Self { rows: Vec::new(), of: (0..entities).map(|_| Vec::new()).collect() }
    }

    fn add(&mut self, id: I, row: T) -> usize {
        self.of[id].push(self.rows.len());
        self.rows.push(row);
        self.rows.len() - 1
    }

    #[inline]
    fn each(&mut self, id: I, mut change: impl FnMut(&mut T)) {
        for row in &self.of[id] {
            change(&mut self.rows[*row]);
        }
    }
}

impl<'m> Sampler<'m> {
    /// No probes yet.
    pub fn new(model: &'m Model) -> Self {
        Self {
            model,
            flows: Vec::new(),
            flows_of_class: model.classes.iter().map(|_| Vec::new()).collect(),
            flows_of_op: model.ops.iter().map(|_| Vec::new()).collect(),
            services: Probes::none(model.services.len()),
            calls: Probes::none(model.edges.len()),
            pools: Probes::none(model.pools.len()),
            states: Probes::none(model.edges.len()),
        }
    }

    /// Looks at a load: at all its classes together.
    pub fn load(&mut self, id: LoadId) -> Probe {
        let classes = self.model.loads[id].classes.clone();
        classes.for_each(|it| self.flows_of_class[ClassId(it)].push(self.flows.len()));
        Probe(Kind::Flow(self.flow()))
    }

    /// Looks at a class.
    pub fn class(&mut self, id: ClassId) -> Probe {
        self.flows_of_class[id].push(self.flows.len());
        Probe(Kind::Flow(self.flow()))
    }

    /// Looks at an operation.
    pub fn op(&mut self, id: OpId) -> Probe {
        self.flows_of_op[id].push(self.flows.len());
        Probe(Kind::Flow(self.flow()))
    }

    /// Looks at a service.
    pub fn service(&mut self, id: ServiceId) -> Probe {
        let ops = self.model.services[id].ops.clone();
        ops.for_each(|it| self.flows_of_op[OpId(it)].push(self.flows.len()));
        let service = self.services.add(id, Default::default());
        Probe(Kind::Service { flow: self.flow(), service })
    }

    /// Looks at a call.
    pub fn call(&mut self, id: EdgeId) -> Probe {
        Probe(Kind::Call(self.calls.add(id, Default::default())))
    }

    /// Looks at a pool.
    pub fn pool(&mut self, id: PoolId) -> Probe {
        let gauges = PoolGauges::new(self.model, &self.model.pools[id]);
        Probe(Kind::Pool(self.pools.add(id, (PoolCounts::default(), gauges))))
    }

    /// Looks at the states of a call's breakers, all of which begin closed.
    pub fn state(&mut self, id: EdgeId, state: State) -> StateWatch {
        let all = self.model.breakers.iter().filter(|it| it.edge == id).count();
        let there = if state == State::Closed { all } else { 0 };
        let turns = if there == all { vec![(SimTime::ZERO, true)] } else { Vec::new() };
        StateWatch(self.states.add(id, StateProbe { state, all, there, turns }))
    }

    fn flow(&mut self) -> usize {
        self.flows.push(Flow::default());
        self.flows.len() - 1
    }

    /// What a probe has counted since it was last taken, up to now.
    pub fn take(&mut self, probe: Probe, now: SimTime) -> Counts {
        match probe.0 {
            Kind::Flow(flow) => Counts::Flow(std::mem::take(&mut self.flows[flow])),
            Kind::Service { flow, service } => {
                let (counts, gauges) = &mut self.services.rows[service];
                gauges.settle(now, counts);
                let flow = std::mem::take(&mut self.flows[flow]);
                Counts::Service(flow, std::mem::take(counts))
            }
            Kind::Call(call) => {
                let (counts, open) = &mut self.calls.rows[call];
                counts.open += open.take(now);
                Counts::Call(std::mem::take(counts))
            }
            Kind::Pool(pool) => {
                let (counts, gauges) = &mut self.pools.rows[pool];
                gauges.settle(now, counts);
                Counts::Pool(std::mem::take(counts))
            }
        }
    }

    /// When all breakers came into the state (`true`) or left it, since this was last asked.
    pub fn turns(&mut self, watch: StateWatch) -> Vec<(SimTime, bool)> {
        std::mem::take(&mut self.states.rows[watch.0].turns)
    }
}

impl StateProbe {
    fn changed(&mut self, now: SimTime, from: State, to: State) {
        let was = self.there == self.all;
        self.there += usize::from(to == self.state);
        self.there -= usize::from(from == self.state);
        let is = self.there == self.all;
        if is != was {
            self.turns.push((now, is));
        }
    }
}

impl Observer for Sampler<'_> {
    #[inline]
    fn sent(&mut self, _: SimTime, asker: Asker, op: OpId) {
        for flow in &self.flows_of_op[op] {
            self.flows[*flow].offered += 1;
        }
        match asker {
            Asker::Class(class) => {
                for flow in &self.flows_of_class[class] {
                    self.flows[*flow].offered += 1;
                }
            }
            Asker::Edge(edge) => self.calls.each(edge, |it| it.0.attempts += 1),
            Asker::Cache(_) => {}
        }
    }

    #[inline]
    fn answered(&mut self, now: SimTime, asker: Asker, op: OpId, start: Start, outcome: Outcome) {
        let nanos = Placed::new(now.since(start.at).as_nanos());
        for flow in &self.flows_of_op[op] {
            self.flows[*flow].ended(nanos, outcome, true);
        }
        match asker {
            Asker::Class(class) => {
                let load = &self.model.loads[self.model.classes[class].load];
                let good = nanos.value() <= load.deadline.as_nanos();
                for flow in &self.flows_of_class[class] {
                    self.flows[*flow].ended(nanos, outcome, good);
                }
            }
            Asker::Edge(edge) => self.calls.each(edge, |it| match outcome {
                Outcome::Failed(reason) => it.0.attempts_failed[reason as usize] += 1,
                Outcome::Full | Outcome::Degraded => it.0.attempts_answered += 1,
            }),
            Asker::Cache(_) => {}
        }
    }

    #[inline]
    fn call_started(&mut self, _: SimTime, edge: EdgeId) {
        self.calls.each(edge, |it| it.0.flow.offered += 1);
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
        let nanos = Placed::new(now.since(start.at).as_nanos());
        self.calls.each(edge, |it| {
            it.0.flow.ended(nanos, outcome, true);
            it.0.fell_back += u64::from(fell_back);
        });
    }

    #[inline]
    fn job_arrived(&mut self, now: SimTime, service: ServiceId) {
        self.services.each(service, |it| one_more(&mut it.1.in_flight, now));
    }

    #[inline]
    fn job_left(&mut self, now: SimTime, service: ServiceId) {
        self.services.each(service, |it| one_less(&mut it.1.in_flight, now));
    }

    #[inline]
    fn queue_joined(&mut self, now: SimTime, service: ServiceId) {
        self.services.each(service, |it| one_more(&mut it.1.queue, now));
    }

    #[inline]
    fn queue_left(&mut self, now: SimTime, service: ServiceId, waited: SimDuration, served: bool) {
        self.services.each(service, |it| {
            one_less(&mut it.1.queue, now);
            it.0.waited += u64::from(served);
            it.0.waiting += if served { u128::from(waited.as_nanos()) } else { 0 };
        });
    }

    #[inline]
    fn worker_taken(&mut self, now: SimTime, service: ServiceId) {
        self.services.each(service, |it| {
            one_more(&mut it.1.busy, now);
            it.0.taken += 1;
        });
    }

    #[inline]
    fn worker_freed(&mut self, now: SimTime, service: ServiceId) {
        self.services.each(service, |it| one_less(&mut it.1.busy, now));
    }

    #[inline]
    fn worked(
        &mut self,
        _: SimTime,
        service: ServiceId,
        _: Start,
        took: SimDuration,
        wasted: bool,
    ) {
        let took = u128::from(took.as_nanos());
        self.services.each(service, |it| {
            it.0.work += took;
            it.0.wasted += if wasted { took } else { 0 };
        });
    }

    fn primary_lost(&mut self, _: SimTime, _: FaultId, primary: ServiceId, _: Comeback, lost: u64) {
        self.services.each(primary, |it| it.0.lost_writes += lost);
    }

    fn crashed(&mut self, _: SimTime, instance: InstanceId) {
        self.services.each(self.model.instances[instance].service, |it| it.0.crashes += 1);
    }

    #[inline]
    fn pool_asked(&mut self, _: SimTime, pool: PoolId) {
        self.pools.each(pool, |it| it.0.asked += 1);
    }

    #[inline]
    fn pool_entered(&mut self, now: SimTime, pool: PoolId, _: Start, waited: SimDuration) {
        self.pools.each(pool, |it| {
            it.1.entered(now);
            it.0.wait.record(waited.as_nanos());
        });
    }

    #[inline]
    fn pool_left(&mut self, now: SimTime, pool: PoolId) {
        self.pools.each(pool, |it| it.1.left(now));
    }

    fn pool_held(&mut self, now: SimTime, pool: PoolId, held: u32) {
        self.pools.each(pool, |it| it.1.hold(now, held));
    }

    fn pool_waits(&mut self, now: SimTime, pool: PoolId) {
        self.pools.each(pool, |it| {
            one_more(&mut it.1.line, now);
            it.0.waited += 1;
        });
    }

    fn pool_waited(&mut self, now: SimTime, pool: PoolId) {
        self.pools.each(pool, |it| one_less(&mut it.1.line, now));
    }

    fn pool_rejected(&mut self, _: SimTime, pool: PoolId, _: Start, waited: SimDuration) {
        self.pools.each(pool, |it| {
            it.0.rejected += 1;
            it.0.wait_of_rejected += u128::from(waited.as_nanos());
        });
    }

    fn pool_cancelled(&mut self, _: SimTime, pool: PoolId, _: Start) {
        self.pools.each(pool, |it| it.0.cancelled += 1);
    }

    fn breaker_changed(&mut self, now: SimTime, breaker: BreakerId, from: State, to: State) {
        let edge = self.model.breakers[breaker].edge;
        self.states.each(edge, |it| it.changed(now, from, to));
        self.calls.each(edge, |it| {
            if to == State::Open {
                one_more(&mut it.1, now);
                it.0.opened += 1;
            } else if from == State::Open {
                one_less(&mut it.1, now);
            }
        });
    }
}
