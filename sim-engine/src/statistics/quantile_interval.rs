//! How far a quantile of a few independent numbers may be off, whatever their law.
//!
//! The number of values below the true quantile is binomial, so two of the ordered values enclose it
//! with a probability that is known without knowing the law. Ranks are whole, so the confidence is
//! at least what was asked for, and mostly more.
//!
//! Source: Hahn and Meeker, *Statistical Intervals* (1991), section 5.2; Conover, *Practical
//! Nonparametric Statistics* (3rd ed., 1999), section 3.2.

use serde::Serialize;

use crate::math;

/// A quantile of independent numbers, and the two of them that enclose the true one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct QuantileInterval {
    /// The sample's own (type 7 of Hyndman and Fan, as everywhere).
    pub value: f64,
    /// The ordered value below.
    pub low: f64,
    /// The ordered value above.
    pub high: f64,
    /// With which probability they enclose it.
    pub confidence: f64,
}

/// The interval of the quantile `q` of `sorted` values, `0 < q < 1`; `confidence` lies in (0, 1).
/// `None` where there are too few values to enclose it: the median needs six for 95 %.
pub fn quantile_interval(sorted: &[f64], q: f64, confidence: f64) -> Option<QuantileInterval> {
    debug_assert!(q > 0.0 && q < 1.0 && sorted.is_sorted());
    let (low, high, confidence) = ranks(sorted.len(), q, confidence)?;
    let value = quantile(sorted, q);
    Some(QuantileInterval { value, low: sorted[low - 1], high: sorted[high - 1], confidence })
}

/// Ranks, counted from 1, of the greatest value that is below the quantile, and of the least that
/// is above it, each but for half of what the confidence leaves; and what it then is.
fn ranks(n: usize, q: f64, confidence: f64) -> Option<(usize, usize, f64)> {
    let tail = 0.5 * (1.0 - confidence);
    let mut low = None;
    let mut below = 0.0;
    for rank in 1..=n {
        // The probability of fewer than `rank` values below the quantile.
        below += binomial(n, rank - 1, q);
        if below <= tail {
            low = Some((rank, below));
        }
        if below >= 1.0 - tail {
            return low.map(|(low, missed)| (low, rank, below - missed));
        }
    }
    None
}

/// The probability of `k` hits in `n` trials, `0 < p < 1`.
fn binomial(n: usize, k: usize, p: f64) -> f64 {
    let (n, k) = (n as f64, k as f64);
    let ways = math::ln_gamma(n + 1.0) - math::ln_gamma(k + 1.0) - math::ln_gamma(n - k + 1.0);
    math::exp(ways + k * math::ln(p) + (n - k) * math::ln_1p(-p))
}

fn quantile(sorted: &[f64], q: f64) -> f64 {
    let rank = q * (sorted.len() - 1) as f64;
    let below = rank as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (rank - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Seed, Stream};

    #[test]
    fn ranks_agree_with_scipy() {
        // By scipy.stats.binom; those of the median are in Hahn and Meeker's table A.15.
        let cases = [
            (6, 0.5, (1, 6, 0.968_75)),
            (10, 0.5, (2, 9, 0.978_515_625)),
            (20, 0.5, (6, 15, 0.958_610_534_667)),
            (100, 0.5, (40, 61, 0.964_799_799_782)),
            (100, 0.9, (84, 96, 0.955_690_107_191)),
            (16, 0.75, (8, 16, 0.982_507_683_825)),
            (1000, 0.99, (983, 997, 0.976_094_763_498)),
        ];
        for (n, q, (low, high, confidence)) in cases {
            let got = ranks(n, q, 0.95).expect("there are enough");
            assert_eq!((got.0, got.1), (low, high), "{n}, {q}");
            assert!((got.2 - confidence).abs() < 1e-10, "{n}, {q}: {got:?}");
        }
        for (n, q) in [(0, 0.5), (5, 0.5), (50, 0.95), (30, 0.9)] {
            assert_eq!(ranks(n, q, 0.95), None, "{n} values cannot enclose it");
        }
    }

    #[test]
    fn the_true_median_is_enclosed_as_often_as_is_said() {
        let mut stream = Stream::new(Seed { root: 1, replication: 0 }, Purpose::Service, "median");
        let (mut enclosed, samples) = (0, 4_000);
        for _ in 0..samples {
            let mut values: Vec<f64> = (0..11).map(|_| -math::ln(stream.open_unit())).collect();
            values.sort_by(f64::total_cmp);
            let it = quantile_interval(&values, 0.5, 0.95).expect("11 are enough");
            let median = std::f64::consts::LN_2;
            enclosed += u32::from(it.low <= median && median <= it.high);
            assert!((it.confidence - 0.988_281_25).abs() < 1e-12 && it.value == values[5]);
        }
        // 98.83 %, with a standard error of 0.17 % in so many samples.
        let share = f64::from(enclosed) / f64::from(samples);
        assert!((share - 0.988_28).abs() < 0.006, "{share}");
    }
}
