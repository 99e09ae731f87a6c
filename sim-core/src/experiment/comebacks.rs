//! How a store came back from a fault that took its primary, over all replications.

use crate::backup::Unrestorable;
use crate::observe::Comeback;
use crate::report::{Estimate, LostReport, OutagePart, RestoreReport};
use crate::statistics::Moments;

/// The comebacks from one fault so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Comebacks {
    parts: Vec<(&'static str, Moments)>,
    /// How far back what was restored is, s.
    points: Moments,
    /// Those that there were not, in the order of [`Unrestorable::ALL`].
    never: [u64; Unrestorable::ALL.len()],
}

impl Comebacks {
    pub(super) fn push(&mut self, comeback: &Comeback) {
        let parts = comeback.parts();
        if self.parts.is_empty() {
            self.parts = parts.iter().map(|it| (it.0, Moments::default())).collect();
        }
        for ((_, moments), (_, took)) in self.parts.iter_mut().zip(parts) {
            moments.push(took.as_secs_f64());
        }
        match comeback {
            Comeback::Failover(_) => {}
            Comeback::Restore(it) => self.points.push(it.point.as_secs_f64()),
            Comeback::Never(why) => {
                let why = Unrestorable::ALL.iter().position(|it| it == why);
                self.never[why.expect("all are listed")] += 1;
            }
        }
    }

    /// What took time.
    pub(super) fn parts(&self) -> Vec<OutagePart> {
        let part = |(name, moments): &(&'static str, Moments)| {
            Some(OutagePart { name, time: Estimate::of(moments)? })
        };
        self.parts.iter().filter_map(part).filter(|it| it.time.max > 0.0).collect()
    }

    /// What restores came to, if there were any.
    pub(super) fn restore(&self) -> Option<RestoreReport> {
        let why = Unrestorable::ALL.iter().zip(self.never);
        let never: Vec<_> = why
            .filter(|it| it.1 > 0)
            .map(|(why, runs)| LostReport { why: why.name(), runs })
            .collect();
        let back = self.points.n();
        let runs = back + never.iter().map(|it| it.runs).sum::<u64>();
        (runs > 0).then(|| RestoreReport { runs, back, point: Estimate::of(&self.points), never })
    }
}
