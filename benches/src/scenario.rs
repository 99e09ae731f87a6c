//! The same models as scenario files: read, compiled, run and measured as `stormglass run` does it.

use sim_core::availability::Years;
use sim_core::compile::compile;
use sim_core::experiment::{Replication, replicate};
use sim_core::model::Model;
use sim_core::observe::recorder::Recorder;
use sim_core::report::{Entity, measure};
use sim_core::scenario::{NoFiles, parse, render};

/// A compiled scenario, ready to run as often as it takes.
#[derive(Clone, Debug)]
pub struct Ready {
    model: Model,
}

impl Ready {
    /// M/M/1 or M/M/50 at the yardstick's rate and utilisation, as long as its customers take to
    /// come.
    pub fn mmc(servers: u32) -> Self {
        match servers {
            1 => Self::of(include_str!("../scenarios/mm1.toml")),
            50 => Self::of(include_str!("../scenarios/mm50.toml")),
            _ => panic!("there is no scenario with {servers} servers"),
        }
    }

    /// M/M/50 with a timeout for each request.
    pub fn mm50_with_timeouts() -> Self {
        Self::of(include_str!("../scenarios/mm50-timeout.toml"))
    }

    /// The path through retry, breaker, bulkhead and timeout.
    pub fn policy_path() -> Self {
        Self::of(include_str!("../scenarios/policy-path.toml"))
    }

    fn of(text: &str) -> Self {
        let source = parse(text).expect("a bench's scenario is TOML");
        match source.check(None, &NoFiles) {
            Ok(scenario) => Self { model: compile(&scenario) },
            Err(faults) => panic!("{}", render(&faults, source.sources())),
        }
    }

    /// One replication with everything that the report needs of it.
    pub fn run(&self, number: u32) -> Replication {
        replicate(&self.model, 1, number, |_| true).expect("nobody stops it")
    }

    /// What a replication says of this metric over the whole run; of the first entity that has it
    /// and is no load if `inner`, else of the load.
    pub fn metric(&self, run: &Replication, inner: bool, name: &str) -> f64 {
        let whole = self.model.timeline.phases.last().expect("there is always `always`");
        let rows =
            measure(&self.model, &Recorder::new(&self.model), &Years::none(&self.model), whole);
        let wanted = |entity| matches!(entity, Entity::Load(_)) != inner;
        let row = rows.iter().position(|it| wanted(it.entity) && it.name == name);
        let values = run.phases.last().expect("there is always `always`");
        values[row.unwrap_or_else(|| panic!("`{name}` is measured"))]
    }
}
