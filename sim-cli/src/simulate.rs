//! Replications side by side, taken in order.
//!
//! Threads run replications; this one hands their results on in the order in which the runs were
//! given out, whatever the order in which they come, so that any number of threads gives the same
//! bytes. Only a few results are ever held beyond those that were taken.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use rayon::{ScopeFifo, ThreadPool};
use sim_core::experiment::{Replication, replicate};
use sim_core::model::Model;

/// One replication to run, of one case: a variant, a point, whatever is told apart by number.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// Which case.
    pub(crate) case: usize,
    /// Its model.
    pub(crate) model: Arc<Model>,
    /// Number of the replication.
    pub(crate) number: u32,
}

/// What is to be run, and what becomes of the results.
///
/// Runs are given out ahead of the results that are taken, more so with more threads. So that this
/// changes nothing, what a result decides is decided for each case from its own results in order,
/// and results of a case beyond that decision are left alone.
pub(crate) trait Campaign {
    /// The next run; none when there are no more.
    fn next(&mut self) -> Option<Run>;
    /// Takes the result of the run that was given out first of those not yet taken.
    fn take(&mut self, case: usize, replication: Replication);
}

/// Who is told how far a run is, and says whether to go on.
pub(crate) trait Watch: Sync {
    /// The share of the run since the last call.
    fn more(&self, share: f64) -> bool;
    /// A whole run has ended.
    fn ended(&self);
    /// There are so many runs more than were known of.
    fn more_runs(&self, runs: u64);
}

/// Runs a campaign to its end, or until the watch says to stop.
pub(crate) fn simulate(
    campaign: &mut impl Campaign,
    seed: u64,
    threads: &ThreadPool,
    watch: &impl Watch,
) {
    let ahead = 2 * threads.current_num_threads();
    threads.in_place_scope_fifo(|scope| {
        let (results, receive) = channel();
        let mut line = Line::default();
        loop {
            while line.places.len() < ahead
                && let Some(run) = campaign.next()
            {
                spawn(scope, line.join(run.case), run, seed, watch, results.clone());
            }
            if line.places.is_empty() {
                return;
            }
            let (number, result) = receive.recv().expect("a sender is held here");
            line.arrived(number, result);
            while let Some((case, result)) = line.leave() {
                let Some(replication) = result.unwrap_or_else(|it| resume_unwind(it)) else {
                    return;
                };
                campaign.take(case, replication);
                watch.ended();
            }
        }
    });
}

/// Nothing if it was stopped.
type Result = thread::Result<Option<Replication>>;

/// Runs under way, in the order in which they were given out, with the results of those done.
#[derive(Default)]
struct Line {
    /// Number of the first.
    first: usize,
    places: VecDeque<(usize, Option<Result>)>,
}

impl Line {
    /// A place at the end; its number.
    fn join(&mut self, case: usize) -> usize {
        self.places.push_back((case, None));
        self.first + self.places.len() - 1
    }

    fn arrived(&mut self, number: usize, result: Result) {
        self.places[number - self.first].1 = Some(result);
    }

    /// The first with its result, if that is there.
    fn leave(&mut self) -> Option<(usize, Result)> {
        self.places.front()?.1.as_ref()?;
        self.first += 1;
        let (case, result) = self.places.pop_front()?;
        Some((case, result?))
    }
}

fn spawn<'s>(
    scope: &ScopeFifo<'s>,
    place: usize,
    run: Run,
    seed: u64,
    watch: &'s impl Watch,
    results: Sender<(usize, Result)>,
) {
    scope.spawn_fifo(move |_| {
        let result = catch_unwind(AssertUnwindSafe(|| one(&run, seed, watch)));
        // Nobody receives any more after a stop.
        let _ = results.send((place, result));
    });
}

fn one(run: &Run, seed: u64, watch: &impl Watch) -> Option<Replication> {
    let mut before = 0.0;
    let replication = replicate(&run.model, seed, run.number, |share| {
        let more = share.min(1.0) - before;
        before += more;
        watch.more(more)
    })?;
    watch.more(1.0 - before);
    Some(replication)
}
