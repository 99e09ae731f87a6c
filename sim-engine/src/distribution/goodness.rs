//! Goodness of fit, for the tests of the laws: the Kolmogorov–Smirnov test.
//!
//! Source: Kolmogorov 1933, Smirnov 1939; the asymptotic 0.1 % point of `√n · D` is 1.9495.

use super::Distribution;
use crate::rng::{Purpose, Seed, Stream};

const CRITICAL: f64 = 1.9495;

/// A stream of its own for the test called `name`.
pub(super) fn stream(name: &str) -> Stream {
    Stream::new(Seed { root: 2026, replication: 0 }, Purpose::Service, name)
}

/// A sorted sample.
pub(super) struct Kolmogorov(Vec<f64>);

impl Kolmogorov {
    pub(super) fn new(mut draws: Vec<f64>) -> Self {
        draws.sort_unstable_by(f64::total_cmp);
        Self(draws)
    }

    /// The largest distance to a continuous law, in units of the 0.1 % point.
    pub(super) fn distance(&self, cdf: impl Fn(f64) -> f64) -> f64 {
        let n = self.0.len() as f64;
        let gap = |(i, &x): (usize, &f64)| {
            let below = cdf(x);
            (below - i as f64 / n).max((i + 1) as f64 / n - below)
        };
        self.0.iter().enumerate().map(gap).fold(0.0, f64::max) * n.sqrt() / CRITICAL
    }

    pub(super) fn assert_follows(&self, cdf: impl Fn(f64) -> f64) {
        let distance = self.distance(cdf);
        assert!(distance < 1.0, "off by {distance} of the 0.1 % point");
    }

    pub(super) fn assert_agrees_with(&self, other: &Self) {
        let (n, m) = (self.0.len() as f64, other.0.len() as f64);
        let (mut i, mut j, mut gap) = (0, 0, 0.0f64);
        while i < self.0.len() && j < other.0.len() {
            if self.0[i] <= other.0[j] {
                i += 1;
            } else {
                j += 1;
            }
            gap = gap.max((i as f64 / n - j as f64 / m).abs());
        }
        let distance = gap * (n * m / (n + m)).sqrt() / CRITICAL;
        assert!(distance < 1.0, "off by {distance} of the 0.1 % point");
    }
}

/// Holds 200 000 draws of `law`, in seconds, against a continuous law's `cdf` and against the
/// law's own mean and variance, where these are finite.
pub(super) fn assert_law(law: impl Into<Distribution>, cdf: impl Fn(f64) -> f64) {
    let law = law.into();
    let draws = draw_secs(&law);
    assert_moments(&law, &draws);
    Kolmogorov::new(draws).assert_follows(cdf);
}

/// 200 000 draws in seconds.
pub(super) fn draw_secs(law: &Distribution) -> Vec<f64> {
    let mut stream = stream(&law.to_string());
    (0..200_000).map(|_| law.sample(&mut stream).as_secs_f64()).collect()
}

/// The mean within four of its standard errors; the variance within four of its own, which the
/// sample's fourth moment gives.
pub(super) fn assert_moments(law: &Distribution, draws: &[f64]) {
    let n = draws.len() as f64;
    let central =
        |about: f64, power: fn(f64) -> f64| draws.iter().map(|x| power(x - about)).sum::<f64>() / n;
    let (mean, variance) = (law.mean_secs(), law.variance());
    if !variance.is_finite() {
        return;
    }
    let miss = central(mean, |x| x);
    assert!(miss.abs() <= 4.0 * (variance / n).sqrt() + 1e-9, "{law}: mean off by {miss}");
    let seen = central(mean, |x| x * x);
    let fourth = central(mean, |x| x * x * x * x);
    let error = ((fourth - seen * seen).max(0.0) / n).sqrt();
    assert!(
        (seen - variance).abs() <= 4.0 * error + 1e-12,
        "{law}: variance {seen}, not {variance}"
    );
}

#[test]
fn a_wrong_law_is_rejected() {
    let mut stream = stream("canary");
    let draws = Kolmogorov::new((0..200_000).map(|_| stream.unit()).collect());
    assert!(draws.distance(|x| x) < 1.0);
    // One part in a hundred off at the middle.
    assert!(draws.distance(|x| x * (1.01 - 0.01 * x)) < 1.0, "below what the test can see");
    assert!(draws.distance(|x| x * (1.03 - 0.03 * x)) > 1.0);
}
