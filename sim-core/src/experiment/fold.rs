//! Replications become a report.

use std::sync::Arc;

use super::Replication;
use super::series::SeriesFold;
use super::verdict::{Judge, Row};
use crate::engine::Stop;
use crate::id::Id;
use crate::model::{FaultId, LoadId, Model};
use crate::observe::recorder::Recorder;
use crate::report::{
    self, EntityReport, Estimate, FaultReport, LogLine, MetricReport, PhaseReport, RecoveryReport,
    Series, Stopped, VariantReport,
};
use crate::statistics::Moments;
use crate::time::SimTime;

/// Replications of one variant so far, added in order of their numbers.
#[derive(Clone, Debug)]
pub struct Fold {
    model: Arc<Model>,
    replications: u32,
    events: u64,
    requests: u64,
    stopped: Vec<Stopped>,
    /// Phases × metrics.
    moments: Vec<Vec<Moments>>,
    series: Vec<SeriesFold>,
    recoveries: Vec<(FaultId, LoadId, u32, Moments)>,
    judges: Vec<Judge>,
    log: Vec<LogLine>,
    log_dropped: u64,
}

impl Fold {
    /// No replications yet.
    pub fn new(model: Arc<Model>) -> Self {
        let judges = Judge::all(&model, &rows(&model));
        Self {
            model,
            replications: 0,
            events: 0,
            requests: 0,
            stopped: Vec::new(),
            moments: Vec::new(),
            series: Vec::new(),
            recoveries: Vec::new(),
            judges,
            log: Vec::new(),
            log_dropped: 0,
        }
    }

    /// Adds the next replication.
    pub fn push(&mut self, replication: Replication) {
        if self.replications == 0 {
            let empty = |it: &Vec<f64>| vec![Moments::new(); it.len()];
            self.moments = replication.phases.iter().map(empty).collect();
        }
        self.replications += 1;
        self.events += replication.ending.events;
        self.requests += replication.requests;
        self.note_stop(&replication);
        for (moments, values) in self.moments.iter_mut().zip(&replication.phases) {
            for (moments, value) in moments.iter_mut().zip(values) {
                if value.is_finite() {
                    moments.push(*value);
                }
            }
        }
        for judge in &mut self.judges {
            judge.push(&replication, &self.model.timeline.phases);
        }
        self.add_recoveries(&replication);
        self.add_series(&replication.series);
        if self.replications == 1 {
            self.log = replication.log;
            self.log_dropped = replication.log_dropped;
        }
    }

    fn note_stop(&mut self, replication: &Replication) {
        let limit = match replication.ending.stopped {
            None => return,
            Some(Stop::Events) => "max_events",
            Some(Stop::InFlight) => "max_in_flight",
        };
        let at = self.seconds(replication.ending.at);
        self.stopped.push(Stopped { replication: replication.number, at, limit });
    }

    fn add_recoveries(&mut self, replication: &Replication) {
        if self.recoveries.is_empty() {
            let empty = |it: &report::Recovery| (it.fault, it.load, 0, Moments::new());
            self.recoveries = replication.recoveries.iter().map(empty).collect();
        }
        for (row, recovery) in self.recoveries.iter_mut().zip(&replication.recoveries) {
            row.2 += u32::from(recovery.told);
            row.3.extend(recovery.after);
        }
    }

    fn add_series(&mut self, series: &[Series]) {
        if self.series.is_empty() {
            self.series = series.iter().map(SeriesFold::new).collect();
        }
        for (fold, more) in self.series.iter_mut().zip(series) {
            fold.push(&more.values);
        }
    }

    fn seconds(&self, at: SimTime) -> f64 {
        at.as_secs_f64() - self.model.timeline.zero.as_secs_f64()
    }

    /// Replications added so far.
    pub fn replications(&self) -> u32 {
        self.replications
    }

    /// The report of what was added.
    pub fn finish(self, name: &str) -> VariantReport {
        let timeline = &self.model.timeline;
        let phases = timeline.phases.iter().map(|it| PhaseReport {
            name: it.name.clone(),
            from: self.seconds(it.from),
            to: self.seconds(it.to),
        });
        VariantReport {
            name: name.to_owned(),
            replications: self.replications,
            events: self.events,
            requests: self.requests,
            phases: phases.collect(),
            entities: self.entities(),
            faults: self.faults(),
            window: timeline.window.as_secs_f64(),
            series_from: self.seconds(SimTime::ZERO),
            verdicts: self.judges.into_iter().map(|it| it.verdict(name)).collect(),
            stopped: self.stopped,
            log: self.log,
            log_dropped: self.log_dropped,
            series: self.series.into_iter().filter_map(SeriesFold::finish).collect(),
        }
    }

    fn entities(&self) -> Vec<EntityReport> {
        let Some(phase) = self.model.timeline.phases.last() else { return Vec::new() };
        let catalogue = report::measure(&self.model, &Recorder::new(&self.model), phase);
        let mut entities: Vec<EntityReport> = Vec::new();
        let mut present = None;
        for (index, row) in catalogue.into_iter().enumerate() {
            if present != Some(row.entity) {
                present = Some(row.entity);
                entities.push(EntityReport {
                    kind: row.entity.kind(),
                    name: row.entity.name(&self.model),
                    metrics: Vec::new(),
                });
            }
            let phases = self.moments.iter().map(|it| Estimate::of(&it[index])).collect();
            let entity = entities.last_mut().expect("one was just pushed");
            entity.metrics.push(MetricReport { name: row.name, unit: row.unit, phases });
        }
        entities
    }

    fn faults(&self) -> Vec<FaultReport> {
        self.model
            .faults
            .entries()
            .map(|(id, fault)| FaultReport {
                name: fault.name.clone(),
                from: self.seconds(fault.from),
                to: (fault.to != SimTime::NEVER).then(|| self.seconds(fault.to)),
                recovery: self.recovery_from(id),
            })
            .collect()
    }

    fn recovery_from(&self, fault: FaultId) -> Vec<RecoveryReport> {
        let told = self.recoveries.iter().filter(|it| it.2 > 0);
        let rows = told.filter(|it| it.0.index() == fault.index());
        rows.map(|(_, load, of, moments)| RecoveryReport {
            load: self.model.loads[*load].name.clone(),
            of: *of,
            recovered: moments.n() as u32,
            time: Estimate::of(moments),
        })
        .collect()
    }
}

/// What is measured, in the order of a replication's values; nothing where nothing is expected.
fn rows(model: &Model) -> Vec<Row> {
    let expects = !model.expects.is_empty() || model.steady.is_some();
    let Some(phase) = model.timeline.phases.last().filter(|_| expects) else { return Vec::new() };
    let rows = report::measure(model, &Recorder::new(model), phase);
    rows.into_iter().map(|it| (it.entity, it.name)).collect()
}
