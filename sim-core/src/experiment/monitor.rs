//! Watches a run as it goes on, and says when faults, or the run, must end.
//!
//! Observers never change what happens. The monitor is none: between two instants of the run its
//! driver asks it, it reads what the [`Sampler`] has counted, and answers with orders, which the
//! driver gives to the world. So a run depends on the windows of its `[[abort]]`s and stages, and on
//! nothing else that is watched.

use super::claim::{Claim, claims};
use super::lookout::Lookout;
use super::rollback::{Aborted, Cause, Rollback};
use super::sighting::{Sight, Sighting};
use super::spell::Spell;
use crate::model::{FaultId, Model};
use crate::observe::sampler::Sampler;
use crate::schema::{Fact, Then};
use crate::time::SimTime;

/// Who is asked as a run goes on, and gives orders.
pub(super) trait Watch<O> {
    /// When it must be asked next; `NEVER` if not at all.
    fn next(&self) -> SimTime;
    /// What must be done at `at`, to which the run has come, but in which nothing has happened yet.
    fn look(&mut self, at: SimTime, observer: &mut O) -> Vec<Order>;
    /// The run has ended.
    fn finish(&mut self, at: SimTime, observer: &mut O);
}

/// Watches nothing.
impl<O> Watch<O> for () {
    fn next(&self) -> SimTime {
        SimTime::NEVER
    }
    fn look(&mut self, _: SimTime, _: &mut O) -> Vec<Order> {
        Vec::new()
    }
    fn finish(&mut self, _: SimTime, _: &mut O) {}
}

/// What is done to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// A fault ends, or never begins.
    RollBack(FaultId),
    /// The run ends.
    Stop,
}

/// All that is watched in one replication.
#[derive(Debug)]
pub(super) struct Monitor<'m> {
    model: &'m Model,
    sights: Vec<Sight>,
    stages: Vec<Stage>,
    aborts: Vec<Abort>,
    rollbacks: Vec<Rollback>,
    aborted: Vec<Aborted>,
}

/// An expectation that a staged fault goes on by.
#[derive(Debug)]
struct Stage {
    fault: FaultId,
    claim: usize,
    lookout: Lookout,
}

/// An `[[abort]]` that has not come about.
#[derive(Debug)]
struct Abort {
    index: usize,
    lookout: Lookout,
    spell: Spell,
}

/// What a monitor has seen and done.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) sightings: Vec<Sighting>,
    pub(super) rollbacks: Vec<Rollback>,
    pub(super) aborted: Vec<Aborted>,
}

impl<'m> Monitor<'m> {
    /// Sets the sampler's probes for all that is watched.
    pub(super) fn new(model: &'m Model, sampler: &mut Sampler<'_>) -> Self {
        let claims = claims(model);
        let watched = claims.iter().filter(|it| it.is_watched());
        let sights = watched.map(|it| Sight::new(it, model, sampler)).collect();
        let widening = model.faults.entries().filter(|it| it.1.stages() > 1).map(|it| it.0);
        let stages = widening.flat_map(|it| stages(it, &claims, model, sampler)).collect();
        let aborts = aborts(model, sampler);
        let (rollbacks, aborted) = (Vec::new(), Vec::new());
        Self { model, sights, stages, aborts, rollbacks, aborted }
    }

    /// Whether there is anything to watch.
    pub(super) fn is_idle(&self) -> bool {
        self.sights.is_empty() && self.stages.is_empty() && self.aborts.is_empty()
    }

    /// What was seen and done in all.
    pub(super) fn seen(&mut self) -> Seen {
        let sights = std::mem::take(&mut self.sights);
        Seen {
            sightings: sights.into_iter().map(Sight::into_sighting).collect(),
            rollbacks: std::mem::take(&mut self.rollbacks),
            aborted: std::mem::take(&mut self.aborted),
        }
    }

    fn look_at_sights(&mut self, at: SimTime, sampler: &mut Sampler<'_>) {
        for sight in self.sights.iter_mut().filter(|it| it.next() == at) {
            sight.look(at, self.model, sampler);
        }
    }

