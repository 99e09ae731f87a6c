//! What became of an expectation, as data.

use serde::Serialize;

use super::Estimate;
use crate::metric::{Nature, Unit};
use crate::scenario::Place;

/// One expectation in one variant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// What was stated, as it was written.
    pub statement: String,
    /// Where it stands in the scenario: no part of what was seen.
    #[serde(skip)]
    pub place: Place,
    /// The phase that it is about; where there is a [`moment`](Self::moment), by when it must come
    /// true, as it was written.
    pub during: String,
    /// Why it was to be expected.
    pub because: Option<String>,
    /// Whether it says what is steady.
    pub steady: bool,
    /// What the replications say.
    pub outcome: Outcome,
    /// Whether the author says that it fails in this variant.
    pub fails_here: bool,
    /// What that comes to.
    pub standing: Standing,
    /// What the numbers are measured in.
    pub unit: Unit,
    /// Whether the mean or each replication was judged.
    pub nature: Nature,
    /// What was seen; none where nothing was.
    pub observed: Option<Estimate>,
    /// What it was compared with: the mean, where that is a multiple of what is steady.
    pub bound: Option<f64>,
    /// Replications in which it holds.
    pub holds_in: u64,
    /// Replications that could tell.
    pub of: u64,
    /// The share of them in which a count or maximum must hold.
    pub share: f64,
    /// Replications that would likely decide it.
    pub needs: Option<u64>,
    /// What kept it from being judged, or decided it.
    pub why: Option<&'static str>,
    /// When it came true, where that is asked: [`observed`](Self::observed) is then of the moments,
    /// in seconds after the named one, and [`bound`](Self::bound) the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moment: Option<Moment>,
    /// What was seen of the runs of a disaster, where it is of one: [`during`](Self::during) is then
    /// its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs: Option<SeenOfRuns>,
}

/// A number over the runs of a disaster, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SeenOfRuns {
    /// The number; none where it is endless.
    pub value: Option<f64>,
    /// The lower end of its 95 % interval; none where there is no interval, or that is endless.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// Runs.
    pub runs: u64,
    /// Runs that did not come back.
    pub never: u64,
}

/// What is asked of a moment, and more of what was seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Moment {
    /// How long it must stay true from then on, s.
    pub lasting: f64,
    /// Width of the windows on which a metric is judged, s; of no matter for a state.
    pub over: f64,
    /// Replications in which it came true, soon enough or later.
    pub came_true_in: u64,
    /// The median moment of those.
    pub median: Option<f64>,
}

/// What the replications say of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is true.
    Pass,
    /// It is false.
    Fail,
    /// They cannot tell.
    Inconclusive,
    /// There is nothing to tell it by.
    Skipped,
}

/// What an outcome means for an expectation, which may be that the statement fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// As expected.
    Held,
    /// Not as expected.
    Broken,
    /// Undecided.
    Open,
    /// Not judged.
    Skipped,
}

impl Standing {
    /// What `outcome` means, where the statement is said to fail or not.
    pub(crate) fn of(outcome: Outcome, fails_here: bool) -> Self {
        match outcome {
            Outcome::Inconclusive => Self::Open,
            Outcome::Skipped => Self::Skipped,
            Outcome::Pass | Outcome::Fail if (outcome == Outcome::Fail) == fails_here => Self::Held,
            Outcome::Pass | Outcome::Fail => Self::Broken,
        }
    }
}

impl Verdict {
    /// Whether it says that the run was not steady to begin with.
    pub fn is_unsteady(&self) -> bool {
        self.steady && self.during == "before" && self.standing == Standing::Broken
    }
}
