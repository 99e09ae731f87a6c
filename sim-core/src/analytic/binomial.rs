//! The binomial law: how many of so many independent things of the same probability happen.

use crate::math;

/// The probability that at least `hits` of `trials` happen, each with probability `p`.
///
/// `p` in `[0, 1]`. Sums the law's tail from its smaller side; relative error about 1e-13 times
/// the size of the logarithms involved.
pub fn at_least(trials: u32, hits: u32, p: f64) -> f64 {
    debug_assert!((0.0..=1.0).contains(&p));
    if hits == 0 || hits > trials || p <= 0.0 || p >= 1.0 {
        let surely = hits == 0 || (p >= 1.0 && hits <= trials);
        return if surely { 1.0 } else { 0.0 };
    }
    if f64::from(hits) > f64::from(trials) * p {
        upper_tail(trials, hits, p)
    } else {
        1.0 - upper_tail(trials, trials - hits + 1, 1.0 - p)
    }
}

/// `P(Bin(n, p) ≥ k)` for `0 < p < 1` and `1 ≤ k ≤ n`, where the terms fall from `k` on.
fn upper_tail(n: u32, k: u32, p: f64) -> f64 {
    let (all, hits) = (f64::from(n), f64::from(k));
    let ways =
        math::ln_gamma(all + 1.0) - math::ln_gamma(hits + 1.0) - math::ln_gamma(all - hits + 1.0);
    let mut term = math::exp(ways + hits * math::ln(p) + (all - hits) * math::ln_1p(-p));
    let odds = p / (1.0 - p);
    let mut sum = term;
    for hits in k..n {
        term *= odds * f64::from(n - hits) / f64::from(hits + 1);
        sum += term;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn known_values() {
        let rows = [
            ("rec-R8", at_least(20, 10, 0.2), 0.002_594_827_401),
            ("lower side", at_least(5, 1, 0.5), 31.0 / 32.0),
            ("rec-A15", at_least(5, 3, 0.99), 0.999_990_149_4),
        ];
        assert_rows(&rows, 1e-9);
    }

    #[test]
    fn the_ends_of_the_range() {
        let rows = [
            ("none needed", at_least(5, 0, 0.0), 1.0),
            ("more than there are", at_least(5, 6, 1.0), 0.0),
            ("never", at_least(5, 3, 0.0), 0.0),
            ("always", at_least(5, 3, 1.0), 1.0),
        ];
        assert_rows(&rows, 0.0);
        // Half of a large number: by symmetry just above one half.
        let half = at_least(100_001, 50_001, 0.5);
        assert!((half - 0.5).abs() < 1e-9, "{half}");
    }
}
