//! Circuit breakers.
use crate::time::SimDuration;

/// When a breaker opens, for how long, and how it closes again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// What opens it.
    pub trip: Trip,
    /// Share of calls slower than `slow.after` that opens it, too.
    pub slow: Option<SlowCalls>,
    /// How long it stays open before it lets probes through.
    pub open_for: SimDuration,
    /// Calls let through half-open, which decide, ≥ 1.
    pub probes: u32,
}

/// What opens a breaker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trip {
    /// `"5 consecutive"`: so many failures in a row.
    Consecutive { failures: u32 },
    /// `"50% of last 20"`: a share of the last `window` results, once `min_calls` are there.
    OfLastCalls { share: f64, window: u32, min_calls: u32 },
    /// `"50% of last 10s"`: a share of the results of the last `window`, once `min_calls` are there.
    OfLastTime { share: f64, window: SimDuration, min_calls: u32 },
}

/// When slowness counts against a callee.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlowCalls {
    /// A result that took longer than this is slow, success or not.
    pub after: SimDuration,
    /// Share of slow results that opens the breaker.
    pub share: f64,
}
