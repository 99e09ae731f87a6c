//! One replication, traced.

use super::course::Course;
use super::drive;
use super::monitor::Monitor;
use crate::engine::{Ending, World};
use crate::model::Model;
use crate::observe::sampler::Sampler;
use crate::observe::trace::{Choice, Trace, Tracer};
use crate::rng::Seed;

/// Runs replication `number` as [`replicate`](super::replicate) does, and traces it; `None` if
/// `go_on` says to stop. To be traced changes nothing of the run.
pub fn trace(
    model: &Model,
    root: u64,
    number: u32,
    choice: Choice,
    go_on: &mut dyn FnMut(f64) -> bool,
) -> Option<(Trace, Ending)> {
    let seed = Seed { root, replication: number };
    let mut sampler = Sampler::new(model);
    let watch = Monitor::new(model, &mut sampler);
    let world: World<'_, _> = World::new(model, seed, (sampler, Tracer::new(model, choice)));
    let (course, ending) = drive(Course { world, watch }, model, go_on)?;
    let (_, tracer) = course.world.into_observer();
    Some((tracer.finish(), ending))
}
