//! The Weibull law: times to failure that age well or badly.

use std::fmt;

use super::error::{LawError, nonzero, positive};
use super::spelling::Spelled;
use super::ziggurat::standard_exponential;
use super::{Law, secs, square_secs};
use crate::math;
use crate::rng::Stream;
use crate::time::SimDuration;

/// The Weibull law: `scale · E^(1/shape)`, with `E` standard exponential.
///
/// A shape below 1 is a failure rate that falls with age, 1 the exponential law, above 1 wear.
///
/// | symbol  | meaning                        | unit | range                       |
/// |---------|--------------------------------|------|-----------------------------|
/// | `scale` | 63.2 % of the draws are shorter | ns   | > 0                         |
/// | `shape` | how the failure rate changes   | 1    | > 0, with a finite variance |
///
/// Source: Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions* 1 (1994), ch. 21.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weibull {
    scale: f64,
    shape: f64,
    inverse: f64,
}

impl Weibull {
    /// The law of this scale and shape.
    ///
    /// # Errors
    /// When the scale is zero or the shape is not a positive finite number.
    pub fn new(scale: SimDuration, shape: f64) -> Result<Self, LawError> {
        Self::from_nanos(nonzero("scale", scale)?, shape)
    }

    /// The law of this mean and shape.
    ///
    /// # Errors
    /// When the mean is zero, or the shape is not a positive finite number or so small that
    /// draws of this mean no longer fit into a scale.
    pub fn from_mean_and_shape(mean: SimDuration, shape: f64) -> Result<Self, LawError> {
        let mean = nonzero("mean", mean)?;
        let shape = positive("shape", shape)?;
        let scale = mean / raw_moment(1.0, shape);
        if scale > 0.0 {
            Self::from_nanos(scale, shape)
        } else {
            Err(LawError::NotPositive { what: "scale", value: scale })
        }
    }

    fn from_nanos(scale: f64, shape: f64) -> Result<Self, LawError> {
        let shape = positive("shape", shape)?;
        Ok(Self { scale, shape, inverse: positive("inverse of the shape", 1.0 / shape)? })
    }
}

/// The mean of the `order`-th power at scale 1: `Γ(1 + order/shape)`.
fn raw_moment(order: f64, shape: f64) -> f64 {
    math::exp(math::ln_gamma(1.0 + order / shape))
}

impl Law for Weibull {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> SimDuration {
        // As `pow`, at a third of its price: its last bits are below a nanosecond.
        let exponent = self.inverse * math::ln(standard_exponential(stream));
        SimDuration::from_nanos_f64(self.scale * math::exp(exponent))
    }

    fn mean_secs(&self) -> f64 {
        secs(self.scale * raw_moment(1.0, self.shape))
    }

    fn variance(&self) -> f64 {
        // Γ(1+2/k) − Γ(1+1/k)², without the cancellation that large shapes would bring.
        let first = math::ln_gamma(1.0 + self.inverse);
        let second = math::ln_gamma(1.0 + 2.0 * self.inverse);
        let mean = self.scale * math::exp(first);
        square_secs(mean * mean * math::exp_m1(second - 2.0 * first))
    }

    fn quantile(&self, p: f64) -> Option<SimDuration> {
        let nanos = self.scale * math::pow(-math::ln_1p(-p), self.inverse);
        Some(SimDuration::from_nanos_f64(nanos))
    }
}

impl fmt::Display for Weibull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "weibull(scale={}, shape={})", Spelled::roughly(self.scale), self.shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::goodness::assert_law;
    use statrs::distribution::{ContinuousCDF, Weibull as Reference};

    #[test]
    fn draws_follow_the_law() {
        for shape in [0.7, 1.0, 2.5] {
            let reference = Reference::new(shape, 30.0).unwrap();
            let law = Weibull::new(SimDuration::from_secs(30), shape).unwrap();
            assert_law(law, |x| reference.cdf(x));
        }
    }

    #[test]
    fn the_mean_is_met() {
        for shape in [0.3, 1.0, 2.5, 50.0] {
            let law = Weibull::from_mean_and_shape(SimDuration::from_secs(30), shape).unwrap();
            assert!((law.mean_secs() - 30.0).abs() < 1e-9, "{law}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let scale = SimDuration::from_secs(30);
        let error = Weibull::new(scale, 0.0).unwrap_err();
        assert_eq!(error.to_string(), "shape must be a number above zero, not 0");
        for shape in [-1.0, f64::NAN, f64::INFINITY, 1e-320] {
            assert!(Weibull::new(scale, shape).is_err(), "{shape}");
        }
        assert!(Weibull::new(SimDuration::ZERO, 1.0).is_err());
        assert!(Weibull::from_mean_and_shape(scale, 1e-4).is_err());
    }
}
