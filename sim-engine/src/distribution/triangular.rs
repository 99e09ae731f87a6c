//! The triangular law: what people mean by "two minutes, usually five, fifteen at most".

use std::fmt;

use super::error::{LawError, ascending};
use super::spelling::Spelled;
use super::{Law, secs, square_secs};
use crate::rng::Stream;
use crate::time::SimDuration;

/// The triangular law from `low` to `high` with its peak at `mode`, in ns, `low ≤ mode ≤ high`,
/// `low < high`.
///
/// Sampled by inverting its distribution function.
///
/// Source: Law, *Simulation Modeling and Analysis* (5th ed., 2015), section 6.2.2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Triangular {
    low: f64,
    mode: f64,
    high: f64,
    /// Probability of a draw before the peak.
    before: f64,
}

impl Triangular {
    /// The law from `low` to `high` with its peak at `mode`, which may be at an end.
    ///
    /// # Errors
    /// When the spans are in the wrong order, or all equal.
    pub fn new(low: SimDuration, mode: SimDuration, high: SimDuration) -> Result<Self, LawError> {
        let (lower, peak, upper) = ("the lower end", "the peak", "the upper end");
        ascending((lower, low), (upper, high))?;
        if mode != low {
            ascending((lower, low), (peak, mode))?;
        }
        if mode != high {
            ascending((peak, mode), (upper, high))?;
        }
        let [low, mode, high] = [low, mode, high].map(|span| span.as_nanos() as f64);
        Ok(Self { low, mode, high, before: (mode - low) / (high - low) })
    }

    #[inline]
    fn inverse(&self, p: f64) -> f64 {
        let width = self.high - self.low;
        if p < self.before {
            self.low + (p * width * (self.mode - self.low)).sqrt()
        } else {
            self.high - ((1.0 - p) * width * (self.high - self.mode)).sqrt()
        }
    }
}

impl Law for Triangular {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> SimDuration {
        SimDuration::from_nanos_f64(self.inverse(stream.unit()))
    }

    fn mean_secs(&self) -> f64 {
        secs((self.low + self.mode + self.high) / 3.0)
    }

    fn variance(&self) -> f64 {
        let (width, rise) = (self.high - self.low, self.mode - self.low);
        square_secs((width * width - rise * (width - rise)) / 18.0)
    }

    fn quantile(&self, p: f64) -> Option<SimDuration> {
        Some(SimDuration::from_nanos_f64(self.inverse(p)))
    }

    fn longest(&self) -> SimDuration {
        SimDuration::from_nanos_f64(self.high)
    }
}

impl fmt::Display for Triangular {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let corner = |nanos| Spelled::exactly(SimDuration::from_nanos_f64(nanos));
        let [low, mode, high] = [self.low, self.mode, self.high].map(corner);
        write!(f, "triangular({low}, {mode}, {high})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::goodness::assert_law;
    use statrs::distribution::{ContinuousCDF, Triangular as Reference};

    const MS: fn(u64) -> SimDuration = SimDuration::from_millis;

    #[test]
    fn draws_follow_the_law() {
        for mode in [10, 20, 50] {
            let reference = Reference::new(0.01, 0.05, 0.001 * mode as f64).unwrap();
            let law = Triangular::new(MS(10), MS(mode), MS(50)).unwrap();
            assert_law(law, |x| reference.cdf(x));
        }
    }

    #[test]
    fn corners_in_the_wrong_order_are_refused() {
        #[rustfmt::skip]
        let cases = [
            ([10, 5, 50], "the peak must exceed the lower end, but 5 ms does not exceed 10 ms"),
            ([10, 60, 50], "the upper end must exceed the peak, but 50 ms does not exceed 60 ms"),
            ([10, 10, 10], "the upper end must exceed the lower end, but 10 ms does not exceed 10 ms"),
        ];
        for (corners, want) in cases {
            let [low, mode, high] = corners.map(MS);
            assert_eq!(Triangular::new(low, mode, high).unwrap_err().to_string(), want);
        }
    }
}
