//! What backups lose, and whether they can be read.
//!
//! A disaster strikes at any time, equally likely. What is lost is the time since the recovery
//! point of the newest backup that is finished: its **start**, since later writes may or may not be
//! in it. Times in any unit, the same for all of a formula.

use crate::math;

/// Backups at a fixed interval, each of which takes a while and may fail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backups {
    /// From one start to the next, > 0.
    pub interval: f64,
    /// From start to finish, ≥ 0. Of a log segment: its upload.
    pub duration: f64,
    /// The probability that one fails, independently of the others, in `[0, 1)`.
    pub failure: f64,
}

impl Backups {
    /// The mean loss: `T/2 + d + T·q/(1 − q)`.
    ///
    /// The loss is `d + U·T + K·T`: `U` uniform on `[0, 1)`, `K` the failed backups since the last
    /// good one, geometric.
    pub fn mean_loss(&self) -> f64 {
        let Self { interval, duration, failure } = *self;
        interval / 2.0 + duration + interval * failure / (1.0 - failure)
    }

    /// The supremum of the loss if no backup fails: `T + d`. The interval alone forgets that a
    /// backup is of no use before it is finished.
    pub fn worst_loss(&self) -> f64 {
        self.interval + self.duration
    }

    /// The probability that more than `target` is lost, ≥ 0.
    pub fn miss_probability(&self, target: f64) -> f64 {
        let Self { interval, duration, failure } = *self;
        let intervals = (target - duration) / interval;
        if intervals < 0.0 {
            return 1.0;
        }
        let whole = intervals.floor();
        let beyond = failure + (1.0 - failure) * (1.0 - (intervals - whole));
        math::pow(failure, whole) * beyond
    }
}

/// How long a log segment stays open before it can be archived: until it is full, or until the
/// timeout where there is one.
///
/// `size` in bytes, `rate` of log in bytes per second, `timeout` in seconds, all > 0. Without
/// writes and without a timeout it is never closed: infinite.
///
/// Source: `PostgreSQL` documentation, `archive_timeout` (off by default), segments of 16 MiB.
pub fn segment_period(size: f64, rate: f64, timeout: Option<f64>) -> f64 {
    (size / rate).min(timeout.unwrap_or(f64::INFINITY))
}

/// The probability that a restore finds all of its files good, each with probability `good`:
/// a full backup and all of its increments, or a full one and a differential.
pub fn chain_success(good: f64, files: u32) -> f64 {
    debug_assert!((0.0..=1.0).contains(&good));
    math::pow(good, f64::from(files))
}

/// The probability that at least one of several independent copies is good.
pub fn any_success(good: f64, copies: u32) -> f64 {
    debug_assert!((0.0..=1.0).contains(&good));
    1.0 - math::pow(1.0 - good, f64::from(copies))
}

/// The probability that backups have silently broken when they are needed, if only drills tell:
/// `1 − (1 − e^(−λT)) / (λT)`.
///
/// `rate` λ at which they break and `interval` T between drills, which mend them: ≥ 0, of one unit
/// of time.
pub fn silently_broken(rate: f64, interval: f64) -> f64 {
    let x = rate * interval;
    debug_assert!(x >= 0.0);
    if x < 1e-2 {
        // The difference of two numbers near 1, as its series.
        return x / 2.0 * (1.0 - x / 3.0 * (1.0 - x / 4.0 * (1.0 - x / 5.0 * (1.0 - x / 6.0))));
    }
    1.0 + math::exp_m1(-x) / x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    const HOURLY: Backups = Backups { interval: 60.0, duration: 10.0, failure: 0.0 };
    const MIB: f64 = 1_048_576.0;

    #[test]
    fn known_values() {
        let instant = Backups { duration: 0.0, ..HOURLY };
        let fallible = Backups { failure: 0.05, ..HOURLY };
        let log = Backups { interval: 60.0, duration: 5.0, failure: 0.0 };
        let rows = [
            ("rec-B1", instant.mean_loss(), 30.0),
            ("rec-B2", HOURLY.mean_loss(), 40.0),
            ("rec-B3", HOURLY.worst_loss(), 70.0),
            ("rec-B4", HOURLY.miss_probability(60.0), 1.0 / 6.0),
            ("rec-B5", instant.miss_probability(5.0), 55.0 / 60.0),
            ("rec-B6", fallible.mean_loss(), 43.157_894_74),
            ("rec-B7", fallible.miss_probability(130.0), 0.0025),
            ("rec-B8", log.mean_loss(), 35.0),
            ("rec-B9", segment_period(16.0 * MIB, 10_000.0, None), 1_677.721_6),
            ("rec-B10", segment_period(16.0 * MIB, 1e6, Some(60.0)), 16.777_216),
            ("rec-C1", chain_success(0.99, 7), 0.932_065_347_9),
            ("rec-C2", chain_success(0.99, 2), 0.9801),
            ("rec-C3", any_success(0.9, 3), 0.999),
            ("rec-C4", silently_broken(1.0, 0.25), 0.115_203_132_3),
            ("rec-C5", silently_broken(1.0, 1.0), 0.367_879_441_2),
        ];
        assert_rows(&rows, 1e-9);
    }

    #[test]
    fn the_loss_is_never_less_than_a_backup_takes_and_never_more_than_the_worst() {
        let rows = [
            ("less than it takes", HOURLY.miss_probability(9.0), 1.0),
            ("just as long", HOURLY.miss_probability(10.0), 1.0),
            ("the worst", HOURLY.miss_probability(70.0), 0.0),
            ("never drilled", silently_broken(1.0, 1e9), 1.0),
        ];
        assert_rows(&rows, 1e-8);
        assert!(segment_period(16.0 * MIB, 0.0, None).is_infinite());
    }

    #[test]
    fn the_series_goes_on_where_the_formula_begins() {
        let formula = |x: f64| 1.0 + math::exp_m1(-x) / x;
        assert_rows(&[("at the seam", silently_broken(1.0, 0.009_999), formula(0.009_999))], 1e-11);
        assert!(silently_broken(1.0, 0.0) == 0.0);
    }
}
