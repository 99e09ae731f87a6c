//! The log-normal law: the usual shape of service times, a hump and a long right tail.

use std::fmt;

use super::error::{LawError, ascending, nonzero, not_negative, quantile_name};
use super::spelling::Spelled;
use super::ziggurat::standard_normal;
use super::{Law, secs};
use crate::math;
use crate::rng::Stream;
use crate::time::SimDuration;

/// The log-normal law: `median · e^(sigma · Z)`, with `Z` standard normal.
///
/// | symbol   | meaning                                      | unit | range |
/// |----------|----------------------------------------------|------|-------|
/// | `median` | half of the draws are shorter                | ns   | > 0   |
/// | `sigma`  | standard deviation of the logarithm          | 1    | ≥ 0   |
///
/// Source: Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions* 1 (1994), ch. 14.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogNormal {
    median: f64,
    sigma: f64,
}

impl LogNormal {
    /// The law of this median whose logarithm has the standard deviation `sigma`; `sigma` 0 is a
    /// constant.
    ///
    /// # Errors
    /// When the median is zero or `sigma` is negative or not finite.
    pub fn from_median_and_sigma(median: SimDuration, sigma: f64) -> Result<Self, LawError> {
        let median = nonzero("median", median)?;
        Ok(Self { median, sigma: not_negative("sigma", sigma)? })
    }

    /// The law of this mean and coefficient of variation; `cv` 0 is a constant.
    ///
    /// # Errors
    /// When the mean is zero or `cv` is negative or not finite.
    pub fn from_mean_and_cv(mean: SimDuration, cv: f64) -> Result<Self, LawError> {
        let mean = nonzero("mean", mean)?;
        let cv = not_negative("cv", cv)?;
        Ok(Self::from_mean_and_sigma(mean, math::ln_1p(cv * cv).sqrt()))
    }

    /// The law of median `p50` that stays below `value` with probability `q`: `0.99` for a p99.
    ///
    /// # Errors
    /// When `p50` is zero, `q` is not inside (0, 1) or is 0.5, or the two spans are in the wrong
    /// order or equal.
    pub fn from_median_and_quantile(
        p50: SimDuration,
        q: f64,
        value: SimDuration,
    ) -> Result<Self, LawError> {
        let median = nonzero("p50", p50)?;
        let z = z_of(q)?;
        if z.abs() < 1e-9 {
            return Err(LawError::MedianTwice);
        }
        let name = quantile_name(q);
        let (middle, other) = (("p50", p50), (name.as_str(), value));
        if z > 0.0 {
            ascending(middle, other)?;
        } else {
            ascending(other, middle)?;
        }
        let value = nonzero(&name, value)?;
        Ok(Self { median, sigma: math::ln(value / median) / z })
    }

    /// The law of this mean that stays below `value` with probability `q`: `0.99` for a p99.
    ///
    /// A quantile above the mean fits two laws, since the widest ones have most of their draws
    /// far below the mean; the one with the smaller sigma is meant.
    ///
    /// # Errors
    /// When the mean or `value` is zero, `q` is not inside (0, 1), or no law fits: the quantile
    /// equals the mean, is higher than that of any law of this mean, or is at most the median's
    /// but not below the mean.
    pub fn from_mean_and_quantile(
        mean: SimDuration,
        q: f64,
        value: SimDuration,
    ) -> Result<Self, LawError> {
        let z = z_of(q)?;
        let name = quantile_name(q);
        let mean_nanos = nonzero("mean", mean)?;
        // ln value = ln mean − sigma²/2 + sigma·z, that is sigma² − 2·z·sigma + 2·ratio = 0.
        let ratio = math::ln(nonzero(&name, value)? / mean_nanos);
        if z <= 0.0 {
            ascending((&name, value), ("the mean", mean))?;
        } else if value == mean {
            return Err(LawError::QuantileIsMean(name));
        }
        let discriminant = z * z - 2.0 * ratio;
        if discriminant < 0.0 {
            let largest = mean.mul_f64(math::exp(0.5 * z * z));
            return Err(LawError::OutOfReach { name, value, mean, largest });
        }
        let root = discriminant.sqrt();
        let sigma = if ratio > 0.0 { 2.0 * ratio / (z + root) } else { z + root };
        Ok(Self::from_mean_and_sigma(mean_nanos, sigma))
    }

    fn from_mean_and_sigma(mean: f64, sigma: f64) -> Self {
        Self { median: mean * math::exp(-0.5 * sigma * sigma), sigma }
    }

    /// The median.
    pub fn median(&self) -> SimDuration {
        SimDuration::from_nanos_f64(self.median)
    }

    /// The standard deviation of the logarithm.
    pub fn sigma(&self) -> f64 {
        self.sigma
    }

    fn quantile_nanos(&self, p: f64) -> f64 {
        self.median * math::exp(self.sigma * math::normal_quantile(p))
    }
}

/// How many standard deviations from the median the quantile `q` of a normal law is.
fn z_of(q: f64) -> Result<f64, LawError> {
    let fits = q > 0.0 && q < 1.0;
    if fits { Ok(math::normal_quantile(q)) } else { Err(LawError::NoQuantile(q)) }
}

