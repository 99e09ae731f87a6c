//! The Weibull law: the shape by Newton's method, the scale from it.
//!
//! Source: Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions* 1 (1994), ch. 21:
//! the likeliest shape `k` solves `Σ xᵏ ln x / Σ xᵏ − 1/k − mean(ln x) = 0`, whose left side grows
//! with `k`.

use super::super::Weibull;
use super::{Estimate, Measured, rounded, span};
use crate::math;

const ROUNDS_MAX: u32 = 100;
const TOLERANCE: f64 = 1e-12;

/// The likeliest law; none where the method does not settle.
pub(super) fn estimate(measured: &Measured) -> Option<Estimate> {
    let mean = measured.mean(math::ln);
    let deviation = measured.mean(|it| (math::ln(it) - mean) * (math::ln(it) - mean)).sqrt();
    // Logarithms from their mean, so that no power overflows.
    let start = std::f64::consts::PI / (6.0_f64.sqrt() * deviation);
    let shape = rounded(shape(measured, mean, start)?);
    let scale = math::exp(mean + math::ln(power_mean(measured, mean, shape).0) / shape);
    let hazard = move |it: f64| math::pow(it / scale, shape);
    Some(Estimate {
        law: Weibull::new(span(scale), shape).map(Into::into),
        cdf: Box::new(move |it| -math::exp_m1(-hazard(it))),
        ln_density: Box::new(move |it| {
            math::ln(shape / it) + shape * math::ln(it / scale) - hazard(it)
        }),
        parameters: 2,
    })
}

/// Newton's steps; one that would leave the positive numbers goes half the way.
fn shape(measured: &Measured, mean: f64, start: f64) -> Option<f64> {
    let mut shape = start;
    for _ in 0..ROUNDS_MAX {
        let (sum, first, second) = power_mean(measured, mean, shape);
        let error = first / sum - 1.0 / shape;
        let slope = second / sum - (first / sum) * (first / sum) + 1.0 / (shape * shape);
        let next = (shape - error / slope).max(shape / 2.0);
        if !next.is_finite() {
            return None;
        }
        if (next - shape).abs() <= TOLERANCE * shape {
            return Some(next);
        }
        shape = next;
    }
    None
}

/// Means of `yᵏ`, `yᵏ ln y` and `yᵏ ln² y`, where `ln y = ln x − mean`.
fn power_mean(measured: &Measured, mean: f64, shape: f64) -> (f64, f64, f64) {
    let mut sums = (0.0, 0.0, 0.0);
    for (span, times) in &measured.spans {
        let log = math::ln(*span) - mean;
        let power = times / measured.count * math::exp(shape * log);
        sums = (sums.0 + power, sums.1 + power * log, sums.2 + power * log * log);
    }
    sums
}
