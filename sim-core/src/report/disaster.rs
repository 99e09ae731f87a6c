//! What runs of a disaster have to say, as data.

use serde::Serialize;

use super::Proportion;
use super::estimate::CONFIDENCE;
use crate::math;
use crate::recovery::{Case, Fate, Part, Spans, Tally};
use crate::statistics::interval;
use crate::time::SimTime;

const NANOS: f64 = 1e9;

/// A disaster, over all its runs.
#[derive(Clone, Debug, Serialize)]
pub struct DisasterReport {
    /// Its name.
    pub name: String,
    /// The store that it strikes.
    pub store: String,
    /// The runbook that is followed.
    pub runbook: Option<String>,
    /// Runs.
    pub runs: u64,
    /// The share of runs that came back.
    pub recoverable: Option<Proportion>,
    /// Why the others did not, and how many.
    pub lost: Vec<LostReport>,
    /// The time whose writes are gone, s.
    pub rpo: SpanReport,
    /// The time until everything was back, s.
    pub rto: SpanReport,
    /// Writes that were acknowledged and are gone, where the store says how many it takes.
    pub lost_writes: Option<SpanReport>,
    /// What the disasters of some years come to, where it recurs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stretch: Option<StretchReport>,
    /// Where the time went that the failover or the restore took, in order.
    pub parts: Vec<PartReport>,
    /// The steps of the runbook, in the file's order.
    pub steps: Vec<StepReport>,
    /// Runs of the runbook: one near the median of `rto`, one near its p95.
    pub traces: Vec<TraceReport>,
}

/// What the disasters of a stretch of years come to, over as many stretches as there are runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StretchReport {
    /// How long a stretch is, s.
    pub over: f64,
    /// How many there are.
    pub strikes: SpanReport,
    /// The time until all was back, of all of them, s.
    pub downtime: SpanReport,
    /// The time whose writes are gone, of all of them, s.
    pub loss: SpanReport,
}

/// Runs that did not come back for one reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LostReport {
    /// The reason, in words.
    pub why: &'static str,
    /// How many.
    pub runs: u64,
}

/// Numbers of all runs, of which those that did not come back are endless.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpanReport {
    /// The mean; none where one is endless.
    pub mean: Option<f64>,
    /// Half the width of its 95 % interval.
    pub half_width: Option<f64>,
    /// The least.
    pub min: Option<f64>,
    /// The most; none where that is endless.
    pub max: Option<f64>,
    /// The hundred and one percentiles, from the least to the most; none where endless. They are
    /// off by less than a 128th, the least and the most are not.
    pub percentiles: Vec<Option<f64>>,
    /// What is promised.
    pub target: Option<f64>,
    /// The share of runs that keep the promise.
    pub met: Option<Proportion>,
    /// Runs that are endless.
    pub never: u64,
}

/// A part of the time until all was back, in runs that came back.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartReport {
    /// What it is.
    pub name: &'static str,
    /// Its mean, s.
    pub mean: f64,
    /// Its 95th percentile, s.
    pub p95: f64,
}

/// A step of a runbook, in runs that came back.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StepReport {
    /// Its name.
    pub name: String,
    /// `human`, `machine` or `auto`.
    pub who: &'static str,
    /// Time spent on it, all tries of a run together: the mean, s.
    pub mean: f64,
    /// The 95th percentile, s.
    pub p95: f64,
    /// Tries a run.
    pub tries: f64,
    /// The share of runs in which it was on the critical path.
    pub critical: f64,
}

/// One run of a runbook.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TraceReport {
    /// The quantile of `rto` that it is near, 0 to 1.
    pub quantile: f64,
    /// Its number.
    pub run: u32,
    /// How long it took, s.
    pub rto: f64,
    /// The tries of its steps, in the order in which they began.
    pub tries: Vec<TryReport>,
}

/// A try of a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TryReport {
    /// The step.
    pub step: String,
    /// When it began, s from the beginning of the runbook.
    pub start: f64,
    /// When it ended.
    pub end: f64,
    /// Whether it failed.
    pub failed: bool,
}

/// The quantiles of which a run is shown.
const SHOWN: [f64; 2] = [0.5, 0.95];

