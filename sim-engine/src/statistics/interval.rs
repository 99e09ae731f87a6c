//! Confidence intervals: how far a mean of replications or a share of requests may be off.
//!
//! Not here: how to make the values independent (replications, batches), and verdicts on them.

use super::Moments;
use crate::math;

/// Above so many degrees of freedom Fisher's expansion is exact to all digits that count.
const MANY_DEGREES: f64 = 10_000.0;

/// Half the width of the confidence interval of the mean of independent, roughly normal numbers;
/// the interval is `mean ± half_width`.
///
/// `confidence` lies in (0, 1), usually 0.95. `None` below two numbers.
///
/// Source: Student, "The Probable Error of a Mean", Biometrika 6(1), 1908.
pub fn mean_half_width(moments: &Moments, confidence: f64) -> Option<f64> {
    let error = moments.std_error()?;
    let degrees = (moments.n() - 1) as f64;
    Some(error * student_quantile(0.5 + 0.5 * confidence, degrees))
}

/// A mean of independent numbers, as far as its interval goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Its standard error, ≥ 0.
    pub std_error: f64,
    /// How many numbers, ≥ 2.
    pub n: u64,
}

/// Half the width of the confidence interval of the difference of two means of independent, roughly
/// normal numbers, whose variances may differ: it is `difference ± half_width`.
///
/// `confidence` lies in (0, 1). Zero where neither varies.
///
/// Source: Welch, "The Generalization of 'Student's' Problem when Several Different Population
/// Variances are Involved", Biometrika 34(1-2), 1947.
pub fn difference_half_width(one: Spread, other: Spread, confidence: f64) -> f64 {
    let square = |it: Spread| it.std_error * it.std_error;
    let variance = square(one) + square(other);
    if variance == 0.0 {
        return 0.0;
    }
    // Shares of the whole, so that small variances do not vanish when they are squared.
    let part = |it: Spread| {
        let share = square(it) / variance;
        share * share / (it.n - 1) as f64
    };
    let degrees = 1.0 / (part(one) + part(other));
    variance.sqrt() * student_quantile(0.5 + 0.5 * confidence, degrees.max(1.0))
}

/// The Wilson score interval `(low, high)` of a share, of which `hits` of `n` independent trials
/// were seen; it stays inside `[0, 1]` and means something at 0 and `n` hits too.
///
/// `confidence` lies in (0, 1), `hits ≤ n`. `None` without trials.
///
/// Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
/// Journal of the American Statistical Association 22(158), 1927.
pub fn wilson(hits: u64, n: u64, confidence: f64) -> Option<(f64, f64)> {
    debug_assert!(hits <= n);
    if n == 0 {
        return None;
    }
    let (hits, n) = (hits as f64, n as f64);
    let z = math::normal_quantile(0.5 + 0.5 * confidence);
    let square = z * z;
    let centre = (hits + 0.5 * square) / (n + square);
    let half = z / (n + square) * (hits * (n - hits) / n + 0.25 * square).sqrt();
    let low = if hits > 0.0 { (centre - half).max(0.0) } else { 0.0 };
    let high = if hits < n { (centre + half).min(1.0) } else { 1.0 };
    Some((low, high))
}

/// The quantile of Student's t law: `t` such that a share `p` lies below it.
///
/// `p` lies in (0, 1), `degrees` of freedom are at least 1 and need not be whole. Relative error
/// below 1e-9.
///
/// Source: starts from Fisher's expansion (Abramowitz and Stegun 26.7.5) and solves for the tail,
/// an incomplete beta function (26.7.1), by Newton's method kept inside a bracket.
pub fn student_quantile(p: f64, degrees: f64) -> f64 {
    debug_assert!(p > 0.0 && p < 1.0 && degrees >= 1.0);
    if p < 0.5 {
        return -upper_student_quantile(p, degrees);
    }
    upper_student_quantile(1.0 - p, degrees)
}

