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
    /// The phase that it is about.
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
    /// What kept it from being judged.
    pub why: Option<&'static str>,
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
