use crate::time::{SimDuration, SimTime};

/// Sheds by utilisation: while so large a share of an instance's workers is in use, what is dear to
/// nobody is turned away. Each threshold is of a tier: the least important goes at the lowest.
///
/// Without a lag it judges the workers in use at this very instant. With one it knows utilisation
/// as dashboards do: its mean over a stretch of that length, when the stretch has ended; what it
/// makes of it holds for the next stretch. Stretches follow the clock of the run.
///
/// A threshold is reached at `at` or above, and is left below `until`, which lets a load that
/// hovers around `at` not flap.
///
/// Source: Stripe, "Scaling your API with rate limiters", 2017 (the worker utilisation load
/// shedder); Google, "Site Reliability Engineering", 2016, chapter 21 (utilisation signals and
/// criticality).
#[derive(Clone, Debug)]
pub struct Shedder {
    workers: f64,
    /// Zero: none.
    lag: SimDuration,
    tiers: Box<[Tier]>,
    in_use: u32,
    /// When that began to hold.
    since: SimTime,
    /// Workers in use × ns, from the beginning of the stretch to `since`.
    integral: u128,
    /// When the stretch ends.
    ends: SimTime,
}

/// When a tier is shed. Shares of workers, in `(0, 1]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// From which utilisation on.
    pub at: f64,
    /// Below which no longer, ≤ `at`.
    pub until: f64,
}

#[derive(Clone, Copy, Debug)]
struct Tier {
    threshold: Threshold,
    sheds: bool,
}

/// Shares of workers are compared to so much: 85 % of 20 are 17, however they are rounded.
const EPSILON: f64 = 1e-9;

impl Shedder {
    /// Sheds nothing yet; `workers` ≥ 1, of one instance.
    pub fn new(
        workers: u32,
        lag: SimDuration,
        thresholds: impl Iterator<Item = Threshold>,
    ) -> Self {
        Self {
            workers: f64::from(workers),
            lag,
            tiers: thresholds.map(|threshold| Tier { threshold, sheds: false }).collect(),
            in_use: 0,
            since: SimTime::ZERO,
            integral: 0,
            ends: SimTime::ZERO + lag,
        }
    }

    /// From now on so many workers are in use.
    #[inline]
    pub fn set(&mut self, now: SimTime, in_use: u32) {
        self.look(now);
        self.integral += self.used_since(now);
        self.since = now;
        self.in_use = in_use;
        if self.lag.is_zero() {
            self.judge(f64::from(in_use) / self.workers);
        }
    }

    /// Whether this tier is shed now; tiers are numbered in the order of their thresholds.
    #[inline]
    pub fn sheds(&mut self, now: SimTime, tier: usize) -> bool {
        self.look(now);
        self.tiers[tier].sheds
    }

    /// Looks at the stretches that have ended.
    fn look(&mut self, now: SimTime) {
        if self.lag.is_zero() || now < self.ends {
            return;
        }
        let nanos = self.lag.as_nanos() as f64;
        self.integral += self.used_since(self.ends);
        self.judge(self.integral as f64 / nanos / self.workers);
        // Nothing has changed in those between: they all say the same.
        let started = now.as_nanos() / self.lag.as_nanos() * self.lag.as_nanos();
        let started = SimTime::from_nanos(started);
        if started > self.ends {
            self.judge(f64::from(self.in_use) / self.workers);
        }
        self.integral = 0;
        self.since = started;
        self.ends = started + self.lag;
    }

    fn used_since(&self, now: SimTime) -> u128 {
        u128::from(self.in_use) * u128::from(now.since(self.since).as_nanos())
    }

    fn judge(&mut self, utilisation: f64) {
        for Tier { threshold, sheds } in &mut self.tiers {
            let bound = if *sheds { threshold.until } else { threshold.at };
            *sheds = utilisation >= bound - EPSILON;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(at: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_millis(at)
    }

    fn shedder(lag: u64, thresholds: &[(f64, f64)]) -> Shedder {
        let thresholds = thresholds.iter().map(|it| Threshold { at: it.0, until: it.1 });
        Shedder::new(20, SimDuration::from_millis(lag), thresholds)
    }

    #[test]
    fn at_the_threshold_it_sheds_and_below_it_does_not() {
        let mut shedder = shedder(0, &[(0.85, 0.85)]);
        for (in_use, sheds) in [(0, false), (16, false), (17, true), (20, true), (16, false)] {
            shedder.set(ms(1), in_use);
            assert_eq!(shedder.sheds(ms(1), 0), sheds, "{in_use}");
        }
    }

    #[test]
    fn it_goes_on_until_the_lower_bound() {
        let mut shedder = shedder(0, &[(0.85, 0.7)]);
        for (in_use, sheds) in [(16, false), (17, true), (14, true), (13, false), (16, false)] {
            shedder.set(ms(1), in_use);
            assert_eq!(shedder.sheds(ms(1), 0), sheds, "{in_use}");
        }
    }

    #[test]
    fn tiers_go_one_after_the_other() {
        let mut shedder = shedder(0, &[(0.7, 0.7), (0.9, 0.9)]);
        let mut tiers = |in_use| {
            shedder.set(ms(1), in_use);
            [0, 1].map(|it| shedder.sheds(ms(1), it))
        };
        assert_eq!([13, 14, 18].map(&mut tiers), [[false; 2], [true, false], [true; 2]]);
    }

    #[test]
    fn with_a_lag_it_knows_the_mean_of_the_last_stretch() {
        let mut shedder = shedder(1_000, &[(0.85, 0.85)]);
        shedder.set(ms(0), 20);
        assert!(!shedder.sheds(ms(999), 0), "nobody has looked yet");
        assert!(shedder.sheds(ms(1_000), 0));
        // All are free at once; it goes on for a stretch, whose mean is 2 of 20.
        shedder.set(ms(1_100), 0);
        assert!(shedder.sheds(ms(1_999), 0));
        assert!(!shedder.sheds(ms(2_000), 0));
        // 17 of 20 on the mean, made of 20 and 14.
        shedder.set(ms(2_000), 20);
        shedder.set(ms(2_500), 14);
        assert!(shedder.sheds(ms(3_000), 0));
    }

    #[test]
    fn a_long_silence_is_as_many_stretches_that_say_the_same() {
        let mut shedder = shedder(1_000, &[(0.85, 0.85)]);
        shedder.set(ms(500), 18);
        assert!(!shedder.sheds(ms(1_500), 0), "9 of 20 on the mean");
        assert!(shedder.sheds(ms(90_000), 0));
        shedder.set(ms(90_000), 0);
        assert!(shedder.sheds(ms(90_999), 0) && !shedder.sheds(ms(500_000), 0));
        assert!(!shedder.sheds(SimTime::NEVER, 0));
    }
}
