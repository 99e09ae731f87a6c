//! Standard exponential and standard normal draws by the ziggurat method.
//!
//! The area under the density is cut into 256 layers of equal area. A draw picks a layer and a
//! place in it; in 98 to 99 of 100 cases the place surely lies under the curve, and one table
//! look-up, one product and one comparison are all the work. Layer, sign and place come from
//! separate bits of one 64-bit word, which Doornik showed to matter.
//!
//! Not here: scale and shift, which are the laws' own.
//!
//! Sources: Marsaglia and Tsang, "The Ziggurat Method for Generating Random Variables", Journal
//! of Statistical Software 5(8), 2000; Doornik, "An Improved Ziggurat Method to Generate Normal
//! Random Samples", University of Oxford, 2005.

use super::ziggurat_tables::{
    EXPONENTIAL_F, EXPONENTIAL_R, EXPONENTIAL_X, NORMAL_F, NORMAL_R, NORMAL_X,
};
use crate::math;
use crate::rng::Stream;

/// The layer: bits 0 to 7.
const LAYER_MASK: u64 = 0xff;
/// The sign of a normal draw: bit 8.
const SIGN_BIT: u64 = 1 << 8;

/// Uniform in `[0, 1)` from bits 11 to 63.
#[inline]
fn unit(bits: u64) -> f64 {
    const SCALE: f64 = 1.0 / (1u64 << 53) as f64;
    (bits >> 11) as f64 * SCALE
}

/// A draw from the exponential law of mean 1.
#[inline(always)]
#[expect(clippy::inline_always, reason = "each request draws two")]
pub fn standard_exponential(stream: &mut Stream) -> f64 {
    let bits = stream.bits();
    let layer = (bits & LAYER_MASK) as usize;
    let x = unit(bits) * EXPONENTIAL_X[layer];
    if x < EXPONENTIAL_X[layer + 1] { x } else { exponential_at_the_edge(stream, layer, x) }
}

/// The rare case: the place is not surely under the curve.
#[cold]
fn exponential_at_the_edge(stream: &mut Stream, mut layer: usize, mut x: f64) -> f64 {
    // The law has no memory: beyond the last edge it starts afresh from there.
    let mut start = 0.0;
    loop {
        if x < EXPONENTIAL_X[layer + 1] {
            return start + x;
        }
        if layer == 0 {
            start += EXPONENTIAL_R;
        } else if height(stream, &EXPONENTIAL_F, layer) < math::exp(-x) {
            return start + x;
        }
        let bits = stream.bits();
        layer = (bits & LAYER_MASK) as usize;
        x = unit(bits) * EXPONENTIAL_X[layer];
    }
}

/// A draw from the normal law of mean 0 and variance 1.
#[inline]
pub fn standard_normal(stream: &mut Stream) -> f64 {
    let bits = stream.bits();
    let layer = (bits & LAYER_MASK) as usize;
    let x = unit(bits) * NORMAL_X[layer];
    let x = if x < NORMAL_X[layer + 1] { x } else { normal_at_the_edge(stream, layer, x) };
    // The sign goes straight into the float's own sign bit.
    f64::from_bits(x.to_bits() | ((bits & SIGN_BIT) << (63 - 8)))
}

/// The rare case: the place is not surely under the curve. The result has no sign yet.
#[cold]
fn normal_at_the_edge(stream: &mut Stream, mut layer: usize, mut x: f64) -> f64 {
    loop {
        if x < NORMAL_X[layer + 1] {
            return x;
        }
        if layer == 0 {
            return normal_tail(stream);
        }
        if height(stream, &NORMAL_F, layer) < math::exp(-0.5 * x * x) {
            return x;
        }
        let bits = stream.bits();
        layer = (bits & LAYER_MASK) as usize;
        x = unit(bits) * NORMAL_X[layer];
    }
}

/// A draw beyond `NORMAL_R`: Marsaglia, "Generating a Variable from the Tail of the Normal
/// Distribution", Technometrics 6(1), 1964.
fn normal_tail(stream: &mut Stream) -> f64 {
    loop {
        let x = standard_exponential(stream) / NORMAL_R;
        if 2.0 * standard_exponential(stream) >= x * x {
            return NORMAL_R + x;
        }
    }
}

