//! How far the work is, on standard error, where somebody looks and it takes long.

use std::io::{self, IsTerminal};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::interrupt;
use crate::simulate::Watch;

/// Work that is done sooner shows no progress.
const PATIENCE: Duration = Duration::from_secs(1);
/// Steps in which one run is counted.
const STEPS: u64 = 1000;

/// A bar that appears when it is worth it.
#[derive(Debug)]
pub(crate) struct Progress {
    started: Instant,
    wanted: bool,
    runs: AtomicU64,
    ended: AtomicU64,
    bar: OnceLock<ProgressBar>,
    /// In thousandths of steps.
    done: AtomicU64,
}

impl Progress {
    /// For so many runs; `quiet` shows nothing.
    pub(crate) fn new(runs: u64, quiet: bool) -> Self {
        Self {
            started: now(),
            wanted: !quiet && io::stderr().is_terminal(),
            runs: AtomicU64::new(runs),
            ended: AtomicU64::new(0),
            bar: OnceLock::new(),
            done: AtomicU64::new(0),
        }
    }

    /// All runs that were to be.
    pub(crate) fn runs(&self) -> u64 {
        self.runs.load(Ordering::Relaxed)
    }

    /// Takes the bar away; returns how long it all took.
    pub(crate) fn finish(&self) -> Duration {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
        self.started.elapsed()
    }

    /// Does what writes to the terminal with the bar out of the way.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match self.bar.get() {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn bar(&self) -> Option<&ProgressBar> {
        let worth_it = self.wanted && self.started.elapsed() > PATIENCE;
        worth_it.then(|| self.bar.get_or_init(|| bar(self.runs(), self.started.elapsed())))
    }
}

impl Watch for Progress {
    fn more(&self, share: f64) -> bool {
        let grains = (share * 1e3 * STEPS as f64).round() as u64;
        let done = self.done.fetch_add(grains, Ordering::Relaxed) + grains;
        if let Some(bar) = self.bar() {
            bar.set_position(done / 1000);
        }
        !interrupt::requested()
    }

    fn ended(&self) {
        let ended = self.ended.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(bar) = self.bar() {
            bar.set_message(format!("{ended} of {} runs", self.runs()));
        }
    }

    fn more_runs(&self, runs: u64) {
        let all = self.runs.fetch_add(runs, Ordering::Relaxed) + runs;
        if let Some(bar) = self.bar() {
            bar.set_length(all * STEPS);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the progress of real work is told in real time")]
fn now() -> Instant {
    Instant::now()
}

fn bar(runs: u64, elapsed: Duration) -> ProgressBar {
    let template = "{bar:30} {percent:>3} %  {msg}, {rate}, {eta} left";
    let style = ProgressStyle::with_template(template)
        .expect("the template is well formed")
        .with_key("rate", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            // A rate that cannot be written is a rate less.
            let _ = write!(out, "{:.1} runs/s", state.per_sec() / STEPS as f64);
        });
    let bar = ProgressBar::with_draw_target(Some(runs * STEPS), ProgressDrawTarget::stderr());
    bar.with_style(style).with_elapsed(elapsed).with_message(format!("0 of {runs} runs"))
}
