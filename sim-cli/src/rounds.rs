//! The variants of a scenario, run side by side.

use sim_core::experiment::{Fold, Plan, Replication};

use crate::simulate::{Campaign, Run, Watch};

/// The first replication of every variant, then the second: whenever it is stopped, all variants
/// have about as many.
///
/// Where a variant has a precision, its target is what its own results so far ask for, and no more
/// than that is given out: the number of threads changes nothing.
pub(crate) struct Rounds<'p> {
    plan: &'p Plan,
    watch: &'p dyn Watch,
    folds: Vec<Fold>,
    /// Runs of each variant that are known to be needed.
    targets: Vec<u32>,
    /// Runs of each variant that were given out.
    given: Vec<u32>,
}

impl<'p> Rounds<'p> {
    /// Nothing run so far; the watch is told of runs beyond the first.
    pub(crate) fn new(plan: &'p Plan, watch: &'p dyn Watch) -> Self {
        let folds: Vec<Fold> = (0..plan.variants.len()).map(|it| plan.fold(it)).collect();
        let targets = (0..folds.len()).map(|it| plan.replications(it)).collect();
        Self { plan, watch, targets, given: vec![0; folds.len()], folds }
    }

    /// Runs of all variants together, so far as is known before the first.
    pub(crate) fn runs(plan: &Plan) -> u64 {
        (0..plan.variants.len()).map(|it| u64::from(plan.replications(it))).sum()
    }

    /// What was taken, by variant.
    pub(crate) fn into_folds(self) -> Vec<Fold> {
        self.folds
    }
}

impl Campaign for Rounds<'_> {
    fn next(&mut self) -> Option<Run> {
        let due = |it: &usize| self.given[*it] < self.targets[*it];
        let case = (0..self.folds.len()).filter(due).min_by_key(|it| self.given[*it])?;
        let number = self.given[case];
        self.given[case] += 1;
        Some(Run { case, model: self.plan.variants[case].1.clone(), number })
    }

    fn take(&mut self, case: usize, replication: Replication) {
        let fold = &mut self.folds[case];
        fold.push(replication);
        if fold.replications() == self.targets[case] {
            let target = self.plan.target(case, fold);
            self.watch.more_runs(u64::from(target - self.targets[case]));
            self.targets[case] = target;
        }
    }
}