impl Law for LogNormal {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> SimDuration {
        let deviation = self.sigma * standard_normal(stream);
        SimDuration::from_nanos_f64(self.median * math::exp(deviation))
    }

    fn mean_secs(&self) -> f64 {
        secs(self.median * math::exp(0.5 * self.sigma * self.sigma))
    }

    fn variance(&self) -> f64 {
        let (mean, square) = (self.mean_secs(), self.sigma * self.sigma);
        mean * mean * math::exp_m1(square)
    }

    fn quantile(&self, p: f64) -> Option<SimDuration> {
        Some(SimDuration::from_nanos_f64(self.quantile_nanos(p)))
    }
}

impl fmt::Display for LogNormal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (p50, p99) =
            (Spelled::roughly(self.median), Spelled::roughly(self.quantile_nanos(0.99)));
        write!(f, "lognormal(p50={p50}, p99={p99})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::goodness::assert_law;
    use statrs::distribution::{ContinuousCDF, LogNormal as Reference};

    const MS: fn(u64) -> SimDuration = SimDuration::from_millis;

    #[test]
    fn draws_follow_the_law() {
        let reference = Reference::new(math::ln(0.025), 0.7).unwrap();
        let law = LogNormal::from_median_and_sigma(MS(25), 0.7).unwrap();
        assert_law(law, |x| reference.cdf(x));
    }

    #[test]
    fn every_way_in_meets_what_it_was_given() -> Result<(), LawError> {
        let laws = [
            LogNormal::from_median_and_quantile(MS(25), 0.99, MS(120))?,
            LogNormal::from_median_and_quantile(MS(25), 0.1, MS(5))?,
            LogNormal::from_mean_and_quantile(MS(80), 0.99, MS(300))?,
            LogNormal::from_mean_and_quantile(MS(80), 0.75, MS(50))?,
            LogNormal::from_mean_and_quantile(MS(80), 0.25, MS(50))?,
        ];
        let quantiles = [(0.99, 120), (0.1, 5), (0.99, 300), (0.75, 50), (0.25, 50)];
        for (law, (q, value)) in laws.iter().zip(quantiles) {
            assert_eq!(law.quantile(q), Some(MS(value)), "{law}");
        }
        assert!(laws[..2].iter().all(|law| law.median() == MS(25)));
        assert!(laws[2..].iter().all(|law| (law.mean_secs() - 0.08).abs() < 1e-12));
        let law = LogNormal::from_mean_and_cv(MS(80), 1.5)?;
        assert!((law.mean_secs() - 0.08).abs() < 1e-12);
        assert!((law.variance() - 0.0144).abs() < 1e-12);
        Ok(())
    }

    #[test]
    fn of_two_laws_the_narrower_is_meant() {
        // Of the two roots z ± √(z² − 2 ln(300/80)) the smaller.
        let law = LogNormal::from_mean_and_quantile(MS(80), 0.99, MS(300)).unwrap();
        assert!((law.sigma() - 0.662_502).abs() < 1e-6, "{}", law.sigma());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let error = |law: Result<LogNormal, LawError>| law.unwrap_err().to_string();
        #[rustfmt::skip]
        let cases = [
            (LogNormal::from_median_and_quantile(MS(120), 0.99, MS(25)), "p99 must exceed p50, but 25 ms does not exceed 120 ms"),
            (LogNormal::from_median_and_quantile(MS(25), 0.99, MS(25)), "p99 must exceed p50, but 25 ms does not exceed 25 ms"),
            (LogNormal::from_median_and_quantile(MS(25), 0.1, MS(30)), "p50 must exceed p10, but 25 ms does not exceed 30 ms"),
            (LogNormal::from_median_and_quantile(MS(25), 0.1, MS(0)), "p10 must be longer than zero"),
            (LogNormal::from_median_and_quantile(MS(0), 0.99, MS(25)), "p50 must be longer than zero"),
            (LogNormal::from_median_and_quantile(MS(25), 0.5, MS(30)), "p50 alone does not say how wide the law is; give another quantile, such as p99"),
            (LogNormal::from_median_and_quantile(MS(25), 1.0, MS(30)), "a quantile must lie between p0 and p100, not at p100"),
            (LogNormal::from_mean_and_quantile(MS(80), 0.99, MS(2000)), "no log-normal law of mean 80 ms has its p99 at 2 s; the largest possible is 1.2 s"),
            (LogNormal::from_mean_and_quantile(MS(80), 0.999, MS(80)), "p99.9 must differ from the mean; for a span without spread write it alone"),
            (LogNormal::from_mean_and_quantile(MS(80), 0.5, MS(90)), "the mean must exceed p50, but 80 ms does not exceed 90 ms"),
            (LogNormal::from_mean_and_cv(MS(80), -1.0), "cv must be a number of at least zero, not -1"),
            (LogNormal::from_median_and_sigma(MS(80), f64::NAN), "sigma must be a number of at least zero, not NaN"),
        ];
        for (law, want) in cases {
            assert_eq!(error(law), want);
        }
    }
}
