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
    /// Half the widths of their 95 % Student-t intervals over the replications; none (NaN) where
    /// fewer than two of them measured something. Empty in the series of one run.
    pub half_widths: Vec<f64>,
}

/// All series of one run, always in the same order, up to where it ended.
pub fn series(model: &Model, recorder: &Recorder<'_>) -> Vec<Series> {
    let mut all = Vec::new();
    let windows = Windows::of(model, recorder);
    loads(model, recorder, &windows, &mut all);
    for (id, series) in model.services.ids().zip(&recorder.service_series) {
        let name = &model.services[id].name;
        all.push(of(name, "busy", Unit::Count, windows.means(&series.busy)));
        all.push(of(name, "queue", Unit::Count, windows.means(&series.queue)));
        all.push(of(name, "in_flight", Unit::Count, windows.means(&series.in_flight)));
    }
    let per_second = |counts: &[u32]| windows.rates(counts);
    for (id, series) in model.edges.ids().zip(&recorder.call_series) {
        let edge = &model.edges[id];
        all.push(of(&edge.name, "calls", Unit::PerSecond, per_second(&series.calls)));
        all.push(of(&edge.name, "attempts", Unit::PerSecond, per_second(&series.attempts)));
        if edge.has_breaker {
            let half_open = windows.means(&series.half_open);
            all.push(of(&edge.name, "breakers_open", Unit::Count, windows.means(&series.open)));
            all.push(of(&edge.name, "breakers_half_open", Unit::Count, half_open));
        }
    }
    for (id, series) in model.pools.ids().zip(&recorder.pool_series) {
        let name = super::Entity::Pool(id).name(model);
        all.push(of(&name, "in_flight", Unit::Count, windows.means(&series.in_use)));
        all.push(of(&name, "waiting", Unit::Count, windows.means(&series.line)));
    }
    all
}

fn loads(model: &Model, recorder: &Recorder<'_>, windows: &Windows, all: &mut Vec<Series>) {
    let per_second = |counts: &[u32]| windows.rates(counts);
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
        all.push(of(name, "latency.mean", Unit::Seconds, series.mean.clone()));
        all.push(of(name, "latency.p50", Unit::Seconds, series.p50.clone()));
        all.push(of(name, "latency.p99", Unit::Seconds, series.p99.clone()));
    }
}

fn of(entity: &str, name: &str, unit: Unit, values: Vec<f64>) -> Series {
    let (entity, name) = (entity.to_owned(), name.to_owned());
    Series { entity, name, unit, values, half_widths: Vec::new() }
}

/// The windows of a run, the last of which its end may have cut short.
struct Windows {
    count: usize,
    /// Seconds.
    width: f64,
    /// The share of the last one that the run has seen.
    last: f64,
}

impl Windows {
    fn of(model: &Model, recorder: &Recorder<'_>) -> Self {
        let (end, width) = (recorder.seen_to().as_nanos(), model.timeline.window.as_nanos());
        let count = end.div_ceil(width);
        let last = end - width * count.saturating_sub(1);
        Self {
            count: count as usize,
            width: model.timeline.window.as_secs_f64(),
            last: last as f64 / width as f64,
        }
    }

    /// Counts per second.
    fn rates(&self, counts: &[u32]) -> Vec<f64> {
        let rates: Vec<f64> = counts.iter().map(|it| f64::from(*it) / self.width).collect();
        self.means(&rates)
    }

    /// Means over the windows as they were, of what is per whole window.
    fn means(&self, values: &[f64]) -> Vec<f64> {
        let mut values = values[..self.count].to_vec();
        values.last_mut().into_iter().for_each(|it| *it /= self.last);
        values
    }
}
