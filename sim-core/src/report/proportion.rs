//! A share of independent replications.

use serde::Serialize;

use super::estimate::CONFIDENCE;
use crate::statistics::interval;

/// The share of replications in which something was so, as an estimate of its probability.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Proportion {
    /// The share, 0 to 1.
    pub mean: f64,
    /// The lower end of its 95 % Wilson interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Proportion {
    /// Of `n` replications, `hits` of which it was so in; `None` where there are none.
    pub fn of(hits: u64, n: u64) -> Option<Self> {
        let (low, high) = interval::wilson(hits, n, CONFIDENCE)?;
        Some(Self { mean: hits as f64 / n as f64, low, high })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_of_twenty_are_anything_from_two_to_four_fifths() {
        let Proportion { mean, low, high } = Proportion::of(12, 20).expect("there are some");
        assert!((mean - 0.6).abs() < 1e-12);
        // By hand: (12 + z²/2 ± z √(12 · 8 / 20 + z²/4)) / (20 + z²), z = 1.959 964.
        assert!((low - 0.386_582).abs() < 1e-6 && (high - 0.781_193).abs() < 1e-6, "{low} {high}");
        assert_eq!(Proportion::of(0, 0), None);
    }
}
