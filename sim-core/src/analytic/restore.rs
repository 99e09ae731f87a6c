//! How long a restore takes: a fixed overhead, a copy, and the replay of the log since.
//!
//! Sizes in bytes, rates in bytes per second, times in seconds. The units matter: 500 GB at
//! 100 MB/s are 5,000 s, 500 GiB are 5,369 s.

/// A restore from a backup and the log after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Restore {
    /// What does not depend on the size: to find the backup, to order machines, to start.
    pub overhead: f64,
    /// What is copied.
    pub size: f64,
    /// How fast, > 0.
    pub rate: f64,
}

impl Restore {
    /// How long the copy takes.
    pub fn copying(&self) -> f64 {
        self.size / self.rate
    }

    /// How long it takes without a log to replay.
    pub fn time(&self) -> f64 {
        self.overhead + self.copying()
    }

    /// How long it takes with the replay of `log` at `replay_rate` > 0. Replay does not begin
    /// before the copy has ended, and one process does it.
    pub fn time_with_log(&self, log: f64, replay_rate: f64) -> f64 {
        self.time() + log / replay_rate
    }
}

/// The overhead that a drill of a known size shows: what is left of its time when the copy is
/// taken out. A drill of a small database says nothing of a large one without it.
pub fn overhead_shown(drill: f64, size: f64, rate: f64) -> f64 {
    drill - size / rate
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    const MB: f64 = 1e6;

    #[test]
    fn known_values() {
        let restore = |overhead, size| Restore { overhead, size, rate: 100.0 * MB };
        let overhead = overhead_shown(1_104.0, 40.0 * 1_024.0 * MB, 100.0 * MB);
        let whole = restore(overhead, 500.0 * 1_024.0 * MB);
        let rows = [
            ("rec-T1", restore(0.0, 500.0 * 1_024.0 * MB).copying(), 5_120.0),
            ("rec-T2", restore(0.0, 5e11).copying(), 5_000.0),
            ("rec-T3", restore(0.0, 500.0 * 1_073_741_824.0).copying(), 5_368.709_12),
            ("rec-T4", overhead, 694.4),
            ("rec-T5", whole.time(), 5_814.4),
            ("rec-T6", whole.time_with_log(43_200.0 * MB, 30.0 * MB), 7_254.4),
        ];
        assert_rows(&rows, 1e-12);
    }
}
