//! Numbers that come one by one, the first of which are kept.

use super::Moments;

/// Moments of all numbers, and so many of the first as they came: for what moments cannot tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    moments: Moments,
    first: Vec<f64>,
    most: usize,
}

impl Sample {
    /// Of no numbers yet, to keep at most so many of them.
    pub fn keeping(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Takes one more number, which is finite.
    pub fn push(&mut self, x: f64) {
        self.moments.push(x);
        if self.first.len() < self.most {
            self.first.push(x);
        }
    }

    /// Moments of all.
    pub fn moments(&self) -> &Moments {
        &self.moments
    }

    /// The first, in their order.
    pub fn first(&self) -> &[f64] {
        &self.first
    }
}

impl Extend<f64> for Sample {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, numbers: I) {
        numbers.into_iter().for_each(|x| self.push(x));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_are_kept_and_all_are_counted() {
        let mut sample = Sample::keeping(2);
        sample.extend([3.0, 1.0, 5.0]);
        assert_eq!(sample.first(), [3.0, 1.0]);
        assert_eq!((sample.moments().n(), sample.moments().mean()), (3, Some(3.0)));
    }
}
