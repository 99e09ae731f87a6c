//! Recorded spans, drawn again: the law of a measurement as it is.

use std::fmt;
use std::sync::Arc;

use super::error::LawError;
use super::spelling::Spelled;
use super::{Law, secs, square_secs};
use crate::rng::Stream;
use crate::time::SimDuration;

/// One of the recorded spans, each equally likely, with replacement.
///
/// It knows nothing of the order in which they were recorded: bursts of slow answers are lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    values: Arc<[SimDuration]>,
    /// In nanoseconds.
    mean: f64,
    /// In square nanoseconds, of the law, not an estimate: divided by n.
    variance: f64,
}

impl Samples {
    /// The law of these values, at least one and at most 2^32 − 1.
    ///
    /// # Errors
    /// When there are none, or too many.
    pub fn new(values: Arc<[SimDuration]>) -> Result<Self, LawError> {
        if values.is_empty() {
            return Err(LawError::Empty("recorded value"));
        }
        if u32::try_from(values.len()).is_err() {
            return Err(LawError::TooMany(values.len()));
        }
        let n = values.len() as f64;
        let sum: u128 = values.iter().map(|span| u128::from(span.as_nanos())).sum();
        let mean = sum as f64 / n;
        let square = |span: &SimDuration| {
            let apart = span.as_nanos() as f64 - mean;
            apart * apart
        };
        let variance = values.iter().map(square).sum::<f64>() / n;
        Ok(Self { values, mean, variance })
    }

    /// The recorded values, in their order.
    pub fn values(&self) -> &[SimDuration] {
        &self.values
    }
}

impl Law for Samples {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> SimDuration {
        self.values[stream.below(self.values.len() as u32) as usize]
    }

    fn mean_secs(&self) -> f64 {
        secs(self.mean)
    }

    fn variance(&self) -> f64 {
        square_secs(self.variance)
    }

    fn longest(&self) -> SimDuration {
        self.values.iter().copied().max().expect("it has values")
    }
}

impl fmt::Display for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mean = Spelled::roughly(self.mean);
        write!(f, "samples({} values of mean {mean})", self.values.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::goodness::{assert_moments, draw_secs};

    #[test]
    fn each_value_comes_equally_often() {
        let values = [3, 3, 5, 8, 13].map(SimDuration::from_millis);
        let law = Samples::new(values.into()).unwrap().into();
        let draws = draw_secs(&law);
        assert_moments(&law, &draws);
        let share = |millis: f64| {
            let near = |&&x: &&f64| (x - millis * 1e-3).abs() < 1e-9;
            draws.iter().filter(near).count() as f64 / draws.len() as f64
        };
        for (value, want) in [(3.0, 0.4), (5.0, 0.2), (8.0, 0.2), (13.0, 0.2)] {
            assert!((share(value) - want).abs() < 0.005, "{value}");
        }
    }

    #[test]
    fn nothing_cannot_be_drawn_from() {
        let error = Samples::new([].into()).unwrap_err();
        assert_eq!(error.to_string(), "there must be at least one recorded value");
    }
}
