//! A report as JSON.

use std::io::{self, Write};

use serde::Serialize;
use sim_core::report::Report;

/// A report with its own hash, which is that of the report without it.
#[derive(Serialize)]
struct Signed<'a> {
    hash: String,
    #[serde(flatten)]
    report: &'a Report,
}

/// Writes the report on one line. What is not defined is `null`.
///
/// # Errors
///
/// If it cannot be written.
pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Signed { hash: report.hash(), report })?;
    writeln!(out)
}
