//! The hyperexponential law of two phases: each draw exponential with one of two means. By
//! expectation–maximisation.
//!
//! Source: Asmussen, Nerman and Olsson, "Fitting phase-type distributions via the EM algorithm",
//! Scandinavian Journal of Statistics 23, 1996; of two phases side by side it is the EM of mixtures
//! (Dempster, Laird and Rubin 1977).

use super::super::{Exponential, Mixture};
use super::{Estimate, Measured, rounded, span};
use crate::math;

const ROUNDS_MAX: u32 = 1_000;
/// Rounds end when the logarithm of the likelihood of one span grows by less than this.
const TOLERANCE: f64 = 1e-10;
/// Two phases whose means are nearer than this are one: the law would be an exponential.
const APART: f64 = 1.05;

#[derive(Clone, Copy)]
struct Phases {
    /// Share of the first.
    share: f64,
    means: [f64; 2],
}

/// The likeliest law; none where it is no other than an exponential, as it is of spans that vary
/// less than one.
pub(super) fn estimate(measured: &Measured) -> Option<Estimate> {
    let mean = measured.mean(|it| it);
    let mut phases = Phases { share: 0.5, means: [mean / 2.0, mean * 1.5] };
    let mut before = f64::NEG_INFINITY;
    for _ in 0..ROUNDS_MAX {
        let (next, likelihood) = phases.improved(measured);
        if likelihood - before < TOLERANCE {
            break;
        }
        (phases, before) = (next, likelihood);
    }
    phases.share = rounded(phases.share);
    let Phases { share, means: [fast, slow] } = phases;
    let is_one = slow < fast * APART || share.min(1.0 - share) * measured.count < 1.0;
    if is_one || !(fast > 0.0 && slow.is_finite()) {
        return None;
    }
    let exp = |mean| Exponential::new(span(mean)).map(Into::into);
    let law = exp(fast).and_then(|fast| {
        Mixture::new(vec![(share, fast), (1.0 - share, exp(slow)?)]).map(Into::into)
    });
    Some(Estimate {
        law,
        cdf: Box::new(move |it| {
            -share * math::exp_m1(-it / fast) - (1.0 - share) * math::exp_m1(-it / slow)
        }),
        ln_density: Box::new(move |it| phases.ln_density(it).0),
        parameters: 3,
    })
}

impl Phases {
    /// Logarithm of the density of a span, and the chance that it is of the first phase.
    fn ln_density(&self, it: f64) -> (f64, f64) {
        let [fast, slow] = self.means;
        let first = math::ln(self.share / fast) - it / fast;
        let second = math::ln((1.0 - self.share) / slow) - it / slow;
        let high = first.max(second);
        let (a, b) = (math::exp(first - high), math::exp(second - high));
        (high + math::ln(a + b), a / (a + b))
    }

    /// One round, and the mean logarithm of the likelihood before it.
    fn improved(&self, measured: &Measured) -> (Self, f64) {
        let (mut likelihood, mut first, mut sums) = (0.0, 0.0, [0.0; 2]);
        for (span, times) in &measured.spans {
            let (density, chance) = self.ln_density(*span);
            likelihood += times * density;
            first += times * chance;
            sums[0] += times * chance * span;
            sums[1] += times * (1.0 - chance) * span;
        }
        let second = measured.count - first;
        let means = [sums[0] / first, sums[1] / second];
        (Self { share: first / measured.count, means }, likelihood / measured.count)
    }
}
