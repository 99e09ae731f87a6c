//! What many runs of a disaster come to, in memory that does not grow with their number.

use crate::schema::{Bound, Statement};
use crate::statistics::{Histogram, Moments};
use crate::time::SimDuration;

use super::Case;
use super::horizon::Stretch;
use super::runbook::{Try, critical};
use super::strike::{Fate, Outcome, Part};

/// Runs whose `rto` is kept, so that one near the median can be found again.
const KEPT: u32 = 1_000;

/// Numbers of which some are endless.
#[derive(Clone, Debug, Default)]
pub struct Spans {
    /// Of those that are not: nanoseconds, or what else is counted.
    pub finite: Histogram,
    /// Of the same, in seconds, or what else is counted.
    pub moments: Moments,
    /// How many are endless.
    pub never: u64,
    /// How many are within the target.
    pub met: u64,
}

impl Spans {
    fn span(&mut self, span: Option<SimDuration>, target: Option<SimDuration>) {
        let Some(span) = span else {
            self.never += 1;
            return;
        };
        self.finite.record(span.as_nanos());
        self.moments.push(span.as_secs_f64());
        self.met += u64::from(target.is_some_and(|it| span <= it));
    }

    fn count(&mut self, count: Option<u64>) {
        let Some(count) = count else {
            self.never += 1;
            return;
        };
        self.finite.record(count);
        self.moments.push(count as f64);
    }

    fn merge(&mut self, other: &Self) {
        self.finite.merge(&other.finite);
        self.moments.merge(&other.moments);
        self.never += other.never;
        self.met += other.met;
    }

    /// How many there are.
    pub fn n(&self) -> u64 {
        self.finite.count() + self.never
    }

    /// The quantile `q`, 0 to 1, of them all; `None` where it is endless or there are none.
    pub fn quantile(&self, q: f64) -> Option<u64> {
        let last = self.finite.count().checked_sub(1)? as f64;
        let rank = q * (self.n() - 1) as f64;
        // Between the last that is not endless and one that is, it is endless too.
        if rank > last {
            return None;
        }
        if last > 0.0 { self.finite.quantile((rank / last).min(1.0)) } else { self.finite.max() }
    }
}

/// Runs by how they compare with the bound of a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In which it is less.
    pub below: u64,
    /// In which it is the same.
    pub equal: u64,
}

impl Counts {
    fn add(&mut self, value: f64, statement: &Statement) {
        let Bound::Value(bound) = statement.bound else { return };
        self.below += u64::from(value < bound);
        self.equal += u64::from(value == bound);
    }
}

/// What a step of a runbook came to.
#[derive(Clone, Debug, Default)]
pub struct StepTally {
    /// Time spent on it in a run, all tries together, nanoseconds.
    pub took: Histogram,
    /// Tries in all.
    pub tries: u64,
    /// Runs in which it was on the critical path.
    pub critical: u64,
}

/// What runs of a disaster come to.
#[derive(Clone, Debug)]
pub struct Tally {
    /// How many there are.
    pub runs: u64,
    /// How they ended, in the order of [`Fate::ALL`].
    pub fates: [u64; Fate::ALL.len()],
    /// Of `rpo`.
    pub rpo: Spans,
    /// Of `rto`.
    pub rto: Spans,
    /// Of lost writes; empty where the store does not say how many there are.
    pub lost_writes: Spans,
    /// Of the disasters of a stretch; empty where they do not recur, as are the next two.
    pub strikes: Spans,
    /// Of the time until all was back, of all disasters of a stretch.
    pub downtime: Spans,
    /// Of the time whose writes are gone, of all disasters of a stretch.
    pub loss: Spans,
    /// For each statement, where it is about single runs, or single stretches.
    pub counts: Vec<Counts>,
    /// How long each part took, in runs that came back: nanoseconds, in the order of [`Part::ALL`].
    pub parts: [Histogram; Part::ALL.len()],
    /// The steps of the runbook, in runs that came back.
    pub steps: Vec<StepTally>,
    /// The first runs that came back, with their `rto`.
    pub first: Vec<(u32, SimDuration)>,
}

impl Tally {
    /// Of no runs yet.
    pub fn new(case: &Case) -> Self {
        Self {
            runs: 0,
            fates: [0; Fate::ALL.len()],
            rpo: Spans::default(),
            rto: Spans::default(),
            lost_writes: Spans::default(),
            strikes: Spans::default(),
            downtime: Spans::default(),
            loss: Spans::default(),
            counts: vec![Counts::default(); case.disaster.expects.len()],
            parts: Part::ALL.map(|_| Histogram::new()),
            steps: vec![StepTally::default(); case.runbook.as_ref().map_or(0, |it| it.steps.len())],
            first: Vec::new(),
        }
    }

