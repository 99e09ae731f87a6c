//! What an error means for the exit status, and how it is told.

use std::error::Error;
use std::fmt;
use std::io;

use sim_core::scenario::{Diagnostic, Refused, SourceText};

use crate::exit::Exit;
use crate::output::remark;
use crate::render::diagnostic;
use crate::render::look::Look;
use crate::render::style::{BAD, STRONG, paint};
use sim_core::scenario::harmless;

/// A scenario with something wrong in it.
#[derive(Debug)]
pub(crate) struct Rejected {
    /// What is wrong.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The texts that it is wrong in.
    pub(crate) sources: Vec<SourceText>,
}

impl From<Refused> for Rejected {
    fn from(refused: Refused) -> Self {
        Self { diagnostics: refused.diagnostics, sources: refused.sources }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} faults in the scenario", self.diagnostics.len())
    }
}

impl Error for Rejected {}

/// Tells what went wrong on standard error; returns how the program ends.
///
/// Who reads the output may stop reading: a broken pipe is no failure, and is not told.
pub(crate) fn tell(error: &anyhow::Error) -> Exit {
    if let Some(rejected) = error.downcast_ref::<Rejected>() {
        let look = Look::of_stderr();
        let drawn = diagnostic::draw(&rejected.diagnostics, &rejected.sources, &look);
        remark(&drawn);
        return Exit::BadInput;
    }
    match error.chain().find_map(|it| it.downcast_ref::<io::Error>()) {
        Some(cause) if cause.kind() == io::ErrorKind::BrokenPipe => return Exit::Success,
        Some(_) => say(error),
        None => {
            say(error);
            return Exit::BadInput;
        }
    }
    Exit::InputOutput
}

fn say(error: &anyhow::Error) {
    let message = harmless(&format!("{error:#}"));
    remark(&format!("{}{} {message}\n", paint(BAD, "error"), paint(STRONG, ":")));
}
