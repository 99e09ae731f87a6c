//! When a wanted precision is reached: sequential stopping.
//!
//! Replications are added until each 95 % interval that an expectation needs has at most half the
//! width that was asked for: `γ/(1+γ)` of its mean, for a wanted `γ`, so that the mean is then off by
//! at most `γ` of the true value. Where the bound is a multiple of what is steady, the interval is
//! that of the margin. An expectation of a count or maximum is judged by each replication, has no
//! interval, and waits for nothing.
//!
//! Nobody needs two digits of next to nothing: of a share that is less than its bound, as where
//! `0.001 %` of errors are held against `0.1 %`, the bound is the measure; of what else is less than
//! a tenth of its bound, that tenth.
//!
//! Only widths decide, never verdicts: who looks again and again whether something is decided will
//! find at last that it is, by luck. What is tight and still undecided is as near to its bound as
//! nobody needs to know.
//!
//! Stopping at the width has a bias of its own: intervals that are narrow by chance stop the run, so
//! they cover a little less than 95 %. At least ten replications first, and a quarter more at a time
//! between looks, keep that small; a test holds it above 92 %.
//!
//! Source: Chow and Robbins, "On the Asymptotic Theory of Fixed-Width Sequential Confidence Intervals
//! for the Mean", Annals of Mathematical Statistics 36(2), 1965; Law, *Simulation Modeling and
//! Analysis* (5th ed., 2015), section 9.4.1.

use crate::metric::Unit;
use crate::report::Width;

/// Fewer replications do not tell how much they scatter.
const LEAST: u32 = 10;

/// The replications to run before the first look, where these were asked for.
pub(super) fn first(asked: u32) -> u32 {
    asked.max(LEAST)
}

/// The replications to run before the next look, after so many.
pub(super) fn next(done: u32, most: u32) -> u32 {
    done.saturating_add(done.div_ceil(4)).min(most)
}

/// Whether an interval of this relative half-width is as tight as was asked for.
pub(super) fn reached(relative: Option<f64>, wanted: f64) -> bool {
    relative.is_some_and(|it| it <= wanted / (1.0 + wanted))
}

/// What a width is measured by: the mean, or what it is held against where that is much greater.
pub(super) fn size(mean: f64, bound: f64, unit: Unit) -> f64 {
    match unit {
        Unit::Share => mean.max(bound),
        _ => mean.max(0.1 * bound),
    }
}

/// Half the width of an interval for its size: 0 where it has none, without a size infinite.
pub(super) fn relative(half_width: Option<f64>, size: f64) -> Option<f64> {
    half_width.map(|it| if it == 0.0 { 0.0 } else { it / size }).filter(|it| it.is_finite())
}

/// The widest of intervals; the first of equals.
pub(super) fn widest(widths: impl Iterator<Item = Width>) -> Option<Width> {
    let size = |it: &Width| it.relative.unwrap_or(f64::INFINITY);
    widths.reduce(|widest, it| if size(&it) > size(&widest) { it } else { widest })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math;
    use crate::rng::{Purpose, Seed, Stream};
    use crate::statistics::{Moments, interval};

    /// The rule on exponential numbers of mean 1: how many it took, and whether the interval covers.
    fn sequence(wanted: f64, number: u32) -> (u64, bool) {
        let seed = Seed { root: 21, replication: number };
        let mut stream = Stream::new(seed, Purpose::Service, "sequence");
        let mut moments = Moments::new();
        let mut target = first(5);
        loop {
            moments.extend((moments.n()..u64::from(target)).map(|_| -math::ln(stream.open_unit())));
            let half = interval::mean_half_width(&moments, 0.95).expect("there are ten");
            let mean = moments.mean().expect("there are ten");
            if reached(relative(Some(half), mean), wanted) {
                return (moments.n(), (mean - 1.0).abs() <= half);
            }
            target = next(target, 1_000_000);
        }
    }

    #[test]
    fn looking_for_precision_leaves_the_coverage_alone() {
        let runs: Vec<_> = (0..2_000).map(|it| sequence(0.1, it)).collect();
        let covered = runs.iter().filter(|it| it.1).count() as f64 / runs.len() as f64;
        assert!((0.92..0.97).contains(&covered), "{covered}");
        // (1.96 · 1.1 / 0.1)² = 465 are needed; the last step is a quarter.
        let mean = runs.iter().map(|it| it.0 as f64).sum::<f64>() / runs.len() as f64;
        assert!((440.0..600.0).contains(&mean), "{mean}");
    }

    #[test]
    fn looks_are_few_and_end() {
        assert_eq!([first(1), first(5), first(30)], [10, 10, 30]);
        let looks: Vec<_> =
            std::iter::successors(Some(10), |it| Some(next(*it, 40)).filter(|next| next > it))
                .collect();
        assert_eq!(looks, [10, 13, 17, 22, 28, 35, 40]);
    }

    #[test]
    fn next_to_nothing_is_measured_by_its_bound() {
        assert_eq!(size(0.000_01, 0.001, Unit::Share), 0.001);
        assert_eq!(size(0.9, 0.1, Unit::Share), 0.9);
        assert_eq!(size(0.033, 0.1, Unit::Seconds), 0.033);
        assert_eq!(size(0.3, 90.0, Unit::PerSecond), 9.0);
    }

    #[test]
    fn what_has_no_width_is_tight_and_what_has_no_size_is_not() {
        assert_eq!(relative(Some(0.0), 0.0), Some(0.0));
        assert_eq!(relative(Some(0.1), 0.0), None);
        assert_eq!(relative(None, 1.0), None);
        // 2 % of the true value are 1.96 % of the mean.
        assert!(
            reached(Some(0.0196), 0.02) && !reached(Some(0.0197), 0.02) && !reached(None, 0.02)
        );
    }
}
