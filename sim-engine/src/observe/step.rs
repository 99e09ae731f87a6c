//! One step in the life of a request, attempt or call: what a trace is made of.

use super::{Asker, Outcome};
use crate::model::{EdgeId, InstanceId, OpId};
use crate::policy::failure::Reason;
use crate::time::SimDuration;

/// Who takes a step. Never given twice in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// A job: a request of a load, or an attempt of a call.
    Job(u64),
    /// A call, with all its attempts.
    Call(u64),
}

/// What is done, or happens to one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// A job is sent.
    Sent {
        /// Who asked.
        asker: Asker,
        /// The call that it is an attempt of; none for a request of a load.
        by: Option<Actor>,
        /// What it asks for.
        op: OpId,
        /// Where it goes; nowhere, where no instance is up.
        to: Option<InstanceId>,
    },
    /// Its message is lost: no answer will ever come.
    Lost,
    /// It waits at the door of a full queue.
    AtDoor,
    /// It waits for a worker.
    Queued,
    /// A worker takes it.
    Working,
    /// Its own work is done.
    WorkDone,
    /// It is a write, and waits until standbys have it, too.
    Committing,
    /// Its reply is on the way, or it is turned away.
    Replying(Outcome),
    /// Its reply goes out while the work goes on: as this job.
    RepliedBy(Actor),
    /// It has ended for who asked, who may have given it up.
    Answered(Outcome),
    /// Nothing of it is left.
    Over,

    /// A call begins.
    Called {
        /// Which.
        edge: EdgeId,
        /// The job that waits for it.
        by: Actor,
    },
    /// It is in line for a slot.
    InLine,
    /// It has a slot of its pool.
    HasSlot,
    /// It gives its slot back.
    SlotBack,
    /// A layer of its policies turns it away.
    TurnedAway(Reason),
    /// A time limit of it passes.
    TimedOut,
    /// It has failed and will try again.
    BacksOff {
        /// After this wait.
        delay: SimDuration,
        /// The number of the next try, ≥ 2.
        next: u32,
    },
    /// It would try again, but its retry budget is spent.
    BudgetSpent,
    /// Its fallback answers.
    FellBack,
    /// It is over.
    Ended(Outcome),
}
