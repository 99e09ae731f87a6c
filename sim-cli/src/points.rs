//! The points of a sweep, run one after the other.

use std::collections::VecDeque;

use sim_core::experiment::{Fold, Point, Replication, Sweep};

use crate::failure::Rejected;
use crate::files::Folder;
use crate::simulate::{Campaign, Run};

/// All replications of a point, then of the next, each compiled when it is its turn: so points are
/// finished in order, and only those under way are held.
pub(crate) struct Points<'a, F> {
    sweep: &'a Sweep,
    files: &'a Folder,
    /// Instead of the scenario's own number.
    replications: Option<u32>,
    /// Points not yet begun.
    rest: std::ops::Range<u64>,
    /// Those under way, in order; runs name them by `first` and those after it.
    open: VecDeque<Open>,
    first: usize,
    /// Who is told of a finished point.
    finished: F,
    outcome: anyhow::Result<()>,
}

/// A point under way.
struct Open {
    point: Point,
    fold: Fold,
    /// Replications given out.
    given: u32,
    /// Replications that it takes.
    of: u32,
}

impl<'a, F: FnMut(&Point, Fold) -> anyhow::Result<()>> Points<'a, F> {
    /// So many points, none of which has begun; `finished` is told of each in order.
    pub(crate) fn new(
        sweep: &'a Sweep,
        files: &'a Folder,
        replications: Option<u32>,
        points: u64,
        finished: F,
    ) -> Self {
        Self {
            sweep,
            files,
            replications,
            rest: 0..points,
            open: VecDeque::new(),
            first: 0,
            finished,
            outcome: Ok(()),
        }
    }

    /// What kept it from going on, if anything did.
    pub(crate) fn outcome(self) -> anyhow::Result<()> {
        self.outcome
    }

    fn begin(&mut self) -> Option<()> {
        let number = self.rest.next()?;
        match self.sweep.point(number, self.files) {
            Ok(point) => {
                let of = self.replications.unwrap_or(point.model.replications);
                let fold = Fold::new(point.model.clone());
                self.open.push_back(Open { point, fold, given: 0, of });
                Some(())
            }
            // It was checked before: a file beside the scenario has changed since.
            Err(refused) => {
                self.outcome = Err(Rejected::from(refused).into());
                None
            }
        }
    }
}

impl<F: FnMut(&Point, Fold) -> anyhow::Result<()>> Campaign for Points<'_, F> {
    fn next(&mut self) -> Option<Run> {
        if self.outcome.is_err() {
            return None;
        }
        if self.open.back().is_none_or(|it| it.given == it.of) {
            self.begin()?;
        }
        let case = self.first + self.open.len() - 1;
        let open = self.open.back_mut()?;
        let number = open.given;
        open.given += 1;
        Some(Run { case, model: open.point.model.clone(), number })
    }

    fn take(&mut self, case: usize, replication: Replication) {
        self.open[case - self.first].fold.push(replication);
        while let Some(open) = self.open.pop_front_if(|it| it.fold.replications() == it.of) {
            self.first += 1;
            if self.outcome.is_ok() {
                self.outcome = (self.finished)(&open.point, open.fold);
            }
        }
    }
}
