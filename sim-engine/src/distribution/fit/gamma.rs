//! The gamma law: the shape by Newton's method, the mean as measured.
//!
//! Sources: Minka, "Estimating a Gamma distribution", 2002, for the start; Abramowitz and Stegun,
//! *Handbook of Mathematical Functions* (1964), 6.3.5, 6.3.18, 6.4.6 and 6.4.12 for the digamma and
//! trigamma functions, 6.5.29 and 6.5.31 for the incomplete gamma function.

use super::super::Gamma;
use super::{Estimate, Measured, rounded, span};
use crate::math;

const ROUNDS_MAX: u32 = 100;
const TOLERANCE: f64 = 1e-12;

/// The likeliest law; none where the method does not settle.
pub(super) fn estimate(measured: &Measured) -> Option<Estimate> {
    let mean = measured.mean(|it| it);
    // By Jensen's inequality above zero, as the spans differ.
    let gap = math::ln(mean) - measured.mean(math::ln);
    let cv = rounded(1.0 / shape(gap)?.sqrt());
    let shape = 1.0 / (cv * cv);
    let rate = shape / mean;
    let constant = shape * math::ln(rate) - math::ln_gamma(shape);
    Some(Estimate {
        law: Gamma::from_mean_and_cv(span(mean), cv).map(Into::into),
        cdf: Box::new(move |it| regularised(shape, it * rate)),
        ln_density: Box::new(move |it| constant + (shape - 1.0) * math::ln(it) - rate * it),
        parameters: 2,
    })
}

/// The shape `k` for which `ln k − ψ(k)` is this gap.
fn shape(gap: f64) -> Option<f64> {
    let root = ((gap - 3.0) * (gap - 3.0) + 24.0 * gap).sqrt();
    let mut shape = (3.0 - gap + root) / (12.0 * gap);
    for _ in 0..ROUNDS_MAX {
        let error = math::ln(shape) - digamma(shape) - gap;
        let slope = 1.0 / shape - trigamma(shape);
        let next = (shape - error / slope).max(shape / 2.0);
        if !next.is_finite() {
            return None;
        }
        if (next - shape).abs() <= TOLERANCE * shape {
            return Some(next);
        }
        shape = next;
    }
    // Very narrow laws: the last bits of the logarithms go to and fro.
    Some(shape)
}

/// ψ(x), x > 0: recurrence up to where the asymptotic series is exact.
fn digamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 10.0 {
        below -= 1.0 / x;
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series = square
        * (1.0 / 12.0 - square * (1.0 / 120.0 - square * (1.0 / 252.0 - square * (1.0 / 240.0))));
    below + math::ln(x) - 0.5 / x - series
}

/// ψ′(x), x > 0.
fn trigamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 10.0 {
        below += 1.0 / (x * x);
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series =
        square * (1.0 / 6.0 - square * (1.0 / 30.0 - square * (1.0 / 42.0 - square / 30.0)));
    below + 1.0 / x + 0.5 * square + series / x
}

/// P(a, x), the share of a gamma law of shape `a` and scale 1 that is below `x`.
fn regularised(a: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let front = math::exp(a * math::ln(x) - x - math::ln_gamma(a));
    if x < a + 1.0 { front * series(a, x) } else { 1.0 - front * fraction(a, x) }
}

/// Terms of a series or fraction at most: both need about √a of them.
const TERMS_MAX: u32 = 100_000;

fn series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    let mut n = a;
    for _ in 0..TERMS_MAX {
        n += 1.0;
        term *= x / n;
        sum += term;
        if term < sum * 1e-16 {
            break;
        }
    }
    sum
}

/// The continued fraction by Lentz's method.
fn fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |it: f64| if it.abs() < TINY { TINY } else { it };
    let mut partial = x + 1.0 - a;
    let mut above = 1.0 / TINY;
    let mut below = 1.0 / partial;
    let mut value = below;
    for term in 1..=TERMS_MAX {
        let term = f64::from(term);
        let numerator = -term * (term - a);
        partial += 2.0;
        below = 1.0 / away_from_zero(numerator * below + partial);
        above = away_from_zero(partial + numerator / above);
        value *= below * above;
        if (below * above - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, Gamma as Known};
    use statrs::function::gamma::digamma as known_digamma;

    #[test]
    fn agrees_with_statrs() {
        for shape in [0.3, 1.0, 2.5, 40.0, 900.0] {
            assert!((digamma(shape) - known_digamma(shape)).abs() < 1e-9, "ψ({shape})");
            let known = Known::new(shape, 1.0).expect("a law");
            for share in [0.01, 0.5, 0.9, 0.999] {
                let x = known.inverse_cdf(share);
                let (ours, theirs) = (regularised(shape, x), known.cdf(x));
                assert!((ours - theirs).abs() < 1e-9, "P({shape}, {x}): {ours}, {theirs}");
            }
        }
    }

    #[test]
    fn the_slope_of_digamma_is_trigamma() {
        // ψ′(1) = π²/6, ψ′(1/2) = π²/2.
        let square = std::f64::consts::PI * std::f64::consts::PI;
        assert!((trigamma(1.0) - square / 6.0).abs() < 1e-11, "{}", trigamma(1.0));
        assert!((trigamma(0.5) - square / 2.0).abs() < 1e-11, "{}", trigamma(0.5));
    }

    #[test]
    fn the_likeliest_shape_makes_the_gap() {
        for shape in [0.2, 1.0, 7.0, 5_000.0] {
            let gap = math::ln(shape) - digamma(shape);
            let found = super::shape(gap).expect("it settles");
            assert!((found / shape - 1.0).abs() < 1e-6, "{found} for {shape}");
        }
    }
}
