//! The loop, compiled in this crate for each observer that experiments use.
//!
//! What is generic is compiled where its types are named, with that crate's settings. The loop is the
//! one thing that must be fast everywhere, and the crates around it are built for size where they are
//! sent to a browser.

use super::agenda::heap::Heap;
use super::agenda::wheel::Wheel;
use super::{Ending, World};
use crate::model::FaultId;
use crate::observe::Observer;
use crate::observe::ledger::Ledger;
use crate::observe::recorder::Recorder;
use crate::observe::reel::Reel;
use crate::observe::sampler::Sampler;
use crate::observe::trace::Tracer;
use crate::time::SimTime;

/// Something that goes on in simulated time.
pub trait Simulate {
    /// Simulates up to `until`, or to the end of the run if that is earlier.
    ///
    /// Returns how the run ended, or `None` if there is more of it.
    fn advance(&mut self, until: SimTime) -> Option<Ending>;

    /// Ends a fault at `at`, to which the run has come, or sees to it that it never begins.
    fn roll_back(&mut self, fault: FaultId, at: SimTime);
}

macro_rules! compiled {
    ($([$($generic:tt)*] $observer:ty, $pending:ty;)+) => {
        $(impl<$($generic)*> Simulate for World<'_, $observer, $pending> {
            fn advance(&mut self, until: SimTime) -> Option<Ending> {
                self.go(until)
            }

            fn roll_back(&mut self, fault: FaultId, at: SimTime) {
                self.end_early(fault, at);
            }
        })+
    };
}

compiled! {
    [] Recorder<'_>, Wheel;
    [] (Sampler<'_>, Recorder<'_>), Wheel;
    [] (Sampler<'_>, (Recorder<'_>, Reel)), Wheel;
    [] (Sampler<'_>, (Recorder<'_>, Ledger)), Wheel;
    [] (Sampler<'_>, Tracer<'_>), Wheel;
    // The slow twin, where it is wanted.
    [O: Observer] O, Heap;
}
