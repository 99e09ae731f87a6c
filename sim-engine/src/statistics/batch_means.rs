//! How far the mean of one long run may be off, though its values hang together.
//!
//! Values that follow one another in a queue are alike, so Student's interval of them is far too
//! narrow. Means over long stretches are nearly independent: the run is cut into 20 batches of equal
//! length, side by side, and the interval is Student's of their means. If von Neumann's ratio says
//! that even these hang together, 10 batches of twice the length are tried; if they do too, the run
//! is too short to say, and nothing is said.
//!
//! Between 10 and 30 batches are best (Schmeiser): fewer widen the interval, more make batches
//! shorter and gain nothing.
//!
//! Source: Schmeiser, "Batch Size Effects in the Analysis of Simulation Output", Operations Research
//! 30(3), 1982; Fishman, "Grouping Observations in Digital Simulation", Management Science 24(5),
//! 1978, for the test; Law, *Simulation Modeling and Analysis* (5th ed., 2015), section 9.5.3.

use super::{Moments, interval};

/// The numbers of batches tried, in turn.
const BATCHES: [usize; 2] = [20, 10];
/// Shorter batches say nothing.
const LEAST: usize = 5;
/// The normal quantile of 95 %: von Neumann's test is one-sided, as values that hang together are
/// alike.
const ALIKE: f64 = 1.645;

/// A mean with its interval, from batches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchMeans {
    /// The mean of the batches.
    pub mean: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Half the width of its interval.
    pub half_width: f64,
    /// How many batches there were.
    pub batches: u32,
}

/// The mean of a steady stretch of values in their order, all finite; what does not fill the batches
/// is left out at the beginning. `None` if the stretch is too short: for the number of values, or for
/// how they hang together.
pub fn batch_means(values: &[f64], confidence: f64) -> Option<BatchMeans> {
    BATCHES.into_iter().find_map(|batches| of(values, batches, confidence))
}

fn of(values: &[f64], batches: usize, confidence: f64) -> Option<BatchMeans> {
    let length = values.len() / batches;
    if length < LEAST {
        return None;
    }
    let whole = &values[values.len() - length * batches..];
    let means: Vec<f64> =
        whole.chunks_exact(length).map(|it| it.iter().sum::<f64>() / length as f64).collect();
    let moments: Moments = means.iter().copied().collect();
    if hang_together(&means, &moments) {
        return None;
    }
    Some(BatchMeans {
        mean: moments.mean()?,
        std_error: moments.std_error()?,
        half_width: interval::mean_half_width(&moments, confidence)?,
        batches: batches as u32,
    })
}

/// Whether neighbours are more alike than independent numbers are, by von Neumann's ratio. Numbers
/// that are all the same are taken for independent: there is nothing to be wrong about.
fn hang_together(means: &[f64], moments: &Moments) -> bool {
    let n = means.len() as f64;
    let spread = moments.variance().unwrap_or(0.0) * (n - 1.0);
    if spread <= 0.0 {
        return false;
    }
    let steps: f64 = means.windows(2).map(|it| (it[1] - it[0]) * (it[1] - it[0])).sum();
    let alike = 1.0 - steps / (2.0 * spread);
    alike / ((n - 2.0) / (n * n - 1.0)).sqrt() > ALIKE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math;
    use crate::rng::{Purpose, Seed, Stream};

    /// `cos(i²)`-like values with a saw's tooth, as numpy was given them.
    fn tooth(i: u32) -> f64 {
        f64::from(i % 7) * 0.1 + libm::sin(f64::from(i * i))
    }

    #[test]
    fn agrees_with_numpy() {
        let values: Vec<f64> = (0..203).map(tooth).collect();
        let got = batch_means(&values, 0.95).expect("200 values are enough");
        assert!((got.mean - 0.316_200_737_966_6).abs() < 1e-12, "{got:?}");
        assert!((got.half_width - 0.117_446_532_256_7).abs() < 1e-9, "{got:?}");
        assert_eq!(got.batches, 20);
    }

    #[test]
    fn too_little_says_nothing() {
        assert_eq!(batch_means(&[1.0; 49], 0.95), None);
        let few = batch_means(&[1.0; 50], 0.95).expect("ten batches of five");
        assert_eq!((few.batches, few.half_width), (10, 0.0));
        let slope: Vec<f64> = (0..1_000).map(f64::from).collect();
        assert_eq!(batch_means(&slope, 0.95), None, "what grows is not steady");
    }

    /// Waits of customers one after the other in M/M/1, by Lindley's recursion.
    fn waits(load: f64, customers: usize, run: u32) -> Vec<f64> {
        let seed = Seed { root: 5, replication: run };
        let mut stream = Stream::new(seed, Purpose::Service, "lindley");
        let mut wait = 0.0;
        let mut next = || {
            let (service, gap) = (-math::ln(stream.open_unit()), -math::ln(stream.open_unit()));
            wait = f64::max(0.0, wait + service - gap / load);
            wait
        };
        (0..1_000).for_each(|_| {
            next();
        });
        (0..customers).map(|_| next()).collect()
    }

    #[test]
    fn the_interval_covers_the_mean_wait_of_a_queue() {
        // M/M/1 at 0.8: 4 service times.
        let (mut covered, mut told) = (0, 0);
        for run in 0..200 {
            let Some(it) = batch_means(&waits(0.8, 50_000, run), 0.95) else { continue };
            told += 1;
            covered += u32::from((it.mean - 4.0).abs() <= it.half_width);
        }
        assert!(told >= 190, "of long runs nearly all can tell: {told}");
        let share = f64::from(covered) / f64::from(told);
        assert!((0.90..=0.99).contains(&share), "{share}");
    }

    #[test]
    fn independent_values_are_not_what_a_queue_gives() {
        // Student's interval of the waits themselves is told to be 95 %, and is not.
        let covered = (0..100).filter(|run| {
            let moments: Moments = waits(0.8, 50_000, *run).into_iter().collect();
            let half = interval::mean_half_width(&moments, 0.95).expect("they are many");
            (moments.mean().expect("they are many") - 4.0).abs() <= half
        });
        assert!(covered.count() < 40, "this is why there are batches");
    }
}
