//! The exponential law, for comparison.

use super::super::Exponential;
use super::{Estimate, Measured, span};
use crate::math;

/// The law of the measured mean.
pub(super) fn estimate(measured: &Measured) -> Estimate {
    let mean = measured.mean(|it| it);
    Estimate {
        law: Exponential::new(span(mean)).map(Into::into),
        cdf: Box::new(move |it| -math::exp_m1(-it / mean)),
        ln_density: Box::new(move |it| -it / mean - math::ln(mean)),
        parameters: 1,
    }
}
