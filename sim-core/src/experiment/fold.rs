//! Replications become a report.

use std::sync::Arc;

use super::Replication;
use super::judge::Judge;
use super::rollback::Cause;
use super::series::SeriesFold;
use super::verdict::Row;
use crate::engine::Stop;
use crate::id::{Id, Table};
use crate::model::{FaultId, LoadId, Model, Struck};
use crate::observe::recorder::Recorder;
use crate::report::{
    self, AbortReport, EntityReport, Estimate, FaultReport, LogLine, MetricReport, PhaseReport,
    Proportion, RecoveryReport, Series, StageReport, Stopped, VariantReport,
};
use crate::scenario::schema::Then;
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
    aborts: Vec<AbortReport>,
    stages: Table<FaultId, Vec<StageRuns>>,
    /// Phases × metrics.
    moments: Vec<Vec<Moments>>,
    series: Vec<SeriesFold>,
    recoveries: Vec<(FaultId, LoadId, u32, Moments)>,
    judges: Vec<Judge>,
    log: Vec<LogLine>,
    log_dropped: u64,
}

/// Replications by how they fared in a stage.
#[derive(Clone, Copy, Debug, Default)]
struct StageRuns {
    reached: u32,
    broke: u32,
}

impl Fold {
    /// No replications yet.
    pub fn new(model: Arc<Model>) -> Self {
        let judges = Judge::all(&model, &rows(&model));
        let stages = model.faults.iter().map(|it| vec![StageRuns::default(); it.stages()]);
        let stages = stages.collect();
        Self {
            model,
            replications: 0,
            events: 0,
            requests: 0,
            stopped: Vec::new(),
            aborts: Vec::new(),
            stages,
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
        self.note_aborts(&replication);
        self.add_stages(&replication);
        for (moments, values) in self.moments.iter_mut().zip(&replication.phases) {
            for (moments, value) in moments.iter_mut().zip(values) {
                if value.is_finite() {
                    moments.push(*value);
                }
            }
        }
        for judge in &mut self.judges {
            judge.push(&replication, &self.model);
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
            // An abort has its own place in the report.
            None | Some(Stop::Asked) => return,
            Some(Stop::Events) => "max_events",
            Some(Stop::InFlight) => "max_in_flight",
        };
        let at = self.seconds(replication.ending.at);
        self.stopped.push(Stopped { replication: replication.number, at, limit });
    }

    fn note_aborts(&mut self, replication: &Replication) {
        for aborted in &replication.aborts {
            let abort = &self.model.aborts[aborted.abort];
            self.aborts.push(AbortReport {
                replication: replication.number,
                at: self.seconds(aborted.at),
                when: abort.when.text().to_owned(),
                lasting: abort.lasting.max(abort.over).as_secs_f64(),
                then: match abort.then {
                    Then::Rollback => "rollback",
                    Then::Stop => "stop",
                },
            });
        }
    }

    fn add_stages(&mut self, replication: &Replication) {
        for (id, fault) in self.model.faults.entries() {
            let early = replication.rollbacks.iter().find(|it| it.fault == id);
            let ended = early.map_or(replication.ending.at, |it| it.at);
            let broke = match early.map(|it| &it.cause) {
                Some(Cause::Stage { stage, .. }) => Some(*stage),
                _ => None,
            };
            for (stage, runs) in self.stages[id].iter_mut().enumerate() {
                runs.reached += u32::from(fault.stage_from(stage) < ended);
                runs.broke += u32::from(broke == Some(stage));
            }
        }
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
            verdicts: self
                .judges
                .into_iter()
                .map(|it| it.verdict(name, self.replications))
                .collect(),
            stopped: self.stopped,
            aborts: self.aborts,
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
                stages: self.stages_of(id),
            })
            .collect()
    }

    /// How far a fault widened; nothing where it does not.
    fn stages_of(&self, id: FaultId) -> Vec<StageReport> {
        let fault = &self.model.faults[id];
        let blasts: Vec<f64> = match &fault.on {
            Struck::Instances(_, counts) => counts.iter().map(|it| f64::from(*it)).collect(),
            Struck::Edges(_, shares) => shares.clone(),
            Struck::Load(_) | Struck::Pools(_) => return Vec::new(),
        };
        let rows = blasts.into_iter().zip(&self.stages[id]).enumerate();
        rows.filter(|_| fault.stages() > 1)
            .map(|(stage, (blast, runs))| StageReport {
                from: self.seconds(fault.stage_from(stage)),
                blast,
                reached_in: runs.reached,
                broke_in: runs.broke,
            })
            .collect()
    }

    fn recovery_from(&self, fault: FaultId) -> Vec<RecoveryReport> {
        let rows = self.recoveries.iter().filter(|it| it.0.index() == fault.index());
        let report = |(_, load, of, moments): &(FaultId, LoadId, u32, Moments)| {
            // None where no replication could tell.
            let share = Proportion::of(moments.n(), u64::from(*of))?;
            Some(RecoveryReport {
                load: self.model.loads[*load].name.clone(),
                of: *of,
                recovered: moments.n() as u32,
                share,
                time: Estimate::of(moments),
            })
        };
        rows.filter_map(report).collect()
    }
}

/// What is measured, in the order of a replication's values; nothing where nothing is expected.
fn rows(model: &Model) -> Vec<Row> {
    let expects = !model.expects.is_empty() || model.steady.is_some();
    let Some(phase) = model.timeline.phases.last().filter(|_| expects) else { return Vec::new() };
    let rows = report::measure(model, &Recorder::new(model), phase);
    rows.into_iter().map(|it| (it.entity, it.name)).collect()
}
