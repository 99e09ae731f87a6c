//! The points of a sweep as CSV: where they come from in a comment, then one row a point.
//!
//! Seconds, shares of one, and numbers per second, without units; what is not defined is empty.

use sim_core::experiment::{PointReport, Sweep};

use super::provenance::Provenance;
use super::tested::{Ending, ending};

/// The comment and the names of the columns.
pub(crate) fn header(sweep: &Sweep, provenance: &Provenance) -> Vec<u8> {
    let mut names = vec!["point".to_owned()];
    names.extend(sweep.grid.axes().iter().map(|it| it.path().to_owned()));
    names.extend(["replications", "stopped", "feasible", "expected"].map(str::to_owned));
    for gauge in &sweep.gauges {
        let label = gauge.label();
        names.extend([format!("{label} half_width"), label].into_iter().rev());
    }
    let mut out = format!("# {}\n", provenance.line()).into_bytes();
    out.extend(line(&names));
    out
}

/// The row of a point.
pub(crate) fn row(sweep: &Sweep, report: &PointReport) -> Vec<u8> {
    let mut cells = vec![report.point.to_string()];
    cells.extend(sweep.grid.values(report.point).map(str::to_owned));
    cells.extend([report.replications.to_string(), report.stopped.to_string()]);
    cells.extend([feasible(sweep, report), expected(report)].map(str::to_owned));
    for metric in &report.metrics {
        let number = |it: Option<f64>| it.map_or(String::new(), |it| it.to_string());
        cells.push(number(metric.map(|it| it.mean)));
        cells.push(number(metric.and_then(|it| it.half_width)));
    }
    line(&cells)
}

/// Whether it holds all constraints; nothing where there are none.
fn feasible(sweep: &Sweep, report: &PointReport) -> &'static str {
    use sim_core::experiment::Feasibility::{Feasible, Infeasible, Undecided};
    if sweep.constraints.is_empty() {
        return "";
    }
    match report.feasibility() {
        Feasible => "yes",
        Undecided => "undecided",
        Infeasible => "no",
    }
}

/// What the scenario's own expectations came to; nothing where there are none.
fn expected(report: &PointReport) -> &'static str {
    match report.verdicts.iter().map(ending).min() {
        None => "",
        Some(Ending::Ok) => "ok",
        Some(Ending::Inconclusive) => "inconclusive",
        Some(Ending::NotSteady) => "not_steady",
        Some(Ending::Failed | Ending::Aborted | Ending::Moved) => "failed",
    }
}

fn line(cells: &[String]) -> Vec<u8> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(cells).expect("memory takes all that is written");
    table.into_inner().expect("memory takes all that is written")
}
