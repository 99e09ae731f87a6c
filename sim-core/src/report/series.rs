//! Series by windows.

use serde::Serialize;

use crate::metric::Unit;
use crate::model::Model;
use crate::observe::recorder::Recorder;
use crate::policy::failure::Reason;

/// One number for each window.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// Of what.
    pub entity: String,
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: Unit,
    /// Its values; none (NaN) where there was nothing to measure.
    pub values: Vec<f64>,
}

/// All series of one run, always in the same order.
pub fn series(model: &Model, recorder: &Recorder<'_>) -> Vec<Series> {
    let mut all = Vec::new();
    loads(model, recorder, &mut all);
    for (id, series) in model.services.ids().zip(&recorder.service_series) {
        let name = &model.services[id].name;
        all.push(of(name, "busy", Unit::Count, series.busy.clone()));
        all.push(of(name, "queue", Unit::Count, series.queue.clone()));
        all.push(of(name, "in_flight", Unit::Count, series.in_flight.clone()));
    }
    let per_second = |counts: &[u32]| rates(model, counts);
    for (id, series) in model.edges.ids().zip(&recorder.call_series) {
        let edge = &model.edges[id];
        all.push(of(&edge.name, "calls", Unit::PerSecond, per_second(&series.calls)));
        all.push(of(&edge.name, "attempts", Unit::PerSecond, per_second(&series.attempts)));
        if edge.has_breaker {
            all.push(of(&edge.name, "breakers_open", Unit::Count, series.open.clone()));
        }
    }
    for (id, series) in model.pools.ids().zip(&recorder.pool_series) {
        let name = super::Entity::Pool(id).name(model);
        all.push(of(&name, "in_flight", Unit::Count, series.in_use.clone()));
        all.push(of(&name, "waiting", Unit::Count, series.line.clone()));
    }
    all
}

fn loads(model: &Model, recorder: &Recorder<'_>, all: &mut Vec<Series>) {
    let per_second = |counts: &[u32]| rates(model, counts);
    for (id, series) in model.loads.ids().zip(&recorder.load_series) {
        let name = &model.loads[id].name;
        let counts: [(&str, &[u32]); 5] = [
            ("started", &series.started),
            ("answered_of_started", &series.answered),
            ("good_of_started", &series.good),
            ("full", &series.full),
            ("degraded", &series.degraded),
        ];
        all.extend(counts.map(|(what, it)| of(name, what, Unit::PerSecond, per_second(it))));
        for reason in Reason::ALL {
            let failed: Vec<u32> = series.failed.iter().map(|it| it[reason as usize]).collect();
            let what = format!("failed.{reason}");
            all.push(of(name, &what, Unit::PerSecond, per_second(&failed)));
        }
        all.push(of(name, "latency.p50", Unit::Seconds, series.p50.clone()));
        all.push(of(name, "latency.p99", Unit::Seconds, series.p99.clone()));
    }
}

fn of(entity: &str, name: &str, unit: Unit, values: Vec<f64>) -> Series {
    Series { entity: entity.to_owned(), name: name.to_owned(), unit, values }
}

fn rates(model: &Model, counts: &[u32]) -> Vec<f64> {
    let width = model.timeline.window.as_secs_f64();
    counts.iter().map(|it| f64::from(*it) / width).collect()
}
