//! How long to wait before the next try.
//!
//! Each algorithm is a pure function; [`Backoff`] is the choice among them. None overflows: a
//! product too long for the clock is [`SimDuration::MAX`] before the cap is applied.

mod constant;
mod decorrelated_jitter;
mod equal_jitter;
mod exponential;
mod fibonacci;
mod full_jitter;
mod linear;
mod randomized_exponential;
mod shared_decorrelated_jitter;

use std::fmt;

pub use self::constant::constant;
pub use self::decorrelated_jitter::decorrelated_jitter;
pub use self::equal_jitter::equal_jitter;
pub use self::exponential::exponential;
pub use self::fibonacci::fibonacci;
pub use self::full_jitter::full_jitter;
pub use self::linear::linear;
pub use self::randomized_exponential::randomized_exponential;
pub use self::shared_decorrelated_jitter::shared_decorrelated_jitter;
use crate::rng::Stream;
use crate::time::SimDuration;

/// A backoff algorithm with its parameters.
///
/// `base` sets the scale, `cap` is the longest delay; [`SimDuration::MAX`] is no cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backoff {
    /// `delay` every time.
    Constant {
        /// The delay, ≥ 0.
        delay: SimDuration,
    },
    /// `n · base`, at most `cap`.
    Linear {
        /// The first delay, > 0.
        base: SimDuration,
        /// The longest delay.
        cap: SimDuration,
    },
    /// `base · 2^(n − 1)`, at most `cap`.
    Exponential {
        /// The first delay, > 0.
        base: SimDuration,
        /// The longest delay.
        cap: SimDuration,
    },
    /// `base · fib(n)`: 1, 2, 3, 5, 8 …, at most `cap`.
    Fibonacci {
        /// The first delay, > 0.
        base: SimDuration,
        /// The longest delay.
        cap: SimDuration,
    },
    /// Uniform in `[0, exponential)`.
    FullJitter {
        /// The first ceiling, > 0.
        base: SimDuration,
        /// The highest ceiling.
        cap: SimDuration,
    },
    /// Half of exponential, plus uniform up to the other half.
    EqualJitter {
        /// The first ceiling, > 0.
        base: SimDuration,
        /// The highest ceiling.
        cap: SimDuration,
    },
    /// Exponential times uniform in `[0.5, 1.5)`, after the cap.
    RandomizedExponential {
        /// The first mean delay, > 0.
        base: SimDuration,
        /// The longest mean delay.
        cap: SimDuration,
    },
    /// `min(cap, uniform(base, 3 · previous))`.
    DecorrelatedJitter {
        /// The shortest delay, > 0.
        base: SimDuration,
        /// The longest delay.
        cap: SimDuration,
    },
    /// `uniform(base, 3 · previous)`, of which all calls together remember the last draw; waited is
    /// the cap, if that is less.
    SharedDecorrelatedJitter {
        /// The shortest delay, > 0.
        base: SimDuration,
        /// The longest delay.
        cap: SimDuration,
    },
}

/// What was drawn before: by the call, and by all calls of its kind together. Zero: nothing yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// The delay that the call waited last.
    pub own: SimDuration,
    /// The last draw of any call, before the cap.
    pub shared: SimDuration,
}

impl Backoff {
    /// How long to wait before retry `retry` (1-based), given what was drawn before, to which this
    /// delay is added. What the call itself drew before its first retry does not count.
    ///
    /// Only the algorithms with jitter draw from `stream`, once each.
    #[inline]
    pub fn delay(&self, retry: u32, drawn: &mut Drawn, stream: &mut Stream) -> SimDuration {
        drawn.own = match *self {
            Self::Constant { delay } => constant(delay),
            Self::Linear { base, cap } => linear(base, cap, retry),
            Self::Exponential { base, cap } => exponential(base, cap, retry),
            Self::Fibonacci { base, cap } => fibonacci(base, cap, retry),
            Self::FullJitter { base, cap } => full_jitter(base, cap, retry, stream.unit()),
            Self::EqualJitter { base, cap } => equal_jitter(base, cap, retry, stream.unit()),
            Self::RandomizedExponential { base, cap } => {
                randomized_exponential(base, cap, retry, stream.unit())
            }
            Self::DecorrelatedJitter { base, cap } => {
                let previous = if retry == 1 { base } else { drawn.own };
                decorrelated_jitter(base, cap, previous, stream.unit())
            }
            Self::SharedDecorrelatedJitter { base, cap } => {
                let last = drawn.shared.max(base);
                drawn.shared = shared_decorrelated_jitter(base, last, stream.unit());
                drawn.shared.min(cap)
            }
        };
        drawn.own
    }

