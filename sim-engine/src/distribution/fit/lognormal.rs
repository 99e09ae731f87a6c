//! The log-normal law: the mean and the deviation of the logarithms.
//!
//! Source: Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions* 1 (1994), ch. 14.

use std::f64::consts::{PI, SQRT_2};

use super::super::LogNormal;
use super::{Estimate, Measured, rounded, span};
use crate::math;

/// The likeliest law; the deviation is that of the likelihood, with the divisor n.
pub(super) fn estimate(measured: &Measured) -> Estimate {
    let mean = measured.mean(math::ln);
    let variance = measured.mean(|it| (math::ln(it) - mean) * (math::ln(it) - mean));
    let sigma = rounded(variance.sqrt());
    let standard = move |it: f64| (math::ln(it) - mean) / sigma;
    Estimate {
        law: LogNormal::from_median_and_sigma(span(math::exp(mean)), sigma).map(Into::into),
        cdf: Box::new(move |it| 0.5 * math::erfc(-standard(it) / SQRT_2)),
        ln_density: Box::new(move |it| {
            let z = standard(it);
            -0.5 * z * z - math::ln(it * sigma) - 0.5 * math::ln(2.0 * PI)
        }),
        parameters: 2,
    }
}
