//! Cases side by side, round by round.

use std::sync::Arc;

use sim_core::experiment::Replication;
use sim_core::model::Model;

use crate::simulate::{Campaign, Run};

/// The first replication of every case, then the second: what the replications of one number say
/// together can be worked out as soon as the last of them is taken.
pub(crate) struct Cases<F> {
    models: Vec<Arc<Model>>,
    replications: u32,
    given: u64,
    take: F,
}

impl<F: FnMut(usize, Replication)> Cases<F> {
    /// So many replications of each model; `take` is told which of them a result is of.
    pub(crate) fn new(models: Vec<Arc<Model>>, replications: u32, take: F) -> Self {
        Self { models, replications, given: 0, take }
    }

    /// Runs of all cases together.
    pub(crate) fn runs(&self) -> u64 {
        self.models.len() as u64 * u64::from(self.replications)
    }
}

impl<F: FnMut(usize, Replication)> Campaign for Cases<F> {
    fn next(&mut self) -> Option<Run> {
        if self.given == self.runs() {
            return None;
        }
        let cases = self.models.len() as u64;
        let (round, case) = (self.given / cases, (self.given % cases) as usize);
        self.given += 1;
        Some(Run { case, model: self.models[case].clone(), number: round as u32 })
    }

    fn take(&mut self, case: usize, replication: Replication) {
        (self.take)(case, replication);
    }
}
