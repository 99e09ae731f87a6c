//! Circuit breakers: fail fast while a callee is presumed down.
//!
//! ```text
//!            tripped                    open_for is over, and a call comes
//!   Closed ───────────▶ Open ──────────────────────────────────▶ HalfOpen
//!     ▲                  ▲               the probes fail            │
//!     │                  └──────────────────────────────────────────┤
//!     └─────────────────────────────────────────────────────────────┘
//!                                        the probes succeed
//! ```
//!
//! What trips it is one of three windows: a run of failures ([`Trip::Consecutive`]), the last
//! calls ([`Trip::OfLastCalls`]) or the last seconds ([`Trip::OfLastTime`]).
//!
//! The semantics are those of resilience4j's `CircuitBreakerStateMachine` without its surprises:
//!
//! - The trip test runs when a result is recorded, a success too: with a rate window it can be a
//!   success that fills the window to `min_calls`. Shares are compared with `≥`.
//! - A result counts only in the state in which its call was admitted. What was admitted before a
//!   trip says nothing about the callee's recovery, and is discarded (as in gobreaker, by a
//!   generation number; resilience4j takes it for a probe's).
//! - Half-open admits `probes` calls and decides by their results; further calls are rejected
//!   meanwhile. A probe that ends without a result gives its place to another.
//! - Rejected calls are not recorded.
//!
//! Source: Nygard, *Release It!* (2nd ed., 2018), ch. 5 "Circuit Breaker"; resilience4j, package
//! `circuitbreaker.internal`.

mod consecutive;
mod count_window;
mod half_open;
#[cfg(test)]
mod script;
mod tally;
mod time_window;

use self::consecutive::Consecutive;
use self::count_window::CountWindow;
use self::half_open::HalfOpen;
use self::tally::{Outcome, Shares};
use self::time_window::TimeWindow;
use crate::time::{SimDuration, SimTime};

/// When a breaker opens, for how long, and how it closes again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// What opens it.
    pub trip: Trip,
    /// Share of calls slower than `slow.after` that opens it, too.
    ///
    /// With [`Trip::Consecutive`], which knows no shares, a slow result counts as a failure, and
    /// `slow.share` is not used.
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
    ///
    /// Half-open, one failed probe reopens at once, and `probes` successes close.
    Consecutive {
        /// Failures in a row, ≥ 1.
        failures: u32,
    },
    /// `"50% of last 20"`: a share of the last `window` results, once `min_calls` are there.
    ///
    /// Half-open, the same share of the `probes` results reopens, less closes.
    OfLastCalls {
        /// Share of failures, in (0, 1].
        share: f64,
        /// How many results are looked at, ≥ 1.
        window: u32,
        /// How many must be there, 1 to `window` (more counts as `window`).
        min_calls: u32,
    },
    /// `"50% of last 10s"`: a share of the results of the last `window`, once `min_calls` are there.
    ///
    /// The window moves by tenths, so that it covers nine to ten tenths of its length. Half-open,
    /// the same share of the `probes` results reopens, less closes.
    OfLastTime {
        /// Share of failures, in (0, 1].
        share: f64,
        /// How far back results are looked at, > 0.
        window: SimDuration,
        /// How many must be there, ≥ 1.
        min_calls: u32,
    },
}

/// When slowness counts against a callee.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SlowCalls {
    /// A result that took longer than this is slow, success or not.
    pub after: SimDuration,
    /// Share of slow results that opens the breaker, in (0, 1].
    pub share: f64,
}

/// What a breaker does with calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Lets all through.
    Closed,
    /// Lets none through.
    Open,
    /// Lets a few through, to see.
    HalfOpen,
}

impl State {
    /// The word for it in scenario files and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

/// Leave to make a call, to be handed back with its result or without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permit {
    /// Which of the breaker's states it was given in, counted from 0.
    epoch: u32,
}

/// A circuit breaker.
///
/// Each permit from [`admit`](Self::admit) is handed back once, with
/// [`record`](Self::record) or [`release`](Self::release). These three are the only places where
/// the [`state`](Self::state) changes: an open breaker stays so past its time until a call comes.
#[derive(Clone, Debug)]
pub struct Breaker {
    config: Config,
    phase: Phase,
    /// Counts the changes of state.
    epoch: u32,
    window: Window,
}

#[derive(Clone, Debug)]
enum Phase {
    Closed,
    Open { until: SimTime },
    HalfOpen(HalfOpen),
}

#[derive(Clone, Debug)]
enum Window {
    Consecutive(Consecutive),
    Count(CountWindow),
    Time(TimeWindow),
}

impl Breaker {
    /// A closed breaker with nothing recorded.
    pub fn new(config: Config) -> Self {
        debug_assert!(config.probes >= 1);
        Self { config, phase: Phase::Closed, epoch: 0, window: Window::new(&config) }
    }

