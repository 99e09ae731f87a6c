//! The same models as scenarios: compiled, run and measured as `stormglass run` does it.

use sim_core::distribution::{Distribution, Exponential, LogNormal};
use sim_core::experiment::{Replication, replicate};
use sim_core::model::{Model, compile};
use sim_core::observe::recorder::Recorder;
use sim_core::policy::backoff::Backoff;
use sim_core::policy::balancer::Balance;
use sim_core::policy::breaker;
use sim_core::policy::failure::Reasons;
use sim_core::report::{Entity, measure};
use sim_core::scenario::schema::{
    Arrivals, Blast, Breaker, Bulkhead, Call, Capacity, ErrorRate, Fault, FaultKind, FaultTarget,
    Load, OnTimeout, Operation, Policy, RateChange, RateProfile, Retry, Run, Scenario, Scope,
    Service, Slots, Target, Timeout,
};
use sim_core::time::SimDuration;

use crate::workload::{CUSTOMERS, RATE, mean_service, policy_path};

/// A compiled scenario, ready to run as often as it takes.
#[derive(Clone, Debug)]
pub struct Ready {
    model: Model,
}

impl Ready {
    /// M/M/c at the yardstick's rate and utilisation, as long as its customers take to come.
    pub fn mmc(servers: u32) -> Self {
        let time = Exponential::new(SimDuration::from_secs_f64(mean_service(servers)));
        let time = Distribution::Exponential(time.expect("the mean is not zero"));
        let duration = SimDuration::from_secs_f64(CUSTOMERS as f64 / RATE);
        let services = vec![service("queue", Capacity::Limited(servers), time, Vec::new())];
        Self { model: compile(&scenario(duration, RATE, services, Vec::new())) }
    }

    /// The path through retry, breaker, bulkhead and timeout.
    pub fn policy_path() -> Self {
        let server = Distribution::LogNormal(
            LogNormal::from_mean_and_quantile(
                span(policy_path::SERVICE_MEAN),
                0.99,
                span(policy_path::SERVICE_P99),
            )
            .expect("the law exists"),
        );
        let client = Distribution::constant(SimDuration::ZERO);
        let services = vec![
            service("client", Capacity::Unlimited, client, vec![guarded_call()]),
            service("server", Capacity::Unlimited, server, Vec::new()),
        ];
        let slow = Fault {
            name: "slow".to_owned(),
            kind: FaultKind::Slow(policy_path::SLOW_FACTOR),
            on: FaultTarget::Service("server".to_owned()),
            blast: Blast::All,
            at: span(policy_path::SLOW_FROM),
            lasts: span(policy_path::SLOW_TO - policy_path::SLOW_FROM),
            ramp: SimDuration::ZERO,
        };
        let duration = span(policy_path::DURATION);
        Self { model: compile(&scenario(duration, policy_path::RATE, services, vec![slow])) }
    }

    /// One replication with everything that the report needs of it.
    pub fn run(&self, number: u32) -> Replication {
        replicate(&self.model, 1, number, |_| true).expect("nobody stops it")
    }

    /// What a replication says of this metric over the whole run; of the first entity that has it
    /// and is no load if `inner`, else of the load.
    pub fn metric(&self, run: &Replication, inner: bool, name: &str) -> f64 {
        let whole = self.model.timeline.phases.last().expect("there is always `always`");
        let rows = measure(&self.model, &Recorder::new(&self.model), whole);
        let wanted = |entity| matches!(entity, Entity::Load(_)) != inner;
        let row = rows.iter().position(|it| wanted(it.entity) && it.name == name);
        let values = run.phases.last().expect("there is always `always`");
        values[row.unwrap_or_else(|| panic!("`{name}` is measured"))]
    }
}

fn span(nanos: u64) -> SimDuration {
    SimDuration::from_nanos(nanos)
}

fn target(service: &str) -> Target {
    Target { service: service.to_owned(), op: String::new() }
}

/// Requests at `rate` for the first of the services.
fn scenario(
    duration: SimDuration,
    rate: f64,
    services: Vec<Service>,
    faults: Vec<Fault>,
) -> Scenario {
    let steady = RateChange { at: SimDuration::ZERO, rate, over: SimDuration::ZERO };
    let load = Load {
        name: "users".to_owned(),
        to: target(&services[0].name),
        arrivals: Arrivals::Poisson(RateProfile(vec![steady])),
        classes: Vec::new(),
        deadline: None,
    };
    Scenario {
        expects: Vec::new(),
        steady: None,
        title: "yardstick".to_owned(),
        seed: 1,
        run: Run {
            warmup: SimDuration::ZERO,
            duration,
            replications: 1,
            clock: None,
            max_events: u64::MAX,
            max_in_flight: 1_000_000,
        },
        loads: vec![load],
        services,
        pools: Vec::new(),
        faults,
    }
}

fn service(name: &str, workers: Capacity, time: Distribution, calls: Vec<Call>) -> Service {
    Service {
        name: name.to_owned(),
        instances: 1,
        workers,
        queue: Capacity::Unlimited,
        balance: Balance::RoundRobin,
        restart: None,
        deadline: None,
        ops: vec![Operation {
            name: String::new(),
            time,
            errors: ErrorRate { share: 0.0, code: 500 },
            calls,
        }],
    }
}

fn guarded_call() -> Call {
    use policy_path as is;
    let retry = Retry {
        attempts: is::ATTEMPTS,
        backoff: Backoff::FullJitter { base: span(is::BACKOFF), cap: span(is::BACKOFF_CAP) },
        on: Reasons::TRANSIENT,
        budget: None,
        scope: Scope::Instance,
    };
    let breaker = Breaker {
        config: breaker::Config {
            trip: breaker::Trip::OfLastTime {
                share: is::BREAKER_SHARE,
                window: span(is::BREAKER_WINDOW),
                min_calls: is::BREAKER_MIN_CALLS,
            },
            slow: None,
            open_for: span(is::BREAKER_OPEN),
            probes: is::BREAKER_PROBES,
        },
        scope: Scope::Instance,
    };
    let bulkhead = Bulkhead::Own(Slots {
        slots: is::SLOTS,
        max_wait: span(is::MAX_WAIT),
        queue: Capacity::Unlimited,
        scope: Scope::Instance,
    });
    let timeout = Timeout { after: span(is::TIMEOUT), on_timeout: OnTimeout::Abandon };
    Call {
        name: "server".to_owned(),
        to: target("server"),
        when: 1.0,
        group: None,
        network: None,
        policies: vec![
            Policy::Retry(retry),
            Policy::Breaker(breaker),
            Policy::Bulkhead(bulkhead),
            Policy::Timeout(timeout),
        ],
        inactive: Vec::new(),
    }
}
