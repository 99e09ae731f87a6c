//! The uniform law: anything between two spans, equally likely.

use std::fmt;

use super::error::{LawError, ascending};
use super::spelling::Spelled;
use super::{Law, secs, square_secs};
use crate::rng::Stream;
use crate::time::SimDuration;

/// The uniform law from `low` to `high`, in ns; `low` is shorter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    low: f64,
    width: f64,
}

impl Uniform {
    /// The law from `low`, which may be zero, to `high`.
    ///
    /// # Errors
    /// When `high` does not exceed `low`.
    pub fn new(low: SimDuration, high: SimDuration) -> Result<Self, LawError> {
        ascending(("the lower end", low), ("the upper end", high))?;
        let width = (high - low).as_nanos() as f64;
        Ok(Self { low: low.as_nanos() as f64, width })
    }
}

impl Law for Uniform {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> SimDuration {
        SimDuration::from_nanos_f64(self.low + self.width * stream.unit())
    }

    fn mean_secs(&self) -> f64 {
        secs(self.low + 0.5 * self.width)
    }

    fn variance(&self) -> f64 {
        square_secs(self.width * self.width / 12.0)
    }

    fn quantile(&self, p: f64) -> Option<SimDuration> {
        Some(SimDuration::from_nanos_f64(self.low + self.width * p))
    }

    fn longest(&self) -> SimDuration {
        SimDuration::from_nanos_f64(self.low + self.width)
    }
}

impl fmt::Display for Uniform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |nanos| Spelled::exactly(SimDuration::from_nanos_f64(nanos));
        write!(f, "uniform({}..{})", end(self.low), end(self.low + self.width))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::goodness::assert_law;
    use statrs::distribution::{ContinuousCDF, Uniform as Reference};

    const MS: fn(u64) -> SimDuration = SimDuration::from_millis;

    #[test]
    fn draws_follow_the_law() {
        let reference = Reference::new(0.01, 0.05).unwrap();
        assert_law(Uniform::new(MS(10), MS(50)).unwrap(), |x| reference.cdf(x));
    }

    #[test]
    fn ends_in_the_wrong_order_are_refused() {
        let error = Uniform::new(MS(50), MS(10)).unwrap_err();
        let want = "the upper end must exceed the lower end, but 10 ms does not exceed 50 ms";
        assert_eq!(error.to_string(), want);
        assert!(Uniform::new(MS(50), MS(50)).is_err());
    }
}
