use crate::time::SimDuration;

use super::{Bounds, Observed};

/// Additive increase, multiplicative decrease: one more while the limit is used, a tenth less when
/// something was dropped or took longer than five seconds.
///
/// Source: Netflix concurrency-limits, `AIMDLimit`, with its defaults.
#[derive(Clone, Debug)]
pub(super) struct Aimd {
    limit: u32,
    bounds: Bounds,
}

const RATIO: f64 = 0.9;
const TIMEOUT: SimDuration = SimDuration::from_secs(5);

impl Aimd {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { limit: bounds.initial, bounds }
    }

    pub(super) fn limit(&self) -> u32 {
        self.limit
    }

    pub(super) fn observe(&mut self, seen: Observed) {
        if seen.dropped || seen.took > TIMEOUT {
            self.limit = (f64::from(self.limit) * RATIO) as u32;
        } else if seen.in_flight * 2 >= self.limit {
            self.limit += 1;
        }
        self.limit = self.limit.clamp(self.bounds.min, self.bounds.max);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{limits, seen};
    use super::*;

    /// From the library itself.
    #[test]
    fn it_follows_the_library() {
        let mut aimd = Aimd::new(Bounds { initial: 20, min: 20, max: 200 });
        let samples = [seen(1, 10), seen(1, 10), seen(1, 11), seen(6_000, 11)];
        let got = limits(samples, |it| {
            aimd.observe(it);
            aimd.limit()
        });
        assert_eq!(got, [21, 21, 22, 20]);
    }
}
