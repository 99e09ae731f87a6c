//! A fact, looked at window by window while a run goes on.

use crate::model::{EdgeId, Model};
use crate::observe::sampler::{Probe, Sampler, StateWatch};
use crate::report::{Entity, measure_window};
use crate::schema::{Bound, BreakerState, Fact, Statement};
use crate::time::{SimDuration, SimTime};

/// A stretch of time, and whether something was true then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: SimTime,
    pub(super) to: SimTime,
    /// `None` where it is not defined.
    pub(super) held: Option<bool>,
}

/// Looks at a fact at the ends of windows.
#[derive(Clone, Debug)]
pub(super) struct Lookout {
    eye: Eye,
    /// Where the first window begins.
    from: SimTime,
    /// No window goes beyond.
    to: SimTime,
    width: SimDuration,
    /// Where the present window began.
    open: Option<SimTime>,
    /// Whether there is nothing more to see.
    done: bool,
}

#[derive(Clone, Debug)]
enum Eye {
    Metric(Gauge),
    State { watch: StateWatch, is: bool },
}

/// Reads a metric, and what it is compared with.
#[derive(Clone, Debug)]
struct Gauge {
    entity: Entity,
    statement: Statement,
    probe: Probe,
    /// What was steady, where that is what it is compared with.
    steady: Option<Steady>,
}

/// The same metric of what ended before the first fault.
#[derive(Clone, Debug)]
struct Steady {
    probe: Probe,
    /// When it must be taken next: at time zero, and when the first fault begins.
    due: Option<SimTime>,
    from: SimTime,
    value: f64,
}

pub(super) const NO_METRIC: &str = "there is no such metric in this variant";
const NO_BREAKER: &str = "there is no such breaker in this variant";
pub(super) const NO_BEFORE: &str = "there is no phase `before` to compare with";

impl Lookout {
    /// Looks from `from` to `to`, on windows of that width; else why that cannot be.
    pub(super) fn new(
        fact: &Fact,
        (from, to): (SimTime, SimTime),
        width: SimDuration,
        model: &Model,
        sampler: &mut Sampler<'_>,
    ) -> Result<Self, &'static str> {
        let (eye, open) = match fact {
            Fact::Metric(statement) => (Eye::Metric(Gauge::new(statement, model, sampler)?), None),
            Fact::State(state) => {
                let call = guarded(state, model).ok_or(NO_BREAKER)?;
                let watch = sampler.state(call, state.state);
                // From the beginning, so that the turns before `from` are not kept until then.
                (Eye::State { watch, is: false }, Some(SimTime::ZERO))
            }
        };
        Ok(Self { eye, from, to, width, open, done: from >= to })
    }

    /// When it must look next; `NEVER` when all is seen.
    pub(super) fn next(&self) -> SimTime {
        let steady = match &self.eye {
            Eye::Metric(Gauge { steady: Some(it), .. }) => it.due,
            _ => None,
        };
        let window = match self.open {
            _ if self.done => SimTime::NEVER,
            None => self.from,
            Some(open) => self.end_of(open),
        };
        if self.done { window } else { steady.map_or(window, |it| it.min(window)) }
    }

    fn end_of(&self, open: SimTime) -> SimTime {
        let bound = if open < self.from { self.from } else { self.to };
        (open + self.width).min(bound)
    }

    /// What has become known at `at`, which is [`Self::next`]: of a metric the window that ends, of
    /// a state the stretches between its changes.
    pub(super) fn look(
        &mut self,
        at: SimTime,
        model: &Model,
        sampler: &mut Sampler<'_>,
    ) -> Vec<Stretch> {
        if let Eye::Metric(gauge) = &mut self.eye {
            gauge.look_at_steady(at, model, sampler);
        }
        let open = match self.open {
            None if at == self.from => self.from,
            Some(open) if at == self.end_of(open) => open,
            _ => return Vec::new(),
        };
        let seen = self.see(open, at, model, sampler);
        self.open = Some(at);
        let whole = matches!(self.eye, Eye::Metric(_));
        self.done = at >= self.to || whole && at + self.width > self.to;
        seen
    }

    /// What a state was in the window that the end of the run cuts short. A metric is judged on
    /// whole windows.
    pub(super) fn finish(
        &mut self,
        at: SimTime,
        model: &Model,
        sampler: &mut Sampler<'_>,
    ) -> Vec<Stretch> {
        let cut = self.open.filter(|open| *open < at && !self.done);
        self.done = true;
        match (&self.eye, cut) {
            (Eye::State { .. }, Some(open)) => self.see(open, at.min(self.to), model, sampler),
            _ => Vec::new(),
        }
    }

    fn see(
        &mut self,
        open: SimTime,
        at: SimTime,
        model: &Model,
        sampler: &mut Sampler<'_>,
    ) -> Vec<Stretch> {
        match &mut self.eye {
            Eye::Metric(gauge) => {
                let held = gauge.holds(at.since(open), at, model, sampler);
                let first = open == at;
                if first { Vec::new() } else { vec![Stretch { from: open, to: at, held }] }
            }
            Eye::State { watch, is } => {
                let mut stretches = Vec::new();
                let mut from = open;
                let end = [(at, *is)];
                for (turn, to) in sampler.turns(*watch).into_iter().chain(end) {
                    if turn > from && from >= self.from {
                        stretches.push(Stretch { from, to: turn, held: Some(*is) });
                    }
                    from = from.max(turn);
                    if turn < at {
                        *is = to;
                    }
                }
                stretches
            }
        }
    }

    /// Looks no more.
    pub(super) fn close(&mut self) {
        self.done = true;
    }
}

