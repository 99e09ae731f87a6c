use std::ops::{AddAssign, SubAssign};

/// How a call went, as the windows see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// It counts as a failure.
    pub(super) failed: bool,
    /// It took too long, failed or not.
    pub(super) slow: bool,
}

/// Counts of results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// All results.
    pub(super) total: u32,
    /// Those that failed.
    pub(super) failures: u32,
    /// Those that were slow, failed or not.
    pub(super) slow: u32,
}

impl From<Outcome> for Tally {
    #[inline]
    fn from(outcome: Outcome) -> Self {
        Self { total: 1, failures: u32::from(outcome.failed), slow: u32::from(outcome.slow) }
    }
}

impl AddAssign for Tally {
    #[inline]
    fn add_assign(&mut self, more: Self) {
        self.total += more.total;
        self.failures += more.failures;
        self.slow += more.slow;
    }
}

impl SubAssign for Tally {
    #[inline]
    fn sub_assign(&mut self, less: Self) {
        self.total -= less.total;
        self.failures -= less.failures;
        self.slow -= less.slow;
    }
}

/// The shares of bad results that open a breaker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shares {
    failing: f64,
    /// More than 1 where slowness does not count.
    slow: f64,
}

impl Shares {
    pub(super) fn new(failing: f64, slow: Option<f64>) -> Self {
        Self { failing, slow: slow.unwrap_or(f64::INFINITY) }
    }

    /// Whether a share of `tally`, which is not empty, is reached.
    ///
    /// Divides rather than multiplies: a quotient is rounded as the share was when it was read, so
    /// that 3 of 30 are 10 %.
    #[inline]
    pub(super) fn reached(&self, tally: Tally) -> bool {
        let total = f64::from(tally.total);
        f64::from(tally.failures) / total >= self.failing
            || f64::from(tally.slow) / total >= self.slow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_reached_exactly() {
        for total in 1..=200u32 {
            for failures in 0..=total {
                let tally = Tally { total, failures, slow: 0 };
                for percent in 1..=100 {
                    let shares = Shares::new(f64::from(percent) / 100.0, None);
                    let want = failures * 100 >= percent * total;
                    assert_eq!(shares.reached(tally), want, "{failures}/{total}, {percent} %");
                }
            }
        }
    }

    #[test]
    fn either_share_is_enough() {
        let tally = Tally { total: 10, failures: 3, slow: 4 };
        #[rustfmt::skip]
        let cases = [
            (0.3, Some(0.5), true),
            (0.4, Some(0.4), true),
            (0.4, Some(0.5), false),
            (0.4, None,      false),
        ];
        for (failing, slow, want) in cases {
            assert_eq!(Shares::new(failing, slow).reached(tally), want, "{failing}, {slow:?}");
        }
    }
}
