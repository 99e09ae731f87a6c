//! Replications: planned, mapped, folded in index order; and grids of scenarios.
//!
//! The core only maps one replication at a time ([`replicate`]) and folds ([`Fold`]); who runs
//! them side by side is the shell's business. Because the fold goes by index, any number of
//! threads gives the same bytes.

pub mod ablation;
mod batches;
mod claim;
mod comebacks;
mod course;
mod difference;
mod disasters;
mod factorial;
mod fold;
mod grid;
mod judge;
mod lookout;
mod monitor;
pub mod mutation;
mod objective;
mod plan;
mod point;
mod precision;
mod ranking;
mod reading;
mod rollback;
mod series;
mod session;
mod sighting;
mod site;
mod spell;
mod sweep;
mod trace;
mod verdict;
mod watched;

pub use difference::Differences;
pub use disasters::{Concluded, conclude};
pub use factorial::Factorial;
pub use fold::Fold;
pub use grid::Grid;
pub use objective::{Aim, Objective};
pub use plan::{Plan, digest};
pub use point::{Feasibility, PointReport};
pub use ranking::Ranking;
pub use reading::Readings;
pub use rollback::{Aborted, Cause, Rollback};
pub use session::Session;
pub use sighting::Sighting;
pub use sweep::{Point, Sweep};
pub use trace::trace;

use self::course::Course;
use self::monitor::{Monitor, Seen, Watch};
use self::rollback::Reach;

use crate::availability::{self, Years};
use crate::engine::agenda::PendingSet;
use crate::engine::agenda::wheel::Wheel;
use crate::engine::{Ending, Simulate, Stop, World};
use crate::id::Id;
use crate::model::{FaultId, Model, Phase};
use crate::observe::ledger::Ledger;
use crate::observe::recorder::Recorder;
use crate::observe::sampler::Sampler;
use crate::observe::{Comeback, Observer};
use crate::order;
use crate::report::{self, LogLine, Recovery, Series};
use crate::rng::Seed;
use crate::schema::Then;
use crate::time::SimTime;

/// What one replication has to say.
#[derive(Clone, Debug)]
pub struct Replication {
    /// Its number.
    pub number: u32,
    /// For each phase, the values of all metrics, in the order of [`report::measure`].
    pub phases: Vec<Vec<f64>>,
    /// Series by windows.
    pub series: Vec<Series>,
    /// Recovery from faults.
    pub recoveries: Vec<Recovery>,
    /// Failovers and restores, as they were drawn.
    pub comebacks: Vec<(FaultId, Comeback)>,
    /// What happened, in words.
    pub log: Vec<LogLine>,
    /// Log lines beyond those kept.
    pub log_dropped: u64,
    /// How it ended.
    pub ending: Ending,
    /// Requests after the warm-up.
    pub requests: u64,
    /// What was seen of the claims that are watched, in their order.
    pub sightings: Vec<Sighting>,
    /// Faults that ended early.
    pub rollbacks: Vec<Rollback>,
    /// `[[abort]]`s that came about.
    pub aborts: Vec<Aborted>,
}

/// Runs replication `number`; `None` if `go_on`, which is told the share of the run that is done
/// once a window, says to stop.
pub fn replicate(
    model: &Model,
    root: u64,
    number: u32,
    mut go_on: impl FnMut(f64) -> bool,
) -> Option<Replication> {
    run(model, root, number, &mut go_on)
}

/// Not generic, so that it is compiled here and not again in every crate that runs it.
fn run(
    model: &Model,
    root: u64,
    number: u32,
    go_on: &mut dyn FnMut(f64) -> bool,
) -> Option<Replication> {
    replicate_on::<Wheel>(model, root, number, go_on)
}

