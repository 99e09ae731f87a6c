//! The request engine: one loop over the agenda, one handler for each kind of event.
//!
//! A *job* is the life of one request or attempt at the operation that it asks for: it travels,
//! waits for a worker, is worked on, makes its calls, and replies. A *call* is what a job waits
//! for: it goes down through its layers of policies, sends an attempt (which is a job elsewhere),
//! and what comes back goes up through the same layers. Requests of a load are jobs that no call
//! waits for.
//!
//! ```text
//! load ─▶ job ─▶ call ▷ fallback ▷ breaker ▷ bulkhead ▷ timeout ▷ attempt = job ─▶ call …
//! ```
//!
//! Policies decide, the engine acts; handlers decide nothing. The order of simultaneous events is
//! that of [`agenda`].

#![expect(
    clippy::inline_always,
    reason = "the way of nearly every request, which the compiler gives up to inline where a rare way joins it"
)]

pub mod agenda;
mod arrival;
mod attempt;
mod cache;
mod call;
mod cores;
mod effect;
mod event;
mod failover;
mod fault;
mod fifo;
mod hedge;
mod job;
mod line;
mod patience;
mod restore;
mod shed;
mod simulate;
mod slab;
mod store;
mod world;

pub use simulate::Simulate;
pub use world::{Ending, Stop, World};

use crate::model::Model;
use crate::observe::Observer;
use crate::rng::Seed;
use crate::time::SimTime;

/// Runs a model from beginning to end.
pub fn run<O: Observer>(model: &Model, seed: Seed, observer: O) -> (O, Ending) {
    let mut world: World<'_, O> = World::new(model, seed, observer);
    let ending = world.go(SimTime::NEVER).expect("a run ends by the end of its time");
    (world.into_observer(), ending)
}
