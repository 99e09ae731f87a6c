use super::{Bounds, Observed};

/// The quotient of the long-run mean time and the present one says by how much to shrink; four more
/// are always let in to see whether there is room.
///
/// What was dropped does not matter to it.
///
/// Source: Netflix concurrency-limits, `Gradient2Limit`, with its defaults.
#[derive(Clone, Debug)]
pub(super) struct Gradient2 {
    limit: f64,
    bounds: Bounds,
    /// Long-run mean, ns.
    long: f64,
    samples: u32,
}

const SMOOTHING: f64 = 0.2;
const TOLERANCE: f64 = 1.5;
const QUEUE: f64 = 4.0;
/// Weight of a sample in the long-run mean: that of 600 samples.
const WEIGHT: f64 = 2.0 / 601.0;
/// So many samples are averaged plainly.
const WARM_UP: u32 = 10;

impl Gradient2 {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { limit: f64::from(bounds.initial), bounds, long: 0.0, samples: 0 }
    }

    pub(super) fn limit(&self) -> u32 {
        self.limit as u32
    }

    pub(super) fn observe(&mut self, seen: Observed) {
        let short = seen.took.as_nanos() as f64;
        self.remember(short);
        let long = self.long;
        if long / short > 2.0 {
            self.long *= 0.95; // It was measured in worse times.
        }
        if f64::from(seen.in_flight) < self.limit / 2.0 {
            return;
        }
        let gradient = (TOLERANCE * long / short).clamp(0.5, 1.0);
        let wanted = self.limit * gradient + QUEUE;
        let (min, max) = (f64::from(self.bounds.min), f64::from(self.bounds.max));
        self.limit = (self.limit * (1.0 - SMOOTHING) + wanted * SMOOTHING).clamp(min, max);
    }

    fn remember(&mut self, took: f64) {
        if self.samples < WARM_UP {
            self.samples += 1;
            self.long += (took - self.long) / f64::from(self.samples);
        } else {
            self.long = self.long * (1.0 - WEIGHT) + took * WEIGHT;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{limits, seen};
    use super::*;

    /// From running the library.
    #[test]
    fn it_follows_the_library() {
        let mut gradient = Gradient2::new(Bounds { initial: 50, min: 1, max: 200 });
        let mut run = |sample: Observed| {
            limits([sample; 12], |it| {
                gradient.observe(it);
                gradient.limit()
            })
        };
        assert_eq!(run(seen(10, 50)), [50, 51, 52, 53, 54, 54, 55, 56, 57, 58, 58, 59]);
        assert_eq!(run(seen(100, 60)), [54, 49, 45, 41, 38, 35, 32, 30, 27, 25, 24, 22]);
    }
}
