//! Laws of random spans of time: how long work, messages and repairs take. One law a file.
//!
//! A [`Distribution`] is a law with its parameters; [`Distribution::sample`] draws from it. The
//! parameters are checked and worked out once, by the constructors, in the terms that people
//! measure in (medians, quantiles, means), so that a draw costs a few nanoseconds.
//!
//! Not here: where the draws go (`rng` keys the streams), and the text form (`scenario` parses
//! it; [`Display`](fmt::Display) writes it).

mod constant;
mod empirical;
mod error;
mod exponential;
pub mod fit;
mod fitted;
mod gamma;
#[cfg(test)]
mod goodness;
mod lognormal;
mod mixture;
mod pareto;
mod samples;
mod spelling;
mod triangular;
mod uniform;
mod weibull;
mod ziggurat;
mod ziggurat_tables;

use std::fmt;

pub use constant::Constant;
pub use empirical::Empirical;
pub use error::LawError;
pub use exponential::Exponential;
pub use fitted::Fitted;
pub use gamma::Gamma;
pub use lognormal::LogNormal;
pub use mixture::Mixture;
pub use pareto::Pareto;
pub use samples::Samples;
pub use triangular::Triangular;
pub use uniform::Uniform;
pub use weibull::Weibull;
pub use ziggurat::{standard_exponential, standard_normal};

use crate::rng::Stream;
use crate::time::SimDuration;

const NANOS_PER_SEC: f64 = 1e9;

/// What every law can do.
///
/// Its [`Display`](fmt::Display) is the scenario file's spelling, such as `exp(200ms)`; parameters
/// that were worked out from others are shown to four digits.
pub trait Law: fmt::Display {
    /// A draw, to the nearest nanosecond; at most [`SimDuration::MAX`].
    fn sample(&self, stream: &mut Stream) -> SimDuration;

    /// The mean in seconds; infinite where the tail is too heavy for one.
    fn mean_secs(&self) -> f64;

    /// The variance in square seconds; infinite where the tail is too heavy for one.
    fn variance(&self) -> f64;

    /// The span that a share `p` of the draws does not exceed, `0 < p < 1`; `None` where there is
    /// no closed form.
    fn quantile(&self, p: f64) -> Option<SimDuration> {
        let _ = p;
        None
    }

    /// The longest span that it gives; where there is none, what it passes once in a thousand times.
    ///
    /// Without a closed form, a bound on that: no law of this mean and variance passes it more often
    /// (Cantelli's inequality).
    fn longest(&self) -> SimDuration {
        const OFTEN: f64 = 0.001;
        self.quantile(1.0 - OFTEN).unwrap_or_else(|| {
            let deviations = (self.variance() * (1.0 / OFTEN - 1.0)).sqrt();
            SimDuration::from_nanos_f64(NANOS_PER_SEC * (self.mean_secs() + deviations))
        })
    }
}

/// A law of random spans.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// The same span every time.
    Constant(Constant),
    /// Memoryless.
    Exponential(Exponential),
    /// Its logarithm is normal: the usual shape of service times.
    LogNormal(LogNormal),
    /// Anything between two spans, equally likely.
    Uniform(Uniform),
    /// Between two spans, one of them most likely.
    Triangular(Triangular),
    /// Sums of exponential stages, and all between.
    Gamma(Gamma),
    /// Times to failure.
    Weibull(Weibull),
    /// A power-law tail.
    Pareto(Pareto),
    /// Each draw from one of several laws.
    Mixture(Mixture),
    /// Through known quantiles.
    Empirical(Empirical),
    /// One of recorded spans.
    Samples(Samples),
    /// A law fitted to measured spans.
    Fitted(Fitted),
}

/// The same expression for whichever law it is.
macro_rules! each {
    ($distribution:expr, $law:ident => $result:expr) => {
        match $distribution {
            Distribution::Constant($law) => $result,
            Distribution::Exponential($law) => $result,
            Distribution::LogNormal($law) => $result,
            Distribution::Uniform($law) => $result,
            Distribution::Triangular($law) => $result,
            Distribution::Gamma($law) => $result,
            Distribution::Weibull($law) => $result,
            Distribution::Pareto($law) => $result,
            Distribution::Mixture($law) => $result,
            Distribution::Empirical($law) => $result,
            Distribution::Samples($law) => $result,
            Distribution::Fitted($law) => $result,
        }
    };
}

