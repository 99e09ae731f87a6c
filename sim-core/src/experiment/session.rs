//! A replication that is run step by step, by who must do other things in between: a page.
//!
//! However it is cut into steps, it gives what [`replicate`](super::replicate) gives, and films what
//! moves meanwhile.

use super::course::Course;
use super::monitor::Monitor;
use super::{Replication, told};
use crate::availability;
use crate::engine::World;
use crate::model::Model;
use crate::observe::recorder::Recorder;
use crate::observe::reel::Reel;
use crate::observe::sampler::Sampler;
use crate::report::{self, Series};
use crate::rng::Seed;
use crate::time::SimTime;

type Watched<'m> = (Sampler<'m>, (Recorder<'m>, Reel));

/// One replication in progress.
pub struct Session<'m> {
    model: &'m Model,
    seed: Seed,
    course: Course<'m, Watched<'m>, Monitor<'m>>,
    at: SimTime,
}

impl<'m> Session<'m> {
    /// Replication `number` at its start. What moves is filmed on `reel`.
    pub fn new(model: &'m Model, root: u64, number: u32, reel: Reel) -> Self {
        let mut sampler = Sampler::new(model);
        let watch = Monitor::new(model, &mut sampler);
        let observer = (sampler, (Recorder::new(model), reel));
        let seed = Seed { root, replication: number };
        let world = World::new(model, seed, observer);
        Self { model, seed, course: Course { world, watch }, at: SimTime::ZERO }
    }

    /// Simulates so many windows more; when the run has ended by then, what it has to say.
    ///
    /// After that there is no more to ask.
    pub fn advance(&mut self, windows: u64) -> Option<Box<Replication>> {
        self.at += self.model.timeline.window.saturating_mul(windows);
        let ending = self.course.advance(self.at)?;
        let seen = self.course.watch.seen();
        let (_, (recorder, _)) = self.course.world.observer();
        let years = availability::run(self.model, self.seed, || true)?;
        Some(Box::new(told(self.model, self.seed.replication, recorder, ending, seen, &years)))
    }

    /// How much of the run is done, 0 to 1.
    pub fn share(&self) -> f64 {
        let end = self.model.timeline.end.as_nanos() as f64;
        (self.at.as_nanos() as f64 / end).min(1.0)
    }

    /// The series as far as they are known.
    pub fn series(&mut self) -> Vec<Series> {
        let (_, (recorder, _)) = self.course.world.observer();
        report::series(self.model, recorder)
    }

    /// What was filmed so far.
    pub fn reel(&mut self) -> &Reel {
        let (_, (_, reel)) = self.course.world.observer();
        reel
    }
}
