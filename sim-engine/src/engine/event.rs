//! What can happen.

use super::slab::Key;
use crate::model::{CacheId, FaultId, InstanceId, LoadId, SegmentId, StoreId, Timer};

/// Small and `Copy`: the agenda moves these by the million.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A request of a load enters the system.
    Arrival(LoadId),
    /// A burst of a load begins or ends.
    Burst(LoadId),
    /// A request or attempt reaches the instance that it was sent to.
    Delivered(Key),
    /// A worker is done with a job's own work.
    WorkDone(Key),
    /// The cores of an instance are done with the next of the work that they share.
    CoresDone(InstanceId),
    /// A reply reaches its caller.
    Replied(Key),
    /// The deadline of a job passes.
    Deadline(Key),
    /// The user of a request gives up.
    PatienceLost(Key),
    /// A timeout of a call runs out.
    Timeout(Key, Timer),
    /// A call has waited for a slot as long as it may.
    WaitOver(Key),
    /// A call has been given the slot that it waited for.
    SlotGiven(Key),
    /// A call tries again.
    Retry(Key),
    /// A copy of a call has been out for long.
    Hedge(Key),
    /// A copy is due to be fetched.
    Refresh(CacheId),
    /// A fault takes the next step of its ramp; the last one is its full strength.
    FaultStep(FaultId, u8),
    /// A fault widens to this stage, the first of which is 0.
    FaultStage(FaultId, u8),
    /// A fault ends.
    FaultEnd(FaultId),
    /// A job has waited for a place in a queue as long as it may.
    DoorShut(Key),
    /// An instance has run out of memory.
    OutOfMemory(InstanceId),
    /// A leak has taken the last of an instance's memory.
    Leaked(FaultId, InstanceId),
    /// The name of a store leads to the standby that has taken over.
    Promoted(FaultId),
    /// The standbys that a write waits for have it.
    Committed(Key),
    /// A standby goes away by itself, or is back.
    StandbyTurns(StoreId, u8),
    /// A primary stops waiting for a standby that is away.
    FallBack(StoreId, u8),
    /// A crashed instance is back.
    Restarted(InstanceId),
    /// A segment begins.
    Segment(SegmentId),
}

const _: () = assert!(size_of::<Event>() <= 16);