impl Distribution {
    /// `span` every time.
    pub fn constant(span: SimDuration) -> Self {
        Self::Constant(Constant::new(span))
    }

    /// A draw, to the nearest nanosecond; a constant draws nothing from the stream.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "each job draws one")]
    pub fn sample(&self, stream: &mut Stream) -> SimDuration {
        // The quickest law, to be inlined where it is drawn from.
        if let Self::Exponential(law) = self {
            return law.sample(stream);
        }
        self.sample_any(stream)
    }

    #[inline(never)]
    fn sample_any(&self, stream: &mut Stream) -> SimDuration {
        each!(self, law => law.sample(stream))
    }

    /// The mean in seconds; may be infinite.
    pub fn mean_secs(&self) -> f64 {
        each!(self, law => law.mean_secs())
    }

    /// The variance in square seconds; may be infinite.
    pub fn variance(&self) -> f64 {
        each!(self, law => law.variance())
    }

    /// The span that a share `p` of the draws does not exceed, `0 < p < 1`; `None` where there is
    /// no closed form (gamma, mixture, samples).
    pub fn quantile(&self, p: f64) -> Option<SimDuration> {
        debug_assert!(p > 0.0 && p < 1.0);
        each!(self, law => law.quantile(p))
    }

    /// The longest span that it gives; where there is none, what it passes once in a thousand times.
    pub fn longest(&self) -> SimDuration {
        each!(self, law => law.longest())
    }

    /// The coefficient of variation: standard deviation over mean, 0 for a constant; infinite
    /// where the variance is.
    pub fn cv(&self) -> f64 {
        let variance = self.variance();
        if variance > 0.0 && variance.is_finite() {
            variance.sqrt() / self.mean_secs()
        } else {
            variance
        }
    }

    /// Whether it is the constant zero.
    pub fn is_zero(&self) -> bool {
        matches!(self, Self::Constant(law) if law.span().is_zero())
    }
}

impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        each!(self, law => law.fmt(f))
    }
}

macro_rules! from_law {
    ($($law:ident),+ $(,)?) => {$(
        impl From<$law> for Distribution {
            fn from(law: $law) -> Self {
                Self::$law(law)
            }
        }
    )+};
}

from_law!(
    Constant,
    Exponential,
    LogNormal,
    Uniform,
    Triangular,
    Gamma,
    Weibull,
    Pareto,
    Mixture,
    Empirical,
    Samples,
    Fitted,
);

/// Seconds from nanoseconds.
fn secs(nanos: f64) -> f64 {
    nanos / NANOS_PER_SEC
}

