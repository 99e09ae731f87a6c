//! What a point of a sweep came to, as data.

use serde::Serialize;

use crate::report::{Estimate, Outcome, Verdict};

/// One point of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PointReport {
    /// Its number in the grid.
    pub point: u64,
    /// Replications that ended.
    pub replications: u32,
    /// Those of them that a limit stopped.
    pub stopped: usize,
    /// What was measured, by gauge; none where it is not defined.
    pub metrics: Vec<Option<Estimate>>,
    /// What became of the constraints.
    pub constraints: Vec<Verdict>,
    /// What became of what the scenario expects.
    pub verdicts: Vec<Verdict>,
}

/// Whether a point holds all constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Feasibility {
    /// It holds them all.
    #[serde(rename = "yes")]
    Feasible,
    /// The replications cannot tell, or there is nothing to tell it by.
    #[serde(rename = "undecided")]
    Undecided,
    /// It breaks one.
    #[serde(rename = "no")]
    Infeasible,
}

impl PointReport {
    /// Whether it holds all constraints; so where there are none.
    pub fn feasibility(&self) -> Feasibility {
        let has =
            |outcomes: &[Outcome]| self.constraints.iter().any(|it| outcomes.contains(&it.outcome));
        if has(&[Outcome::Fail]) {
            Feasibility::Infeasible
        } else if has(&[Outcome::Inconclusive, Outcome::Skipped]) {
            Feasibility::Undecided
        } else {
            Feasibility::Feasible
        }
    }

    /// The replications that would likely decide the constraints that are open, where that can be
    /// told.
    pub fn needs(&self) -> Option<u64> {
        self.constraints.iter().filter_map(|it| it.needs).max()
    }
}
