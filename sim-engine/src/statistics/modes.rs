//! Whether a few numbers fall into two groups.
//!
//! Where some replications collapse and others recover, their mean is of no replication. The sorted
//! numbers are cut in two where the groups differ most: where the share of the squared distances
//! that lies between the groups, not within them, is greatest. Two groups are told only where that
//! share is greater than what all but one in a thousand samples of that size reach, be their law
//! normal, exponential, uniform or lognormal with σ = 1, and each group has at least two numbers and
//! a tenth of all.
//!
//! It is strict on purpose: a report asks it of many metrics. What it misses are groups that nearly
//! touch, and it knows of no third.
//!
//! Source: Engelman and Hartigan, "Percentage Points of a Test for Clusters", Journal of the American
//! Statistical Association 64(328), 1969, for the test; the same cut as Otsu, "A Threshold Selection
//! Method from Gray-Level Histograms", 1979. Their percentage points are of the normal law only;
//! those here are simulated, from 10^5 to 10^6 samples a law and size.

use super::Moments;

/// Of this many numbers, this share between the groups is the greatest that chance gives, but for one
/// sample in a thousand. Between them the line joining them lies above the truth, beyond them the
/// last holds.
const BY_CHANCE: [(u32, f64); 13] = [
    (5, 0.998_1),
    (6, 0.995_3),
    (7, 0.992_3),
    (8, 0.989_6),
    (9, 0.987_2),
    (10, 0.984_8),
    (12, 0.979_3),
    (15, 0.971_8),
    (20, 0.961_8),
    (30, 0.921_0),
    (50, 0.871_0),
    (100, 0.834_0),
    (200, 0.810_0),
];

/// Numbers that belong together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// How many.
    pub n: u64,
    /// Their mean.
    pub mean: f64,
}

/// The two groups, the lower first, into which finite numbers fall, however ordered; `None` where
/// they are one, or fewer than five.
pub fn two_groups(values: &[f64]) -> Option<[Group; 2]> {
    let by_chance = by_chance(values.len())?;
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let all: Moments = sorted.iter().copied().collect();
    let total = all.variance()? * (sorted.len() - 1) as f64;
    let least = sorted.len().div_ceil(10).max(2);
    let (mut best, mut most) = (None, by_chance * total);
    let mut low = Moments::new();
    for cut in 1..=sorted.len() - least {
        low.push(sorted[cut - 1]);
        let between = between(&low, &all);
        if cut >= least && between > most {
            (best, most) = (Some(cut), between);
        }
    }
    let (low, high) = sorted.split_at(best?);
    Some([group(low), group(high)])
}

/// The squared distances of the groups' means from the mean of all, one for each number.
fn between(low: &Moments, all: &Moments) -> f64 {
    let (n, k) = (all.n() as f64, low.n() as f64);
    let apart = low.mean().unwrap_or(0.0) - all.mean().unwrap_or(0.0);
    k * apart * apart * n / (n - k)
}

fn group(values: &[f64]) -> Group {
    let moments: Moments = values.iter().copied().collect();
    Group { n: moments.n(), mean: moments.mean().unwrap_or(f64::NAN) }
}

fn by_chance(n: usize) -> Option<f64> {
    let n = n as f64;
    let above = BY_CHANCE.partition_point(|it| f64::from(it.0) < n);
    if above == 0 {
        return (n >= f64::from(BY_CHANCE[0].0)).then_some(BY_CHANCE[0].1);
    }
    let Some((next, high)) = BY_CHANCE.get(above) else { return BY_CHANCE.last().map(|it| it.1) };
    let (before, low) = BY_CHANCE[above - 1];
    let part = (n - f64::from(before)) / f64::from(next - before);
    Some(low + part * (high - low))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math;
    use crate::rng::{Purpose, Seed, Stream};

    fn stream(run: u32) -> Stream {
        Stream::new(Seed { root: 11, replication: run }, Purpose::Service, "modes")
    }

    fn normal(stream: &mut Stream) -> f64 {
        math::normal_quantile(stream.open_unit())
    }

    #[test]
    fn one_group_is_seldom_taken_for_two() {
        type Law = (&'static str, fn(&mut Stream) -> f64);
        let laws: [Law; 4] = [
            ("normal", normal),
            ("exponential", |it| -math::ln(it.open_unit())),
            ("uniform", Stream::unit),
            ("lognormal", |it| math::exp(normal(it))),
        ];
        for (law, draw) in laws {
            for n in [5, 7, 11, 14, 25, 40, 70, 100, 300] {
                let mut stream = stream(n);
                let samples = 4_000;
                let sample = |_| (0..n).map(|_| draw(&mut stream)).collect::<Vec<_>>();
                let found = (0..samples).map(sample).filter(|it| two_groups(it).is_some()).count();
                // 4 are to be expected at most.
                assert!(found <= 14, "{law}, {n} numbers: {found} of {samples}");
            }
        }
    }

    #[test]
    fn two_groups_are_found_however_small_the_one() {
        for (n, lower, apart) in
            [(5u32, 2u32, 100.0), (10, 2, 30.0), (10, 7, 30.0), (100, 15, 12.0)]
        {
            let mut stream = stream(n);
            let value = |i: u32| normal(&mut stream) + if i % n < lower { 0.0 } else { apart };
            let values: Vec<f64> = (0..n).map(value).collect();
            let [low, high] = two_groups(&values).expect("they are far apart");
            assert_eq!((low.n, high.n), (u64::from(lower), u64::from(n - lower)));
            assert!((high.mean - low.mean - apart).abs() < 3.0, "{low:?}, {high:?}");
        }
    }

    #[test]
    fn an_outlier_is_no_group_and_neither_are_equals() {
        assert_eq!(two_groups(&[1.0, 1.1, 0.9, 1.0, 1.2, 50.0]), None);
        assert_eq!(two_groups(&[3.0; 20]), None);
        assert_eq!(two_groups(&[0.0, 0.0, 9.0, 9.0]), None, "four numbers say nothing");
        let exact = two_groups(&[9.0, 0.0, 9.0, 0.0, 9.0]).expect("nothing within");
        assert_eq!(exact, [Group { n: 2, mean: 0.0 }, Group { n: 3, mean: 9.0 }]);
    }

    #[test]
    fn chance_falls_with_the_number() {
        assert_eq!((by_chance(4), by_chance(5)), (None, Some(0.998_1)));
        let all: Vec<f64> = (5..1_000).filter_map(by_chance).collect();
        assert!(all.is_sorted_by(|a, b| a >= b) && all.len() == 995);
    }
}
