//! When to send a second copy of a request that is slow to be answered.

use crate::statistics::RunningQuantile;
use crate::time::SimDuration;

/// How long to wait before the next copy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum After {
    /// So long.
    Span(SimDuration),
    /// As long as this share of first copies take at most, in `(0, 1)`.
    Quantile(f64),
}

/// A hedge: another copy goes out when the answer is late, and the first answer wins.
///
/// After a fixed delay, or after a quantile of what first copies took, estimated while the run goes
/// on: over the last full thousand of them, so that it follows what changes. Until twenty are known
/// nothing is hedged. What a first copy had taken when another one won counts as what it took: it
/// lies beyond the delay, which is all that the quantile asks.
///
/// Source: Dean and Barroso, "The Tail at Scale", CACM 56(2), 2013.
#[derive(Clone, Debug)]
pub struct Hedge {
    after: After,
    /// Of the last full epoch, s.
    known: Option<f64>,
    epoch: RunningQuantile,
}

/// Results of one epoch.
const EPOCH: u64 = 1_000;
/// Results without which nothing is said.
const ENOUGH: u64 = 20;

impl Hedge {
    /// Knows of no results yet.
    pub fn new(after: After) -> Self {
        let q = match after {
            After::Span(_) => 0.5,
            After::Quantile(q) => q,
        };
        Self { after, known: None, epoch: RunningQuantile::new(q) }
    }

    /// How long after the last copy the next one goes out; none while that is not known.
    pub fn delay(&self) -> Option<SimDuration> {
        match self.after {
            After::Span(span) => Some(span),
            After::Quantile(_) => {
                self.known.or_else(|| self.so_far()).map(SimDuration::from_secs_f64)
            }
        }
    }

    fn so_far(&self) -> Option<f64> {
        self.epoch.value().filter(|_| self.epoch.n() >= ENOUGH)
    }

    /// A first copy took so long, or had when another one won.
    pub fn record(&mut self, took: SimDuration) {
        let After::Quantile(q) = self.after else { return };
        self.epoch.push(took.as_secs_f64());
        if self.epoch.n() == EPOCH {
            self.known = self.epoch.value();
            self.epoch = RunningQuantile::new(q);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: SimDuration = SimDuration::from_millis(1);

    fn millis(hedge: &Hedge) -> Option<u64> {
        hedge.delay().map(|it| (it.as_secs_f64() * 1e3).round() as u64)
    }

    #[test]
    fn a_span_is_one_whatever_is_recorded() {
        let mut hedge = Hedge::new(After::Span(MS));
        hedge.record(MS.saturating_mul(9));
        assert_eq!(hedge.delay(), Some(MS));
    }

    #[test]
    fn a_quantile_is_known_after_twenty_and_follows_what_changes() {
        let mut hedge = Hedge::new(After::Quantile(0.95));
        let record = |hedge: &mut Hedge, factor: u64, count: u64| {
            // 0 to 99 in a scrambled order.
            (0..count).for_each(|it| hedge.record(MS.saturating_mul(factor * (it * 37 % 100))));
        };
        record(&mut hedge, 1, 19);
        assert_eq!(hedge.delay(), None);
        record(&mut hedge, 1, 1_000);
        let first = millis(&hedge).expect("there are enough");
        assert!((93..=97).contains(&first), "{first}");
        record(&mut hedge, 10, 2_000);
        let then = millis(&hedge).expect("there are enough");
        assert!((930..=970).contains(&then), "{then}");
    }
}
