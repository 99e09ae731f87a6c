//! Laws fitted to measured spans, by maximum likelihood, and how far each is from them.
//!
//! The distance is that of Kolmogorov and Smirnov: the largest difference between the share of
//! measured spans that are no longer than some span and what the law says of it, 0 to 1. It says
//! which law is nearest, not that any is true: of thousands of measurements it rejects them all.
//!
//! Not here: reading files. An exponential is never chosen; it is fitted beside the others to show
//! how wrong it would be.

mod exponential;
mod gamma;
mod hyperexponential;
mod lognormal;
mod weibull;

use super::{Distribution, LawError};
use crate::order;
use crate::time::SimDuration;

/// Measured spans, ascending, each with how often it was measured.
#[derive(Clone, Debug)]
pub struct Measured {
    /// In nanoseconds, above zero, each once.
    spans: Vec<(f64, f64)>,
    /// How many in all.
    count: f64,
}

/// A law, and how well it fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// What it is called.
    pub name: &'static str,
    /// The law.
    pub law: Distribution,
    /// Kolmogorov–Smirnov distance to the measured spans, 0 to 1.
    pub distance: f64,
    /// Logarithm of the likelihood of the measured spans, in nanoseconds: of two laws with as many
    /// parameters, the higher one makes them more likely.
    pub log_likelihood: f64,
    /// How many numbers were fitted.
    pub parameters: u32,
}

/// Why laws cannot be fitted: lower case, no full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FitError {
    /// Laws of spans that vary give none to a span of zero.
    #[error("{0} of the measured spans are zero: no law that is fitted here gives any to that")]
    Zero(usize),
    /// A law has two parameters or more.
    #[error("{0} different spans are too few to fit a law to: 10 at least")]
    Few(usize),
}

/// Fewer different spans than these say nothing of a shape.
const DISTINCT_MIN: usize = 10;
/// Spans that estimators work on at most: more are taken together, neighbour by neighbour. Distances
/// are always to all of them.
const GROUPS_MAX: usize = 2_000;

/// The laws that are fitted.
pub const FITTED: [&str; 5] = ["lognormal", "weibull", "gamma", "hyperexponential", "exponential"];

/// A law as its estimator gives it: with its distribution function and its density.
struct Estimate {
    law: Result<Distribution, LawError>,
    /// The share of spans that are no longer, by length in nanoseconds.
    cdf: Box<dyn Fn(f64) -> f64>,
    /// Logarithm of the density per nanosecond.
    ln_density: Box<dyn Fn(f64) -> f64>,
    parameters: u32,
}

impl Measured {
    /// These spans, in any order.
    ///
    /// # Errors
    ///
    /// If some are zero, or there are too few different ones.
    pub fn new(spans: &[SimDuration]) -> Result<Self, FitError> {
        let zeros = spans.iter().filter(|it| it.is_zero()).count();
        if zeros > 0 {
            return Err(FitError::Zero(zeros));
        }
        let mut sorted: Vec<_> = spans.iter().map(|it| it.as_nanos()).collect();
        sorted.sort_unstable();
        let same = sorted.chunk_by(|a, b| a == b);
        let spans: Vec<_> = same.map(|it| (it[0] as f64, it.len() as f64)).collect();
        if spans.len() < DISTINCT_MIN {
            return Err(FitError::Few(spans.len()));
        }
        Ok(Self { spans, count: sorted.len() as f64 })
    }

    /// How many spans were measured.
    pub fn count(&self) -> u64 {
        self.count as u64
    }

