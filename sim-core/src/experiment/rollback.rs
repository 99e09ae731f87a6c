//! What ended early in a replication, and why.

use super::Replication;
use crate::model::{FaultId, Model, Phase};
use crate::time::SimTime;

/// A fault that ended early, or never began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollback {
    /// Which one.
    pub fault: FaultId,
    /// When.
    pub at: SimTime,
    /// Whether it had begun.
    pub begun: bool,
    /// Why.
    pub cause: Cause,
}

/// Why a fault was rolled back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// An `[[abort]]`, by its number in the file.
    Abort(usize),
    /// What was expected of a stage did not hold in it.
    Stage {
        /// Which stage, the first of which is 0.
        stage: usize,
        /// The numbers of what was expected, in the order of the report's verdicts.
        claims: Vec<usize>,
    },
}

/// An `[[abort]]` that came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aborted {
    /// Its number in the file.
    pub abort: usize,
    /// When.
    pub at: SimTime,
}

/// How much of a phase a replication saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// All of it.
    Whole,
    /// Its beginning: a limit stopped the run.
    Limited,
    /// Its beginning, as it was meant to be: an abort, or a stage that did not hold, ended it.
    Aborted,
    /// Nothing: its fault was never begun, or the run was stopped before.
    Never,
}

impl Replication {
    /// How much of a phase this one saw. A fault that is rolled back cuts its own phase and
    /// `always`; what was before it, and what comes after the last, are what they are without it.
    pub(super) fn reach(&self, phase: &Phase, model: &Model) -> Reach {
        let stopped = self.ending.at < phase.to && self.ending.stopped.is_some();
        if stopped && self.ending.stopped != Some(crate::engine::Stop::Asked) {
            return Reach::Limited;
        }
        if stopped {
            return if self.ending.at <= phase.from { Reach::Never } else { Reach::Aborted };
        }
        let concerns = |it: &&Rollback| {
            it.at < phase.to
                && (phase.name == "always" || model.faults[it.fault].name == phase.name)
        };
        match self.rollbacks.iter().find(concerns) {
            None => Reach::Whole,
            Some(rollback) if rollback.begun || phase.name == "always" => Reach::Aborted,
            Some(_) => Reach::Never,
        }
    }

    /// Whether a claim did not hold in a stage, and its fault was rolled back for that.
    pub(super) fn broke_in_a_stage(&self, claim: usize) -> bool {
        let broke = |it: &Rollback| matches!(&it.cause, Cause::Stage { claims, .. } if claims.contains(&claim));
        self.rollbacks.iter().any(broke)
    }
}
