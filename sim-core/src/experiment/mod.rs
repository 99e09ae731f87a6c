//! Replications: planned, mapped, folded in index order.
//!
//! The core only maps one replication at a time ([`replicate`]) and folds ([`Fold`]); who runs
//! them side by side is the shell's business. Because the fold goes by index, any number of
//! threads gives the same bytes.

mod batches;
mod difference;
mod fold;
mod plan;
mod precision;
mod verdict;

pub use difference::Differences;
pub use fold::Fold;
pub use plan::{BASE, Plan, digest};

use crate::engine::{Ending, World};
use crate::id::Id;
use crate::model::Model;
use crate::observe::Observer;
use crate::observe::ledger::Ledger;
use crate::observe::log::Entry;
use crate::observe::recorder::Recorder;
use crate::report::{self, LogLine, Recovery, Series};
use crate::rng::Seed;
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
    /// What happened, in words.
    pub log: Vec<LogLine>,
    /// Log lines beyond those kept.
    pub log_dropped: u64,
    /// How it ended.
    pub ending: Ending,
    /// Requests after the warm-up.
    pub requests: u64,
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

/// Not generic, so that the engine is compiled here and not again in every crate that runs it.
fn run(
    model: &Model,
    root: u64,
    number: u32,
    go_on: &mut dyn FnMut(f64) -> bool,
) -> Option<Replication> {
    let seed = Seed { root, replication: number };
    let recorder = Recorder::new(model);
    // The books are kept wherever assertions are.
    let (recorder, ending) = if cfg!(debug_assertions) {
        let both = (recorder, Ledger::new(model));
        let ((recorder, ledger), ending) = drive(World::new(model, seed, both), model, go_on)?;
        ledger.balance(model);
        (recorder, ending)
    } else {
        drive(World::new(model, seed, recorder), model, go_on)?
    };
    Some(Replication {
        number,
        phases: measurements(model, &recorder),
        series: report::series(model, &recorder),
        recoveries: report::recoveries(model, &recorder),
        log: log(model, &recorder),
        log_dropped: recorder.log_dropped,
        ending,
        requests: requests(model, &recorder),
    })
}

/// Windows of simulated time between two questions whether to go on.
const WINDOWS_A_STEP: u64 = 16;

fn drive<O: Observer>(
    mut world: World<'_, O>,
    model: &Model,
    go_on: &mut dyn FnMut(f64) -> bool,
) -> Option<(O, Ending)> {
    let step = model.timeline.window.saturating_mul(WINDOWS_A_STEP);
    let mut until = SimTime::ZERO;
    loop {
        until += step;
        if let Some(ending) = world.advance(until) {
            return Some((world.into_observer(), ending));
        }
        let done = until.as_nanos() as f64 / model.timeline.end.as_nanos() as f64;
        if !go_on(done) {
            return None;
        }
    }
}

fn measurements(model: &Model, recorder: &Recorder<'_>) -> Vec<Vec<f64>> {
    let phases = model.timeline.phases.iter();
    phases
        .map(|it| report::measure(model, recorder, it).into_iter().map(|it| it.value).collect())
        .collect()
}

fn requests(model: &Model, recorder: &Recorder<'_>) -> u64 {
    let segments = 1..model.timeline.segments.len();
    let of = |segment: usize| {
        let offered = |class| recorder.class(Id::new(segment), class).offered;
        model.classes.ids().map(offered).sum::<u64>()
    };
    segments.map(of).sum()
}

fn log(model: &Model, recorder: &Recorder<'_>) -> Vec<LogLine> {
    let zero = model.timeline.zero.as_secs_f64();
    let line = |(at, entry): &(SimTime, Entry)| LogLine {
        at: at.as_secs_f64() - zero,
        text: in_words(model, entry),
    };
    recorder.log.iter().map(line).collect()
}

fn in_words(model: &Model, entry: &Entry) -> String {
    match entry {
        Entry::Breaker { breaker, from, to } => {
            let breaker = &model.breakers[*breaker];
            let edge = &model.edges[breaker.edge];
            let whose = breaker.instance.map_or(String::new(), |it| format!(" (caller #{it})"));
            format!("breaker {}{whose}: {} to {}", edge.name, from.name(), to.name())
        }
        Entry::Fault { fault, starts: false, .. } => {
            format!("fault {} ends", model.faults[*fault].name)
        }
        Entry::Fault { fault, victims, .. } => {
            let name = &model.faults[*fault].name;
            let victims: Vec<String> = victims.iter().map(|it| model.instance_name(*it)).collect();
            if victims.is_empty() {
                format!("fault {name} starts")
            } else {
                format!("fault {name} starts on {}", victims.join(", "))
            }
        }
    }
}
