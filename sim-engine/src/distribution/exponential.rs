//! The exponential law: spans without a memory.

use std::fmt;

use super::error::{LawError, nonzero};
use super::spelling::Spelled;
use super::ziggurat::standard_exponential;
use super::{Law, secs, square_secs};
use crate::math;
use crate::rng::Stream;
use crate::time::SimDuration;

/// The exponential law: how much longer it takes does not depend on how long it took so far.
///
/// | symbol | meaning | unit | range |
/// |--------|---------|------|-------|
/// | `mean` | mean    | ns   | > 0   |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    mean: f64,
}

impl Exponential {
    /// The law of this mean.
    ///
    /// # Errors
    /// When `mean` is zero.
    pub fn new(mean: SimDuration) -> Result<Self, LawError> {
        Ok(Self { mean: nonzero("mean", mean)? })
    }
}

impl Law for Exponential {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> SimDuration {
        SimDuration::from_nanos_f64(self.mean * standard_exponential(stream))
    }

    fn mean_secs(&self) -> f64 {
        secs(self.mean)
    }

    fn variance(&self) -> f64 {
        square_secs(self.mean * self.mean)
    }

    fn quantile(&self, p: f64) -> Option<SimDuration> {
        Some(SimDuration::from_nanos_f64(-self.mean * math::ln_1p(-p)))
    }
}

impl fmt::Display for Exponential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exp({})", Spelled::exactly(SimDuration::from_nanos_f64(self.mean)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::goodness::assert_law;
    use statrs::distribution::{ContinuousCDF, Exp};

    #[test]
    fn draws_follow_the_law() {
        let reference = Exp::new(5.0).unwrap();
        let law = Exponential::new(SimDuration::from_millis(200)).unwrap();
        assert_law(law, |x| reference.cdf(x));
    }

    #[test]
    fn a_mean_of_zero_is_refused() {
        let error = Exponential::new(SimDuration::ZERO).unwrap_err();
        assert_eq!(error.to_string(), "mean must be longer than zero");
    }
}