impl Gauge {
    fn new(
        statement: &Statement,
        model: &Model,
        sampler: &mut Sampler<'_>,
    ) -> Result<Self, &'static str> {
        let named = |it: &Entity| it.name(model) == statement.entity;
        let entity = Entity::all(model).into_iter().find(named).ok_or(NO_METRIC)?;
        let steady = match statement.bound {
            Bound::Value(_) => None,
            Bound::Steady(_) => Some(Steady::new(probe(entity, sampler), model)?),
        };
        let probe = probe(entity, sampler);
        Ok(Self { entity, statement: statement.clone(), probe, steady })
    }

    fn holds(
        &self,
        width: SimDuration,
        at: SimTime,
        model: &Model,
        sampler: &mut Sampler<'_>,
    ) -> Option<bool> {
        let counts = sampler.take(self.probe, at);
        let Statement { metric, comparison, bound, .. } = &self.statement;
        let value = measure_window(model, self.entity, metric, &counts, width);
        let bound = match bound {
            Bound::Value(bound) => *bound,
            Bound::Steady(factor) => factor * self.steady.as_ref().map_or(f64::NAN, |it| it.value),
        };
        let defined = !value.is_nan() && !bound.is_nan();
        defined.then(|| comparison.holds(value, bound))
    }

    fn look_at_steady(&mut self, at: SimTime, model: &Model, sampler: &mut Sampler<'_>) {
        let Some(steady) = self.steady.as_mut().filter(|it| it.due == Some(at)) else { return };
        let counts = sampler.take(steady.probe, at);
        let metric = self.statement.metric;
        let width = at.since(steady.from);
        steady.value = measure_window(model, self.entity, metric, &counts, width);
        let end = before(model).map(|it| it.1);
        steady.due = end.filter(|it| *it > at);
    }
}

impl Steady {
    fn new(probe: Probe, model: &Model) -> Result<Self, &'static str> {
        let (from, _) = before(model).ok_or(NO_BEFORE)?;
        Ok(Self { probe, due: Some(from), from, value: f64::NAN })
    }
}

/// From when to when the phase `before` is.
fn before(model: &Model) -> Option<(SimTime, SimTime)> {
    let phase = model.timeline.phases.iter().find(|it| it.name == "before");
    phase.map(|it| (it.from, it.to))
}

fn probe(entity: Entity, sampler: &mut Sampler<'_>) -> Probe {
    match entity {
        Entity::Load(id) => sampler.load(id),
        Entity::Class(id) => sampler.class(id),
        Entity::Service(id) | Entity::Store(id) => sampler.service(id),
        Entity::Op(id) => sampler.op(id),
        Entity::Call(id) => sampler.call(id),
        Entity::Pool(id) => sampler.pool(id),
        Entity::System(_) => unreachable!("no metric of a system has windows"),
    }
}

/// The call of that name, if a breaker guards it.
fn guarded(state: &BreakerState, model: &Model) -> Option<EdgeId> {
    let mut edges = model.edges.entries();
    edges.find(|it| it.1.name == state.call && it.1.has_breaker).map(|it| it.0)
}