    /// A staged fault goes on while all that is expected of it held in the stage that ends.
    fn look_at_stages(&mut self, at: SimTime, sampler: &mut Sampler<'_>) -> Vec<Order> {
        let mut broken: Vec<(FaultId, Vec<usize>)> = Vec::new();
        for stage in self.stages.iter_mut().filter(|it| it.lookout.next() == at) {
            let seen = stage.lookout.look(at, self.model, sampler);
            if seen.iter().all(|it| it.held != Some(false)) {
                continue;
            }
            match broken.iter_mut().find(|it| it.0 == stage.fault) {
                Some(same) => same.1.push(stage.claim),
                None => broken.push((stage.fault, vec![stage.claim])),
            }
        }
        let mut orders = Vec::new();
        for (fault, claims) in broken {
            let scheduled = &self.model.faults[fault];
            let over = at.since(scheduled.from).div_floor(scheduled.stage_for) as usize;
            let cause = Cause::Stage { stage: over - 1, claims };
            orders.extend(self.roll_back(fault, at, cause, sampler));
        }
        orders
    }

    fn look_at_aborts(&mut self, at: SimTime, sampler: &mut Sampler<'_>) -> Vec<Order> {
        let mut orders = Vec::new();
        let mut due = Vec::new();
        for abort in self.aborts.iter_mut().filter(|it| it.lookout.next() == at) {
            for stretch in abort.lookout.look(at, self.model, sampler) {
                abort.spell.add(stretch);
            }
            if abort.spell.came().is_some() {
                abort.lookout.close();
                due.push(abort.index);
            }
        }
        for index in due {
            self.aborted.push(Aborted { abort: index, at });
            match self.model.aborts[index].then {
                Then::Stop => {
                    orders.push(Order::Stop);
                    break;
                }
                Then::Rollback => {
                    for fault in self.model.faults.ids() {
                        orders.extend(self.roll_back(fault, at, Cause::Abort(index), sampler));
                    }
                }
            }
        }
        orders
    }

    /// Rolls a fault back that is not over.
    fn roll_back(
        &mut self,
        fault: FaultId,
        at: SimTime,
        cause: Cause,
        sampler: &mut Sampler<'_>,
    ) -> Option<Order> {
        let scheduled = &self.model.faults[fault];
        let again = self.rollbacks.iter().any(|it| it.fault == fault);
        if again || scheduled.to <= at {
            return None;
        }
        let stages = self.stages.iter_mut().filter(|it| it.fault == fault);
        stages.for_each(|it| it.lookout.close());
        let rollback = Rollback { fault, at, begun: scheduled.from < at, cause };
        for sight in &mut self.sights {
            sight.rolled_back(&rollback, self.model, sampler);
        }
        self.rollbacks.push(rollback);
        Some(Order::RollBack(fault))
    }
}

impl<'m, O> Watch<(Sampler<'m>, O)> for Monitor<'m> {
    fn next(&self) -> SimTime {
        let sights = self.sights.iter().map(Sight::next);
        let stages = self.stages.iter().map(|it| it.lookout.next());
        let aborts = self.aborts.iter().map(|it| it.lookout.next());
        sights.chain(stages).chain(aborts).min().unwrap_or(SimTime::NEVER)
    }

    fn look(&mut self, at: SimTime, (sampler, _): &mut (Sampler<'m>, O)) -> Vec<Order> {
        self.look_at_sights(at, sampler);
        let mut orders = self.look_at_stages(at, sampler);
        orders.extend(self.look_at_aborts(at, sampler));
        orders
    }

    fn finish(&mut self, at: SimTime, (sampler, _): &mut (Sampler<'m>, O)) {
        self.look_at_sights(at, sampler);
        for sight in &mut self.sights {
            sight.finish(at, self.model, sampler);
        }
    }
}

/// The expectations about a fault, each looked at at the ends of its stages but the last.
fn stages(id: FaultId, claims: &[Claim], model: &Model, sampler: &mut Sampler<'_>) -> Vec<Stage> {
    let fault = &model.faults[id];
    let span = (fault.from, fault.stage_from(fault.stages() - 1));
    let about = claims.iter().enumerate().filter(|it| it.1.is_during(&fault.name));
    let judged = about.filter(|it| match &it.1.fact {
        Fact::Metric(statement) => statement.metric.windowed,
        Fact::State(_) => true,
    });
    let stage = |(claim, it): (usize, &Claim)| {
        let lookout = Lookout::new(&it.fact, span, fault.stage_for, model, sampler).ok()?;
        Some(Stage { fault: id, claim, lookout })
    };
    judged.filter_map(stage).collect()
}

fn aborts(model: &Model, sampler: &mut Sampler<'_>) -> Vec<Abort> {
    let abort = |(index, it): (usize, &crate::schema::Abort)| {
        let span = (model.timeline.zero + it.after, model.timeline.end);
        let lookout = Lookout::new(&it.when, span, it.over, model, sampler).ok()?;
        Some(Abort { index, lookout, spell: Spell::new(it.lasting.max(it.over)) })
    };
    model.aborts.iter().enumerate().filter_map(abort).collect()
}
