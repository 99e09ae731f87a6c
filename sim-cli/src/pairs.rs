//! Which cases are compared with which, and how they differ.

use std::collections::BTreeMap;
use std::sync::Arc;

use sim_core::experiment::{Differences, Replication};
use sim_core::model::Model;

/// Pairs of cases of one campaign. The replications of a number are taken in the order of the
/// cases.
#[derive(Debug)]
pub(crate) struct Pairs {
    pairs: Vec<Pair>,
    /// The last replication of each case that others are compared with.
    held: BTreeMap<usize, Replication>,
}

/// A case and what it is compared with, which comes before it.
#[derive(Debug)]
struct Pair {
    base: usize,
    other: usize,
    differences: Differences,
}

impl Pairs {
    /// Pairs of base and other, by their places among these models.
    pub(crate) fn new(models: &[Arc<Model>], pairs: impl Iterator<Item = (usize, usize)>) -> Self {
        let pair = |(base, other): (usize, usize)| {
            debug_assert!(base < other, "what is compared with comes first");
            Pair { base, other, differences: Differences::new(&models[base], &models[other]) }
        };
        Self { pairs: pairs.map(pair).collect(), held: BTreeMap::new() }
    }

    /// Takes the next replication of a case.
    pub(crate) fn take(&mut self, case: usize, replication: &Replication) {
        for pair in self.pairs.iter_mut().filter(|it| it.other == case) {
            pair.differences.push(&self.held[&pair.base], replication);
        }
        if self.pairs.iter().any(|it| it.base == case) {
            self.held.insert(case, replication.clone());
        }
    }

    /// How the pairs differ, in the order in which they were given.
    pub(crate) fn into_differences(self) -> Vec<Differences> {
        self.pairs.into_iter().map(|it| it.differences).collect()
    }
}
