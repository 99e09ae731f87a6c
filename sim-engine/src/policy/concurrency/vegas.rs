use crate::rng::Stream;

use super::{Bounds, Observed};

/// TCP Vegas for requests: it takes the shortest time seen for the time without a queue, estimates
/// the queue from what is longer than that, and keeps it between 3 and 6 times the limit's order of
/// magnitude.
///
/// The shortest time is measured anew now and then, by chance: else it would be that of a better
/// day for ever.
///
/// Source: Brakmo, O'Malley, Peterson, "TCP Vegas", SIGCOMM 1994; Netflix concurrency-limits,
/// `VegasLimit`, with its defaults.
#[derive(Clone, Debug)]
pub(super) struct Vegas {
    limit: u32,
    bounds: Bounds,
    /// The shortest time seen, ns; none yet.
    unloaded: Option<u64>,
    /// Samples since that was measured anew.
    samples: u32,
    /// It is measured anew after this × 30 × the limit samples.
    jitter: f64,
}

const PROBE: f64 = 30.0;

impl Vegas {
    pub(super) fn new(bounds: Bounds, stream: &mut Stream) -> Self {
        let jitter = jitter(stream);
        Self { limit: bounds.initial, bounds, unloaded: None, samples: 0, jitter }
    }

    pub(super) fn limit(&self) -> u32 {
        self.limit
    }

    pub(super) fn observe(&mut self, seen: Observed, stream: &mut Stream) {
        let took = seen.took.as_nanos();
        self.samples += 1;
        if self.jitter * PROBE * f64::from(self.limit) <= f64::from(self.samples) {
            self.jitter = jitter(stream);
            self.samples = 0;
            self.unloaded = Some(took);
            return;
        }
        match self.unloaded {
            Some(unloaded) if took >= unloaded => self.adjust(seen, unloaded),
            _ => self.unloaded = Some(took),
        }
    }

    fn adjust(&mut self, seen: Observed, unloaded: u64) {
        let limit = f64::from(self.limit);
        let queue = (limit * (1.0 - unloaded as f64 / seen.took.as_nanos() as f64)).ceil() as u32;
        let step = self.limit.ilog10().max(1);
        let limit = if seen.dropped {
            self.limit.saturating_sub(step)
        } else if seen.in_flight * 2 < self.limit {
            return;
        } else if queue <= step {
            self.limit + 6 * step
        } else if queue < 3 * step {
            self.limit + step
        } else if queue > 6 * step {
            self.limit.saturating_sub(step)
        } else {
            return;
        };
        self.limit = limit.clamp(self.bounds.min, self.bounds.max);
    }
}

/// Uniform in `[0.5, 1)`.
fn jitter(stream: &mut Stream) -> f64 {
    0.5 + stream.unit() / 2.0
}

#[cfg(test)]
mod tests {
    use super::super::testing::{limits, seen, stream};
    use super::*;

    fn run<const N: usize>(initial: u32, max: u32, samples: [Observed; N]) -> [u32; N] {
        let mut stream = stream();
        let mut vegas = Vegas::new(Bounds { initial, min: 1, max }, &mut stream);
        limits(samples, |it| {
            vegas.observe(it, &mut stream);
            vegas.limit()
        })
    }

    /// From the library's own tests, and from running it.
    #[test]
    fn it_follows_the_library() {
        assert_eq!(run(10, 20, [seen(10, 10), seen(10, 11)]), [10, 16]);
        assert_eq!(run(10, 20, [seen(10, 10), seen(50, 11)]), [10, 9]);
        assert_eq!(run(10, 20, [seen(10, 10), seen(14, 14)]), [10, 10]);
        assert_eq!(run(10_000, 20_000, [seen(10, 5_000), seen(10, 6_000)]), [10_000, 10_024]);
        let dropped = Observed { dropped: true, ..seen(20, 40) };
        let samples = [
            seen(10, 20),
            seen(10, 20),
            seen(10, 26),
            seen(12, 32),
            seen(20, 40),
            dropped,
            seen(10, 5),
        ];
        assert_eq!(run(20, 1_000, samples), [20, 26, 32, 32, 31, 30, 30]);
    }

    #[test]
    fn the_shortest_time_is_measured_anew() {
        let mut stream = stream();
        let mut vegas = Vegas::new(Bounds { initial: 10, min: 1, max: 1_000 }, &mut stream);
        vegas.observe(seen(1, 1), &mut stream);
        // 300 samples of a limit of 10 at most.
        (0..300).for_each(|_| vegas.observe(seen(50, 1), &mut stream));
        assert_eq!(vegas.unloaded, Some(50_000_000));
    }
}