    /// A call comes: leave to make it, or none.
    ///
    /// An open breaker whose time is over (`now ≥` the trip's time `+ open_for`) becomes half-open
    /// here.
    #[inline]
    pub fn admit(&mut self, now: SimTime) -> Option<Permit> {
        if let Phase::Open { until } = self.phase
            && now >= until
        {
            self.enter(Phase::HalfOpen(HalfOpen::new(self.config.probes)));
        }
        let admitted = match &mut self.phase {
            Phase::Closed => true,
            Phase::Open { .. } => false,
            Phase::HalfOpen(half_open) => half_open.admit(),
        };
        admitted.then_some(Permit { epoch: self.epoch })
    }

    /// An admitted call has its result: whether it failed, and how long it took.
    #[inline]
    pub fn record(&mut self, now: SimTime, permit: Permit, failure: bool, took: SimDuration) {
        if permit.epoch != self.epoch {
            return;
        }
        let outcome = self.outcome(failure, took);
        let next = match &mut self.phase {
            Phase::Closed => self.window.record(now, outcome).then_some(State::Open),
            Phase::Open { .. } => None,
            Phase::HalfOpen(half_open) => half_open.record(outcome, self.window.probe_shares()),
        };
        match next {
            Some(State::Open) => self.enter(Phase::Open { until: now + self.config.open_for }),
            Some(State::Closed) => self.close(),
            Some(State::HalfOpen) | None => {}
        }
    }

    /// An admitted call has ended without a result, for instance because its caller was cancelled:
    /// it counts for nothing, and a probe's place is free again.
    #[inline]
    pub fn release(&mut self, permit: Permit) {
        if let Phase::HalfOpen(half_open) = &mut self.phase
            && permit.epoch == self.epoch
        {
            half_open.release();
        }
    }

    /// What it does with calls since the last one.
    #[inline]
    pub fn state(&self) -> State {
        match self.phase {
            Phase::Closed => State::Closed,
            Phase::Open { .. } => State::Open,
            Phase::HalfOpen(_) => State::HalfOpen,
        }
    }

    #[inline]
    fn outcome(&self, failure: bool, took: SimDuration) -> Outcome {
        let slow = self.config.slow.is_some_and(|slow| took > slow.after);
        let slow_fails = matches!(self.window, Window::Consecutive(_));
        Outcome { failed: failure || (slow && slow_fails), slow }
    }

    fn close(&mut self) {
        self.window.clear();
        self.enter(Phase::Closed);
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.epoch = self.epoch.wrapping_add(1);
    }
}

impl Window {
    fn new(config: &Config) -> Self {
        let slow = config.slow.map(|slow| slow.share);
        match config.trip {
            Trip::Consecutive { failures } => Self::Consecutive(Consecutive::new(failures)),
            Trip::OfLastCalls { share, window, min_calls } => {
                Self::Count(CountWindow::new(window, min_calls, Shares::new(share, slow)))
            }
            Trip::OfLastTime { share, window, min_calls } => {
                Self::Time(TimeWindow::new(window, min_calls, Shares::new(share, slow)))
            }
        }
    }

    /// Takes a result in; true if it trips the breaker.
    #[inline]
    fn record(&mut self, now: SimTime, outcome: Outcome) -> bool {
        match self {
            Self::Consecutive(run) => run.record(outcome),
            Self::Count(window) => window.record(outcome),
            Self::Time(window) => window.record(now, outcome),
        }
    }

    /// The shares of bad probes that reopen; `None`: any failed one does.
    fn probe_shares(&self) -> Option<Shares> {
        match self {
            Self::Consecutive(_) => None,
            Self::Count(window) => Some(window.shares()),
            Self::Time(window) => Some(window.shares()),
        }
    }

    fn clear(&mut self) {
        match self {
            Self::Consecutive(run) => run.clear(),
            Self::Count(window) => window.clear(),
            Self::Time(window) => window.clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_trip_never_ends() {
        let config = Config {
            trip: Trip::Consecutive { failures: 1 },
            slow: None,
            open_for: SimDuration::MAX,
            probes: 1,
        };
        let mut breaker = Breaker::new(config);
        let permit = breaker.admit(SimTime::ZERO).expect("closed");
        breaker.record(SimTime::ZERO, permit, true, SimDuration::ZERO);
        assert_eq!(breaker.admit(SimTime::from_nanos(u64::MAX - 1)), None);
        assert_eq!(breaker.state(), State::Open);
    }

    // The engine keeps one a caller and call, and a permit in every attempt in flight.
    const _: () = assert!(size_of::<Permit>() == 4);
}
