//! Replications side by side, folded in order.
//!
//! Threads run replications; this one adds their results by number, whatever the order in which
//! they come, so that any number of threads gives the same bytes. Only a few results are ever held
//! beyond those that were added.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use rayon::{ScopeFifo, ThreadPool};
use sim_core::experiment::{Fold, Replication, replicate};
use sim_core::model::Model;

/// One variant to run.
#[derive(Debug)]
pub(crate) struct Case {
    /// The variant's name.
    pub(crate) name: String,
    /// Its model.
    pub(crate) model: Model,
    /// How many replications.
    pub(crate) replications: u32,
}

/// Who is told how far a run is, and says whether to go on.
pub(crate) trait Watch: Sync {
    /// The share of the run since the last call.
    fn more(&self, share: f64) -> bool;
    /// A whole run has ended.
    fn ended(&self);
}

/// Runs all replications of all cases; fewer if the watch says to stop.
///
/// The first replication of every case comes first, then the second: whenever it is stopped, all
/// cases have about as many.
pub(crate) fn simulate<'m>(
    cases: &'m [Case],
    seed: u64,
    threads: &ThreadPool,
    watch: &impl Watch,
) -> Vec<Fold<'m>> {
    let mut folds: Vec<_> = cases.iter().map(|it| Fold::new(&it.model)).collect();
    let runs = runs(cases);
    let ahead = 2 * threads.current_num_threads();
    threads.in_place_scope_fifo(|scope| {
        let (results, receive) = channel();
        let mut early = BTreeMap::new();
        let mut todo = runs.iter().enumerate();
        let mut start = |number| {
            for (index, run) in todo.by_ref().take(number) {
                spawn(scope, index, run, seed, watch, results.clone());
            }
        };
        start(ahead);
        for (next, run) in runs.iter().enumerate() {
            while !early.contains_key(&next) {
                let (index, result): Message = receive.recv().expect("a sender is held here");
                early.insert(index, result.unwrap_or_else(|panic| resume_unwind(panic)));
            }
            let Some(replication) = early.remove(&next).flatten() else { break };
            folds[run.case_index].push(replication);
            watch.ended();
            start(1);
        }
    });
    folds
}

/// A run's index with its result; nothing if it was stopped.
type Message = (usize, thread::Result<Option<Replication>>);

/// One replication of one case.
#[derive(Clone, Copy)]
struct Run<'m> {
    case_index: usize,
    case: &'m Case,
    number: u32,
}

fn runs(cases: &[Case]) -> Vec<Run<'_>> {
    let most = cases.iter().map(|it| it.replications).max().unwrap_or(0);
    let of = |number| {
        let cases = cases.iter().enumerate().filter(move |it| number < it.1.replications);
        cases.map(move |(case_index, case)| Run { case_index, case, number })
    };
    (0..most).flat_map(of).collect()
}

fn spawn<'s>(
    scope: &ScopeFifo<'s>,
    index: usize,
    run: &Run<'s>,
    seed: u64,
    watch: &'s impl Watch,
    results: Sender<Message>,
) {
    let Run { case, number, .. } = *run;
    scope.spawn_fifo(move |_| {
        let result = catch_unwind(AssertUnwindSafe(|| one(case, number, seed, watch)));
        // Nobody receives any more after a stop.
        let _ = results.send((index, result));
    });
}

fn one(case: &Case, number: u32, seed: u64, watch: &impl Watch) -> Option<Replication> {
    let mut before = 0.0;
    let replication = replicate(&case.model, seed, number, |share| {
        let more = share.min(1.0) - before;
        before += more;
        watch.more(more)
    })?;
    watch.more(1.0 - before);
    Some(replication)
}
