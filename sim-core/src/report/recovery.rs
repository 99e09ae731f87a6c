//! How long after a fault a load is well again.
//!
//! Well is: the share of the requests started that were answered in time is at most 5 % below what
//! it was before the first fault. Recovery is the time from the fault's end to the beginning of the
//! first 10 s from which ten such stretches in a row are well. A share, not a rate: the noise of a
//! Poisson load (± 3 % in 10 s at 120/s) would else be taken for sickness, and a load that changes
//! on purpose for a fault.

use super::outage::windows_within;
use crate::model::{FaultId, LoadId, Model, Phase};
use crate::observe::recorder::{LoadSeries, Recorder};
use crate::time::{SimDuration, SimTime};

/// What a load made of a fault.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recovery {
    /// The fault.
    pub fault: FaultId,
    /// The load.
    pub load: LoadId,
    /// Seconds from the fault's end; `None` if not before the end of the run.
    pub after: Option<f64>,
}

const STRETCH: SimDuration = SimDuration::from_secs(10);
const STRETCHES: usize = 10;
const WELL: f64 = 0.95;

/// Recovery of every load from every fault that ends within the run, leaving time to see it.
pub fn recoveries(model: &Model, recorder: &Recorder<'_>) -> Vec<Recovery> {
    let mut all = Vec::new();
    for (fault, scheduled) in model.faults.entries() {
        if scheduled.to + SimDuration::from_secs(100) > model.timeline.end {
            continue;
        }
        for load in model.loads.ids() {
            let series = &recorder.load_series[load];
            let after = recovery(model, series, scheduled.to);
            all.push(Recovery { fault, load, after });
        }
    }
    all
}

fn recovery(model: &Model, series: &LoadSeries, end: SimTime) -> Option<f64> {
    let first_fault = model.faults.ids().map(|it| model.faults[it].from).min()?;
    let well = WELL * before(model, series, first_fault)?;
    let width = model.timeline.window;
    let per_stretch = STRETCH.div_floor(width).max(1) as usize;
    let first = end.as_nanos().div_ceil(width.as_nanos()) as usize;
    let last = series.started.len().saturating_sub(per_stretch * STRETCHES);
    let is_well = |from: usize| {
        let stretch = from..from + per_stretch;
        let started: u32 = series.started[stretch.clone()].iter().sum();
        let good: u32 = series.good[stretch].iter().sum();
        f64::from(good) >= well * f64::from(started)
    };
    let from =
        (first..=last).find(|from| (0..STRETCHES).all(|it| is_well(from + it * per_stretch)))?;
    Some((from - first) as f64 * width.as_secs_f64())
}

/// Share of good answers before the first fault.
fn before(model: &Model, series: &LoadSeries, first_fault: SimTime) -> Option<f64> {
    let phase = Phase { name: String::new(), from: model.timeline.zero, to: first_fault };
    let windows = windows_within(model, &phase, series.started.len());
    let started: u64 = series.started[windows.clone()].iter().map(|it| u64::from(*it)).sum();
    let good: u64 = series.good[windows].iter().map(|it| u64::from(*it)).sum();
    (started > 0).then(|| good as f64 / started as f64)
}
