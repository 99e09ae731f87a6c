//! What a difference comes to: whether it is there, whether it matters, and which are the greatest.

use serde::Serialize;

use super::{Difference, DifferenceReport, EntityKind};
use crate::metric::Unit;
use crate::order;

/// What the pairs of replications say of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// There is none, in any pair.
    Same,
    /// There is some, and its interval contains zero; or there is no interval.
    Unresolved,
    /// Its interval excludes zero, and it is too small to matter.
    Slight,
    /// Its interval excludes zero, and it matters.
    Moved,
}

/// Shares matter from half a percentage point on; all else from 5 % of the greater of the two on,
/// where that is
const SHARE: f64 = 0.005;
const RELATIVE: f64 = 0.05;
/// at least a millisecond, or half a thing: a queue of 0.001 that becomes one of 0.002 is none.
const SECONDS: f64 = 0.001;
const COUNT: f64 = 0.5;

impl Difference {
    /// What the pairs say of it.
    pub fn change(&self, unit: Unit) -> Change {
        if self.difference.min == 0.0 && self.difference.max == 0.0 {
            return Change::Same;
        }
        let mean = self.difference.mean;
        let resolved = self.difference.half_width.is_some_and(|half| mean.abs() > half);
        match resolved {
            false => Change::Unresolved,
            true if self.matters(unit) => Change::Moved,
            true => Change::Slight,
        }
    }

    /// How far it is, 0 to 1, comparable between units: shares as they are, all else as a share of
    /// the greater of the two.
    pub fn extent(&self, unit: Unit) -> f64 {
        let apart = self.difference.mean.abs();
        match unit {
            Unit::Share => apart,
            _ => (apart / self.base.abs().max(self.other.abs())).min(1.0),
        }
    }

    fn matters(&self, unit: Unit) -> bool {
        let floor = match unit {
            Unit::Share => SHARE,
            Unit::Seconds => SECONDS,
            Unit::Count => COUNT,
            Unit::PerSecond | Unit::Ratio => 0.0,
        };
        let relative = unit == Unit::Share || self.extent(unit) >= RELATIVE;
        relative && self.difference.mean.abs() >= floor
    }
}

/// A metric that moved, in the phase in which it moved most; `always` is the last and counts only
/// where no other does.
#[derive(Clone, Copy, Debug)]
pub struct Move<'r> {
    /// The metric.
    pub row: &'r DifferenceReport,
    /// Which of its phases.
    pub phase: usize,
    /// How it moved.
    pub difference: &'r Difference,
}

impl<'r> Move<'r> {
    /// All metrics that moved, those of loads first, the greatest move first.
    pub fn all(rows: &'r [DifferenceReport]) -> Vec<Self> {
        let mut moves: Vec<_> = rows.iter().filter_map(Self::greatest).collect();
        let loads_first = |it: &Self| it.row.kind != EntityKind::Load;
        order::sort_by(&mut moves, |a, b| {
            let by_extent = b.extent().total_cmp(&a.extent());
            loads_first(a).cmp(&loads_first(b)).then(by_extent)
        });
        moves
    }

    /// How far it moved, 0 to 1.
    pub fn extent(&self) -> f64 {
        self.difference.extent(self.row.unit)
    }

    /// In the last phase, which the others make up, only what moved in none of them. The first of
    /// equals.
    fn greatest(row: &'r DifferenceReport) -> Option<Self> {
        let last = row.phases.len().saturating_sub(1);
        let parts = (0..last).filter_map(|it| Self::at(row, it));
        let greatest = parts.reduce(|best, it| if it.extent() > best.extent() { it } else { best });
        greatest.or_else(|| Self::at(row, last))
    }

    fn at(row: &'r DifferenceReport, phase: usize) -> Option<Self> {
        let difference = row.phases.get(phase)?.as_ref()?;
        let moved = difference.change(row.unit) == Change::Moved;
        moved.then_some(Self { row, phase, difference })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Estimate;
    use crate::statistics::Moments;

    /// A value without the change and with it.
    type Pair = (f64, f64);

    fn difference(pairs: &[Pair]) -> Difference {
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        let apart: Moments = pairs.iter().map(|it| it.1 - it.0).collect();
        Difference {
            base: mean(pairs.iter().map(|it| it.0).collect()),
            other: mean(pairs.iter().map(|it| it.1).collect()),
            difference: Estimate::of(&apart).expect("there are pairs"),
        }
    }

    #[test]
    fn a_difference_is_there_and_matters_or_not() {
        #[rustfmt::skip]
        let cases: [(Unit, &[Pair], Change); 12] = [
            (Unit::Share, &[(0.1, 0.1), (0.2, 0.2)], Change::Same),
            (Unit::Share, &[(0.1, 0.2), (0.2, 0.1)], Change::Unresolved),
            (Unit::Share, &[(0.1, 0.9)], Change::Unresolved),
            (Unit::Share, &[(0.1, 0.104), (0.2, 0.204)], Change::Slight),
            (Unit::Share, &[(0.1, 0.106), (0.2, 0.206)], Change::Moved),
            (Unit::Share, &[(0.0, 0.01), (0.0, 0.01)], Change::Moved),
            (Unit::PerSecond, &[(100.0, 96.0), (100.0, 96.0)], Change::Slight),
            (Unit::PerSecond, &[(100.0, 94.0), (100.0, 94.0)], Change::Moved),
            (Unit::Seconds, &[(0.000_1, 0.000_9), (0.000_1, 0.000_9)], Change::Slight),
            (Unit::Seconds, &[(0.001, 0.002), (0.001, 0.002)], Change::Moved),
            (Unit::Count, &[(0.0, 0.4), (0.0, 0.4)], Change::Slight),
            (Unit::Count, &[(0.0, 1.0), (0.0, 1.0)], Change::Moved),
        ];
        for (unit, pairs, want) in cases {
            assert_eq!(difference(pairs).change(unit), want, "{unit:?} {pairs:?}");
        }
    }

    #[test]
    fn the_greatest_move_of_a_load_comes_first() {
        let row = |kind, metric, unit, phases: &[&[Pair]]| DifferenceReport {
            kind,
            entity: "it".to_owned(),
            metric,
            unit,
            phases: phases.iter().map(|it| Some(difference(it))).collect(),
        };
        let rows = [
            row(EntityKind::Call, "error_rate", Unit::Share, &[&[(0.0, 1.0), (0.0, 1.0)]]),
            row(EntityKind::Load, "goodput", Unit::PerSecond, &[&[(9.0, 9.0), (9.0, 9.0)]]),
            row(
                EntityKind::Load,
                "error_rate",
                Unit::Share,
                &[&[(0.0, 0.1), (0.0, 0.1)], &[(0.0, 0.3), (0.0, 0.3)], &[(0.0, 0.4), (0.0, 0.4)]],
            ),
            row(EntityKind::Load, "latency.p99", Unit::Seconds, &[&[(1.0, 4.0), (1.0, 4.0)]]),
        ];
        let moves = Move::all(&rows);
        let told: Vec<_> = moves.iter().map(|it| (it.row.metric, it.phase)).collect();
        assert_eq!(told, [("latency.p99", 0), ("error_rate", 1), ("error_rate", 0)]);
    }
}