    /// The word for the algorithm in scenario files.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Constant { .. } => "constant",
            Self::Linear { .. } => "linear",
            Self::Exponential { .. } => "exponential",
            Self::Fibonacci { .. } => "fibonacci",
            Self::FullJitter { .. } => "full_jitter",
            Self::EqualJitter { .. } => "equal_jitter",
            Self::RandomizedExponential { .. } => "randomized_exponential",
            Self::DecorrelatedJitter { .. } => "decorrelated_jitter",
            Self::SharedDecorrelatedJitter { .. } => "shared_decorrelated_jitter",
        }
    }

    /// The first parameter and the cap.
    const fn parameters(&self) -> (SimDuration, SimDuration) {
        match *self {
            Self::Constant { delay } => (delay, SimDuration::MAX),
            Self::Linear { base, cap }
            | Self::Exponential { base, cap }
            | Self::Fibonacci { base, cap }
            | Self::FullJitter { base, cap }
            | Self::EqualJitter { base, cap }
            | Self::RandomizedExponential { base, cap }
            | Self::DecorrelatedJitter { base, cap }
            | Self::SharedDecorrelatedJitter { base, cap } => (base, cap),
        }
    }
}

/// As a scenario file spells it: `full_jitter(50ms, cap=400ms)`, without the cap if there is none.
impl fmt::Display for Backoff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (base, cap) = self.parameters();
        write!(f, "{}({}", self.name(), Spelled(base))?;
        if cap != SimDuration::MAX {
            write!(f, ", cap={}", Spelled(cap))?;
        }
        f.write_str(")")
    }
}

/// A span without loss, as a scenario file spells it: in the largest unit that it is a whole
/// number of.
struct Spelled(SimDuration);

impl fmt::Display for Spelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 6] = [
            (3_600_000_000_000, "h"),
            (60_000_000_000, "m"),
            (1_000_000_000, "s"),
            (1_000_000, "ms"),
            (1_000, "us"),
            (1, "ns"),
        ];
        let nanos = self.0.as_nanos();
        let whole = UNITS.into_iter().find(|(unit, _)| nanos != 0 && nanos.is_multiple_of(*unit));
        let (unit, name) = whole.unwrap_or((1_000_000_000, "s"));
        write!(f, "{}{name}", nanos / unit)
    }
}

