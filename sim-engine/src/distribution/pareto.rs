//! The Pareto law: a power-law tail, where a few draws make up most of the sum.

use std::fmt;

use super::error::{LawError, nonzero, positive};
use super::spelling::Spelled;
use super::ziggurat::standard_exponential;
use super::{Law, secs};
use crate::math;
use crate::rng::Stream;
use crate::time::SimDuration;

/// The Pareto law: longer than `x` with probability `(min / x)^shape`; `min · e^(E/shape)` with
/// `E` standard exponential.
///
/// | symbol  | meaning                | unit | range                                         |
/// |---------|------------------------|------|-----------------------------------------------|
/// | `min`   | no draw is shorter     | ns   | > 0                                           |
/// | `shape` | how fast the tail falls | 1    | > 0; up to 1 no mean, up to 2 no variance     |
///
/// Source: Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions* 1 (1994), ch. 20.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pareto {
    min: f64,
    shape: f64,
    inverse: f64,
}

impl Pareto {
    /// The law of this minimum and shape.
    ///
    /// # Errors
    /// When `min` is zero or the shape is not a positive finite number.
    pub fn new(min: SimDuration, shape: f64) -> Result<Self, LawError> {
        let min = nonzero("min", min)?;
        let shape = positive("shape", shape)?;
        Ok(Self { min, shape, inverse: positive("inverse of the shape", 1.0 / shape)? })
    }
}

impl Law for Pareto {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> SimDuration {
        let exponent = standard_exponential(stream) * self.inverse;
        SimDuration::from_nanos_f64(self.min * math::exp(exponent))
    }

    fn mean_secs(&self) -> f64 {
        let shape = self.shape;
        if shape > 1.0 { secs(self.min * shape / (shape - 1.0)) } else { f64::INFINITY }
    }

    fn variance(&self) -> f64 {
        let shape = self.shape;
        if shape <= 2.0 {
            return f64::INFINITY;
        }
        let mean = self.mean_secs();
        mean * mean / (shape * (shape - 2.0))
    }

    fn quantile(&self, p: f64) -> Option<SimDuration> {
        let nanos = self.min * math::exp(-math::ln_1p(-p) * self.inverse);
        Some(SimDuration::from_nanos_f64(nanos))
    }
}

impl fmt::Display for Pareto {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let min = Spelled::exactly(SimDuration::from_nanos_f64(self.min));
        write!(f, "pareto(min={min}, shape={})", self.shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::goodness::assert_law;
    use statrs::distribution::{ContinuousCDF, Pareto as Reference};

    #[test]
    fn draws_follow_the_law() {
        // Without a mean, without a variance, and with ample moments.
        for shape in [0.8, 1.5, 9.0] {
            let reference = Reference::new(0.02, shape).unwrap();
            let law = Pareto::new(SimDuration::from_millis(20), shape).unwrap();
            assert_law(law, |x| reference.cdf(x));
        }
    }

    #[test]
    fn heavy_tails_have_no_moments() {
        let law = |shape| Pareto::new(SimDuration::from_secs(2), shape).unwrap();
        assert!(law(1.0).mean_secs().is_infinite());
        assert!((law(2.0).mean_secs() - 4.0).abs() < 1e-12 && law(2.0).variance().is_infinite());
        assert!((law(3.0).variance() - 3.0).abs() < 1e-12);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let error = Pareto::new(SimDuration::ZERO, 2.0).unwrap_err();
        assert_eq!(error.to_string(), "min must be longer than zero");
        for shape in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Pareto::new(SimDuration::from_secs(1), shape).is_err(), "{shape}");
        }
    }
}