/// A height drawn uniformly between the floor and the ceiling of a layer.
fn height(stream: &mut Stream, heights: &[f64], layer: usize) -> f64 {
    let (floor, ceiling) = (heights[layer], heights[layer + 1]);
    floor + (ceiling - floor) * stream.unit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::goodness::{Kolmogorov, stream};
    use rand_distr::{Distribution as _, Exp1, StandardNormal};
    use rand_xoshiro::Xoshiro256PlusPlus;
    use rand_xoshiro::rand_core::SeedableRng;
    use statrs::distribution::{ContinuousCDF, Exp, Normal};

    const DRAWS: usize = 200_000;

    fn draws(name: &str, draw: impl Fn(&mut Stream) -> f64) -> Vec<f64> {
        let mut stream = stream(name);
        (0..DRAWS).map(|_| draw(&mut stream)).collect()
    }

    #[test]
    fn the_exponential_law_is_met() {
        let law = Exp::new(1.0).unwrap();
        let ours = Kolmogorov::new(draws("exponential", standard_exponential));
        ours.assert_follows(|x| law.cdf(x));
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        ours.assert_agrees_with(&Kolmogorov::new(Exp1.sample_iter(&mut rng).take(DRAWS).collect()));
    }

    #[test]
    fn the_normal_law_is_met() {
        let law = Normal::new(0.0, 1.0).unwrap();
        let ours = Kolmogorov::new(draws("normal", standard_normal));
        ours.assert_follows(|x| law.cdf(x));
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
        let theirs = StandardNormal.sample_iter(&mut rng).take(DRAWS).collect();
        ours.assert_agrees_with(&Kolmogorov::new(theirs));
    }

    #[test]
    fn moments_are_met() {
        // (sampler, first four raw moments, sixth and eighth for the error of the third and fourth).
        let exponential = draws("exponential moments", standard_exponential);
        let normal = draws("normal moments", standard_normal);
        assert_moments(&exponential, [1.0, 2.0, 6.0, 24.0], [2.0, 24.0, 720.0, 40_320.0]);
        assert_moments(&normal, [0.0, 1.0, 0.0, 3.0], [1.0, 3.0, 15.0, 105.0]);
    }

    /// Raw moments 1 to 4 within four standard errors, which moments 2, 4, 6 and 8 give.
    fn assert_moments(draws: &[f64], want: [f64; 4], squares: [f64; 4]) {
        let n = draws.len() as f64;
        let mut powers = vec![1.0; draws.len()];
        for (order, (want, square)) in want.into_iter().zip(squares).enumerate() {
            powers.iter_mut().zip(draws).for_each(|(power, x)| *power *= x);
            let mean = powers.iter().sum::<f64>() / n;
            let error = ((square - want * want) / n).sqrt();
            assert!((mean - want).abs() < 4.0 * error, "moment {}: {mean}, not {want}", order + 1);
        }
    }

    #[test]
    fn the_tails_are_met() {
        // The share beyond the last edge, which only the tail code produces: 4 standard errors.
        let n = 2_000_000;
        let mut stream = stream("tails");
        let count = |hits: &mut dyn FnMut() -> bool| (0..n).filter(|_| hits()).count() as f64;
        let far = count(&mut || standard_normal(&mut stream).abs() > NORMAL_R + 0.2);
        let expected =
            f64::from(n) * math::erfc((NORMAL_R + 0.2) * std::f64::consts::FRAC_1_SQRT_2);
        assert!((far - expected).abs() < 4.0 * expected.sqrt(), "{far}, not {expected}");
        let far = count(&mut || standard_exponential(&mut stream) > EXPONENTIAL_R + 0.5);
        let expected = f64::from(n) * math::exp(-EXPONENTIAL_R - 0.5);
        assert!((far - expected).abs() < 4.0 * expected.sqrt(), "{far}, not {expected}");
    }
}
