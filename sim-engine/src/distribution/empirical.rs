//! A law through known quantiles: what a dashboard says about a latency.

use std::fmt;

use super::error::{LawError, percent, quantile_name};
use super::spelling::Spelled;
use super::{Law, secs, square_secs};
use crate::rng::Stream;
use crate::time::SimDuration;

/// The law whose quantile function is piecewise linear through the given points: between two
/// neighbouring quantiles all spans are equally likely.
///
/// It begins at quantile 0, with a span of zero unless one is given, and ends at `max`.
#[derive(Clone, Debug, PartialEq)]
pub struct Empirical {
    pieces: Box<[Piece]>,
    /// Whether quantile 0 was given.
    has_min: bool,
}

/// One straight piece of the quantile function.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Piece {
    /// The shares between which it runs.
    from: f64,
    to: f64,
    /// Its ends in nanoseconds.
    low: f64,
    high: f64,
    /// Nanoseconds per share.
    slope: f64,
}

impl Empirical {
    /// The law through `quantiles`, pairs of a share in `[0, 1)` and the span that this share of
    /// the draws does not exceed, both in ascending order, and up to `max`. Equal spans make an
    /// atom there.
    ///
    /// # Errors
    /// When there are no quantiles above 0, a share is not in `[0, 1)`, or shares or spans are
    /// not in order.
    pub fn new(quantiles: &[(f64, SimDuration)], max: SimDuration) -> Result<Self, LawError> {
        let has_min = quantiles.first().is_some_and(|&(share, _)| share == 0.0);
        let (min, rest) = if has_min {
            (quantiles[0].1, &quantiles[1..])
        } else {
            (SimDuration::ZERO, quantiles)
        };
        if rest.is_empty() {
            return Err(LawError::Empty("quantile"));
        }
        let mut pieces = Vec::with_capacity(rest.len() + 1);
        let mut last = (0.0, min);
        for &(share, span) in rest {
            if !(share > last.0 && share < 1.0) {
                return Err(misplaced(last.0, share));
            }
            pieces.push(piece(last, (share, span))?);
            last = (share, span);
        }
        pieces.push(piece(last, (1.0, max))?);
        Ok(Self { pieces: pieces.into(), has_min })
    }

    #[inline]
    fn inverse(&self, p: f64) -> f64 {
        let piece = self.pieces.iter().find(|piece| p < piece.to);
        let piece = piece.unwrap_or(&self.pieces[self.pieces.len() - 1]);
        piece.low + (p - piece.from) * piece.slope
    }

    /// The share-weighted sum of `moment(low, high)` over the pieces.
    fn sum(&self, moment: impl Fn(f64, f64) -> f64) -> f64 {
        self.pieces.iter().map(|it| (it.to - it.from) * moment(it.low, it.high)).sum()
    }
}

/// Why `next` cannot follow `last`: no share at all, or not above the last one.
fn misplaced(last: f64, next: f64) -> LawError {
    if next > 0.0 && next < 1.0 {
        LawError::QuantilesOutOfOrder { last: quantile_name(last), next: quantile_name(next) }
    } else {
        LawError::NoQuantile(next)
    }
}

fn piece(start: (f64, SimDuration), end: (f64, SimDuration)) -> Result<Piece, LawError> {
    if end.1 < start.1 {
        let (lower, upper) = (end_name(start.0), end_name(end.0));
        return Err(LawError::Order { lower, low: start.1, upper, high: end.1 });
    }
    let (low, high) = (start.1.as_nanos() as f64, end.1.as_nanos() as f64);
    Ok(Piece { from: start.0, to: end.0, low, high, slope: (high - low) / (end.0 - start.0) })
}

/// The name of a quantile, or of an end of the law.
fn end_name(share: f64) -> String {
    match percent(share) {
        0.0 => "min".to_owned(),
        100.0 => "max".to_owned(),
        _ => quantile_name(share),
    }
}

impl Law for Empirical {
    #[inline]
    fn sample(&self, stream: &mut Stream) -> SimDuration {
        SimDuration::from_nanos_f64(self.inverse(stream.unit()))
    }

    fn mean_secs(&self) -> f64 {
        secs(self.sum(|low, high| 0.5 * (low + high)))
    }

    fn variance(&self) -> f64 {
        let mean = self.sum(|low, high| 0.5 * (low + high));
        square_secs(self.sum(|low, high| {
            let (a, b) = (low - mean, high - mean);
            (a * a + a * b + b * b) / 3.0
        }))
    }

    fn quantile(&self, p: f64) -> Option<SimDuration> {
        Some(SimDuration::from_nanos_f64(self.inverse(p)))
    }

    fn longest(&self) -> SimDuration {
        SimDuration::from_nanos_f64(self.inverse(1.0))
    }
}

impl fmt::Display for Empirical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spell = |nanos| Spelled::exactly(SimDuration::from_nanos_f64(nanos));
        f.write_str("empirical(")?;
        if self.has_min {
            write!(f, "min={}, ", spell(self.pieces[0].low))?;
        }
        for (i, piece) in self.pieces.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{}={}", end_name(piece.to), spell(piece.high))?;
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::goodness::assert_law;

    type Points = &'static [(f64, u64)];

    const MS: fn(u64) -> SimDuration = SimDuration::from_millis;

    #[test]
    fn draws_follow_the_law() {
        let points = [(0.0, MS(4)), (0.5, MS(10)), (0.9, MS(40)), (0.99, MS(120))];
        let corners = [(4.0, 0.0), (10.0, 0.5), (40.0, 0.9), (120.0, 0.99), (500.0, 1.0)];
        let cdf = |x: f64| {
            let x = x * 1e3;
            let piece = corners.windows(2).find(|ends| x <= ends[1].0).unwrap();
            let ((low, from), (high, to)) = (piece[0], piece[1]);
            from + (to - from) * (x - low) / (high - low)
        };
        assert_law(Empirical::new(&points, MS(500)).unwrap(), cdf);
    }

    #[test]
    fn the_points_are_met() {
        let law = Empirical::new(&[(0.5, MS(10)), (0.9, MS(10)), (0.99, MS(80))], MS(80)).unwrap();
        for (p, want) in [(0.25, 5), (0.5, 10), (0.7, 10), (0.9, 10), (0.99, 80), (0.995, 80)] {
            assert_eq!(law.quantile(p), Some(MS(want)), "{p}");
        }
    }

    #[test]
    fn points_out_of_order_are_refused() {
        #[rustfmt::skip]
        let cases: [(Points, u64, &str); 8] = [
            (&[], 10, "there must be at least one quantile"),
            (&[(0.0, 1)], 10, "there must be at least one quantile"),
            (&[(0.5, 20), (0.9, 10)], 30, "p90 must exceed p50, but 10 ms does not exceed 20 ms"),
            (&[(0.5, 20)], 10, "max must exceed p50, but 10 ms does not exceed 20 ms"),
            (&[(0.0, 30), (0.5, 20)], 40, "p50 must exceed min, but 20 ms does not exceed 30 ms"),
            (&[(0.5, 20), (1.5, 30)], 40, "a quantile must lie between p0 and p100, not at p150"),
            (&[(0.9, 30), (0.5, 20)], 40, "quantiles must be given once each and in ascending order, but p50 comes after p90"),
            (&[(0.5, 20), (0.5, 30)], 40, "quantiles must be given once each and in ascending order, but p50 comes after p50"),
        ];
        for (points, max, want) in cases {
            let points: Vec<_> = points.iter().map(|&(share, span)| (share, MS(span))).collect();
            assert_eq!(Empirical::new(&points, MS(max)).unwrap_err().to_string(), want);
        }
    }
}
