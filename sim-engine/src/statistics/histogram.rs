//! A log-linear histogram of nanoseconds: quantiles of any number of spans in a few kilobytes.
//!
//! Each octave (from a power of two to the next) is cut into 128 buckets of equal width, so a
//! bucket is at most 1/128 of its values wide; values below 128 have a bucket each. An octave
//! gets its 1 KiB of memory with its first value; latencies mostly need fewer than ten.
//!
//! Count, sum, minimum and maximum are kept beside and are exact.
//!
//! Source: Tene, `HdrHistogram`, for the layout.

const SUB_BITS: u32 = 7;
const SUB_BUCKETS: usize = 1 << SUB_BITS;
/// The first holds all values below 128; then one for each leading bit from 7 to 63.
const OCTAVES: usize = 64 - SUB_BITS as usize + 1;

/// A histogram of `u64` values, for example spans in nanoseconds.
#[derive(Clone, Debug)]
pub struct Histogram {
    octaves: [Option<Box<[u64; SUB_BUCKETS]>>; OCTAVES],
    count: u64,
    sum: u128,
    min: u64,
    max: u64,
}

/// A value with the bucket that it falls into: found once, counted in several histograms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    value: u64,
    octave: usize,
    sub: usize,
}

impl Placed {
    /// Finds the bucket of `value`.
    #[inline]
    pub fn new(value: u64) -> Self {
        let (octave, sub) = place(value);
        Self { value, octave, sub }
    }

    /// The value.
    pub fn value(self) -> u64 {
        self.value
    }
}

impl Default for Histogram {
    fn default() -> Self {
        Self { octaves: [const { None }; OCTAVES], count: 0, sum: 0, min: u64::MAX, max: 0 }
    }
}

impl Histogram {
    /// An empty histogram.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts `value`.
    #[inline]
    pub fn record(&mut self, value: u64) {
        self.record_placed(Placed::new(value));
    }

    /// Counts a value whose bucket is known.
    #[inline]
    pub fn record_placed(&mut self, Placed { value, octave, sub }: Placed) {
        self.octaves[octave].get_or_insert_with(new_octave)[sub] += 1;
        self.count += 1;
        self.sum += u128::from(value);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    /// Counts everything that `other` has counted.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        for (mine, theirs) in self.octaves.iter_mut().zip(&other.octaves) {
            if let Some(theirs) = theirs {
                let mine = mine.get_or_insert_with(new_octave);
                mine.iter_mut().zip(theirs.iter()).for_each(|(to, from)| *to += from);
            }
        }
        self.count += other.count;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// Forgets everything but keeps the memory for what comes next.
    pub fn clear(&mut self) {
        if self.count == 0 {
            return;
        }
        let Self { octaves, count, sum, min, max } = self;
        octaves.iter_mut().flatten().for_each(|octave| octave.fill(0));
        (*count, *sum) = (0, 0);
        (*min, *max) = (u64::MAX, 0);
    }

    /// How many values were recorded.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their exact sum.
    pub fn sum(&self) -> u128 {
        self.sum
    }

    /// The exact smallest value; `None` when there is none.
    pub fn min(&self) -> Option<u64> {
        (self.count > 0).then_some(self.min)
    }

    /// The exact largest value; `None` when there is none.
    pub fn max(&self) -> Option<u64> {
        (self.count > 0).then_some(self.max)
    }

    /// The mean, of the exact sum; `None` when there is none.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }

    /// The quantile `q`, `0 ≤ q ≤ 1`; `None` when there are no values.
    ///
    /// In sorted order, counted from 0, it stands at rank `q · (n − 1)`, so 0 is the minimum, 1
    /// the maximum and 0.5 the middle of an odd number of values (type 7 of Hyndman and Fan,
    /// "Sample Quantiles in Statistical Packages", 1996, but for what follows). The result is
    /// linearly interpolated inside the bucket of the value of the whole rank below; it differs
    /// from that value by less than 1/128 of it, not at all below 128, and lies between minimum
    /// and maximum.
    pub fn quantile(&self, q: f64) -> Option<u64> {
        debug_assert!((0.0..=1.0).contains(&q));
        if self.count == 0 {
            return None;
        }
        let rank = q * (self.count - 1) as f64;
        let whole = rank as u64;
        if whole >= self.count - 1 {
            return Some(self.max);
        }
        if rank <= 0.0 {
            return Some(self.min);
        }
        let (octave, sub, below) = self.find(whole);
        // Its values are taken to stand in the middles of equal shares of the bucket.
        let here = self.octaves[octave].as_ref().map_or(0, |buckets| buckets[sub]);
        let part = ((rank - below as f64 + 0.5) / here as f64).clamp(0.0, 1.0);
        let (low, width) = bucket(octave, sub);
        let value = low + (part * (width - 1) as f64).round() as u64;
        Some(value.clamp(self.min, self.max))
    }

