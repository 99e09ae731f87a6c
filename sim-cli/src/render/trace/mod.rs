//! Traces: one line a step, a log as services write it, or for the trace viewers of browsers.

mod chrome;
mod jsonl;
mod log;
mod word;

use std::io::{self, Write};

use clap::ValueEnum;
use sim_core::engine::Ending;
use sim_core::model::Model;
use sim_core::observe::trace::Trace;
use sim_core::time::SimTime;

/// What a trace is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// JSON Lines: a step each.
    #[default]
    Jsonl,
    /// Chrome's trace events: open the file in ui.perfetto.dev or <chrome://tracing>.
    Chrome,
    /// A log as services write it.
    Log,
}

/// The trace of one replication of one variant.
#[derive(Debug)]
pub(crate) struct Traced<'a> {
    /// Of which variant.
    pub(crate) variant: &'a str,
    /// Its model.
    pub(crate) model: &'a Model,
    /// What was traced.
    pub(crate) trace: Trace,
    /// How the run ended.
    pub(crate) ending: Ending,
}

impl Traced<'_> {
    /// Seconds after time zero; negative in the warm-up.
    fn seconds(&self, at: SimTime) -> f64 {
        let zero = self.model.timeline.zero;
        // Whole nanoseconds, so that no digits appear that are not there.
        let nanos = i128::from(at.as_nanos()) - i128::from(zero.as_nanos());
        nanos as f64 / 1e9
    }
}

/// Writes traces one after the other.
///
/// # Errors
///
/// If they cannot be written.
pub(crate) fn write(traced: &[Traced<'_>], format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Jsonl => traced.iter().try_for_each(|it| jsonl::write(it, out)),
        Format::Chrome => chrome::write(traced, out),
        Format::Log => traced.iter().try_for_each(|it| log::write(it, out)),
    }
}
