//! Verdicts as tidy CSV: one row for each scenario, variant and expectation.

use std::io::{self, Write};

use serde::Serialize;
use sim_core::report::{Outcome as Seen, Standing, Unit};

use super::csv::cause;
use super::tested::Outcome;

#[derive(Serialize)]
struct Row<'a> {
    file: &'a str,
    line: Option<usize>,
    variant: &'a str,
    statement: &'a str,
    during: &'a str,
    steady: bool,
    outcome: Seen,
    fails_here: bool,
    standing: Standing,
    unit: Unit,
    mean: Option<f64>,
    half_width: Option<f64>,
    min: Option<f64>,
    max: Option<f64>,
    n: Option<u64>,
    bound: Option<f64>,
    holds_in: u64,
    of: u64,
    needs: Option<u64>,
    why: Option<&'static str>,
}

/// Writes the rows of all that was judged or skipped.
///
/// # Errors
///
/// If they cannot be written.
pub(crate) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    for scenario in &outcome.scenarios {
        for variant in &scenario.variants {
            for placed in &variant.verdicts {
                let it = &placed.verdict;
                let observed = it.observed.as_ref();
                let row = Row {
                    file: &scenario.file,
                    line: placed.line,
                    variant: &variant.name,
                    statement: &it.statement,
                    during: &it.during,
                    steady: it.steady,
                    outcome: it.outcome,
                    fails_here: it.fails_here,
                    standing: it.standing,
                    unit: it.unit,
                    mean: observed.map(|it| it.mean),
                    half_width: observed.and_then(|it| it.half_width),
                    min: observed.map(|it| it.min),
                    max: observed.map(|it| it.max),
                    n: observed.map(|it| it.n),
                    bound: it.bound,
                    holds_in: it.holds_in,
                    of: it.of,
                    needs: it.needs,
                    why: it.why,
                };
                table.serialize(row).map_err(cause)?;
            }
        }
    }
    table.flush()
}