impl DisasterReport {
    /// What the runs of a disaster come to.
    pub fn of(case: &Case, tally: &Tally, root: u64) -> Self {
        let Case { disaster, store, runbook } = case;
        let seconds =
            |it: Option<crate::time::SimDuration>| it.map(crate::time::SimDuration::as_secs_f64);
        Self {
            name: disaster.name.clone(),
            store: store.name.clone(),
            runbook: runbook.as_ref().map(|it| it.name.clone()),
            runs: tally.runs,
            recoverable: Proportion::of(tally.ended(Fate::Recovered), tally.runs),
            lost: lost(tally),
            rpo: SpanReport::of(&tally.rpo, NANOS, seconds(store.target.rpo)),
            rto: SpanReport::of(&tally.rto, NANOS, seconds(store.target.rto)),
            lost_writes: store.writes.map(|_| SpanReport::of(&tally.lost_writes, 1.0, None)),
            stretch: disaster.every.is_some().then(|| StretchReport {
                over: disaster.over.as_secs_f64(),
                strikes: SpanReport::of(&tally.strikes, 1.0, None),
                downtime: SpanReport::of(&tally.downtime, NANOS, None),
                loss: SpanReport::of(&tally.loss, NANOS, None),
            }),
            parts: parts(tally),
            steps: steps(case, tally),
            traces: traces(case, tally, root),
        }
    }
}

fn lost(tally: &Tally) -> Vec<LostReport> {
    let fates = Fate::ALL.into_iter().filter(|it| *it != Fate::Recovered);
    let report = |it: Fate| LostReport { why: it.name(), runs: tally.ended(it) };
    fates.map(report).filter(|it| it.runs > 0).collect()
}

fn parts(tally: &Tally) -> Vec<PartReport> {
    let parts = Part::ALL.iter().zip(&tally.parts).filter(|it| it.1.max().unwrap_or(0) > 0);
    let report = |(part, took): (&Part, &crate::statistics::Histogram)| {
        let (mean, p95) = (took.mean()?, took.quantile(0.95)?);
        Some(PartReport { name: part.name(), mean: mean / NANOS, p95: p95 as f64 / NANOS })
    };
    parts.filter_map(report).collect()
}

fn steps(case: &Case, tally: &Tally) -> Vec<StepReport> {
    let steps = case.runbook.iter().flat_map(|it| &it.steps).zip(&tally.steps);
    let runs = tally.ended(Fate::Recovered) as f64;
    steps
        .filter_map(|(step, tally)| {
            Some(StepReport {
                name: step.name.clone(),
                who: step.who.name(),
                mean: tally.took.mean()? / NANOS,
                p95: tally.took.quantile(0.95)? as f64 / NANOS,
                tries: tally.tries as f64 / runs,
                critical: tally.critical as f64 / runs,
            })
        })
        .collect()
}

/// Runs are found again by their numbers.
fn traces(case: &Case, tally: &Tally, root: u64) -> Vec<TraceReport> {
    let Some(runbook) = &case.runbook else { return Vec::new() };
    let seconds = |it: SimTime| it.as_secs_f64();
    let trace = |quantile: f64| {
        let run = tally.run_near(quantile)?;
        let outcome = case.strike(root, run);
        let tries = outcome.tries.iter().map(|it| TryReport {
            step: runbook.steps[it.step].name.clone(),
            start: seconds(it.start),
            end: seconds(it.end),
            failed: it.failed,
        });
        let (tries, rto) = (tries.collect(), outcome.rto?.as_secs_f64());
        Some(TraceReport { quantile, run, rto, tries })
    };
    SHOWN.into_iter().filter_map(trace).collect()
}

impl SpanReport {
    /// Of spans in so many of their unit to one.
    fn of(spans: &Spans, unit: f64, target: Option<f64>) -> Self {
        let endless = spans.never > 0;
        let finite = |it: Option<f64>| it.filter(|_| !endless);
        let percentiles = (0..=100).map(|it| quantile(spans, f64::from(it) / 100.0, unit));
        Self {
            mean: finite(spans.moments.mean()),
            half_width: finite(interval::mean_half_width(&spans.moments, CONFIDENCE)),
            min: spans.finite.min().map(|it| it as f64 / unit),
            max: finite(spans.finite.max().map(|it| it as f64 / unit)),
            percentiles: percentiles.collect(),
            target,
            met: target.and_then(|_| Proportion::of(spans.met, spans.n())),
            never: spans.never,
        }
    }

    /// A percentile, 0 to 100; none where it is endless.
    pub fn percentile(&self, percent: usize) -> Option<f64> {
        self.percentiles.get(percent).copied().flatten()
    }
}

fn quantile(spans: &Spans, q: f64, unit: f64) -> Option<f64> {
    spans.quantile(q).map(|it| it as f64 / unit)
}

/// A quantile, and those that enclose the true one with 95 % confidence: the number of values below
/// it is binomial, here by the normal law (Conover, *Practical Nonparametric Statistics*, 3rd ed.,
/// 1999, section 3.2). What is endless is none.
pub(crate) fn quantile_of_runs(spans: &Spans, q: f64, unit: f64) -> [Option<f64>; 3] {
    let z = math::normal_quantile(0.5 + 0.5 * CONFIDENCE);
    let half = z * (q * (1.0 - q) / spans.n().max(1) as f64).sqrt();
    [q, (q - half).max(0.0), (q + half).min(1.0)].map(|it| quantile(spans, it, unit))
}