    /// The octave and bucket of the value of this rank, which exists, and how many values are in
    /// the buckets before it.
    fn find(&self, rank: u64) -> (usize, usize, u64) {
        let mut below = 0;
        for (octave, buckets) in self.octaves.iter().enumerate() {
            let Some(buckets) = buckets else { continue };
            let in_octave: u64 = buckets.iter().sum();
            if rank >= below + in_octave {
                below += in_octave;
                continue;
            }
            for (sub, &here) in buckets.iter().enumerate() {
                if rank < below + here {
                    return (octave, sub, below);
                }
                below += here;
            }
        }
        unreachable!("rank {rank} is below the count {}", self.count)
    }
}

#[cold]
fn new_octave() -> Box<[u64; SUB_BUCKETS]> {
    Box::new([0; SUB_BUCKETS])
}

/// The octave and bucket of `value`.
#[inline]
fn place(value: u64) -> (usize, usize) {
    if value < SUB_BUCKETS as u64 {
        return (0, value as usize);
    }
    let shift = value.ilog2() - SUB_BITS;
    (shift as usize + 1, (value >> shift) as usize & (SUB_BUCKETS - 1))
}

/// The smallest value of a bucket and how many values it is for: the inverse of [`place`].
fn bucket(octave: usize, sub: usize) -> (u64, u64) {
    if octave == 0 {
        return (sub as u64, 1);
    }
    let shift = octave - 1;
    (((SUB_BUCKETS + sub) as u64) << shift, 1 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Seed, Stream};
    use proptest::prelude::*;

    fn of(values: &[u64]) -> Histogram {
        let mut histogram = Histogram::new();
        for &value in values {
            histogram.record(value);
        }
        histogram
    }

    /// The exact value of the whole rank, from all the values.
    fn slow_twin(values: &[u64], q: f64) -> u64 {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        sorted[(q * (sorted.len() - 1) as f64) as usize]
    }

    fn assert_close(histogram: &Histogram, values: &[u64], q: f64) {
        let (got, want) = (histogram.quantile(q).unwrap(), slow_twin(values, q));
        let allowed = want / 128;
        assert!(got.abs_diff(want) <= allowed, "{q}: {got}, not {want}");
    }

    proptest! {
        #[test]
        fn quantiles_are_within_the_promised_error(
            values in prop::collection::vec((0u32..64, any::<u64>()), 1..200),
            q in 0.0..=1.0,
        ) {
            let values: Vec<u64> = values.iter().map(|&(shift, bits)| bits >> shift).collect();
            let histogram = of(&values);
            assert_close(&histogram, &values, q);
            prop_assert_eq!(histogram.sum(), values.iter().map(|&it| u128::from(it)).sum());
            prop_assert_eq!(histogram.min(), values.iter().copied().min());
            prop_assert_eq!(histogram.max(), values.iter().copied().max());
        }

        #[test]
        fn every_value_is_in_its_bucket(shift in 0u32..64, bits: u64) {
            let value = bits >> shift;
            let (octave, sub) = place(value);
            let (low, width) = bucket(octave, sub);
            prop_assert!(low <= value && value - low < width);
        }
    }

    #[test]
    fn the_ends_of_the_range_have_buckets() {
        let mut histogram = of(&[0, 127, 128, u64::MAX]);
        assert_eq!([0.0, 1.0].map(|q| histogram.quantile(q)), [Some(0), Some(u64::MAX)]);
        assert_eq!(histogram.quantile(0.5), Some(127));
        histogram.clear();
        assert_eq!((histogram.count(), histogram.quantile(0.5)), (0, None));
        assert_eq!((histogram.min(), histogram.max(), histogram.mean()), (None, None, None));
        histogram.record(7);
        assert_eq!((histogram.min(), histogram.max(), histogram.sum()), (Some(7), Some(7), 7));
    }

    #[test]
    fn many_latencies_interpolate_better_than_a_bucket() {
        let mut stream = Stream::new(Seed { root: 1, replication: 0 }, Purpose::Service, "p");
        let draw = |_| (crate::distribution::standard_exponential(&mut stream) * 2e8) as u64;
        let values: Vec<u64> = (0..100_000).map(draw).collect();
        let histogram = of(&values);
        for q in [0.01, 0.25, 0.5, 0.9, 0.99] {
            let (got, want) = (histogram.quantile(q).unwrap(), slow_twin(&values, q));
            assert!(got.abs_diff(want) < want / 1000, "{q}: {got}, not {want}");
        }
        let mean = values.iter().sum::<u64>() as f64 / 1e5;
        assert!((histogram.mean().unwrap() - mean).abs() < 1e-3);
    }

    #[test]
    fn merging_is_counting_both() {
        let (left, right) = ([5, 900, 70_000], [6, 901, u64::MAX]);
        let mut merged = of(&left);
        merged.merge(&of(&right));
        merged.merge(&Histogram::new());
        let both = of(&[left, right].concat());
        assert_eq!((merged.count(), merged.sum()), (both.count(), both.sum()));
        for q in [0.0, 0.2, 0.4, 0.6, 0.8, 1.0] {
            assert_eq!(merged.quantile(q), both.quantile(q));
        }
    }
}
