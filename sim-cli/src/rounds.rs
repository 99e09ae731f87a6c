//! The variants of a scenario, run side by side.

use sim_core::experiment::{Fold, Plan, Replication};

use crate::simulate::{Campaign, Run};

/// The first replication of every variant, then the second: whenever it is stopped, all variants
/// have about as many.
#[derive(Debug)]
pub(crate) struct Rounds<'p> {
    plan: &'p Plan,
    folds: Vec<Fold>,
    round: u32,
    variant: usize,
}

impl<'p> Rounds<'p> {
    /// Nothing run so far.
    pub(crate) fn new(plan: &'p Plan) -> Self {
        let folds = (0..plan.variants.len()).map(|it| plan.fold(it)).collect();
        Self { plan, folds, round: 0, variant: 0 }
    }

    /// Runs of all variants together.
    pub(crate) fn runs(plan: &Plan) -> u64 {
        (0..plan.variants.len()).map(|it| u64::from(plan.replications(it))).sum()
    }

    /// What was taken, by variant.
    pub(crate) fn into_folds(self) -> Vec<Fold> {
        self.folds
    }

    fn step(&mut self) {
        self.variant += 1;
        if self.variant == self.plan.variants.len() {
            (self.round, self.variant) = (self.round + 1, 0);
        }
    }
}

impl Campaign for Rounds<'_> {
    fn next(&mut self) -> Option<Run> {
        let variants = 0..self.plan.variants.len();
        let most = variants.map(|it| self.plan.replications(it)).max()?;
        while self.round < most {
            let (case, number) = (self.variant, self.round);
            self.step();
            if number < self.plan.replications(case) {
                let model = self.plan.variants[case].1.clone();
                return Some(Run { case, model, number });
            }
        }
        None
    }

    fn take(&mut self, case: usize, replication: Replication) {
        self.folds[case].push(replication);
    }
}
