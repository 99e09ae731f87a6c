//! Little's law: `L = λ W`.
//!
//! It holds for the means of any system in a steady state, whatever the laws and disciplines, and
//! for any part of it. It says nothing of the spread: a pool of exactly `L` slots is too small.
//!
//! Source: Little, "A Proof for the Queuing Formula L = λW", Operations Research 9(3), 1961.

/// The mean number present: arrivals per second × mean seconds that each stays.
pub fn number(rate: f64, time: f64) -> f64 {
    debug_assert!(rate >= 0.0 && time >= 0.0);
    rate * time
}

/// The mean seconds that each stays; `None` when nobody comes.
pub fn time(number: f64, rate: f64) -> Option<f64> {
    debug_assert!(number >= 0.0 && rate >= 0.0);
    (rate > 0.0).then(|| number / rate)
}

/// Arrivals per second; `None` when they stay no time.
pub fn rate(number: f64, time: f64) -> Option<f64> {
    debug_assert!(number >= 0.0 && time >= 0.0);
    (time > 0.0).then(|| number / time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytic::assert_rows;

    #[test]
    fn the_three_forms_agree() {
        let rows = [
            ("mginf-L", number(1000.0, 0.08), 80.0),
            ("rec-P6", rate(10.0, 5.0).unwrap(), 2.0),
            ("rec-P5", number(500.0, 0.05), 25.0),
            ("time", time(80.0, 1000.0).unwrap(), 0.08),
        ];
        assert_rows(&rows, 1e-12);
        assert_eq!((time(3.0, 0.0), rate(3.0, 0.0)), (None, None));
    }
}
