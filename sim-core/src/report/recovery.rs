//! How long after a fault a load is well again.
//!
//! Well is: the share of the requests started that were answered in time is at most 5 % below what
//! it was before the first fault. Recovery is the time from the fault's end to the beginning of the
//! first 10 s from which ten such stretches in a row are well. A share, not a rate: the noise of a
//! Poisson load (± 3 % in 10 s at 120/s) would else be taken for sickness, and a load that changes
//! on purpose for a fault.

use super::outage::windows_within;
use crate::model::{FaultId, LoadId, Model, Phase, ScheduledFault};
use crate::observe::recorder::Recorder;
use crate::observe::windows::LoadSeries;
use crate::time::{SimDuration, SimTime};

/// What a load made of a fault.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recovery {
    /// The fault.
    pub fault: FaultId,
    /// The load.
    pub load: LoadId,
    /// Whether the run can tell: it has requests before the first fault, and goes on long enough
    /// after this one.
    pub told: bool,
    /// Seconds from the fault's end; `None` if not before the end of the run.
    pub after: Option<f64>,
}

const STRETCH: SimDuration = SimDuration::from_secs(10);
const STRETCHES: usize = 10;
const WELL: f64 = 0.95;

/// Recovery of every load from every fault that ends within the run, leaving time to see it.
///
/// A failover or a restore ends when it does in this run, not when the longest would; one that never
/// does is not recovered from.
pub fn recoveries(model: &Model, recorder: &Recorder<'_>) -> Vec<Recovery> {
    let mut all = Vec::new();
    for (fault, scheduled) in model.faults.entries() {
        if scheduled.to + SimDuration::from_secs(100) > model.timeline.end {
            continue;
        }
        for load in model.loads.ids() {
            let seen = match end(recorder, fault, scheduled) {
                Some(end) => recovery(model, &recorder.load_series[load], end),
                None => Seen::Never,
            };
            let (told, after) = match seen {
                Seen::TooLittle => (false, None),
                Seen::Never => (true, None),
                Seen::After(seconds) => (true, Some(seconds)),
            };
            all.push(Recovery { fault, load, told, after });
        }
    }
    all
}

/// When a fault was over in this run, if it was.
fn end(recorder: &Recorder<'_>, id: FaultId, fault: &ScheduledFault) -> Option<SimTime> {
    match recorder.comebacks.iter().find(|it| it.0 == id) {
        Some((_, comeback)) => comeback.took().map(|it| fault.from + it),
        None => Some(fault.to),
    }
}

/// What a run shows of a recovery.
enum Seen {
    TooLittle,
    Never,
    After(f64),
}

fn recovery(model: &Model, series: &LoadSeries, end: SimTime) -> Seen {
    let first_fault = model.faults.iter().map(|it| it.from).min();
    let before = first_fault.and_then(|it| before(model, series, it));
    let Some(well) = before.map(|it| WELL * it) else { return Seen::TooLittle };
    let width = model.timeline.window;
    let per_stretch = STRETCH.div_floor(width).max(1) as usize;
    let first = end.as_nanos().div_ceil(width.as_nanos()) as usize;
    if first + per_stretch * STRETCHES > series.started.len() {
        return Seen::TooLittle;
    }
    let last = series.started.len() - per_stretch * STRETCHES;
    let is_well = |from: usize| {
        let stretch = from..from + per_stretch;
        let started: u32 = series.started[stretch.clone()].iter().sum();
        let good: u32 = series.good[stretch].iter().sum();
        f64::from(good) >= well * f64::from(started)
    };
    let from =
        (first..=last).find(|from| (0..STRETCHES).all(|it| is_well(from + it * per_stretch)));
    from.map_or(Seen::Never, |it| Seen::After((it - first) as f64 * width.as_secs_f64()))
}

/// Share of good answers before the first fault.
fn before(model: &Model, series: &LoadSeries, first_fault: SimTime) -> Option<f64> {
    let phase = Phase { name: String::new(), from: model.timeline.zero, to: first_fault };
    let windows = windows_within(model, &phase, series.started.len());
    let started: u64 = series.started[windows.clone()].iter().map(|it| u64::from(*it)).sum();
    let good: u64 = series.good[windows].iter().map(|it| u64::from(*it)).sum();
    (started > 0).then(|| good as f64 / started as f64)
}