/// `t ≥ 0` with the share `tail ≤ 0.5` above it.
fn upper_student_quantile(tail: f64, degrees: f64) -> f64 {
    if tail >= 0.5 {
        return 0.0;
    }
    let start = fisher(-math::normal_quantile(tail), degrees);
    if degrees > MANY_DEGREES { start } else { solve(tail, degrees, start) }
}

/// Abramowitz and Stegun 26.7.5: the t quantile from the normal one, `z`.
fn fisher(z: f64, degrees: f64) -> f64 {
    let square = z * z;
    let g1 = (square + 1.0) / 4.0;
    let g2 = ((5.0 * square + 16.0) * square + 3.0) / 96.0;
    let g3 = (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0;
    let n = degrees;
    z * (1.0 + (g1 + (g2 + g3 / n) / n) / n)
}

/// The root of `upper_tail(t) = tail`: Newton's steps on the logarithms, halving the bracket
/// where one would leave it.
fn solve(tail: f64, degrees: f64, start: f64) -> f64 {
    let (mut low, mut high) = (0.0, f64::MAX.sqrt());
    let mut t = start;
    for _ in 0..200 {
        let here = upper_student_tail(t, degrees);
        if here > tail {
            low = t;
        } else {
            high = t;
        }
        let step = math::ln(here / tail) * here / student_density(t, degrees);
        let next = t + step;
        let next =
            if next > low && next < high { next } else { low + 0.5 * (high.min(4.0 * t) - low) };
        if (next - t).abs() <= 1e-14 * next {
            return next;
        }
        t = next;
    }
    t
}

/// The probability of more than `t ≥ 0`.
fn upper_student_tail(t: f64, degrees: f64) -> f64 {
    let square = t * t;
    let total = degrees + square;
    0.5 * incomplete_beta(0.5 * degrees, 0.5, degrees / total, square / total)
}

fn student_density(t: f64, degrees: f64) -> f64 {
    let half = 0.5 * degrees;
    let scale = math::ln_gamma(half + 0.5) - math::ln_gamma(half);
    let power = -(half + 0.5) * math::ln_1p(t * t / degrees);
    math::exp(scale + power) / (degrees * std::f64::consts::PI).sqrt()
}

/// The regularised incomplete beta function `I_x(a, b)`, with `y = 1 − x` given exactly.
///
/// Source: Press et al., *Numerical Recipes* (3rd ed., 2007), section 6.4.
fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 || y <= 0.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    let beta = math::ln_gamma(a) + math::ln_gamma(b) - math::ln_gamma(a + b);
    let front = math::exp(a * math::ln(x) + b * math::ln(y) - beta);
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, y) / b
    }
}

