//! What happened that is worth a line: breakers and faults.

use crate::model::{BreakerId, FaultId, InstanceId};
use crate::policy::breaker::State;

/// Something worth a line in the report.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// A breaker changed its state.
    Breaker {
        /// Which one.
        breaker: BreakerId,
        /// From what.
        from: State,
        /// To what.
        to: State,
    },
    /// An instance ran out of memory.
    OutOfMemory(InstanceId),
    /// A fault started (strength > 0) or ended (0).
    Fault {
        /// Which one.
        fault: FaultId,
        /// Whether it starts.
        starts: bool,
        /// The instances that it strikes.
        victims: Vec<InstanceId>,
    },
    /// A fault widened.
    Widened {
        /// Which one.
        fault: FaultId,
        /// To which of its stages, the first of which is 0.
        stage: usize,
        /// The instances that it strikes now.
        victims: Vec<InstanceId>,
    },
}

/// No more log entries than this are kept; the rest is counted.
pub const LONGEST_LOG: usize = 10_000;
