//! What a run has to say, as data. Rendering belongs to the shells.
//!
//! A [`Report`] holds, for each variant, phase and entity, every metric as an [`Estimate`] over the
//! replications; series by windows; what became of each fault; and where it all came from. It says
//! nothing of wall-clock time: the same file and seed give the same bytes.

mod change;
mod difference;
mod disaster;
mod entity;
mod estimate;
mod measure;
mod modes;
mod outage;
mod precision;
mod proportion;
mod recovery;
mod series;
pub(crate) mod steady;
mod theory;
mod unsettled;
mod verdict;

use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest, Sha256};

pub use crate::metric::{EntityKind, Unit};
pub use change::{Change, Move};
pub use difference::{Difference, DifferenceReport};
pub(crate) use disaster::quantile_of_runs;
pub use disaster::{
    DisasterReport, LostReport, PartReport, SpanReport, StepReport, StretchReport, TraceReport,
    TryReport,
};
pub use entity::Entity;
pub use estimate::{CONFIDENCE, Estimate};
pub use measure::{Measurement, measure, measure_window};
pub use modes::Mode;
pub use outage::longest_outage;
pub use precision::{PrecisionReport, Width};
pub use proportion::Proportion;
pub use recovery::{Recovery, recoveries};
pub use series::{Series, series};
pub use theory::TheoryReport;
pub(crate) use theory::beside;
pub use unsettled::{Unsettled, unsettled};
pub use verdict::{Moment, Outcome, SeenOfRuns, Standing, Verdict};

/// Results of one scenario in all its variants.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The scenario's title.
    pub title: String,
    /// Version of stormglass.
    pub version: &'static str,
    /// SHA-256 of the scenario's text and overrides, in hexadecimal.
    pub scenario: String,
    /// Root seed.
    pub seed: u64,
    /// What the clock shows at time zero, seconds after midnight.
    pub clock: Option<u32>,
    /// Base first, then the variants in the file's order.
    pub variants: Vec<VariantReport>,
}

/// Results of one variant.
#[derive(Clone, Debug, Serialize)]
pub struct VariantReport {
    /// `base`, or the variant's name.
    pub name: String,
    /// Replications that ended.
    pub replications: u32,
    /// Events of all replications.
    pub events: u64,
    /// Requests of all loads and replications, warm-up left out.
    pub requests: u64,
    /// Runs that were stopped by a limit.
    pub stopped: Vec<Stopped>,
    /// `[[abort]]`s that came about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aborts: Vec<AbortReport>,
    /// The phases, in order; `always` is the last.
    pub phases: Vec<PhaseReport>,
    /// Every metric of every entity.
    pub entities: Vec<EntityReport>,
    /// What became of each fault.
    pub faults: Vec<FaultReport>,
    /// What became of what was expected: first what is steady, then the rest, in the file's order.
    pub verdicts: Vec<Verdict>,
    /// What became of each disaster, in the file's order; their verdicts stand after the others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disasters: Vec<DisasterReport>,
    /// Where the run was to go on until intervals are so tight: what became of it.
    pub precision: Option<PrecisionReport>,
    /// Closed forms beside what was simulated, where there are some.
    pub theory: Vec<TheoryReport>,
    /// Loads for which the warm-up looks too short.
    pub unsettled: Vec<Unsettled>,
    /// What happened in the first replication, in order.
    pub log: Vec<LogLine>,
    /// Log lines beyond those kept.
    pub log_dropped: u64,
    /// Series by windows, means over the replications with their intervals.
    pub series: Vec<Series>,
    /// Width of a window, s.
    pub window: f64,
    /// Start of the first window, s; negative by the length of the warm-up.
    pub series_from: f64,
}

/// A run that a limit stopped.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stopped {
    /// Which replication.
    pub replication: u32,
    /// At which time, s after time zero.
    pub at: f64,
    /// Which limit.
    pub limit: &'static str,
}

/// An `[[abort]]` that came about in a replication.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AbortReport {
    /// Which replication.
    pub replication: u32,
    /// At which time, s after time zero.
    pub at: f64,
    /// What was true, as it was written.
    pub when: String,
    /// For how long, s.
    pub lasting: f64,
    /// What was done: `rollback` or `stop`.
    pub then: &'static str,
}

/// A stretch of the run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhaseReport {
    /// Its name.
    pub name: String,
    /// Its beginning, s after time zero.
    pub from: f64,
    /// Its end, s after time zero.
    pub to: f64,
}

/// One entity and its metrics.
#[derive(Clone, Debug, Serialize)]
pub struct EntityReport {
    /// What it is.
    pub kind: EntityKind,
    /// Its name.
    pub name: String,
    /// Its metrics.
    pub metrics: Vec<MetricReport>,
}