/// The continued fraction of the incomplete beta function, by Lentz's method.
#[expect(clippy::many_single_char_names, reason = "the book's own")]
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let nonzero = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let (mut c, mut fraction) = (1.0, d);
    for m in 1..1_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / nonzero(1.0 + term * d);
            c = nonzero(1.0 + term / c);
            change = c * d;
            fraction *= change;
        }
        if (change - 1.0).abs() < 1e-16 {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, StudentsT};

    #[test]
    fn student_quantiles_agree_with_statrs() {
        for degrees in [1.0, 2.0, 3.0, 4.5, 9.0, 29.0, 199.0, 5_000.0, 20_000.0] {
            let law = StudentsT::new(0.0, 1.0, degrees).unwrap();
            for p in [0.001, 0.025, 0.4, 0.6, 0.9, 0.95, 0.975, 0.995, 0.9995] {
                // Held by the probability, which statrs knows better than its inverse.
                let t = student_quantile(p, degrees);
                let back = law.cdf(t);
                assert!(
                    (back - p).abs() < 1e-8 * p.min(1.0 - p),
                    "{p}, {degrees}: {t} is at {back}"
                );
            }
        }
    }

    #[test]
    fn student_quantiles_agree_with_closed_forms() {
        // One degree: tan(π(p − ½)); two: (2p − 1) √(2 / (4p(1 − p))).
        assert!((student_quantile(0.975, 1.0) - 12.706_204_736_174_7).abs() < 1e-9);
        assert!((student_quantile(0.999_999, 1.0) / 318_309.886_182_7 - 1.0).abs() < 1e-9);
        for p in [0.3f64, 0.6, 0.975, 0.9999] {
            let want = (2.0 * p - 1.0) * (0.5 / (p * (1.0 - p))).sqrt();
            let got = student_quantile(p, 2.0);
            assert!((got - want).abs() < 1e-11 * want.abs(), "{p}: {got}, not {want}");
        }
        assert!(student_quantile(0.5, 7.0) == 0.0);
    }

    #[test]
    fn the_two_ways_meet() {
        for p in [0.001, 0.3, 0.975, 0.999_999] {
            let solved = student_quantile(p, MANY_DEGREES);
            let expanded = student_quantile(p, MANY_DEGREES + 1e-6);
            assert!((solved / expanded - 1.0).abs() < 1e-9, "{p}: {solved}, {expanded}");
        }
    }

    #[test]
    fn a_mean_has_the_width_of_the_table() {
        let moments: Moments = [4.0, 6.0, 5.0, 7.0, 3.0].into_iter().collect();
        // t(0.975, 4) = 2.776 445, s = √2.5.
        let want = 2.776_445_105_198 * (2.5f64 / 5.0).sqrt();
        assert!((mean_half_width(&moments, 0.95).unwrap() - want).abs() < 1e-9);
        assert_eq!(mean_half_width(&[1.0].into_iter().collect(), 0.95), None);
    }

    #[test]
    fn a_difference_has_the_interval_that_r_prints() {
        // Student's sleep data (Cushny and Peebles, 1905); R's `t.test(extra ~ group, data =
        // sleep)` prints 17.776 degrees and the interval -3.365 483 2 to 0.205 483 2.
        let one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let other = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let [one, other] = [one, other].map(|it| it.into_iter().collect::<Moments>());
        let difference = one.mean().unwrap() - other.mean().unwrap();
        let spread = |it: Moments| Spread { std_error: it.std_error().unwrap(), n: it.n() };
        let half = difference_half_width(spread(one), spread(other), 0.95);
        assert!((difference - half + 3.365_483_2).abs() < 5e-8, "{}", difference - half);
        assert!((difference + half - 0.205_483_2).abs() < 5e-8, "{}", difference + half);
    }

    #[test]
    fn a_difference_from_what_does_not_vary_is_as_sure_as_the_other_mean() {
        let moments: Moments = [4.0, 6.0, 5.0, 7.0, 3.0].into_iter().collect();
        let varies = Spread { std_error: moments.std_error().unwrap(), n: 5 };
        let fixed = Spread { std_error: 0.0, n: 9 };
        let alone = mean_half_width(&moments, 0.95).unwrap();
        for half in
            [difference_half_width(varies, fixed, 0.95), difference_half_width(fixed, varies, 0.95)]
        {
            assert!((half - alone).abs() < 1e-12 * alone, "{half}, not {alone}");
        }
        assert!(difference_half_width(fixed, fixed, 0.95) == 0.0);
        // As wide as the widest number allows, and as narrow.
        for size in [1e-150, 1e150] {
            let scaled = Spread { std_error: size, n: 5 };
            let half = difference_half_width(scaled, scaled, 0.95);
            // t(0.975, 8) = 2.306 004.
            assert!((half / (size * 2.0f64.sqrt()) - 2.306_004_135).abs() < 1e-8, "{half}");
        }
    }

    #[test]
    fn shares_have_wilsons_interval() {
        // Newcombe, "Two-Sided Confidence Intervals for the Single Proportion", 1998, table I.
        let cases = [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ];
        for (hits, n, low, high) in cases {
            let got = wilson(hits, n, 0.95).unwrap();
            assert!(
                (got.0 - low).abs() < 5e-5 && (got.1 - high).abs() < 5e-5,
                "{hits}/{n}: {got:?}"
            );
        }
        assert_eq!(wilson(0, 0, 0.95), None);
        assert_eq!(wilson(20, 20, 0.95).map(|it| it.1), Some(1.0));
    }
}
