//! What becomes of a mutant.

use serde::Serialize;

use crate::report::{Change, DifferenceReport, Standing, Verdict};

/// What becomes of a mutant, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Every expectation still holds, or is not judged any more, and something moved: a hole.
    Hole,
    /// None is broken, but one that held is undecided.
    Undecided,
    /// Something differs, but nothing by as much as matters, or as these replications can tell.
    Slight,
    /// No metric differs in any replication: this change changes nothing here.
    Same,
    /// An expectation that held is broken.
    Noticed,
}

/// What expectations make of a mutant: which of them, by their numbers, that held before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noticed {
    /// Broken now.
    pub broken: Vec<usize>,
    /// Undecided now.
    pub undecided: Vec<usize>,
    /// Not judged any more: what they speak of is gone.
    pub unjudged: Vec<usize>,
}

impl Noticed {
    /// From the verdicts without and with the change.
    pub fn of(before: &[Verdict], after: &[Verdict]) -> Self {
        let mut noticed = Self::default();
        for (index, (before, after)) in before.iter().zip(after).enumerate() {
            match (before.standing, after.standing) {
                (Standing::Held, Standing::Broken) => noticed.broken.push(index),
                (Standing::Held, Standing::Open) => noticed.undecided.push(index),
                (Standing::Held, Standing::Skipped) => noticed.unjudged.push(index),
                _ => {}
            }
        }
        noticed
    }

    /// What becomes of a mutant with these differences.
    pub fn fate(&self, differences: &[DifferenceReport]) -> Fate {
        if !self.broken.is_empty() {
            return Fate::Noticed;
        }
        let phases = differences.iter().flat_map(|row| row.phases.iter().map(move |it| (row, it)));
        let changes = phases.filter_map(|(row, it)| Some(it.as_ref()?.change(row.unit)));
        match (changes.max().unwrap_or(Change::Same), self.undecided.is_empty()) {
            (Change::Same, _) => Fate::Same,
            (_, false) => Fate::Undecided,
            (Change::Moved, true) => Fate::Hole,
            (Change::Unresolved | Change::Slight, true) => Fate::Slight,
        }
    }
}
