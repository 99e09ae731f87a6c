//! The points of a sweep as lines of JSON: first where they come from, then one line a point.

use serde::Serialize;
use serde_json::{Map, Value, json};
use sim_core::experiment::{Feasibility, PointReport, Sweep};
use sim_core::report::Outcome;
use sim_core::scenario::Gauge;

use super::provenance::Provenance;
use super::tested::{Ending, ending};

/// What all lines after it are about.
#[derive(Serialize)]
struct Header<'a> {
    #[serde(flatten)]
    provenance: &'a Provenance,
    axes: Vec<Value>,
    metrics: Vec<Value>,
    constraints: Vec<&'a str>,
}

#[derive(Serialize)]
struct Row<'a> {
    point: u64,
    values: Map<String, Value>,
    replications: u32,
    stopped: usize,
    /// None without constraints.
    feasible: Option<Feasibility>,
    /// None where the scenario expects nothing.
    expected: Option<Ending>,
    metrics: Map<String, Value>,
    constraints: Vec<Constraint<'a>>,
}

#[derive(Serialize)]
struct Constraint<'a> {
    statement: &'a str,
    outcome: Outcome,
    /// Replications that would likely decide it.
    needs: Option<u64>,
}

/// The first line.
pub(crate) fn header(sweep: &Sweep, provenance: &Provenance) -> Vec<u8> {
    let axes = sweep.grid.axes().iter();
    let axes = axes.map(|it| json!({ "path": it.path(), "values": it.values().len() }));
    let metrics = sweep.gauges.iter().map(|it| {
        let (metric, unit) = (it.metric.name, it.metric.unit);
        json!({ "label": it.label(), "entity": it.entity, "metric": metric, "unit": unit, "phase": it.during })
    });
    line(&Header {
        provenance,
        axes: axes.collect(),
        metrics: metrics.collect(),
        constraints: sweep.constraints.iter().map(|it| it.text.as_str()).collect(),
    })
}

/// The line of a point.
pub(crate) fn row(sweep: &Sweep, report: &PointReport) -> Vec<u8> {
    let paths = sweep.grid.axes().iter().map(|it| it.path().to_owned());
    let values = sweep.grid.values(report.point).map(Value::from);
    let labels = sweep.gauges.iter().map(Gauge::label);
    let constraints = sweep.constraints.iter().zip(&report.constraints);
    line(&Row {
        point: report.point,
        values: paths.zip(values).collect(),
        replications: report.replications,
        stopped: report.stopped,
        feasible: (!sweep.constraints.is_empty()).then(|| report.feasibility()),
        expected: report.verdicts.iter().map(ending).min(),
        metrics: labels.zip(report.metrics.iter().map(|it| json!(it))).collect(),
        constraints: constraints
            .map(|(it, verdict)| Constraint {
                statement: &it.text,
                outcome: verdict.outcome,
                needs: verdict.needs,
            })
            .collect(),
    })
}

fn line(value: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(value).expect("its keys are strings");
    line.push(b'\n');
    line
}
