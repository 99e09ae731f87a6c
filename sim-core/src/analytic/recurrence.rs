//! What recurs at random adds up: a compound Poisson sum.
//!
//! If something strikes `n` times on average, at random and independently, and each time costs `X`,
//! all of it costs `n·E[X]` on average, with variance `n·E[X²]` (Ross, *Introduction to Probability
//! Models*, 12th ed., 2019, section 5.4.2).

/// What all of it costs, if it strikes `strikes` times on average and one costs `mean`.
pub fn total_mean(strikes: f64, mean: f64) -> f64 {
    strikes * mean
}

/// The standard deviation of that, if one also scatters by `deviation`.
pub fn total_deviation(strikes: f64, mean: f64, deviation: f64) -> f64 {
    (strikes * (mean * mean + deviation * deviation)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_times_in_ten_years_for_two_hours_each() {
        assert_eq!(total_mean(5.0, 2.0), 10.0);
        // Of a constant it is that of a Poisson number, the root of its mean.
        assert!((total_deviation(5.0, 1.0, 0.0) - 5.0_f64.sqrt()).abs() < 1e-12);
        assert!((total_deviation(5.0, 2.0, 2.0) - 40.0_f64.sqrt()).abs() < 1e-12);
    }
}
