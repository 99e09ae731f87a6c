//! What a scenario says of systems that are looked at over years.

use crate::distribution::Distribution;
use crate::time::SimDuration;

/// Copies of something that fail, are mended and stand in for each other, over years.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    /// `[system.NAME]`.
    pub name: String,
    /// Its copies; none: it fails by what it depends on and by deploys alone.
    pub copies: Vec<Component>,
    /// How many of them must work, at most as many as there are.
    pub needs: u32,
    /// How many can be mended at one time; `None`: all.
    pub crews: Option<u32>,
    /// Which copies carry traffic.
    pub mode: Mode,
    /// What it takes to let others carry the traffic of a copy that failed; none: nothing.
    pub failover: Option<Failover>,
    /// What strikes all copies at once.
    pub common_cause: Option<CommonCause>,
    /// New versions as faults.
    pub deploy: Option<Deploy>,
    /// Systems without which it does not work.
    pub depends_on: Vec<String>,
    /// The availability that was promised.
    pub slo: Option<f64>,
}

/// A copy of a system.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// `[system.NAME.copy.NAME]`, or its number.
    pub name: String,
    /// How long it works until it fails.
    pub mtbf: Distribution,
    /// How long it takes to be mended.
    pub mttr: Distribution,
    /// Its part of the traffic, > 0, in relation to those of the others.
    pub traffic: f64,
}

/// Which copies carry traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All that work.
    ActiveActive,
    /// As many as are needed; the others stand by.
    ActivePassive,
}

/// What it takes to let others carry the traffic of a copy that failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failover {
    /// How long it takes, if it works by itself.
    pub takes: Distribution,
    /// How likely that is.
    pub coverage: f64,
    /// How long it takes by hand.
    pub by_hand: Distribution,
    /// Whether all traffic stands still meanwhile, or only that of the copy.
    pub stops_all: bool,
}

/// What strikes all copies at once.
#[derive(Clone, Debug, PartialEq)]
pub struct CommonCause {
    /// The share of all failures of a copy: the beta factor, in (0, 1).
    pub share: f64,
    /// How long a copy works until it fails, from whatever cause.
    pub mtbf: Distribution,
    /// How long it takes to be mended.
    pub mttr: Distribution,
}

/// New versions as faults.
#[derive(Clone, Debug, PartialEq)]
pub struct Deploy {
    /// From one to the next.
    pub every: Distribution,
    /// The share of them that are bad.
    pub bad: f64,
    /// The share of the requests that a bad one fails, of those that reach it.
    pub impact: f64,
    /// How long until it is seen.
    pub detect: Distribution,
    /// How long it then takes to undo it.
    pub rollback: Distribution,
    /// It begins with a part of the traffic, for a time.
    pub canary: Option<Canary>,
}

/// A deploy that begins with a part of the traffic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Canary {
    /// Which part.
    pub share: f64,
    /// For how long; then it goes everywhere, unless it was seen to be bad.
    pub lasts: SimDuration,
}