/// `unit` of `span`, rounded down to a nanosecond; `unit` is in `[0, 1)`.
#[inline]
fn share_of(span: SimDuration, unit: f64) -> SimDuration {
    debug_assert!((0.0..1.0).contains(&unit));
    SimDuration::from_nanos((span.as_nanos() as f64 * unit) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Seed};

    const SEC: SimDuration = SimDuration::from_secs(1);
    const CAP: SimDuration = SimDuration::from_secs(60);
    const NONE: SimDuration = SimDuration::MAX;

    fn stream() -> Stream {
        Stream::new(Seed { root: 1, replication: 0 }, Purpose::Backoff, "backoff")
    }

    fn before(own: SimDuration) -> Drawn {
        Drawn { own, ..Drawn::default() }
    }

    fn of_each_kind(base: SimDuration, cap: SimDuration) -> [Backoff; 8] {
        [
            Backoff::Constant { delay: base.min(cap) },
            Backoff::Linear { base, cap },
            Backoff::Exponential { base, cap },
            Backoff::Fibonacci { base, cap },
            Backoff::FullJitter { base, cap },
            Backoff::EqualJitter { base, cap },
            Backoff::DecorrelatedJitter { base, cap },
            Backoff::SharedDecorrelatedJitter { base, cap },
        ]
    }

    #[test]
    fn the_sure_ones_follow_their_series() {
        let cap = SimDuration::from_secs(6);
        #[rustfmt::skip]
        let cases = [
            (Backoff::Constant { delay: SEC },            [1, 1, 1, 1, 1]),
            (Backoff::Linear { base: SEC, cap: NONE },      [1, 2, 3, 4, 5]),
            (Backoff::Exponential { base: SEC, cap: NONE }, [1, 2, 4, 8, 16]),
            (Backoff::Fibonacci { base: SEC, cap: NONE },   [1, 2, 3, 5, 8]),
            (Backoff::Exponential { base: SEC, cap },       [1, 2, 4, 6, 6]),
            (Backoff::Fibonacci { base: SEC, cap },         [1, 2, 3, 5, 6]),
        ];
        let (mut used, mut fresh) = (stream(), stream());
        for (backoff, want) in cases {
            for (retry, secs) in (1..).zip(want) {
                let delay = backoff.delay(retry, &mut Drawn::default(), &mut used);
                assert_eq!(delay, SimDuration::from_secs(secs), "{backoff}, retry {retry}");
            }
        }
        assert_eq!(used.bits(), fresh.bits(), "nothing was drawn");
    }

    /// Smallest, mean and largest of 20 000 delays, in thousandths of a second.
    fn spread(backoff: Backoff, retry: u32, previous: SimDuration) -> [f64; 3] {
        let mut stream = stream();
        let delays: Vec<f64> = (0..20_000)
            .map(|_| backoff.delay(retry, &mut before(previous), &mut stream).as_secs_f64() * 1e3)
            .collect();
        let least = delays.iter().copied().fold(f64::INFINITY, f64::min);
        let most = delays.iter().copied().fold(0.0, f64::max);
        [least, delays.iter().sum::<f64>() / 20_000.0, most]
    }

    #[test]
    fn the_jittered_ones_are_uniform_over_their_range() {
        let cap = SimDuration::from_secs(6);
        // (backoff, retry, previous s, from, to in ms): the uniform parts only.
        #[rustfmt::skip]
        let cases = [
            (Backoff::FullJitter { base: SEC, cap },            1, 0, 0.0, 1_000.0),
            (Backoff::FullJitter { base: SEC, cap },            3, 0, 0.0, 4_000.0),
            (Backoff::FullJitter { base: SEC, cap },            9, 0, 0.0, 6_000.0),
            (Backoff::EqualJitter { base: SEC, cap },           1, 0, 500.0, 1_000.0),
            (Backoff::EqualJitter { base: SEC, cap },           9, 0, 3_000.0, 6_000.0),
            (Backoff::RandomizedExponential { base: SEC, cap }, 1, 0, 500.0, 1_500.0),
            (Backoff::RandomizedExponential { base: SEC, cap }, 9, 0, 3_000.0, 9_000.0),
            (Backoff::DecorrelatedJitter { base: SEC, cap },    1, 5, 1_000.0, 3_000.0),
            (Backoff::DecorrelatedJitter { base: SEC, cap },    2, 2, 1_000.0, 6_000.0),
        ];
        for (backoff, retry, previous, from, to) in cases {
            let [least, mean, most] = spread(backoff, retry, SimDuration::from_secs(previous));
            let width = to - from;
            let near = |got: f64, want: f64| (got - want).abs() < 0.01 * width;
            assert!(least >= from && most < to, "{backoff}: {least} to {most}");
            assert!(near(least, from) && near(most, to), "{backoff}: {least} to {most}");
            assert!(near(mean, f64::midpoint(from, to)), "{backoff}: mean {mean}");
        }
    }

    /// The share of 20 000 chains whose delay is the cap at this retry.
    fn share_at_cap(backoff: Backoff, retries: u32) -> f64 {
        let mut stream = stream();
        let capped = |_: &u32| {
            let mut drawn = Drawn::default();
            (1..=retries).for_each(|retry| {
                backoff.delay(retry, &mut drawn, &mut stream);
            });
            drawn.own == CAP
        };
        f64::from((0..20_000u32).filter(capped).count() as u32) / 20_000.0
    }

    /// Four standard errors of 20 000 chains are 1.4 points at most.
    #[test]
    fn a_third_of_decorrelated_delays_are_the_cap() {
        let backoff = Backoff::DecorrelatedJitter { base: SEC, cap: CAP };
        for (retries, want) in [(10, 0.26), (20, 0.32), (50, 0.35), (100, 0.338)] {
            let share = share_at_cap(backoff, retries);
            assert!((share - want).abs() < 0.019, "{retries}: {share}");
        }
    }

    /// As published; our own 40 000 chains have 31.7, 60.5, 84.2, 93.4 and 97.9 %.
    #[test]
    fn what_is_remembered_before_the_cap_drifts_to_it() {
        let backoff = Backoff::SharedDecorrelatedJitter { base: SEC, cap: CAP };
        let shares = [(10, 0.336), (20, 0.613), (50, 0.851), (100, 0.928), (200, 0.978)];
        for (retries, want) in shares {
            let share = share_at_cap(backoff, retries);
            assert!((share - want).abs() < 0.022, "{retries}: {share}");
        }
    }

    #[test]
    fn no_retry_number_overflows() {
        let extremes =
            [SimDuration::from_nanos(1), SEC, SimDuration::from_nanos(u64::MAX - 1), NONE];
        let mut stream = stream();
        for base in extremes {
            for cap in extremes {
                for backoff in of_each_kind(base, cap) {
                    for retry in [1, 2, 63, 64, 65, 66, 91, 92, 93, 94, u32::MAX] {
                        assert!(
                            backoff.delay(retry, &mut before(cap), &mut stream) <= cap,
                            "{backoff}, {retry}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn late_retries_do_not_get_shorter() {
        let base = SimDuration::from_nanos(3);
        for backoff in &of_each_kind(base, NONE)[..4] {
            let delays: Vec<_> = (1..200)
                .map(|retry| backoff.delay(retry, &mut before(base), &mut stream()))
                .collect();
            assert!(delays.is_sorted(), "{backoff}");
        }
    }

    #[test]
    fn is_spelled_as_in_a_scenario() {
        let ms = SimDuration::from_millis;
        #[rustfmt::skip]
        let cases = [
            (Backoff::FullJitter { base: ms(50), cap: ms(400) },           "full_jitter(50ms, cap=400ms)"),
            (Backoff::Constant { delay: SEC },                             "constant(1s)"),
            (Backoff::Constant { delay: SimDuration::ZERO },               "constant(0s)"),
            (Backoff::Linear { base: ms(1_500), cap: NONE },               "linear(1500ms)"),
            (Backoff::Exponential { base: SEC, cap: ms(90_000) },          "exponential(1s, cap=90s)"),
            (Backoff::Fibonacci { base: SEC, cap: ms(7_200_000) },         "fibonacci(1s, cap=2h)"),
            (Backoff::EqualJitter { base: SEC, cap: ms(120_000) },         "equal_jitter(1s, cap=2m)"),
            (Backoff::DecorrelatedJitter { base: SimDuration::from_nanos(1_001), cap: NONE }, "decorrelated_jitter(1001ns)"),
            (Backoff::Linear { base: SimDuration::from_micros(200), cap: SEC }, "linear(200us, cap=1s)"),
        ];
        for (backoff, want) in cases {
            assert_eq!(backoff.to_string(), want);
        }
    }
}
