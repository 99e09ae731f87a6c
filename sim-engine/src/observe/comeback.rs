//! How a store comes back that has lost its primary.

use crate::backup::{Restored, Unrestorable};
use crate::replication::failover::Phases;
use crate::time::SimDuration;

/// How a store comes back that has lost its primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comeback {
    /// A standby takes over.
    Failover(Phases),
    /// A backup is restored.
    Restore(Restored),
    /// Nothing can be restored.
    Never(Unrestorable),
}

impl Comeback {
    /// What takes its time, in order, as reports call it.
    pub fn parts(&self) -> Vec<(&'static str, SimDuration)> {
        match self {
            Self::Failover(phases) => phases.parts().to_vec(),
            Self::Restore(restored) => restored.parts().to_vec(),
            Self::Never(_) => Vec::new(),
        }
    }

    /// All of it; none where it does not come back.
    pub fn took(&self) -> Option<SimDuration> {
        match self {
            Self::Failover(phases) => Some(phases.took()),
            Self::Restore(restored) => Some(restored.took()),
            Self::Never(_) => None,
        }
    }
}