/// The same as [`replicate`], with another pending set: there to show that it is the same.
pub fn replicate_on<'m, P: PendingSet>(
    model: &'m Model,
    root: u64,
    number: u32,
    go_on: &mut dyn FnMut(f64) -> bool,
) -> Option<Replication>
where
    World<'m, Recorder<'m>, P>: Simulate,
    World<'m, (Sampler<'m>, Recorder<'m>), P>: Simulate,
    World<'m, (Sampler<'m>, (Recorder<'m>, Ledger)), P>: Simulate,
{
    let seed = Seed { root, replication: number };
    let (recorder, ending, watched) = watch::<P>(model, seed, go_on)?;
    let years = availability::run(model, seed, || go_on(1.0))?;
    Some(told(model, number, &recorder, ending, watched, &years))
}

/// What a replication that has ended has to say.
fn told(
    model: &Model,
    number: u32,
    recorder: &Recorder<'_>,
    mut ending: Ending,
    watched: Seen,
    years: &Years,
) -> Replication {
    ending.events += years.events;
    if let Some(at) = years.stopped {
        ending.at = ending.at.min(at);
        ending.stopped = Some(Stop::Events);
    }
    let mut replication = Replication {
        number,
        phases: Vec::new(),
        series: report::series(model, recorder),
        recoveries: report::recoveries(model, recorder),
        comebacks: recorder.comebacks.clone(),
        log: log(model, recorder, &watched.aborted),
        log_dropped: recorder.log_dropped,
        ending,
        requests: requests(model, recorder),
        sightings: watched.sightings,
        rollbacks: watched.rollbacks,
        aborts: watched.aborted,
    };
    replication.phases = measurements(model, recorder, years, &replication);
    if !replication.rollbacks.is_empty() {
        // Who recovers before the end of a fault that ended early does not recover from it.
        replication
            .recoveries
            .iter_mut()
            .for_each(|it| *it = Recovery { told: false, after: None, ..*it });
    }
    replication
}

/// Runs a replication, and watches what has to be watched: counting that costs time.
fn watch<'m, P: PendingSet>(
    model: &'m Model,
    seed: Seed,
    go_on: &mut dyn FnMut(f64) -> bool,
) -> Option<(Recorder<'m>, Ending, Seen)>
where
    World<'m, Recorder<'m>, P>: Simulate,
    World<'m, (Sampler<'m>, Recorder<'m>), P>: Simulate,
    World<'m, (Sampler<'m>, (Recorder<'m>, Ledger)), P>: Simulate,
{
    let recorder = Recorder::new(model);
    let mut sampler = Sampler::new(model);
    let mut monitor = Monitor::new(model, &mut sampler);
    // The books are kept wherever assertions are.
    if cfg!(debug_assertions) {
        let all = (sampler, (recorder, Ledger::new(model)));
        let course = Course { world: World::<_, P>::new(model, seed, all), watch: monitor };
        let (mut course, ending) = drive(course, model, go_on)?;
        let watched = course.watch.seen();
        let (_, (recorder, ledger)) = course.world.into_observer();
        ledger.balance(model);
        Some((recorder, ending, watched))
    } else if monitor.is_idle() {
        let course = Course { world: World::<_, P>::new(model, seed, recorder), watch: () };
        let (course, ending) = drive(course, model, go_on)?;
        Some((course.world.into_observer(), ending, monitor.seen()))
    } else {
        let both = World::<_, P>::new(model, seed, (sampler, recorder));
        let course = Course { world: both, watch: monitor };
        let (mut course, ending) = drive(course, model, go_on)?;
        let watched = course.watch.seen();
        let (_, recorder) = course.world.into_observer();
        Some((recorder, ending, watched))
    }
}

/// Windows of simulated time between two questions whether to go on.
const WINDOWS_A_STEP: u64 = 16;

fn drive<'m, O: Observer, W: Watch<O>, P: PendingSet>(
    mut course: Course<'m, O, W, P>,
    model: &Model,
    go_on: &mut dyn FnMut(f64) -> bool,
) -> Option<(Course<'m, O, W, P>, Ending)>
where
    World<'m, O, P>: Simulate,
{
    let step = model.timeline.window.saturating_mul(WINDOWS_A_STEP);
    let mut question = SimTime::ZERO + step;
    loop {
        if let Some(ending) = course.advance(question) {
            return Some((course, ending));
        }
        if !go_on(question.as_nanos() as f64 / model.timeline.end.as_nanos() as f64) {
            return None;
        }
        question += step;
    }
}

/// A phase that never came because its fault was rolled back has no values.
fn measurements(
    model: &Model,
    recorder: &Recorder<'_>,
    years: &Years,
    replication: &Replication,
) -> Vec<Vec<f64>> {
    let of = |phase: &Phase| {
        let never = replication.reach(phase, model) == Reach::Never;
        let rows = report::measure(model, recorder, years, phase).into_iter();
        rows.map(|it| if never { f64::NAN } else { it.value }).collect()
    };
    model.timeline.phases.iter().map(of).collect()
}

fn requests(model: &Model, recorder: &Recorder<'_>) -> u64 {
    let segments = 1..model.timeline.segments.len();
    let of = |segment: usize| {
        let offered = |class| recorder.class(Id::new(segment), class).offered;
        model.classes.ids().map(offered).sum::<u64>()
    };
    segments.map(of).sum()
}

/// What happened, in order; an abort comes before what it does.
fn log(model: &Model, recorder: &Recorder<'_>, aborts: &[Aborted]) -> Vec<LogLine> {
    let zero = model.timeline.zero.as_secs_f64();
    let line = |at: SimTime, text| LogLine { at: at.as_secs_f64() - zero, text };
    let aborts = aborts.iter().map(|it| line(it.at, abort_in_words(model, *it)));
    let entries = recorder.log.iter().map(|it| line(it.0, it.1.in_words(model)));
    let mut lines: Vec<LogLine> = aborts.chain(entries).collect();
    order::sort_by(&mut lines, |a, b| a.at.total_cmp(&b.at));
    lines
}

fn abort_in_words(model: &Model, aborted: Aborted) -> String {
    let abort = &model.aborts[aborted.abort];
    let then = match abort.then {
        Then::Rollback => "all faults end",
        Then::Stop => "the run ends",
    };
    format!("abort, {}: {then}", abort.when.text())
}
