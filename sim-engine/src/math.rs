//! The only door to transcendental functions.
//!
//! The standard library's `ln`, `exp`, `powf` and their kin differ between platforms in the last
//! bit; `libm` gives the same bits natively and in WebAssembly. Clippy's `disallowed-methods`
//! keeps every other door shut. Square root, rounding and the four operations are IEEE-exact
//! everywhere and are used directly.

/// Natural logarithm.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `ln(1 + x)`, exact for small `x`.
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// `e^x`.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// `e^x − 1`, exact for small `x`.
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// `x^y`.
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// Sine of an angle in radians.
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine of an angle in radians.
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Natural logarithm of the gamma function, for `x > 0`.
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// The error function.
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// The complementary error function `1 − erf(x)`, exact where it is small.
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// The quantile of the standard normal law: `z` such that a share `p` lies below it.
///
/// `p` must lie in `(0, 1)`; 0 and 1 give the infinities. Relative error below 1e-14.
///
/// Source: starts from Abramowitz and Stegun, *Handbook of Mathematical Functions* (1964),
/// 26.2.23 (error below 4.5e-4) and takes two of Halley's steps on the exact tail.
pub fn normal_quantile(p: f64) -> f64 {
    debug_assert!((0.0..=1.0).contains(&p));
    if p > 0.5 { upper_normal_quantile(1.0 - p) } else { -upper_normal_quantile(p) }
}

/// `z ≥ 0` with the share `tail ≤ 0.5` above it.
fn upper_normal_quantile(tail: f64) -> f64 {
    if tail <= 0.0 {
        return f64::INFINITY;
    }
    let t = (-2.0 * ln(tail)).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let start = t - above / below;
    (0..2).fold(start, |z, _| {
        let miss = 0.5 * erfc(z * std::f64::consts::FRAC_1_SQRT_2) - tail;
        // The miss in units of the density: Newton's step.
        let step = miss * (std::f64::consts::TAU).sqrt() * exp(0.5 * z * z);
        z + step / (1.0 - 0.5 * z * step)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_quantiles_agree_with_tables() {
        // Wichura, Algorithm AS 241 (1988), test values, and symmetry.
        let cases = [
            (0.5, 0.0),
            (0.25, -0.674_489_750_196_081_7),
            (0.001, -3.090_232_306_167_813_5),
            (1e-20, -9.262_340_089_798_408),
            (0.99, 2.326_347_874_040_841),
        ];
        for (p, want) in cases {
            let got = normal_quantile(p);
            assert!((got - want).abs() <= 1e-14 * want.abs().max(1.0), "{p}: {got}, not {want}");
        }
        assert!(normal_quantile(0.0) == f64::NEG_INFINITY && normal_quantile(1.0) == f64::INFINITY);
    }
}
