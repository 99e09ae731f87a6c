//! Replications become a report.

use std::sync::Arc;

use super::comebacks::Comebacks;
use super::judge::Judge;
use super::rollback::Cause;
use super::series::SeriesFold;
use super::verdict::Row;
use super::{Replication, batches, precision};
use crate::availability::Years;
use crate::engine::Stop;
use crate::id::{Id, Table};
use crate::model::{FaultId, LoadId, Model, Struck};
use crate::observe::recorder::Recorder;
use crate::report::{
    self, AbortReport, Entity, EntityReport, Estimate, FaultReport, LogLine, Measurement,
    MetricReport, PhaseReport, PrecisionReport, Proportion, RecoveryReport, Series, StageReport,
    Stopped, Unit, VariantReport, Width,
};
use crate::schema::Then;
use crate::statistics::Sample;
use crate::time::SimTime;

/// Values of so many replications are kept, of the main metrics of loads and of what is expected:
/// 8 kB for each metric and phase at most.
pub(super) const KEPT: usize = 1_000;
/// The main metrics of loads.
const MAIN: [&str; 8] = [
    "goodput",
    "success_rate",
    "full_rate",
    "error_rate",
    "latency.mean",
    "latency.p50",
    "latency.p95",
    "latency.p99",
];

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
    comebacks: Table<FaultId, Comebacks>,
    /// What is measured, in the order of a replication's values.
    catalogue: Vec<Measurement>,
    /// Phases × metrics.
    samples: Vec<Vec<Sample>>,
    series: Vec<SeriesFold>,
    recoveries: Vec<(FaultId, LoadId, u32, Sample)>,
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
        let catalogue = catalogue(&model);
        let rows: Vec<Row> = catalogue.iter().map(|it| (it.entity, it.name)).collect();
        let judges = Judge::all(&model, &rows);
        let stages = model.faults.iter().map(|it| vec![StageRuns::default(); it.stages()]);
        let stages = stages.collect();
        let comebacks = model.faults.iter().map(|_| Comebacks::default()).collect();
        Self {
            model,
            catalogue,
            replications: 0,
            events: 0,
            requests: 0,
            stopped: Vec::new(),
            aborts: Vec::new(),
            stages,
            comebacks,
            samples: Vec::new(),
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
            let empty = |_: &Vec<f64>| self.catalogue.iter().map(sample).collect();
            self.samples = replication.phases.iter().map(empty).collect();
        }
        self.replications += 1;
        self.events += replication.ending.events;
        self.requests += replication.requests;
        self.note_stop(&replication);
        self.note_aborts(&replication);
        self.add_stages(&replication);
        for (fault, comeback) in &replication.comebacks {
            self.comebacks[*fault].push(comeback);
        }
        for (samples, values) in self.samples.iter_mut().zip(&replication.phases) {
            for (sample, value) in samples.iter_mut().zip(values) {
                if value.is_finite() {
                    sample.push(*value);
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
            let empty = |it: &report::Recovery| (it.fault, it.load, 0, Sample::keeping(KEPT));
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

    /// Whether all intervals that expectations need are as tight as the scenario asks for.
    pub fn is_precise(&self) -> bool {
        self.precision().is_none_or(|it| it.reached)
    }

    fn precision(&self) -> Option<PrecisionReport> {
        let wanted = self.model.precision?;
        let judged: Vec<Width> = self.judges.iter().filter_map(Judge::width).collect();
        let widths = if judged.is_empty() { self.main_widths() } else { judged };
        let reached = |it: &Width| precision::reached(it.relative, wanted);
        Some(PrecisionReport {
            wanted,
            reached: widths.iter().all(reached),
            max_replications: self.model.max_replications,
            widest: precision::widest(widths.into_iter()),
        })
    }

    /// Where nothing is expected that has an interval: goodput and mean latency of each load, over
    /// the whole run.
    fn main_widths(&self) -> Vec<Width> {
        let Some((samples, phase)) = self.samples.last().zip(self.model.timeline.phases.last())
        else {
            return Vec::new();
        };
        let wanted = |it: &Measurement| {
            matches!(it.entity, Entity::Load(_)) && matches!(it.name, "goodput" | "latency.mean")
        };
        let rows = self.catalogue.iter().zip(samples).filter(|it| wanted(it.0));
        let estimates = rows.filter_map(|(row, it)| Some((row, Estimate::of(it.moments())?)));
        let width = |(row, it): (&Measurement, Estimate)| Width {
            of: format!("{}.{}", row.entity.name(&self.model), row.name),
            during: phase.name.clone(),
            relative: precision::relative(it.half_width, it.mean.abs()),
        };
        estimates.map(width).collect()
    }

    /// The report of what was added.
    pub fn finish(mut self, name: &str) -> VariantReport {
        let series = std::mem::take(&mut self.series);
        let series: Vec<Series> = series.into_iter().filter_map(SeriesFold::finish).collect();
        let precision = self.precision();
        let entities = self.entities(&series);
        let faults = self.faults();
        let timeline = &self.model.timeline;
        let seconds = |at: SimTime| at.as_secs_f64() - timeline.zero.as_secs_f64();
        let phases = timeline.phases.iter().map(|it| PhaseReport {
            name: it.name.clone(),
            from: seconds(it.from),
            to: seconds(it.to),
        });
        VariantReport {
            name: name.to_owned(),
            replications: self.replications,
            events: self.events,
            requests: self.requests,
            phases: phases.collect(),
            theory: report::beside(&self.model, &entities),
            unsettled: report::unsettled(&self.model, &series),
            entities,
            faults,
            window: timeline.window.as_secs_f64(),
            series_from: seconds(SimTime::ZERO),
            verdicts: self
                .judges
                .into_iter()
                .map(|it| it.verdict(name, self.replications))
                .collect(),
            disasters: Vec::new(),
            precision,
            stopped: self.stopped,
            aborts: self.aborts,
            log: self.log,
            log_dropped: self.log_dropped,
            series,
        }
    }

    fn entities(&self, series: &[Series]) -> Vec<EntityReport> {
        let mut entities: Vec<EntityReport> = Vec::new();
        let mut present = None;
        for (index, row) in self.catalogue.iter().enumerate() {
            if present != Some(row.entity) {
                present = Some(row.entity);
                entities.push(EntityReport {
                    kind: row.entity.kind(),
                    name: row.entity.name(&self.model),
                    metrics: Vec::new(),
                });
            }
            let of = |it: &Vec<Sample>| Estimate::of_sample(&it[index], row.unit);
            let phases = self.samples.iter().map(of).collect();
            let entity = entities.last_mut().expect("one was just pushed");
            entity.metrics.push(MetricReport { name: row.name, unit: row.unit, phases });
        }
        if self.replications == 1 && self.stopped.is_empty() {
            batches::add_intervals(&self.model, series, &mut entities);
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
                parts: self.comebacks[id].parts(),
                restore: self.comebacks[id].restore(),
            })
            .collect()
    }

    /// How far a fault widened; nothing where it does not.
    fn stages_of(&self, id: FaultId) -> Vec<StageReport> {
        let fault = &self.model.faults[id];
        let blasts: Vec<f64> = match &fault.on {
            Struck::Instances(_, counts) => counts.iter().map(|it| f64::from(*it)).collect(),
            Struck::Edges(_, shares) => shares.clone(),
            Struck::Load(_) | Struck::Pools(_) | Struck::Store(_) => return Vec::new(),
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
        let report = |(_, load, of, times): &(FaultId, LoadId, u32, Sample)| {
            let recovered = times.moments().n();
            // None where no replication could tell.
            let share = Proportion::of(recovered, u64::from(*of))?;
            Some(RecoveryReport {
                load: self.model.loads[*load].name.clone(),
                of: *of,
                recovered: recovered as u32,
                share,
                time: Estimate::of_sample(times, Unit::Seconds),
            })
        };
        rows.filter_map(report).collect()
    }
}

/// What is measured, in the order of a replication's values.
fn catalogue(model: &Model) -> Vec<Measurement> {
    let Some(phase) = model.timeline.phases.last() else { return Vec::new() };
    report::measure(model, &Recorder::new(model), &Years::none(model), phase)
}

/// Of no values of a metric yet.
fn sample(row: &Measurement) -> Sample {
    let main = match row.entity {
        Entity::Load(_) => MAIN.contains(&row.name),
        Entity::System(_) => row.name == "downtime.year",
        _ => false,
    };
    Sample::keeping(if main { KEPT } else { 0 })
}
