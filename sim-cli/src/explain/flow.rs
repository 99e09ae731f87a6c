//! What comes to each operation, and how long it holds a worker.
//!
//! Counted are mean rates and mean times only: every call is made once (no retries), takes its
//! network both ways and the callee's own holding time, and waits for nothing. Calls follow one
//! another; of calls that start together the slowest counts. Timeouts, queues and faults are left
//! out: they are what a run is for.

use std::collections::BTreeMap;

use sim_core::distribution::Distribution;
use sim_core::schema::{Call, Operation, Scenario, Service, Store, Target};

use super::load::rates;

/// What comes to an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct OpFlow {
    /// Requests and attempts per second: the mean over the run.
    pub(crate) rate: f64,
    /// The same with all loads at their peak.
    pub(crate) peak: f64,
    /// Seconds of own work.
    pub(crate) own: f64,
    /// Seconds for which a worker is held.
    pub(crate) held: f64,
}

/// What comes to each operation of a scenario.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flow {
    ops: BTreeMap<Target, OpFlow>,
}

impl Flow {
    /// The flow of a scenario, whose calls form no circle.
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let ops: BTreeMap<Target, &Operation> = operations(scenario).collect();
        let mut order = Vec::new();
        for target in ops.keys() {
            callees_first(target, &ops, &mut order);
        }
        let mut flow = Self::default();
        for target in &order {
            let times = flow.times(ops[*target], waits_for_standbys(scenario, target));
            flow.ops.insert((*target).clone(), times);
        }
        for load in &scenario.loads {
            let (rate, peak) = rates(load, &scenario.run);
            flow.add(&load.to, rate, peak);
        }
        for target in order.into_iter().rev() {
            let OpFlow { rate, peak, .. } = flow.ops[target];
            for call in &ops[target].calls {
                flow.add(&call.to, rate * call.when, peak * call.when);
            }
        }
        flow
    }

    /// What comes to an operation.
    pub(crate) fn op(&self, target: &Target) -> OpFlow {
        self.ops.get(target).copied().unwrap_or_default()
    }

    /// Seconds that one attempt of a call takes.
    pub(crate) fn attempt(&self, call: &Call) -> f64 {
        let message = call.network.latency.as_ref().map_or(0.0, Distribution::mean_secs);
        let steps = [&call.network.dns, &call.network.connect].into_iter().flatten();
        let reach: f64 = steps.map(|it| it.time.mean_secs()).sum();
        reach + 2.0 * message + self.op(&call.to).held
    }

    /// Workers of a service busy at a time: mean, and at peak.
    pub(crate) fn busy(&self, service: &Service) -> (f64, f64) {
        let flows = service.ops.iter().map(|op| self.op(&target(service, op)));
        flows.fold((0.0, 0.0), |(mean, peak), it| {
            (mean + it.rate * it.held, peak + it.peak * it.held)
        })
    }

    fn add(&mut self, target: &Target, rate: f64, peak: f64) {
        if let Some(op) = self.ops.get_mut(target) {
            op.rate += rate;
            op.peak += peak;
        }
    }

    /// Its callees' times are known.
    fn times(&self, op: &Operation, standbys: f64) -> OpFlow {
        let own = op.time.mean_secs();
        let calls = op.calls.chunk_by(|a, b| a.group.is_some() && a.group == b.group);
        let of = |call: &Call| call.when * self.attempt(call);
        let waits: f64 = calls.map(|group| group.iter().map(of).fold(0.0, f64::max)).sum();
        OpFlow { own, held: own + standbys + waits, ..OpFlow::default() }
    }
}

/// The name of an operation of a service.
pub(crate) fn target(service: &Service, op: &Operation) -> Target {
    Target { service: service.name.clone(), op: op.name.clone() }
}

fn operations(scenario: &Scenario) -> impl Iterator<Item = (Target, &Operation)> {
    scenario.asked().flat_map(|service| service.ops.iter().map(|op| (target(service, op), op)))
}

/// Seconds that a write to a store waits for its standbys; none otherwise.
fn waits_for_standbys(scenario: &Scenario, target: &Target) -> f64 {
    let store = scenario.store(&target.service).filter(|_| target.op == Store::WRITE);
    store.map_or(0.0, Store::mean_wait_secs)
}

/// Puts an operation into the order, after all that it calls. Not by recursion, which a long chain
/// of calls would carry too deep.
fn callees_first<'s>(
    from: &'s Target,
    ops: &'s BTreeMap<Target, &Operation>,
    order: &mut Vec<&'s Target>,
) {
    let mut stack = vec![(from, false)];
    let mut seen: std::collections::BTreeSet<&Target> = order.iter().copied().collect();
    while let Some((target, done)) = stack.pop() {
        if done {
            if seen.insert(target) {
                order.push(target);
            }
        } else if !seen.contains(target) {
            stack.push((target, true));
            let callees = ops[target].calls.iter().map(|it| &it.to);
            stack.extend(callees.filter(|it| !seen.contains(it)).map(|it| (it, false)));
        }
    }
}

#[cfg(test)]
mod tests {
    use sim_core::scenario::{NoFiles, parse};

    use super::*;

    const DIAMOND: &str = r#"
        format = 1
        title = "two ways to one store"
        run = { duration = "100s" }
        load.users = { to = "shop", rate = ["100/s at 0s", "300/s at 50s"], arrivals = "constant" }
        [service.shop]
        time = "5ms"
        instances = 1
        workers = 10
        [[service.shop.call]]
        to = "search"
        [[service.shop.call]]
        to = "store"
        when = "50%"
        group = "both"
        [[service.shop.call]]
        to = "mail"
        group = "both"
        network = { latency = "1ms" }
        [service.search]
        time = "20ms"
        instances = 1
        workers = 10
        [[service.search.call]]
        to = "store"
        [service.store]
        time = "10ms"
        instances = 1
        workers = 10
        [service.mail]
        time = "2ms"
        instances = 1
        workers = 10
    "#;

    #[test]
    fn rates_add_up_and_times_too() {
        let scenario = parse(DIAMOND).and_then(|it| it.check(None, &NoFiles)).unwrap();
        let flow = Flow::of(&scenario);
        let op = |name: &str| flow.op(&Target { service: name.to_owned(), op: String::new() });
        // 200/s on average; the store is asked by all searches and half of the shop's requests.
        let near = |got: f64, want: f64| assert!((got - want).abs() < 1e-9, "{got} for {want}");
        near(op("shop").rate, 200.0);
        near(op("store").rate, 300.0);
        near(op("store").peak, 450.0);
        near(op("search").held, 0.030);
        // 5 ms own, 30 ms search, then the slower of half of 10 ms and 2 + 2 × 1 ms.
        near(op("shop").held, 0.040);
        near(flow.busy(&scenario.services[0]).0, 8.0);
    }
}
