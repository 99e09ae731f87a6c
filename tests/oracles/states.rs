//! How long services are in each state: their numbers of jobs, from the end of the warm-up on.

use std::collections::BTreeMap;

use sim_core::engine;
use sim_core::model::{Model, ServiceId};
use sim_core::observe::Observer;
use sim_core::rng::Seed;
use sim_core::time::SimTime;

use super::check::State;

/// Times in nanoseconds by service and number of jobs.
#[derive(Clone, Debug, Default)]
pub(crate) struct StateTimes(BTreeMap<String, BTreeMap<u32, u64>>);

impl StateTimes {
    /// Of one replication of a model, in a run of its own that draws the same.
    pub(crate) fn of(model: &Model, number: u32) -> Self {
        let watch = Watch {
            zero: model.timeline.zero,
            services: model.services.iter().map(|_| Watched::default()).collect(),
        };
        let seed = Seed { root: model.seed, replication: number };
        let (mut watch, ending) = engine::run(model, seed, watch);
        watch.services.iter_mut().for_each(|it| it.change(ending.at, watch.zero, it.jobs));
        let names = model.services.iter().map(|it| it.name.clone());
        Self(names.zip(watch.services.into_iter().map(|it| it.times)).collect())
    }

    /// The share of time in a state.
    pub(crate) fn share(&self, state: State) -> f64 {
        let times = &self.0[state.service];
        let all: u64 = times.values().sum();
        times.get(&state.jobs).map_or(0.0, |it| *it as f64) / all as f64
    }
}

struct Watch {
    zero: SimTime,
    services: Vec<Watched>,
}

#[derive(Default)]
struct Watched {
    jobs: u32,
    since: SimTime,
    times: BTreeMap<u32, u64>,
}

impl Watched {
    fn change(&mut self, now: SimTime, zero: SimTime, jobs: u32) {
        let span = now.saturating_since(self.since.max(zero)).as_nanos();
        *self.times.entry(self.jobs).or_default() += span;
        (self.jobs, self.since) = (jobs, now);
    }
}

impl Observer for Watch {
    fn job_arrived(&mut self, now: SimTime, service: ServiceId) {
        let it = &mut self.services[service.0 as usize];
        it.change(now, self.zero, it.jobs + 1);
    }

    fn job_left(&mut self, now: SimTime, service: ServiceId) {
        let it = &mut self.services[service.0 as usize];
        it.change(now, self.zero, it.jobs - 1);
    }
}
