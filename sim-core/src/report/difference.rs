//! How two variants differ, as data.

use serde::Serialize;

use super::{EntityKind, Estimate};
use crate::metric::Unit;

/// One metric of one entity that two variants share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DifferenceReport {
    /// What the entity is.
    pub kind: EntityKind,
    /// The entity's name.
    pub entity: String,
    /// The metric's name.
    pub metric: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// For each phase that both have: none where no pair of replications defines it.
    pub phases: Vec<Option<Difference>>,
}

/// A metric in one phase of two variants, over pairs of replications in which both define it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The mean in the base.
    pub base: f64,
    /// The mean in the other variant.
    pub other: f64,
    /// The mean of other less base; its interval is that of the paired t.
    pub difference: Estimate,
}
