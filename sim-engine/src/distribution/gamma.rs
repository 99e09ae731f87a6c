//! The gamma law: sums of exponential stages, and everything between and beyond.

use std::fmt;

use super::error::{LawError, nonzero, positive};
use super::spelling::Spelled;
use super::ziggurat::{standard_exponential, standard_normal};
use super::{Law, secs, square_secs};
use crate::math;
use crate::rng::Stream;
use crate::time::SimDuration;

/// The gamma law of this mean and coefficient of variation: shape `1/cv²`, so `cv` 1 is the
/// exponential law, and a whole shape the sum of so many exponential stages (Erlang's law).
///
/// | symbol | meaning                       | unit | range |
/// |--------|-------------------------------|------|-------|
/// | `mean` | mean                          | ns   | > 0   |
/// | `cv`   | standard deviation over mean  | 1    | > 0   |
///
/// Source of the sampler: Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables",
/// ACM TOMS 26(3), 2000; for shapes below 1 with their boost by `U^(1/shape)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    mean: f64,
    cv: f64,
    scale: f64,
    /// Marsaglia and Tsang's `d`, of the boosted shape where there is a boost.
    d: f64,
    /// Their `c`, `1/√(9d)`.
    c: f64,
    /// `1/shape` where the shape is below 1.
    boost: Option<f64>,
}

impl Gamma {
    /// The law of this mean and coefficient of variation.
    ///
    /// # Errors
    /// When the mean is zero or `cv` is not a positive finite number.
    pub fn from_mean_and_cv(mean: SimDuration, cv: f64) -> Result<Self, LawError> {
        let mean = nonzero("mean", mean)?;
        let inverse = positive("cv", cv)?;
        let inverse = positive("square of the cv", inverse * inverse)?;
        let shape = 1.0 / inverse;
        let boosted = if shape < 1.0 { shape + 1.0 } else { shape };
        let d = boosted - 1.0 / 3.0;
        let boost = (shape < 1.0).then_some(inverse);
        Ok(Self { mean, cv, scale: mean * inverse, d, c: 1.0 / (9.0 * d).sqrt(), boost })
    }

    /// A draw of scale 1 and shape `d + 1/3`.
    #[inline]
    fn standard(&self, stream: &mut Stream) -> f64 {
        loop {
            let x = standard_normal(stream);
            let root = 1.0 + self.c * x;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            let u = stream.open_unit();
            let squeeze = 1.0 - 0.0331 * (x * x) * (x * x);
            if u < squeeze || math::ln(u) < 0.5 * x * x + self.d * (1.0 - v + math::ln(v)) {
                return self.d * v;
            }
        }
    }
}

impl Law for Gamma {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> SimDuration {
        let nanos = self.scale * self.standard(stream);
        let Some(inverse) = self.boost else {
            return SimDuration::from_nanos_f64(nanos);
        };
        // U^(1/shape), since −ln U is exponential.
        SimDuration::from_nanos_f64(nanos * math::exp(-inverse * standard_exponential(stream)))
    }

    fn mean_secs(&self) -> f64 {
        secs(self.mean)
    }

    fn variance(&self) -> f64 {
        square_secs(self.mean * self.cv * (self.mean * self.cv))
    }
}

impl fmt::Display for Gamma {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mean = Spelled::exactly(SimDuration::from_nanos_f64(self.mean));
        write!(f, "gamma(mean={mean}, cv={})", self.cv)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::goodness::assert_law;
    use statrs::distribution::{ContinuousCDF, Gamma as Reference};

    #[test]
    fn draws_follow_the_law() {
        // Wide (boosted), exponential, Erlang with four stages, nearly constant.
        for cv in [1.6, 1.0, 0.5, 0.05] {
            let shape = 1.0 / (cv * cv);
            let reference = Reference::new(shape, shape / 12.0).unwrap();
            let law = Gamma::from_mean_and_cv(SimDuration::from_secs(12), cv).unwrap();
            assert_law(law, |x| reference.cdf(x));
        }
    }

    #[test]
    fn a_law_without_spread_is_refused() {
        let mean = SimDuration::from_millis(12);
        let error = Gamma::from_mean_and_cv(mean, 0.0).unwrap_err();
        assert_eq!(error.to_string(), "cv must be a number above zero, not 0");
        for cv in [-1.0, f64::NAN, f64::INFINITY, 1e-200, 1e200] {
            assert!(Gamma::from_mean_and_cv(mean, cv).is_err(), "{cv}");
        }
        assert!(Gamma::from_mean_and_cv(SimDuration::ZERO, 1.0).is_err());
    }
}