/// One metric in all phases.
#[derive(Clone, Debug, Serialize)]
pub struct MetricReport {
    /// Its name, such as `latency.p99`.
    pub name: &'static str,
    /// What it is measured in.
    pub unit: Unit,
    /// One estimate a phase; none where it is not defined (no answer has no latency).
    pub phases: Vec<Option<Estimate>>,
}

/// What became of a fault.
#[derive(Clone, Debug, Serialize)]
pub struct FaultReport {
    /// Its name.
    pub name: String,
    /// Its beginning, s after time zero.
    pub from: f64,
    /// Its end, s after time zero; none where it lasts.
    pub to: Option<f64>,
    /// How the loads recovered from it.
    pub recovery: Vec<RecoveryReport>,
    /// How far it widened, where it does so in stages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageReport>,
    /// How long each part of a failover or a restore took, in order; nothing of another fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<OutagePart>,
    /// What the restores came to, where the fault is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restore: Option<RestoreReport>,
}

/// A part of a failover or a restore, over all replications that came to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutagePart {
    /// What is done: `detect`, `fence`, `promote`, `name`, `clients` (until the last is back) or
    /// `warm up`; `mend the restore`, `bad backups`, `overhead`, `copy` or `replay`.
    pub name: &'static str,
    /// How long it took, s.
    pub time: Estimate,
}

/// What the restores of a store came to.
#[derive(Clone, Debug, Serialize)]
pub struct RestoreReport {
    /// Replications in which it was lost.
    pub runs: u64,
    /// Those in which it comes back, perhaps after the end of the run.
    pub back: u64,
    /// In those, from the moment that was restored to the loss, s: what was written in that time is
    /// gone.
    pub point: Option<Estimate>,
    /// Why it does not come back, and in how many replications.
    pub never: Vec<LostReport>,
}

/// A stage of a fault.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageReport {
    /// Its beginning, s after time zero.
    pub from: f64,
    /// How much it strikes: instances of a service, or a share of a call's attempts.
    pub blast: f64,
    /// Replications that reached it.
    pub reached_in: u32,
    /// Replications that went no further, because an expectation did not hold in it.
    pub broke_in: u32,
}

/// How a load recovered from a fault.
#[derive(Clone, Debug, Serialize)]
pub struct RecoveryReport {
    /// The load.
    pub load: String,
    /// Replications that could tell.
    pub of: u32,
    /// Replications in which it recovered before the end.
    pub recovered: u32,
    /// Their share of those that could tell: how likely it is to recover.
    pub share: Proportion,
    /// Time from the fault's end to recovery in those, s. A failover or a restore ends when it does in
    /// each run.
    pub time: Option<Estimate>,
}

/// Something that happened at a time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LogLine {
    /// s after time zero.
    pub at: f64,
    /// In words.
    pub text: String,
}

impl Report {
    /// SHA-256 of the report's canonical JSON, in hexadecimal: two runs agree if and only if their
    /// hashes do.
    pub fn hash(&self) -> String {
        let json = serde_json::to_vec(self).expect("a report has string keys and finite numbers");
        hex(&Sha256::digest(json))
    }

    /// A variant by its name.
    pub fn variant(&self, name: &str) -> Option<&VariantReport> {
        self.variants.iter().find(|it| it.name == name)
    }
}

impl VariantReport {
    /// An estimate by its address: the phase, and `NAME.metric` such as `checkout.latency.p99`.
    ///
    /// A call and its bulkhead may be named by what is called alone, where only one call has that
    /// name and nothing else has it with that metric: `fraud.fallback_rate`, `fraud.pool.rejected`.
    pub fn metric(&self, phase: &str, address: &str) -> Option<&Estimate> {
        let phase = self.phases.iter().position(|it| it.name == phase)?;
        self.metric_report(address)?.phases.get(phase)?.as_ref()
    }

    fn metric_report(&self, address: &str) -> Option<&MetricReport> {
        let named = |it: &&EntityReport| address.starts_with(&format!("{}.", it.name));
        let of = |it: &'_ EntityReport, from: usize| {
            let metric = &address[from..];
            it.metrics.iter().position(|it| it.name == metric)
        };
        let exact = self
            .entities
            .iter()
            .filter(named)
            .find_map(|it| of(it, it.name.len() + 1).map(|index| &it.metrics[index]));
        exact.or_else(|| self.call_metric(address))
    }

    fn call_metric(&self, address: &str) -> Option<&MetricReport> {
        let mut found = self.entities.iter().filter_map(|it| {
            let (_, callee) = it.name.split_once(" -> ")?;
            let metric = address.strip_prefix(callee)?.strip_prefix('.')?;
            it.metrics.iter().find(|it| it.name == metric)
        });
        let only = found.next();
        if found.next().is_some() { None } else { only }
    }

    /// A series by entity and name.
    pub fn series(&self, entity: &str, name: &str) -> Option<&Series> {
        self.series.iter().find(|it| it.entity == entity && it.name == name)
    }
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes all that is written");
        text
    })
}