    /// Adds run `run`.
    pub fn push(&mut self, run: u32, outcome: &Outcome, case: &Case) {
        self.runs += 1;
        let fate = Fate::ALL.iter().position(|it| *it == outcome.fate);
        self.fates[fate.expect("all are there")] += 1;
        self.rpo.span(outcome.rpo, case.store.target.rpo);
        self.rto.span(outcome.rto, case.store.target.rto);
        let writes = case.store.writes;
        let lost = writes.map(|rate| outcome.rpo.map(|it| (rate * it.as_secs_f64()) as u64));
        if let Some(lost) = lost {
            self.lost_writes.count(lost);
        }
        for (counts, statement) in self.counts.iter_mut().zip(&case.disaster.expects) {
            if let Some(value) = of_one(statement, outcome, lost.flatten()) {
                counts.add(value, statement);
            }
        }
        if let Some(rto) = outcome.rto {
            self.add_way(outcome);
            if run < KEPT {
                self.first.push((run, rto));
            }
        }
    }

    /// Adds a stretch of years.
    pub fn push_stretch(&mut self, stretch: &Stretch, case: &Case) {
        self.strikes.count(Some(stretch.strikes));
        self.downtime.span(stretch.downtime, None);
        self.loss.span(stretch.loss, None);
        for (counts, statement) in self.counts.iter_mut().zip(&case.disaster.expects) {
            if let Some(value) = of_stretch(statement, stretch) {
                counts.add(value, statement);
            }
        }
    }

    fn add_way(&mut self, outcome: &Outcome) {
        for (tally, took) in self.parts.iter_mut().zip(outcome.parts) {
            tally.record(took.as_nanos());
        }
        if self.steps.is_empty() {
            return;
        }
        let mut took = vec![0_u64; self.steps.len()];
        for Try { step, start, end, .. } in &outcome.tries {
            took[*step] += end.since(*start).as_nanos();
            self.steps[*step].tries += 1;
        }
        for (tally, took) in self.steps.iter_mut().zip(took) {
            tally.took.record(took);
        }
        let mut seen = vec![false; self.steps.len()];
        for step in critical(&outcome.tries) {
            let again = std::mem::replace(&mut seen[step], true);
            self.steps[step].critical += u64::from(!again);
        }
    }

    /// Adds the runs of another tally, which came after these.
    pub fn merge(&mut self, other: Self) {
        self.runs += other.runs;
        self.fates.iter_mut().zip(other.fates).for_each(|(to, from)| *to += from);
        self.rpo.merge(&other.rpo);
        self.rto.merge(&other.rto);
        self.lost_writes.merge(&other.lost_writes);
        self.strikes.merge(&other.strikes);
        self.downtime.merge(&other.downtime);
        self.loss.merge(&other.loss);
        for (to, from) in self.counts.iter_mut().zip(other.counts) {
            to.below += from.below;
            to.equal += from.equal;
        }
        self.parts.iter_mut().zip(&other.parts).for_each(|(to, from)| to.merge(from));
        for (to, from) in self.steps.iter_mut().zip(other.steps) {
            to.took.merge(&from.took);
            to.tries += from.tries;
            to.critical += from.critical;
        }
        self.first.extend(other.first);
    }

    /// Runs that ended so.
    pub fn ended(&self, fate: Fate) -> u64 {
        let runs = Fate::ALL.iter().zip(self.fates);
        runs.filter(|it| *it.0 == fate).map(|it| it.1).sum()
    }

    /// The run nearest to the quantile `q` of `rto`, among the first; none where none came back.
    pub fn run_near(&self, q: f64) -> Option<u32> {
        let wanted = self.rto.quantile(q)?;
        let distance = |it: &&(u32, SimDuration)| it.1.as_nanos().abs_diff(wanted);
        self.first.iter().min_by_key(distance).map(|it| it.0)
    }
}

/// What a statement is about, in one run; none where it is about stretches.
fn of_one(statement: &Statement, outcome: &Outcome, lost_writes: Option<u64>) -> Option<f64> {
    match statement.metric.family() {
        "rpo" => Some(seconds(outcome.rpo)),
        "rto" => Some(seconds(outcome.rto)),
        "lost_writes" => Some(lost_writes.map_or(f64::INFINITY, |it| it as f64)),
        _ => None,
    }
}

/// What a statement is about, in one stretch; none where it is about runs.
fn of_stretch(statement: &Statement, stretch: &Stretch) -> Option<f64> {
    match statement.metric.family() {
        "strikes" => Some(stretch.strikes as f64),
        "downtime" => Some(seconds(stretch.downtime)),
        "loss" => Some(seconds(stretch.loss)),
        _ => None,
    }
}

fn seconds(span: Option<SimDuration>) -> f64 {
    span.map_or(f64::INFINITY, SimDuration::as_secs_f64)
}
