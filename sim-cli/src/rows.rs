//! Where the points of a sweep are written as they finish.

use std::path::Path;

use anyhow::bail;
use sim_core::experiment::{PointReport, Sweep};

use crate::output::Output;
use crate::render::provenance::Provenance;
use crate::render::{points_csv, points_jsonl};

/// A place for rows, one a point.
#[derive(Debug)]
pub(crate) struct Rows {
    output: Output,
    format: RowFormat,
}

/// What rows are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowFormat {
    /// For spreadsheets.
    Csv,
    /// For programs: lines of JSON.
    Jsonl,
}

impl Rows {
    /// The file at `path`, whose name tells the format.
    ///
    /// # Errors
    ///
    /// If it does not, or the file cannot be written.
    pub(crate) fn to_file(path: &Path) -> anyhow::Result<Self> {
        let format = match path.extension().and_then(|it| it.to_str()) {
            Some("csv") => RowFormat::Csv,
            Some("jsonl" | "ndjson") => RowFormat::Jsonl,
            _ => bail!("`{}` is neither `.csv` nor `.jsonl`: which is meant?", path.display()),
        };
        Ok(Self { output: Output::open(Some(path))?, format })
    }

    /// Standard output.
    pub(crate) const fn to_stdout(format: RowFormat) -> Self {
        Self { output: Output::Stdout, format }
    }

    /// Writes what stands on top.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(crate) fn begin(&mut self, sweep: &Sweep, provenance: &Provenance) -> anyhow::Result<()> {
        self.output.clear()?;
        self.output.append(&match self.format {
            RowFormat::Csv => points_csv::header(sweep, provenance),
            RowFormat::Jsonl => points_jsonl::header(sweep, provenance),
        })
    }

    /// Writes the row of a point.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub(crate) fn add(&mut self, sweep: &Sweep, report: &PointReport) -> anyhow::Result<()> {
        self.output.append(&match self.format {
            RowFormat::Csv => points_csv::row(sweep, report),
            RowFormat::Jsonl => points_jsonl::row(sweep, report),
        })
    }
}