    /// Every law that fits at all, nearest first; the exponential last, for comparison only.
    pub fn fits(&self) -> Vec<Fit> {
        let groups = self.grouped();
        let two: [(&'static str, Option<Estimate>); 4] = [
            ("lognormal", Some(lognormal::estimate(&groups))),
            ("weibull", weibull::estimate(&groups)),
            ("gamma", gamma::estimate(&groups)),
            ("hyperexponential", hyperexponential::estimate(&groups)),
        ];
        let mut fits: Vec<_> =
            two.into_iter().filter_map(|(name, it)| self.judged(name, it?)).collect();
        order::sort_by(&mut fits, |a, b| a.distance.total_cmp(&b.distance));
        fits.extend(self.judged("exponential", exponential::estimate(&groups)));
        fits
    }

    fn judged(&self, name: &'static str, estimate: Estimate) -> Option<Fit> {
        let Estimate { law, cdf, ln_density, parameters } = estimate;
        let of = |it: &(f64, f64)| it.1 * ln_density(it.0);
        let log_likelihood = self.spans.iter().map(of).sum();
        Some(Fit { name, law: law.ok()?, distance: self.distance(cdf), log_likelihood, parameters })
    }

    /// The largest distance to a law with this distribution function.
    fn distance(&self, cdf: impl Fn(f64) -> f64) -> f64 {
        let (mut below, mut distance) = (0.0, 0.0_f64);
        for (span, times) in &self.spans {
            let says = cdf(*span);
            let up_to = below + times;
            distance = distance
                .max((says - below / self.count).abs())
                .max((up_to / self.count - says).abs());
            below = up_to;
        }
        distance
    }

    /// Few enough for estimators that go over them many times: neighbours are taken together at
    /// their mean.
    fn grouped(&self) -> Self {
        if self.spans.len() <= GROUPS_MAX {
            return self.clone();
        }
        let each = self.spans.len().div_ceil(GROUPS_MAX);
        let together = |group: &[(f64, f64)]| {
            let times: f64 = group.iter().map(|it| it.1).sum();
            (group.iter().map(|it| it.0 * it.1).sum::<f64>() / times, times)
        };
        Self { spans: self.spans.chunks(each).map(together).collect(), count: self.count }
    }

    /// The mean of some function of the spans.
    fn mean(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.spans.iter().map(|it| it.1 * of(it.0)).sum::<f64>() / self.count
    }
}

/// To six digits: more are not known, and these can be written down.
fn rounded(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

fn span(nanos: f64) -> SimDuration {
    SimDuration::from_nanos_f64(nanos)
}

#[cfg(test)]
mod tests {
    use super::super::{Exponential, Gamma, LogNormal, Mixture, Weibull, goodness};
    use super::*;
    use crate::math;

    const MS: fn(u64) -> SimDuration = SimDuration::from_millis;

    fn measured(law: &Distribution, count: usize) -> Measured {
        let mut stream = goodness::stream("fitted");
        let draws: Vec<_> = (0..count).map(|_| law.sample(&mut stream)).collect();
        Measured::new(&draws).expect("draws of a law")
    }

    fn fit_of(name: &str, measured: &Measured) -> Fit {
        measured.fits().into_iter().find(|it| it.name == name).expect("it fits")
    }

    #[test]
    fn each_law_is_known_by_its_draws() {
        let two = |share, fast, slow| {
            let exp = |mean| Exponential::new(MS(mean)).expect("valid").into();
            Mixture::new(vec![(share, exp(fast)), (1.0 - share, exp(slow))])
        };
        let laws: [(&str, Distribution); 4] = [
            ("lognormal", LogNormal::from_median_and_sigma(MS(25), 0.7).expect("valid").into()),
            ("weibull", Weibull::new(MS(30), 2.5).expect("valid").into()),
            ("gamma", Gamma::from_mean_and_cv(MS(12), 0.4).expect("valid").into()),
            ("hyperexponential", two(0.9, 2, 80).expect("valid").into()),
        ];
        for (name, law) in laws {
            let measured = measured(&law, 20_000);
            let fits = measured.fits();
            assert_eq!(fits[0].name, name, "{fits:#?}");
            // 1.95 / √20 000: what chance gives one sample in a thousand, without a fit.
            assert!(fits[0].distance < 0.0138, "{law}: {}", fits[0].distance);
            let (mean, error) = (law.mean_secs(), (law.variance() / 20_000.0).sqrt());
            let miss = fits[0].law.mean_secs() - mean;
            assert!(miss.abs() < 4.0 * error, "{law} or {}", fits[0].law);
            assert_eq!(fits.last().map(|it| it.name), Some("exponential"));
        }
    }

    #[test]
    fn an_exponential_is_fitted_by_laws_that_hold_it_and_never_chosen() {
        let measured = measured(&Exponential::new(MS(7)).expect("valid").into(), 20_000);
        let fits = measured.fits();
        assert_ne!(fits[0].name, "exponential");
        let shape = |name| fit_of(name, &measured).law.cv();
        assert!((shape("gamma") - 1.0).abs() < 0.03 && (shape("weibull") - 1.0).abs() < 0.03);
    }

    /// Published: Lieblein and Zelen 1956, endurance of 23 ball bearings in millions of revolutions.
    /// By maximum likelihood the logarithms have, of a Weibull law, the location 4.405 and the scale
    /// 0.476, and of a log-normal one the mean 4.150 and the deviation 0.522 (Lawless, *Statistical
    /// Models and Methods for Lifetime Data*, 2003, 5.2).
    #[test]
    fn published_estimates_are_found() {
        const MILLIONS: [f64; 23] = [
            17.88, 28.92, 33.00, 41.52, 42.12, 45.60, 48.40, 51.84, 51.96, 54.12, 55.56, 67.80,
            68.64, 68.64, 68.88, 84.12, 93.12, 98.64, 105.12, 105.84, 127.92, 128.04, 173.40,
        ];
        let spans = MILLIONS.map(SimDuration::from_secs_f64);
        let measured = Measured::new(&spans).expect("22 different spans");
        let ln_quantile = |name, p| {
            let quantile = fit_of(name, &measured).law.quantile(p).expect("a closed form");
            math::ln(quantile.as_secs_f64())
        };
        let near = |got: f64, want: f64| assert!((got - want).abs() < 6e-4, "{got} for {want}");
        let location = ln_quantile("weibull", 1.0 - math::exp(-1.0));
        near(location, 4.405);
        let median = ln_quantile("weibull", 0.5);
        near((median - location) / math::ln(math::ln(2.0)), 0.476);
        let mean = ln_quantile("lognormal", 0.5);
        near(mean, 4.150);
        let z = math::normal_quantile(0.99);
        near((ln_quantile("lognormal", 0.99) - mean) / z, 0.522);
        let too_even = measured.fits().iter().all(|it| it.name != "hyperexponential");
        assert!(too_even, "they vary less than an exponential");
    }

    #[test]
    fn what_says_nothing_of_a_law_is_refused() {
        let few: Vec<_> = (1..=9).map(MS).collect();
        assert_eq!(Measured::new(&few).map(|it| it.count()), Err(FitError::Few(9)));
        let zeros: Vec<_> = (0..20).map(MS).collect();
        assert_eq!(Measured::new(&zeros).map(|it| it.count()), Err(FitError::Zero(1)));
    }

    #[test]
    fn a_distance_is_the_largest_gap_on_either_side_of_a_step() {
        let spans: Vec<_> = (1..=10).map(SimDuration::from_nanos).collect();
        let measured = Measured::new(&spans).expect("ten spans");
        assert!((measured.distance(|it| it / 10.0) - 0.1).abs() < 1e-12);
        assert_eq!(measured.distance(|_| 1.0), 1.0);
    }
}
