//! The series of a report: tidy CSV, or JSON.

use std::io::{self, Write};

use serde::Serialize;
use sim_core::report::{Report, Series, Unit, VariantReport};

use super::csv::cause;

#[derive(Serialize)]
struct Row<'a> {
    variant: &'a str,
    /// Start of the window, s after time zero.
    t: f64,
    entity: &'a str,
    series: &'a str,
    unit: Unit,
    value: f64,
}

/// Writes one row for each variant, series and window that has a value.
///
/// # Errors
///
/// If they cannot be written.
pub(crate) fn csv(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    for variant in &report.variants {
        for series in &variant.series {
            for (index, value) in series.values.iter().enumerate().filter(|it| it.1.is_finite()) {
                let row = Row {
                    variant: &variant.name,
                    t: variant.series_from + index as f64 * variant.window,
                    entity: &series.entity,
                    series: &series.name,
                    unit: series.unit,
                    value: *value,
                };
                table.serialize(row).map_err(cause)?;
            }
        }
    }
    table.flush()
}

#[derive(Serialize)]
struct Variant<'a> {
    name: &'a str,
    /// Start of the first window, s after time zero.
    from: f64,
    /// Width of a window, s.
    window: f64,
    series: &'a [Series],
}

/// Writes the series of each variant; windows without a value are `null`.
///
/// # Errors
///
/// If they cannot be written.
pub(crate) fn json(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let variants: Vec<_> = report.variants.iter().map(variant).collect();
    serde_json::to_writer(&mut *out, &variants)?;
    writeln!(out)
}

fn variant(variant: &VariantReport) -> Variant<'_> {
    Variant {
        name: &variant.name,
        from: variant.series_from,
        window: variant.window,
        series: &variant.series,
    }
}