/// Square seconds from square nanoseconds.
fn square_secs(square_nanos: f64) -> f64 {
    square_nanos / (NANOS_PER_SEC * NANOS_PER_SEC)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> SimDuration = SimDuration::from_millis;

    #[test]
    fn laws_are_spelled_as_in_a_scenario() -> Result<(), LawError> {
        let two = Mixture::new(vec![
            (0.95, Exponential::new(MS(2))?.into()),
            (0.05, Exponential::new(MS(60))?.into()),
        ])?;
        let cases: [(Distribution, &str); 11] = [
            (Distribution::constant(MS(250)), "250ms"),
            (Exponential::new(MS(200))?.into(), "exp(200ms)"),
            (
                LogNormal::from_median_and_quantile(MS(25), 0.99, MS(120))?.into(),
                "lognormal(p50=25ms, p99=120ms)",
            ),
            (Uniform::new(MS(1000), MS(5000))?.into(), "uniform(1s..5s)"),
            (
                Triangular::new(MS(120_000), MS(300_000), MS(900_000))?.into(),
                "triangular(2m, 5m, 15m)",
            ),
            (Gamma::from_mean_and_cv(MS(12), 0.8)?.into(), "gamma(mean=12ms, cv=0.8)"),
            (Weibull::new(MS(30), 1.5)?.into(), "weibull(scale=30ms, shape=1.5)"),
            (Pareto::new(MS(20), 2.5)?.into(), "pareto(min=20ms, shape=2.5)"),
            (two.into(), "mix(95%: exp(2ms), 5%: exp(60ms))"),
            (
                Empirical::new(&[(0.5, MS(10)), (0.99, MS(80))], MS(200))?.into(),
                "empirical(p50=10ms, p99=80ms, max=200ms)",
            ),
            (Samples::new([MS(3), MS(5)].into())?.into(), "samples(2 values of mean 4ms)"),
        ];
        for (law, want) in cases {
            assert_eq!(law.to_string(), want);
        }
        Ok(())
    }

    #[test]
    fn draws_are_the_same_on_every_platform() -> Result<(), LawError> {
        let laws: [(Distribution, u64); 6] = [
            (Exponential::new(MS(200))?.into(), 18_397_269_035_735_136_320),
            (
                LogNormal::from_median_and_quantile(MS(25), 0.99, MS(120))?.into(),
                11_298_376_572_880_389_940,
            ),
            (Gamma::from_mean_and_cv(MS(12), 0.8)?.into(), 1_450_776_963_477_504_297),
            (Gamma::from_mean_and_cv(MS(12), 1.8)?.into(), 15_978_190_131_366_859_664),
            (Weibull::new(MS(30), 1.5)?.into(), 3_591_928_071_458_590_347),
            (Pareto::new(MS(20), 2.5)?.into(), 3_472_219_828_819_102_837),
        ];
        for (law, want) in laws {
            let mut stream = goodness::stream("pinned");
            let fold =
                |sum: u64, _| sum.wrapping_mul(31).wrapping_add(law.sample(&mut stream).as_nanos());
            assert_eq!((0..10_000).fold(0, fold), want, "{law}");
        }
        Ok(())
    }

    #[test]
    fn the_longest_is_an_end_or_passed_once_in_a_thousand_times() -> Result<(), LawError> {
        let bounded: [Distribution; 4] = [
            Distribution::constant(MS(50)),
            Uniform::new(MS(10), MS(50))?.into(),
            Triangular::new(MS(10), MS(20), MS(50))?.into(),
            Empirical::new(&[(0.5, MS(10))], MS(50))?.into(),
        ];
        for law in bounded {
            assert_eq!(law.longest(), MS(50), "{law}");
        }
        let gamma = Gamma::from_mean_and_cv(MS(50), 0.5)?;
        let laws: [Distribution; 2] = [Exponential::new(MS(200))?.into(), gamma.into()];
        for law in laws {
            let draws = goodness::draw_secs(&law);
            let passes = draws.iter().filter(|it| **it > law.longest().as_secs_f64()).count();
            let most = 0.001 * draws.len() as f64;
            assert!(passes as f64 <= 4.0f64.mul_add(most.sqrt(), most), "{law}: {passes}");
        }
        Ok(())
    }

    #[test]
    fn quantiles_are_where_the_share_of_draws_is() -> Result<(), LawError> {
        let laws: [Distribution; 7] = [
            Exponential::new(MS(200))?.into(),
            LogNormal::from_median_and_sigma(MS(25), 0.7)?.into(),
            Uniform::new(MS(10), MS(50))?.into(),
            Triangular::new(MS(10), MS(20), MS(50))?.into(),
            Weibull::new(MS(30), 1.5)?.into(),
            Pareto::new(MS(20), 2.5)?.into(),
            Empirical::new(&[(0.0, MS(4)), (0.5, MS(10)), (0.9, MS(40))], MS(200))?.into(),
        ];
        for law in laws {
            let draws = goodness::draw_secs(&law);
            for p in [0.1, 0.5, 0.95] {
                let edge = law.quantile(p).expect("a closed form").as_secs_f64();
                let below = draws.iter().filter(|&&x| x <= edge).count() as f64;
                let error = (p * (1.0 - p) / draws.len() as f64).sqrt();
                let miss = below / draws.len() as f64 - p;
                assert!(miss.abs() < 4.0 * error, "{law} at {p}: off by {miss}");
            }
        }
        Ok(())
    }

    #[test]
    fn spread_and_nothingness_are_known() -> Result<(), LawError> {
        assert!(Distribution::constant(SimDuration::ZERO).is_zero());
        assert!(!Distribution::constant(MS(1)).is_zero());
        assert!(!Distribution::from(Exponential::new(MS(1))?).is_zero());
        let cv = |law: Distribution| law.cv();
        assert!(cv(Distribution::constant(MS(5))) == 0.0);
        assert!((cv(Exponential::new(MS(5))?.into()) - 1.0).abs() < 1e-15);
        assert!((cv(Gamma::from_mean_and_cv(MS(5), 0.3)?.into()) - 0.3).abs() < 1e-15);
        assert!(cv(Pareto::new(MS(5), 1.5)?.into()).is_infinite());
        Ok(())
    }
}
