//! How many callers a pool turns away, and by which theory.

use sim_core::analytic::Formula;
use sim_core::analytic::abandonment::deterministic;
use sim_core::analytic::erlang::erlang_b;

/// Which theory tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// Nobody waits.
    ErlangB,
    /// All wait, up to the same time.
    LongestWait,
}

impl Method {
    /// The one for this longest wait, s.
    pub(crate) fn of(max_wait: f64) -> Self {
        if max_wait > 0.0 { Self::LongestWait } else { Self::ErlangB }
    }

    const fn formula(self) -> Formula {
        match self {
            Self::ErlangB => Formula::ErlangB,
            Self::LongestWait => Formula::LongestWait,
        }
    }

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        self.formula().name()
    }

    /// Who says so.
    pub(crate) const fn source(self) -> &'static str {
        self.formula().source()
    }

    /// Name, source and what it takes for granted.
    pub(crate) fn in_words(self) -> String {
        let granted = match self {
            Self::ErlangB => "Poisson arrivals, times of any law",
            Self::LongestWait => "Poisson arrivals, exponential times, first come first served",
        };
        format!("By {} ({}): {granted}.", self.name(), self.source())
    }
}

/// The share of callers that get no slot: arrivals per second, mean seconds that a slot is held,
/// slots, and the longest wait in seconds.
pub(crate) fn rejection(rate: f64, held: f64, slots: u32, max_wait: f64) -> f64 {
    if max_wait > 0.0 {
        deterministic(rate, held, slots, max_wait).rejection
    } else {
        erlang_b(slots, rate * held)
    }
}
