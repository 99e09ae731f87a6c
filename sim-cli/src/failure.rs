//! What an error means for the exit status, and how it is told.

use std::error::Error;
use std::fmt;
use std::io;

use serde::Serialize;
use sim_core::scenario::{Diagnostic, Refused, SourceId, SourceText, harmless};

use crate::exit::Exit;
use crate::output::remark;
use crate::render::diagnostic;
use crate::render::look::Look;
use crate::render::style::{BAD, STRONG, paint};

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

/// Something wrong with a file, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Fault {
    /// The line of the scenario's file; none where it is not of one line.
    pub(crate) line: Option<usize>,
    /// What is wrong, and how to mend it where that is known.
    pub(crate) message: String,
}

/// What went wrong with a file, for lists; at least one.
pub(crate) fn faults(error: &anyhow::Error) -> Vec<Fault> {
    let Some(Rejected { diagnostics, sources }) = error.downcast_ref() else {
        return vec![Fault { line: None, message: format!("{error:#}") }];
    };
    let line = |it: &Diagnostic| {
        let source = sources.get(it.source.index()).filter(|_| it.source == SourceId::FILE);
        source.map(|source| source.line_and_column(it.span.start).0)
    };
    let fault = |it: &Diagnostic| {
        let help = it.help.as_ref().map_or(String::new(), |it| format!("; {it}"));
        let message = format!("{}: {}{help}", it.code, it.message);
        Fault { line: line(it), message }
    };
    diagnostics.iter().map(fault).collect()
}

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
