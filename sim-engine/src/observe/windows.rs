//! What is kept of each load, call, service and pool for each window of the run.

use super::counts::Flow;
use crate::policy::failure::Reason;

/// A load by windows.
#[derive(Clone, Debug, Default)]
pub struct LoadSeries {
    /// Requests that started in the window.
    pub started: Vec<u32>,
    /// Those of them that were answered.
    pub answered: Vec<u32>,
    /// Those of them that were answered in time.
    pub good: Vec<u32>,
    /// Full answers given in the window.
    pub full: Vec<u32>,
    /// Degraded answers given in the window.
    pub degraded: Vec<u32>,
    /// Failures in the window, by reason.
    pub failed: Vec<[u32; Reason::ALL.len()]>,
    /// Mean latency of the answers given in the window, s; NaN without answers.
    pub mean: Vec<f64>,
    /// Median of the same.
    pub p50: Vec<f64>,
    /// 99th percentile of the same.
    pub p99: Vec<f64>,
}

/// A call by windows.
#[derive(Clone, Debug, Default)]
pub struct CallSeries {
    /// Calls begun.
    pub calls: Vec<u32>,
    /// Attempts sent.
    pub attempts: Vec<u32>,
    /// Mean number of open breakers.
    pub open: Vec<f64>,
    /// Mean number of half-open breakers.
    pub half_open: Vec<f64>,
}

/// A service by windows; but for the first two, means.
#[derive(Clone, Debug, Default)]
pub struct ServiceSeries {
    /// Requests and attempts that started in the window.
    pub started: Vec<u32>,
    /// Those of them that were answered.
    pub answered: Vec<u32>,
    /// Busy workers.
    pub busy: Vec<f64>,
    /// Jobs in queues.
    pub queue: Vec<f64>,
    /// Jobs at instances.
    pub in_flight: Vec<f64>,
}

/// A pool by windows: means.
#[derive(Clone, Debug, Default)]
pub struct PoolSeries {
    /// Slots in use.
    pub in_use: Vec<f64>,
    /// Calls in line.
    pub line: Vec<f64>,
}

impl LoadSeries {
    /// Adds requests that started and ended in a window.
    pub(super) fn add(&mut self, window: usize, counts: &Flow) {
        self.started[window] += counts.offered as u32;
        self.answered[window] += counts.answered() as u32;
        self.good[window] += counts.good as u32;
        self.full[window] += counts.full as u32;
        self.degraded[window] += counts.degraded as u32;
        let failed = self.failed[window].iter_mut().zip(counts.failed);
        failed.for_each(|(sum, it)| *sum += it as u32);
    }
}

impl ServiceSeries {
    /// Adds requests and attempts that started and ended in a window.
    pub(super) fn add(&mut self, window: usize, counts: &Flow) {
        self.started[window] += counts.offered as u32;
        self.answered[window] += counts.answered() as u32;
    }
}
