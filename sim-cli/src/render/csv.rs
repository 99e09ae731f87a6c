//! A report as tidy CSV: one row for each variant, phase, entity and metric.

use std::io::{self, Write};

use serde::Serialize;
use sim_core::report::{EntityKind, Report, Unit};

#[derive(Serialize)]
struct Row<'a> {
    variant: &'a str,
    phase: &'a str,
    kind: EntityKind,
    entity: &'a str,
    metric: &'a str,
    unit: Unit,
    mean: f64,
    half_width: Option<f64>,
    min: f64,
    max: f64,
    n: u64,
}

/// What made a row fail to be written: the writer would hide a broken pipe in an error of its own.
pub(super) fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(cause) => cause,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Writes the rows of all that is defined.
///
/// # Errors
///
/// If they cannot be written.
pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    for variant in &report.variants {
        for (index, phase) in variant.phases.iter().enumerate() {
            for entity in &variant.entities {
                for metric in &entity.metrics {
                    let Some(estimate) = metric.phases.get(index).copied().flatten() else {
                        continue;
                    };
                    let row = Row {
                        variant: &variant.name,
                        phase: &phase.name,
                        kind: entity.kind,
                        entity: &entity.name,
                        metric: metric.name,
                        unit: metric.unit,
                        mean: estimate.mean,
                        half_width: estimate.half_width,
                        min: estimate.min,
                        max: estimate.max,
                        n: estimate.n,
                    };
                    table.serialize(row).map_err(cause)?;
                }
            }
        }
    }
    table.flush()
}
