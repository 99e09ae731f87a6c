//! Where a run becomes steady: MSER-5.
//!
//! A run starts empty, and its first values are not those of the steady state. Leaving out more of
//! them takes away bias and adds noise; MSER leaves out as many as make the half-width of the mean of
//! the rest smallest, the five standing for means of five values, which calm the criterion.
//!
//! It is a rule of thumb, not a proof: on steady noise it leaves out a few values by chance, so who
//! warns because of it should ask whether they differ from the rest.
//!
//! Source: White, "An Effective Truncation Heuristic for Bias Reduction in Simulation Output",
//! Simulation 69(6), 1997; White, Cobb and Spratt, "A Comparison of Five Steady-State Truncation
//! Heuristics for Simulation", Winter Simulation Conference 2000, for batches of five and for
//! refusing what is left out beyond the half.

/// Values that stand for one.
const BATCH: usize = 5;
/// Fewer batches say nothing.
const LEAST: usize = 10;

/// How many of the first values to leave out, a multiple of five. `None` where they are fewer than
/// fifty, or do not settle in the first half. All are finite.
pub fn mser5(values: &[f64]) -> Option<usize> {
    let batches: Vec<f64> =
        values.chunks_exact(BATCH).map(|it| it.iter().sum::<f64>() / BATCH as f64).collect();
    if batches.len() < LEAST {
        return None;
    }
    let best = truncation(&batches);
    (best <= batches.len() / 2).then_some(best * BATCH)
}

/// The number of first values without which the squared standard error of the mean is smallest; the
/// last five are never left out, which by chance may be alike.
fn truncation(values: &[f64]) -> usize {
    let (mut best, mut least) = (0, f64::INFINITY);
    let (mut sum, mut squares) = (0.0, 0.0);
    // Measured from the last, so that little cancels.
    let origin = values[values.len() - 1];
    for (start, value) in values.iter().enumerate().rev() {
        let apart = value - origin;
        sum += apart;
        squares += apart * apart;
        let n = (values.len() - start) as f64;
        let error = (squares - sum * sum / n) / (n * n);
        if values.len() - start > BATCH && error <= least {
            (best, least) = (start, error);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math;
    use crate::rng::{Purpose, Seed, Stream};

    #[test]
    fn agrees_with_numpy() {
        let value = |i: u32| 3.0 * math::pow(0.95, f64::from(i)) + libm::sin(f64::from(i * i));
        let values: Vec<f64> = (0..300).map(value).collect();
        assert_eq!(mser5(&values), Some(35));
    }

    #[test]
    fn a_start_that_differs_is_left_out() {
        let mut stream = Stream::new(Seed { root: 3, replication: 0 }, Purpose::Service, "mser");
        for early in [20usize, 50, 100] {
            let value = |i: usize| stream.unit() + if i < early { 3.0 } else { 0.0 };
            let values: Vec<f64> = (0..400).map(value).collect();
            let out = mser5(&values).expect("it settles");
            // Some of what follows goes with it by chance, none of the start stays.
            assert!((early..=200).contains(&out), "{early}: {out}");
        }
    }

    #[test]
    fn what_does_not_settle_is_said_so() {
        let slope: Vec<f64> = (0..400).map(f64::from).collect();
        assert_eq!(mser5(&slope), None);
        assert_eq!(mser5(&[1.0; 49]), None, "too few");
        assert_eq!(mser5(&[1.0; 50]), Some(0), "nothing to leave out");
    }
}
