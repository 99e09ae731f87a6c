//! Scenarios side by side, told in order.
//!
//! A scenario's replications leave processors idle only towards its end; the next scenario's fill
//! the gap. All replications run on the same threads: the threads made here only wait for results
//! and fold them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use rayon::ThreadPool;
use sim_core::report::Report;

use crate::job::Job;
use crate::simulate::Watch;

/// Runs the jobs while `read` takes their reports, in the jobs' order and each as soon as it and
/// those before it are done. The reports end where a job was stopped; jobs stop when `read` returns.
pub(crate) fn side_by_side<T>(
    jobs: &[&Job],
    threads: &ThreadPool,
    watch: &impl Watch,
    read: impl FnOnce(&mut Reports) -> T,
) -> T {
    let (next, over) = (&AtomicUsize::new(0), &AtomicBool::new(false));
    let at_once = threads.current_num_threads().max(2).min(jobs.len());
    thread::scope(|scope| {
        let (send, receive) = channel();
        for _ in 0..at_once {
            let send = send.clone();
            scope.spawn(move || work(jobs, next, threads, (watch, over), &send));
        }
        drop(send);
        // Also when `read` panics: else the scope would wait for all the work.
        let _over = Over(over);
        read(&mut Reports { receive, early: BTreeMap::new(), next: 0 })
    })
}

/// A job's index and its report; none if it was stopped.
type Message = (usize, Option<Report>);

fn work(
    jobs: &[&Job],
    next: &AtomicUsize,
    threads: &ThreadPool,
    (watch, over): (&impl Watch, &AtomicBool),
    send: &Sender<Message>,
) {
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(job) = jobs.get(index) else { return };
        let until = Until { watch, over, stopped: AtomicBool::new(false) };
        let (report, _) = job.run(threads, &until);
        let stopped = until.stopped.into_inner();
        // Nobody receives any more once reading is over.
        if send.send((index, (!stopped).then_some(report))).is_err() || stopped {
            return;
        }
    }
}

/// Reports in the order of their jobs.
#[derive(Debug)]
pub(crate) struct Reports {
    receive: Receiver<Message>,
    early: BTreeMap<usize, Option<Report>>,
    next: usize,
}

impl Iterator for Reports {
    type Item = Report;

    fn next(&mut self) -> Option<Report> {
        while !self.early.contains_key(&self.next) {
            // No sender is left where all is told, was stopped or panicked.
            let (index, report) = self.receive.recv().ok()?;
            self.early.insert(index, report);
        }
        let report = self.early.remove(&self.next).flatten();
        self.next += 1;
        report
    }
}

/// Watches one job until reading is over.
struct Until<'w, W> {
    watch: &'w W,
    over: &'w AtomicBool,
    /// Whether the job was told to stop.
    stopped: AtomicBool,
}

impl<W: Watch> Watch for Until<'_, W> {
    fn more(&self, share: f64) -> bool {
        let go_on = self.watch.more(share) && !self.over.load(Ordering::Relaxed);
        if !go_on {
            self.stopped.store(true, Ordering::Relaxed);
        }
        go_on
    }

    fn ended(&self) {
        self.watch.ended();
    }

    fn more_runs(&self, runs: u64) {
        self.watch.more_runs(runs);
    }
}

/// Says that reading is over when it goes.
struct Over<'o>(&'o AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
