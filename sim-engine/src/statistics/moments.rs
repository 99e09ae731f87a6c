//! Mean and variance of numbers that come one by one.

/// Mean, variance and range, updated with each number without cancellation.
///
/// The result depends on the order in the last bits, so replications are pushed in index order.
///
/// Source: Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products",
/// Technometrics 4(3), 1962.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    n: u64,
    mean: f64,
    /// The sum of squared distances from the mean.
    squares: f64,
    min: f64,
    max: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Self { n: 0, mean: 0.0, squares: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY }
    }
}

impl Moments {
    /// Of no numbers yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one more number, which is finite.
    #[inline]
    pub fn push(&mut self, x: f64) {
        debug_assert!(x.is_finite());
        self.n += 1;
        let apart = x - self.mean;
        self.mean += apart / self.n as f64;
        self.squares += apart * (x - self.mean);
        self.min = self.min.min(x);
        self.max = self.max.max(x);
    }

    /// Takes all numbers that `other` has taken.
    ///
    /// Source: Chan, Golub and `LeVeque`, "Algorithms for Computing the Sample Variance", The American
    /// Statistician 37(3), 1983.
    pub fn merge(&mut self, other: &Self) {
        if other.n == 0 {
            return;
        }
        let (mine, theirs) = (self.n as f64, other.n as f64);
        let apart = other.mean - self.mean;
        self.n += other.n;
        self.mean += apart * theirs / (mine + theirs);
        self.squares += other.squares + apart * apart * mine * theirs / (mine + theirs);
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// How many numbers there were.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The mean; `None` of no numbers.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then_some(self.mean)
    }

    /// The unbiased estimate of the variance, divided by n − 1; `None` below two numbers.
    pub fn variance(&self) -> Option<f64> {
        (self.n > 1).then(|| self.squares / (self.n - 1) as f64)
    }

    /// The standard error of the mean of independent numbers; `None` below two.
    pub fn std_error(&self) -> Option<f64> {
        self.variance().map(|variance| (variance / self.n as f64).sqrt())
    }

    /// The smallest; `None` of no numbers.
    pub fn min(&self) -> Option<f64> {
        (self.n > 0).then_some(self.min)
    }

    /// The largest; `None` of no numbers.
    pub fn max(&self) -> Option<f64> {
        (self.n > 0).then_some(self.max)
    }
}

impl Extend<f64> for Moments {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, numbers: I) {
        numbers.into_iter().for_each(|x| self.push(x));
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        let mut moments = Self::new();
        moments.extend(numbers);
        moments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_far_origin_costs_no_digits() {
        // NIST StRD NumAcc4: mean 10000000.2, standard deviation 0.1.
        let tenths = (0..500).flat_map(|_| [10_000_000.1, 10_000_000.3]);
        let moments: Moments = std::iter::once(10_000_000.2).chain(tenths).collect();
        assert_eq!(moments.n(), 1001);
        assert!((moments.mean().unwrap() - 10_000_000.2).abs() < 1e-8);
        assert!((moments.variance().unwrap().sqrt() - 0.1).abs() < 1e-9);
        assert_eq!((moments.min(), moments.max()), (Some(10_000_000.1), Some(10_000_000.3)));
    }

    #[test]
    fn too_few_numbers_say_nothing() {
        let mut moments = Moments::new();
        assert_eq!((moments.mean(), moments.min(), moments.max()), (None, None, None));
        moments.push(4.0);
        assert_eq!(
            (moments.mean(), moments.variance(), moments.std_error()),
            (Some(4.0), None, None)
        );
        moments.push(6.0);
        assert_eq!((moments.variance(), moments.std_error()), (Some(2.0), Some(1.0)));
    }
}
