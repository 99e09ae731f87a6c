//! A run with who watches it: it stops at each instant that is to be looked at, and obeys.

use super::monitor::{Order, Watch};
use crate::engine::agenda::PendingSet;
use crate::engine::agenda::wheel::Wheel;
use crate::engine::{Ending, Simulate, World};
use crate::observe::Observer;
use crate::time::SimTime;

/// A run in progress and its watch.
pub(super) struct Course<'m, O, W, P = Wheel> {
    pub(super) world: World<'m, O, P>,
    pub(super) watch: W,
}

impl<'m, O: Observer, W: Watch<O>, P: PendingSet> Course<'m, O, W, P>
where
    World<'m, O, P>: Simulate,
{
    /// Simulates up to `until`, or to the end of the run if that is earlier.
    ///
    /// Returns how the run ended, or `None` if there is more of it.
    pub(super) fn advance(&mut self, until: SimTime) -> Option<Ending> {
        loop {
            let stop = until.min(self.watch.next());
            let mut ending = self.world.advance(stop);
            if ending.is_none() && stop == self.watch.next() {
                for order in self.watch.look(stop, self.world.observer()) {
                    match order {
                        Order::RollBack(fault) => self.world.roll_back(fault, stop),
                        Order::Stop => ending = Some(self.world.stop(stop)),
                    }
                }
            }
            if let Some(ending) = ending {
                self.watch.finish(ending.at, self.world.observer());
                return Some(ending);
            }
            if stop == until {
                return None;
            }
        }
    }
}
